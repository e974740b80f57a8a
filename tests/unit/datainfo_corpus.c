/* datainfo on real captures. tests/fixtures/datainfo/<sdk>.<case>.jsonl holds the spans of a case, one
 * span_json a line; <case>.expected.jsonl says of each what must come out: kind, and a skip (code, take) or the
 * data as the model provider's own log had it. Where the span holds only a part of a value (cut off, redacted, said
 * in other words), "$unrecorded" stands; where it holds nothing of it, {"$or_nothing": value}: the value may come
 * from elsewhere in the trace, but nothing else may stand in its place.
 *
 * What is expected must be there and the same (strings that hold JSON may differ in spacing); messages, calls
 * and tools must be exactly as many; input.tools, tool_choice and finish_reason must not appear where none is
 * expected and none was recorded. Some cases say input.metadata.missing: the exact list, null for none. */
#include "datainfo/datainfo.h"
#include "files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct lines {
    struct buf text;
    struct json_text items[512];
    size_t count;
};

static void read_lines(struct lines *l, const char *path) {
    l->text = test_read_file(path);
    l->count = 0;
    for (const char *at = l->text.data, *end = at + l->text.len; at < end;) {
        const char *to = memchr(at, '\n', (size_t)(end - at));
        if (!to) to = end;
        if (to > at) {
            struct err err = ERR_INIT;
            assert_true(l->count < sizeof l->items / sizeof *l->items);
            if (json_text_parse(&l->items[l->count++], at, (size_t)(to - at), 0, &err) != STATUS_OK)
                fail_msg("%s: %s", path, err.detail);
        }
        at = to + 1;
    }
}

static struct json_text get(const struct json_text *object, const char *key) {
    struct json_text v;
    json_text_get(object, key, &v);
    return v;
}

static bool says_nothing(const struct json_text *v) {
    return v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_NULL ||
           (v->type == JSON_TEXT_STRING && v->len == 2);
}

/* Equal, or both JSON and the same JSON. */
static bool same_strings(const struct json_text *a, const struct json_text *b) {
    if (json_text_same(a, b)) return true;
    struct buf x = BUF_INIT, y = BUF_INIT;
    struct json_text p, q;
    json_text_decode(a, &x);
    json_text_decode(b, &y);
    bool same = x.len && y.len && json_text_parse(&p, x.data, x.len, 0, NULL) == STATUS_OK &&
                json_text_parse(&q, y.data, y.len, 0, NULL) == STATUS_OK && json_text_same(&p, &q);
    buf_free(&x);
    buf_free(&y);
    return same;
}

static void expect(const struct json_text *want, const struct json_text *got, const char *where);

static void expect_object(const struct json_text *want, const struct json_text *got, const char *where) {
    struct json_text_iter it;
    struct json_text key, value;
    json_text_iter(&it, want);
    while (json_text_next(&it, &key, &value)) {
        char *name = json_text_dup(&key), at[512];
        assert_non_null(name);
        struct json_text inner = get(got, name);
        snprintf(at, sizeof at, "%s/%s", where, name);
        bool developer = strcmp(name, "role") == 0 && json_text_equals(&inner, "developer") &&
                         json_text_equals(&value, "system");
        if (!developer) expect(&value, &inner, at);
        free(name);
    }
}

static void expect(const struct json_text *want, const struct json_text *got, const char *where) {
    if (json_text_equals(want, "$unrecorded")) return;
    struct json_text one, text;
    if (json_text_get(want, "$or_nothing", &one)) {
        if (!says_nothing(got)) expect(&one, got, where);
        return;
    }
    if (says_nothing(want)) {
        if (!says_nothing(got)) fail_msg("%s: nothing is expected, got %.*s", where, (int)got->len, got->text);
        return;
    }
    if (want->type == JSON_TEXT_STRING && got->type == JSON_TEXT_ARRAY && json_text_count(got) == 1 &&
        json_text_index(got, 0, &one) && json_text_get(&one, "text", &text))
        got = &text; /* one text part for a string */
    if (want->type != got->type)
        fail_msg("%s: expected %.*s, got %.*s", where, (int)want->len, want->text, (int)got->len,
                 got->text ? got->text : "");
    if (want->type == JSON_TEXT_OBJECT) {
        expect_object(want, got, where);
    } else if (want->type == JSON_TEXT_ARRAY) {
        struct json_text_iter a, b;
        struct json_text x, y;
        if (json_text_count(want) != json_text_count(got))
            fail_msg("%s: %zu expected, got %zu: %.*s", where, json_text_count(want), json_text_count(got),
                     (int)got->len, got->text);
        json_text_iter(&a, want);
        json_text_iter(&b, got);
        for (size_t i = 0; json_text_next(&a, NULL, &x) && json_text_next(&b, NULL, &y); i++) {
            char at[512];
            snprintf(at, sizeof at, "%s/%zu", where, i);
            expect(&x, &y, at);
        }
    } else if (want->type == JSON_TEXT_STRING ? !same_strings(want, got) : !json_text_same(want, got)) {
        fail_msg("%s: expected %.*s, got %.*s", where, (int)want->len, want->text, (int)got->len, got->text);
    }
}

/* Spans that do not say which model it was. */
static bool is_nameless(const char *where) {
    static const char *const cases[] = {"openllmetry-v0.19.only_lc_misc ", NULL};
    for (size_t i = 0; cases[i]; i++)
        if (strncmp(where, cases[i], strlen(cases[i])) == 0) return true;
    return false;
}

static void expect_data(const struct json_text *want, const struct datainfo *d, const char *where) {
    struct json_text data;
    struct err err = ERR_INIT;
    if (json_text_parse(&data, d->data.data, d->data.len, 0, &err) != STATUS_OK)
        fail_msg("%s: %s", where, err.detail);
    expect(want, &data, where);
    struct json_text v;
    if (!json_text_at(want, &v, "input", "tools", NULL) && json_text_at(&data, &v, "input", "tools", NULL))
        fail_msg("%s: tools where none are expected: %.*s", where, (int)v.len, v.text);
    if (!json_text_at(want, &v, "input", "tool_choice", NULL) &&
        json_text_at(&data, &v, "input", "tool_choice", NULL) && !json_text_equals(&v, "auto"))
        fail_msg("%s: a tool choice where none is expected: %.*s", where, (int)v.len, v.text);
    if (!json_text_at(want, &v, "output", "finish_reason", NULL) &&
        json_text_at(&data, &v, "output", "finish_reason", NULL) && !json_text_equals(&v, "error"))
        fail_msg("%s: a finish reason where none is expected: %.*s", where, (int)v.len, v.text);
    bool named = json_text_at(&data, &v, "input", "metadata", "model", NULL);
    if (named == is_nameless(where)) fail_msg("%s: %s", where, named ? "a model from nowhere" : "no model");
    assert_true(json_text_at(&data, &v, "output", "metadata", "latency_ms", NULL));

    /* It passes its own check, byte for byte, and can be summed up. */
    struct buf checked = BUF_INIT;
    if (datainfo_check(d->data.data, d->data.len, NULL, 0, &checked, &err) != STATUS_OK)
        fail_msg("%s: %s %s", where, err.detail, err.pointer);
    assert_int_equal(checked.len, d->data.len);
    assert_memory_equal(checked.data, d->data.data, checked.len);
    buf_free(&checked);
    struct datainfo_summary s;
    assert_int_equal(datainfo_summarize(&s, d->data.data, d->data.len, NULL), STATUS_OK);
    struct json_text list;
    json_text_at(&data, &list, "input", "messages", NULL);
    assert_int_equal(s.message_count, json_text_count(&list));
    datainfo_summary_free(&s);
}

static void check_span(const struct json_text *span, const struct json_text *want, struct datainfo_trace *trace,
                       const char *where) {
    struct datainfo d;
    struct err err = ERR_INIT;
    struct span_facts facts;
    if (datainfo_extract(&d, span->text, span->len, trace, &err) != STATUS_OK)
        fail_msg("%s: %s", where, err.detail);
    span_facts_read(&facts, span->text, span->len);
    struct json_text kind = get(want, "kind"), skip = get(want, "skip"), take = get(want, "take"),
                     data = get(want, "data");
    if (!json_text_equals(&kind, span_kind_name(facts.kind)))
        fail_msg("%s: kind is %s", where, span_kind_name(facts.kind));
    if (skip.type == JSON_TEXT_STRING) {
        if (d.verdict != DATAINFO_SKIPPED) fail_msg("%s: a record where none is expected", where);
        if (!json_text_equals(&skip, d.code)) fail_msg("%s: skipped as %s", where, d.code);
        assert_true(strlen(d.reason) > 20);
        assert_true(take.type == JSON_TEXT_STRING ? json_text_equals(&take, d.take_span_id)
                                                  : !d.take_span_id[0]);
    } else {
        if (d.verdict != DATAINFO_RECORD) fail_msg("%s: skipped: %s", where, d.reason);
        expect_data(&data, &d, where);
    }
    span_facts_free(&facts);
    datainfo_free(&d);
}

static void check_case(const char *name) {
    static struct lines spans, wants;
    char path[512], *dot = strstr(name, ".expected.jsonl");
    assert_non_null(dot);
    snprintf(path, sizeof path, "%s/datainfo/%s", FIXTURES, name);
    read_lines(&wants, path);
    snprintf(path, sizeof path, "%s/datainfo/%.*s.jsonl", FIXTURES, (int)(dot - name), name);
    read_lines(&spans, path);
    assert_int_equal(spans.count, wants.count);
    for (size_t i = 0; i < wants.count; i++) {
        struct json_text trace_id = get(&wants.items[i], "trace_id"), span_id = get(&wants.items[i], "span_id"),
                         id;
        struct datainfo_trace *trace = datainfo_trace_new();
        assert_non_null(trace);
        const struct json_text *span = NULL;
        for (size_t k = 0; k < spans.count; k++) {
            json_text_at(&spans.items[k], &id, "span", "traceId", NULL);
            if (!json_text_same(&id, &trace_id)) continue;
            assert_true(datainfo_trace_add(trace, spans.items[k].text, spans.items[k].len));
            json_text_at(&spans.items[k], &id, "span", "spanId", NULL);
            if (json_text_same(&id, &span_id)) span = &spans.items[k];
        }
        assert_non_null(span);
        char where[256];
        snprintf(where, sizeof where, "%.*s %.*s", (int)(dot - name), name, (int)span_id.len, span_id.text);
        check_span(span, &wants.items[i], trace, where);
        datainfo_trace_free(trace);
    }
    buf_free(&spans.text);
    buf_free(&wants.text);
}

static void every_capture_gives_what_the_provider_saw(void **state) {
    (void)state;
    char **names = test_list_files(FIXTURES "/datainfo", ".expected.jsonl");
    size_t cases = 0;
    for (char **n = names; *n; n++, cases++) check_case(*n);
    assert_true(cases >= 150);
    test_free_files(names);
}

/* Cut anywhere, a span is refused or read, never trusted too far. */
static void cut_spans_are_refused(void **state) {
    (void)state;
    struct buf text = test_read_file(FIXTURES "/datainfo/azure-ai-inference.chat_tools.jsonl");
    size_t len = (size_t)((char *)memchr(text.data, '\n', text.len) - text.data);
    for (size_t n = 0; n < len; n += 7) {
        char *part = malloc(n + 1);
        assert_non_null(part);
        memcpy(part, text.data, n);
        struct datainfo d;
        assert_int_equal(datainfo_extract(&d, part, n, NULL, NULL), STATUS_INVALID);
        datainfo_free(&d);
        struct span_facts facts;
        span_facts_read(&facts, part, n);
        assert_int_equal(facts.kind, SPAN_KIND_OTHER);
        span_facts_free(&facts);
        free(part);
    }
    buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_capture_gives_what_the_provider_saw),
        cmocka_unit_test(cut_spans_are_refused),
    };
    return cmocka_run_group_tests_name("datainfo corpus", tests, NULL, NULL);
}
