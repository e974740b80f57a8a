/* Any lines at datainfo: all are one trace, each is extracted; the same bytes also stand for an edited record.
 * What comes out is valid JSON that passes its own check unchanged. */
#include "base/utf8.h"
#include "datainfo/datainfo.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(x)                                                                                               \
    do {                                                                                                       \
        if (!(x)) abort();                                                                                     \
    } while (0)

static void use_record(const char *text, size_t len) {
    struct datainfo_summary s;
    if (datainfo_summarize(&s, text, len, NULL) == STATUS_OK) {
        CHECK(!s.preview_input || strlen(s.preview_input) <= DATAINFO_PREVIEW_MAX + 16);
        CHECK(!s.preview_input || utf8_valid(s.preview_input, strlen(s.preview_input)));
    }
    datainfo_summary_free(&s);
    struct buf found = BUF_INIT;
    datainfo_search_text(text, len, 200, &found);
    CHECK(found.len <= 200);
    buf_free(&found);
}

static void use_span(const char *text, size_t len, struct datainfo_trace *trace) {
    struct datainfo d;
    struct err err = ERR_INIT;
    if (datainfo_extract(&d, text, len, trace, &err) == STATUS_OK) {
        if (d.verdict == DATAINFO_RECORD) {
            struct buf checked = BUF_INIT;
            CHECK(datainfo_check(d.data.data, d.data.len, NULL, 0, &checked, &err) == STATUS_OK);
            CHECK(checked.len == d.data.len && memcmp(checked.data, d.data.data, checked.len) == 0);
            buf_free(&checked);
            use_record(d.data.data, d.data.len);
        } else {
            CHECK(d.code[0] && d.reason[0] && !d.data.len);
        }
    } else {
        CHECK(err.status != STATUS_OK);
    }
    datainfo_free(&d);
    struct span_facts facts;
    span_facts_read(&facts, text, len);
    CHECK(!facts.preview_output || utf8_valid(facts.preview_output, strlen(facts.preview_output)));
    span_facts_free(&facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data, *end = text + size;
    struct datainfo_trace *trace = datainfo_trace_new();
    if (!trace) return 0;
    for (int use = 0; use < 2; use++) {
        for (const char *at = text; at < end;) {
            const char *to = memchr(at, '\n', (size_t)(end - at));
            if (!to) to = end;
            size_t len = (size_t)(to - at);
            if (!use) {
                datainfo_trace_add(trace, at, len);
            } else {
                use_span(at, len, trace);
                use_span(at, len, NULL);
            }
            at = to + 1;
        }
    }
    datainfo_trace_free(trace);
    use_record(text, size);
    struct buf checked = BUF_INIT;
    if (datainfo_check(text, size, text, size, &checked, NULL) == STATUS_OK) {
        struct buf twice = BUF_INIT;
        CHECK(datainfo_check(checked.data, checked.len, NULL, 0, &twice, NULL) == STATUS_OK);
        CHECK(checked.len == twice.len && memcmp(checked.data, twice.data, twice.len) == 0);
        buf_free(&twice);
    }
    buf_free(&checked);
    return 0;
}
