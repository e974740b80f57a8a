/* fake_host.h: a tvp_host that writes down what a plugin does with it.
 *
 * Unlike hostkit it accepts nearly everything: a stage looks afterwards. It notes calls at the wrong time and on the
 * wrong thread, and it can answer as a host does whose routes are taken.
 * Threads: the [any] functions may be called from any thread; the rest by the stage's one thread. */
#ifndef HARNESS_FAKE_HOST_H
#define HARNESS_FAKE_HOST_H

#include "harness/check.h"

#include <pthread.h>
#include <stdatomic.h>

#define FAKE_HOST_MAX 16  /* registrations of each sort */
#define ACTIVATE_BUF  256 /* the least that a host may offer */
#define LATE_CALL_MS  20  /* a call that enters that long after deactivate began was not under way before */
#define STOP_LIMIT_MS 5000

struct fake_host {
    tvp_host table;
    struct spans *spans;
    char data_dir[4096];

    /* Copies of what was registered; strings are owned. */
    tvp_page pages[FAKE_HOST_MAX];
    tvp_action actions[FAKE_HOST_MAX];
    tvp_widget widgets[FAKE_HOST_MAX];
    tvp_span_selected_fn action_fns[FAKE_HOST_MAX], observer_fns[FAKE_HOST_MAX];
    void *action_selves[FAKE_HOST_MAX], *observer_selves[FAKE_HOST_MAX];
    size_t page_count, action_count, widget_count, observer_count;
    char bad[300]; /* the first registration that is not as documented, and why */

    bool busy_routes; /* register_page answers TVP_EBUSY */
    pthread_t setup_thread;
    atomic_bool in_setup;
    atomic_ullong calls, misplaced; /* of [setup] functions at the wrong time or on the wrong thread */
    atomic_ullong ended_at;         /* monotonic ms + 1 when deactivate began, 0 = not yet */
    atomic_bool gone;               /* deactivate has returned */
    atomic_ullong late, after;      /* calls after deactivate began, after it returned */

    /* the activation */
    const tvp_plugin *plugin;
    void *self;
    tvp_status status;
    char err[ACTIVATE_BUF + 8]; /* with a canary behind */
    char base_path[128];
    uint64_t stop_ms; /* how long deactivate took */
};

/* A complete host. data_dir nullable: the plugin chooses. */
void fake_host_init(struct fake_host *h, struct check *c, const char *data_dir);
/* Calls activate with `table` (h->table unless a stage brings its own, whose ctx is h). True for TVP_OK. */
bool fake_host_activate(struct fake_host *h, struct check *c, const tvp_host *table);
/* Deactivates if it is active, and frees the copies. */
void fake_host_end(struct fake_host *h);

/* Judges a refusal within the rule that is open: status is `wanted` (TVP_OK: any error), *self NULL, a sentence. */
void fake_host_expect_refusal(const struct fake_host *h, struct check *c, tvp_status wanted, const char *when);

/* The endpoint, copied; false when the plugin offers none. */
bool fake_host_endpoint(const struct fake_host *h, char url[256], char token[256]);

#endif
