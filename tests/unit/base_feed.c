/* The feed: order, resuming, what is dropped, waiting, closing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/feed.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int setup(void **state) {
    *state = feed_new();
    return *state ? 0 : -1;
}
static int teardown(void **state) {
    feed_free(*state);
    return 0;
}

static void publish(struct feed *f, const char *data) {
    feed_publish(f, "changed", data, strlen(data));
}

static void events_come_in_order_in_the_stream_form(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    uint64_t n = 0;
    char id[FEED_ID_SIZE], expected[400];
    publish(f, "{\"a\":1}");
    feed_publish(f, "operation", "{}", 2);
    assert_int_equal(feed_now(f), 2);
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_EVENTS);
    assert_int_equal(n, 2);
    feed_id(f, 1, id);
    size_t used =
        (size_t)snprintf(expected, sizeof expected, "id: %s\nevent: changed\ndata: {\"a\":1}\n\n", id);
    feed_id(f, 2, id);
    snprintf(expected + used, sizeof expected - used, "id: %s\nevent: operation\ndata: {}\n\n", id);
    assert_string_equal(out.data, expected);
    buf_clear(&out);
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_TIMEOUT);
    assert_int_equal(out.len, 0);
    buf_free(&out);
}

static void readers_resume_by_id(void **state) {
    struct feed *f = *state;
    char id[FEED_ID_SIZE];
    uint64_t n = 99;
    feed_id(f, 0, id);
    assert_true(feed_seek(f, id, &n)); /* before the first: everything */
    assert_int_equal(n, 0);
    publish(f, "{}");
    publish(f, "{}");
    feed_id(f, 1, id);
    assert_true(feed_seek(f, id, &n));
    assert_int_equal(n, 1);
    feed_id(f, 3, id);
    assert_false(feed_seek(f, id, &n)); /* not given yet */
    static const char *const strange[] = {"", "1", "-1", "0123456789abcdef-1", "0123456789abcdef-", "x"};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) assert_false(feed_seek(f, strange[i], &n));
    feed_id(f, 1, id);
    char tail[FEED_ID_SIZE + 8];
    snprintf(tail, sizeof tail, "%sx", id);
    assert_false(feed_seek(f, tail, &n));
    struct feed *other = feed_new(); /* another epoch */
    assert_false(feed_seek(other, id, &n));
    feed_free(other);
    assert_int_equal(n, 1);
}

static void what_was_dropped_is_said(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    char id[FEED_ID_SIZE];
    uint64_t n = 0;
    for (int i = 0; i < FEED_KEEP; i++) publish(f, "{}");
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_EVENTS);
    n = 0;
    publish(f, "{}"); /* the first one falls out */
    buf_clear(&out);
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_LOST);
    assert_int_equal(n, FEED_KEEP + 1);
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_TIMEOUT);
    n = 1; /* still there */
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_EVENTS);
    feed_id(f, 1, id);
    assert_true(feed_seek(f, id, &n));
    feed_id(f, 0, id);
    assert_false(feed_seek(f, id, &n));
    n = 1000000; /* a number it never gave */
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_LOST);
    buf_free(&out);
}

static void large_events_do_not_pile_up(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    size_t size = 1u << 20;
    char *data = malloc(size);
    assert_non_null(data);
    memset(data, 'x', size);
    for (int i = 0; i < 20; i++) feed_publish(f, "changed", data, size);
    uint64_t n = 0;
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_LOST); /* only the newest 8 MB are kept */
    n = 13;
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_EVENTS);
    assert_int_equal(n, 14); /* one at a time */
    free(data);
    buf_free(&out);
}

static void line_breaks_cannot_end_an_event(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    uint64_t n = 0;
    feed_publish(f, "a word that is longer than thirty-two bytes", "a\n\nevent: x\r", 12);
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_EVENTS);
    assert_non_null(strstr(out.data, "data: a  event: x \n\n"));
    assert_non_null(strstr(out.data, "event: a word that is longer than thir\n")); /* cut to 31 bytes */
    buf_free(&out);
}

struct waiting {
    struct feed *f;
    enum feed_wait result;
    uint64_t ms;
};
static void *wait_long(void *arg) {
    struct waiting *w = arg;
    struct buf out = BUF_INIT;
    uint64_t n = feed_now(w->f), began = clock_monotonic_ms();
    w->result = feed_read(w->f, &n, 10000, &out);
    w->ms = clock_monotonic_ms() - began;
    buf_free(&out);
    return NULL;
}

static void readers_wait_and_are_woken(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    uint64_t n = 0, began = clock_monotonic_ms();
    assert_int_equal(feed_read(f, &n, 30, &out), FEED_TIMEOUT);
    assert_in_range(clock_monotonic_ms() - began, 25, 2000);
    pthread_t threads[4];
    struct waiting w[4];
    for (int i = 0; i < 4; i++) {
        w[i] = (struct waiting){.f = f};
        assert_int_equal(pthread_create(&threads[i], NULL, wait_long, &w[i]), 0);
    }
    usleep(50000);
    publish(f, "{}");
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(w[i].result, FEED_EVENTS);
        assert_true(w[i].ms < 5000);
    }
    buf_free(&out);
}

static void closing_wakes_everybody_for_good(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    uint64_t n = 0;
    pthread_t thread;
    struct waiting w = {.f = f};
    assert_int_equal(pthread_create(&thread, NULL, wait_long, &w), 0);
    usleep(20000);
    feed_close(f);
    pthread_join(thread, NULL);
    assert_int_equal(w.result, FEED_CLOSED);
    publish(f, "{}"); /* nobody hears it */
    assert_int_equal(feed_read(f, &n, 0, &out), FEED_CLOSED);
    assert_int_equal(feed_now(f), 0);
    buf_free(&out);
}

static void *publish_many(void *arg) {
    for (int i = 0; i < 500; i++) publish(arg, "{}");
    return NULL;
}

static void concurrent_publishers_lose_nothing(void **state) {
    struct feed *f = *state;
    struct buf out = BUF_INIT;
    pthread_t threads[2];
    uint64_t n = 0;
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&threads[i], NULL, publish_many, f), 0);
    while (n < 1000 && feed_read(f, &n, 5000, &out) == FEED_EVENTS) continue;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    assert_int_equal(n, 1000);
    int events = 0;
    for (const char *p = out.data; (p = strstr(p, "data: ")); p++) events++;
    assert_int_equal(events, 1000);
    buf_free(&out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(events_come_in_order_in_the_stream_form),
        TEST(readers_resume_by_id),
        TEST(what_was_dropped_is_said),
        TEST(large_events_do_not_pile_up),
        TEST(line_breaks_cannot_end_an_event),
        TEST(readers_wait_and_are_woken),
        TEST(closing_wakes_everybody_for_good),
        TEST(concurrent_publishers_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
