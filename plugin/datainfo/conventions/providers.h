/* providers.h: who answered a call, by one name for each. Spans say it in many spellings, and some name the framework
 * or the application that asked instead. */
#ifndef SPANSET_DATAINFO_PROVIDERS_H
#define SPANSET_DATAINFO_PROVIDERS_H

#include "datainfo/model.h"

/* "openai.chat" of the AI SDK names vendor and API: the vendor. "OpenAI" is openai elsewhere. */
struct json_text provider_name(struct reading *r, struct json_text v);

/* Whether a provider says who made the call: a framework ("langchain"), or what the span's scope is called: the
 * application's own tracer. */
bool provider_is_caller(const struct json_text *v, const struct json_text *scope);

/* Who answers to a model's name ("claude-...", "openai/..."); NONE for names that several serve. */
struct json_text provider_of_model(const struct json_text *model);

#endif
