/* tool_span.c: lists of keys, the most telling first. */
#include "datainfo/trace/tool_span.h"

#include <string.h>

static struct json_text first_string(struct span_view *v, const char *const *keys) {
    struct json_text s = JSON_NONE;
    for (; *keys && !has_text(&s); keys++) s = span_string(v, *keys);
    return s;
}

/* "execute_tool get_weather", "tool: get_weather" and "tool: 'get_weather'" name the tool behind the first word. */
static struct json_text name_in_title(struct span_view *v) {
    static const char *const titles[] = {"execute_tool ", "tool: ", "tool "};
    if (!has_text(&v->name)) return JSON_NONE;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        size_t n = strlen(titles[i]);
        if (v->name.len < n + 3 || memcmp(v->name.text + 1, titles[i], n) != 0) continue;
        const char *name = v->name.text + 1 + n;
        size_t len = v->name.len - 2 - n;
        bool quoted = len > 2 && name[0] == '\'' && name[len - 1] == '\'';
        return arena_string(v->arena, name + quoted, len - 2 * (size_t)quoted);
    }
    return JSON_NONE;
}

/* Arguments are a JSON object, as text. */
static struct json_text arguments_of(struct span_view *v) {
    static const char *const keys[] = {"gen_ai.tool.call.arguments",
                                       "ai.toolCall.args",
                                       "tool.parameters",
                                       "input.value",
                                       "gcp.vertex.agent.tool_call_args",
                                       "tool_arguments",
                                       "traceloop.entity.input",
                                       "langfuse.observation.input",
                                       "langwatch.input",
                                       "mlflow.spanInputs",
                                       "genkit:input",
                                       "lmnr.span.input",
                                       "spring.ai.tool.call.arguments"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct json_text object = span_container(v, keys[i]), text = span_value(v, keys[i]);
        if (object.type == JSON_TEXT_OBJECT && text.type == JSON_TEXT_STRING) return text;
    }
    struct json_text list = span_container(v, "gen_ai.input.messages"), head, content; /* TanStack */
    if (json_text_index(&list, 0, &head) && json_text_get(&head, "content", &content) &&
        string_container(v->arena, &content).type == JSON_TEXT_OBJECT)
        return content;
    return JSON_NONE;
}

struct call_tool tool_span_call(struct span_view *v) {
    static const char *const names[] = {"gen_ai.tool.name",
                                        "tool.name",
                                        "ai.toolCall.name",
                                        "tool_name",
                                        "genkit:name",
                                        "spring.ai.tool.definition.name",
                                        NULL};
    static const char *const ids[] = {"gen_ai.tool.call.id",
                                      "gen_ai.tool_call.id",
                                      "ai.toolCall.id",
                                      "tool_call.id",
                                      "tool_call_id",
                                      "spring.ai.tool.call.id",
                                      NULL};
    struct call_tool call = {.id = first_string(v, ids), .name = first_string(v, names)};
    if (!has_text(&call.name)) call.name = name_in_title(v);
    call.arguments = arguments_of(v);
    return call;
}

struct json_text tool_span_result(struct span_view *v) {
    static const char *const keys[] = {"gen_ai.tool.call.result",
                                       "ai.toolCall.result",
                                       "tool_response",
                                       "output.value",
                                       "spring.ai.tool.call.result",
                                       NULL};
    struct json_text text = first_string(v, keys), whole = string_container(v->arena, &text), inner;
    if (!has_text(&text)) { /* Laminar writes texts as JSON, Mastra's exporter to it does not */
        whole = span_container(v, "lmnr.span.output");
        if (whole.type != JSON_TEXT_NONE) text = span_value(v, "lmnr.span.output");
    }
    /* A library's message around the result (LangChain) is not the result. */
    return json_text_get(&whole, "content", &inner) || json_text_get(&whole, "kwargs", &inner) ? JSON_NONE
                                                                                               : text;
}
