/* Rows as JSON. Unknown values are left out. */
#include "viewer/store/internal.h"

#include "base/clock.h"
#include "base/json_text.h"

const char SPAN_COLUMNS[] =
    "s.trace_id, s.span_id, s.parent_id, s.name, s.kind, s.service, s.scope, s.model, s.provider, s.start_ns,"
    " s.duration_ns, s.input_tokens, s.output_tokens, s.cost, s.failed, s.error, s.finish_reason, s.thread_id, "
    "s.user,"
    " s.preview_input, s.preview_output, s.bytes";
const char TRACE_COLUMNS[] =
    "t.trace_id, t.name, t.service, t.start_ns, t.end_ns, t.span_count, t.call_count, "
    "t.error_count, t.input_tokens,"
    " t.output_tokens, t.cost, t.models, t.thread_id, t.user,"
    /* what was asked: of the first model call (1 is SPAN_KIND_LLM), else of the root */
    " coalesce((SELECT s.preview_input FROM span s INDEXED BY span_trace"
    "   WHERE s.trace_id = t.trace_id AND s.kind = 1 AND s.preview_input IS NOT NULL"
    "   ORDER BY s.start_ns LIMIT 1),"
    "  (SELECT s.preview_input FROM span s WHERE s.id = t.root_ref))";
const char THREAD_COLUMNS[] = "h.thread_id, h.title, h.user, h.first_ns, h.last_ns, h.trace_count, "
                              "h.span_count, h.call_count, h.error_count,"
                              " h.input_tokens, h.output_tokens, h.cost, h.models";

static void id(struct buf *out, const char *key, sqlite3_stmt *stmt, int column) {
    char hex[TRACE_ID_TEXT_SIZE];
    db_column_id(stmt, column, hex, sizeof hex);
    if (hex[0]) buf_json_text(out, key, hex);
}

static void text(struct buf *out, const char *key, sqlite3_stmt *stmt, int column) {
    const char *value = (const char *)sqlite3_column_text(stmt, column);
    if (!value) return;
    buf_json_key(out, key);
    buf_json_string(out, value, (size_t)sqlite3_column_bytes(stmt, column));
}

static void count(struct buf *out, const char *key, sqlite3_stmt *stmt, int column) {
    if (sqlite3_column_type(stmt, column) != SQLITE_NULL)
        buf_json_int(out, key, sqlite3_column_int64(stmt, column));
}

static void real(struct buf *out, const char *key, sqlite3_stmt *stmt, int column) {
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL) return;
    buf_json_key(out, key);
    buf_printf(out, "%.12g", sqlite3_column_double(stmt, column));
}

static void time_of(struct buf *out, const char *key, int64_t ns) {
    char formatted[TIME_TEXT_SIZE];
    time_format(ns / 1000000, formatted);
    buf_json_text(out, key, formatted);
}

static void start(struct buf *out, int64_t ns, int64_t duration_ns) {
    time_of(out, "start", ns);
    buf_json_key(out, "start_unix_nano");
    buf_printf(out, "\"%lld\"", (long long)ns);
    buf_json_key(out, "duration_ms");
    buf_printf(out, "%.15g", (double)duration_ns / 1e6);
}

/* The column holds JSON strings joined by commas; each is written once. */
static void models(struct buf *out, sqlite3_stmt *stmt, int column) {
    struct buf list = BUF_INIT;
    struct json_text root, element, other;
    struct json_text_iter it;
    const char *value = (const char *)sqlite3_column_text(stmt, column);
    buf_json_key(out, "models");
    buf_char(out, '[');
    buf_printf(&list, "[%s]", value ? value : "");
    if (!buf_failed(&list) && json_text_parse(&root, list.data, list.len, 0, NULL) == STATUS_OK) {
        json_text_iter(&it, &root);
        for (size_t i = 0; json_text_next(&it, NULL, &element); i++) {
            bool seen = false;
            for (size_t k = 0; k < i && !seen; k++)
                seen = json_text_index(&root, k, &other) && json_text_same(&element, &other);
            if (seen) continue;
            buf_json_comma(out);
            json_text_copy(&element, out);
        }
    }
    buf_char(out, ']');
    buf_free(&list);
}

void row_span(sqlite3_stmt *stmt, int first, struct buf *out) {
    int c = first;
    buf_char(out, '{');
    id(out, "trace_id", stmt, c++);
    id(out, "span_id", stmt, c++);
    id(out, "parent_span_id", stmt, c++);
    text(out, "name", stmt, c++);
    buf_json_key(out, "kind");
    buf_json_cstr(out, span_kind_name((enum span_kind)sqlite3_column_int(stmt, c++)));
    text(out, "service", stmt, c++);
    text(out, "scope", stmt, c++);
    text(out, "model", stmt, c++);
    text(out, "provider", stmt, c++);
    start(out, sqlite3_column_int64(stmt, c), sqlite3_column_int64(stmt, c + 1));
    c += 2;
    count(out, "input_tokens", stmt, c++);
    count(out, "output_tokens", stmt, c++);
    real(out, "cost", stmt, c++);
    buf_json_key(out, "failed");
    buf_str(out, sqlite3_column_int(stmt, c++) ? "true" : "false");
    text(out, "error", stmt, c++);
    text(out, "finish_reason", stmt, c++);
    text(out, "thread_id", stmt, c++);
    text(out, "user", stmt, c++);
    text(out, "preview_input", stmt, c++);
    text(out, "preview_output", stmt, c++);
    count(out, "bytes", stmt, c);
}

void row_trace(sqlite3_stmt *stmt, int first, struct buf *out) {
    int c = first;
    buf_char(out, '{');
    id(out, "trace_id", stmt, c++);
    text(out, "name", stmt, c++);
    text(out, "service", stmt, c++);
    int64_t from = sqlite3_column_int64(stmt, c), to = sqlite3_column_int64(stmt, c + 1);
    start(out, from, to > from ? to - from : 0);
    c += 2;
    count(out, "span_count", stmt, c++);
    count(out, "call_count", stmt, c++);
    count(out, "error_count", stmt, c++);
    count(out, "input_tokens", stmt, c++);
    count(out, "output_tokens", stmt, c++);
    real(out, "cost", stmt, c++);
    models(out, stmt, c++);
    text(out, "thread_id", stmt, c++);
    text(out, "user", stmt, c++);
    text(out, "preview_input", stmt, c);
}

void row_thread(sqlite3_stmt *stmt, int first, struct buf *out) {
    int c = first;
    buf_char(out, '{');
    text(out, "thread_id", stmt, c++);
    text(out, "title", stmt, c++);
    text(out, "user", stmt, c++);
    time_of(out, "first", sqlite3_column_int64(stmt, c++));
    time_of(out, "last", sqlite3_column_int64(stmt, c++));
    count(out, "trace_count", stmt, c++);
    count(out, "span_count", stmt, c++);
    count(out, "call_count", stmt, c++);
    count(out, "error_count", stmt, c++);
    count(out, "input_tokens", stmt, c++);
    count(out, "output_tokens", stmt, c++);
    real(out, "cost", stmt, c++);
    models(out, stmt, c);
}
