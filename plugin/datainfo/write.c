/* write.c: one pass over the call, into a buf that is reserved for what the messages have; input.metadata, which lists
 * what is missing of the answer too, is put into its place when that is known. What is not known is left
 * out and, where a user would miss it, named in input.metadata.missing. */
#include "datainfo/write.h"

#include "datainfo/conventions/providers.h"
#include "datainfo/messages/normalise.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MISSING_MAX 256 /* pointers; a conversation of thousands without ids need not name each */

/* What the span does not hold, as JSON pointers. */
struct missing {
    struct buf list; /* elements without brackets */
    size_t count;
};

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
miss(struct missing *m, const char *format, ...) {
    char pointer[96];
    va_list args;
    if (++m->count > MISSING_MAX) return;
    va_start(args, format);
    vsnprintf(pointer, sizeof pointer, format, args);
    va_end(args);
    buf_json_comma(&m->list);
    buf_json_cstr(&m->list, pointer);
}

static void write_value(struct buf *out, const char *key, const struct json_text *v, struct missing *missing,
                        const char *at) {
    if (v->type == JSON_TEXT_NONE) return;
    buf_json_key(out, key);
    if (json_text_copy_valid(v, out) && missing) miss(missing, "%s", at);
}

static void write_string(struct buf *out, const char *key, const struct json_text *v) {
    if (has_text(v)) write_value(out, key, v, NULL, NULL);
}

static void write_extra(struct buf *out, const char *key, const struct message *m, enum extra_kind kind) {
    struct json_text v = message_extra(m, kind);
    write_string(out, key, &v);
}

static void write_calls(struct buf *out, const struct message *m) {
    static const struct json_text empty = JSON_STRING_INIT("");
    for (size_t i = 0; i < m->call_count; i++) {
        const struct call_tool *c = &m->calls[i];
        buf_json_comma(out);
        buf_char(out, '{');
        write_string(out, "id", &c->id);
        buf_json_key(out, "type");
        buf_str(out, "\"function\"");
        buf_json_key(out, "function");
        buf_char(out, '{');
        write_value(out, "name", has_text(&c->name) ? &c->name : &empty, NULL, NULL);
        write_value(out, "arguments", c->arguments.type == JSON_TEXT_STRING ? &c->arguments : &empty, NULL,
                    NULL);
        buf_str(out, "}}");
    }
}

static void write_messages(struct buf *out, const struct messages *list, const char *where,
                           struct missing *missing) {
    static const struct json_text null = {.text = "null", .len = 4, .type = JSON_TEXT_NULL};
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        char at[64];
        snprintf(at, sizeof at, "%s/%zu/content", where, i);
        buf_json_comma(out);
        buf_char(out, '{');
        write_value(out, "role", &m->role, NULL, NULL);
        write_value(out, "content", m->content.type == JSON_TEXT_NONE ? &null : &m->content, missing, at);
        struct json_text audio = message_extra(m, EXTRA_AUDIO);
        write_extra(out, "name", m, EXTRA_NAME);
        write_extra(out, "refusal", m, EXTRA_REFUSAL);
        write_extra(out, "reasoning_content", m, EXTRA_REASONING);
        write_value(out, "audio", &audio, NULL, NULL);
        if (m->call_count) {
            buf_json_key(out, "tool_calls");
            buf_char(out, '[');
            write_calls(out, m);
            buf_char(out, ']');
        }
        write_extra(out, "tool_call_id", m, EXTRA_TOOL_CALL_ID);
        buf_char(out, '}');
    }
}

/* The Responses API and Gemini end every answer alike, whether it calls tools or not; SDKs hand their word on in
 * forms that do not show whose it was. (OpenAI's chat says "stop" of a call that was demanded: that one stays.) */
bool call_stop_may_be_calls(const struct offer *call) {
    static const char responses[] = "\"resp_";
    struct json_text vendor = provider_of_model(&call->response_model);
    if (!has_text(&vendor)) vendor = provider_of_model(&call->request_model);
    return call->finish_ignores_calls || json_text_equals(&vendor, "google") ||
           (has_text(&call->response_id) && call->response_id.len > sizeof responses &&
            memcmp(call->response_id.text, responses, sizeof responses - 1) == 0);
}

/* What a failed call ended with: libraries throw when an answer broke off, and say why. Python's names have their
 * modules in front. */
static const char *end_of_failure(const struct json_text *type) {
    static const char *const table[][2] = {{"MaxTokensError", "length"},
                                           {"MaxTokensReachedException", "length"},
                                           {"LengthFinishReasonError", "length"},
                                           {"ContentFilterFinishReasonError", "content_filter"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = strlen(table[i][0]);
        if (type->type == JSON_TEXT_STRING && type->len >= n + 2 &&
            memcmp(type->text + type->len - 1 - n, table[i][0], n) == 0)
            return table[i][1];
    }
    return "error";
}

void call_finish(const struct offer *call, char out[FINISH_WORD_SIZE]) {
    normal_finish(&call->finish, out, FINISH_WORD_SIZE);
    bool calls = call->output.count && call->output.items[0].call_count;
    if (calls && strcmp(out, "stop") == 0 && call_stop_may_be_calls(call))
        snprintf(out, FINISH_WORD_SIZE, "tool_calls");
    if (!out[0] && has_text(&call->error_message) && !messages_have_content(&call->output))
        snprintf(out, FINISH_WORD_SIZE, "%s", end_of_failure(&call->error_type));
}

/* Parts that stand for bytes which were not recorded. */
static void miss_media(const struct json_text *content, const char *where, size_t message, struct missing *m) {
    static const char *const media[][2] = {
        {"image_url", "url"}, {"input_audio", "data"}, {"file", "file_data"}};
    struct json_text_iter it;
    struct json_text part, data;
    if (content->type != JSON_TEXT_ARRAY) return;
    json_text_iter(&it, content);
    for (size_t i = 0; json_text_next(&it, NULL, &part); i++)
        for (size_t k = 0; k < sizeof media / sizeof *media; k++)
            if (json_text_at(&part, &data, media[k][0], media[k][1], NULL) && is_media_stub(&data))
                miss(m, "%s/%zu/content/%zu", where, message, i);
}

/* Whether more tools answer behind a message than it called: many sources write down results, but no calls. */
static bool lost_calls(const struct messages *list, size_t at) {
    size_t n = at + 1;
    if (!json_text_equals(&list->items[at].role, "assistant")) return false;
    while (n < list->count && json_text_equals(&list->items[n].role, "tool")) n++;
    return n - at - 1 > list->items[at].call_count;
}

/* Whether a tool answers where nobody had called: the turn before it was not recorded. */
static bool lost_turn(const struct messages *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct json_text *before = i ? &list->items[i - 1].role : NULL;
        if (json_text_equals(&list->items[i].role, "tool") &&
            !(before && (json_text_equals(before, "assistant") || json_text_equals(before, "tool"))))
            return true;
    }
    return false;
}

static void miss_of_messages(const struct messages *list, const char *where, struct missing *m) {
    for (size_t i = 0; i < list->count; i++) {
        const struct message *one = &list->items[i];
        bool calls = one->lost_calls || lost_calls(list, i),
             nothing = !message_has_content(one) && one->content.type == JSON_TEXT_NONE;
        if (one->cut || (nothing && !calls)) miss(m, "%s/%zu/content", where, i);
        if (calls) miss(m, "%s/%zu/tool_calls", where, i);
        miss_media(&one->content, where, i, m);
        for (size_t k = 0; k < one->call_count; k++) {
            if (!has_text(&one->calls[k].id)) miss(m, "%s/%zu/tool_calls/%zu/id", where, i, k);
            if (one->calls[k].arguments.type != JSON_TEXT_STRING)
                miss(m, "%s/%zu/tool_calls/%zu/function/arguments", where, i, k);
        }
        if (json_text_equals(&one->role, "tool") && !message_says(one, EXTRA_TOOL_CALL_ID))
            miss(m, "%s/%zu/tool_call_id", where, i);
    }
}

/* Whether tools were at work at all; a call without any misses no definitions. */
static bool shows_tools(const struct messages *list) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].call_count || list->items[i].lost_calls ||
            json_text_equals(&list->items[i].role, "tool"))
            return true;
    return false;
}

/* Whether an answer had begun before the call failed. */
static bool had_begun(struct reading *r, const struct offer *call) {
    struct json_text status = span_value(&r->span, "http.response.status_code");
    int64_t code = 0;
    return call->usage.output > 0 || (json_text_int64(&status, true, &code) && code >= 200 && code < 300);
}

/* An answer that ended in calls of tools, and none is there. */
static bool ended_without_calls(const struct offer *call, const char *finish) {
    if (strcmp(finish, "tool_calls") != 0) return false;
    for (size_t i = 0; i < call->output.count; i++)
        if (call->output.items[i].call_count || call->output.items[i].lost_calls) return false;
    return true;
}

static void find_missing(struct reading *r, const struct offer *call, const char *finish,
                         struct missing *missing) {
    /* Where attributes were dropped, tools may have been among them. */
    bool dropped = r->span.dropped_attributes > 0 && !call->tool_count && !(call->tells & TELLS_TOOLS);
    bool tools = call->tool_count || shows_tools(&call->output) || shows_tools(&call->input) || dropped ||
                 strcmp(finish, "tool_calls") == 0;
    bool failed = (has_text(&call->error_message) || strcmp(finish, "error") == 0) && !had_begun(r, call);
    bool answered = messages_have_content(&call->output) || has_cut_messages(&call->output);
    if (!call->input.count || call->cut_input || lost_turn(&call->input)) miss(missing, "/input/messages");
    miss_of_messages(&call->input, "/input/messages", missing);
    /* Nobody calls a tool that was not offered, whatever the source tells. */
    if (call->cut_tools ||
        (tools && !call->tool_count && (!(call->tells & TELLS_TOOLS) || shows_tools(&call->output))))
        miss(missing, "/input/tools");
    if (tools && call->tool_choice.type == JSON_TEXT_NONE && !(call->tells & TELLS_TOOL_CHOICE))
        miss(missing, "/input/tool_choice");
    /* A filter leaves nothing to miss, and neither does a failure. */
    if ((!answered && !failed && strcmp(finish, "content_filter") != 0) || call->cut_output)
        miss(missing, "/output/messages");
    else if (answered)
        miss_of_messages(&call->output, "/output/messages", missing);
    if (answered && ended_without_calls(call, finish)) miss(missing, "/output/messages/0/tool_calls");
    if (!finish[0] && !failed) miss(missing, "/output/finish_reason");
}

static void write_count(struct buf *out, const char *key, int64_t n) {
    if (n >= 0) buf_json_int(out, key, n);
}

/* Inserts the metadata at that place, behind a member. */
static void write_input_metadata(struct buf *out, size_t at, const struct offer *call,
                                 struct missing *missing) {
    const struct json_text *model =
        has_text(&call->response_model) ? &call->response_model : &call->request_model;
    struct buf meta = BUF_INIT;
    write_string(&meta, "model", model);
    if (has_text(&call->request_model) && !json_text_same(model, &call->request_model))
        write_string(&meta, "request_model", &call->request_model);
    write_string(&meta, "provider", &call->provider);
    if (call->parameters.type == JSON_TEXT_OBJECT)
        write_value(&meta, "parameters", &call->parameters, NULL, NULL);
    write_string(&meta, "thread_id", &call->thread);
    write_string(&meta, "user_id", &call->user);
    if (call->tags.type == JSON_TEXT_ARRAY && call->tags.len > 2)
        write_value(&meta, "tags", &call->tags, NULL, NULL);
    if (missing->list.len) {
        buf_json_key(&meta, "missing");
        buf_char(&meta, '[');
        buf_add(&meta, missing->list.data, missing->list.len);
        buf_char(&meta, ']');
    }
    static const char head[] = ",\"metadata\":{";
    size_t len = sizeof head + meta.len; /* with the closing brace */
    if (meta.len && buf_reserve(out, len)) {
        memmove(out->data + at + len, out->data + at, out->len - at + 1);
        memcpy(out->data + at, head, sizeof head - 1);
        memcpy(out->data + at + sizeof head - 1, meta.data, meta.len);
        out->data[at + len - 1] = '}';
        out->len += len;
    }
    if (meta.failed) out->failed = true;
    buf_free(&meta);
}

static void write_output_metadata(struct reading *r, struct buf *out, const struct offer *call,
                                  const char *finish) {
    struct buf meta = BUF_INIT, usage = BUF_INIT;
    const struct usage *u = &call->usage;
    write_count(&usage, "input_tokens", u->input);
    write_count(&usage, "output_tokens", u->output);
    if (u->total >= 0 && !(u->input >= 0 && u->output >= 0 && u->total == u->input + u->output))
        write_count(&usage, "total_tokens", u->total);
    if (u->cached > 0) write_count(&usage, "cached_tokens", u->cached);
    if (u->cache_write > 0) write_count(&usage, "cache_write_tokens", u->cache_write);
    if (u->reasoning > 0) write_count(&usage, "reasoning_tokens", u->reasoning);
    if (usage.len) {
        buf_json_key(&meta, "usage");
        buf_char(&meta, '{');
        buf_add(&meta, usage.data, usage.len);
        buf_char(&meta, '}');
    }
    if (call->cost >= 0) {
        buf_json_key(&meta, "cost");
        char number[32];
        snprintf(number, sizeof number, "%.10g", call->cost);
        for (char *c = number; *c; c++)
            if (*c == ',') *c = '.'; /* the host's locale */
        buf_str(&meta, number);
    }
    if (r->span.start && r->span.end >= r->span.start)
        write_count(&meta, "latency_ms", (int64_t)((r->span.end - r->span.start + 500000) / 1000000));
    if (has_text(&call->finish) && !json_text_equals(&call->finish, finish))
        write_string(&meta, "native_finish_reason", &call->finish);
    write_string(&meta, "response_id", &call->response_id);
    if (has_text(&call->error_message)) {
        buf_json_key(&meta, "error");
        buf_char(&meta, '{');
        write_string(&meta, "type", &call->error_type);
        write_string(&meta, "message", &call->error_message);
        buf_char(&meta, '}');
    }
    if (meta.len) {
        buf_json_key(out, "metadata");
        buf_char(out, '{');
        buf_add(out, meta.data, meta.len);
        buf_char(out, '}');
    }
    if (meta.failed || usage.failed) out->failed = true;
    buf_free(&usage);
    buf_free(&meta);
}

/* What a record has around its values. */
#define AROUND_RECORD  1024 /* without the list of what is missing */
#define AROUND_MESSAGE 21   /* {"role":,"content":}, */
#define AROUND_CALLS   16   /* ,"tool_calls":[] */
#define AROUND_CALL    53   /* {"type":"function","function":{"name":,"arguments":}}, */
#define AROUND_ID      6    /* "id":, */
#define EMPTY          4    /* null, "" */

static size_t message_size(const struct message *m) {
    static const struct {
        enum extra_kind kind;
        size_t around;
    } extras[] = {{EXTRA_NAME, sizeof ",\"name\":"},
                  {EXTRA_REFUSAL, sizeof ",\"refusal\":"},
                  {EXTRA_REASONING, sizeof ",\"reasoning_content\":"},
                  {EXTRA_TOOL_CALL_ID, sizeof ",\"tool_call_id\":"},
                  {EXTRA_AUDIO, sizeof ",\"audio\":"}};
    size_t size = AROUND_MESSAGE + m->role.len + (m->content.len ? m->content.len : EMPTY);
    for (size_t i = 0; m->extra && i < sizeof extras / sizeof *extras; i++) {
        struct json_text v = message_extra(m, extras[i].kind);
        if (v.type != JSON_TEXT_NONE) size += extras[i].around + v.len;
    }
    return m->call_count ? size + AROUND_CALLS : size;
}

static size_t call_size(const struct call_tool *c) {
    size_t id = has_text(&c->id) ? AROUND_ID + c->id.len : 0;
    return AROUND_CALL + id + EMPTY + c->name.len + c->arguments.len;
}

/* About as many bytes as the record will have, and hardly more: growing towards ten megabytes would take half as much
 * again. */
static size_t text_size(const struct offer *call) {
    size_t size = AROUND_RECORD;
    for (int side = 0; side < 2; side++) {
        const struct messages *list = side ? &call->output : &call->input;
        for (size_t i = 0; i < list->count; i++) {
            const struct message *m = &list->items[i];
            size += message_size(m);
            for (size_t k = 0; k < m->call_count; k++) size += (side ? 2 : 1) * call_size(&m->calls[k]);
        }
    }
    for (size_t i = 0; i < call->tool_count; i++) size += 1 + call->tools[i].len;
    const size_t others[] = {call->parameters.len, call->error_message.len, call->tags.len,
                             call->tool_choice.len};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) size += others[i];
    return size + size / 256;
}

void write_datainfo(struct reading *r, const struct offer *call, struct buf *out) {
    struct missing missing = {.list = BUF_INIT};
    char finish[FINISH_WORD_SIZE];
    call_finish(call, finish);

    buf_reserve(out, text_size(call));
    buf_str(out, "{\"input\":{\"messages\":[");
    write_messages(out, &call->input, "/input/messages", &missing);
    buf_char(out, ']');
    if (call->tool_count) {
        buf_json_key(out, "tools");
        buf_char(out, '[');
        for (size_t i = 0; i < call->tool_count; i++) {
            buf_json_comma(out);
            json_text_copy_valid(&call->tools[i], out);
        }
        buf_char(out, ']');
    }
    write_value(out, "tool_choice", &call->tool_choice, NULL, NULL);
    size_t metadata = out->len;
    buf_str(out, "},\"output\":{\"messages\":[");
    write_messages(out, &call->output, "/output/messages", &missing);
    buf_char(out, ']');
    find_missing(r, call, finish, &missing);
    write_input_metadata(out, metadata, call, &missing);
    buf_json_key(out, "tool_calls");
    buf_char(out, '[');
    for (size_t i = 0; i < call->output.count; i++) write_calls(out, &call->output.items[i]);
    buf_char(out, ']');
    if (finish[0]) {
        buf_json_key(out, "finish_reason");
        buf_json_cstr(out, finish);
    }
    write_output_metadata(r, out, call, finish);
    buf_str(out, "}}");
    if (missing.list.failed) out->failed = true;
    buf_free(&missing.list);
}
