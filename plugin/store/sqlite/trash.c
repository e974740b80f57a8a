/* The trash: list, restore, empty, and the tidying that removes rows for good.
 *
 * Emptying only marks an entry as gone, which nobody sees any more; rows are removed in slices of store_maintain, so
 * that a dataset of a million records does not hold the write lock for minutes. A crash in between goes on later. */
#include "store/sqlite/change.h"

#define SLICE_ROWS  64   /* removed by one statement: 64 * 180 KB are some 12 MB of pages to free */
#define SPARE_PAGES 1024 /* free pages (8 MB) that stay in the file: what is added next takes them */

enum status store_trash_list(struct store *s, const struct store_page *page, store_trash_fn each, void *ctx,
                             struct store_trash_totals *totals, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    *totals = (struct store_trash_totals){.entries = 0};
    sqlite3_stmt *q = db_query(c, SQL_TRASH_TOTALS, NULL, 0, err);
    if (db_next(q))
        *totals = (struct store_trash_totals){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                                              sqlite3_column_int64(q, 2)};
    enum status st = db_end(q, err);
    if (!st) {
        const struct store_position *after = page->after;
        q = db_query(c, after ? SQL_TRASH_PAGE_AFTER : SQL_TRASH_PAGE,
                     ARGS(arg_null(), arg_int(page->limit), arg_int(after ? 0 : page->offset)), err);
        if (q && after) {
            db_bind(q, 4, arg_int(after->number));
            db_bind(q, 5, arg_text(after->id));
        }
        while (db_next(q))
            each(ctx, &(struct store_trash_entry){.id = db_text(q, 0),
                                                  .kind = db_text(q, 1),
                                                  .name = db_text(q, 2),
                                                  .dataset_id = db_text(q, 3),
                                                  .records = sqlite3_column_int64(q, 4),
                                                  .bytes = sqlite3_column_int64(q, 5),
                                                  .deleted_at = sqlite3_column_int64(q, 6)});
        st = db_end(q, err);
    }
    reader_give(s, c);
    return st;
}

/* ---- entries that a call is about ---- */

struct entry {
    char id[UUID_TEXT_SIZE];
    bool is_dataset;
    int64_t dataset, op, records;
};

struct entries {
    struct entry *list; /* owned */
    size_t count, cap;
    int64_t not_found, records;
};

static enum status entry_add(struct entries *e, struct store *s, const char *id, struct err *err) {
    struct entry one = {.dataset = 0};
    sqlite3_stmt *q = db_query(&s->writer, SQL_TRASH_GET, ARGS(arg_text(id)), err);
    bool found = db_next(q), lost = false;
    if (found) {
        one.is_dataset = !strcmp(db_text(q, 0), "dataset");
        one.dataset = sqlite3_column_int64(q, 1);
        one.op = sqlite3_column_int64(q, 2);
        one.records = sqlite3_column_int64(q, 5);
        snprintf(one.id, sizeof one.id, "%s", id);
    }
    enum status st = db_end(q, err);
    if (st || !found) {
        e->not_found += !found;
        return st;
    }
    if (e->count == e->cap) {
        size_t cap = e->cap ? e->cap * 2 : 16;
        struct entry *more = realloc(e->list, cap * sizeof *more);
        lost = !more;
        if (more) {
            e->list = more;
            e->cap = cap;
        }
    }
    if (lost) return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    e->list[e->count++] = one;
    e->records += one.records;
    return STATUS_OK;
}

/* Datasets before records: records can come back only into a dataset that is there. Then by id, oldest first. */
static int datasets_first(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return x->is_dataset == y->is_dataset ? strcmp(x->id, y->id) : (int)y->is_dataset - (int)x->is_dataset;
}

/* Drops what was named twice. */
static void entries_unique(struct entries *e) {
    size_t n = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (!n || strcmp(e->list[i].id, e->list[n - 1].id) != 0) e->list[n++] = e->list[i];
    }
    e->count = n;
}

static enum status entries_read(struct entries *e, struct store *s, const char *const *ids, size_t count,
                                struct err *err) {
    enum status st = STATUS_OK;
    for (size_t i = 0; ids && i < count && !st; i++) st = entry_add(e, s, ids[i], err);
    if (!ids) {
        sqlite3_stmt *q = db_query(&s->writer, SQL_TRASH_IDS, NULL, 0, err);
        while (!st && db_next(q)) {
            char id[UUID_TEXT_SIZE];
            snprintf(id, sizeof id, "%s", db_text(q, 0));
            st = entry_add(e, s, id, err);
        }
        enum status ended = db_end(q, err);
        if (!st) st = ended;
    }
    if (!st && e->count) qsort(e->list, e->count, sizeof *e->list, datasets_first);
    entries_unique(e);
    return st;
}

/* ---- restore ---- */

/* *did: it was still in the trash. */
static enum status restore_dataset(struct store *s, struct operation *op, const struct entry *e, bool *did,
                                   struct err *err) {
    struct conn *c = &s->writer;
    char *name = NULL, *free_name = NULL;
    sqlite3_stmt *q = db_query(c, SQL_TRASH_GET, ARGS(arg_text(e->id)), err);
    *did = db_next(q);
    if (*did) name = strdup(db_text(q, 3));
    enum status st = db_end(q, err);
    if (st || !*did) {
        free(name);
        return st;
    }
    if (!name) st = err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    if (!st) st = dataset_free_name(c, name, " (restored)", true, &free_name, err);
    if (!st) st = operation_note(s, op, 'e', e->dataset, err);
    if (!st)
        st = db_run(c, SQL_DATASET_UNTRASH, ARGS(arg_int(e->dataset), arg_text(free_name), arg_int(now_ms())),
                    err);
    free(name);
    free(free_name);
    return st;
}

struct restoring {
    struct lot lot;
    bool in_transaction;
    int64_t changed, there, not_found;
};

/* The keys are read first: restoring takes rows out of the index that is walked. */
static enum status restore_records(struct store *s, struct restoring *r, const struct entry *e,
                                   struct err *err) {
    struct conn *c = &s->writer;
    int64_t gone = 0, count = 0, *keys = NULL;
    sqlite3_stmt *q = db_query(c, SQL_TRASH_GET, ARGS(arg_text(e->id)), err);
    if (db_next(q)) gone = sqlite3_column_int64(q, 4);
    enum status st = db_end(q, err);
    if (st) return st;
    if (gone) { /* its dataset is in the trash itself */
        r->not_found++;
        return STATUS_OK;
    }
    keys = malloc(((size_t)e->records + 1) * sizeof *keys);
    if (!keys) return err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    q = db_query(c, SQL_TRASH_RECORDS, ARGS(arg_int(e->dataset), arg_int(e->op)), err);
    while (count < e->records && db_next(q)) keys[count++] = sqlite3_column_int64(q, 0);
    st = db_end(q, err);
    int64_t before = r->changed;
    for (int64_t i = 0; i < count && !st; i++) {
        bool did = false;
        st = lot_next(&r->lot, &r->in_transaction, err);
        if (!st) st = change_restore(s, &r->lot.op, keys[i], &did, err);
        r->changed += did;
        r->there += !did;
    }
    free(keys);
    return st || r->changed == before ? st : dataset_touch(s, e->dataset, err);
}

enum status store_trash_restore(struct store *s, const char *const *ids, size_t count,
                                const struct store_progress *progress, struct store_change *change,
                                struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct entries e = {0};
    struct restoring r = {.in_transaction = true};
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = entries_read(&e, s, ids, count, err);
    int64_t rows = 0;
    for (size_t i = 0; i < e.count; i++) rows += e.list[i].is_dataset ? 1 : e.list[i].records;
    if (!st)
        st = lot_begin(&r.lot, s, "trash.restore", e.count == 1 ? e.list[0].dataset : 0, rows, progress, err);
    if (st) {
        tx_rollback(s);
        free(e.list);
        return st;
    }
    r.not_found = e.not_found;
    for (size_t i = 0; i < e.count && !st; i++) {
        if (!e.list[i].is_dataset) {
            st = restore_records(s, &r, &e.list[i], err);
            continue;
        }
        st = lot_next(&r.lot, &r.in_transaction, err);
        bool did = false;
        if (!st) st = restore_dataset(s, &r.lot.op, &e.list[i], &did, err);
        r.changed += did;
        r.not_found += !did && !st;
    }
    st = lot_end(&r.lot, st, r.in_transaction, r.changed, change, err);
    change->already_there = r.there;
    change->not_found = r.not_found;
    free(e.list);
    return st;
}

/* ---- empty ---- */

enum status store_trash_empty(struct store *s, const char *const *ids, size_t count,
                              const struct store_progress *progress, struct store_change *change,
                              struct err *err) {
    *change = (struct store_change){.changed = 0};
    struct entries e = {0};
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = entries_read(&e, s, ids, count, err);
    for (size_t i = 0; i < e.count && !st; i++) {
        st = db_run(&s->writer, SQL_TRASH_GONE, ARGS(arg_text(e.list[i].id)), err);
        change->changed += e.list[i].records + e.list[i].is_dataset;
    }
    st = tx_end(s, st, err);
    change->not_found = e.not_found;
    free(e.list);
    /* from here on it is gone for everybody; what follows frees the space, and may be cut short */
    bool more = !st;
    for (int64_t slices = 0; more; slices++) {
        if (store_maintain(s, s->options.chunk_ms, &more, NULL)) break;
        if (progress && progress->report && progress->report(progress->ctx, "", "trash.empty", slices, -1))
            break;
    }
    return st;
}

/* ---- tidying ---- */

/* One statement's worth of work; *did: there was some. Inside a transaction. */
static enum status purge_entry(struct store *s, bool *did, struct err *err) {
    struct conn *c = &s->writer;
    char id[UUID_TEXT_SIZE] = "";
    bool is_dataset = false;
    int64_t dataset = 0, op = 0;
    sqlite3_stmt *q = db_query(c, SQL_TRASH_NEXT_GONE, NULL, 0, err);
    *did = db_next(q);
    if (*did) {
        snprintf(id, sizeof id, "%s", db_text(q, 0));
        is_dataset = !strcmp(db_text(q, 1), "dataset");
        dataset = sqlite3_column_int64(q, 2);
        op = sqlite3_column_int64(q, 3);
    }
    enum status st = db_end(q, err);
    if (st || !*did) return st;
    if (!is_dataset) {
        st = db_run(c, SQL_PURGE_RECORDS, ARGS(arg_int(dataset), arg_int(op), arg_int(SLICE_ROWS)), err);
        return st || sqlite3_changes(c->db) > 0 ? st : db_run(c, SQL_TRASH_DROP, ARGS(arg_text(id)), err);
    }
    st = db_run(c, SQL_PURGE_DATASET_LIVE, ARGS(arg_int(dataset), arg_int(SLICE_ROWS)), err);
    if (st || sqlite3_changes(c->db) > 0) return st;
    st = db_run(c, SQL_PURGE_DATASET_TRASHED, ARGS(arg_int(dataset), arg_int(SLICE_ROWS)), err);
    if (st || sqlite3_changes(c->db) > 0) return st;
    st = db_run(c, SQL_PURGE_DATASET_ENTRIES, ARGS(arg_int(dataset)), err);
    return st ? st : db_run(c, SQL_PURGE_DATASET, ARGS(arg_int(dataset)), err);
}

static enum status purge_operations(struct store *s, bool *did, struct err *err) {
    static const enum sql_id steps[] = {SQL_PURGE_CHANGE_DATA, SQL_PURGE_CHANGES, SQL_PURGE_OPERATIONS};
    int64_t before = now_ms() - s->options.undo_ms;
    *did = false;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !*did; i++) {
        enum status st = db_run(&s->writer, (int)steps[i], ARGS(arg_int(before), arg_int(SLICE_ROWS)), err);
        if (st) return st;
        *did = sqlite3_changes(s->writer.db) > 0;
    }
    return STATUS_OK;
}

/* Gives free pages back to the file system until the time is over; *more: there are some left. */
static enum status shrink(struct store *s, uint64_t until, bool *more, struct err *err) {
    int64_t spare = 0;
    enum status st;
    do {
        st = db_int(&s->writer, SQL_FREE_PAGES, NULL, 0, 0, &spare, err);
        *more = !st && spare > SPARE_PAGES;
        if (*more) st = db_run(&s->writer, SQL_VACUUM, NULL, 0, err);
    } while (!st && *more && clock_monotonic_ms() < until);
    return st;
}

enum status store_maintain(struct store *s, int64_t budget_ms, bool *more, struct err *err) {
    uint64_t until = clock_monotonic_ms() + (uint64_t)budget_ms;
    bool did = true;
    *more = false;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = db_run(&s->writer, SQL_TRASH_EXPIRE, ARGS(arg_int(now_ms() - s->options.trash_ms)), err);
    while (!st && did && clock_monotonic_ms() < until) {
        st = purge_entry(s, &did, err);
        if (!st && !did) st = purge_operations(s, &did, err);
    }
    if (!st && !did) st = shrink(s, until, &did, err);
    *more = !st && did;
    return tx_end(s, st, err);
}
