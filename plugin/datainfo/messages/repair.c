/* repair.c: texts that hold lists, definitions among the messages, roles and ids of items, in that order; then, of
 * the whole call, words for images and what came later. Turns are in repair_turns.c, glued calls in repair_glued.c. */
#include "datainfo/messages/repair.h"

#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <string.h>

#define LEAST_LIST 12 /* bytes of a text that may hold a list of parts, with its quotes */

static bool is_role(const struct message *m, const char *role) {
    return json_text_equals(&m->role, role);
}

/* ---- JSON in a text ---- */

enum inside { NOTHING, PARTS, ITEMS, CALLS };

static bool is_call(const struct json_text *v, const struct json_text *type) {
    struct json_text name, arguments;
    return json_text_equals(type, "function") && json_text_at(v, &name, "function", "name", NULL) &&
           has_text(&name) && json_text_at(v, &arguments, "function", "arguments", NULL);
}

/* An array of nothing but content parts, nothing but messages and items of a conversation, or nothing but calls. */
static enum inside what_is_inside(const struct json_text *list) {
    static const char *const parts[] = {"text",        "input_text", "output_text", "image_url", "image",
                                        "input_image", "tool_use",   "tool_result", "thinking",  "reasoning",
                                        "file",        "input_file", "input_audio", "document",  NULL};
    static const char *const items[] = {"message",   "function_call",  "function_call_output",
                                        "reasoning", "item_reference", NULL};
    bool all_parts = true, all_items = true, all_calls = true;
    size_t count = 0;
    struct json_text_iter it;
    struct json_text one, type, role, inner;
    json_text_iter(&it, list);
    while ((all_parts || all_items || all_calls) && json_text_next(&it, NULL, &one)) {
        json_text_get(&one, "type", &type);
        bool speaks = json_text_get(&one, "role", &role) && role.type == JSON_TEXT_STRING &&
                      json_text_get(&one, "content", &inner);
        all_parts = all_parts && !speaks && json_text_count(&one) > 1 && text_among(&type, parts);
        all_items = all_items && (speaks || text_among(&type, items));
        all_calls = all_calls && is_call(&one, &type);
        count++;
    }
    return !count ? NOTHING : all_parts ? PARTS : all_items ? ITEMS : all_calls ? CALLS : NOTHING;
}

/* A part of a list, written as the text of a part. */
static struct json_text part_inside(struct reading *r, const struct message *m) {
    static const char *const types[] = {"output_text", "input_text", NULL};
    if (!text_begins(&m->content, "{") || !memmem(m->content.text, m->content.len, "put_text", 8))
        return JSON_NONE;
    struct json_text part = string_container(&r->arena, &m->content), type, text;
    if (!json_text_get(&part, "type", &type) || !text_among(&type, types) ||
        !json_text_get(&part, "text", &text) || text.type != JSON_TEXT_STRING)
        return JSON_NONE;
    struct buf b = BUF_INIT;
    buf_char(&b, '[');
    json_text_copy_valid(&part, &b);
    buf_char(&b, ']');
    return arena_json(&r->arena, &b, JSON_TEXT_ARRAY);
}

static struct json_text list_inside(struct reading *r, const struct message *m) {
    struct json_text part = part_inside(r, m);
    if (part.type == JSON_TEXT_ARRAY) return part;
    struct json_text list = m->content.len > LEAST_LIST && text_begins(&m->content, "[{")
                                ? string_container(&r->arena, &m->content)
                                : JSON_NONE;
    return list.type == JSON_TEXT_ARRAY ? list : JSON_NONE;
}

static void take_calls(struct reading *r, const struct json_text *list, struct message *m) {
    read_call_list(r, list, m);
    m->content = JSON_NONE;
}

/* Whether nobody but the system says anything else. */
static bool is_only_question(const struct messages *list, size_t at) {
    for (size_t i = 0; i < list->count; i++)
        if (i != at && !is_role(&list->items[i], "system") && !is_role(&list->items[i], "developer"))
            return false;
    return true;
}

/* Opens texts that are lists of parts, an assistant's text that is the list of its calls, and a user's one text that
 * is the list of all items. */
static void open_texts(struct reading *r, struct messages *list) {
    struct messages out = {0};
    bool changed = false;
    for (size_t i = 0; i < list->count; i++) {
        struct message m = list->items[i];
        struct json_text inner = is_role(&m, "tool") ? JSON_NONE : list_inside(r, &m);
        enum inside found = inner.type == JSON_TEXT_NONE ? NOTHING : what_is_inside(&inner);
        if (found == ITEMS && !(is_role(&m, "user") && is_only_question(list, i))) found = NOTHING; /* pasted */
        if (!changed && found == NOTHING) continue;
        if (!changed) { /* from here on they move */
            messages_reserve(r, &out, list->count + 1);
            if (!out.cap) return;
            memcpy(out.items, list->items, i * sizeof *out.items);
            out.count = i;
        }
        if (found == ITEMS) {
            read_messages(r, &inner, m.role, 0, &out);
            changed = true;
            continue;
        }
        if (found == CALLS && is_role(&m, "assistant") && !m.call_count) {
            take_calls(r, &inner, &m);
            changed = true;
        }
        if (found == PARTS) {
            struct json_text before = m.content;
            m.content = JSON_NONE;
            size_t results = out.count;
            read_content(r, &inner, 0, &m, &out);
            changed = true;
            if (out.count > results && !message_has_content(&m)) continue; /* it was nothing but results */
            if (!message_has_content(&m)) m.content = before;
        }
        messages_push(r, &out, &m);
    }
    if (changed) *list = out;
}

/* ---- definitions among the messages ---- */

static bool is_definition(const struct json_text *v) {
    struct json_text type, function, name;
    return v->type == JSON_TEXT_OBJECT && json_text_get(v, "type", &type) &&
           json_text_equals(&type, "function") && json_text_get(v, "function", &function) &&
           json_text_get(&function, "name", &name) && !json_text_get(&function, "arguments", &name);
}

/* Moves messages that hold a tool's definition to the tools. */
static void take_definitions(struct reading *r, struct offer *o) {
    size_t kept = 0, had = o->tool_count;
    for (size_t i = 0; i < o->input.count; i++) {
        struct message *m = &o->input.items[i];
        struct json_text v = m->content, head;
        if (is_role(m, "tool") && v.type == JSON_TEXT_STRING) v = string_container(&r->arena, &v);
        if (v.type == JSON_TEXT_ARRAY && json_text_index(&v, 0, &head)) v = head;
        if (is_role(m, "tool") && !message_says(m, EXTRA_TOOL_CALL_ID) && is_definition(&v)) {
            if (!had) offer_add_tool(r, o, normal_tool(r, &v));
            continue;
        }
        o->input.items[kept++] = *m;
    }
    if (kept < o->input.count) o->tells |= TELLS_TOOLS;
    o->input.count = kept;
}

/* ---- roles ---- */

/* What a user says in front of the assistant is the conversation, no answer. */
static void drop_questions(struct messages *answers) {
    size_t from = 0;
    for (size_t i = 0; i + 1 < answers->count; i++)
        if (is_role(&answers->items[i], "user") && is_role(&answers->items[i + 1], "assistant")) from = i + 1;
    if (!from) return;
    memmove(answers->items, answers->items + from, (answers->count - from) * sizeof *answers->items);
    answers->count -= from;
}

/* Answers under a role that no other speaker has are the assistant's. */
static void name_answers(struct offer *o) {
    static const char *const others[] = {"system", "developer", "assistant", "tool", NULL};
    drop_questions(&o->output);
    for (size_t i = 0; i < o->output.count; i++)
        if (!text_among(&o->output.items[i].role, others)) o->output.items[i].role = JSON_STRING("assistant");
}

/* Blank answers beside one that says something are its blocks that are no text (Langtrace, of Anthropic): a thought in
 * front of it, calls behind it. */
static void drop_blank_answers(struct messages *answers) {
    size_t kept = 0;
    if (!messages_have_content(answers)) return;
    for (size_t i = 0; i < answers->count; i++) {
        const struct message *m = &answers->items[i];
        bool blank = !message_has_content(m) && m->content.type == JSON_TEXT_NONE && !m->cut &&
                     !message_says(m, EXTRA_FINISH);
        if (!blank)
            answers->items[kept++] = *m;
        else if (kept)
            answers->items[kept - 1].lost_calls = !answers->items[kept - 1].call_count;
    }
    answers->count = kept;
}

/* The id of a Responses item is no call's: results are told by call_id. */
static void drop_item_ids(struct messages *list) {
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].call_count; k++) {
            struct json_text *id = &list->items[i].calls[k].id;
            if (text_begins(id, "fc_")) *id = JSON_NONE;
        }
}

void repair_offer(struct reading *r, struct offer *o) {
    if (o->rank < RANK_RAW) {
        open_texts(r, &o->input);
        open_texts(r, &o->output);
    }
    take_definitions(r, o);
    name_answers(o);
    if (o->rank < RANK_RAW) drop_blank_answers(&o->output);
    drop_item_ids(&o->input);
    drop_item_ids(&o->output);
    if (o->rank < RANK_RAW) {
        repair_turns(r, &o->input);
        repair_results(&o->input);
        pair_results(r, &o->input, 0); /* calls that came out of texts */
    }
    /* Where answers are told apart, choices say how they ended; items of one answer do not. */
    if (o->rank == RANK_STRUCTURED || o->rank == RANK_EVENTS) {
        repair_pieces(r, &o->output);
        repair_turns(r, &o->output);
    }
}

/* ---- lists that went on growing ---- */

static bool same_answer(const struct message *a, const struct message *b) {
    if (!is_role(a, "assistant") || a->call_count != b->call_count) return false;
    if (has_text(&a->content) != has_text(&b->content)) return false;
    if (has_text(&a->content) && !json_text_same(&a->content, &b->content)) return false;
    for (size_t i = 0; i < a->call_count; i++) {
        if (!has_text(&a->calls[i].id) || !json_text_same(&a->calls[i].id, &b->calls[i].id)) return false;
    }
    return has_text(&a->content) || a->call_count;
}

/* ---- words for what is no text ---- */

/* Takes one of them off an end of the text; false: there is none. */
static bool take_media_word(const char **at, const char **end) {
    static const char *const words[] = {"[image]", "[audio]", "[video]", "[document]"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]), len = (size_t)(*end - *at);
        if (len < n) continue;
        bool alone = len == n;
        if (memcmp(*end - n, words[i], n) == 0 && (alone || (*end)[-(ptrdiff_t)n - 1] == ' ')) {
            *end -= n + !alone;
            return true;
        }
        if (memcmp(*at, words[i], n) == 0 && (*at)[n] == ' ') {
            *at += n + 1;
            return true;
        }
    }
    return false;
}

/* TanStack joins the parts of a message with spaces, "What is this? [image]". */
static void take_media_words(struct reading *r, struct messages *list) {
    if (!span_has(&r->span, "tanstack.ai.iteration")) return;
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i];
        if (!is_role(m, "user") || m->content.type != JSON_TEXT_STRING) continue;
        const char *at = m->content.text + 1, *end = m->content.text + m->content.len - 1;
        bool any = false;
        while (take_media_word(&at, &end)) any = true;
        if (!any) continue;
        m->content = at < end ? arena_quoted(&r->arena, at, (size_t)(end - at)) : JSON_NONE;
        m->cut = true;
    }
}

/* An answer of the Responses API has no choices: what it says and calls in several messages is one. */
static void join_response(struct reading *r, struct offer *call) {
    struct messages *list = &call->output;
    size_t texts = 0;
    if (list->count < 2 || !text_begins(&call->response_id, "resp_")) return;
    for (size_t i = 0; i < list->count; i++) {
        if (!is_role(&list->items[i], "assistant")) return;
        texts += list->items[i].content.type != JSON_TEXT_NONE;
    }
    if (texts > 1) return;
    struct message all = list->items[0];
    for (size_t i = 1; i < list->count; i++) {
        const struct message *m = &list->items[i];
        if (m->content.type != JSON_TEXT_NONE) all.content = m->content;
        message_fill(r, &all, EXTRA_REFUSAL, m);
        message_fill(r, &all, EXTRA_REASONING, m);
        message_add_calls(r, &all, m);
        if (m->call_count) { /* the text ended before them */
            call->finish = message_extra(m, EXTRA_FINISH);
            message_put(r, &all, EXTRA_FINISH, call->finish);
        }
    }
    list->items[0] = all;
    list->count = 1;
}

/* A request does not end with the assistant; one that does and has this call's own answer in it was written down
 * after the conversation had gone on. What begins with the answer came later. */
void repair_call(struct reading *r, struct offer *call) {
    take_media_words(r, &call->input);
    join_response(r, call);
    for (size_t i = 0; i < call->output.count; i++) repair_glued_calls(r, call, &call->output.items[i]);
    static const char *const words[] = {"auto", "none", "required", NULL};
    if (!text_among(&call->tool_choice, words) && repair_is_tool(call, &call->tool_choice))
        call->tool_choice = choose_function(r, &call->tool_choice); /* LangChain takes a tool's bare name */
    /* What a library makes of a failure so that there is an answer (LangChain). */
    if (has_text(&call->error_message) && !messages_have_content(&call->output) &&
        !has_cut_messages(&call->output))
        call->output.count = 0;
    if (call->output.count != 1 || call->input.count < 2) return;
    if (!is_role(&call->input.items[call->input.count - 1], "assistant")) return;
    for (size_t i = call->input.count; --i > 0;) { /* its own is the last of several that are alike */
        if (!same_answer(&call->input.items[i], &call->output.items[0])) continue;
        call->input.count = i;
        return;
    }
}
