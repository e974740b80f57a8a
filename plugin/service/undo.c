/* undo.c: taking back, the trash, and operations that run for long. */
#include "service/internal.h"

enum status service_undo(struct service *s, const char *token, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct store_undone done = {.kind = ""};
    struct store_progress progress = progress_reporter(s);
    enum status status = store_undo(s->store, token, &progress, &done, err);
    if (status) return status;
    publish_change(s, "undone", done.dataset_id[0] ? done.dataset_id : NULL, done.records, NULL, 0);
    buf_char(out, '{');
    buf_json_text(out, "undone", done.kind);
    buf_json_text(out, "dataset_id", done.dataset_id[0] ? done.dataset_id : NULL);
    buf_json_int(out, "records", done.records);
    buf_json_int(out, "datasets", done.datasets);
    buf_json_int(out, "already_there", done.already_there);
    buf_char(out, '}');
    return wire_done(out, from, err);
}

/* ---- trash ---- */

#define DAY_MS (24 * 3600 * INT64_C(1000))

static void trash_row(void *ctx, const struct store_trash_entry *e) {
    struct page_writer *p = ctx;
    struct store_position at = {.number = e->deleted_at, .id = e->id};
    if (!page_take(p, &at)) return;
    buf_json_comma(p->out);
    buf_char(p->out, '{');
    buf_json_text(p->out, "id", e->id);
    buf_json_text(p->out, "kind", e->kind);
    buf_json_text(p->out, "name", e->name);
    buf_json_text(p->out, "dataset_id", e->dataset_id);
    buf_json_int(p->out, "records", e->records);
    buf_json_int(p->out, "bytes", e->bytes);
    wire_time(p->out, "deleted_at", e->deleted_at);
    wire_time(p->out, "gone_at", e->deleted_at + SERVICE_TRASH_DAYS * DAY_MS);
    buf_char(p->out, '}');
}

enum status service_trash_list(struct service *s, const struct service_page *page, struct buf *out,
                               struct err *err) {
    size_t from = out->len;
    uint64_t scope = scope_hash(0, "trash");
    struct store_position after;
    struct store_trash_totals totals = {0};
    char *hold = NULL;
    struct page_writer rows = {.out = out, .limit = page->limit};
    enum status status = page->cursor ? cursor_read(page->cursor, scope, &after, &hold, err) : STATUS_OK;
    if (!status) {
        struct store_page at = {.limit = page->limit + 1,
                                .offset = page->offset > 0 ? page->offset : 0,
                                .after = page->cursor ? &after : NULL};
        buf_str(out, "{\"trash\":[");
        status = store_trash_list(s->store, &at, trash_row, &rows, &totals, err);
    }
    if (!status) {
        buf_char(out, ']');
        buf_json_int(out, "total", totals.entries);
        buf_json_int(out, "records", totals.records);
        buf_json_int(out, "bytes", totals.bytes);
        page_next(&rows, scope);
        buf_char(out, '}');
        status = wire_done(out, from, err);
    } else {
        wire_drop(out, from);
    }
    page_free(&rows);
    free(hold);
    return status;
}

typedef enum status (*trash_fn)(struct store *, const char *const *, size_t, const struct store_progress *,
                                struct store_change *, struct err *);

/* Reads {ids:[]} or {all:true} and does it. */
static enum status trash_do(struct service *s, const struct json_text *body, trash_fn act,
                            struct store_change *change, struct err *err) {
    static const char *const known[] = {"ids", "all", NULL};
    struct store_progress progress = progress_reporter(s);
    struct json_text ids, all, item;
    struct json_text_iter it;
    enum status status = members_known(body, known, "", err);
    if (status) return status;
    bool has_ids = json_text_get(body, "ids", &ids), has_all = json_text_get(body, "all", &all);
    if (has_ids == has_all || (has_all && all.type != JSON_TEXT_TRUE) ||
        (has_ids && ids.type != JSON_TEXT_ARRAY))
        return err_set(err, STATUS_CONTENT, "no_selection",
                       "Say which entries: {\"ids\":[...]} or {\"all\":true}.");
    if (has_all) return act(s->store, NULL, 0, &progress, change, err);
    size_t count = json_text_count(&ids), read = 0;
    char **list = calloc(count ? count : 1, sizeof *list);
    if (!list) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    json_text_iter(&it, &ids);
    while (!status && json_text_next(&it, NULL, &item)) {
        list[read] = json_text_dup(&item);
        if (!list[read++]) {
            status = err_set(err, STATUS_CONTENT, "wrong_type", "An id is a string.");
            err_at_pointer(err, "/ids");
        }
    }
    if (!status) status = act(s->store, (const char *const *)list, count, &progress, change, err);
    for (size_t i = 0; i < read; i++) free(list[i]);
    free(list);
    return status;
}

enum status service_trash_restore(struct service *s, const struct json_text *body, struct buf *out,
                                  struct err *err) {
    size_t from = out->len;
    struct store_change change = {.undo = ""};
    enum status status = trash_do(s, body, store_trash_restore, &change, err);
    if (status) return status;
    if (change.changed) publish_change(s, "trash.restored", NULL, change.changed, NULL, 0);
    buf_char(out, '{');
    buf_json_int(out, "restored", change.changed);
    buf_json_int(out, "already_there", change.already_there);
    buf_json_int(out, "not_found", change.not_found);
    wire_undo(out, &change);
    buf_char(out, '}');
    return wire_done(out, from, err);
}

enum status service_trash_empty(struct service *s, const struct json_text *body, struct buf *out,
                                struct err *err) {
    size_t from = out->len;
    struct store_change change = {.undo = ""};
    enum status status = trash_do(s, body, store_trash_empty, &change, err);
    if (status) return status;
    if (change.changed) publish_change(s, "trash.emptied", NULL, change.changed, NULL, 0);
    buf_char(out, '{');
    buf_json_int(out, "removed", change.changed);
    buf_json_int(out, "not_found", change.not_found);
    wire_undo(out, NULL); /* for good */
    buf_char(out, '}');
    return wire_done(out, from, err);
}

/* ---- operations ---- */

static void operation_wire(struct buf *out, const struct store_operation *op) {
    buf_char(out, '{');
    buf_json_text(out, "id", op->id);
    buf_json_text(out, "kind", op->kind);
    buf_json_text(out, "state", op->state);
    buf_json_int(out, "done", op->done);
    buf_json_key(out, "total");
    if (op->total < 0)
        buf_str(out, "null");
    else
        buf_printf(out, "%lld", (long long)op->total);
    wire_time(out, "created_at", op->created_at);
}

enum status service_operation_get(struct service *s, const char *id, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct store_operation op;
    enum status status = store_operation_get(s->store, id, &op, err);
    if (status) return status;
    operation_wire(out, &op);
    buf_char(out, '}');
    return wire_done(out, from, err);
}

enum status service_operation_cancel(struct service *s, const char *id, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct store_operation op;
    enum status status = store_operation_cancel(s->store, id, err);
    if (!status) status = store_operation_get(s->store, id, &op, err);
    if (status) return status;
    operation_wire(out, &op);
    wire_undo(out, NULL); /* what was done is taken back by itself */
    buf_char(out, '}');
    return wire_done(out, from, err);
}
