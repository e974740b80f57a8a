/* Spans of 10 MB in every form that is read: they extract with at most MEMORY_FACTOR times their size in extra
 * memory, in time that grows with the size, and what they hold arrives. Indexes and depths that no message has cost
 * nothing. */
#include "datainfo/datainfo.h"
#include "large_forms.h"
#include "own_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#ifdef OWN_ALLOCATOR
#define LARGE (10u << 20)
#else
#define LARGE (1u << 20) /* sanitizers count no memory, and take their time */
#endif
#define MEMORY_FACTOR 4
#define DEEP_FACTOR   10 /* of small spans with values inside values */

/* Bytes of a text: 10 MB are more than a hundred thousand messages, some thousand, or one. */
static const size_t texts[] = {30, 2000, LARGE};
#define TEXTS (sizeof texts / sizeof *texts)
/* Where there is nothing but the texts, those of 30 bytes take 4.2 times: 34 bytes of a span are 33 of the request, 56
 * of a message and 59 of a record. */
#define LEAST_BARE 40

struct case_of {
    const struct form *form;
    size_t text;
};
#define TALKS (sizeof talk_forms / sizeof *talk_forms)
#define CASES (TALKS * TEXTS + sizeof odd_forms / sizeof *odd_forms)

static struct case_of case_at(size_t i) {
    if (i < TALKS * TEXTS) {
        const struct form *f = &talk_forms[i / TEXTS];
        size_t text = texts[i % TEXTS];
        return (struct case_of){f, f->bare && text < LEAST_BARE ? LEAST_BARE : text};
    }
    return (struct case_of){&odd_forms[i - TALKS * TEXTS], 0};
}

/* Seconds of the processor; *peak in bytes, 0 where it cannot be told. */
static double use(const struct buf *span, struct datainfo *d, size_t *peak) {
    struct err err = ERR_INIT;
#ifdef OWN_ALLOCATOR
    arm(SIZE_MAX);
#endif
    clock_t from = clock();
    enum status status = datainfo_extract(d, span->data, span->len, NULL, &err);
    double took = (double)(clock() - from) / CLOCKS_PER_SEC;
    *peak = 0;
#ifdef OWN_ALLOCATOR
    disarm();
    *peak = (size_t)allocator.peak;
#endif
    assert_int_equal(status, STATUS_OK);
    return took;
}

static void ten_megabytes_take_four_times_their_size(void **state) {
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct case_of c = case_at(i);
        struct buf span = make_span(c.form, LARGE, c.text);
        struct datainfo d;
        size_t peak;
        use(&span, &d, &peak);
        if (peak > MEMORY_FACTOR * span.len)
            fail_msg("%s, %zu: %zu bytes of memory for %zu", c.form->name, c.text, peak, span.len);
        if (c.text && d.verdict != DATAINFO_RECORD) fail_msg("%s, %zu: %s", c.form->name, c.text, d.reason);
        if (c.text && d.data.len < span.len / 10)
            fail_msg("%s, %zu: a record of %zu bytes", c.form->name, c.text, d.data.len);
        datainfo_free(&d);
        buf_free(&span);
    }
}

/* Sixteen times as much may take forty times as long: what is quadratic takes 256 times. */
static void time_grows_with_the_size(void **state) {
    (void)state;
    for (size_t n = 0; n < CASES; n++) {
        struct case_of c = case_at(n);
        if (c.text > LEAST_BARE) continue;
        struct buf small = make_span(c.form, LARGE / 32, c.text), large = make_span(c.form, LARGE / 2, c.text);
        struct datainfo d;
        size_t peak;
        double first = 1e9, then = 1e9;
        for (int i = 0; i < 2 && then > 40 * first + 0.05; i++) {
            double took = use(&small, &d, &peak);
            datainfo_free(&d);
            if (took < first) first = took;
            took = use(&large, &d, &peak);
            datainfo_free(&d);
            if (took < then) then = took;
        }
        if (then > 40 * first + 0.05) fail_msg("%s: %.4f s, then %.4f s", c.form->name, first, then);
        buf_free(&small);
        buf_free(&large);
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
                double took = use(&span, &d, &peak);
                if (took > 2) fail_msg("%s in %s: %.1f s for %zu bytes", shapes[s][0], keys[k], took, span.len);
                if (peak > DEEP_FACTOR * span.len + (256u << 10))
                    fail_msg("%s in %s: %zu bytes of memory for %zu", shapes[s][0], keys[k], peak, span.len);
                datainfo_free(&d);
                buf_free(&span);
                buf_free(&value);
            }
}

/* A value inside others of its kind: begin open... item,item,... close... end; JSON in a string, but for kvlists. */
struct nest {
    const char *key, *begin, *open, *item, *close, *end;
};

static struct buf nested(const struct nest *n, int levels) {
    struct buf value = BUF_INIT, span = BUF_INIT;
    buf_str(&value, n->begin);
    for (int i = 0; i < levels; i++) buf_str(&value, n->open);
    for (buf_str(&value, n->item); value.len < LARGE / 8; buf_str(&value, n->item)) buf_char(&value, ',');
    for (int i = 0; i < levels; i++) buf_str(&value, n->close);
    buf_str(&value, n->end);
    buf_printf(&span, BEGIN CHAT ",{\"key\":\"%s\",\"value\":", n->key);
    if (strstr(n->open, "kvlistValue")) {
        buf_add(&span, value.data, value.len);
    } else {
        buf_str(&span, "{\"stringValue\":");
        buf_json_string(&span, value.data, value.len);
        buf_char(&span, '}');
    }
    buf_str(&span, "}]},\"logs\":[]}");
    buf_free(&value);
    return span;
}

/* The same bytes further in are not gone over once more for each level. */
static void depth_costs_no_walks(void **state) {
    (void)state;
    static const struct nest nests[] = {
        {"gen_ai.input.messages", "{\"kvlistValue\":{\"values\":[",
         "{\"key\":\"a\",\"value\":{\"kvlistValue\":{\"values\":[", KV("k", "{\"intValue\":\"7\"}"), "]}}}",
         "]}}"},
        {"gen_ai.tool.definitions", "[{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":{",
         "\"a\":{\"type\":\"OBJECT\",\"properties\":{", "\"k\":{\"type\":\"STRING\"}", "}}", "}}}]"},
    };
    for (size_t s = 0; s < sizeof nests / sizeof *nests; s++) {
        struct buf flat = nested(&nests[s], 1), deep = nested(&nests[s], 100);
        struct datainfo d;
        size_t peak;
        double first = 1e9, then = 1e9;
        for (int i = 0; i < 3; i++) {
            double took = use(&flat, &d, &peak);
            datainfo_free(&d);
            if (took < first) first = took;
            took = use(&deep, &d, &peak);
            datainfo_free(&d);
            if (took < then) then = took;
        }
        if (then > 5 * first + 0.02) fail_msg("%s: %.4f s, then %.4f s", nests[s].key, first, then);
        buf_free(&flat);
        buf_free(&deep);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_megabytes_take_four_times_their_size),
        cmocka_unit_test(time_grows_with_the_size),
        cmocka_unit_test(far_indexes_cost_nothing),
        cmocka_unit_test(depth_is_walked_over),
        cmocka_unit_test(depth_costs_no_walks),
    };
    return cmocka_run_group_tests_name("datainfo large", tests, NULL, NULL);
}
