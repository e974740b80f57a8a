/* span_twins.c: one model call that several traces of a request tell of is added once.
 *
 * Two instrumentations of one call that lost their context make a root span each (datainfo/same_call.h). The one that
 * tells most is added, with the facts that only the other has. A span that is in the dataset already stays, so the same
 * request a second time adds nothing: but it was not read with the others, for most requests add little to much that is
 * there. So it is looked at when it was named near a call that is new; lists of spans are in order of time, and twins
 * are side by side in them.
 *
 * What it does not do: find twins that were added by an earlier request and are not named in this one. */
#include "service/adding.h"

#define NEAR_ITEMS 32 /* on either side, in the order of the request */

/* Reads what is there already, of other traces than the calls that it is near to. */
static enum status read_neighbours(struct adding *a, struct err *err) {
    struct buf text = BUF_INIT;
    enum status status = STATUS_OK;
    bool any = false;
    for (size_t k = 0; k < a->key_count; k++) {
        size_t mine = a->key_items[k], i = mine > NEAR_ITEMS ? mine - NEAR_ITEMS : 0;
        for (; i < a->count && i <= mine + NEAR_ITEMS; i++) {
            if (a->items[i].outcome != ALREADY_THERE || a->group[i] == a->group[mine]) continue;
            a->items[i].wanted = any = true;
        }
    }
    for (size_t from = 0, to; any && from < a->count && !status; from = to) {
        to = adding_trace_end(a, from);
        status = adding_read_trace(a, from, to, true, &text, err);
    }
    buf_free(&text);
    return status;
}

/* The record that stays gets what only its twin knows: whose conversation it was, say. */
static enum status keep_facts(struct adding *a, struct item *kept, const struct item *twin, struct err *err) {
    struct buf rooms[2] = {BUF_INIT, BUF_INIT}, whole = BUF_INIT;
    const char *data = NULL, *its = NULL;
    enum status status = spool_get(&a->spool, kept->at, kept->len, &rooms[0], &data, err);
    if (!status) status = spool_get(&a->spool, twin->at, twin->len, &rooms[1], &its, err);
    if (!status && datainfo_add_facts(data, kept->len, its, twin->len, &whole)) {
        if (buf_failed(&whole)) {
            status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        } else if (whole.len <= SERVICE_RECORD_MAX) {
            kept->len = whole.len;
            status = spool_put(&a->spool, whole.data, whole.len, &kept->at, err);
        }
    }
    buf_free(&rooms[0]);
    buf_free(&rooms[1]);
    buf_free(&whole);
    return status;
}

static enum status skip_twin(struct adding *a, size_t twin, size_t kept, struct err *err) {
    struct item *it = &a->items[a->key_items[twin]];
    struct item *take = &a->items[a->key_items[kept]];
    enum status status = STATUS_OK;
    char reason[320];
    if (it->outcome == ALREADY_THERE || take->outcome == SKIPPED) return STATUS_OK;
    snprintf(reason, sizeof reason, "Tells of the same model call as %s (span %s, trace %s), which %s.",
             a->keys[kept].name[0] ? a->keys[kept].name : "a model call", take->ref.span_id, take->ref.trace_id,
             take->outcome == ALREADY_THERE ? "is there already" : "tells at least as much: that one is added");
    if (it->outcome == PENDING && take->outcome == PENDING) status = keep_facts(a, take, it, err);
    it->twin = true;
    return status ? status : item_skip(it, "same_call", reason, &take->ref, err);
}

enum status adding_skip_twins(struct adding *a, struct err *err) {
    if (!a->key_count || adding_trace_end(a, 0) == a->count) return STATUS_OK; /* in one trace all is known */
    enum status status = read_neighbours(a, err);
    size_t *same = status ? NULL : malloc(a->key_count * sizeof *same);
    if (!status && (!same || !call_twins(a->keys, a->key_count, same)))
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    for (size_t k = 0; !status && k < a->key_count; k++)
        if (same[k] != k) status = skip_twin(a, k, same[k], err);
    free(same);
    return status;
}
