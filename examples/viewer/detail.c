/* One span, whole: its row, its OTLP, and what a dataset would make of it with the trace around it. */
#include "datainfo/datainfo.h"
#include "viewer/viewer.h"

#include <string.h>

/* The trace is read to judge one span: up to this much of it, nearest in time is not known, so first come. */
#define AROUND_BYTES (64u << 20)
#define AROUND_SPANS 5000

struct around {
    struct datainfo_trace *trace;
    size_t bytes, spans;
};

static int add_around(void *ctx, const char *span_json, size_t len) {
    struct around *around = ctx;
    around->bytes += len;
    if (++around->spans > AROUND_SPANS || around->bytes > AROUND_BYTES) return 1;
    return datainfo_trace_add(around->trace, span_json, len) ? 0 : 1;
}

static void write_datainfo(struct viewer *v, const char *trace_id, const struct buf *json, struct buf *out) {
    struct around around = {.trace = datainfo_trace_new()};
    struct datainfo info;
    struct err err = ERR_INIT;
    memset(&info, 0, sizeof info);
    if (around.trace) viewer_store_trace_json(v->store, trace_id, add_around, &around, NULL);
    buf_json_key(out, "datainfo");
    if (datainfo_extract(&info, json->data, json->len, around.trace, &err) != STATUS_OK) {
        buf_str(out, "{\"skipped\":{\"code\":\"no_content\",\"reason\":");
        buf_json_cstr(out, err.detail);
        buf_str(out, "}}");
    } else if (info.verdict == DATAINFO_RECORD) {
        buf_str(out, "{\"data\":");
        buf_add(out, info.data.data, info.data.len);
        buf_char(out, '}');
    } else {
        buf_str(out, "{\"skipped\":{\"code\":");
        buf_json_cstr(out, info.code);
        buf_str(out, ",\"reason\":");
        buf_json_cstr(out, info.reason);
        if (info.take_span_id[0]) {
            buf_str(out, ",\"take\":");
            buf_json_cstr(out, info.take_span_id);
        }
        buf_str(out, "}}");
    }
    datainfo_free(&info);
    datainfo_trace_free(around.trace);
}

void call_span(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf out = BUF_INIT, json = BUF_INIT;
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    enum status status = STATUS_NOT_FOUND;
    if (!otlp_id_normalize(ex->vars[0], TRACE_ID_TEXT_SIZE - 1, trace_id) ||
        !otlp_id_normalize(ex->vars[1], SPAN_ID_TEXT_SIZE - 1, span_id)) {
        err_set(&err, STATUS_NOT_FOUND, "not_found", "A trace id has 32 hex digits, a span id 16.");
    } else {
        buf_str(&out, "{\"span\":");
        status = viewer_store_span_row(v->store, trace_id, span_id, &out, &err);
        if (status == STATUS_OK) status = viewer_store_span_json(v->store, trace_id, span_id, &json, &err);
        if (status == STATUS_OK) {
            buf_json_key(&out, "otlp");
            buf_add(&out, json.data, json.len);
            write_datainfo(v, trace_id, &json, &out);
            buf_char(&out, '}');
        }
    }
    viewer_answer(ex, status, &out, &err);
    buf_free(&json);
    buf_free(&out);
}
