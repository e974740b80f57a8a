/* What the filter's `text` searches in. Strings are taken wherever they stand in the attributes: conventions
 * differ in where they put prompts and answers, but all of them put them there. A string that is a JSON
 * document is opened, one level of such nesting deep inside another, because tool arguments are JSON in JSON in
 * JSON. */
#include "otlp/span_filter.h"

#include "base/json_text.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_LEVELS 3           /* JSON in strings is opened this often */
#define PIECE_MAX   (16u << 10) /* of one text: this much, the last quarter of it from its end */
#define SEEN_SLOTS  512         /* texts already taken, by hash; power of two */
#define ENCODED_MIN 1024        /* a run this long without a space is data, not text */
#define WALK_MAX    100000u     /* values looked at per span */

static uint32_t lower(uint32_t c) {
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0xC0 && c <= 0xDE) return c == 0xD7 ? c : c + 32;
    if (c >= 0x100 && c <= 0x17F) {
        if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x17F) return c;
        if (c == 0x178) return 0xFF;
        bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
        return odd_is_upper ? c + (c & 1) : c | 1;
    }
    if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;
    if (c == 0x386) return 0x3AC;
    if (c >= 0x388 && c <= 0x38A) return c + 37;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    if ((c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F)) return c | 1;
    if (c >= 0xFF21 && c <= 0xFF3A) return c + 32;
    return c;
}

void span_text_fold(const char *s, size_t len, struct buf *out) {
    if (!buf_reserve(out, len)) return;
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)s[i];
        if (c < 0x80) {
            buf_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c ? (char)c : ' ');
            i++;
            continue;
        }
        uint32_t cp = 0;
        char bytes[4];
        size_t n = utf8_decode(s + i, len - i, &cp);
        buf_add(out, bytes, utf8_encode(n ? lower(cp) : 0xFFFD, bytes));
        i += n ? n : 1;
    }
}

bool span_text_match(const char *text, size_t len, const char *needle, size_t needle_len) {
    return !needle_len || (len && memmem(text, len, needle, needle_len));
}

struct writer {
    struct buf *out;
    size_t limit;
    unsigned budget;
    uint64_t seen[SEEN_SLOTS];
};

static bool is_new(struct writer *w, const char *s, size_t len) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)s[i]) * 1099511628211u;
    if (!hash) hash = 1;
    for (size_t i = 0; i < 8; i++) {
        uint64_t *slot = &w->seen[(hash + i) & (SEEN_SLOTS - 1)];
        if (*slot == hash) return false;
        if (!*slot) {
            *slot = hash;
            return true;
        }
    }
    return true; /* a crowded table costs a repetition, not a text */
}

static bool is_encoded(const char *s, size_t len) {
    size_t run = 0;
    if (len < ENCODED_MIN) return false;
    for (size_t i = 0; i < len && i < 4 * ENCODED_MIN; i++) {
        if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x80)
            run = 0;
        else if (++run >= ENCODED_MIN)
            return true;
    }
    return false;
}

static void add_piece(struct writer *w, const char *s, size_t len) {
    size_t room = w->out->len < w->limit ? w->limit - w->out->len : 0;
    if (len + 1 > room) len = room ? utf8_clip(s, len, room - 1) : 0;
    if (!len) return;
    span_text_fold(s, len, w->out);
    if (w->out->len > w->limit) { /* folding may lengthen a character */
        w->out->len = utf8_clip(w->out->data, w->out->len, w->limit);
        w->out->data[w->out->len] = '\0';
    }
    if (w->out->len < w->limit) buf_char(w->out, '\n');
}

static void add_text(struct writer *w, const char *s, size_t len) {
    while (len && (unsigned char)*s <= ' ') s++, len--;
    if (len < 2 || is_encoded(s, len) || !is_new(w, s, len)) return;
    if (len <= PIECE_MAX) {
        add_piece(w, s, len);
        return;
    }
    size_t head = utf8_clip(s, len, PIECE_MAX / 4 * 3), tail = len - PIECE_MAX / 4;
    while (tail < len && ((unsigned char)s[tail] & 0xC0) == 0x80) tail++;
    add_piece(w, s, head);
    add_piece(w, s + tail, len - tail);
}

static void add_string(struct writer *w, const struct json_text *v, unsigned level);

/* All strings of a value, in order. Recursion is bounded by the parser's depth; plain structure is walked with
 * it. */
static void add_value(struct writer *w, const struct json_text *v, unsigned level, unsigned depth) {
    if (!w->budget || depth > 100 || w->out->len >= w->limit) return;
    w->budget--;
    if (v->type == JSON_TEXT_STRING) {
        add_string(w, v, level);
    } else if (v->type == JSON_TEXT_ARRAY || v->type == JSON_TEXT_OBJECT) {
        struct json_text_iter it;
        struct json_text element;
        json_text_iter(&it, v);
        while (json_text_next(&it, NULL, &element)) add_value(w, &element, level, depth + 1);
    }
}

static void add_string(struct writer *w, const struct json_text *v, unsigned level) {
    struct buf text = BUF_INIT;
    json_text_decode(v, &text);
    size_t i = 0;
    while (i < text.len && (unsigned char)text.data[i] <= ' ') i++;
    struct json_text doc;
    if (i < text.len && level < OPEN_LEVELS && (text.data[i] == '{' || text.data[i] == '[') &&
        json_text_parse(&doc, text.data, text.len, JSON_TEXT_LENIENT, NULL) == STATUS_OK) {
        if (is_new(w, text.data, text.len)) add_value(w, &doc, level + 1, 0);
    } else if (text.len) {
        add_text(w, text.data, text.len);
    }
    buf_free(&text);
}

static void add_attributes(struct writer *w, const struct json_text *owner) {
    struct json_text list, attribute, value;
    struct json_text_iter it;
    if (!json_text_get(owner, "attributes", &list)) return;
    json_text_iter(&it, &list);
    while (json_text_next(&it, NULL, &attribute))
        if (json_text_get(&attribute, "value", &value)) add_value(w, &value, 0, 0);
}

void span_text_write(const char *span_json, size_t len, struct buf *out) {
    struct json_text root, span, list, element, value;
    if (json_text_parse(&root, span_json, len, JSON_TEXT_LENIENT, NULL) != STATUS_OK) return;
    struct writer *w = calloc(1, sizeof *w);
    if (!w) return;
    w->out = out;
    w->limit = out->len + SPAN_TEXT_MAX;
    w->budget = WALK_MAX;
    struct json_text_iter it;
    if (json_text_get(&root, "span", &span)) {
        if (json_text_get(&span, "name", &value)) add_value(w, &value, 0, 0);
        add_attributes(w, &span);
        if (json_text_get(&span, "events", &list)) {
            json_text_iter(&it, &list);
            while (json_text_next(&it, NULL, &element)) add_attributes(w, &element);
        }
        if (json_text_at(&span, &value, "status", "message", NULL)) add_value(w, &value, 0, 0);
    }
    if (json_text_get(&root, "logs", &list)) {
        json_text_iter(&it, &list);
        while (json_text_next(&it, NULL, &element)) {
            if (json_text_get(&element, "body", &value)) add_value(w, &value, 0, 0);
            add_attributes(w, &element);
        }
    }
    free(w);
}
