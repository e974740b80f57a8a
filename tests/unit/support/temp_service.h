/* temp_service.h: a service with a real store in a directory of its own, over spans kept in memory. Header-only; needs
 * cmocka.
 *
 *     struct temp_service *t = *state;
 *     struct answer *a = ASK(service_dataset_get, t->dataset);
 *     assert_ok(a);
 *     assert_int_equal(number_at(a, "record_count"), 3);
 *
 * Every answer begins with a newline that the test put there: after a failure it must be all there is. */
#ifndef SPANSET_TESTS_SUPPORT_TEMP_SERVICE_H
#define SPANSET_TESTS_SUPPORT_TEMP_SERVICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"
#include "service/service.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SPANS 6000

struct memory_span {
    struct span_ref ref;
    char *json;
};

struct answer {
    enum status status;
    struct buf out;
    struct err err;
    char etag[SERVICE_ETAG_SIZE];
    struct answer *next;
};

struct temp_service {
    char dir[64], dataset[UUID_TEXT_SIZE]; /* "Safety Test Suite", there from the start */
    struct service_options options;
    struct span_source source;
    struct service *service;
    struct answer *answers; /* all of the test, released at its end */
    char *bodies[4];        /* the last ones */
    unsigned body;

    struct memory_span *spans;
    size_t span_count;
    enum status span_fails, trace_fails, query_fails;
    bool no_trace, no_query;
    size_t stop_after;                       /* spans of a trace after which the host gives up; 0 never */
    void (*on_span)(struct temp_service *t); /* called once, while the host is asked for a span */
};

/* ---- spans ---- */

static inline int source_span(struct temp_service *t, const struct span_ref *ref) {
    for (size_t i = 0; i < t->span_count; i++)
        if (!strcmp(t->spans[i].ref.trace_id, ref->trace_id) && !strcmp(t->spans[i].ref.span_id, ref->span_id))
            return (int)i;
    return -1;
}

static inline enum status memory_get(void *ctx, const struct span_ref *ref, struct buf *out, struct err *err) {
    struct temp_service *t = ctx;
    void (*hook)(struct temp_service *) = t->on_span;
    if (hook) { /* what it asks goes behind the answer that is being written */
        struct answer *mine = t->answers, *last = NULL;
        t->on_span = NULL;
        hook(t);
        for (struct answer *a = t->answers; a != mine; a = a->next) last = a;
        if (last) {
            last->next = mine->next;
            mine->next = t->answers;
            t->answers = mine;
        }
    }
    if (t->span_fails) return err_set(err, t->span_fails, "host", "The host stumbled.");
    int at = source_span(t, ref);
    if (at < 0) return err_set(err, STATUS_NOT_FOUND, NULL, "No such span.");
    buf_str(out, t->spans[at].json);
    return STATUS_OK;
}

static inline enum status memory_trace(void *ctx, const char *trace_id, span_source_span_fn each, void *sink,
                                       struct err *err) {
    struct temp_service *t = ctx;
    size_t found = 0;
    if (t->no_trace) return err_set(err, STATUS_UNSUPPORTED, NULL, "No traces here.");
    if (t->trace_fails) return err_set(err, t->trace_fails, "host", "The host stumbled over a trace.");
    for (size_t i = 0; i < t->span_count; i++) {
        if (strcmp(t->spans[i].ref.trace_id, trace_id) != 0) continue;
        found++;
        if (each(sink, t->spans[i].json, strlen(t->spans[i].json))) return STATUS_OK;
    }
    return found ? STATUS_OK : err_set(err, STATUS_NOT_FOUND, NULL, "No such trace.");
}

static inline enum status memory_query(void *ctx, const char *filter, span_source_ref_fn each, void *sink,
                                       struct err *err) {
    struct temp_service *t = ctx;
    if (t->no_query) return err_set(err, STATUS_UNSUPPORTED, NULL, "No queries here.");
    if (t->query_fails) return err_set(err, t->query_fails, "host", "The host refused %s.", filter);
    for (size_t i = t->span_count; i-- > 0;) /* newest first */
        if (each(sink, &t->spans[i].ref)) return STATUS_OK;
    return STATUS_OK;
}

static inline void source_add(struct temp_service *t, const struct span_ref *ref, struct buf *json) {
    assert_true(t->span_count < MAX_SPANS);
    t->spans[t->span_count].ref = *ref;
    t->spans[t->span_count++].json = buf_take(json);
}

static inline struct span_ref ref_of(unsigned trace, unsigned span) {
    struct span_ref ref;
    snprintf(ref.trace_id, sizeof ref.trace_id, "%032x", 0xabc0000u + trace);
    snprintf(ref.span_id, sizeof ref.span_id, "%016x", 0xdef0000u + span);
    return ref;
}

/* A model call of OTel's GenAI conventions, or (answer NULL) an HTTP span. */
static inline struct span_ref source_call(struct temp_service *t, unsigned trace, unsigned span,
                                          const char *answer_text) {
    struct span_ref ref = ref_of(trace, span);
    struct buf b = BUF_INIT;
    buf_printf(&b,
               "{\"resource\":{\"attributes\":[]},\"scope\":{\"name\":\"t\"},\"span\":{\"traceId\":\"%s\","
               "\"spanId\":\"%s\","
               "\"name\":\"chat\",\"startTimeUnixNano\":\"1767225600000000000\",\"endTimeUnixNano\":"
               "\"1767225600500000000\","
               "\"attributes\":[",
               ref.trace_id, ref.span_id);
    if (answer_text) {
        struct buf in = BUF_INIT, out = BUF_INIT;
        buf_printf(&in, "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"What is %u?\"}]}]",
                   span);
        buf_str(&out, "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":");
        buf_json_cstr(&out, answer_text);
        buf_str(&out, "}],\"finish_reason\":\"stop\"}]");
        buf_str(&b, "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}},"
                    "{\"key\":\"gen_ai.request.model\",\"value\":{\"stringValue\":\"gpt-4o\"}},"
                    "{\"key\":\"gen_ai.input.messages\",\"value\":{\"stringValue\":");
        buf_json_cstr(&b, in.data);
        buf_str(&b, "}},{\"key\":\"gen_ai.output.messages\",\"value\":{\"stringValue\":");
        buf_json_cstr(&b, out.data);
        buf_str(&b, "}}");
        buf_free(&in);
        buf_free(&out);
    } else {
        buf_str(&b, "{\"key\":\"http.request.method\",\"value\":{\"stringValue\":\"GET\"}}");
    }
    buf_str(&b, "],\"status\":{}},\"logs\":[]}");
    source_add(t, &ref, &b);
    return ref;
}

/* All spans of tests/fixtures/datainfo/<name>.jsonl. */
static inline void source_fixture(struct temp_service *t, const char *name) {
    char path[512];
    snprintf(path, sizeof path, FIXTURES "/datainfo/%s.jsonl", name);
    struct buf text = test_read_file(path);
    for (char *line = strtok(text.data, "\n"); line; line = strtok(NULL, "\n")) {
        struct json_text doc, trace, span;
        struct span_ref ref;
        struct buf copy = BUF_INIT;
        assert_int_equal(json_text_parse(&doc, line, strlen(line), JSON_TEXT_LENIENT, NULL), STATUS_OK);
        assert_true(json_text_at(&doc, &trace, "span", "traceId", NULL) &&
                    json_text_at(&doc, &span, "span", "spanId", NULL));
        snprintf(ref.trace_id, sizeof ref.trace_id, "%.32s", trace.text + 1);
        snprintf(ref.span_id, sizeof ref.span_id, "%.16s", span.text + 1);
        buf_str(&copy, line);
        source_add(t, &ref, &copy);
    }
    buf_free(&text);
}

/* ---- asking ---- */

static inline struct answer *answer_new(struct temp_service *t) {
    struct answer *a = calloc(1, sizeof *a);
    assert_non_null(a);
    a->err = (struct err)ERR_INIT;
    buf_char(&a->out, '\n');
    a->next = t->answers;
    t->answers = a;
    return a;
}

/* These want `t` in scope. The second is for functions that give an ETag before the error. */
#define ASK(fn, ...)                                                                                           \
    (answer_new(t), t->answers->status = fn(t->service, __VA_ARGS__, &t->answers->out, &t->answers->err),      \
     answer_checked(t->answers))
#define ASK_ETAG(fn, ...)                                                                                      \
    (answer_new(t),                                                                                            \
     t->answers->status = fn(t->service, __VA_ARGS__, &t->answers->out, t->answers->etag, &t->answers->err),   \
     answer_checked(t->answers))

static inline struct answer *answer_checked(struct answer *a) {
    struct json_text doc;
    if (a->status) {
        assert_int_equal(a->err.status, a->status);
        assert_string_equal(a->out.data, "\n");
        assert_true(strlen(a->err.detail) > 10);
    } else if (json_text_parse(&doc, a->out.data, a->out.len, 0, &a->err)) {
        fail_msg("no JSON: %s", a->out.data);
    }
    return a;
}

#define assert_ok(a)                                                                                           \
    do {                                                                                                       \
        const struct answer *ok_ = (a);                                                                        \
        if (ok_->status) fail_msg("%s: %s (%s)", ok_->err.code, ok_->err.detail, ok_->err.pointer);            \
    } while (0)

#define assert_refused(a, expected_status, expected_code)                                                      \
    do {                                                                                                       \
        const struct answer *no_ = (a);                                                                        \
        if (!no_->status) fail_msg("not refused: %s", no_->out.data);                                          \
        assert_int_equal(no_->status, (expected_status));                                                      \
        assert_string_equal(no_->err.code, (expected_code));                                                   \
    } while (0)

/* A request body from a printf format. Lives until three more have been made. */
__attribute__((format(printf, 2, 3))) static inline const struct json_text *body(struct temp_service *t,
                                                                                 const char *format, ...) {
    static struct json_text docs[4];
    unsigned at = t->body++ % 4;
    struct err err = ERR_INIT;
    va_list args;
    va_start(args, format);
    free(t->bodies[at]);
    if (vasprintf(&t->bodies[at], format, args) < 0) abort();
    va_end(args);
    if (json_text_parse(&docs[at], t->bodies[at], strlen(t->bodies[at]), 0, &err))
        fail_msg("%s in %s", err.detail, t->bodies[at]);
    return &docs[at];
}

/* The value at "a.0.b"; false when there is none. */
static inline bool value_at(const struct answer *a, const char *path, struct json_text *out) {
    struct json_text at;
    char copy[200], *rest = copy;
    if (json_text_parse(&at, a->out.data, a->out.len, 0, NULL)) fail_msg("no JSON: %s", a->out.data);
    snprintf(copy, sizeof copy, "%s", path);
    for (char *key; (key = strsep(&rest, "."));) {
        bool found = at.type == JSON_TEXT_ARRAY ? json_text_index(&at, (size_t)atoi(key), out)
                                                : json_text_get(&at, key, out);
        if (!found) return false;
        at = *out;
    }
    *out = at;
    return true;
}

static inline bool has(const struct answer *a, const char *path) {
    struct json_text ignored;
    return value_at(a, path, &ignored);
}

static inline int64_t number_at(const struct answer *a, const char *path) {
    struct json_text v;
    int64_t n = 0;
    if (!value_at(a, path, &v) || !json_text_int64(&v, false, &n))
        fail_msg("no integer %s in %s", path, a->out.data);
    return n;
}

static inline double real_at(const struct answer *a, const char *path) {
    struct json_text v;
    double n = 0;
    if (!value_at(a, path, &v) || !json_text_double(&v, &n)) fail_msg("no number %s in %s", path, a->out.data);
    return n;
}

static inline size_t length_at(const struct answer *a, const char *path) {
    struct json_text v;
    if (!value_at(a, path, &v) || v.type != JSON_TEXT_ARRAY) fail_msg("no array %s in %s", path, a->out.data);
    return json_text_count(&v);
}

/* The string, or "(absent)", "(null)". Lives until seven more have been asked for. */
static inline const char *text_at(const struct answer *a, const char *path) {
    static char texts[8][600];
    static unsigned next;
    char *out = texts[next++ % 8];
    struct json_text v;
    char *text = NULL;
    if (!value_at(a, path, &v)) return "(absent)";
    if (v.type == JSON_TEXT_NULL) return "(null)";
    if (!(text = json_text_dup(&v))) fail_msg("%s is no string in %s", path, a->out.data);
    snprintf(out, sizeof texts[0], "%s", text);
    free(text);
    return out;
}

/* ---- what tests do often ---- */

static inline struct answer *undo(struct temp_service *t, const struct answer *a) {
    char token[UUID_TEXT_SIZE];
    snprintf(token, sizeof token, "%s", text_at(a, "undo"));
    return ASK(service_undo, token);
}

static inline struct answer *dataset_new(struct temp_service *t, const char *name, char id[UUID_TEXT_SIZE]) {
    struct answer *a = ASK(service_dataset_create, name, NULL);
    assert_ok(a);
    snprintf(id, UUID_TEXT_SIZE, "%s", text_at(a, "id"));
    return a;
}

/* Adds spans by reference. */
static inline struct answer *add_spans(struct temp_service *t, const char *dataset, const struct span_ref *refs,
                                       size_t n, const char *topic) {
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"spans\":[");
    for (size_t i = 0; i < n; i++) {
        buf_json_comma(&b);
        buf_printf(&b, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}", refs[i].trace_id, refs[i].span_id);
    }
    buf_char(&b, ']');
    if (topic) {
        buf_json_key(&b, "topic");
        buf_json_cstr(&b, topic);
    }
    buf_char(&b, '}');
    struct json_text doc;
    assert_int_equal(json_text_parse(&doc, b.data, b.len, 0, NULL), STATUS_OK);
    struct answer *a = ASK(service_spans_add, dataset, &doc);
    buf_free(&b);
    return a;
}

static inline struct answer *list_records(struct temp_service *t, const char *dataset, const char *topic) {
    struct service_filter f = SERVICE_FILTER_INIT;
    struct service_page page = {.limit = SERVICE_PAGE_MAX, .offset = -1};
    f.topic = topic;
    return ASK(service_record_list, dataset, &f, SERVICE_SORT_CREATED_AT, SERVICE_ORDER_ASC, &page);
}

static inline int64_t count_records(struct temp_service *t, const char *dataset) {
    return number_at(list_records(t, dataset, NULL), "total");
}

#define HAND                                                                                                   \
    "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]},\"output\":{\"messages\":[]}}"

/* n records without a span; the answer of the call. */
static inline struct answer *add_by_hand(struct temp_service *t, const char *dataset, unsigned n) {
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"records\":[");
    for (unsigned i = 0; i < n; i++)
        buf_printf(&b, "%s{\"data\":" HAND ",\"topic\":\"t%u\"}", i ? "," : "", i % 3);
    buf_str(&b, "]}");
    struct answer *a = ASK(service_record_add, dataset, body(t, "%s", b.data));
    buf_free(&b);
    assert_ok(a);
    return a;
}

/* ---- life ---- */

static inline void service_reopen(struct temp_service *t) {
    struct err err = ERR_INIT;
    service_close(t->service);
    t->service = service_open(&t->options, &err);
    if (!t->service) fail_msg("%s", err.detail);
}

static inline int temp_service_setup_with(void **state, int64_t one_transaction) {
    struct temp_service *t = calloc(1, sizeof *t);
    struct err err = ERR_INIT;
    if (!t || !(t->spans = calloc(MAX_SPANS, sizeof *t->spans))) return -1;
    snprintf(t->dir, sizeof t->dir, "%s/spanset-test-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(t->dir)) return -1;
    t->source = (struct span_source){t, memory_get, memory_trace, memory_query};
    t->options = (struct service_options){
        .data_dir = t->dir, .spans = &t->source, .feed = feed_new(), .one_transaction = one_transaction};
    t->service = service_open(&t->options, &err);
    if (!t->service) fail_msg("%s", err.detail);
    dataset_new(t, "Safety Test Suite", t->dataset);
    *state = t;
    return 0;
}

static inline int temp_service_setup(void **state) {
    return temp_service_setup_with(state, 0);
}
static inline int temp_service_setup_small(void **state) {
    return temp_service_setup_with(state, 10);
}

static inline int temp_service_teardown(void **state) {
    struct temp_service *t = *state;
    service_close(t->service);
    feed_free(t->options.feed);
    DIR *d = opendir(t->dir);
    char path[512];
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", t->dir, e->d_name);
        if (e->d_name[0] != '.') unlink(path);
    }
    if (d) closedir(d);
    rmdir(t->dir);
    while (t->answers) {
        struct answer *next = t->answers->next;
        buf_free(&t->answers->out);
        free(t->answers);
        t->answers = next;
    }
    for (size_t i = 0; i < t->span_count; i++) free(t->spans[i].json);
    for (size_t i = 0; i < 4; i++) free(t->bodies[i]);
    free(t->spans);
    free(t);
    return 0;
}

#define SERVICE_TEST(f) cmocka_unit_test_setup_teardown(f, temp_service_setup, temp_service_teardown)
#define SERVICE_TEST_SMALL(f)                                                                                  \
    cmocka_unit_test_setup_teardown(f, temp_service_setup_small, temp_service_teardown)

#endif
