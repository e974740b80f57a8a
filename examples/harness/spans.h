/* spans.h: spans in memory, for a host that keeps none: from OTLP files, or the few that the harness brings.
 *
 * Filled once, then only read, so reading needs no lock. Spans that come in several requests are merged by their ids
 * (the last one wins), log records are joined to the span that they name.
 * Threads: spans_add_* by one thread before anything is read; everything else from any thread. */
#ifndef HARNESS_SPANS_H
#define HARNESS_SPANS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "otlp/otlp.h"
#include "otlp/span_filter.h"
#include "tvp.h"

#include <stddef.h>
#include <stdint.h>

/* A span, ready to be shown and searched. Strings are owned; NULL = unknown. */
struct stored_span {
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE], parent_id[SPAN_ID_TEXT_SIZE];
    uint64_t start, end; /* Unix nanoseconds */
    char *json;          /* one line: {"resource","scope","span","logs"} */
    size_t json_len;
    char *name, *service, *model, *provider, *thread_id, *user, *preview_input, *preview_output, *error;
    const char *kind;
    bool failed;
    int64_t input_tokens, output_tokens; /* -1 unknown */
    struct buf text;                     /* folded, for the filter */
};

struct spans;
struct spans *spans_new(void);
void spans_free(struct spans *spans);

enum status spans_add_file(struct spans *spans, const char *path, struct otlp_result *result, struct err *err);
enum status spans_add_bytes(struct spans *spans, const char *data, size_t len, struct otlp_result *result,
                            struct err *err);
/* After the last one: sorts, joins logs, reads what lists show. */
enum status spans_finish(struct spans *spans, struct err *err);

size_t spans_count(const struct spans *spans);
/* Newest start first. */
const struct stored_span *spans_at(const struct spans *spans, size_t index);
const struct stored_span *spans_find(const struct spans *spans, const char *trace_id, const char *span_id);
bool spans_fits(const struct stored_span *span, const struct span_filter *filter);

/* The callbacks of a host (hostkit_callbacks); ctx is a struct spans. */
tvp_status spans_span_json(void *ctx, const char *trace_id, const char *span_id, tvp_write_fn write,
                           void *sink);
tvp_status spans_trace_json(void *ctx, const char *trace_id, tvp_write_fn write, void *sink);
tvp_status spans_query(void *ctx, const char *filter, tvp_write_fn write, void *sink);

/* The spans that check brings along: one trace with a model call, a tool call and a failed call, and another with a
 * single call. OTLP JSON. */
extern const char spans_samples[];

#endif
