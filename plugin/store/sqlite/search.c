/* What a filter and a search bind. The search is LIKE over the narrow columns for now, one pattern per word, all of
 * which must be found; whoever replaces it by an index changes this file and the SEARCH text in sql.c. */
#include "store/sqlite/internal.h"

void search_pattern(struct buf *out, const char *text, size_t len) {
    buf_char(out, '%');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%' || text[i] == '_' || text[i] == '\\') buf_char(out, '\\');
        buf_char(out, text[i]);
    }
    buf_char(out, '%');
}

/* SQL_SEARCH_WORDS words at most: what follows the last but one is found as it was typed, as one phrase. */
bool search_split(struct search_words *w, const char *q) {
    *w = (struct search_words){.count = 0};
    while (q && *q) {
        q += strspn(q, " \t\r\n");
        size_t len = w->count == SQL_SEARCH_WORDS - 1 ? strlen(q) : strcspn(q, " \t\r\n");
        while (len && strchr(" \t\r\n", q[len - 1])) len--;
        if (!len) break;
        struct buf *b = &w->pattern[w->count++];
        search_pattern(b, q, len);
        if (b->failed) return false;
        q += len;
    }
    return true;
}

void search_free(struct search_words *w) {
    for (int i = 0; i < w->count; i++) buf_free(&w->pattern[i]);
    w->count = 0;
}

void filter_bind(sqlite3_stmt *q, const struct store_filter *f, const struct search_words *w) {
    static const struct store_filter nothing = STORE_FILTER_INIT;
    if (!q) return;
    if (!f) f = &nothing;
    db_bind(q, 10, arg_text(f->topic));
    db_bind(q, 11, arg_int(f->topic_empty));
    db_bind(q, 12, arg_known(f->has_tools));
    db_bind(q, 13, arg_known(f->edited));
    db_bind(q, 14, arg_known(f->error));
    db_bind(q, 15, arg_known(f->missing));
    db_bind(q, 16, arg_text(f->model));
    db_bind(q, 17, arg_text(f->provider));
    db_bind(q, 18, arg_real(f->score_min));
    db_bind(q, 19, arg_real(f->score_max));
    for (int i = 0; i < SQL_SEARCH_WORDS; i++) {
        struct arg a = w && i < w->count ? arg_bytes(w->pattern[i].data, w->pattern[i].len) : arg_null();
        db_bind(q, SQL_SEARCH_FIRST + i, a);
    }
}
