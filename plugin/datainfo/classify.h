/* classify.h: what kind of span this is, by what it says it did - not by whether it has a model's attributes,
 * for wrappers and agents have those, too. */
#ifndef SPANSET_DATAINFO_CLASSIFY_H
#define SPANSET_DATAINFO_CLASSIFY_H

#include "datainfo/datainfo.h"
#include "datainfo/span_view.h"

enum span_kind classify_span(struct span_view *v);
/* The same, and whether it is only a guess: nothing on the span says what it did, it just looks like a call. */
enum span_kind classify_span_surely(struct span_view *v, bool *guessed);

/* A span of the vLLora gateway, known by its name and its request or input. */
bool span_is_vllora(struct span_view *v);

#endif
