/* stream.c: an answer kept as the stream it came in: a JSON array of chunks, server-sent events as text, or JSON
 * lines. Each chunk says which provider's it is, so one reader takes them all:
 *
 *     OpenAI chat   {choices: [{index, delta: {content, tool_calls: [{index, id, function}]}, finish_reason}]}
 *     Responses     {type: "response.output_text.delta" ... "response.completed", response}
 *     Anthropic     {type: "message_start" | "content_block_start" | "content_block_delta" | "message_delta"}
 *     Bedrock       {contentBlockStart | contentBlockDelta | messageStop | metadata: {...}}
 *     Gemini        {candidates: [{content: {parts}, finishReason}]}
 *     Ollama        {message: {content}, done}
 *     AI SDK        {type: "text-delta" | "tool-call" | "finish"}
 *
 * Pieces of a string are joined as they lie between their quotes, so escapes stay (a surrogate pair that was cut in
 * two is whole again). Indexes beyond the caps are left out. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <string.h>

#define MAX_CHOICES 128
#define MAX_CALLS   512 /* of one answer */

struct piece_call {
    int64_t index; /* the provider's; -1 none */
    struct json_text id, name, whole;
    struct buf arguments;
};
struct piece_answer {
    struct buf text, thought, refusal;
    bool has_text;
    struct piece_call *calls;
    size_t call_count, call_cap;
    struct json_text finish;
};
struct join {
    struct reading *r;
    struct offer *o;
    struct piece_answer *answers;
    size_t count, cap;
    struct json_text final; /* the whole response, where the stream ends with it */
    struct json_text stop;  /* Anthropic's and Bedrock's word */
    struct messages items;  /* whole items of a Responses stream */
    size_t seen;            /* chunks that said something */
    bool ignores_calls;
};

static struct piece_answer *answer_at(struct join *j, size_t index) {
    if (index >= MAX_CHOICES) return NULL;
    while (j->count <= index) {
        struct piece_answer *grown = arena_grow(&j->r->arena, j->answers, j->count, &j->cap, sizeof *grown);
        if (!grown) return NULL;
        j->answers = grown;
        j->answers[j->count++] = (struct piece_answer){.finish = JSON_NONE};
    }
    return &j->answers[index];
}

static struct piece_call *add_call(struct join *j, struct piece_answer *a, int64_t index) {
    if (a->call_count >= MAX_CALLS) return NULL;
    struct piece_call *grown = arena_grow(&j->r->arena, a->calls, a->call_count, &a->call_cap, sizeof *grown);
    if (!grown) return NULL;
    a->calls = grown;
    a->calls[a->call_count] = (struct piece_call){.index = index};
    return &a->calls[a->call_count++];
}

/* The call with that index; a new one when there is none. Without an index the last one. */
static struct piece_call *call_at(struct join *j, struct piece_answer *a, int64_t index) {
    if (index < 0 && a->call_count) return &a->calls[a->call_count - 1];
    for (size_t i = a->call_count; i-- > 0;)
        if (a->calls[i].index == index) return &a->calls[i];
    return add_call(j, a, index);
}

static void add_piece(struct buf *to, const struct json_text *string) {
    if (has_text(string)) buf_add(to, string->text + 1, string->len - 2);
}

static void add_text(struct join *j, size_t index, const struct json_text *string) {
    struct piece_answer *a = string->type == JSON_TEXT_STRING ? answer_at(j, index) : NULL;
    if (!a) return;
    a->has_text = true;
    add_piece(&a->text, string);
}

static void add_thought(struct join *j, const struct json_text *string) {
    struct piece_answer *a = has_text(string) ? answer_at(j, 0) : NULL;
    if (a) add_piece(&a->thought, string);
}

/* ---- chunks ---- */

static int64_t index_of(const struct json_text *v, const char *name) {
    struct json_text index = field(v, name);
    int64_t n;
    return json_text_int64(&index, false, &n) && n >= 0 ? n : -1;
}

/* {index, id, function: {name, arguments}}: id and name come once, the arguments in pieces. */
static void chat_calls(struct join *j, struct piece_answer *a, const struct json_text *list) {
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, list);
    while (list->type == JSON_TEXT_ARRAY && json_text_next(&it, NULL, &item)) {
        struct json_text function = field(&item, "function"), id = text_field(&item, "id");
        struct json_text name = text_field(&function, "name"), arguments = field(&function, "arguments");
        int64_t index = index_of(&item, "index");
        struct piece_call *c = index < 0 && has_text(&id) ? add_call(j, a, -1) : call_at(j, a, index);
        if (!c) continue;
        if (has_text(&id)) c->id = id;
        if (has_text(&name)) c->name = name;
        if (arguments.type == JSON_TEXT_OBJECT)
            c->whole = arguments; /* some proxies */
        else
            add_piece(&c->arguments, &arguments);
    }
}

static bool chat_chunk(struct join *j, const struct json_text *chunk) {
    struct json_text choices = field(chunk, "choices"), choice;
    struct json_text_iter it;
    if (choices.type != JSON_TEXT_ARRAY) return false;
    json_text_iter(&it, &choices);
    while (json_text_next(&it, NULL, &choice)) {
        int64_t index = index_of(&choice, "index");
        struct piece_answer *a = answer_at(j, index < 0 ? 0 : (size_t)index);
        if (!a) continue;
        struct json_text delta = field(&choice, "delta"), word = field(&choice, "finishreason");
        struct json_text content = field(&delta, "content"), calls = field(&delta, "toolcalls"), piece;
        if (delta.type != JSON_TEXT_OBJECT) content = field(&choice, "text"); /* of a completion */
        add_text(j, (size_t)(a - j->answers), &content);
        piece = text_field(&delta, "reasoningcontent", "reasoning");
        add_piece(&a->thought, &piece);
        piece = text_field(&delta, "refusal");
        add_piece(&a->refusal, &piece);
        chat_calls(j, a, &calls);
        word = body_finish(&word);
        if (has_text(&word)) a->finish = word;
    }
    return true;
}

static bool responses_chunk(struct join *j, const struct json_text *chunk, const struct json_text *type) {
    struct json_text v;
    if (type->len < 11 || memcmp(type->text, "\"response.", 10) != 0) return false;
    if (json_text_equals(type, "response.completed") || json_text_equals(type, "response.incomplete") ||
        json_text_equals(type, "response.failed")) {
        v = field(chunk, "response");
        if (v.type == JSON_TEXT_OBJECT) j->final = v;
    } else if (json_text_equals(type, "response.output_item.done")) {
        v = field(chunk, "item");
        read_messages(j->r, &v, JSON_STRING("assistant"), MESSAGE_ONE_ANSWER, &j->items);
    } else if (json_text_equals(type, "response.output_text.delta")) {
        v = field(chunk, "delta");
        add_text(j, 0, &v);
    } else if (json_text_equals(type, "response.created")) {
        v = field(chunk, "response");
        if (!has_text(&j->o->response_model)) j->o->response_model = text_field(&v, "model");
        if (!has_text(&j->o->response_id)) j->o->response_id = text_field(&v, "id");
    }
    j->ignores_calls = true;
    return true;
}

/* A block that begins: a call with its name, or a text that may already have something in it. */
static void block_start(struct join *j, int64_t index, const struct json_text *block) {
    struct piece_answer *a = answer_at(j, 0);
    struct json_text use = field(block, "tooluse"), type = field(block, "type");
    if (use.type != JSON_TEXT_OBJECT) use = *block;
    struct json_text id = text_field(&use, "id", "tooluseid"), name = text_field(&use, "name");
    if (a && has_text(&name) && !json_text_equals(&type, "server_tool_use")) {
        struct piece_call *c = add_call(j, a, index);
        if (c) *c = (struct piece_call){.index = index, .id = id, .name = name};
    } else if (json_text_equals(&type, "text")) {
        struct json_text text = field(block, "text");
        add_text(j, 0, &text);
    }
}

static void block_delta(struct join *j, int64_t index, const struct json_text *delta) {
    struct piece_answer *a = answer_at(j, 0);
    struct json_text text = field(delta, "text"), thought = field(delta, "thinking"),
                     use = field(delta, "tooluse");
    struct json_text json = text_field(delta, "partialjson"), reasoning = field(delta, "reasoningcontent");
    if (!has_text(&json)) json = text_field(&use, "input");
    if (!has_text(&thought)) thought = field(&reasoning, "text");
    add_text(j, 0, &text);
    add_thought(j, &thought);
    for (size_t i = a ? a->call_count : 0; i-- > 0 && has_text(&json);) { /* none: a server's tool, left out */
        if (a->calls[i].index != index) continue;
        add_piece(&a->calls[i].arguments, &json);
        break;
    }
}

static bool anthropic_chunk(struct join *j, const struct json_text *chunk, const struct json_text *type) {
    struct json_text v, word;
    if (json_text_equals(type, "message_start")) {
        v = field(chunk, "message");
        j->o->response_model = text_field(&v, "model");
        j->o->response_id = text_field(&v, "id");
    } else if (json_text_equals(type, "content_block_start")) {
        v = field(chunk, "contentblock");
        block_start(j, index_of(chunk, "index"), &v);
    } else if (json_text_equals(type, "content_block_delta")) {
        v = field(chunk, "delta");
        block_delta(j, index_of(chunk, "index"), &v);
    } else if (json_text_equals(type, "message_delta")) {
        v = field(chunk, "delta");
        word = text_field(&v, "stopreason");
        if (has_text(&word)) j->stop = word;
    } else {
        return json_text_equals(type, "message_stop") || json_text_equals(type, "content_block_stop") ||
               json_text_equals(type, "ping");
    }
    return true;
}

static bool bedrock_chunk(struct join *j, const struct json_text *chunk) {
    enum { MESSAGE_START, BLOCK_START, BLOCK_DELTA, BLOCK_STOP, MESSAGE_STOP, METADATA, COUNT };
    static const char *const names[COUNT] = {"messagestart",     "contentblockstart", "contentblockdelta",
                                             "contentblockstop", "messagestop",       "metadata"};
    struct json_text f[COUNT], v;
    fields_read(chunk, names, COUNT, f);
    bool found = false;
    for (size_t i = 0; i < COUNT; i++) found = found || f[i].type == JSON_TEXT_OBJECT;
    if (!found) return false;
    v = field(&f[BLOCK_START], "start");
    if (v.type == JSON_TEXT_OBJECT) block_start(j, index_of(&f[BLOCK_START], "contentblockindex"), &v);
    v = field(&f[BLOCK_DELTA], "delta");
    if (v.type == JSON_TEXT_OBJECT) block_delta(j, index_of(&f[BLOCK_DELTA], "contentblockindex"), &v);
    v = text_field(&f[MESSAGE_STOP], "stopreason");
    if (has_text(&v)) j->stop = v;
    v = field(&f[METADATA], "usage");
    body_usage(&v, &j->o->usage);
    return true;
}

/* Whole pieces of a message: Gemini's parts and Ollama's messages. */
static void take_message(struct join *j, size_t index, const struct json_text *message) {
    struct messages list = {0};
    struct piece_answer *a = answer_at(j, index);
    if (!a) return;
    read_messages(j->r, message, JSON_STRING("assistant"), 0, &list);
    for (size_t i = 0; i < list.count; i++) {
        const struct message *m = &list.items[i];
        add_text(j, index, &m->content);
        struct json_text thought = message_extra(m, EXTRA_REASONING);
        add_piece(&a->thought, &thought);
        for (size_t k = 0; k < m->call_count; k++) {
            struct piece_call *c = add_call(j, a, -1);
            if (c)
                *c = (struct piece_call){.index = -1,
                                         .id = m->calls[k].id,
                                         .name = m->calls[k].name,
                                         .whole = m->calls[k].arguments};
        }
    }
}

static bool message_chunk(struct join *j, const struct json_text *chunk) {
    struct json_text candidates = field(chunk, "candidates"), message = field(chunk, "message"), item, v;
    if (candidates.type == JSON_TEXT_ARRAY) {
        struct json_text_iter it;
        size_t index = 0;
        json_text_iter(&it, &candidates);
        for (; json_text_next(&it, NULL, &item); index++) {
            v = field(&item, "content");
            if (v.type == JSON_TEXT_OBJECT) take_message(j, index, &v);
            v = field(&item, "finishreason");
            v = body_finish(&v);
            struct piece_answer *a = has_text(&v) ? answer_at(j, index) : NULL;
            if (a) a->finish = v;
        }
    } else if (field(chunk, "done").type != JSON_TEXT_NONE) {
        v = field(chunk, "response"); /* Ollama's generate */
        if (message.type == JSON_TEXT_OBJECT)
            take_message(j, 0, &message);
        else if (v.type == JSON_TEXT_STRING)
            add_text(j, 0, &v);
        else
            return false;
        v = text_field(chunk, "donereason");
        if (has_text(&v)) j->stop = v;
    } else {
        return false;
    }
    j->ignores_calls = true;
    return true;
}

static bool sdk_chunk(struct join *j, const struct json_text *chunk, const struct json_text *type) {
    struct json_text v;
    struct piece_answer *a;
    if (json_text_equals(type, "text-delta")) {
        v = field_any(chunk, "textdelta", "delta", "text");
        add_text(j, 0, &v);
    } else if (json_text_equals(type, "reasoning") || json_text_equals(type, "reasoning-delta")) {
        v = field_any(chunk, "textdelta", "delta", "text");
        add_thought(j, &v);
    } else if (json_text_equals(type, "tool-call")) {
        struct message m = {.role = JSON_STRING("assistant")};
        read_call(j->r, chunk, &m);
        a = m.call_count ? answer_at(j, 0) : NULL;
        struct piece_call *c = a ? add_call(j, a, -1) : NULL;
        if (c)
            *c = (struct piece_call){
                .index = -1, .id = m.calls[0].id, .name = m.calls[0].name, .whole = m.calls[0].arguments};
    } else if (json_text_equals(type, "finish")) {
        v = field(chunk, "finishreason");
        v = body_finish(&v);
        if (has_text(&v)) j->stop = v;
    } else {
        return json_text_equals(type, "stream-start") || json_text_equals(type, "response-metadata") ||
               json_text_equals(type, "text-start") || json_text_equals(type, "text-end");
    }
    return true;
}

static void take_chunk(struct join *j, const struct json_text *chunk) {
    struct json_text type = field(chunk, "type"), usage;
    if (chunk->type != JSON_TEXT_OBJECT) return;
    bool known = has_text(&type) ? responses_chunk(j, chunk, &type) || anthropic_chunk(j, chunk, &type) ||
                                       sdk_chunk(j, chunk, &type)
                                 : chat_chunk(j, chunk) || message_chunk(j, chunk) || bedrock_chunk(j, chunk);
    if (!known) return;
    j->seen++;
    /* Counts grow from chunk to chunk where a provider sends them more than once: the last ones hold. */
    struct usage latest = {-1, -1, -1, -1, -1, -1};
    usage = field_any(chunk, "usage", "usagemetadata");
    body_usage(&usage, &latest);
    struct json_text message = field(chunk, "message");
    usage = field(&message, "usage");
    body_usage(&usage, &latest);
    if (!has_text(&type)) body_usage(chunk, &latest);
    const int64_t from[] = {latest.input,  latest.output,      latest.total,
                            latest.cached, latest.cache_write, latest.reasoning};
    int64_t *const to[] = {&j->o->usage.input,  &j->o->usage.output,      &j->o->usage.total,
                           &j->o->usage.cached, &j->o->usage.cache_write, &j->o->usage.reasoning};
    for (size_t i = 0; i < sizeof to / sizeof *to; i++)
        if (from[i] >= 0) *to[i] = from[i];
    if (!has_text(&j->o->response_model))
        j->o->response_model = text_field(chunk, "model", "modelversion", "modelid");
    if (!has_text(&j->o->response_id)) j->o->response_id = text_field(chunk, "id", "responseid");
}

/* ---- the answer ---- */

static void close_answer(struct join *j, struct piece_answer *a) {
    struct message m = {.role = JSON_STRING("assistant")};
    struct json_text word = has_text(&a->finish) ? a->finish : j->stop;
    message_put(j->r, &m, EXTRA_FINISH, word);
    if (a->text.len || (a->has_text && !a->call_count && !a->refusal.len))
        m.content = arena_quoted_take(&j->r->arena, &a->text);
    if (a->thought.len) message_put(j->r, &m, EXTRA_REASONING, arena_quoted_take(&j->r->arena, &a->thought));
    if (a->refusal.len) message_put(j->r, &m, EXTRA_REFUSAL, arena_quoted_take(&j->r->arena, &a->refusal));
    for (size_t i = 0; i < a->call_count; i++) {
        struct piece_call *p = &a->calls[i];
        struct call_tool *c = message_add_call(j->r, &m);
        struct json_text whole = p->arguments.len ? arena_quoted_take(&j->r->arena, &p->arguments) : p->whole;
        if (c)
            *c = (struct call_tool){.id = p->id, .name = p->name, .arguments = normal_arguments(j->r, &whole)};
        buf_free(&p->arguments);
    }
    buf_free(&a->text);
    if (!has_text(&j->o->finish)) j->o->finish = word;
    messages_push(j->r, &j->o->output, &m);
}

/* Everything has been taken: writes the answer. false: there was none. */
static bool finish(struct join *j) {
    bool said = false;
    if (j->ignores_calls) j->o->finish_ignores_calls = true;
    if (j->final.type == JSON_TEXT_OBJECT) {
        struct body b;
        body_open(&b, &j->final);
        said = body_openai_responses.response(j->r, &b, j->o);
    } else if (j->items.count) {
        j->o->output = j->items;
        said = true;
    }
    for (size_t i = 0; i < j->count; i++) {
        if (said) { /* the whole is better than its pieces */
            struct piece_answer *a = &j->answers[i];
            buf_free(&a->text);
            buf_free(&a->thought);
            buf_free(&a->refusal);
            for (size_t k = 0; k < a->call_count; k++) buf_free(&a->calls[k].arguments);
        } else {
            close_answer(j, &j->answers[i]);
        }
    }
    return said || j->count;
}

/* ---- where the chunks are ---- */

static bool is_chunk(const struct json_text *v) {
    enum { TYPE, CHOICES, CANDIDATES, MESSAGE, RESPONSE, DONE, START, DELTA, COUNT };
    static const char *const names[COUNT] = {"type",     "choices", "candidates",   "message",
                                             "response", "done",    "messagestart", "contentblockdelta"};
    static const char *const types[] = {"message_start", "content_block_start", "content_block_delta",
                                        "text-delta",    "stream-start",        NULL};
    struct json_text f[COUNT], choice;
    fields_read(v, names, COUNT, f);
    if (json_text_index(&f[CHOICES], 0, &choice)) return field(&choice, "message").type == JSON_TEXT_NONE;
    if (f[CHOICES].type == JSON_TEXT_ARRAY || f[CANDIDATES].type == JSON_TEXT_ARRAY) return true;
    if (f[START].type == JSON_TEXT_OBJECT || f[DELTA].type == JSON_TEXT_OBJECT) return true;
    bool says = f[MESSAGE].type == JSON_TEXT_OBJECT || f[RESPONSE].type == JSON_TEXT_STRING;
    if (says && f[DONE].type != JSON_TEXT_NONE) return true;
    return text_among(&f[TYPE], types) || text_begins(&f[TYPE], "response.");
}

static bool begins(const char *at, const char *end, const char *prefix) {
    size_t n = strlen(prefix);
    return (size_t)(end - at) >= n && memcmp(at, prefix, n) == 0;
}

/* Server-sent events or JSON lines in a string. Lines that hold no JSON ("data: [DONE]", comments) are passed. */
static void take_text(struct join *j, const struct json_text *string) {
    if (!text_begins(string, "data:") && !text_begins(string, "event:") && !text_begins(string, "{\\\""))
        return;
    struct buf b = BUF_INIT;
    size_t len;
    json_text_decode(string, &b);
    const char *at = arena_keep(&j->r->arena, &b, &len), *end = at + len;
    for (bool first = true; at < end;) {
        const char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        at = stop < end ? stop + 1 : end;
        if (begins(line, stop, "data:")) line += 5;
        while (line < stop && (*line == ' ' || *line == '\t')) line++;
        while (stop > line && (stop[-1] == '\r' || stop[-1] == ' ')) stop--;
        if (line == stop || *line != '{') continue;
        struct json_text chunk;
        if (json_text_parse(&chunk, line, (size_t)(stop - line), JSON_TEXT_LENIENT, NULL) != STATUS_OK) {
            if (first) return; /* one JSON text over several lines, or no JSON at all */
            continue;
        }
        if (first && !is_chunk(&chunk)) return;
        first = false;
        take_chunk(j, &chunk);
    }
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    struct join j = {.r = r, .o = o};
    if (b->self.type == JSON_TEXT_ARRAY) {
        struct json_text head, chunk;
        if (!json_text_index(&b->self, 0, &head) || head.type != JSON_TEXT_OBJECT || !is_chunk(&head))
            return false;
        struct json_text_iter it;
        json_text_iter(&it, &b->self);
        while (json_text_next(&it, NULL, &chunk)) take_chunk(&j, &chunk);
    } else if (b->self.type == JSON_TEXT_STRING) {
        take_text(&j, &b->self);
    } else {
        return false;
    }
    return finish(&j) && j.seen;
}

const struct body_shape body_stream = {"stream", NULL, response};
