/* How it works: a ring of FEED_KEEP events under one mutex. Event n lies at slot n % FEED_KEEP; `first` is the oldest
 * that is still there. Publishing overwrites the oldest, and drops more of them while all together are larger than
 * BYTES_MAX, so that large events cannot hold memory for hours. Readers copy out under the lock and format there too:
 * a copy of at most READ_MAX bytes, so nobody waits long. */
#include "base/feed.h"

#include "base/id.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BYTES_MAX  (8u << 20)   /* of event data kept */
#define READ_MAX   (256u << 10) /* of data one feed_read hands out, but at least one event */
#define EPOCH_SIZE 17

struct event {
    char type[FEED_MAX_TYPE];
    char *data;
    size_t len;
};

struct feed {
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct event ring[FEED_KEEP];
    uint64_t first, next; /* events first .. next-1 are here; numbers start at 1 */
    size_t bytes;
    bool closed;
    char epoch[EPOCH_SIZE];
};

struct feed *feed_new(void) {
    struct feed *f = calloc(1, sizeof *f);
    if (!f) return NULL;
    unsigned char seed[(EPOCH_SIZE - 1) / 2];
    if (!random_bytes(seed, sizeof seed)) {
        free(f);
        return NULL;
    }
    hex_encode(seed, sizeof seed, f->epoch);
    f->first = f->next = 1;
    pthread_mutex_init(&f->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->news, &attr);
    pthread_condattr_destroy(&attr);
    return f;
}

void feed_free(struct feed *f) {
    if (!f) return;
    for (size_t i = 0; i < FEED_KEEP; i++) free(f->ring[i].data);
    pthread_cond_destroy(&f->news);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static void drop_oldest(struct feed *f) {
    struct event *e = &f->ring[f->first % FEED_KEEP];
    f->bytes -= e->len;
    free(e->data);
    *e = (struct event){.data = NULL};
    f->first++;
}

/* An event that finds no memory is not lost silently: everything before it is dropped, so that every reader is told
 * to reset and reads the state anew. */
void feed_publish(struct feed *f, const char *type, const char *data, size_t len) {
    char *copy = malloc(len + 1);
    if (copy) {
        memcpy(copy, data, len);
        copy[len] = '\0';
    }
    pthread_mutex_lock(&f->lock);
    if (f->closed) {
        free(copy);
    } else if (!copy) {
        while (f->first < f->next) drop_oldest(f);
        f->first = ++f->next;
        pthread_cond_broadcast(&f->news);
    } else {
        while (f->next - f->first >= FEED_KEEP || (f->first < f->next && f->bytes + len > BYTES_MAX))
            drop_oldest(f);
        struct event *e = &f->ring[f->next % FEED_KEEP];
        size_t type_len = strnlen(type, FEED_MAX_TYPE - 1);
        memcpy(e->type, type, type_len);
        e->type[type_len] = '\0';
        e->data = copy;
        e->len = len;
        f->bytes += len;
        f->next++;
        pthread_cond_broadcast(&f->news);
    }
    pthread_mutex_unlock(&f->lock);
}

uint64_t feed_now(struct feed *f) {
    pthread_mutex_lock(&f->lock);
    uint64_t now = f->next - 1;
    pthread_mutex_unlock(&f->lock);
    return now;
}

bool feed_seek(struct feed *f, const char *id, uint64_t *n) {
    size_t epoch = EPOCH_SIZE - 1;
    if (strncmp(id, f->epoch, epoch) != 0 || id[epoch] != '-') return false;
    const char *digits = id + epoch + 1;
    if (*digits < '0' || *digits > '9') return false;
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(digits, &end, 10);
    if (errno || *end) return false;
    pthread_mutex_lock(&f->lock);
    bool known = number < f->next && number + 1 >= f->first;
    pthread_mutex_unlock(&f->lock);
    if (known) *n = number;
    return known;
}

void feed_id(struct feed *f, uint64_t n, char out[FEED_ID_SIZE]) {
    struct buf b = BUF_INIT;
    buf_printf(&b, "%s-%llu", f->epoch, (unsigned long long)n);
    size_t len = b.failed || b.len >= FEED_ID_SIZE ? 0 : b.len;
    if (len) memcpy(out, b.data, len);
    out[len] = '\0';
    buf_free(&b);
}

static struct timespec after_ms(unsigned ms) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

/* data is one line by contract; a stray line break would end the event early, so it becomes a space. */
static void write_event(const struct feed *f, uint64_t n, const struct event *e, struct buf *out) {
    buf_printf(out, "id: %s-%llu\nevent: %s\ndata: ", f->epoch, (unsigned long long)n, e->type);
    size_t start = out->len;
    buf_add(out, e->data, e->len);
    if (!out->failed) {
        for (size_t i = start; i < out->len; i++) {
            if (out->data[i] == '\n' || out->data[i] == '\r') out->data[i] = ' ';
        }
    }
    buf_str(out, "\n\n");
}

enum feed_wait feed_read(struct feed *f, uint64_t *n, unsigned timeout_ms, struct buf *out) {
    struct timespec until = after_ms(timeout_ms);
    enum feed_wait result;
    pthread_mutex_lock(&f->lock);
    int waited = 0;
    while (!f->closed && *n + 1 == f->next && waited == 0)
        waited = pthread_cond_timedwait(&f->news, &f->lock, &until);
    if (f->closed) {
        result = FEED_CLOSED;
    } else if (*n + 1 < f->first || *n >= f->next) { /* dropped, or a number that this feed never gave */
        *n = f->next - 1;
        result = FEED_LOST;
    } else if (*n + 1 == f->next) {
        result = FEED_TIMEOUT;
    } else {
        size_t start = out->len;
        while (*n + 1 < f->next && out->len - start < READ_MAX) {
            write_event(f, *n + 1, &f->ring[(*n + 1) % FEED_KEEP], out);
            ++*n;
        }
        result = FEED_EVENTS;
    }
    pthread_mutex_unlock(&f->lock);
    return result;
}

void feed_close(struct feed *f) {
    pthread_mutex_lock(&f->lock);
    f->closed = true;
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
}
