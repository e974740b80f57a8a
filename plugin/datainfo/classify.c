/* classify.c: a list of tests in order of how much they tell; the first that knows the span decides. A test is
 * one attribute and a table of its words. Unknown words mean "no opinion", except where an attribute is a
 * verdict of its own. */
#include "datainfo/classify.h"

#include "datainfo/conventions/providers.h"
#include "datainfo/guess.h"
#include "datainfo/key_words.h"

#include <string.h>

#define KIND_TEXT_MAX 40 /* bytes of a kind's name with its quotes; longer values are none */

#define UNKNOWN SPAN_KIND_UNKNOWN

struct word {
    const char *word;
    enum span_kind kind;
};

const char *span_kind_name(enum span_kind kind) {
    switch (kind) {
    case SPAN_KIND_LLM:
        return "llm";
    case SPAN_KIND_EMBEDDING:
        return "embedding";
    case SPAN_KIND_TOOL:
        return "tool";
    case SPAN_KIND_AGENT:
        return "agent";
    case SPAN_KIND_CHAIN:
        return "chain";
    case SPAN_KIND_RETRIEVER:
        return "retriever";
    case SPAN_KIND_RERANKER:
        return "reranker";
    case SPAN_KIND_GUARDRAIL:
        return "guardrail";
    case SPAN_KIND_EVALUATOR:
        return "evaluator";
    case SPAN_KIND_WRAPPER:
        return "wrapper";
    case SPAN_KIND_CHUNK:
        return "chunk";
    case SPAN_KIND_OTHER:
        break;
    }
    return "other";
}

/* Words that several conventions use for kinds, in lower case. */
static const struct word kinds[] = {
    {"llm", SPAN_KIND_LLM},
    {"generation", SPAN_KIND_LLM},
    {"chat_model", SPAN_KIND_LLM},
    {"completion", SPAN_KIND_LLM},
    {"embedding", SPAN_KIND_EMBEDDING},
    {"embeddings", SPAN_KIND_EMBEDDING},
    {"embedder", SPAN_KIND_EMBEDDING},
    {"tool", SPAN_KIND_TOOL},
    {"function", SPAN_KIND_TOOL},
    {"agent", SPAN_KIND_AGENT},
    {"chain", SPAN_KIND_CHAIN},
    {"workflow", SPAN_KIND_CHAIN},
    {"task", SPAN_KIND_CHAIN},
    {"span", SPAN_KIND_CHAIN},
    {"flow", SPAN_KIND_CHAIN},
    {"prompt", SPAN_KIND_CHAIN},
    {"parser", SPAN_KIND_CHAIN},
    {"event", SPAN_KIND_OTHER},
    {"module", SPAN_KIND_CHAIN},
    {"component", SPAN_KIND_CHAIN},
    {"default", SPAN_KIND_CHAIN},
    {"score", SPAN_KIND_EVALUATOR},
    {"retriever", SPAN_KIND_RETRIEVER},
    {"rag", SPAN_KIND_RETRIEVER},
    {"retrieval", SPAN_KIND_RETRIEVER},
    {"reranker", SPAN_KIND_RERANKER},
    {"rerank", SPAN_KIND_RERANKER},
    {"guardrail", SPAN_KIND_GUARDRAIL},
    {"evaluator", SPAN_KIND_EVALUATOR},
    {"evaluation", SPAN_KIND_EVALUATOR},
    {NULL, SPAN_KIND_OTHER},
};
/* Of those the words that mean nothing else, for keys that nobody documents. */
static const struct word sure_kinds[] = {
    {"llm", SPAN_KIND_LLM},
    {"generation", SPAN_KIND_LLM},
    {"chat_model", SPAN_KIND_LLM},
    {"chatmodel", SPAN_KIND_LLM},
    {"llm_call", SPAN_KIND_LLM},
    {"embedding", SPAN_KIND_EMBEDDING},
    {"embeddings", SPAN_KIND_EMBEDDING},
    {"tool", SPAN_KIND_TOOL},
    {"tool_call", SPAN_KIND_TOOL},
    {"agent", SPAN_KIND_AGENT},
    {"agent_run", SPAN_KIND_AGENT},
    {"retriever", SPAN_KIND_RETRIEVER},
    {"retrieval", SPAN_KIND_RETRIEVER},
    {"reranker", SPAN_KIND_RERANKER},
    {"rerank", SPAN_KIND_RERANKER},
    {"guardrail", SPAN_KIND_GUARDRAIL},
    {"evaluator", SPAN_KIND_EVALUATOR},
    {NULL, SPAN_KIND_OTHER},
};
static const struct word operations[] = {
    {"chat", SPAN_KIND_LLM},
    {"generate_content", SPAN_KIND_LLM},
    {"text_completion", SPAN_KIND_LLM},
    {"completion", SPAN_KIND_LLM},
    {"generate", SPAN_KIND_LLM},
    {"embeddings", SPAN_KIND_EMBEDDING},
    {"embedding", SPAN_KIND_EMBEDDING},
    {"embed", SPAN_KIND_EMBEDDING},
    {"execute_tool", SPAN_KIND_TOOL},
    {"invoke_agent", SPAN_KIND_AGENT},
    {"create_agent", SPAN_KIND_AGENT},
    {"agent_step", SPAN_KIND_AGENT},
    {"invoke_workflow", SPAN_KIND_CHAIN},
    {"retrieval", SPAN_KIND_RETRIEVER},
    {"rerank", SPAN_KIND_RERANKER},
    {"evaluate", SPAN_KIND_EVALUATOR},
    {"evaluation", SPAN_KIND_EVALUATOR},
    {"moderation", SPAN_KIND_GUARDRAIL},
    {"moderations", SPAN_KIND_GUARDRAIL},
    {"count_tokens", SPAN_KIND_OTHER},
    {"compute_tokens", SPAN_KIND_OTHER},
    {"search_memory", SPAN_KIND_OTHER},
    {"create_memory", SPAN_KIND_OTHER},
    {"update_memory", SPAN_KIND_OTHER},
    {"upsert_memory", SPAN_KIND_OTHER},
    {"delete_memory", SPAN_KIND_OTHER},
    {"create_memory_store", SPAN_KIND_OTHER},
    {"delete_memory_store", SPAN_KIND_OTHER},
    {"model_step", SPAN_KIND_LLM},
    {"model_inference", SPAN_KIND_CHUNK},
    {"model_chunk", SPAN_KIND_CHUNK},
    {NULL, SPAN_KIND_OTHER},
};
static const struct word request_types[] = {
    {"chat", SPAN_KIND_LLM},        {"completion", SPAN_KIND_LLM}, {"embedding", SPAN_KIND_EMBEDDING},
    {"rerank", SPAN_KIND_RERANKER}, {NULL, SPAN_KIND_OTHER},
};
static const struct word ai_sdk[] = {
    {"ai.generateText.doGenerate", SPAN_KIND_LLM},
    {"ai.streamText.doStream", SPAN_KIND_LLM},
    {"ai.generateObject.doGenerate", SPAN_KIND_LLM},
    {"ai.streamObject.doStream", SPAN_KIND_LLM},
    {"ai.embed.doEmbed", SPAN_KIND_EMBEDDING},
    {"ai.embedMany.doEmbed", SPAN_KIND_EMBEDDING},
    {"ai.rerank.doRerank", SPAN_KIND_RERANKER},
    {"ai.toolCall", SPAN_KIND_TOOL},
    {"ai.generateText", SPAN_KIND_WRAPPER},
    {"ai.streamText", SPAN_KIND_WRAPPER},
    {"ai.generateObject", SPAN_KIND_WRAPPER},
    {"ai.streamObject", SPAN_KIND_WRAPPER},
    {"ai.embed", SPAN_KIND_CHAIN},
    {"ai.embedMany", SPAN_KIND_CHAIN},
    {"ai.rerank", SPAN_KIND_CHAIN},
    {NULL, SPAN_KIND_OTHER},
};
static const struct word mastra[] = {
    {"model_chunk", SPAN_KIND_CHUNK},   {"model_generation", SPAN_KIND_WRAPPER},
    {"model_step", SPAN_KIND_LLM},
    {"agent_run", SPAN_KIND_AGENT},     {"workflow_run", SPAN_KIND_CHAIN},
    {"workflow_step", SPAN_KIND_CHAIN}, {"tool_call", SPAN_KIND_TOOL},
    {"mcp_tool_call", SPAN_KIND_TOOL},  {NULL, SPAN_KIND_OTHER},
};
static const struct word genkit[] = {
    {"model", SPAN_KIND_LLM},
    {"embedder", SPAN_KIND_EMBEDDING},
    {"tool", SPAN_KIND_TOOL},
    {"flow", SPAN_KIND_CHAIN},
    {"retriever", SPAN_KIND_RETRIEVER},
    {"reranker", SPAN_KIND_RERANKER},
    {"evaluator", SPAN_KIND_EVALUATOR},
    {"util", SPAN_KIND_WRAPPER},
    {"prompt", SPAN_KIND_CHAIN},
    {"action", SPAN_KIND_CHAIN},
    {NULL, SPAN_KIND_OTHER},
};
static const struct word spring_ai[] = {
    {"chat_client", SPAN_KIND_CHAIN},      {"advisor", SPAN_KIND_CHAIN}, {"tool_call", SPAN_KIND_TOOL},
    {"vector_store", SPAN_KIND_RETRIEVER}, {NULL, SPAN_KIND_OTHER},
};
static const struct word vllora[] = {
    {"openai", SPAN_KIND_LLM},
    {"anthropic", SPAN_KIND_LLM},
    {"gemini", SPAN_KIND_LLM},
    {"bedrock", SPAN_KIND_LLM},
    {"model_call", SPAN_KIND_WRAPPER},
    {"api_invoke", SPAN_KIND_WRAPPER},
    {"cloud_api_invoke", SPAN_KIND_WRAPPER},
    {NULL, SPAN_KIND_OTHER},
};

static const struct word monocle[] = {
    {"inference", SPAN_KIND_LLM},
    {"inference.framework", SPAN_KIND_LLM},
    {"inference.modelapi", SPAN_KIND_LLM}, /* below it, without content */
    {"agentic.turn", SPAN_KIND_AGENT},
    {"agentic.invocation", SPAN_KIND_AGENT},
    {"agentic.delegation", SPAN_KIND_AGENT},
    {"agentic.tool.invocation", SPAN_KIND_TOOL},
    {"retrieval", SPAN_KIND_RETRIEVER},
    {"retrieval.embedding", SPAN_KIND_EMBEDDING},
    {"embedding", SPAN_KIND_EMBEDDING},
    {"workflow", SPAN_KIND_CHAIN},
    {NULL, SPAN_KIND_OTHER},
};

/* ASCII upper and lower case are one; a JSON-encoded string ("\"LLM\"", MLflow) counts as its content. */
static enum span_kind look_up(const struct json_text *value, const struct word *table) {
    if (value->type != JSON_TEXT_STRING) return UNKNOWN;
    const char *at = value->text + 1, *end = value->text + value->len - 1;
    if (end - at >= 4 && at[0] == '\\' && at[1] == '"' && end[-1] == '"') {
        at += 2;
        end -= 2;
    }
    for (; table->word; table++) {
        size_t n = strlen(table->word), i = 0;
        if ((size_t)(end - at) != n) continue;
        while (i < n) {
            char a = at[i], b = table->word[i];
            if (a >= 'A' && a <= 'Z') a = (char)(a + 32);
            if (b >= 'A' && b <= 'Z') b = (char)(b + 32);
            if (a != b) break;
            i++;
        }
        if (i == n) return table->kind;
    }
    return UNKNOWN;
}

static enum span_kind by_attribute(struct span_view *v, const char *key, const struct word *table) {
    struct json_text value = span_value(v, key);
    return look_up(&value, table);
}

/* operation.name of the AI SDK has the function id behind a space: its first word. */
static enum span_kind by_first_word(const struct json_text *value, const struct word *table) {
    if (value->type != JSON_TEXT_STRING) return UNKNOWN;
    const char *space = memchr(value->text, ' ', value->len);
    if (!space) return look_up(value, table);
    struct json_text word = *value;
    word.len =
        JSON_TEXT_LEN((size_t)(space - value->text) + 1); /* the space stands where the closing quote would */
    return look_up(&word, table);
}

static enum span_kind braintrust(struct span_view *v) {
    struct json_text attributes = span_container(v, "braintrust.span_attributes"), type;
    json_text_get(&attributes, "type", &type);
    return look_up(&type, kinds);
}

static bool scope_is(struct span_view *v, const char *scope) {
    return json_text_equals(&v->scope, scope);
}

static enum span_kind google_adk(struct span_view *v) {
    if (!scope_is(v, "gcp.vertex.agent")) return UNKNOWN;
    if (json_text_equals(&v->name, "call_llm")) return SPAN_KIND_LLM;
    struct json_text request = span_value(v, "gcp.vertex.agent.llm_request");
    return request.type == JSON_TEXT_STRING && !json_text_equals(&request, "{}") ? SPAN_KIND_LLM : UNKNOWN;
}

static enum span_kind logfire(struct span_view *v) {
    /* A span sent before it ended, and the log that a stream's end leaves beside its call. */
    if (span_is(v, "logfire.span_type", "pending_span")) return SPAN_KIND_CHUNK;
    if (span_is(v, "logfire.span_type", "log") && span_has(v, "request_data")) return SPAN_KIND_CHUNK;
    bool model_scope = scope_is(v, "logfire.openai") || scope_is(v, "logfire.anthropic");
    return model_scope && span_has(v, "request_data") ? SPAN_KIND_LLM : UNKNOWN;
}

static enum span_kind gateway(struct span_view *v) {
    if (!span_has(v, "request") && !span_has(v, "input")) return UNKNOWN;
    return look_up(&v->name, vllora);
}

bool span_is_vllora(struct span_view *v) {
    return gateway(v) != UNKNOWN;
}

/* What comes out is a request: LlamaIndex's _prepare_chat_with_tools, which is marked as LLM, too. */
static bool prepares_a_call(struct span_view *v) {
    if (span_has(v, "llm.output_messages.0.message.role") || span_has(v, "llm.token_count.total")) return false;
    struct json_text output = span_container(v, "output.value"), inner;
    return json_text_get(&output, "messages", &inner) && inner.type == JSON_TEXT_ARRAY &&
           json_text_get(&output, "tools", &inner) && !json_text_get(&output, "choices", &inner);
}

/* Mastra marks every piece of a stream as LLM for OpenInference readers. */
static enum span_kind openinference(struct span_view *v) {
    enum span_kind own = by_attribute(v, "mastra.span.type", mastra);
    if (own == SPAN_KIND_CHUNK) return own;
    own = by_attribute(v, "openinference.span.kind", kinds);
    return own == SPAN_KIND_LLM && prepares_a_call(v) ? SPAN_KIND_CHAIN : own;
}

/* A key of any SDK that says what kind of span it is: "my.span.type", "observation_kind", "runType". A build has steps
 * and runs of a type as well: there most words need something about models beside them. */
static enum span_kind by_words(struct span_view *v) {
    static const char *const subjects[] = {"span", "observation", "run", "node", "step", "operation", "event"};
    enum { SURE_SUBJECTS = 2 };
    for (size_t i = 0; i < v->attrs.count; i++) {
        struct attr *a = &v->attrs.items[i];
        if (a->key_len < 4 || a->form != ATTR_SCALAR || a->any.type != JSON_TEXT_STRING ||
            a->any.len > KIND_TEXT_MAX)
            continue;
        char last = a->key[a->key_len - 1];
        if (last != 'd' && last != 'e') continue; /* kind, type, name */
        struct key_words k;
        key_words_read(&k, a->key, a->key_len);
        bool kind = key_words_end(&k, "kind") || key_words_end(&k, "type");
        bool operation = key_words_end(&k, "operation.name") || key_words_end(&k, "operation.type");
        if (!kind && !operation) continue;
        enum span_kind found = UNKNOWN;
        if (operation) found = look_up(&a->any, operations);
        for (size_t s = 0; found == UNKNOWN && kind && k.count > 1 && s < sizeof subjects / sizeof *subjects;
             s++) {
            bool sure = s < SURE_SUBJECTS;
            if (strcmp(k.items[k.count - 2], subjects[s]) == 0 && (sure || span_is_about_models(v)))
                found = look_up(&a->any, sure_kinds);
        }
        if (found != UNKNOWN && found != SPAN_KIND_OTHER) return found;
    }
    return UNKNOWN;
}

/* A request that failed before anything was recorded of it: its name, "chat gpt-4o", is all that there is. */
static enum span_kind by_name_alone(struct span_view *v) {
    static const struct word names[] = {{"chat", SPAN_KIND_LLM},
                                        {"generate_content", SPAN_KIND_LLM},
                                        {"text_completion", SPAN_KIND_LLM},
                                        {"embeddings", SPAN_KIND_EMBEDDING},
                                        {NULL, SPAN_KIND_OTHER}};
    const char *space = has_text(&v->name) ? memchr(v->name.text, ' ', v->name.len) : NULL;
    if (v->attrs.count || !space) return UNKNOWN;
    const char *end = v->name.text + v->name.len - 1;
    struct json_text model = arena_quoted(v->arena, space + 1, (size_t)(end - space - 1));
    return provider_of_model(&model).type == JSON_TEXT_STRING ? by_first_word(&v->name, names) : UNKNOWN;
}

enum span_kind classify_span(struct span_view *v) {
    bool guessed;
    return classify_span_surely(v, &guessed);
}

enum span_kind classify_span_surely(struct span_view *v, bool *guessed) {
    enum span_kind kind;
    *guessed = false;
    struct json_text operation;
    if ((kind = by_attribute(v, "langfuse.observation.type", kinds)) != UNKNOWN)
        return kind == SPAN_KIND_LLM && span_model_embeds(v) ? SPAN_KIND_EMBEDDING : kind;
    if ((kind = logfire(v)) == SPAN_KIND_CHUNK) return kind;
    if ((kind = openinference(v)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "langsmith.span.kind", kinds)) != UNKNOWN) return kind;
    /* Mastra 0.x calls the whole loop of a model and its tools a chat; the steps in it are the calls. */
    if (span_has(v, "mastra.span_id") && span_is(v, "mastra.span.type", "model_generation"))
        return SPAN_KIND_WRAPPER;
    if ((kind = by_attribute(v, "gen_ai.operation.name", operations)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "spring.ai.kind", spring_ai)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "ai.operationId", ai_sdk)) != UNKNOWN) return kind;
    operation = span_value(v, "operation.name");
    if ((kind = by_first_word(&operation, ai_sdk)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "genkit:metadata:subtype", genkit)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "genkit:type", genkit)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "llm.request.type", request_types)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "gen_ai.request.type", request_types)) != UNKNOWN) return kind; /* AgentOps */
    if ((kind = by_attribute(v, "traceloop.span.kind", kinds)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "langwatch.span.type", kinds)) != UNKNOWN) return kind;
    if ((kind = braintrust(v)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "lmnr.span.type", kinds)) != UNKNOWN)
        return kind == SPAN_KIND_LLM && span_model_embeds(v) ? SPAN_KIND_EMBEDDING : kind;
    if ((kind = by_attribute(v, "mlflow.spanType", kinds)) != UNKNOWN) return kind;
    if ((kind = by_attribute(v, "mastra.span.type", mastra)) != UNKNOWN) return kind;
    if ((kind = google_adk(v)) != UNKNOWN) return kind;
    if ((kind = gateway(v)) != UNKNOWN) return kind;
    if ((kind = logfire(v)) != UNKNOWN) return kind;
    if (span_has(v, "monocle_apptrace.version") && (kind = by_attribute(v, "span.type", monocle)) != UNKNOWN)
        return kind;
    if ((kind = by_words(v)) != UNKNOWN) return kind;
    if (span_has(v, "gen_ai.tool.name") || span_has(v, "gen_ai.tool.call.id")) return SPAN_KIND_TOOL;
    if ((kind = by_name_alone(v)) != UNKNOWN) return kind;
    *guessed = true;
    if ((kind = guess_kind(v)) != UNKNOWN) return kind;
    return SPAN_KIND_OTHER;
}
