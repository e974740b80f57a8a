/* python_text.h: what Python's str() makes of messages and responses, as JSON. Instrumentations that cannot encode
 * an object write its repr: "ChatMessage(role=<MessageRole.USER: 'user'>, content='hi')", "[{'role': 'user'}]".
 * Objects become JSON objects of their keyword arguments; a class called ...Message gives its name as "type";
 * enumerations become their values; what has no value in it (<object at 0x...>, bytes) becomes null. */
#ifndef SPANSET_DATAINFO_PYTHON_TEXT_H
#define SPANSET_DATAINFO_PYTHON_TEXT_H

#include "datainfo/arena.h"

/* The object, list or dictionary that a JSON string holds as Python text; NONE when it holds anything else. */
struct json_text python_value(struct arena *arena, const struct json_text *string);

#endif
