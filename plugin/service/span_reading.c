/* span_reading.c: the spans of a request are asked of the host, a trace at a time, and read as DataInfo. */
#include "service/adding.h"

struct context {
    struct datainfo_trace *trace;
    bool lost; /* memory ran out on the way */
};

static int take_context(void *sink, const char *span_json, size_t len) {
    struct context *context = sink;
    context->lost = !datainfo_trace_add(context->trace, span_json, len);
    return context->lost;
}

/* The trace around, or *out NULL when the host has no such thing: spans are then judged alone. A host that fails is
 * an error instead, because without the trace a wrapper and the call it repeats would both become records. */
static enum status context_of(struct service *s, const char *trace_id, struct datainfo_trace **out,
                              struct err *err) {
    const struct span_source *src = s->spans;
    struct err inner = ERR_INIT;
    struct context context = {.trace = NULL};
    *out = NULL;
    if (!src->trace) return STATUS_OK;
    context.trace = datainfo_trace_new();
    enum status status = STATUS_NO_MEMORY;
    if (context.trace) status = src->trace(src->ctx, trace_id, take_context, &context, &inner);
    if (context.lost) status = STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        *out = context.trace;
        return STATUS_OK;
    }
    datainfo_trace_free(context.trace);
    if (status == STATUS_NOT_FOUND || status == STATUS_UNSUPPORTED || status == STATUS_TOO_LARGE)
        return STATUS_OK;
    return err_set(err, status, inner.code, "The viewer could not give trace %s: %s", trace_id,
                   inner.detail[0] ? inner.detail : status_name(status));
}

enum status item_skip(struct item *it, const char *code, const char *reason, const struct span_ref *take,
                      struct err *err) {
    free(it->reason);
    it->outcome = SKIPPED;
    snprintf(it->code, sizeof it->code, "%s", code);
    it->take = take ? *take : (struct span_ref){.span_id = ""};
    it->reason = strdup(reason);
    return it->reason ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

static enum status keep_key(struct adding *a, const struct item *it, const struct call_key *key,
                            struct err *err) {
    if (a->key_count == a->key_cap) {
        size_t cap = a->key_cap ? a->key_cap * 2 : 16;
        struct call_key *keys = realloc(a->keys, cap * sizeof *keys);
        if (keys) a->keys = keys;
        size_t *items = realloc(a->key_items, cap * sizeof *items);
        if (items) a->key_items = items;
        if (!keys || !items) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        a->key_cap = cap;
    }
    size_t item = (size_t)(it - a->items);
    struct call_key *kept = &a->keys[a->key_count];
    *kept = *key;
    kept->trace = a->group[item];
    a->key_items[a->key_count++] = item;
    return STATUS_OK;
}

/* What was read of a pending item. */
static enum status take_info(struct adding *a, struct item *it, const struct datainfo *info, struct err *err) {
    enum status status = STATUS_OK;
    if (info->verdict == DATAINFO_SKIPPED) {
        struct span_ref take = it->ref;
        memcpy(take.span_id, info->take_span_id, sizeof take.span_id);
        bool empty = !strcmp(info->code, "no_content"); /* a twin may have the content: then that is said */
        if (empty) status = keep_key(a, it, &info->key, err);
        return status ? status : item_skip(it, info->code, info->reason, &take, err);
    }
    if (info->data.len > SERVICE_RECORD_MAX) {
        char reason[200];
        snprintf(reason, sizeof reason, "Its conversation is %zu bytes long; a record may have at most %u.",
                 info->data.len, SERVICE_RECORD_MAX);
        return item_skip(it, "no_content", reason, NULL, err);
    }
    it->len = info->data.len;
    status = spool_put(&a->spool, info->data.data, info->data.len, &it->at, err);
    return status ? status : keep_key(a, it, &info->key, err);
}

/* One span: DataInfo into the spool, or skipped. One that is there already stays as it is, whatever the host says. */
static enum status read_span(struct adding *a, struct item *it, struct datainfo_trace *trace,
                             struct buf *text, struct err *err) {
    const struct span_source *src = a->s->spans;
    struct err inner = ERR_INIT;
    struct datainfo info = {.verdict = DATAINFO_SKIPPED};
    bool there = it->outcome == ALREADY_THERE;
    if (!it->ref.span_id[0])
        return item_skip(it, "not_found", "This trace is not in the viewer (any more).", NULL, err);
    buf_clear(text);
    enum status status = src->span(src->ctx, &it->ref, text, &inner);
    if (there && (status == STATUS_NOT_FOUND || status == STATUS_TOO_LARGE)) return STATUS_OK;
    if (status == STATUS_NOT_FOUND)
        return item_skip(it, "not_found", "This span is not in the viewer (any more).", NULL, err);
    if (status == STATUS_TOO_LARGE)
        return item_skip(it, "no_content", "The span is too large to be read.", NULL, err);
    if (!status && buf_failed(text)) status = STATUS_NO_MEMORY;
    if (status)
        return err_set(err, status, inner.code[0] ? inner.code : "host",
                       "The viewer could not give span %s: %s", it->ref.span_id,
                       inner.detail[0] ? inner.detail : status_name(status));
    status = datainfo_extract(&info, text->data ? text->data : "", text->len, trace, &inner);
    if (status == STATUS_INVALID) {
        status =
            there ? STATUS_OK : item_skip(it, "no_content", "The viewer gave no readable span.", NULL, err);
    } else if (status) {
        err_set(err, status, inner.code, "%s", inner.detail);
    } else if (there) {
        info.key.weight = UINT64_MAX; /* whoever put it there wanted this one */
        status = keep_key(a, it, &info.key, err);
    } else {
        status = take_info(a, it, &info, err);
    }
    datainfo_free(&info);
    return status;
}

size_t adding_trace_end(const struct adding *a, size_t from) {
    size_t to = from + 1;
    while (to < a->count && a->group[a->by_trace[to]] == a->group[a->by_trace[from]]) to++;
    return to;
}

enum status adding_read_trace(struct adding *a, size_t from, size_t to, bool again, struct buf *text,
                              struct err *err) {
    struct datainfo_trace *trace = NULL;
    bool asked = false;
    enum status status = STATUS_OK;
    for (size_t i = from; i < to && !status; i++) {
        struct item *it = &a->items[a->by_trace[i]];
        if (again ? !it->wanted : it->outcome != PENDING) continue;
        if (!asked) status = context_of(a->s, it->ref.trace_id, &trace, err);
        asked = true;
        if (!status) status = read_span(a, it, trace, text, err);
    }
    datainfo_trace_free(trace);
    return status;
}
