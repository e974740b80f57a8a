/* Opening and closing: directory, lock, file modes, migration, recovery.
 *
 * Order matters. The lock comes first (flock on a file of its own: closing a descriptor of the database file would
 * drop the locks SQLite holds in this process). Then the database file is made with mode 0600, before SQLite sees it:
 * its -wal and -shm get the mode of the main file. Then migration, then taking back what a crash interrupted, and
 * only then the first reader. */
#include "store/sqlite/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char *join(const char *dir, const char *name) {
    struct buf b = BUF_INIT;
    buf_printf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

/* mkdir -p, each part 0700. */
static enum status make_dir(const char *path, struct err *err) {
    char *copy = strdup(path);
    if (!copy) return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    enum status st = STATUS_OK;
    for (char *p = copy + 1; !st; p++) {
        if (*p && *p != '/') continue;
        char was = *p;
        *p = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            st = err_set(err, STATUS_IO, "data_dir", "The data directory %s cannot be made: %s.", path,
                         strerror(errno));
        }
        *p = was;
        if (!was) break;
    }
    free(copy);
    return st;
}

/* Opens or makes a file of ours, readable by its owner alone. -1 and *err. */
static int private_file(const char *path, struct err *err) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0 && (!(info.st_mode & 077) || fchmod(fd, 0600) == 0)) return fd;
    err_set(err, STATUS_IO, "data_dir", "%s cannot be opened for writing: %s.", path, strerror(errno));
    if (fd >= 0) close(fd);
    return -1;
}

static enum status lock_dir(struct store *s, struct err *err) {
    char *path = join(s->options.data_dir, "spanset.lock");
    if (!path) return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    s->lock_fd = private_file(path, err);
    free(path);
    if (s->lock_fd < 0) return STATUS_IO;
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0) return STATUS_OK;
    if (errno == EWOULDBLOCK) {
        return err_set(
            err, STATUS_BUSY, "in_use",
            "The data directory %s is in use by another Spanset; close it or choose another directory.",
            s->options.data_dir);
    }
    return err_set(err, STATUS_IO, "data_dir", "The data directory %s cannot be locked: %s.",
                   s->options.data_dir, strerror(errno));
}

static enum status open_all(struct store *s, struct err *err) {
    enum status st = make_dir(s->options.data_dir, err);
    struct stat info;
    if (!st && stat(s->options.data_dir, &info) == 0 && (info.st_mode & 077)) {
        log_line(&s->options.log, LOG_LEVEL_WARN, "the data directory %s can be read by others; chmod 700 it",
                 s->options.data_dir);
    }
    if (!st) st = lock_dir(s, err);
    if (st) return st;
    if (!(s->db_path = join(s->options.data_dir, "spanset.db"))) {
        return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    }
    int fd = private_file(s->db_path, err);
    if (fd < 0) return STATUS_IO;
    close(fd); /* before SQLite opens it */
    st = conn_open(&s->writer, s->db_path, true, err);
    if (!st) st = schema_migrate(s->writer.db, &s->options.log, err);
    if (!st) st = revert_interrupted(s, err);
    return st;
}

struct store *store_open(const struct store_options *options, struct err *err) {
    struct store *s = calloc(1, sizeof *s);
    char *dir = strdup(options->data_dir);
    if (!s || !dir) {
        free(s);
        free(dir);
        err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
        return NULL;
    }
    s->options = *options;
    s->options.data_dir = dir;
    s->lock_fd = -1;
    id_generator_init(&s->ids);
    pthread_mutex_init(&s->ticket_lock, NULL);
    pthread_cond_init(&s->ticket_turn, NULL);
    pthread_mutex_init(&s->pool_lock, NULL);
    pthread_cond_init(&s->pool_free, NULL);
    pthread_mutex_init(&s->running_lock, NULL);
    struct err why = ERR_INIT; /* callers may pass NULL; the log line needs it */
    enum status st = open_all(s, &why);
    if (st == STATUS_OK) return s;
    err_set(err, why.status ? why.status : st, why.code, "%s", why.detail);
    store_close(s);
    return NULL;
}

void store_close(struct store *s) {
    if (!s) return;
    for (size_t i = 0; i < READERS; i++) conn_close(&s->readers[i]);
    conn_close(&s->writer); /* last one: checkpoints and removes the log */
    if (s->lock_fd >= 0) close(s->lock_fd);
    pthread_mutex_destroy(&s->running_lock);
    pthread_cond_destroy(&s->pool_free);
    pthread_mutex_destroy(&s->pool_lock);
    pthread_cond_destroy(&s->ticket_turn);
    pthread_mutex_destroy(&s->ticket_lock);
    id_generator_destroy(&s->ids);
    free(s->db_path);
    free((char *)s->options.data_dir);
    free(s);
}

void store_interrupt(struct store *s) {
    atomic_store(&s->interrupted, true);
    pthread_mutex_lock(&s->pool_lock);
    for (size_t i = 0; i < READERS; i++) {
        if (s->readers[i].db) sqlite3_interrupt(s->readers[i].db);
    }
    pthread_mutex_unlock(&s->pool_lock);
    pthread_mutex_lock(&s->running_lock);
    for (struct running *r = s->running; r; r = r->next) atomic_store(&r->cancel, true);
    pthread_mutex_unlock(&s->running_lock);
}

const char *store_health(struct store *s) {
    struct err err = ERR_INIT;
    int64_t n;
    struct conn *c = reader_take(s, &err);
    if (!c) return "the database cannot be opened";
    enum status st = db_int(c, SQL_PROBE, NULL, 0, 0, &n, &err);
    reader_give(s, c);
    return st == STATUS_OK ? "ok" : "the database cannot be read";
}

int64_t store_file_bytes(struct store *s) {
    int64_t bytes = 0;
    struct stat info;
    if (stat(s->db_path, &info) == 0) bytes += info.st_size;
    char *wal = join(s->options.data_dir, "spanset.db-wal");
    if (wal && stat(wal, &info) == 0) bytes += info.st_size;
    free(wal);
    return bytes;
}
