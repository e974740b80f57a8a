/* Adding records: begin, put, commit. Small ones hold the write lock throughout; large ones are a lot in chunks
 * (change.h), so that others get their turn and a crash takes everything back. */
#include "store/sqlite/change.h"

struct store_adder {
    struct lot lot;
    char *dataset_id, *kind;
    int64_t dataset, added;
    bool in_transaction;
};

static void adder_free(struct store_adder *a) {
    free(a->dataset_id);
    free(a->kind);
    free(a);
}

enum status store_add_begin(struct store *s, const char *dataset_id, const char *kind, int64_t expected,
                            const struct store_progress *progress, struct store_adder **out, struct err *err) {
    *out = NULL;
    struct store_adder *a = calloc(1, sizeof *a);
    if (a) {
        a->dataset_id = strdup(dataset_id);
        a->kind = strdup(kind);
    }
    if (!a || !a->dataset_id || !a->kind) {
        if (a) adder_free(a);
        return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    }
    enum status st = tx_begin(s, err);
    if (!st) {
        st = dataset_key(&s->writer, dataset_id, &a->dataset, NULL, err);
        if (!st) st = lot_begin(&a->lot, s, a->kind, a->dataset, expected, progress, err);
        if (st) tx_rollback(s);
    }
    if (st) {
        adder_free(a);
        return st;
    }
    a->lot.into = a->dataset_id;
    a->in_transaction = true;
    *out = a;
    return STATUS_OK;
}

static enum status choose_id(struct store *s, const char *wanted, char id[UUID_TEXT_SIZE], struct err *err) {
    if (wanted) {
        int64_t taken = 0;
        enum status st = db_int(&s->writer, SQL_RECORD_ID_TAKEN, ARGS(arg_text(wanted)), 0, &taken, err);
        if (st) return st;
        if (!taken) {
            snprintf(id, UUID_TEXT_SIZE, "%s", wanted);
            return STATUS_OK;
        }
    }
    return uuid7_new(&s->ids, id) ? STATUS_OK
                                  : err_set(err, STATUS_IO, NULL, "The system gives no random numbers.");
}

enum status store_add_put(struct store_adder *a, const struct store_record *row, const char *data, size_t len,
                          bool *added, char id_out[UUID_TEXT_SIZE], struct err *err) {
    struct store *s = a->lot.s;
    struct conn *c = &s->writer;
    char id[UUID_TEXT_SIZE];
    struct arg summary[RECORD_SUMMARY_ARGS];
    *added = false;
    int64_t now = now_ms();
    enum status st = lot_next(&a->lot, &a->in_transaction, err);
    if (!st) st = choose_id(s, row->id, id, err);
    if (st) return st;
    int64_t created = row->created_at > 0 ? row->created_at : now,
            updated = row->updated_at > 0 ? row->updated_at : now;
    record_summary_args(row, summary);
    sqlite3_stmt *q =
        db_query(c, SQL_RECORD_INSERT,
                 ARGS(arg_text(id), arg_int(a->dataset), arg_text(row->trace_id), arg_text(row->span_id),
                      arg_text(row->topic), arg_real(row->score), arg_text(row->feedback),
                      arg_known(row->evaluated_at), arg_int(created), arg_int(updated), arg_int(row->edited)),
                 err);
    for (int i = 0; q && i < RECORD_SUMMARY_ARGS; i++) db_bind(q, 12 + i, summary[i]);
    while (db_next(q)) continue;
    st = db_end(q, err);
    if (st || sqlite3_changes(c->db) == 0) return st;
    int64_t key = sqlite3_last_insert_rowid(c->db);
    st = db_run(c, SQL_DATA_INSERT, ARGS(arg_int(key), arg_bytes(data, len)), err);
    if (!st) st = operation_note(s, &a->lot.op, 'a', key, err);
    if (!st) {
        *added = true;
        a->added++;
        if (id_out) memcpy(id_out, id, UUID_TEXT_SIZE);
    }
    return st;
}

enum status store_add_commit(struct store_adder *a, struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    enum status st = a->added ? dataset_touch(a->lot.s, a->dataset, err) : STATUS_OK;
    st = lot_end(&a->lot, st, a->in_transaction, a->added, change, err);
    adder_free(a);
    return st;
}

void store_add_abort(struct store_adder *a) {
    if (!a) return;
    struct store_change none;
    lot_end(&a->lot, STATUS_CANCELLED, a->in_transaction, 0, &none, NULL);
    adder_free(a);
}
