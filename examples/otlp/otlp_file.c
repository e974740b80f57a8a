/* The file is mapped, so that a large one costs no copy; a gzip file is inflated into memory under the same cap
 * as a request body. Detection tries the forms in an order in which none can be taken for another: gzip magic,
 * JSON (the first byte that is no white space opens a document that parses), length prefixes (the chain of them
 * ends exactly at the end of the file), plain protobuf. */
#include "otlp/otlp_file.h"

#include "base/json_text.h"
#include "otlp/otlp_schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One JSON document: an object that is a request of either signal or both, or an array of such. */
static enum status read_document(const struct json_text *doc, unsigned depth, const struct otlp_sink *sink,
                                 struct otlp_result *result, bool *known, struct err *err) {
    if (doc->type == JSON_TEXT_ARRAY && depth == 0) {
        struct json_text_iter it;
        struct json_text element;
        enum status status = STATUS_OK;
        json_text_iter(&it, doc);
        while (status == STATUS_OK && json_text_next(&it, NULL, &element))
            status = read_document(&element, depth + 1, sink, result, known, err);
        return status;
    }
    struct json_text list;
    enum status status = STATUS_OK;
    if (json_text_get(doc, "resourceSpans", &list) || json_text_get(doc, "resource_spans", &list)) {
        *known = true;
        status = otlp_decode(OTLP_TRACES, OTLP_JSON, doc->text, doc->len, sink, result, err);
    }
    if (status == STATUS_OK &&
        (json_text_get(doc, "resourceLogs", &list) || json_text_get(doc, "resource_logs", &list))) {
        *known = true;
        status = otlp_decode(OTLP_LOGS, OTLP_JSON, doc->text, doc->len, sink, result, err);
    }
    return status;
}

/* Documents until the end; what does not parse is rejected up to the end of its line. */
static enum status read_json(const char *data, size_t len, const struct otlp_sink *sink,
                             struct otlp_result *result, bool *known, struct err *err) {
    size_t at = 0;
    for (;;) {
        while (at < len && is_space(data[at])) at++;
        if (at == len) return STATUS_OK;
        struct json_text doc;
        struct err local = ERR_INIT;
        if (json_text_parse(&doc, data + at, len - at, JSON_TEXT_LENIENT | JSON_TEXT_PREFIX, &local) !=
            STATUS_OK) {
            otlp_reject(result, "A line is not JSON: %.180s", local.detail);
            const char *newline = memchr(data + at, '\n', len - at);
            if (!newline) return STATUS_OK;
            at = (size_t)(newline - data) + 1;
            continue;
        }
        enum status status = read_document(&doc, 0, sink, result, known, &local);
        if (status == STATUS_INVALID || status == STATUS_TOO_LARGE) {
            otlp_reject(result, "%.200s", local.detail);
        } else if (status != STATUS_OK) {
            if (err && err->status == STATUS_OK) *err = local;
            return status;
        }
        at = (size_t)(doc.text - data) + doc.len;
    }
}

static enum status ignore_span(void *ctx, const struct otlp_span *span, struct err *err) {
    (void)ctx, (void)span, (void)err;
    return STATUS_OK;
}
static enum status ignore_log(void *ctx, const struct otlp_log *log, struct err *err) {
    (void)ctx, (void)log, (void)err;
    return STATUS_OK;
}

/* Whether the bytes decode as a request of this signal, and how much is in them. */
static bool fits(enum otlp_signal signal, const char *data, size_t len, uint64_t *items) {
    static const struct otlp_sink nowhere = {ignore_span, ignore_log, NULL};
    struct otlp_result result = {0};
    if (otlp_decode(signal, OTLP_PROTOBUF, data, len, &nowhere, &result, NULL) != STATUS_OK) return false;
    *items = result.accepted;
    return true;
}

static enum status read_protobuf(const char *data, size_t len, const char *name, const struct otlp_sink *sink,
                                 struct otlp_result *result, bool *known, struct err *err) {
    uint64_t spans = 0, logs = 0;
    bool as_traces = fits(OTLP_TRACES, data, len, &spans), as_logs = fits(OTLP_LOGS, data, len, &logs);
    if (!as_traces && !as_logs)
        return err_set(err, STATUS_INVALID, "not_otlp", "%s is neither OTLP JSON nor OTLP protobuf.",
                       name ? name : "The file");
    *known = true;
    bool hint = name && strstr(name, ".logs");
    enum otlp_signal signal =
        !as_logs || (as_traces && (spans || !logs) && !(hint && !spans)) ? OTLP_TRACES : OTLP_LOGS;
    return otlp_decode(signal, OTLP_PROTOBUF, data, len, sink, result, err);
}

static uint32_t big_endian(const char *p) {
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Whether the bytes are a chain of lengths and bodies that ends where the bytes end. */
static bool is_prefixed(const char *data, size_t len) {
    size_t at = 0;
    if (len < 4) return false;
    while (len - at >= 4) {
        uint32_t n = big_endian(data + at);
        if (n > len - at - 4) return false;
        if (n && data[at + 4] != 0x0a) return false; /* field 1, length-prefixed: how every request begins */
        at += 4 + (size_t)n;
    }
    return at == len;
}

enum status otlp_bytes_read(const char *data, size_t len, const char *name, const struct otlp_sink *sink,
                            struct otlp_result *result, struct err *err) {
    bool known = false;
    enum status status = STATUS_OK;
    if (len >= 2 && (unsigned char)data[0] == 0x1f && (unsigned char)data[1] == 0x8b) {
        struct buf plain = BUF_INIT;
        status = otlp_inflate(data, len, OTLP_INFLATED_MAX, &plain, err);
        if (status == STATUS_OK) {
            if (plain.len >= 2 && (unsigned char)plain.data[0] == 0x1f)
                status = err_set(err, STATUS_INVALID, "not_otlp", "%s is compressed twice.",
                                 name ? name : "The file");
            else
                status = otlp_bytes_read(plain.data ? plain.data : "", plain.len, name, sink, result, err);
        }
        buf_free(&plain);
        return status;
    }
    size_t at = len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < len && is_space(data[at])) at++;
    if (at == len) return STATUS_OK; /* an empty file holds nothing, and that is fine */
    if (data[at] == '{' || data[at] == '[') {
        struct json_text first;
        /* A protobuf request of 123 bytes begins with "\n{": only what parses, or cannot be protobuf, is
         * JSON. */
        if (json_text_parse(&first, data + at, len - at, JSON_TEXT_LENIENT | JSON_TEXT_PREFIX, NULL) ==
                STATUS_OK ||
            data[0] != '\n') {
            status = read_json(data + at, len - at, sink, result, &known, err);
            if (status == STATUS_OK && !known)
                status =
                    err_set(err, STATUS_INVALID, "not_otlp",
                            "%s is JSON, but has no resourceSpans or resourceLogs.", name ? name : "The file");
            return status;
        }
    }
    if (!is_prefixed(data, len)) return read_protobuf(data, len, name, sink, result, &known, err);
    for (size_t i = 0; i < len && status == STATUS_OK;) {
        uint32_t n = big_endian(data + i);
        struct err local = ERR_INIT;
        status = n ? read_protobuf(data + i + 4, n, name, sink, result, &known, &local) : STATUS_OK;
        if (status == STATUS_INVALID || status == STATUS_TOO_LARGE) {
            otlp_reject(result, "%.200s", local.detail);
            status = STATUS_OK;
        } else if (status != STATUS_OK && err && err->status == STATUS_OK) {
            *err = local;
        }
        i += 4 + (size_t)n;
    }
    if (status == STATUS_OK && !known && !result->rejected)
        status = err_set(err, STATUS_INVALID, "not_otlp", "%s is neither OTLP JSON nor OTLP protobuf.",
                         name ? name : "The file");
    return status;
}

enum status otlp_file_read(const char *path, const struct otlp_sink *sink, struct otlp_result *result,
                           struct err *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, NULL, "Cannot open %s: %s.", path,
                       strerror(errno));
    enum status status = STATUS_OK;
    struct stat st;
    void *map = MAP_FAILED;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        status = err_set(err, STATUS_IO, NULL, "%s is not a regular file.", path);
        goto out;
    }
    if (st.st_size == 0) goto out;
    map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED) {
        status = err_set(err, STATUS_IO, NULL, "Cannot read %s: %s.", path, strerror(errno));
        goto out;
    }
    status = otlp_bytes_read(map, (size_t)st.st_size, path, sink, result, err);
out:
    if (map != MAP_FAILED) munmap(map, (size_t)st.st_size);
    close(fd);
    return status;
}
