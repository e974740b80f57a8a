/* views.c: see views.h. */
#include "harness/views.h"

#include <stdio.h>
#include <stdlib.h>

bool views_of(struct view_list *out, const struct hostkit_plugin *p, const struct spans *spans) {
    *out = (struct view_list){
        .list = calloc(p->page_count + p->widget_count + p->panel_count + 1, sizeof *out->list)};
    if (!out->list) return false;
    const struct stored_span *s = spans_at(spans, 0);
    for (size_t i = 0; i < p->page_count; i++) {
        struct view *v = &out->list[out->count++];
        snprintf(v->document, sizeof v->document, "%s", p->pages[i].path);
        v->module = p->pages[i].module;
    }
    for (size_t i = 0; i < p->widget_count; i++) {
        struct view *v = &out->list[out->count++];
        snprintf(v->document, sizeof v->document, "%s?trace=%s&span=%s", p->widgets[i].path, s->trace_id,
                 s->span_id);
        v->module = p->widgets[i].module;
    }
    for (size_t i = 0; i < p->panel_count; i++) {
        struct view *v = &out->list[out->count++];
        snprintf(v->document, sizeof v->document, "%s", p->panels[i].path);
        v->module = p->panels[i].module;
    }
    return true;
}

void views_free(struct view_list *views) {
    free(views->list);
    *views = (struct view_list){0};
}
