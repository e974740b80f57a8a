/* list.c: bare lists: of messages as a request; of answers, or of the items of one answer, as a response. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/messages/parts.h"

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    struct json_text head, inner;
    if (!json_text_index(&b->self, 0, &head)) return false;
    inner = message_in_string(r, &head);
    if (inner.type == JSON_TEXT_OBJECT) head = inner;
    if (!is_message(&head) && !parts_alone(&b->self, false) &&
        !(json_text_index(&head, 0, &inner) && is_message(&inner)))
        return false;
    read_messages(r, &b->self, JSON_STRING("user"), MESSAGE_VERBATIM, &o->input);
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, &b->self);
    while (json_text_next(&it, NULL, &item)) {
        struct json_text tool = tool_in_message(&item);
        if (tool.type != JSON_TEXT_NONE) offer_add_tool(r, o, normal_tool(r, &tool));
    }
    return true;
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    struct json_text head, inner, list = b->self;
    if (list.type == JSON_TEXT_OBJECT) list = field(&b->self, "replies"); /* Haystack */
    if (!json_text_index(&list, 0, &head)) return false;
    inner = message_in_string(r, &head);
    if (inner.type == JSON_TEXT_OBJECT) head = inner;
    if (head.type != JSON_TEXT_OBJECT || (!is_message(&head) && !parts_alone(&list, true))) return false;
    size_t before = o->output.count;
    read_messages(r, &list, JSON_STRING("assistant"), MESSAGE_ONE_ANSWER | MESSAGE_VERBATIM, &o->output);
    for (size_t i = before; i < o->output.count; i++) {
        if (json_text_equals(&o->output.items[i].role, "assistant")) continue;
        o->output.count = before; /* a conversation, not an answer */
        return false;
    }
    if (o->output.count == before + 1) { /* what one answer says of its call */
        struct body answer;
        body_open(&answer, &head);
        body_response_facts(&answer, o);
    }
    return o->output.count > before;
}

const struct body_shape body_list = {"list of messages", request, response};
