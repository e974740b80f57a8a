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

/* In place: the text is half as long. */
static void unhex(char *hex) {
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        char two[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        hex[i] = (char)strtoul(two, NULL, 16);
    }
    hex[n] = '\0';
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

/* ---- what the lists share ---- */

struct list_kind {
    char letter; /* of its cursors */
    const char *name;
    int time_column; /* the one it is ordered by, newest first */
    void (*bind)(sqlite3_stmt *stmt, int i,
                 char *id); /* a cursor's id, which stays until the statement is reset */
    char *(*row)(sqlite3_stmt *stmt, struct buf *out); /* writes a row; its id as a cursor has it, owned */
};

struct list {
    const struct list_kind *kind;
    struct viewer_store *store;
    const struct list_page *page;
    struct buf *out;
    struct err *err;
    struct db *db;
    struct cursor cursor;
    struct where where;
    int64_t last_time; /* of the last row that was written */
    char *last_id;
    bool more; /* rows behind it */
};

/* Close it whatever comes back. */
static enum status list_open(struct list *l, const struct span_filter *filter) {
    enum status status = parse_cursor(&l->cursor, l->kind->letter, filter, l->page->cursor, l->err);
    if (status != STATUS_OK) return status;
    l->db = store_reader(l->store, l->err);
    return l->db ? where_init(&l->where, filter, l->err) : STATUS_IO;
}

static void list_close(struct list *l) {
    free(l->last_id);
    if (l->db) store_reader_done(l->store, l->db);
}

/* Writes the page that the statement finds; :limit, :time and :id are bound here. */
static enum status list_rows(struct list *l, const char *sql) {
    int64_t rows = 0;
    int rc;
    sqlite3_stmt *stmt = db_stmt(l->db, sql, l->err);
    if (!stmt) return STATUS_IO;
    where_bind(&l->where, stmt);
    sqlite3_bind_int64(stmt, at(stmt, ":limit"), l->page->limit + 1);
    if (l->cursor.set) {
        sqlite3_bind_int64(stmt, at(stmt, ":time"), l->cursor.time);
        l->kind->bind(stmt, at(stmt, ":id"), l->cursor.id);
    }
    buf_printf(l->out, "{\"%s\":[", l->kind->name);
    while ((rc = db_step(l->db, stmt, l->err)) == SQLITE_ROW) {
        l->more = rows++ == l->page->limit;
        if (l->more) break;
        buf_json_comma(l->out);
        l->last_time = sqlite3_column_int64(stmt, l->kind->time_column);
        free(l->last_id);
        l->last_id = l->kind->row(stmt, l->out);
        buf_char(l->out, '}');
    }
    sqlite3_reset(stmt);
    buf_char(l->out, ']');
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : STATUS_IO;
}

static void list_end(struct list *l, bool known, uint64_t total) {
    buf_json_key(l->out, "total");
    if (known)
        buf_printf(l->out, "%" PRIu64, total);
    else
        buf_str(l->out, "null");
    buf_json_key(l->out, "next");
    if (l->more && l->last_id)
        write_cursor(l->out, l->kind->letter, l->where.filter, l->last_time, l->last_id);
    else
        buf_str(l->out, "null");
    buf_char(l->out, '}');
}

/* ---- spans ---- */

static void bind_row_id(sqlite3_stmt *stmt, int i, char *id) {
    sqlite3_bind_int64(stmt, i, strtoll(id, NULL, 10));
}

static char *write_span(sqlite3_stmt *stmt, struct buf *out) {
    char id[24];
    row_span(stmt, 2, out);
    snprintf(id, sizeof id, "%" PRId64, (int64_t)sqlite3_column_int64(stmt, 0));
    return strdup(id);
}

enum status viewer_store_spans(struct viewer_store *store, const struct span_filter *filter,
                               const struct list_page *page, struct buf *out, struct err *err) {
    static const struct list_kind kind = {'s', "spans", 1, bind_row_id, write_span};
    struct list l = {.kind = &kind, .store = store, .page = page, .out = out, .err = err};
    char sql[WHERE_SIZE + 1000];
    enum status status = list_open(&l, filter);
    if (status != STATUS_OK) goto out;
    snprintf(
        sql, sizeof sql,
        "SELECT s.id, s.start_ns, %s FROM span s WHERE %s%s ORDER BY s.start_ns DESC, s.id DESC LIMIT :limit",
        SPAN_COLUMNS, l.where.sql, l.cursor.set ? " AND (s.start_ns, s.id) < (:time, :id)" : "");
    status = list_rows(&l, sql);
    if (status != STATUS_OK) goto out;
    uint64_t total = atomic_load(&store->spans);
    bool known = span_filter_is_empty(filter) || where_count(&l.where, l.db, UINT64_MAX, COUNT_MS, &total);
    list_end(&l, known, total);
out:
    list_close(&l);
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

static void bind_trace_id(sqlite3_stmt *stmt, int i, char *id) {
    id[TRACE_ID_TEXT_SIZE - 1] = '\0';
    db_bind_id(stmt, i, id);
}

static char *write_trace(sqlite3_stmt *stmt, struct buf *out) {
    char id[TRACE_ID_TEXT_SIZE];
    db_column_id(stmt, 1, id, sizeof id);
    row_trace(stmt, 1, out);
    buf_printf(out, ",\"matched\":%lld", (long long)sqlite3_column_int64(stmt, 0));
    return strdup(id);
}

enum status viewer_store_traces(struct viewer_store *store, const struct span_filter *filter,
                                const struct list_page *page, struct buf *out, struct err *err) {
    static const struct list_kind kind = {'t', "traces", 4, bind_trace_id, write_trace};
    struct list l = {.kind = &kind, .store = store, .page = page, .out = out, .err = err};
    char condition[WHERE_SIZE + 200], sql[2 * WHERE_SIZE + 1400];
    bool all = span_filter_is_empty(filter);
    enum status status = list_open(&l, filter);
    if (status != STATUS_OK) goto out;
    group_condition(&l.where, l.db, "trace_id", "t", "span_trace", condition, sizeof condition);
    snprintf(sql, sizeof sql,
             "SELECT %s%s%s, %s FROM trace t WHERE %s%s ORDER BY t.start_ns DESC, t.trace_id DESC LIMIT :limit",
             all ? "t.span_count"
                 : "(SELECT count(*) FROM span s INDEXED BY span_trace WHERE s.trace_id = t.trace_id AND ",
             all ? "" : l.where.sql, all ? "" : ")", TRACE_COLUMNS, condition,
             l.cursor.set ? " AND (t.start_ns, t.trace_id) < (:time, :id)" : "");
    status = list_rows(&l, sql);
    if (status != STATUS_OK) goto out;
    uint64_t total = atomic_load(&store->traces);
    bool known = all || count_groups(&l.where, l.db, "trace t", condition, &total);
    list_end(&l, known, total);
out:
    list_close(&l);
    return status;
}

static void bind_thread_id(sqlite3_stmt *stmt, int i, char *id) {
    unhex(id);
    db_bind_text(stmt, i, id);
}

static char *write_thread(sqlite3_stmt *stmt, struct buf *out) {
    row_thread(stmt, 0, out);
    return to_hex((const char *)sqlite3_column_text(stmt, 0));
}

enum status viewer_store_threads(struct viewer_store *store, const struct span_filter *filter,
                                 const struct list_page *page, struct buf *out, struct err *err) {
    static const struct list_kind kind = {'h', "threads", 4, bind_thread_id, write_thread};
    struct list l = {.kind = &kind, .store = store, .page = page, .out = out, .err = err};
    char condition[WHERE_SIZE + 200], sql[2 * WHERE_SIZE + 800];
    enum status status = list_open(&l, filter);
    if (status != STATUS_OK) goto out;
    group_condition(&l.where, l.db, "thread_id", "h", "span_thread", condition, sizeof condition);
    snprintf(sql, sizeof sql,
             "SELECT %s FROM thread h WHERE %s%s ORDER BY h.last_ns DESC, h.thread_id DESC LIMIT :limit",
             THREAD_COLUMNS, condition, l.cursor.set ? " AND (h.last_ns, h.thread_id) < (:time, :id)" : "");
    status = list_rows(&l, sql);
    if (status != STATUS_OK) goto out;
    uint64_t total = 0;
    bool known = count_groups(&l.where, l.db, "thread h", condition, &total);
    list_end(&l, known, total);
out:
    list_close(&l);
    return status;
}
