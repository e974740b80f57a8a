/* calls.h: the handlers that the table in api.c lists. ctx is a struct api. */
#ifndef SPANSET_API_CALLS_H
#define SPANSET_API_CALLS_H

#include "base/exchange.h"

/* datasets.c */
void api_dataset_list(struct exchange *ex, void *ctx);
void api_dataset_create(struct exchange *ex, void *ctx);
void api_dataset_get(struct exchange *ex, void *ctx);
void api_dataset_update(struct exchange *ex, void *ctx);
void api_dataset_delete(struct exchange *ex, void *ctx);
void api_dataset_duplicate(struct exchange *ex, void *ctx);
void api_dataset_topics(struct exchange *ex, void *ctx);
void api_totals(struct exchange *ex, void *ctx);

/* records.c */
void api_record_list(struct exchange *ex, void *ctx);
void api_record_add(struct exchange *ex, void *ctx);
void api_record_get(struct exchange *ex, void *ctx);
void api_record_update(struct exchange *ex, void *ctx);
void api_record_delete(struct exchange *ex, void *ctx);
void api_record_data_get(struct exchange *ex, void *ctx);
void api_record_data_put(struct exchange *ex, void *ctx);
void api_bulk(struct exchange *ex, void *ctx);

/* spans.c */
void api_spans_add(struct exchange *ex, void *ctx);
void api_span_preview(struct exchange *ex, void *ctx);
void api_memberships_get(struct exchange *ex, void *ctx);
void api_memberships_post(struct exchange *ex, void *ctx);
void api_selection_get(struct exchange *ex, void *ctx);

/* history.c */
void api_undo(struct exchange *ex, void *ctx);
void api_trash_list(struct exchange *ex, void *ctx);
void api_trash_restore(struct exchange *ex, void *ctx);
void api_trash_empty(struct exchange *ex, void *ctx);
void api_operation_get(struct exchange *ex, void *ctx);
void api_operation_cancel(struct exchange *ex, void *ctx);

#endif
