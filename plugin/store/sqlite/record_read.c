/* Reading records: pages, counts, one record, its data. Only store_record_data touches record_data.
 *
 * A page in topic or score order is two walks: rows with a value, then rows without. After a position the first walk
 * may be skipped; with an offset the number of rows with a value says where the second begins. */
#include "store/sqlite/internal.h"

#include <ctype.h>

void record_read(sqlite3_stmt *q, struct store_record *r) {
    *r = (struct store_record){
        .id = db_text(q, COL_ID),
        .trace_id = db_text(q, COL_TRACE),
        .span_id = db_text(q, COL_SPAN),
        .topic = db_text(q, COL_TOPIC),
        .score = db_real(q, COL_SCORE),
        .feedback = db_text(q, COL_FEEDBACK),
        .evaluated_at = db_known(q, COL_EVALUATED_AT),
        .created_at = sqlite3_column_int64(q, COL_CREATED_AT),
        .updated_at = sqlite3_column_int64(q, COL_UPDATED_AT),
        .version = sqlite3_column_int64(q, COL_VERSION),
        .edited = sqlite3_column_int(q, COL_EDITED) != 0,
        .error = sqlite3_column_int(q, COL_ERROR) != 0,
        .missing = sqlite3_column_int(q, COL_MISSING) != 0,
        .preview_input = db_text(q, COL_PREVIEW_INPUT),
        .preview_output = db_text(q, COL_PREVIEW_OUTPUT),
        .preview_tool = db_text(q, COL_PREVIEW_TOOL),
        .preview_arguments = db_text(q, COL_PREVIEW_ARGUMENTS),
        .model = db_text(q, COL_MODEL),
        .provider = db_text(q, COL_PROVIDER),
        .finish_reason = db_text(q, COL_FINISH_REASON),
        .input_tokens = db_known(q, COL_INPUT_TOKENS),
        .output_tokens = db_known(q, COL_OUTPUT_TOKENS),
        .cost = db_real(q, COL_COST),
        .latency_ms = db_known(q, COL_LATENCY_MS),
        .message_count = sqlite3_column_int64(q, COL_MESSAGE_COUNT),
        .tool_count = sqlite3_column_int64(q, COL_TOOL_COUNT),
        .tool_call_count = sqlite3_column_int64(q, COL_TOOL_CALL_COUNT),
        .bytes = sqlite3_column_int64(q, COL_BYTES),
        .sort_text = db_text(q, COL_TOPIC_SORT),
    };
}

void record_summary_args(const struct store_record *r, struct arg out[RECORD_SUMMARY_ARGS]) {
    const struct arg args[RECORD_SUMMARY_ARGS] = {
        arg_int(r->error),           arg_int(r->missing),         arg_text(r->model),
        arg_text(r->provider),       arg_text(r->finish_reason),  arg_known(r->input_tokens),
        arg_known(r->output_tokens), arg_real(r->cost),           arg_known(r->latency_ms),
        arg_int(r->message_count),   arg_int(r->tool_count),      arg_int(r->tool_call_count),
        arg_int(r->bytes),           arg_text(r->preview_input),  arg_text(r->preview_output),
        arg_text(r->preview_tool),   arg_text(r->preview_arguments),
    };
    memcpy(out, args, sizeof args);
}

/* ---- search words ---- */

void search_pattern(struct buf *out, const char *text, size_t len) {
    buf_char(out, '%');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%' || text[i] == '_' || text[i] == '\\') buf_char(out, '\\');
        buf_char(out, text[i]);
    }
    buf_char(out, '%');
}

bool search_split(struct search_words *w, const char *q) {
    *w = (struct search_words){.count = 0};
    const char *p = q ? q : "";
    for (;;) {
        while (isspace((unsigned char)*p)) p++;
        if (!*p) break;
        const char *end = p;
        /* words beyond the last slot stay together in it: nothing that was typed is ignored */
        if (w->count == SQL_SEARCH_WORDS - 1)
            end = p + strlen(p);
        else
            while (*end && !isspace((unsigned char)*end)) end++;
        search_pattern(&w->pattern[w->count], p, (size_t)(end - p));
        if (buf_failed(&w->pattern[w->count++])) return false;
        p = end;
    }
    return true;
}

void search_free(struct search_words *w) {
    for (int i = 0; i < SQL_SEARCH_WORDS; i++) buf_free(&w->pattern[i]);
}

void filter_bind(sqlite3_stmt *q, const struct store_filter *f, const struct search_words *w) {
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
    for (int i = 0; w && i < w->count; i++)
        db_bind(q, SQL_SEARCH_FIRST + i, arg_bytes(w->pattern[i].data, w->pattern[i].len));
}

/* ---- counts ---- */

static bool beyond_topic(const struct store_filter *f) {
    return (f->q && *f->q) || f->has_tools >= 0 || f->edited >= 0 || f->error >= 0 || f->missing >= 0 || f->model ||
           f->provider || f->score_min >= 0 || f->score_max >= 0;
}

/* with: 0 all rows that fit, 1 those with a topic, 2 those with a score. */
static enum status count_rows(struct conn *c, int64_t dataset, const int64_t counts[3], const struct store_filter *f,
                              const struct search_words *w, int with, int64_t *count, struct err *err) {
    if (!beyond_topic(f) && !f->topic && !f->topic_empty) {
        *count = counts[with];
        return STATUS_OK;
    }
    if (!beyond_topic(f) && with != 2 && f->topic && !f->topic_empty)
        return db_int(c, SQL_TOPIC_COUNT, ARGS(arg_int(dataset), arg_text(f->topic)), 0, count, err);
    if (!beyond_topic(f) && with == 0 && f->topic_empty && !f->topic) {
        *count = counts[0] - counts[1];
        return STATUS_OK;
    }
    sqlite3_stmt *q = db_query(c, w->count ? SQL_COUNT_SEARCH : SQL_COUNT_FILTER, ARGS(arg_int(dataset)), err);
    if (q) {
        db_bind(q, 8, arg_int(with));
        filter_bind(q, f, w);
    }
    *count = db_next(q) ? sqlite3_column_int64(q, 0) : 0;
    return db_end(q, err);
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
}

enum status store_record_count(struct store *s, const char *dataset_id, const struct store_filter *filter,
                               int64_t *count, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    int64_t key = 0, counts[3] = {0};
    struct search_words words = {.count = 0};
    enum status st = search_split(&words, filter->q) ? dataset_key(c, dataset_id, &key, counts, err) : no_memory(err);
    if (!st) st = count_rows(c, key, counts, filter, &words, 0, count, err);
    search_free(&words);
    reader_give(s, c);
    return st;
}

/* ---- pages ---- */

struct walk {
    struct conn *c;
    int64_t dataset;
    const char *dataset_id;
    const struct store_filter *filter;
    const struct search_words *words;
    enum store_sort sort;
    bool descending;
    store_record_fn each;
    void *ctx;
    struct buf from, below; /* of a topic filter in topic order */
    int64_t given;
};

static void topic_range(struct walk *w) {
    if (!w->filter->topic) {
        buf_str(&w->below, "\xFF"); /* above all UTF-8 */
        return;
    }
    for (const char *p = w->filter->topic; *p; p++) {
        char lower = (char)(*p >= 'A' && *p <= 'Z' ? *p + ('a' - 'A') : *p); /* as NOCASE and lower() do */
        buf_char(&w->from, lower);
        buf_char(&w->below, lower);
    }
    buf_char(&w->from, '\x01');
    buf_char(&w->below, '\x02');
}

static enum status walk_rows(struct walk *w, bool empty, const struct store_position *after, int64_t limit,
                             int64_t offset, struct err *err) {
    if (limit <= 0) return STATUS_OK;
    sqlite3_stmt *q = db_query(w->c, SQL_PAGE_VARIANT(w->sort, w->descending, empty, after != NULL),
                               ARGS(arg_int(w->dataset), arg_int(limit), arg_int(offset)), err);
    if (!q) return db_end(q, err);
    if (after) {
        if (!empty && w->sort == STORE_SORT_CREATED_AT) db_bind(q, 4, arg_int(after->number));
        if (!empty && w->sort == STORE_SORT_SCORE) db_bind(q, 4, arg_real(after->real));
        if (!empty && w->sort == STORE_SORT_TOPIC) db_bind(q, 4, arg_text(after->text ? after->text : ""));
        db_bind(q, 5, arg_text(after->id));
    }
    if (w->sort == STORE_SORT_TOPIC && !empty) {
        db_bind(q, 6, arg_bytes(w->from.data ? w->from.data : "", w->from.len));
        db_bind(q, 7, arg_bytes(w->below.data, w->below.len));
    }
    filter_bind(q, w->filter, w->words);
    while (db_next(q)) {
        struct store_record r;
        record_read(q, &r);
        r.dataset_id = w->dataset_id;
        w->each(w->ctx, &r);
        w->given++;
    }
    return db_end(q, err);
}

static enum status walk_page(struct walk *w, const int64_t counts[3], const struct store_page *page, struct err *err) {
    const struct store_position *after = page->after;
    bool has_tail = w->sort != STORE_SORT_CREATED_AT;
    if (after && after->empty_value && has_tail) return walk_rows(w, true, after, page->limit, 0, err);
    enum status st = walk_rows(w, false, after, page->limit, after ? 0 : page->offset, err);
    if (st || !has_tail || w->given >= page->limit) return st;
    int64_t offset = 0;
    if (!after && page->offset > 0 && w->given == 0) {
        int64_t valued = 0;
        st = count_rows(w->c, w->dataset, counts, w->filter, w->words, w->sort == STORE_SORT_TOPIC ? 1 : 2, &valued, err);
        offset = page->offset > valued ? page->offset - valued : 0;
    }
    return st ? st : walk_rows(w, true, NULL, page->limit - w->given, offset, err);
}

enum status store_record_page(struct store *s, const char *dataset_id, const struct store_filter *filter,
                              enum store_sort sort, bool descending, const struct store_page *page,
                              store_record_fn each, void *ctx, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    int64_t key = 0, counts[3] = {0};
    struct search_words words = {.count = 0};
    struct walk w = {.c = c, .dataset_id = dataset_id, .filter = filter, .words = &words, .sort = sort,
                     .descending = descending, .each = each, .ctx = ctx};
    topic_range(&w);
    bool memory = search_split(&words, filter->q) && !buf_failed(&w.from) && !buf_failed(&w.below);
    enum status st = memory ? dataset_key(c, dataset_id, &key, counts, err) : no_memory(err);
    w.dataset = key;
    if (!st) st = walk_page(&w, counts, page, err);
    search_free(&words);
    buf_free(&w.from);
    buf_free(&w.below);
    reader_give(s, c);
    return st;
}

/* ---- one record ---- */

static enum status no_record(struct err *err) {
    return err_set(err, STATUS_NOT_FOUND, "no_record", "There is no such record; it may have been deleted.");
}

enum status store_record_get(struct store *s, const char *id, store_record_fn each, void *ctx, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    sqlite3_stmt *q = db_query(c, SQL_RECORD_GET, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    if (found) {
        struct store_record r;
        record_read(q, &r);
        r.dataset_id = db_text(q, COL_DATASET_ID);
        each(ctx, &r);
    }
    enum status st = db_end(q, err);
    reader_give(s, c);
    return st || found ? st : no_record(err);
}

enum status store_record_data(struct store *s, const char *id, store_data_fn each, void *ctx, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    sqlite3_stmt *q = db_query(c, SQL_RECORD_DATA, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    enum status st = STATUS_OK;
    if (found) {
        struct store_record r;
        record_read(q, &r);
        r.dataset_id = db_text(q, COL_DATASET_ID);
        const char *data = db_text(q, COL_DATA);
        if (data)
            each(ctx, &r, data, (size_t)sqlite3_column_bytes(q, COL_DATA));
        else
            st = no_memory(err);
    }
    enum status ended = db_end(q, err);
    reader_give(s, c);
    if (st || ended) return st ? st : ended;
    return found ? STATUS_OK : no_record(err);
}
