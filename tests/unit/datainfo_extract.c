/* datainfo_extract on made-up spans: the rules one by one, with the traps that real captures rarely have. */
#include "datainfo_at.h"

static void bytes_survive(void **state) {
    (void)state;
    struct datainfo d =
        extract(test_span("00f067aa0ba902b7", "", "chat", LLM, "input.value",
                          "{\"model\":\"m\",\"temperature\":0.10,\"seed\":123456789012345678901234567890,"
                          "\"messages\":[{\"role\":\"user\",\"content\":"
                          "\"a\\ud83d b\\u0000c \\u00e9\"}]}",
                          "output.value",
                          "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":"
                          "\"assistant\",\"content\":null,"
                          "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                          "\"arguments\":\"{ \\\"x\\\": 1e400 }\"}}]}}]}",
                          "output.mime_type", "application/json", NULL));
    expect_at(&d, "input/messages/0/content", "\"a\\ud83d b\\u0000c \\u00e9\"");
    expect_at(&d, "input/metadata/parameters",
              "{\"temperature\":0.10,\"seed\":123456789012345678901234567890}");
    expect_at(&d, "output/tool_calls/0/function/arguments", "\"{ \\\"x\\\": 1e400 }\"");
    expect_at(&d, "output/finish_reason", "\"stop\""); /* what the wire said stays, calls or not */
    expect_at(&d, "output/metadata/latency_ms", "250");
    expect_at(&d, "input/tool_choice", "absent"); /* never invented */
    expect_at(&d, "input/metadata/missing", "[\"/input/tools\"]");
    datainfo_free(&d);
}

static void keys_come_in_the_order_of_the_contract(void **state) {
    (void)state;
    struct datainfo d = extract(
        test_span("00f067aa0ba902b7", "", "chat", LLM, "session.id", "s1", "user.id", "u1", "tag.tags",
                  "\1{\"arrayValue\":{\"values\":[{\"stringValue\":\"a\"}]}}", "llm.cost.total",
                  "\1{\"doubleValue\":0.25}", "llm.token_count.prompt", "\1{\"intValue\":\"5\"}",
                  "llm.token_count.completion", "\1{\"intValue\":7}", "llm.finish_reason", "end_turn",
                  "llm.provider", "anthropic", "llm.model_name", "claude", "llm.input_messages.0.message.role",
                  "user", "llm.input_messages.0.message.content", "hi", "llm.output_messages.0.message.role",
                  "assistant", "llm.output_messages.0.message.content", "ho", NULL));
    assert_string_equal(d.data.data, "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                                     "\"metadata\":{\"model\":\"claude\",\"provider\":\"anthropic\","
                                     "\"thread_id\":\"s1\",\"user_id\":\"u1\",\"tags\":[\"a\"]}},\"output\":{"
                                     "\"messages\":[{\"role\":\"assistant\",\"content\":\"ho\"}],"
                                     "\"tool_calls\":[],\"finish_reason\":\"stop\",\"metadata\":{\"usage\":{"
                                     "\"input_tokens\":5,\"output_tokens\":7},\"cost\":0.25,"
                                     "\"latency_ms\":250,\"native_finish_reason\":\"end_turn\"}}}");
    datainfo_free(&d);
}

static void flattened_keys_sort_by_number(void **state) {
    (void)state;
    struct datainfo d = extract(test_span(
        "00f067aa0ba902b7", "", "chat", LLM, "llm.input_messages.10.message.content", "ten",
        "llm.input_messages.10.message.role", "user", "llm.input_messages.2.message.content", "two",
        "llm.input_messages.2.message.role", "assistant", "llm.input_messages.999999999.message.content", "far",
        "llm.input_messages.99999999999999999999999.message.content", "farther",
        "llm.input_messages.x.message.content", "no", "llm.input_messages..message.content", "no",
        "llm.input_messages.0.message.role", "system", "llm.input_messages.0.message.content", "zero", NULL));
    expect_at(&d, "input/messages",
              "[{\"role\":\"system\",\"content\":\"zero\"},{\"role\":\"assistant\",\"content\":\"two\"},"
              "{\"role\":\"user\",\"content\":\"ten\"}]");
    datainfo_free(&d);
}

static void phantom_values_are_absent(void **state) {
    (void)state;
    struct datainfo d = extract(test_span(
        "00f067aa0ba902b7", "", "chat", LLM, "llm.input_messages.0.message.role", "user",
        "llm.input_messages.0.message.content", "hi", "llm.input_messages.0.message.tool_calls.0.tool_call.id",
        "\1{}", "llm.input_messages.0.message.tool_calls.0.tool_call.function.name", "\1{}",
        "llm.input_messages.1.message.content", "\1{\"stringValue\":null}", NULL));
    expect_at(&d, "input/messages", "[{\"role\":\"user\",\"content\":\"hi\"}]");
    datainfo_free(&d);
}

static void a_cut_body_falls_through_to_the_keys(void **state) {
    (void)state;
    struct datainfo d =
        extract(test_span("00f067aa0ba902b7", "", "chat", LLM, "input.value",
                          "{\"messages\":[{\"role\":\"user\",\"content\":\"a long text that was cu",
                          "input.mime_type", "application/json", "llm.input_messages.0.message.role", "user",
                          "llm.input_messages.0.message.content", "a long text that was cut", NULL));
    expect_at(&d, "input/messages/0/content", "\"a long text that was cut\"");
    expect_at(&d, "input/metadata/missing", "[\"/output/messages\",\"/output/finish_reason\"]");
    datainfo_free(&d);
}

static void gaps_are_filled_only_between_the_same_messages(void **state) {
    (void)state;
    /* The body has no tool_call_id; the keys have. And a second span where the roles differ: nothing is mixed.
     */
    const char *body =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"tool\",\"content\":\"r\"}]}";
    struct datainfo d = extract(
        test_span("00f067aa0ba902b7", "", "chat", LLM, "input.value", body, "llm.input_messages.0.message.role",
                  "user", "llm.input_messages.0.message.content", "q", "llm.input_messages.1.message.role",
                  "tool", "llm.input_messages.1.message.tool_call_id", "c9", NULL));
    expect_at(&d, "input/messages/1", "{\"role\":\"tool\",\"content\":\"r\",\"tool_call_id\":\"c9\"}");
    datainfo_free(&d);
    d = extract(test_span("00f067aa0ba902b7", "", "chat", LLM, "input.value", body,
                          "llm.input_messages.0.message.role", "user", "llm.input_messages.1.message.role",
                          "assistant", "llm.input_messages.1.message.tool_call_id", "c9", NULL));
    expect_at(&d, "input/messages/1", "{\"role\":\"tool\",\"content\":\"r\"}");
    datainfo_free(&d);
}

static void a_text_that_is_json_stays_text(void **state) {
    (void)state;
    struct datainfo d =
        extract(test_span("00f067aa0ba902b7", "", "chat", LLM, "llm.input_messages.0.message.role", "user",
                          "llm.input_messages.0.message.content", "[1,2]", "llm.output_messages.0.message.role",
                          "assistant", "llm.output_messages.0.message.content", "{\"choices\":[]}",
                          "output.value", "{\"choices\":[]}", "output.mime_type", "text/plain", NULL));
    expect_at(&d, "input/messages/0/content", "\"[1,2]\"");
    expect_at(&d, "output/messages", "[{\"role\":\"assistant\",\"content\":\"{\\\"choices\\\":[]}\"}]");
    datainfo_free(&d);
}

static void arguments_become_the_models_text(void **state) {
    (void)state;
    struct datainfo d = extract(
        test_span("00f067aa0ba902b7", "", "ai.generateText.doGenerate", "ai.operationId",
                  "ai.generateText.doGenerate", "ai.prompt.messages",
                  "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},{\"role\":"
                  "\"assistant\",\"content\":["
                  "{\"type\":\"tool-call\",\"toolCallId\":\"a\",\"toolName\":\"f\",\"args\":{\"x\": "
                  "1.50}}]},{\"role\":\"tool\",\"content\":["
                  "{\"type\":\"tool-result\",\"toolCallId\":\"a\",\"toolName\":\"f\",\"output\":{\"type\":"
                  "\"json\",\"value\":{\"y\":[1, 2]}}},"
                  "{\"type\":\"tool-result\",\"toolCallId\":\"b\",\"toolName\":\"f\",\"output\":{\"type\":"
                  "\"text\",\"value\":\"plain\"}}]}]",
                  "ai.prompt.tools",
                  "\1{\"arrayValue\":{\"values\":[{\"stringValue\":\"{\\\"type\\\":\\\"function\\\","
                  "\\\"name\\\":\\\"f\\\",\\\"inputSchema\\\":{\\\"type\\\":\\\"object\\\"}}\"}]}}",
                  "ai.prompt.toolChoice", "{\"type\":\"tool\",\"toolName\":\"f\"}", "ai.response.toolCalls",
                  "[{\"toolCallId\":\"c\",\"toolName\":\"f\",\"input\":\"{\\\"x\\\": "
                  "2\"},{\"toolCallId\":\"d\",\"toolName\":\"f\",\"input\":\"\\\"{}\\\"\"}]",
                  "ai.response.finishReason", "tool-calls", "ai.settings.maxRetries", "\1{\"intValue\":2}",
                  "ai.settings.maxTokens", "\1{\"intValue\":9}", NULL));
    expect_at(&d, "input/messages/0", "{\"role\":\"user\",\"content\":\"q\"}");
    expect_at(&d, "input/messages/1/tool_calls/0/function",
              "{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1.50}\"}");
    expect_at(&d, "input/messages/2",
              "{\"role\":\"tool\",\"content\":\"{\\\"y\\\":[1,2]}\",\"tool_call_id\":\"a\"}");
    expect_at(&d, "input/messages/3", "{\"role\":\"tool\",\"content\":\"plain\",\"tool_call_id\":\"b\"}");
    expect_at(&d, "input/tools",
              "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]");
    expect_at(&d, "input/tool_choice", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
    expect_at(&d, "input/metadata/parameters", "{\"max_tokens\":9}");
    expect_at(&d, "output/tool_calls/0/function/arguments",
              "\"{\\\"x\\\": 2\"");                                    /* broken JSON is the model's own */
    expect_at(&d, "output/tool_calls/1/function/arguments", "\"{}\""); /* encoded twice: unwrapped once */
    expect_at(&d, "output/finish_reason", "\"tool_calls\"");
    datainfo_free(&d);
}

static void genai_parts(void **state) {
    (void)state;
    struct datainfo d =
        extract(test_span("00f067aa0ba902b7", "", "chat m", "gen_ai.operation.name", "chat",
                          "gen_ai.system_instructions", "Be brief.", "gen_ai.input.messages",
                          "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"look\"},{\"type\":"
                          "\"blob\",\"modality\":\"image\",\"mime_type\":\"image/jpeg\",\"content\":\"QUJD\"},"
                          "{\"type\":\"uri\",\"modality\":\"image\",\"uri\":\"https://x/"
                          "y.png\"}]},{\"role\":\"user\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":"
                          "\"k\",\"response\":{\"a\":1}}]}]",
                          "gen_ai.output.messages",
                          "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"reasoning\",\"content\":\"hm\"},{"
                          "\"type\":\"text\",\"content\":\"ok\"},"
                          "{\"type\":\"tool_call\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"name\":\"g\","
                          "\"arguments\":{\"b\":true}}],\"finish_reason\":\"tool_call\"}]",
                          "gen_ai.response.finish_reasons", "[\"tool-calls\"]", NULL));
    expect_at(&d, "input/messages/0", "{\"role\":\"system\",\"content\":\"Be brief.\"}");
    expect_at(&d, "input/messages/1/content",
              "[{\"type\":\"text\",\"text\":\"look\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:"
              "image/jpeg;base64,QUJD\"}},"
              "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]");
    expect_at(&d, "input/messages/2",
              "{\"role\":\"tool\",\"content\":\"{\\\"a\\\":1}\",\"tool_call_id\":\"k\"}");
    expect_at(&d, "output/messages/0",
              "{\"role\":\"assistant\",\"content\":\"ok\",\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":"
              "\"call_1\",\"type\":\"function\","
              "\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"b\\\":true}\"}}]}");
    expect_at(&d, "output/finish_reason", "\"tool_calls\"");
    expect_at(&d, "output/metadata/native_finish_reason", "\"tool_call\"");
    datainfo_free(&d);
}

/* Two calls in one, as a collector of a stream adds them up that does not look at their index. */
static void glued_calls_are_taken_apart_where_there_is_one_way(void **state) {
    (void)state;
    static const struct {
        const char *second_tool, *id, *arguments, *calls;
    } rows[] = {
        {"ab", "call_0001call_0002", "{\"x\":\"}{\"}{ }",
         "[{\"id\":\"call_0001\",\"type\":\"function\",\"function\":{\"name\":\"get\",\"arguments\":\"{"
         "\\\"x\\\":"
         "\\\"}{\\\"}\"}},{\"id\":\"call_0002\",\"type\":\"function\",\"function\":{\"name\":\"ab\","
         "\"arguments\":\"{ }\"}}]"},
        {"ab", "call_0001", "{}{}", /* ids of two makers are nobody's */
         "[{\"type\":\"function\",\"function\":{\"name\":\"get\",\"arguments\":\"{}\"}},{\"type\":\"function\","
         "\"function\":{\"name\":\"ab\",\"arguments\":\"{}\"}}]"},
        {"getab", "c", "{}{}", /* such a tool there is */
         "[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"getab\",\"arguments\":\"{}{}\"}}]"},
        {"ab", "c", "{}{", /* arguments that are no JSON are the model's */
         "[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"getab\",\"arguments\":\"{}{\"}}]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char second[64];
        snprintf(second, sizeof second, "{\"type\":\"function\",\"function\":{\"name\":\"%s\"}}",
                 rows[i].second_tool);
#define ANSWER "llm.output_messages.0.message."
#define CALLED ANSWER "tool_calls.0.tool_call."
        struct datainfo d = extract(
            test_span("00f067aa0ba902b7", "", "chat", LLM, "llm.tools.0.tool.json_schema",
                      "{\"type\":\"function\",\"function\":{\"name\":\"get\"}}", "llm.tools.1.tool.json_schema",
                      second, ANSWER "role", "assistant", CALLED "id", rows[i].id, CALLED "function.name",
                      "getab", CALLED "function.arguments", rows[i].arguments, NULL));
        expect_at(&d, "output/tool_calls", rows[i].calls);
        datainfo_free(&d);
    }
}

/* Items of a Responses conversation, each written as a message: one turn; and its results find their calls. */
static void items_of_one_turn_are_one_message(void **state) {
    (void)state;
    struct datainfo d = extract(
        test_span("00f067aa0ba902b7", "", "chat", "gen_ai.operation.name", "chat", "gen_ai.input.messages",
                  "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"q\"}]},"
                  "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"look\"}]},"
                  "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"a\",\"name\":\"f\","
                  "\"arguments\":\"{}\"}]},"
                  "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"b\",\"name\":\"g\","
                  "\"arguments\":\"{}\"}]},"
                  "{\"role\":\"tool\",\"parts\":[{\"type\":\"text\",\"content\":\"1\"}]},"
                  "{\"role\":\"tool\",\"parts\":[{\"type\":\"text\",\"content\":\"2\"}]}]",
                  NULL));
    expect_at(&d, "input/messages/1/content", "\"look\"");
    expect_at(&d, "input/messages/1/tool_calls/1/id", "\"b\"");
    expect_at(&d, "input/messages/2/tool_call_id", "\"a\"");
    expect_at(&d, "input/messages/3/tool_call_id", "\"b\"");
    expect_at(&d, "input/messages/4", "absent");
    datainfo_free(&d);
}

static void what_javascript_could_not_write_is_no_text(void **state) {
    (void)state;
    struct datainfo d = extract(test_span(
        "00f067aa0ba902b7", "", "chat", "gen_ai.operation.name", "chat", "gen_ai.system_instructions",
        "[{\"type\":\"text\",\"content\":\"[object Object]\"}]", "gen_ai.input.messages",
        "[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"[object Object]\"}]", NULL));
    expect_at(&d, "input/messages",
              "[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":null}]");
    expect_at(&d, "input/metadata/missing/0", "\"/input/messages/1/content\"");
    datainfo_free(&d);
}

static void failed_calls_are_records(void **state) {
    (void)state;
    const char *span = "{\"span\":{\"spanId\":\"00f067aa0ba902b7\",\"name\":\"chat\",\"status\":{\"code\":2,"
                       "\"message\":\"[object Object]\"},"
                       "\"attributes\":[{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}"
                       "},{\"key\":\"gen_ai.input.messages\",\"value\":{\"stringValue\":"
                       "\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"hi\\\"}]\"}}],\"events\":[{\"name\":"
                       "\"exception\",\"attributes\":["
                       "{\"key\":\"exception.type\",\"value\":{\"stringValue\":\"rate_limit\"}},{\"key\":"
                       "\"exception.message\",\"value\":{\"stringValue\":\"Slow down\"}}]}]}}";
    struct datainfo d;
    assert_int_equal(datainfo_extract(&d, span, strlen(span), NULL, NULL), STATUS_OK);
    expect_at(&d, "output",
              "{\"messages\":[],\"tool_calls\":[],\"finish_reason\":\"error\",\"metadata\":{\"error\":{"
              "\"type\":\"rate_limit\",\"message\":\"Slow down\"}}}");
    datainfo_free(&d);
    struct span_facts f;
    span_facts_read(&f, span, strlen(span));
    assert_true(f.failed);
    assert_string_equal(f.error, "Slow down");
    assert_string_equal(f.preview_input, "hi");
    span_facts_free(&f);
}

static void bytes_that_are_not_utf8_are_replaced_and_named(void **state) {
    (void)state;
    const char *span = "{\"span\":{\"spanId\":\"00f067aa0ba902b7\",\"name\":\"chat\",\"attributes\":[{\"key\":"
                       "\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}},"
                       "{\"key\":\"gen_ai.input.messages\",\"value\":{\"arrayValue\":{\"values\":[{"
                       "\"kvlistValue\":{\"values\":[{\"key\":\"role\",\"value\":{\"stringValue\":\"user\"}},"
                       "{\"key\":\"content\",\"value\":{\"stringValue\":\"a\xFF"
                       "b\"}}]}}]}}},{\"key\":\"gen_ai.output.messages\",\"value\":{\"stringValue\":\"[{"
                       "\\\"role\\\":\\\"assistant\\\",\\\"content\\\":\\\"x\xFF\\\"}]\"}}]}}";
    struct datainfo d;
    assert_int_equal(datainfo_extract(&d, span, strlen(span), NULL, NULL), STATUS_OK);
    expect_at(&d, "input/messages/0/content",
              "\"a\xEF\xBF\xBD"
              "b\"");
    expect_at(&d, "output/messages/0/content", "\"x\xEF\xBF\xBD\""); /* in JSON in a string, too */
    expect_at(&d, "input/metadata/missing",
              "[\"/input/messages/0/content\",\"/output/messages/0/content\",\"/output/finish_reason\"]");
    datainfo_free(&d);
}

static void skips_say_why(void **state) {
    (void)state;
    static const struct {
        const char *key, *value, *code;
    } cases[] = {
        {"openinference.span.kind", "TOOL", "not_a_call"},
        {"openinference.span.kind", "EMBEDDING", "not_a_call"},
        {"gen_ai.operation.name", "invoke_agent", "not_a_call"},
        {"gen_ai.operation.name", "agent_step", "not_a_call"},
        {"ai.operationId", "ai.generateText", "wrapper"},
        {"operation.name", "ai.streamText my-function", "wrapper"},
        {"http.method", "POST", "not_a_call"},
        {"gen_ai.operation.name", "chat", "no_content"},
        {"mlflow.spanType", "\"RETRIEVER\"", "not_a_call"},
        {"traceloop.span.kind", "workflow", "not_a_call"},
        {"braintrust.span_attributes", "{\"type\":\"tool\"}", "not_a_call"},
        {"gen_ai.tool.name", "f", "not_a_call"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct datainfo d = extract(test_span("00f067aa0ba902b7", "", "x", cases[i].key, cases[i].value, NULL));
        assert_int_equal(d.verdict, DATAINFO_SKIPPED);
        if (strcmp(d.code, cases[i].code) != 0) fail_msg("%s=%s: %s", cases[i].key, cases[i].value, d.code);
        assert_true(d.reason[0] != '\0');
        datainfo_free(&d);
    }
}

/* LangSmith leaves the status of a failed call OK; an exception beside an answer was handled. */
static void an_exception_without_an_answer_is_a_failure(void **state) {
    (void)state;
    for (int answered = 0; answered < 2; answered++) {
        struct buf b = test_span("00f067aa0ba902b7", "", "chat", "gen_ai.operation.name", "chat",
                                 "gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"q\"}]",
                                 answered ? "gen_ai.output.messages" : "x",
                                 "[{\"role\":\"assistant\",\"content\":\"a\"}]", NULL),
                   span = BUF_INIT;
        static const char mark[] = "\"attributes\":[{\"key\"";
        const char *at_attributes = memmem(b.data, b.len, mark, sizeof mark - 1);
        size_t head = (size_t)(at_attributes - b.data);
        buf_add(&span, b.data, head);
        buf_str(&span, "\"events\":[{\"name\":\"exception\",\"attributes\":[{\"key\":\"exception.message\","
                       "\"value\":{\"stringValue\":\"500\"}}]}],");
        buf_add(&span, b.data + head, b.len - head);
        buf_free(&b);
        struct datainfo d = extract(span);
        expect_at(&d, "output/metadata/error", answered ? "absent" : "{\"message\":\"500\"}");
        expect_at(&d, "output/finish_reason", answered ? "absent" : "\"error\"");
        datainfo_free(&d);
    }
}

static void facts_of_other_spans(void **state) {
    (void)state;
    struct buf tool =
        test_span("00f067aa0ba902b7", "", "execute_tool f", "gen_ai.operation.name", "execute_tool",
                  "gen_ai.tool.call.arguments", "{\"city\":\"Paris\",\n  \"n\":1}", "gen_ai.tool.call.result",
                  "18 \t degrees", "metadata", "{\"thread_id\":\"t7\"}", NULL);
    struct span_facts f;
    span_facts_read(&f, tool.data, tool.len);
    assert_int_equal(f.kind, SPAN_KIND_TOOL);
    assert_string_equal(f.preview_input, "{\"city\":\"Paris\", \"n\":1}");
    assert_string_equal(f.preview_output, "18 degrees");
    assert_string_equal(f.thread_id, "t7");
    assert_false(f.failed);
    assert_int_equal(f.input_tokens, -1);
    assert_true(f.cost < 0);
    span_facts_free(&f);
    buf_free(&tool);
    struct buf long_text = BUF_INIT;
    for (int i = 0; i < 300; i++) buf_str(&long_text, "\xE6\x9D\xB1\\\"");
    struct buf llm = test_span("00f067aa0ba902b7", "", "chat", LLM, "llm.output_messages.0.message.content",
                               long_text.data, "ai.model.provider", "openai.chat", NULL);
    span_facts_read(&f, llm.data, llm.len);
    assert_true(strlen(f.preview_output) <= DATAINFO_PREVIEW_MAX &&
                strlen(f.preview_output) > DATAINFO_PREVIEW_MAX - 8);
    assert_string_equal(f.provider, "openai");
    span_facts_free(&f);
    buf_free(&llm);
    buf_free(&long_text);
}

/* A request that failed before anything was recorded of it. */
static void a_span_without_attributes_is_known_by_its_name(void **state) {
    (void)state;
    static const struct {
        const char *name, *key;
        enum span_kind kind;
    } rows[] = {{"chat gpt-4o", NULL, SPAN_KIND_LLM},
                {"generate_content gemini-2.5-flash", NULL, SPAN_KIND_LLM},
                {"embeddings mistral-embed", NULL, SPAN_KIND_EMBEDDING},
                {"chat room", NULL, SPAN_KIND_OTHER},
                {"chat ", NULL, SPAN_KIND_OTHER},
                {"chat", NULL, SPAN_KIND_OTHER},
                {"invite gpt-4o", NULL, SPAN_KIND_OTHER},
                {"chat gpt-4o", "http.route", SPAN_KIND_OTHER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf span = test_span("00f067aa0ba902b7", "", rows[i].name, rows[i].key, "x", NULL);
        struct span_facts f;
        span_facts_read(&f, span.data, span.len);
        if (f.kind != rows[i].kind) fail_msg("%s: %s", rows[i].name, span_kind_name(f.kind));
        span_facts_free(&f);
        buf_free(&span);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_survive),
        cmocka_unit_test(keys_come_in_the_order_of_the_contract),
        cmocka_unit_test(flattened_keys_sort_by_number),
        cmocka_unit_test(phantom_values_are_absent),
        cmocka_unit_test(a_cut_body_falls_through_to_the_keys),
        cmocka_unit_test(gaps_are_filled_only_between_the_same_messages),
        cmocka_unit_test(a_text_that_is_json_stays_text),
        cmocka_unit_test(arguments_become_the_models_text),
        cmocka_unit_test(genai_parts),
        cmocka_unit_test(glued_calls_are_taken_apart_where_there_is_one_way),
        cmocka_unit_test(items_of_one_turn_are_one_message),
        cmocka_unit_test(what_javascript_could_not_write_is_no_text),
        cmocka_unit_test(failed_calls_are_records),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced_and_named),
        cmocka_unit_test(skips_say_why),
        cmocka_unit_test(an_exception_without_an_answer_is_a_failure),
        cmocka_unit_test(facts_of_other_spans),
        cmocka_unit_test(a_span_without_attributes_is_known_by_its_name),
    };
    return cmocka_run_group_tests_name("datainfo extract", tests, NULL, NULL);
}
