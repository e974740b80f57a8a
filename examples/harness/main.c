/* main.c: the harness: a plugin of host-api/tvp.h without a viewer. */
#include "harness/check.h"
#include "harness/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "harness check PLUGIN.so [--browser SCRIPT]\n"
    "    Tries the plugin against the contract, one line per rule. Ends with \"N passed, N failed\"; the exit "
    "code is 1\n"
    "    when something failed. --browser: also the rules that need a browser, driven by a node script\n"
    "    (tests/abi/fragments.mjs).\n"
    "\n"
    "harness serve PLUGIN.so [--import FILE...] [--listen 127.0.0.1:7778] [--data DIR] [--verbose]\n"
    "    Serves the plugin's pages with spans from OTLP files (request bodies, protobuf or JSON, JSON lines, "
    "gzip), or\n"
    "    with a few samples. Spans are kept in memory, the plugin's data in DIR.\n";

static int bad_usage(const char *why, const char *what) {
    fprintf(stderr, "harness: %s%s\n\n%s", why, what ? what : "", usage);
    return 2;
}

static int check(int argc, char **argv) {
    const char *plugin = NULL, *browser = NULL;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--browser") == 0 && i + 1 < argc)
            browser = argv[++i];
        else if (argv[i][0] == '-' || plugin)
            return bad_usage("unknown argument ", argv[i]);
        else
            plugin = argv[i];
    }
    return plugin ? check_run(plugin, browser) : bad_usage("which plugin?", NULL);
}

static int serve(int argc, char **argv) {
    struct serve_options o = {.listen = "127.0.0.1:7778"};
    const char **imports = calloc((size_t)argc + 1, sizeof *imports);
    if (!imports) return 2;
    int code = 0;
    for (int i = 0; i < argc && code == 0; i++) {
        if (strcmp(argv[i], "--import") == 0) {
            while (i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0) imports[o.import_count++] = argv[++i];
        } else if (strcmp(argv[i], "--listen") == 0 && i + 1 < argc) {
            o.listen = argv[++i];
        } else if (strcmp(argv[i], "--data") == 0 && i + 1 < argc) {
            o.data_dir = argv[++i];
        } else if (strcmp(argv[i], "--verbose") == 0) {
            o.verbose = true;
        } else if (argv[i][0] == '-' || o.plugin) {
            code = bad_usage("unknown argument ", argv[i]);
        } else {
            o.plugin = argv[i];
        }
    }
    o.imports = imports;
    if (code == 0) code = o.plugin ? serve_run(&o) : bad_usage("which plugin?", NULL);
    free(imports);
    return code;
}

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "check") == 0) return check(argc - 2, argv + 2);
    if (argc >= 2 && strcmp(argv[1], "serve") == 0) return serve(argc - 2, argv + 2);
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    return bad_usage(argc < 2 ? "check or serve?" : "unknown command ", argc < 2 ? NULL : argv[1]);
}
