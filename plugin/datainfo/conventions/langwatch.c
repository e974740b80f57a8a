/* langwatch.c: LangWatch. Input and output are typed: {"type": "chat_messages" | "text" | "json" | "list" | "raw",
 * "value": ...}. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/value.h"

static void offer(struct reading *r) {
    value_offer_input(r, "langwatch.input", VALUE_TEXT, RANK_RAW);
    value_offer_output(r, "langwatch.output", VALUE_TEXT, RANK_RAW);
}

const struct convention convention_langwatch = {"LangWatch", offer};
