/* Readers and writers at once: what each sees holds together, and TSan (make check-tsan) finds nothing. */
#include "temp_store.h"

#include <pthread.h>
#include <stdatomic.h>

struct crowd {
    struct temp_store *t;
    atomic_bool stop;
    atomic_int failures, reads, writes;
};

static void one_more(void *ctx, const struct store_record *r) {
    (void)r;
    ++*(int *)ctx;
}
static void counters(void *ctx, const struct store_dataset *d) {
    *(int64_t *)ctx = d->record_count;
}

/* Threads must not use cmocka's assertions: they count failures. */
static void *reader(void *arg) {
    struct crowd *c = arg;
    struct store *s = c->t->store;
    while (!atomic_load(&c->stop)) {
        struct err err = ERR_INIT;
        struct store_page page = {.limit = 50};
        struct store_filter f = STORE_FILTER_INIT;
        int rows = 0;
        int64_t n = 0, counted = 0;
        f.q = "answer";
        bool ok = store_record_page(s, c->t->dataset, NULL, STORE_SORT_TOPIC, true, &page, one_more, &rows,
                                    &err) == STATUS_OK;
        ok = ok && store_dataset_get(s, c->t->dataset, counters, &n, &err) == STATUS_OK;
        ok = ok && store_record_count(s, c->t->dataset, &f, &counted, &err) == STATUS_OK;
        ok = ok && n % 5 == 0 && counted % 5 == 0 && rows <= 50; /* only whole batches are ever seen */
        if (!ok) atomic_fetch_add(&c->failures, 1);
        atomic_fetch_add(&c->reads, 1);
    }
    return NULL;
}

static void *writer(void *arg) {
    struct crowd *c = arg;
    struct store *s = c->t->store;
    for (int i = 0; i < 25; i++) {
        struct err err = ERR_INIT;
        struct store_adder *adder = NULL;
        struct store_change change;
        struct store_undone undone;
        bool ok = store_add_begin(s, c->t->dataset, "add", 5, NULL, &adder, &err) == STATUS_OK, added = false;
        for (int n = 0; ok && n < 5; n++) {
            struct store_record r = STORE_RECORD_INIT;
            r.preview_output = "the answer";
            r.topic = n % 2 ? "odd" : NULL;
            ok = store_add_put(adder, &r, "{}", 2, &added, NULL, &err) == STATUS_OK && added;
        }
        ok = ok && store_add_commit(adder, &change, &err) == STATUS_OK;
        if (ok && i % 2)
            ok = store_undo(s, change.undo, NULL, &undone, &err) == STATUS_OK && undone.records == 5;
        if (!ok) atomic_fetch_add(&c->failures, 1);
        atomic_fetch_add(&c->writes, 1);
    }
    return NULL;
}

static void readers_and_writers_do_not_disturb_each_other(void **state) {
    struct crowd c = {.t = *state};
    pthread_t readers[12], writers[4]; /* more readers than connections */
    for (int i = 0; i < 12; i++) assert_int_equal(pthread_create(&readers[i], NULL, reader, &c), 0);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&writers[i], NULL, writer, &c), 0);
    for (int i = 0; i < 4; i++) pthread_join(writers[i], NULL);
    atomic_store(&c.stop, true);
    for (int i = 0; i < 12; i++) pthread_join(readers[i], NULL);
    assert_int_equal(atomic_load(&c.failures), 0);
    assert_true(atomic_load(&c.reads) > 0);
    assert_int_equal(get_dataset(c.t, c.t->dataset).records, 4 * 13 * 5);
}

static void *same_span(void *arg) {
    struct crowd *c = arg;
    for (int i = 0; i < 40; i++) {
        struct store_adder *adder = NULL;
        struct store_change change;
        struct err err = ERR_INIT;
        struct store_record r = STORE_RECORD_INIT;
        char span[16];
        bool added = false;
        snprintf(span, sizeof span, "s%d", i);
        r.trace_id = "t";
        r.span_id = span;
        bool ok = store_add_begin(c->t->store, c->t->dataset, "add", 1, NULL, &adder, &err) == STATUS_OK &&
                  store_add_put(adder, &r, "{}", 2, &added, NULL, &err) == STATUS_OK &&
                  store_add_commit(adder, &change, &err) == STATUS_OK;
        if (!ok) atomic_fetch_add(&c->failures, 1);
        if (added) atomic_fetch_add(&c->writes, 1);
    }
    return NULL;
}

static void of_many_who_add_a_span_one_does(void **state) {
    struct crowd c = {.t = *state};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, same_span, &c), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&c.failures), 0);
    assert_int_equal(atomic_load(&c.writes), 40);
    assert_int_equal(get_dataset(c.t, c.t->dataset).records, 40);
}

static void *large_change(void *arg) {
    struct crowd *c = arg;
    struct store_selection all = {.filter = STORE_FILTER_INIT, .expect = -1};
    struct store_fields f = {.set_topic = true, .topic = "new"};
    struct store_change change;
    struct err err = ERR_INIT;
    if (store_bulk(c->t->store, c->t->dataset, STORE_BULK_FIELDS, &all, &f, NULL, NULL, &change, &err) !=
            STATUS_OK ||
        change.changed != 1000)
        atomic_fetch_add(&c->failures, 1);
    atomic_store(&c->stop, true);
    return NULL;
}

/* While a change runs in chunks, others write in between and do not wait for its end. */
static void a_large_change_lets_others_in_between(void **state) {
    struct temp_store *t = *state;
    struct crowd c = {.t = t};
    char other[UUID_TEXT_SIZE];
    struct store_change change;
    struct err err = ERR_INIT;
    int between = 0;
    t->options.chunk_ms = 1;
    temp_store_reopen(t);
    assert_int_equal(store_dataset_create(t->store, "Other", NULL, other, &change, &err), STATUS_OK);
    add_many(t, t->dataset, 1000, NULL);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, large_change, &c), 0);
    while (!atomic_load(&c.stop)) {
        add_many(t, other, 1, NULL);
        between++;
    }
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&c.failures), 0);
    assert_true(between > 1);
    assert_int_equal(get_dataset(t, t->dataset).labelled, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_and_writers_do_not_disturb_each_other, temp_store_setup,
                                        temp_store_teardown),
        cmocka_unit_test_setup_teardown(of_many_who_add_a_span_one_does, temp_store_setup, temp_store_teardown),
        cmocka_unit_test_setup_teardown(a_large_change_lets_others_in_between, temp_store_setup_small,
                                        temp_store_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
