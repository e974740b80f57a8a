/* otel_genai.c: OpenTelemetry's GenAI semantic conventions in the three forms they have had:
 *   v1.27   span events gen_ai.content.prompt and gen_ai.content.completion with JSON in an attribute
 *   v1.28   one event per message (gen_ai.user.message ... gen_ai.choice), as log records or as span events
 *   v1.37   gen_ai.input.messages and friends, as attributes of the span or of the operation.details event
 * Tools are recorded in the last form only, the tool choice in none. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/choices.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/salvage.h"
#include "datainfo/value.h"

#include <string.h>

/* ---- message attributes ---- */

/* Where the attributes are: on the span (event NULL) or on an event, there also as members of a log's body. */
static struct json_text value_at(struct reading *r, struct span_event *e, const char *key) {
    if (!e) return span_value(&r->span, key);
    struct json_text v = event_value(&r->span, e, key);
    if (v.type == JSON_TEXT_NONE) json_text_get(&e->body, key, &v);
    return v;
}

static struct json_text container_at(struct reading *r, struct span_event *e, const char *key, bool *cut) {
    if (!e) return value_container(r, key, cut);
    struct json_text v = value_at(r, e, key), whole = v;
    if (v.type == JSON_TEXT_STRING) {
        whole = string_container(&r->arena, &v);
        if (whole.type == JSON_TEXT_NONE) {
            whole = salvage_string(&r->arena, &v);
            *cut = has_text(&v);
        }
    }
    return whole.type == JSON_TEXT_ARRAY || whole.type == JSON_TEXT_OBJECT ? whole : JSON_NONE;
}

/* The text of a request that was nothing but a text (Sentry writes the Responses API's `input` as it is). */
static void read_bare_text(struct reading *r, struct span_event *e, struct offer *o) {
    struct json_text v = value_at(r, e, "gen_ai.input.messages");
    bool text = has_text(&v) && !is_redacted(&v) && v.text[1] != '[' && v.text[1] != '{';
    struct message *m = text ? messages_add(r, &o->input, JSON_STRING("user")) : NULL;
    if (m) m->content = v;
}

/* An answer whose text is the whole response (Microsoft's of OpenAI's agents). */
static void open_response(struct reading *r, struct offer *o) {
    static const char *const objects[] = {"chat.completion", "response", NULL};
    if (o->output.count != 1 || o->output.items[0].call_count) return;
    struct json_text text = o->output.items[0].content, list = string_container(&r->arena, &text), object;
    if (text.type != JSON_TEXT_STRING || !memmem(text.text, text.len, "object", 6)) return;
    struct json_text body = list;
    if (list.type == JSON_TEXT_ARRAY && (json_text_count(&list) != 1 || !json_text_index(&list, 0, &body)))
        return;
    if (!json_text_get(&body, "object", &object) || !text_among(&object, objects)) return;
    struct offer whole = offer_empty(o->from, o->rank);
    if (!body_response(r, &body, &whole) || !whole.output.count) return;
    o->output = whole.output;
    o->finish = whole.finish;
    o->usage = whole.usage;
    o->response_id = whole.response_id;
    o->response_model = whole.response_model;
}

/* How many messages of the user from there on say nothing. */
static size_t unsaid(const struct messages *list, size_t from) {
    size_t n = 0;
    for (; from + n < list->count; n++) {
        const struct message *m = &list->items[from + n];
        if (message_has_content(m) || !json_text_equals(&m->role, "user")) break;
    }
    return n;
}

/* Microsoft's writes calls and their results as messages of the user that say nothing, which nobody sends twice
 * running: behind an answer one half of them was its calls, the other their results. */
static void name_unsaid(struct messages *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct message m = list->items[i];
        bool answer = json_text_equals(&m.role, "assistant") && message_has_content(&m) && !m.call_count;
        list->items[kept++] = m;
        size_t n = answer ? unsaid(list, i + 1) : 0;
        if (n < 2) continue;
        for (size_t k = 0; k < n / 2; k++) {
            struct message result = {.role = JSON_STRING("tool")};
            list->items[kept++] = result;
        }
        i += n;
    }
    list->count = kept;
}

static void read_attributes(struct reading *r, struct span_event *e, struct offer *o) {
    struct json_text input = container_at(r, e, "gen_ai.input.messages", &o->cut_input),
                     output = container_at(r, e, "gen_ai.output.messages", &o->cut_output);
    struct json_text tools = container_at(r, e, "gen_ai.tool.definitions", &o->cut_tools);
    if (input.type != JSON_TEXT_NONE) {
        struct messages list = {0};
        read_messages(r, &input, JSON_STRING("user"), 0, &list);
        if (list.count >= o->input.count) o->input = list; /* events repeat the input: the longest has it all */
        name_unsaid(&o->input);
    } else if (!o->input.count) {
        read_bare_text(r, e, o);
    }
    if (output.type != JSON_TEXT_NONE) {
        /* One event per output item, or one list: either way the answers in order. */
        read_messages(r, &output, JSON_STRING("assistant"), e ? MESSAGE_ONE_ANSWER : 0, &o->output);
        open_response(r, o);
    }
    if (tools.type != JSON_TEXT_NONE && !o->tool_count) read_tools(r, &tools, o);
    if (o->cut_tools) value_was_cut(&tools, o);
    if (o->tool_count) o->tells |= TELLS_TOOLS;
}

/* The answer that was recorded under the request's key, behind it (Rig): a key that comes twice, and whose second value
 * nobody but the assistant says. */
static void read_second_input(struct reading *r, struct offer *o) {
    static const char key[] = "gen_ai.input.messages";
    struct attr *first = span_attr(&r->span, key), *end = r->span.attrs.items + r->span.attrs.count;
    if (!first || o->output.count) return;
    for (struct attr *a = first + 1; a < end; a++) {
        if (!attr_is(a, key)) continue;
        struct json_text v = attr_container(&r->arena, a);
        struct messages list = {0};
        if (v.type != JSON_TEXT_NONE) read_messages(r, &v, JSON_STRING("assistant"), MESSAGE_ONE_ANSWER, &list);
        bool answer = list.count > 0;
        for (size_t i = 0; i < list.count; i++)
            answer = answer && json_text_equals(&list.items[i].role, "assistant");
        if (answer) o->output = list;
    }
}

static bool has_attributes(struct reading *r) {
    return span_has(&r->span, "gen_ai.input.messages") || span_has(&r->span, "gen_ai.output.messages") ||
           span_has(&r->span, "gen_ai.system_instructions") || span_has(&r->span, "gen_ai.tool.definitions");
}

/* ---- one event per message ---- */

/* Content that is a JSON array of Bedrock's blocks (Strands); any other text stays text, though it be JSON. */
static bool is_blocks(const struct json_text *v) {
    static const char *const members[] = {"text", "toolUse", "toolResult", "image", "reasoningContent"};
    struct json_text head, inner;
    if (!json_text_index(v, 0, &head) || json_text_count(&head) != 1) return false;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_text_get(&head, members[i], &inner)) return true;
    return false;
}

/* The message of an event: a log's body, the JSON in gen_ai.event.content, or the event's attributes
 * themselves. */
static struct json_text message_of(struct reading *r, struct span_event *e) {
    if (e->body.type == JSON_TEXT_OBJECT) return e->body;
    if (e->body.type == JSON_TEXT_STRING) {
        struct json_text inner = string_container(&r->arena, &e->body);
        return inner.type == JSON_TEXT_OBJECT ? inner : e->body;
    }
    struct json_text content = event_container(&r->span, e, "gen_ai.event.content");
    if (content.type == JSON_TEXT_OBJECT) return content;
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    for (size_t i = 0; i < e->attrs.count; i++) {
        struct attr *a = &e->attrs.items[i];
        struct json_text v = attr_plain(&r->arena, a);
        bool list = (a->key_len == 7 && memcmp(a->key, "message", 7) == 0) ||
                    (a->key_len == 10 && memcmp(a->key, "tool_calls", 10) == 0);
        bool text = a->key_len == 7 && memcmp(a->key, "content", 7) == 0;
        struct json_text inner = list || text ? attr_container(&r->arena, a) : JSON_NONE;
        if (inner.type != JSON_TEXT_NONE && (list || is_blocks(&inner))) v = inner;
        buf_json_comma(&b);
        buf_json_string(&b, a->key, a->key_len);
        buf_char(&b, ':');
        json_text_copy_valid(&v, &b);
    }
    buf_char(&b, '}');
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

/* OpenLLMetry: {message: {content}, tool_calls}. */
static void read_calls_beside(struct reading *r, const struct json_text *v, struct message *m) {
    struct json_text calls;
    if (json_text_get(v, "tool_calls", &calls)) read_call_list(r, &calls, m);
}

static void read_choice(struct reading *r, const struct json_text *v, struct offer *o) {
    struct json_text message, finish = body_string(v, "finish_reason"), index;
    size_t before = o->output.count;
    int64_t number;
    /* A choice once more: what came before was a piece of it. */
    if (before && json_text_get(v, "index", &index) && json_text_int64(&index, true, &number) && number >= 0 &&
        (uint64_t)number < before && !message_says(&o->output.items[before - 1], EXTRA_FINISH))
        message_put(r, &o->output.items[before - 1], EXTRA_FINISH, JSON_STRING(""));
    if (!json_text_get(v, "message", &message)) message = *v;
    if (message.type == JSON_TEXT_ARRAY) { /* the parts of one message */
        struct message m = {.role = JSON_STRING("assistant")};
        read_content(r, &message, 0, &m, &o->output);
        messages_push(r, &o->output, &m);
    } else {
        read_messages(r, &message, JSON_STRING("assistant"), MESSAGE_VERBATIM, &o->output);
    }
    if (o->output.count > before) {
        struct message *m = &o->output.items[o->output.count - 1];
        m->role = JSON_STRING("assistant");
        messages_end(r, &o->output, before, &finish);
        if (!m->call_count) read_calls_beside(r, v, m);
    }
    if (!has_text(&o->finish)) o->finish = finish;
}

static struct json_text role_of_event(const struct json_text *name) {
    static const struct {
        const char *event;
        struct json_text role;
    } table[] = {
        {"gen_ai.system.message", JSON_STRING_INIT("system")},
        {"gen_ai.user.message", JSON_STRING_INIT("user")},
        {"gen_ai.assistant.message", JSON_STRING_INIT("assistant")},
        {"gen_ai.tool.message", JSON_STRING_INIT("tool")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (json_text_equals(name, table[i].event)) return table[i].role;
    return JSON_NONE;
}

void otel_genai_message_event(struct reading *r, const struct json_text *name, const struct json_text *v,
                              struct offer *o) {
    if (json_text_equals(name, "gen_ai.choice")) {
        read_choice(r, v, o);
        return;
    }
    struct json_text role = role_of_event(name);
    if (role.type == JSON_TEXT_NONE) return;
    size_t before = o->input.count;
    read_messages(r, v, role, MESSAGE_VERBATIM, &o->input);
    struct message *m = o->input.count > before ? &o->input.items[o->input.count - 1] : NULL;
    if (m && json_text_equals(&m->role, "tool") && !message_says(m, EXTRA_TOOL_CALL_ID)) {
        struct json_text id = body_string(v, "id");
        if (has_text(&id)) message_put(r, m, EXTRA_TOOL_CALL_ID, id);
    }
}

/* Whether these answers are those before them, further on. */
static bool grew(const struct message *before, const struct message *now, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct json_text *a = &before[i].content, *b = &now[i].content;
        if (before[i].call_count > now[i].call_count) return false;
        if (!has_text(a)) continue;
        size_t text = a->len - 1; /* without the closing quote */
        if (b->type != JSON_TEXT_STRING || b->len < a->len || memcmp(a->text, b->text, text) != 0) return false;
    }
    return true;
}

/* One event has all answers; a stream's may be recorded again and again while they grow (Langtrace). *last is where
 * those of the event before begin. */
static void read_completion(struct reading *r, const struct json_text *v, size_t *last, struct messages *out) {
    size_t now = out->count, before = now - *last;
    read_messages(r, v, JSON_STRING("assistant"), 0, out);
    if (before && out->count - now == before && grew(out->items + *last, out->items + now, before)) {
        memmove(out->items + *last, out->items + now, before * sizeof *out->items);
        out->count = now;
    } else {
        *last = now;
    }
}

/* Ax tells all that the user said behind everything else, as one message. Where nothing but calls and their results
 * came after it, its place is in front of them. */
static void ask_first(struct messages *list) {
    size_t last = list->count - 1, at = 0;
    if (!list->count || !json_text_equals(&list->items[last].role, "user")) return;
    while (at < last && json_text_equals(&list->items[at].role, "system")) at++;
    for (size_t i = at; i < last; i++)
        if (!list->items[i].call_count && !json_text_equals(&list->items[i].role, "tool")) return;
    struct message asked = list->items[last];
    memmove(list->items + at + 1, list->items + at, (last - at) * sizeof asked);
    list->items[at] = asked;
}

static void read_events(struct reading *r, bool logs) {
    size_t count, last_completion = 0;
    struct span_event *events = span_events(&r->span, &count);
    struct offer *o = NULL, *details = NULL;
    struct choices order = {.count = 0};
    struct json_text system =
        JSON_NONE; /* may come in an event of its own, before the messages or after them */
    for (size_t i = 0; i < count; i++) {
        struct span_event *e = &events[i];
        if (e->log != logs || !has_text(&e->name)) continue;
        if (json_text_equals(&e->name, "gen_ai.client.inference.operation.details")) {
            if (!details) details = offer_add(r, "gen_ai.client.inference.operation.details", RANK_STRUCTURED);
            if (details) read_attributes(r, e, details);
            struct json_text own = value_at(r, e, "gen_ai.system_instructions");
            if (own.type != JSON_TEXT_NONE) system = own;
            continue;
        }
        bool prompt = json_text_equals(&e->name, "gen_ai.content.prompt");
        bool completion = json_text_equals(&e->name, "gen_ai.content.completion");
        bool message =
            json_text_equals(&e->name, "gen_ai.choice") || role_of_event(&e->name).type != JSON_TEXT_NONE;
        if (!prompt && !completion && !message) continue;
        if (!o && (o = offer_add(r, logs ? "log records" : "span events", RANK_EVENTS)) != NULL)
            messages_reserve(r, &o->input, count - i);
        if (!o) return;
        if (prompt || completion) {
            struct json_text v = event_container(&r->span, e, prompt ? "gen_ai.prompt" : "gen_ai.completion");
            if (prompt)
                read_messages(r, &v, JSON_STRING("user"), 0, &o->input);
            else
                read_completion(r, &v, &last_completion, &o->output);
            continue;
        }
        struct json_text v = message_of(r, e);
        size_t before = o->output.count;
        otel_genai_message_event(r, &e->name, &v, o);
        if (json_text_equals(&e->name, "gen_ai.choice")) choices_note(&order, &v, before, &o->output);
    }
    if (o) choices_sort(&order, &o->output, 0);
    if (details && system.type != JSON_TEXT_NONE) prepend_system(r, &system, &details->input);
    if (o && span_has(&r->span, "gen_ai.request.llm_is_streaming")) ask_first(&o->input);
}

static void offer(struct reading *r) {
    if (has_attributes(r)) {
        struct offer *o = offer_add(r, "gen_ai.input.messages, gen_ai.output.messages", RANK_STRUCTURED);
        struct json_text system = span_value(&r->span, "gen_ai.system_instructions");
        if (o) read_attributes(r, NULL, o);
        if (o) read_second_input(r, o);
        bool later = json_text_equals(&r->span.scope, "pydantic-ai"); /* its system prompts come first */
        if (o && system.type != JSON_TEXT_NONE)
            (later ? add_instructions : prepend_system)(r, &system, &o->input);
    }
    read_events(r, false);
    read_events(r, true);
}

const struct convention convention_otel_genai = {"OTel GenAI", offer};
