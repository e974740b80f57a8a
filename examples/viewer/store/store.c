/* Opening and closing, the lock on the directory, the writing connection and the pool of readers. */
#include "viewer/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WRITER_WAIT_S 10

/* mkdir -p with 0700. */
static enum status make_directory(const char *dir, struct err *err) {
    char *path = strdup(dir);
    if (!path) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    enum status status = STATUS_OK;
    for (char *p = path + 1; status == STATUS_OK; p++) {
        if (*p && *p != '/') continue;
        char c = *p;
        *p = '\0';
        struct stat st;
        if (mkdir(path, 0700) != 0 && (errno != EEXIST || stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
            status =
                err_set(err, STATUS_IO, NULL, "Cannot make the data directory %s: %s.", path, strerror(errno));
        *p = c;
        if (!c) break;
    }
    free(path);
    return status;
}

static enum status take_lock(struct viewer_store *store, struct err *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s/viewer.lock", store->dir);
    store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_fd < 0)
        return err_set(err, STATUS_IO, NULL, "Cannot write to the data directory %s: %s.", store->dir,
                       strerror(errno));
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0) return STATUS_OK;
    return err_set(err, STATUS_CONFLICT, "in_use",
                   "Another viewer is using the data directory %s. Stop it, or give this one another --data.",
                   store->dir);
}

static enum status count_rows(struct viewer_store *store, struct err *err) {
    sqlite3_stmt *stmt =
        db_stmt(&store->writer, "SELECT count(*), coalesce(sum(span_count), 0) FROM trace", err);
    if (!stmt || db_step(&store->writer, stmt, err) != SQLITE_ROW) return STATUS_IO;
    atomic_store(&store->traces, (uint64_t)sqlite3_column_int64(stmt, 0));
    atomic_store(&store->spans, (uint64_t)sqlite3_column_int64(stmt, 1));
    sqlite3_reset(stmt);
    return STATUS_OK;
}

struct viewer_store *viewer_store_open(const char *dir, const struct log_sink *log, struct err *err) {
    struct viewer_store *store = calloc(1, sizeof *store);
    if (!store) {
        err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        return NULL;
    }
    store->lock_fd = -1;
    if (log) store->log = *log;
    pthread_mutex_init(&store->write_lock, NULL);
    pthread_mutex_init(&store->read_lock, NULL);
    struct buf path = BUF_INIT;
    buf_printf(&path, "%s/viewer.db", dir);
    store->dir = strdup(dir);
    store->path = buf_take(&path);
    enum status status =
        store->dir && store->path ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    if (status == STATUS_OK) status = make_directory(dir, err);
    if (status == STATUS_OK) status = take_lock(store, err);
    if (status == STATUS_OK) {
        /* 0600 from the first moment; SQLite gives the WAL the same mode */
        int fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0)
            status = err_set(err, STATUS_IO, NULL, "Cannot open %s: %s.", store->path, strerror(errno));
        else
            close(fd);
    }
    if (status == STATUS_OK) status = db_open(&store->writer, store->path, false, err);
    if (status == STATUS_OK) status = schema_apply(&store->writer, err);
    if (status == STATUS_OK) status = count_rows(store, err);
    if (status == STATUS_OK) return store;
    viewer_store_close(store);
    return NULL;
}

void viewer_store_close(struct viewer_store *store) {
    if (!store) return;
    for (size_t i = 0; i < store->reader_count; i++) {
        db_close(store->readers[i]);
        free(store->readers[i]);
    }
    if (store->writer.handle) db_exec(&store->writer, "PRAGMA optimize", NULL);
    db_close(&store->writer);
    if (store->lock_fd >= 0) close(store->lock_fd);
    pthread_mutex_destroy(&store->write_lock);
    pthread_mutex_destroy(&store->read_lock);
    free(store->dir);
    free(store->path);
    free(store);
}

struct db *store_reader(struct viewer_store *store, struct err *err) {
    struct db *db = NULL;
    pthread_mutex_lock(&store->read_lock);
    if (store->reader_count) db = store->readers[--store->reader_count];
    pthread_mutex_unlock(&store->read_lock);
    if (db) return db;
    db = malloc(sizeof *db);
    if (!db) {
        err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        return NULL;
    }
    if (db_open(db, store->path, true, err) == STATUS_OK) return db;
    free(db);
    return NULL;
}

void store_reader_done(struct viewer_store *store, struct db *db) {
    db->deadline_ms = 0;
    for (size_t i = 0; i < DB_STATEMENTS; i++)
        if (db->cache[i].stmt) sqlite3_reset(db->cache[i].stmt); /* ends the read transaction */
    pthread_mutex_lock(&store->read_lock);
    bool keep = store->reader_count < STORE_READERS;
    if (keep) store->readers[store->reader_count++] = db;
    pthread_mutex_unlock(&store->read_lock);
    if (keep) return;
    db_close(db);
    free(db);
}

enum status store_begin(struct viewer_store *store, struct err *err) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WRITER_WAIT_S;
    if (pthread_mutex_timedlock(&store->write_lock, &until) != 0)
        return err_set(err, STATUS_BUSY, "storage_busy", "The database is busy. Try again.");
    enum status status = db_run(&store->writer, db_stmt(&store->writer, "BEGIN IMMEDIATE", err), err);
    if (status != STATUS_OK) pthread_mutex_unlock(&store->write_lock);
    return status;
}

enum status store_end(struct viewer_store *store, enum status status, struct err *err) {
    if (status == STATUS_OK) status = db_run(&store->writer, db_stmt(&store->writer, "COMMIT", err), err);
    if (status != STATUS_OK && !sqlite3_get_autocommit(store->writer.handle))
        db_run(&store->writer, db_stmt(&store->writer, "ROLLBACK", NULL), NULL);
    pthread_mutex_unlock(&store->write_lock);
    return status;
}
