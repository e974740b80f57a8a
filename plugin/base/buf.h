/* buf.h: a growing byte buffer, and JSON text written into it.
 *
 * A failed allocation is sticky: later appends do nothing and buf_failed() says so once at the end, so callers
 * check one time instead of after every append. data is NUL-terminated whenever it is not NULL (the NUL is not
 * counted in len), so it can be handed to functions that want a C string.
 * Threads: a buf belongs to one thread at a time. */
#ifndef SPANSET_BASE_BUF_H
#define SPANSET_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* owned; NULL until the first append */
    size_t len, cap;
    bool failed; /* an allocation failed: what data holds is not all that was appended */
};

#define BUF_INIT                                                                                               \
    { 0 }

void buf_free(struct buf *b);  /* releases and resets; safe on a zeroed buf and twice */
void buf_clear(struct buf *b); /* len = 0, keeps the memory and clears `failed` */
bool buf_failed(const struct buf *b);

/* Makes room for `more` further bytes. false: out of memory (and failed is set). */
bool buf_reserve(struct buf *b, size_t more);

void buf_add(struct buf *b, const void *data, size_t len);
void buf_str(struct buf *b, const char *s); /* without its NUL */
void buf_char(struct buf *b, char c);
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void buf_printf(struct buf *b, const char *format, ...);

/* Appends s as a JSON string with quotes. Control bytes, quote and backslash are escaped; bytes that are not
 * UTF-8 become U+FFFD (returns how many did). NULL s appends null. */
size_t buf_json_string(struct buf *b, const char *s, size_t len);
void buf_json_cstr(struct buf *b, const char *s); /* NUL-terminated; NULL appends null */

/* Writes objects and arrays without comma bookkeeping at the call sites: append a ',' unless the last byte opens
 * a container ('{' '[') or follows a key (':') or the buffer is empty. Call before each member or element. */
void buf_json_comma(struct buf *b);
void buf_json_key(struct buf *b, const char *key); /* comma when needed, "key": ; key needs no escaping */
void buf_json_text(struct buf *b, const char *key, const char *value); /* "key":"value"; nothing for NULL */
void buf_json_int(struct buf *b, const char *key, int64_t value);      /* "key":1 */

/* The bytes as an owned, NUL-terminated string (free() it); the buf is empty afterwards. NULL when failed. */
char *buf_take(struct buf *b);

#endif
