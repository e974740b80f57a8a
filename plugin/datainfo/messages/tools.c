/* tools.c: tool definitions and tool choices of every spelling, made OpenAI's. A definition is known by its
 * name and where its schema is; wrappers around it (function, toolSpec, functionDeclarations) are opened. */
#include "datainfo/messages/fields.h"
#include "datainfo/messages/normalise.h"

#include <string.h>

static void copy_member(struct buf *out, const char *key, const struct json_text *v) {
    if (v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_NULL) return;
    buf_json_key(out, key);
    json_text_copy_valid(v, out);
}

/* ---- Google's schemas: OpenAPI's words in upper case ---- */

#define TYPE_TEXT_MAX 24 /* bytes of a type's name with its quotes */

/* "OBJECT", "Type.OBJECT". */
static bool is_upper_type(const struct json_text *v) {
    size_t i = 1, n = 0;
    if (v->type != JSON_TEXT_STRING || v->len > TYPE_TEXT_MAX) return false;
    if (v->len > 7 && memcmp(v->text + 1, "Type.", 5) == 0) i += 5;
    for (; i + 1 < v->len; i++, n++)
        if (v->text[i] < 'A' || v->text[i] > 'Z') return false;
    return n > 0;
}

static void write_type(const struct json_text *v, struct buf *out) {
    if (!is_upper_type(v)) {
        json_text_copy_valid(v, out);
        return;
    }
    size_t i = memcmp(v->text + 1, "Type.", 5) == 0 ? 6 : 1;
    buf_char(out, '"');
    for (; i + 1 < v->len; i++) buf_char(out, (char)(v->text[i] + ('a' - 'A')));
    buf_char(out, '"');
}

enum schema_part { SCHEMA, SCHEMA_MAP, SCHEMA_LIST, NO_SCHEMA };

/* What the member of a schema is. */
static enum schema_part part_of(const struct json_text *key) {
    static const char *const maps[] = {"properties", "$defs", "defs", "definitions", "patternProperties", NULL};
    static const char *const lists[] = {"anyOf", "any_of", "oneOf", "allOf", "prefixItems", NULL};
    static const char *const schemas[] = {"items", "additionalProperties", "additional_properties", "not",
                                          NULL};
    return text_among(key, maps)      ? SCHEMA_MAP
           : text_among(key, lists)   ? SCHEMA_LIST
           : text_among(key, schemas) ? SCHEMA
                                      : NO_SCHEMA;
}

/* Copies what `it` stands in front of, a schema's types in lower case, without the nulls of a Python dump. Only where
 * JSON Schema has schemas: a property that is called "type" and the values of enum or default stay what they are. One
 * walk; its depth is bounded by the parser's. */
static void write_lower(struct json_text_iter *it, enum json_text_type type, enum schema_part part,
                        struct buf *out) {
    struct json_text_iter inner;
    struct json_text key, value;
    bool array = type == JSON_TEXT_ARRAY;
    if (part == NO_SCHEMA || !(type == JSON_TEXT_OBJECT || (array && part == SCHEMA_LIST))) {
        json_text_take(it, &value);
        json_text_copy_valid(&value, out);
        return;
    }
    json_text_enter(it, &inner);
    buf_char(out, array ? '[' : '{');
    while (json_text_step(&inner, &key, &type)) {
        if (type == JSON_TEXT_NULL && part == SCHEMA) {
            json_text_take(&inner, &value);
            continue;
        }
        buf_json_comma(out);
        if (!array) {
            json_text_copy_valid(&key, out);
            buf_char(out, ':');
        }
        if (part == SCHEMA && type == JSON_TEXT_STRING && json_text_equals(&key, "type")) {
            json_text_take(&inner, &value);
            write_type(&value, out);
        } else {
            write_lower(&inner, type, part == SCHEMA ? part_of(&key) : SCHEMA, out);
        }
    }
    buf_char(out, array ? ']' : '}');
    json_text_leave(it, &inner);
}

/* No schema that anybody could read: one that was cut off at some depth (Mastra), or a dump of Zod's own objects. */
static bool is_unreadable(const struct json_text *schema) {
    static const char cut[] = "\"[MaxDepth]\"";
    struct json_text def, word;
    if (memmem(schema->text, schema->len, cut, sizeof cut - 1)) return true;
    if (json_text_get(schema, "_def", &def) && def.type == JSON_TEXT_OBJECT) return true;
    return json_text_get(schema, "def", &def) && json_text_get(&def, "type", &word) &&
           word.type == JSON_TEXT_STRING;
}

/* The schema of a definition's parameters, out of its wrappers. NONE when it is none. */
static struct json_text normal_schema(struct reading *r, struct json_text schema) {
    struct json_text inner, type;
    if (schema.type == JSON_TEXT_STRING) /* schemas are sometimes written as text */
        schema = string_container(&r->arena, &schema);
    if (schema.type != JSON_TEXT_OBJECT) return JSON_NONE;
    inner = field_any(&schema, "json", "jsonschema"); /* Bedrock, AI SDK */
    if (inner.type == JSON_TEXT_STRING) inner = string_container(&r->arena, &inner);
    if (inner.type == JSON_TEXT_OBJECT && !json_text_get(&schema, "type", &type)) schema = inner;
    if (is_unreadable(&schema)) return JSON_NONE;
    json_text_get(&schema, "type", &type);
    if (!is_upper_type(&type)) return schema;
    struct buf b = BUF_INIT;
    struct json_text_iter it = {.at = schema.text, .end = schema.text + schema.len};
    write_lower(&it, schema.type, SCHEMA, &b);
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

/* ---- definitions ---- */

static struct json_text write_tool(struct reading *r, const struct json_text *name,
                                   const struct json_text *description, const struct json_text *schema,
                                   const struct json_text *strict) {
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"type\":\"function\",\"function\":{");
    copy_member(&b, "name", name);
    if (has_text(description)) copy_member(&b, "description", description);
    copy_member(&b, "parameters", schema);
    copy_member(&b, "strict", strict);
    buf_str(&b, "}}");
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

/* One definition; `called` is the name it has in a map of tools, NONE otherwise. */
static struct json_text read_tool(struct reading *r, const struct json_text *v,
                                  const struct json_text *called) {
    static const char *const schemas[] = {"parametersjsonschema", "parameters", "inputschema", "schema",
                                          "argsschema",           "arguments",  NULL};
    struct json_text tool = *v, type, function;
    if (tool.type == JSON_TEXT_STRING) tool = string_container(&r->arena, &tool);
    if (tool.type != JSON_TEXT_OBJECT) return JSON_NONE;
    json_text_get(&tool, "type", &type);
    if (json_text_get(&tool, "function", &function) && function.type == JSON_TEXT_OBJECT) {
        struct json_text own;
        bool whole = !json_text_get(&function, "parameters", &own) || !is_unreadable(&own);
        if (json_text_equals(&type, "function") && whole) return tool;
    } else {
        function = field(&tool, "toolspec");
        if (function.type != JSON_TEXT_OBJECT && text_field(&tool, "name").type == JSON_TEXT_NONE)
            function = field(&tool, "data"); /* Haystack: {type: class, data: {name, ...}} */
        if (function.type != JSON_TEXT_OBJECT) function = tool;
        type = function.text == tool.text ? type : JSON_NONE;
    }
    struct json_text name = text_field(&function, "name", "toolname"), strict;
    struct json_text description = text_field(&function, "description", "desc");
    struct json_text schema = normal_schema(r, field_of(&function, schemas));
    json_text_get(&function, "strict", &strict);
    if (!has_text(&name)) name = *called;
    bool own = has_text(&type) && !json_text_equals(&type, "function") && !json_text_equals(&type, "custom") &&
               !json_text_equals(&type, "dynamic");
    if (!has_text(&name) || (own && schema.type == JSON_TEXT_NONE))
        return has_text(&type) && own ? tool : JSON_NONE;
    return write_tool(r, &name, &description, &schema, &strict);
}

struct json_text normal_tool(struct reading *r, const struct json_text *v) {
    struct json_text none = JSON_NONE;
    return read_tool(r, v, &none);
}

void read_tools(struct reading *r, const struct json_text *v, struct offer *o) {
    struct json_text list = *v, item, key, inner;
    struct json_text_iter it, declarations;
    if (list.type == JSON_TEXT_STRING) list = string_container(&r->arena, &list);
    if (list.type == JSON_TEXT_OBJECT) {
        inner = field_any(&list, "tools", "functiondeclarations");
        if (inner.type == JSON_TEXT_ARRAY) list = inner;
    }
    json_text_iter(&it, &list);
    if (list.type == JSON_TEXT_OBJECT) { /* one definition, or a map of them by name */
        struct json_text one =
            text_field(&list, "name").type == JSON_TEXT_STRING ? normal_tool(r, &list) : JSON_NONE;
        if (offer_add_tool(r, o, one)) return;
        while (json_text_next(&it, &key, &item)) {
            inner = field_any(&item, "description", "parameters", "inputschema");
            if (inner.type != JSON_TEXT_NONE) offer_add_tool(r, o, read_tool(r, &item, &key));
        }
        return;
    }
    if (list.type != JSON_TEXT_ARRAY) return;
    while (json_text_next(&it, NULL, &item)) {
        inner = item.type == JSON_TEXT_STRING ? string_container(&r->arena, &item)
                                              : field(&item, "functiondeclarations");
        if (inner.type != JSON_TEXT_ARRAY) { /* Langtrace: a list of one text that is the list */
            offer_add_tool(r, o, normal_tool(r, &item));
            continue;
        }
        json_text_iter(&declarations, &inner);
        while (json_text_next(&declarations, NULL, &item)) offer_add_tool(r, o, normal_tool(r, &item));
    }
}

/* ---- the choice ---- */

struct json_text choose_function(struct reading *r, const struct json_text *name) {
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"type\":\"function\",\"function\":{");
    copy_member(&b, "name", name);
    buf_str(&b, "}}");
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

/* auto, none, required; NONE for any other word. */
static struct json_text choice_word(const struct json_text *v) {
    static const struct {
        const char *from;
        struct json_text to;
    } table[] = {
        {"auto", JSON_STRING_INIT("auto")},      {"none", JSON_STRING_INIT("none")},
        {"any", JSON_STRING_INIT("required")},   {"required", JSON_STRING_INIT("required")},
        {"validated", JSON_STRING_INIT("auto")}, /* Gemini: auto, checked against the schema */
    };
    char word[FIELD_NAME_MAX];
    squeeze(v, word);
    const char *dot = strrchr(word, '.'), *bare = dot ? dot + 1 : word;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(bare, table[i].from) == 0) return table[i].to;
    return JSON_NONE;
}

/* Gemini: {functionCallingConfig: {mode, allowedFunctionNames}}. */
static struct json_text google_choice(struct reading *r, const struct json_text *config) {
    struct json_text mode = field(config, "mode"), names = field(config, "allowedfunctionnames"), name;
    struct json_text word = choice_word(&mode);
    if (json_text_equals(&word, "required") && json_text_count(&names) == 1 &&
        json_text_index(&names, 0, &name) && has_text(&name))
        return choose_function(r, &name);
    return word;
}

struct json_text normal_tool_choice(struct reading *r, const struct json_text *v) {
    struct json_text choice = *v, type, function, inner, word;
    if (choice.type == JSON_TEXT_STRING) choice = string_in_string(r, &choice);
    if (choice.type == JSON_TEXT_STRING) {
        inner = string_container(&r->arena, &choice);
        if (inner.type == JSON_TEXT_OBJECT) choice = inner;
    }
    if (choice.type == JSON_TEXT_STRING) {
        word = choice_word(&choice);
        if (word.type == JSON_TEXT_STRING) return word;
        return choice.len > 2 ? choice : JSON_NONE;
    }
    if (choice.type != JSON_TEXT_OBJECT) return JSON_NONE;
    inner = field(&choice, "functioncallingconfig");
    if (inner.type == JSON_TEXT_OBJECT) return google_choice(r, &inner);
    json_text_get(&choice, "type", &type);
    word = choice_word(&type);
    if (word.type == JSON_TEXT_STRING) return word;
    if (json_text_get(&choice, "function", &function) && function.type == JSON_TEXT_OBJECT && has_text(&type))
        return choice;
    struct json_text name =
        text_field(function.type == JSON_TEXT_OBJECT ? &function : &choice, "name", "toolname");
    bool by_name = !has_text(&type) || json_text_equals(&type, "tool") || json_text_equals(&type, "function");
    if (has_text(&name) && by_name) return choose_function(r, &name);
    if (has_text(&type)) return choice;
    struct json_text tool = field(&choice, "tool"); /* Bedrock: {auto: {}}, {any: {}}, {tool: {name}} */
    name = text_field(&tool, "name");
    if (has_text(&name)) return choose_function(r, &name);
    if (field(&choice, "auto").type == JSON_TEXT_OBJECT) return JSON_STRING("auto");
    if (field(&choice, "any").type == JSON_TEXT_OBJECT) return JSON_STRING("required");
    inner = field_any(&choice, "mode", "requiredfunctionname");
    return choice_word(&inner);
}
