/* The listener against raw sockets: heads that must be refused, bodies, keep-alive, HEAD, Expect, stopping. */
#include "http/server.h"
#include "raw_http.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define CAP 4096

static void hello(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 200, "text/plain", "hello", 5);
}

static void echo(struct exchange *ex, void *ctx) {
    (void)ctx;
    struct buf b = BUF_INIT;
    struct err err = ERR_INIT;
    if (exchange_body(ex, CAP, &b, &err))
        exchange_problem(ex, &err, NULL);
    else
        exchange_reply(ex, 200, "text/plain", b.data ? b.data : "", b.len);
    buf_free(&b);
}

static void ignore_body(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 200, "text/plain", "ok", 2);
}

static void stream(struct exchange *ex, void *ctx) {
    (void)ctx;
    if (exchange_begin(ex, 200, "text/plain", -1)) return;
    exchange_write(ex, "one ", 4);
    exchange_write(ex, "two", 3);
}

static void forever(struct exchange *ex, void *ctx) {
    (void)ctx;
    if (exchange_begin(ex, 200, "text/plain", -1)) return;
    while (!http_server_stopping(http_exchange_server(ex)) && exchange_write(ex, ".", 1) == 0) usleep(20000);
}

static void var(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 200, "text/plain", ex->vars[0], strlen(ex->vars[0]));
}

static void no_answer(struct exchange *ex, void *ctx) {
    (void)ex, (void)ctx;
}

static const struct http_route routes[] = {
    {"GET", "/hello", hello},   {"POST", "/echo", echo},      {"POST", "/ignore", ignore_body},
    {"GET", "/stream", stream}, {"GET", "/forever", forever}, {"GET", "/v/{x}/y", var},
    {"GET", "/rest/{x*}", var}, {"GET", "/none", no_answer},
};

static struct http_server *start(unsigned threads) {
    struct http_server_options o = {.listen = "127.0.0.1:0",
                                    .threads = threads,
                                    .routes = routes,
                                    .route_count = sizeof routes / sizeof *routes};
    struct err err = ERR_INIT;
    struct http_server *s = http_server_start(&o, &err);
    if (!s) fail_msg("%s", err.detail);
    return s;
}

static int setup(void **state) {
    *state = start(0);
    return 0;
}

static int teardown(void **state) {
    http_server_stop(*state);
    return 0;
}

static void expect(struct http_server *s, const char *request, int status) {
    char *a = raw_once(http_server_port(s, 0), request);
    if (raw_status(a) != status) fail_msg("%d instead of %d for: %s\n%s", raw_status(a), status, request, a);
    if (status >= 400 && !strstr(a, "application/problem+json")) fail_msg("no problem for: %s\n%s", request, a);
    free(a);
}

static void refuses_malformed_heads(void **state) {
    static const char *const bad[] = {
        "GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n", /* no Host */
        "GET /hello HTTP/1.0\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: "
        "chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2x\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "GET /a/../hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /./hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/.. HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%2e%2e/hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%2E/hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/a%2fb/y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/a%5Cb/y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/a\\b/y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /hello%00.js HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/a%0d%0ab/y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/%zz/y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/%f/y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /v/%ff/y HTTP/1.1\r\nHost: a\r\n\r\n", /* not UTF-8 */
        "GET /hello HTTP/1.1\r\nHost: a\r\nX-Odd: a\x01b\r\n\r\n",
        "NONSENSE\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) expect(*state, bad[i], 400);
    /* A target that names a host of its own: CivetWeb closes without a word when it is not this host. */
    char *a = raw_once(http_server_port(*state, 0), "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_not_equal(raw_status(a), 200);
    free(a);
    char request[100];
    unsigned port = http_server_port(*state, 0);
    snprintf(request, sizeof request, "GET http://127.0.0.1:%u/hello HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n",
             port, port);
    a = raw_once(port, request);
    assert_int_not_equal(raw_status(a), 200);
    free(a);
}

static void refuses_an_oversized_head(void **state) {
    size_t n = 40000;
    char *request = malloc(n + 100);
    memset(request, 'a', n + 100);
    memcpy(request, "GET /hello HTTP/1.1\r\nHost: a\r\nX: ", 33);
    memcpy(request + n, "\r\n\r\n", 5);
    char *a = raw_once(http_server_port(*state, 0), request);
    if (raw_status(a) != 413 && raw_status(a) != 431 && raw_status(a) != 400)
        fail_msg("%d %s", raw_status(a), a);
    assert_non_null(strstr(a, "application/problem+json"));
    free(a);
    free(request);
}

static void refuses_too_many_headers(void **state) {
    char request[4000] = "GET /hello HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 70; i++) strcat(request, "X-A: b\r\n");
    strcat(request, "\r\n");
    char *a = raw_once(http_server_port(*state, 0), request);
    assert_int_equal(raw_status(a), 400);
    free(a);
}

static void routes_and_methods(void **state) {
    expect(*state, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200);
    expect(*state, "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404);
    expect(*state, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404);
    expect(*state, "GET /v//y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404);
    expect(*state, "GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 500);
    char *a =
        raw_once(http_server_port(*state, 0), "DELETE /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(a), 405);
    assert_non_null(strstr(a, "\r\nAllow: GET, HEAD\r\n"));
    free(a);
    a = raw_once(http_server_port(*state, 0),
                 "GET /v/a%20%C3%A9/y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(a, "\r\n\r\na \xC3\xA9"));
    free(a);
    a = raw_once(http_server_port(*state, 0), "GET /rest/a/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(a, "\r\n\r\na/b"));
    free(a);
}

/* CivetWeb's default would answer any preflight with "*". */
static void grants_no_cors(void **state) {
    char *a = raw_once(http_server_port(*state, 0),
                       "OPTIONS /echo HTTP/1.1\r\nHost: a\r\nOrigin: http://evil.example\r\n"
                       "Access-Control-Request-Method: DELETE\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(a), 405);
    assert_null(strstr(a, "Access-Control"));
    free(a);
    a = raw_once(http_server_port(*state, 0),
                 "GET /hello HTTP/1.1\r\nHost: a\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n");
    assert_null(strstr(a, "Access-Control"));
    free(a);
}

static void head_has_no_body(void **state) {
    char *a = raw_once(http_server_port(*state, 0),
                       "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n"
                       "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(a, "Content-Length: 5\r\n"));
    int answers = 0;
    for (char *p = a; (p = strstr(p, "HTTP/1.1 200")); p++) answers++;
    assert_int_equal(answers, 3);
    assert_null(strstr(a, "one"));
    assert_ptr_equal(strstr(a, "hello"), a + strlen(a) - 5);
    free(a);
}

static void streams_in_chunks(void **state) {
    char *a =
        raw_once(http_server_port(*state, 0), "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(a, "Transfer-Encoding: chunked\r\n"));
    assert_non_null(strstr(a, "\r\n\r\n4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n"));
    free(a);
    a = raw_once(http_server_port(*state, 0), "GET /stream HTTP/1.0\r\nHost: a\r\n\r\n");
    assert_non_null(strstr(a, "\r\n\r\none two"));
    free(a);
}

static char *post(unsigned port, size_t n, bool chunked) {
    char *request = malloc(n + 300);
    size_t at = (size_t)(chunked ? sprintf(request,
                                           "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                           "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
                                           n)
                                 : sprintf(request,
                                           "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                           "Content-Length: %zu\r\n\r\n",
                                           n));
    memset(request + at, 'x', n);
    strcpy(request + at + n, chunked ? "\r\n0\r\n\r\n" : "");
    char *a = raw_once(port, request);
    free(request);
    return a;
}

static void bodies_at_the_cap_and_above(void **state) {
    unsigned port = http_server_port(*state, 0);
    for (int chunked = 0; chunked < 2; chunked++) {
        char *a = post(port, CAP, chunked);
        assert_int_equal(raw_status(a), 200);
        assert_int_equal(strlen(strstr(a, "\r\n\r\n") + 4), CAP);
        free(a);
        a = post(port, CAP + 1, chunked);
        assert_int_equal(raw_status(a), 413);
        assert_non_null(strstr(a, "larger than 4 KiB"));
        free(a);
    }
    expect(*state, "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200);
}

static void a_body_that_nobody_read_does_not_become_a_request(void **state) {
    static const char *const first[] = {
        "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\n"
        "GET /stream HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "POST /ignore HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2c\r\nGET /stream HTTP/1.1\r\nHost: evil.example\r\n\r\n\r\n0\r\n\r\n",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\n"
        "GET /stream HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        char request[500];
        snprintf(request, sizeof request, "%sGET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                 first[i]);
        char *a = raw_once(http_server_port(*state, 0), request);
        assert_null(strstr(a, "one"));
        if (!strstr(a, "hello")) fail_msg("%s", a);
        free(a);
    }
}

static void a_huge_unread_body_closes_the_connection(void **state) {
    int fd = raw_connect(http_server_port(*state, 0)), closed = 0;
    static const char head[] = "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000000\r\n\r\nabc";
    raw_send(fd, head, sizeof head - 1);
    long start_ms = raw_now_ms();
    char *a = raw_read(fd, NULL, 4000, &closed);
    assert_int_equal(raw_status(a), 200);
    assert_non_null(strstr(a, "Connection: close"));
    assert_true(closed);
    assert_true(raw_now_ms() - start_ms < 3000);
    free(a);
    close(fd);
}

static void expect_is_answered_when_the_body_is_read(void **state) {
    unsigned port = http_server_port(*state, 0);
    int fd = raw_connect(port);
    static const char head[] =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    long start_ms = raw_now_ms();
    raw_send(fd, head, sizeof head - 1);
    char *a = raw_read(fd, "\r\n\r\n", 3000, NULL);
    assert_string_equal(a, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_true(raw_now_ms() - start_ms < 500);
    free(a);
    raw_send(fd, "abc", 3);
    a = raw_read(fd, "abc", 3000, NULL);
    assert_int_equal(raw_status(a), 200);
    free(a);
    close(fd);
    /* Nobody reads: no 100, and the connection ends, since the client may or may not send its body. */
    fd = raw_connect(port);
    static const char ignored[] =
        "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    raw_send(fd, ignored, sizeof ignored - 1);
    int closed;
    a = raw_read(fd, NULL, 3000, &closed);
    assert_int_equal(raw_status(a), 200);
    assert_true(closed);
    free(a);
    close(fd);
}

static void a_body_cut_short_is_an_error(void **state) {
    int fd = raw_connect(http_server_port(*state, 0));
    static const char head[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc";
    raw_send(fd, head, sizeof head - 1);
    shutdown(fd, SHUT_WR);
    char *a = raw_read(fd, NULL, 3000, NULL);
    assert_true(raw_status(a) == 500 || a[0] == '\0');
    free(a);
    close(fd);
}

static void eight_silent_connections_do_not_stop_service(void **state) {
    unsigned port = http_server_port(*state, 0);
    int silent[8];
    for (int i = 0; i < 8; i++) silent[i] = raw_connect(port);
    long start_ms = raw_now_ms();
    char *a = raw_once(port, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(a), 200);
    assert_true(raw_now_ms() - start_ms < 1000);
    free(a);
    for (int i = 0; i < 8; i++) close(silent[i]);
}

static void keeps_connections_alive(void **state) {
    int fd = raw_connect(http_server_port(*state, 0));
    static const char get[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int i = 0; i < 3; i++) {
        raw_send(fd, get, sizeof get - 1);
        char *a = raw_read(fd, "hello", 2000, NULL);
        assert_int_equal(raw_status(a), 200);
        assert_non_null(strstr(a, "Connection: keep-alive"));
        free(a);
        usleep(700000); /* longer than CivetWeb's own 500 ms */
    }
    close(fd);
}

static void names_an_address_in_use(void **state) {
    char listen[40];
    snprintf(listen, sizeof listen, "127.0.0.1:%u", http_server_port(*state, 0));
    struct http_server_options o = {.listen = listen, .threads = 2};
    struct err err = ERR_INIT;
    assert_null(http_server_start(&o, &err));
    assert_int_equal(err.status, STATUS_CONFLICT);
    assert_non_null(strstr(err.detail, listen));
    err_clear(&err);
    o.listen = "nonsense";
    assert_null(http_server_start(&o, &err));
    assert_int_equal(err.status, STATUS_IO);
    assert_non_null(strstr(err.detail, "nonsense"));
}

static void on_pipe(int signal) {
    (void)signal;
}

static void leaves_signals_alone(void **state) {
    (void)state;
    struct sigaction mine = {.sa_handler = on_pipe}, now;
    sigaction(SIGPIPE, &mine, NULL);
    struct http_server *s = start(4);
    sigaction(SIGPIPE, NULL, &now);
    assert_true(now.sa_handler == on_pipe);
    http_server_stop(s);
    sigaction(SIGPIPE, NULL, &now);
    assert_true(now.sa_handler == on_pipe);
    signal(SIGPIPE, SIG_DFL);
    /* A client that goes away must not raise it either: the process would be dead. */
    s = start(4);
    int fd = raw_connect(http_server_port(s, 0));
    static const char get[] = "GET /forever HTTP/1.1\r\nHost: a\r\n\r\n";
    raw_send(fd, get, sizeof get - 1);
    free(raw_read(fd, "1\r\n.", 2000, NULL));
    close(fd);
    usleep(300000);
    http_server_stop(s);
    sigaction(SIGPIPE, NULL, &now);
    assert_true(now.sa_handler == SIG_DFL);
}

static void stops_with_streams_and_silent_connections(void **state) {
    (void)state;
    struct http_server *s = start(16);
    unsigned port = http_server_port(s, 0);
    int fd = raw_connect(port), silent = raw_connect(port);
    static const char get[] = "GET /forever HTTP/1.1\r\nHost: a\r\n\r\n";
    raw_send(fd, get, sizeof get - 1);
    free(raw_read(fd, "1\r\n.", 2000, NULL));
    long start_ms = raw_now_ms();
    http_server_stop(s);
    long took = raw_now_ms() - start_ms;
    if (took > 4000) fail_msg("stopping took %ld ms", took);
    close(fd);
    close(silent);
}

static void stops_at_once_when_nobody_is_there(void **state) {
    (void)state;
    struct http_server *s = start(0);
    long start_ms = raw_now_ms();
    http_server_stop(s);
    long took = raw_now_ms() - start_ms;
    if (took > 1000) fail_msg("stopping took %ld ms", took);
}

static void several_servers_in_one_process(void **state) {
    struct http_server *s = start(2);
    assert_int_not_equal(http_server_port(s, 0), http_server_port(*state, 0));
    expect(s, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200);
    http_server_stop(s);
    expect(*state, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_malformed_heads),
        cmocka_unit_test(refuses_an_oversized_head),
        cmocka_unit_test(refuses_too_many_headers),
        cmocka_unit_test(routes_and_methods),
        cmocka_unit_test(grants_no_cors),
        cmocka_unit_test(head_has_no_body),
        cmocka_unit_test(streams_in_chunks),
        cmocka_unit_test(bodies_at_the_cap_and_above),
        cmocka_unit_test(a_body_that_nobody_read_does_not_become_a_request),
        cmocka_unit_test(a_huge_unread_body_closes_the_connection),
        cmocka_unit_test(expect_is_answered_when_the_body_is_read),
        cmocka_unit_test(a_body_cut_short_is_an_error),
        cmocka_unit_test(eight_silent_connections_do_not_stop_service),
        cmocka_unit_test(keeps_connections_alive),
        cmocka_unit_test(names_an_address_in_use),
        cmocka_unit_test(leaves_signals_alone),
        cmocka_unit_test(stops_with_streams_and_silent_connections),
        cmocka_unit_test(stops_at_once_when_nobody_is_there),
        cmocka_unit_test(several_servers_in_one_process),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
