/* Operations: a row for every change a user can name, and a note of every row it touched.
 *
 *   operation  key=7 kind=record.topic state=done dataset=1 done=124
 *     change   (7,1) what=c record=41 version=3 topic=NULL ...     before; version is the one after
 *     change   (7,2) what=c record=42 ...
 *
 * A change is noted before it is made (its columns are copied by the same statement), so nothing has to be carried
 * through C. Taking back is in revert.c. */
#include "store/sqlite/internal.h"

enum status operation_begin(struct store *s, struct operation *op, const char *kind, int64_t dataset,
                            int64_t total, bool running, struct err *err) {
    *op = (struct operation){.key = 0};
    if (!uuid7_new(&s->ids, op->id))
        return err_set(err, STATUS_IO, NULL, "The system gives no random numbers.");
    enum status st = db_run(&s->writer, SQL_OPERATION_INSERT,
                            ARGS(arg_text(op->id), arg_text(kind), arg_text(running ? "running" : "done"),
                                 dataset ? arg_int(dataset) : arg_null(), arg_known(total), arg_int(now_ms())),
                            err);
    op->key = sqlite3_last_insert_rowid(s->writer.db);
    return st;
}

/* An operation that changed nothing leaves nothing behind: there is nothing to undo. */
enum status operation_end(struct store *s, const struct operation *op, int64_t done, struct err *err) {
    if (op->seq == 0) return db_run(&s->writer, SQL_OPERATION_DROP, ARGS(arg_int(op->key)), err);
    return db_run(&s->writer, SQL_OPERATION_END,
                  ARGS(arg_int(op->key), arg_text("done"), arg_null(), arg_int(done)), err);
}

enum status operation_note(struct store *s, struct operation *op, char what, int64_t key, struct err *err) {
    struct conn *c = &s->writer;
    int64_t seq = op->seq + 1;
    enum status st = STATUS_OK;
    const char text[2] = {what, '\0'};
    switch (what) {
    case 'a':
        st = db_run(c, SQL_CHANGE_ADDED, ARGS(arg_int(op->key), arg_int(seq), arg_int(key)), err);
        break;
    case 'n':
        st = db_run(c, SQL_CHANGE_DATASET_NEW, ARGS(arg_int(op->key), arg_int(seq), arg_int(key)), err);
        break;
    case 'e':
        st = db_run(c, SQL_CHANGE_DATASET, ARGS(arg_int(op->key), arg_int(seq), arg_int(key)), err);
        break;
    default:
        st = db_run(c, SQL_CHANGE_RECORD, ARGS(arg_int(op->key), arg_int(seq), arg_int(key), arg_text(text)),
                    err);
        if (!st && what == 'd') {
            st = db_run(c, SQL_CHANGE_DATA, ARGS(arg_int(op->key), arg_int(seq), arg_int(key)), err);
        }
    }
    if (!st) op->seq = seq;
    return st;
}

enum status operation_forget(struct store *s, struct operation *op, struct err *err) {
    enum status st = db_run(&s->writer, SQL_CHANGE_UNDO_LAST, ARGS(arg_int(op->key), arg_int(op->seq)), err);
    if (!st) op->seq--;
    return st;
}

void operation_answer(const struct operation *op, struct store_change *change) {
    if (op->seq) {
        memcpy(change->undo, op->id, UUID_TEXT_SIZE);
    } else {
        change->undo[0] = '\0';
    }
}

/* ---- running ones ---- */

void running_add(struct store *s, struct running *r, const char *id) {
    memcpy(r->id, id, UUID_TEXT_SIZE);
    atomic_store(&r->cancel, false);
    pthread_mutex_lock(&s->running_lock);
    r->next = s->running;
    s->running = r;
    pthread_mutex_unlock(&s->running_lock);
}

void running_remove(struct store *s, struct running *r) {
    pthread_mutex_lock(&s->running_lock);
    for (struct running **at = &s->running; *at; at = &(*at)->next) {
        if (*at != r) continue;
        *at = r->next;
        break;
    }
    pthread_mutex_unlock(&s->running_lock);
}

bool running_cancelled(struct store *s, struct running *r) {
    return atomic_load(&r->cancel) || atomic_load(&s->interrupted);
}

enum status store_operation_get(struct store *s, const char *id, struct store_operation *out, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    sqlite3_stmt *q = db_query(c, SQL_OPERATION_GET, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    if (found) {
        *out = (struct store_operation){.done = sqlite3_column_int64(q, 3),
                                        .total = db_known(q, 4),
                                        .created_at = sqlite3_column_int64(q, 5)};
        snprintf(out->id, sizeof out->id, "%s", id);
        snprintf(out->kind, sizeof out->kind, "%s", db_text(q, 1));
        snprintf(out->state, sizeof out->state, "%s", db_text(q, 2));
    }
    enum status st = db_end(q, err);
    reader_give(s, c);
    if (!st && !found)
        st = err_set(err, STATUS_NOT_FOUND, "no_operation", "There is no such operation (any more).");
    return st;
}

enum status store_operation_cancel(struct store *s, const char *id, struct err *err) {
    bool found = false;
    pthread_mutex_lock(&s->running_lock);
    for (struct running *r = s->running; r; r = r->next) {
        if (strcmp(r->id, id) != 0) continue;
        atomic_store(&r->cancel, true);
        found = true;
    }
    pthread_mutex_unlock(&s->running_lock);
    if (found) return STATUS_OK;
    struct store_operation known;
    enum status st = store_operation_get(s, id, &known, err);
    if (st) return st;
    return err_set(err, STATUS_CONFLICT, "not_running",
                   "The operation has already ended (%s); undo it instead.", known.state);
}
