/* Spans of 10 MB in every form that is read: they extract with at most MEMORY_FACTOR times their size in extra
 * memory, in time that grows with the size, and what they hold arrives. Indexes and depths that no message has cost
 * nothing. */
#include "datainfo/datainfo.h"
#include "own_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define LARGE         (10u << 20)
#define MEMORY_FACTOR 4
#define SMALL         64 /* bytes of text: 10 MB are 100,000 messages */
#define MANY          10 /* the factor where each of a million bits is a thing of its own */

/* ---- writing spans ---- */

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
    const char *head, *user, *assistant, *between, *tail; /* of the value: %s is the text, as JSON */
    const char *also;                                     /* attributes besides, as JSON */
    size_t text;                                          /* bytes of a message */
    bool cut;                                             /* ends anywhere: what is whole arrives */
    unsigned factor;                                      /* 0: MEMORY_FACTOR */
};

static void add_text(struct buf *b, size_t size) {
    for (size_t n = 0; n < size; n += sizeof line - 1)
        buf_add(b, line, n + sizeof line - 1 <= size ? sizeof line - 1 : size - n);
}

/* The pattern with a JSON string in the place of $. */
static void add_pattern(struct buf *b, const char *pattern, const struct buf *text) {
    for (; *pattern; pattern++) {
        if (*pattern == '$')
            buf_json_string(b, text->data ? text->data : "", text->len);
        else
            buf_char(b, *pattern);
    }
}

/* One attribute: {"stringValue": head messages tail}, the value being JSON in a string. */
static void write_json(struct buf *b, size_t size, size_t text, const struct form *f) {
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

/* The same without the string around it: an AnyValue of arrays and kvlists. */
static void write_structured(struct buf *b, size_t size, size_t text, const struct form *f) {
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

/* A key for each value; key is a format with the index, head what comes after it for the role. */
static void write_flat(struct buf *b, size_t size, size_t text, const struct form *f) {
    struct buf said = BUF_INIT;
    add_text(&said, text);
    for (size_t i = 0; b->len < size; i++) {
        buf_json_comma(b);
        buf_printf(b, "{\"key\":\"%s.%zu.%s\",\"value\":{\"stringValue\":\"%s\"}},", f->key, i, f->head,
                   i % 2 ? "assistant" : "user");
        buf_printf(b, "{\"key\":\"%s.%zu.%s\",\"value\":{\"stringValue\":", f->key, i, f->tail);
        buf_json_string(b, said.data, said.len);
        buf_str(b, "}}");
    }
    buf_free(&said);
}

/* One event or log record per message; key is "events" or "logs". */
static void write_events(struct buf *b, size_t size, size_t text, const struct form *f) {
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
                          "\"content\",\"value\":{\"stringValue\":"
                        : "{\"timeUnixNano\":\"%zu\",\"name\":\"%s\",\"attributes\":[{\"key\":\"content\","
                          "\"value\":{\"stringValue\":",
                   i, name);
        buf_json_string(b, said.data, said.len);
        buf_str(b, logs ? "}}]}}}" : "}}]}");
    }
    buf_str(b, logs ? "]}" : "]},\"logs\":[]}");
    buf_free(&said);
}

#define CHAT "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}}"
#define LLM  "{\"key\":\"openinference.span.kind\",\"value\":{\"stringValue\":\"LLM\"}}"
#define OPENAI                                                                                                 \
    "{\"model\":\"m\",\"messages\":[", "{\"role\":\"user\",\"content\":$}",                                    \
        "{\"role\":\"assistant\",\"content\":$}", NULL, "]}"
#define GENAI                                                                                                  \
    "[", "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":$}]}",                                  \
        "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":$}]}", NULL, "]"
#define GEMINI                                                                                                 \
    "{\"model\":\"m\",\"contents\":[", "{\"role\":\"user\",\"parts\":[{\"text\":$}]}",                         \
        "{\"role\":\"model\",\"parts\":[{\"text\":$}]}", NULL, "]}"
#define BEDROCK                                                                                                \
    "{\"modelId\":\"m\",\"messages\":[", "{\"role\":\"user\",\"content\":[{\"text\":$}]}",                     \
        "{\"role\":\"assistant\",\"content\":[{\"text\":$}]}", NULL, "]}"
#define KV(k, v) "{\"key\":\"" k "\",\"value\":" v "}"
#define KVMSG(role)                                                                                            \
    "{\"kvlistValue\":{\"values\":[" KV("role", "{\"stringValue\":\"" role "\"}") "," KV(                      \
        "parts",                                                                                               \
        "{\"arrayValue\":{\"values\":[{\"kvlistValue\":{\"values\":[" KV(                                      \
            "type", "{\"stringValue\":\"text\"}") "," KV("content", "{\"stringValue\":$}") "]}}]}}") "]}}"

static const struct form forms[] = {
    {"OpenAI body", "input.value", write_json, OPENAI, LLM, 2000, 0, 0},
    {"OpenAI body, 100,000 messages", "input.value", write_json, OPENAI, LLM, SMALL, 0, 0},
    {"OpenAI body, one text", "input.value", write_json, OPENAI, LLM, LARGE, 0, 0},
    {"GenAI messages", "gen_ai.input.messages", write_json, GENAI, CHAT, 2000, 0, 0},
    {"GenAI messages, 100,000 messages", "gen_ai.input.messages", write_json, GENAI, CHAT, SMALL, 0, 0},
    {"GenAI messages, cut", "gen_ai.input.messages", write_json, GENAI, CHAT, 2000, true, 0},
    {"GenAI messages, 100,000, cut", "gen_ai.input.messages", write_json, GENAI, CHAT, SMALL, true, 5},
    {"GenAI messages, structured", "gen_ai.input.messages", write_structured, "{\"arrayValue\":{\"values\":[",
     KVMSG("user"), KVMSG("assistant"), NULL, "]}}", CHAT, 2000, 0, 0},
    {"GenAI messages, structured, 100,000 messages", "gen_ai.input.messages", write_structured,
     "{\"arrayValue\":{\"values\":[", KVMSG("user"), KVMSG("assistant"), NULL, "]}}", CHAT, SMALL, 0, 0},
    {"OpenInference keys", "llm.input_messages", write_flat, "message.role", NULL, NULL, NULL,
     "message.content", LLM, 2000, 0, 0},
    {"OpenInference keys, 100,000 messages", "llm.input_messages", write_flat, "message.role", NULL, NULL, NULL,
     "message.content", LLM, SMALL, 0, 0},
    {"OpenLLMetry keys", "gen_ai.prompt", write_flat, "role", NULL, NULL, NULL, "content", CHAT, 2000, 0, 0},
    {"OpenLLMetry keys, 100,000 messages", "gen_ai.prompt", write_flat, "role", NULL, NULL, NULL, "content",
     CHAT, SMALL, 0, 0},
    {"unknown keys", "acme.llm.prompts", write_flat, "role", NULL, NULL, NULL, "content", CHAT, 2000, 0, 0},
    {"events", "events", write_events, NULL, NULL, NULL, NULL, NULL, CHAT, 2000, 0, 0},
    {"events, 100,000 messages", "events", write_events, NULL, NULL, NULL, NULL, NULL, CHAT, SMALL, 0, 0},
    {"logs", "logs", write_events, NULL, NULL, NULL, NULL, NULL, CHAT, 2000, 0, 0},
    {"logs, 100,000 messages", "logs", write_events, NULL, NULL, NULL, NULL, NULL, CHAT, SMALL, 0, 0},
    {"Langfuse", "langfuse.observation.input", write_json, OPENAI,
     KV("langfuse.observation.type", "{\"stringValue\":\"generation\"}"), 2000, 0, 0},
    {"Genkit", "genkit:input", write_json, "{\"messages\":[", "{\"role\":\"user\",\"content\":[{\"text\":$}]}",
     "{\"role\":\"model\",\"content\":[{\"text\":$}]}", NULL, "]}",
     KV("genkit:metadata:subtype", "{\"stringValue\":\"model\"}") "," KV("genkit:type",
                                                                         "{\"stringValue\":\"action\"}"),
     2000, 0, 0},
    {"Genkit, 100,000 messages", "genkit:input", write_json, "{\"messages\":[",
     "{\"role\":\"user\",\"content\":[{\"text\":$}]}", "{\"role\":\"model\",\"content\":[{\"text\":$}]}", NULL,
     "]}",
     KV("genkit:metadata:subtype", "{\"stringValue\":\"model\"}") "," KV("genkit:type",
                                                                         "{\"stringValue\":\"action\"}"),
     SMALL, 0, 0},
    {"Gemini", "gcp.vertex.agent.llm_request", write_json, GEMINI, CHAT, 2000, 0, 0},
    {"Gemini, 100,000 messages", "gcp.vertex.agent.llm_request", write_json, GEMINI, CHAT, SMALL, 0, 0},
    {"Bedrock", "input.value", write_json, BEDROCK, LLM, 2000, 0, 0},
    {"Bedrock, 100,000 messages", "input.value", write_json, BEDROCK, LLM, SMALL, 0, 0},
    {"AI SDK", "ai.prompt.messages", write_json, "[",
     "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":$}]}",
     "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":$}]}", NULL, "]",
     KV("ai.operationId", "{\"stringValue\":\"ai.generateText.doGenerate\"}"), 2000, 0, 0},
    {"unknown key", "acme.request", write_json, OPENAI, CHAT, 2000, 0, 0},
    {"unknown key, 100,000 messages", "acme.request", write_json, OPENAI, CHAT, SMALL, 0, 0},
    {"unknown key, cut", "acme.request", write_json, OPENAI, CHAT, 2000, true, 0},
    {"LangChain", "gen_ai.prompt", write_json, "{\"messages\":[[",
     "{\"lc\":1,\"type\":\"constructor\",\"id\":[\"langchain_core\",\"messages\",\"HumanMessage\"],\"kwargs\":{"
     "\"content\":$,\"additional_kwargs\":{},\"response_metadata\":{}}}",
     "{\"lc\":1,\"type\":\"constructor\",\"id\":[\"langchain_core\",\"messages\",\"AIMessage\"],\"kwargs\":{"
     "\"content\":$}}",
     NULL, "]]}", KV("langsmith.span.kind", "{\"stringValue\":\"llm\"}"), 2000, 0, 0},
    {"a text", "input.value", write_json, "", "The quick brown fox jumps over the lazy dog. ", NULL, "", "",
     LLM, 0, 0, 0},
    {"a text that seems to be JSON", "input.value", write_json, "{", "\"a\": [1, {\"b\": ", NULL, "", "", LLM,
     0, 0, 0},
    {"numbers", "input.value", write_json, "[", "1", NULL, ",", "]", LLM, 0, 0, 0},
    {"brackets", "gen_ai.input.messages", write_json, "", "[", NULL, "", "", CHAT, 0, 0, 0},
    {"braces", "input.value", write_json, "", "{\"a\":", NULL, "", "", LLM, 0, 0, 0},
    {"backslashes", "input.value", write_json, "", "\\", NULL, "", "", LLM, 0, 0, 0},
    {"escapes", "gen_ai.input.messages", write_json, "[{\"role\":\"user\",\"content\":\"", "\\u00e9\\n", NULL,
     "", "\"}]", CHAT, 0, 0, 0},
    {"control bytes", "input.value", write_json, "", "\x01\x02", NULL, "", "", LLM, 0, 0, 0},
    {"Python's text", "input.value", write_json, "[", "{'role': 'user', 'content': 'The quick brown fox'}",
     "{'role': 'assistant', 'content': \"It's\"}", ", ", "]", LLM, 0, 0, MANY},
    {"Python's text, cut", "input.value", write_json, "[", "{'role': 'user', 'content': 'The quick brown fox'}",
     "{'role': 'assistant', 'content': \"It's\"}", ", ", "]", LLM, 0, true, 0},
    {"a stream", "output.value", write_json, "",
     "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fox \"}}]}\n\n", NULL, "", "data: [DONE]\n\n",
     LLM, 0, 0, 0},
    {"chunks", "output.value", write_json, "[",
     "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fox \"}}]}", NULL, ",", "]", LLM, 0, 0, 0},
    {"chunks of arguments", "output.value", write_json, "[",
     "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"x\"}}]}}"
     "]}",
     NULL, ",", "]", LLM, 0, 0, 0},
    {"many choices", "output.value", write_json, "{\"choices\":[",
     "{\"message\":{\"role\":\"assistant\",\"content\":\"a\"}}", NULL, ",", "]}", LLM, 0, 0, MANY},
    {"many parts", "gen_ai.input.messages", write_json, "[{\"role\":\"user\",\"parts\":[",
     "{\"type\":\"text\",\"content\":\"a\"}",
     "{\"type\":\"uri\",\"modality\":\"image\",\"uri\":\"https://example.com/a.png\"}", ",", "]}]", CHAT, 0, 0,
     0},
    {"many calls", "gen_ai.output.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{\"a\":1}}", NULL, ",", "]}]", CHAT, 0,
     0, MANY},
    {"many calls and results", "gen_ai.input.messages", write_json, "[",
     "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"name\":\"f\",\"arguments\":{\"a\":1}}]}",
     "{\"role\":\"tool\",\"parts\":[{\"type\":\"tool_call_response\",\"response\":{\"a\":1}}]}", ",", "]", CHAT,
     0, 0, MANY},
    {"many thoughts", "gen_ai.output.messages", write_json, "[{\"role\":\"assistant\",\"parts\":[",
     "{\"type\":\"reasoning\",\"content\":\"a\"}", NULL, ",", "]}]", CHAT, 0, 0, 0},
    {"many tools", "gen_ai.tool.definitions", write_json, "[",
     "{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}", NULL,
     ",", "]", CHAT, 0, 0, 0},
    {"many tools of Gemini", "gcp.vertex.agent.llm_request", write_json,
     "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"}]}],\"config\":{\"tools\":[{"
     "\"functionDeclarations\":[",
     "{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}}}", NULL,
     ",", "]}]}}", CHAT, 0, 0, MANY},
    {"Responses items", "input.value", write_json, "{\"model\":\"m\",\"input\":[",
     "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}",
     "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"a\"}", ",", "]}", LLM, 0, 0, MANY},
    {"reasoning items", "output.value", write_json, "{\"output\":[",
     "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"a\"}]}", NULL, ",", "]}", LLM,
     0, 0, 0},
    {"duplicate keys", "input.value", write_json, "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]",
     "\"a\":1", NULL, ",", "}", LLM, 0, 0, 0},
};

static struct buf make(const struct form *f, size_t size) {
    struct buf b = BUF_INIT;
    buf_str(&b, BEGIN);
    buf_str(&b, f->also);
    buf_json_comma(&b);
    f->write(&b, size, f->text, f);
    if (f->write != write_events) buf_str(&b, "]},\"logs\":[]}");
    assert_false(buf_failed(&b));
    return b;
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
    for (const struct form *f = forms; f < forms + sizeof forms / sizeof *forms; f++) {
        struct buf span = make(f, LARGE);
        struct datainfo d;
        size_t peak, most = (f->factor ? f->factor : MEMORY_FACTOR) * span.len;
        use(&span, &d, &peak);
        if (peak > most) fail_msg("%s: %zu bytes of memory for %zu", f->name, peak, span.len);
        bool messages = f->text && d.verdict == DATAINFO_RECORD;
        if (f->text && !messages) fail_msg("%s: %s", f->name, d.reason);
        if (messages && d.data.len < span.len / 8) fail_msg("%s: a record of %zu bytes", f->name, d.data.len);
        datainfo_free(&d);
        buf_free(&span);
    }
}

/* Sixteen times as much may take forty times as long: what is quadratic takes 256 times. */
static void time_grows_with_the_size(void **state) {
    (void)state;
    for (const struct form *f = forms; f < forms + sizeof forms / sizeof *forms; f++) {
        struct buf small = make(f, LARGE / 32), large = make(f, LARGE / 2);
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
        if (then > 40 * first + 0.05) fail_msg("%s: %.4f s, then %.4f s", f->name, first, then);
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
                if (peak > MANY * span.len + (256u << 10))
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
