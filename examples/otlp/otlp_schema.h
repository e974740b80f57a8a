/* otlp_schema.h: what the .proto cannot say, and the two writers' common parts. Internal to examples/otlp.
 *
 * protobuf-c's descriptors (name, number, type, place in the struct) are the one table that the scanner, the
 * protobuf writer and the JSON reader walk. */
#ifndef OTLP_OTLP_SCHEMA_H
#define OTLP_OTLP_SCHEMA_H

#include "otlp/otlp.h"
#include "otlp/otlp.pb-c.h"

#include <stdbool.h>

enum otlp_bytes { OTLP_BYTES_TEXT, OTLP_BYTES_ID, OTLP_BYTES_BASE64 };
/* What a field of type bytes stands for: trace_id, span_id and parent_span_id are ids, bytes_value is
 * base64. */
enum otlp_bytes otlp_bytes_of(const ProtobufCFieldDescriptor *field);
/* Bytes of an id field: 16 for trace_id, else 8. */
size_t otlp_id_size(const ProtobufCFieldDescriptor *field);

/* Appends `"camelName":`, with a comma when one is needed. */
void otlp_write_key(struct buf *out, const ProtobufCFieldDescriptor *field);
/* The index in descriptor->fields of the field with this JSON name (camelCase or snake_case), -1 when
 * unknown. */
int otlp_field_by_name(const ProtobufCMessageDescriptor *message, const char *name, size_t len);

/* Checks the wire form of a message before anything is unpacked: tags, lengths, wire types of known fields,
 * messages nested at most OTLP_MAX_DEPTH - depth deep, at most OTLP_MAX_MESSAGES of them. */
enum status otlp_scan(const ProtobufCMessageDescriptor *message, const uint8_t *data, size_t len,
                      unsigned depth, struct err *err);

/* One field of a message on the wire. */
struct otlp_wire {
    uint32_t id;
    unsigned type;       /* ProtobufCWireType */
    const uint8_t *data; /* payload of a length-prefixed field */
    size_t len;
};
/* Reads the field at *at and moves past it. false: the bytes are no such thing. */
bool otlp_wire_next(const uint8_t **at, const uint8_t *end, struct otlp_wire *field);

enum status otlp_decode_protobuf(enum otlp_signal signal, const char *body, size_t len,
                                 const struct otlp_sink *sink, struct otlp_result *result, struct err *err);
enum status otlp_decode_json(enum otlp_signal signal, const char *body, size_t len,
                             const struct otlp_sink *sink, struct otlp_result *result, struct err *err);

/* Counts a rejected span or record; the first one's reason is kept. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void otlp_reject(struct otlp_result *result, const char *reason, ...);

/* n bytes as an id in hex; "" when they are not n, or all zero. */
void otlp_id_from_bytes(const void *bytes, size_t len, size_t n, char *hex);

#endif
