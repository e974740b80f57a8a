/* value.h: a value of any shape, read as what was asked of a model or what it answered.
 *
 * SDKs put requests and answers under a hundred names, but what lies there is one of a few shapes: a provider's
 * body (bodies.h), a list of messages, one message, plain text, or one of these inside a wrapper such as
 * {"input": ...}, {"kwargs": {"messages": ...}} or {"type": "chat_messages", "value": ...}, as JSON or as a string
 * that holds JSON. Conventions name the keys; this reads the values. */
#ifndef SPANSET_DATAINFO_VALUE_H
#define SPANSET_DATAINFO_VALUE_H

#include "datainfo/model.h"

enum value_flags {
    /* A bare text is a message: of the user in an input, of the assistant in an output. */
    VALUE_TEXT = 1,
    /* The value was written by a JSON encoder whatever it was, so {"text": "..."} is a wrapper and "\"hi\"" the
     * text hi. Without it a string that holds JSON which nobody recognises is the text itself: answers in JSON
     * mode look like that. */
    VALUE_ENCODED = 2,
};

/* Reads v into the offer's input (messages, tools, tool choice, model, parameters) or output (messages, finish,
 * usage, model, id). false: nothing was recognised and the offer is as it was. */
bool value_input(struct reading *r, const struct json_text *v, unsigned flags, struct offer *o);
bool value_output(struct reading *r, const struct json_text *v, unsigned flags, struct offer *o);

/* What stands beside the messages in a body of nobody's in particular, or alone: tools, tool choice, model, and the
 * system text of messages that the offer has. What it has already stays. */
void value_beside(struct reading *r, const struct json_text *v, struct offer *o);

/* An attribute as a JSON array or object; what is whole of it when it was cut off (*cut is set then, and when it was
 * redacted; else it stays as it was). NONE: it holds neither. */
struct json_text value_container(struct reading *r, const char *key, bool *cut);

/* What was read from a container that was cut off: its last tool is half a tool, unless the cut was behind the
 * tools, and what it does not have it may have had. */
void value_was_cut(const struct json_text *container, struct offer *o);

/* An attribute as an offer of that rank: its value is read as an input or an output; what was cut off is salvaged,
 * what was redacted is noted. A bare text ranks as a hint only. NULL: there is no such attribute, or it says
 * nothing of a call. */
struct offer *value_offer_attr(struct reading *r, struct attr *a, unsigned flags, enum offer_rank rank,
                               bool output);
struct offer *value_offer_input(struct reading *r, const char *key, unsigned flags, enum offer_rank rank);
struct offer *value_offer_output(struct reading *r, const char *key, unsigned flags, enum offer_rank rank);

#endif
