/* err.h: why something failed, in a form that a caller can act on and a user can read.
 *
 * Every function that can fail returns an enum status and takes a nullable `struct err *` last. The first
 * error wins: err_set on an err that already holds one changes nothing, so cleanup code cannot hide a cause.
 * The HTTP status that belongs to each status is written beside it; api/ maps one to the other.
 * Threads: an err belongs to its caller; nothing here is shared. */
#ifndef SPANSET_BASE_ERR_H
#define SPANSET_BASE_ERR_H

#include <stddef.h>
#include <stdint.h>

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,     /* 400 malformed: syntax, unknown member, bad parameter */
    STATUS_DENIED,      /* 401 no or wrong credentials */
    STATUS_FORBIDDEN,   /* 403 wrong Host, missing X-Tvp, cross-site */
    STATUS_NOT_FOUND,   /* 404 */
    STATUS_METHOD,      /* 405 */
    STATUS_CONFLICT,    /* 409 name taken, count changed, already undone */
    STATUS_STALE,       /* 412 If-Match did not match */
    STATUS_TOO_LARGE,   /* 413 */
    STATUS_MEDIA_TYPE,  /* 415 */
    STATUS_CONTENT,     /* 422 well-formed, but not acceptable */
    STATUS_BUSY,        /* 503 with Retry-After */
    STATUS_CANCELLED,   /* the caller or the client gave up */
    STATUS_NO_MEMORY,   /* 503 */
    STATUS_IO,          /* 500 disk, database, socket */
    STATUS_UNSUPPORTED, /* 501 the host does not offer what this needs */
    STATUS_INTERNAL,    /* 500 a fault of ours */
};

struct err {
    enum status status; /* STATUS_OK: empty */
    int64_t position;   /* byte offset in the text that was refused, -1 when it has none */
    char code[32];      /* stable word for programs, such as "name_taken"; "" = none */
    char pointer[160];  /* JSON pointer into the refused body; "" = none */
    char detail[400];   /* one English sentence that says what to do */
};

#define ERR_INIT                                                                                               \
    { .status = STATUS_OK, .position = -1 }

/* Fills *err unless it is NULL or already holds an error; returns `status` so that callers can
 * `return err_set(...)`. code may be NULL. detail is a printf format. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
enum status
err_set(struct err *err, enum status status, const char *code, const char *detail, ...);
#ifdef __clang_analyzer__ /* which looks at one file at a time and would think that STATUS_OK may come back */
#define err_set(err, status, ...) ((void)(err_set)(err, status, __VA_ARGS__), (status))
#endif

/* Adds where: a JSON pointer or a byte position. NULL err is fine; an empty err is left alone. */
void err_at_pointer(struct err *err, const char *pointer);
void err_at_position(struct err *err, int64_t position);

/* Makes *err empty again. */
void err_clear(struct err *err);

/* The word for a status in logs and problem titles ("not found"). Static storage. */
const char *status_name(enum status status);

#endif
