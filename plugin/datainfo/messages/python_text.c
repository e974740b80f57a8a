/* python_text.c: one pass, a function per form, depth bounded. Anything that is not wholly Python text gives up, so
 * that prose with a bracket in front stays prose. */
#include "datainfo/messages/python_text.h"

#include "base/utf8.h"

#include <string.h>

#define MAX_DEPTH    64
#define MAX_READINGS 4 /* of the whole text, in what was read as a value inside <> and was none */

struct python {
    const char *at, *end;
    struct buf out;
    int depth;
    size_t again; /* bytes that may still be read again */
};

static bool value(struct python *p);

static void skip_space(struct python *p) {
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r')) p->at++;
}

static bool take(struct python *p, char c) {
    skip_space(p);
    if (p->at == p->end || *p->at != c) return false;
    p->at++;
    return true;
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void write_code(struct buf *out, uint32_t code) {
    static const char from[] = "\n\t\r\"\\", to[] = "ntr\"\\";
    const char *known = code && code < 0x80 ? strchr(from, (int)code) : NULL;
    char utf8[4];
    if (known)
        buf_printf(out, "\\%c", to[known - from]);
    else if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff))
        buf_printf(out, "\\u%04x", (unsigned)code);
    else
        buf_add(out, utf8, utf8_encode(code > 0x10ffff ? 0xfffd : code, utf8));
}

/* at: behind the backslash. */
static bool escape(struct python *p) {
    static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
    char c = *p->at++;
    const char *known = strchr(from, c);
    if (known && c) {
        write_code(&p->out, (unsigned char)to[known - from]);
        return true;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (!digits) return false;
    uint32_t code = 0;
    for (; digits; digits--) {
        int d = p->at < p->end ? hex_digit(*p->at++) : -1;
        if (d < 0) return false;
        code = code << 4 | (uint32_t)d;
    }
    write_code(&p->out, code);
    return true;
}

static bool string(struct python *p) {
    char quote = *p->at++;
    buf_char(&p->out, '"');
    while (p->at < p->end && *p->at != quote) {
        char c = *p->at++;
        if (c == '\\') {
            if (p->at == p->end || !escape(p)) return false;
        } else if (c == '"' || (unsigned char)c < 0x20) {
            write_code(&p->out, (unsigned char)c);
        } else {
            buf_char(&p->out, c);
        }
    }
    buf_char(&p->out, '"');
    return take(p, quote);
}

/* Elements up to `close`, as a JSON array. */
static bool sequence(struct python *p, char close) {
    buf_char(&p->out, '[');
    while (!take(p, close)) {
        buf_json_comma(&p->out);
        if (!value(p)) return false;
        if (!take(p, ',')) {
            skip_space(p);
            if (p->at == p->end || *p->at != close) return false;
        }
    }
    buf_char(&p->out, ']');
    return true;
}

static bool dictionary(struct python *p) {
    buf_char(&p->out, '{');
    while (!take(p, '}')) {
        buf_json_comma(&p->out);
        skip_space(p);
        if (p->at == p->end || (*p->at != '\'' && *p->at != '"'))
            return false; /* sets, other keys: not messages */
        if (!string(p) || !take(p, ':')) return false;
        buf_char(&p->out, ':');
        if (!value(p)) return false;
        if (!take(p, ',')) {
            skip_space(p);
            if (p->at == p->end || *p->at != '}') return false;
        }
    }
    buf_char(&p->out, '}');
    return true;
}

static bool ends_with(const char *name, size_t n, const char *suffix) {
    size_t m = strlen(suffix);
    return n >= m && memcmp(name + n - m, suffix, m) == 0;
}

/* Name(key=value, ...), its opening parenthesis taken. Positional arguments are passed over. */
static bool object(struct python *p, const char *name, size_t n) {
    buf_char(&p->out, '{');
    if (ends_with(name, n, "Message") || ends_with(name, n, "MessageChunk")) {
        buf_json_key(&p->out, "type");
        buf_json_string(&p->out, name, n);
    }
    while (!take(p, ')')) {
        skip_space(p);
        const char *key = p->at;
        while (p->at < p->end && is_name(*p->at)) p->at++;
        size_t key_len = (size_t)(p->at - key), before = p->out.len;
        if (key_len && take(p, '=')) {
            buf_json_comma(&p->out);
            buf_json_string(&p->out, key, key_len);
            buf_char(&p->out, ':');
            if (!value(p)) return false;
        } else {
            p->at = key;
            if (!value(p)) return false;
            p->out.len = before;
        }
        if (!take(p, ',')) {
            skip_space(p);
            if (p->at == p->end || *p->at != ')') return false;
        }
    }
    buf_char(&p->out, '}');
    return true;
}

/* <Role.USER: 'user'>, or <anything else>. What begins like the former is read again as the latter; where such texts
 * lie in one another each level would double the work, hence the bound. */
static bool angle(struct python *p) {
    const char *start = p->at++;
    size_t before = p->out.len;
    while (p->at < p->end && is_name(*p->at)) p->at++;
    if (take(p, ':') && value(p) && take(p, '>')) return true;
    size_t wasted = (size_t)(p->at - start);
    if (wasted > p->again) return false;
    p->again -= wasted;
    p->at = start;
    p->out.len = before;
    const char *close = memchr(start, '>', (size_t)(p->end - start));
    if (!close || memchr(start, '\n', (size_t)(close - start))) return false;
    p->at = close + 1;
    buf_str(&p->out, "null");
    return true;
}

/* A number, a word, an enumeration's member, or a name that is called. */
static bool name(struct python *p) {
    const char *start = p->at;
    bool number = (*start >= '0' && *start <= '9') || *start == '-';
    if (number) p->at++;
    while (p->at < p->end && (is_name(*p->at) || (number && (*p->at == '+' || *p->at == '-')))) p->at++;
    size_t n = (size_t)(p->at - start);
    if (!n) return false;
    if (number) {
        buf_add(&p->out, start, n);
        return true;
    }
    if (n == 4 && memcmp(start, "True", 4) == 0) {
        buf_str(&p->out, "true");
    } else if (n == 5 && memcmp(start, "False", 5) == 0) {
        buf_str(&p->out, "false");
    } else if ((n == 4 && memcmp(start, "None", 4) == 0) || (n == 3 && memcmp(start, "nan", 3) == 0) ||
               (n == 3 && memcmp(start, "inf", 3) == 0)) {
        buf_str(&p->out, "null");
    } else if (p->at < p->end && *p->at == '(') {
        p->at++;
        return object(p, start, n);
    } else if (n == 1 && *start == 'b' && p->at < p->end && (*p->at == '\'' || *p->at == '"')) {
        size_t before = p->out.len;
        if (!string(p)) return false;
        p->out.len = before;
        buf_str(&p->out, "null");
    } else if (memchr(start, '.', n)) { /* Role.USER */
        buf_json_string(&p->out, start, n);
    } else {
        return false; /* a word of prose */
    }
    return true;
}

static bool value(struct python *p) {
    skip_space(p);
    if (p->at == p->end || p->depth >= MAX_DEPTH) return false;
    p->depth++;
    bool fine;
    switch (*p->at) {
    case '\'':
    case '"':
        fine = string(p);
        break;
    case '[':
    case '(':
        p->at++;
        fine = sequence(p, p->at[-1] == '[' ? ']' : ')');
        break;
    case '{':
        p->at++;
        fine = dictionary(p);
        break;
    case '<':
        fine = angle(p);
        break;
    default:
        fine = name(p);
    }
    p->depth--;
    return fine && !p->out.failed;
}

/* Cheap refusals first: most strings are prose. */
static bool may_be_python(const struct json_text *s) {
    const char *at = s->text + 1, *end = s->text + s->len - 1;
    if (s->type != JSON_TEXT_STRING || s->len < 8) return false;
    if (*at == '{' || *at == '[') return true;
    if (*at < 'A' || *at > 'Z') return false; /* a class */
    while (at < end && is_name(*at)) at++;
    return at < end && *at == '(' && end[-1] == ')';
}

struct json_text python_value(struct arena *arena, const struct json_text *s) {
    struct buf text = BUF_INIT;
    struct json_text v = {.type = JSON_TEXT_NONE};
    if (!may_be_python(s)) return v;
    json_text_decode(s, &text);
    struct python p = {.at = text.data, .end = text.data + text.len, .again = text.len * MAX_READINGS};
    if (text.failed || !text.len) {
        arena->failed = arena->failed || text.failed;
    } else if (value(&p)) {
        skip_space(&p);
        if (p.at == p.end) v = arena_parse(arena, &p.out);
    }
    if (p.out.failed) arena->failed = true;
    buf_free(&p.out);
    buf_free(&text);
    if (v.type != JSON_TEXT_OBJECT && v.type != JSON_TEXT_ARRAY) v = (struct json_text){.type = JSON_TEXT_NONE};
    return v;
}
