/* openai_chat.c: bodies of POST /chat/completions and the older /completions: {model, messages, tools,
 * tool_choice,
 * ...} and {choices: [{message, finish_reason}], usage}. A bare array of messages and a bare message count,
 * too. */
#include "datainfo/bodies.h"
#include "datainfo/message.h"
#include "datainfo/normalise.h"

static bool is_message(const struct json_text *v) {
    struct json_text role;
    return v->type == JSON_TEXT_OBJECT && json_text_get(v, "role", &role) && role.type == JSON_TEXT_STRING;
}

static bool is_conversation(const struct json_text *v) {
    struct json_text head;
    return v->type == JSON_TEXT_ARRAY && json_text_index(v, 0, &head) && is_message(&head);
}

static void read_text_prompts(struct reading *r, const struct json_text *prompt, struct messages *out) {
    if (prompt->type == JSON_TEXT_STRING || prompt->type == JSON_TEXT_ARRAY)
        read_messages(r, prompt, JSON_STRING("user"), 0, out);
}

static bool request(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text list, v;
    if (is_conversation(body)) {
        read_messages(r, body, JSON_STRING("user"), MESSAGE_VERBATIM, &o->input);
        return true;
    }
    if (json_text_get(body, "messages", &list) && list.type == JSON_TEXT_ARRAY) {
        read_messages(r, &list, JSON_STRING("user"), MESSAGE_VERBATIM, &o->input);
    } else if (json_text_get(body, "prompt", &list) && json_text_get(body, "model", &v)) {
        read_text_prompts(r, &list, &o->input);
    } else {
        return false;
    }
    if (json_text_get(body, "tools", &v)) read_tools(r, &v, o);
    if (!o->tool_count && json_text_get(body, "functions", &v)) read_tools(r, &v, o);
    if (json_text_get(body, "tool_choice", &v))
        o->tool_choice = normal_tool_choice(r, &v);
    else if (json_text_get(body, "function_call", &v))
        o->tool_choice = normal_tool_choice(r, &v);
    o->request_model = body_string(body, "model");
    o->user = body_string(body, "user");
    o->parameters = body_parameters(r, body);
    return true;
}

static bool response(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text choices, choice, v;
    if (is_message(body) && json_text_get(body, "role", &v) && !json_text_equals(&v, "user")) {
        read_messages(r, body, JSON_STRING("assistant"), MESSAGE_VERBATIM, &o->output);
        return true;
    }
    if (!json_text_get(body, "choices", &choices) || choices.type != JSON_TEXT_ARRAY) return false;
    struct json_text_iter it;
    json_text_iter(&it, &choices);
    while (json_text_next(&it, NULL, &choice)) {
        struct json_text message, finish = body_string(&choice, "finish_reason");
        size_t before = o->output.count;
        if ((json_text_get(&choice, "message", &message) || json_text_get(&choice, "delta", &message)) &&
            message.type == JSON_TEXT_OBJECT) {
            read_messages(r, &message, JSON_STRING("assistant"), MESSAGE_VERBATIM, &o->output);
        } else if (json_text_get(&choice, "text", &v) && v.type == JSON_TEXT_STRING) {
            read_messages(r, &v, JSON_STRING("assistant"), 0, &o->output);
        }
        if (o->output.count > before && has_text(&finish)) o->output.items[o->output.count - 1].finish = finish;
        if (!has_text(&o->finish)) o->finish = finish;
    }
    if (json_text_get(body, "usage", &v)) body_usage(&v, &o->usage);
    o->response_model = body_string(body, "model");
    o->response_id = body_string(body, "id");
    return true;
}

const struct body_shape body_openai_chat = {"openai chat", request, response};
