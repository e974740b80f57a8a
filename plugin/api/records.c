/* records.c: records and their data. ETag and If-Match keep two editors from overwriting each other: a stale
 * write answers 412 and brings the current record along, so that the page can show both. */
#include "api/api.h"
#include "api/calls.h"
#include "api/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_params[] = {NULL};

void api_record_list(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"sort",      "order", "q",        "topic",     "topic_empty",
                                        "has_tools", "model", "provider", "score_min", "score_max",
                                        "edited",    "error", "missing",  "limit",     "cursor",
                                        "offset",    NULL};
    static const char *const sorts[] = {"created_at", "topic", "score", NULL}; /* as enum service_sort */
    static const char *const orders[] = {"asc", "desc", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct service_filter filter = SERVICE_FILTER_INIT;
    struct service_page page;
    char *cursor = NULL, *q = NULL, *topic = NULL, *model = NULL, *provider = NULL;
    int sort = SERVICE_SORT_CREATED_AT, order = -1, empty = 0;
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, known, &err);
    if (!status) status = api_param_page(ex, &page, &cursor, &err);
    if (!status) status = api_param_word(ex, "sort", sorts, &sort, &err);
    if (!status) status = api_param_word(ex, "order", orders, &order, &err);
    if (!status) status = api_param_bool(ex, "topic_empty", &empty, &err);
    if (!status) status = api_param_bool(ex, "has_tools", &filter.has_tools, &err);
    if (!status) status = api_param_bool(ex, "edited", &filter.edited, &err);
    if (!status) status = api_param_bool(ex, "error", &filter.error, &err);
    if (!status) status = api_param_bool(ex, "missing", &filter.missing, &err);
    if (!status) status = api_param_number(ex, "score_min", &filter.score_min, &err);
    if (!status) status = api_param_number(ex, "score_max", &filter.score_max, &err);
    if (!status) {
        filter.q = q = exchange_param(ex, "q", &err);
        filter.topic = topic = exchange_param(ex, "topic", &err);
        filter.model = model = exchange_param(ex, "model", &err);
        filter.provider = provider = exchange_param(ex, "provider", &err);
        filter.topic_empty = empty == 1;
        status = err.status;
    }
    if (!status && topic && filter.topic_empty)
        status = err_set(&err, STATUS_INVALID, "bad_parameter", "Give topic or topic_empty, not both.");
    if (!status) {
        enum service_order by = order < 0    ? SERVICE_ORDER_DEFAULT
                                : order == 0 ? SERVICE_ORDER_ASC
                                             : SERVICE_ORDER_DESC;
        status = service_record_list(api->service, ex->vars[0], &filter, (enum service_sort)sort, by, &page,
                                     &out, &err);
    }
    api_answer(ex, 200, status, &out, &err);
    free(q);
    free(topic);
    free(model);
    free(provider);
    free(cursor);
}

void api_record_add(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"records", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = api_body_read(ex, EXCHANGE_BODY_MAX, known, &body, &err);
    if (!status) status = service_record_add(api->service, ex->vars[0], &body.root, &out, &err);
    api_answer(ex, 201, status, &out, &err);
    api_body_free(&body);
}

/* ---- one record ---- */

typedef enum status (*read_fn)(struct service *, const char *, struct buf *, char[SERVICE_ETAG_SIZE],
                               struct err *);

static void read_one(struct exchange *ex, struct api *api, read_fn read) {
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    char etag[SERVICE_ETAG_SIZE] = "";
    if (!api_id(ex, 0, "record")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = read(api->service, ex->vars[0], &out, etag, &err);
    if (!status) {
        exchange_add_header(ex, "ETag", etag);
        exchange_add_header(ex, "Cache-Control", "no-cache"); /* keep it, but ask each time */
        if (exchange_tag_listed(exchange_header(ex, "If-None-Match"), etag, true)) {
            exchange_begin(ex, 304, NULL, 0);
            buf_free(&out);
            return;
        }
    }
    api_answer(ex, 200, status, &out, &err);
}

void api_record_get(struct exchange *ex, void *ctx) {
    read_one(ex, ctx, service_record_get);
}

void api_record_data_get(struct exchange *ex, void *ctx) {
    read_one(ex, ctx, service_record_data);
}

/* The one tag that the service shall compare, in into; NULL: no condition. Of a list, the current one. */
static const char *if_match(struct exchange *ex, struct api *api, char into[SERVICE_ETAG_SIZE]) {
    const char *list = exchange_header(ex, "If-Match");
    if (!list || !*list || !strcmp(list, "*")) return NULL;
    if (strchr(list, ',')) {
        struct buf record = BUF_INIT;
        enum status status = service_record_get(api->service, ex->vars[0], &record, into, NULL);
        buf_free(&record);
        if (status == STATUS_OK && exchange_tag_listed(list, into, false)) return into;
    }
    snprintf(into, SERVICE_ETAG_SIZE, "%s", list);
    return into;
}

/* Answers a write: the new ETag with it, and a stale one with the record as it is now. */
static void answer_write(struct exchange *ex, struct api *api, enum status status, struct buf *out,
                         const char *etag, struct err *err) {
    if (status != STATUS_STALE) {
        if (status == STATUS_OK && etag && *etag) exchange_add_header(ex, "ETag", etag);
        api_answer(ex, 200, status, out, err);
        return;
    }
    char now[SERVICE_ETAG_SIZE] = "";
    struct buf record = BUF_INIT, extra = BUF_INIT;
    err_set(err, STATUS_STALE, "stale",
            "The record has changed since it was read; look at it and decide again.");
    if (service_record_get(api->service, ex->vars[0], &record, now, NULL) == STATUS_OK &&
        !buf_failed(&record)) {
        buf_str(&extra, "\"current\":");
        buf_add(&extra, record.data, record.len);
        exchange_add_header(ex, "ETag", now);
    }
    exchange_problem(ex, err, extra.data && !buf_failed(&extra) ? extra.data : NULL);
    buf_free(&record);
    buf_free(&extra);
    buf_free(out);
}

void api_record_update(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"topic", "evaluation", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    char etag[SERVICE_ETAG_SIZE] = "", condition[SERVICE_ETAG_SIZE];
    if (!api_id(ex, 0, "record")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = api_body_read(ex, API_SMALL_BODY, known, &body, &err);
    if (!status)
        status = service_record_update(api->service, ex->vars[0], &body.root, if_match(ex, api, condition),
                                       &out, etag, &err);
    answer_write(ex, api, status, &out, etag, &err);
    api_body_free(&body);
}

void api_record_data_put(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT, data = BUF_INIT;
    struct err err = ERR_INIT;
    char etag[SERVICE_ETAG_SIZE] = "", condition[SERVICE_ETAG_SIZE];
    if (!api_id(ex, 0, "record")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = exchange_body(ex, SERVICE_RECORD_MAX, &data, &err);
    if (!status)
        status = service_record_data_put(api->service, ex->vars[0], data.data ? data.data : "", data.len,
                                         if_match(ex, api, condition), &out, etag, &err);
    answer_write(ex, api, status, &out, etag, &err);
    buf_free(&data);
}

void api_record_delete(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    char condition[SERVICE_ETAG_SIZE];
    if (!api_id(ex, 0, "record")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status)
        status = service_record_delete(api->service, ex->vars[0], if_match(ex, api, condition), &out, &err);
    answer_write(ex, api, status, &out, NULL, &err);
}

void api_bulk(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"op", "select", "topic", "score", "feedback", "to", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = api_body_read(ex, EXCHANGE_BODY_MAX, known, &body, &err);
    if (!status) status = service_bulk(api->service, ex->vars[0], &body.root, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    api_body_free(&body);
}
