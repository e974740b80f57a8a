/* The data directory: modes, lock, foreign and newer files, migration from nothing. */
#include "temp_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

static unsigned mode_of(const struct temp_store *t, const char *name) {
    char path[128];
    struct stat info;
    snprintf(path, sizeof path, "%s%s%s", t->dir, *name ? "/" : "", name);
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 0777;
}

static int64_t pragma(const struct temp_store *t, const char *sql) {
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return value;
}

static void write_db(const struct temp_store *t, const char *sql) {
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void files_belong_to_their_owner_alone(void **state) {
    struct temp_store *t = *state;
    assert_int_equal(mode_of(t, ""), 0700);
    assert_int_equal(mode_of(t, "spanset.db"), 0600);
    assert_int_equal(mode_of(t, "spanset.db-wal"), 0600);
    assert_int_equal(mode_of(t, "spanset.db-shm"), 0600);
    assert_int_equal(mode_of(t, "spanset.lock"), 0600);
}

static void a_file_that_others_could_read_is_closed_to_them(void **state) {
    struct temp_store *t = *state;
    char path[128];
    store_close(t->store);
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    assert_int_equal(chmod(path, 0644), 0);
    struct err err = ERR_INIT;
    t->store = store_open(&t->options, &err);
    assert_non_null(t->store);
    assert_int_equal(mode_of(t, "spanset.db"), 0600);
}

static void directories_are_made(void **state) {
    struct temp_store *t = *state;
    char dir[160];
    snprintf(dir, sizeof dir, "%s/a/b", t->dir);
    struct store_options options = t->options;
    options.data_dir = dir;
    struct err err = ERR_INIT;
    struct store *s = store_open(&options, &err);
    assert_non_null(s);
    assert_int_equal(mode_of(t, "a"), 0700);
    assert_int_equal(mode_of(t, "a/b"), 0700);
    store_close(s);
    temp_dir_remove(dir);
    snprintf(dir, sizeof dir, "%s/a", t->dir);
    temp_dir_remove(dir);
}

static void a_second_activation_is_refused(void **state) {
    struct temp_store *t = *state;
    struct err err = ERR_INIT;
    assert_null(store_open(&t->options, &err));
    assert_int_equal(err.status, STATUS_BUSY);
    assert_string_equal(err.code, "in_use");
    assert_non_null(strstr(err.detail, t->dir));
    assert_string_equal(store_health(t->store), "ok"); /* the first one does not mind */
}

static void a_second_process_is_refused(void **state) {
    struct temp_store *t = *state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct err err = ERR_INIT;
        struct store *s = store_open(&t->options, &err);
        _exit(!s && err.status == STATUS_BUSY ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_new_file_has_what_cannot_be_changed_later(void **state) {
    struct temp_store *t = *state;
    assert_int_equal(pragma(t, "PRAGMA page_size"), 8192);
    assert_int_equal(pragma(t, "PRAGMA auto_vacuum"), 2);
    assert_int_equal(pragma(t, "PRAGMA application_id"), 0x53504e53);
    assert_true(pragma(t, "PRAGMA user_version") >= 1);
    assert_int_equal(pragma(t, "SELECT journal_mode='wal' FROM pragma_journal_mode"), 1);
}

static void an_empty_file_is_version_zero_and_migrated(void **state) {
    struct temp_store *t = *state;
    store_close(t->store);
    char path[128];
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    assert_int_equal(unlink(path), 0);
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    assert_true(fd >= 0);
    close(fd);
    struct err err = ERR_INIT;
    t->store = store_open(&t->options, &err);
    assert_non_null(t->store);
    struct store_totals totals;
    assert_int_equal(store_totals(t->store, &totals, &err), STATUS_OK);
    assert_int_equal(totals.datasets, 0);
}

static void refuse_file(struct temp_store *t, const char *sql, const char *code) {
    struct err err = ERR_INIT;
    store_close(t->store);
    t->store = NULL;
    write_db(t, sql);
    assert_null(store_open(&t->options, &err));
    assert_int_equal(err.status, STATUS_UNSUPPORTED);
    assert_string_equal(err.code, code);
}

static void a_newer_schema_is_refused(void **state) {
    refuse_file(*state, "PRAGMA user_version=999", "newer_schema");
}

static void a_file_of_another_program_is_refused(void **state) {
    refuse_file(*state, "PRAGMA application_id=7", "foreign_file");
}

static void no_database_at_all_is_refused(void **state) {
    struct temp_store *t = *state;
    struct err err = ERR_INIT;
    char path[128];
    store_close(t->store);
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 1000; i++) fputs("this is no database\n", f);
    fclose(f);
    t->store = store_open(&t->options, &err);
    assert_null(t->store);
    assert_int_equal(err.status, STATUS_IO);
    assert_string_equal(err.code, "corrupt");
}

static void everything_is_there_after_reopening(void **state) {
    struct temp_store *t = *state;
    char id[UUID_TEXT_SIZE];
    assert_true(add_record(t, t->dataset, "t1", "s1", "math", 0.5, id, NULL));
    temp_store_reopen(t);
    struct row r = get_row(t, id);
    assert_string_equal(r.topic, "math");
    assert_string_equal(get_dataset(t, t->dataset).name, "Safety Test Suite");
    assert_true(store_file_bytes(t->store) > 8192);
}

static void after_an_interrupt_calls_are_cancelled(void **state) {
    struct temp_store *t = *state;
    struct store_change change;
    char id[UUID_TEXT_SIZE];
    store_interrupt(t->store);
    assert_refused(store_dataset_create(t->store, "X", NULL, id, &change, &refusal), STATUS_CANCELLED,
                   "closing");
    struct store_totals totals;
    assert_refused(store_totals(t->store, &totals, &refusal), STATUS_CANCELLED, "closing");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, temp_store_setup, temp_store_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(files_belong_to_their_owner_alone),
        TEST(a_file_that_others_could_read_is_closed_to_them),
        TEST(directories_are_made),
        TEST(a_second_activation_is_refused),
        TEST(a_second_process_is_refused),
        TEST(a_new_file_has_what_cannot_be_changed_later),
        TEST(an_empty_file_is_version_zero_and_migrated),
        TEST(a_newer_schema_is_refused),
        TEST(a_file_of_another_program_is_refused),
        TEST(no_database_at_all_is_refused),
        TEST(everything_is_there_after_reopening),
        TEST(after_an_interrupt_calls_are_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
