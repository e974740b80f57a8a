/* openlit.c: what OpenLIT writes in its own way; the rest of its keys are OTel GenAI's.
 *
 * Until 1.35 the conversation is a text, "system: ...\nuser: ...": each line that begins with a role begins a
 * message. What was no text to it is Python's text of the whole request behind what was. The calls of an answer are
 * lists beside it, "f, g" and "{...}, {...}". */
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/python_text.h"

#include <string.h>

#define MAX_LISTED 64 /* calls of one answer */

/* ---- the transcript ---- */

/* The role that a line begins with; *skip is what stands before its text. */
static struct json_text role_at(const char *at, const char *end, size_t *skip) {
    static const struct {
        const char *begins;
        struct json_text role;
    } table[] = {
        {"system: ", JSON_STRING_INIT("system")},       {"developer: ", JSON_STRING_INIT("developer")},
        {"user: ", JSON_STRING_INIT("user")},           {"human: ", JSON_STRING_INIT("user")},
        {"assistant: ", JSON_STRING_INIT("assistant")}, {"tool: ", JSON_STRING_INIT("tool")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        *skip = strlen(table[i].begins);
        if ((size_t)(end - at) >= *skip && memcmp(at, table[i].begins, *skip) == 0) return table[i].role;
    }
    return JSON_NONE;
}

/* true: it was the whole conversation. */
static bool add_turn(struct reading *r, struct json_text role, const char *at, const char *end,
                     struct messages *out) {
    struct json_text text = arena_quoted(&r->arena, at, (size_t)(end - at)), head;
    struct json_text whole = end - at > 2 && *at == '[' ? python_value(&r->arena, &text) : JSON_NONE;
    if (json_text_index(&whole, 0, &head) && is_message(&head)) {
        out->count = 0;
        read_messages(r, &whole, role, 0, out);
        return true;
    }
    struct message *m = messages_add(r, out, role);
    if (m) m->content = text;
    return false;
}

/* The string's bytes are looked at as they lie: a new line is \n there. */
static void read_transcript(struct reading *r, const struct json_text *text, struct messages *out) {
    const char *at = text->text + 1, *end = text->text + text->len - 1;
    size_t skip;
    struct json_text role = role_at(at, end, &skip), next;
    if (!has_text(&role)) return;
    const char *from = at + skip;
    for (at = from; at < end; at++) {
        if (*at != '\\') continue;
        bool line = *++at == 'n';
        next = line ? role_at(at + 1, end, &skip) : JSON_NONE;
        if (!has_text(&next)) continue;
        if (add_turn(r, role, from, at - 1, out)) return;
        role = next;
        from = at + 1 + skip;
        at = from - 1;
    }
    add_turn(r, role, from, end, out);
}

static void offer_transcript(struct reading *r) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = 0; i < count; i++) {
        if (!json_text_equals(&events[i].name, "gen_ai.content.prompt")) continue;
        struct json_text text = event_value(&r->span, &events[i], "gen_ai.prompt");
        struct offer o = offer_empty("gen_ai.content.prompt as a text", RANK_FLAT);
        if (has_text(&text)) read_transcript(r, &text, &o.input);
        if (o.input.count) offer_put(r, &o);
        return;
    }
}

/* ---- the calls ---- */

/* Splits "a, b, c"; returns how many there are. */
static size_t split(struct reading *r, const char *key, struct json_text out[MAX_LISTED]) {
    struct json_text list = span_string(&r->span, key);
    size_t n = 0;
    if (!has_text(&list)) return 0;
    const char *at = list.text + 1, *end = list.text + list.len - 1;
    for (; at < end && n < MAX_LISTED; n++) {
        const char *comma = memmem(at, (size_t)(end - at), ", ", 2);
        out[n] = arena_quoted(&r->arena, at, (size_t)((comma ? comma : end) - at));
        at = comma ? comma + 2 : end;
    }
    return n;
}

static void offer_calls(struct reading *r) {
    struct json_text names[MAX_LISTED], ids[MAX_LISTED], text = span_string(&r->span, "gen_ai.tool.args"), one;
    size_t n = split(r, "gen_ai.tool.name", names), known = split(r, "gen_ai.tool.call.id", ids);
    if (!n || n == MAX_LISTED) return;
    struct buf b = BUF_INIT;
    buf_char(&b, '[');
    if (has_text(&text)) json_text_decode(&text, &b);
    buf_char(&b, ']');
    struct json_text arguments = arena_parse(&r->arena, &b);
    bool all = json_text_count(&arguments) == n;
    struct message m = {.role = JSON_STRING("assistant")};
    for (size_t i = 0; i < n; i++) {
        struct call_tool *c = message_add_call(r, &m);
        if (!c) return;
        c->name = names[i];
        if (known == n) c->id = ids[i];
        if (all && json_text_index(&arguments, i, &one)) c->arguments = normal_arguments(r, &one);
    }
    struct offer *o = offer_add(r, "gen_ai.tool.name, gen_ai.tool.args", RANK_HINT);
    if (o) messages_push(r, &o->output, &m);
}

/* Python's None, in the place of a text. */
static void drop_nones(struct reading *r) {
    for (struct offer *o = r->offers; o; o = o->next)
        for (size_t i = 0; i < o->output.count; i++) {
            struct message *m = &o->output.items[i];
            if (m->call_count && json_text_equals(&m->content, "None")) m->content = JSON_NONE;
        }
}

static void offer(struct reading *r) {
    static const char scope[] = "\"openlit";
    if (r->span.scope.len < sizeof scope || memcmp(r->span.scope.text, scope, sizeof scope - 1) != 0) return;
    offer_transcript(r);
    offer_calls(r);
    drop_nones(r);
}

const struct convention convention_openlit = {"OpenLIT", offer};
