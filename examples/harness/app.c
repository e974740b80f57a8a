/* app.c: see app.h. */
#include "harness/app.h"

#include "base/clock.h"
#include "base/feed.h"
#include "hostkit/proxy.h"
#include "http/assets.h"
#include "http/event_stream.h"
#include "http/gate_rules.h"
#include "http/server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BODY_MAX    (16u << 20)
#define LIMIT       50
#define LIMIT_MAX   1000
#define STREAMS_MAX 16
#define CSP                                                                                                    \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src "        \
    "'self'; "                                                                                                 \
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

extern const struct asset_table harness_assets; /* examples/harness/ui, built by webui/build.mjs */

struct app {
    struct spans *spans;
    struct hostkit *kit;
    struct http_server *server;
    struct feed *feed;
    struct event_streams streams;
    bool verbose;
    pthread_mutex_t lock; /* guards first_warning while starting */
    char first_warning[300];
};

/* ---- what hostkit calls ---- */

static tvp_status on_span_json(void *ctx, const char *trace_id, const char *span_id, tvp_write_fn write,
                               void *sink) {
    return spans_span_json(((struct app *)ctx)->spans, trace_id, span_id, write, sink);
}

static tvp_status on_trace_json(void *ctx, const char *trace_id, tvp_write_fn write, void *sink) {
    return spans_trace_json(((struct app *)ctx)->spans, trace_id, write, sink);
}

static tvp_status on_query(void *ctx, const char *filter, tvp_write_fn write, void *sink) {
    return spans_query(((struct app *)ctx)->spans, filter, write, sink);
}

static void on_log(void *ctx, const char *plugin, int32_t level, const char *line) {
    static const char *const words[] = {"debug", "info", "warning", "error"};
    struct app *app = ctx;
    if (level >= 2) {
        pthread_mutex_lock(&app->lock);
        if (!app->first_warning[0]) snprintf(app->first_warning, sizeof app->first_warning, "%s", line);
        pthread_mutex_unlock(&app->lock);
    }
    if (level >= 2 || app->verbose)
        fprintf(stderr, "%s%s%s: %s\n", plugin, *plugin ? " " : "",
                words[level < 0   ? 0
                      : level > 3 ? 3
                                  : level],
                line);
}

static tvp_status on_toast(void *ctx, const char *plugin, int32_t level, const char *text) {
    struct app *app = ctx;
    struct buf b = BUF_INIT;
    (void)plugin;
    buf_printf(&b, "{\"level\":\"%s\",\"text\":", level >= 3 ? "error" : "info");
    buf_json_cstr(&b, text);
    buf_char(&b, '}');
    if (!buf_failed(&b)) feed_publish(app->feed, "toast", b.data, b.len);
    buf_free(&b);
    return TVP_OK;
}

/* ---- HTTP ---- */

static bool gate(struct exchange *ex, void *ctx) {
    (void)ctx;
    struct err err = ERR_INIT;
    unsigned port = http_server_port(http_exchange_server(ex), 0);
    if (!gate_host_fits(exchange_header(ex, "Host"), &port, 1, NULL))
        (void)err_set(&err, STATUS_FORBIDDEN, "foreign_host",
                      "This address answers only to its own loopback names.");
    if (!err.status) (void)gate_check_mutation(ex, &err);
    if (!err.status && strncmp(ex->path, "/api/", 5) == 0) (void)gate_check_type(ex, NULL, &err);
    if (!err.status) return true;
    exchange_problem(ex, &err, NULL);
    return false;
}

static void get_info(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    struct buf b = BUF_INIT;
    buf_printf(&b, "{\"name\":\"harness\",\"version\":\"%s\",\"spans\":%zu}", SPANSET_VERSION,
               spans_count(app->spans));
    exchange_json(ex, 200, &b);
    buf_free(&b);
}

static void get_plugins(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    struct buf b = BUF_INIT;
    hostkit_plugins_json(app->kit, &b);
    exchange_json(ex, 200, &b);
    buf_free(&b);
}

static void add_text(struct buf *b, const char *key, const char *value) {
    if (value && *value) buf_json_text(b, key, value);
}

static void write_span(struct buf *b, const struct stored_span *s) {
    char start[TIME_TEXT_SIZE];
    time_format((int64_t)(s->start / 1000000u), start);
    buf_json_comma(b);
    buf_char(b, '{');
    add_text(b, "trace_id", s->trace_id);
    add_text(b, "span_id", s->span_id);
    add_text(b, "parent_span_id", s->parent_id);
    buf_json_comma(b);
    buf_json_key(b, "name");
    buf_json_cstr(b, s->name);
    add_text(b, "kind", s->kind);
    add_text(b, "service", s->service);
    add_text(b, "model", s->model);
    add_text(b, "provider", s->provider);
    add_text(b, "start", start);
    buf_printf(b, ",\"start_unix_nano\":\"%llu\",\"duration_ms\":%.3f", (unsigned long long)s->start,
               s->end > s->start ? (double)(s->end - s->start) / 1e6 : 0.0);
    if (s->input_tokens >= 0) buf_printf(b, ",\"input_tokens\":%lld", (long long)s->input_tokens);
    if (s->output_tokens >= 0) buf_printf(b, ",\"output_tokens\":%lld", (long long)s->output_tokens);
    buf_str(b, s->failed ? ",\"failed\":true" : ",\"failed\":false");
    add_text(b, "error", s->error);
    add_text(b, "thread_id", s->thread_id);
    add_text(b, "user", s->user);
    add_text(b, "preview_input", s->preview_input);
    add_text(b, "preview_output", s->preview_output);
    buf_printf(b, ",\"bytes\":%zu}", s->json_len);
}

static void get_spans(struct exchange *ex, void *ctx) {
    static const char *const others[] = {"limit", "cursor", NULL};
    struct app *app = ctx;
    struct span_filter filter;
    struct buf b = BUF_INIT;
    struct err err = ERR_INIT;
    int64_t limit = LIMIT, cursor = 0;
    enum status status = span_filter_from_query(&filter, ex, others, &err);
    if (status == STATUS_OK) status = exchange_param_int(ex, "limit", 1, LIMIT_MAX, LIMIT, &limit, &err);
    if (status == STATUS_OK) status = exchange_param_int(ex, "cursor", 0, INT32_MAX, 0, &cursor, &err);
    if (status != STATUS_OK) {
        exchange_problem(ex, &err, NULL);
    } else {
        int64_t total = 0;
        buf_str(&b, "{\"spans\":[");
        for (size_t i = 0; i < spans_count(app->spans); i++) {
            const struct stored_span *s = spans_at(app->spans, i);
            if (!spans_fits(s, &filter)) continue;
            if (total >= cursor && total < cursor + limit) write_span(&b, s);
            total++;
        }
        buf_printf(&b, "],\"total\":%lld,\"next\":", (long long)total);
        if (cursor + limit < total)
            buf_printf(&b, "\"%lld\"}", (long long)(cursor + limit));
        else
            buf_str(&b, "null}");
        exchange_json(ex, 200, &b);
    }
    span_filter_free(&filter);
    buf_free(&b);
}

static void get_span(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    struct err err = ERR_INIT;
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    const struct stored_span *s = NULL;
    if (otlp_id_normalize(ex->vars[0], 32, trace_id) && otlp_id_normalize(ex->vars[1], 16, span_id))
        s = spans_find(app->spans, trace_id, span_id);
    if (s) {
        exchange_add_header(ex, "Cache-Control", "no-store");
        exchange_reply(ex, 200, "application/json", s->json, s->json_len);
        return;
    }
    (void)err_set(&err, STATUS_NOT_FOUND, "no_span", "There is no span with these ids.");
    exchange_problem(ex, &err, NULL);
}

static int32_t count_lines(void *sink, const char *data, size_t len) {
    uint32_t *n = sink;
    for (size_t i = 0; i < len; i++) *n += data[i] == '\n';
    return 0;
}

/* Reads the body of a press; a filter is checked and counted. */
static enum status read_selection(struct app *app, struct exchange *ex, struct hostkit_selection *out,
                                  struct err *err) {
    struct buf body = BUF_INIT;
    *out = (struct hostkit_selection){0};
    enum status status = exchange_body(ex, BODY_MAX, &body, err);
    if (status == STATUS_OK) status = hostkit_selection_parse(out, body.data ? body.data : "", body.len, err);
    if (status == STATUS_OK && out->filter) {
        struct span_filter filter;
        status = span_filter_parse(&filter, out->filter, strlen(out->filter), err);
        span_filter_free(&filter);
        if (status == STATUS_OK) (void)spans_query(app->spans, out->filter, count_lines, &out->count);
    }
    buf_free(&body);
    return status;
}

static void post_action(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    struct hostkit_selection selection;
    struct buf reply = BUF_INIT;
    struct err err = ERR_INIT;
    enum status status = read_selection(app, ex, &selection, &err);
    if (status == STATUS_OK)
        status = hostkit_press(app->kit, ex->vars[0], ex->vars[1], &selection, &reply, &err);
    if (status == STATUS_OK)
        exchange_json(ex, 200, &reply);
    else
        exchange_problem(ex, &err, NULL);
    hostkit_selection_free(&selection);
    buf_free(&reply);
}

static void post_selection(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    struct hostkit_selection selection;
    struct err err = ERR_INIT;
    if (read_selection(app, ex, &selection, &err) == STATUS_OK) {
        struct buf none = BUF_INIT;
        buf_str(&none, "{}");
        hostkit_observe(app->kit, &selection);
        exchange_json(ex, 200, &none);
        buf_free(&none);
    } else {
        exchange_problem(ex, &err, NULL);
    }
    hostkit_selection_free(&selection);
}

static void get_events(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    event_stream_serve(&app->streams, ex);
}

/* The page at / and at every address of the plugin's; else a file of the UI. */
static void other(struct exchange *ex, void *ctx) {
    struct app *app = ctx;
    struct err err = ERR_INIT;
    if (strcmp(ex->method, "GET") != 0 && strcmp(ex->method, "HEAD") != 0) {
        (void)err_set(&err, STATUS_METHOD, NULL, "Only GET works here.");
        exchange_add_header(ex, "Allow", "GET, HEAD");
        exchange_problem(ex, &err, NULL);
        return;
    }
    bool page = strcmp(ex->path, "/") == 0 || strncmp(ex->path, "/spans/", 7) == 0 ||
                hostkit_page_at(app->kit, ex->path, NULL);
    const struct asset *asset = asset_find(&harness_assets, page ? "index.html" : ex->path + 1);
    if (asset) {
        asset_serve(asset, ex, CSP);
    } else {
        (void)err_set(&err, STATUS_NOT_FOUND, NULL, "There is nothing at this address.");
        exchange_problem(ex, &err, NULL);
    }
}

static int raw(struct mg_connection *conn, struct exchange *ex, void *ctx) {
    return hostkit_proxy(((struct app *)ctx)->kit, conn, ex, NULL);
}

static const struct http_route routes[] = {
    {"GET", "/api/info", get_info},
    {"GET", "/api/plugins", get_plugins},
    {"GET", "/api/spans", get_spans},
    {"GET", "/api/spans/{trace}/{span}", get_span},
    {"POST", "/api/plugins/{plugin}/actions/{action}", post_action},
    {"POST", "/api/selection", post_selection},
    {"GET", "/api/events", get_events},
};

/* ---- start and stop ---- */

static bool is_loopback(const char *listen) {
    return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "localhost:", 10) == 0;
}

struct app *app_start(const struct app_options *options, struct spans *spans, struct err *err) {
    static const char *const reserved[] = {"/api", "/spans"};
    if (!is_loopback(options->listen)) {
        (void)err_set(err, STATUS_INVALID, "listen",
                      "%s is not on this machine's loopback. The harness has no login: "
                      "use 127.0.0.1:PORT.",
                      options->listen);
        return NULL;
    }
    struct app *app = calloc(1, sizeof *app);
    if (!app || !(app->feed = feed_new())) {
        free(app);
        (void)err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        return NULL;
    }
    app->spans = spans;
    app->verbose = options->verbose;
    app->streams = (struct event_streams){.feed = app->feed, .cap = STREAMS_MAX};
    pthread_mutex_init(&app->lock, NULL);
    struct hostkit_options kit = {
        .name = "harness",
        .version = SPANSET_VERSION,
        .data_dir = options->data_dir,
        .plugins = &options->plugin,
        .plugin_count = 1,
        .reserved_routes = reserved,
        .reserved_count = sizeof reserved / sizeof *reserved,
        .callbacks = {.ctx = app,
                      .span_json = on_span_json,
                      .trace_json = on_trace_json,
                      .query = on_query,
                      .log = on_log,
                      .toast = on_toast},
    };
    app->kit = hostkit_start(&kit, err);
    struct http_server_options server = {
        .listen = options->listen,
        .threads = 64,
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .gate = gate,
        .fallback = other,
        .raw_prefix = HOSTKIT_MOUNT,
        .raw = raw,
        .ctx = app,
    };
    if (app->kit) app->server = http_server_start(&server, err);
    if (app->server) return app;
    app_stop(app);
    return NULL;
}

void app_stop(struct app *app) {
    if (!app) return;
    feed_close(app->feed);
    http_server_stop(app->server);
    hostkit_stop(app->kit);
    feed_free(app->feed);
    pthread_mutex_destroy(&app->lock);
    free(app);
}

unsigned app_port(const struct app *app) {
    return http_server_port(app->server, 0);
}
struct hostkit *app_hostkit(struct app *app) {
    return app->kit;
}
const char *app_first_warning(const struct app *app) {
    return app->first_warning;
}
