/* langsmith.c: LangSmith's OpenTelemetry export. gen_ai.prompt and gen_ai.completion, as bare keys, hold the whole
 * request and the whole response: of the provider, or LangChain's serialised run. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/value.h"

static void offer(struct reading *r) {
    if (!span_has(&r->span, "gen_ai.prompt") && !span_has(&r->span, "gen_ai.completion")) return;
    value_offer_input(r, "gen_ai.prompt", VALUE_TEXT, RANK_RAW);
    value_offer_output(r, "gen_ai.completion", VALUE_TEXT, RANK_RAW);
    struct json_text choice = span_value(&r->span, "langsmith.metadata.tool_choice");
    struct json_text tools = span_value(&r->span, "gen_ai.tool.definitions");
    struct offer *o = offer_add(r, "langsmith.metadata", RANK_STRUCTURED);
    if (!o) return;
    o->tool_choice = normal_tool_choice(r, &choice);
    read_tools(r, &tools, o);
}

const struct convention convention_langsmith = {"LangSmith", offer};
