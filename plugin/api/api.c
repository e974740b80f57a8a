#include "api/api.h"

#include "api/calls.h"
#include "api/request.h"

static const char *const no_params[] = {NULL};

static void health(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) service_health(api->service, &out);
    api_answer(ex, 200, status, &out, &err);
}

static void events(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"last_event_id", NULL};
    struct api *api = ctx;
    struct err err = ERR_INIT;
    if (exchange_params_known(ex, known, &err))
        exchange_problem(ex, &err, NULL);
    else
        api->events(ex, api->events_ctx);
}

static void openapi(struct exchange *ex, void *ctx) {
    (void)ctx;
    struct err err = ERR_INIT;
    size_t len;
    const char *text = api_openapi(&len);
    if (exchange_params_known(ex, no_params, &err)) {
        exchange_problem(ex, &err, NULL);
        return;
    }
    exchange_add_header(ex, "Cache-Control", "no-cache");
    exchange_reply(ex, 200, "application/json", text, len);
}

static const struct route routes[] = {
    {"GET", "/api/datasets", api_dataset_list},
    {"POST", "/api/datasets", api_dataset_create},
    {"GET", "/api/datasets/{id}", api_dataset_get},
    {"PATCH", "/api/datasets/{id}", api_dataset_update},
    {"DELETE", "/api/datasets/{id}", api_dataset_delete},
    {"POST", "/api/datasets/{id}/duplicate", api_dataset_duplicate},
    {"GET", "/api/datasets/{id}/records", api_record_list},
    {"POST", "/api/datasets/{id}/records", api_record_add},
    {"POST", "/api/datasets/{id}/spans", api_spans_add},
    {"POST", "/api/datasets/{id}/bulk", api_bulk},
    {"GET", "/api/datasets/{id}/topics", api_dataset_topics},
    {"GET", "/api/records/{id}", api_record_get},
    {"PATCH", "/api/records/{id}", api_record_update},
    {"DELETE", "/api/records/{id}", api_record_delete},
    {"GET", "/api/records/{id}/data", api_record_data_get},
    {"PUT", "/api/records/{id}/data", api_record_data_put},
    {"GET", "/api/memberships", api_memberships_get},
    {"POST", "/api/memberships", api_memberships_post},
    {"GET", "/api/selections/{id}", api_selection_get},
    {"GET", "/api/spans/preview", api_span_preview},
    {"GET", "/api/totals", api_totals},
    {"POST", "/api/undo/{token}", api_undo},
    {"GET", "/api/trash", api_trash_list},
    {"POST", "/api/trash/restore", api_trash_restore},
    {"POST", "/api/trash/empty", api_trash_empty},
    {"GET", "/api/operations/{id}", api_operation_get},
    {"DELETE", "/api/operations/{id}", api_operation_cancel},
    {"GET", "/api/events", events},
    {"GET", "/api/health", health},
    {"GET", "/api/openapi.json", openapi},
};

const struct route *api_routes(size_t *count) {
    *count = sizeof routes / sizeof *routes;
    return routes;
}

void api_handle(struct exchange *ex, struct api *api) {
    if (!route_dispatch(routes, sizeof routes / sizeof *routes, ex, api)) route_not_found(ex);
}
