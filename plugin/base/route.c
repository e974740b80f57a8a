#include "base/route.h"

#include <stdio.h>
#include <string.h>

/* Matches pattern against path and copies the values of its variables into store, each with its NUL. vars gets
 * pointers into store. */
static bool match(const char *pattern, const char *path, char store[ROUTE_PATH_MAX + EXCHANGE_MAX_VARS],
                  const char *vars[EXCHANGE_MAX_VARS]) {
    int count = 0;
    char *at = store;
    while (*pattern && *path) {
        if (*pattern != '{') {
            if (*pattern++ != *path++) return false;
            continue;
        }
        const char *close = strchr(pattern, '}');
        if (!close || count == EXCHANGE_MAX_VARS) return false;
        size_t n = close[-1] == '*' ? strlen(path) : strcspn(path, "/");
        if (!n) return false;
        vars[count++] = at;
        memcpy(at, path, n);
        at[n] = '\0';
        at += n + 1;
        path += n;
        pattern = close + 1;
    }
    if (!*path && *pattern == '{') { /* nothing left for a last {x*} */
        size_t n = strlen(pattern);
        if (pattern[n - 2] != '*' || strchr(pattern, '}') != pattern + n - 1 || count == EXCHANGE_MAX_VARS)
            return false;
        *at = '\0';
        vars[count] = at;
        return true;
    }
    return !*path && !*pattern;
}

static bool method_fits(const char *route_method, const char *method) {
    return !strcmp(route_method, method) || (!strcmp(method, "HEAD") && !strcmp(route_method, "GET"));
}

/* Appends "GET, HEAD" and the like once each. */
static void allow(char *list, size_t size, const char *method) {
    if (strstr(list, method)) return;
    size_t n = strlen(list);
    snprintf(list + n, size - n, "%s%s%s", n ? ", " : "", method, strcmp(method, "GET") ? "" : ", HEAD");
}

bool route_dispatch(const struct route *routes, size_t count, struct exchange *ex, void *ctx) {
    char store[ROUTE_PATH_MAX + EXCHANGE_MAX_VARS];
    char allowed[120] = "";
    if (strlen(ex->path) >= ROUTE_PATH_MAX) return false;
    for (size_t i = 0; i < count; i++) {
        const char *vars[EXCHANGE_MAX_VARS] = {0};
        if (!match(routes[i].pattern, ex->path, store, vars)) continue;
        if (!method_fits(routes[i].method, ex->method)) {
            allow(allowed, sizeof allowed, routes[i].method);
            continue;
        }
        memcpy(ex->vars, vars, sizeof vars);
        routes[i].handle(ex, ctx);
        memset(ex->vars, 0, sizeof ex->vars); /* they point into this frame */
        return true;
    }
    if (!allowed[0]) return false;
    struct err err = ERR_INIT;
    exchange_add_header(ex, "Allow", allowed);
    err_set(&err, STATUS_METHOD, "method_not_allowed", "%.20s is not possible here; use %s.", ex->method,
            allowed);
    exchange_problem(ex, &err, NULL);
    return true;
}

void route_not_found(struct exchange *ex) {
    struct err err = ERR_INIT;
    err_set(&err, STATUS_NOT_FOUND, "no_such_address", "There is nothing at this address.");
    exchange_problem(ex, &err, NULL);
}
