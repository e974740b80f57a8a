/* settings.c: the keys make the request's body that they were; bodies.h knows what of one is a parameter. */
#include "datainfo/conventions/settings.h"
#include "datainfo/bodies/bodies.h"

#include <string.h>

static bool is_setting(const char *key, size_t len, const char *setting) {
    size_t n = strlen(setting);
    return len >= n && memcmp(key, setting, n) == 0 && (len == n || key[n] == '.');
}

struct json_text settings_read(struct reading *r, const char *prefix, const struct setting *table,
                               size_t count) {
    struct buf b = BUF_INIT;
    size_t n = strlen(prefix);
    buf_char(&b, '{');
    for (size_t i = 0; i < r->span.attrs.count; i++) {
        struct attr *a = &r->span.attrs.items[i];
        if (a->key_len <= n || memcmp(a->key, prefix, n) != 0) continue;
        const char *name = a->key + n;
        size_t len = a->key_len - n, k = 0;
        while (k < count && !is_setting(name, len, table[k].key)) k++;
        if (k < count) {
            name = table[k].name;
            len = name ? strlen(name) : 0;
        }
        if (!name) continue;
        struct json_text v = attr_plain(&r->arena, a);
        buf_json_comma(&b);
        buf_json_string(&b, name, len);
        buf_char(&b, ':');
        json_text_copy_valid(&v, &b);
    }
    buf_char(&b, '}');
    if (b.len == 2) {
        buf_free(&b);
        return JSON_NONE;
    }
    struct json_text body = arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
    return body_parameters(r, &body);
}
