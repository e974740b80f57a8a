/* scalar_keys.h: which attribute says what about a call as a whole: models, tokens, cost, ids, finish words.
 *
 * Keys that are documented somewhere stand in a table with how much they tell beside others of their meaning. Every
 * other key is judged by the words it ends in ("acme.llm/promptTokens"), so that an SDK nobody here has seen still
 * shows its numbers; such a key only fills what no documented one has said. */
#ifndef SPANSET_DATAINFO_SCALAR_KEYS_H
#define SPANSET_DATAINFO_SCALAR_KEYS_H

#include "datainfo/key_words.h"

#include <stdbool.h>
#include <stddef.h>

enum scalar {
    SCALAR_NONE,
    SCALAR_REQUEST_MODEL,
    SCALAR_RESPONSE_MODEL,
    SCALAR_PROVIDER,
    SCALAR_RESPONSE_ID,
    SCALAR_FINISH,
    SCALAR_THREAD,
    SCALAR_USER,
    SCALAR_TAGS,
    SCALAR_ERROR_MESSAGE,
    SCALAR_ERROR_TYPE,
    SCALAR_FAILURE, /* says that the span failed: "ERROR", true */
    SCALAR_INPUT_TOKENS,
    SCALAR_OUTPUT_TOKENS,
    SCALAR_TOTAL_TOKENS,
    SCALAR_CACHED_TOKENS,
    SCALAR_CACHE_WRITE_TOKENS,
    SCALAR_REASONING_TOKENS,
    SCALAR_COST,
    SCALAR_INPUT_COST,
    SCALAR_OUTPUT_COST,
    SCALAR_USAGE,    /* JSON that holds token counts */
    SCALAR_METADATA, /* JSON of the application's own, with a session or user in it */
    SCALAR_IGNORED,  /* looks like one of these and is none */
    SCALAR_COUNT,
};

#define SCALAR_GUESS 100 /* order of what the words of a key say; documented keys are below */

struct scalar_key {
    const char *key; /* NULL for one that is not in the table */
    unsigned char len;
    unsigned char what, order; /* of several keys with one meaning the lowest order tells most */
};

/* What an attribute says. SCALAR_NONE for most. */
struct scalar_key scalar_key_read(const char *key, size_t len);

/* What a number is by the words of its key; `in_usage`: it lies in an object that holds token counts, so "input" is
 * enough. SCALAR_NONE or one of the _TOKENS. */
enum scalar scalar_token_kind(const struct key_words *words, bool in_usage);
/* Likewise one of the _COSTs. */
enum scalar scalar_cost_kind(const struct key_words *words);

/* The table, for its test: sorted by length, then by bytes. */
const struct scalar_key *scalar_keys(size_t *count);

#endif
