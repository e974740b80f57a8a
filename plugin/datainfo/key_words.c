/* key_words.c: words are looked up from the end of a key, where its meaning is; what makes it foreign ("tool",
 * "embedding", "tokens") is asked for before what makes it a conversation. */
#include "datainfo/key_words.h"

#include <string.h>

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || is_upper(c);
}

void key_words_read(struct key_words *out, const char *key, size_t len) {
    *out = (struct key_words){.count = 0};
    size_t room = sizeof out->text - KEY_WORDS_MAX - 1, n = 0;
    if (len > room) {
        key += len - room;
        len = room;
    }
    for (size_t i = 0; i < len;) {
        if (!is_letter(key[i])) {
            i++;
            continue;
        }
        if (out->count == KEY_WORDS_MAX) {
            memmove(out->items, out->items + 1, (KEY_WORDS_MAX - 1) * sizeof *out->items);
            out->count--;
        }
        if (n + 2 >= sizeof out->text) return;
        out->items[out->count++] = out->text + n;
        size_t from = i;
        for (; i < len && is_letter(key[i]) && n + 2 < sizeof out->text; i++) {
            bool lower_before = i > from && !is_upper(key[i - 1]);
            if (is_upper(key[i]) && lower_before) break; /* promptMessages */
            out->text[n++] = is_upper(key[i]) ? (char)(key[i] + 32) : key[i];
        }
        out->text[n++] = '\0';
    }
}

bool key_words_end(const struct key_words *k, const char *words) {
    size_t at = k->count;
    const char *end = words + strlen(words);
    while (end > words) {
        const char *from = end;
        while (from > words && from[-1] != '.') from--;
        size_t n = (size_t)(end - from);
        if (!at-- || !word_is(from, n, k->items[at])) return false;
        end = from > words ? from - 1 : words;
    }
    return true;
}

bool key_words_have(const struct key_words *k, const char *word) {
    for (size_t i = 0; i < k->count; i++)
        if (same_word(k->items[i], word)) return true;
    return false;
}

bool word_among(const char *word, const char *const *list) {
    while (*list && !same_word(word, *list)) list++;
    return *list != NULL;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum key_subject key_words_subject(const struct key_words *k) {
    if (!k->count) return KEY_OTHER;
    size_t last = k->count - 1;
    if (last &&
        word_among(k->items[last], WORDS("json", "raw", "str", "string", "text", "value", "body", "data",
                                         "list", "content", "contents", "serialized", "payload", "full")))
        if (key_words_have(k, "tools") || key_words_have(k, "functions") || key_words_have(k, "prompt")) last--;
    const char *word = k->items[last];
    if (key_words_end(k, "tool.choice")) return KEY_TOOL_CHOICE;
    if (same_word(word, "tools") || same_word(word, "functions") || key_words_end(k, "tool.definitions") ||
        key_words_end(k, "tool.schemas") || key_words_end(k, "function.definitions"))
        return KEY_TOOLS;
    if (key_words_have(k, "system") || word_among(word, WORDS("instructions", "instruction")))
        if (word_among(word, WORDS("prompt", "instructions", "instruction", "message", "text", "content")))
            return KEY_SYSTEM;
    for (size_t i = 0; i < k->count; i++)
        if (word_among(k->items[i],
                       WORDS("tool", "function", "tools", "embedding", "embeddings", "document", "documents",
                             "retrieval", "retriever", "retrieved", "context", "http", "url", "db", "sql",
                             "rpc", "exception", "error", "token", "tokens", "usage", "cost", "price", "count",
                             "length", "size", "schema", "template", "variables", "model", "name", "id", "ids",
                             "type", "kind", "mime", "format", "version", "time", "timestamp", "latency",
                             "duration", "status", "code", "finish", "stop", "parameters", "config", "settings",
                             "tags", "headers", "schemas", "hash", "logprobs", "score", "scores")))
            return KEY_FOREIGN;
    enum key_subject neutral = KEY_OTHER;
    for (size_t i = k->count; i-- > 0;) {
        if (word_among(k->items[i], WORDS("prompt", "prompts", "input", "inputs", "request", "requests",
                                          "question", "query", "history")))
            return KEY_INPUT;
        if (word_among(k->items[i],
                       WORDS("completion", "completions", "output", "outputs", "response", "responses",
                             "result", "results", "answer", "answers", "generation", "generations", "choices",
                             "choice", "reply", "candidates", "generated")))
            return KEY_OUTPUT;
        if (word_among(k->items[i], WORDS("messages", "message", "conversation", "chat", "contents")))
            neutral = KEY_CONVERSATION;
    }
    return neutral;
}
