/* settings.c: one walk over the attributes; each key is looked up in the convention's table of names. */
#include "datainfo/conventions/settings.h"

#include <string.h>

static bool is_setting(const char *key, size_t len, const char *setting) {
    size_t n = strlen(setting);
    return len >= n && memcmp(key, setting, n) == 0 && (len == n || key[n] == '.');
}

struct json_text settings_read(struct reading *r, const char *prefix, const struct setting *table, size_t count,
                               bool listed_only) {
    struct buf b = BUF_INIT;
    size_t n = strlen(prefix);
    buf_char(&b, '{');
    for (size_t i = 0; i < r->span.attrs.count; i++) {
        struct attr *a = &r->span.attrs.items[i];
        if (a->key_len <= n || memcmp(a->key, prefix, n) != 0) continue;
        const char *name = a->key + n;
        size_t len = a->key_len - n, k = 0;
        while (k < count && !is_setting(name, len, table[k].key)) k++;
        if (k < count ? !table[k].name : listed_only) continue;
        if (k < count) name = table[k].name, len = strlen(name);
        struct json_text v = attr_plain(&r->arena, a);
        buf_json_comma(&b);
        buf_json_string(&b, name, len);
        buf_char(&b, ':');
        json_text_copy_valid(&v, &b);
    }
    buf_char(&b, '}');
    if (b.len > 2) return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
    buf_free(&b);
    return JSON_NONE;
}
