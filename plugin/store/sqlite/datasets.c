/* Datasets: list, counters, names. Counters are kept by triggers (schema.c); nothing here counts records. */
#include "store/sqlite/internal.h"

enum status dataset_key(struct conn *c, const char *id, int64_t *key, int64_t counts[3], struct err *err) {
    sqlite3_stmt *q = db_query(c, SQL_DATASET_KEY, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    if (found) {
        *key = sqlite3_column_int64(q, 0);
        for (int i = 0; counts && i < 3; i++) counts[i] = sqlite3_column_int64(q, 1 + i);
    }
    enum status st = db_end(q, err);
    if (!st && !found) {
        st =
            err_set(err, STATUS_NOT_FOUND, "no_dataset", "There is no such dataset; it may have been deleted.");
    }
    return st;
}

enum status dataset_touch(struct store *s, int64_t key, struct err *err) {
    return db_run(&s->writer, SQL_DATASET_TOUCH, ARGS(arg_int(key), arg_int(now_ms())), err);
}

static enum status name_taken(const char *name, struct err *err) {
    return err_set(err, STATUS_CONFLICT, "name_taken",
                   "There is already a dataset called \"%s\"; choose another name.", name);
}

enum status dataset_free_name(struct conn *c, const char *base, const char *suffix, bool try_base, char **out,
                              struct err *err) {
    enum status st = STATUS_OK;
    for (int n = try_base ? 0 : 1; !st; n++) {
        struct buf name = BUF_INIT;
        buf_str(&name, base);
        if (n >= 1) buf_str(&name, suffix);
        if (n >= 2) buf_printf(&name, " %d", n);
        *out = buf_take(&name);
        if (!*out) return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
        int64_t holder = 0;
        st = db_int(c, SQL_DATASET_FIND_NAME, ARGS(arg_text(*out)), 0, &holder, err);
        if (!st && !holder) return STATUS_OK;
        free(*out);
        *out = NULL;
    }
    return st;
}

/* Reads the row and, on the same connection, its largest topics (their text is kept in `text`). */
static enum status dataset_read(struct conn *c, sqlite3_stmt *q, struct store_dataset *d, struct buf *text,
                                struct err *err) {
    *d = (struct store_dataset){.id = db_text(q, 1),
                                .name = db_text(q, 2),
                                .description = db_text(q, 3),
                                .created_at = sqlite3_column_int64(q, 4),
                                .updated_at = sqlite3_column_int64(q, 5),
                                .record_count = sqlite3_column_int64(q, 6),
                                .labelled_count = sqlite3_column_int64(q, 7),
                                .evaluated_count = sqlite3_column_int64(q, 8),
                                .topic_count = sqlite3_column_int64(q, 9),
                                .bytes = sqlite3_column_int64(q, 10)};
    if (!d->topic_count) return STATUS_OK;
    size_t at[STORE_TOP_TOPICS] = {0};
    buf_clear(text);
    sqlite3_stmt *top =
        db_query(c, SQL_DATASET_TOP, ARGS(arg_int(sqlite3_column_int64(q, 0)), arg_int(STORE_TOP_TOPICS)), err);
    while (d->topic_len < STORE_TOP_TOPICS && db_next(top)) {
        at[d->topic_len] = text->len;
        buf_str(text, db_text(top, 0));
        buf_char(text, '\0');
        d->topics[d->topic_len++].count = sqlite3_column_int64(top, 1);
    }
    enum status st = db_end(top, err);
    if (!st && text->failed) st = err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    for (int i = 0; i < d->topic_len && !st; i++) d->topics[i].topic = text->data + at[i];
    return st;
}

/* Hands every row of q to each. */
static enum status datasets_each(struct conn *c, sqlite3_stmt *q, store_dataset_fn each, void *ctx, int *rows,
                                 struct err *err) {
    struct buf text = BUF_INIT;
    enum status st = STATUS_OK;
    while (!st && db_next(q)) {
        struct store_dataset d;
        st = dataset_read(c, q, &d, &text, err);
        if (!st) each(ctx, &d);
        ++*rows;
    }
    buf_free(&text);
    enum status ended = db_end(q, err);
    return st ? st : ended;
}

enum status store_dataset_list(struct store *s, const char *name_part, const struct store_page *page,
                               store_dataset_fn each, void *ctx, int64_t *total, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    struct buf pattern = BUF_INIT;
    if (name_part && *name_part) search_pattern(&pattern, name_part, strlen(name_part));
    struct arg like = pattern.data ? arg_bytes(pattern.data, pattern.len) : arg_null();
    const struct store_position *p = page->after;
    int rows = 0;
    enum status st = db_int(c, SQL_DATASET_COUNT, ARGS(like), 0, total, err);
    if (!st) {
        sqlite3_stmt *q =
            p ? db_query(c, SQL_DATASET_PAGE_AFTER,
                         ARGS(like, arg_int(page->limit), arg_int(page->offset), arg_int(p->number),
                              arg_text(p->id)),
                         err)
              : db_query(c, SQL_DATASET_PAGE, ARGS(like, arg_int(page->limit), arg_int(page->offset)), err);
        st = datasets_each(c, q, each, ctx, &rows, err);
    }
    buf_free(&pattern);
    reader_give(s, c);
    return st;
}

enum status store_dataset_get(struct store *s, const char *id, store_dataset_fn each, void *ctx,
                              struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    int rows = 0;
    enum status st =
        datasets_each(c, db_query(c, SQL_DATASET_GET, ARGS(arg_text(id)), err), each, ctx, &rows, err);
    if (!st && !rows) {
        st =
            err_set(err, STATUS_NOT_FOUND, "no_dataset", "There is no such dataset; it may have been deleted.");
    }
    reader_give(s, c);
    return st;
}

enum status store_totals(struct store *s, struct store_totals *out, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    *out = (struct store_totals){.datasets = 0};
    sqlite3_stmt *q = db_query(c, SQL_TOTALS, NULL, 0, err);
    if (db_next(q)) {
        out->datasets = sqlite3_column_int64(q, 0);
        out->records = sqlite3_column_int64(q, 1);
        out->labelled = sqlite3_column_int64(q, 2);
        out->evaluated = sqlite3_column_int64(q, 3);
        out->bytes = sqlite3_column_int64(q, 4);
    }
    enum status st = db_end(q, err);
    if (!st) st = db_int(c, SQL_TOTALS_TRASH, NULL, 0, 0, &out->trash, err);
    reader_give(s, c);
    return st;
}

enum status store_topics(struct store *s, const char *dataset_id, store_topic_fn each, void *ctx,
                         struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    int64_t key = 0, counts[3] = {0};
    enum status st = dataset_key(c, dataset_id, &key, counts, err);
    if (!st) {
        if (counts[0] > counts[1])
            each(ctx, &(struct store_topic){.topic = NULL, .count = counts[0] - counts[1]});
        sqlite3_stmt *q = db_query(c, SQL_TOPICS, ARGS(arg_int(key)), err);
        while (db_next(q))
            each(ctx, &(struct store_topic){.topic = db_text(q, 0), .count = sqlite3_column_int64(q, 1)});
        st = db_end(q, err);
    }
    reader_give(s, c);
    return st;
}

/* ---- changes ---- */

static enum status insert_dataset(struct store *s, const char *name, const char *description,
                                  char id_out[UUID_TEXT_SIZE], int64_t *key, struct err *err) {
    if (!uuid7_new(&s->ids, id_out))
        return err_set(err, STATUS_IO, NULL, "The system gives no random numbers.");
    enum status st =
        db_run(&s->writer, SQL_DATASET_INSERT,
               ARGS(arg_text(id_out), arg_text(name), arg_text(description), arg_int(now_ms())), err);
    *key = sqlite3_last_insert_rowid(s->writer.db);
    return st;
}

enum status store_dataset_create(struct store *s, const char *name, const char *description,
                                 char id_out[UUID_TEXT_SIZE], struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    enum status st = tx_begin(s, err);
    if (st) return st;
    struct operation op = {0};
    int64_t key = 0, holder = 0;
    st = db_int(&s->writer, SQL_DATASET_FIND_NAME, ARGS(arg_text(name)), 0, &holder, err);
    if (!st && holder) st = name_taken(name, err);
    if (!st) st = insert_dataset(s, name, description, id_out, &key, err);
    if (!st) st = operation_begin(s, &op, "dataset.create", key, 1, false, err);
    if (!st) st = operation_note(s, &op, 'n', key, err);
    if (!st) st = operation_end(s, &op, 1, err);
    st = tx_end(s, st, err);
    if (!st) {
        change->changed = 1;
        operation_answer(&op, change);
    }
    return st;
}

enum status store_dataset_update(struct store *s, const char *id, const char *name, bool set_description,
                                 const char *description, struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    enum status st = tx_begin(s, err);
    if (st) return st;
    struct operation op = {0};
    int64_t key = 0, holder = 0;
    char *name_now = NULL, *description_now = NULL;
    st = dataset_key(&s->writer, id, &key, NULL, err);
    if (!st) {
        sqlite3_stmt *q = db_query(&s->writer, SQL_DATASET_KEY, ARGS(arg_text(id)), err);
        if (db_next(q)) {
            name_now = strdup(db_text(q, 4));
            description_now = db_text(q, 5) ? strdup(db_text(q, 5)) : NULL;
        }
        st = db_end(q, err);
        if (!st && !name_now) st = err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    }
    if (!st && name) st = db_int(&s->writer, SQL_DATASET_FIND_NAME, ARGS(arg_text(name)), 0, &holder, err);
    if (!st && holder && holder != key) st = name_taken(name, err);
    const char *new_name = name ? name : name_now,
               *new_description = set_description ? description : description_now;
    bool same = !st && strcmp(new_name, name_now) == 0 &&
                (new_description == description_now ||
                 (new_description && description_now && strcmp(new_description, description_now) == 0));
    if (!st && !same) {
        st = operation_begin(s, &op, "dataset.update", key, 1, false, err);
        if (!st) st = operation_note(s, &op, 'e', key, err);
        if (!st) {
            st = db_run(&s->writer, SQL_DATASET_UPDATE,
                        ARGS(arg_int(key), arg_text(new_name), arg_text(new_description), arg_int(now_ms())),
                        err);
        }
        if (!st) st = operation_end(s, &op, 1, err);
    }
    st = tx_end(s, st, err);
    free(name_now);
    free(description_now);
    if (!st) {
        change->changed = same ? 0 : 1;
        operation_answer(&op, change);
    }
    return st;
}

enum status store_dataset_delete(struct store *s, const char *id, struct store_change *change,
                                 struct err *err) {
    *change = (struct store_change){.changed = 0};
    enum status st = tx_begin(s, err);
    if (st) return st;
    struct operation op = {0};
    int64_t key = 0, counts[3] = {0};
    st = dataset_key(&s->writer, id, &key, counts, err);
    if (!st) st = operation_begin(s, &op, "dataset.delete", key, counts[0], false, err);
    if (!st) st = operation_note(s, &op, 'e', key, err);
    if (!st) st = db_run(&s->writer, SQL_DATASET_TRASH, ARGS(arg_int(key), arg_int(now_ms())), err);
    if (!st) st = operation_end(s, &op, counts[0], err);
    st = tx_end(s, st, err);
    if (!st) {
        change->changed = counts[0];
        operation_answer(&op, change);
    }
    return st;
}
