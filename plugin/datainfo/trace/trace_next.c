/* trace_next.c: an application sends an answer back with its next request. Where an answer was recorded without its
 * calls or their ids, names or arguments (collectors of streams lose them), or not at all, the next call of the same
 * conversation still has it. That it is the next one is proved: its messages begin with all of this call's, message
 * by message, what follows them is the assistant's, and no other call of the trace asked the same in between. Only
 * what is missing is filled in. */
#include "datainfo/trace/trace_tree.h"
#include "datainfo/write.h"

#include <stdlib.h>
#include <string.h>

#define MAX_NEXT   4  /* later calls that are read to find the next one */
#define MAX_BEFORE 16 /* calls on either side that may have asked the same */

/* ---- calls by their start ---- */

struct start {
    uint64_t at;
    size_t span;
};

static int by_start(const void *x, const void *y) {
    const struct start *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return (a->span > b->span) - (a->span < b->span);
}

bool trace_list_calls(struct datainfo_trace *t) {
    if (t->calls) return true;
    struct start *starts = calloc(t->count + 1, sizeof *starts);
    size_t *calls = calloc(t->count + 1, sizeof *calls), n = 0;
    if (starts && calls) {
        for (size_t i = 0; i < t->count; i++)
            if (t->spans[i].kind == SPAN_KIND_LLM) starts[n++] = (struct start){t->spans[i].start, i};
        qsort(starts, n, sizeof *starts, by_start);
        for (size_t i = 0; i < n; i++) calls[i] = starts[i].span;
        t->calls = calls;
        t->call_count = n;
        calls = NULL;
    }
    free(starts);
    free(calls);
    return t->calls != NULL;
}

size_t trace_first_call(const struct datainfo_trace *t, uint64_t time) {
    size_t from = 0, to = t->call_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (t->spans[t->calls[middle]].start < time)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* ---- what is missing ---- */

static bool no_arguments(const struct call_tool *c) {
    return !has_text(&c->arguments) || json_text_equals(&c->arguments, "{}");
}

/* A collector that lost these may have lost the text beside the calls, too. */
static bool is_nameless(const struct call_tool *c) {
    return !has_text(&c->id) || !has_text(&c->name);
}

static bool lacks(const struct offer *call, const char *finish) {
    if (!messages_have_content(&call->output)) return true;
    if (call->output.count != 1) return false;
    const struct message *m = &call->output.items[0];
    if (!m->call_count) return !finish[0] || strcmp(finish, "tool_calls") == 0;
    for (size_t i = 0; i < m->call_count; i++)
        if (no_arguments(&m->calls[i]) || is_nameless(&m->calls[i])) return true;
    return false;
}

/* ---- the next call ---- */

static bool same_message(const struct message *a, const struct message *b) {
    if (!same_role(&a->role, &b->role) || a->call_count != b->call_count || a->cut || b->cut) return false;
    bool text = a->content.type != JSON_TEXT_NONE && a->content.len > 2;
    if (text != (b->content.type != JSON_TEXT_NONE && b->content.len > 2)) return false;
    if (text && !json_text_same(&a->content, &b->content)) return false;
    for (size_t i = 0; i < a->call_count; i++)
        if (!json_text_same(&a->calls[i].name, &b->calls[i].name) ||
            !json_text_same(&a->calls[i].arguments, &b->calls[i].arguments))
            return false;
    return true;
}

static bool goes_on(const struct offer *call, const struct offer *next) {
    const struct messages *mine = &call->input, *its = &next->input;
    if (call->cut_input || next->cut_input || its->count <= mine->count) return false;
    if (!json_text_equals(&its->items[mine->count].role, "assistant")) return false;
    for (size_t i = 0; i < mine->count; i++)
        if (!same_message(&mine->items[i], &its->items[i])) return false;
    return true;
}

struct offer trace_read_call(struct reading *r, const struct trace_span *s) {
    struct span_view own = r->span;
    struct offer *known = r->offers, call = offer_empty("the next call", RANK_RELATIVE);
    if (span_view_open(&r->span, &r->arena, s->text, s->len, NULL) == STATUS_OK) {
        r->offers = NULL;
        reading_open_call(r, &call);
        if (!messages_have_content(&call.input)) trace_add_holder(r, r->trace, &call);
        trace_add_step(r, r->trace, &call);
        trace_add_tools(r, r->trace, &call, true);
    }
    r->offers = known;
    r->span = own;
    return call;
}

/* All that the assistant said between this call and what came after it, as one message. */
static struct message sent_back(struct reading *r, const struct messages *list, size_t from) {
    struct message whole = list->items[from];
    message_take_calls(&whole, &list->items[from]);
    for (size_t i = from + 1; i < list->count && json_text_equals(&list->items[i].role, "assistant"); i++) {
        const struct message *m = &list->items[i];
        if (whole.content.type == JSON_TEXT_NONE) whole.content = m->content;
        message_fill(r, &whole, EXTRA_REASONING, m);
        message_add_calls(r, &whole, m);
    }
    return whole;
}

/* Whether results of tools are what followed it. */
static bool tools_followed(const struct messages *list, size_t from) {
    while (from < list->count && json_text_equals(&list->items[from].role, "assistant")) from++;
    return from < list->count && json_text_equals(&list->items[from].role, "tool");
}

static bool agree(const struct json_text *a, const struct json_text *b) {
    return !has_text(a) || !has_text(b) || json_text_same(a, b);
}

/* Ids and names of calls that came back with the same arguments, in the same order. */
static void name_calls(struct message *m, const struct message *back) {
    bool lost = false;
    if (m->call_count != back->call_count) return;
    for (size_t i = 0; i < m->call_count; i++) {
        const struct call_tool *a = &m->calls[i], *b = &back->calls[i];
        if (!json_text_same(&a->arguments, &b->arguments) || !agree(&a->id, &b->id) ||
            !agree(&a->name, &b->name))
            return;
        lost = lost || is_nameless(a);
    }
    if (!lost) return;
    if (m->content.type == JSON_TEXT_NONE) m->content = back->content;
    for (size_t i = 0; i < m->call_count; i++) {
        if (!has_text(&m->calls[i].id)) m->calls[i].id = back->calls[i].id;
        if (!has_text(&m->calls[i].name)) m->calls[i].name = back->calls[i].name;
    }
}

static void fill_answer(struct reading *r, struct offer *call, const struct message *back) {
    if (!messages_have_content(&call->output)) {
        call->output = (struct messages){0};
        struct message *m = messages_add(r, &call->output, JSON_STRING("assistant"));
        if (!m) return;
        *m = *back;
        message_put(r, m, EXTRA_FINISH, JSON_NONE);
        message_put(r, m, EXTRA_NAME, JSON_NONE);
        return;
    }
    struct message *m = &call->output.items[0];
    bool other =
        has_text(&m->content) && has_text(&back->content) && !json_text_same(&m->content, &back->content);
    if (other) return;
    if (!m->call_count) {
        message_take_calls(m, back);
        m->lost_calls = back->lost_calls;
        return;
    }
    for (size_t i = 0; i < m->call_count; i++)
        for (size_t k = 0; k < back->call_count; k++)
            if (has_text(&m->calls[i].id) && json_text_same(&m->calls[i].id, &back->calls[k].id) &&
                no_arguments(&m->calls[i]) && has_text(&back->calls[k].arguments))
                m->calls[i].arguments = back->calls[k].arguments;
    name_calls(m, back);
}

void trace_add_sent_back(struct reading *r, struct datainfo_trace *t, struct offer *call) {
    char finish[FINISH_WORD_SIZE];
    call_finish(call, finish);
    if (has_text(&call->error_message) || !call->input.count || !r->span.end || !lacks(call, finish)) return;
    if (!trace_list_calls(t)) return;
    struct digest own = call_digest(call);
    size_t me = trace_first_call(t, r->span.start), at = trace_first_call(t, r->span.end);
    while (at > me + 1 && trace_after(t->spans[t->calls[at - 1]].start, r->span.end)) at--;
    for (size_t i = at; i < t->call_count && i < at + MAX_NEXT; i++) {
        struct offer next = trace_read_call(r, &t->spans[t->calls[i]]);
        if (!goes_on(call, &next)) continue;
        if (i > me + MAX_BEFORE) return;
        for (size_t k = me > MAX_BEFORE ? me - MAX_BEFORE : 0; k < i; k++) {
            struct trace_span *s = &t->spans[t->calls[k]];
            if (strcmp(s->id, r->span.span_id) != 0 && trace_digest(s)->input == own.input) return;
        }
        struct message back = sent_back(r, &next.input, call->input.count);
        back.lost_calls = !back.call_count && tools_followed(&next.input, call->input.count);
        fill_answer(r, call, &back);
        return;
    }
}
