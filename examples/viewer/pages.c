/* What a browser loads: the UI's files, and index.html at the addresses that are pages. Everything else is
 * 404. */
#include "viewer/viewer.h"

#include <string.h>

const char VIEWER_CSP[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'";

/* "/traces" and what lies below, by whole segments. */
static bool below(const char *path, const char *route) {
    size_t n = strlen(route);
    return strncmp(path, route, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

void call_page(struct exchange *ex, void *ctx) {
    const struct viewer *v = ctx;
    struct err err = ERR_INIT;
    bool page = strcmp(ex->path, "/") == 0 || below(ex->path, "/traces") || below(ex->path, "/threads") ||
                hostkit_page_at(v->kit, ex->path, NULL) != NULL;
    const struct asset *asset = asset_find(v->assets, page ? "index.html" : ex->path + 1);
    if (!page && strcmp(ex->path, "/index.html") == 0) asset = NULL; /* a page has one address */
    if (asset && strcmp(ex->method, "GET") != 0 && strcmp(ex->method, "HEAD") != 0) {
        exchange_add_header(ex, "Allow", "GET, HEAD");
        err_set(&err, STATUS_METHOD, NULL, "Pages and files can only be read.");
        exchange_problem(ex, &err, NULL);
    } else if (asset) {
        asset_serve(asset, ex, VIEWER_CSP);
    } else {
        err_set(&err, STATUS_NOT_FOUND, "not_found", "There is nothing at this address.");
        exchange_problem(ex, &err, NULL);
    }
}
