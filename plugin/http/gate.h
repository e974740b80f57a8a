/* gate.h: who may talk to the plugin's listener: 401 without the token, before anything else and with an empty
 * body; 403 for a foreign Host; then the rules for requests that change something. Threads: constant after
 * gate_init. */
#ifndef SPANSET_HTTP_GATE_H
#define SPANSET_HTTP_GATE_H

#include "base/exchange.h"

#include <stdbool.h>

#define GATE_TOKEN_SIZE 65 /* 32 random bytes in hex, and NUL */

struct gate {
    char token[GATE_TOKEN_SIZE];
};

/* Draws the token. false: the kernel gave no random bytes. */
bool gate_init(struct gate *gate);

/* true: the request may pass; otherwise it has been answered. port: the listener's. */
bool gate_check(const struct gate *gate, unsigned port, struct exchange *ex);

#endif
