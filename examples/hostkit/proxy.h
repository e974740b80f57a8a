/* proxy.h: the reverse proxy from <mount><id>/ on the host's listener to a plugin's own.
 *
 *     static int raw(struct mg_connection *conn, struct exchange *ex, void *ctx) {
 *         return hostkit_proxy(((struct app *)ctx)->kit, conn, ex, user_of(ex));
 *     }
 *     struct http_server_options options = {..., .raw_prefix = "/plugins/", .raw = raw};
 *
 * How it works: one libcurl transfer per request, driven by the worker that serves it. Bodies stream both ways through
 * libcurl's 16 KiB buffer: nothing is collected, so 64 MiB uploads cost no memory and an event passes at once. A client
 * that leaves cancels the transfer, at the next write or within half a second while nothing is written.
 *
 *   to the plugin    Accept, Accept-Encoding, Accept-Language, Content-Type, Content-Length, If-Match, If-None-Match,
 *                    If-Modified-Since, Last-Event-ID, Origin, Prefer, Range, Sec-Fetch-*, User-Agent, X-Tvp.
 *                    Nothing else: no Cookie, no Authorization. Added: Authorization: Bearer <token>, X-Tvp-User.
 *   to the browser   everything but Set-Cookie and hop-by-hop headers. Location is moved below base_path.
 *
 * Redirects are not followed, content encodings not touched, proxies from the environment not used. A plugin that is
 * down gives 502, one that does not accept within 5 s gives 504: a page that names it, or problem+json, as Accept
 * asks. When the plugin breaks off in the middle of a reply, so does the proxy.
 * The host's own gate (Host, X-Tvp, login) has run before; this adds none.
 * Threads: any number at once. */
#ifndef HOSTKIT_PROXY_H
#define HOSTKIT_PROXY_H

#include "base/exchange.h"
#include "hostkit/hostkit.h"

#define HOSTKIT_PROXY_CONNECT_MS 5000

struct mg_connection;

/* Serves one request whose path lies below the mount point and returns the HTTP status that was answered. user:
 * who asks, as the host names people; NULL or "" = unknown. Fits `raw` of http/server.h. */
int hostkit_proxy(struct hostkit *kit, struct mg_connection *conn, struct exchange *ex, const char *user);

#endif
