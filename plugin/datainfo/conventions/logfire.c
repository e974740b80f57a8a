/* logfire.c: Logfire and Pydantic AI. request_data and response_data are the bodies of a call ({message, usage} or,
 * of a stream, {combined_chunk_content} on a log span of its own); events is a JSON array of OpenTelemetry's message
 * events; model_request_parameters lists the tools of a Pydantic AI request. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/value.h"

static void read_stream(struct reading *r) {
    struct json_text body = span_container(&r->span, "response_data"), text;
    if (!json_text_get(&body, "combined_chunk_content", &text) || !has_text(&text)) return;
    struct offer *o = offer_add(r, "response_data.combined_chunk_content", RANK_HINT);
    if (o) read_messages(r, &text, JSON_STRING("assistant"), 0, &o->output);
}

/* Pydantic AI puts an agent's instructions first, though they are sent behind the system prompts: they are of no
 * message of the history and so have no index in it. */
static bool is_instructions(struct reading *r, const struct json_text *name, const struct json_text *event) {
    struct json_text index;
    return json_text_equals(&r->span.scope, "pydantic-ai") && json_text_equals(name, "gen_ai.system.message") &&
           !json_text_get(event, "gen_ai.message.index", &index);
}

/* A question of the Responses API is written down part by part: an image is a message of its own, and goes back behind
 * the text. */
static void join_image(struct reading *r, struct messages *list) {
    struct message *m = list->count > 1 ? &list->items[list->count - 1] : NULL, *before = m ? m - 1 : NULL;
    struct buf b = BUF_INIT;
    if (!m || !text_begins(&r->span.scope, "logfire") || !text_begins(&m->content, "data:image/")) return;
    if (!json_text_equals(&m->role, "user") || !same_role(&m->role, &before->role)) return;
    if (!has_text(&before->content)) return;
    buf_str(&b, "[{\"type\":\"text\",\"text\":");
    json_text_copy_valid(&before->content, &b);
    buf_str(&b, "},{\"type\":\"image_url\",\"image_url\":{\"url\":");
    json_text_copy_valid(&m->content, &b);
    buf_str(&b, "}}]");
    before->content = arena_json(&r->arena, &b, JSON_TEXT_ARRAY);
    list->count--;
}

/* A thought is an item that the list has no event for. */
static struct json_text thought_of(struct reading *r, const struct json_text *event) {
    struct json_text data;
    struct messages list = {0};
    if (!json_text_get(event, "data", &data) || data.type != JSON_TEXT_OBJECT) return JSON_NONE;
    read_messages(r, &data, JSON_STRING("assistant"), 0, &list);
    return list.count == 1 ? message_extra(&list.items[0], EXTRA_REASONING) : JSON_NONE;
}

static void read_event_list(struct reading *r, const char *key) {
    struct json_text list = span_container(&r->span, key), item, name;
    if (list.type != JSON_TEXT_ARRAY) return;
    struct offer *o = offer_add(r, key, RANK_EVENTS);
    struct json_text_iter it;
    json_text_iter(&it, &list);
    struct json_text instructions = JSON_NONE, thought = JSON_NONE;
    for (bool first = true; o && json_text_next(&it, NULL, &item); first = false) {
        if (!json_text_get(&item, "event.name", &name)) continue;
        if (json_text_equals(&name, "gen_ai.unknown")) {
            thought = thought_of(r, &item);
            continue;
        }
        if (first && is_instructions(r, &name, &item)) {
            instructions = body_string(&item, "content");
            continue;
        }
        otel_genai_message_event(r, &name, &item, o);
        struct message *m = o->input.count ? &o->input.items[o->input.count - 1] : NULL;
        if (m && has_text(&thought) && json_text_equals(&m->role, "assistant"))
            message_put(r, m, EXTRA_REASONING, thought);
        thought = JSON_NONE;
        join_image(r, &o->input);
    }
    if (o && has_text(&instructions)) add_instructions(r, &instructions, &o->input);
    if (!o || o->output.count) return;
    /* Of the Responses API the answer is no choice but the items at the end. */
    size_t end = o->input.count;
    while (end > 0 && json_text_equals(&o->input.items[end - 1].role, "assistant")) end--;
    if (!end) return;
    o->output.items = o->input.items + end;
    o->output.count = o->output.cap = o->input.count - end;
    o->input.count = o->input.cap = end;
}

/* Of an answer of Anthropic's the arguments are {"input": the arguments}. */
static void unwrap_arguments(struct reading *r, struct offer *o) {
    struct json_text inner;
    for (size_t i = 0; o && i < o->output.count; i++)
        for (size_t k = 0; k < o->output.items[i].call_count; k++) {
            struct json_text *arguments = &o->output.items[i].calls[k].arguments;
            struct json_text object = string_container(&r->arena, arguments);
            if (json_text_count(&object) == 1 && json_text_get(&object, "input", &inner) &&
                inner.type == JSON_TEXT_OBJECT)
                *arguments = normal_arguments(r, &inner);
        }
}

static void read_request_parameters(struct reading *r) {
    struct json_text p = span_container(&r->span, "model_request_parameters"), tools;
    if (p.type != JSON_TEXT_OBJECT) return;
    struct offer *o = offer_add(r, "model_request_parameters", RANK_STRUCTURED);
    if (!o) return;
    if (json_text_get(&p, "function_tools", &tools)) read_tools(r, &tools, o);
    if (json_text_get(&p, "output_tools", &tools)) read_tools(r, &tools, o);
    o->tells = TELLS_TOOLS;
}

static void offer(struct reading *r) {
    if (span_has(&r->span, "request_data")) {
        value_offer_input(r, "request_data", 0, RANK_RAW);
        struct offer *answer = value_offer_output(r, "response_data", 0, RANK_RAW);
        if (json_text_equals(&r->span.scope, "logfire.anthropic")) unwrap_arguments(r, answer);
        read_stream(r);
    }
    read_event_list(r, "events");
    read_event_list(r, "all_messages_events");
    read_request_parameters(r);
}

const struct convention convention_logfire = {"Logfire, Pydantic AI", offer};
