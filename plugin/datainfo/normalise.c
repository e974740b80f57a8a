/* normalise.c: tables where a table will do. Lower-case comparison is ASCII: these are protocol words. */
#include "datainfo/normalise.h"

#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Copies a short protocol word in lower case with '-' as '_'; "" when it is none. */
static void word_of(const struct json_text *s, char *out, size_t size) {
    size_t n = 0;
    if (s->type == JSON_TEXT_STRING)
        for (size_t i = 1; i + 1 < s->len && n + 1 < size; i++)
            out[n++] = s->text[i] == '-' ? '_' : lower(s->text[i]);
    out[n] = '\0';
}

struct json_text normal_role(const struct json_text *role) {
    static const struct {
        const char *from;
        struct json_text to;
    } table[] = {
        {"user", JSON_STRING_INIT("user")},
        {"human", JSON_STRING_INIT("user")},
        {"humanmessage", JSON_STRING_INIT("user")},
        {"humanmessagechunk", JSON_STRING_INIT("user")},
        {"assistant", JSON_STRING_INIT("assistant")},
        {"ai", JSON_STRING_INIT("assistant")},
        {"model", JSON_STRING_INIT("assistant")},
        {"aimessage", JSON_STRING_INIT("assistant")},
        {"aimessagechunk", JSON_STRING_INIT("assistant")},
        {"chatmessage", JSON_STRING_INIT("user")},
        {"system", JSON_STRING_INIT("system")},
        {"systemmessage", JSON_STRING_INIT("system")},
        {"systemmessagechunk", JSON_STRING_INIT("system")},
        {"developer", JSON_STRING_INIT("developer")},
        {"tool", JSON_STRING_INIT("tool")},
        {"function", JSON_STRING_INIT("tool")},
        {"toolmessage", JSON_STRING_INIT("tool")},
        {"toolmessagechunk", JSON_STRING_INIT("tool")},
        {"functionmessage", JSON_STRING_INIT("tool")},
    };
    char word[32];
    if (!has_text(role)) return JSON_NONE;
    word_of(role, word, sizeof word);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(word, table[i].from) == 0) return table[i].to;
    return *role;
}

struct json_text as_string(struct reading *r, const struct json_text *v) {
    if (v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_STRING) return *v;
    struct buf text = BUF_INIT;
    json_text_copy_valid(v, &text);
    if (buf_failed(&text)) r->arena.failed = true;
    struct json_text s = arena_string(&r->arena, text.data ? text.data : "", text.len);
    buf_free(&text);
    return s;
}

struct json_text normal_arguments(struct reading *r, const struct json_text *v) {
    if (v->type == JSON_TEXT_NULL || v->type == JSON_TEXT_NONE) return JSON_NONE;
    if (v->type != JSON_TEXT_STRING) return as_string(r, v);
    if (v->len > 5 && v->text[1] == '\\' && v->text[2] == '"') { /* perhaps a string in a string */
        struct buf b = BUF_INIT;
        json_text_decode(v, &b);
        struct json_text inner = arena_parse(&r->arena, &b);
        if (inner.type == JSON_TEXT_STRING) return inner;
    }
    return *v;
}

void normal_finish(const struct json_text *word, char *out, size_t size) {
    static const char *const table[][2] = {
        {"tool_call", "tool_calls"},
        {"tool_use", "tool_calls"},
        {"tooluse", "tool_calls"},
        {"function_call", "tool_calls"},
        {"toolcalls", "tool_calls"},
        {"end_turn", "stop"},
        {"endturn", "stop"},
        {"stop_sequence", "stop"},
        {"stopsequence", "stop"},
        {"completed", "stop"},
        {"complete", "stop"},
        {"finish_reason_stop", "stop"},
        {"max_tokens", "length"},
        {"maxtokens", "length"},
        {"max_output_tokens", "length"},
        {"incomplete", "length"},
        {"finish_reason_max_tokens", "length"},
        {"safety", "content_filter"},
        {"blocked", "content_filter"},
        {"refusal", "content_filter"},
        {"guardrail_intervened", "content_filter"},
        {"content_filtered", "content_filter"},
        {"finish_reason_safety", "content_filter"},
        {"failed", "error"},
    };
    word_of(word, out, size);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(out, table[i][0]) != 0) continue;
        size_t n = strlen(table[i][1]);
        if (n < size) memcpy(out, table[i][1], n + 1);
        return;
    }
}

struct json_text finish_word(struct reading *r, const struct json_text *v, size_t index) {
    struct json_text list = *v, item, last = JSON_NONE;
    if (v->type == JSON_TEXT_STRING) {
        list = string_container(&r->arena, v);
        if (list.type == JSON_TEXT_NONE) { /* "stop,length,stop" of Azure, or one word */
            const char *at = v->text + 1, *end = v->text + v->len - 1;
            for (size_t i = 0; i < index; i++) {
                const char *comma = memchr(at, ',', (size_t)(end - at));
                if (!comma) break;
                at = comma + 1;
            }
            const char *comma = memchr(at, ',', (size_t)(end - at));
            if (comma) end = comma;
            return at < end ? arena_string(&r->arena, at, (size_t)(end - at)) : JSON_NONE;
        }
    }
    if (list.type != JSON_TEXT_ARRAY) return JSON_NONE;
    struct json_text_iter it;
    json_text_iter(&it, &list);
    for (size_t i = 0; json_text_next(&it, NULL, &item); i++) {
        if (has_text(&item)) last = item;
        if (i == index) break;
    }
    return last;
}

/* ---- tools ---- */

static void copy_member(struct buf *out, const char *key, const struct json_text *v) {
    if (v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_NULL) return;
    buf_json_key(out, key);
    json_text_copy_valid(v, out);
}

/* The first of several keys; NULL-terminated list. */
static struct json_text first_of(const struct json_text *object, const char *const *keys) {
    struct json_text v = JSON_NONE;
    for (; *keys && v.type == JSON_TEXT_NONE; keys++) {
        json_text_get(object, *keys, &v);
        if (v.type == JSON_TEXT_NULL) v = JSON_NONE;
    }
    return v;
}

struct json_text normal_tool(struct reading *r, const struct json_text *v) {
    static const char *const schemas[] = {"parameters", "input_schema", "inputSchema", "arguments", NULL};
    struct json_text tool = *v, type, function, name, description, strict, schema;
    if (tool.type == JSON_TEXT_STRING) tool = string_container(&r->arena, &tool);
    if (tool.type != JSON_TEXT_OBJECT) return JSON_NONE;
    json_text_get(&tool, "type", &type);
    if (json_text_get(&tool, "function", &function) && function.type == JSON_TEXT_OBJECT) {
        if (json_text_equals(&type, "function")) return tool;
    } else {
        function = tool;
    }
    json_text_get(&function, "name", &name);
    json_text_get(&function, "description", &description);
    json_text_get(&function, "strict", &strict);
    schema = first_of(&function, schemas);
    if (schema.type == JSON_TEXT_STRING) { /* schemas are sometimes written as text */
        struct json_text inner = string_container(&r->arena, &schema);
        schema = inner.type == JSON_TEXT_OBJECT ? inner : JSON_NONE;
    }
    bool own = has_text(&type) && !json_text_equals(&type, "function") && !json_text_equals(&type, "custom");
    if (!has_text(&name) || (own && schema.type == JSON_TEXT_NONE))
        return has_text(&type) && own ? tool : JSON_NONE;
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"type\":\"function\",\"function\":{");
    copy_member(&b, "name", &name);
    if (has_text(&description)) copy_member(&b, "description", &description);
    copy_member(&b, "parameters", &schema);
    copy_member(&b, "strict", &strict);
    buf_str(&b, "}}");
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

void read_tools(struct reading *r, const struct json_text *v, struct offer *o) {
    struct json_text list = *v, item;
    if (list.type == JSON_TEXT_STRING) list = string_container(&r->arena, &list);
    if (list.type != JSON_TEXT_ARRAY) return;
    struct json_text_iter it;
    json_text_iter(&it, &list);
    while (json_text_next(&it, NULL, &item)) offer_add_tool(r, o, normal_tool(r, &item));
}

struct json_text normal_tool_choice(struct reading *r, const struct json_text *v) {
    static const char *const names[] = {"name", "toolName", "tool_name", NULL};
    struct json_text choice = *v, type, function, name;
    if (choice.type == JSON_TEXT_STRING) {
        struct json_text inner = string_container(&r->arena, &choice);
        if (inner.type == JSON_TEXT_OBJECT) choice = inner;
    }
    if (choice.type == JSON_TEXT_STRING) {
        if (json_text_equals(&choice, "any")) return JSON_STRING("required");
        return choice.len > 2 ? choice : JSON_NONE;
    }
    if (choice.type != JSON_TEXT_OBJECT) return JSON_NONE;
    json_text_get(&choice, "type", &type);
    if (json_text_equals(&type, "any")) return JSON_STRING("required");
    if (json_text_equals(&type, "auto") || json_text_equals(&type, "none") ||
        json_text_equals(&type, "required"))
        return type;
    if (json_text_get(&choice, "function", &function) && function.type == JSON_TEXT_OBJECT && has_text(&type))
        return choice;
    name = first_of(function.type == JSON_TEXT_OBJECT ? &function : &choice, names);
    bool by_name = !has_text(&type) || json_text_equals(&type, "tool") || json_text_equals(&type, "function");
    if (!has_text(&name) || !by_name) return has_text(&type) ? choice : JSON_NONE;
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"type\":\"function\",\"function\":{");
    copy_member(&b, "name", &name);
    buf_str(&b, "}}");
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}
