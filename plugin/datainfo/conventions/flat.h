/* flat.h: values spread over indexed keys, "llm.input_messages.12.message.role".
 *
 * Keys arrive in any order, ".10" before ".2", with gaps after an attribute limit cut some. Entries are
 * collected in one pass and sorted by their numbers; memory follows the number of keys, never the size of an
 * index. A convention that knows its keys asks for them by prefix (flat_collect); a reader of unknown ones asks for
 * all families of keys there are (flat_families) and takes each element as the JSON it was before somebody
 * flattened it (flat_tree). */
#ifndef SPANSET_DATAINFO_FLAT_H
#define SPANSET_DATAINFO_FLAT_H

#include "datainfo/model.h"

#define FLAT_INDEX_MAX 100000 /* an index above it is no index but a mistake: the key is left out */

struct flat_entry {
    const char *rest; /* of the key, behind "<prefix><index>." ; not NUL-terminated */
    size_t rest_len;
    size_t index, order;
    struct attr *attr;
};
struct flat_list {
    struct flat_entry *items;
    size_t count;
};

/* All attributes called prefix + index [+ "." + rest], sorted by index, then as they came. */
struct flat_list flat_collect(struct reading *r, const char *prefix);
/* The same among the rests of entries. */
struct flat_list flat_within(struct reading *r, const struct flat_list *from, const char *prefix);
/* The entries of the next index, beginning at *at; moves *at behind them. false at the end. */
bool flat_next(const struct flat_list *list, size_t *at, struct flat_list *group);
/* How many indexes there are. */
size_t flat_elements(const struct flat_list *list);
/* The value whose rest is exactly this, plain; NONE when there is none. */
struct json_text flat_get(struct reading *r, const struct flat_list *group, const char *rest);

/* ---- families: lists whose prefix nobody knows beforehand ---- */

#define FLAT_FAMILIES_MAX 16 /* further prefixes are left out */

/* All keys with one prefix in front of their first index: "a.b.3.c", "a.b[3].c" and "a.b.4" are of "a.b". */
struct flat_family {
    const char *prefix; /* not NUL-terminated */
    size_t prefix_len;
    int what;                 /* as `choose` named it */
    struct flat_list entries; /* sorted by index, then by rest: made for flat_next and flat_tree */
};
/* The families that choose() wants: it gives a number for a prefix, 0 for one that is not wanted. In the order in
 * which their first keys came. Returns how many are in out. */
size_t flat_families(struct reading *r, int (*choose)(const char *prefix, size_t len),
                     struct flat_family out[FLAT_FAMILIES_MAX]);

/* One element of a family (a group of flat_next) as JSON: rests are paths, numbers in them make arrays. Segments
 * that only repeat what the element is ("message", "tool_call" behind an index) are left out. An element that is
 * one value is that value as it lies. NONE when there is nothing. */
struct json_text flat_tree(struct reading *r, const struct flat_list *group);

#endif
