/* summary.c: what the narrow record row and the search hold of a DataInfo text. Reads stored text, which was
 * checked when it was stored; what is not as expected counts as absent. */
#include "base/utf8.h"
#include "datainfo/datainfo.h"
#include "datainfo/preview.h"

#include <stdlib.h>
#include <string.h>

static char *text_at(const struct json_text *v) {
    return v->type == JSON_TEXT_STRING && v->len > 2 ? json_text_dup(v) : NULL;
}

static void asked(const struct json_text *messages, struct buf *out) {
    struct json_text_iter it;
    struct json_text m, role, content, last = {.type = JSON_TEXT_NONE}, user = last;
    json_text_iter(&it, messages);
    while (json_text_next(&it, NULL, &m)) {
        if (!json_text_get(&m, "content", &content)) continue;
        bool says = (content.type == JSON_TEXT_STRING || content.type == JSON_TEXT_ARRAY) && content.len > 2;
        if (!says) continue;
        last = content;
        json_text_get(&m, "role", &role);
        if (json_text_equals(&role, "user")) user = content;
    }
    preview_content(user.type ? &user : &last, DATAINFO_PREVIEW_MAX, out);
    if (!out->len) preview_content(&last, DATAINFO_PREVIEW_MAX, out);
}

static void answered(const struct json_text *messages, struct buf *out) {
    struct json_text_iter it;
    struct json_text m, v;
    json_text_iter(&it, messages);
    while (!out->len && json_text_next(&it, NULL, &m)) {
        if (json_text_get(&m, "content", &v)) preview_content(&v, DATAINFO_PREVIEW_MAX, out);
        if (!out->len && json_text_get(&m, "refusal", &v)) preview_value(&v, DATAINFO_PREVIEW_MAX, out);
    }
}

static int32_t count_of(const struct json_text *array) {
    size_t n = array->type == JSON_TEXT_ARRAY ? json_text_count(array) : 0;
    return n > INT32_MAX ? INT32_MAX : (int32_t)n;
}

static int64_t number_at(const struct json_text *object, const char *a, const char *b) {
    struct json_text v;
    int64_t n;
    double d;
    json_text_at(object, &v, a, b, NULL);
    if (json_text_int64(&v, false, &n)) return n >= 0 ? n : -1;
    if (json_text_double(&v, &d) && d >= 0 && d < 9e15) return (int64_t)(d + 0.5);
    return -1;
}

static bool begins(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}
static bool ends(const char *s, const char *suffix) {
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

static unsigned missing_of(const struct json_text *list) {
    unsigned mask = 0;
    struct json_text_iter it;
    struct json_text pointer;
    if (list->type != JSON_TEXT_ARRAY) return 0;
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &pointer)) {
        char *p = json_text_dup(&pointer);
        mask |= DATAINFO_MISSING_SOMETHING;
        if (!p) continue;
        if (begins(p, "/input/tools"))
            mask |= DATAINFO_MISSING_TOOLS;
        else if (begins(p, "/input/tool_choice"))
            mask |= DATAINFO_MISSING_TOOL_CHOICE;
        else if (begins(p, "/output/finish_reason"))
            mask |= DATAINFO_MISSING_FINISH_REASON;
        else if (begins(p, "/input/messages") || begins(p, "/output/messages") ||
                 begins(p, "/output/tool_calls"))
            mask |=
                ends(p, "/id") || ends(p, "/tool_call_id") ? DATAINFO_MISSING_IDS : DATAINFO_MISSING_CONTENT;
        free(p);
    }
    return mask;
}

enum status datainfo_summarize(struct datainfo_summary *out, const char *data, size_t len, struct err *err) {
    *out = (struct datainfo_summary){.input_tokens = -1, .output_tokens = -1, .cost = -1, .latency_ms = -1};
    struct json_text root, v, input, output, messages, answers, calls;
    if (json_text_parse(&root, data, len, JSON_TEXT_LENIENT, err) != STATUS_OK) return STATUS_INVALID;
    json_text_get(&root, "input", &input);
    json_text_get(&root, "output", &output);
    json_text_get(&input, "messages", &messages);
    json_text_get(&output, "messages", &answers);
    json_text_get(&output, "tool_calls", &calls);

    struct buf in = BUF_INIT, answer = BUF_INIT, tool = BUF_INIT, arguments = BUF_INIT;
    asked(&messages, &in);
    answered(&answers, &answer);
    struct json_text call;
    if (json_text_index(&calls, 0, &call)) {
        if (json_text_at(&call, &v, "function", "name", NULL)) preview_value(&v, DATAINFO_PREVIEW_MAX, &tool);
        if (json_text_at(&call, &v, "function", "arguments", NULL))
            preview_value(&v, DATAINFO_PREVIEW_MAX, &arguments);
    }
    bool failed = in.failed || answer.failed || tool.failed || arguments.failed;
    out->preview_input = preview_take(&in);
    out->preview_output = preview_take(&answer);
    out->preview_tool = preview_take(&tool);
    out->preview_arguments = preview_take(&arguments);
    if (json_text_at(&input, &v, "metadata", "model", NULL)) out->model = text_at(&v);
    if (json_text_at(&input, &v, "metadata", "provider", NULL)) out->provider = text_at(&v);
    if (json_text_get(&output, "finish_reason", &v)) out->finish_reason = text_at(&v);

    struct json_text meta;
    json_text_get(&output, "metadata", &meta);
    out->input_tokens = number_at(&meta, "usage", "input_tokens");
    out->output_tokens = number_at(&meta, "usage", "output_tokens");
    out->latency_ms = number_at(&meta, "latency_ms", NULL);
    double cost;
    if (json_text_get(&meta, "cost", &v) && json_text_double(&v, &cost) && cost >= 0 && cost < 1e15)
        out->cost = cost;
    out->has_error = json_text_get(&meta, "error", &v) && v.type != JSON_TEXT_NULL;
    if (json_text_at(&input, &v, "metadata", "missing", NULL)) out->missing = missing_of(&v);

    out->message_count = count_of(&messages);
    if (json_text_get(&input, "tools", &v)) out->tool_count = count_of(&v);
    out->tool_call_count = count_of(&calls);
    if (!failed) return STATUS_OK;
    datainfo_summary_free(out);
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while reading a record.");
}

void datainfo_summary_free(struct datainfo_summary *s) {
    free(s->preview_input);
    free(s->preview_output);
    free(s->preview_tool);
    free(s->preview_arguments);
    free(s->model);
    free(s->provider);
    free(s->finish_reason);
    *s = (struct datainfo_summary){.input_tokens = -1, .output_tokens = -1, .cost = -1, .latency_ms = -1};
}

/* ---- search ---- */

struct search {
    struct buf *out;
    size_t end; /* out->len never passes it */
};

/* One line: the string's text, as much as fits. */
static void line(struct search *s, const struct json_text *string) {
    if (string->type != JSON_TEXT_STRING || string->len <= 2 || s->out->len >= s->end) return;
    size_t from = s->out->len;
    json_text_decode(string, s->out);
    if (s->out->failed) return;
    size_t room = s->end - from;
    size_t n = utf8_clip(s->out->data + from, s->out->len - from, room ? room - 1 : 0);
    s->out->len = from + n;
    s->out->data[s->out->len] = '\0';
    buf_char(s->out, '\n');
}

static void calls_lines(struct search *s, const struct json_text *calls) {
    struct json_text_iter it;
    struct json_text call, v;
    json_text_iter(&it, calls);
    while (s->out->len < s->end && json_text_next(&it, NULL, &call)) {
        if (json_text_at(&call, &v, "function", "name", NULL)) line(s, &v);
        if (json_text_at(&call, &v, "function", "arguments", NULL)) line(s, &v);
    }
}

static void message_lines(struct search *s, const struct json_text *messages) {
    static const char *const texts[] = {"refusal", "reasoning_content", "name"};
    struct json_text_iter it, parts;
    struct json_text m, v, part, text;
    json_text_iter(&it, messages);
    while (s->out->len < s->end && json_text_next(&it, NULL, &m)) {
        if (json_text_get(&m, "content", &v)) {
            line(s, &v);
            json_text_iter(&parts, &v);
            while (v.type == JSON_TEXT_ARRAY && s->out->len < s->end && json_text_next(&parts, NULL, &part))
                if (json_text_get(&part, "text", &text)) line(s, &text);
        }
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            if (json_text_get(&m, texts[i], &v)) line(s, &v);
        if (json_text_get(&m, "tool_calls", &v)) calls_lines(s, &v);
    }
}

void datainfo_search_text(const char *data, size_t len, size_t limit, struct buf *out) {
    struct json_text root, v, tool;
    struct search s = {.out = out, .end = out->len + limit};
    if (json_text_parse(&root, data, len, JSON_TEXT_LENIENT, NULL) != STATUS_OK) return;
    /* Answers first: they are short, and a long prompt must not push them out. */
    if (json_text_at(&root, &v, "output", "messages", NULL)) message_lines(&s, &v);
    if (json_text_at(&root, &v, "input", "messages", NULL)) message_lines(&s, &v);
    if (json_text_at(&root, &v, "input", "tools", NULL)) {
        struct json_text_iter it;
        json_text_iter(&it, &v);
        while (out->len < s.end && json_text_next(&it, NULL, &tool)) {
            struct json_text name;
            if (json_text_at(&tool, &name, "function", "name", NULL)) line(&s, &name);
        }
    }
}
