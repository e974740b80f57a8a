#include "viewer/store/db.h"

#include "base/clock.h"
#include "base/id.h"
#include "otlp/span_filter.h"

#include <stdlib.h>
#include <string.h>

#define BUSY_MS      10000
#define PROGRESS_OPS 2000 /* virtual machine steps between looks at the deadline */

static int past_deadline(void *ctx) {
    const struct db *db = ctx;
    return db->deadline_ms && clock_monotonic_ms() > db->deadline_ms;
}

/* text_matches(text, needle): the filter's rule, see span_filter.h. */
static void text_matches(sqlite3_context *context, int argc, sqlite3_value **argv) {
    (void)argc;
    const char *text = (const char *)sqlite3_value_text(argv[0]);
    const char *needle = (const char *)sqlite3_value_text(argv[1]);
    bool yes = text && needle &&
               span_text_match(text, (size_t)sqlite3_value_bytes(argv[0]), needle,
                               (size_t)sqlite3_value_bytes(argv[1]));
    sqlite3_result_int(context, yes);
}

enum status db_open(struct db *db, const char *path, bool read_only, struct err *err) {
    *db = (struct db){0};
    int flags =
        (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(path, &db->handle, flags, NULL);
    if (rc != SQLITE_OK) {
        enum status status = err_set(err, STATUS_IO, NULL, "Cannot open %s: %s.", path,
                                     db->handle ? sqlite3_errmsg(db->handle) : "out of memory");
        db_close(db);
        return status;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_progress_handler(db->handle, PROGRESS_OPS, past_deadline, db);
    rc = sqlite3_create_function_v2(db->handle, "text_matches", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                    text_matches, NULL, NULL, NULL);
    if (rc != SQLITE_OK) {
        enum status status = db_error(db, rc, err);
        db_close(db);
        return status;
    }
    return STATUS_OK;
}

void db_close(struct db *db) {
    for (size_t i = 0; i < DB_STATEMENTS; i++) {
        sqlite3_finalize(db->cache[i].stmt);
        free(db->cache[i].sql);
    }
    sqlite3_close(db->handle);
    *db = (struct db){0};
}

enum status db_error(struct db *db, int rc, struct err *err) {
    const char *message = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc);
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    case SQLITE_INTERRUPT:
        return err_set(err, STATUS_CANCELLED, NULL, "The query took too long.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, STATUS_BUSY, "storage_busy", "The database is busy. Try again.");
    case SQLITE_FULL:
        return err_set(err, STATUS_BUSY, "disk_full", "The disk is full.");
    default:
        return err_set(err, STATUS_IO, "storage", "The database reports: %s.", message);
    }
}

sqlite3_stmt *db_stmt(struct db *db, const char *sql, struct err *err) {
    size_t oldest = 0;
    for (size_t i = 0; i < DB_STATEMENTS; i++) {
        if (db->cache[i].sql && strcmp(db->cache[i].sql, sql) == 0) {
            sqlite3_stmt *stmt = db->cache[i].stmt;
            db->cache[i].used = ++db->clock;
            sqlite3_reset(stmt);
            sqlite3_clear_bindings(stmt);
            return stmt;
        }
        if (db->cache[i].used < db->cache[oldest].used) oldest = i;
    }
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    char *copy = rc == SQLITE_OK ? strdup(sql) : NULL;
    if (!copy) {
        sqlite3_finalize(stmt);
        db_error(db, rc == SQLITE_OK ? SQLITE_NOMEM : rc, err);
        return NULL;
    }
    sqlite3_finalize(db->cache[oldest].stmt);
    free(db->cache[oldest].sql);
    db->cache[oldest].sql = copy;
    db->cache[oldest].stmt = stmt;
    db->cache[oldest].used = ++db->clock;
    return stmt;
}

int db_step(struct db *db, sqlite3_stmt *stmt, struct err *err) {
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        db_error(db, rc, err);
        sqlite3_reset(stmt);
    }
    return rc;
}

enum status db_run(struct db *db, sqlite3_stmt *stmt, struct err *err) {
    if (!stmt) return err && err->status != STATUS_OK ? err->status : STATUS_IO;
    int rc = sqlite3_step(stmt);
    enum status status = rc == SQLITE_ROW || rc == SQLITE_DONE ? STATUS_OK : db_error(db, rc, err);
    sqlite3_reset(stmt);
    return status;
}

enum status db_exec(struct db *db, const char *sql, struct err *err) {
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

void db_bind_text(sqlite3_stmt *stmt, int i, const char *text) {
    if (text)
        sqlite3_bind_text(stmt, i, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(stmt, i);
}

void db_bind_bytes(sqlite3_stmt *stmt, int i, const char *text, size_t len) {
    sqlite3_bind_text64(stmt, i, text ? text : "", len, SQLITE_STATIC, SQLITE_UTF8);
}

static unsigned nibble(char c) {
    return (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10) & 15;
}

void db_bind_id(sqlite3_stmt *stmt, int i, const char *hex) {
    unsigned char bytes[16];
    size_t n = hex ? strlen(hex) / 2 : 0;
    if (!n || n > sizeof bytes) {
        sqlite3_bind_null(stmt, i);
        return;
    }
    for (size_t k = 0; k < n; k++) bytes[k] = (unsigned char)(nibble(hex[2 * k]) << 4 | nibble(hex[2 * k + 1]));
    sqlite3_bind_blob(stmt, i, bytes, (int)n, SQLITE_TRANSIENT);
}

void db_column_id(sqlite3_stmt *stmt, int column, char *hex, size_t size) {
    const void *bytes = sqlite3_column_blob(stmt, column);
    int n = sqlite3_column_bytes(stmt, column);
    hex[0] = '\0';
    if (bytes && n > 0 && (size_t)n * 2 < size) hex_encode(bytes, (size_t)n, hex);
}
