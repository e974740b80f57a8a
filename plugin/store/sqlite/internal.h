/* internal.h: what the files of this room share. sqlite3's types appear nowhere above.
 *
 * Locks, in the order they may be taken: the write lock (a ticket queue), then pool_lock or running_lock, each for a
 * few instructions. Readers never wait for writers: WAL. */
#ifndef SPANSET_STORE_SQLITE_INTERNAL_H
#define SPANSET_STORE_SQLITE_INTERNAL_H

#include "base/buf.h"
#include "base/clock.h"
#include "store/sqlite/sql.h"
#include "store/store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPLICATION_ID 0x53504e53 /* "SPNS" */
#define READERS        8          /* read-only connections, opened when first needed */

struct conn {
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_IDS];
};

/* A chunked change that is running, so that it can be cancelled by its id. */
struct running {
    char id[UUID_TEXT_SIZE];
    atomic_bool cancel;
    struct running *next;
};

struct store {
    struct store_options options; /* data_dir owned */
    char *db_path;
    int lock_fd;
    struct id_generator ids;
    atomic_bool interrupted;

    pthread_mutex_t
        ticket_lock; /* the write lock: first come, first served, so that chunks let others in between */
    pthread_cond_t ticket_turn;
    uint64_t ticket_next, ticket_now;
    struct conn writer;

    pthread_mutex_t pool_lock;
    pthread_cond_t pool_free;
    struct conn readers[READERS];
    bool reader_busy[READERS];

    pthread_mutex_t running_lock;
    struct running *running;
};

/* ---- connection.c ---- */

enum status conn_open(struct conn *c, const char *path, bool writer, struct err *err);
void conn_close(struct conn *c);

enum status db_error(sqlite3 *db, int rc, struct err *err);

/* One bound value. */
struct arg {
    char type; /* 'i' int, 'd' double, 't' text, '0' NULL */
    int64_t i;
    double d;
    const char *s;
    size_t len;
};
static inline struct arg arg_int(int64_t i) {
    return (struct arg){.type = 'i', .i = i};
}
static inline struct arg arg_known(int64_t i) {
    return (struct arg){.type = i < 0 ? '0' : 'i', .i = i};
}
static inline struct arg arg_real(double d) {
    return (struct arg){.type = d < 0 ? '0' : 'd', .d = d};
}
static inline struct arg arg_bytes(const char *s, size_t len) {
    return (struct arg){.type = s ? 't' : '0', .s = s, .len = len};
}
static inline struct arg arg_text(const char *s) {
    return arg_bytes(s, s ? strlen(s) : 0);
}
static inline struct arg arg_null(void) {
    return (struct arg){.type = '0'};
}
/* Binds ?1, ?2 ...; strings must stay until the statement is done. */
#define ARGS(...)                                                                                              \
    (const struct arg[]){__VA_ARGS__}, sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)

/* Runs a statement that gives no rows. A violated constraint is STATUS_CONFLICT "constraint". */
enum status db_run(struct conn *c, int sql, const struct arg *args, size_t count, struct err *err);
/* Starts a query; NULL with *err. Step with db_next, end with db_end in every case. */
sqlite3_stmt *db_query(struct conn *c, int sql, const struct arg *args, size_t count, struct err *err);
bool db_next(sqlite3_stmt *q); /* true: a row is there */
/* Resets; the status of what happened in db_next (also when the walk was left early). q may be NULL. */
enum status db_end(sqlite3_stmt *q, struct err *err);
/* First column of the first row, or `absent`. */
enum status db_int(struct conn *c, int sql, const struct arg *args, size_t count, int64_t absent, int64_t *out,
                   struct err *err);
void db_bind(sqlite3_stmt *q, int at, struct arg a);
/* Text of a column, NULL for NULL; lent until the next step. */
const char *db_text(sqlite3_stmt *q, int column);
int64_t db_known(sqlite3_stmt *q, int column); /* -1 for NULL */
double db_real(sqlite3_stmt *q, int column);   /* -1 for NULL */

struct conn *reader_take(struct store *s, struct err *err);
void reader_give(struct store *s, struct conn *c);

/* Takes the write lock and begins; on failure the lock is not held. End with exactly one of the other two. */
enum status tx_begin(struct store *s, struct err *err);
enum status tx_commit(struct store *s, struct err *err);
void tx_rollback(struct store *s);
/* Ends with a commit when st is STATUS_OK, else with a rollback; the resulting status. */
enum status tx_end(struct store *s, enum status st, struct err *err);

/* ---- schema.c ---- */

enum status schema_migrate(sqlite3 *db, const struct log_sink *log, struct err *err);

/* ---- operation.c: what is done, so that it can be undone ---- */

struct operation {
    int64_t key, seq; /* seq: changes noted so far */
    char id[UUID_TEXT_SIZE];
};
/* Inside a write transaction. dataset 0 = none; total -1 = unknown; running: it will take several transactions. */
enum status operation_begin(struct store *s, struct operation *op, const char *kind, int64_t dataset,
                            int64_t total, bool running, struct err *err);
enum status operation_end(struct store *s, const struct operation *op, int64_t done, struct err *err);
/* Notes a change before it is made: what is 'c' or 'd' (record), 'e' (dataset); after, for 'a' and 'n'. */
enum status operation_note(struct store *s, struct operation *op, char what, int64_t key, struct err *err);
/* Takes the last note back: the change did not happen. */
enum status operation_forget(struct store *s, struct operation *op, struct err *err);
void operation_answer(const struct operation *op, struct store_change *change);

/* Registers a chunked operation for cancelling. */
void running_add(struct store *s, struct running *r, const char *id);
void running_remove(struct store *s, struct running *r);
bool running_cancelled(struct store *s, struct running *r);

/* ---- revert.c ---- */

/* Takes back all changes of an operation, in chunks when it is large, and leaves it in state `end` ("undone",
 * "cancelled", "failed"). For "undone" added records go to the trash, else they were never there. No transaction
 * may be open. counts may be NULL. */
struct revert_counts {
    int64_t records, datasets, already_there;
};
enum status revert_operation(struct store *s, int64_t op, const char *id, const char *kind, const char *end,
                             const struct store_progress *progress, struct revert_counts *counts,
                             struct err *err);
/* Takes back what a crash interrupted; before anything is served. */
enum status revert_interrupted(struct store *s, struct err *err);

/* ---- small helpers ---- */

/* dataset key for an id: STATUS_NOT_FOUND with a sentence. counts (nullable): records, labelled, evaluated. */
enum status dataset_key(struct conn *c, const char *id, int64_t *key, int64_t counts[3], struct err *err);
enum status dataset_touch(struct store *s, int64_t key, struct err *err);
/* A name that no live dataset has: base, "base<suffix>", "base<suffix> 2" ... into out (owned). */
enum status dataset_free_name(struct conn *c, const char *base, const char *suffix, bool try_base, char **out,
                              struct err *err);
/* Fills r from a row of COLUMNS (strings lent by the row). */
void record_read(sqlite3_stmt *q, struct store_record *r);
/* Notes and makes a change of fields inside a write transaction; a change that changes nothing leaves no note. */
enum status fields_apply(struct store *s, struct operation *op, int64_t key, const struct store_fields *f,
                         int64_t now, struct err *err);
/* The values of the columns that SUMMARY in sql.c names, in that order. */
#define RECORD_SUMMARY_ARGS 17
void record_summary_args(const struct store_record *r, struct arg out[RECORD_SUMMARY_ARGS]);
/* Binds ?10 .. ?27. words holds the LIKE patterns and must live as long as the query. */
struct search_words {
    struct buf pattern[SQL_SEARCH_WORDS];
    int count;
};
bool search_split(struct search_words *w, const char *q);
void search_free(struct search_words *w);
/* A LIKE pattern that finds text anywhere. */
void search_pattern(struct buf *out, const char *text, size_t len);
void filter_bind(sqlite3_stmt *q, const struct store_filter *f, const struct search_words *w);

static inline int64_t now_ms(void) {
    return (int64_t)clock_now_ms();
}

#endif
