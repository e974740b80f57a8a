/* server.c: how it works. CivetWeb parses the request head and owns sockets and threads; everything else
 * happens in its begin_request callback, which comes before its own CORS, OPTIONS, authorisation and file code,
 * none of which is ever reached: head check, gate, raw prefix, routes, fallback.
 *
 * What it does not do: TLS (dead in Debian's build), IPv6 (not compiled in), compression of dynamic replies.
 *
 * CivetWeb's threads set SIGPIPE to be ignored, for the whole process. A plugin must not: signals_restore. */
#include "http/server_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
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
#define START_WAIT_S       10
#define KNOCK_US           10000

/* ---- what CivetWeb calls ---- */

/* The listener is open before http_server_start knows its port: handlers see a server that is complete. */
static void wait_for_start(struct http_server *s) {
    pthread_mutex_lock(&s->lock);
    while (s->starting) pthread_cond_wait(&s->started, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static int on_request(struct mg_connection *conn) {
    struct http_server *s = mg_get_user_context_data(conn);
    wait_for_start(s);
    return server_request(s, conn);
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

/* Every thread of CivetWeb begins with sigaction(SIGPIPE, SIG_IGN), which is the process's, not ours to change.
 * Its sends use MSG_NOSIGNAL and its threads inherit a mask that blocks SIGPIPE and all other asynchronous
 * signals, so once they all run (on_thread) the old disposition goes back into place. */
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
    while (s->threads_started < count && pthread_cond_timedwait(&s->started, &s->lock, &until) != ETIMEDOUT) {
    }
    struct mg_server_port ports[SERVER_MAX_LISTENERS];
    int n = mg_get_server_ports(s->mg, SERVER_MAX_LISTENERS, ports);
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
        err_set(err, STATUS_UNSUPPORTED, "no_ipv6",
                "The address %s is IPv6, which this HTTP server was built without.", listen);
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
    // clang-format off
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
    // clang-format on
    struct mg_callbacks callbacks = {
        .begin_request = on_request,
        .http_error = server_refuse,
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

bool http_server_stopping(const struct http_server *server) {
    return atomic_load(&server->stopping);
}

const char *http_server_version(void) {
    return mg_version();
}

/* CivetWeb's accepting thread looks at its stop flag every two seconds, or when a connection comes: so one
 * comes. The first one waits, so that the flag is up by then: CivetWeb forgets to close what it accepts just before
 * that and has given to no worker. */
static void *knock(void *arg) {
    struct http_server *s = arg;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(s, 0))};
    char host[INET_ADDRSTRLEN];
    snprintf(host, sizeof host, "%.*s", (int)strcspn(s->options.listen, ":,"), s->options.listen);
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1 || to.sin_addr.s_addr == htonl(INADDR_ANY))
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    while (usleep(KNOCK_US), !atomic_load(&s->stopped)) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd >= 0) {
            int refused = connect(fd, (struct sockaddr *)&to, sizeof to) != 0 && errno == ECONNREFUSED;
            close(fd);
            if (refused) break; /* it has closed its door */
        }
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
