/* answer.c: answers that are one message in an envelope: {message: {...}} of Ollama, Cohere, Genkit and Logfire,
 * {output: {message}} of Bedrock's Converse, {content: blocks, finishReason} and {text, toolCalls, finishReason} of
 * AI SDK and Cohere, and the bare message. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

/* The provider's response beside the SDK's own message. Genkit's compatibility plugin drops the text beside tool
 * calls and parses a text that is JSON; LlamaIndex keeps finish word and usage there alone. */
static void fill_from_raw(struct reading *r, const struct json_text *raw, struct message *m, struct offer *o) {
    struct offer own = offer_empty("raw", RANK_RAW);
    struct body b;
    body_open(&b, raw);
    if (b.m[BODY_CHOICES].type != JSON_TEXT_ARRAY || !body_openai_chat.response(r, &b, &own)) return;
    if (own.output.count == 1 && json_text_equals(&own.output.items[0].role, "assistant")) {
        const struct message *from = &own.output.items[0];
        if (has_text(&from->content)) m->content = from->content;
        message_fill(r, m, EXTRA_REASONING, from);
        message_fill(r, m, EXTRA_REFUSAL, from);
    }
    body_response_facts(&b, o);
    if (!has_text(&o->finish)) o->finish = own.finish;
}

static bool is_answer(const struct json_text *v) {
    if (v->type != JSON_TEXT_OBJECT || !is_message(v)) return false;
    struct json_text role = field(v, "role");
    role = normal_role(&role);
    return !has_text(&role) || json_text_equals(&role, "assistant");
}

static bool read_answer(struct reading *r, const struct body *b, const struct json_text *message,
                        struct offer *o) {
    struct json_text head = field(message, "content"), type;
    bool untyped =
        json_text_index(&head, 0, &head) && !json_text_get(&head, "type", &type); /* Genkit's parts */
    size_t before = o->output.count;
    read_messages(r, message, JSON_STRING("assistant"), untyped ? MESSAGE_JOIN_TEXTS : 0, &o->output);
    if (o->output.count == before) return false;
    struct message *m = &o->output.items[before];
    if (!has_text(&m->role) || json_text_equals(&m->role, "user")) m->role = JSON_STRING("assistant");
    body_response_facts(b, o);
    if (b->m[BODY_RAW].type == JSON_TEXT_OBJECT && o->output.count == before + 1)
        fill_from_raw(r, &b->m[BODY_RAW], m, o);
    return true;
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    struct json_text v = b->m[BODY_MESSAGE];
    if (b->self.type != JSON_TEXT_OBJECT) return false;
    if (is_answer(&v)) {
        /* Ollama and Genkit say "stop" for calls, too. */
        o->finish_ignores_calls = o->finish_ignores_calls || b->m[BODY_FINISH].type != JSON_TEXT_NONE ||
                                  field(&b->self, "donereason").type != JSON_TEXT_NONE;
        return read_answer(r, b, &v, o);
    }
    v = field(&b->m[BODY_OUTPUT], "message");
    if (is_answer(&v)) return read_answer(r, b, &v, o);
    struct json_text role = normal_role(&b->m[BODY_ROLE]);
    bool asks = json_text_equals(&role, "user") || json_text_equals(&role, "system") ||
                json_text_equals(&role, "developer") || json_text_equals(&role, "tool");
    if (has_text(&role) && is_message(&b->self) && !asks) return read_answer(r, b, &b->self, o);
    if (json_text_equals(&b->m[BODY_TYPE], "function_call") &&
        is_message(&b->self)) { /* an item of Responses alone */
        read_messages(r, &b->self, JSON_STRING("assistant"), 0, &o->output);
        return true;
    }
    bool ended =
        b->m[BODY_FINISH].type != JSON_TEXT_NONE || field(&b->self, "stopreason").type != JSON_TEXT_NONE;
    bool answers = b->m[BODY_TEXT].type == JSON_TEXT_STRING || b->m[BODY_CONTENT].type == JSON_TEXT_ARRAY ||
                   b->m[BODY_CONTENT].type == JSON_TEXT_STRING || b->m[BODY_TOOL_CALLS].type == JSON_TEXT_ARRAY;
    bool calls = b->m[BODY_TOOL_CALLS].type == JSON_TEXT_ARRAY;
    bool metered = b->m[BODY_USAGE].type == JSON_TEXT_OBJECT;
    if (has_text(&role) || !answers || !(ended || calls || metered)) return false;
    return read_answer(r, b, &b->self, o);
}

const struct body_shape body_answer = {"one answer", NULL, response};
