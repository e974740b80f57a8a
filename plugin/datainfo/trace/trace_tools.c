/* trace_tools.c: the calls of an answer that was recorded without them or without some of them, from the spans of the
 * tools that ran.
 *
 *   below    tools inside the call's own span were called by it
 *   beside   tools that ran under the same span, after this call and before the next one, if they were offered to the
 *            model (or, where no offer was recorded, have the id of a call) and the word with which the answer ended
 *            leaves it open whether it called any (OpenLIT writes no calls of the Responses API at all). An answer
 *            that did end in calls also has tools under the spans above (Spring AI's advisors). Of calls that overlap
 *            nobody knows whose tools they are. */
#include "datainfo/messages/repair.h"
#include "datainfo/trace/tool_span.h"
#include "datainfo/trace/trace_tree.h"
#include "datainfo/write.h"

#include <string.h>

#define MAX_ABOVE 3 /* spans around a call under which its tools may lie */

/* By start, end (clocks of a millisecond are common) and place in the trace. */
static bool is_later(const struct trace_span *a, const struct trace_span *b) {
    if (a->start != b->start) return a->start > b->start;
    return a->end != b->end ? a->end > b->end : a > b;
}

/* Tools directly under a span that began in that time. */
struct ran {
    const struct trace_node *under;
    uint64_t from, until;
    const struct offer *offered; /* NULL: whatever they are called */
    bool called;                 /* the answer did call some */
    bool in_order;               /* none of them where two began at once */
};

static bool is_callable(const struct ran *ran, const struct call_tool *tool) {
    if (!has_text(&tool->name)) return false;
    if (!ran->offered) return true;
    if (ran->offered->tool_count) return repair_is_tool(ran->offered, &tool->name);
    return ran->called || has_text(&tool->id);
}

/* As the answer's calls, in order. */
static void call_tools(struct reading *r, const struct datainfo_trace *t, const struct ran *ran,
                       struct message *answer) {
    const struct trace_span *tools[MAX_COMPARED];
    size_t n = 0;
    for (size_t c = ran->under ? ran->under->first_child : NOBODY; c != NOBODY && n < MAX_COMPARED;
         c = t->spans[c].next_sibling) {
        const struct trace_span *s = &t->spans[c];
        if (s->kind != SPAN_KIND_TOOL || !trace_after(s->start, ran->from) || s->start >= ran->until) continue;
        size_t at = n++;
        for (; at > 0 && is_later(tools[at - 1], s); at--) tools[at] = tools[at - 1];
        tools[at] = s;
    }
    for (size_t i = 1; i < n; i++)
        if (ran->in_order && tools[i]->start == tools[i - 1]->start) return;
    for (size_t i = 0; i < n; i++) {
        struct span_view v;
        if (span_view_open(&v, &r->arena, tools[i]->text, tools[i]->len, NULL) != STATUS_OK) continue;
        struct call_tool call = tool_span_call(&v);
        if (!is_callable(ran, &call)) continue;
        struct call_tool *c = message_add_call(r, answer);
        if (c) *c = call;
    }
}

static void call_tools_below(struct reading *r, const struct datainfo_trace *t, bool in_order,
                             struct message *answer) {
    struct ran ran = {.under = trace_find(t, r->span.span_id), .until = UINT64_MAX, .in_order = in_order};
    call_tools(r, t, &ran, answer);
}

static struct call_tool *call_with_id(const struct message *m, const struct json_text *id) {
    for (size_t i = 0; has_text(id) && i < m->call_count; i++)
        if (json_text_same(&m->calls[i].id, id)) return &m->calls[i];
    return NULL;
}

/* Calls that were lost beside others (Google ADK keeps the last event of a stream): the tools below have them all, told
 * apart by their ids. A span about several runs has no arguments. */
static void complete_calls(struct reading *r, const struct datainfo_trace *t, bool in_order,
                           struct message *answer) {
    struct message ran = {.role = answer->role}, all = ran;
    size_t own = 0;
    if (answer->call_count > MAX_COMPARED) return;
    call_tools_below(r, t, in_order, &ran);
    for (size_t i = 0; i < ran.call_count; i++) {
        const struct call_tool *one = &ran.calls[i], *mine = call_with_id(answer, &one->id);
        if (!has_text(&one->id) || !has_text(&one->arguments) || call_with_id(&all, &one->id)) continue;
        struct call_tool *c = message_add_call(r, &all);
        if (c) *c = mine ? *mine : *one;
        own += mine != NULL;
    }
    if (own == answer->call_count && all.call_count > own) message_take_calls(answer, &all);
}

/* Tools directly under that span, with which the call is in one. */
static void call_tools_under(struct reading *r, const struct datainfo_trace *t, const char *id, struct ran ran,
                             struct message *answer) {
    struct trace_span *calls[MAX_COMPARED];
    ran.under = trace_find(t, id);
    size_t n = ran.under ? trace_calls_below(t, id, false, calls, MAX_COMPARED) : 0;
    if (!n || n > MAX_COMPARED || !r->span.end) return;
    for (size_t i = 0; i < n; i++) {
        const struct trace_span *other = calls[i];
        if (strcmp(other->id, r->span.span_id) == 0) continue;
        bool next = trace_after(other->start, r->span.end);
        if (!next && !trace_after(r->span.start, other->end)) return;
        if (next && other->start < ran.until) ran.until = other->start;
    }
    call_tools(r, t, &ran, answer);
}

static void call_tools_beside(struct reading *r, const struct datainfo_trace *t, struct ran ran,
                              struct message *answer) {
    const char *above = r->span.parent_id;
    for (int i = 0; i < (ran.called ? MAX_ABOVE : 1) && above[0] && !answer->call_count; i++) {
        call_tools_under(r, t, above, ran, answer);
        const struct trace_node *node = trace_find(t, above);
        if (!node || node->span == NOBODY) return;
        above = t->spans[node->span].parent;
    }
}

void trace_add_tools(struct reading *r, const struct datainfo_trace *t, struct offer *call, bool in_order) {
    bool nothing = !messages_have_content(&call->output), lost, open;
    char finish[FINISH_WORD_SIZE];
    struct message alone = {.role = JSON_STRING("assistant")};
    struct message *answer = nothing ? &alone : &call->output.items[0];
    if (answer->call_count) {
        if (call->output.count == 1) complete_calls(r, t, in_order, answer);
        return;
    }
    if (has_text(&call->error_message)) return;
    call_finish(call, finish);
    lost = strcmp(finish, "tool_calls") == 0;
    open = !finish[0] || lost || (strcmp(finish, "stop") == 0 && call_stop_may_be_calls(call));
    if (nothing || lost) call_tools_below(r, t, in_order, answer);
    struct ran beside = {
        .from = r->span.end, .until = UINT64_MAX, .offered = call, .called = lost, .in_order = in_order};
    if (!answer->call_count && open && (call->tool_count || lost || nothing) && call->output.count < 2)
        call_tools_beside(r, t, beside, answer);
    if (!answer->call_count) return;
    answer->lost_calls = false;
    if (!nothing) return;
    call->output = (struct messages){0};
    messages_push(r, &call->output, answer);
    call->cut_output = true; /* it may have had a text as well */
}
