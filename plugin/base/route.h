/* route.h: which function answers a request. A table of (method, pattern, function), free of any server's
 * types.
 *
 * A pattern is a path whose segments may be {x} (one non-empty segment) or, at its end, {x*} (the rest of the
 * path, possibly empty). The first row that matches path and method answers; its variables are in ex->vars, in
 * order. A GET row answers HEAD too. Threads: tables are constant; dispatching needs no state. */
#ifndef SPANSET_BASE_ROUTE_H
#define SPANSET_BASE_ROUTE_H

#include "base/exchange.h"

#include <stdbool.h>
#include <stddef.h>

#define ROUTE_PATH_MAX 2048 /* longer paths match nothing */

struct route {
    const char *method;
    const char *pattern;
    void (*handle)(struct exchange *ex, void *ctx);
};

/* Answers through the row that matches ex, or with 405 and Allow when only the method does not fit. false: no
 * pattern matches the path, and nothing was answered. */
bool route_dispatch(const struct route *routes, size_t count, struct exchange *ex, void *ctx);

/* Answers 404 for a path that nobody knows. */
void route_not_found(struct exchange *ex);

#endif
