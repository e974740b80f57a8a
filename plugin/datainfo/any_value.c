/* any_value.c: what is inside is written as it is met, so a value is walked over once, however deep it is. Writing
 * recurses; json_text_parse has bounded its depth (JSON_TEXT_MAX_DEPTH levels of JSON, three or more of which make one
 * level of AnyValue). */
#include "datainfo/any_value.h"

bool key_is_either(const struct json_text *key, const char *camel, const char *snake) {
    return json_text_equals(key, camel) || json_text_equals(key, snake);
}

/* What an AnyValue may hold. */
enum { ANY_STRING, ANY_BOOL, ANY_DOUBLE, ANY_BYTES, ANY_INT, ANY_ARRAY, ANY_KVLIST, ANY_KINDS };

static int any_kind(const struct json_text *key) {
    static const char *const spellings[ANY_KINDS][2] = {
        [ANY_STRING] = {"stringValue", "string_value"}, [ANY_BOOL] = {"boolValue", "bool_value"},
        [ANY_DOUBLE] = {"doubleValue", "double_value"}, [ANY_BYTES] = {"bytesValue", "bytes_value"},
        [ANY_INT] = {"intValue", "int_value"},          [ANY_ARRAY] = {"arrayValue", "array_value"},
        [ANY_KVLIST] = {"kvlistValue", "kvlist_value"},
    };
    int kind = 0;
    while (kind < ANY_KINDS && !key_is_either(key, spellings[kind][0], spellings[kind][1])) kind++;
    return kind;
}

/* A scalar in the form in which JSON has it. false: it has not the type that its key says. */
static bool any_scalar(int kind, struct json_text *v) {
    int64_t ignored;
    switch (kind) {
    case ANY_STRING:
        return v->type == JSON_TEXT_STRING;
    case ANY_BOOL:
        return v->type == JSON_TEXT_TRUE || v->type == JSON_TEXT_FALSE;
    case ANY_INT:
        if (v->type == JSON_TEXT_STRING && json_text_int64(v, true, &ignored))
            *v = (struct json_text){.text = v->text + 1, .len = v->len - 2, .type = JSON_TEXT_NUMBER};
        return v->type == JSON_TEXT_NUMBER;
    default:
        return v->type == JSON_TEXT_NUMBER || v->type == JSON_TEXT_STRING;
    }
}

bool any_walk(struct json_text_iter *it, struct json_text *value, enum attr_form *form) {
    struct json_text key, v;
    while (json_text_next(it, &key, &v)) {
        int kind = v.type == JSON_TEXT_NULL ? ANY_KINDS : any_kind(&key);
        if (kind == ANY_KINDS) continue;
        *value = v;
        *form = ATTR_SCALAR;
        if (kind < ANY_ARRAY) return any_scalar(kind, value);
        *form = kind == ANY_ARRAY ? ATTR_ARRAY : ATTR_KVLIST;
        json_text_get(&v, "values", value); /* absent: an empty one */
        if (value->type != JSON_TEXT_ARRAY)
            *value = (struct json_text){.text = "[]", .len = 2, .type = JSON_TEXT_ARRAY};
        return true;
    }
    return false;
}

bool any_read(const struct json_text *any, struct json_text *value, enum attr_form *form) {
    struct json_text_iter it;
    json_text_iter(&it, any);
    return any->type == JSON_TEXT_OBJECT && any_walk(&it, value, form);
}

static void any_write(struct json_text_iter *it, struct buf *out);

/* An AnyValue in front of which `it` stands. */
static void any_write_at(struct json_text_iter *it, enum json_text_type type, struct buf *out) {
    struct json_text_iter any;
    struct json_text other;
    if (type == JSON_TEXT_OBJECT) {
        json_text_enter(it, &any);
        any_write(&any, out);
        json_text_leave(it, &any);
        return;
    }
    json_text_take(it, &other);
    buf_str(out, "null");
}

/* {key, value}; the key is nearly always in front. */
static void pair_write(struct json_text_iter *it, struct buf *out) {
    struct json_text_iter ahead = *it;
    struct json_text name, key, other;
    enum json_text_type type;
    bool found = false;
    while (!found && json_text_next(&ahead, &name, &key)) found = json_text_equals(&name, "key");
    if (!found || key.type != JSON_TEXT_STRING) return;
    buf_json_comma(out);
    json_text_copy(&key, out);
    buf_char(out, ':');
    while (json_text_step(it, &name, &type)) {
        if (json_text_equals(&name, "value")) {
            any_write_at(it, type, out);
            return;
        }
        json_text_take(it, &other);
    }
    buf_str(out, "null");
}

/* The elements of arrayValue.values or kvlistValue.values, as an array or an object. */
static void values_write(struct json_text_iter *it, bool list, struct buf *out) {
    struct json_text_iter pair;
    struct json_text other;
    enum json_text_type type;
    buf_char(out, list ? '[' : '{');
    while (json_text_step(it, NULL, &type)) {
        if (list) {
            buf_json_comma(out);
            any_write_at(it, type, out);
        } else if (type == JSON_TEXT_OBJECT) {
            json_text_enter(it, &pair);
            pair_write(&pair, out);
            json_text_leave(it, &pair);
        } else {
            json_text_take(it, &other);
        }
    }
    buf_char(out, list ? ']' : '}');
}

/* {values: [...]} in front of which `it` stands. */
static void holder_write(struct json_text_iter *it, enum json_text_type type, bool list, struct buf *out) {
    struct json_text_iter holder, values;
    struct json_text key, other;
    bool found = false;
    if (type != JSON_TEXT_OBJECT) {
        json_text_take(it, &other);
        buf_str(out, list ? "[]" : "{}");
        return;
    }
    json_text_enter(it, &holder);
    while (!found && json_text_step(&holder, &key, &type)) {
        found = type == JSON_TEXT_ARRAY && json_text_equals(&key, "values");
        if (!found) {
            json_text_take(&holder, &other);
            continue;
        }
        json_text_enter(&holder, &values);
        values_write(&values, list, out);
        json_text_leave(&holder, &values);
    }
    json_text_leave(it, &holder);
    if (!found) buf_str(out, list ? "[]" : "{}");
}

/* What an AnyValue holds, from its members. */
static void any_write(struct json_text_iter *it, struct buf *out) {
    struct json_text key, v;
    enum json_text_type type;
    while (json_text_step(it, &key, &type)) {
        int kind = type == JSON_TEXT_NULL ? ANY_KINDS : any_kind(&key);
        if (kind == ANY_ARRAY || kind == ANY_KVLIST) {
            holder_write(it, type, kind == ANY_ARRAY, out);
            return;
        }
        json_text_take(it, &v);
        if (kind == ANY_KINDS) continue;
        if (any_scalar(kind, &v))
            json_text_copy(&v, out);
        else
            buf_str(out, "null");
        return;
    }
    buf_str(out, "null");
}

struct json_text any_plain(struct arena *arena, const struct json_text *value, enum attr_form form) {
    if (form != ATTR_ARRAY && form != ATTR_KVLIST) return *value;
    struct buf b = BUF_INIT;
    struct json_text_iter it;
    json_text_iter(&it, value);
    values_write(&it, form == ATTR_ARRAY, &b);
    return arena_json(arena, &b, form == ATTR_ARRAY ? JSON_TEXT_ARRAY : JSON_TEXT_OBJECT);
}
