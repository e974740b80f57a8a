#include "datainfo/words.h"

#include <string.h>

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
static bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Whether a word begins at key[i]. "userID" is user, id; "HTTPCode" http, code; "gpt4" one word. */
static bool begins(const char *key, size_t len, size_t i) {
    if (!is_upper(key[i])) return false;
    if (is_lower(key[i - 1]) || is_digit(key[i - 1])) return true;
    return is_upper(key[i - 1]) && i + 1 < len && is_lower(key[i + 1]);
}

void key_words_read(struct key_words *out, const char *key, size_t len) {
    if (len > sizeof out->text) {
        key += len - sizeof out->text;
        len = sizeof out->text;
    }
    out->count = 0;
    out->indexed = false;
    size_t from = 0;
    for (size_t i = 0; i <= len; i++) {
        bool letter = i < len && (is_upper(key[i]) || is_lower(key[i]) || is_digit(key[i]));
        if (letter && (i == from || !begins(key, len, i))) {
            out->text[i] = is_upper(key[i]) ? (char)(key[i] + ('a' - 'A')) : key[i];
            continue;
        }
        if (i > from) {
            if (out->count == KEY_WORDS_MAX) {
                memmove(out->items, out->items + 1, (KEY_WORDS_MAX - 1) * sizeof *out->items);
                out->count--;
            }
            out->items[out->count++] = (struct word_slice){out->text + from, i - from};
            bool number = true;
            for (size_t k = from; k < i; k++) number = number && is_digit(key[k]);
            out->indexed = out->indexed || number;
        }
        from = letter ? i : i + 1;
        if (letter) out->text[i] = is_upper(key[i]) ? (char)(key[i] + ('a' - 'A')) : key[i];
    }
}

bool word_is(const struct word_slice *w, const char *word) {
    return strncmp(w->text, word, w->len) == 0 && word[w->len] == '\0';
}
