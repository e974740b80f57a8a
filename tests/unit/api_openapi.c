/* openapi.json against the table of routes: every call is documented, every documented call and parameter
 * exists. */
#include "api/api.h"
#include "fake_service.h"
#include "memory_exchange.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define ID "0190a0b0-1111-7222-8333-444455556666"

static void on_events(struct exchange *ex, void *ctx) {
    (void)ctx;
    exchange_reply(ex, 200, "text/event-stream", "", 0);
}

static struct api api = {NULL, on_events, NULL};

static struct json_text document(void) {
    struct json_text root;
    struct err err = ERR_INIT;
    size_t len;
    const char *text = api_openapi(&len);
    if (json_text_parse(&root, text, len, 0, &err)) fail_msg("%s at %lld", err.detail, (long long)err.position);
    return root;
}

static void lower(const char *from, char *to) {
    while ((*to++ = (char)tolower((unsigned char)*from++))) {
    }
}

static void every_route_is_documented(void **state) {
    (void)state;
    struct json_text root = document(), paths, path, operation;
    assert_true(json_text_get(&root, "paths", &paths));
    size_t count;
    const struct route *routes = api_routes(&count);
    for (size_t i = 0; i < count; i++) {
        char method[16];
        lower(routes[i].method, method);
        assert_int_equal(strncmp(routes[i].pattern, "/api/", 5), 0);
        if (!json_text_get(&paths, routes[i].pattern + 4, &path) || !json_text_get(&path, method, &operation))
            fail_msg("%s %s is not in openapi.json", routes[i].method, routes[i].pattern);
    }
}

/* Puts an id in place of each {x}. */
static void fill(const char *pattern, char out[300]) {
    size_t n = (size_t)snprintf(out, 300, "/api");
    while (*pattern) {
        if (*pattern == '{') {
            n += (size_t)snprintf(out + n, 300 - n, "%s", ID);
            pattern = strchr(pattern, '}') + 1;
        } else {
            out[n++] = *pattern++;
        }
    }
    out[n] = '\0';
}

static void expect_parameter(const char *method, const char *path, const char *name, bool known) {
    struct memory_exchange m;
    char target[400];
    snprintf(target, sizeof target, "%s?%s=1", path, name);
    fake_reset();
    memory_init(&m, method, target, NULL);
    api_handle(&m.ex, &api);
    bool refused = m.ex.status == 400 && strstr(memory_text(&m), "unknown_parameter");
    if (refused == known) fail_msg("%s %s: %s", method, target, memory_text(&m));
    memory_free(&m);
}

static void every_documented_call_exists(void **state) {
    (void)state;
    struct json_text root = document(), paths, key, path, operation, parameters, parameter, in;
    struct json_text_iter by_path, by_method, by_parameter;
    assert_true(json_text_get(&root, "paths", &paths));
    json_text_iter(&by_path, &paths);
    size_t count, documented = 0;
    api_routes(&count);
    while (json_text_next(&by_path, &key, &path)) {
        char *pattern = json_text_dup(&key), target[300];
        fill(pattern, target);
        json_text_iter(&by_method, &path);
        while (json_text_next(&by_method, &key, &operation)) {
            char *method = json_text_dup(&key);
            for (char *p = method; *p; p++) *p = (char)toupper((unsigned char)*p);
            struct memory_exchange m;
            fake_reset();
            memory_init(&m, method, target, NULL);
            api_handle(&m.ex, &api);
            if (m.ex.status == 404 || m.ex.status == 405) fail_msg("%s %s is documented only", method, target);
            memory_free(&m);
            documented++;
            expect_parameter(method, target, "nonsense", false);
            json_text_get(&operation, "parameters", &parameters);
            json_text_iter(&by_parameter, &parameters);
            while (json_text_next(&by_parameter, NULL, &parameter)) {
                if (!json_text_get(&parameter, "in", &in) || !json_text_equals(&in, "query")) continue;
                json_text_get(&parameter, "name", &in);
                char *name = json_text_dup(&in);
                expect_parameter(method, target, name, true);
                free(name);
            }
            free(method);
        }
        free(pattern);
    }
    assert_int_equal(documented, count);
}

/* Every "$ref" leads somewhere. */
static void references_resolve(void **state) {
    (void)state;
    struct json_text root = document();
    const char *at = root.text, *end = root.text + root.len;
    static const char mark[] = "\"$ref\": \"#/components/";
    while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1))) {
        char kind[40], name[60];
        at += sizeof mark - 1;
        assert_int_equal(sscanf(at, "%39[^/]/%59[^\"]", kind, name), 2);
        struct json_text found;
        if (!json_text_at(&root, &found, "components", kind, name, NULL))
            fail_msg("%s/%s is missing", kind, name);
    }
}

static void is_served(void **state) {
    (void)state;
    struct memory_exchange m;
    memory_init(&m, "GET", "/api/openapi.json", NULL);
    api_handle(&m.ex, &api);
    assert_int_equal(m.ex.status, 200);
    assert_string_equal(m.content_type, "application/json");
    assert_non_null(strstr(memory_text(&m), "\"openapi\": \"3.1.0\""));
    memory_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_documented),
        cmocka_unit_test(every_documented_call_exists),
        cmocka_unit_test(references_resolve),
        cmocka_unit_test(is_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
