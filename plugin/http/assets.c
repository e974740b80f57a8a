#include "http/assets.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HASH_LEN 8 /* esbuild's: chunk-AB12CD34.js */

const struct asset *asset_find(const struct asset_table *table, const char *path) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(path, table->assets[mid].path);
        if (order == 0) return &table->assets[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

/* Whether the file's name ends in -XXXXXXXX before its extension: then its content never changes under that
 * name. */
static bool named_by_hash(const char *path) {
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    size_t stem = strcspn(name, ".");
    if (stem < HASH_LEN + 2 || name[stem - HASH_LEN - 1] != '-') return false;
    for (size_t i = stem - HASH_LEN; i < stem; i++)
        if (!isupper((unsigned char)name[i]) && !isdigit((unsigned char)name[i])) return false;
    return true;
}

/* Whether one element of Accept-Encoding ("gzip;q=0.5") has a weight above 0. Without strtod: that follows the
 * locale. */
static bool has_weight(const char *element, size_t len) {
    const char *q = memchr(element, ';', len), *end = element + len;
    if (!q) return true;
    for (q++; q < end && (*q == ' ' || *q == '\t'); q++) {
    }
    if (end - q < 2 || (*q != 'q' && *q != 'Q') || q[1] != '=') return true;
    for (q += 2; q < end; q++)
        if (*q >= '1' && *q <= '9') return true;
    return false;
}

/* Whether Accept-Encoding takes gzip: by name, else by *. */
static bool takes_gzip(const char *accept) {
    bool star = false;
    while (accept && *accept) {
        accept += strspn(accept, ", \t");
        size_t len = strcspn(accept, ","), name = strcspn(accept, ",; \t");
        if (name == 4 && !strncasecmp(accept, "gzip", 4)) return has_weight(accept, len);
        if (name == 1 && *accept == '*') star = has_weight(accept, len);
        accept += len;
    }
    return star;
}

void asset_serve(const struct asset *asset, struct exchange *ex, const char *csp) {
    bool gzip = asset->gzip && takes_gzip(exchange_header(ex, "Accept-Encoding"));
    /* A strong ETag stands for bytes, so the two codings have one each: "hash" and "hash-gz". */
    char tag[100];
    size_t stem = strlen(asset->etag) ? strlen(asset->etag) - 1 : 0;
    snprintf(tag, sizeof tag, "%.*s%s", (int)stem, asset->etag, gzip ? "-gz\"" : "\"");
    exchange_add_header(ex, "ETag", tag);
    exchange_add_header(ex, "Cache-Control",
                        named_by_hash(asset->path) ? "public, max-age=31536000, immutable" : "no-cache");
    if (asset->gzip) exchange_add_header(ex, "Vary", "Accept-Encoding");
    if (csp) exchange_add_header(ex, "Content-Security-Policy", csp);
    if (exchange_tag_listed(exchange_header(ex, "If-None-Match"), tag, true)) {
        exchange_begin(ex, 304, NULL, 0);
        return;
    }
    if (gzip) exchange_add_header(ex, "Content-Encoding", "gzip");
    exchange_reply(ex, 200, asset->content_type, gzip ? asset->gzip : asset->data,
                   gzip ? asset->gzip_len : asset->len);
}
