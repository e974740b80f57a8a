#include "otlp/span_filter.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The string members: where each is kept. */
static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"service", offsetof(struct span_filter, service)},
    {"name", offsetof(struct span_filter, name)},
    {"model", offsetof(struct span_filter, model)},
    {"provider", offsetof(struct span_filter, provider)},
    {"text", offsetof(struct span_filter, text)},
    {"kind", offsetof(struct span_filter, kind)},
    {"trace_id", offsetof(struct span_filter, trace_id)},
    {"thread_id", offsetof(struct span_filter, thread_id)},
    {"user", offsetof(struct span_filter, user)},
};
#define TEXT_COUNT (sizeof texts / sizeof *texts)

static const char *const kinds[] = {"llm",      "embedding", "tool",      "agent",   "chain", "retriever",
                                    "reranker", "guardrail", "evaluator", "wrapper", "chunk", "other"};

static char **text_at(const struct span_filter *filter, size_t i) {
    return (char **)(void *)((char *)(uintptr_t)filter + texts[i].offset);
}

void span_filter_init(struct span_filter *filter) {
    *filter = (struct span_filter){.min_ms = -1};
}

void span_filter_free(struct span_filter *filter) {
    for (size_t i = 0; i < TEXT_COUNT; i++) free(*text_at(filter, i));
    span_filter_init(filter);
}

static enum status bad(struct err *err, const char *member, const char *wanted) {
    enum status status =
        err_set(err, STATUS_INVALID, "bad_filter", "The filter's \"%s\" has to be %s.", member, wanted);
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/%s", member);
    err_at_pointer(err, pointer);
    return status;
}

static enum status set_text(struct span_filter *filter, size_t i, const char *value, struct err *err) {
    struct buf owned = BUF_INIT;
    const char *name = texts[i].name;
    if (strcmp(name, "trace_id") == 0) {
        char hex[TRACE_ID_TEXT_SIZE];
        if (!otlp_id_normalize(value, TRACE_ID_TEXT_SIZE - 1, hex)) return bad(err, name, "32 hex digits");
        buf_str(&owned, hex);
    } else if (strcmp(name, "kind") == 0) {
        size_t k = 0;
        while (k < sizeof kinds / sizeof *kinds && strcmp(kinds[k], value) != 0) k++;
        if (k == sizeof kinds / sizeof *kinds)
            return bad(err, name, "a kind of span, such as \"llm\" or \"tool\"");
        buf_str(&owned, value);
    } else if (strcmp(name, "text") == 0) {
        span_text_fold(value, strlen(value), &owned);
    } else {
        buf_str(&owned, value);
    }
    free(*text_at(filter, i));
    *text_at(filter, i) = buf_take(&owned);
    return *text_at(filter, i) ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

enum status span_filter_set(struct span_filter *filter, const char *member, const char *value,
                            struct err *err) {
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (strcmp(member, texts[i].name) == 0) return *value ? set_text(filter, i, value, err) : STATUS_OK;
    bool from = strcmp(member, "from") == 0, to = strcmp(member, "to") == 0;
    if (from || to) {
        int64_t ms = 0;
        if (!*value) return STATUS_OK;
        if (!time_parse(value, &ms))
            return bad(err, member, "a time such as 2026-01-31T14:00:00Z, or Unix milliseconds");
        if (from) filter->has_from = true, filter->from_ms = ms;
        if (to) filter->has_to = true, filter->to_ms = ms;
        return STATUS_OK;
    }
    if (strcmp(member, "error") == 0) {
        if (!*value) return STATUS_OK;
        bool yes = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
        if (!yes && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
            return bad(err, member, "true or false");
        filter->has_error = true;
        filter->error = yes;
        return STATUS_OK;
    }
    if (strcmp(member, "min_ms") == 0) {
        struct json_text number;
        double ms = 0;
        if (!*value) return STATUS_OK;
        if (json_text_parse(&number, value, strlen(value), 0, NULL) != STATUS_OK ||
            !json_text_double(&number, &ms) || !isfinite(ms) || ms < 0)
            return bad(err, member, "a number of milliseconds, 0 or more");
        filter->min_ms = ms;
        return STATUS_OK;
    }
    return err_set(
        err, STATUS_INVALID, "unknown_filter",
        "\"%.60s\" is no filter. Known are service, name, model, provider, text, error, kind, trace_id, "
        "thread_id, user, from, to and min_ms.",
        member);
}

static enum status set_json(struct span_filter *filter, const char *member, const struct json_text *value,
                            struct err *err) {
    bool boolean = strcmp(member, "error") == 0, number = strcmp(member, "min_ms") == 0;
    bool time = strcmp(member, "from") == 0 || strcmp(member, "to") == 0;
    switch (value->type) {
    case JSON_TEXT_NULL:
        return STATUS_OK;
    case JSON_TEXT_TRUE:
    case JSON_TEXT_FALSE:
        if (boolean)
            return span_filter_set(filter, member, value->type == JSON_TEXT_TRUE ? "true" : "false", err);
        break;
    case JSON_TEXT_NUMBER:
        if (number || time) {
            char text[40];
            if (value->len >= sizeof text) return bad(err, member, "a smaller number");
            memcpy(text, value->text, value->len);
            text[value->len] = '\0';
            return span_filter_set(filter, member, text, err);
        }
        break;
    case JSON_TEXT_STRING:
        if (!boolean && !number) {
            char *text = json_text_dup(value);
            if (!text) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
            enum status status = span_filter_set(filter, member, text, err);
            free(text);
            return status;
        }
        break;
    default:
        break;
    }
    /* an unknown member is to be called unknown, whatever its value */
    enum status status = span_filter_set(filter, member, "", err);
    return status != STATUS_OK ? status
                               : bad(err, member,
                                     boolean  ? "true or false"
                                     : number ? "a number"
                                              : "a string");
}

enum status span_filter_parse(struct span_filter *out, const char *json, size_t len, struct err *err) {
    span_filter_init(out);
    struct json_text root, key, value;
    enum status status = json_text_parse(&root, json, len, 0, err);
    if (status != STATUS_OK) return status;
    if (root.type != JSON_TEXT_OBJECT)
        return err_set(err, STATUS_INVALID, "bad_filter", "A filter has to be a JSON object.");
    struct json_text_iter it;
    json_text_iter(&it, &root);
    while (status == STATUS_OK && json_text_next(&it, &key, &value)) {
        char *member = json_text_dup(&key);
        status = member ? set_json(out, member, &value, err)
                        : err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        free(member);
    }
    return status;
}

static const char *const all_members[] = {"service",  "name",      "model", "provider", "text", "error", "kind",
                                          "trace_id", "thread_id", "user",  "from",     "to",   "min_ms"};
#define MEMBER_COUNT (sizeof all_members / sizeof *all_members)

enum status span_filter_from_query(struct span_filter *out, struct exchange *ex, const char *const *others,
                                   struct err *err) {
    const char *known[MEMBER_COUNT + 16];
    size_t n = 0;
    span_filter_init(out);
    for (; n < MEMBER_COUNT; n++) known[n] = all_members[n];
    for (; *others && n < sizeof known / sizeof *known - 1; others++) known[n++] = *others;
    known[n] = NULL;
    enum status status = exchange_params_known(ex, known, err);
    for (size_t i = 0; status == STATUS_OK && i < MEMBER_COUNT; i++) {
        struct err local = ERR_INIT;
        char *value = exchange_param(ex, all_members[i], &local);
        if (value) status = span_filter_set(out, all_members[i], value, err);
        free(value);
        if (status == STATUS_OK && local.status != STATUS_OK) {
            if (err && err->status == STATUS_OK) *err = local;
            status = local.status;
        }
    }
    return status;
}

bool span_filter_is_empty(const struct span_filter *f) {
    for (size_t i = 0; i < TEXT_COUNT; i++)
        if (*text_at(f, i)) return false;
    return !f->has_error && !f->has_from && !f->has_to && f->min_ms < 0;
}

/* Milliseconds where time_parse reads them as such, else RFC 3339: a number below zero or of four digits it
 * does not. */
static void write_time(int64_t ms, struct buf *out) {
    char text[TIME_TEXT_SIZE];
    if (ms >= 10000) {
        buf_printf(out, "%lld", (long long)ms);
        return;
    }
    time_format(ms, text);
    buf_json_cstr(out, text);
}

void span_filter_write(const struct span_filter *f, struct buf *out) {
    buf_char(out, '{');
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        if (!*text_at(f, i)) continue;
        buf_json_key(out, texts[i].name);
        buf_json_cstr(out, *text_at(f, i));
    }
    if (f->has_error) {
        buf_json_key(out, "error");
        buf_str(out, f->error ? "true" : "false");
    }
    if (f->has_from) {
        buf_json_key(out, "from");
        write_time(f->from_ms, out);
    }
    if (f->has_to) {
        buf_json_key(out, "to");
        write_time(f->to_ms, out);
    }
    if (f->min_ms >= 0) {
        buf_json_key(out, "min_ms");
        buf_printf(out, "%.15g", f->min_ms);
    }
    buf_char(out, '}');
}

uint64_t span_filter_hash(const struct span_filter *filter) {
    struct buf text = BUF_INIT;
    span_filter_write(filter, &text);
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < text.len; i++) hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
    buf_free(&text);
    return hash;
}

static bool same(const char *wanted, const char *has) {
    return !wanted || (has && strcmp(wanted, has) == 0);
}

bool span_filter_match(const struct span_filter *f, const struct span_filter_view *v) {
    if (!same(f->service, v->service) || !same(f->name, v->name) || !same(f->model, v->model) ||
        !same(f->provider, v->provider) || !same(f->kind, v->kind) || !same(f->trace_id, v->trace_id) ||
        !same(f->thread_id, v->thread_id) || !same(f->user, v->user))
        return false;
    if (f->has_error && f->error != v->failed) return false;
    if (f->has_from && v->start_ms < f->from_ms) return false;
    if (f->has_to && v->start_ms >= f->to_ms) return false;
    if (f->min_ms >= 0 && v->duration_ms < f->min_ms) return false;
    return !f->text || (v->text && span_text_match(v->text, v->text_len, f->text, strlen(f->text)));
}
