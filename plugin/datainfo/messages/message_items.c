/* message_items.c: what stands in a list of messages and is built otherwise: items of the Responses API, Pydantic AI's
 * requests and responses, Cohere's results. */
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/parts.h"

#include <string.h>

/* The message that a Responses item or a call without a message of its own belongs to: the last one, when it is
 * an assistant's and of the same answer. */
static struct message *open_answer(struct reading *r, struct messages *out, size_t first) {
    if (out->count > first && json_text_equals(&out->items[out->count - 1].role, "assistant"))
        return &out->items[out->count - 1];
    return messages_add(r, out, JSON_STRING("assistant"));
}

bool read_item(struct reading *r, const struct json_text *v, size_t first, struct messages *out) {
    struct json_text type, role, output, function;
    if (!json_text_get(v, "type", &type) || json_text_get(v, "role", &role)) return false;
    bool call = json_text_equals(&type, "function") && json_text_get(v, "function", &function) &&
                field(&function, "arguments").type != JSON_TEXT_NONE;
    if (call || json_text_equals(&type, "function_call") || json_text_equals(&type, "custom_tool_call")) {
        struct message *m = open_answer(r, out, first);
        if (m) read_call(r, v, m);
        return true;
    }
    if (json_text_equals(&type, "function_call_output") || json_text_equals(&type, "function_call_result") ||
        json_text_equals(&type, "custom_tool_call_output")) {
        struct message result = {.role = JSON_STRING("tool")};
        message_put(r, &result, EXTRA_TOOL_CALL_ID, text_field(v, "callid", "id"));
        json_text_get(v, "output", &output);
        part_result(r, &output, &result);
        messages_push(r, out, &result);
        return true;
    }
    if (json_text_equals(&type, "reasoning")) {
        struct message thought = {.role = JSON_STRING("assistant")};
        struct part_writer w = {.reading = r, .message = &thought, .results = out};
        part_read(&w, v);
        parts_finish(&w);
        if (message_says(&thought, EXTRA_REASONING)) messages_push(r, out, &thought);
        return true;
    }
    /* web_search_call, item_reference, compaction ...: work of the provider's own, not of the conversation */
    size_t n = type.len;
    return (n > 7 && memcmp(type.text + n - 6, "_call\"", 6) == 0) || json_text_equals(&type, "item_reference");
}

bool read_pydantic(struct reading *r, const struct json_text *v, struct messages *out) {
    static const struct {
        const char *kind;
        struct json_text role;
    } table[] = {{"system-prompt", JSON_STRING_INIT("system")}, {"user-prompt", JSON_STRING_INIT("user")}};
    struct json_text kind, parts, part, part_kind, content;
    if (!json_text_get(v, "kind", &kind) || !json_text_get(v, "parts", &parts)) return false;
    bool request = json_text_equals(&kind, "request");
    if ((!request && !json_text_equals(&kind, "response")) || parts.type != JSON_TEXT_ARRAY) return false;
    struct message answer = {.role = JSON_STRING("assistant")};
    struct part_writer w = {.reading = r, .message = &answer, .results = out};
    struct json_text_iter it;
    json_text_iter(&it, &parts);
    while (json_text_next(&it, NULL, &part)) {
        json_text_get(&part, "part_kind", &part_kind);
        json_text_get(&part, "content", &content);
        size_t row = 0;
        while (row < sizeof table / sizeof *table && !json_text_equals(&part_kind, table[row].kind)) row++;
        bool retry = json_text_equals(&part_kind, "retry-prompt");
        bool of_tool = text_field(&part, "toolname").type == JSON_TEXT_STRING;
        if (row < sizeof table / sizeof *table || (retry && !of_tool)) {
            struct message m = {.role = retry ? JSON_STRING("user") : table[row].role};
            if (retry)
                m.content = as_string(r, &content);
            else
                read_content(r, &content, 0, &m, out);
            messages_push(r, out, &m);
        } else if (retry) {
            struct message m = {.role = JSON_STRING("tool")};
            message_put(r, &m, EXTRA_TOOL_CALL_ID, text_field(&part, "toolcallid"));
            m.content = as_string(r, &content);
            messages_push(r, out, &m);
        } else {
            part_read(&w, &part);
        }
    }
    parts_finish(&w);
    if (!request) message_put(r, &answer, EXTRA_FINISH, text_field(v, "finishreason"));
    if (message_has_content(&answer) || !request) messages_push(r, out, &answer);
    struct json_text instructions = text_field(v, "instructions"), system = JSON_STRING("system");
    bool said =
        out->count > 1 && same_role(&out->items[0].role, &system) && same_role(&out->items[1].role, &system);
    if (request && has_text(&instructions) && !said)
        prepend_system(r, &instructions, out); /* each repeats them */
    return true;
}

void read_tool_results(struct reading *r, const struct json_text *list, struct messages *out) {
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, list);
    while (list->type == JSON_TEXT_ARRAY && json_text_next(&it, NULL, &item)) {
        struct json_text call = field(&item, "call"), outputs = field(&item, "outputs");
        struct message m = {.role = JSON_STRING("tool")};
        message_put(r, &m, EXTRA_NAME, text_field(&call, "name"));
        m.content = as_string(r, &outputs);
        messages_push(r, out, &m);
    }
}
