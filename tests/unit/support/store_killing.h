/* store_killing.h: kill -9 while records are added, changed in chunks and deleted; then open again and look.
 *
 * A child works on a dataset of its own and writes a line into a pipe after every call that answered STATUS_OK. The
 * parent kills it at a random moment, opens the store and holds it against the lines: what was acknowledged is there,
 * the one call that was under way has happened wholly or not at all, and the counters are what a count says. */
#ifndef SPANSET_TESTS_SUPPORT_STORE_KILLING_H
#define SPANSET_TESTS_SUPPORT_STORE_KILLING_H

#include "temp_store.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#define BATCH       7
#define MAX_BATCHES 3000

struct acknowledged {
    int added, deleted, scored; /* the last batch of which each was acknowledged; -1 = none */
};

static inline void killing_say(int fd, char what, int i) {
    char line[32];
    int n = snprintf(line, sizeof line, "%c%d\n", what, i);
    if (write(fd, line, (size_t)n) != n) _exit(3);
}

/* Never returns. */
static inline void killing_work(struct temp_store *t, const char *name, int fd) {
    struct err err = ERR_INIT;
    struct store_change change;
    char dataset[UUID_TEXT_SIZE], first[UUID_TEXT_SIZE], topic[16], span[32];
    t->options.chunk_ms = 1;
    t->store = store_open(&t->options, &err);
    if (!t->store || store_dataset_create(t->store, name, NULL, dataset, &change, &err)) _exit(4);
    for (int i = 0; i < MAX_BATCHES; i++) {
        struct store_adder *adder = NULL;
        if (store_add_begin(t->store, dataset, "add", BATCH, NULL, &adder, &err)) _exit(5);
        snprintf(topic, sizeof topic, "b%d", i);
        for (int n = 0; n < BATCH; n++) {
            struct store_record r = STORE_RECORD_INIT;
            bool added = false;
            snprintf(span, sizeof span, "%d.%d", i, n);
            r.trace_id = name;
            r.span_id = span;
            r.topic = topic;
            r.bytes = 2;
            if (store_add_put(adder, &r, "{}", 2, &added, n ? NULL : first, &err) || !added) _exit(6);
        }
        if (store_add_commit(adder, &change, &err)) _exit(7);
        killing_say(fd, 'A', i);
        if (i % 3 == 0) {
            if (store_record_delete(t->store, first, -1, &change, &err)) _exit(8);
            killing_say(fd, 'D', i);
        }
        if (i % 5 == 0) { /* more than one_transaction soon: in chunks */
            struct store_selection all = {.filter = STORE_FILTER_INIT, .expect = -1};
            struct store_fields f = {.set_score = true, .score = i / 10000.0};
            if (store_bulk(t->store, dataset, STORE_BULK_FIELDS, &all, &f, NULL, NULL, &change, &err)) _exit(9);
            killing_say(fd, 'S', i);
        }
    }
    _exit(0);
}

static inline struct acknowledged killing_read(int fd) {
    struct acknowledged a = {-1, -1, -1};
    FILE *f = fdopen(fd, "r");
    char what;
    int i;
    while (f && fscanf(f, "%c%d\n", &what, &i) == 2) {
        if (what == 'A') a.added = i;
        if (what == 'D') a.deleted = i;
        if (what == 'S') a.scored = i;
    }
    if (f) fclose(f);
    return a;
}

static inline int64_t killing_number(struct temp_store *t, const char *sql) {
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

struct killing_rows {
    int per_batch[MAX_BATCHES], highest, last_scored, rows;
    double old_score;
    bool mixed;
};

static inline void killing_row(void *ctx, const struct store_record *r) {
    struct killing_rows *rows = ctx;
    int batch = atoi(r->topic + 1);
    rows->per_batch[batch]++;
    rows->rows++;
    if (batch > rows->highest) rows->highest = batch;
    if (batch > rows->last_scored) return;
    if (rows->old_score < -1.5) rows->old_score = r->score;
    if (r->score < rows->old_score || r->score > rows->old_score) rows->mixed = true;
}

struct killing_find {
    const char *name;
    char id[UUID_TEXT_SIZE];
};
static inline void killing_found(void *ctx, const struct store_dataset *d) {
    struct killing_find *f = ctx;
    if (!strcmp(d->name, f->name)) copy_text(f->id, sizeof f->id, d->id);
}

static inline void killing_check(struct temp_store *t, const char *name, struct acknowledged a) {
    static struct killing_rows rows;
    struct err err = ERR_INIT;
    struct killing_find find = {.name = name};
    struct store_page page = {.limit = 10};
    int64_t total;
    t->store = store_open(&t->options, &err);
    if (!t->store) fail_msg("%s", err.detail);
    assert_int_equal(store_dataset_list(t->store, name, &page, killing_found, &find, &total, &err), STATUS_OK);
    if (!find.id[0]) {
        assert_int_equal(a.added, -1);
    } else {
        rows = (struct killing_rows){.highest = -1, .last_scored = a.scored, .old_score = -2};
        page.limit = 10 * MAX_BATCHES;
        assert_int_equal(store_record_page(t->store, find.id, NULL, STORE_SORT_CREATED_AT, false, &page,
                                           killing_row, &rows, &err),
                         STATUS_OK);
        assert_true(rows.highest == a.added || rows.highest == a.added + 1);
        for (int i = 0; i <= rows.highest; i++) {
            bool deleted = i % 3 == 0, sure = i <= a.deleted;
            if (deleted && sure) assert_int_equal(rows.per_batch[i], BATCH - 1);
            if (deleted && !sure) assert_in_range(rows.per_batch[i], BATCH - 1, BATCH);
            if (!deleted) assert_int_equal(rows.per_batch[i], BATCH); /* whole batches only */
        }
        assert_false(rows.mixed); /* a change in chunks has happened everywhere or nowhere */
        if (a.scored >= 0) assert_true(rows.old_score >= a.scored / 10000.0 - 1e-9);
        assert_int_equal(get_dataset(t, find.id).records, rows.rows);
    }
    store_close(t->store);
    t->store = NULL;
    assert_int_equal(
        killing_number(t, "SELECT count(*) FROM operation WHERE state='running' OR reverting IS NOT NULL"), 0);
    assert_int_equal(
        killing_number(t, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check<>'ok'"), 0);
    assert_int_equal(killing_number(t, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(
        killing_number(t,
                       "SELECT count(*) FROM record r LEFT JOIN record_data x USING(key) WHERE x.key IS NULL"),
        0);
    assert_int_equal(
        killing_number(
            t, "SELECT count(*) FROM dataset d WHERE record_count<>(SELECT count(*) FROM record r"
               " WHERE r.dataset=d.key AND r.deleted_at IS NULL) OR evaluated_count<>(SELECT count(score)"
               " FROM record r WHERE r.dataset=d.key AND r.deleted_at IS NULL)"),
        0);
}

/* Counts the lines about changes that were taken back: a run that interrupts none proves little. */
static inline void killing_log(void *ctx, int level, const char *line) {
    (void)level;
    if (strstr(line, "taking back")) ++*(int *)ctx;
}

static inline int kill_and_look(struct temp_store *t, int rounds, int longest_ms) {
    store_close(t->store);
    t->store = NULL;
    t->options.one_transaction = 20;
    unsigned seed = 20260131;
    static int taken_back;
    taken_back = 0;
    t->options.log = (struct log_sink){killing_log, &taken_back};
    for (int round = 0; round < rounds; round++) {
        char name[32];
        int pipes[2];
        snprintf(name, sizeof name, "round %d", round);
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(pipes[0]);
            killing_work(t, name, pipes[1]);
        }
        close(pipes[1]);
        seed = seed * 1103515245u + 12345u;
        usleep(((seed >> 16) % (unsigned)longest_ms) * 1000 + 1000);
        kill(child, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) && WEXITSTATUS(status) != 0)
            fail_msg("the child ended with %d", WEXITSTATUS(status));
        killing_check(t, name, killing_read(pipes[0]));
    }
    t->options.log = (struct log_sink){NULL, NULL};
    return taken_back;
}

#endif
