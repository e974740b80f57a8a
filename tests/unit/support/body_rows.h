/* body_rows.h: one JSON text in, the messages that come of it out. A case is a row; what it prevents is its name. The
 * notation of the expected text is DataInfo's own, with what is absent left out. Header-only. */
#ifndef SPANSET_TESTS_SUPPORT_BODY_ROWS_H
#define SPANSET_TESTS_SUPPORT_BODY_ROWS_H

#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- writing what was read ---- */

static inline void member(struct buf *b, const char *key, const struct json_text *v) {
    if (v->type == JSON_TEXT_NONE) return;
    buf_json_key(b, key);
    json_text_compact(v, b);
}

static inline void extra(struct buf *b, const char *key, const struct message *m, enum extra_kind kind) {
    struct json_text v = message_extra(m, kind);
    member(b, key, &v);
}

static inline void write_list(struct buf *b, const struct messages *list) {
    buf_char(b, '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        buf_json_comma(b);
        buf_char(b, '{');
        member(b, "role", &m->role);
        member(b, "content", &m->content);
        extra(b, "name", m, EXTRA_NAME);
        extra(b, "refusal", m, EXTRA_REFUSAL);
        extra(b, "reasoning", m, EXTRA_REASONING);
        if (m->call_count) {
            buf_json_key(b, "calls");
            buf_char(b, '[');
            for (size_t k = 0; k < m->call_count; k++) {
                buf_json_comma(b);
                buf_char(b, '{');
                if (has_text(&m->calls[k].id)) member(b, "id", &m->calls[k].id);
                member(b, "name", &m->calls[k].name);
                member(b, "arguments", &m->calls[k].arguments);
                buf_char(b, '}');
            }
            buf_char(b, ']');
        }
        if (message_says(m, EXTRA_TOOL_CALL_ID)) extra(b, "tool_call_id", m, EXTRA_TOOL_CALL_ID);
        if (message_says(m, EXTRA_FINISH)) extra(b, "finish", m, EXTRA_FINISH);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static inline void count(struct buf *b, const char *key, int64_t n) {
    if (n < 0) return;
    buf_json_key(b, key);
    buf_printf(b, "%" PRId64, n);
}

static inline struct buf write_offer(const struct offer *o) {
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    if (o->input.count) {
        buf_json_key(&b, "input");
        write_list(&b, &o->input);
    }
    if (o->output.count) {
        buf_json_key(&b, "output");
        write_list(&b, &o->output);
    }
    if (o->tool_count) {
        buf_json_key(&b, "tools");
        buf_char(&b, '[');
        for (size_t i = 0; i < o->tool_count; i++) {
            buf_json_comma(&b);
            json_text_compact(&o->tools[i], &b);
        }
        buf_char(&b, ']');
    }
    member(&b, "choice", &o->tool_choice);
    member(&b, "finish", &o->finish);
    member(&b, "model", has_text(&o->response_model) ? &o->response_model : &o->request_model);
    member(&b, "id", &o->response_id);
    member(&b, "parameters", &o->parameters);
    count(&b, "in", o->usage.input);
    count(&b, "out", o->usage.output);
    count(&b, "cached", o->usage.cached);
    count(&b, "reasoned", o->usage.reasoning);
    buf_char(&b, '}');
    return b;
}

enum what { REQUEST, RESPONSE, MESSAGES };
struct row {
    const char *name;
    enum what what;
    const char *in, *out; /* out "no": not recognised. ' stands for " in both */
};

static inline char *unquote(const char *s) {
    char *copy = strdup(s);
    for (char *c = copy; *c; c++)
        if (*c == '\'') *c = '"';
    return copy;
}

static inline void run(const struct row *rows, size_t n) {
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct reading r = {.arena = ARENA_INIT};
        struct offer o = {.usage = {-1, -1, -1, -1, -1, -1}, .cost = -1};
        char *in = unquote(rows[i].in), *out = unquote(rows[i].out);
        struct json_text v;
        if (json_text_parse(&v, in, strlen(in), JSON_TEXT_LENIENT, NULL) != STATUS_OK)
            fail_msg("%s: the case itself is no JSON", rows[i].name);
        bool known = true;
        if (rows[i].what == REQUEST)
            known = body_request(&r, &v, &o);
        else if (rows[i].what == RESPONSE)
            known = body_response(&r, &v, &o);
        else
            read_messages(&r, &v, JSON_NONE, 0, &o.input);
        struct buf got = write_offer(&o);
        if (rows[i].what == MESSAGES) { /* the list alone */
            buf_clear(&got);
            write_list(&got, &o.input);
        }
        assert_false(r.arena.failed);
        const char *text = known ? got.data : "no";
        if (strcmp(text, out) != 0) {
            print_error("%s\n  expected %s\n  got      %s\n", rows[i].name, out, text);
            wrong++;
        }
        buf_free(&got);
        arena_free(&r.arena);
        free(in);
        free(out);
    }
    assert_int_equal(wrong, 0);
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof *(rows))

#endif
