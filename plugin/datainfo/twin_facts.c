/* twin_facts.c: facts that one of two records of a call lacks and the other has. What was said is the record's own;
 * whose conversation it was, what was set, counted and billed is the same whoever tells it. */
#include "datainfo/datainfo.h"

#include <string.h>

struct fact {
    const char *key;
    bool shared; /* taken from the twin where the record has none */
};
/* In the order of the contract. The model that was requested goes with the one that answered, a native word with its
 * finish reason; times, gaps and errors are of that span. */
static const struct fact input_facts[] = {
    {"model", true},     {"request_model", false}, {"provider", true}, {"parameters", true},
    {"thread_id", true}, {"user_id", true},        {"tags", true},     {"missing", false},
};
static const struct fact output_facts[] = {
    {"usage", true},       {"cost", true},   {"latency_ms", false}, {"native_finish_reason", false},
    {"response_id", true}, {"error", false},
};
#define FACTS_MAX (sizeof input_facts / sizeof *input_facts)

static bool is_fact(const struct fact *facts, size_t count, const struct json_text *key) {
    size_t i = 0;
    while (i < count && !json_text_equals(key, facts[i].key)) i++;
    return i < count;
}

/* The object "metadata" of one side with what the twin's has besides; returns how many members came from there. Members
 * that no table knows are the record's own and stay, behind the others. */
static size_t merge_facts(const struct json_text *own, const struct json_text *twin, const struct fact *facts,
                          size_t count, struct buf *out) {
    struct json_text mine, its;
    size_t taken = 0;
    buf_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        bool there = json_text_get(own, facts[i].key, &mine);
        if (!there && !(facts[i].shared && json_text_get(twin, facts[i].key, &its))) continue;
        buf_json_key(out, facts[i].key);
        json_text_copy(there ? &mine : &its, out);
        taken += !there;
    }
    struct json_text_iter it;
    struct json_text key;
    json_text_iter(&it, own);
    while (own->type == JSON_TEXT_OBJECT && json_text_next(&it, &key, &mine)) {
        if (is_fact(facts, count, &key)) continue;
        buf_json_comma(out);
        json_text_copy(&key, out);
        buf_char(out, ':');
        json_text_copy(&mine, out);
    }
    buf_char(out, '}');
    return taken;
}

/* A side of the record, its metadata last. */
static void write_side(const struct json_text *side, const struct buf *facts, struct buf *out) {
    struct json_text_iter it;
    struct json_text key, value;
    buf_char(out, '{');
    json_text_iter(&it, side);
    while (json_text_next(&it, &key, &value)) {
        if (json_text_equals(&key, "metadata")) continue;
        buf_json_comma(out);
        json_text_copy(&key, out);
        buf_char(out, ':');
        json_text_copy(&value, out);
    }
    if (facts->len > sizeof "{}" - 1) {
        buf_json_key(out, "metadata");
        buf_add(out, facts->data, facts->len);
    }
    buf_char(out, '}');
}

bool datainfo_add_facts(const char *data, size_t len, const char *twin, size_t twin_len, struct buf *out) {
    struct json_text root, other, sides[2], own, its;
    struct buf facts[2] = {BUF_INIT, BUF_INIT};
    if (json_text_parse(&root, data, len, JSON_TEXT_LENIENT, NULL) != STATUS_OK ||
        json_text_parse(&other, twin, twin_len, JSON_TEXT_LENIENT, NULL) != STATUS_OK)
        return false;
    json_text_get(&root, "input", &sides[0]);
    json_text_get(&root, "output", &sides[1]);
    json_text_get(&sides[0], "metadata", &own);
    json_text_at(&other, &its, "input", "metadata", NULL);
    size_t taken = merge_facts(&own, &its, input_facts, FACTS_MAX, &facts[0]);
    json_text_get(&sides[1], "metadata", &own);
    json_text_at(&other, &its, "output", "metadata", NULL);
    taken += merge_facts(&own, &its, output_facts, sizeof output_facts / sizeof *output_facts, &facts[1]);
    bool whole = !buf_failed(&facts[0]) && !buf_failed(&facts[1]);
    if (taken && whole && buf_reserve(out, len + facts[0].len + facts[1].len)) {
        buf_str(out, "{\"input\":");
        write_side(&sides[0], &facts[0], out);
        buf_str(out, ",\"output\":");
        write_side(&sides[1], &facts[1], out);
        buf_char(out, '}');
    }
    buf_free(&facts[0]);
    buf_free(&facts[1]);
    return taken && whole;
}
