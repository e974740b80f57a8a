/* tool_span.h: the call that a tool's span carries out. */
#ifndef SPANSET_DATAINFO_TOOL_SPAN_H
#define SPANSET_DATAINFO_TOOL_SPAN_H

#include "datainfo/model.h"

/* Name, id and arguments from the span of a tool's execution, in whatever convention; what it does not say is NONE.
 * Values are borrowed from the view's text or made in its arena. */
struct call_tool tool_span_call(struct span_view *v);
/* What the tool gave back, as text; NONE where the span has no key of its own for that. */
struct json_text tool_span_result(struct span_view *v);

#endif
