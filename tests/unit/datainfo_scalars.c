/* What is said of a call as a whole: models, providers, tokens, cost, ids, tags, failures, previews; by documented
 * keys, in JSON, and by keys nobody has documented. */
#include "datainfo/conventions/scalar_keys.h"
#include "datainfo/datainfo.h"
#include "spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SPAN(...)  test_span("00f067aa0ba902b7", "", "call", __VA_ARGS__, NULL)
#define CHAT       "gen_ai.operation.name", "chat"
#define INT(n)     "\1{\"intValue\":\"" #n "\"}"
#define NUMBER(n)  "\1{\"doubleValue\":" #n "}"
#define STRINGS(s) "\1{\"arrayValue\":{\"values\":[{\"stringValue\":\"" s "\"}]}}"

static struct span_facts facts(struct buf span) {
    struct span_facts f;
    span_facts_read(&f, span.data, span.len);
    buf_free(&span);
    return f;
}

/* NULL: nothing is expected. */
static void same(const char *what, const char *want, const char *got) {
    if ((!want && !got) || (want && got && strcmp(want, got) == 0)) return;
    fail_msg("%s: expected %s, got %s", what, want ? want : "nothing", got ? got : "nothing");
}

static void the_table_is_sorted_and_found(void **state) {
    (void)state;
    size_t count;
    const struct scalar_key *keys = scalar_keys(&count);
    for (size_t i = 0; i < count; i++) {
        struct scalar_key found = scalar_key_read(keys[i].key, strlen(keys[i].key));
        if (found.key != keys[i].key) fail_msg("%s stands in the wrong place", keys[i].key);
        assert_true(keys[i].len == strlen(keys[i].key) && keys[i].order < SCALAR_GUESS);
    }
}

static void keys_by_their_words(void **state) {
    (void)state;
    static const struct {
        const char *key;
        enum scalar what;
    } rows[] = {
        {"acme.llm.input_tokens", SCALAR_INPUT_TOKENS},
        {"acme/usage/promptTokens", SCALAR_INPUT_TOKENS},
        {"acme:tokens.input", SCALAR_INPUT_TOKENS},
        {"tokens_in", SCALAR_INPUT_TOKENS},
        {"acme.promptTokenCount", SCALAR_INPUT_TOKENS},
        {"acme.usage.output", SCALAR_OUTPUT_TOKENS},
        {"acme.candidatesTokenCount", SCALAR_OUTPUT_TOKENS},
        {"acme.completion-tokens", SCALAR_OUTPUT_TOKENS},
        {"acme.totalTokens", SCALAR_TOTAL_TOKENS},
        {"acme.usage.cached_input_tokens", SCALAR_CACHED_TOKENS},
        {"acme.tokens.cacheRead", SCALAR_CACHED_TOKENS},
        {"acme.cache_creation_input_tokens", SCALAR_CACHE_WRITE_TOKENS},
        {"acme.thoughtsTokenCount", SCALAR_REASONING_TOKENS},
        {"acme.usage.output_tokens.reasoning", SCALAR_REASONING_TOKENS},
        {"acme.max_output_tokens", SCALAR_NONE},
        {"acme.tokens_per_second", SCALAR_NONE},
        {"acme.time_to_first_token", SCALAR_NONE},
        {"acme.inputTokenDetails.noCacheTokens", SCALAR_NONE},
        {"acme.usage.input_audio_tokens", SCALAR_NONE},
        {"acme.messages.0.output_tokens", SCALAR_NONE},
        {"acme.llm.model", SCALAR_REQUEST_MODEL},
        {"acme.requestModelName", SCALAR_REQUEST_MODEL},
        {"acme.response.model_id", SCALAR_RESPONSE_MODEL},
        {"device.model.name", SCALAR_NONE},
        {"acme.embedding_model", SCALAR_NONE},
        {"acme.llm_provider", SCALAR_PROVIDER},
        {"provider", SCALAR_PROVIDER},
        {"cloud.provider", SCALAR_NONE},
        {"db.system", SCALAR_IGNORED},
        {"acme.session_id", SCALAR_THREAD},
        {"acme.conversationId", SCALAR_THREAD},
        {"acme.chat.id", SCALAR_THREAD},
        {"thread.id", SCALAR_IGNORED},
        {"tls.session.id", SCALAR_NONE},
        {"langsmith.trace.session_name", SCALAR_IGNORED},
        {"acme.userId", SCALAR_USER},
        {"acme.end_user", SCALAR_USER},
        {"db.user", SCALAR_IGNORED},
        {"acme.prompt.user", SCALAR_NONE},
        {"acme.tags", SCALAR_TAGS},
        {"acme.stopReason", SCALAR_FINISH},
        {"acme.done_reason", SCALAR_FINISH},
        {"acme.total_cost", SCALAR_COST},
        {"acme.cost.usd", SCALAR_COST},
        {"acme.cost.input", SCALAR_INPUT_COST},
        {"acme.completion_cost", SCALAR_OUTPUT_COST},
        {"acme.response_id", SCALAR_RESPONSE_ID},
        {"acme.previous_response_id", SCALAR_NONE},
        {"acme.usage", SCALAR_USAGE},
        {"http.response.body.size", SCALAR_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scalar_key k = scalar_key_read(rows[i].key, strlen(rows[i].key));
        if (k.what != rows[i].what) fail_msg("%s: expected %d, got %d", rows[i].key, (int)rows[i].what, k.what);
    }
}

static void documented_keys_win(void **state) {
    (void)state;
    struct span_facts f = facts(SPAN(
        CHAT, "acme.model", "other-1", "gen_ai.request.model", "gpt-4o", "acme.input_tokens", INT(9),
        "gen_ai.usage.input_tokens", INT(5), "acme.session_id", "s2", "session.id", "s1", "acme.output_tokens",
        INT(7), "acme.cost", NUMBER(0.5), "acme.finish_reason", "end_turn", "acme.user_id", INT(12)));
    same("model", "gpt-4o", f.model);
    same("thread", "s1", f.thread_id);
    same("user", "12", f.user_id);
    same("finish", "stop", f.finish_reason);
    assert_int_equal(f.input_tokens, 5);
    assert_int_equal(f.output_tokens, 7);
    assert_true(f.cost > 0.49 && f.cost < 0.51);
    span_facts_free(&f);
}

static void values_have_to_be_plausible(void **state) {
    (void)state;
    struct span_facts f = facts(SPAN(
        CHAT, "gen_ai.request.model", "unknown", "acme.model", "City", "gen_ai.usage.input_tokens", "many",
        "gen_ai.usage.output_tokens", INT(-4), "gen_ai.usage.cost", NUMBER(0), "session.id", "", "acme.user_id",
        "{\"name\": 1}", "acme.finish_reason", "it was enough for today", "acme.provider", "none"));
    same("model", NULL, f.model);
    same("thread", NULL, f.thread_id);
    same("user", NULL, f.user_id);
    same("provider", NULL, f.provider);
    same("finish", NULL, f.finish_reason);
    assert_int_equal(f.input_tokens, -1);
    assert_int_equal(f.output_tokens, -1);
    assert_true(f.cost < 0);
    span_facts_free(&f);
}

static void frameworks_are_no_providers(void **state) {
    (void)state;
    static const char *const rows[][4] = {
        /* gen_ai.system, another provider, model, what must come out */
        {"strands-agents", "llm.provider", "m", NULL},
        {"OpenAI", NULL, "m", "openai"},
        {"az.ai.inference", NULL, "gpt-4o-mini", "openai"},
        {"gcp.vertex.agent", NULL, "gemini-2.5-flash", "google"},
        {"langchain", NULL, "claude-sonnet-4-5", "anthropic"},
        {"mastra", NULL, "house-model-1", "mastra"},
        {"test", NULL, "claude-sonnet-4-5", "anthropic"}, /* the application's tracer has that name */
        {"openai-chat", NULL, "m", "openai"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *other = rows[i][1];
        struct span_facts f = facts(SPAN(CHAT, "gen_ai.request.model", rows[i][2], "gen_ai.system", rows[i][0],
                                         other ? other : "x", "bedrock"));
        same(rows[i][0], rows[i][3] ? rows[i][3] : "bedrock", f.provider);
        span_facts_free(&f);
    }
    struct span_facts f =
        facts(SPAN("genkit:metadata:subtype", "model", "genkit:name", "googleai/gemini-2.5-flash"));
    same("Genkit", "googleai/gemini-2.5-flash", f.model);
    same("Genkit", "google", f.provider);
    span_facts_free(&f);
    f = facts(SPAN(CHAT, "ai.model.provider", "google.vertex.chat"));
    same("AI SDK", "google.vertex", f.provider);
    span_facts_free(&f);
}

static void counts_inside_json(void **state) {
    (void)state;
    static const struct {
        const char *key, *value;
        int input, output, cached, reasoning;
    } rows[] = {
        {"langfuse.observation.usage_details",
         "{\"input\":17,\"output\":40,\"total\":77,\"input_cached_tokens\":10,\"output_reasoning_tokens\":10}",
         27, 50, 10, 10},
        {"langfuse.observation.usage_details",
         "{\"input\":27,\"output\":50,\"total\":77,\"input_cached_tokens\":10,\"output_reasoning_tokens\":0}",
         27, 50, 10, 0},
        {"langfuse.observation.usage_details", "{\"input\":14,\"output\":19}", 14, 19, -1, -1},
        {"langsmith.usage_metadata",
         "{\"input_tokens\":5,\"output_tokens\":6,\"input_token_details\":{\"cache_read\":2,\"audio\":1}}", 5,
         6, 2, -1},
        {"langwatch.metrics", "{\"type\":\"json\",\"value\":{\"promptTokens\":5,\"completionTokens\":6}}", 5, 6,
         -1, -1},
        {"braintrust.metrics",
         "{\"start\":1,\"end\":2,\"prompt_tokens\":5,\"completion_tokens\":6,\"prompt_cached_tokens\":3}", 5, 6,
         3, -1},
        {"mlflow.chat.tokenUsage", "{\"input_tokens\": 5, \"output_tokens\": 6, \"total_tokens\": 11}", 5, 6,
         -1, -1},
        {"usage",
         "{\"prompt_tokens\":5,\"completion_tokens\":6,\"prompt_tokens_details\":{\"cached_tokens\":4},"
         "\"completion_tokens_details\":{\"reasoning_tokens\":3,\"accepted_prediction_tokens\":9}}",
         5, 6, 4, 3},
        {"acme.tokenUsage",
         "{\"inputTokens\":{\"total\":5,\"noCache\":3,\"cacheRead\":2},\"outputTokens\":{\"total\":6,"
         "\"text\":1,\"reasoning\":5}}",
         5, 6, 2, 5},
        {"gcp.vertex.agent.llm_response",
         "{\"content\":{\"parts\":[{\"text\":\"input_tokens\"}]},\"usageMetadata\":{\"promptTokenCount\":5,"
         "\"candidatesTokenCount\":6,\"thoughtsTokenCount\":3}}",
         5, 6, -1, 3},
        {"acme.usage", "{\"input_tokens\":\"5\",\"output_tokens\":6.0,\"max_tokens\":100}", 5, 6, -1, -1},
        {"acme.usage", "{\"input_tokens\":", -1, -1, -1, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span_facts f = facts(SPAN(CHAT, rows[i].key, rows[i].value));
        if (f.input_tokens != rows[i].input || f.output_tokens != rows[i].output ||
            f.cached_tokens != rows[i].cached || f.reasoning_tokens != rows[i].reasoning)
            fail_msg("%s %s: got %d %d %d %d", rows[i].key, rows[i].value, (int)f.input_tokens,
                     (int)f.output_tokens, (int)f.cached_tokens, (int)f.reasoning_tokens);
        span_facts_free(&f);
    }
}

static void costs(void **state) {
    (void)state;
    static const struct {
        const char *key, *value;
        double cost;
    } rows[] = {
        {"langfuse.observation.cost_details", "{\"input\":0.25,\"output\":0.5,\"total\":0.75}", 0.75},
        {"mlflow.llm.cost", "{\"input_cost\":0.25,\"output_cost\":0.5,\"total_cost\":0.75}", 0.75},
        {"cost", "{\"cost\":0.75,\"currency\":\"USD\"}", 0.75},
        {"acme.cost_details", "{\"input\":0.25,\"output\":0.5}", 0.75},
        {"gen_ai.usage.cost", "0.75", 0.75},
        {"acme.cost", "free", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span_facts f = facts(SPAN(CHAT, rows[i].key, rows[i].value));
        double off = f.cost - rows[i].cost;
        if (off < -1e-9 || off > 1e-9) fail_msg("%s %s: got %g", rows[i].key, rows[i].value, f.cost);
        span_facts_free(&f);
    }
    struct span_facts f =
        facts(SPAN(CHAT, "gen_ai.usage.input_cost", NUMBER(0.25), "gen_ai.usage.output_cost", NUMBER(0.5)));
    assert_true(f.cost > 0.74 && f.cost < 0.76);
    span_facts_free(&f);
}

static void encoded_strings_and_metadata(void **state) {
    (void)state;
    struct span_facts f =
        facts(SPAN(CHAT, "mlflow.llm.model", "\"gpt-4o\"", "mlflow.llm.provider", "\"openai\"", "metadata",
                   "{\"ls_provider\":\"x\",\"threadId\":\"t1\",\"user_id\":\"u1\"}"));
    same("model", "gpt-4o", f.model);
    same("provider", "openai", f.provider);
    same("thread", "t1", f.thread_id);
    same("user", "u1", f.user_id);
    span_facts_free(&f);
    f = facts(SPAN(CHAT, "langsmith.trace.session_name", "project", "thread.id", INT(4711)));
    same("a project is no session", NULL, f.thread_id);
    span_facts_free(&f);
}

static void tags_are_an_array(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"a, b,,c", "\"tags\":[\"a\",\"b\",\"c\"]"},
        {"[\"a\",\"b\"]", "\"tags\":[\"a\",\"b\"]"},
        {STRINGS("a"), "\"tags\":[\"a\"]"},
        {"{\"a\":1}", NULL},
        {"[1,2]", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf span = SPAN(CHAT, "langsmith.span.tags", rows[i][0], "gen_ai.input.messages",
                               "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Hi\"}]}]");
        struct datainfo d;
        assert_int_equal(datainfo_extract(&d, span.data, span.len, NULL, NULL), STATUS_OK);
        assert_int_equal(d.verdict, DATAINFO_RECORD);
        const char *got = strstr(d.data.data, rows[i][1] ? rows[i][1] : "\"tags\"");
        if (!got != !rows[i][1]) fail_msg("%s: %s", rows[i][0], d.data.data);
        datainfo_free(&d);
        buf_free(&span);
    }
}

static void failures(void **state) {
    (void)state;
    static const struct {
        const char *key, *value;
        bool failed;
    } rows[] = {
        {"langfuse.observation.level", "ERROR", true},
        {"langfuse.observation.level", "WARNING", false},
        {"otel.status_code", "ERROR", true},
        {"error", "\1{\"boolValue\":true}", true},
        {"error", "\1{\"boolValue\":false}", false},
        {"error", "upstream said 500", true},
        {"error", "null", false},
        {"genkit:state", "error", true},
        {"error.message", "was handled", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span_facts f = facts(SPAN(CHAT, rows[i].key, rows[i].value));
        if (f.failed != rows[i].failed) fail_msg("%s=%s: failed is %d", rows[i].key, rows[i].value, f.failed);
        if (f.failed) assert_non_null(f.error);
        span_facts_free(&f);
    }
    struct span_facts f = facts(SPAN(CHAT, "error", "upstream said 500"));
    same("message", "upstream said 500", f.error);
    span_facts_free(&f);
}

static void previews(void **state) {
    (void)state;
    static const char *const rows[][7] = {
        /* kind, two attributes, what was asked, what was answered */
        {"TOOL", "acme.tool.arguments", "{\"q\": 1}", "acme.tool.result", "found", "{\"q\": 1}", "found"},
        {"TOOL", "input.value", "{\"messages\":[]}", "output.value", "7", "{\"messages\":[]}", "7"},
        {"RETRIEVER", "acme.query", "rate limits", "acme.documents", "[\"a\"]", "rate limits", "a"},
        {"AGENT", "input.value",
         "{\"messages\":[{\"role\":\"system\",\"content\":\"Be "
         "brief.\"},{\"role\":\"user\",\"content\":\"Hi\"}]}",
         "output.value", "Ho", "Hi", "Ho"},
        {"CHAIN", "acme.step.input",
         "[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"?\"}]",
         "acme.step.output", "{\"answer\": \"Ho\"}", "Hi", NULL},
        {"AGENT", "gen_ai.input.messages",
         "[{\"role\":\"system\",\"parts\":[{\"type\":\"text\",\"content\":\"S\"}]}]",
         "llm.invocation_parameters", "{\"temperature\":1}", NULL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span_facts f =
            facts(SPAN("openinference.span.kind", rows[i][0], rows[i][1], rows[i][2], rows[i][3], rows[i][4]));
        print_message("%s %s\n", rows[i][0], rows[i][1]);
        if (rows[i][5]) same("asked", rows[i][5], f.preview_input);
        if (rows[i][6]) same("answered", rows[i][6][0] ? rows[i][6] : NULL, f.preview_output);
        if (f.preview_input) assert_null(strstr(f.preview_input, "Be brief."));
        span_facts_free(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted_and_found),
        cmocka_unit_test(keys_by_their_words),
        cmocka_unit_test(documented_keys_win),
        cmocka_unit_test(values_have_to_be_plausible),
        cmocka_unit_test(frameworks_are_no_providers),
        cmocka_unit_test(counts_inside_json),
        cmocka_unit_test(costs),
        cmocka_unit_test(encoded_strings_and_metadata),
        cmocka_unit_test(tags_are_an_array),
        cmocka_unit_test(failures),
        cmocka_unit_test(previews),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
