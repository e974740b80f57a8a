/* model.c: lists grow in the arena by doubling; words and looks that many ask for. */
#include "datainfo/model.h"

#include <string.h>

struct offer offer_empty(const char *from, enum offer_rank rank) {
    return (struct offer){.from = from, .rank = rank, .usage = {-1, -1, -1, -1, -1, -1}, .cost = -1};
}

struct offer *offer_put(struct reading *r, const struct offer *offer) {
    struct offer *o = arena_alloc(&r->arena, 1, sizeof *o);
    if (!o) return NULL;
    *o = *offer;
    o->next = NULL;
    struct offer **end = &r->offers;
    while (*end) end = &(*end)->next;
    *end = o;
    return o;
}

struct offer *offer_add(struct reading *r, const char *from, enum offer_rank rank) {
    struct offer o = offer_empty(from, rank);
    return offer_put(r, &o);
}

void messages_reserve(struct reading *r, struct messages *list, size_t more) {
    if (list->cap - list->count >= more) return;
    struct message *items = arena_alloc(&r->arena, list->count + more, sizeof *items);
    if (!items) return;
    if (list->count) memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->cap = list->count + more;
}

struct message *messages_add(struct reading *r, struct messages *list, struct json_text role) {
    struct message *items = arena_grow(&r->arena, list->items, list->count, &list->cap, sizeof *items);
    if (!items) return NULL;
    list->items = items;
    struct message *m = &items[list->count++];
    *m = (struct message){.role = role};
    return m;
}

void messages_push(struct reading *r, struct messages *list, const struct message *m) {
    struct message *added = messages_add(r, list, m->role);
    if (added) *added = *m;
}

#define CALLS_MAX ((1u << 30) - 1) /* of one message: what call_cap can count */

static void make_room_for_calls(struct reading *r, struct message *m, size_t cap) {
    if (cap > CALLS_MAX) cap = CALLS_MAX;
    if (cap <= m->call_cap) return;
    struct call_tool *calls = arena_alloc(&r->arena, cap, sizeof *calls);
    if (!calls) return;
    if (m->call_count) memcpy(calls, m->calls, m->call_count * sizeof *calls);
    m->calls = calls;
    m->call_cap = (unsigned)cap & CALLS_MAX;
}

void message_reserve_calls(struct reading *r, struct message *m, size_t more) {
    if (more < CALLS_MAX) make_room_for_calls(r, m, m->call_count + more);
}

struct call_tool *message_add_call(struct reading *r, struct message *m) {
    if (m->call_count >= m->call_cap) make_room_for_calls(r, m, m->call_count ? m->call_count * 2ul : 1);
    if (m->call_count >= m->call_cap) return NULL;
    struct call_tool *c = &m->calls[m->call_count++];
    *c = (struct call_tool){.id = JSON_NONE};
    return c;
}

void message_take_calls(struct message *m, const struct message *from) {
    m->calls = from->calls;
    m->call_count = from->call_count;
    m->call_cap = from->call_count & CALLS_MAX; /* what either adds is its own */
}

void message_add_calls(struct reading *r, struct message *m, const struct message *from) {
    for (size_t i = 0; i < from->call_count; i++) {
        struct call_tool *c = message_add_call(r, m);
        if (c) *c = from->calls[i];
    }
}

struct extra {
    const struct extra *next;
    const char *text;
    uint64_t len : 48;
    enum json_text_type type : 8;
    enum extra_kind kind : 8;
};
#define EXTRA_LEN(n) ((n)&UINT64_MAX >> 16)

static struct json_text value_of(const struct extra *e) {
    return (struct json_text){.text = e->text, .len = e->len, .type = e->type};
}

struct json_text message_extra(const struct message *m, enum extra_kind kind) {
    const struct extra *e = m->extra;
    while (e && e->kind != kind) e = e->next;
    return e ? value_of(e) : JSON_NONE;
}

bool message_says(const struct message *m, enum extra_kind kind) {
    struct json_text v = message_extra(m, kind);
    return has_text(&v);
}

static const struct extra *add_extra(struct reading *r, const struct extra *rest, enum extra_kind kind,
                                     const struct json_text *value) {
    struct extra *e = arena_alloc(&r->arena, 1, sizeof *e);
    if (!e) return rest;
    *e = (struct extra){rest, value->text, EXTRA_LEN(value->len), value->type, kind};
    return e;
}

void message_put(struct reading *r, struct message *m, enum extra_kind kind, struct json_text value) {
    struct json_text had = message_extra(m, kind), other;
    if (had.type == value.type && had.text == value.text && had.len == value.len) return;
    const struct extra *rest = m->extra;
    if (had.type != JSON_TEXT_NONE) { /* the others once more: copies of the message keep these */
        rest = NULL;
        for (const struct extra *e = m->extra; e; e = e->next) {
            other = value_of(e);
            if (e->kind != kind) rest = add_extra(r, rest, e->kind, &other);
        }
    }
    m->extra = value.type == JSON_TEXT_NONE ? rest : add_extra(r, rest, kind, &value);
}

void message_fill(struct reading *r, struct message *m, enum extra_kind kind, const struct message *from) {
    struct json_text own = message_extra(m, kind), other = message_extra(from, kind);
    bool silent = own.type == JSON_TEXT_NONE || (own.type == JSON_TEXT_STRING && own.len <= 2);
    if (silent && other.type != JSON_TEXT_NONE) message_put(r, m, kind, other);
}

void messages_end(struct reading *r, struct messages *list, size_t before, const struct json_text *finish) {
    if (list->count > before && has_text(finish))
        message_put(r, &list->items[list->count - 1], EXTRA_FINISH, *finish);
}

bool offer_add_tool(struct reading *r, struct offer *o, struct json_text tool) {
    if (tool.type == JSON_TEXT_NONE) return false;
    struct json_text *tools = arena_grow(&r->arena, o->tools, o->tool_count, &o->tool_cap, sizeof *tools);
    if (!tools) return false;
    o->tools = tools;
    tools[o->tool_count++] = tool;
    return true;
}

bool text_among(const struct json_text *s, const char *const *words) {
    while (*words && !json_text_equals(s, *words)) words++;
    return *words != NULL;
}

bool text_begins(const struct json_text *s, const char *prefix) {
    size_t n = strlen(prefix);
    return s->type == JSON_TEXT_STRING && s->len >= n + 2 && memcmp(s->text + 1, prefix, n) == 0;
}

bool message_has_content(const struct message *m) {
    return has_text(&m->content) || m->content.type == JSON_TEXT_ARRAY || m->call_count ||
           message_says(m, EXTRA_REFUSAL) || message_says(m, EXTRA_REASONING) ||
           message_extra(m, EXTRA_AUDIO).type == JSON_TEXT_OBJECT;
}

bool messages_have_content(const struct messages *list) {
    for (size_t i = 0; i < list->count; i++)
        if (message_has_content(&list->items[i])) return true;
    return false;
}

bool messages_have_talk(const struct messages *list) {
    static const struct json_text system = JSON_STRING_INIT("system");
    for (size_t i = 0; i < list->count; i++)
        if (message_has_content(&list->items[i]) && !same_role(&list->items[i].role, &system)) return true;
    return false;
}

bool has_cut_messages(const struct messages *list) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].cut) return true;
    return false;
}

#define REDACTED_MAX 26 /* bytes of the longest word below; texts are long */

bool is_redacted(const struct json_text *s) {
    /* The last one is OpenLIT's for JavaScript, in the place of any answer to a request with tools. */
    static const char *const words[] = {"__REDACTED__",
                                        "[REDACTED]",
                                        "<REDACTED>",
                                        "REDACTED",
                                        "[redacted]",
                                        "<redacted>",
                                        "redacted",
                                        "[Filtered]",
                                        "[filtered]",
                                        "[object Object]",
                                        "<replaced>",
                                        "[MaxDepth]",
                                        "Function called with tools",
                                        NULL};
    return s->len <= REDACTED_MAX + 2 && text_among(s, words);
}

bool is_media_stub(const struct json_text *url) {
    return text_begins(url, "@@@langfuseMedia:") || is_redacted(url);
}

bool same_role(const struct json_text *a, const struct json_text *b) {
    bool system_a = json_text_equals(a, "system") || json_text_equals(a, "developer");
    bool system_b = json_text_equals(b, "system") || json_text_equals(b, "developer");
    return system_a || system_b ? system_a && system_b : json_text_same(a, b);
}
