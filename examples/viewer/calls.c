/* The calls that read the store. Each parses its parameters, asks, and answers. */
#include "viewer/viewer.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

void viewer_answer(struct exchange *ex, enum status status, const struct buf *out, const struct err *err) {
    if (status == STATUS_OK) {
        exchange_json(ex, 200, out);
        return;
    }
    struct err unknown = ERR_INIT;
    if (err->status == STATUS_OK) {
        err_set(&unknown, status, NULL, "The viewer could not do that: %s.", status_name(status));
        err = &unknown;
    }
    exchange_problem(ex, err, NULL);
}

typedef enum status (*list_fn)(struct viewer_store *store, const struct span_filter *filter,
                               const struct list_page *page, struct buf *out, struct err *err);

static void list(struct exchange *ex, void *ctx, list_fn fn) {
    static const char *const others[] = {"limit", "cursor", NULL};
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    struct span_filter filter;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    char *cursor = NULL;
    enum status status = span_filter_from_query(&filter, ex, others, &err);
    if (status == STATUS_OK)
        status = exchange_param_int(ex, "limit", 1, LIST_LIMIT_MAX, LIST_LIMIT_DEFAULT, &page.limit, &err);
    if (status == STATUS_OK) {
        page.cursor = cursor = exchange_param(ex, "cursor", &err);
        status = err.status;
    }
    if (status == STATUS_OK) status = fn(v->store, &filter, &page, &out, &err);
    viewer_answer(ex, status, &out, &err);
    free(cursor);
    span_filter_free(&filter);
    buf_free(&out);
}

void call_spans(struct exchange *ex, void *ctx) {
    list(ex, ctx, viewer_store_spans);
}
void call_traces(struct exchange *ex, void *ctx) {
    list(ex, ctx, viewer_store_traces);
}
void call_threads(struct exchange *ex, void *ctx) {
    list(ex, ctx, viewer_store_threads);
}

void call_facets(struct exchange *ex, void *ctx) {
    static const char *const others[] = {NULL};
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    struct span_filter filter;
    enum status status = span_filter_from_query(&filter, ex, others, &err);
    if (status == STATUS_OK) status = viewer_store_facets(v->store, &filter, &out, &err);
    viewer_answer(ex, status, &out, &err);
    span_filter_free(&filter);
    buf_free(&out);
}

void call_trace(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    char trace_id[TRACE_ID_TEXT_SIZE];
    enum status status = STATUS_NOT_FOUND;
    if (!otlp_id_normalize(ex->vars[0], TRACE_ID_TEXT_SIZE - 1, trace_id))
        err_set(&err, STATUS_NOT_FOUND, "not_found", "A trace id has 32 hex digits.");
    else
        status = viewer_store_trace(v->store, trace_id, &out, &err);
    viewer_answer(ex, status, &out, &err);
    buf_free(&out);
}

void call_thread(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"id", NULL};
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    enum status status = exchange_params_known(ex, known, &err);
    char *id = status == STATUS_OK ? exchange_param(ex, "id", &err) : NULL;
    if (status == STATUS_OK && err.status == STATUS_OK && !id)
        err_set(&err, STATUS_INVALID, "id", "Say which thread: ?id=.");
    status = err.status;
    if (status == STATUS_OK) status = viewer_store_thread(v->store, id, &out, &err);
    viewer_answer(ex, status, &out, &err);
    free(id);
    buf_free(&out);
}

/* An RFC 3339 time, or null for none. */
static void time_or_null(struct buf *out, const char *key, int64_t ns) {
    char text[TIME_TEXT_SIZE];
    buf_json_key(out, key);
    time_format(ns / 1000000, text);
    buf_json_cstr(out, ns ? text : NULL);
}

static void address(struct buf *out, const char *listen, unsigned port) {
    const char *colon = strrchr(listen, ':');
    size_t host = colon ? (size_t)(colon - listen) : 0;
    buf_json_comma(out);
    buf_printf(out, "\"http://%.*s:%u\"", (int)host, listen, port);
}

void call_info(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    struct store_info info;
    enum status status = viewer_store_info(v->store, &info, &err);
    buf_str(&out, "{\"name\":\"" VIEWER_NAME "\",\"version\":\"" SPANSET_VERSION "\"");
    buf_printf(&out, ",\"spans\":%llu,\"traces\":%llu,\"bytes\":%llu", (unsigned long long)info.spans,
               (unsigned long long)info.traces, (unsigned long long)info.bytes);
    time_or_null(&out, "oldest", info.oldest_ns);
    time_or_null(&out, "newest", info.newest_ns);
    buf_json_key(&out, "otlp");
    buf_char(&out, '[');
    address(&out, v->options->otlp, v->ports[1]);
    if (v->ports[0] != v->ports[1]) address(&out, v->options->listen, v->ports[0]);
    buf_str(&out, "],\"keep_days\":");
    if (v->options->keep_days)
        buf_printf(&out, "%lld", (long long)v->options->keep_days);
    else
        buf_str(&out, "null");
    buf_str(&out, ",\"max_spans\":");
    if (v->options->max_spans)
        buf_printf(&out, "%llu", (unsigned long long)v->options->max_spans);
    else
        buf_str(&out, "null");
    buf_char(&out, '}');
    viewer_answer(ex, status, &out, &err);
    buf_free(&out);
}

void call_events(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    event_stream_serve(&v->streams, ex);
}
