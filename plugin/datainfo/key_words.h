/* key_words.h: what an attribute's key says when nobody documents it: its words.
 *
 * "app.llm/promptMessages_json" has the words app, llm, prompt, messages, json: keys are split at everything that is
 * no letter and before capitals, digits are dropped. Names differ between SDKs, the words hardly do. */
#ifndef SPANSET_DATAINFO_KEY_WORDS_H
#define SPANSET_DATAINFO_KEY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define KEY_WORDS_MAX 12  /* the last ones of longer keys */
#define KEY_TEXT_MAX  160 /* bytes of their letters, likewise */

struct key_words {
    char text[KEY_TEXT_MAX]; /* lower case, words with a NUL between them */
    const char *items[KEY_WORDS_MAX];
    size_t count;
};

void key_words_read(struct key_words *out, const char *key, size_t len);
/* Whether the key ends with these words, e.g. "tool.choice". */
bool key_words_end(const struct key_words *k, const char *words);
bool key_words_have(const struct key_words *k, const char *word);

/* Every key of every span is held against hundreds of words, few of which begin with the same letter. */
static inline bool same_word(const char *a, const char *b) {
    return a[0] == b[0] && strcmp(a, b) == 0;
}
/* Whether these bytes are the word. */
static inline bool word_is(const char *s, size_t len, const char *word) {
    return strlen(word) == len && memcmp(s, word, len) == 0;
}
/* Whether the word is one of a list that ends with NULL. */
bool word_among(const char *word, const char *const *list);

enum key_subject {
    KEY_OTHER,
    KEY_CONVERSATION, /* messages of no stated direction */
    KEY_INPUT,        /* what was asked */
    KEY_OUTPUT,       /* what was answered */
    KEY_SYSTEM,       /* instructions */
    KEY_TOOLS,        /* definitions */
    KEY_TOOL_CHOICE,
    KEY_FOREIGN, /* names something that is not the conversation: a tool's arguments, a document, a count */
};
enum key_subject key_words_subject(const struct key_words *k);

#endif
