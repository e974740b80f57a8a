/* preview.h: one line of text out of messages and values, for lists. */
#ifndef SPANSET_DATAINFO_PREVIEW_H
#define SPANSET_DATAINFO_PREVIEW_H

#include "base/buf.h"
#include "base/json_text.h"

/* Appends the text of a message's content (string, or the text of its parts; an image as "[image]"), at most
 * `limit` bytes, cut between characters, runs of white space and control characters as one space. */
void preview_content(const struct json_text *content, size_t limit, struct buf *out);
/* The same of any JSON value: strings as text, everything else as JSON. */
void preview_value(const struct json_text *value, size_t limit, struct buf *out);
/* The buf as an owned string; NULL when it is empty. */
char *preview_take(struct buf *b);

#endif
