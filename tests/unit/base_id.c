/* base: ids and time. */
#include "base/clock.h"
#include "base/id.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void uuids_rise(void **state) {
    (void)state;
    struct id_generator g;
    id_generator_init(&g);
    char last[UUID_TEXT_SIZE] = "", id[UUID_TEXT_SIZE];
    for (int i = 0; i < 20000; i++) { /* many within one millisecond: the counter has to carry over */
        assert_true(uuid7_new(&g, id));
        assert_true(uuid_valid(id));
        assert_int_equal(id[14], '7');
        assert_non_null(strchr("89ab", id[19]));
        if (strcmp(id, last) <= 0) fail_msg("%s after %s", id, last);
        memcpy(last, id, sizeof last);
    }
    id_generator_destroy(&g);
}

#define THREADS 4
#define EACH    2000
struct drawing {
    struct id_generator *g;
    char ids[EACH][UUID_TEXT_SIZE];
};
static void *draw(void *arg) {
    struct drawing *d = arg;
    for (int i = 0; i < EACH; i++) uuid7_new(d->g, d->ids[i]);
    return NULL;
}
static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static void uuids_of_many_threads_differ(void **state) {
    (void)state;
    struct id_generator g;
    pthread_t threads[THREADS];
    struct drawing *d = calloc(THREADS, sizeof *d);
    char(*all)[UUID_TEXT_SIZE] = calloc(THREADS * EACH, sizeof *all);
    assert_true(d && all);
    id_generator_init(&g);
    for (int i = 0; i < THREADS; i++) {
        d[i].g = &g;
        assert_int_equal(pthread_create(&threads[i], NULL, draw, &d[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        memcpy(all + i * EACH, d[i].ids, sizeof d[i].ids);
    }
    qsort(all, THREADS * EACH, sizeof *all, by_text);
    for (int i = 1; i < THREADS * EACH; i++) assert_true(strcmp(all[i - 1], all[i]) < 0);
    id_generator_destroy(&g);
    free(all);
    free(d);
}

static void id_texts(void **state) {
    (void)state;
    assert_true(uuid_valid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"));
    assert_false(uuid_valid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5"));
    assert_false(uuid_valid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5bb"));
    assert_false(uuid_valid("0190a1b2xc3d4-7e5f-8a9b-0c1d2e3f4a5b"));
    assert_false(uuid_valid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g"));
    assert_false(uuid_valid(NULL));
    char out[TRACE_ID_TEXT_SIZE];
    assert_true(otlp_id_normalize("00F067AA0BA902B7", 16, out));
    assert_string_equal(out, "00f067aa0ba902b7");
    assert_false(otlp_id_normalize("0000000000000000", 16, out));
    assert_false(otlp_id_normalize("00f067aa0ba902b", 16, out));
    assert_false(otlp_id_normalize("00f067aa0ba902bz", 16, out));
    assert_true(secret_equal("abc", "abc"));
    assert_false(secret_equal("abc", "abd"));
    assert_false(secret_equal("abc", "abcabc"));
    assert_false(secret_equal("abc", ""));
    assert_true(secret_equal("", ""));
}

static void times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
        const char *formatted; /* NULL: as text */
    } cases[] = {
        {"1970-01-01T00:00:00.000Z", 0, NULL},
        {"2026-01-31T14:02:11.042Z", INT64_C(1769868131042), NULL},
        {"2024-02-29T23:59:59.999Z", INT64_C(1709251199999), NULL},
        {"1969-12-31T23:59:59.999Z", -1, NULL},
        {"2026-01-31T14:02:11Z", INT64_C(1769868131000), "2026-01-31T14:02:11.000Z"},
        {"2026-01-31T15:02:11+01:00", INT64_C(1769868131000), "2026-01-31T14:02:11.000Z"},
        {"2026-01-31T14:02:11.0425Z", INT64_C(1769868131042), "2026-01-31T14:02:11.042Z"},
        {"2026-01-31", INT64_C(1769817600000), "2026-01-31T00:00:00.000Z"},
        {"1769868131042", INT64_C(1769868131042), "2026-01-31T14:02:11.042Z"},
        {"0001-01-01T00:00:00.000Z", INT64_C(-62135596800000), NULL},
        {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999), NULL},
    };
    char out[TIME_TEXT_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 0;
        if (!time_parse(cases[i].text, &ms)) fail_msg("%s", cases[i].text);
        assert_true(ms == cases[i].ms);
        time_format(ms, out);
        assert_string_equal(out, cases[i].formatted ? cases[i].formatted : cases[i].text);
    }
    static const char *const refused[] = {"",
                                          "x",
                                          "2026",
                                          "2026-13-01",
                                          "2026-00-10",
                                          "2026-01-32",
                                          "2026-01-31T25:00:00Z",
                                          "2026-01-31T14:60:00Z",
                                          "2026-01-31T14:02:11.Z",
                                          "2026-01-31T14:02:11+1",
                                          "2026-01-31 14:02:11 UTC",
                                          "-1",
                                          "1e3"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int64_t ms;
        if (time_parse(refused[i], &ms)) fail_msg("accepted %s", refused[i]);
    }
    time_format(INT64_MAX, out);
    assert_string_equal(out, "9999-12-31T23:59:59.999Z");
    time_format(INT64_MIN, out);
    assert_string_equal(out, "0001-01-01T00:00:00.000Z");
    uint64_t a = clock_monotonic_ms(), b = clock_monotonic_ms();
    assert_true(b >= a && clock_now_ms() > UINT64_C(1700000000000));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuids_rise),
        cmocka_unit_test(uuids_of_many_threads_differ),
        cmocka_unit_test(id_texts),
        cmocka_unit_test(times),
    };
    return cmocka_run_group_tests_name("base id", tests, NULL, NULL);
}
