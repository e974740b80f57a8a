/* One model call of which several traces tell is one record. */
#include "call_spans.h"
#include "temp_service.h"

#define TEXT(s) "[{\"type\":\"text\",\"content\":\"" s "\"}]"
#define PARTS                                                                                                  \
    "[{\"type\":\"text\",\"content\":\"x\"},{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"f\","              \
    "\"arguments\":{}}]"

static const struct told_call chain = {"langchain", 0, 50, NULL, "gpt-4o", "q", TEXT("x"), 7, NULL},
                              client = {"openai", 5, 48, "r1", "gpt-4o", "q", PARTS, 0, NULL},
                              other = {"langchain", 60, 90, NULL, "gpt-4o", "another", TEXT("y"), 7, NULL};

static struct span_ref source_told(struct temp_service *t, unsigned trace, unsigned span,
                                   const struct told_call *call) {
    struct span_ref ref = ref_of(trace, span);
    struct buf b = told_span(call, ref.trace_id, ref.span_id);
    source_add(t, &ref, &b);
    return ref;
}

static void expect(struct answer *a, int64_t added, int64_t there, size_t skipped) {
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), added);
    assert_int_equal(number_at(a, "already_there"), there);
    assert_int_equal(length_at(a, "skipped"), skipped);
}

static void the_richer_of_two_is_added(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[3] = {source_told(t, 1, 1, &chain), source_told(t, 2, 2, &client),
                               source_told(t, 3, 3, &other)},
                    turned[3] = {refs[2], refs[1], refs[0]};
    struct answer *a = add_spans(t, t->dataset, refs, 3, NULL);
    expect(a, 2, 0, 1);
    assert_string_equal(text_at(a, "skipped.0.span_id"), refs[0].span_id);
    assert_string_equal(text_at(a, "skipped.0.code"), "same_call");
    assert_string_equal(text_at(a, "skipped.0.take.trace_id"), refs[1].trace_id);
    assert_string_equal(text_at(a, "skipped.0.take.span_id"), refs[1].span_id);
    char reason[200];
    snprintf(
        reason, sizeof reason,
        "Tells of the same model call as chat (span %s, trace %s), which tells at least as much: that one is "
        "added.",
        refs[1].span_id, refs[1].trace_id);
    assert_string_equal(text_at(a, "skipped.0.reason"), reason);
    expect(add_spans(t, t->dataset, refs, 3, NULL), 0, 2, 1); /* and no more of it the next time */
    expect(add_spans(t, t->dataset, turned, 3, NULL), 0, 2, 1);
    struct answer *list = list_records(t, t->dataset, NULL);
    assert_int_equal(number_at(list, "total"), 2);
    assert_string_equal(text_at(list, "records.0.span_id"), refs[1].span_id);
    assert_int_equal(number_at(list, "records.0.input_tokens"), 7); /* a fact that only the other had */
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 0);
    expect(add_spans(t, t->dataset, turned, 3, NULL), 2, 0, 1);
}

/* Whoever added the poorer one may have edited it by now. */
static void what_is_there_stays(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[2] = {source_told(t, 1, 1, &chain), source_told(t, 2, 2, &client)};
    expect(add_spans(t, t->dataset, refs, 1, NULL), 1, 0, 0);
    struct answer *a = add_spans(t, t->dataset, refs, 2, NULL);
    expect(a, 0, 1, 1);
    assert_string_equal(text_at(a, "skipped.0.span_id"), refs[1].span_id);
    assert_string_equal(text_at(a, "skipped.0.take.span_id"), refs[0].span_id);
    assert_non_null(strstr(text_at(a, "skipped.0.reason"), "is there already"));
    free(t->spans[0].json); /* it is not in the viewer any more: nobody can tell */
    t->spans[0] = t->spans[--t->span_count];
    expect(add_spans(t, t->dataset, refs, 2, NULL), 1, 1, 0);
}

static void calls_that_were_made_twice_are_two(void **state) {
    struct temp_service *t = *state;
    struct told_call again = client;
    again.id = "r2";
    struct span_ref refs[4] = {source_told(t, 1, 1, &client), source_told(t, 2, 2, &again)};
    again.id = NULL;
    refs[2] = source_told(t, 3, 3, &again);
    again.scope = "langchain";
    again.start += 1000, again.end += 1000;
    refs[3] = source_told(t, 4, 4, &again);
    expect(add_spans(t, t->dataset, refs, 4, NULL), 4, 0, 0);
}

static void a_span_without_content_names_the_one_that_has_it(void **state) {
    struct temp_service *t = *state;
    struct told_call empty = {"openai", 5, 48, "r1", "gpt-4o", NULL, NULL, 0, NULL}, full = chain;
    full.id = "r1";
    struct span_ref refs[2] = {source_told(t, 1, 1, &full), source_told(t, 2, 2, &empty)};
    struct answer *a = add_spans(t, t->dataset, &refs[1], 1, NULL);
    expect(a, 0, 0, 1);
    assert_string_equal(text_at(a, "skipped.0.code"), "no_content");
    a = add_spans(t, t->dataset, refs, 2, NULL);
    expect(a, 1, 0, 1);
    assert_string_equal(text_at(a, "skipped.0.code"), "same_call");
    assert_string_equal(text_at(a, "skipped.0.take.span_id"), refs[0].span_id);
}

/* Of whole traces a twin is named where its trace gives nothing else; what lies around it never. */
static void whole_traces_leave_twins_out(void **state) {
    struct temp_service *t = *state;
    source_told(t, 1, 1, &chain);
    source_call(t, 1, 2, NULL);
    source_told(t, 2, 3, &client);
    const struct json_text *both =
        body(t, "{\"traces\":[\"%s\",\"%s\"]}", ref_of(1, 0).trace_id, ref_of(2, 0).trace_id);
    struct answer *a = ASK(service_spans_add, t->dataset, both);
    expect(a, 1, 0, 1);
    assert_string_equal(text_at(a, "skipped.0.span_id"), ref_of(1, 1).span_id);
    assert_ok(undo(t, a));
    source_told(t, 1, 4, &other);
    expect(ASK(service_spans_add, t->dataset, both), 2, 0, 0);
}

/* Written in pieces: which of two is added was known before. */
static void many_at_once(void **state) {
    struct temp_service *t = *state;
    enum { N = 200 };
    static struct span_ref refs[2 * N];
    for (unsigned i = 0; i < N; i++) {
        struct told_call a = chain, b = client;
        char id[16];
        snprintf(id, sizeof id, "r%u", i);
        a.start += i * 10, a.end += i * 10, b.start += i * 10, b.end += i * 10;
        b.id = id;
        refs[2 * i] = source_told(t, 2 * i, 2 * i, &a);
        refs[2 * i + 1] = source_told(t, 2 * i + 1, 2 * i + 1, &b);
    }
    struct answer *a = add_spans(t, t->dataset, refs, 2 * N, NULL);
    expect(a, N, 0, N);
    expect(add_spans(t, t->dataset, refs, 2 * N, NULL), 0, N, N);
    assert_ok(undo(t, a));
    assert_int_equal(count_records(t, t->dataset), 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        SERVICE_TEST(the_richer_of_two_is_added),
        SERVICE_TEST(what_is_there_stays),
        SERVICE_TEST(calls_that_were_made_twice_are_two),
        SERVICE_TEST(a_span_without_content_names_the_one_that_has_it),
        SERVICE_TEST(whole_traces_leave_twins_out),
        SERVICE_TEST_SMALL(many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
