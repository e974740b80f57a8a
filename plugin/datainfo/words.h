/* words.h: the words of an attribute key, however it is spelled: "gen_ai.usage.inputTokens" and
 * "llm:usage/input-tokens" both end in input, tokens. Used to read keys that nobody has documented. */
#ifndef SPANSET_DATAINFO_WORDS_H
#define SPANSET_DATAINFO_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define KEY_WORDS_MAX 12  /* the last ones of a key */
#define KEY_TAIL_MAX  112 /* bytes of a key, from its end, that are looked at */

struct word_slice {
    const char *text; /* lower case, not NUL-terminated */
    size_t len;
};
struct key_words {
    char text[KEY_TAIL_MAX];
    struct word_slice items[KEY_WORDS_MAX]; /* in the order of the key */
    size_t count;
    bool indexed; /* a segment is a number: the key is an element of a list */
};

/* Splits at everything that is no letter or digit and in front of the capitals of camelCase. */
void key_words_read(struct key_words *out, const char *key, size_t len);
bool word_is(const struct word_slice *w, const char *word);

#endif
