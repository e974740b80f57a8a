/* trace.c: the spans of one trace as a tree, and the ways in which one call has two spans:
 *
 *   wrapper    the outer span repeats the call of an inner one: the inner is nearer to the wire, take that
 *   same_call  the inner span has nothing (a client's own instrumentation inside another): take the outer
 *
 * Two instrumentations of one client that do not know of each other make siblings: the one whose time encloses the
 * other's is the outer one. Spans are read at most once for comparing; their digests stay with the tree.
 *
 * The tree is a table of ids. A node may be known only as somebody's parent, for spans arrive in any order and
 * some never. Every span has one parent, so a loop (broken ids) can only be met again at the span one started
 * from. */
#include "datainfo/classify.h"
#include "datainfo/preview.h"
#include "datainfo/trace/trace_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct datainfo_trace *datainfo_trace_new(void) {
    return calloc(1, sizeof(struct datainfo_trace));
}

void datainfo_trace_free(struct datainfo_trace *t) {
    if (!t) return;
    for (size_t i = 0; i < t->count; i++) {
        free(t->spans[i].text);
        for (size_t k = 0; k < 3; k++) free(t->spans[i].identity[k]);
    }
    free(t->spans);
    free(t->nodes);
    free(t->calls);
    arena_free(&t->kept);
    free(t);
}

#define NEAR_TWIN 16 /* calls on either side in time that may be a span's twin, wherever they hang */

static size_t slot_of(const struct trace_node *nodes, size_t cap, const char *id) {
    size_t i = (size_t)call_hash_bytes(CALL_HASH_SEED, id, strlen(id)) & (cap - 1);
    while (nodes[i].id[0] && strcmp(nodes[i].id, id) != 0) i = (i + 1) & (cap - 1);
    return i;
}

const struct trace_node *trace_find(const struct datainfo_trace *t, const char *id) {
    if (!t->node_cap || !id[0]) return NULL;
    const struct trace_node *n = &t->nodes[slot_of(t->nodes, t->node_cap, id)];
    return n->id[0] ? n : NULL;
}

static bool make_room(struct datainfo_trace *t) {
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;
        struct trace_span *spans = realloc(t->spans, cap * sizeof *spans);
        if (!spans) return false;
        t->spans = spans;
        t->cap = cap;
    }
    if ((t->node_count + 2) * 2 > t->node_cap) {
        size_t cap = t->node_cap ? t->node_cap * 2 : 64;
        struct trace_node *nodes = calloc(cap, sizeof *nodes);
        if (!nodes) return false;
        for (size_t i = 0; i < t->node_cap; i++)
            if (t->nodes[i].id[0]) nodes[slot_of(nodes, cap, t->nodes[i].id)] = t->nodes[i];
        free(t->nodes);
        t->nodes = nodes;
        t->node_cap = cap;
    }
    return true;
}

/* The node of an id, made if there is none. There is room. */
static struct trace_node *node(struct datainfo_trace *t, const char *id) {
    struct trace_node *n = &t->nodes[slot_of(t->nodes, t->node_cap, id)];
    if (!n->id[0]) {
        snprintf(n->id, sizeof n->id, "%s", id);
        n->span = n->first_child = NOBODY;
        t->node_count++;
    }
    return n;
}

bool datainfo_trace_add(struct datainfo_trace *t, const char *span_json, size_t len) {
    struct arena arena = ARENA_INIT;
    struct span_view v;
    enum status status = span_view_open(&v, &arena, span_json, len, NULL);
    bool fine = status != STATUS_NO_MEMORY;
    const struct trace_node *known = status == STATUS_OK ? trace_find(t, v.span_id) : NULL;
    if (status == STATUS_OK && v.span_id[0] && (!known || known->span == NOBODY)) {
        char *text = malloc(len ? len : 1);
        fine = text && make_room(t);
        if (fine) {
            memcpy(text, span_json, len);
            size_t i = t->count++;
            struct trace_span *s = &t->spans[i];
            *s = (struct trace_span){.text = text, .len = len, .start = v.start, .end = v.end};
            s->kind = classify_span_surely(&v, &s->guessed);
            if (has_text(&v.scope)) s->scope = call_hash_bytes(CALL_HASH_SEED, v.scope.text, v.scope.len);
            s->next_sibling = NOBODY;
            snprintf(s->id, sizeof s->id, "%s", v.span_id);
            snprintf(s->parent, sizeof s->parent, "%s", v.parent_id);
            node(t, s->id)->span = i;
            if (s->parent[0]) {
                struct trace_node *parent = node(t, s->parent);
                s->next_sibling = parent->first_child;
                parent->first_child = i;
            }
        } else {
            free(text);
        }
    }
    arena_free(&arena);
    return fine;
}

bool trace_open_span(const struct datainfo_trace *t, const char *span_id, struct arena *arena,
                     struct span_view *out) {
    const struct trace_node *n = t ? trace_find(t, span_id) : NULL;
    if (!n || n->span == NOBODY) return false;
    return span_view_open(out, arena, t->spans[n->span].text, t->spans[n->span].len, NULL) == STATUS_OK;
}

/* ---- digests ---- */

const struct digest *trace_digest(struct trace_span *s) {
    if (s->digested) return &s->digest;
    struct reading r = {.arena = ARENA_INIT};
    if (span_view_open(&r.span, &r.arena, s->text, s->len, NULL) == STATUS_OK) {
        struct offer call;
        reading_open_call(&r, &call);
        s->digest = call_digest(&call);
    }
    s->digested = true;
    arena_free(&r.arena);
    return &s->digest;
}

/* ---- relatives ---- */

size_t trace_calls_below(const struct datainfo_trace *t, const char *id, bool own_only, struct trace_span **out,
                         size_t max) {
    const struct trace_node *top = trace_find(t, id);
    if (!top) return 0;
    size_t found = 0, cap = 64, n = 0;
    size_t *queue = malloc(cap * sizeof *queue);
    if (!queue) return 0;
    for (size_t c = top->first_child, head = 0;;) {
        for (; c != NOBODY; c = t->spans[c].next_sibling) {
            struct trace_span *s = &t->spans[c];
            if (strcmp(s->id, id) == 0) continue; /* a loop */
            if (s->kind == SPAN_KIND_LLM) {
                if (found < max) out[found] = s;
                found++;
                continue;
            }
            if (s->kind == SPAN_KIND_TOOL || (own_only && s->kind == SPAN_KIND_AGENT)) continue;
            if (n == cap) {
                size_t *grown = realloc(queue, cap * 2 * sizeof *queue);
                if (!grown) break;
                queue = grown;
                cap *= 2;
            }
            queue[n++] = c;
        }
        if (head == n) break;
        const struct trace_node *next = trace_find(t, t->spans[queue[head++]].id);
        c = next ? next->first_child : NOBODY;
    }
    free(queue);
    return found;
}

static struct trace_span *call_above(const struct datainfo_trace *t, const struct span_view *span) {
    const char *parent = span->parent_id;
    for (int steps = 0; parent[0] && steps < MAX_ANCESTORS; steps++) {
        const struct trace_node *n = trace_find(t, parent);
        if (!n || n->span == NOBODY || strcmp(parent, span->span_id) == 0) return NULL;
        struct trace_span *s = &t->spans[n->span];
        if (s->kind == SPAN_KIND_LLM) return s;
        if (s->kind == SPAN_KIND_TOOL || s->kind == SPAN_KIND_AGENT) return NULL;
        parent = s->parent;
    }
    return NULL;
}

#define NAME_MAX_SHOWN 80 /* bytes of a span's name in a sentence */

/* "chat gpt-4o (span 53cc0b1f2d3e4a5b)", as the viewer shows it. */
static void name_span(const struct trace_span *s, char *out, size_t size) {
    struct arena arena = ARENA_INIT;
    struct span_view v;
    struct buf name = BUF_INIT;
    if (span_view_open(&v, &arena, s->text, s->len, NULL) == STATUS_OK)
        preview_value(&v.name, NAME_MAX_SHOWN, &name);
    snprintf(out, size, "%s (span %s)", name.len ? name.data : "a model call", s->id);
    buf_free(&name);
    arena_free(&arena);
}

/* The reason is a sentence around the name of the span to take, if there is one. */
static void skip(struct datainfo *out, const char *code, const struct trace_span *take, const char *before,
                 const char *after) {
    char name[160] = "";
    if (take) name_span(take, name, sizeof name);
    out->verdict = DATAINFO_SKIPPED;
    snprintf(out->code, sizeof out->code, "%s", code);
    snprintf(out->reason, sizeof out->reason, "%s%s%s", before, name, after);
    snprintf(out->take_span_id, sizeof out->take_span_id, "%s", take ? take->id : "");
}

static void skip_wrapper(struct datainfo *out, const struct trace_span *inner) {
    skip(out, "wrapper", inner, "Wraps ", " and repeats its call: add that one.");
}

/* The wrapper alone below it that has the content, where the call itself has no span. */
static struct trace_span *wrapper_below(const struct datainfo_trace *t, const struct span_view *span) {
    const struct trace_node *n = trace_find(t, span->span_id);
    struct trace_span *found = NULL;
    for (int steps = 0; n && steps < MAX_ANCESTORS; steps++) {
        struct trace_span *only = NULL;
        size_t count = 0;
        for (size_t c = n->first_child; c != NOBODY; c = t->spans[c].next_sibling) {
            struct trace_span *s = &t->spans[c];
            if (s->kind == SPAN_KIND_WRAPPER || s->kind == SPAN_KIND_CHAIN || s->kind == SPAN_KIND_OTHER) {
                if (s->kind == SPAN_KIND_WRAPPER || !only || only->kind != SPAN_KIND_WRAPPER) only = s;
                count += s->kind == SPAN_KIND_WRAPPER;
            }
        }
        if (!only || count > 1 || strcmp(only->id, span->span_id) == 0) break;
        if (only->kind == SPAN_KIND_WRAPPER && digest_has_content(trace_digest(only))) found = only;
        n = trace_find(t, only->id);
    }
    return found;
}

static bool judge_wrapper(const struct datainfo_trace *t, const struct span_view *span, struct datainfo *out) {
    struct trace_span *below[MAX_COMPARED], *last = NULL;
    size_t n = t ? trace_calls_below(t, span->span_id, false, below, MAX_COMPARED) : 0;
    for (size_t i = 0; i < n && i < MAX_COMPARED; i++)
        if (!last || below[i]->start >= last->start) last = below[i];
    if (t && !n) {
        const struct trace_span *inner = wrapper_below(t, span);
        if (inner) skip_wrapper(out, inner);
        return inner != NULL;
    }
    char many[96];
    snprintf(many, sizeof many, "Wraps %zu model calls and repeats the last, ", n);
    if (!t)
        skip(out, "wrapper", NULL, "Wraps a model call and repeats it: add the call itself.", "");
    else if (n == 1)
        skip_wrapper(out, last);
    else
        skip(out, "wrapper", last, many, ": add the calls below it.");
    return true;
}

bool trace_together(const struct trace_span *a, const struct trace_span *b) {
    return open_together(a->start, a->end, b->start, b->end);
}

static uint64_t apart(uint64_t a, uint64_t b) {
    return a > b ? a - b : b - a;
}

/* Of the spans that could be its twin the nearest in time: calls that overlap have twins which overlap. */
struct twin_search {
    const struct trace_span *mine;
    const struct digest *own;
    struct trace_span *found;
    uint64_t distance;
    size_t compared;
};

static void compare_twin(struct twin_search *f, struct trace_span *s, bool by_id_alone) {
    const struct trace_span *mine = f->mine;
    if (s == mine || s->kind != SPAN_KIND_LLM || !trace_together(mine, s)) return;
    uint64_t distance = apart(s->start, mine->start) + apart(s->end, mine->end);
    if (f->found && distance >= f->distance) return;
    f->compared++;
    const struct digest *its = trace_digest(s);
    bool other_scope = s->scope != mine->scope;
    if (by_id_alone ? !other_scope || !its->response_id || f->own->response_id != its->response_id
                    : !digest_twins(f->own, its, other_scope))
        return;
    f->found = s;
    f->distance = distance;
}

/* Whether one of them lies in the other: no twins, whatever they have in common. */
static bool is_above(const struct datainfo_trace *t, const struct trace_span *upper,
                     const struct trace_span *s) {
    for (int steps = 0; s->parent[0] && steps < MAX_ANCESTORS; steps++) {
        if (strcmp(s->parent, upper->id) == 0) return true;
        const struct trace_node *n = trace_find(t, s->parent);
        if (!n || n->span == NOBODY) break;
        s = &t->spans[n->span];
    }
    return false;
}

struct trace_span *trace_twin(struct datainfo_trace *t, const struct span_view *span, const struct digest *own,
                              bool *outer) {
    const struct trace_node *me = trace_find(t, span->span_id), *parent = trace_find(t, span->parent_id);
    if (!me || me->span == NOBODY) return NULL;
    const struct trace_span *mine = &t->spans[me->span];
    struct twin_search f = {.mine = mine, .own = own};
    for (size_t c = parent ? parent->first_child : NOBODY; c != NOBODY && f.compared < MAX_COMPARED;
         c = t->spans[c].next_sibling)
        compare_twin(&f, &t->spans[c], false);
    /* Elsewhere (no parents, steps of their own) the answer's id is proof, if there is one. */
    if (!f.found && own->response_id && mine->start && trace_list_calls(t)) {
        size_t at = trace_first_call(t, mine->start), from = at > NEAR_TWIN ? at - NEAR_TWIN : 0;
        for (size_t i = from; i < t->call_count && i < at + NEAR_TWIN; i++) {
            struct trace_span *s = &t->spans[t->calls[i]];
            if (!is_above(t, s, mine) && !is_above(t, mine, s)) compare_twin(&f, s, true);
        }
    }
    struct trace_span *s = f.found;
    if (s)
        *outer = s->start != mine->start ? s->start < mine->start
                 : s->end != mine->end   ? s->end > mine->end
                                         : strcmp(s->id, mine->id) > 0;
    return s;
}

static bool judge_twin(struct datainfo_trace *t, const struct span_view *span, const struct digest *own,
                       struct datainfo *out) {
    bool outer;
    struct trace_span *twin = trace_twin(t, span, own, &outer);
    if (!twin) return false;
    bool take_twin = digest_has_content(own) == digest_has_content(&twin->digest)
                         ? !outer
                         : digest_has_content(&twin->digest);
    if (take_twin)
        skip(out, "same_call", twin, "Tells of the same model call as ",
             ", which is nearer to the wire: add that one.");
    return take_twin;
}

bool trace_judge(struct datainfo_trace *t, const struct span_view *span, enum span_kind kind, bool guessed,
                 const struct digest *own, struct datainfo *out) {
    if (kind == SPAN_KIND_WRAPPER) return judge_wrapper(t, span, out);
    if (kind == SPAN_KIND_CHUNK) {
        const struct trace_span *whole = t ? call_above(t, span) : NULL;
        if (whole)
            skip(out, "not_a_call", whole, "One piece of the answer of ", ": add that one.");
        else
            skip(out, "not_a_call", NULL,
                 "One piece of a model call's answer: add the call that it belongs to.", "");
        return true;
    }
    if (kind != SPAN_KIND_LLM || !t || !span->span_id[0]) return false;
    struct trace_span *below[MAX_COMPARED];
    size_t n = trace_calls_below(t, span->span_id, true, below, MAX_COMPARED);
    struct trace_span *repeated = NULL;
    for (size_t i = 0; i < n && i < MAX_COMPARED; i++) {
        if (below[i]->guessed && !guessed) continue;
        const struct digest *inner = trace_digest(below[i]);
        if (!digest_has_content(inner)) continue;
        /* Forms differ too much between SDKs to compare contents; only two ids are proof of two calls. */
        if (own->response_id && inner->response_id && own->response_id != inner->response_id) continue;
        if (!repeated || digest_same_answer(own, inner)) repeated = below[i];
        if (digest_same_answer(own, inner)) break;
    }
    if (repeated) {
        skip_wrapper(out, repeated);
        return true;
    }
    /* Of two guesses the inner one is nearer to the wire. */
    struct trace_span *above = digest_has_content(own) && !guessed ? NULL : call_above(t, span);
    if (above) {
        const struct digest *outer = trace_digest(above);
        bool same_id = own->response_id && own->response_id == outer->response_id;
        if (above->guessed && !same_id && !(guessed && !digest_has_content(own)))
            return judge_twin(t, span, own, out);
        if (digest_has_content(outer) && (digest_same_call(outer, own) || (guessed && !above->guessed))) {
            skip(out, "same_call", above, "Tells of the same model call as ",
                 ", without its content: add that one.");
            return true;
        }
    }
    return judge_twin(t, span, own, out);
}
