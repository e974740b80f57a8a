#include "base/utf8.h"

#include <string.h>

static bool continues(unsigned char c) {
    return (c & 0xC0) == 0x80;
}

size_t utf8_decode(const char *s, size_t len, uint32_t *code_point) {
    if (!len) return 0;
    const unsigned char *u = (const unsigned char *)s;
    unsigned char c = u[0];
    if (c < 0x80) {
        *code_point = c;
        return 1;
    }
    if (c >= 0xC2 && c <= 0xDF) {
        if (len < 2 || !continues(u[1])) return 0;
        *code_point = ((uint32_t)(c & 0x1F) << 6) | (u[1] & 0x3Fu);
        return 2;
    }
    if ((c & 0xF0) == 0xE0) {
        if (len < 3 || !continues(u[1]) || !continues(u[2])) return 0;
        if (c == 0xE0 && u[1] < 0xA0) return 0; /* overlong */
        if (c == 0xED && u[1] > 0x9F) return 0; /* surrogate */
        *code_point = ((uint32_t)(c & 0x0F) << 12) | ((uint32_t)(u[1] & 0x3F) << 6) | (u[2] & 0x3Fu);
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        if (len < 4 || !continues(u[1]) || !continues(u[2]) || !continues(u[3])) return 0;
        if (c == 0xF0 && u[1] < 0x90) return 0; /* overlong */
        if (c == 0xF4 && u[1] > 0x8F) return 0; /* above U+10FFFF */
        *code_point = ((uint32_t)(c & 0x07) << 18) | ((uint32_t)(u[1] & 0x3F) << 12) |
                      ((uint32_t)(u[2] & 0x3F) << 6) | (u[3] & 0x3Fu);
        return 4;
    }
    return 0;
}

size_t utf8_length(const char *s, size_t len) {
    uint32_t ignored;
    return utf8_decode(s, len, &ignored);
}

size_t utf8_encode(uint32_t cp, char out[4]) {
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | (cp >> 6));
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | (cp >> 12));
        out[1] = (char)(0x80 | ((cp >> 6) & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | ((cp >> 18) & 0x07));
    out[1] = (char)(0x80 | ((cp >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((cp >> 6) & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

bool utf8_valid(const char *s, size_t len) {
    size_t i = 0;
    while (i < len) {
        uint64_t word;
        if (len - i >= sizeof word) {
            memcpy(&word, s + i, sizeof word);
            if (!(word & UINT64_C(0x8080808080808080))) {
                i += sizeof word;
                continue;
            }
        }
        size_t n = utf8_length(s + i, len - i);
        if (!n) return false;
        i += n;
    }
    return true;
}

size_t utf8_clip(const char *s, size_t len, size_t limit) {
    if (len <= limit) return len;
    size_t n = limit;
    for (int back = 0; back < 4 && n > 0; back++) {
        if (!continues((unsigned char)s[n])) return n;
        n--;
    }
    return n;
}
