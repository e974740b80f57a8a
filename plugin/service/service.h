/* service.h: the use cases. REST handlers and Lucy call this and nothing below it.
 *
 * Answers are JSON text in the wire forms of DESIGN section 4, appended to the caller's buf; on any status but
 * STATUS_OK nothing is appended and *err has status, code, pointer and a sentence that says what to do. Every change
 * is one operation: it either happened wholly and is on disk when the call returns, or it did not. Mutations answer
 * with "undo": a token or null.
 *
 * Threads: all functions are thread-safe. No lock is held and no write transaction is open while the span source or
 * a callback runs. Strings are borrowed, UTF-8; NULL means absent. */
#ifndef SPANSET_SERVICE_SERVICE_H
#define SPANSET_SERVICE_SERVICE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/feed.h"
#include "base/json_text.h"
#include "base/log.h"
#include "spans/span_source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVICE_NAME_MAX        200 /* bytes of a dataset's name */
#define SERVICE_DESCRIPTION_MAX 4000
#define SERVICE_TOPIC_MAX       200
#define SERVICE_FEEDBACK_MAX    20000
#define SERVICE_RECORD_MAX      (10u << 20) /* bytes of one record's data */
#define SERVICE_MEMBERSHIP_MAX  1000
#define SERVICE_PAGE_DEFAULT    50
#define SERVICE_PAGE_MAX        1000
#define SERVICE_ONE_TRANSACTION                                                                                \
    20000 /* records changed in one transaction; above: chunks under an operation row */
#define SERVICE_CHUNK_MS     50
#define SERVICE_SELECTION_MS (10 * 60 * 1000)
#define SERVICE_UNDO_MS      (24 * 3600 * 1000)
#define SERVICE_TRASH_DAYS   30

struct service;

struct service_options {
    const char *data_dir;            /* created 0700; holds spanset.db and the lock */
    const struct span_source *spans; /* borrowed for the service's life */
    struct feed *feed;               /* borrowed; changes are published here */
    struct log_sink log;
    int64_t one_transaction; /* 0: SERVICE_ONE_TRANSACTION; tests reach the chunked way with little data */
};

/* Opens the store (migrates it, finishes or rolls back what was interrupted, empties old trash). NULL and *err:
 * STATUS_BUSY when another process or activation holds the directory, STATUS_IO otherwise. */
struct service *service_open(const struct service_options *options, struct err *err);
/* Makes running calls end soon with STATUS_CANCELLED: long changes at their next chunk (they are taken back at the next
 * opening if there is no time for it now), reads at once. Later calls fail likewise. Before service_close. */
void service_stop(struct service *s);
/* No call may be running. */
void service_close(struct service *s);
/* Appends {"status":"ok",...} for health. */
void service_health(struct service *s, struct buf *out);

/* ---- datasets ---- */

struct service_page {
    int64_t limit;      /* already clamped to 1..SERVICE_PAGE_MAX */
    int64_t offset;     /* -1 = none */
    const char *cursor; /* NULL = from the start */
};

/* {"datasets":[dataset],"total":n,"next":string|null}. q: part of the name, case-insensitive. Sorted by last change,
 * newest first. dataset = {id,name,description?,record_count,topic_count,created_at,updated_at,
 * topics:[{topic,count}] (the 8 largest), evaluated_count, labelled_count} */
enum status service_dataset_list(struct service *s, const char *q, const struct service_page *page,
                                 struct buf *out, struct err *err);
/* {"datasets":n,"records":n,"labelled":n,"evaluated":n,"bytes":n,"trash":n}: the footer of the list. */
enum status service_totals(struct service *s, struct buf *out, struct err *err);
/* dataset, with "undo" for create. STATUS_CONFLICT name_taken; STATUS_CONTENT for an empty or too long name. */
enum status service_dataset_create(struct service *s, const char *name, const char *description,
                                   struct buf *out, struct err *err);
enum status service_dataset_get(struct service *s, const char *id, struct buf *out, struct err *err);
/* name NULL: leave. description: set_description false: leave; NULL with it true: clear. */
enum status service_dataset_update(struct service *s, const char *id, const char *name, bool set_description,
                                   const char *description, struct buf *out, struct err *err);
/* {"id","records":n,"undo"} */
enum status service_dataset_delete(struct service *s, const char *id, struct buf *out, struct err *err);
/* The new dataset; name NULL: "<name> copy", "<name> copy 2" ... */
enum status service_dataset_duplicate(struct service *s, const char *id, const char *name, struct buf *out,
                                      struct err *err);
/* {"topics":[{topic,count}],"total":n,"next":null}; topic null first counts records without one. */
enum status service_topics(struct service *s, const char *dataset_id, struct buf *out, struct err *err);

/* ---- records ---- */

/* Filters; NULL or -1 = does not matter. */
struct service_filter {
    const char *q;                         /* words: message text, tool names, arguments, topic, ids */
    const char *topic;                     /* exact, NOCASE */
    bool topic_empty;                      /* only records without a topic */
    int has_tools, edited, error, missing; /* -1, 0, 1 */
    const char *model, *provider;
    double score_min, score_max; /* < 0 = none */
};
#define SERVICE_FILTER_INIT                                                                                    \
    { .has_tools = -1, .edited = -1, .error = -1, .missing = -1, .score_min = -1, .score_max = -1 }

enum service_sort { SERVICE_SORT_CREATED_AT, SERVICE_SORT_TOPIC, SERVICE_SORT_SCORE };
enum service_order { SERVICE_ORDER_DEFAULT, SERVICE_ORDER_ASC, SERVICE_ORDER_DESC };

/* {"records":[record],"total":n,"next":string|null}. record (previews only) = {id,dataset_id,span_id?,trace_id?,
 * topic?,evaluation?:{score?,feedback?,evaluated_at?},created_at,updated_at,edited,preview:{input,output,tool?,
 * arguments?},model?,provider?,finish_reason?,input_tokens?,output_tokens?,cost?,latency_ms?,message_count,
 * tool_count,tool_call_count,error,missing,bytes} */
enum status service_record_list(struct service *s, const char *dataset_id, const struct service_filter *filter,
                                enum service_sort sort, enum service_order order,
                                const struct service_page *page, struct buf *out, struct err *err);
/* The whole record: as in lists, and "data". *etag gets the strong ETag with quotes. */
#define SERVICE_ETAG_SIZE 48
enum status service_record_get(struct service *s, const char *id, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                               struct err *err);
/* The stored data text itself. */
enum status service_record_data(struct service *s, const char *id, struct buf *out,
                                char etag[SERVICE_ETAG_SIZE], struct err *err);
/* body: {topic?, evaluation?:{score?,feedback?}|null}: null clears, absent leaves; unknown members STATUS_INVALID.
 * Answers the record with "undo". if_match NULL: unconditional. STATUS_STALE: the caller answers 412 with the current
 * record (service_record_get). The same for _data_put, whose body is the DataInfo text. */
enum status service_record_update(struct service *s, const char *id, const struct json_text *body,
                                  const char *if_match, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                                  struct err *err);
enum status service_record_data_put(struct service *s, const char *id, const char *data, size_t len,
                                    const char *if_match, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                                    struct err *err);
/* {"id","undo"} */
enum status service_record_delete(struct service *s, const char *id, const char *if_match, struct buf *out,
                                  struct err *err);
/* body: {records:[{data, topic?, evaluation?, span_id?, trace_id?}]}. {"added":n,"already_there":n,"ids":[],"undo"}.
 * All or nothing; errors point at /records/N/... */
enum status service_record_add(struct service *s, const char *dataset_id, const struct json_text *body,
                               struct buf *out, struct err *err);
/* body: {op:"topic"|"score"|"delete"|"restore"|"move"|"copy", select:{ids:[],expect?}|{all:true,<filters>,except?,expect?},
 * topic?, score?, feedback?, to?}. {"changed":n,"already_there":n,"not_found":n,"undo"}. STATUS_CONFLICT
 * count_changed with the new number in the detail when `expect` differs. */
enum status service_bulk(struct service *s, const char *dataset_id, const struct json_text *body,
                         struct buf *out, struct err *err);

/* ---- spans ---- */

/* Called now and then with how far a long call is; non-zero cancels it (what was done is rolled back). */
typedef int (*service_progress)(void *ctx, int64_t done, int64_t total);

/* body: {spans:[{trace_id,span_id}]} | {traces:[trace_id]} | {filter:{}} | {selection_id}; topic?.
 * {"added":n,"already_there":n,"skipped":[{trace_id,span_id?,code,reason,take?:{trace_id,span_id}}],"undo"}; a span
 * named twice counts once, span_id is absent for a trace that is unknown. A call that spans of two traces tell of is
 * added once ("same_call", take is of the other trace). Of traces and filters, what lies around the
 * calls (tools, chains, wrappers with their call) is left out without a word when the trace gives a record. */
enum status service_spans_add(struct service *s, const char *dataset_id, const struct json_text *body,
                              struct buf *out, struct err *err);
/* {"memberships":[{trace_id,span_id,datasets:[{id,name,record_id}]}]} in request order. refs at most
 * SERVICE_MEMBERSHIP_MAX: more is STATUS_CONTENT. */
enum status service_memberships(struct service *s, const struct span_ref *refs, size_t count, struct buf *out,
                                struct err *err);
/* What DataInfo would be stored for one span: {"data":{...}} or {"skipped":{code,reason,take?}}. */
enum status service_span_preview(struct service *s, const struct span_ref *ref, struct buf *out,
                                 struct err *err);

/* Keeps a selection for SERVICE_SELECTION_MS. refs may be NULL with a filter. out_id: the id. */
enum status service_selection_keep(struct service *s, const struct span_ref *refs, size_t count,
                                   const char *filter_json, const char *view, char out_id[UUID_TEXT_SIZE],
                                   struct err *err);
/* {"id","count":n|null,"view","filter"?,"spans":[first 100],"datasets":[{id,name,holds:n}] (of these 100)} */
enum status service_selection_get(struct service *s, const char *id, struct buf *out, struct err *err);

/* ---- undo, trash, operations ---- */

/* {"undone":"<kind>","records":n,"datasets":n}. STATUS_CONFLICT changed_since, or already undone; STATUS_NOT_FOUND
 * unknown or older than 24 hours. */
enum status service_undo(struct service *s, const char *token, struct buf *out, struct err *err);
/* {"trash":[{id (operation or dataset),kind:"dataset"|"records",name,dataset_id,records:n,deleted_at,gone_at}],
 * "total":n,"records":n,"bytes":n,"next":..} */
enum status service_trash_list(struct service *s, const struct service_page *page, struct buf *out,
                               struct err *err);
/* body: {ids:[trash ids]} or {all:true}. restore: {"restored":n,"already_there":n,"undo"}; empty: {"removed":n,
 * "undo":null} */
enum status service_trash_restore(struct service *s, const struct json_text *body, struct buf *out,
                                  struct err *err);
enum status service_trash_empty(struct service *s, const struct json_text *body, struct buf *out,
                                struct err *err);
/* {"id","kind","state":"running"|"done"|"cancelled"|"undone"|"failed","done":n,"total":n|null,"created_at"} */
enum status service_operation_get(struct service *s, const char *id, struct buf *out, struct err *err);
enum status service_operation_cancel(struct service *s, const char *id, struct buf *out, struct err *err);

#endif
