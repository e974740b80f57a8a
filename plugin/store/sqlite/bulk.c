/* Many records at once: collect the keys, check what was expected, then change one after the other (change.h). */
#include "store/sqlite/change.h"

struct keys {
    int64_t *keys; /* owned */
    size_t count, cap;
};

static bool keys_add(struct keys *k, int64_t key) {
    if (k->count == k->cap) {
        size_t cap = k->cap ? k->cap * 2 : 256;
        int64_t *more = realloc(k->keys, cap * sizeof *more);
        if (!more) return false;
        k->keys = more;
        k->cap = cap;
    }
    k->keys[k->count++] = key;
    return true;
}

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sorts, and drops what was named twice. */
static void keys_unique(struct keys *k) {
    size_t n = 0;
    if (k->count) qsort(k->keys, k->count, sizeof *k->keys, compare);
    for (size_t i = 0; i < k->count; i++) {
        if (!n || k->keys[i] != k->keys[n - 1]) k->keys[n++] = k->keys[i];
    }
    k->count = n;
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
}

/* Keys of records by id; those that are not there are counted. */
static enum status keys_of_ids(struct store *s, int sql, int64_t dataset, const char *const *ids, size_t count,
                               struct keys *out, int64_t *not_found, struct err *err) {
    for (size_t i = 0; i < count; i++) {
        int64_t key = 0;
        enum status st = db_int(&s->writer, sql, ARGS(arg_int(dataset), arg_text(ids[i])), 0, &key, err);
        if (st) return st;
        if (!key) {
            ++*not_found;
        } else if (!keys_add(out, key)) {
            return no_memory(err);
        }
    }
    return STATUS_OK;
}

static enum status keys_of_filter(struct store *s, int sql, int64_t dataset, const struct store_filter *filter,
                                  const struct keys *except, struct keys *out, struct err *err) {
    struct search_words words = {.count = 0};
    enum status st = search_split(&words, filter->q) ? STATUS_OK : no_memory(err);
    sqlite3_stmt *q = st ? NULL : db_query(&s->writer, sql, ARGS(arg_int(dataset)), err);
    if (q) filter_bind(q, filter, &words);
    while (!st && db_next(q)) {
        int64_t key = sqlite3_column_int64(q, 0);
        if (except->count && bsearch(&key, except->keys, except->count, sizeof key, compare)) continue;
        if (!keys_add(out, key)) st = no_memory(err);
    }
    if (q) {
        enum status ended = db_end(q, err);
        if (!st) st = ended;
    } else if (!st) {
        st = db_end(NULL, err);
    }
    search_free(&words);
    return st;
}

static enum status collect(struct store *s, int64_t dataset, bool trashed, const struct store_selection *sel,
                           struct keys *out, int64_t *not_found, struct err *err) {
    int by_id = trashed ? SQL_RECORD_KEY_TRASHED : SQL_RECORD_KEY_IN;
    struct keys except = {0};
    int64_t ignored = 0;
    enum status st;
    if (sel->ids) {
        st = keys_of_ids(s, by_id, dataset, sel->ids, sel->id_count, out, not_found, err);
        if (!st) keys_unique(out);
    } else {
        st = keys_of_ids(s, by_id, dataset, sel->except, sel->except_count, &except, &ignored, err);
        if (!st && except.count) qsort(except.keys, except.count, sizeof *except.keys, compare);
        if (!st)
            st = keys_of_filter(s, trashed ? SQL_SELECT_TRASHED : SQL_SELECT_LIVE, dataset, &sel->filter,
                                &except, out, err);
    }
    free(except.keys);
    if (!st && sel->expect >= 0 && (int64_t)out->count != sel->expect)
        st = err_set(err, STATUS_CONFLICT, "count_changed",
                     "This is about %zu records now, not %lld; nothing was changed. Look again and confirm.",
                     out->count, (long long)sel->expect);
    return st;
}

static const char *const kinds[] = {
    [STORE_BULK_FIELDS] = "records.update",   [STORE_BULK_DELETE] = "records.delete",
    [STORE_BULK_RESTORE] = "records.restore", [STORE_BULK_MOVE] = "records.move",
    [STORE_BULK_COPY] = "records.copy",
};

static enum status change_one(struct store *s, struct operation *op, enum store_bulk_op what, int64_t key,
                              const struct store_fields *fields, int64_t to, bool *changed, struct err *err) {
    switch (what) {
    case STORE_BULK_FIELDS:
        return change_fields(s, op, key, fields, changed, err);
    case STORE_BULK_DELETE:
        return change_delete(s, op, key, changed, err);
    case STORE_BULK_RESTORE:
        return change_restore(s, op, key, changed, err);
    case STORE_BULK_MOVE:
        return change_move(s, op, key, to, changed, err);
    case STORE_BULK_COPY:
        return change_copy(s, op, key, to, changed, err);
    }
    return err_set(err, STATUS_INTERNAL, NULL, "Unknown bulk operation.");
}

enum status store_bulk(struct store *s, const char *dataset_id, enum store_bulk_op what,
                       const struct store_selection *selection, const struct store_fields *fields,
                       const char *to_id, const struct store_progress *progress, struct store_change *change,
                       struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct keys keys = {0};
    struct lot lot;
    int64_t dataset = 0, to = 0, changed = 0, there = 0, not_found = 0;
    bool in_transaction = true, takes_to = what == STORE_BULK_MOVE || what == STORE_BULK_COPY;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = dataset_key(&s->writer, dataset_id, &dataset, NULL, err);
    if (!st && takes_to) st = dataset_key(&s->writer, to_id, &to, NULL, err);
    if (!st) st = collect(s, dataset, what == STORE_BULK_RESTORE, selection, &keys, &not_found, err);
    if (!st)
        st = lot_begin(&lot, s, kinds[what], what == STORE_BULK_COPY ? to : dataset, (int64_t)keys.count,
                       progress, err);
    if (st) {
        tx_rollback(s);
        free(keys.keys);
        return st;
    }
    if (takes_to) lot.into = to_id;
    for (size_t i = 0; i < keys.count && !st; i++) {
        bool did = false;
        st = lot_next(&lot, &in_transaction, err);
        if (!st) st = change_one(s, &lot.op, what, keys.keys[i], fields, to, &did, err);
        changed += did;
        there += !did && what != STORE_BULK_FIELDS && what != STORE_BULK_DELETE;
    }
    if (!st && changed) st = dataset_touch(s, dataset, err);
    if (!st && changed && takes_to) st = dataset_touch(s, to, err);
    st = lot_end(&lot, st, in_transaction, changed, change, err);
    change->already_there = there;
    change->not_found = not_found;
    free(keys.keys);
    return st;
}

/* ---- a copy of a whole dataset ---- */

static enum status copy_head(struct store *s, const char *id, const char *name, int64_t *from, int64_t *to,
                             char id_out[UUID_TEXT_SIZE], struct keys *keys, struct err *err) {
    struct conn *c = &s->writer;
    char *old_name = NULL, *description = NULL, *free_name = NULL;
    int64_t holder = 0;
    enum status st = dataset_key(c, id, from, NULL, err);
    if (st) return st;
    sqlite3_stmt *q = db_query(c, SQL_DATASET_KEY, ARGS(arg_text(id)), err);
    if (db_next(q)) {
        old_name = strdup(db_text(q, 4));
        description = db_text(q, 5) ? strdup(db_text(q, 5)) : NULL;
    }
    st = db_end(q, err);
    if (!st && !old_name) st = no_memory(err);
    if (!st && name) st = db_int(c, SQL_DATASET_FIND_NAME, ARGS(arg_text(name)), 0, &holder, err);
    if (!st && holder)
        st = err_set(err, STATUS_CONFLICT, "name_taken",
                     "There is already a dataset called \"%s\"; choose another name.", name);
    if (!st && !name) st = dataset_free_name(c, old_name, " copy", false, &free_name, err);
    if (!st && !uuid7_new(&s->ids, id_out))
        st = err_set(err, STATUS_IO, NULL, "The system gives no random numbers.");
    if (!st) {
        st = db_run(
            c, SQL_DATASET_INSERT,
            ARGS(arg_text(id_out), arg_text(name ? name : free_name), arg_text(description), arg_int(now_ms())),
            err);
        *to = sqlite3_last_insert_rowid(c->db);
    }
    if (!st) {
        q = db_query(c, SQL_DATASET_KEYS, ARGS(arg_int(*from)), err);
        while (!st && db_next(q))
            if (!keys_add(keys, sqlite3_column_int64(q, 0))) st = no_memory(err);
        enum status ended = db_end(q, err);
        if (!st) st = ended;
    }
    free(old_name);
    free(description);
    free(free_name);
    return st;
}

enum status store_dataset_duplicate(struct store *s, const char *id, const char *name,
                                    const struct store_progress *progress, char id_out[UUID_TEXT_SIZE],
                                    struct store_change *change, struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct keys keys = {0};
    struct lot lot;
    int64_t from = 0, to = 0, copied = 0;
    bool in_transaction = true;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = copy_head(s, id, name, &from, &to, id_out, &keys, err);
    if (!st) st = lot_begin(&lot, s, "dataset.duplicate", to, (int64_t)keys.count, progress, err);
    if (st) {
        tx_rollback(s);
        free(keys.keys);
        return st;
    }
    lot.into = id_out;
    st = operation_note(s, &lot.op, 'n', to, err);
    for (size_t i = 0; i < keys.count && !st; i++) {
        bool did = false;
        st = lot_next(&lot, &in_transaction, err);
        if (!st) st = change_copy(s, &lot.op, keys.keys[i], to, &did, err);
        copied += did;
    }
    st = lot_end(&lot, st, in_transaction, copied, change, err);
    free(keys.keys);
    return st;
}
