/* general.c: SDKs that nobody here has seen. What the named conventions did not find is looked for in all
 * attributes, events and log records: the words of a key (key_words.h) say whether it may hold what was asked or
 * answered, the value's shape (value.h) whether it does. Recognised shapes rank above texts, and both below every
 * convention that is known. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/key_words.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/value.h"

#include <string.h>

#define MAX_LOOKED_AT 1024 /* attributes; more are flattened lists, which other readers know */

struct wants {
    bool input, output, tools, choice;
};

static struct wants find_wants(const struct reading *r) {
    struct wants w = {true, true, true, true};
    for (const struct offer *o = r->offers; o; o = o->next) {
        if (messages_have_talk(&o->input) && !o->cut_input) w.input = false;
        if (messages_have_content(&o->output) && !o->cut_output) w.output = false;
        if (o->tool_count || (o->tells & TELLS_TOOLS)) w.tools = false;
        if (o->tool_choice.type != JSON_TEXT_NONE || (o->tells & TELLS_TOOL_CHOICE)) w.choice = false;
    }
    return w;
}

/* Whether a convention has read messages from it: there is no more in it than that. */
static bool was_read(const struct reading *r, const struct attr *a, bool output) {
    for (const struct offer *o = r->offers; o; o = o->next)
        if (o->from == a->key && (output ? o->output.count : o->input.count)) return true;
    return false;
}

/* A key whose whole meaning is the text: "llm.prompt", "answer". */
static bool is_text_key(const struct key_words *k) {
    static const char *const words[] = {"prompt", "input",  "question", "query", "completion",
                                        "output", "answer", "response", "reply"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (key_words_end(k, words[i])) return true;
    return key_words_end(k, "prompt.text") || key_words_end(k, "response.text") ||
           key_words_end(k, "completion.text") || key_words_end(k, "input.text") ||
           key_words_end(k, "output.text") || key_words_end(k, "input.content") ||
           key_words_end(k, "output.content") || key_words_end(k, "input.value") ||
           key_words_end(k, "output.value");
}

static void read_definitions(struct reading *r, struct attr *a, struct wants *w) {
    struct json_text list = attr_container(&r->arena, a);
    struct offer o = offer_empty("tools by their shape", RANK_GENERAL);
    read_tools(r, &list, &o);
    if (o.tool_count < json_text_count(&list) || !o.tool_count) return; /* names alone, or something else */
    o.tells = TELLS_TOOLS;
    offer_put(r, &o);
    w->tools = false;
}

/* Tools and the choice among them in an object with parameters or metadata, or around texts that were messages
 * (LlamaIndex); with the tools comes whatever there was. */
static void read_beside(struct reading *r, struct attr *a, struct wants *w) {
    static const char *const wrappers[] = {"kwargs", "options", "params", "invocation_params"};
    if (!w->tools && !w->choice) return;
    if (!memmem(a->any.text, a->any.len, "tool", 4) && !memmem(a->any.text, a->any.len, "functions", 9)) return;
    struct json_text v = attr_container(&r->arena, a), inner;
    struct offer o = offer_empty("beside the messages", RANK_GENERAL);
    if (v.type != JSON_TEXT_OBJECT) return;
    value_beside(r, &v, &o);
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        if (json_text_get(&v, wrappers[i], &inner)) value_beside(r, &inner, &o);
    if (!w->tools) o.tool_count = 0;
    if (!w->choice) o.tool_choice = JSON_NONE;
    if (!o.tool_count && o.tool_choice.type == JSON_TEXT_NONE) return;
    o.tells = o.tool_count ? TELLS_TOOLS : 0;
    offer_put(r, &o);
    w->tools = w->tools && !o.tool_count;
    w->choice = w->choice && o.tool_choice.type == JSON_TEXT_NONE;
}

static void read_attr(struct reading *r, struct attr *a, enum key_subject subject, bool text, struct wants *w) {
    struct json_text v, choice;
    switch (subject) {
    case KEY_TOOLS:
        if (w->tools) read_definitions(r, a, w);
        break;
    case KEY_TOOL_CHOICE:
        v = attr_plain(&r->arena, a);
        choice = w->choice ? normal_tool_choice(r, &v) : JSON_NONE;
        if (choice.type != JSON_TEXT_NONE) {
            struct offer *o = offer_add(r, "tool choice by its key", RANK_GENERAL);
            if (o) o->tool_choice = choice;
            w->choice = false;
        }
        break;
    case KEY_INPUT:
        if (w->input && !was_read(r, a, false))
            value_offer_attr(r, a, text ? VALUE_TEXT : 0, RANK_GENERAL, false);
        break;
    case KEY_OUTPUT:
        if (w->output && !was_read(r, a, true))
            value_offer_attr(r, a, text ? VALUE_TEXT : 0, RANK_GENERAL, true);
        break;
    case KEY_CONVERSATION:
    case KEY_OTHER: /* a body under any name: {"messages": ...}, {"choices": ...} */
        if (subject == KEY_OTHER && attr_container(&r->arena, a).type != JSON_TEXT_OBJECT) break;
        if (w->output && !was_read(r, a, true)) value_offer_attr(r, a, 0, RANK_GENERAL, true);
        if (w->input && !was_read(r, a, false)) value_offer_attr(r, a, 0, RANK_GENERAL, false);
        break;
    case KEY_SYSTEM:
    case KEY_FOREIGN:
        break;
    }
}

/* A cheap look, before a key is taken apart. */
static bool key_holds(const struct attr *a, const char *letters) {
    return memmem(a->key, a->key_len, letters, strlen(letters)) != NULL;
}

/* A body as it was sent has its instructions; what else is called so was not sent. */
static bool has_whole_request(const struct reading *r) {
    for (const struct offer *o = r->offers; o; o = o->next)
        if (o->rank == RANK_RAW && messages_have_content(&o->input) && !o->cut_input) return true;
    return false;
}

/* Instructions apart from the messages: in front of the input that was found here, else alone. */
static void read_system(struct reading *r, struct offer *found) {
    if (!found && has_whole_request(r)) return;
    for (size_t i = 0; i < r->span.attrs.count && i < MAX_LOOKED_AT; i++) {
        struct attr *a = &r->span.attrs.items[i];
        if (!key_holds(a, "nstruction") && !key_holds(a, "ystem")) continue;
        struct key_words k;
        key_words_read(&k, a->key, a->key_len);
        if (key_words_subject(&k) != KEY_SYSTEM) continue;
        struct json_text text = attr_plain(&r->arena, a);
        if (!has_text(&text) || is_redacted(&text)) return;
        if (!found) found = offer_add(r, "instructions by their key", RANK_GENERAL);
        if (found) prepend_system(r, &text, &found->input);
        return;
    }
}

static void read_events(struct reading *r, struct wants *w) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = 0; i < count && (w->input || w->output); i++) {
        struct span_event *e = &events[i];
        struct key_words name = {.count = 0};
        if (has_text(&e->name)) key_words_read(&name, e->name.text + 1, e->name.len - 2);
        enum key_subject of_event = key_words_subject(&name);
        if (key_words_have(&name, "exception")) continue;
        if (key_words_end(&name, "user.message") || key_words_end(&name, "system.message") ||
            key_words_end(&name, "tool.message") || json_text_equals(&e->name, "gen_ai.assistant.message"))
            of_event = KEY_INPUT;
        for (size_t k = 0; k < e->attrs.count && k < MAX_LOOKED_AT; k++) {
            struct attr *a = &e->attrs.items[k];
            struct key_words words;
            key_words_read(&words, a->key, a->key_len);
            enum key_subject s = key_words_subject(&words);
            if (s == KEY_OTHER || s == KEY_CONVERSATION) s = of_event == KEY_FOREIGN ? s : of_event;
            read_attr(r, a, s, false, w);
        }
        if (e->body.type != JSON_TEXT_OBJECT && e->body.type != JSON_TEXT_ARRAY) continue;
        struct offer o = offer_empty("a log record by its shape", RANK_GENERAL);
        bool found = w->output && of_event != KEY_INPUT && value_output(r, &e->body, 0, &o);
        found = (w->input && of_event != KEY_OUTPUT && value_input(r, &e->body, 0, &o)) || found;
        if (found) offer_put(r, &o);
    }
}

/* A thought beside the answer: "gen_ai.content.reasoning". (A bare "reasoning" may be an effort.) */
static void read_thought(struct reading *r) {
    static const char *const keys[] = {"content.reasoning", "output.reasoning", "response.reasoning",
                                       "reasoning.content", "reasoning.text",   "completion.reasoning",
                                       "response.thinking", "output.thinking",  "thinking.content"};
    for (size_t i = 0; i < r->span.attrs.count && i < MAX_LOOKED_AT; i++) {
        struct attr *a = &r->span.attrs.items[i];
        if (a->form != ATTR_SCALAR || !has_text(&a->any)) continue;
        if (!key_holds(a, "reasoning") && !key_holds(a, "thinking")) continue;
        struct key_words k;
        size_t row = 0;
        key_words_read(&k, a->key, a->key_len);
        while (row < sizeof keys / sizeof *keys && !key_words_end(&k, keys[row])) row++;
        bool past =
            key_words_have(&k, "input") || key_words_have(&k, "prompt") || key_words_have(&k, "history");
        if (row == sizeof keys / sizeof *keys || past) continue;
        struct offer *o = offer_add(r, "a thought by its key", RANK_HINT);
        struct message *m = o ? messages_add(r, &o->output, JSON_STRING("assistant")) : NULL;
        if (m) message_put(r, m, EXTRA_REASONING, a->any);
        return;
    }
}

static struct offer *first_general(struct reading *r) {
    for (struct offer *o = r->offers; o; o = o->next)
        if ((o->rank == RANK_GENERAL || o->rank == RANK_HINT) && o->input.count) return o;
    return NULL;
}

static void offer(struct reading *r) {
    struct wants w = find_wants(r);
    bool wanted_input = w.input;
    bool wants_any = w.input || w.output || w.tools || w.choice;
    for (size_t i = 0; wants_any && i < r->span.attrs.count && i < MAX_LOOKED_AT; i++) {
        struct attr *a = &r->span.attrs.items[i];
        struct key_words k;
        key_words_read(&k, a->key, a->key_len);
        enum key_subject subject = key_words_subject(&k);
        read_attr(r, a, subject, is_text_key(&k), &w);
        if (subject == KEY_OTHER || subject == KEY_FOREIGN || subject == KEY_INPUT) read_beside(r, a, &w);
    }
    read_events(r, &w);
    read_thought(r);
    read_system(r, wanted_input ? first_general(r) : NULL);
}

const struct convention convention_general = {"by shape", offer};
