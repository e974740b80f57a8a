/* check_start.c: one activation with a complete host, and what the table's functions say then. */
#include "harness/fake_host.h"
#include "harness/process.h"

#include "base/json_text.h"
#include "hostkit/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t collect(void *sink, const char *data, size_t len) {
    struct buf *out = sink;
    if (out->len + len > (1u << 20)) return 1;
    buf_add(out, data, len);
    return buf_failed(out) ? 1 : 0;
}

static void health(struct check *c, const struct fake_host *h) {
    if (!TVP_CAN(c->table, tvp_plugin, health)) {
        check_skip(c, RULE_HEALTH, "offers no health");
        return;
    }
    struct buf text = BUF_INIT;
    struct json_text root, status;
    check_begin(c, RULE_HEALTH);
    tvp_status got = c->table->health(h->self, collect, &text);
    check_expect(c, got == TVP_OK, "health said %d on a plugin that has just started", got);
    bool json = text.len > 0 && json_text_parse(&root, text.data, text.len, 0, NULL) == STATUS_OK &&
                root.type == JSON_TEXT_OBJECT;
    if (check_expect(c, json, "it wrote \"%.60s\", which is no JSON object", text.len ? text.data : "")) {
        bool word = json_text_get(&root, "status", &status) &&
                    (json_text_equals(&status, "ok") || json_text_equals(&status, "degraded") ||
                     json_text_equals(&status, "failed"));
        check_expect(c, word, "its \"status\" is none of ok, degraded and failed");
    }
    check_end(c);
    buf_free(&text);
}

static void extensions(struct check *c, const struct fake_host *h) {
    if (!TVP_CAN(c->table, tvp_plugin, extension)) {
        check_skip(c, RULE_EXTENSION, "offers no extensions");
        check_skip(c, RULE_PANEL, "offers no panel");
        return;
    }
    check_begin(c, RULE_EXTENSION);
    check_expect(c, c->table->extension(h->self, "com.example.nothing/1") == NULL,
                 "it gave something for "
                 "com.example.nothing/1. Compare the whole id");
    check_expect(c, c->table->extension(h->self, "") == NULL, "it gave something for an empty id");
    check_expect(c, c->table->extension(h->self, "tvp.panel/2") == NULL,
                 "it gave something for tvp.panel/2, which is "
                 "another extension than tvp.panel/1");
    check_end(c);

    const tvp_panel *p = c->table->extension(h->self, TVP_EXT_PANEL);
    if (!p) {
        check_skip(c, RULE_PANEL, "offers no panel");
        return;
    }
    check_begin(c, RULE_PANEL);
    check_expect(c, p->size >= sizeof *p, "its size is %u and does not cover its fields", p->size);
    check_expect(c, hostkit_name_id(p->id), "its id is missing or has odd characters");
    check_expect(c, hostkit_name_text(p->title), "its title is missing");
    check_expect(c, hostkit_name_path(p->path, false), "its path \"%.80s\" is not relative to base_path",
                 p->path ? p->path : "");
    check_expect(c, !p->side || !*p->side || !strcmp(p->side, "left") || !strcmp(p->side, "right"),
                 "its side is neither left nor right");
    check_expect(c, !p->element || !*p->element || hostkit_name_element(p->element, c->table->id),
                 "its element is no element name that contains the plugin's id");
    check_expect(c, !p->module || !*p->module || hostkit_name_path(p->module, false),
                 "its module is not relative to base_path");
    check_expect(c, p->width >= 0, "its width is negative");
    const tvp_panel *again = c->table->extension(h->self, TVP_EXT_PANEL);
    check_expect(c, again && again->path && p->path && !strcmp(again->path, p->path),
                 "asked twice it gave different panels");
    check_end(c);
}

void check_stage_start(struct check *c) {
    if (!check_load(c, RULE_ACTIVATE, RULE_PANEL)) return;
    struct fake_host h;
    fake_host_init(&h, c, check_dir(c, "data", true));
    char *before = process_state();
    check_begin(c, RULE_ACTIVATE);
    if (!fake_host_activate(&h, c, &h.table)) {
        check_expect(c, false, "activate said %d: %.200s", h.status, h.err);
        check_end(c);
        for (enum rule r = RULE_REGISTERED; r <= RULE_PANEL; r++)
            check_result(c, r, false, "it does not start");
        free(before);
        return;
    }
    char *during = process_state();
    /* Everything else first: deactivate ends what they look at. */
    struct fake_host kept = {.plugin = h.plugin, .self = h.self};
    health(c, &kept);
    extensions(c, &kept);

    check_begin(c, RULE_REGISTERED);
    check_expect(c, !h.bad[0], "%s", h.bad);
    check_expect(c, atomic_load(&h.misplaced) == 0,
                 "it registered or asked for extensions outside of activate, or on "
                 "another thread than activate's");
    check_expect(c, h.page_count + h.action_count + h.widget_count + h.observer_count > 0,
                 "it registered nothing");
    check_end(c);

    fake_host_end(&h);
    char *after = process_state();
    check_begin(c, RULE_ACTIVATE);
    check_expect(c, h.stop_ms <= STOP_LIMIT_MS, "deactivate took %llu ms", (unsigned long long)h.stop_ms);
    check_end(c);
    check_begin(c, RULE_PROCESS);
    check_expect(c, before && during && !strcmp(before, during), "before: %.200s; while active: %.200s",
                 before ? before : "", during ? during : "");
    check_expect(c, before && after && !strcmp(before, after), "before: %.200s; afterwards: %.200s",
                 before ? before : "", after ? after : "");
    check_end(c);
    free(before);
    free(during);
    free(after);
}
