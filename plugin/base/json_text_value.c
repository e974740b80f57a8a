/* json_text_value.c: what the scalars of checked JSON text mean, and when two values are the same.
 *
 * Numbers are compared as decimals (sign, significant digits, exponent), so nothing is lost to binary and
 * 1, 1.0 and 10e-1 are equal however long they are written. The objects of json_text_same are compared in the
 * order they stand in; only when the orders differ are their members sorted, which needs memory. */
#include "base/json_text.h"

#include "base/json_text_scan.h"
#include "base/utf8.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- strings ---- */

static uint32_t hex4(const char *at) {
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        uint32_t digit = (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        v = v << 4 | digit;
    }
    return v;
}

size_t json_next_char(const char **at, const char *end, char out[4], size_t *replaced) {
    const char *p = *at;
    if (*p != '\\') {
        size_t n = (unsigned char)*p < 0x80 ? 1 : utf8_length(p, (size_t)(end - p));
        if (!n) {
            (*replaced)++;
            *at = p + 1;
            return utf8_encode(0xFFFD, out);
        }
        memcpy(out, p, n);
        *at = p + n;
        return n;
    }
    *at = p + 2;
    switch (p[1]) {
    case 'b':
        out[0] = '\b';
        return 1;
    case 'f':
        out[0] = '\f';
        return 1;
    case 'n':
        out[0] = '\n';
        return 1;
    case 'r':
        out[0] = '\r';
        return 1;
    case 't':
        out[0] = '\t';
        return 1;
    case 'u':
        break;
    default:
        out[0] = p[1];
        return 1;
    }
    uint32_t cp = hex4(p + 2);
    *at = p + 6;
    if (cp >= 0xD800 && cp <= 0xDBFF && end - p >= 12 && p[6] == '\\' && p[7] == 'u') {
        uint32_t low = hex4(p + 8);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *at = p + 12;
            return utf8_encode(0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00), out);
        }
    }
    if (cp >= 0xD800 && cp <= 0xDFFF) {
        (*replaced)++;
        cp = 0xFFFD;
    }
    return utf8_encode(cp, out);
}

static size_t decode(const struct json_text *string, bool repair, struct buf *out) {
    if (string->type != JSON_TEXT_STRING) return 0;
    const char *at = string->text + 1, *end = string->text + string->len - 1;
    size_t replaced = 0;
    if (!buf_reserve(out, string->len)) return 0;
    while (at < end && !out->failed) {
        const char *slash = memchr(at, '\\', (size_t)(end - at));
        const char *stop = slash ? slash : end;
        if (!repair || utf8_valid(at, (size_t)(stop - at))) {
            buf_add(out, at, (size_t)(stop - at));
            at = stop;
        }
        while (at < stop || (at < end && *at == '\\')) {
            char c[4];
            bool escaped = *at == '\\';
            size_t n = json_next_char(&at, end, c, &replaced);
            buf_add(out, c, n);
            if (escaped) break;
        }
    }
    return replaced;
}

size_t json_text_decode(const struct json_text *string, struct buf *out) {
    return decode(string, true, out);
}

void json_text_unquote(const struct json_text *string, struct buf *out) {
    decode(string, false, out);
}

bool json_text_is_plain(const struct json_text *string) {
    return string->type == JSON_TEXT_STRING && !memchr(string->text, '\\', string->len);
}

bool json_text_equals(const struct json_text *string, const char *s) {
    if (string->type != JSON_TEXT_STRING) return false;
    const char *at = string->text + 1, *end = string->text + string->len - 1;
    size_t i = 0, ignored = 0, n_text = (size_t)(end - at);
    while (i < n_text && at[i] == s[i] && s[i] && s[i] != '\\') i++;
    bool simple =
        i == n_text || (at[i] != '\\' && (unsigned char)at[i] < 0x80); /* as it lies is what it means */
    if (simple) return i == n_text && !s[i];
    size_t len = strlen(s);
    i = 0;
    while (at < end) {
        char c[4];
        size_t n = json_next_char(&at, end, c, &ignored);
        if (n > len - i || memcmp(c, s + i, n) != 0) return false;
        i += n;
    }
    return i == len;
}

char *json_text_dup(const struct json_text *string) {
    if (string->type != JSON_TEXT_STRING) return NULL;
    struct buf b = BUF_INIT;
    json_text_decode(string, &b);
    return buf_take(&b);
}

/* Order of two strings by their unescaped bytes. */
static int compare_strings(const struct json_text *a, const struct json_text *b) {
    const char *pa = a->text + 1, *ea = a->text + a->len - 1, *pb = b->text + 1, *eb = b->text + b->len - 1;
    size_t ignored = 0;
    if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0) return 0;
    while (pa < ea && pb < eb) {
        char ca[4] = {0}, cb[4] = {0};
        size_t na = json_next_char(&pa, ea, ca, &ignored), nb = json_next_char(&pb, eb, cb, &ignored);
        int order = memcmp(ca, cb, na < nb ? na : nb);
        if (order || na != nb) return order ? order : na < nb ? -1 : 1;
    }
    return (pa < ea) - (pb < eb);
}

/* ---- numbers ---- */

struct decimal {
    bool negative, zero, exact; /* not exact: the exponent is beyond any use */
    const char *from, *to; /* from the first to behind the last significant digit, maybe with a '.' inside */
    int64_t exponent;      /* of the digits read as an integer */
};

static struct decimal decimal_of(const char *at, size_t len) {
    const char *end = at + len;
    struct decimal d = {.exact = true};
    if (at < end && *at == '-') {
        d.negative = true;
        at++;
    }
    const char *stop = at, *point = NULL;
    while (stop < end && *stop != 'e' && *stop != 'E') {
        if (*stop == '.') point = stop;
        stop++;
    }
    int64_t shift = 0;
    if (stop < end) {
        const char *e = stop + 1;
        bool minus = *e == '-';
        if (*e == '-' || *e == '+') e++;
        for (; e < end; e++) {
            if (shift > INT64_MAX / 100)
                d.exact = false;
            else
                shift = shift * 10 + (*e - '0');
        }
        if (minus) shift = -shift;
    }
    d.from = at;
    d.to = stop;
    while (d.from < d.to && (*d.from == '0' || *d.from == '.')) d.from++;
    if (d.from == d.to) {
        d.zero = d.exact = true;
        return d;
    }
    if (point) shift -= stop - point - 1;
    while (d.to[-1] == '0' || d.to[-1] == '.') {
        if (d.to[-1] == '0') shift++;
        d.to--;
    }
    d.exponent = shift;
    return d;
}

static bool same_numbers(const struct json_text *a, const struct json_text *b) {
    struct decimal x = decimal_of(a->text, a->len), y = decimal_of(b->text, b->len);
    if (!x.exact || !y.exact) return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
    if (x.zero || y.zero) return x.zero && y.zero;
    if (x.negative != y.negative || x.exponent != y.exponent) return false;
    for (;;) {
        if (x.from < x.to && *x.from == '.') x.from++;
        if (y.from < y.to && *y.from == '.') y.from++;
        if (x.from == x.to || y.from == y.to) return x.from == x.to && y.from == y.to;
        if (*x.from++ != *y.from++) return false;
    }
}

bool json_text_int64(const struct json_text *v, bool also_strings, int64_t *out) {
    const char *text = v->text;
    size_t len = v->len;
    if (v->type == JSON_TEXT_STRING && also_strings) {
        text++;
        len -= 2;
        size_t i = len && text[0] == '-';
        if (i == len) return false;
        for (; i < len; i++)
            if (text[i] < '0' || text[i] > '9') return false;
    } else if (v->type != JSON_TEXT_NUMBER) {
        return false;
    }
    struct decimal d = decimal_of(text, len);
    uint64_t value = 0;
    if (!d.exact || d.exponent < 0 || d.exponent > 19) return false;
    int64_t zeros = d.exponent;
    for (const char *p = d.from; !d.zero && (p < d.to || zeros > 0);) {
        uint64_t digit = 0;
        if (p < d.to) {
            if (*p == '.') {
                p++;
                continue;
            }
            digit = (uint64_t)(*p++ - '0');
        } else {
            zeros--;
        }
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    uint64_t limit = (uint64_t)INT64_MAX + (d.negative ? 1 : 0);
    if (value > limit) return false;
    *out = !d.negative ? (int64_t)value : value == limit ? INT64_MIN : -(int64_t)value;
    return true;
}

bool json_text_double(const struct json_text *v, double *out) {
    if (v->type != JSON_TEXT_NUMBER) return false;
    /* strtod follows the process's locale, which is the host's; "C" is a constant object, so this costs
     * nothing. */
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c) return false;
    char small[64], *copy = v->len < sizeof small ? small : malloc(v->len + 1);
    if (copy) {
        memcpy(copy, v->text, v->len);
        copy[v->len] = '\0';
        *out = strtod_l(copy, NULL, c);
        if (copy != small) free(copy);
    }
    freelocale(c);
    return copy != NULL;
}

/* ---- sameness ---- */

struct member {
    struct json_text key, value;
    size_t place;
};

static int by_key(const void *x, const void *y) {
    const struct member *a = x, *b = y;
    int order = compare_strings(&a->key, &b->key);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* The members sorted by key, of equal keys only the last. false: out of memory. */
static bool members_of(const struct json_text *object, struct member **out, size_t *count) {
    size_t cap = json_text_count(object), n = 0, kept = 0;
    struct member *m = calloc(cap ? cap : 1, sizeof *m);
    struct json_text_iter it;
    *out = m;
    *count = 0;
    if (!m) return false;
    json_text_iter(&it, object);
    while (n < cap && json_text_next(&it, &m[n].key, &m[n].value)) {
        m[n].place = n;
        n++;
    }
    qsort(m, n, sizeof *m, by_key);
    for (size_t i = 0; i < n; i++)
        if (i + 1 == n || compare_strings(&m[i].key, &m[i + 1].key) != 0) m[kept++] = m[i];
    *count = kept;
    return true;
}

/* One pair of containers that is being compared, child by child. */
struct pair {
    struct json_text_iter a, b; /* same order on both sides (arrays, and objects as far as keys agree) */
    struct member *ma, *mb;     /* objects whose orders differ: sorted members, owned */
    size_t at, count;
};

/* Whether the keys stand in the same order on both sides, each once. */
static bool same_order(const struct json_text *a, const struct json_text *b) {
    struct json_text_iter x, y;
    struct json_text ka, kb, va, vb, last = {.type = JSON_TEXT_NONE};
    json_text_iter(&x, a);
    json_text_iter(&y, b);
    for (;;) {
        bool more_a = json_text_next(&x, &ka, &va), more_b = json_text_next(&y, &kb, &vb);
        if (!more_a || !more_b) return more_a == more_b;
        if (compare_strings(&ka, &kb) != 0) return false;
        /* Rising keys cannot repeat; others are left to the sorted way. */
        if (last.type && compare_strings(&last, &ka) >= 0) return false;
        last = ka;
    }
}

/* Opens a pair of containers of one type. false: they differ already, or memory is out. */
static bool pair_open(struct pair *p, const struct json_text *a, const struct json_text *b) {
    *p = (struct pair){0};
    json_text_iter(&p->a, a);
    json_text_iter(&p->b, b);
    if (a->type == JSON_TEXT_ARRAY || same_order(a, b)) return true;
    size_t other;
    return members_of(a, &p->ma, &p->count) && members_of(b, &p->mb, &other) && p->count == other;
}

static void pair_close(struct pair *p) {
    free(p->ma);
    free(p->mb);
}

enum step { STEP_CHILD, STEP_END, STEP_DIFFERENT };

static enum step pair_next(struct pair *p, struct json_text *a, struct json_text *b) {
    if (p->ma) {
        if (p->at == p->count) return STEP_END;
        if (compare_strings(&p->ma[p->at].key, &p->mb[p->at].key) != 0) return STEP_DIFFERENT;
        *a = p->ma[p->at].value;
        *b = p->mb[p->at++].value;
        return STEP_CHILD;
    }
    bool more_a = json_text_next(&p->a, NULL, a), more_b = json_text_next(&p->b, NULL, b);
    return more_a != more_b ? STEP_DIFFERENT : more_a ? STEP_CHILD : STEP_END;
}

bool json_text_same(const struct json_text *a, const struct json_text *b) {
    struct pair *open = NULL;
    size_t depth = 0, cap = 0;
    struct json_text x = *a, y = *b;
    bool same = true;
    for (bool child = true; same;) {
        if (child) {
            child = false;
            if (x.type != y.type) {
                same = false;
            } else if (x.len == y.len && x.text && memcmp(x.text, y.text, x.len) == 0) {
                /* the same bytes are the same value */
            } else if (x.type == JSON_TEXT_STRING) {
                same = compare_strings(&x, &y) == 0;
            } else if (x.type == JSON_TEXT_NUMBER) {
                same = same_numbers(&x, &y);
            } else if (x.type == JSON_TEXT_ARRAY || x.type == JSON_TEXT_OBJECT) {
                if (depth == cap) {
                    size_t more = cap ? cap * 2 : 8;
                    struct pair *grown =
                        more > 2 * JSON_TEXT_MAX_DEPTH ? NULL : realloc(open, more * sizeof *open);
                    if (!grown) {
                        same = false;
                        break;
                    }
                    open = grown;
                    cap = more;
                }
                same = pair_open(&open[depth++], &x, &y);
            }
        }
        if (!same || !depth) break;
        switch (pair_next(&open[depth - 1], &x, &y)) {
        case STEP_CHILD:
            child = true;
            break;
        case STEP_END:
            pair_close(&open[--depth]);
            if (!depth) goto out;
            break;
        case STEP_DIFFERENT:
            same = false;
            break;
        }
    }
out:
    while (depth) pair_close(&open[--depth]);
    free(open);
    return same;
}
