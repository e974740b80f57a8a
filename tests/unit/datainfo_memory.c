/* Every allocation of datainfo and json_text made to fail in turn: the answer is STATUS_NO_MEMORY or a whole
 * result, nothing crashes and nothing leaks. The allocator is replaced for this program; sanitizers bring their
 * own, so under them only the counting is left out. */
#include "datainfo/datainfo.h"
#include "files.h"
#include "own_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef OWN_ALLOCATOR
/* Everything that datainfo does with one span of a trace. true: all of it succeeded. `whole_data` (nullable) is
 * what a record has to be: short of memory it is refused, never cut. */
static bool use(const struct buf *spans, const char *span, size_t len, const struct buf *whole_data,
                struct buf *keep) {
    struct datainfo_trace *trace = datainfo_trace_new();
    if (!trace) return false;
    bool whole = true;
    for (const char *at = spans->data, *end = at + spans->len; at < end;) {
        const char *to = memchr(at, '\n', (size_t)(end - at));
        if (!to) to = end;
        whole = datainfo_trace_add(trace, at, (size_t)(to - at)) && whole;
        at = to + 1;
    }
    bool trace_whole = whole;
    struct datainfo d;
    struct err err = ERR_INIT;
    enum status status = datainfo_extract(&d, span, len, trace, &err);
    whole = whole && status == STATUS_OK;
    if (status != STATUS_OK && status != STATUS_NO_MEMORY) abort();
    if (status == STATUS_OK && d.verdict == DATAINFO_RECORD) {
        struct buf out = BUF_INIT;
        struct datainfo_summary s;
        bool cut = whole_data && whole_data->len && trace_whole &&
                   (d.data.len != whole_data->len || memcmp(d.data.data, whole_data->data, d.data.len) != 0);
        if (cut) abort();
        if (keep) buf_add(keep, d.data.data, d.data.len);
        status = datainfo_check(d.data.data, d.data.len, d.data.data, d.data.len, &out, NULL);
        whole = whole && status == STATUS_OK;
        if (status == STATUS_OK && (out.len != d.data.len || memcmp(out.data, d.data.data, out.len) != 0))
            abort();
        whole = datainfo_summarize(&s, d.data.data, d.data.len, NULL) == STATUS_OK && whole;
        datainfo_summary_free(&s);
        buf_clear(&out);
        datainfo_search_text(d.data.data, d.data.len, 4096, &out);
        whole = whole && !buf_failed(&out);
        buf_free(&out);
    }
    datainfo_free(&d);
    struct span_facts facts;
    span_facts_read(&facts, span, len);
    span_facts_free(&facts);
    datainfo_trace_free(trace);
    return whole;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    static const char *const cases[] = {"openinference.openai_tools_parallel_forced",
                                        "vercel-ai-v4.generate_object",
                                        "azure-ai-inference.chat_tools",
                                        "otel-openai-old.agent_loop",
                                        "openinference.anthropic_tools_stream",
                                        "vercel-ai-v7.multimodal_unicode",
                                        "openllmetry-v0.12.stream_tools",
                                        "langfuse-v5.tools_forced_parallel",
                                        "genkit.generate_multimodal_json",
                                        "tanstack.tools_parallel",
                                        "openinference.openai_attr_limit"};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char path[512];
        snprintf(path, sizeof path, "%s/datainfo/%s.jsonl", FIXTURES, cases[c]);
        struct buf spans = test_read_file(path);
        size_t failures = 0;
        for (const char *at = spans.data, *end = at + spans.len; at < end && failures < 3000;) {
            const char *to = memchr(at, '\n', (size_t)(end - at));
            size_t len = to ? (size_t)(to - at) : (size_t)(end - at);
            struct buf record = BUF_INIT;
            use(&spans, at, len, NULL, &record);
            arm(SIZE_MAX);
            use(&spans, at, len, NULL, NULL);
            disarm();
            size_t needed = allocator.taken;
            for (size_t n = 0; n < needed && failures < 3000; n++, failures++) {
                arm(n);
                use(&spans, at, len, &record, NULL);
                disarm();
                if (allocator.live != 0)
                    fail_msg("%s: %ld blocks left when allocation %zu fails", cases[c], allocator.live, n);
            }
            arm(SIZE_MAX);
            bool whole = use(&spans, at, len, &record, NULL);
            disarm();
            assert_true(whole);
            assert_int_equal(allocator.live, 0);
            buf_free(&record);
            at += len + 1;
        }
        assert_true(failures > 50);
        buf_free(&spans);
    }
}
#else
static void every_allocation_may_fail(void **state) {
    (void)state;
    skip();
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests_name("datainfo memory", tests, NULL, NULL);
}
