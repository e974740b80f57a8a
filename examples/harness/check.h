/* check.h: `harness check`: drives a plugin through the contract of host-api/tvp.h, one line per rule.
 *
 *     ok 12 gate: 401 without the token
 *     FAIL 13 gate: 403 for a foreign Host: GET with Host: evil.example answered 200. Compare Host with ...
 *
 * How it works: rules stand in a table (check_rules.c) and are tried by stages. Every stage runs in a process of its
 * own, forked from a parent that never loads the plugin: a crash fails the rule that was being tried, a hang is ended
 * after a while, and process-wide damage does not reach the next stage. A stage reports through a pipe.
 * Files: check.c runner; check_rules.c the rules; check_file.c, check_start.c, check_hosts.c, check_life.c, check_http.c,
 * check_views.c, check_actions.c the stages; fake_host.c the host that records; app.c the host that is real. */
#ifndef HARNESS_CHECK_H
#define HARNESS_CHECK_H

#include "harness/spans.h"
#include "hostkit/load.h"
#include "tvp.h"

#include <stdbool.h>
#include <stddef.h>

enum rule {
    RULE_NONE,
    /* file */
    RULE_EXPORTS,
    RULE_LOADS,
    RULE_ENTRY,
    RULE_MAJOR,
    RULE_TABLE,
    RULE_SIDE_EFFECTS,
    /* start */
    RULE_ACTIVATE,
    RULE_REGISTERED,
    RULE_PROCESS,
    RULE_HEALTH,
    RULE_EXTENSION,
    RULE_PANEL,
    /* hosts */
    RULE_SHORT_HOST,
    RULE_LONG_HOST,
    RULE_NULL_OPTIONAL,
    RULE_MANDATORY,
    RULE_HOST_MAJOR,
    RULE_ROUTE_TAKEN,
    /* life */
    RULE_AGAIN,
    RULE_TWO,
    RULE_SAME_DIR,
    RULE_BAD_DIR,
    RULE_QUIET,
    RULE_UNDER_LOAD,
    RULE_GONE,
    /* http */
    RULE_ENDPOINT,
    RULE_OUT_STRUCT,
    RULE_TOKEN,
    RULE_HOST,
    RULE_X_TVP,
    RULE_CROSS_SITE,
    RULE_TYPE,
    RULE_CORS,
    RULE_NOT_FOUND,
    /* views */
    RULE_HOSTKIT,
    RULE_FRAGMENTS,
    RULE_MODULES,
    RULE_ROUTES,
    RULE_HEADERS,
    RULE_COOKIES,
    RULE_RELATIVE,
    RULE_HEAD,
    /* actions */
    RULE_REPLY,
    RULE_OPEN,
    RULE_BOUNDS,
    RULE_CONCURRENT,
    RULE_MANY,
    RULE_FILTER,
    RULE_STRANGERS,
    RULE_SINK,
    RULE_OBSERVER,
    /* browser */
    RULE_ALONE,
    RULE_DEFINES,
    RULE_MARKS,
    RULE_COUNT
};

/* What a rule is called in the output. */
struct rule_name {
    const char *area, *text;
};
extern const struct rule_name rule_names[RULE_COUNT];

/* What a stage works with. */
struct check {
    const char *file;     /* the plugin, absolute */
    const char *work_dir; /* a directory of this stage's own, empty */
    const char *browser;  /* the script that drives a browser, NULL: no browser */
    struct spans *spans;
    const tvp_plugin *table; /* check_load fills it */
    tvp_plugin_entry_fn entry;

    int pipe;
    enum rule current;
    char why[600]; /* the first thing wrong with the current rule; "" = nothing */
};

/* One rule at a time: begin, expect any number of times, end. What is given to the first failed expectation says what
 * was seen and what to do. check_expect returns `good`. */
void check_begin(struct check *c, enum rule rule);
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
bool check_expect(struct check *c, bool good, const char *format, ...);
void check_end(struct check *c);
/* The rule does not apply: `why` is "offers no panel". Closes it if it is open. */
void check_skip(struct check *c, enum rule rule, const char *why);
/* A rule that was judged elsewhere. */
void check_result(struct check *c, enum rule rule, bool good, const char *why);

/* Loads the plugin into this stage's process. false: it cannot be (stage file says why), and the rules of the stage are
 * reported as failed. */
bool check_load(struct check *c, enum rule first, enum rule last);
/* <work_dir>/<name>, made when `make` is set. Owned by a static ring of four: use it soon. */
const char *check_dir(struct check *c, const char *name, bool make);

void check_stage_file(struct check *c);
void check_stage_start(struct check *c);
void check_stage_short_host(struct check *c);
void check_stage_long_host(struct check *c);
void check_stage_null_optional(struct check *c);
void check_stage_mandatory(struct check *c);
void check_stage_host_major(struct check *c);
void check_stage_route_taken(struct check *c);
void check_stage_again(struct check *c);
void check_stage_two(struct check *c);
void check_stage_data_dir(struct check *c);
void check_stage_quiet(struct check *c);
void check_stage_load(struct check *c);
void check_stage_http(struct check *c);
void check_stage_views(struct check *c);
void check_stage_actions(struct check *c);
void check_stage_browser(struct check *c);

/* Runs everything and prints. Returns the exit code: 0 all passed, 1 something failed, 2 it could not be tried. */
int check_run(const char *file, const char *browser);

#endif
