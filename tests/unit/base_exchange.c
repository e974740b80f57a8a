/* exchange and route: parameters, bodies, problems, tags, patterns. */
#include "base/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
// clang-format off
#include <cmocka.h>
// clang-format on
#include "memory_exchange.h"

static void expect_param(const char *query, const char *name, const char *value, bool bad) {
    struct memory_exchange m;
    struct err err = ERR_INIT;
    memory_init(&m, "GET", query, NULL);
    char *got = exchange_param(&m.ex, name, &err);
    if (value)
        assert_string_equal(got, value);
    else
        assert_null(got);
    assert_int_equal(err.status, bad ? STATUS_INVALID : STATUS_OK);
    free(got);
    memory_free(&m);
}

static void parameters(void **state) {
    (void)state;
    expect_param("/x?q=a%20b+c", "q", "a b c", false);
    expect_param("/x?p=1&&q=%C3%A9&q=2", "q", "\xC3\xA9", false);
    expect_param("/x?%71=1", "q", "1", false);
    expect_param("/x?q=a%3Db&r", "q", "a=b", false);
    expect_param("/x?q=a=b", "q", "a=b", false);
    expect_param("/x?q=", "q", NULL, false);
    expect_param("/x?q", "q", NULL, false);
    expect_param("/x", "q", NULL, false);
    expect_param("/x?q=%", "q", NULL, true);
    expect_param("/x?q=%4", "q", NULL, true);
    expect_param("/x?q=%4g", "q", NULL, true);
    expect_param("/x?q=a%00b", "q", NULL, true);
    expect_param("/x?q=%ff", "q", NULL, true);
}

static void expect_int(const char *query, int64_t value, bool bad) {
    struct memory_exchange m;
    struct err err = ERR_INIT;
    int64_t out = 0;
    memory_init(&m, "GET", query, NULL);
    enum status status = exchange_param_int(&m.ex, "n", 1, 1000, 50, &out, &err);
    assert_int_equal(status, bad ? STATUS_INVALID : STATUS_OK);
    if (bad) assert_non_null(strstr(err.detail, "\"n\""));
    if (!bad) assert_int_equal(out, value);
    memory_free(&m);
}

static void integers(void **state) {
    (void)state;
    expect_int("/x", 50, false);
    expect_int("/x?n=", 50, false);
    expect_int("/x?n=7", 7, false);
    expect_int("/x?n=0", 1, false);
    expect_int("/x?n=-5", 1, false);
    expect_int("/x?n=1001", 1000, false);
    expect_int("/x?n=99999999999999999999999", 1000, false);
    expect_int("/x?n=1.5", 0, true);
    expect_int("/x?n=abc", 0, true);
    expect_int("/x?n=-", 0, true);
    expect_int("/x?n=%201", 0, true);
}

static void unknown_parameters(void **state) {
    (void)state;
    static const char *const known[] = {"q", "limit", NULL};
    struct memory_exchange m;
    struct err err = ERR_INIT;
    memory_init(&m, "GET", "/x?q=1&limit=2&q=3", NULL);
    assert_int_equal(exchange_params_known(&m.ex, known, &err), STATUS_OK);
    memory_free(&m);
    memory_init(&m, "GET", "/x?q=1&limti=2", NULL);
    assert_int_equal(exchange_params_known(&m.ex, known, &err), STATUS_INVALID);
    assert_non_null(strstr(err.detail, "\"limti\""));
    memory_free(&m);
}

static enum status count_values(void *sink, const char *value, struct err *err) {
    int *n = sink;
    if (!strcmp(value, "stop")) return err_set(err, STATUS_CONTENT, NULL, "stop");
    (*n)++;
    return STATUS_OK;
}

static void every_value(void **state) {
    (void)state;
    struct memory_exchange m;
    struct err err = ERR_INIT;
    int n = 0;
    memory_init(&m, "GET", "/x?s=a&s=&t=c&s=b", NULL);
    assert_int_equal(exchange_param_each(&m.ex, "s", count_values, &n, &err), STATUS_OK);
    assert_int_equal(n, 2);
    memory_free(&m);
    memory_init(&m, "GET", "/x?s=a&s=stop&s=b", NULL);
    assert_int_equal(exchange_param_each(&m.ex, "s", count_values, &n, &err), STATUS_CONTENT);
    assert_int_equal(n, 3);
    assert_int_equal(err.status, STATUS_CONTENT);
    memory_free(&m);
}

static void bodies(void **state) {
    (void)state;
    struct memory_exchange m;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    memory_init(&m, "POST", "/x", "12345678");
    assert_int_equal(exchange_body(&m.ex, 8, &out, &err), STATUS_OK);
    assert_string_equal(out.data, "12345678");
    memory_free(&m);
    buf_clear(&out);
    memory_init(&m, "POST", "/x", "123456789");
    assert_int_equal(exchange_body(&m.ex, 8, &out, &err), STATUS_TOO_LARGE);
    assert_int_equal(m.read, 0); /* the length alone says so */
    memory_free(&m);
    err_clear(&err);
    memory_init(&m, "POST", "/x", "123456789");
    m.ex.content_length = -1;
    assert_int_equal(exchange_body(&m.ex, 8, &out, &err), STATUS_TOO_LARGE);
    memory_free(&m);
    buf_free(&out);
}

static void problems(void **state) {
    (void)state;
    struct memory_exchange m;
    struct err err = ERR_INIT;
    err_set(&err, STATUS_CONTENT, "name_empty", "Give it a \"name\".");
    err_at_pointer(&err, "/name");
    err_at_position(&err, 7);
    memory_init(&m, "POST", "/x", NULL);
    exchange_problem(&m.ex, &err, "\"current\":{}");
    assert_int_equal(m.ex.status, 422);
    assert_string_equal(m.content_type, "application/problem+json");
    assert_string_equal(memory_text(&m),
                        "{\"type\":\"about:blank\",\"title\":\"invalid content\",\"status\":422,"
                        "\"detail\":\"Give it a \\\"name\\\".\",\"code\":\"name_empty\","
                        "\"pointer\":\"/name\",\"position\":7,\"current\":{}}");
    assert_string_equal(memory_reply_header(&m, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(memory_reply_header(&m, "Cache-Control"), "no-store");
    memory_free(&m);
    err_clear(&err);
    err_set(&err, STATUS_BUSY, NULL, "Later.");
    memory_init(&m, "GET", "/x", NULL);
    exchange_problem(&m.ex, &err, NULL);
    assert_int_equal(m.ex.status, 503);
    assert_string_equal(memory_reply_header(&m, "Retry-After"), "1");
    assert_non_null(strstr(memory_text(&m), "\"code\":\"busy\""));
    exchange_problem(&m.ex, &err, NULL); /* a second answer is dropped */
    assert_int_equal(m.length, (int64_t)m.reply.len);
    memory_free(&m);
}

static void no_header_injection(void **state) {
    (void)state;
    struct memory_exchange m;
    memory_init(&m, "GET", "/x", NULL);
    exchange_add_header(&m.ex, "X-A", "1\r\nX-B: 2");
    exchange_add_header(&m.ex, "X-A\n", "1");
    assert_int_equal(m.ex.header_count, 0);
    memory_free(&m);
}

static void tags(void **state) {
    (void)state;
    assert_true(exchange_tag_listed("\"a\"", "\"a\"", false));
    assert_true(exchange_tag_listed("\"x\", \"a\"", "\"a\"", false));
    assert_true(exchange_tag_listed("*", "\"a\"", false));
    assert_true(exchange_tag_listed("W/\"a\"", "\"a\"", true));
    assert_false(exchange_tag_listed("W/\"a\"", "\"a\"", false));
    assert_false(exchange_tag_listed("\"ab\"", "\"a\"", true));
    assert_false(exchange_tag_listed("a", "\"a\"", true));
    assert_false(exchange_tag_listed("", "\"a\"", true));
    assert_false(exchange_tag_listed(NULL, "\"a\"", true));
}

static void show(struct exchange *ex, void *ctx) {
    struct buf *b = ctx;
    for (int i = 0; i < EXCHANGE_MAX_VARS && ex->vars[i]; i++) buf_printf(b, "[%s]", ex->vars[i]);
    exchange_reply(ex, 200, "text/plain", "", 0);
}

static const struct route routes[] = {
    {"GET", "/a", show},        {"GET", "/a/{x}", show},
    {"DELETE", "/a/{x}", show}, {"POST", "/a/{x}/b/{y}", show},
    {"GET", "/r/{x*}", show},
};

static void expect_route(const char *method, const char *path, int status, const char *vars) {
    struct memory_exchange m;
    struct buf b = BUF_INIT;
    memory_init(&m, method, path, NULL);
    bool found = route_dispatch(routes, sizeof routes / sizeof *routes, &m.ex, &b);
    assert_int_equal(found ? m.ex.status : 0, status);
    if (vars) assert_string_equal(b.data ? b.data : "", vars);
    if (status == 405) assert_non_null(memory_reply_header(&m, "Allow"));
    buf_free(&b);
    memory_free(&m);
}

static void patterns(void **state) {
    (void)state;
    expect_route("GET", "/a", 200, "");
    expect_route("HEAD", "/a", 200, "");
    expect_route("GET", "/a/1", 200, "[1]");
    expect_route("DELETE", "/a/1", 200, "[1]");
    expect_route("PUT", "/a/1", 405, "");
    expect_route("POST", "/a/1/b/2", 200, "[1][2]");
    expect_route("GET", "/a/", 0, "");
    expect_route("GET", "/a/1/", 0, "");
    expect_route("GET", "/a//b/2", 0, "");
    expect_route("GET", "/r/x/y", 200, "[x/y]");
    expect_route("GET", "/r/", 200, "[]");
    expect_route("GET", "/r", 0, "");
    expect_route("GET", "/", 0, "");
    expect_route("GET", "/ab", 0, "");
    char path[ROUTE_PATH_MAX + 10];
    memset(path, 'a', sizeof path);
    memcpy(path, "/r/", 3);
    path[ROUTE_PATH_MAX - 1] = '\0';
    expect_route("GET", path, 200, NULL);
    path[ROUTE_PATH_MAX - 1] = 'a';
    path[ROUTE_PATH_MAX] = '\0';
    expect_route("GET", path, 0, NULL);
}

static void allow_names_the_methods(void **state) {
    (void)state;
    struct memory_exchange m;
    memory_init(&m, "PUT", "/a/1", NULL);
    assert_true(route_dispatch(routes, sizeof routes / sizeof *routes, &m.ex, NULL));
    assert_string_equal(memory_reply_header(&m, "Allow"), "GET, HEAD, DELETE");
    memory_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters),
        cmocka_unit_test(integers),
        cmocka_unit_test(unknown_parameters),
        cmocka_unit_test(every_value),
        cmocka_unit_test(bodies),
        cmocka_unit_test(problems),
        cmocka_unit_test(no_header_injection),
        cmocka_unit_test(tags),
        cmocka_unit_test(patterns),
        cmocka_unit_test(allow_names_the_methods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
