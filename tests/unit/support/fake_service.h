/* fake_service.h: stands in for service/ at link time (an archive member is not pulled for symbols that are
 * there). Each function notes its name and arguments and answers what fake says. Include in one file of a
 * program. */
#ifndef TESTS_FAKE_SERVICE_H
#define TESTS_FAKE_SERVICE_H

#include "service/service.h"

#include <stdio.h>
#include <string.h>

static struct {
    enum status status; /* what the next calls return */
    const char *answer; /* NULL: {} */
    char seen[600];     /* "function arg arg" of the last call */
    int calls;
} fake;

static void fake_reset(void) {
    memset(&fake, 0, sizeof fake);
}

static enum status fake_done(struct buf *out, struct err *err) {
    fake.calls++;
    if (fake.status) return err_set(err, fake.status, "fake", "The fake refused.");
    if (out) buf_str(out, fake.answer ? fake.answer : "{}");
    return STATUS_OK;
}

#define SEEN(...) snprintf(fake.seen, sizeof fake.seen, __VA_ARGS__)
#define TEXT(s)   ((s) ? (s) : "-")

static const char *fake_page(const struct service_page *p) {
    static char text[100];
    snprintf(text, sizeof text, "%lld/%lld/%s", (long long)p->limit, (long long)p->offset, TEXT(p->cursor));
    return text;
}

void service_health(struct service *s, struct buf *out) {
    (void)s;
    SEEN("health");
    buf_str(out, "{\"status\":\"ok\"}");
}
enum status service_dataset_list(struct service *s, const char *q, const struct service_page *page,
                                 struct buf *out, struct err *err) {
    (void)s;
    SEEN("dataset_list %s %s", TEXT(q), fake_page(page));
    return fake_done(out, err);
}
enum status service_totals(struct service *s, struct buf *out, struct err *err) {
    (void)s;
    SEEN("totals");
    return fake_done(out, err);
}
enum status service_dataset_create(struct service *s, const char *name, const char *description,
                                   struct buf *out, struct err *err) {
    (void)s;
    SEEN("dataset_create %s %s", TEXT(name), TEXT(description));
    return fake_done(out, err);
}
enum status service_dataset_get(struct service *s, const char *id, struct buf *out, struct err *err) {
    (void)s;
    SEEN("dataset_get %s", id);
    return fake_done(out, err);
}
enum status service_dataset_update(struct service *s, const char *id, const char *name, bool set_description,
                                   const char *description, struct buf *out, struct err *err) {
    (void)s, (void)id;
    SEEN("dataset_update %s %d %s", TEXT(name), set_description, TEXT(description));
    return fake_done(out, err);
}
enum status service_dataset_delete(struct service *s, const char *id, struct buf *out, struct err *err) {
    (void)s;
    SEEN("dataset_delete %s", id);
    return fake_done(out, err);
}
enum status service_dataset_duplicate(struct service *s, const char *id, const char *name, struct buf *out,
                                      struct err *err) {
    (void)s, (void)id;
    SEEN("dataset_duplicate %s", TEXT(name));
    return fake_done(out, err);
}
enum status service_topics(struct service *s, const char *id, struct buf *out, struct err *err) {
    (void)s;
    SEEN("topics %s", id);
    return fake_done(out, err);
}
enum status service_record_list(struct service *s, const char *id, const struct service_filter *f,
                                enum service_sort sort, enum service_order order,
                                const struct service_page *page, struct buf *out, struct err *err) {
    (void)s, (void)id;
    SEEN("record_list q=%s topic=%s/%d flags=%d%d%d%d model=%s provider=%s score=%g..%g sort=%d order=%d %s",
         TEXT(f->q), TEXT(f->topic), f->topic_empty, f->has_tools, f->edited, f->error, f->missing,
         TEXT(f->model), TEXT(f->provider), f->score_min, f->score_max, (int)sort, (int)order, fake_page(page));
    return fake_done(out, err);
}
enum status service_record_get(struct service *s, const char *id, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                               struct err *err) {
    (void)s, (void)id, (void)err;
    snprintf(etag, SERVICE_ETAG_SIZE, "\"now\"");
    if (fake.status == STATUS_STALE) { /* the record behind a 412 */
        buf_str(out, "{\"id\":\"current\"}");
        return STATUS_OK;
    }
    SEEN("record_get %s", id);
    return fake_done(out, err);
}
enum status service_record_data(struct service *s, const char *id, struct buf *out,
                                char etag[SERVICE_ETAG_SIZE], struct err *err) {
    (void)s;
    snprintf(etag, SERVICE_ETAG_SIZE, "\"now\"");
    SEEN("record_data %s", id);
    return fake_done(out, err);
}
enum status service_record_update(struct service *s, const char *id, const struct json_text *body,
                                  const char *if_match, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                                  struct err *err) {
    (void)s, (void)id;
    snprintf(etag, SERVICE_ETAG_SIZE, "\"new\"");
    SEEN("record_update %.*s %s", (int)body->len, body->text, TEXT(if_match));
    return fake_done(out, err);
}
enum status service_record_data_put(struct service *s, const char *id, const char *data, size_t len,
                                    const char *if_match, struct buf *out, char etag[SERVICE_ETAG_SIZE],
                                    struct err *err) {
    (void)s, (void)id;
    snprintf(etag, SERVICE_ETAG_SIZE, "\"new\"");
    SEEN("record_data_put %zu %.*s %s", len, len < 100 ? (int)len : 100, data, TEXT(if_match));
    return fake_done(out, err);
}
enum status service_record_delete(struct service *s, const char *id, const char *if_match, struct buf *out,
                                  struct err *err) {
    (void)s, (void)id;
    SEEN("record_delete %s", TEXT(if_match));
    return fake_done(out, err);
}
enum status service_record_add(struct service *s, const char *id, const struct json_text *body, struct buf *out,
                               struct err *err) {
    (void)s, (void)id;
    SEEN("record_add %.*s", (int)(body->len < 400 ? body->len : 400), body->text);
    return fake_done(out, err);
}
enum status service_bulk(struct service *s, const char *id, const struct json_text *body, struct buf *out,
                         struct err *err) {
    (void)s, (void)id;
    SEEN("bulk %.*s", (int)body->len, body->text);
    return fake_done(out, err);
}
enum status service_spans_add(struct service *s, const char *id, const struct json_text *body, struct buf *out,
                              struct err *err) {
    (void)s, (void)id;
    SEEN("spans_add %.*s", (int)(body->len < 400 ? body->len : 400), body->text);
    return fake_done(out, err);
}
enum status service_memberships(struct service *s, const struct span_ref *refs, size_t count, struct buf *out,
                                struct err *err) {
    (void)s;
    SEEN("memberships %zu %s:%s", count, count ? refs[count - 1].trace_id : "",
         count ? refs[count - 1].span_id : "");
    return fake_done(out, err);
}
enum status service_span_preview(struct service *s, const struct span_ref *ref, struct buf *out,
                                 struct err *err) {
    (void)s;
    SEEN("span_preview %s:%s", ref->trace_id, ref->span_id);
    return fake_done(out, err);
}
enum status service_selection_get(struct service *s, const char *id, struct buf *out, struct err *err) {
    (void)s;
    SEEN("selection_get %s", id);
    return fake_done(out, err);
}
enum status service_undo(struct service *s, const char *token, struct buf *out, struct err *err) {
    (void)s;
    SEEN("undo %s", token);
    return fake_done(out, err);
}
enum status service_trash_list(struct service *s, const struct service_page *page, struct buf *out,
                               struct err *err) {
    (void)s;
    SEEN("trash_list %s", fake_page(page));
    return fake_done(out, err);
}
enum status service_trash_restore(struct service *s, const struct json_text *body, struct buf *out,
                                  struct err *err) {
    (void)s;
    SEEN("trash_restore %.*s", (int)body->len, body->text);
    return fake_done(out, err);
}
enum status service_trash_empty(struct service *s, const struct json_text *body, struct buf *out,
                                struct err *err) {
    (void)s;
    SEEN("trash_empty %.*s", (int)body->len, body->text);
    return fake_done(out, err);
}
enum status service_operation_get(struct service *s, const char *id, struct buf *out, struct err *err) {
    (void)s;
    SEEN("operation_get %s", id);
    return fake_done(out, err);
}
enum status service_operation_cancel(struct service *s, const char *id, struct buf *out, struct err *err) {
    (void)s;
    SEEN("operation_cancel %s", id);
    return fake_done(out, err);
}

#endif
