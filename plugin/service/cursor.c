/* cursor.c: opaque page positions.
 *
 *     base64url( scope hash, 16 hex digits | kind 'e' 'v' | number | SP | real | SP | id | SP | text )
 *
 * The hash binds a cursor to its list, order and filters: with others it is refused instead of giving a page that
 * nobody asked for. It is no secret and no signature; a forged cursor can only ask for another place in the list. */
#include "service/internal.h"

#include <inttypes.h>

uint64_t scope_hash(uint64_t seed, const char *s) {
    uint64_t h = seed ? seed : UINT64_C(1469598103934665603); /* FNV-1a */
    const unsigned char *p = (const unsigned char *)(s ? s : "\x01");
    for (; *p; p++) h = (h ^ *p) * UINT64_C(1099511628211);
    return (h ^ 0x1F) * UINT64_C(1099511628211); /* so that "a","b" differs from "ab" */
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(struct buf *out, const unsigned char *p, size_t len) {
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t v =
            (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
        buf_char(out, alphabet[v >> 18 & 63]);
        buf_char(out, alphabet[v >> 12 & 63]);
        if (left > 1) buf_char(out, alphabet[v >> 6 & 63]);
        if (left > 2) buf_char(out, alphabet[v & 63]);
    }
}

static bool decode(struct buf *out, const char *s) {
    uint32_t v = 0;
    int bits = 0;
    for (; *s; s++) {
        const char *at = strchr(alphabet, *s);
        if (!at) return false;
        v = (v << 6 | (uint32_t)(at - alphabet)) & 0xFFFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buf_char(out, (char)(v >> bits & 0xFF));
        }
    }
    return !buf_failed(out);
}

static void cursor_write(struct buf *out, uint64_t scope, const struct store_position *at) {
    struct buf plain = BUF_INIT;
    buf_printf(&plain, "%016" PRIx64 "%c%" PRId64 " %a %s %s", scope, at->empty_value ? 'e' : 'v', at->number,
               at->real, at->id, at->text ? at->text : "");
    if (buf_failed(&plain))
        out->failed = true;
    else
        encode(out, (const unsigned char *)plain.data, plain.len);
    buf_free(&plain);
}

enum status cursor_read(const char *cursor, uint64_t scope, struct store_position *out, char **hold,
                        struct err *err) {
    *out = (struct store_position){0};
    *hold = NULL;
    struct buf plain = BUF_INIT;
    if (strlen(cursor) > 4096 || !decode(&plain, cursor) || plain.len < 18) {
        buf_free(&plain);
        return err_set(err, STATUS_INVALID, "bad_cursor", "This is no cursor; begin again without one.");
    }
    char *text = buf_take(&plain);
    if (!text) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    char expected[17];
    snprintf(expected, sizeof expected, "%016" PRIx64, scope);
    char *end = NULL;
    bool ok = !memcmp(text, expected, 16) && (text[16] == 'e' || text[16] == 'v');
    if (ok) {
        out->empty_value = text[16] == 'e';
        out->number = strtoll(text + 17, &end, 10);
        ok = end && *end == ' ';
    }
    if (ok) {
        out->real = strtod(end + 1, &end);
        ok = *end == ' ';
    }
    if (ok) {
        out->id = ++end;
        char *space = strchr(end, ' ');
        ok = space != NULL;
        if (ok) {
            *space = '\0';
            out->text = space + 1;
            ok = uuid_valid(out->id);
        }
    }
    if (!ok) {
        free(text);
        *out = (struct store_position){0};
        return err_set(err, STATUS_INVALID, "bad_cursor",
                       "This cursor belongs to another list, order or filter; begin again without one.");
    }
    *hold = text;
    return STATUS_OK;
}

bool page_take(struct page_writer *p, const struct store_position *at) {
    if (p->seen++ >= p->limit) return false;
    if (p->seen < p->limit) return true; /* only the last one can be needed */
    size_t id = strlen(at->id) + 1, text = at->text ? strlen(at->text) + 1 : 0;
    free(p->hold);
    p->hold = malloc(id + text);
    p->last = *at;
    if (!p->hold) {
        p->out->failed = true;
        return false;
    }
    memcpy(p->hold, at->id, id);
    p->last.id = p->hold;
    if (text) memcpy(p->hold + id, at->text, text);
    p->last.text = text ? p->hold + id : NULL;
    return true;
}

void page_next(struct page_writer *p, uint64_t scope) {
    buf_json_key(p->out, "next");
    if (p->seen <= p->limit || !p->hold) {
        buf_str(p->out, "null");
        return;
    }
    buf_char(p->out, '"');
    cursor_write(p->out, scope, &p->last);
    buf_char(p->out, '"');
}

void page_free(struct page_writer *p) {
    free(p->hold);
    p->hold = NULL;
}
