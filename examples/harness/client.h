/* client.h: HTTP requests as the checks make them: any header, one at a time, no cookies, no redirects.
 * Threads: any; each call stands alone. */
#ifndef HARNESS_CLIENT_H
#define HARNESS_CLIENT_H

#include "base/buf.h"

#include <stdbool.h>

struct client_reply {
    int status;         /* 0: no reply; why says more */
    struct buf headers; /* "Name: value\r\n"... */
    struct buf body;
    char why[120];
};

/* headers: NULL-terminated "Name: value" lines, nullable. body nullable. At most 10 s.
 * Release with client_reply_free, also after a failure. */
void client_send(struct client_reply *reply, const char *method, const char *url, const char *const *headers,
                 const char *body);
void client_reply_free(struct client_reply *reply);

/* Copies the value of the first such header; false and "" when there is none. */
bool client_header(const struct client_reply *reply, const char *name, char *value, size_t size);

/* Opens an event stream and reads it until *stop is set, the other side ends it, or 20 s are over. Returns how many
 * bytes came. */
size_t client_follow(const char *url, const char *const *headers, volatile bool *stop);

#endif
