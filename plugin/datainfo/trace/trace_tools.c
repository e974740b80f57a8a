/* trace_tools.c: the calls of an answer that was recorded without them or without some of them, from the spans of the
 * tools that ran.
 *
 *   below    tools inside the call's own span were called by it
 *   beside   tools that ran under the same span, after this call and before the next one, if they were offered to the
 *            model and the word with which the answer ended leaves it open whether it called any (OpenLIT writes no
 *            calls of the Responses API at all). Of calls that overlap nobody knows whose tools they are. */
#include "datainfo/messages/repair.h"
#include "datainfo/trace/tool_span.h"
#include "datainfo/trace/trace_tree.h"
#include "datainfo/write.h"

#include <string.h>

/* By start, end (clocks of a millisecond are common) and place in the trace. */
static bool is_later(const struct trace_span *a, const struct trace_span *b) {
    if (a->start != b->start) return a->start > b->start;
    return a->end != b->end ? a->end > b->end : a > b;
}

/* The tools directly under a span that began in that time, in order, as the answer's calls. */
static void call_tools(struct reading *r, const struct datainfo_trace *t, const struct trace_node *under,
                       uint64_t from, uint64_t until, const struct offer *offered, struct message *answer) {
    const struct trace_span *tools[MAX_COMPARED];
    size_t n = 0;
    for (size_t c = under ? under->first_child : NOBODY; c != NOBODY && n < MAX_COMPARED;
         c = t->spans[c].next_sibling) {
        const struct trace_span *s = &t->spans[c];
        if (s->kind != SPAN_KIND_TOOL || s->start < from || s->start >= until) continue;
        size_t at = n++;
        for (; at > 0 && is_later(tools[at - 1], s); at--) tools[at] = tools[at - 1];
        tools[at] = s;
    }
    for (size_t i = 0; i < n; i++) {
        struct span_view v;
        if (span_view_open(&v, &r->arena, tools[i]->text, tools[i]->len, NULL) != STATUS_OK) continue;
        struct call_tool call = tool_span_call(&v);
        if (!has_text(&call.name) || (offered && !repair_is_tool(offered, &call.name))) continue;
        struct call_tool *c = message_add_call(r, answer);
        if (c) *c = call;
    }
}

static void call_tools_below(struct reading *r, const struct datainfo_trace *t, struct message *answer) {
    call_tools(r, t, trace_find(t, r->span.span_id), 0, UINT64_MAX, NULL, answer);
}

static struct call_tool *call_with_id(const struct message *m, const struct json_text *id) {
    for (size_t i = 0; has_text(id) && i < m->call_count; i++)
        if (json_text_same(&m->calls[i].id, id)) return &m->calls[i];
    return NULL;
}

/* Calls that were lost beside others (Google ADK keeps the last event of a stream): the tools below have them all, told
 * apart by their ids. A span about several runs has no arguments. */
static void complete_calls(struct reading *r, const struct datainfo_trace *t, struct message *answer) {
    struct message ran = {.role = answer->role}, all = ran;
    size_t own = 0;
    if (answer->call_count > MAX_COMPARED) return;
    call_tools_below(r, t, &ran);
    for (size_t i = 0; i < ran.call_count; i++) {
        const struct call_tool *one = &ran.calls[i], *mine = call_with_id(answer, &one->id);
        if (!has_text(&one->id) || !has_text(&one->arguments) || call_with_id(&all, &one->id)) continue;
        struct call_tool *c = message_add_call(r, &all);
        if (c) *c = mine ? *mine : *one;
        own += mine != NULL;
    }
    if (own == answer->call_count && all.call_count > own) message_take_calls(answer, &all);
}

static void call_tools_beside(struct reading *r, const struct datainfo_trace *t, const struct offer *call,
                              struct message *answer) {
    const struct trace_node *under = trace_find(t, r->span.parent_id);
    struct trace_span *calls[MAX_COMPARED];
    size_t n = under ? trace_calls_below(t, r->span.parent_id, false, calls, MAX_COMPARED) : 0;
    uint64_t until = UINT64_MAX;
    if (!n || n > MAX_COMPARED || !r->span.end) return;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(calls[i]->id, r->span.span_id) == 0) continue;
        if (calls[i]->start < r->span.end && calls[i]->end > r->span.start) return;
        if (calls[i]->start >= r->span.end && calls[i]->start < until) until = calls[i]->start;
    }
    call_tools(r, t, under, r->span.end, until, call, answer);
}

/* Whether the answer may have called tools, for all that was recorded of it. */
static bool may_have_called(const struct offer *call) {
    char finish[FINISH_WORD_SIZE];
    if (!call->tool_count || call->output.count > 1 || has_text(&call->error_message)) return false;
    if (call->output.count && call->output.items[0].call_count) return false;
    call_finish(call, finish);
    return !finish[0] || strcmp(finish, "tool_calls") == 0 ||
           (strcmp(finish, "stop") == 0 && call_stop_may_be_calls(call));
}

void trace_add_tools(struct reading *r, const struct datainfo_trace *t, struct offer *call, bool lost_calls) {
    bool nothing = !messages_have_content(&call->output) && !has_text(&call->error_message);
    struct message alone = {.role = JSON_STRING("assistant")}, *answer = nothing ? &alone
                                                                         : call->output.count
                                                                             ? &call->output.items[0]
                                                                             : NULL;
    if (answer && answer->call_count && call->output.count == 1) complete_calls(r, t, answer);
    if (!answer || answer->call_count) return;
    if (nothing || lost_calls) call_tools_below(r, t, answer);
    if (!answer->call_count && may_have_called(call)) call_tools_beside(r, t, call, answer);
    if (!nothing || !answer->call_count) return;
    call->output = (struct messages){0};
    messages_push(r, &call->output, answer);
    call->cut_output = true; /* it may have had a text as well */
}
