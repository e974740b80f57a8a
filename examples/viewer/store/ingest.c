/* Writes a batch: texts, spans, logs, then the summaries of the traces and threads that changed. All of it in
 * one transaction, so a span is never seen without its trace. */
#include "viewer/store/internal.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* The traces and threads that a batch touches. */
struct touched {
    char (*trace_ids)[TRACE_ID_TEXT_SIZE];
    size_t count, cap;
};

static bool touch(struct touched *t, const char *trace_id) {
    for (size_t i = t->count; i-- > 0 && i + 8 > t->count;) /* neighbours; the rest is sorted out at the end */
        if (strcmp(t->trace_ids[i], trace_id) == 0) return true;
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;
        void *grown = realloc(t->trace_ids, cap * sizeof *t->trace_ids);
        if (!grown) return false;
        t->trace_ids = grown;
        t->cap = cap;
    }
    memcpy(t->trace_ids[t->count++], trace_id, TRACE_ID_TEXT_SIZE);
    return true;
}

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static void unique(struct touched *t) {
    if (!t->count) return;
    qsort(t->trace_ids, t->count, sizeof *t->trace_ids, by_text);
    size_t n = 1;
    for (size_t i = 1; i < t->count; i++)
        if (strcmp(t->trace_ids[i], t->trace_ids[n - 1]) != 0)
            memmove(t->trace_ids[n++], t->trace_ids[i], sizeof *t->trace_ids);
    t->count = n;
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

/* The row of a resource or scope text. */
static enum status text_ref(struct db *db, const char *text, size_t len, int64_t *ref, struct err *err) {
    int64_t hash = (int64_t)text_hash(text, len);
    sqlite3_stmt *stmt = db_stmt(db, "SELECT id FROM text WHERE hash = ?1 AND body = ?2", err);
    if (!stmt) return STATUS_IO;
    sqlite3_bind_int64(stmt, 1, hash);
    db_bind_bytes(stmt, 2, text, len);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW) *ref = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    if (rc == SQLITE_ROW) return STATUS_OK;
    if (rc != SQLITE_DONE) return STATUS_IO;
    stmt = db_stmt(db, "INSERT INTO text(hash, body) VALUES(?1, ?2)", err);
    if (!stmt) return STATUS_IO;
    sqlite3_bind_int64(stmt, 1, hash);
    db_bind_bytes(stmt, 2, text, len);
    enum status status = db_run(db, stmt, err);
    *ref = sqlite3_last_insert_rowid(db->handle);
    return status;
}

static void bind_count(sqlite3_stmt *stmt, int i, int64_t value) {
    if (value >= 0)
        sqlite3_bind_int64(stmt, i, value);
    else
        sqlite3_bind_null(stmt, i);
}

/* Binds ?1 .. ?14: what facts say. */
static void bind_facts(sqlite3_stmt *stmt, const struct span_facts *f) {
    sqlite3_bind_int(stmt, 1, (int)f->kind);
    db_bind_text(stmt, 2, f->model);
    db_bind_text(stmt, 3, f->provider);
    bind_count(stmt, 4, f->input_tokens);
    bind_count(stmt, 5, f->output_tokens);
    if (f->cost >= 0) sqlite3_bind_double(stmt, 6, f->cost);
    sqlite3_bind_int(stmt, 7, f->failed);
    db_bind_text(stmt, 8, f->error);
    db_bind_text(stmt, 9, f->finish_reason);
    db_bind_text(stmt, 10, f->thread_id);
    db_bind_text(stmt, 11, f->user_id);
    db_bind_text(stmt, 12, f->preview_input);
    db_bind_text(stmt, 13, f->preview_output);
}

static enum status write_text(struct db *db, int64_t id, const struct buf *text, bool replace,
                              struct err *err) {
    enum status status = STATUS_OK;
    sqlite3_stmt *stmt;
    if (replace) {
        stmt = db_stmt(db, "DELETE FROM span_text WHERE id = ?1", err);
        if (stmt) sqlite3_bind_int64(stmt, 1, id);
        status = db_run(db, stmt, err);
    }
    if (status != STATUS_OK || !text->len) return status;
    stmt = db_stmt(db, "INSERT INTO span_text(id, text) VALUES(?1, ?2)", err);
    if (!stmt) return STATUS_IO;
    sqlite3_bind_int64(stmt, 1, id);
    db_bind_bytes(stmt, 2, text->data, text->len);
    return db_run(db, stmt, err);
}

/* Appends the span's log records, in their order, into an open "logs":[ . */
static enum status append_logs(struct db *db, const char *trace_id, const char *span_id, struct buf *out,
                               size_t *count, struct err *err) {
    *count = 0;
    sqlite3_stmt *stmt =
        db_stmt(db, "SELECT body FROM log WHERE trace_id = ?1 AND span_id = ?2 ORDER BY time_ns, id", err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    db_bind_id(stmt, 2, span_id);
    int rc;
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        buf_json_comma(out);
        buf_add(out, sqlite3_column_text(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
        ++*count;
    }
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE ? STATUS_OK : STATUS_IO;
}

/* Reads facts and text anew, with the log records that are there. Nothing to do when there are none. */
static enum status refine(struct db *db, int64_t id, const char *trace_id, const char *span_id,
                          struct err *err) {
    struct buf json = BUF_INIT, text = BUF_INIT;
    struct span_facts facts = {0};
    bool read = false;
    size_t count = 0;
    sqlite3_stmt *stmt = db_stmt(db,
                                 "SELECT r.body, c.body, b.body FROM span s JOIN span_body b ON b.id = s.id"
                                 " JOIN text r ON r.id = s.resource_ref JOIN text c ON c.id = s.scope_ref"
                                 " WHERE s.id = ?1",
                                 err);
    if (!stmt) return STATUS_IO;
    sqlite3_bind_int64(stmt, 1, id);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW)
        span_json_open(&json, (const char *)sqlite3_column_text(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
                       (const char *)sqlite3_column_text(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1),
                       (const char *)sqlite3_column_text(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2));
    sqlite3_reset(stmt);
    enum status status = rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : STATUS_IO;
    if (rc != SQLITE_ROW) goto out;
    status = append_logs(db, trace_id, span_id, &json, &count, err);
    if (status != STATUS_OK || !count) goto out;
    span_json_close(&json);
    if (buf_failed(&json)) {
        status = no_memory(err);
        goto out;
    }
    span_facts_read(&facts, json.data, json.len);
    read = true;
    span_text_write(json.data, json.len, &text);
    stmt =
        db_stmt(db,
                "UPDATE span SET kind = ?1, model = ?2, provider = ?3, input_tokens = ?4, output_tokens = ?5,"
                " cost = ?6, failed = ?7, error = ?8, finish_reason = ?9, own_thread = ?10, own_user = ?11,"
                " preview_input = ?12, preview_output = ?13 WHERE id = ?14",
                err);
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    bind_facts(stmt, &facts);
    sqlite3_bind_int64(stmt, 14, id);
    status = db_run(db, stmt, err);
    if (status == STATUS_OK) status = write_text(db, id, &text, true, err);
out:
    if (read) span_facts_free(&facts);
    buf_free(&json);
    buf_free(&text);
    return status;
}

/* The row of a span, 0 when there is none; *ended says whether what is there has an end. */
static enum status find_span(struct db *db, const char *trace_id, const char *span_id, int64_t *id, bool *ended,
                             struct err *err) {
    *id = 0;
    sqlite3_stmt *stmt = db_stmt(db, "SELECT id, end_ns FROM span WHERE trace_id = ?1 AND span_id = ?2", err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    db_bind_id(stmt, 2, span_id);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW) {
        *id = sqlite3_column_int64(stmt, 0);
        if (ended) *ended = sqlite3_column_int64(stmt, 1) > 0;
    }
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : STATUS_IO;
}

static enum status has_logs(struct db *db, const char *trace_id, const char *span_id, bool *yes,
                            struct err *err) {
    sqlite3_stmt *stmt = db_stmt(db, "SELECT 1 FROM log WHERE trace_id = ?1 AND span_id = ?2 LIMIT 1", err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    db_bind_id(stmt, 2, span_id);
    int rc = db_step(db, stmt, err);
    *yes = rc == SQLITE_ROW;
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : STATUS_IO;
}

static const char insert_span[] =
    "INSERT INTO span(kind, model, provider, input_tokens, output_tokens, cost, failed, error, finish_reason,"
    " own_thread, own_user, preview_input, preview_output, id, trace_id, span_id, parent_id, name, start_ns, "
    "end_ns,"
    " duration_ns, service, scope, bytes, resource_ref, scope_ref, thread_id, user)"
    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,"
    " coalesce(?10, (SELECT thread_id FROM trace WHERE trace_id = ?15)),"
    " coalesce(?11, (SELECT user FROM trace WHERE trace_id = ?15)))"
    " ON CONFLICT(trace_id, span_id) DO UPDATE SET kind = excluded.kind, model = excluded.model,"
    " provider = excluded.provider, input_tokens = excluded.input_tokens, output_tokens = "
    "excluded.output_tokens,"
    " cost = excluded.cost, failed = excluded.failed, error = excluded.error,"
    " finish_reason = excluded.finish_reason, own_thread = excluded.own_thread, own_user = excluded.own_user,"
    " preview_input = excluded.preview_input, preview_output = excluded.preview_output,"
    " parent_id = excluded.parent_id, name = excluded.name, start_ns = excluded.start_ns, end_ns = "
    "excluded.end_ns,"
    " duration_ns = excluded.duration_ns, service = excluded.service, scope = excluded.scope,"
    " bytes = excluded.bytes, resource_ref = excluded.resource_ref, scope_ref = excluded.scope_ref,"
    " thread_id = excluded.thread_id, user = excluded.user";

static enum status write_span(struct db *db, const struct ingest_batch *batch, const struct batch_span *span,
                              uint64_t *added, struct err *err) {
    const char *arena = batch->arena.data;
    int64_t id = 0, resource = 0, scope = 0, now = (int64_t)clock_now_ms() * 1000000;
    bool ended = false, logs = false;
    enum status status = find_span(db, span->trace_id, span->span_id, &id, &ended, err);
    if (status == STATUS_OK && id && ended && !span->end_ns) return STATUS_OK; /* a snapshot that came late */
    if (status == STATUS_OK) status = text_ref(db, arena + span->resource, span->resource_len, &resource, err);
    if (status == STATUS_OK) status = text_ref(db, arena + span->scope, span->scope_len, &scope, err);
    if (status != STATUS_OK) return status;
    sqlite3_stmt *stmt = db_stmt(db, insert_span, err);
    if (!stmt) return STATUS_IO;
    int64_t start = span->start_ns ? span->start_ns : now; /* a span without any time is one of now */
    int64_t end = span->end_ns > start ? span->end_ns : start;
    bind_facts(stmt, &span->facts);
    if (id) sqlite3_bind_int64(stmt, 14, id);
    db_bind_id(stmt, 15, span->trace_id);
    db_bind_id(stmt, 16, span->span_id);
    db_bind_id(stmt, 17, span->parent_id);
    db_bind_bytes(stmt, 18, arena + span->name, span->name_len);
    sqlite3_bind_int64(stmt, 19, start);
    sqlite3_bind_int64(stmt, 20, span->end_ns ? end : 0);
    sqlite3_bind_int64(stmt, 21, end - start);
    db_bind_text(stmt, 22, span->service);
    db_bind_text(stmt, 23, span->scope_name);
    sqlite3_bind_int64(stmt, 24, (int64_t)span->body_len);
    sqlite3_bind_int64(stmt, 25, resource);
    sqlite3_bind_int64(stmt, 26, scope);
    bool replace = id != 0;
    status = db_run(db, stmt, err);
    if (status != STATUS_OK) return status;
    if (!replace) {
        id = sqlite3_last_insert_rowid(db->handle);
        ++*added;
    }
    stmt = db_stmt(
        db, "INSERT INTO span_body(id, body) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET body = excluded.body",
        err);
    if (!stmt) return STATUS_IO;
    sqlite3_bind_int64(stmt, 1, id);
    db_bind_bytes(stmt, 2, arena + span->body, span->body_len);
    status = db_run(db, stmt, err);
    if (status == STATUS_OK) status = has_logs(db, span->trace_id, span->span_id, &logs, err);
    if (status != STATUS_OK) return status;
    if (!logs) return write_text(db, id, &span->text, replace, err);
    return refine(db, id, span->trace_id, span->span_id, err);
}

static enum status write_log(struct db *db, const struct ingest_batch *batch, const struct batch_log *log,
                             bool *added, struct err *err) {
    const char *body = batch->arena.data + log->body;
    sqlite3_stmt *stmt = db_stmt(db,
                                 "INSERT INTO log(trace_id, span_id, time_ns, hash, nth, body)"
                                 " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS(SELECT 1 FROM log WHERE"
                                 " trace_id = ?1 AND span_id = ?2 AND time_ns = ?3 AND hash = ?4 AND nth = ?5"
                                 " AND body = ?6)",
                                 err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, log->trace_id);
    db_bind_id(stmt, 2, log->span_id);
    sqlite3_bind_int64(stmt, 3, log->time_ns);
    sqlite3_bind_int64(stmt, 4, (int64_t)log->hash);
    sqlite3_bind_int64(stmt, 5, log->nth);
    db_bind_bytes(stmt, 6, body, log->body_len);
    enum status status = db_run(db, stmt, err);
    *added = status == STATUS_OK && sqlite3_changes(db->handle) > 0;
    return status;
}

/* Writes the records, then reads the spans that they belong to anew, each once. */
static enum status write_logs(struct db *db, const struct ingest_batch *batch, struct touched *touched,
                              uint64_t *written, struct err *err) {
    enum status status = STATUS_OK;
    bool changed = false;
    for (size_t i = 0; i < batch->log_count && status == STATUS_OK; i++) {
        const struct batch_log *log = &batch->logs[i];
        bool added = false;
        status = write_log(db, batch, log, &added, err);
        if (added) ++*written;
        changed |= added;
        const struct batch_log *next = i + 1 < batch->log_count ? log + 1 : NULL;
        if (next && strcmp(next->span_id, log->span_id) == 0 && strcmp(next->trace_id, log->trace_id) == 0)
            continue;
        int64_t id = 0;
        if (status == STATUS_OK && changed) status = find_span(db, log->trace_id, log->span_id, &id, NULL, err);
        if (status == STATUS_OK && id) {
            status = refine(db, id, log->trace_id, log->span_id, err);
            if (!touch(touched, log->trace_id)) status = no_memory(err);
        }
        changed = false;
    }
    return status;
}

enum status viewer_store_ingest(struct viewer_store *store, struct ingest_batch *batch,
                                struct ingest_report *report, struct err *err) {
    struct touched touched = {0};
    uint64_t added = 0, new_traces = 0;
    memset(report, 0, sizeof *report);
    if (!ingest_batch_count(batch)) return STATUS_OK;
    enum status status = store_begin(store, err);
    if (status != STATUS_OK) return status;
    struct db *db = &store->writer;
    for (size_t i = 0; i < batch->span_count && status == STATUS_OK; i++) {
        status = write_span(db, batch, &batch->spans[i], &added, err);
        if (status == STATUS_OK && !touch(&touched, batch->spans[i].trace_id)) status = no_memory(err);
        report->spans++;
    }
    if (status == STATUS_OK) status = write_logs(db, batch, &touched, &report->logs, err);
    unique(&touched);
    sqlite3_stmt *stmt = NULL;
    for (size_t i = 0; i < touched.count && status == STATUS_OK; i++) {
        stmt = db_stmt(db, "SELECT 1 FROM trace WHERE trace_id = ?1", err);
        if (!stmt)
            status = STATUS_IO;
        else {
            db_bind_id(stmt, 1, touched.trace_ids[i]);
            if (db_step(db, stmt, err) == SQLITE_DONE) new_traces++;
            sqlite3_reset(stmt);
            status = summary_trace(store, touched.trace_ids[i], err);
        }
    }
    status = store_end(store, status, err);
    if (status == STATUS_OK) {
        atomic_fetch_add(&store->spans, added);
        atomic_fetch_add(&store->traces, new_traces);
        report->trace_count = touched.count < INGEST_REPORT_TRACES ? touched.count : INGEST_REPORT_TRACES;
        report->more = touched.count > INGEST_REPORT_TRACES;
        if (touched.count)
            memcpy(report->trace_ids, touched.trace_ids, report->trace_count * sizeof *touched.trace_ids);
    }
    free(touched.trace_ids);
    return status;
}
