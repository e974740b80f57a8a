/* flat.c: keys are split at their first index and sorted, by index or by path; a group of equal indexes is one element.
 * A tree is written from entries in the order of their paths, each level being a run of equal segments, and parsed
 * again: whoever reads it needs not know that it was flat. Depth is bounded by TREE_DEPTH_MAX. */
#include "datainfo/conventions/flat.h"

#include "datainfo/key_words.h"

#include <stdlib.h>
#include <string.h>

/* Splits a key behind the prefix into index and rest. false: it is none of these. */
static bool split(const char *key, size_t len, const char *prefix, size_t prefix_len, struct flat_entry *out) {
    if (len <= prefix_len || memcmp(key, prefix, prefix_len) != 0) return false;
    size_t i = prefix_len, index = 0;
    while (i < len && key[i] >= '0' && key[i] <= '9') {
        index = index * 10 + (size_t)(key[i] - '0');
        if (index > FLAT_INDEX_MAX) return false;
        i++;
    }
    if (i == prefix_len || (i < len && key[i] != '.')) return false;
    out->index = index;
    out->rest = key + (i < len ? i + 1 : i);
    out->rest_len = len - (size_t)(out->rest - key);
    return true;
}

static int by_index(const void *x, const void *y) {
    const struct flat_entry *a = x, *b = y;
    if (a->index != b->index) return a->index < b->index ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

struct flat_list flat_collect(struct reading *r, const char *prefix) {
    struct flat_list list = {0};
    struct attrs *attrs = &r->span.attrs;
    size_t prefix_len = strlen(prefix), count = 0;
    struct flat_entry e;
    for (size_t i = 0; i < attrs->count; i++)
        count += split(attrs->items[i].key, attrs->items[i].key_len, prefix, prefix_len, &e);
    if (!count || !(list.items = arena_alloc(&r->arena, count, sizeof *list.items))) return list;
    for (size_t i = 0; i < attrs->count; i++) {
        if (!split(attrs->items[i].key, attrs->items[i].key_len, prefix, prefix_len, &e)) continue;
        e.order = list.count;
        e.attr = &attrs->items[i];
        list.items[list.count++] = e;
    }
    qsort(list.items, list.count, sizeof *list.items, by_index);
    return list;
}

struct flat_list flat_within(struct reading *r, const struct flat_list *from, const char *prefix) {
    struct flat_list list = {0};
    size_t prefix_len = strlen(prefix), count = 0;
    struct flat_entry e;
    for (size_t i = 0; i < from->count; i++)
        count += split(from->items[i].rest, from->items[i].rest_len, prefix, prefix_len, &e);
    if (!count || !(list.items = arena_alloc(&r->arena, count, sizeof *list.items))) return list;
    for (size_t i = 0; i < from->count; i++) {
        if (!split(from->items[i].rest, from->items[i].rest_len, prefix, prefix_len, &e)) continue;
        e.order = list.count;
        e.attr = from->items[i].attr;
        list.items[list.count++] = e;
    }
    qsort(list.items, list.count, sizeof *list.items, by_index);
    return list;
}

bool flat_next(const struct flat_list *list, size_t *at, struct flat_list *group) {
    if (*at >= list->count) return false;
    size_t from = *at, to = from;
    while (to < list->count && list->items[to].index == list->items[from].index) to++;
    *group = (struct flat_list){.items = list->items + from, .count = to - from};
    *at = to;
    return true;
}

size_t flat_elements(const struct flat_list *list) {
    struct flat_list group;
    size_t n = 0;
    for (size_t at = 0; flat_next(list, &at, &group);) n++;
    return n;
}

struct json_text flat_get(struct reading *r, const struct flat_list *group, const char *rest) {
    size_t len = strlen(rest);
    for (size_t i = 0; i < group->count; i++) {
        const struct flat_entry *e = &group->items[i];
        if (e->rest_len == len && memcmp(e->rest, rest, len) == 0) return attr_plain(&r->arena, e->attr);
    }
    return JSON_NONE;
}

/* ---- families ---- */

#define TREE_DEPTH_MAX 32

static bool is_separator(char c) {
    return c == '.' || c == '[' || c == ']';
}

/* Takes the next segment of a path: "a[0].b" has a, 0 and b. false at the end. */
static bool next_segment(const char **at, size_t *left, const char **segment, size_t *len) {
    while (*left && is_separator(**at)) (*at)++, (*left)--;
    *segment = *at;
    while (*left && !is_separator(**at)) (*at)++, (*left)--;
    *len = (size_t)(*at - *segment);
    return *len > 0;
}

/* A segment that is an index; false for words and for numbers that are none. */
static bool index_of(const char *segment, size_t len, size_t *index) {
    *index = 0;
    if (!len || len > 6) return false;
    for (size_t i = 0; i < len; i++) {
        if (segment[i] < '0' || segment[i] > '9') return false;
        *index = *index * 10 + (size_t)(segment[i] - '0');
    }
    return *index <= FLAT_INDEX_MAX;
}

/* Splits a key at its first index. false: it has none, or nothing in front of it. */
static bool split_first(const struct attr *a, size_t *prefix_len, struct flat_entry *out) {
    const char *key = a->key;
    for (size_t i = 1; i + 1 < a->key_len; i++) {
        if ((key[i] != '.' && key[i] != '[') || key[i + 1] < '0' || key[i + 1] > '9') continue;
        size_t to = i + 1;
        while (to < a->key_len && !is_separator(key[to])) to++;
        if (!index_of(key + i + 1, to - i - 1, &out->index)) continue;
        *prefix_len = i;
        while (to < a->key_len && is_separator(key[to])) to++;
        out->rest = key + to;
        out->rest_len = a->key_len - to;
        return true;
    }
    return false;
}

/* Paths in the order of a tree: numbers by value and in front of words, a value in front of what lies below it. */
static int compare_paths(const struct flat_entry *a, const struct flat_entry *b) {
    const char *at = a->rest, *bt = b->rest, *x, *y;
    size_t an = a->rest_len, bn = b->rest_len, xn, yn, i, k;
    for (;;) {
        bool more = next_segment(&at, &an, &x, &xn);
        if (!next_segment(&bt, &bn, &y, &yn)) return more;
        if (!more) return -1;
        bool number = index_of(x, xn, &i), other = index_of(y, yn, &k);
        if (number != other) return number ? -1 : 1;
        if (number && i != k) return i < k ? -1 : 1;
        if (number) continue;
        int c = memcmp(x, y, xn < yn ? xn : yn);
        if (c) return c;
        if (xn != yn) return xn < yn ? -1 : 1;
    }
}

/* Likewise within one element. */
static int by_rest(const void *x, const void *y) {
    const struct flat_entry *a = x, *b = y;
    int c = compare_paths(a, b);
    return c ? c : (a->order > b->order) - (a->order < b->order);
}

static int by_path(const void *x, const void *y) {
    const struct flat_entry *a = x, *b = y;
    if (a->index != b->index) return a->index < b->index ? -1 : 1;
    return by_rest(x, y);
}

static bool has_prefix(const struct flat_family *f, const char *key, size_t prefix_len) {
    return f->prefix_len == prefix_len && memcmp(f->prefix, key, prefix_len) == 0;
}

size_t flat_families(struct reading *r, int (*choose)(const char *prefix, size_t len),
                     struct flat_family out[FLAT_FAMILIES_MAX]) {
    struct attrs *attrs = &r->span.attrs;
    struct flat_family refused = {.prefix = ""};
    struct flat_entry e;
    size_t count = 0, prefix_len, last = 0;
    /* Which family each attribute is of: 0 for none. Keys of one family come in runs, so the last one is tried
     * first. */
    unsigned char *family = NULL;
    for (size_t i = 0; i < attrs->count; i++) {
        struct attr *a = &attrs->items[i];
        if (!split_first(a, &prefix_len, &e) || has_prefix(&refused, a->key, prefix_len)) continue;
        if (!count || !has_prefix(&out[last], a->key, prefix_len)) {
            size_t k = 0;
            while (k < count && !has_prefix(&out[k], a->key, prefix_len)) k++;
            int what = k < count ? out[k].what : choose(a->key, prefix_len);
            if (!what || k == FLAT_FAMILIES_MAX) {
                refused = (struct flat_family){.prefix = a->key, .prefix_len = prefix_len};
                continue;
            }
            if (k == count)
                out[count++] = (struct flat_family){.prefix = a->key, .prefix_len = prefix_len, .what = what};
            last = k;
        }
        if (!family && !(family = arena_alloc(&r->arena, attrs->count, 1))) return 0;
        family[i] = (unsigned char)(last + 1);
        out[last].entries.count++;
    }
    for (size_t k = 0; k < count; k++) {
        struct flat_list *list = &out[k].entries;
        list->items = arena_alloc(&r->arena, list->count, sizeof *list->items);
        list->count = 0;
        if (!list->items) return 0;
    }
    for (size_t i = 0; family && i < attrs->count; i++) {
        if (!family[i] || !split_first(&attrs->items[i], &prefix_len, &e)) continue;
        struct flat_list *list = &out[family[i] - 1].entries;
        e.attr = &attrs->items[i];
        e.order = list->count;
        list->items[list->count++] = e;
    }
    for (size_t k = 0; k < count; k++)
        qsort(out[k].entries.items, out[k].entries.count, sizeof *out[k].entries.items, by_path);
    return count;
}

/* "message.role" as "role": what the element is has been said by the list it is in. */
static void strip_wrapper(struct flat_entry *e) {
    static const char *const wrappers[] = {"message", "message_content", "tool_call",
                                           "tool",    "prompt",          "completion"};
    const char *at = e->rest, *segment;
    size_t left = e->rest_len, len;
    if (!next_segment(&at, &left, &segment, &len) || !left) return;
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        if (!word_is(segment, len, wrappers[i])) continue;
        e->rest = at;
        e->rest_len = left;
        return;
    }
}

/* Whether both go on with the same segment. Numbers are the same by value, as they are sorted. */
static bool same_segment(const struct flat_entry *a, const struct flat_entry *b) {
    const char *at = a->rest, *bt = b->rest, *x, *y;
    size_t an = a->rest_len, bn = b->rest_len, xn, yn, i, k;
    if (!next_segment(&at, &an, &x, &xn) || !next_segment(&bt, &bn, &y, &yn)) return false;
    if (index_of(x, xn, &i) && index_of(y, yn, &k)) return i == k;
    return xn == yn && memcmp(x, y, xn) == 0;
}

static bool says_nothing(const struct json_text *v) {
    return v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_NULL ||
           (v->type == JSON_TEXT_STRING && v->len <= 2);
}

/* Writes the entries, which are sorted by path and have one path so far. */
static void tree_write(struct reading *r, struct flat_entry *e, size_t n, int depth, struct buf *out) {
    const char *at, *segment;
    size_t left, len, index, leaves = 0;
    while (leaves < n && !e[leaves].rest_len) leaves++;
    struct json_text own = leaves ? attr_plain(&r->arena, e[0].attr) : JSON_NONE;
    /* Of a value and what is below it, the value if it says anything; but an element is more than a value. */
    if (leaves == n || (depth && !says_nothing(&own))) {
        json_text_copy_valid(&own, out);
        return;
    }
    e += leaves;
    n -= leaves;
    if (depth >= TREE_DEPTH_MAX) {
        buf_str(out, "null");
        return;
    }
    at = e[n - 1].rest, left = e[n - 1].rest_len;
    bool list = next_segment(&at, &left, &segment, &len) && index_of(segment, len, &index);
    buf_char(out, list ? '[' : '{');
    for (size_t i = 0, to; i < n; i = to) {
        for (to = i + 1; to < n && same_segment(&e[i], &e[to]);) to++;
        buf_json_comma(out);
        for (size_t k = i; k < to; k++) {
            next_segment(&e[k].rest, &e[k].rest_len, &segment, &len);
            while (e[k].rest_len && is_separator(*e[k].rest)) e[k].rest++, e[k].rest_len--;
            if (list) strip_wrapper(&e[k]);
        }
        if (!list) {
            buf_json_string(out, segment, len);
            buf_char(out, ':');
        } else {
            qsort(e + i, to - i, sizeof *e, by_rest);
        }
        tree_write(r, e + i, to - i, depth + 1, out);
    }
    buf_char(out, list ? ']' : '}');
}

struct json_text flat_tree(struct reading *r, const struct flat_list *group) {
    if (!group->count) return JSON_NONE;
    if (group->count == 1 && !group->items[0].rest_len) return attr_plain(&r->arena, group->items[0].attr);
    struct flat_entry *e = malloc(group->count * sizeof *e); /* of each of many elements: not for long */
    if (!e) {
        r->arena.failed = true;
        return JSON_NONE;
    }
    memcpy(e, group->items, group->count * sizeof *e);
    for (size_t i = 0; i < group->count; i++) strip_wrapper(&e[i]);
    qsort(e, group->count, sizeof *e, by_rest);
    struct buf b = BUF_INIT;
    tree_write(r, e, group->count, 0, &b);
    free(e);
    return arena_parse(&r->arena, &b);
}
