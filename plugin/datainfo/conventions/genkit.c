/* genkit.c: Firebase Genkit. genkit:input and genkit:output of a model action are its request and response; their
 * shapes are bodies (openai_chat.c, answer.c). The finish reason is "stop" for answers that call tools, too. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/value.h"

static void offer(struct reading *r) {
    if (!span_has(&r->span, "genkit:input") && !span_has(&r->span, "genkit:output")) return;
    struct offer *input = value_offer_input(r, "genkit:input", VALUE_TEXT | VALUE_ENCODED, RANK_RAW);
    if (input && !input->cut_input) input->tells |= TELLS_TOOLS | TELLS_TOOL_CHOICE;
    struct offer *output = value_offer_output(r, "genkit:output", VALUE_TEXT | VALUE_ENCODED, RANK_RAW);
    if (output) output->finish_ignores_calls = true;
}

const struct convention convention_genkit = {"Genkit", offer};
