#include "spans/span_source_host.h"

#include "base/json_text.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SPAN_MAX (64u << 20) /* of one span_json object; a host that writes without end is cut off */

struct span_source_host {
    struct span_source source;
    const tvp_host *host;
    const tvp_query *query; /* NULL: the host has none */

    pthread_mutex_t lock; /* guards what follows; never held across a host call */
    pthread_cond_t idle;
    bool closed;
    unsigned under_way;
};

/* ---- the gate ---- */

static bool enter(struct span_source_host *s) {
    pthread_mutex_lock(&s->lock);
    bool open = !s->closed;
    if (open) s->under_way++;
    pthread_mutex_unlock(&s->lock);
    return open;
}

static void leave(struct span_source_host *s) {
    pthread_mutex_lock(&s->lock);
    if (--s->under_way == 0) pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->lock);
}

static bool is_closed(struct span_source_host *s) {
    pthread_mutex_lock(&s->lock);
    bool closed = s->closed;
    pthread_mutex_unlock(&s->lock);
    return closed;
}

bool span_source_host_close(struct span_source_host *s, unsigned wait_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&s->lock);
    s->closed = true;
    while (s->under_way && pthread_cond_timedwait(&s->idle, &s->lock, &until) != ETIMEDOUT) {
    }
    bool quiet = s->under_way == 0;
    pthread_mutex_unlock(&s->lock);
    return quiet;
}

/* ---- what the host says ---- */

static enum status cancelled(struct err *err) {
    return err_set(err, STATUS_CANCELLED, "stopping",
                   "The trace viewer is stopping; try again when it is back.");
}

/* what: what was asked for, for the sentence. */
static enum status from_host(tvp_status status, const char *what, struct err *err) {
    switch (status) {
    case TVP_OK:
        return STATUS_OK;
    case TVP_ENOTFOUND:
        return err_set(err, STATUS_NOT_FOUND, "not_found", "The trace viewer has no such %s any more.", what);
    case TVP_EINVAL:
        return err_set(err, STATUS_INVALID, "refused", "The trace viewer refused the %s.", what);
    case TVP_EUNSUPPORTED:
        return err_set(err, STATUS_UNSUPPORTED, "unsupported", "This trace viewer cannot give the %s.", what);
    case TVP_ENOMEM:
        return err_set(err, STATUS_NO_MEMORY, NULL, "The trace viewer had not enough memory for the %s.", what);
    case TVP_EBUSY:
        return err_set(err, STATUS_BUSY, "busy", "The trace viewer is busy; try again.");
    default:
        return err_set(err, STATUS_IO, "host_failed", "The trace viewer could not give the %s.", what);
    }
}

/* ---- span ---- */

struct span_sink {
    struct span_source_host *s;
    struct buf *out;
    size_t start;
    bool too_large;
};

static int32_t take_piece(void *sink, const char *data, size_t len) {
    struct span_sink *k = sink;
    if (len > SPAN_MAX - (k->out->len - k->start)) k->too_large = true;
    if (k->too_large || is_closed(k->s)) return 1;
    buf_add(k->out, data, len);
    return buf_failed(k->out);
}

static enum status get_span(void *ctx, const struct span_ref *ref, struct buf *out, struct err *err) {
    struct span_source_host *s = ctx;
    struct span_sink sink = {s, out, out->len, false};
    const tvp_span_ref host_ref = {sizeof host_ref, 0, ref->trace_id, ref->span_id};
    if (!enter(s)) return cancelled(err);
    tvp_status got = TVP_CAN(s->host, tvp_host, span_json)
                         ? s->host->span_json(s->host->ctx, &host_ref, take_piece, &sink)
                         : TVP_EUNSUPPORTED;
    leave(s);
    enum status status = STATUS_OK;
    if (buf_failed(out))
        status = err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for a span.");
    else if (sink.too_large)
        status =
            err_set(err, STATUS_TOO_LARGE, "span_too_large", "A span is larger than %u MiB.", SPAN_MAX >> 20);
    else if (got != TVP_OK)
        status = is_closed(s) ? cancelled(err) : from_host(got, "span", err);
    else if (out->len == sink.start)
        status = from_host(TVP_EINTERNAL, "span", err);
    if (status && !buf_failed(out)) { /* leave nothing half written behind */
        out->len = sink.start;
        if (out->data) out->data[out->len] = '\0';
    }
    return status;
}

/* ---- lines: trace and query ---- */

/* Cuts what the host writes into lines. each: non-zero stops. */
struct line_sink {
    struct span_source_host *s;
    struct buf line;
    int (*each)(struct line_sink *k, const char *line, size_t len);
    void *sink; /* of the call below */
    union {
        span_source_span_fn span;
        span_source_ref_fn ref;
    } call;
    bool stopped, too_large;
};

static int end_line(struct line_sink *k, const char *line, size_t len) {
    if (len && line[len - 1] == '\r') len--;
    if (len && k->each(k, line, len)) k->stopped = true;
    return k->stopped;
}

static int32_t take_lines(void *sink, const char *data, size_t len) {
    struct line_sink *k = sink;
    if (k->stopped || is_closed(k->s)) return 1;
    while (len) {
        const char *newline = memchr(data, '\n', len);
        size_t n = newline ? (size_t)(newline - data) : len;
        if (n > SPAN_MAX - k->line.len) {
            k->too_large = true;
            return 1;
        }
        if (newline && !k->line.len) { /* a whole line in one piece: no copy */
            if (end_line(k, data, n)) return 1;
        } else {
            buf_add(&k->line, data, n);
            if (buf_failed(&k->line)) return 1;
            if (newline) {
                if (end_line(k, k->line.data, k->line.len)) return 1;
                buf_clear(&k->line);
            }
        }
        n += newline ? 1 : 0;
        data += n;
        len -= n;
    }
    return 0;
}

/* What a walk over lines came to. The last line may lack its newline. */
static enum status end_lines(struct line_sink *k, tvp_status got, const char *what, struct err *err) {
    enum status status = STATUS_OK;
    if (buf_failed(&k->line))
        status = err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for a span.");
    else if (k->too_large)
        status =
            err_set(err, STATUS_TOO_LARGE, "span_too_large", "A span is larger than %u MiB.", SPAN_MAX >> 20);
    else if (!k->stopped && got != TVP_OK)
        status = is_closed(k->s) ? cancelled(err) : from_host(got, what, err);
    else if (!k->stopped && k->line.len)
        end_line(k, k->line.data, k->line.len);
    buf_free(&k->line);
    return status;
}

static int each_span(struct line_sink *k, const char *line, size_t len) {
    return k->call.span(k->sink, line, len);
}

static enum status get_trace(void *ctx, const char *trace_id, span_source_span_fn each, void *sink,
                             struct err *err) {
    struct span_source_host *s = ctx;
    struct line_sink lines = {.s = s, .line = BUF_INIT, .each = each_span, .sink = sink, .call.span = each};
    if (!enter(s)) return cancelled(err);
    tvp_status got = TVP_CAN(s->host, tvp_host, trace_json)
                         ? s->host->trace_json(s->host->ctx, trace_id, take_lines, &lines)
                         : TVP_EUNSUPPORTED;
    leave(s);
    return end_lines(&lines, got, "trace", err);
}

static bool hex_member(const struct json_text *object, const char *name, size_t digits, char *out) {
    struct json_text value;
    char plain[TRACE_ID_TEXT_SIZE];
    if (!json_text_get(object, name, &value) || value.type != JSON_TEXT_STRING || value.len != digits + 2)
        return false;
    memcpy(plain, value.text + 1, digits);
    plain[digits] = '\0';
    return otlp_id_normalize(plain, digits, out);
}

static int each_ref(struct line_sink *k, const char *line, size_t len) {
    struct json_text object;
    struct span_ref ref;
    if (json_text_parse(&object, line, len, JSON_TEXT_LENIENT, NULL) ||
        !hex_member(&object, "trace_id", TRACE_ID_TEXT_SIZE - 1, ref.trace_id) ||
        !hex_member(&object, "span_id", SPAN_ID_TEXT_SIZE - 1, ref.span_id))
        return 0; /* a line that is no reference refers to nothing */
    return k->call.ref(k->sink, &ref);
}

static enum status find_spans(void *ctx, const char *filter_json, span_source_ref_fn each, void *sink,
                              struct err *err) {
    struct span_source_host *s = ctx;
    struct line_sink lines = {.s = s, .line = BUF_INIT, .each = each_ref, .sink = sink, .call.ref = each};
    if (!s->query) return from_host(TVP_EUNSUPPORTED, "spans of a filter", err);
    if (!enter(s)) return cancelled(err);
    tvp_status got = s->query->spans(s->host->ctx, filter_json, take_lines, &lines);
    leave(s);
    return end_lines(&lines, got, "filter", err);
}

/* ---- log, life ---- */

static void write_log(void *ctx, int level, const char *line) {
    struct span_source_host *s = ctx;
    if (!TVP_CAN(s->host, tvp_host, log) || !enter(s)) return;
    s->host->log(s->host->ctx, level, line);
    leave(s);
}

struct log_sink span_source_host_log(struct span_source_host *s) {
    return (struct log_sink){write_log, s};
}

struct span_source_host *span_source_host_new(const tvp_host *host) {
    struct span_source_host *s = calloc(1, sizeof *s);
    pthread_condattr_t monotonic;
    if (!s) return NULL;
    s->host = host;
    s->source = (struct span_source){s, get_span, get_trace, find_spans};
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->idle, &monotonic);
    pthread_condattr_destroy(&monotonic);
    const tvp_query *query =
        TVP_CAN(host, tvp_host, extension) ? host->extension(host->ctx, TVP_EXT_QUERY) : NULL;
    if (query && TVP_CAN(query, tvp_query, spans)) s->query = query;
    return s;
}

const struct span_source *span_source_host_get(const struct span_source_host *s) {
    return &s->source;
}

void span_source_host_free(struct span_source_host *s) {
    if (!s) return;
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
