/* call_twins.c: the calls that spans of several traces tell of together.
 *
 *     keys -> runs of one response id, of one question, of failures (sorted by hash and start)
 *          -> pairs that tell of one call, those nearest in time first
 *          -> groups, no two of one instrumentation -> the one of each that tells most
 *
 * A pair is looked for among the next ones of its run, so a run of any length takes linear time. */
#include "datainfo/same_call.h"

#include <stdlib.h>
#include <string.h>

#define NEAR      64   /* calls of a run that one is compared with */
#define FAR       1024 /* calls of a run that are looked at for these: most may be of its own instrumentation */
#define TOLERANCE UINT64_C(5000000) /* ns: clocks of a millisecond, and what is done before a span ends */

/* ---- proof ---- */

/* "openai/gpt-4o", "models/gemini-2.5-flash", "us.anthropic.claude-3-5-sonnet": without what stands in front. */
static const char *bare_model(const char *model) {
    const char *slash = strrchr(model, '/');
    if (slash) model = slash + 1;
    for (const char *dot; (dot = strchr(model, '.')); model = dot + 1)
        for (const char *c = model; c < dot; c++)
            if ((*c < 'a' || *c > 'z') && *c != '-') return model;
    return model;
}

/* The same name, one of them with a date or a version. */
static bool same_model(const char *a, const char *b) {
    a = bare_model(a);
    b = bare_model(b);
    while (*a && *a == *b) a++, b++;
    const char *rest = *a ? a : b;
    if (!*rest) return true;
    if (*a && *b) return false;
    return (*rest == '-' || *rest == '@' || *rest == ':') &&
           (!strcmp(rest + 1, "latest") || !rest[strspn(rest, "-@:.v0123456789")]);
}

static bool same_models(const struct call_key *a, const struct call_key *b) {
    bool known[2] = {a->model[0][0] || a->model[1][0], b->model[0][0] || b->model[1][0]};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            if (a->model[i][0] && b->model[k][0] && same_model(a->model[i], b->model[k])) return true;
    return !known[0] || !known[1];
}

static bool lies_in(const struct call_key *inner, const struct call_key *outer) {
    return inner->start + TOLERANCE >= outer->start && inner->end <= outer->end + TOLERANCE;
}

/* As far as both have them, and something must be there to compare. */
static bool same_answers(const struct call_key *a, const struct call_key *b) {
    if ((a->answer && b->answer && a->answer != b->answer) || (a->calls && b->calls && a->calls != b->calls))
        return false;
    return (a->answer && b->answer) || (a->calls && b->calls) || (a->failed && b->failed) ||
           digest_same_tokens(&a->digest, &b->digest);
}

static bool can_be_same(const struct call_key *a, const struct call_key *b) {
    const uint64_t id = a->digest.response_id, other = b->digest.response_id;
    return a->scope && b->scope && a->scope != b->scope && a->trace != b->trace &&
           !(id && other && id != other);
}

/* A failed request whose own span holds no words (a client's, inside an instrumentation that has them). */
static bool same_failure(const struct call_key *a, const struct call_key *b) {
    bool silent = !digest_has_content(&a->digest) || !digest_has_content(&b->digest);
    return a->failed && b->failed && silent;
}

static bool proven(const struct call_key *a, const struct call_key *b) {
    if (!can_be_same(a, b) || !open_together(a->start, a->end, b->start, b->end)) return false;
    if (a->digest.response_id && b->digest.response_id) return true;
    if (!same_models(a, b) || !(lies_in(a, b) || lies_in(b, a))) return false;
    return same_failure(a, b) || (a->question && a->question == b->question && same_answers(a, b));
}

/* ---- groups ---- */

struct entry { /* of a run */
    uint64_t run, start;
    size_t key;
};
struct pair {
    uint64_t distance;
    size_t a, b;
};
struct grouping {
    struct call_key *keys;
    size_t *next;  /* the members of a group in a ring */
    size_t *group; /* the first member of its group */
    struct pair *pairs;
    size_t pair_count, pair_cap;
};

static int by_run(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->run != y->run) return x->run < y->run ? -1 : 1;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static int by_distance(const void *a, const void *b) {
    const struct pair *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

static bool add_pair(struct grouping *g, size_t a, size_t b) {
    if (g->pair_count == g->pair_cap) {
        size_t cap = g->pair_cap ? g->pair_cap * 2 : 64;
        struct pair *grown = realloc(g->pairs, cap * sizeof *grown);
        if (!grown) return false;
        g->pairs = grown;
        g->pair_cap = cap;
    }
    const struct call_key *x = &g->keys[a], *y = &g->keys[b];
    uint64_t distance = (x->start > y->start ? x->start - y->start : y->start - x->start) +
                        (x->end > y->end ? x->end - y->end : y->end - x->end);
    g->pairs[g->pair_count++] = (struct pair){.distance = distance, .a = a < b ? a : b, .b = a < b ? b : a};
    return true;
}

/* Groups are as small as the number of instrumentations: no two members have the same one. */
static void join(struct grouping *g, size_t a, size_t b) {
    size_t i = a, k = b;
    if (g->group[a] == g->group[b]) return;
    do {
        do {
            if (!can_be_same(&g->keys[i], &g->keys[k])) return;
            k = g->next[k];
        } while (k != b);
        i = g->next[i];
    } while (i != a);
    do {
        g->group[k] = g->group[a];
        k = g->next[k];
    } while (k != b);
    size_t after = g->next[a];
    g->next[a] = g->next[b];
    g->next[b] = after;
}

/* The pairs of one run, nearest first: of calls that were asked the same at a time each keeps its own. */
static bool group_run(struct grouping *g, const struct entry *run, size_t n) {
    g->pair_count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct call_key *first = &g->keys[run[i].key];
        size_t compared = 0;
        for (size_t k = i + 1; k < n && k <= i + FAR && compared < NEAR && run[k].start <= first->end; k++) {
            const struct call_key *second = &g->keys[run[k].key];
            if (!can_be_same(first, second)) continue;
            compared++;
            if (proven(first, second) && !add_pair(g, run[i].key, run[k].key)) return false;
        }
    }
    if (g->pair_count > 1) qsort(g->pairs, g->pair_count, sizeof *g->pairs, by_distance);
    for (size_t i = 0; i < g->pair_count; i++) join(g, g->pairs[i].a, g->pairs[i].b);
    return true;
}

static bool group_runs(struct grouping *g, struct entry *entries, size_t n) {
    bool fine = true;
    for (size_t from = 0, to; from < n && fine; from = to) {
        for (to = from + 1; to < n && entries[to].run == entries[from].run; to++) {
        }
        if (to - from > 1) fine = group_run(g, &entries[from], to - from);
    }
    return fine;
}

enum likeness { BY_ID, BY_QUESTION, BY_FAILURE };

/* What has no id, no question or did not fail is in no run. */
static size_t list_entries(const struct grouping *g, size_t n, enum likeness by, struct entry *entries) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct call_key *key = &g->keys[i];
        uint64_t run = by == BY_ID ? key->digest.response_id : by == BY_QUESTION ? key->question : key->failed;
        if (!run || !key->start || key->end < key->start) continue;
        entries[count++] = (struct entry){.run = run, .start = key->start, .key = i};
    }
    if (count > 1) qsort(entries, count, sizeof *entries, by_run);
    return count;
}

/* An id that one instrumentation gives to several calls is a constant, or an answer that was kept and given again:
 * it names no call. */
static void forget_constants(struct grouping *g, struct entry *entries, size_t n) {
    for (size_t i = 0; i < n; i++) entries[i].start = g->keys[entries[i].key].scope;
    if (n > 1) qsort(entries, n, sizeof *entries, by_run);
    for (size_t from = 0, to; from < n; from = to) {
        bool constant = false;
        for (to = from + 1; to < n && entries[to].run == entries[from].run; to++)
            constant = constant || entries[to].start == entries[to - 1].start;
        for (size_t i = from; constant && i < to; i++) g->keys[entries[i].key].digest.response_id = 0;
    }
}

/* Of as much the inner one is nearer to the wire. */
static bool tells_more(const struct call_key *a, const struct call_key *b) {
    if (a->weight != b->weight) return a->weight > b->weight;
    return a->start != b->start ? a->start > b->start : a->end < b->end;
}

bool call_twins(const struct call_key *keys, size_t n, size_t *same) {
    struct grouping g = {.keys = malloc((n + 1) * sizeof *g.keys),
                         .next = malloc((n + 1) * sizeof *g.next),
                         .group = malloc((n + 1) * sizeof *g.group)};
    struct entry *entries = malloc((n + 1) * sizeof *entries);
    bool fine = g.keys && g.next && g.group && entries;
    if (fine) {
        if (n) memcpy(g.keys, keys, n * sizeof *keys);
        for (size_t i = 0; i < n; i++) g.next[i] = g.group[i] = i;
        size_t count = list_entries(&g, n, BY_ID, entries);
        forget_constants(&g, entries, count);
    }
    for (enum likeness by = BY_ID; fine && by <= BY_FAILURE; by++) {
        size_t count = list_entries(&g, n, by, entries);
        fine = group_runs(&g, entries, count);
    }
    for (size_t i = 0; fine && i < n; i++) {
        size_t best = i;
        for (size_t k = g.next[i]; k != i; k = g.next[k])
            if (tells_more(&keys[k], &keys[best]) || (!tells_more(&keys[best], &keys[k]) && k < best)) best = k;
        same[i] = best;
    }
    free(g.keys);
    free(g.next);
    free(g.group);
    free(g.pairs);
    free(entries);
    return fine;
}
