/* What the store costs beside bare SQLite: the same rows into two plain tables, the same pages out of them, in the same
 * run. Prints a line per measurement with both figures and their ratio; absolute figures differ by machine.
 *
 *     store [--records N] [--bytes N]        default 100,000 records of 2,048 bytes */
#include "store/store.h"
#include "base/clock.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAGES 400 /* pages read per measurement */

static void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}
static void ok(enum status st, const struct err *err, const char *what) {
    if (st) die(what, err->detail);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void line(const char *what, double ours, double bare, const char *unit) {
    if (bare > 0) {
        printf("%-44s %12.3f %12.3f %s   x %.2f\n", what, ours, bare, unit, ours / bare);
    } else {
        printf("%-44s %12.3f %12s %s\n", what, ours, "", unit);
    }
    fflush(stdout);
}

struct bench {
    char dir[64];
    struct store *store;
    char dataset[UUID_TEXT_SIZE];
    int records;
    size_t bytes;
    char *data;
    sqlite3 *bare;
};

/* ---- bare SQLite ---- */

static void run(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, sqlite3_errmsg(db));
}

static void bare_open(struct bench *b) {
    char path[128];
    snprintf(path, sizeof path, "%s/bare.db", b->dir);
    if (sqlite3_open(path, &b->bare) != SQLITE_OK) die(path, sqlite3_errmsg(b->bare));
    run(b->bare,
        "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
        "wal_autocheckpoint=4000;"
        "CREATE TABLE r(key INTEGER PRIMARY KEY,id TEXT UNIQUE,trace TEXT,span TEXT,topic TEXT,score REAL,"
        "created INTEGER,model TEXT,preview TEXT);"
        "CREATE TABLE d(key INTEGER PRIMARY KEY,data TEXT);"
        "CREATE UNIQUE INDEX r_span ON r(trace,span); CREATE INDEX r_created ON r(created,id);"
        "CREATE INDEX r_topic ON r(topic,id); CREATE INDEX r_score ON r(score,id);");
}

static void row_of(int i, char trace[40], char span[20], char topic[16], double *score) {
    unsigned x = (unsigned)i * 2654435761u; /* random order, as trace ids are */
    snprintf(trace, 40, "%08x%08x%08x%08x", x, x ^ 0xa5a5a5a5u, x * 31u, (unsigned)i);
    snprintf(span, 20, "%08x%08x", x * 17u, (unsigned)i);
    snprintf(topic, 16, "topic %02d", i % 40);
    *score = i % 3 ? -1 : (i % 100) / 100.0;
}

static double bare_insert(struct bench *b) {
    sqlite3_stmt *r = NULL, *d = NULL;
    char id[40], trace[40], span[20], topic[16];
    double score, began = seconds();
    if (sqlite3_prepare_v2(
            b->bare, "INSERT INTO r(id,trace,span,topic,score,created,model,preview) VALUES(?,?,?,?,?,?,?,?)",
            -1, &r, NULL) ||
        sqlite3_prepare_v2(b->bare, "INSERT INTO d VALUES(?,?)", -1, &d, NULL))
        die("bare insert", sqlite3_errmsg(b->bare));
    for (int i = 0; i < b->records; i++) {
        if (i % 1000 == 0) run(b->bare, i ? "COMMIT; BEGIN IMMEDIATE" : "BEGIN IMMEDIATE");
        row_of(i, trace, span, topic, &score);
        snprintf(id, sizeof id, "019a0000-0000-7000-8000-%012d", i);
        sqlite3_bind_text(r, 1, id, -1, SQLITE_STATIC);
        sqlite3_bind_text(r, 2, trace, -1, SQLITE_STATIC);
        sqlite3_bind_text(r, 3, span, -1, SQLITE_STATIC);
        sqlite3_bind_text(r, 4, topic, -1, SQLITE_STATIC);
        if (score < 0) {
            sqlite3_bind_null(r, 5);
        } else {
            sqlite3_bind_double(r, 5, score);
        }
        sqlite3_bind_int64(r, 6, 1700000000000 + i / 10);
        sqlite3_bind_text(r, 7, "gpt-4o", -1, SQLITE_STATIC);
        sqlite3_bind_text(r, 8, b->data, 200, SQLITE_STATIC);
        sqlite3_step(r);
        sqlite3_reset(r);
        sqlite3_bind_int64(d, 1, sqlite3_last_insert_rowid(b->bare));
        sqlite3_bind_text(d, 2, b->data, (int)b->bytes, SQLITE_STATIC);
        sqlite3_step(d);
        sqlite3_reset(d);
    }
    run(b->bare, "COMMIT");
    sqlite3_finalize(r);
    sqlite3_finalize(d);
    return seconds() - began;
}

/* Reads `PAGES` pages of 50 whole rows from random places; ms a page. */
static double bare_pages(struct bench *b, const char *sql) {
    sqlite3_stmt *q = NULL;
    char id[40];
    if (sqlite3_prepare_v2(b->bare, sql, -1, &q, NULL)) die(sql, sqlite3_errmsg(b->bare));
    double began = seconds();
    for (int i = 0; i < PAGES; i++) {
        int at = (int)((unsigned)i * 2654435761u % (unsigned)b->records);
        snprintf(id, sizeof id, "019a0000-0000-7000-8000-%012d", at);
        if (sqlite3_bind_parameter_count(q)) {
            sqlite3_bind_int64(q, 1, 1700000000000 + at / 10);
            sqlite3_bind_text(q, 2, id, -1, SQLITE_STATIC);
        }
        while (sqlite3_step(q) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(q); c++) sqlite3_column_text(q, c);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    return (seconds() - began) * 1000 / PAGES;
}

/* ---- the store ---- */

static double store_insert(struct bench *b) {
    struct store_adder *adder = NULL;
    struct store_change change;
    struct err err = ERR_INIT;
    char trace[40], span[20], topic[16];
    double began = seconds();
    ok(store_add_begin(b->store, b->dataset, "bench", b->records, NULL, &adder, &err), &err, "add");
    b->data[200] = '\0'; /* the preview */
    for (int i = 0; i < b->records; i++) {
        struct store_record r = STORE_RECORD_INIT;
        bool added;
        row_of(i, trace, span, topic, &r.score);
        r.trace_id = trace;
        r.span_id = span;
        r.topic = i % 8 ? topic : NULL;
        r.model = "gpt-4o";
        r.created_at = 1700000000000 + i / 10;
        r.preview_input = b->data;
        r.bytes = (int64_t)b->bytes;
        ok(store_add_put(adder, &r, b->data, b->bytes, &added, NULL, &err), &err, "put");
    }
    ok(store_add_commit(adder, &change, &err), &err, "commit");
    b->data[200] = 'x';
    return seconds() - began;
}

struct last {
    struct store_position at;
    char id[UUID_TEXT_SIZE], text[200];
    int rows;
};
static void keep_last(void *ctx, const struct store_record *r) {
    struct last *l = ctx;
    snprintf(l->id, sizeof l->id, "%s", r->id);
    snprintf(l->text, sizeof l->text, "%s", r->sort_text ? r->sort_text : "");
    l->at = (struct store_position){.number = r->created_at, .real = r->score, .text = l->text, .id = l->id};
    l->rows++;
}

/* ms a page, from the start or (deep) from places all over the dataset. */
static double store_pages(struct bench *b, enum store_sort sort, bool descending, bool deep) {
    struct err err = ERR_INIT;
    struct last l = {.rows = 0};
    double spent = 0;
    for (int i = 0; i < PAGES; i++) {
        struct store_page page = {.limit = 50};
        char id[40];
        struct store_position at = {.id = id};
        if (deep) {
            int n = (int)((unsigned)i * 2654435761u % (unsigned)b->records);
            char text[40];
            snprintf(id, sizeof id, "019a0000-0000-7000-8000-%012d", n);
            snprintf(text, sizeof text, "topic %02d\x01topic %02d", n % 40, n % 40);
            at.number = 1700000000000 + n / 10;
            at.real = (n % 100) / 100.0;
            at.text = text;
            page.after = &at;
            double began = seconds();
            ok(store_record_page(b->store, b->dataset, NULL, sort, descending, &page, keep_last, &l, &err),
               &err, "page");
            spent += seconds() - began;
            continue;
        }
        double began = seconds();
        ok(store_record_page(b->store, b->dataset, NULL, sort, descending, &page, keep_last, &l, &err), &err,
           "page");
        spent += seconds() - began;
    }
    return spent * 1000 / PAGES;
}

static double count_ms(struct bench *b, const struct store_filter *f, int times) {
    struct err err = ERR_INIT;
    int64_t n;
    double began = seconds();
    for (int i = 0; i < times; i++) ok(store_record_count(b->store, b->dataset, f, &n, &err), &err, "count");
    return (seconds() - began) * 1000 / times;
}

static double bulk_s(struct bench *b, enum store_bulk_op op, const struct store_fields *f,
                     struct store_change *change) {
    struct store_selection all = {.filter = STORE_FILTER_INIT, .expect = -1};
    struct err err = ERR_INIT;
    double began = seconds();
    ok(store_bulk(b->store, b->dataset, op, &all, f, NULL, NULL, change, &err), &err, "bulk");
    return seconds() - began;
}

static double undo_s(struct bench *b, const struct store_change *change) {
    struct store_undone undone;
    struct err err = ERR_INIT;
    double began = seconds();
    ok(store_undo(b->store, change->undo, NULL, &undone, &err), &err, "undo");
    return seconds() - began;
}

static void measure(struct bench *b) {
    printf("%-44s %12s %12s\n", "", "store", "bare SQLite");
    double bare = bare_insert(b), ours = store_insert(b);
    line("adding: records a second", b->records / ours, b->records / bare, "rec/s");
    line("adding: time", ours, bare, "s    ");
    double first = bare_pages(b, "SELECT * FROM r ORDER BY created DESC,id DESC LIMIT 50");
    double deep =
        bare_pages(b, "SELECT * FROM r WHERE (created,id)<(?,?) ORDER BY created DESC,id DESC LIMIT 50");
    line("first page of 50, created_at", store_pages(b, STORE_SORT_CREATED_AT, true, false), first, "ms   ");
    line("page from anywhere, created_at", store_pages(b, STORE_SORT_CREATED_AT, true, true), deep, "ms   ");
    first = bare_pages(b, "SELECT * FROM r ORDER BY topic,id LIMIT 50");
    line("first page of 50, topic", store_pages(b, STORE_SORT_TOPIC, false, false), first, "ms   ");
    line("page from anywhere, topic", store_pages(b, STORE_SORT_TOPIC, false, true), deep, "ms   ");
    first = bare_pages(b, "SELECT * FROM r ORDER BY score DESC,id DESC LIMIT 50");
    line("first page of 50, score", store_pages(b, STORE_SORT_SCORE, true, false), first, "ms   ");
    line("page from anywhere, score", store_pages(b, STORE_SORT_SCORE, true, true), deep, "ms   ");
    struct store_filter f = STORE_FILTER_INIT;
    line("count, no filter", count_ms(b, &f, 200), 0, "ms   ");
    f.topic = "topic 07";
    line("count, one topic", count_ms(b, &f, 200), 0, "ms   ");
    f = (struct store_filter)STORE_FILTER_INIT;
    f.model = "gpt-4o";
    line("count, one model (covering index)", count_ms(b, &f, 5), 0, "ms   ");
    f = (struct store_filter)STORE_FILTER_INIT;
    f.q = "nothing like it";
    line("count, search that finds nothing", count_ms(b, &f, 3), 0, "ms   ");
    struct store_change change;
    struct store_fields topic = {.set_topic = true, .topic = "all"};
    line("topic of all", bulk_s(b, STORE_BULK_FIELDS, &topic, &change), 0, "s    ");
    line("undo", undo_s(b, &change), 0, "s    ");
    line("delete all", bulk_s(b, STORE_BULK_DELETE, NULL, &change), 0, "s    ");
    line("undo", undo_s(b, &change), 0, "s    ");
    line("file size per record", (double)store_file_bytes(b->store) / b->records, 0, "bytes");
}

static void clean(const char *dir) {
    DIR *d = opendir(dir);
    char path[512];
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        unlink(path);
    }
    if (d) closedir(d);
    rmdir(dir);
}

int main(int argc, char **argv) {
    struct bench b = {.records = 100000, .bytes = 2048};
    struct err err = ERR_INIT;
    struct store_change change;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--records") == 0) b.records = atoi(argv[i + 1]);
        if (strcmp(argv[i], "--bytes") == 0) b.bytes = (size_t)atol(argv[i + 1]);
    }
    if (b.records < 1 || b.bytes < 256) die("usage", "store [--records N] [--bytes N, at least 256]");
    b.data = malloc(b.bytes + 1);
    snprintf(b.dir, sizeof b.dir, "%s/spanset-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!b.data || !mkdtemp(b.dir)) die("bench", "no memory or no directory");
    memset(b.data, 'x', b.bytes);
    b.data[b.bytes] = '\0';
    struct store_options options = {
        .data_dir = b.dir, .one_transaction = 20000, .chunk_ms = 50, .undo_ms = 86400000, .trash_ms = 86400000};
    b.store = store_open(&options, &err);
    if (!b.store) die("open", err.detail);
    ok(store_dataset_create(b.store, "bench", NULL, b.dataset, &change, &err), &err, "create");
    bare_open(&b);
    printf("%d records of %zu bytes\n", b.records, b.bytes);
    measure(&b);
    store_close(b.store);
    sqlite3_close(b.bare);
    clean(b.dir);
    free(b.data);
    return 0;
}
