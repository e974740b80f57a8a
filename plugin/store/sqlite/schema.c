/* The schema as a table of steps: step n takes a file from user_version n to n + 1. Steps are never edited once
 * released, only appended.
 *
 * What the first step has to get right, because it cannot be changed later without rewriting the file: page size and
 * auto_vacuum (connection.c, before the first write), the narrow `record` apart from `record_data`, uniqueness of a
 * span among live records, soft deletion, operations with what they changed, and counters. Counters are kept by
 * triggers, so that no statement, present or future, can forget them.
 *
 *   dataset(key) <- record(dataset)         no foreign key: its check would need an index over trashed rows too
 *   record(key)  <- record_data(key)        cascades
 *   operation(key) <- operation_change(op, seq), operation_data(op, seq), record(delete_op), trash(op)
 *
 * Keys are never used again (AUTOINCREMENT): what an operation noted about a record that is gone for good must not be
 * taken for another one.
 *
 * A dataset in the trash keeps its records as they are: they are simply not reachable. A trashed record has
 * deleted_at and the operation that deleted it; `trash` holds one row per dataset or deleting operation. */
#include "store/sqlite/internal.h"

static const char step_0_tables[] =
    "CREATE TABLE dataset("
    " key INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL COLLATE NOCASE,"
    " description TEXT,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " deleted_at INTEGER,"
    " version INTEGER NOT NULL DEFAULT 1," /* of name, description, deletion: not of its records */
    " record_count INTEGER NOT NULL DEFAULT 0,"
    " labelled_count INTEGER NOT NULL DEFAULT 0,"
    " evaluated_count INTEGER NOT NULL DEFAULT 0,"
    " topic_count INTEGER NOT NULL DEFAULT 0,"
    " bytes INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE UNIQUE INDEX dataset_name ON dataset(name) WHERE deleted_at IS NULL;"
    "CREATE INDEX dataset_changed ON dataset(updated_at,id) WHERE deleted_at IS NULL;"

    "CREATE TABLE dataset_topic("
    " dataset INTEGER NOT NULL REFERENCES dataset(key) ON DELETE CASCADE,"
    " topic TEXT NOT NULL COLLATE NOCASE,"
    " count INTEGER NOT NULL,"
    " PRIMARY KEY(dataset,topic)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX dataset_topic_count ON dataset_topic(dataset,count);"

    "CREATE TABLE record("
    " key INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " dataset INTEGER NOT NULL,"
    " trace_id TEXT,"
    " span_id TEXT,"
    " topic TEXT COLLATE NOCASE,"
    " score REAL,"
    " feedback TEXT,"
    " evaluated_at INTEGER,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " deleted_at INTEGER,"
    " delete_op INTEGER,"
    " version INTEGER NOT NULL DEFAULT 1,"
    " edited INTEGER NOT NULL DEFAULT 0,"
    " error INTEGER NOT NULL DEFAULT 0,"
    " missing INTEGER NOT NULL DEFAULT 0,"
    " model TEXT,"
    " provider TEXT,"
    " finish_reason TEXT,"
    " input_tokens INTEGER,"
    " output_tokens INTEGER,"
    " cost REAL,"
    " latency_ms INTEGER,"
    " message_count INTEGER NOT NULL DEFAULT 0,"
    " tool_count INTEGER NOT NULL DEFAULT 0,"
    " tool_call_count INTEGER NOT NULL DEFAULT 0,"
    " bytes INTEGER NOT NULL DEFAULT 0,"
    " preview_input TEXT,"
    " preview_output TEXT,"
    " preview_tool TEXT,"
    " preview_arguments TEXT,"
    /* NOCASE first, then bytes, as one value: keyset pages need a single column to compare */
    " topic_sort TEXT GENERATED ALWAYS AS (lower(topic)||char(1)||topic) VIRTUAL) STRICT;"
    /* also answers "which datasets hold this span" */
    "CREATE UNIQUE INDEX record_span ON record(trace_id,span_id,dataset)"
    " WHERE deleted_at IS NULL AND span_id IS NOT NULL;"
    /* wide enough that filters and filtered counts never touch the rows themselves */
    "CREATE INDEX record_created ON record(dataset,created_at,id,topic,score,model,provider,tool_count,"
    " tool_call_count,edited,error,missing,deleted_at) WHERE deleted_at IS NULL;"
    "CREATE INDEX record_topic ON record(dataset,topic_sort,id) WHERE deleted_at IS NULL;"
    "CREATE INDEX record_score ON record(dataset,score,id) WHERE deleted_at IS NULL;"
    "CREATE INDEX record_trash ON record(dataset,delete_op) WHERE deleted_at IS NOT NULL;";

static const char step_0_operations[] =
    "CREATE TABLE record_data("
    " key INTEGER PRIMARY KEY REFERENCES record(key) ON DELETE CASCADE,"
    " original TEXT," /* what was extracted, once data was edited */
    " data TEXT NOT NULL) STRICT;"

    "CREATE TABLE operation("
    " key INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " kind TEXT NOT NULL,"
    " state TEXT NOT NULL," /* running done cancelled undone failed */
    " reverting TEXT,"      /* while its changes are taken back: the state that comes then */
    " dataset INTEGER,"
    " done INTEGER NOT NULL DEFAULT 0,"
    " total INTEGER,"
    " created_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX operation_running ON operation(key) WHERE state='running' OR reverting IS NOT NULL;"
    "CREATE INDEX operation_age ON operation(created_at);"

    /* what: 'a' record added, 'c' record changed, 'd' its data changed (before: operation_data),
     *       'n' dataset made, 'e' dataset changed. Columns hold what was before; version is the one after. */
    "CREATE TABLE operation_change("
    " op INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " what TEXT NOT NULL,"
    " record INTEGER,"
    " dataset INTEGER,"
    " version INTEGER NOT NULL,"
    " version_before INTEGER,"
    " topic TEXT,"
    " score REAL,"
    " feedback TEXT,"
    " evaluated_at INTEGER,"
    " updated_at INTEGER,"
    " deleted_at INTEGER,"
    " delete_op INTEGER,"
    " edited INTEGER,"
    " name TEXT,"
    " description TEXT,"
    " PRIMARY KEY(op,seq)) WITHOUT ROWID, STRICT;"
    "CREATE INDEX operation_change_record ON operation_change(record,version) WHERE record IS NOT NULL;"
    "CREATE INDEX operation_change_dataset ON operation_change(dataset,version) WHERE record IS NULL;"
    /* undoing a restore puts records back under the operation that had deleted them: it must still be known */
    "CREATE INDEX operation_change_deleted ON operation_change(delete_op) WHERE delete_op IS NOT NULL;"

    "CREATE TABLE operation_data("
    " key INTEGER PRIMARY KEY,"
    " op INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " error INTEGER NOT NULL, missing INTEGER NOT NULL,"
    " model TEXT, provider TEXT, finish_reason TEXT,"
    " input_tokens INTEGER, output_tokens INTEGER, cost REAL, latency_ms INTEGER,"
    " message_count INTEGER NOT NULL, tool_count INTEGER NOT NULL, tool_call_count INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL,"
    " preview_input TEXT, preview_output TEXT, preview_tool TEXT, preview_arguments TEXT,"
    " original TEXT,"
    " data TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX operation_data_change ON operation_data(op,seq);"

    /* gone: the user emptied it or its time is over; rows are being removed and nobody sees it any more */
    "CREATE TABLE trash("
    " id TEXT PRIMARY KEY," /* of the dataset or the operation */
    " kind TEXT NOT NULL,"
    " dataset INTEGER NOT NULL,"
    " op INTEGER UNIQUE,"
    " records INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL,"
    " deleted_at INTEGER NOT NULL,"
    " gone INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID, STRICT;"
    "CREATE INDEX trash_time ON trash(gone,deleted_at,id);";

static const char step_0_counters[] =
    "CREATE TRIGGER topic_added AFTER INSERT ON dataset_topic BEGIN"
    " UPDATE dataset SET topic_count=topic_count+1 WHERE key=new.dataset;"
    "END;"
    "CREATE TRIGGER topic_removed AFTER DELETE ON dataset_topic BEGIN"
    " UPDATE dataset SET topic_count=topic_count-1 WHERE key=old.dataset;"
    "END;"

    "CREATE TRIGGER record_added AFTER INSERT ON record WHEN new.deleted_at IS NULL BEGIN"
    " UPDATE dataset SET record_count=record_count+1,labelled_count=labelled_count+(new.topic IS NOT NULL),"
    "  evaluated_count=evaluated_count+(new.score IS NOT NULL),bytes=bytes+new.bytes WHERE key=new.dataset;"
    " INSERT INTO dataset_topic SELECT new.dataset,new.topic,1 WHERE new.topic IS NOT NULL"
    "  ON CONFLICT(dataset,topic) DO UPDATE SET count=count+1;"
    "END;"

    "CREATE TRIGGER record_removed AFTER DELETE ON record WHEN old.deleted_at IS NULL BEGIN"
    " UPDATE dataset SET record_count=record_count-1,labelled_count=labelled_count-(old.topic IS NOT NULL),"
    "  evaluated_count=evaluated_count-(old.score IS NOT NULL),bytes=bytes-old.bytes WHERE key=old.dataset;"
    " UPDATE dataset_topic SET count=count-1 WHERE dataset=old.dataset AND topic=old.topic;"
    " DELETE FROM dataset_topic WHERE dataset=old.dataset AND topic=old.topic AND count<=0;"
    "END;"

    "CREATE TRIGGER record_removed_trashed AFTER DELETE ON record WHEN old.deleted_at IS NOT NULL BEGIN"
    " UPDATE trash SET records=records-1,bytes=bytes-old.bytes WHERE op=old.delete_op;"
    " DELETE FROM trash WHERE op=old.delete_op AND records<=0;"
    "END;";

static const char step_0_moves[] =
    /* leaves where it was, then enters where it is now */
    "CREATE TRIGGER record_changed AFTER UPDATE OF dataset,topic,score,deleted_at,bytes ON record BEGIN"
    " UPDATE dataset SET record_count=record_count-1,labelled_count=labelled_count-(old.topic IS NOT NULL),"
    "  evaluated_count=evaluated_count-(old.score IS NOT NULL),bytes=bytes-old.bytes"
    "  WHERE key=old.dataset AND old.deleted_at IS NULL;"
    " UPDATE dataset_topic SET count=count-1"
    "  WHERE dataset=old.dataset AND topic=old.topic AND old.deleted_at IS NULL;"
    " DELETE FROM dataset_topic WHERE dataset=old.dataset AND topic=old.topic AND count<=0;"
    " UPDATE dataset SET record_count=record_count+1,labelled_count=labelled_count+(new.topic IS NOT NULL),"
    "  evaluated_count=evaluated_count+(new.score IS NOT NULL),bytes=bytes+new.bytes"
    "  WHERE key=new.dataset AND new.deleted_at IS NULL;"
    " INSERT INTO dataset_topic SELECT new.dataset,new.topic,1 WHERE new.topic IS NOT NULL AND new.deleted_at "
    "IS NULL"
    "  ON CONFLICT(dataset,topic) DO UPDATE SET count=count+1;"
    " UPDATE trash SET records=records-1,bytes=bytes-old.bytes WHERE op=old.delete_op AND old.deleted_at IS "
    "NOT NULL;"
    " DELETE FROM trash WHERE op=old.delete_op AND old.deleted_at IS NOT NULL AND records<=0;"
    " INSERT INTO trash(id,kind,dataset,op,records,bytes,deleted_at)"
    "  SELECT o.id,'records',new.dataset,o.key,1,new.bytes,new.deleted_at FROM operation o"
    "  WHERE o.key=new.delete_op AND new.deleted_at IS NOT NULL"
    "  ON CONFLICT(id) DO UPDATE SET records=records+1,bytes=bytes+excluded.bytes;"
    "END;"

    "CREATE TRIGGER dataset_trashed AFTER UPDATE OF deleted_at ON dataset BEGIN"
    " DELETE FROM trash WHERE id=new.id AND new.deleted_at IS NULL;"
    " INSERT INTO trash(id,kind,dataset,records,bytes,deleted_at)"
    "  SELECT new.id,'dataset',new.key,new.record_count,new.bytes,new.deleted_at WHERE new.deleted_at IS NOT "
    "NULL"
    "  ON CONFLICT(id) DO UPDATE SET deleted_at=excluded.deleted_at;"
    "END;";

#define PARTS 4 /* of one step at most, run in one transaction */
static const char *const steps[][PARTS] = {
    {step_0_tables, step_0_operations, step_0_counters, step_0_moves},
};
#define STEPS ((int)(sizeof steps / sizeof *steps))

static enum status run(sqlite3 *db, const char *sql, struct err *err) {
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

static enum status pragma_int(sqlite3 *db, const char *sql, int *out, struct err *err) {
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        *out = sqlite3_column_int(q, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(q);
    return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

enum status schema_migrate(sqlite3 *db, const struct log_sink *log, struct err *err) {
    int version = 0, application = 0, tables = 0;
    enum status st = pragma_int(db, "PRAGMA user_version", &version, err);
    if (!st) st = pragma_int(db, "PRAGMA application_id", &application, err);
    if (!st) st = pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (st) return st;
    if (application != APPLICATION_ID && (application != 0 || tables != 0)) {
        return err_set(
            err, STATUS_UNSUPPORTED, "foreign_file",
            "spanset.db in the data directory was not made by Spanset; choose another data directory.");
    }
    if (version > STEPS) {
        return err_set(
            err, STATUS_UNSUPPORTED, "newer_schema",
            "The data directory was written by a newer Spanset (schema %d, this one knows %d); update "
            "Spanset or choose another data directory.",
            version, STEPS);
    }
    if (version < STEPS && version > 0)
        log_line(log, LOG_LEVEL_INFO, "migrating spanset.db from schema %d", version);
    for (; version < STEPS && !st; version++) {
        char mark[96];
        snprintf(mark, sizeof mark, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT;", APPLICATION_ID,
                 version + 1);
        st = run(db, "BEGIN IMMEDIATE", err);
        for (int i = 0; i < PARTS && !st; i++) {
            if (steps[version][i]) st = run(db, steps[version][i], err);
        }
        if (!st) st = run(db, mark, err);
        if (st) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return st;
}
