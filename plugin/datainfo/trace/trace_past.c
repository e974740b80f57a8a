/* trace_past.c: past turns in a request that were recorded without their calls, or with renderings of them
 * ("[tool: name]", Mastra; a bare text, Sentry's LangChain), from the call that made them: an earlier one of
 * the trace that was asked what stands before the turn, as many messages in the same words, and answered with
 * the turn's text. Where two such calls disagree nothing is taken. Only what is missing is filled in.
 *
 * Every call of a conversation looks at the same earlier ones: what each was asked (a hash of its words) and
 * what it answered stays with the tree, so that a span is read once for all calls behind it. */
#include "datainfo/messages/message.h"
#include "datainfo/trace/trace_tree.h"

#include <string.h>

#define MAX_BACK    128 /* earlier calls whose answers are looked at */
#define FIRST_WORDS UINT64_C(1)

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

/* The words alone: calls are what is lost. LangChain sends nothing back of what stood beside calls. */
static bool same_words(const struct message *answer, const struct message *turn) {
    if (!same_role(&answer->role, &turn->role) || answer->cut || turn->cut) return false;
    return !has_content(turn) || json_text_same(&answer->content, &turn->content);
}

/* Whether the results behind the turn can be those of these calls. */
static bool answers(const struct messages *list, size_t turn, const struct message *calls) {
    for (size_t i = turn + 1, n = results_behind(list, turn); n-- > 0; i++) {
        const struct message *result = &list->items[i];
        struct json_text id = message_extra(result, EXTRA_TOOL_CALL_ID),
                         name = message_extra(result, EXTRA_NAME);
        bool mine = false;
        for (size_t k = 0; k < calls->call_count && !mine; k++) {
            const struct call_tool *c = &calls->calls[k];
            bool other_id = has_text(&id) && has_text(&c->id) && !json_text_same(&id, &c->id);
            bool other_name = has_text(&name) && has_text(&c->name) && !json_text_same(&name, &c->name);
            mine = !other_id && !other_name;
        }
        if (!mine) return false;
    }
    return true;
}

/* The hash of the words up to and with that message; 0, and for all behind it, where some were cut off. */
static uint64_t words_with(uint64_t before, const struct message *m) {
    static const struct json_text system = JSON_STRING_INIT("system");
    if (!before || m->cut) return 0;
    uint64_t role = call_hash_value(CALL_HASH_SEED, same_role(&m->role, &system) ? &system : &m->role);
    uint64_t text = has_content(m) ? call_hash_value(CALL_HASH_SEED, &m->content) : 1, h = before;
    h = (h ^ role) * UINT64_C(0x9E3779B97F4A7C15);
    h = ((h ^ (h >> 29)) ^ text) * UINT64_C(0xBF58476D1CE4E5B9);
    return (h ^ (h >> 32)) | 1;
}

struct trace_past {
    uint64_t words; /* of all that it was asked; 0 = not all is known */
    size_t asked;
    struct message
        answer; /* its text and calls; without calls if there was another number of answers than one */
};

static bool led_to(const struct trace_past *earlier, uint64_t words, const struct messages *list, size_t turn) {
    const struct message *m = &list->items[turn], *answer = &earlier->answer;
    if (!words || earlier->words != words || earlier->asked != turn) return false;
    if (!answer->call_count || !same_words(answer, m) || !answers(list, turn, answer)) return false;
    if (m->call_count ? m->call_count != answer->call_count : results_behind(list, turn) > answer->call_count)
        return false;
    for (size_t i = 0; i < m->call_count; i++) {
        const struct call_tool *a = &m->calls[i], *b = &answer->calls[i];
        if (has_text(&a->name) && !json_text_same(&a->name, &b->name)) return false;
        if (has_text(&a->id) && !json_text_same(&a->id, &b->id)) return false;
    }
    return true;
}

static bool contradict(const struct json_text *a, const struct json_text *b) {
    return has_text(a) && has_text(b) && !json_text_same(a, b);
}

/* What one of them does not know speaks against nothing. */
static bool same_calls(const struct message *a, const struct message *b) {
    if (a->call_count != b->call_count) return false;
    for (size_t i = 0; i < a->call_count; i++)
        if (contradict(&a->calls[i].id, &b->calls[i].id) || contradict(&a->calls[i].name, &b->calls[i].name) ||
            contradict(&a->calls[i].arguments, &b->calls[i].arguments))
            return false;
    return true;
}

static bool fill(struct json_text *into, const struct json_text *from) {
    if (has_text(into) || !has_text(from)) return false;
    *into = *from;
    return true;
}

static bool fill_turn(struct reading *r, struct message *m, const struct message *answer) {
    bool better = false, none = !m->call_count;
    for (size_t i = 0; i < answer->call_count; i++) {
        struct call_tool *c = none ? message_add_call(r, m) : &m->calls[i];
        if (!c) return false;
        better = fill(&c->name, &answer->calls[i].name) || better;
        better = fill(&c->id, &answer->calls[i].id) || better;
        better = fill(&c->arguments, &answer->calls[i].arguments) || better;
    }
    if (none) m->lost_calls = false;
    return better || none;
}

/* ---- earlier calls ---- */

static struct json_text kept(struct arena *arena, const struct json_text *v) {
    char *copy = v->type == JSON_TEXT_NONE ? NULL : arena_bytes(arena, v->len);
    if (!copy) return JSON_NONE;
    memcpy(copy, v->text, v->len);
    return (struct json_text){.text = copy, .len = v->len, .type = v->type};
}

static void keep_answer(struct arena *arena, const struct message *from, struct message *into) {
    *into = (struct message){.role = JSON_STRING("assistant"), .cut = from->cut};
    into->content = kept(arena, &from->content);
    into->calls = arena_alloc(arena, from->call_count + 1, sizeof *into->calls);
    if (!into->calls) return;
    into->call_count = from->call_count;
    for (size_t i = 0; i < from->call_count; i++)
        into->calls[i] = (struct call_tool){.id = kept(arena, &from->calls[i].id),
                                            .name = kept(arena, &from->calls[i].name),
                                            .arguments = kept(arena, &from->calls[i].arguments)};
}

/* Read when a call behind it first asks. */
static const struct trace_past *past_of(struct datainfo_trace *t, struct trace_span *s) {
    if (s->past) return s->past;
    struct reading r = {.arena = ARENA_INIT, .trace = t};
    struct trace_past *past = arena_alloc(&t->kept, 1, sizeof *past);
    if (!past) return NULL;
    struct offer call = trace_read_call(&r, s);
    past->asked = call.input.count;
    past->words = call.cut_input ? 0 : FIRST_WORDS;
    for (size_t i = 0; i < call.input.count; i++) past->words = words_with(past->words, &call.input.items[i]);
    if (call.output.count == 1 && is_role(&call.output.items[0], "assistant"))
        keep_answer(&t->kept, &call.output.items[0], &past->answer);
    s->past = past;
    arena_free(&r.arena);
    return past;
}

/* The calls before the one that is looked at. */
struct earlier {
    struct trace_span *spans[MAX_BACK];
    size_t count;
};

static bool find_turn(struct reading *r, struct datainfo_trace *t, const struct earlier *earlier,
                      struct messages *list, size_t turn, uint64_t words) {
    const struct message *m = &list->items[turn], *found = NULL;
    uint64_t text = has_text(&m->content) ? call_hash_value(CALL_HASH_SEED, &m->content) : 0;
    for (size_t i = 0; i < earlier->count; i++) {
        const struct digest *d = trace_digest(earlier->spans[i]);
        if ((text && d->text != text) || (d->has_input && d->asked != turn)) continue;
        const struct trace_past *past = past_of(t, earlier->spans[i]);
        if (!past || !led_to(past, words, list, turn)) continue;
        if (found && !same_calls(found, &past->answer)) return false;
        found = &past->answer;
    }
    return found && fill_turn(r, &list->items[turn], found);
}

void trace_add_past(struct reading *r, struct datainfo_trace *t, struct offer *call) {
    size_t last = call->input.count;
    while (last > 0 && !lacks_calls(&call->input, last - 1)) last--;
    if (!last || !r->span.start || !trace_list_calls(t)) return;
    struct earlier earlier = {.count = 0};
    for (size_t at = trace_first_call(t, r->span.start); at > 0 && earlier.count < MAX_BACK; at--) {
        struct trace_span *s = &t->spans[t->calls[at - 1]];
        if (trace_after(r->span.start, s->end) && strcmp(s->id, r->span.span_id) != 0)
            earlier.spans[earlier.count++] = s;
    }
    if (!earlier.count) return;
    bool found = false;
    uint64_t words = FIRST_WORDS;
    for (size_t i = 0; i < last; i++) {
        uint64_t asked = words;
        words = words_with(words, &call->input.items[i]); /* what is filled in are calls, no words */
        if (lacks_calls(&call->input, i)) found = find_turn(r, t, &earlier, &call->input, i, asked) || found;
    }
    if (!found) return;
    pair_results(r, &call->input, 0);
    trace_add_results(r, t, &call->input);
}
