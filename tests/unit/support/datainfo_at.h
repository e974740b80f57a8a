/* datainfo_at.h: a record of one span, and looks into it. Header-only; cmocka.h and what it needs come from here. */
#ifndef SPANSET_TESTS_SUPPORT_DATAINFO_AT_H
#define SPANSET_TESTS_SUPPORT_DATAINFO_AT_H

#include "datainfo/datainfo.h"
#include "spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LLM "openinference.span.kind", "LLM"

/* Extracts alone and gives the record; frees the span. */
static inline struct datainfo extract(struct buf span) {
    struct datainfo d;
    struct err err = ERR_INIT;
    if (datainfo_extract(&d, span.data, span.len, NULL, &err) != STATUS_OK) fail_msg("%s", err.detail);
    buf_free(&span);
    return d;
}

/* The value at a path of keys and indexes ("input", "messages", "0", "content"), as JSON text; free() it. */
static inline char *at(const struct datainfo *d, const char *path) {
    struct json_text v, next;
    assert_int_equal(d->verdict, DATAINFO_RECORD);
    assert_int_equal(json_text_parse(&v, d->data.data, d->data.len, 0, NULL), STATUS_OK);
    char copy[256];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *save = NULL, *step = strtok_r(copy, "/", &save); step; step = strtok_r(NULL, "/", &save)) {
        bool found = v.type == JSON_TEXT_ARRAY ? json_text_index(&v, (size_t)atoi(step), &next)
                                               : json_text_get(&v, step, &next);
        if (!found) return strdup("absent");
        v = next;
    }
    return strndup(v.text, v.len);
}

static inline void expect_at(const struct datainfo *d, const char *path, const char *json) {
    char *got = at(d, path);
    if (strcmp(got, json) != 0) fail_msg("%s: expected %s, got %s", path, json, got);
    free(got);
}

#endif
