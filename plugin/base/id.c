#include "base/id.h"

#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

void id_generator_init(struct id_generator *g) {
    *g = (struct id_generator){.last_ms = 0};
    pthread_mutex_init(&g->lock, NULL);
}

void id_generator_destroy(struct id_generator *g) {
    pthread_mutex_destroy(&g->lock);
}

bool random_bytes(void *out, size_t n) {
    unsigned char *p = out;
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        p += got;
        n -= (size_t)got;
    }
    return true;
}

void hex_encode(const void *bytes, size_t n, char *out) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

bool uuid7_new(struct id_generator *g, char out[UUID_TEXT_SIZE]) {
    unsigned char u[16];
    if (!random_bytes(u, sizeof u)) return false;
    pthread_mutex_lock(&g->lock);
    uint64_t ms = clock_now_ms();
    if (ms > g->last_ms) {
        g->last_ms = ms;
        g->counter = ((uint32_t)(u[6] & 0x07) << 8) | u[7]; /* upper half stays free for counting */
    } else if (++g->counter > 0xFFF) {                      /* also when the clock steps back */
        g->last_ms++;
        g->counter = 0;
    }
    ms = g->last_ms;
    uint32_t count = g->counter;
    pthread_mutex_unlock(&g->lock);
    for (int i = 0; i < 6; i++) u[i] = (unsigned char)(ms >> (40 - 8 * i));
    u[6] = (unsigned char)(0x70 | (count >> 8));
    u[7] = (unsigned char)count;
    u[8] = (unsigned char)(0x80 | (u[8] & 0x3F));
    char hex[33];
    hex_encode(u, sizeof u, hex);
    size_t at = 0;
    for (int i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20) out[at++] = '-';
        out[at++] = hex[i];
    }
    out[at] = '\0';
    return true;
}

bool uuid_valid(const char *text) {
    if (!text || strlen(text) != UUID_TEXT_SIZE - 1) return false;
    for (int i = 0; i < UUID_TEXT_SIZE - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) return false;
    }
    return true;
}

bool otlp_id_normalize(const char *text, size_t digits, char *out) {
    if (!text || strlen(text) != digits) return false;
    bool zero = true;
    for (size_t i = 0; i < digits; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!isxdigit(c)) return false;
        if (c != '0') zero = false;
        out[i] = (char)(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
    }
    out[digits] = '\0';
    return !zero;
}

bool secret_equal(const char *a, const char *b) {
    size_t la = strlen(a), lb = strlen(b);
    unsigned char diff = (unsigned char)(la != lb);
    for (size_t i = 0; i < la; i++) diff |= (unsigned char)(a[i] ^ b[lb ? i % lb : 0]);
    return diff == 0;
}
