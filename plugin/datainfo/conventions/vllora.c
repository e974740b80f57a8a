/* vllora.c: the vLLora gateway. A provider span has the native request and output; input is the messages alone.
 * api_invoke has the client's request and, as response, the answer's text or the calls' JSON. Of Bedrock the output
 * is a debug text and no JSON. */
#include "datainfo/classify.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/value.h"

static void offer(struct reading *r) {
    if (!span_is_vllora(&r->span)) return;
    value_offer_input(r, "request", 0, RANK_RAW);
    value_offer_input(r, "input", VALUE_TEXT, RANK_STRUCTURED);
    value_offer_output(r, "output", VALUE_TEXT, RANK_RAW);
    value_offer_output(r, "response", VALUE_TEXT, RANK_STRUCTURED);
    struct json_text error = span_string(&r->span, "error");
    struct offer *o = has_text(&error) ? offer_add(r, "error", RANK_STRUCTURED) : NULL;
    if (o) o->error_message = error;
}

const struct convention convention_vllora = {"vLLora", offer};
