/* common.c: what conventions share: the attribute keys of models, providers, tokens, cost, threads, users,
 * tags, finish words and errors, most telling first. Cheap: it runs for every span that a viewer takes in. */
#include "datainfo/bodies.h"
#include "datainfo/conventions.h"
#include "datainfo/normalise.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct json_text first_string(struct reading *r, const char *const *keys) {
    struct json_text v = JSON_NONE;
    for (; *keys && !has_text(&v); keys++) v = span_string(&r->span, *keys);
    return v;
}

static int64_t first_count(struct reading *r, const char *const *keys) {
    int64_t n;
    for (; *keys; keys++) {
        struct json_text v = span_value(&r->span, *keys);
        if (json_text_int64(&v, true, &n) && n >= 0) return n;
    }
    return -1;
}

static double first_amount(struct reading *r, const char *const *keys) {
    double d;
    for (; *keys; keys++) {
        struct json_text v = span_value(&r->span, *keys);
        if (json_text_double(&v, &d) && isfinite(d) && d > 0)
            return d; /* 0 is what SDKs write that know no price */
    }
    return -1;
}

/* "openai.chat" of the AI SDK names vendor and API: the vendor. */
static struct json_text vendor(struct reading *r, struct json_text v) {
    const char *dot = has_text(&v) ? memchr(v.text, '.', v.len) : NULL;
    static const char *const apis[] = {".chat\"",      ".responses\"", ".completion\"",
                                       ".embedding\"", ".messages\"",  ".generative-ai\""};
    for (size_t i = 0; dot && i < sizeof apis / sizeof *apis; i++) {
        size_t n = strlen(apis[i]);
        if ((size_t)(v.text + v.len - dot) == n && memcmp(dot, apis[i], n) == 0)
            return arena_string(&r->arena, v.text + 1, (size_t)(dot - v.text - 1));
    }
    return v;
}

/* gen_ai.request.X as {"X": value}. */
static struct json_text request_parameters(struct reading *r) {
    static const char prefix[] = "gen_ai.request.";
    static const char *const names[] = {
        "temperature",      "top_p",          "top_k", "max_tokens",  "frequency_penalty",
        "presence_penalty", "stop_sequences", "seed",  "choice.count"};
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    for (size_t i = 0; i < r->span.attrs.count; i++) {
        struct attr *a = &r->span.attrs.items[i];
        size_t n = sizeof prefix - 1;
        if (a->key_len <= n || memcmp(a->key, prefix, n) != 0) continue;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            if (strlen(names[k]) != a->key_len - n || memcmp(names[k], a->key + n, a->key_len - n) != 0)
                continue;
            struct json_text v = attr_plain(&r->arena, a);
            if (k + 1 == sizeof names / sizeof *names)
                buf_json_key(&b, "n");
            else
                buf_json_key(&b, names[k]);
            json_text_copy_valid(&v, &b);
        }
    }
    buf_char(&b, '}');
    if (b.len > 2) return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
    buf_free(&b);
    return JSON_NONE;
}

static void read_error(struct reading *r, struct offer *o) {
    struct json_text level = span_string(&r->span, "langfuse.observation.level");
    bool failed = r->span.status_code == 2 || json_text_equals(&level, "ERROR");
    if (!failed) return;
    struct json_text message = r->span.status_message,
                     type = first_string(r, KEYS("error.type", "exception.type"));
    if (!has_text(&message) || json_text_equals(&message, "[object Object]"))
        message =
            first_string(r, KEYS("langfuse.observation.status_message", "error.message", "exception.message"));
    if (json_text_equals(&type, "undefined") || json_text_equals(&type, "_OTHER")) type = JSON_NONE;
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = 0; i < count; i++) {
        if (!json_text_equals(&events[i].name, "exception")) continue;
        struct json_text v = event_value(&r->span, &events[i], "exception.message");
        if (!has_text(&message) && has_text(&v)) message = v;
        v = event_value(&r->span, &events[i], "exception.type");
        if (!has_text(&type) && has_text(&v)) type = v;
    }
    if (!has_text(&message)) {
        int64_t code = first_count(r, KEYS("http.response.status_code", "http.status_code"));
        struct buf b = BUF_INIT;
        if (code >= 400) buf_printf(&b, "\"HTTP status %d\"", (int)code);
        message = code >= 400 ? arena_json(&r->arena, &b, JSON_TEXT_STRING) : JSON_STRING("The call failed.");
    }
    o->error_message = message;
    o->error_type = type;
}

static void offer(struct reading *r) {
    struct offer *o = offer_add(r, "common attributes", RANK_FLAT);
    if (!o) return;
    o->request_model = first_string(r, KEYS("gen_ai.request.model", "llm.request.model_name", "ai.model.id",
                                            "llm.request.model", "langfuse.observation.model.name",
                                            "llm.model_name", "mlflow.llm.model", "model"));
    o->response_model =
        first_string(r, KEYS("gen_ai.response.model", "ai.response.model", "llm.response.model_name",
                             "llm.response.model", "llm.model_name"));
    o->provider = vendor(r, first_string(r, KEYS("gen_ai.provider.name", "llm.provider", "ai.model.provider",
                                                 "llm.system", "gen_ai.system", "provider_name")));
    o->response_id = first_string(r, KEYS("gen_ai.response.id", "ai.response.id"));
    struct json_text word = JSON_NONE;
    static const char *const finishes[] = {"gen_ai.response.finish_reasons", "llm.finish_reason",
                                           "ai.response.finishReason", "gen_ai.response.finish_reason",
                                           "anthropic.message.stop_reason"};
    for (size_t i = 0; i < sizeof finishes / sizeof *finishes && !has_text(&word); i++) {
        struct json_text v = span_value(&r->span, finishes[i]);
        word = finish_word(r, &v, 0);
    }
    o->finish = word;
    o->usage.input =
        first_count(r, KEYS("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt",
                            "ai.usage.inputTokens", "ai.usage.promptTokens", "llm.usage.prompt_tokens"));
    o->usage.output = first_count(r, KEYS("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens",
                                          "llm.token_count.completion", "ai.usage.outputTokens",
                                          "ai.usage.completionTokens", "llm.usage.completion_tokens"));
    o->usage.total = first_count(r, KEYS("gen_ai.usage.total_tokens", "llm.token_count.total",
                                         "ai.usage.totalTokens", "llm.usage.total_tokens"));
    o->usage.cached =
        first_count(r, KEYS("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
                            "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens"));
    o->usage.cache_write = first_count(
        r, KEYS("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens",
                "gen_ai.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write"));
    o->usage.reasoning =
        first_count(r, KEYS("gen_ai.usage.reasoning_tokens", "gen_ai.usage.reasoning.output_tokens",
                            "llm.token_count.completion_details.reasoning", "ai.usage.reasoningTokens"));
    o->cost = first_amount(
        r, KEYS("gen_ai.usage.cost", "llm.cost.total", "operation.cost", "gen_ai.usage.total_cost"));
    o->thread = first_string(
        r, KEYS("gen_ai.conversation.id", "session.id", "langfuse.session.id",
                "traceloop.association.properties.thread_id", "traceloop.association.properties.session_id",
                "ai.telemetry.metadata.threadId", "ai.telemetry.metadata.sessionId",
                "langsmith.metadata.thread_id", "langsmith.metadata.session_id",
                "lmnr.association.properties.session_id", "gcp.vertex.agent.session_id",
                "mastra.metadata.sessionId", "langwatch.thread.id", "vllora.thread_id", "metadata.sessionId"));
    if (!has_text(&o->thread)) {
        struct json_text metadata = span_container(&r->span, "metadata");
        o->thread = body_string(&metadata, "thread_id");
        if (!has_text(&o->thread)) o->thread = body_string(&metadata, "session_id");
    }
    o->user =
        first_string(r, KEYS("user.id", "langfuse.user.id", "ai.telemetry.metadata.userId", "enduser.id",
                             "traceloop.association.properties.user_id", "lmnr.association.properties.user_id",
                             "gen_ai.request.user", "langwatch.user.id"));
    static const char *const tags[] = {"tag.tags", "langfuse.trace.tags", "ai.telemetry.metadata.tags"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags && o->tags.type != JSON_TEXT_ARRAY; i++)
        o->tags = span_container(&r->span, tags[i]);
    o->parameters = request_parameters(r);
    read_error(r, o);
}

const struct convention convention_common = {"common attributes", offer};
