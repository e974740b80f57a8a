/* sample_plugin.c: a small plugin that keeps every rule of host-api/tvp.h, and the same with one rule broken.
 *
 * Plain, it is the sample that `harness check` passes: a page, two actions, an observer, a footer widget whose module
 * exports spanMarks, a panel, an event stream and a thread that talks to the host. With -DBREAK_<RULE> (the list is in
 * abi.mk) it breaks that one rule, and a test sees that check notices.
 *
 * Threads: the listener's workers, and one ticker. Nothing is shared but `struct sample`, which is constant but for
 * its atomics. No lock is held across a host call, because there is none to hold. */
#include "base/clock.h"
#include "base/feed.h"
#include "http/event_stream.h"
#include "http/gate.h"
#include "http/server.h"
#include "sample_ui.h"
#include "tvp.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CSP                                                                                                    \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "      \
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

struct sample {
    const tvp_host *host;
    struct gate gate;
    struct http_server *server;
    unsigned port;
    char url[64];
    int lock; /* of the data directory, -1 = none */
    struct feed *feed;
    struct event_streams streams;
    pthread_t ticker;
    bool ticking;
    atomic_bool ending;     /* deactivate began: no host call any more */
    atomic_uint host_calls; /* under way; deactivate waits for 0 */
    atomic_ullong observed;
};

/* ---- calls to the host: counted, and none once deactivate began ---- */

static bool host_enter(struct sample *s) {
    atomic_fetch_add(&s->host_calls, 1);
#ifndef BREAK_LATE_CALL
    if (atomic_load(&s->ending)) {
        atomic_fetch_sub(&s->host_calls, 1);
        return false;
    }
#endif
    return true;
}

static void host_leave(struct sample *s) {
    atomic_fetch_sub(&s->host_calls, 1);
}

static void say(struct sample *s, const char *line) {
#ifdef BREAK_SHORT_HOST
    if (!s->host->log) return; /* looks past the end of a short table */
#else
    if (!TVP_CAN(s->host, tvp_host, log)) return;
#endif
    if (!host_enter(s)) return;
    s->host->log(s->host->ctx, 0, line);
    host_leave(s);
}

static int32_t count_bytes(void *sink, const char *data, size_t len) {
    (void)data;
    *(size_t *)sink += len;
    return 0;
}

/* How many bytes the host has of a span. */
static size_t span_size(struct sample *s, const tvp_span_ref *ref) {
    size_t bytes = 0;
    if (!TVP_CAN(s->host, tvp_host, span_json) || !host_enter(s)) return 0;
    (void)s->host->span_json(s->host->ctx, ref, count_bytes, &bytes);
    host_leave(s);
    return bytes;
}

static void *tick(void *ctx) {
    struct sample *s = ctx;
    while (!atomic_load(&s->ending)) {
        say(s, "tick");
        feed_publish(s->feed, "tick", "{}", 2);
        usleep(20000);
    }
#ifdef BREAK_LATE_CALL
    usleep(100000);
    say(s, "tick after the end");
#endif
    return NULL;
}

/* ---- actions ---- */

static tvp_status put(tvp_write_fn reply, void *sink, const char *text) {
    return reply(sink, text, strlen(text)) ? TVP_EIO : TVP_OK;
}

static tvp_status pressed(void *self, const tvp_selection *sel, tvp_write_fn reply, void *sink) {
    struct sample *s = self;
    if (!sel || !TVP_HAS(sel, tvp_selection, action_id) || !sel->action_id) return TVP_EINVAL;
    if (sel->spans && sel->count > 0) (void)span_size(s, sel->spans[0]);
#ifdef BREAK_REPLY
    return put(reply, sink, "{\"opened\":true}");
#else
    char text[300];
    if (strcmp(sel->action_id, "count") == 0) {
        snprintf(text, sizeof text, "{\"toast\":\"%u spans\"}", sel->count);
    } else {
#ifdef BREAK_OPEN
        static const char path[] = "ui/nowhere";
#else
        static const char path[] = "ui/dialog";
#endif
        snprintf(text, sizeof text,
                 "{\"open\":{\"element\":\"sample-dialog\",\"module\":\"ui/sample.js\",\"path\":\"%s?n=%u\","
                 "\"props\":{\"count\":%u}}}",
                 path, sel->count, sel->count);
    }
    return put(reply, sink, text);
#endif
}

static tvp_status observed(void *self, const tvp_selection *sel, tvp_write_fn reply, void *sink) {
    struct sample *s = self;
    (void)reply, (void)sink;
    atomic_store(&s->observed, sel->count);
    return TVP_OK;
}

/* ---- HTTP ---- */

static bool gate(struct exchange *ex, void *ctx) {
    struct sample *s = ctx;
#ifdef BREAK_TOKEN
    (void)s, (void)ex;
    return true;
#elif defined(BREAK_FOREIGN_HOST) || defined(BREAK_MUTATION)
    const char *sent = exchange_header(ex, "Authorization"), *host = exchange_header(ex, "Host");
    if (!sent || strncmp(sent, "Bearer ", 7) != 0 || strcmp(sent + 7, s->gate.token) != 0) {
        exchange_reply(ex, 401, NULL, "", 0);
        return false;
    }
#ifdef BREAK_MUTATION
    if (!host || strncmp(host, "127.0.0.1:", 10) != 0) {
        exchange_reply(ex, 403, NULL, "", 0);
        return false;
    }
    return true;
#else
    (void)host;
    return strcmp(ex->method, "GET") == 0 || gate_check(&s->gate, s->port, ex);
#endif
#else
    return gate_check(&s->gate, s->port, ex);
#endif
}

static void document(struct exchange *ex, const char *text) {
#ifndef BREAK_HEADERS
    exchange_add_header(ex, "Content-Security-Policy", CSP);
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
#else
    exchange_add_header(ex, "Set-Cookie", "sample=1");
#endif
    exchange_add_header(ex, "Cache-Control", "no-cache");
    exchange_reply(ex, 200, "text/html; charset=utf-8", text, strlen(text));
}

static void page(struct exchange *ex, void *ctx) {
    (void)ctx;
    document(ex, sample_page_html);
}

static void footer(struct exchange *ex, void *ctx) {
    (void)ctx;
    document(ex, sample_footer_html);
}

static void dialog(struct exchange *ex, void *ctx) {
    (void)ctx;
    document(ex, sample_dialog_html);
}

static void module(struct exchange *ex, void *ctx) {
    (void)ctx;
#ifdef BREAK_MODULE
    const char *type = "text/plain; charset=utf-8";
#else
    const char *type = "text/javascript; charset=utf-8";
#endif
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
    exchange_reply(ex, 200, type, sample_module, sizeof sample_module - 1);
}

static void hello(struct exchange *ex, void *ctx) {
    (void)ctx;
    static const char text[] = "{\"text\":\"Sample page\"}";
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
    exchange_reply(ex, 200, "application/json", text, sizeof text - 1);
}

static void events(struct exchange *ex, void *ctx) {
    struct sample *s = ctx;
    event_stream_serve(&s->streams, ex);
}

static const struct http_route routes[] = {
    {"GET", "/ui/page", page},        {"GET", "/ui/footer", footer}, {"GET", "/ui/dialog", dialog},
    {"GET", "/ui/sample.js", module}, {"GET", "/api/hello", hello},  {"POST", "/api/hello", hello},
    {"GET", "/api/events", events},
};

/* ---- life ---- */

static tvp_status refuse(char *err, size_t err_len, tvp_status status, const char *why) {
    if (err && err_len) snprintf(err, err_len, "%s", why);
    return status;
}

/* Takes the data directory for this activation alone. flock belongs to the open file, so a second activation of the
 * same process is kept out as well. */
static tvp_status lock_data_dir(struct sample *s, const char *dir, char *err, size_t err_len) {
    if (!dir || !*dir) return TVP_OK;
    char path[4096];
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return refuse(err, err_len, TVP_EIO, "The data directory cannot be made.");
    snprintf(path, sizeof path, "%s/sample.lock", dir);
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0) return refuse(err, err_len, TVP_EIO, "The data directory cannot be written.");
#ifndef BREAK_LOCK
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
        return refuse(err, err_len, TVP_EBUSY, "The data directory is used by another activation.");
#endif
    return TVP_OK;
}

static tvp_status register_all(struct sample *s, char *err, size_t err_len) {
    const tvp_host *h = s->host;
    static const tvp_page pages[] = {{.size = sizeof(tvp_page),
                                      .id = "samples",
                                      .title = "Samples",
                                      .icon = "flag",
                                      .route = "/samples",
                                      .path = "ui/page",
                                      .element = "sample-page",
                                      .module = "ui/sample.js"}};
    static const tvp_action actions[] = {
        {.size = sizeof(tvp_action), .id = "count", .label = "Count", .icon = "chart", .shortcut = "c"},
        {.size = sizeof(tvp_action), .id = "compare", .label = "Compare", .min_spans = 2, .max_spans = 2},
    };
    static const tvp_widget widget = {.size = sizeof widget,
                                      .id = "footer",
                                      .title = "Samples of this span",
#ifdef BREAK_PATH
                                      .path = "ui/missing",
#else
                                      .path = "ui/footer",
#endif
                                      .element = "sample-footer",
                                      .module = "ui/sample.js",
                                      .height = 20};
    tvp_status status = h->register_page(h->ctx, &pages[0]);
    if (status != TVP_OK && status != TVP_EBUSY)
        return refuse(err, err_len, status, "The host refused the page.");
    for (size_t i = 0; i < 2; i++)
        if ((status = h->on_span_selected(h->ctx, &actions[i], pressed, s)) != TVP_OK)
            return refuse(err, err_len, status, "The host refused an action.");
    if ((status = h->on_span_selected(h->ctx, NULL, observed, s)) != TVP_OK)
        return refuse(err, err_len, status, "The host refused the observer.");
    if ((status = h->span_footer_widget(h->ctx, &widget)) != TVP_OK)
        return refuse(err, err_len, status, "The host refused the widget.");
    return TVP_OK;
}

static void deactivate(void *self) {
    struct sample *s = self;
    atomic_store(&s->ending, true);
#ifdef BREAK_SLOW_STOP
    sleep(6);
#endif
    if (s->ticking) pthread_join(s->ticker, NULL);
    if (s->feed) feed_close(s->feed);
    http_server_stop(s->server);
    while (atomic_load(&s->host_calls) > 0) usleep(1000);
    feed_free(s->feed);
    if (s->lock >= 0) close(s->lock);
    free(s);
}

#ifdef BREAK_SHARED
static struct sample *only; /* one activation per process, whatever the contract says */
#endif

static tvp_status activate(const tvp_host *host, void **self, char *err, size_t err_len) {
#ifndef BREAK_SELF
    *self = NULL;
#endif
#ifndef BREAK_HOST_MAJOR
    if (TVP_MAJOR(host->abi) != TVP_ABI_MAJOR)
        return refuse(err, err_len, TVP_EUNSUPPORTED, "The host has another version of the plugin interface.");
#endif
#ifndef BREAK_MANDATORY
    if (!TVP_CAN(host, tvp_host, register_page) || !TVP_CAN(host, tvp_host, on_span_selected) ||
        !TVP_CAN(host, tvp_host, span_footer_widget))
#ifdef BREAK_SILENT
        return TVP_EINVAL;
#else
        return refuse(err, err_len, TVP_EINVAL, "The host cannot show pages, actions or widgets.");
#endif
#endif
    struct sample *s = calloc(1, sizeof *s);
    if (!s) return refuse(err, err_len, TVP_ENOMEM, "Out of memory.");
    s->host = host;
    s->lock = -1;
    s->feed = feed_new();
    s->streams = (struct event_streams){.feed = s->feed, .cap = 8};
    struct err why = ERR_INIT;
    struct http_server_options options = {
        .listen = "127.0.0.1:0",
        .threads = 24,
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .gate = gate,
        .ctx = s,
    };
    tvp_status status = s->feed && gate_init(&s->gate) ? TVP_OK : TVP_ENOMEM;
    if (status == TVP_OK)
        status = lock_data_dir(s, TVP_HAS(host, tvp_host, data_dir) ? host->data_dir : NULL, err, err_len);
    if (status == TVP_OK && !(s->server = http_server_start(&options, &why)))
        status = refuse(err, err_len, TVP_EIO, why.detail);
    if (status == TVP_OK) {
        s->port = http_server_port(s->server, 0);
#ifdef BREAK_URL
        snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u/", s->port);
#else
        snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u", s->port);
#endif
        status = register_all(s, err, err_len);
    }
    if (status == TVP_OK) {
        s->ticking = pthread_create(&s->ticker, NULL, tick, s) == 0;
#ifdef BREAK_SHARED
        only = s;
#endif
        *self = s;
        return TVP_OK;
    }
    deactivate(s);
#ifdef BREAK_SELF
    *self = s;
#endif
    return status;
}

static tvp_status endpoint(void *self, tvp_endpoint *out) {
    const struct sample *s = self;
#ifdef BREAK_SHARED
    s = only;
#endif
#ifndef BREAK_ENDPOINT_SIZE
    if (!out || !TVP_HAS(out, tvp_endpoint, token)) return TVP_EINVAL;
#endif
    out->url = s->url;
    out->token = s->gate.token;
    return TVP_OK;
}

static tvp_status health(void *self, tvp_write_fn write, void *sink) {
    (void)self;
#ifdef BREAK_HEALTH
    return put(write, sink, "fine, thanks");
#else
    return put(write, sink, "{\"status\":\"ok\"}");
#endif
}

static const void *extension(void *self, const char *id) {
    static const tvp_panel panel = {.size = sizeof panel,
                                    .id = "samples",
                                    .title = "Samples",
                                    .side = "right",
#ifdef BREAK_PANEL
                                    .path = "/ui/page",
#else
                                    .path = "ui/page",
#endif
                                    .element = "sample-page",
                                    .module = "ui/sample.js",
                                    .width = 300};
    (void)self;
    return strcmp(id, TVP_EXT_PANEL) == 0 ? &panel : NULL;
}

#ifdef BREAK_EXPORT
__attribute__((visibility("default"))) int sample_helper(void);
int sample_helper(void) {
    return 1;
}
#endif

const tvp_plugin *tvp_plugin_entry(uint32_t host_abi) {
    static const tvp_plugin plugin = {
        .size = sizeof plugin,
        .abi = TVP_ABI,
#ifdef BREAK_ID
        .id = "Sample Plugin",
#else
        .id = "sample",
#endif
        .name = "Sample",
        .version = "1.0",
        .license = "MIT",
        .activate = activate,
        .deactivate = deactivate,
        .endpoint = endpoint,
        .health = health,
        .extension = extension,
    };
#ifdef BREAK_MAJOR
    (void)host_abi;
    return &plugin;
#else
    return TVP_MAJOR(host_abi) == TVP_ABI_MAJOR ? &plugin : NULL;
#endif
}
