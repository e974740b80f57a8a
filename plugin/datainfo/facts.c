/* facts.c: span_facts_read, called for every span that a viewer takes in. Kind and scalars cost one look at the
 * attributes; the conversation is read for model calls only. */
#include "datainfo/classify.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/key_words.h"
#include "datainfo/merge.h"
#include "datainfo/preview.h"
#include "datainfo/value.h"
#include "datainfo/write.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 1024 /* attributes whose names are read for a preview */

static char *dup_text(const struct json_text *s) {
    return has_text(s) ? json_text_dup(s) : NULL;
}

/* What was asked: the last user message, else the last message with content. Instructions are what a model call was
 * asked when there is nothing else; nobody asked an agent that. */
static char *asked(const struct messages *list, bool agent) {
    static const struct json_text system = JSON_STRING_INIT("system");
    struct buf b = BUF_INIT;
    for (size_t i = list->count; i-- > 0 && !b.len;)
        if (json_text_equals(&list->items[i].role, "user"))
            preview_content(&list->items[i].content, DATAINFO_PREVIEW_MAX, &b);
    for (size_t i = list->count; i-- > 0 && !b.len;)
        if (!agent || !same_role(&list->items[i].role, &system))
            preview_content(&list->items[i].content, DATAINFO_PREVIEW_MAX, &b);
    return preview_take(&b);
}

static void said(const struct message *m, struct buf *b) {
    preview_content(&m->content, DATAINFO_PREVIEW_MAX, b);
    struct json_text refusal = message_extra(m, EXTRA_REFUSAL);
    if (!b->len) preview_content(&refusal, DATAINFO_PREVIEW_MAX, b);
}

/* What was answered: the text (of an agent's run the last one), else a refusal, else the calls as
 * name(arguments). */
static char *answered(const struct messages *list, bool agent) {
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < list->count && !b.len; i++) {
        const struct message *m = &list->items[agent ? list->count - 1 - i : i];
        if (!agent || json_text_equals(&m->role, "assistant")) said(m, &b);
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

/* ---- spans that are no calls: what went in and what came out, under whatever key ---- */

enum side { SIDE_INPUT, SIDE_OUTPUT };

/* Keys that are known to hold it, most telling first; those for the tools stand in front. */
static const char *const inputs[] = {"gen_ai.tool.call.arguments",
                                     "ai.toolCall.args",
                                     "gcp.vertex.agent.tool_call_args",
                                     "tool_arguments",
                                     "tool.parameters",
                                     "input.value",
                                     "langfuse.observation.input",
                                     "traceloop.entity.input",
                                     "genkit:input",
                                     "langwatch.input",
                                     "mlflow.spanInputs",
                                     "lmnr.span.input",
                                     "braintrust.input_json",
                                     "gen_ai.input.messages",
                                     "ai.values",
                                     "ai.value",
                                     NULL};
static const char *const outputs[] = {"gen_ai.tool.call.result",
                                      "ai.toolCall.result",
                                      "gcp.vertex.agent.tool_response",
                                      "tool_response",
                                      "ai.response.text",
                                      "ai.response.object",
                                      "output.value",
                                      "langfuse.observation.output",
                                      "traceloop.entity.output",
                                      "genkit:output",
                                      "langwatch.output",
                                      "mlflow.spanOutputs",
                                      "lmnr.span.output",
                                      "braintrust.output_json",
                                      "gen_ai.output.messages",
                                      NULL};

/* How much the words of a key promise that it holds one of the sides; 0: nothing. */
static int promise(const struct attr *a, enum side side) {
    static const char *const in[] = {"arguments", "args", "input",  "inputs",     "query",   "question",
                                     "prompt",    "task", "params", "parameters", "request", NULL};
    static const char *const out[] = {"result",   "results",   "output",     "outputs", "answer",
                                      "response", "documents", "completion", NULL};
    static const char *const containers[] = {"value", "json", "text", "content", "data", "body", "str", NULL};
    static const char *const others[] = {
        "system", "template", "schema",     "type",     "mime", "model", "count", "format", "tokens", "usage",
        "config", "llm",      "invocation", "settings", "http", "url",   "db",    "id",     "finish", NULL};
    struct key_words k;
    key_words_read(&k, a->key, a->key_len);
    for (const char *const *w = others; *w; w++)
        if (key_words_have(&k, *w)) return 0;
    size_t last = k.count;
    for (const char *const *w = containers; *w && last > 1; w++)
        if (key_words_end(&k, *w)) {
            last--;
            break;
        }
    const char *const *list = side == SIDE_INPUT ? in : out;
    for (int i = 0; last && list[i]; i++)
        if (strcmp(k.items[last - 1], list[i]) == 0) return 100 - i;
    return 0;
}

/* What the value says: of a conversation the words of a person, of anything else the value itself. A tool's
 * arguments are shown as they are. */
static char *side_preview(struct reading *r, struct attr *a, enum side side, bool tool) {
    struct json_text v = attr_plain(&r->arena, a);
    struct buf b = BUF_INIT;
    if (v.type == JSON_TEXT_STRING && v.len <= 2) return NULL;
    if (json_text_equals(&v, "__REDACTED__") || json_text_equals(&v, "N/A")) return NULL;
    struct json_text container = tool ? JSON_NONE : attr_container(&r->arena, a);
    if (container.type != JSON_TEXT_NONE) {
        struct offer o = offer_empty("a preview", RANK_HINT);
        char *text = NULL;
        if (side == SIDE_INPUT ? value_input(r, &container, VALUE_ENCODED | VALUE_TEXT, &o)
                               : value_output(r, &container, VALUE_ENCODED | VALUE_TEXT, &o))
            text = side == SIDE_INPUT ? asked(&o.input, true) : answered(&o.output, true);
        if (text) return text;
    }
    preview_value(&v, DATAINFO_PREVIEW_MAX, &b);
    return preview_take(&b);
}

static char *find_side(struct reading *r, enum side side, bool tool) {
    char *text = NULL;
    const char *const *keys = side == SIDE_INPUT ? inputs : outputs;
    for (; *keys && !text; keys++) {
        struct attr *a = span_attr(&r->span, *keys);
        if (a) text = side_preview(r, a, side, tool);
    }
    struct attr *best = NULL;
    int most = 0;
    for (size_t i = 0; !text && i < r->span.attrs.count && i < KEYS_MAX; i++) {
        struct attr *a = &r->span.attrs.items[i];
        bool holds = a->form != ATTR_SCALAR || (a->any.type == JSON_TEXT_STRING && a->any.len > 2);
        int mine = holds ? promise(a, side) : 0;
        if (mine > most) {
            most = mine;
            best = a;
        }
    }
    return text || !best ? text : side_preview(r, best, side, tool);
}

/* A tool's arguments and result as events of its span (Strands). */
static char *find_event(struct reading *r, enum side side) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < count && i < KEYS_MAX && !b.len; i++) {
        bool wanted =
            json_text_equals(&events[i].name, side == SIDE_INPUT ? "gen_ai.tool.message" : "gen_ai.choice");
        if (!wanted) continue;
        struct json_text v = event_value(&r->span, &events[i], side == SIDE_INPUT ? "content" : "message");
        preview_value(&v, DATAINFO_PREVIEW_MAX, &b);
    }
    return preview_take(&b);
}

static void read_previews(struct reading *r, struct span_facts *out, const struct offer *call) {
    bool tool = out->kind == SPAN_KIND_TOOL;
    if (call) {
        bool agent = out->kind != SPAN_KIND_LLM;
        out->preview_input = asked(&call->input, agent);
        out->preview_output = answered(&call->output, agent);
    }
    if (!out->preview_input) out->preview_input = find_side(r, SIDE_INPUT, tool);
    if (!out->preview_output && out->kind != SPAN_KIND_EMBEDDING)
        out->preview_output = find_side(r, SIDE_OUTPUT, tool);
    if (tool && !out->preview_input) out->preview_input = find_event(r, SIDE_INPUT);
    if (tool && !out->preview_output) out->preview_output = find_event(r, SIDE_OUTPUT);
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
