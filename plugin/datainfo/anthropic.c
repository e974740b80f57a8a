/* anthropic.c: bodies of POST /v1/messages: {system, messages of blocks, tools with input_schema, tool_choice}
 * and {type: "message", role, content: blocks, stop_reason, usage}. */
#include "datainfo/bodies.h"
#include "datainfo/message.h"
#include "datainfo/normalise.h"

/* A conversation is Anthropic's when it has a system text of its own, their tool form, or their blocks. */
static bool looks_like(const struct json_text *body, const struct json_text *list) {
    struct json_text v, tool, message, part, type;
    if (json_text_get(body, "system", &v) || json_text_get(body, "anthropic_version", &v)) return true;
    if (json_text_get(body, "tools", &v) && json_text_index(&v, 0, &tool) &&
        json_text_get(&tool, "input_schema", &v))
        return true;
    struct json_text_iter messages, parts;
    json_text_iter(&messages, list);
    while (json_text_next(&messages, NULL, &message)) {
        if (!json_text_get(&message, "content", &v) || v.type != JSON_TEXT_ARRAY) continue;
        json_text_iter(&parts, &v);
        while (json_text_next(&parts, NULL, &part)) {
            json_text_get(&part, "type", &type);
            if (json_text_equals(&type, "tool_use") || json_text_equals(&type, "tool_result")) return true;
            if (json_text_equals(&type, "image") && json_text_get(&part, "source", &type)) return true;
        }
    }
    return false;
}

static bool request(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text list, v;
    if (!json_text_get(body, "messages", &list) || list.type != JSON_TEXT_ARRAY || !looks_like(body, &list))
        return false;
    read_messages(r, &list, JSON_STRING("user"), 0, &o->input);
    if (json_text_get(body, "system", &v)) prepend_system(r, &v, &o->input);
    if (json_text_get(body, "tools", &v)) read_tools(r, &v, o);
    if (json_text_get(body, "tool_choice", &v)) o->tool_choice = normal_tool_choice(r, &v);
    o->request_model = body_string(body, "model");
    o->parameters = body_parameters(r, body);
    return true;
}

static bool response(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text content, v;
    if (!json_text_get(body, "content", &content) || content.type != JSON_TEXT_ARRAY) return false;
    if (!json_text_get(body, "stop_reason", &v)) return false;
    read_messages(r, body, JSON_STRING("assistant"), 0, &o->output);
    o->finish = body_string(body, "stop_reason");
    if (json_text_get(body, "usage", &v)) body_usage(&v, &o->usage);
    o->response_model = body_string(body, "model");
    o->response_id = body_string(body, "id");
    return true;
}

const struct body_shape body_anthropic = {"anthropic messages", request, response};
