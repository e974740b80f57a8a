/* anthropic.c: bodies of POST /v1/messages, also through Bedrock's InvokeModel: {system, messages of blocks, tools
 * with input_schema, tool_choice} and {type: "message", role, content: blocks, stop_reason, usage}. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/message.h"

#define LOOK_MESSAGES 32 /* as far as a test looks into a conversation */
#define LOOK_PARTS    8

/* A conversation is Anthropic's when it has a system text of its own, their tool form, or their blocks. */
static bool looks_like(const struct json_text *body, const struct json_text *list) {
    struct json_text v, tool, message, part, type;
    if (json_text_get(body, "system", &v) || json_text_get(body, "anthropic_version", &v)) return true;
    if (json_text_get(body, "tools", &v) && json_text_index(&v, 0, &tool) &&
        json_text_get(&tool, "input_schema", &v))
        return true;
    struct json_text_iter messages, parts;
    json_text_iter(&messages, list);
    for (int i = 0; i < LOOK_MESSAGES && json_text_next(&messages, NULL, &message); i++) {
        if (!json_text_get(&message, "content", &v) || v.type != JSON_TEXT_ARRAY) continue;
        json_text_iter(&parts, &v);
        for (int k = 0; k < LOOK_PARTS && json_text_next(&parts, NULL, &part); k++) {
            json_text_get(&part, "type", &type);
            if (json_text_equals(&type, "tool_use") || json_text_equals(&type, "tool_result")) return true;
            if (json_text_equals(&type, "image") && json_text_get(&part, "source", &type)) return true;
        }
    }
    return false;
}

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *list = &b->m[BODY_MESSAGES];
    if (list->type != JSON_TEXT_ARRAY || !looks_like(&b->self, list)) return false;
    read_messages(r, list, JSON_STRING("user"), 0, &o->input);
    body_request_facts(r, b, o);
    return true;
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    struct json_text v;
    if (b->m[BODY_CONTENT].type != JSON_TEXT_ARRAY || !json_text_get(&b->self, "stop_reason", &v)) return false;
    read_messages(r, &b->self, JSON_STRING("assistant"), 0, &o->output);
    body_response_facts(b, o);
    return true;
}

const struct body_shape body_anthropic = {"anthropic messages", request, response};
