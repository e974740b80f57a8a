/* call_twins: which calls of different traces are one call that two instrumentations tell of. */
#include "call_spans.h"
#include "datainfo_at.h"

#define TEXT(s)       "[{\"type\":\"text\",\"content\":\"" s "\"}]"
#define CALL(n, args) "[{\"type\":\"tool_call\",\"id\":\"c\",\"name\":\"" n "\",\"arguments\":" args "}]"

static struct call_key key_of(const struct told_call *c, size_t trace) {
    struct buf span = told_span(c, TEST_TRACE_ID, "1111111111111111");
    struct datainfo d;
    assert_int_equal(datainfo_extract(&d, span.data, span.len, NULL, NULL), STATUS_OK);
    struct call_key key = d.key;
    key.trace = trace;
    datainfo_free(&d);
    buf_free(&span);
    return key;
}

/* LangChain around its client, or not: each row says what is unlike that. */
static void one_call_of_two_traces_needs_proof(void **state) {
    (void)state;
    static const struct {
        const char *what;
        struct told_call a, b;
        bool same;
    } rows[] = {
        {"one id",
         {"lc", 0, 50, "r1", "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, "r1", "m", "q", TEXT("x"), 0, NULL},
         true},
        {"one id, all else hidden",
         {"lc", 0, 50, "r1", "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, "r1", "m", NULL, NULL, 0, NULL},
         true},
        {"two ids",
         {"lc", 0, 50, "r1", "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, "r2", "m", "q", TEXT("x"), 0, NULL},
         false},
        {"an answer that was kept, given again later",
         {"lc", 0, 50, "r1", "m", "q", TEXT("x"), 0, NULL},
         {"oai", 90, 99, "r1", "m", "q", TEXT("x"), 0, NULL},
         false},
        {"one has no id",
         {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, "r1", "m", "q", TEXT("x"), 0, NULL},
         true},
        {"clocks of a millisecond",
         {"lc", 6, 50, NULL, "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 51, "r1", "m", "q", TEXT("x"), 0, NULL},
         true},
        {"one instrumentation",
         {"oai", 0, 50, NULL, "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, "r1", "m", "q", TEXT("x"), 0, NULL},
         false},
        {"one instrumentation and one id",
         {"oai", 0, 50, "r1", "m", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, "r1", "m", "q", TEXT("x"), 0, NULL},
         false},
        {"after one another",
         {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 0, NULL},
         {"oai", 51, 90, NULL, "m", "q", TEXT("x"), 0, NULL},
         false},
        {"begun in it, ended long after",
         {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 0, NULL},
         {"oai", 20, 90, NULL, "m", "q", TEXT("x"), 0, NULL},
         false},
        {"another question",
         {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 9, NULL},
         {"oai", 5, 48, NULL, "m", "p", TEXT("x"), 9, NULL},
         false},
        {"another answer",
         {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 9, NULL},
         {"oai", 5, 48, NULL, "m", "q", TEXT("y"), 9, NULL},
         false},
        {"another model",
         {"lc", 0, 50, NULL, "gpt-4o", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, NULL, "gpt-4o-mini", "q", TEXT("x"), 0, NULL},
         false},
        {"a model's version",
         {"lc", 0, 50, NULL, "openai/gpt-4o", "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, NULL, "gpt-4o-2024-08-06", "q", TEXT("x"), 0, NULL},
         true},
        {"a model's house",
         {"lc", 0, 50, NULL, "claude-3-5-sonnet", "q", TEXT("x"), 0, NULL},
         {"aws", 5, 48, NULL, "us.anthropic.claude-3-5-sonnet-20240620-v1:0", "q", TEXT("x"), 0, NULL},
         true},
        {"no model",
         {"lc", 0, 50, NULL, NULL, "q", TEXT("x"), 0, NULL},
         {"oai", 5, 48, NULL, "gpt-4o", "q", TEXT("x"), 0, NULL},
         true},
        {"no answer",
         {"lc", 0, 50, NULL, "m", "q", NULL, 0, NULL},
         {"oai", 5, 48, NULL, "m", "q", TEXT("x"), 0, NULL},
         false},
        {"no answer, but the tokens of it",
         {"lc", 0, 50, NULL, "m", "q", NULL, 9, NULL},
         {"oai", 5, 48, NULL, "m", "q", CALL("f", "{}"), 9, NULL},
         true},
        {"other tokens",
         {"lc", 0, 50, NULL, "m", "q", NULL, 8, NULL},
         {"oai", 5, 48, NULL, "m", "q", CALL("f", "{}"), 9, NULL},
         false},
        {"arguments in another hand",
         {"lc", 0, 50, NULL, "m", "q", CALL("f", "{\"a\":\"\\u00fc\"}"), 0, NULL},
         {"oai", 5, 48, NULL, "m", "q", CALL("f", "\"{ \\\"a\\\" : \\\"\xC3\xBC\\\" }\""), 0, NULL},
         true},
        {"other arguments",
         {"lc", 0, 50, NULL, "m", "q", CALL("f", "{\"a\":1}"), 9, NULL},
         {"oai", 5, 48, NULL, "m", "q", CALL("f", "{\"a\":2}"), 9, NULL},
         false},
        {"another tool",
         {"lc", 0, 50, NULL, "m", "q", CALL("f", "{}"), 9, NULL},
         {"oai", 5, 48, NULL, "m", "q", CALL("g", "{}"), 9, NULL},
         false},
        {"nothing asked that is known",
         {"lc", 0, 50, NULL, "m", NULL, TEXT("x"), 9, NULL},
         {"oai", 5, 48, NULL, "m", NULL, TEXT("x"), 9, NULL},
         false},
        {"a failure, one without words",
         {"lc", 0, 50, NULL, "m", "q", NULL, 0, "e"},
         {"oai", 5, 48, NULL, "m", NULL, NULL, 0, "f"},
         true},
        {"a failure of one",
         {"lc", 0, 50, NULL, "m", "q", NULL, 0, "e"},
         {"oai", 5, 48, NULL, "m", NULL, NULL, 0, NULL},
         false},
        {"failures of two models",
         {"lc", 0, 50, NULL, "m", "q", NULL, 0, "e"},
         {"oai", 5, 48, NULL, "n", NULL, NULL, 0, "e"},
         false},
        {"a failure told twice",
         {"lc", 0, 50, NULL, "m", "q", NULL, 0, "e"},
         {"oai", 5, 48, NULL, "m", "q", NULL, 0, "e"},
         true},
        {"no scope",
         {"", 0, 50, NULL, "m", "q", TEXT("x"), 9, NULL},
         {"oai", 5, 48, NULL, "m", "q", TEXT("x"), 9, NULL},
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call_key keys[2] = {key_of(&rows[i].a, 1), key_of(&rows[i].b, 2)};
        size_t same[2] = {9, 9};
        assert_true(call_twins(keys, 2, same));
        if ((same[0] == same[1]) != rows[i].same) fail_msg("%s", rows[i].what);
        if (!rows[i].same) assert_true(same[0] == 0 && same[1] == 1);
        keys[1].trace = 1; /* what lies in one trace was judged with it */
        assert_true(call_twins(keys, 2, same));
        assert_true(same[0] == 0 && same[1] == 1);
    }
}

/* What tells most is taken; of two that tell as much the inner one. */
static void the_one_that_tells_more_is_taken(void **state) {
    (void)state;
    static const struct told_call outer = {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 0, NULL},
                                  inner = {"oai", 5, 48, NULL, "m", "q", TEXT("x"), 0, NULL},
                                  rich = {"lc", 0, 50, NULL, "m", "q", TEXT("x"), 9, NULL},
                                  third = {"http", 6, 47, "r1", "m", "q", TEXT("x"), 9, NULL};
    struct call_key keys[3] = {key_of(&outer, 1), key_of(&inner, 2), key_of(&third, 3)};
    size_t same[3];
    assert_true(call_twins(keys, 2, same));
    assert_true(same[0] == 1 && same[1] == 1);
    assert_true(call_twins(keys, 3, same)); /* three instrumentations of it */
    assert_true(same[0] == 2 && same[1] == 2 && same[2] == 2);
    keys[0] = key_of(&rich, 1);
    assert_true(call_twins(keys, 2, same));
    assert_true(same[0] == 0 && same[1] == 0);
    keys[1].weight = UINT64_MAX;
    assert_true(call_twins(keys, 2, same));
    assert_true(same[0] == 1 && same[1] == 1);
    assert_true(call_twins(NULL, 0, NULL));
}

/* Asked the same at a time, answered the same: each client's span has one around it, the nearest. */
static void calls_that_overlap_keep_their_own_twins(void **state) {
    (void)state;
    struct call_key keys[9];
    size_t same[9];
    for (size_t i = 0; i < 4; i++) {
        unsigned t = (unsigned)i * 3;
        struct told_call outer = {"lc", t, 60 + t, NULL, "m", "q", TEXT("x"), 0, NULL},
                         inner = {"oai", t + 1, 59 + t, NULL, "m", "q", TEXT("x"), 7, NULL};
        keys[i] = key_of(&outer, i);
        keys[8 - i] = key_of(&inner, 8 - i);
    }
    struct told_call alone = {"oai", 2, 61, NULL, "m", "q", TEXT("x"), 7, NULL}; /* without LangChain */
    keys[4] = key_of(&alone, 4);
    assert_true(call_twins(keys, 9, same));
    for (size_t i = 0; i < 9; i++)
        if (same[i] != (i < 4 ? 8 - i : i)) fail_msg("%zu: %zu", i, same[i]);
}

/* "chatcmpl-123" of a server that makes no ids: the rest must prove it. */
static void constant_ids_prove_nothing(void **state) {
    (void)state;
    struct call_key keys[4];
    size_t same[4];
    for (size_t i = 0; i < 2; i++) {
        const char *question = i ? "p" : "q", *parts = i ? TEXT("y") : TEXT("x");
        struct told_call outer = {"lc", 0, 60, "const", "m", question, parts, 0, NULL},
                         inner = {"oai", 1, 59, "const", "m", question, parts, 7, NULL};
        keys[i] = key_of(&outer, i);
        keys[3 - i] = key_of(&inner, 3 - i);
    }
    assert_true(call_twins(keys, 4, same));
    for (size_t i = 0; i < 4; i++) assert_int_equal(same[i], i < 2 ? 3 - i : i);
}

/* A load test: one question, asked by thousands at a time. Not found are only twins far down in the crowd. */
static void a_crowd_takes_linear_time(void **state) {
    (void)state;
    enum { N = 20000 };
    struct told_call outer = {"lc", 0, 60000, NULL, "m", "q", TEXT("x"), 0, NULL},
                     inner = {"oai", 0, 60000, NULL, "m", "q", TEXT("x"), 7, NULL};
    struct call_key *keys = malloc(N * sizeof *keys), a = key_of(&outer, 0), b = key_of(&inner, 0);
    size_t *same = malloc(N * sizeof *same), merged = 0;
    assert_true(keys && same);
    for (size_t i = 0; i < N; i++) {
        keys[i] = i % 2 ? b : a;
        keys[i].trace = i;
        keys[i].start += i;
    }
    assert_true(call_twins(keys, N, same));
    for (size_t i = 0; i < N; i++) merged += same[i] != i;
    assert_int_equal(merged, N / 2);
    free(keys);
    free(same);
}

/* What was said stays; facts that only the other has are taken in the order of the contract. */
static void facts_are_taken_from_the_twin(void **state) {
    (void)state;
#define IN(meta)   "{\"input\":{\"messages\":[]" meta "},"
#define OUT(meta)  "\"output\":{\"messages\":[],\"tool_calls\":[]" meta "}}"
#define META(list) ",\"metadata\":{" list "}"
    static const struct {
        const char *own, *twin, *expected; /* NULL: nothing to take */
    } rows[] = {
        {IN("") OUT(""), IN(META("\"missing\":[\"/input/tools\"]")) OUT(META("\"latency_ms\":7")), NULL},
        {IN(META("\"model\":\"a\",\"thread_id\":\"t\"")) OUT(""),
         IN(META("\"model\":\"b\",\"thread_id\":\"u\"")) OUT(""), NULL},
        {IN(META("\"model\":\"a\",\"missing\":[]")) OUT(META("\"latency_ms\":1")),
         IN(META("\"model\":\"b\",\"user_id\":\"\\u00fc\",\"tags\":[ 1 ]")) OUT(
             META("\"usage\":{\"input_tokens\":12345678901234567890},\"latency_ms\":2,\"response_id\":\"r\"")),
         IN(META("\"model\":\"a\",\"user_id\":\"\\u00fc\",\"tags\":[ 1 ],\"missing\":[]")) OUT(
             META("\"usage\":{\"input_tokens\":12345678901234567890},\"latency_ms\":1,\"response_id\":\"r\""))},
        {IN("") OUT(""), IN(META("\"thread_id\":\"t\"")) OUT(""), IN(META("\"thread_id\":\"t\"")) OUT("")},
        {IN(META("\"later\":{\"x\":1}")) OUT(""), IN(META("\"user_id\":\"u\",\"other\":2")) OUT(""),
         IN(META("\"user_id\":\"u\",\"later\":{\"x\":1}")) OUT("")},
        {IN("") OUT(""), "[]", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = BUF_INIT;
        bool taken =
            datainfo_add_facts(rows[i].own, strlen(rows[i].own), rows[i].twin, strlen(rows[i].twin), &out);
        assert_int_equal(taken, rows[i].expected != NULL);
        if (taken) assert_string_equal(out.data, rows[i].expected);
        assert_true(taken || !out.len);
        buf_free(&out);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_call_of_two_traces_needs_proof),
        cmocka_unit_test(the_one_that_tells_more_is_taken),
        cmocka_unit_test(calls_that_overlap_keep_their_own_twins),
        cmocka_unit_test(constant_ids_prove_nothing),
        cmocka_unit_test(a_crowd_takes_linear_time),
        cmocka_unit_test(facts_are_taken_from_the_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
