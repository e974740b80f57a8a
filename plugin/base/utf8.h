/* utf8.h: well-formed UTF-8 by the table of Unicode 15, section 3.9 (no surrogates, no overlongs, to U+10FFFF). */
#ifndef SPANSET_BASE_UTF8_H
#define SPANSET_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed sequence at s (1-4), 0 when there is none. */
size_t utf8_length(const char *s, size_t len);

/* The same, and the code point. */
size_t utf8_decode(const char *s, size_t len, uint32_t *code_point);

/* Writes 1-4 bytes of the code point to out and returns how many. Surrogates are written as three bytes: callers
 * that must not produce those check first. */
size_t utf8_encode(uint32_t code_point, char out[4]);

bool utf8_valid(const char *s, size_t len);

/* The largest n <= limit such that s[0..n) does not cut a sequence. For previews. */
size_t utf8_clip(const char *s, size_t len, size_t limit);

#endif
