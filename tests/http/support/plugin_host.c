/* plugin_host.c: the smallest host that can be told what to do, for tests of the plugin without viewer and
 * proxy.
 *
 *     plugin_host PLUGIN.so SPANS [--data DIR] [--taken]
 *
 * SPANS is a file of lines "TRACE_ID SPAN_ID SPAN_JSON". --taken: the page's route is refused. Commands come as
 * lines on stdin, each is answered with one line of JSON on stdout; the host's log goes to stderr.
 *
 *     start [DIR]          {"slot":0,"url":"..","token":"..","registered":["page datasets /datasets",...]} or
 * {"refused":-5,"why":".."} press SLOT REF...    the reply of the action to the selected "TRACE:SPAN"s filter
 * SLOT JSON     the same for a filter of unknown size health SLOT hold / release       span_json waits while
 * held calls                {"calls":n,"late":n}: calls of the host so far, and those after a deactivate began
 *     stop SLOT            {"ms":n}
 *     sigpipe              {"sigpipe":"default"|"ignored"|"handled"} */
#include <dlfcn.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tvp.h>
#include <unistd.h>

#define MAX_SLOTS 4
#define MAX_SPANS 20000

struct line {
    char *trace_id, *span_id, *json;
};
static struct line spans[MAX_SPANS];
static int span_count;

static struct slot {
    void *self;
    tvp_host host;
    atomic_bool stopping;
    char registered[1000];
    tvp_span_selected_fn fn;
    void *fn_self;
} slots[MAX_SLOTS];

static const tvp_plugin *plugin;
static bool route_taken;
static atomic_bool held;
static atomic_int calls, late;

static void note_call(const struct slot *s) {
    atomic_fetch_add(&calls, 1);
    if (s->stopping) atomic_fetch_add(&late, 1);
}

static void add(struct slot *s, const char *text, const char *id, const char *more) {
    size_t n = strlen(s->registered);
    snprintf(s->registered + n, sizeof s->registered - n, "%s\"%s %s%s%s\"", n ? "," : "", text, id,
             *more ? " " : "", more);
}

static tvp_status on_page(void *ctx, const tvp_page *page) {
    if (route_taken) return TVP_EBUSY;
    add(ctx, "page", page->id, page->route);
    return TVP_OK;
}

static tvp_status on_action(void *ctx, const tvp_action *action, tvp_span_selected_fn fn, void *self) {
    struct slot *s = ctx;
    s->fn = fn;
    s->fn_self = self;
    add(s, "action", action->id, action->label);
    return TVP_OK;
}

static tvp_status on_widget(void *ctx, const tvp_widget *widget) {
    char height[20];
    snprintf(height, sizeof height, "%d", (int)widget->height);
    add(ctx, "widget", widget->id, height);
    return TVP_OK;
}

static tvp_status on_span(void *ctx, const tvp_span_ref *ref, tvp_write_fn write, void *sink) {
    note_call(ctx);
    while (atomic_load(&held)) usleep(1000);
    for (int i = 0; i < span_count; i++)
        if (!strcmp(spans[i].trace_id, ref->trace_id) && !strcmp(spans[i].span_id, ref->span_id))
            return write(sink, spans[i].json, strlen(spans[i].json)) ? TVP_EIO : TVP_OK;
    return TVP_ENOTFOUND;
}

static tvp_status on_trace(void *ctx, const char *trace_id, tvp_write_fn write, void *sink) {
    bool found = false;
    note_call(ctx);
    for (int i = 0; i < span_count; i++) {
        if (strcmp(spans[i].trace_id, trace_id) != 0) continue;
        found = true;
        if (write(sink, spans[i].json, strlen(spans[i].json)) || write(sink, "\n", 1)) return TVP_EIO;
    }
    return found ? TVP_OK : TVP_ENOTFOUND;
}

static void on_log(void *ctx, int32_t level, const char *message) {
    note_call(ctx);
    fprintf(stderr, "[%d] %s\n", (int)level, message);
}

static tvp_status on_query(void *ctx, const char *filter, tvp_write_fn write, void *sink) {
    (void)filter;
    note_call(ctx);
    for (int i = span_count; i-- > 0;) {
        char line[120];
        int n = snprintf(line, sizeof line, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}\n", spans[i].trace_id,
                         spans[i].span_id);
        if (write(sink, line, (size_t)n)) return TVP_EIO;
    }
    return TVP_OK;
}

static const tvp_query query = {.size = sizeof query, .spans = on_query};

static const void *on_extension(void *ctx, const char *id) {
    (void)ctx;
    return strcmp(id, TVP_EXT_QUERY) ? NULL : &query;
}

static int32_t print(void *sink, const char *data, size_t len) {
    (void)sink;
    fwrite(data, 1, len, stdout);
    return 0;
}

static long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void start(const char *data_dir) {
    int at = 0;
    while (at < MAX_SLOTS && slots[at].self) at++;
    struct slot *s = &slots[at];
    char why[256];
    free((char *)(uintptr_t)s->host.data_dir); /* of the one before, or of one that was refused */
    memset((void *)s, 0, sizeof *s);
    s->host = (tvp_host){.size = sizeof s->host,
                         .abi = TVP_ABI,
                         .ctx = s,
                         .name = "Test host",
                         .version = "1",
                         .data_dir = data_dir && *data_dir ? strdup(data_dir) : NULL,
                         .base_path = "/plugins/spanset/",
                         .register_page = on_page,
                         .on_span_selected = on_action,
                         .span_footer_widget = on_widget,
                         .span_json = on_span,
                         .trace_json = on_trace,
                         .log = on_log,
                         .extension = on_extension};
    tvp_status status = plugin->activate(&s->host, &s->self, why, sizeof why);
    if (status) {
        printf("{\"refused\":%d,\"why\":\"%s\"}\n", (int)status, why);
        free((char *)(uintptr_t)s->host.data_dir);
        s->host.data_dir = NULL;
        return;
    }
    tvp_endpoint endpoint = {.size = sizeof endpoint};
    plugin->endpoint(s->self, &endpoint);
    printf("{\"slot\":%d,\"url\":\"%s\",\"token\":\"%s\",\"registered\":[%s]}\n", at, endpoint.url,
           endpoint.token, s->registered);
}

/* refs: "TRACE:SPAN TRACE:SPAN"; or filter, when refs is NULL. */
static void press(struct slot *s, char *refs, const char *filter) {
    static tvp_span_ref items[MAX_SPANS];
    static const tvp_span_ref *pointers[MAX_SPANS];
    uint32_t n = 0;
    for (char *word = refs ? strtok(refs, " ") : NULL; word && n < MAX_SPANS; word = strtok(NULL, " ")) {
        char *colon = strchr(word, ':');
        if (colon) *colon = '\0';
        items[n] = (tvp_span_ref){sizeof *items, 0, word, colon ? colon + 1 : ""};
        pointers[n] = &items[n];
        n++;
    }
    tvp_selection selection = {.size = sizeof selection,
                               .count = n,
                               .spans = filter ? NULL : pointers,
                               .action_id = "add",
                               .view = "traces",
                               .filter = filter};
    tvp_status status = s->fn(s->fn_self, &selection, print, NULL);
    if (status) printf("{\"status\":%d}", (int)status);
    printf("\n");
}

static void load(const char *file) {
    FILE *f = fopen(file, "r");
    char *text = NULL;
    size_t cap = 0;
    for (ssize_t n; f && span_count < MAX_SPANS && (n = getline(&text, &cap, f)) > 0;) {
        if (text[n - 1] == '\n') text[n - 1] = '\0';
        char *a = strtok(text, " "), *b = strtok(NULL, " "), *c = strtok(NULL, "");
        if (a && b && c) spans[span_count++] = (struct line){strdup(a), strdup(b), strdup(c)};
    }
    free(text);
    if (f) fclose(f);
}

static void command(char *line) {
    char *word = strtok(line, " "), *rest = strtok(NULL, "");
    if (!word) return;
    if (!strcmp(word, "start")) {
        start(rest);
    } else if (!strcmp(word, "hold") || !strcmp(word, "release")) {
        atomic_store(&held, word[0] == 'h');
        printf("{}\n");
    } else if (!strcmp(word, "calls")) {
        printf("{\"calls\":%d,\"late\":%d}\n", atomic_load(&calls), atomic_load(&late));
    } else if (!strcmp(word, "sigpipe")) {
        struct sigaction now;
        sigaction(SIGPIPE, NULL, &now);
        printf("{\"sigpipe\":\"%s\"}\n", now.sa_handler == SIG_DFL   ? "default"
                                         : now.sa_handler == SIG_IGN ? "ignored"
                                                                     : "handled");
    } else {
        struct slot *s = &slots[rest ? atoi(rest) : 0];
        char *arguments = rest ? strchr(rest, ' ') : NULL;
        if (!strcmp(word, "press")) {
            press(s, arguments ? arguments + 1 : NULL, NULL);
        } else if (!strcmp(word, "filter")) {
            press(s, NULL, arguments ? arguments + 1 : "{}");
        } else if (!strcmp(word, "health")) {
            plugin->health(s->self, print, NULL);
            printf("\n");
        } else if (!strcmp(word, "stop")) {
            long begun = now_ms();
            s->stopping = true;
            plugin->deactivate(s->self);
            s->self = NULL;
            printf("{\"ms\":%ld}\n", now_ms() - begun);
        }
    }
    fflush(stdout);
}

int main(int argc, char **argv) {
    const char *data = NULL;
    for (int i = 3; i < argc; i++) {
        if (!strcmp(argv[i], "--taken")) route_taken = true;
        if (!strcmp(argv[i], "--data") && i + 1 < argc) data = argv[++i];
    }
    if (argc < 3) return 2;
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    tvp_plugin_entry_fn entry;
    *(void **)&entry = dlsym(library, TVP_PLUGIN_ENTRY);
    plugin = entry ? entry(TVP_ABI) : NULL;
    if (!plugin) return 2;
    load(argv[2]);
    if (data) {
        start(data);
        fflush(stdout);
    }
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t n; (n = getline(&line, &cap, stdin)) > 0;) {
        if (line[n - 1] == '\n') line[n - 1] = '\0';
        command(line);
    }
    free(line);
    atomic_store(&held, false);
    for (int i = 0; i < MAX_SLOTS; i++)
        if (slots[i].self) {
            slots[i].stopping = true;
            plugin->deactivate(slots[i].self);
        }
    return 0;
}
