/* Datasets: names, lists, counters, topics, copies. */
#include "temp_store.h"

static char *create(struct temp_store *t, const char *name, char id[UUID_TEXT_SIZE]) {
    struct store_change change;
    struct err err = ERR_INIT;
    assert_int_equal(store_dataset_create(t->store, name, NULL, id, &change, &err), STATUS_OK);
    assert_true(change.undo[0]);
    return id;
}

static void names_are_unique_whatever_their_case(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change change;
    assert_refused(store_dataset_create(t->store, "safety test SUITE", NULL, id, &change, &refusal),
                   STATUS_CONFLICT, "name_taken");
    create(t, "Other", id);
    assert_refused(store_dataset_update(t->store, id, "SAFETY TEST SUITE", false, NULL, &change, &refusal),
                   STATUS_CONFLICT, "name_taken");
    struct err err = ERR_INIT; /* its own name in another spelling is free */
    assert_int_equal(store_dataset_update(t->store, id, "OTHER", false, NULL, &change, &err), STATUS_OK);
    assert_string_equal(get_dataset(t, id).name, "OTHER");
    assert_int_equal(store_dataset_delete(t->store, t->dataset, &change, &err), STATUS_OK);
    create(t, "Safety Test Suite", id); /* a deleted dataset's name is free */
}

static void name_and_description_change_apart(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct err err = ERR_INIT;
    assert_int_equal(store_dataset_update(t->store, t->dataset, NULL, true, "Red team", &change, &err),
                     STATUS_OK);
    assert_true(change.undo[0]);
    assert_int_equal(store_dataset_update(t->store, t->dataset, "Safety", false, NULL, &change, &err),
                     STATUS_OK);
    struct dataset_copy d = get_dataset(t, t->dataset);
    assert_string_equal(d.name, "Safety");
    assert_string_equal(d.description, "Red team");
    assert_int_equal(store_dataset_update(t->store, t->dataset, "Safety", true, "Red team", &change, &err),
                     STATUS_OK);
    assert_string_equal(change.undo, ""); /* nothing changed, nothing to undo */
    assert_int_equal(store_dataset_update(t->store, t->dataset, NULL, true, NULL, &change, &err), STATUS_OK);
    assert_string_equal(get_dataset(t, t->dataset).description, "");
}

static void unknown_datasets_are_not_found(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    struct dataset_copy d;
    struct store_page page = {.limit = 1};
    char id[UUID_TEXT_SIZE];
    int64_t n;
    static struct rows rows;
    struct store_adder *adder;
    struct store_filter all = STORE_FILTER_INIT;
    struct store_selection selection = {.filter = STORE_FILTER_INIT, .expect = -1};
    const char *no = "01890000-0000-7000-8000-000000000000";
    bool present[1];
    const char *const ids[1][2] = {{"t", "s"}};
    assert_refused(store_dataset_get(t->store, no, collect_dataset, &d, &refusal), STATUS_NOT_FOUND,
                   "no_dataset");
    assert_refused(store_dataset_update(t->store, no, "X", false, NULL, &change, &refusal), STATUS_NOT_FOUND,
                   "no_dataset");
    assert_refused(store_dataset_delete(t->store, no, &change, &refusal), STATUS_NOT_FOUND, "no_dataset");
    assert_refused(store_dataset_duplicate(t->store, no, NULL, NULL, id, &change, &refusal), STATUS_NOT_FOUND,
                   "no_dataset");
    assert_refused(store_topics(t->store, no, NULL, NULL, &refusal), STATUS_NOT_FOUND, "no_dataset");
    assert_refused(
        store_record_page(t->store, no, &all, STORE_SORT_TOPIC, false, &page, collect_row, &rows, &refusal),
        STATUS_NOT_FOUND, "no_dataset");
    assert_refused(store_record_count(t->store, no, &all, &n, &refusal), STATUS_NOT_FOUND, "no_dataset");
    assert_refused(store_add_begin(t->store, no, "add", 1, NULL, &adder, &refusal), STATUS_NOT_FOUND,
                   "no_dataset");
    assert_null(adder);
    assert_refused(store_spans_present(t->store, no, ids, 1, present, &refusal), STATUS_NOT_FOUND,
                   "no_dataset");
    assert_refused(store_bulk(t->store, no, STORE_BULK_DELETE, &selection, NULL, NULL, NULL, &change, &refusal),
                   STATUS_NOT_FOUND, "no_dataset");
    assert_refused(
        store_bulk(t->store, t->dataset, STORE_BULK_MOVE, &selection, NULL, no, NULL, &change, &refusal),
        STATUS_NOT_FOUND, "no_dataset");
}

struct names {
    int count;
    char name[64][64], id[64][UUID_TEXT_SIZE];
    int64_t updated_at[64];
};
static void collect_name(void *ctx, const struct store_dataset *d) {
    struct names *n = ctx;
    copy_text(n->name[n->count], sizeof *n->name, d->name);
    copy_text(n->id[n->count], sizeof *n->id, d->id);
    n->updated_at[n->count++] = d->updated_at;
}

static void lists_are_newest_change_first_and_paged(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE], name[32];
    static struct names all, paged;
    struct err err = ERR_INIT;
    int64_t total = 0;
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "Dataset %d", i);
        create(t, name, id);
    }
    usleep(3000);
    add_many(t, t->dataset, 1, NULL); /* the oldest is touched: it comes first now */
    all = (struct names){0};
    struct store_page page = {.limit = 64};
    assert_int_equal(store_dataset_list(t->store, NULL, &page, collect_name, &all, &total, &err), STATUS_OK);
    assert_int_equal(total, 21);
    assert_int_equal(all.count, 21);
    assert_string_equal(all.name[0], "Safety Test Suite");
    for (int i = 1; i < all.count; i++) {
        assert_true(all.updated_at[i] <= all.updated_at[i - 1]);
        if (all.updated_at[i] == all.updated_at[i - 1]) assert_true(strcmp(all.id[i], all.id[i - 1]) < 0);
    }
    paged = (struct names){0};
    page.limit = 4;
    struct store_position at;
    do { /* by position */
        assert_int_equal(store_dataset_list(t->store, NULL, &page, collect_name, &paged, &total, &err),
                         STATUS_OK);
        at = (struct store_position){.number = paged.updated_at[paged.count - 1],
                                     .id = paged.id[paged.count - 1]};
        page.after = &at;
    } while (paged.count < 21);
    assert_memory_equal(all.name, paged.name, sizeof all.name[0] * 21);
    paged = (struct names){0};
    page = (struct store_page){.limit = 5, .offset = 10};
    assert_int_equal(store_dataset_list(t->store, NULL, &page, collect_name, &paged, &total, &err), STATUS_OK);
    assert_string_equal(paged.name[0], all.name[10]);
}

static void search_finds_parts_of_names_and_no_patterns(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    static struct names found;
    struct err err = ERR_INIT;
    struct store_page page = {.limit = 10};
    int64_t total = 0;
    create(t, "100% coverage", id);
    create(t, "a_b", id);
    static const struct {
        const char *q;
        int hits;
    } cases[] = {{"test", 1}, {"TEST s", 1}, {"%", 1}, {"_", 1}, {"", 3}, {"nothing", 0}, {"\\", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        found = (struct names){0};
        assert_int_equal(store_dataset_list(t->store, cases[i].q, &page, collect_name, &found, &total, &err),
                         STATUS_OK);
        assert_int_equal(found.count, cases[i].hits);
        assert_int_equal(total, cases[i].hits);
    }
}

static void counters_follow_every_change(void **state) {
    struct temp_store *t = *state;
    char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE], c[UUID_TEXT_SIZE];
    struct store_change change;
    struct err err = ERR_INIT;
    add_record(t, t->dataset, "t1", "s1", "math", 0.5, a, NULL);
    add_record(t, t->dataset, "t1", "s2", "Math", -1, b, NULL);
    add_record(t, t->dataset, "t1", "s3", NULL, 0, c, NULL);
    struct dataset_copy d = get_dataset(t, t->dataset);
    assert_int_equal(d.records, 3);
    assert_int_equal(d.labelled, 2);
    assert_int_equal(d.evaluated, 2);   /* a score of 0 is one */
    assert_int_equal(d.topic_count, 1); /* whatever the case */
    assert_int_equal(d.topic_records[0], 2);
    struct store_fields f = {.set_topic = true, .topic = "coding", .set_score = true, .score = -1};
    assert_int_equal(store_record_update(t->store, a, -1, &f, &change, &err), STATUS_OK);
    d = get_dataset(t, t->dataset);
    assert_int_equal(d.labelled, 2);
    assert_int_equal(d.evaluated, 1);
    assert_int_equal(d.topic_count, 2);
    assert_int_equal(store_record_delete(t->store, b, -1, &change, &err), STATUS_OK);
    d = get_dataset(t, t->dataset);
    assert_int_equal(d.records, 2);
    assert_int_equal(d.topic_count, 1);
    assert_string_equal(d.topic[0], "coding");
    undo_ok(t, change.undo);
    d = get_dataset(t, t->dataset);
    assert_int_equal(d.records, 3);
    assert_int_equal(d.topic_count, 2);
    struct store_totals totals;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.datasets, 1);
    assert_int_equal(totals.records, 3);
    assert_int_equal(totals.labelled, 2);
    assert_int_equal(totals.bytes, d.bytes);
    assert_int_equal(totals.trash, 0);
}

struct topics {
    int count;
    char topic[32][32];
    int64_t records[32];
};
static void collect_topic(void *ctx, const struct store_topic *topic) {
    struct topics *out = ctx;
    copy_text(out->topic[out->count], sizeof *out->topic, topic->topic ? topic->topic : "(none)");
    out->records[out->count++] = topic->count;
}

static void topics_are_listed_by_name_and_the_largest_stand_on_the_dataset(void **state) {
    struct temp_store *t = *state;
    struct err err = ERR_INIT;
    struct topics topics = {0};
    char topic[16];
    for (int i = 0; i < 12; i++) {
        snprintf(topic, sizeof topic, "t%02d", i);
        for (int n = 0; n <= i % 6; n++) add_record(t, t->dataset, NULL, NULL, topic, -1, NULL, NULL);
    }
    assert_int_equal(store_topics(t->store, t->dataset, collect_topic, &topics, &err), STATUS_OK);
    assert_int_equal(topics.count, 12);
    assert_string_equal(topics.topic[0], "t00");
    assert_int_equal(topics.records[5], 6);
    add_record(t, t->dataset, NULL, NULL, NULL, -1, NULL, NULL);
    topics = (struct topics){0};
    assert_int_equal(store_topics(t->store, t->dataset, collect_topic, &topics, &err), STATUS_OK);
    assert_string_equal(topics.topic[0], "(none)");
    assert_int_equal(topics.records[0], 1);
    struct dataset_copy d = get_dataset(t, t->dataset);
    assert_int_equal(d.topics, STORE_TOP_TOPICS);
    for (int i = 1; i < d.topics; i++) assert_true(d.topic_records[i] <= d.topic_records[i - 1]);
    assert_int_equal(d.topic_records[0], 6);
}

static void a_copy_has_all_records_and_a_name_of_its_own(void **state) {
    struct temp_store *t = *state;
    char copy[UUID_TEXT_SIZE], second[UUID_TEXT_SIZE];
    struct store_change change;
    static struct rows before, after;
    struct err err = ERR_INIT;
    add_record(t, t->dataset, "t1", "s1", "math", 0.5, NULL, NULL);
    add_record(t, t->dataset, NULL, NULL, NULL, -1, NULL, NULL);
    add_record(t, t->dataset, "t1", "s2", "coding", -1, NULL, NULL);
    assert_int_equal(store_dataset_duplicate(t->store, t->dataset, NULL, NULL, copy, &change, &err), STATUS_OK);
    assert_int_equal(change.changed, 3);
    assert_string_equal(get_dataset(t, copy).name, "Safety Test Suite copy");
    all_rows(t, t->dataset, &before);
    all_rows(t, copy, &after);
    assert_int_equal(after.count, 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(before.row[i].topic, after.row[i].topic);
        assert_string_equal(before.row[i].span, after.row[i].span);
        assert_string_not_equal(before.row[i].id, after.row[i].id);
    }
    assert_int_equal(store_dataset_duplicate(t->store, t->dataset, NULL, NULL, second, &change, &err),
                     STATUS_OK);
    assert_string_equal(get_dataset(t, second).name, "Safety Test Suite copy 2");
    assert_refused(store_dataset_duplicate(t->store, t->dataset, "safety test suite COPY", NULL, second,
                                           &change, &refusal),
                   STATUS_CONFLICT, "name_taken");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, temp_store_setup, temp_store_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(names_are_unique_whatever_their_case),
        TEST(name_and_description_change_apart),
        TEST(unknown_datasets_are_not_found),
        TEST(lists_are_newest_change_first_and_paged),
        TEST(search_finds_parts_of_names_and_no_patterns),
        TEST(counters_follow_every_change),
        TEST(topics_are_listed_by_name_and_the_largest_stand_on_the_dataset),
        TEST(a_copy_has_all_records_and_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
