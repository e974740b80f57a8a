/* salvage.c: one pass with a stack of open brackets. `good` is the last place where the document could be closed:
 * behind a complete value. What was open there is still at the bottom of the stack when the text ends, because a
 * bracket that closes makes a complete value itself. */
#include "datainfo/salvage.h"

#include "datainfo/key_words.h"

#include <string.h>

struct scan {
    const char *at, *end;
    char open[JSON_TEXT_MAX_DEPTH];
    size_t depth;
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Moves behind a string; false when its end is missing, *whole then is where its last whole character ends. */
static bool skip_string(struct scan *s, const char **whole) {
    for (s->at++; s->at < s->end; s->at++) {
        if (*s->at == '"') {
            s->at++;
            return true;
        }
        *whole = s->at;
        if (*s->at != '\\') continue;
        size_t n = s->at + 1 < s->end && s->at[1] == 'u' ? 6 : 2;
        if ((size_t)(s->end - s->at) < n) return false;
        s->at += n - 1;
    }
    *whole = s->end;
    return false;
}

/* A cut string may also end inside a character of UTF-8, or after half of a surrogate pair. */
static const char *whole_characters(const char *from, const char *to) {
    const char *last = to;
    while (last > from && to - last < 3 && ((unsigned char)last[-1] & 0xC0) == 0x80) last--;
    if (last > from && (unsigned char)last[-1] >= 0xC0) {
        unsigned char lead = (unsigned char)last[-1];
        size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if ((size_t)(to - (last - 1)) < need) return last - 1;
    }
    if (to - from >= 6 && to[-6] == '\\' && to[-5] == 'u' && (to[-4] == 'd' || to[-4] == 'D') &&
        strchr("89abAB", to[-3]))
        return to - 6;
    return to;
}

static bool is_running_text(const char *key, size_t len) {
    static const char *const keys[] = {"content", "text", "thinking", "reasoning_content"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (word_is(key, len, keys[i])) return true;
    return false;
}

static size_t cut_text(struct scan *s, struct buf *out, const char *start) {
    const char *key = NULL, *good = NULL, *partial = NULL;
    size_t key_len = 0, good_depth = 0;
    bool want_key = false;
    while (s->at < s->end) {
        char c = *s->at;
        bool object = s->depth && s->open[s->depth - 1] == '{';
        if (is_space(c) || c == ',' || c == ':') {
            want_key = c == ',' ? object : c == ':' ? false : want_key;
            s->at++;
            continue;
        }
        if (c == '[' || c == '{') {
            if (s->depth == sizeof s->open) break;
            s->open[s->depth++] = c;
            want_key = c == '{';
            s->at++;
            if (s->depth == 1) { /* the root, empty; an inner one is kept once there is something in it */
                good = s->at;
                good_depth = 1;
            }
            continue;
        }
        if (c == ']' || c == '}') {
            if (!s->depth || s->open[s->depth - 1] != (c == ']' ? '[' : '{')) break;
            s->depth--;
            s->at++;
            want_key = false;
        } else if (c == '"') {
            const char *first = s->at + 1, *whole = first;
            bool closed = skip_string(s, &whole);
            if (want_key) {
                if (!closed) break;
                key = first;
                key_len = (size_t)(s->at - 1 - first);
                continue;
            }
            if (!closed) {
                if (object && key && is_running_text(key, key_len)) partial = whole_characters(first, whole);
                break;
            }
        } else {
            do s->at++;
            while (s->at < s->end && !is_space(*s->at) && (!*s->at || !strchr(",]}\"[{:", *s->at)));
            if (s->at == s->end) break; /* a number or word that may go on */
        }
        good = s->at;
        good_depth = s->depth;
        if (!s->depth) break;
    }
    if (partial) {
        buf_add(out, start, (size_t)(partial - start));
        buf_char(out, '"');
        good_depth = s->depth;
    } else if (good) {
        buf_add(out, start, (size_t)(good - start));
    }
    return good_depth;
}

struct json_text salvage_string(struct arena *arena, const struct json_text *string) {
    struct json_text none = {.type = JSON_TEXT_NONE};
    if (string->type != JSON_TEXT_STRING) return none;
    struct buf text = BUF_INIT, out = BUF_INIT;
    json_text_unquote(string, &text);
    struct scan s = {.at = text.data, .end = text.data + text.len};
    while (s.at < s.end && is_space(*s.at)) s.at++;
    struct json_text result = none;
    if (s.at < s.end && (*s.at == '[' || *s.at == '{')) {
        size_t depth = cut_text(&s, &out, text.data);
        while (depth-- > 0) buf_char(&out, s.open[depth] == '[' ? ']' : '}');
        result = arena_parse(arena, &out);
        if (result.len <= 2) result = none;
    }
    buf_free(&out);
    buf_free(&text);
    return result;
}

struct json_text salvage_attr(struct arena *arena, struct attr *a) {
    if (!a->has_salvaged) {
        struct json_text text = attr_plain(arena, a);
        a->salvaged = salvage_string(arena, &text);
        a->has_salvaged = true;
    }
    return a->salvaged;
}
