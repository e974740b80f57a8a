/* adding.h: a request to add spans while it is carried out, for spans.c and span_twins.c alone. */
#ifndef SPANSET_SERVICE_ADDING_H
#define SPANSET_SERVICE_ADDING_H

#include "service/internal.h"
#include "service/spool.h"

enum outcome { PENDING, ADDED, ALREADY_THERE, SKIPPED, LEFT_OUT };

struct item {
    struct span_ref ref;
    enum outcome outcome;
    bool twin;   /* skipped: a span of another trace tells of its call */
    bool wanted; /* there already, and read to be compared */
    int64_t at;  /* in the spool */
    size_t len;
    char code[16];
    struct span_ref take; /* span_id "" = none */
    char *reason;         /* owned */
};

struct adding {
    struct service *s;
    const char *dataset_id;
    struct span_request request;
    struct item *items;
    size_t count;
    size_t *by_trace;      /* indexes of items, grouped by trace, groups in order of their first item */
    size_t *group;         /* of each item: the first item of its trace */
    struct call_key *keys; /* of the calls that were read, and of which item each is */
    size_t *key_items;
    size_t key_count, key_cap;
    struct spool spool;
};

enum status item_skip(struct item *it, const char *code, const char *reason, const struct span_ref *take,
                      struct err *err);

/* span_reading.c: items by_trace[from .. to) are of one trace. Those that are pending become DataInfo in the spool and
 * a key, or are skipped. With `again` those that are there already are read instead, if they are wanted, for their
 * keys alone. text: room that is used again. */
enum status adding_read_trace(struct adding *a, size_t from, size_t to, bool again, struct buf *text,
                              struct err *err);
/* The end of the trace's items in by_trace. */
size_t adding_trace_end(const struct adding *a, size_t from);

/* span_twins.c: of the calls that are about to be added, skips those of which a span of another trace tells that will
 * be added or is there already. */
enum status adding_skip_twins(struct adding *a, struct err *err);

#endif
