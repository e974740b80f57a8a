/* datasets.c: make, find, name, copy and delete datasets. */
#include "service/internal.h"

/* ---- reading ---- */

static void list_row(void *ctx, const struct store_dataset *d) {
    struct page_writer *p = ctx;
    struct store_position at = {.number = d->updated_at, .id = d->id};
    if (!page_take(p, &at)) return;
    wire_dataset_open(p->out, d);
    buf_char(p->out, '}');
}

enum status service_dataset_list(struct service *s, const char *q, const struct service_page *page,
                                 struct buf *out, struct err *err) {
    size_t from = out->len;
    uint64_t scope = scope_hash(scope_hash(0, "datasets"), q);
    struct store_position after;
    char *hold = NULL;
    int64_t total = 0;
    struct page_writer rows = {.out = out, .limit = page->limit};
    enum status status = page->cursor ? cursor_read(page->cursor, scope, &after, &hold, err) : STATUS_OK;
    if (!status) {
        struct store_page at = {.limit = page->limit + 1,
                                .offset = page->offset > 0 ? page->offset : 0,
                                .after = page->cursor ? &after : NULL};
        buf_str(out, "{\"datasets\":[");
        status = store_dataset_list(s->store, q, &at, list_row, &rows, &total, err);
    }
    if (!status) {
        buf_char(out, ']');
        buf_json_int(out, "total", total);
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

enum status service_totals(struct service *s, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct store_totals t;
    enum status status = store_totals(s->store, &t, err);
    if (status) return status;
    buf_char(out, '{');
    buf_json_int(out, "datasets", t.datasets);
    buf_json_int(out, "records", t.records);
    buf_json_int(out, "labelled", t.labelled);
    buf_json_int(out, "evaluated", t.evaluated);
    buf_json_int(out, "bytes", t.bytes);
    buf_json_int(out, "trash", t.trash);
    buf_char(out, '}');
    return wire_done(out, from, err);
}

static void one_row(void *ctx, const struct store_dataset *d) {
    wire_dataset_open(ctx, d);
}

/* The dataset as it is now; with change, the "undo" of what was just done. */
static enum status answer_dataset(struct service *s, const char *id, const struct store_change *change,
                                  struct buf *out, struct err *err) {
    struct buf one = BUF_INIT;
    size_t from = out->len;
    enum status status = store_dataset_get(s->store, id, one_row, &one, err);
    if (!status) {
        if (change) wire_undo(&one, change);
        buf_char(&one, '}');
        if (buf_failed(&one))
            out->failed = true;
        else
            buf_add(out, one.data, one.len);
        status = wire_done(out, from, err);
    }
    buf_free(&one);
    return status;
}

enum status service_dataset_get(struct service *s, const char *id, struct buf *out, struct err *err) {
    return answer_dataset(s, id, NULL, out, err);
}

static void topic_row(void *ctx, const struct store_topic *t) {
    struct page_writer *p = ctx;
    p->seen++;
    buf_json_comma(p->out);
    buf_char(p->out, '{');
    buf_json_key(p->out, "topic");
    buf_json_cstr(p->out, t->topic);
    buf_json_int(p->out, "count", t->count);
    buf_char(p->out, '}');
}

enum status service_topics(struct service *s, const char *dataset_id, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct page_writer rows = {.out = out};
    buf_str(out, "{\"topics\":[");
    enum status status = store_topics(s->store, dataset_id, topic_row, &rows, err);
    if (status) {
        wire_drop(out, from);
        return status;
    }
    buf_char(out, ']');
    buf_json_int(out, "total", rows.seen);
    buf_str(out, ",\"next\":null}");
    return wire_done(out, from, err);
}

/* ---- changing ---- */

static enum status clean_name(const char *name, char **out, struct err *err) {
    enum status status = text_clean(name, strlen(name), SERVICE_NAME_MAX, "name", true, out, err);
    if (status) err_at_pointer(err, "/name");
    return status;
}

static enum status clean_description(const char *text, char **out, struct err *err) {
    *out = NULL;
    if (!text || !*text) return STATUS_OK;
    size_t len = strlen(text);
    if (len > SERVICE_DESCRIPTION_MAX) {
        err_set(err, STATUS_CONTENT, "too_long", "The description is %zu bytes long; at most %d are allowed.",
                len, SERVICE_DESCRIPTION_MAX);
        err_at_pointer(err, "/description");
        return STATUS_CONTENT;
    }
    *out = strdup(text);
    return *out ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

enum status service_dataset_create(struct service *s, const char *name, const char *description,
                                   struct buf *out, struct err *err) {
    char *clean = NULL, *text = NULL, id[UUID_TEXT_SIZE];
    struct store_change change = {.undo = ""};
    enum status status = clean_name(name ? name : "", &clean, err);
    if (!status) status = clean_description(description, &text, err);
    if (!status) status = store_dataset_create(s->store, clean, text, id, &change, err);
    if (!status) {
        publish_change(s, "dataset.created", id, 0, NULL, 0);
        status = answer_dataset(s, id, &change, out, err);
    }
    free(clean);
    free(text);
    return status;
}

enum status service_dataset_update(struct service *s, const char *id, const char *name, bool set_description,
                                   const char *description, struct buf *out, struct err *err) {
    char *clean = NULL, *text = NULL;
    struct store_change change = {.undo = ""};
    enum status status = name ? clean_name(name, &clean, err) : STATUS_OK;
    if (!status && set_description) status = clean_description(description, &text, err);
    if (!status) status = store_dataset_update(s->store, id, clean, set_description, text, &change, err);
    if (!status) {
        if (change.undo[0]) publish_change(s, "dataset.updated", id, 0, NULL, 0);
        status = answer_dataset(s, id, &change, out, err);
    }
    free(clean);
    free(text);
    return status;
}

enum status service_dataset_delete(struct service *s, const char *id, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct store_change change = {.undo = ""};
    enum status status = store_dataset_delete(s->store, id, &change, err);
    if (status) return status;
    publish_change(s, "dataset.deleted", id, change.changed, NULL, 0);
    buf_char(out, '{');
    buf_json_text(out, "id", id);
    buf_json_int(out, "records", change.changed);
    wire_undo(out, &change);
    buf_char(out, '}');
    return wire_done(out, from, err);
}

enum status service_dataset_duplicate(struct service *s, const char *id, const char *name, struct buf *out,
                                      struct err *err) {
    char *clean = NULL, copy[UUID_TEXT_SIZE];
    struct store_change change = {.undo = ""};
    struct store_progress progress = progress_reporter(s);
    enum status status = name ? clean_name(name, &clean, err) : STATUS_OK;
    if (!status) status = store_dataset_duplicate(s->store, id, clean, &progress, copy, &change, err);
    if (!status) {
        publish_change(s, "dataset.created", copy, change.changed, NULL, 0);
        status = answer_dataset(s, copy, &change, out, err);
    }
    free(clean);
    return status;
}
