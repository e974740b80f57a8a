/* Which index serves is SQLite's choice; `text` has none and is asked last, of what the other conditions leave. */
#include "viewer/store/internal.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void add(struct where *w, const char *condition) {
    size_t n = strlen(w->sql);
    snprintf(w->sql + n, sizeof w->sql - n, "%s%s", n ? " AND " : "", condition);
}

enum status where_init(struct where *w, const struct span_filter *f, struct err *err) {
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
    if (f->text) add(w, "text_matches((SELECT text FROM span_text WHERE id = s.id), :text)");
    if (!w->sql[0]) add(w, "1");
    return strlen(w->sql) < sizeof w->sql - 1 ? STATUS_OK
                                              : err_set(err, STATUS_INTERNAL, NULL, "The filter is too long.");
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
