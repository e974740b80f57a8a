/* spool.h: texts put aside until they can be written in one go.
 *
 * In memory up to SPOOL_MEMORY bytes in all, then in a file without a name in the data directory (0600, gone when it
 * is closed or the process dies). Threads: one. */
#ifndef SPANSET_SERVICE_SPOOL_H
#define SPANSET_SERVICE_SPOOL_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

#define SPOOL_MEMORY (64u << 20)

struct spool {
    const char *dir; /* borrowed */
    struct buf memory;
    int fd; /* -1 while all is in memory */
    int64_t end;
};

void spool_init(struct spool *s, const char *dir);
void spool_free(struct spool *s);
/* Appends; *at says where for spool_get. */
enum status spool_put(struct spool *s, const char *data, size_t len, int64_t *at, struct err *err);
/* The text again: in *data, valid until the next call. `room` is reused between calls. */
enum status spool_get(struct spool *s, int64_t at, size_t len, struct buf *room, const char **data,
                      struct err *err);

#endif
