/* span_filter.h: the filter of host-api/tvp.h (FILTER), parsed once for the URL, tvp.query/1 and actions.
 *
 * `text` matches without regard to case where the span's text contains the given text, within a word too: "fund"
 * finds "Refund!". Threads: no state; a filter belongs to its owner. */
#ifndef OTLP_SPAN_FILTER_H
#define OTLP_SPAN_FILTER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/exchange.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span_filter {
    /* owned, NULL = not asked for; trace_id is lower-case hex, text is folded */
    char *service, *name, *model, *provider, *kind, *text, *trace_id, *thread_id, *user;
    bool has_error, error;
    bool has_from, has_to;
    int64_t from_ms, to_ms; /* Unix milliseconds: from <= start < to */
    double min_ms;          /* < 0: not asked for */
};

void span_filter_init(struct span_filter *filter); /* asks for nothing */
void span_filter_free(struct span_filter *filter); /* safe on an initialised filter, and twice */

/* Adds one condition. STATUS_INVALID naming the member: unknown, or a value that is not of its form. An empty
 * value asks for nothing. */
enum status span_filter_set(struct span_filter *filter, const char *member, const char *value, struct err *err);

/* Reads a whole filter (out is initialised by it; free it in every case): from a JSON object, or from the query
 * parameters of a request, where those in the NULL-terminated list `others` are somebody else's. */
enum status span_filter_parse(struct span_filter *out, const char *json, size_t len, struct err *err);
enum status span_filter_from_query(struct span_filter *out, struct exchange *ex, const char *const *others,
                                   struct err *err);

bool span_filter_is_empty(const struct span_filter *filter);
/* Appends the filter as a JSON object, members in a fixed order: equal filters give equal text. */
void span_filter_write(const struct span_filter *filter, struct buf *out);
/* A number that tells filters apart, for cursors. Stable between runs. */
uint64_t span_filter_hash(const struct span_filter *filter);

/* A span as the filter sees it. NULL = the span has none. text is folded (span_text_fold). */
struct span_filter_view {
    const char *service, *name, *model, *provider, *kind, *trace_id, *thread_id, *user;
    const char *text;
    size_t text_len;
    bool failed;
    int64_t start_ms;
    double duration_ms;
};
bool span_filter_match(const struct span_filter *filter, const struct span_filter_view *view);

/* ---- text ---- */

#define SPAN_TEXT_MAX (64u << 10) /* searchable bytes kept per span */

/* Appends what `text` searches in, folded: the span's name, and the strings in its attributes, events and logs,
 * with JSON inside strings opened; each text once, over-long ones by their beginning and end, encoded data not
 * at all. At most SPAN_TEXT_MAX bytes. span_json: {"resource","scope","span","logs"}; what does not parse gives
 * nothing. */
void span_text_write(const char *span_json, size_t len, struct buf *out);

/* Appends s in lower case (Latin, Greek, Cyrillic, full width), UTF-8; what is not UTF-8 becomes U+FFFD. */
void span_text_fold(const char *s, size_t len, struct buf *out);
/* Whether folded text contains the folded needle. */
bool span_text_match(const char *text, size_t len, const char *needle, size_t needle_len);

#endif
