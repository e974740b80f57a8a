/* base/json_text: the grammar with error positions, bytes that must survive, and the limits. */
#include "base/json_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct json_text parse_ok(const char *text) {
    struct json_text v;
    struct err err = ERR_INIT;
    if (json_text_parse(&v, text, strlen(text), 0, &err) != STATUS_OK) fail_msg("%s: %s", text, err.detail);
    return v;
}

static void valid_texts(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum json_text_type type;
    } cases[] = {
        {"null", JSON_TEXT_NULL},
        {" true ", JSON_TEXT_TRUE},
        {"false\n", JSON_TEXT_FALSE},
        {"0", JSON_TEXT_NUMBER},
        {"-0", JSON_TEXT_NUMBER},
        {"-0.0e-0", JSON_TEXT_NUMBER},
        {"1e400", JSON_TEXT_NUMBER},
        {"1E+2", JSON_TEXT_NUMBER},
        {"0.1", JSON_TEXT_NUMBER},
        {"123456789012345678901234567890", JSON_TEXT_NUMBER},
        {"\"\"", JSON_TEXT_STRING},
        {"\"\\ud83d\"", JSON_TEXT_STRING},
        {"\"\\u0000\"", JSON_TEXT_STRING},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", JSON_TEXT_STRING},
        {"\"\xF0\x9F\x98\x80 \xE2\x82\xAC \xC3\xA9 \x7F\"", JSON_TEXT_STRING},
        {"[]", JSON_TEXT_ARRAY},
        {"[ ]", JSON_TEXT_ARRAY},
        {"{}", JSON_TEXT_OBJECT},
        {"{ }", JSON_TEXT_OBJECT},
        {"[1, [2,{}], {\"a\" : [ ] } ]", JSON_TEXT_ARRAY},
        {"{\"\":1,\"\":2}", JSON_TEXT_OBJECT},
        {"\r\n\t {\"a\":\"b\"}", JSON_TEXT_OBJECT},
        {"\"/\"", JSON_TEXT_STRING},
        {"[\"a long enough string for the fast path\",\"\\\\\\\\\",\"x\\\"\"]", JSON_TEXT_ARRAY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(parse_ok(cases[i].text).type, cases[i].type);
}

static void invalid_texts_say_where(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t position;
    } cases[] = {
        {"", 0},
        {"   ", 3},
        {"nul", 0},
        {"nulL", 0},
        {"True", 0},
        {"truex", 4},
        {"1 2", 2},
        {"-", 1},
        {"+1", 0},
        {"01", 0},
        {"-01", 1},
        {"1.", 2},
        {".5", 0},
        {"1.e3", 2},
        {"1e", 2},
        {"1e+", 3},
        {"0x10", 1},
        {"1a", 1},
        {"NaN", 0},
        {"Infinity", 0},
        {"-Infinity", 1},
        {"\"", 1},
        {"\"abc", 4},
        {"\"\\", 2},
        {"\"\\\"", 3},
        {"\"\\x\"", 1},
        {"\"\\u12\"", 5},
        {"\"\\u12", 5},
        {"\"\\uD83G\"", 6},
        {"\"a\nb\"", 2},
        {"\"\x01\"", 1},
        {"\"\xFF\"", 1},
        {"\"ab\xC0\x80\"", 3},
        {"\"\xED\xA0\x80\"", 1},
        {"\"\xF5\x80\x80\x80\"", 1},
        {"\"\xE2\x82\"", 1},
        {"'a'", 0},
        {"[", 1},
        {"[1", 2},
        {"[1,", 3},
        {"[1,]", 3},
        {"[,1]", 1},
        {"[1 2]", 3},
        {"[1}", 2},
        {"]", 0},
        {"{", 1},
        {"{\"a\"", 4},
        {"{\"a\":", 5},
        {"{\"a\":1", 6},
        {"{\"a\":1,", 7},
        {"{\"a\":1,}", 7},
        {"{\"a\" 1}", 5},
        {"{a:1}", 1},
        {"{1:1}", 1},
        {"{\"a\":1]", 6},
        {"{,}", 1},
        {"[]]", 2},
        {"{}{}", 2},
        {"[1]//", 3},
        {"/**/1", 0},
        {"\xEF\xBB\xBF{}", 0},
        {"[\"a\"\"b\"]", 4},
        {"{\"a\":1 \"b\":2}", 7},
        {"[0123456789]", 1},
        {"{\"k\xFF\":1}", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_text v = {.type = JSON_TEXT_NULL};
        struct err err = ERR_INIT;
        /* An exact copy, so that a sanitizer sees a read past the end. */
        size_t len = strlen(cases[i].text);
        char *text = malloc(len ? len : 1);
        assert_non_null(text);
        memcpy(text, cases[i].text, len);
        if (json_text_parse(&v, text, len, 0, &err) != STATUS_INVALID) fail_msg("accepted: %s", cases[i].text);
        if (err.position != cases[i].position)
            fail_msg("%s: at %lld, not %lld", cases[i].text, (long long)err.position,
                     (long long)cases[i].position);
        assert_int_equal(v.type, JSON_TEXT_NONE);
        assert_int_equal(err.status, STATUS_INVALID);
        assert_string_equal(err.code, "json");
        free(text);
    }
    struct json_text v;
    assert_int_equal(json_text_parse(&v, NULL, 0, 0, NULL), STATUS_INVALID);
    assert_int_equal(json_text_parse(&v, "1\0", 2, 0, NULL), STATUS_INVALID);
}

static void every_prefix_of_a_document_is_invalid(void **state) {
    (void)state;
    const char *text = "{\"a\":[1.5e3,true,null,\"x\\u00e9\\n\xC3\xA9\"],\"b\":{\"c\":false}}";
    size_t len = strlen(text);
    for (size_t n = 0; n < len; n++) {
        char *part = malloc(n + 1);
        assert_non_null(part);
        memcpy(part, text, n);
        struct json_text v;
        struct err err = ERR_INIT;
        assert_int_equal(json_text_parse(&v, part, n, 0, &err), STATUS_INVALID);
        assert_true(err.position <= (int64_t)n);
        free(part);
    }
}

static enum status parse_depth(size_t depth, bool objects, struct err *err) {
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < depth; i++) buf_str(&b, objects && i % 2 ? "{\"a\":" : "[");
    if (depth % 2 == 0 && objects) buf_str(&b, "1");
    for (size_t i = depth; i-- > 0;) buf_str(&b, objects && i % 2 ? "}" : "]");
    struct json_text v;
    enum status status = json_text_parse(&v, b.data, b.len, 0, err);
    if (status == STATUS_OK) {
        struct buf copy = BUF_INIT;
        json_text_pretty(&v, 1, &copy);
        struct json_text again;
        assert_int_equal(json_text_parse(&again, copy.data, copy.len, 0, NULL), STATUS_OK);
        assert_true(json_text_same(&v, &again));
        buf_free(&copy);
    }
    buf_free(&b);
    return status;
}

static void depth_at_the_cap_and_one_more(void **state) {
    (void)state;
    for (int objects = 0; objects < 2; objects++) {
        struct err err = ERR_INIT;
        assert_int_equal(parse_depth(JSON_TEXT_MAX_DEPTH, objects, &err), STATUS_OK);
        assert_int_equal(parse_depth(JSON_TEXT_MAX_DEPTH + 1, objects, &err), STATUS_INVALID);
        assert_non_null(strstr(err.detail, "512"));
        assert_int_equal(parse_depth(100000, objects, NULL), STATUS_INVALID);
    }
}

static void lenient_takes_what_exporters_send(void **state) {
    (void)state;
    static const char text[] = "{\"a\":\"x\xFFy\n\xC3\xA9\x01\"}";
    struct json_text v, a;
    assert_int_equal(json_text_parse(&v, text, sizeof text - 1, 0, NULL), STATUS_INVALID);
    assert_int_equal(json_text_parse(&v, text, sizeof text - 1, JSON_TEXT_LENIENT, NULL), STATUS_OK);
    assert_true(json_text_get(&v, "a", &a));
    struct buf b = BUF_INIT;
    assert_int_equal(json_text_copy_valid(&a, &b), 1);
    assert_string_equal(b.data, "\"x\xEF\xBF\xBDy\\n\xC3\xA9\\u0001\"");
    buf_clear(&b);
    assert_int_equal(json_text_copy_valid(&v, &b), 1);
    assert_string_equal(b.data, "{\"a\":\"x\xEF\xBF\xBDy\\n\xC3\xA9\\u0001\"}");
    buf_clear(&b);
    assert_int_equal(json_text_decode(&a, &b), 1);
    assert_string_equal(b.data, "x\xEF\xBF\xBDy\n\xC3\xA9\x01");
    buf_free(&b);
    /* Lenient is about bytes in strings, not about grammar. */
    assert_int_equal(json_text_parse(&v, "[1,]", 4, JSON_TEXT_LENIENT, NULL), STATUS_INVALID);
    assert_int_equal(json_text_parse(&v, "\"a", 2, JSON_TEXT_LENIENT, NULL), STATUS_INVALID);
    assert_int_equal(json_text_parse(&v, "\"\\x\"", 4, JSON_TEXT_LENIENT, NULL), STATUS_INVALID);
}

static void prefix_says_where_the_value_ends(void **state) {
    (void)state;
    struct json_text v;
    const char *text = " {\"a\":1}\n{\"b\":2}";
    assert_int_equal(json_text_parse(&v, text, strlen(text), JSON_TEXT_PREFIX, NULL), STATUS_OK);
    assert_ptr_equal(v.text, text + 1);
    assert_int_equal(v.len, 7);
    assert_int_equal(json_text_parse(&v, "12,", 3, JSON_TEXT_PREFIX, NULL), STATUS_OK);
    assert_int_equal(v.len, 2);
    assert_int_equal(json_text_parse(&v, " ", 1, JSON_TEXT_PREFIX, NULL), STATUS_INVALID);
}

static void walking_objects_and_arrays(void **state) {
    (void)state;
    struct json_text v =
        parse_ok("{ \"a\" : 1 , \"b\\u0063\" : [ \"x\" , {\"y\":[[]]} , null ] , \"a\" : 2.50, \"\":{} }");
    struct json_text out, key;
    assert_true(json_text_get(&v, "a", &out)); /* the last one wins */
    assert_int_equal(out.len, 4);
    assert_memory_equal(out.text, "2.50", 4);
    assert_true(json_text_get(&v, "bc", &out));
    assert_int_equal(json_text_count(&out), 3);
    assert_int_equal(json_text_count(&v), 4);
    struct json_text element;
    assert_true(json_text_index(&out, 1, &element));
    assert_int_equal(element.type, JSON_TEXT_OBJECT);
    assert_false(json_text_index(&out, 3, &element));
    assert_int_equal(element.type, JSON_TEXT_NONE);
    assert_false(json_text_index(&v, 0, &element));
    assert_true(json_text_get(&v, "", &out));
    assert_false(json_text_get(&v, "A", &out));
    assert_int_equal(out.type, JSON_TEXT_NONE);
    assert_false(json_text_get(&out, "a", &out));

    struct json_text_iter it;
    const char *keys[] = {"a", "bc", "a", ""};
    size_t n = 0;
    json_text_iter(&it, &v);
    while (json_text_next(&it, &key, &out)) assert_true(json_text_equals(&key, keys[n++]));
    assert_int_equal(n, 4);
    struct json_text number = parse_ok("12");
    json_text_iter(&it, &number);
    assert_false(json_text_next(&it, &key, &out));

    v = parse_ok("{\"a\":{\"b\":{\"c\":\"deep\"}}}");
    assert_true(json_text_at(&v, &out, "a", "b", "c", NULL));
    assert_true(json_text_equals(&out, "deep"));
    assert_false(json_text_at(&v, &out, "a", "x", "c", NULL));
    assert_int_equal(out.type, JSON_TEXT_NONE);
    assert_true(json_text_at(&v, &out, NULL));
    assert_int_equal(out.type, JSON_TEXT_OBJECT);
}

static void strings(void **state) {
    (void)state;
    static const struct {
        const char *text, *decoded;
        size_t replaced;
        bool plain;
    } cases[] = {
        {"\"\"", "", 0, true},
        {"\"abc\"", "abc", 0, true},
        {"\"a\\n\\\"\\\\\\/\\b\\f\\r\\t\"", "a\n\"\\/\b\f\r\t", 0, false},
        {"\"\\u0041\\u00e9\\u20AC\"", "A\xC3\xA9\xE2\x82\xAC", 0, false},
        {"\"\\ud83d\\ude00!\"", "\xF0\x9F\x98\x80!", 0, false},
        {"\"\\ud83d!\"", "\xEF\xBF\xBD!", 1, false},
        {"\"\\ud83d\\u0041\"",
         "\xEF\xBF\xBD"
         "A",
         1, false},
        {"\"\\ude00\\ud83d\"", "\xEF\xBF\xBD\xEF\xBF\xBD", 2, false},
        {"\"\\\\u0041\"", "\\u0041", 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_text v = parse_ok(cases[i].text);
        struct buf b = BUF_INIT;
        assert_int_equal(json_text_decode(&v, &b), cases[i].replaced);
        assert_string_equal(b.data, cases[i].decoded);
        assert_int_equal(json_text_is_plain(&v), cases[i].plain);
        assert_true(json_text_equals(&v, cases[i].decoded));
        char *copy = json_text_dup(&v);
        assert_string_equal(copy, cases[i].decoded);
        free(copy);
        buf_free(&b);
    }
    struct json_text v = parse_ok("\"a\\u0000b\"");
    struct buf b = BUF_INIT;
    json_text_decode(&v, &b);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.data, "a\0b", 3);
    assert_false(json_text_equals(&v, "a")); /* no shorter than it is */
    buf_free(&b);
    v = parse_ok("\"abc\"");
    assert_false(json_text_equals(&v, "ab"));
    assert_false(json_text_equals(&v, "abcd"));
    v = parse_ok("12");
    assert_null(json_text_dup(&v));
    assert_false(json_text_equals(&v, "12"));
}

static void numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool strings, ok;
        int64_t value;
    } cases[] = {
        {"0", false, true, 0},
        {"-0", false, true, 0},
        {"42", false, true, 42},
        {"-42", false, true, -42},
        {"1.0", false, true, 1},
        {"1e3", false, true, 1000},
        {"1.50e1", false, true, 15},
        {"10e-1", false, true, 1},
        {"0e999999999999999999999", false, true, 0},
        {"1.5", false, false, 0},
        {"1e-1", false, false, 0},
        {"9223372036854775807", false, true, INT64_MAX},
        {"9223372036854775808", false, false, 0},
        {"-9223372036854775808", false, true, INT64_MIN},
        {"-9223372036854775809", false, false, 0},
        {"9.223372036854775807e18", false, true, INT64_MAX},
        {"1e19", false, false, 0},
        {"1e400", false, false, 0},
        {"1e99999999999999999999999", false, false, 0},
        {"123456789012345678901234567890", false, false, 0},
        {"\"42\"", false, false, 0},
        {"\"42\"", true, true, 42},
        {"\"-7\"", true, true, -7},
        {"\"\"", true, false, 0},
        {"\"-\"", true, false, 0},
        {"\"4 2\"", true, false, 0},
        {"\"1e3\"", true, false, 0},
        {"\"9223372036854775808\"", true, false, 0},
        {"\"0007\"", true, true, 7},
        {"true", true, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_text v = parse_ok(cases[i].text);
        int64_t got = 0;
        if (json_text_int64(&v, cases[i].strings, &got) != cases[i].ok) fail_msg("%s", cases[i].text);
        if (cases[i].ok) assert_true(got == cases[i].value);
    }
    double d;
    struct json_text v = parse_ok("0.1");
    assert_true(json_text_double(&v, &d) && d == 0.1);
    v = parse_ok("1e400");
    assert_true(json_text_double(&v, &d) && d == HUGE_VAL);
    v = parse_ok("-1e400");
    assert_true(json_text_double(&v, &d) && d == -HUGE_VAL);
    v = parse_ok("0.10000000000000000000000000000000000000000000000000000000000000000000000000000000000001");
    assert_true(json_text_double(&v, &d) && d == 0.1);
    v = parse_ok("\"1\"");
    assert_false(json_text_double(&v, &d));
}

static void sameness(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"1", "1.0", true},
        {"1", "10e-1", true},
        {"100", "1e2", true},
        {"0.1", "0.10", true},
        {"0", "-0", true},
        {"0", "0e5", true},
        {"1", "-1", false},
        {"0.1", "0.10000000000000001", false},
        {"12", "1.2", false},
        {"123456789012345678901234567890", "123456789012345678901234567890.0", true},
        {"123456789012345678901234567890", "123456789012345678901234567891", false},
        {"1e99999999999999999999", "1e99999999999999999999", true},
        {"1e99999999999999999999", "1e99999999999999999998", false},
        {"1", "\"1\"", false},
        {"null", "false", false},
        {"\"\\u0041\"", "\"A\"", true},
        {"\"a\"", "\"ab\"", false},
        {"\"\\/\"", "\"/\"", true},
        {"[1,2]", "[ 1 , 2 ]", true},
        {"[1,2]", "[2,1]", false},
        {"[1]", "[1,2]", false},
        {"[]", "{}", false},
        {"{\"a\":1,\"b\":[{\"x\":1,\"y\":2}]}", "{\"b\":[{\"y\":2.0,\"x\":1}],\"a\":1}", true},
        {"{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
        {"{\"a\":1,\"a\":2}", "{\"a\":2}", true},
        {"{\"a\":1,\"a\":2}", "{\"a\":1}", false},
        {"{\"b\":0,\"a\":1,\"a\":2}", "{\"a\":2,\"b\":0}", true},
        {"{\"\\u0061\":1}", "{\"a\":1}", true},
        {"{\"b\":{\"a\":[1,{}]},\"a\":0}", "{\"a\":0,\"b\":{\"a\":[1,[]]}}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_text a = parse_ok(cases[i].a), b = parse_ok(cases[i].b);
        if (json_text_same(&a, &b) != cases[i].same || json_text_same(&b, &a) != cases[i].same)
            fail_msg("%s | %s", cases[i].a, cases[i].b);
        assert_true(json_text_same(&a, &a));
    }
}

static void sameness_of_large_objects_in_other_order_is_quick(void **state) {
    (void)state;
    struct buf a = BUF_INIT, b = BUF_INIT;
    const int n = 100000;
    buf_char(&a, '{');
    buf_char(&b, '{');
    for (int i = 0; i < n; i++) buf_printf(&a, "%s\"k%d\":%d", i ? "," : "", i, i);
    for (int i = n; i-- > 0;) buf_printf(&b, "\"k%d\":%d%s", i, i, i ? "," : "");
    buf_char(&a, '}');
    buf_char(&b, '}');
    struct json_text x, y;
    assert_int_equal(json_text_parse(&x, a.data, a.len, 0, NULL), STATUS_OK);
    assert_int_equal(json_text_parse(&y, b.data, b.len, 0, NULL), STATUS_OK);
    assert_true(json_text_same(&x, &y));
    buf_free(&a);
    buf_free(&b);
}

static void writing_keeps_bytes(void **state) {
    (void)state;
    const char *text =
        " { \"a b\" : [ 1.50 , 1e400 , \"x \\\" y\\u0000\" ] , \"e\" : { } , \"f\":[ ],\"n\":null } ";
    struct json_text v = parse_ok(text);
    struct buf b = BUF_INIT;
    json_text_compact(&v, &b);
    assert_string_equal(b.data, "{\"a b\":[1.50,1e400,\"x \\\" y\\u0000\"],\"e\":{},\"f\":[],\"n\":null}");
    struct buf pretty = BUF_INIT;
    json_text_pretty(&v, 2, &pretty);
    assert_string_equal(pretty.data,
                        "{\n  \"a b\": [\n    1.50,\n    1e400,\n    \"x \\\" y\\u0000\"\n  ],\n  \"e\": {},\n"
                        "  \"f\": [],\n  \"n\": null\n}");
    struct json_text p = parse_ok(pretty.data);
    buf_clear(&b);
    json_text_pretty(&p, 0, &b);
    buf_clear(&pretty);
    json_text_compact(&v, &pretty);
    assert_string_equal(b.data, pretty.data);
    buf_clear(&b);
    json_text_copy(&v, &b);
    assert_int_equal(b.len, strlen(text) - 2);
    buf_clear(&b);
    v = parse_ok("1");
    json_text_pretty(&v, 2, &b);
    assert_string_equal(b.data, "1");
    buf_free(&b);
    buf_free(&pretty);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts),
        cmocka_unit_test(invalid_texts_say_where),
        cmocka_unit_test(every_prefix_of_a_document_is_invalid),
        cmocka_unit_test(depth_at_the_cap_and_one_more),
        cmocka_unit_test(lenient_takes_what_exporters_send),
        cmocka_unit_test(prefix_says_where_the_value_ends),
        cmocka_unit_test(walking_objects_and_arrays),
        cmocka_unit_test(strings),
        cmocka_unit_test(numbers),
        cmocka_unit_test(sameness),
        cmocka_unit_test(sameness_of_large_objects_in_other_order_is_quick),
        cmocka_unit_test(writing_keeps_bytes),
    };
    return cmocka_run_group_tests_name("base json_text", tests, NULL, NULL);
}
