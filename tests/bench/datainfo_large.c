/* Spans of 10 MB in every form that is read (support/large_forms.h): how fast they extract, what memory that takes
 * beside their size, and how both grow. Ends with 1 when a limit is passed: four times the memory; forty times the
 * time for sixteen times the size (what is quadratic takes 256 times); five times the time for what lies a hundred
 * levels deep. */
#include "datainfo/datainfo.h"
#include "large_forms.h"
#include "own_allocator.h"
#include "timing.h"

#include <stdlib.h>

#define LARGE       (10u << 20)
#define MOST_MEMORY 4.0
#define MOST_GROWTH 40.0 /* and SLACK */
#define MOST_DEPTH  5.0
#define SLACK       0.05 /* seconds: what small spans take is hardly measured */

static bool failed;

struct use {
    double seconds, memory; /* memory: peak, in sizes of the span; 0 where it cannot be told */
};

static struct use use(const struct buf *span) {
    struct err err = ERR_INIT;
    struct datainfo d;
    struct use u = {0};
#ifdef OWN_ALLOCATOR
    arm(SIZE_MAX);
#endif
    double from = timing_now();
    enum status status = datainfo_extract(&d, span->data, span->len, NULL, &err);
    u.seconds = timing_now() - from;
#ifdef OWN_ALLOCATOR
    disarm();
    u.memory = (double)allocator.peak / (double)span->len;
#endif
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", err.detail);
        exit(1);
    }
    datainfo_free(&d);
    return u;
}

/* Seconds for both, the best of some rounds each; one after the other, so that both meet the same machine. */
static void compare(const struct buf *few, const struct buf *many, double *few_took, double *many_took) {
    *few_took = *many_took = 1e9;
    for (int i = 0; i < 3; i++) {
        double took = use(few).seconds;
        if (took < *few_took) *few_took = took;
        took = use(many).seconds;
        if (took < *many_took) *many_took = took;
    }
}

static void limit(const char *what, const char *name, double value, double most) {
    if (value <= most) return;
    fprintf(stderr, "%s: %s is %.2f, over %.2f\n", name, what, value, most);
    failed = true;
}

static void forms(void) {
    printf("%-40s %8s %8s %8s %8s\n", "10 MB of", "text", "MB/s", "memory", "growth");
    for (size_t i = 0; i < CASES; i++) {
        struct large_case c = case_at(i, LARGE);
        struct buf span = make_span(c.form, LARGE, c.text);
        struct use u = use(&span);
        printf("%-40s %8zu %8.1f %8.2f", c.form->name, c.text, (double)span.len / u.seconds / 1e6, u.memory);
        limit("memory", c.form->name, u.memory, MOST_MEMORY);
        buf_free(&span);
        if (c.text <= LEAST_BARE) {
            struct buf few = make_span(c.form, LARGE / 32, c.text), many = make_span(c.form, LARGE / 2, c.text);
            double first, then;
            compare(&few, &many, &first, &then);
            printf(" %8.1f", then / first);
            limit("growth", c.form->name, (then - SLACK) / first, MOST_GROWTH);
            buf_free(&few);
            buf_free(&many);
        }
        printf("\n");
        fflush(stdout);
    }
}

/* ---- depth ---- */

/* A value inside others of its kind: begin open... item,item,... close... end; JSON in a string, but for kvlists. */
struct nest {
    const char *key, *begin, *open, *item, *close, *end;
};

static struct buf nested(const struct nest *n, int levels) {
    struct buf value = BUF_INIT, span = BUF_INIT;
    buf_str(&value, n->begin);
    for (int i = 0; i < levels; i++) buf_str(&value, n->open);
    for (buf_str(&value, n->item); value.len < LARGE / 8; buf_str(&value, n->item)) buf_char(&value, ',');
    for (int i = 0; i < levels; i++) buf_str(&value, n->close);
    buf_str(&value, n->end);
    buf_printf(&span, BEGIN CHAT ",{\"key\":\"%s\",\"value\":", n->key);
    if (strstr(n->open, "kvlistValue")) {
        buf_add(&span, value.data, value.len);
    } else {
        buf_str(&span, "{\"stringValue\":");
        buf_json_string(&span, value.data, value.len);
        buf_char(&span, '}');
    }
    buf_str(&span, "}]},\"logs\":[]}");
    buf_free(&value);
    return span;
}

/* The same bytes further in are not gone over once more for each level. */
static void depths(void) {
    static const struct nest nests[] = {
        {"gen_ai.input.messages", "{\"kvlistValue\":{\"values\":[",
         "{\"key\":\"a\",\"value\":{\"kvlistValue\":{\"values\":[", KV("k", "{\"intValue\":\"7\"}"), "]}}}",
         "]}}"},
        {"gen_ai.tool.definitions", "[{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":{",
         "\"a\":{\"type\":\"OBJECT\",\"properties\":{", "\"k\":{\"type\":\"STRING\"}", "}}", "}}}]"},
    };
    printf("\n%-40s %8s\n", "A hundred levels deep, beside one", "time");
    for (size_t s = 0; s < sizeof nests / sizeof *nests; s++) {
        struct buf flat = nested(&nests[s], 1), deep = nested(&nests[s], 100);
        double first, then;
        compare(&flat, &deep, &first, &then);
        printf("%-40s %8.2f\n", nests[s].key, then / first);
        limit("depth", nests[s].key, (then - SLACK) / first, MOST_DEPTH);
        buf_free(&flat);
        buf_free(&deep);
    }
}

int main(void) {
    forms();
    depths();
    return failed;
}
