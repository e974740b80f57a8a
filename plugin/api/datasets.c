#include "api/api.h"
#include "api/calls.h"
#include "api/request.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const no_params[] = {NULL};

void api_dataset_list(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"q", "limit", "cursor", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct service_page page;
    char *cursor = NULL, *q = NULL;
    enum status status = exchange_params_known(ex, known, &err);
    if (!status) status = api_param_page(ex, &page, &cursor, &err);
    if (!status) {
        q = exchange_param(ex, "q", &err);
        status = err.status;
    }
    if (!status) status = service_dataset_list(api->service, q, &page, &out, &err);
    api_answer(ex, 200, status, &out, &err);
    free(q);
    free(cursor);
}

void api_totals(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = service_totals(api->service, &out, &err);
    api_answer(ex, 200, status, &out, &err);
}

/* Where the new dataset is, relative to the address of this call, so that it holds below any mount. */
static void add_location(struct exchange *ex, const char *up, const struct buf *out) {
    char *id = api_answer_member(out, "id");
    char location[80];
    snprintf(location, sizeof location, "%s%s", up, id ? id : "");
    if (id) exchange_add_header(ex, "Location", location);
    free(id);
}

/* What a body says of a dataset's name and description. */
struct labels {
    char *name, *description; /* owned; NULL: absent or null */
    bool has_name, has_description;
};

static enum status read_labels(struct exchange *ex, bool new_dataset, struct labels *l, struct err *err) {
    static const char *const known[] = {"name", "description", NULL};
    struct api_body body = {.root = {0}};
    enum status status = exchange_params_known(ex, no_params, err);
    if (!status) status = api_body_read(ex, API_SMALL_BODY, known, &body, err);
    if (!status) status = api_body_string(&body, "name", &l->name, &l->has_name, err);
    if (!status) status = api_body_string(&body, "description", &l->description, &l->has_description, err);
    if (!status && !l->name && (new_dataset || l->has_name)) { /* null clears, but not this */
        status = err_set(err, STATUS_CONTENT, "name_missing",
                         new_dataset ? "Give the dataset a name." : "A dataset needs a name.");
        err_at_pointer(err, "/name");
    }
    api_body_free(&body);
    return status;
}

static void labels_free(struct labels *l) {
    free(l->name);
    free(l->description);
}

void api_dataset_create(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct labels l = {.name = NULL};
    enum status status = read_labels(ex, true, &l, &err);
    if (!status) status = service_dataset_create(api->service, l.name, l.description, &out, &err);
    if (!status) add_location(ex, "datasets/", &out);
    api_answer(ex, 201, status, &out, &err);
    labels_free(&l);
}

void api_dataset_get(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = service_dataset_get(api->service, ex->vars[0], &out, &err);
    api_answer(ex, 200, status, &out, &err);
}

void api_dataset_update(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct labels l = {.name = NULL};
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = read_labels(ex, false, &l, &err);
    if (!status)
        status = service_dataset_update(api->service, ex->vars[0], l.name, l.has_description, l.description,
                                        &out, &err);
    api_answer(ex, 200, status, &out, &err);
    labels_free(&l);
}

void api_dataset_delete(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = service_dataset_delete(api->service, ex->vars[0], &out, &err);
    api_answer(ex, 200, status, &out, &err);
}

void api_dataset_duplicate(struct exchange *ex, void *ctx) {
    static const char *const known[] = {"name", NULL};
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    struct api_body body = {.root = {0}};
    char *name = NULL;
    bool has_name = false;
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = api_body_read(ex, API_SMALL_BODY, known, &body, &err);
    if (!status) status = api_body_string(&body, "name", &name, &has_name, &err);
    if (!status) status = service_dataset_duplicate(api->service, ex->vars[0], name, &out, &err);
    if (!status) add_location(ex, "../", &out);
    api_answer(ex, 201, status, &out, &err);
    free(name);
    api_body_free(&body);
}

void api_dataset_topics(struct exchange *ex, void *ctx) {
    struct api *api = ctx;
    struct buf out = BUF_INIT;
    struct err err = ERR_INIT;
    if (!api_id(ex, 0, "dataset")) return;
    enum status status = exchange_params_known(ex, no_params, &err);
    if (!status) status = service_topics(api->service, ex->vars[0], &out, &err);
    api_answer(ex, 200, status, &out, &err);
}
