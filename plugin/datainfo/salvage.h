/* salvage.h: what can be kept of JSON text that was cut off.
 *
 * OpenTelemetry's limit on the length of a value cuts JSON in the middle. Everything that was complete before the
 * cut is still there: salvaging ends the text behind the last complete value and closes what was open. A text that
 * was cut inside ("content", "text") is kept as far as it goes; a cut name, id, argument or number is left out,
 * for half of it would be a wrong one. */
#ifndef SPANSET_DATAINFO_SALVAGE_H
#define SPANSET_DATAINFO_SALVAGE_H

#include "datainfo/span_view.h"

/* The text of a JSON string that begins like an array or object, as far as it is whole; NONE when nothing is. Call
 * it for text that does not parse. */
struct json_text salvage_string(struct arena *arena, const struct json_text *string);
/* The same of an attribute, which many look at: made once. */
struct json_text salvage_attr(struct arena *arena, struct attr *a);

#endif
