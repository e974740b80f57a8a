/* Undo: what it brings back, what it refuses, and that it outlives the process. */
#include "temp_store.h"

static char *add(struct temp_store *t, const char *span, char id[UUID_TEXT_SIZE], struct store_change *change) {
    assert_true(add_record(t, t->dataset, "t1", span, "math", 0.5, id, change));
    return id;
}

static int64_t trash_count(struct temp_store *t) {
    struct store_totals totals;
    struct err err = ERR_INIT;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    return totals.trash;
}

static void an_addition_goes_to_the_trash(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", NULL, &change);
    assert_int_equal(store_undo(t->store, change.undo, NULL, &undone, &err), STATUS_OK);
    assert_string_equal(undone.kind, "spans.add");
    assert_string_equal(undone.dataset_id, t->dataset);
    assert_int_equal(undone.records, 1);
    assert_int_equal(undone.datasets, 0);
    assert_int_equal(get_dataset(t, t->dataset).records, 0);
    assert_int_equal(trash_count(t), 1);
}

static void fields_come_back_also_after_reopening(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change change;
    struct err err = ERR_INIT;
    add(t, "s1", id, NULL);
    struct store_fields f = {.set_topic = true,
                             .topic = "coding",
                             .set_score = true,
                             .score = 1,
                             .set_feedback = true,
                             .feedback = "x"};
    assert_int_equal(store_record_update(t->store, id, -1, &f, &change, &err), STATUS_OK);
    temp_store_reopen(t);
    undo_ok(t, change.undo);
    struct row r = get_row(t, id);
    assert_string_equal(r.topic, "math");
    assert_true(r.score == 0.5);
    assert_string_equal(r.feedback, "");
    assert_int_equal(r.version, 3); /* an undo is a change, too: ETags never repeat */
    assert_string_equal(get_dataset(t, t->dataset).topic[0], "math");
}

static void collect_data(void *ctx, const struct store_record *r, const char *data, size_t len) {
    (void)r;
    snprintf(ctx, 256, "%.*s", (int)len, data);
}

static void data_comes_back_with_its_summary(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE], before[256], after[256];
    struct store_change change;
    struct err err = ERR_INIT;
    add(t, "s1", id, NULL);
    struct row was = get_row(t, id);
    assert_int_equal(store_record_data(t->store, id, collect_data, before, &err), STATUS_OK);
    struct store_record row = STORE_RECORD_INIT;
    row.preview_input = "new";
    row.bytes = 7;
    assert_int_equal(store_record_data_put(t->store, id, -1, &row, "{\"a\":1}", 7, &change, &err), STATUS_OK);
    undo_ok(t, change.undo);
    struct row is = get_row(t, id);
    assert_int_equal(store_record_data(t->store, id, collect_data, after, &err), STATUS_OK);
    assert_string_equal(before, after);
    assert_string_equal(was.preview, is.preview);
    assert_string_equal(was.model, is.model);
    assert_int_equal(was.bytes, is.bytes);
    assert_false(is.edited);
    assert_int_equal(get_dataset(t, t->dataset).bytes, is.bytes);
}

static void a_deleted_record_comes_back_once(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change change;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", id, NULL);
    assert_int_equal(store_record_delete(t->store, id, -1, &change, &err), STATUS_OK);
    assert_int_equal(trash_count(t), 1);
    undo_ok(t, change.undo);
    assert_string_equal(get_row(t, id).topic, "math");
    assert_int_equal(trash_count(t), 0);
    assert_refused(store_undo(t->store, change.undo, NULL, &undone, &refusal), STATUS_CONFLICT,
                   "already_undone");
    struct store_operation op;
    assert_int_equal(store_operation_get(t->store, change.undo, &op, &err), STATUS_OK);
    assert_string_equal(op.state, "undone");
}

static void what_was_changed_since_is_not_undone(void **state) {
    struct temp_store *t = *state;
    char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE];
    struct store_change first, second;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", a, NULL);
    add(t, "s2", b, NULL);
    const char *ids[] = {a, b};
    struct store_selection both = {.ids = ids, .id_count = 2, .filter = STORE_FILTER_INIT, .expect = -1};
    struct store_fields f = {.set_topic = true, .topic = "coding"};
    assert_int_equal(store_bulk(t->store, t->dataset, STORE_BULK_FIELDS, &both, &f, NULL, NULL, &first, &err),
                     STATUS_OK);
    f.topic = "other";
    assert_int_equal(store_record_update(t->store, b, -1, &f, &second, &err), STATUS_OK);
    assert_refused(store_undo(t->store, first.undo, NULL, &undone, &refusal), STATUS_CONFLICT, "changed_since");
    assert_string_equal(get_row(t, a).topic, "coding"); /* nothing of it was undone */
    undo_ok(t, second.undo); /* the later one first: then the earlier one is what is there again */
    assert_int_equal(get_row(t, b).version, 4);
    undo_ok(t, first.undo);
    assert_string_equal(get_row(t, b).topic, "math");
    assert_int_equal(get_row(t, b).version, 5);
}

static void changes_are_undone_one_after_the_other_down_to_the_first(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE], dataset[UUID_TEXT_SIZE];
    struct store_change made, added, topic, data, deleted, renamed, trashed;
    struct err err = ERR_INIT;
    struct store_fields f = {.set_topic = true, .topic = "coding"};
    struct store_record row = STORE_RECORD_INIT;
    assert_int_equal(store_dataset_create(t->store, "A", NULL, dataset, &made, &err), STATUS_OK);
    add_record(t, dataset, "t", "s", NULL, -1, id, &added);
    assert_int_equal(store_record_update(t->store, id, -1, &f, &topic, &err), STATUS_OK);
    assert_int_equal(store_record_data_put(t->store, id, -1, &row, "{}", 2, &data, &err), STATUS_OK);
    assert_int_equal(store_record_delete(t->store, id, -1, &deleted, &err), STATUS_OK);
    assert_int_equal(store_dataset_update(t->store, dataset, "B", false, NULL, &renamed, &err), STATUS_OK);
    assert_int_equal(store_dataset_delete(t->store, dataset, &trashed, &err), STATUS_OK);
    undo_ok(t, trashed.undo);
    undo_ok(t, renamed.undo);
    undo_ok(t, deleted.undo);
    undo_ok(t, data.undo);
    undo_ok(t, topic.undo);
    undo_ok(t, added.undo);
    undo_ok(t, made.undo);
    assert_refused(store_dataset_get(t->store, dataset, NULL, NULL, &refusal), STATUS_NOT_FOUND, "no_dataset");
}

static void an_addition_that_was_edited_is_not_undone(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change added, change;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", id, &added);
    struct store_fields f = {.set_topic = true, .topic = "coding"};
    assert_int_equal(store_record_update(t->store, id, -1, &f, &change, &err), STATUS_OK);
    assert_refused(store_undo(t->store, added.undo, NULL, &undone, &refusal), STATUS_CONFLICT, "changed_since");
}

static void a_record_whose_span_is_live_again_stays_in_the_trash(void **state) {
    struct temp_store *t = *state;
    char a[UUID_TEXT_SIZE];
    struct store_change change;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", a, NULL);
    assert_int_equal(store_record_delete(t->store, a, -1, &change, &err), STATUS_OK);
    add(t, "s1", NULL, NULL);
    assert_int_equal(store_undo(t->store, change.undo, NULL, &undone, &err), STATUS_OK);
    assert_int_equal(undone.records, 0);
    assert_int_equal(undone.already_there, 1);
    assert_int_equal(get_dataset(t, t->dataset).records, 1);
    assert_int_equal(trash_count(t), 1);
}

static void datasets_come_back(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE];
    struct store_change change, renamed;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", id, NULL);
    assert_int_equal(store_dataset_update(t->store, t->dataset, "New name", true, "d", &renamed, &err),
                     STATUS_OK);
    undo_ok(t, renamed.undo);
    assert_string_equal(get_dataset(t, t->dataset).name, "Safety Test Suite");
    assert_string_equal(get_dataset(t, t->dataset).description, "");
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &change, &err), STATUS_OK);
    assert_int_equal(change.changed, 1);
    assert_int_equal(trash_count(t), 1);
    assert_refused(store_record_get(t->store, id, NULL, NULL, &refusal), STATUS_NOT_FOUND, "no_record");
    assert_int_equal(store_undo(t->store, change.undo, NULL, &undone, &err), STATUS_OK);
    assert_int_equal(undone.datasets, 1);
    assert_string_equal(get_row(t, id).topic, "math");
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &change, &err), STATUS_OK);
    assert_int_equal(store_dataset_create(t->store, "safety test suite", NULL, other, &renamed, &err),
                     STATUS_OK);
    undo_ok(t, change.undo); /* its name was taken meanwhile */
    assert_string_equal(get_dataset(t, t->dataset).name, "Safety Test Suite (restored)");
}

static void a_created_dataset_goes_unless_it_was_filled(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change created;
    struct store_undone undone;
    struct err err = ERR_INIT;
    assert_int_equal(store_dataset_create(t->store, "A", NULL, id, &created, &err), STATUS_OK);
    undo_ok(t, created.undo);
    assert_refused(store_dataset_get(t->store, id, NULL, NULL, &refusal), STATUS_NOT_FOUND, "no_dataset");
    assert_int_equal(store_dataset_create(t->store, "A", NULL, id, &created, &err), STATUS_OK);
    add_many(t, id, 1, NULL);
    assert_refused(store_undo(t->store, created.undo, NULL, &undone, &refusal), STATUS_CONFLICT,
                   "changed_since");
}

static void ignore_entry(void *ctx, const struct store_trash_entry *e) {
    (void)ctx;
    assert_non_null(e->name);
}

static void a_copy_goes_to_the_trash_as_one(void **state) {
    struct temp_store *t = *state;
    char copy[UUID_TEXT_SIZE];
    struct store_change change;
    struct store_undone undone;
    struct store_trash_totals totals;
    struct err err = ERR_INIT;
    struct store_page page = {.limit = 10};
    add_many(t, t->dataset, 5, NULL);
    assert_int_equal(store_dataset_duplicate(t->store, t->dataset, NULL, NULL, copy, &change, &err), STATUS_OK);
    assert_int_equal(store_undo(t->store, change.undo, NULL, &undone, &err), STATUS_OK);
    assert_int_equal(undone.datasets, 1);
    assert_int_equal(undone.records, 5);
    assert_int_equal(store_trash_list(t->store, &page, ignore_entry, NULL, &totals, &err), STATUS_OK);
    assert_int_equal(totals.entries, 1);
    assert_int_equal(totals.records, 5);
}

static void records_of_a_trashed_dataset_wait_for_it(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change deleted, dataset;
    struct store_undone undone;
    struct err err = ERR_INIT;
    add(t, "s1", id, NULL);
    assert_int_equal(store_record_delete(t->store, id, -1, &deleted, &err), STATUS_OK);
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &dataset, &err), STATUS_OK);
    assert_refused(store_undo(t->store, deleted.undo, NULL, &undone, &refusal), STATUS_CONFLICT,
                   "changed_since");
    undo_ok(t, dataset.undo);
    undo_ok(t, deleted.undo);
    assert_int_equal(get_dataset(t, t->dataset).records, 1);
}

static void unknown_and_old_tokens_are_not_found(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct store_undone undone;
    struct store_operation op;
    bool more;
    struct err err = ERR_INIT;
    assert_refused(store_undo(t->store, "no token", NULL, &undone, &refusal), STATUS_NOT_FOUND, "no_undo");
    assert_refused(store_operation_get(t->store, "no token", &op, &refusal), STATUS_NOT_FOUND, "no_operation");
    assert_refused(store_operation_cancel(t->store, "no token", &refusal), STATUS_NOT_FOUND, "no_operation");
    add(t, "s1", NULL, &change);
    assert_refused(store_operation_cancel(t->store, change.undo, &refusal), STATUS_CONFLICT, "not_running");
    t->options.undo_ms = 1;
    usleep(5000);
    temp_store_reopen(t);
    assert_refused(store_undo(t->store, change.undo, NULL, &undone, &refusal), STATUS_NOT_FOUND, "no_undo");
    assert_int_equal(store_maintain(t->store, 1000, &more, &err), STATUS_OK); /* and its notes go */
    assert_false(more);
    assert_refused(store_operation_get(t->store, change.undo, &op, &refusal), STATUS_NOT_FOUND, "no_operation");
    assert_int_equal(get_dataset(t, t->dataset).records, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, temp_store_setup, temp_store_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_addition_goes_to_the_trash),
        TEST(fields_come_back_also_after_reopening),
        TEST(data_comes_back_with_its_summary),
        TEST(a_deleted_record_comes_back_once),
        TEST(what_was_changed_since_is_not_undone),
        TEST(changes_are_undone_one_after_the_other_down_to_the_first),
        TEST(an_addition_that_was_edited_is_not_undone),
        TEST(a_record_whose_span_is_live_again_stays_in_the_trash),
        TEST(datasets_come_back),
        TEST(a_created_dataset_goes_unless_it_was_filled),
        TEST(a_copy_goes_to_the_trash_as_one),
        TEST(records_of_a_trashed_dataset_wait_for_it),
        TEST(unknown_and_old_tokens_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
