/* internal.h: what the files of this room share. */
#ifndef SPANSET_SERVICE_INTERNAL_H
#define SPANSET_SERVICE_INTERNAL_H

#include "base/clock.h"
#include "base/id.h"
#include "datainfo/datainfo.h"
#include "service/service.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct selection;

struct service {
    struct store *store;
    const struct span_source *spans;
    struct feed *feed;
    struct log_sink log;
    char *data_dir;
    struct id_generator ids;

    pthread_mutex_t selection_lock; /* guards selections; no other lock is taken under it */
    struct selection *selections;   /* newest first */

    pthread_mutex_t keeper_lock; /* the thread that empties old trash now and then */
    pthread_cond_t keeper_wake;
    pthread_t keeper;
    bool keeper_runs, closing;
};

/* ---- text.c: what people type ---- */

/* Trims white space and checks: UTF-8 is given (JSON was checked), control characters are refused, at most max bytes.
 * *out is owned, NULL for "" (which is STATUS_CONTENT when `required`). what: "name", for the sentence. */
enum status text_clean(const char *s, size_t len, size_t max, const char *what, bool required, char **out,
                       struct err *err);
/* The string member `value` (or null, or absent: JSON_TEXT_NONE) through text_clean. Another type is STATUS_CONTENT.
 * pointer: where it stands. multiline: newlines and tabs are fine. */
enum status text_member(const struct json_text *value, size_t max, const char *what, const char *pointer,
                        bool multiline, char **out, struct err *err);
/* STATUS_INVALID when `object` is no object or has a member that is not in the NULL-terminated list. where: pointer
 * prefix, "" for the body itself. */
enum status members_known(const struct json_text *object, const char *const *known, const char *where,
                          struct err *err);

/* ---- wire.c: rows as JSON ---- */

/* Without the closing brace, so that callers can append members. */
void wire_dataset_open(struct buf *out, const struct store_dataset *d);
void wire_record_open(struct buf *out, const struct store_record *r);
void wire_time(struct buf *out, const char *key, int64_t unix_ms);
void wire_known(struct buf *out, const char *key, int64_t value);   /* nothing below 0 */
void wire_undo(struct buf *out, const struct store_change *change); /* "undo":token|null */
/* Takes back what was written since *out had `from` bytes: a call that fails leaves nothing behind. */
void wire_drop(struct buf *out, size_t from);
/* STATUS_OK, or STATUS_NO_MEMORY with *out taken back to `from` bytes. */
enum status wire_done(struct buf *out, size_t from, struct err *err);

void etag_of(int64_t version, char etag[SERVICE_ETAG_SIZE]);

/* ---- cursor.c ---- */

/* A cursor is bound to what it pages through: `scope` hashes all that (order, filters, dataset). */
uint64_t scope_hash(uint64_t seed, const char *s); /* chain calls; NULL s counts as absent */
/* text of *out is owned in *hold (free()). STATUS_INVALID when it is no cursor or not of this scope. */
enum status cursor_read(const char *cursor, uint64_t scope, struct store_position *out, char **hold,
                        struct err *err);

/* Collects rows of one page: writes at most `limit` and remembers where the last one stood. */
struct page_writer {
    struct buf *out;
    int64_t limit, seen;
    struct store_position last; /* strings owned by hold */
    char *hold;
};
/* Whether this row is to be written; remembers its position if so. */
bool page_take(struct page_writer *p, const struct store_position *at);
/* Appends "next": a cursor, or null when the page was the last. */
void page_next(struct page_writer *p, uint64_t scope);
void page_free(struct page_writer *p);

/* ---- changes.c: the feed ---- */

/* {"kind":kind,"dataset_id":..,"count":n[,"spans":[..],"more":bool]}; dataset_id and refs may be NULL. */
void publish_change(struct service *s, const char *kind, const char *dataset_id, int64_t count,
                    const struct span_ref *refs, size_t ref_count);
/* Reports progress of long changes as "operation" events; ctx is the service. */
struct store_progress progress_reporter(struct service *s);

/* ---- rows.c: DataInfo as a row ---- */

/* Fills the narrow columns of *row from checked DataInfo; strings are those of *summary, which the caller frees. */
enum status row_of_data(struct store_record *row, struct datainfo_summary *summary, const char *data,
                        size_t len, struct err *err);
/* {score?, feedback?} or null of a body at `pointer` into *fields; strings owned by *feedback. */
enum status evaluation_read(const struct json_text *value, const char *pointer, struct store_fields *fields,
                            char **feedback, struct err *err);

/* ---- selections.c ---- */

struct ref_list {
    struct span_ref *refs; /* owned */
    size_t count, cap;
};
enum status ref_list_add(struct ref_list *list, const struct span_ref *ref, struct err *err);
void ref_list_free(struct ref_list *list);
/* [{trace_id,span_id}] of a body. STATUS_CONTENT with a pointer for what is no reference. */
enum status refs_read(const struct json_text *array, const char *pointer, struct ref_list *out,
                      struct err *err);

/* A copy of what was selected: references, or *filter (owned). STATUS_NOT_FOUND when it is unknown or too old. */
enum status selection_take(struct service *s, const char *id, struct ref_list *refs, char **filter,
                           struct err *err);
void selections_free(struct service *s);

/* ---- span_request.c: the body of a request to add spans ---- */

struct span_request {
    struct ref_list refs;
    bool named;  /* spans were named, each of them is answered for; else traces or a filter were */
    char *topic; /* owned, NULL = none */
};
/* *r is zeroed by the caller; free it also after a failure. */
enum status span_request_read(struct service *s, const struct json_text *body, struct span_request *r,
                              struct err *err);
void span_request_free(struct span_request *r);

#endif
