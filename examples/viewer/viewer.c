#include "viewer/viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct http_route routes[] = {
    {"POST", "/v1/traces", call_otlp_traces},
    {"POST", "/v1/logs", call_otlp_logs},
    {"GET", "/api/spans", call_spans},
    {"GET", "/api/traces", call_traces},
    {"GET", "/api/traces/{trace}", call_trace},
    {"GET", "/api/traces/{trace}/spans/{span}", call_span},
    {"GET", "/api/threads", call_threads},
    {"GET", "/api/thread", call_thread},
    {"GET", "/api/facets", call_facets},
    {"GET", "/api/info", call_info},
    {"GET", "/api/events", call_events},
    {"GET", "/api/plugins", call_plugins},
    {"POST", "/api/plugins/{plugin}/actions/{action}", call_action},
    {"POST", "/api/selection", call_selection},
    {"GET", "/login", call_login_page},
    {"POST", "/login", call_login},
    {"GET", "/login.js", call_login_file},
    {"GET", "/login.css", call_login_file},
    {"POST", "/logout", call_logout},
};

static const char *const own_routes[] = {"/traces", "/threads", "/api", "/v1", "/login", "/logout"};

static bool gate(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    return viewer_gate_check(&v->gate, ex);
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

/* <prefix>/lib of <prefix>/bin/spanset-viewer: where `make install` puts plugins (lib/tvp). */
static void find_lib(char *out, size_t size) {
    char exe[2048];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    *out = '\0';
    if (n <= 0) return;
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (!slash) return;
    *slash = '\0';
    snprintf(out, size, "%s/../lib", exe);
}

static enum status start_plugins(struct viewer *v, struct err *err) {
    char lib[2200];
    find_lib(lib, sizeof lib);
    struct hostkit_options options = {
        .name = VIEWER_NAME,
        .version = SPANSET_VERSION,
        .data_dir = v->options->data,
        .plugins = (const char *const *)v->options->plugins,
        .plugin_count = v->options->plugin_count,
        .search_environment = true,
        .lib_dir = *lib ? lib : NULL,
        .reserved_routes = own_routes,
        .reserved_count = sizeof own_routes / sizeof *own_routes,
        .callbacks = plugin_callbacks(v),
    };
    v->kit = hostkit_start(&options, err);
    return v->kit ? STATUS_OK : err && err->status != STATUS_OK ? err->status : STATUS_INTERNAL;
}

static enum status listen_on(struct viewer *v, struct err *err) {
    bool one = strcmp(v->options->listen, v->options->otlp) == 0;
    char both[200];
    snprintf(both, sizeof both, "%s%s%s", v->options->listen, one ? "" : ",", one ? "" : v->options->otlp);
    struct http_server_options options = {
        .listen = both,
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .gate = gate,
        .fallback = call_page,
        .raw_prefix = HOSTKIT_MOUNT,
        .raw = call_proxy,
        .ctx = v,
        .log = v->log,
    };
    v->server = http_server_start(&options, err);
    if (!v->server) return err && err->status != STATUS_OK ? err->status : STATUS_IO;
    v->ports[0] = http_server_port(v->server, 0);
    v->ports[1] = one ? v->ports[0] : http_server_port(v->server, 1);
    v->gate.ports[0] = v->ports[0];
    v->gate.ports[1] = v->ports[1];
    return STATUS_OK;
}

enum status viewer_start(struct viewer *v, const struct viewer_options *options,
                         const struct asset_table *assets, const struct log_sink *log, struct err *err) {
    memset(v, 0, sizeof *v);
    v->options = options;
    v->assets = assets;
    if (log) v->log = *log;
    atomic_init(&v->intake_bytes, 0);
    atomic_init(&v->streams.active, 0);
    enum status status = STATUS_OK;
    v->store = viewer_store_open(options->data, &v->log, err);
    if (!v->store) status = err && err->status != STATUS_OK ? err->status : STATUS_IO;
    if (status == STATUS_OK) {
        v->feed = feed_new();
        v->live = v->feed ? live_new(v->feed) : NULL;
        v->streams.feed = v->feed;
        v->streams.cap = VIEWER_STREAMS_MAX;
        if (!v->live || !viewer_gate_init(&v->gate, options->token, options->listen, options->otlp,
                                          options->allow_hosts, options->allow_host_count))
            status = no_memory(err);
    }
    if (status == STATUS_OK) status = viewer_import(v, options->imports, options->import_count, err);
    if (status == STATUS_OK) status = start_plugins(v, err);
    if (status == STATUS_OK) status = listen_on(v, err);
    if (status == STATUS_OK && (options->keep_days || options->max_spans)) {
        v->retention = retention_new(v->store, options->keep_days, options->max_spans, &v->log);
        if (!v->retention) status = no_memory(err);
    }
    if (status != STATUS_OK) viewer_stop(v);
    return status;
}

void viewer_stop(struct viewer *v) {
    retention_free(v->retention);
    if (v->feed) feed_close(v->feed);
    if (v->server) http_server_stop(v->server);
    hostkit_stop(v->kit);
    live_free(v->live);
    if (v->feed) feed_free(v->feed);
    viewer_store_close(v->store);
    viewer_gate_free(&v->gate);
    memset(v, 0, sizeof *v);
}
