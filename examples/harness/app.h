/* app.h: the harness as a host: spans in memory, one plugin, a listener, a page. `serve` runs it for people, `check`
 * for what only a real host can try.
 *
 * Its calls: GET /api/info, GET /api/plugins, GET /api/spans?FILTER&limit=&cursor=, GET /api/spans/{trace}/{span},
 * POST /api/plugins/{plugin}/actions/{action}, POST /api/selection, GET /api/events; the plugin below /plugins/; the
 * page at / and at the plugin's routes. Same gate and same forms as the reference viewer (examples/viewer/README.md).
 * Threads: app_start and app_stop by one thread. */
#ifndef HARNESS_APP_H
#define HARNESS_APP_H

#include "harness/spans.h"
#include "hostkit/hostkit.h"

struct app;

struct app_options {
    const char *plugin;
    const char *listen;   /* "127.0.0.1:0"; loopback only, because nobody logs in here */
    const char *data_dir; /* made when it is not there */
    bool verbose;         /* the plugin's log on standard error; warnings and errors come anyway */
};

/* spans: filled and finished, borrowed until app_stop. NULL and *err on failure. */
struct app *app_start(const struct app_options *options, struct spans *spans, struct err *err);
void app_stop(struct app *app);

unsigned app_port(const struct app *app);
struct hostkit *app_hostkit(struct app *app);
/* The first warning or error that hostkit or the plugin logged while starting, "" when there was none. */
const char *app_first_warning(const struct app *app);

#endif
