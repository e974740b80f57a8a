/* registry.c: the tvp_host that a plugin talks to.
 *
 * Registrations are accepted only while activate runs and only from its thread; after it they never change. Every
 * string is copied into a chain that is freed with the slot. A refused registration leaves a line in the log that
 * says why, because the plugin only sees a number. */
#include "hostkit/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGISTER_MAX 64 /* of each sort per plugin */

static struct hostkit_slot *slot_of(void *ctx) {
    return ctx;
}

/* A copy that lives as long as the slot; NULL for NULL and "". *ok becomes false when memory is out. */
static const char *keep(struct hostkit_slot *slot, const char *text, bool *ok) {
    if (!text || !*text) return NULL;
    size_t n = strlen(text) + 1;
    struct hostkit_string *s = malloc(sizeof *s + n);
    if (!s) {
        *ok = false;
        return NULL;
    }
    memcpy(s->text, text, n);
    s->next = slot->strings;
    slot->strings = s;
    return s->text;
}

static bool in_setup(struct hostkit_slot *slot, const char *what) {
    if (atomic_load(&slot->in_setup) && pthread_equal(slot->setup_thread, pthread_self())) return true;
    hostkit_log(slot->kit, slot, 2, "%s was called outside of activate or from another thread and is refused.",
                what);
    return false;
}

static tvp_status refuse(struct hostkit_slot *slot, tvp_status status, const char *what, const char *id,
                         const char *why) {
    hostkit_log(slot->kit, slot, 2, "The %s \"%s\" is refused: %s.", what, id ? id : "", why);
    return status;
}

/* Makes room for one more element of `size` bytes in *array. */
static bool grow(void **array, size_t count, size_t size) {
    void *bigger = realloc(*array, (count + 1) * size);
    if (!bigger) return false;
    *array = bigger;
    return true;
}

/* The checks that pages, widgets and panels share: NULL when all is well. */
static const char *bad_view(const struct hostkit_slot *slot, const char *id, const char *title,
                            const char *path, const char *element, const char *module) {
    if (!hostkit_name_id(id)) return "its id is missing or has characters other than letters, digits, - _ .";
    if (!hostkit_name_text(title)) return "its title is missing or too long";
    if (!hostkit_name_path(path, false)) return "its path is missing or not relative to base_path";
    if (element && *element && !hostkit_name_element(element, slot->pub.id))
        return "its element is no custom element name that contains the plugin's id";
    if (module && *module && !hostkit_name_path(module, false))
        return "its module is not relative to base_path";
    if (element && *element && !(module && *module)) return "it names an element but no module that defines it";
    return NULL;
}

/* An optional string of a struct that may be shorter than ours. */
#define OPTIONAL(p, type, field) (TVP_HAS(p, type, field) ? (p)->field : NULL)

/* The route is taken by the host, by this plugin or by another one. */
static bool route_taken(const struct hostkit_slot *slot, const char *route) {
    const struct hostkit *kit = slot->kit;
    for (size_t i = 0; i < kit->reserved_count; i++)
        if (hostkit_route_overlaps(kit->reserved[i], route)) return true;
    for (size_t i = 0; i < kit->slot_count; i++)
        for (size_t j = 0; j < kit->slots[i]->pub.page_count; j++)
            if (hostkit_route_overlaps(kit->slots[i]->pages[j].route, route)) return true;
    for (size_t j = 0; j < slot->pub.page_count; j++)
        if (hostkit_route_overlaps(slot->pages[j].route, route)) return true;
    return false;
}

static tvp_status register_page(void *ctx, const tvp_page *page) {
    struct hostkit_slot *slot = slot_of(ctx);
    if (!in_setup(slot, "register_page")) return TVP_EINVAL;
    if (!page || !TVP_HAS(page, tvp_page, path))
        return refuse(slot, TVP_EINVAL, "page", NULL, "it is cut short");
    const char *element = OPTIONAL(page, tvp_page, element), *module = OPTIONAL(page, tvp_page, module);
    const char *why = bad_view(slot, page->id, page->title, page->path, element, module);
    if (!why && !hostkit_name_route(page->route)) why = "its route is missing or is no address like /datasets";
    if (!why && page->icon && !hostkit_name_icon(page->icon))
        why = "its icon is neither a name nor an SVG path";
    for (size_t i = 0; !why && i < slot->pub.page_count; i++)
        if (strcmp(slot->pages[i].id, page->id) == 0) why = "the plugin has a page of that id already";
    if (!why && slot->pub.page_count >= REGISTER_MAX) why = "there are too many";
    if (why) return refuse(slot, TVP_EINVAL, "page", page->id, why);
    if (route_taken(slot, page->route)) return refuse(slot, TVP_EBUSY, "page", page->id, "its route is taken");

    bool ok = grow((void **)&slot->pages, slot->pub.page_count, sizeof *slot->pages);
    if (!ok) return TVP_ENOMEM;
    tvp_page copy = {.size = (uint32_t)sizeof copy};
    copy.id = keep(slot, page->id, &ok);
    copy.title = keep(slot, page->title, &ok);
    copy.icon = keep(slot, page->icon, &ok);
    copy.route = keep(slot, page->route, &ok);
    copy.path = keep(slot, page->path, &ok);
    copy.element = keep(slot, element, &ok);
    copy.module = keep(slot, module, &ok);
    if (!ok) return TVP_ENOMEM;
    slot->pages[slot->pub.page_count++] = copy;
    slot->pub.pages = slot->pages;
    return TVP_OK;
}

static tvp_status add_observer(struct hostkit_slot *slot, tvp_span_selected_fn fn, void *self) {
    if (slot->observer_count >= REGISTER_MAX)
        return refuse(slot, TVP_EINVAL, "observer", NULL, "there are too many");
    if (!grow((void **)&slot->observers, slot->observer_count, sizeof *slot->observers)) return TVP_ENOMEM;
    slot->observers[slot->observer_count++] = (struct hostkit_press_fn){.fn = fn, .self = self};
    slot->pub.observes = true;
    return TVP_OK;
}

static tvp_status on_span_selected(void *ctx, const tvp_action *action, tvp_span_selected_fn fn, void *self) {
    struct hostkit_slot *slot = slot_of(ctx);
    if (!in_setup(slot, "on_span_selected")) return TVP_EINVAL;
    if (!fn) return refuse(slot, TVP_EINVAL, "action", NULL, "it has no function");
    if (!action) return add_observer(slot, fn, self);
    if (!TVP_HAS(action, tvp_action, label)) return refuse(slot, TVP_EINVAL, "action", NULL, "it is cut short");
    const char *icon = OPTIONAL(action, tvp_action, icon), *shortcut = OPTIONAL(action, tvp_action, shortcut);
    uint32_t min = TVP_HAS(action, tvp_action, min_spans) ? action->min_spans : 0;
    uint32_t max = TVP_HAS(action, tvp_action, max_spans) ? action->max_spans : 0;
    if (min == 0) min = 1;
    const char *why = NULL;
    if (!hostkit_name_id(action->id))
        why = "its id is missing or has characters other than letters, digits, - _ .";
    else if (!hostkit_name_text(action->label))
        why = "its label is missing or too long";
    else if (icon && !hostkit_name_icon(icon))
        why = "its icon is neither a name nor an SVG path";
    else if (shortcut && *shortcut && !hostkit_name_text(shortcut))
        why = "its shortcut is too long";
    else if (max != 0 && max < min)
        why = "max_spans is below min_spans";
    for (size_t i = 0; !why && i < slot->pub.action_count; i++)
        if (strcmp(slot->actions[i].id, action->id) == 0) why = "the plugin has an action of that id already";
    if (!why && slot->pub.action_count >= REGISTER_MAX) why = "there are too many";
    if (why) return refuse(slot, TVP_EINVAL, "action", action->id, why);

    size_t n = slot->pub.action_count;
    bool ok = grow((void **)&slot->actions, n, sizeof *slot->actions) &&
              grow((void **)&slot->presses, n, sizeof *slot->presses);
    if (!ok) return TVP_ENOMEM;
    tvp_action copy = {.size = (uint32_t)sizeof copy, .min_spans = min, .max_spans = max};
    copy.id = keep(slot, action->id, &ok);
    copy.label = keep(slot, action->label, &ok);
    copy.icon = keep(slot, icon, &ok);
    copy.shortcut = keep(slot, shortcut, &ok);
    if (!ok) return TVP_ENOMEM;
    slot->presses[n] = (struct hostkit_press_fn){.fn = fn, .self = self};
    slot->actions[n] = copy;
    slot->pub.actions = slot->actions;
    slot->pub.action_count = n + 1;
    return TVP_OK;
}

static tvp_status span_footer_widget(void *ctx, const tvp_widget *widget) {
    struct hostkit_slot *slot = slot_of(ctx);
    if (!in_setup(slot, "span_footer_widget")) return TVP_EINVAL;
    if (!widget || !TVP_HAS(widget, tvp_widget, path))
        return refuse(slot, TVP_EINVAL, "widget", NULL, "it is cut short");
    const char *element = OPTIONAL(widget, tvp_widget, element), *module = OPTIONAL(widget, tvp_widget, module);
    const char *why = bad_view(slot, widget->id, widget->title, widget->path, element, module);
    for (size_t i = 0; !why && i < slot->pub.widget_count; i++)
        if (strcmp(slot->widgets[i].id, widget->id) == 0) why = "the plugin has a widget of that id already";
    if (!why && slot->pub.widget_count >= REGISTER_MAX) why = "there are too many";
    if (why) return refuse(slot, TVP_EINVAL, "widget", widget->id, why);

    bool ok = grow((void **)&slot->widgets, slot->pub.widget_count, sizeof *slot->widgets);
    if (!ok) return TVP_ENOMEM;
    tvp_widget copy = {.size = (uint32_t)sizeof copy};
    copy.id = keep(slot, widget->id, &ok);
    copy.title = keep(slot, widget->title, &ok);
    copy.path = keep(slot, widget->path, &ok);
    copy.element = keep(slot, element, &ok);
    copy.module = keep(slot, module, &ok);
    copy.order = TVP_HAS(widget, tvp_widget, order) ? widget->order : 0;
    copy.height = TVP_HAS(widget, tvp_widget, height) && widget->height > 0 ? widget->height : 0;
    if (!ok) return TVP_ENOMEM;
    size_t at = slot->pub.widget_count++;
    for (; at > 0 && slot->widgets[at - 1].order > copy.order; at--) slot->widgets[at] = slot->widgets[at - 1];
    slot->widgets[at] = copy;
    slot->pub.widgets = slot->widgets;
    return TVP_OK;
}

void hostkit_registry_panel(struct hostkit_slot *slot) {
    const tvp_plugin *table = slot->table;
    if (!TVP_CAN(table, tvp_plugin, extension)) return;
    const tvp_panel *panel = table->extension(slot->self, TVP_EXT_PANEL);
    if (!panel) return;
    const char *why = NULL;
    if (!TVP_HAS(panel, tvp_panel, path)) {
        why = "it is cut short";
    } else {
        why = bad_view(slot, panel->id, panel->title, panel->path, OPTIONAL(panel, tvp_panel, element),
                       OPTIONAL(panel, tvp_panel, module));
        if (!why && panel->icon && !hostkit_name_icon(panel->icon))
            why = "its icon is neither a name nor an SVG path";
        if (!why && panel->side && *panel->side && strcmp(panel->side, "left") != 0 &&
            strcmp(panel->side, "right") != 0)
            why = "its side is neither left nor right";
    }
    if (why) {
        (void)refuse(slot, TVP_EINVAL, "panel", NULL, why);
        return;
    }
    bool ok = grow((void **)&slot->panels, 0, sizeof *slot->panels);
    if (!ok) return;
    tvp_panel copy = {.size = (uint32_t)sizeof copy};
    copy.id = keep(slot, panel->id, &ok);
    copy.title = keep(slot, panel->title, &ok);
    copy.icon = keep(slot, panel->icon, &ok);
    copy.side = keep(slot, panel->side && *panel->side ? panel->side : "left", &ok);
    copy.path = keep(slot, panel->path, &ok);
    copy.element = keep(slot, OPTIONAL(panel, tvp_panel, element), &ok);
    copy.module = keep(slot, OPTIONAL(panel, tvp_panel, module), &ok);
    copy.width = TVP_HAS(panel, tvp_panel, width) && panel->width > 0 ? panel->width : 384;
    copy.order = TVP_HAS(panel, tvp_panel, order) ? panel->order : 0;
    if (!ok) return;
    slot->panels[0] = copy;
    slot->pub.panels = slot->panels;
    slot->pub.panel_count = 1;
}

/* ---- [any] calls: pass on to the host program with checked arguments ---- */

static tvp_status span_json(void *ctx, const tvp_span_ref *span, tvp_write_fn write, void *sink) {
    struct hostkit_slot *slot = slot_of(ctx);
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    if (atomic_load(&slot->ending) || !write) return TVP_EINVAL;
    if (!span || !TVP_HAS(span, tvp_span_ref, span_id) || !span->trace_id || !span->span_id) return TVP_EINVAL;
    if (!otlp_id_normalize(span->trace_id, 32, trace_id) || !otlp_id_normalize(span->span_id, 16, span_id))
        return TVP_EINVAL;
    const struct hostkit_callbacks *c = &slot->kit->callbacks;
    return c->span_json(c->ctx, trace_id, span_id, write, sink);
}

static tvp_status trace_json(void *ctx, const char *trace, tvp_write_fn write, void *sink) {
    struct hostkit_slot *slot = slot_of(ctx);
    char trace_id[TRACE_ID_TEXT_SIZE];
    if (atomic_load(&slot->ending) || !write || !trace || !otlp_id_normalize(trace, 32, trace_id))
        return TVP_EINVAL;
    const struct hostkit_callbacks *c = &slot->kit->callbacks;
    return c->trace_json(c->ctx, trace_id, write, sink);
}

static void plugin_log(void *ctx, int32_t level, const char *message) {
    struct hostkit_slot *slot = slot_of(ctx);
    if (!message || atomic_load(&slot->ending)) return;
    hostkit_log(slot->kit, slot, level < 0 ? 0 : level > 3 ? 3 : level, "%s", message);
}

static tvp_status query_spans(void *ctx, const char *filter, tvp_write_fn write, void *sink) {
    struct hostkit_slot *slot = slot_of(ctx);
    if (atomic_load(&slot->ending) || !write || !filter) return TVP_EINVAL;
    const struct hostkit_callbacks *c = &slot->kit->callbacks;
    return c->query(c->ctx, filter, write, sink);
}

static tvp_status notify_toast(void *ctx, int32_t level, const char *text) {
    struct hostkit_slot *slot = slot_of(ctx);
    if (atomic_load(&slot->ending) || !text || !*text) return TVP_EINVAL;
    const struct hostkit_callbacks *c = &slot->kit->callbacks;
    return c->toast(c->ctx, slot->pub.id, level < 0 ? 0 : level > 3 ? 3 : level, text);
}

static const void *host_extension(void *ctx, const char *id) {
    static const tvp_query query = {.size = sizeof query, .spans = query_spans};
    static const tvp_notify notify = {.size = sizeof notify, .toast = notify_toast};
    struct hostkit_slot *slot = slot_of(ctx);
    if (!id || !in_setup(slot, "extension")) return NULL;
    if (strcmp(id, TVP_EXT_QUERY) == 0 && slot->kit->callbacks.query) return &query;
    if (strcmp(id, TVP_EXT_NOTIFY) == 0 && slot->kit->callbacks.toast) return &notify;
    return NULL;
}

void hostkit_registry_open(struct hostkit_slot *slot) {
    slot->host = (tvp_host){
        .size = (uint32_t)sizeof slot->host,
        .abi = TVP_ABI,
        .ctx = slot,
        .name = slot->kit->name,
        .version = slot->kit->version,
        .data_dir = slot->pub.data_dir,
        .base_path = slot->pub.base_path,
        .register_page = register_page,
        .on_span_selected = on_span_selected,
        .span_footer_widget = span_footer_widget,
        .span_json = span_json,
        .trace_json = slot->kit->callbacks.trace_json ? trace_json : NULL,
        .log = plugin_log,
        .extension = host_extension,
    };
}

void hostkit_registry_free(struct hostkit_slot *slot) {
    free(slot->pages);
    free(slot->actions);
    free(slot->widgets);
    free(slot->panels);
    free(slot->presses);
    free(slot->observers);
    for (struct hostkit_string *s = slot->strings, *next; s; s = next) {
        next = s->next;
        free(s);
    }
}
