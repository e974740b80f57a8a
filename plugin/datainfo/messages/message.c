/* message.c: whole messages and calls; their parts are read in parts.c. A message is what has a role under some
 * name, or content under some name; special shapes are only those that are built otherwise: LangChain's envelopes
 * and [role, text] pairs here, items of the Responses API and Pydantic AI's requests in message_items.c. */
#include "datainfo/messages/message.h"

#include "datainfo/messages/fields.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/parts.h"

#include <string.h>

#define MAX_ENVELOPES 3 /* {message: {message: ...}} */

void read_call(struct reading *r, const struct json_text *call, struct message *m) {
    static const char *const ids[] = {"callid", "toolcallid", "id", "tooluseid", "ref", "toolid", NULL};
    static const char *const names[] = {"name", "toolname", "function.name", "toolfunction", NULL};
    static const char *const arguments[] = {"arguments",          "args",          "input",
                                            "parameters",         "toolkwargs",    "inputs",
                                            "function.arguments", "toolarguments", NULL};
    if (call->type != JSON_TEXT_OBJECT) return;
    struct json_text function = field(call, "function"), named = JSON_NONE;
    if (function.type != JSON_TEXT_OBJECT) {
        if (has_text(&function)) named = function; /* {function: "name", arguments} */
        function = *call;
    }
    struct json_text name = text_field_of(&function, names), text = field_of(&function, arguments);
    struct json_text id = text_field_of(call, ids), plugin = text_field(&function, "pluginname");
    bool whole = has_text(&name);
    if (!whole) name = has_text(&named) ? named : text_field(&function, "functionname");
    if (!has_text(&name) && text.type == JSON_TEXT_NONE && !has_text(&id)) return;
    if (!whole && has_text(&plugin) && has_text(&name)) { /* Semantic Kernel sends "plugin-function" */
        struct buf b = BUF_INIT;
        buf_add(&b, plugin.text, plugin.len - 1);
        buf_char(&b, '-');
        buf_add(&b, name.text + 1, name.len - 1);
        name = arena_json(&r->arena, &b, JSON_TEXT_STRING);
    }
    struct call_tool *c = message_add_call(r, m);
    if (!c) return;
    c->id = id;
    c->name = name;
    c->arguments = normal_arguments(r, &text);
}

#define LEAST_CALL 12 /* bytes: {"name":"f"} */

void read_call_list(struct reading *r, const struct json_text *list, struct message *m) {
    struct json_text_iter it;
    struct json_text call;
    if (list->type != JSON_TEXT_ARRAY || list->len <= LEAST_CALL) return;
    size_t count = json_text_count(list), most = list->len / LEAST_CALL;
    message_reserve_calls(r, m, count < most ? count : most);
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &call)) read_call(r, &call, m);
}

#define MANY_PARTS 64

/* Lists that double leave their old places behind. Where most parts so far were calls, or results of tools, there is
 * room for all that are left at once. Looked at after MANY_PARTS, after MANY_PARTS times as many, and so on. */
static void expect_more(struct part_writer *w, struct json_text_iter left, size_t read, size_t results) {
    bool calls = w->message->call_count >= read / 2;
    bool answers = w->results && w->results->count - results >= read / 2;
    struct json_text ignored;
    size_t count = 0;
    if (!calls && !answers) return;
    while (json_text_next(&left, NULL, &ignored)) count++;
    if (calls) message_reserve_calls(w->reading, w->message, count);
    if (answers) messages_reserve(w->reading, w->results, count + SPARE_MESSAGES);
}

void read_content(struct reading *r, const struct json_text *content, unsigned flags, struct message *m,
                  struct messages *out) {
    if (content->type == JSON_TEXT_STRING) {
        m->content = *content;
        return;
    }
    struct part_writer w = {
        .reading = r, .message = m, .results = out, .join = (flags & MESSAGE_JOIN_TEXTS) != 0};
    if (content->type == JSON_TEXT_OBJECT) {
        struct json_text parts = field(content, "parts"); /* Gemini: {role, parts} */
        if (parts.type == JSON_TEXT_ARRAY) {
            read_content(r, &parts, flags, m, out);
            return;
        }
        part_read(&w, content);
    } else if (content->type == JSON_TEXT_ARRAY) {
        struct json_text_iter it;
        struct json_text part;
        if (!json_text_index(content, 0, &part)) return; /* [] says no more than null */
        if ((flags & MESSAGE_VERBATIM) && parts_are_openai(content)) {
            m->content = *content;
            return;
        }
        size_t before = out->count, next = MANY_PARTS;
        json_text_iter(&it, content);
        for (size_t i = 1; json_text_next(&it, NULL, &part); i++) {
            part_read(&w, &part);
            if (i != next) continue;
            expect_more(&w, it, i, before);
            next *= MANY_PARTS;
        }
    }
    parts_finish(&w);
}

/* ---- LangChain ---- */

/* A message of LangChain: {lc, type:"constructor", id:[..., "HumanMessage"], kwargs} gives its kwargs and role;
 * {type:"human", content} and {type:"human", data:{content}} likewise. */
static struct json_text unwrap_langchain(const struct json_text *v, struct json_text *role) {
    struct json_text kwargs, id, last = JSON_NONE, type, data, own = field(v, "role");
    if (json_text_get(v, "kwargs", &kwargs) && kwargs.type == JSON_TEXT_OBJECT && json_text_get(v, "id", &id)) {
        size_t n = json_text_count(&id);
        if (n) json_text_index(&id, n - 1, &last);
        *role = normal_role(&last);
        if (json_text_equals(&last, "ChatMessage")) json_text_get(&kwargs, "role", role);
        return kwargs;
    }
    if (json_text_get(v, "type", &type) && own.type == JSON_TEXT_NONE) {
        struct json_text known = known_role(&type);
        if (known.type != JSON_TEXT_NONE && !json_text_get(v, "function", &data)) {
            *role = known;
            if (json_text_get(v, "data", &data) && data.type == JSON_TEXT_OBJECT) return data;
        }
    }
    return *v;
}

/* ---- a message ---- */

enum {
    F_ROLE,
    F_TYPE,
    F_SOURCE,
    F_FROM,
    F_EVENT,
    F_CONTENT,
    F_PARTS,
    F_BLOCKS,
    F_ITEMS,
    F_CONTENTS,
    F_TEXT,
    F_VALUE,
    F_MESSAGE,
    F_IMAGES,
    F_CALL_ID,
    F_ID,
    F_NAME,
    F_FINISH,
    F_STOP,
    F_REFUSAL,
    F_REASONING_CONTENT,
    F_REASONING,
    F_REASONING_TEXT,
    F_THINKING,
    F_THOUGHT,
    F_CALLS,
    F_EXTRA,
    F_FUNCTION_CALL,
    F_FUNCTION_CALLS,
    F_INVOCATIONS,
    F_RESULTS,
    F_AUDIO,
    F_META,
    F_HAYSTACK_META,
    F_COUNT
};
static const char *const message_fields[F_COUNT] = {
    "role",         "type",          "source",
    "from",         "event.name",    "content",
    "parts",        "blocks",        "items",
    "contents",     "text",          "value",
    "message",      "images",        "toolcallid",
    "id",           "name",          "finishreason",
    "stopreason",   "refusal",       "reasoningcontent",
    "reasoning",    "reasoningtext", "thinking",
    "thought",      "toolcalls",     "additionalkwargs",
    "functioncall", "functioncalls", "toolinvocations",
    "toolresults",  "audio",         "responsemetadata",
    "meta",
};

/* Who speaks, by whatever member says so; NONE when none does. */
static struct json_text role_of(const struct json_text *f) {
    struct json_text role = normal_role(&f[F_ROLE]);
    if (has_text(&role)) return role;
    const int others[] = {F_TYPE, F_FROM, F_EVENT, F_SOURCE};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        role = known_role(&f[others[i]]);
        if (has_text(&role)) return role;
    }
    /* AutoGen: {source: "planner", type: "TextMessage"} */
    char type[FIELD_NAME_MAX];
    squeeze(&f[F_TYPE], type);
    size_t n = strlen(type);
    bool message = n > 7 && strcmp(type + n - 7, "message") == 0;
    return has_text(&f[F_SOURCE]) && message ? JSON_STRING("assistant") : JSON_NONE;
}

static struct json_text content_of(const struct json_text *f) {
    static const int order[] = {F_CONTENT, F_PARTS, F_BLOCKS, F_ITEMS, F_CONTENTS, F_TEXT, F_MESSAGE};
    /* A message of AI SDK 4's UI has its text alone in content, all of it in parts. */
    if (f[F_CONTENT].type == JSON_TEXT_STRING && f[F_PARTS].type == JSON_TEXT_ARRAY && f[F_PARTS].len > 2)
        return f[F_PARTS];
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (f[order[i]].type != JSON_TEXT_NONE) return f[order[i]];
    return has_text(&f[F_FROM]) ? f[F_VALUE] : JSON_NONE; /* ShareGPT: {from, value} */
}

static void read_own_calls(struct reading *r, const struct json_text *f, struct message *m) {
    struct json_text calls = f[F_CALLS].type == JSON_TEXT_NONE ? f[F_FUNCTION_CALLS] : f[F_CALLS];
    /* LangChain keeps the provider's own calls, with the model's bytes, beside its parsed ones. */
    struct json_text raw = field(&f[F_EXTRA], "toolcalls");
    if (raw.type == JSON_TEXT_ARRAY && raw.len > 2) calls = raw;
    if (calls.type == JSON_TEXT_STRING) calls = string_container(&r->arena, &calls);
    if (calls.type == JSON_TEXT_ARRAY && calls.len > 2) {
        const struct message parts = *m; /* calls among the parts repeat these */
        size_t count = m->call_count;
        message_take_calls(m, &(struct message){0});
        read_call_list(r, &calls, m);
        for (size_t i = 0; m->call_count == count && i < count; i++) { /* botocore: without empty arguments */
            struct json_text *arguments = &m->calls[i].arguments;
            if (arguments->type == JSON_TEXT_NONE && json_text_same(&m->calls[i].id, &parts.calls[i].id))
                *arguments = parts.calls[i].arguments;
        }
    }
    if (!m->call_count && f[F_FUNCTION_CALL].type == JSON_TEXT_OBJECT) read_call(r, &f[F_FUNCTION_CALL], m);
}

/* AI SDK 3 and 4: calls with their results beside the message. The results go behind it. */
static void read_invocations(struct reading *r, const struct json_text *list, struct message *m,
                             struct messages *results) {
    struct json_text_iter it;
    struct json_text item;
    if (list->type != JSON_TEXT_ARRAY || m->call_count) return;
    message_reserve_calls(r, m, json_text_count(list));
    messages_make_room(r, list, results);
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &item)) {
        struct json_text value = field(&item, "result");
        read_call(r, &item, m);
        if (value.type == JSON_TEXT_NONE) continue;
        struct message result = {.role = JSON_STRING("tool")};
        message_put(r, &result, EXTRA_TOOL_CALL_ID, text_field(&item, "toolcallid"));
        part_result(r, &value, &result);
        messages_push(r, results, &result);
    }
}

/* Ollama: {content: text, images: [base64]}. */
static void read_images(struct reading *r, const struct json_text *images, struct message *m) {
    struct json_text_iter it;
    struct json_text image, text = m->content;
    if (images->type != JSON_TEXT_ARRAY || images->len <= 2 || text.type == JSON_TEXT_ARRAY) return;
    struct part_writer w = {.reading = r, .message = m};
    if (has_text(&text)) part_read(&w, &text);
    json_text_iter(&it, images);
    while (json_text_next(&it, NULL, &image)) part_media(&w, &image, "image");
    parts_finish(&w);
}

/* An answer in several items is one: a text, then its calls; a thought, then what it led to. true: m went into
 * the message before it. */
static bool join(struct reading *r, struct message *m, unsigned flags, size_t first, struct messages *out) {
    if (out->count <= first || !json_text_equals(&m->role, "assistant")) return false;
    struct message *last = &out->items[out->count - 1];
    if (!json_text_equals(&last->role, "assistant")) return false;
    bool open = (flags & MESSAGE_ONE_ANSWER) && !message_says(last, EXTRA_FINISH) && !last->call_count &&
                !(message_has_content(last) && has_text(&last->content) && has_text(&m->content));
    bool thought = message_says(last, EXTRA_REASONING) && !last->call_count &&
                   last->content.type == JSON_TEXT_NONE && !message_says(m, EXTRA_REASONING);
    if (open) {
        if (m->content.type == JSON_TEXT_NONE) m->content = last->content;
        message_fill(r, m, EXTRA_REFUSAL, last);
    } else if (!thought) {
        return false;
    }
    message_fill(r, m, EXTRA_REASONING, last);
    *last = *m;
    return true;
}

static void read_message(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                         size_t first, int depth, struct messages *out);

static void read_object(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                        size_t first, int depth, struct messages *out) {
    struct json_text own = JSON_NONE, object = unwrap_langchain(v, &own), f[F_COUNT];
    bool envelope = object.text != v->text;
    if (own.type == JSON_TEXT_NONE && (read_item(r, v, first, out) || read_pydantic(r, v, out))) return;
    fields_read(&object, message_fields, F_COUNT, f);
    own = own.type == JSON_TEXT_NONE ? role_of(f) : normal_role(&own);
    struct json_text content = content_of(f);
    if (content.type == JSON_TEXT_OBJECT && !has_text(&own)) { /* Google ADK: an event's content has the role */
        struct json_text inner = field(&content, "role");
        own = normal_role(&inner);
    }
    bool wrapped = f[F_MESSAGE].type == JSON_TEXT_OBJECT && !has_text(&f[F_ROLE]) &&
                   f[F_CONTENT].type == JSON_TEXT_NONE && f[F_PARTS].type == JSON_TEXT_NONE;
    if (wrapped && depth < MAX_ENVELOPES) { /* {index, message: {...}, finish_reason} */
        size_t before = out->count;
        read_message(r, &f[F_MESSAGE], has_text(&own) ? own : role, flags, first, depth + 1, out);
        messages_end(r, out, before, &f[F_FINISH]);
        return;
    }
    bool says_nothing = !has_text(&own) && content.type == JSON_TEXT_NONE && f[F_CALLS].type == JSON_TEXT_NONE;
    if (says_nothing && has_text(&f[F_TYPE])) return; /* an item of some kind, but no message */
    struct message m = {.role = has_text(&own) ? own : role};
    struct messages after = {0};
    size_t before = out->count;
    bool result = (content.type == JSON_TEXT_ARRAY || content.type == JSON_TEXT_OBJECT) &&
                  json_text_equals(&m.role, "tool") && !parts_hold_results(&content);
    if (result && !((flags & MESSAGE_VERBATIM) && parts_are_openai(&content)))
        part_result(r, &content, &m); /* data, which may have members that parts have */
    else
        read_content(r, &content, flags, &m, out);
    read_own_calls(r, f, &m);
    if (out->count == before) read_invocations(r, &f[F_INVOCATIONS], &m, &after); /* else the parts had them */
    read_images(r, &f[F_IMAGES], &m);
    read_tool_results(r, &f[F_RESULTS], out);
    if (out->count > before && !message_has_content(&m)) return; /* nothing but results */

    bool assistant = json_text_equals(&m.role, "assistant");
    struct json_text id = has_text(&f[F_CALL_ID]) ? f[F_CALL_ID] : text_field(&f[F_EXTRA], "toolcallid");
    if (assistant)
        id = JSON_NONE;
    else if (has_text(&id))
        m.role = JSON_STRING("tool");
    else if (json_text_equals(&m.role, "tool") && has_text(&f[F_EVENT]) && has_text(&f[F_ID]))
        id = f[F_ID]; /* OTel's gen_ai.tool.message */
    message_put(r, &m, EXTRA_TOOL_CALL_ID, id);
    /* A name on an answer or a tool result is LangChain's node or the tool's: nobody's in OpenAI's sense. Only
     * where there is no id, it tells which call a result answers. */
    bool tool = json_text_equals(&m.role, "tool");
    if (has_text(&f[F_NAME]) && !(tool && has_text(&id)) && !(envelope && assistant))
        message_put(r, &m, EXTRA_NAME, f[F_NAME]);
    struct json_text finish = has_text(&f[F_STOP]) && !has_text(&f[F_FINISH]) ? f[F_STOP] : f[F_FINISH];
    for (int i = F_META; i <= F_HAYSTACK_META && finish.type == JSON_TEXT_NONE; i++)
        finish = text_field(&f[i], "finishreason", "stopreason", "donereason");
    message_put(r, &m, EXTRA_FINISH, finish);
    if (has_text(&f[F_REFUSAL])) message_put(r, &m, EXTRA_REFUSAL, f[F_REFUSAL]);
    struct json_text call, type; /* AutoGen: with calls that have no type, a thought is the text beside them */
    if (m.call_count && m.content.type == JSON_TEXT_NONE && json_text_index(&content, 0, &call) &&
        !json_text_get(&call, "type", &type) && json_text_get(&call, "arguments", &type)) {
        m.content = has_text(&f[F_THOUGHT]) ? f[F_THOUGHT] : m.content;
        f[F_THOUGHT] = JSON_NONE;
    }
    const int thoughts[] = {F_REASONING_CONTENT, F_REASONING, F_REASONING_TEXT, F_THINKING, F_THOUGHT};
    for (size_t i = 0; i < sizeof thoughts / sizeof *thoughts; i++) {
        if (!has_text(&f[thoughts[i]])) continue;
        message_put(r, &m, EXTRA_REASONING, f[thoughts[i]]);
        break;
    }
    if (f[F_AUDIO].type == JSON_TEXT_OBJECT) message_put(r, &m, EXTRA_AUDIO, f[F_AUDIO]);
    if (!join(r, &m, flags, first, out)) messages_push(r, out, &m);
    for (size_t i = 0; i < after.count; i++) messages_push(r, out, &after.items[i]);
}

static void read_message(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                         size_t first, int depth, struct messages *out) {
    if (tool_in_message(v).type != JSON_TEXT_NONE) return;
    if (v->type == JSON_TEXT_OBJECT) {
        read_object(r, v, role, flags, first, depth, out);
    } else if (v->type == JSON_TEXT_STRING) {
        struct message m = {.role = role, .content = *v};
        if (!join(r, &m, flags, first, out)) messages_push(r, out, &m);
    }
}

/* ["human", "text"], as LangChain's users write messages. */
static bool read_pair(struct reading *r, const struct json_text *v, unsigned flags, struct messages *out) {
    struct json_text role, content, more;
    if (!json_text_index(v, 0, &role) || !json_text_index(v, 1, &content) || json_text_index(v, 2, &more))
        return false;
    role = known_role(&role);
    if (!has_text(&role) || (content.type != JSON_TEXT_STRING && content.type != JSON_TEXT_ARRAY)) return false;
    struct message m = {.role = role};
    read_content(r, &content, flags, &m, out);
    messages_push(r, out, &m);
    return true;
}

static bool is_thought(const struct json_text *v) {
    struct json_text type, role;
    return json_text_get(v, "type", &type) && json_text_equals(&type, "reasoning") &&
           !json_text_get(v, "role", &role);
}

static void close_thoughts(struct part_writer *w, struct messages *out) {
    parts_finish(w);
    if (!message_says(w->message, EXTRA_REASONING)) return;
    messages_push(w->reading, out, w->message);
    message_put(w->reading, w->message, EXTRA_REASONING, JSON_NONE);
}

#define LEAST_PAIR 10 /* bytes: ["ai","a"] */

void messages_make_room(struct reading *r, const struct json_text *array, struct messages *out) {
    struct json_text_iter it;
    struct json_text v;
    size_t count = 0;
    json_text_iter(&it, array);
    while (json_text_next(&it, NULL, &v)) /* numbers and the like are no messages, and there may be millions */
        count += v.type == JSON_TEXT_STRING || v.type == JSON_TEXT_OBJECT ||
                 (v.type == JSON_TEXT_ARRAY && v.len >= LEAST_PAIR);
    if (count) messages_reserve(r, out, count + SPARE_MESSAGES);
}

void read_messages(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                   struct messages *out) {
    size_t first = out->count;
    if (role.type == JSON_TEXT_NONE) role = JSON_STRING("user");
    if (v->type == JSON_TEXT_STRING || v->type == JSON_TEXT_OBJECT) {
        read_message(r, v, role, flags, first, 0, out);
        return;
    }
    if (v->type != JSON_TEXT_ARRAY) return;
    if (parts_alone(v, json_text_equals(&role, "assistant"))) {
        struct message m = {.role = role};
        read_content(r, v, flags, &m, out);
        messages_push(r, out, &m);
        return;
    }
    struct json_text_iter it, batch;
    struct json_text item, inner;
    messages_make_room(r, v, out);
    struct message thought = {.role = JSON_STRING("assistant")};
    struct part_writer thoughts = {.reading = r, .message = &thought, .results = out};
    json_text_iter(&it, v);
    while (json_text_next(&it, NULL, &item)) {
        if (is_thought(&item)) { /* Responses: some items in a row may be one thought */
            part_read(&thoughts, &item);
            continue;
        }
        close_thoughts(&thoughts, out);
        if (item.type == JSON_TEXT_STRING) {
            inner = message_in_string(r, &item);
            if (inner.type == JSON_TEXT_OBJECT) item = inner;
        }
        if (item.type != JSON_TEXT_ARRAY) {
            read_message(r, &item, role, flags, first, 0, out);
            continue;
        }
        if (read_pair(r, &item, flags, out)) continue;
        if (out->count > first) { /* Langtrace: in an answer's place the list of its calls */
            struct message m = {.role = JSON_STRING("assistant")};
            read_content(r, &item, flags, &m, out);
            messages_push(r, out, &m);
            continue;
        }
        messages_make_room(r, &item, out);
        json_text_iter(&batch, &item); /* LangChain's batch of conversations: the first one */
        while (json_text_next(&batch, NULL, &inner)) {
            if (inner.type != JSON_TEXT_ARRAY || !read_pair(r, &inner, flags, out))
                read_message(r, &inner, role, flags, first, 0, out);
        }
        break;
    }
    close_thoughts(&thoughts, out);
    pair_results(r, out, first);
}

static void insert_system(struct reading *r, const struct json_text *text, struct messages *list, size_t at) {
    static const char *const nothing[] = {"[]", "{}", "null", "None", NULL}; /* written where there was none */
    struct message m = {.role = JSON_STRING("system")};
    struct messages ignored = {0};
    if (text_among(text, nothing)) return;
    if (text->type == JSON_TEXT_STRING) {
        struct json_text parts = string_container(&r->arena, text);
        if (parts.type == JSON_TEXT_ARRAY) read_content(r, &parts, 0, &m, &ignored);
    }
    if (m.content.type == JSON_TEXT_NONE) read_content(r, text, 0, &m, &ignored);
    if (!message_has_content(&m)) return;
    if (list->count && same_role(&list->items[0].role, &m.role) &&
        (is_redacted(&m.content) || json_text_same(&list->items[0].content, &m.content)))
        return;
    if (!messages_add(r, list, m.role)) return;
    memmove(list->items + at + 1, list->items + at, (list->count - 1 - at) * sizeof *list->items);
    list->items[at] = m;
}

void prepend_system(struct reading *r, const struct json_text *text, struct messages *list) {
    insert_system(r, text, list, 0);
}

void add_instructions(struct reading *r, const struct json_text *text, struct messages *list) {
    static const struct json_text system = JSON_STRING_INIT("system");
    size_t at = 0;
    while (at < list->count && same_role(&list->items[at].role, &system)) at++;
    insert_system(r, text, list, at);
}
