/* vercel_ai.c: Vercel AI SDK, its own ai.* attributes (v3 to v5, and LegacyOpenTelemetry of v7) on *.doGenerate and
 * *.doStream spans. The only convention with a field of its own for the tool choice.
 *
 * ai.prompt.messages is the prompt in provider form with calls as objects; ai.response.toolCalls has them as the
 * model's own text (doGenerate) or as objects (doStream). A generateObject call shows ai.response.object only. */
#include "datainfo/conventions.h"
#include "datainfo/message.h"
#include "datainfo/normalise.h"

#include <string.h>

/* ai.response.X, in SDK 3 ai.result.X. */
static struct json_text response_value(struct reading *r, const char *key, const char *old) {
    struct json_text v = span_value(&r->span, key);
    return v.type == JSON_TEXT_NONE && old ? span_value(&r->span, old) : v;
}

static bool is_cut(struct reading *r, const char *key) {
    return span_has(&r->span, key) && span_container(&r->span, key).type == JSON_TEXT_NONE;
}

static void read_answer(struct reading *r, struct offer *o) {
    struct json_text text = response_value(r, "ai.response.text", "ai.result.text");
    struct json_text calls = span_container(&r->span, "ai.response.toolCalls"), call;
    struct json_text object = response_value(r, "ai.response.object", "ai.result.object");
    struct json_text thought = response_value(r, "ai.response.reasoning", NULL);
    if (calls.type == JSON_TEXT_NONE) calls = span_container(&r->span, "ai.result.toolCalls");
    if (text.type != JSON_TEXT_STRING && calls.type == JSON_TEXT_NONE && object.type == JSON_TEXT_NONE) return;
    struct message *m = messages_add(r, &o->output, JSON_STRING("assistant"));
    if (!m) return;
    if (has_text(&text)) m->content = text;
    else if (object.type == JSON_TEXT_STRING) m->content = object;
    if (calls.type == JSON_TEXT_ARRAY) {
        struct json_text_iter it;
        json_text_iter(&it, &calls);
        while (json_text_next(&it, NULL, &call)) read_call(r, &call, m);
    }
    if (has_text(&thought)) m->reasoning = thought;
}

/* gen_ai.request.* says the same for most; ai.settings.* is what the application asked the SDK for. */
static struct json_text read_settings(struct reading *r) {
    static const char prefix[] = "ai.settings.";
    static const char *const own[] = {"maxRetries", "maxSteps", "mode", "output", "context"}; /* of the SDK, not of the model */
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    for (size_t i = 0; i < r->span.attrs.count; i++) {
        struct attr *a = &r->span.attrs.items[i];
        size_t n = sizeof prefix - 1;
        if (a->key_len <= n || memcmp(a->key, prefix, n) != 0) continue;
        bool skip = false;
        for (size_t k = 0; k < sizeof own / sizeof *own; k++)
            skip = skip || (a->key_len - n >= strlen(own[k]) && memcmp(a->key + n, own[k], strlen(own[k])) == 0);
        if (skip) continue;
        struct json_text v = attr_plain(&r->arena, a);
        buf_json_comma(&b);
        buf_json_string(&b, a->key + n, a->key_len - n);
        buf_char(&b, ':');
        json_text_copy_valid(&v, &b);
    }
    buf_char(&b, '}');
    if (b.len > 2) return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
    buf_free(&b);
    return JSON_NONE;
}

static void offer(struct reading *r) {
    if (!span_has(&r->span, "ai.operationId") && !span_has(&r->span, "ai.prompt.messages") &&
        !span_has(&r->span, "ai.model.id"))
        return;
    struct offer *o = offer_add(r, "ai.prompt.messages, ai.response", RANK_STRUCTURED);
    if (!o) return;
    struct json_text prompt = span_container(&r->span, "ai.prompt.messages"), v;
    o->cut_input = is_cut(r, "ai.prompt.messages");
    o->cut_output = is_cut(r, "ai.response.toolCalls");
    if (prompt.type == JSON_TEXT_ARRAY) read_messages(r, &prompt, JSON_STRING("user"), 0, &o->input);
    v = span_container(&r->span, "ai.prompt.tools");
    read_tools(r, &v, o);
    v = span_value(&r->span, "ai.prompt.toolChoice");
    o->tool_choice = normal_tool_choice(r, &v);
    read_answer(r, o);
    v = response_value(r, "ai.response.finishReason", "ai.finishReason");
    if (has_text(&v)) o->finish = v;
    o->parameters = read_settings(r);
}

const struct convention convention_vercel_ai = {"Vercel AI SDK", offer};
