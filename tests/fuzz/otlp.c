/* The OTLP decoder under libFuzzer. The first byte chooses: protobuf or JSON of either signal, a file of any
 * form, a gzip stream, a filter, the text of a span. Whatever comes out has to be valid JSON on one line. */
#include "otlp/otlp.h"
#include "base/json_text.h"
#include "otlp/otlp_file.h"
#include "otlp/span_filter.h"

#include <stdlib.h>
#include <string.h>

static void check(const struct otlp_text *text) {
    struct json_text root;
    if (json_text_parse(&root, text->data, text->len, 0, NULL) != STATUS_OK || root.type != JSON_TEXT_OBJECT ||
        memchr(text->data, '\n', text->len))
        abort();
}

static enum status on_span(void *ctx, const struct otlp_span *span, struct err *err) {
    (void)ctx, (void)err;
    if (strlen(span->trace_id) != 32 || strlen(span->span_id) != 16 || strlen(span->parent_id) % 16) abort();
    check(&span->resource);
    check(&span->scope);
    check(&span->span);
    return STATUS_OK;
}

static enum status on_log(void *ctx, const struct otlp_log *log, struct err *err) {
    (void)ctx, (void)err;
    check(&log->resource);
    check(&log->scope);
    check(&log->record);
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    const struct otlp_sink sink = {on_span, on_log, NULL};
    struct otlp_result result = {0};
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT;
    struct span_filter filter;
    char *text = malloc(size); /* exactly as long as it is, so that a read beyond is seen */
    size_t len = size - 1;
    if (!text) return 0;
    memcpy(text, data + 1, len);
    switch (data[0] & 7) {
    case 0:
        otlp_decode(OTLP_TRACES, OTLP_PROTOBUF, text, len, &sink, &result, &err);
        break;
    case 1:
        otlp_decode(OTLP_LOGS, OTLP_PROTOBUF, text, len, &sink, &result, &err);
        break;
    case 2:
        otlp_decode(OTLP_TRACES, OTLP_JSON, text, len, &sink, &result, &err);
        break;
    case 3:
        otlp_decode(OTLP_LOGS, OTLP_JSON, text, len, &sink, &result, &err);
        break;
    case 4:
        otlp_bytes_read(text, len, NULL, &sink, &result, &err);
        break;
    case 5:
        otlp_inflate(text, len, 1 << 20, &out, &err);
        if (out.len > 1 << 20) abort();
        break;
    case 6:
        if (span_filter_parse(&filter, text, len, &err) == STATUS_OK) {
            struct span_filter again;
            span_filter_write(&filter, &out);
            if (span_filter_parse(&again, out.data, out.len, NULL) != STATUS_OK ||
                span_filter_hash(&again) != span_filter_hash(&filter))
                abort();
            span_filter_free(&again);
        }
        span_filter_free(&filter);
        break;
    default:
        span_text_write(text, len, &out);
        if (out.len > SPAN_TEXT_MAX) abort();
    }
    free(text);
    buf_free(&out);
    return 0;
}
