/* arena.h: the memory of one extraction. Everything that is read from a span lives until arena_free; nothing is
 * freed one by one. A failed allocation is sticky, so readers go on with less and the caller looks once, at the
 * end. */
#ifndef SPANSET_DATAINFO_ARENA_H
#define SPANSET_DATAINFO_ARENA_H

#include "base/buf.h"
#include "base/json_text.h"

#include <stdbool.h>
#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *blocks; /* the first one is open: small things are cut from it */
    size_t used, size;          /* where its room begins and ends */
    bool failed;
};
#define ARENA_INIT                                                                                             \
    { 0 }

void arena_free(struct arena *a);

/* count * size zeroed bytes, aligned for pointers and numbers of 64 bits. NULL when memory is out (a->failed is set
 * then). */
void *arena_alloc(struct arena *a, size_t count, size_t size);
/* The same for a text, which lies anywhere. */
char *arena_bytes(struct arena *a, size_t len);

/* Room for one more element in a growing array: *cap doubles when count reaches it. NULL when memory is out. */
void *arena_grow(struct arena *a, void *items, size_t count, size_t *cap, size_t size);

/* The buf's bytes, now the arena's; the buf is empty afterwards. */
const char *arena_keep(struct arena *a, struct buf *b, size_t *len);

/* The buf as one JSON value, checked leniently; NONE when it is no JSON. Takes the buf in every case. */
struct json_text arena_parse(struct arena *a, struct buf *b);
/* The buf's bytes, which are known to be a JSON value of that type. Takes the buf. */
struct json_text arena_json(struct arena *a, struct buf *b, enum json_text_type type);
/* What lay between the quotes of JSON strings, escapes and all, as one. */
struct json_text arena_quoted(struct arena *a, const char *s, size_t len);
/* The same of a buf, which is empty afterwards. */
struct json_text arena_quoted_take(struct arena *a, struct buf *pieces);
/* Raw bytes as a JSON string. */
struct json_text arena_string(struct arena *a, const char *s, size_t len);

#endif
