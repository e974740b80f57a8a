#include "base/buf.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *b) {
    free(b->data);
    *b = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *b) {
    b->len = 0;
    b->failed = false;
    if (b->data) b->data[0] = '\0';
}

bool buf_failed(const struct buf *b) {
    return b->failed;
}

bool buf_reserve(struct buf *b, size_t more) {
    if (b->failed) return false;
    if (more >= SIZE_MAX / 2 - b->len) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + more + 1; /* + NUL */
    if (need <= b->cap) return true;
    size_t cap = b->cap ? b->cap + b->cap / 2 + 64 : 256;
    if (cap < need) cap = need; /* who knows how much it will be is believed */
    char *data = realloc(b->data, cap);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0'; /* the promise of buf.h holds before the first append, too */
    return true;
}

void buf_add(struct buf *b, const void *data, size_t len) {
    if (!buf_reserve(b, len)) return;
    if (len) memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s) {
    buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c) {
    buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        b->failed = true;
    } else if (buf_reserve(b, (size_t)n)) {
        vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

/* Bytes that may stand in a JSON string as they are. */
static bool plain(unsigned char c) {
    return c >= 0x20 && c != '"' && c != '\\' && c < 0x80;
}

size_t buf_json_string(struct buf *b, const char *s, size_t len) {
    static const char hex[] = "0123456789abcdef";
    size_t replaced = 0;
    if (!s) {
        buf_str(b, "null");
        return 0;
    }
    buf_char(b, '"');
    for (size_t i = 0; i < len && !b->failed;) {
        size_t run = i;
        while (run < len && plain((unsigned char)s[run])) run++;
        if (run > i) {
            buf_add(b, s + i, run - i);
            i = run;
            continue;
        }
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x80) {
            size_t n = utf8_length(s + i, len - i);
            if (n) {
                buf_add(b, s + i, n);
                i += n;
            } else {
                buf_str(b, "\xEF\xBF\xBD");
                replaced++;
                i++;
            }
            continue;
        }
        char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        switch (c) {
        case '"':
            buf_str(b, "\\\"");
            break;
        case '\\':
            buf_str(b, "\\\\");
            break;
        case '\n':
            buf_str(b, "\\n");
            break;
        case '\r':
            buf_str(b, "\\r");
            break;
        case '\t':
            buf_str(b, "\\t");
            break;
        default:
            buf_add(b, escape, sizeof escape);
        }
        i++;
    }
    buf_char(b, '"');
    return replaced;
}

void buf_json_cstr(struct buf *b, const char *s) {
    buf_json_string(b, s, s ? strlen(s) : 0);
}

void buf_json_comma(struct buf *b) {
    if (!b->len) return;
    char last = b->data[b->len - 1];
    if (last != '{' && last != '[' && last != ':' && last != ',' && last != '\n') buf_char(b, ',');
}

void buf_json_key(struct buf *b, const char *key) {
    buf_json_comma(b);
    buf_char(b, '"');
    buf_str(b, key);
    buf_str(b, "\":");
}

void buf_json_text(struct buf *b, const char *key, const char *value) {
    if (!value) return;
    buf_json_key(b, key);
    buf_json_cstr(b, value);
}

void buf_json_int(struct buf *b, const char *key, int64_t value) {
    buf_json_key(b, key);
    buf_printf(b, "%" PRId64, value);
}

char *buf_take(struct buf *b) {
    if (!b->data) buf_reserve(b, 0);
    if (b->failed || !b->data) {
        buf_free(b);
        return NULL;
    }
    b->data[b->len] = '\0';
    char *data = b->data;
    *b = (struct buf)BUF_INIT;
    return data;
}
