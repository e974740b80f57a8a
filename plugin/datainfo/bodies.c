#include "datainfo/bodies.h"

/* The order matters where shapes look alike: the narrower test first. */
static const struct body_shape *const shapes[] = {
    &body_langchain,
    &body_openai_responses,
    &body_anthropic,
    &body_openai_chat,
};

bool body_request(struct reading *r, const struct json_text *body, struct offer *o) {
    if (body->type != JSON_TEXT_OBJECT && body->type != JSON_TEXT_ARRAY) return false;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i]->request(r, body, o)) return true;
    return false;
}

bool body_response(struct reading *r, const struct json_text *body, struct offer *o) {
    if (body->type != JSON_TEXT_OBJECT && body->type != JSON_TEXT_ARRAY) return false;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i]->response(r, body, o)) return true;
    return false;
}

struct json_text body_string(const struct json_text *object, const char *key) {
    struct json_text v;
    json_text_get(object, key, &v);
    return has_text(&v) ? v : JSON_NONE;
}

struct json_text body_parameters(struct reading *r, const struct json_text *request) {
    static const char *const taken[] = {"model",  "messages", "input",          "prompt",     "instructions",
                                        "system", "tools",    "tool_choice",    "functions",  "function_call",
                                        "user",   "metadata", "stream_options", "toolChoice", "contents"};
    struct json_text_iter it;
    struct json_text key, value;
    struct buf b = BUF_INIT;
    if (request->type != JSON_TEXT_OBJECT) return JSON_NONE;
    buf_char(&b, '{');
    json_text_iter(&it, request);
    while (json_text_next(&it, &key, &value)) {
        bool skip = value.type == JSON_TEXT_NULL;
        for (size_t i = 0; !skip && i < sizeof taken / sizeof *taken; i++)
            skip = json_text_equals(&key, taken[i]);
        if (skip) continue;
        buf_json_comma(&b);
        json_text_copy_valid(&key, &b);
        buf_char(&b, ':');
        json_text_copy_valid(&value, &b);
    }
    buf_char(&b, '}');
    if (b.len == 2) {
        buf_free(&b);
        return JSON_NONE;
    }
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

void body_usage(const struct json_text *usage, struct usage *u) {
    const struct {
        const char *key, *inner;
        int64_t *to;
    } table[] = {
        {"prompt_tokens", NULL, &u->input},
        {"input_tokens", NULL, &u->input},
        {"promptTokens", NULL, &u->input},
        {"completion_tokens", NULL, &u->output},
        {"output_tokens", NULL, &u->output},
        {"completionTokens", NULL, &u->output},
        {"total_tokens", NULL, &u->total},
        {"totalTokens", NULL, &u->total},
        {"prompt_tokens_details", "cached_tokens", &u->cached},
        {"input_tokens_details", "cached_tokens", &u->cached},
        {"cache_read_input_tokens", NULL, &u->cached},
        {"cache_creation_input_tokens", NULL, &u->cache_write},
        {"completion_tokens_details", "reasoning_tokens", &u->reasoning},
        {"output_tokens_details", "reasoning_tokens", &u->reasoning},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct json_text v;
        int64_t n;
        json_text_at(usage, &v, table[i].key, table[i].inner, NULL);
        if (*table[i].to < 0 && json_text_int64(&v, true, &n) && n >= 0) *table[i].to = n;
    }
}
