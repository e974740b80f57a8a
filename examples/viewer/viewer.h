/* viewer.h: one running viewer: the store, the plugins, the listener and what ties them together.
 *
 *     main.c ---> viewer.c ---> pages.c login.c     what a browser gets
 *                          ---> calls.c detail.c    /api/..., read from the store
 *                          ---> plugin_calls.c      /api/plugins, actions, the proxy; what plugins ask of us
 *                          ---> intake.c            /v1/traces, /v1/logs
 *                          ---> live.c              what has just come in, as events
 *                          ---> retention.c         --keep-days, --max-spans
 *                 gate.c                            who may do what
 *
 * Threads: viewer_start and viewer_stop from one thread; handlers run on the listener's workers. */
#ifndef VIEWER_VIEWER_H
#define VIEWER_VIEWER_H

#include "base/log.h"
#include "hostkit/hostkit.h"
#include "http/assets.h"
#include "http/event_stream.h"
#include "http/server.h"
#include "viewer/gate.h"
#include "viewer/live.h"
#include "viewer/options.h"
#include "viewer/retention.h"
#include "viewer/store/viewer_store.h"

#include <stdatomic.h>

#define VIEWER_NAME        "Trace Viewer"
#define VIEWER_STREAMS_MAX 64 /* event streams; each holds a worker, proxied ones too */

struct viewer {
    const struct viewer_options *options; /* borrowed */
    const struct asset_table *assets;     /* borrowed */
    struct log_sink log;
    struct viewer_store *store;
    struct hostkit *kit;
    struct feed *feed;
    struct event_streams streams;
    struct live *live;
    struct retention *retention;
    struct viewer_gate gate;
    struct http_server *server;
    unsigned ports[2];          /* of --listen and --otlp; the same when they are one address */
    atomic_size_t intake_bytes; /* bodies being taken in */
};

/* Opens the store, imports options->imports, loads plugins, listens. On failure nothing is left running. The
 * viewer does not move: v is written in place. */
enum status viewer_start(struct viewer *v, const struct viewer_options *options,
                         const struct asset_table *assets, const struct log_sink *log, struct err *err);
/* Ends streams and requests, then plugins, then the store. Within 2 s unless a plugin takes longer. */
void viewer_stop(struct viewer *v);

/* ---- the handlers, by file ---- */

/* calls.c */
void call_spans(struct exchange *ex, void *ctx);
void call_traces(struct exchange *ex, void *ctx);
void call_trace(struct exchange *ex, void *ctx);
void call_threads(struct exchange *ex, void *ctx);
void call_thread(struct exchange *ex, void *ctx);
void call_facets(struct exchange *ex, void *ctx);
void call_info(struct exchange *ex, void *ctx);
void call_events(struct exchange *ex, void *ctx);
/* detail.c */
void call_span(struct exchange *ex, void *ctx);
/* plugin_calls.c */
void call_plugins(struct exchange *ex, void *ctx);
void call_action(struct exchange *ex, void *ctx);
void call_selection(struct exchange *ex, void *ctx);
int call_proxy(struct mg_connection *conn, struct exchange *ex, void *ctx);
struct hostkit_callbacks plugin_callbacks(struct viewer *v);
/* intake.c */
void call_otlp_traces(struct exchange *ex, void *ctx);
void call_otlp_logs(struct exchange *ex, void *ctx);
/* Reads files into the store; one that cannot be read is logged and passed over. */
enum status viewer_import(struct viewer *v, char *const *files, size_t count, struct err *err);
/* pages.c */
void call_page(struct exchange *ex, void *ctx); /* the fallback: assets, index.html, 404 */
/* login.c */
void call_login_page(struct exchange *ex, void *ctx);
void call_login(struct exchange *ex, void *ctx);
void call_login_file(struct exchange *ex, void *ctx);
void call_logout(struct exchange *ex, void *ctx);

/* Answers with *out, or with the problem when status is not STATUS_OK. */
void viewer_answer(struct exchange *ex, enum status status, const struct buf *out, const struct err *err);
extern const char VIEWER_CSP[];

#endif
