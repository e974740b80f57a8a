/* openai_chat.c: bodies of POST /chat/completions and the older /completions: {model, messages, tools,
 * tool_choice, ...} and {choices: [{message, finish_reason}], usage}. Whoever else sends {messages} (Mistral,
 * Ollama, Genkit, Bedrock's Converse, AI SDK) differs in what stands beside them, which body_facts.c knows, and in
 * their parts, which say themselves what they are. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/choices.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *list = &b->m[BODY_MESSAGES];
    if (list->type != JSON_TEXT_ARRAY) return false;
    read_messages(r, list, JSON_STRING("user"), MESSAGE_VERBATIM, &o->input);
    body_request_facts(r, b, o);
    return true;
}

/* The choices without the rest of the response: [{index, message, finish_reason}]. */
static bool is_choices(const struct json_text *list) {
    struct json_text head;
    return list->type == JSON_TEXT_ARRAY && json_text_index(list, 0, &head) &&
           field(&head, "message").type == JSON_TEXT_OBJECT &&
           (field(&head, "index").type == JSON_TEXT_NUMBER ||
            text_field(&head, "finishreason").type == JSON_TEXT_STRING);
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *choices = is_choices(&b->self) ? &b->self : &b->m[BODY_CHOICES];
    struct json_text choice, v;
    if (choices->type != JSON_TEXT_ARRAY) return false;
    if (json_text_index(choices, 0, &v) && v.type != JSON_TEXT_OBJECT) return false;
    struct json_text_iter it;
    struct choices order = {.count = 0};
    size_t first = o->output.count;
    messages_make_room(r, choices, &o->output);
    json_text_iter(&it, choices);
    while (json_text_next(&it, NULL, &choice)) {
        struct json_text message = field_any(&choice, "message", "delta"),
                         word = field(&choice, "finishreason");
        struct json_text finish = body_finish(&word);
        size_t before = o->output.count;
        if (message.type == JSON_TEXT_OBJECT) {
            read_messages(r, &message, JSON_STRING("assistant"), MESSAGE_VERBATIM, &o->output);
        } else if (json_text_get(&choice, "text", &v) && v.type == JSON_TEXT_STRING) {
            read_messages(r, &v, JSON_STRING("assistant"), 0, &o->output);
        }
        messages_end(r, &o->output, before, &finish);
        choices_note(&order, &choice, before, &o->output);
        if (!has_text(&o->finish)) o->finish = finish;
    }
    choices_sort(&order, &o->output, first);
    body_response_facts(b, o);
    return true;
}

const struct body_shape body_openai_chat = {"openai chat", request, response};
