/* choices.c: streams say a choice once for each of its pieces; then, and where a number is missing, nothing is moved. */
#include "datainfo/messages/choices.h"
#include "datainfo/messages/fields.h"

#include <string.h>

void choices_note(struct choices *c, const struct json_text *choice, size_t before,
                  const struct messages *list) {
    struct json_text index = field(choice, "index");
    int64_t n;
    bool one = list->count == before + 1 && c->count < CHOICES_MAX && json_text_int64(&index, true, &n) &&
               n >= 0 && n < CHOICES_MAX;
    if (one)
        c->index[c->count++] = (uint8_t)n;
    else
        c->count = CHOICES_MAX + 1;
}

void choices_sort(const struct choices *c, struct messages *list, size_t first) {
    struct message sorted[CHOICES_MAX];
    bool taken[CHOICES_MAX] = {false};
    if (c->count < 2 || c->count > CHOICES_MAX || list->count != first + c->count) return;
    for (size_t i = 0; i < c->count; i++) {
        size_t place = c->index[i];
        if (place >= c->count || taken[place]) return;
        taken[place] = true;
        sorted[place] = list->items[first + i];
    }
    memcpy(list->items + first, sorted, c->count * sizeof *sorted);
}
