/* providers.c: tables of frameworks, vendors and the beginnings of models' names. */
#include "datainfo/conventions/providers.h"

#include <string.h>

#define NAME_MAX_BYTES 512

/* Names of what made the call, not of who answered it. */
static bool is_framework(const struct json_text *v) {
    static const char *const names[] = {"strands-agents",
                                        "gcp.vertex.agent",
                                        "az.ai.inference",
                                        "az.ai.agents",
                                        "langchain",
                                        "langgraph",
                                        "mastra",
                                        "llamaindex",
                                        "llama_index",
                                        "crewai",
                                        "autogen",
                                        "ag2",
                                        "haystack",
                                        "litellm",
                                        "vercel",
                                        "ai-sdk",
                                        "pydantic_ai",
                                        "pydantic-ai",
                                        "semantic_kernel",
                                        "dspy",
                                        "smolagents",
                                        "agno",
                                        "google_adk",
                                        "openai_agents",
                                        "genkit",
                                        "instructor",
                                        "traceloop",
                                        "langfuse",
                                        "microsoft.agent_framework",
                                        "LangChain",
                                        "LangGraph",
                                        "LlamaIndex",
                                        "LiteLLM",
                                        "Langchain",
                                        "CrewAI",
                                        NULL};
    return text_among(v, names);
}

/* Vendors by the names they have in spans. */
static bool is_vendor(const struct json_text *v) {
    static const char *const names[] = {
        "openai",   "anthropic", "google",     "azure",      "aws",      "bedrock",  "mistral", "cohere",
        "groq",     "fireworks", "ollama",     "perplexity", "xai",      "deepseek", "gemini",  "vertex_ai",
        "together", "vllm",      "openrouter", "nvidia",     "cerebras", NULL};
    return text_among(v, names);
}

bool provider_is_caller(const struct json_text *v, const struct json_text *scope) {
    return is_framework(v) || (has_text(v) && !is_vendor(v) && json_text_same(v, scope));
}

struct json_text provider_of_model(const struct json_text *model) {
    static const struct {
        const char *prefix;
        struct json_text vendor;
    } table[] = {
        {"openai/", JSON_STRING_INIT("openai")},
        {"gpt-", JSON_STRING_INIT("openai")},
        {"chatgpt-", JSON_STRING_INIT("openai")},
        {"o1", JSON_STRING_INIT("openai")},
        {"o3", JSON_STRING_INIT("openai")},
        {"o4-", JSON_STRING_INIT("openai")},
        {"anthropic/", JSON_STRING_INIT("anthropic")},
        {"claude-", JSON_STRING_INIT("anthropic")},
        {"gemini-", JSON_STRING_INIT("google")},
        {"gemini/", JSON_STRING_INIT("google")},
        {"googleai/", JSON_STRING_INIT("google")},
        {"vertexai/", JSON_STRING_INIT("google")},
        {"google/", JSON_STRING_INIT("google")},
        {"mistral-", JSON_STRING_INIT("mistral")},
        {"mistral/", JSON_STRING_INIT("mistral")},
        {"command-", JSON_STRING_INIT("cohere")},
        {"deepseek-", JSON_STRING_INIT("deepseek")},
        {"grok-", JSON_STRING_INIT("xai")},
        {"bedrock/", JSON_STRING_INIT("aws.bedrock")},
        {"azure/", JSON_STRING_INIT("azure")},
        {"us.anthropic.", JSON_STRING_INIT("aws.bedrock")},
        {"anthropic.claude", JSON_STRING_INIT("aws.bedrock")},
        {"amazon.", JSON_STRING_INIT("aws.bedrock")},
        {"ollama/", JSON_STRING_INIT("ollama")},
        {"groq/", JSON_STRING_INIT("groq")},
        {"openrouter/", JSON_STRING_INIT("openrouter")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (text_begins(model, table[i].prefix)) return table[i].vendor;
    return JSON_NONE;
}

struct json_text provider_name(struct reading *r, struct json_text v) {
    static const char *const apis[] = {".chat\"",     ".responses\"",     ".completion\"", ".embedding\"",
                                       ".messages\"", ".generative-ai\"", ".image\"",      "-chat\""};
    if (!has_text(&v)) return v;
    const char *from = v.text + 1, *end = v.text + v.len - 1;
    for (size_t i = 0; i < sizeof apis / sizeof *apis; i++) {
        size_t n = strlen(apis[i]);
        if (v.len <= n + 1 || memcmp(v.text + v.len - n, apis[i], n) != 0) continue;
        end = v.text + v.len - n;
        break;
    }
    bool upper = false;
    for (const char *c = from; c < end; c++) {
        if (*c == ' ' || *c == '\\') return v;
        upper = upper || (*c >= 'A' && *c <= 'Z');
    }
    char name[NAME_MAX_BYTES];
    size_t len = (size_t)(end - from);
    if ((!upper && end == v.text + v.len - 1) || len > sizeof name) return v;
    for (size_t i = 0; i < len; i++)
        name[i] = from[i] >= 'A' && from[i] <= 'Z' ? (char)(from[i] + ('a' - 'A')) : from[i];
    return arena_string(&r->arena, name, len);
}
