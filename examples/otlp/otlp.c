#include "otlp/otlp.h"

#include "otlp/otlp_schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum status otlp_decode(enum otlp_signal signal, enum otlp_encoding encoding, const char *body, size_t len,
                        const struct otlp_sink *sink, struct otlp_result *result, struct err *err) {
    return encoding == OTLP_JSON ? otlp_decode_json(signal, body, len, sink, result, err)
                                 : otlp_decode_protobuf(signal, body, len, sink, result, err);
}

void otlp_reject(struct otlp_result *result, const char *reason, ...) {
    if (!result->rejected++) {
        va_list args;
        va_start(args, reason);
        vsnprintf(result->message, sizeof result->message, reason, args);
        va_end(args);
    }
}

void otlp_id_from_bytes(const void *bytes, size_t len, size_t n, char *hex) {
    static const unsigned char zero[16];
    hex[0] = '\0';
    if (len == n && n <= sizeof zero && memcmp(bytes, zero, n) != 0) hex_encode(bytes, n, hex);
}

/* ---- gzip ---- */

/* zlib decompresses into a window of this size at a time, so that a bomb is noticed before it takes memory. */
#define INFLATE_STEP (256u << 10)

enum status otlp_inflate(const char *data, size_t len, size_t cap, struct buf *out, struct err *err) {
    z_stream z = {0};
    if (inflateInit2(&z, 15 + 32) != Z_OK)
        return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while decompressing.");
    enum status status = STATUS_OK;
    size_t start = out->len;
    const unsigned char *at = (const unsigned char *)data;
    size_t left = len;
    for (;;) {
        if (!z.avail_in) {
            z.avail_in = left > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)left;
            z.next_in = (Bytef *)(uintptr_t)at; /* zlib's prototype lacks the const */
            at += z.avail_in;
            left -= z.avail_in;
        }
        if (!buf_reserve(out, INFLATE_STEP)) {
            status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while decompressing.");
            break;
        }
        z.next_out = (Bytef *)out->data + out->len;
        z.avail_out = INFLATE_STEP;
        int rc = inflate(&z, Z_NO_FLUSH);
        out->len += INFLATE_STEP - z.avail_out;
        if (out->len - start > cap) {
            status = err_set(err, STATUS_TOO_LARGE, "too_large",
                             "The decompressed body is larger than %zu MiB. Send smaller batches.", cap >> 20);
            break;
        }
        if (rc == Z_STREAM_END) {
            if (!z.avail_in && !left) break;
            if (z.avail_in + left && inflateReset(&z) == Z_OK) continue; /* a further gzip member */
        } else if (rc == Z_OK) {
            continue;
        } else if (rc == Z_BUF_ERROR && !z.avail_out) {
            continue;
        }
        status = err_set(err, STATUS_INVALID, "bad_gzip", "The body is not valid gzip%s.",
                         z.avail_in || left ? "" : ": it ends early");
        break;
    }
    inflateEnd(&z);
    if (status == STATUS_OK) {
        buf_reserve(out, 0);
        if (out->data) out->data[out->len] = '\0';
    } else {
        out->len = start;
    }
    return status;
}

/* ---- answers ---- */

static void pack(const ProtobufCMessage *message, struct buf *out) {
    size_t n = protobuf_c_message_get_packed_size(message);
    if (!buf_reserve(out, n)) return;
    protobuf_c_message_pack(message, (uint8_t *)out->data + out->len);
    out->len += n;
    out->data[out->len] = '\0';
}

static ProtobufCBinaryData bytes_of(const char *text) {
    return (ProtobufCBinaryData){.len = strlen(text), .data = (uint8_t *)(uintptr_t)text};
}

void otlp_write_response(enum otlp_signal signal, enum otlp_encoding encoding, const struct otlp_result *result,
                         struct buf *out) {
    bool partial = result->rejected > 0;
    if (encoding == OTLP_PROTOBUF) {
        Otlp__PartialSuccess p = OTLP__PARTIAL_SUCCESS__INIT;
        p.rejected = (int64_t)result->rejected;
        p.error_message = bytes_of(result->message);
        Otlp__ExportResponse response = OTLP__EXPORT_RESPONSE__INIT;
        if (partial) response.partial_success = &p;
        pack(&response.base, out);
        return;
    }
    buf_char(out, '{');
    if (partial) {
        buf_printf(out, "\"partialSuccess\":{\"%s\":\"%llu\",\"errorMessage\":",
                   signal == OTLP_TRACES ? "rejectedSpans" : "rejectedLogRecords",
                   (unsigned long long)result->rejected);
        buf_json_cstr(out, result->message);
        buf_char(out, '}');
    }
    buf_char(out, '}');
}

/* google.rpc.Code */
static int rpc_code(enum status status) {
    switch (status) {
    case STATUS_INVALID:
    case STATUS_CONTENT:
    case STATUS_MEDIA_TYPE:
    case STATUS_METHOD:
        return 3; /* INVALID_ARGUMENT */
    case STATUS_DENIED:
        return 16; /* UNAUTHENTICATED */
    case STATUS_FORBIDDEN:
        return 7; /* PERMISSION_DENIED */
    case STATUS_NOT_FOUND:
        return 5; /* NOT_FOUND */
    case STATUS_TOO_LARGE:
        return 8; /* RESOURCE_EXHAUSTED */
    case STATUS_BUSY:
    case STATUS_NO_MEMORY:
        return 14; /* UNAVAILABLE */
    case STATUS_CANCELLED:
        return 1;
    default:
        return 13; /* INTERNAL */
    }
}

void otlp_write_status(enum otlp_encoding encoding, const struct err *err, struct buf *out) {
    if (encoding == OTLP_PROTOBUF) {
        Otlp__RpcStatus status = OTLP__RPC_STATUS__INIT;
        status.code = rpc_code(err->status);
        status.message = bytes_of(err->detail);
        pack(&status.base, out);
        return;
    }
    buf_printf(out, "{\"code\":%d,\"message\":", rpc_code(err->status));
    buf_json_cstr(out, err->detail);
    buf_char(out, '}');
}
