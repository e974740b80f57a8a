/* options.h: the command line. */
#ifndef VIEWER_OPTIONS_H
#define VIEWER_OPTIONS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct viewer_options {
    char *listen, *otlp; /* owned: "127.0.0.1:7777" */
    char *data;          /* owned */
    char *token;         /* owned, NULL: none */
    char **plugins;      /* arrays owned, strings borrowed from argv */
    char **imports;
    const char **allow_hosts; /* NULL-terminated */
    size_t plugin_count, import_count, allow_host_count;
    int64_t keep_days;
    uint64_t max_spans; /* 0: no limit, both */
    bool help, version;
};

/* STATUS_INVALID with a sentence for a wrong command line. Free in every case. */
enum status viewer_options_parse(struct viewer_options *out, int argc, char **argv, struct err *err);
void viewer_options_free(struct viewer_options *options);
void viewer_options_help(FILE *to);

/* Whether "host:port" is an address of this machine only. */
bool viewer_is_loopback(const char *address);

#endif
