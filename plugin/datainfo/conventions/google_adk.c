/* google_adk.c: Google's Agent Development Kit. The call_llm span holds the request ({model, contents, config}) and
 * the last response ({content, finishReason, usageMetadata}) in Gemini's form, whatever the model behind it. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/value.h"

static void read_bodies(struct reading *r) {
    struct offer *input = value_offer_input(r, "gcp.vertex.agent.llm_request", 0, RANK_RAW);
    if (input && !input->cut_input) input->tells |= TELLS_TOOLS | TELLS_TOOL_CHOICE;
    value_offer_output(r, "gcp.vertex.agent.llm_response", 0, RANK_RAW);
}

static void offer(struct reading *r) {
    bool bodies = span_has(&r->span, "gcp.vertex.agent.llm_request");
    if (!bodies && !json_text_equals(&r->span.scope, "gcp.vertex.agent")) return;
    if (bodies) read_bodies(r);
    /* It says everything in Gemini's words, messages and events too, and Gemini has none for calls. */
    for (struct offer *o = r->offers; o; o = o->next) o->finish_ignores_calls = true;
}

const struct convention convention_google_adk = {"Google ADK", offer};
