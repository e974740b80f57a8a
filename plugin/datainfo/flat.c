#include "datainfo/flat.h"

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

struct json_text flat_get(struct reading *r, const struct flat_list *group, const char *rest) {
    size_t len = strlen(rest);
    for (size_t i = 0; i < group->count; i++) {
        const struct flat_entry *e = &group->items[i];
        if (e->rest_len == len && memcmp(e->rest, rest, len) == 0) return attr_plain(&r->arena, e->attr);
    }
    return JSON_NONE;
}
