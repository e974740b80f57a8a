/* Indexed keys of any family: messages, answers and tools put together again from one attribute for each value. */
#include "datainfo/datainfo.h"
#include "spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct datainfo extract(struct buf span) {
    struct datainfo d;
    struct err err = ERR_INIT;
    if (datainfo_extract(&d, span.data, span.len, NULL, &err) != STATUS_OK) fail_msg("%s", err.detail);
    buf_free(&span);
    return d;
}

/* A member of the record's input or output, as JSON text; the record is freed at the last look. */
static void expect(const struct datainfo *d, const char *side, const char *member, const char *json) {
    struct json_text root, v = {.type = JSON_TEXT_NONE};
    if (d->verdict != DATAINFO_RECORD) fail_msg("no record: %s", d->reason);
    assert_int_equal(json_text_parse(&root, d->data.data, d->data.len, 0, NULL), STATUS_OK);
    json_text_at(&root, &v, side, member, NULL);
    if (v.type == JSON_TEXT_NONE) v = (struct json_text){.text = "absent", .len = 6};
    if (v.len != strlen(json) || memcmp(v.text, json, v.len) != 0)
        fail_msg("%s.%s: expected %s, got %.*s", side, member, json, (int)v.len, v.text);
}

#define SPAN(...) test_span("00f067aa0ba902b7", "", "call", __VA_ARGS__, NULL)
#define CHAT      "llm.request.type", "chat"

static void openllmetry_of_python(void **state) {
    (void)state;
    struct datainfo d = extract(SPAN(
        CHAT, "gen_ai.prompt.1.content", "Hi", "gen_ai.prompt.1.role", "user", "gen_ai.prompt.0.role", "system",
        "gen_ai.prompt.0.content", "Be brief.", "gen_ai.prompt.2.role", "assistant",
        "gen_ai.prompt.2.tool_calls.0.id", "c1", "gen_ai.prompt.2.tool_calls.0.name", "f",
        "gen_ai.prompt.2.tool_calls.0.arguments", "{ \"x\": 1.0 }", "gen_ai.prompt.3.role", "tool",
        "gen_ai.prompt.3.tool_call_id", "c1", "gen_ai.prompt.3.content", "[1, 2]", "gen_ai.completion.0.role",
        "assistant", "gen_ai.completion.0.finish_reason", "stop", "gen_ai.completion.0.content",
        "[{\"a\": \"json mode\"}]", "llm.request.functions.0.name", "f", "llm.request.functions.0.description",
        "F.", "llm.request.functions.0.parameters", "{\"type\":\"object\"}"));
    expect(&d, "input", "messages",
           "[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hi\"},"
           "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
           "\"function\":{\"name\":\"f\",\"arguments\":\"{ \\\"x\\\": 1.0 }\"}}]},"
           "{\"role\":\"tool\",\"content\":\"[1, 2]\",\"tool_call_id\":\"c1\"}]");
    expect(&d, "input", "tools",
           "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"F.\","
           "\"parameters\":{\"type\":\"object\"}}}]");
    expect(&d, "output", "messages",
           "[{\"role\":\"assistant\",\"content\":\"[{\\\"a\\\": \\\"json mode\\\"}]\"}]");
    expect(&d, "output", "finish_reason", "\"stop\"");
    datainfo_free(&d);
}

static void ids_are_never_made_up(void **state) {
    (void)state;
    struct datainfo d = extract(
        SPAN(CHAT, "gen_ai.prompt.0.role", "user", "gen_ai.prompt.0.content", "Hi",
             "gen_ai.completion.0.tool_calls.0.name", "f", "gen_ai.completion.0.tool_calls.0.arguments", "{}",
             "gen_ai.completion.0.role", "assistant", "gen_ai.completion.0.finish_reason", "tool_calls"));
    struct json_text root, id;
    assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
    json_text_at(&root, &id, "output", "tool_calls", NULL);
    assert_true(json_text_index(&id, 0, &root));
    assert_false(json_text_get(&root, "id", &id) && id.type == JSON_TEXT_STRING && id.len > 2);
    datainfo_free(&d);
}

static void what_javascript_made_text_of_is_undone(void **state) {
    (void)state;
    struct datainfo d =
        extract(SPAN(CHAT, "gen_ai.prompt.0.role", "user", "gen_ai.prompt.0.content",
                     "[{\"type\":\"text\",\"text\":\"What is "
                     "this?\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}]",
                     "gen_ai.prompt.1.role", "assistant", "gen_ai.prompt.1.content", "null",
                     "gen_ai.prompt.2.role", "tool", "gen_ai.prompt.2.content", "[{\"text\":\"found\"}]",
                     "gen_ai.prompt.3.role", "user", "gen_ai.prompt.3.content", "null",
                     "gen_ai.completion.0.content", "ok", "gen_ai.completion.0.role", "assistant"));
    expect(&d, "input", "messages",
           "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is this?\"},"
           "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x\"}}]},"
           "{\"role\":\"assistant\",\"content\":null},{\"role\":\"tool\",\"content\":\"[{\\\"text\\\":"
           "\\\"found\\\"}]\"},"
           "{\"role\":\"user\",\"content\":\"null\"}]");
    datainfo_free(&d);
}

static void choices_thoughts_and_split_calls(void **state) {
    (void)state;
    struct datainfo d =
        extract(SPAN(CHAT, "gen_ai.prompt.0.content", "Hi", "gen_ai.completion.2.content", "c",
                     "gen_ai.completion.2.finish_reason", "length", "gen_ai.completion.0.content", "a",
                     "gen_ai.completion.0.finish_reason", "stop", "gen_ai.completion.1.content", "b",
                     "gen_ai.completion.1.finish_reason", "stop"));
    expect(&d, "output", "messages",
           "[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
           "{\"role\":\"assistant\",\"content\":\"c\"}]");
    datainfo_free(&d);
    d = extract(SPAN(CHAT, "gen_ai.prompt.0.content", "Hi", "gen_ai.completion.0.role", "thinking",
                     "gen_ai.completion.0.content", "hm", "gen_ai.completion.0.finish_reason", "end_turn",
                     "gen_ai.completion.1.role", "assistant", "gen_ai.completion.1.content", "ho"));
    expect(&d, "output", "messages",
           "[{\"role\":\"assistant\",\"content\":\"ho\",\"reasoning_content\":\"hm\"}]");
    expect(&d, "output", "finish_reason", "\"stop\"");
    datainfo_free(&d);
    d = extract(
        SPAN(CHAT, "gen_ai.prompt.0.content", "Hi", "gen_ai.completion.0.role", "assistant",
             "gen_ai.completion.0.finish_reason", "tool_calls", "gen_ai.completion.0.function_call.name", "f",
             "gen_ai.completion.0.function_call.arguments", "{}", "gen_ai.completion.1.function_call.name", "g",
             "gen_ai.completion.1.function_call.arguments", "{}"));
    expect(&d, "output", "messages",
           "[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
           "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
           "{\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}]");
    datainfo_free(&d);
}

/* Each row is an SDK that does not exist; all say the same. */
static void families_nobody_has_seen(void **state) {
    (void)state;
    const struct {
        const char *name;
        struct buf span;
    } rows[] = {
        {"llm.prompts", SPAN(CHAT, "llm.prompts.0.role", "user", "llm.prompts.0.content", "Hi",
                             "llm.completions.0.role", "assistant", "llm.completions.0.content", "Ho")},
        {"nested message",
         SPAN(CHAT, "acme.request.messages.0.message.role", "user", "acme.request.messages.0.message.content",
              "Hi", "acme.response.choices.0.message.content", "Ho", "acme.response.choices.0.message.role",
              "assistant")},
        {"brackets", SPAN(CHAT, "inputMessages[0].role", "human", "inputMessages[0].content", "Hi",
                          "outputMessages[0].content", "Ho")},
        {"parts", SPAN(CHAT, "x.input.messages.0.role", "user", "x.input.messages.0.parts.0.type", "text",
                       "x.input.messages.0.parts.0.content", "Hi", "x.output.messages.0.parts.0.type", "text",
                       "x.output.messages.0.parts.0.content", "Ho")},
        {"plain texts", SPAN(CHAT, "prompts.0", "Hi", "completions.0", "Ho")},
        {"roles as keys", SPAN(CHAT, "gen_ai.prompt.0.user", "Hi", "gen_ai.completion.0.content", "Ho")},
        {"messages as JSON", SPAN(CHAT, "llm.prompts.0", "{\"role\":\"user\",\"content\":\"Hi\"}",
                                  "llm.completions.0", "{\"role\":\"assistant\",\"content\":\"Ho\"}")},
        {"OpenInference without its mark",
         SPAN(CHAT, "llm.input_messages.0.message.role", "user", "llm.input_messages.0.message.content", "Hi",
              "llm.output_messages.0.message.content", "Ho")},
        {"prompt.text", SPAN(CHAT, "llm.prompts.0.prompt.text", "Hi", "llm.choices.0.completion.text", "Ho")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].name);
        struct datainfo d = extract(rows[i].span);
        expect(&d, "input", "messages", "[{\"role\":\"user\",\"content\":\"Hi\"}]");
        expect(&d, "output", "messages", "[{\"role\":\"assistant\",\"content\":\"Ho\"}]");
        datainfo_free(&d);
    }
}

static void trees_of_keys(void **state) {
    (void)state;
    struct datainfo d =
        extract(SPAN(CHAT, "llm.prompts.0.role", "user", "llm.prompts.0.content.1.type", "image_url",
                     "llm.prompts.0.content.1.image_url.url", "data:x", "llm.prompts.0.content.0.type", "text",
                     "llm.prompts.0.content.0.text", "Hi", "llm.response.0.role", "assistant",
                     "llm.response.0.tool_calls.10.function.name", "g", "llm.response.0.tool_calls.10.id",
                     "c10", "llm.response.0.tool_calls.2.function.name", "f", "llm.response.0.tool_calls.2.id",
                     "c2", "llm.response.0.tool_calls.2.function.arguments", "{}",
                     "llm.response.0.tool_calls.10.function.arguments", "{}", "llm.tools.0.function.name", "f",
                     "llm.tools.0.function.parameters.type", "object", "llm.tools.1.name", "ran",
                     "llm.tools.1.output", "not a definition"));
    expect(&d, "input", "messages",
           "[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\",\"type\":\"text\"},"
           "{\"image_url\":{\"url\":\"data:x\"},\"type\":\"image_url\"}]}]");
    expect(&d, "input", "tools",
           "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]");
    expect(&d, "output", "tool_calls",
           "[{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
           "{\"id\":\"c10\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]");
    datainfo_free(&d);
}

static void other_lists_are_no_messages(void **state) {
    (void)state;
    struct datainfo d = extract(SPAN(CHAT, "gen_ai.prompt.0.content", "Hi", "gen_ai.completion.0.content", "Ho",
                                     "retrieval.documents.0.document.content", "no",
                                     "response.headers.0.content", "no", "gen_ai.prompt.prompt_filter_results",
                                     "[]", "input.0.score", "1", "output.choices.0.logprobs.0.token", "x"));
    expect(&d, "input", "messages", "[{\"role\":\"user\",\"content\":\"Hi\"}]");
    expect(&d, "output", "messages", "[{\"role\":\"assistant\",\"content\":\"Ho\"}]");
    datainfo_free(&d);
}

/* Indexes that are none, paths without end, a value and what is below it, names that are separators. */
/* Drops n attributes, as the limit on their number does. */
static struct buf dropped(struct buf span) {
    static const char at[] = "\"attributes\":[{\"key\"", count[] = "\"droppedAttributesCount\":3,";
    const char *found = memmem(span.data, span.len, at, sizeof at - 1);
    struct buf b = BUF_INIT;
    assert_non_null(found);
    buf_add(&b, span.data, (size_t)(found - span.data));
    buf_str(&b, count);
    buf_add(&b, found, span.len - (size_t)(found - span.data));
    buf_free(&span);
    return b;
}

/* What a limit took is named, and nothing else: lists with other keys behind them are whole. */
static void limits_are_told_from_what_they_left(void **state) {
    (void)state;
#define LLM  "openinference.span.kind", "LLM"
#define IN0  "llm.input_messages.0.message."
#define IN1  "llm.input_messages.1.message."
#define TOOL "llm.tools.0.tool.json_schema", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"
#define MISSING(b, json)                                                                                       \
    do {                                                                                                       \
        struct datainfo d = extract(b);                                                                        \
        expect(&d, "input", "metadata", "{\"missing\":[" json "]}");                                           \
        datainfo_free(&d);                                                                                     \
    } while (0)
    MISSING(dropped(test_span("00f067aa0ba902b7", "", "chat", LLM, IN0 "role", "user", IN0 "content", "a", TOOL,
                              NULL)),
            "\"/input/tools\",\"/input/tool_choice\",\"/output/messages\",\"/output/finish_reason\"");
    MISSING(dropped(test_span("00f067aa0ba902b7", "", "chat", LLM, IN0 "role", "user", IN0 "content", "a",
                              IN1 "role", "user", NULL)),
            "\"/input/messages\",\"/input/messages/1/content\",\"/input/tools\",\"/input/tool_choice\","
            "\"/output/messages\",\"/output/finish_reason\"");
    /* dropped from the front */
    MISSING(dropped(test_span("00f067aa0ba902b7", "", "chat", LLM, IN1 "role", "user", IN1 "content", "a", TOOL,
                              "llm.finish_reason", "stop", "llm.output_messages.0.message.content", "b",
                              "metadata", "{}", NULL)),
            "\"/input/messages\",\"/input/tool_choice\"");
    /* JSON cut at 24 characters, and so is a text of 24 */
    MISSING(test_span("00f067aa0ba902b7", "", "chat", LLM, "output.value", "{\"choices\":[{\"index\":0,\"",
                      IN0 "role", "user", IN0 "content", "012345678901234567890123", IN1 "role", "user",
                      IN1 "content", "0123456789", NULL),
            "\"/input/messages/0/content\",\"/output/messages\",\"/output/finish_reason\"");
}

static void strange_keys(void **state) {
    (void)state;
    struct buf deep = BUF_INIT;
    buf_str(&deep, "gen_ai.prompt.0.a");
    for (int i = 0; i < 5000; i++) buf_str(&deep, ".0");
    struct datainfo d =
        extract(SPAN(CHAT, "gen_ai.prompt.0.role", "user", "gen_ai.prompt.0.content", "Hi",
                     "gen_ai.prompt.999999999.content", "no", "gen_ai.prompt.4294967296.content", "no",
                     "gen_ai.prompt.0.", "no", "gen_ai.prompt.0.message..", "no", deep.data, "x",
                     "gen_ai.prompt.0.content.0", "below", "gen_ai.prompt.0.__proto__.x", "y", ".0.content",
                     "no", "gen_ai.completion.100000.content", "Ho", "gen_ai.completion.0x.content", "no"));
    expect(&d, "output", "messages", "[{\"role\":\"assistant\",\"content\":\"Ho\"}]");
    expect(&d, "input", "messages", "[{\"role\":\"user\",\"content\":\"Hi\"}]");
    buf_free(&deep);
    datainfo_free(&d);
}

static void many_keys_take_little_time(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    buf_str(&b,
            "{\"span\":{\"attributes\":[{\"key\":\"llm.request.type\",\"value\":{\"stringValue\":\"chat\"}}");
    for (int i = 50000; i-- > 0;)
        buf_printf(&b,
                   ",{\"key\":\"gen_ai.prompt.%d.content\",\"value\":{\"stringValue\":\"%d\"}},"
                   "{\"key\":\"p%d.input.1.content\",\"value\":{\"stringValue\":\"\"}}",
                   i, i, i);
    buf_str(&b, "]}}");
    struct datainfo d = extract(b);
    struct json_text root, list;
    assert_int_equal(d.verdict, DATAINFO_RECORD);
    assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
    assert_true(json_text_at(&root, &list, "input", "messages", NULL));
    assert_int_equal(json_text_count(&list), 50000);
    datainfo_free(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openllmetry_of_python),
        cmocka_unit_test(ids_are_never_made_up),
        cmocka_unit_test(what_javascript_made_text_of_is_undone),
        cmocka_unit_test(choices_thoughts_and_split_calls),
        cmocka_unit_test(families_nobody_has_seen),
        cmocka_unit_test(trees_of_keys),
        cmocka_unit_test(other_lists_are_no_messages),
        cmocka_unit_test(limits_are_told_from_what_they_left),
        cmocka_unit_test(strange_keys),
        cmocka_unit_test(many_keys_take_little_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
