/* exchange.h: one HTTP request and its answer, free of any server's types.
 *
 * http/ fills one from CivetWeb, tests fill one from memory; handlers see only this. A handler reads what it
 * needs, then answers exactly once: with a whole reply (exchange_reply, exchange_json, exchange_problem) or
 * with a stream (exchange_begin, then exchange_write until done). Threads: one exchange, one thread. */
#ifndef SPANSET_BASE_EXCHANGE_H
#define SPANSET_BASE_EXCHANGE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXCHANGE_MAX_VARS    4
#define EXCHANGE_MAX_HEADERS 12 /* reply headers a handler may add */
#define EXCHANGE_BODY_MAX    (64u << 20)

struct exchange;

/* What a server has to provide. */
struct exchange_ops {
    const char *(*header)(struct exchange *, const char *name); /* request header or NULL */
    /* Up to len body bytes: > 0 read, 0 end, < 0 broken connection. */
    int64_t (*read)(struct exchange *, void *into, size_t len);
    /* Sends status line and headers. length < 0: unknown (chunked). Non-zero: the client is gone. */
    int (*begin)(struct exchange *, int status, const char *content_type, int64_t length);
    int (*write)(struct exchange *, const void *data, size_t len); /* non-zero: the client is gone */
};

struct exchange {
    const struct exchange_ops *ops;
    void *impl; /* the server's */

    const char *method; /* "GET" */
    const char *path;   /* decoded, begins with '/', no query; checked free of dot segments and control bytes */
    const char *query;  /* raw query string without '?', "" when there is none */
    const char *user;   /* X-Tvp-User as the host set it, "" when unknown */
    int64_t content_length; /* -1 unknown (chunked), 0 none */

    const char *vars[EXCHANGE_MAX_VARS]; /* values of {x} in the route's pattern, in order; decoded */

    /* reply headers to send, added by exchange_add_header; name and value are copied */
    struct {
        char name[40];
        char value[1000];
    } headers[EXCHANGE_MAX_HEADERS];
    int header_count;
    int status;     /* what was answered, 0 = nothing yet */
    bool head_only; /* HEAD: bodies are counted, not sent */
};

/* ---- reading ---- */

const char *exchange_header(struct exchange *ex, const char *name); /* NULL when absent; borrowed */

/* The decoded value of query parameter `name` (first one), owned (free()), NULL when absent or empty: an empty
 * parameter is an absent one. Broken escapes and NUL count as absent and set *err to STATUS_INVALID. */
char *exchange_param(struct exchange *ex, const char *name, struct err *err);
/* Calls each(sink, value) with every non-empty value of `name`, decoded, in order; lent for the call. Ends at
 * the first status that is not STATUS_OK and returns it. */
enum status exchange_param_each(struct exchange *ex, const char *name,
                                enum status (*each)(void *sink, const char *value, struct err *err), void *sink,
                                struct err *err);
/* Integer in [min, max], clamped; `fallback` when absent. STATUS_INVALID when it is no integer. */
enum status exchange_param_int(struct exchange *ex, const char *name, int64_t min, int64_t max,
                               int64_t fallback, int64_t *out, struct err *err);
/* STATUS_INVALID naming the first parameter that is not in the NULL-terminated list `known`. */
enum status exchange_params_known(struct exchange *ex, const char *const *known, struct err *err);

/* Whether a list of entity tags (If-None-Match, If-Match) holds `tag` or is "*". weak: W/"x" counts as "x".
 * NULL list: false. */
bool exchange_tag_listed(const char *list, const char *tag, bool weak);

/* Appends the whole body. STATUS_TOO_LARGE above `cap` bytes, STATUS_IO when the client breaks off. */
enum status exchange_body(struct exchange *ex, size_t cap, struct buf *out, struct err *err);

/* ---- answering ---- */

/* Copied; silently dropped when over the limits or when it holds CR or LF. Call before answering. */
void exchange_add_header(struct exchange *ex, const char *name, const char *value);

int exchange_begin(struct exchange *ex, int status, const char *content_type, int64_t length);
int exchange_write(struct exchange *ex, const void *data, size_t len);

/* A whole reply. */
void exchange_reply(struct exchange *ex, int status, const char *content_type, const void *data, size_t len);
/* application/json, Cache-Control: no-store. A failed buf becomes a 503 problem. */
void exchange_json(struct exchange *ex, int status, const struct buf *json);
/* application/problem+json {type,title,status,detail,code,pointer?,position?}; adds Retry-After: 1 to a 503.
 * `extra` (nullable): members appended as they stand, without braces: "\"current\":{...}". */
void exchange_problem(struct exchange *ex, const struct err *err, const char *extra);
/* The HTTP status of a status. */
int exchange_http_status(enum status status);

#endif
