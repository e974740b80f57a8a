/* entry.c: the one exported symbol, and the wiring: which implementation stands behind which interface.
 *
 *     tvp_host --> span_source_host --> service --> site (listener, gate, REST, fragments, assets)
 *                                          |           ^
 *                                          +-- feed ---+   changes become events
 *
 * An activation holds all of it; nothing is shared between activations but constants, so a process may hold
 * several on different data directories. */
#include "base/feed.h"
#include "base/log.h"
#include "http/assets.h"
#include "http/server.h"
#include "http/site.h"
#include "service/service.h"
#include "spans/span_source_host.h"

#include <errno.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tvp.h>
#include <unistd.h>

#define HOST_CALL_WAIT_MS 2000 /* for host calls under way when deactivate begins */

extern const struct asset_table spanset_assets; /* from webui/, see assets.h */

struct activation {
    struct span_source_host *spans;
    struct feed *feed;
    struct service *service;
    struct site *site;
    struct log_sink log;
};

static tvp_status to_tvp(enum status status) {
    switch (status) {
    case STATUS_OK:
        return TVP_OK;
    case STATUS_NO_MEMORY:
        return TVP_ENOMEM;
    case STATUS_BUSY:
    case STATUS_CONFLICT:
        return TVP_EBUSY;
    case STATUS_UNSUPPORTED:
        return TVP_EUNSUPPORTED;
    case STATUS_INVALID:
    case STATUS_CONTENT:
        return TVP_EINVAL;
    case STATUS_NOT_FOUND:
        return TVP_ENOTFOUND;
    case STATUS_INTERNAL:
        return TVP_EINTERNAL;
    default:
        return TVP_EIO;
    }
}

/* ---- the action ---- */

/* The selection's references, owned; NULL with *err set. */
static struct span_ref *copy_refs(const tvp_selection *selection, struct err *err) {
    struct span_ref *refs = calloc(selection->count, sizeof *refs);
    if (!refs) err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for this selection.");
    for (uint32_t i = 0; refs && i < selection->count; i++) {
        const tvp_span_ref *ref = selection->spans[i];
        if (ref && TVP_CAN(ref, tvp_span_ref, trace_id) && TVP_CAN(ref, tvp_span_ref, span_id) &&
            otlp_id_normalize(ref->trace_id, TRACE_ID_TEXT_SIZE - 1, refs[i].trace_id) &&
            otlp_id_normalize(ref->span_id, SPAN_ID_TEXT_SIZE - 1, refs[i].span_id))
            continue;
        err_set(err, STATUS_INVALID, "bad_id", "Span %u of the selection has no valid trace_id and span_id.",
                i + 1);
        free(refs);
        refs = NULL;
    }
    return refs;
}

/* Keeps the selection under an id. */
static enum status keep_selection(struct activation *a, const tvp_selection *selection, char id[UUID_TEXT_SIZE],
                                  struct err *err) {
    const char *filter =
        TVP_CAN(selection, tvp_selection, filter) && *selection->filter ? selection->filter : NULL;
    const char *view = TVP_CAN(selection, tvp_selection, view) ? selection->view : NULL;
    if (filter) return service_selection_keep(a->service, NULL, selection->count, filter, view, id, err);
    if (!selection->count || !TVP_CAN(selection, tvp_selection, spans))
        return err_set(err, STATUS_INVALID, "nothing_selected", "Select at least one span first.");
    struct span_ref *refs = copy_refs(selection, err);
    enum status status = refs ? service_selection_keep(a->service, refs, selection->count, NULL, view, id, err)
                              : (err->status ? err->status : STATUS_NO_MEMORY);
    free(refs);
    return status;
}

/* "Add to Dataset" was pressed: the host opens our dialog, which finds the selection by its id. */
static tvp_status on_add(void *self, const tvp_selection *selection, tvp_write_fn reply, void *sink) {
    struct activation *a = self;
    struct buf b = BUF_INIT;
    struct err err = ERR_INIT;
    char id[UUID_TEXT_SIZE];
    if (!a || !selection || !reply || !TVP_HAS(selection, tvp_selection, count)) return TVP_EINVAL;
    if (keep_selection(a, selection, id, &err) == STATUS_OK) {
        buf_printf(
            &b,
            "{\"open\":{\"element\":\"spanset-add\",\"module\":\"ui/add.js\",\"path\":\"ui/add?selection=%s\","
            "\"props\":{\"selection_id\":\"%s\",\"count\":",
            id, id);
        if (selection->count)
            buf_printf(&b, "%u}}}", selection->count);
        else
            buf_str(&b, "null}}}");
    } else {
        buf_str(&b, "{\"error\":");
        buf_json_cstr(&b, err.detail);
        buf_char(&b, '}');
    }
    tvp_status status = buf_failed(&b) ? TVP_ENOMEM : reply(sink, b.data, b.len) ? TVP_EIO : TVP_OK;
    buf_free(&b);
    return status;
}

/* ---- registering ---- */

/* A host that refuses one of these (the route is taken, say) still gets the others. */
static void register_all(struct activation *a, const tvp_host *host) {
    const tvp_page page = {.size = sizeof page,
                           .id = "datasets",
                           .title = "Datasets",
                           .icon = "database",
                           .route = "/datasets",
                           .path = "ui/page",
                           .element = "spanset-page",
                           .module = "ui/page.js"};
    const tvp_action action = {.size = sizeof action,
                               .id = "add",
                               .label = "Add to Dataset",
                               .icon = "database",
                               .shortcut = NULL,
                               .min_spans = 1};
    const tvp_widget widget = {.size = sizeof widget,
                               .id = "membership",
                               .title = "Datasets of this span",
                               .path = "ui/footer",
                               .element = "spanset-footer",
                               .module = "ui/footer.js",
                               .height = 76};
    tvp_status status = host->register_page(host->ctx, &page);
    if (status == TVP_EBUSY)
        log_line(&a->log, LOG_LEVEL_WARN, "Spanset: the route %s is taken, so there is no Datasets page",
                 page.route);
    else if (status)
        log_line(&a->log, LOG_LEVEL_WARN, "Spanset: the host refused the Datasets page (status %d)",
                 (int)status);
    status = host->on_span_selected(host->ctx, &action, on_add, a);
    if (status)
        log_line(&a->log, LOG_LEVEL_WARN, "Spanset: the host refused the action %s (status %d)", action.label,
                 (int)status);
    status = host->span_footer_widget(host->ctx, &widget);
    if (status)
        log_line(&a->log, LOG_LEVEL_WARN, "Spanset: the host refused the strip below spans (status %d)",
                 (int)status);
}

/* ---- where data lives ---- */

/* Makes the directories above the last one. What fails shows when the last one is opened. */
static void make_parents(char *path) {
    for (char *p = path + 1; (p = strchr(p, '/')); p++) {
        *p = '\0';
        mkdir(path, 0700);
        *p = '/';
    }
}

/* The host's directory, else $XDG_DATA_HOME/spanset, else ~/.local/share/spanset. Never the working directory:
 * the XDG rules say that a relative path there counts as none. Owned; NULL with *err set. */
static char *data_directory(const tvp_host *host, struct err *err) {
    struct buf b = BUF_INIT;
    if (TVP_CAN(host, tvp_host, data_dir) && *host->data_dir) {
        buf_str(&b, host->data_dir);
    } else {
        const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
        struct passwd entry, *found = NULL;
        char space[4096];
        if (xdg && *xdg == '/') {
            buf_printf(&b, "%s/spanset", xdg);
        } else {
            if ((!home || *home != '/') && getpwuid_r(geteuid(), &entry, space, sizeof space, &found) == 0 &&
                found)
                home = found->pw_dir;
            if (home && *home == '/') buf_printf(&b, "%s/.local/share/spanset", home);
        }
        if (!b.len && !b.failed) {
            err_set(err, STATUS_INVALID, "no_data_dir",
                    "There is no data directory: set XDG_DATA_HOME or HOME.");
            buf_free(&b);
            return NULL;
        }
        if (!b.failed) make_parents(b.data);
    }
    char *path = buf_take(&b);
    if (!path) err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory to start.");
    return path;
}

/* ---- life ---- */

/* Releases what there is, in reverse order of activate. */
static void tear_down(struct activation *a) {
    if (!a) return;
    if (a->feed) feed_close(a->feed); /* event streams end, so that the listener can */
    service_stop(a->service);         /* and so do long changes */
    site_stop(a->site);
    if (a->service) service_close(a->service);
    if (a->feed) feed_free(a->feed);
    if (a->spans) span_source_host_close(a->spans, 0);
    span_source_host_free(a->spans);
    free(a);
}

/* STATUS_INVALID or STATUS_UNSUPPORTED when this host cannot be worked with. One whose table ends before
 * span_json can: spans cannot be added then, and say so, but datasets can be kept, edited and exported. */
static enum status check_host(const tvp_host *host, struct err *err) {
    if (!host || !TVP_HAS(host, tvp_host, abi))
        return err_set(err, STATUS_INVALID, NULL, "The host gave no table of functions.");
    if (TVP_MAJOR(host->abi) != TVP_ABI_MAJOR)
        return err_set(err, STATUS_UNSUPPORTED, NULL, "Spanset needs a host of ABI %u.x; this one is %u.x.",
                       TVP_ABI_MAJOR, TVP_MAJOR(host->abi));
    const char *missing = NULL;
    if (!TVP_CAN(host, tvp_host, name) || !*host->name) missing = "name";
    if (!TVP_CAN(host, tvp_host, version) || !*host->version) missing = "version";
    if (!TVP_CAN(host, tvp_host, base_path) || !*host->base_path) missing = "base_path";
    if (!TVP_CAN(host, tvp_host, register_page)) missing = "register_page";
    if (!TVP_CAN(host, tvp_host, on_span_selected)) missing = "on_span_selected";
    if (!TVP_CAN(host, tvp_host, span_footer_widget)) missing = "span_footer_widget";
    if (missing) return err_set(err, STATUS_INVALID, NULL, "The host lacks the mandatory %s.", missing);
    return STATUS_OK;
}

static enum status start(struct activation *a, const tvp_host *host, struct err *err) {
    enum status status = STATUS_OK;
    char *data_dir = data_directory(host, err);
    if (!data_dir) return err->status;
    a->spans = span_source_host_new(host);
    a->feed = feed_new();
    if (!a->spans || !a->feed) {
        status = err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory to start.");
        goto out;
    }
    a->log = span_source_host_log(a->spans);
    const struct service_options service = {
        .data_dir = data_dir, .spans = span_source_host_get(a->spans), .feed = a->feed, .log = a->log};
    a->service = service_open(&service, err);
    if (!a->service) {
        status = err->status ? err->status : STATUS_IO;
        goto out;
    }
    const struct site_options site = {a->service, a->feed, &spanset_assets, a->log};
    a->site = site_start(&site, err);
    if (!a->site) status = err->status ? err->status : STATUS_IO;
out:
    if (!status) {
        struct buf health = BUF_INIT;
        service_health(a->service, &health);
        log_line(&a->log, LOG_LEVEL_INFO, "Spanset %s serves %s at %s (CivetWeb %s, store %s)", SPANSET_VERSION,
                 data_dir, site_url(a->site), http_server_version(), health.data ? health.data : "?");
        buf_free(&health);
    }
    free(data_dir);
    return status;
}

static tvp_status activate(const tvp_host *host, void **self, char *message, size_t message_len) {
    struct err err = ERR_INIT;
    if (message && message_len) message[0] = '\0';
    if (!self) return TVP_EINVAL;
    *self = NULL;
    struct activation *a = NULL;
    enum status status = check_host(host, &err);
    if (!status && !(a = calloc(1, sizeof *a)))
        status = err_set(&err, STATUS_NO_MEMORY, NULL, "There was not enough memory to start.");
    if (a) status = start(a, host, &err);
    if (status) {
        tear_down(a);
        if (message && message_len)
            snprintf(message, message_len, "%s", err.detail[0] ? err.detail : status_name(status));
        return to_tvp(status);
    }
    register_all(a, host);
    *self = a;
    return TVP_OK;
}

static void *tear_down_later(void *a) {
    tear_down(a);
    return NULL;
}

static void deactivate(void *self) {
    struct activation *a = self;
    if (!a) return;
    feed_close(a->feed);
    if (span_source_host_close(a->spans, HOST_CALL_WAIT_MS)) {
        tear_down(a);
        return;
    }
    /* A host call does not return: its host may need this very thread for it, so waiting would be for ever.
     * What is left is released when the call does return; it touches nothing of the host's. */
    pthread_t thread;
    if (pthread_create(&thread, NULL, tear_down_later, a) == 0) pthread_detach(thread);
}

static tvp_status endpoint(void *self, tvp_endpoint *out) {
    const struct activation *a = self;
    if (!a || !out || !TVP_HAS(out, tvp_endpoint, token)) return TVP_EINVAL;
    out->url = site_url(a->site);
    out->token = site_token(a->site);
    return TVP_OK;
}

static tvp_status health(void *self, tvp_write_fn write, void *sink) {
    struct activation *a = self;
    if (!a || !write) return TVP_EINVAL;
    struct buf b = BUF_INIT;
    service_health(a->service, &b);
    tvp_status status = buf_failed(&b) || !b.len ? TVP_ENOMEM : write(sink, b.data, b.len) ? TVP_EIO : TVP_OK;
    buf_free(&b);
    return status;
}

const tvp_plugin *tvp_plugin_entry(uint32_t host_abi) {
    static const tvp_plugin plugin = {.size = sizeof plugin,
                                      .abi = TVP_ABI,
                                      .id = "spanset",
                                      .name = "Spanset",
                                      .version = SPANSET_VERSION,
                                      .activate = activate,
                                      .deactivate = deactivate,
                                      .endpoint = endpoint,
                                      .health = health};
    return TVP_MAJOR(host_abi) == TVP_ABI_MAJOR ? &plugin : NULL;
}
