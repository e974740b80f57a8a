/* mastra.c: Mastra's exporters. A step has the messages as a rendering (mastra.model_step.input: a past call is
 * the text "[tool: name]" in the message), its output ({text, toolCalls}), and in the metadata the raw body of
 * the provider's response. The span of the request itself (model_inference) has only the answer's text. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/value.h"

#include <string.h>

/* Takes "[tool: name]" off the end of an assistant's text: one call each, of which only the name was recorded. */
static void unrender_calls(struct reading *r, struct message *m) {
    static const char open[] = "[tool: ";
    if (!json_text_equals(&m->role, "assistant") || m->content.type != JSON_TEXT_STRING || m->call_count)
        return;
    const char *text = m->content.text + 1, *end = m->content.text + m->content.len - 1, *at = end;
    while (at > text && at[-1] == ']') {
        const char *from = at - 1;
        while (from > text && *from != '[') from--;
        if ((size_t)(at - from) <= sizeof open || memcmp(from, open, sizeof open - 1) != 0) break;
        at = from;
    }
    for (const char *call = at; call < end;) {
        const char *name = call + sizeof open - 1, *close = memchr(name, ']', (size_t)(end - name));
        if (!close) return;
        struct call_tool *c = message_add_call(r, m);
        if (c) c->name = arena_string(&r->arena, name, (size_t)(close - name));
        call = close + 1;
    }
    if (at == end) return;
    m->content = at > text ? arena_quoted(&r->arena, text, (size_t)(at - text)) : JSON_NONE;
}

static bool may_be_results(const struct message *m) {
    return json_text_equals(&m->role, "tool") && text_begins(&m->content, "[tool-result: ") &&
           m->content.text[m->content.len - 2] == ']';
}

/* Makes "[tool-result: f][tool-result: g]" two messages of which only the tool's name was recorded. */
static void unrender_results(struct reading *r, struct messages *list) {
    static const char open[] = "[tool-result: ";
    struct messages out = {0};
    size_t first = 0;
    while (first < list->count && !may_be_results(&list->items[first])) first++;
    if (first == list->count) return;
    messages_reserve(r, &out, list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        bool rendered = may_be_results(m);
        const char *at = rendered ? m->content.text + 1 : NULL,
                   *end = rendered ? at + m->content.len - 2 : NULL;
        size_t before = out.count;
        while (rendered && at < end) {
            const char *close = memchr(at, ']', (size_t)(end - at));
            rendered = (size_t)(close - at) > sizeof open - 1 && memcmp(at, open, sizeof open - 1) == 0;
            struct message *result = rendered ? messages_add(r, &out, m->role) : NULL;
            const char *name = at + sizeof open - 1;
            if (result)
                message_put(r, result, EXTRA_NAME, arena_string(&r->arena, name, (size_t)(close - name)));
            at = close + 1;
        }
        if (rendered) continue;
        out.count = before;
        messages_push(r, &out, m);
    }
    *list = out;
}

/* What a step says of its model; the span above it has that in OpenTelemetry's keys. */
static void read_model(struct reading *r) {
    struct json_text about = span_container(&r->span, "mastra.metadata.modelMetadata");
    if (about.type == JSON_TEXT_NONE)
        about = span_container(&r->span, "lmnr.association.properties.metadata.modelMetadata");
    struct offer o = offer_empty("modelMetadata", RANK_HINT);
    o.request_model = body_string(&about, "modelId");
    o.provider = body_string(&about, "modelProvider");
    if (has_text(&o.request_model)) offer_put(r, &o);
}

static void offer(struct reading *r) {
    if (!text_begins(&r->span.scope, "@mastra/") && !span_has(&r->span, "mastra.span.type")) return;
    static const char *const inputs[] = {"mastra.model_step.input", "mastra.model_inference.input",
                                         "mastra.model_generation.input", "lmnr.span.input",
                                         "langfuse.observation.input"};
    static const char *const outputs[] = {"mastra.model_step.output", "mastra.model_inference.output",
                                          "mastra.model_generation.output", "lmnr.span.output",
                                          "langfuse.observation.output"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct offer *o = value_offer_input(r, inputs[i], 0, RANK_STRUCTURED);
        for (size_t k = 0; o && k < o->input.count; k++) unrender_calls(r, &o->input.items[k]);
        if (o) unrender_results(r, &o->input);
        value_offer_output(r, outputs[i], VALUE_ENCODED, RANK_STRUCTURED);
    }
    value_offer_output(r, "mastra.metadata.body", 0, RANK_RAW);
    value_offer_output(r, "lmnr.association.properties.metadata.body", 0, RANK_RAW);
    read_model(r);
    struct json_text metadata = span_container(&r->span, "metadata"), body;
    if (json_text_get(&metadata, "body", &body)) {
        struct offer o = offer_empty("metadata.body", RANK_RAW);
        if (value_output(r, &body, 0, &o)) offer_put(r, &o);
    }
}

const struct convention convention_mastra = {"Mastra", offer};
