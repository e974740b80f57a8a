/* tvp.h: the contract between a trace viewer (the host) and its plugins. ABI 1.0.
 *
 * A host loads a plugin's shared object, calls its one exported function, and gets a table of functions; the plugin
 * gets one from the host. Three of the host's functions carry the product: register_page, on_span_selected and
 * span_footer_widget. The rest makes them work from a host in any language. README.md beside this file tells the
 * same story in prose, with the UI side and the HTTP side; this header is the C side, complete.
 *
 * LIFE OF A PLUGIN
 *
 *     host                                   plugin
 *     dlopen(RTLD_NOW | RTLD_LOCAL)
 *     tvp_plugin_entry(TVP_ABI)        --->  returns a static tvp_plugin, touches nothing      [any]
 *     check abi, size, id
 *     plugin->activate(host, &self)    --->  registers pages, actions, widgets                 [main]
 *         host->register_page(...)     <---                                                    [setup]
 *         host->on_span_selected(...)  <---
 *         host->span_footer_widget(...)<---
 *         host->extension(...)         <---
 *     plugin->endpoint(self, &e)       --->  where its HTTP listener is                        [any]
 *     ... serve: proxy <base_path>/ to e.url, call the action's function on a press ...
 *         host->span_json(...)         <---  from the plugin's threads                         [any]
 *     plugin->deactivate(self)         --->  no more host calls; returns when it is quiet      [main]
 *     (dlclose is optional: plugins are linked nodelete)
 *
 * THREADS. Every function below carries one of these tags; threads are part of the ABI.
 *   [main]   The host calls it, and never two [main] functions of one activation at once. Any OS thread will do, not
 *            necessarily the same one each time. Activate in the process that serves, after any fork.
 *   [setup]  The plugin calls it, only while its activate runs and on the thread that activate runs on. At any other
 *            time the answer is TVP_EINVAL (NULL for extension).
 *   [any]    Thread-safe; may run concurrently with itself and with everything else, on any thread.
 *   After deactivate begins, no thread of the plugin calls the host any more: a host whose callbacks run on its main
 *   thread (Node) would wait for itself for ever. A plugin holds no lock of its own while it calls the host, and a
 *   host holds none while it calls the plugin, for the same reason.
 *
 * OWNERSHIP. Arguments are borrowed for the call: whoever wants to keep them copies them. Two exceptions, both
 *   host-to-plugin: the tvp_host table and every string in it live until deactivate returns; a plugin's static table
 *   and the strings of its endpoint live until deactivate returns. Output of unknown length goes through
 *   write(sink, data, len), as often as needed; a non-zero answer means "stop, I want no more" and makes the call
 *   return TVP_EIO at the latest after the next piece. Nothing that one side allocated is freed by the other.
 *
 * STRINGS are UTF-8 and end with NUL. A mandatory string is never NULL or ""; an optional one may be NULL, and "" means
 *   the same. Ids of traces and spans are lower-case hex, 32 and 16 digits.
 *
 * ERRORS. A tvp_status below zero. activate also fills a buffer with one English sentence (no newline) that the host
 *   shows to a person. No callback throws, unwinds or longjmps across the boundary.
 *
 * SIZE RULE. Every struct begins with `size`, set by whoever allocates it to the sizeof of its own header. Fields are
 *   only ever appended. A reader looks at a field through TVP_HAS, which says that the struct reaches that far (and,
 *   for a function, that it is not NULL). So an older host works with a newer plugin and the reverse. An out struct
 *   (tvp_endpoint) is allocated, zeroed and sized by the caller; the callee writes no further than `size`.
 *   (A struct without a size that grew by one bool made OBS modules write past their callers' stacks; a pointer
 *   inserted in the middle made Streamlabs call garbage. Hence: size, append only, and a test that pins the offsets.)
 *
 * VERSIONS. abi is major<<16 | minor. The same major loads; minor only says what to expect, TVP_HAS decides. New
 *   concepts are extensions: a string id with a revision ("tvp.query/1"), asked for with extension(); a published id
 *   never changes its shape. What a host or plugin of one's own adds is named in reverse-DNS style ("com.example.x/1").
 *
 * TYPES. No bool, enum, long, varargs or struct by value: those are what foreign function interfaces get wrong.
 *   Reserved `flags` are 0.
 *
 * LINKING A PLUGIN. -fvisibility=hidden, a version script that exports tvp_plugin_entry only, and
 *   -Wl,-z,nodelete,-z,now,-z,relro,-z,defs. nodelete, because a dlclose with a detached thread still running is a
 *   crash; with it, dlclose is harmless. A plugin touches no state that is the process's: no signal handlers, locale,
 *   working directory, umask, atexit, allocator hooks, sqlite3_config.
 *
 * LOADING A PLUGIN. dlopen(path, RTLD_NOW | RTLD_LOCAL). A host that itself exports OpenSSL, SQLite, zlib or nghttp2
 *   (the node executable does) adds RTLD_DEEPBIND: without it, the libcurl inside a plugin was measured to bind
 *   SSL_CTX_new and inflate to node's copies. Not with AddressSanitizer, which does not work under DEEPBIND.
 *
 * This header compiles as C99, C11, C17 and C++17, also with -Wpedantic -Wpadded. MIT-style use: copy it freely. */
#ifndef TVP_H
#define TVP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TVP_ABI_MAJOR  1u
#define TVP_ABI_MINOR  0u
#define TVP_ABI        (TVP_ABI_MAJOR << 16 | TVP_ABI_MINOR)
#define TVP_MAJOR(abi) ((uint32_t)(abi) >> 16)

/* Whether *p reaches as far as `field` (of struct `type`), by the size its allocator set. For functions and optional
 * pointers use TVP_CAN, which also wants it non-NULL. */
#define TVP_HAS(p, type, field) \
    ((p)->size >= offsetof(type, field) + sizeof(((type *)0)->field))
#define TVP_CAN(p, type, field) (TVP_HAS(p, type, field) && (p)->field != NULL)

typedef int32_t tvp_status;
#define TVP_OK           ((tvp_status)0)
#define TVP_EINVAL       ((tvp_status)-1) /* an argument is not as documented, or the call came at the wrong time */
#define TVP_ENOMEM       ((tvp_status)-2)
#define TVP_ENOTFOUND    ((tvp_status)-3) /* no such span, trace, action */
#define TVP_EUNSUPPORTED ((tvp_status)-4) /* this host or plugin does not do that */
#define TVP_EBUSY        ((tvp_status)-5) /* taken (a route, a data directory), or try again later */
#define TVP_EIO          ((tvp_status)-6) /* disk or network; also: the sink said stop */
#define TVP_EINTERNAL    ((tvp_status)-7) /* a fault of the callee */

/* Receives output piece by piece. data is lent for the call and has no NUL of its own. Non-zero: stop. The callee
 * calls it on the thread that it was called on, before it returns. */
typedef int32_t (*tvp_write_fn)(void *sink, const char *data, size_t len);

/* ---- what is passed ------------------------------------------------------------------------------------------ */

/* One span. Both ids are mandatory. */
typedef struct tvp_span_ref {
    uint32_t size, flags;
    const char *trace_id; /* 32 hex digits */
    const char *span_id;  /* 16 hex digits */
} tvp_span_ref;

/* What a user has selected. Either `spans` holds `count` references, or `filter` is set and stands for all spans that
 * fit it (then count is how many the host believes these are, 0 when it does not know, and spans is NULL). */
typedef struct tvp_selection {
    uint32_t size, count;
    const tvp_span_ref *const *spans; /* array of pointers, so that a longer tvp_span_ref needs no new stride */
    const char *action_id;            /* the action that was pressed; NULL for an observer */
    const char *user;                 /* who, as the host names people; NULL = unknown */
    const char *view;                 /* where: "traces", "threads", "span", or a word of the host's; NULL = unknown */
    const char *filter;               /* JSON object, see FILTER below; NULL = none */
} tvp_selection;

/* A page of the plugin's in the host's navigation. Mandatory: id, title, route, path. */
typedef struct tvp_page {
    uint32_t size, flags;
    const char *id;      /* unique in the plugin: "datasets" */
    const char *title;   /* for the navigation: "Datasets" */
    const char *icon;    /* optional: a name out of ICONS below, or an inline SVG path ("M4 6h16..." on 24x24) */
    const char *route;   /* host-wide address, matched as a prefix of whole segments: "/datasets" */
    const char *path;    /* the page as an HTML document, relative to base_path: "ui/page" */
    const char *element; /* optional custom element: "spanset-page"; its name contains the plugin's id */
    const char *module;  /* optional ES module that defines it, relative to base_path: "ui/page.js" */
} tvp_page;

/* A button for selected spans. Mandatory: id, label. The host draws it, enabled while min_spans <= n <= max_spans. */
typedef struct tvp_action {
    uint32_t size, flags;
    const char *id;       /* unique in the plugin: "add" */
    const char *label;    /* "Add to Dataset" */
    const char *icon;     /* optional, as for a page */
    const char *shortcut; /* optional, in the form of aria-keyshortcuts: "d", "Control+D" */
    uint32_t min_spans;   /* 0 = 1 */
    uint32_t max_spans;   /* 0 = no limit */
} tvp_action;

/* A strip below every span's details. Mandatory: id, title, path. */
typedef struct tvp_widget {
    uint32_t size, flags;
    const char *id;
    const char *title;   /* names the region for assistive technology: "Datasets of this span" */
    const char *path;    /* HTML document, takes ?trace=&span=: "ui/footer" */
    const char *element; /* optional: "spanset-footer" */
    const char *module;  /* optional: "ui/footer.js"; may export spanMarks(refs), see README */
    int32_t order;       /* widgets stand in rising order; default 0 */
    int32_t height;      /* CSS pixels to reserve before it has loaded, so that nothing jumps; 0 = unknown */
} tvp_widget;

/* Where the plugin's HTTP listener is. An out struct: the caller zeroes it and sets size. */
typedef struct tvp_endpoint {
    uint32_t size, flags;
    const char *url;   /* "http://127.0.0.1:41234", no trailing slash, loopback only */
    const char *token; /* 64 hex digits; the host sends it as "Authorization: Bearer <token>" with every request */
} tvp_endpoint;

/* ICONS a host draws by name: database, list, chat, sparkle, chart, tag, flag, play, settings, plus, external. An
 * unknown name gets a neutral shape. */

/* FILTER: one JSON object, the same in the host's URL (as query parameters of the same names), in its list of spans,
 * in tvp_selection.filter and in tvp.query/1. All members are optional and all given ones must hold:
 *   service   string  resource attribute service.name, exact
 *   name      string  span name, exact
 *   model     string  model that answered (else: was asked), exact
 *   provider  string  exact
 *   kind      string  "llm" "embedding" "tool" "agent" "chain" "retriever" "reranker" "guardrail" "evaluator"
 *                     "wrapper" "chunk" "other"
 *   text      string  contained in the span's name, messages, tool names or arguments; case does not matter
 *   error     boolean whether the span failed (in a URL: true, false, 1, 0)
 *   trace_id  string  hex
 *   thread_id string  session or conversation, exact; spans inherit it from their trace
 *   user      string  exact; inherited likewise
 *   from, to  string  RFC 3339, or Unix milliseconds; start time, from <= start < to
 *   min_ms    number  duration at least
 * Unknown members are refused (TVP_EINVAL): a filter that was silently widened would select too much. */

/* ---- the action's function ----------------------------------------------------------------------------------- */

/* Called when the action was pressed (selection->action_id set), or, for an observer, some 150 ms after the selection
 * changed (action_id NULL, the last state wins). `self` is what was given to on_span_selected. Must return within
 * 50 ms or so: it notes the selection and answers with one JSON object through reply, at most 64 KiB:
 *   {"open":{"element":"spanset-add","module":"ui/add.js","path":"ui/add?selection=ID","props":{...}}}
 *            the host shows that element (or, failing that, that document) as a dialog, props set as properties
 *   {"toast":"Saved 3 spans"}         the host shows it
 *   {"error":"Select model calls"}    likewise, as a failure
 * or with nothing (observers). A status below zero makes the host say that the action failed.                 [any] */
typedef tvp_status (*tvp_span_selected_fn)(void *self, const tvp_selection *selection, tvp_write_fn reply, void *sink);

/* ---- what the host offers ------------------------------------------------------------------------------------ */

typedef struct tvp_host {
    uint32_t size, abi;
    void *ctx;             /* pass it back as the first argument of every function here; may be NULL */
    const char *name;      /* mandatory: "Trace Viewer" */
    const char *version;   /* mandatory: "1.0.0" */
    const char *data_dir;  /* optional: a directory of the plugin's own; NULL = the plugin chooses */
    const char *base_path; /* mandatory: where the host mounts the plugin's listener: "/plugins/spanset/" */

    /* Adds a page. TVP_EBUSY: the route is taken (it, a parent or a child of it); TVP_EINVAL: a mandatory field is
     * missing, an id twice, a route that does not begin with '/'. The plugin can go on without the page.   [setup] */
    tvp_status (*register_page)(void *ctx, const tvp_page *page);

    /* Adds an action, or with action NULL an observer of the selection. fn and self stay valid until deactivate
     * returns; the host calls fn concurrently and never after deactivate began.                           [setup] */
    tvp_status (*on_span_selected)(void *ctx, const tvp_action *action, tvp_span_selected_fn fn, void *self);

    /* Adds a strip below every span's details.                                                            [setup] */
    tvp_status (*span_footer_widget)(void *ctx, const tvp_widget *widget);

    /* Writes one span as one JSON object on one line, without a newline at its end:
     *     {"resource":{...},"scope":{...},"span":{...},"logs":[...]}
     * each part in the JSON mapping of OTLP (ids as hex, camelCase names, 64-bit integers as strings or numbers);
     * logs holds the log records that carry the span's ids, [] when there are none or the host keeps none. Text
     * keeps its bytes. A span can be many megabytes: it may come in many pieces.
     * TVP_ENOTFOUND: no such span (any more).                                                                [any] */
    tvp_status (*span_json)(void *ctx, const tvp_span_ref *span, tvp_write_fn write, void *sink);

    /* Optional (may be NULL). Writes all spans of a trace, one object as above per line, each line ended by '\n', in
     * any order. Without it spans are judged alone, so a wrapper of a model call cannot be told from the call.
     * TVP_ENOTFOUND: no such trace.                                                                          [any] */
    tvp_status (*trace_json)(void *ctx, const char *trace_id, tvp_write_fn write, void *sink);

    /* Optional (may be NULL). One line for the host's log, without newline. level: 0 debug, 1 info, 2 warning,
     * 3 error. No secrets.                                                                                   [any] */
    void (*log)(void *ctx, int32_t level, const char *msg);

    /* Optional (may be NULL). The host's side of an extension, NULL when it has none: see EXTENSIONS. The result
     * lives until deactivate returns.                                                                      [setup] */
    const void *(*extension)(void *ctx, const char *id);
} tvp_host;

/* ---- what the plugin offers ---------------------------------------------------------------------------------- */

typedef struct tvp_plugin {
    uint32_t size, abi;
    const char *id;      /* mandatory, [a-z][a-z0-9-]*: "spanset". Mount point, element prefix, data directory */
    const char *name;    /* mandatory, for people: "Spanset" */
    const char *version; /* mandatory */
    const char *license; /* optional, SPDX */

    /* Starts the plugin: opens its data, starts its listener, registers what it has. On TVP_OK *self is the
     * activation (it may be NULL); otherwise *self is NULL, nothing runs, and err holds a sentence. err_len is at
     * least 256. Several activations at once, with different data_dir, are legal; two on one data_dir: the second is
     * TVP_EBUSY. TVP_EINVAL: host lacks something mandatory. TVP_EUNSUPPORTED: another major version.       [main] */
    tvp_status (*activate)(const tvp_host *host, void **self, char *err, size_t err_len);

    /* Ends the activation: from here on the plugin makes no host call; requests under way are cut. Returns when its
     * threads are gone and its data is closed, within 5 s. After it the host calls nothing with this self.  [main] */
    void (*deactivate)(void *self);

    /* Optional (may be NULL: the plugin serves no HTTP). TVP_EUNSUPPORTED likewise.                          [any] */
    tvp_status (*endpoint)(void *self, tvp_endpoint *out);

    /* Optional (may be NULL). One JSON object {"status":"ok"|"degraded"|"failed", ...} for monitoring.       [any] */
    tvp_status (*health)(void *self, tvp_write_fn write, void *sink);

    /* Optional (may be NULL). The plugin's side of an extension, NULL when it has none. The result lives until
     * deactivate returns.                                                                                    [any] */
    const void *(*extension)(void *self, const char *id);
} tvp_plugin;

/* The only exported symbol. Gives a static table and does nothing else: no thread, no file, no allocation; callable
 * at any time, from any thread, also before and after activations. NULL: the plugin cannot work with that major
 * version. The host compares TVP_MAJOR(table->abi) with its own as well.                                      [any] */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const tvp_plugin *tvp_plugin_entry(uint32_t host_abi);
typedef const tvp_plugin *(*tvp_plugin_entry_fn)(uint32_t host_abi);
#define TVP_PLUGIN_ENTRY "tvp_plugin_entry"

/* ---- EXTENSIONS ---------------------------------------------------------------------------------------------- */

/* Host side. Finds spans by a filter. The host writes one reference per line, {"trace_id":"..","span_id":".."}\n,
 * newest start first; the list is a snapshot: spans that arrive meanwhile may be missing. TVP_EINVAL: no JSON
 * object, or a member that is not in FILTER.                                                                  [any] */
#define TVP_EXT_QUERY "tvp.query/1"
typedef struct tvp_query {
    uint32_t size, flags;
    tvp_status (*spans)(void *ctx, const char *filter, tvp_write_fn write, void *sink); /* ctx: tvp_host.ctx */
} tvp_query;

/* Host side. Shows a short message to whoever looks at the host now. level as in log.                         [any] */
#define TVP_EXT_NOTIFY "tvp.notify/1"
typedef struct tvp_notify {
    uint32_t size, flags;
    tvp_status (*toast)(void *ctx, int32_t level, const char *text); /* ctx: tvp_host.ctx */
} tvp_notify;

/* Plugin side. A panel that the host shows beside every one of its pages, with a toggle. The host asks once, after
 * activate. Mandatory: id, title, path. */
#define TVP_EXT_PANEL "tvp.panel/1"
typedef struct tvp_panel {
    uint32_t size, flags;
    const char *id;
    const char *title;
    const char *icon;    /* optional */
    const char *side;    /* "left" or "right"; NULL = "left" */
    const char *path;    /* HTML document, relative to base_path: "ui/panel" */
    const char *element; /* optional */
    const char *module;  /* optional */
    int32_t width;       /* CSS pixels; 0 = 384 */
    int32_t order;
} tvp_panel;

/* "tvp.http/1" is reserved: requests through the ABI instead of a listener. */

#ifdef __cplusplus
}
#endif

#endif /* TVP_H */
