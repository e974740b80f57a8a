/* db.h: one SQLite connection with its prepared statements. Internal to store/. A connection belongs to one
 * thread at a time; statements are prepared once per connection and found again by their text. */
#ifndef VIEWER_STORE_DB_H
#define VIEWER_STORE_DB_H

#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define DB_STATEMENTS 64 /* kept per connection; the least recently used one goes */

struct db {
    sqlite3 *handle;
    struct {
        char *sql; /* owned */
        sqlite3_stmt *stmt;
        uint64_t used;
    } cache[DB_STATEMENTS];
    uint64_t clock;
    uint64_t deadline_ms; /* monotonic; 0: none. Statements are interrupted after it */
};

/* Opens the file. read_only: a connection that cannot write. */
enum status db_open(struct db *db, const char *path, bool read_only, struct err *err);
void db_close(struct db *db);

/* The statement for this text, reset and without bindings; NULL and *err on failure. It stays the
 * connection's. */
sqlite3_stmt *db_stmt(struct db *db, const char *sql, struct err *err);
/* Steps: SQLITE_ROW or SQLITE_DONE, anything else has filled *err. */
int db_step(struct db *db, sqlite3_stmt *stmt, struct err *err);
/* Steps a statement that gives no row, then resets it. */
enum status db_run(struct db *db, sqlite3_stmt *stmt, struct err *err);
/* Prepares, steps and forgets a text without parameters. */
enum status db_exec(struct db *db, const char *sql, struct err *err);
/* What SQLite's result code means to a caller; fills *err. */
enum status db_error(struct db *db, int rc, struct err *err);

/* Bindings. Text and blobs are lent until the statement is reset. */
void db_bind_text(sqlite3_stmt *stmt, int i, const char *text); /* NULL binds NULL */
void db_bind_bytes(sqlite3_stmt *stmt, int i, const char *text, size_t len);
/* An id in hex as a blob; "" or NULL binds NULL. */
void db_bind_id(sqlite3_stmt *stmt, int i, const char *hex);
/* A blob column as hex; "" for NULL. */
void db_column_id(sqlite3_stmt *stmt, int column, char *hex, size_t size);

#endif
