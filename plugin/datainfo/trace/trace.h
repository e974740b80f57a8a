/* trace.h: what the spans around a model call say about it. */
#ifndef SPANSET_DATAINFO_TRACE_H
#define SPANSET_DATAINFO_TRACE_H

#include "datainfo/merge.h"
#include "datainfo/model.h"
#include "datainfo/same_call.h"

/* Reads a span without looking at its trace. */
void reading_open_call(struct reading *r, struct offer *call);
/* Adds what the spans around it say of the call in r: content that lies on the span above when that has this call
 * alone, the answer of a stream that was recorded apart, and the thread, user and tags of its ancestors. */
void trace_add_relatives(struct reading *r, struct offer *call);

/* Opens another span of the trace in the same arena; false when the trace does not have it. */
bool trace_open_span(const struct datainfo_trace *trace, const char *span_id, struct arena *arena,
                     struct span_view *out);

/* Decides for a span of that kind whether another one should be taken; then *out is a filled-in skip and the
 * answer true. A wrapper whose calls are not in the trace stands for them (a stream that was broken off has no
 * other span) and is no skip; own is not looked at for wrappers. */
bool trace_judge(struct datainfo_trace *trace, const struct span_view *span, enum span_kind kind, bool guessed,
                 const struct digest *own, struct datainfo *out);

#endif
