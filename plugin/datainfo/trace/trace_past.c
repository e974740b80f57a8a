/* trace_past.c: past turns in a request that were recorded without their calls, or with renderings of them
 * ("[tool: name]", Mastra; a bare text, Sentry's LangChain), from the call that made them: an earlier one of
 * the trace that was asked what stands before the turn, as many messages in the same words, and answered with
 * the turn's text. Where two such calls disagree nothing is taken. Results that were not recorded are those of
 * the tools' own spans, by the call's id. Only what is missing is filled in. */
#include "datainfo/messages/message.h"
#include "datainfo/trace/tool_span.h"
#include "datainfo/trace/trace_tree.h"

#include <string.h>

#define MAX_BACK   32 /* earlier calls whose answers are looked at */
#define MAX_READ   16 /* of these, read in full for one call */
#define MAX_MISSES 6  /* reads in a row that brought nothing: an SDK that never records it */

static bool is_role(const struct message *m, const char *role) {
    return json_text_equals(&m->role, role);
}

static bool has_content(const struct message *m) {
    return m->content.type != JSON_TEXT_NONE && m->content.len > 2;
}

/* ---- turns ---- */

static size_t results_behind(const struct messages *list, size_t turn) {
    size_t n = 0;
    while (turn + 1 + n < list->count && is_role(&list->items[turn + 1 + n], "tool")) n++;
    return n;
}

static bool lacks_calls(const struct messages *list, size_t turn) {
    const struct message *m = &list->items[turn];
    if (!is_role(m, "assistant") || m->cut) return false;
    for (size_t i = 0; i < m->call_count; i++)
        if (!has_text(&m->calls[i].id) || !has_text(&m->calls[i].arguments)) return true;
    return !m->call_count && results_behind(list, turn) > 0;
}

/* The words alone: calls are what is lost. */
static bool same_words(const struct message *a, const struct message *b) {
    if (!same_role(&a->role, &b->role) || has_content(a) != has_content(b) || a->cut || b->cut) return false;
    return !has_content(a) || json_text_same(&a->content, &b->content);
}

/* Whether the results behind the turn can be those of these calls. */
static bool answers(const struct messages *list, size_t turn, const struct message *calls) {
    for (size_t i = turn + 1, n = results_behind(list, turn); n-- > 0; i++) {
        const struct message *result = &list->items[i];
        bool mine = false;
        for (size_t k = 0; k < calls->call_count && !mine; k++) {
            const struct call_tool *c = &calls->calls[k];
            bool other_id = has_text(&result->tool_call_id) && has_text(&c->id) &&
                            !json_text_same(&result->tool_call_id, &c->id);
            bool other_name =
                has_text(&result->name) && has_text(&c->name) && !json_text_same(&result->name, &c->name);
            mine = !other_id && !other_name;
        }
        if (!mine) return false;
    }
    return true;
}

static bool led_to(const struct offer *earlier, const struct messages *list, size_t turn) {
    const struct message *m = &list->items[turn];
    if (earlier->input.count != turn || earlier->output.count != 1 || earlier->cut_input) return false;
    const struct message *answer = &earlier->output.items[0];
    if (!answer->call_count || !same_words(answer, m) || !answers(list, turn, answer)) return false;
    if (m->call_count ? m->call_count != answer->call_count : results_behind(list, turn) > answer->call_count)
        return false;
    for (size_t i = 0; i < m->call_count; i++) {
        const struct call_tool *a = &m->calls[i], *b = &answer->calls[i];
        if (has_text(&a->name) && !json_text_same(&a->name, &b->name)) return false;
        if (has_text(&a->id) && !json_text_same(&a->id, &b->id)) return false;
    }
    for (size_t i = 0; i < turn; i++)
        if (!same_words(&earlier->input.items[i], &list->items[i])) return false;
    return true;
}

static bool same_calls(const struct message *a, const struct message *b) {
    if (a->call_count != b->call_count) return false;
    for (size_t i = 0; i < a->call_count; i++)
        if (!json_text_same(&a->calls[i].id, &b->calls[i].id) ||
            !json_text_same(&a->calls[i].arguments, &b->calls[i].arguments))
            return false;
    return true;
}

static bool fill(struct json_text *into, const struct json_text *from) {
    if (has_text(into) || !has_text(from)) return false;
    *into = *from;
    return true;
}

static bool fill_turn(struct message *m, const struct message *answer) {
    if (!m->call_count) {
        m->calls = answer->calls;
        m->call_count = m->call_cap = answer->call_count;
        return true;
    }
    bool better = false;
    for (size_t i = 0; i < m->call_count; i++) {
        better = fill(&m->calls[i].id, &answer->calls[i].id) || better;
        better = fill(&m->calls[i].arguments, &answer->calls[i].arguments) || better;
    }
    return better;
}

/* The calls before it, read as far as they are needed. */
struct past {
    struct trace_span *spans[MAX_BACK];
    struct offer offers[MAX_BACK];
    bool read[MAX_BACK];
    size_t count, reads, misses;
};

static bool find_turn(struct reading *r, struct past *past, struct messages *list, size_t turn) {
    const struct message *m = &list->items[turn], *found = NULL;
    uint64_t text = has_text(&m->content) ? trace_text_hash(&m->content) : 0;
    for (size_t i = 0; i < past->count; i++) {
        const struct digest *d = trace_digest(past->spans[i]);
        if (d->text != text || (d->has_input && d->asked != turn)) continue;
        if (!past->read[i]) {
            if (past->reads == MAX_READ || past->misses == MAX_MISSES) return false;
            past->reads++;
            past->misses++;
            past->offers[i] = trace_read_call(r, past->spans[i]);
            past->read[i] = true;
        }
        if (!led_to(&past->offers[i], list, turn)) continue;
        if (found && !same_calls(found, &past->offers[i].output.items[0])) return false;
        found = &past->offers[i].output.items[0];
    }
    if (!found || !fill_turn(&list->items[turn], found)) return false;
    past->misses = 0;
    return true;
}

/* ---- results ---- */

static void fill_results(struct reading *r, struct datainfo_trace *t, struct messages *list) {
    size_t compared = 0, open = 0;
    for (size_t i = 0; i < list->count; i++)
        if (is_role(&list->items[i], "tool") && !has_content(&list->items[i]) && !list->items[i].cut &&
            has_text(&list->items[i].tool_call_id))
            open++;
    for (size_t s = 0; open && s < t->count && compared < MAX_COMPARED; s++) {
        struct span_view v;
        if (t->spans[s].kind != SPAN_KIND_TOOL || t->spans[s].end > r->span.start) continue;
        compared++;
        if (span_view_open(&v, &r->arena, t->spans[s].text, t->spans[s].len, NULL) != STATUS_OK) continue;
        struct call_tool call = tool_span_call(&v);
        struct json_text result = tool_span_result(&v);
        for (size_t i = 0; has_text(&call.id) && has_text(&result) && i < list->count; i++) {
            struct message *m = &list->items[i];
            if (!is_role(m, "tool") || has_content(m) || !json_text_same(&m->tool_call_id, &call.id)) continue;
            m->content = result;
            open--;
        }
    }
}

void trace_add_past(struct reading *r, struct datainfo_trace *t, struct offer *call) {
    size_t last = call->input.count;
    while (last > 0 && !lacks_calls(&call->input, last - 1)) last--;
    if (!last || !r->span.start || !trace_list_calls(t)) return;
    struct past *past = arena_alloc(&r->arena, 1, sizeof *past);
    if (!past) return;
    for (size_t at = trace_first_call(t, r->span.start); at > 0 && past->count < MAX_BACK; at--) {
        struct trace_span *s = &t->spans[t->calls[at - 1]];
        if (s->end <= r->span.start && strcmp(s->id, r->span.span_id) != 0) past->spans[past->count++] = s;
    }
    bool found = false;
    for (size_t i = last; i-- > 0 && past->misses < MAX_MISSES;)
        if (lacks_calls(&call->input, i)) found = find_turn(r, past, &call->input, i) || found;
    if (!found) return;
    pair_results(&call->input, 0);
    fill_results(r, t, &call->input);
}
