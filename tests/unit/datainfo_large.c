/* Large spans of every form that is read extract with at most MEMORY_FACTOR times their size in extra memory, and what
 * they hold arrives. Indexes and depths that no message has cost nothing. */
#include "datainfo/datainfo.h"
#include "large_forms.h"
#include "own_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LARGE         (2u << 20) /* bench/datainfo_large has 10 MB, and the time that it takes */
#define MEMORY_FACTOR 4
#define ROOM          (512u << 10) /* what a span takes however small it is; 10 MB need none */
#define DEEP_FACTOR   10           /* of small spans with values inside values */

/* *peak in bytes; 0 where it cannot be told. */
static void use(const struct buf *span, struct datainfo *d, size_t *peak) {
    struct err err = ERR_INIT;
    *peak = 0;
#ifdef OWN_ALLOCATOR
    arm(SIZE_MAX);
#endif
    enum status status = datainfo_extract(d, span->data, span->len, NULL, &err);
#ifdef OWN_ALLOCATOR
    disarm();
    *peak = (size_t)allocator.peak;
#endif
    assert_int_equal(status, STATUS_OK);
}

static void spans_take_four_times_their_size(void **state) {
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct large_case c = case_at(i, LARGE);
        struct buf span = make_span(c.form, LARGE, c.text);
        struct datainfo d;
        size_t peak;
        use(&span, &d, &peak);
        if (peak > MEMORY_FACTOR * span.len + ROOM)
            fail_msg("%s, %zu: %zu bytes of memory for %zu", c.form->name, c.text, peak, span.len);
        if (c.text && d.verdict != DATAINFO_RECORD) fail_msg("%s, %zu: %s", c.form->name, c.text, d.reason);
        if (c.text && d.data.len < span.len / 10)
            fail_msg("%s, %zu: a record of %zu bytes", c.form->name, c.text, d.data.len);
        datainfo_free(&d);
        buf_free(&span);
    }
}

/* ---- indexes and depths ---- */

static void far_indexes_cost_nothing(void **state) {
    (void)state;
    static const char *const keys[] = {
        "llm.input_messages.%s.message.role",
        "llm.input_messages.0.message.tool_calls.%s.tool_call.function.name",
        "llm.input_messages.0.message.contents.%s.message_content.text",
        "llm.output_messages.%s.message.content",
        "llm.tools.%s.tool.json_schema",
        "llm.prompts.%s.prompt.text",
        "gen_ai.prompt.%s.content",
        "gen_ai.prompt.0.tool_calls.%s.name",
        "gen_ai.prompt.0.content.%s.text",
        "gen_ai.completion.%s.content",
        "llm.request.functions.%s.name",
        "llm.completions.%s.content",
        "acme.messages.%s.content",
        "acme.messages[%s].content",
        "acme.messages.0.parts.%s.a.%s.b.%s",
        "ai.prompt.messages.%s.content",
        "retrieval.documents.%s.document.content",
        "mastra.input.%s.role",
        "lmnr.input.%s.content",
    };
    static const char *const indexes[] = {
        "999999999", "4294967295",           "4294967296", "18446744073709551615", "99999999999999999999999999",
        "-1",        "00000000000000000007", "1e9"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct buf span = BUF_INIT;
        buf_str(&span, BEGIN CHAT "," LLM);
        for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
            struct buf key = BUF_INIT;
            for (const char *at = keys[k]; *at; at++) {
                if (at[0] == '%')
                    buf_str(&key, indexes[i]), at++;
                else
                    buf_char(&key, *at);
            }
            buf_str(&span, ",{\"key\":");
            buf_json_string(&span, key.data, key.len);
            buf_str(&span, ",\"value\":{\"stringValue\":\"user\"}}");
            buf_free(&key);
        }
        buf_str(&span, "]},\"logs\":[]}");
        struct datainfo d;
        size_t peak;
        use(&span, &d, &peak);
        if (peak > 256u << 10) fail_msg("%s: %zu bytes of memory", keys[k], peak);
        if (d.data.len > 4096) fail_msg("%s: a record of %zu bytes", keys[k], d.data.len);
        datainfo_free(&d);
        buf_free(&span);
    }
}

/* Values inside values, as deep as a document may be, and strings that hold JSON that holds strings. */
static void depth_is_walked_over(void **state) {
    (void)state;
    static const char *const shapes[][2] = {
        {"{\"messages\":", "}"},
        {"{\"role\":\"user\",\"content\":[", "]}"},
        {"{\"input\":{\"kwargs\":", "}}"},
        {"[{\"type\":\"tool_result\",\"content\":", "}]"},
        {"{\"choices\":[{\"message\":", "}]}"},
        {"{\"lc\":1,\"kwargs\":", "}"},
        {"[[", "]]"},
        {"[<A:[<b>,", ""}, /* Python's text that each level could read twice */
    };
    static const char *const keys[] = {
        "input.value",  "gen_ai.input.messages", "langfuse.observation.output", "gen_ai.tool.definitions",
        "acme.request", "genkit:output"};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            for (int strings = 0; strings < 2; strings++) {
                struct buf value = BUF_INIT, span = BUF_INIT;
                buf_str(&value, "\"x\"");
                for (int i = 0; i < (strings ? 16 : 120); i++) {
                    struct buf outer = BUF_INIT;
                    buf_str(&outer, shapes[s][0]);
                    if (strings)
                        buf_json_string(&outer, value.data, value.len);
                    else
                        buf_add(&outer, value.data, value.len);
                    buf_str(&outer, shapes[s][1]);
                    buf_free(&value);
                    value = outer;
                }
                buf_str(&span, BEGIN CHAT ",{\"key\":");
                buf_json_cstr(&span, keys[k]);
                buf_str(&span, ",\"value\":{\"stringValue\":");
                buf_json_string(&span, value.data, value.len);
                buf_str(&span, "}}]},\"logs\":[]}");
                struct datainfo d;
                size_t peak;
                use(&span, &d, &peak);
                if (peak > DEEP_FACTOR * span.len + (256u << 10))
                    fail_msg("%s in %s: %zu bytes of memory for %zu", shapes[s][0], keys[k], peak, span.len);
                datainfo_free(&d);
                buf_free(&span);
                buf_free(&value);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_take_four_times_their_size),
        cmocka_unit_test(far_indexes_cost_nothing),
        cmocka_unit_test(depth_is_walked_over),
    };
    return cmocka_run_group_tests_name("datainfo large", tests, NULL, NULL);
}
