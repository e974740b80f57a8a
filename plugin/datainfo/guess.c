/* guess.c: spans that say nothing of their kind. A conversation under any key, with a model or token counts beside it or
 * an answer to it, is a call. Chat applications, forms and page trees have roles, parts, choices and models, too: a
 * conversation has a message of a role that models know, and an answer is not the user's. A prompt and a completion that
 * are plain texts are a call beside a model and what it counted. */
#include "datainfo/guess.h"

#include "datainfo/key_words.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <string.h>

#define MAX_VALUES  256 /* values that are looked at to find a message */
#define MAX_ITEMS   8   /* of a list */
#define MAX_MEMBERS 64
#define MAX_TEXTS   8 /* texts that hold JSON */

bool span_model_embeds(struct span_view *v) {
    static const char *const keys[] = {"gen_ai.request.model", "langfuse.observation.model.name",
                                       "llm.model_name", "gen_ai.response.model"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct json_text model = span_string(v, keys[i]);
        if (model.type == JSON_TEXT_STRING && memmem(model.text, model.len, "embed", 5)) return true;
    }
    return false;
}

bool span_is_about_models(struct span_view *v) {
    static const char *const words[] = {"llm",      "model",   "prompt",     "prompts", "completion",
                                        "messages", "tokens",  "embeddings", "input",   "inputs",
                                        "output",   "outputs", "arguments"};
    for (size_t i = 0; i < v->attrs.count; i++) {
        struct key_words k;
        key_words_read(&k, v->attrs.items[i].key, v->attrs.items[i].key_len);
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (key_words_have(&k, words[w])) return true;
        if (key_words_end(&k, "tool.name") || key_words_end(&k, "agent.name")) return true;
    }
    return false;
}

/* ---- messages ---- */

enum voice { SILENT, ASKS, ANSWERS };

static enum voice voice_of_role(const struct json_text *role) {
    struct json_text known = known_role(role);
    if (known.type == JSON_TEXT_NONE) return SILENT;
    return json_text_equals(&known, "assistant") ? ANSWERS : ASKS;
}

/* A part of Gemini's, whose contents need no role. */
static bool has_parts(const struct json_text *list) {
    struct json_text head;
    return json_text_index(list, 0, &head) && head.type == JSON_TEXT_OBJECT &&
           field_any(&head, "text", "functioncall", "functionresponse", "inlinedata", "partkind").type !=
               JSON_TEXT_NONE;
}

static enum voice voice_of(const struct json_text *v) {
    enum { ROLE, TYPE, FROM, KIND, PARTS, KWARGS, ID, NAME, MESSAGE, DELTA, TEXT, FINISH, EVENT, COUNT };
    static const char *const names[COUNT] = {"role",   "type",         "from",      "kind",    "parts",
                                             "kwargs", "id",           "name",      "message", "delta",
                                             "text",   "finishreason", "event.name"};
    struct json_text f[COUNT], last;
    if (v->type == JSON_TEXT_ARRAY) { /* ["user", "text"] */
        bool pair = is_message(v) && json_text_index(v, 0, &f[ROLE]);
        return pair ? voice_of_role(&f[ROLE]) : SILENT;
    }
    if (v->type != JSON_TEXT_OBJECT) return SILENT;
    fields_read(v, names, COUNT, f);
    bool choice = f[FINISH].type != JSON_TEXT_NONE && (has_text(&f[TEXT]) || f[DELTA].type == JSON_TEXT_OBJECT);
    if (choice) return ANSWERS;
    size_t ids = f[KWARGS].type == JSON_TEXT_OBJECT ? json_text_count(&f[ID]) : 0;
    if (ids && json_text_index(&f[ID], ids - 1, &last)) return voice_of_role(&last); /* LangChain's AIMessage */
    if (!is_message(v)) return SILENT;
    struct json_text role = normal_role(&f[ROLE]);
    if (has_text(&role)) return voice_of_role(&role);
    if (has_text(&f[EVENT]) && voice_of_role(&f[EVENT])) return voice_of_role(&f[EVENT]);
    if (json_text_equals(&f[KIND], "response")) return ANSWERS;
    if (f[PARTS].type == JSON_TEXT_ARRAY) return has_parts(&f[PARTS]) ? ANSWERS : SILENT;
    if (json_text_equals(&f[TYPE], "function_call_output")) return ASKS;
    if (json_text_equals(&f[TYPE], "function_call") || json_text_equals(&f[TYPE], "reasoning")) return ANSWERS;
    if (voice_of_role(&f[TYPE])) return voice_of_role(&f[TYPE]);
    return voice_of_role(&f[FROM]);
}

/* The voices in a value, nearest to its surface first; stops at the one that is wanted. */
static bool hears(struct span_view *v, const struct json_text *value, bool answer) {
    struct json_text queue[MAX_VALUES];
    size_t count = 0, texts = 0;
    queue[count++] = *value;
    for (size_t at = 0; at < count; at++) {
        struct json_text one = queue[at], inner;
        struct json_text_iter it;
        if (one.type == JSON_TEXT_STRING && one.len > 12 && (one.text[1] == '{' || one.text[1] == '[') &&
            texts++ < MAX_TEXTS)
            one = string_container(v->arena, &one);
        if (one.type != JSON_TEXT_OBJECT && one.type != JSON_TEXT_ARRAY) continue;
        enum voice voice = voice_of(&one);
        if (voice == ANSWERS || (voice == ASKS && !answer)) return true;
        if (voice != SILENT) continue;
        size_t left = one.type == JSON_TEXT_ARRAY ? MAX_ITEMS : MAX_MEMBERS;
        json_text_iter(&it, &one);
        while (count < MAX_VALUES && left-- > 0 && json_text_next(&it, NULL, &inner))
            if (inner.len > 12) queue[count++] = inner;
    }
    return false;
}

/* Text that begins like JSON and soon has a role, parts or choices in it. */
static bool looks_like_messages(struct attr *a) {
    static const char *const signs[] = {"role", "choices", "parts", "contents", "messages"};
    if (a->any.type != JSON_TEXT_STRING && a->form == ATTR_SCALAR) return false;
    if (a->form == ATTR_SCALAR && (a->any.len < 12 || (a->any.text[1] != '[' && a->any.text[1] != '{')))
        return false;
    size_t head = a->any.len < 400 ? a->any.len : 400;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i]);
        for (const char *at = a->any.text, *end = at + head; at + n < end; at++)
            if (memcmp(at, signs[i], n) == 0) return true;
    }
    return false;
}

/* What cannot be parsed (cut, or Python's text) is taken by its looks. */
static bool speaks(struct span_view *v, struct attr *a, bool answer) {
    if (!looks_like_messages(a)) return false;
    struct json_text value = attr_container(v->arena, a);
    return value.type == JSON_TEXT_NONE || hears(v, &value, answer);
}

/* ---- what is beside them ---- */

static bool named_signs(struct span_view *v) {
    static const char *const keys[] = {
        "gen_ai.request.model", "gen_ai.response.model",   "llm.model_name",       "gen_ai.input.messages",
        "gen_ai.prompt",        "gen_ai.prompt.0.content", "gen_ai.prompt.0.role", "ai.prompt.messages"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (span_has(v, keys[i])) return true;
    return false;
}

static bool has_one(const struct key_words *k, const char *const *words) {
    for (; *words; words++)
        if (key_words_have(k, *words)) return true;
    return false;
}

static bool names_a_model(const struct key_words *k) {
    static const char *const things[] = {"device",  "vehicle",  "view", "data",
                                         "product", "hardware", "db",   NULL};
    return (key_words_end(k, "model") || key_words_end(k, "model.name") || key_words_end(k, "model.id")) &&
           !has_one(k, things);
}

/* A bare "tokens" may be a login's, a counter's or a memory's. */
static bool counts_tokens(const struct key_words *k) {
    static const char *const counts[] = {"input", "output", "prompt",      "completion",
                                         "total", "usage",  "completions", NULL};
    return key_words_end(k, "tokens") && !key_words_have(k, "max") && has_one(k, counts);
}

/* Plain texts are no conversation: only with a model and its counts are they a question and its answer. */
static bool is_text_of(const struct attr *a, const struct key_words *k, const char *word) {
    return key_words_end(k, word) && a->form == ATTR_SCALAR && a->any.type == JSON_TEXT_STRING &&
           a->any.len > 2;
}

enum span_kind guess_kind(struct span_view *v) {
    bool input = false, output = false, model = false, tokens = false, embeds = false;
    bool prompt = false, completion = false;
    if (span_has(v, "mcp.method.name")) return SPAN_KIND_UNKNOWN; /* prompts and samples on their way */
    if (named_signs(v)) return span_model_embeds(v) ? SPAN_KIND_EMBEDDING : SPAN_KIND_LLM;
    for (size_t i = 0; i < v->attrs.count; i++) {
        struct attr *a = &v->attrs.items[i];
        struct key_words k;
        key_words_read(&k, a->key, a->key_len);
        enum key_subject subject = key_words_subject(&k);
        if (key_words_have(&k, "embedding") || key_words_have(&k, "embeddings")) embeds = true;
        if (names_a_model(&k)) model = true;
        if (counts_tokens(&k)) tokens = true;
        if (is_text_of(a, &k, "prompt")) prompt = true;
        if (is_text_of(a, &k, "completion") || is_text_of(a, &k, "response")) completion = true;
        if (subject == KEY_OUTPUT && !output)
            output = speaks(v, a, true);
        else if ((subject == KEY_INPUT || subject == KEY_CONVERSATION) && !input)
            input = speaks(v, a, false);
    }
    if (embeds) return SPAN_KIND_UNKNOWN;
    if (prompt && completion && model && tokens) return SPAN_KIND_LLM;
    return input && (model || tokens || output) ? SPAN_KIND_LLM : SPAN_KIND_UNKNOWN;
}
