#include "api/api.h"
#include "api/calls.h"
#include "api/request.h"

#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_params[] = {NULL};

void api_spans_add(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"spans", "traces", "filter", "selection_id", "topic", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = api_body_read(ex, EXCHANGE_BODY_MAX, known, &body, &err);
    if (!status) status = service_spans_add(api->service, ex->vars[0], &body.root, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    api_body_free(&body);
}

/* An id parameter that has to be there, normalised into out. */
static enum status id_param(struct exchange *ex, const char *name, size_t digits, char *out, struct err *err) {
    char *text = exchange_param(ex, name, err);
    bool good = text && otlp_id_normalize(text, digits, out);
    free(text);
    if (good) return STATUS_OK;
    err_set(err, STATUS_INVALID, "bad_parameter", "The parameter \"%s\" has to be %zu hex digits.", name,
            digits);
    return err->status;
}

void api_span_preview(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"trace_id", "span_id", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct span_ref ref;
    enum status status = exchange_params_known(ex, known, &err);
    if (!status) status = id_param(ex, "trace_id", TRACE_ID_TEXT_SIZE - 1, ref.trace_id, &err);
    if (!status) status = id_param(ex, "span_id", SPAN_ID_TEXT_SIZE - 1, ref.span_id, &err);
    if (!status) status = service_span_preview(api->service, &ref, &out, &err);
    api_answer(ex, 200, status, &out, &err);
}

void api_selection_get(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    if (!api_id(ex, 0, "selection")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = service_selection_get(api->service, ex->vars[0], &out, &err);
    api_answer(ex, 200, status, &out, &err);
}

/* ---- memberships ---- */

struct refs {
    struct span_ref items[SERVICE_MEMBERSHIP_MAX];
    size_t count;
};

/* The next free place. NULL with *err set when there is none. */
static struct span_ref *next_ref(struct refs *refs, struct err *err) {
    if (refs->count < SERVICE_MEMBERSHIP_MAX) return &refs->items[refs->count++];
    err_set(err, STATUS_CONTENT, "too_many_spans", "Ask for at most %d spans at once.", SERVICE_MEMBERSHIP_MAX);
    return NULL;
}

/* One "{trace_id}:{span_id}". */
static enum status add_ref(void *sink, const char *value, struct err *err) {
    struct span_ref *ref = next_ref(sink, err);
    if (!ref) return err->status;
    char trace_id[TRACE_ID_TEXT_SIZE];
    if (strlen(value) == TRACE_ID_TEXT_SIZE + SPAN_ID_TEXT_SIZE - 1 && value[TRACE_ID_TEXT_SIZE - 1] == ':') {
        memcpy(trace_id, value, TRACE_ID_TEXT_SIZE - 1);
        trace_id[TRACE_ID_TEXT_SIZE - 1] = '\0';
        if (otlp_id_normalize(trace_id, TRACE_ID_TEXT_SIZE - 1, ref->trace_id) &&
            otlp_id_normalize(value + TRACE_ID_TEXT_SIZE, SPAN_ID_TEXT_SIZE - 1, ref->span_id))
            return STATUS_OK;
    }
    return err_set(err, STATUS_INVALID, "bad_parameter",
                   "The parameter \"span\" has to be a trace id, a colon and a span id, in hex.");
}

static struct refs *refs_new(struct err *err) {
    struct refs *refs = calloc(1, sizeof *refs);
    if (!refs) err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for this request.");
    return refs;
}

void api_memberships_get(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"span", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct refs *refs = refs_new(&err);
    enum status status = refs ? exchange_params_known(ex, known, &err) : err.status;
    if (!status) status = exchange_param_each(ex, "span", add_ref, refs, &err);
    if (!status) status = service_memberships(api->service, refs->items, refs->count, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    free(refs);
}

static enum status refs_of_body(const struct api_body *body, struct refs *refs, struct err *err) {
    struct json_text spans, element;
    struct json_text_iter it;
    if (!json_text_get(&body->root, "spans", &spans) || spans.type != JSON_TEXT_ARRAY) {
        err_set(err, STATUS_INVALID, "wrong_type", "\"spans\" has to be an array of {trace_id, span_id}.");
        err_at_pointer(err, "/spans");
        return err->status;
    }
    json_text_iter(&it, &spans);
    while (json_text_next(&it, NULL, &element)) {
        char where[40];
        snprintf(where, sizeof where, "/spans/%zu", refs->count);
        struct span_ref *ref = next_ref(refs, err);
        if (!ref) {
            err_at_pointer(err, "/spans");
            return err->status;
        }
        enum status status = api_span_ref(&element, where, ref, err);
        if (status) return status;
    }
    return STATUS_OK;
}

void api_memberships_post(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"spans", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    struct refs *refs = refs_new(&err);
    enum status status = refs ? exchange_params_known(ex, no_params, &err) : err.status;
    if (!status) status = api_body_read(ex, API_SMALL_BODY, known, &body, &err);
    if (!status) status = refs_of_body(&body, refs, &err);
    if (!status) status = service_memberships(api->service, refs->items, refs->count, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    api_body_free(&body);
    free(refs);
}
