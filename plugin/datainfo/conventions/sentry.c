/* sentry.c: Sentry's SDKs record the answer under keys of their own, beside OpenTelemetry's: the text of each
 * choice in gen_ai.response.text (a list, or the one text as it is) and the calls, in the provider's form, in
 * gen_ai.response.tool_calls. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/message.h"
#include "datainfo/value.h"

static bool is_list_of_texts(const struct json_text *list) {
    struct json_text_iter it;
    struct json_text item;
    if (list->type != JSON_TEXT_ARRAY) return false;
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &item))
        if (item.type != JSON_TEXT_STRING && item.type != JSON_TEXT_NULL) return false;
    return true;
}

static void add_answer(struct reading *r, const struct json_text *text, struct messages *out) {
    struct message *m = messages_add(r, out, JSON_STRING("assistant"));
    if (m && has_text(text)) m->content = *text;
}

static void offer(struct reading *r) {
    struct offer o = offer_empty("gen_ai.response.text, gen_ai.response.tool_calls", RANK_STRUCTURED);
    struct json_text text = span_value(&r->span, "gen_ai.response.text"), item;
    struct json_text list = value_container(r, "gen_ai.response.text", &o.cut_output);
    struct json_text calls = value_container(r, "gen_ai.response.tool_calls", &o.cut_output);
    struct json_text_iter it;
    if (is_list_of_texts(&list)) {
        json_text_iter(&it, &list);
        while (json_text_next(&it, NULL, &item)) add_answer(r, &item, &o.output);
    } else if (has_text(&text)) {
        add_answer(r, &text, &o.output);
    }
    if (calls.type == JSON_TEXT_ARRAY && calls.len > 2) {
        if (!o.output.count) add_answer(r, &JSON_NONE, &o.output);
        if (o.output.count) read_call_list(r, &calls, &o.output.items[0]);
    }
    if (messages_have_content(&o.output) || o.cut_output) offer_put(r, &o);
}

const struct convention convention_sentry = {"Sentry", offer};
