#include "viewer/retention.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define RETENTION_PERIOD_S 60
#define DAY_NS             86400000000000

struct retention {
    struct viewer_store *store;
    int64_t keep_days;
    uint64_t max_spans;
    struct log_sink log;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool ending;
};

static bool is_ending(void *ctx) {
    struct retention *r = ctx;
    pthread_mutex_lock(&r->lock);
    bool ending = r->ending;
    pthread_mutex_unlock(&r->lock);
    return ending;
}

static void *run(void *arg) {
    struct retention *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->ending) {
        pthread_mutex_unlock(&r->lock);
        struct err err = ERR_INIT;
        uint64_t removed = 0;
        int64_t before = r->keep_days ? (int64_t)clock_now_ms() * 1000000 - r->keep_days * DAY_NS : 0;
        enum status status = viewer_store_retain(r->store, before, r->max_spans, is_ending, r, &removed, &err);
        if (removed) log_line(&r->log, LOG_LEVEL_INFO, "Forgot %llu old spans.", (unsigned long long)removed);
        if (status != STATUS_OK)
            log_line(&r->log, LOG_LEVEL_WARN, "Old spans could not be removed: %s", err.detail);
        pthread_mutex_lock(&r->lock);
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += RETENTION_PERIOD_S;
        while (!r->ending && pthread_cond_timedwait(&r->wake, &r->lock, &until) == 0) {
        }
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

struct retention *retention_new(struct viewer_store *store, int64_t keep_days, uint64_t max_spans,
                                const struct log_sink *log) {
    struct retention *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->store = store;
    r->keep_days = keep_days;
    r->max_spans = max_spans;
    if (log) r->log = *log;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&r->thread, NULL, run, r) == 0) return r;
    pthread_cond_destroy(&r->wake);
    pthread_mutex_destroy(&r->lock);
    free(r);
    return NULL;
}

void retention_free(struct retention *r) {
    if (!r) return;
    pthread_mutex_lock(&r->lock);
    r->ending = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_cond_destroy(&r->wake);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
