/* large_forms.h: spans of any size in every form that is read: each convention's and body's main one, and what is odd.
 * Made up; a form is a row. Header-only. */
#ifndef SPANSET_TESTS_SUPPORT_LARGE_FORMS_H
#define SPANSET_TESTS_SUPPORT_LARGE_FORMS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BEGIN                                                                                                  \
    "{\"resource\":{\"attributes\":[]},\"scope\":{\"name\":\"test\"},\"span\":{"                               \
    "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"spanId\":\"b7ad6b7169203331\",\"name\":\"chat m\","    \
    "\"startTimeUnixNano\":\"1\",\"endTimeUnixNano\":\"2\",\"attributes\":["

static const char line[] = "The quick brown fox jumps over the lazy dog, na\xc3\xafvely \"quoted\".\n";

struct form;
/* Writes messages (about `text` bytes of text in each) until the buffer has `size` bytes. */
typedef void write_fn(struct buf *b, size_t size, size_t text, const struct form *f);

struct form {
    const char *name, *key;
    write_fn *write;
    const char *head, *user, *assistant, *between, *tail; /* of the value; see add_pattern */
    const char *also;                                     /* attributes besides, as JSON */
    bool cut;                                             /* ends anywhere: what is whole arrives */
    bool bare;                                            /* texts without anything around them */
};

static inline void add_text(struct buf *b, size_t size) {
    for (size_t n = 0; n < size; n += sizeof line - 1)
        buf_add(b, line, n + sizeof line - 1 <= size ? sizeof line - 1 : size - n);
}

static inline void add_inner(struct buf *b, const char *before, const struct buf *text, const char *after) {
    struct buf inner = BUF_INIT;
    buf_str(&inner, before);
    buf_json_string(&inner, text->data, text->len);
    buf_str(&inner, after);
    buf_json_string(b, inner.data, inner.len);
    buf_free(&inner);
}

/* The pattern with the text as a JSON string in the place of $, with {"a": text} as one in the place of @, and with
 * [{"text": text}] in that of #. */
static inline void add_pattern(struct buf *b, const char *pattern, const struct buf *text) {
    for (; *pattern; pattern++) {
        if (*pattern == '$')
            buf_json_string(b, text->data, text->len);
        else if (*pattern == '@')
            add_inner(b, "{\"a\":", text, "}");
        else if (*pattern == '#')
            add_inner(b, "[{\"text\":", text, "}]");
        else
            buf_char(b, *pattern);
    }
}

/* One attribute: {"stringValue": head messages tail}, the value being JSON in a string. */
static inline void write_json(struct buf *b, size_t size, size_t text, const struct form *f) {
    struct buf value = BUF_INIT, said = BUF_INIT;
    add_text(&said, text);
    buf_str(&value, f->head);
    /* Its quotes are escaped once more. */
    for (size_t i = 0; b->len + value.len + value.len / 16 < size; i++) {
        if (i) buf_str(&value, f->between ? f->between : ",");
        add_pattern(&value, i % 2 && f->assistant ? f->assistant : f->user, &said);
    }
    if (!f->cut) buf_str(&value, f->tail);
    buf_printf(b, "{\"key\":\"%s\",\"value\":{\"stringValue\":", f->key);
    buf_json_string(b, value.data, value.len);
    buf_str(b, "}}");
    buf_free(&value);
    buf_free(&said);
}

/* The same attribute, of an event that tells all; key is "event key". */
static inline void write_event(struct buf *b, size_t size, size_t text, const struct form *f) {
    struct form attribute = *f;
    const char *key = strchr(f->key, ' ');
    attribute.key = key + 1;
    buf_str(b, "{\"key\":\"gen_ai.request.model\",\"value\":{\"stringValue\":\"m\"}}],\"events\":[");
    buf_printf(b, "{\"timeUnixNano\":\"1\",\"name\":\"%.*s\",\"attributes\":[", (int)(key - f->key), f->key);
    write_json(b, size, text, &attribute);
    buf_str(b, "]}]},\"logs\":[]}");
}

/* The same without the string around it: an AnyValue of arrays and kvlists. */
static inline void write_structured(struct buf *b, size_t size, size_t text, const struct form *f) {
    struct buf said = BUF_INIT;
    add_text(&said, text);
    buf_printf(b, "{\"key\":\"%s\",\"value\":%s", f->key, f->head);
    for (size_t i = 0; b->len < size; i++) {
        if (i) buf_char(b, ',');
        add_pattern(b, i % 2 ? f->assistant : f->user, &said);
    }
    buf_printf(b, "%s}", f->tail);
    buf_free(&said);
}

/* Keys for each message; the patterns have % in the place of its index. */
static inline void write_flat(struct buf *b, size_t size, size_t text, const struct form *f) {
    struct buf said = BUF_INIT;
    add_text(&said, text);
    for (size_t i = 0; b->len < size; i++) {
        buf_json_comma(b);
        for (const char *at = i % 2 ? f->assistant : f->user; *at; at++) {
            char one[2] = {*at, 0};
            if (*at == '%')
                buf_printf(b, "%zu", i);
            else
                add_pattern(b, one, &said);
        }
    }
    buf_free(&said);
}

/* One event or log record per message; key is "events" or "logs". The patterns are the content's AnyValue. */
static inline void write_events(struct buf *b, size_t size, size_t text, const struct form *f) {
    struct buf said = BUF_INIT;
    bool logs = strcmp(f->key, "logs") == 0;
    add_text(&said, text);
    buf_str(b, "{\"key\":\"gen_ai.request.model\",\"value\":{\"stringValue\":\"m\"}}]");
    buf_str(b, logs ? "},\"logs\":[" : ",\"events\":[");
    for (size_t i = 0; b->len < size; i++) {
        const char *name = i % 2 ? "gen_ai.assistant.message" : "gen_ai.user.message";
        buf_json_comma(b);
        buf_printf(b,
                   logs ? "{\"timeUnixNano\":\"%zu\",\"attributes\":[{\"key\":\"event.name\",\"value\":{"
                          "\"stringValue\":\"%s\"}}],\"body\":{\"kvlistValue\":{\"values\":[{\"key\":"
                          "\"content\",\"value\":"
                        : "{\"timeUnixNano\":\"%zu\",\"name\":\"%s\",\"attributes\":[{\"key\":\"content\","
                          "\"value\":",
                   i, name);
        add_pattern(b, f->user, &said);
        buf_str(b, logs ? "}]}}}" : "}]}");
    }
    buf_str(b, logs ? "]}" : "]},\"logs\":[]}");
    buf_free(&said);
}

#define CHAT     "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}}"
#define LLM      "{\"key\":\"openinference.span.kind\",\"value\":{\"stringValue\":\"LLM\"}}"
#define KV(k, v) "{\"key\":\"" k "\",\"value\":" v "}"
#define ASKED                                                                                                  \
    CHAT "," KV("gen_ai.input.messages",                                                                       \
                "{\"stringValue\":\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"a\\\"}]\"}")
#define KVMSG(role)                                                                                            \
    "{\"kvlistValue\":{\"values\":[" KV("role", "{\"stringValue\":\"" role "\"}") "," KV(                      \
        "parts",                                                                                               \
        "{\"arrayValue\":{\"values\":[{\"kvlistValue\":{\"values\":[" KV(                                      \
            "type", "{\"stringValue\":\"text\"}") "," KV("content", "{\"stringValue\":$}") "]}}]}}") "]}}"

/* With texts of any size. */
static const struct form talk_forms[] = {
    {"OpenAI chat", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}", LLM, false,
     false},
    {"OpenAI chat, names", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"name\":\"n\",\"content\":$}",
     "{\"role\":\"assistant\",\"name\":\"n\",\"content\":$}", NULL, "]}", LLM, false, false},
    {"OpenAI chat, thoughts", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"assistant\",\"reasoning_content\":$,\"content\":\"a\"}", "{\"role\":\"user\",\"content\":$}",
     NULL, "]}", LLM, false, false},
    {"OpenAI chat, tools at work", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
     "\"function\":{\"name\":\"f\",\"arguments\":@}}]}",
     "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":$}", NULL, "]}", LLM, false, false},
    {"OpenAI chat, parts", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":$},{\"type\":\"image_url\",\"image_url\":{"
     "\"url\":\"http://a/b\"}}]}",
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":$}]}", NULL, "]}", LLM, false, false},
    {"OpenAI chat, choices", "output.value", write_json, "{\"choices\":[",
     "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":$},\"finish_reason\":\"stop\"}", NULL, NULL,
     "]}", LLM, false, false},
    {"OpenAI chat, calls", "output.value", write_json,
     "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"tool_calls\":[",
     "{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":@}}", NULL, NULL, "]}}]}",
     LLM, false, false},
    {"OpenAI chat, tools", "input.value", write_json,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[",
     "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":$,\"parameters\":{}}}", NULL, NULL,
     "]}", LLM, false, false},
    {"completions", "input.value", write_json, "{\"model\":\"m\",\"max_tokens\":1,\"prompt\":[", "$", NULL,
     NULL, "]}", LLM, false, true},
    {"Responses", "input.value", write_json, "{\"model\":\"m\",\"input\":[",
     "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":$}]}",
     "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":$}]}", NULL,
     "]}", LLM, false, false},
    {"Responses, tools at work", "input.value", write_json, "{\"model\":\"m\",\"input\":[",
     "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":@}",
     "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":$}", NULL, "]}", LLM, false, false},
    {"Responses, an answer", "output.value", write_json, "{\"object\":\"response\",\"output\":[",
     "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":$}]}",
     "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":@}", NULL, "]}", LLM, false,
     false},
    {"Anthropic", "input.value", write_json,
     "{\"model\":\"m\",\"max_tokens\":1,\"system\":\"a\",\"messages\":[",
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":$}]}",
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":$}]}", NULL, "]}", LLM, false, false},
    {"Anthropic, tools at work", "input.value", write_json,
     "{\"model\":\"m\",\"max_tokens\":1,\"system\":\"a\",\"messages\":[",
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{\"a\":"
     "$}}]}",
     "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":$}]}", NULL,
     "]}", LLM, false, false},
    {"Anthropic, results of one turn", "input.value", write_json,
     "{\"model\":\"m\",\"max_tokens\":1,\"system\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":[",
     "{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":[{\"type\":\"text\",\"text\":$}]}", NULL,
     NULL, "]}]}", LLM, false, false},
    {"Anthropic, images", "input.value", write_json,
     "{\"model\":\"m\",\"max_tokens\":1,\"system\":\"a\",\"messages\":[",
     "{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":"
     "\"image/png\",\"data\":$}}]}",
     NULL, NULL, "]}", LLM, false, false},
    {"Gemini", "gcp.vertex.agent.llm_request", write_json, "{\"model\":\"m\",\"contents\":[",
     "{\"role\":\"user\",\"parts\":[{\"text\":$}]}", "{\"role\":\"model\",\"parts\":[{\"text\":$}]}", NULL,
     "]}", CHAT, false, false},
    {"Gemini, tools at work", "gcp.vertex.agent.llm_request", write_json, "{\"model\":\"m\",\"contents\":[",
     "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":$}}}]}",
     "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"a\":$}}}]}", NULL,
     "]}", CHAT, false, false},
    {"Gemini, tools", "gcp.vertex.agent.llm_request", write_json,
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}],\"config\":{\"tools\":[{"
     "\"functionDeclarations\":[",
     "{\"name\":\"f\",\"description\":$,\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":"
     "\"STRING\"}}}}",
     NULL, NULL, "]}]}}", CHAT, false, false},
    {"Bedrock", "input.value", write_json, "{\"modelId\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":[{\"text\":$}]}", "{\"role\":\"assistant\",\"content\":[{\"text\":$}]}",
     NULL, "]}", LLM, false, false},
    {"Bedrock, tools at work", "input.value", write_json, "{\"modelId\":\"m\",\"messages\":[",
     "{\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"c\",\"name\":\"f\",\"input\":{\"a\":$}"
     "}}]}",
     "{\"role\":\"user\",\"content\":[{\"toolResult\":{\"toolUseId\":\"c\",\"content\":[{\"text\":$}]}}]}",
     NULL, "]}", LLM, false, false},
    {"Cohere", "input.value", write_json, "{\"model\":\"m\",\"message\":\"a\",\"chat_history\":[",
     "{\"role\":\"USER\",\"message\":$}", "{\"role\":\"CHATBOT\",\"message\":$}", NULL, "]}", LLM, false,
     false},
    {"GenAI messages", "gen_ai.input.messages", write_json, "[",
     "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":$}]}",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":$}]}", NULL, "]", CHAT, false, false},
    {"GenAI messages, cut", "gen_ai.input.messages", write_json, "[",
     "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":$}]}",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":$}]}", NULL, "]", CHAT, true, false},
    {"GenAI messages, tools at work", "gen_ai.input.messages", write_json, "[",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{"
     "\"a\":$}}]}",
     "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"c\",\"response\":{\"a\":$}}]}",
     NULL, "]", CHAT, false, false},
    {"GenAI messages, answers", "gen_ai.output.messages", write_json, "[",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":$}],\"finish_reason\":\"stop\"}", NULL,
     NULL, "]", CHAT, false, false},
    {"GenAI messages, calls", "gen_ai.output.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{\"a\":$}}", NULL, NULL, "]}]", CHAT,
     false, false},
    {"GenAI messages, thoughts", "gen_ai.output.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"reasoning\",\"content\":$}", NULL, NULL, "]}]", CHAT, false, false},
    {"GenAI messages, parts", "gen_ai.input.messages", write_json, "[{\"role\":\"user\",\"parts\":[",
     "{\"type\":\"text\",\"content\":$}", NULL, NULL, "]}]", CHAT, false, false},
    {"GenAI tools", "gen_ai.tool.definitions", write_json, "[",
     "{\"type\":\"function\",\"name\":\"f\",\"description\":$,\"parameters\":{\"type\":\"object\"}}", NULL,
     NULL, "]", ASKED, false, false},
    {"GenAI messages, structured", "gen_ai.input.messages", write_structured, "{\"arrayValue\":{\"values\":[",
     KVMSG("user"), KVMSG("assistant"), NULL, "]}}", CHAT, false, false},
    {"GenAI prompt event", "gen_ai.content.prompt gen_ai.prompt", write_event, "[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]", CHAT, false,
     false},
    {"GenAI details event", "gen_ai.client.inference.operation.details gen_ai.input.messages", write_event, "[",
     "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":$}]}",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":$}]}", NULL, "]", CHAT, false, false},
    {"message events", "events", write_events, NULL, "{\"stringValue\":$}", NULL, NULL, NULL, CHAT, false,
     false},
    {"message events, blocks", "events", write_events, NULL, "{\"stringValue\":#}", NULL, NULL, NULL, CHAT,
     false, false},
    {"message logs", "logs", write_events, NULL, "{\"stringValue\":$}", NULL, NULL, NULL, CHAT, false, false},
    {"OpenInference keys", "llm.input_messages", write_flat, NULL,
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"user\"}},{\"key\":\"llm."
     "input_messages.%.message.content\",\"value\":{\"stringValue\":$}}",
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"assistant\"}},{\"key\":\"llm."
     "input_messages.%.message.content\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, LLM, false, false},
    {"OpenInference keys, parts", "llm.input_messages", write_flat, NULL,
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"user\"}},{\"key\":\"llm."
     "input_messages.%.message.contents.0.message_content.type\",\"value\":{\"stringValue\":\"text\"}},{"
     "\"key\":\"llm.input_messages.%.message.contents.0.message_content.text\",\"value\":{\"stringValue\":$}}",
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"assistant\"}},{\"key\":\"llm."
     "input_messages.%.message.contents.0.message_content.type\",\"value\":{\"stringValue\":\"text\"}},{"
     "\"key\":\"llm.input_messages.%.message.contents.0.message_content.text\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, LLM, false, false},
    {"OpenInference keys, tools at work", "llm.input_messages", write_flat, NULL,
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"assistant\"}},{\"key\":\"llm."
     "input_messages.%.message.tool_calls.0.tool_call.id\",\"value\":{\"stringValue\":\"c\"}},{\"key\":\"llm."
     "input_messages.%.message.tool_calls.0.tool_call.function.name\",\"value\":{\"stringValue\":\"f\"}},{"
     "\"key\":\"llm.input_messages.%.message.tool_calls.0.tool_call.function.arguments\",\"value\":{"
     "\"stringValue\":@}}",
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"tool\"}},{\"key\":\"llm."
     "input_messages.%.message.tool_call_id\",\"value\":{\"stringValue\":\"c\"}},{\"key\":\"llm.input_messages."
     "%.message.content\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, LLM, false, false},
    {"OpenLLMetry keys", "gen_ai.prompt", write_flat, NULL,
     "{\"key\":\"gen_ai.prompt.%.role\",\"value\":{\"stringValue\":\"user\"}},{\"key\":\"gen_ai.prompt.%."
     "content\",\"value\":{\"stringValue\":$}}",
     "{\"key\":\"gen_ai.prompt.%.role\",\"value\":{\"stringValue\":\"assistant\"}},{\"key\":\"gen_ai.prompt.%."
     "content\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, CHAT, false, false},
    {"OpenLLMetry keys, calls", "gen_ai.prompt", write_flat, NULL,
     "{\"key\":\"gen_ai.prompt.%.role\",\"value\":{\"stringValue\":\"assistant\"}},{\"key\":\"gen_ai.prompt.%."
     "tool_calls.0.id\",\"value\":{\"stringValue\":\"c\"}},{\"key\":\"gen_ai.prompt.%.tool_calls.0.name\","
     "\"value\":{\"stringValue\":\"f\"}},{\"key\":\"gen_ai.prompt.%.tool_calls.0.arguments\",\"value\":{"
     "\"stringValue\":@}}",
     "{\"key\":\"gen_ai.prompt.%.role\",\"value\":{\"stringValue\":\"user\"}},{\"key\":\"gen_ai.prompt.%."
     "content\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, CHAT, false, false},
    {"OpenLLMetry keys, tools", "llm.request.functions", write_flat, NULL,
     "{\"key\":\"llm.request.functions.%.name\",\"value\":{\"stringValue\":\"f%\"}},{\"key\":\"llm.request."
     "functions.%.description\",\"value\":{\"stringValue\":$}}",
     "{\"key\":\"llm.request.functions.%.name\",\"value\":{\"stringValue\":\"f%\"}},{\"key\":\"llm.request."
     "functions.%.description\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, ASKED, false, false},
    {"unknown keys", "acme.llm.prompts", write_flat, NULL,
     "{\"key\":\"acme.llm.prompts.%.role\",\"value\":{\"stringValue\":\"user\"}},{\"key\":\"acme.llm.prompts.%."
     "content\",\"value\":{\"stringValue\":$}}",
     "{\"key\":\"acme.llm.prompts.%.role\",\"value\":{\"stringValue\":\"assistant\"}},{\"key\":\"acme.llm."
     "prompts.%.content\",\"value\":{\"stringValue\":$}}",
     NULL, NULL, CHAT, false, false},
    {"Langfuse", "langfuse.observation.input", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}",
     KV("langfuse.observation.type", "{\"stringValue\":\"generation\"}"), false, false},
    {"Genkit", "genkit:input", write_json, "{\"messages\":[", "{\"role\":\"user\",\"content\":[{\"text\":$}]}",
     "{\"role\":\"model\",\"content\":[{\"text\":$}]}", NULL, "]}",
     KV("genkit:metadata:subtype", "{\"stringValue\":\"model\"}") "," KV("genkit:type",
                                                                         "{\"stringValue\":\"action\"}"),
     false, false},
    {"Genkit, tools at work", "genkit:input", write_json, "{\"messages\":[",
     "{\"role\":\"model\",\"content\":[{\"toolRequest\":{\"ref\":\"c\",\"name\":\"f\",\"input\":{\"a\":$}}}]}",
     "{\"role\":\"tool\",\"content\":[{\"toolResponse\":{\"ref\":\"c\",\"name\":\"f\",\"output\":{\"a\":$}}}]}",
     NULL, "]}",
     KV("genkit:metadata:subtype", "{\"stringValue\":\"model\"}") "," KV("genkit:type",
                                                                         "{\"stringValue\":\"action\"}"),
     false, false},
    {"AI SDK", "ai.prompt.messages", write_json, "[",
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":$}]}",
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":$}]}", NULL, "]",
     KV("ai.operationId", "{\"stringValue\":\"ai.generateText.doGenerate\"}"), false, false},
    {"AI SDK, tools at work", "ai.prompt.messages", write_json, "[",
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool-call\",\"toolCallId\":\"c\",\"toolName\":\"f\","
     "\"input\":{\"a\":$}}]}",
     "{\"role\":\"tool\",\"content\":[{\"type\":\"tool-result\",\"toolCallId\":\"c\",\"toolName\":\"f\","
     "\"output\":{\"type\":\"json\",\"value\":{\"a\":$}}}]}",
     NULL, "]", KV("ai.operationId", "{\"stringValue\":\"ai.generateText.doGenerate\"}"), false, false},
    {"AI SDK, calls", "ai.response.toolCalls", write_json, "[",
     "{\"toolCallId\":\"c\",\"toolName\":\"f\",\"input\":@}", NULL, NULL, "]",
     KV("ai.operationId", "{\"stringValue\":\"ai.generateText.doGenerate\"}"), false, false},
    {"AI SDK, messages of its UI", "ai.prompt.messages", write_json, "[",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool-f\",\"toolCallId\":\"c\",\"state\":\"output-"
     "available\",\"input\":{\"a\":$},\"output\":{\"a\":1}},{\"type\":\"text\",\"text\":\"a\"}]}",
     "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":$}]}", NULL, "]",
     KV("ai.operationId", "{\"stringValue\":\"ai.generateText.doGenerate\"}"), false, false},
    {"LangChain", "gen_ai.prompt", write_json, "{\"messages\":[[",
     "{\"lc\":1,\"type\":\"constructor\",\"id\":[\"langchain_core\",\"messages\",\"HumanMessage\"],\"kwargs\":{"
     "\"content\":$,\"additional_kwargs\":{},\"response_metadata\":{}}}",
     "{\"lc\":1,\"type\":\"constructor\",\"id\":[\"langchain_core\",\"messages\",\"AIMessage\"],\"kwargs\":{"
     "\"content\":$}}",
     NULL, "]]}", KV("langsmith.span.kind", "{\"stringValue\":\"llm\"}"), false, false},
    {"LangChain, pairs", "gen_ai.prompt", write_json, "{\"messages\":[", "[\"human\",$]", "[\"ai\",$]", NULL,
     "]}", KV("langsmith.span.kind", "{\"stringValue\":\"llm\"}"), false, false},
    {"LangSmith", "gen_ai.prompt", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}",
     KV("langsmith.span.kind", "{\"stringValue\":\"llm\"}"), false, false},
    {"LangWatch", "langwatch.input", write_json, "{\"type\":\"chat_messages\",\"value\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}",
     KV("langwatch.span.type", "{\"stringValue\":\"llm\"}"), false, false},
    {"MLflow", "mlflow.spanInputs", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}",
     KV("mlflow.spanType", "{\"stringValue\":\"\\\"LLM\\\"\"}"), false, false},
    {"Logfire", "request_data", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}",
     KV("gen_ai.request.model", "{\"stringValue\":\"m\"}"), false, false},
    {"Pydantic AI", "all_messages_events", write_json, "[",
     "{\"event.name\":\"gen_ai.user.message\",\"content\":$,\"role\":\"user\"}",
     "{\"event.name\":\"gen_ai.assistant.message\",\"content\":$,\"role\":\"assistant\"}", NULL, "]", CHAT,
     false, false},
    {"Sentry", "gen_ai.request.messages", write_json, "[", "{\"role\":\"user\",\"content\":$}",
     "{\"role\":\"assistant\",\"content\":$}", NULL, "]", CHAT, false, false},
    {"Mastra", "mastra.model_step.input", write_json, "[", "{\"role\":\"user\",\"content\":$}",
     "{\"role\":\"assistant\",\"content\":$}", NULL, "]",
     CHAT "," KV("mastra.span.type", "{\"stringValue\":\"model_step\"}"), false, false},
    {"vLLora", "request", write_json, "{\"model\":\"m\",\"messages\":[", "{\"role\":\"user\",\"content\":$}",
     "{\"role\":\"assistant\",\"content\":$}", NULL, "]}", CHAT, false, false},
    {"Traceloop", "traceloop.entity.input", write_json, "{\"inputs\":{\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}}", CHAT, false,
     false},
    {"unknown key", "acme.request", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}", CHAT, false,
     false},
    {"unknown key, cut", "acme.request", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":$}", "{\"role\":\"assistant\",\"content\":$}", NULL, "]}", CHAT, true,
     false},
    {"Python's text", "input.value", write_json, "[", "{'role': 'user', 'content': $}",
     "{'role': 'assistant', 'content': $}", NULL, "]", LLM, false, false},
    {"a stream", "output.value", write_json, "",
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":$}}]}\n\n", NULL, "", "data: [DONE]\n\n", LLM,
     false, false},
};

/* Without texts. */
static const struct form odd_forms[] = {
    {"a text", "input.value", write_json, "", "The quick brown fox jumps over the lazy dog. ", NULL, "", "",
     LLM, false, false},
    {"a text that seems to be JSON", "input.value", write_json, "{", "\"a\": [1, {\"b\": ", NULL, "", "", LLM,
     false, false},
    {"numbers", "input.value", write_json, "[", "1", NULL, ",", "]", LLM, false, false},
    {"brackets", "gen_ai.input.messages", write_json, "", "[", NULL, "", "", CHAT, false, false},
    {"braces", "input.value", write_json, "", "{\"a\":", NULL, "", "", LLM, false, false},
    {"backslashes", "input.value", write_json, "", "\\", NULL, "", "", LLM, false, false},
    {"escapes", "gen_ai.input.messages", write_json, "[{\"role\":\"user\",\"content\":\"", "\\u00e9\\n", NULL,
     "", "\"}]", CHAT, false, false},
    {"control bytes", "input.value", write_json, "", "\x01\x02", NULL, "", "", LLM, false, false},
    {"Python's text", "input.value", write_json, "[", "{'role': 'user', 'content': 'The quick brown fox'}",
     "{'role': 'assistant', 'content': \"It's\"}", ", ", "]", LLM, false, false},
    {"Python's text, cut", "input.value", write_json, "[", "{'role': 'user', 'content': 'The quick brown fox'}",
     "{'role': 'assistant', 'content': \"It's\"}", ", ", "]", LLM, true, false},
    {"a stream", "output.value", write_json, "",
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fox \"}}]}\n\n", NULL, "", "data: [DONE]\n\n",
     LLM, false, false},
    {"chunks", "output.value", write_json, "[",
     "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fox \"}}]}", NULL, ",", "]", LLM, false, false},
    {"chunks of arguments", "output.value", write_json, "[",
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"x\"}}]}}"
     "]}",
     NULL, ",", "]", LLM, false, false},
    {"many choices", "output.value", write_json, "{\"choices\":[",
     "{\"message\":{\"role\":\"assistant\",\"content\":\"a\"}}", NULL, ",", "]}", LLM, false, false},
    {"many parts", "gen_ai.input.messages", write_json, "[{\"role\":\"user\",\"parts\":[",
     "{\"type\":\"text\",\"content\":\"a\"}",
     "{\"type\":\"uri\",\"modality\":\"image\",\"uri\":\"https://example.com/a.png\"}", ",", "]}]", CHAT, false,
     false},
    {"many calls", "gen_ai.output.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{\"a\":1}}", NULL, ",", "]}]", CHAT,
     false, false},
    {"many calls and results", "gen_ai.input.messages", write_json, "[",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"name\":\"f\",\"arguments\":{\"a\":1}}]}",
     "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"response\":{\"a\":1}}]}", ",", "]", CHAT,
     false, false},
    {"many thoughts", "gen_ai.output.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"reasoning\",\"content\":\"a\"}", NULL, ",", "]}]", CHAT, false, false},
    {"many tools", "gen_ai.tool.definitions", write_json, "[",
     "{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}", NULL,
     ",", "]", CHAT, false, false},
    {"many tools of Gemini", "gcp.vertex.agent.llm_request", write_json,
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}],\"config\":{\"tools\":[{"
     "\"functionDeclarations\":[",
     "{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}}}", NULL,
     ",", "]}]}}", CHAT, false, false},
    {"Responses items", "input.value", write_json, "{\"model\":\"m\",\"input\":[",
     "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}",
     "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"a\"}", ",", "]}", LLM, false, false},
    {"reasoning items", "output.value", write_json, "{\"output\":[",
     "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"a\"}]}", NULL, ",", "]}", LLM,
     false, false},
    {"duplicate keys", "input.value", write_json, "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]",
     "\"a\":1", NULL, ",", "}", LLM, false, false},
    {"empty messages", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"content\":\"\"}", "{\"role\":\"assistant\",\"content\":\"\"}", ",", "]}", LLM, false,
     false},
    {"many turns of one answer", "gen_ai.input.messages", write_json, "[",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{}}]"
     "}",
     NULL, ",", "]", CHAT, false, false},
    {"many results", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"a\"}", NULL, ",", "]}", LLM, false, false},
    {"many names", "input.value", write_json, "{\"model\":\"m\",\"messages\":[",
     "{\"role\":\"user\",\"name\":\"n\",\"content\":\"a\"}", NULL, ",", "]}", LLM, false, false},
    {"many definitions", "input.value", write_json,
     "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[",
     "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}", NULL, ",", "]}", LLM, false, false},
    {"many pieces of the UI", "ai.prompt.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"tool-f\",\"toolCallId\":\"c\",\"state\":\"output-available\",\"input\":{},\"output\":{}}",
     NULL, ",", "]}]", KV("ai.operationId", "{\"stringValue\":\"ai.generateText.doGenerate\"}"), false, false},
    {"keys of one value", "llm.input_messages", write_flat, NULL,
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"user\"}}",
     "{\"key\":\"llm.input_messages.%.message.role\",\"value\":{\"stringValue\":\"user\"}}", NULL, NULL, LLM,
     false, false},
};

static inline struct buf make_span(const struct form *f, size_t size, size_t text) {
    struct buf b = BUF_INIT;
    buf_str(&b, BEGIN);
    buf_str(&b, f->also);
    buf_json_comma(&b);
    f->write(&b, size, text, f);
    if (f->write != write_events && f->write != write_event) buf_str(&b, "]},\"logs\":[]}");
    return b;
}

/* ---- every form in each size of texts ---- */

#define TALKS      (sizeof talk_forms / sizeof *talk_forms)
#define ODDS       (sizeof odd_forms / sizeof *odd_forms)
#define TEXT_SIZES 3 /* thousands of messages, some, or one */
#define CASES      (TALKS * TEXT_SIZES + ODDS)
/* Where there is nothing but the texts, those of 30 bytes take 4.2 times: 34 bytes of a span are 33 of the request, 56
 * of a message and 59 of a record. */
#define LEAST_BARE 40

struct large_case {
    const struct form *form;
    size_t text; /* bytes of each; 0: what the form has in their place */
};

/* Of spans of that size. */
static inline struct large_case case_at(size_t i, size_t size) {
    if (i >= TALKS * TEXT_SIZES) return (struct large_case){&odd_forms[i - TALKS * TEXT_SIZES], 0};
    const struct form *f = &talk_forms[i / TEXT_SIZES];
    const size_t texts[TEXT_SIZES] = {f->bare ? LEAST_BARE : 30, 2000, size};
    return (struct large_case){f, texts[i % TEXT_SIZES]};
}

#endif
