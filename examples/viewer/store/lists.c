/* Lists page by key, not by offset: a cursor names the last row's sort key and is bound to list and filter by a
 * hash.
 *
 *     <list><hash of the filter>-<time>-<id>       all but the letter in hex or decimal, the id in hex
 *
 * Lists of traces and threads show those with at least one span that fits. When few spans fit, those are found
 * first and their traces listed; when many do, traces are walked newest first and each is asked for one fitting
 * span. */
#include "viewer/store/internal.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MS  150  /* how long a list's total may take; after that it is null */
#define FEW_SPANS 2000 /* up to here the fitting spans are found first */
#define FEW_MS    60

struct cursor {
    bool set;
    int64_t time;
    char id[512]; /* hex of a trace id or a thread id; decimal of a row id */
};

static enum status parse_cursor(struct cursor *c, char list, const struct span_filter *filter, const char *text,
                                struct err *err) {
    *c = (struct cursor){0};
    if (!text) return STATUS_OK;
    char letter = 0;
    uint64_t hash = 0;
    int end = 0;
    if (sscanf(text, "%c%16" SCNx64 "-%" SCNd64 "-%n", &letter, &hash, &c->time, &end) != 3 || !end ||
        letter != list)
        return err_set(err, STATUS_INVALID, "bad_cursor",
                       "The cursor is not one of this list's. Start without it.");
    if (hash != span_filter_hash(filter))
        return err_set(err, STATUS_INVALID, "bad_cursor",
                       "The cursor belongs to another filter. Start without a cursor when the filter changes.");
    const char *id = text + end;
    size_t n = strlen(id);
    if (!n || n >= sizeof c->id || strspn(id, "0123456789abcdef") != n || (list != 's' && n % 2))
        return err_set(err, STATUS_INVALID, "bad_cursor",
                       "The cursor is not one of this list's. Start without it.");
    memcpy(c->id, id, n + 1);
    c->set = true;
    return STATUS_OK;
}

static void write_cursor(struct buf *out, char list, const struct span_filter *filter, int64_t time,
                         const char *id) {
    buf_printf(out, "\"%c%016" PRIx64 "-%" PRId64 "-%s\"", list, span_filter_hash(filter), time, id);
}

static char *unhex(const char *hex) {
    size_t n = strlen(hex) / 2;
    char *text = malloc(n + 1);
    for (size_t i = 0; text && i < n; i++) {
        char two[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        text[i] = (char)strtoul(two, NULL, 16);
    }
    if (text) text[n] = '\0';
    return text;
}

static char *to_hex(const char *text) {
    size_t n = strlen(text);
    char *hex = malloc(2 * n + 1);
    if (hex) hex_encode(text, n, hex);
    return hex;
}

static int at(sqlite3_stmt *stmt, const char *name) {
    return sqlite3_bind_parameter_index(stmt, name);
}

static void write_total(struct buf *out, bool known, uint64_t total) {
    buf_json_key(out, "total");
    if (known)
        buf_printf(out, "%" PRIu64, total);
    else
        buf_str(out, "null");
    buf_json_key(out, "next");
}

/* ---- spans ---- */

enum status viewer_store_spans(struct viewer_store *store, const struct span_filter *filter,
                               const struct list_page *page, struct buf *out, struct err *err) {
    struct cursor cursor;
    enum status status = parse_cursor(&cursor, 's', filter, page->cursor, err);
    if (status != STATUS_OK) return status;
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    struct where where;
    char sql[WHERE_SIZE + 1000];
    int64_t rows = 0, last_time = 0, last_id = 0;
    bool more = false;
    status = where_init(&where, filter, err);
    if (status != STATUS_OK) goto out;
    snprintf(
        sql, sizeof sql,
        "SELECT s.id, s.start_ns, %s FROM span s WHERE %s%s ORDER BY s.start_ns DESC, s.id DESC LIMIT :limit",
        SPAN_COLUMNS, where.sql, cursor.set ? " AND (s.start_ns, s.id) < (:time, :id)" : "");
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    where_bind(&where, stmt);
    sqlite3_bind_int64(stmt, at(stmt, ":limit"), page->limit + 1);
    if (cursor.set) {
        sqlite3_bind_int64(stmt, at(stmt, ":time"), cursor.time);
        sqlite3_bind_int64(stmt, at(stmt, ":id"), strtoll(cursor.id, NULL, 10));
    }
    buf_str(out, "{\"spans\":[");
    int rc;
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        if (rows++ == page->limit) {
            more = true;
            break;
        }
        last_id = sqlite3_column_int64(stmt, 0);
        last_time = sqlite3_column_int64(stmt, 1);
        buf_json_comma(out);
        row_span(stmt, 2, out);
        buf_char(out, '}');
    }
    sqlite3_reset(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        status = STATUS_IO;
        goto out;
    }
    buf_char(out, ']');
    uint64_t total = atomic_load(&store->spans);
    bool known = span_filter_is_empty(filter) || where_count(&where, db, UINT64_MAX, COUNT_MS, &total);
    write_total(out, known, total);
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, last_id);
    if (more)
        write_cursor(out, 's', filter, last_time, id);
    else
        buf_str(out, "null");
    buf_char(out, '}');
out:
    store_reader_done(store, db);
    return status;
}

/* ---- traces and threads ---- */

/* How a list of groups (traces, threads) finds those that have a fitting span. `key` is the group's key,
 * `index` what finds the spans of one group: left alone, SQLite prefers an index of the filter's columns, which
 * has far more rows. */
static void group_condition(struct where *where, struct db *db, const char *key, const char *group,
                            const char *index, char *sql, size_t size) {
    uint64_t fit = 0;
    if (span_filter_is_empty(where->filter)) {
        snprintf(sql, size, "1");
    } else if (where_count(where, db, FEW_SPANS, FEW_MS, &fit) && fit < FEW_SPANS) {
        snprintf(sql, size, "%s.%s IN (SELECT s.%s FROM span s WHERE %s)", group, key, key, where->sql);
    } else {
        snprintf(sql, size, "EXISTS(SELECT 1 FROM span s INDEXED BY %s WHERE s.%s = %s.%s AND %s)", index, key,
                 group, key, where->sql);
    }
}

/* Counts what `from` and `condition` select, for a while. */
static bool count_groups(struct where *where, struct db *db, const char *from, const char *condition,
                         uint64_t *total) {
    char sql[WHERE_SIZE + 300];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s", from, condition);
    sqlite3_stmt *stmt = db_stmt(db, sql, NULL);
    if (!stmt) return false;
    where_bind(where, stmt);
    db->deadline_ms = clock_monotonic_ms() + COUNT_MS;
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) *total = (uint64_t)sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    db->deadline_ms = 0;
    return rc == SQLITE_ROW;
}

enum status viewer_store_traces(struct viewer_store *store, const struct span_filter *filter,
                                const struct list_page *page, struct buf *out, struct err *err) {
    struct cursor cursor;
    enum status status = parse_cursor(&cursor, 't', filter, page->cursor, err);
    if (status != STATUS_OK) return status;
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    struct where where;
    char condition[WHERE_SIZE + 200], sql[2 * WHERE_SIZE + 1400], last_id[TRACE_ID_TEXT_SIZE] = "";
    int64_t rows = 0, last_time = 0;
    bool more = false, all = span_filter_is_empty(filter);
    status = where_init(&where, filter, err);
    if (status != STATUS_OK) goto out;
    group_condition(&where, db, "trace_id", "t", "span_trace", condition, sizeof condition);
    snprintf(sql, sizeof sql,
             "SELECT %s%s%s, %s FROM trace t WHERE %s%s ORDER BY t.start_ns DESC, t.trace_id DESC LIMIT :limit",
             all ? "t.span_count"
                 : "(SELECT count(*) FROM span s INDEXED BY span_trace WHERE s.trace_id = t.trace_id AND ",
             all ? "" : where.sql, all ? "" : ")", TRACE_COLUMNS, condition,
             cursor.set ? " AND (t.start_ns, t.trace_id) < (:time, :id)" : "");
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    where_bind(&where, stmt);
    sqlite3_bind_int64(stmt, at(stmt, ":limit"), page->limit + 1);
    if (cursor.set) {
        sqlite3_bind_int64(stmt, at(stmt, ":time"), cursor.time);
        cursor.id[TRACE_ID_TEXT_SIZE - 1] = '\0';
        db_bind_id(stmt, at(stmt, ":id"), cursor.id);
    }
    buf_str(out, "{\"traces\":[");
    int rc;
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        if (rows++ == page->limit) {
            more = true;
            break;
        }
        db_column_id(stmt, 1, last_id, sizeof last_id);
        last_time = sqlite3_column_int64(stmt, 4);
        buf_json_comma(out);
        row_trace(stmt, 1, out);
        buf_printf(out, ",\"matched\":%lld}", (long long)sqlite3_column_int64(stmt, 0));
    }
    sqlite3_reset(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        status = STATUS_IO;
        goto out;
    }
    buf_char(out, ']');
    uint64_t total = atomic_load(&store->traces);
    bool known = all || count_groups(&where, db, "trace t", condition, &total);
    write_total(out, known, total);
    if (more)
        write_cursor(out, 't', filter, last_time, last_id);
    else
        buf_str(out, "null");
    buf_char(out, '}');
out:
    store_reader_done(store, db);
    return status;
}

enum status viewer_store_threads(struct viewer_store *store, const struct span_filter *filter,
                                 const struct list_page *page, struct buf *out, struct err *err) {
    struct cursor cursor;
    enum status status = parse_cursor(&cursor, 'h', filter, page->cursor, err);
    if (status != STATUS_OK) return status;
    char *after = NULL, *last = NULL;
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    struct where where;
    char condition[WHERE_SIZE + 200], sql[2 * WHERE_SIZE + 800];
    int64_t rows = 0, last_time = 0;
    bool more = false;
    status = where_init(&where, filter, err);
    if (status != STATUS_OK) goto out;
    group_condition(&where, db, "thread_id", "h", "span_thread", condition, sizeof condition);
    snprintf(sql, sizeof sql,
             "SELECT %s FROM thread h WHERE %s%s ORDER BY h.last_ns DESC, h.thread_id DESC LIMIT :limit",
             THREAD_COLUMNS, condition, cursor.set ? " AND (h.last_ns, h.thread_id) < (:time, :id)" : "");
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    where_bind(&where, stmt);
    sqlite3_bind_int64(stmt, at(stmt, ":limit"), page->limit + 1);
    if (cursor.set) {
        after = unhex(cursor.id);
        sqlite3_bind_int64(stmt, at(stmt, ":time"), cursor.time);
        db_bind_text(stmt, at(stmt, ":id"), after);
    }
    buf_str(out, "{\"threads\":[");
    int rc;
    while ((rc = db_step(db, stmt, err)) == SQLITE_ROW) {
        if (rows++ == page->limit) {
            more = true;
            break;
        }
        free(last);
        last = to_hex((const char *)sqlite3_column_text(stmt, 0));
        last_time = sqlite3_column_int64(stmt, 4);
        buf_json_comma(out);
        row_thread(stmt, 0, out);
        buf_char(out, '}');
    }
    sqlite3_reset(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        status = STATUS_IO;
        goto out;
    }
    buf_char(out, ']');
    uint64_t total = 0;
    bool known = count_groups(&where, db, "thread h", condition, &total);
    write_total(out, known, total);
    if (more && last)
        write_cursor(out, 'h', filter, last_time, last);
    else
        buf_str(out, "null");
    buf_char(out, '}');
out:
    free(after);
    free(last);
    store_reader_done(store, db);
    return status;
}
