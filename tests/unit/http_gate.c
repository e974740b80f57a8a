/* The gate: one case per rule and way around it. */
#include "http/gate.h"
#include "http/gate_rules.h"
#include "memory_exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void expect_host(const char *host, bool fits) {
    static const unsigned ports[] = {7777, 4318};
    if (gate_host_fits(host, ports, 2, NULL) != fits) fail_msg("%s", host ? host : "(none)");
}

static void hosts(void **state) {
    (void)state;
    expect_host("127.0.0.1:7777", true);
    expect_host("localhost:7777", true);
    expect_host("LocalHost:4318", true);
    expect_host("[::1]:7777", true);
    expect_host("127.0.0.1:7778", false);
    expect_host("127.0.0.1", false); /* port 80 is not among them */
    expect_host("localhost", false);
    expect_host("evil.example:7777", false);
    expect_host("localhost.evil.example:7777", false);
    expect_host("127.0.0.1.evil.example:7777", false);
    expect_host("127.0.0.2:7777", false);
    expect_host("0.0.0.0:7777", false);
    expect_host("127.0.0.1:7777@evil.example", false);
    expect_host("evil.example@127.0.0.1:7777", false);
    expect_host("127.0.0.1:7777 ", false);
    expect_host("127.0.0.1:07777777", false);
    expect_host("127.0.0.1:", false);
    expect_host("[::1", false);
    expect_host("", false);
    expect_host(NULL, false);
}

static void further_hosts(void **state) {
    (void)state;
    static const char *const extra[] = {"viewer.example", "other.example:8443", NULL};
    static const unsigned ports[] = {7777};
    assert_true(gate_host_fits("viewer.example", ports, 1, extra));
    assert_true(gate_host_fits("Viewer.Example:443", ports, 1, extra));
    assert_true(gate_host_fits("other.example:8443", ports, 1, extra));
    assert_false(gate_host_fits("other.example", ports, 1, extra));
    assert_false(gate_host_fits("other.example:1", ports, 1, extra));
    assert_false(gate_host_fits("a.viewer.example", ports, 1, extra));
    static const unsigned http[] = {80};
    assert_true(gate_host_fits("localhost", http, 1, NULL));
}

static struct gate gate;

struct header {
    const char *name, *value;
};

/* Sends a request with a token and a fitting Host, and these headers; 0 = it passed. */
static int status_of(const char *method, const char *path, const char *body, const struct header *headers) {
    struct memory_exchange m;
    char bearer[100];
    snprintf(bearer, sizeof bearer, "Bearer %s", gate.token);
    memory_init(&m, method, path, body);
    for (; headers && headers->name; headers++) memory_add_header(&m, headers->name, headers->value);
    memory_add_header(&m, "Authorization", bearer);
    memory_add_header(&m, "Host", "127.0.0.1:5000");
    bool passed = gate_check(&gate, 5000, &m.ex);
    int status = m.ex.status;
    if (passed) assert_int_equal(status, 0);
    memory_free(&m);
    return status;
}

static void no_token_no_answer(void **state) {
    (void)state;
    char wrong[GATE_TOKEN_SIZE], longer[GATE_TOKEN_SIZE + 10], lower[GATE_TOKEN_SIZE + 10];
    memcpy(wrong, gate.token, sizeof wrong);
    wrong[63] = wrong[63] == '0' ? '1' : '0';
    snprintf(longer, sizeof longer, "%s0", gate.token);
    snprintf(lower, sizeof lower, "%.63s", gate.token);
    const char *const values[] = {NULL, "", "Bearer", "Bearer ", "Basic x", gate.token, wrong, longer, lower};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct memory_exchange m;
        char value[120];
        memory_init(&m, "POST", "/api/datasets", "{}"); /* everything else is wrong too: 401 comes first */
        if (values[i]) {
            snprintf(value, sizeof value, "%s%s", i >= 6 ? "Bearer " : "", values[i]);
            memory_add_header(&m, "Authorization", value);
        }
        memory_add_header(&m, "Host", "evil.example");
        assert_false(gate_check(&gate, 5000, &m.ex));
        assert_int_equal(m.ex.status, 401);
        assert_int_equal(m.length, 0);
        assert_string_equal(memory_text(&m), "");
        memory_free(&m);
    }
    assert_int_equal(strlen(gate.token), 64);
}

static void foreign_hosts(void **state) {
    (void)state;
    assert_int_equal(status_of("GET", "/api/datasets", NULL, (struct header[]){{"Host", "evil.example"}, {0}}),
                     403);
    assert_int_equal(
        status_of("GET", "/api/datasets", NULL, (struct header[]){{"Host", "127.0.0.1:5001"}, {0}}), 403);
    assert_int_equal(
        status_of("GET", "/api/datasets", NULL, (struct header[]){{"Host", "localhost:5000"}, {0}}), 0);
}

static void requests_that_change_something(void **state) {
    (void)state;
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    struct header none[] = {{0}};
    struct header mark[] = {{"X-Tvp", "1"}, {0}};
    struct header other[] = {{"X-Tvp", "2"}, {0}};
    struct header cross[] = {{"X-Tvp", "1"}, {"Sec-Fetch-Site", "cross-site"}, {0}};
    struct header same_site[] = {{"X-Tvp", "1"}, {"Sec-Fetch-Site", "Same-Site"}, {0}};
    struct header same_origin[] = {{"X-Tvp", "1"}, {"Sec-Fetch-Site", "same-origin"}, {0}};
    struct header by_hand[] = {{"X-Tvp", "1"}, {"Sec-Fetch-Site", "none"}, {0}};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        assert_int_equal(status_of(methods[i], "/api/x", NULL, none), 403);
        assert_int_equal(status_of(methods[i], "/api/x", NULL, other), 403);
        assert_int_equal(status_of(methods[i], "/api/x", NULL, cross), 403);
        assert_int_equal(status_of(methods[i], "/api/x", NULL, same_site), 403);
        assert_int_equal(status_of(methods[i], "/api/x", NULL, mark), 0);
        assert_int_equal(status_of(methods[i], "/api/x", NULL, same_origin), 0);
        assert_int_equal(status_of(methods[i], "/api/x", NULL, by_hand), 0);
    }
    assert_int_equal(status_of("GET", "/api/x", NULL, (struct header[]){{"Sec-Fetch-Site", "cross-site"}, {0}}),
                     0);
    assert_int_equal(status_of("HEAD", "/api/x", NULL, none), 0);
}

static int typed(const char *path, const char *type) {
    struct header headers[] = {{"X-Tvp", "1"}, {"Content-Type", type}, {0}};
    return status_of("POST", path, "{}", headers);
}

static void content_types(void **state) {
    (void)state;
    assert_int_equal(typed("/api/x", "application/json"), 0);
    assert_int_equal(typed("/api/x", "Application/JSON; charset=utf-8"), 0);
    assert_int_equal(typed("/api/x", "text/plain"), 415);
    assert_int_equal(typed("/api/x", "application/x-www-form-urlencoded"), 415);
    assert_int_equal(typed("/api/x", "multipart/form-data; boundary=x"), 415);
    assert_int_equal(typed("/api/x", "application/jsonx"), 415);
    assert_int_equal(typed("/api/x", ""), 415);
    assert_int_equal(typed("/api/x", "text/csv"), 415);
    assert_int_equal(typed("/api/datasets/1/import", "text/csv"), 0);
    assert_int_equal(typed("/api/datasets/1/import", "application/x-ndjson"), 0);
    assert_int_equal(typed("/api/datasets/1/import", "application/octet-stream"), 0);
    assert_int_equal(typed("/api/datasets/1/import", "text/plain"), 415);
    struct header mark[] = {{"X-Tvp", "1"}, {0}};
    assert_int_equal(status_of("POST", "/api/x", "{}", mark), 415);
    assert_int_equal(status_of("POST", "/api/x", NULL, mark), 0); /* no body, no type */
}

static int setup(void **state) {
    (void)state;
    return gate_init(&gate) ? 0 : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),
        cmocka_unit_test(further_hosts),
        cmocka_unit_test(no_token_no_answer),
        cmocka_unit_test(foreign_hosts),
        cmocka_unit_test(requests_that_change_something),
        cmocka_unit_test(content_types),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
