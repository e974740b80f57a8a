/* change.c: see change.h. The rule behind all of it: note, change, and look whether a row changed. */
#include "store/sqlite/change.h"

static enum status noted(struct store *s, struct operation *op, int sql, int64_t key, const struct arg *args,
                         size_t count, bool *changed, struct err *err) {
    enum status st = operation_note(s, op, 'c', key, err);
    *changed = false;
    if (!st) st = db_run(&s->writer, sql, args, count, err);
    if (st) return st;
    *changed = sqlite3_changes(s->writer.db) > 0;
    return *changed ? STATUS_OK : operation_forget(s, op, err);
}

enum status change_fields(struct store *s, struct operation *op, int64_t key, const struct store_fields *fields,
                          bool *changed, struct err *err) {
    int64_t before = op->seq;
    enum status st = fields_apply(s, op, key, fields, now_ms(), err);
    *changed = op->seq > before;
    return st;
}

enum status change_delete(struct store *s, struct operation *op, int64_t key, bool *changed, struct err *err) {
    return noted(s, op, SQL_RECORD_TRASH, key, ARGS(arg_int(key), arg_int(now_ms()), arg_int(op->key)), changed,
                 err);
}

enum status change_restore(struct store *s, struct operation *op, int64_t key, bool *changed, struct err *err) {
    return noted(s, op, SQL_RECORD_RESTORE, key, ARGS(arg_int(key)), changed, err);
}

enum status change_move(struct store *s, struct operation *op, int64_t key, int64_t to, bool *changed,
                        struct err *err) {
    return noted(s, op, SQL_RECORD_MOVE, key, ARGS(arg_int(key), arg_int(to), arg_int(now_ms())), changed, err);
}

enum status change_copy(struct store *s, struct operation *op, int64_t key, int64_t to, bool *changed,
                        struct err *err) {
    struct conn *c = &s->writer;
    char id[UUID_TEXT_SIZE];
    *changed = false;
    if (!uuid7_new(&s->ids, id)) return err_set(err, STATUS_IO, NULL, "The system gives no random numbers.");
    enum status st =
        db_run(c, SQL_RECORD_COPY, ARGS(arg_int(key), arg_text(id), arg_int(to), arg_int(now_ms())), err);
    if (st || sqlite3_changes(c->db) == 0) return st;
    int64_t copy = sqlite3_last_insert_rowid(c->db);
    *changed = true;
    st = db_run(c, SQL_DATA_COPY, ARGS(arg_int(key), arg_int(copy)), err);
    return st ? st : operation_note(s, op, 'a', copy, err);
}

/* ---- many ---- */

enum status lot_begin(struct lot *lot, struct store *s, const char *kind, int64_t dataset, int64_t total,
                      const struct store_progress *progress, struct err *err) {
    *lot = (struct lot){.s = s,
                        .kind = kind,
                        .progress = progress,
                        .total = total,
                        .chunked = total > s->options.one_transaction,
                        .chunk_began = clock_monotonic_ms()};
    enum status st = operation_begin(s, &lot->op, kind, dataset, total, lot->chunked, err);
    if (!st && lot->chunked) running_add(s, &lot->running, lot->op.id);
    return st;
}

enum status lot_next(struct lot *lot, bool *in_transaction, struct err *err) {
    struct store *s = lot->s;
    enum status st;
    if (lot->done++ == 0 && lot->chunked) goto turn; /* the operation is committed before anything is changed */
    if (!lot->chunked || clock_monotonic_ms() - lot->chunk_began < (uint64_t)s->options.chunk_ms)
        return STATUS_OK;
turn:
    st = db_run(&s->writer, SQL_OPERATION_PROGRESS, ARGS(arg_int(lot->op.key), arg_int(lot->done - 1)), err);
    if (st) return st;
    *in_transaction = false;
    st = tx_commit(s, err);
    if (st) return st;
    if (running_cancelled(s, &lot->running) ||
        (lot->progress && lot->progress->report &&
         lot->progress->report(lot->progress->ctx, lot->op.id, lot->kind, lot->done - 1, lot->total)))
        return err_set(err, STATUS_CANCELLED, "cancelled",
                       "The change was cancelled; what was done is taken back.");
    st = tx_begin(s, err);
    *in_transaction = st == STATUS_OK;
    lot->chunk_began = clock_monotonic_ms();
    int64_t key = 0;
    return st || !lot->into ? st : dataset_key(&s->writer, lot->into, &key, NULL, err);
}

enum status lot_end(struct lot *lot, enum status st, bool in_transaction, int64_t changed,
                    struct store_change *change, struct err *err) {
    struct store *s = lot->s;
    if (!st) st = operation_end(s, &lot->op, changed, err);
    if (in_transaction) st = tx_end(s, st, err);
    if (lot->chunked) {
        if (st) /* when the store is closing this fails, and the next opening does it */
            revert_operation(s, lot->op.key, lot->op.id, lot->kind,
                             st == STATUS_CANCELLED ? "cancelled" : "failed", NULL, NULL, NULL);
        running_remove(s, &lot->running);
    }
    if (!st) {
        change->changed = changed;
        operation_answer(&lot->op, change);
    }
    return st;
}
