/* check_hosts.c: hosts that are older, newer, poorer or foreign. Each runs in a process of its own. */
#include "harness/client.h"
#include "harness/fake_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int32_t swallow(void *sink, const char *data, size_t len) {
    (void)data;
    *(size_t *)sink += len;
    return 0;
}

/* Uses an activation a little: an endpoint, a request, a press, health; enough to make it look at its host. */
static void use(struct check *c, struct fake_host *h) {
    char url[256], token[256], line[300];
    if (fake_host_endpoint(h, url, token)) {
        struct client_reply reply;
        snprintf(line, sizeof line, "Authorization: Bearer %s", token);
        const char *const headers[] = {line, NULL};
        char address[1300];
        snprintf(address, sizeof address, "%s/%s", url, h->page_count ? h->pages[0].path : "");
        client_send(&reply, "GET", address, headers, NULL);
        check_expect(c, reply.status > 0, "its listener does not answer (%s)", reply.why);
        client_reply_free(&reply);
    }
    const struct stored_span *s = spans_at(c->spans, 0);
    tvp_span_ref ref = {.size = sizeof ref, .trace_id = s->trace_id, .span_id = s->span_id};
    const tvp_span_ref *refs[] = {&ref};
    size_t bytes = 0;
    for (size_t i = 0; i < h->action_count; i++) {
        tvp_selection sel = {.size = sizeof sel, .count = 1, .spans = refs, .action_id = h->actions[i].id};
        (void)h->action_fns[i](h->action_selves[i], &sel, swallow, &bytes);
    }
    if (TVP_CAN(c->table, tvp_plugin, health)) (void)c->table->health(h->self, swallow, &bytes);
    usleep(200000); /* threads of the plugin's own */
}

/* Starts with `table`, uses it, stops. A refusal is fine when it is a proper one and `may_refuse`. */
static void run(struct check *c, struct fake_host *h, const tvp_host *table, bool may_refuse,
                const char *when) {
    if (fake_host_activate(h, c, table)) {
        use(c, h);
        fake_host_end(h);
        check_expect(c, h->stop_ms <= STOP_LIMIT_MS, "deactivate took %llu ms", (unsigned long long)h->stop_ms);
    } else if (may_refuse) {
        fake_host_expect_refusal(h, c, TVP_EINVAL, when);
    } else {
        check_expect(c, false, "activate said %d %s: %.200s", h->status, when, h->err);
    }
}

/* The table stands at the end of a page, and the next page cannot be read: a look beyond the end is a crash. */
void check_stage_short_host(struct check *c) {
    if (!check_load(c, RULE_SHORT_HOST, RULE_SHORT_HOST)) return;
    struct fake_host h;
    fake_host_init(&h, c, check_dir(c, "data", true));
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t length = offsetof(tvp_host, span_footer_widget) + sizeof h.table.span_footer_widget;
    char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check_begin(c, RULE_SHORT_HOST);
    if (check_expect(c, map != MAP_FAILED && mprotect(map + page, page, PROT_NONE) == 0,
                     "no memory for the check")) {
        tvp_host *table = (tvp_host *)(void *)(map + page - length);
        memcpy(table, &h.table, length);
        table->size = (uint32_t)length;
        run(c, &h, table, true, "to a host whose table ends after span_footer_widget");
    }
    check_end(c);
}

void check_stage_long_host(struct check *c) {
    if (!check_load(c, RULE_LONG_HOST, RULE_LONG_HOST)) return;
    struct fake_host h;
    fake_host_init(&h, c, check_dir(c, "data", true));
    struct {
        tvp_host table;
        unsigned char tail[256];
    } big = {.table = h.table};
    memset(big.tail, 0xa5, sizeof big.tail);
    big.table.size = (uint32_t)sizeof big;
    big.table.abi = TVP_ABI + 7;
    check_begin(c, RULE_LONG_HOST);
    run(c, &h, &big.table, false, "to a host of a newer minor version");
    check_end(c);
}

void check_stage_null_optional(struct check *c) {
    if (!check_load(c, RULE_NULL_OPTIONAL, RULE_NULL_OPTIONAL)) return;
    struct fake_host h;
    check_begin(c, RULE_NULL_OPTIONAL);
    fake_host_init(&h, c, NULL); /* XDG_DATA_HOME points into the check's own directory */
    h.table.trace_json = NULL;
    h.table.log = NULL;
    h.table.extension = NULL;
    run(c, &h, &h.table, false, "to a host without the optional functions");
    check_end(c);
}

/* Only what the plugin uses of a complete host can be missed. */
void check_stage_mandatory(struct check *c) {
    if (!check_load(c, RULE_MANDATORY, RULE_MANDATORY)) return;
    struct fake_host h;
    check_begin(c, RULE_MANDATORY);
    fake_host_init(&h, c, check_dir(c, "data", true));
    bool started = fake_host_activate(&h, c, &h.table);
    bool uses_page = h.page_count > 0, uses_widget = h.widget_count > 0;
    bool uses_select = h.action_count + h.observer_count > 0;
    fake_host_end(&h);
    check_expect(c, started, "it does not start with a complete host");
    for (int i = 0; started && i < 3; i++) {
        static const char *const when[] = {"though the host has no register_page",
                                           "though the host has no "
                                           "on_span_selected",
                                           "though the host has no span_footer_widget"};
        fake_host_init(&h, c, check_dir(c, "data", true));
        if (i == 0) h.table.register_page = NULL;
        if (i == 1) h.table.on_span_selected = NULL;
        if (i == 2) h.table.span_footer_widget = NULL;
        if (!(i == 0 ? uses_page : i == 1 ? uses_select : uses_widget)) continue;
        (void)fake_host_activate(&h, c, &h.table);
        fake_host_expect_refusal(&h, c, TVP_EINVAL, when[i]);
        fake_host_end(&h);
    }
    check_end(c);
}

void check_stage_host_major(struct check *c) {
    if (!check_load(c, RULE_HOST_MAJOR, RULE_HOST_MAJOR)) return;
    struct fake_host h;
    check_begin(c, RULE_HOST_MAJOR);
    fake_host_init(&h, c, check_dir(c, "data", true));
    h.table.abi = (TVP_ABI_MAJOR + 1) << 16;
    (void)fake_host_activate(&h, c, &h.table);
    fake_host_expect_refusal(&h, c, TVP_EUNSUPPORTED, "to a host of another major version");
    fake_host_end(&h);
    check_end(c);
}

void check_stage_route_taken(struct check *c) {
    if (!check_load(c, RULE_ROUTE_TAKEN, RULE_ROUTE_TAKEN)) return;
    struct fake_host h;
    check_begin(c, RULE_ROUTE_TAKEN);
    fake_host_init(&h, c, check_dir(c, "data", true));
    h.busy_routes = true;
    if (fake_host_activate(&h, c, &h.table)) {
        use(c, &h);
        fake_host_end(&h);
    } else {
        fake_host_expect_refusal(&h, c, TVP_OK, "when its route is taken");
    }
    check_end(c);
}
