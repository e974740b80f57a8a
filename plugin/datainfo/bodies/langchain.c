/* langchain.c: LangChain's serialised runs: {"messages": [[{lc, type, id, kwargs}]]} and {"generations":
 * [[{text, message, generationInfo}]]}. The provider's own words (calls with their bytes, finish reason, usage)
 * are in each message's additional_kwargs and response_metadata. Tools are not part of it. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

/* LangChain's own forms: a constructor, or a type word where others have a role. */
static bool is_langchain(const struct json_text *v) {
    struct json_text type;
    if (v->type != JSON_TEXT_OBJECT) return false;
    if (field(v, "kwargs").type == JSON_TEXT_OBJECT) return true;
    type = field(v, "role").type == JSON_TEXT_NONE ? field(v, "type") : JSON_NONE;
    return known_role(&type).type != JSON_TEXT_NONE;
}

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    struct json_text list = b->self, head;
    if (b->self.type == JSON_TEXT_OBJECT) list = b->m[BODY_MESSAGES];
    if (list.type != JSON_TEXT_ARRAY || !json_text_index(&list, 0, &head)) return false;
    if (head.type == JSON_TEXT_ARRAY && !json_text_index(&head, 0, &head)) return false;
    if (!is_langchain(&head)) return false;
    size_t before = o->input.count;
    read_messages(r, &list, JSON_STRING("user"), 0, &o->input);
    if (o->input.count == before) return false;
    if (b->self.type == JSON_TEXT_OBJECT) body_request_facts(r, b, o);
    return true;
}

/* What a message says of the call that made it: kwargs of a constructor, data of a dump, or the message itself. */
static void read_metadata(const struct json_text *message, struct json_text *finish, struct offer *o) {
    struct json_text inner = field_any(message, "kwargs", "data");
    if (inner.type != JSON_TEXT_OBJECT) inner = *message;
    struct json_text meta = field(&inner, "responsemetadata"), usage = field(&inner, "usagemetadata");
    struct json_text word = field_any(&meta, "finishreason", "stopreason", "donereason"),
                     extra = field(&inner, "additionalkwargs");
    if (!has_text(&word)) word = field_any(&extra, "finishreason", "stopreason"); /* Anthropic's streams */
    if (!has_text(finish)) *finish = body_finish(&word);
    struct json_text counts = field_any(&meta, "usage", "tokenusage", "usagemetadata");
    body_usage(&counts, &o->usage);
    body_usage(&usage, &o->usage);
    if (!has_text(&o->response_model)) o->response_model = text_field(&meta, "modelname", "model", "modelid");
    if (!has_text(&o->response_id)) o->response_id = text_field(&inner, "id");
}

/* What a model's step gives back: the message alone. */
static bool lone_message(struct reading *r, const struct body *b, struct offer *o) {
    size_t before = o->output.count;
    struct json_text finish = JSON_NONE;
    if (field(&b->self, "kwargs").type != JSON_TEXT_OBJECT) return false;
    read_messages(r, &b->self, JSON_STRING("user"), 0, &o->output);
    if (o->output.count != before + 1 || !json_text_equals(&o->output.items[before].role, "assistant")) {
        o->output.count = before;
        return false;
    }
    read_metadata(&b->self, &finish, o);
    messages_end(r, &o->output, before, &finish);
    if (!has_text(&o->finish)) o->finish = finish;
    return true;
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    const struct json_text *generations = &b->m[BODY_GENERATIONS];
    struct json_text batch, generation, message, info, text, word;
    if (generations->type != JSON_TEXT_ARRAY) return lone_message(r, b, o);
    if (!json_text_index(generations, 0, &batch)) return true;
    if (batch.type != JSON_TEXT_ARRAY) batch = *generations;
    struct json_text_iter it;
    json_text_iter(&it, &batch);
    while (json_text_next(&it, NULL, &generation)) {
        size_t before = o->output.count;
        struct json_text finish = JSON_NONE;
        message = field(&generation, "message");
        text = field(&generation, "text");
        if (message.type == JSON_TEXT_OBJECT) {
            read_messages(r, &message, JSON_STRING("assistant"), 0, &o->output);
            read_metadata(&message, &finish, o);
        } else if (text.type == JSON_TEXT_STRING) {
            read_messages(r, &text, JSON_STRING("assistant"), 0, &o->output);
        }
        info = field(&generation, "generationinfo");
        word = field_any(&info, "finishreason", "stopreason", "donereason");
        if (!has_text(&finish)) finish = body_finish(&word);
        word = field(&generation, "finishreason"); /* Cohere's generations */
        if (!has_text(&finish)) finish = body_finish(&word);
        messages_end(r, &o->output, before, &finish);
        if (!has_text(&o->finish)) o->finish = finish;
    }
    info = field(&b->self, "llmoutput");
    word = field_any(&info, "tokenusage", "usage");
    body_usage(&word, &o->usage);
    if (!has_text(&o->response_model)) o->response_model = text_field(&info, "modelname", "model");
    return true;
}

const struct body_shape body_langchain = {"langchain run", request, response};
