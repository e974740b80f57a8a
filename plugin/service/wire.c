/* wire.c: rows of the store in the wire forms of DESIGN section 4. Absent values are left out. */
#include "datainfo/datainfo.h"
#include "service/internal.h"

#include <math.h>

void wire_known(struct buf *out, const char *key, int64_t value) {
    if (value >= 0) buf_json_int(out, key, value);
}

/* A double in its shortest form that reads back the same, with a point whatever the host's locale. */
static void real(struct buf *out, double value) {
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    for (char *p = text; *p; p++)
        if (*p == ',') *p = '.';
    buf_str(out, text);
}

/* Nothing below 0. */
static void wire_real(struct buf *out, const char *key, double value) {
    if (!(value >= 0) || isinf(value)) return;
    buf_json_key(out, key);
    real(out, value);
}

void wire_time(struct buf *out, const char *key, int64_t unix_ms) {
    char text[TIME_TEXT_SIZE];
    time_format(unix_ms, text);
    buf_json_text(out, key, text);
}

void wire_undo(struct buf *out, const struct store_change *change) {
    buf_json_key(out, "undo");
    buf_json_cstr(out, change && change->undo[0] ? change->undo : NULL);
}

void wire_drop(struct buf *out, size_t from) {
    out->failed = false;
    out->len = from;
    if (out->data) out->data[from] = '\0';
}

enum status wire_done(struct buf *out, size_t from, struct err *err) {
    if (!buf_failed(out)) return STATUS_OK;
    wire_drop(out, from);
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

void etag_of(int64_t version, char etag[SERVICE_ETAG_SIZE]) {
    snprintf(etag, SERVICE_ETAG_SIZE, "\"v%lld\"", (long long)version);
}

void wire_dataset_open(struct buf *out, const struct store_dataset *d) {
    buf_json_comma(out);
    buf_char(out, '{');
    buf_json_text(out, "id", d->id);
    buf_json_text(out, "name", d->name);
    buf_json_text(out, "description", d->description);
    buf_json_int(out, "record_count", d->record_count);
    buf_json_int(out, "labelled_count", d->labelled_count);
    buf_json_int(out, "evaluated_count", d->evaluated_count);
    buf_json_int(out, "topic_count", d->topic_count);
    buf_json_int(out, "bytes", d->bytes);
    buf_json_key(out, "topics");
    buf_char(out, '[');
    for (int i = 0; i < d->topic_len; i++) {
        buf_json_comma(out);
        buf_char(out, '{');
        buf_json_key(out, "topic");
        buf_json_cstr(out, d->topics[i].topic);
        buf_json_int(out, "count", d->topics[i].count);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    wire_time(out, "created_at", d->created_at);
    wire_time(out, "updated_at", d->updated_at);
}

static void flag(struct buf *out, const char *key, bool value) {
    buf_json_key(out, key);
    buf_str(out, value ? "true" : "false");
}

/* "missing": whether, and "missing_parts": what, by name. */
static void wire_missing(struct buf *out, unsigned mask) {
    static const struct {
        unsigned bit;
        const char *name;
    } parts[] = {
        {DATAINFO_MISSING_CONTENT, "content"},
        {DATAINFO_MISSING_TOOLS, "tools"},
        {DATAINFO_MISSING_TOOL_CHOICE, "tool_choice"},
        {DATAINFO_MISSING_IDS, "ids"},
        {DATAINFO_MISSING_FINISH_REASON, "finish_reason"},
    };
    flag(out, "missing", mask != 0);
    if (!mask) return;
    buf_json_key(out, "missing_parts");
    buf_char(out, '[');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!(mask & parts[i].bit)) continue;
        buf_json_comma(out);
        buf_json_cstr(out, parts[i].name);
    }
    buf_char(out, ']');
}

void wire_record_open(struct buf *out, const struct store_record *r) {
    buf_json_comma(out);
    buf_char(out, '{');
    buf_json_text(out, "id", r->id);
    buf_json_text(out, "dataset_id", r->dataset_id);
    buf_json_text(out, "trace_id", r->trace_id);
    buf_json_text(out, "span_id", r->span_id);
    buf_json_text(out, "topic", r->topic);
    if (r->score >= 0 || r->feedback) {
        buf_json_key(out, "evaluation");
        buf_char(out, '{');
        wire_real(out, "score", r->score);
        buf_json_text(out, "feedback", r->feedback);
        if (r->evaluated_at >= 0) wire_time(out, "evaluated_at", r->evaluated_at);
        buf_char(out, '}');
    }
    wire_time(out, "created_at", r->created_at);
    wire_time(out, "updated_at", r->updated_at);
    flag(out, "edited", r->edited);
    flag(out, "error", r->error);
    wire_missing(out, r->missing);
    buf_json_key(out, "preview");
    buf_char(out, '{');
    buf_json_text(out, "input", r->preview_input);
    buf_json_text(out, "output", r->preview_output);
    buf_json_text(out, "tool", r->preview_tool);
    buf_json_text(out, "arguments", r->preview_arguments);
    buf_char(out, '}');
    buf_json_text(out, "model", r->model);
    buf_json_text(out, "provider", r->provider);
    buf_json_text(out, "finish_reason", r->finish_reason);
    wire_known(out, "input_tokens", r->input_tokens);
    wire_known(out, "output_tokens", r->output_tokens);
    wire_real(out, "cost", r->cost);
    wire_known(out, "latency_ms", r->latency_ms);
    buf_json_int(out, "message_count", r->message_count);
    buf_json_int(out, "tool_count", r->tool_count);
    buf_json_int(out, "tool_call_count", r->tool_call_count);
    buf_json_int(out, "bytes", r->bytes);
}
