/* Records: the unique rule, pages in every order, filters, search, single edits, data. */
#include "temp_store.h"

static void a_span_is_in_a_dataset_at_most_once(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    char id[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE];
    struct err err = ERR_INIT;
    assert_true(add_record(t, t->dataset, "t1", "s1", NULL, -1, id, &change));
    assert_int_equal(change.changed, 1);
    assert_false(add_record(t, t->dataset, "t1", "s1", "other topic", 1, NULL, &change));
    assert_string_equal(change.undo, "");                                     /* nothing happened */
    assert_true(add_record(t, t->dataset, "t2", "s1", NULL, -1, NULL, NULL)); /* another trace */
    assert_true(add_record(t, t->dataset, NULL, NULL, NULL, -1, NULL,
                           NULL)); /* by hand: no span, as often as you like */
    assert_true(add_record(t, t->dataset, NULL, NULL, NULL, -1, NULL, NULL));
    assert_int_equal(store_dataset_create(t->store, "Other", NULL, other, &change, &err), STATUS_OK);
    assert_true(add_record(t, other, "t1", "s1", NULL, -1, NULL, NULL)); /* another dataset */
    assert_int_equal(get_dataset(t, t->dataset).records, 4);
    assert_int_equal(store_record_delete(t->store, id, -1, &change, &err), STATUS_OK);
    assert_true(add_record(t, t->dataset, "t1", "s1", NULL, -1, NULL, NULL)); /* a trashed one does not count */
}

static void an_id_is_kept_unless_it_is_taken(void **state) {
    struct temp_store *t = *state;
    struct store_adder *adder = NULL;
    struct store_change change;
    struct err err = ERR_INIT;
    char wanted[] = "01890000-0000-7000-8000-000000000001", first[UUID_TEXT_SIZE], second[UUID_TEXT_SIZE];
    struct store_record r = STORE_RECORD_INIT;
    bool added;
    r.id = wanted;
    r.created_at = 1700000000000;
    r.updated_at = 1700000001000;
    r.edited = true;
    assert_int_equal(store_add_begin(t->store, t->dataset, "import", 2, NULL, &adder, &err), STATUS_OK);
    assert_int_equal(store_add_put(adder, &r, "{}", 2, &added, first, &err), STATUS_OK);
    assert_int_equal(store_add_put(adder, &r, "{}", 2, &added, second, &err), STATUS_OK);
    assert_int_equal(store_add_commit(adder, &change, &err), STATUS_OK);
    assert_string_equal(first, wanted);
    assert_string_not_equal(second, wanted);
    assert_true(uuid_valid(second));
    assert_int_equal(get_row(t, first).created_at, 1700000000000);
    assert_true(get_row(t, first).edited);
}

static void an_aborted_addition_leaves_nothing(void **state) {
    struct temp_store *t = *state;
    struct store_adder *adder = NULL;
    struct err err = ERR_INIT;
    struct store_record r = STORE_RECORD_INIT;
    bool added;
    assert_int_equal(store_add_begin(t->store, t->dataset, "add", 1, NULL, &adder, &err), STATUS_OK);
    assert_int_equal(store_add_put(adder, &r, "{}", 2, &added, NULL, &err), STATUS_OK);
    store_add_abort(adder);
    store_add_abort(NULL);
    assert_int_equal(get_dataset(t, t->dataset).records, 0);
    add_many(t, t->dataset, 1, NULL); /* the write lock is free again */
}

/* 60 records: topics with ties and other cases, a third without; scores likewise; one millisecond for many. */
static void fill(struct temp_store *t) {
    static const char *const topics[] = {"math", "Math", "coding", "MATH", "a b", "a", NULL, NULL, NULL};
    struct store_adder *adder = NULL;
    struct store_change change;
    struct err err = ERR_INIT;
    assert_int_equal(store_add_begin(t->store, t->dataset, "add", 60, NULL, &adder, &err), STATUS_OK);
    for (int i = 0; i < 60; i++) {
        struct store_record r = STORE_RECORD_INIT;
        bool added;
        char trace[16], span[16];
        snprintf(trace, sizeof trace, "trace%02d", i);
        snprintf(span, sizeof span, "span%02d", i);
        r.trace_id = trace;
        r.span_id = span;
        r.topic = topics[i % 9];
        r.score = i % 4 == 3 ? -1 : (i % 5) / 4.0;
        r.created_at = 1700000000000 + i / 10;
        r.tool_count = i % 2;
        r.edited = i % 3 == 0;
        r.error = i % 10 == 0;
        r.missing = i % 6 == 0 ? 1 + (unsigned)i % 4 : 0;
        r.model = i % 2 ? "gpt-4o" : "claude-sonnet-4";
        r.provider = i % 2 ? "openai" : "anthropic";
        r.preview_input = i == 7 ? "how much is 100% of a_b?" : "What is the capital of France?";
        r.preview_output = "Paris";
        r.preview_tool = i == 9 ? "get_weather" : NULL;
        r.preview_arguments = i == 9 ? "{\"city\":\"Oslo\"}" : NULL;
        assert_int_equal(store_add_put(adder, &r, "{}", 2, &added, NULL, &err), STATUS_OK);
    }
    assert_int_equal(store_add_commit(adder, &change, &err), STATUS_OK);
    assert_int_equal(change.changed, 60);
}

static int cmp_text(const char *a, const char *b) {
    int folded = strcasecmp(a, b);
    return folded ? folded : strcmp(a, b);
}

/* < 0: a stands before b. The rule of DESIGN section 4, written anew. */
static int expected_order(const struct row *a, const struct row *b, enum store_sort sort, bool descending) {
    int sign = descending ? -1 : 1, order = 0;
    if (sort == STORE_SORT_TOPIC) {
        if (!a->topic[0] != !b->topic[0]) return a->topic[0] ? -1 : 1; /* empty last both ways */
        order = cmp_text(a->topic, b->topic);
    } else if (sort == STORE_SORT_SCORE) {
        if ((a->score < 0) != (b->score < 0)) return a->score < 0 ? 1 : -1;
        order = (a->score > b->score) - (a->score < b->score);
    } else {
        order = (a->created_at > b->created_at) - (a->created_at < b->created_at);
    }
    return sign * (order ? order : strcmp(a->id, b->id));
}

static struct store_position position_of(const struct row *r, enum store_sort sort) {
    return (struct store_position){
        .empty_value = sort == STORE_SORT_TOPIC ? !r->topic[0] : sort == STORE_SORT_SCORE && r->score < 0,
        .number = r->created_at,
        .real = r->score,
        .text = r->has_sort_text ? r->sort_text : NULL,
        .id = r->id};
}

/* Whole, by positions and by offsets: three ways to the same rows. */
static void pages_agree(struct temp_store *t, const struct store_filter *f, enum store_sort sort,
                        bool descending) {
    static struct rows whole, keyset, offset;
    struct err err = ERR_INIT;
    struct store_page page = {.limit = MAX_ROWS};
    whole.count = keyset.count = offset.count = 0;
    assert_int_equal(
        store_record_page(t->store, t->dataset, f, sort, descending, &page, collect_row, &whole, &err),
        STATUS_OK);
    assert_int_equal(whole.count, count_rows(t, t->dataset, f));
    for (int i = 1; i < whole.count; i++)
        assert_true(expected_order(&whole.row[i - 1], &whole.row[i], sort, descending) < 0);
    for (int64_t limit = 1; limit <= 11; limit += 5) {
        struct store_position at;
        keyset.count = 0;
        page = (struct store_page){.limit = limit};
        for (int before = -1; before != keyset.count;) {
            before = keyset.count;
            assert_int_equal(
                store_record_page(t->store, t->dataset, f, sort, descending, &page, collect_row, &keyset, &err),
                STATUS_OK);
            if (!keyset.count) break;
            at = position_of(&keyset.row[keyset.count - 1], sort);
            page.after = &at;
        }
        assert_int_equal(keyset.count, whole.count);
        offset.count = 0;
        for (int64_t o = 0; o < whole.count + 1; o += limit) {
            page = (struct store_page){.limit = limit, .offset = o};
            assert_int_equal(
                store_record_page(t->store, t->dataset, f, sort, descending, &page, collect_row, &offset, &err),
                STATUS_OK);
        }
        assert_int_equal(offset.count, whole.count);
        for (int i = 0; i < whole.count; i++) {
            assert_string_equal(whole.row[i].id, keyset.row[i].id);
            assert_string_equal(whole.row[i].id, offset.row[i].id);
        }
    }
}

static void pages_in_every_order_and_with_every_filter(void **state) {
    struct temp_store *t = *state;
    fill(t);
    struct store_filter filters[16];
    for (size_t i = 0; i < 16; i++) filters[i] = (struct store_filter)STORE_FILTER_INIT;
    filters[1].topic = "MATH";
    filters[2].topic_empty = true;
    filters[3].score_min = 0.5;
    filters[4].score_max = 0.25;
    filters[5].has_tools = 1;
    filters[6].edited = 0;
    filters[7].error = 1;
    filters[8].missing = 1;
    filters[9].model = "gpt-4o";
    filters[10].provider = "anthropic";
    filters[11].q = "paris france";
    filters[12].topic = "a";
    filters[13].topic = "nothing";
    filters[14].topic = "math";
    filters[14].score_min = 0.25;
    filters[14].score_max = 0.75;
    filters[15].q = "span4";
    filters[15].has_tools = 0;
    for (int i = 0; i < 16; i++) {
        for (int sort = 0; sort < STORE_SORTS; sort++) {
            pages_agree(t, &filters[i], (enum store_sort)sort, false);
            pages_agree(t, &filters[i], (enum store_sort)sort, true);
        }
    }
    static const int expected[16] = {60, 21, 18, 27, 18, 30, 40, 6, 10, 30, 30, 59, 7, 0, -1, 5};
    for (int i = 0; i < 16; i++) {
        int64_t n = count_rows(t, t->dataset, &filters[i]);
        if (expected[i] >= 0 && n != expected[i])
            fail_msg("filter %d: %d rows, expected %d", i, (int)n, expected[i]);
    }
}

static void search_finds_words_ids_and_no_patterns(void **state) {
    struct temp_store *t = *state;
    fill(t);
    static const struct {
        const char *q;
        int hits;
    } cases[] = {
        {"100%", 1},
        {"a_b", 1},
        {"%", 1},
        {"CAPITAL", 59},
        {"get_weather", 1},
        {"oslo", 1},
        {"span07", 1},
        {"trace07 100%", 1},
        {"trace07 oslo", 0},
        {"  paris  ", 60},
        {"coding", 7},
        {"\\", 0},
        {"is the paris span00 trace00 what france? capital of",
         1}, /* more words than slots: the rest is a phrase */
        {"a b c d e f g h i j k", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct store_filter f = STORE_FILTER_INIT;
        f.q = cases[i].q;
        int64_t n = count_rows(t, t->dataset, &f);
        if (n != cases[i].hits) fail_msg("%s: %d hits, expected %d", cases[i].q, (int)n, cases[i].hits);
    }
}

static void fields_change_clear_and_stay(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change change;
    struct err err = ERR_INIT;
    add_record(t, t->dataset, "t1", "s1", "math", -1, id, NULL);
    struct store_fields f = {.set_score = true, .score = 0.75, .set_feedback = true, .feedback = "good"};
    assert_int_equal(store_record_update(t->store, id, 1, &f, &change, &err), STATUS_OK);
    assert_int_equal(change.changed, 1);
    struct row r = get_row(t, id);
    assert_string_equal(r.topic, "math");
    assert_string_equal(r.feedback, "good");
    assert_true(r.score == 0.75);
    assert_true(r.evaluated_at > 0);
    assert_int_equal(r.version, 2); /* one change, one version */
    assert_int_equal(store_record_update(t->store, id, 2, &f, &change, &err), STATUS_OK);
    assert_string_equal(change.undo, "");
    assert_int_equal(get_row(t, id).version, 2);
    f = (struct store_fields){.set_topic = true, .topic = "Math"};
    assert_int_equal(store_record_update(t->store, id, -1, &f, &change, &err), STATUS_OK);
    assert_int_equal(change.changed, 1); /* another spelling is a change */
    f = (struct store_fields){.set_topic = true, .set_score = true, .score = -1, .set_feedback = true};
    assert_int_equal(store_record_update(t->store, id, -1, &f, &change, &err), STATUS_OK);
    r = get_row(t, id);
    assert_string_equal(r.topic, "");
    assert_true(r.score < 0);
    assert_true(r.evaluated_at < 0);
}

static void an_old_version_is_stale(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change change;
    struct err ok = ERR_INIT;
    struct store_record row = STORE_RECORD_INIT;
    struct store_fields f = {.set_topic = true, .topic = "math"};
    add_record(t, t->dataset, "t1", "s1", NULL, -1, id, NULL);
    assert_int_equal(store_record_update(t->store, id, 1, &f, &change, &ok), STATUS_OK);
    assert_refused(store_record_update(t->store, id, 1, &f, &change, &refusal), STATUS_STALE, "stale");
    assert_refused(store_record_data_put(t->store, id, 1, &row, "{}", 2, &change, &refusal), STATUS_STALE,
                   "stale");
    assert_refused(store_record_delete(t->store, id, 1, &change, &refusal), STATUS_STALE, "stale");
    assert_int_equal(store_record_delete(t->store, id, 2, &change, &ok), STATUS_OK);
    assert_refused(store_record_update(t->store, id, -1, &f, &change, &refusal), STATUS_NOT_FOUND, "no_record");
    assert_refused(store_record_delete(t->store, id, -1, &change, &refusal), STATUS_NOT_FOUND, "no_record");
    static struct rows rows;
    assert_refused(store_record_get(t->store, id, collect_row, &rows, &refusal), STATUS_NOT_FOUND, "no_record");
    assert_refused(store_record_data(t->store, id, NULL, NULL, &refusal), STATUS_NOT_FOUND, "no_record");
}

struct text {
    size_t len;
    char data[4096];
};
static void collect_data(void *ctx, const struct store_record *r, const char *data, size_t len) {
    struct text *out = ctx;
    assert_non_null(r->dataset_id);
    assert_true(len < sizeof out->data);
    memcpy(out->data, data, len);
    out->len = len;
}

static void data_keeps_its_bytes(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    struct store_change change;
    struct text text = {0};
    struct err err = ERR_INIT;
    static const char data[] =
        "{\"n\":123456789012345678901234567890,\"z\":1e400,\"s\":\"\\ud800 \\u0000 \xC3\xA9\",  \"a\":0.1}";
    add_record(t, t->dataset, "t1", "s1", NULL, -1, id, NULL);
    struct store_record row = STORE_RECORD_INIT;
    row.preview_input = "edited";
    row.model = "m2";
    row.bytes = sizeof data - 1;
    assert_int_equal(store_record_data_put(t->store, id, 1, &row, data, sizeof data - 1, &change, &err),
                     STATUS_OK);
    assert_int_equal(store_record_data(t->store, id, collect_data, &text, &err), STATUS_OK);
    assert_int_equal(text.len, sizeof data - 1);
    assert_memory_equal(text.data, data, text.len);
    struct row r = get_row(t, id);
    assert_true(r.edited);
    assert_string_equal(r.preview, "edited");
    assert_string_equal(r.model, "m2");
    assert_int_equal(get_dataset(t, t->dataset).bytes, sizeof data - 1);
    assert_int_equal(store_record_data_put(t->store, id, -1, &row, data, sizeof data - 1, &change, &err),
                     STATUS_OK);
    assert_string_equal(change.undo, ""); /* the same text is no change */
    assert_int_equal(get_row(t, id).version, 2);
}

struct found {
    int count;
    size_t index[16];
    char name[16][64], record[16][UUID_TEXT_SIZE];
};
static void collect_membership(void *ctx, const struct store_membership *m) {
    struct found *f = ctx;
    f->index[f->count] = m->index;
    copy_text(f->name[f->count], sizeof *f->name, m->dataset_name);
    copy_text(f->record[f->count++], sizeof *f->record, m->record_id);
}

static void memberships_name_live_datasets_in_request_order(void **state) {
    struct temp_store *t = *state;
    char other[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
    struct store_change change;
    struct err err = ERR_INIT;
    assert_int_equal(store_dataset_create(t->store, "Alpha", NULL, other, &change, &err), STATUS_OK);
    add_record(t, t->dataset, "t1", "s1", NULL, -1, id, NULL);
    add_record(t, other, "t1", "s1", NULL, -1, NULL, NULL);
    add_record(t, other, "t1", "s2", NULL, -1, NULL, NULL);
    static const char *const ids[][2] = {{"t1", "s2"}, {"t9", "s9"}, {"t1", "s1"}};
    struct found f = {0};
    assert_int_equal(store_memberships(t->store, ids, 3, collect_membership, &f, &err), STATUS_OK);
    assert_int_equal(f.count, 3);
    assert_int_equal(f.index[0], 0);
    assert_int_equal(f.index[1], 2);
    assert_string_equal(f.name[1], "Alpha"); /* by name */
    assert_string_equal(f.record[2], id);
    bool present[3];
    assert_int_equal(store_spans_present(t->store, t->dataset, ids, 3, present, &err), STATUS_OK);
    assert_false(present[0]);
    assert_true(present[2]);
    assert_int_equal(store_record_delete(t->store, id, -1, &change, &err), STATUS_OK);
    assert_int_equal(store_dataset_delete(t->store, other, &change, &err), STATUS_OK);
    f = (struct found){0};
    assert_int_equal(store_memberships(t->store, ids, 3, collect_membership, &f, &err), STATUS_OK);
    assert_int_equal(f.count, 0); /* the trash does not count */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, temp_store_setup, temp_store_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_span_is_in_a_dataset_at_most_once),
        TEST(an_id_is_kept_unless_it_is_taken),
        TEST(an_aborted_addition_leaves_nothing),
        TEST(pages_in_every_order_and_with_every_filter),
        TEST(search_finds_words_ids_and_no_patterns),
        TEST(fields_change_clear_and_stay),
        TEST(an_old_version_is_stale),
        TEST(data_keeps_its_bytes),
        TEST(memberships_name_live_datasets_in_request_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
