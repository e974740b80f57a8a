/* spans.h: span_json texts for tests, from a short notation. Header-only. */
#ifndef SPANSET_TESTS_SUPPORT_SPANS_H
#define SPANSET_TESTS_SUPPORT_SPANS_H

#include "base/buf.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#define TEST_TRACE_ID "0af7651916cd43dd8448eb211c80319c"

/* A span_json with string attributes: key, value, key, value ..., NULL. Values may hold anything; a value that
 * begins with '\1' is taken as a raw AnyValue object. parent and span_id are hex, parent may be "". Release
 * with buf_free. */
static inline struct buf test_span(const char *span_id, const char *parent, const char *name, ...) {
    struct buf b = BUF_INIT;
    buf_str(
        &b,
        "{\"resource\":{\"attributes\":[]},\"scope\":{\"name\":\"test\"},\"span\":{\"traceId\":\"" TEST_TRACE_ID
        "\",\"spanId\":");
    buf_json_cstr(&b, span_id);
    buf_str(&b, ",\"parentSpanId\":");
    buf_json_cstr(&b, parent);
    buf_str(&b, ",\"name\":");
    buf_json_cstr(&b, name);
    buf_str(&b, ",\"startTimeUnixNano\":\"1766400000000000000\",\"endTimeUnixNano\":\"1766400000250400000\","
                "\"attributes\":[");
    va_list args;
    va_start(args, name);
    for (const char *key; (key = va_arg(args, const char *)) != NULL;) {
        const char *value = va_arg(args, const char *);
        buf_json_comma(&b);
        buf_str(&b, "{\"key\":");
        buf_json_cstr(&b, key);
        buf_str(&b, ",\"value\":");
        if (value[0] == '\1') {
            buf_str(&b, value + 1);
        } else {
            buf_str(&b, "{\"stringValue\":");
            buf_json_cstr(&b, value);
            buf_char(&b, '}');
        }
        buf_char(&b, '}');
    }
    va_end(args);
    buf_str(&b, "]},\"logs\":[]}");
    return b;
}

#endif
