/* The reverse proxy between two listeners of this process: headers both ways, streams, bodies, a plugin that is down. */
#include "hostkit/internal.h"
#include "hostkit/proxy.h"
#include "hostkit/proxy_headers.h"
#include "http/server.h"
#include "raw_http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct rig {
    struct http_server *plugin, *host;
    unsigned plugin_port, port;
    struct hostkit kit;
    struct hostkit_slot slot;
    struct hostkit_slot *slots[1];
    tvp_plugin table;
    char url[64];
    atomic_int streams; /* running in the plugin */
    char seen[4096];    /* request headers as the plugin saw them */
};

/* ---- the plugin's side ---- */

static void see(struct exchange *ex, void *ctx) {
    struct rig *rig = ctx;
    static const char *const names[] = {
        "Host",    "Cookie", "Authorization",   "X-Tvp",          "X-Tvp-User",
        "Accept",  "Range",  "Content-Type",    "Content-Length", "Sec-Fetch-Site",
        "X-Other", "Expect", "Accept-Encoding", "If-None-Match",  "Transfer-Encoding"};
    size_t n = 0;
    n += (size_t)snprintf(rig->seen, sizeof rig->seen, "%s %s?%s\n", ex->method, ex->path, ex->query);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *v = exchange_header(ex, names[i]);
        if (v) n += (size_t)snprintf(rig->seen + n, sizeof rig->seen - n, "%s: %s\n", names[i], v);
    }
    exchange_add_header(ex, "Set-Cookie", "a=b");
    exchange_add_header(ex, "Content-Encoding", "gzip");
    exchange_add_header(ex, "ETag", "\"x\"");
    exchange_reply(ex, 200, "text/plain", rig->seen, n);
}

static void count_body(struct exchange *ex, void *ctx) {
    (void)ctx;
    static const size_t piece = 65536;
    char *into = malloc(piece);
    int64_t total = 0, n;
    while ((n = ex->ops->read(ex, into, piece)) > 0) total += n;
    free(into);
    char text[64];
    int len = snprintf(text, sizeof text, "%lld%s", (long long)total, n < 0 ? " broken" : "");
    exchange_reply(ex, 200, "text/plain", text, (size_t)len);
}

static void refuse_body(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 413, "text/plain", "too large", 9);
}

static void events(struct exchange *ex, void *ctx) {
    struct rig *rig = ctx;
    atomic_fetch_add(&rig->streams, 1);
    if (exchange_begin(ex, 200, "text/event-stream", -1) == 0) {
        for (int i = 0; !http_server_stopping(http_exchange_server(ex)); i++) {
            char text[32];
            int len =
                i == 0 ? snprintf(text, sizeof text, "data: %d\n\n", i) : snprintf(text, sizeof text, ":\n\n");
            if ((i == 0 || i % 20 == 0) && exchange_write(ex, text, (size_t)len) != 0) break;
            usleep(50000);
        }
    }
    atomic_fetch_sub(&rig->streams, 1);
}

static void move(struct exchange *ex, void *ctx) {
    struct rig *rig = ctx;
    char to[128];
    snprintf(to, sizeof to, "%s/there?x=1", strcmp(ex->query, "absolute") == 0 ? rig->url : "");
    exchange_add_header(ex, "Location", to);
    exchange_reply(ex, 302, "text/plain", "", 0);
}

static void cut(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_begin(ex, 200, "text/plain", 1000);
    exchange_write(ex, "half", 4);
}

static void empty(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 204, NULL, "", 0);
}

static const struct http_route plugin_routes[] = {
    {"GET", "/see/{x*}", see},        {"POST", "/see/{x*}", see},
    {"DELETE", "/see/{x*}", see},     {"POST", "/count", count_body},
    {"POST", "/refuse", refuse_body}, {"GET", "/events", events},
    {"GET", "/move", move},           {"GET", "/cut", cut},
    {"DELETE", "/empty", empty},
};

static tvp_status endpoint(void *self, tvp_endpoint *out) {
    struct rig *rig = self;
    out->url = rig->url;
    out->token = TOKEN;
    return TVP_OK;
}

/* ---- the host's side ---- */

static int raw(struct mg_connection *conn, struct exchange *ex, void *ctx) {
    struct rig *rig = ctx;
    return hostkit_proxy(&rig->kit, conn, ex, "ann\r\nX-Evil: 1");
}

static int setup(void **state) {
    struct rig *rig = calloc(1, sizeof *rig);
    struct err err = ERR_INIT;
    struct http_server_options p = {.listen = "127.0.0.1:0",
                                    .threads = 16,
                                    .routes = plugin_routes,
                                    .route_count = sizeof plugin_routes / sizeof *plugin_routes,
                                    .ctx = rig};
    rig->plugin = http_server_start(&p, &err);
    if (!rig->plugin) fail_msg("%s", err.detail);
    rig->plugin_port = http_server_port(rig->plugin, 0);
    snprintf(rig->url, sizeof rig->url, "http://127.0.0.1:%u", rig->plugin_port);

    rig->table = (tvp_plugin){.size = sizeof rig->table,
                              .abi = TVP_ABI,
                              .id = "sample",
                              .name = "Sample <1>",
                              .version = "1",
                              .endpoint = endpoint};
    rig->slot.kit = &rig->kit;
    rig->slot.table = &rig->table;
    rig->slot.self = rig;
    rig->slot.pub = (struct hostkit_plugin){
        .id = "sample", .name = "Sample <1>", .version = "1", .base_path = "/plugins/sample/"};
    rig->slots[0] = &rig->slot;
    rig->kit.slots = rig->slots;
    rig->kit.slot_count = 1;
    rig->kit.mount = "/plugins/";
    rig->kit.pool = hostkit_proxy_pool_new();
    pthread_mutex_init(&rig->kit.lock, NULL);
    pthread_cond_init(&rig->kit.idle, NULL);

    struct http_server_options h = {
        .listen = "127.0.0.1:0", .threads = 16, .raw_prefix = "/plugins/", .raw = raw, .ctx = rig};
    rig->host = http_server_start(&h, &err);
    if (!rig->host) fail_msg("%s", err.detail);
    rig->port = http_server_port(rig->host, 0);
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    struct rig *rig = *state;
    http_server_stop(rig->host);
    http_server_stop(rig->plugin);
    hostkit_proxy_pool_free(rig->kit.pool);
    pthread_mutex_destroy(&rig->kit.lock);
    pthread_cond_destroy(&rig->kit.idle);
    free(rig);
    return 0;
}

#define GET(path, headers)                                                                                     \
    "GET /plugins/sample/" path " HTTP/1.1\r\nHost: 127.0.0.1\r\n" headers "Connection: close\r\n\r\n"

static void has(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("no \"%s\" in:\n%s", part, text);
}

static void has_not(const char *text, const char *part) {
    if (strstr(text, part)) fail_msg("\"%s\" in:\n%s", part, text);
}

static void headers_are_filtered_both_ways(void **state) {
    struct rig *rig = *state;
    char *got =
        raw_once(rig->port, GET("see/a%20b?x=%2F&y",
                                "Cookie: s=1\r\nAuthorization: Basic x\r\nX-Tvp-User: eve\r\n"
                                "X-Tvp: 1\r\nX-Other: 1\r\nSec-Fetch-Site: same-origin\r\nRange: bytes=0-1\r\n"
                                "Accept-Encoding: br\r\nIf-None-Match: \"q\"\r\n"));
    assert_int_equal(raw_status(got), 200);
    has(rig->seen, "GET /see/a b?x=%2F&y\n");
    has(rig->seen, "Authorization: Bearer " TOKEN "\n");
    has(rig->seen, "X-Tvp-User: annX-Evil: 1\n");
    has(rig->seen, "X-Tvp: 1\n");
    has(rig->seen, "Sec-Fetch-Site: same-origin\n");
    has(rig->seen, "Range: bytes=0-1\n");
    has(rig->seen, "Accept-Encoding: br\n");
    has(rig->seen, "If-None-Match: \"q\"\n");
    char host[64];
    snprintf(host, sizeof host, "Host: 127.0.0.1:%u\n", rig->plugin_port);
    has(rig->seen, host);
    has_not(rig->seen, "Cookie");
    has_not(rig->seen, "X-Other");
    has_not(rig->seen, "\nAccept:");
    has(got, "ETag: \"x\"\r\n");
    has(got, "Content-Encoding: gzip\r\n"); /* not decoded */
    has_not(got, "Set-Cookie");
    has_not(got, "Transfer-Encoding");
    free(got);
}

static void methods_and_bodies(void **state) {
    struct rig *rig = *state;
    char *got = raw_once(rig->port, "POST /plugins/sample/see/x HTTP/1.1\r\nHost: h\r\nContent-Type: text/x\r\n"
                                    "Content-Length: 2\r\nConnection: close\r\n\r\nhi");
    assert_int_equal(raw_status(got), 200);
    has(rig->seen, "Content-Type: text/x\nContent-Length: 2\n");
    has_not(rig->seen, "Expect");
    free(got);
    got = raw_once(rig->port,
                   "DELETE /plugins/sample/see/x HTTP/1.1\r\nHost: h\r\nX-Tvp: 1\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(got), 200);
    has(rig->seen, "DELETE /see/x?\n");
    has_not(rig->seen, "Content-Type");
    free(got);
    got = raw_once(rig->port, "POST /plugins/sample/count HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                              "Connection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    has(got, "\r\n\r\n5");
    free(got);
    got = raw_once(rig->port, "POST /plugins/sample/count HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n"
                              "Connection: close\r\n\r\n");
    has(got, "\r\n\r\n0");
    free(got);
    got = raw_once(rig->port, "DELETE /plugins/sample/empty HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(got), 204);
    free(got);
    got = raw_once(rig->port, "HEAD /plugins/sample/see/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(got), 200);
    has(rig->seen, "HEAD /see/x?\n");
    has(got, "Content-Length: ");
    assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
    free(got);
}

static void keep_alive_serves_the_next_request(void **state) {
    struct rig *rig = *state;
    int fd = raw_connect(rig->port);
    for (int i = 0; i < 3; i++) {
        static const char request[] =
            "POST /plugins/sample/count HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd";
        raw_send(fd, request, sizeof request - 1);
        char *got = raw_read(fd, "\r\n\r\n4", 3000, NULL);
        has(got, "\r\n\r\n4");
        free(got);
    }
    close(fd);
}

static void expect_is_answered(void **state) {
    struct rig *rig = *state;
    int fd = raw_connect(rig->port);
    static const char head[] = "POST /plugins/sample/count HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"
                               "Expect: 100-continue\r\nConnection: close\r\n\r\n";
    raw_send(fd, head, sizeof head - 1);
    char *got = raw_read(fd, "100 Continue\r\n\r\n", 3000, NULL);
    has(got, "100 Continue");
    free(got);
    raw_send(fd, "abcd", 4);
    got = raw_read(fd, NULL, 3000, NULL);
    has(got, "\r\n\r\n4");
    free(got);
    close(fd);
}

static long resident_kib(void) {
    FILE *f = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (f && fscanf(f, "%*d %ld", &pages) != 1) pages = 0;
    if (f) fclose(f);
    return pages * 4;
}

static void large_body_streams(void **state) {
    struct rig *rig = *state;
    enum { TOTAL = 64 << 20, PIECE = 1 << 16 };
    char *piece = calloc(1, PIECE), head[200];
    int fd = raw_connect(rig->port);
    int n = snprintf(head, sizeof head,
                     "POST /plugins/sample/count HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n"
                     "Connection: close\r\n\r\n",
                     TOTAL);
    long before = resident_kib();
    raw_send(fd, head, (size_t)n);
    for (int i = 0; i < TOTAL / PIECE; i++) raw_send(fd, piece, PIECE);
    char *got = raw_read(fd, NULL, 10000, NULL);
    has(got, "\r\n\r\n67108864");
    assert_true(resident_kib() - before < 16 << 10);
    free(got);
    free(piece);
    close(fd);
}

static void early_refusal_arrives(void **state) {
    struct rig *rig = *state;
    enum { TOTAL = 4 << 20 };
    char *body = calloc(1, TOTAL), head[200];
    int fd = raw_connect(rig->port);
    int n = snprintf(head, sizeof head,
                     "POST /plugins/sample/refuse HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", TOTAL);
    raw_send(fd, head, (size_t)n);
    raw_send(fd, body, TOTAL);
    char *got = raw_read(fd, "too large", 5000, NULL);
    assert_int_equal(raw_status(got), 413);
    free(got);
    free(body);
    close(fd);
}

static void events_pass_at_once(void **state) {
    struct rig *rig = *state;
    int fd = raw_connect(rig->port);
    long begun = raw_now_ms();
    raw_send(fd, GET("events", ""), sizeof GET("events", "") - 1);
    char *got = raw_read(fd, "data: 0", 3000, NULL);
    has(got, "data: 0");
    has(got, "text/event-stream");
    assert_true(raw_now_ms() - begun < 500);
    free(got);
    assert_int_equal(atomic_load(&rig->streams), 1);
    close(fd);
    for (int i = 0; i < 60 && atomic_load(&rig->streams) > 0; i++) usleep(50000);
    assert_int_equal(atomic_load(&rig->streams), 0);
}

static void client_socket_is_watched(void **state) {
    /* Nothing is written to this client for the rest of the test, so only its socket can tell. */
    struct rig *rig = *state;
    int fd = raw_connect(rig->port);
    raw_send(fd, GET("events", ""), sizeof GET("events", "") - 1);
    free(raw_read(fd, "data: 0", 3000, NULL));
    size_t calls;
    close(fd);
    for (int i = 0; i < 18; i++) {
        usleep(50000);
        pthread_mutex_lock(&rig->kit.lock);
        calls = rig->kit.calls;
        pthread_mutex_unlock(&rig->kit.lock);
        if (calls == 0) break;
    }
    assert_int_equal(calls, 0);
}

static void redirects_are_moved_not_followed(void **state) {
    struct rig *rig = *state;
    char *got = raw_once(rig->port, GET("move", ""));
    assert_int_equal(raw_status(got), 302);
    has(got, "Location: /plugins/sample/there?x=1\r\n");
    free(got);
    got = raw_once(rig->port, GET("move?absolute", ""));
    has(got, "Location: /plugins/sample/there?x=1\r\n");
    free(got);
    got = raw_once(rig->port, "GET /plugins/sample?a=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(got), 308);
    has(got, "Location: /plugins/sample/?a=1\r\n");
    free(got);
    got = raw_once(rig->port, "GET /plugins/other/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(got), 404);
    free(got);
}

static void a_cut_reply_is_cut(void **state) {
    struct rig *rig = *state;
    int fd = raw_connect(rig->port), closed;
    static const char request[] = "GET /plugins/sample/cut HTTP/1.1\r\nHost: h\r\n\r\n";
    raw_send(fd, request, sizeof request - 1);
    char *got = raw_read(fd, NULL, 12000, &closed);
    has(got, "Content-Length: 1000\r\n");
    assert_true(closed);
    free(got);
    close(fd);
}

static void down_is_said_by_name(void **state) {
    struct rig *rig = *state;
    http_server_stop(rig->plugin);
    rig->plugin = NULL;
    char *got = raw_once(rig->port, GET("ui/page", "Accept: text/html\r\n"));
    assert_int_equal(raw_status(got), 502);
    has(got, "text/html");
    has(got, "Sample &lt;1&gt; is not running");
    has(got, "Content-Security-Policy: ");
    free(got);
    got = raw_once(rig->port, GET("api/datasets", "Accept: application/json\r\n"));
    assert_int_equal(raw_status(got), 502);
    has(got, "application/problem+json");
    has(got, "\"code\":\"plugin_down\"");
    free(got);
    atomic_store(&rig->kit.stopping, true);
    got = raw_once(rig->port, GET("x", ""));
    assert_int_equal(raw_status(got), 503);
    free(got);
}

static void connection_names_headers_to_drop(void **state) {
    (void)state;
    struct proxy_head head = {.length = -1};
    struct buf out = BUF_INIT;
    static const char *const lines[] = {
        "HTTP/1.1 100 Continue\r\n",    "X-Old: 1\r\n", "\r\n",          "HTTP/1.1 200 OK\r\n",
        "Connection: close, X-Hop\r\n", "X-Hop: 1\r\n", "x-keep: 2\r\n", "Content-Length: 12\r\n",
        "Location: //elsewhere/x\r\n",  "\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_true(proxy_head_line(&head, lines[i], strlen(lines[i])));
    assert_int_equal(head.status, 200);
    assert_int_equal(head.length, 12);
    proxy_head_write(&head, "http://127.0.0.1:1", "/p/", &out);
    assert_string_equal(out.data, "x-keep: 2\r\nLocation: //elsewhere/x\r\n");
    buf_free(&out);
    proxy_head_free(&head);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_filtered_both_ways),
        cmocka_unit_test(methods_and_bodies),
        cmocka_unit_test(keep_alive_serves_the_next_request),
        cmocka_unit_test(expect_is_answered),
        cmocka_unit_test(large_body_streams),
        cmocka_unit_test(early_refusal_arrives),
        cmocka_unit_test(events_pass_at_once),
        cmocka_unit_test(client_socket_is_watched),
        cmocka_unit_test(redirects_are_moved_not_followed),
        cmocka_unit_test(a_cut_reply_is_cut),
        cmocka_unit_test(connection_names_headers_to_drop),
        cmocka_unit_test(down_is_said_by_name), /* last: stops the plugin */
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
