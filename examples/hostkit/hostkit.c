/* hostkit.c: start, stop, and looking up what is there. */
#include "hostkit/hostkit.h"

#include "hostkit/find.h"
#include "hostkit/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define STOP_WAIT_SECONDS 10 /* for presses under way; then the plugin is deactivated anyway */
#define ACTIVATE_ERR_SIZE 512

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while starting plugins.");
}

void hostkit_log(const struct hostkit *kit, const struct hostkit_slot *slot, int32_t level, const char *format,
                 ...) {
    if (!kit->callbacks.log) return;
    char line[1001];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < 0x20) *p = ' ';
    kit->callbacks.log(kit->callbacks.ctx, slot ? slot->pub.id : "", level, line);
}

bool hostkit_enter(struct hostkit *kit) {
    pthread_mutex_lock(&kit->lock);
    bool open = !atomic_load(&kit->stopping);
    if (open) kit->calls++;
    pthread_mutex_unlock(&kit->lock);
    return open;
}

void hostkit_leave(struct hostkit *kit) {
    pthread_mutex_lock(&kit->lock);
    if (--kit->calls == 0) pthread_cond_broadcast(&kit->idle);
    pthread_mutex_unlock(&kit->lock);
}

/* ---- one plugin ---- */

/* a + b + c as one owned string. */
static char *join(const char *a, const char *b, const char *c) {
    struct buf text = BUF_INIT;
    buf_str(&text, a);
    buf_str(&text, b);
    buf_str(&text, c);
    return buf_take(&text);
}

/* mkdir -p for the last two levels, both 0700: <data_dir>/plugins/<id>. data_dir itself is the host's. */
static char *make_data_dir(const struct hostkit *kit, const char *id, struct err *err) {
    char *above = join(kit->data_dir, "/plugins", "");
    char *dir = above ? join(above, "/", id) : NULL;
    if (!dir) {
        (void)no_memory(err);
    } else if ((mkdir(kit->data_dir, 0700) != 0 && errno != EEXIST) ||
               (mkdir(above, 0700) != 0 && errno != EEXIST) || (mkdir(dir, 0700) != 0 && errno != EEXIST)) {
        (void)err_set(err, STATUS_IO, "data_dir", "The plugin's data directory %s cannot be made: %s.", dir,
                      strerror(errno));
        free(dir);
        dir = NULL;
    }
    free(above);
    return dir;
}

static void slot_free(struct hostkit_slot *slot) {
    if (!slot) return;
    hostkit_registry_free(slot);
    free((char *)(uintptr_t)slot->pub.file);
    free((char *)(uintptr_t)slot->pub.base_path);
    free((char *)(uintptr_t)slot->pub.data_dir);
    free(slot);
}

/* "http://127.0.0.1:41234" and nothing else: a plugin must not be able to point the proxy somewhere else. */
static bool is_loopback(const char *url) {
    const char *rest = NULL;
    if (strncmp(url, "http://127.0.0.1:", 17) == 0)
        rest = url + 17;
    else if (strncmp(url, "http://[::1]:", 13) == 0)
        rest = url + 13;
    return rest && *rest && strlen(rest) <= 5 && rest[strspn(rest, "0123456789")] == '\0';
}

static enum status activate(struct hostkit_slot *slot, struct err *err) {
    char why[ACTIVATE_ERR_SIZE] = "";
    slot->setup_thread = pthread_self();
    atomic_store(&slot->in_setup, true);
    tvp_status status = slot->table->activate(&slot->host, &slot->self, why, sizeof why);
    atomic_store(&slot->in_setup, false);
    why[sizeof why - 1] = '\0';
    for (char *p = why; *p; p++)
        if ((unsigned char)*p < 0x20) *p = ' ';
    if (status != TVP_OK)
        return err_set(err, status == TVP_EBUSY ? STATUS_BUSY : STATUS_UNSUPPORTED, "activate",
                       "The plugin %s did not start: %s", slot->pub.name, *why ? why : "it gave no reason.");
    slot->active = true;
    hostkit_registry_panel(slot);
    return STATUS_OK;
}

/* Loads and activates one file. STATUS_CONFLICT: its id is taken. */
static enum status add_plugin(struct hostkit *kit, const char *file, bool deepbind, struct err *err) {
    struct hostkit_library library;
    enum status status = hostkit_load(&library, file, deepbind, err);
    if (status != STATUS_OK) return status;
    const tvp_plugin *table = library.table;
    const struct hostkit_plugin *twin = hostkit_find(kit, table->id);
    if (twin)
        return err_set(err, STATUS_CONFLICT, "duplicate",
                       "%s is left out: the plugin id \"%s\" is taken by %s.", file, table->id, twin->file);

    struct hostkit_slot **slots = realloc(kit->slots, (kit->slot_count + 1) * sizeof *slots);
    if (!slots) return no_memory(err);
    kit->slots = slots;
    struct hostkit_slot *slot = calloc(1, sizeof *slot);
    if (!slot) return no_memory(err);
    slot->kit = kit;
    slot->table = table;
    slot->pub.id = table->id;
    slot->pub.name = table->name;
    slot->pub.version = table->version;
    slot->pub.license = table->license && *table->license ? table->license : NULL;
    slot->pub.file = strdup(file);
    slot->pub.base_path = join(kit->mount, table->id, "/");
    if (!slot->pub.file || !slot->pub.base_path) {
        status = no_memory(err);
        goto out;
    }
    if (kit->data_dir && !(slot->pub.data_dir = make_data_dir(kit, table->id, err))) {
        status = err ? err->status : STATUS_IO;
        goto out;
    }
    hostkit_registry_open(slot);
    status = activate(slot, err);
    if (status != STATUS_OK) goto out;
    kit->slots[kit->slot_count++] = slot;
    hostkit_log(kit, slot, 1, "%s %s is loaded from %s.", slot->pub.name, slot->pub.version, file);
    return STATUS_OK;
out:
    slot_free(slot);
    return status;
}

/* ---- start and stop ---- */

static bool copy_options(struct hostkit *kit, const struct hostkit_options *o) {
    const char *mount = o->mount ? o->mount : HOSTKIT_MOUNT;
    kit->name = strdup(o->name);
    kit->version = strdup(o->version);
    kit->mount = strdup(mount);
    kit->data_dir = o->data_dir ? realpath(o->data_dir, NULL) : NULL;
    if (o->data_dir && !kit->data_dir) kit->data_dir = strdup(o->data_dir); /* made with the first plugin */
    kit->reserved = calloc(o->reserved_count + 1, sizeof *kit->reserved);
    if (!kit->name || !kit->version || !kit->mount || (o->data_dir && !kit->data_dir) || !kit->reserved)
        return false;
    for (size_t i = 0; i < o->reserved_count; i++)
        if (!(kit->reserved[kit->reserved_count++] = strdup(o->reserved_routes[i]))) return false;
    size_t n = strlen(mount);
    char *root = strndup(mount, n > 1 ? n - 1 : 1);
    if (!root) return false;
    kit->reserved[kit->reserved_count++] = root;
    return true;
}

/* The files to try, in order. */
static enum status list_files(struct hostkit_files *files, const struct hostkit_options *o, struct err *err) {
    for (size_t i = 0; i < o->plugin_count; i++) {
        enum status status = hostkit_files_add(files, o->plugins[i], err);
        if (status != STATUS_OK) return status;
    }
    const char *path = o->search_environment ? getenv("TVP_PLUGIN_PATH") : NULL;
    if (path && *path) {
        enum status status = hostkit_files_search(files, path, err);
        if (status != STATUS_OK) return status;
    }
    if (!o->lib_dir) return STATUS_OK;
    char *dir = join(o->lib_dir, "/tvp", "");
    struct stat st;
    enum status status = dir ? STATUS_OK : no_memory(err);
    if (dir && stat(dir, &st) == 0) status = hostkit_files_search(files, dir, err);
    free(dir);
    return status;
}

struct hostkit *hostkit_start(const struct hostkit_options *options, struct err *err) {
    struct hostkit_files files = {0};
    size_t mount_len = options->mount ? strlen(options->mount) : 1;
    if (!options->name || !options->version || !options->callbacks.span_json ||
        (options->mount && (options->mount[0] != '/' || options->mount[mount_len - 1] != '/'))) {
        (void)err_set(err, STATUS_INTERNAL, "options",
                      "hostkit_start needs name, version, span_json and a mount point "
                      "like " HOSTKIT_MOUNT ".");
        return NULL;
    }
    struct hostkit *kit = calloc(1, sizeof *kit);
    if (!kit) {
        (void)no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&kit->lock, NULL);
    pthread_cond_init(&kit->idle, NULL);
    kit->callbacks = options->callbacks;
    kit->pool = hostkit_proxy_pool_new();
    enum status status = kit->pool && copy_options(kit, options) ? STATUS_OK : no_memory(err);
    if (status == STATUS_OK) status = list_files(&files, options, err);
    for (size_t i = 0; status == STATUS_OK && i < files.count; i++) {
        struct err why = ERR_INIT;
        enum status got = add_plugin(kit, files.files[i].path, options->deepbind, &why);
        if (got == STATUS_OK) continue;
        if (files.files[i].explicit)
            status = err_set(err, got, why.code, "%s", why.detail);
        else
            hostkit_log(kit, NULL, got == STATUS_CONFLICT ? 1 : 3, "%s", why.detail);
    }
    hostkit_files_free(&files);
    if (status != STATUS_OK) {
        hostkit_stop(kit);
        return NULL;
    }
    return kit;
}

/* Waits until no call is inside a plugin, but not for ever: a plugin that hangs must not keep the host from ending. */
static bool wait_idle(struct hostkit *kit) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += STOP_WAIT_SECONDS;
    pthread_mutex_lock(&kit->lock);
    atomic_store(&kit->stopping, true);
    int rc = 0;
    while (kit->calls > 0 && rc == 0) rc = pthread_cond_timedwait(&kit->idle, &kit->lock, &until);
    bool idle = kit->calls == 0;
    pthread_mutex_unlock(&kit->lock);
    return idle;
}

void hostkit_stop(struct hostkit *kit) {
    if (!kit) return;
    bool idle = wait_idle(kit);
    if (!idle)
        hostkit_log(kit, NULL, 3, "A plugin did not answer a call within %d s; stopping regardless.",
                    STOP_WAIT_SECONDS);
    for (size_t i = kit->slot_count; i-- > 0;) {
        struct hostkit_slot *slot = kit->slots[i];
        atomic_store(&slot->ending, true);
        if (slot->active) slot->table->deactivate(slot->self);
        slot->active = false;
    }
    if (!idle) return; /* somebody is still inside: what they look at stays */
    for (size_t i = 0; i < kit->slot_count; i++) slot_free(kit->slots[i]);
    free(kit->slots);
    for (size_t i = 0; i < kit->reserved_count; i++) free(kit->reserved[i]);
    free(kit->reserved);
    hostkit_proxy_pool_free(kit->pool);
    free(kit->name);
    free(kit->version);
    free(kit->data_dir);
    free(kit->mount);
    pthread_cond_destroy(&kit->idle);
    pthread_mutex_destroy(&kit->lock);
    free(kit);
}

/* ---- looking up ---- */

size_t hostkit_count(const struct hostkit *kit) {
    return kit->slot_count;
}

const struct hostkit_plugin *hostkit_at(const struct hostkit *kit, size_t index) {
    return &kit->slots[index]->pub;
}

const struct hostkit_plugin *hostkit_find(const struct hostkit *kit, const char *id) {
    for (size_t i = 0; i < kit->slot_count; i++)
        if (strcmp(kit->slots[i]->pub.id, id) == 0) return &kit->slots[i]->pub;
    return NULL;
}

const tvp_page *hostkit_page_at(const struct hostkit *kit, const char *path,
                                const struct hostkit_plugin **owner) {
    if (owner) *owner = NULL;
    for (size_t i = 0; i < kit->slot_count; i++) {
        const struct hostkit_plugin *p = &kit->slots[i]->pub;
        for (size_t j = 0; j < p->page_count; j++)
            if (hostkit_route_covers(p->pages[j].route, path)) {
                if (owner) *owner = p;
                return &p->pages[j];
            }
    }
    return NULL;
}

enum status hostkit_endpoint(struct hostkit *kit, const struct hostkit_plugin *plugin,
                             char out_url[HOSTKIT_URL_SIZE], char out_token[HOSTKIT_TOKEN_SIZE],
                             struct err *err) {
    struct hostkit_slot *slot = (struct hostkit_slot *)(uintptr_t)plugin;
    if (!TVP_CAN(slot->table, tvp_plugin, endpoint))
        return err_set(err, STATUS_UNSUPPORTED, "no_endpoint", "The plugin %s serves no pages.", plugin->name);
    if (!hostkit_enter(kit)) return err_set(err, STATUS_BUSY, "stopping", "The host is stopping.");
    enum status status = STATUS_OK;
    tvp_endpoint endpoint = {.size = (uint32_t)sizeof endpoint};
    tvp_status got = slot->table->endpoint(slot->self, &endpoint);
    if (got == TVP_EUNSUPPORTED)
        status =
            err_set(err, STATUS_UNSUPPORTED, "no_endpoint", "The plugin %s serves no pages.", plugin->name);
    else if (got != TVP_OK || !endpoint.url || !endpoint.token || strlen(endpoint.url) >= HOSTKIT_URL_SIZE ||
             strlen(endpoint.token) >= HOSTKIT_TOKEN_SIZE || strpbrk(endpoint.token, "\r\n"))
        status =
            err_set(err, STATUS_IO, "endpoint", "The plugin %s does not say where it listens.", plugin->name);
    else if (!is_loopback(endpoint.url))
        status = err_set(err, STATUS_IO, "endpoint",
                         "The plugin %s listens at %.60s, which is not this machine's "
                         "loopback address.",
                         plugin->name, endpoint.url);
    else {
        strcpy(out_url, endpoint.url);
        strcpy(out_token, endpoint.token);
    }
    hostkit_leave(kit);
    return status;
}
