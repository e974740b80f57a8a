/* server.h: an HTTP listener over CivetWeb 1.15, with the care that it needs (DESIGN section 7).
 *
 * It does, for every request before anything else runs: refuse CL with TE, a second Content-Length, a missing
 * Host, control bytes, dot segments and %2e %2f %5c %00 in the path (400); call the gate; answer Expect:
 * 100-continue when a handler first reads the body. CORS is off, there is no document root, keep-alive is on,
 * bodies are not buffered. Then the routes are tried in order; a path that matches with another method is 405
 * with Allow, none is 404 problem+json, unless `fallback` takes it.
 *
 * The plugin's listener and the reference viewer both run on this; no CivetWeb type appears except the opaque
 * connection of `raw`, which is for a reverse proxy that streams.
 * Threads: handlers run on worker threads, concurrently. http_server_stop waits for them. */
#ifndef SPANSET_HTTP_SERVER_H
#define SPANSET_HTTP_SERVER_H

#include "base/err.h"
#include "base/exchange.h"
#include "base/log.h"

struct mg_connection;
struct http_server;

typedef void (*http_handler)(struct exchange *ex, void *ctx);

struct http_route {
    const char *method; /* "GET"; a GET route answers HEAD too */
    const char
        *pattern; /* "/api/datasets/{id}/records": {x} is one segment, a last {x*} is the rest of the path */
    http_handler handle;
};

/* Decides about a request before it is routed: return true to let it pass; otherwise the gate has answered. */
typedef bool (*http_gate)(struct exchange *ex, void *ctx);

struct http_server_options {
    const char *listen; /* CivetWeb form, comma separated: "127.0.0.1:0" or "127.0.0.1:7777,127.0.0.1:4318" */
    unsigned threads;   /* 0 = 128 */
    const struct http_route *routes;
    size_t route_count;
    http_gate gate;        /* NULL: everything passes */
    http_handler fallback; /* NULL: 404 */
    /* Requests whose path begins with raw_prefix go here after the gate, with the connection itself; returns
     * the HTTP status it answered (0 or less: the connection is closed). It may answer on ex as any handler, or
     * write to conn; the request's body is read through exchange_body or ex->ops->read, never mg_read, so that
     * Expect: 100-continue and what is left of the body are taken care of. NULL: none. */
    const char *raw_prefix;
    int (*raw)(struct mg_connection *conn, struct exchange *ex, void *ctx);
    void *ctx;
    struct log_sink log;
};

/* NULL and *err on failure (address in use: STATUS_CONFLICT with the address in the sentence). */
struct http_server *http_server_start(const struct http_server_options *options, struct err *err);
/* The port of the n-th listening address, 0 when there is none. */
unsigned http_server_port(const struct http_server *server, unsigned n);
/* True once http_server_stop began: streams end then. Call it in loops that hold a worker. */
bool http_server_stopping(const struct http_server *server);
/* Refuses new requests, wakes nobody: the owner closes its feeds first. Returns when all workers are idle. */
void http_server_stop(struct http_server *server);

/* CivetWeb's version, for a line of log. */
const char *http_server_version(void);

/* The server an exchange came in on. */
struct http_server *http_exchange_server(struct exchange *ex);

#endif
