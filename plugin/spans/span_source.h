/* span_source.h: where spans come from. service/ and datainfo/ know this interface only; span_source_host.c fills
 * it from the tvp_host of the viewer, tests fill it from files.
 *
 * Threads: every function may be called from any thread, concurrently. No lock is held by the caller.
 * Ownership: arguments are borrowed; span text is appended to the caller's buf or lent to the callback for the call. */
#ifndef SPANSET_SPANS_SPAN_SOURCE_H
#define SPANSET_SPANS_SPAN_SOURCE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"

#include <stddef.h>

struct span_ref {
    char trace_id[TRACE_ID_TEXT_SIZE]; /* lower-case hex */
    char span_id[SPAN_ID_TEXT_SIZE];
};

/* One span_json object (DESIGN 2.1: {"resource":{},"scope":{},"span":{},"logs":[]}). Non-zero stops the walk. */
typedef int (*span_source_span_fn)(void *sink, const char *span_json, size_t len);
/* One reference that fits a filter. Non-zero stops the walk. */
typedef int (*span_source_ref_fn)(void *sink, const struct span_ref *ref);

struct span_source {
    void *ctx;
    /* Appends one span_json object. STATUS_NOT_FOUND: the host has no such span. */
    enum status (*span)(void *ctx, const struct span_ref *ref, struct buf *out, struct err *err);
    /* All spans of a trace, in any order. STATUS_NOT_FOUND: no such trace. STATUS_UNSUPPORTED: the host cannot list
     * traces; spans are then judged alone. */
    enum status (*trace)(void *ctx, const char *trace_id, span_source_span_fn each, void *sink,
                         struct err *err);
    /* The spans that fit a filter (one JSON object, DESIGN 2.1), newest first. STATUS_UNSUPPORTED: the host has no
     * tvp.query/1. STATUS_INVALID: the filter was refused. */
    enum status (*query)(void *ctx, const char *filter_json, span_source_ref_fn each, void *sink,
                         struct err *err);
};

#endif
