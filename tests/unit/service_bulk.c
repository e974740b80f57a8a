/* Bulk changes, undo, trash and operations over the service, in one transaction and in chunks. The tests that say
 * "small" run with at most 10 records to a transaction. */
#include "temp_service.h"

static struct answer *bulk(struct temp_service *t, const char *dataset, const struct json_text *request) {
    return ASK(service_bulk, dataset, request);
}

static void ids_of(const struct answer *list, const char *array, char ids[][UUID_TEXT_SIZE], size_t n) {
    for (size_t i = 0; i < n; i++) {
        char path[60];
        snprintf(path, sizeof path, "%s.%zu", array, i);
        snprintf(ids[i], UUID_TEXT_SIZE, "%s", text_at(list, path));
    }
}

static struct answer *trash(struct temp_service *t) {
    struct service_page page = {.limit = 50, .offset = -1};
    return ASK(service_trash_list, &page);
}

static void expect_is_the_number_that_was_looked_at(void **state) {
    struct temp_service *t = *state;
    char ids[12][UUID_TEXT_SIZE], other[UUID_TEXT_SIZE];
    dataset_new(t, "other", other);
    ids_of(add_by_hand(t, t->dataset, 12), "ids", ids, 12);
    struct answer *a = bulk(t, t->dataset, body(t, "{\"op\":\"delete\",\"select\":{\"all\":true}}"));
    assert_refused(a, STATUS_CONTENT, "expect_missing");
    assert_string_equal(a->err.pointer, "/select/expect");
    assert_refused(
        bulk(t, t->dataset,
             body(t, "{\"op\":\"move\",\"to\":\"%s\",\"select\":{\"all\":true,\"topic\":\"t1\"}}", other)),
        STATUS_CONTENT, "expect_missing");
    a = bulk(t, t->dataset, body(t, "{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":11}}"));
    assert_refused(a, STATUS_CONFLICT, "count_changed");
    assert_non_null(strstr(a->err.detail, "12"));
    /* named ids can be counted, too: one of them is gone */
    assert_refused(
        bulk(t, t->dataset,
             body(t, "{\"op\":\"delete\",\"select\":{\"ids\":[\"%s\",\"%s\"],\"expect\":2}}", ids[0], other)),
        STATUS_CONFLICT, "count_changed");
    assert_int_equal(count_records(t, t->dataset), 12);
    a = bulk(t, t->dataset,
             body(t, "{\"op\":\"delete\",\"select\":{\"ids\":[\"%s\",\"%s\",\"%s\"]}}", ids[0], other, ids[0]));
    assert_int_equal(number_at(a, "changed"), 1); /* named twice, changed once */
    assert_int_equal(number_at(a, "not_found"), 1);
    a = bulk(t, t->dataset,
             body(t,
                  "{\"op\":\"delete\",\"select\":{\"all\":true,\"topic\":\"T1\",\"except\":[\"%s\",\"%s\"],"
                  "\"expect\":3}}",
                  ids[1], ids[2]));
    assert_ok(a);
    assert_int_equal(number_at(a, "changed"), 3); /* t1: 1 4 7 10 */
    assert_int_equal(count_records(t, t->dataset), 8);
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 11);
    a = bulk(t, t->dataset, body(t, "{\"op\":\"topic\",\"topic\":\"x\",\"select\":{\"ids\":[]}}"));
    assert_int_equal(number_at(a, "changed"), 0);
    assert_string_equal(text_at(a, "undo"), "(null)");
}

static void an_empty_topic_selects_those_without_one(void **state) {
    struct temp_service *t = *state;
    add_by_hand(t, t->dataset, 6);
    assert_ok(ASK(service_record_add, t->dataset,
                  body(t, "{\"records\":[{\"data\":" HAND "},{\"data\":" HAND "}]}")));
    static const char *const select[] = {"\"topic\":null", "\"topic\":\"\"", "\"topic\":\"  \"",
                                         "\"topic_empty\":true"};
    for (size_t i = 0; i < sizeof select / sizeof *select; i++) {
        struct answer *a =
            bulk(t, t->dataset,
                 body(t, "{\"op\":\"score\",\"score\":0.%zu,\"select\":{\"all\":true,%s}}", i + 1, select[i]));
        assert_ok(a);
        assert_int_equal(number_at(a, "changed"), 2); /* never all of them */
    }
    assert_refused(bulk(t, t->dataset,
                        body(t, "{\"op\":\"score\",\"score\":1,\"select\":{\"all\":true,\"topic\":\"a\","
                                "\"topic_empty\":true}}")),
                   STATUS_CONTENT, "bad_selection");
}

static void requests_that_make_no_sense_are_refused(void **state) {
    struct temp_service *t = *state;
    static const struct {
        const char *body;
        enum status status;
        const char *code, *pointer;
    } cases[] = {
        {"{}", STATUS_CONTENT, "bad_operation", "/op"},
        {"{\"op\":\"destroy\",\"select\":{\"ids\":[]}}", STATUS_CONTENT, "bad_operation", "/op"},
        {"{\"op\":\"delete\"}", STATUS_CONTENT, "bad_operation", "/select"},
        {"{\"op\":\"delete\",\"select\":7}", STATUS_CONTENT, "no_selection", "/select"},
        {"{\"op\":\"delete\",\"select\":{}}", STATUS_CONTENT, "no_selection", "/select"},
        {"{\"op\":\"delete\",\"select\":{\"all\":false}}", STATUS_CONTENT, "wrong_type", "/select/all"},
        {"{\"op\":\"delete\",\"select\":{\"ids\":[7]}}", STATUS_CONTENT, "wrong_type", "/select/ids"},
        {"{\"op\":\"delete\",\"select\":{\"ids\":\"x\"}}", STATUS_CONTENT, "wrong_type", "/select/ids"},
        {"{\"op\":\"delete\",\"select\":{\"ids\":[],\"q\":\"x\"}}", STATUS_INVALID, "unknown_member",
         "/select/q"},
        {"{\"op\":\"delete\",\"select\":{\"ids\":[],\"expect\":-1}}", STATUS_CONTENT, "wrong_type",
         "/select/expect"},
        {"{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":null}}", STATUS_CONTENT, "wrong_type",
         "/select/expect"},
        {"{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":0,\"colour\":1}}", STATUS_INVALID,
         "unknown_member", "/select/colour"},
        {"{\"op\":\"delete\",\"select\":{\"ids\":[]},\"topic\":\"x\"}", STATUS_INVALID, "unknown_member",
         "/topic"},
        {"{\"op\":\"topic\",\"select\":{\"ids\":[]}}", STATUS_CONTENT, "bad_operation", "/topic"},
        {"{\"op\":\"score\",\"select\":{\"ids\":[]}}", STATUS_CONTENT, "bad_operation", "/score"},
        {"{\"op\":\"score\",\"score\":1.5,\"select\":{\"ids\":[]}}", STATUS_CONTENT, "bad_score", "/score"},
        {"{\"op\":\"move\",\"select\":{\"ids\":[]}}", STATUS_CONTENT, "bad_operation", "/to"},
        {"{\"op\":\"move\",\"to\":\"x\",\"select\":{\"ids\":[]}}", STATUS_CONTENT, "bad_operation", "/to"},
        {"{\"op\":\"copy\",\"to\":\"0190a0b0-1111-7222-8333-444455556666\",\"select\":{\"ids\":[]}}",
         STATUS_NOT_FOUND, "no_dataset", ""},
        {"{\"op\":\"topic\",\"topic\":\"x\",\"select\":{\"all\":true,\"has_tools\":\"yes\"}}", STATUS_CONTENT,
         "wrong_type", "/select"},
        {"{\"op\":\"topic\",\"topic\":\"x\",\"select\":{\"all\":true,\"score_min\":-1}}", STATUS_CONTENT,
         "wrong_type", "/select"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer *a = bulk(t, t->dataset, body(t, "%s", cases[i].body));
        if (a->status != cases[i].status || strcmp(a->err.code, cases[i].code) ||
            strcmp(a->err.pointer, cases[i].pointer))
            fail_msg("%s: %d %s at %s", cases[i].body, (int)a->status, a->err.code, a->err.pointer);
    }
}

static void move_and_copy_leave_out_what_is_there(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[3] = {source_call(t, 1, 1, "a"), source_call(t, 2, 2, "b"), source_call(t, 3, 3, "c")};
    char other[UUID_TEXT_SIZE], second[UUID_TEXT_SIZE];
    dataset_new(t, "other", other);
    assert_ok(add_spans(t, t->dataset, refs, 3, "T"));
    assert_ok(add_spans(t, other, refs, 1, NULL));
    snprintf(second, sizeof second, "%s", text_at(list_records(t, t->dataset, NULL), "records.1.id"));
    struct answer *a = bulk(
        t, t->dataset, body(t, "{\"op\":\"copy\",\"to\":\"%s\",\"select\":{\"ids\":[\"%s\"]}}", other, second));
    assert_int_equal(number_at(a, "changed"), 1);
    a = bulk(t, t->dataset,
             body(t, "{\"op\":\"move\",\"to\":\"%s\",\"select\":{\"all\":true,\"expect\":3}}", other));
    assert_ok(a);
    assert_int_equal(number_at(a, "changed"), 1);
    assert_int_equal(number_at(a, "already_there"), 2);
    assert_int_equal(count_records(t, t->dataset), 2);
    assert_int_equal(count_records(t, other), 3);
    assert_int_equal(number_at(ASK(service_dataset_get, other), "labelled_count"), 2);
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 3);
    assert_int_equal(count_records(t, other), 2);
    a = bulk(t, t->dataset,
             body(t, "{\"op\":\"move\",\"to\":\"%s\",\"select\":{\"all\":true,\"expect\":3}}", t->dataset));
    assert_int_equal(number_at(a, "changed"), 0);
    assert_int_equal(number_at(a, "already_there"), 3);
    a = bulk(t, t->dataset,
             body(t, "{\"op\":\"score\",\"score\":1,\"feedback\":\" good "
                     "\",\"select\":{\"all\":true,\"q\":\"what\\n2?\"}}"));
    assert_int_equal(number_at(a, "changed"), 1);
    assert_string_equal(text_at(list_records(t, t->dataset, NULL), "records.1.evaluation.feedback"), "good");
}

/* ---- undo ---- */

static void undo_says_why_it_cannot(void **state) {
    struct temp_service *t = *state;
    struct answer *added = add_by_hand(t, t->dataset, 3);
    char id[UUID_TEXT_SIZE];
    snprintf(id, sizeof id, "%s", text_at(added, "ids.1"));
    assert_ok(ASK_ETAG(service_record_update, id, body(t, "{\"topic\":\"changed\"}"), NULL));
    assert_refused(undo(t, added), STATUS_CONFLICT, "changed_since");
    assert_int_equal(count_records(t, t->dataset), 3);
    struct answer *deleted =
        bulk(t, t->dataset, body(t, "{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":3}}"));
    assert_ok(undo(t, deleted));
    assert_refused(undo(t, deleted), STATUS_CONFLICT, "already_undone");
    static const char *const unknown[] = {"", "x", "0190a0b0-1111-7222-8333-444455556666"};
    for (size_t i = 0; i < 3; i++) {
        assert_refused(ASK(service_undo, unknown[i]), STATUS_NOT_FOUND, "no_undo");
        assert_refused(ASK(service_operation_get, unknown[i]), STATUS_NOT_FOUND, "no_operation");
    }
}

static void undo_works_after_a_restart(void **state) {
    struct temp_service *t = *state;
    struct answer *added = add_by_hand(t, t->dataset, 3);
    struct answer *deleted =
        bulk(t, t->dataset, body(t, "{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":3}}"));
    struct answer *gone = ASK(service_dataset_delete, t->dataset);
    service_reopen(t);
    struct answer *a = undo(t, gone);
    assert_ok(a);
    assert_int_equal(number_at(a, "datasets"), 1);
    service_reopen(t);
    a = undo(t, deleted);
    assert_ok(a);
    assert_int_equal(number_at(a, "records"), 3);
    assert_string_equal(text_at(a, "dataset_id"), t->dataset);
    assert_string_equal(text_at(list_records(t, t->dataset, NULL), "records.2.id"), text_at(added, "ids.2"));
}

/* What an operation noted must not be taken for a newer row that got the same place in the file. */
static void undo_never_touches_another_record(void **state) {
    struct temp_service *t = *state;
    char other[UUID_TEXT_SIZE], third[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
    struct answer *added = add_by_hand(t, t->dataset, 1);
    assert_ok(ASK(service_record_delete, text_at(added, "ids.0"), NULL));
    assert_int_equal(number_at(ASK(service_trash_empty, body(t, "{\"all\":true}")), "removed"), 1);
    add_by_hand(t, t->dataset, 1);
    assert_refused(undo(t, added), STATUS_CONFLICT, "changed_since");
    assert_int_equal(count_records(t, t->dataset), 1);
    /* the same for datasets: records moved out of one that is gone for good stay where they are */
    dataset_new(t, "other", other);
    snprintf(id, sizeof id, "%s", text_at(add_by_hand(t, other, 1), "ids.0"));
    struct answer *moved = bulk(
        t, other, body(t, "{\"op\":\"move\",\"to\":\"%s\",\"select\":{\"ids\":[\"%s\"]}}", t->dataset, id));
    assert_ok(ASK(service_dataset_delete, other));
    assert_ok(ASK(service_trash_empty, body(t, "{\"all\":true}")));
    assert_refused(undo(t, moved), STATUS_CONFLICT, "changed_since");
    dataset_new(t, "third", third);
    assert_refused(undo(t, moved), STATUS_CONFLICT, "changed_since");
    assert_int_equal(count_records(t, t->dataset), 2);
    assert_int_equal(count_records(t, third), 0);
}

static void undoing_a_duplicate_and_a_creation(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE];
    struct answer *made = dataset_new(t, "made", id);
    add_by_hand(t, id, 1);
    assert_refused(undo(t, made), STATUS_CONFLICT, "changed_since"); /* it is not empty any more */
    made = dataset_new(t, "empty", id);
    assert_ok(undo(t, made));
    assert_refused(ASK(service_dataset_get, id), STATUS_NOT_FOUND, "no_dataset");
    dataset_new(t, "empty", id); /* the name is free again */
}

/* ---- trash ---- */

static void trash_gives_back(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE], entry[UUID_TEXT_SIZE];
    add_by_hand(t, t->dataset, 4);
    dataset_new(t, "Gone", id);
    add_by_hand(t, id, 2);
    assert_ok(bulk(t, t->dataset,
                   body(t, "{\"op\":\"delete\",\"select\":{\"all\":true,\"topic\":\"t0\",\"expect\":2}}")));
    assert_ok(ASK(service_dataset_delete, id));
    dataset_new(t, "gONE", entry); /* somebody takes the name */
    struct answer *list = trash(t);
    assert_int_equal(number_at(list, "total"), 2);
    assert_int_equal(number_at(list, "records"), 4);
    for (int i = 0; i < 2; i++) {
        char path[40];
        snprintf(path, sizeof path, "trash.%d.kind", i);
        bool is_dataset = !strcmp(text_at(list, path), "dataset");
        snprintf(path, sizeof path, "trash.%d.records", i);
        assert_int_equal(number_at(list, path), 2);
        snprintf(path, sizeof path, "trash.%d.id", i);
        if (is_dataset) {
            assert_string_equal(text_at(list, path), id);
        } else {
            snprintf(entry, sizeof entry, "%s", text_at(list, path));
        }
    }
    static const char *const bad[] = {"{}", "{\"ids\":[],\"all\":true}", "{\"all\":false}", "{\"ids\":\"x\"}"};
    for (size_t i = 0; i < 4; i++)
        assert_refused(ASK(service_trash_restore, body(t, "%s", bad[i])), STATUS_CONTENT, "no_selection");
    assert_refused(ASK(service_trash_restore, body(t, "{\"ids\":[1]}")), STATUS_CONTENT, "wrong_type");
    assert_refused(ASK(service_trash_empty, body(t, "{\"id\":[]}")), STATUS_INVALID, "unknown_member");

    struct answer *a = ASK(service_trash_restore, body(t, "{\"ids\":[\"%s\",\"%s\",\"%s\",\"x\"]}", id, entry,
                                                       id)); /* one twice, one unknown */
    assert_ok(a);
    assert_int_equal(number_at(a, "restored"), 3);
    assert_int_equal(number_at(a, "not_found"), 1);
    assert_string_equal(text_at(ASK(service_dataset_get, id), "name"), "Gone (restored)");
    assert_int_equal(count_records(t, id), 2);
    assert_int_equal(count_records(t, t->dataset), 4);
    assert_int_equal(number_at(trash(t), "total"), 0);
    assert_ok(undo(t, a));
    assert_int_equal(number_at(trash(t), "records"), 4);
    assert_refused(ASK(service_dataset_get, id), STATUS_NOT_FOUND, "no_dataset");
}

static void emptied_is_gone_for_good(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE];
    add_by_hand(t, t->dataset, 30);
    struct answer *deleted =
        bulk(t, t->dataset, body(t, "{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":30}}"));
    dataset_new(t, "Gone", id);
    add_by_hand(t, id, 5);
    struct answer *dropped = ASK(service_dataset_delete, id);
    struct answer *a = ASK(service_trash_empty, body(t, "{\"ids\":[\"%s\",\"%s\",\"y\"]}", id, id));
    assert_int_equal(number_at(a, "removed"), 6);
    assert_int_equal(number_at(a, "not_found"), 1);
    assert_string_equal(text_at(a, "undo"), "(null)");
    assert_refused(undo(t, dropped), STATUS_CONFLICT, "changed_since");
    assert_int_equal(number_at(trash(t), "total"), 1);
    assert_int_equal(number_at(ASK(service_trash_empty, body(t, "{\"all\":true}")), "removed"), 30);
    assert_refused(undo(t, deleted), STATUS_CONFLICT, "changed_since");
    assert_int_equal(number_at(trash(t), "total"), 0);
    assert_int_equal(number_at(ASK(service_trash_empty, body(t, "{\"all\":true}")), "removed"), 0);
    assert_int_equal(number_at(ASK(service_trash_restore, body(t, "{\"all\":true}")), "restored"), 0);
}

static void the_trash_comes_in_pages(void **state) {
    struct temp_service *t = *state;
    char seen[8][UUID_TEXT_SIZE], cursor[400] = "";
    int n = 0;
    struct answer *added = add_by_hand(t, t->dataset, 7);
    for (int i = 0; i < 7; i++) {
        char path[20];
        snprintf(path, sizeof path, "ids.%d", i);
        assert_ok(ASK(service_record_delete, text_at(added, path), NULL));
    }
    do {
        struct service_page page = {.limit = 3, .offset = -1, .cursor = *cursor ? cursor : NULL};
        struct answer *a = ASK(service_trash_list, &page);
        assert_ok(a);
        for (size_t i = 0; i < length_at(a, "trash"); i++, n++) {
            char path[40];
            snprintf(path, sizeof path, "trash.%zu.id", i);
            assert_true(n < 7);
            snprintf(seen[n], UUID_TEXT_SIZE, "%s", text_at(a, path));
            for (int k = 0; k < n; k++) assert_string_not_equal(seen[k], seen[n]);
        }
        snprintf(cursor, sizeof cursor, "%s", strcmp(text_at(a, "next"), "(null)") ? text_at(a, "next") : "");
    } while (*cursor);
    assert_int_equal(n, 7);
}

/* ---- in chunks ---- */

static void chunks_do_the_same(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[60];
    char other[UUID_TEXT_SIZE];
    for (unsigned i = 0; i < 60; i++) refs[i] = source_call(t, i / 3 + 1, i + 1, "x");
    dataset_new(t, "other", other);
    assert_ok(add_spans(t, other, refs, 5, NULL));
    uint64_t n = feed_now(t->options.feed);
    struct answer *added = add_spans(t, t->dataset, refs, 60, "T");
    assert_ok(added);
    assert_int_equal(number_at(added, "added"), 60);
    struct answer *op = ASK(service_operation_get, text_at(added, "undo"));
    assert_string_equal(text_at(op, "state"), "done");
    assert_int_equal(number_at(op, "done"), 60);
    assert_int_equal(number_at(op, "total"), 60);
    assert_refused(ASK(service_operation_cancel, text_at(added, "undo")), STATUS_CONFLICT, "not_running");
    struct buf events = BUF_INIT;
    assert_int_equal(feed_read(t->options.feed, &n, 0, &events), FEED_EVENTS);
    assert_non_null(strstr(events.data, "event: operation"));
    buf_free(&events);

    struct answer *a = add_spans(t, t->dataset, refs, 60, NULL);
    assert_int_equal(number_at(a, "already_there"), 60);
    a = bulk(t, t->dataset,
             body(t, "{\"op\":\"move\",\"to\":\"%s\",\"select\":{\"all\":true,\"expect\":60}}", other));
    assert_ok(a);
    assert_int_equal(number_at(a, "changed"), 55);
    assert_int_equal(number_at(a, "already_there"), 5);
    assert_int_equal(number_at(ASK(service_dataset_get, other), "labelled_count"), 55);
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 60);
    a = ASK(service_dataset_duplicate, t->dataset, NULL);
    assert_int_equal(number_at(a, "record_count"), 60);
    assert_ok(undo(t, a));
    a = bulk(t, t->dataset, body(t, "{\"op\":\"topic\",\"topic\":\"U\",\"select\":{\"all\":true}}"));
    assert_int_equal(number_at(a, "changed"), 60);
    assert_string_equal(text_at(ASK(service_dataset_get, t->dataset), "topics.0.topic"), "U");
    assert_ok(undo(t, a));
    assert_string_equal(text_at(ASK(service_dataset_get, t->dataset), "topics.0.topic"), "T");
    struct answer *deleted =
        bulk(t, t->dataset, body(t, "{\"op\":\"delete\",\"select\":{\"all\":true,\"expect\":60}}"));
    assert_ok(deleted);
    assert_int_equal(number_at(add_spans(t, t->dataset, refs, 2, NULL), "added"), 2);
    a = ASK(service_trash_restore, body(t, "{\"ids\":[\"%s\"]}", text_at(deleted, "undo")));
    assert_ok(a);
    assert_int_equal(number_at(a, "restored"), 58);
    assert_int_equal(number_at(a, "already_there"), 2);
    service_reopen(t);
    assert_int_equal(count_records(t, t->dataset), 60);
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 2);
}

static void a_failed_chunk_takes_everything_back(void **state) {
    struct temp_service *t = *state;
    /* by hand, more than one transaction holds, the last one wrong: nothing was begun */
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"records\":[");
    for (int i = 0; i < 30; i++) buf_str(&b, "{\"data\":" HAND "},");
    buf_str(&b, "{\"data\":[]}]}");
    struct answer *a = ASK(service_record_add, t->dataset, body(t, "%s", b.data));
    buf_free(&b);
    assert_int_not_equal(a->status, STATUS_OK);
    assert_int_equal(count_records(t, t->dataset), 0);
    assert_int_equal(number_at(trash(t), "total"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(expect_is_the_number_that_was_looked_at),
        SERVICE_TEST(an_empty_topic_selects_those_without_one),
        SERVICE_TEST(requests_that_make_no_sense_are_refused),
        SERVICE_TEST(move_and_copy_leave_out_what_is_there),
        SERVICE_TEST_SMALL(expect_is_the_number_that_was_looked_at),
        SERVICE_TEST(undo_says_why_it_cannot),
        SERVICE_TEST(undo_works_after_a_restart),
        SERVICE_TEST(undo_never_touches_another_record),
        SERVICE_TEST(undoing_a_duplicate_and_a_creation),
        SERVICE_TEST(trash_gives_back),
        SERVICE_TEST(emptied_is_gone_for_good),
        SERVICE_TEST_SMALL(emptied_is_gone_for_good),
        SERVICE_TEST(the_trash_comes_in_pages),
        SERVICE_TEST_SMALL(chunks_do_the_same),
        SERVICE_TEST_SMALL(a_failed_chunk_takes_everything_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
