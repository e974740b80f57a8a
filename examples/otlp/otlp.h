/* otlp.h: decodes OTLP request bodies, protobuf and JSON, into spans and log records as canonical JSON text.
 *
 * Canonical means the OTLP JSON mapping, whatever came in: camelCase names in the order of the .proto, ids in
 * lower-case hex, enums as integers, 64-bit integers of protobuf as decimal strings; numbers and strings of
 * JSON keep their bytes, bytes that are not UTF-8 become U+FFFD. So two encodings of one span give the same
 * text, up to the form of integers.
 *
 * What is accepted beyond the standard, because exporters send it: base64 ids, upper-case hex, enums by name,
 * 64-bit integers as numbers, snake_case names, instrumentationLibrarySpans, values without a value, unknown
 * members (dropped).
 *
 * Threads: no state. Ownership: everything handed to a sink is lent for the call. */
#ifndef OTLP_OTLP_H
#define OTLP_OTLP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"

#include <stddef.h>
#include <stdint.h>

#define OTLP_WIRE_MAX     (64u << 20)  /* bytes of a body as it was sent */
#define OTLP_INFLATED_MAX (256u << 20) /* bytes of a body after gzip */
#define OTLP_MAX_DEPTH    64           /* messages inside one another, the request being the first */
#define OTLP_MAX_MESSAGES (2u << 20)   /* messages in one span or record: each costs memory once unpacked */

enum otlp_signal { OTLP_TRACES, OTLP_LOGS };
enum otlp_encoding { OTLP_PROTOBUF, OTLP_JSON };

struct otlp_text {
    const char *data;
    size_t len;
};

struct otlp_span {
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    char parent_id[SPAN_ID_TEXT_SIZE]; /* "" for a root */
    const char *name;                  /* UTF-8, NUL-terminated for convenience; may hold NUL bytes */
    size_t name_len;
    int kind, status;                       /* OTLP's numbers */
    uint64_t start, end;                    /* Unix nanoseconds, 0 = absent */
    struct otlp_text resource, scope, span; /* JSON objects */
};

struct otlp_log {
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE]; /* "" when absent */
    uint64_t time;                                                 /* of the event, else observed; 0 = absent */
    struct otlp_text resource, scope, record;
};

/* Receives what a body holds. Another status than STATUS_OK ends the decoding with that status. */
struct otlp_sink {
    enum status (*span)(void *ctx, const struct otlp_span *span, struct err *err);
    enum status (*log)(void *ctx, const struct otlp_log *log, struct err *err);
    void *ctx;
};

struct otlp_result {
    uint64_t accepted, rejected;
    char message[240]; /* why the first one was rejected */
};

/* Decodes one request body. Spans and records with broken ids are rejected one by one and counted in *result
 * (which is added to). STATUS_INVALID: the body as a whole is no such request, or is nested too deeply; the
 * caller then discards what the sink was given. STATUS_TOO_LARGE: one span holds more than OTLP_MAX_MESSAGES
 * messages. */
enum status otlp_decode(enum otlp_signal signal, enum otlp_encoding encoding, const char *body, size_t len,
                        const struct otlp_sink *sink, struct otlp_result *result, struct err *err);

/* Appends the inflated bytes of a gzip or zlib stream (several gzip members count as one stream).
 * STATUS_TOO_LARGE above `cap` bytes, found out without inflating more than that; STATUS_INVALID when the
 * stream is damaged or ends early. */
enum status otlp_inflate(const char *data, size_t len, size_t cap, struct buf *out, struct err *err);

/* ---- answers ---- */

/* The answer to a request that was taken: ExportTraceServiceResponse or its logs twin, with partial_success
 * when something was rejected. */
void otlp_write_response(enum otlp_signal signal, enum otlp_encoding encoding, const struct otlp_result *result,
                         struct buf *out);
/* google.rpc.Status, the body of an error. */
void otlp_write_status(enum otlp_encoding encoding, const struct err *err, struct buf *out);

#endif
