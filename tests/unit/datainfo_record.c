/* DataInfo that people and imports write: datainfo_check, and what lists and the search read of it. */
#include "base/utf8.h"
#include "datainfo/datainfo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CALL(id) "{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"

static void check_accepts(void **state) {
    (void)state;
    static const struct {
        const char *data, *before, *want;
    } cases[] = {
        {"{\"input\":{\"messages\":[]},\"output\":{\"messages\":[]}}", NULL,
         "{\"input\":{\"messages\":[]},\"output\":{\"messages\":[],\"tool_calls\":[]}}"},
        /* unknown members stay, white space goes, numbers keep their bytes */
        {" { \"x\" : 1.0e+2, \"input\" : { \"messages\" : [ ] , \"y\": [ 1 , 2 ] }, \"output\" : { \"z\" : "
         "null, \"messages\" : [] } }",
         NULL,
         "{\"x\":1.0e+2,\"input\":{\"messages\":[],\"y\":[1,2]},\"output\":{\"z\":null,\"messages\":[],\"tool_"
         "calls\":[]}}"},
        /* derived in place; null content, parts, null tool_calls, a call without id */
        {"{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},{"
         "\"role\":\"assistant\",\"content\":null,\"tool_calls\":null}]},"
         "\"output\":{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[" CALL(
             "a") "]},{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"g\",\"arguments\":"
                  "\"x\"}}]}],"
                  "\"tool_calls\":[ " CALL("a") ",{\"function\":{\"arguments\":\"x\",\"name\":\"g\"}}],"
                                                "\"finish_reason\":\"tool_calls\"}}",
         NULL,
         "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},{"
         "\"role\":\"assistant\",\"content\":null,\"tool_calls\":null}]},"
         "\"output\":{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[" CALL(
             "a") "]},{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"g\",\"arguments\":"
                  "\"x\"}}]}],"
                  "\"tool_calls\":[" CALL("a") ",{\"function\":{\"name\":\"g\",\"arguments\":\"x\"}}],\"finish_"
                                               "reason\":\"tool_calls\"}}"},
        /* the calls of the messages were edited, the derived list still is the old one: recomputed */
        {"{\"input\":{\"messages\":[]},\"output\":{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[" CALL(
             "new") "]}],\"tool_calls\":[" CALL("old") "]}}",
         "{\"input\":{\"messages\":[]},\"output\":{\"messages\":[],\"tool_calls\":[" CALL("old") "]}}",
         "{\"input\":{\"messages\":[]},\"output\":{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[" CALL(
             "new") "]}],\"tool_calls\":[" CALL("new") "]}}"},
        /* of equal keys the last counts */
        {"{\"output\":1,\"input\":{\"messages\":[]},\"output\":{\"tool_calls\":5,\"messages\":[],\"tool_"
         "calls\":[]}}",
         NULL, "{\"output\":{\"tool_calls\":[],\"messages\":[]},\"input\":{\"messages\":[]}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT;
        struct err err = ERR_INIT;
        const char *before = cases[i].before;
        if (datainfo_check(cases[i].data, strlen(cases[i].data), before, before ? strlen(before) : 0, &out,
                           &err) != STATUS_OK)
            fail_msg("case %zu: %s at %s", i, err.detail, err.pointer);
        assert_string_equal(out.data, cases[i].want);
        buf_free(&out);
    }
}

static void check_refuses_and_points(void **state) {
    (void)state;
#define OUT ",\"output\":{\"messages\":[]}}"
#define IN  "{\"input\":{\"messages\":[]},\"output\":"
    static const struct {
        const char *data;
        enum status status;
        const char *pointer; /* or the byte position, as text, of a syntax error */
    } cases[] = {
        {"", STATUS_INVALID, "0"},
        {"{\"input\":{\"messages\":[]},}", STATUS_INVALID, "25"},
        {"[]", STATUS_CONTENT, ""},
        {"{}", STATUS_CONTENT, "/input"},
        {"{\"input\":[]" OUT, STATUS_CONTENT, "/input"},
        {"{\"input\":{}" OUT, STATUS_CONTENT, "/input/messages"},
        {"{\"input\":{\"messages\":{}}" OUT, STATUS_CONTENT, "/input/messages"},
        {"{\"input\":{\"messages\":[],\"tools\":{}}" OUT, STATUS_CONTENT, "/input/tools"},
        {"{\"input\":{\"messages\":[],\"metadata\":[]}" OUT, STATUS_CONTENT, "/input/metadata"},
        {"{\"input\":{\"messages\":[1]}" OUT, STATUS_CONTENT, "/input/messages/0"},
        {"{\"input\":{\"messages\":[{\"role\":\"user\"},{}]}" OUT, STATUS_CONTENT, "/input/messages/1/role"},
        {"{\"input\":{\"messages\":[{\"role\":\"\"}]}" OUT, STATUS_CONTENT, "/input/messages/0/role"},
        {"{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":5}]}" OUT, STATUS_CONTENT,
         "/input/messages/0/content"},
        {"{\"input\":{\"messages\":[]}}", STATUS_CONTENT, "/output"},
        {IN "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}]}}", STATUS_CONTENT,
         "/output/messages/0/tool_calls"},
        {IN "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[1]}]}}", STATUS_CONTENT,
         "/output/messages/0/tool_calls/0"},
        {IN "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":1}]}]}}", STATUS_CONTENT,
         "/output/messages/0/tool_calls/0/id"},
        {IN "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}]}}", STATUS_CONTENT,
         "/output/messages/0/tool_calls/0/function"},
        {IN "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"arguments\":\"\"}}]}]}}",
         STATUS_CONTENT, "/output/messages/0/tool_calls/0/function/name"},
        {IN "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\","
            "\"arguments\":{}}}]}]}}",
         STATUS_CONTENT, "/output/messages/0/tool_calls/0/function/arguments"},
        {IN "{\"messages\":[],\"tool_calls\":[" CALL("a") "]}}", STATUS_CONTENT, "/output/tool_calls"},
        {IN "{\"messages\":[],\"tool_calls\":null}}", STATUS_CONTENT, "/output/tool_calls"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT;
        struct err err = ERR_INIT;
        enum status status = datainfo_check(cases[i].data, strlen(cases[i].data), NULL, 0, &out, &err);
        if (status != cases[i].status) fail_msg("%s: %s", cases[i].data, status_name(status));
        if (status == STATUS_INVALID)
            assert_int_equal(err.position, atoi(cases[i].pointer));
        else if (strcmp(err.pointer, cases[i].pointer) != 0)
            fail_msg("%s: at %s", cases[i].data, err.pointer);
        assert_true(err.detail[0] != '\0');
        assert_int_equal(out.len, 0);
        buf_free(&out);
        assert_int_equal(datainfo_check(cases[i].data, strlen(cases[i].data), NULL, 0, &out, NULL),
                         cases[i].status);
        buf_free(&out);
    }
}

static const char record[] =
    "{\"input\":{\"messages\":[{\"role\":\"system\",\"content\":\"Be  "
    "brief.\"},{\"role\":\"user\",\"content\":\"first\"},"
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\\n "
    "at\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\"}}]},"
    "{\"role\":\"tool\",\"content\":\"result\",\"tool_call_id\":\"c\"}],\"tools\":[{\"type\":\"function\","
    "\"function\":{\"name\":\"search\"}},{}],"
    "\"metadata\":{\"model\":\"gpt\",\"provider\":\"openai\",\"missing\":[\"/input/tools\"]}},"
    "\"output\":{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No, "
    "東京.\",\"tool_calls\":[" CALL("a") "]}],\"tool_calls\":[" CALL(
        "a") "],"
             "\"finish_reason\":\"tool_calls\",\"metadata\":{\"usage\":{\"input_tokens\":12,\"output_tokens\":"
             "3.0},\"cost\":0.5,\"latency_ms\":1250.7,\"error\":{\"message\":\"x\"}}}}";

static void summary_of_a_record(void **state) {
    (void)state;
    struct datainfo_summary s;
    assert_int_equal(datainfo_summarize(&s, record, sizeof record - 1, NULL), STATUS_OK);
    assert_string_equal(s.preview_input, "look at [image]");
    assert_string_equal(s.preview_output, "No, 東京.");
    assert_string_equal(s.preview_tool, "f");
    assert_string_equal(s.preview_arguments, "{}");
    assert_string_equal(s.model, "gpt");
    assert_string_equal(s.provider, "openai");
    assert_string_equal(s.finish_reason, "tool_calls");
    assert_int_equal(s.input_tokens, 12);
    assert_int_equal(s.output_tokens, 3);
    assert_true(s.cost == 0.5);
    assert_int_equal(s.latency_ms, 1251);
    assert_int_equal(s.message_count, 4);
    assert_int_equal(s.tool_count, 2);
    assert_int_equal(s.tool_call_count, 1);
    assert_true(s.has_error);
    assert_int_equal(s.missing, DATAINFO_MISSING_SOMETHING | DATAINFO_MISSING_TOOLS);
    datainfo_summary_free(&s);

    static const char least[] = "{\"input\":{\"messages\":[]},\"output\":{\"messages\":[],\"tool_calls\":[]}}";
    assert_int_equal(datainfo_summarize(&s, least, sizeof least - 1, NULL), STATUS_OK);
    assert_null(s.preview_input);
    assert_null(s.preview_output);
    assert_null(s.model);
    assert_int_equal(s.input_tokens, -1);
    assert_int_equal(s.latency_ms, -1);
    assert_true(s.cost < 0 && !s.has_error && !s.missing);
    datainfo_summary_free(&s);
    assert_int_equal(datainfo_summarize(&s, "{", 1, NULL), STATUS_INVALID);
    datainfo_summary_free(&s);
}

static void previews_are_clipped_between_characters(void **state) {
    (void)state;
    for (int escaped = 0; escaped < 2; escaped++) {
        for (int shift = 0; shift < 12; shift++) {
            struct buf b = BUF_INIT;
            buf_str(&b, "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"");
            for (int i = 0; i < shift; i++) buf_char(&b, 'x');
            for (int i = 0; i < 2000; i++)
                buf_str(&b, escaped ? "\\u6771\\\\\\n" : "\xE6\x9D\xB1\xF0\x9F\x98\x80 ");
            buf_str(&b, "\"}]},\"output\":{\"messages\":[],\"tool_calls\":[]}}");
            struct datainfo_summary s;
            assert_int_equal(datainfo_summarize(&s, b.data, b.len, NULL), STATUS_OK);
            size_t len = strlen(s.preview_input);
            assert_true(len <= DATAINFO_PREVIEW_MAX && len >= DATAINFO_PREVIEW_MAX - 8);
            assert_true(utf8_valid(s.preview_input, len));
            assert_null(strstr(s.preview_input, "\xEF\xBF\xBD"));
            datainfo_summary_free(&s);
            buf_free(&b);
        }
    }
}

static void search_finds_text_names_and_arguments(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    datainfo_search_text(record, sizeof record - 1, 1000, &b);
    assert_string_equal(b.data, "No, 東京.\nf\n{}\nBe  brief.\nfirst\nlook\n at\nresult\nsearch\n");
    buf_clear(&b);
    buf_str(&b, "kept:");
    datainfo_search_text(record, sizeof record - 1, 8,
                         &b); /* "No, " and the 東 that fits, without half of 京 */
    assert_string_equal(b.data, "kept:No, 東\n");
    buf_clear(&b);
    datainfo_search_text("[", 1, 100, &b);
    assert_int_equal(b.len, 0);
    buf_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_accepts),
        cmocka_unit_test(check_refuses_and_points),
        cmocka_unit_test(summary_of_a_record),
        cmocka_unit_test(previews_are_clipped_between_characters),
        cmocka_unit_test(search_finds_text_names_and_arguments),
    };
    return cmocka_run_group_tests_name("datainfo record", tests, NULL, NULL);
}
