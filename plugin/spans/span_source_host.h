/* span_source_host.h: a span_source and a log_sink over the tvp_host of the viewer, behind a gate that closes.
 *
 * The rule of tvp.h: after deactivate begins, no thread of the plugin calls the host. So deactivate closes the
 * gate first; from then on spans are STATUS_CANCELLED and log lines go nowhere. Calls under way cannot be
 * recalled: span_source_host_close waits for them, but only for a while, because a host whose callbacks need
 * the thread that is in deactivate would otherwise wait for itself for ever.
 *
 * Threads: all functions but span_source_host_new and _free are thread-safe. No lock is held across a host
 * call. tvp.h is included only here and in entry.c. */
#ifndef SPANSET_SPANS_SPAN_SOURCE_HOST_H
#define SPANSET_SPANS_SPAN_SOURCE_HOST_H

#include "base/log.h"
#include "spans/span_source.h"

#include <stdbool.h>
#include <tvp.h>

struct span_source_host;

/* Asks the host for tvp.query/1, so it runs inside activate. host is borrowed until the gate is closed. NULL:
 * out of memory. */
struct span_source_host *span_source_host_new(const tvp_host *host);
/* Borrowed; valid until _free. */
const struct span_source *span_source_host_get(const struct span_source_host *source);
struct log_sink span_source_host_log(struct span_source_host *source);

/* Lets no further call through and waits up to wait_ms for those under way. true: none is left. */
bool span_source_host_close(struct span_source_host *source, unsigned wait_ms);
/* Closed, and no thread of the plugin left that could use it. */
void span_source_host_free(struct span_source_host *source);

#endif
