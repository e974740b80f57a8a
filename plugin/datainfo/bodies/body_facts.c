/* body_facts.c: what stands beside the conversation in a provider's request, and beside the answer in its response.
 * The names differ, the things do not, so one table of names serves all shapes. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/key_words.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <string.h>

/* ---- requests ---- */

static void read_system(struct reading *r, const struct json_text *v, struct offer *o) {
    if (v->type == JSON_TEXT_STRING ? has_text(v) : v->type == JSON_TEXT_ARRAY || v->type == JSON_TEXT_OBJECT)
        prepend_system(r, v, &o->input);
}

/* Tools, choice and system text of one level: the body, or the config inside it. */
static void read_level(struct reading *r, const struct json_text *v, struct offer *o) {
    enum {
        TOOLS,
        FUNCTIONS,
        TOOL_CONFIG,
        CHOICE,
        FUNCTION_CALL,
        SYSTEM,
        GOOGLE_SYSTEM,
        INSTRUCTIONS,
        PREAMBLE,
        COUNT
    };
    static const char *const names[COUNT] = {"tools",        "functions", "toolconfig",        "toolchoice",
                                             "functioncall", "system",    "systeminstruction", "instructions",
                                             "preamble"};
    struct json_text f[COUNT];
    fields_read(v, names, COUNT, f);
    struct json_text inner = field(&f[TOOL_CONFIG], "tools"); /* Bedrock */
    const struct json_text *lists[] = {&f[TOOLS], &f[FUNCTIONS], &inner};
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !o->tool_count; i++) read_tools(r, lists[i], o);
    inner = field(&f[TOOL_CONFIG], "toolchoice");
    const struct json_text *choices[] = {&f[CHOICE], &f[FUNCTION_CALL], &inner, &f[TOOL_CONFIG]};
    for (size_t i = 0; i < sizeof choices / sizeof *choices && o->tool_choice.type == JSON_TEXT_NONE; i++)
        o->tool_choice = normal_tool_choice(r, choices[i]);
    read_system(r, &f[SYSTEM], o);
    read_system(r, &f[GOOGLE_SYSTEM], o);
    if (has_text(&f[INSTRUCTIONS])) read_system(r, &f[INSTRUCTIONS], o);
    if (has_text(&f[PREAMBLE])) read_system(r, &f[PREAMBLE], o);
}

void body_request_facts(struct reading *r, const struct body *b, struct offer *o) {
    read_level(r, &b->self, o);
    struct json_text config = field(&b->self, "config"), more = field(&b->self, "kwargs"); /* Portkey */
    if (config.type == JSON_TEXT_OBJECT) read_level(r, &config, o);
    if (more.type == JSON_TEXT_OBJECT) read_level(r, &more, o);
    if (!has_text(&o->request_model)) o->request_model = text_field(&b->self, "model", "modelid", "modelname");
    if (!has_text(&o->user)) o->user = text_field(&b->self, "user");
    if (o->parameters.type == JSON_TEXT_NONE) o->parameters = body_parameters(r, &b->self);
}

/* "<openai.Omit object at 0x7f51>": what Python writes of an object that has no text. */
static bool is_nameless(const struct json_text *v) {
    static const char object[] = " object at 0x";
    return text_begins(v, "<") && v->text[v->len - 2] == '>' &&
           memmem(v->text, v->len, object, sizeof object - 1);
}

/* SDKs write "", [], "Not set" or null for what was not asked for, and -1 or "Infinity" for no limit. */
static bool is_set(const char *name, const struct json_text *v) {
    static const char *const limits[] = {"maxtokens", "maxoutputtokens", "maxcompletiontokens", NULL};
    if (v->len <= 2 &&
        (v->type == JSON_TEXT_STRING || v->type == JSON_TEXT_ARRAY || v->type == JSON_TEXT_OBJECT))
        return false;
    if (json_text_equals(v, "Not set") || is_nameless(v)) return false;
    if (!word_among(name, limits)) return v->type != JSON_TEXT_NULL && v->type != JSON_TEXT_NONE;
    char first = v->text[v->type == JSON_TEXT_STRING];
    return first >= '0' && first <= '9';
}

static void copy_parameters(const struct json_text *object, bool top, struct buf *out) {
    static const char *const taken[] = {"model",         "messages",     "input",      "prompt",
                                        "instructions",  "system",       "tools",      "toolchoice",
                                        "functions",     "functioncall", "user",       "metadata",
                                        "streamoptions", "contents",     "toolconfig", "systeminstruction",
                                        "modelid",       "inputtext",    "inputs",     "chathistory",
                                        "message",       "preamble",     "output",     NULL};
    /* OpenAI's Responses API repeats the request in its answer; clients take addresses and keys beside it. */
    static const char *const bookkeeping[] = {"id",      "object",  "createdat",         "completedat",
                                              "status",  "error",   "incompletedetails", "apikey",
                                              "apibase", "baseurl", "extraheaders",      NULL};
    static const char *const lifted[] = {"generationconfig",     "inferenceconfig", "config", "options",
                                         "textgenerationconfig", "parameters",      NULL};
    static const char *const dumped[] = {"kwargs", "modelkwargs", "modeloptions", "invocationparameters", NULL};
    struct json_text_iter it;
    struct json_text key, value;
    char name[FIELD_NAME_MAX];
    json_text_iter(&it, object);
    while (json_text_next(&it, &key, &value)) {
        squeeze(&key, name);
        if (word_among(name, taken) || word_among(name, bookkeeping) || !is_set(name, &value)) continue;
        bool inner = word_among(name, lifted) || word_among(name, dumped);
        if (top && inner && value.type == JSON_TEXT_OBJECT) {
            copy_parameters(&value, false, out);
            continue;
        }
        buf_json_comma(out);
        json_text_copy_valid(&key, out);
        buf_char(out, ':');
        json_text_copy_valid(&value, out);
    }
}

struct json_text body_parameters(struct reading *r, const struct json_text *request) {
    struct buf b = BUF_INIT;
    if (request->type != JSON_TEXT_OBJECT) return JSON_NONE;
    buf_char(&b, '{');
    copy_parameters(request, true, &b);
    buf_char(&b, '}');
    if (b.len == 2) {
        buf_free(&b);
        return JSON_NONE;
    }
    return arena_json(&r->arena, &b, JSON_TEXT_OBJECT);
}

/* ---- responses ---- */

struct json_text body_finish(const struct json_text *v) {
    /* Gemini's enumeration, as Python's dictionaries of protocol messages have it. */
    static const struct json_text numbers[] = {JSON_STRING_INIT("STOP"), JSON_STRING_INIT("MAX_TOKENS"),
                                               JSON_STRING_INIT("SAFETY"), JSON_STRING_INIT("RECITATION")};
    int64_t n;
    if (v->type == JSON_TEXT_OBJECT) return text_field(v, "unified", "reason", "value", "name", "type", "raw");
    if (json_text_int64(v, false, &n) && n >= 1 && n <= 4) return numbers[n - 1];
    struct json_text first = JSON_NONE;
    if (v->type == JSON_TEXT_ARRAY) json_text_index(v, 0, &first);
    if (has_text(&first)) return first;
    return has_text(v) ? *v : JSON_NONE;
}

void body_response_facts(const struct body *b, struct offer *o) {
    enum {
        FINISH,
        STOP,
        DONE,
        FINISHES,
        USAGE,
        USAGE_METADATA,
        TOKEN_USAGE,
        META,
        METADATA,
        MODEL,
        VERSION,
        MODEL_ID,
        ID,
        RESPONSE_ID,
        GENERATION_ID,
        RESPONSE,
        COUNT
    };
    static const char *const names[COUNT] = {
        "finishreason", "stopreason", "donereason",       "finishreasons", "usage",        "usagemetadata",
        "tokenusage",   "meta",       "responsemetadata", "model",         "modelversion", "modelid",
        "id",           "responseid", "generationid",     "response"};
    struct json_text f[COUNT];
    fields_read(&b->self, names, COUNT, f);
    for (int i = FINISH; i <= FINISHES && !has_text(&o->finish); i++) o->finish = body_finish(&f[i]);
    for (int i = META; i <= METADATA && !has_text(&o->finish); i++) {
        struct json_text word = field_any(&f[i], "finishreason", "stopreason", "donereason");
        o->finish = body_finish(&word);
    }
    for (int i = USAGE; i <= METADATA; i++)
        if (f[i].type == JSON_TEXT_OBJECT) {
            struct json_text inner = field_any(&f[i], "tokens", "tokenusage", "usage", "billedunits");
            if (inner.type == JSON_TEXT_OBJECT) body_usage(&inner, &o->usage);
            if (i < META) body_usage(&f[i], &o->usage);
        }
    body_usage(&b->self, &o->usage);
    for (int i = MODEL; i <= MODEL_ID; i++)
        if (!has_text(&o->response_model) && has_text(&f[i])) o->response_model = f[i];
    for (int i = ID; i <= GENERATION_ID; i++)
        if (!has_text(&o->response_id) && has_text(&f[i])) o->response_id = f[i];
    if (!has_text(&o->response_model)) o->response_model = text_field(&f[RESPONSE], "modelid", "model");
    for (int i = META; i <= METADATA && !has_text(&o->response_model); i++)
        o->response_model = text_field(&f[i], "modelname", "model", "modelid");
    if (!has_text(&o->response_id)) o->response_id = text_field(&f[RESPONSE], "id");
}

/* Names of counts, squeezed; inner: a member of the object that has that name. Of two the first wins. */
static const struct {
    const char *name, *inner;
    size_t to;
} counts[] = {
    {"prompttokens", NULL, offsetof(struct usage, input)},
    {"inputtokens", NULL, offsetof(struct usage, input)},
    {"prompttokencount", NULL, offsetof(struct usage, input)},
    {"inputtokencount", NULL, offsetof(struct usage, input)},
    {"requesttokens", NULL, offsetof(struct usage, input)},
    {"promptevalcount", NULL, offsetof(struct usage, input)},
    {"inputtexttokencount", NULL, offsetof(struct usage, input)},
    {"inputtokens", "total", offsetof(struct usage, input)}, /* AI SDK 6 */
    {"completiontokens", NULL, offsetof(struct usage, output)},
    {"outputtokens", NULL, offsetof(struct usage, output)},
    {"candidatestokencount", NULL, offsetof(struct usage, output)},
    {"generationtokencount", NULL, offsetof(struct usage, output)},
    {"outputtokencount", NULL, offsetof(struct usage, output)},
    {"responsetokens", NULL, offsetof(struct usage, output)},
    {"evalcount", NULL, offsetof(struct usage, output)},
    {"outputtokens", "total", offsetof(struct usage, output)},
    {"totaltokens", NULL, offsetof(struct usage, total)},
    {"totaltokencount", NULL, offsetof(struct usage, total)},
    {"prompttokensdetails", "cachedtokens", offsetof(struct usage, cached)},
    {"inputtokensdetails", "cachedtokens", offsetof(struct usage, cached)},
    {"inputtokendetails", "cacheread", offsetof(struct usage, cached)},
    {"inputtokendetails", "cachereadtokens", offsetof(struct usage, cached)},
    {"inputtokens", "cacheread", offsetof(struct usage, cached)},
    {"cachereadinputtokens", NULL, offsetof(struct usage, cached)},
    {"cachedinputtokens", NULL, offsetof(struct usage, cached)},
    {"cachedcontenttokencount", NULL, offsetof(struct usage, cached)},
    {"cachereadtokens", NULL, offsetof(struct usage, cached)},
    {"cachecreationinputtokens", NULL, offsetof(struct usage, cache_write)},
    {"cachewriteinputtokens", NULL, offsetof(struct usage, cache_write)},
    {"cachewritetokens", NULL, offsetof(struct usage, cache_write)},
    {"inputtokendetails", "cachecreation", offsetof(struct usage, cache_write)},
    {"inputtokendetails", "cachewritetokens", offsetof(struct usage, cache_write)},
    {"inputtokens", "cachewrite", offsetof(struct usage, cache_write)},
    {"completiontokensdetails", "reasoningtokens", offsetof(struct usage, reasoning)},
    {"outputtokensdetails", "reasoningtokens", offsetof(struct usage, reasoning)},
    {"outputtokendetails", "reasoning", offsetof(struct usage, reasoning)},
    {"outputtokendetails", "reasoningtokens", offsetof(struct usage, reasoning)},
    {"outputtokens", "reasoning", offsetof(struct usage, reasoning)},
    {"reasoningtokens", NULL, offsetof(struct usage, reasoning)},
    {"thoughtstokencount", NULL, offsetof(struct usage, reasoning)},
    {"thoughtstokens", NULL, offsetof(struct usage, reasoning)},
};
#define COUNTS (sizeof counts / sizeof *counts)

void body_usage(const struct json_text *usage, struct usage *u) {
    int64_t found[COUNTS], n;
    struct json_text_iter it;
    struct json_text key, value;
    char name[FIELD_NAME_MAX];
    if (usage->type != JSON_TEXT_OBJECT) return;
    for (size_t i = 0; i < COUNTS; i++) found[i] = -1;
    json_text_iter(&it, usage);
    while (json_text_next(&it, &key, &value)) {
        bool object = value.type == JSON_TEXT_OBJECT;
        if (!object && value.type != JSON_TEXT_NUMBER && value.type != JSON_TEXT_STRING) continue;
        squeeze(&key, name);
        for (size_t i = 0; i < COUNTS; i++) {
            if ((counts[i].inner != NULL) != object || strcmp(name, counts[i].name) != 0) continue;
            struct json_text number = object ? field(&value, counts[i].inner) : value;
            if (json_text_int64(&number, true, &n) && n >= 0) found[i] = n;
        }
    }
    for (size_t i = 0; i < COUNTS; i++) {
        int64_t *to = (int64_t *)(void *)((char *)u + counts[i].to);
        if (*to < 0) *to = found[i];
    }
}
