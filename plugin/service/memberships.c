/* memberships.c: which datasets a span is in. One statement per span on a covering index: the cost is that of the
 * spans asked for, whatever the datasets hold. */
#include "service/internal.h"

struct rows {
    struct buf *out;
    const struct span_ref *refs;
    size_t open; /* how many references have been begun */
};

static void begin_until(struct rows *r, size_t index) {
    while (r->open <= index) {
        const struct span_ref *ref = &r->refs[r->open];
        if (r->open) buf_str(r->out, "]},");
        buf_printf(r->out, "{\"trace_id\":\"%s\",\"span_id\":\"%s\",\"datasets\":[", ref->trace_id,
                   ref->span_id);
        r->open++;
    }
}

static void member_row(void *ctx, const struct store_membership *m) {
    struct rows *r = ctx;
    begin_until(r, m->index);
    buf_json_comma(r->out);
    buf_char(r->out, '{');
    buf_json_text(r->out, "id", m->dataset_id);
    buf_json_text(r->out, "name", m->dataset_name);
    buf_json_text(r->out, "record_id", m->record_id);
    buf_char(r->out, '}');
}

enum status service_memberships(struct service *s, const struct span_ref *refs, size_t count, struct buf *out,
                                struct err *err) {
    size_t from = out->len;
    if (count > SERVICE_MEMBERSHIP_MAX) {
        err_set(err, STATUS_CONTENT, "too_many_spans", "At most %d spans in one call; ask page by page.",
                SERVICE_MEMBERSHIP_MAX);
        err_at_pointer(err, "/spans");
        return STATUS_CONTENT;
    }
    const char *(*ids)[2] = malloc((count ? count : 1) * sizeof *ids);
    if (!ids) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    for (size_t i = 0; i < count; i++) {
        ids[i][0] = refs[i].trace_id;
        ids[i][1] = refs[i].span_id;
    }
    struct rows rows = {.out = out, .refs = refs};
    buf_str(out, "{\"memberships\":[");
    enum status status =
        count ? store_memberships(s->store, (const char *const(*)[2])ids, count, member_row, &rows, err)
              : STATUS_OK;
    free(ids);
    if (status) {
        wire_drop(out, from);
        return status;
    }
    if (count) {
        begin_until(&rows, count - 1);
        buf_str(out, "]}");
    }
    buf_str(out, "]}");
    return wire_done(out, from, err);
}
