/* mlflow.c: MLflow's traces. Every attribute is JSON, texts too. spanInputs are the arguments of the traced
 * function (a provider's request, LangChain messages ...), spanOutputs what it gave back. */
#include "datainfo/conventions.h"
#include "datainfo/normalise.h"
#include "datainfo/value.h"

static void offer(struct reading *r) {
    if (!span_has(&r->span, "mlflow.spanInputs") && !span_has(&r->span, "mlflow.spanOutputs") &&
        !span_has(&r->span, "mlflow.chat.messages"))
        return;
    value_offer_input(r, "mlflow.spanInputs", VALUE_TEXT | VALUE_ENCODED, RANK_RAW);
    value_offer_output(r, "mlflow.spanOutputs", VALUE_TEXT | VALUE_ENCODED, RANK_RAW);
    struct json_text tools = span_container(&r->span, "mlflow.chat.tools");
    struct offer *o = offer_add(r, "mlflow.chat.tools", RANK_STRUCTURED);
    if (o) read_tools(r, &tools, o);
    if (o && o->tool_count) o->tells = TELLS_TOOLS;
    value_offer_input(r, "mlflow.chat.messages", 0, RANK_FLAT); /* with the answer at its end: a last resort */
}

const struct convention convention_mlflow = {"MLflow", offer};
