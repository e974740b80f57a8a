/* datainfo_extract on made-up traces: which of two spans tells of a call, and what the spans around a call add. */
#include "datainfo_at.h"

static struct buf call_span(const char *id, const char *parent, const char *output) {
    return test_span(id, parent, "chat", LLM, "llm.input_messages.0.message.role", "user",
                     "llm.input_messages.0.message.content", "q", "llm.output_messages.0.message.role",
                     "assistant", "llm.output_messages.0.message.content", output, NULL);
}

static void the_inner_of_two_equal_calls_is_taken(void **state) {
    (void)state;
    struct buf outer = call_span("1111111111111111", "", "same"),
               inner = call_span("2222222222222222", "3333333333333333", "same");
    struct buf chain =
        test_span("3333333333333333", "1111111111111111", "step", "openinference.span.kind", "CHAIN", NULL);
    struct buf other = call_span("4444444444444444", "1111111111111111", "another answer");
    struct datainfo_trace *t = datainfo_trace_new();
    assert_true(datainfo_trace_add(t, inner.data, inner.len) && datainfo_trace_add(t, other.data, other.len));
    assert_true(datainfo_trace_add(t, chain.data, chain.len) && datainfo_trace_add(t, outer.data, outer.len));
    assert_true(datainfo_trace_add(t, outer.data, outer.len) && datainfo_trace_add(t, "no json", 7));
    struct datainfo d;
    datainfo_extract(&d, outer.data, outer.len, t, NULL);
    assert_string_equal(d.code, "wrapper");
    assert_string_equal(d.take_span_id, "2222222222222222");
    assert_string_equal(d.reason, "Wraps chat (span 2222222222222222) and repeats its call: add that one.");
    datainfo_free(&d);
    datainfo_extract(&d, inner.data, inner.len, t, NULL);
    assert_int_equal(d.verdict, DATAINFO_RECORD);
    datainfo_free(&d);
    datainfo_extract(&d, other.data, other.len, t, NULL);
    assert_int_equal(d.verdict, DATAINFO_RECORD); /* another answer is another call */
    datainfo_free(&d);
    datainfo_trace_free(t);
    buf_free(&outer);
    buf_free(&inner);
    buf_free(&chain);
    buf_free(&other);
}

/* The same span, some seconds later. */
static struct buf later(struct buf span, char seconds) {
    static const char time[] = "\"1766400000";
    for (char *at = span.data, *end = at + span.len;
         (at = memmem(at, (size_t)(end - at), time, sizeof time - 1));)
        *(at += sizeof time - 2) = seconds;
    return span;
}

/* What a stream's collector lost of an answer is in the request that sent it back; only proof counts. */
static void an_answer_is_filled_from_the_call_that_sent_it_back(void **state) {
    (void)state;
#define Q     "{\"role\":\"user\",\"content\":\"q\"}"
#define CHATS "gen_ai.operation.name", "chat"
#define IN    "gen_ai.input.messages"
#define BACK                                                                                                   \
    "{\"role\":\"assistant\",\"content\":\"look\",\"tool_calls\":[{\"id\":\"c1\",\"name\":\"f\","              \
    "\"arguments\":\"{\\\"x\\\":1}\"}]}"
#define RESULT   "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"1\"}"
#define CALLS(x) "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"" x "\"}}]"
    static const struct {
        const char *output, *next, *between, *calls;
    } rows[] = {
        {"[]", "[" Q "," BACK "," RESULT "]", NULL, CALLS("{\\\"x\\\":1}")},
        {"[{\"role\":\"assistant\",\"content\":\"look\",\"finish_reason\":\"tool_calls\"}]",
         "[" Q "," BACK "," RESULT "]", NULL, CALLS("{\\\"x\\\":1}")},
        {"[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}]}]",
         "[" Q "," BACK "," RESULT "]", NULL, CALLS("{\\\"x\\\":1}")},
        /* another call's arguments */
        {"[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c0\",\"name\":\"f\",\"arguments\":\"{}\"}]}]",
         "[" Q "," BACK "," RESULT "]", NULL,
         "[{\"id\":\"c0\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"},
        /* ids that a stream's collector lost; other arguments are another answer's */
        {"[{\"role\":\"assistant\",\"tool_calls\":[{\"arguments\":\"{\\\"x\\\":1}\"}]}]",
         "[" Q "," BACK "," RESULT "]", NULL, CALLS("{\\\"x\\\":1}")},
        {"[{\"role\":\"assistant\",\"tool_calls\":[{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":2}\"}]}]",
         "[" Q "," BACK "," RESULT "]", NULL,
         "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":2}\"}}]"},
        /* another conversation; a question, no answer; and whose of two answers it is, nobody knows */
        {"[]", "[{\"role\":\"user\",\"content\":\"p\"}," BACK "," RESULT "]", NULL, "[]"},
        {"[]", "[" Q "," Q "]", NULL, "[]"},
        {"[]", "[" Q "," BACK "," RESULT "]", "[" Q "]", "[]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf span = test_span("1111111111111111", "9999999999999999", "chat", CHATS, IN, "[" Q "]",
                                    "gen_ai.output.messages", rows[i].output, NULL),
                   next = later(
                       test_span("3333333333333333", "9999999999999999", "chat", CHATS, IN, rows[i].next, NULL),
                       '2');
        struct datainfo_trace *t = datainfo_trace_new();
        assert_true(datainfo_trace_add(t, span.data, span.len) && datainfo_trace_add(t, next.data, next.len));
        if (rows[i].between) {
            struct buf other = later(
                test_span("2222222222222222", "9999999999999999", "chat", CHATS, IN, rows[i].between, NULL),
                '1');
            assert_true(datainfo_trace_add(t, other.data, other.len));
            buf_free(&other);
        }
        struct datainfo d;
        datainfo_extract(&d, span.data, span.len, t, NULL);
        expect_at(&d, "output/tool_calls", rows[i].calls);
        datainfo_free(&d);
        datainfo_trace_free(t);
        buf_free(&span);
        buf_free(&next);
    }
}

/* Sources without calls still show that there were some: by the results that they have. */
static void calls_that_nobody_recorded_are_named(void **state) {
    (void)state;
    struct buf span =
                   test_span("1111111111111111", "9999999999999999", "chat", CHATS, IN, "[" Q "]",
                             "gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"look\"}]", NULL),
               next = later(test_span("2222222222222222", "9999999999999999", "chat", CHATS, IN,
                                      "[" Q ",{\"role\":\"assistant\",\"content\":\"look\"}," RESULT "]",
                                      "gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"a\"}]",
                                      NULL),
                            '1');
    struct datainfo_trace *t = datainfo_trace_new();
    assert_true(datainfo_trace_add(t, span.data, span.len) && datainfo_trace_add(t, next.data, next.len));
    struct datainfo d;
    datainfo_extract(&d, span.data, span.len, t, NULL);
    expect_at(&d, "input/metadata/missing",
              "[\"/input/tools\",\"/input/tool_choice\",\"/output/messages/0/tool_calls\","
              "\"/output/finish_reason\"]");
    datainfo_free(&d);
    datainfo_extract(&d, next.data, next.len, t, NULL);
    expect_at(
        &d, "input/metadata/missing",
        "[\"/input/messages/1/tool_calls\",\"/input/tools\",\"/input/tool_choice\",\"/output/finish_reason\"]");
    datainfo_free(&d);
    datainfo_trace_free(t);
    buf_free(&span);
    buf_free(&next);
}

/* OpenLLMetry makes siblings of LangChain's calls and of the steps around them, which have the whole message. */
static void a_step_that_gave_back_the_same_answer_completes_it(void **state) {
    (void)state;
#define MESSAGE(text)                                                                                          \
    "{\"lc\":1,\"type\":\"constructor\",\"id\":[\"AIMessage\"],\"kwargs\":{\"content\":\"" text                \
    "\",\"additional_kwargs\":{\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":"   \
    "\"f\","                                                                                                   \
    "\"arguments\":\"{}\"}}]},\"response_metadata\":{\"model_name\":\"m\",\"finish_reason\":\"tool_calls\"}}}"
    static const struct {
        const char *step, *calls, *finish;
    } rows[] = {
        {MESSAGE("look"), CALLS("{}"), "\"tool_calls\""},
        {"{\"output\":[{\"lg_name\":\"Command\",\"update\":{\"messages\":[" MESSAGE("look") "]}}]}",
         CALLS("{}"), "\"tool_calls\""},
        {MESSAGE("other"), "[]", "absent"}, /* another call's */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf span = test_span("1111111111111111", "9999999999999999", "chat", CHATS, IN, "[" Q "]",
                                    "gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"look\"}]",
                                    NULL),
                   step = test_span("2222222222222222", "9999999999999999", "RunnableSequence",
                                    "traceloop.span.kind", "workflow", "traceloop.entity.output", rows[i].step,
                                    NULL);
        struct datainfo_trace *t = datainfo_trace_new();
        assert_true(datainfo_trace_add(t, span.data, span.len) && datainfo_trace_add(t, step.data, step.len));
        struct datainfo d;
        datainfo_extract(&d, span.data, span.len, t, NULL);
        expect_at(&d, "output/tool_calls", rows[i].calls);
        expect_at(&d, "output/finish_reason", rows[i].finish);
        expect_at(&d, "input/metadata/model", i == 0 ? "\"m\"" : "absent");
        datainfo_free(&d);
        datainfo_trace_free(t);
        buf_free(&span);
        buf_free(&step);
    }
}

/* Tools that ran below a call whose answer was not recorded were called by it. */
static void tools_below_a_call_without_answer_are_its_calls(void **state) {
    (void)state;
    struct buf span = test_span("1111111111111111", "9999999999999999", "chat", CHATS, IN, "[" Q "]", NULL),
               tool = test_span("2222222222222222", "1111111111111111", "execute_tool f",
                                "gen_ai.operation.name", "execute_tool", "gen_ai.tool.name", "f",
                                "gen_ai.tool.call.id", "c1", "gen_ai.tool.call.arguments", "{}", NULL);
    struct datainfo_trace *t = datainfo_trace_new();
    assert_true(datainfo_trace_add(t, span.data, span.len) && datainfo_trace_add(t, tool.data, tool.len));
    struct datainfo d;
    datainfo_extract(&d, span.data, span.len, t, NULL);
    expect_at(&d, "output/tool_calls", CALLS("{}"));
    expect_at(&d, "input/metadata/missing/2", "\"/output/messages\""); /* it may have had a text */
    datainfo_free(&d);
    datainfo_trace_free(t);
    buf_free(&span);
    buf_free(&tool);
}

static void calls_below_a_tool_are_calls_of_their_own(void **state) {
    (void)state;
    struct buf outer = call_span("1111111111111111", "", "same"),
               inner = call_span("2222222222222222", "3333333333333333", "same");
    struct buf tool =
        test_span("3333333333333333", "1111111111111111", "tool", "openinference.span.kind", "TOOL", NULL);
    struct datainfo_trace *t = datainfo_trace_new();
    assert_true(datainfo_trace_add(t, outer.data, outer.len) && datainfo_trace_add(t, tool.data, tool.len) &&
                datainfo_trace_add(t, inner.data, inner.len));
    struct datainfo d;
    datainfo_extract(&d, outer.data, outer.len, t, NULL);
    assert_int_equal(d.verdict, DATAINFO_RECORD);
    datainfo_free(&d);
    datainfo_trace_free(t);
    buf_free(&outer);
    buf_free(&inner);
    buf_free(&tool);
}

static void loops_in_a_trace_end(void **state) {
    (void)state;
    struct buf a = call_span("1111111111111111", "2222222222222222", "x"),
               b = call_span("2222222222222222", "1111111111111111", "y");
    struct buf c = call_span("3333333333333333", "3333333333333333", "z");
    struct buf w =
        test_span("4444444444444444", "4444444444444444", "w", "ai.operationId", "ai.streamText", NULL);
    struct datainfo_trace *t = datainfo_trace_new();
    const struct buf *all[] = {&a, &b, &c, &w};
    for (size_t i = 0; i < 4; i++) assert_true(datainfo_trace_add(t, all[i]->data, all[i]->len));
    for (size_t i = 0; i < 4; i++) {
        struct datainfo d;
        assert_int_equal(datainfo_extract(&d, all[i]->data, all[i]->len, t, NULL), STATUS_OK);
        datainfo_free(&d);
    }
    datainfo_trace_free(t);
    buf_free(&a);
    buf_free(&b);
    buf_free(&c);
    buf_free(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inner_of_two_equal_calls_is_taken),
        cmocka_unit_test(an_answer_is_filled_from_the_call_that_sent_it_back),
        cmocka_unit_test(calls_that_nobody_recorded_are_named),
        cmocka_unit_test(a_step_that_gave_back_the_same_answer_completes_it),
        cmocka_unit_test(tools_below_a_call_without_answer_are_its_calls),
        cmocka_unit_test(calls_below_a_tool_are_calls_of_their_own),
        cmocka_unit_test(loops_in_a_trace_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
