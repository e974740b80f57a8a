/* bodies.c: the table of shapes. Members are found once for all of them; the first shape that takes a body has it. */
#include "datainfo/bodies/bodies.h"

#include "datainfo/messages/fields.h"
#include "datainfo/messages/python_text.h"

/* The order matters where shapes look alike: the narrower test first. */
static const struct body_shape *const shapes[] = {
    &body_stream,      &body_langchain, &body_gemini, &body_openai_responses, &body_anthropic,
    &body_openai_chat, &body_cohere,    &body_answer, &body_completion,       &body_list,
};

void body_open(struct body *b, const struct json_text *v) {
    static const char *const names[BODY_MEMBERS] = {
        [BODY_MESSAGES] = "messages",
        [BODY_CONTENTS] = "contents",
        [BODY_INPUT] = "input",
        [BODY_PROMPT] = "prompt",
        [BODY_INPUTS] = "inputs",
        [BODY_INPUT_TEXT] = "inputtext",
        [BODY_CHAT_HISTORY] = "chathistory",
        [BODY_MESSAGE] = "message",
        [BODY_CHOICES] = "choices",
        [BODY_CANDIDATES] = "candidates",
        [BODY_OUTPUT] = "output",
        [BODY_CONTENT] = "content",
        [BODY_GENERATIONS] = "generations",
        [BODY_GENERATION] = "generation",
        [BODY_TEXT] = "text",
        [BODY_COMPLETION] = "completion",
        [BODY_RESULTS] = "results",
        [BODY_OUTPUTS] = "outputs",
        [BODY_GENERATED_TEXT] = "generatedtext",
        [BODY_TOOL_CALLS] = "toolcalls",
        [BODY_FINISH] = "finishreason",
        [BODY_USAGE] = "usage",
        [BODY_ROLE] = "role",
        [BODY_TYPE] = "type",
        [BODY_OBJECT] = "object",
        [BODY_RAW] = "raw",
    };
    _Static_assert(BODY_MEMBERS <= FIELDS_MAX, "one walk reads them all");
    b->self = *v;
    fields_read(v, names, BODY_MEMBERS, b->m);
}

bool body_request(struct reading *r, const struct json_text *body, struct offer *o) {
    struct body b;
    if (body->type == JSON_TEXT_STRING) {
        struct json_text python = python_value(&r->arena, body);
        return python.type != JSON_TEXT_NONE && body_request(r, &python, o);
    }
    if (body->type != JSON_TEXT_OBJECT && body->type != JSON_TEXT_ARRAY) return false;
    body_open(&b, body);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i]->request && shapes[i]->request(r, &b, o)) return true;
    return false;
}

bool body_response(struct reading *r, const struct json_text *body, struct offer *o) {
    struct body b;
    if (body->type == JSON_TEXT_STRING) {
        b = (struct body){.self = *body};
        if (body_stream.response(r, &b, o)) return true;
        struct json_text python = python_value(&r->arena, body);
        return python.type != JSON_TEXT_NONE && body_response(r, &python, o);
    }
    if (body->type != JSON_TEXT_OBJECT && body->type != JSON_TEXT_ARRAY) return false;
    body_open(&b, body);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i]->response && shapes[i]->response(r, &b, o)) return true;
    return false;
}

struct json_text body_string(const struct json_text *object, const char *key) {
    struct json_text v;
    json_text_get(object, key, &v);
    return has_text(&v) ? v : JSON_NONE;
}
