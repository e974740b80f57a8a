/* span_view.h: reading one span_json object ({"resource","scope","span","logs"} in the OTLP JSON mapping).
 *
 * Attributes are found by key and come as plain JSON values: an AnyValue string is its JSON string as it lies
 * in the span, 64-bit integers written as strings are numbers, arrays and kvlists are JSON arrays and objects.
 * An AnyValue without a value counts as absent (some SDKs send dozens of those). Events of the span and log
 * records joined to it have one form, in order of time.
 *
 * Ownership: a view borrows the text and keeps what it makes in its arena. Threads: one at a time (it fills
 * caches). */
#ifndef SPANSET_DATAINFO_SPAN_VIEW_H
#define SPANSET_DATAINFO_SPAN_VIEW_H

#include "base/err.h"
#include "base/id.h"
#include "datainfo/any_value.h"
#include "datainfo/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct attr {
    const char *key; /* not NUL-terminated */
    size_t key_len;
    struct json_text
        any; /* the member of the AnyValue: string, number, bool, or the values of an array or kvlist */
    enum attr_form form;
    struct json_text plain, parsed, salvaged; /* made when first asked for */
    bool has_plain, has_parsed, has_salvaged;
};
struct attrs {
    struct attr *items;
    size_t count;
};

struct span_event {
    struct json_text name; /* of the event; of a log record its eventName or attribute event.name */
    struct attrs attrs;
    struct json_text body; /* of a log record, plain; NONE for span events */
    uint64_t time;         /* ns */
    bool log;
};

struct span_view {
    struct arena *arena;
    struct json_text name, scope;                                  /* strings; scope is the scope's name */
    char span_id[SPAN_ID_TEXT_SIZE], parent_id[SPAN_ID_TEXT_SIZE]; /* lower case; "" = none */
    uint64_t start, end;                                           /* ns, 0 = unknown */
    int status_code;                                               /* 2 = error */
    struct json_text status_message;
    int64_t dropped_attributes, dropped_events;
    struct attrs attrs;
    struct json_text event_list, log_list; /* unread */
    struct span_event *events;
    size_t event_count;
    bool has_events;
};

/* STATUS_INVALID when the text is no JSON object with a "span" object; STATUS_NO_MEMORY. */
enum status span_view_open(struct span_view *v, struct arena *arena, const char *span_json, size_t len,
                           struct err *err);

/* Whether that is its key. */
bool attr_is(const struct attr *a, const char *key);
/* An attribute as plain JSON. */
struct json_text attr_plain(struct arena *arena, struct attr *a);
/* An attribute as a JSON array or object: structured, or a string that holds one. NONE otherwise. */
struct json_text attr_container(struct arena *arena, struct attr *a);

/* The attribute with a value; NULL when there is none. */
struct attr *span_attr(struct span_view *v, const char *key);
/* The same by key: NONE when absent. */
struct json_text span_value(struct span_view *v, const char *key); /* plain */
struct json_text span_container(struct span_view *v,
                                const char *key);                   /* array or object, also inside a string */
struct json_text span_string(struct span_view *v, const char *key); /* strings that are not empty */
bool span_has(struct span_view *v, const char *key);
bool span_is(struct span_view *v, const char *key, const char *value); /* string equality */

/* The events, read on first use. */
struct span_event *span_events(struct span_view *v, size_t *count);
struct json_text event_value(struct span_view *v, struct span_event *e, const char *key);
struct json_text event_container(struct span_view *v, struct span_event *e, const char *key);

/* A string that holds a JSON array or object, parsed; NONE otherwise. */
struct json_text string_container(struct arena *arena, const struct json_text *string);

#endif
