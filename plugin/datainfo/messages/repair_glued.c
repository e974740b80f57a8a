/* repair_glued.c: collectors of streams that take no notice of a call's index add the pieces of all calls up: one
 * call with the ids, the names and the arguments of several, one behind the other; the crudest add up the arguments
 * alone, as the answer's text. It is taken apart only where there is but one way: the names of as many tools as there
 * are JSON objects make up the whole name, and the ids have one length. Where a tool has the whole name and nothing an
 * id, the last call's name has taken the place of the others'; these, and the names of calls that were a text, are
 * known where one tool alone takes such arguments. */
#include "datainfo/messages/repair.h"

#include <string.h>

#define MAX_GLUED   16   /* calls in one */
#define MAX_NAMES   4096 /* names of tools that are tried to take a name apart */
#define MAX_MEMBERS 64   /* arguments of a call whose tool is looked for: bits of a word */
#define MAX_TOOLS   256  /* among which it is looked for */

struct slices {
    struct json_text items[MAX_GLUED]; /* texts without quotes */
    size_t count;
};

/* The JSON objects that a string consists of, as they lie in it: what counts there is what its escapes mean. */
static bool objects_in(const struct json_text *string, struct slices *out) {
    const char *at = string->text + 1, *end = string->text + string->len - 1, *begin = at;
    bool quoted = false, escaped = false;
    size_t depth = 0;
    out->count = 0;
    while (at < end) {
        const char *here = at;
        char c = *at++;
        if (c == '\\' && at < end) {
            c = *at++;
            if (c == 'u') c = 'x', at += end - at < 4 ? end - at : 4;
            if (c == 'n' || c == 't' || c == 'r') c = ' ';
        }
        if (quoted) {
            if (escaped)
                escaped = false;
            else if (c == '\\')
                escaped = true;
            else if (c == '"')
                quoted = false;
            continue;
        }
        if (!depth && c != '{' && c != ' ') return false;
        if (!depth && c == '{') begin = here;
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') depth++;
        if (c != '}' && c != ']') continue;
        if (--depth) continue;
        if (out->count == MAX_GLUED) return false;
        out->items[out->count++] =
            (struct json_text){.text = begin, .len = JSON_TEXT_LEN((size_t)(at - begin))};
    }
    return !depth && !quoted;
}

static struct json_text tool_name(const struct json_text *tool) {
    struct json_text function, name = JSON_NONE;
    if (json_text_get(tool, "function", &function)) json_text_get(&function, "name", &name);
    return has_text(&name) ? name : JSON_NONE;
}

/* Whether `left` bytes at `name` are the names of `want` tools. More than one way counts as none. */
static size_t ways(const struct offer *o, const char *name, size_t left, size_t want, struct slices *out,
                   size_t *budget) {
    size_t found = 0;
    if (!want) return left ? 0 : 1;
    for (size_t i = 0; i < o->tool_count && found < 2 && *budget; i++) {
        struct json_text tool = tool_name(&o->tools[i]);
        size_t n = tool.type == JSON_TEXT_STRING ? tool.len - 2 : 0;
        (*budget)--;
        if (!n || n > left || memcmp(tool.text + 1, name, n) != 0) continue;
        struct slices tail = *out;
        size_t deeper = ways(o, name + n, left - n, want - 1, &tail, budget);
        if (!deeper) continue;
        if (!found) {
            *out = tail;
            out->items[out->count - want] = (struct json_text){.text = name, .len = JSON_TEXT_LEN(n)};
        }
        found += deeper;
    }
    return found;
}

bool repair_is_tool(const struct offer *o, const struct json_text *name) {
    for (size_t i = 0; i < o->tool_count; i++) {
        struct json_text tool = tool_name(&o->tools[i]);
        if (json_text_same(&tool, name)) return true;
    }
    return false;
}

static bool names_in(const struct offer *o, const struct call_tool *glued, size_t count, struct slices *out) {
    const struct json_text *name = &glued->name;
    size_t budget = MAX_NAMES;
    *out = (struct slices){.count = count};
    if (repair_is_tool(o, name)) {
        if (has_text(&glued->id)) return false; /* one id, one call: the model wrote that */
        out->items[count - 1] = (struct json_text){.text = name->text + 1, .len = name->len - 2};
        return true;
    }
    return ways(o, name->text + 1, name->len - 2, count, out, &budget) == 1 && budget;
}

/* Ids of one maker have one length and begin alike. */
static bool ids_in(const struct json_text *id, size_t count, struct slices *out) {
    size_t n = has_text(id) ? (id->len - 2) / count : 0;
    if (n < 6 || n * count != id->len - 2) return false;
    for (size_t i = 0; i < count; i++) {
        out->items[i] = (struct json_text){.text = id->text + 1 + i * n, .len = JSON_TEXT_LEN(n)};
        if (memcmp(out->items[i].text, id->text + 1, 4) != 0) return false;
    }
    out->count = count;
    return true;
}

/* ---- whose arguments these are ---- */

struct members {
    struct json_text keys[MAX_MEMBERS];
    size_t count;
};

static size_t member_at(const struct members *m, const struct json_text *key) {
    size_t i = 0;
    while (i < m->count && !json_text_same(&m->keys[i], key)) i++;
    return i;
}

/* Whether they are all properties of its schema, and all that it requires. */
static bool takes(const struct json_text *tool, const struct members *m) {
    struct json_text schema, list, key, value;
    struct json_text_iter it;
    uint64_t known = 0, all = m->count ? UINT64_MAX >> (MAX_MEMBERS - m->count) : 0;
    if (!json_text_at(tool, &schema, "function", "parameters", NULL) || schema.type != JSON_TEXT_OBJECT)
        return true; /* whatever they are */
    if (json_text_get(&schema, "properties", &list) && list.type == JSON_TEXT_OBJECT) {
        json_text_iter(&it, &list);
        while (json_text_next(&it, &key, &value)) {
            size_t at = member_at(m, &key);
            if (at < m->count) known |= UINT64_C(1) << at;
        }
    }
    if (known != all) return false;
    if (json_text_get(&schema, "required", &list) && list.type == JSON_TEXT_ARRAY) {
        json_text_iter(&it, &list);
        while (json_text_next(&it, NULL, &value))
            if (member_at(m, &value) == m->count) return false;
    }
    return true;
}

/* The name of the one tool that takes them; NONE where there are more or none. */
static struct json_text tool_of(struct reading *r, const struct offer *o, const struct json_text *arguments) {
    struct json_text object = string_container(&r->arena, arguments), name = JSON_NONE, key, value;
    struct json_text_iter it;
    struct members m = {.count = 0};
    if (object.type != JSON_TEXT_OBJECT || o->tool_count > MAX_TOOLS) return JSON_NONE;
    json_text_iter(&it, &object);
    while (json_text_next(&it, &key, &value)) {
        if (member_at(&m, &key) < m.count) continue;
        if (m.count == MAX_MEMBERS) return JSON_NONE;
        m.keys[m.count++] = key;
    }
    for (size_t i = 0; i < o->tool_count; i++) {
        if (!takes(&o->tools[i], &m)) continue;
        if (has_text(&name)) return JSON_NONE;
        name = tool_name(&o->tools[i]);
        if (!has_text(&name)) return JSON_NONE;
    }
    return name;
}

/* ---- apart ---- */

/* The one call of the message as several. */
static void take_apart(struct reading *r, const struct offer *o, struct message *m) {
    struct slices objects, names, ids;
    struct call_tool glued = m->calls[0];
    if (!has_text(&glued.name) || !has_text(&glued.arguments)) return;
    if (!objects_in(&glued.arguments, &objects) || objects.count < 2) return;
    if (!names_in(o, &glued, objects.count, &names)) return;
    bool known = ids_in(&glued.id, objects.count, &ids);
    struct message apart = {.role = m->role};
    for (size_t i = 0; i < objects.count; i++) {
        struct call_tool *c = message_add_call(r, &apart);
        if (!c) return;
        c->arguments = arena_quoted(&r->arena, objects.items[i].text, objects.items[i].len);
        c->name = names.items[i].len ? arena_quoted(&r->arena, names.items[i].text, names.items[i].len)
                                     : tool_of(r, o, &c->arguments);
        if (known) c->id = arena_quoted(&r->arena, ids.items[i].text, ids.items[i].len);
    }
    message_take_calls(m, &apart);
}

/* A text that is the arguments of several calls: each is one tool's alone. */
static void take_from_text(struct reading *r, const struct offer *o, struct message *m) {
    struct slices objects;
    if (!text_begins(&m->content, "{") || !objects_in(&m->content, &objects) || objects.count < 2) return;
    struct message apart = {.role = m->role};
    for (size_t i = 0; i < objects.count; i++) {
        struct call_tool *c = message_add_call(r, &apart);
        if (!c) return;
        c->arguments = arena_quoted(&r->arena, objects.items[i].text, objects.items[i].len);
        c->name = tool_of(r, o, &c->arguments);
        if (!has_text(&c->name)) return;
    }
    m->content = JSON_NONE;
    message_take_calls(m, &apart);
}

void repair_glued_calls(struct reading *r, const struct offer *o, struct message *m) {
    if (!o->tool_count || !json_text_equals(&m->role, "assistant")) return;
    if (m->call_count == 1) take_apart(r, o, m);
    if (!m->call_count) take_from_text(r, o, m);
}
