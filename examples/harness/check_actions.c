/* check_actions.c: presses and observed selections, in a real host and, where the host would be in the way, by hand. */
#include "harness/app.h"
#include "harness/client.h"
#include "harness/fake_host.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "hostkit/internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY       10000u
#define MANY_MS    1000u
#define PRESSERS   8
#define PRESSES    25
#define HANGING_MS 20000u

struct stage {
    struct check *c;
    struct app *app;
    struct hostkit *kit;
    const struct hostkit_plugin *p;
};

/* A selection of n spans: the known ones first, then made-up ids. */
static bool select_spans(const struct check *c, struct hostkit_selection *out, uint32_t n) {
    *out = (struct hostkit_selection){.spans = calloc(n ? n : 1, sizeof *out->spans),
                                      .count = n,
                                      .view = strdup("traces"),
                                      .user = strdup("harness")};
    if (!out->spans) return false;
    for (uint32_t i = 0; i < n; i++) {
        struct hostkit_ref *r = &out->spans[i];
        if (i < spans_count(c->spans)) {
            const struct stored_span *s = spans_at(c->spans, i);
            memcpy(r->trace_id, s->trace_id, sizeof r->trace_id);
            memcpy(r->span_id, s->span_id, sizeof r->span_id);
        } else {
            snprintf(r->trace_id, sizeof r->trace_id, "%032x", i + 1);
            snprintf(r->span_id, sizeof r->span_id, "%016x", i + 1);
        }
    }
    return true;
}

/* How many spans an action can be pressed with, as near to `wish` as it allows. */
static uint32_t fitting(const tvp_action *a, uint32_t wish) {
    if (wish < a->min_spans) wish = a->min_spans;
    if (a->max_spans && wish > a->max_spans) wish = a->max_spans;
    return wish;
}

static enum status press(const struct stage *s, const tvp_action *a, uint32_t n, struct buf *reply,
                         struct err *err) {
    struct hostkit_selection selection;
    enum status status = STATUS_NO_MEMORY;
    if (select_spans(s->c, &selection, n))
        status = hostkit_press(s->kit, s->p->id, a->id, &selection, reply, err);
    hostkit_selection_free(&selection);
    return status;
}

static void replies(const struct stage *s) {
    check_begin(s->c, RULE_REPLY);
    for (size_t i = 0; i < s->p->action_count; i++) {
        struct buf reply = BUF_INIT;
        struct err err = ERR_INIT;
        const tvp_action *a = &s->p->actions[i];
        enum status status = press(s, a, fitting(a, 1), &reply, &err);
        check_expect(s->c, status == STATUS_OK, "%s", err.detail);
        buf_free(&reply);
    }
    check_end(s->c);
}

static void expect_answer(const struct stage *s, const struct json_text *open, const char *member,
                          const char *type) {
    struct json_text v;
    if (!json_text_get(open, member, &v) || v.type != JSON_TEXT_STRING) return;
    char *path = json_text_dup(&v), url[1500], got[100];
    struct client_reply reply;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s%s", app_port(s->app), s->p->base_path, path ? path : "");
    client_send(&reply, "GET", url, NULL, NULL);
    (void)client_header(&reply, "Content-Type", got, sizeof got);
    check_expect(s->c, reply.status == 200 && strstr(got, type), "its %s \"%s\" answers %d (%s)", member,
                 path ? path : "", reply.status, got);
    client_reply_free(&reply);
    free(path);
}

static void opens(const struct stage *s) {
    unsigned opened = 0;
    check_begin(s->c, RULE_OPEN);
    for (size_t i = 0; i < s->p->action_count; i++) {
        struct buf reply = BUF_INIT;
        struct json_text root, open;
        const tvp_action *a = &s->p->actions[i];
        if (press(s, a, fitting(a, 1), &reply, NULL) == STATUS_OK &&
            json_text_parse(&root, reply.data, reply.len, 0, NULL) == STATUS_OK &&
            json_text_get(&root, "open", &open)) {
            opened++;
            expect_answer(s, &open, "path", "text/html");
            expect_answer(s, &open, "module", "javascript");
        }
        buf_free(&reply);
    }
    if (opened)
        check_end(s->c);
    else
        check_skip(s->c, RULE_OPEN, "no action opens anything");
}

static void bounds(const struct stage *s) {
    check_begin(s->c, RULE_BOUNDS);
    for (size_t i = 0; i < s->p->action_count; i++) {
        const tvp_action *a = &s->p->actions[i];
        struct buf reply = BUF_INIT;
        struct err err = ERR_INIT;
        check_expect(s->c, press(s, a, a->min_spans, &reply, &err) == STATUS_OK, "\"%s\" with min_spans: %s",
                     a->id, err.detail);
        buf_clear(&reply);
        err_clear(&err);
        if (a->max_spans)
            check_expect(s->c, press(s, a, a->max_spans, &reply, &err) == STATUS_OK,
                         "\"%s\" with max_spans: %s", a->id, err.detail);
        buf_clear(&reply);
        check_expect(s->c, press(s, a, a->min_spans - 1, &reply, NULL) == STATUS_CONTENT,
                     "the host let \"%s\" be pressed "
                     "with fewer spans than min_spans",
                     a->id);
        buf_free(&reply);
    }
    check_end(s->c);
}

struct presser {
    const struct stage *s;
    unsigned failed;
    char why[200];
};

static void *press_often(void *ctx) {
    struct presser *p = ctx;
    for (unsigned n = 0; n < PRESSES; n++)
        for (size_t i = 0; i < p->s->p->action_count; i++) {
            struct buf reply = BUF_INIT;
            struct err err = ERR_INIT;
            const tvp_action *a = &p->s->p->actions[i];
            if (press(p->s, a, fitting(a, 2), &reply, &err) != STATUS_OK && p->failed++ == 0)
                snprintf(p->why, sizeof p->why, "%.190s", err.detail);
            buf_free(&reply);
        }
    return NULL;
}

static void concurrent(const struct stage *s) {
    pthread_t threads[PRESSERS];
    struct presser pressers[PRESSERS];
    check_begin(s->c, RULE_CONCURRENT);
    uint64_t begun = clock_monotonic_ms();
    for (int i = 0; i < PRESSERS; i++) {
        pressers[i] = (struct presser){.s = s};
        pthread_create(&threads[i], NULL, press_often, &pressers[i]);
    }
    for (int i = 0; i < PRESSERS; i++) {
        pthread_join(threads[i], NULL);
        check_expect(s->c, pressers[i].failed == 0, "%u of %u presses failed: %s", pressers[i].failed, PRESSES,
                     pressers[i].why);
    }
    uint64_t took = clock_monotonic_ms() - begun;
    check_expect(s->c, took < HANGING_MS, "%u presses took %llu ms", PRESSERS * PRESSES,
                 (unsigned long long)took);
    check_end(s->c);
}

static void many(const struct stage *s) {
    unsigned tried = 0;
    check_begin(s->c, RULE_MANY);
    for (size_t i = 0; i < s->p->action_count; i++) {
        const tvp_action *a = &s->p->actions[i];
        struct buf reply = BUF_INIT;
        struct err err = ERR_INIT;
        if (a->max_spans && a->max_spans < MANY) continue;
        tried++;
        uint64_t begun = clock_monotonic_ms();
        check_expect(s->c, press(s, a, MANY, &reply, &err) == STATUS_OK, "%s", err.detail);
        uint64_t took = clock_monotonic_ms() - begun;
        check_expect(s->c, took <= MANY_MS, "\"%s\" took %llu ms with %u spans. Note the selection, work later",
                     a->id, (unsigned long long)took, MANY);
        buf_free(&reply);
    }
    if (tried)
        check_end(s->c);
    else
        check_skip(s->c, RULE_MANY, "no action takes so many");
}

static void filters(const struct stage *s) {
    check_begin(s->c, RULE_FILTER);
    for (size_t i = 0; i < s->p->action_count; i++)
        for (uint32_t count = 0; count < 2; count++) { /* 0: the host does not know how many */
            const tvp_action *a = &s->p->actions[i];
            struct hostkit_selection selection = {.filter = strdup("{\"kind\":\"llm\",\"error\":false}"),
                                                  .count = count ? fitting(a, 3) : 0,
                                                  .view = strdup("traces")};
            struct buf reply = BUF_INIT;
            struct err err = ERR_INIT;
            enum status status = hostkit_press(s->kit, s->p->id, a->id, &selection, &reply, &err);
            check_expect(s->c, status == STATUS_OK,
                         "%s. {\"error\":\"...\"} is the way to say that a filter is not "
                         "taken",
                         err.detail);
            hostkit_selection_free(&selection);
            buf_free(&reply);
        }
    check_end(s->c);
}

/* ---- by hand ---- */

struct bounded {
    size_t taken, calls_after;
    bool full;
};

static int32_t take_little(void *sink, const char *data, size_t len) {
    struct bounded *b = sink;
    (void)data;
    if (b->full) b->calls_after++;
    b->taken += len;
    b->full = true;
    return 1;
}

static int32_t collect(void *sink, const char *data, size_t len) {
    buf_add(sink, data, len);
    return 0;
}

static void by_hand(struct check *c) {
    static struct fake_host h;
    fake_host_init(&h, c, check_dir(c, "hand", true));
    if (!fake_host_activate(&h, c, &h.table)) {
        for (enum rule r = RULE_STRANGERS; r <= RULE_OBSERVER; r++)
            check_result(c, r, false, "it does not start");
        return;
    }
    tvp_span_ref stranger = {
        .size = sizeof stranger, .trace_id = "ffffffffffffffffffffffffffffffff", .span_id = "ffffffffffffffff"};
    /* A newer host's longer reference: pointers, so the stride does not matter. */
    struct {
        tvp_span_ref ref;
        unsigned char tail[64];
    } longer = {.ref = {.size = sizeof longer,
                        .trace_id = "fffffffffffffffffffffffffffffffe",
                        .span_id = "fffffffffffffffe"}};
    memset(longer.tail, 0xa5, sizeof longer.tail);
    const tvp_span_ref *refs[] = {&stranger, &longer.ref};

    check_begin(c, RULE_STRANGERS);
    for (size_t i = 0; i < h.action_count; i++) {
        uint32_t n = h.actions[i].max_spans == 1 ? 1 : 2;
        tvp_selection sel = {.size = sizeof sel, .count = n, .spans = refs, .action_id = h.actions[i].id};
        struct buf reply = BUF_INIT;
        struct json_text root;
        tvp_status got = h.action_fns[i](h.action_selves[i], &sel, collect, &reply);
        check_expect(
            c,
            got != TVP_OK || (reply.len && json_text_parse(&root, reply.data, reply.len, 0, NULL) == STATUS_OK),
            "\"%s\" said TVP_OK and replied with \"%.60s\"", h.actions[i].id, reply.len ? reply.data : "");
        buf_free(&reply);
    }
    check_end(c);

    check_begin(c, RULE_SINK);
    for (size_t i = 0; i < h.action_count; i++) {
        struct bounded sink = {0};
        uint32_t n = h.actions[i].max_spans == 1 ? 1 : 2;
        tvp_selection sel = {.size = sizeof sel, .count = n, .spans = refs, .action_id = h.actions[i].id};
        (void)h.action_fns[i](h.action_selves[i], &sel, take_little, &sink);
        check_expect(c, sink.calls_after <= 1, "\"%s\" called write %zu times after it had said stop",
                     h.actions[i].id, sink.calls_after);
    }
    check_end(c);

    if (h.observer_count == 0) {
        check_skip(c, RULE_OBSERVER, "registers no observer");
    } else {
        check_begin(c, RULE_OBSERVER);
        tvp_selection none = {.size = sizeof none, .spans = refs},
                      some = {.size = sizeof some, .count = 2, .spans = refs},
                      filter = {.size = sizeof filter, .filter = "{}"};
        const tvp_selection *all[] = {&none, &some, &filter};
        for (size_t i = 0; i < h.observer_count; i++)
            for (size_t j = 0; j < 3; j++) {
                struct buf reply = BUF_INIT;
                uint64_t begun = clock_monotonic_ms();
                tvp_status got = h.observer_fns[i](h.observer_selves[i], all[j], collect, &reply);
                check_expect(c, got == TVP_OK, "it said %d to selection %zu", got, j);
                check_expect(c, clock_monotonic_ms() - begun < 1000, "it took over a second");
                buf_free(&reply);
            }
        check_end(c);
    }
    fake_host_end(&h);
}

void check_stage_actions(struct check *c) {
    if (!check_load(c, RULE_REPLY, RULE_OBSERVER)) return;
    struct err err = ERR_INIT;
    struct app_options options = {
        .plugin = c->file, .listen = "127.0.0.1:0", .data_dir = check_dir(c, "host", true)};
    struct stage s = {.c = c, .app = app_start(&options, c->spans, &err)};
    if (!s.app) {
        for (enum rule r = RULE_REPLY; r <= RULE_OBSERVER; r++) check_result(c, r, false, err.detail);
        return;
    }
    s.kit = app_hostkit(s.app);
    s.p = hostkit_at(s.kit, 0);
    if (s.p->action_count == 0) {
        for (enum rule r = RULE_REPLY; r <= RULE_FILTER; r++) check_skip(c, r, "registers no action");
    } else {
        replies(&s);
        opens(&s);
        bounds(&s);
        concurrent(&s);
        many(&s);
        filters(&s);
    }
    app_stop(s.app);
    by_hand(c);
}
