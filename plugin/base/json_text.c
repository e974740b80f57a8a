/* json_text.c: the checking pass, and walking what it has checked.
 *
 * The check is one loop over the bytes with three places to be in (before a value, after a value, before a key)
 * and a bit per open container, so depth costs 64 bytes and no stack. Strings are scanned eight bytes at a time
 * until a byte turns up that matters. What scalars mean is in json_text_value.c, writing in json_text_write.c.
 */
#include "base/json_text.h"

#include "base/json_text_scan.h"
#include "base/utf8.h"

#include <string.h>

#define ONES UINT64_C(0x0101010101010101)
#define HIGH UINT64_C(0x8080808080808080)

struct scan {
    const char *text, *at, *end;
    bool lenient;
    const char *problem; /* what is wrong at `at`; NULL: nothing yet */
};

static bool refuse(struct scan *s, const char *at, const char *problem) {
    s->at = at;
    s->problem = problem;
    return false;
}

static const char *skip_space(const char *at, const char *end) {
    while (at < end && json_is_space(*at)) at++;
    return at;
}

/* The next byte of a string that needs a look: quote, backslash and, unless lenient, control and non-ASCII
 * bytes. */
static const char *string_run(const char *at, const char *end, bool lenient) {
    while (end - at >= 8) {
        uint64_t w;
        memcpy(&w, at, sizeof w);
        uint64_t quote = w ^ (ONES * '"'), slash = w ^ (ONES * '\\');
        uint64_t hit;
        if (lenient)
            hit = (((quote - ONES) & ~quote) | ((slash - ONES) & ~slash)) & HIGH;
        else
            hit = ((quote - ONES) | (slash - ONES) | (w - ONES * 0x20) | w) & HIGH;
        if (hit) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return at + (__builtin_ctzll(hit) >> 3); /* the lowest hit is exact: borrows only run upwards */
#else
            break;
#endif
        }
        at += 8;
    }
    while (at < end) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\' || (!lenient && (c < 0x20 || c >= 0x80))) break;
        at++;
    }
    return at;
}

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* s->at: an opening quote; moves behind the closing one. */
static bool check_string(struct scan *s) {
    const char *at = s->at + 1, *end = s->end;
    for (;;) {
        at = string_run(at, end, s->lenient);
        if (at == end) return refuse(s, at, "the text ends inside a string");
        unsigned char c = (unsigned char)*at;
        if (c == '"') {
            s->at = at + 1;
            return true;
        }
        if (c == '\\') {
            if (end - at < 2) return refuse(s, end, "the text ends inside a string");
            switch (at[1]) {
            case '"':
            case '\\':
            case '/':
            case 'b':
            case 'f':
            case 'n':
            case 'r':
            case 't':
                at += 2;
                continue;
            case 'u':
                for (int i = 2; i < 6; i++) {
                    if (at + i == end) return refuse(s, end, "the text ends inside a string");
                    if (!is_hex(at[i])) return refuse(s, at + i, "\\u takes four hex digits");
                }
                at += 6;
                continue;
            default:
                return refuse(s, at, "a backslash is followed by one of \" \\ / b f n r t u");
            }
        }
        if (c < 0x20) return refuse(s, at, "control characters in strings have to be escaped");
        while (at < end && (unsigned char)*at >= 0x80) {
            size_t n = utf8_length(at, (size_t)(end - at));
            if (!n) return refuse(s, at, "this byte is not UTF-8");
            at += n;
        }
    }
}

static const char *digits(const char *at, const char *end) {
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at;
}

static bool check_number(struct scan *s) {
    const char *at = s->at, *end = s->end, *from;
    if (*at == '-') at++;
    from = at;
    at = digits(at, end);
    if (at == from) return refuse(s, at, "a digit is expected here");
    if (*from == '0' && at - from > 1) return refuse(s, from, "a number does not begin with 0");
    if (at < end && *at == '.') {
        from = ++at;
        at = digits(at, end);
        if (at == from) return refuse(s, at, "a digit is expected after the decimal point");
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        from = at;
        at = digits(at, end);
        if (at == from) return refuse(s, at, "a digit is expected in the exponent");
    }
    s->at = at;
    return true;
}

static bool check_word(struct scan *s, const char *word, size_t len) {
    size_t left = (size_t)(s->end - s->at), i = 0;
    while (i < len && i < left && s->at[i] == word[i]) i++;
    if (i < len) return refuse(s, s->at, "a value is expected here");
    s->at += len;
    return true;
}

/* Checks one value beginning at s->at; s->at is behind it afterwards. */
static bool check_value(struct scan *s) {
    uint64_t objects[(JSON_TEXT_MAX_DEPTH + 63) / 64]; /* one bit per open container: is it an object */
    size_t depth = 0;
    const char *end = s->end;

value:
    s->at = skip_space(s->at, end);
    if (s->at == end) return refuse(s, end, "the text ends where a value is expected");
    switch (*s->at) {
    case '{':
    case '[': {
        bool object = *s->at == '{';
        if (depth == JSON_TEXT_MAX_DEPTH) return refuse(s, s->at, "more than 512 containers are open");
        uint64_t bit = UINT64_C(1) << (depth & 63);
        objects[depth >> 6] = object ? (depth & 63 ? objects[depth >> 6] : 0) | bit
                                     : (depth & 63 ? objects[depth >> 6] : 0) & ~bit;
        depth++;
        s->at = skip_space(s->at + 1, end);
        if (s->at < end && *s->at == (object ? '}' : ']')) {
            s->at++;
            depth--;
            goto after;
        }
        if (object) goto key;
        goto value;
    }
    case '"':
        if (!check_string(s)) return false;
        break;
    case 't':
        if (!check_word(s, "true", 4)) return false;
        break;
    case 'f':
        if (!check_word(s, "false", 5)) return false;
        break;
    case 'n':
        if (!check_word(s, "null", 4)) return false;
        break;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        if (!check_number(s)) return false;
        break;
    default:
        return refuse(s, s->at, "a value is expected here");
    }

after:
    if (!depth) return true;
    s->at = skip_space(s->at, end);
    bool in_object = objects[(depth - 1) >> 6] >> ((depth - 1) & 63) & 1;
    if (s->at == end)
        return refuse(s, end, in_object ? "the text ends inside an object" : "the text ends inside an array");
    if (*s->at == ',') {
        s->at++;
        if (!in_object) goto value;
        s->at = skip_space(s->at, end);
        goto key;
    }
    if (*s->at != (in_object ? '}' : ']'))
        return refuse(s, s->at, in_object ? "a comma or } is expected here" : "a comma or ] is expected here");
    s->at++;
    depth--;
    goto after;

key:
    if (s->at == end) return refuse(s, end, "the text ends inside an object");
    if (*s->at != '"') return refuse(s, s->at, "a key in double quotes is expected here");
    if (!check_string(s)) return false;
    s->at = skip_space(s->at, end);
    if (s->at == end) return refuse(s, end, "the text ends inside an object");
    if (*s->at != ':') return refuse(s, s->at, "a colon is expected after the key");
    s->at++;
    goto value;
}

static enum json_text_type type_of(char c) {
    switch (c) {
    case '{':
        return JSON_TEXT_OBJECT;
    case '[':
        return JSON_TEXT_ARRAY;
    case '"':
        return JSON_TEXT_STRING;
    case 't':
        return JSON_TEXT_TRUE;
    case 'f':
        return JSON_TEXT_FALSE;
    case 'n':
        return JSON_TEXT_NULL;
    default:
        return JSON_TEXT_NUMBER;
    }
}

enum status json_text_parse(struct json_text *out, const char *text, size_t len, unsigned flags,
                            struct err *err) {
    *out = (struct json_text){.type = JSON_TEXT_NONE};
    if (!text) {
        text = "";
        len = 0;
    }
    struct scan s = {.text = text, .end = text + len, .lenient = flags & JSON_TEXT_LENIENT};
    const char *from = s.at = skip_space(text, s.end);
    bool fine = check_value(&s);
    const char *to = s.at;
    if (fine && !(flags & JSON_TEXT_PREFIX)) {
        s.at = skip_space(s.at, s.end);
        if (s.at < s.end) fine = refuse(&s, s.at, "the value has ended, nothing more is expected");
    }
    if (!fine) {
        bool first = err && err->status == STATUS_OK;
        long long position = s.at - text;
        err_set(err, STATUS_INVALID, "json", "This is not valid JSON: at byte %lld, %s.", position, s.problem);
        if (first) err_at_position(err, position);
        return STATUS_INVALID;
    }
    *out = (struct json_text){.text = from, .len = JSON_TEXT_LEN((size_t)(to - from)), .type = type_of(*from)};
    return STATUS_OK;
}

/* ---- walking checked text ---- */

#define EACH_BYTE(c) (UINT64_MAX / 255 * (c))

/* Non-zero when one of the eight bytes is c: then the lowest bit set belongs to the first such byte. */
static uint64_t bytes_are(uint64_t word, unsigned char c) {
    uint64_t zero = word ^ EACH_BYTE(c);
    return (zero - EACH_BYTE(1)) & ~zero & EACH_BYTE(0x80);
}

#define NEAR_BYTES 64

/* The next quote. Most strings are keys of a few bytes or JSON in a string with a quote everywhere: calling memchr
 * costs more than it finds there. Running text is left to it. */
static const char *next_quote(const char *p, const char *end) {
    const char *to = end - p > NEAR_BYTES ? p + NEAR_BYTES : end;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; to - p >= 8; p += 8) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        uint64_t found = bytes_are(word, '"');
        if (found) return p + __builtin_ctzll(found) / 8;
    }
#endif
    while (p < to && *p != '"') p++;
    return p < to ? p : memchr(p, '"', (size_t)(end - p));
}

const char *json_skip_string(const char *at, const char *end) {
    const char *p = at + 1;
    while (p < end) {
        const char *quote = next_quote(p, end);
        if (!quote) return end;
        const char *slash = quote;
        while (slash > p && slash[-1] == '\\') slash--;
        p = quote + 1;
        if ((quote - slash) % 2 == 0) return p;
    }
    return end;
}

const char *json_skip_value(const char *at, const char *end) {
    size_t depth = 0;
    while (at < end) {
        switch (*at) {
        case '"':
            at = json_skip_string(at, end);
            if (!depth) return at;
            continue;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            if (depth) depth--;
            if (!depth) return at + 1;
            break;
        default:
            if (!depth) { /* a number or a word */
                while (at < end && *at != ',' && *at != '}' && *at != ']' && !json_is_space(*at)) at++;
                return at;
            }
        }
        at++;
    }
    return end;
}

void json_text_iter(struct json_text_iter *it, const struct json_text *container) {
    *it = (struct json_text_iter){0};
    if (container->type != JSON_TEXT_OBJECT && container->type != JSON_TEXT_ARRAY) return;
    it->at = container->text + 1;
    it->end = container->text + container->len - 1; /* the closing bracket */
    it->object = container->type == JSON_TEXT_OBJECT;
}

bool json_text_step(struct json_text_iter *it, struct json_text *key, enum json_text_type *type) {
    const char *at = it->at, *end = it->end;
    if (key) *key = (struct json_text){.type = JSON_TEXT_NONE};
    *type = JSON_TEXT_NONE;
    while (at < end && (json_is_space(*at) || *at == ',')) at++;
    it->at = at;
    if (at >= end || *at == '}' || *at == ']') return false;
    if (it->object) {
        const char *to = json_skip_string(at, end);
        if (key)
            *key = (struct json_text){
                .text = at, .len = JSON_TEXT_LEN((size_t)(to - at)), .type = JSON_TEXT_STRING};
        at = to;
        while (at < end && (json_is_space(*at) || *at == ':')) at++;
        it->at = at;
    }
    *type = type_of(*at);
    return true;
}

void json_text_take(struct json_text_iter *it, struct json_text *value) {
    const char *to = json_skip_value(it->at, it->end);
    *value = (struct json_text){
        .text = it->at, .len = JSON_TEXT_LEN((size_t)(to - it->at)), .type = type_of(*it->at)};
    it->at = to;
}

void json_text_enter(const struct json_text_iter *it, struct json_text_iter *inner) {
    *inner = (struct json_text_iter){.at = it->at + 1, .end = it->end, .object = *it->at == '{'};
}

void json_text_leave(struct json_text_iter *it, struct json_text_iter *inner) {
    struct json_text ignored;
    enum json_text_type type;
    while (json_text_step(inner, NULL, &type)) json_text_take(inner, &ignored);
    it->at = inner->at < it->end ? inner->at + 1 : it->end;
}

bool json_text_next(struct json_text_iter *it, struct json_text *key, struct json_text *value) {
    enum json_text_type type;
    if (json_text_step(it, key, &type)) {
        json_text_take(it, value);
        return true;
    }
    *value = (struct json_text){.type = JSON_TEXT_NONE};
    return false;
}

bool json_text_get(const struct json_text *object, const char *key, struct json_text *out) {
    struct json_text_iter it;
    struct json_text name, value;
    *out = (struct json_text){.type = JSON_TEXT_NONE};
    if (object->type != JSON_TEXT_OBJECT) return false;
    json_text_iter(&it, object);
    while (json_text_next(&it, &name, &value))
        if (json_text_equals(&name, key)) *out = value;
    return out->type != JSON_TEXT_NONE;
}

bool json_text_path(const struct json_text *object, struct json_text *out, const char *const *keys) {
    struct json_text here = *object;
    for (; *keys; keys++) {
        struct json_text next;
        if (!json_text_get(&here, *keys, &next)) {
            *out = next;
            return false;
        }
        here = next;
    }
    *out = here;
    return here.type != JSON_TEXT_NONE;
}

bool json_text_index(const struct json_text *array, size_t index, struct json_text *out) {
    struct json_text_iter it;
    *out = (struct json_text){.type = JSON_TEXT_NONE};
    if (array->type != JSON_TEXT_ARRAY) return false;
    json_text_iter(&it, array);
    for (size_t i = 0; json_text_next(&it, NULL, out); i++)
        if (i == index) return true;
    return false;
}

size_t json_text_count(const struct json_text *container) {
    struct json_text_iter it;
    struct json_text value;
    size_t n = 0;
    json_text_iter(&it, container);
    while (json_text_next(&it, NULL, &value)) n++;
    return n;
}
