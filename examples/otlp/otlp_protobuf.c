/* Protobuf bodies. The frame (request, resource, scope) is walked on the raw bytes and only one resource,
 * scope, span or record is unpacked at a time: memory is bounded by the largest of them, and a request of any
 * size costs no tree. A message that occurs twice where one is meant is merged by joining its bytes, as
 * protobuf defines it. */
#include "otlp/otlp_schema.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void write_message(const ProtobufCMessage *message, struct buf *out);

static void write_base64(const uint8_t *data, size_t len, struct buf *out) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        uint32_t n = (uint32_t)data[i] << 16;
        if (i + 1 < len) n |= (uint32_t)data[i + 1] << 8;
        if (i + 2 < len) n |= data[i + 2];
        char four[4] = {digits[n >> 18], digits[n >> 12 & 63], i + 1 < len ? digits[n >> 6 & 63] : '=',
                        i + 2 < len ? digits[n & 63] : '='};
        buf_add(out, four, 4);
    }
}

/* The shortest of 15, 16, 17 digits that reads back as the same number. */
static void write_double(double value, struct buf *out) {
    if (!isfinite(value)) {
        buf_str(out, isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        double back = 0;
        if (sscanf(text, "%lf", &back) == 1 && !(back < value) && !(back > value)) break;
    }
    buf_str(out, text);
}

static void write_value(const ProtobufCFieldDescriptor *field, const void *member, struct buf *out) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        buf_printf(out, "%d", *(const int32_t *)member);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        buf_printf(out, "%u", *(const uint32_t *)member);
        break;
    case PROTOBUF_C_TYPE_INT64:
        buf_printf(out, "\"%lld\"", (long long)*(const int64_t *)member);
        break;
    case PROTOBUF_C_TYPE_FIXED64:
        buf_printf(out, "\"%llu\"", (unsigned long long)*(const uint64_t *)member);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        write_double(*(const double *)member, out);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        buf_str(out, *(const protobuf_c_boolean *)member ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *bytes = member;
        enum otlp_bytes use = otlp_bytes_of(field);
        if (use == OTLP_BYTES_TEXT) {
            buf_json_string(out, bytes->data ? (const char *)bytes->data : "", bytes->len);
        } else if (use == OTLP_BYTES_BASE64) {
            buf_char(out, '"');
            write_base64(bytes->data, bytes->len, out);
            buf_char(out, '"');
        } else {
            char hex[TRACE_ID_TEXT_SIZE];
            otlp_id_from_bytes(bytes->data, bytes->len, otlp_id_size(field), hex);
            buf_json_cstr(out, hex);
        }
        break;
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        write_message(*(ProtobufCMessage *const *)member, out);
        break;
    default:
        buf_str(out, "null"); /* a type that otlp.proto does not use */
    }
}

/* proto3: a plain field that holds its type's zero is absent. */
static bool is_default(const ProtobufCFieldDescriptor *field, const void *member) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *bytes = member;
        char hex[TRACE_ID_TEXT_SIZE];
        if (otlp_bytes_of(field) != OTLP_BYTES_ID) return bytes->len == 0;
        otlp_id_from_bytes(bytes->data, bytes->len, otlp_id_size(field), hex);
        return !hex[0];
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(ProtobufCMessage *const *)member == NULL;
    case PROTOBUF_C_TYPE_BOOL:
        return !*(const protobuf_c_boolean *)member;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return *(const uint64_t *)member == 0;
    default:
        return *(const uint32_t *)member == 0;
    }
}

/* Recursion is bounded: otlp_scan has refused anything deeper than OTLP_MAX_DEPTH. */
static void write_message(const ProtobufCMessage *message, struct buf *out) {
    const char *base = (const char *)message;
    buf_char(out, '{');
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const void *member = base + field->offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)(const void *)(base + field->quantifier_offset);
            if (!n && message->descriptor != &otlp__array_value__descriptor &&
                message->descriptor != &otlp__key_value_list__descriptor)
                continue;
            ProtobufCMessage *const *elements = *(ProtobufCMessage *const *const *)member;
            otlp_write_key(out, field);
            buf_char(out, '[');
            for (size_t k = 0; k < n; k++) {
                buf_json_comma(out);
                write_message(elements[k], out);
            }
            buf_char(out, ']');
            continue;
        }
        if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            if (*(const uint32_t *)(const void *)(base + field->quantifier_offset) != field->id) continue;
        } else if (is_default(field, member)) {
            continue;
        }
        otlp_write_key(out, field);
        write_value(field, member, out);
    }
    /* An attribute without a value says so, as it does in JSON. */
    if (message->descriptor == &otlp__key_value__descriptor && !((const Otlp__KeyValue *)message)->value) {
        buf_json_comma(out);
        buf_str(out, "\"value\":{}");
    }
    buf_char(out, '}');
}

/* ---- the frame ---- */

struct decoder {
    enum otlp_signal signal;
    const struct otlp_sink *sink;
    struct otlp_result *result;
    struct buf resource, scope, text, name; /* texts of where the walk is */
};

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

static enum status unpack(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t len,
                          unsigned depth, ProtobufCMessage **out, struct err *err) {
    enum status status = otlp_scan(type, data, len, depth, err);
    if (status != STATUS_OK) return status;
    *out = protobuf_c_message_unpack(type, NULL, len, data);
    return *out ? STATUS_OK
                : err_set(err, STATUS_INVALID, "bad_protobuf", "The body holds a broken %s.", type->name);
}

/* Joins all fields 1 of a frame message (its resource or scope) and writes them as JSON into `out`. */
static enum status write_head(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t len,
                              unsigned depth, struct buf *out, struct err *err) {
    struct buf joined = BUF_INIT;
    const uint8_t *at = data, *end = data + len;
    struct otlp_wire wire;
    while (at < end && otlp_wire_next(&at, end, &wire))
        if (wire.id == 1 && wire.type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
            buf_add(&joined, wire.data, wire.len);
    ProtobufCMessage *message = NULL;
    enum status status = buf_failed(&joined) ? no_memory(err)
                                             : unpack(type, (const uint8_t *)(joined.data ? joined.data : ""),
                                                      joined.len, depth, &message, err);
    buf_clear(out);
    if (status == STATUS_OK) write_message(message, out);
    if (message) protobuf_c_message_free_unpacked(message, NULL);
    buf_free(&joined);
    return status;
}

static struct otlp_text text_of(const struct buf *b) {
    return (struct otlp_text){b->data, b->len};
}

static enum status one_span(struct decoder *d, const uint8_t *data, size_t len, struct err *err) {
    ProtobufCMessage *message = NULL;
    enum status status = unpack(&otlp__span__descriptor, data, len, 3, &message, err);
    if (status != STATUS_OK) return status;
    const Otlp__Span *in = (const Otlp__Span *)(const void *)message;
    struct otlp_span span = {.kind = (int)in->kind,
                             .status = in->status ? (int)in->status->code : 0,
                             .start = in->start_time_unix_nano,
                             .end = in->end_time_unix_nano};
    otlp_id_from_bytes(in->trace_id.data, in->trace_id.len, 16, span.trace_id);
    otlp_id_from_bytes(in->span_id.data, in->span_id.len, 8, span.span_id);
    otlp_id_from_bytes(in->parent_span_id.data, in->parent_span_id.len, 8, span.parent_id);
    if (!span.trace_id[0] || !span.span_id[0]) {
        otlp_reject(d->result, "A span has no valid %s id (it has %zu bytes).",
                    span.trace_id[0] ? "span" : "trace", span.trace_id[0] ? in->span_id.len : in->trace_id.len);
    } else {
        buf_clear(&d->text);
        buf_clear(&d->name);
        write_message(message, &d->text);
        buf_add(&d->name, in->name.data ? (const void *)in->name.data : "", in->name.len);
        span.name = d->name.data;
        span.name_len = d->name.len;
        span.resource = text_of(&d->resource);
        span.scope = text_of(&d->scope);
        span.span = text_of(&d->text);
        if (buf_failed(&d->text) || buf_failed(&d->name) || buf_failed(&d->resource) || buf_failed(&d->scope))
            status = no_memory(err);
        else
            status = d->sink->span(d->sink->ctx, &span, err);
        if (status == STATUS_OK) d->result->accepted++;
    }
    protobuf_c_message_free_unpacked(message, NULL);
    return status;
}

static enum status one_log(struct decoder *d, const uint8_t *data, size_t len, struct err *err) {
    ProtobufCMessage *message = NULL;
    enum status status = unpack(&otlp__log_record__descriptor, data, len, 3, &message, err);
    if (status != STATUS_OK) return status;
    const Otlp__LogRecord *in = (const Otlp__LogRecord *)(const void *)message;
    struct otlp_log log = {.time = in->time_unix_nano ? in->time_unix_nano : in->observed_time_unix_nano};
    otlp_id_from_bytes(in->trace_id.data, in->trace_id.len, 16, log.trace_id);
    otlp_id_from_bytes(in->span_id.data, in->span_id.len, 8, log.span_id);
    buf_clear(&d->text);
    write_message(message, &d->text);
    log.resource = text_of(&d->resource);
    log.scope = text_of(&d->scope);
    log.record = text_of(&d->text);
    if (buf_failed(&d->text) || buf_failed(&d->resource) || buf_failed(&d->scope))
        status = no_memory(err);
    else
        status = d->sink->log(d->sink->ctx, &log, err);
    if (status == STATUS_OK) d->result->accepted++;
    protobuf_c_message_free_unpacked(message, NULL);
    return status;
}

static enum status bad_frame(struct err *err) {
    return err_set(err, STATUS_INVALID, "bad_protobuf", "The body is not an OTLP request in protobuf.");
}

/* Walks the repeated field `id` of one frame message. */
typedef enum status (*frame_fn)(struct decoder *d, const uint8_t *data, size_t len, struct err *err);
static enum status each(struct decoder *d, uint32_t id, const uint8_t *data, size_t len, frame_fn fn,
                        struct err *err) {
    const uint8_t *at = data, *end = data + len;
    while (at < end) {
        struct otlp_wire wire;
        if (!otlp_wire_next(&at, end, &wire)) return bad_frame(err);
        if (wire.id != id) continue;
        if (wire.type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) return bad_frame(err);
        enum status status = fn(d, wire.data, wire.len, err);
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

static enum status one_scope(struct decoder *d, const uint8_t *data, size_t len, struct err *err) {
    enum status status = write_head(&otlp__instrumentation_scope__descriptor, data, len, 3, &d->scope, err);
    return status == STATUS_OK ? each(d, 2, data, len, d->signal == OTLP_TRACES ? one_span : one_log, err)
                               : status;
}

static enum status one_resource(struct decoder *d, const uint8_t *data, size_t len, struct err *err) {
    enum status status = write_head(&otlp__resource__descriptor, data, len, 2, &d->resource, err);
    return status == STATUS_OK ? each(d, 2, data, len, one_scope, err) : status;
}

enum status otlp_decode_protobuf(enum otlp_signal signal, const char *body, size_t len,
                                 const struct otlp_sink *sink, struct otlp_result *result, struct err *err) {
    struct decoder d = {.signal = signal, .sink = sink, .result = result};
    enum status status = each(&d, 1, (const uint8_t *)body, len, one_resource, err);
    buf_free(&d.resource);
    buf_free(&d.scope);
    buf_free(&d.text);
    buf_free(&d.name);
    return status;
}
