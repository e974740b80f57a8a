/* Connections, statements and transactions.
 *
 * One connection writes, behind a ticket lock (first come, first served: a chunked change gives everybody a turn
 * between two chunks). READERS connections read, each opened when it is first needed and used by one thread at a
 * time; whoever finds none free waits. A statement is prepared once per connection and reset after use.
 *
 * Waiting: nobody else has the file open (the directory is locked), so SQLITE_BUSY comes only from a checkpoint or a
 * recovery and is over in a moment; busy_timeout covers it. */
#include "store/sqlite/internal.h"

#define BUSY_TIMEOUT_MS 5000
#define AUTOCHECKPOINT  4000 /* pages: 32 MB of log; measured much faster than the default 1000 when loading */

enum status db_error(sqlite3 *db, int rc, struct err *err) {
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, STATUS_BUSY, "busy", "The database is busy; try again in a moment.");
    case SQLITE_NOMEM:
        return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out; close something and try again.");
    case SQLITE_INTERRUPT:
        return err_set(err, STATUS_CANCELLED, "cancelled", "The call was cancelled.");
    case SQLITE_FULL:
        return err_set(err, STATUS_IO, "disk_full",
                       "The disk with the data directory is full; free some space.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return err_set(
            err, STATUS_IO, "not_writable",
            "The database in the data directory cannot be written; check its owner and permissions.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, STATUS_IO, "corrupt",
                       "The database file is damaged (%s); restore spanset.db from a backup.",
                       sqlite3_errstr(rc));
    case SQLITE_CONSTRAINT:
        return err_set(err, STATUS_CONFLICT, "constraint", "That would break a rule of the data.");
    case SQLITE_TOOBIG:
        return err_set(err, STATUS_TOO_LARGE, "too_large", "The text is too large to be stored.");
    default:
        return err_set(err, STATUS_IO, "storage", "The database answered: %s.",
                       db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
    }
}

enum status conn_open(struct conn *c, const char *path, bool writer, struct err *err) {
    /* Without CREATE: the file is made 0600 before, and SQLite gives its journal files the same mode. */
    int flags = SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    int rc = sqlite3_open_v2(path, &c->db, flags, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_extended_result_codes(c->db, 1);
        sqlite3_busy_timeout(c->db, BUSY_TIMEOUT_MS);
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        rc = sqlite3_exec(c->db, "PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;",
                          NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK && writer) {
        /* page_size and auto_vacuum count only before the first page is written, hence before WAL */
        rc = sqlite3_exec(
            c->db,
            "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
            "PRAGMA synchronous=FULL; PRAGMA secure_delete=FAST; PRAGMA journal_size_limit=67108864;",
            NULL, NULL, NULL);
        if (rc == SQLITE_OK) sqlite3_wal_autocheckpoint(c->db, AUTOCHECKPOINT);
    }
    if (rc == SQLITE_OK) return STATUS_OK;
    enum status st = db_error(c->db, rc, err);
    conn_close(c);
    return st;
}

void conn_close(struct conn *c) {
    for (size_t i = 0; i < SQL_IDS; i++) sqlite3_finalize(c->statements[i]);
    sqlite3_close(c->db);
    *c = (struct conn){.db = NULL};
}

void db_bind(sqlite3_stmt *q, int at, struct arg a) {
    switch (a.type) {
    case 'i':
        sqlite3_bind_int64(q, at, a.i);
        break;
    case 'd':
        sqlite3_bind_double(q, at, a.d);
        break;
    case 't':
        sqlite3_bind_text64(q, at, a.s, a.len, SQLITE_STATIC, SQLITE_UTF8);
        break;
    default:
        sqlite3_bind_null(q, at);
    }
}

sqlite3_stmt *db_query(struct conn *c, int sql, const struct arg *args, size_t count, struct err *err) {
    sqlite3_stmt **q = &c->statements[sql];
    if (!*q) {
        int rc = sqlite3_prepare_v3(c->db, sql_text(sql), -1, SQLITE_PREPARE_PERSISTENT, q, NULL);
        if (rc != SQLITE_OK) {
            db_error(c->db, rc, err);
            return NULL;
        }
    }
    for (size_t i = 0; i < count; i++) db_bind(*q, (int)i + 1, args[i]);
    return *q;
}

bool db_next(sqlite3_stmt *q) {
    return q && sqlite3_step(q) == SQLITE_ROW;
}

enum status db_end(sqlite3_stmt *q, struct err *err) {
    if (!q) return err && err->status ? err->status : STATUS_IO;
    sqlite3 *db = sqlite3_db_handle(q);
    int rc = sqlite3_reset(q); /* repeats the failure of the last step */
    enum status st = rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
    sqlite3_clear_bindings(q); /* lent strings end here */
    return st;
}

enum status db_run(struct conn *c, int sql, const struct arg *args, size_t count, struct err *err) {
    sqlite3_stmt *q = db_query(c, sql, args, count, err);
    while (db_next(q)) continue;
    return db_end(q, err);
}

enum status db_int(struct conn *c, int sql, const struct arg *args, size_t count, int64_t absent, int64_t *out,
                   struct err *err) {
    sqlite3_stmt *q = db_query(c, sql, args, count, err);
    *out = db_next(q) ? sqlite3_column_int64(q, 0) : absent;
    return db_end(q, err);
}

const char *db_text(sqlite3_stmt *q, int column) {
    return (const char *)sqlite3_column_text(q, column);
}

int64_t db_known(sqlite3_stmt *q, int column) {
    return sqlite3_column_type(q, column) == SQLITE_NULL ? -1 : sqlite3_column_int64(q, column);
}

double db_real(sqlite3_stmt *q, int column) {
    return sqlite3_column_type(q, column) == SQLITE_NULL ? -1 : sqlite3_column_double(q, column);
}

/* ---- readers ---- */

struct conn *reader_take(struct store *s, struct err *err) {
    pthread_mutex_lock(&s->pool_lock);
    size_t free_one = READERS;
    for (;;) {
        for (size_t i = 0; i < READERS; i++) {
            if (s->reader_busy[i]) continue;
            if (free_one == READERS || (s->readers[i].db && !s->readers[free_one].db))
                free_one = i; /* prefer open ones */
        }
        if (free_one < READERS) break;
        pthread_cond_wait(&s->pool_free, &s->pool_lock);
    }
    s->reader_busy[free_one] = true;
    struct conn *c = &s->readers[free_one];
    pthread_mutex_unlock(&s->pool_lock);
    if (atomic_load(&s->interrupted)) {
        err_set(err, STATUS_CANCELLED, "closing", "The store is closing.");
    } else if (c->db) {
        return c;
    } else {
        /* published under the lock: store_interrupt looks at readers[].db */
        struct conn fresh = {.db = NULL};
        if (conn_open(&fresh, s->db_path, false, err) == STATUS_OK) {
            pthread_mutex_lock(&s->pool_lock);
            c->db = fresh.db;
            pthread_mutex_unlock(&s->pool_lock);
            return c;
        }
    }
    reader_give(s, c);
    return NULL;
}

void reader_give(struct store *s, struct conn *c) {
    pthread_mutex_lock(&s->pool_lock);
    s->reader_busy[c - s->readers] = false;
    pthread_cond_signal(&s->pool_free);
    pthread_mutex_unlock(&s->pool_lock);
}

/* ---- the writer ---- */

static void write_lock(struct store *s) {
    pthread_mutex_lock(&s->ticket_lock);
    uint64_t mine = s->ticket_next++;
    while (s->ticket_now != mine) pthread_cond_wait(&s->ticket_turn, &s->ticket_lock);
    pthread_mutex_unlock(&s->ticket_lock);
}

static void write_unlock(struct store *s) {
    pthread_mutex_lock(&s->ticket_lock);
    s->ticket_now++;
    pthread_cond_broadcast(&s->ticket_turn);
    pthread_mutex_unlock(&s->ticket_lock);
}

enum status tx_begin(struct store *s, struct err *err) {
    write_lock(s);
    enum status st = atomic_load(&s->interrupted)
                         ? err_set(err, STATUS_CANCELLED, "closing", "The store is closing.")
                         : db_run(&s->writer, SQL_BEGIN, NULL, 0, err);
    if (st) write_unlock(s);
    return st;
}

void tx_rollback(struct store *s) {
    /* some failures (disk full, interrupt) have rolled back already */
    if (!sqlite3_get_autocommit(s->writer.db)) db_run(&s->writer, SQL_ROLLBACK, NULL, 0, NULL);
    write_unlock(s);
}

enum status tx_commit(struct store *s, struct err *err) {
    enum status st = db_run(&s->writer, SQL_COMMIT, NULL, 0, err);
    if (st) {
        tx_rollback(s);
    } else {
        write_unlock(s);
    }
    return st;
}

enum status tx_end(struct store *s, enum status st, struct err *err) {
    if (st == STATUS_OK) return tx_commit(s, err);
    tx_rollback(s);
    return st;
}
