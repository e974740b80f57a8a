/* JSON bodies. Walks the checked text with the .proto's descriptors at hand and writes the canonical form:
 * known members in the .proto's order, each in its canonical spelling; a member of the wrong type is left out,
 * like an unknown one. Numbers and strings are copied as they lie. */
#include "otlp/otlp_schema.h"

#include "base/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 24 /* more than any message of otlp.proto has */

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

/* An id as hex (the standard) or base64 (generic proto3 writers), told apart by length. "" when it is
 * neither. */
static void read_id(const struct json_text *value, size_t size, char *hex) {
    hex[0] = '\0';
    if (value->type != JSON_TEXT_STRING || !json_text_is_plain(value)) return;
    const char *s = value->text + 1;
    size_t len = value->len - 2;
    if (len == size * 2) {
        char text[TRACE_ID_TEXT_SIZE];
        memcpy(text, s, len);
        text[len] = '\0';
        if (!otlp_id_normalize(text, len, hex)) hex[0] = '\0';
        return;
    }
    while (len && s[len - 1] == '=') len--;
    if (len != (size * 8 + 5) / 6) return;
    unsigned char bytes[18] = {0};
    size_t n = 0;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < len; i++) {
        int digit = base64_digit(s[i]);
        if (digit < 0) return;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have >= 8 && n < size) bytes[n++] = (unsigned char)(bits >> (have -= 8));
    }
    otlp_id_from_bytes(bytes, n, size, hex);
}

/* An enum as its number: 3, "3", or a name with or without what all names begin with. */
static bool read_enum(const ProtobufCEnumDescriptor *type, const struct json_text *value, int64_t *out) {
    if (json_text_int64(value, true, out)) return true;
    if (value->type != JSON_TEXT_STRING) return false;
    for (unsigned i = 0; i < type->n_values; i++) {
        if (json_text_equals(value, type->values[i].name)) {
            *out = type->values[i].value;
            return true;
        }
    }
    return false;
}

/* SEVERITY_NUMBER_TRACE is 1, _TRACE2 is 2 ... _FATAL4 is 24. */
static bool read_severity(const struct json_text *value, int64_t *out) {
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    if (value->type != JSON_TEXT_STRING) return false;
    for (int64_t i = 0; i < 24; i++) {
        char name[40];
        snprintf(name, sizeof name, "SEVERITY_NUMBER_%s", names[i / 4]);
        size_t n = strlen(name);
        if (i % 4) snprintf(name + n, sizeof name - n, "%d", (int)(i % 4) + 1);
        if (json_text_equals(value, name)) {
            *out = i + 1;
            return true;
        }
    }
    return false;
}

/* A decimal integer in a string, as 64-bit values are written: its text fits any number of digits. */
static bool is_integer_string(const struct json_text *value) {
    if (value->type != JSON_TEXT_STRING) return false;
    size_t i = 1, end = value->len - 1;
    if (i < end && value->text[i] == '-') i++;
    if (i == end || end - i > 20) return false;
    for (; i < end; i++)
        if (value->text[i] < '0' || value->text[i] > '9') return false;
    return true;
}

static bool is_special_double(const struct json_text *value) {
    return json_text_equals(value, "NaN") || json_text_equals(value, "Infinity") ||
           json_text_equals(value, "-Infinity");
}

/* Unix nanoseconds, as a string (all exporters) or a number. 0 when it is neither. */
static uint64_t read_time(const struct json_text *value) {
    if (!is_integer_string(value) && value->type != JSON_TEXT_NUMBER) return 0;
    char text[32];
    bool quoted = value->type == JSON_TEXT_STRING;
    size_t len = value->len - (quoted ? 2 : 0);
    int64_t whole = 0;
    if (len >= sizeof text) return 0;
    memcpy(text, value->text + (quoted ? 1 : 0), len);
    text[len] = '\0';
    if (text[0] == '-') return 0;
    if (strspn(text, "0123456789") == len) return strtoull(text, NULL, 10);
    return json_text_int64(value, false, &whole) && whole > 0 ? (uint64_t)whole : 0; /* 1e18 */
}

static enum status write_message(const ProtobufCMessageDescriptor *type, const struct json_text *in,
                                 unsigned depth, struct buf *out, struct err *err);

/* Puts the members of `in` into the order of the descriptor; NONE where one is absent, null or of the wrong
 * kind. */
static void sort_fields(const ProtobufCMessageDescriptor *type, const struct json_text *in,
                        struct json_text fields[MAX_FIELDS]) {
    memset(fields, 0, MAX_FIELDS * sizeof *fields);
    struct json_text_iter it;
    struct json_text key, value;
    json_text_iter(&it, in);
    while (in->type == JSON_TEXT_OBJECT && json_text_next(&it, &key, &value)) {
        int i = json_text_is_plain(&key) ? otlp_field_by_name(type, key.text + 1, key.len - 2) : -1;
        if (i >= 0 && i < MAX_FIELDS && value.type != JSON_TEXT_NULL) fields[i] = value;
    }
}

/* Appends key and value of a single field; nothing when the value is not of the field's type. */
static enum status write_field(const ProtobufCFieldDescriptor *field, const struct json_text *value,
                               unsigned depth, struct buf *out, struct err *err) {
    int64_t number = 0;
    switch (field->type) {
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_INT32:
        if (field->type == PROTOBUF_C_TYPE_ENUM
                ? !read_enum(field->descriptor, value, &number)
                : !json_text_int64(value, true, &number) && !read_severity(value, &number))
            return STATUS_OK;
        if (!number) return STATUS_OK;
        otlp_write_key(out, field);
        buf_printf(out, "%lld", (long long)number);
        return STATUS_OK;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        if (!json_text_int64(value, true, &number) || number <= 0) return STATUS_OK;
        otlp_write_key(out, field);
        buf_printf(out, "%lld", (long long)number);
        return STATUS_OK;
    case PROTOBUF_C_TYPE_FIXED64: {
        uint64_t time = read_time(value);
        if (!time) return STATUS_OK;
        otlp_write_key(out, field);
        buf_printf(out, "\"%llu\"", (unsigned long long)time);
        return STATUS_OK;
    }
    case PROTOBUF_C_TYPE_INT64:
        if (value->type != JSON_TEXT_NUMBER && !is_integer_string(value)) return STATUS_OK;
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        if (value->type != JSON_TEXT_NUMBER && !is_special_double(value)) return STATUS_OK;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        if (value->type != JSON_TEXT_TRUE && value->type != JSON_TEXT_FALSE) return STATUS_OK;
        break;
    case PROTOBUF_C_TYPE_BYTES: {
        if (value->type != JSON_TEXT_STRING) return STATUS_OK;
        bool oneof = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
        if (otlp_bytes_of(field) == OTLP_BYTES_ID) {
            char hex[TRACE_ID_TEXT_SIZE];
            read_id(value, otlp_id_size(field), hex);
            if (!hex[0]) return STATUS_OK;
            otlp_write_key(out, field);
            buf_json_cstr(out, hex);
        } else if (value->len > 2 || oneof) {
            otlp_write_key(out, field);
            json_text_copy_valid(value, out);
        }
        return STATUS_OK;
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        if (value->type != JSON_TEXT_OBJECT) return STATUS_OK;
        otlp_write_key(out, field);
        return write_message(field->descriptor, value, depth + 1, out, err);
    default:
        return STATUS_OK;
    }
    otlp_write_key(out, field);
    json_text_copy(value, out);
    return STATUS_OK;
}

/* `depth` counts as on the wire: the request is 1. Recursion is bounded by OTLP_MAX_DEPTH. */
static enum status write_message(const ProtobufCMessageDescriptor *type, const struct json_text *in,
                                 unsigned depth, struct buf *out, struct err *err) {
    if (depth > OTLP_MAX_DEPTH)
        return err_set(err, STATUS_INVALID, "too_deep", "The body nests messages more than %d deep.",
                       OTLP_MAX_DEPTH);
    struct json_text fields[MAX_FIELDS];
    sort_fields(type, in, fields);
    bool wrote_oneof = false, has_value = false;
    enum status status = STATUS_OK;
    buf_char(out, '{');
    for (unsigned i = 0; i < type->n_fields && i < MAX_FIELDS && status == STATUS_OK; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            bool list = type == &otlp__array_value__descriptor || type == &otlp__key_value_list__descriptor;
            if (!list && !json_text_count(&fields[i])) continue;
            otlp_write_key(out, field);
            buf_char(out, '[');
            struct json_text_iter it;
            struct json_text element;
            json_text_iter(&it, &fields[i]);
            while (fields[i].type == JSON_TEXT_ARRAY && status == STATUS_OK &&
                   json_text_next(&it, NULL, &element)) {
                bool any = field->descriptor == &otlp__any_value__descriptor;
                if (element.type != JSON_TEXT_OBJECT && !(any && element.type == JSON_TEXT_NULL)) continue;
                buf_json_comma(out);
                status = write_message(field->descriptor, &element, depth + 1, out, err);
            }
            buf_char(out, ']');
            continue;
        }
        if (fields[i].type == JSON_TEXT_NONE) continue;
        if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            if (wrote_oneof)
                continue; /* several members of one value: the first of the .proto's order counts */
            size_t before = out->len;
            status = write_field(field, &fields[i], depth, out, err);
            wrote_oneof = out->len > before;
            continue;
        }
        if (type == &otlp__key_value__descriptor && field->type == PROTOBUF_C_TYPE_MESSAGE)
            has_value = fields[i].type == JSON_TEXT_OBJECT;
        status = write_field(field, &fields[i], depth, out, err);
    }
    if (type == &otlp__key_value__descriptor && !has_value) {
        buf_json_comma(out);
        buf_str(out, "\"value\":{}");
    }
    buf_char(out, '}');
    return status;
}

/* ---- the frame ---- */

struct decoder {
    enum otlp_signal signal;
    const struct otlp_sink *sink;
    struct otlp_result *result;
    struct buf resource, scope, text, name;
};

static struct json_text field_of(const ProtobufCMessageDescriptor *type, const struct json_text *in,
                                 const char *name) {
    struct json_text fields[MAX_FIELDS];
    sort_fields(type, in, fields);
    int i = otlp_field_by_name(type, name, strlen(name));
    if (i < 0 || i >= MAX_FIELDS) return (struct json_text){0};
    return fields[i];
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}
static struct otlp_text text_of(const struct buf *b) {
    return (struct otlp_text){b->data, b->len};
}

static enum status one_span(struct decoder *d, const struct json_text *in, struct err *err) {
    const ProtobufCMessageDescriptor *type = &otlp__span__descriptor;
    struct otlp_span span = {0};
    struct json_text v = field_of(type, in, "trace_id");
    read_id(&v, 16, span.trace_id);
    v = field_of(type, in, "span_id");
    read_id(&v, 8, span.span_id);
    v = field_of(type, in, "parent_span_id");
    read_id(&v, 8, span.parent_id);
    if (!span.trace_id[0] || !span.span_id[0]) {
        otlp_reject(d->result, "A span has no valid %s id.", span.trace_id[0] ? "span" : "trace");
        return STATUS_OK;
    }
    int64_t number = 0;
    v = field_of(type, in, "kind");
    if (read_enum(&otlp__span_kind__descriptor, &v, &number)) span.kind = (int)number;
    v = field_of(type, in, "status");
    v = field_of(&otlp__status__descriptor, &v, "code");
    if (read_enum(&otlp__status_code__descriptor, &v, &number)) span.status = (int)number;
    v = field_of(type, in, "start_time_unix_nano");
    span.start = read_time(&v);
    v = field_of(type, in, "end_time_unix_nano");
    span.end = read_time(&v);
    v = field_of(type, in, "name");
    buf_clear(&d->name);
    buf_str(&d->name, "");
    if (v.type == JSON_TEXT_STRING) json_text_decode(&v, &d->name);
    buf_clear(&d->text);
    enum status status = write_message(type, in, 4, &d->text, err);
    if (status != STATUS_OK) return status;
    if (buf_failed(&d->text) || buf_failed(&d->name)) return no_memory(err);
    span.name = d->name.data;
    span.name_len = d->name.len;
    span.resource = text_of(&d->resource);
    span.scope = text_of(&d->scope);
    span.span = text_of(&d->text);
    status = d->sink->span(d->sink->ctx, &span, err);
    if (status == STATUS_OK) d->result->accepted++;
    return status;
}

static enum status one_log(struct decoder *d, const struct json_text *in, struct err *err) {
    const ProtobufCMessageDescriptor *type = &otlp__log_record__descriptor;
    struct otlp_log log = {0};
    struct json_text v = field_of(type, in, "trace_id");
    read_id(&v, 16, log.trace_id);
    v = field_of(type, in, "span_id");
    read_id(&v, 8, log.span_id);
    v = field_of(type, in, "time_unix_nano");
    log.time = read_time(&v);
    if (!log.time) {
        v = field_of(type, in, "observed_time_unix_nano");
        log.time = read_time(&v);
    }
    buf_clear(&d->text);
    enum status status = write_message(type, in, 4, &d->text, err);
    if (status != STATUS_OK) return status;
    if (buf_failed(&d->text)) return no_memory(err);
    log.resource = text_of(&d->resource);
    log.scope = text_of(&d->scope);
    log.record = text_of(&d->text);
    status = d->sink->log(d->sink->ctx, &log, err);
    if (status == STATUS_OK) d->result->accepted++;
    return status;
}

static enum status head(const ProtobufCMessageDescriptor *type, const struct json_text *in, unsigned depth,
                        struct buf *out, struct err *err) {
    struct json_text none = {.text = "{}", .len = 2, .type = JSON_TEXT_OBJECT};
    buf_clear(out);
    enum status status = write_message(type, in->type == JSON_TEXT_OBJECT ? in : &none, depth, out, err);
    return status == STATUS_OK && buf_failed(out) ? no_memory(err) : status;
}

static enum status one_scope(struct decoder *d, const struct json_text *in, struct err *err) {
    bool traces = d->signal == OTLP_TRACES;
    const ProtobufCMessageDescriptor *type =
        traces ? &otlp__scope_spans__descriptor : &otlp__scope_logs__descriptor;
    struct json_text scope = field_of(type, in, "scope");
    struct json_text list = field_of(type, in, traces ? "spans" : "log_records"), element;
    enum status status = head(&otlp__instrumentation_scope__descriptor, &scope, 4, &d->scope, err);
    struct json_text_iter it;
    json_text_iter(&it, &list);
    while (list.type == JSON_TEXT_ARRAY && status == STATUS_OK && json_text_next(&it, NULL, &element))
        status = traces ? one_span(d, &element, err) : one_log(d, &element, err);
    return status;
}

enum status otlp_decode_json(enum otlp_signal signal, const char *body, size_t len,
                             const struct otlp_sink *sink, struct otlp_result *result, struct err *err) {
    struct json_text root;
    enum status status = json_text_parse(&root, body, len, JSON_TEXT_LENIENT, err);
    if (status != STATUS_OK) return status;
    bool traces = signal == OTLP_TRACES;
    if (root.type != JSON_TEXT_OBJECT)
        return err_set(err, STATUS_INVALID, "bad_request", "The body has to be a JSON object with \"%s\".",
                       traces ? "resourceSpans" : "resourceLogs");
    const ProtobufCMessageDescriptor *request = traces ? &otlp__export_trace_service_request__descriptor
                                                       : &otlp__export_logs_service_request__descriptor;
    const ProtobufCMessageDescriptor *type =
        traces ? &otlp__resource_spans__descriptor : &otlp__resource_logs__descriptor;
    struct json_text list = field_of(request, &root, traces ? "resource_spans" : "resource_logs"), element;
    if (list.type != JSON_TEXT_ARRAY && list.type != JSON_TEXT_NONE)
        return err_set(err, STATUS_INVALID, "bad_request", "\"%s\" has to be an array.",
                       traces ? "resourceSpans" : "resourceLogs");

    struct decoder d = {.signal = signal, .sink = sink, .result = result};
    struct json_text_iter it, scopes;
    json_text_iter(&it, &list);
    while (status == STATUS_OK && json_text_next(&it, NULL, &element)) {
        struct json_text resource = field_of(type, &element, "resource"), scope;
        status = head(&otlp__resource__descriptor, &resource, 3, &d.resource, err);
        struct json_text inner = field_of(type, &element, traces ? "scope_spans" : "scope_logs");
        json_text_iter(&scopes, &inner);
        while (inner.type == JSON_TEXT_ARRAY && status == STATUS_OK && json_text_next(&scopes, NULL, &scope))
            status = one_scope(&d, &scope, err);
    }
    buf_free(&d.resource);
    buf_free(&d.scope);
    buf_free(&d.text);
    buf_free(&d.name);
    return status;
}
