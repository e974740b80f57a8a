/* flat.h: values spread over indexed keys, "llm.input_messages.12.message.role".
 *
 * Keys arrive in any order, ".10" before ".2", with gaps after an attribute limit cut some. Entries are
 * collected in one pass and sorted by their numbers; memory follows the number of keys, never the size of an
 * index. */
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
/* The value whose rest is exactly this, plain; NONE when there is none. */
struct json_text flat_get(struct reading *r, const struct flat_list *group, const char *rest);

#endif
