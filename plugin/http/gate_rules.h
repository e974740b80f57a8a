/* gate_rules.h: what the plugin's listener and the reference viewer both ask of a request. Each function judges
 * one rule; a gate puts them in order and answers. Threads: no state.
 *
 * Why: a web page of anybody's can make a browser send requests to 127.0.0.1. It cannot read the answers, but
 * it can post forms and images, and by rebinding a name it can become same-origin. A header that a form cannot
 * set, a content type that a form cannot have, the browser's own Sec-Fetch-Site, and the Host check close these
 * ways. */
#ifndef SPANSET_HTTP_GATE_RULES_H
#define SPANSET_HTTP_GATE_RULES_H

#include "base/err.h"
#include "base/exchange.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether Host names `name` on one of `ports`: "name:port", or "name" alone when port 80 is among them. Names
 * compare case-insensitively; the three names of loopback (127.0.0.1, localhost, [::1]) always count. `extra`:
 * further names
 * (--allow-host), with or without a port; one with a port allows just that. NULL-terminated, may be NULL. */
bool gate_host_fits(const char *host, const unsigned *ports, size_t port_count, const char *const *extra);

/* STATUS_FORBIDDEN unless the request may change something: X-Tvp: 1, and no Sec-Fetch-Site of cross-site or
 * same-site. GET and HEAD always pass. */
enum status gate_check_mutation(struct exchange *ex, struct err *err);

/* STATUS_MEDIA_TYPE unless the request has no body, or its Content-Type is application/json or one of `more`
 * (NULL-terminated, may be NULL; parameters such as charset do not count). */
enum status gate_check_type(struct exchange *ex, const char *const *more, struct err *err);

#endif
