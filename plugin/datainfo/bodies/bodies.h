/* bodies.h: requests and responses of model providers, as many SDKs put them whole into one attribute. Every
 * shape is one file and one row of the table in bodies.c; a shape says false to what is not its own. */
#ifndef SPANSET_DATAINFO_BODIES_H
#define SPANSET_DATAINFO_BODIES_H

#include "datainfo/model.h"

/* Members by which shapes know their own, found in one walk however they are spelled (fields.h). */
enum body_member {
    BODY_MESSAGES,
    BODY_CONTENTS,
    BODY_INPUT,
    BODY_PROMPT,
    BODY_INPUTS,
    BODY_INPUT_TEXT,
    BODY_CHAT_HISTORY,
    BODY_MESSAGE,
    BODY_CHOICES,
    BODY_CANDIDATES,
    BODY_OUTPUT,
    BODY_CONTENT,
    BODY_GENERATIONS,
    BODY_GENERATION,
    BODY_TEXT,
    BODY_COMPLETION,
    BODY_RESULTS,
    BODY_OUTPUTS,
    BODY_GENERATED_TEXT,
    BODY_TOOL_CALLS,
    BODY_FINISH,
    BODY_USAGE,
    BODY_ROLE,
    BODY_TYPE,
    BODY_OBJECT,
    BODY_RAW,
    BODY_MEMBERS
};
struct body {
    struct json_text self; /* object, array, or a string: the text of a stream */
    struct json_text m[BODY_MEMBERS];
};

struct body_shape {
    const char *name;
    bool (*request)(struct reading *r, const struct body *b, struct offer *o); /* NULL: has no requests */
    bool (*response)(struct reading *r, const struct body *b, struct offer *o);
};
extern const struct body_shape body_langchain, body_openai_responses, body_anthropic, body_openai_chat,
    body_gemini, body_cohere, body_answer, body_completion, body_stream, body_list;

/* Reads a body of any known shape into the offer. A string is read if it is Python's text of one (python_text.h) or,
 * as a response, the text of a stream (server-sent events, JSON lines). false: none of them; the offer is as it was. */
bool body_request(struct reading *r, const struct json_text *body, struct offer *o);
bool body_response(struct reading *r, const struct json_text *body, struct offer *o);

/* ---- for the shapes ---- */

void body_open(struct body *b, const struct json_text *v);
/* What stands beside the conversation: tools, tool choice, system text, model, user, parameters; at the top, in
 * config or in toolConfig. */
void body_request_facts(struct reading *r, const struct body *b, struct offer *o);
/* What stands beside the answer: finish word, usage, model, id. What the offer has already stays. */
void body_response_facts(const struct body *b, struct offer *o);
/* A finish word as it may lie: a string, or {unified | reason | raw}. NONE: it is none. */
struct json_text body_finish(const struct json_text *v);

/* Everything in a request that was set and is not conversation, tools or bookkeeping, as an object; NONE when nothing
 * is left. Members of generationConfig and its like are lifted out. */
struct json_text body_parameters(struct reading *r, const struct json_text *request);
/* {prompt_tokens | input_tokens | promptTokenCount ..., *_details} into u where it has no number yet. */
void body_usage(const struct json_text *usage, struct usage *u);
/* A member that is a string with something in it, else NONE. */
struct json_text body_string(const struct json_text *object, const char *key);

#endif
