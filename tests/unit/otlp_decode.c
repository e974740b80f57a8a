/* The OTLP decoder and the file reader: every form that exporters send ends in the same canonical text. */
#include "otlp/otlp.h"
#include "otlp/otlp.pb-c.h"
#include "otlp/otlp_file.h"

#include "base/json_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

/* What a decoding gave: one line per span and record, "S trace span parent name kind status start end" and the
 * JSON. */
struct seen {
    size_t spans, logs;
    struct buf lines, resource, scope, json;
    struct otlp_result result;
    struct err err;
};

static enum status on_span(void *ctx, const struct otlp_span *s, struct err *err) {
    struct seen *seen = ctx;
    struct json_text root;
    (void)err;
    seen->spans++;
    buf_printf(&seen->lines, "S %s %s %s %s %d %d %llu %llu\n", s->trace_id, s->span_id,
               s->parent_id[0] ? s->parent_id : "-", s->name, s->kind, s->status, (unsigned long long)s->start,
               (unsigned long long)s->end);
    buf_clear(&seen->resource);
    buf_add(&seen->resource, s->resource.data, s->resource.len);
    buf_clear(&seen->scope);
    buf_add(&seen->scope, s->scope.data, s->scope.len);
    buf_clear(&seen->json);
    buf_add(&seen->json, s->span.data, s->span.len);
    assert_int_equal(json_text_parse(&root, s->span.data, s->span.len, 0, NULL), STATUS_OK);
    assert_int_equal(json_text_parse(&root, s->resource.data, s->resource.len, 0, NULL), STATUS_OK);
    assert_int_equal(json_text_parse(&root, s->scope.data, s->scope.len, 0, NULL), STATUS_OK);
    assert_null(memchr(s->span.data, '\n', s->span.len));
    return STATUS_OK;
}

static enum status on_log(void *ctx, const struct otlp_log *l, struct err *err) {
    struct seen *seen = ctx;
    struct json_text root;
    (void)err;
    seen->logs++;
    buf_printf(&seen->lines, "L %s %s %llu\n", l->trace_id, l->span_id, (unsigned long long)l->time);
    buf_clear(&seen->json);
    buf_add(&seen->json, l->record.data, l->record.len);
    assert_int_equal(json_text_parse(&root, l->record.data, l->record.len, 0, NULL), STATUS_OK);
    return STATUS_OK;
}

static void seen_free(struct seen *s) {
    buf_free(&s->lines);
    buf_free(&s->resource);
    buf_free(&s->scope);
    buf_free(&s->json);
    memset(s, 0, sizeof *s);
}

static enum status decode(struct seen *s, enum otlp_signal signal, enum otlp_encoding encoding,
                          const void *body, size_t len) {
    struct otlp_sink sink = {on_span, on_log, s};
    seen_free(s);
    return otlp_decode(signal, encoding, body, len, &sink, &s->result, &s->err);
}

static enum status read_fixture(struct seen *s, const char *name) {
    char path[1000];
    struct otlp_sink sink = {on_span, on_log, s};
    seen_free(s);
    snprintf(path, sizeof path, "%s/otlp/%s", FIXTURES, name);
    return otlp_file_read(path, &sink, &s->result, &s->err);
}

static void captures_decode_whole(void **state) {
    static const struct {
        const char *file;
        size_t spans, logs;
    } files[] = {
        {"base64_ids_enum_names.json", 4, 0},
        {"canonical_int64_strings.json", 2, 0},
        {"collector_file_exporter.jsonl", 9, 0},
        {"concatenated_messages.pb", 8, 0},
        {"legacy_instrumentation_library.json", 2, 0},
        {"snake_case_fields.json", 6, 0},
        {"openinference-openai_tools_parallel_forced.pb.gz", 2, 0},
        {"elastic-openai-agent_loop.pb", 7, 0},
        {"elastic-openai-agent_loop.logs.pb", 0, 16},
        {"otel-openai-old-agent_loop.logs.json", 0, 16},
        {"azure-ai-inference-chat_tools.pb", 4, 0},
    };
    (void)state;
    struct seen s = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (read_fixture(&s, files[i].file) != STATUS_OK) fail_msg("%s: %s", files[i].file, s.err.detail);
        if (s.spans != files[i].spans || s.logs != files[i].logs)
            fail_msg("%s: %zu spans, %zu logs", files[i].file, s.spans, s.logs);
        assert_int_equal(s.result.rejected, 0);
    }
    seen_free(&s);
}

/* The same span in every dialect that is accepted. */
static void dialects_give_one_text(void **state) {
    static const char *const dialects[] = {
        "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{"
        "\"stringValue\":\"s\"}}]},"
        "\"scopeSpans\":[{\"scope\":{\"name\":\"x\"},\"spans\":[{\"traceId\":"
        "\"5b8efff798038103d269b633813fc60c\","
        "\"spanId\":\"eee19b7ec3c1b174\",\"parentSpanId\":\"eee19b7ec3c1b173\",\"name\":\"n\",\"kind\":3,"
        "\"startTimeUnixNano\":\"1544712660000000000\",\"endTimeUnixNano\":\"1544712661000000000\","
        "\"attributes\":["
        "{\"key\":\"i\",\"value\":{\"intValue\":\"7\"}},{\"key\":\"none\",\"value\":{}}],\"status\":{"
        "\"message\":\"m\","
        "\"code\":2}}]}]}]}",
        "{\"resource_spans\":[{\"resource\":{\"attributes\":[{\"value\":{\"string_value\":\"s\"},\"key\":"
        "\"service.name\"}]},"
        "\"instrumentationLibrarySpans\":[{\"instrumentationLibrary\":{\"name\":\"x\",\"version\":\"\"},"
        "\"spans\":["
        "{\"trace_id\":\"5B8EFFF798038103D269B633813FC60C\",\"span_id\":\"EEE19B7EC3C1B174\",\"parent_span_"
        "id\":"
        "\"EEE19B7EC3C1B173\",\"name\":\"n\",\"kind\":\"SPAN_KIND_CLIENT\",\"unknown\":[1,{}],\"start_time_"
        "unix_nano\":"
        "1544712660000000000,\"end_time_unix_nano\":\"1544712661000000000\",\"attributes\":[{\"key\":\"i\","
        "\"value\":"
        "{\"int_value\":\"7\"}},{\"key\":\"none\"}],\"status\":{\"code\":\"STATUS_CODE_ERROR\",\"message\":"
        "\"m\"}}]}]}]}",
        " {\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{"
        "\"stringValue\":\"s\"}}]},"
        "\"scopeSpans\":[{\"scope\":{\"name\":\"x\"},\"spans\":[{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\","
        "\"spanId\":\"7uGbfsPBsXQ=\",\"parentSpanId\":\"7uGbfsPBsXM=\",\"name\":\"n\",\"kind\":\"3\","
        "\"startTimeUnixNano\":\"1544712660000000000\",\"endTimeUnixNano\":\"1544712661000000000\",\"events\":["
        "],"
        "\"attributes\":[{\"key\":\"i\",\"value\":{\"intValue\":\"7\"}},{\"key\":\"none\",\"value\":null}],"
        "\"status\":{"
        "\"message\":\"m\",\"code\":2}}]}]}]}\n",
    };
    (void)state;
    struct seen s = {0};
    char first[2000] = "";
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        char text[2000];
        if (decode(&s, OTLP_TRACES, OTLP_JSON, dialects[i], strlen(dialects[i])) != STATUS_OK)
            fail_msg("%s", s.err.detail);
        assert_int_equal(s.spans, 1);
        snprintf(text, sizeof text, "%s%s%s%s", s.lines.data, s.resource.data, s.scope.data, s.json.data);
        if (i) assert_string_equal(text, first);
        memcpy(first, text, sizeof first);
    }
    assert_non_null(strstr(first, "S 5b8efff798038103d269b633813fc60c eee19b7ec3c1b174 eee19b7ec3c1b173 n 3 2 "
                                  "1544712660000000000 1544712661000000000\n"));

    /* and as protobuf */
    Otlp__AnyValue service = OTLP__ANY_VALUE__INIT, seven = OTLP__ANY_VALUE__INIT;
    service.value_case = OTLP__ANY_VALUE__VALUE_STRING_VALUE;
    service.string_value = (ProtobufCBinaryData){1, (uint8_t *)"s"};
    seven.value_case = OTLP__ANY_VALUE__VALUE_INT_VALUE;
    seven.int_value = 7;
    Otlp__KeyValue a = OTLP__KEY_VALUE__INIT, b = OTLP__KEY_VALUE__INIT, c = OTLP__KEY_VALUE__INIT;
    a.key = (ProtobufCBinaryData){12, (uint8_t *)"service.name"};
    a.value = &service;
    b.key = (ProtobufCBinaryData){1, (uint8_t *)"i"};
    b.value = &seven;
    c.key = (ProtobufCBinaryData){4, (uint8_t *)"none"};
    Otlp__KeyValue *resource_attributes[] = {&a}, *attributes[] = {&b, &c};
    Otlp__Status status = OTLP__STATUS__INIT;
    status.code = OTLP__STATUS_CODE__STATUS_CODE_ERROR;
    status.message = (ProtobufCBinaryData){1, (uint8_t *)"m"};
    Otlp__Span span = OTLP__SPAN__INIT;
    span.trace_id = (ProtobufCBinaryData){
        16, (uint8_t *)"\x5b\x8e\xff\xf7\x98\x03\x81\x03\xd2\x69\xb6\x33\x81\x3f\xc6\x0c"};
    span.span_id = (ProtobufCBinaryData){8, (uint8_t *)"\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74"};
    span.parent_span_id = (ProtobufCBinaryData){8, (uint8_t *)"\xee\xe1\x9b\x7e\xc3\xc1\xb1\x73"};
    span.name = (ProtobufCBinaryData){1, (uint8_t *)"n"};
    span.kind = OTLP__SPAN_KIND__SPAN_KIND_CLIENT;
    span.start_time_unix_nano = 1544712660000000000;
    span.end_time_unix_nano = 1544712661000000000;
    span.attributes = attributes;
    span.n_attributes = 2;
    span.status = &status;
    Otlp__Span *spans[] = {&span};
    Otlp__InstrumentationScope scope = OTLP__INSTRUMENTATION_SCOPE__INIT;
    scope.name = (ProtobufCBinaryData){1, (uint8_t *)"x"};
    Otlp__ScopeSpans scope_spans = OTLP__SCOPE_SPANS__INIT, *scopes[] = {&scope_spans};
    scope_spans.scope = &scope;
    scope_spans.spans = spans;
    scope_spans.n_spans = 1;
    Otlp__Resource resource = OTLP__RESOURCE__INIT;
    resource.attributes = resource_attributes;
    resource.n_attributes = 1;
    Otlp__ResourceSpans resource_spans = OTLP__RESOURCE_SPANS__INIT, *resources[] = {&resource_spans};
    resource_spans.resource = &resource;
    resource_spans.scope_spans = scopes;
    resource_spans.n_scope_spans = 1;
    Otlp__ExportTraceServiceRequest request = OTLP__EXPORT_TRACE_SERVICE_REQUEST__INIT;
    request.resource_spans = resources;
    request.n_resource_spans = 1;
    uint8_t body[1000];
    size_t len = protobuf_c_message_pack(&request.base, body);
    char text[2000];
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_PROTOBUF, body, len), STATUS_OK);
    snprintf(text, sizeof text, "%s%s%s%s", s.lines.data, s.resource.data, s.scope.data, s.json.data);
    assert_string_equal(text, first);
    seen_free(&s);
}

static void put_message(struct buf *out, unsigned field, const struct buf *content) {
    buf_char(out, (char)(field << 3 | 2));
    size_t n = content->len;
    for (; n > 127; n >>= 7) buf_char(out, (char)((n & 127) | 128));
    buf_char(out, (char)n);
    buf_add(out, content->data ? content->data : "", content->len);
}

/* A traces request whose span's attribute nests arrays until `depth` messages lie in one another. */
static void nested(struct buf *out, unsigned depth) {
    struct buf inner = BUF_INIT, outer = BUF_INIT;
    /* request 1, resource_spans 2, scope_spans 3, span 4, key_value 5, any_value 6, array 7, any_value 8 ... */
    bool any = depth % 2 == 0;
    for (unsigned level = depth; level > 5; level--, any = !any) {
        buf_clear(&outer);
        if (level > 6) {
            put_message(&outer, any ? 1 : 5, &inner); /* ArrayValue.values, AnyValue.array_value */
        } else {
            put_message(&outer, 2, &inner); /* KeyValue.value */
        }
        struct buf swap = inner;
        inner = outer;
        outer = swap;
    }
    static const char ids[] = "\x0a\x10"
                              "abcdefghijklmnop"
                              "\x12\x08"
                              "abcdefgh";
    static const unsigned fields[] = {9, 2, 2, 1};
    for (unsigned i = 0; i < 4; i++) {
        buf_clear(&outer);
        if (i == 1) {
            struct buf span = BUF_INIT;
            buf_add(&span, ids, sizeof ids - 1);
            buf_add(&span, inner.data, inner.len);
            put_message(&outer, fields[i], &span);
            buf_free(&span);
        } else {
            put_message(&outer, fields[i], &inner);
        }
        struct buf swap = inner;
        inner = outer;
        outer = swap;
    }
    buf_clear(out);
    buf_add(out, inner.data, inner.len);
    buf_free(&inner);
    buf_free(&outer);
}

static void nesting_is_counted_before_unpacking(void **state) {
    (void)state;
    struct seen s = {0};
    struct buf body = BUF_INIT;
    nested(&body, OTLP_MAX_DEPTH);
    if (decode(&s, OTLP_TRACES, OTLP_PROTOBUF, body.data, body.len) != STATUS_OK) fail_msg("%s", s.err.detail);
    assert_int_equal(s.spans, 1);
    nested(&body, OTLP_MAX_DEPTH + 1);
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_PROTOBUF, body.data, body.len), STATUS_INVALID);
    assert_string_equal(s.err.code, "too_deep");
    nested(&body, 20000);
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_PROTOBUF, body.data, body.len), STATUS_INVALID);

    /* JSON counts alike: the innermost any_value of 29 nested arrays is message 64 */
    for (int arrays = 29; arrays <= 30; arrays++) {
        buf_clear(&body);
        buf_str(&body, "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":"
                       "\"00000000000000000000000000000001\","
                       "\"spanId\":\"0000000000000001\",\"attributes\":[{\"key\":\"k\",\"value\":");
        for (int i = 0; i < arrays; i++) buf_str(&body, "{\"arrayValue\":{\"values\":[");
        buf_str(&body, "{\"stringValue\":\"x\"}");
        for (int i = 0; i < arrays; i++) buf_str(&body, "]}}");
        buf_str(&body, "}]}]}]}]}");
        assert_int_equal(decode(&s, OTLP_TRACES, OTLP_JSON, body.data, body.len),
                         arrays == 29 ? STATUS_OK : STATUS_INVALID);
    }
    buf_free(&body);
    seen_free(&s);
}

static void text_keeps_its_bytes(void **state) {
    (void)state;
    struct seen s = {0};
    /* a name with NUL, with bytes that are no UTF-8, and an integer beyond 64 bits kept as a number */
    static const char body[] =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":"
        "\"00000000000000000000000000000001\",\"spanId\":\"0000000000000001\",\"name\":\"a\\u0000b"
        "\xff\",\"attributes\":[{\"key\":\"i\",\"value\":{\"intValue\":12345678901234567890123}},"
        "{\"key\":\"d\",\"value\":{\"doubleValue\":0.10}},{\"key\":\"s\",\"value\":{\"stringValue\":"
        "\"\\ud800 \\/\"}}]}]}]}]}";
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_JSON, body, sizeof body - 1), STATUS_OK);
    assert_non_null(strstr(s.json.data, "\"a\\u0000b\xEF\xBF\xBD\""));
    assert_non_null(strstr(s.json.data, "12345678901234567890123"));
    assert_non_null(strstr(s.json.data, ":0.10}"));
    assert_non_null(strstr(s.json.data, "\\ud800 \\/"));

    Otlp__Span span = OTLP__SPAN__INIT, *spans[] = {&span};
    span.trace_id = (ProtobufCBinaryData){16, (uint8_t *)"abcdefghijklmnop"};
    span.span_id = (ProtobufCBinaryData){8, (uint8_t *)"abcdefgh"};
    span.name = (ProtobufCBinaryData){5, (uint8_t *)"a\0b\xff"
                                                    "c"};
    Otlp__ScopeSpans scope_spans = OTLP__SCOPE_SPANS__INIT, *scopes[] = {&scope_spans};
    scope_spans.spans = spans;
    scope_spans.n_spans = 1;
    Otlp__ResourceSpans resource_spans = OTLP__RESOURCE_SPANS__INIT, *resources[] = {&resource_spans};
    resource_spans.scope_spans = scopes;
    resource_spans.n_scope_spans = 1;
    Otlp__ExportTraceServiceRequest request = OTLP__EXPORT_TRACE_SERVICE_REQUEST__INIT;
    request.resource_spans = resources;
    request.n_resource_spans = 1;
    uint8_t packed[300];
    size_t len = protobuf_c_message_pack(&request.base, packed);
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_PROTOBUF, packed, len), STATUS_OK);
    assert_non_null(strstr(s.json.data, "\"name\":\"a\\u0000b\xEF\xBF\xBD"
                                        "c\""));
    seen_free(&s);
}

static void broken_spans_are_rejected_alone(void **state) {
    (void)state;
    struct seen s = {0};
    struct buf out = BUF_INIT;
    static const char body[] =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"zz\",\"spanId\":\"1\"},"
        "{\"traceId\":\"00000000000000000000000000000000\",\"spanId\":\"0000000000000001\"},"
        "{\"traceId\":\"00000000000000000000000000000001\",\"spanId\":\"00000000000000\"},"
        "{\"traceId\":\"00000000000000000000000000000001\",\"spanId\":\"0000000000000001\"}]}]}]}";
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_JSON, body, sizeof body - 1), STATUS_OK);
    assert_int_equal(s.spans, 1);
    assert_int_equal(s.result.accepted, 1);
    assert_int_equal(s.result.rejected, 3);
    otlp_write_response(OTLP_TRACES, OTLP_JSON, &s.result, &out);
    assert_string_equal(
        out.data,
        "{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"A span has no valid trace id.\"}}");
    buf_clear(&out);
    otlp_write_response(OTLP_TRACES, OTLP_PROTOBUF, &s.result, &out);
    Otlp__ExportResponse *response = (Otlp__ExportResponse *)(void *)protobuf_c_message_unpack(
        &otlp__export_response__descriptor, NULL, out.len, (const uint8_t *)out.data);
    assert_non_null(response);
    assert_int_equal(response->partial_success->rejected, 3);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    buf_clear(&out);
    s.result.rejected = 0;
    otlp_write_response(OTLP_LOGS, OTLP_PROTOBUF, &s.result, &out);
    assert_int_equal(out.len, 0);
    otlp_write_response(OTLP_LOGS, OTLP_JSON, &s.result, &out);
    assert_string_equal(out.data, "{}");
    buf_clear(&out);
    err_set(&s.err, STATUS_INVALID, "x", "No \"good\".");
    otlp_write_status(OTLP_JSON, &s.err, &out);
    assert_string_equal(out.data, "{\"code\":3,\"message\":\"No \\\"good\\\".\"}");
    buf_free(&out);
    seen_free(&s);
}

static void damaged_bodies_are_refused(void **state) {
    static const struct {
        const char *body;
        size_t len;
        enum otlp_encoding encoding;
    } bodies[] = {
        {"\x0a\x05", 2, OTLP_PROTOBUF},         /* a length beyond the end */
        {"\x0a\x02\x12\x7f", 4, OTLP_PROTOBUF}, /* the same, inside */
        {"\x08\x01\x0b", 3, OTLP_PROTOBUF},     /* a group */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, OTLP_PROTOBUF},
        {"not protobuf at all", 19, OTLP_PROTOBUF},
        {"", 0, OTLP_JSON},
        {"[]", 2, OTLP_JSON},
        {"{\"resourceSpans\":{}}", 20, OTLP_JSON},
        {"{\"resourceSpans\":[]} x", 22, OTLP_JSON},
    };
    (void)state;
    struct seen s = {0};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        if (decode(&s, OTLP_TRACES, bodies[i].encoding, bodies[i].body, bodies[i].len) != STATUS_INVALID)
            fail_msg("body %zu was taken", i);
    assert_int_equal(decode(&s, OTLP_TRACES, OTLP_PROTOBUF, "", 0), STATUS_OK); /* an empty request is one */
    assert_int_equal(decode(&s, OTLP_LOGS, OTLP_JSON, "{}", 2), STATUS_OK);
    seen_free(&s);
}

static size_t gzip(const void *data, size_t len, void *out, size_t cap) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)len;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static void gzip_is_capped_and_checked(void **state) {
    (void)state;
    enum { SIZE = 1 << 20 };
    char *plain = calloc(1, SIZE), *packed = malloc(SIZE);
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    memset(plain, 'x', SIZE);
    size_t n = gzip(plain, SIZE, packed, SIZE);
    assert_int_equal(otlp_inflate(packed, n, SIZE, &out, &err), STATUS_OK);
    assert_int_equal(out.len, SIZE);
    assert_memory_equal(out.data, plain, SIZE);
    buf_clear(&out);
    assert_int_equal(otlp_inflate(packed, n, SIZE - 1, &out, &err), STATUS_TOO_LARGE);
    assert_int_equal(out.len, 0);
    err_clear(&err);
    assert_int_equal(otlp_inflate(packed, n - 1, SIZE, &out, &err), STATUS_INVALID);
    err_clear(&err);
    assert_int_equal(otlp_inflate("no gzip", 7, SIZE, &out, &err), STATUS_INVALID);
    assert_int_equal(otlp_inflate("", 0, SIZE, &out, NULL), STATUS_INVALID);
    /* two members are one stream */
    size_t m = gzip("ab", 2, packed, SIZE);
    m += gzip("cd", 2, packed + m, SIZE - m);
    buf_clear(&out);
    assert_int_equal(otlp_inflate(packed, m, SIZE, &out, NULL), STATUS_OK);
    assert_string_equal(out.data, "abcd");
    buf_free(&out);
    free(plain);
    free(packed);
}

static enum status read_bytes(struct seen *s, const char *data, size_t len, const char *name) {
    struct otlp_sink sink = {on_span, on_log, s};
    seen_free(s);
    return otlp_bytes_read(data, len, name, &sink, &s->result, &s->err);
}

#define ONE_SPAN                                                                                               \
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"00000000000000000000000000000001\","      \
    "\"spanId\":"                                                                                              \
    "\"0000000000000001\"}]}]}]}"
#define ONE_LOG                                                                                                \
    "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"00000000000000000000000000000001\","   \
    "\"spanId\":"                                                                                              \
    "\"0000000000000001\",\"severityNumber\":\"SEVERITY_NUMBER_WARN2\"}]}]}]}"

static void files_of_every_form(void **state) {
    (void)state;
    struct seen s = {0};
    struct buf file = BUF_INIT, plain = BUF_INIT;
    static const char lines[] =
        "\xEF\xBB\xBF" ONE_SPAN "\n" ONE_LOG "\r\n{\"resourceSpans\":[{broken\n\n" ONE_SPAN;
    assert_int_equal(read_bytes(&s, lines, sizeof lines - 1, "x.jsonl"), STATUS_OK);
    assert_int_equal(s.spans, 2);
    assert_int_equal(s.logs, 1);
    assert_int_equal(s.result.rejected, 1);
    static const char array[] = "[" ONE_SPAN "," ONE_LOG "]";
    assert_int_equal(read_bytes(&s, array, sizeof array - 1, NULL), STATUS_OK);
    assert_int_equal(s.spans + s.logs, 2);
    assert_int_equal(read_bytes(&s, "{\"a\":1}", 7, "x.json"), STATUS_INVALID);
    assert_int_equal(read_bytes(&s, "# README\nnothing here", 21, "README.md"), STATUS_INVALID);
    assert_int_equal(read_bytes(&s, "\n", 1, NULL), STATUS_OK);
    assert_int_equal(read_fixture(&s, "no_such_file.pb"), STATUS_NOT_FOUND);

    /* length prefixes: a traces request and a logs request in one file */
    static const char *const names[] = {"concatenated_messages.pb", "elastic-openai-agent_loop.logs.pb"};
    for (size_t i = 0; i < 2; i++) {
        char path[1000], chunk[65536];
        snprintf(path, sizeof path, "%s/otlp/%s", FIXTURES, names[i]);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        size_t n = fread(chunk, 1, sizeof chunk, f);
        fclose(f);
        char prefix[4] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
        buf_add(&file, prefix, 4);
        buf_add(&file, chunk, n);
    }
    assert_int_equal(read_bytes(&s, file.data, file.len, "x.bin"), STATUS_OK);
    assert_int_equal(s.spans, 8);
    assert_int_equal(s.logs, 16);
    /* and gzip around it */
    char packed[65536];
    size_t n = gzip(file.data, file.len, packed, sizeof packed);
    assert_int_equal(read_bytes(&s, packed, n, "x.bin.gz"), STATUS_OK);
    assert_int_equal(s.spans + s.logs, 24);
    buf_free(&file);
    buf_free(&plain);
    seen_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captures_decode_whole),
        cmocka_unit_test(dialects_give_one_text),
        cmocka_unit_test(nesting_is_counted_before_unpacking),
        cmocka_unit_test(text_keeps_its_bytes),
        cmocka_unit_test(broken_spans_are_rejected_alone),
        cmocka_unit_test(damaged_bodies_are_refused),
        cmocka_unit_test(gzip_is_capped_and_checked),
        cmocka_unit_test(files_of_every_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
