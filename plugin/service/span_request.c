/* span_request.c: which spans a request to add is about: those it names, the spans of traces, what fits a filter, or
 * what was selected earlier. The host is asked here; nothing is written. */
#include "service/internal.h"

struct found_refs {
    struct ref_list *list;
    struct err *err; /* why the walk was stopped: the source does not know */
};

static int take_ref(void *sink, const struct span_ref *ref) {
    struct found_refs *found = sink;
    return ref_list_add(found->list, ref, found->err) != STATUS_OK;
}

static enum status refs_of_filter(struct service *s, struct span_request *r, const char *filter,
                                  struct err *err) {
    const struct span_source *src = s->spans;
    struct err inner = ERR_INIT, full = ERR_INIT;
    struct found_refs found = {&r->refs, &full};
    enum status status =
        src->query ? src->query(src->ctx, filter, take_ref, &found, &inner) : STATUS_UNSUPPORTED;
    if (full.status)
        return err_set(err, full.status, full.code, "%s", full.detail); /* part of them is not what was asked */
    if (status == STATUS_UNSUPPORTED)
        return err_set(err, STATUS_CONTENT, "no_query",
                       "This viewer cannot find spans by a filter; select spans instead.");
    if (status == STATUS_INVALID) {
        err_set(err, STATUS_CONTENT, "bad_filter", "%s",
                inner.detail[0] ? inner.detail : "The viewer refused the filter.");
        err_at_pointer(err, "/filter");
        return STATUS_CONTENT;
    }
    if (status) return err_set(err, status, inner.code, "%s", inner.detail);
    /* They came newest first. Records are added oldest first, so that the newest is on top here as it was there. */
    for (size_t i = 0, k = r->refs.count; k > i + 1; i++) {
        struct span_ref last = r->refs.refs[--k];
        r->refs.refs[k] = r->refs.refs[i];
        r->refs.refs[i] = last;
    }
    return STATUS_OK;
}

struct trace_refs {
    struct ref_list *list;
    const char *trace_id;
    struct err *err;
};

static int take_span_of_trace(void *sink, const char *span_json, size_t len) {
    struct trace_refs *t = sink;
    struct json_text doc, id;
    struct span_ref ref;
    if (json_text_parse(&doc, span_json, len, JSON_TEXT_LENIENT, NULL) ||
        !json_text_at(&doc, &id, "span", "spanId", NULL))
        return 0;
    char *text = json_text_dup(&id);
    bool good = text && otlp_id_normalize(text, SPAN_ID_TEXT_SIZE - 1, ref.span_id);
    free(text);
    if (!good) return 0;
    snprintf(ref.trace_id, sizeof ref.trace_id, "%s", t->trace_id);
    return ref_list_add(t->list, &ref, t->err) != STATUS_OK;
}

static enum status refs_of_traces(struct service *s, struct span_request *r, const struct json_text *traces,
                                  struct err *err) {
    const struct span_source *src = s->spans;
    struct json_text_iter it;
    struct json_text item;
    if (traces->type != JSON_TEXT_ARRAY) {
        err_set(err, STATUS_CONTENT, "wrong_type", "\"traces\" must be an array of trace ids.");
        err_at_pointer(err, "/traces");
        return STATUS_CONTENT;
    }
    json_text_iter(&it, traces);
    for (size_t index = 0; json_text_next(&it, NULL, &item); index++) {
        char id[TRACE_ID_TEXT_SIZE];
        char *text = json_text_dup(&item);
        bool good = text && otlp_id_normalize(text, TRACE_ID_TEXT_SIZE - 1, id);
        free(text);
        if (!good) {
            char at[64];
            snprintf(at, sizeof at, "/traces/%zu", index);
            err_set(err, STATUS_CONTENT, "bad_trace", "A trace id has 32 hex digits, not all zero.");
            err_at_pointer(err, at);
            return STATUS_CONTENT;
        }
        struct err inner = ERR_INIT, full = ERR_INIT;
        struct trace_refs sink = {&r->refs, id, &full};
        size_t before = r->refs.count;
        enum status status =
            src->trace ? src->trace(src->ctx, id, take_span_of_trace, &sink, &inner) : STATUS_UNSUPPORTED;
        if (full.status) return err_set(err, full.status, full.code, "%s", full.detail);
        if (status == STATUS_UNSUPPORTED)
            return err_set(err, STATUS_CONTENT, "no_traces",
                           "This viewer cannot list the spans of a trace; select spans instead.");
        if (status == STATUS_NOT_FOUND ||
            (!status && r->refs.count == before)) { /* said in the answer, as for a span */
            struct span_ref none = {.span_id = ""};
            memcpy(none.trace_id, id, sizeof id);
            status = ref_list_add(&r->refs, &none, &inner);
        }
        if (status)
            return err_set(err, status, inner.code, "The viewer could not list trace %s: %s", id,
                           inner.detail[0] ? inner.detail : status_name(status));
    }
    return STATUS_OK;
}

enum status span_request_read(struct service *s, const struct json_text *body, struct span_request *r,
                              struct err *err) {
    static const char *const known[] = {"spans", "traces", "filter", "selection_id", "topic", NULL};
    struct json_text spans, traces, filter, selection, topic;
    enum status status = members_known(body, known, "", err);
    if (status) return status;
    bool has_spans = json_text_get(body, "spans", &spans), has_traces = json_text_get(body, "traces", &traces);
    bool has_filter = json_text_get(body, "filter", &filter),
         has_selection = json_text_get(body, "selection_id", &selection);
    if (has_spans + has_traces + has_filter + has_selection != 1)
        return err_set(err, STATUS_CONTENT, "no_spans",
                       "Give exactly one of spans, traces, filter and selection_id.");
    json_text_get(body, "topic", &topic);
    status = text_member(&topic, SERVICE_TOPIC_MAX, "topic", "/topic", false, &r->topic, err);
    if (status) return status;
    if (has_spans) {
        r->named = true;
        return refs_read(&spans, "/spans", &r->refs, err);
    }
    if (has_traces) return refs_of_traces(s, r, &traces, err);
    char *text = NULL;
    if (has_filter) {
        if (filter.type != JSON_TEXT_OBJECT) {
            err_set(err, STATUS_CONTENT, "wrong_type",
                    "A filter is an object, such as {\"service\":\"demo\"}.");
            err_at_pointer(err, "/filter");
            return STATUS_CONTENT;
        }
        text = strndup(filter.text, filter.len);
        if (!text) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    } else {
        char *id = json_text_dup(&selection);
        status = selection_take(s, id ? id : "", &r->refs, &text, err);
        free(id);
        r->named = !text;
    }
    if (!status && text) status = refs_of_filter(s, r, text, err);
    free(text);
    return status;
}

void span_request_free(struct span_request *r) {
    ref_list_free(&r->refs);
    free(r->topic);
    *r = (struct span_request){.named = false};
}
