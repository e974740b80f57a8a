/* repair.h: what SDKs do to a conversation on its way into a span, undone.
 *
 * All of these were seen: parts or whole item lists written as JSON into one text, tool definitions appended as
 * messages of a tool, answers under a role nobody knows, lists that went on growing after the call because they
 * were written down later. Each test asks for a form that people do not type. */
#ifndef SPANSET_DATAINFO_REPAIR_H
#define SPANSET_DATAINFO_REPAIR_H

#include "datainfo/model.h"

/* Of one source, before sources are compared. */
void repair_offer(struct reading *r, struct offer *o);
/* Of the call as a whole. */
void repair_call(struct reading *r, struct offer *call);

/* repair_turns.c: a turn of the assistant in several messages. */
void repair_turns(struct reading *r, struct messages *list);
void repair_results(struct messages *list);
void repair_pieces(struct reading *r, struct messages *answers);
/* repair_glued.c: several calls in one, told apart by the tools. */
/* Whether a tool has that name. */
bool repair_is_tool(const struct offer *tools, const struct json_text *name);
void repair_glued_calls(struct reading *r, const struct offer *tools, struct message *m);

#endif
