/* langfuse.c: Langfuse's SDKs (langfuse.observation.*). Input and output are whatever the application or a wrapper
 * handed over: the request's {messages, tools, tool_choice}, Responses items, one message, a text. What belongs to
 * the request and is no message lies in metadata (tools, instructions) and model.parameters (tool choice).
 * A finish reason is recorded only by applications that put it into the metadata. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/value.h"

static void read_parameters(struct reading *r, struct offer *o) {
    struct json_text p = span_container(&r->span, "langfuse.observation.model.parameters"), v;
    if (p.type != JSON_TEXT_OBJECT) return;
    if (json_text_get(&p, "tool_choice", &v)) o->tool_choice = normal_tool_choice(r, &v);
    o->parameters = body_parameters(r, &p);
}

static void offer(struct reading *r) {
    if (!span_has(&r->span, "langfuse.observation.type")) return;
    struct json_text request = span_container(&r->span, "langfuse.observation.input"), v;
    struct offer *input = value_offer_input(r, "langfuse.observation.input", VALUE_TEXT, RANK_RAW);
    value_offer_output(r, "langfuse.observation.output", VALUE_TEXT, RANK_RAW);
    /* The wrapped request of chat completions: with messages, then with tools if there were any. */
    if (input && !input->cut_input && json_text_get(&request, "messages", &v))
        input->tells |= TELLS_TOOLS | TELLS_TOOL_CHOICE;
    struct offer *o = offer_add(r, "langfuse.observation.metadata", RANK_STRUCTURED);
    if (!o) return;
    read_parameters(r, o);
    v = span_value(&r->span, "langfuse.observation.metadata.tools");
    read_tools(r, &v, o);
    if (o->tool_count) o->tells |= TELLS_TOOLS;
    v = span_value(&r->span, "langfuse.observation.metadata.instructions");
    if (input && input->input.count && has_text(&v)) prepend_system(r, &v, &input->input);
    v = span_string(&r->span, "langfuse.observation.metadata.finish_reason");
    o->finish = string_in_string(r, &v);
}

const struct convention convention_langfuse = {"Langfuse", offer};
