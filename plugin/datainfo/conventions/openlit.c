/* openlit.c: what OpenLIT writes in its own way; the rest of its keys are OTel GenAI's.
 *
 * Until 1.35 the conversation is a text, "system: ...\nuser: ...": each line that begins with a role begins a
 * message. What was no text to it is Python's text of the whole request behind what was, or JavaScript's
 * "image: undefined". The calls of an answer are lists beside it, "f, g" and "{...}, {...}". */
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/python_text.h"

#include <stdio.h>
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

enum lost { LOST_NOTHING, LOST_CALL, LOST_RESULT, LOST_MEDIA };

/* Takes ", tool_use: undefined" off the end of a list of parts and says what was lost there. */
static enum lost cut_part(const char *at, const char **end) {
    static const struct {
        const char *type;
        enum lost lost;
    } table[] = {{"tool_use", LOST_CALL},     {"tool_result", LOST_RESULT}, {"image", LOST_MEDIA},
                 {"image_url", LOST_MEDIA},   {"input_file", LOST_MEDIA},   {"document", LOST_MEDIA},
                 {"input_audio", LOST_MEDIA}, {"file", LOST_MEDIA}};
    static const char *const values[] = {"undefined", "[object Object]"};
    for (size_t i = 0; i < 2 * sizeof table / sizeof *table; i++) {
        char piece[40];
        size_t n = (size_t)snprintf(piece, sizeof piece, ", %s: %s", table[i / 2].type, values[i % 2]),
               len = (size_t)(*end - at), alone = len + 2 == n ? 2 : 0;
        if (len < n - alone || memcmp(*end - (n - alone), piece + alone, n - alone) != 0) continue;
        *end -= n - alone;
        return table[i / 2].lost;
    }
    return LOST_NOTHING;
}

/* JavaScript's text of a list of parts; results are messages of their own. false: it is a text. */
static bool add_parts(struct reading *r, struct json_text role, const char *at, const char *end,
                      struct messages *out) {
    static const char text[] = "text: ";
    size_t count[LOST_MEDIA + 1] = {0}, n = sizeof text - 1;
    enum lost lost;
    for (bool any = false; (lost = cut_part(at, &end)) != LOST_NOTHING || !any; any = true) {
        if (lost == LOST_NOTHING) return false;
        count[lost]++;
    }
    for (size_t i = 0; i < count[LOST_RESULT]; i++) messages_add(r, out, JSON_STRING("tool"));
    if (end == at && count[LOST_RESULT] && !count[LOST_MEDIA]) return true;
    struct message *m = messages_add(r, out, role);
    if (!m) return true;
    if ((size_t)(end - at) >= n && memcmp(at, text, n) == 0) at += n;
    if (end > at) m->content = arena_quoted(&r->arena, at, (size_t)(end - at));
    m->cut = count[LOST_MEDIA] > 0;
    return true;
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
    if (add_parts(r, role, at, end, out)) return false;
    struct message *m = messages_add(r, out, role);
    if (m && !(json_text_equals(&role, "assistant") && json_text_equals(&text, "null"))) m->content = text;
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
    struct json_text text = span_string(&r->span, "gen_ai.content.prompt"); /* JavaScript */
    struct offer o = offer_empty("gen_ai.content.prompt as a text", RANK_FLAT);
    for (size_t i = 0; i < count && !has_text(&text); i++)
        if (json_text_equals(&events[i].name, "gen_ai.content.prompt"))
            text = event_value(&r->span, &events[i], "gen_ai.prompt");
    if (has_text(&text)) read_transcript(r, &text, &o.input);
    if (o.input.count) offer_put(r, &o);
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
    bool python = text_begins(&r->span.scope, "openlit");
    if (!python && !text_begins(&r->span.scope, "@openlit/")) return;
    offer_transcript(r);
    if (!python) return;
    offer_calls(r);
    drop_nones(r);
}

const struct convention convention_openlit = {"OpenLIT", offer};
