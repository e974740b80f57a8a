/* Retention removes whole traces, oldest activity first: half a trace helps nobody. A few traces per
 * transaction, so that senders never wait long; freed pages go back to the file system bit by bit (auto_vacuum
 * is incremental). */
#include "viewer/store/internal.h"

#include <stdlib.h>
#include <string.h>

#define RETAIN_TRACES 20  /* looked at per transaction */
#define RETAIN_SPANS  500 /* removed per transaction, or one trace */

static enum status run_trace(struct db *db, const char *sql, const char *trace_id, struct err *err) {
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    return db_run(db, stmt, err);
}

static enum status remove_trace(struct viewer_store *store, const char *trace_id, uint64_t *spans,
                                struct err *err) {
    static const char *const steps[] = {
        "DELETE FROM span_text WHERE id IN (SELECT id FROM span WHERE trace_id = ?1)",
        "DELETE FROM span_body WHERE id IN (SELECT id FROM span WHERE trace_id = ?1)",
        "DELETE FROM log WHERE trace_id = ?1",
        "DELETE FROM span WHERE trace_id = ?1",
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == STATUS_OK; i++)
        status = run_trace(&store->writer, steps[i], trace_id, err);
    *spans += (uint64_t)sqlite3_changes64(store->writer.handle);
    return status == STATUS_OK ? summary_trace(store, trace_id, err) : status;
}

/* One transaction. *done: nothing is left to remove. */
static enum status step(struct viewer_store *store, int64_t before_ns, uint64_t max_spans, uint64_t *removed,
                        bool *done, struct err *err) {
    char ids[RETAIN_TRACES][TRACE_ID_TEXT_SIZE];
    uint64_t over = 0, spans = 0, traces = 0;
    size_t count = 0;
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) return status;
    uint64_t there = atomic_load(&store->spans);
    if (max_spans && there > max_spans) over = there - max_spans;
    struct db *db = &store->writer;
    sqlite3_stmt *stmt =
        db_stmt(db, "SELECT trace_id FROM trace WHERE end_ns < ?1 ORDER BY end_ns LIMIT ?2", err);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, over ? INT64_MAX : before_ns);
        sqlite3_bind_int(stmt, 2, RETAIN_TRACES);
        while (db_step(db, stmt, err) == SQLITE_ROW) db_column_id(stmt, 0, ids[count++], TRACE_ID_TEXT_SIZE);
        sqlite3_reset(stmt);
    } else {
        status = STATUS_IO;
    }
    for (size_t i = 0; i < count && status == STATUS_OK && spans < RETAIN_SPANS && (!over || spans < over);
         i++) {
        status = remove_trace(store, ids[i], &spans, err);
        traces++;
    }
    /* records whose span never came */
    if (status == STATUS_OK && before_ns) {
        stmt =
            db_stmt(db,
                    "DELETE FROM log WHERE id IN (SELECT l.id FROM log l WHERE l.time_ns < ?1 AND NOT EXISTS("
                    "SELECT 1 FROM span s WHERE s.trace_id = l.trace_id AND s.span_id = l.span_id) LIMIT 500)",
                    err);
        if (stmt) sqlite3_bind_int64(stmt, 1, before_ns);
        status = db_run(db, stmt, err);
    }
    *done = count == 0;
    status = store_end(store, status, err);
    if (status == STATUS_OK) {
        atomic_fetch_sub(&store->spans, spans);
        atomic_fetch_sub(&store->traces, traces);
        *removed += spans;
    }
    return status;
}

/* Texts that no span refers to any more, and free pages. */
static enum status tidy(struct viewer_store *store, struct err *err) {
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) return status;
    status = db_exec(
        &store->writer,
        "DELETE FROM text WHERE id NOT IN (SELECT resource_ref FROM span UNION SELECT scope_ref FROM span)",
        err);
    status = store_end(store, status, err);
    if (status != STATUS_OK) return status;
    if (pthread_mutex_lock(&store->write_lock) == 0) {
        status = db_exec(&store->writer, "PRAGMA incremental_vacuum(2048)", err);
        pthread_mutex_unlock(&store->write_lock);
    }
    return status;
}

enum status viewer_store_retain(struct viewer_store *store, int64_t before_ns, uint64_t max_spans,
                                bool (*stop)(void *ctx), void *ctx, uint64_t *removed, struct err *err) {
    uint64_t count = 0;
    enum status status = STATUS_OK;
    if (removed) *removed = 0;
    while (status == STATUS_OK && !(stop && stop(ctx))) {
        bool done = false;
        if (!before_ns && !(max_spans && atomic_load(&store->spans) > max_spans)) break;
        status = step(store, before_ns, max_spans, &count, &done, err);
        if (done) break;
    }
    if (status == STATUS_OK && count) status = tidy(store, err);
    if (removed) *removed = count;
    return status;
}
