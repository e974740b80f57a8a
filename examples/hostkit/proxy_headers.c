/* proxy_headers.c: see proxy_headers.h and the table in proxy.h. */
#include "hostkit/proxy_headers.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- to the plugin ---- */

static const char *const passed[] = {
    "Accept",         "Accept-Encoding", "Accept-Language", "If-Match", "If-None-Match",  "If-Modified-Since",
    "Last-Event-ID",  "Origin",          "Prefer",          "Range",    "Sec-Fetch-Dest", "Sec-Fetch-Mode",
    "Sec-Fetch-Site", "Sec-Fetch-User",  "User-Agent",      "X-Tvp",
};

/* "Name: value", control bytes left out. An empty value is written "Name;", as libcurl wants it. */
static bool append(struct curl_slist **list, const char *name, const char *value) {
    struct buf line = BUF_INIT;
    buf_str(&line, name);
    buf_str(&line, value && *value ? ": " : ";");
    for (const char *p = value ? value : ""; *p; p++)
        if ((unsigned char)*p >= 0x20 && *p != 0x7f) buf_char(&line, *p);
    struct curl_slist *longer = buf_failed(&line) ? NULL : curl_slist_append(*list, line.data);
    buf_free(&line);
    if (longer) *list = longer;
    return longer != NULL;
}

/* libcurl sends some headers by itself; "Name:" keeps it from doing so. */
static bool suppress(struct curl_slist **list, const char *name) {
    char line[40];
    size_t n = strlen(name);
    memcpy(line, name, n);
    memcpy(line + n, ":", 2);
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer) *list = longer;
    return longer != NULL;
}

struct curl_slist *proxy_request_headers(struct exchange *ex, const char *token, const char *user,
                                         bool has_body) {
    struct curl_slist *list = NULL;
    bool ok = true;
    for (size_t i = 0; i < sizeof passed / sizeof *passed && ok; i++) {
        const char *value = exchange_header(ex, passed[i]);
        if (value)
            ok = append(&list, passed[i], value);
        else if (i == 0)
            ok = suppress(&list, passed[i]); /* Accept */
    }
    const char *type = has_body ? exchange_header(ex, "Content-Type") : NULL;
    ok = ok && (type ? append(&list, "Content-Type", type) : suppress(&list, "Content-Type"));
    /* A plugin that refuses a large body closes its connection while we still send, and the reset would eat the
     * refusal. So it is asked first; small bodies spare the round trip. */
    bool ask = has_body && ex->content_length > PROXY_ASK_ABOVE;
    ok = ok && (ask ? append(&list, "Expect", "100-continue") : suppress(&list, "Expect"));
    struct buf bearer = BUF_INIT;
    buf_printf(&bearer, "Bearer %s", token);
    ok = ok && !buf_failed(&bearer) && append(&list, "Authorization", bearer.data);
    buf_free(&bearer);
    if (ok && user && *user) ok = append(&list, "X-Tvp-User", user);
    if (ok && !has_body && strcmp(ex->method, "GET") != 0 && strcmp(ex->method, "HEAD") != 0 &&
        strcmp(ex->method, "OPTIONS") != 0)
        ok = append(&list, "Content-Length", "0");
    if (ok) return list;
    curl_slist_free_all(list);
    return NULL;
}

/* ---- to the browser ---- */

static const char *const dropped[] = {
    "Set-Cookie", "Set-Cookie2", "Connection",        "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection",
    "TE",         "Trailer",     "Transfer-Encoding", "Upgrade",    "Content-Length",
};

static bool named(const char *name, const char *line, size_t len) {
    size_t n = strlen(name);
    return len == n && strncasecmp(name, line, n) == 0;
}

bool proxy_head_line(struct proxy_head *head, const char *line, size_t len) {
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) len--;
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        const char *space = memchr(line, ' ', len);
        buf_clear(&head->lines);
        buf_clear(&head->connection);
        head->length = -1;
        head->has_location = false;
        head->status = 0;
        for (const char *p = space ? space + 1 : line + len; p < line + len && isdigit((unsigned char)*p); p++)
            if (head->status < 1000) head->status = head->status * 10 + (*p - '0');
        return true;
    }
    const char *colon = memchr(line, ':', len);
    if (!colon || colon == line) return true; /* the end of the head, or a folded line: left out */
    size_t name = (size_t)(colon - line);
    const char *value = colon + 1;
    size_t value_len = len - name - 1;
    while (value_len > 0 && (*value == ' ' || *value == '\t')) value++, value_len--;
    if (named("Content-Length", line, name)) {
        int64_t n = 0;
        for (size_t i = 0; i < value_len && isdigit((unsigned char)value[i]) && n < INT64_MAX / 100; i++)
            n = n * 10 + (value[i] - '0');
        head->length = n;
    }
    if (named("Connection", line, name)) {
        buf_char(&head->connection, ',');
        for (size_t i = 0; i < value_len; i++)
            if (value[i] != ' ' && value[i] != '\t')
                buf_char(&head->connection, (char)tolower((unsigned char)value[i]));
        buf_char(&head->connection, ',');
    }
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (named(dropped[i], line, name)) return !buf_failed(&head->connection);
    if (named("Location", line, name)) head->has_location = true;
    if (head->lines.len + len + 2 > PROXY_HEAD_MAX) return false;
    buf_add(&head->lines, line, len);
    buf_str(&head->lines, "\r\n");
    return !buf_failed(&head->lines);
}

static bool in_connection(const struct proxy_head *head, const char *line, size_t name) {
    if (head->connection.len == 0 || name > 100) return false;
    char wanted[104];
    wanted[0] = ',';
    for (size_t i = 0; i < name; i++) wanted[i + 1] = (char)tolower((unsigned char)line[i]);
    memcpy(wanted + name + 1, ",", 2);
    return strstr(head->connection.data, wanted) != NULL;
}

static void write_location(const char *value, size_t len, const char *url, const char *base_path,
                           struct buf *out) {
    size_t n = strlen(url);
    if (len >= n && memcmp(value, url, n) == 0 && (len == n || value[n] == '/'))
        value += n, len -= n;
    else if (len == 0 || value[0] != '/' || (len > 1 && value[1] == '/'))
        n = 0; /* relative, or somewhere else */
    else
        n = 1;
    buf_str(out, "Location: ");
    if (n > 0) {
        buf_str(out, base_path);
        if (len > 0) value++, len--; /* base_path ends with the slash */
    }
    buf_add(out, value, len);
    buf_str(out, "\r\n");
}

void proxy_head_write(const struct proxy_head *head, const char *url, const char *base_path, struct buf *out) {
    if (!head->lines.len) return;
    const char *at = head->lines.data, *end = at + head->lines.len;
    while (at < end) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)(next + 1 - at);
        size_t name = (size_t)((const char *)memchr(at, ':', len) - at);
        if (named("Location", at, name)) {
            const char *value = at + name + 1;
            while (*value == ' ' || *value == '\t') value++;
            write_location(value, (size_t)(next - 1 - value), url, base_path, out);
        } else if (!in_connection(head, at, name)) {
            buf_add(out, at, len);
        }
        at = next + 1;
    }
}

void proxy_head_free(struct proxy_head *head) {
    buf_free(&head->lines);
    buf_free(&head->connection);
}

void proxy_encode_path(struct buf *out, const char *path) {
    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (isalnum(c) || strchr("-._~!$&'()*+,;=:@/", c))
            buf_char(out, *p);
        else
            buf_printf(out, "%%%02X", c);
    }
}
