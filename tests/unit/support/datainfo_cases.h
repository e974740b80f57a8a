/* datainfo_cases.h: traces in a short notation and what has to come of them. Header-only; cmocka.h comes from here. */
#ifndef SPANSET_TESTS_SUPPORT_DATAINFO_CASES_H
#define SPANSET_TESTS_SUPPORT_DATAINFO_CASES_H

#include "datainfo/datainfo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ' stands for " everywhere. A span is {id, parent?, name?, scope?, from?, to?, status?, attrs, events?: [{name, attrs}],
 * logs?: [{name, attrs, body}]}; attrs are plain JSON and become OTLP's values; a key behind
 * '=' gets its value as a text ("=request": the value written as JSON). */
struct sdk_case {
    const char *name;
    const char *spans[8];   /* the first one is looked at */
    const char *expect[12]; /* path, JSON, path, JSON ...; "code" is that of a skip */
};

static inline char *unquote(const char *s) {
    char *copy = strdup(s);
    for (char *c = copy; *c; c++)
        if (*c == '\'') *c = '"';
    return copy;
}

static inline void write_any(struct buf *b, const struct json_text *v);

static inline void write_attrs(struct buf *b, const struct json_text *object) {
    struct json_text_iter it;
    struct json_text key, value;
    buf_char(b, '[');
    json_text_iter(&it, object);
    while (object->type == JSON_TEXT_OBJECT && json_text_next(&it, &key, &value)) {
        buf_json_comma(b);
        bool as_text = key.len > 2 && key.text[1] == '=';
        buf_str(b, as_text ? "{\"key\":\"" : "{\"key\":");
        buf_add(b, key.text + (as_text ? 2 : 0), key.len - (as_text ? 2 : 0));
        buf_str(b, ",\"value\":");
        if (as_text) {
            buf_str(b, "{\"stringValue\":");
            buf_json_string(b, value.text, value.len);
            buf_char(b, '}');
        } else {
            write_any(b, &value);
        }
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static inline void write_any(struct buf *b, const struct json_text *v) {
    struct json_text_iter it;
    struct json_text item;
    if (v->type == JSON_TEXT_OBJECT) {
        buf_str(b, "{\"kvlistValue\":{\"values\":");
        write_attrs(b, v);
        buf_str(b, "}}");
    } else if (v->type == JSON_TEXT_ARRAY) {
        buf_str(b, "{\"arrayValue\":{\"values\":[");
        json_text_iter(&it, v);
        while (json_text_next(&it, NULL, &item)) {
            buf_json_comma(b);
            write_any(b, &item);
        }
        buf_str(b, "]}}");
    } else if (v->type == JSON_TEXT_NULL) {
        buf_str(b, "{}");
    } else {
        buf_str(b, v->type == JSON_TEXT_STRING   ? "{\"stringValue\":"
                   : v->type == JSON_TEXT_NUMBER ? "{\"intValue\":"
                                                 : "{\"boolValue\":");
        buf_add(b, v->text, v->len);
        buf_char(b, '}');
    }
}

static inline void write_member(struct buf *b, const struct json_text *from, const char *key, const char *as,
                                const char *otherwise) {
    struct json_text v;
    buf_json_key(b, as);
    if (json_text_get(from, key, &v))
        buf_add(b, v.text, v.len);
    else
        buf_str(b, otherwise);
}

static inline void write_events(struct buf *b, const struct json_text *span, const char *key, bool logs) {
    struct json_text list, e, v;
    struct json_text_iter it;
    buf_char(b, '[');
    if (json_text_get(span, key, &list)) {
        json_text_iter(&it, &list);
        while (json_text_next(&it, NULL, &e)) {
            buf_json_comma(b);
            buf_char(b, '{');
            write_member(b, &e, "name", logs ? "eventName" : "name", "\"\"");
            if (json_text_get(&e, "body", &v)) {
                buf_json_key(b, "body");
                write_any(b, &v);
            }
            json_text_get(&e, "attrs", &v);
            buf_json_key(b, "attributes");
            write_attrs(b, &v);
            buf_char(b, '}');
        }
    }
    buf_char(b, ']');
}

static inline struct buf expand(const char *notation) {
    struct buf b = BUF_INIT;
    struct json_text s, attrs;
    char *text = unquote(notation);
    struct err err = ERR_INIT;
    if (json_text_parse(&s, text, strlen(text), 0, &err) != STATUS_OK) fail_msg("%s in %s", err.detail, text);
    buf_str(&b, "{\"resource\":{\"attributes\":[]},\"scope\":{");
    write_member(&b, &s, "scope", "name", "\"test\"");
    buf_str(&b, "},\"span\":{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"");
    write_member(&b, &s, "id", "spanId", "\"1111111111111111\"");
    write_member(&b, &s, "parent", "parentSpanId", "\"\"");
    write_member(&b, &s, "name", "name", "\"span\"");
    write_member(&b, &s, "from", "startTimeUnixNano", "\"1766400000000000000\"");
    write_member(&b, &s, "to", "endTimeUnixNano", "\"1766400000250000000\"");
    write_member(&b, &s, "status", "status", "{}");
    json_text_get(&s, "attrs", &attrs);
    buf_json_key(&b, "attributes");
    write_attrs(&b, &attrs);
    buf_json_key(&b, "events");
    write_events(&b, &s, "events", false);
    buf_str(&b, "},\"logs\":");
    write_events(&b, &s, "logs", true);
    buf_char(&b, '}');
    free(text);
    return b;
}

/* The value at "output.messages.0.content"; "absent" when there is none. */
static inline struct json_text look(const struct json_text *from, const char *path) {
    struct json_text v = *from, next;
    char copy[128];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *save = NULL, *step = strtok_r(copy, ".", &save); step; step = strtok_r(NULL, ".", &save)) {
        bool found = v.type == JSON_TEXT_ARRAY ? json_text_index(&v, (size_t)atoi(step), &next)
                                               : json_text_get(&v, step, &next);
        if (!found) return (struct json_text){.text = "absent", .len = 6};
        v = next;
    }
    return v;
}

static inline bool check(const struct sdk_case *c) {
    bool fine = true;
    struct buf spans[8] = {BUF_INIT};
    struct datainfo d;
    struct datainfo_trace *t = datainfo_trace_new();
    for (size_t i = 0; i < 8 && c->spans[i]; i++) {
        spans[i] = expand(c->spans[i]);
        assert_true(datainfo_trace_add(t, spans[i].data, spans[i].len));
    }
    assert_int_equal(datainfo_extract(&d, spans[0].data, spans[0].len, t, NULL), STATUS_OK);
    struct json_text root = {.text = "absent", .len = 6};
    if (d.verdict == DATAINFO_RECORD)
        assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
    for (size_t i = 0; i + 1 < sizeof c->expect / sizeof *c->expect && c->expect[i]; i += 2) {
        bool code = strcmp(c->expect[i], "code") == 0;
        struct json_text got = code ? (struct json_text){.text = d.code, .len = JSON_TEXT_LEN(strlen(d.code))}
                                    : look(&root, c->expect[i]);
        char *want = unquote(c->expect[i + 1]);
        if (strlen(want) != got.len || memcmp(want, got.text, got.len) != 0) {
            print_error("%s: %s: expected %s, got %.*s%s%s\n", c->name, c->expect[i], want, (int)got.len,
                        got.text, code ? "" : "; skipped: ", code ? "" : d.reason);
            fine = false;
        }
        free(want);
    }
    datainfo_free(&d);
    datainfo_trace_free(t);
    for (size_t i = 0; i < 8; i++) buf_free(&spans[i]);
    return fine;
}

static inline void check_all(const struct sdk_case *cases, size_t count) {
    bool fine = true;
    for (size_t i = 0; i < count; i++) fine = check(&cases[i]) && fine;
    assert_true(fine);
}

#endif
