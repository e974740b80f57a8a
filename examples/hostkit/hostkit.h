/* hostkit.h: what any C host needs to carry plugins of host-api/tvp.h.
 *
 *     const char *files[] = {"build/spanset.so"};
 *     struct hostkit_options options = {
 *         .name = "My Viewer", .version = "1.0", .data_dir = "/var/lib/my-viewer",
 *         .plugins = files, .plugin_count = 1, .search_environment = true, .lib_dir = "/usr/local/lib",
 *         .callbacks = {.ctx = store, .span_json = my_span_json, .log = my_log},
 *     };
 *     struct hostkit *kit = hostkit_start(&options, &err);          // loads and activates
 *     ... http_server_start with raw_prefix = "/plugins/", raw = a function that calls hostkit_proxy (proxy.h)
 *     ... GET /api/plugins -> hostkit_plugins_json; a press -> hostkit_selection_parse, hostkit_press
 *     http_server_stop(server); hostkit_stop(kit);
 *
 * How it works: find.c lists the files, load.c opens and checks each one, registry.c is the tvp_host that the plugin
 * registers with (it copies every string), action.c presses buttons, describe.c writes what was registered.
 * After hostkit_start nothing registered changes any more, so reading it needs no lock. Calls into a plugin are
 * counted, no lock is held across them, and hostkit_stop waits for them before it deactivates.
 *
 * Threads: hostkit_start and hostkit_stop by one thread, once; everything between them from any thread. The host's
 * callbacks are called from any thread, concurrently, from within hostkit_start until hostkit_stop returns.
 * What it does not do: reload plugins, restart a plugin that failed, or keep its threads from misbehaving. */
#ifndef HOSTKIT_HOSTKIT_H
#define HOSTKIT_HOSTKIT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "tvp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOSTKIT_MOUNT         "/plugins/"
#define HOSTKIT_REPLY_MAX     (64u << 10) /* an action's reply */
#define HOSTKIT_SELECTION_MAX 100000u /* spans named one by one in a selection; more is a filter's business */

struct hostkit;

/* What the host program supplies. Each gets ctx first. Strings are lent for the call. */
struct hostkit_callbacks {
    void *ctx;
    /* Mandatory: tvp_host.span_json. Both ids are checked: lower-case hex of the right length. */
    tvp_status (*span_json)(void *ctx, const char *trace_id, const char *span_id, tvp_write_fn write,
                            void *sink);
    /* Nullable: tvp_host.trace_json. trace_id is checked likewise. */
    tvp_status (*trace_json)(void *ctx, const char *trace_id, tvp_write_fn write, void *sink);
    /* Nullable: offers tvp.query/1. filter is never NULL; checking it is the host's. */
    tvp_status (*query)(void *ctx, const char *filter, tvp_write_fn write, void *sink);
    /* Nullable. One line without newline; level as in tvp_host.log. plugin is its id, "" for hostkit itself. */
    void (*log)(void *ctx, const char *plugin, int32_t level, const char *line);
    /* Nullable: offers tvp.notify/1. */
    tvp_status (*toast)(void *ctx, const char *plugin, int32_t level, const char *text);
};

/* Everything is copied; options may be dropped after hostkit_start. */
struct hostkit_options {
    const char *name, *version; /* mandatory: the host, as plugins see it */
    const char *data_dir;       /* plugins get <data_dir>/plugins/<id>, made 0700; NULL: they choose */
    const char *mount;          /* NULL = HOSTKIT_MOUNT; begins and ends with '/': base_path is <mount><id>/ */

    const char *const
        *plugins; /* files named by the user (--plugin): one that fails makes hostkit_start fail */
    size_t plugin_count;
    bool search_environment; /* also $TVP_PLUGIN_PATH: colon list of files and of directories (their *.so) */
    const char *lib_dir;     /* also <lib_dir>/tvp/<*>.so; NULL: not */
    /* Files that were found by searching and fail are logged and left out; so is a second file with the same id. */

    const char *const
        *reserved_routes;  /* the host's own, "/traces": a page there, above or below is TVP_EBUSY */
    size_t reserved_count; /* the mount point is reserved anyway */

    bool deepbind; /* dlopen with RTLD_DEEPBIND (see tvp.h, LOADING A PLUGIN); ignored under AddressSanitizer */
    struct hostkit_callbacks callbacks;
};

/* NULL and *err on failure: nothing is left running then. */
struct hostkit *hostkit_start(const struct hostkit_options *options, struct err *err);

/* Deactivates in reverse order. From its begin on presses and proxied requests are refused (STATUS_BUSY, 503);
 * running presses are waited for. Stop the host's HTTP server first: it ends proxied streams. NULL is fine. */
void hostkit_stop(struct hostkit *kit);

/* ---- what is there: constant from hostkit_start to hostkit_stop ---- */

/* A loaded plugin and what it registered. Optional strings are NULL when absent, also where the plugin gave "". The
 * tvp structs are copies with `size` of this build. */
struct hostkit_plugin {
    const char *id, *name, *version;
    const char *license; /* nullable */
    const char *file;
    const char *base_path; /* "/plugins/spanset/" */
    const char *data_dir;  /* nullable */
    const tvp_page *pages;
    const tvp_action *actions;
    const tvp_widget *widgets; /* in rising order */
    const tvp_panel *panels;
    size_t page_count, action_count, widget_count, panel_count;
    bool observes; /* wants hostkit_observe */
};

size_t hostkit_count(const struct hostkit *kit);
const struct hostkit_plugin *hostkit_at(const struct hostkit *kit, size_t index); /* index < hostkit_count */
const struct hostkit_plugin *hostkit_find(const struct hostkit *kit, const char *id); /* NULL: none */

/* The page whose route is `path` or a parent of it by whole segments; NULL: none. For the host's index.html.
 * *owner (nullable) is whose it is. */
const tvp_page *hostkit_page_at(const struct hostkit *kit, const char *path,
                                const struct hostkit_plugin **owner);

/* Appends the health object of a plugin; {"status":"ok"} when it has no such function, {"status":"failed",...}
 * when its answer was no JSON object or an error. Returns false for "failed". */
bool hostkit_health(struct hostkit *kit, const struct hostkit_plugin *plugin, struct buf *out);

/* Appends {"plugins":[...]} as GET /api/plugins answers it (examples/viewer/README.md). Asks for health. */
void hostkit_plugins_json(struct hostkit *kit, struct buf *out);

/* Where the plugin's listener is, copied into out_url and out_token. STATUS_UNSUPPORTED: it serves no HTTP;
 * STATUS_BUSY: stopping; STATUS_IO: it does not say. */
#define HOSTKIT_URL_SIZE   128
#define HOSTKIT_TOKEN_SIZE 129
enum status hostkit_endpoint(struct hostkit *kit, const struct hostkit_plugin *plugin,
                             char out_url[HOSTKIT_URL_SIZE], char out_token[HOSTKIT_TOKEN_SIZE],
                             struct err *err);

/* ---- selections ---- */

struct hostkit_ref {
    char trace_id[TRACE_ID_TEXT_SIZE]; /* lower-case hex */
    char span_id[SPAN_ID_TEXT_SIZE];
};

/* Either spans (count of them) or filter (a JSON object; count is how many the host believes fit, 0 = unknown). */
struct hostkit_selection {
    struct hostkit_ref *spans; /* owned; NULL with a filter */
    uint32_t count;
    char *filter; /* owned, NULL = none */
    char *view;   /* owned, NULL = unknown */
    char *user;   /* owned, NULL = unknown */
};

/* Reads the body of a press: {"spans":[{"trace_id","span_id"}],"view"} or {"filter":{...},"view"}. Ids become lower
 * case; a span named twice counts once. STATUS_INVALID for anything else (unknown members too), STATUS_TOO_LARGE
 * over HOSTKIT_SELECTION_MAX. Members of the filter are not looked at: the host checks it and sets count, and the
 * user. Release with hostkit_selection_free in every case. */
enum status hostkit_selection_parse(struct hostkit_selection *out, const char *body, size_t len,
                                    struct err *err);
void hostkit_selection_free(struct hostkit_selection *selection);

/* Presses an action. On STATUS_OK *reply holds one JSON object with exactly one of "open", "toast", "error", as the
 * plugin wrote it (what "open" names was checked: strings, relative paths). STATUS_NOT_FOUND: no such plugin or
 * action; STATUS_CONTENT: fewer or more spans than the action takes; STATUS_INTERNAL: the plugin failed or answered
 * something else, with a sentence that names it; STATUS_BUSY: stopping. */
enum status hostkit_press(struct hostkit *kit, const char *plugin, const char *action,
                          const struct hostkit_selection *selection, struct buf *reply, struct err *err);

/* Tells the observers of all plugins. The browser waits 150 ms after the last change before it asks for this. */
void hostkit_observe(struct hostkit *kit, const struct hostkit_selection *selection);

#endif
