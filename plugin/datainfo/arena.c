/* arena.c: small things are cut from blocks, the first of the list being the open one: objects from its front, texts,
 * which need no alignment, from its end. Large ones have a block of their own; what a buf has grown to is taken over as
 * it is. */
#include "datainfo/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16384
#define LARGE      4096 /* from here on a block of its own: the open one keeps its room */
#define SMALL_TEXT 1024 /* up to here a copy in a block is cheaper than a piece of memory of its own */

struct arena_block {
    struct arena_block *next;
    void *data; /* of its own when not NULL, else the bytes follow */
};

void arena_free(struct arena *a) {
    for (struct arena_block *b = a->blocks; b;) {
        struct arena_block *next = b->next;
        free(b->data);
        free(b);
        b = next;
    }
    *a = (struct arena)ARENA_INIT;
}

#define ALIGN    8 /* of pointers, 64-bit integers and doubles */
#define ROUND(n) (((n) + ALIGN - 1) / ALIGN * ALIGN)
#define HEAD     ROUND(sizeof(struct arena_block))

/* Adds a block with that many bytes, as the open one or behind it. */
static struct arena_block *add_block(struct arena *a, size_t room, bool open) {
    struct arena_block *b = calloc(1, HEAD + room);
    if (!b) {
        a->failed = true;
        return NULL;
    }
    struct arena_block **at = open || !a->blocks ? &a->blocks : &a->blocks->next;
    b->next = *at;
    *at = b;
    if (at == &a->blocks) {
        a->used = 0;
        a->size = open ? room : 0;
    }
    return b;
}

/* Whether the open block has that much room, or a new one has. */
static bool has_room(struct arena *a, size_t need) {
    return (a->blocks && need <= a->size - a->used) || add_block(a, BLOCK_SIZE, true);
}

void *arena_alloc(struct arena *a, size_t count, size_t size) {
    if (a->failed || (size && count > (SIZE_MAX / 4) / size)) {
        a->failed = true;
        return NULL;
    }
    size_t need = count && size ? ROUND(count * size) : ALIGN;
    if (need >= LARGE) {
        struct arena_block *b = add_block(a, need, false);
        return b ? (char *)b + HEAD : NULL;
    }
    if (!has_room(a, need)) return NULL;
    void *p = (char *)a->blocks + HEAD + a->used;
    a->used += need;
    return p;
}

char *arena_bytes(struct arena *a, size_t len) {
    if (len >= LARGE) return arena_alloc(a, len, 1);
    if (a->failed || !has_room(a, len)) return NULL;
    a->size -= len;
    return (char *)a->blocks + HEAD + a->size;
}

void *arena_grow(struct arena *a, void *items, size_t count, size_t *cap, size_t size) {
    if (count < *cap) return items;
    size_t more = *cap ? *cap * 2 : 2;
    void *grown = arena_alloc(a, more, size);
    if (!grown) return NULL;
    if (count) memcpy(grown, items, count * size);
    *cap = more;
    return grown;
}

const char *arena_keep(struct arena *a, struct buf *b, size_t *len) {
    *len = b->len;
    if (!b->failed && b->len < SMALL_TEXT) {
        char *copy = arena_bytes(a, b->len + 1);
        if (copy && b->len) memcpy(copy, b->data, b->len);
        if (!copy) *len = 0;
        buf_free(b);
        return copy ? copy : "";
    }
    char *data = buf_take(b), *fit = data ? realloc(data, *len + 1) : NULL; /* it may have grown much too far */
    if (fit) data = fit;
    struct arena_block *block = data ? add_block(a, 0, false) : NULL;
    if (!block) {
        free(data);
        a->failed = true;
        *len = 0;
        return "";
    }
    block->data = data;
    return data;
}

struct json_text arena_parse(struct arena *a, struct buf *b) {
    struct json_text v;
    if (!b->failed && json_text_parse(&v, b->data, b->len, JSON_TEXT_LENIENT, NULL) != STATUS_OK) {
        buf_free(b);
        return (struct json_text){.type = JSON_TEXT_NONE};
    }
    size_t len, at = b->failed ? 0 : (size_t)(v.text - b->data);
    const char *text = arena_keep(a, b, &len);
    if (!len) return (struct json_text){.type = JSON_TEXT_NONE};
    v.text = text + at;
    return v;
}

struct json_text arena_json(struct arena *a, struct buf *b, enum json_text_type type) {
    size_t len;
    const char *text = arena_keep(a, b, &len);
    if (!len) return (struct json_text){.type = JSON_TEXT_NONE};
    return (struct json_text){.text = text, .len = JSON_TEXT_LEN(len), .type = type};
}

struct json_text arena_quoted(struct arena *a, const char *s, size_t len) {
    struct buf b = BUF_INIT;
    buf_reserve(&b, len + 2);
    buf_char(&b, '"');
    buf_add(&b, s, len);
    buf_char(&b, '"');
    return arena_json(a, &b, JSON_TEXT_STRING);
}

struct json_text arena_quoted_take(struct arena *a, struct buf *pieces) {
    struct json_text s = arena_quoted(a, pieces->data ? pieces->data : "", pieces->len);
    if (pieces->failed) a->failed = true;
    buf_free(pieces);
    return s;
}

struct json_text arena_string(struct arena *a, const char *s, size_t len) {
    struct buf b = BUF_INIT;
    buf_json_string(&b, s, len);
    return arena_json(a, &b, JSON_TEXT_STRING);
}
