/* retention.h: the thread that forgets, with --keep-days and --max-spans. */
#ifndef VIEWER_RETENTION_H
#define VIEWER_RETENTION_H

#include "base/log.h"
#include "viewer/store/viewer_store.h"

struct retention;
/* Looks now and once a minute. NULL: no thread could be started. */
struct retention *retention_new(struct viewer_store *store, int64_t keep_days, uint64_t max_spans,
                                const struct log_sink *log);
void retention_free(struct retention *retention); /* ends within a transaction; NULL is fine */

#endif
