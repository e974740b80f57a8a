#include "http/site.h"

#include "api/api.h"
#include "http/event_stream.h"
#include "http/fragments.h"
#include "http/gate.h"
#include "http/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_CAP 96 /* of the server's 128 threads: the rest stays free for calls */

struct site {
    struct gate gate;
    struct api api;
    struct event_streams streams;
    const struct asset_table *assets;
    struct http_server *server;
    char url[40];
};

static bool on_gate(struct exchange *ex, void *ctx) {
    const struct site *site = ctx;
    return gate_check(&site->gate, http_server_port(http_exchange_server(ex), 0), ex);
}

static void on_api(struct exchange *ex, void *ctx) {
    struct site *site = ctx;
    if (strncmp(ex->path, "/api/", 5) == 0)
        api_handle(ex, &site->api);
    else
        route_not_found(ex);
}

static void on_events(struct exchange *ex, void *ctx) {
    event_stream_serve(ctx, ex);
}

static void on_ui(struct exchange *ex, void *ctx) {
    const struct site *site = ctx;
    const char *path = ex->path + 1;
    if (fragment_serve(path, ex)) return;
    const struct asset *asset = asset_find(site->assets, path);
    if (asset)
        asset_serve(asset, ex, FRAGMENT_CSP);
    else
        route_not_found(ex);
}

struct site *site_start(const struct site_options *options, struct err *err) {
    static const struct http_route routes[] = {{"GET", "/ui/{path*}", on_ui}};
    struct site *site = calloc(1, sizeof *site);
    if (!site || !gate_init(&site->gate)) {
        free(site);
        err_set(err, STATUS_NO_MEMORY, NULL, "There is not enough memory or randomness to start the listener.");
        return NULL;
    }
    site->assets = options->assets;
    site->streams.feed = options->feed;
    site->streams.cap = STREAM_CAP;
    atomic_init(&site->streams.active, 0);
    site->api = (struct api){options->service, on_events, &site->streams};
    const struct http_server_options server = {.listen = "127.0.0.1:0",
                                               .routes = routes,
                                               .route_count = sizeof routes / sizeof *routes,
                                               .gate = on_gate,
                                               .fallback = on_api,
                                               .ctx = site,
                                               .log = options->log};
    site->server = http_server_start(&server, err);
    if (!site->server) {
        free(site);
        return NULL;
    }
    snprintf(site->url, sizeof site->url, "http://127.0.0.1:%u", http_server_port(site->server, 0));
    return site;
}

const char *site_url(const struct site *site) {
    return site->url;
}

const char *site_token(const struct site *site) {
    return site->gate.token;
}

void site_stop(struct site *site) {
    if (!site) return;
    http_server_stop(site->server);
    free(site);
}
