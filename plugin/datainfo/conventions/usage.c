/* usage.c: the words of each member's name say what it counts (scalar_keys.h); objects below are read with what their
 * own name says. */
#include "datainfo/conventions/usage.h"

#include "datainfo/conventions/scalar_keys.h"

#include <math.h>
#include <string.h>

#define DEPTH_MAX       4
#define MEMBERS_MAX     128 /* of one object; token counts are few */
#define PATH_SIZE       96
#define COUNT_MAX       INT64_C(1000000000000)
#define AMOUNT_MAX      1e6
#define AMOUNT_TEXT_MAX 31 /* bytes of one in a string */

bool count_of(const struct json_text *v, int64_t *out) {
    return json_text_int64(v, true, out) && *out >= 0 && *out <= COUNT_MAX;
}

bool amount_of(const struct json_text *v, double *out) {
    struct json_text inner = *v;
    if (v->type == JSON_TEXT_STRING && v->len > 2 && v->len <= AMOUNT_TEXT_MAX + 2 &&
        json_text_parse(&inner, v->text + 1, v->len - 2, 0, NULL) != STATUS_OK)
        return false;
    return json_text_double(&inner, out) && isfinite(*out) && *out > 0 && *out < AMOUNT_MAX;
}

static void put(int64_t *into, int64_t n) {
    if (*into < 0) *into = n;
}

static void put_number(const char *path, size_t len, bool usage, bool cost, const struct json_text *v,
                       struct counts *c) {
    struct key_words words;
    int64_t n;
    double amount;
    key_words_read(&words, path, len);
    switch (cost ? scalar_cost_kind(&words) : SCALAR_NONE) {
    case SCALAR_COST:
        if (c->cost < 0 && amount_of(v, &amount)) c->cost = amount;
        return;
    case SCALAR_INPUT_COST:
        if (c->input_cost < 0 && amount_of(v, &amount)) c->input_cost = amount;
        return;
    case SCALAR_OUTPUT_COST:
        if (c->output_cost < 0 && amount_of(v, &amount)) c->output_cost = amount;
        return;
    default:
        break;
    }
    enum scalar kind = scalar_token_kind(&words, usage);
    if (kind == SCALAR_NONE || !count_of(v, &n)) return;
    switch (kind) {
    case SCALAR_INPUT_TOKENS:
        put(&c->usage.input, n);
        break;
    case SCALAR_OUTPUT_TOKENS:
        put(&c->usage.output, n);
        break;
    case SCALAR_TOTAL_TOKENS:
        put(&c->usage.total, n);
        break;
    case SCALAR_CACHED_TOKENS:
        put(&c->usage.cached, n);
        break;
    case SCALAR_CACHE_WRITE_TOKENS:
        put(&c->usage.cache_write, n);
        break;
    case SCALAR_REASONING_TOKENS:
        put(&c->usage.reasoning, n);
        break;
    default:
        break;
    }
}

/* path[0..len) are the keys that lead here. Numbers of an object go before those of objects inside it. */
static void walk(const struct json_text *object, char path[PATH_SIZE], size_t len, int depth, bool usage,
                 struct counts *c) {
    struct json_text_iter it;
    struct json_text key, v;
    if (object->type != JSON_TEXT_OBJECT || depth > DEPTH_MAX) return;
    for (int inner = 0; inner < 2; inner++) {
        json_text_iter(&it, object);
        for (int i = 0; i < MEMBERS_MAX && json_text_next(&it, &key, &v); i++) {
            bool number = v.type == JSON_TEXT_NUMBER || v.type == JSON_TEXT_STRING;
            if ((inner ? v.type != JSON_TEXT_OBJECT : !number) || key.len < 3) continue;
            size_t n = key.len - 2;
            if (len + n + 1 > PATH_SIZE) continue;
            memcpy(path + len, key.text + 1, n);
            path[len + n] = '.';
            if (inner)
                walk(&v, path, len + n + 1, depth + 1, usage, c);
            else
                put_number(path, len + n, usage, true, &v, c);
        }
    }
}

void counts_read(const struct json_text *object, const char *about, struct counts *c) {
    char path[PATH_SIZE];
    size_t len = strlen(about);
    memcpy(path, about, len);
    if (len) path[len++] = '.';
    walk(object, path, len, 0, strcmp(about, "usage") == 0, c);
}

void counts_read_langfuse(const struct json_text *object, struct counts *c) {
    struct json_text_iter it;
    struct json_text key, v;
    int64_t input = -1, output = -1, total = -1, more_input = 0, more_output = 0, n;
    struct counts own = COUNTS_NONE;
    counts_read(object, "usage", &own);
    json_text_iter(&it, object);
    for (int i = 0; i < MEMBERS_MAX && json_text_next(&it, &key, &v); i++) {
        if (!count_of(&v, &n)) continue;
        if (json_text_equals(&key, "input"))
            input = n;
        else if (json_text_equals(&key, "output"))
            output = n;
        else if (json_text_equals(&key, "total"))
            total = n;
        else if (key.len > 8 && memcmp(key.text + 1, "input_", 6) == 0)
            more_input += n;
        else if (key.len > 9 && memcmp(key.text + 1, "output_", 7) == 0)
            more_output += n;
    }
    /* Whoever fills in the details without taking them out has a sum that says so. */
    bool whole = total >= 0 && input >= 0 && output >= 0 && input + output == total;
    if (input >= 0) own.usage.input = whole ? input : input + more_input;
    if (output >= 0) own.usage.output = whole ? output : output + more_output;
    put(&c->usage.input, own.usage.input);
    put(&c->usage.output, own.usage.output);
    put(&c->usage.total, own.usage.total);
    put(&c->usage.cached, own.usage.cached);
    put(&c->usage.cache_write, own.usage.cache_write);
    put(&c->usage.reasoning, own.usage.reasoning);
    if (c->cost < 0) c->cost = own.cost;
}
