/* load.h: opens a plugin's shared object and checks what can be checked without starting it.
 *
 * Nothing of the plugin runs but its entry function (and whatever constructors it should not have).
 * Threads: any. */
#ifndef HOSTKIT_LOAD_H
#define HOSTKIT_LOAD_H

#include "base/err.h"
#include "tvp.h"

#include <stdbool.h>

struct hostkit_library {
    void
        *handle; /* of dlopen. Never closed: dlclose gains nothing, and is a crash when a plugin that was linked
                     without nodelete has left a thread behind */
    const tvp_plugin *table;
    tvp_plugin_entry_fn entry;
};

/* STATUS_NOT_FOUND, STATUS_INVALID (no plugin, or one that breaks the contract) or STATUS_UNSUPPORTED (another major
 * version), with a sentence that names the file. */
enum status hostkit_load(struct hostkit_library *out, const char *file, bool deepbind, struct err *err);

/* [a-z][a-z0-9-]*, at most 40 bytes. */
bool hostkit_plugin_id_valid(const char *id);

#endif
