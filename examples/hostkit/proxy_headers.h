/* proxy_headers.h: which headers cross the proxy, and in what form. No state, any thread. */
#ifndef HOSTKIT_PROXY_HEADERS_H
#define HOSTKIT_PROXY_HEADERS_H

#include "base/buf.h"
#include "base/exchange.h"

#include <stdbool.h>
#include <stddef.h>

struct curl_slist;

#define PROXY_ASK_ABOVE (256 << 10) /* bodies above that are announced with Expect: 100-continue */

/* The request headers to send to the plugin, for CURLOPT_HTTPHEADER; NULL when memory is out. token: the endpoint's;
 * user nullable. has_body: whether Content-Type is passed on. Content-Length is libcurl's business. */
struct curl_slist *proxy_request_headers(struct exchange *ex, const char *token, const char *user,
                                         bool has_body);

/* A reply head as it comes in, line by line. */
struct proxy_head {
    struct buf lines;      /* the kept lines, each with CRLF */
    struct buf connection; /* what Connection named: ",name,name," in lower case */
    int status;
    int64_t length; /* Content-Length, -1 = none */
    bool has_location;
};

#define PROXY_HEAD_MAX (64u << 10)

/* Takes one line, with or without CRLF. A status line starts anew (1xx replies come before the real one).
 * false: too long, or memory is out. */
bool proxy_head_line(struct proxy_head *head, const char *line, size_t len);
/* Appends the lines to send: without those that Connection named, Location moved from the plugin's listener (url,
 * no trailing slash) below base_path. */
void proxy_head_write(const struct proxy_head *head, const char *url, const char *base_path, struct buf *out);
void proxy_head_free(struct proxy_head *head);

/* Appends a checked, decoded path, percent-encoded again. */
void proxy_encode_path(struct buf *out, const char *path);

#endif
