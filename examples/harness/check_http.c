/* check_http.c: the plugin's own listener, as anybody on this machine can reach it. */
#include "harness/client.h"
#include "harness/fake_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

struct listener {
    char url[256], token[256], bearer[300];
    char page[1300]; /* a document's address */
};

/* The status of one request; reply is nullable, and the caller's to free. */
static int ask(const char *method, const char *url, const char *const *headers, const char *body,
               struct client_reply *reply) {
    struct client_reply mine = {0};
    struct client_reply *r = reply ? reply : &mine;
    client_send(r, method, url, headers, body);
    int status = r->status;
    if (!reply) client_reply_free(r);
    return status;
}

static bool is_loopback(const char *url) {
    const char *rest = NULL;
    if (strncmp(url, "http://127.0.0.1:", 17) == 0) rest = url + 17;
    if (strncmp(url, "http://[::1]:", 13) == 0) rest = url + 13;
    return rest && *rest && rest[strspn(rest, "0123456789")] == '\0';
}

/* The struct ends where an unreadable page begins, so one byte too far is a crash; and what it need not write stays. */
static void out_struct(struct check *c, const struct fake_host *h) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    check_begin(c, RULE_OUT_STRUCT);
    char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (check_expect(c, map != MAP_FAILED && mprotect(map + page, page, PROT_NONE) == 0,
                     "no memory for the check")) {
        tvp_endpoint *e = (tvp_endpoint *)(void *)(map + page - sizeof *e);
        e->size = (uint32_t)sizeof *e;
        check_expect(c, c->table->endpoint(h->self, e) == TVP_OK && e->url, "it failed with an exact struct");
        /* An older caller's struct: size and flags only. Whatever it answers, it writes no more than that. */
        tvp_endpoint small;
        memset(&small, 0x5a, sizeof small);
        small.size = 8;
        small.flags = 0;
        (void)c->table->endpoint(h->self, &small);
        const unsigned char *bytes = (const unsigned char *)&small;
        bool kept = true;
        for (size_t i = 8; i < sizeof small; i++) kept = kept && bytes[i] == 0x5a;
        check_expect(c, kept,
                     "it wrote url or token into a struct of size 8. Write fields that TVP_HAS says are there");
        munmap(map, 2 * page);
    }
    check_end(c);
}

static void token(struct check *c, const struct listener *l) {
    char wrong[300];
    snprintf(wrong, sizeof wrong, "Authorization: Bearer %s", l->token);
    wrong[strlen(wrong) - 1] = wrong[strlen(wrong) - 1] == '0' ? '1' : '0';
    const char *const with_wrong[] = {wrong, NULL}, *const with_prefix[] = {"Authorization: Bearer ", NULL};
    check_begin(c, RULE_TOKEN);
    struct client_reply reply;
    int got = ask("GET", l->page, NULL, NULL, &reply);
    check_expect(c, got == 401, "GET without Authorization answered %d. Check it before everything else", got);
    check_expect(c, reply.body.len == 0 || got != 401, "the 401 has a body of %zu bytes", reply.body.len);
    client_reply_free(&reply);
    got = ask("GET", l->page, with_wrong, NULL, NULL);
    check_expect(c, got == 401, "a token that differs in its last digit answered %d", got);
    got = ask("GET", l->page, with_prefix, NULL, NULL);
    check_expect(c, got == 401, "an empty token answered %d", got);
    got = ask("POST", l->page, NULL, "{}", NULL);
    check_expect(c, got == 401, "POST without Authorization answered %d", got);
    got = ask("OPTIONS", l->page, NULL, NULL, NULL);
    check_expect(c, got == 401, "OPTIONS without Authorization answered %d", got);
    check_end(c);
}

static void foreign_host(struct check *c, const struct listener *l) {
    const char *const evil[] = {l->bearer, "Host: evil.example", NULL};
    char with_port[300];
    snprintf(with_port, sizeof with_port, "Host: evil.example%s", strrchr(l->url, ':'));
    const char *const evil_port[] = {l->bearer, with_port, NULL};
    check_begin(c, RULE_HOST);
    int got = ask("GET", l->page, evil, NULL, NULL);
    check_expect(c, got == 403, "GET with Host: evil.example answered %d. A rebound name would be let in", got);
    got = ask("GET", l->page, evil_port, NULL, NULL);
    check_expect(c, got == 403, "GET with %s answered %d", with_port, got);
    check_end(c);
}

static void mutations(struct check *c, const struct listener *l) {
    const char *const plain[] = {l->bearer, "Content-Type: application/json", NULL};
    check_begin(c, RULE_X_TVP);
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};
    for (size_t i = 0; i < 4; i++) {
        int got = ask(methods[i], l->page, plain, "{}", NULL);
        check_expect(c, got == 403, "%s without X-Tvp: 1 answered %d. A form of any web page can send that",
                     methods[i], got);
    }
    check_end(c);

    check_begin(c, RULE_CROSS_SITE);
    static const char *const sites[] = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"};
    for (size_t i = 0; i < 2; i++) {
        const char *const headers[] = {l->bearer, "X-Tvp: 1", "Content-Type: application/json", sites[i], NULL};
        int got = ask("POST", l->page, headers, "{}", NULL);
        check_expect(c, got == 403, "POST with %s answered %d", sites[i], got);
    }
    check_end(c);

    check_begin(c, RULE_TYPE);
    static const char *const types[] = {"Content-Type: text/plain",
                                        "Content-Type: application/x-www-form-urlencoded",
                                        "Content-Type: multipart/form-data; boundary=x", "Content-Type:"};
    for (size_t i = 0; i < 4; i++) {
        const char *const headers[] = {l->bearer, "X-Tvp: 1", types[i], NULL};
        int got = ask("POST", l->page, headers, "{}", NULL);
        check_expect(c, got == 415, "POST with %s answered %d", types[i], got);
    }
    check_end(c);
}

static void cors(struct check *c, const struct listener *l) {
    const char *const preflight[] = {l->bearer, "Origin: http://evil.example",
                                     "Access-Control-Request-Method: DELETE",
                                     "Access-Control-Request-Headers: x-tvp", NULL};
    static const char *const methods[] = {"OPTIONS", "GET"};
    check_begin(c, RULE_CORS);
    for (size_t i = 0; i < 2; i++) {
        struct client_reply reply;
        char value[200];
        (void)ask(methods[i], l->page, preflight, NULL, &reply);
        check_expect(c, !client_header(&reply, "Access-Control-Allow-Origin", value, sizeof value),
                     "%s from http://evil.example got Access-Control-Allow-Origin: %s", methods[i], value);
        client_reply_free(&reply);
    }
    check_end(c);
}

static void not_found(struct check *c, const struct listener *l) {
    const char *const headers[] = {l->bearer, NULL};
    char url[400];
    static const char *const paths[] = {"nothing-is-here", "ui/nothing-is-here.js", "..%2f..%2fetc%2fpasswd"};
    check_begin(c, RULE_NOT_FOUND);
    for (size_t i = 0; i < 3; i++) {
        snprintf(url, sizeof url, "%s/%s", l->url, paths[i]);
        int got = ask("GET", url, headers, NULL, NULL);
        check_expect(c, got == 404 || (i == 2 && got == 400), "/%s answered %d", paths[i], got);
    }
    check_end(c);
}

void check_stage_http(struct check *c) {
    if (!check_load(c, RULE_ENDPOINT, RULE_NOT_FOUND)) return;
    struct fake_host h;
    struct listener l;
    fake_host_init(&h, c, check_dir(c, "data", true));
    if (!fake_host_activate(&h, c, &h.table)) {
        for (enum rule r = RULE_ENDPOINT; r <= RULE_NOT_FOUND; r++)
            check_result(c, r, false, "it does not start");
        return;
    }
    if (!fake_host_endpoint(&h, l.url, l.token)) {
        for (enum rule r = RULE_ENDPOINT; r <= RULE_NOT_FOUND; r++) check_skip(c, r, "serves no HTTP");
        fake_host_end(&h);
        return;
    }
    check_begin(c, RULE_ENDPOINT);
    check_expect(c, is_loopback(l.url),
                 "its url is \"%.80s\", not http://127.0.0.1:PORT without a trailing slash", l.url);
    check_expect(c, strlen(l.token) == 64 && strspn(l.token, "0123456789abcdefABCDEF") == 64,
                 "its token has %zu characters, not 64 hex digits", strlen(l.token));
    tvp_endpoint again = {.size = sizeof again};
    check_expect(c, c->table->endpoint(h.self, &again) == TVP_OK && again.url && !strcmp(again.url, l.url),
                 "asked twice it gave different addresses");
    check_end(c);
    out_struct(c, &h);
    size_t n = strlen(l.url);
    if (n && l.url[n - 1] == '/') l.url[n - 1] = '\0';
    snprintf(l.bearer, sizeof l.bearer, "Authorization: Bearer %s", l.token);
    snprintf(l.page, sizeof l.page, "%s/%s", l.url,
             h.page_count     ? h.pages[0].path
             : h.widget_count ? h.widgets[0].path
                              : "");
    token(c, &l);
    foreign_host(c, &l);
    mutations(c, &l);
    cors(c, &l);
    not_found(c, &l);
    fake_host_end(&h);
}
