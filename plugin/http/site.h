/* site.h: the plugin's listener: gate, REST calls, event stream, fragments and assets on 127.0.0.1, put
 * together.
 *
 *     /api/...   api_handle
 *     /ui/...    fragments by name, then embedded assets
 *     else       404, "/" too: there is nothing to see at the listener itself
 *
 * Threads: site_start and site_stop belong to one thread; in between the server's threads run. */
#ifndef SPANSET_HTTP_SITE_H
#define SPANSET_HTTP_SITE_H

#include "base/err.h"
#include "base/feed.h"
#include "base/log.h"
#include "http/assets.h"
#include "service/service.h"

struct site;

struct site_options {
    struct service *service; /* borrowed until site_stop returns, like all of these */
    struct feed *feed;
    const struct asset_table *assets;
    struct log_sink log;
};

/* NULL and *err when the listener cannot be opened. */
struct site *site_start(const struct site_options *options, struct err *err);
/* "http://127.0.0.1:41234" and the token the host has to send; both live until site_stop. */
const char *site_url(const struct site *site);
const char *site_token(const struct site *site);
/* Ends the listener. The caller has closed the feed, so that no stream holds it up. NULL is fine. */
void site_stop(struct site *site);

#endif
