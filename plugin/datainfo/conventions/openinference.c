/* openinference.c: OpenInference (Arize): llm.*, input.value, output.value; what Future AGI made of it.
 *
 * Best are input.value and output.value, where an instrumentation puts the whole request and response there.
 * The flattened keys lose much (all choices but the first, refusals, tool_choice) but survive a cut of long
 * values, so they fill gaps. llm.invocation_parameters holds the rest of the request: tools and tool choice of
 * LangChain. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/limits.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/parts.h"
#include "datainfo/value.h"

/* Text that stands for the whole conversation when nothing better does. */
static void offer_text(struct reading *r, const char *key, bool answer) {
    struct json_text text = span_string(&r->span, key);
    if (!has_text(&text) || is_redacted(&text)) return;
    struct offer *o = offer_add(r, key, RANK_HINT);
    if (!o) return;
    struct json_text role = answer ? JSON_STRING("assistant") : JSON_STRING("user");
    struct message *m = messages_add(r, answer ? &o->output : &o->input, role);
    if (m) m->content = text;
}

static void offer_raw(struct reading *r) {
    /* Mastra's are renderings: "[tool: search]" stands in the text for a call. It has its own keys. */
    if (span_has(&r->span, "mastra.span.type")) return;
    struct json_text mime = span_string(&r->span, "input.mime_type");
    value_offer_input(r, "input.value", json_text_equals(&mime, "application/json") ? 0 : VALUE_TEXT, RANK_RAW);
    mime = span_string(&r->span, "output.mime_type");
    /* An answer in JSON mode is JSON, too: only what says it is a body is read as one. */
    if (json_text_equals(&mime, "text/plain"))
        offer_text(r, "output.value", true);
    else
        value_offer_output(r, "output.value", json_text_equals(&mime, "application/json") ? 0 : VALUE_TEXT,
                           RANK_RAW);
}

static void read_parts(struct reading *r, const struct flat_list *group, struct message *m) {
    struct flat_list contents = flat_within(r, group, "message.contents."), part;
    struct part_writer w = {.reading = r, .message = m};
    for (size_t at = 0; flat_next(&contents, &at, &part);) {
        struct json_text type = flat_get(r, &part, "message_content.type");
        struct json_text text = flat_get(r, &part, "message_content.text");
        struct json_text url = flat_get(r, &part, "message_content.image.image.url");
        if (!has_text(&url)) url = flat_get(r, &part, "message_content.image.image_url.url");
        struct buf b = BUF_INIT;
        buf_char(&b, '{');
        if (has_text(&url)) {
            buf_str(&b, "\"type\":\"image_url\",\"image_url\":{\"url\":");
            json_text_copy_valid(&url, &b);
            buf_char(&b, '}');
        } else if (text.type == JSON_TEXT_STRING) {
            bool thought = json_text_equals(&type, "reasoning") || json_text_equals(&type, "thinking");
            bool refusal = json_text_equals(&type, "refusal");
            buf_str(&b, thought   ? "\"type\":\"reasoning\",\"text\":"
                        : refusal ? "\"type\":\"refusal\",\"refusal\":"
                                  : "\"type\":\"text\",\"text\":");
            json_text_copy_valid(&text, &b);
        } else { /* a tool_use: its call stands among the tool_calls */
            buf_free(&b);
            continue;
        }
        buf_char(&b, '}');
        struct json_text one = arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
        part_read(&w, &one);
    }
    parts_finish(&w);
}

static void read_flat_messages(struct reading *r, const char *prefix, struct json_text role,
                               struct messages *out, bool *cut) {
    struct flat_list all = flat_collect(r, prefix), group, call;
    *cut = limits_may_have_cut(r, &all);
    messages_reserve(r, out, flat_elements(&all));
    for (size_t at = 0; flat_next(&all, &at, &group);) {
        struct json_text own = flat_get(r, &group, "message.role");
        own = normal_role(&own);
        struct message m = {.role = has_text(&own) ? own : role};
        struct json_text content = flat_get(r, &group, "message.content");
        if (content.type == JSON_TEXT_STRING)
            m.content = content;
        else
            read_parts(r, &group, &m);
        struct flat_list calls = flat_within(r, &group, "message.tool_calls.");
        for (size_t k = 0; flat_next(&calls, &k, &call);) {
            struct json_text arguments = flat_get(r, &call, "tool_call.function.arguments");
            struct json_text name = flat_get(r, &call, "tool_call.function.name"),
                             id = flat_get(r, &call, "tool_call.id");
            struct call_tool *c = has_text(&name) || has_text(&id) ? message_add_call(r, &m) : NULL;
            if (c)
                *c = (struct call_tool){.id = has_text(&id) ? id : JSON_NONE,
                                        .name = name,
                                        .arguments = normal_arguments(r, &arguments)};
        }
        /* AutoGen: the text beside calls is their "thought", results are a list beside an empty message. */
        struct json_text thought = flat_get(r, &group, "thought");
        if (m.call_count && m.content.type == JSON_TEXT_NONE) m.content = thought;
        struct flat_list results = flat_within(r, &group, "function.");
        size_t before = out->count;
        for (size_t k = 0; flat_next(&results, &k, &call);) {
            struct json_text result = attr_container(&r->arena, call.items[0].attr);
            read_content(r, &result, 0, &m, out);
        }
        if (out->count > before && !message_has_content(&m)) continue;
        struct json_text legacy = flat_get(r, &group, "message.function_call_name");
        if (!m.call_count && has_text(&legacy)) {
            struct json_text arguments = flat_get(r, &group, "message.function_call_arguments_json");
            struct call_tool *c = message_add_call(r, &m);
            if (c) *c = (struct call_tool){.name = legacy, .arguments = normal_arguments(r, &arguments)};
        }
        struct json_text id = flat_get(r, &group, "message.tool_call_id"),
                         name = flat_get(r, &group, "message.name");
        if (has_text(&id) && !json_text_equals(&m.role, "assistant")) {
            message_put(r, &m, EXTRA_TOOL_CALL_ID, id);
            m.role = JSON_STRING("tool");
        }
        if (has_text(&name) && !json_text_equals(&m.role, "tool")) message_put(r, &m, EXTRA_NAME, name);
        messages_push(r, out, &m);
    }
}

/* Instrumentations without choices write one answer as several messages: the text, then the calls. */
static void join_answers(struct messages *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i], *last = kept ? &list->items[kept - 1] : NULL;
        bool calls_of_last = last && m->call_count &&
                             !message_has_content(&(struct message){.content = m->content}) &&
                             !last->call_count && has_text(&last->content);
        if (calls_of_last)
            message_take_calls(last, m);
        else
            list->items[kept++] = *m;
    }
    list->count = kept;
}

static void offer_flat(struct reading *r) {
    struct offer *o = offer_add(r, "llm.input_messages, llm.output_messages", RANK_FLAT);
    if (!o) return;
    read_flat_messages(r, "llm.input_messages.", JSON_STRING("user"), &o->input, &o->cut_input);
    read_flat_messages(r, "llm.output_messages.", JSON_STRING("assistant"), &o->output, &o->cut_output);
    join_answers(&o->output);
    struct flat_list list, group;
    struct json_text prompts = span_container(&r->span, "llm.prompts"); /* LlamaIndex: texts */
    struct json_text prompt;
    struct json_text_iter it;
    json_text_iter(&it, &prompts);
    while (!o->input.count && json_text_next(&it, NULL, &prompt))
        if (has_text(&prompt)) read_messages(r, &prompt, JSON_STRING("user"), 0, &o->input);
    list = flat_collect(r, "llm.prompts.");
    for (size_t at = 0; !o->input.count && flat_next(&list, &at, &group);) {
        struct json_text text = flat_get(r, &group, "prompt.text");
        struct message *m =
            text.type == JSON_TEXT_STRING ? messages_add(r, &o->input, JSON_STRING("user")) : NULL;
        if (m) m->content = text;
    }
    list = flat_collect(r, "llm.choices.");
    for (size_t at = 0; !o->output.count && flat_next(&list, &at, &group);) {
        struct json_text text = flat_get(r, &group, "completion.text");
        struct message *m =
            text.type == JSON_TEXT_STRING ? messages_add(r, &o->output, JSON_STRING("assistant")) : NULL;
        if (m) m->content = text;
    }
    struct json_text parameters = span_container(&r->span, "llm.invocation_parameters"), system;
    if (o->input.count && json_text_get(&parameters, "system", &system)) /* Anthropic's */
        prepend_system(r, &system, &o->input);
    list = flat_collect(r, "llm.tools.");
    o->cut_tools = limits_may_have_cut(r, &list);
    for (size_t at = 0; flat_next(&list, &at, &group);) {
        struct json_text schema = flat_get(r, &group, "tool.json_schema");
        if (!offer_add_tool(r, o, normal_tool(r, &schema)) && has_text(&schema)) o->cut_tools = true;
    }
    if (o->tool_count && !o->cut_tools) o->tells = TELLS_TOOLS;
    o->finish = span_string(&r->span, "llm.finish_reason");
}

static void offer_parameters(struct reading *r, const char *key) {
    bool cut = false;
    struct json_text p = value_container(r, key, &cut), v;
    if (p.type != JSON_TEXT_OBJECT) return;
    struct offer *o = offer_add(r, key, RANK_STRUCTURED);
    if (!o) return;
    if (json_text_get(&p, "system", &v)) prepend_system(r, &v, &o->input);
    if (json_text_get(&p, "tools", &v)) read_tools(r, &v, o);
    if (!o->tool_count && json_text_get(&p, "functions", &v)) read_tools(r, &v, o);
    if (json_text_get(&p, "tool_choice", &v)) o->tool_choice = normal_tool_choice(r, &v);
    if (o->tool_count) o->tells = TELLS_TOOLS | TELLS_TOOL_CHOICE; /* settings alone: neither was to be told */
    if (cut) value_was_cut(&p, o);
    o->request_model = body_string(&p, "model");
    o->parameters = body_parameters(r, &p);
}

static void offer(struct reading *r) {
    bool future = span_has(&r->span, "gen_ai.span.kind"); /* Future AGI: the rest under gen_ai.* */
    bool own = span_has(&r->span, "openinference.span.kind") || span_has(&r->span, "llm.model_name");
    if (own || future) offer_raw(r);
    if (future) offer_parameters(r, "gen_ai.request.parameters");
    if (!own) return;
    offer_parameters(r, "llm.invocation_parameters");
    offer_flat(r);
}

const struct convention convention_openinference = {"OpenInference", offer};
