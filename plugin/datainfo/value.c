/* value.c: tries the provider bodies first; they know most. What is none of them may be a wrapper around one: its
 * members are tried by name, inner ones first, and what stands beside the messages (tools, system text, model) is
 * taken along. Wrappers are opened MAX_WRAPPERS deep. */
#include "datainfo/value.h"

#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/salvage.h"

#include <string.h>

#define MAX_WRAPPERS 6
#define MAX_TRIED    8 /* elements of a list that are tried as wrappers */

static bool is_container(const struct json_text *v) {
    return v->type == JSON_TEXT_ARRAY || v->type == JSON_TEXT_OBJECT;
}

static bool add_text(struct reading *r, const struct json_text *text, const char *role, struct messages *list) {
    if (!has_text(text) || is_redacted(text)) return false;
    struct json_text who = role[0] == 'u' ? JSON_STRING("user") : JSON_STRING("assistant");
    struct message *m = messages_add(r, list, who);
    if (m) m->content = *text;
    return m != NULL;
}

/* {"type": "json", "value": ...} and its like. */
static struct json_text typed_value(const struct json_text *v) {
    struct json_text type, value;
    bool typed = v->type == JSON_TEXT_OBJECT && json_text_get(v, "type", &type) &&
                 type.type == JSON_TEXT_STRING && json_text_get(v, "value", &value) && json_text_count(v) == 2;
    return typed ? value : JSON_NONE;
}

/* ---- what was asked ---- */

void value_beside(struct reading *r, const struct json_text *v, struct offer *o) {
    struct json_text tools = field_any(v, "tools", "functions", "tooldefinitions", "availabletools");
    struct json_text choice = field(v, "toolchoice");
    struct json_text system = field_any(v, "system", "systemprompt", "instructions", "systemmessage",
                                        "systeminstruction", "systemprompts");
    struct json_text model = field_any(v, "model", "modelname", "modelid");
    if (!o->tool_count && tools.type != JSON_TEXT_NONE) read_tools(r, &tools, o);
    if (o->tool_choice.type == JSON_TEXT_NONE) o->tool_choice = normal_tool_choice(r, &choice);
    if (system.type != JSON_TEXT_NONE && o->input.count) prepend_system(r, &system, &o->input);
    if (!has_text(&o->request_model) && has_text(&model)) o->request_model = model;
}

/* A whole request names its model, and then says all that was sent along. */
static void note_what_it_tells(const struct json_text *v, struct offer *o) {
    struct json_text inner;
    if (json_text_get(v, "model", &inner) && has_text(&inner)) o->tells |= TELLS_TOOLS | TELLS_TOOL_CHOICE;
    if (o->tool_count) o->tells |= TELLS_TOOLS;
    if (o->tool_choice.type != JSON_TEXT_NONE) o->tells |= TELLS_TOOL_CHOICE;
}

static bool read_input(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                       struct offer *o);

/* {system, prompt}: what else could it be. */
static bool is_instructed(const struct json_text *v, const char *member) {
    return strcmp(member, "prompt") == 0 && text_field(v, "system").type == JSON_TEXT_STRING;
}

static bool input_object(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                         struct offer *o) {
    static const char *const wrappers[] = {
        "messages", "input",    "inputs",     "request",     "kwargs",       "body",    "prompt", "prompts",
        "contents", "args",     "llmrequest", "payload",     "params",       "options", "data",   "value",
        "query",    "question", "history",    "chathistory", "conversation", "text"};
    enum { COUNT = sizeof wrappers / sizeof *wrappers };
    struct json_text inner = typed_value(v), f[COUNT];
    if (inner.type != JSON_TEXT_NONE) return read_input(r, &inner, flags | VALUE_TEXT, depth, o);
    fields_read(v, wrappers, COUNT, f);
    for (size_t i = 0; i < COUNT; i++) {
        if (f[i].type == JSON_TEXT_NONE) continue;
        bool instructed = is_instructed(v, wrappers[i]);
        bool text = f[i].type == JSON_TEXT_STRING && !(flags & VALUE_ENCODED) && !instructed;
        if (instructed) flags |= VALUE_TEXT;
        if (!read_input(r, &f[i], text ? flags & ~(unsigned)VALUE_TEXT : flags, depth, o)) continue;
        value_beside(r, v, o);
        note_what_it_tells(v, o);
        return true;
    }
    return false;
}

static bool input_list(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                       struct offer *o) {
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, v);
    for (int i = 0; i < MAX_TRIED && json_text_next(&it, NULL, &item); i++) {
        if (is_container(&item) && read_input(r, &item, flags & ~(unsigned)VALUE_TEXT, depth, o)) return true;
    }
    json_text_iter(&it, v); /* texts: prompts of a completion */
    bool found = false;
    while ((flags & VALUE_TEXT) && json_text_next(&it, NULL, &item)) {
        if (item.type != JSON_TEXT_STRING) break;
        found = add_text(r, &item, "user", &o->input) || found;
    }
    return found;
}

static bool read_input(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                       struct offer *o) {
    if (depth > MAX_WRAPPERS) return false;
    if (v->type == JSON_TEXT_STRING) {
        struct json_text inner = string_container(&r->arena, v);
        if (inner.type != JSON_TEXT_NONE && read_input(r, &inner, flags & ~(unsigned)VALUE_TEXT, depth + 1, o))
            return true;
        if (inner.type == JSON_TEXT_NONE && body_request(r, v, o)) return true; /* Python's own text of one */
        if (!(flags & VALUE_TEXT)) return false;
        struct json_text text = flags & VALUE_ENCODED ? string_in_string(r, v) : *v;
        return add_text(r, &text, "user", &o->input);
    }
    if (!is_container(v) || v->len <= 2) return false;
    size_t before = o->input.count;
    if (body_request(r, v, o) && (o->input.count > before || o->tool_count)) {
        if (v->type == JSON_TEXT_OBJECT) {
            value_beside(r, v, o);
            note_what_it_tells(v, o);
        }
        return true;
    }
    return v->type == JSON_TEXT_OBJECT ? input_object(r, v, flags, depth + 1, o)
                                       : input_list(r, v, flags, depth + 1, o);
}

bool value_input(struct reading *r, const struct json_text *v, unsigned flags, struct offer *o) {
    return read_input(r, v, flags, 0, o);
}

/* ---- what was answered ---- */

static bool read_output(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                        struct offer *o);

static bool is_assistant(const struct json_text *v) {
    struct json_text role;
    if (v->type != JSON_TEXT_OBJECT || !json_text_get(v, "role", &role)) return false;
    role = normal_role(&role);
    return json_text_equals(&role, "assistant");
}

/* A run of answers, or a whole conversation that ends with one; *open: one that does not, in which no answer is. */
static bool output_messages(struct reading *r, const struct json_text *v, struct offer *o, bool *open) {
    struct json_text_iter it;
    struct json_text item, last = JSON_NONE;
    bool only_answers = true;
    json_text_iter(&it, v);
    while (json_text_next(&it, NULL, &item)) {
        struct json_text role;
        if (item.type != JSON_TEXT_OBJECT || !json_text_get(&item, "role", &role)) return false;
        if (!is_assistant(&item)) only_answers = false;
        last = item;
    }
    *open = last.type != JSON_TEXT_NONE && !is_assistant(&last);
    if (!is_assistant(&last)) return false;
    size_t before = o->output.count;
    read_messages(r, only_answers ? v : &last, JSON_STRING("assistant"), MESSAGE_ONE_ANSWER, &o->output);
    return o->output.count > before;
}

static bool output_object(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                          struct offer *o) {
    static const char *const wrappers[] = {
        "response",    "output",   "outputs",     "message",     "result",      "completion", "generation",
        "generations", "messages", "returnvalue", "body",        "llmresponse", "data",       "value",
        "raw",         "answer",   "results",     "finaloutput", "content",     "text",       "update"};
    enum { COUNT = sizeof wrappers / sizeof *wrappers };
    struct json_text inner = typed_value(v), calls, f[COUNT];
    if (inner.type != JSON_TEXT_NONE) return read_output(r, &inner, flags | VALUE_TEXT, depth, o);
    calls = field(v, "toolcalls");
    if (calls.type == JSON_TEXT_ARRAY && calls.len > 2) {
        size_t before = o->output.count;
        read_messages(r, v, JSON_STRING("assistant"), 0, &o->output);
        if (o->output.count > before) o->output.items[before].role = JSON_STRING("assistant");
        return o->output.count > before;
    }
    fields_read(v, wrappers, COUNT, f);
    for (size_t i = 0; i < COUNT; i++) {
        if (f[i].type == JSON_TEXT_NONE) continue;
        bool text = f[i].type == JSON_TEXT_STRING && !(flags & VALUE_ENCODED);
        if (!read_output(r, &f[i], text ? flags & ~(unsigned)VALUE_TEXT : flags, depth, o)) continue;
        struct json_text finish = field_any(v, "finishreason", "stopreason", "finishreasons");
        struct json_text usage = field_any(v, "usage", "tokenusage", "usagemetadata");
        struct json_text model = field_any(v, "model", "modelname");
        if (!has_text(&o->finish)) o->finish = finish_word(r, &finish, 0);
        if (usage.type == JSON_TEXT_OBJECT) body_usage(&usage, &o->usage);
        if (!has_text(&o->response_model) && has_text(&model)) o->response_model = model;
        return true;
    }
    return false;
}

static bool read_output(struct reading *r, const struct json_text *v, unsigned flags, int depth,
                        struct offer *o) {
    if (depth > MAX_WRAPPERS) return false;
    if (v->type == JSON_TEXT_STRING) {
        struct json_text inner = string_container(&r->arena, v);
        unsigned strict = flags & ~(unsigned)(VALUE_TEXT | VALUE_ENCODED);
        if (inner.type != JSON_TEXT_NONE && read_output(r, &inner, strict, depth + 1, o)) return true;
        if (inner.type == JSON_TEXT_NONE && body_response(r, v, o)) return true; /* a stream's, too */
        if (!(flags & VALUE_TEXT)) return false;
        struct json_text text = flags & VALUE_ENCODED ? string_in_string(r, v) : *v;
        return add_text(r, &text, "assistant", &o->output);
    }
    if (!is_container(v) || v->len <= 2) return false;
    size_t before = o->output.count;
    if (body_response(r, v, o) && (o->output.count > before || has_text(&o->finish))) return true;
    if (v->type == JSON_TEXT_OBJECT) return output_object(r, v, flags, depth + 1, o);
    bool open = false;
    if (output_messages(r, v, o, &open) || open) return !open;
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, v);
    bool found = false;
    for (int i = 0; i < MAX_TRIED && json_text_next(&it, NULL, &item); i++)
        if (is_container(&item) || (flags & VALUE_TEXT))
            found = read_output(r, &item, flags, depth + 1, o) || found;
    return found;
}

bool value_output(struct reading *r, const struct json_text *v, unsigned flags, struct offer *o) {
    return read_output(r, v, flags, 0, o);
}

/* ---- attributes ---- */

static struct json_text container_of(struct reading *r, struct attr *a, bool *cut) {
    struct json_text v = attr_plain(&r->arena, a), whole = attr_container(&r->arena, a);
    if (is_redacted(&v)) *cut = true;
    if (whole.type != JSON_TEXT_NONE || v.type != JSON_TEXT_STRING || v.len < 3) return whole;
    if (v.text[1] != '{' && v.text[1] != '[') return JSON_NONE;
    whole = salvage_attr(&r->arena, a);
    if (whole.type != JSON_TEXT_NONE) *cut = true; /* else it is text that begins with a bracket */
    return whole;
}

struct json_text value_container(struct reading *r, const char *key, bool *cut) {
    struct attr *a = span_attr(&r->span, key);
    return a ? container_of(r, a, cut) : JSON_NONE;
}

void value_was_cut(const struct json_text *container, struct offer *o) {
    static const char *const conversations[] = {"messages", "contents", "input", "prompt", "system", NULL};
    struct json_text_iter it;
    struct json_text key, last = JSON_NONE, v;
    o->tells = 0;
    json_text_iter(&it, container);
    while (container->type == JSON_TEXT_OBJECT && json_text_next(&it, &key, &v)) last = key;
    if (!o->tool_count || text_among(&last, conversations)) return;
    o->tool_count--;
    o->cut_tools = true;
}

struct offer *value_offer_attr(struct reading *r, struct attr *a, unsigned flags, enum offer_rank rank,
                               bool output) {
    bool cut = false, read = false, text = false;
    struct json_text v = attr_plain(&r->arena, a), inside = container_of(r, a, &cut);
    struct offer o = offer_empty(a->key, rank);
    if (is_container(&inside)) {
        /* A string that holds JSON: see read_input and read_output for what their flags mean there. */
        unsigned inner = v.type != JSON_TEXT_STRING ? flags
                         : output                   ? flags & ~(unsigned)(VALUE_TEXT | VALUE_ENCODED)
                                                    : flags & ~(unsigned)VALUE_TEXT;
        if (flags & VALUE_ENCODED) inner = flags;
        read = output ? value_output(r, &inside, inner, &o) : value_input(r, &inside, inner, &o);
    } else if (v.type == JSON_TEXT_STRING) {
        read = output ? body_response(r, &v, &o) : body_request(r, &v, &o);
    }
    bool guessing = rank == RANK_GENERAL && is_container(&inside); /* JSON of unknown shape is nobody's words */
    if (!read && !cut && !guessing && (flags & VALUE_TEXT) && v.type == JSON_TEXT_STRING) {
        struct json_text plain = flags & VALUE_ENCODED ? string_in_string(r, &v) : v;
        read = text = add_text(r, &plain, output ? "assistant" : "user", output ? &o.output : &o.input);
    }
    if (!read && !cut) return NULL;
    if (text) o.rank = RANK_HINT;
    if (cut) value_was_cut(&inside, &o);
    *(output ? &o.cut_output : &o.cut_input) = cut;
    return offer_put(r, &o);
}

struct offer *value_offer_input(struct reading *r, const char *key, unsigned flags, enum offer_rank rank) {
    struct attr *a = span_attr(&r->span, key);
    return a ? value_offer_attr(r, a, flags, rank, false) : NULL;
}

struct offer *value_offer_output(struct reading *r, const char *key, unsigned flags, enum offer_rank rank) {
    struct attr *a = span_attr(&r->span, key);
    return a ? value_offer_attr(r, a, flags, rank, true) : NULL;
}
