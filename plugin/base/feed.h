/* feed.h: a bounded history of events that many readers follow at their own pace.
 *
 *        oldest                                newest
 *     [ 17 | 18 | 19 | 20 | ... | 1040 ]  <- feed_publish
 *              ^ reader that asked for events after 18
 *
 * An event's id is "<epoch>-<n>": epoch is drawn when the feed is made, n counts from 1. A reader that names an id of
 * another epoch, or one that has already been dropped, is told to reset (read everything anew).
 * Threads: all functions are thread-safe. No callback runs under the feed's lock. */
#ifndef SPANSET_BASE_FEED_H
#define SPANSET_BASE_FEED_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define FEED_KEEP     1024 /* events kept for readers that come back */
#define FEED_ID_SIZE  48
#define FEED_MAX_TYPE 32

struct feed;
struct feed *feed_new(void);
void feed_free(struct feed *f); /* no reader may be left: feed_close first and wait for them */

/* Appends an event: `type` is a word ("changed"), data one line of JSON. Both are copied. Never blocks on readers. */
void feed_publish(struct feed *f, const char *type, const char *data, size_t len);

/* The number of the newest event, 0 when there is none: where a reader that wants only news starts. */
uint64_t feed_now(struct feed *f);
/* Parses "<epoch>-<n>" of a Last-Event-ID. false: unknown or dropped; the reader has to reset. */
bool feed_seek(struct feed *f, const char *id, uint64_t *n);
/* Writes "<epoch>-<n>". */
void feed_id(struct feed *f, uint64_t n, char out[FEED_ID_SIZE]);

enum feed_wait { FEED_EVENTS, FEED_TIMEOUT, FEED_LOST, FEED_CLOSED };
/* Waits up to timeout_ms for events after *n and appends them to out in the text/event-stream form
 * ("id: ..\nevent: ..\ndata: ..\n\n"); *n moves to the last one. FEED_LOST: events after *n were already dropped;
 * *n is set to now and the reader has to reset. FEED_CLOSED: feed_close was called. */
enum feed_wait feed_read(struct feed *f, uint64_t *n, unsigned timeout_ms, struct buf *out);

/* Wakes every reader with FEED_CLOSED, now and for ever. */
void feed_close(struct feed *f);

#endif
