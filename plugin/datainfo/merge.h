/* merge.h: one call out of all offers. */
#ifndef SPANSET_DATAINFO_MERGE_H
#define SPANSET_DATAINFO_MERGE_H

#include "datainfo/model.h"

/* Per field the richest source, gaps filled from the others. The result's rank is that of its input messages.
 */
struct offer merge_offers(struct reading *r);

/* Whether there is anything that a record would keep: a message, an answer or an error; a finish word
 * only where the rest was hidden on purpose, for else nothing was recorded that anybody could learn from. */
bool call_is_empty(const struct offer *call);

#endif
