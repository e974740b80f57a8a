#include "http/event_stream.h"

#include "http/server.h"

#include <stdlib.h>
#include <string.h>

#define PING_MS  15000u
#define RETRY_MS 2000

static void busy(struct exchange *ex) {
    struct err err = ERR_INIT;
    err_set(&err, STATUS_BUSY, "too_many_streams",
            "Too many event streams are open; close a window or try again.");
    exchange_problem(ex, &err, NULL);
}

/* Appends an event with an id and no data: it is not dispatched, but a browser that reconnects names it. */
static void add_position(struct buf *b, struct feed *feed, uint64_t n) {
    char id[FEED_ID_SIZE];
    feed_id(feed, n, id);
    buf_printf(b, "id: %s\n\n", id);
}

static void add_reset(struct buf *b, struct feed *feed, uint64_t n) {
    char id[FEED_ID_SIZE];
    feed_id(feed, n, id);
    buf_printf(b, "id: %s\nevent: reset\ndata: {}\n\n", id);
}

/* Where the client wants to go on; true when it named a place that is gone. */
static bool starts_with_reset(struct event_streams *streams, struct exchange *ex, uint64_t *n) {
    const char *header = exchange_header(ex, "Last-Event-ID");
    char *param = NULL;
    if (!header || !*header) header = param = exchange_param(ex, "last_event_id", NULL);
    bool reset = header && *header && !feed_seek(streams->feed, header, n);
    if (!header || !*header || reset) *n = feed_now(streams->feed);
    free(param);
    return reset;
}

static void follow(struct event_streams *streams, struct exchange *ex) {
    struct http_server *server = http_exchange_server(ex);
    struct buf b = BUF_INIT;
    uint64_t n = 0;
    bool reset = starts_with_reset(streams, ex, &n);
    exchange_add_header(ex, "Cache-Control", "no-store");
    exchange_add_header(ex, "X-Accel-Buffering", "no"); /* proxies that would collect events */
    if (exchange_begin(ex, 200, "text/event-stream", -1) || ex->head_only) return;
    buf_printf(&b, "retry: %d\n", RETRY_MS);
    if (reset)
        add_reset(&b, streams->feed, n);
    else
        add_position(&b, streams->feed, n);
    bool open = true;
    while (open && !buf_failed(&b) && exchange_write(ex, b.data, b.len) == 0 && !http_server_stopping(server)) {
        buf_clear(&b);
        switch (feed_read(streams->feed, &n, PING_MS, &b)) {
        case FEED_EVENTS:
            break;
        case FEED_TIMEOUT:
            buf_str(&b, ": ping\n\n");
            break;
        case FEED_LOST:
            add_reset(&b, streams->feed, n);
            break;
        case FEED_CLOSED:
            open = false;
            break;
        }
    }
    buf_free(&b);
}

void event_stream_serve(struct event_streams *streams, struct exchange *ex) {
    if (atomic_fetch_add(&streams->active, 1) >= streams->cap)
        busy(ex);
    else
        follow(streams, ex);
    atomic_fetch_sub(&streams->active, 1);
}
