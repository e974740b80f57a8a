/* spans.c: spans become records.
 *
 *     body -> references -> which are already there -> (per trace: the trace around, then each span -> DataInfo)
 *          -> spool -> calls that two traces tell of, once -> one operation in the order of the request -> answer
 *
 * The host is asked and texts are read with no transaction open; the write begins when all is known. A span that is no
 * model call is no error: it comes back as skipped, with a code and a sentence. When a request names traces or a
 * filter instead of spans, the spans around the calls (tools, wrappers, chains) are what one expects to be left out, so
 * those are reported only for a trace that gave nothing at all, or when a wrapper's call is not among what was named. */
#include "service/adding.h"

/* ---- items: each span once, grouped by trace ---- */

/* Open addressing over the ids; holds index + 1. */
struct ref_set {
    size_t *slots, mask;
};

static uint64_t ref_hash(const struct span_ref *ref, bool whole) {
    uint64_t h = scope_hash(0, ref->trace_id);
    return whole ? scope_hash(h, ref->span_id) : h;
}

static bool ref_set_new(struct ref_set *set, size_t count) {
    size_t size = 16;
    while (size < count * 2) size *= 2;
    set->slots = calloc(size, sizeof *set->slots);
    set->mask = size - 1;
    return set->slots != NULL;
}

/* The item with the same span (whole) or trace, or `index` itself after adding it. */
static size_t ref_set_find(struct ref_set *set, const struct item *items, size_t index, bool whole) {
    const struct span_ref *ref = &items[index].ref;
    for (size_t at = (size_t)ref_hash(ref, whole) & set->mask;; at = (at + 1) & set->mask) {
        if (!set->slots[at]) {
            set->slots[at] = index + 1;
            return index;
        }
        const struct span_ref *other = &items[set->slots[at] - 1].ref;
        if (!strcmp(other->trace_id, ref->trace_id) && (!whole || !strcmp(other->span_id, ref->span_id)))
            return set->slots[at] - 1;
    }
}

static enum status make_items(struct adding *a, struct err *err) {
    size_t n = a->request.refs.count;
    struct ref_set spans = {0}, traces = {0};
    size_t *start = NULL;
    enum status status = STATUS_OK;
    a->items = calloc(n ? n : 1, sizeof *a->items);
    a->by_trace = calloc(n ? n : 1, sizeof *a->by_trace);
    a->group = calloc(n ? n : 1, sizeof *a->group);
    start = calloc(n ? n + 1 : 1, sizeof *start);
    if (!a->items || !a->by_trace || !a->group || !start || !ref_set_new(&spans, n) ||
        !ref_set_new(&traces, n)) {
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        a->items[a->count].ref = a->request.refs.refs[i];
        if (ref_set_find(&spans, a->items, a->count, true) == a->count) a->count++;
    }
    /* Counting sort by the first item of the trace keeps the order of the request within and between traces. */
    for (size_t i = 0; i < a->count; i++) {
        a->group[i] = ref_set_find(&traces, a->items, i, false);
        start[a->group[i] + 1]++;
    }
    for (size_t i = 0; i < a->count; i++) start[i + 1] += start[i];
    for (size_t i = 0; i < a->count; i++) a->by_trace[start[a->group[i]]++] = i;
out:
    free(spans.slots);
    free(traces.slots);
    free(start);
    return status;
}

static enum status mark_present(struct adding *a, struct err *err) {
    if (!a->count) return STATUS_OK;
    const char *(*ids)[2] = malloc(a->count * sizeof *ids);
    bool *present = calloc(a->count, sizeof *present);
    enum status status = STATUS_OK;
    if (!ids || !present) {
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    } else {
        for (size_t i = 0; i < a->count; i++) {
            ids[i][0] = a->items[i].ref.trace_id;
            ids[i][1] = a->items[i].ref.span_id;
        }
        status = store_spans_present(a->s->store, a->dataset_id, (const char *const(*)[2])ids, a->count,
                                     present, err);
        for (size_t i = 0; !status && i < a->count; i++)
            if (present[i]) a->items[i].outcome = ALREADY_THERE;
    }
    free(ids);
    free(present);
    return status;
}

/* ---- reading the spans ---- */

static enum status read_all(struct adding *a, struct err *err) {
    struct buf text = BUF_INIT;
    enum status status = STATUS_OK;
    for (size_t from = 0, to; from < a->count && !status; from = to) {
        to = adding_trace_end(a, from);
        status = adding_read_trace(a, from, to, false, &text, err);
    }
    buf_free(&text);
    return status;
}

/* Whether leaving this out loses nothing: it is no call, or the one it repeats is among the items [from .. to). */
static bool nothing_lost(const struct adding *a, const struct item *it, size_t from, size_t to) {
    if (!strcmp(it->code, "not_a_call")) return true;
    if (strcmp(it->code, "wrapper") && strcmp(it->code, "same_call")) return false;
    for (size_t i = from; i < to; i++) {
        const struct item *other = &a->items[a->by_trace[i]];
        if ((other->outcome != SKIPPED || other->twin) && !strcmp(other->ref.span_id, it->take.span_id))
            return true;
    }
    return false;
}

/* Not every span was named, so those around calls are left out; what is said of a call that another trace has is
 * said where this one gives nothing else. */
static void leave_out(struct adding *a) {
    for (size_t from = 0, to; from < a->count; from = to) {
        bool gives = false, twins = false;
        to = adding_trace_end(a, from);
        for (size_t i = from; i < to; i++) {
            const struct item *it = &a->items[a->by_trace[i]];
            gives = gives || it->outcome != SKIPPED;
            twins = twins || it->twin;
        }
        for (size_t i = from; i < to && (gives || twins); i++) {
            struct item *it = &a->items[a->by_trace[i]];
            if (it->outcome == SKIPPED && (it->twin ? gives : nothing_lost(a, it, from, to)))
                it->outcome = LEFT_OUT;
        }
    }
}

/* ---- writing ---- */

static enum status write_item(struct adding *a, struct store_adder *adder, struct item *it, struct buf *room,
                              struct err *err) {
    const char *data = NULL;
    bool added = false;
    struct datainfo_summary summary = {0};
    struct store_record row = STORE_RECORD_INIT;
    enum status status = spool_get(&a->spool, it->at, it->len, room, &data, err);
    if (status) return status;
    status = row_of_data(&row, &summary, data, it->len, err);
    if (!status) {
        row.trace_id = it->ref.trace_id;
        row.span_id = it->ref.span_id;
        row.topic = a->request.topic;
        status = store_add_put(adder, &row, data, it->len, &added, NULL, err);
    }
    if (!status) it->outcome = added ? ADDED : ALREADY_THERE; /* someone else may have been quicker */
    datainfo_summary_free(&summary);
    return status;
}

static enum status write_all(struct adding *a, struct store_change *change, struct err *err) {
    int64_t pending = 0;
    struct buf room = BUF_INIT;
    struct store_adder *adder = NULL;
    struct store_progress progress = progress_reporter(a->s);
    for (size_t i = 0; i < a->count; i++) pending += a->items[i].outcome == PENDING;
    if (!pending) return STATUS_OK;
    enum status status = store_add_begin(a->s->store, a->dataset_id, "add", pending, &progress, &adder, err);
    for (size_t i = 0; !status && i < a->count; i++)
        if (a->items[i].outcome == PENDING) status = write_item(a, adder, &a->items[i], &room, err);
    if (!status) {
        status = store_add_commit(adder, change, err);
        adder = NULL;
    }
    if (adder) store_add_abort(adder);
    buf_free(&room);
    return status;
}

/* Why a span is no record, as members of an object. */
static void wire_skip(struct buf *out, const struct item *it) {
    buf_json_text(out, "code", it->code);
    buf_json_text(out, "reason", it->reason);
    if (!it->take.span_id[0]) return;
    buf_json_key(out, "take");
    buf_printf(out, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}", it->take.trace_id, it->take.span_id);
}

static void answer(struct adding *a, const struct store_change *change, struct buf *out) {
    int64_t counts[LEFT_OUT + 1] = {0};
    for (size_t i = 0; i < a->count; i++) counts[a->items[i].outcome]++;
    buf_char(out, '{');
    buf_json_int(out, "added", counts[ADDED]);
    buf_json_int(out, "already_there", counts[ALREADY_THERE]);
    buf_json_key(out, "skipped");
    buf_char(out, '[');
    for (size_t i = 0; i < a->count; i++) {
        const struct item *it = &a->items[i];
        if (it->outcome != SKIPPED) continue;
        buf_json_comma(out);
        buf_char(out, '{');
        buf_json_text(out, "trace_id", it->ref.trace_id);
        buf_json_text(out, "span_id",
                      it->ref.span_id[0] ? it->ref.span_id : NULL); /* a whole trace is not there */
        wire_skip(out, it);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    wire_undo(out, change);
    buf_char(out, '}');
}

static void tell(struct adding *a) {
    struct ref_list added = {0};
    int64_t count = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->items[i].outcome != ADDED) continue;
        count++;
        ref_list_add(&added, &a->items[i].ref, NULL);
    }
    if (count) publish_change(a->s, "records.added", a->dataset_id, count, added.refs, added.count);
    ref_list_free(&added);
}

static void dataset_exists(void *ctx, const struct store_dataset *d) {
    (void)ctx, (void)d;
}

enum status service_spans_add(struct service *s, const char *dataset_id, const struct json_text *body,
                              struct buf *out, struct err *err) {
    size_t from = out->len;
    struct adding a = {.s = s, .dataset_id = dataset_id};
    struct store_change change = {.undo = ""};
    spool_init(&a.spool, s->data_dir);
    enum status status = store_dataset_get(s->store, dataset_id, dataset_exists, NULL, err);
    if (!status) status = span_request_read(s, body, &a.request, err);
    if (!status) status = make_items(&a, err);
    if (!status) status = mark_present(&a, err);
    if (!status) status = read_all(&a, err);
    if (!status) status = adding_skip_twins(&a, err);
    if (!status && !a.request.named) leave_out(&a);
    if (!status) status = write_all(&a, &change, err);
    if (!status) {
        tell(&a);
        answer(&a, &change, out);
        status = wire_done(out, from, err);
    }
    for (size_t i = 0; i < a.count; i++) free(a.items[i].reason);
    free(a.items);
    free(a.by_trace);
    free(a.group);
    free(a.keys);
    free(a.key_items);
    span_request_free(&a.request);
    spool_free(&a.spool);
    return status;
}

enum status service_span_preview(struct service *s, const struct span_ref *ref, struct buf *out,
                                 struct err *err) {
    size_t from = out->len, one = 0;
    struct item it = {.ref = *ref};
    struct adding a = {.s = s, .items = &it, .count = 1, .by_trace = &one, .group = &one};
    struct buf text = BUF_INIT, room = BUF_INIT;
    const char *data = NULL;
    spool_init(&a.spool, s->data_dir);
    enum status status = adding_read_trace(&a, 0, 1, false, &text, err);
    if (!status && it.outcome != SKIPPED) status = spool_get(&a.spool, it.at, it.len, &room, &data, err);
    if (!status) {
        buf_str(out, it.outcome == SKIPPED ? "{\"skipped\":{" : "{\"data\":");
        if (it.outcome == SKIPPED) {
            wire_skip(out, &it);
            buf_char(out, '}');
        } else {
            buf_add(out, data, it.len);
        }
        buf_char(out, '}');
        status = wire_done(out, from, err);
    }
    free(it.reason);
    free(a.keys);
    free(a.key_items);
    buf_free(&text);
    buf_free(&room);
    spool_free(&a.spool);
    return status;
}
