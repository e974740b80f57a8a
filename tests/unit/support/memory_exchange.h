/* memory_exchange.h: an exchange out of memory, for handlers without a server. */
#ifndef TESTS_MEMORY_EXCHANGE_H
#define TESTS_MEMORY_EXCHANGE_H

#include "base/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct memory_exchange {
    struct exchange ex;
    char *target; /* path and query */
    const char *body;
    size_t body_len, read;
    const char *names[8], *values[8]; /* request headers */
    int count;
    char content_type[80];
    int64_t length;
    struct buf reply;
};

static const char *memory_header(struct exchange *ex, const char *name) {
    struct memory_exchange *m = ex->impl;
    for (int i = 0; i < m->count; i++)
        if (!strcasecmp(m->names[i], name)) return m->values[i];
    return NULL;
}

static int64_t memory_read(struct exchange *ex, void *into, size_t len) {
    struct memory_exchange *m = ex->impl;
    size_t left = m->body_len - m->read, n = left < len ? left : len;
    if (n) memcpy(into, m->body + m->read, n);
    m->read += n;
    return (int64_t)n;
}

static int memory_begin(struct exchange *ex, int status, const char *content_type, int64_t length) {
    struct memory_exchange *m = ex->impl;
    (void)status;
    snprintf(m->content_type, sizeof m->content_type, "%s", content_type ? content_type : "");
    m->length = length;
    return 0;
}

static int memory_write(struct exchange *ex, const void *data, size_t len) {
    struct memory_exchange *m = ex->impl;
    buf_add(&m->reply, data, len);
    return 0;
}

static const struct exchange_ops memory_ops = {memory_header, memory_read, memory_begin, memory_write};

/* target: "/api/x?y=z". body may be NULL. */
static inline void memory_init(struct memory_exchange *m, const char *method, const char *target,
                               const char *body) {
    memset(m, 0, sizeof *m);
    m->target = strdup(target);
    char *question = strchr(m->target, '?');
    m->ex.query = question ? question + 1 : "";
    if (question) *question = '\0';
    m->ex.ops = &memory_ops;
    m->ex.impl = m;
    m->ex.method = method;
    m->ex.head_only = !strcmp(method, "HEAD");
    m->ex.path = m->target;
    m->ex.user = "";
    m->body = body ? body : "";
    m->body_len = body ? strlen(body) : 0;
    m->ex.content_length = (int64_t)m->body_len;
}

static inline void memory_add_header(struct memory_exchange *m, const char *name, const char *value) {
    m->names[m->count] = name;
    m->values[m->count++] = value;
}

static inline const char *memory_reply_header(const struct memory_exchange *m, const char *name) {
    for (int i = 0; i < m->ex.header_count; i++)
        if (!strcasecmp(m->ex.headers[i].name, name)) return m->ex.headers[i].value;
    return NULL;
}

static inline const char *memory_text(const struct memory_exchange *m) {
    return m->reply.data ? m->reply.data : "";
}

static inline void memory_free(struct memory_exchange *m) {
    buf_free(&m->reply);
    free(m->target);
}

#endif
