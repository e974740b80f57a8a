/* trace_results.c: results that were not recorded are those of the tools' own spans: by the call's id, or where a span
 * or a call has none by the tool's name and the arguments, if these are one call's alone and all such runs gave the
 * same. One empty message of a tool behind a turn stands for the results of all its calls (Spring AI): it becomes one
 * message for each, if all are known. */
#include "datainfo/messages/message.h"
#include "datainfo/trace/tool_span.h"
#include "datainfo/trace/trace_tree.h"

#include <string.h>

#define MAX_RUN 64 /* results behind one turn, and its calls, that are looked at */

struct wanted {
    size_t message;        /* the result's place in the list */
    struct call_tool call; /* that it answers */
    bool open;             /* it is not there */
    struct json_text result;
};
struct tool_run {
    struct call_tool call;
    struct json_text result;
};

static bool is_tool(const struct message *m) {
    return json_text_equals(&m->role, "tool");
}

static bool is_open(const struct message *m) {
    return (m->content.type == JSON_TEXT_NONE || m->content.len <= 2) && !m->cut;
}

/* The call that the message at that place answers; the id alone when it was not recorded, or is far away. */
static struct call_tool answered(const struct messages *list, size_t at) {
    struct call_tool alone = {.id = message_extra(&list->items[at], EXTRA_TOOL_CALL_ID)};
    size_t run = 0;
    for (; at > 0 && run < MAX_RUN && is_tool(&list->items[at]); run++) at--;
    for (size_t i = 0; run < MAX_RUN && i < list->items[at].call_count && i < MAX_RUN; i++)
        if (json_text_same(&list->items[at].calls[i].id, &alone.id)) return list->items[at].calls[i];
    return alone;
}

/* The only result behind a turn, of which nothing is known. */
static bool stands_for_all(const struct messages *list, size_t at) {
    const struct message *m = &list->items[at];
    bool unknown = is_open(m) && !message_says(m, EXTRA_TOOL_CALL_ID) && !message_says(m, EXTRA_NAME);
    size_t calls = at ? list->items[at - 1].call_count : 0;
    return unknown && calls > 0 && calls <= MAX_RUN && (at + 1 == list->count || !is_tool(m + 1));
}

/* How many results the messages stand for; in out, when it is there. */
static size_t find_wanted(const struct messages *list, struct wanted *out, bool *any_open) {
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        if (!is_tool(m)) continue;
        bool all = stands_for_all(list, i), open = is_open(m);
        if (!all && !message_says(m, EXTRA_TOOL_CALL_ID)) continue;
        *any_open = *any_open || open;
        for (size_t k = 0, calls = all ? list->items[i - 1].call_count : 1; k < calls; k++, n++)
            if (out)
                out[n] =
                    (struct wanted){i, all ? list->items[i - 1].calls[k] : answered(list, i), open, JSON_NONE};
    }
    return n;
}

static size_t find_runs(struct reading *r, const struct datainfo_trace *t, struct tool_run *out) {
    size_t compared = 0, n = 0;
    for (size_t s = 0; s < t->count && compared < MAX_COMPARED; s++) {
        struct span_view v;
        if (t->spans[s].kind != SPAN_KIND_TOOL || !trace_after(r->span.start, t->spans[s].end)) continue;
        compared++;
        if (span_view_open(&v, &r->arena, t->spans[s].text, t->spans[s].len, NULL) != STATUS_OK) continue;
        out[n] = (struct tool_run){tool_span_call(&v), tool_span_result(&v)};
        if (has_text(&out[n].result)) n++;
    }
    return n;
}

static bool same_tool(const struct call_tool *a, const struct call_tool *b) {
    return has_text(&a->name) && has_text(&a->arguments) && json_text_same(&a->name, &b->name) &&
           json_text_same(&a->arguments, &b->arguments);
}

static bool carried_out(const struct call_tool *ran, const struct call_tool *call) {
    if (has_text(&ran->id) && has_text(&call->id)) return json_text_same(&ran->id, &call->id);
    return same_tool(ran, call);
}

/* Whether another run of the tool without an id, asked the same, gave back something else. */
static bool is_disputed(const struct tool_run *runs, size_t count, const struct tool_run *one) {
    for (size_t i = 0; i < count && !has_text(&one->call.id); i++)
        if (same_tool(&runs[i].call, &one->call) && !json_text_same(&runs[i].result, &one->result)) return true;
    return false;
}

/* What waits for this tool alone. */
static struct wanted *waiting_for(struct wanted *wanted, size_t count, const struct call_tool *ran) {
    struct wanted *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!carried_out(ran, &wanted[i].call)) continue;
        if (found) return NULL;
        found = &wanted[i];
    }
    return found && found->open ? found : NULL;
}

/* Messages for the results of all calls in the place of one. */
static void spread(struct reading *r, struct messages *list, size_t at, const struct wanted *wanted, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (!messages_add(r, list, JSON_STRING("tool"))) return;
    memmove(list->items + at + n, list->items + at + 1, (list->count - at - n) * sizeof *list->items);
    struct message one = list->items[at];
    for (size_t i = 0; i < n; i++) {
        list->items[at + i] = one;
        list->items[at + i].content = wanted[i].result;
        message_put(r, &list->items[at + i], EXTRA_TOOL_CALL_ID, wanted[i].call.id);
    }
}

void trace_add_results(struct reading *r, const struct datainfo_trace *t, struct messages *list) {
    struct tool_run runs[MAX_COMPARED];
    bool open = false;
    size_t count = find_wanted(list, NULL, &open), ran;
    struct wanted *wanted = open ? arena_alloc(&r->arena, count, sizeof *wanted) : NULL;
    if (!wanted) return;
    find_wanted(list, wanted, &open);
    ran = find_runs(r, t, runs);
    for (size_t i = 0; i < ran; i++) {
        struct wanted *w = is_disputed(runs, ran, &runs[i]) ? NULL : waiting_for(wanted, count, &runs[i].call);
        if (w) w->result = runs[i].result;
    }
    for (size_t end = count, from; end > 0; end = from) { /* from the end: places before it stay */
        size_t at = wanted[end - 1].message;
        bool known = true;
        for (from = end; from > 0 && wanted[from - 1].message == at; from--)
            known = known && has_text(&wanted[from - 1].result);
        if (known) spread(r, list, at, wanted + from, end - from);
    }
}
