/* limits.h: what OpenTelemetry's limits took from a span, told from what they left.
 *
 * The limit on the number of attributes drops those that were set last (JavaScript, Go, .NET) or first (Python);
 * the span only says how many. As attributes lie in the order in which they were set, a list of keys that begins at
 * 0 and has other keys behind it lost nothing. The limit on the length of a value cuts all values at one length:
 * JSON that ends in the middle shows it, and texts of exactly that length were cut as well. */
#ifndef SPANSET_DATAINFO_LIMITS_H
#define SPANSET_DATAINFO_LIMITS_H

#include "datainfo/conventions/flat.h"

/* Whether dropped attributes may have belonged to this list. */
bool limits_may_have_cut(const struct reading *r, const struct flat_list *list);

/* Marks the messages whose text has the length at which JSON on this span was cut. */
void limits_mark_texts(struct reading *r, struct messages *list);

#endif
