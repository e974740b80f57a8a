/* What it costs to turn spans into records, beside Jansson parsing and writing the same bytes (which is what an
 * extraction over a parsed tree would pay before it has done anything): over the real captures in tests/fixtures,
 * and over one call of the size that records have on average. "x bare" is how many times faster than Jansson. */
#include "datainfo/datainfo.h"
#include "files.h"
#include "timing.h"

#include <jansson.h>

#define LINES_MAX  4096
#define LARGE      (180u << 10) /* an average record */
#define LARGE_STEP 1800         /* bytes of one of its messages */

struct line {
    const char *text;
    size_t len;
    size_t file;
};

struct input {
    struct buf text[512]; /* one trace each */
    size_t files;
    struct line lines[LINES_MAX];
    size_t count, bytes;
    struct datainfo_trace *traces[512];
    size_t records, written;
};

static void cut(struct input *in, size_t file) {
    const struct buf *b = &in->text[file];
    for (const char *at = b->data, *end = at + b->len; at < end && in->count < LINES_MAX;) {
        const char *to = memchr(at, '\n', (size_t)(end - at));
        if (!to) to = end;
        if (to > at) {
            in->lines[in->count++] = (struct line){at, (size_t)(to - at), file};
            in->bytes += (size_t)(to - at);
        }
        at = to + 1;
    }
}

static void read_captures(struct input *in) {
    char **names = test_list_files(FIXTURES "/datainfo", ".jsonl");
    for (char **n = names; *n && in->files < 512; n++) {
        if (strstr(*n, ".expected.")) continue;
        char path[1024];
        snprintf(path, sizeof path, "%s/datainfo/%s", FIXTURES, *n);
        in->text[in->files] = test_read_file(path);
        cut(in, in->files++);
    }
    test_free_files(names);
}

/* One chat call with about LARGE bytes of messages, as the GenAI conventions have it: JSON in an attribute. */
static void make_large(struct input *in) {
    struct buf *b = &in->text[in->files];
    buf_str(b,
            "{\"resource\":{\"attributes\":[]},\"scope\":{\"name\":\"bench\"},\"span\":{\"traceId\":"
            "\"0123456789abcdef0123456789abcdef\",\"spanId\":\"0123456789abcdef\",\"name\":\"chat m\","
            "\"startTimeUnixNano\":\"1\",\"endTimeUnixNano\":\"2\",\"attributes\":["
            "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}},"
            "{\"key\":\"gen_ai.request.model\",\"value\":{\"stringValue\":\"m\"}},"
            "{\"key\":\"gen_ai.output.messages\",\"value\":{\"stringValue\":\"[{\\\"role\\\":\\\"assistant\\\","
            "\\\"parts\\\":[{\\\"type\\\":\\\"text\\\",\\\"content\\\":\\\"Yes.\\\"}]}]\"}},"
            "{\"key\":\"gen_ai.input.messages\",\"value\":{\"stringValue\":\"[");
    for (int i = 0; b->len < LARGE; i++) {
        buf_printf(b,
                   "%s{\\\"role\\\":\\\"%s\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\",\\\"content\\\":\\\"",
                   i ? "," : "", i % 2 ? "assistant" : "user");
        for (size_t to = b->len + LARGE_STEP; b->len < to;)
            buf_str(b, "The quick brown fox jumps over the lazy dog, na\xc3\xafvely.\\\\n");
        buf_str(b, "\\\"}]}");
    }
    buf_str(b, "]\"}}]},\"logs\":[]}\n");
    if (buf_failed(b)) exit(1);
    cut(in, in->files++);
}

static void read_traces(void *ctx) {
    struct input *in = ctx;
    for (size_t i = 0; i < in->files; i++) {
        datainfo_trace_free(in->traces[i]);
        in->traces[i] = datainfo_trace_new();
        if (!in->traces[i]) exit(1);
    }
    for (size_t i = 0; i < in->count; i++)
        if (!datainfo_trace_add(in->traces[in->lines[i].file], in->lines[i].text, in->lines[i].len)) exit(1);
}

static void extract(void *ctx) {
    struct input *in = ctx;
    in->records = in->written = 0;
    for (size_t i = 0; i < in->count; i++) {
        struct datainfo d;
        struct err err = ERR_INIT;
        const struct line *l = &in->lines[i];
        if (datainfo_extract(&d, l->text, l->len, in->traces[l->file], &err) != STATUS_OK) {
            fprintf(stderr, "a span that cannot be read: %s\n", err.detail);
            exit(1);
        }
        if (d.verdict == DATAINFO_RECORD) in->records++, in->written += d.data.len;
        datainfo_free(&d);
    }
}

static void traces_and_extract(void *ctx) {
    read_traces(ctx);
    extract(ctx);
}

static void facts(void *ctx) {
    struct input *in = ctx;
    for (size_t i = 0; i < in->count; i++) {
        struct span_facts f;
        span_facts_read(&f, in->lines[i].text, in->lines[i].len);
        span_facts_free(&f);
    }
}

static void jansson(void *ctx) {
    struct input *in = ctx;
    for (size_t i = 0; i < in->count; i++) {
        json_error_t error;
        json_t *v = json_loadb(in->lines[i].text, in->lines[i].len, JSON_ALLOW_NUL, &error);
        char *text = v ? json_dumps(v, JSON_COMPACT) : NULL;
        if (!text) {
            fprintf(stderr, "Jansson: %s\n", error.text);
            exit(1);
        }
        free(text);
        json_decref(v);
    }
}

static void measure(const char *what, struct input *in) {
    double bare = timing_of(jansson, in);
    read_traces(in);
    extract(in);
    printf("%s: %zu spans in %zu traces, %zu KB; %zu records of %zu KB\n", what, in->count, in->files,
           in->bytes >> 10, in->records, in->written >> 10);
    timing_head("spans");
    timing_row("Jansson alone, parse and write", bare, in->count, in->bytes, 0);
    timing_row("datainfo: record, its trace known", timing_of(extract, in), in->count, in->bytes, bare);
    timing_row("datainfo: trace read, then records", timing_of(traces_and_extract, in), in->count, in->bytes,
               bare);
    timing_row("datainfo: facts for a list", timing_of(facts, in), in->count, in->bytes, bare);
    for (size_t i = 0; i < in->files; i++) {
        datainfo_trace_free(in->traces[i]);
        buf_free(&in->text[i]);
    }
}

int main(void) {
    static struct input captures, large;
    read_captures(&captures);
    measure("Real captures", &captures);
    make_large(&large);
    measure("\nA call of average size", &large);
    return 0;
}
