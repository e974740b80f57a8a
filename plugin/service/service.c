/* service.c: opening, closing, health, and the keeper: a thread that empties what has been in the trash too long. */
#include "service/internal.h"

#include <time.h>

#define KEEPER_SLICE_MS 50  /* how long one slice of tidying may hold the write lock */
#define KEEPER_PAUSE_MS 200 /* between slices, so that people come first */
#define KEEPER_EVERY_S  3600
#define DAY_MS          (24 * 3600 * INT64_C(1000))

static bool keeper_sleep(struct service *s, int64_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&s->keeper_lock);
    while (!s->closing && pthread_cond_timedwait(&s->keeper_wake, &s->keeper_lock, &until) == 0) {
    }
    bool go_on = !s->closing;
    pthread_mutex_unlock(&s->keeper_lock);
    return go_on;
}

static void *keep(void *arg) {
    struct service *s = arg;
    do {
        bool more = true;
        while (more) {
            struct err err = ERR_INIT;
            if (store_maintain(s->store, KEEPER_SLICE_MS, &more, &err)) {
                log_line(&s->log, LOG_LEVEL_WARN, "emptying old trash failed: %s", err.detail);
                break;
            }
            if (more && !keeper_sleep(s, KEEPER_PAUSE_MS)) return NULL;
        }
    } while (keeper_sleep(s, KEEPER_EVERY_S * 1000));
    return NULL;
}

struct service *service_open(const struct service_options *options, struct err *err) {
    struct service *s = calloc(1, sizeof *s);
    if (!s || !(s->data_dir = strdup(options->data_dir))) {
        free(s);
        err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        return NULL;
    }
    s->spans = options->spans;
    s->feed = options->feed;
    s->log = options->log;
    struct store_options store = {
        .data_dir = options->data_dir,
        .one_transaction = options->one_transaction ? options->one_transaction : SERVICE_ONE_TRANSACTION,
        .chunk_ms = SERVICE_CHUNK_MS,
        .undo_ms = SERVICE_UNDO_MS,
        .trash_ms = SERVICE_TRASH_DAYS * DAY_MS,
        .log = options->log,
    };
    s->store = store_open(&store, err);
    if (!s->store) {
        free(s->data_dir);
        free(s);
        return NULL;
    }
    id_generator_init(&s->ids);
    pthread_mutex_init(&s->selection_lock, NULL);
    pthread_mutex_init(&s->keeper_lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->keeper_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    s->keeper_runs = pthread_create(&s->keeper, NULL, keep, s) == 0;
    if (!s->keeper_runs)
        log_line(&s->log, LOG_LEVEL_WARN, "no thread for tidying: old trash is emptied at the next start");
    return s;
}

void service_stop(struct service *s) {
    if (s) store_interrupt(s->store);
}

void service_close(struct service *s) {
    if (!s) return;
    pthread_mutex_lock(&s->keeper_lock);
    s->closing = true;
    pthread_cond_broadcast(&s->keeper_wake);
    pthread_mutex_unlock(&s->keeper_lock);
    service_stop(s);
    if (s->keeper_runs) pthread_join(s->keeper, NULL);
    store_close(s->store);
    selections_free(s);
    pthread_cond_destroy(&s->keeper_wake);
    pthread_mutex_destroy(&s->keeper_lock);
    pthread_mutex_destroy(&s->selection_lock);
    id_generator_destroy(&s->ids);
    free(s->data_dir);
    free(s);
}

void service_health(struct service *s, struct buf *out) {
    const char *store = store_health(s->store);
    buf_char(out, '{');
    buf_json_text(out, "status", strcmp(store, "ok") ? "degraded" : "ok");
    buf_json_text(out, "store", store);
    buf_json_int(out, "bytes", store_file_bytes(s->store));
    buf_char(out, '}');
}
