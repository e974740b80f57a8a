/* gate.h: which requests the viewer takes at all. In this order, the first that fails answers:
 *
 *   Host      names this machine's loopback with one of our ports, an address we were told to listen on, or an
 *             --allow-host; else 403. On every port and path, OTLP too: it is what stops DNS rebinding.
 *   token     with --token: "Authorization: Bearer T", or the cookie of the login page; else 401, and a browser
 *             that asks for a page is sent to /login.
 *   mutation  everything but GET and HEAD, except OTLP: X-Tvp: 1, not cross-site (http/gate_rules.h); a body
 *             for our own calls is application/json.
 *   OTLP      not cross-site either; its two content types, which no form can send, are checked where it is
 *             read.
 *
 * Threads: gate_session_* lock; the rest is constant after init. */
#ifndef VIEWER_GATE_H
#define VIEWER_GATE_H

#include "base/exchange.h"

#include <pthread.h>
#include <stdbool.h>

#define GATE_SESSION_SIZE 65

struct viewer_gate {
    const char *token;               /* borrowed, NULL: none asked */
    const char **extra;              /* owned array: allowed hosts */
    char names[2][64];               /* addresses we listen on that are not loopback */
    unsigned ports[2];               /* set once the listener runs */
    pthread_mutex_t lock;            /* guards session */
    char session[GATE_SESSION_SIZE]; /* what the cookie holds; drawn anew by a logout */
};

/* allow: NULL-terminated. false: out of memory or of randomness. */
bool viewer_gate_init(struct viewer_gate *gate, const char *token, const char *listen, const char *otlp,
                      const char **allow, size_t allow_count);
void viewer_gate_free(struct viewer_gate *gate);

/* true: the request may pass; otherwise it has been answered. */
bool viewer_gate_check(struct viewer_gate *gate, struct exchange *ex);

/* The value of a Set-Cookie header that logs a browser in. */
void viewer_gate_cookie(struct viewer_gate *gate, char *out, size_t size);
/* Logs every browser out. */
void viewer_gate_renew(struct viewer_gate *gate);

#endif
