/* viewer_store.h: where the viewer keeps what it received: one SQLite file, viewer.db, in its data directory.
 *
 * Spans lie in a narrow table apart from their bodies, log records beside them joined by (trace_id, span_id),
 * so a span and its logs may arrive in any order. Summaries of traces and threads are kept up to date by every
 * ingest, so that lists walk an index and never read a body. Schema and reasons: schema.c.
 *
 * Threads: every function may be called from any thread. There is one writing connection behind a mutex, and a
 * pool of read-only ones. Durable: when viewer_store_ingest returns STATUS_OK, the batch is on disk. SQL, and
 * SQLite's types, stay inside this directory. */
#ifndef VIEWER_STORE_H
#define VIEWER_STORE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "otlp/otlp.h"
#include "otlp/span_filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct viewer_store;

/* Makes `dir` (0700) and the file (0600) when they are missing, and takes the directory's lock. NULL on
 * failure; STATUS_CONFLICT: another process has this directory. log is copied, may be NULL. */
struct viewer_store *viewer_store_open(const char *dir, const struct log_sink *log, struct err *err);
void viewer_store_close(struct viewer_store *store); /* no call may be under way; NULL is fine */

/* ---- writing ---- */

/* What one request or a part of a file holds. Collected first, so that the expensive part (reading facts out of
 * spans) happens before the writing connection is taken. A batch belongs to one thread. */
struct ingest_batch;
struct ingest_batch *ingest_batch_new(void); /* NULL: out of memory */
void ingest_batch_free(struct ingest_batch *batch);
/* The sink that fills a batch, for otlp_decode. Log records without ids are dropped: no span shows them. */
struct otlp_sink ingest_batch_sink(struct ingest_batch *batch);
size_t ingest_batch_count(const struct ingest_batch *batch); /* spans and records */
size_t ingest_batch_bytes(const struct ingest_batch *batch);

#define INGEST_REPORT_TRACES 200
struct ingest_report {
    uint64_t spans, logs; /* written, replaced ones too */
    char trace_ids[INGEST_REPORT_TRACES][TRACE_ID_TEXT_SIZE];
    size_t trace_count;
    bool more; /* further traces were touched */
};

/* Writes the batch in one transaction. A span that is there already is replaced, except by one that has not
 * ended when it has; a record that was sent before is not stored twice. STATUS_BUSY: the writer was busy for 10
 * s, or the disk is full: the sender should try again. */
enum status viewer_store_ingest(struct viewer_store *store, struct ingest_batch *batch,
                                struct ingest_report *report, struct err *err);

/* Removes whole traces whose last activity is older than `before_ns` (0: none), then the oldest until at most
 * max_spans are left (0: any number), in short transactions; *removed (nullable) counts spans. `stop`
 * (nullable) is asked between them. */
enum status viewer_store_retain(struct viewer_store *store, int64_t before_ns, uint64_t max_spans,
                                bool (*stop)(void *ctx), void *ctx, uint64_t *removed, struct err *err);

/* ---- reading. JSON as examples/viewer/README.md says it, appended to out ---- */

#define LIST_LIMIT_DEFAULT 50
#define LIST_LIMIT_MAX     1000

struct list_page {
    int64_t limit;
    const char *cursor; /* NULL: from the start. STATUS_INVALID when it is not one of this filter's */
};

enum status viewer_store_spans(struct viewer_store *store, const struct span_filter *filter,
                               const struct list_page *page, struct buf *out, struct err *err);
enum status viewer_store_traces(struct viewer_store *store, const struct span_filter *filter,
                                const struct list_page *page, struct buf *out, struct err *err);
enum status viewer_store_threads(struct viewer_store *store, const struct span_filter *filter,
                                 const struct list_page *page, struct buf *out, struct err *err);
enum status viewer_store_facets(struct viewer_store *store, const struct span_filter *filter, struct buf *out,
                                struct err *err);
enum status viewer_store_trace(struct viewer_store *store, const char *trace_id, struct buf *out,
                               struct err *err);
enum status viewer_store_thread(struct viewer_store *store, const char *thread_id, struct buf *out,
                                struct err *err);
/* The narrow row of one span as JSON. */
enum status viewer_store_span_row(struct viewer_store *store, const char *trace_id, const char *span_id,
                                  struct buf *out, struct err *err);

/* {"resource","scope","span","logs"} of one span. */
enum status viewer_store_span_json(struct viewer_store *store, const char *trace_id, const char *span_id,
                                   struct buf *out, struct err *err);
/* The same of every span of a trace, one after another; non-zero from `each` ends it with STATUS_CANCELLED. No
 * read transaction is open while `each` runs. */
enum status viewer_store_trace_json(struct viewer_store *store, const char *trace_id,
                                    int (*each)(void *ctx, const char *span_json, size_t len), void *ctx,
                                    struct err *err);
/* References of the spans that fit, newest start first, in batches. Likewise. */
enum status viewer_store_query(struct viewer_store *store, const struct span_filter *filter,
                               int (*each)(void *ctx, const char *trace_id, const char *span_id), void *ctx,
                               struct err *err);
/* How many spans fit, at most `cap`. */
enum status viewer_store_count(struct viewer_store *store, const struct span_filter *filter, uint64_t cap,
                               uint64_t *count, struct err *err);

struct store_info {
    uint64_t spans, traces, bytes;
    int64_t oldest_ns, newest_ns; /* 0: nothing there */
};
enum status viewer_store_info(struct viewer_store *store, struct store_info *out, struct err *err);

#endif
