/* head_check.h: what CivetWeb 1.15 lets through and must not pass: two Content-Lengths, Content-Length beside
 * Transfer-Encoding, no Host, control bytes, dot segments, %2e %2f %5c %00 in the path. Works on plain strings,
 * so that it can be tested without a socket. Threads: no state. */
#ifndef SPANSET_HTTP_HEAD_CHECK_H
#define SPANSET_HTTP_HEAD_CHECK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAD_MAX_PATH 2048

struct head_line {
    const char *name, *value;
};

struct head_facts {
    char path[HEAD_MAX_PATH]; /* decoded */
    int64_t content_length;   /* -1 chunked, 0 none */
    bool expects_continue;
    bool keep_alive; /* the client wants to keep the connection */
};

/* target: the request target as it came, without its query ("?..."). query: NULL or "" for none. version: "1.0"
 * or "1.1". STATUS_INVALID with a sentence, or STATUS_OK and *facts. */
enum status head_check(const char *target, const char *query, const char *version,
                       const struct head_line *lines, size_t count, struct head_facts *facts, struct err *err);

#endif
