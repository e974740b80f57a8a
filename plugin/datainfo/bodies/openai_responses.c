/* openai_responses.c: bodies of POST /responses: {input: text or items, instructions, tools, tool_choice} and
 * {object: "response", output: items, status, incomplete_details}. There is no finish reason on this wire; the
 * status is "completed" for answers that call tools as well. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *input = &b->m[BODY_INPUT];
    if (b->m[BODY_MESSAGES].type != JSON_TEXT_NONE) return false;
    if (input->type != JSON_TEXT_STRING && input->type != JSON_TEXT_ARRAY) return false;
    read_messages(r, input, JSON_STRING("user"), 0, &o->input);
    body_request_facts(r, b, o);
    return true;
}

/* A response repeats what was asked of it: the tools, and how to choose among them. */
static void read_echo(struct reading *r, const struct json_text *v, struct offer *o) {
    struct json_text tools, choice;
    if (o->tool_count || !json_text_get(v, "tools", &tools)) return;
    read_tools(r, &tools, o);
    if (!o->tool_count) return;
    o->tells |= TELLS_TOOLS;
    if (json_text_get(v, "tool_choice", &choice)) o->tool_choice = normal_tool_choice(r, &choice);
}

/* A list called "output" may hold anything: LangGraph's commands, rows of a table. */
static bool may_be_item(const struct json_text *v) {
    return field_any(v, "type", "role", "content", "parts", "message", "text").type != JSON_TEXT_NONE;
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *items = &b->m[BODY_OUTPUT];
    struct json_text v, reason, head;
    if (items->type != JSON_TEXT_ARRAY) return false;
    if (json_text_index(items, 0, &head) && !may_be_item(&head)) return false;
    read_messages(r, items, JSON_STRING("assistant"), MESSAGE_ONE_ANSWER, &o->output);
    o->finish = body_string(&b->self, "status");
    if (json_text_at(&b->self, &reason, "incomplete_details", "reason", NULL) && has_text(&reason))
        o->finish = reason;
    o->finish_ignores_calls = true;
    if (json_text_at(&b->self, &v, "error", "message", NULL) && has_text(&v)) {
        o->error_message = v;
        if (json_text_at(&b->self, &v, "error", "code", NULL) && has_text(&v)) o->error_type = v;
    }
    read_echo(r, &b->self, o);
    body_response_facts(b, o);
    return true;
}

const struct body_shape body_openai_responses = {"openai responses", request, response};
