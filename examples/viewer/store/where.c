/* Which index serves is SQLite's choice; for `text` ours: a rare word is best found in the full-text index
 * first, a frequent one by walking the newest spans and looking each up. The unary plus takes a condition out
 * of the planner's sight. */
#include "viewer/store/internal.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RARE_MATCHES 2000
#define MATCH_WORDS  16

/* The words of `text` as a full-text query: all of them, the last one as a beginning. NULL when there is
 * nothing that the tokenizer is sure to see as we do; the text is then looked through span by span. */
static char *match_query(const char *text) {
    struct buf out = BUF_INIT;
    size_t len = strlen(text), words = 0;
    for (size_t i = 0; i < len && words < MATCH_WORDS;) {
        size_t n = span_text_word_char(text + i, len - i);
        if (!n) {
            i++;
            continue;
        }
        size_t start = i;
        while (i < len && (n = span_text_word_char(text + i, len - i)) > 0) i += n;
        /* a neighbour that may or may not belong to the token makes the word uncertain */
        bool sure = (start == 0 || (unsigned char)text[start - 1] < 0x80) &&
                    (i == len || (unsigned char)text[i] < 0x80);
        if (!sure) continue;
        if (words++) buf_str(&out, " AND ");
        buf_char(&out, '"');
        buf_add(&out, text + start, i - start);
        buf_char(&out, '"');
        if (i == len) buf_str(&out, " *");
    }
    if (words) return buf_take(&out);
    buf_free(&out);
    return NULL;
}

static bool has_fts(struct db *db) {
    sqlite3_stmt *stmt =
        db_stmt(db, "SELECT sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE name = 'span_text'", NULL);
    bool yes = stmt && sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0);
    if (stmt) sqlite3_reset(stmt);
    return yes;
}

static bool is_rare(struct db *db, const char *match) {
    sqlite3_stmt *stmt =
        db_stmt(db, "SELECT count(*) FROM (SELECT 1 FROM span_text WHERE span_text MATCH ?1 LIMIT ?2)", NULL);
    if (!stmt) return false;
    db_bind_text(stmt, 1, match);
    sqlite3_bind_int(stmt, 2, RARE_MATCHES);
    bool rare = sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) < RARE_MATCHES;
    sqlite3_reset(stmt);
    return rare;
}

static void add(struct where *w, const char *condition) {
    size_t n = strlen(w->sql);
    snprintf(w->sql + n, sizeof w->sql - n, "%s%s", n ? " AND " : "", condition);
}

enum status where_init(struct where *w, struct db *db, const struct span_filter *f, struct err *err) {
    *w = (struct where){.filter = f};
    if (f->trace_id) add(w, "s.trace_id = :trace");
    if (f->thread_id) add(w, "s.thread_id = :thread");
    if (f->user) add(w, "s.user = :user");
    if (f->service) add(w, "s.service = :service");
    if (f->model) add(w, "s.model = :model");
    if (f->provider) add(w, "s.provider = :provider");
    if (f->name) add(w, "s.name = :name");
    if (f->kind) add(w, "s.kind = :kind");
    if (f->has_error) add(w, f->error ? "s.failed = 1" : "s.failed = 0");
    if (f->has_from) add(w, "s.start_ns >= :from");
    if (f->has_to) add(w, "s.start_ns < :to");
    if (f->min_ms >= 0) add(w, "s.duration_ns >= :min");
    if (f->text) {
        w->match = has_fts(db) ? match_query(f->text) : NULL;
        if (w->match)
            add(w, is_rare(db, w->match)
                       ? "s.id IN (SELECT rowid FROM span_text WHERE span_text MATCH :match)"
                       : "+s.id IN (SELECT rowid FROM span_text WHERE span_text MATCH :match)");
        add(w, "text_matches((SELECT text FROM span_text WHERE rowid = s.id), :text)");
    }
    if (!w->sql[0]) add(w, "1");
    return strlen(w->sql) < sizeof w->sql - 1 ? STATUS_OK
                                              : err_set(err, STATUS_INTERNAL, NULL, "The filter is too long.");
}

void where_free(struct where *w) {
    free(w->match);
}

static int at(sqlite3_stmt *stmt, const char *name) {
    return sqlite3_bind_parameter_index(stmt, name);
}

static int64_t to_ns(double ms) {
    return ms >= 9e12 ? INT64_MAX : ms <= -9e12 ? INT64_MIN : (int64_t)llround(ms * 1e6);
}

void where_bind(const struct where *w, sqlite3_stmt *stmt) {
    static const char *const kinds[] = {
        [SPAN_KIND_OTHER] = "other",         [SPAN_KIND_LLM] = "llm",
        [SPAN_KIND_EMBEDDING] = "embedding", [SPAN_KIND_TOOL] = "tool",
        [SPAN_KIND_AGENT] = "agent",         [SPAN_KIND_CHAIN] = "chain",
        [SPAN_KIND_RETRIEVER] = "retriever", [SPAN_KIND_RERANKER] = "reranker",
        [SPAN_KIND_GUARDRAIL] = "guardrail", [SPAN_KIND_EVALUATOR] = "evaluator",
        [SPAN_KIND_WRAPPER] = "wrapper",     [SPAN_KIND_CHUNK] = "chunk"};
    const struct span_filter *f = w->filter;
    if (f->trace_id) db_bind_id(stmt, at(stmt, ":trace"), f->trace_id);
    if (f->thread_id) db_bind_text(stmt, at(stmt, ":thread"), f->thread_id);
    if (f->user) db_bind_text(stmt, at(stmt, ":user"), f->user);
    if (f->service) db_bind_text(stmt, at(stmt, ":service"), f->service);
    if (f->model) db_bind_text(stmt, at(stmt, ":model"), f->model);
    if (f->provider) db_bind_text(stmt, at(stmt, ":provider"), f->provider);
    if (f->name) db_bind_text(stmt, at(stmt, ":name"), f->name);
    for (size_t i = 0; f->kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], f->kind) == 0) sqlite3_bind_int(stmt, at(stmt, ":kind"), (int)i);
    if (f->has_from) sqlite3_bind_int64(stmt, at(stmt, ":from"), to_ns((double)f->from_ms));
    if (f->has_to) sqlite3_bind_int64(stmt, at(stmt, ":to"), to_ns((double)f->to_ms));
    if (f->min_ms >= 0) sqlite3_bind_int64(stmt, at(stmt, ":min"), to_ns(f->min_ms));
    if (f->text) db_bind_text(stmt, at(stmt, ":text"), f->text);
    if (w->match) db_bind_text(stmt, at(stmt, ":match"), w->match);
}

bool where_count(struct where *w, struct db *db, uint64_t cap, unsigned ms, uint64_t *count) {
    char sql[WHERE_SIZE + 100];
    *count = 0;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT 1 FROM span s WHERE %s LIMIT :cap)", w->sql);
    sqlite3_stmt *stmt = db_stmt(db, sql, NULL);
    if (!stmt) return false;
    where_bind(w, stmt);
    sqlite3_bind_int64(stmt, at(stmt, ":cap"), cap > INT64_MAX ? -1 : (int64_t)cap);
    db->deadline_ms = ms ? clock_monotonic_ms() + ms : 0;
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) *count = (uint64_t)sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    db->deadline_ms = 0;
    return rc == SQLITE_ROW;
}
