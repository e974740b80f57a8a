/* What SQLite does for each statement: pages walk their index and never sort, filtered counts stay in the index, point
 * calls search, and nothing but the calls about data reads record_data. */
#include "temp_store.h"

#include "store/sqlite/sql.h"

#include <sqlite3.h>

static sqlite3 *open_db(const struct temp_store *t) {
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/spanset.db", t->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

/* All lines of EXPLAIN QUERY PLAN. */
static const char *plan(sqlite3 *db, int id) {
    static char text[4096];
    sqlite3_stmt *q = NULL;
    char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql_text(id));
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) fail_msg("%s in: %s", sqlite3_errmsg(db), sql);
    text[0] = '\0';
    while (sqlite3_step(q) == SQLITE_ROW) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s\n", (const char *)sqlite3_column_text(q, 3));
    }
    sqlite3_finalize(q);
    sqlite3_free(sql);
    return text;
}

static void expect(sqlite3 *db, int id, const char *wanted) {
    const char *p = plan(db, id);
    if (!strstr(p, wanted))
        fail_msg("expected \"%s\" in the plan of\n%s\nbut it is\n%s", wanted, sql_text(id), p);
    if (strstr(p, "TEMP B-TREE")) fail_msg("sorts: %s\n%s", sql_text(id), p);
    if (strstr(p, "SCAN ")) fail_msg("scans: %s\n%s", sql_text(id), p);
}

static void pages_walk_their_index(void **state) {
    sqlite3 *db = open_db(*state);
    for (int descending = 0; descending < 2; descending++) {
        const char *less = descending ? "<" : ">";
        char after[80];
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_CREATED_AT, descending, 0, 0),
               "INDEX record_created (dataset=?)");
        snprintf(after, sizeof after, "INDEX record_created (dataset=? AND (created_at,id)%s(?,?))", less);
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_CREATED_AT, descending, 0, 1), after);

        expect(db, SQL_PAGE_VARIANT(STORE_SORT_TOPIC, descending, 0, 0),
               "INDEX record_topic (dataset=? AND topic_sort>? AND topic_sort<?)");
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_TOPIC, descending, 0, 1), "INDEX record_topic (dataset=? AND ");
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_TOPIC, descending, 1, 0),
               "INDEX record_topic (dataset=? AND topic_sort=?)");
        snprintf(after, sizeof after, "INDEX record_topic (dataset=? AND topic_sort=? AND id%s?)", less);
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_TOPIC, descending, 1, 1), after);

        expect(db, SQL_PAGE_VARIANT(STORE_SORT_SCORE, descending, 0, 0),
               "INDEX record_score (dataset=? AND score>? AND score<?)");
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_SCORE, descending, 0, 1), "INDEX record_score (dataset=? AND ");
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_SCORE, descending, 1, 0),
               "INDEX record_score (dataset=? AND score=?)");
        snprintf(after, sizeof after, "INDEX record_score (dataset=? AND score=? AND id%s?)", less);
        expect(db, SQL_PAGE_VARIANT(STORE_SORT_SCORE, descending, 1, 1), after);
    }
    sqlite3_close(db);
}

/* The position has to be the bound that the walk starts from; otherwise deep pages would read all before them. */
static void keyset_pages_start_at_their_position(void **state) {
    sqlite3 *db = open_db(*state);
    for (int sort = STORE_SORT_TOPIC; sort <= STORE_SORT_SCORE; sort++) {
        const char *column = sort == STORE_SORT_TOPIC ? "topic_sort" : "score";
        char up[40], down[40];
        snprintf(up, sizeof up, "(%s,id)>(?,?)", column);
        snprintf(down, sizeof down, "(%s,id)<(?,?)", column);
        expect(db, SQL_PAGE_VARIANT(sort, 0, 0, 1), up);
        expect(db, SQL_PAGE_VARIANT(sort, 1, 0, 1), down);
    }
    sqlite3_close(db);
}

static void counts_and_lists_stay_in_an_index(void **state) {
    sqlite3 *db = open_db(*state);
    expect(db, SQL_COUNT_FILTER, "USING COVERING INDEX record_created (dataset=?)");
    expect(db, SQL_DATASET_KEYS, "USING COVERING INDEX record_created (dataset=?)");
    expect(db, SQL_DATASET_TOP, "USING COVERING INDEX dataset_topic_count (dataset=?)");
    expect(db, SQL_TOPICS, "PRIMARY KEY (dataset=?)");
    expect(db, SQL_TOPIC_COUNT, "PRIMARY KEY (dataset=? AND topic=?)");
    expect(db, SQL_TRASH_PAGE, "INDEX trash_time (gone=?)");
    expect(db, SQL_TRASH_PAGE_AFTER, "INDEX trash_time (gone=? AND (deleted_at,id)<(?,?))");
    expect(db, SQL_DATASET_PAGE_AFTER, "INDEX dataset_changed ((updated_at,id)<(?,?))");
    assert_null(strstr(plan(db, SQL_DATASET_PAGE), "TEMP B-TREE"));
    sqlite3_close(db);
}

static void point_calls_search(void **state) {
    static const int ids[] = {SQL_DATASET_GET,       SQL_DATASET_KEY,
                              SQL_DATASET_FIND_NAME, SQL_RECORD_GET,
                              SQL_RECORD_DATA,       SQL_RECORD_KEY,
                              SQL_RECORD_KEY_IN,     SQL_RECORD_KEY_TRASHED,
                              SQL_OPERATION_GET,     SQL_OPERATION_INTERRUPTED,
                              SQL_CHANGE_LAST,       SQL_TRASH_GET,
                              SQL_TRASH_RECORDS,     SQL_TRASH_NEXT_GONE,
                              SQL_RECORD_TRASH,      SQL_RECORD_RESTORE,
                              SQL_RECORD_MOVE,       SQL_REVERT_RECORD,
                              SQL_REVERT_DATA,       SQL_PURGE_RECORDS,
                              SQL_STALE_RECORD};
    sqlite3 *db = open_db(*state);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const char *p = plan(db, ids[i]);
        /* a partial index that holds only what is running may be read from end to end */
        if (strstr(p, "SCAN ") && !strstr(p, "SCAN operation USING INDEX operation_running") &&
            !strstr(p, "SCAN operation USING COVERING INDEX operation_running"))
            fail_msg("%s\n%s", sql_text(ids[i]), p);
    }
    const char *p = plan(db, SQL_MEMBERSHIPS);
    assert_non_null(strstr(p, "INDEX record_span (trace_id=? AND span_id=?)"));
    expect(db, SQL_SPAN_PRESENT, "INDEX record_span (trace_id=? AND span_id=? AND dataset=?)");
    sqlite3_close(db);
}

static void only_data_calls_read_record_data(void **state) {
    static const int with_data[] = {SQL_RECORD_DATA, SQL_DATA_INSERT, SQL_DATA_PUT,
                                    SQL_DATA_COPY,   SQL_CHANGE_DATA, SQL_REVERT_DATA};
    sqlite3 *db = open_db(*state);
    for (int id = 0; id < SQL_IDS; id++) {
        bool may = false;
        for (size_t i = 0; i < sizeof with_data / sizeof *with_data; i++) may |= with_data[i] == id;
        if (!sql_text(id)) fail_msg("statement %d has no text", id);
        if (!may && strstr(sql_text(id), "record_data")) fail_msg("reads data: %s", sql_text(id));
    }
    sqlite3_close(db);
}

/* Every text is prepared once: a typing mistake in a rare statement is found here, not by a user. */
static void every_statement_prepares(void **state) {
    sqlite3 *db = open_db(*state);
    for (int id = 0; id < SQL_IDS; id++) {
        sqlite3_stmt *q = NULL;
        if (sqlite3_prepare_v2(db, sql_text(id), -1, &q, NULL) != SQLITE_OK)
            fail_msg("%s in: %s", sqlite3_errmsg(db), sql_text(id));
        sqlite3_finalize(q);
    }
    sqlite3_close(db);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, temp_store_setup, temp_store_teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_statement_prepares),
        TEST(pages_walk_their_index),
        TEST(keyset_pages_start_at_their_position),
        TEST(counts_and_lists_stay_in_an_index),
        TEST(point_calls_search),
        TEST(only_data_calls_read_record_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
