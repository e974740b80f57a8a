/* scalar_keys.c: the table of documented keys, searched by halves, and what the words of other keys mean.
 *
 * It runs for every attribute of every span, so most keys have to be refused early: by their last word. */
#include "datainfo/conventions/scalar_keys.h"

#include <string.h>

#define KEY(text, what, order)                                                                                 \
    { text, sizeof(text) - 1, what, order }
/* Sorted by length, then by bytes; order 0 tells most. */
static const struct scalar_key table[] = {
    KEY("cost", SCALAR_COST, 10),
    KEY("tags", SCALAR_TAGS, 8),
    KEY("error", SCALAR_ERROR_MESSAGE, 4),
    KEY("model", SCALAR_REQUEST_MODEL, 13),
    KEY("usage", SCALAR_USAGE, 6),
    KEY("system", SCALAR_IGNORED, 4),
    KEY("db.name", SCALAR_IGNORED, 18),
    KEY("db.user", SCALAR_IGNORED, 16),
    KEY("user.id", SCALAR_USER, 0),
    KEY("ai.model", SCALAR_REQUEST_MODEL, 11),
    KEY("llm.cost", SCALAR_COST, 9),
    KEY("llm.user", SCALAR_USER, 16),
    KEY("metadata", SCALAR_METADATA, 0),
    KEY("tag.tags", SCALAR_TAGS, 0),
    KEY("ai.system", SCALAR_PROVIDER, 10),
    KEY("db.system", SCALAR_IGNORED, 17),
    KEY("llm.usage", SCALAR_USAGE, 10),
    KEY("raw_usage", SCALAR_USAGE, 7),
    KEY("thread.id", SCALAR_IGNORED, 1),
    KEY("thread_id", SCALAR_THREAD, 15),
    KEY("tool.name", SCALAR_IGNORED, 13),
    KEY("enduser.id", SCALAR_USER, 3),
    KEY("error.type", SCALAR_ERROR_TYPE, 0),
    KEY("llm.system", SCALAR_PROVIDER, 3),
    KEY("llm.vendor", SCALAR_PROVIDER, 9),
    KEY("model_name", SCALAR_REQUEST_MODEL, 14),
    KEY("session.id", SCALAR_THREAD, 1),
    KEY("ai.model.id", SCALAR_REQUEST_MODEL, 2),
    KEY("ai.model_id", SCALAR_REQUEST_MODEL, 15),
    KEY("ai.provider", SCALAR_PROVIDER, 8),
    KEY("gen_ai.cost", SCALAR_COST, 8),
    KEY("genai.model", SCALAR_REQUEST_MODEL, 12),
    KEY("genkit:name", SCALAR_REQUEST_MODEL, 60),
    KEY("input.value", SCALAR_IGNORED, 27),
    KEY("mastra.tags", SCALAR_TAGS, 5),
    KEY("thread.name", SCALAR_IGNORED, 2),
    KEY("token_usage", SCALAR_USAGE, 11),
    KEY("gen_ai.usage", SCALAR_USAGE, 8),
    KEY("genkit:state", SCALAR_FAILURE, 2),
    KEY("llm.provider", SCALAR_PROVIDER, 1),
    KEY("logfire.tags", SCALAR_IGNORED, 3),
    KEY("mastra.usage", SCALAR_USAGE, 13),
    KEY("output.value", SCALAR_IGNORED, 28),
    KEY("error.message", SCALAR_ERROR_MESSAGE, 1),
    KEY("error_message", SCALAR_ERROR_MESSAGE, 3),
    KEY("gen_ai.prompt", SCALAR_IGNORED, 25),
    KEY("gen_ai.system", SCALAR_PROVIDER, 4),
    KEY("genkit:output", SCALAR_USAGE, 50),
    KEY("provider_name", SCALAR_PROVIDER, 7),
    KEY("resource.name", SCALAR_IGNORED, 24),
    KEY("ai.response.id", SCALAR_RESPONSE_ID, 1),
    KEY("exception.type", SCALAR_ERROR_TYPE, 1),
    KEY("gen_ai.user.id", SCALAR_USER, 13),
    KEY("langwatch.tags", SCALAR_TAGS, 6),
    KEY("llm.cost.total", SCALAR_COST, 1),
    KEY("llm.model_name", SCALAR_RESPONSE_MODEL, 4),
    KEY("operation.cost", SCALAR_COST, 2),
    KEY("operation.name", SCALAR_IGNORED, 23),
    KEY("usage_metadata", SCALAR_USAGE, 12),
    KEY("ai.finishReason", SCALAR_FINISH, 6),
    KEY("gen_ai.agent.id", SCALAR_IGNORED, 10),
    KEY("llm.cost.prompt", SCALAR_INPUT_COST, 1),
    KEY("llm.response.id", SCALAR_RESPONSE_ID, 2),
    KEY("lmnr.span.model", SCALAR_REQUEST_MODEL, 8),
    KEY("metadata.userId", SCALAR_USER, 10),
    KEY("mlflow.llm.cost", SCALAR_COST, 7),
    KEY("gen_ai.tool.name", SCALAR_IGNORED, 11),
    KEY("gen_ai.usage.raw", SCALAR_USAGE, 9),
    KEY("langfuse.user.id", SCALAR_USER, 1),
    KEY("langwatch.labels", SCALAR_TAGS, 7),
    KEY("mlflow.llm.model", SCALAR_REQUEST_MODEL, 5),
    KEY("otel.status_code", SCALAR_FAILURE, 1),
    KEY("vllora.thread_id", SCALAR_THREAD, 14),
    KEY("ai.model.provider", SCALAR_PROVIDER, 2),
    KEY("ai.response.model", SCALAR_RESPONSE_MODEL, 1),
    KEY("enduser.pseudo.id", SCALAR_USER, 15),
    KEY("exception.message", SCALAR_ERROR_MESSAGE, 2),
    KEY("gen_ai.agent.name", SCALAR_IGNORED, 12),
    KEY("gen_ai.completion", SCALAR_IGNORED, 26),
    KEY("gen_ai.token.type", SCALAR_IGNORED, 8),
    KEY("gen_ai.usage.cost", SCALAR_COST, 0),
    KEY("langwatch.metrics", SCALAR_USAGE, 4),
    KEY("langwatch.user.id", SCALAR_USER, 7),
    KEY("llm.finish_reason", SCALAR_FINISH, 1),
    KEY("llm.request.model", SCALAR_REQUEST_MODEL, 3),
    KEY("metadata.threadId", SCALAR_THREAD, 17),
    KEY("mlflow.trace.user", SCALAR_USER, 11),
    KEY("braintrust.metrics", SCALAR_USAGE, 5),
    KEY("gen_ai.response.id", SCALAR_RESPONSE_ID, 0),
    KEY("gen_ai.response_id", SCALAR_RESPONSE_ID, 3),
    KEY("langwatch.metadata", SCALAR_METADATA, 1),
    KEY("llm.response.model", SCALAR_RESPONSE_MODEL, 3),
    KEY("metadata.sessionId", SCALAR_THREAD, 16),
    KEY("braintrust.metadata", SCALAR_METADATA, 2),
    KEY("gen_ai.finishReason", SCALAR_FINISH, 5),
    KEY("gen_ai.request.user", SCALAR_USER, 6),
    KEY("gen_ai.tool.call.id", SCALAR_IGNORED, 29),
    KEY("langfuse.session.id", SCALAR_THREAD, 2),
    KEY("langfuse.trace.tags", SCALAR_TAGS, 1),
    KEY("langsmith.span.tags", SCALAR_TAGS, 3),
    KEY("langwatch.thread.id", SCALAR_THREAD, 13),
    KEY("llm.cost.completion", SCALAR_OUTPUT_COST, 1),
    KEY("mlflow.llm.provider", SCALAR_PROVIDER, 5),
    KEY("session.previous_id", SCALAR_IGNORED, 6),
    KEY("user_agent.original", SCALAR_IGNORED, 5),
    KEY("ai.total_tokens.used", SCALAR_TOTAL_TOKENS, 4),
    KEY("ai.usage.inputTokens", SCALAR_INPUT_TOKENS, 3),
    KEY("ai.usage.totalTokens", SCALAR_TOTAL_TOKENS, 2),
    KEY("gen_ai.provider.name", SCALAR_PROVIDER, 0),
    KEY("gen_ai.request.model", SCALAR_REQUEST_MODEL, 0),
    KEY("gen_ai.usage.details", SCALAR_USAGE, 14),
    KEY("inference_model_name", SCALAR_REQUEST_MODEL, 10),
    KEY("mlflow.trace.session", SCALAR_THREAD, 18),
    KEY("ai.prompt_tokens.used", SCALAR_INPUT_TOKENS, 7),
    KEY("ai.usage.outputTokens", SCALAR_OUTPUT_TOKENS, 3),
    KEY("ai.usage.promptTokens", SCALAR_INPUT_TOKENS, 4),
    KEY("gen_ai.data_source.id", SCALAR_IGNORED, 15),
    KEY("gen_ai.input.messages", SCALAR_IGNORED, 20),
    KEY("gen_ai.operation.name", SCALAR_IGNORED, 22),
    KEY("gen_ai.response.model", SCALAR_RESPONSE_MODEL, 0),
    KEY("llm.token_count.total", SCALAR_TOTAL_TOKENS, 1),
    KEY("mastra.metadata.model", SCALAR_REQUEST_MODEL, 7),
    KEY("mlflow.trace.metadata", SCALAR_METADATA, 4),
    KEY("gen_ai.conversation.id", SCALAR_THREAD, 0),
    KEY("gen_ai.cost.total_cost", SCALAR_COST, 4),
    KEY("gen_ai.output.messages", SCALAR_IGNORED, 21),
    KEY("langtrace.service.name", SCALAR_PROVIDER, 20),
    KEY("llm.request.model_name", SCALAR_REQUEST_MODEL, 1),
    KEY("llm.token_count.prompt", SCALAR_INPUT_TOKENS, 2),
    KEY("llm.usage.input_tokens", SCALAR_INPUT_TOKENS, 6),
    KEY("llm.usage.total_tokens", SCALAR_TOTAL_TOKENS, 3),
    KEY("mastra.metadata.userId", SCALAR_USER, 9),
    KEY("mlflow.chat.tokenUsage", SCALAR_USAGE, 2),
    KEY("traceloop.entity.model", SCALAR_REQUEST_MODEL, 9),
    KEY("ai.telemetry.functionId", SCALAR_IGNORED, 19),
    KEY("gen_ai.usage.input_cost", SCALAR_INPUT_COST, 0),
    KEY("gen_ai.usage.total_cost", SCALAR_COST, 3),
    KEY("langfuse.trace.metadata", SCALAR_METADATA, 3),
    KEY("langsmith.metadata.tags", SCALAR_TAGS, 9),
    KEY("llm.response.model_name", SCALAR_RESPONSE_MODEL, 2),
    KEY("llm.usage.output_tokens", SCALAR_OUTPUT_TOKENS, 6),
    KEY("llm.usage.prompt_tokens", SCALAR_INPUT_TOKENS, 5),
    KEY("ai.response.finishReason", SCALAR_FINISH, 2),
    KEY("ai.usage.reasoningTokens", SCALAR_REASONING_TOKENS, 4),
    KEY("gcp.vertex.agent.user_id", SCALAR_USER, 12),
    KEY("gen_ai.cost.input_tokens", SCALAR_INPUT_COST, 2),
    KEY("gen_ai.cost.total_tokens", SCALAR_COST, 5),
    KEY("gen_ai.usage.output_cost", SCALAR_OUTPUT_COST, 0),
    KEY("langsmith.usage_metadata", SCALAR_USAGE, 1),
    KEY("llm.response.stop_reason", SCALAR_FINISH, 8),
    KEY("mastra.metadata.threadId", SCALAR_THREAD, 11),
    KEY("ai.completion_tokens.used", SCALAR_OUTPUT_TOKENS, 7),
    KEY("ai.usage.completionTokens", SCALAR_OUTPUT_TOKENS, 4),
    KEY("gen_ai.client.token.usage", SCALAR_IGNORED, 7),
    KEY("gen_ai.cost.output_tokens", SCALAR_OUTPUT_COST, 2),
    KEY("gen_ai.usage.input_tokens", SCALAR_INPUT_TOKENS, 0),
    KEY("gen_ai.usage.total_tokens", SCALAR_TOTAL_TOKENS, 0),
    KEY("instructor.response_model", SCALAR_IGNORED, 9),
    KEY("mastra.metadata.sessionId", SCALAR_THREAD, 12),
    KEY("ai.telemetry.metadata.tags", SCALAR_TAGS, 2),
    KEY("ai.usage.cachedInputTokens", SCALAR_CACHED_TOKENS, 4),
    KEY("gen_ai.usage.output_tokens", SCALAR_OUTPUT_TOKENS, 0),
    KEY("gen_ai.usage.prompt_tokens", SCALAR_INPUT_TOKENS, 1),
    KEY("langfuse.observation.level", SCALAR_FAILURE, 0),
    KEY("langfuse.observation.model", SCALAR_REQUEST_MODEL, 16),
    KEY("langsmith.metadata.user_id", SCALAR_USER, 8),
    KEY("llm.response.finish_reason", SCALAR_FINISH, 7),
    KEY("llm.token_count.completion", SCALAR_OUTPUT_TOKENS, 2),
    KEY("gcp.vertex.agent.session_id", SCALAR_THREAD, 10),
    KEY("llm.usage.completion_tokens", SCALAR_OUTPUT_TOKENS, 5),
    KEY("ai.telemetry.metadata.userId", SCALAR_USER, 2),
    KEY("langsmith.metadata.thread_id", SCALAR_THREAD, 7),
    KEY("langsmith.trace.session_name", SCALAR_IGNORED, 0),
    KEY("ai.telemetry.metadata.user_id", SCALAR_USER, 14),
    KEY("anthropic.message.stop_reason", SCALAR_FINISH, 4),
    KEY("gcp.vertex.agent.llm_response", SCALAR_USAGE, 51),
    KEY("gen_ai.response.finish_reason", SCALAR_FINISH, 3),
    KEY("gen_ai.usage.reasoning_tokens", SCALAR_REASONING_TOKENS, 0),
    KEY("langsmith.metadata.session_id", SCALAR_THREAD, 8),
    KEY("ai.telemetry.metadata.threadId", SCALAR_THREAD, 5),
    KEY("gen_ai.response.finish_reasons", SCALAR_FINISH, 0),
    KEY("gen_ai.usage.completion_tokens", SCALAR_OUTPUT_TOKENS, 1),
    KEY("langsmith.metadata.ls_provider", SCALAR_PROVIDER, 6),
    KEY("ai.telemetry.metadata.sessionId", SCALAR_THREAD, 6),
    KEY("ai.telemetry.metadata.thread_id", SCALAR_THREAD, 24),
    KEY("langfuse.observation.model.name", SCALAR_REQUEST_MODEL, 4),
    KEY("ai.telemetry.metadata.session_id", SCALAR_THREAD, 23),
    KEY("gen_ai.usage.input_tokens.cached", SCALAR_CACHED_TOKENS, 2),
    KEY("langfuse.trace.metadata.threadId", SCALAR_THREAD, 22),
    KEY("langsmith.metadata.ls_model_name", SCALAR_REQUEST_MODEL, 6),
    KEY("lmnr.association.properties.tags", SCALAR_TAGS, 4),
    KEY("langfuse.observation.cost_details", SCALAR_COST, 6),
    KEY("langfuse.trace.metadata.sessionId", SCALAR_THREAD, 21),
    KEY("langfuse.trace.metadata.thread_id", SCALAR_THREAD, 20),
    KEY("langsmith.metadata.usage_metadata", SCALAR_USAGE, 3),
    KEY("langfuse.observation.usage_details", SCALAR_USAGE, 0),
    KEY("langfuse.trace.metadata.session_id", SCALAR_THREAD, 19),
    KEY("langfuse.observation.status_message", SCALAR_ERROR_MESSAGE, 0),
    KEY("lmnr.association.properties.user_id", SCALAR_USER, 5),
    KEY("ai.telemetry.metadata.conversationId", SCALAR_THREAD, 25),
    KEY("gen_ai.usage.cache_read.input_tokens", SCALAR_CACHED_TOKENS, 0),
    KEY("gen_ai.usage.cache_read_input_tokens", SCALAR_CACHED_TOKENS, 1),
    KEY("gen_ai.usage.output_tokens.reasoning", SCALAR_REASONING_TOKENS, 2),
    KEY("gen_ai.usage.reasoning.output_tokens", SCALAR_REASONING_TOKENS, 1),
    KEY("gen_ai.usage.cache_write.input_tokens", SCALAR_CACHE_WRITE_TOKENS, 1),
    KEY("gen_ai.usage.cache_write_input_tokens", SCALAR_CACHE_WRITE_TOKENS, 3),
    KEY("gen_ai.usage.details.reasoning_tokens", SCALAR_REASONING_TOKENS, 6),
    KEY("gen_ai.usage.details.cache_read_tokens", SCALAR_CACHED_TOKENS, 6),
    KEY("lmnr.association.properties.session_id", SCALAR_THREAD, 9),
    KEY("gen_ai.usage.cache_creation.input_tokens", SCALAR_CACHE_WRITE_TOKENS, 0),
    KEY("gen_ai.usage.cache_creation_input_tokens", SCALAR_CACHE_WRITE_TOKENS, 2),
    KEY("traceloop.association.properties.chat_id", SCALAR_THREAD, 27),
    KEY("traceloop.association.properties.user_id", SCALAR_USER, 4),
    KEY("llm.token_count.prompt_details.cache_read", SCALAR_CACHED_TOKENS, 3),
    KEY("ai.usage.inputTokenDetails.cacheReadTokens", SCALAR_CACHED_TOKENS, 5),
    KEY("langfuse.observation.completion_start_time", SCALAR_IGNORED, 14),
    KEY("llm.token_count.prompt_details.cache_write", SCALAR_CACHE_WRITE_TOKENS, 4),
    KEY("traceloop.association.properties.thread_id", SCALAR_THREAD, 3),
    KEY("ai.usage.inputTokenDetails.cacheWriteTokens", SCALAR_CACHE_WRITE_TOKENS, 5),
    KEY("ai.usage.outputTokenDetails.reasoningTokens", SCALAR_REASONING_TOKENS, 5),
    KEY("traceloop.association.properties.session_id", SCALAR_THREAD, 4),
    KEY("llm.token_count.completion_details.reasoning", SCALAR_REASONING_TOKENS, 3),
    KEY("traceloop.association.properties.conversation_id", SCALAR_THREAD, 26),
};
#define ROWS (sizeof table / sizeof *table)

const struct scalar_key *scalar_keys(size_t *count) {
    *count = ROWS;
    return table;
}

static const struct scalar_key *find(const char *key, size_t len) {
    size_t from = 0, to = ROWS;
    while (from < to) {
        size_t middle = from + (to - from) / 2, n = table[middle].len;
        int c = n != len ? (n < len ? -1 : 1) : memcmp(table[middle].key, key, len);
        if (!c) return &table[middle];
        if (c < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

/* ---- by words ---- */

#define AMONG(word, ...) word_among(word, (const char *const[]){__VA_ARGS__, NULL})

/* The word `back` places before the last; "" in front of the first. */
static const char *word_at(const struct key_words *k, size_t back) {
    return back < k->count ? k->items[k->count - 1 - back] : "";
}

enum scalar scalar_token_kind(const struct key_words *k, bool in_usage) {
    bool tokens = in_usage, input = false, output = false, total = false, cache = false, write = false,
         reasoning = false;
    for (size_t i = 0; i < k->count; i++) {
        const char *w = word_at(k, i);
        if (AMONG(w, "token", "tokens", "usage"))
            tokens = true;
        else if (AMONG(w, "input", "prompt", "in"))
            input = true;
        else if (AMONG(w, "output", "completion", "candidates", "generated", "out"))
            output = true;
        else if (AMONG(w, "total"))
            total = true;
        else if (AMONG(w, "cache", "cached"))
            cache = true;
        else if (AMONG(w, "write", "creation", "created"))
            write = true;
        else if (AMONG(w, "reasoning", "thoughts", "thinking"))
            reasoning = true;
        else if (AMONG(w, "no", "non", "max", "min", "limit", "budget", "per", "rate", "avg", "average", "time",
                       "remaining", "window", "audio", "image", "text", "video", "accepted", "rejected",
                       "prediction", "cost", "price", "estimated", "aggregated", "uncached", "first", "ms",
                       "server"))
            return SCALAR_NONE;
        else if (!AMONG(w, "count", "counts", "details", "detail", "used", "read", "num", "number", "of", "n",
                        "value", "metadata"))
            break; /* whose tokens these are */
    }
    if (!tokens) return SCALAR_NONE;
    if (cache) return write ? SCALAR_CACHE_WRITE_TOKENS : SCALAR_CACHED_TOKENS;
    if (reasoning) return SCALAR_REASONING_TOKENS;
    if (input != output) return input ? SCALAR_INPUT_TOKENS : SCALAR_OUTPUT_TOKENS;
    return total && !input ? SCALAR_TOTAL_TOKENS : SCALAR_NONE;
}

enum scalar scalar_cost_kind(const struct key_words *k) {
    bool cost = false, input = false, output = false;
    for (size_t i = 0; i < k->count && i < 4; i++) {
        const char *w = word_at(k, i);
        if (AMONG(w, "cost", "costs"))
            cost = true;
        else if (AMONG(w, "input", "prompt"))
            input = true;
        else if (AMONG(w, "output", "completion"))
            output = true;
        else if (!AMONG(w, "total", "usd", "details", "token", "tokens", "usage", "value", "estimated"))
            break;
        if (cost && !AMONG(word_at(k, i + 1), "input", "output", "prompt", "completion")) break;
    }
    if (AMONG(word_at(k, 1), "max", "cache", "cached", "reasoning", "saved", "per")) return SCALAR_NONE;
    if (!cost || (input && output)) return SCALAR_NONE;
    return input ? SCALAR_INPUT_COST : output ? SCALAR_OUTPUT_COST : SCALAR_COST;
}

/* A model's name; not that of a device, nor the one that an embedding or a judge uses. */
static enum scalar model_kind(const struct key_words *k, size_t back) {
    const char *before = word_at(k, back + 1);
    if (AMONG(before, "device", "host", "hardware", "embedding", "embeddings", "rerank", "reranker", "judge",
              "evaluator", "default", "fallback", "data", "database", "base", "view", "domain", "available",
              "supported", "tts", "stt", "voice", "image", "parent"))
        return SCALAR_NONE;
    return AMONG(before, "response", "served", "actual", "resolved") ? SCALAR_RESPONSE_MODEL
                                                                     : SCALAR_REQUEST_MODEL;
}

static enum scalar id_kind(const struct key_words *k) {
    const char *of = word_at(k, 1), *before = word_at(k, 2);
    if (AMONG(of, "model")) return model_kind(k, 1);
    if (AMONG(of, "session", "thread", "conversation", "chat", "sess")) return SCALAR_THREAD;
    if (AMONG(of, "user", "enduser", "customer")) return SCALAR_USER;
    if (AMONG(of, "response", "completion") && !AMONG(before, "previous", "prev", "parent", "last"))
        return SCALAR_RESPONSE_ID;
    return SCALAR_NONE;
}

static enum scalar provider_kind(const struct key_words *k, size_t back) {
    for (size_t i = back + 1; i < k->count && i < back + 4; i++)
        if (AMONG(word_at(k, i), "llm", "ai", "genai", "model", "inference", "chat", "request", "response"))
            return SCALAR_PROVIDER;
    return k->count == back + 1 ? SCALAR_PROVIDER : SCALAR_NONE;
}

static enum scalar kind_of_words(const struct key_words *k) {
    const char *last = word_at(k, 0), *before = word_at(k, 1);
    enum scalar kind = scalar_token_kind(k, false);
    if (kind != SCALAR_NONE) return kind;
    if (AMONG(last, "cost", "costs", "usd", "total", "input", "output", "prompt", "completion") ||
        (AMONG(last, "details") && AMONG(before, "cost", "costs")))
        return scalar_cost_kind(k);
    if (AMONG(last, "usage") ||
        (AMONG(last, "details", "metadata") && AMONG(before, "usage", "token", "tokens")))
        return SCALAR_USAGE;
    if (AMONG(last, "model")) return model_kind(k, 0);
    if (AMONG(last, "name") && AMONG(before, "model")) return model_kind(k, 1);
    if (AMONG(last, "name") && AMONG(before, "provider", "vendor")) return provider_kind(k, 1);
    if (AMONG(last, "provider", "vendor")) return provider_kind(k, 0);
    if (AMONG(last, "system") && AMONG(before, "llm", "ai", "genai")) return SCALAR_PROVIDER;
    if (AMONG(last, "id")) return id_kind(k);
    if (AMONG(last, "session")) return SCALAR_THREAD;
    if (AMONG(last, "user"))
        return k->count == 1 || AMONG(before, "end", "request", "llm", "ai", "app", "trace", "metadata")
                   ? SCALAR_USER
                   : SCALAR_NONE;
    if (AMONG(last, "tags")) return SCALAR_TAGS;
    if (AMONG(last, "reason", "reasons") && AMONG(before, "finish", "stop", "done")) return SCALAR_FINISH;
    if (AMONG(last, "message") && AMONG(before, "error", "exception")) return SCALAR_ERROR_MESSAGE;
    return SCALAR_NONE;
}

/* Whether a key can end in one of the words above. */
static bool last_word_counts(const char *key, size_t len) {
    static const char *const words[] = {
        "id",       "in",       "out",      "usd",      "cost",      "name",       "read",    "tags",
        "used",     "user",     "costs",    "count",    "input",     "model",      "token",   "total",
        "usage",    "write",    "cached",   "output",   "prompt",    "reason",     "system",  "tokens",
        "vendor",   "counts",   "created",  "details",  "message",   "reasons",    "session", "creation",
        "metadata", "provider", "thinking", "thoughts", "reasoning", "completion",
    };
    char word[12];
    size_t n = 0;
    while (n < len && n < sizeof word) {
        char c = key[len - 1 - n];
        bool upper = c >= 'A' && c <= 'Z';
        if (!upper && !(c >= 'a' && c <= 'z')) break;
        n++;
        if (upper) break;
    }
    if (!n || n == sizeof word) return false;
    memcpy(word, key + len - n, n);
    if (word[0] >= 'A' && word[0] <= 'Z') word[0] = (char)(word[0] + ('a' - 'A'));
    word[n] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(word, words[i])) return true;
    /* userID */
    return word[0] == 'd' && n == 1 && len > 1 && key[len - 2] == 'I';
}

/* OpenTelemetry's own names for machines and networks: "db.user", "device.model.name". */
static bool is_infrastructure(const struct key_words *k) {
    return AMONG(k->items[0], "http", "net", "network", "db", "server", "client", "url", "os", "host",
                 "process", "container", "kube", "cloud", "device", "browser", "messaging", "rpc", "faas",
                 "aws", "code", "tls", "telemetry", "service", "deployment", "exception", "otel", "log", "peer",
                 "graphql", "dns", "file", "source", "destination", "system", "azure", "feature", "webengine",
                 "event") ||
           (k->count > 1 && AMONG(k->items[1], "agent") && AMONG(k->items[0], "user"));
}

/* "a.0.b" and "a[0].b" are elements of a list. */
static bool is_element(const char *key, size_t len) {
    for (size_t i = 1; i + 1 < len; i++) {
        if ((key[i] != '.' && key[i] != '[') || key[i + 1] < '0' || key[i + 1] > '9') continue;
        size_t to = i + 1;
        while (to < len && key[to] >= '0' && key[to] <= '9') to++;
        if (to == len || key[to] == '.' || key[to] == ']') return true;
    }
    return false;
}

struct scalar_key scalar_key_read(const char *key, size_t len) {
    const struct scalar_key *row = find(key, len);
    struct scalar_key guess = {.what = SCALAR_NONE, .order = SCALAR_GUESS};
    if (row) return *row;
    if (!last_word_counts(key, len) || is_element(key, len)) return guess;
    struct key_words words;
    key_words_read(&words, key, len);
    if (words.count && !is_infrastructure(&words)) guess.what = (unsigned char)kind_of_words(&words);
    return guess;
}
