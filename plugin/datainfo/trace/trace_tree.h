/* trace_tree.h: the tree of a trace's spans, for the files trace*.c alone. What it means is written in trace.c. */
#ifndef SPANSET_DATAINFO_TRACE_TREE_H
#define SPANSET_DATAINFO_TRACE_TREE_H

#include "datainfo/trace/trace.h"

#define NOBODY        SIZE_MAX
#define MAX_ANCESTORS 256
#define MAX_COMPARED  64 /* relatives that are read to compare them; a wrapper's own call is among the first */

struct trace_span {
    char *text; /* owned */
    size_t len;
    char id[SPAN_ID_TEXT_SIZE], parent[SPAN_ID_TEXT_SIZE];
    enum span_kind kind;
    bool guessed; /* see classify_span_surely */
    bool digested;
    uint64_t start, end, scope; /* scope: a hash of its name */
    size_t next_sibling;
    struct digest digest; /* when digested */
    /* Thread, user and tags as JSON texts (owned, NULL = it does not say), read when a call below first asks: every
     * call of a trace asks its ancestors, and a root may be megabytes. */
    bool identified;
    char *identity[3];
    const struct trace_past *past; /* trace_past.c: in the trace's arena; NULL until asked for */
};
struct trace_node {
    char id[SPAN_ID_TEXT_SIZE]; /* "" = free */
    size_t span, first_child;
};
struct datainfo_trace {
    struct trace_span *spans;
    size_t count, cap;
    struct trace_node *nodes; /* open addressing; at most half full */
    size_t node_count, node_cap;
    size_t *calls; /* trace_next.c: the model calls by their start, made when first asked for */
    size_t call_count;
    struct arena kept; /* what stays with the tree beyond a reading */
};

/* The node of an id; NULL when no span has it or names it as its parent. */
const struct trace_node *trace_find(const struct datainfo_trace *t, const char *id);
/* Read when first asked for, and kept. */
const struct digest *trace_digest(struct trace_span *s);
/* The model calls below a span, nearest first and none below another; tools start calls of their own, so
 * nothing below a tool belongs to it, and with own_only nothing below an agent either (a call that hands over to
 * another agent may contain its whole run). Returns how many there are, the first `max` of them in out. */
size_t trace_calls_below(const struct datainfo_trace *t, const char *id, bool own_only, struct trace_span **out,
                         size_t max);
#define WHOLE_STEP 1000000 /* nanoseconds: JavaScript cuts starts, but not ends, to milliseconds */
/* Whether what started then came after what ended then. */
static inline bool trace_after(uint64_t start, uint64_t end) {
    return start >= end || (start % WHOLE_STEP == 0 && end - start < WHOLE_STEP);
}
/* Whether the two were open together for most of the shorter one's time. */
bool trace_together(const struct trace_span *a, const struct trace_span *b);
/* The span beside it that another instrumentation of the same client made of the same call; *outer says whether
 * that one began first. */
struct trace_span *trace_twin(struct datainfo_trace *t, const struct span_view *span, const struct digest *own,
                              bool *outer);

/* trace_next.c: the model calls of the trace by their start, in t->calls; false when memory is out. */
bool trace_list_calls(struct datainfo_trace *t);
/* The place in them of the first one that began at that time or later. */
size_t trace_first_call(const struct datainfo_trace *t, uint64_t time);
/* What a span says of its call, and the spans around it where they have the messages or the answer's calls, in r's
 * arena. */
struct offer trace_read_call(struct reading *r, const struct trace_span *s);
/* What is missing of this call's answer, from the call that sent it back. */
void trace_add_sent_back(struct reading *r, struct datainfo_trace *t, struct offer *call);
/* trace_relatives.c: what the span above says, if it has the call of r->span alone and may hold its content. */
void trace_add_holder(struct reading *r, const struct datainfo_trace *t, struct offer *call);
/* The same of the step beside it that was open with it and gave back its answer, if that lacks something. */
void trace_add_step(struct reading *r, const struct datainfo_trace *t, struct offer *call);
/* trace_tools.c: the calls of an answer that was recorded without them, from the tools that ran below it or after it;
 * with in_order none where nobody knows which was called first. */
void trace_add_tools(struct reading *r, const struct datainfo_trace *t, struct offer *call, bool in_order);
/* trace_past.c: what is missing of earlier turns in this call's request, from the calls that made them. */
void trace_add_past(struct reading *r, struct datainfo_trace *t, struct offer *call);
/* trace_results.c: results that are missing in a request, from the tools' own spans. */
void trace_add_results(struct reading *r, const struct datainfo_trace *t, struct messages *list);

#endif
