/* spanset-viewer: a trace viewer, and the host that every part of host-api/ was tried on. Options: --help. It
 * stays in the foreground; SIGINT and SIGTERM end it. */
#include "viewer/viewer.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

extern const struct asset_table viewer_assets; /* webui/embed.mjs */

static void to_stderr(void *ctx, int level, const char *line) {
    (void)ctx;
    if (level <= LOG_LEVEL_DEBUG) return;
    fprintf(stderr, "%s%s\n",
            level >= LOG_LEVEL_ERROR  ? "error: "
            : level == LOG_LEVEL_WARN ? "warning: "
                                      : "",
            line);
}

/* The address to show and to open: 0.0.0.0 is not one that a browser can visit. */
static void print_address(const struct viewer *v) {
    const char *listen = v->options->listen;
    const char *colon = strrchr(listen, ':');
    size_t host = colon ? (size_t)(colon - listen) : 0;
    bool any = strncmp(listen, "0.0.0.0:", 8) == 0;
    const char *otlp = v->options->otlp;
    colon = strrchr(otlp, ':');
    printf("Trace Viewer: http://%.*s:%u   OTLP/HTTP: http://%.*s:%u   data: %s\n", any ? 9 : (int)host,
           any ? "127.0.0.1" : listen, v->ports[0], colon ? (int)(colon - otlp) : 0, otlp, v->ports[1],
           v->options->data);
    fflush(stdout);
}

int main(int argc, char **argv) {
    struct viewer_options options;
    struct err err = ERR_INIT;
    struct log_sink log = {.write = to_stderr};
    int code = 1;
    if (viewer_options_parse(&options, argc, argv, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.detail);
        code = 2;
        goto out;
    }
    if (options.help || options.version) {
        if (options.help)
            viewer_options_help(stdout);
        else
            puts("spanset-viewer " SPANSET_VERSION);
        code = 0;
        goto out;
    }
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    /* Blocked before the first thread starts, so that all inherit it and only sigwait takes them. */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    curl_global_init(CURL_GLOBAL_DEFAULT);

    struct viewer *viewer = calloc(1, sizeof *viewer);
    if (viewer && viewer_start(viewer, &options, &viewer_assets, &log, &err) == STATUS_OK) {
        print_address(viewer);
        int signal_number = 0;
        sigwait(&ends, &signal_number);
        viewer_stop(viewer);
        code = 0;
    } else {
        fprintf(stderr, "%s\n", viewer ? err.detail : "Out of memory.");
        if (err.status == STATUS_CANCELLED) code = 130;
    }
    free(viewer);
out:
    viewer_options_free(&options);
    return code;
}
