/* The viewer's store: spans and records in any order, replaced spans, inheritance, lists, filters,
 * retention. */
#include "viewer/store/viewer_store.h"

#include "base/json_text.h"
#include "otlp/otlp_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char dir[100];
    struct viewer_store *store;
};

static int setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    struct err err = ERR_INIT;
    snprintf(f->dir, sizeof f->dir, "%s/viewer-store-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(f->dir)) return 1;
    f->store = viewer_store_open(f->dir, NULL, &err);
    if (!f->store) fprintf(stderr, "%s\n", err.detail);
    *state = f;
    return f->store ? 0 : 1;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    static const char *const files[] = {"viewer.db", "viewer.db-wal", "viewer.db-shm", "viewer.lock"};
    viewer_store_close(f->store);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%s", f->dir, files[i]);
        unlink(path);
    }
    rmdir(f->dir);
    free(f);
    return 0;
}

static void reopen(struct fixture *f) {
    struct err err = ERR_INIT;
    viewer_store_close(f->store);
    f->store = viewer_store_open(f->dir, NULL, &err);
    if (!f->store) fail_msg("%s", err.detail);
}

static struct ingest_report take(struct fixture *f, enum otlp_signal signal, const char *json) {
    struct ingest_batch *batch = ingest_batch_new();
    struct otlp_sink sink = ingest_batch_sink(batch);
    struct otlp_result result = {0};
    static struct ingest_report report;
    struct err err = ERR_INIT;
    if (otlp_decode(signal, OTLP_JSON, json, strlen(json), &sink, &result, &err) != STATUS_OK)
        fail_msg("%s", err.detail);
    if (viewer_store_ingest(f->store, batch, &report, &err) != STATUS_OK) fail_msg("%s", err.detail);
    ingest_batch_free(batch);
    return report;
}

static void take_file(struct fixture *f, const char *name) {
    char path[1000];
    struct ingest_batch *batch = ingest_batch_new();
    struct otlp_sink sink = ingest_batch_sink(batch);
    struct otlp_result result = {0};
    struct ingest_report *report = malloc(sizeof *report);
    struct err err = ERR_INIT;
    snprintf(path, sizeof path, "%s/otlp/%s", FIXTURES, name);
    if (otlp_file_read(path, &sink, &result, &err) != STATUS_OK) fail_msg("%s", err.detail);
    if (viewer_store_ingest(f->store, batch, report, &err) != STATUS_OK) fail_msg("%s", err.detail);
    ingest_batch_free(batch);
    free(report);
}

/* One span as a request. extra: further members of the span, with a leading comma. */
static void span(struct fixture *f, const char *trace, const char *id, const char *parent, const char *name,
                 uint64_t start_ms, uint64_t ms, const char *attributes, const char *extra) {
    struct buf b = BUF_INIT;
    buf_printf(&b,
               "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{"
               "\"stringValue\":"
               "\"svc\"}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"scp\"},\"spans\":[{\"traceId\":\"%032d%s\","
               "\"spanId\":"
               "\"%s\",\"parentSpanId\":\"%s\",\"name\":\"%s\",\"startTimeUnixNano\":\"%llu\"",
               0, "", id, parent, name, (unsigned long long)start_ms * 1000000);
    char *zeros = strstr(b.data, "00000000000000000000000000000000");
    memcpy(zeros, trace, 32);
    if (ms) buf_printf(&b, ",\"endTimeUnixNano\":\"%llu\"", (unsigned long long)(start_ms + ms) * 1000000);
    buf_printf(&b, ",\"attributes\":[%s]%s}]}]}]}", attributes ? attributes : "", extra ? extra : "");
    take(f, OTLP_TRACES, b.data);
    buf_free(&b);
}

#define STR(key, value) "{\"key\":\"" key "\",\"value\":{\"stringValue\":\"" value "\"}}"
#define T1              "11111111111111111111111111111111"
#define T2              "22222222222222222222222222222222"

typedef enum status (*list_fn)(struct viewer_store *, const struct span_filter *, const struct list_page *,
                               struct buf *, struct err *);

/* The list's answer as text, in a buffer that the next call reuses. */
static const char *list(struct fixture *f, list_fn fn, const char *filter_json, int64_t limit,
                        const char *cursor, enum status wanted) {
    static struct buf out;
    struct span_filter filter;
    struct err err = ERR_INIT;
    struct list_page page = {.limit = limit, .cursor = cursor};
    buf_clear(&out);
    assert_int_equal(span_filter_parse(&filter, filter_json, strlen(filter_json), &err), STATUS_OK);
    enum status status = fn(f->store, &filter, &page, &out, &err);
    if (status != wanted) fail_msg("%s: status %d, %s", filter_json, (int)status, err.detail);
    span_filter_free(&filter);
    struct json_text root;
    if (status == STATUS_OK) assert_int_equal(json_text_parse(&root, out.data, out.len, 0, NULL), STATUS_OK);
    return out.data ? out.data : "";
}

static int64_t total(struct fixture *f, list_fn fn, const char *filter) {
    const char *text = list(f, fn, filter, 50, NULL, STATUS_OK);
    struct json_text root, value;
    int64_t n = -1;
    json_text_parse(&root, text, strlen(text), 0, NULL);
    if (json_text_get(&root, "total", &value)) json_text_int64(&value, false, &n);
    return n;
}

static void has(const char *text, const char *piece) {
    if (!strstr(text, piece)) fail_msg("no %s in %s", piece, text);
}

static void order_of_arrival_does_not_matter(void **state) {
    struct fixture *f = *state;
    /* child, then root, in two requests; then the same trace the other way round */
    span(f, T1, "000000000000000b", "000000000000000a", "child", 1100, 50, STR("session.id", "s1"), NULL);
    span(f, T1, "000000000000000a", "", "root", 1000, 500, NULL, NULL);
    span(f, T2, "000000000000000a", "", "root", 1000, 500, NULL, NULL);
    span(f, T2, "000000000000000b", "000000000000000a", "child", 1100, 50, STR("session.id", "s1"), NULL);
    struct buf one = BUF_INIT, two = BUF_INIT;
    assert_int_equal(viewer_store_trace(f->store, T1, &one, NULL), STATUS_OK);
    assert_int_equal(viewer_store_trace(f->store, T2, &two, NULL), STATUS_OK);
    for (char *p = two.data; (p = strstr(p, T2));) memcpy(p, T1, 32);
    assert_string_equal(one.data, two.data);
    has(one.data, "\"name\":\"root\"");
    has(one.data, "\"duration_ms\":500");
    has(one.data, "\"span_count\":2");
    has(one.data, "\"thread_id\":\"s1\"");
    assert_true(strstr(one.data, "\"span_id\":\"000000000000000a\"") <
                strstr(one.data, "\"span_id\":\"000000000000000b\""));
    /* the session of the child is the session of the trace, and of the root */
    assert_int_equal(total(f, viewer_store_spans, "{\"thread_id\":\"s1\"}"), 4);
    assert_int_equal(total(f, viewer_store_threads, "{}"), 1);
    buf_free(&one);
    buf_free(&two);
}

static void a_span_sent_again_replaces(void **state) {
    struct fixture *f = *state;
    span(f, T1, "000000000000000a", "", "first", 1000, 5, STR("input.value", "alpha"), NULL);
    span(f, T1, "000000000000000a", "", "second", 1000, 7, STR("input.value", "beta"), NULL);
    assert_int_equal(total(f, viewer_store_spans, "{}"), 1);
    has(list(f, viewer_store_spans, "{}", 50, NULL, STATUS_OK), "\"name\":\"second\"");
    assert_int_equal(total(f, viewer_store_spans, "{\"text\":\"beta\"}"), 1);
    assert_int_equal(total(f, viewer_store_spans, "{\"text\":\"alpha\"}"), 0);
    /* a snapshot without an end, come late, does not undo the end */
    span(f, T1, "000000000000000a", "", "early", 1000, 0, NULL, NULL);
    has(list(f, viewer_store_spans, "{}", 50, NULL, STATUS_OK), "\"name\":\"second\"");
    has(list(f, viewer_store_traces, "{}", 50, NULL, STATUS_OK), "\"duration_ms\":7");
}

static void records_join_before_and_after(void **state) {
    struct fixture *f = *state;
    static const char logs[] =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":["
        "{\"traceId\":\"" T1
        "\",\"spanId\":\"000000000000000a\",\"timeUnixNano\":\"2\",\"body\":{\"stringValue\":\"later\"}},"
        "{\"traceId\":\"" T1
        "\",\"spanId\":\"000000000000000a\",\"timeUnixNano\":\"1\",\"body\":{\"stringValue\":\"sooner\"}},"
        "{\"traceId\":\"" T1
        "\",\"spanId\":\"000000000000000a\",\"timeUnixNano\":\"2\",\"body\":{\"stringValue\":\"later\"}},"
        "{\"traceId\":\"" T1
        "\",\"spanId\":\"000000000000000b\",\"timeUnixNano\":\"3\",\"body\":{\"stringValue\":\"other\"}},"
        "{\"body\":{\"stringValue\":\"nobody's\"}}]}]}]}";
    struct buf json = BUF_INIT;
    take(f, OTLP_LOGS, logs); /* before both spans */
    span(f, T1, "000000000000000a", "", "n", 1000, 5, NULL, NULL);
    take(f, OTLP_LOGS, logs); /* the sender tries again: nothing doubles */
    assert_int_equal(viewer_store_span_json(f->store, T1, "000000000000000a", &json, NULL), STATUS_OK);
    const char *sooner = strstr(json.data, "sooner"), *later = strstr(json.data, "later");
    assert_true(sooner && later && sooner < later);
    const char *again = strstr(later + 1, "later"); /* equal records of one request are two records */
    assert_non_null(again);
    assert_null(strstr(again + 1, "later"));
    assert_null(strstr(json.data, "other"));
    assert_int_equal(total(f, viewer_store_spans, "{\"text\":\"sooner\"}"), 1);
    buf_free(&json);

    /* a real capture, both ways round: facts come from the records */
    take_file(f, "elastic-openai-agent_loop.pb");
    take_file(f, "elastic-openai-agent_loop.logs.pb");
    int64_t calls = total(f, viewer_store_spans, "{\"kind\":\"llm\"}");
    assert_int_equal(calls, 3);
    const char *text = list(f, viewer_store_spans, "{\"kind\":\"llm\"}", 50, NULL, STATUS_OK);
    has(text, "preview_input");
}

static void everything_is_there_after_a_restart(void **state) {
    struct fixture *f = *state;
    struct stat st;
    char path[200];
    take_file(f, "collector_file_exporter.jsonl");
    struct buf before = BUF_INIT;
    buf_str(&before, list(f, viewer_store_spans, "{}", 50, NULL, STATUS_OK));
    buf_str(&before, list(f, viewer_store_traces, "{}", 50, NULL, STATUS_OK));
    /* one process per directory */
    struct err err = ERR_INIT;
    assert_null(viewer_store_open(f->dir, NULL, &err));
    assert_int_equal(err.status, STATUS_CONFLICT);
    reopen(f);
    struct buf after = BUF_INIT;
    buf_str(&after, list(f, viewer_store_spans, "{}", 50, NULL, STATUS_OK));
    buf_str(&after, list(f, viewer_store_traces, "{}", 50, NULL, STATUS_OK));
    assert_string_equal(before.data, after.data);
    snprintf(path, sizeof path, "%s/viewer.db", f->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    buf_free(&before);
    buf_free(&after);
}

static void lists_page_by_key(void **state) {
    struct fixture *f = *state;
    char id[17], trace[33];
    for (int i = 0; i < 25; i++) { /* equal times too */
        snprintf(id, sizeof id, "%016d", i + 1);
        snprintf(trace, sizeof trace, "%032d", i + 1);
        span(f, trace, id, "", "n", 1000 + (uint64_t)(i / 3), 5,
             i % 2 ? STR("session.id", "odd") : STR("session.id", "even"), NULL);
    }
    static const struct {
        list_fn fn;
        const char *item, *filter;
        int expect;
    } lists[] = {{viewer_store_spans, "\"span_id\"", "{}", 25},
                 {viewer_store_spans, "\"span_id\"", "{\"thread_id\":\"odd\"}", 12},
                 {viewer_store_traces, "\"matched\"", "{}", 25},
                 {viewer_store_traces, "\"matched\"", "{\"thread_id\":\"even\"}", 13},
                 {viewer_store_threads, "\"trace_count\"", "{}", 2}};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        char cursor[700] = "";
        int seen = 0, pages = 0;
        for (; pages < 30; pages++) {
            const char *text = list(f, lists[l].fn, lists[l].filter, lists[l].expect > 2 ? 4 : 1,
                                    *cursor ? cursor : NULL, STATUS_OK);
            for (const char *p = text; (p = strstr(p, lists[l].item)); p++) seen++;
            struct json_text root, next;
            json_text_parse(&root, text, strlen(text), 0, NULL);
            if (!json_text_get(&root, "next", &next) || next.type != JSON_TEXT_STRING) break;
            snprintf(cursor, sizeof cursor, "%.*s", (int)next.len - 2, next.text + 1);
        }
        if (seen != lists[l].expect) fail_msg("list %zu: %d rows in %d pages", l, seen, pages);
        /* bound to its filter and its list */
        if (*cursor) {
            list(f, lists[l].fn, "{\"service\":\"svc\"}", 4, cursor, STATUS_INVALID);
            list(f, lists[(l + 2) % 5].fn, lists[l].filter, 4, cursor, STATUS_INVALID);
        }
    }
    static const char *const junk[] = {"x", "s", "s08f44b07b5901a25-1-zz", "t08f44b07b5901a25-1-abc", "%%%"};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
        list(f, viewer_store_spans, "{}", 4, junk[i], STATUS_INVALID);
}

static void filters_select(void **state) {
    struct fixture *f = *state;
    take_file(f, "collector_file_exporter.jsonl");
    span(f, T1, "000000000000000a", "", "lookup", 1000, 900,
         STR("openinference.span.kind", "TOOL") "," STR("input.value", "{\\\"city\\\":\\\"Reykjavik\\\"}"),
         ",\"status\":{\"code\":2,\"message\":\"boom\"}");
    span(f, T1, "000000000000000b", "000000000000000a", "inner", 1100, 10, STR("user.id", "ann"), NULL);
    static const struct {
        const char *filter;
        int64_t spans, traces;
    } cases[] = {
        {"{\"name\":\"lookup\"}", 1, 1},
        {"{\"kind\":\"tool\",\"service\":\"svc\"}", 1, 1},
        {"{\"trace_id\":\"" T1 "\"}", 2, 1},
        {"{\"user\":\"ann\"}", 2, 1},
        {"{\"service\":\"svc\",\"error\":true}", 1, 1},
        {"{\"service\":\"svc\",\"error\":false}", 1, 1},
        {"{\"service\":\"svc\",\"min_ms\":100}", 1, 1},
        {"{\"text\":\"reykjavik\"}", 1, 1},
        {"{\"text\":\"reyk\"}", 1, 1},
        {"{\"text\":\"YKJAV\"}", 1, 1},
        {"{\"text\":\"jreyk\"}", 0, 0},
        {"{\"from\":\"1970-01-01T00:00:01.05Z\",\"to\":\"1971-01-01\"}", 1, 1},
        {"{\"model\":\"nothing\"}", 0, 0},
        {"{\"text\":\"{\\\"\"}", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t spans = total(f, viewer_store_spans, cases[i].filter),
                traces = total(f, viewer_store_traces, cases[i].filter);
        if (spans != cases[i].spans || traces != cases[i].traces)
            fail_msg("%s: %lld spans, %lld traces", cases[i].filter, (long long)spans, (long long)traces);
    }
    struct span_filter filter;
    struct buf facets = BUF_INIT;
    span_filter_parse(&filter, "{\"service\":\"svc\"}", 17, NULL);
    assert_int_equal(viewer_store_facets(f->store, &filter, &facets, NULL), STATUS_OK);
    has(facets.data, "\"services\":[{\"value\":\"svc\",\"count\":2}]");
    has(facets.data, "{\"value\":\"tool\",\"count\":1}");
    span_filter_free(&filter);
    buf_free(&facets);
}

static int count_line(void *ctx, const char *json, size_t len) {
    (void)json, (void)len;
    ++*(int *)ctx;
    return 0;
}

static int count_ref(void *ctx, const char *trace, const char *id) {
    (void)trace, (void)id;
    return ++*(int *)ctx == 1500 ? 1 : 0;
}

static void plugins_read_traces_and_queries(void **state) {
    struct fixture *f = *state;
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[");
    for (int i = 0; i < 2100; i++)
        buf_printf(&b,
                   "%s{\"traceId\":\"" T1
                   "\",\"spanId\":\"%016d\",\"name\":\"n\",\"startTimeUnixNano\":\"%d000000\"}",
                   i ? "," : "", i + 1, 1000 + i / 7);
    buf_str(&b, "]}]}]}");
    struct ingest_report report = take(f, OTLP_TRACES, b.data);
    assert_int_equal(report.spans, 2100);
    assert_int_equal(report.trace_count, 1);
    int n = 0;
    assert_int_equal(viewer_store_trace_json(f->store, T1, count_line, &n, NULL), STATUS_OK);
    assert_int_equal(n, 2100);
    assert_int_equal(viewer_store_trace_json(f->store, T2, count_line, &n, NULL), STATUS_NOT_FOUND);
    struct span_filter filter;
    span_filter_init(&filter);
    n = 0;
    assert_int_equal(viewer_store_query(f->store, &filter, count_ref, &n, NULL), STATUS_CANCELLED);
    assert_int_equal(n, 1500);
    n = 2000; /* beyond where count_ref stops */
    assert_int_equal(viewer_store_query(f->store, &filter, count_ref, &n, NULL), STATUS_OK);
    assert_int_equal(n, 4100);
    uint64_t count = 0;
    assert_int_equal(viewer_store_count(f->store, &filter, 100, &count, NULL), STATUS_OK);
    assert_int_equal(count, 100);
    buf_free(&b);
}

static void circles_of_parents_end(void **state) {
    struct fixture *f = *state;
    span(f, T1, "000000000000000a", "000000000000000b", "a", 1000, 5, NULL, NULL);
    span(f, T1, "000000000000000b", "000000000000000a", "b", 1001, 5, NULL, NULL);
    span(f, T1, "000000000000000c", "000000000000000c", "c", 1002, 5, NULL, NULL);
    struct buf out = BUF_INIT;
    assert_int_equal(viewer_store_trace(f->store, T1, &out, NULL), STATUS_OK);
    int n = 0;
    for (const char *p = out.data; (p = strstr(p, "\"span_id\"")); p++) n++;
    assert_int_equal(n, 3);
    buf_free(&out);
}

static void retention_forgets_whole_traces(void **state) {
    struct fixture *f = *state;
    span(f, T1, "000000000000000a", "", "old", 1000, 5,
         STR("session.id", "s1") "," STR("input.value", "oldest"), NULL);
    span(f, T1, "000000000000000b", "000000000000000a", "old too", 1001, 5, NULL, NULL);
    span(f, T2, "000000000000000a", "", "new", 9000, 5, STR("session.id", "s2"), NULL);
    uint64_t removed = 0;
    assert_int_equal(viewer_store_retain(f->store, 0, 3, NULL, NULL, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(viewer_store_retain(f->store, 0, 2, NULL, NULL, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 2);
    assert_int_equal(total(f, viewer_store_spans, "{}"), 1);
    assert_int_equal(total(f, viewer_store_traces, "{}"), 1);
    assert_int_equal(total(f, viewer_store_threads, "{}"), 1);
    assert_int_equal(total(f, viewer_store_spans, "{\"text\":\"oldest\"}"), 0);
    assert_int_equal(viewer_store_retain(f->store, 9006000000, 0, NULL, NULL, &removed, NULL), STATUS_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(total(f, viewer_store_threads, "{}"), 0);
    struct store_info info;
    assert_int_equal(viewer_store_info(f->store, &info, NULL), STATUS_OK);
    assert_int_equal(info.spans + info.traces, 0);
}

int main(void) {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(order_of_arrival_does_not_matter),
        TEST(a_span_sent_again_replaces),
        TEST(records_join_before_and_after),
        TEST(everything_is_there_after_a_restart),
        TEST(lists_page_by_key),
        TEST(filters_select),
        TEST(plugins_read_traces_and_queries),
        TEST(circles_of_parents_end),
        TEST(retention_forgets_whole_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
