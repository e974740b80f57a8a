/* history.c: undo, the trash, and operations under way. */
#include "api/api.h"
#include "api/calls.h"
#include "api/request.h"

#include <stdlib.h>

static const char *const no_names[] = {NULL};

void api_undo(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    enum status status = exchange_params_known(ex, no_names, &err);
    if (!status) status = api_body_read(ex, API_SMALL_BODY, no_names, &body, &err);
    if (!status) status = service_undo(api->service, ex->vars[0], &out, &err);
    api_answer(ex, 200, status, &out, &err);
    api_body_free(&body);
}

void api_trash_list(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"limit", "cursor", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct service_page page;
    char *cursor = NULL;
    enum status status = exchange_params_known(ex, known, &err);
    if (!status) status = api_param_page(ex, &page, &cursor, &err);
    if (!status) status = service_trash_list(api->service, &page, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    free(cursor);
}

typedef enum status (*trash_fn)(struct service *, const struct json_text *, struct buf *, struct err *);

static void change_trash(struct exchange *ex, struct api *api, trash_fn change) {
    static const char *const known[] = {"ids", "all", NULL};
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    enum status status = exchange_params_known(ex, no_names, &err);
    if (!status) status = api_body_read(ex, EXCHANGE_BODY_MAX, known, &body, &err);
    if (!status) status = change(api->service, &body.root, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    api_body_free(&body);
}

void api_trash_restore(struct exchange *ex, void *ctx) {
    change_trash(ex, ctx, service_trash_restore);
}

void api_trash_empty(struct exchange *ex, void *ctx) {
    change_trash(ex, ctx, service_trash_empty);
}

typedef enum status (*operation_fn)(struct service *, const char *, struct buf *, struct err *);

static void with_operation(struct exchange *ex, struct api *api, operation_fn call) {
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    enum status status = exchange_params_known(ex, no_names, &err);
    if (!status) status = call(api->service, ex->vars[0], &out, &err);
    api_answer(ex, 200, status, &out, &err);
}

void api_operation_get(struct exchange *ex, void *ctx) {
    with_operation(ex, ctx, service_operation_get);
}

void api_operation_cancel(struct exchange *ex, void *ctx) {
    with_operation(ex, ctx, service_operation_cancel);
}
