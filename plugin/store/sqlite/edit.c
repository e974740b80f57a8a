/* Changing one record: fields, data, deletion. The version is compared inside the write transaction, so of two edits
 * that began from the same version one is told. */
#include "store/sqlite/internal.h"

void record_summary_args(const struct store_record *r, struct arg out[RECORD_SUMMARY_ARGS]) {
    const struct arg all[RECORD_SUMMARY_ARGS] = {
        arg_int(r->error),
        arg_int((int64_t)r->missing),
        arg_text(r->model),
        arg_text(r->provider),
        arg_text(r->finish_reason),
        arg_known(r->input_tokens),
        arg_known(r->output_tokens),
        arg_real(r->cost),
        arg_known(r->latency_ms),
        arg_int(r->message_count),
        arg_int(r->tool_count),
        arg_int(r->tool_call_count),
        arg_int(r->bytes),
        arg_text(r->preview_input),
        arg_text(r->preview_output),
        arg_text(r->preview_tool),
        arg_text(r->preview_arguments),
    };
    memcpy(out, all, sizeof all);
}

/* Begins a transaction and an operation on one live record at `version`. On failure nothing is open. */
static enum status edit_begin(struct store *s, const char *id, int64_t version, const char *kind,
                              struct operation *op, int64_t *key, int64_t *dataset, struct err *err) {
    enum status st = tx_begin(s, err);
    if (st) return st;
    int64_t current = -1;
    sqlite3_stmt *q = db_query(&s->writer, SQL_RECORD_KEY, ARGS(arg_text(id)), err);
    if (db_next(q)) {
        *key = sqlite3_column_int64(q, 0);
        *dataset = sqlite3_column_int64(q, 1);
        current = sqlite3_column_int64(q, 2);
    }
    st = db_end(q, err);
    if (!st && current < 0) {
        st = err_set(err, STATUS_NOT_FOUND, "no_record", "There is no such record; it may have been deleted.");
    }
    if (!st && version >= 0 && version != current) {
        st = err_set(
            err, STATUS_STALE, "stale",
            "The record was changed by somebody else meanwhile; look at the current one and try again.");
    }
    if (!st) st = operation_begin(s, op, kind, *dataset, 1, false, err);
    if (st) tx_rollback(s);
    return st;
}

static enum status edit_end(struct store *s, enum status st, struct operation *op, int64_t dataset,
                            struct store_change *change, struct err *err) {
    if (!st) st = operation_end(s, op, op->seq, err);
    if (!st && op->seq) st = dataset_touch(s, dataset, err);
    st = tx_end(s, st, err);
    if (!st) {
        change->changed = op->seq;
        operation_answer(op, change);
    }
    return st;
}

enum status fields_apply(struct store *s, struct operation *op, int64_t key, const struct store_fields *f,
                         int64_t now, struct err *err) {
    struct conn *c = &s->writer;
    int changes = 0;
    enum status st = operation_note(s, op, 'c', key, err);
    if (!st && f->set_topic) {
        st = db_run(c, SQL_RECORD_TOPIC, ARGS(arg_int(key), arg_text(f->topic), arg_int(now)), err);
        if (!st) changes += sqlite3_changes(c->db);
    }
    if (!st && f->set_score) {
        st = db_run(c, SQL_RECORD_SCORE, ARGS(arg_int(key), arg_real(f->score), arg_int(now)), err);
        if (!st) changes += sqlite3_changes(c->db);
    }
    if (!st && f->set_feedback) {
        st = db_run(c, SQL_RECORD_FEEDBACK, ARGS(arg_int(key), arg_text(f->feedback), arg_int(now)), err);
        if (!st) changes += sqlite3_changes(c->db);
    }
    if (!st && changes == 0) return operation_forget(s, op, err);
    if (!st && changes > 1) {
        st = db_run(c, SQL_RECORD_TOUCH, ARGS(arg_int(op->key), arg_int(op->seq), arg_int(key)), err);
    }
    return st;
}

enum status store_record_update(struct store *s, const char *id, int64_t version,
                                const struct store_fields *fields, struct store_change *change,
                                struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct operation op;
    int64_t key = 0, dataset = 0;
    const char *kind =
        fields->set_topic && !fields->set_score && !fields->set_feedback ? "record.topic" : "record.update";
    enum status st = edit_begin(s, id, version, kind, &op, &key, &dataset, err);
    if (st) return st;
    st = fields_apply(s, &op, key, fields, now_ms(), err);
    return edit_end(s, st, &op, dataset, change, err);
}

/* Whether this is the stored text already. */
static enum status same_data(struct store *s, const char *id, const char *data, size_t len, bool *same,
                             struct err *err) {
    sqlite3_stmt *q = db_query(&s->writer, SQL_RECORD_DATA, ARGS(arg_text(id)), err);
    *same = false;
    if (db_next(q)) {
        const char *stored = db_text(q, COL_DATA);
        *same = stored && (size_t)sqlite3_column_bytes(q, COL_DATA) == len && memcmp(stored, data, len) == 0;
    }
    return db_end(q, err);
}

enum status store_record_data_put(struct store *s, const char *id, int64_t version,
                                  const struct store_record *row, const char *data, size_t len,
                                  struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct operation op;
    int64_t key = 0, dataset = 0;
    enum status st = edit_begin(s, id, version, "record.data", &op, &key, &dataset, err);
    if (st) return st;
    bool same = false;
    st = same_data(s, id, data, len, &same, err);
    if (!st && !same) st = operation_note(s, &op, 'd', key, err);
    if (!st && !same) {
        struct arg summary[RECORD_SUMMARY_ARGS];
        record_summary_args(row, summary);
        sqlite3_stmt *q = db_query(&s->writer, SQL_RECORD_PUT, ARGS(arg_int(key), arg_int(now_ms())), err);
        for (int i = 0; q && i < RECORD_SUMMARY_ARGS; i++) db_bind(q, 12 + i, summary[i]);
        while (db_next(q)) continue;
        st = db_end(q, err);
    }
    if (!st && !same) st = db_run(&s->writer, SQL_DATA_PUT, ARGS(arg_int(key), arg_bytes(data, len)), err);
    return edit_end(s, st, &op, dataset, change, err);
}

enum status store_record_delete(struct store *s, const char *id, int64_t version, struct store_change *change,
                                struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct operation op;
    int64_t key = 0, dataset = 0;
    enum status st = edit_begin(s, id, version, "record.delete", &op, &key, &dataset, err);
    if (st) return st;
    st = operation_note(s, &op, 'c', key, err);
    if (!st)
        st = db_run(&s->writer, SQL_RECORD_TRASH, ARGS(arg_int(key), arg_int(now_ms()), arg_int(op.key)), err);
    return edit_end(s, st, &op, dataset, change, err);
}
