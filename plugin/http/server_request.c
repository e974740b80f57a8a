/* server_request.c: one request on a CivetWeb connection as an exchange. The reply's head is held back until
 * the first piece of its body, so that a small answer is one send; what a handler leaves of the request's body
 * is read and dropped, or the connection closed, so that it can never be taken for the next request. A client
 * that is still sending when the answer says "close" is heard out for a while: closing on it makes the kernel
 * answer with a reset, which throws away the answer that the client has not read yet. */
#include "base/clock.h"
#include "http/head_check.h"
#include "http/server_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DRAIN_MAX  (256u << 10) /* of an unread body; above, the connection is closed instead */
#define LINGER_MAX (64u << 20)  /* read and dropped before closing, so that the sender sees the answer ... */
#define LINGER_MS  3000         /* ... and no longer than that */
#define JOIN_MAX   (32u << 10)  /* a first piece up to that size goes out in one send with the head */

/* The server's half of an exchange. */
struct request {
    struct exchange ex; /* first: see impl_of */
    struct http_server *server;
    struct mg_connection *conn;
    struct head_facts facts;
    bool http10;
    bool continue_sent; /* or not asked for */
    int64_t read;       /* body bytes handed out */
    bool body_done, broken;
    bool keep_alive, chunked;
    struct buf head; /* status line and headers that wait for the first piece of the body */
};

static struct request *impl_of(struct exchange *ex) {
    return ex->impl;
}

struct http_server *http_exchange_server(struct exchange *ex) {
    return impl_of(ex)->server;
}

/* ---- what an exchange needs ---- */

static const char *op_header(struct exchange *ex, const char *name) {
    return mg_get_header(impl_of(ex)->conn, name);
}

static int64_t op_read(struct exchange *ex, void *into, size_t len) {
    struct request *r = impl_of(ex);
    if (r->broken) return -1;
    if (r->body_done || r->facts.content_length == 0 || !len) return 0;
    if (!r->continue_sent) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        r->continue_sent = true;
        if (mg_write(r->conn, go_on, sizeof go_on - 1) <= 0) r->broken = true;
    }
    int n = r->broken ? -1 : mg_read(r->conn, into, len);
    if (n > 0) {
        r->read += n;
        if (r->read == r->facts.content_length) r->body_done = true;
        return n;
    }
    /* mg_read says 0 at the end of a chunked body, but also when a body of known length stops short. */
    if (n < 0 || r->facts.content_length > 0) {
        r->broken = true;
        return -1;
    }
    r->body_done = true;
    return 0;
}

static const char *reason(int status) {
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return reasons[i].text;
    return "Status";
}

/* RFC 9110 date, by hand: strftime would follow the host's locale. */
static void add_date(struct buf *b) {
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = (time_t)(clock_now_ms() / 1000);
    struct tm tm;
    gmtime_r(&now, &tm);
    buf_printf(b, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday], tm.tm_mday,
               months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Whether what is left of the body is so little that it can be dropped and the connection kept. */
static bool worth_draining(const struct request *r) {
    if (r->broken || !r->continue_sent) return false;
    if (r->body_done || r->facts.content_length == 0) return true;
    return r->facts.content_length < 0 || r->facts.content_length - r->read <= (int64_t)DRAIN_MAX;
}

static int send_all(struct request *r, const void *data, size_t len) {
    if (r->broken) return -1;
    const char *p = data;
    while (len) {
        int n = mg_write(r->conn, p, len > (1u << 30) ? 1u << 30 : len);
        if (n <= 0) {
            r->broken = true;
            return -1;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

static int op_begin(struct exchange *ex, int status, const char *content_type, int64_t length) {
    struct request *r = impl_of(ex);
    bool no_body = status == 204 || status == 304 || status < 200;
    r->chunked = !no_body && length < 0 && !r->http10;
    if (!r->facts.keep_alive || !worth_draining(r) || atomic_load(&r->server->stopping)) r->keep_alive = false;
    if (length < 0 && r->http10 && !no_body)
        r->keep_alive = false; /* the end of the connection ends the body */
    buf_printf(&r->head, "HTTP/1.1 %d %s\r\n", status, reason(status));
    add_date(&r->head);
    if (content_type) buf_printf(&r->head, "Content-Type: %s\r\n", content_type);
    if (r->chunked)
        buf_str(&r->head, "Transfer-Encoding: chunked\r\n");
    else if (length >= 0 && !no_body)
        buf_printf(&r->head, "Content-Length: %lld\r\n", (long long)length);
    for (int i = 0; i < ex->header_count; i++)
        buf_printf(&r->head, "%s: %s\r\n", ex->headers[i].name, ex->headers[i].value);
    buf_printf(&r->head, "Connection: %s\r\n\r\n", r->keep_alive ? "keep-alive" : "close");
    if (buf_failed(&r->head)) r->broken = true;
    return r->broken ? -1 : 0;
}

static int op_write(struct exchange *ex, const void *data, size_t len) {
    struct request *r = impl_of(ex);
    if (r->broken) return -1;
    if (len > JOIN_MAX) { /* large: no copy */
        char size[24];
        int n = snprintf(size, sizeof size, "%zx\r\n", len);
        if (r->chunked) buf_add(&r->head, size, (size_t)n);
        int gone = buf_failed(&r->head) || send_all(r, r->head.data ? r->head.data : "", r->head.len) ||
                   send_all(r, data, len) || (r->chunked && send_all(r, "\r\n", 2));
        buf_clear(&r->head);
        return gone ? -1 : 0;
    }
    if (r->chunked) buf_printf(&r->head, "%zx\r\n", len);
    buf_add(&r->head, data, len);
    if (r->chunked) buf_str(&r->head, "\r\n");
    if (buf_failed(&r->head)) r->broken = true;
    int gone = r->broken ? -1 : send_all(r, r->head.data, r->head.len);
    buf_clear(&r->head);
    return gone;
}

static const struct exchange_ops ops = {op_header, op_read, op_begin, op_write};

/* Before closing under a body that is still coming. */
static void linger(struct request *r) {
    char rest[16 << 10];
    uint64_t dropped = 0;
    uint64_t until = clock_monotonic_ms() + LINGER_MS;
    if (r->ex.status <= 0 || !r->continue_sent || r->facts.content_length - r->read > (int64_t)LINGER_MAX)
        return;
    while (!r->broken && !r->body_done && dropped < LINGER_MAX && clock_monotonic_ms() < until &&
           !atomic_load(&r->server->stopping)) {
        int64_t n = op_read(&r->ex, rest, sizeof rest);
        if (n <= 0) break;
        dropped += (uint64_t)n;
    }
}

/* Ends the reply, and leaves the connection so that the next request starts where it should, or closes it. */
static void finish(struct request *r) {
    if (r->ex.status) {
        if (r->chunked && !r->ex.head_only) buf_str(&r->head, "0\r\n\r\n");
        if (buf_failed(&r->head)) r->broken = true;
        if (r->head.len) send_all(r, r->head.data, r->head.len);
    }
    buf_free(&r->head);
    if (r->keep_alive && worth_draining(r)) {
        char rest[16 << 10];
        size_t dropped = 0;
        for (int64_t n; !r->body_done && dropped <= DRAIN_MAX && (n = op_read(&r->ex, rest, sizeof rest)) > 0;)
            dropped += (size_t)n;
        if (dropped > DRAIN_MAX) r->keep_alive = false;
    }
    if (!r->keep_alive || r->broken || !worth_draining(r)) {
        mg_disable_keep_alive(r->conn);
        linger(r);
    }
}

/* ---- a request ---- */

static void answer(struct request *r, const struct mg_request_info *info) {
    struct http_server *s = r->server;
    const struct http_server_options *o = &s->options;
    struct exchange *ex = &r->ex;
    struct head_line lines[MG_MAX_HEADERS];
    size_t count = 0;
    struct err err = ERR_INIT;
    for (int i = 0; i < info->num_headers && i < MG_MAX_HEADERS; i++)
        lines[count++] = (struct head_line){info->http_headers[i].name, info->http_headers[i].value};
    if (count == MG_MAX_HEADERS) { /* CivetWeb drops what follows, and one of those may be a Content-Length */
        err_set(&err, STATUS_INVALID, "bad_header", "The request has too many headers.");
    } else {
        const char *target = info->local_uri_raw ? info->local_uri_raw : "";
        /* An absolute target was cut down to its path: it names a host beside the Host header, so it is
         * refused. */
        if (!info->request_uri || info->request_uri[0] != '/') target = "";
        head_check(target, info->query_string, info->http_version ? info->http_version : "1.0", lines, count,
                   &r->facts, &err);
    }
    r->continue_sent = !r->facts.expects_continue;
    if (err.status) { /* nothing about the rest of such a connection can be trusted */
        r->keep_alive = false;
        r->facts.content_length = 0;
        exchange_problem(ex, &err, NULL);
        return;
    }
    ex->path = r->facts.path;
    ex->content_length = r->facts.content_length;
    if (o->gate && !o->gate(ex, o->ctx)) return;
    if (s->raw_prefix && !strncmp(ex->path, s->raw_prefix, strlen(s->raw_prefix))) {
        int status = o->raw(r->conn, ex, o->ctx);
        if (!ex->status && status <= 0) r->keep_alive = false;
        if (!ex->status) ex->status = -1; /* answered on the connection itself */
        return;
    }
    if (route_dispatch(s->routes, o->route_count, ex, o->ctx)) return;
    if (o->fallback)
        o->fallback(ex, o->ctx);
    else
        route_not_found(ex);
}

int server_request(struct http_server *s, struct mg_connection *conn) {
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct request r = {.server = s, .conn = conn, .keep_alive = true, .continue_sent = true};
    r.http10 = !info->http_version || strcmp(info->http_version, "1.1") != 0;
    r.ex.ops = &ops;
    r.ex.impl = &r;
    r.ex.method = info->request_method ? info->request_method : "";
    r.ex.head_only = !strcmp(r.ex.method, "HEAD");
    r.ex.path = "/";
    r.ex.query = info->query_string ? info->query_string : "";
    const char *user = mg_get_header(conn, "X-Tvp-User");
    r.ex.user = user ? user : "";
    answer(&r, info);
    if (!r.ex.status) {
        struct err err = ERR_INIT;
        err_set(&err, STATUS_INTERNAL, "no_answer", "The server has no answer to this request.");
        log_line(&s->options.log, LOG_LEVEL_ERROR, "no handler answered %s %s", r.ex.method, r.ex.path);
        exchange_problem(&r.ex, &err, NULL);
    }
    int status = r.ex.status > 0 ? r.ex.status : 200;
    finish(&r);
    return status;
}

int server_refuse(struct mg_connection *conn, int status, const char *message) {
    struct buf body = BUF_INIT, b = BUF_INIT;
    (void)message;                   /* may repeat bytes of the request */
    if (status == 411) status = 400; /* its word for a Content-Length that is no number */
    buf_printf(&body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"", reason(status),
               status);
    buf_str(&body, status == 413 || status == 431 ? "The request's headers are larger than 32 KiB."
                                                  : "The request is not well-formed HTTP/1.1.");
    buf_str(&body, "\",\"code\":\"bad_request\"}");
    buf_printf(&b, "HTTP/1.1 %d %s\r\n", status, reason(status));
    add_date(&b);
    buf_printf(
        &b,
        "Content-Type: application/problem+json\r\nContent-Length: %zu\r\nX-Content-Type-Options: nosniff\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len);
    buf_add(&b, body.data ? body.data : "", body.len);
    if (!buf_failed(&body) && !buf_failed(&b)) mg_write(conn, b.data, b.len);
    buf_free(&body);
    buf_free(&b);
    mg_disable_keep_alive(conn);
    return 0;
}
