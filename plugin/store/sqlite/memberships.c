/* Which datasets hold a span: one probe of the unique index per span, whatever the datasets hold. */
#include "store/sqlite/internal.h"

enum status store_memberships(struct store *s, const char *const (*ids)[2], size_t count,
                              store_membership_fn each, void *ctx, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    enum status st = STATUS_OK;
    for (size_t i = 0; i < count && !st; i++) {
        sqlite3_stmt *q = db_query(c, SQL_MEMBERSHIPS, ARGS(arg_text(ids[i][0]), arg_text(ids[i][1])), err);
        while (db_next(q)) {
            each(ctx, &(struct store_membership){.index = i,
                                                 .dataset_id = db_text(q, 0),
                                                 .dataset_name = db_text(q, 1),
                                                 .record_id = db_text(q, 2)});
        }
        st = db_end(q, err);
    }
    reader_give(s, c);
    return st;
}

enum status store_spans_present(struct store *s, const char *dataset_id, const char *const (*ids)[2],
                                size_t count, bool *present, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    int64_t key = 0;
    enum status st = dataset_key(c, dataset_id, &key, NULL, err);
    for (size_t i = 0; i < count && !st; i++) {
        int64_t there = 0;
        st = db_int(c, SQL_SPAN_PRESENT, ARGS(arg_int(key), arg_text(ids[i][0]), arg_text(ids[i][1])), 0,
                    &there, err);
        present[i] = there != 0;
    }
    reader_give(s, c);
    return st;
}
