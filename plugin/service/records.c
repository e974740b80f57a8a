/* records.c: lists of records, and one record: read, labelled, scored, edited, deleted. */
#include "service/internal.h"

/* ---- lists ---- */

static void filter_to_store(const struct service_filter *f, struct store_filter *out) {
    *out = (struct store_filter){
        .q = f->q,
        .topic = f->topic,
        .topic_empty = f->topic_empty,
        .has_tools = f->has_tools,
        .edited = f->edited,
        .error = f->error,
        .missing = f->missing,
        .model = f->model,
        .provider = f->provider,
        .score_min = f->score_min,
        .score_max = f->score_max,
    };
}

static uint64_t filter_scope(const char *dataset_id, const struct service_filter *f, int sort,
                             bool descending) {
    char numbers[160];
    snprintf(numbers, sizeof numbers, "%d %d %d %d %d %d %d %a %a", sort, descending, f->topic_empty,
             f->has_tools, f->edited, f->error, f->missing, f->score_min, f->score_max);
    uint64_t h = scope_hash(scope_hash(0, "records"), dataset_id);
    h = scope_hash(scope_hash(scope_hash(h, f->q), f->topic), f->model);
    return scope_hash(scope_hash(h, f->provider), numbers);
}

struct record_rows {
    struct page_writer page;
    enum store_sort sort;
};

static void list_row(void *ctx, const struct store_record *r) {
    struct record_rows *rows = ctx;
    struct store_position at = {.id = r->id};
    switch (rows->sort) {
    case STORE_SORT_TOPIC:
        at.empty_value = !r->topic;
        at.text = r->sort_text;
        break;
    case STORE_SORT_SCORE:
        at.empty_value = r->score < 0;
        at.real = r->score;
        break;
    default:
        at.number = r->created_at;
    }
    if (!page_take(&rows->page, &at)) return;
    wire_record_open(rows->page.out, r);
    buf_char(rows->page.out, '}');
}

enum status service_record_list(struct service *s, const char *dataset_id, const struct service_filter *filter,
                                enum service_sort sort, enum service_order order,
                                const struct service_page *page, struct buf *out, struct err *err) {
    static const enum store_sort sorts[] = {
        [SERVICE_SORT_CREATED_AT] = STORE_SORT_CREATED_AT,
        [SERVICE_SORT_TOPIC] = STORE_SORT_TOPIC,
        [SERVICE_SORT_SCORE] = STORE_SORT_SCORE,
    };
    size_t from = out->len;
    bool descending = order == SERVICE_ORDER_DEFAULT ? sort != SERVICE_SORT_TOPIC : order == SERVICE_ORDER_DESC;
    uint64_t scope = filter_scope(dataset_id, filter, (int)sort, descending);
    struct store_filter wanted;
    struct store_position after;
    char *hold = NULL;
    int64_t total = 0;
    struct record_rows rows = {.page = {.out = out, .limit = page->limit}, .sort = sorts[sort]};
    filter_to_store(filter, &wanted);
    enum status status = page->cursor ? cursor_read(page->cursor, scope, &after, &hold, err) : STATUS_OK;
    if (!status) {
        struct store_page at = {.limit = page->limit + 1,
                                .offset = page->offset > 0 ? page->offset : 0,
                                .after = page->cursor ? &after : NULL};
        buf_str(out, "{\"records\":[");
        status =
            store_record_page(s->store, dataset_id, &wanted, rows.sort, descending, &at, list_row, &rows, err);
    }
    if (!status) status = store_record_count(s->store, dataset_id, &wanted, &total, err);
    if (!status) {
        buf_char(out, ']');
        buf_json_int(out, "total", total);
        page_next(&rows.page, scope);
        buf_char(out, '}');
        status = wire_done(out, from, err);
    } else {
        wire_drop(out, from);
    }
    page_free(&rows.page);
    free(hold);
    return status;
}

/* ---- one record ---- */

struct one {
    struct buf *out;
    char *etag;
    const struct store_change *change;
    bool data_only;
    int64_t version;
    char dataset_id[UUID_TEXT_SIZE];
    struct span_ref span; /* "" when the record has none */
};

static void note(struct one *one, const struct store_record *r) {
    one->version = r->version;
    if (one->etag) etag_of(r->version, one->etag);
    snprintf(one->dataset_id, sizeof one->dataset_id, "%s", r->dataset_id ? r->dataset_id : "");
    if (r->trace_id && r->span_id) {
        snprintf(one->span.trace_id, sizeof one->span.trace_id, "%s", r->trace_id);
        snprintf(one->span.span_id, sizeof one->span.span_id, "%s", r->span_id);
    }
}

static void whole_row(void *ctx, const struct store_record *r, const char *data, size_t len) {
    struct one *one = ctx;
    note(one, r);
    if (one->data_only) {
        buf_add(one->out, data, len);
        return;
    }
    wire_record_open(one->out, r);
    buf_json_key(one->out, "data");
    buf_add(one->out, data, len);
    if (one->change) wire_undo(one->out, one->change);
    buf_char(one->out, '}');
}

static void narrow_row(void *ctx, const struct store_record *r) {
    struct one *one = ctx;
    note(one, r);
    if (!one->out) return;
    wire_record_open(one->out, r);
    if (one->change) wire_undo(one->out, one->change);
    buf_char(one->out, '}');
}

static enum status read_end(struct buf *out, size_t from, enum status status, struct err *err) {
    if (!status) return wire_done(out, from, err);
    wire_drop(out, from);
    return status;
}

enum status service_record_get(struct service *s, const char *id, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                               struct err *err) {
    size_t from = out->len;
    struct one one = {.out = out, .etag = etag};
    return read_end(out, from, store_record_data(s->store, id, whole_row, &one, err), err);
}

enum status service_record_data(struct service *s, const char *id, struct buf *out,
                                char etag[SERVICE_ETAG_SIZE], struct err *err) {
    size_t from = out->len;
    struct one one = {.out = out, .etag = etag, .data_only = true};
    return read_end(out, from, store_record_data(s->store, id, whole_row, &one, err), err);
}

/* The version that If-Match asks for, -1 for any. A tag that cannot be one of ours matches nothing. */
static int64_t wanted_version(const char *if_match) {
    if (!if_match || !strcmp(if_match, "*")) return -1;
    char *end = NULL;
    if (strncmp(if_match, "\"v", 2) || if_match[2] < '0' || if_match[2] > '9') return INT64_MAX;
    int64_t version = strtoll(if_match + 2, &end, 10);
    return end && !strcmp(end, "\"") ? version : INT64_MAX;
}

static void told(struct service *s, const char *kind, const struct one *one) {
    publish_change(s, kind, one->dataset_id, 1, one->span.span_id[0] ? &one->span : NULL,
                   one->span.span_id[0] ? 1 : 0);
}

static enum status answer_record(struct service *s, const char *id, const struct store_change *change,
                                 struct buf *out, char etag[SERVICE_ETAG_SIZE], struct err *err) {
    size_t from = out->len;
    struct one one = {.out = out, .etag = etag, .change = change};
    enum status status = store_record_get(s->store, id, narrow_row, &one, err);
    if (!status && change->undo[0]) told(s, "record.updated", &one);
    return read_end(out, from, status, err);
}

enum status service_record_update(struct service *s, const char *id, const struct json_text *body,
                                  const char *if_match, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                                  struct err *err) {
    static const char *const known[] = {"topic", "evaluation", NULL};
    struct store_fields fields = {.score = -1};
    struct store_change change = {.undo = ""};
    struct json_text topic, evaluation;
    char *topic_text = NULL, *feedback = NULL;
    enum status status = members_known(body, known, "", err);
    if (!status && json_text_get(body, "topic", &topic)) {
        fields.set_topic = true;
        status = text_member(&topic, SERVICE_TOPIC_MAX, "topic", "/topic", false, &topic_text, err);
        fields.topic = topic_text;
    }
    if (!status && json_text_get(body, "evaluation", &evaluation))
        status = evaluation_read(&evaluation, "/evaluation", &fields, &feedback, err);
    if (!status) status = store_record_update(s->store, id, wanted_version(if_match), &fields, &change, err);
    if (!status) status = answer_record(s, id, &change, out, etag, err);
    free(topic_text);
    free(feedback);
    return status;
}

struct stored {
    struct buf data;
    int64_t version;
};

static void stored_row(void *ctx, const struct store_record *r, const char *data, size_t len) {
    struct stored *stored = ctx;
    stored->version = r->version;
    buf_add(&stored->data, data, len);
}

enum status service_record_data_put(struct service *s, const char *id, const char *data, size_t len,
                                    const char *if_match, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                                    struct err *err) {
    struct stored before = {.data = BUF_INIT};
    struct buf checked = BUF_INIT;
    struct datainfo_summary summary = {0};
    struct store_record row = STORE_RECORD_INIT;
    struct store_change change = {.undo = ""};
    int64_t version = wanted_version(if_match);
    enum status status = store_record_data(s->store, id, stored_row, &before, err);
    if (!status && buf_failed(&before.data)) status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    /* Before the check, which compares with what is stored now and not with what the writer began from. */
    if (!status && version >= 0 && version != before.version)
        status = err_set(
            err, STATUS_STALE, "stale",
            "The record was changed by somebody else meanwhile; look at the current one and try again.");
    if (!status) status = datainfo_check(data, len, before.data.data, before.data.len, &checked, err);
    if (!status && checked.len > SERVICE_RECORD_MAX)
        status =
            err_set(err, STATUS_TOO_LARGE, "record_too_large",
                    "The record is %zu bytes long; at most %u are allowed.", checked.len, SERVICE_RECORD_MAX);
    if (!status) {
        status = row_of_data(&row, &summary, checked.data, checked.len, err);
        if (!status)
            status =
                store_record_data_put(s->store, id, version, &row, checked.data, checked.len, &change, err);
        datainfo_summary_free(&summary);
    }
    if (!status) status = answer_record(s, id, &change, out, etag, err);
    buf_free(&before.data);
    buf_free(&checked);
    return status;
}

enum status service_record_delete(struct service *s, const char *id, const char *if_match, struct buf *out,
                                  struct err *err) {
    size_t from = out->len;
    struct store_change change = {.undo = ""};
    struct one one = {.version = 0};
    enum status status = store_record_get(s->store, id, narrow_row, &one, err); /* whose badge goes */
    if (!status) status = store_record_delete(s->store, id, wanted_version(if_match), &change, err);
    if (status) return status;
    told(s, "records.deleted", &one);
    buf_char(out, '{');
    buf_json_text(out, "id", id);
    wire_undo(out, &change);
    buf_char(out, '}');
    return wire_done(out, from, err);
}
