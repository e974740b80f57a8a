/* temp_store.h: a store in a directory of its own, and short words for what tests do with it. Header-only; needs
 * cmocka. Everything that is not the point of a test asserts that it worked. */
#ifndef SPANSET_TESTS_SUPPORT_TEMP_STORE_H
#define SPANSET_TESTS_SUPPORT_TEMP_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ROWS 2000

struct temp_store {
    char dir[64];
    struct store_options options;
    struct store *store;
    char dataset[UUID_TEXT_SIZE]; /* one that is there from the start: "Safety Test Suite" */
};

static inline void temp_store_reopen(struct temp_store *t) {
    struct err err = ERR_INIT;
    store_close(t->store);
    t->store = store_open(&t->options, &err);
    if (!t->store) fail_msg("%s", err.detail);
}

static inline int temp_store_setup_with(void **state, int64_t one_transaction) {
    struct temp_store *t = calloc(1, sizeof *t);
    struct store_change change;
    struct err err = ERR_INIT;
    if (!t) return -1;
    snprintf(t->dir, sizeof t->dir, "%s/spanset-test-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(t->dir)) return -1;
    t->options = (struct store_options){.data_dir = t->dir,
                                        .one_transaction = one_transaction,
                                        .chunk_ms = 50,
                                        .undo_ms = 24 * 3600 * 1000,
                                        .trash_ms = 30LL * 24 * 3600 * 1000};
    t->store = store_open(&t->options, &err);
    if (!t->store) fail_msg("%s", err.detail);
    assert_int_equal(store_dataset_create(t->store, "Safety Test Suite", NULL, t->dataset, &change, &err),
                     STATUS_OK);
    *state = t;
    return 0;
}

static inline int temp_store_setup(void **state) {
    return temp_store_setup_with(state, 20000);
}
static inline int temp_store_setup_small(void **state) {
    return temp_store_setup_with(state, 10);
}

static inline void temp_dir_remove(const char *dir) {
    DIR *d = opendir(dir);
    char path[512];
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.') unlink(path);
    }
    if (d) closedir(d);
    rmdir(dir);
}

static inline int temp_store_teardown(void **state) {
    struct temp_store *t = *state;
    store_close(t->store);
    temp_dir_remove(t->dir);
    free(t);
    return 0;
}

/* Adds one record; span NULL: by hand. Returns whether it was added; id may be NULL. */
static inline bool add_record(struct temp_store *t, const char *dataset, const char *trace, const char *span,
                              const char *topic, double score, char id[UUID_TEXT_SIZE],
                              struct store_change *change) {
    struct store_adder *adder = NULL;
    struct store_change ignored;
    struct err err = ERR_INIT;
    struct store_record r = STORE_RECORD_INIT;
    const char *data = "{\"input\":{\"messages\":[]},\"output\":{\"messages\":[],\"tool_calls\":[]}}";
    bool added = false;
    r.trace_id = trace;
    r.span_id = span;
    r.topic = topic;
    r.score = score;
    r.preview_input = "What is 6 * 7?";
    r.model = "gpt-4o";
    r.bytes = (int64_t)strlen(data);
    assert_int_equal(store_add_begin(t->store, dataset, "spans.add", 1, NULL, &adder, &err), STATUS_OK);
    assert_int_equal(store_add_put(adder, &r, data, strlen(data), &added, id, &err), STATUS_OK);
    assert_int_equal(store_add_commit(adder, change ? change : &ignored, &err), STATUS_OK);
    return added;
}

/* n records by hand, without spans, in one go. */
static inline void add_many(struct temp_store *t, const char *dataset, int n, struct store_change *change) {
    struct store_adder *adder = NULL;
    struct store_change ignored;
    struct err err = ERR_INIT;
    assert_int_equal(store_add_begin(t->store, dataset, "records.add", n, NULL, &adder, &err), STATUS_OK);
    for (int i = 0; i < n; i++) {
        struct store_record r = STORE_RECORD_INIT;
        bool added = false;
        r.bytes = 2;
        assert_int_equal(store_add_put(adder, &r, "{}", 2, &added, NULL, &err), STATUS_OK);
        assert_true(added);
    }
    assert_int_equal(store_add_commit(adder, change ? change : &ignored, &err), STATUS_OK);
}

struct rows {
    int count;
    struct row {
        char id[UUID_TEXT_SIZE], topic[64], span[32], feedback[64], preview[64], model[32];
        double score;
        int64_t version, created_at, evaluated_at, bytes;
        bool edited;
        char sort_text[160];
        bool has_sort_text;
    } row[MAX_ROWS];
};

static inline void copy_text(char *out, size_t size, const char *s) {
    snprintf(out, size, "%s", s ? s : "");
}

static inline void collect_row(void *ctx, const struct store_record *r) {
    struct rows *rows = ctx;
    if (rows->count == MAX_ROWS) fail_msg("more rows than the test has room for");
    struct row *out = &rows->row[rows->count++];
    *out = (struct row){.score = r->score,
                        .version = r->version,
                        .created_at = r->created_at,
                        .evaluated_at = r->evaluated_at,
                        .edited = r->edited,
                        .bytes = r->bytes,
                        .has_sort_text = r->sort_text != NULL};
    copy_text(out->id, sizeof out->id, r->id);
    copy_text(out->topic, sizeof out->topic, r->topic);
    copy_text(out->span, sizeof out->span, r->span_id);
    copy_text(out->feedback, sizeof out->feedback, r->feedback);
    copy_text(out->preview, sizeof out->preview, r->preview_input);
    copy_text(out->model, sizeof out->model, r->model);
    copy_text(out->sort_text, sizeof out->sort_text, r->sort_text);
}

/* All live records of a dataset, oldest first. */
static inline void all_rows(struct temp_store *t, const char *dataset, struct rows *rows) {
    struct err err = ERR_INIT;
    rows->count = 0;
    struct store_page page = {.limit = MAX_ROWS};
    assert_int_equal(store_record_page(t->store, dataset, NULL, STORE_SORT_CREATED_AT, false, &page,
                                       collect_row, rows, &err),
                     STATUS_OK);
}

static inline struct row get_row(struct temp_store *t, const char *id) {
    static struct rows rows;
    struct err err = ERR_INIT;
    rows.count = 0;
    assert_int_equal(store_record_get(t->store, id, collect_row, &rows, &err), STATUS_OK);
    return rows.row[0];
}

static inline int64_t count_rows(struct temp_store *t, const char *dataset, const struct store_filter *f) {
    struct err err = ERR_INIT;
    int64_t n = -1;
    assert_int_equal(store_record_count(t->store, dataset, f, &n, &err), STATUS_OK);
    return n;
}

struct dataset_copy {
    char id[UUID_TEXT_SIZE], name[256], description[256];
    int64_t records, labelled, evaluated, topic_count, bytes;
    int topics;
    char topic[STORE_TOP_TOPICS][64];
    int64_t topic_records[STORE_TOP_TOPICS];
};

static inline void collect_dataset(void *ctx, const struct store_dataset *d) {
    struct dataset_copy *out = ctx;
    *out = (struct dataset_copy){.records = d->record_count,
                                 .labelled = d->labelled_count,
                                 .evaluated = d->evaluated_count,
                                 .topic_count = d->topic_count,
                                 .bytes = d->bytes,
                                 .topics = d->topic_len};
    copy_text(out->id, sizeof out->id, d->id);
    copy_text(out->name, sizeof out->name, d->name);
    copy_text(out->description, sizeof out->description, d->description);
    for (int i = 0; i < d->topic_len; i++) {
        copy_text(out->topic[i], sizeof out->topic[i], d->topics[i].topic);
        out->topic_records[i] = d->topics[i].count;
    }
}

static inline struct dataset_copy get_dataset(struct temp_store *t, const char *id) {
    struct dataset_copy d = {.records = -1};
    struct err err = ERR_INIT;
    assert_int_equal(store_dataset_get(t->store, id, collect_dataset, &d, &err), STATUS_OK);
    return d;
}

static inline void undo_ok(struct temp_store *t, const char *token) {
    struct err err = ERR_INIT;
    struct store_undone undone;
    if (store_undo(t->store, token, NULL, &undone, &err) != STATUS_OK) fail_msg("%s: %s", err.code, err.detail);
}

/* The call passes &refusal as its err. */
#define assert_refused(call, expected_status, expected_code)                                                   \
    do {                                                                                                       \
        struct err refusal = ERR_INIT;                                                                         \
        assert_int_equal((call), (expected_status));                                                           \
        assert_int_equal(refusal.status, (expected_status));                                                   \
        assert_string_equal(refusal.code, (expected_code));                                                    \
        assert_true(refusal.detail[0] >= 'A' && strlen(refusal.detail) > 20);                                  \
    } while (0)

#endif
