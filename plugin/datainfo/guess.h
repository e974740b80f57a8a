/* guess.h: whether a span on which nothing says what it did looks like a model call. */
#ifndef SPANSET_DATAINFO_GUESS_H
#define SPANSET_DATAINFO_GUESS_H

#include "datainfo/datainfo.h"
#include "datainfo/span_view.h"

#define SPAN_KIND_UNKNOWN ((enum span_kind) - 1)

/* LLM, EMBEDDING, or SPAN_KIND_UNKNOWN. */
enum span_kind guess_kind(struct span_view *v);
/* Whether the model's name is one of those that make vectors: SDKs with one kind for all calls of a provider. */
bool span_model_embeds(struct span_view *v);
/* Whether anything on the span is about models: for words like "tool" or "agent", which CI systems use as well. */
bool span_is_about_models(struct span_view *v);

#endif
