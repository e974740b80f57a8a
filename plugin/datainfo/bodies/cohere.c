/* cohere.c: Cohere's chat of version 1: {message: text, chat_history: [{role: "USER", message}], preamble, tools,
 * tool_results}. Its answer is in answer.c; version 2 is {messages} as elsewhere. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *message = &b->m[BODY_MESSAGE], *history = &b->m[BODY_CHAT_HISTORY];
    struct json_text results = field(&b->self, "toolresults"), sign = text_field(&b->self, "model", "preamble");
    if (message->type != JSON_TEXT_STRING) return false;
    if (history->type != JSON_TEXT_ARRAY && results.type != JSON_TEXT_ARRAY && !has_text(&sign)) return false;
    if (history->type == JSON_TEXT_ARRAY) read_messages(r, history, JSON_STRING("user"), 0, &o->input);
    if (has_text(message)) read_messages(r, message, JSON_STRING("user"), 0, &o->input);
    read_tool_results(r, &results, &o->input);
    body_request_facts(r, b, o);
    return true;
}

const struct body_shape body_cohere = {"cohere chat", request, NULL};
