/* The filter of tvp.h: its parsers, its match, its text rule. */
#include "otlp/span_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum status parse(struct span_filter *f, const char *json, struct err *err) {
    return span_filter_parse(f, json, strlen(json), err);
}

static void every_member_is_read(void **state) {
    (void)state;
    struct span_filter f;
    struct err err = ERR_INIT;
    struct buf text = BUF_INIT;
    enum status status = parse(
        &f,
        "{\"min_ms\":1.5,\"service\":\"s\",\"name\":\"n\",\"model\":\"m\",\"provider\":\"p\",\"text\":\"Wo"
        "rD\",\"error\":true,\"kind\":\"llm\",\"trace_id\":\"5B8EFFF798038103D269B633813FC60C\","
        "\"thread_id\":\"t\",\"user\":\"u\",\"from\":\"2026-01-31T14:00:00Z\",\"to\":1769868000000}",
        &err);
    if (status != STATUS_OK) fail_msg("%s", err.detail);
    span_filter_write(&f, &text);
    assert_string_equal(
        text.data,
        "{\"service\":\"s\",\"name\":\"n\",\"model\":\"m\",\"provider\":\"p\",\"text\":\"word\",\"kind\":"
        "\"llm\","
        "\"trace_id\":\"5b8efff798038103d269b633813fc60c\",\"thread_id\":\"t\",\"user\":\"u\",\"error\":true,"
        "\"from\":1769868000000,\"to\":1769868000000,\"min_ms\":1.5}");
    /* the text is a filter again, and the same one */
    struct span_filter again;
    assert_int_equal(parse(&again, text.data, NULL), STATUS_OK);
    assert_true(span_filter_hash(&again) == span_filter_hash(&f));
    assert_false(span_filter_is_empty(&f));
    span_filter_free(&again);
    span_filter_free(&f);
    assert_true(span_filter_is_empty(&f));
    buf_free(&text);
}

/* A filter is handed on as text; times before 1970 or of few digits must survive that (found by fuzzing). */
static void early_times_survive_being_written(void **state) {
    static const char *const froms[] = {"1013-01-31T14:00:00Z", "1970-01-01T00:00:01.5Z",
                                        "1969-12-31T23:59:59.999Z"};
    (void)state;
    for (size_t i = 0; i < sizeof froms / sizeof *froms; i++) {
        struct span_filter f, again;
        struct buf text = BUF_INIT;
        span_filter_init(&f);
        assert_int_equal(span_filter_set(&f, "from", froms[i], NULL), STATUS_OK);
        span_filter_write(&f, &text);
        assert_int_equal(parse(&again, text.data, NULL), STATUS_OK);
        assert_true(again.from_ms == f.from_ms);
        span_filter_free(&again);
        span_filter_free(&f);
        buf_free(&text);
    }
}

static void a_widened_filter_is_refused(void **state) {
    static const char *const bad[] = {
        "{\"colour\":\"red\"}",
        "{\"colour\":1}",
        "{\"service\":1}",
        "{\"error\":\"yes\"}",
        "{\"kind\":\"LLM\"}",
        "{\"trace_id\":\"12\"}",
        "{\"from\":\"today\"}",
        "{\"min_ms\":-1}",
        "{\"min_ms\":\"1\"}",
        "[]",
        "{",
        "{\"text\":{}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct span_filter f;
        struct err err = ERR_INIT;
        if (parse(&f, bad[i], &err) != STATUS_INVALID) fail_msg("taken: %s", bad[i]);
        assert_true(err.detail[0] != '\0');
        span_filter_free(&f);
    }
    struct span_filter f;
    assert_int_equal(parse(&f, "{\"service\":null,\"text\":\"\"}", NULL), STATUS_OK);
    assert_true(span_filter_is_empty(&f));
    span_filter_free(&f);
}

static struct span_filter_view view(void) {
    static const char text[] =
        "weather\nwhat is the weather in z\xC3\xBCrich?\nget_weather(\"city\")\n\xE6\x9D\xB1\xE4\xBA\xAC";
    return (struct span_filter_view){.service = "s",
                                     .name = "n",
                                     .model = "m",
                                     .provider = "p",
                                     .kind = "tool",
                                     .trace_id = "5b8efff798038103d269b633813fc60c",
                                     .thread_id = "t",
                                     .user = "u",
                                     .text = text,
                                     .text_len = sizeof text - 1,
                                     .failed = true,
                                     .start_ms = 100000,
                                     .duration_ms = 20};
}

static void all_given_conditions_must_hold(void **state) {
    static const struct {
        const char *filter;
        bool fits;
    } cases[] = {
        {"{}", true},
        {"{\"service\":\"s\",\"name\":\"n\",\"model\":\"m\",\"provider\":\"p\",\"kind\":\"tool\",\"thread_id\":"
         "\"t\",\"user\":\"u\"}",
         true},
        {"{\"service\":\"s\",\"name\":\"N\"}", false},
        {"{\"service\":\"other\"}", false},
        {"{\"error\":true}", true},
        {"{\"error\":false}", false},
        {"{\"from\":100000,\"to\":100001}", true},
        {"{\"to\":100000}", false},
        {"{\"from\":100001}", false},
        {"{\"min_ms\":20}", true},
        {"{\"min_ms\":20.1}", false},
        {"{\"text\":\"WEATHER in Z\xC3\x9CRICH\"}", true},
        {"{\"text\":\"weath\"}", true},
        {"{\"text\":\"eather\"}", true},
        {"{\"text\":\"(\\\"city\"}", true},
        {"{\"text\":\"\xE4\xBA\xAC\"}", true},
        {"{\"text\":\"snow\"}", false},
    };
    (void)state;
    struct span_filter_view v = view();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span_filter f;
        struct err err = ERR_INIT;
        if (parse(&f, cases[i].filter, &err) != STATUS_OK) fail_msg("%s: %s", cases[i].filter, err.detail);
        if (span_filter_match(&f, &v) != cases[i].fits) fail_msg("%s", cases[i].filter);
        span_filter_free(&f);
    }
    struct span_filter_view bare = {.start_ms = 1};
    struct span_filter f;
    assert_int_equal(parse(&f, "{\"thread_id\":\"t\"}", NULL), STATUS_OK);
    assert_false(span_filter_match(&f, &bare));
    span_filter_free(&f);
}

static void text_is_found_wherever_it_stands(void **state) {
    static const char json[] =
        "{\"resource\":{},\"scope\":{},\"span\":{\"name\":\"getWeather\",\"attributes\":["
        "{\"key\":\"input.value\",\"value\":{\"stringValue\":\"{\\\"messages\\\":[{\\\"role\\\":\\\"user\\\","
        "\\\"content\\\":"
        "\\\"Line "
        "one\\\\nGr\\u00fc\\u00dfe\\\"}],\\\"tools\\\":[{\\\"arguments\\\":\\\"{\\\\\\\"city\\\\\\\":"
        "\\\\\\\"Oslo\\\\\\\"}\\\"}]}\"}},"
        "{\"key\":\"n\",\"value\":{\"intValue\":\"5\"}}],"
        "\"events\":[{\"name\":\"e\",\"attributes\":[{\"key\":\"gen_ai.event.content\",\"value\":{"
        "\"stringValue\":\"Eventful\"}}]}]},"
        "\"logs\":[{\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"content\",\"value\":{\"stringValue\":"
        "\"Logged\"}}]}}}]}";
    static const char *const found[] = {"getweather", "weather", "gr\xC3\xBC\xC3\x9F", "oslo",
                                        "eventful",   "logged",  "line one\ngr"};
    (void)state;
    struct buf text = BUF_INIT;
    span_text_write(json, sizeof json - 1, &text);
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (!span_text_match(text.data, text.len, found[i], strlen(found[i])))
            fail_msg("not found: %s in %s", found[i], text.data);
    buf_free(&text);
}

static void text_is_capped(void **state) {
    (void)state;
    struct buf json = BUF_INIT, text = BUF_INIT;
    buf_str(&json, "{\"span\":{\"name\":\"n\",\"attributes\":[");
    for (int i = 0; i < 40; i++) {
        buf_printf(&json, "%s{\"value\":{\"stringValue\":\"%d ", i ? "," : "", i);
        for (int k = 0; k < 900; k++) buf_str(&json, "caf\xC3\xA9 ");
        buf_str(&json, "\"}}");
    }
    buf_str(&json, "]}}");
    span_text_write(json.data, json.len, &text);
    assert_true(text.len <= SPAN_TEXT_MAX);
    assert_true(text.len > SPAN_TEXT_MAX - 8000);
    buf_clear(&json);
    buf_clear(&text);
    /* of one long text the end is kept too, and encoded data is left out */
    buf_str(&json, "{\"span\":{\"name\":\"n\",\"attributes\":[{\"value\":{\"stringValue\":\"first ");
    for (int k = 0; k < 9000; k++) buf_str(&json, "filler ");
    buf_str(&json, "last\"}},{\"value\":{\"stringValue\":\"data:image/png;base64,");
    for (int k = 0; k < 9000; k++) buf_str(&json, "QUJD");
    buf_str(&json, "\"}}]}}");
    span_text_write(json.data, json.len, &text);
    assert_true(span_text_match(text.data, text.len, "first", 5));
    assert_true(span_text_match(text.data, text.len, "last", 4));
    assert_false(span_text_match(text.data, text.len, "data", 4));
    assert_true(text.len < 20000);
    buf_free(&json);
    buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_read),
        cmocka_unit_test(a_widened_filter_is_refused),
        cmocka_unit_test(all_given_conditions_must_hold),
        cmocka_unit_test(text_is_found_wherever_it_stands),
        cmocka_unit_test(text_is_capped),
        cmocka_unit_test(early_times_survive_being_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
