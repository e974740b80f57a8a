/* json_text_write.c: checked JSON text written again. Only white space between tokens and what is not valid
 * inside strings changes; numbers and escapes keep their bytes. */
#include "base/json_text.h"

#include "base/json_text_scan.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

void json_text_copy(const struct json_text *v, struct buf *out) {
    if (v->type != JSON_TEXT_NONE) buf_add(out, v->text, v->len);
}

/* Bytes up to the next string or white space. */
static const char *token_run(const char *at, const char *end) {
    while (at < end && *at != '"' && !json_is_space(*at)) at++;
    return at;
}

void json_text_compact(const struct json_text *v, struct buf *out) {
    if (v->type == JSON_TEXT_NONE || !buf_reserve(out, v->len)) return;
    const char *at = v->text, *end = v->text + v->len;
    while (at < end && !out->failed) {
        const char *to = at;
        for (;;) { /* as long a run as possible: strings and tokens without white space between them */
            to = token_run(to, end);
            if (to == end || *to != '"') break;
            to = json_skip_string(to, end);
        }
        buf_add(out, at, (size_t)(to - at));
        while (to < end && json_is_space(*to)) to++;
        at = to;
    }
}

static void new_line(struct buf *out, size_t spaces) {
    static const char blank[] = "                                ";
    buf_char(out, '\n');
    while (spaces && !out->failed) {
        size_t n = spaces < sizeof blank - 1 ? spaces : sizeof blank - 1;
        buf_add(out, blank, n);
        spaces -= n;
    }
}

void json_text_pretty(const struct json_text *v, unsigned indent, struct buf *out) {
    if (!indent) {
        json_text_compact(v, out);
        return;
    }
    if (v->type == JSON_TEXT_NONE) return;
    const char *at = v->text, *end = v->text + v->len;
    size_t depth = 0;
    while (at < end && !out->failed) {
        const char *to;
        switch (*at) {
        case ' ':
        case '\n':
        case '\r':
        case '\t':
            at++;
            continue;
        case '{':
        case '[':
            buf_char(out, *at++);
            while (at < end && json_is_space(*at)) at++;
            if (at < end && (*at == '}' || *at == ']')) {
                buf_char(out, *at++);
            } else {
                new_line(out, ++depth * indent);
            }
            continue;
        case '}':
        case ']':
            new_line(out, --depth * indent);
            buf_char(out, *at++);
            continue;
        case ',':
            buf_char(out, ',');
            new_line(out, depth * indent);
            at++;
            continue;
        case ':':
            buf_str(out, ": ");
            at++;
            continue;
        case '"':
            to = json_skip_string(at, end);
            break;
        default:
            to = at;
            while (to < end && *to != ',' && *to != '}' && *to != ']' && !json_is_space(*to)) to++;
        }
        buf_add(out, at, (size_t)(to - at));
        at = to;
    }
}

/* The string at `at` to `end` (both quotes included), made valid. */
static size_t copy_string(const char *at, const char *end, struct buf *out) {
    size_t replaced = 0;
    const char *from = at;
    while (at < end && !out->failed) {
        unsigned char c = (unsigned char)*at;
        if (c >= 0x20 && c < 0x80) {
            at++;
            continue;
        }
        size_t n = c < 0x20 ? 0 : utf8_length(at, (size_t)(end - at));
        if (n) {
            at += n;
            continue;
        }
        buf_add(out, from, (size_t)(at - from));
        if (c < 0x20) {
            static const char *const named[0x20] = {
                ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t"};
            if (named[c])
                buf_str(out, named[c]);
            else
                buf_printf(out, "\\u%04x", c);
        } else {
            buf_str(out, "\xEF\xBF\xBD");
            replaced++;
        }
        from = ++at;
    }
    buf_add(out, from, (size_t)(at - from));
    return replaced;
}

size_t json_text_copy_valid(const struct json_text *v, struct buf *out) {
    if (v->type == JSON_TEXT_NONE || !buf_reserve(out, v->len)) return 0;
    const char *at = v->text, *end = v->text + v->len;
    size_t replaced = 0;
    while (at < end && !out->failed) {
        const char *to = token_run(at, end);
        buf_add(out, at, (size_t)(to - at));
        if (to < end && *to == '"') {
            at = to;
            to = json_skip_string(at, end);
            replaced += copy_string(at, to, out);
        }
        while (to < end && json_is_space(*to)) to++;
        at = to;
    }
    return replaced;
}
