/* langchain.c: LangChain's serialised runs: {"messages": [[{lc, type, id, kwargs}]]} and {"generations":
 * [[{text, message, generationInfo}]]}. The provider's own words (calls with their bytes, finish reason, usage)
 * are in each message's additional_kwargs and response_metadata. Tools are not part of it. */
#include "datainfo/bodies.h"
#include "datainfo/message.h"
#include "datainfo/normalise.h"

static bool is_serialised(const struct json_text *v) {
    struct json_text inner;
    return v->type == JSON_TEXT_OBJECT && json_text_get(v, "kwargs", &inner) && inner.type == JSON_TEXT_OBJECT;
}

static bool request(struct reading *r, const struct json_text *body, struct offer *o) {
    struct json_text list = *body, head;
    if (body->type == JSON_TEXT_OBJECT && !json_text_get(body, "messages", &list)) return false;
    if (!json_text_index(&list, 0, &head)) return false;
    if (head.type == JSON_TEXT_ARRAY && !json_text_index(&head, 0, &head)) return false;
    struct json_text type;
    bool dumped = json_text_get(&head, "type", &type) && !json_text_get(&head, "role", &head);
    if (!is_serialised(&head) && !dumped) return false;
    size_t before = o->input.count;
    read_messages(r, &list, JSON_STRING("user"), 0, &o->input);
    return o->input.count > before;
}

static bool response(struct reading *r, const struct json_text *body, struct offer *o) {
    static const char *const words[] = {"finish_reason", "stop_reason", "finishReason"};
    struct json_text generations, batch, generation, message, meta, v;
    if (!json_text_get(body, "generations", &generations) || generations.type != JSON_TEXT_ARRAY) return false;
    if (!json_text_index(&generations, 0, &batch)) return true;
    if (batch.type != JSON_TEXT_ARRAY) batch = generations;
    struct json_text_iter it;
    json_text_iter(&it, &batch);
    while (json_text_next(&it, NULL, &generation)) {
        size_t before = o->output.count;
        struct json_text finish = JSON_NONE;
        if (json_text_get(&generation, "message", &message) && message.type == JSON_TEXT_OBJECT)
            read_messages(r, &message, JSON_STRING("assistant"), 0, &o->output);
        else if (json_text_get(&generation, "text", &v) && v.type == JSON_TEXT_STRING)
            read_messages(r, &v, JSON_STRING("assistant"), 0, &o->output);
        for (size_t i = 0; i < sizeof words / sizeof *words && !has_text(&finish); i++) {
            json_text_at(&message, &finish, "kwargs", "response_metadata", words[i], NULL);
            if (!has_text(&finish)) json_text_at(&generation, &finish, "generationInfo", words[i], NULL);
            if (!has_text(&finish)) json_text_at(&generation, &finish, "generation_info", words[i], NULL);
        }
        if (o->output.count > before && has_text(&finish)) o->output.items[o->output.count - 1].finish = finish;
        if (json_text_at(&message, &meta, "kwargs", "response_metadata", NULL)) {
            if (json_text_get(&meta, "usage", &v)) body_usage(&v, &o->usage);
            if (json_text_get(&meta, "tokenUsage", &v)) body_usage(&v, &o->usage);
            if (!has_text(&o->response_model)) o->response_model = body_string(&meta, "model_name");
        }
        if (json_text_at(&message, &v, "kwargs", "usage_metadata", NULL)) body_usage(&v, &o->usage);
        if (!has_text(&o->response_id) && json_text_at(&message, &v, "kwargs", "id", NULL) && has_text(&v))
            o->response_id = v;
    }
    return true;
}

const struct body_shape body_langchain = {"langchain run", request, response};
