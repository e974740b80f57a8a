/* bodies.h: requests and responses of model providers, as many SDKs put them whole into one attribute. Every
 * shape is one file and one row of the table in bodies.c; a shape says false to what is not its own. */
#ifndef SPANSET_DATAINFO_BODIES_H
#define SPANSET_DATAINFO_BODIES_H

#include "datainfo/model.h"

struct body_shape {
    const char *name;
    bool (*request)(struct reading *r, const struct json_text *body, struct offer *o);
    bool (*response)(struct reading *r, const struct json_text *body, struct offer *o);
};
extern const struct body_shape body_langchain, body_openai_responses, body_anthropic, body_openai_chat;

/* Reads a body of any known shape into the offer. false: none of them; the offer is as it was. */
bool body_request(struct reading *r, const struct json_text *body, struct offer *o);
bool body_response(struct reading *r, const struct json_text *body, struct offer *o);

/* For the shapes: everything in a request that is not conversation, tools or bookkeeping, as an object; NONE
 * when nothing is left. */
struct json_text body_parameters(struct reading *r, const struct json_text *request);
/* {prompt_tokens | input_tokens ..., *_details} into u where it has no number yet. */
void body_usage(const struct json_text *usage, struct usage *u);
/* A member that is a string with something in it, else NONE. */
struct json_text body_string(const struct json_text *object, const char *key);

#endif
