/* OTLP comes in: over HTTP, answered as the OTLP specification says (in the encoding of the request, errors as
 * a google.rpc.Status), and out of files. A request is answered with 200 only when it is on disk. */
#include "viewer/viewer.h"

#include "otlp/otlp_file.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define INTAKE_MAX   (512u << 20) /* bytes of bodies taken in at the same time; above that senders wait */
#define INTAKE_GUESS (1u << 20)   /* a body whose length is not announced counts as this until it is there */
#define IMPORT_SPANS 500          /* per transaction */
#define IMPORT_BYTES (16u << 20)

/* The two content types of OTLP. */
static bool encoding_of(struct exchange *ex, enum otlp_encoding *out) {
    const char *type = exchange_header(ex, "Content-Type");
    size_t n = type ? strcspn(type, "; \t") : 0;
    *out = OTLP_JSON;
    if (n == 16 && !strncasecmp(type, "application/json", n)) return true;
    if (n != 22 || strncasecmp(type, "application/x-protobuf", n) != 0) return false;
    *out = OTLP_PROTOBUF;
    return true;
}

static enum status inflate_body(struct exchange *ex, struct buf *body, struct err *err) {
    const char *coding = exchange_header(ex, "Content-Encoding");
    if (!coding || !*coding || !strcasecmp(coding, "identity")) return STATUS_OK;
    if (strcasecmp(coding, "gzip") != 0 && strcasecmp(coding, "deflate") != 0)
        return err_set(err, STATUS_MEDIA_TYPE, "encoding",
                       "Content-Encoding \"%.40s\" is not known here; use gzip.", coding);
    struct buf plain = BUF_INIT;
    enum status status = otlp_inflate(body->data ? body->data : "", body->len, OTLP_INFLATED_MAX, &plain, err);
    buf_free(body);
    *body = plain;
    return status;
}

static enum status take(struct viewer *v, struct exchange *ex, enum otlp_signal signal,
                        enum otlp_encoding encoding, struct otlp_result *result, struct err *err) {
    struct buf body = BUF_INIT;
    struct ingest_batch *batch = ingest_batch_new();
    struct ingest_report *report = malloc(sizeof *report);
    size_t weight = ex->content_length > 0 ? (size_t)ex->content_length : INTAKE_GUESS;
    enum status status = STATUS_OK;
    if (ex->content_length > (int64_t)OTLP_WIRE_MAX) weight = 0; /* refused below without being read */
    size_t before = atomic_fetch_add(&v->intake_bytes, weight);
    if (!batch || !report)
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    else if (before && before + weight > INTAKE_MAX)
        status = err_set(err, STATUS_BUSY, "busy", "Too much is coming in at once. Try again.");
    if (status == STATUS_OK) status = exchange_body(ex, OTLP_WIRE_MAX, &body, err);
    if (status == STATUS_OK) status = inflate_body(ex, &body, err);
    if (status == STATUS_OK) {
        struct otlp_sink sink = ingest_batch_sink(batch);
        status = otlp_decode(signal, encoding, body.data ? body.data : "", body.len, &sink, result, err);
    }
    buf_free(&body);
    if (status == STATUS_OK) status = viewer_store_ingest(v->store, batch, report, err);
    if (status == STATUS_OK) live_note(v->live, report);
    atomic_fetch_sub(&v->intake_bytes, weight);
    ingest_batch_free(batch);
    free(report);
    return status;
}

static void export_call(struct exchange *ex, struct viewer *v, enum otlp_signal signal) {
    struct err err = ERR_INIT;
    struct buf reply = BUF_INIT;
    struct otlp_result result = {0};
    enum otlp_encoding encoding;
    enum status status;
    if (!encoding_of(ex, &encoding))
        status = err_set(&err, STATUS_MEDIA_TYPE, "content_type",
                         "Send OTLP as application/x-protobuf or application/json.");
    else
        status = take(v, ex, signal, encoding, &result, &err);
    if (status == STATUS_OK) {
        otlp_write_response(signal, encoding, &result, &reply);
    } else {
        if (err.status == STATUS_OK)
            err_set(&err, status, NULL, "The viewer could not take this: %s.", status_name(status));
        otlp_write_status(encoding, &err, &reply);
        log_line(&v->log, status == STATUS_IO || status == STATUS_INTERNAL ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN,
                 "OTLP %s refused: %s", signal == OTLP_TRACES ? "traces" : "logs", err.detail);
    }
    int code = status == STATUS_OK ? 200 : exchange_http_status(status);
    if (code == 503) exchange_add_header(ex, "Retry-After", "1");
    exchange_reply(ex, code, encoding == OTLP_JSON ? "application/json" : "application/x-protobuf",
                   reply.data ? reply.data : "", reply.len);
    buf_free(&reply);
}

void call_otlp_traces(struct exchange *ex, void *ctx) {
    export_call(ex, ctx, OTLP_TRACES);
}
void call_otlp_logs(struct exchange *ex, void *ctx) {
    export_call(ex, ctx, OTLP_LOGS);
}

/* ---- files ---- */

struct import {
    struct viewer *v;
    struct ingest_batch *batch;
    struct ingest_report report;
    uint64_t spans, logs;
};

/* The signals that end the viewer are blocked; a waiting one ends the import. */
static bool interrupted(void) {
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
            sigismember(&pending, SIGHUP) == 1);
}

static enum status flush(struct import *import, struct err *err) {
    enum status status = viewer_store_ingest(import->v->store, import->batch, &import->report, err);
    import->spans += import->report.spans;
    import->logs += import->report.logs;
    live_note(import->v->live, &import->report);
    ingest_batch_free(import->batch);
    import->batch = ingest_batch_new();
    if (!import->batch) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    if (status == STATUS_OK && interrupted()) return err_set(err, STATUS_CANCELLED, NULL, "Stopped.");
    return status;
}

static enum status flush_when_full(struct import *import, struct err *err) {
    bool full =
        ingest_batch_count(import->batch) >= IMPORT_SPANS || ingest_batch_bytes(import->batch) >= IMPORT_BYTES;
    return full ? flush(import, err) : STATUS_OK;
}

static enum status import_span(void *ctx, const struct otlp_span *span, struct err *err) {
    struct import *import = ctx;
    struct otlp_sink sink = ingest_batch_sink(import->batch);
    enum status status = sink.span(sink.ctx, span, err);
    return status == STATUS_OK ? flush_when_full(import, err) : status;
}

static enum status import_log(void *ctx, const struct otlp_log *log, struct err *err) {
    struct import *import = ctx;
    struct otlp_sink sink = ingest_batch_sink(import->batch);
    enum status status = sink.log(sink.ctx, log, err);
    return status == STATUS_OK ? flush_when_full(import, err) : status;
}

enum status viewer_import(struct viewer *v, char *const *files, size_t count, struct err *err) {
    struct import *import = calloc(1, sizeof *import);
    enum status status = STATUS_OK;
    size_t read = 0;
    if (!count || !import || !(import->batch = ingest_batch_new())) {
        free(import);
        return count ? err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.") : STATUS_OK;
    }
    import->v = v;
    struct otlp_sink sink = {.span = import_span, .log = import_log, .ctx = import};
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct err local = ERR_INIT;
        struct otlp_result result = {0};
        enum status file = otlp_file_read(files[i], &sink, &result, &local);
        if (file == STATUS_OK)
            read++;
        else if (file == STATUS_NOT_FOUND || file == STATUS_INVALID || file == STATUS_TOO_LARGE ||
                 file == STATUS_IO)
            log_line(&v->log, LOG_LEVEL_WARN, "Not imported: %s%s%s",
                     strstr(local.detail, files[i]) ? "" : files[i], strstr(local.detail, files[i]) ? "" : ": ",
                     local.detail);
        else
            status = err_set(err, file, NULL, "%s", local.detail);
        if (result.rejected)
            log_line(&v->log, LOG_LEVEL_WARN, "%s: %llu items were not taken. %s", files[i],
                     (unsigned long long)result.rejected, result.message);
    }
    if (status == STATUS_OK) status = flush(import, err);
    if (status == STATUS_OK)
        log_line(&v->log, LOG_LEVEL_INFO, "Imported %llu spans and %llu log records from %zu of %zu files.",
                 (unsigned long long)import->spans, (unsigned long long)import->logs, read, count);
    ingest_batch_free(import->batch);
    free(import);
    return status;
}
