/* server.c: how it works. CivetWeb parses the request head and owns sockets and threads; everything else happens in
 * its begin_request callback, which comes before its own CORS, OPTIONS, authorisation and file code, none of which
 * is ever reached: head check, gate, raw prefix, routes, fallback.
 *
 * What it does not do: TLS (dead in Debian's build), IPv6 (not compiled in), compression of dynamic replies.
 *
 * CivetWeb's threads set SIGPIPE to be ignored, for the whole process. A plugin must not: see signals_restore. */
#include "http/server.h"

#include "base/clock.h"
#include "base/route.h"
#include "http/head_check.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_THREADS    128
#define REQUEST_TIMEOUT_MS "10000" /* a connection that sends or takes nothing for that long is given up */
#define KEEP_ALIVE_MS      "5000"
#define MAX_HEAD           "32768" /* request line and headers */
#define DRAIN_MAX          (256u << 10) /* of an unread body; above, the connection is closed instead */
#define JOIN_MAX           (32u << 10)  /* a first piece up to that size goes out in one send with the head */
#define MAX_LISTENERS      8
#define START_WAIT_S       10
#define KNOCK_US           10000

struct http_server {
    struct http_server_options options; /* listen and routes are ours */
    struct route *routes;
    char *raw_prefix;
    struct mg_context *mg;
    atomic_bool stopping, stopped;
    unsigned ports[MAX_LISTENERS];
    unsigned port_count;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t started;
    unsigned threads_started;
    bool starting;       /* log lines are kept for the error sentence, requests wait */
    char first_cry[300]; /* what CivetWeb said first while starting */
};

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

static struct request *impl_of(struct exchange *ex) { return ex->impl; }

struct http_server *http_exchange_server(struct exchange *ex) { return impl_of(ex)->server; }

/* ---- what an exchange needs ---- */

static const char *op_header(struct exchange *ex, const char *name) { return mg_get_header(impl_of(ex)->conn, name); }

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
        {200, "OK"},          {201, "Created"},       {202, "Accepted"},          {204, "No Content"},
        {206, "Partial Content"}, {302, "Found"},         {303, "See Other"},         {304, "Not Modified"},
        {400, "Bad Request"}, {401, "Unauthorized"},  {403, "Forbidden"},         {404, "Not Found"},
        {405, "Method Not Allowed"}, {409, "Conflict"}, {412, "Precondition Failed"}, {413, "Content Too Large"},
        {415, "Unsupported Media Type"}, {422, "Unprocessable Content"}, {429, "Too Many Requests"},
        {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return reasons[i].text;
    return "Status";
}

/* RFC 9110 date, by hand: strftime would follow the host's locale. */
static void add_date(struct buf *b) {
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = (time_t)(clock_now_ms() / 1000);
    struct tm tm;
    gmtime_r(&now, &tm);
    buf_printf(b, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
               tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Whether what is left of the body is little enough to be read and dropped, so that the connection can be kept. */
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
    if (length < 0 && r->http10 && !no_body) r->keep_alive = false; /* the end of the connection ends the body */
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
    if (!r->keep_alive || r->broken || !worth_draining(r)) mg_disable_keep_alive(r->conn);
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
        /* An absolute target was cut down to its path: it names a host beside the Host header, so it is refused. */
        if (!info->request_uri || info->request_uri[0] != '/') target = "";
        head_check(target, info->query_string, info->http_version ? info->http_version : "1.0", lines, count, &r->facts,
                   &err);
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

/* The listener is open before http_server_start knows its port: handlers see a server that is complete. */
static void wait_for_start(struct http_server *s) {
    pthread_mutex_lock(&s->lock);
    while (s->starting) pthread_cond_wait(&s->started, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static int on_request(struct mg_connection *conn) {
    struct http_server *s = mg_get_user_context_data(conn);
    wait_for_start(s);
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

/* CivetWeb refused the head itself (unparsable, too large, unknown method): say so in our form. It closes after. */
static int on_civetweb_error(struct mg_connection *conn, int status, const char *message) {
    struct buf body = BUF_INIT, b = BUF_INIT;
    (void)message;                    /* may repeat bytes of the request */
    if (status == 411) status = 400; /* its word for a Content-Length that is no number */
    buf_printf(&body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"", reason(status), status);
    buf_str(&body, status == 413 || status == 431 ? "The request's headers are larger than 32 KiB."
                                                  : "The request is not well-formed HTTP/1.1.");
    buf_str(&body, "\",\"code\":\"bad_request\"}");
    buf_printf(&b, "HTTP/1.1 %d %s\r\n", status, reason(status));
    add_date(&b);
    buf_printf(&b,
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

static int on_log(const struct mg_connection *conn, const char *message) {
    const struct mg_context *mg = conn ? mg_get_context(conn) : NULL;
    struct http_server *s = mg ? mg_get_user_data(mg) : NULL;
    if (!s) return 1;
    pthread_mutex_lock(&s->lock);
    bool starting = s->starting;
    if (starting && !s->first_cry[0]) snprintf(s->first_cry, sizeof s->first_cry, "%s", message);
    pthread_mutex_unlock(&s->lock);
    if (!starting) log_line(&s->options.log, LOG_LEVEL_DEBUG, "http: %s", message);
    return 1; /* never CivetWeb's own log */
}

static void *on_thread(const struct mg_context *mg, int type) {
    (void)type;
    struct http_server *s = mg_get_user_data(mg);
    pthread_mutex_lock(&s->lock);
    s->threads_started++;
    pthread_cond_broadcast(&s->started);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- start and stop ---- */

/* Every thread of CivetWeb begins with sigaction(SIGPIPE, SIG_IGN), which is the process's, not ours to change. Its
 * sends use MSG_NOSIGNAL and its threads inherit a mask that blocks SIGPIPE and all other asynchronous signals, so
 * once they all run (on_thread) the old disposition goes back into place. */
struct signals {
    struct sigaction pipe;
    sigset_t mask;
};

static void signals_shield(struct signals *old) {
    sigset_t block;
    sigfillset(&block);
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&block, faults[i]);
    sigaction(SIGPIPE, NULL, &old->pipe);
    pthread_sigmask(SIG_SETMASK, &block, &old->mask);
}

static void signals_restore(const struct signals *old) {
    struct sigaction now;
    bool was_ignored = !(old->pipe.sa_flags & SA_SIGINFO) && old->pipe.sa_handler == SIG_IGN;
    if (!was_ignored && sigaction(SIGPIPE, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
        now.sa_handler == SIG_IGN)
        sigaction(SIGPIPE, &old->pipe, NULL);
    pthread_sigmask(SIG_SETMASK, &old->mask, NULL);
}

static void wait_for_threads(struct http_server *s, unsigned count) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += START_WAIT_S;
    pthread_mutex_lock(&s->lock);
    while (s->threads_started < count && pthread_cond_timedwait(&s->started, &s->lock, &until) != ETIMEDOUT) {}
    struct mg_server_port ports[MAX_LISTENERS];
    int n = mg_get_server_ports(s->mg, MAX_LISTENERS, ports);
    for (int i = 0; i < n; i++) s->ports[s->port_count++] = (unsigned)ports[i].port;
    s->starting = false;
    pthread_cond_broadcast(&s->started);
    pthread_mutex_unlock(&s->lock);
}

static void start_error(const struct http_server *s, const char *said, struct err *err) {
    char in_use[24], denied[24];
    const char *listen = s->options.listen;
    snprintf(in_use, sizeof in_use, ": %d (", EADDRINUSE);
    snprintf(denied, sizeof denied, ": %d (", EACCES);
    const char *cry = s->first_cry[0] ? s->first_cry : said;
    if (strstr(cry, in_use))
        err_set(err, STATUS_CONFLICT, "address_in_use",
                "The address %s is in use by another program; stop that or choose another address.", listen);
    else if (strstr(cry, denied))
        err_set(err, STATUS_FORBIDDEN, "address_denied",
                "The address %s may not be opened by this user; choose a port above 1023.", listen);
    else if (strchr(listen, '['))
        err_set(err, STATUS_UNSUPPORTED, "no_ipv6", "The address %s is IPv6, which this HTTP server was built without.",
                listen);
    else
        err_set(err, STATUS_IO, "listen_failed", "The address %s cannot be opened for listening: %s", listen,
                *cry ? cry : "no reason was given");
}

static void server_free(struct http_server *s) {
    if (!s) return;
    pthread_cond_destroy(&s->started);
    pthread_mutex_destroy(&s->lock);
    free(s->routes);
    free(s->raw_prefix);
    free((char *)(uintptr_t)s->options.listen);
    free(s);
}

static struct http_server *server_new(const struct http_server_options *options) {
    struct http_server *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->started, NULL);
    s->options = *options;
    s->options.listen = strdup(options->listen);
    s->routes = calloc(options->route_count + 1, sizeof *s->routes);
    s->raw_prefix = options->raw_prefix && options->raw ? strdup(options->raw_prefix) : NULL;
    s->starting = true;
    if (!s->options.listen || !s->routes || (options->raw_prefix && options->raw && !s->raw_prefix)) {
        server_free(s);
        return NULL;
    }
    for (size_t i = 0; i < options->route_count; i++)
        s->routes[i] =
            (struct route){options->routes[i].method, options->routes[i].pattern, options->routes[i].handle};
    return s;
}

struct http_server *http_server_start(const struct http_server_options *options, struct err *err) {
    struct http_server *s = server_new(options);
    if (!s) {
        err_set(err, STATUS_NO_MEMORY, NULL, "There is not enough memory to start the HTTP server.");
        return NULL;
    }
    char threads[16], said[300] = "";
    unsigned thread_count = options->threads ? options->threads : DEFAULT_THREADS, code = 0;
    snprintf(threads, sizeof threads, "%u", thread_count);
    const char *config[] = {
        "listening_ports", s->options.listen,
        "num_threads", threads,
        "enable_keep_alive", "yes",
        "keep_alive_timeout_ms", KEEP_ALIVE_MS,
        "request_timeout_ms", REQUEST_TIMEOUT_MS,
        "max_request_size", MAX_HEAD,
        "tcp_nodelay", "1",
        "decode_url", "no", /* head_check wants to see the path as it came */
        "enable_auth_domain_check", "no",
        "enable_directory_listing", "no",
        "access_control_allow_origin", "", /* the defaults of all three are "*" */
        "access_control_allow_methods", "",
        "access_control_allow_headers", "",
        NULL,
    };
    struct mg_callbacks callbacks = {
        .begin_request = on_request,
        .http_error = on_civetweb_error,
        .log_message = on_log,
        /* no log_access: with one, CivetWeb calls localtime(), which races, for every request */
        .init_thread = on_thread,
    };
    struct mg_init_data init = {&callbacks, s, config};
    struct mg_error_data error = {&code, said, sizeof said};
    struct signals old;
    mg_init_library(MG_FEATURES_DEFAULT); /* counted */
    signals_shield(&old);
    s->mg = mg_start2(&init, &error);
    if (s->mg) wait_for_threads(s, thread_count + 1); /* and the one that accepts */
    signals_restore(&old);
    if (!s->mg) {
        start_error(s, said, err);
        mg_exit_library();
        server_free(s);
        return NULL;
    }
    return s;
}

unsigned http_server_port(const struct http_server *server, unsigned n) {
    return n < server->port_count ? server->ports[n] : 0;
}

bool http_server_stopping(const struct http_server *server) { return atomic_load(&server->stopping); }

const char *http_server_version(void) { return mg_version(); }

/* CivetWeb's accepting thread looks at its stop flag every two seconds, or when a connection comes: so one comes. */
static void *knock(void *arg) {
    struct http_server *s = arg;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(s, 0))};
    char host[INET_ADDRSTRLEN];
    snprintf(host, sizeof host, "%.*s", (int)strcspn(s->options.listen, ":,"), s->options.listen);
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1 || to.sin_addr.s_addr == htonl(INADDR_ANY))
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    while (!atomic_load(&s->stopped)) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd >= 0) {
            int refused = connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno == ECONNREFUSED;
            close(fd);
            if (refused) break; /* it has closed its door */
        }
        usleep(KNOCK_US);
    }
    return NULL;
}

void http_server_stop(struct http_server *server) {
    if (!server) return;
    pthread_t thread;
    atomic_store(&server->stopping, true);
    bool knocking = pthread_create(&thread, NULL, knock, server) == 0;
    mg_stop(server->mg);
    atomic_store(&server->stopped, true);
    if (knocking) pthread_join(thread, NULL);
    mg_exit_library();
    server_free(server);
}
