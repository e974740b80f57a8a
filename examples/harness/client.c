/* client.c: see client.h. */
#include "harness/client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REPLY_MAX  (64u << 20)
#define TIMEOUT_MS 10000L

static size_t collect(char *data, size_t size, size_t count, void *ctx) {
    struct buf *out = ctx;
    if (out->len + size * count > REPLY_MAX) return 0;
    buf_add(out, data, size * count);
    return buf_failed(out) ? 0 : size * count;
}

static CURL *prepare(const char *method, const char *url, const char *const *headers,
                     struct curl_slist **list) {
    CURL *easy = curl_easy_init();
    if (!easy) return NULL;
    *list = curl_slist_append(NULL, "Expect:");
    for (; headers && *headers; headers++) *list = curl_slist_append(*list, *headers);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *list);
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    return easy;
}

void client_send(struct client_reply *reply, const char *method, const char *url, const char *const *headers,
                 const char *body) {
    *reply = (struct client_reply){0};
    struct curl_slist *list = NULL;
    CURL *easy = prepare(method, url, headers, &list);
    if (!easy) {
        snprintf(reply->why, sizeof reply->why, "out of memory");
        return;
    }
    if (body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    }
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &reply->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply->body);
    CURLcode result = curl_easy_perform(easy);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    reply->status = (int)status;
    if (result != CURLE_OK) {
        reply->status = 0;
        snprintf(reply->why, sizeof reply->why, "%s", curl_easy_strerror(result));
    }
    curl_slist_free_all(list);
    curl_easy_cleanup(easy);
}

void client_reply_free(struct client_reply *reply) {
    buf_free(&reply->headers);
    buf_free(&reply->body);
}

bool client_header(const struct client_reply *reply, const char *name, char *value, size_t size) {
    size_t n = strlen(name);
    value[0] = '\0';
    for (const char *line = reply->headers.data; line && *line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) : strlen(line);
        if (len > n && line[n] == ':' && strncasecmp(line, name, n) == 0) {
            const char *v = line + n + 1, *stop = line + len;
            while (v < stop && (*v == ' ' || *v == '\t')) v++;
            while (stop > v && (stop[-1] == '\r' || stop[-1] == ' ')) stop--;
            snprintf(value, size, "%.*s", (int)(stop - v), v);
            return true;
        }
        line = end ? end + 1 : NULL;
    }
    return false;
}

struct follow {
    volatile bool *stop;
    size_t bytes;
};

static size_t on_piece(char *data, size_t size, size_t count, void *ctx) {
    struct follow *f = ctx;
    (void)data;
    f->bytes += size * count;
    return *f->stop ? CURL_WRITEFUNC_ERROR : size * count;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return *((struct follow *)ctx)->stop ? 1 : 0;
}

size_t client_follow(const char *url, const char *const *headers, volatile bool *stop) {
    struct follow f = {.stop = stop};
    struct curl_slist *list = NULL;
    CURL *easy = prepare("GET", url, headers, &list);
    if (!easy) return 0;
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &f);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_piece);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &f);
    (void)curl_easy_perform(easy);
    curl_slist_free_all(list);
    curl_easy_cleanup(easy);
    return f.bytes;
}
