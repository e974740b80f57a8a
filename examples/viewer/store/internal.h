/* internal.h: what the files of store/ share. */
#ifndef VIEWER_STORE_INTERNAL_H
#define VIEWER_STORE_INTERNAL_H

#include "datainfo/datainfo.h"
#include "viewer/store/db.h"
#include "viewer/store/viewer_store.h"

#include <pthread.h>
#include <stdatomic.h>

#define STORE_READERS 64 /* idle read-only connections kept */

struct viewer_store {
    char *dir, *path;
    int lock_fd;
    struct log_sink log;

    struct db writer; /* under write_lock */
    pthread_mutex_t write_lock;

    struct db *readers[STORE_READERS]; /* idle ones; under read_lock */
    size_t reader_count;
    pthread_mutex_t read_lock;

    atomic_uint_fast64_t spans, traces; /* rows there are; changed after commits */
};

/* schema.c: makes or migrates the schema. */
enum status schema_apply(struct db *db, struct err *err);

/* store.c: a read-only connection; give it back after use. NULL and *err on failure. */
struct db *store_reader(struct viewer_store *store, struct err *err);
void store_reader_done(struct viewer_store *store, struct db *db);
/* The writing connection, inside a transaction. STATUS_BUSY after 10 s. store_end commits, or rolls back when
 * `status` is not STATUS_OK, and returns the outcome. */
enum status store_begin(struct viewer_store *store, struct err *err);
enum status store_end(struct viewer_store *store, enum status status, struct err *err);

/* batch.c */
struct batch_span {
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE], parent_id[SPAN_ID_TEXT_SIZE];
    int64_t start_ns, end_ns; /* end 0: it has not ended */
    size_t resource, resource_len, scope, scope_len, body, body_len, name, name_len; /* in the arena */
    char *service, *scope_name;                                                      /* owned, NULL */
    struct span_facts facts;
    struct buf text;
};
struct batch_log {
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    int64_t time_ns;
    size_t body, body_len;
    uint64_t hash;
    int64_t nth; /* how many equal records of this span the batch had before it */
};
struct ingest_batch {
    struct buf arena;
    struct batch_span *spans;
    struct batch_log *logs;
    size_t span_count, span_cap, log_count, log_cap;
};
uint64_t text_hash(const char *text, size_t len);
/* Appends {"resource":..,"scope":..,"span":..,"logs":[ ; logs are then added with commas and "]}" closes it. */
void span_json_open(struct buf *out, const char *resource, size_t resource_len, const char *scope,
                    size_t scope_len, const char *span, size_t span_len);
void span_json_close(struct buf *out);

/* summary.c: writes the row of a trace, and of its thread, anew from the spans that are there. store_begin is in
 * force. */
enum status summary_trace(struct viewer_store *store, const char *trace_id, struct err *err);

/* where.c: a filter as SQL over the table span called s. The text consists of constant pieces; all values are
 * bound. */
#define WHERE_SIZE 1200
struct where {
    const struct span_filter *filter;
    char sql[WHERE_SIZE]; /* "1" when nothing is asked for, else conditions joined by AND */
};
enum status where_init(struct where *w, const struct span_filter *filter, struct err *err);
void where_bind(const struct where *w,
                sqlite3_stmt *stmt); /* named parameters; may be bound to several statements */
/* Spans that fit, counted up to cap and for at most ms milliseconds. false: not all were counted. */
bool where_count(struct where *w, struct db *db, uint64_t cap, unsigned ms, uint64_t *count);

/* rows.c: rows as JSON. The statements' columns are those of the lists of columns, in their order. */
extern const char SPAN_COLUMNS[];                                /* of span s */
extern const char TRACE_COLUMNS[];                               /* of trace t */
extern const char THREAD_COLUMNS[];                              /* of thread h */
void row_span(sqlite3_stmt *stmt, int first, struct buf *out);   /* an object without its closing brace */
void row_trace(sqlite3_stmt *stmt, int first, struct buf *out);  /* likewise */
void row_thread(sqlite3_stmt *stmt, int first, struct buf *out); /* likewise */

#endif
