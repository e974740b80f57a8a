/* The REST calls over a fake service: what reaches the service, and what the caller gets to hear. */
#include "api/api.h"
#include "fake_service.h"
#include "memory_exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define ID    "0190a0b0-1111-7222-8333-444455556666"
#define TRACE "0123456789abcdef0123456789abcdef"
#define SPAN  "0123456789abcdef"

static void on_events(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 200, "text/event-stream", "", 0);
}

static struct api api = {NULL, on_events, NULL};

static struct memory_exchange m;

static void call(const char *method, const char *target, const char *body) {
    memory_init(&m, method, target, body);
    api_handle(&m.ex, &api);
}

/* The call reaches the service as `seen` and answers `status`. */
static void expect(const char *method, const char *target, const char *body, int status, const char *seen) {
    fake_reset();
    call(method, target, body);
    if (m.ex.status != status)
        fail_msg("%s %s: %d instead of %d: %s", method, target, m.ex.status, status, memory_text(&m));
    if (strcmp(fake.seen, seen) != 0)
        fail_msg("%s %s: \"%s\" instead of \"%s\"", method, target, fake.seen, seen);
    memory_free(&m);
}

/* The call is refused before it reaches the service, with these words in the problem. */
static void refused(const char *method, const char *target, const char *body, int status, const char *words) {
    fake_reset();
    call(method, target, body);
    if (m.ex.status != status || !strstr(memory_text(&m), words) || fake.calls)
        fail_msg("%s %s: %d, %d calls, %s", method, target, m.ex.status, fake.calls, memory_text(&m));
    assert_string_equal(m.content_type, "application/problem+json");
    memory_free(&m);
}

static void datasets(void **state) {
    (void)state;
    expect("GET", "/api/datasets", NULL, 200, "dataset_list - 50/-1/-");
    expect("GET", "/api/datasets?q=a%20b&limit=5000&cursor=x", NULL, 200, "dataset_list a b 1000/-1/x");
    expect("GET", "/api/datasets?q=&limit=&cursor=", NULL, 200, "dataset_list - 50/-1/-");
    expect("GET", "/api/datasets?limit=0", NULL, 200, "dataset_list - 1/-1/-");
    expect("POST", "/api/datasets", "{\"name\":\"A \\u00e9\",\"description\":null}", 201,
           "dataset_create A \xC3\xA9 -");
    expect("GET", "/api/datasets/" ID, NULL, 200, "dataset_get " ID);
    expect("PATCH", "/api/datasets/" ID, "{\"name\":\"B\"}", 200, "dataset_update B 0 -");
    expect("PATCH", "/api/datasets/" ID, "{\"description\":null}", 200, "dataset_update - 1 -");
    expect("PATCH", "/api/datasets/" ID, "{\"description\":\"d\"}", 200, "dataset_update - 1 d");
    expect("DELETE", "/api/datasets/" ID, NULL, 200, "dataset_delete " ID);
    expect("POST", "/api/datasets/" ID "/duplicate", NULL, 201, "dataset_duplicate -");
    expect("POST", "/api/datasets/" ID "/duplicate", "{\"name\":\"C\"}", 201, "dataset_duplicate C");
    expect("GET", "/api/datasets/" ID "/topics", NULL, 200, "topics " ID);
    expect("GET", "/api/totals", NULL, 200, "totals");
}

static void records(void **state) {
    (void)state;
    expect("GET", "/api/datasets/" ID "/records", NULL, 200,
           "record_list q=- topic=-/0 flags=-1-1-1-1 model=- provider=- score=-1..-1 sort=0 order=0 50/-1/-");
    expect("GET",
           "/api/datasets/" ID
           "/records?sort=score&order=asc&q=x&topic=t&has_tools=true&edited=0&error=1&missing=false"
           "&model=m&provider=p&score_min=0.25&score_max=1&limit=10&offset=20",
           NULL, 200,
           "record_list q=x topic=t/0 flags=1010 model=m provider=p score=0.25..1 sort=2 order=1 10/20/-");
    expect("GET", "/api/datasets/" ID "/records?topic_empty=true&sort=topic&order=desc", NULL, 200,
           "record_list q=- topic=-/1 flags=-1-1-1-1 model=- provider=- score=-1..-1 sort=1 order=2 50/-1/-");
    expect("POST", "/api/datasets/" ID "/records", "{\"records\":[]}", 201, "record_add {\"records\":[]}");
    expect("GET", "/api/records/" ID, NULL, 200, "record_get " ID);
    expect("GET", "/api/records/" ID "/data", NULL, 200, "record_data " ID);
    expect("PATCH", "/api/records/" ID, "{\"topic\":null}", 200, "record_update {\"topic\":null} -");
    expect("PUT", "/api/records/" ID "/data", "{\"input\":1.50}", 200, "record_data_put 14 {\"input\":1.50} -");
    expect("DELETE", "/api/records/" ID, NULL, 200, "record_delete -");
    expect("POST", "/api/datasets/" ID "/bulk", "{\"op\":\"delete\",\"select\":{\"ids\":[]}}", 200,
           "bulk {\"op\":\"delete\",\"select\":{\"ids\":[]}}");
}

static void spans(void **state) {
    (void)state;
    expect("POST", "/api/datasets/" ID "/spans", "{\"selection_id\":\"x\"}", 200,
           "spans_add {\"selection_id\":\"x\"}");
    expect("GET", "/api/memberships?span=" TRACE ":" SPAN, NULL, 200, "memberships 1 " TRACE ":" SPAN);
    expect("GET", "/api/memberships?span=" TRACE "%3A" SPAN "&span=" TRACE ":AAAAAAAAAAAAAAAA", NULL, 200,
           "memberships 2 " TRACE ":aaaaaaaaaaaaaaaa");
    expect("GET", "/api/memberships", NULL, 200, "memberships 0 :");
    expect("POST", "/api/memberships", "{\"spans\":[{\"span_id\":\"" SPAN "\",\"trace_id\":\"" TRACE "\"}]}",
           200, "memberships 1 " TRACE ":" SPAN);
    expect("GET", "/api/spans/preview?trace_id=" TRACE "&span_id=" SPAN, NULL, 200,
           "span_preview " TRACE ":" SPAN);
    expect("GET", "/api/selections/" ID, NULL, 200, "selection_get " ID);
    refused("GET", "/api/memberships?span=nonsense", NULL, 400, "\\\"span\\\"");
    refused("GET", "/api/spans/preview?trace_id=" TRACE, NULL, 400, "span_id");
    refused("GET", "/api/spans/preview?trace_id=00000000000000000000000000000000&span_id=" SPAN, NULL, 400,
            "trace_id");
    refused("POST", "/api/memberships", "{\"spans\":[{\"trace_id\":\"" TRACE "\",\"span_id\":\"x\"}]}", 400,
            "\"pointer\":\"/spans/0/span_id\"");
    refused("POST", "/api/memberships",
            "{\"spans\":[{\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\",\"z\":1}]}", 400,
            "\"pointer\":\"/spans/0/z\"");
    refused("POST", "/api/memberships", "{\"spans\":[7]}", 400, "\"pointer\":\"/spans/0\"");
    refused("POST", "/api/memberships", "{}", 400, "\"pointer\":\"/spans\"");
}

static void memberships_at_the_cap_and_above(void **state) {
    (void)state;
    static const char one[] = "{\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\"}";
    for (size_t n = SERVICE_MEMBERSHIP_MAX; n <= SERVICE_MEMBERSHIP_MAX + 1; n++) {
        struct buf body = BUF_INIT;
        buf_str(&body, "{\"spans\":[");
        for (size_t i = 0; i < n; i++) {
            buf_json_comma(&body);
            buf_str(&body, one);
        }
        buf_str(&body, "]}");
        if (n == SERVICE_MEMBERSHIP_MAX)
            expect("POST", "/api/memberships", body.data, 200, "memberships 1000 " TRACE ":" SPAN);
        else
            refused("POST", "/api/memberships", body.data, 422, "at most 1000");
        buf_free(&body);
    }
}

static void history(void **state) {
    (void)state;
    expect("POST", "/api/undo/abc", NULL, 200, "undo abc");
    expect("POST", "/api/undo/abc", "{}", 200, "undo abc");
    expect("GET", "/api/trash?limit=3&cursor=c", NULL, 200, "trash_list 3/-1/c");
    expect("POST", "/api/trash/restore", "{\"ids\":[\"a\"]}", 200, "trash_restore {\"ids\":[\"a\"]}");
    expect("POST", "/api/trash/empty", "{\"all\":true}", 200, "trash_empty {\"all\":true}");
    expect("GET", "/api/operations/x", NULL, 200, "operation_get x");
    expect("DELETE", "/api/operations/x", NULL, 200, "operation_cancel x");
    expect("GET", "/api/health", NULL, 200, "health");
    expect("GET", "/api/events", NULL, 200, "");
    expect("GET", "/api/events?last_event_id=a-1", NULL, 200, "");
    expect("HEAD", "/api/health", NULL, 200, "health");
}

static void refusals(void **state) {
    (void)state;
    refused("GET", "/api/datasets?nonsense=1", NULL, 400, "\\\"nonsense\\\"");
    refused("POST", "/api/datasets?x=1", "{\"name\":\"a\"}", 400, "\\\"x\\\"");
    refused("POST", "/api/datasets", "{\"name\":\"a\",\"colour\":\"red\"}", 400, "\"pointer\":\"/colour\"");
    refused("POST", "/api/datasets", "{\"name\":\"a\",\"a/b~c\":1}", 400, "\"pointer\":\"/a~1b~0c\"");
    refused("POST", "/api/datasets", "{\"name\":1}", 400, "\"pointer\":\"/name\"");
    refused("POST", "/api/datasets", "{}", 422, "\"pointer\":\"/name\"");
    refused("POST", "/api/datasets", NULL, 422, "\"pointer\":\"/name\"");
    refused("POST", "/api/datasets", "{\"name\":\"a\\u0000b\"}", 422, "NUL");
    refused("PATCH", "/api/datasets/" ID, "{\"name\":null}", 422, "needs a name");
    refused("POST", "/api/datasets", "{\"name\":", 400, "\"position\":8");
    refused("POST", "/api/datasets", "[]", 400, "JSON object");
    refused("POST", "/api/datasets", "{\"name\":\"\xFF\"}", 400, "\"position\"");
    refused("PATCH", "/api/records/" ID, "{\"id\":\"x\"}", 400, "\"pointer\":\"/id\"");
    refused("POST", "/api/datasets/" ID "/bulk", "{\"oops\":1}", 400, "oops");
    refused("POST", "/api/datasets/" ID "/spans", "{\"span\":[]}", 400, "\\\"span\\\"");
    refused("POST", "/api/undo/abc", "{\"x\":1}", 400, "\\\"x\\\"");
    refused("GET", "/api/datasets/" ID "/records?cursor=a&offset=1", NULL, 400, "not both");
    refused("GET", "/api/datasets/" ID "/records?sort=name", NULL, 400, "created_at, topic, score");
    refused("GET", "/api/datasets/" ID "/records?order=up", NULL, 400, "asc, desc");
    refused("GET", "/api/datasets/" ID "/records?edited=maybe", NULL, 400, "true or false");
    refused("GET", "/api/datasets/" ID "/records?score_min=high", NULL, 400, "score_min");
    refused("GET", "/api/datasets/" ID "/records?score_min=-1", NULL, 400, "score_min");
    refused("GET", "/api/datasets/" ID "/records?limit=ten", NULL, 400, "limit");
    refused("GET", "/api/datasets/" ID "/records?topic=a&topic_empty=1", NULL, 400, "not both");
}

static void malformed_ids_are_not_found(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"GET", "/api/datasets/1"},
        {"PATCH", "/api/datasets/1"},
        {"DELETE", "/api/datasets/1"},
        {"POST", "/api/datasets/1/duplicate"},
        {"GET", "/api/datasets/1/records"},
        {"POST", "/api/datasets/1/records"},
        {"POST", "/api/datasets/1/spans"},
        {"POST", "/api/datasets/1/bulk"},
        {"GET", "/api/datasets/1/topics"},
        {"GET", "/api/records/1"},
        {"PATCH", "/api/records/1"},
        {"DELETE", "/api/records/1"},
        {"GET", "/api/records/1/data"},
        {"PUT", "/api/records/1/data"},
        {"GET", "/api/selections/1"},
        {"GET", "/api/datasets/" ID "x"},
        {"GET", "/api/nothing"},
        {"GET", "/api/"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(bad[i][0], bad[i][1], "{}", 404, "\"status\":404");
}

static void wrong_methods(void **state) {
    (void)state;
    fake_reset();
    call("PUT", "/api/datasets/" ID, "{}");
    assert_int_equal(m.ex.status, 405);
    assert_string_equal(memory_reply_header(&m, "Allow"), "GET, HEAD, PATCH, DELETE");
    memory_free(&m);
    call("OPTIONS", "/api/memberships", NULL);
    assert_int_equal(m.ex.status, 405);
    assert_string_equal(memory_reply_header(&m, "Allow"), "GET, HEAD, POST");
    memory_free(&m);
}

static void a_status_of_the_service_becomes_a_problem(void **state) {
    (void)state;
    static const struct {
        enum status status;
        int http;
    } each[] = {{STATUS_NOT_FOUND, 404}, {STATUS_CONFLICT, 409},   {STATUS_CONTENT, 422},
                {STATUS_BUSY, 503},      {STATUS_IO, 500},         {STATUS_INVALID, 400},
                {STATUS_NO_MEMORY, 503}, {STATUS_UNSUPPORTED, 501}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        fake_reset();
        fake.status = each[i].status;
        call("GET", "/api/datasets/" ID, NULL);
        assert_int_equal(m.ex.status, each[i].http);
        assert_non_null(strstr(memory_text(&m), "The fake refused."));
        memory_free(&m);
    }
}

static void locations_are_relative(void **state) {
    (void)state;
    fake_reset();
    fake.answer = "{\"id\":\"" ID "\"}";
    call("POST", "/api/datasets", "{\"name\":\"a\"}");
    assert_string_equal(memory_reply_header(&m, "Location"), "datasets/" ID);
    memory_free(&m);
    call("POST", "/api/datasets/" ID "/duplicate", NULL);
    assert_string_equal(memory_reply_header(&m, "Location"), "../" ID);
    memory_free(&m);
}

static void with_header(const char *method, const char *target, const char *body, const char *name,
                        const char *value) {
    memory_init(&m, method, target, body);
    memory_add_header(&m, name, value);
    api_handle(&m.ex, &api);
}

static void etags(void **state) {
    (void)state;
    fake_reset();
    static const char *const targets[] = {"/api/records/" ID, "/api/records/" ID "/data"};
    for (int i = 0; i < 2; i++) {
        call("GET", targets[i], NULL);
        assert_string_equal(memory_reply_header(&m, "ETag"), "\"now\"");
        assert_string_equal(memory_reply_header(&m, "Cache-Control"), "no-cache");
        memory_free(&m);
        with_header("GET", targets[i], NULL, "If-None-Match", "\"old\", \"now\"");
        assert_int_equal(m.ex.status, 304);
        assert_string_equal(memory_text(&m), "");
        memory_free(&m);
        with_header("GET", targets[i], NULL, "If-None-Match", "\"old\"");
        assert_int_equal(m.ex.status, 200);
        memory_free(&m);
    }
    with_header("PATCH", "/api/records/" ID, "{}", "If-Match", "\"x\"");
    assert_string_equal(fake.seen, "record_update {} \"x\"");
    assert_string_equal(memory_reply_header(&m, "ETag"), "\"new\"");
    memory_free(&m);
    with_header("PATCH", "/api/records/" ID, "{}", "If-Match", "*");
    assert_string_equal(fake.seen, "record_update {} -");
    memory_free(&m);
    with_header("PATCH", "/api/records/" ID, "{}", "If-Match", "\"x\", \"now\"");
    assert_string_equal(fake.seen, "record_update {} \"now\"");
    memory_free(&m);
    with_header("DELETE", "/api/records/" ID, NULL, "If-Match", "\"x\"");
    assert_string_equal(fake.seen, "record_delete \"x\"");
    memory_free(&m);
}

static void a_stale_write_brings_the_current_record(void **state) {
    (void)state;
    static const char *const calls[][3] = {{"PATCH", "/api/records/" ID, "{}"},
                                           {"PUT", "/api/records/" ID "/data", "{}"},
                                           {"DELETE", "/api/records/" ID, NULL}};
    for (int i = 0; i < 3; i++) {
        fake_reset();
        fake.status = STATUS_STALE;
        with_header(calls[i][0], calls[i][1], calls[i][2], "If-Match", "\"old\"");
        assert_int_equal(m.ex.status, 412);
        assert_non_null(strstr(memory_text(&m), "\"current\":{\"id\":\"current\"}}"));
        assert_string_equal(memory_reply_header(&m, "ETag"), "\"now\"");
        memory_free(&m);
    }
}

static void bodies_at_the_cap_and_above(void **state) {
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        size_t n = SERVICE_RECORD_MAX + more;
        char *body = malloc(n + 1), seen[40];
        memset(body, ' ', n);
        body[n] = '\0';
        fake_reset();
        call("PUT", "/api/records/" ID "/data", body);
        snprintf(seen, sizeof seen, "record_data_put %zu ", n);
        if (more) {
            assert_int_equal(m.ex.status, 413);
            assert_non_null(strstr(memory_text(&m), "larger than 10 MiB"));
            assert_int_equal(fake.calls, 0);
        } else {
            assert_int_equal(m.ex.status, 200);
            assert_int_equal(strncmp(fake.seen, seen, strlen(seen)), 0);
        }
        memory_free(&m);
        free(body);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datasets),
        cmocka_unit_test(records),
        cmocka_unit_test(spans),
        cmocka_unit_test(memberships_at_the_cap_and_above),
        cmocka_unit_test(history),
        cmocka_unit_test(refusals),
        cmocka_unit_test(malformed_ids_are_not_found),
        cmocka_unit_test(wrong_methods),
        cmocka_unit_test(a_status_of_the_service_becomes_a_problem),
        cmocka_unit_test(locations_are_relative),
        cmocka_unit_test(etags),
        cmocka_unit_test(a_stale_write_brings_the_current_record),
        cmocka_unit_test(bodies_at_the_cap_and_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
