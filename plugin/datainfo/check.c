/* check.c: DataInfo that a person or an import wrote. One walk checks; a second one copies, compact, with
 * output.tool_calls in its place. */
#include "datainfo/datainfo.h"

#include <stdarg.h>
#include <stdio.h>

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static enum status
refuse(struct err *err, const char *detail, const char *pointer, ...) {
    char at[160];
    va_list args;
    va_start(args, pointer);
    vsnprintf(at, sizeof at, pointer, args);
    va_end(args);
    bool first = err && err->status == STATUS_OK;
    err_set(err, STATUS_CONTENT, "content", "%s", detail);
    if (first) err_at_pointer(err, at);
    return STATUS_CONTENT;
}

static bool absent(const struct json_text *v) {
    return v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_NULL;
}

static enum status check_call(const struct json_text *call, const char *at, size_t i, struct err *err) {
    struct json_text id, type, function, name, arguments;
    if (call->type != JSON_TEXT_OBJECT)
        return refuse(err, "A tool call has to be an object.", "%s/tool_calls/%zu", at, i);
    json_text_get(call, "id", &id);
    json_text_get(call, "type", &type);
    json_text_get(call, "function", &function);
    json_text_get(&function, "name", &name);
    json_text_get(&function, "arguments", &arguments);
    if (!absent(&id) && id.type != JSON_TEXT_STRING)
        return refuse(err, "The id of a tool call has to be a string.", "%s/tool_calls/%zu/id", at, i);
    if (!absent(&type) && type.type != JSON_TEXT_STRING)
        return refuse(err, "The type of a tool call has to be a string.", "%s/tool_calls/%zu/type", at, i);
    if (function.type != JSON_TEXT_OBJECT)
        return refuse(err, "A tool call needs a \"function\" object with a name and arguments.",
                      "%s/tool_calls/%zu/function", at, i);
    if (name.type != JSON_TEXT_STRING)
        return refuse(err, "The function of a tool call needs a name.", "%s/tool_calls/%zu/function/name", at,
                      i);
    if (arguments.type != JSON_TEXT_STRING)
        return refuse(err, "The arguments of a tool call have to be a string that holds JSON.",
                      "%s/tool_calls/%zu/function/arguments", at, i);
    return STATUS_OK;
}

static enum status check_message(const struct json_text *m, const char *at, struct err *err) {
    struct json_text v, call;
    if (m->type != JSON_TEXT_OBJECT) return refuse(err, "A message has to be an object.", "%s", at);
    json_text_get(m, "role", &v);
    if (v.type != JSON_TEXT_STRING || v.len <= 2) return refuse(err, "A message needs a role.", "%s/role", at);
    json_text_get(m, "content", &v);
    if (!absent(&v) && v.type != JSON_TEXT_STRING && v.type != JSON_TEXT_ARRAY)
        return refuse(err, "The content of a message has to be a string, null or an array of parts.",
                      "%s/content", at);
    json_text_get(m, "tool_calls", &v);
    if (absent(&v)) return STATUS_OK;
    if (v.type != JSON_TEXT_ARRAY) return refuse(err, "tool_calls has to be an array.", "%s/tool_calls", at);
    struct json_text_iter it;
    json_text_iter(&it, &v);
    for (size_t i = 0; json_text_next(&it, NULL, &call); i++) {
        enum status status = check_call(&call, at, i, err);
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

static enum status check_side(const struct json_text *root, const char *side, struct json_text *object,
                              struct json_text *messages, struct err *err) {
    struct json_text m, v;
    json_text_get(root, side, object);
    if (object->type != JSON_TEXT_OBJECT)
        return refuse(err, "\"input\" and \"output\" have to be objects.", "/%s", side);
    json_text_get(object, "messages", messages);
    if (messages->type != JSON_TEXT_ARRAY)
        return refuse(err, "\"messages\" has to be an array.", "/%s/messages", side);
    json_text_get(object, "metadata", &v);
    if (!absent(&v) && v.type != JSON_TEXT_OBJECT)
        return refuse(err, "\"metadata\" has to be an object.", "/%s/metadata", side);
    struct json_text_iter it;
    json_text_iter(&it, messages);
    for (size_t i = 0; json_text_next(&it, NULL, &m); i++) {
        char at[64];
        snprintf(at, sizeof at, "/%s/messages/%zu", side, i);
        enum status status = check_message(&m, at, err);
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

/* All calls of all answers, in order. */
static void derive_calls(const struct json_text *messages, struct buf *out) {
    struct json_text_iter it, calls;
    struct json_text m, list, call;
    buf_char(out, '[');
    json_text_iter(&it, messages);
    while (json_text_next(&it, NULL, &m)) {
        json_text_get(&m, "tool_calls", &list);
        json_text_iter(&calls, &list);
        while (list.type == JSON_TEXT_ARRAY && json_text_next(&calls, NULL, &call)) {
            buf_json_comma(out);
            json_text_compact(&call, out);
        }
    }
    buf_char(out, ']');
}

static bool same_as_before(const struct json_text *calls, const char *before, size_t before_len) {
    struct json_text root, old;
    if (!before || json_text_parse(&root, before, before_len, JSON_TEXT_LENIENT, NULL) != STATUS_OK)
        return false;
    return json_text_at(&root, &old, "output", "tool_calls", NULL) && json_text_same(calls, &old);
}

/* Copies an object's members but the one called `key`; the last of equal keys counts, so earlier ones go. */
static void copy_members(const struct json_text *object, const char *key, const struct buf *value,
                         struct buf *out) {
    struct json_text_iter it;
    struct json_text name, v;
    bool written = false;
    buf_char(out, '{');
    json_text_iter(&it, object);
    while (json_text_next(&it, &name, &v)) {
        bool ours = json_text_equals(&name, key);
        if (ours && written) continue;
        buf_json_comma(out);
        json_text_copy(&name, out);
        buf_char(out, ':');
        if (ours)
            buf_add(out, value->data, value->len);
        else
            json_text_compact(&v, out);
        written = written || ours;
    }
    if (!written) {
        buf_json_key(out, key);
        buf_add(out, value->data, value->len);
    }
    buf_char(out, '}');
}

enum status datainfo_check(const char *data, size_t len, const char *before, size_t before_len, struct buf *out,
                           struct err *err) {
    struct json_text root, input, output, messages, answers, tools, given, derived_calls;
    enum status status = json_text_parse(&root, data, len, 0, err);
    if (status != STATUS_OK) return status;
    if (root.type != JSON_TEXT_OBJECT)
        return refuse(err, "The data has to be an object with \"input\" and \"output\".", "%s", "");
    if ((status = check_side(&root, "input", &input, &messages, err)) != STATUS_OK) return status;
    if ((status = check_side(&root, "output", &output, &answers, err)) != STATUS_OK) return status;
    json_text_get(&input, "tools", &tools);
    if (!absent(&tools) && tools.type != JSON_TEXT_ARRAY)
        return refuse(err, "\"tools\" has to be an array.", "%s", "/input/tools");

    struct buf derived = BUF_INIT, whole = BUF_INIT;
    derive_calls(&answers, &derived);
    json_text_get(&output, "tool_calls", &given);
    if (!derived.failed && given.type != JSON_TEXT_NONE) {
        json_text_parse(&derived_calls, derived.data, derived.len, 0, NULL);
        if (!json_text_same(&given, &derived_calls) && !same_as_before(&given, before, before_len)) {
            status = refuse(err,
                            "output.tool_calls is made from the calls of output.messages: change them there, "
                            "or leave it out.",
                            "%s", "/output/tool_calls");
            goto out;
        }
    }
    copy_members(&output, "tool_calls", &derived, &whole);
    if (!whole.failed) copy_members(&root, "output", &whole, out);
    if (derived.failed || whole.failed || out->failed)
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while checking a record.");
out:
    buf_free(&derived);
    buf_free(&whole);
    return status;
}
