/* check_file.c: what can be seen before the plugin is started. */
#include "harness/check.h"
#include "harness/elf_exports.h"
#include "harness/process.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct exports {
    bool entry;
    unsigned others;
    char first[100];
};

static void take_export(void *ctx, const char *name) {
    struct exports *e = ctx;
    /* Sanitizers add names of their own to what they instrument. */
    if (strcmp(name, TVP_PLUGIN_ENTRY) == 0)
        e->entry = true;
    else if (strncmp(name, "__asan_", 7) != 0 && strncmp(name, "__odr_asan", 10) != 0) {
        if (e->others++ == 0) snprintf(e->first, sizeof e->first, "%s", name);
    }
}

static void exports(struct check *c) {
    struct exports e = {0};
    struct err err = ERR_INIT;
    check_begin(c, RULE_EXPORTS);
    enum status status = elf_exports(c->file, take_export, &e, &err);
    if (check_expect(c, status == STATUS_OK, "%s", err.detail)) {
        check_expect(c, e.entry, "it does not export %s. Declare it with default visibility", TVP_PLUGIN_ENTRY);
        check_expect(c, e.others == 0,
                     "it also exports %s%s. Link with -fvisibility=hidden and a version script", e.first,
                     e.others > 1 ? " and others" : "");
    }
    check_end(c);
}

static void *call_entry(void *ctx) {
    const struct check *c = ctx;
    const tvp_plugin *first = c->entry(TVP_ABI);
    for (int i = 0; i < 1000; i++)
        if (c->entry(TVP_ABI) != first) return NULL;
    return (void *)(uintptr_t)first;
}

static void repeats(struct check *c) {
    pthread_t threads[4];
    check_begin(c, RULE_ENTRY);
    const tvp_plugin *table = c->entry(TVP_ABI);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, call_entry, c);
    for (int i = 0; i < 4; i++) {
        void *got = NULL;
        pthread_join(threads[i], &got);
        check_expect(c, got == table, "it gave different tables. Return the address of one static table");
    }
    check_end(c);
}

static void table_fields(struct check *c) {
    const tvp_plugin *p = c->table;
    check_begin(c, RULE_TABLE);
    if (check_expect(c, p != NULL, "the entry function gave NULL for this version") && p) {
        check_expect(c, TVP_HAS(p, tvp_plugin, deactivate),
                     "size is %u, which does not reach deactivate. Set it to "
                     "sizeof(tvp_plugin)",
                     p->size);
        check_expect(c, TVP_MAJOR(p->abi) == TVP_ABI_MAJOR, "abi is %u.%u. Set it to TVP_ABI",
                     TVP_MAJOR(p->abi), p->abi & 0xffffu);
        check_expect(c, hostkit_plugin_id_valid(p->id), "the id \"%.60s\" does not match [a-z][a-z0-9-]*",
                     p->id ? p->id : "(NULL)");
        check_expect(c, p->name && *p->name, "name is missing");
        check_expect(c, p->version && *p->version, "version is missing");
        check_expect(c, p->activate && p->deactivate, "activate or deactivate is NULL");
    }
    check_end(c);
}

void check_stage_file(struct check *c) {
    exports(c);
    check_begin(c, RULE_LOADS);
    void *handle = dlopen(c->file, RTLD_NOW | RTLD_LOCAL);
    const char *why = handle ? NULL : dlerror();
    check_expect(c, handle != NULL, "%s", why ? why : "dlopen failed");
    void *symbol = handle ? dlsym(handle, TVP_PLUGIN_ENTRY) : NULL;
    check_expect(c, symbol != NULL, "dlsym does not find %s", TVP_PLUGIN_ENTRY);
    check_end(c);
    if (!symbol) {
        for (enum rule r = RULE_ENTRY; r <= RULE_SIDE_EFFECTS; r++)
            check_result(c, r, false, "it cannot be loaded");
        return;
    }
    memcpy(&c->entry, &symbol, sizeof c->entry);
    unsigned threads = process_threads(), files = process_files();
    repeats(c);
    check_begin(c, RULE_MAJOR);
    check_expect(c, c->entry((TVP_ABI_MAJOR + 1) << 16) == NULL,
                 "it gave a table to a host of version %u. Return NULL "
                 "unless TVP_MAJOR(host_abi) is yours",
                 TVP_ABI_MAJOR + 1);
    check_expect(c, c->entry(TVP_ABI_MAJOR << 16 | 0xffffu) != NULL,
                 "it refused version %u.65535. The same major loads", TVP_ABI_MAJOR);
    check_end(c);
    c->table = c->entry(TVP_ABI);
    table_fields(c);
    check_begin(c, RULE_SIDE_EFFECTS);
    check_expect(c, process_settles(threads, files),
                 "there are %u threads and %u open files, %u and %u before. Start "
                 "things in activate",
                 process_threads(), process_files(), threads, files);
    check_end(c);
}
