/* Spans become records: what is added, what is skipped and why, whatever the host does meanwhile. */
#include "temp_service.h"

#include <signal.h>
#include <sys/resource.h>

static void each_span_becomes_one_record(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[6] = {source_call(t, 1, 1, "one"), source_call(t, 2, 2, "two"),
                               source_call(t, 1, 3, NULL), ref_of(9, 9), source_call(t, 1, 4, "four")};
    refs[5] = refs[0]; /* named twice */
    struct answer *a = add_spans(t, t->dataset, refs, 6, " \xE2\x80\x8B Greetings\xC2\xA0");
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 3);
    assert_int_equal(number_at(a, "already_there"), 0);
    assert_int_equal(length_at(a, "skipped"), 2);
    assert_string_equal(text_at(a, "skipped.0.span_id"), refs[2].span_id); /* in the order of the request */
    assert_string_equal(text_at(a, "skipped.0.code"), "not_a_call");
    assert_string_equal(text_at(a, "skipped.1.trace_id"), refs[3].trace_id);
    assert_string_equal(text_at(a, "skipped.1.code"), "not_found");
    assert_true(strlen(text_at(a, "skipped.0.reason")) > 15);
    assert_int_equal(strlen(text_at(a, "undo")), 36);

    struct answer *list = list_records(t, t->dataset, NULL);
    assert_int_equal(number_at(list, "total"), 3);
    assert_string_equal(text_at(list, "records.0.span_id"), refs[0].span_id); /* and so are the records */
    assert_string_equal(text_at(list, "records.1.span_id"), refs[1].span_id);
    assert_string_equal(text_at(list, "records.2.span_id"), refs[4].span_id);
    assert_string_equal(text_at(list, "records.0.topic"), "Greetings");
    assert_string_equal(text_at(list, "records.0.preview.input"), "What is 1?");
    assert_string_equal(text_at(list, "records.0.model"), "gpt-4o");
    assert_false(has(list, "records.0.evaluation"));
    assert_false(has(list, "records.0.data"));
    assert_int_equal(number_at(list, "records.0.latency_ms"), 500);

    a = add_spans(t, t->dataset, refs, 6, NULL);
    assert_int_equal(number_at(a, "added"), 0);
    assert_int_equal(number_at(a, "already_there"), 3);
    assert_int_equal(length_at(a, "skipped"), 2);
    assert_string_equal(text_at(a, "undo"), "(null)");
    assert_string_equal(text_at(list_records(t, t->dataset, NULL), "records.0.topic"),
                        "Greetings"); /* untouched */
}

static void upper_case_ids_are_the_same_span(void **state) {
    struct temp_service *t = *state;
    struct span_ref ref = source_call(t, 1, 1, "one");
    assert_ok(add_spans(t, t->dataset, &ref, 1, NULL));
    struct answer *a =
        ASK(service_spans_add, t->dataset,
            body(t, "{\"spans\":[{\"trace_id\":\"%032X\",\"span_id\":\"%016X\"}]}", 0xabc0001u, 0xdef0001u));
    assert_int_equal(number_at(a, "already_there"), 1);
}

static void requests_that_make_no_sense_are_refused(void **state) {
    struct temp_service *t = *state;
    static const struct {
        const char *body;
        enum status status;
        const char *code, *pointer;
    } cases[] = {
        {"{}", STATUS_CONTENT, "no_spans", ""},
        {"{\"topic\":\"x\"}", STATUS_CONTENT, "no_spans", ""},
        {"{\"spans\":[],\"traces\":[]}", STATUS_CONTENT, "no_spans", ""},
        {"{\"spans\":7}", STATUS_CONTENT, "wrong_type", "/spans"},
        {"{\"spans\":[{\"trace_id\":\"x\",\"span_id\":\"y\"}]}", STATUS_CONTENT, "bad_span", "/spans/0"},
        {"{\"spans\":[{\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\",\"span_id\":\"0000000000000000\"}]}",
         STATUS_CONTENT, "bad_span", "/spans/0"},
        {"{\"spans\":[{\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"}]}", STATUS_CONTENT, "bad_span",
         "/spans/0"},
        {"{\"spans\":[{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"}]}", STATUS_INVALID, "unknown_member",
         "/spans/0/traceId"},
        {"{\"traces\":\"0af7651916cd43dd8448eb211c80319c\"}", STATUS_CONTENT, "wrong_type", "/traces"},
        {"{\"traces\":[\"0af7651916cd43dd8448eb211c80319c\",\"short\"]}", STATUS_CONTENT, "bad_trace",
         "/traces/1"},
        {"{\"filter\":[]}", STATUS_CONTENT, "wrong_type", "/filter"},
        {"{\"spans\":[],\"topic\":5}", STATUS_CONTENT, "wrong_type", "/topic"},
        {"{\"spans\":[],\"topic\":\"a\\u0000b\"}", STATUS_CONTENT, "control_character", "/topic"},
        {"{\"spans\":[],\"span\":1}", STATUS_INVALID, "unknown_member", "/span"},
        {"{\"selection_id\":\"0190a0b0-1111-7222-8333-444455556666\"}", STATUS_NOT_FOUND, "selection_gone", ""},
        {"{\"selection_id\":17}", STATUS_NOT_FOUND, "selection_gone", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer *a = ASK(service_spans_add, t->dataset, body(t, "%s", cases[i].body));
        if (a->status != cases[i].status || strcmp(a->err.code, cases[i].code) ||
            strcmp(a->err.pointer, cases[i].pointer))
            fail_msg("%s: %d %s at %s", cases[i].body, (int)a->status, a->err.code, a->err.pointer);
    }
    assert_refused(ASK(service_spans_add, "0190a0b0-1111-7222-8333-444455556666", body(t, "{\"spans\":[]}")),
                   STATUS_NOT_FOUND, "no_dataset");
    struct answer *none = ASK(service_spans_add, t->dataset, body(t, "{\"spans\":[]}"));
    assert_ok(none);
    assert_int_equal(number_at(none, "added"), 0);
    assert_string_equal(text_at(none, "undo"), "(null)");
}

static void wrappers_say_what_to_take(void **state) {
    struct temp_service *t = *state;
    source_fixture(t, "vercel-ai-v4.generate_object");
    source_fixture(t, "openinference.anthropic_tools_stream");
    struct span_ref refs[20];
    for (size_t i = 0; i < t->span_count; i++) refs[i] = t->spans[i].ref;
    struct answer *a = add_spans(t, t->dataset, refs, t->span_count, NULL);
    assert_ok(a);
    size_t taken = 0, skipped = length_at(a, "skipped");
    assert_int_equal(number_at(a, "added") + (int64_t)skipped, (int64_t)t->span_count);
    for (size_t i = 0; i < skipped; i++) {
        char path[64];
        struct span_ref take;
        snprintf(path, sizeof path, "skipped.%zu.take.span_id", i);
        if (!has(a, path)) continue;
        snprintf(take.span_id, sizeof take.span_id, "%s", text_at(a, path));
        snprintf(path, sizeof path, "skipped.%zu.take.trace_id", i);
        snprintf(take.trace_id, sizeof take.trace_id, "%s", text_at(a, path));
        struct answer *again = add_spans(t, t->dataset, &take, 1, NULL);
        assert_int_equal(number_at(again, "already_there"), 1); /* it was among them */
        taken++;
    }
    assert_int_equal(taken, 4); /* one wrapper, three that repeat a call */
}

static void whole_traces_leave_out_what_is_no_call(void **state) {
    struct temp_service *t = *state;
    source_call(t, 1, 1, "one");
    source_call(t, 1, 2, NULL);
    source_call(t, 1, 3, "three");
    source_call(t, 2, 4, NULL); /* nothing to add at all: said */
    struct answer *a = ASK(service_spans_add, t->dataset,
                           body(t, "{\"traces\":[\"%s\",\"%s\",\"%s\",\"%s\"]}", ref_of(1, 0).trace_id,
                                ref_of(2, 0).trace_id, ref_of(7, 0).trace_id, ref_of(1, 0).trace_id));
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 2);
    assert_int_equal(length_at(a, "skipped"), 2);
    assert_string_equal(text_at(a, "skipped.0.code"), "not_a_call");
    assert_string_equal(text_at(a, "skipped.0.span_id"), ref_of(2, 4).span_id);
    assert_string_equal(text_at(a, "skipped.1.code"), "not_found");
    assert_string_equal(text_at(a, "skipped.1.trace_id"), ref_of(7, 0).trace_id);
    assert_string_equal(text_at(a, "skipped.1.span_id"), "(absent)");
    t->no_trace = true;
    assert_refused(ASK(service_spans_add, t->dataset, body(t, "{\"traces\":[\"%s\"]}", ref_of(1, 0).trace_id)),
                   STATUS_CONTENT, "no_traces");
}

static void filters_are_asked_of_the_host(void **state) {
    struct temp_service *t = *state;
    for (unsigned i = 1; i <= 5; i++) source_call(t, i, i, i == 3 ? NULL : "x");
    struct answer *a =
        ASK(service_spans_add, t->dataset, body(t, "{\"filter\":{\"service\":\"demo\"},\"topic\":\"all\"}"));
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 4);
    struct answer *list = list_records(t, t->dataset, NULL);
    assert_string_equal(text_at(list, "records.0.span_id"), ref_of(1, 1).span_id); /* oldest first */
    assert_string_equal(text_at(list, "records.3.span_id"), ref_of(5, 5).span_id);
    t->query_fails = STATUS_INVALID;
    a = ASK(service_spans_add, t->dataset, body(t, "{\"filter\":{\"kind\":5}}"));
    assert_refused(a, STATUS_CONTENT, "bad_filter");
    assert_string_equal(a->err.pointer, "/filter");
    t->query_fails = STATUS_IO;
    assert_refused(ASK(service_spans_add, t->dataset, body(t, "{\"filter\":{}}")), STATUS_IO, "host");
    t->no_query = true;
    assert_refused(ASK(service_spans_add, t->dataset, body(t, "{\"filter\":{}}")), STATUS_CONTENT, "no_query");
}

static enum status wrapper_and_another(void *ctx, const char *filter, span_source_ref_fn each, void *sink,
                                       struct err *err) {
    struct temp_service *t = ctx;
    (void)filter, (void)err;
    each(sink, &t->spans[0].ref);
    each(sink, &t->spans[1].ref);
    return STATUS_OK;
}

/* A filter that fits a wrapper, but not the call it repeats: silence would lose the call. */
static void a_wrapper_without_its_call_is_said(void **state) {
    struct temp_service *t = *state;
    source_fixture(t, "vercel-ai-v4.generate_object");
    struct memory_span *spans = t->spans, wrapper = {.json = NULL};
    struct answer *all =
        ASK(service_spans_add, t->dataset, body(t, "{\"traces\":[\"%s\"]}", spans[0].ref.trace_id));
    assert_ok(all);
    assert_int_equal(length_at(all, "skipped"), 0); /* its call is among them */
    assert_ok(undo(t, all));
    for (size_t i = 0; i < t->span_count && !wrapper.json; i++) {
        struct answer *a = add_spans(t, t->dataset, &spans[i].ref, 1, NULL);
        if (length_at(a, "skipped") && !strcmp(text_at(a, "skipped.0.code"), "wrapper")) {
            wrapper = spans[i];
            spans[i] = spans[0];
            spans[0] = wrapper;
        } else if (number_at(a, "added")) {
            assert_ok(undo(t, a));
        }
    }
    assert_non_null(wrapper.json);
    struct buf call = BUF_INIT; /* another call of the same trace */
    struct span_ref other = source_call(t, 9, 9, "x");
    struct memory_span last = t->spans[--t->span_count];
    const char *at = strstr(last.json, other.trace_id);
    buf_add(&call, last.json, (size_t)(at - last.json));
    buf_str(&call, wrapper.ref.trace_id);
    buf_str(&call, at + strlen(other.trace_id));
    free(last.json);
    memcpy(other.trace_id, wrapper.ref.trace_id, sizeof other.trace_id);
    source_add(t, &other, &call);
    struct memory_span swap = spans[1];
    spans[1] = spans[t->span_count - 1];
    spans[t->span_count - 1] = swap;
    t->source.query = wrapper_and_another;
    struct answer *a = ASK(service_spans_add, t->dataset, body(t, "{\"filter\":{}}"));
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 1);
    assert_string_equal(text_at(a, "skipped.0.code"), "wrapper");
    assert_int_equal(strlen(text_at(a, "skipped.0.take.span_id")), 16);
}

static enum status endless_query(void *ctx, const char *filter, span_source_ref_fn each, void *sink,
                                 struct err *err) {
    (void)ctx, (void)filter, (void)err;
    struct span_ref ref = ref_of(1, 1);
    for (unsigned i = 0; i <= 1000000; i++) {
        snprintf(ref.span_id, sizeof ref.span_id, "%016x", i + 1);
        if (each(sink, &ref)) return STATUS_OK; /* a stopped walk is no failure of the host */
    }
    return STATUS_OK;
}

static void more_than_a_million_spans_are_refused_not_cut(void **state) {
    struct temp_service *t = *state;
    t->source.query = endless_query;
    assert_refused(ASK(service_spans_add, t->dataset, body(t, "{\"filter\":{}}")), STATUS_TOO_LARGE,
                   "too_many_spans");
    assert_int_equal(count_records(t, t->dataset), 0);
}

static void a_host_that_fails_changes_nothing(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[2] = {source_call(t, 1, 1, "one"), source_call(t, 2, 2, "two")};
    t->span_fails = STATUS_IO;
    assert_refused(add_spans(t, t->dataset, refs, 2, NULL), STATUS_IO, "host");
    t->span_fails = STATUS_OK;
    t->trace_fails = STATUS_BUSY; /* judged without its trace, a wrapper would slip in */
    assert_refused(add_spans(t, t->dataset, refs, 2, NULL), STATUS_BUSY, "host");
    assert_refused(ASK(service_span_preview, &refs[0]), STATUS_BUSY, "host");
    assert_int_equal(count_records(t, t->dataset), 0);
    t->trace_fails = STATUS_OK;
    t->span_fails = STATUS_TOO_LARGE;
    struct answer *a = add_spans(t, t->dataset, refs, 2, NULL);
    assert_ok(a);
    assert_string_equal(text_at(a, "skipped.1.code"), "no_content");
    t->span_fails = STATUS_OK;
    t->no_trace = true; /* a host without traces is fine */
    assert_int_equal(number_at(add_spans(t, t->dataset, refs, 2, NULL), "added"), 2);
}

static void what_the_host_gives_is_checked(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[2] = {ref_of(1, 1), source_call(t, 2, 2, "two")};
    struct buf rubbish = BUF_INIT;
    buf_str(&rubbish, "{\"span\":");
    source_add(t, &refs[0], &rubbish);
    struct answer *a = add_spans(t, t->dataset, refs, 2, NULL);
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 1);
    assert_string_equal(text_at(a, "skipped.0.code"), "no_content");
    assert_string_equal(text_at(a, "skipped.0.span_id"), refs[0].span_id);
}

static void a_conversation_over_10_mib_is_skipped(void **state) {
    struct temp_service *t = *state;
    char *long_text = malloc(SERVICE_RECORD_MAX + 1);
    memset(long_text, 'x', SERVICE_RECORD_MAX);
    long_text[SERVICE_RECORD_MAX] = '\0';
    struct span_ref refs[2] = {source_call(t, 1, 1, long_text), source_call(t, 2, 2, "two")};
    free(long_text);
    struct answer *a = add_spans(t, t->dataset, refs, 2, NULL);
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 1);
    assert_string_equal(text_at(a, "skipped.0.code"), "no_content");
    assert_non_null(strstr(text_at(a, "skipped.0.reason"), "10485760"));
}

/* 64 MiB of texts stay in memory, the rest goes to a file: bytes and order stay. */
static void much_text_is_spooled_to_disk(void **state) {
    struct temp_service *t = *state;
    enum { N = 9 };
    size_t len = 9u << 20;
    char *text = malloc(len + 1);
    struct span_ref refs[N];
    memset(text, 'y', len);
    text[len] = '\0';
    for (unsigned i = 0; i < N; i++) {
        text[0] = (char)('a' + i);
        refs[i] = source_call(t, i + 1, i + 1, text);
    }
    free(text);
    struct answer *a = add_spans(t, t->dataset, refs, N, NULL);
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), N);
    struct answer *list = list_records(t, t->dataset, NULL);
    for (unsigned i = 0; i < N; i++) {
        char path[64], want[3] = {(char)('a' + i), 'y'};
        snprintf(path, sizeof path, "records.%u.preview.output", i);
        assert_memory_equal(text_at(list, path), want, 2);
        snprintf(path, sizeof path, "records.%u.bytes", i);
        assert_true(number_at(list, path) > (int64_t)len);
    }
    DIR *d = opendir(t->dir);
    for (struct dirent *e; (e = readdir(d));) assert_null(strstr(e->d_name, "spool"));
    closedir(d);
}

/* A full disk: no file may grow beyond `bytes`. */
static void limit_files(rlim_t bytes) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, SIG_IGN);
}

static int setup_chunks(void **state) {
    return temp_service_setup_with(state, 1);
}

static void a_full_disk_changes_nothing(void **state) {
    struct temp_service *t = *state;
    enum { N = 9 };
    size_t len = 8u << 20;
    char *text = malloc(len + 1);
    struct span_ref refs[N];
    memset(text, 'z', len);
    text[len] = '\0';
    for (unsigned i = 0; i < N; i++) refs[i] = source_call(t, i + 1, i + 1, text);
    free(text);
    for (size_t n = 2; n <= N; n += N - 2) { /* in the log of the database, in the spool */
        limit_files(10u << 20);
        struct answer *a = add_spans(t, t->dataset, refs, n, NULL);
        struct answer *name = ASK(service_dataset_update, t->dataset, n == 2 ? "Two" : "Nine", false, NULL);
        limit_files(RLIM_INFINITY);
        assert_refused(a, STATUS_IO, a->err.code);
        (void)name; /* a small change may fit, or not */
        assert_int_equal(count_records(t, t->dataset), 0);
    }
    service_reopen(t);
    assert_int_equal(count_records(t, t->dataset), 0);
    assert_int_equal(number_at(add_spans(t, t->dataset, refs, 3, NULL), "added"), 3);
    assert_int_equal(count_records(t, t->dataset), 3);
}

static void add_the_same(struct temp_service *t) {
    assert_int_equal(number_at(add_spans(t, t->dataset, &t->spans[1].ref, 1, "first"), "added"), 1);
}

static void drop_the_dataset(struct temp_service *t) {
    assert_ok(ASK(service_dataset_delete, t->dataset));
}

static void somebody_may_be_quicker(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[2] = {source_call(t, 1, 1, "one"), source_call(t, 2, 2, "two")};
    t->on_span = add_the_same; /* no lock is held while the host is asked */
    struct answer *a = add_spans(t, t->dataset, refs, 2, "second");
    assert_ok(a);
    assert_int_equal(number_at(a, "added"), 1);
    assert_int_equal(number_at(a, "already_there"), 1);
    assert_int_equal(number_at(list_records(t, t->dataset, "first"), "total"), 1);
    struct span_ref more = source_call(t, 3, 3, "three");
    t->on_span = drop_the_dataset;
    assert_refused(add_spans(t, t->dataset, &more, 1, NULL), STATUS_NOT_FOUND, "no_dataset");
}

static void a_trashed_span_makes_a_new_record(void **state) {
    struct temp_service *t = *state;
    struct span_ref ref = source_call(t, 1, 1, "one");
    char id[UUID_TEXT_SIZE];
    assert_ok(add_spans(t, t->dataset, &ref, 1, NULL));
    snprintf(id, sizeof id, "%s", text_at(list_records(t, t->dataset, NULL), "records.0.id"));
    struct answer *deleted = ASK(service_record_delete, id, NULL);
    assert_ok(deleted);
    struct answer *again = add_spans(t, t->dataset, &ref, 1, NULL);
    assert_int_equal(number_at(again, "added"), 1);
    assert_string_not_equal(text_at(list_records(t, t->dataset, NULL), "records.0.id"), id);
    /* restoring onto the live one leaves it in the trash and says so */
    struct service_page page = {.limit = 50, .offset = -1};
    struct answer *trash = ASK(service_trash_list, &page);
    struct answer *a = ASK(service_trash_restore, body(t, "{\"ids\":[\"%s\"]}", text_at(trash, "trash.0.id")));
    assert_ok(a);
    assert_int_equal(number_at(a, "restored"), 0);
    assert_int_equal(number_at(a, "already_there"), 1);
    assert_string_equal(text_at(a, "undo"), "(null)");
    a = ASK(service_bulk, t->dataset, body(t, "{\"op\":\"restore\",\"select\":{\"ids\":[\"%s\"]}}", id));
    assert_int_equal(number_at(a, "already_there"), 1);
    a = undo(t, deleted);
    assert_ok(a);
    assert_int_equal(number_at(a, "already_there"), 1);
    assert_int_equal(number_at(a, "records"), 0);
    assert_int_equal(number_at(ASK(service_trash_list, &page), "records"), 1);
    assert_int_equal(count_records(t, t->dataset), 1);
}

static void previews_store_nothing(void **state) {
    struct temp_service *t = *state;
    struct span_ref call = source_call(t, 1, 1, "one"), other = source_call(t, 1, 2, NULL), gone = ref_of(5, 5);
    assert_string_equal(text_at(ASK(service_span_preview, &call), "data.output.messages.0.content"), "one");
    assert_string_equal(text_at(ASK(service_span_preview, &other), "skipped.code"), "not_a_call");
    assert_string_equal(text_at(ASK(service_span_preview, &gone), "skipped.code"), "not_found");
    assert_int_equal(count_records(t, t->dataset), 0);
}

static void memberships_follow_the_request(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[4] = {source_call(t, 1, 1, "one"), source_call(t, 2, 2, "two"), ref_of(3, 3)};
    char other[UUID_TEXT_SIZE];
    refs[3] = refs[0];
    dataset_new(t, "another", other);
    assert_ok(add_spans(t, t->dataset, refs, 1, NULL));
    assert_ok(add_spans(t, other, refs, 2, NULL));
    struct answer *a = ASK(service_memberships, refs, 4);
    assert_ok(a);
    assert_int_equal(length_at(a, "memberships"), 4);
    assert_int_equal(length_at(a, "memberships.0.datasets"), 2);
    assert_string_equal(text_at(a, "memberships.0.datasets.0.name"), "another"); /* by name */
    assert_int_equal(length_at(a, "memberships.1.datasets"), 1);
    assert_int_equal(length_at(a, "memberships.2.datasets"), 0);
    assert_int_equal(length_at(a, "memberships.3.datasets"), 2);
    assert_string_equal(text_at(a, "memberships.3.span_id"), refs[0].span_id);
    drop_the_dataset(t);
    assert_int_equal(length_at(ASK(service_memberships, refs, 1), "memberships.0.datasets"), 1);
    assert_int_equal(length_at(ASK(service_memberships, refs, 0), "memberships"), 0);
    assert_refused(ASK(service_memberships, refs, SERVICE_MEMBERSHIP_MAX + 1), STATUS_CONTENT,
                   "too_many_spans");
}

static void selections_are_kept_for_a_while(void **state) {
    struct temp_service *t = *state;
    struct span_ref refs[3] = {source_call(t, 1, 1, "one"), source_call(t, 2, 2, "two"),
                               source_call(t, 3, 3, NULL)};
    char id[UUID_TEXT_SIZE], by_filter[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE];
    struct err err = ERR_INIT;
    assert_ok(add_spans(t, t->dataset, refs, 1, NULL));
    assert_int_equal(service_selection_keep(t->service, refs, 3, NULL, "traces", id, &err), STATUS_OK);
    struct answer *a = ASK(service_selection_get, id);
    assert_int_equal(number_at(a, "count"), 3);
    assert_string_equal(text_at(a, "view"), "traces");
    assert_int_equal(length_at(a, "spans"), 3);
    assert_int_equal(number_at(a, "datasets.0.holds"), 1);
    a = ASK(service_spans_add, t->dataset, body(t, "{\"selection_id\":\"%s\"}", id));
    assert_int_equal(number_at(a, "added"), 1);
    assert_int_equal(number_at(a, "already_there"), 1);
    assert_int_equal(length_at(a, "skipped"), 1); /* it was picked: it is reported */
    a = ASK(service_spans_add, t->dataset,
            body(t, "{\"selection_id\":\"%s\"}", id)); /* still there for a second dataset */
    assert_int_equal(number_at(a, "already_there"), 2);

    assert_int_equal(service_selection_keep(t->service, NULL, 0, "{\"kind\":\"llm\"}", NULL, by_filter, &err),
                     STATUS_OK);
    a = ASK(service_selection_get, by_filter);
    assert_string_equal(text_at(a, "count"), "(null)");
    assert_string_equal(text_at(a, "filter.kind"), "llm");
    dataset_new(t, "by filter", other);
    a = ASK(service_spans_add, other, body(t, "{\"selection_id\":\"%s\"}", by_filter));
    assert_int_equal(number_at(a, "added"), 2);
    assert_int_equal(service_selection_keep(t->service, NULL, 0, "[]", NULL, by_filter, &err), STATUS_INVALID);

    for (int i = 0; i < 64; i++) /* at most 64: the oldest has to go */
        assert_int_equal(service_selection_keep(t->service, refs, 1, NULL, NULL, other, NULL), STATUS_OK);
    assert_refused(ASK(service_selection_get, id), STATUS_NOT_FOUND, "selection_gone");
    assert_ok(ASK(service_selection_get, other));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(each_span_becomes_one_record),
        SERVICE_TEST(upper_case_ids_are_the_same_span),
        SERVICE_TEST(requests_that_make_no_sense_are_refused),
        SERVICE_TEST(wrappers_say_what_to_take),
        SERVICE_TEST(whole_traces_leave_out_what_is_no_call),
        SERVICE_TEST(filters_are_asked_of_the_host),
        SERVICE_TEST(a_wrapper_without_its_call_is_said),
        SERVICE_TEST(more_than_a_million_spans_are_refused_not_cut),
        SERVICE_TEST(a_host_that_fails_changes_nothing),
        SERVICE_TEST(what_the_host_gives_is_checked),
        SERVICE_TEST(a_conversation_over_10_mib_is_skipped),
        SERVICE_TEST(much_text_is_spooled_to_disk),
        SERVICE_TEST(a_full_disk_changes_nothing),
        cmocka_unit_test_setup_teardown(a_full_disk_changes_nothing, setup_chunks, temp_service_teardown),
        SERVICE_TEST(somebody_may_be_quicker),
        SERVICE_TEST(a_trashed_span_makes_a_new_record),
        SERVICE_TEST(previews_store_nothing),
        SERVICE_TEST(memberships_follow_the_request),
        SERVICE_TEST(selections_are_kept_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
