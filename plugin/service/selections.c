/* selections.c: what people selected, kept for ten minutes under an id, so that 100,000 references never pass through
 * a dialog. In memory only: a selection does not outlive the process, and the dialog says so when it is gone. */
#include "service/internal.h"

#define SELECTIONS_MAX 64  /* the oldest goes when another comes */
#define SHOWN          100 /* references that are shown and counted per dataset */
#define REFS_MAX       1000000
#define REFS_KEPT      4000000 /* in all selections: 200 MB; the oldest go first, the newest is always kept */

struct selection {
    char id[UUID_TEXT_SIZE];
    uint64_t until_ms; /* monotonic */
    struct ref_list refs;
    char *filter, *view;
    struct selection *next;
};

/* ---- lists of references ---- */

enum status ref_list_add(struct ref_list *list, const struct span_ref *ref, struct err *err) {
    if (list->count >= REFS_MAX)
        return err_set(err, STATUS_TOO_LARGE, "too_many_spans", "At most %d spans in one call.", REFS_MAX);
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 64;
        struct span_ref *refs = realloc(list->refs, cap * sizeof *refs);
        if (!refs) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        list->refs = refs;
        list->cap = cap;
    }
    list->refs[list->count++] = *ref;
    return STATUS_OK;
}

void ref_list_free(struct ref_list *list) {
    free(list->refs);
    *list = (struct ref_list){0};
}

static bool hex_member(const struct json_text *object, const char *name, size_t digits, char *out) {
    struct json_text value;
    char text[64];
    if (!json_text_get(object, name, &value) || value.type != JSON_TEXT_STRING || !json_text_is_plain(&value) ||
        value.len != digits + 2)
        return false;
    memcpy(text, value.text + 1, digits);
    text[digits] = '\0';
    return otlp_id_normalize(text, digits, out);
}

enum status refs_read(const struct json_text *array, const char *pointer, struct ref_list *out,
                      struct err *err) {
    static const char *const known[] = {"trace_id", "span_id", NULL};
    if (array->type != JSON_TEXT_ARRAY) {
        err_set(err, STATUS_CONTENT, "wrong_type", "This must be an array of {\"trace_id\",\"span_id\"}.");
        err_at_pointer(err, pointer);
        return STATUS_CONTENT;
    }
    struct json_text_iter it;
    struct json_text item;
    size_t index = 0;
    json_text_iter(&it, array);
    for (; json_text_next(&it, NULL, &item); index++) {
        char at[96];
        struct span_ref ref;
        snprintf(at, sizeof at, "%s/%zu", pointer, index);
        enum status status = members_known(&item, known, at, err);
        if (status) return status;
        if (!hex_member(&item, "trace_id", TRACE_ID_TEXT_SIZE - 1, ref.trace_id) ||
            !hex_member(&item, "span_id", SPAN_ID_TEXT_SIZE - 1, ref.span_id)) {
            err_set(
                err, STATUS_CONTENT, "bad_span",
                "A span is named by trace_id (32 hex digits) and span_id (16 hex digits), neither all zero.");
            err_at_pointer(err, at);
            return STATUS_CONTENT;
        }
        status = ref_list_add(out, &ref, err);
        if (status) return status;
    }
    return STATUS_OK;
}

/* ---- keeping ---- */

static void selection_free(struct selection *sel) {
    if (!sel) return;
    ref_list_free(&sel->refs);
    free(sel->filter);
    free(sel->view);
    free(sel);
}

void selections_free(struct service *s) {
    while (s->selections) {
        struct selection *next = s->selections->next;
        selection_free(s->selections);
        s->selections = next;
    }
}

/* Drops what is too old or too much. Under the lock. */
static void prune(struct service *s) {
    uint64_t now = clock_monotonic_ms();
    size_t kept = 0, refs = 0;
    for (struct selection **at = &s->selections; *at;) {
        struct selection *sel = *at;
        refs += sel->refs.count;
        if (sel->until_ms <= now || kept >= SELECTIONS_MAX || (kept && refs > REFS_KEPT)) {
            *at = sel->next;
            selection_free(sel);
        } else {
            kept++;
            at = &sel->next;
        }
    }
}

enum status service_selection_keep(struct service *s, const struct span_ref *refs, size_t count,
                                   const char *filter_json, const char *view, char out_id[UUID_TEXT_SIZE],
                                   struct err *err) {
    enum status status = STATUS_OK;
    struct selection *sel = calloc(1, sizeof *sel);
    if (!sel) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    for (size_t i = 0; refs && i < count && !status; i++) status = ref_list_add(&sel->refs, &refs[i], err);
    if (!status && filter_json) { /* it is shown as JSON again */
        struct json_text filter;
        status = json_text_parse(&filter, filter_json, strlen(filter_json), 0, err);
        if (!status && filter.type != JSON_TEXT_OBJECT)
            status = err_set(err, STATUS_INVALID, "bad_filter", "A filter is a JSON object.");
    }
    sel->filter = filter_json ? strdup(filter_json) : NULL;
    sel->view = view ? strdup(view) : NULL;
    if (!status && ((filter_json && !sel->filter) || (view && !sel->view) || !uuid7_new(&s->ids, sel->id)))
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    if (status) {
        selection_free(sel);
        return status;
    }
    sel->until_ms = clock_monotonic_ms() + SERVICE_SELECTION_MS;
    memcpy(out_id, sel->id, UUID_TEXT_SIZE);
    pthread_mutex_lock(&s->selection_lock);
    sel->next = s->selections;
    s->selections = sel;
    prune(s);
    pthread_mutex_unlock(&s->selection_lock);
    return STATUS_OK;
}

/* The selection, its time begun anew; NULL when unknown. Under the lock. */
static struct selection *find(struct service *s, const char *id) {
    prune(s);
    for (struct selection *sel = s->selections; sel; sel = sel->next) {
        if (strcmp(sel->id, id)) continue;
        sel->until_ms = clock_monotonic_ms() + SERVICE_SELECTION_MS;
        return sel;
    }
    return NULL;
}

static enum status gone(struct err *err) {
    return err_set(
        err, STATUS_NOT_FOUND, "selection_gone",
        "This selection is no longer kept (it is for ten minutes). Close the dialog and select again.");
}

static enum status copy_refs(const struct ref_list *from, size_t limit, struct ref_list *to, struct err *err) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < from->count && i < limit && !status; i++)
        status = ref_list_add(to, &from->refs[i], err);
    return status;
}

static enum status copy_text(const char *from, char **to, struct err *err) {
    if (!from || !to) return STATUS_OK;
    *to = strdup(from);
    return *to ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

enum status selection_take(struct service *s, const char *id, struct ref_list *refs, char **filter,
                           struct err *err) {
    *filter = NULL;
    pthread_mutex_lock(&s->selection_lock);
    const struct selection *sel = find(s, id);
    enum status status = sel ? copy_refs(&sel->refs, SIZE_MAX, refs, err) : gone(err);
    if (!status) status = copy_text(sel->filter, filter, err);
    pthread_mutex_unlock(&s->selection_lock);
    return status;
}

/* ---- showing ---- */

struct holds {
    struct {
        char id[UUID_TEXT_SIZE];
        char *name;
        int64_t count;
    } * sets;
    size_t count, cap;
    bool failed;
};

static void count_dataset(void *ctx, const struct store_membership *m) {
    struct holds *h = ctx;
    size_t i = 0;
    while (i < h->count && strcmp(h->sets[i].id, m->dataset_id)) i++;
    if (i == h->count) {
        if (h->count == h->cap) {
            size_t cap = h->cap ? h->cap * 2 : 16;
            void *sets = realloc(h->sets, cap * sizeof *h->sets);
            if (!sets) {
                h->failed = true;
                return;
            }
            h->sets = sets;
            h->cap = cap;
        }
        snprintf(h->sets[i].id, UUID_TEXT_SIZE, "%s", m->dataset_id);
        h->sets[i].name = strdup(m->dataset_name);
        h->sets[i].count = 0;
        if (!h->sets[i].name) {
            h->failed = true;
            return;
        }
        h->count++;
    }
    h->sets[i].count++;
}

enum status service_selection_get(struct service *s, const char *id, struct buf *out, struct err *err) {
    size_t from = out->len;
    struct ref_list refs = {0};
    struct holds holds = {0};
    char *filter = NULL, *view = NULL;
    size_t total = 0;
    const char *(*ids)[2] = NULL;
    pthread_mutex_lock(&s->selection_lock);
    const struct selection *sel = find(s, id);
    enum status status = sel ? copy_refs(&sel->refs, SHOWN, &refs, err) : gone(err);
    if (!status) {
        total = sel->refs.count;
        status = copy_text(sel->filter, &filter, err);
    }
    if (!status) status = copy_text(sel->view, &view, err);
    pthread_mutex_unlock(&s->selection_lock);
    if (!status && refs.count) {
        ids = malloc(refs.count * sizeof *ids);
        if (!ids) status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        for (size_t i = 0; !status && i < refs.count; i++) {
            ids[i][0] = refs.refs[i].trace_id;
            ids[i][1] = refs.refs[i].span_id;
        }
        if (!status)
            status = store_memberships(s->store, (const char *const(*)[2])ids, refs.count, count_dataset,
                                       &holds, err);
        if (!status && holds.failed) status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    }
    if (!status) {
        buf_char(out, '{');
        buf_json_text(out, "id", id);
        buf_json_key(out, "count");
        if (filter)
            buf_str(out, "null");
        else
            buf_printf(out, "%zu", total);
        buf_json_text(out, "view", view);
        if (filter) {
            buf_json_key(out, "filter");
            buf_str(out, filter);
        }
        buf_json_key(out, "spans");
        buf_char(out, '[');
        for (size_t i = 0; i < refs.count; i++) {
            buf_json_comma(out);
            buf_printf(out, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}", refs.refs[i].trace_id,
                       refs.refs[i].span_id);
        }
        buf_char(out, ']');
        buf_json_key(out, "datasets");
        buf_char(out, '[');
        for (size_t i = 0; i < holds.count; i++) {
            buf_json_comma(out);
            buf_char(out, '{');
            buf_json_text(out, "id", holds.sets[i].id);
            buf_json_text(out, "name", holds.sets[i].name);
            buf_json_int(out, "holds", holds.sets[i].count);
            buf_char(out, '}');
        }
        buf_str(out, "]}");
        status = wire_done(out, from, err);
    }
    for (size_t i = 0; i < holds.count; i++) free(holds.sets[i].name);
    free(holds.sets);
    free(ids);
    free(filter);
    free(view);
    ref_list_free(&refs);
    return status;
}
