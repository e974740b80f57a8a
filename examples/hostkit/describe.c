/* describe.c: what is loaded, as the JSON that a host's UI reads, and health. */
#include "base/json_text.h"
#include "hostkit/internal.h"

#include <string.h>

#define HEALTH_MAX (64u << 10)

/* Collects at most HEALTH_MAX bytes. */
static int32_t collect(void *sink, const char *data, size_t len) {
    struct buf *out = sink;
    if (len > HEALTH_MAX - out->len) return 1;
    buf_add(out, data, len);
    return buf_failed(out) ? 1 : 0;
}

bool hostkit_health(struct hostkit *kit, const struct hostkit_plugin *plugin, struct buf *out) {
    struct hostkit_slot *slot = (struct hostkit_slot *)(uintptr_t)plugin;
    if (!TVP_CAN(slot->table, tvp_plugin, health)) {
        buf_str(out, "{\"status\":\"ok\"}");
        return true;
    }
    if (!hostkit_enter(kit)) {
        buf_str(out, "{\"status\":\"failed\",\"detail\":\"The host is stopping.\"}");
        return false;
    }
    struct buf text = BUF_INIT;
    struct json_text root, status;
    tvp_status got = slot->table->health(slot->self, collect, &text);
    hostkit_leave(kit);
    bool ok = false;
    if (got != TVP_OK || text.len == 0 || json_text_parse(&root, text.data, text.len, 0, NULL) != STATUS_OK ||
        !json_text_get(&root, "status", &status) || status.type != JSON_TEXT_STRING) {
        buf_str(out, "{\"status\":\"failed\",\"detail\":\"The plugin gave no health report.\"}");
    } else {
        ok = !json_text_equals(&status, "failed");
        buf_add(out, root.text, root.len);
    }
    buf_free(&text);
    return ok;
}

static void open_list(struct buf *out, const char *key) {
    buf_json_key(out, key);
    buf_char(out, '[');
}

static void open_object(struct buf *out) {
    buf_json_comma(out);
    buf_char(out, '{');
}

static void describe(struct hostkit *kit, const struct hostkit_plugin *p, struct buf *out) {
    struct buf health = BUF_INIT;
    bool healthy = hostkit_health(kit, p, &health);
    buf_free(&health);
    open_object(out);
    buf_json_text(out, "id", p->id);
    buf_json_text(out, "name", p->name);
    buf_json_text(out, "version", p->version);
    buf_json_text(out, "base", p->base_path);
    buf_str(out, healthy ? ",\"healthy\":true" : ",\"healthy\":false");
    open_list(out, "pages");
    for (size_t i = 0; i < p->page_count; i++) {
        const tvp_page *v = &p->pages[i];
        open_object(out);
        buf_json_text(out, "id", v->id);
        buf_json_text(out, "title", v->title);
        buf_json_text(out, "icon", v->icon);
        buf_json_text(out, "route", v->route);
        buf_json_text(out, "path", v->path);
        buf_json_text(out, "element", v->element);
        buf_json_text(out, "module", v->module);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    open_list(out, "actions");
    for (size_t i = 0; i < p->action_count; i++) {
        const tvp_action *v = &p->actions[i];
        open_object(out);
        buf_json_text(out, "id", v->id);
        buf_json_text(out, "label", v->label);
        buf_json_text(out, "icon", v->icon);
        buf_json_text(out, "shortcut", v->shortcut);
        buf_json_int(out, "min_spans", v->min_spans);
        buf_json_int(out, "max_spans", v->max_spans);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    buf_str(out, p->observes ? ",\"observes\":true" : ",\"observes\":false");
    open_list(out, "widgets");
    for (size_t i = 0; i < p->widget_count; i++) {
        const tvp_widget *v = &p->widgets[i];
        open_object(out);
        buf_json_text(out, "id", v->id);
        buf_json_text(out, "title", v->title);
        buf_json_text(out, "path", v->path);
        buf_json_text(out, "element", v->element);
        buf_json_text(out, "module", v->module);
        buf_json_int(out, "order", v->order);
        buf_json_int(out, "height", v->height);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    open_list(out, "panels");
    for (size_t i = 0; i < p->panel_count; i++) {
        const tvp_panel *v = &p->panels[i];
        open_object(out);
        buf_json_text(out, "id", v->id);
        buf_json_text(out, "title", v->title);
        buf_json_text(out, "icon", v->icon);
        buf_json_text(out, "side", v->side);
        buf_json_text(out, "path", v->path);
        buf_json_text(out, "element", v->element);
        buf_json_text(out, "module", v->module);
        buf_json_int(out, "width", v->width);
        buf_json_int(out, "order", v->order);
        buf_char(out, '}');
    }
    buf_str(out, "]}");
}

void hostkit_plugins_json(struct hostkit *kit, struct buf *out) {
    buf_str(out, "{\"plugins\":[");
    for (size_t i = 0; i < kit->slot_count; i++) describe(kit, &kit->slots[i]->pub, out);
    buf_str(out, "]}");
}
