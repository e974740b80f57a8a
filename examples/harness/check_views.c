/* check_views.c: the plugin's documents, modules and addresses in a real host (hostkit and its proxy). */
#include "harness/app.h"
#include "harness/check.h"
#include "harness/client.h"
#include "harness/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stage {
    struct check *c;
    struct app *app;
    const struct hostkit_plugin *plugin;
    char direct[HOSTKIT_URL_SIZE], bearer[200], proxied[300]; /* both without a trailing slash */
    bool http;
};

/* GETs a path of the plugin's, directly or through the proxy. */
static void get(const struct stage *s, bool proxied, const char *method, const char *path,
                struct client_reply *reply) {
    char url[2400];
    const char *const headers[] = {s->bearer, "Accept: */*", NULL}, *const none[] = {"Accept: */*", NULL};
    snprintf(url, sizeof url, "%s/%s", proxied ? s->proxied : s->direct, path);
    client_send(reply, method, url, proxied ? none : headers, NULL);
}

static void expect_type(struct check *c, const struct client_reply *r, const char *path, bool proxied,
                        const char *const *types, const char *wanted) {
    char type[200];
    const char *how = proxied ? "proxied" : "directly";
    if (!check_expect(c, r->status == 200, "%s answered %d %s %s", path, r->status, how, r->why)) return;
    (void)client_header(r, "Content-Type", type, sizeof type);
    bool fits = false;
    for (; *types && !fits; types++) fits = strncmp(type, *types, strlen(*types)) == 0;
    check_expect(c, fits, "%s is \"%s\" %s, not %s", path, type, how, wanted);
    check_expect(c, r->body.len > 0, "%s is empty %s", path, how);
}

static void fragments(const struct stage *s, const struct view_list *views) {
    static const char *const html[] = {"text/html", NULL};
    check_begin(s->c, RULE_FRAGMENTS);
    for (size_t i = 0; i < views->count; i++)
        for (int proxied = 0; proxied < 2; proxied++) {
            struct client_reply reply;
            get(s, proxied, "GET", views->list[i].document, &reply);
            expect_type(s->c, &reply, views->list[i].document, proxied, html, "text/html");
            client_reply_free(&reply);
        }
    check_end(s->c);
}

static void modules(const struct stage *s, const struct view_list *views) {
    static const char *const js[] = {"text/javascript", "application/javascript", NULL};
    unsigned seen = 0;
    check_begin(s->c, RULE_MODULES);
    for (size_t i = 0; i < views->count; i++)
        for (int proxied = 0; views->list[i].module && proxied < 2; proxied++) {
            struct client_reply reply;
            seen++;
            get(s, proxied, "GET", views->list[i].module, &reply);
            expect_type(s->c, &reply, views->list[i].module, proxied, js,
                        "JavaScript, so a browser will not run it");
            client_reply_free(&reply);
        }
    if (seen)
        check_end(s->c);
    else
        check_skip(s->c, RULE_MODULES, "registers no module");
}

/* The host serves a page's route and what is below it with its own document. */
static void routes(const struct stage *s) {
    if (s->plugin->page_count == 0) {
        check_skip(s->c, RULE_ROUTES, "registers no page");
        return;
    }
    check_begin(s->c, RULE_ROUTES);
    for (size_t i = 0; i < s->plugin->page_count; i++) {
        static const char *const below[] = {"", "/something?x=1"};
        for (size_t j = 0; j < 2; j++) {
            struct client_reply reply;
            char url[1500], type[100];
            snprintf(url, sizeof url, "http://127.0.0.1:%u%s%s", app_port(s->app), s->plugin->pages[i].route,
                     below[j]);
            client_send(&reply, "GET", url, NULL, NULL);
            (void)client_header(&reply, "Content-Type", type, sizeof type);
            check_expect(s->c, reply.status == 200 && strncmp(type, "text/html", 9) == 0, "%s answered %d (%s)",
                         url, reply.status, type);
            client_reply_free(&reply);
        }
    }
    check_end(s->c);
}

static bool has_directive(const char *csp, const char *name, const char *value) {
    const char *at = strstr(csp, name);
    if (!at) return false;
    size_t n = strcspn(at, ";"), want = strlen(value);
    for (size_t i = strlen(name); i + want <= n; i++)
        if (strncmp(at + i, value, want) == 0) return true;
    return false;
}

static void headers(const struct stage *s, const struct view_list *views) {
    check_begin(s->c, RULE_HEADERS);
    for (size_t i = 0; i < views->count; i++)
        for (int proxied = 0; proxied < 2; proxied++) {
            struct client_reply reply;
            char csp[2000], value[200];
            const char *path = views->list[i].document;
            get(s, proxied, "GET", path, &reply);
            if (check_expect(s->c, client_header(&reply, "Content-Security-Policy", csp, sizeof csp),
                             "%s has no Content-Security-Policy", path)) {
                check_expect(s->c, strstr(csp, "default-src 'none'") || strstr(csp, "default-src 'self'"),
                             "the CSP of %s has no default-src 'none'", path);
                check_expect(s->c,
                             !has_directive(csp, "script-src", "'unsafe-inline'") &&
                                 !has_directive(csp, "script-src", "'unsafe-eval'") &&
                                 !has_directive(csp, "script-src", "http"),
                             "the CSP of %s lets foreign or inline scripts run", path);
                check_expect(
                    s->c, has_directive(csp, "frame-ancestors", "'self'"),
                    "the CSP of %s has no frame-ancestors 'self', so a host cannot or anybody can frame it",
                    path);
            }
            (void)client_header(&reply, "X-Content-Type-Options", value, sizeof value);
            check_expect(s->c, strcmp(value, "nosniff") == 0, "%s has no X-Content-Type-Options: nosniff",
                         path);
            client_reply_free(&reply);
        }
    check_end(s->c);
}

static void cookies(const struct stage *s, const struct view_list *views) {
    check_begin(s->c, RULE_COOKIES);
    for (size_t i = 0; i < views->count; i++) {
        struct client_reply reply;
        char value[200];
        get(s, false, "GET", views->list[i].document, &reply);
        check_expect(s->c, !client_header(&reply, "Set-Cookie", value, sizeof value),
                     "%s sets the cookie \"%.60s\". It would be lost: hosts drop cookies",
                     views->list[i].document, value);
        client_reply_free(&reply);
    }
    check_end(s->c);
}

/* Looks at src="..." and href="..." of a document. */
static void relative_in(const struct stage *s, const char *document, const char *html) {
    static const char *const attributes[] = {" src=\"", " href=\""};
    char folder[1200];
    snprintf(folder, sizeof folder, "%s", document);
    folder[strcspn(folder, "?")] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[1] = '\0';
    else
        folder[0] = '\0';
    for (size_t a = 0; a < 2; a++)
        for (const char *at = html; (at = strstr(at, attributes[a]));) {
            char target[600], path[2000];
            at += strlen(attributes[a]);
            snprintf(target, sizeof target, "%.*s", (int)(strcspn(at, "\"") < 599 ? strcspn(at, "\"") : 599),
                     at);
            target[strcspn(target, "#")] = '\0';
            if (!*target || strncmp(target, "data:", 5) == 0) continue;
            bool relative = target[0] != '/' && !strstr(target, "://");
            if (!check_expect(s->c, relative,
                              "%s names \"%.100s\". Only relative addresses work below any mount point",
                              document, target))
                continue;
            struct client_reply reply;
            snprintf(path, sizeof path, "%s%s", folder, target);
            get(s, true, "GET", path, &reply);
            check_expect(s->c, reply.status == 200, "%s names \"%.100s\", which answers %d", document, target,
                         reply.status);
            client_reply_free(&reply);
        }
}

static void relative(const struct stage *s, const struct view_list *views) {
    check_begin(s->c, RULE_RELATIVE);
    for (size_t i = 0; i < views->count; i++) {
        struct client_reply reply;
        get(s, true, "GET", views->list[i].document, &reply);
        if (reply.body.len) relative_in(s, views->list[i].document, reply.body.data);
        client_reply_free(&reply);
    }
    check_end(s->c);
}

static void head(const struct stage *s, const struct view_list *views) {
    check_begin(s->c, RULE_HEAD);
    for (size_t i = 0; i < views->count; i++)
        for (int proxied = 0; proxied < 2; proxied++) {
            struct client_reply reply;
            char type[100];
            get(s, proxied, "HEAD", views->list[i].document, &reply);
            (void)client_header(&reply, "Content-Type", type, sizeof type);
            check_expect(s->c, reply.status == 200 && reply.body.len == 0 && strncmp(type, "text/html", 9) == 0,
                         "HEAD %s answered %d (%s) with %zu bytes %s", views->list[i].document, reply.status,
                         type, reply.body.len, proxied ? "proxied" : "directly");
            client_reply_free(&reply);
        }
    check_end(s->c);
}

void check_stage_views(struct check *c) {
    struct err err = ERR_INIT;
    struct app_options options = {
        .plugin = c->file, .listen = "127.0.0.1:0", .data_dir = check_dir(c, "host", true)};
    struct stage s = {.c = c, .app = app_start(&options, c->spans, &err)};
    check_begin(c, RULE_HOSTKIT);
    if (!check_expect(c, s.app != NULL, "%s", err.detail)) {
        check_end(c);
        for (enum rule r = RULE_FRAGMENTS; r <= RULE_HEAD; r++)
            check_result(c, r, false, "no host can load it");
        return;
    }
    check_expect(c, !*app_first_warning(s.app), "the host warned: %s", app_first_warning(s.app));
    check_end(c);
    s.plugin = hostkit_at(app_hostkit(s.app), 0);
    char token[HOSTKIT_TOKEN_SIZE];
    s.http = hostkit_endpoint(app_hostkit(s.app), s.plugin, s.direct, token, &err) == STATUS_OK;
    snprintf(s.bearer, sizeof s.bearer, "Authorization: Bearer %s", token);
    snprintf(s.proxied, sizeof s.proxied, "http://127.0.0.1:%u/plugins/%s", app_port(s.app), s.plugin->id);
    struct view_list views;
    if (!s.http) {
        for (enum rule r = RULE_FRAGMENTS; r <= RULE_HEAD; r++)
            check_result(c, r, false, err.detail[0] ? err.detail : "it serves no HTTP");
    } else if (views_of(&views, s.plugin, c->spans)) {
        fragments(&s, &views);
        modules(&s, &views);
        routes(&s);
        headers(&s, &views);
        cookies(&s, &views);
        relative(&s, &views);
        head(&s, &views);
        views_free(&views);
    }
    app_stop(s.app);
}
