/* openai_responses.c: bodies of POST /responses: {input: text or items, instructions, tools, tool_choice} and
 * {object: "response", output: items, status, incomplete_details}. There is no finish reason on this wire; the
 * status is "completed" for answers that call tools as well. */
#include "datainfo/bodies.h"
#include "datainfo/message.h"
#include "datainfo/normalise.h"

static bool request(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text input, v;
    if (json_text_get(body, "messages", &v) || !json_text_get(body, "input", &input)) return false;
    if (input.type != JSON_TEXT_STRING && input.type != JSON_TEXT_ARRAY) return false;
    read_messages(r, &input, JSON_STRING("user"), 0, &o->input);
    if (json_text_get(body, "instructions", &v) && has_text(&v)) prepend_system(r, &v, &o->input);
    if (json_text_get(body, "tools", &v)) read_tools(r, &v, o);
    if (json_text_get(body, "tool_choice", &v)) o->tool_choice = normal_tool_choice(r, &v);
    o->request_model = body_string(body, "model");
    o->user = body_string(body, "user");
    o->parameters = body_parameters(r, body);
    return true;
}

static bool response(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text items, v, reason;
    if (!json_text_get(body, "output", &items) || items.type != JSON_TEXT_ARRAY) return false;
    read_messages(r, &items, JSON_STRING("assistant"), MESSAGE_ONE_ANSWER, &o->output);
    o->finish = body_string(body, "status");
    if (json_text_at(body, &reason, "incomplete_details", "reason", NULL) && has_text(&reason))
        o->finish = reason;
    o->finish_ignores_calls = true;
    if (json_text_get(body, "usage", &v)) body_usage(&v, &o->usage);
    if (json_text_at(body, &v, "error", "message", NULL) && has_text(&v)) {
        o->error_message = v;
        if (json_text_at(body, &v, "error", "code", NULL) && has_text(&v)) o->error_type = v;
    }
    o->response_model = body_string(body, "model");
    o->response_id = body_string(body, "id");
    return true;
}

const struct body_shape body_openai_responses = {"openai responses", request, response};
