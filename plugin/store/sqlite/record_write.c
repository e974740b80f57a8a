/* Single records: fields, data, deletion. Each is one transaction and one operation. */
#include "store/sqlite/change.h"

struct target {
    int64_t key, dataset;
};

/* The live record, checked against the version that the caller saw. */
static enum status find(struct store *s, const char *id, int64_t version, struct target *t, struct err *err) {
    sqlite3_stmt *q = db_query(&s->writer, SQL_RECORD_KEY, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    int64_t now = 0;
    if (found) {
        t->key = sqlite3_column_int64(q, 0);
        t->dataset = sqlite3_column_int64(q, 1);
        now = sqlite3_column_int64(q, 2);
    }
    enum status st = db_end(q, err);
    if (st) return st;
    if (!found) return err_set(err, STATUS_NOT_FOUND, "no_record", "There is no such record; it may have been deleted.");
    if (version >= 0 && version != now)
        return err_set(err, STATUS_STALE, "stale", "The record was changed by someone else meanwhile; look at it again.");
    return STATUS_OK;
}

/* Ends what the three below have begun. */
static enum status finish(struct store *s, const struct operation *op, const struct target *t, bool changed,
                          enum status st, struct store_change *change, struct err *err) {
    if (!st && changed) st = dataset_touch(s, t->dataset, err);
    if (!st) st = operation_end(s, op, changed, err);
    st = tx_end(s, st, err);
    if (!st) {
        change->changed = changed;
        operation_answer(op, change);
    }
    return st;
}

enum status store_record_update(struct store *s, const char *id, int64_t version, const struct store_fields *fields,
                                struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct operation op = {0};
    struct target t = {0};
    bool changed = false;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = find(s, id, version, &t, err);
    if (!st) st = operation_begin(s, &op, "record.update", t.dataset, 1, false, err);
    if (!st) st = change_fields(s, &op, t.key, fields, &changed, err);
    return finish(s, &op, &t, changed, st, change, err);
}

/* Whether the stored text is this one. */
static enum status same_data(struct store *s, const char *id, const char *data, size_t len, bool *same,
                             struct err *err) {
    sqlite3_stmt *q = db_query(&s->writer, SQL_RECORD_DATA, ARGS(arg_text(id)), err);
    *same = false;
    if (db_next(q)) {
        const char *now = db_text(q, COL_DATA);
        *same = now && (size_t)sqlite3_column_bytes(q, COL_DATA) == len && !memcmp(now, data, len);
    }
    return db_end(q, err);
}

static enum status put(struct store *s, struct operation *op, int64_t key, const struct store_record *row,
                       const char *data, size_t len, struct err *err) {
    struct conn *c = &s->writer;
    struct arg summary[RECORD_SUMMARY_ARGS];
    enum status st = operation_note(s, op, 'd', key, err);
    if (st) return st;
    record_summary_args(row, summary);
    sqlite3_stmt *q = db_query(c, SQL_RECORD_PUT, ARGS(arg_int(key), arg_int(now_ms())), err);
    for (int i = 0; q && i < RECORD_SUMMARY_ARGS; i++) db_bind(q, 12 + i, summary[i]);
    while (db_next(q)) continue;
    st = db_end(q, err);
    return st ? st : db_run(c, SQL_DATA_PUT, ARGS(arg_int(key), arg_bytes(data, len)), err);
}

enum status store_record_data_put(struct store *s, const char *id, int64_t version, const struct store_record *row,
                                  const char *data, size_t len, struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct operation op = {0};
    struct target t = {0};
    bool same = false;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = find(s, id, version, &t, err);
    if (!st) st = same_data(s, id, data, len, &same, err);
    if (!st) st = operation_begin(s, &op, "record.edit", t.dataset, 1, false, err);
    if (!st && !same) st = put(s, &op, t.key, row, data, len, err);
    return finish(s, &op, &t, !same, st, change, err);
}

enum status store_record_delete(struct store *s, const char *id, int64_t version, struct store_change *change,
                                struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct operation op = {0};
    struct target t = {0};
    bool changed = false;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = find(s, id, version, &t, err);
    if (!st) st = operation_begin(s, &op, "record.delete", t.dataset, 1, false, err);
    if (!st) st = change_delete(s, &op, t.key, &changed, err);
    return finish(s, &op, &t, changed, st, change, err);
}
