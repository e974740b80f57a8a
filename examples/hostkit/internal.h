/* internal.h: what the files of hostkit share. Not for hosts. */
#ifndef HOSTKIT_INTERNAL_H
#define HOSTKIT_INTERNAL_H

#include "hostkit/hostkit.h"
#include "hostkit/load.h"

#include <pthread.h>
#include <stdatomic.h>

/* A function registered with on_span_selected. */
struct hostkit_press_fn {
    tvp_span_selected_fn fn;
    void *self;
};

/* A block of copied strings; freed as a chain. */
struct hostkit_string {
    struct hostkit_string *next;
    char text[];
};

/* One activation: the public description, and what the calls need. */
struct hostkit_slot {
    struct hostkit_plugin pub; /* first: a hostkit_plugin * is a hostkit_slot * */
    struct hostkit *kit;
    const tvp_plugin *table;
    void *self;
    bool active;
    tvp_host host; /* what the plugin holds; ctx is this slot */

    /* setup: true while activate runs, on setup_thread */
    atomic_bool in_setup;
    pthread_t setup_thread;
    atomic_bool ending; /* deactivate began: its calls are refused */

    /* the arrays that pub points to */
    tvp_page *pages;
    tvp_action *actions;
    tvp_widget *widgets;
    tvp_panel *panels;
    struct hostkit_press_fn *presses; /* beside actions, same indexes */
    struct hostkit_press_fn *observers;
    size_t observer_count;
    struct hostkit_string *strings;
};

struct hostkit {
    char *name, *version, *data_dir, *mount;
    char **reserved;
    size_t reserved_count;
    struct hostkit_callbacks callbacks;
    struct hostkit_slot **slots; /* in order of activation */
    size_t slot_count;
    struct hostkit_proxy_pool *pool; /* proxy.c; made at start */

    /* Calls into plugins under way. Guards `calls`; `stopping` is only set under it. */
    pthread_mutex_t lock;
    pthread_cond_t idle;
    size_t calls;
    atomic_bool stopping;
};

/* Counts a call into any plugin: false when the kit is stopping. */
bool hostkit_enter(struct hostkit *kit);
void hostkit_leave(struct hostkit *kit);

/* One line to the host's log. slot may be NULL. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void hostkit_log(const struct hostkit *kit, const struct hostkit_slot *slot, int32_t level, const char *format, ...);

/* registry.c: fills slot->host; takes the panel that the plugin offers; frees what was registered. */
void hostkit_registry_open(struct hostkit_slot *slot);
void hostkit_registry_panel(struct hostkit_slot *slot);
void hostkit_registry_free(struct hostkit_slot *slot);

/* names.c: whether strings that come from a plugin are what they have to be. */
bool hostkit_name_route(const char *route);
bool hostkit_name_path(const char *path, bool query); /* relative to base_path, no way out of it */
bool hostkit_name_element(const char *element, const char *plugin_id);
bool hostkit_name_id(const char *id);
bool hostkit_name_icon(const char *icon);
bool hostkit_name_text(const char *text); /* for people: UTF-8, no control bytes, at most 200 bytes */
/* Whether one route is the other or a parent of it by whole segments. */
bool hostkit_route_overlaps(const char *a, const char *b);
bool hostkit_route_covers(const char *route, const char *path);

/* proxy.c */
struct hostkit_proxy_pool *hostkit_proxy_pool_new(void);
void hostkit_proxy_pool_free(struct hostkit_proxy_pool *pool);

#endif
