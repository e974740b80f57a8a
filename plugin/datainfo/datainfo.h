/* datainfo.h: from a span (and the trace around it) to DataInfo, the record that a dataset keeps.
 *
 * How it works: every convention (one file each, listed in conventions/conventions.c) looks at a span and offers
 * sources per field; the merger takes the richest source of each field and fills gaps from the others. The result
 * is DataInfo JSON (DESIGN section 3), or a skip with a code and a sentence a user understands. Bytes of numbers,
 * strings and tool arguments are copied as they stand in the span.
 *
 *     span_view, any_value   one span: its attributes and events; OTLP's values as JSON
 *     classify, guess        what kind of work it tells of, or looks like
 *     conventions/           which keys an SDK uses; general.c for SDKs nobody has seen
 *     value, bodies/         values of any shape; the bodies of providers' APIs
 *     messages/              messages, parts, calls, tools of any spelling, and what SDKs did to them undone
 *     merge, limits, write   one call out of all sources; what a limit took from it; DataInfo
 *     trace/                 the spans around it: one call once, and what relatives know
 *     same_call, call_twins  what proves that two spans tell of one call, in one trace or in two
 *     twin_facts             what one record of it takes from the other
 *     facts, summary, check  for lists; for records that people edit
 *
 * Threads: all functions are re-entrant; a trace belongs to one thread. Ownership is written at each function. */
#ifndef SPANSET_DATAINFO_DATAINFO_H
#define SPANSET_DATAINFO_DATAINFO_H

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "base/json_text.h"
#include "datainfo/same_call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what kind of span it is ---- */

enum span_kind {
    SPAN_KIND_OTHER = 0, /* HTTP, database, anything that is not about models */
    SPAN_KIND_LLM,       /* one call of a model: becomes a record */
    SPAN_KIND_EMBEDDING,
    SPAN_KIND_TOOL,
    SPAN_KIND_AGENT,
    SPAN_KIND_CHAIN, /* workflow, task, step, flow */
    SPAN_KIND_RETRIEVER,
    SPAN_KIND_RERANKER,
    SPAN_KIND_GUARDRAIL,
    SPAN_KIND_EVALUATOR,
    SPAN_KIND_WRAPPER, /* repeats the model call of a descendant */
    SPAN_KIND_CHUNK,   /* a piece of a model call */
};
/* "llm", "embedding", ... the word of the filter's `kind`; "other" for OTHER. Static storage. */
const char *span_kind_name(enum span_kind kind);

/* ---- the trace around a span ---- */

/* Spans of one trace, for what one span alone cannot tell (twin spans, wrappers, content on relatives, session ids on
 * the root). Copies what it needs. An extraction keeps in it what it read of other spans, for the next one: all spans are
 * added before the first. NULL is allowed wherever a trace is taken: the span is judged alone. */
struct datainfo_trace;
struct datainfo_trace *datainfo_trace_new(void);
/* Adds one span_json object; what does not parse is ignored. The text is copied. false: out of memory. */
bool datainfo_trace_add(struct datainfo_trace *trace, const char *span_json, size_t len);
void datainfo_trace_free(struct datainfo_trace *trace);

/* ---- extraction ---- */

enum datainfo_verdict { DATAINFO_RECORD, DATAINFO_SKIPPED };

struct datainfo {
    enum datainfo_verdict verdict;
    /* DATAINFO_RECORD: the DataInfo JSON text, compact, owned. */
    struct buf data;
    /* DATAINFO_SKIPPED: "not_a_call", "wrapper", "same_call" or "no_content", and one sentence. */
    char code[16];
    char reason[320];
    char take_span_id[SPAN_ID_TEXT_SIZE]; /* wrapper, same_call: the span to add instead; "" when unknown */
    /* DATAINFO_RECORD, "no_content": what call_twins compares with calls of other traces. */
    struct call_key key;
};

/* Reads one span_json object. STATUS_OK with a verdict, or STATUS_INVALID when the text is no span_json.
 * *out is overwritten; release with datainfo_free in every case. */
enum status datainfo_extract(struct datainfo *out, const char *span_json, size_t len,
                             struct datainfo_trace *trace, struct err *err);
void datainfo_free(struct datainfo *d);

/* Appends the record `data` with what it lacks of model, parameters, thread, user, tags, tokens, cost and response id, as
 * far as `twin` has it: another record of the same call. Both are what datainfo_extract made. false: there was nothing
 * to add, and *out is as it was. */
bool datainfo_add_facts(const char *data, size_t len, const char *twin, size_t twin_len, struct buf *out);

/* ---- facts: what a list shows of a span, record or not ---- */

#define DATAINFO_PREVIEW_MAX 320 /* bytes of UTF-8, cut between characters, white space folded */

struct span_facts {
    enum span_kind kind;
    char *model, *provider;    /* owned, NULL when unknown; the response's model before the request's */
    char *thread_id, *user_id; /* owned, NULL; from this span only (ancestors are the caller's business) */
    char *finish_reason;       /* owned, NULL; normalised */
    char *error;               /* owned, NULL; status message, exception or level, of a failed span */
    bool failed;
    int64_t input_tokens, output_tokens, cached_tokens, reasoning_tokens; /* -1 = unknown */
    double cost;                                                          /* US dollars; < 0 = unknown */
    char *preview_input,
        *preview_output; /* owned, NULL: what was asked and answered, or a tool's arguments/result */
};

/* Never fails on strange content: what cannot be read stays unknown. Release with span_facts_free. */
void span_facts_read(struct span_facts *out, const char *span_json, size_t len);
void span_facts_free(struct span_facts *f);

/* ---- DataInfo itself: check and summary, for records written or edited by hand and for lists ---- */

/* What input.metadata.missing names, in few words. SOMETHING is set with all others, and alone where a list says
 * nothing that anybody knows. */
enum datainfo_missing {
    DATAINFO_MISSING_SOMETHING = 1,
    DATAINFO_MISSING_CONTENT = 2, /* messages, parts, names or arguments of calls */
    DATAINFO_MISSING_TOOLS = 4,
    DATAINFO_MISSING_TOOL_CHOICE = 8,
    DATAINFO_MISSING_IDS = 16, /* of tool calls */
    DATAINFO_MISSING_FINISH_REASON = 32,
};

/* What the narrow `record` row holds of a DataInfo. All strings owned, NULL when absent. */
struct datainfo_summary {
    char *preview_input;     /* the last user message as text, else the last input message */
    char *preview_output;    /* the answer's text; NULL when it only calls tools */
    char *preview_tool;      /* first tool call of the answer: "name" */
    char *preview_arguments; /* its arguments, clipped */
    char *model, *provider, *finish_reason;
    int64_t input_tokens, output_tokens; /* -1 unknown */
    double cost;                         /* < 0 unknown */
    int64_t latency_ms;                  /* -1 unknown */
    int32_t message_count;               /* input messages */
    int32_t tool_count;                  /* defined tools */
    int32_t tool_call_count;             /* calls in the answer */
    bool has_error;                      /* output.metadata.error is there */
    unsigned missing;                    /* what input.metadata.missing names; 0 when it is empty */
};
/* `data` is checked DataInfo text. STATUS_NO_MEMORY at worst. Release with datainfo_summary_free. */
enum status datainfo_summarize(struct datainfo_summary *out, const char *data, size_t len, struct err *err);
void datainfo_summary_free(struct datainfo_summary *s);

/* Appends what a search finds: message text, tool names and arguments, one line each, at most `limit` bytes. */
void datainfo_search_text(const char *data, size_t len, size_t limit, struct buf *out);

/* Checks DataInfo that a person or an import wrote, and appends it to out with output.tool_calls derived from
 * output.messages. Unknown members are kept, bytes stay as they are. Rules: root, input and output are objects;
 * messages are arrays of objects with a string role; content is string, null or array; tool_calls are arrays of
 * {id, type, function:{name, arguments: string}}. `before` (nullable) is the stored text that is being replaced:
 * output.tool_calls that are absent or equal to before's are recomputed, changed and different from the derived is
 * STATUS_CONTENT at /output/tool_calls. STATUS_INVALID: no JSON (with position). STATUS_CONTENT: with pointer. */
enum status datainfo_check(const char *data, size_t len, const char *before, size_t before_len, struct buf *out,
                           struct err *err);

#endif
