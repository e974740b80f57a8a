/* changes.c: what changed, told on the feed, so that every open page and badge can follow. */
#include "service/internal.h"

#define SPANS_TOLD 200 /* named in one event; more are announced as "more" and any span may be meant */

void publish_change(struct service *s, const char *kind, const char *dataset_id, int64_t count,
                    const struct span_ref *refs, size_t ref_count) {
    if (!s->feed) return;
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    buf_json_text(&b, "kind", kind);
    buf_json_text(&b, "dataset_id", dataset_id);
    buf_json_int(&b, "count", count);
    if (refs) {
        buf_json_key(&b, "spans");
        buf_char(&b, '[');
        for (size_t i = 0; i < ref_count && i < SPANS_TOLD; i++) {
            buf_json_comma(&b);
            buf_printf(&b, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}", refs[i].trace_id, refs[i].span_id);
        }
        buf_printf(&b, "],\"more\":%s", ref_count > SPANS_TOLD ? "true" : "false");
    }
    buf_char(&b, '}');
    if (!buf_failed(&b)) feed_publish(s->feed, "changed", b.data, b.len);
    buf_free(&b);
}

static int report(void *ctx, const char *operation_id, const char *kind, int64_t done, int64_t total) {
    struct service *s = ctx;
    if (!s->feed || !*operation_id) return 0; /* tidying has no id that anybody could ask about */
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    buf_json_text(&b, "id", operation_id);
    buf_json_text(&b, "kind", kind);
    buf_json_int(&b, "done", done);
    wire_known(&b, "total", total);
    buf_char(&b, '}');
    if (!buf_failed(&b)) feed_publish(s->feed, "operation", b.data, b.len);
    buf_free(&b);
    return 0; /* cancelling is the store's: DELETE operations/{id} */
}

struct store_progress progress_reporter(struct service *s) {
    return (struct store_progress){report, s};
}
