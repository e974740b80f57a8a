/* trace_relatives.c: what the spans around a call say of it: the span above that has it alone, a stream's end beside
 * it, its twin; and the identity of its ancestors. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/trace/trace_tree.h"
#include "datainfo/write.h"

#include <string.h>

/* Reads another span's offers behind those of the call, as hearsay. What it says of models and counts is of this
 * call only if it tells of no more than that. */
static void offer_relative(struct reading *r, const struct trace_span *s, bool same_call) {
    struct span_view own = r->span;
    struct offer *known = r->offers;
    if (span_view_open(&r->span, &r->arena, s->text, s->len, NULL) == STATUS_OK) {
        r->offers = NULL;
        conventions_offer(r);
        for (struct offer *o = r->offers; o; o = o->next) {
            struct offer hearsay = offer_empty(o->from, RANK_RELATIVE);
            hearsay.input = o->input;
            hearsay.output = o->output;
            hearsay.tools = o->tools;
            hearsay.tool_count = o->tool_count;
            hearsay.tool_choice = o->tool_choice;
            hearsay.finish = o->finish;
            hearsay.cut_input = o->cut_input;
            hearsay.cut_output = o->cut_output;
            hearsay.cut_tools = o->cut_tools;
            if (same_call) {
                hearsay.response_id = o->response_id;
                hearsay.request_model = o->request_model;
                hearsay.response_model = o->response_model;
                hearsay.usage = o->usage;
                hearsay.cost = o->cost;
            }
            hearsay.next = o->next;
            *o = hearsay;
        }
        struct offer **end = &known;
        while (*end) end = &(*end)->next;
        *end = r->offers;
    }
    r->offers = known;
    r->span = own;
}

/* The span above that has this call alone, if it is one that may hold its content. */
static struct trace_span *holder_above(const struct datainfo_trace *t, const struct span_view *span) {
    const char *parent = span->parent_id;
    struct trace_span *below[2];
    for (int steps = 0; parent[0] && steps < 3; steps++) {
        const struct trace_node *n = trace_find(t, parent);
        if (!n || n->span == NOBODY || strcmp(parent, span->span_id) == 0) return NULL;
        struct trace_span *s = &t->spans[n->span];
        bool may_hold = s->kind == SPAN_KIND_AGENT || s->kind == SPAN_KIND_CHAIN ||
                        s->kind == SPAN_KIND_WRAPPER || s->kind == SPAN_KIND_LLM;
        if (!may_hold || trace_calls_below(t, s->id, false, below, 2) != 1) return NULL;
        const struct digest *d = trace_digest(s);
        if (digest_has_content(d)) return s;
        parent = s->parent;
    }
    return NULL;
}

void trace_add_holder(struct reading *r, const struct datainfo_trace *t, struct offer *call) {
    struct trace_span *s = holder_above(t, &r->span);
    if (!s) return;
    offer_relative(r, s, false);
    *call = merge_offers(r);
}

/* Whether another call beside it asked the same and had no answer before that one: then it may be the other's. */
static bool asked_by_another(const struct datainfo_trace *t, const struct span_view *span,
                             const struct digest *own, const struct trace_span *answer) {
    const struct trace_node *parent = trace_find(t, span->parent_id);
    uint64_t before = 0; /* the end of the stream before */
    size_t compared = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t c = parent->first_child; c != NOBODY && compared < 2 * MAX_COMPARED;
             c = t->spans[c].next_sibling) {
            struct trace_span *s = &t->spans[c];
            if (s == answer || s->start > answer->start || strcmp(s->id, span->span_id) == 0) continue;
            if (s->kind != (pass ? SPAN_KIND_LLM : SPAN_KIND_CHUNK) || s->start < before) continue;
            compared++;
            const struct digest *d = trace_digest(s);
            if (d->input != own->input) continue;
            if (pass && !d->has_output) return true;
            if (!pass && d->has_output) before = s->start;
        }
    return false;
}

/* The span beside it that recorded the same question and, this time, the answer (a stream's end). */
static struct trace_span *answer_beside(const struct datainfo_trace *t, const struct span_view *span,
                                        const struct digest *own) {
    const struct trace_node *parent = trace_find(t, span->parent_id);
    struct trace_span *found = NULL;
    size_t compared = 0;
    for (size_t c = parent ? parent->first_child : NOBODY; c != NOBODY; c = t->spans[c].next_sibling) {
        struct trace_span *s = &t->spans[c];
        if (s->kind != SPAN_KIND_CHUNK || s->start < span->start || strcmp(s->id, span->span_id) == 0) continue;
        if (found && s->start >= found->start) continue;
        if (++compared > MAX_COMPARED) break;
        const struct digest *d = trace_digest(s);
        if (d->has_output && own->input && d->input == own->input) found = s;
    }
    return found && !asked_by_another(t, span, own, found) ? found : NULL;
}

/* Keeps a value that nobody has kept yet. */
static void keep_identity(char **kept, const struct json_text *v) {
    bool says = v->type == JSON_TEXT_ARRAY || has_text(v);
    if (!*kept && says && !memchr(v->text, '\0', v->len)) *kept = strndup(v->text, v->len);
}

static void identify(struct trace_span *s) {
    struct reading r = {.arena = ARENA_INIT};
    s->identified = true;
    if (span_view_open(&r.span, &r.arena, s->text, s->len, NULL) == STATUS_OK) {
        conventions_offer_scalars(&r);
        for (const struct offer *o = r.offers; o; o = o->next) {
            keep_identity(&s->identity[0], &o->thread);
            keep_identity(&s->identity[1], &o->user);
            keep_identity(&s->identity[2], &o->tags);
        }
    }
    arena_free(&r.arena);
}

/* What an ancestor says, where the call says nothing; kept with the tree, which outlives the reading. */
static void inherit(struct json_text *into, const char *kept, enum json_text_type type) {
    if (into->type == type && into->len > 2) return;
    if (kept) *into = (struct json_text){.text = kept, .len = JSON_TEXT_LEN(strlen(kept)), .type = type};
}

static void inherit_identity(const struct span_view *span, const struct datainfo_trace *t, struct offer *call) {
    const char *parent = span->parent_id;
    for (int steps = 0; parent[0] && steps < MAX_ANCESTORS; steps++) {
        bool complete = has_text(&call->thread) && has_text(&call->user) && call->tags.type == JSON_TEXT_ARRAY;
        const struct trace_node *n = trace_find(t, parent);
        if (complete || !n || n->span == NOBODY || strcmp(parent, span->span_id) == 0) break;
        struct trace_span *s = &t->spans[n->span];
        parent = s->parent;
        if (!s->identified) identify(s);
        inherit(&call->thread, s->identity[0], JSON_TEXT_STRING);
        inherit(&call->user, s->identity[1], JSON_TEXT_STRING);
        inherit(&call->tags, s->identity[2], JSON_TEXT_ARRAY);
    }
}

/* Whether a question was not recorded here (a list of parts, where the SDK expected a text). */
static bool lost_question(const struct offer *call) {
    for (size_t i = 0; i < call->input.count && !call->cut_input; i++)
        if (json_text_equals(&call->input.items[i].role, "user") && !message_has_content(&call->input.items[i]))
            return true;
    return false;
}

/* Whether another call beside it, open with that step, gave the same answer: then the step may be the other's. */
static bool answered_by_another(const struct datainfo_trace *t, const struct trace_span *mine,
                                const struct digest *own, const struct trace_span *step) {
    const struct trace_node *parent = trace_find(t, mine->parent);
    size_t compared = 0;
    for (size_t c = parent->first_child; c != NOBODY && compared < MAX_COMPARED; c = t->spans[c].next_sibling) {
        struct trace_span *s = &t->spans[c];
        if (s == mine || s->kind != SPAN_KIND_LLM || s->scope != mine->scope || !trace_together(s, step))
            continue;
        compared++;
        const struct digest *d = trace_digest(s);
        bool ids = own->response_id && d->response_id;
        if (!ids && own->text && own->text == d->text) return true;
    }
    return false;
}

/* The shortest step beside it that was open with it and gave back the same answer: tracers that are told of starts and
 * ends (OpenLLMetry's of LangChain) make siblings of a call and of the step around it, which has the whole message. */
static struct trace_span *step_around(const struct datainfo_trace *t, const struct span_view *span,
                                      const struct digest *own) {
    const struct trace_node *me = trace_find(t, span->span_id), *parent = trace_find(t, span->parent_id);
    struct trace_span *found = NULL;
    size_t compared = 0;
    if (!me || me->span == NOBODY || !parent) return NULL;
    for (size_t c = parent->first_child; c != NOBODY; c = t->spans[c].next_sibling) {
        struct trace_span *s = &t->spans[c];
        if (s->kind != SPAN_KIND_CHAIN || !trace_together(&t->spans[me->span], s)) continue;
        if (found && s->end - s->start >= found->end - found->start) continue;
        if (++compared > MAX_COMPARED) break;
        const struct digest *d = trace_digest(s);
        bool tokens = own->input_tokens > 0 && own->input_tokens == d->input_tokens && own->output_tokens > 0 &&
                      own->output_tokens == d->output_tokens;
        bool ids = own->response_id && d->response_id;
        bool same = ids ? own->response_id == d->response_id : own->text ? own->text == d->text : tokens;
        if (d->has_output && same) found = s;
    }
    return found && !answered_by_another(t, &t->spans[me->span], own, found) ? found : NULL;
}

/* Whether a step around a call may know more of its answer. */
static bool lacks_answer(const struct offer *call, const char *finish) {
    if (has_text(&call->error_message)) return false;
    if (!finish[0] || !messages_have_content(&call->output)) return true;
    return strcmp(finish, "tool_calls") == 0 && !call->output.items[0].call_count;
}

void trace_add_step(struct reading *r, const struct datainfo_trace *t, struct offer *call) {
    char finish[FINISH_WORD_SIZE];
    struct digest own = call_digest(call);
    call_finish(call, finish);
    struct trace_span *s = lacks_answer(call, finish) ? step_around(t, &r->span, &own) : NULL;
    if (!s) return;
    offer_relative(r, s, true);
    *call = merge_offers(r);
}

/* The span below it that has the body of this call as it was sent (LiteLLM's raw_gen_ai_request). */
static struct trace_span *body_below(const struct datainfo_trace *t, const struct span_view *span,
                                     const struct digest *own) {
    struct trace_span *below[2];
    if (!span->span_id[0] || trace_calls_below(t, span->span_id, true, below, 2) != 1 || !below[0]->guessed)
        return NULL;
    const struct digest *d = trace_digest(below[0]);
    bool same = (own->response_id && own->response_id == d->response_id) ||
                (own->text && own->text == d->text) ||
                (own->has_output && d->has_output && own->output == d->output) ||
                (own->has_input && d->has_input && own->input == d->input);
    return same ? below[0] : NULL;
}

/* Whether there may have been calls which were not recorded here: results that answer none, or an answer to a
 * request with tools of which nobody says how it ended. */
static bool may_lack_calls(const struct offer *call, const char *finish) {
    bool open = call->tool_count && !finish[0] && call->output.count == 1 && !call->output.items[0].call_count;
    for (size_t i = 1; i < call->input.count && !open; i++) {
        const struct message *m = &call->input.items[i], *before = m - 1;
        open = json_text_equals(&m->role, "tool") && json_text_equals(&before->role, "assistant") &&
               !before->call_count;
    }
    return open;
}

/* A call that ended in calls of tools did not give the answer without any that its agent ended with; one that failed
 * gave none that an agent has (it makes one of the error). */
static void drop_last_words(struct reading *r, bool all) {
    for (struct offer *o = r->offers; o; o = o->next) {
        if (o->rank != RANK_RELATIVE || !o->output.count) continue;
        bool calls = false;
        for (size_t i = 0; i < o->output.count; i++) calls = calls || o->output.items[i].call_count;
        if (calls && !all) continue;
        o->output = (struct messages){0};
        o->finish = JSON_NONE;
    }
}

void trace_add_relatives(struct reading *r, struct offer *call) {
    struct datainfo_trace *t = r->trace;
    if (!t) return;
    struct digest first = call_digest(call);
    struct trace_span *body = body_below(t, &r->span, &first);
    if (body) {
        offer_relative(r, body, true);
        *call = merge_offers(r);
    }
    if (!r->span.parent_id[0]) return;
    struct digest own = call_digest(call);
    struct trace_span *s = NULL;
    char finish[FINISH_WORD_SIZE];
    call_finish(call, finish);
    bool lost_calls =
        strcmp(finish, "tool_calls") == 0 && call->output.count && !call->output.items[0].call_count;
    if (!own.has_output && !has_text(&call->error_message)) s = answer_beside(t, &r->span, &own);
    bool outer;
    struct trace_span *twin = trace_twin(t, &r->span, &own, &outer);
    if (twin) offer_relative(r, twin, true);
    if (!s && lacks_answer(call, finish)) s = step_around(t, &r->span, &own);
    bool beside = s != NULL;
    bool lost =
        !own.has_input || !own.has_output || lost_calls || lost_question(call) || may_lack_calls(call, finish);
    if (!s && lost) s = holder_above(t, &r->span);
    if (s) offer_relative(r, s, beside);
    bool failed = s && has_text(&call->error_message) && !own.has_output &&
                  (s->kind == SPAN_KIND_AGENT || s->kind == SPAN_KIND_CHAIN);
    if (failed || (s && strcmp(finish, "tool_calls") == 0)) drop_last_words(r, failed);
    if (s || twin) *call = merge_offers(r);
    trace_add_past(r, t, call);
    trace_add_sent_back(r, t, call);
    trace_add_tools(r, t, call, false);
    inherit_identity(&r->span, t, call);
}
