/* The event stream over a real listener: news, resuming, reset, the cap, HEAD, and the end when the feed
 * closes. */
#include "http/event_stream.h"
#include "http/server.h"
#include "raw_http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static struct event_streams streams;

static void events(struct exchange *ex, void *ctx) {
    (void)ctx;
    event_stream_serve(&streams, ex);
}

static const struct http_route routes[] = {{"GET", "/events", events}};
static struct http_server *server;

static int setup(void **state) {
    (void)state;
    const struct http_server_options o = {
        .listen = "127.0.0.1:0", .threads = 16, .routes = routes, .route_count = 1};
    streams.feed = feed_new();
    streams.cap = 3;
    atomic_init(&streams.active, 0);
    server = http_server_start(&o, NULL);
    return server ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    feed_close(streams.feed);
    http_server_stop(server);
    feed_free(streams.feed);
    return 0;
}

static int open_stream(const char *extra) {
    char request[300];
    int fd = raw_connect(http_server_port(server, 0));
    snprintf(request, sizeof request, "GET /events%s HTTP/1.1\r\nHost: a\r\n",
             extra && *extra == '?' ? extra : "");
    if (extra && *extra != '?') strcat(request, extra);
    strcat(request, "\r\n");
    raw_send(fd, request, strlen(request));
    return fd;
}

static void wait_for_active(unsigned n) {
    for (int i = 0; i < 300 && atomic_load(&streams.active) != n; i++) usleep(10000);
    assert_int_equal(atomic_load(&streams.active), n);
}

/* Ends a stream: the server notices at its next write. */
static void close_stream(int fd) {
    close(fd);
    for (int i = 0; i < 100 && atomic_load(&streams.active); i++) {
        feed_publish(streams.feed, "tick", "{}", 2);
        usleep(10000);
    }
}

static void tells_news(void **state) {
    (void)state;
    feed_publish(streams.feed, "old", "{}", 2);
    int fd = open_stream(NULL);
    char *head = raw_read(fd, "retry:", 2000, NULL);
    assert_non_null(strstr(head, "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(head, "Cache-Control: no-store\r\n"));
    assert_non_null(strstr(head, "X-Accel-Buffering: no\r\n"));
    assert_null(strstr(head, "event: "));
    free(head);
    feed_publish(streams.feed, "changed", "{\"n\":1}", 7);
    char *news = raw_read(fd, "data: {\"n\":1}\n\n", 2000, NULL);
    assert_non_null(strstr(news, "event: changed\n"));
    assert_null(strstr(news, "event: old\n"));
    free(news);
    close_stream(fd);
    wait_for_active(0);
}

static void resumes_where_it_was(void **state) {
    (void)state;
    char id[FEED_ID_SIZE], header[100], query[100];
    feed_publish(streams.feed, "a", "1", 1);
    feed_id(streams.feed, feed_now(streams.feed), id);
    feed_publish(streams.feed, "b", "2", 1);
    feed_publish(streams.feed, "c", "3", 1);
    snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", id);
    snprintf(query, sizeof query, "?last_event_id=%s", id);
    for (int i = 0; i < 2; i++) {
        int fd = open_stream(i ? query : header);
        char *news = raw_read(fd, "data: 3\n\n", 2000, NULL);
        assert_non_null(strstr(news, "event: b\n"));
        assert_non_null(strstr(news, "event: c\n"));
        assert_null(strstr(news, "event: a\n"));
        assert_null(strstr(news, "reset"));
        free(news);
        close_stream(fd);
    }
}

static void unknown_ids_reset_once(void **state) {
    (void)state;
    static const char *const ids[] = {"nonsense", "0-1", "feedfeedfeedfeed-99", "-", "1-18446744073709551616"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char header[100];
        snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", ids[i]);
        int fd = open_stream(header);
        char *news = raw_read(fd, "event: reset\ndata: {}\n\n", 2000, NULL);
        assert_non_null(strstr(news, "event: reset"));
        assert_null(strstr(strstr(news, "event: reset") + 5, "event: reset"));
        free(news);
        close_stream(fd);
    }
}

static void streams_are_capped(void **state) {
    (void)state;
    int fds[3];
    for (int i = 0; i < 3; i++) fds[i] = open_stream(NULL);
    wait_for_active(3);
    char *answer =
        raw_once(http_server_port(server, 0), "GET /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(answer), 503);
    assert_non_null(strstr(answer, "Retry-After: 1\r\n"));
    free(answer);
    for (int i = 0; i < 3; i++) close_stream(fds[i]);
    wait_for_active(0);
    int fd = open_stream(NULL);
    answer = raw_read(fd, "retry:", 2000, NULL);
    assert_int_equal(raw_status(answer), 200);
    free(answer);
    close_stream(fd);
}

static void head_opens_no_stream(void **state) {
    (void)state;
    char *answer =
        raw_once(http_server_port(server, 0), "HEAD /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_status(answer), 200);
    assert_null(strstr(answer, "retry"));
    free(answer);
    wait_for_active(0);
}

static void ends_within_a_second_when_the_feed_closes(void **state) {
    (void)state;
    int fd = open_stream(NULL), closed = 0;
    free(raw_read(fd, "retry:", 2000, NULL));
    long start = raw_now_ms();
    feed_close(streams.feed);
    char *rest = raw_read(fd, "0\r\n\r\n", 2000, &closed);
    assert_non_null(strstr(rest, "0\r\n\r\n"));
    assert_true(raw_now_ms() - start < 1000);
    free(rest);
    close(fd);
    wait_for_active(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_news),
        cmocka_unit_test(resumes_where_it_was),
        cmocka_unit_test(unknown_ids_reset_once),
        cmocka_unit_test(streams_are_capped),
        cmocka_unit_test(head_opens_no_stream),
        cmocka_unit_test(ends_within_a_second_when_the_feed_closes), /* last: the feed stays closed */
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
