/* live.h: tells browsers what came in, at most four times a second however fast it comes.
 *
 * live_note gathers; a thread publishes what has gathered as one event `spans` on the feed.
 * Threads: live_note from any; new and free from one. */
#ifndef VIEWER_LIVE_H
#define VIEWER_LIVE_H

#include "base/feed.h"
#include "viewer/store/viewer_store.h"

struct live;
struct live *live_new(struct feed *feed); /* NULL: out of memory or threads */
void live_free(struct live *live);        /* ends the thread; NULL is fine */
void live_note(struct live *live, const struct ingest_report *report);

#endif
