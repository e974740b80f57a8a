#include "service/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void spool_init(struct spool *s, const char *dir) {
    *s = (struct spool){.dir = dir, .fd = -1};
}

void spool_free(struct spool *s) {
    buf_free(&s->memory);
    if (s->fd >= 0) close(s->fd);
    spool_init(s, s->dir);
}

static enum status io_error(struct err *err, const char *what) {
    return err_set(err, STATUS_IO, "spool", "%s in the data directory failed: %s. Nothing was changed.", what,
                   strerror(errno));
}

static enum status write_all(int fd, const char *data, size_t len, struct err *err) {
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return io_error(err, "Writing a temporary file");
        data += n;
        len -= (size_t)n;
    }
    return STATUS_OK;
}

/* A file that nobody else can open. Not every file system knows O_TMPFILE. */
static int open_unnamed(const char *dir) {
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/spool-XXXXXX", dir);
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

enum status spool_put(struct spool *s, const char *data, size_t len, int64_t *at, struct err *err) {
    *at = s->end;
    if (s->fd < 0 && s->memory.len + len > SPOOL_MEMORY) {
        s->fd = open_unnamed(s->dir);
        if (s->fd < 0) return io_error(err, "Opening a temporary file");
        enum status status = write_all(s->fd, s->memory.data ? s->memory.data : "", s->memory.len, err);
        if (status) return status;
        buf_free(&s->memory);
    }
    if (s->fd >= 0) {
        enum status status = write_all(s->fd, data, len, err);
        if (status) return status;
    } else {
        buf_add(&s->memory, data, len);
        if (buf_failed(&s->memory)) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    }
    s->end += (int64_t)len;
    return STATUS_OK;
}

enum status spool_get(struct spool *s, int64_t at, size_t len, struct buf *room, const char **data,
                      struct err *err) {
    if (s->fd < 0) {
        *data = s->memory.data + at;
        return STATUS_OK;
    }
    buf_clear(room);
    if (!buf_reserve(room, len)) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    for (size_t done = 0; done < len;) {
        ssize_t n = pread(s->fd, room->data + done, len - done, at + (int64_t)done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            if (n == 0) errno = EIO;
            return io_error(err, "Reading a temporary file");
        }
        done += (size_t)n;
    }
    room->len = len;
    room->data[len] = '\0';
    *data = room->data;
    return STATUS_OK;
}
