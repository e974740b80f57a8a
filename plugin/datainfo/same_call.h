/* same_call.h: what proves that two spans tell of one model call.
 *
 *     digest       what spans of one trace are compared by (trace/trace.c)
 *     call_key     what calls of different traces are compared by: a digest and more, for more proof is needed
 *
 * Two instrumentations of one call that lost their context (LangChain and its client, say) make two root spans in two
 * traces. No trace shows that, so whoever reads several traces at a time keeps the keys and asks call_twins. */
#ifndef SPANSET_DATAINFO_SAME_CALL_H
#define SPANSET_DATAINFO_SAME_CALL_H

#include "base/json_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct offer;
struct reading;

/* ---- hashes ---- */

#define CALL_HASH_SEED UINT64_C(1469598103934665603)
uint64_t call_hash_bytes(uint64_t h, const char *s, size_t len);
/* Of a value's meaning: strings decoded, everything else without white space. */
uint64_t call_hash_value(uint64_t h, const struct json_text *v);

/* ---- spans of one trace ---- */

struct digest {
    bool has_input, has_output;
    uint64_t input, output, text,
        response_id;                     /* hashes; 0 = nothing there. text: the answer without its calls */
    int64_t input_tokens, output_tokens; /* -1 unknown */
    size_t asked;                        /* messages in the input */
};
struct digest call_digest(const struct offer *call);
static inline bool digest_has_content(const struct digest *d) {
    return d->has_input || d->has_output;
}
/* Whether both have answers that agree. */
bool digest_same_answer(const struct digest *a, const struct digest *b);
/* Whether an outer span and one inside it tell of one call: nothing says otherwise. */
bool digest_same_call(const struct digest *outer, const struct digest *inner);
/* Whether both know how many tokens went in and came out, and agree. */
bool digest_same_tokens(const struct digest *a, const struct digest *b);
/* Whether two spans that do not lie in one another tell of one call: they must say so. */
bool digest_twins(const struct digest *a, const struct digest *b, bool other_scope);
/* Whether two were open together for most of the shorter one's time. */
bool open_together(uint64_t start, uint64_t end, uint64_t other_start, uint64_t other_end);

/* ---- calls of different traces ---- */

#define CALL_NAME_SIZE  88 /* of the span, as a list shows it */
#define CALL_MODEL_SIZE 64

struct call_key {
    struct digest digest;
    uint64_t start, end; /* ns; 0 = unknown: then it is nobody's twin */
    uint64_t scope;      /* hash of its instrumentation's name; 0 = none: the same */
    uint64_t question;   /* hash of the text of the last message that was sent; 0 = none */
    uint64_t answer,
        calls;       /* hashes of the first answer's text, and of its calls' names and arguments; 0 = none */
    uint64_t weight; /* how much it tells of the call; 0 = nothing of its content */
    bool failed;
    uint64_t trace; /* filled by the caller: the same for spans of one trace, which are not compared */
    char model[2][CALL_MODEL_SIZE]; /* requested and answering; "" = unknown */
    char name[CALL_NAME_SIZE];
};
/* Of a call that was read, with what its relatives know. */
struct call_key call_key_of(const struct reading *r, const struct offer *call);

/* Fills same[i] with the index of the key that tells most of the call which key i tells of: i itself when no other one
 * does. Proof is the same response id or, where at least one has none, the same question and answer for compatible
 * models within one another's time, or a failure then of which one has no words; each from another instrumentation. Of
 * ids that one instrumentation gave to several calls nothing is believed. Takes n log n time. false: out of memory, same is not filled. */
bool call_twins(const struct call_key *keys, size_t n, size_t *same);

#endif
