/* Many records at once, in one transaction and in chunks (the same tests run with both), and the trash. */
#include "temp_store.h"

#define N 40

static struct store_selection everything(void) {
    return (struct store_selection){.filter = STORE_FILTER_INIT, .expect = -1};
}

static struct store_change bulk(struct temp_store *t, enum store_bulk_op op, const struct store_selection *sel,
                                const struct store_fields *f, const char *to) {
    struct store_change change;
    struct err err = ERR_INIT;
    if (store_bulk(t->store, t->dataset, op, sel, f, to, NULL, &change, &err) != STATUS_OK)
        fail_msg("%s", err.detail);
    return change;
}

static char *other_dataset(struct temp_store *t, char id[UUID_TEXT_SIZE]) {
    struct store_change change;
    struct err err = ERR_INIT;
    assert_int_equal(store_dataset_create(t->store, "Other", NULL, id, &change, &err), STATUS_OK);
    return id;
}

/* N records with spans s0 .. */
static void fill(struct temp_store *t, const char *dataset) {
    char span[16];
    for (int i = 0; i < N; i++) {
        snprintf(span, sizeof span, "s%d", i);
        assert_true(add_record(t, dataset, "t", span, i % 2 ? "odd" : NULL, i % 4 ? -1 : 0.5, NULL, NULL));
    }
}

static void topics_change_and_come_back(void **state) {
    struct temp_store *t = *state;
    struct store_selection all = everything();
    struct store_fields f = {.set_topic = true, .topic = "odd"};
    fill(t, t->dataset);
    struct store_change change = bulk(t, STORE_BULK_FIELDS, &all, &f, NULL);
    assert_int_equal(change.changed, N / 2); /* those that had it already are not counted */
    assert_int_equal(get_dataset(t, t->dataset).labelled, N);
    undo_ok(t, change.undo);
    assert_int_equal(get_dataset(t, t->dataset).labelled, N / 2);
    assert_int_equal(get_dataset(t, t->dataset).topic_records[0], N / 2);
}

static void a_selection_can_leave_out_and_expect(void **state) {
    struct temp_store *t = *state;
    static struct rows rows;
    struct store_change change;
    fill(t, t->dataset);
    all_rows(t, t->dataset, &rows);
    const char *except[] = {rows.row[0].id, rows.row[1].id, "unknown"};
    struct store_selection sel = everything();
    sel.filter.topic = "ODD";
    sel.except = except;
    sel.except_count = 3;
    sel.expect = N / 2;
    struct err refusal = ERR_INIT;
    assert_int_equal(
        store_bulk(t->store, t->dataset, STORE_BULK_DELETE, &sel, NULL, NULL, NULL, &change, &refusal),
        STATUS_CONFLICT);
    assert_string_equal(refusal.code, "count_changed");
    assert_non_null(strstr(refusal.detail, "19"));
    assert_int_equal(get_dataset(t, t->dataset).records, N); /* nothing happened */
    sel.expect = N / 2 - 1;
    change = bulk(t, STORE_BULK_DELETE, &sel, NULL, NULL);
    assert_int_equal(change.changed, N / 2 - 1);
    assert_int_equal(get_dataset(t, t->dataset).records, N / 2 + 1);
    undo_ok(t, change.undo);
    assert_int_equal(get_dataset(t, t->dataset).records, N);
}

static void ids_are_counted_once_and_unknown_ones_reported(void **state) {
    struct temp_store *t = *state;
    static struct rows rows;
    char to[UUID_TEXT_SIZE];
    fill(t, t->dataset);
    all_rows(t, t->dataset, &rows);
    const char *ids[] = {rows.row[3].id, rows.row[2].id, rows.row[3].id, "nobody"};
    struct store_selection sel = {.ids = ids, .id_count = 4, .filter = STORE_FILTER_INIT, .expect = -1};
    struct store_change change = bulk(t, STORE_BULK_COPY, &sel, NULL, other_dataset(t, to));
    assert_int_equal(change.changed, 2);
    assert_int_equal(change.not_found, 1);
    assert_int_equal(change.already_there, 0);
    all_rows(t, to, &rows);
    assert_string_equal(rows.row[0].span, "s2");
    assert_string_equal(rows.row[1].span, "s3");
}

static void moving_leaves_what_is_already_there(void **state) {
    struct temp_store *t = *state;
    char to[UUID_TEXT_SIZE];
    struct store_selection all = everything();
    fill(t, t->dataset);
    add_record(t, other_dataset(t, to), "t", "s5", NULL, -1, NULL, NULL);
    struct store_change change = bulk(t, STORE_BULK_MOVE, &all, NULL, to);
    assert_int_equal(change.changed, N - 1);
    assert_int_equal(change.already_there, 1);
    assert_int_equal(get_dataset(t, t->dataset).records, 1);
    assert_int_equal(get_dataset(t, to).records, N);
    assert_int_equal(get_dataset(t, to).labelled, N / 2 - 1);
    undo_ok(t, change.undo);
    assert_int_equal(get_dataset(t, t->dataset).records, N);
    assert_int_equal(get_dataset(t, to).records, 1);
}

static void copies_are_undone_and_leave_the_originals(void **state) {
    struct temp_store *t = *state;
    char to[UUID_TEXT_SIZE];
    struct store_selection all = everything();
    fill(t, t->dataset);
    struct store_change change = bulk(t, STORE_BULK_COPY, &all, NULL, other_dataset(t, to));
    assert_int_equal(change.changed, N);
    assert_int_equal(get_dataset(t, to).records, N);
    assert_int_equal(bulk(t, STORE_BULK_COPY, &all, NULL, to).already_there, N);
    undo_ok(t, change.undo);
    assert_int_equal(get_dataset(t, to).records, 0);
    assert_int_equal(get_dataset(t, t->dataset).records, N);
}

static void a_large_copy_of_a_dataset(void **state) {
    struct temp_store *t = *state;
    char copy[UUID_TEXT_SIZE];
    struct store_change change;
    struct err err = ERR_INIT;
    struct store_operation op;
    fill(t, t->dataset);
    assert_int_equal(store_dataset_duplicate(t->store, t->dataset, "Twin", NULL, copy, &change, &err),
                     STATUS_OK);
    assert_int_equal(get_dataset(t, copy).records, N);
    assert_int_equal(store_operation_get(t->store, change.undo, &op, &err), STATUS_OK);
    assert_string_equal(op.state, "done");
    assert_string_equal(op.kind, "dataset.duplicate");
    assert_int_equal(op.total, N);
    undo_ok(t, change.undo);
    struct store_totals totals;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.datasets, 1);
    assert_int_equal(totals.trash, N);
}

/* ---- cancelling, only in chunks ---- */

struct watch {
    int calls, stop_at;
    char id[UUID_TEXT_SIZE];
    int64_t total;
};
static int watch(void *ctx, const char *id, const char *kind, int64_t done, int64_t total) {
    struct watch *w = ctx;
    assert_non_null(kind);
    assert_true(done <= total);
    copy_text(w->id, sizeof w->id, id);
    w->total = total;
    return ++w->calls == w->stop_at;
}

static void a_cancelled_change_leaves_nothing(void **state) {
    struct temp_store *t = *state;
    struct store_selection all = everything();
    struct store_change change;
    struct store_operation op;
    struct err err = ERR_INIT, why = ERR_INIT;
    struct watch w = {.stop_at = 5};
    struct store_progress progress = {watch, &w};
    t->options.chunk_ms = 0; /* a chunk for every record */
    temp_store_reopen(t);
    fill(t, t->dataset);
    assert_int_equal(
        store_bulk(t->store, t->dataset, STORE_BULK_DELETE, &all, NULL, NULL, &progress, &change, &why),
        STATUS_CANCELLED);
    assert_int_equal(w.total, N);
    assert_int_equal(get_dataset(t, t->dataset).records, N);
    assert_int_equal(store_operation_get(t->store, w.id, &op, &err), STATUS_OK);
    assert_string_equal(op.state, "cancelled");
    struct store_totals totals;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.trash, 0);
    /* a copy that is cancelled was never there, not even in the trash */
    char copy[UUID_TEXT_SIZE];
    w = (struct watch){.stop_at = 9};
    err_clear(&why);
    assert_int_equal(store_dataset_duplicate(t->store, t->dataset, NULL, &progress, copy, &change, &why),
                     STATUS_CANCELLED);
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.datasets, 1);
    assert_int_equal(totals.trash, 0);
    assert_refused(store_dataset_get(t->store, copy, NULL, NULL, &refusal), STATUS_NOT_FOUND, "no_dataset");
}

struct cancel {
    struct store *store;
    int calls;
};
static int cancel_by_id(void *ctx, const char *id, const char *kind, int64_t done, int64_t total) {
    struct cancel *c = ctx;
    struct store_operation op;
    struct err err = ERR_INIT;
    (void)kind, (void)done, (void)total;
    if (++c->calls != 3) return 0;
    assert_int_equal(store_operation_get(c->store, id, &op, &err), STATUS_OK);
    assert_string_equal(op.state, "running");
    assert_int_equal(store_operation_cancel(c->store, id, &err), STATUS_OK);
    return 0;
}

static void an_operation_is_cancelled_by_its_id(void **state) {
    struct temp_store *t = *state;
    struct store_selection all = everything();
    struct store_change change;
    t->options.chunk_ms = 0;
    temp_store_reopen(t);
    fill(t, t->dataset);
    struct cancel c = {.store = t->store};
    struct store_progress progress = {cancel_by_id, &c};
    struct err refusal = ERR_INIT;
    struct store_fields f = {.set_topic = true, .topic = "x"};
    assert_int_equal(
        store_bulk(t->store, t->dataset, STORE_BULK_FIELDS, &all, &f, NULL, &progress, &change, &refusal),
        STATUS_CANCELLED);
    assert_int_equal(get_dataset(t, t->dataset).labelled, N / 2);
}

static int interrupt(void *ctx, const char *id, const char *kind, int64_t done, int64_t total) {
    struct cancel *c = ctx;
    (void)id, (void)kind, (void)done, (void)total;
    if (++c->calls == 7) store_interrupt(c->store);
    return 0;
}

static void what_closing_interrupts_is_taken_back_when_opening(void **state) {
    struct temp_store *t = *state;
    struct store_selection all = everything();
    struct store_change change;
    char to[UUID_TEXT_SIZE];
    t->options.chunk_ms = 0;
    temp_store_reopen(t);
    fill(t, t->dataset);
    other_dataset(t, to);
    struct cancel c = {.store = t->store};
    struct store_progress progress = {interrupt, &c};
    struct err refusal = ERR_INIT;
    assert_int_equal(
        store_bulk(t->store, t->dataset, STORE_BULK_MOVE, &all, NULL, to, &progress, &change, &refusal),
        STATUS_CANCELLED);
    temp_store_reopen(t);
    assert_int_equal(get_dataset(t, t->dataset).records, N);
    assert_int_equal(get_dataset(t, to).records, 0);
}

/* ---- others who write between two chunks ---- */

struct deleting {
    struct store *store;
    int calls;
    const char *target; /* NULL: the dataset that is not `kept` */
    const char *kept;
    char found[UUID_TEXT_SIZE];
};
static void find_other(void *ctx, const struct store_dataset *d) {
    struct deleting *x = ctx;
    if (strcmp(d->id, x->kept) != 0) copy_text(x->found, sizeof x->found, d->id);
}
static int delete_target(void *ctx, const char *id, const char *kind, int64_t done, int64_t total) {
    struct deleting *x = ctx;
    struct store_page page = {.limit = 10};
    struct store_change change;
    struct err err = ERR_INIT;
    int64_t count = 0;
    (void)id, (void)kind, (void)done, (void)total;
    if (++x->calls != 3) return 0;
    if (!x->target) {
        assert_int_equal(store_dataset_list(x->store, NULL, &page, find_other, x, &count, &err), STATUS_OK);
        x->target = x->found;
    }
    assert_int_equal(store_dataset_delete(x->store, x->target, &change, &err), STATUS_OK);
    return 0;
}

static void nothing_goes_into_a_dataset_that_was_deleted_meanwhile(void **state) {
    struct temp_store *t = *state;
    struct store_selection all = everything();
    struct store_change change;
    char to[UUID_TEXT_SIZE];
    t->options.chunk_ms = 0;
    temp_store_reopen(t);
    fill(t, t->dataset);
    static const enum store_bulk_op ops[] = {STORE_BULK_MOVE, STORE_BULK_COPY};
    for (size_t i = 0; i < 2; i++) {
        struct err refusal = ERR_INIT;
        other_dataset(t, to);
        struct deleting x = {.store = t->store, .target = to};
        struct store_progress progress = {delete_target, &x};
        assert_int_equal(store_bulk(t->store, t->dataset, ops[i], &all, NULL, to, &progress, &change, &refusal),
                         STATUS_NOT_FOUND);
        assert_int_equal(get_dataset(t, t->dataset).records, N);
    }
    struct err refusal = ERR_INIT;
    struct deleting x = {.store = t->store, .kept = t->dataset};
    struct store_progress progress = {delete_target, &x};
    assert_int_equal(store_dataset_duplicate(t->store, t->dataset, NULL, &progress, to, &change, &refusal),
                     STATUS_NOT_FOUND);
    assert_string_equal(refusal.code, "no_dataset");
    assert_int_equal(get_dataset(t, t->dataset).records, N);
}

/* ---- trash ---- */

struct entries {
    int count;
    char id[16][UUID_TEXT_SIZE], kind[16][16], name[16][64];
    int64_t records[16], deleted_at[16];
};
static void collect_entry(void *ctx, const struct store_trash_entry *e) {
    struct entries *out = ctx;
    copy_text(out->id[out->count], UUID_TEXT_SIZE, e->id);
    copy_text(out->kind[out->count], 16, e->kind);
    copy_text(out->name[out->count], 64, e->name);
    out->deleted_at[out->count] = e->deleted_at;
    out->records[out->count++] = e->records;
}
static struct entries trash(struct temp_store *t, struct store_trash_totals *totals) {
    struct entries e = {0};
    struct err err = ERR_INIT;
    struct store_trash_totals ignored;
    struct store_page page = {.limit = 16};
    assert_int_equal(store_trash_list(t->store, &page, collect_entry, &e, totals ? totals : &ignored, &err),
                     STATUS_OK);
    return e;
}

static void the_trash_lists_what_was_deleted_together(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct err err = ERR_INIT;
    struct store_trash_totals totals;
    struct store_selection sel = everything();
    char other[UUID_TEXT_SIZE];
    fill(t, t->dataset);
    add_many(t, other_dataset(t, other), 3, NULL);
    sel.filter.topic = "odd";
    change = bulk(t, STORE_BULK_DELETE, &sel, NULL, NULL);
    usleep(2000);
    assert_int_equal(store_dataset_delete(t->store, other, &change, &err), STATUS_OK);
    struct entries e = trash(t, &totals);
    assert_int_equal(e.count, 2);
    assert_string_equal(e.kind[0], "dataset"); /* newest first */
    assert_string_equal(e.id[0], other);
    assert_int_equal(e.records[0], 3);
    assert_string_equal(e.kind[1], "records");
    assert_string_equal(e.name[1], "Safety Test Suite");
    assert_int_equal(e.records[1], N / 2);
    assert_int_equal(totals.entries, 2);
    assert_int_equal(totals.records, N / 2 + 3);
    assert_true(totals.bytes > 0);
    struct entries second = {0};
    struct store_position at = {.number = e.deleted_at[0], .id = e.id[0]};
    struct store_page page = {.limit = 1, .after = &at};
    assert_int_equal(store_trash_list(t->store, &page, collect_entry, &second, &totals, &err), STATUS_OK);
    assert_string_equal(second.id[0], e.id[1]);
}

static void restoring_brings_back_what_it_can(void **state) {
    struct temp_store *t = *state;
    struct store_change change, restored;
    struct err err = ERR_INIT;
    struct store_selection all = everything();
    fill(t, t->dataset);
    change = bulk(t, STORE_BULK_DELETE, &all, NULL, NULL);
    add_record(t, t->dataset, "t", "s0", NULL, -1, NULL, NULL); /* live again meanwhile */
    const char *ids[] = {change.undo, "unknown"};
    assert_int_equal(store_trash_restore(t->store, ids, 2, NULL, &restored, &err), STATUS_OK);
    assert_int_equal(restored.changed, N - 1);
    assert_int_equal(restored.already_there, 1);
    assert_int_equal(restored.not_found, 1);
    assert_int_equal(get_dataset(t, t->dataset).records, N);
    assert_int_equal(trash(t, NULL).records[0], 1); /* the one whose span is live stays */
    undo_ok(t, restored.undo);
    assert_int_equal(get_dataset(t, t->dataset).records, 1);
    assert_int_equal(trash(t, NULL).count, 1); /* under the operation that had deleted them */
    assert_int_equal(trash(t, NULL).records[0], N);
}

static void single_records_are_restored_out_of_an_entry(void **state) {
    struct temp_store *t = *state;
    static struct rows rows;
    struct store_selection all = everything();
    fill(t, t->dataset);
    all_rows(t, t->dataset, &rows);
    bulk(t, STORE_BULK_DELETE, &all, NULL, NULL);
    const char *ids[] = {rows.row[4].id};
    struct store_selection one = {.ids = ids, .id_count = 1, .filter = STORE_FILTER_INIT, .expect = -1};
    assert_int_equal(bulk(t, STORE_BULK_RESTORE, &one, NULL, NULL).changed, 1);
    assert_int_equal(trash(t, NULL).records[0], N - 1);
    assert_int_equal(bulk(t, STORE_BULK_RESTORE, &all, NULL, NULL).changed, N - 1);
    assert_int_equal(trash(t, NULL).count, 0);
}

static void a_dataset_is_restored_before_its_records(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct err err = ERR_INIT;
    char id[UUID_TEXT_SIZE], taken[UUID_TEXT_SIZE];
    add_record(t, t->dataset, "t", "s1", NULL, -1, id, NULL);
    add_record(t, t->dataset, "t", "s2", NULL, -1, NULL, NULL);
    assert_int_equal(store_record_delete(t->store, id, -1, &change, &err), STATUS_OK);
    const char *records[] = {change.undo};
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &change, &err), STATUS_OK);
    assert_int_equal(store_dataset_create(t->store, "safety test suite", NULL, taken, &change, &err),
                     STATUS_OK);
    assert_int_equal(store_trash_restore(t->store, records, 1, NULL, &change, &err), STATUS_OK);
    assert_int_equal(change.changed, 0); /* its dataset is in the trash itself */
    assert_int_equal(change.not_found, 1);
    assert_int_equal(store_trash_restore(t->store, NULL, 0, NULL, &change, &err), STATUS_OK);
    struct dataset_copy d = get_dataset(t, t->dataset);
    assert_string_equal(d.name, "Safety Test Suite (restored)");
    assert_int_equal(d.records, 2);
    assert_int_equal(trash(t, NULL).count, 0);
}

static void emptied_is_gone_for_good(void **state) {
    struct temp_store *t = *state;
    struct store_change records, dataset, emptied;
    struct store_undone undone;
    struct err err = ERR_INIT;
    struct store_selection all = everything();
    fill(t, t->dataset);
    records = bulk(t, STORE_BULK_DELETE, &all, NULL, NULL);
    fill(t, t->dataset);
    const char *ids[] = {records.undo};
    assert_int_equal(store_trash_empty(t->store, ids, 1, NULL, &emptied, &err), STATUS_OK);
    assert_int_equal(emptied.changed, N);
    assert_string_equal(emptied.undo, "");
    assert_int_equal(trash(t, NULL).count, 0);
    assert_refused(store_undo(t->store, records.undo, NULL, &undone, &refusal), STATUS_CONFLICT,
                   "changed_since");
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &dataset, &err), STATUS_OK);
    assert_int_equal(store_trash_empty(t->store, NULL, 0, NULL, &emptied, &err), STATUS_OK);
    assert_int_equal(emptied.changed, N + 1);
    assert_refused(store_undo(t->store, dataset.undo, NULL, &undone, &refusal), STATUS_CONFLICT,
                   "changed_since");
    struct store_totals totals;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.datasets + totals.trash, 0);
    temp_store_reopen(t);
}

static void the_trash_is_emptied_after_its_time(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct err err = ERR_INIT;
    struct store_selection all = everything();
    bool more = true;
    fill(t, t->dataset);
    bulk(t, STORE_BULK_DELETE, &all, NULL, NULL);
    while (more) assert_int_equal(store_maintain(t->store, 1000, &more, &err), STATUS_OK);
    assert_int_equal(trash(t, NULL).count, 1);
    t->options.trash_ms = 1;
    temp_store_reopen(t);
    usleep(5000);
    for (more = true; more;) assert_int_equal(store_maintain(t->store, 1000, &more, &err), STATUS_OK);
    assert_int_equal(trash(t, NULL).count, 0);
    fill(t, t->dataset);
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &change, &err), STATUS_OK);
    usleep(5000);
    for (more = true; more;) assert_int_equal(store_maintain(t->store, 1000, &more, &err), STATUS_OK);
    struct store_totals totals;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.trash, 0);
}

static void emptying_gives_the_space_back(void **state) {
    struct temp_store *t = *state;
    struct store_adder *adder = NULL;
    struct store_change change;
    struct err err = ERR_INIT;
    size_t size = 256 << 10;
    char *data = malloc(size);
    assert_non_null(data);
    memset(data, 'x', size);
    assert_int_equal(store_add_begin(t->store, t->dataset, "add", 100, NULL, &adder, &err), STATUS_OK);
    for (int i = 0; i < 100; i++) {
        struct store_record r = STORE_RECORD_INIT;
        bool added;
        assert_int_equal(store_add_put(adder, &r, data, size, &added, NULL, &err), STATUS_OK);
    }
    assert_int_equal(store_add_commit(adder, &change, &err), STATUS_OK);
    free(data);
    temp_store_reopen(t);
    int64_t full = store_file_bytes(t->store);
    assert_true(full > 25 << 20);
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &change, &err), STATUS_OK);
    assert_int_equal(store_trash_empty(t->store, NULL, 0, NULL, &change, &err), STATUS_OK);
    temp_store_reopen(t);
    assert_true(store_file_bytes(t->store) < full / 2); /* but for what is kept for the next records */
}

/* A restore of something that was deleted long ago can be undone although its deletion can no longer be. */
static void a_late_restore_can_be_undone(void **state) {
    struct temp_store *t = *state;
    struct store_change deleted, restored;
    struct err err = ERR_INIT;
    char id[UUID_TEXT_SIZE];
    bool more;
    add_record(t, t->dataset, "t", "s1", NULL, -1, id, NULL);
    assert_int_equal(store_record_delete(t->store, id, -1, &deleted, &err), STATUS_OK);
    usleep(30000);
    t->options.undo_ms = 25;
    temp_store_reopen(t);
    const char *ids[] = {deleted.undo};
    assert_int_equal(store_trash_restore(t->store, ids, 1, NULL, &restored, &err), STATUS_OK);
    assert_int_equal(restored.changed, 1);
    assert_int_equal(store_maintain(t->store, 1000, &more, &err),
                     STATUS_OK); /* the deletion is too old to be kept */
    t->options.undo_ms = 1000000;
    temp_store_reopen(t);
    undo_ok(t, restored.undo);
    assert_int_equal(trash(t, NULL).count, 1);
}

#define BOTH(f)                                                                                                \
    {#f " (one transaction)", f, temp_store_setup, temp_store_teardown, NULL}, {                               \
#f " (in chunks)", f, temp_store_setup_small, temp_store_teardown, NULL                                \
    }
#define CHUNKS(f) cmocka_unit_test_setup_teardown(f, temp_store_setup_small, temp_store_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(topics_change_and_come_back),
        BOTH(a_selection_can_leave_out_and_expect),
        BOTH(ids_are_counted_once_and_unknown_ones_reported),
        BOTH(moving_leaves_what_is_already_there),
        BOTH(copies_are_undone_and_leave_the_originals),
        BOTH(a_large_copy_of_a_dataset),
        CHUNKS(a_cancelled_change_leaves_nothing),
        CHUNKS(an_operation_is_cancelled_by_its_id),
        CHUNKS(what_closing_interrupts_is_taken_back_when_opening),
        CHUNKS(nothing_goes_into_a_dataset_that_was_deleted_meanwhile),
        BOTH(the_trash_lists_what_was_deleted_together),
        BOTH(restoring_brings_back_what_it_can),
        BOTH(single_records_are_restored_out_of_an_entry),
        BOTH(a_dataset_is_restored_before_its_records),
        BOTH(emptied_is_gone_for_good),
        BOTH(the_trash_is_emptied_after_its_time),
        BOTH(emptying_gives_the_space_back),
        BOTH(a_late_restore_can_be_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
