/* The host as a span source: pieces, lines, refusals, short vtables, and the gate that closes. */
#include "spans/span_source_host.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define TRACE "0123456789abcdef0123456789abcdef"

static const struct span_ref some_ref = {TRACE, "0123456789abcdef"};

static struct {
    tvp_status status;
    const char *pieces[6]; /* what the next call writes, up to NULL */
    atomic_int calls;
    atomic_bool hold; /* the call waits for as long as this is set */
    char log[200];
} says;

static tvp_status say(tvp_write_fn write, void *sink) {
    says.calls++;
    while (atomic_load(&says.hold)) usleep(1000);
    for (int i = 0; says.pieces[i]; i++)
        if (write(sink, says.pieces[i], strlen(says.pieces[i]))) return TVP_EIO;
    return says.status;
}

static tvp_status span_json(void *ctx, const tvp_span_ref *ref, tvp_write_fn write, void *sink) {
    assert_int_equal(ref->size, sizeof *ref);
    assert_string_equal(ref->trace_id, TRACE);
    assert_ptr_equal(ctx, &says);
    return say(write, sink);
}

static tvp_status trace_json(void *ctx, const char *trace_id, tvp_write_fn write, void *sink) {
    (void)ctx;
    assert_string_equal(trace_id, TRACE);
    return say(write, sink);
}

static tvp_status query_spans(void *ctx, const char *filter, tvp_write_fn write, void *sink) {
    (void)ctx;
    assert_string_equal(filter, "{}");
    return say(write, sink);
}

static const tvp_query query = {.size = sizeof query, .spans = query_spans};

static void host_log(void *ctx, int32_t level, const char *line) {
    (void)ctx, (void)level;
    says.calls++;
    snprintf(says.log, sizeof says.log, "%s", line);
}

static const void *extension(void *ctx, const char *id) {
    (void)ctx;
    return strcmp(id, TVP_EXT_QUERY) ? NULL : &query;
}

static const tvp_host full = {.size = sizeof full,
                              .abi = TVP_ABI,
                              .ctx = &says,
                              .span_json = span_json,
                              .trace_json = trace_json,
                              .log = host_log,
                              .extension = extension};

static struct span_source_host *host_source;
static const struct span_source *source;

static void use(const tvp_host *host) {
    memset(&says, 0, sizeof says);
    host_source = span_source_host_new(host);
    source = span_source_host_get(host_source);
}

static int teardown(void **state) {
    (void)state;
    span_source_host_free(host_source);
    host_source = NULL;
    return 0;
}

static void a_span_comes_in_pieces(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    struct err err = ERR_INIT;
    use(&full);
    says.pieces[0] = "{\"a\":";
    says.pieces[1] = "1}";
    buf_str(&b, "before ");
    assert_int_equal(source->span(source->ctx, &some_ref, &b, &err), STATUS_OK);
    assert_string_equal(b.data, "before {\"a\":1}");
    says.status = TVP_EIO; /* half a span is none */
    assert_int_equal(source->span(source->ctx, &some_ref, &b, &err), STATUS_IO);
    assert_string_equal(b.data, "before {\"a\":1}");
    buf_free(&b);
}

static void statuses_of_the_host(void **state) {
    (void)state;
    static const struct {
        tvp_status host;
        enum status ours;
    } each[] = {{TVP_ENOTFOUND, STATUS_NOT_FOUND},
                {TVP_EINVAL, STATUS_INVALID},
                {TVP_ENOMEM, STATUS_NO_MEMORY},
                {TVP_EUNSUPPORTED, STATUS_UNSUPPORTED},
                {TVP_EBUSY, STATUS_BUSY},
                {TVP_EINTERNAL, STATUS_IO},
                {-99, STATUS_IO}};
    use(&full);
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct buf b = BUF_INIT;
        struct err err = ERR_INIT;
        says.status = each[i].host;
        assert_int_equal(source->span(source->ctx, &some_ref, &b, &err), each[i].ours);
        assert_int_equal(err.status, each[i].ours);
        assert_true(strlen(err.detail) > 10);
        buf_free(&b);
    }
    struct buf b = BUF_INIT; /* OK, but nothing written */
    says.status = TVP_OK;
    assert_int_equal(source->span(source->ctx, &some_ref, &b, NULL), STATUS_IO);
    buf_free(&b);
}

static int collect(void *sink, const char *json, size_t len) {
    struct buf *b = sink;
    buf_char(b, '<');
    buf_add(b, json, len);
    buf_char(b, '>');
    return len == 4 && !memcmp(json, "stop", 4);
}

static void a_trace_comes_in_lines(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    use(&full);
    says.pieces[0] = "one\ntw";
    says.pieces[1] = "o\r\n\nth";
    says.pieces[2] = "r";
    says.pieces[3] = "ee"; /* no newline at the end */
    assert_int_equal(source->trace(source->ctx, TRACE, collect, &b, NULL), STATUS_OK);
    assert_string_equal(b.data, "<one><two><three>");
    buf_clear(&b);
    says.pieces[0] = "stop\nafter\n";
    assert_int_equal(source->trace(source->ctx, TRACE, collect, &b, NULL), STATUS_OK);
    assert_string_equal(b.data, "<stop>");
    says.status = TVP_ENOTFOUND;
    says.pieces[0] = NULL;
    assert_int_equal(source->trace(source->ctx, TRACE, collect, &b, NULL), STATUS_NOT_FOUND);
    buf_free(&b);
}

static int collect_ref(void *sink, const struct span_ref *ref) {
    struct buf *b = sink;
    buf_printf(b, "%s:%s ", ref->trace_id, ref->span_id);
    return 0;
}

static void a_query_gives_references(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    use(&full);
    says.pieces[0] =
        "{\"trace_id\":\"" TRACE "\",\"span_id\":\"AAAAAAAAAAAAAAAA\"}\n{\"trace_id\":\"x\"}\nnonsense\n";
    assert_int_equal(source->query(source->ctx, "{}", collect_ref, &b, NULL), STATUS_OK);
    assert_string_equal(b.data, TRACE ":aaaaaaaaaaaaaaaa ");
    says.pieces[0] = NULL;
    says.status = TVP_EINVAL;
    assert_int_equal(source->query(source->ctx, "{}", collect_ref, &b, NULL), STATUS_INVALID);
    buf_free(&b);
}

/* An older host, whose table ends after span_json; what lies behind it is not ours to read. */
static void short_tables(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    tvp_host host = full;
    host.size = offsetof(tvp_host, trace_json);
    use(&host);
    says.pieces[0] = "{}";
    assert_int_equal(source->span(source->ctx, &some_ref, &b, NULL), STATUS_OK);
    assert_int_equal(source->trace(source->ctx, TRACE, collect, &b, NULL), STATUS_UNSUPPORTED);
    assert_int_equal(source->query(source->ctx, "{}", collect_ref, &b, NULL), STATUS_UNSUPPORTED);
    struct log_sink log = span_source_host_log(host_source);
    log.write(log.ctx, 1, "nobody hears this");
    assert_int_equal(says.calls, 1);
    teardown(state);
    host.size = offsetof(tvp_host, span_json);
    use(&host);
    assert_int_equal(source->span(source->ctx, &some_ref, &b, NULL), STATUS_UNSUPPORTED);
    assert_int_equal(says.calls, 0);
    buf_free(&b);
}

static void after_closing_the_host_is_not_called(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    use(&full);
    struct log_sink log = span_source_host_log(host_source);
    log.write(log.ctx, 1, "hello");
    assert_string_equal(says.log, "hello");
    assert_true(span_source_host_close(host_source, 100));
    int calls = says.calls;
    log.write(log.ctx, 1, "too late");
    assert_int_equal(source->span(source->ctx, &some_ref, &b, NULL), STATUS_CANCELLED);
    assert_int_equal(source->trace(source->ctx, TRACE, collect, &b, NULL), STATUS_CANCELLED);
    assert_int_equal(source->query(source->ctx, "{}", collect_ref, &b, NULL), STATUS_CANCELLED);
    assert_int_equal(says.calls, calls);
    assert_string_equal(says.log, "hello");
    buf_free(&b);
}

static void *ask(void *result) {
    struct buf b = BUF_INIT;
    *(enum status *)result = source->span(source->ctx, &some_ref, &b, NULL);
    buf_free(&b);
    return NULL;
}

static long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A host whose callbacks need the thread that is in deactivate never returns while we wait. */
static void closing_waits_only_for_a_while(void **state) {
    (void)state;
    enum status result = STATUS_INTERNAL;
    pthread_t thread;
    use(&full);
    says.pieces[0] = "{}";
    atomic_store(&says.hold, true);
    pthread_create(&thread, NULL, ask, &result);
    while (!atomic_load(&says.calls)) usleep(1000);
    long start = now_ms();
    assert_false(span_source_host_close(host_source, 200));
    assert_true(now_ms() - start >= 190 && now_ms() - start < 1500);
    atomic_store(&says.hold, false);
    assert_true(span_source_host_close(host_source, 2000)); /* now it does return */
    pthread_join(thread, NULL);
    assert_int_equal(result, STATUS_CANCELLED); /* its sink said stop */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_span_comes_in_pieces, teardown),
        cmocka_unit_test_teardown(statuses_of_the_host, teardown),
        cmocka_unit_test_teardown(a_trace_comes_in_lines, teardown),
        cmocka_unit_test_teardown(a_query_gives_references, teardown),
        cmocka_unit_test_teardown(short_tables, teardown),
        cmocka_unit_test_teardown(after_closing_the_host_is_not_called, teardown),
        cmocka_unit_test_teardown(closing_waits_only_for_a_while, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
