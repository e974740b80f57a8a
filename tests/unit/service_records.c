/* Datasets and records over the service: names, pages and cursors, edits, ETags, what clears and what leaves. */
#include "temp_service.h"

/* ---- datasets ---- */

static void names_are_trimmed_and_unique_whatever_their_case(void **state) {
    struct temp_service *t = *state;
    static const char *const taken[] = {"safety test suite", " Safety Test SUITE\t",
                                        "\xC2\xA0Safety Test Suite\xE3\x80\x80"};
    char long_name[SERVICE_NAME_MAX + 2], id[UUID_TEXT_SIZE];
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        assert_refused(ASK(service_dataset_create, taken[i], NULL), STATUS_CONFLICT, "name_taken");
    static const char *const empty[] = {"", "  \n ", "\xE2\x80\x8B", "\xEF\xBB\xBF\xE2\x80\x83"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct answer *a = ASK(service_dataset_create, empty[i], NULL);
        assert_refused(a, STATUS_CONTENT, "empty");
        assert_string_equal(a->err.pointer, "/name");
    }
    assert_refused(ASK(service_dataset_create, "a\nb", NULL), STATUS_CONTENT, "control_character");
    memset(long_name, 'n', sizeof long_name);
    long_name[SERVICE_NAME_MAX + 1] = '\0';
    assert_refused(ASK(service_dataset_create, long_name, NULL), STATUS_CONTENT, "too_long");
    long_name[SERVICE_NAME_MAX] = '\0';
    dataset_new(t, long_name, id);
    assert_refused(ASK(service_dataset_update, id, "SAFETY test suite", false, NULL), STATUS_CONFLICT,
                   "name_taken");
    struct answer *a =
        ASK(service_dataset_update, t->dataset, "SAFETY test suite", false, NULL); /* its own, other letters */
    assert_ok(a);
    assert_string_equal(text_at(a, "name"), "SAFETY test suite");
    assert_string_equal(text_at(undo(t, a), "undone"), "dataset.update");
    assert_string_equal(text_at(ASK(service_dataset_get, t->dataset), "name"), "Safety Test Suite");
}

static void descriptions_are_cleared_or_left(void **state) {
    struct temp_service *t = *state;
    struct answer *a = ASK(service_dataset_update, t->dataset, NULL, true, "what it is for");
    assert_string_equal(text_at(a, "description"), "what it is for");
    a = ASK(service_dataset_update, t->dataset, "Renamed", false, NULL);
    assert_string_equal(text_at(a, "description"), "what it is for");
    a = ASK(service_dataset_update, t->dataset, "Renamed", true, "what it is for");
    assert_string_equal(text_at(a, "undo"), "(null)"); /* nothing changed */
    a = ASK(service_dataset_update, t->dataset, NULL, true, NULL);
    assert_string_equal(text_at(a, "description"), "(absent)");
    char text[SERVICE_DESCRIPTION_MAX + 2];
    memset(text, 'd', sizeof text);
    text[SERVICE_DESCRIPTION_MAX + 1] = '\0';
    assert_refused(ASK(service_dataset_update, t->dataset, NULL, true, text), STATUS_CONTENT, "too_long");
    assert_refused(ASK(service_dataset_get, "0190a0b0-1111-7222-8333-444455556666"), STATUS_NOT_FOUND,
                   "no_dataset");
}

static void copies_of_a_dataset(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[3] = {source_call(t, 1, 1, "a"), source_call(t, 1, 2, "b"), source_call(t, 1, 3, "c")};
    assert_ok(add_spans(t, t->dataset, refs, 3, "T"));
    char copy_id[UUID_TEXT_SIZE];
    struct answer *a = ASK(service_dataset_duplicate, t->dataset, NULL);
    assert_ok(a);
    snprintf(copy_id, sizeof copy_id, "%s", text_at(a, "id"));
    assert_string_equal(text_at(a, "name"), "Safety Test Suite copy");
    assert_int_equal(number_at(a, "record_count"), 3);
    assert_int_equal(number_at(a, "labelled_count"), 3);
    assert_string_equal(text_at(a, "topics.0.topic"), "T");
    struct answer *list = list_records(t, copy_id, NULL);
    for (int i = 0; i < 3; i++) { /* in the same order */
        char path[40];
        snprintf(path, sizeof path, "records.%d.span_id", i);
        assert_string_equal(text_at(list, path), refs[i].span_id);
    }
    assert_string_equal(text_at(ASK(service_dataset_duplicate, t->dataset, NULL), "name"),
                        "Safety Test Suite copy 2");
    assert_string_equal(text_at(ASK(service_dataset_duplicate, t->dataset, " Mine "), "name"), "Mine");
    assert_refused(ASK(service_dataset_duplicate, t->dataset, "mine"), STATUS_CONFLICT, "name_taken");
    assert_refused(ASK(service_dataset_duplicate, t->dataset, " "), STATUS_CONTENT, "empty");
    assert_int_equal(length_at(ASK(service_memberships, refs, 1), "memberships.0.datasets"), 4);
    assert_ok(undo(t, a));
    assert_refused(ASK(service_dataset_get, copy_id), STATUS_NOT_FOUND, "no_dataset");
    assert_int_equal(count_records(t, t->dataset), 3);
}

/* Walks a list with cursors of `limit` and returns how many rows came; ids differ or the test fails. */
static int walk(struct temp_service *t, const struct service_filter *f, enum service_sort sort,
                enum service_order order, int64_t limit, char ids[][UUID_TEXT_SIZE], int max) {
    struct service_page page = {.limit = limit, .offset = -1};
    char cursor[2000] = "";
    int n = 0;
    do {
        page.cursor = *cursor ? cursor : NULL;
        struct answer *a = ASK(service_record_list, t->dataset, f, sort, order, &page);
        assert_ok(a);
        size_t rows = length_at(a, "records");
        assert_true((int64_t)rows <= limit);
        for (size_t i = 0; i < rows; i++, n++) {
            char path[40];
            snprintf(path, sizeof path, "records.%zu.id", i);
            assert_true(n < max);
            snprintf(ids[n], UUID_TEXT_SIZE, "%s", text_at(a, path));
            for (int k = 0; k < n; k++) assert_string_not_equal(ids[k], ids[n]);
        }
        struct json_text next;
        assert_true(value_at(a, "next", &next));
        char *text = json_text_dup(&next);
        snprintf(cursor, sizeof cursor, "%s", text ? text : "");
        free(text);
    } while (*cursor);
    return n;
}

static void pages_hold_every_record_once_whatever_the_order(void **state) {
    struct temp_service *t = *state;
    /* Equal topics, equal scores, none: 24 records */
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"records\":[");
    static const char *const topics[] = {"\"b\"", "\"B\"", "null", "\"a b\"", "\"\xC3\xA9 %_\"", "\"\""};
    for (int i = 0; i < 24; i++)
        buf_printf(&b, "%s{\"data\":" HAND ",\"topic\":%s,\"evaluation\":%s}", i ? "," : "", topics[i % 6],
                   i % 4 == 0   ? "{\"score\":0.1}"
                   : i % 4 == 1 ? "{\"score\":1e-17}"
                   : i % 4 == 2 ? "null"
                                : "{\"feedback\":\"f\"}");
    buf_str(&b, "]}");
    assert_ok(ASK(service_record_add, t->dataset, body(t, "%s", b.data)));
    buf_free(&b);
    struct service_filter all = SERVICE_FILTER_INIT;
    char one[40][UUID_TEXT_SIZE], other[40][UUID_TEXT_SIZE];
    for (int sort = 0; sort < 3; sort++)
        for (int order = 0; order < 3; order++) {
            assert_int_equal(walk(t, &all, (enum service_sort)sort, (enum service_order)order, 1000, one, 40),
                             24);
            for (int64_t limit = 1; limit <= 25; limit += 6) {
                assert_int_equal(
                    walk(t, &all, (enum service_sort)sort, (enum service_order)order, limit, other, 40), 24);
                assert_memory_equal(one, other, sizeof one[0] * 24);
            }
            for (int64_t offset = 0; offset < 24; offset += 5) {
                struct service_page page = {.limit = 1, .offset = offset};
                struct answer *a = ASK(service_record_list, t->dataset, &all, (enum service_sort)sort,
                                       (enum service_order)order, &page);
                assert_string_equal(text_at(a, "records.0.id"), one[offset]);
            }
        }
    /* default orders; empty last both ways */
    walk(t, &all, SERVICE_SORT_TOPIC, SERVICE_ORDER_DEFAULT, 1000, one, 40);
    walk(t, &all, SERVICE_SORT_TOPIC, SERVICE_ORDER_ASC, 1000, other, 40);
    assert_memory_equal(one, other, sizeof one[0] * 24);
    assert_string_equal(text_at(ASK_ETAG(service_record_get, one[0]), "topic"), "a b");
    assert_string_equal(text_at(ASK_ETAG(service_record_get, one[4]), "topic"), "B"); /* NOCASE, then bytes */
    assert_string_equal(text_at(ASK_ETAG(service_record_get, one[8]), "topic"), "b");
    assert_string_equal(text_at(ASK_ETAG(service_record_get, one[23]), "topic"), "(absent)");
    walk(t, &all, SERVICE_SORT_TOPIC, SERVICE_ORDER_DESC, 1000, one, 40);
    assert_string_equal(text_at(ASK_ETAG(service_record_get, one[23]), "topic"), "(absent)");
    walk(t, &all, SERVICE_SORT_SCORE, SERVICE_ORDER_DEFAULT, 1000, one, 40);
    assert_true(real_at(ASK_ETAG(service_record_get, one[0]), "evaluation.score") == 0.1);
    assert_true(real_at(ASK_ETAG(service_record_get, one[6]), "evaluation.score") == 1e-17);
    assert_false(has(ASK_ETAG(service_record_get, one[23]), "evaluation.score"));
    walk(t, &all, SERVICE_SORT_SCORE, SERVICE_ORDER_ASC, 1000, one, 40);
    assert_true(real_at(ASK_ETAG(service_record_get, one[0]), "evaluation.score") == 1e-17);
    /* NOCASE in filters and counts */
    assert_int_equal(number_at(list_records(t, t->dataset, "B"), "total"), 8);
    struct answer *topics_list = ASK(service_topics, t->dataset);
    assert_string_equal(text_at(topics_list, "topics.0.topic"), "(null)");
    assert_int_equal(number_at(topics_list, "topics.0.count"), 8);
    assert_int_equal(number_at(topics_list, "total"), 4);
    struct service_filter f = SERVICE_FILTER_INIT;
    f.topic = "\xC3\xA9 %_";
    assert_int_equal(walk(t, &f, SERVICE_SORT_TOPIC, SERVICE_ORDER_DESC, 3, one, 40), 4);
    f.topic = NULL;
    f.topic_empty = true;
    assert_int_equal(walk(t, &f, SERVICE_SORT_TOPIC, SERVICE_ORDER_DESC, 3, one, 40), 8);
    f.topic_empty = false;
    f.score_min = 0.05;
    assert_int_equal(walk(t, &f, SERVICE_SORT_SCORE, SERVICE_ORDER_ASC, 4, one, 40), 6);
    f.score_min = -1;
    f.q = "HELLO";
    assert_int_equal(walk(t, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_ASC, 5, one, 40), 24);
}

static void cursors_belong_to_their_list(void **state) {
    struct temp_service *t = *state;
    char other[UUID_TEXT_SIZE], cursor[400];
    dataset_new(t, "other", other);
    add_by_hand(t, t->dataset, 5);
    add_by_hand(t, other, 5);
    struct service_filter f = SERVICE_FILTER_INIT;
    struct service_page page = {.limit = 2, .offset = -1};
    struct answer *a =
        ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DEFAULT, &page);
    snprintf(cursor, sizeof cursor, "%s", text_at(a, "next"));
    page.cursor = cursor;
    a = ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DESC,
            &page); /* the default, said */
    assert_int_equal(length_at(a, "records"), 2);
    assert_int_equal(number_at(a, "total"), 5);
    assert_refused(ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_ASC, &page),
                   STATUS_INVALID, "bad_cursor");
    assert_refused(ASK(service_record_list, t->dataset, &f, SERVICE_SORT_TOPIC, SERVICE_ORDER_DESC, &page),
                   STATUS_INVALID, "bad_cursor");
    assert_refused(ASK(service_record_list, other, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DEFAULT, &page),
                   STATUS_INVALID, "bad_cursor");
    f.q = "x";
    assert_refused(
        ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DEFAULT, &page),
        STATUS_INVALID, "bad_cursor");
    f.q = NULL;
    f.has_tools = 0;
    assert_refused(
        ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DEFAULT, &page),
        STATUS_INVALID, "bad_cursor");
    assert_refused(ASK(service_dataset_list, NULL, &page), STATUS_INVALID, "bad_cursor");
    assert_refused(ASK(service_trash_list, &page), STATUS_INVALID, "bad_cursor");
    static const char *const bad[] = {"", "x", "!!!!", "AAAA", "MDAwMDAwMDAwMDAwMDAwMHYw", "\xC3\xA9"};
    f.has_tools = -1;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        page.cursor = bad[i];
        assert_refused(
            ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DEFAULT, &page),
            STATUS_INVALID, "bad_cursor");
    }
    for (size_t cut = 1; cut < strlen(cursor); cut++) { /* a cut one gives an error, never a crash */
        char half[400];
        snprintf(half, sizeof half, "%.*s", (int)cut, cursor);
        page.cursor = half;
        answer_checked(
            ASK(service_record_list, t->dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_DEFAULT, &page));
    }
    page.cursor = NULL;
    assert_refused(ASK(service_record_list, "0190a0b0-1111-7222-8333-444455556666", &f, SERVICE_SORT_TOPIC,
                       SERVICE_ORDER_ASC, &page),
                   STATUS_NOT_FOUND, "no_dataset");
}

/* ---- records ---- */

static void one_record(struct temp_service *t, char id[UUID_TEXT_SIZE]) {
    snprintf(id, UUID_TEXT_SIZE, "%s", text_at(add_by_hand(t, t->dataset, 1), "ids.0"));
}

static void null_clears_and_absent_leaves(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE];
    one_record(t, id);
    static const struct {
        const char *body, *topic, *score, *feedback, *evaluated;
        bool changes;
    } steps[] = {
        {"{\"topic\":\"  math \"}", "math", "-", "(absent)", "(absent)", true},
        {"{\"topic\":\"math\"}", "math", "-", "(absent)", "(absent)", false},
        {"{\"topic\":\"Math\"}", "Math", "-", "(absent)", "(absent)", true}, /* spelling counts */
        {"{}", "Math", "-", "(absent)", "(absent)", false},
        {"{\"evaluation\":{\"feedback\":\" two\\nlines \"}}", "Math", "-", "two\nlines", "*", true},
        {"{\"evaluation\":{\"score\":0.1}}", "Math", "0.1", "two\nlines", "*", true},
        {"{\"evaluation\":{\"score\":0.1}}", "Math", "0.1", "two\nlines", "*", false},
        {"{\"evaluation\":{}}", "Math", "0.1", "two\nlines", "*", false},
        {"{\"evaluation\":{\"score\":null}}", "Math", "-", "two\nlines", "*", true},
        {"{\"evaluation\":{\"score\":-0.0,\"feedback\":null}}", "Math", "0", "(absent)", "*", true},
        {"{\"topic\":\"\",\"evaluation\":{\"score\":1,\"feedback\":\"x\"}}", "(absent)", "1", "x", "*", true},
        {"{\"evaluation\":null}", "(absent)", "-", "(absent)", "(absent)", true},
        {"{\"evaluation\":null,\"topic\":null}", "(absent)", "-", "(absent)", "(absent)", false},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct answer *a = ASK_ETAG(service_record_update, id, body(t, "%s", steps[i].body), NULL);
        struct json_text score;
        char shown[40] = "-";
        assert_ok(a);
        if (value_at(a, "evaluation.score", &score))
            snprintf(shown, sizeof shown, "%.*s", (int)score.len, score.text);
        if (strcmp(text_at(a, "topic"), steps[i].topic) || strcmp(shown, steps[i].score) ||
            strcmp(text_at(a, "evaluation.feedback"), steps[i].feedback) ||
            has(a, "evaluation.evaluated_at") != (steps[i].evaluated[0] == '*') ||
            (strlen(text_at(a, "undo")) == 36) != steps[i].changes)
            fail_msg("step %zu: %s", i, a->out.data);
    }
}

static void edits_that_cannot_be(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE];
    one_record(t, id);
    static const struct {
        const char *body;
        enum status status;
        const char *code, *pointer;
    } cases[] = {
        {"{\"evaluation\":{\"score\":1.0000001}}", STATUS_CONTENT, "bad_score", "/evaluation/score"},
        {"{\"evaluation\":{\"score\":-0.1}}", STATUS_CONTENT, "bad_score", "/evaluation/score"},
        {"{\"evaluation\":{\"score\":1e400}}", STATUS_CONTENT, "bad_score", "/evaluation/score"},
        {"{\"evaluation\":{\"score\":\"1\"}}", STATUS_CONTENT, "bad_score", "/evaluation/score"},
        {"{\"evaluation\":{\"feedback\":1}}", STATUS_CONTENT, "wrong_type", "/evaluation/feedback"},
        {"{\"evaluation\":{\"stars\":1}}", STATUS_INVALID, "unknown_member", "/evaluation/stars"},
        {"{\"evaluation\":5}", STATUS_CONTENT, "wrong_type", "/evaluation"},
        {"{\"topic\":\"a\\nb\"}", STATUS_CONTENT, "control_character", "/topic"},
        {"{\"data\":{}}", STATUS_INVALID, "unknown_member", "/data"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer *a = ASK_ETAG(service_record_update, id, body(t, "%s", cases[i].body), NULL);
        if (a->status != cases[i].status || strcmp(a->err.code, cases[i].code) ||
            strcmp(a->err.pointer, cases[i].pointer))
            fail_msg("%s: %d %s at %s", cases[i].body, (int)a->status, a->err.code, a->err.pointer);
    }
    char topic[SERVICE_TOPIC_MAX + 2];
    memset(topic, 't', sizeof topic);
    topic[SERVICE_TOPIC_MAX + 1] = '\0';
    assert_refused(ASK_ETAG(service_record_update, id, body(t, "{\"topic\":\"%s\"}", topic), NULL),
                   STATUS_CONTENT, "too_long");
    topic[SERVICE_TOPIC_MAX] = '\0';
    assert_ok(ASK_ETAG(service_record_update, id, body(t, "{\"topic\":\"  %s  \"}", topic), NULL));
    assert_refused(ASK_ETAG(service_record_update, "0190a0b0-1111-7222-8333-444455556666", body(t, "{}"), NULL),
                   STATUS_NOT_FOUND, "no_record");
}

#define CALL(id) "{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"
#define DATA(calls, list)                                                                                      \
    "{\"input\":{\"messages\":[]},\"output\":{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[" calls    \
    "]}],\"tool_calls\":[" list "]}}"

static void of_two_editors_one_is_told(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE], first[SERVICE_ETAG_SIZE], second[SERVICE_ETAG_SIZE];
    one_record(t, id);
    struct answer *a = ASK_ETAG(service_record_data, id);
    assert_ok(a);
    snprintf(first, sizeof first, "%s", a->etag);
    assert_string_equal(ASK_ETAG(service_record_get, id)->etag, first);
    const char *mine = DATA(CALL("a"), CALL("a"));
    a = ASK_ETAG(service_record_data_put, id, mine, strlen(mine), first);
    assert_ok(a);
    snprintf(second, sizeof second, "%s", a->etag);
    assert_string_not_equal(first, second);
    assert_int_equal(number_at(a, "tool_call_count"), 1);
    /* The other one began from what was there before. Told 412, not 422 about tool_calls that it never changed. */
    const char *theirs = DATA(CALL("b"), CALL("old"));
    assert_refused(ASK_ETAG(service_record_data_put, id, theirs, strlen(theirs), first), STATUS_STALE, "stale");
    a = ASK_ETAG(service_record_data_put, id, theirs, strlen(theirs), second);
    assert_refused(a, STATUS_CONTENT, a->err.code);
    assert_string_equal(a->err.pointer, "/output/tool_calls");
    assert_refused(ASK_ETAG(service_record_update, id, body(t, "{}"), first), STATUS_STALE, "stale");
    assert_refused(ASK(service_record_delete, id, first), STATUS_STALE, "stale");
    static const char *const strange[] = {
        "", "v2", "\"v\"", "\"v2", "\"x2\"", "\"v 2\"", "W/\"v2\"", "\"v99999999999999999999\"", "\"v-1\""};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        assert_refused(ASK_ETAG(service_record_update, id, body(t, "{\"topic\":\"z\"}"), strange[i]),
                       STATUS_STALE, "stale");
    a = ASK_ETAG(service_record_data_put, id, mine, strlen(mine), second); /* the same text again */
    assert_ok(a);
    assert_string_equal(text_at(a, "undo"), "(null)");
    assert_string_equal(a->etag, second);
    assert_ok(ASK_ETAG(service_record_update, id, body(t, "{\"topic\":\"z\"}"), "*"));
    a = ASK(service_record_delete, id, NULL);
    assert_string_equal(text_at(a, "id"), id);
    assert_refused(ASK_ETAG(service_record_update, id, body(t, "{}"), second), STATUS_NOT_FOUND, "no_record");
}

static void data_keeps_its_bytes_and_its_summary_follows(void **state) {
    struct temp_service *t = *state;
    struct span_ref ref = source_call(t, 1, 1, "before");
    char id[UUID_TEXT_SIZE];
    assert_ok(add_spans(t, t->dataset, &ref, 1, NULL));
    snprintf(id, sizeof id, "%s", text_at(list_records(t, t->dataset, NULL), "records.0.id"));
    struct answer *old = ASK_ETAG(service_record_data, id);
    const char *text =
        "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\"}],\"x\":0.10,\"y\":"
        "12345678901234567890123},"
        "\"output\":{\"messages\":[{\"role\":\"assistant\",\"content\":\"after\"}],\"tool_calls\":[]}}";
    struct answer *a = ASK_ETAG(service_record_data_put, id, text, strlen(text), NULL);
    assert_ok(a);
    assert_string_equal(text_at(a, "preview.output"), "after");
    assert_string_equal(text_at(a, "model"), "(absent)");
    assert_string_equal(text_at(a, "span_id"), ref.span_id);
    struct json_text edited;
    assert_true(value_at(a, "edited", &edited) && edited.type == JSON_TEXT_TRUE);
    assert_string_equal(ASK_ETAG(service_record_data, id)->out.data + 1, text);
    static const char *const bad[] = {"", "{", "[]", "{\"input\":{},\"output\":{\"messages\":[]}",
                                      "{\"input\":{\"messages\":7},\"output\":{\"messages\":[]}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct answer *no = ASK_ETAG(service_record_data_put, id, bad[i], strlen(bad[i]), NULL);
        assert_true(no->status == STATUS_INVALID || no->status == STATUS_CONTENT);
    }
    assert_ok(undo(t, a));
    assert_string_equal(ASK_ETAG(service_record_data, id)->out.data, old->out.data);
    assert_string_equal(text_at(ASK_ETAG(service_record_get, id), "model"), "gpt-4o");
}

static void records_by_hand_come_all_or_none(void **state) {
    struct temp_service *t = *state;
    const char *span = "\"trace_id\":\"0AF7651916cd43dd8448eb211c80319c\",\"span_id\":\"00f067aa0ba902b7\"";
    struct answer *a = ASK(service_record_add, t->dataset,
                           body(t,
                                "{\"records\":[{\"data\":" HAND
                                ",%s,\"topic\":\" a \",\"evaluation\":{\"score\":0}},{\"data\":" HAND
                                "},{\"data\":" HAND ",%s}]}",
                                span, span));
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 2);
    assert_int_equal(number_at(a, "already_there"), 1);
    assert_int_equal(length_at(a, "ids"), 2);
    struct answer *list = list_records(t, t->dataset, NULL);
    assert_string_equal(text_at(list, "records.0.trace_id"), "0af7651916cd43dd8448eb211c80319c");
    assert_int_equal(number_at(list, "records.0.evaluation.score"), 0);
    assert_true(has(list, "records.0.evaluation.evaluated_at"));
    assert_string_equal(text_at(list, "records.1.span_id"), "(absent)");
    static const struct {
        const char *record, *pointer;
    } bad[] = {
        {"7", "/records/1"},
        {"{}", "/records/1"},
        {"{\"data\":[]}", "/records/1/data"},
        {"{\"data\":" HAND ",\"id\":\"x\"}", "/records/1/id"},
        {"{\"data\":" HAND ",\"topic\":[]}", "/records/1/topic"},
        {"{\"data\":" HAND ",\"evaluation\":{\"score\":2}}", "/records/1/evaluation/score"},
        {"{\"data\":" HAND ",\"span_id\":\"00f067aa0ba902b7\"}", "/records/1"},
        {"{\"data\":" HAND ",\"span_id\":\"x\",\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"}",
         "/records/1"},
        {"{\"data\":{\"input\":{\"messages\":[{\"role\":3}]},\"output\":{\"messages\":[]}}}",
         "/records/1/data/input/messages/0/role"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct answer *no = ASK(service_record_add, t->dataset,
                                body(t, "{\"records\":[{\"data\":" HAND "},%s]}", bad[i].record));
        if ((no->status != STATUS_CONTENT && no->status != STATUS_INVALID) ||
            strcmp(no->err.pointer, bad[i].pointer))
            fail_msg("%s: %d %s", bad[i].record, (int)no->status, no->err.pointer);
    }
    assert_int_equal(count_records(t, t->dataset), 2);
    assert_refused(ASK(service_record_add, "0190a0b0-1111-7222-8333-444455556666", body(t, "{\"records\":[]}")),
                   STATUS_NOT_FOUND, "no_dataset");
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 0);
}

static void counters_are_exact(void **state) {
    struct temp_service *t = *state;
    char id[UUID_TEXT_SIZE];
    add_by_hand(t, t->dataset, 7); /* topics t0 t1 t2 */
    one_record(t, id);
    assert_ok(
        ASK_ETAG(service_record_update, id, body(t, "{\"topic\":\"T1\",\"evaluation\":{\"score\":1}}"), NULL));
    struct answer *a = ASK(service_dataset_get, t->dataset);
    assert_int_equal(number_at(a, "record_count"), 8);
    assert_int_equal(number_at(a, "labelled_count"), 8);
    assert_int_equal(number_at(a, "evaluated_count"), 1);
    assert_int_equal(number_at(a, "topic_count"), 3);
    assert_ok(ASK(service_record_delete, id, NULL));
    assert_int_equal(number_at(ASK(service_dataset_get, t->dataset), "evaluated_count"), 0);
    struct answer *totals =
        (answer_new(t), t->answers->status = service_totals(t->service, &t->answers->out, &t->answers->err),
         answer_checked(t->answers));
    assert_int_equal(number_at(totals, "records"), 7);
    assert_int_equal(number_at(totals, "trash"), 1);
    assert_int_equal(number_at(totals, "datasets"), 1);
}

static void the_feed_tells_what_changed(void **state) {
    struct temp_service *t = *state;
    struct span_ref ref = source_call(t, 1, 1, "a");
    uint64_t n = feed_now(t->options.feed);
    struct buf events = BUF_INIT;
    assert_ok(add_spans(t, t->dataset, &ref, 1, NULL));
    assert_ok(add_spans(t, t->dataset, &ref, 1, NULL)); /* changes nothing, says nothing */
    assert_ok(
        ASK(service_record_add, t->dataset,
            body(t, "{\"records\":[{\"data\":" HAND
                    ",\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\",\"span_id\":\"00f067aa0ba902b7\"}]}")));
    assert_int_equal(feed_read(t->options.feed, &n, 0, &events), FEED_EVENTS);
    const char *first = strstr(events.data, ref.span_id), *second = strstr(events.data, "00f067aa0ba902b7");
    assert_non_null(first);
    assert_null(strstr(first + 1, ref.span_id));
    assert_non_null(second); /* a badge changes for records by hand, too */
    buf_free(&events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(names_are_trimmed_and_unique_whatever_their_case),
        SERVICE_TEST(descriptions_are_cleared_or_left),
        SERVICE_TEST(copies_of_a_dataset),
        SERVICE_TEST(pages_hold_every_record_once_whatever_the_order),
        SERVICE_TEST(cursors_belong_to_their_list),
        SERVICE_TEST(null_clears_and_absent_leaves),
        SERVICE_TEST(edits_that_cannot_be),
        SERVICE_TEST(of_two_editors_one_is_told),
        SERVICE_TEST(data_keeps_its_bytes_and_its_summary_follows),
        SERVICE_TEST(records_by_hand_come_all_or_none),
        SERVICE_TEST(counters_are_exact),
        SERVICE_TEST(the_feed_tells_what_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
