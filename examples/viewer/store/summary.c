/* The rows of trace and thread, always made anew from what is there: no counting up and down that could drift.
 * The indexes span_trace and trace_thread keep that cheap. */
#include "viewer/store/internal.h"

#include <stdlib.h>
#include <string.h>

#define LLM   "1"     /* SPAN_KIND_LLM */
#define CALLS "(1,2)" /* and SPAN_KIND_EMBEDDING: spans whose tokens and cost count */

static const char write_trace[] =
    "INSERT OR REPLACE INTO trace(trace_id, start_ns, end_ns, root_ref, name, service, span_count, call_count,"
    " error_count, input_tokens, output_tokens, cost, models, thread_id, user)"
    " SELECT ?1, a.start_ns, a.end_ns, r.id, r.name, r.service, a.spans, a.calls, a.errors, a.input, a.output, "
    "a.cost,"
    " (SELECT group_concat(json_quote(model)) FROM (SELECT DISTINCT model FROM span WHERE trace_id = ?1"
    "   AND model IS NOT NULL AND kind IN " CALLS " LIMIT 20)),"
    " (SELECT own_thread FROM span WHERE trace_id = ?1 AND own_thread IS NOT NULL"
    "   ORDER BY parent_id IS NOT NULL, start_ns LIMIT 1),"
    " (SELECT own_user FROM span WHERE trace_id = ?1 AND own_user IS NOT NULL"
    "   ORDER BY parent_id IS NOT NULL, start_ns LIMIT 1)"
    " FROM (SELECT min(start_ns) AS start_ns, max(max(start_ns, end_ns)) AS end_ns, count(*) AS spans,"
    "   sum(kind = " LLM ") AS calls, sum(failed) AS errors,"
    "   sum(CASE WHEN kind IN " CALLS " THEN input_tokens END) AS input,"
    "   sum(CASE WHEN kind IN " CALLS " THEN output_tokens END) AS output,"
    "   sum(CASE WHEN kind IN " CALLS " THEN cost END) AS cost FROM span WHERE trace_id = ?1) a"
    " JOIN span r ON r.id = (SELECT id FROM span WHERE trace_id = ?1"
    "   ORDER BY parent_id IS NOT NULL, start_ns, id LIMIT 1)";

static const char write_thread[] =
    "INSERT OR REPLACE INTO thread(thread_id, title, user, first_ns, last_ns, trace_count, span_count, "
    "call_count,"
    " error_count, input_tokens, output_tokens, cost, models)"
    " SELECT ?1, (SELECT preview_input FROM span WHERE thread_id = ?1 AND kind = " LLM
    "   AND preview_input IS NOT NULL ORDER BY start_ns, id LIMIT 1),"
    " (SELECT user FROM trace WHERE thread_id = ?1 AND user IS NOT NULL ORDER BY start_ns DESC LIMIT 1),"
    " min(start_ns), max(end_ns), count(*), sum(span_count), sum(call_count), sum(error_count), "
    "sum(input_tokens),"
    " sum(output_tokens), sum(cost), (SELECT group_concat(models) FROM (SELECT DISTINCT models FROM trace"
    "   WHERE thread_id = ?1 AND models IS NOT NULL LIMIT 20))"
    " FROM trace WHERE thread_id = ?1 GROUP BY thread_id";

static enum status run_text(struct db *db, const char *sql, const char *text, struct err *err) {
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) return STATUS_IO;
    db_bind_text(stmt, 1, text);
    return db_run(db, stmt, err);
}

static enum status run_id(struct db *db, const char *sql, const char *id, struct err *err) {
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, id);
    return db_run(db, stmt, err);
}

static enum status summary_thread(struct viewer_store *store, const char *thread_id, struct err *err) {
    struct db *db = &store->writer;
    enum status status = run_text(db, write_thread, thread_id, err);
    return status == STATUS_OK ? run_text(db,
                                          "DELETE FROM thread WHERE thread_id = ?1"
                                          " AND NOT EXISTS(SELECT 1 FROM trace WHERE thread_id = ?1)",
                                          thread_id, err)
                               : status;
}

/* thread_id and user of a trace's row; NULL when it has none. */
static enum status read_trace(struct db *db, const char *trace_id, char **thread, char **user,
                              struct err *err) {
    *thread = *user = NULL;
    sqlite3_stmt *stmt = db_stmt(db, "SELECT thread_id, user FROM trace WHERE trace_id = ?1", err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        *thread = text ? strdup(text) : NULL;
        text = (const char *)sqlite3_column_text(stmt, 1);
        *user = text ? strdup(text) : NULL;
    }
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : STATUS_IO;
}

static bool differ(const char *a, const char *b) {
    return a && b ? strcmp(a, b) != 0 : a != b;
}

enum status summary_trace(struct viewer_store *store, const char *trace_id, struct err *err) {
    struct db *db = &store->writer;
    char *thread = NULL, *user = NULL, *thread_before = NULL, *user_before = NULL;
    enum status status = read_trace(db, trace_id, &thread_before, &user_before, err);
    if (status == STATUS_OK) status = run_id(db, write_trace, trace_id, err);
    if (status == STATUS_OK)
        status = run_id(db,
                        "DELETE FROM trace WHERE trace_id = ?1"
                        " AND NOT EXISTS(SELECT 1 FROM span WHERE trace_id = ?1)",
                        trace_id, err);
    if (status == STATUS_OK) status = read_trace(db, trace_id, &thread, &user, err);
    /* Spans inherit. Those written since carry the trace's former values; an unchanged trace has nothing to
     * hand on, except to spans whose own value has gone. */
    if (status == STATUS_OK && (thread || user || thread_before || user_before)) {
        sqlite3_stmt *stmt =
            db_stmt(db,
                    "UPDATE span SET thread_id = coalesce(own_thread, ?2), user = coalesce(own_user, ?3)"
                    " WHERE trace_id = ?1 AND (thread_id IS NOT coalesce(own_thread, ?2)"
                    " OR user IS NOT coalesce(own_user, ?3))",
                    err);
        if (stmt) {
            db_bind_id(stmt, 1, trace_id);
            db_bind_text(stmt, 2, thread);
            db_bind_text(stmt, 3, user);
        }
        status = db_run(db, stmt, err);
    }
    if (status == STATUS_OK && thread_before && differ(thread, thread_before))
        status = summary_thread(store, thread_before, err);
    if (status == STATUS_OK && thread) status = summary_thread(store, thread, err);
    free(thread);
    free(user);
    free(thread_before);
    free(user_before);
    return status;
}
