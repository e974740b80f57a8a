/* vercel_ai.c: Vercel AI SDK, its own ai.* attributes (v3 to v5, and LegacyOpenTelemetry of v7) on *.doGenerate
 * and *.doStream spans. The only convention with a field of its own for the tool choice.
 *
 * A wrapper (ai.streamText) has its prompt in ai.prompt: {system, prompt | messages}; it is read for the call
 * that was broken off and left no span of its own. generateObject of v4 in mode "tool" forces a call on the
 * wire and shows its arguments as ai.response.object; name and schema of that tool are on the parent.
 *
 * ai.prompt.messages is the prompt in provider form with calls as objects; ai.response.toolCalls has them as
 * the model's own text (doGenerate) or as objects (doStream). A generateObject call shows ai.response.object
 * only. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/conventions/settings.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/trace/trace.h"
#include "datainfo/value.h"

#include <string.h>

/* ai.response.X, in SDK 3 ai.result.X. */
static struct json_text response_value(struct reading *r, const char *key, const char *old) {
    struct json_text v = span_value(&r->span, key);
    return v.type == JSON_TEXT_NONE && old ? span_value(&r->span, old) : v;
}

/* {system, prompt: text | messages: [...]}. */
static void read_wrapper_prompt(struct reading *r, struct offer *o) {
    struct json_text prompt = span_container(&r->span, "ai.prompt"), v;
    if (prompt.type != JSON_TEXT_OBJECT) return;
    if (json_text_get(&prompt, "messages", &v) || json_text_get(&prompt, "prompt", &v))
        read_messages(r, &v, JSON_STRING("user"), 0, &o->input);
    if (json_text_get(&prompt, "system", &v)) prepend_system(r, &v, &o->input);
}

/* The forced call behind generateObject. false: the parent is not there to name it. */
static bool read_forced_call(struct reading *r, const struct json_text *object, struct offer *o) {
    struct span_view parent;
    if (!span_is(&r->span, "ai.settings.mode", "tool")) return false;
    if (!trace_open_span(r->trace, r->span.parent_id, &r->arena, &parent)) return false;
    struct json_text schema = span_container(&parent, "ai.schema"),
                     name = span_string(&parent, "ai.schema.name");
    struct json_text description = span_string(&parent, "ai.schema.description");
    if (schema.type != JSON_TEXT_OBJECT) return false;
    if (!has_text(&name)) name = JSON_STRING("json"); /* what the SDK calls it then */
    if (!has_text(&description)) description = JSON_STRING("Respond with a JSON object.");
    struct message *m = messages_add(r, &o->output, JSON_STRING("assistant"));
    struct call_tool *c = m ? message_add_call(r, m) : NULL;
    if (!c) return true;
    *c = (struct call_tool){.name = name, .arguments = normal_arguments(r, object)};
    struct buf tool = BUF_INIT, choice = BUF_INIT;
    buf_str(&tool, "{\"type\":\"function\",\"function\":{\"name\":");
    json_text_copy_valid(&name, &tool);
    buf_str(&tool, ",\"description\":");
    json_text_copy_valid(&description, &tool);
    buf_str(&tool, ",\"parameters\":");
    json_text_copy_valid(&schema, &tool);
    buf_str(&tool, "}}");
    offer_add_tool(r, o, arena_json(&r->arena, &tool, JSON_TEXT_OBJECT));
    buf_str(&choice, "{\"type\":\"function\",\"function\":{\"name\":");
    json_text_copy_valid(&name, &choice);
    buf_str(&choice, "}}");
    o->tool_choice = arena_json(&r->arena, &choice, JSON_TEXT_OBJECT);
    return true;
}

static void read_answer(struct reading *r, struct offer *o) {
    struct json_text text = response_value(r, "ai.response.text", "ai.result.text");
    struct json_text calls = value_container(r, "ai.response.toolCalls", &o->cut_output);
    struct json_text object = response_value(r, "ai.response.object", "ai.result.object");
    struct json_text thought = response_value(r, "ai.response.reasoning", NULL);
    if (calls.type == JSON_TEXT_NONE) calls = span_container(&r->span, "ai.result.toolCalls");
    if (text.type != JSON_TEXT_STRING && calls.type == JSON_TEXT_NONE && object.type == JSON_TEXT_NONE) return;
    bool only_object = !has_text(&text) && calls.type == JSON_TEXT_NONE && object.type == JSON_TEXT_STRING;
    if (only_object && read_forced_call(r, &object, o)) return;
    struct message *m = messages_add(r, &o->output, JSON_STRING("assistant"));
    if (!m) return;
    if (has_text(&text))
        m->content = text;
    else if (object.type == JSON_TEXT_STRING)
        m->content = object;
    read_call_list(r, &calls, m);
    if (has_text(&thought)) message_put(r, m, EXTRA_REASONING, thought);
}

/* gen_ai.request.* says the same for most; ai.settings.* is what the application asked the SDK for. */
static struct json_text read_settings(struct reading *r) {
    static const struct setting table[] = {
        {"maxRetries", NULL},
        {"maxSteps", NULL},
        {"mode", NULL},
        {"output", NULL},
        {"context", NULL},
        {"maxTokens", "max_tokens"},
        {"maxOutputTokens", "max_tokens"},
        {"topP", "top_p"},
        {"topK", "top_k"},
        {"stopSequences", "stop"},
        {"frequencyPenalty", "frequency_penalty"},
        {"presencePenalty", "presence_penalty"},
    };
    return settings_read(r, "ai.settings.", table, sizeof table / sizeof *table);
}

static void offer(struct reading *r) {
    if (!span_has(&r->span, "ai.operationId") && !span_has(&r->span, "ai.prompt.messages") &&
        !span_has(&r->span, "ai.model.id"))
        return;
    struct offer *o = offer_add(r, "ai.prompt.messages, ai.response", RANK_STRUCTURED);
    if (!o) return;
    struct json_text prompt = value_container(r, "ai.prompt.messages", &o->cut_input), v;
    if (prompt.type == JSON_TEXT_ARRAY)
        read_messages(r, &prompt, JSON_STRING("user"), 0, &o->input);
    else
        read_wrapper_prompt(r, o);
    v = span_container(&r->span, "ai.prompt.tools");
    read_tools(r, &v, o);
    v = span_value(&r->span, "ai.prompt.toolChoice");
    o->tool_choice = normal_tool_choice(r, &v);
    o->tells = TELLS_TOOLS | TELLS_TOOL_CHOICE;
    read_answer(r, o);
    v = response_value(r, "ai.response.finishReason", "ai.finishReason");
    if (has_text(&v)) o->finish = v;
    o->parameters = read_settings(r);
}

const struct convention convention_vercel_ai = {"Vercel AI SDK", offer};
