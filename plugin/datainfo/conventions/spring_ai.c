/* spring_ai.c: Spring AI keeps texts off its spans and, when asked to, logs them inside the span:
 *
 *     Chat Model Prompt Content:\n["You are a poet.", "Write a \"poem\"."]        Chat Model Completion:\n["Roses ..."]
 *
 * One text per message or choice between quotes, its own quotes not escaped, no roles, nothing of tool calls; a
 * message of tools is "". Before 1.0 the lists are in events (as arrays) or in gen_ai.prompt and gen_ai.completion. A
 * conversation takes turns: from its end, the user or tools, then the assistant, and what is left in front is the
 * system's. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <ctype.h>
#include <string.h>

#define QUOTE     "\\\"" /* as it lies in the log's JSON string */
#define SEPARATOR QUOTE ", " QUOTE
#define QUOTE_LEN (sizeof QUOTE - 1)

/* A quote in a text opens what it quotes, unless a letter or digit is before it: 5" is no quotation. */
static bool opens(const char *from, const char *at) {
    return at == from || !isalnum((unsigned char)at[-1]);
}

/* The texts of a list. A separator inside a quotation belongs to the text: {"a": "b", "c": "d"}. false: where a
 * text ends cannot be known. */
static bool read_texts(struct reading *r, const char *at, const char *end, struct messages *out) {
    const char *from = at;
    bool inside = false, passed = false;
    while (at < end) {
        if (*at != '\\' || end - at < 2) {
            at++;
            continue;
        }
        bool separator =
            (size_t)(end - at) >= sizeof SEPARATOR - 1 && memcmp(at, SEPARATOR, sizeof SEPARATOR - 1) == 0;
        if (separator && !inside) {
            struct message *m = messages_add(r, out, JSON_NONE);
            if (m) m->content = arena_quoted(&r->arena, from, (size_t)(at - from));
            from = at += sizeof SEPARATOR - 1;
            passed = false;
            continue;
        }
        if (separator) {
            passed = true;
            at += sizeof SEPARATOR - 1;
            continue;
        }
        if (at[1] == '"') inside = inside ? false : opens(from, at);
        at += 2;
    }
    if (inside && passed) return false;
    struct message *m = messages_add(r, out, JSON_NONE);
    if (m) m->content = arena_quoted(&r->arena, from, (size_t)(end - from));
    return true;
}

/* What lies between the quotes at both ends of a list that follows the headline. */
static bool list_behind(const struct json_text *text, const char *headline, const char **at, const char **end) {
    size_t len = strlen(headline);
    static const char empty[] = "[]";
    if (text->type != JSON_TEXT_STRING || text->len < len + 2 + sizeof empty - 1) return false;
    if (memcmp(text->text + 1, headline, len) != 0) return false;
    *at = text->text + 1 + len;
    *end = text->text + text->len - 1;
    if (**at != '[' || (*end)[-1] != ']') return false;
    ++*at, --*end;
    if (*at == *end) return true;
    if ((size_t)(*end - *at) < 2 * QUOTE_LEN || memcmp(*at, QUOTE, QUOTE_LEN) != 0) return false;
    *at += QUOTE_LEN;
    *end -= QUOTE_LEN;
    return memcmp(*end, QUOTE, QUOTE_LEN) == 0;
}

/* An array of nothing but texts. */
static bool read_array(struct reading *r, const struct json_text *array, struct messages *out) {
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, array);
    while (json_text_next(&it, NULL, &item)) {
        struct message *m = item.type == JSON_TEXT_STRING ? messages_add(r, out, JSON_NONE) : NULL;
        if (!m) return false;
        m->content = item;
    }
    return out->count > 0;
}

static void give_roles(struct messages *list, bool tools) {
    for (size_t i = list->count; i-- > 0;) {
        struct message *m = &list->items[i];
        bool asked = (list->count - i) % 2 != 0, silent = !has_text(&m->content);
        if (silent) m->content = JSON_NONE;
        if (asked && silent && tools) {
            m->role = JSON_STRING("tool");
        } else if (asked) {
            m->role = JSON_STRING("user");
        } else {
            m->role = i == 0 ? JSON_STRING("system") : JSON_STRING("assistant");
            m->lost_calls = i && json_text_equals(&m[1].role, "tool");
        }
    }
}

static void put_list(struct offer *o, struct messages list, bool prompt, bool tools) {
    if (prompt) {
        give_roles(&list, tools);
        o->input = list;
    } else {
        for (size_t i = 0; i < list.count; i++) list.items[i].role = JSON_STRING("assistant");
        o->output = list;
    }
}

static bool read_list(struct reading *r, const struct json_text *text, const char *headline, bool prompt,
                      bool tools, struct offer *o) {
    const char *at, *end;
    struct messages list = {0};
    if (!list_behind(text, headline, &at, &end)) return false;
    if (at == end || read_texts(r, at, end, &list))
        put_list(o, list, prompt, tools);
    else
        *(prompt ? &o->cut_input : &o->cut_output) = true;
    return true;
}

static void read_logs(struct reading *r, struct offer *o) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    bool tools = span_has(&r->span, "spring.ai.model.request.tool.names");
    for (size_t i = 0; i < count; i++)
        if (events[i].log && !read_list(r, &events[i].body, "Chat Model Prompt Content:\\n", true, tools, o))
            read_list(r, &events[i].body, "Chat Model Completion:\\n", false, tools, o);
}

/* Before 1.0. Arrays of texts are told from JSON by its escapes: where it is none, quotes in it are not escaped. */
static void read_keys(struct reading *r, bool prompt, struct offer *o) {
    const char *key = prompt ? "gen_ai.prompt" : "gen_ai.completion";
    const char *name = prompt ? "gen_ai.content.prompt" : "gen_ai.content.completion";
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    struct json_text text = span_value(&r->span, key), array = span_container(&r->span, key);
    for (size_t i = 0; i < count && text.type == JSON_TEXT_NONE; i++)
        if (!events[i].log && json_text_equals(&events[i].name, name))
            text = array = event_value(&r->span, &events[i], key);
    struct messages list = {0};
    if (array.type != JSON_TEXT_ARRAY)
        read_list(r, &text, "", prompt, true, o);
    else if (read_array(r, &array, &list))
        put_list(o, list, prompt, true);
}

static void offer(struct reading *r) {
    struct offer o = offer_empty("Spring AI's texts", RANK_STRUCTURED);
    if (!span_is(&r->span, "gen_ai.operation.name", "chat")) return;
    read_logs(r, &o);
    read_keys(r, true, &o);
    read_keys(r, false, &o);
    if (o.input.count || o.output.count || o.cut_input || o.cut_output) offer_put(r, &o);
}

const struct convention convention_spring_ai = {"Spring AI", offer};
