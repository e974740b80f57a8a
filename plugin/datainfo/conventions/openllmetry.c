/* openllmetry.c: conversations and tools with one attribute for each value.
 *
 *     gen_ai.prompt.{i}.role                       OpenLLMetry up to 0.2x, LiteLLM, Laminar, AgentOps ...
 *     gen_ai.completion.{i}.tool_calls.{j}.name
 *     llm.request.functions.{i}.parameters
 *
 * OpenLLMetry is the best known of them, but nothing here depends on its prefixes: every family of indexed keys is
 * looked at, the words of its prefix say whether it was asked or answered, and its elements are put together again
 * and read like any other message. What is peculiar: a content that was no string is the JSON text of its parts, and
 * the content null of an answer that only calls tools is the text "null" (JavaScript). JavaScript has no ids of
 * calls; none are made up. LiteLLM counts calls where others count choices. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/conventions/flat.h"
#include "datainfo/key_words.h"
#include "datainfo/limits.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/python_text.h"

#include <stddef.h>
#include <stdlib.h>

enum family { FAMILY_NONE, FAMILY_INPUT, FAMILY_OUTPUT, FAMILY_TOOLS, FAMILY_CALLS };

#define PREFIX_WORDS 3 /* of a prefix, from its end, that are listened to */

static enum family family_of_word(const char *word) {
    static const struct {
        const char *word;
        enum family family;
    } table[] = {
        {"prompt", FAMILY_INPUT},       {"prompts", FAMILY_INPUT},      {"input", FAMILY_INPUT},
        {"inputs", FAMILY_INPUT},       {"request", FAMILY_INPUT},      {"history", FAMILY_INPUT},
        {"completion", FAMILY_OUTPUT},  {"completions", FAMILY_OUTPUT}, {"output", FAMILY_OUTPUT},
        {"outputs", FAMILY_OUTPUT},     {"response", FAMILY_OUTPUT},    {"responses", FAMILY_OUTPUT},
        {"choice", FAMILY_OUTPUT},      {"choices", FAMILY_OUTPUT},     {"generation", FAMILY_OUTPUT},
        {"generations", FAMILY_OUTPUT}, {"candidate", FAMILY_OUTPUT},   {"candidates", FAMILY_OUTPUT},
        {"answer", FAMILY_OUTPUT},      {"answers", FAMILY_OUTPUT},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (same_word(word, table[i].word)) return table[i].family;
    return FAMILY_NONE;
}

static enum family family_of(const char *prefix, size_t len) {
    struct key_words words;
    key_words_read(&words, prefix, len);
    if (!words.count) return FAMILY_NONE;
    const char *const *last = &words.items[words.count - 1];
    bool messages = key_words_end(&words, "messages") || key_words_end(&words, "message") ||
                    key_words_end(&words, "conversation");
    bool calls = key_words_end(&words, "tool.calls");
    if (key_words_end(&words, "tools") || key_words_end(&words, "functions") ||
        key_words_end(&words, "tool.definitions") || key_words_end(&words, "function.definitions"))
        return FAMILY_TOOLS;
    if (calls || messages) {
        for (size_t i = 1; i < PREFIX_WORDS + (calls ? 1u : 0u) && i < words.count; i++) {
            enum family f = family_of_word(last[-(ptrdiff_t)i]);
            if (f == FAMILY_NONE) continue;
            if (!calls) return f;
            return f == FAMILY_OUTPUT ? FAMILY_CALLS : FAMILY_NONE;
        }
        return calls ? FAMILY_CALLS : FAMILY_INPUT;
    }
    return family_of_word(*last);
}

static int choose(const char *prefix, size_t len) {
    return (int)family_of(prefix, len);
}

/* ---- messages ---- */

static bool rest_is(const struct flat_entry *e, const char *rest) {
    return word_is(e->rest, e->rest_len, rest);
}

/* The text of an element, kept out of the tree so that it is not copied. */
static bool is_content(const struct flat_entry *e) {
    static const char *const names[] = {"content", "message.content", "text", "prompt.text", "completion.text"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rest_is(e, names[i])) return true;
    return false;
}

/* A part that says what it is and has what it says. */
static bool is_part(const struct json_text *part) {
    static const char *const payloads[] = {"text",      "image_url", "input_audio", "file",     "image",
                                           "source",    "input",     "content",     "thinking", "refusal",
                                           "reasoning", "data",      "audio",       "result",   "output"};
    static const char *const types[] = {"text",        "image_url",  "input_audio",      "file",
                                        "image",       "input_text", "output_text",      "input_image",
                                        "input_file",  "document",   "tool_use",         "tool_result",
                                        "thinking",    "reasoning",  "refusal",          "tool-call",
                                        "tool-result", "audio",      "redacted_thinking"};
    struct json_text v;
    size_t i = 0, k = 0;
    if (!json_text_get(part, "type", &v)) return false;
    while (i < sizeof types / sizeof *types && !json_text_equals(&v, types[i])) i++;
    if (i == sizeof types / sizeof *types) return false;
    while (k < sizeof payloads / sizeof *payloads && !json_text_get(part, payloads[k], &v)) k++;
    return k < sizeof payloads / sizeof *payloads;
}

/* A part that is named by its only member, as Bedrock and Gemini have them. */
static bool is_block(const struct json_text *part) {
    static const char *const names[] = {
        "text",       "toolUse",      "toolResult",       "image",     "reasoningContent", "document",
        "inlineData", "functionCall", "functionResponse", "cachePoint"};
    struct json_text v;
    size_t i = 0;
    if (json_text_count(part) != 1) return false;
    while (i < sizeof names / sizeof *names && !json_text_get(part, names[i], &v)) i++;
    return i < sizeof names / sizeof *names;
}

/* Content that some SDK wrote as JSON because it was a list of parts. What a tool gave back often is a list of its
 * own and only read as parts when these say what they are; neither is an answer in JSON mode. */
static struct json_text parts_in(struct reading *r, const struct json_text *text, bool tool) {
    if (text->type != JSON_TEXT_STRING || text->len < 4 || text->text[1] != '[') return JSON_NONE;
    struct json_text list = string_container(&r->arena, text), part;
    struct json_text_iter it;
    size_t count = 0;
    if (list.type == JSON_TEXT_NONE && text_begins(text, "[{'")) list = python_value(&r->arena, text);
    if (list.type != JSON_TEXT_ARRAY) return JSON_NONE;
    json_text_iter(&it, &list);
    for (; json_text_next(&it, NULL, &part); count++)
        if (part.type != JSON_TEXT_OBJECT || !(is_part(&part) || (!tool && is_block(&part)))) return JSON_NONE;
    return count ? list : JSON_NONE;
}

static void put_content(struct reading *r, struct message *m, const struct json_text *content,
                        struct messages *results) {
    bool assistant = json_text_equals(&m->role, "assistant");
    struct json_text parts = parts_in(r, content, json_text_equals(&m->role, "tool"));
    if (parts.type == JSON_TEXT_ARRAY)
        read_content(r, &parts, MESSAGE_VERBATIM, m, results);
    else if (assistant && json_text_equals(content, "null"))
        m->content = JSON_NONE;
    else if (assistant && json_text_equals(content, "\"\"")) /* a nothing that was encoded twice (LangChain) */
        m->content = JSON_STRING("");
    else if (content->type == JSON_TEXT_STRING)
        m->content = *content;
    else if (content->type != JSON_TEXT_NONE && content->type != JSON_TEXT_NULL)
        read_content(r, content, MESSAGE_VERBATIM, m, results);
}

/* Netra: each call is a message of its own, {"name", "arguments"} as its text and its id beside it; of the Responses
 * API without ids. Others' models may answer with that as JSON, so without an id it must be Netra's. */
static void take_text_call(struct reading *r, struct message *m, const struct json_text *id) {
    struct json_text call, name, arguments;
    if (!json_text_equals(&m->role, "assistant") || m->call_count || !text_begins(&m->content, "{")) return;
    if (!has_text(id) && !span_has(&r->span, "netra.instrumentation.name")) return;
    call = string_container(&r->arena, &m->content);
    if (json_text_count(&call) != 2 || !json_text_get(&call, "name", &name) || !has_text(&name)) return;
    if (!json_text_get(&call, "arguments", &arguments) || arguments.type != JSON_TEXT_STRING) return;
    m->content = JSON_NONE;
    read_call(r, &call, m);
    if (m->call_count && has_text(id)) m->calls[0].id = *id;
}

/* Rests that make an element a message; anything else under such a prefix is somebody's list of other things. */
static bool looks_like_message(const struct flat_list *group) {
    static const char *const firsts[] = {"role",      "content",       "message",   "parts",
                                         "text",      "tool_calls",    "prompt",    "completion",
                                         "contents",  "function_call", "toolCalls", "tool_call_id",
                                         "reasoning", "refusal",       "messages"};
    for (size_t i = 0; i < group->count; i++) {
        const struct flat_entry *e = &group->items[i];
        size_t n = 0;
        while (n < e->rest_len && e->rest[n] != '.' && e->rest[n] != '[') n++;
        for (size_t k = 0; k < sizeof firsts / sizeof *firsts; k++)
            if (word_is(e->rest, n, firsts[k])) return true;
    }
    return false;
}

/* {user: text}: the role is the key (Cohere and old Vertex of OpenLLMetry). */
static bool read_role_keys(struct reading *r, const struct flat_list *group, struct messages *out) {
    bool any = false;
    for (size_t i = 0; i < group->count; i++) {
        const struct flat_entry *e = &group->items[i];
        bool user = rest_is(e, "user"), system = rest_is(e, "system");
        if (!user && !system && !rest_is(e, "assistant")) continue;
        struct json_text text = attr_plain(&r->arena, e->attr);
        if (!has_text(&text)) continue;
        struct message *m = messages_add(r, out,
                                         user     ? JSON_STRING("user")
                                         : system ? JSON_STRING("system")
                                                  : JSON_STRING("assistant"));
        if (m) m->content = text;
        any = true;
    }
    return any;
}

static void read_element(struct reading *r, const struct flat_list *group, bool output, struct messages *spare,
                         struct messages *out) {
    struct json_text role = output ? JSON_STRING("assistant") : JSON_STRING("user");
    if (group->count == 1 && !group->items[0].rest_len) { /* one value: a text or a message as JSON */
        struct attr *a = group->items[0].attr;
        struct json_text v = attr_container(&r->arena, a);
        if (v.type != JSON_TEXT_OBJECT) v = attr_plain(&r->arena, a);
        if (v.type == JSON_TEXT_STRING || v.type == JSON_TEXT_OBJECT)
            read_messages(r, &v, role, MESSAGE_VERBATIM, out);
        return;
    }
    if (!looks_like_message(group)) {
        if (read_role_keys(r, group, out) || !output) return;
        struct json_text finish = flat_get(r, group, "finish_reason"), nobody = JSON_NONE;
        struct message *end = has_text(&finish) ? messages_add(r, out, nobody) : NULL;
        if (end) message_put(r, end, EXTRA_FINISH, finish);
        return;
    }
    struct flat_list rest = {.items = malloc(group->count * sizeof *rest.items)};
    struct json_text content = JSON_NONE, inner;
    if (!rest.items) {
        r->arena.failed = true;
        return;
    }
    for (size_t i = 0; i < group->count; i++) {
        if (content.type == JSON_TEXT_NONE && is_content(&group->items[i]))
            content = attr_plain(&r->arena, group->items[i].attr);
        else
            rest.items[rest.count++] = group->items[i];
    }
    struct messages mine = *spare;
    mine.count = 0;
    struct json_text tree = flat_tree(r, &rest), call_id;
    json_text_get(&tree, "tool_call_id", &call_id);
    /* Its old versions write the JSON of everything, texts, too. */
    bool encoded = json_text_equals(&r->span.scope, "opentelemetry.instrumentation.bedrock");
    free(rest.items);
    if (json_text_get(&tree, "messages", &inner) && inner.type == JSON_TEXT_ARRAY) tree = inner;
    read_messages(r, &tree, role, MESSAGE_VERBATIM, &mine);
    if (!mine.count && content.type != JSON_TEXT_NONE) messages_add(r, &mine, role);
    for (size_t i = 0; i < mine.count; i++) {
        struct message m = mine.items[i];
        bool last = i + 1 == mine.count;
        bool own = last && (has_text(&content) || m.content.type == JSON_TEXT_NONE);
        struct json_text text = own ? content : m.content;
        size_t before = out->count;
        if (text.type != JSON_TEXT_NONE) {
            m.content = JSON_NONE;
            if (encoded) text = string_in_string(r, &text);
            put_content(r, &m, &text, out);
        }
        if (out->count > before && !message_has_content(&m)) continue; /* it was results of tools only */
        if (last) take_text_call(r, &m, &call_id);
        messages_push(r, out, &m);
    }
    *spare = mine;
}

/* One answer in several elements: LiteLLM writes the second of two parallel calls as a second completion that has
 * nothing but the call, Netra each of them and, behind them, how it ended; OpenLLMetry writes a thought as a completion of the role "thinking" in front of the answer. */
static void join_answers(struct reading *r, struct messages *list, struct json_text *finish) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i], *last = kept ? &list->items[kept - 1] : NULL;
        bool only_calls = m->call_count && !message_says(m, EXTRA_FINISH) &&
                          m->content.type == JSON_TEXT_NONE && !message_says(m, EXTRA_REFUSAL) &&
                          !message_says(m, EXTRA_REASONING);
        if (json_text_equals(&m->role, "thinking") || json_text_equals(&m->role, "reasoning")) {
            struct message thought = {.role = JSON_STRING("assistant")};
            message_fill(r, &thought, EXTRA_FINISH, m);
            message_put(r, &thought, EXTRA_REASONING, as_string(r, &m->content));
            list->items[kept++] = thought;
        } else if (last && message_says(last, EXTRA_REASONING) && !last->call_count &&
                   last->content.type == JSON_TEXT_NONE) {
            message_fill(r, m, EXTRA_REASONING, last);
            message_fill(r, m, EXTRA_FINISH, last);
            *last = *m;
        } else if (m->role.type == JSON_TEXT_NONE) { /* an end without a beginning */
            if (last)
                message_fill(r, last, EXTRA_FINISH, m);
            else
                *finish = message_extra(m, EXTRA_FINISH);
        } else if (last && only_calls && (last->call_count || !message_says(last, EXTRA_FINISH))) {
            message_add_calls(r, last, m);
        } else {
            list->items[kept++] = *m;
        }
    }
    list->count = kept;
}

/* OpenLLMetry knows LangChain's HumanMessage, SystemMessage and AIMessage; others are of the role "unknown": pieces of
 * an answer (AIMessageChunk) behind what was asked, results of tools behind an answer. */
static void name_unknown(struct messages *list, bool output) {
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i], *last = i ? m - 1 : NULL;
        if (!json_text_equals(&m->role, "unknown")) continue;
        bool answered =
            last && (json_text_equals(&last->role, "assistant") || json_text_equals(&last->role, "tool"));
        m->role = output || m->call_count || (last && !answered) ? JSON_STRING("assistant")
                  : answered                                     ? JSON_STRING("tool")
                                                                 : JSON_STRING("user");
    }
}

static void offer_messages(struct reading *r, const struct flat_family *f) {
    bool output = f->what == FAMILY_OUTPUT;
    struct flat_list group;
    struct messages list = {0}, spare = {0};
    messages_reserve(r, &list, flat_elements(&f->entries));
    for (size_t at = 0; flat_next(&f->entries, &at, &group);) read_element(r, &group, output, &spare, &list);
    struct json_text finish = JSON_NONE;
    name_unknown(&list, output);
    if (output) join_answers(r, &list, &finish);
    if (!list.count && !has_text(&finish)) return;
    struct offer *o =
        offer_add(r, output ? "indexed keys of an answer" : "indexed keys of a prompt", RANK_FLAT);
    if (!o) return;
    *(output ? &o->output : &o->input) = list;
    o->finish = finish;
    *(output ? &o->cut_output : &o->cut_input) = limits_may_have_cut(r, &f->entries);
}

/* The text in "x.result.content", where the calls are "x.result.tool_calls.{i}" (HoneyHive). */
static struct json_text content_beside(struct reading *r, const struct flat_family *f) {
    static const char content[] = "content";
    size_t head = f->prefix_len;
    while (head && f->prefix[head - 1] != '.') head--;
    for (size_t i = 0; head && i < r->span.attrs.count; i++) {
        struct attr *a = &r->span.attrs.items[i];
        if (a->key_len != head + sizeof content - 1 || a->form != ATTR_SCALAR || !has_text(&a->any)) continue;
        bool same =
            memcmp(a->key, f->prefix, head) == 0 && memcmp(a->key + head, content, sizeof content - 1) == 0;
        if (same) return a->any;
    }
    return JSON_NONE;
}

/* Calls of the answer beside its text: llm.response.tool_calls.{i}. */
static void offer_calls(struct reading *r, const struct flat_family *f) {
    struct flat_list group;
    struct message m = {.role = JSON_STRING("assistant")};
    for (size_t at = 0; flat_next(&f->entries, &at, &group);) {
        struct json_text call = flat_tree(r, &group);
        if (call.type == JSON_TEXT_STRING) call = string_container(&r->arena, &call);
        read_call(r, &call, &m);
    }
    m.content = content_beside(r, f);
    struct offer *o = m.call_count ? offer_add(r, "indexed keys of tool calls", RANK_HINT) : NULL;
    if (o) messages_push(r, &o->output, &m);
}

static void offer_tools(struct reading *r, const struct flat_family *f) {
    struct flat_list group;
    struct offer *o = offer_add(r, "indexed keys of tools", RANK_FLAT);
    if (o) o->cut_tools = limits_may_have_cut(r, &f->entries);
    for (size_t at = 0; o && flat_next(&f->entries, &at, &group);) {
        struct json_text tool = flat_tree(r, &group), v;
        /* A tool that was run is no definition, and what it was called with no schema (AgentOps: with an id). */
        if (json_text_get(&tool, "output", &v) || json_text_get(&tool, "result", &v)) continue;
        if (json_text_get(&tool, "id", &v) && json_text_get(&tool, "arguments", &v)) continue;
        if (json_text_get(&tool, "json_schema", &v)) tool = v;
        offer_add_tool(r, o, normal_tool(r, &tool));
    }
}

static bool says_how_it_ended(struct reading *r) {
    bool ended = span_has(&r->span, "gen_ai.response.finish_reasons");
    for (const struct offer *o = r->offers; o && !ended; o = o->next) {
        ended = has_text(&o->finish);
        for (size_t i = 0; i < o->output.count; i++)
            ended = ended || message_says(&o->output.items[i], EXTRA_FINISH);
    }
    return ended;
}

/* Its collector of Anthropic's streams keeps the input that a call begins with, {}, and nothing of what follows; how
 * the answer ended it does not see either. */
static void drop_unread_inputs(struct reading *r) {
    if (!text_begins(&r->span.scope, "@traceloop/instrumentation-anthropic") || says_how_it_ended(r)) return;
    for (struct offer *o = r->offers; o; o = o->next)
        for (size_t i = 0; i < o->output.count; i++)
            for (size_t k = 0; k < o->output.items[i].call_count; k++) {
                struct json_text *arguments = &o->output.items[i].calls[k].arguments;
                if (json_text_equals(arguments, "{}")) *arguments = JSON_NONE;
            }
}

static void offer(struct reading *r) {
    struct flat_family families[FLAT_FAMILIES_MAX];
    size_t count = flat_families(r, choose, families);
    /* OpenInference says what its keys are; openinference.c reads them. */
    bool known = span_has(&r->span, "openinference.span.kind") || span_has(&r->span, "llm.model_name");
    for (size_t i = 0; i < count; i++) {
        const struct flat_family *f = &families[i];
        static const char *const theirs[] = {"llm.input_messages", "llm.output_messages", "llm.tools",
                                             "llm.prompts", "llm.choices"};
        bool skip = false;
        for (size_t k = 0; known && k < sizeof theirs / sizeof *theirs; k++)
            skip = skip || word_is(f->prefix, f->prefix_len, theirs[k]);
        if (skip) continue;
        if (f->what == FAMILY_TOOLS)
            offer_tools(r, f);
        else if (f->what == FAMILY_CALLS)
            offer_calls(r, f);
        else
            offer_messages(r, f);
    }
    drop_unread_inputs(r);
}

const struct convention convention_openllmetry = {"OpenLLMetry and other indexed keys", offer};
