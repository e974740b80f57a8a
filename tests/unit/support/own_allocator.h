/* own_allocator.h: malloc and its kin replaced for one test program, so that allocations can be made to fail and
 * their bytes counted. Sanitizers bring an allocator of their own: under them OWN_ALLOCATOR is not defined. Header
 * for one .c file of a program; what it counts is not for several threads. */
#ifndef SPANSET_TESTS_SUPPORT_OWN_ALLOCATOR_H
#define SPANSET_TESTS_SUPPORT_OWN_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define OWN_ALLOCATOR 1

#include <malloc.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static struct {
    bool armed;
    size_t fail_from; /* the number of the first allocation to fail */
    size_t taken;     /* allocations since arm() */
    long live;        /* blocks that are not freed, since arm() */
    long bytes, peak; /* of them; what was there before arm() and is freed counts below zero */
} allocator;

static bool allocator_refuses(void) {
    return allocator.armed && allocator.taken++ >= allocator.fail_from;
}

static void allocator_count(void *p, int sign) {
    if (!allocator.armed || !p) return;
    allocator.live += sign;
    allocator.bytes += sign * (long)malloc_usable_size(p);
    if (allocator.bytes > allocator.peak) allocator.peak = allocator.bytes;
}

#define SHARED __attribute__((visibility("default"))) /* libc's own calls have to meet the same allocator */
SHARED void *malloc(size_t n) {
    if (allocator_refuses()) return NULL;
    void *p = __libc_malloc(n);
    allocator_count(p, 1);
    return p;
}
SHARED void *calloc(size_t n, size_t size) {
    if (allocator_refuses()) return NULL;
    void *p = __libc_calloc(n, size);
    allocator_count(p, 1);
    return p;
}
SHARED void *realloc(void *old, size_t n) {
    if (allocator_refuses()) return NULL;
    allocator_count(old, -1);
    void *p = __libc_realloc(old, n);
    allocator_count(p ? p : old, 1);
    return p;
}
SHARED void free(void *p) {
    allocator_count(p, -1);
    __libc_free(p);
}

/* Counts from here on; allocation number `from` and all after it fail (SIZE_MAX: none). */
static void arm(size_t from) {
    allocator.fail_from = from;
    allocator.taken = 0;
    allocator.live = allocator.bytes = allocator.peak = 0;
    allocator.armed = true;
}
static void disarm(void) {
    allocator.armed = false;
}
#endif

#endif
