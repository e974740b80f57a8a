/* Field names and the scan of the wire form. The scan is a loop over a stack of message ends: its depth costs
 * no C stack, which is the point of doing it before protobuf-c, whose unpacking recurses. */
#include "otlp/otlp_schema.h"

#include <string.h>

enum otlp_bytes otlp_bytes_of(const ProtobufCFieldDescriptor *field) {
    size_t n = strlen(field->name);
    if (n >= 3 && strcmp(field->name + n - 3, "_id") == 0) return OTLP_BYTES_ID;
    return strcmp(field->name, "bytes_value") == 0 ? OTLP_BYTES_BASE64 : OTLP_BYTES_TEXT;
}

size_t otlp_id_size(const ProtobufCFieldDescriptor *field) {
    return strcmp(field->name, "trace_id") == 0 ? 16 : 8;
}

void otlp_write_key(struct buf *out, const ProtobufCFieldDescriptor *field) {
    buf_json_comma(out);
    buf_char(out, '"');
    for (const char *p = field->name; *p; p++) {
        if (*p == '_' && p[1]) {
            p++;
            buf_char(out, *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
        } else {
            buf_char(out, *p);
        }
    }
    buf_str(out, "\":");
}

/* Whether `name` is `field` in snake_case or camelCase. */
static bool same_name(const char *field, const char *name, size_t len) {
    size_t i = 0;
    for (const char *p = field; *p; p++, i++) {
        if (i >= len) return false;
        if (*p == '_' && name[i] != '_') {
            p++;
            if (name[i] != *p - 'a' + 'A') return false;
        } else if (name[i] != *p) {
            return false;
        }
    }
    return i == len;
}

int otlp_field_by_name(const ProtobufCMessageDescriptor *message, const char *name, size_t len) {
    for (unsigned i = 0; i < message->n_fields; i++)
        if (same_name(message->fields[i].name, name, len)) return (int)i;
    /* OTLP before 0.15 */
    if (message == &otlp__resource_spans__descriptor && (same_name("instrumentation_library_spans", name, len)))
        return otlp_field_by_name(message, "scope_spans", strlen("scope_spans"));
    if (message == &otlp__resource_logs__descriptor && same_name("instrumentation_library_logs", name, len))
        return otlp_field_by_name(message, "scope_logs", strlen("scope_logs"));
    if ((message == &otlp__scope_spans__descriptor || message == &otlp__scope_logs__descriptor) &&
        same_name("instrumentation_library", name, len))
        return otlp_field_by_name(message, "scope", strlen("scope"));
    if (message == &otlp__scope_logs__descriptor && same_name("logs", name, len))
        return otlp_field_by_name(message, "log_records", strlen("log_records"));
    return -1;
}

/* A base-128 number of at most ten bytes. */
static bool varint(const uint8_t **at, const uint8_t *end, uint64_t *out) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        if (shift == 63 && byte > 1) return false;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *out = value;
            return true;
        }
    }
    return false;
}

bool otlp_wire_next(const uint8_t **at, const uint8_t *end, struct otlp_wire *field) {
    uint64_t tag = 0, n = 0;
    if (!varint(at, end, &tag) || tag >> 3 == 0 || tag >> 3 > 536870911) return false;
    field->id = (uint32_t)(tag >> 3);
    field->type = (unsigned)(tag & 7);
    field->data = NULL;
    field->len = 0;
    switch (field->type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return varint(at, end, &n);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        n = 8;
        break;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        n = 4;
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        if (!varint(at, end, &n)) return false;
        break;
    default:
        return false; /* groups are in no version of OTLP */
    }
    if (n > (uint64_t)(end - *at)) return false;
    field->data = *at;
    field->len = (size_t)n;
    *at += n;
    return true;
}

static unsigned wire_type_of(ProtobufCType type) {
    switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    default:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    }
}

enum status otlp_scan(const ProtobufCMessageDescriptor *message, const uint8_t *data, size_t len,
                      unsigned depth, struct err *err) {
    struct {
        const ProtobufCMessageDescriptor *message;
        const uint8_t *end;
    } stack[OTLP_MAX_DEPTH];
    const uint8_t *at = data;
    unsigned top = 0, count = 0;
    stack[0].message = message;
    stack[0].end = data + len;
    for (;;) {
        while (at == stack[top].end) {
            if (!top--) return STATUS_OK;
        }
        struct otlp_wire wire;
        const uint8_t *tag = at;
        if (!otlp_wire_next(&at, stack[top].end, &wire)) {
            err_set(err, STATUS_INVALID, "bad_protobuf", "The body is not valid protobuf.");
            err_at_position(err, tag - data);
            return STATUS_INVALID;
        }
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(stack[top].message, wire.id);
        if (!field) continue;
        if (wire.type != wire_type_of(field->type)) {
            err_set(err, STATUS_INVALID, "bad_protobuf",
                    "The body is no OTLP message: field %s has another type.", field->name);
            err_at_position(err, tag - data);
            return STATUS_INVALID;
        }
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) continue;
        if (depth + top + 1 >= OTLP_MAX_DEPTH)
            return err_set(err, STATUS_INVALID, "too_deep", "The body nests messages more than %d deep.",
                           OTLP_MAX_DEPTH);
        if (++count > OTLP_MAX_MESSAGES)
            return err_set(err, STATUS_TOO_LARGE, "too_large", "One span holds more than %u values.",
                           OTLP_MAX_MESSAGES);
        top++;
        stack[top].message = field->descriptor;
        stack[top].end = at;
        at = wire.data;
    }
}
