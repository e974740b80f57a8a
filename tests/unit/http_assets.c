/* Assets: ETag, 304, gzip, caching; and the fragments. */
#include "http/assets.h"
#include "http/fragments.h"
#include "memory_exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static const unsigned char plain[] = "console.log(1)", packed[] = "GZIPPED";
static const struct asset list[] = {
    {"ui/chunk-AB12CD34.js", "text/javascript; charset=utf-8", "\"c1\"", plain, packed, 14, 7},
    {"ui/page.js", "text/javascript; charset=utf-8", "\"p1\"", plain, packed, 14, 7},
    {"ui/tiny.svg", "image/svg+xml", "\"t1\"", plain, NULL, 14, 0},
};
static const struct asset_table table = {list, 3};

static struct memory_exchange m;

static void get(const char *path, const char *name, const char *value) {
    memory_init(&m, "GET", path, NULL);
    if (name) memory_add_header(&m, name, value);
    const struct asset *a = asset_find(&table, path);
    assert_non_null(a);
    asset_serve(a, &m.ex, "default-src 'none'");
}

static void finds(void **state) {
    (void)state;
    for (size_t i = 0; i < table.count; i++) assert_ptr_equal(asset_find(&table, list[i].path), &list[i]);
    assert_null(asset_find(&table, "ui/page"));
    assert_null(asset_find(&table, "ui/page.js2"));
    assert_null(asset_find(&table, ""));
    assert_null(asset_find(&(struct asset_table){NULL, 0}, "ui/page.js"));
}

static void serves_plain(void **state) {
    (void)state;
    get("ui/page.js", NULL, NULL);
    assert_int_equal(m.ex.status, 200);
    assert_string_equal(memory_text(&m), "console.log(1)");
    assert_string_equal(m.content_type, "text/javascript; charset=utf-8");
    assert_string_equal(memory_reply_header(&m, "ETag"), "\"p1\"");
    assert_string_equal(memory_reply_header(&m, "Cache-Control"), "no-cache");
    assert_string_equal(memory_reply_header(&m, "Vary"), "Accept-Encoding");
    assert_string_equal(memory_reply_header(&m, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(memory_reply_header(&m, "Content-Security-Policy"), "default-src 'none'");
    assert_null(memory_reply_header(&m, "Content-Encoding"));
    memory_free(&m);
}

static void negotiates_gzip(void **state) {
    (void)state;
    static const struct {
        const char *accept;
        bool gzip;
    } cases[] = {
        {"gzip", true},
        {"gzip, deflate, br, zstd", true},
        {"br, GZIP;q=0.5", true},
        {"*", true},
        {"gzip;q=1.0", true},
        {"gzip; q=0.001", true},
        {"gzip;q=0", false},
        {"gzip;q=0.000", false},
        {"gzip;q=0, *", false},
        {"*;q=0", false},
        {"identity", false},
        {"", false},
        {"br", false},
        {"gzipped", false},
        {"deflate;q=0.5,gzip;q=0.2", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        get("ui/page.js", "Accept-Encoding", cases[i].accept);
        if ((memory_reply_header(&m, "Content-Encoding") != NULL) != cases[i].gzip)
            fail_msg("%s", cases[i].accept);
        assert_string_equal(memory_text(&m), cases[i].gzip ? "GZIPPED" : "console.log(1)");
        assert_string_equal(memory_reply_header(&m, "ETag"), cases[i].gzip ? "\"p1-gz\"" : "\"p1\"");
        memory_free(&m);
    }
    get("ui/tiny.svg", "Accept-Encoding", "gzip");
    assert_null(memory_reply_header(&m, "Content-Encoding"));
    assert_null(memory_reply_header(&m, "Vary"));
    memory_free(&m);
}

static void not_modified(void **state) {
    (void)state;
    static const char *const fresh[] = {"\"p1\"", "W/\"p1\"", "\"x\", \"p1\"", "*"};
    for (size_t i = 0; i < 4; i++) {
        get("ui/page.js", "If-None-Match", fresh[i]);
        assert_int_equal(m.ex.status, 304);
        assert_string_equal(memory_text(&m), "");
        assert_string_equal(memory_reply_header(&m, "ETag"), "\"p1\"");
        memory_free(&m);
    }
    get("ui/page.js", "If-None-Match", "\"p2\"");
    assert_int_equal(m.ex.status, 200);
    memory_free(&m);
}

static void hashed_names_are_immutable(void **state) {
    (void)state;
    get("ui/chunk-AB12CD34.js", NULL, NULL);
    assert_non_null(strstr(memory_reply_header(&m, "Cache-Control"), "immutable"));
    memory_free(&m);
}

static void fragments_name_their_element(void **state) {
    (void)state;
    static const char *const cases[][3] = {{"ui/page", "spanset-page", "page.js"},
                                           {"ui/add", "spanset-add", "add.js"},
                                           {"ui/footer", "spanset-footer", "footer.js"}};
    assert_int_equal(fragment_count, 3);
    for (size_t i = 0; i < 3; i++) {
        char body[120];
        memory_init(&m, "GET", "/", NULL);
        assert_true(fragment_serve(cases[i][0], &m.ex));
        assert_int_equal(m.ex.status, 200);
        snprintf(body, sizeof body, "<body data-element=\"%s\" data-module=\"%s\">", cases[i][1], cases[i][2]);
        assert_non_null(strstr(memory_text(&m), body));
        assert_null(strstr(memory_text(&m), "=\"/")); /* no absolute address: any mount will do */
        assert_null(strstr(memory_text(&m), "://"));
        assert_non_null(strstr(memory_reply_header(&m, "Content-Security-Policy"), "frame-ancestors 'self'"));
        assert_null(strstr(memory_reply_header(&m, "Content-Security-Policy"), "unsafe"));
        assert_string_equal(memory_reply_header(&m, "Referrer-Policy"), "no-referrer");
        memory_free(&m);
    }
    memory_init(&m, "GET", "/", NULL);
    assert_false(fragment_serve("ui/nothing", &m.ex));
    memory_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(serves_plain),
        cmocka_unit_test(negotiates_gzip),
        cmocka_unit_test(not_modified),
        cmocka_unit_test(hashed_names_are_immutable),
        cmocka_unit_test(fragments_name_their_element),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
