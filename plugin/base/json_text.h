/* json_text.h: a checking scanner over JSON text that yields slices, and loses nothing.
 *
 * A slice is (type, pointer, length) into the caller's text. Numbers and strings keep their bytes: integers over
 * 64 bits, 1e400, 0.1, lone surrogate escapes and \u0000 pass through untouched, because nothing is converted until
 * somebody asks. json_text_parse checks the whole document once (RFC 8259 grammar, depth, UTF-8); after that the
 * accessors walk checked text, need no memory and cannot fail on syntax. They recurse nowhere: depth costs no stack.
 *
 *     struct json_text doc, model;
 *     if (json_text_parse(&doc, body, len, 0, &err) != STATUS_OK) return ...;   // err says where and why
 *     if (json_text_get(&doc, "model", &model) && model.type == JSON_TEXT_STRING) ...
 *
 * Ownership: slices borrow the text. Threads: no state; share freely.
 * What it does not do: build trees, keep an index, or accept comments, trailing commas, NaN or single quotes. */
#ifndef SPANSET_BASE_JSON_TEXT_H
#define SPANSET_BASE_JSON_TEXT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_TEXT_MAX_DEPTH 512 /* containers inside one another; deeper is STATUS_INVALID */

enum json_text_type {
    JSON_TEXT_NONE = 0, /* no value */
    JSON_TEXT_NULL,
    JSON_TEXT_FALSE,
    JSON_TEXT_TRUE,
    JSON_TEXT_NUMBER,
    JSON_TEXT_STRING,
    JSON_TEXT_ARRAY,
    JSON_TEXT_OBJECT,
};

/* Two words: there are millions of them when a large document is read. */
struct json_text {
    const char *text;  /* first byte of the value: quote, bracket, digit ... */
    uint64_t len : 56; /* without white space around it; strings include both quotes */
    enum json_text_type type : 8;
};
#define JSON_TEXT_LEN(n) ((n)&UINT64_MAX >> 8) /* says to the compiler that it fits */

enum json_text_flags {
    /* Accept bytes that are not UTF-8 inside strings (json_text_decode turns them into U+FFFD), and raw control
     * bytes inside strings. For what foreign exporters send; our own API stays strict. */
    JSON_TEXT_LENIENT = 1,
    /* Stop after the first value and say in out->len where it ended, instead of refusing what follows it. */
    JSON_TEXT_PREFIX = 2,
};

/* Checks text[0..len) and gives its root value. STATUS_INVALID with the byte position and a sentence otherwise;
 * *out is JSON_TEXT_NONE then. */
enum status json_text_parse(struct json_text *out, const char *text, size_t len, unsigned flags,
                            struct err *err);

/* ---- objects and arrays (of checked text) ---- */

struct json_text_iter {
    const char *at, *end;
    bool object;
};

/* Starts over the members of an object or the elements of an array; over anything else there is nothing to walk. */
void json_text_iter(struct json_text_iter *it, const struct json_text *container);
/* The next member or element; false at the end. key is the quoted key slice (type STRING) for objects, NONE for
 * arrays; it may be NULL. */
bool json_text_next(struct json_text_iter *it, struct json_text *key, struct json_text *value);

/* The same in two steps, for walks that go down into what they meet: json_text_next goes over every value to find its
 * end, so each level below is gone over once more. json_text_step stops in front of the value and says its type; then
 * take it, or enter the container and leave it again (whatever of it was not walked is passed over). */
bool json_text_step(struct json_text_iter *it, struct json_text *key, enum json_text_type *type);
void json_text_take(struct json_text_iter *it, struct json_text *value);
void json_text_enter(const struct json_text_iter *it, struct json_text_iter *inner);
void json_text_leave(struct json_text_iter *it, struct json_text_iter *inner);

/* The member called `key` (compared after unescaping; the last one wins, as in JSON.parse). false: absent, and
 * *out is NONE. A container that is no object has no members. */
bool json_text_get(const struct json_text *object, const char *key, struct json_text *out);
/* Like json_text_get along a path of keys, the last argument being NULL: json_text_at(&v, &out, "a", "b", NULL). */
#define json_text_at(object, out, ...) json_text_path(object, out, (const char *const[]){__VA_ARGS__})
bool json_text_path(const struct json_text *object, struct json_text *out, const char *const *keys);
/* Element `index` of an array; false when there is none. */
bool json_text_index(const struct json_text *array, size_t index, struct json_text *out);
size_t json_text_count(const struct json_text *container);

/* ---- scalars ---- */

/* Appends the unescaped bytes of a string as UTF-8. A lone surrogate escape becomes U+FFFD and so do bytes that are
 * not UTF-8; returns how many were replaced. \u0000 is appended as a NUL byte: use lengths. */
size_t json_text_decode(const struct json_text *string, struct buf *out);
/* The same for text that is JSON itself: bytes that are not UTF-8 stay as they are, to be found and counted when what
 * they are in is written. */
void json_text_unquote(const struct json_text *string, struct buf *out);
/* Whether a string has no escapes: then its content is text+1 .. len-2 as it lies. */
bool json_text_is_plain(const struct json_text *string);
bool json_text_equals(const struct json_text *string, const char *s);
/* An owned NUL-terminated copy of the unescaped string, "" for "", NULL when it is no string or memory is out. */
char *json_text_dup(const struct json_text *string);

/* Numbers. int64: the value is an integer that fits ("1.0" and "1e3" count); with also_strings a decimal string does
 * too (OTLP/JSON writes 64-bit integers as strings). double: nearest, +-HUGE_VAL on overflow. false: not such. */
bool json_text_int64(const struct json_text *v, bool also_strings, int64_t *out);
bool json_text_double(const struct json_text *v, double *out);

/* Whether two values are equal as JSON: key order and white space do not count, numbers compare by value where both
 * are exact and by text otherwise, strings after unescaping. Takes memory for objects whose keys are not sorted
 * alike; when there is none the answer is false. */
bool json_text_same(const struct json_text *a, const struct json_text *b);

/* ---- writing ---- */

/* Appends the value's bytes as they lie. */
void json_text_copy(const struct json_text *v, struct buf *out);
/* Appends the value without insignificant white space, or (indent > 0) laid out with that many spaces per level;
 * numbers and strings keep their bytes. */
void json_text_compact(const struct json_text *v, struct buf *out);
void json_text_pretty(const struct json_text *v, unsigned indent, struct buf *out);
/* Appends the value, made valid: in strings, what is not UTF-8 becomes U+FFFD and raw control bytes are escaped; all
 * else is kept byte for byte (white space between tokens goes, as in json_text_compact). Returns how many bytes were
 * replaced. For LENIENT documents. */
size_t json_text_copy_valid(const struct json_text *v, struct buf *out);

#endif
