#include "http/gate_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Splits "name:port" or "[v6]:port". *port is 0 without one. false: neither. */
static bool split_host(const char *host, size_t *name_len, unsigned *port) {
    const char *end = host[0] == '[' ? strchr(host, ']') : NULL;
    if (host[0] == '[' && !end) return false;
    *name_len = end ? (size_t)(end + 1 - host) : strcspn(host, ":");
    *port = 0;
    const char *rest = host + *name_len;
    if (!*name_len || !*rest) return *name_len > 0;
    size_t digits = strspn(rest + 1, "0123456789");
    if (*rest != ':' || digits < 1 || digits > 5 || rest[1 + digits]) return false;
    *port = (unsigned)strtoul(rest + 1, NULL, 10);
    return *port > 0 && *port < 65536;
}

static bool same_name(const char *host, size_t len, const char *name, size_t name_len) {
    return len == name_len && !strncasecmp(host, name, len);
}

bool gate_host_fits(const char *host, const unsigned *ports, size_t port_count, const char *const *extra) {
    static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
    size_t len;
    unsigned port;
    if (!host || !split_host(host, &len, &port)) return false;
    bool own_port = false;
    for (size_t i = 0; i < port_count && !own_port; i++) own_port = ports[i] == (port ? port : 80);
    if (own_port)
        for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
            if (same_name(host, len, loopback[i], strlen(loopback[i]))) return true;
    /* A further name is usually that of a reverse proxy, whose port is not ours: without a port it fits any. */
    for (; extra && *extra; extra++) {
        size_t extra_len;
        unsigned extra_port;
        if (split_host(*extra, &extra_len, &extra_port) && same_name(host, len, *extra, extra_len) &&
            (!extra_port || extra_port == port))
            return true;
    }
    return false;
}

static bool reads_only(const struct exchange *ex) {
    return !strcmp(ex->method, "GET") || !strcmp(ex->method, "HEAD");
}

enum status gate_check_mutation(struct exchange *ex, struct err *err) {
    if (reads_only(ex)) return STATUS_OK;
    const char *mark = exchange_header(ex, "X-Tvp"), *site = exchange_header(ex, "Sec-Fetch-Site");
    if (!mark || strcmp(mark, "1") != 0)
        return err_set(err, STATUS_FORBIDDEN, "no_x_tvp", "Send the header \"X-Tvp: 1\" with every %.10s.",
                       ex->method);
    if (site && (!strcasecmp(site, "cross-site") || !strcasecmp(site, "same-site")))
        return err_set(err, STATUS_FORBIDDEN, "cross_site", "Requests from other sites are refused.");
    return STATUS_OK;
}

static bool same_type(const char *value, const char *type) {
    size_t n = strcspn(value, "; \t");
    return strlen(type) == n && !strncasecmp(value, type, n);
}

enum status gate_check_type(struct exchange *ex, const char *const *more, struct err *err) {
    if (ex->content_length == 0) return STATUS_OK;
    const char *type = exchange_header(ex, "Content-Type");
    if (type && same_type(type, "application/json")) return STATUS_OK;
    for (; type && more && *more; more++)
        if (same_type(type, *more)) return STATUS_OK;
    return err_set(err, STATUS_MEDIA_TYPE, "wrong_content_type",
                   "Send the body as Content-Type: application/json.");
}
