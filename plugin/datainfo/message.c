/* message.c: whole messages and calls; their parts are read in parts.c. */
#include "datainfo/message.h"

#include "datainfo/normalise.h"
#include "datainfo/parts.h"

#include <string.h>

/* The first of several members that is there and not null. */
static struct json_text member(const struct json_text *object, const char *const *keys) {
    struct json_text v = JSON_NONE;
    for (; *keys; keys++) {
        if (json_text_get(object, *keys, &v) && v.type != JSON_TEXT_NULL) return v;
        v = JSON_NONE;
    }
    return v;
}

static struct json_text string_member(const struct json_text *object, const char *const *keys) {
    struct json_text v = member(object, keys);
    return has_text(&v) ? v : JSON_NONE;
}

void read_call(struct reading *r, const struct json_text *call, struct message *m) {
    static const char *const ids[] = {"call_id",     "callId",       "toolCallId", "id", "toolUseId",
                                      "tool_use_id", "tool_call_id", "ref",        NULL};
    static const char *const names[] = {"name", "toolName", "tool_name", NULL};
    static const char *const arguments[] = {"arguments", "args", "input", "parameters", NULL};
    struct json_text function, text;
    if (call->type != JSON_TEXT_OBJECT) return;
    if (!json_text_get(call, "function", &function) || function.type != JSON_TEXT_OBJECT) function = *call;
    struct json_text name = string_member(&function, names);
    text = member(&function, arguments);
    struct json_text id = string_member(call, ids);
    if (!has_text(&name) && text.type == JSON_TEXT_NONE && !has_text(&id)) return;
    struct call_tool *c = message_add_call(r, m);
    if (!c) return;
    c->id = id;
    c->name = name;
    c->arguments = normal_arguments(r, &text);
}

void read_content(struct reading *r, const struct json_text *content, unsigned flags, struct message *m,
                  struct messages *out) {
    if (content->type == JSON_TEXT_STRING) {
        m->content = *content;
        return;
    }
    struct part_writer w = {.reading = r, .message = m, .results = out};
    if (content->type == JSON_TEXT_OBJECT) {
        part_read(&w, content);
    } else if (content->type == JSON_TEXT_ARRAY) {
        if ((flags & MESSAGE_VERBATIM) && parts_are_openai(content)) {
            m->content = *content;
            return;
        }
        struct json_text_iter it;
        struct json_text part;
        json_text_iter(&it, content);
        while (json_text_next(&it, NULL, &part)) part_read(&w, &part);
    }
    parts_finish(&w);
}

/* A message of LangChain: {lc, type:"constructor", id:[..., "HumanMessage"], kwargs} gives its kwargs and role;
 * {type:"human", content} and {type:"human", data:{content}} likewise. */
static struct json_text unwrap_langchain(const struct json_text *v, struct json_text *role) {
    struct json_text kwargs, id, last = JSON_NONE, type, data;
    if (json_text_get(v, "kwargs", &kwargs) && kwargs.type == JSON_TEXT_OBJECT && json_text_get(v, "id", &id)) {
        size_t n = json_text_count(&id);
        if (n) json_text_index(&id, n - 1, &last);
        *role = normal_role(&last);
        if (json_text_equals(&last, "ChatMessage")) json_text_get(&kwargs, "role", role);
        return kwargs;
    }
    if (json_text_get(v, "type", &type) && !json_text_get(v, "role", &data)) {
        bool known = json_text_equals(&type, "human") || json_text_equals(&type, "ai") ||
                     json_text_equals(&type, "system") || json_text_equals(&type, "tool");
        if (known) {
            *role = normal_role(&type);
            if (json_text_get(v, "data", &data) && data.type == JSON_TEXT_OBJECT) return data;
        }
    }
    return *v;
}

/* The message that a Responses item or a call without a message of its own belongs to: the last one, when it is
 * an assistant's and of the same answer. */
static struct message *open_answer(struct reading *r, struct messages *out, size_t first) {
    if (out->count > first && json_text_equals(&out->items[out->count - 1].role, "assistant"))
        return &out->items[out->count - 1];
    return messages_add(r, out, JSON_STRING("assistant"));
}

/* Items of the Responses API that are no messages. true: it was one. */
static bool read_item(struct reading *r, const struct json_text *v, size_t first, struct messages *out) {
    static const char *const ids[] = {"call_id", "callId", "id", NULL};
    struct json_text type, role, output;
    if (!json_text_get(v, "type", &type) || json_text_get(v, "role", &role)) return false;
    if (json_text_equals(&type, "function_call") || json_text_equals(&type, "custom_tool_call")) {
        struct message *m = open_answer(r, out, first);
        if (m) read_call(r, v, m);
        return true;
    }
    if (json_text_equals(&type, "function_call_output") || json_text_equals(&type, "function_call_result") ||
        json_text_equals(&type, "custom_tool_call_output")) {
        struct message result = {.role = JSON_STRING("tool"), .tool_call_id = string_member(v, ids)};
        json_text_get(v, "output", &output);
        part_result(r, &output, &result);
        struct message *m = messages_add(r, out, result.role);
        if (m) *m = result;
        return true;
    }
    if (json_text_equals(&type, "reasoning")) {
        struct message thought = {.role = JSON_STRING("assistant")};
        struct part_writer w = {.reading = r, .message = &thought, .results = out};
        part_read(&w, v);
        parts_finish(&w);
        if (!has_text(&thought.reasoning)) return true;
        struct message *m = messages_add(r, out, thought.role);
        if (m) *m = thought;
        return true;
    }
    /* web_search_call, item_reference, compaction ...: work of the provider's own, not of the conversation */
    size_t n = type.len;
    return (n > 7 && memcmp(type.text + n - 6, "_call\"", 6) == 0) || json_text_equals(&type, "item_reference");
}

static void read_calls(struct reading *r, const struct json_text *object, struct message *m) {
    static const char *const lists[] = {"tool_calls", "toolCalls", NULL};
    struct json_text calls = member(object, lists), extra, call;
    /* LangChain keeps the provider's own calls, with the model's bytes, beside its parsed ones. */
    if (json_text_get(object, "additional_kwargs", &extra)) {
        struct json_text raw = member(&extra, lists);
        if (raw.type == JSON_TEXT_ARRAY && raw.len > 2) calls = raw;
    }
    if (calls.type == JSON_TEXT_STRING) calls = string_container(&r->arena, &calls);
    if (calls.type == JSON_TEXT_ARRAY) {
        struct json_text_iter it;
        if (json_text_count(&calls)) { /* calls among the parts repeat these */
            m->calls = NULL;
            m->call_count = m->call_cap = 0;
        }
        json_text_iter(&it, &calls);
        while (json_text_next(&it, NULL, &call)) read_call(r, &call, m);
    }
    if (!m->call_count && json_text_get(object, "function_call", &call)) read_call(r, &call, m);
}

static void read_message(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                         size_t first, struct messages *out) {
    static const char *const contents[] = {"content", "parts", "text", NULL};
    static const char *const names[] = {"name", NULL};
    static const char *const results[] = {"tool_call_id", "toolCallId", NULL};
    static const char *const finishes[] = {"finish_reason", "finishReason", NULL};
    static const char *const refusals[] = {"refusal", NULL};
    static const char *const thoughts[] = {"reasoning_content", "reasoning", "thinking", NULL};
    struct message m = {.role = role};
    if (v->type == JSON_TEXT_STRING) {
        m.content = *v;
    } else if (v->type == JSON_TEXT_OBJECT) {
        struct json_text own = JSON_NONE, audio, object = unwrap_langchain(v, &own);
        if (own.type == JSON_TEXT_NONE && read_item(r, v, first, out)) return;
        if (own.type == JSON_TEXT_NONE) json_text_get(&object, "role", &own);
        own = normal_role(&own);
        if (has_text(&own)) m.role = own;
        struct json_text content = member(&object, contents);
        size_t before = out->count;
        read_content(r, &content, flags, &m, out);
        read_calls(r, &object, &m);
        bool only_results = out->count > before && !message_has_content(&m);
        if (only_results) return;
        m.tool_call_id = string_member(&object, results);
        if (!json_text_equals(&m.role, "assistant")) {
            if (has_text(&m.tool_call_id)) m.role = JSON_STRING("tool");
        } else {
            m.tool_call_id = JSON_NONE;
        }
        /* A name on an answer or a tool result is LangChain's node or the tool's: nobody's in OpenAI's sense.
         */
        if (!json_text_equals(&m.role, "tool")) m.name = string_member(&object, names);
        if (object.text != v->text && json_text_equals(&m.role, "assistant")) m.name = JSON_NONE;
        m.finish = string_member(&object, finishes);
        struct json_text refusal = string_member(&object, refusals), thought = string_member(&object, thoughts);
        if (has_text(&refusal)) m.refusal = refusal;
        if (has_text(&thought)) m.reasoning = thought;
        if (json_text_get(&object, "audio", &audio) && audio.type == JSON_TEXT_OBJECT) m.audio = audio;
    } else {
        return;
    }
    if ((flags & MESSAGE_ONE_ANSWER) && out->count > first && json_text_equals(&m.role, "assistant")) {
        struct message *last = &out->items[out->count - 1];
        bool open = json_text_equals(&last->role, "assistant") && !has_text(&last->finish);
        if (open && !last->call_count &&
            !(message_has_content(last) && has_text(&last->content) && has_text(&m.content))) {
            if (m.content.type == JSON_TEXT_NONE) m.content = last->content;
            if (!has_text(&m.reasoning)) m.reasoning = last->reasoning;
            if (!has_text(&m.refusal)) m.refusal = last->refusal;
            *last = m;
            return;
        }
    }
    /* A thought that stood alone in front belongs to the answer that follows it. */
    if (out->count > first && json_text_equals(&m.role, "assistant")) {
        struct message *last = &out->items[out->count - 1];
        if (json_text_equals(&last->role, "assistant") && has_text(&last->reasoning) && !last->call_count &&
            last->content.type == JSON_TEXT_NONE && !has_text(&m.reasoning)) {
            m.reasoning = last->reasoning;
            *last = m;
            return;
        }
    }
    struct message *added = messages_add(r, out, m.role);
    if (added) *added = m;
}

void read_messages(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                   struct messages *out) {
    size_t first = out->count;
    if (role.type == JSON_TEXT_NONE) role = JSON_STRING("user");
    if (v->type == JSON_TEXT_STRING || v->type == JSON_TEXT_OBJECT) {
        read_message(r, v, role, flags, first, out);
        return;
    }
    if (v->type != JSON_TEXT_ARRAY) return;
    struct json_text_iter it, batch;
    struct json_text item, inner;
    json_text_iter(&it, v);
    while (json_text_next(&it, NULL, &item)) {
        if (item.type != JSON_TEXT_ARRAY) {
            read_message(r, &item, role, flags, first, out);
            continue;
        }
        json_text_iter(&batch, &item); /* LangChain's batch of conversations: the first one */
        while (json_text_next(&batch, NULL, &inner)) read_message(r, &inner, role, flags, first, out);
        break;
    }
}

void prepend_system(struct reading *r, const struct json_text *text, struct messages *list) {
    struct message m = {.role = JSON_STRING("system")};
    struct messages ignored = {0};
    if (text->type == JSON_TEXT_STRING) {
        struct json_text parts = string_container(&r->arena, text);
        if (parts.type == JSON_TEXT_ARRAY) read_content(r, &parts, 0, &m, &ignored);
    }
    if (m.content.type == JSON_TEXT_NONE) read_content(r, text, 0, &m, &ignored);
    if (!message_has_content(&m)) return;
    if (list->count && same_role(&list->items[0].role, &m.role) &&
        json_text_same(&list->items[0].content, &m.content))
        return;
    if (!messages_add(r, list, m.role)) return;
    memmove(list->items + 1, list->items, (list->count - 1) * sizeof *list->items);
    list->items[0] = m;
}
