/* assets.h: files compiled into the binary by webui/embed.mjs, sorted by path, gzip beside plain.
 *
 * Served from memory with a strong ETag (the content's hash), 304, gzip when the client takes it, nosniff, and
 * Cache-Control: no-cache (revalidate) for plain names, immutable for names with a content hash
 * (chunk-AB12CD34.js). */
#ifndef SPANSET_HTTP_ASSETS_H
#define SPANSET_HTTP_ASSETS_H

#include "base/exchange.h"

#include <stddef.h>

struct asset {
    const char *path; /* "ui/spanset.js", no leading slash */
    const char *content_type;
    const char *etag;                 /* with quotes */
    const unsigned char *data, *gzip; /* gzip NULL: not worth it */
    size_t len, gzip_len;
};

struct asset_table {
    const struct asset *assets; /* sorted by path, bytewise */
    size_t count;
};

/* NULL when there is none. */
const struct asset *asset_find(const struct asset_table *table, const char *path);
/* Answers with the asset. csp: the Content-Security-Policy to send, NULL for none. */
void asset_serve(const struct asset *asset, struct exchange *ex, const char *csp);

#endif
