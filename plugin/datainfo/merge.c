/* merge.c: "richest" means: it says something at all and is whole, then the offer's rank, then the order of the
 * conventions; of two that were cut the longer one. Gaps (a call's id, a message's content) are filled only from a
 * source that has the same messages in the same roles; guessing which message is which would put words into the wrong
 * mouth. */
#include "datainfo/merge.h"

#include "datainfo/limits.h"
#include "datainfo/messages/repair.h"

#include <string.h>

static void fill(struct json_text *into, const struct json_text *from) {
    if (into->type == JSON_TEXT_NONE || (into->type == JSON_TEXT_STRING && into->len <= 2))
        if (from->type != JSON_TEXT_NONE) *into = *from;
}

static void drop_redacted(struct messages *list) {
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i];
        for (size_t k = 0; k < m->call_count; k++) {
            if (is_redacted(&m->calls[k].name)) m->calls[k].name = JSON_NONE;
            if (is_redacted(&m->calls[k].arguments)) m->calls[k].arguments = JSON_NONE;
        }
        if (!is_redacted(&m->content)) continue;
        m->content = JSON_NONE;
        m->cut = true;
    }
}

/* Whether the messages of a, from that one on, are in the roles of b's. */
static bool parallel(const struct messages *a, size_t first, const struct messages *b) {
    if (a->count != b->count + first) return false;
    for (size_t i = 0; i < b->count; i++)
        if (!same_role(&a->items[first + i].role, &b->items[i].role)) return false;
    return true;
}

static void fill_calls(struct message *into, const struct message *from) {
    if (!into->call_count) {
        message_take_calls(into, from);
        return;
    }
    if (into->call_count != from->call_count) return;
    for (size_t i = 0; i < into->call_count; i++) {
        struct call_tool *a = &into->calls[i];
        const struct call_tool *b = &from->calls[i];
        if (has_text(&a->name) && has_text(&b->name) && !json_text_same(&a->name, &b->name)) continue;
        fill(&a->name, &b->name);
        fill(&a->id, &b->id);
        fill(&a->arguments, &b->arguments);
    }
}

static bool has_system(const struct messages *list) {
    static const struct json_text system = JSON_STRING_INIT("system");
    return list->count && same_role(&list->items[0].role, &system);
}

/* Instructions travel apart from the messages in some bodies: a source that begins the same conversation (in the same
 * words, or the same roles to its end) with a system text, or that has nothing else, gives it. */
static void fill_system(struct reading *r, struct messages *into, const struct messages *from) {
    static const struct json_text system = JSON_STRING_INIT("system");
    if (!into->count || !from->count || !same_role(&from->items[0].role, &system)) return;
    if (!message_has_content(&from->items[0]) || same_role(&into->items[0].role, &system)) return;
    bool same = from->count == 1 || parallel(from, 1, into) ||
                (same_role(&into->items[0].role, &from->items[1].role) &&
                 json_text_same(&into->items[0].content, &from->items[1].content));
    if (!same) return;
    messages_reserve(r, into, 1);
    if (!messages_add(r, into, system)) return;
    memmove(into->items + 1, into->items, (into->count - 1) * sizeof *into->items);
    into->items[0] = from->items[0];
}

/* Whether they cannot be the same message. */
static bool differ(const struct message *a, const struct message *b) {
    return has_text(&a->content) && has_text(&b->content) && !json_text_same(&a->content, &b->content);
}

/* An empty text in front of results of tools was sent like that: LangChain's own span has the text that it left out
 * beside the calls, the client's has what went over the wire. */
static bool is_silent_turn(const struct messages *list, size_t at) {
    const struct message *m = &list->items[at];
    return m->content.type == JSON_TEXT_STRING && json_text_equals(&m->role, "assistant") &&
           at + 1 < list->count && json_text_equals(&list->items[at + 1].role, "tool");
}

/* Sources of one span may tell one text in two ways; another span's other text is another message. */
static void fill_messages(struct reading *r, struct messages *into, const struct messages *from,
                          bool relative) {
    static const enum extra_kind extras[] = {EXTRA_TOOL_CALL_ID, EXTRA_REFUSAL, EXTRA_REASONING, EXTRA_FINISH};
    if (into->items == from->items) return;
    fill_system(r, into, from);
    size_t first = has_system(into) && !has_system(from) ? 1 : 0; /* libraries add it on the way */
    if (!parallel(into, first, from)) return;
    for (size_t i = first; i < into->count; i++) {
        struct message *a = &into->items[i];
        const struct message *b = &from->items[i - first];
        if (relative && differ(a, b)) continue;
        bool silent = relative && is_silent_turn(into, i);
        if ((!message_has_content(a) && !silent) || (a->cut && a->content.type == JSON_TEXT_NONE)) {
            fill(&a->content, &b->content); /* no text beside calls may be the truth */
            if (a->content.type != JSON_TEXT_NONE) a->cut = b->cut;
        }
        for (size_t k = 0; k < sizeof extras / sizeof *extras; k++) message_fill(r, a, extras[k], b);
        fill_calls(a, b);
    }
}

/* The offer whose messages (input or output) are best; NULL when none has any. */
static struct offer *best(struct offer *offers, bool output) {
    struct offer *found = NULL;
    size_t count = 0;
    int score = -1;
    for (struct offer *o = offers; o; o = o->next) {
        const struct messages *list = output ? &o->output : &o->input;
        if (!list->count) continue;
        bool cut = (output ? o->cut_output : o->cut_input) || has_cut_messages(list);
        int mine = messages_have_talk(list) ? 1000 : messages_have_content(list) ? 500 : 0;
        mine += cut ? 0 : 100 + (int)o->rank;
        if (mine < score || (mine == score && !(cut && list->count > count))) continue;
        score = mine;
        count = list->count;
        found = o;
    }
    return found;
}

static void take_messages(struct reading *r, struct offer *call, bool output) {
    struct offer *main_offer = best(r->offers, output);
    struct messages *into = output ? &call->output : &call->input;
    if (!main_offer) return;
    *into = output ? main_offer->output : main_offer->input;
    into->cap = into->count; /* what is added is the call's own */
    if (output) {
        call->cut_output = main_offer->cut_output;
        call->finish_ignores_calls = main_offer->finish_ignores_calls;
    } else {
        call->rank = main_offer->rank;
        call->cut_input = main_offer->cut_input;
    }
    for (int rank = RANK_RAW; rank >= 0; rank--)
        for (struct offer *o = r->offers; o; o = o->next)
            if ((int)o->rank == rank && o != main_offer)
                fill_messages(r, into, output ? &o->output : &o->input, rank == RANK_RELATIVE);
}

static void fill_count(int64_t *into, int64_t from) {
    if (*into < 0) *into = from;
}

static bool tool_function(const struct json_text *tool, struct json_text *name, bool *schema) {
    struct json_text function, parameters;
    if (!json_text_get(tool, "function", &function) || !json_text_get(&function, "name", name)) return false;
    *schema = json_text_get(&function, "parameters", &parameters);
    return true;
}

/* Definitions without a schema take it from the source that has it. */
static void fill_schemas(struct offer *call, const struct offer *o) {
    struct json_text name, other;
    bool schema;
    if (call->tools == o->tools || call->tool_count != o->tool_count) return;
    for (size_t i = 0; i < call->tool_count; i++) {
        if (!tool_function(&call->tools[i], &name, &schema) || schema) continue;
        if (tool_function(&o->tools[i], &other, &schema) && schema && json_text_same(&name, &other))
            call->tools[i] = o->tools[i];
    }
}

static void take_tools(struct offer *call, const struct offer *o) {
    bool better = !call->tool_count || (call->cut_tools && (!o->cut_tools || o->tool_count > call->tool_count));
    if (!o->tool_count) return;
    if (!better) {
        fill_schemas(call, o);
        return;
    }
    call->tools = o->tools;
    call->tool_count = o->tool_count;
    call->cut_tools = o->cut_tools;
}

static void take_scalars(struct offer *call, const struct offer *o) {
    take_tools(call, o);
    fill(&call->tool_choice, &o->tool_choice);
    if (!has_text(&call->finish) && has_text(&o->finish)) {
        call->finish = o->finish;
        call->finish_ignores_calls = call->finish_ignores_calls || o->finish_ignores_calls;
    }
    fill(&call->request_model, &o->request_model);
    fill(&call->response_model, &o->response_model);
    fill(&call->provider, &o->provider);
    fill(&call->response_id, &o->response_id);
    fill(&call->parameters, &o->parameters);
    fill(&call->thread, &o->thread);
    fill(&call->user, &o->user);
    fill(&call->tags, &o->tags);
    fill(&call->error_type, &o->error_type);
    fill(&call->error_message, &o->error_message);
    fill_count(&call->usage.input, o->usage.input);
    fill_count(&call->usage.output, o->usage.output);
    fill_count(&call->usage.total, o->usage.total);
    fill_count(&call->usage.cached, o->usage.cached);
    fill_count(&call->usage.cache_write, o->usage.cache_write);
    fill_count(&call->usage.reasoning, o->usage.reasoning);
    if (call->cost < 0) call->cost = o->cost;
    call->tells |= o->tells;
    if (!call->input.count) call->cut_input = call->cut_input || o->cut_input;
    if (!call->output.count) call->cut_output = call->cut_output || o->cut_output;
}

struct offer merge_offers(struct reading *r) {
    struct offer call = offer_empty("the call", RANK_HINT);
    for (struct offer *o = r->offers; o; o = o->next) {
        /* One event per value: a limit took some of them, and nobody knows which. */
        if (o->rank == RANK_EVENTS && r->span.dropped_events > 0) o->cut_input = o->cut_output = true;
        if (o->rank < RANK_RAW && r->span.dropped_attributes > 0) o->tells = 0;
        repair_offer(r, o);
        drop_redacted(&o->input);
        drop_redacted(&o->output);
    }
    take_messages(r, &call, false);
    take_messages(r, &call, true);
    if (call.output.count && message_says(&call.output.items[0], EXTRA_FINISH))
        call.finish = message_extra(&call.output.items[0], EXTRA_FINISH);
    for (int rank = RANK_RAW; rank >= 0; rank--)
        for (struct offer *o = r->offers; o; o = o->next)
            if ((int)o->rank == rank) take_scalars(&call, o);
    bool cut = false;
    for (struct offer *o = r->offers; o && !cut; o = o->next)
        cut = o->cut_input || o->cut_output || o->cut_tools;
    if (cut || r->span.dropped_attributes > 0) {
        limits_mark_texts(r, &call.input);
        limits_mark_texts(r, &call.output);
    }
    repair_call(r, &call);
    return call;
}

bool call_is_empty(const struct offer *call) {
    bool hidden = (call->cut_input || call->cut_output) && has_text(&call->finish);
    return !call->input.count && !call->output.count && !hidden && !has_text(&call->error_message);
}
