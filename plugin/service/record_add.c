/* record_add.c: records that a person or a program writes. Everything is checked before the first row is written, so
 * that either all of them are added or none. */
#include "service/internal.h"

struct draft {
    struct buf data; /* checked DataInfo */
    char *topic, *feedback;
    struct store_fields fields;
    struct span_ref span; /* "" = none */
};

static void drafts_free(struct draft *drafts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buf_free(&drafts[i].data);
        free(drafts[i].topic);
        free(drafts[i].feedback);
    }
    free(drafts);
}

/* trace_id and span_id: both or neither. */
static enum status span_of(const struct json_text *record, struct span_ref *out, const char *pointer,
                           struct err *err) {
    struct json_text trace, span;
    json_text_get(record, "trace_id", &trace);
    json_text_get(record, "span_id", &span);
    bool no_trace = trace.type == JSON_TEXT_NONE || trace.type == JSON_TEXT_NULL;
    bool no_span = span.type == JSON_TEXT_NONE || span.type == JSON_TEXT_NULL;
    if (no_trace && no_span) return STATUS_OK;
    char *t = json_text_dup(&trace), *p = json_text_dup(&span);
    bool good = t && p && otlp_id_normalize(t, TRACE_ID_TEXT_SIZE - 1, out->trace_id) &&
                otlp_id_normalize(p, SPAN_ID_TEXT_SIZE - 1, out->span_id);
    free(t);
    free(p);
    if (good) return STATUS_OK;
    err_set(err, STATUS_CONTENT, "bad_span",
            "Give both trace_id (32 hex digits) and span_id (16 hex digits), or neither.");
    err_at_pointer(err, pointer);
    return STATUS_CONTENT;
}

static enum status draft_read(struct draft *d, const struct json_text *record, size_t index, struct err *err) {
    static const char *const known[] = {"data", "topic", "evaluation", "span_id", "trace_id", NULL};
    char at[64], member[96];
    struct json_text data, topic, evaluation;
    d->fields.score = -1;
    snprintf(at, sizeof at, "/records/%zu", index);
    enum status status = members_known(record, known, at, err);
    if (status) return status;
    if (!json_text_get(record, "data", &data)) {
        err_set(err, STATUS_CONTENT, "no_data",
                "A record needs data: {\"input\":{\"messages\":[]},\"output\":{...}}.");
        err_at_pointer(err, at);
        return STATUS_CONTENT;
    }
    if (data.len > SERVICE_RECORD_MAX) {
        err_set(err, STATUS_TOO_LARGE, "record_too_large",
                "The record is %zu bytes long; at most %u are allowed.", (size_t)data.len, SERVICE_RECORD_MAX);
        err_at_pointer(err, at);
        return STATUS_TOO_LARGE;
    }
    struct err inner = ERR_INIT;
    status = datainfo_check(data.text, data.len, NULL, 0, &d->data, &inner);
    if (status) {
        char pointer[160];
        snprintf(pointer, sizeof pointer, "%.40s/data%.100s", at, inner.pointer);
        err_set(err, inner.status, inner.code, "%s", inner.detail);
        err_at_pointer(err, pointer);
        return status;
    }
    if (d->data.len > SERVICE_RECORD_MAX) { /* with the derived tool_calls */
        err_set(err, STATUS_TOO_LARGE, "record_too_large",
                "The record is %zu bytes long; at most %u are allowed.", d->data.len, SERVICE_RECORD_MAX);
        err_at_pointer(err, at);
        return STATUS_TOO_LARGE;
    }
    json_text_get(record, "topic", &topic);
    snprintf(member, sizeof member, "%s/topic", at);
    status = text_member(&topic, SERVICE_TOPIC_MAX, "topic", member, false, &d->topic, err);
    if (!status) {
        json_text_get(record, "evaluation", &evaluation);
        snprintf(member, sizeof member, "%s/evaluation", at);
        status = evaluation_read(&evaluation, member, &d->fields, &d->feedback, err);
    }
    return status ? status : span_of(record, &d->span, at, err);
}

static enum status put(struct store_adder *adder, const struct draft *d, bool *added, char id[UUID_TEXT_SIZE],
                       struct err *err) {
    struct datainfo_summary summary = {0};
    struct store_record row = STORE_RECORD_INIT;
    enum status status = row_of_data(&row, &summary, d->data.data, d->data.len, err);
    if (!status) {
        row.topic = d->topic;
        row.score = d->fields.set_score ? d->fields.score : -1;
        row.feedback = d->feedback;
        if (row.score >= 0 || row.feedback) row.evaluated_at = (int64_t)clock_now_ms();
        row.trace_id = d->span.trace_id[0] ? d->span.trace_id : NULL;
        row.span_id = d->span.span_id[0] ? d->span.span_id : NULL;
        status = store_add_put(adder, &row, d->data.data, d->data.len, added, id, err);
    }
    datainfo_summary_free(&summary);
    return status;
}

enum status service_record_add(struct service *s, const char *dataset_id, const struct json_text *body,
                               struct buf *out, struct err *err) {
    static const char *const known[] = {"records", NULL};
    struct json_text records, record;
    struct json_text_iter it;
    struct draft *drafts = NULL;
    struct store_adder *adder = NULL;
    struct store_change change = {.undo = ""};
    struct store_progress progress = progress_reporter(s);
    struct buf ids = BUF_INIT;
    struct ref_list spans = {0}; /* of the new records: their badges change */
    size_t count = 0, read = 0, from = out->len;
    int64_t added = 0, there = 0;
    enum status status = members_known(body, known, "", err);
    if (!status && (!json_text_get(body, "records", &records) || records.type != JSON_TEXT_ARRAY)) {
        status = err_set(err, STATUS_CONTENT, "wrong_type", "\"records\" must be an array of records.");
        err_at_pointer(err, "/records");
    }
    if (!status) {
        count = json_text_count(&records);
        drafts = calloc(count ? count : 1, sizeof *drafts);
        if (!drafts) status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    }
    if (!status) json_text_iter(&it, &records);
    for (; !status && json_text_next(&it, NULL, &record); read++)
        status = draft_read(&drafts[read], &record, read, err);
    if (!status) status = store_add_begin(s->store, dataset_id, "add", (int64_t)count, &progress, &adder, err);
    for (size_t i = 0; !status && i < count; i++) {
        char id[UUID_TEXT_SIZE] = "";
        bool is_new = false;
        status = put(adder, &drafts[i], &is_new, id, err);
        if (status) break;
        if (is_new) {
            added++;
            buf_json_comma(&ids);
            buf_json_cstr(&ids, id);
            if (drafts[i].span.span_id[0]) ref_list_add(&spans, &drafts[i].span, NULL);
        } else {
            there++;
        }
    }
    if (!status) {
        status = store_add_commit(adder, &change, err);
        adder = NULL;
    }
    if (adder) store_add_abort(adder);
    if (!status) {
        if (added) publish_change(s, "records.added", dataset_id, added, spans.refs, spans.count);
        buf_char(out, '{');
        buf_json_int(out, "added", added);
        buf_json_int(out, "already_there", there);
        buf_json_key(out, "ids");
        buf_char(out, '[');
        if (ids.len) buf_add(out, ids.data, ids.len);
        buf_char(out, ']');
        wire_undo(out, &change);
        buf_char(out, '}');
        if (buf_failed(&ids)) out->failed = true;
        status = wire_done(out, from, err);
    }
    ref_list_free(&spans);
    buf_free(&ids);
    if (drafts) drafts_free(drafts, count);
    return status;
}
