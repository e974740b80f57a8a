/* What it costs to decode what exporters send, examples/traces, beside bare protobuf-c unpacking the same requests and
 * Jansson parsing the JSON ones. The decoder does more than they: it checks, and writes each span as canonical JSON.
 * "x bare" is how many times faster than the bare library. */
#include "files.h"
#include "otlp/otlp.h"
#include "otlp/otlp.pb-c.h"
#include "timing.h"

#include <jansson.h>

struct request {
    struct buf body;
    enum otlp_signal signal;
    enum otlp_encoding encoding;
};

struct input {
    struct request requests[256];
    size_t count, bytes, spans, written;
};

static enum status on_span(void *ctx, const struct otlp_span *span, struct err *err) {
    struct input *in = ctx;
    (void)err;
    in->spans++;
    in->written += span->span.len;
    return STATUS_OK;
}

static enum status on_log(void *ctx, const struct otlp_log *log, struct err *err) {
    struct input *in = ctx;
    (void)err;
    in->spans++;
    in->written += log->record.len;
    return STATUS_OK;
}

static void decode(void *ctx) {
    struct input *in = ctx;
    struct otlp_sink sink = {on_span, on_log, in};
    in->spans = in->written = 0;
    for (size_t i = 0; i < in->count; i++) {
        const struct request *r = &in->requests[i];
        struct otlp_result result = {0};
        struct err err = ERR_INIT;
        if (otlp_decode(r->signal, r->encoding, r->body.data, r->body.len, &sink, &result, &err) != STATUS_OK) {
            fprintf(stderr, "a request that cannot be decoded: %s\n", err.detail);
            exit(1);
        }
    }
}

static void bare(void *ctx) {
    struct input *in = ctx;
    for (size_t i = 0; i < in->count; i++) {
        const struct request *r = &in->requests[i];
        const uint8_t *body = (const uint8_t *)r->body.data;
        if (r->encoding == OTLP_JSON)
            json_decref(json_loadb(r->body.data, r->body.len, JSON_ALLOW_NUL, NULL));
        else if (r->signal == OTLP_TRACES)
            otlp__export_trace_service_request__free_unpacked(
                otlp__export_trace_service_request__unpack(NULL, r->body.len, body), NULL);
        else
            otlp__export_logs_service_request__free_unpacked(
                otlp__export_logs_service_request__unpack(NULL, r->body.len, body), NULL);
    }
}

static void read_all(struct input *in, const char *suffix, enum otlp_encoding encoding) {
    static const char dir[] = FIXTURES "/../../examples/traces";
    char **names = test_list_files(dir, suffix);
    for (char **n = names; *n && in->count < sizeof in->requests / sizeof *in->requests; n++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", dir, *n);
        struct request *r = &in->requests[in->count++];
        *r = (struct request){test_read_file(path), strstr(*n, ".logs.") ? OTLP_LOGS : OTLP_TRACES, encoding};
        in->bytes += r->body.len;
    }
    test_free_files(names);
}

static void measure(const char *what, const char *library, struct input *in) {
    decode(in);
    printf("%s: %zu requests, %zu spans and log records, %zu KB\n", what, in->count, in->spans,
           in->bytes >> 10);
    double alone = timing_of(bare, in), ours = timing_of(decode, in);
    timing_head("spans");
    timing_row(library, alone, in->spans, in->bytes, 0);
    timing_row("otlp_decode", ours, in->spans, in->bytes, alone);
    for (size_t i = 0; i < in->count; i++) buf_free(&in->requests[i].body);
}

int main(void) {
    static struct input protobuf, json;
    read_all(&protobuf, ".pb", OTLP_PROTOBUF);
    measure("Protobuf", "protobuf-c alone, unpack", &protobuf);
    read_all(&json, ".json", OTLP_JSON);
    measure("\nJSON", "Jansson alone, parse", &json);
    return 0;
}
