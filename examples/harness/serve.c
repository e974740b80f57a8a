/* serve.c: see serve.h. The signals that end it are blocked before any thread starts and then waited for. */
#include "harness/serve.h"

#include "harness/app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool load(struct spans *spans, const struct serve_options *o) {
    struct err err = ERR_INIT;
    struct otlp_result result = {0};
    for (size_t i = 0; i < o->import_count; i++) {
        if (spans_add_file(spans, o->imports[i], &result, &err) != STATUS_OK) {
            fprintf(stderr, "harness: %s\n", err.detail);
            err_clear(&err);
        }
    }
    if (o->import_count == 0) (void)spans_add_bytes(spans, spans_samples, strlen(spans_samples), &result, &err);
    if (result.rejected)
        fprintf(stderr, "harness: %llu spans or records were left out, the first because: %s\n",
                (unsigned long long)result.rejected, result.message);
    if (spans_finish(spans, &err) == STATUS_OK) return true;
    fprintf(stderr, "harness: %s\n", err.detail);
    return false;
}

/* mkdir -p. */
static bool make_dirs(const char *path) {
    char text[4096];
    if (snprintf(text, sizeof text, "%s", path) >= (int)sizeof text) return false;
    for (char *p = text + 1;; p++) {
        if (*p != '/' && *p != '\0') continue;
        char was = *p;
        *p = '\0';
        if (mkdir(text, 0700) != 0 && errno != EEXIST) return false;
        *p = was;
        if (!was) return true;
    }
}

int serve_run(const struct serve_options *o) {
    char data[4096];
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (o->data_dir)
        snprintf(data, sizeof data, "%s", o->data_dir);
    else if (cache && *cache)
        snprintf(data, sizeof data, "%s/tvp-harness", cache);
    else
        snprintf(data, sizeof data, "%s/.cache/tvp-harness", home && *home ? home : ".");
    if (!make_dirs(data)) {
        fprintf(stderr, "harness: the directory %s cannot be made: %s\n", data, strerror(errno));
        return 2;
    }
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGINT);
    sigaddset(&end, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &end, NULL);
    signal(SIGPIPE, SIG_IGN);

    struct spans *spans = spans_new();
    struct err err = ERR_INIT;
    struct app_options options = {
        .plugin = o->plugin, .listen = o->listen, .data_dir = data, .verbose = o->verbose};
    if (!spans || !load(spans, o)) {
        spans_free(spans);
        return 2;
    }
    struct app *app = app_start(&options, spans, &err);
    if (!app) {
        fprintf(stderr, "harness: %s\n", err.detail);
        spans_free(spans);
        return 2;
    }
    const struct hostkit_plugin *p = hostkit_at(app_hostkit(app), 0);
    printf("%s with %zu spans: http://127.0.0.1:%u%s\n", p->name, spans_count(spans), app_port(app),
           p->page_count ? p->pages[0].route : "/");
    printf("Its data: %s/plugins/%s. Ctrl-C stops it.\n", data, p->id);
    fflush(stdout);
    int got;
    while (sigwait(&end, &got) != 0) {
    }
    app_stop(app);
    spans_free(spans);
    return 0;
}
