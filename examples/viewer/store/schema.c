/* The schema of viewer.db.
 *
 *   text        resource and scope objects, each stored once (they repeat on every span); found by hash, then
 *               compared
 *   span        what lists, filters and summaries need of a span: narrow, so that a million of them walk fast
 *   span_body   the span's canonical JSON, same id
 *   span_text   folded searchable text, same id. The filter's text may stand anywhere in it, also within a word,
 *               which no index of words finds: it is looked through (a second for 300 MB of text)
 *   log         log records by the ids of their span, whether that has arrived or not
 *   trace       summary of a trace: made anew from span (index span_trace covers that) whenever one of its
 *               spans changes
 *   thread      summary of a session or conversation: made anew from trace likewise
 *
 * own_thread and own_user are what the span itself says; thread_id and user are those or, failing that, the
 * trace's. Times are Unix nanoseconds. kind is enum span_kind. Ids are blobs: half of hex. Page size,
 * auto_vacuum and application_id have to stand before the first table. */
#include "viewer/store/internal.h"

#include <stdio.h>

#define APPLICATION_ID 0x53707677 /* "Spvw" */
#define SCHEMA_VERSION 2

static const char schema_1[] =
    "CREATE TABLE text(id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE INDEX text_hash ON text(hash);"
    "CREATE TABLE span("
    " id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL, span_id BLOB NOT NULL, parent_id BLOB, name TEXT NOT "
    "NULL,"
    " kind INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, duration_ns INTEGER NOT NULL,"
    " service TEXT, scope TEXT, model TEXT, provider TEXT, input_tokens INTEGER, output_tokens INTEGER, cost "
    "REAL,"
    " failed INTEGER NOT NULL, error TEXT, finish_reason TEXT, own_thread TEXT, own_user TEXT, thread_id TEXT,"
    " user TEXT, preview_input TEXT, preview_output TEXT, bytes INTEGER NOT NULL,"
    " resource_ref INTEGER NOT NULL, scope_ref INTEGER NOT NULL, UNIQUE(trace_id, span_id)) STRICT;"
    "CREATE INDEX span_start ON span(start_ns, id);"
    "CREATE INDEX span_trace ON span(trace_id, start_ns, parent_id, end_ns, kind, failed, model, input_tokens,"
    " output_tokens, cost, own_thread, own_user);"
    "CREATE INDEX span_facet ON span(service, model, provider, kind);"
    "CREATE INDEX span_service ON span(service, start_ns, id);"
    "CREATE INDEX span_model ON span(model, start_ns, id) WHERE model IS NOT NULL;"
    "CREATE INDEX span_kind ON span(kind, start_ns, id);"
    "CREATE INDEX span_thread ON span(thread_id, start_ns, id) WHERE thread_id IS NOT NULL;"
    "CREATE INDEX span_user ON span(user, start_ns, id) WHERE user IS NOT NULL;"
    "CREATE INDEX span_failed ON span(start_ns, id) WHERE failed = 1;"
    "CREATE TABLE span_body(id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;"
    "CREATE TABLE log(id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL, span_id BLOB NOT NULL, time_ns INTEGER "
    "NOT NULL,"
    " hash INTEGER NOT NULL, nth INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE INDEX log_span ON log(trace_id, span_id, time_ns, id);"
    "CREATE INDEX log_time ON log(time_ns);"
    "CREATE TABLE trace(trace_id BLOB PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,"
    " root_ref INTEGER NOT NULL, name TEXT NOT NULL, service TEXT, span_count INTEGER NOT NULL,"
    " call_count INTEGER NOT NULL, error_count INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER,"
    " cost REAL, models TEXT, thread_id TEXT, user TEXT) STRICT, WITHOUT ROWID;"
    "CREATE INDEX trace_start ON trace(start_ns, trace_id);"
    "CREATE INDEX trace_end ON trace(end_ns);"
    "CREATE INDEX trace_thread ON trace(thread_id, start_ns) WHERE thread_id IS NOT NULL;"
    "CREATE TABLE thread(thread_id TEXT PRIMARY KEY, title TEXT, user TEXT, first_ns INTEGER NOT NULL,"
    " last_ns INTEGER NOT NULL, trace_count INTEGER NOT NULL, span_count INTEGER NOT NULL,"
    " call_count INTEGER NOT NULL, error_count INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER,"
    " cost REAL, models TEXT) STRICT, WITHOUT ROWID;"
    "CREATE INDEX thread_last ON thread(last_ns, thread_id);";

static const char schema_text[] = "CREATE TABLE span_text(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;";
/* Version 1 kept the text in a full-text index of words, or in a plain table where SQLite had none. */
static const char text_from_1[] = "ALTER TABLE span_text RENAME TO span_text_1;";
static const char text_moved[] = "INSERT INTO span_text(id, text) SELECT rowid, text FROM span_text_1;"
                                 "DROP TABLE span_text_1;";

static enum status read_int(struct db *db, const char *sql, int64_t *out, struct err *err) {
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt || db_step(db, stmt, err) != SQLITE_ROW) return STATUS_IO;
    *out = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return STATUS_OK;
}

enum status schema_apply(struct db *db, struct err *err) {
    enum status status =
        db_exec(db,
                "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536;"
                "PRAGMA secure_delete=FAST; PRAGMA journal_size_limit=67108864;",
                err);
    int64_t version = 0, application = 0;
    if (status == STATUS_OK) status = read_int(db, "PRAGMA user_version", &version, err);
    if (status == STATUS_OK) status = read_int(db, "PRAGMA application_id", &application, err);
    if (status != STATUS_OK) return status;
    if (version > SCHEMA_VERSION)
        return err_set(
            err, STATUS_UNSUPPORTED, NULL,
            "The data was written by a newer version of the viewer. Use that one, or another --data.");
    if ((version || application) && application != APPLICATION_ID)
        return err_set(err, STATUS_CONFLICT, NULL,
                       "viewer.db in the data directory belongs to another program.");
    if (version == SCHEMA_VERSION) return STATUS_OK;

    char tail[80];
    snprintf(tail, sizeof tail, "PRAGMA application_id=%d; PRAGMA user_version=%d;", APPLICATION_ID,
             SCHEMA_VERSION);
    status = db_exec(db, "BEGIN IMMEDIATE", err);
    if (status == STATUS_OK) status = db_exec(db, version ? text_from_1 : schema_1, err);
    if (status == STATUS_OK) status = db_exec(db, schema_text, err);
    if (status == STATUS_OK && version) status = db_exec(db, text_moved, err);
    if (status == STATUS_OK) status = db_exec(db, tail, err);
    if (status == STATUS_OK) return db_exec(db, "COMMIT", err);
    db_exec(db, "ROLLBACK", NULL);
    return status;
}
