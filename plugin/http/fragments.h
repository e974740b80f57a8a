/* fragments.h: every element as a small HTML document of its own, for hosts that include documents or iframes
 * instead of modules. It works without any script of the host's: fragment.js mounts the element and speaks for
 * the host. All URLs in it are relative, so any mount prefix will do.
 *
 * One table says which elements there are; adding one is one row. Threads: no state. */
#ifndef SPANSET_HTTP_FRAGMENTS_H
#define SPANSET_HTTP_FRAGMENTS_H

#include "base/exchange.h"

#include <stdbool.h>
#include <stddef.h>

/* What every document of the plugin is served with (DESIGN section 7). */
#define FRAGMENT_CSP                                                                                           \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src "        \
    "'self'; "                                                                                                 \
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

struct fragment {
    const char *path;    /* "ui/page": where it is served, relative to the mount point */
    const char *element; /* "spanset-page" */
    const char *module;  /* "page.js", relative to ui/ */
    const char *title;
};

extern const struct fragment fragments[];
extern const size_t fragment_count;

/* Serves the fragment whose path is `path`; false when there is none. */
bool fragment_serve(const char *path, struct exchange *ex);

#endif
