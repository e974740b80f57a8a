/* text.c: what people type is trimmed and checked in one place. */
#include "service/internal.h"

#include "base/utf8.h"

/* Bytes of the white space at s, 0 when there is none: what String.prototype.trim takes, and the zero width space, so
 * that no name looks empty. */
static size_t space_length(const char *s, size_t len) {
    uint32_t c = 0;
    size_t n = utf8_decode(s, len, &c);
    bool space = c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x1680 ||
                 (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
                 c == 0x3000 || c == 0xFEFF;
    return n && space ? n : 0;
}

static void trim(const char **s, size_t *len) {
    for (size_t n; (n = space_length(*s, *len)) > 0;) {
        *s += n;
        *len -= n;
    }
    while (*len) {
        size_t n = 0;
        for (size_t back = 1; back <= 3 && back <= *len && !n; back++)
            if (space_length(*s + *len - back, back) == back) n = back;
        if (!n) break;
        *len -= n;
    }
}

static enum status clean(const char *s, size_t len, size_t max, const char *what, bool required, bool multiline,
                         char **out, struct err *err) {
    *out = NULL;
    trim(&s, &len);
    if (!len) return required ? err_set(err, STATUS_CONTENT, "empty", "Give a %s.", what) : STATUS_OK;
    if (len > max)
        return err_set(err, STATUS_CONTENT, "too_long", "The %s is %zu bytes long; at most %zu are allowed.",
                       what, len, max);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c < 0x20 && !(multiline && (c == '\n' || c == '\t' || c == '\r'))) || c == 0x7F)
            return err_set(err, STATUS_CONTENT, "control_character",
                           "The %s holds a control character; take it out.", what);
    }
    *out = strndup(s, len);
    return *out ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

enum status text_clean(const char *s, size_t len, size_t max, const char *what, bool required, char **out,
                       struct err *err) {
    return clean(s, len, max, what, required, false, out, err);
}

enum status text_member(const struct json_text *value, size_t max, const char *what, const char *pointer,
                        bool multiline, char **out, struct err *err) {
    *out = NULL;
    if (value->type == JSON_TEXT_NONE || value->type == JSON_TEXT_NULL) return STATUS_OK;
    enum status status;
    if (value->type != JSON_TEXT_STRING) {
        status = err_set(err, STATUS_CONTENT, "wrong_type", "The %s must be a string or null.", what);
    } else {
        struct buf text = BUF_INIT;
        json_text_decode(value, &text);
        if (buf_failed(&text))
            status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        else
            status = clean(text.data ? text.data : "", text.len, max, what, false, multiline, out, err);
        buf_free(&text);
    }
    if (status) err_at_pointer(err, pointer);
    return status;
}

enum status members_known(const struct json_text *object, const char *const *known, const char *where,
                          struct err *err) {
    if (object->type != JSON_TEXT_OBJECT) {
        err_set(err, STATUS_CONTENT, "wrong_type", "This must be an object.");
        err_at_pointer(err, where);
        return STATUS_CONTENT;
    }
    struct json_text_iter it;
    struct json_text key, value;
    json_text_iter(&it, object);
    while (json_text_next(&it, &key, &value)) {
        bool found = false;
        for (size_t i = 0; known[i] && !found; i++) found = json_text_equals(&key, known[i]);
        if (found) continue;
        char pointer[160];
        int shown = key.len > 60 ? 60 : (int)key.len;
        snprintf(pointer, sizeof pointer, "%s/%.*s", where, shown > 2 ? shown - 2 : 0, key.text + 1);
        err_set(err, STATUS_INVALID, "unknown_member", "There is no member %.*s here; check its spelling.",
                shown, key.text);
        err_at_pointer(err, pointer);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}
