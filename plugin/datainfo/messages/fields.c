/* fields.c: each key is squeezed once and held against all names that are asked for. */
#include "datainfo/messages/fields.h"

#include <string.h>

static const char *skip_prefix(const char *at, const char *end) {
    static const char *const prefixes[] = {"message.", "message_content.", "tool_call."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t n = strlen(prefixes[i]);
        if ((size_t)(end - at) > n && memcmp(at, prefixes[i], n) == 0) return at + n;
    }
    return at;
}

void squeeze(const struct json_text *string, char out[FIELD_NAME_MAX]) {
    size_t n = 0;
    out[0] = '\0';
    if (string->type != JSON_TEXT_STRING || string->len < 3) return;
    const char *end = string->text + string->len - 1, *at = skip_prefix(string->text + 1, end);
    for (; at < end; at++) {
        char c = *at;
        if (c == '_' || c == '-' || c == '$') continue;
        if (c == '\\' || n + 1 == FIELD_NAME_MAX) {
            n = 0;
            break;
        }
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    out[n] = '\0';
}

void fields_read(const struct json_text *object, const char *const *names, size_t count,
                 struct json_text *out) {
    struct json_text_iter it;
    struct json_text key, value;
    char name[FIELD_NAME_MAX];
    for (size_t i = 0; i < count; i++) out[i] = (struct json_text){.type = JSON_TEXT_NONE};
    if (object->type != JSON_TEXT_OBJECT) return;
    json_text_iter(&it, object);
    while (json_text_next(&it, &key, &value)) {
        if (value.type == JSON_TEXT_NULL) continue;
        squeeze(&key, name);
        if (!name[0]) continue;
        for (size_t i = 0; i < count; i++)
            if (name[0] == names[i][0] && strcmp(name, names[i]) == 0) out[i] = value;
    }
}

struct json_text field(const struct json_text *object, const char *name) {
    struct json_text v;
    fields_read(object, &name, 1, &v);
    return v;
}

static struct json_text pick(const struct json_text *object, const char *const *names, bool text_only) {
    struct json_text found[FIELDS_MAX];
    size_t count = 0;
    while (count < FIELDS_MAX && names[count]) count++;
    fields_read(object, names, count, found);
    for (size_t i = 0; i < count; i++)
        if (text_only ? found[i].type == JSON_TEXT_STRING && found[i].len > 2 : found[i].type != JSON_TEXT_NONE)
            return found[i];
    return (struct json_text){.type = JSON_TEXT_NONE};
}

struct json_text field_of(const struct json_text *object, const char *const *names) {
    return pick(object, names, false);
}

struct json_text text_field_of(const struct json_text *object, const char *const *names) {
    return pick(object, names, true);
}
