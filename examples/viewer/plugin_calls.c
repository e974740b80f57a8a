/* Both directions of a plugin: what browsers ask of it, and what it asks of us. */
#include "viewer/viewer.h"

#include "hostkit/proxy.h"

#include <stdio.h>
#include <string.h>

#define SELECTION_BODY_MAX (16u << 20)
#define COUNT_CAP          10000000u

/* ---- from browsers ---- */

void call_plugins(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct buf out = BUF_INIT;
    hostkit_plugins_json(v->kit, &out);
    exchange_json(ex, 200, &out);
    buf_free(&out);
}

/* Reads {spans} or {filter}, view; a filter is checked and its spans are counted. */
static enum status read_selection(struct viewer *v, struct exchange *ex, struct hostkit_selection *out,
                                  struct err *err) {
    struct buf body = BUF_INIT;
    *out = (struct hostkit_selection){0};
    enum status status = exchange_body(ex, SELECTION_BODY_MAX, &body, err);
    if (status == STATUS_OK) status = hostkit_selection_parse(out, body.data ? body.data : "", body.len, err);
    buf_free(&body);
    if (status != STATUS_OK || !out->filter) return status;
    struct span_filter filter;
    uint64_t count = 0;
    status = span_filter_parse(&filter, out->filter, strlen(out->filter), err);
    if (status == STATUS_OK) status = viewer_store_count(v->store, &filter, COUNT_CAP, &count, err);
    out->count = (uint32_t)count;
    span_filter_free(&filter);
    return status;
}

void call_action(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf reply = BUF_INIT;
    struct hostkit_selection selection;
    enum status status = read_selection(v, ex, &selection, &err);
    if (status == STATUS_OK) status = hostkit_press(v->kit, ex->vars[0], ex->vars[1], &selection, &reply, &err);
    viewer_answer(ex, status, &reply, &err);
    hostkit_selection_free(&selection);
    buf_free(&reply);
}

void call_selection(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf reply = BUF_INIT;
    struct hostkit_selection selection;
    enum status status = read_selection(v, ex, &selection, &err);
    if (status == STATUS_OK) hostkit_observe(v->kit, &selection);
    buf_str(&reply, "{}");
    viewer_answer(ex, status, &reply, &err);
    hostkit_selection_free(&selection);
    buf_free(&reply);
}

int call_proxy(struct mg_connection *conn, struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    return hostkit_proxy(v->kit, conn, ex, NULL);
}

/* ---- from plugins ---- */

static tvp_status status_of(enum status status) {
    switch (status) {
    case STATUS_OK:
        return TVP_OK;
    case STATUS_INVALID:
    case STATUS_CONTENT:
        return TVP_EINVAL;
    case STATUS_NOT_FOUND:
        return TVP_ENOTFOUND;
    case STATUS_NO_MEMORY:
        return TVP_ENOMEM;
    case STATUS_BUSY:
        return TVP_EBUSY;
    case STATUS_IO:
    case STATUS_CANCELLED:
        return TVP_EIO;
    default:
        return TVP_EINTERNAL;
    }
}

struct sink {
    tvp_write_fn write;
    void *ctx;
};

static tvp_status give_span(void *ctx, const char *trace_id, const char *span_id, tvp_write_fn write,
                            void *sink) {
    struct viewer *v = ctx;
    struct buf json = BUF_INIT;
    tvp_status status = status_of(viewer_store_span_json(v->store, trace_id, span_id, &json, NULL));
    if (status == TVP_OK && write(sink, json.data, json.len) != 0) status = TVP_EIO;
    buf_free(&json);
    return status;
}

static int give_line(void *ctx, const char *json, size_t len) {
    const struct sink *to = ctx;
    return to->write(to->ctx, json, len) != 0 || to->write(to->ctx, "\n", 1) != 0;
}

static tvp_status give_trace(void *ctx, const char *trace_id, tvp_write_fn write, void *sink) {
    struct viewer *v = ctx;
    struct sink to = {write, sink};
    return status_of(viewer_store_trace_json(v->store, trace_id, give_line, &to, NULL));
}

static int give_ref(void *ctx, const char *trace_id, const char *span_id) {
    char line[128];
    int n = snprintf(line, sizeof line, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}\n", trace_id, span_id);
    const struct sink *to = ctx;
    return n < 0 || to->write(to->ctx, line, (size_t)n) != 0;
}

static tvp_status give_query(void *ctx, const char *text, tvp_write_fn write, void *sink) {
    struct viewer *v = ctx;
    struct sink to = {write, sink};
    struct span_filter filter;
    enum status status = span_filter_parse(&filter, text, strlen(text), NULL);
    if (status == STATUS_OK) status = viewer_store_query(v->store, &filter, give_ref, &to, NULL);
    span_filter_free(&filter);
    return status_of(status);
}

static void take_log(void *ctx, const char *plugin, int32_t level, const char *line) {
    struct viewer *v = ctx;
    enum log_level known = level < 0 ? LOG_LEVEL_DEBUG : level > 3 ? LOG_LEVEL_ERROR : (enum log_level)level;
    log_line(&v->log, known, "%s%s%s", plugin, *plugin ? ": " : "", line);
}

static tvp_status take_toast(void *ctx, const char *plugin, int32_t level, const char *text) {
    static const char *const names[] = {"debug", "info", "warning", "error"};
    struct viewer *v = ctx;
    struct buf event = BUF_INIT;
    (void)plugin;
    buf_printf(&event, "{\"level\":\"%s\",\"text\":", names[level < 0 ? 0 : level > 3 ? 3 : level]);
    buf_json_cstr(&event, text);
    buf_char(&event, '}');
    bool ok = !buf_failed(&event);
    if (ok) feed_publish(v->feed, "toast", event.data, event.len);
    buf_free(&event);
    return ok ? TVP_OK : TVP_ENOMEM;
}

struct hostkit_callbacks plugin_callbacks(struct viewer *v) {
    return (struct hostkit_callbacks){.ctx = v,
                                      .span_json = give_span,
                                      .trace_json = give_trace,
                                      .query = give_query,
                                      .log = take_log,
                                      .toast = take_toast};
}
