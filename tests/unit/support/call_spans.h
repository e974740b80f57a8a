/* call_spans.h: span_json of model calls as this or that instrumentation tells of them. Header-only. */
#ifndef SPANSET_TESTS_SUPPORT_CALL_SPANS_H
#define SPANSET_TESTS_SUPPORT_CALL_SPANS_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

struct told_call {
    const char *scope;
    unsigned start, end;          /* ms */
    const char *id, *model;       /* NULL = not told */
    const char *question, *parts; /* parts: the answer's, as JSON; NULL = not told */
    int tokens;                   /* in and out; 0 = not told */
    const char *error;            /* its type; NULL = none */
};

static inline void told_attribute(struct buf *b, const char *key, const char *value) {
    if (!value) return;
    buf_str(b, ",{\"key\":");
    buf_json_cstr(b, key);
    buf_str(b, ",\"value\":{\"stringValue\":");
    buf_json_cstr(b, value);
    buf_str(b, "}}");
}

static inline void told_messages(struct buf *b, const char *key, const char *role, const char *parts) {
    struct buf m = BUF_INIT;
    if (!parts) return;
    buf_printf(&m, "[{\"role\":\"%s\",\"parts\":%s}]", role, parts);
    told_attribute(b, key, m.data);
    buf_free(&m);
}

static inline struct buf told_span(const struct told_call *c, const char *trace_id, const char *span_id) {
    struct buf b = BUF_INIT, question = BUF_INIT;
    buf_str(&b, "{\"resource\":{\"attributes\":[]},\"scope\":{\"name\":");
    buf_json_cstr(&b, c->scope);
    buf_printf(&b,
               "},\"span\":{\"traceId\":\"%s\",\"spanId\":\"%s\",\"name\":\"chat\",\"startTimeUnixNano\":"
               "\"%llu\",\"endTimeUnixNano\":\"%llu\",\"attributes\":[{\"key\":\"gen_ai.operation.name\","
               "\"value\":{\"stringValue\":\"chat\"}}",
               trace_id, span_id, 1766400000000000000ull + c->start * 1000000ull,
               1766400000000000000ull + c->end * 1000000ull);
    if (c->question) {
        buf_str(&question, "[{\"type\":\"text\",\"content\":");
        buf_json_cstr(&question, c->question);
        buf_str(&question, "}]");
    }
    told_attribute(&b, "gen_ai.request.model", c->model);
    told_attribute(&b, "gen_ai.response.id", c->id);
    told_messages(&b, "gen_ai.input.messages", "user", question.data);
    told_messages(&b, "gen_ai.output.messages", "assistant", c->parts);
    for (int i = 0; i < 2 && c->tokens; i++)
        buf_printf(&b, ",{\"key\":\"gen_ai.usage.%s_tokens\",\"value\":{\"intValue\":\"%d\"}}",
                   i ? "output" : "input", c->tokens + i);
    told_attribute(&b, "error.type", c->error);
    buf_printf(&b, "],\"status\":{%s}},\"logs\":[]}", c->error ? "\"code\":2" : "");
    buf_free(&question);
    return b;
}

#endif
