/* timing.h: a measurement repeated until it has lasted long enough to be believed. Header-only, for tests/bench. */
#ifndef SPANSET_TESTS_BENCH_TIMING_H
#define SPANSET_TESTS_BENCH_TIMING_H

#include <stdio.h>
#include <time.h>

#define TIMING_SECONDS 0.7 /* a round lasts at least that; the best of three counts */

static inline double timing_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds that one call of `work` takes. */
static inline double timing_of(void (*work)(void *), void *ctx) {
    double best = 0;
    work(ctx); /* warm */
    for (int round = 0; round < 3; round++) {
        double from = timing_now(), took = 0;
        int calls = 0;
        do {
            work(ctx);
            calls++;
            took = timing_now() - from;
        } while (took < TIMING_SECONDS / 3 || calls < 2);
        if (!round || took / calls < best) best = took / calls;
    }
    return best;
}

static inline void timing_head(const char *items) {
    printf("%-52s %10s/s %8s %8s\n", "", items, "MB/s", "x bare");
}

/* bare: seconds of the same bytes through a bare library; 0 for that row itself. */
static inline void timing_row(const char *what, double seconds, size_t items, size_t bytes, double bare) {
    printf("%-52s %12.0f %8.1f", what, (double)items / seconds, (double)bytes / seconds / 1e6);
    if (bare > 0) printf(" %8.2f", bare / seconds);
    printf("\n");
    fflush(stdout);
}

#endif
