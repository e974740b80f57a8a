/* repair_turns.c: what belongs to one turn of the assistant, and calls that were glued into one.
 *
 * SDKs that write each item of a Responses conversation as a message of its own make several messages of one turn:
 * a text, then each call. No chat model is sent a call without its result behind it, so a message of nothing but
 * calls right behind another one of the assistant is the rest of that one.
 *
 * A stream's pieces may be answers of their own, the last of which repeats them all or is the last piece.
 *
 * Collectors of streams that take no notice of a call's index add the pieces of all calls up: one call with the
 * ids, the names and the arguments of several, one behind the other. It is taken apart only where there is but one
 * way: the names of as many tools as there are JSON objects make up the whole name, and the ids have one length. Where
 * a tool has the whole name and nothing an id, the last call's name has taken the place of the others'. */
#include "datainfo/messages/repair.h"

#include <string.h>

#define MAX_GLUED 16   /* calls in one */
#define MAX_CALLS 64   /* calls of an answer in which one that comes again is looked for */
#define MAX_NAMES 4096 /* names of tools that are tried to take a name apart */

/* ---- turns ---- */

static bool only_calls(const struct message *m) {
    return m->call_count && !has_text(&m->content) && m->content.type != JSON_TEXT_ARRAY &&
           !has_text(&m->refusal) && !has_text(&m->reasoning) && !has_text(&m->name);
}

void repair_turns(struct reading *r, struct messages *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i], *last = kept ? &list->items[kept - 1] : NULL;
        bool rest = last && json_text_equals(&m->role, "assistant") &&
                    json_text_equals(&last->role, "assistant") && only_calls(m) && !has_text(&last->finish);
        if (!rest) {
            list->items[kept++] = *m;
            continue;
        }
        for (size_t k = 0; k < m->call_count; k++) {
            struct call_tool *c = message_add_call(r, last);
            if (c) *c = m->calls[k];
        }
        last->finish = m->finish;
    }
    list->count = kept;
}

/* ---- pieces of a stream ---- */

/* Not ended, and it says so. */
static bool is_piece(const struct message *m) {
    return m->finish.type == JSON_TEXT_STRING && !has_text(&m->finish) && m->content.type != JSON_TEXT_ARRAY;
}

static void add_piece(struct buf *text, const struct json_text *piece) {
    if (has_text(piece)) buf_add(text, piece->text + 1, piece->len - 2);
}

static struct json_text whole(struct reading *r, struct buf *pieces, const struct json_text *last) {
    bool said = has_text(last) && pieces->len == last->len - 2 &&
                memcmp(pieces->data, last->text + 1, pieces->len) == 0;
    if (said || !pieces->len) { /* the last one says it all again */
        buf_free(pieces);
        return *last;
    }
    add_piece(pieces, last);
    return arena_quoted_take(&r->arena, pieces);
}

static void put_call(struct reading *r, const struct call_tool *call, struct message *m) {
    size_t first = m->call_count > MAX_CALLS ? m->call_count - MAX_CALLS : 0;
    for (size_t i = first; has_text(&call->id) && i < m->call_count; i++) {
        if (!json_text_same(&m->calls[i].id, &call->id)) continue;
        if (call->arguments.type != JSON_TEXT_NONE) m->calls[i].arguments = call->arguments;
        return;
    }
    struct call_tool *c = message_add_call(r, m);
    if (c) *c = *call;
}

/* Answers that all but the last have an empty finish word are one answer as it came in (Google ADK). */
void repair_pieces(struct reading *r, struct messages *list) {
    struct buf text = BUF_INIT, thoughts = BUF_INIT;
    if (list->count < 2) return;
    for (size_t i = 0; i + 1 < list->count; i++)
        if (!is_piece(&list->items[i])) return;
    struct message *last = &list->items[list->count - 1], all = *last;
    if (last->content.type == JSON_TEXT_ARRAY) return;
    all.calls = NULL;
    all.call_count = all.call_cap = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        for (size_t k = 0; k < m->call_count; k++) put_call(r, &m->calls[k], &all);
        if (m == last) break;
        add_piece(&text, &m->content);
        add_piece(&thoughts, &m->reasoning);
    }
    all.content = whole(r, &text, &last->content);
    all.reasoning = whole(r, &thoughts, &last->reasoning);
    list->items[0] = all;
    list->count = 1;
}

/* ---- glued calls ---- */

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

void repair_glued_calls(struct reading *r, const struct offer *o, struct message *m) {
    struct slices objects, names, ids;
    if (m->call_count != 1 || o->tool_count < 1) return;
    struct call_tool glued = m->calls[0];
    if (!has_text(&glued.name) || !has_text(&glued.arguments)) return;
    if (!objects_in(&glued.arguments, &objects) || objects.count < 2) return;
    if (!names_in(o, &glued, objects.count, &names)) return;
    bool known = ids_in(&glued.id, objects.count, &ids);
    struct message apart = {.role = m->role};
    for (size_t i = 0; i < objects.count; i++) {
        struct call_tool *c = message_add_call(r, &apart);
        if (!c) return;
        if (names.items[i].len) c->name = arena_quoted(&r->arena, names.items[i].text, names.items[i].len);
        c->arguments = arena_quoted(&r->arena, objects.items[i].text, objects.items[i].len);
        if (known) c->id = arena_quoted(&r->arena, ids.items[i].text, ids.items[i].len);
    }
    m->calls = apart.calls;
    m->call_count = apart.call_count;
    m->call_cap = apart.call_cap;
}
