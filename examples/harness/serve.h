/* serve.h: `harness serve`: a plugin's page without a viewer, with spans from OTLP files. */
#ifndef HARNESS_SERVE_H
#define HARNESS_SERVE_H

#include <stdbool.h>
#include <stddef.h>

struct serve_options {
    const char *plugin, *listen, *data_dir; /* data_dir NULL: a directory below the user's cache */
    const char *const *imports;
    size_t import_count;
    bool verbose;
};

/* Runs until SIGINT or SIGTERM. Returns the exit code. */
int serve_run(const struct serve_options *options);

#endif
