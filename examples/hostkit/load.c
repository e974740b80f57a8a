/* load.c: see load.h. */
#include "hostkit/load.h"

#include <dlfcn.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#ifndef UNDER_ASAN
#define UNDER_ASAN 0
#endif

#define PLUGIN_ID_MAX 40

bool hostkit_plugin_id_valid(const char *id) {
    if (!id || id[0] < 'a' || id[0] > 'z') return false;
    size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n <= PLUGIN_ID_MAX && id[n] == '\0';
}

/* The checks on the table that the entry function gave. */
static enum status check_table(const tvp_plugin *p, const char *file, struct err *err) {
    if (!p)
        return err_set(err, STATUS_UNSUPPORTED, "abi",
                       "%s does not work with version %u of the plugin interface.", file, TVP_ABI_MAJOR);
    if (!TVP_HAS(p, tvp_plugin, abi) || TVP_MAJOR(p->abi) != TVP_ABI_MAJOR)
        return err_set(err, STATUS_UNSUPPORTED, "abi",
                       "%s was built for version %u of the plugin interface; this host has version %u.", file,
                       p->size >= 8 ? TVP_MAJOR(p->abi) : 0u, TVP_ABI_MAJOR);
    if (!TVP_HAS(p, tvp_plugin, deactivate) || !p->activate || !p->deactivate)
        return err_set(err, STATUS_INVALID, "table", "%s lacks activate or deactivate.", file);
    if (!hostkit_plugin_id_valid(p->id))
        return err_set(err, STATUS_INVALID, "id",
                       "%s has no valid plugin id: it has to match [a-z][a-z0-9-]*, at "
                       "most %d characters.",
                       file, PLUGIN_ID_MAX);
    if (!p->name || !*p->name || !p->version || !*p->version)
        return err_set(err, STATUS_INVALID, "table", "%s does not say its name and version.", file);
    return STATUS_OK;
}

enum status hostkit_load(struct hostkit_library *out, const char *file, bool deepbind, struct err *err) {
    *out = (struct hostkit_library){0};
    int flags = RTLD_NOW | RTLD_LOCAL;
    if (deepbind && !UNDER_ASAN) flags |= RTLD_DEEPBIND;
    /* Without a slash dlopen would search the system's library path. */
    if (!strchr(file, '/'))
        return err_set(err, STATUS_INVALID, "path", "%s is no path: write ./%s for a file here.", file, file);
    void *handle = dlopen(file, flags);
    if (!handle) {
        const char *why = dlerror();
        return err_set(err, STATUS_NOT_FOUND, "dlopen", "%s cannot be loaded: %s.", file,
                       why ? why : "unknown reason");
    }
    tvp_plugin_entry_fn entry = NULL;
    void *symbol = dlsym(handle, TVP_PLUGIN_ENTRY);
    if (!symbol) {
        dlclose(handle);
        return err_set(err, STATUS_INVALID, "no_entry", "%s is no plugin: it does not export %s.", file,
                       TVP_PLUGIN_ENTRY);
    }
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from object to function pointers */
    const tvp_plugin *table = entry(TVP_ABI);
    enum status status = check_table(table, file, err);
    if (status != STATUS_OK) {
        dlclose(handle);
        return status;
    }
    *out = (struct hostkit_library){.handle = handle, .table = table, .entry = entry};
    return STATUS_OK;
}
