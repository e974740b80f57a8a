/* message_test.c: whether a value is a message at all, by its looks: for those who find values and have to decide. */
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/python_text.h"

#define LEAST_TEXT 12 /* bytes of a message in a string, with its quotes; shorter ones are texts */

bool is_message(const struct json_text *v) {
    enum {
        ROLE,
        TYPE,
        CONTENT,
        PARTS,
        TEXT,
        CALLS,
        KIND,
        KWARGS,
        FROM,
        VALUE,
        EVENT,
        DATA,
        BLOCKS,
        ITEMS,
        MESSAGE,
        COUNT
    };
    static const char *const names[COUNT] = {"role",       "type", "content", "parts", "text",
                                             "toolcalls",  "kind", "kwargs",  "from",  "value",
                                             "event.name", "data", "blocks",  "items", "message"};
    struct json_text f[COUNT], role, pair;
    if (v->type == JSON_TEXT_ARRAY)
        return json_text_index(v, 0, &role) && known_role(&role).type != JSON_TEXT_NONE &&
               json_text_index(v, 1, &pair) && !json_text_index(v, 2, &role);
    fields_read(v, names, COUNT, f);
    bool says = f[CONTENT].type != JSON_TEXT_NONE || f[PARTS].type != JSON_TEXT_NONE || has_text(&f[TEXT]) ||
                f[CALLS].type != JSON_TEXT_NONE || f[DATA].type == JSON_TEXT_OBJECT ||
                f[BLOCKS].type == JSON_TEXT_ARRAY || f[ITEMS].type == JSON_TEXT_ARRAY || has_text(&f[MESSAGE]);
    role = normal_role(&f[ROLE]);
    if (has_text(&role)) return says || known_role(&role).type != JSON_TEXT_NONE;
    if (says && (has_text(&f[EVENT]) || known_role(&f[TYPE]).type != JSON_TEXT_NONE)) return true;
    if (f[KWARGS].type == JSON_TEXT_OBJECT || (has_text(&f[FROM]) && f[VALUE].type == JSON_TEXT_STRING))
        return true;
    if (f[PARTS].type == JSON_TEXT_ARRAY)
        return !has_text(&f[KIND]) || json_text_equals(&f[KIND], "request") ||
               json_text_equals(&f[KIND], "response");
    return json_text_equals(&f[TYPE], "function_call") || json_text_equals(&f[TYPE], "function_call_output") ||
           json_text_equals(&f[TYPE], "reasoning") || json_text_equals(&f[TYPE], "function_call_result");
}

struct json_text message_in_string(struct reading *r, const struct json_text *v) {
    struct json_text inner;
    if (v->type != JSON_TEXT_STRING || v->len < LEAST_TEXT) return JSON_NONE;
    inner = v->text[1] == '{' ? string_container(&r->arena, v) : JSON_NONE;
    if (inner.type == JSON_TEXT_NONE) inner = python_value(&r->arena, v);
    return inner.type == JSON_TEXT_OBJECT && is_message(&inner) ? inner : JSON_NONE;
}

struct json_text tool_in_message(const struct json_text *v) {
    struct json_text role, content, function;
    if (!json_text_get(v, "role", &role) || !json_text_equals(&role, "tool")) return JSON_NONE;
    if (!json_text_get(v, "content", &content) || content.type != JSON_TEXT_OBJECT) return JSON_NONE;
    if (!json_text_get(&content, "function", &function)) return JSON_NONE;
    bool defines = text_field(&function, "name").type == JSON_TEXT_STRING &&
                   field(&function, "arguments").type == JSON_TEXT_NONE &&
                   field_any(&function, "parameters", "description").type != JSON_TEXT_NONE;
    return defines ? content : JSON_NONE;
}
