/* event_stream.h: follows a feed as text/event-stream on an exchange.
 *
 * Sends `retry`, then events from Last-Event-ID on (header, or query parameter last_event_id); an id that the
 * feed no longer knows gives one event `reset`. Pings every 15 s so that proxies and dead clients are noticed.
 * Returns when the client leaves, the feed closes or the server stops. */
#ifndef SPANSET_HTTP_EVENT_STREAM_H
#define SPANSET_HTTP_EVENT_STREAM_H

#include "base/exchange.h"
#include "base/feed.h"

#include <stdatomic.h>

/* `active` counts running streams of one server; above `cap` the answer is 503 with Retry-After. */
struct event_streams {
    struct feed *feed;
    unsigned cap;
    atomic_uint active;
};

void event_stream_serve(struct event_streams *streams, struct exchange *ex);

#endif
