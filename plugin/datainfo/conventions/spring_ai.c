/* spring_ai.c: Spring AI keeps texts off its spans and, when asked to, logs them inside the span:
 *
 *     Chat Model Prompt Content:\n["You are a poet.", "Write a \"poem\"."]        Chat Model Completion:\n["Roses ..."]
 *
 * One text per message or choice between quotes, its own quotes not escaped, no roles, nothing of tool calls; a
 * message of tools is "". A conversation takes turns: from its end, the user or tools, then the assistant, and what is
 * left in front is the system's. */
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

/* The list behind a log's headline. */
static bool log_list(const struct json_text *body, const char *headline, const char **at, const char **end) {
    size_t len = strlen(headline);
    static const char empty[] = "[]";
    if (body->type != JSON_TEXT_STRING || body->len < len + 2 + sizeof empty - 1) return false;
    if (memcmp(body->text + 1, headline, len) != 0) return false;
    *at = body->text + 1 + len;
    *end = body->text + body->len - 1;
    if (**at != '[' || (*end)[-1] != ']') return false;
    ++*at, --*end;
    if (*at == *end) return true;
    if ((size_t)(*end - *at) < 2 * QUOTE_LEN || memcmp(*at, QUOTE, QUOTE_LEN) != 0) return false;
    *at += QUOTE_LEN;
    *end -= QUOTE_LEN;
    return memcmp(*end, QUOTE, QUOTE_LEN) == 0;
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

static void offer(struct reading *r) {
    size_t count;
    const char *at, *end;
    struct span_event *events = span_events(&r->span, &count);
    struct offer o = offer_empty("Spring AI's logs", RANK_EVENTS);
    for (size_t i = 0; i < count; i++) {
        if (!events[i].log) continue;
        bool prompt = log_list(&events[i].body, "Chat Model Prompt Content:\\n", &at, &end);
        if (!prompt && !log_list(&events[i].body, "Chat Model Completion:\\n", &at, &end)) continue;
        struct messages list = {0};
        if (at < end && !read_texts(r, at, end, &list)) {
            *(prompt ? &o.cut_input : &o.cut_output) = true;
            continue;
        }
        if (prompt) {
            give_roles(&list, span_has(&r->span, "spring.ai.model.request.tool.names"));
            o.input = list;
        } else {
            for (size_t k = 0; k < list.count; k++) list.items[k].role = JSON_STRING("assistant");
            o.output = list;
        }
    }
    if (o.input.count || o.output.count || o.cut_input || o.cut_output) offer_put(r, &o);
}

const struct convention convention_spring_ai = {"Spring AI", offer};
