/* base: buf and utf8. */
#include "base/buf.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void appending_and_taking(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    assert_true(buf_reserve(&b, 0));
    assert_string_equal(b.data, ""); /* NUL-terminated as soon as it is there */
    buf_str(&b, "a");
    buf_add(&b, "b\0c", 3);
    buf_char(&b, 'd');
    buf_printf(&b, "%d-%s", 42, "x");
    assert_int_equal(b.len, 9);
    assert_memory_equal(b.data, "ab\0cd42-x", 10);
    char *taken = buf_take(&b);
    assert_non_null(taken);
    assert_null(b.data);
    free(taken);
    taken = buf_take(&b); /* an empty buf gives "" */
    assert_string_equal(taken, "");
    free(taken);
    buf_free(&b);
    buf_free(&b);
}

static void growing_a_byte_at_a_time(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < 100000; i++) buf_char(&b, (char)('a' + i % 26));
    assert_int_equal(b.len, 100000);
    assert_int_equal(strlen(b.data), 100000);
    buf_clear(&b);
    assert_int_equal(b.len, 0);
    assert_string_equal(b.data, "");
    buf_free(&b);
}

static void failure_is_sticky(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    buf_str(&b, "kept");
    assert_false(buf_reserve(&b, SIZE_MAX - 2)); /* refused before any arithmetic overflows */
    assert_true(buf_failed(&b));
    buf_str(&b, "ignored");
    assert_string_equal(b.data, "kept");
    assert_null(buf_take(&b));
    assert_null(b.data);
    buf_str(&b, "again");
    buf_clear(&b);
    assert_false(buf_failed(&b));
    buf_free(&b);
}

static void json_strings(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    assert_int_equal(buf_json_string(&b, "a\"\\\n\t\r\x01\x7F\xC3\xA9\xFFz", 12), 1);
    assert_string_equal(b.data, "\"a\\\"\\\\\\n\\t\\r\\u0001\x7F\xC3\xA9\xEF\xBF\xBDz\"");
    buf_clear(&b);
    buf_json_cstr(&b, NULL);
    assert_string_equal(b.data, "null");
    buf_clear(&b);
    buf_char(&b, '{');
    buf_json_key(&b, "a");
    buf_char(&b, '[');
    for (int i = 0; i < 3; i++) {
        buf_json_comma(&b);
        buf_printf(&b, "%d", i);
    }
    buf_char(&b, ']');
    buf_json_key(&b, "b");
    buf_json_cstr(&b, "");
    buf_json_text(&b, "c", NULL);
    buf_json_text(&b, "d", "\"");
    buf_json_int(&b, "e", INT64_MIN);
    buf_char(&b, '}');
    assert_string_equal(b.data, "{\"a\":[0,1,2],\"b\":\"\",\"d\":\"\\\"\",\"e\":-9223372036854775808}");
    buf_free(&b);
}

static void utf8_by_the_table(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        uint32_t code_point;
    } cases[] = {
        {"a", 1, 'a'},
        {"\xC2\x80", 2, 0x80},
        {"\xDF\xBF", 2, 0x7FF},
        {"\xE0\xA0\x80", 3, 0x800},
        {"\xED\x9F\xBF", 3, 0xD7FF},
        {"\xEE\x80\x80", 3, 0xE000},
        {"\xEF\xBF\xBF", 3, 0xFFFF},
        {"\xF0\x90\x80\x80", 4, 0x10000},
        {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
        {"\x80", 0, 0},
        {"\xC0\x80", 0, 0},
        {"\xC1\xBF", 0, 0},
        {"\xE0\x9F\xBF", 0, 0},
        {"\xED\xA0\x80", 0, 0},
        {"\xF0\x8F\xBF\xBF", 0, 0},
        {"\xF4\x90\x80\x80", 0, 0},
        {"\xF5\x80\x80\x80", 0, 0},
        {"\xFF", 0, 0},
        {"\xC3", 0, 0},
        {"\xE2\x82", 0, 0},
        {"\xF0\x9F\x98", 0, 0},
        {"\xC3"
         "a",
         0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t cp = 0;
        size_t len = strlen(cases[i].bytes);
        assert_int_equal(utf8_decode(cases[i].bytes, len, &cp), cases[i].length);
        assert_int_equal(utf8_length(cases[i].bytes, len), cases[i].length);
        if (cases[i].length) {
            char out[4];
            assert_int_equal(cp, cases[i].code_point);
            assert_int_equal(utf8_encode(cp, out), len);
            assert_memory_equal(out, cases[i].bytes, len);
        }
        /* The same behind eight plain bytes, where whole words are skipped. */
        char text[16] = "12345678";
        memcpy(text + 8, cases[i].bytes, len);
        assert_int_equal(utf8_valid(text, 8 + len), cases[i].length != 0);
    }
    assert_int_equal(utf8_length("", 0), 0);
    assert_true(utf8_valid("", 0));
}

static void clipping(void **state) {
    (void)state;
    const char *s = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"; /* starts at 0, 1, 3, 6; ends at 10 */
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t limit = 0; limit < sizeof want / sizeof *want; limit++)
        assert_int_equal(utf8_clip(s, 10, limit), want[limit]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appending_and_taking), cmocka_unit_test(growing_a_byte_at_a_time),
        cmocka_unit_test(failure_is_sticky),    cmocka_unit_test(json_strings),
        cmocka_unit_test(utf8_by_the_table),    cmocka_unit_test(clipping),
    };
    return cmocka_run_group_tests_name("base buf", tests, NULL, NULL);
}
