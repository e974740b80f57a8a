/* write.h: a merged call as DataInfo JSON (DESIGN section 3): key order as there, unknown keys left out, the
 * two messages arrays and output.tool_calls always there. */
#ifndef SPANSET_DATAINFO_WRITE_H
#define SPANSET_DATAINFO_WRITE_H

#include "datainfo/model.h"

void write_datainfo(struct reading *r, const struct offer *call, struct buf *out);

/* The normalised finish word of a call, "" when unknown. */
#define FINISH_WORD_SIZE 48
void call_finish(const struct offer *call, char out[FINISH_WORD_SIZE]);
/* Whether "stop" is what it ended with even if it called tools. */
bool call_stop_may_be_calls(const struct offer *call);

#endif
