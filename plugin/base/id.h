/* id.h: identifiers. UUIDv7 (RFC 9562, section 5.7) for our own rows, hex for OTLP ids.
 *
 * uuid7_new is monotonic within a process: ids made later sort after ids made earlier as text, also within one
 * millisecond (the 12 bits rand_a count up). Threads: uuid7_new may be called concurrently on one generator. */
#ifndef SPANSET_BASE_ID_H
#define SPANSET_BASE_ID_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUID_TEXT_SIZE     37 /* 36 characters and NUL */
#define TRACE_ID_TEXT_SIZE 33
#define SPAN_ID_TEXT_SIZE  17

struct id_generator {
    pthread_mutex_t lock;
    uint64_t last_ms;
    uint32_t counter;
};

void id_generator_init(struct id_generator *g);
void id_generator_destroy(struct id_generator *g);

/* A new UUIDv7 in lower-case text. false only when the kernel gives no random bytes. */
bool uuid7_new(struct id_generator *g, char out[UUID_TEXT_SIZE]);

/* 36 characters, hex and dashes in their places, any version. */
bool uuid_valid(const char *text);

/* `digits` hex digits and nothing else, not all zero (an OTLP id). Writes it in lower case to out, which holds
 * digits + 1 bytes. */
bool otlp_id_normalize(const char *text, size_t digits, char *out);

/* n random bytes from getrandom(2). */
bool random_bytes(void *out, size_t n);
/* 2 * n hex digits and NUL. */
void hex_encode(const void *bytes, size_t n, char *out);

/* Constant-time comparison of two strings: for tokens. */
bool secret_equal(const char *a, const char *b);

#endif
