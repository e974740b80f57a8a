/* same_call.c: calls as hashes, and the rules by which two spans of one trace tell of one call. Those for spans of
 * different traces build on them (call_twins.c). */
#include "datainfo/same_call.h"

#include "datainfo/merge.h"
#include "datainfo/preview.h"
#include "datainfo/write.h"

#include <stdio.h>
#include <string.h>

/* ---- hashes ---- */

uint64_t call_hash_bytes(uint64_t h, const char *s, size_t len) {
    for (size_t i = 0; i < len; i++) h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return h;
}

uint64_t call_hash_value(uint64_t h, const struct json_text *v) {
    struct buf b = BUF_INIT;
    if (v->type == JSON_TEXT_STRING)
        json_text_decode(v, &b);
    else
        json_text_compact(v, &b);
    h = call_hash_bytes(h, b.data ? b.data : "", b.len);
    buf_free(&b);
    return call_hash_bytes(h, "", 1);
}

static uint64_t hash_message(uint64_t h, const struct message *m) {
    h = call_hash_value(h, &m->content);
    for (size_t i = 0; i < m->call_count; i++) {
        h = call_hash_value(h, &m->calls[i].name);
        h = call_hash_value(h, &m->calls[i].arguments);
    }
    return h;
}

/* The text of a content: a string and its one part are the same. 0 = none. */
static uint64_t hash_text(const struct json_text *content) {
    struct buf b = BUF_INIT;
    struct json_text_iter it;
    struct json_text part, text;
    if (content->type == JSON_TEXT_STRING) json_text_decode(content, &b);
    json_text_iter(&it, content);
    while (content->type == JSON_TEXT_ARRAY && json_text_next(&it, NULL, &part))
        if (json_text_get(&part, "text", &text) && text.type == JSON_TEXT_STRING) json_text_decode(&text, &b);
    uint64_t h = b.len ? call_hash_bytes(CALL_HASH_SEED, b.data, b.len) : 0;
    buf_free(&b);
    return h;
}

/* Arguments are JSON in a string: white space and the spelling of escapes are their writer's. */
static uint64_t hash_arguments(uint64_t h, const struct json_text *arguments) {
    struct buf b = BUF_INIT;
    struct json_text v;
    json_text_decode(arguments, &b);
    if (!b.len || json_text_parse(&v, b.data, b.len, JSON_TEXT_LENIENT, NULL) != STATUS_OK) {
        buf_free(&b);
        return call_hash_value(h, arguments);
    }
    for (const char *at = v.text, *end = at + v.len; at < end;) {
        size_t len = 1;
        if (*at == '"') {
            while (at[len] != '"') len += at[len] == '\\' ? 2 : 1;
            len++;
            struct json_text s = {.text = at, .len = JSON_TEXT_LEN(len), .type = JSON_TEXT_STRING};
            h = call_hash_value(h, &s);
        } else if (!strchr(" \t\r\n", *at)) {
            h = call_hash_bytes(h, at, 1);
        }
        at += len;
    }
    buf_free(&b);
    return call_hash_bytes(h, "", 1);
}

/* ---- spans of one trace ---- */

struct digest call_digest(const struct offer *call) {
    struct digest d = {.has_input = messages_have_content(&call->input),
                       .has_output = messages_have_content(&call->output),
                       .input_tokens = call->usage.input,
                       .output_tokens = call->usage.output,
                       .asked = call->input.count};
    d.output = CALL_HASH_SEED;
    for (size_t i = 0; i < call->output.count; i++) {
        const struct message *m = &call->output.items[i];
        d.output = hash_message(d.output, m);
        if (has_text(&m->content)) d.text = call_hash_value(d.text ? d.text : CALL_HASH_SEED, &m->content);
    }
    if (call->input.count) d.input = hash_message(CALL_HASH_SEED, &call->input.items[call->input.count - 1]);
    if (has_text(&call->response_id)) d.response_id = call_hash_value(CALL_HASH_SEED, &call->response_id);
    return d;
}

bool digest_same_answer(const struct digest *a, const struct digest *b) {
    if (!a->has_output || !b->has_output) return false;
    return a->output == b->output || (a->text && a->text == b->text);
}

bool digest_same_call(const struct digest *outer, const struct digest *inner) {
    if (outer->response_id && inner->response_id) return outer->response_id == inner->response_id;
    if (!digest_has_content(outer) || !digest_has_content(inner)) return true;
    if (digest_same_answer(outer, inner)) return true;
    return outer->has_input && inner->has_input && outer->input == inner->input;
}

bool digest_same_tokens(const struct digest *a, const struct digest *b) {
    return a->input_tokens > 0 && a->input_tokens == b->input_tokens && a->output_tokens > 0 &&
           a->output_tokens == b->output_tokens;
}

bool digest_twins(const struct digest *a, const struct digest *b, bool other_scope) {
    if (!other_scope) return false; /* the same question twice at a time, or answered out of a cache */
    if (a->response_id && b->response_id) return a->response_id == b->response_id;
    if (a->text && a->text == b->text) return true;
    bool other_words = a->text && b->text && a->has_input && b->has_input && a->input != b->input;
    return digest_same_tokens(a, b) && !other_words;
}

bool open_together(uint64_t start, uint64_t end, uint64_t other_start, uint64_t other_end) {
    uint64_t from = start > other_start ? start : other_start, to = end < other_end ? end : other_end;
    uint64_t first = end - start, second = other_end - other_start, shorter = first < second ? first : second;
    return to >= from && (to - from) * 2 >= shorter;
}

/* ---- keys ---- */

/* How much is told: what a record would keep of it, counted. Of what was cut off nobody knows how much there was. */
static uint64_t weigh(const struct offer *call) {
    const bool facts[] = {call->tool_choice.type != JSON_TEXT_NONE,
                          call->parameters.type != JSON_TEXT_NONE,
                          has_text(&call->finish),
                          has_text(&call->response_id),
                          call->usage.input >= 0,
                          call->usage.output >= 0};
    uint64_t n = 1 + call->tool_count;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) n += facts[i];
    for (size_t i = 0, inputs = call->input.count; i < inputs + call->output.count; i++) {
        const struct message *m = i < inputs ? &call->input.items[i] : &call->output.items[i - inputs];
        n += m->content.type != JSON_TEXT_NONE && m->content.len > 2;
        n += message_says(m, EXTRA_REASONING);
        n += message_says(m, EXTRA_TOOL_CALL_ID);
        for (size_t k = 0; k < m->call_count; k++) {
            const struct json_text *parts[] = {&m->calls[k].id, &m->calls[k].name, &m->calls[k].arguments};
            for (size_t p = 0; p < 3; p++) n += has_text(parts[p]);
        }
    }
    bool cut = call->cut_input || call->cut_output || has_cut_messages(&call->input) ||
               has_cut_messages(&call->output);
    return cut ? (n + 1) / 2 : n;
}

static void keep_text(char *out, size_t size, const struct json_text *s) {
    struct buf b = BUF_INIT;
    if (s->type == JSON_TEXT_STRING) preview_value(s, size - 1, &b);
    snprintf(out, size, "%s", b.len ? b.data : "");
    buf_free(&b);
}

struct call_key call_key_of(const struct reading *r, const struct offer *call) {
    struct call_key key = {.digest = call_digest(call),
                           .start = r->span.start,
                           .end = r->span.end,
                           .weight = call_is_empty(call) ? 0 : weigh(call),
                           .failed = has_text(&call->error_type) || has_text(&call->error_message)};
    const struct json_text *scope = &r->span.scope;
    if (has_text(scope)) key.scope = call_hash_bytes(CALL_HASH_SEED, scope->text, scope->len);
    if (call->input.count) key.question = hash_text(&call->input.items[call->input.count - 1].content);
    if (call->output.count) {
        const struct message *m = &call->output.items[0];
        key.answer = hash_text(&m->content);
        for (size_t i = 0; i < m->call_count; i++) {
            key.calls = call_hash_value(key.calls ? key.calls : CALL_HASH_SEED, &m->calls[i].name);
            key.calls = hash_arguments(key.calls, &m->calls[i].arguments);
        }
    }
    keep_text(key.model[0], sizeof key.model[0], &call->request_model);
    keep_text(key.model[1], sizeof key.model[1], &call->response_model);
    keep_text(key.name, sizeof key.name, &r->span.name);
    return key;
}
