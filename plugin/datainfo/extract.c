/* extract.c: datainfo_extract: kind first, then content, then the spans around it. */
#include "datainfo/classify.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/trace/trace.h"
#include "datainfo/write.h"

#include <stdio.h>

void reading_open_call(struct reading *r, struct offer *call) {
    conventions_offer(r);
    *call = merge_offers(r);
}

static const char *why_not(enum span_kind kind) {
    switch (kind) {
    case SPAN_KIND_EMBEDDING:
        return "This is an embedding call: it has vectors, no conversation.";
    case SPAN_KIND_TOOL:
        return "This is a tool's execution, not a model call. Its result is in the next model call.";
    case SPAN_KIND_AGENT:
        return "This is an agent's run or step, not a model call. Add the model calls below it.";
    case SPAN_KIND_CHAIN:
        return "This is a step of a workflow, not a model call. Add the model calls below it.";
    case SPAN_KIND_RETRIEVER:
        return "This is a retrieval, not a model call.";
    case SPAN_KIND_RERANKER:
        return "This is a reranking, not a conversation with a model.";
    case SPAN_KIND_GUARDRAIL:
        return "This is a guardrail's check, not a model call.";
    case SPAN_KIND_EVALUATOR:
        return "This is an evaluation, not a model call.";
    case SPAN_KIND_LLM:
    case SPAN_KIND_CHUNK:
    case SPAN_KIND_WRAPPER:
    case SPAN_KIND_OTHER:
        break;
    }
    return "This span is not about a model.";
}

static void skip(struct datainfo *out, const char *code, const char *reason) {
    out->verdict = DATAINFO_SKIPPED;
    snprintf(out->code, sizeof out->code, "%s", code);
    snprintf(out->reason, sizeof out->reason, "%s", reason);
}

enum status datainfo_extract(struct datainfo *out, const char *span_json, size_t len,
                             struct datainfo_trace *trace, struct err *err) {
    *out = (struct datainfo){.verdict = DATAINFO_SKIPPED};
    struct reading r = {.arena = ARENA_INIT, .trace = trace};
    enum status status = span_view_open(&r.span, &r.arena, span_json, len, err);
    if (status != STATUS_OK) goto out;

    bool guessed;
    enum span_kind kind = classify_span_surely(&r.span, &guessed);
    if (kind == SPAN_KIND_WRAPPER || kind == SPAN_KIND_CHUNK) {
        const struct digest unread = {0};
        if (trace_judge(trace, &r.span, kind, false, &unread, out)) goto out;
    } else if (kind != SPAN_KIND_LLM) {
        skip(out, "not_a_call", why_not(kind));
        goto out;
    }
    struct offer call;
    reading_open_call(&r, &call);
    if (!r.arena.failed) {
        struct digest own = call_digest(&call);
        if (trace_judge(trace, &r.span, kind, guessed, &own, out)) goto out;
        trace_add_relatives(&r, &call);
        if (kind == SPAN_KIND_WRAPPER && !(own.has_input || own.has_output)) {
            skip(out, "wrapper",
                 "This span wraps a model call whose own span is not here. Add the call itself when it has "
                 "arrived.");
            goto out;
        }
        out->key = call_key_of(&r, &call);
        if (call_is_empty(&call)) {
            skip(out, "no_content",
                 "This model call was recorded without its messages. Turn on content capture in the "
                 "instrumentation to add calls like it.");
            goto out;
        }
        write_datainfo(&r, &call, &out->data);
        out->verdict = DATAINFO_RECORD;
    }
    if (r.arena.failed || out->data.failed) {
        datainfo_free(out);
        status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while reading a span.");
    }
out:
    arena_free(&r.arena);
    return status;
}

void datainfo_free(struct datainfo *d) {
    buf_free(&d->data);
    *d = (struct datainfo){.verdict = DATAINFO_SKIPPED};
}
