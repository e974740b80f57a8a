/* action.c: from the body of a press to a call of the plugin's function, and its reply checked. */
#include "base/json_text.h"
#include "hostkit/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading a selection ---- */

void hostkit_selection_free(struct hostkit_selection *s) {
    free(s->spans);
    free(s->filter);
    free(s->view);
    free(s->user);
    *s = (struct hostkit_selection){0};
}

static int by_ids_then_place(const void *a, const void *b) {
    const struct hostkit_ref *x = *(const struct hostkit_ref *const *)a,
                             *y = *(const struct hostkit_ref *const *)b;
    int order = memcmp(x, y, sizeof *x);
    return order ? order : (x > y) - (x < y);
}

/* Drops spans named before, keeping the order of the first ones. */
static bool drop_repeats(struct hostkit_selection *s) {
    if (s->count < 2) return true;
    struct hostkit_ref **sorted = malloc(s->count * sizeof *sorted);
    if (!sorted) return false;
    for (uint32_t i = 0; i < s->count; i++) sorted[i] = &s->spans[i];
    qsort(sorted, s->count, sizeof *sorted, by_ids_then_place);
    struct hostkit_ref *first = sorted[0];
    for (uint32_t i = 1; i < s->count; i++) {
        if (memcmp(sorted[i], first, sizeof *first) == 0)
            sorted[i]->trace_id[0] = '\0'; /* marked; `first` is never marked before its repeats are compared */
        else
            first = sorted[i];
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->spans[i].trace_id[0]) s->spans[kept++] = s->spans[i];
    s->count = kept;
    free(sorted);
    return true;
}

static bool read_id(const struct json_text *ref, const char *key, size_t digits, char *out) {
    struct json_text v;
    if (!json_text_get(ref, key, &v) || v.type != JSON_TEXT_STRING || v.len != digits + 2) return false;
    char text[TRACE_ID_TEXT_SIZE];
    memcpy(text, v.text + 1, digits);
    text[digits] = '\0';
    return otlp_id_normalize(text, digits, out);
}

static enum status read_spans(struct hostkit_selection *s, const struct json_text *list, struct err *err) {
    if (list->type != JSON_TEXT_ARRAY) {
        (void)err_set(err, STATUS_INVALID, "spans", "\"spans\" has to be a list of {trace_id, span_id}.");
        err_at_pointer(err, "/spans");
        return STATUS_INVALID;
    }
    size_t count = json_text_count(list);
    if (count > HOSTKIT_SELECTION_MAX)
        return err_set(err, STATUS_TOO_LARGE, "spans",
                       "At most %u spans can be named one by one; use a filter.", HOSTKIT_SELECTION_MAX);
    s->spans = calloc(count ? count : 1, sizeof *s->spans);
    if (!s->spans) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    struct json_text_iter it;
    struct json_text ref;
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &ref)) {
        struct hostkit_ref *to = &s->spans[s->count];
        if (!read_id(&ref, "trace_id", 32, to->trace_id) || !read_id(&ref, "span_id", 16, to->span_id)) {
            char at[40];
            snprintf(at, sizeof at, "/spans/%u", (unsigned)s->count);
            (void)err_set(err, STATUS_INVALID, "spans",
                          "Each span needs a trace_id of 32 and a span_id of 16 hex digits.");
            err_at_pointer(err, at);
            return STATUS_INVALID;
        }
        s->count++;
    }
    return drop_repeats(s) ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

enum status hostkit_selection_parse(struct hostkit_selection *out, const char *body, size_t len,
                                    struct err *err) {
    *out = (struct hostkit_selection){0};
    struct json_text root, key, value;
    enum status status = json_text_parse(&root, body, len, 0, err);
    if (status != STATUS_OK) return status;
    if (root.type != JSON_TEXT_OBJECT)
        return err_set(err, STATUS_INVALID, "body", "The body has to be a JSON object.");
    struct json_text_iter it;
    json_text_iter(&it, &root);
    while (json_text_next(&it, &key, &value)) {
        if (json_text_equals(&key, "spans") && !out->spans) {
            status = read_spans(out, &value, err);
            if (status != STATUS_OK) return status;
        } else if (json_text_equals(&key, "filter") && !out->filter) {
            if (value.type == JSON_TEXT_NULL) continue;
            if (value.type != JSON_TEXT_OBJECT)
                return err_set(err, STATUS_INVALID, "filter", "\"filter\" has to be an object.");
            struct buf text = BUF_INIT;
            json_text_compact(&value, &text);
            if (!(out->filter = buf_take(&text))) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        } else if (json_text_equals(&key, "view") && !out->view) {
            if (value.type == JSON_TEXT_NULL) continue;
            if (value.type != JSON_TEXT_STRING || value.len > 100)
                return err_set(err, STATUS_INVALID, "view", "\"view\" has to be a short string.");
            if (!(out->view = json_text_dup(&value)))
                return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        } else {
            return err_set(err, STATUS_INVALID, "member",
                           "The body may hold spans or filter, and view, once each; not %.*s.",
                           (int)(key.len > 40 ? 40 : key.len), key.text);
        }
    }
    if (!out->spans == !out->filter)
        return err_set(err, STATUS_INVALID, "selection", "Give either \"spans\" or \"filter\".");
    return STATUS_OK;
}

/* ---- calling ---- */

/* The reply, at most HOSTKIT_REPLY_MAX bytes. */
struct reply {
    struct buf text;
    bool too_long;
};

static int32_t collect(void *sink, const char *data, size_t len) {
    struct reply *r = sink;
    if (len > HOSTKIT_REPLY_MAX - r->text.len) {
        r->too_long = true;
        return 1;
    }
    buf_add(&r->text, data, len);
    return buf_failed(&r->text) ? 1 : 0;
}

static int32_t ignore(void *sink, const char *data, size_t len) {
    (void)sink, (void)data, (void)len;
    return 0;
}

/* A selection in the form of tvp.h; refs and pointers are made of one block each. */
struct native {
    tvp_selection selection;
    tvp_span_ref *refs;
    const tvp_span_ref **pointers;
};

static bool native_make(struct native *n, const struct hostkit_selection *s, const char *action_id) {
    *n = (struct native){.selection = {
                             .size = (uint32_t)sizeof n->selection,
                             .count = s->count,
                             .action_id = action_id,
                             .user = s->user,
                             .view = s->view,
                             .filter = s->filter,
                         }};
    if (s->filter) return true;
    size_t count = s->count ? s->count : 1;
    n->refs = calloc(count, sizeof *n->refs);
    n->pointers = calloc(count, sizeof *n->pointers);
    if (!n->refs || !n->pointers) return false;
    for (uint32_t i = 0; i < s->count; i++) {
        n->refs[i] = (tvp_span_ref){.size = (uint32_t)sizeof *n->refs,
                                    .trace_id = s->spans[i].trace_id,
                                    .span_id = s->spans[i].span_id};
        n->pointers[i] = &n->refs[i];
    }
    n->selection.spans = n->pointers;
    return true;
}

static void native_free(struct native *n) {
    free(n->refs);
    free(n->pointers);
}

/* An optional string member that has to be a path below base_path. */
static bool path_member(const struct json_text *open, const char *key, bool query, bool *given) {
    struct json_text v;
    *given = json_text_get(open, key, &v) && v.type != JSON_TEXT_NULL;
    if (!*given) return true;
    char *text = json_text_dup(&v);
    bool ok = text && hostkit_name_path(text, query);
    free(text);
    return ok;
}

/* What is wrong with {"open":...}; NULL when nothing is. */
static const char *bad_open(const struct json_text *open, const char *plugin_id) {
    struct json_text v;
    bool has_path, has_module;
    if (open->type != JSON_TEXT_OBJECT) return "\"open\" is no object";
    if (!path_member(open, "path", true, &has_path))
        return "the path of \"open\" is not relative to its base path";
    if (!path_member(open, "module", false, &has_module))
        return "the module of \"open\" is not relative to its base path";
    bool has_element = json_text_get(open, "element", &v) && v.type != JSON_TEXT_NULL;
    if (has_element) {
        char *element = json_text_dup(&v);
        bool ok = element && hostkit_name_element(element, plugin_id);
        free(element);
        if (!ok) return "the element of \"open\" is no custom element name with the plugin's id";
        if (!has_module) return "\"open\" names an element but no module";
    }
    if (!has_path && !has_element) return "\"open\" names neither an element nor a path";
    if (json_text_get(open, "props", &v) && v.type != JSON_TEXT_OBJECT)
        return "the props of \"open\" are no object";
    return NULL;
}

static const char *bad_reply(const struct reply *r, const char *plugin_id) {
    struct json_text root, open, toast, error;
    if (r->too_long) return "its reply is longer than 64 KiB";
    if (buf_failed(&r->text)) return "memory ran out";
    if (r->text.len == 0) return "it gave no reply";
    if (json_text_parse(&root, r->text.data, r->text.len, 0, NULL) != STATUS_OK ||
        root.type != JSON_TEXT_OBJECT)
        return "its reply is no JSON object";
    bool has_open = json_text_get(&root, "open", &open);
    bool has_toast = json_text_get(&root, "toast", &toast);
    bool has_error = json_text_get(&root, "error", &error);
    if ((int)has_open + (int)has_toast + (int)has_error != 1)
        return "its reply has to hold one of \"open\", \"toast\" and \"error\"";
    if (has_open) return bad_open(&open, plugin_id);
    return (has_toast ? toast : error).type == JSON_TEXT_STRING ? NULL : "its message is no string";
}

static enum status check_count(const tvp_action *a, const struct hostkit_selection *s, struct err *err) {
    if (s->filter && s->count == 0) return STATUS_OK; /* nobody knows */
    if (s->count < a->min_spans)
        return err_set(err, STATUS_CONTENT, "too_few", "\"%s\" needs at least %u span%s.", a->label,
                       a->min_spans, a->min_spans == 1 ? "" : "s");
    if (a->max_spans && s->count > a->max_spans)
        return err_set(err, STATUS_CONTENT, "too_many", "\"%s\" takes at most %u span%s.", a->label,
                       a->max_spans, a->max_spans == 1 ? "" : "s");
    return STATUS_OK;
}

enum status hostkit_press(struct hostkit *kit, const char *plugin, const char *action,
                          const struct hostkit_selection *selection, struct buf *reply, struct err *err) {
    const struct hostkit_slot *slot = (const struct hostkit_slot *)hostkit_find(kit, plugin);
    if (!slot) return err_set(err, STATUS_NOT_FOUND, "no_plugin", "There is no plugin \"%.60s\".", plugin);
    size_t at = 0;
    while (at < slot->pub.action_count && strcmp(slot->actions[at].id, action) != 0) at++;
    if (at == slot->pub.action_count)
        return err_set(err, STATUS_NOT_FOUND, "no_action", "%s has no action \"%.60s\".", slot->pub.name,
                       action);
    enum status status = check_count(&slot->actions[at], selection, err);
    if (status != STATUS_OK) return status;

    struct reply r = {0};
    struct native native;
    if (!native_make(&native, selection, slot->actions[at].id)) {
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        goto out;
    }
    if (!hostkit_enter(kit)) {
        status = err_set(err, STATUS_BUSY, "stopping", "The host is stopping.");
        goto out;
    }
    tvp_status got = slot->presses[at].fn(slot->presses[at].self, &native.selection, collect, &r);
    hostkit_leave(kit);
    const char *why = r.too_long      ? "its reply is longer than 64 KiB"
                      : got != TVP_OK ? "it reported an error"
                                      : bad_reply(&r, slot->pub.id);
    if (why) {
        hostkit_log(kit, slot, 2, "The action \"%s\" failed (status %d): %s.", action, (int)got, why);
        status = err_set(err, STATUS_INTERNAL, "action_failed", "%s could not do \"%s\": %s.", slot->pub.name,
                         slot->actions[at].label, why);
        goto out;
    }
    buf_add(reply, r.text.data, r.text.len);
    if (buf_failed(reply)) status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
out:
    native_free(&native);
    buf_free(&r.text);
    return status;
}

void hostkit_observe(struct hostkit *kit, const struct hostkit_selection *selection) {
    bool anybody = false;
    for (size_t i = 0; i < kit->slot_count; i++) anybody = anybody || kit->slots[i]->observer_count > 0;
    struct native native;
    if (!anybody || !hostkit_enter(kit)) return;
    if (native_make(&native, selection, NULL))
        for (size_t i = 0; i < kit->slot_count; i++)
            for (size_t j = 0; j < kit->slots[i]->observer_count; j++) {
                struct hostkit_press_fn *o = &kit->slots[i]->observers[j];
                (void)o->fn(o->self, &native.selection, ignore, NULL);
            }
    native_free(&native);
    hostkit_leave(kit);
}
