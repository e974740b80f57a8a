/* facts.c: span_facts_read, called for every span that a viewer takes in. Kind and scalars cost one look at the
 * attributes; the conversation is read for model calls only. */
#include "datainfo/classify.h"
#include "datainfo/conventions.h"
#include "datainfo/merge.h"
#include "datainfo/preview.h"
#include "datainfo/write.h"

#include <stdlib.h>
#include <string.h>

static char *dup_text(const struct json_text *s) {
    return has_text(s) ? json_text_dup(s) : NULL;
}

static char *value_preview(struct span_view *v, const char *const *keys) {
    struct buf b = BUF_INIT;
    for (; *keys && !b.len; keys++) {
        struct json_text value = span_value(v, *keys);
        if (json_text_equals(&value, "__REDACTED__")) continue;
        preview_value(&value, DATAINFO_PREVIEW_MAX, &b);
    }
    return preview_take(&b);
}

/* What was asked: the last user message, else the last message with content. */
static char *asked(const struct messages *list) {
    struct buf b = BUF_INIT;
    for (size_t i = list->count; i-- > 0 && !b.len;)
        if (json_text_equals(&list->items[i].role, "user"))
            preview_content(&list->items[i].content, DATAINFO_PREVIEW_MAX, &b);
    for (size_t i = list->count; i-- > 0 && !b.len;)
        preview_content(&list->items[i].content, DATAINFO_PREVIEW_MAX, &b);
    return preview_take(&b);
}

/* What was answered: the text, else a refusal, else the calls as name(arguments). */
static char *answered(const struct messages *list) {
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < list->count && !b.len; i++) {
        preview_content(&list->items[i].content, DATAINFO_PREVIEW_MAX, &b);
        if (!b.len) preview_content(&list->items[i].refusal, DATAINFO_PREVIEW_MAX, &b);
    }
    for (size_t i = 0; i < list->count && !b.len; i++) {
        for (size_t k = 0; k < list->items[i].call_count && b.len + 8 < DATAINFO_PREVIEW_MAX; k++) {
            if (b.len) buf_str(&b, ", ");
            preview_value(&list->items[i].calls[k].name, DATAINFO_PREVIEW_MAX - 4, &b);
            buf_char(&b, '(');
            preview_value(&list->items[i].calls[k].arguments, DATAINFO_PREVIEW_MAX - 4, &b);
            buf_char(&b, ')');
        }
    }
    return preview_take(&b);
}

static void read_previews(struct reading *r, struct span_facts *out, const struct offer *call) {
    static const char *const tool_input[] = {"gen_ai.tool.call.arguments",
                                             "ai.toolCall.args",
                                             "traceloop.entity.input",
                                             "input.value",
                                             "langfuse.observation.input",
                                             "gcp.vertex.agent.tool_call_args",
                                             "tool_arguments",
                                             "tool.parameters",
                                             "genkit:input",
                                             "langwatch.input",
                                             "mlflow.spanInputs",
                                             NULL};
    static const char *const tool_output[] = {"gen_ai.tool.call.result",
                                              "ai.toolCall.result",
                                              "traceloop.entity.output",
                                              "output.value",
                                              "langfuse.observation.output",
                                              "gcp.vertex.agent.tool_response",
                                              "tool_response",
                                              "genkit:output",
                                              "langwatch.output",
                                              "mlflow.spanOutputs",
                                              NULL};
    static const char *const other_input[] = {"input.value",
                                              "langfuse.observation.input",
                                              "traceloop.entity.input",
                                              "genkit:input",
                                              "langwatch.input",
                                              "mlflow.spanInputs",
                                              "ai.values",
                                              "ai.value",
                                              NULL};
    static const char *const other_output[] = {"ai.response.text",
                                               "ai.response.object",
                                               "output.value",
                                               "langfuse.observation.output",
                                               "traceloop.entity.output",
                                               "genkit:output",
                                               "langwatch.output",
                                               "mlflow.spanOutputs",
                                               NULL};
    if (call) {
        out->preview_input = asked(&call->input);
        out->preview_output = answered(&call->output);
    }
    bool tool = out->kind == SPAN_KIND_TOOL;
    if (!out->preview_input) out->preview_input = value_preview(&r->span, tool ? tool_input : other_input);
    if (!out->preview_output && out->kind != SPAN_KIND_EMBEDDING)
        out->preview_output = value_preview(&r->span, tool ? tool_output : other_output);
}

void span_facts_read(struct span_facts *out, const char *span_json, size_t len) {
    *out = (struct span_facts){.kind = SPAN_KIND_OTHER,
                               .input_tokens = -1,
                               .output_tokens = -1,
                               .cached_tokens = -1,
                               .reasoning_tokens = -1,
                               .cost = -1};
    struct reading r = {.arena = ARENA_INIT};
    if (span_view_open(&r.span, &r.arena, span_json, len, NULL) != STATUS_OK) goto out;
    out->kind = classify_span(&r.span);
    /* Agents and wrappers carry conversations in the same keys; reading those gives them a preview, too. */
    bool conversation =
        out->kind == SPAN_KIND_LLM || out->kind == SPAN_KIND_AGENT || out->kind == SPAN_KIND_WRAPPER;
    if (conversation)
        conventions_offer(&r);
    else
        conventions_offer_scalars(&r);
    struct offer call = merge_offers(&r);
    const struct json_text *model = has_text(&call.response_model) ? &call.response_model : &call.request_model;
    out->model = dup_text(model);
    out->provider = dup_text(&call.provider);
    out->thread_id = dup_text(&call.thread);
    out->user_id = dup_text(&call.user);
    out->failed = has_text(&call.error_message);
    out->error = dup_text(&call.error_message);
    out->input_tokens = call.usage.input;
    out->output_tokens = call.usage.output;
    out->cached_tokens = call.usage.cached;
    out->reasoning_tokens = call.usage.reasoning;
    out->cost = call.cost;
    if (conversation) {
        char finish[FINISH_WORD_SIZE];
        call_finish(&call, finish);
        if (finish[0]) out->finish_reason = strdup(finish);
    }
    if (out->kind != SPAN_KIND_OTHER) read_previews(&r, out, conversation ? &call : NULL);
out:
    arena_free(&r.arena);
}

void span_facts_free(struct span_facts *f) {
    free(f->model);
    free(f->provider);
    free(f->thread_id);
    free(f->user_id);
    free(f->finish_reason);
    free(f->error);
    free(f->preview_input);
    free(f->preview_output);
    *f = (struct span_facts){
        .input_tokens = -1, .output_tokens = -1, .cached_tokens = -1, .reasoning_tokens = -1, .cost = -1};
}
