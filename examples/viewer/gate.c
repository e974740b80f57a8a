#include "viewer/gate.h"

#include "base/id.h"
#include "http/gate_rules.h"
#include "otlp/otlp.h"
#include "viewer/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COOKIE "spanset_viewer"

static bool is_otlp(const char *path) {
    return !strcmp(path, "/v1/traces") || !strcmp(path, "/v1/logs");
}

bool viewer_gate_init(struct viewer_gate *gate, const char *token, const char *listen, const char *otlp,
                      const char **allow, size_t allow_count) {
    *gate = (struct viewer_gate){.token = token};
    pthread_mutex_init(&gate->lock, NULL);
    gate->extra = calloc(allow_count + 3, sizeof *gate->extra);
    if (!gate->extra) return false;
    size_t n = 0;
    for (; n < allow_count; n++) gate->extra[n] = allow[n];
    const char *const addresses[2] = {listen, otlp};
    for (size_t i = 0; i < 2; i++) {
        if (viewer_is_loopback(addresses[i]) || !strncmp(addresses[i], "0.0.0.0:", 8)) continue;
        snprintf(gate->names[i], sizeof gate->names[i], "%s", addresses[i]);
        gate->extra[n++] = gate->names[i];
    }
    viewer_gate_renew(gate);
    return gate->session[0] != '\0';
}

void viewer_gate_free(struct viewer_gate *gate) {
    if (gate->extra) pthread_mutex_destroy(&gate->lock);
    free(gate->extra);
    *gate = (struct viewer_gate){0};
}

void viewer_gate_renew(struct viewer_gate *gate) {
    unsigned char bytes[32];
    bool drawn = random_bytes(bytes, sizeof bytes);
    pthread_mutex_lock(&gate->lock);
    if (drawn)
        hex_encode(bytes, sizeof bytes, gate->session);
    else
        gate->session[0] = '\0'; /* nobody is logged in by an empty session */
    pthread_mutex_unlock(&gate->lock);
}

void viewer_gate_cookie(struct viewer_gate *gate, char *out, size_t size) {
    pthread_mutex_lock(&gate->lock);
    snprintf(out, size, COOKIE "=%s; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000", gate->session);
    pthread_mutex_unlock(&gate->lock);
}

/* Whether one of the request's cookies is ours and right. */
static bool cookie_fits(struct viewer_gate *gate, const char *cookies) {
    char session[GATE_SESSION_SIZE], value[GATE_SESSION_SIZE];
    pthread_mutex_lock(&gate->lock);
    memcpy(session, gate->session, sizeof session);
    pthread_mutex_unlock(&gate->lock);
    for (const char *at = cookies; at && *at && session[0];) {
        at += strspn(at, "; ");
        size_t n = strcspn(at, ";");
        size_t name = strlen(COOKIE "=");
        if (n == name + sizeof value - 1 && !strncmp(at, COOKIE "=", name)) {
            memcpy(value, at + name, sizeof value - 1);
            value[sizeof value - 1] = '\0';
            if (secret_equal(value, session)) return true;
        }
        at += n;
    }
    return false;
}

static bool bearer_fits(const struct viewer_gate *gate, const char *authorization) {
    return authorization && !strncmp(authorization, "Bearer ", 7) &&
           secret_equal(authorization + 7, gate->token);
}

static bool is_public(const char *path) {
    return !strcmp(path, "/login") || !strcmp(path, "/login.js") || !strcmp(path, "/login.css");
}

/* An error in the form that the caller reads: senders their own encoding, all others problem+json. */
static void refuse(struct exchange *ex, const struct err *err) {
    if (!is_otlp(ex->path)) {
        exchange_problem(ex, err, NULL);
        return;
    }
    const char *type = exchange_header(ex, "Content-Type");
    bool json = !type || strncmp(type, "application/x-protobuf", 22) != 0;
    struct buf body = BUF_INIT;
    otlp_write_status(json ? OTLP_JSON : OTLP_PROTOBUF, err, &body);
    exchange_reply(ex, exchange_http_status(err->status), json ? "application/json" : "application/x-protobuf",
                   body.data, body.len);
    buf_free(&body);
}

/* A page asked for by a browser, as opposed to data. */
static bool wants_page(struct exchange *ex) {
    const char *accept = exchange_header(ex, "Accept");
    return !strcmp(ex->method, "GET") && accept && strstr(accept, "text/html") &&
           strncmp(ex->path, "/api/", 5) != 0;
}

/* Appends s for a query string. */
static void query_escape(struct buf *out, const char *s) {
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("/-_.~", c);
        if (plain)
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

static void send_to_login(struct exchange *ex) {
    struct buf to = BUF_INIT;
    buf_str(&to, "/login?next=");
    query_escape(&to, ex->path);
    if (*ex->query) {
        buf_str(&to, "%3F");
        query_escape(&to, ex->query);
    }
    exchange_add_header(ex, "Location", !buf_failed(&to) && to.len < 900 ? to.data : "/login");
    exchange_add_header(ex, "Cache-Control", "no-store");
    exchange_reply(ex, 302, "text/plain; charset=utf-8", "Log in first.\n", 14);
    buf_free(&to);
}

bool viewer_gate_check(struct viewer_gate *gate, struct exchange *ex) {
    struct err err = ERR_INIT;
    bool otlp = is_otlp(ex->path);
    if (!gate_host_fits(exchange_header(ex, "Host"), gate->ports, 2, gate->extra)) {
        err_set(&err, STATUS_FORBIDDEN, "host",
                "This viewer does not answer under that name. Use 127.0.0.1 or localhost with its port, or "
                "start it "
                "with --allow-host.");
        refuse(ex, &err);
        return false;
    }
    if (gate->token && !is_public(ex->path) && !bearer_fits(gate, exchange_header(ex, "Authorization")) &&
        !cookie_fits(gate, exchange_header(ex, "Cookie"))) {
        if (wants_page(ex)) {
            send_to_login(ex);
            return false;
        }
        exchange_add_header(ex, "WWW-Authenticate", "Bearer");
        err_set(&err, STATUS_DENIED, "login",
                "Log in at /login, or send \"Authorization: Bearer\" with the token.");
        refuse(ex, &err);
        return false;
    }
    if (otlp) {
        const char *site = exchange_header(ex, "Sec-Fetch-Site");
        if (site && (!strcmp(site, "cross-site") || !strcmp(site, "same-site"))) {
            err_set(&err, STATUS_FORBIDDEN, "cross_site", "Requests from other sites are refused.");
            refuse(ex, &err);
            return false;
        }
        return true;
    }
    bool own = strncmp(ex->path, "/plugins/", 9) != 0; /* a plugin knows its own content types */
    if (gate_check_mutation(ex, &err) == STATUS_OK && (!own || gate_check_type(ex, NULL, &err) == STATUS_OK))
        return true;
    refuse(ex, &err);
    return false;
}
