/* One trace, one thread, one span; and what plugins ask for. */
#include "viewer/store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the spans of a trace as a tree, flattened ---- */

struct node {
    char span_id[SPAN_ID_TEXT_SIZE], parent_id[SPAN_ID_TEXT_SIZE];
    size_t json, json_len; /* in the text of all rows */
    size_t order;          /* by start */
    struct node *parent, *child, *last_child, *next;
};

static int by_id(const void *a, const void *b) {
    const struct node *const *x = a, *const *y = b;
    return strcmp((*x)->span_id, (*y)->span_id);
}

static struct node *find(struct node **sorted, size_t count, const char *id) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(sorted[middle]->span_id, id);
        if (!order) return sorted[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Whether making `parent` the parent of `node` would close a circle. Senders can say anything. */
static bool is_circle(const struct node *node, const struct node *parent) {
    for (size_t steps = 0; parent && steps < 10000; parent = parent->parent, steps++)
        if (parent == node) return true;
    return parent != NULL;
}

/* Appends the rows (nodes in order of start) parents first. Nothing recurses: a chain may be as long as the
 * trace. */
static bool write_tree(struct node *nodes, size_t count, const struct buf *rows, struct buf *out) {
    struct node **sorted = malloc((count ? count : 1) * sizeof *sorted);
    if (!sorted) return false;
    for (size_t i = 0; i < count; i++) sorted[i] = &nodes[i];
    qsort(sorted, count, sizeof *sorted, by_id);
    for (size_t i = 0; i < count; i++) {
        struct node *parent = nodes[i].parent_id[0] ? find(sorted, count, nodes[i].parent_id) : NULL;
        if (!parent || is_circle(&nodes[i], parent)) continue;
        nodes[i].parent = parent;
        if (parent->last_child)
            parent->last_child->next = &nodes[i];
        else
            parent->child = &nodes[i];
        parent->last_child = &nodes[i];
    }
    free(sorted);
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].parent) continue;
        for (struct node *at = &nodes[i]; at;) {
            buf_json_comma(out);
            buf_add(out, rows->data + at->json, at->json_len);
            if (at->child) {
                at = at->child;
                continue;
            }
            while (at && !at->next) at = at->parent;
            at = at ? at->next : NULL;
        }
    }
    return true;
}

/* Appends "spans":[...] of a trace. */
static enum status append_spans(struct db *db, const char *trace_id, struct buf *out, struct err *err) {
    char sql[1000];
    struct buf rows = BUF_INIT;
    struct node *nodes = NULL;
    size_t count = 0, cap = 0;
    enum status status = STATUS_OK;
    snprintf(sql, sizeof sql, "SELECT %s FROM span s WHERE s.trace_id = ?1 ORDER BY s.start_ns, s.id",
             SPAN_COLUMNS);
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    int rc;
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        if (count == cap) {
            size_t next = cap ? cap * 2 : 64;
            void *grown = realloc(nodes, next * sizeof *nodes);
            if (!grown) {
                status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
                break;
            }
            nodes = grown;
            cap = next;
        }
        struct node *node = &nodes[count++];
        *node = (struct node){.json = rows.len};
        db_column_id(stmt, 1, node->span_id, sizeof node->span_id);
        db_column_id(stmt, 2, node->parent_id, sizeof node->parent_id);
        row_span(stmt, 0, &rows);
        buf_char(&rows, '}');
        node->json_len = rows.len - node->json;
    }
    sqlite3_reset(stmt);
    if (status == STATUS_OK && rc != SQLITE_DONE) status = STATUS_IO;
    if (status == STATUS_OK) {
        buf_json_key(out, "spans");
        buf_char(out, '[');
        if (buf_failed(&rows) || !write_tree(nodes, count, &rows, out))
            status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        buf_char(out, ']');
    }
    free(nodes);
    buf_free(&rows);
    return status;
}

static enum status no_trace(struct err *err) {
    return err_set(err, STATUS_NOT_FOUND, "not_found", "There is no such trace (any more).");
}

static enum status no_span(struct err *err) {
    return err_set(err, STATUS_NOT_FOUND, "not_found", "There is no such span (any more).");
}

/* A multi-statement read sees one state of the database. */
static enum status begin(struct db *db, struct err *err) {
    return db_run(db, db_stmt(db, "BEGIN", err), err);
}
static void end(struct viewer_store *store, struct db *db) {
    db_run(db, db_stmt(db, "ROLLBACK", NULL), NULL);
    store_reader_done(store, db);
}

enum status viewer_store_trace(struct viewer_store *store, const char *trace_id, struct buf *out,
                               struct err *err) {
    char sql[1000];
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = begin(db, err);
    snprintf(sql, sizeof sql, "SELECT %s FROM trace t WHERE t.trace_id = ?1", TRACE_COLUMNS);
    sqlite3_stmt *stmt = status == STATUS_OK ? db_stmt(db, sql, err) : NULL;
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    db_bind_id(stmt, 1, trace_id);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW) {
        row_trace(stmt, 0, out);
        buf_printf(out, ",\"matched\":%lld", (long long)sqlite3_column_int64(stmt, 5));
    }
    sqlite3_reset(stmt);
    if (rc == SQLITE_ROW) {
        status = append_spans(db, trace_id, out, err);
        buf_char(out, '}');
    } else {
        status = rc == SQLITE_DONE ? no_trace(err) : STATUS_IO;
    }
out:
    end(store, db);
    return status;
}

enum status viewer_store_thread(struct viewer_store *store, const char *thread_id, struct buf *out,
                                struct err *err) {
    char sql[1000];
    char(*ids)[TRACE_ID_TEXT_SIZE] = NULL;
    struct buf heads = BUF_INIT;
    size_t count = 0, cap = 0, *starts = NULL;
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = begin(db, err);
    snprintf(sql, sizeof sql, "SELECT %s FROM thread h WHERE h.thread_id = ?1", THREAD_COLUMNS);
    sqlite3_stmt *stmt = status == STATUS_OK ? db_stmt(db, sql, err) : NULL;
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    db_bind_text(stmt, 1, thread_id);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW) row_thread(stmt, 0, out);
    sqlite3_reset(stmt);
    if (rc != SQLITE_ROW) {
        status = rc == SQLITE_DONE
                     ? err_set(err, STATUS_NOT_FOUND, "not_found", "There is no such thread (any more).")
                     : STATUS_IO;
        goto out;
    }
    snprintf(sql, sizeof sql, "SELECT %s FROM trace t WHERE t.thread_id = ?1 ORDER BY t.start_ns, t.trace_id",
             TRACE_COLUMNS);
    stmt = db_stmt(db, sql, err);
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    db_bind_text(stmt, 1, thread_id);
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        if (count == cap) {
            size_t next = cap ? cap * 2 : 16;
            void *a = realloc(ids, next * sizeof *ids), *b = realloc(starts, (next + 1) * sizeof *starts);
            if (a) ids = a;
            if (b) starts = b;
            if (!a || !b) {
                status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
                break;
            }
            cap = next;
        }
        db_column_id(stmt, 0, ids[count], sizeof ids[count]);
        starts[count++] = heads.len;
        row_trace(stmt, 0, &heads);
        buf_printf(&heads, ",\"matched\":%lld", (long long)sqlite3_column_int64(stmt, 5));
    }
    sqlite3_reset(stmt);
    if (status == STATUS_OK && rc != SQLITE_DONE) status = STATUS_IO;
    buf_json_key(out, "traces");
    buf_char(out, '[');
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        size_t to = i + 1 < count ? starts[i + 1] : heads.len;
        buf_json_comma(out);
        buf_add(out, heads.data + starts[i], to - starts[i]);
        status = append_spans(db, ids[i], out, err);
        buf_char(out, '}');
    }
    buf_str(out, "]}");
out:
    free(ids);
    free(starts);
    buf_free(&heads);
    end(store, db);
    return status;
}

enum status viewer_store_span_row(struct viewer_store *store, const char *trace_id, const char *span_id,
                                  struct buf *out, struct err *err) {
    char sql[700];
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    snprintf(sql, sizeof sql, "SELECT %s FROM span s WHERE s.trace_id = ?1 AND s.span_id = ?2", SPAN_COLUMNS);
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    int rc = SQLITE_ERROR;
    if (stmt) {
        db_bind_id(stmt, 1, trace_id);
        db_bind_id(stmt, 2, span_id);
        rc = db_step(db, stmt, err);
        if (rc == SQLITE_ROW) {
            row_span(stmt, 0, out);
            buf_char(out, '}');
        }
    }
    store_reader_done(store, db);
    return rc == SQLITE_ROW ? STATUS_OK : rc == SQLITE_DONE ? no_span(err) : STATUS_IO;
}

/* ---- span_json ---- */

static const char span_texts[] = "SELECT r.body, c.body, b.body FROM span s JOIN span_body b ON b.id = s.id "
                                 "JOIN text r ON r.id = s.resource_ref"
                                 " JOIN text c ON c.id = s.scope_ref WHERE s.trace_id = ?1 AND s.span_id = ?2";
static const char span_logs[] =
    "SELECT body FROM log WHERE trace_id = ?1 AND span_id = ?2 ORDER BY time_ns, id";

static enum status append_span_json(struct db *db, const char *trace_id, const char *span_id, struct buf *out,
                                    struct err *err) {
    sqlite3_stmt *stmt = db_stmt(db, span_texts, err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    db_bind_id(stmt, 2, span_id);
    int rc = db_step(db, stmt, err);
    if (rc == SQLITE_ROW)
        span_json_open(out, (const char *)sqlite3_column_text(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
                       (const char *)sqlite3_column_text(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1),
                       (const char *)sqlite3_column_text(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2));
    sqlite3_reset(stmt);
    if (rc != SQLITE_ROW) return rc == SQLITE_DONE ? no_span(err) : STATUS_IO;
    stmt = db_stmt(db, span_logs, err);
    if (!stmt) return STATUS_IO;
    db_bind_id(stmt, 1, trace_id);
    db_bind_id(stmt, 2, span_id);
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        buf_json_comma(out);
        buf_add(out, sqlite3_column_text(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
    }
    sqlite3_reset(stmt);
    span_json_close(out);
    if (rc != SQLITE_DONE) return STATUS_IO;
    return buf_failed(out) ? err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.") : STATUS_OK;
}

enum status viewer_store_span_json(struct viewer_store *store, const char *trace_id, const char *span_id,
                                   struct buf *out, struct err *err) {
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = begin(db, err);
    if (status == STATUS_OK) status = append_span_json(db, trace_id, span_id, out, err);
    end(store, db);
    return status;
}

enum status viewer_store_trace_json(struct viewer_store *store, const char *trace_id,
                                    int (*each)(void *ctx, const char *span_json, size_t len), void *ctx,
                                    struct err *err) {
    char(*ids)[SPAN_ID_TEXT_SIZE] = NULL;
    size_t count = 0, cap = 0;
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = STATUS_OK;
    sqlite3_stmt *stmt = db_stmt(db, "SELECT span_id FROM span WHERE trace_id = ?1 ORDER BY start_ns, id", err);
    int rc = SQLITE_ERROR;
    if (stmt) {
        db_bind_id(stmt, 1, trace_id);
        while (status == STATUS_OK && (rc = db_step(db, stmt, err)) == SQLITE_ROW) {
            if (count == cap) {
                size_t next = cap ? cap * 2 : 64;
                void *grown = realloc(ids, next * sizeof *ids);
                if (!grown) {
                    status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
                    break;
                }
                ids = grown;
                cap = next;
            }
            db_column_id(stmt, 0, ids[count], sizeof ids[count]);
            count++;
        }
    }
    store_reader_done(store, db);
    if (status == STATUS_OK && rc != SQLITE_DONE) status = STATUS_IO;
    if (status == STATUS_OK && !count) status = no_trace(err);
    struct buf json = BUF_INIT;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct err gone = ERR_INIT;
        buf_clear(&json);
        status = viewer_store_span_json(store, trace_id, ids[i], &json, &gone);
        if (status == STATUS_NOT_FOUND) {
            status = STATUS_OK; /* removed since the list was read */
            continue;
        }
        if (status != STATUS_OK && err && err->status == STATUS_OK) *err = gone;
        if (status == STATUS_OK && each(ctx, json.data, json.len) != 0)
            status = err_set(err, STATUS_CANCELLED, NULL, "The reader stopped.");
    }
    buf_free(&json);
    free(ids);
    return status;
}

/* ---- queries ---- */

#define QUERY_BATCH 1000

enum status viewer_store_query(struct viewer_store *store, const struct span_filter *filter,
                               int (*each)(void *ctx, const char *trace_id, const char *span_id), void *ctx,
                               struct err *err) {
    struct ref {
        char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    } *refs = malloc(QUERY_BATCH * sizeof *refs);
    if (!refs) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    int64_t time = INT64_MAX, id = INT64_MAX;
    enum status status = STATUS_OK;
    for (size_t count = QUERY_BATCH; status == STATUS_OK && count == QUERY_BATCH;) {
        struct where where;
        char sql[WHERE_SIZE + 300];
        struct db *db = store_reader(store, err);
        if (!db) {
            status = STATUS_IO;
            break;
        }
        count = 0;
        status = where_init(&where, filter, err);
        snprintf(sql, sizeof sql,
                 "SELECT s.trace_id, s.span_id, s.start_ns, s.id FROM span s WHERE %s"
                 " AND (s.start_ns, s.id) < (:time, :id) ORDER BY s.start_ns DESC, s.id DESC LIMIT %d",
                 where.sql, QUERY_BATCH);
        sqlite3_stmt *stmt = status == STATUS_OK ? db_stmt(db, sql, err) : NULL;
        if (stmt) {
            where_bind(&where, stmt);
            sqlite3_bind_int64(stmt, sqlite3_bind_parameter_index(stmt, ":time"), time);
            sqlite3_bind_int64(stmt, sqlite3_bind_parameter_index(stmt, ":id"), id);
            int rc;
            while ((rc = db_step(db, stmt, err)) == SQLITE_ROW && count < QUERY_BATCH) {
                db_column_id(stmt, 0, refs[count].trace_id, sizeof refs[count].trace_id);
                db_column_id(stmt, 1, refs[count].span_id, sizeof refs[count].span_id);
                time = sqlite3_column_int64(stmt, 2);
                id = sqlite3_column_int64(stmt, 3);
                count++;
            }
            if (rc != SQLITE_DONE) status = STATUS_IO;
        } else if (status == STATUS_OK) {
            status = STATUS_IO;
        }
        store_reader_done(store, db);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            if (each(ctx, refs[i].trace_id, refs[i].span_id) != 0)
                status = err_set(err, STATUS_CANCELLED, NULL, "The reader stopped.");
    }
    free(refs);
    return status;
}

enum status viewer_store_count(struct viewer_store *store, const struct span_filter *filter, uint64_t cap,
                               uint64_t *count, struct err *err) {
    struct where where;
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = where_init(&where, filter, err);
    if (status == STATUS_OK && !where_count(&where, db, cap, 0, count))
        status = err_set(err, STATUS_IO, NULL, "The spans could not be counted.");
    store_reader_done(store, db);
    return status;
}

enum status viewer_store_info(struct viewer_store *store, struct store_info *out, struct err *err) {
    *out = (struct store_info){.spans = atomic_load(&store->spans), .traces = atomic_load(&store->traces)};
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = STATUS_IO;
    sqlite3_stmt *stmt =
        db_stmt(db,
                "SELECT (SELECT min(start_ns) FROM span), (SELECT max(start_ns) FROM span),"
                " (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
                err);
    if (stmt && db_step(db, stmt, err) == SQLITE_ROW) {
        out->oldest_ns = sqlite3_column_int64(stmt, 0);
        out->newest_ns = sqlite3_column_int64(stmt, 1);
        out->bytes = (uint64_t)sqlite3_column_int64(stmt, 2);
        status = STATUS_OK;
    }
    store_reader_done(store, db);
    return status;
}
