/* proxy.c: see proxy.h. The transfer is driven with a multi handle of its own, so that between pieces this thread
 * can look whether the client, the host and the kit are still there. */
#include "hostkit/proxy.h"

#include "base/clock.h"
#include "hostkit/internal.h"
#include "hostkit/proxy_client.h"
#include "hostkit/proxy_headers.h"
#include "http/server.h"

#include <civetweb.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_MAX    16  /* idle handles kept; each may hold one connection of the plugin's for a moment */
#define IDLE_MS     500 /* how often a silent transfer looks around */
#define DRAIN_MAX   (64u << 20) /* of a body that the plugin did not want, before the connection is closed */
#define DRAIN_MS    2000
#define CLIENT_GONE 499 /* for the log: the client left before there was an answer */

/* ---- handles ---- */

struct handle {
    CURLM *multi; /* owns the connection, so the two stay together */
    CURL *easy;
};

struct hostkit_proxy_pool {
    pthread_mutex_t lock;
    struct handle idle[POOL_MAX];
    size_t count;
};

struct hostkit_proxy_pool *hostkit_proxy_pool_new(void) {
    struct hostkit_proxy_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) { /* counted and thread-safe in this libcurl */
        free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

static void handle_free(struct handle *h) {
    if (h->easy) curl_easy_cleanup(h->easy);
    if (h->multi) curl_multi_cleanup(h->multi);
    *h = (struct handle){0};
}

void hostkit_proxy_pool_free(struct hostkit_proxy_pool *pool) {
    if (!pool) return;
    for (size_t i = 0; i < pool->count; i++) handle_free(&pool->idle[i]);
    pthread_mutex_destroy(&pool->lock);
    curl_global_cleanup();
    free(pool);
}

static bool handle_take(struct hostkit_proxy_pool *pool, struct handle *h) {
    *h = (struct handle){0};
    pthread_mutex_lock(&pool->lock);
    if (pool->count > 0) *h = pool->idle[--pool->count];
    pthread_mutex_unlock(&pool->lock);
    if (!h->multi) {
        h->multi = curl_multi_init();
        if (h->multi) curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, 1L);
    }
    if (!h->easy) h->easy = curl_easy_init();
    if (h->multi && h->easy) return true;
    handle_free(h);
    return false;
}

static void handle_give(struct hostkit_proxy_pool *pool, struct handle *h, bool good) {
    if (good) {
        curl_easy_reset(h->easy);
        pthread_mutex_lock(&pool->lock);
        if (pool->count < POOL_MAX) {
            pool->idle[pool->count++] = *h;
            *h = (struct handle){0};
        }
        pthread_mutex_unlock(&pool->lock);
    }
    handle_free(h);
}

/* ---- one request ---- */

struct transfer {
    struct hostkit *kit;
    const struct hostkit_plugin *plugin;
    struct mg_connection *conn;
    struct exchange *ex;
    struct http_server *server;
    char url[HOSTKIT_URL_SIZE];

    struct proxy_head head;
    struct buf out; /* bytes for the client that are not written yet: the head, then one chunk at a time */
    bool head_made; /* the head is in `out` or sent */
    bool no_body, chunked;
    int64_t sent; /* body bytes */
    bool client_gone, body_failed;
    int64_t body_left; /* of the request; -1 = until it ends */
    int socket;
    bool socket_known;
};

static bool flush(struct transfer *t) {
    size_t done = 0;
    if (buf_failed(&t->out)) t->client_gone = true;
    while (done < t->out.len && !t->client_gone) {
        int n = mg_write(t->conn, t->out.data + done, t->out.len - done);
        if (n <= 0)
            t->client_gone = true;
        else
            done += (size_t)n;
    }
    buf_clear(&t->out);
    return !t->client_gone;
}

static void make_head(struct transfer *t) {
    const char *version = mg_get_request_info(t->conn)->http_version;
    bool http11 = version && strcmp(version, "1.0") != 0;
    int status = t->head.status;
    t->head_made = true;
    t->no_body = strcmp(t->ex->method, "HEAD") == 0 || status == 204 || status == 304;
    buf_printf(&t->out, "HTTP/1.1 %d %s\r\n", status, mg_get_response_code_text(t->conn, status));
    proxy_head_write(&t->head, t->url, t->plugin->base_path, &t->out);
    if (t->head.length >= 0 && status != 204) {
        buf_printf(&t->out, "Content-Length: %lld\r\n", (long long)t->head.length);
    } else if (!t->no_body && http11) {
        t->chunked = true;
        buf_str(&t->out, "Transfer-Encoding: chunked\r\n");
    } else if (!t->no_body) {
        mg_disable_connection_keep_alive(t->conn);
        buf_str(&t->out, "Connection: close\r\n");
    }
    buf_str(&t->out, "\r\n");
    t->ex->status = status;
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx) {
    struct transfer *t = ctx;
    size_t len = size * count;
    if (t->head_made) return len; /* trailers */
    if (!proxy_head_line(&t->head, data, len)) return 0;
    if ((len == 2 && data[0] == '\r') || (len == 1 && data[0] == '\n'))
        if (t->head.status >= 200) make_head(t);
    return len;
}

/* One piece of the reply. The head and the first piece leave in one write; so does each chunk with its frame, which
 * would otherwise wait for acknowledgements (Nagle). */
static size_t on_body(char *data, size_t size, size_t count, void *ctx) {
    struct transfer *t = ctx;
    size_t len = size * count;
    if (!t->head_made) return 0;
    if (t->no_body || len == 0) return len;
    t->sent += (int64_t)len;
    if (t->chunked) buf_printf(&t->out, "%zx\r\n", len);
    buf_add(&t->out, data, len);
    if (t->chunked) buf_str(&t->out, "\r\n");
    return flush(t) ? len : CURL_WRITEFUNC_ERROR;
}

/* One piece of the request. */
static size_t on_read(char *into, size_t size, size_t count, void *ctx) {
    struct transfer *t = ctx;
    size_t want = size * count;
    if (t->body_left >= 0 && (int64_t)want > t->body_left) want = (size_t)t->body_left;
    if (want == 0) return 0;
    int64_t n = t->ex->ops->read(t->ex, into, want);
    if (n < 0 || (n == 0 && t->body_left > 0)) {
        t->body_failed = true;
        return CURL_READFUNC_ABORT;
    }
    if (t->body_left >= 0)
        t->body_left -= n;
    else if (n == 0)
        t->body_left = 0;
    return (size_t)n;
}

/* Whether there is still somebody to work for. */
static bool wanted(struct transfer *t, bool idle) {
    if (t->client_gone || atomic_load(&t->kit->stopping) || (t->server && http_server_stopping(t->server)))
        return false;
    if (!idle) return true;
    if (!t->socket_known) {
        t->socket = proxy_client_socket(t->conn);
        t->socket_known = true;
    }
    if (proxy_client_gone(t->socket)) t->client_gone = true;
    return !t->client_gone;
}

static bool prepare(struct transfer *t, CURL *easy, const struct curl_slist *headers, const char *url,
                    bool has_body) {
    const char *method = t->ex->method;
    bool safe = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    bool ok = curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK;
    ok = ok && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HOSTKIT_PROXY_CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    ok = ok && curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
    if (strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (has_body) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->ex->content_length); /* -1: chunked */
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(easy, CURLOPT_READDATA, t);
    }
    if (strcmp(method, "HEAD") != 0)
        ok = ok && curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
    /* libcurl repeats a request silently when a kept connection turns out to be closed. That is right for reads only;
     * and a kept connection holds one of the plugin's workers, so others do not keep theirs. */
    if (!safe) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
    return ok;
}

static CURLcode run(struct transfer *t, struct handle *h) {
    CURLcode result = CURLE_ABORTED_BY_CALLBACK;
    int running = 1;
    if (curl_multi_add_handle(h->multi, h->easy) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    while (running) {
        int events = 0;
        if (curl_multi_perform(h->multi, &running) != CURLM_OK) break;
        if (t->out.len > 0 && running && !flush(t)) break; /* a head whose body lets us wait */
        if (!running || !wanted(t, false)) break;
        if (curl_multi_poll(h->multi, NULL, 0, IDLE_MS, &events) != CURLM_OK) break;
        if (events == 0 && !wanted(t, true)) break;
    }
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));)
        if (m->msg == CURLMSG_DONE) result = m->data.result;
    curl_multi_remove_handle(h->multi, h->easy);
    return result;
}

/* ---- answers of our own ---- */

static void escape_html(struct buf *out, const char *text) {
    for (const char *p = text; *p; p++) {
        if (*p == '&')
            buf_str(out, "&amp;");
        else if (*p == '<')
            buf_str(out, "&lt;");
        else if (*p == '>')
            buf_str(out, "&gt;");
        else if (*p == '"')
            buf_str(out, "&quot;");
        else
            buf_char(out, *p);
    }
}

static int answer(struct exchange *ex, int status, const char *title, const char *code, const char *detail) {
    const char *accept = exchange_header(ex, "Accept");
    struct buf text = BUF_INIT;
    bool html = accept && strstr(accept, "text/html");
    exchange_add_header(ex, "Cache-Control", "no-store");
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
    if (status == 503) exchange_add_header(ex, "Retry-After", "1");
    if (html) {
        exchange_add_header(ex, "Content-Security-Policy",
                            "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'");
        buf_str(&text, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"color-scheme\" "
                       "content=\"light dark\"><title>");
        escape_html(&text, title);
        buf_str(&text, "</title><main><h1>");
        escape_html(&text, title);
        buf_str(&text, "</h1><p>");
        escape_html(&text, detail);
        buf_str(&text, "</p><p><a href=\"\">Try again</a></p></main></html>\n");
    } else {
        buf_str(&text, "{\"type\":\"about:blank\",\"title\":");
        buf_json_cstr(&text, title);
        buf_printf(&text, ",\"status\":%d,\"detail\":", status);
        buf_json_cstr(&text, detail);
        buf_str(&text, ",\"code\":");
        buf_json_cstr(&text, code);
        buf_char(&text, '}');
    }
    exchange_reply(ex, status, html ? "text/html; charset=utf-8" : "application/problem+json",
                   text.data ? text.data : "", text.len);
    buf_free(&text);
    return status;
}

static int plugin_down(struct transfer *t, CURLcode result) {
    char title[160], detail[400];
    const char *name = t->plugin->name;
    hostkit_log(t->kit, (const struct hostkit_slot *)t->plugin, 2, "A request to %s failed: %s.", t->url,
                curl_easy_strerror(result));
    if (result == CURLE_OPERATION_TIMEDOUT) {
        snprintf(title, sizeof title, "%.80s does not answer", name);
        snprintf(detail, sizeof detail,
                 "The plugin %.80s did not accept the request within %d seconds. It may be "
                 "busy: try again in a moment.",
                 name, HOSTKIT_PROXY_CONNECT_MS / 1000);
        return answer(t->ex, 504, title, "plugin_timeout", detail);
    }
    snprintf(title, sizeof title, "%.80s is not running", name);
    snprintf(detail, sizeof detail,
             "The plugin %.80s could not be reached (%.100s). Traces are not affected. Restart "
             "the viewer to start it again; its log says why it stopped.",
             name, curl_easy_strerror(result));
    return answer(t->ex, 502, title, "plugin_down", detail);
}

/* The rest of a body that the plugin did not read: a client that is still sending would otherwise get a reset in
 * place of the reply. */
static void drain(struct transfer *t) {
    char scratch[16384];
    uint64_t until = clock_monotonic_ms() + DRAIN_MS;
    size_t total = 0;
    while (t->body_left != 0 && !t->client_gone && !t->body_failed && total < DRAIN_MAX &&
           clock_monotonic_ms() < until) {
        size_t n = on_read(scratch, 1, sizeof scratch, t);
        if (n == CURL_READFUNC_ABORT) break;
        total += n;
    }
    if (t->body_left != 0) mg_disable_connection_keep_alive(t->conn);
}

/* After the transfer: ends the reply, or cuts it where the plugin cut it. Returns the status. */
static int finish(struct transfer *t, CURLcode result) {
    bool stopping = atomic_load(&t->kit->stopping) || (t->server && http_server_stopping(t->server));
    if (!t->head_made && !t->client_gone && !t->body_failed) {
        int status = stopping ? answer(t->ex, 503, "The host is stopping", "stopping", "The host is stopping.")
                              : plugin_down(t, result);
        drain(t);
        return status;
    }
    if (!t->head_made) {
        mg_disable_connection_keep_alive(t->conn);
        return CLIENT_GONE;
    }
    /* A plugin that answers before it has read all makes the upload fail; the reply is whole all the same. */
    bool whole = result == CURLE_OK || (result == CURLE_SEND_ERROR && t->head.length >= 0);
    if (t->head.length >= 0 && !t->no_body && t->sent != t->head.length) whole = false;
    if (whole && t->chunked) buf_str(&t->out, "0\r\n\r\n");
    if (!t->client_gone) (void)flush(t);
    if (!whole || t->client_gone)
        mg_disable_connection_keep_alive(t->conn);
    else
        drain(t);
    return t->head.status;
}

/* Splits a path below the mount point: the plugin, and the rest behind its base path (NULL: no slash after the id). */
static const struct hostkit_plugin *route(const struct hostkit *kit, const char *path, const char **rest) {
    size_t mount = strlen(kit->mount);
    *rest = NULL;
    if (strncmp(path, kit->mount, mount) != 0) return NULL;
    const char *id = path + mount, *slash = strchr(id, '/');
    size_t n = slash ? (size_t)(slash - id) : strlen(id);
    for (size_t i = 0; i < kit->slot_count; i++) {
        const struct hostkit_plugin *p = &kit->slots[i]->pub;
        if (strlen(p->id) != n || memcmp(p->id, id, n) != 0) continue;
        *rest = slash ? slash + 1 : NULL;
        return p;
    }
    return NULL;
}

static int redirect_to_slash(struct exchange *ex, const struct hostkit_plugin *plugin) {
    char location[1000];
    snprintf(location, sizeof location, "%s%s%s", plugin->base_path, *ex->query ? "?" : "", ex->query);
    exchange_add_header(ex, "Location", location);
    exchange_reply(ex, 308, "text/plain; charset=utf-8", "", 0);
    return 308;
}

static int serve(struct transfer *t, const char *token, const char *user, const char *rest) {
    bool has_body =
        t->ex->content_length != 0 && strcmp(t->ex->method, "GET") != 0 && strcmp(t->ex->method, "HEAD") != 0;
    struct buf url = BUF_INIT;
    struct handle handle = {0};
    struct curl_slist *headers = proxy_request_headers(t->ex, token, user, has_body);
    buf_str(&url, t->url);
    buf_char(&url, '/');
    proxy_encode_path(&url, rest);
    if (*t->ex->query) {
        buf_char(&url, '?');
        buf_str(&url, t->ex->query);
    }
    int status;
    if (!headers || buf_failed(&url) || !handle_take(t->kit->pool, &handle) ||
        !prepare(t, handle.easy, headers, url.data, has_body)) {
        status = answer(t->ex, 503, "Out of memory", "no_memory", "The host is short of memory. Try again.");
        handle_free(&handle);
    } else {
        CURLcode result = run(t, &handle);
        status = finish(t, result);
        handle_give(t->kit->pool, &handle, result == CURLE_OK);
    }
    curl_slist_free_all(headers);
    buf_free(&url);
    return status;
}

int hostkit_proxy(struct hostkit *kit, struct mg_connection *conn, struct exchange *ex, const char *user) {
    const char *rest;
    const struct hostkit_plugin *plugin = route(kit, ex->path, &rest);
    if (!plugin)
        return answer(ex, 404, "No such plugin", "no_plugin", "No plugin of this host has this address.");
    if (!rest) return redirect_to_slash(ex, plugin);
    if (!hostkit_enter(kit))
        return answer(ex, 503, "The host is stopping", "stopping", "The host is stopping.");

    struct transfer t = {.kit = kit,
                         .plugin = plugin,
                         .conn = conn,
                         .ex = ex,
                         .socket = -1,
                         .server = http_exchange_server(ex),
                         .body_left = ex->content_length,
                         .head = {.length = -1}};
    char token[HOSTKIT_TOKEN_SIZE];
    struct err err = ERR_INIT;
    enum status found = hostkit_endpoint(kit, plugin, t.url, token, &err);
    int status;
    if (found == STATUS_UNSUPPORTED)
        status = answer(ex, 404, "Nothing here", err.code, err.detail);
    else if (found != STATUS_OK)
        status = answer(ex, 502, "The plugin cannot be reached", err.code, err.detail);
    else
        status = serve(&t, token, user, rest);
    proxy_head_free(&t.head);
    buf_free(&t.out);
    hostkit_leave(kit);
    return status;
}
