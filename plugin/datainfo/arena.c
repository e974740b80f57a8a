/* arena.c: small objects and texts are cut from blocks, the first of the list being the open one; what a buf has grown
 * to is taken over as it is. */
#include "datainfo/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16384
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

#define ALIGN    sizeof(max_align_t)
#define ROUND(n) (((n) + ALIGN - 1) / ALIGN * ALIGN)
#define HEAD     ROUND(sizeof(struct arena_block))

void *arena_alloc(struct arena *a, size_t count, size_t size) {
    if (a->failed || (size && count > (SIZE_MAX / 4) / size)) {
        a->failed = true;
        return NULL;
    }
    size_t need = ROUND(count * size);
    if (!need) need = ALIGN;
    if (need > a->size - a->used || !a->blocks) {
        size_t room = need > BLOCK_SIZE ? need : BLOCK_SIZE;
        struct arena_block *b = calloc(1, HEAD + room);
        if (!b) {
            a->failed = true;
            return NULL;
        }
        b->next = a->blocks;
        a->blocks = b;
        a->used = 0;
        a->size = room;
    }
    void *p = (char *)a->blocks + HEAD + a->used;
    a->used += need;
    return p;
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
        char *copy = arena_alloc(a, b->len + 1, 1);
        if (copy && b->len) memcpy(copy, b->data, b->len);
        if (!copy) *len = 0;
        buf_free(b);
        return copy ? copy : "";
    }
    char *data = buf_take(b), *fit = data ? realloc(data, *len + 1) : NULL; /* it may have grown much too far */
    if (fit) data = fit;
    struct arena_block *block = data ? calloc(1, HEAD) : NULL;
    if (!block) {
        free(data);
        a->failed = true;
        *len = 0;
        return "";
    }
    block->data = data;
    if (a->blocks) { /* behind the first, which objects are cut from */
        block->next = a->blocks->next;
        a->blocks->next = block;
    } else {
        a->blocks = block;
        a->used = a->size = 0;
    }
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
