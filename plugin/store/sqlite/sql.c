/* The statements. Pieces that many share are macros, so that every text is a constant of the compiler's making.
 *
 * Pages. Sort values that may be absent (topic, score) come last in both directions: such a page is two statements,
 * one over the rows with a value and one over the rows without. Each walks its index and stops after `limit` rows;
 * none sorts (tests/unit/store_plan.c holds every variant against EXPLAIN QUERY PLAN). */
#include "store/sqlite/sql.h"

#include <stddef.h>

#define LIVE "r.dataset=?1 AND r.deleted_at IS NULL"

#define COLUMNS                                                                                                \
    "r.key,r.id,r.trace_id,r.span_id,r.topic,r.score,r.feedback,r.evaluated_at,r.created_at,r.updated_at,r."   \
    "version,"                                                                                                 \
    "r.edited,r.error,r.missing,r.preview_input,r.preview_output,r.preview_tool,r.preview_arguments,r.model,"  \
    "r.provider,r.finish_reason,r.input_tokens,r.output_tokens,r.cost,r.latency_ms,r.message_count,r.tool_"    \
    "count,"                                                                                                   \
    "r.tool_call_count,r.bytes,r.topic_sort"

/* What of a record is summed up from its data: the columns that an edit replaces and an undo brings back. */
#define SUMMARY                                                                                                \
    "error,missing,model,provider,finish_reason,input_tokens,output_tokens,cost,latency_ms,message_count,"     \
    "tool_count,"                                                                                              \
    "tool_call_count,bytes,preview_input,preview_output,preview_tool,preview_arguments"

/* Filters: a parameter that is NULL (topic_empty: 0) lets everything through. They never choose the index. */
#define FILTER                                                                                                 \
    " AND (?10 IS NULL OR r.topic=?10) AND (?11=0 OR r.topic IS NULL)"                                         \
    " AND (?12 IS NULL OR (r.tool_count+r.tool_call_count>0)=?12)"                                             \
    " AND (?13 IS NULL OR r.edited=?13) AND (?14 IS NULL OR r.error=?14) AND (?15 IS NULL OR "                 \
    "(r.missing<>0)=?15)"                                                                                      \
    " AND (?16 IS NULL OR r.model=?16) AND (?17 IS NULL OR r.provider=?17)"                                    \
    " AND (?18 IS NULL OR r.score>=?18) AND (?19 IS NULL OR r.score<=?19)"

/* Search: one LIKE pattern per word, "%word%", over what a list shows. Ids are found by how they begin, from four
 * characters on (the pattern without its first %): in the middle of ids every short number would be somewhere.
 * Words that are missing stop the chain. */
#define TEXT(column) "ifnull(r." #column ",'')||char(10)||"
#define HAYSTACK                                                                                               \
    "(" TEXT(preview_input) TEXT(preview_output) TEXT(preview_tool)                                            \
        TEXT(preview_arguments) "ifnull(r.topic,''))"
#define ID(column, n) " OR r." #column " LIKE substr(?" #n ",2) ESCAPE '\\'"
#define WORD(n, more)                                                                                          \
    " AND (?" #n " IS NULL OR ((" HAYSTACK " LIKE ?" #n " ESCAPE '\\' OR (length(?" #n ")>=6 AND (0" ID(id, n) \
        ID(trace_id, n) ID(span_id, n) ")))" more "))"
#define SEARCH WORD(20, WORD(21, WORD(22, WORD(23, WORD(24, WORD(25, WORD(26, WORD(27, ""))))))))

#define LIMIT " LIMIT ?2 OFFSET ?3"
#define PAGE(where, order)                                                                                     \
    "SELECT " COLUMNS " FROM record r WHERE " LIVE where FILTER SEARCH " ORDER BY " order LIMIT
/* Rows of one sort: with a value from the start and after (?4, ?5), without one from the start and after ?5. */
#define PAGES(value, start_asc, after_asc, start_desc, after_desc)                                             \
    PAGE(start_asc, value ",r.id"), PAGE(after_asc, value ",r.id"), PAGE(" AND " value " IS NULL", "r.id"),    \
        PAGE(" AND " value " IS NULL AND r.id>?5", "r.id"), PAGE(start_desc, value " DESC,r.id DESC"),         \
        PAGE(after_desc, value " DESC,r.id DESC"), PAGE(" AND " value " IS NULL", "r.id DESC"),                \
        PAGE(" AND " value " IS NULL AND r.id<?5", "r.id DESC")

/* Topics are walked from ?6 to below ?7 and scores from ?6 to ?7, so that a filter on the sort value itself reads only
 * what fits. A position alone bounds its side: it lies within. */
static const char *const pages[] = {
    PAGES("r.created_at", "", " AND (r.created_at,r.id)>(?4,?5)", "", " AND (r.created_at,r.id)<(?4,?5)"),
    PAGES("r.topic_sort", " AND r.topic_sort>=?6 AND r.topic_sort<?7",
          " AND (r.topic_sort,r.id)>(?4,?5) AND r.topic_sort<?7", " AND r.topic_sort>=?6 AND r.topic_sort<?7",
          " AND (r.topic_sort,r.id)<(?4,?5) AND r.topic_sort>=?6"),
    PAGES("r.score", " AND r.score>=?6 AND r.score<=?7", " AND (r.score,r.id)>(?4,?5) AND r.score<=?7",
          " AND r.score>=?6 AND r.score<=?7", " AND (r.score,r.id)<(?4,?5) AND r.score>=?6"),
};

#define DATASET                                                                                                \
    "d.key,d.id,d.name,d.description,d.created_at,d.updated_at,d.record_count,d.labelled_count,"               \
    "d.evaluated_count,d.topic_count,d.bytes"
#define DATASET_MATCH "d.deleted_at IS NULL AND (?1 IS NULL OR d.name LIKE ?1 ESCAPE '\\')"

#define TRASH_ROW                                                                                              \
    "t.id,t.kind,d.name,d.id,CASE t.kind WHEN 'dataset' THEN d.record_count ELSE t.records END,"               \
    "CASE t.kind WHEN 'dataset' THEN d.bytes ELSE t.bytes END,t.deleted_at,t.dataset,t.op"

/* ?8: rows with a topic (1), with a score (2), all (0): how many of a page's rows come before those without. */
#define COUNT                                                                                                  \
    "SELECT count(*) FROM record r WHERE " LIVE                                                                \
    " AND (?8=0 OR (?8=1 AND r.topic IS NOT NULL) OR (?8=2 AND r.score IS NOT NULL))" FILTER

static const char *const texts[] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_PROBE] = "SELECT count(*) FROM (SELECT 1 FROM dataset LIMIT 1)",

    [SQL_DATASET_PAGE] = "SELECT " DATASET " FROM dataset d WHERE " DATASET_MATCH
                         " ORDER BY d.updated_at DESC,d.id DESC LIMIT ?2 OFFSET ?3",
    [SQL_DATASET_PAGE_AFTER] =
        "SELECT " DATASET " FROM dataset d WHERE " DATASET_MATCH
        " AND (d.updated_at,d.id)<(?4,?5) ORDER BY d.updated_at DESC,d.id DESC LIMIT ?2 OFFSET ?3",
    [SQL_DATASET_COUNT] = "SELECT count(*) FROM dataset d WHERE " DATASET_MATCH,
    [SQL_DATASET_GET] = "SELECT " DATASET " FROM dataset d WHERE d.id=?1 AND d.deleted_at IS NULL",
    [SQL_DATASET_TOP] =
        "SELECT topic,count FROM dataset_topic WHERE dataset=?1 ORDER BY count DESC,topic DESC LIMIT ?2",
    [SQL_DATASET_KEY] = "SELECT key,record_count,labelled_count,evaluated_count,name,description FROM dataset"
                        " WHERE id=?1 AND deleted_at IS NULL",
    [SQL_DATASET_ID] = "SELECT id FROM dataset WHERE key=?1",
    [SQL_DATASET_FIND_NAME] = "SELECT key FROM dataset WHERE name=?1 AND deleted_at IS NULL",
    [SQL_DATASET_INSERT] =
        "INSERT INTO dataset(id,name,description,created_at,updated_at) VALUES(?1,?2,?3,?4,?4)",
    [SQL_DATASET_UPDATE] =
        "UPDATE dataset SET name=?2,description=?3,updated_at=?4,version=version+1 WHERE key=?1",
    [SQL_DATASET_TRASH] = "UPDATE dataset SET deleted_at=?2,version=version+1 WHERE key=?1",
    [SQL_DATASET_UNTRASH] =
        "UPDATE dataset SET deleted_at=NULL,name=?2,updated_at=?3,version=version+1 WHERE key=?1",
    [SQL_DATASET_TOUCH] = "UPDATE dataset SET updated_at=?2 WHERE key=?1",
    [SQL_DATASET_KEYS] = "SELECT r.key FROM record r WHERE " LIVE " ORDER BY r.created_at,r.id",
    [SQL_TOTALS] = "SELECT count(*),ifnull(sum(record_count),0),ifnull(sum(labelled_count),0),"
                   "ifnull(sum(evaluated_count),0),ifnull(sum(bytes),0) FROM dataset WHERE deleted_at IS NULL",
    [SQL_TOTALS_TRASH] =
        "SELECT ifnull(sum(CASE t.kind WHEN 'dataset' THEN d.record_count ELSE t.records END),0)"
        " FROM trash t JOIN dataset d ON d.key=t.dataset WHERE t.gone=0",
    [SQL_TOPICS] = "SELECT topic,count FROM dataset_topic WHERE dataset=?1 ORDER BY topic",
    [SQL_TOPIC_COUNT] = "SELECT count FROM dataset_topic WHERE dataset=?1 AND topic=?2",

    [SQL_COUNT_FILTER] = COUNT,
    [SQL_COUNT_SEARCH] = COUNT SEARCH,
    [SQL_RECORD_GET] = "SELECT " COLUMNS ",d.id FROM record r JOIN dataset d ON d.key=r.dataset"
                       " WHERE r.id=?1 AND r.deleted_at IS NULL AND d.deleted_at IS NULL",
    [SQL_RECORD_DATA] = "SELECT " COLUMNS ",d.id,x.data FROM record r JOIN dataset d ON d.key=r.dataset"
                        " JOIN record_data x ON x.key=r.key"
                        " WHERE r.id=?1 AND r.deleted_at IS NULL AND d.deleted_at IS NULL",
    [SQL_RECORD_KEY] = "SELECT r.key,r.dataset,r.version,r.topic,r.score,r.feedback FROM record r"
                       " JOIN dataset d ON d.key=r.dataset"
                       " WHERE r.id=?1 AND r.deleted_at IS NULL AND d.deleted_at IS NULL",
    [SQL_RECORD_KEY_IN] = "SELECT key FROM record WHERE id=?2 AND dataset=?1 AND deleted_at IS NULL",
    [SQL_RECORD_KEY_TRASHED] = "SELECT r.key FROM record r JOIN trash t ON t.op=r.delete_op AND t.gone=0"
                               " WHERE r.id=?2 AND r.dataset=?1 AND r.deleted_at IS NOT NULL",
    [SQL_SELECT_LIVE] = "SELECT r.key FROM record r WHERE " LIVE FILTER SEARCH " ORDER BY r.created_at,r.id",
    [SQL_SELECT_TRASHED] = "SELECT r.key FROM record r JOIN trash t ON t.op=r.delete_op AND t.gone=0"
                           " WHERE r.dataset=?1 AND r.deleted_at IS NOT NULL" FILTER SEARCH " ORDER BY r.key",
    [SQL_RECORD_INSERT] =
        "INSERT INTO "
        "record(id,dataset,trace_id,span_id,topic,score,feedback,evaluated_at,created_at,updated_at,"
        "edited," SUMMARY
        ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,"
        "?24,?25,?26,?27,?28)"
        " ON CONFLICT(trace_id,span_id,dataset) WHERE deleted_at IS NULL AND span_id IS NOT NULL DO NOTHING",
    [SQL_RECORD_ID_TAKEN] = "SELECT 1 FROM record WHERE id=?1",
    [SQL_DATA_INSERT] = "INSERT INTO record_data(key,data) VALUES(?1,?2)",
    /* the three below: only when it changes something, spelling included */
    [SQL_RECORD_TOPIC] = "UPDATE record SET topic=?2,updated_at=?3,version=version+1"
                         " WHERE key=?1 AND topic COLLATE BINARY IS NOT ?2",
    [SQL_RECORD_SCORE] = "UPDATE record SET score=?2,updated_at=?3,version=version+1,"
                         "evaluated_at=CASE WHEN ?2 IS NULL AND feedback IS NULL THEN NULL ELSE ?3 END"
                         " WHERE key=?1 AND score IS NOT ?2",
    [SQL_RECORD_FEEDBACK] = "UPDATE record SET feedback=?2,updated_at=?3,version=version+1,"
                            "evaluated_at=CASE WHEN ?2 IS NULL AND score IS NULL THEN NULL ELSE ?3 END"
                            " WHERE key=?1 AND feedback IS NOT ?2",
    /* several updates are one change: the version it promised */
    [SQL_RECORD_TOUCH] =
        "UPDATE record SET version=(SELECT c.version FROM operation_change c WHERE c.op=?1 AND c.seq=?2)"
        " WHERE key=?3",
    [SQL_RECORD_PUT] =
        "UPDATE record SET (edited,updated_at,version," SUMMARY ")=(1,?2,version+1,?12,?13,?14,?15,?16,"
        "?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28) WHERE key=?1",
    [SQL_DATA_PUT] = "UPDATE record_data SET original=ifnull(original,data),data=?2 WHERE key=?1",
    [SQL_RECORD_TRASH] = "UPDATE record SET deleted_at=?2,delete_op=?3,version=version+1"
                         " WHERE key=?1 AND deleted_at IS NULL",
    [SQL_RECORD_RESTORE] = "UPDATE OR IGNORE record SET deleted_at=NULL,delete_op=NULL,version=version+1"
                           " WHERE key=?1 AND deleted_at IS NOT NULL",
    [SQL_RECORD_MOVE] = "UPDATE OR IGNORE record SET dataset=?2,updated_at=?3,version=version+1"
                        " WHERE key=?1 AND deleted_at IS NULL AND dataset<>?2",
    [SQL_RECORD_COPY] =
        "INSERT INTO "
        "record(id,dataset,trace_id,span_id,topic,score,feedback,evaluated_at,created_at,updated_at,"
        "edited," SUMMARY
        ") SELECT ?2,?3,trace_id,span_id,topic,score,feedback,evaluated_at,?4,?4,edited," SUMMARY
        " FROM record WHERE key=?1 AND deleted_at IS NULL"
        " ON CONFLICT(trace_id,span_id,dataset) WHERE deleted_at IS NULL AND span_id IS NOT NULL DO NOTHING",
    [SQL_DATA_COPY] =
        "INSERT INTO record_data(key,original,data) SELECT ?2,original,data FROM record_data WHERE key=?1",
    [SQL_RECORD_DELETE] = "DELETE FROM record WHERE key=?1",
    [SQL_MEMBERSHIPS] =
        "SELECT d.id,d.name,r.id FROM record r JOIN dataset d ON d.key=r.dataset"
        " WHERE r.trace_id=?1 AND r.span_id=?2 AND r.deleted_at IS NULL AND d.deleted_at IS NULL"
        " ORDER BY d.name,d.id",
    [SQL_SPAN_PRESENT] = "SELECT 1 FROM record r WHERE r.trace_id=?2 AND r.span_id=?3 AND r.dataset=?1"
                         " AND r.deleted_at IS NULL",

    [SQL_OPERATION_INSERT] =
        "INSERT INTO operation(id,kind,state,dataset,total,created_at) VALUES(?1,?2,?3,?4,?5,?6)",
    [SQL_OPERATION_PROGRESS] = "UPDATE operation SET done=?2 WHERE key=?1",
    [SQL_OPERATION_END] = "UPDATE operation SET state=?2,reverting=?3,done=?4 WHERE key=?1",
    [SQL_OPERATION_DROP] = "DELETE FROM operation WHERE key=?1",
    [SQL_OPERATION_GET] =
        "SELECT key,kind,state,done,total,created_at,dataset,reverting FROM operation WHERE id=?1",
    [SQL_OPERATION_INTERRUPTED] = "SELECT key,reverting,id,kind,done FROM operation WHERE state='running' OR "
                                  "reverting IS NOT NULL LIMIT 1",
    [SQL_OPERATION_REVERTING] = "UPDATE operation SET reverting=?2 WHERE key=?1",
    [SQL_CHANGE_ADDED] = "INSERT INTO operation_change(op,seq,what,record,version) VALUES(?1,?2,'a',?3,1)",
    [SQL_CHANGE_RECORD] =
        "INSERT INTO operation_change(op,seq,what,record,dataset,version,version_before,topic,score,feedback,"
        "evaluated_at,updated_at,deleted_at,delete_op,edited) SELECT "
        "?1,?2,?4,key,dataset,version+1,version,topic,score,feedback,evaluated_at,"
        "updated_at,deleted_at,delete_op,edited FROM record WHERE key=?3",
    [SQL_CHANGE_DATA] = "INSERT INTO operation_data(op,seq," SUMMARY ",original,data) SELECT ?1,?2," SUMMARY
                        ",x.original,x.data FROM record r JOIN record_data x ON x.key=r.key WHERE r.key=?3",
    [SQL_CHANGE_DATASET_NEW] =
        "INSERT INTO operation_change(op,seq,what,dataset,version) VALUES(?1,?2,'n',?3,1)",
    [SQL_CHANGE_DATASET] =
        "INSERT INTO operation_change(op,seq,what,dataset,version,version_before,name,description,"
        "updated_at,deleted_at) SELECT ?1,?2,'e',key,version+1,version,name,description,updated_at,deleted_at"
        " FROM dataset WHERE key=?3",
    [SQL_CHANGE_UNDO_LAST] = "DELETE FROM operation_change WHERE op=?1 AND seq=?2",
    [SQL_CHANGE_LAST] = "SELECT seq,what,record,dataset,version,version_before,name,description,deleted_at"
                        " FROM operation_change"
                        " WHERE op=?1 ORDER BY seq DESC LIMIT 1",
    [SQL_CHANGE_DROP] = "DELETE FROM operation_change WHERE op=?1 AND seq=?2",
    [SQL_CHANGE_DATA_DROP] = "DELETE FROM operation_data WHERE op=?1 AND seq=?2",
    [SQL_CHANGE_COUNT] = "SELECT count(*) FROM operation_change WHERE op=?1",
    [SQL_CHANGE_MADE_DATASET] = "SELECT 1 FROM operation_change WHERE op=?1 AND seq=1 AND what='n'",
    /* what was touched by ?1 and has changed since, or is gone */
    [SQL_STALE_RECORD] = "SELECT 1 FROM operation_change c LEFT JOIN record r ON r.key=c.record"
                         " WHERE c.op=?1 AND c.record IS NOT NULL AND r.version IS NOT c.version LIMIT 1",
    [SQL_STALE_DATASET] =
        "SELECT 1 FROM operation_change c LEFT JOIN dataset d ON d.key=c.dataset"
        " WHERE c.op=?1 AND c.record IS NULL AND (d.version IS NOT c.version OR (c.what='n' AND"
        " d.record_count<>(SELECT count(*) FROM operation_change a WHERE a.op=?1 AND a.what='a')))"
        " LIMIT 1",
    [SQL_STALE_OPERATION] =
        "SELECT 1 FROM operation o WHERE o.key=?1 AND (EXISTS(SELECT 1 FROM trash t WHERE t.op=o.key AND "
        "t.gone=1)"
        " OR EXISTS(SELECT 1 FROM operation_change c JOIN trash t ON t.dataset=c.dataset AND t.kind='dataset'"
        " WHERE c.op=o.key AND c.record IS NULL AND t.gone=1)"
        " OR (o.dataset IS NOT NULL AND NOT EXISTS(SELECT 1 FROM dataset d WHERE d.key=o.dataset AND "
        "d.deleted_at IS NULL)"
        " AND EXISTS(SELECT 1 FROM operation_change c WHERE c.op=o.key AND c.record IS NOT NULL)))",
    [SQL_REVERT_ADDED] = "UPDATE record SET deleted_at=?3,delete_op=?4,version=version+1"
                         " WHERE key=?1 AND version=?2 AND deleted_at IS NULL",
    [SQL_REVERT_RECORD] =
        "UPDATE OR IGNORE record SET dataset=c.dataset,topic=c.topic,score=c.score,feedback=c.feedback,"
        "evaluated_at=c.evaluated_at,updated_at=c.updated_at,deleted_at=c.deleted_at,delete_op=c.delete_op,"
        "edited=c.edited,version=record.version+1 FROM operation_change c"
        " WHERE c.op=?1 AND c.seq=?2 AND record.key=c.record AND record.version=c.version",
    [SQL_REVERT_COLUMNS] = "UPDATE record SET (" SUMMARY ")=(SELECT " SUMMARY
                           " FROM operation_data x WHERE x.op=?1 AND x.seq=?2) WHERE key=?3",
    [SQL_REVERT_DATA] = "UPDATE record_data SET (original,data)=(SELECT original,data FROM operation_data x"
                        " WHERE x.op=?1 AND x.seq=?2) WHERE key=?3",
    [SQL_REVERT_DATASET] =
        "UPDATE dataset SET name=?2,description=?3,deleted_at=?4,updated_at=?5,version=version+1"
        " WHERE key=?1",

    /* who noted ?2 as its result is answered for by ?3: taking back made it the state again */
    [SQL_FOLLOW_RECORD] = "UPDATE operation_change SET version=?3 WHERE record=?1 AND version=?2",
    [SQL_FOLLOW_DATASET] =
        "UPDATE operation_change SET version=?3 WHERE dataset=?1 AND version=?2 AND record IS NULL",

    [SQL_TRASH_PAGE] = "SELECT " TRASH_ROW " FROM trash t JOIN dataset d ON d.key=t.dataset WHERE t.gone=0"
                       " ORDER BY t.deleted_at DESC,t.id DESC LIMIT ?2 OFFSET ?3",
    [SQL_TRASH_PAGE_AFTER] =
        "SELECT " TRASH_ROW " FROM trash t JOIN dataset d ON d.key=t.dataset WHERE t.gone=0"
        " AND (t.deleted_at,t.id)<(?4,?5) ORDER BY t.deleted_at DESC,t.id DESC LIMIT ?2 OFFSET ?3",
    [SQL_TRASH_TOTALS] =
        "SELECT count(*),ifnull(sum(CASE t.kind WHEN 'dataset' THEN d.record_count ELSE t.records END),0),"
        "ifnull(sum(CASE t.kind WHEN 'dataset' THEN d.bytes ELSE t.bytes END),0)"
        " FROM trash t JOIN dataset d ON d.key=t.dataset WHERE t.gone=0",
    [SQL_TRASH_GET] = "SELECT t.kind,t.dataset,t.op,d.name,d.deleted_at IS NOT NULL,"
                      "CASE t.kind WHEN 'dataset' THEN d.record_count ELSE t.records END"
                      " FROM trash t JOIN dataset d ON d.key=t.dataset WHERE t.id=?1 AND t.gone=0",
    /* datasets first: records can come back only into a dataset that is there */
    [SQL_TRASH_IDS] = "SELECT id FROM trash WHERE gone=0 ORDER BY kind,deleted_at",
    [SQL_TRASH_RECORDS] = "SELECT key FROM record WHERE dataset=?1 AND delete_op=?2 AND deleted_at IS NOT NULL",
    [SQL_TRASH_GONE] = "UPDATE trash SET gone=1 WHERE id=?1",
    [SQL_TRASH_EXPIRE] = "UPDATE trash SET gone=1 WHERE gone=0 AND deleted_at<?1",
    [SQL_TRASH_NEXT_GONE] = "SELECT id,kind,dataset,op FROM trash WHERE gone=1 LIMIT 1",
    [SQL_TRASH_DROP] = "DELETE FROM trash WHERE id=?1",
    [SQL_PURGE_RECORDS] = "DELETE FROM record WHERE key IN (SELECT key FROM record"
                          " WHERE dataset=?1 AND delete_op=?2 AND deleted_at IS NOT NULL LIMIT ?3)",
    [SQL_PURGE_DATASET_LIVE] = "DELETE FROM record WHERE key IN (SELECT key FROM record"
                               " WHERE dataset=?1 AND deleted_at IS NULL LIMIT ?2)",
    [SQL_PURGE_DATASET_TRASHED] = "DELETE FROM record WHERE key IN (SELECT key FROM record"
                                  " WHERE dataset=?1 AND deleted_at IS NOT NULL LIMIT ?2)",
    [SQL_PURGE_DATASET] = "DELETE FROM dataset WHERE key=?1",
    [SQL_PURGE_DATASET_ENTRIES] = "DELETE FROM trash WHERE dataset=?1",
    [SQL_PURGE_CHANGES] = "DELETE FROM operation_change WHERE (op,seq) IN (SELECT c.op,c.seq FROM operation o"
                          " JOIN operation_change c ON c.op=o.key"
                          " WHERE o.created_at<?1 AND o.state<>'running' AND o.reverting IS NULL LIMIT ?2)",
    [SQL_PURGE_CHANGE_DATA] = "DELETE FROM operation_data WHERE key IN (SELECT x.key FROM operation o JOIN "
                              "operation_data x ON x.op=o.key"
                              " WHERE o.created_at<?1 AND o.state<>'running' AND o.reverting IS NULL LIMIT ?2)",
    [SQL_PURGE_OPERATIONS] =
        "DELETE FROM operation WHERE key IN (SELECT o.key FROM operation o WHERE o.created_at<?1"
        " AND o.state<>'running' AND o.reverting IS NULL AND NOT EXISTS(SELECT 1 FROM trash t WHERE t.op=o.key)"
        " AND NOT EXISTS(SELECT 1 FROM operation_change c WHERE c.op=o.key)"
        " AND NOT EXISTS(SELECT 1 FROM operation_change c WHERE c.delete_op=o.key) LIMIT ?2)",
    [SQL_FREE_PAGES] = "PRAGMA freelist_count",
    [SQL_VACUUM] = "PRAGMA incremental_vacuum(64)",
};

_Static_assert(sizeof pages / sizeof *pages == SQL_PAGE_END - SQL_PAGE + 1, "a page for every variant");

const char *sql_text(int id) {
    if (id >= SQL_PAGE && id <= SQL_PAGE_END) return pages[id - SQL_PAGE];
    return id >= 0 && id < SQL_IDS && (size_t)id < sizeof texts / sizeof *texts ? texts[id] : NULL;
}
