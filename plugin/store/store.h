/* store.h: where datasets and records are kept. sqlite/ implements it; nothing above knows how.
 *
 * Every change is one operation with an id: the token that undoes it. It has happened wholly and is on disk (fsync)
 * when the call returns STATUS_OK; otherwise nothing of it has. Up to `one_transaction` records that is one
 * transaction; larger ones run in chunks under an operation that was committed first, and opening the store takes
 * back one that a crash interrupted, before anything is served.
 *
 *     dataset 1 --- n record 1 --- 1 record data (the DataInfo text; only the calls that say "data" read it)
 *     operation 1 --- n change (what a record or dataset was before, and its version after)
 *
 * Rules kept here, for every caller: dataset names are unique among live ones (NOCASE); a span is in a dataset at
 * most once among live records; counters (records, labelled, evaluated, topics) are exact at every commit. Checking
 * what people wrote (lengths, JSON) is the caller's.
 *
 * Threads: all functions are thread-safe; writers queue. Callbacks run without a write lock but hold a read
 * connection: they must not call the store. Strings are UTF-8; those given to callbacks are lent for the call.
 * Times are Unix milliseconds. Ids of rows are UUIDv7 text. */
#ifndef SPANSET_STORE_STORE_H
#define SPANSET_STORE_STORE_H

#include "base/err.h"
#include "base/id.h"
#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

struct store_options {
    const char *data_dir;    /* created 0700; holds spanset.db, its journal files and spanset.lock, all 0600 */
    int64_t one_transaction; /* records changed in one transaction; above: chunks */
    int64_t chunk_ms;        /* how long a chunk may hold the write lock */
    int64_t undo_ms;         /* how long an operation can be undone */
    int64_t trash_ms;        /* how long the trash keeps things */
    struct log_sink log;
};

/* NULL and *err: STATUS_BUSY when another process or activation has the directory, STATUS_UNSUPPORTED when a newer
 * version wrote it, STATUS_IO otherwise. Migrates, and takes back what was interrupted. */
struct store *store_open(const struct store_options *options, struct err *err);
void store_close(struct store *s); /* no call may be running */
/* Makes running reads and chunked changes end with STATUS_CANCELLED soon (the latter are taken back). Before close. */
void store_interrupt(struct store *s);
/* Removes what has been in the trash for too long and what can no longer be undone, for at most budget_ms.
 * *more: there is work left. */
enum status store_maintain(struct store *s, int64_t budget_ms, bool *more, struct err *err);
/* "ok", or what is wrong with the file (a quick probe, not a full check). Static storage. */
const char *store_health(struct store *s);
/* Bytes of the database file and its write-ahead log. */
int64_t store_file_bytes(struct store *s);

/* ---- what changes answer ---- */

struct store_change {
    char undo[UUID_TEXT_SIZE]; /* "" when nothing changed */
    int64_t changed, already_there, not_found;
};

/* How far a chunked change is; called between chunks without a lock held. Non-zero cancels. */
struct store_progress {
    int (*report)(void *ctx, const char *operation_id, const char *kind, int64_t done, int64_t total);
    void *ctx;
};

/* ---- datasets ---- */

#define STORE_TOP_TOPICS 8

struct store_topic {
    const char *topic; /* NULL: records without one */
    int64_t count;
};

struct store_dataset {
    const char *id, *name, *description; /* description may be NULL */
    int64_t created_at, updated_at;
    int64_t record_count, labelled_count, evaluated_count, topic_count, bytes;
    struct store_topic topics[STORE_TOP_TOPICS]; /* the largest, topic_len of them */
    int topic_len;
};
typedef void (*store_dataset_fn)(void *ctx, const struct store_dataset *d);

/* Where a page begins: behind the row with this sort value and id. */
struct store_position {
    bool empty_value; /* in the tail of rows without a value */
    int64_t number;   /* created_at, updated_at, deleted_at */
    double real;      /* score */
    const char *text; /* topic (its sort key) */
    const char *id;
};

struct store_page {
    int64_t limit, offset;              /* offset 0 = none */
    const struct store_position *after; /* NULL = from the start */
};

/* Newest change first, ties by id. q: part of the name, or NULL. *total: all that match. */
enum status store_dataset_list(struct store *s, const char *q, const struct store_page *page,
                               store_dataset_fn each, void *ctx, int64_t *total, struct err *err);
enum status store_dataset_get(struct store *s, const char *id, store_dataset_fn each, void *ctx,
                              struct err *err);

struct store_totals {
    int64_t datasets, records, labelled, evaluated, bytes, trash; /* trash: records in it */
};
enum status store_totals(struct store *s, struct store_totals *out, struct err *err);

/* STATUS_CONFLICT "name_taken". id_out gets the new id. */
enum status store_dataset_create(struct store *s, const char *name, const char *description,
                                 char id_out[UUID_TEXT_SIZE], struct store_change *change, struct err *err);
/* name NULL: leave; set_description false: leave. */
enum status store_dataset_update(struct store *s, const char *id, const char *name, bool set_description,
                                 const char *description, struct store_change *change, struct err *err);
/* To the trash, its records with it (changed = how many live records it had). */
enum status store_dataset_delete(struct store *s, const char *id, struct store_change *change, struct err *err);
/* A new dataset with copies of all live records. name NULL: "<name> copy", "<name> copy 2" ... */
enum status store_dataset_duplicate(struct store *s, const char *id, const char *name,
                                    const struct store_progress *progress, char id_out[UUID_TEXT_SIZE],
                                    struct store_change *change, struct err *err);

/* Topics of a dataset by name; first the count without a topic (topic NULL), if any. */
typedef void (*store_topic_fn)(void *ctx, const struct store_topic *t);
enum status store_topics(struct store *s, const char *dataset_id, store_topic_fn each, void *ctx,
                         struct err *err);

/* ---- records ---- */

/* The narrow row: what lists show. NULL, -1 (numbers) and a negative score or cost mean absent. */
struct store_record {
    const char *id, *dataset_id, *trace_id, *span_id, *topic;
    double score;
    const char *feedback;
    int64_t evaluated_at, created_at, updated_at, version;
    bool edited, error;
    unsigned missing; /* enum datainfo_missing */
    const char *preview_input, *preview_output, *preview_tool, *preview_arguments;
    const char *model, *provider, *finish_reason;
    int64_t input_tokens, output_tokens;
    double cost;
    int64_t latency_ms;
    int64_t message_count, tool_count, tool_call_count, bytes;
    const char *sort_text; /* out only: the sort key of topic, for positions */
};
#define STORE_RECORD_INIT                                                                                      \
    { .score = -1, .evaluated_at = -1, .input_tokens = -1, .output_tokens = -1, .cost = -1, .latency_ms = -1 }
typedef void (*store_record_fn)(void *ctx, const struct store_record *r);
typedef void (*store_data_fn)(void *ctx, const struct store_record *r, const char *data, size_t len);

enum store_sort { STORE_SORT_CREATED_AT, STORE_SORT_TOPIC, STORE_SORT_SCORE, STORE_SORTS };

/* NULL or -1 = does not matter; so does a NULL filter. */
struct store_filter {
    const char *q, *topic;
    bool topic_empty;
    int has_tools, edited, error, missing;
    const char *model, *provider;
    double score_min, score_max;
};
#define STORE_FILTER_INIT                                                                                      \
    { .has_tools = -1, .edited = -1, .error = -1, .missing = -1, .score_min = -1, .score_max = -1 }

/* One page of live records. Rows without a topic or score come last both ways; ties by id in the order's direction.
 * STATUS_NOT_FOUND: no such dataset. */
enum status store_record_page(struct store *s, const char *dataset_id, const struct store_filter *filter,
                              enum store_sort sort, bool descending, const struct store_page *page,
                              store_record_fn each, void *ctx, struct err *err);
/* How many records fit. Without a filter, or with a topic alone, from the counters. */
enum status store_record_count(struct store *s, const char *dataset_id, const struct store_filter *filter,
                               int64_t *count, struct err *err);
enum status store_record_get(struct store *s, const char *id, store_record_fn each, void *ctx, struct err *err);
enum status store_record_data(struct store *s, const char *id, store_data_fn each, void *ctx, struct err *err);

/* What a record's fields become; for one record and for many. */
struct store_fields {
    bool set_topic, set_score, set_feedback;
    const char *topic;    /* NULL clears */
    double score;         /* < 0 clears */
    const char *feedback; /* NULL clears */
};

/* Single records. version: what the record must still be at, -1 = any; otherwise STATUS_STALE. A change that changes
 * nothing answers undo "". */
enum status store_record_update(struct store *s, const char *id, int64_t version,
                                const struct store_fields *fields, struct store_change *change,
                                struct err *err);
/* row: the new narrow columns (previews, model, counts, flags but `edited`); ids and evaluation of it are ignored. */
enum status store_record_data_put(struct store *s, const char *id, int64_t version,
                                  const struct store_record *row, const char *data, size_t len,
                                  struct store_change *change, struct err *err);
enum status store_record_delete(struct store *s, const char *id, int64_t version, struct store_change *change,
                                struct err *err);

/* ---- adding ---- */

/* begin .. put* .. commit or abort. expected: how many puts will come at most. Up to one_transaction the write lock
 * is held from begin to the end: no waiting for anything in between but one's own memory or files. Larger additions
 * give the lock away between chunks; seen by others before the end, taken back by abort or a crash. */
struct store_adder;
/* kind: "add", "import" ... for the operation. STATUS_NOT_FOUND: no such dataset. */
enum status store_add_begin(struct store *s, const char *dataset_id, const char *kind, int64_t expected,
                            const struct store_progress *progress, struct store_adder **out, struct err *err);
/* row->id NULL: a new one. row->created_at and updated_at <= 0: now. *added false: the span is already there. id_out
 * (nullable) gets the id of the new record. */
enum status store_add_put(struct store_adder *a, const struct store_record *row, const char *data, size_t len,
                          bool *added, char id_out[UUID_TEXT_SIZE], struct err *err);
/* Both free the adder. */
enum status store_add_commit(struct store_adder *a, struct store_change *change, struct err *err);
void store_add_abort(struct store_adder *a);

/* ---- many records ---- */

enum store_bulk_op {
    STORE_BULK_FIELDS,
    STORE_BULK_DELETE,
    STORE_BULK_RESTORE, /* selects among trashed records of the dataset */
    STORE_BULK_MOVE,
    STORE_BULK_COPY,
};

struct store_selection {
    const char *const *ids; /* NULL: all that fit the filter */
    size_t id_count;
    struct store_filter filter;
    const char *const *except;
    size_t except_count;
    int64_t expect; /* -1 = any; otherwise another number is STATUS_CONFLICT "count_changed" */
};

/* fields for STORE_BULK_FIELDS, to (dataset id) for move and copy. Move and copy leave out records whose span is
 * already in `to` (already_there). */
enum status store_bulk(struct store *s, const char *dataset_id, enum store_bulk_op op,
                       const struct store_selection *selection, const struct store_fields *fields,
                       const char *to, const struct store_progress *progress, struct store_change *change,
                       struct err *err);

/* ---- spans ---- */

struct store_membership {
    size_t index; /* of the reference that was asked for */
    const char *dataset_id, *dataset_name, *record_id;
};
typedef void (*store_membership_fn)(void *ctx, const struct store_membership *m);
/* For every reference, in order, the live datasets that hold it. ids: count pairs {trace_id, span_id}. */
enum status store_memberships(struct store *s, const char *const (*ids)[2], size_t count,
                              store_membership_fn each, void *ctx, struct err *err);
/* present[i]: the dataset has the span. */
enum status store_spans_present(struct store *s, const char *dataset_id, const char *const (*ids)[2],
                                size_t count, bool *present, struct err *err);

/* ---- undo, trash, operations ---- */

struct store_undone {
    char kind[32];
    char dataset_id[UUID_TEXT_SIZE]; /* "" when the operation had none */
    int64_t records, datasets;
    int64_t already_there; /* could not come back: a live record has the span; they are in the trash */
};
/* Changes can be undone one after the other, the last first: what an undo brought back is what the change before it
 * had left. STATUS_NOT_FOUND: unknown or too old. STATUS_CONFLICT: "changed_since", "already_undone" or "name_taken". */
enum status store_undo(struct store *s, const char *token, const struct store_progress *progress,
                       struct store_undone *out, struct err *err);

struct store_trash_entry {
    const char *id, *kind, *name, *dataset_id; /* kind "dataset" or "records"; name: the dataset's */
    int64_t records, bytes, deleted_at;
};
struct store_trash_totals {
    int64_t entries, records, bytes;
};
typedef void (*store_trash_fn)(void *ctx, const struct store_trash_entry *e);
/* Newest first. */
enum status store_trash_list(struct store *s, const struct store_page *page, store_trash_fn each, void *ctx,
                             struct store_trash_totals *totals, struct err *err);
/* ids NULL: everything. Unknown ids are counted in not_found. Datasets come back under their name, or with
 * " (restored)" behind it when it is taken. changed counts records and datasets. */
enum status store_trash_restore(struct store *s, const char *const *ids, size_t count,
                                const struct store_progress *progress, struct store_change *change,
                                struct err *err);
/* For good. changed: records and datasets removed. */
enum status store_trash_empty(struct store *s, const char *const *ids, size_t count,
                              const struct store_progress *progress, struct store_change *change,
                              struct err *err);

struct store_operation {
    char id[UUID_TEXT_SIZE], kind[32], state[16]; /* running done cancelled undone failed */
    int64_t done, total, created_at;              /* total -1 = unknown */
};
enum status store_operation_get(struct store *s, const char *id, struct store_operation *out, struct err *err);
/* STATUS_CONFLICT "not_running" when it has ended. */
enum status store_operation_cancel(struct store *s, const char *id, struct err *err);

#endif
