/* hostkit without a shared object: names, registrations and who refuses them, selections, presses, the JSON. */
#include "hostkit/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#define TRACE "0123456789abcdef0123456789abcdef"

struct rig {
    struct hostkit kit;
    struct hostkit_slot slots[2];
    struct hostkit_slot *list[2];
    char *reserved[2];
    tvp_plugin table;
    const char *reply; /* what the action answers */
    tvp_status status;
    uint32_t seen_count;
    char seen[64], log[300];
};

static tvp_status span_json(void *ctx, const char *trace_id, const char *span_id, tvp_write_fn write,
                            void *sink) {
    struct rig *rig = ctx;
    snprintf(rig->seen, sizeof rig->seen, "%s %s", trace_id, span_id);
    return write(sink, "{}", 2) ? TVP_EIO : TVP_OK;
}

static void on_log(void *ctx, const char *plugin, int32_t level, const char *line) {
    struct rig *rig = ctx;
    snprintf(rig->log, sizeof rig->log, "%s %d %s", plugin, level, line);
}

static int setup(void **state) {
    struct rig *rig = calloc(1, sizeof *rig);
    static char mount[] = "/plugins/", traces[] = "/traces", name[] = "host", plugins[] = "/plugins";
    rig->reserved[0] = traces;
    rig->reserved[1] = plugins;
    rig->table = (tvp_plugin){.size = sizeof rig->table, .abi = TVP_ABI};
    rig->kit = (struct hostkit){.name = name,
                                .version = name,
                                .mount = mount,
                                .reserved = rig->reserved,
                                .reserved_count = 2,
                                .slots = rig->list,
                                .callbacks = {.ctx = rig, .span_json = span_json, .log = on_log}};
    pthread_mutex_init(&rig->kit.lock, NULL);
    pthread_cond_init(&rig->kit.idle, NULL);
    for (size_t i = 0; i < 2; i++) {
        struct hostkit_slot *s = &rig->slots[i];
        rig->list[i] = s;
        s->kit = &rig->kit;
        s->table = &rig->table;
        s->pub = (struct hostkit_plugin){.id = i ? "two" : "one",
                                         .name = i ? "Two" : "One",
                                         .version = "1",
                                         .base_path = i ? "/plugins/two/" : "/plugins/one/"};
        hostkit_registry_open(s);
        s->setup_thread = pthread_self();
        atomic_store(&s->in_setup, true);
    }
    rig->kit.slot_count = 1;
    *state = rig;
    return 0;
}

static int teardown(void **state) {
    struct rig *rig = *state;
    for (size_t i = 0; i < 2; i++) hostkit_registry_free(&rig->slots[i]);
    pthread_mutex_destroy(&rig->kit.lock);
    pthread_cond_destroy(&rig->kit.idle);
    free(rig);
    return 0;
}

static tvp_status add_page(struct hostkit_slot *s, const char *id, const char *route) {
    tvp_page page = {.size = sizeof page, .id = id, .title = "T", .route = route, .path = "ui/page"};
    return s->host.register_page(s->host.ctx, &page);
}

static void names(void **state) {
    (void)state;
    static const char *const good[] = {"ui/page", "ui/a.b_c-d~", "x"},
                             *const bad[] = {"",         "/ui", "ui/", "a//b",  "../x", "a/../b",      "a/.",
                                             "http://x", "a b", "a?b", "a%2fb", "a\\b", "javascript:x"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(hostkit_name_path(good[i], false));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (hostkit_name_path(bad[i], false)) fail_msg("%s", bad[i]);
    assert_true(hostkit_name_path("ui/add?selection=1&x=%20", true));
    assert_false(hostkit_name_path("ui/add?x=\"", true));
    assert_true(hostkit_name_element("one-page", "one"));
    assert_false(hostkit_name_element("other-page", "one"));
    assert_false(hostkit_name_element("one", "one"));
    assert_true(hostkit_name_route("/a/b-c"));
    assert_false(hostkit_name_route("/a/"));
    assert_false(hostkit_name_route("a"));
    assert_true(hostkit_route_overlaps("/a", "/a/b"));
    assert_true(hostkit_route_overlaps("/a/b", "/a"));
    assert_false(hostkit_route_overlaps("/a", "/ab"));
    assert_true(hostkit_plugin_id_valid("a1-b"));
    assert_false(hostkit_plugin_id_valid("1a"));
    assert_false(hostkit_plugin_id_valid("aB"));
    assert_false(hostkit_plugin_id_valid(NULL));
}

static void routes_conflict(void **state) {
    struct rig *rig = *state;
    struct hostkit_slot *one = &rig->slots[0], *two = &rig->slots[1];
    assert_int_equal(add_page(one, "a", "/data/sets"), TVP_OK);
    assert_int_equal(add_page(one, "a", "/else"), TVP_EINVAL); /* the id */
    assert_int_equal(add_page(one, "b", "/data"), TVP_EBUSY);
    assert_int_equal(add_page(one, "b", "/data/sets/x"), TVP_EBUSY);
    assert_int_equal(add_page(one, "b", "/traces/x"), TVP_EBUSY);
    assert_int_equal(add_page(one, "b", "/plugins"), TVP_EBUSY);
    assert_int_equal(add_page(one, "b", "/"), TVP_EBUSY);
    assert_int_equal(add_page(one, "b", "data"), TVP_EINVAL);
    assert_int_equal(add_page(one, "b", NULL), TVP_EINVAL);
    assert_int_equal(add_page(two, "a", "/data/sets"), TVP_EBUSY);
    assert_int_equal(add_page(two, "a", "/data/setsx"), TVP_OK);
    const struct hostkit_plugin *owner;
    assert_string_equal(hostkit_page_at(&rig->kit, "/data/sets/y", &owner)->id, "a");
    assert_string_equal(owner->id, "one");
    assert_null(hostkit_page_at(&rig->kit, "/data/set", NULL));
    assert_string_equal(rig->slots[0].pub.pages[0].route, "/data/sets");
}

static void *late(void *ctx) {
    struct hostkit_slot *s = ctx;
    return add_page(s, "late", "/late") == TVP_EINVAL && !s->host.extension(s->host.ctx, TVP_EXT_QUERY) ? s
                                                                                                        : NULL;
}

static void setup_only(void **state) {
    struct rig *rig = *state;
    struct hostkit_slot *one = &rig->slots[0];
    pthread_t thread;
    void *ok = NULL;
    pthread_create(&thread, NULL, late, one);
    pthread_join(thread, &ok);
    assert_non_null(ok); /* another thread */
    atomic_store(&one->in_setup, false);
    assert_int_equal(add_page(one, "late", "/late"), TVP_EINVAL);
    assert_non_null(strstr(rig->log, "one 2 register_page was called outside"));
}

static void strings_are_copied(void **state) {
    struct rig *rig = *state;
    char title[] = "Title", icon[] = "tag", empty[] = "";
    struct hostkit_slot *one = &rig->slots[0];
    tvp_widget w = {
        .size = offsetof(tvp_widget, element), .id = "w", .title = title, .path = "p", .element = (char *)1};
    assert_int_equal(one->host.span_footer_widget(one->host.ctx, &w),
                     TVP_OK); /* shorter: element is not looked at */
    tvp_page p = {
        .size = sizeof p, .id = "p", .title = title, .icon = icon, .route = "/p", .path = "p", .module = empty};
    assert_int_equal(one->host.register_page(one->host.ctx, &p), TVP_OK);
    memset(title, 'x', 5);
    memset(icon, 'x', 3);
    assert_string_equal(one->pub.widgets[0].title, "Title");
    assert_null(one->pub.widgets[0].element);
    assert_string_equal(one->pub.pages[0].icon, "tag");
    assert_null(one->pub.pages[0].module);
    p = (tvp_page){.size = 8};
    assert_int_equal(one->host.register_page(one->host.ctx, &p), TVP_EINVAL);
    w = (tvp_widget){.size = sizeof w, .id = "x", .title = "t", .path = "p", .element = "one-x"};
    assert_int_equal(one->host.span_footer_widget(one->host.ctx, &w), TVP_EINVAL); /* an element, no module */
}

static int32_t swallow(void *sink, const char *data, size_t len) {
    (void)sink, (void)data, (void)len;
    return 0;
}

static void span_ids_are_checked(void **state) {
    struct rig *rig = *state;
    tvp_host *h = &rig->slots[0].host;
    tvp_span_ref ref = {
        .size = sizeof ref, .trace_id = "0123456789ABCDEF0123456789ABCDEF", .span_id = "0123456789abcdef"};
    assert_int_equal(h->span_json(h->ctx, &ref, swallow, NULL), TVP_OK);
    assert_string_equal(rig->seen, TRACE " 0123456789abcdef");
    ref.span_id = "0123456789abcde/";
    assert_int_equal(h->span_json(h->ctx, &ref, swallow, NULL), TVP_EINVAL);
    assert_int_equal(h->span_json(h->ctx, NULL, swallow, NULL), TVP_EINVAL);
    assert_null(h->trace_json);
    ref.span_id = "0123456789abcdef";
    atomic_store(&rig->slots[0].ending, true);
    assert_int_equal(h->span_json(h->ctx, &ref, swallow, NULL), TVP_EINVAL);
}

static void selections(void **state) {
    (void)state;
    struct hostkit_selection s;
    struct err err = ERR_INIT;
#define REF(span) "{\"trace_id\":\"" TRACE "\",\"span_id\":\"" span "\"}"
    static const char good[] = "{\"spans\":[" REF("000000000000000B") "," REF("000000000000000a") "," REF(
        "000000000000000b") "],\"view\":\"traces\"}";
    assert_int_equal(hostkit_selection_parse(&s, good, strlen(good), &err), STATUS_OK);
    assert_int_equal(s.count, 2);
    assert_string_equal(s.spans[0].span_id, "000000000000000b");
    assert_string_equal(s.spans[1].span_id, "000000000000000a");
    assert_string_equal(s.view, "traces");
    hostkit_selection_free(&s);
    static const char filter[] = "{\"filter\": {\"min_ms\": 0.10, \"text\":\"a\"}}";
    assert_int_equal(hostkit_selection_parse(&s, filter, strlen(filter), &err), STATUS_OK);
    assert_string_equal(s.filter, "{\"min_ms\":0.10,\"text\":\"a\"}");
    hostkit_selection_free(&s);
    static const char *const bad[] = {"",
                                      "[]",
                                      "{}",
                                      "{\"spans\":{}}",
                                      "{\"spans\":[1]}",
                                      "{\"filter\":[]}",
                                      "{\"spans\":[],\"filter\":{}}",
                                      "{\"spans\":[],\"more\":1}",
                                      "{\"spans\":[],\"spans\":[]}",
                                      "{\"spans\":[" REF("x") "]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err_clear(&err);
        if (hostkit_selection_parse(&s, bad[i], strlen(bad[i]), &err) != STATUS_INVALID) fail_msg("%s", bad[i]);
        hostkit_selection_free(&s);
    }
}

static void too_many_spans_are_refused(void **state) {
    (void)state;
    struct hostkit_selection s;
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"spans\":[");
    for (uint32_t i = 0; i < HOSTKIT_SELECTION_MAX; i++)
        buf_printf(&b, "%s{\"trace_id\":\"" TRACE "\",\"span_id\":\"%016x\"}", i ? "," : "", i + 1);
    size_t at_cap = b.len;
    buf_str(&b, "]}");
    assert_int_equal(hostkit_selection_parse(&s, b.data, b.len, NULL), STATUS_OK);
    assert_int_equal(s.count, HOSTKIT_SELECTION_MAX);
    hostkit_selection_free(&s);
    b.len = at_cap;
    buf_str(&b, "," REF("00000000000000ff") "]}");
    assert_int_equal(hostkit_selection_parse(&s, b.data, b.len, NULL), STATUS_TOO_LARGE);
    hostkit_selection_free(&s);
    buf_free(&b);
}

static tvp_status act(void *self, const tvp_selection *sel, tvp_write_fn reply, void *sink) {
    struct rig *rig = self;
    rig->seen_count = sel->count;
    if (rig->reply && reply(sink, rig->reply, strlen(rig->reply))) return TVP_EIO;
    return rig->status;
}

static void presses(void **state) {
    struct rig *rig = *state;
    struct hostkit_slot *one = &rig->slots[0];
    tvp_action a = {.size = sizeof a, .id = "act", .label = "Act", .max_spans = 2};
    assert_int_equal(one->host.on_span_selected(one->host.ctx, &a, act, rig), TVP_OK);
    assert_int_equal(one->host.on_span_selected(one->host.ctx, &a, act, rig), TVP_EINVAL);
    assert_int_equal(one->host.on_span_selected(one->host.ctx, NULL, act, rig), TVP_OK);
    assert_true(one->pub.observes);
    assert_int_equal(one->pub.actions[0].min_spans, 1);
    struct hostkit_ref refs[3] = {
        {TRACE, "000000000000000a"}, {TRACE, "000000000000000b"}, {TRACE, "000000000000000c"}};
    struct hostkit_selection s = {.spans = refs, .count = 2};
    static const struct {
        const char *reply;
        tvp_status status;
        enum status wanted;
    } cases[] = {
        {"{\"toast\":\"ok\"}", TVP_OK, STATUS_OK},
        {" {\"error\":\"no\"} ", TVP_OK, STATUS_OK},
        {"{\"open\":{\"path\":\"ui/x?y=1\"}}", TVP_OK, STATUS_OK},
        {"{\"open\":{\"element\":\"one-x\",\"module\":\"ui/x.js\",\"props\":{\"a\":1}}}", TVP_OK, STATUS_OK},
        {"{\"toast\":\"ok\"}", TVP_EINTERNAL, STATUS_INTERNAL},
        {NULL, TVP_OK, STATUS_INTERNAL},
        {"{}", TVP_OK, STATUS_INTERNAL},
        {"[]", TVP_OK, STATUS_INTERNAL},
        {"{\"toast\":1}", TVP_OK, STATUS_INTERNAL},
        {"{\"toast\":\"a\",\"error\":\"b\"}", TVP_OK, STATUS_INTERNAL},
        {"{\"toast\":\"a\"} x", TVP_OK, STATUS_INTERNAL},
        {"{\"open\":{}}", TVP_OK, STATUS_INTERNAL},
        {"{\"open\":{\"path\":\"../x\"}}", TVP_OK, STATUS_INTERNAL},
        {"{\"open\":{\"path\":\"//evil\"}}", TVP_OK, STATUS_INTERNAL},
        {"{\"open\":{\"path\":\"x\",\"module\":\"http://evil/x.js\"}}", TVP_OK, STATUS_INTERNAL},
        {"{\"open\":{\"element\":\"two-x\",\"module\":\"x.js\"}}", TVP_OK, STATUS_INTERNAL},
        {"{\"open\":{\"element\":\"one-x\"}}", TVP_OK, STATUS_INTERNAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf reply = BUF_INIT;
        rig->reply = cases[i].reply;
        rig->status = cases[i].status;
        if (hostkit_press(&rig->kit, "one", "act", &s, &reply, NULL) != cases[i].wanted)
            fail_msg("%s", cases[i].reply ? cases[i].reply : "(nothing)");
        buf_free(&reply);
    }
    struct buf reply = BUF_INIT;
    rig->reply = "{\"toast\":\"ok\"}";
    rig->status = TVP_OK;
    assert_int_equal(hostkit_press(&rig->kit, "none", "act", &s, &reply, NULL), STATUS_NOT_FOUND);
    assert_int_equal(hostkit_press(&rig->kit, "one", "none", &s, &reply, NULL), STATUS_NOT_FOUND);
    s.count = 3;
    assert_int_equal(hostkit_press(&rig->kit, "one", "act", &s, &reply, NULL), STATUS_CONTENT);
    s.count = 0;
    assert_int_equal(hostkit_press(&rig->kit, "one", "act", &s, &reply, NULL), STATUS_CONTENT);
    hostkit_observe(&rig->kit, &s);
    assert_int_equal(rig->seen_count, 0);
    static char filter[] = "{}";
    struct hostkit_selection f = {.filter = filter};
    assert_int_equal(hostkit_press(&rig->kit, "one", "act", &f, &reply, NULL), STATUS_OK);
    f.count = 100;
    assert_int_equal(hostkit_press(&rig->kit, "one", "act", &f, &reply, NULL), STATUS_CONTENT);
    atomic_store(&rig->kit.stopping, true);
    s.count = 1;
    assert_int_equal(hostkit_press(&rig->kit, "one", "act", &s, &reply, NULL), STATUS_BUSY);
    buf_free(&reply);
}

static void reply_cap(void **state) {
    struct rig *rig = *state;
    struct hostkit_slot *one = &rig->slots[0];
    tvp_action a = {.size = sizeof a, .id = "act", .label = "Act"};
    assert_int_equal(one->host.on_span_selected(one->host.ctx, &a, act, rig), TVP_OK);
    struct hostkit_ref ref = {TRACE, "000000000000000a"};
    struct hostkit_selection s = {.spans = &ref, .count = 1};
    char *text = malloc(HOSTKIT_REPLY_MAX + 2);
    for (size_t over = 0; over < 2; over++) {
        size_t n = HOSTKIT_REPLY_MAX + over;
        memset(text, ' ', n);
        memcpy(text, "{\"toast\":\"ok\"}", 14);
        text[n] = '\0';
        rig->reply = text;
        struct buf reply = BUF_INIT;
        assert_int_equal(hostkit_press(&rig->kit, "one", "act", &s, &reply, NULL),
                         over ? STATUS_INTERNAL : STATUS_OK);
        buf_free(&reply);
    }
    free(text);
}

static void described(void **state) {
    struct rig *rig = *state;
    struct buf b = BUF_INIT;
    struct hostkit_slot *one = &rig->slots[0];
    tvp_widget w = {.size = sizeof w, .id = "late", .title = "Late", .path = "p", .order = 5};
    assert_int_equal(one->host.span_footer_widget(one->host.ctx, &w), TVP_OK);
    w.id = "early";
    w.order = -5;
    assert_int_equal(one->host.span_footer_widget(one->host.ctx, &w), TVP_OK);
    assert_int_equal(add_page(one, "a", "/a"), TVP_OK);
    hostkit_plugins_json(&rig->kit, &b);
    assert_string_equal(
        b.data,
        "{\"plugins\":[{\"id\":\"one\",\"name\":\"One\",\"version\":\"1\",\"base\":\"/plugins/one/"
        "\",\"healthy\":true,"
        "\"pages\":[{\"id\":\"a\",\"title\":\"T\",\"route\":\"/a\",\"path\":\"ui/"
        "page\"}],\"actions\":[],\"observes\":false,"
        "\"widgets\":[{\"id\":\"early\",\"title\":\"Late\",\"path\":\"p\",\"order\":-5,\"height\":0},"
        "{\"id\":\"late\",\"title\":\"Late\",\"path\":\"p\",\"order\":5,\"height\":0}],\"panels\":[]}]}");
    buf_free(&b);
}

static void start_says_what_is_wrong(void **state) {
    struct rig *rig = *state;
    static const char *const nowhere[] = {"/nowhere/x.so"}, *const no_elf[] = {"/etc/passwd"};
    struct hostkit_options o = {
        .name = "h", .version = "1", .plugins = nowhere, .plugin_count = 1, .callbacks = rig->kit.callbacks};
    struct err err = ERR_INIT;
    assert_null(hostkit_start(&o, &err));
    assert_non_null(strstr(err.detail, "/nowhere/x.so cannot be loaded"));
    err_clear(&err);
    o.plugins = no_elf;
    assert_null(hostkit_start(&o, &err));
    assert_int_equal(err.status, STATUS_NOT_FOUND);
    o.plugin_count = 0;
    o.lib_dir = "/nowhere";
    struct hostkit *kit = hostkit_start(&o, NULL);
    assert_non_null(kit);
    assert_int_equal(hostkit_count(kit), 0);
    hostkit_stop(kit);
    setenv("TVP_PLUGIN_PATH", "/etc/passwd:/nowhere", 1); /* found, not named: logged and left out */
    o.search_environment = true;
    kit = hostkit_start(&o, NULL);
    assert_non_null(kit);
    hostkit_stop(kit);
    unsetenv("TVP_PLUGIN_PATH");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test_setup_teardown(routes_conflict, setup, teardown),
        cmocka_unit_test_setup_teardown(setup_only, setup, teardown),
        cmocka_unit_test_setup_teardown(strings_are_copied, setup, teardown),
        cmocka_unit_test_setup_teardown(span_ids_are_checked, setup, teardown),
        cmocka_unit_test(selections),
        cmocka_unit_test(too_many_spans_are_refused),
        cmocka_unit_test_setup_teardown(presses, setup, teardown),
        cmocka_unit_test_setup_teardown(reply_cap, setup, teardown),
        cmocka_unit_test_setup_teardown(described, setup, teardown),
        cmocka_unit_test_setup_teardown(start_says_what_is_wrong, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
