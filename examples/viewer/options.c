#include "viewer/options.h"

#include <stdlib.h>
#include <string.h>

static const char help[] =
    "spanset-viewer: receives OTLP traces of LLM applications and shows them.\n"
    "\n"
    "  spanset-viewer [options]\n"
    "\n"
    "  --listen HOST:PORT   where the pages are            (127.0.0.1:7777)\n"
    "  --otlp HOST:PORT     where OTLP/HTTP is also taken  (127.0.0.1:4318)\n"
    "  --data DIR           where everything is kept       ($XDG_DATA_HOME/spanset)\n"
    "  --plugin FILE        loads a plugin; repeatable. Also loaded: what $TVP_PLUGIN_PATH names\n"
    "                       and what lies in <prefix>/lib/tvp\n"
    "  --import FILE...     reads OTLP files first (protobuf, JSON, JSON lines; gzip or not)\n"
    "  --keep-days N        forgets traces that ended more than N days ago\n"
    "  --max-spans N        forgets the oldest traces above N spans\n"
    "  --token T            asks for T: as \"Authorization: Bearer T\" from senders, on a login page from\n"
    "                       people. Required when an address is not of this machine only\n"
    "  --allow-host H       accepts requests for this name, such as that of a reverse proxy; repeatable\n"
    "  --help, --version\n";

void viewer_options_help(FILE *to) {
    fputs(help, to);
}

static enum status invalid(struct err *err, const char *option, const char *wanted) {
    return err_set(err, STATUS_INVALID, NULL, "%.60s has to be %s. See --help.", option, wanted);
}

/* "host:port", ":port" and "port"; names are not resolved but for localhost. Owned. */
static enum status address(char **out, const char *option, const char *text, struct err *err) {
    const char *colon = strrchr(text, ':');
    const char *port = colon ? colon + 1 : text;
    size_t host_len = colon ? (size_t)(colon - text) : 0;
    char *end = NULL;
    unsigned long number = strtoul(port, &end, 10);
    if (!*port || *end || number > 65535 || strspn(port, "0123456789") != strlen(port))
        return invalid(err, option, "an address such as 127.0.0.1:7777");
    bool local = !host_len || (host_len == 9 && strncmp(text, "localhost", 9) == 0);
    if (!local && strspn(text, "0123456789.") != host_len)
        return invalid(err, option, "an IPv4 address and a port, such as 127.0.0.1:7777 or 0.0.0.0:7777");
    size_t size = host_len + strlen(port) + 16;
    free(*out);
    *out = malloc(size);
    if (!*out) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    if (local)
        snprintf(*out, size, "127.0.0.1:%s", port);
    else
        snprintf(*out, size, "%.*s:%s", (int)host_len, text, port);
    return STATUS_OK;
}

static enum status number(int64_t *out, const char *option, const char *text, struct err *err) {
    char *end = NULL;
    long long value = strtoll(text, &end, 10);
    if (!*text || *end || value < 1) return invalid(err, option, "a number above 0");
    *out = value;
    return STATUS_OK;
}

static char *default_data(void) {
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    bool use_xdg = xdg && xdg[0] == '/';
    const char *base = use_xdg ? xdg : home;
    if (!base || !*base) return NULL;
    size_t size = strlen(base) + 64;
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s%s/spanset", base, use_xdg ? "" : "/.local/share");
    return path;
}

bool viewer_is_loopback(const char *address) {
    return strncmp(address, "127.", 4) == 0;
}

enum status viewer_options_parse(struct viewer_options *out, int argc, char **argv, struct err *err) {
    *out = (struct viewer_options){0};
    size_t room = (size_t)argc + 3;
    out->plugins = calloc(room, sizeof *out->plugins);
    out->imports = calloc(room, sizeof *out->imports);
    out->allow_hosts = calloc(room, sizeof *out->allow_hosts);
    enum status status = out->plugins && out->imports && out->allow_hosts
                             ? STATUS_OK
                             : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    if (status == STATUS_OK) status = address(&out->listen, "--listen", "127.0.0.1:7777", err);
    if (status == STATUS_OK) status = address(&out->otlp, "--otlp", "127.0.0.1:4318", err);
    int64_t value = 0;
    for (int i = 1; i < argc && status == STATUS_OK; i++) {
        const char *option = argv[i], *argument = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0) {
            out->help = true;
        } else if (strcmp(option, "--version") == 0) {
            out->version = true;
        } else if (strcmp(option, "--import") == 0) {
            if (!argument || strncmp(argument, "--", 2) == 0) return invalid(err, option, "followed by files");
            while (i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0)
                out->imports[out->import_count++] = argv[++i];
        } else if (strncmp(option, "--", 2) != 0) {
            return err_set(err, STATUS_INVALID, NULL, "\"%.60s\" is no option. See --help.", option);
        } else {
            static const char *const known[] = {"--listen", "--otlp",      "--data",      "--plugin",
                                                "--token",  "--keep-days", "--max-spans", "--allow-host"};
            size_t k = 0;
            while (k < sizeof known / sizeof *known && strcmp(known[k], option) != 0) k++;
            if (k == sizeof known / sizeof *known)
                return err_set(err, STATUS_INVALID, NULL, "\"%.60s\" is no option. See --help.", option);
            if (!argument || !*argument) return invalid(err, option, "followed by a value");
            i++;
            switch (k) {
            case 0:
                status = address(&out->listen, option, argument, err);
                break;
            case 1:
                status = address(&out->otlp, option, argument, err);
                break;
            case 2:
                free(out->data);
                out->data = strdup(argument);
                break;
            case 3:
                out->plugins[out->plugin_count++] = argv[i];
                break;
            case 4:
                free(out->token);
                out->token = strdup(argument);
                break;
            case 5:
                status = number(&out->keep_days, option, argument, err);
                if (status == STATUS_OK && out->keep_days > 36500)
                    status = invalid(err, option, "at most 36500");
                break;
            case 6:
                status = number(&value, option, argument, err);
                out->max_spans = (uint64_t)value;
                break;
            default:
                out->allow_hosts[out->allow_host_count++] = argument;
            }
        }
    }
    if (status != STATUS_OK || out->help || out->version) return status;
    if (!out->data) out->data = default_data();
    if (!out->data) return err_set(err, STATUS_INVALID, NULL, "Say with --data where to keep the data.");
    const char *open = !viewer_is_loopback(out->listen) ? out->listen : out->otlp;
    if (!viewer_is_loopback(open) && !out->token)
        return err_set(
            err, STATUS_INVALID, NULL,
            "%s can be reached from other machines: choose a secret with --token, and say with --allow-host "
            "under which name people come.",
            open);
    return STATUS_OK;
}

void viewer_options_free(struct viewer_options *o) {
    free(o->listen);
    free(o->otlp);
    free(o->data);
    free(o->token);
    free(o->plugins);
    free(o->imports);
    free(o->allow_hosts);
    *o = (struct viewer_options){0};
}
