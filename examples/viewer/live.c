#include "viewer/live.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIVE_PERIOD_MS 250

struct live {
    struct feed *feed;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool ending;
    /* gathered since the last event */
    char trace_ids[INGEST_REPORT_TRACES][TRACE_ID_TEXT_SIZE];
    size_t trace_count;
    uint64_t spans;
    bool more, pending;
};

/* Called under the lock; leaves nothing gathered. */
static void take(struct live *live, struct buf *out) {
    buf_clear(out);
    buf_str(out, "{\"trace_ids\":[");
    for (size_t i = 0; i < live->trace_count; i++)
        buf_printf(out, "%s\"%s\"", i ? "," : "", live->trace_ids[i]);
    buf_printf(out, "],\"spans\":%llu,\"more\":%s}", (unsigned long long)live->spans,
               live->more ? "true" : "false");
    live->trace_count = 0;
    live->spans = 0;
    live->more = live->pending = false;
}

static void *run(void *arg) {
    struct live *live = arg;
    struct buf event = BUF_INIT;
    pthread_mutex_lock(&live->lock);
    while (!live->ending) {
        if (!live->pending) {
            pthread_cond_wait(&live->wake, &live->lock);
            continue;
        }
        take(live, &event);
        pthread_mutex_unlock(&live->lock);
        if (!buf_failed(&event)) feed_publish(live->feed, "spans", event.data, event.len);
        pthread_mutex_lock(&live->lock);
        /* the pause between events, cut short only by the end */
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LIVE_PERIOD_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        while (!live->ending && pthread_cond_timedwait(&live->wake, &live->lock, &until) == 0) {
        }
    }
    pthread_mutex_unlock(&live->lock);
    buf_free(&event);
    return NULL;
}

struct live *live_new(struct feed *feed) {
    struct live *live = calloc(1, sizeof *live);
    if (!live) return NULL;
    live->feed = feed;
    pthread_mutex_init(&live->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&live->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&live->thread, NULL, run, live) == 0) return live;
    pthread_cond_destroy(&live->wake);
    pthread_mutex_destroy(&live->lock);
    free(live);
    return NULL;
}

void live_free(struct live *live) {
    if (!live) return;
    pthread_mutex_lock(&live->lock);
    live->ending = true;
    pthread_cond_signal(&live->wake);
    pthread_mutex_unlock(&live->lock);
    pthread_join(live->thread, NULL);
    pthread_cond_destroy(&live->wake);
    pthread_mutex_destroy(&live->lock);
    free(live);
}

void live_note(struct live *live, const struct ingest_report *report) {
    if (!live || !report->trace_count) return; /* records without a span show nowhere yet */
    pthread_mutex_lock(&live->lock);
    for (size_t i = 0; i < report->trace_count; i++) {
        size_t k = 0;
        while (k < live->trace_count && strcmp(live->trace_ids[k], report->trace_ids[i]) != 0) k++;
        if (k < live->trace_count) continue;
        if (k == INGEST_REPORT_TRACES) {
            live->more = true;
            break;
        }
        memcpy(live->trace_ids[live->trace_count++], report->trace_ids[i], TRACE_ID_TEXT_SIZE);
    }
    live->spans += report->spans;
    live->more |= report->more;
    live->pending = true;
    pthread_cond_signal(&live->wake);
    pthread_mutex_unlock(&live->lock);
}
