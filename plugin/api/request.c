#include "api/request.h"

#include "base/id.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- parameters ---- */

bool api_id(struct exchange *ex, int index, const char *what) {
    if (uuid_valid(ex->vars[index])) return true;
    struct err err = ERR_INIT;
    err_set(&err, STATUS_NOT_FOUND, "not_found", "There is no such %s.", what);
    exchange_problem(ex, &err, NULL);
    return false;
}

/* The parameter's text, owned, or NULL; *status tells a failure from its absence. */
static char *param(struct exchange *ex, const char *name, enum status *status, struct err *err) {
    struct err mine = ERR_INIT;
    char *text = exchange_param(ex, name, &mine);
    *status = mine.status;
    if (mine.status && err && !err->status) *err = mine;
    return text;
}

enum status api_param_bool(struct exchange *ex, const char *name, int *out, struct err *err) {
    enum status status;
    char *text = param(ex, name, &status, err);
    if (!text) return status;
    if (!strcmp(text, "true") || !strcmp(text, "1"))
        *out = 1;
    else if (!strcmp(text, "false") || !strcmp(text, "0"))
        *out = 0;
    else
        status = err_set(err, STATUS_INVALID, "bad_parameter", "The parameter \"%s\" has to be true or false.",
                         name);
    free(text);
    return status;
}

enum status api_param_number(struct exchange *ex, const char *name, double *out, struct err *err) {
    enum status status;
    char *text = param(ex, name, &status, err);
    if (!text) return status;
    struct json_text number;
    double value = -1;
    bool good = json_text_parse(&number, text, strlen(text), 0, NULL) == STATUS_OK &&
                json_text_double(&number, &value) && value >= 0;
    free(text);
    if (!good)
        return err_set(err, STATUS_INVALID, "bad_parameter",
                       "The parameter \"%s\" has to be a number, 0 or more.", name);
    *out = value;
    return STATUS_OK;
}

enum status api_param_word(struct exchange *ex, const char *name, const char *const *words, int *out,
                           struct err *err) {
    enum status status;
    char *text = param(ex, name, &status, err);
    if (!text) return status;
    char list[160] = "";
    int found = -1;
    for (int i = 0; words[i]; i++) {
        if (!strcmp(words[i], text)) found = i;
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", words[i]);
    }
    free(text);
    if (found < 0)
        return err_set(err, STATUS_INVALID, "bad_parameter", "The parameter \"%s\" has to be one of: %s.", name,
                       list);
    *out = found;
    return STATUS_OK;
}

enum status api_param_page(struct exchange *ex, struct service_page *page, char **cursor, struct err *err) {
    *page = (struct service_page){.limit = SERVICE_PAGE_DEFAULT, .offset = -1};
    *cursor = NULL;
    enum status status =
        exchange_param_int(ex, "limit", 1, SERVICE_PAGE_MAX, SERVICE_PAGE_DEFAULT, &page->limit, err);
    if (!status) status = exchange_param_int(ex, "offset", 0, INT64_MAX, -1, &page->offset, err);
    if (!status) *cursor = param(ex, "cursor", &status, err);
    page->cursor = *cursor;
    if (!status && page->cursor && page->offset >= 0)
        status = err_set(err, STATUS_INVALID, "bad_parameter", "Give a cursor or an offset, not both.");
    return status;
}

/* ---- bodies ---- */

static void point_at(struct err *err, const char *prefix, const char *key, size_t len) {
    char pointer[160];
    size_t n = (size_t)snprintf(pointer, sizeof pointer, "%s/", prefix);
    for (size_t i = 0; i < len && n + 3 < sizeof pointer; i++) {
        if (key[i] == '~' || key[i] == '/') {
            pointer[n++] = '~';
            pointer[n++] = key[i] == '~' ? '0' : '1';
        } else {
            pointer[n++] = key[i];
        }
    }
    pointer[utf8_clip(pointer, n, n)] = '\0';
    err_at_pointer(err, pointer);
}

static bool known_member(const struct json_text *key, const char *const *known) {
    for (; *known; known++)
        if (json_text_equals(key, *known)) return true;
    return false;
}

static enum status check_members(const struct json_text *object, const char *where, const char *const *known,
                                 struct err *err) {
    struct json_text_iter it;
    struct json_text key, value;
    json_text_iter(&it, object);
    while (json_text_next(&it, &key, &value)) {
        if (known_member(&key, known)) continue;
        char *name = json_text_dup(&key);
        const char *shown = name ? name : "";
        enum status status = err_set(err, STATUS_INVALID, "unknown_member", "There is no member \"%.*s\" here.",
                                     (int)utf8_clip(shown, strlen(shown), 60), shown);
        point_at(err, where, shown, strlen(shown));
        free(name);
        return status;
    }
    return STATUS_OK;
}

enum status api_body_read(struct exchange *ex, size_t cap, const char *const *known, struct api_body *body,
                          struct err *err) {
    *body = (struct api_body){.root = {0}};
    enum status status = exchange_body(ex, cap, &body->text, err);
    if (status) return status;
    if (!body->text.len) buf_str(&body->text, "{}");
    if (buf_failed(&body->text))
        return err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for this request.");
    status = json_text_parse(&body->root, body->text.data, body->text.len, 0, err);
    if (status) return status;
    if (body->root.type != JSON_TEXT_OBJECT)
        return err_set(err, STATUS_INVALID, "not_an_object", "The body has to be a JSON object.");
    return check_members(&body->root, "", known, err);
}

void api_body_free(struct api_body *body) {
    buf_free(&body->text);
}

enum status api_body_string(const struct api_body *body, const char *name, char **out, bool *present,
                            struct err *err) {
    struct json_text value;
    enum status status = STATUS_OK;
    *out = NULL;
    *present = json_text_get(&body->root, name, &value);
    if (!*present || value.type == JSON_TEXT_NULL) return STATUS_OK;
    if (value.type != JSON_TEXT_STRING) {
        status = err_set(err, STATUS_INVALID, "wrong_type", "\"%s\" has to be a string.", name);
    } else {
        struct buf b = BUF_INIT;
        json_text_decode(&value, &b);
        size_t len = b.len;
        *out = buf_take(&b);
        if (!*out) return err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for this request.");
        if (strlen(*out) == len) return STATUS_OK;
        free(*out);
        *out = NULL;
        status = err_set(err, STATUS_CONTENT, "nul", "\"%s\" may not hold the NUL character.", name);
    }
    point_at(err, "", name, strlen(name));
    return status;
}

/* One id member of a span reference, normalised into out. */
static bool id_member(const struct json_text *object, const char *name, size_t digits, char *out) {
    struct json_text value;
    char plain[TRACE_ID_TEXT_SIZE];
    if (!json_text_get(object, name, &value) || value.type != JSON_TEXT_STRING || value.len != digits + 2)
        return false;
    memcpy(plain, value.text + 1, digits);
    plain[digits] = '\0';
    return otlp_id_normalize(plain, digits, out);
}

enum status api_span_ref(const struct json_text *object, const char *where, struct span_ref *out,
                         struct err *err) {
    static const char *const known[] = {"trace_id", "span_id", NULL};
    enum status status = STATUS_OK;
    const char *wrong = NULL;
    if (object->type != JSON_TEXT_OBJECT) {
        status = err_set(err, STATUS_INVALID, "wrong_type", "A span is an object with trace_id and span_id.");
        err_at_pointer(err, where);
        return status;
    }
    status = check_members(object, where, known, err);
    if (status) return status;
    if (!id_member(object, "trace_id", TRACE_ID_TEXT_SIZE - 1, out->trace_id))
        wrong = "trace_id";
    else if (!id_member(object, "span_id", SPAN_ID_TEXT_SIZE - 1, out->span_id))
        wrong = "span_id";
    if (!wrong) return STATUS_OK;
    status = err_set(err, STATUS_INVALID, "bad_id", "\"%s\" has to be %d hex digits.", wrong,
                     !strcmp(wrong, "trace_id") ? TRACE_ID_TEXT_SIZE - 1 : SPAN_ID_TEXT_SIZE - 1);
    point_at(err, where, wrong, strlen(wrong));
    return status;
}

/* ---- answers ---- */

void api_answer(struct exchange *ex, int http, enum status status, struct buf *out, const struct err *err) {
    if (status == STATUS_OK) {
        exchange_json(ex, http, out);
    } else if (err->status == STATUS_OK) { /* a status without a sentence: still no empty answer */
        struct err mine = ERR_INIT;
        err_set(&mine, status, NULL, "The request failed: %s.", status_name(status));
        exchange_problem(ex, &mine, NULL);
    } else {
        exchange_problem(ex, err, NULL);
    }
    buf_free(out);
}

char *api_answer_member(const struct buf *out, const char *name) {
    struct json_text root, value;
    if (buf_failed(out) || !out->data || json_text_parse(&root, out->data, out->len, 0, NULL) ||
        !json_text_get(&root, name, &value))
        return NULL;
    return json_text_dup(&value);
}
