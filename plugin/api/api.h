/* api.h: the REST calls of DESIGN section 4 over service/, free of any server's types.
 *
 * One table in api.c says which function answers which call; openapi.json documents the same calls, and a test
 * holds the two against each other. Handlers are thin: they parse and check what came, call one function of
 * service.h, and answer. Adding a call is one function, one row and one path in openapi.json. Threads:
 * api_handle may run on any number of threads; struct api is constant meanwhile. */
#ifndef SPANSET_API_API_H
#define SPANSET_API_API_H

#include "base/exchange.h"
#include "base/route.h"
#include "service/service.h"

struct api {
    struct service *service;
    /* GET events: the event stream is the server's business. */
    void (*events)(struct exchange *ex, void *ctx);
    void *events_ctx;
};

/* Answers any request whose path begins with /api/, with 404 or 405 too. */
void api_handle(struct exchange *ex, struct api *api);

/* The table, for the test that compares it with openapi.json. */
const struct route *api_routes(size_t *count);
/* The text of openapi.json. */
const char *api_openapi(size_t *len);

#endif
