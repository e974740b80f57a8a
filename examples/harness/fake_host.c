/* fake_host.c: see fake_host.h. */
#include "harness/fake_host.h"

#include "base/clock.h"
#include "hostkit/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note(struct fake_host *h) {
    atomic_fetch_add(&h->calls, 1);
    unsigned long long ended = atomic_load(&h->ended_at);
    if (atomic_load(&h->gone))
        atomic_fetch_add(&h->after, 1);
    else if (ended && clock_monotonic_ms() + 1 > ended + LATE_CALL_MS)
        atomic_fetch_add(&h->late, 1);
}

static bool in_setup(struct fake_host *h) {
    note(h);
    if (atomic_load(&h->in_setup) && pthread_equal(h->setup_thread, pthread_self())) return true;
    atomic_fetch_add(&h->misplaced, 1);
    return false;
}

static void bad(struct fake_host *h, const char *what, const char *id, const char *why) {
    if (!h->bad[0]) snprintf(h->bad, sizeof h->bad, "the %s \"%.60s\" %s", what, id ? id : "", why);
}

static const char *copy(const char *text) {
    return text ? strdup(text) : NULL;
}

static void judge_view(struct fake_host *h, const char *what, const char *id, const char *title,
                       const char *path, const char *element, const char *module) {
    if (!hostkit_name_id(id)) bad(h, what, id, "has no valid id");
    if (!hostkit_name_text(title)) bad(h, what, id, "has no title");
    if (!hostkit_name_path(path, false))
        bad(h, what, id, "has no path relative to base_path, such as \"ui/page\"");
    if (element && *element && !hostkit_name_element(element, h->plugin->id))
        bad(h, what, id,
            "has an element whose name does not contain the plugin's id, or that is no element name");
    if (module && *module && !hostkit_name_path(module, false))
        bad(h, what, id, "has a module that is not relative");
    if (element && *element && !(module && *module)) bad(h, what, id, "has an element but no module");
}

static tvp_status register_page(void *ctx, const tvp_page *page) {
    struct fake_host *h = ctx;
    if (!in_setup(h) || !page || h->page_count == FAKE_HOST_MAX) return TVP_EINVAL;
    if (page->size < sizeof *page) bad(h, "page", NULL, "has a size that does not cover its fields");
    judge_view(h, "page", page->id, page->title, page->path, page->element, page->module);
    if (!hostkit_name_route(page->route)) bad(h, "page", page->id, "has no route like /datasets");
    if (page->flags) bad(h, "page", page->id, "has flags that are not 0");
    if (h->busy_routes) return TVP_EBUSY;
    h->pages[h->page_count++] = (tvp_page){.size = (uint32_t)sizeof *page,
                                           .id = copy(page->id),
                                           .title = copy(page->title),
                                           .route = copy(page->route),
                                           .path = copy(page->path),
                                           .element = copy(page->element),
                                           .module = copy(page->module)};
    return TVP_OK;
}

static tvp_status on_span_selected(void *ctx, const tvp_action *action, tvp_span_selected_fn fn, void *self) {
    struct fake_host *h = ctx;
    if (!in_setup(h) || !fn) return TVP_EINVAL;
    if (!action) {
        if (h->observer_count == FAKE_HOST_MAX) return TVP_EINVAL;
        h->observer_selves[h->observer_count] = self;
        h->observer_fns[h->observer_count++] = fn;
        return TVP_OK;
    }
    if (h->action_count == FAKE_HOST_MAX) return TVP_EINVAL;
    if (action->size < sizeof *action) bad(h, "action", NULL, "has a size that does not cover its fields");
    if (!hostkit_name_id(action->id)) bad(h, "action", action->id, "has no valid id");
    if (!hostkit_name_text(action->label)) bad(h, "action", action->id, "has no label");
    if (action->flags) bad(h, "action", action->id, "has flags that are not 0");
    size_t n = h->action_count++;
    h->actions[n] = (tvp_action){.size = (uint32_t)sizeof *action,
                                 .id = copy(action->id),
                                 .label = copy(action->label),
                                 .min_spans = action->min_spans,
                                 .max_spans = action->max_spans};
    h->action_fns[n] = fn;
    h->action_selves[n] = self;
    return TVP_OK;
}

static tvp_status span_footer_widget(void *ctx, const tvp_widget *w) {
    struct fake_host *h = ctx;
    if (!in_setup(h) || !w || h->widget_count == FAKE_HOST_MAX) return TVP_EINVAL;
    if (w->size < sizeof *w) bad(h, "widget", NULL, "has a size that does not cover its fields");
    judge_view(h, "widget", w->id, w->title, w->path, w->element, w->module);
    if (w->flags) bad(h, "widget", w->id, "has flags that are not 0");
    h->widgets[h->widget_count++] = (tvp_widget){.size = (uint32_t)sizeof *w,
                                                 .id = copy(w->id),
                                                 .title = copy(w->title),
                                                 .path = copy(w->path),
                                                 .element = copy(w->element),
                                                 .module = copy(w->module)};
    return TVP_OK;
}

static tvp_status span_json(void *ctx, const tvp_span_ref *span, tvp_write_fn write, void *sink) {
    struct fake_host *h = ctx;
    note(h);
    if (!span || !span->trace_id || !span->span_id || !write) return TVP_EINVAL;
    return spans_span_json(h->spans, span->trace_id, span->span_id, write, sink);
}

static tvp_status trace_json(void *ctx, const char *trace_id, tvp_write_fn write, void *sink) {
    struct fake_host *h = ctx;
    note(h);
    return trace_id && write ? spans_trace_json(h->spans, trace_id, write, sink) : TVP_EINVAL;
}

static void plugin_log(void *ctx, int32_t level, const char *message) {
    (void)level, (void)message;
    note(ctx);
}

static tvp_status query_spans(void *ctx, const char *filter, tvp_write_fn write, void *sink) {
    struct fake_host *h = ctx;
    note(h);
    return filter && write ? spans_query(h->spans, filter, write, sink) : TVP_EINVAL;
}

static const void *extension(void *ctx, const char *id) {
    static const tvp_query query = {.size = sizeof query, .spans = query_spans};
    if (!in_setup(ctx)) return NULL;
    return id && strcmp(id, TVP_EXT_QUERY) == 0 ? &query : NULL;
}

void fake_host_init(struct fake_host *h, struct check *c, const char *data_dir) {
    *h = (struct fake_host){.spans = c->spans, .plugin = c->table};
    snprintf(h->data_dir, sizeof h->data_dir, "%s", data_dir ? data_dir : "");
    snprintf(h->base_path, sizeof h->base_path, "/plugins/%s/", c->table->id);
    h->table = (tvp_host){.size = (uint32_t)sizeof h->table,
                          .abi = TVP_ABI,
                          .ctx = h,
                          .name = "harness",
                          .version = "1.0",
                          .data_dir = data_dir ? h->data_dir : NULL,
                          .base_path = h->base_path,
                          .register_page = register_page,
                          .on_span_selected = on_span_selected,
                          .span_footer_widget = span_footer_widget,
                          .span_json = span_json,
                          .trace_json = trace_json,
                          .log = plugin_log,
                          .extension = extension};
}

bool fake_host_activate(struct fake_host *h, struct check *c, const tvp_host *table) {
    static int unset;
    memset(h->err, 0, sizeof h->err);
    memset(h->err + ACTIVATE_BUF, 0x5a, sizeof h->err - ACTIVATE_BUF);
    h->self = &unset; /* the plugin has to write it */
    h->setup_thread = pthread_self();
    atomic_store(&h->in_setup, true);
    h->status = c->table->activate(table, &h->self, h->err, ACTIVATE_BUF);
    atomic_store(&h->in_setup, false);
    return h->status == TVP_OK;
}

void fake_host_expect_refusal(const struct fake_host *h, struct check *c, tvp_status wanted, const char *when) {
    check_expect(c, h->status != TVP_OK, "activate said TVP_OK %s. It has to refuse", when);
    check_expect(c, wanted == TVP_OK || h->status == wanted, "activate said %d %s; %d is what it means",
                 h->status, when, wanted);
    check_expect(c, h->self == NULL, "*self is not NULL after a refusal %s. Set it first thing", when);
    size_t n = strnlen(h->err, ACTIVATE_BUF);
    check_expect(c, n > 0 && n < ACTIVATE_BUF, "err holds no sentence %s. A person wants to know why", when);
    check_expect(c, !strchr(h->err, '\n'), "the sentence in err has a newline %s", when);
    for (size_t i = ACTIVATE_BUF; i < sizeof h->err; i++)
        check_expect(c, h->err[i] == 0x5a, "activate wrote beyond err_len %s", when);
}

void fake_host_end(struct fake_host *h) {
    if (h->status == TVP_OK) {
        uint64_t begun = clock_monotonic_ms();
        atomic_store(&h->ended_at, begun + 1);
        h->plugin->deactivate(h->self);
        atomic_store(&h->gone, true);
        h->stop_ms = clock_monotonic_ms() - begun;
    }
    h->status = TVP_EINVAL;
    for (size_t i = 0; i < h->page_count; i++) {
        const char *const owned[] = {h->pages[i].id,   h->pages[i].title,   h->pages[i].route,
                                     h->pages[i].path, h->pages[i].element, h->pages[i].module};
        for (size_t j = 0; j < sizeof owned / sizeof *owned; j++) free((char *)(uintptr_t)owned[j]);
    }
    for (size_t i = 0; i < h->action_count; i++) {
        free((char *)(uintptr_t)h->actions[i].id);
        free((char *)(uintptr_t)h->actions[i].label);
    }
    for (size_t i = 0; i < h->widget_count; i++) {
        const char *const owned[] = {h->widgets[i].id, h->widgets[i].title, h->widgets[i].path,
                                     h->widgets[i].element, h->widgets[i].module};
        for (size_t j = 0; j < sizeof owned / sizeof *owned; j++) free((char *)(uintptr_t)owned[j]);
    }
    h->page_count = h->action_count = h->widget_count = h->observer_count = 0;
}

bool fake_host_endpoint(const struct fake_host *h, char url[256], char token[256]) {
    tvp_endpoint e = {.size = (uint32_t)sizeof e};
    url[0] = token[0] = '\0';
    if (!TVP_CAN(h->plugin, tvp_plugin, endpoint) || h->plugin->endpoint(h->self, &e) != TVP_OK) return false;
    snprintf(url, 256, "%s", e.url ? e.url : "");
    snprintf(token, 256, "%s", e.token ? e.token : "");
    return true;
}
