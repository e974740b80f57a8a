/* limits.c: the places of the list's attributes among all tell whether some were dropped; the lengths of values that
 * end in the middle of JSON tell at which length texts were cut. */
#include "datainfo/limits.h"

#include "datainfo/salvage.h"

#define MAX_LENGTHS 4 /* values of one span are cut at one length; others only look cut */

bool limits_may_have_cut(const struct reading *r, const struct flat_list *list) {
    const struct attrs *attrs = &r->span.attrs;
    if (r->span.dropped_attributes <= 0 || !list->count) return false;
    if (list->items[0].index > 0) return true;
    const struct attr *before = NULL;
    struct flat_list group;
    for (size_t at = 0; flat_next(list, &at, &group);) {
        const struct attr *first = group.items[0].attr;
        for (size_t i = 0; i < group.count; i++) {
            if (group.items[i].attr == &attrs->items[attrs->count - 1]) return true;
            if (group.items[i].attr < first) first = group.items[i].attr;
        }
        if (before && first < before) return true; /* sorted or hashed: their order tells nothing */
        before = first;
    }
    return false;
}

/* JavaScript, Java and .NET count UTF-16 units, Python and Go characters. */
struct length {
    size_t units, characters;
    const char *of;
};

static struct length measure(const struct json_text *string) {
    struct buf b = BUF_INIT;
    struct length n = {.of = string->text};
    json_text_decode(string, &b);
    for (size_t i = 0; i < b.len; i++) {
        unsigned char c = (unsigned char)b.data[i];
        if ((c & 0xC0) == 0x80) continue;
        n.characters++;
        n.units += c >= 0xF0 ? 2 : 1;
    }
    buf_free(&b);
    return n;
}

static bool looks_cut(struct reading *r, struct attr *a) {
    if (a->form != ATTR_SCALAR) return false;
    bool json = text_begins(&a->any, "{\\\"") || text_begins(&a->any, "[{\\\"");
    return json && attr_container(&r->arena, a).type == JSON_TEXT_NONE &&
           salvage_attr(&r->arena, a).type != JSON_TEXT_NONE;
}

void limits_mark_texts(struct reading *r, struct messages *list) {
    struct length found[MAX_LENGTHS];
    size_t count = 0;
    for (size_t i = 0; i < r->span.attrs.count && count < MAX_LENGTHS; i++)
        if (looks_cut(r, &r->span.attrs.items[i])) found[count++] = measure(&r->span.attrs.items[i].any);
    for (size_t i = 0; count && i < list->count; i++) {
        struct message *m = &list->items[i];
        if (!has_text(&m->content)) continue;
        struct length n = measure(&m->content);
        for (size_t k = 0; k < count; k++)
            m->cut = m->cut || (n.of != found[k].of &&
                                (n.units == found[k].units || n.characters == found[k].characters));
    }
}
