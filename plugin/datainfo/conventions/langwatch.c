/* langwatch.c: LangWatch. Input and output are typed: {"type": "chat_messages" | "text" | "json" | "list" | "raw",
 * "value": ...}. JSON that nobody recognises was all that was said (structured output): its text, without the type. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/value.h"

static void without_type(struct reading *r, const char *key, struct messages *list) {
    struct json_text typed = span_container(&r->span, key), type, value;
    if (list->count != 1 || !json_text_get(&typed, "type", &type) || !json_text_equals(&type, "json")) return;
    if (!json_text_get(&typed, "value", &value) || json_text_count(&value) == 0) return;
    struct buf b = BUF_INIT;
    buf_json_string(&b, value.text, value.len);
    list->items[0].content = arena_json(&r->arena, &b, JSON_TEXT_STRING);
}

static void offer(struct reading *r) {
    struct offer *input = value_offer_input(r, "langwatch.input", VALUE_TEXT, RANK_RAW);
    struct offer *output = value_offer_output(r, "langwatch.output", VALUE_TEXT, RANK_RAW);
    if (input && input->rank == RANK_HINT) without_type(r, "langwatch.input", &input->input);
    if (output && output->rank == RANK_HINT) without_type(r, "langwatch.output", &output->output);
}

const struct convention convention_langwatch = {"LangWatch", offer};
