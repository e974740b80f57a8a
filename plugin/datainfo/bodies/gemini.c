/* gemini.c: bodies of generateContent: {contents: [{role, parts}], systemInstruction, tools, toolConfig,
 * generationConfig} and {candidates: [{content: {role, parts}, finishReason}], usageMetadata}, in the spellings of
 * REST, of the SDKs (config: {...}) and of ADK, whose answer is {content: {role, parts}, finishReason}. The finish
 * reason is STOP for answers that call functions as well. Calls have no ids on the older wire, and get none here. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *contents = &b->m[BODY_CONTENTS];
    if (b->m[BODY_MESSAGES].type != JSON_TEXT_NONE) return false;
    if (contents->type != JSON_TEXT_ARRAY && contents->type != JSON_TEXT_STRING &&
        contents->type != JSON_TEXT_OBJECT)
        return false;
    read_messages(r, contents, JSON_STRING("user"), 0, &o->input);
    body_request_facts(r, b, o);
    return true;
}

static bool has_parts(const struct json_text *content) {
    return field(content, "parts").type == JSON_TEXT_ARRAY;
}

/* An answer without parts (blocked, or cut before the first token) is an answer still. */
static void read_candidate(struct reading *r, const struct json_text *content, const struct json_text *finish,
                           struct offer *o) {
    size_t before = o->output.count;
    read_messages(r, content, JSON_STRING("assistant"), MESSAGE_JOIN_TEXTS, &o->output);
    if (o->output.count == before) messages_add(r, &o->output, JSON_STRING("assistant"));
    messages_end(r, &o->output, before, finish);
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *list = &b->m[BODY_CANDIDATES], *own = &b->m[BODY_CONTENT];
    struct json_text head, v, candidate, finish;
    if (list->type == JSON_TEXT_ARRAY) {
        struct json_text_iter it;
        if (json_text_index(list, 0, &head) && head.type != JSON_TEXT_OBJECT) return false;
        json_text_iter(&it, list);
        while (json_text_next(&it, NULL, &candidate)) {
            v = field(&candidate, "finishreason");
            finish = body_finish(&v);
            v = field_any(&candidate, "content", "message"); /* Genkit: message */
            if (v.type == JSON_TEXT_OBJECT || has_text(&finish)) read_candidate(r, &v, &finish, o);
            if (!has_text(&o->finish)) o->finish = finish;
        }
    } else if (own->type == JSON_TEXT_OBJECT && has_parts(own)) {
        finish = body_finish(&b->m[BODY_FINISH]);
        read_candidate(r, own, &finish, o);
    } else {
        return false;
    }
    o->finish_ignores_calls = true;
    body_response_facts(b, o);
    v = field_any(&b->self, "custom", "raw"); /* Genkit: the response itself, which knows its model */
    if (v.type == JSON_TEXT_OBJECT) {
        struct body whole;
        body_open(&whole, &v);
        body_response_facts(&whole, o);
    }
    return true;
}

const struct body_shape body_gemini = {"gemini", request, response};
