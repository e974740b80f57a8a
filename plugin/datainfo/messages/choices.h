/* choices.h: answers in the order of their numbers, {"index": 1}, not of their coming. */
#ifndef SPANSET_DATAINFO_CHOICES_H
#define SPANSET_DATAINFO_CHOICES_H

#include "datainfo/model.h"

#define CHOICES_MAX 64 /* more stay as they came */

struct choices {
    size_t count;               /* above CHOICES_MAX: no order can be told */
    uint8_t index[CHOICES_MAX]; /* of the answers as they came */
};

/* Notes a choice that was read into the list, which had `before` messages then. */
void choices_note(struct choices *c, const struct json_text *choice, size_t before,
                  const struct messages *list);
/* Puts the messages from `first` on in order, if each is one choice and their numbers are 0, 1, 2 ... */
void choices_sort(const struct choices *c, struct messages *list, size_t first);

#endif
