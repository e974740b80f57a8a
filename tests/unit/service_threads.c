/* Several callers at once: the same spans added by all, readers meanwhile, and a long change that somebody cancels.
 * Meant for the thread sanitizer, too. */
#include "temp_service.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WRITERS = 4, SPANS = 60 };

struct crowd {
    struct temp_service *t;
    const struct json_text *request;
    atomic_int added, there, failed;
    atomic_bool over;
};

static int64_t member(const struct buf *out, const char *name) {
    struct json_text doc, v;
    int64_t n = -1;
    if (!json_text_parse(&doc, out->data, out->len, 0, NULL) && json_text_get(&doc, name, &v))
        json_text_int64(&v, false, &n);
    return n;
}

static void *add_all(void *arg) {
    struct crowd *c = arg;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    if (service_spans_add(c->t->service, c->t->dataset, c->request, &out, &err) == STATUS_OK) {
        atomic_fetch_add(&c->added, (int)member(&out, "added"));
        atomic_fetch_add(&c->there, (int)member(&out, "already_there"));
    } else {
        atomic_fetch_add(&c->failed, 1);
    }
    buf_free(&out);
    return NULL;
}

/* Whatever it sees in between has to agree with itself. */
static void *look(void *arg) {
    struct crowd *c = arg;
    struct service_filter f = SERVICE_FILTER_INIT;
    struct service_page page = {.limit = 10, .offset = -1};
    while (!atomic_load(&c->over)) {
        struct buf out = BUF_INIT;
        if (service_record_list(c->t->service, c->t->dataset, &f, SERVICE_SORT_TOPIC, SERVICE_ORDER_DEFAULT,
                                &page, &out, NULL) ||
            member(&out, "total") > SPANS)
            atomic_fetch_add(&c->failed, 1);
        buf_clear(&out);
        if (service_memberships(c->t->service, &c->t->spans[0].ref, 1, &out, NULL))
            atomic_fetch_add(&c->failed, 1);
        buf_clear(&out);
        if (service_trash_list(c->t->service, &page, &out, NULL)) atomic_fetch_add(&c->failed, 1);
        buf_free(&out);
    }
    return NULL;
}

static void each_span_once_whoever_adds_it(void **state) {
    struct temp_service *t = *state;
    struct crowd c = {.t = t};
    pthread_t writers[WRITERS], reader;
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"topic\":\"T\",\"spans\":[");
    for (unsigned i = 0; i < SPANS; i++) {
        struct span_ref ref = source_call(t, i / 7 + 1, i + 1, "x");
        buf_printf(&b, "%s{\"trace_id\":\"%s\",\"span_id\":\"%s\"}", i ? "," : "", ref.trace_id, ref.span_id);
    }
    buf_str(&b, "]}");
    c.request = body(t, "%s", b.data);
    buf_free(&b);
    assert_int_equal(pthread_create(&reader, NULL, look, &c), 0);
    for (int i = 0; i < WRITERS; i++) assert_int_equal(pthread_create(&writers[i], NULL, add_all, &c), 0);
    for (int i = 0; i < WRITERS; i++) pthread_join(writers[i], NULL);
    atomic_store(&c.over, true);
    pthread_join(reader, NULL);
    assert_int_equal(atomic_load(&c.failed), 0);
    assert_int_equal(atomic_load(&c.added), SPANS);
    assert_int_equal(atomic_load(&c.there), SPANS * (WRITERS - 1));
    assert_int_equal(count_records(t, t->dataset), SPANS);
    assert_int_equal(number_at(ASK(service_dataset_get, t->dataset), "labelled_count"), SPANS);
}

/* Waits for the first word of a long change and cancels it. */
static void *cancel(void *arg) {
    struct crowd *c = arg;
    struct buf events = BUF_INIT, out = BUF_INIT;
    uint64_t n = 0;
    const char *at = NULL;
    for (int i = 0; i < 200 && !at; i++) {
        feed_read(c->t->options.feed, &n, 50, &events);
        at = events.data ? strstr(events.data, "event: operation") : NULL;
    }
    const char *id = at ? strstr(at, "\"id\":\"") : NULL;
    char text[UUID_TEXT_SIZE] = "";
    if (id) snprintf(text, sizeof text, "%s", id + 6);
    if (!id || service_operation_cancel(c->t->service, text, &out, NULL) != STATUS_OK)
        atomic_fetch_add(&c->failed, 1);
    buf_free(&out);
    buf_clear(&events);
    buf_str(&events, text);
    return buf_take(&events);
}

static void a_cancelled_change_never_was(void **state) {
    struct temp_service *t = *state;
    struct crowd c = {.t = t};
    pthread_t canceller;
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"records\":[");
    for (int i = 0; i < 20000; i++) buf_printf(&b, "%s{\"data\":" HAND ",\"topic\":\"t\"}", i ? "," : "");
    buf_str(&b, "]}");
    add_by_hand(t, t->dataset, 3);
    assert_int_equal(pthread_create(&canceller, NULL, cancel, &c), 0);
    struct answer *a = ASK(service_record_add, t->dataset, body(t, "%s", b.data));
    void *id = NULL;
    pthread_join(canceller, &id);
    buf_free(&b);
    assert_int_equal(atomic_load(&c.failed), 0);
    assert_refused(a, STATUS_CANCELLED, "cancelled");
    assert_int_equal(count_records(t, t->dataset), 3);
    assert_int_equal(number_at(ASK(service_dataset_get, t->dataset), "labelled_count"), 3);
    struct service_page page = {.limit = 5, .offset = -1};
    assert_int_equal(number_at(ASK(service_trash_list, &page), "total"), 0);
    assert_string_equal(text_at(ASK(service_operation_get, id), "state"), "cancelled");
    assert_refused(ASK(service_undo, id), STATUS_CONFLICT, "not_done");
    free(id);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(each_span_once_whoever_adds_it),
        SERVICE_TEST_SMALL(each_span_once_whoever_adds_it),
        SERVICE_TEST_SMALL(a_cancelled_change_never_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
