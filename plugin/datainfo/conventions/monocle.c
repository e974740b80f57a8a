/* monocle.c: Monocle's own spans. The conversation lies in events: data.input has a list of texts, each the JSON of one
 * message whose role is its key, {"user": "..."}; data.output has the answer in that form; what was counted and how it
 * ended is in the event metadata. Calls of tools are lists in the place of the text. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/conventions/usage.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/parts.h"

#include <string.h>

/* A call, or the JSON text of one. NONE: it is neither. */
static struct json_text call_of(struct reading *r, const struct json_text *v) {
    struct json_text call = v->type == JSON_TEXT_STRING ? string_container(&r->arena, v) : *v, name;
    bool named = json_text_get(&call, "tool_name", &name) || json_text_get(&call, "tool_function", &name);
    return named ? call : JSON_NONE;
}

static bool read_calls(struct reading *r, const struct json_text *list, struct message *m) {
    struct json_text_iter it;
    struct json_text item, call;
    if (list->type != JSON_TEXT_ARRAY) return false;
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &item)) {
        call = call_of(r, &item);
        if (call.type == JSON_TEXT_NONE) return false;
        read_call(r, &call, m);
    }
    return m->call_count > 0;
}

/* {role: what was said}; true: it was one. */
static bool read_turn(struct reading *r, const struct json_text *turn, struct messages *out) {
    struct json_text_iter it;
    struct json_text key, value;
    if (turn->type != JSON_TEXT_OBJECT || json_text_count(turn) != 1) return false;
    json_text_iter(&it, turn);
    if (!json_text_next(&it, &key, &value)) return false;
    struct message m = {.role = known_role(&key)};
    if (json_text_equals(&key, "tools")) m.role = JSON_STRING("assistant"); /* a stream's calls */
    if (!has_text(&m.role)) return false;
    if (!read_calls(r, &value, &m)) {
        message_take_calls(&m, &(struct message){0});
        if (value.type != JSON_TEXT_NULL) read_content(r, &value, MESSAGE_VERBATIM, &m, out);
    }
    if (message_has_content(&m)) messages_push(r, out, &m);
    return true;
}

/* Of the Responses API: a call, or {call_id, output}. true: it was one. */
static bool read_bare_item(struct reading *r, const struct json_text *item, struct messages *out) {
    struct json_text output, id = JSON_NONE;
    struct message m = {.role = JSON_STRING("assistant")};
    if (call_of(r, item).type != JSON_TEXT_NONE) {
        read_call(r, item, &m);
    } else {
        if (!json_text_get(item, "call_id", &id) || !json_text_get(item, "output", &output)) return false;
        m.role = JSON_STRING("tool");
        message_put(r, &m, EXTRA_TOOL_CALL_ID, id);
        part_result(r, &output, &m);
    }
    messages_push(r, out, &m);
    return true;
}

static void read_input(struct reading *r, struct span_event *e, struct offer *o) {
    struct json_text list = event_value(&r->span, e, "input"), item;
    struct json_text_iter it;
    if (list.type != JSON_TEXT_ARRAY) return;
    messages_make_room(r, &list, &o->input);
    json_text_iter(&it, &list);
    while (json_text_next(&it, NULL, &item)) {
        struct json_text turn = string_container(&r->arena, &item);
        bool read = read_turn(r, &turn, &o->input) || read_bare_item(r, &turn, &o->input);
        if (read || !has_text(&item)) continue;
        struct message *m = messages_add(r, &o->input, JSON_STRING("user"));
        if (m) m->content = item;
    }
    pair_results(r, &o->input, 0);
}

/* A failed call has its error in the place of the answer. */
static void read_output(struct reading *r, struct span_event *e, struct offer *o) {
    struct json_text text = event_value(&r->span, e, "response"), turn = JSON_NONE;
    if (text.type == JSON_TEXT_STRING) turn = string_container(&r->arena, &text);
    if (read_turn(r, &turn, &o->output) || !has_text(&text) || r->span.status_code == 2) return;
    struct message *m = messages_add(r, &o->output, JSON_STRING("assistant"));
    if (m) m->content = text;
}

static void read_metadata(struct reading *r, struct span_event *e, struct offer *o) {
    struct {
        const char *key;
        int64_t *into;
    } counts[] = {
        {"prompt_tokens", &o->usage.input},
        {"completion_tokens", &o->usage.output},
        {"total_tokens", &o->usage.total},
        {"cache_read_input_tokens", &o->usage.cached},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct json_text v = event_value(&r->span, e, counts[i].key);
        count_of(&v, counts[i].into);
    }
    struct json_text finish = event_value(&r->span, e, "finish_reason");
    if (has_text(&finish)) o->finish = finish;
}

/* "inference.openai" names who serves it, "model.llm.gpt-4o" the model. */
static struct json_text named_by(struct reading *r, const char *key, const char *prefix) {
    struct json_text type = span_value(&r->span, key);
    size_t n = strlen(prefix);
    if (!text_begins(&type, prefix) || type.len <= n + 2) return JSON_NONE;
    return arena_quoted(&r->arena, type.text + 1 + n, type.len - 2 - n);
}

static void offer(struct reading *r) {
    if (!span_has(&r->span, "monocle_apptrace.version")) return;
    struct offer o = offer_empty("data.input, data.output", RANK_STRUCTURED);
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = 0; i < count; i++) {
        if (json_text_equals(&events[i].name, "data.input")) read_input(r, &events[i], &o);
        if (json_text_equals(&events[i].name, "data.output")) read_output(r, &events[i], &o);
        if (json_text_equals(&events[i].name, "metadata")) read_metadata(r, &events[i], &o);
    }
    o.provider = named_by(r, "entity.1.type", "inference.");
    o.request_model = named_by(r, "entity.2.type", "model.llm.");
    offer_put(r, &o);
}

const struct convention convention_monocle = {"Monocle", offer};
