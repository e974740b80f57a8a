/* views.h: the documents that a plugin registered, with the parameters that they take, and their modules. */
#ifndef HARNESS_VIEWS_H
#define HARNESS_VIEWS_H

#include "harness/spans.h"
#include "hostkit/hostkit.h"

#include <stdbool.h>

struct view {
    char document[1200]; /* "ui/footer?trace=...&span=..." */
    const char *module;  /* borrowed, NULL = none */
};

struct view_list {
    struct view *list; /* owned */
    size_t count;
};

/* Pages, widgets (of one of the spans) and panels. false: out of memory. */
bool views_of(struct view_list *out, const struct hostkit_plugin *plugin, const struct spans *spans);
void views_free(struct view_list *views);

#endif
