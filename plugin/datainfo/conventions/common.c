/* common.c: what conventions share: models, providers, tokens, cost, threads, users, tags, finish words and errors,
 * by the keys of scalar_keys.h. Cheap, for it runs for every span that a viewer takes in: one walk over the
 * attributes keeps the most telling one of each meaning, and only JSON that may fill a gap is parsed. */
#include "datainfo/conventions/conventions.h"
#include "datainfo/conventions/providers.h"
#include "datainfo/conventions/scalar_keys.h"
#include "datainfo/conventions/settings.h"
#include "datainfo/conventions/usage.h"
#include "datainfo/key_words.h"
#include "datainfo/messages/normalise.h"

#include <limits.h>
#include <string.h>

#define TEXT_MAX        512 /* bytes of an id or a name; longer ones are no such thing */
#define GUESS_MAX       128 /* likewise when only words say that it is one */
#define CONTAINERS_MAX  8   /* JSON attributes that are looked into */
#define METADATA_MAX    256 /* members of it that are looked at */
#define PLACEHOLDER_MAX 13  /* bytes of the longest word for "unknown" */
#define TAGS_TEXT_MAX   4096

/* The most telling attribute of each meaning. */
struct found {
    struct json_text value[SCALAR_COUNT];
    unsigned char order[SCALAR_COUNT]; /* of value; UCHAR_MAX = nothing yet */
    struct attr *tags;
    struct attr *containers[CONTAINERS_MAX]; /* JSON with counts or ids in it */
    struct scalar_key container_keys[CONTAINERS_MAX];
    size_t container_count;
    bool model_names_both; /* llm.model_name: the answer's model, and the request's when nothing else is */
    bool failed;
};

/* What SDKs write that do not know. */
static bool is_placeholder(const struct json_text *v) {
    static const char *const words[] = {
        "unknown",   "Unknown", "UNKNOWN",       "none",          "None", "null",    "NULL",
        "undefined", "n/a",     "N/A",           "<unknown>",     "-",    "default", "NOT_GIVEN",
        "auto",      "NaN",     "unknown-model", "unknown_model", NULL};
    return v->len <= PLACEHOLDER_MAX + 2 && text_among(v, words);
}

/* One short line that is no JSON. */
static bool is_name(const struct json_text *v, size_t max) {
    return has_text(v) && v->len <= max + 2 && v->text[1] != '{' && v->text[1] != '[' &&
           !memchr(v->text, '\\', v->len) && !is_placeholder(v);
}

/* Whether a text that stands under a key nobody documents can be a model's name: "City" is not. */
static bool could_be_model(const struct json_text *v) {
    bool mark = false;
    for (size_t i = 1; i + 1 < v->len; i++) {
        char c = v->text[i];
        if (c == ' ' || c == '"') return false;
        mark = mark || (c >= '0' && c <= '9') || c == '-' || c == '/' || c == ':';
    }
    return mark;
}

static bool has_space(const struct json_text *v) {
    return memchr(v->text, ' ', v->len) != NULL;
}

/* ---- one attribute ---- */

/* The value in the form its meaning needs; NONE when it can be no such thing. */
static struct json_text fitting(struct reading *r, enum scalar what, bool guess, struct attr *a) {
    struct json_text v = attr_plain(&r->arena, a);
    if (v.type == JSON_TEXT_STRING && v.len <= TEXT_MAX) v = string_in_string(r, &v); /* MLflow: all of them */
    size_t max = guess ? GUESS_MAX : TEXT_MAX;
    int64_t n;
    double d;
    switch (what) {
    case SCALAR_REQUEST_MODEL:
    case SCALAR_RESPONSE_MODEL:
        return is_name(&v, max) && (!guess || could_be_model(&v)) ? v : JSON_NONE;
    case SCALAR_PROVIDER:
    case SCALAR_RESPONSE_ID:
        return is_name(&v, max) && !(guess && has_space(&v)) ? v : JSON_NONE;
    case SCALAR_THREAD:
    case SCALAR_USER:
        if (v.type == JSON_TEXT_NUMBER && json_text_int64(&v, false, &n)) return as_string(r, &v);
        if (!guess) return has_text(&v) && v.len <= max + 2 && !is_placeholder(&v) ? v : JSON_NONE;
        return is_name(&v, max) && !has_space(&v) ? v : JSON_NONE;
    case SCALAR_FINISH:
        if (v.len > TEXT_MAX) return JSON_NONE;
        v = finish_word(r, &v, 0);
        return has_text(&v) && v.len <= GUESS_MAX && !(guess && has_space(&v)) ? v : JSON_NONE;
    case SCALAR_INPUT_TOKENS:
    case SCALAR_OUTPUT_TOKENS:
    case SCALAR_TOTAL_TOKENS:
    case SCALAR_CACHED_TOKENS:
    case SCALAR_CACHE_WRITE_TOKENS:
    case SCALAR_REASONING_TOKENS:
        return count_of(&v, &n) ? v : JSON_NONE;
    case SCALAR_COST:
    case SCALAR_INPUT_COST:
    case SCALAR_OUTPUT_COST:
        return amount_of(&v, &d) ? v : JSON_NONE;
    case SCALAR_ERROR_MESSAGE:
    case SCALAR_ERROR_TYPE:
        return has_text(&v) && !json_text_equals(&v, "false") ? v : JSON_NONE;
    default:
        return JSON_NONE;
    }
}

static bool says_failed(const struct attr *a, const struct json_text *v) {
    if (attr_is(a, "error"))
        return v->type == JSON_TEXT_TRUE || json_text_equals(v, "true") ||
               (has_text(v) && !is_placeholder(v) && !json_text_equals(v, "false"));
    return json_text_equals(v, "ERROR") || json_text_equals(v, "error");
}

static void look_into(struct found *f, struct attr *a, struct scalar_key key) {
    if (f->container_count == CONTAINERS_MAX) return;
    f->containers[f->container_count] = a;
    f->container_keys[f->container_count++] = key;
}

static bool may_be_container(const struct attr *a) {
    if (a->form != ATTR_SCALAR) return true;
    return a->any.type == JSON_TEXT_STRING && a->any.len > 4 &&
           (a->any.text[1] == '{' || a->any.text[1] == ' ');
}

static void look(struct reading *r, struct attr *a, struct found *f) {
    struct scalar_key key = scalar_key_read(a->key, a->key_len);
    bool guess = key.order >= SCALAR_GUESS;
    switch (key.what) {
    case SCALAR_NONE:
    case SCALAR_IGNORED:
        return;
    case SCALAR_FAILURE: {
        struct json_text v = attr_plain(&r->arena, a);
        f->failed = f->failed || says_failed(a, &v);
        return;
    }
    case SCALAR_TAGS:
        if (key.order < f->order[SCALAR_TAGS]) {
            f->tags = a;
            f->order[SCALAR_TAGS] = key.order;
        }
        return;
    case SCALAR_USAGE:
    case SCALAR_METADATA:
        if (may_be_container(a)) look_into(f, a, key);
        return;
    case SCALAR_COST:
        if (may_be_container(a)) {
            look_into(f, a, key);
            return;
        }
        break;
    default:
        break;
    }
    if (key.what == SCALAR_REQUEST_MODEL && attr_is(a, "genkit:name") &&
        !span_is(&r->span, "genkit:metadata:subtype", "model"))
        return; /* of a flow or a tool */
    if (key.what == SCALAR_PROVIDER && attr_is(a, "langtrace.service.name") &&
        !span_is(&r->span, "langtrace.service.type", "llm"))
        return; /* of a vector store or a framework */
    if (key.what == SCALAR_ERROR_MESSAGE && attr_is(a, "error")) {
        struct json_text v = attr_plain(&r->arena, a);
        f->failed = f->failed || says_failed(a, &v);
    }
    if (key.order >= f->order[key.what]) return;
    struct json_text v = fitting(r, (enum scalar)key.what, guess, a);
    if (v.type == JSON_TEXT_NONE) return;
    if (key.what == SCALAR_PROVIDER &&
        provider_is_caller(&v, &r->span.scope)) { /* anything that names a vendor is better */
        key.order = (unsigned char)(key.order + SCALAR_GUESS + 1);
        if (key.order >= f->order[key.what]) return;
    }
    f->value[key.what] = v;
    f->order[key.what] = key.order;
    if (key.what == SCALAR_RESPONSE_MODEL) f->model_names_both = attr_is(a, "llm.model_name");
}

static struct json_text request_parameters(struct reading *r) {
    static const struct setting table[] = {
        {"choice.count", "n"},          {"is_stream", "stream"}, /* OpenLIT */
        {"llm_is_streaming", "stream"},                          /* Ax */
        {"available_tools", NULL},      {"tool_results", NULL},
        {"embedding_inputs", NULL},     {"encoding_formats", NULL},
    };
    return settings_read(r, "gen_ai.request.", table, sizeof table / sizeof *table);
}

/* LangSmith leaves the status of a failed call OK: an exception and nothing of an answer tell. */
static bool threw(struct reading *r) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    bool exception = false, asked = false;
    for (size_t i = 0; i < count; i++) exception = exception || json_text_equals(&events[i].name, "exception");
    for (const struct offer *o = r->offers; exception && o; o = o->next) {
        exception = !o->output.count && !o->cut_output && !has_text(&o->finish) && o->usage.output <= 0;
        asked = asked || o->input.count;
    }
    return exception && asked; /* of a call; other spans' exceptions may have been handled */
}

static void read_error(struct reading *r, const struct found *f, struct offer *o) {
    if (r->span.status_code != 2 && !f->failed && !threw(r)) return;
    struct json_text message = r->span.status_message, type = f->value[SCALAR_ERROR_TYPE];
    if (!has_text(&message) || json_text_equals(&message, "[object Object]"))
        message = f->value[SCALAR_ERROR_MESSAGE];
    if (json_text_equals(&type, "undefined") || json_text_equals(&type, "_OTHER")) type = JSON_NONE;
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = 0; i < count; i++) {
        if (!json_text_equals(&events[i].name, "exception")) continue;
        struct json_text v = event_value(&r->span, &events[i], "exception.message");
        if (!has_text(&message) && has_text(&v)) message = v;
        v = event_value(&r->span, &events[i], "exception.type");
        if (!has_text(&type) && has_text(&v)) type = v;
    }
    if (!has_text(&message)) {
        struct json_text status = span_value(&r->span, "http.response.status_code");
        int64_t code = 0;
        if (status.type == JSON_TEXT_NONE) status = span_value(&r->span, "http.status_code");
        if (!json_text_int64(&status, true, &code) || code > 999) code = 0;
        struct buf b = BUF_INIT;
        if (code >= 400) buf_printf(&b, "\"HTTP status %d\"", (int)code);
        message = code >= 400 ? arena_json(&r->arena, &b, JSON_TEXT_STRING) : JSON_STRING("The call failed.");
    }
    o->error_message = message;
    o->error_type = type;
}

/* ---- JSON attributes ---- */

static void read_metadata(struct reading *r, struct attr *a, struct offer *o) {
    struct json_text list = attr_container(&r->arena, a), key, v;
    struct json_text_iter it;
    if (list.type != JSON_TEXT_OBJECT) return;
    json_text_iter(&it, &list);
    for (int i = 0; i < METADATA_MAX && json_text_next(&it, &key, &v); i++) {
        struct scalar_key what = scalar_key_read(key.text + 1, key.len - 2);
        bool model = json_text_equals(&key, "model") && !has_text(&o->response_model);
        struct json_text *into = what.what == SCALAR_THREAD   ? &o->thread
                                 : what.what == SCALAR_USER   ? &o->user
                                 : what.what == SCALAR_FINISH ? &o->finish
                                 : model                      ? &o->request_model
                                                              : NULL;
        if (into && !has_text(into) && is_name(&v, TEXT_MAX)) *into = v;
    }
}

static void read_counts(struct reading *r, struct attr *a, const struct scalar_key *key, struct counts *c) {
    struct json_text v, inner;
    bool genkit = attr_is(a, "genkit:output");
    if (genkit && !span_is(&r->span, "genkit:metadata:subtype", "model")) return;
    v = attr_container(&r->arena, a);
    if (v.type != JSON_TEXT_OBJECT) return;
    if (genkit || attr_is(a, "gcp.vertex.agent.llm_response")) {
        if (json_text_get(&v, genkit ? "usage" : "usageMetadata", &inner)) counts_read(&inner, "usage", c);
    } else if (attr_is(a, "langfuse.observation.usage_details")) {
        counts_read_langfuse(&v, c);
    } else if (key->what == SCALAR_COST) {
        counts_read(&v, "cost", c);
    } else {
        bool metrics = attr_is(a, "langwatch.metrics") || attr_is(a, "braintrust.metrics");
        counts_read(&v, metrics ? "" : "usage", c);
    }
}

/* All strings of an array, or the words of "a, b" (LangSmith). NONE when there are none. */
static struct json_text read_tags(struct reading *r, struct attr *a) {
    struct json_text list = attr_container(&r->arena, a), item;
    struct buf b = BUF_INIT;
    if (list.type == JSON_TEXT_ARRAY) {
        struct json_text_iter it;
        bool strings = true;
        json_text_iter(&it, &list);
        while (strings && json_text_next(&it, NULL, &item)) strings = item.type == JSON_TEXT_STRING;
        return strings && list.len > 2 ? list : JSON_NONE;
    }
    struct json_text text = attr_plain(&r->arena, a);
    if (list.type != JSON_TEXT_NONE || !has_text(&text) || text.len > TAGS_TEXT_MAX) return JSON_NONE;
    const char *at = text.text + 1, *end = text.text + text.len - 1;
    buf_char(&b, '[');
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *to = comma ? comma : end;
        const char *from = at;
        at = comma ? comma + 1 : end;
        while (from < to && *from == ' ') from++;
        while (to > from && to[-1] == ' ') to--;
        if (from == to) continue;
        buf_json_comma(&b);
        buf_char(&b, '"'); /* a piece of a JSON string between commas is one, too: no escape has a comma */
        buf_add(&b, from, (size_t)(to - from));
        buf_char(&b, '"');
    }
    buf_char(&b, ']');
    return b.len > 2 ? arena_parse(&r->arena, &b) : (buf_free(&b), JSON_NONE);
}

/* ---- the offer ---- */

/* Counts that are told by an event of their own (Ax). */
static void look_at_usage(struct reading *r, struct found *f) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = 0; i < count; i++) {
        if (!json_text_equals(&events[i].name, "gen_ai.usage")) continue;
        for (size_t k = 0; k < events[i].attrs.count; k++) look(r, &events[i].attrs.items[k], f);
    }
}

static int64_t tokens_of(const struct found *f, enum scalar what, bool guessed, int64_t known) {
    int64_t n;
    if (known >= 0 || (f->order[what] >= SCALAR_GUESS) != guessed) return known;
    return count_of(&f->value[what], &n) ? n : known;
}

static double cost_of(const struct found *f, enum scalar what, bool guessed, double known) {
    double d;
    if (known >= 0 || (f->order[what] >= SCALAR_GUESS) != guessed) return known;
    return amount_of(&f->value[what], &d) ? d : known;
}

static void take_numbers(const struct found *f, bool guessed, struct counts *c) {
    c->usage.input = tokens_of(f, SCALAR_INPUT_TOKENS, guessed, c->usage.input);
    c->usage.output = tokens_of(f, SCALAR_OUTPUT_TOKENS, guessed, c->usage.output);
    c->usage.total = tokens_of(f, SCALAR_TOTAL_TOKENS, guessed, c->usage.total);
    c->usage.cached = tokens_of(f, SCALAR_CACHED_TOKENS, guessed, c->usage.cached);
    c->usage.cache_write = tokens_of(f, SCALAR_CACHE_WRITE_TOKENS, guessed, c->usage.cache_write);
    c->usage.reasoning = tokens_of(f, SCALAR_REASONING_TOKENS, guessed, c->usage.reasoning);
    c->cost = cost_of(f, SCALAR_COST, guessed, c->cost);
    c->input_cost = cost_of(f, SCALAR_INPUT_COST, guessed, c->input_cost);
    c->output_cost = cost_of(f, SCALAR_OUTPUT_COST, guessed, c->output_cost);
}

static void read_numbers(struct reading *r, const struct found *f, struct offer *o) {
    struct counts c = COUNTS_NONE;
    take_numbers(f, false, &c);
    for (int guess = 0; guess < 2; guess++)
        for (size_t i = 0; i < f->container_count; i++) {
            const struct scalar_key *key = &f->container_keys[i];
            bool wanted = key->what == SCALAR_USAGE
                              ? c.usage.input < 0 || c.usage.output < 0 || c.usage.cached < 0
                              : key->what == SCALAR_COST && c.cost < 0;
            if (wanted && (key->order >= SCALAR_GUESS) == (guess == 1))
                read_counts(r, f->containers[i], key, &c);
        }
    take_numbers(f, true, &c);
    if (c.cost < 0 && (c.input_cost >= 0 || c.output_cost >= 0))
        c.cost = (c.input_cost > 0 ? c.input_cost : 0) + (c.output_cost > 0 ? c.output_cost : 0);
    o->usage = c.usage;
    o->cost = c.cost;
}

static void offer(struct reading *r) {
    struct found f = {.tags = NULL};
    memset(f.order, UCHAR_MAX, sizeof f.order);
    struct offer *o = offer_add(r, "common attributes", RANK_FLAT);
    if (!o) return;
    for (size_t i = 0; i < r->span.attrs.count; i++) look(r, &r->span.attrs.items[i], &f);
    look_at_usage(r, &f);
    o->request_model = f.value[SCALAR_REQUEST_MODEL];
    o->response_model = f.value[SCALAR_RESPONSE_MODEL];
    if (!has_text(&o->request_model) && f.model_names_both) o->request_model = o->response_model;
    o->response_id = f.value[SCALAR_RESPONSE_ID];
    o->finish = f.value[SCALAR_FINISH];
    o->thread = f.value[SCALAR_THREAD];
    o->user = f.value[SCALAR_USER];
    for (size_t i = 0; i < f.container_count; i++)
        if (f.container_keys[i].what == SCALAR_METADATA) read_metadata(r, f.containers[i], o);
    o->provider = provider_name(r, f.value[SCALAR_PROVIDER]);
    if (provider_is_caller(&o->provider, &r->span.scope)) {
        struct json_text by_model = provider_of_model(&o->request_model);
        if (!has_text(&by_model)) by_model = provider_of_model(&o->response_model);
        if (has_text(&by_model)) o->provider = by_model;
    }
    if (!has_text(&o->provider) && has_text(&o->request_model) &&
        memchr(o->request_model.text, '/', o->request_model.len)) /* "openai/gpt-4o" */
        o->provider = provider_of_model(&o->request_model);
    if (f.tags) o->tags = read_tags(r, f.tags);
    read_numbers(r, &f, o);
    o->parameters = request_parameters(r);
    read_error(r, &f, o);
}

const struct convention convention_common = {"common attributes", offer};
