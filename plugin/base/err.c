#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status(err_set)(struct err *err, enum status status, const char *code, const char *detail, ...) {
    if (!err || err->status != STATUS_OK) return status;
    err->status = status;
    err->position = -1;
    err->pointer[0] = '\0';
    snprintf(err->code, sizeof err->code, "%s", code ? code : "");
    va_list args;
    va_start(args, detail);
    vsnprintf(err->detail, sizeof err->detail, detail, args);
    va_end(args);
    return status;
}

void err_at_pointer(struct err *err, const char *pointer) {
    if (err && err->status != STATUS_OK) snprintf(err->pointer, sizeof err->pointer, "%s", pointer);
}

void err_at_position(struct err *err, int64_t position) {
    if (err && err->status != STATUS_OK) err->position = position;
}

void err_clear(struct err *err) {
    if (err) *err = (struct err)ERR_INIT;
}

const char *status_name(enum status status) {
    static const char *const names[] = {
        [STATUS_OK] = "ok",
        [STATUS_INVALID] = "bad request",
        [STATUS_DENIED] = "not authorised",
        [STATUS_FORBIDDEN] = "forbidden",
        [STATUS_NOT_FOUND] = "not found",
        [STATUS_METHOD] = "method not allowed",
        [STATUS_CONFLICT] = "conflict",
        [STATUS_STALE] = "changed meanwhile",
        [STATUS_TOO_LARGE] = "too large",
        [STATUS_MEDIA_TYPE] = "wrong content type",
        [STATUS_CONTENT] = "invalid content",
        [STATUS_BUSY] = "busy",
        [STATUS_CANCELLED] = "cancelled",
        [STATUS_NO_MEMORY] = "out of memory",
        [STATUS_IO] = "storage error",
        [STATUS_UNSUPPORTED] = "not supported here",
        [STATUS_INTERNAL] = "internal error",
    };
    size_t n = sizeof names / sizeof *names;
    return (size_t)status < n && names[status] ? names[status] : "error";
}
