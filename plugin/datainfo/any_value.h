/* any_value.h: OTLP's AnyValue, {"stringValue": ...} or {"kvlistValue": {"values": [...]}}, as the JSON it stands for.
 * Names in camelCase or snake_case; an intValue in quotes is a number. */
#ifndef SPANSET_DATAINFO_ANY_VALUE_H
#define SPANSET_DATAINFO_ANY_VALUE_H

#include "datainfo/arena.h"

enum attr_form { ATTR_SCALAR, ATTR_ARRAY, ATTR_KVLIST };

/* What an AnyValue holds: a scalar, or the list of an array's or a kvlist's values. any_walk is inside of it already.
 * false: nothing. */
bool any_walk(struct json_text_iter *it, struct json_text *value, enum attr_form *form);
bool any_read(const struct json_text *any, struct json_text *value, enum attr_form *form);
/* The same as plain JSON: a scalar as it lies, else made in the arena. */
struct json_text any_plain(struct arena *arena, const struct json_text *value, enum attr_form form);

/* Whether a key is one of the two spellings that OTLP/JSON has for it. */
bool key_is_either(const struct json_text *key, const char *camel, const char *snake);

#endif
