/* fields.h: members of an object by what they are called, however that is spelled.
 *
 * The same thing is tool_call_id in Python, toolCallId in JavaScript, ToolCallId in C#, _role, $type or
 * message.role elsewhere. Names here are squeezed: ASCII lower case without '_', '-' and '$', and without the
 * prefixes "message.", "message_content." and "tool_call." of OpenInference. A member that is null counts as
 * absent; of several with one name the last wins, as in JSON.parse. Each call is one walk over the object. */
#ifndef SPANSET_DATAINFO_FIELDS_H
#define SPANSET_DATAINFO_FIELDS_H

#include "base/json_text.h"

#define FIELD_NAME_MAX 48 /* bytes of a squeezed name with its NUL; longer keys have no name */

/* Squeezes a string (quotes included in the slice). "" when it is no string, too long or has escapes. */
void squeeze(const struct json_text *string, char out[FIELD_NAME_MAX]);

/* The member called `name`; NONE when absent. */
struct json_text field(const struct json_text *object, const char *name);
/* The first of a NULL-terminated list of names that is there: the order of the names decides. */
struct json_text field_of(const struct json_text *object, const char *const *names);
#define field_any(object, ...) field_of(object, (const char *const[]){__VA_ARGS__, NULL})
/* Likewise, but only strings with something in them. */
struct json_text text_field_of(const struct json_text *object, const char *const *names);
#define text_field(object, ...) text_field_of(object, (const char *const[]){__VA_ARGS__, NULL})

#define FIELDS_MAX 32
/* Several at once: out[i] is the member called names[i]. At most FIELDS_MAX. */
void fields_read(const struct json_text *object, const char *const *names, size_t count, struct json_text *out);

#endif
