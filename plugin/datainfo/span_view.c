/* span_view.c: see the header. Each list of attributes is walked over once; values are made plain when asked for. */
#include "datainfo/span_view.h"

#include <string.h>

static const struct json_text none = {.type = JSON_TEXT_NONE};

/* {key, value}, walked over once: a value may be megabytes. */
static bool attr_walk(struct json_text_iter *members, struct json_text *key, struct json_text *value,
                      enum attr_form *form) {
    struct json_text name;
    struct json_text_iter any;
    enum json_text_type type;
    bool found = false;
    *key = none;
    while (json_text_step(members, &name, &type)) {
        if (json_text_equals(&name, "value") && type == JSON_TEXT_OBJECT) {
            json_text_enter(members, &any);
            found = any_walk(&any, value, form);
            json_text_leave(members, &any);
            continue;
        }
        struct json_text v;
        json_text_take(members, &v);
        if (json_text_equals(&name, "key"))
            *key = v;
        else if (json_text_equals(&name, "value"))
            found = false;
    }
    return found && key->type == JSON_TEXT_STRING;
}

#define MANY_ATTRS 256 /* twice and twice again would leave much behind */

/* Room for all that are left in the list. */
static bool grow_once(struct arena *arena, struct json_text_iter rest, struct attrs *attrs, size_t *cap) {
    struct json_text ignored;
    size_t count = attrs->count + 1;
    while (json_text_next(&rest, NULL, &ignored)) count++;
    struct attr *items = arena_alloc(arena, count, sizeof *items);
    if (!items) return false;
    memcpy(items, attrs->items, attrs->count * sizeof *items);
    attrs->items = items;
    *cap = count;
    return true;
}

/* Reads an attribute list ([{key, value}]), walking over its elements. */
static struct attrs attrs_walk(struct arena *arena, struct json_text_iter *list) {
    struct attrs out = {0};
    size_t cap = 0;
    enum json_text_type type;
    while (json_text_step(list, NULL, &type)) {
        struct json_text key, value;
        struct json_text_iter members;
        enum attr_form form = ATTR_SCALAR;
        if (type != JSON_TEXT_OBJECT) {
            json_text_take(list, &value);
            continue;
        }
        json_text_enter(list, &members);
        bool found = attr_walk(&members, &key, &value, &form);
        json_text_leave(list, &members);
        if (!found) continue;
        if (out.count == MANY_ATTRS && cap == MANY_ATTRS && !grow_once(arena, *list, &out, &cap)) return out;
        struct attr *items = arena_grow(arena, out.items, out.count, &cap, sizeof *items);
        if (!items) return out;
        out.items = items;
        struct attr *a = &items[out.count];
        *a = (struct attr){.any = value, .form = form};
        if (json_text_is_plain(&key)) {
            a->key = key.text + 1;
            a->key_len = key.len - 2;
        } else {
            struct buf b = BUF_INIT;
            json_text_decode(&key, &b);
            a->key = arena_keep(arena, &b, &a->key_len);
        }
        out.count++;
    }
    return out;
}

bool attr_is(const struct attr *a, const char *key) {
    return a->key_len == strlen(key) && memcmp(a->key, key, a->key_len) == 0;
}

/* The attribute with a value; NULL when there is none. */
static struct attr *attrs_find(const struct attrs *attrs, const char *key) {
    size_t len = strlen(key);
    for (size_t i = 0; len && i < attrs->count; i++) {
        struct attr *a = &attrs->items[i];
        if (a->key_len == len && a->key[len - 1] == key[len - 1] && memcmp(a->key, key, len) == 0) return a;
    }
    return NULL;
}

struct json_text attr_plain(struct arena *arena, struct attr *a) {
    if (!a->has_plain) {
        a->plain = any_plain(arena, &a->any, a->form);
        a->has_plain = true;
    }
    return a->plain;
}

struct json_text string_container(struct arena *arena, const struct json_text *string) {
    if (string->type != JSON_TEXT_STRING) return none;
    const char *at = string->text + 1, *end = string->text + string->len - 1;
    /* White space in front may be escaped: \n, \t. */
    for (;;) {
        if (at < end && *at == ' ')
            at++;
        else if (end - at > 1 && *at == '\\' && (at[1] == 'n' || at[1] == 't' || at[1] == 'r'))
            at += 2;
        else
            break;
    }
    if (at == end || (*at != '{' && *at != '[')) return none;
    struct buf b = BUF_INIT;
    json_text_unquote(string, &b);
    return arena_parse(arena, &b);
}

struct json_text attr_container(struct arena *arena, struct attr *a) {
    if (a->has_parsed) return a->parsed;
    struct json_text v = attr_plain(arena, a);
    if (v.type == JSON_TEXT_STRING) v = string_container(arena, &v);
    if (v.type != JSON_TEXT_ARRAY && v.type != JSON_TEXT_OBJECT) v = none;
    a->parsed = v;
    a->has_parsed = true;
    return v;
}

struct attr *span_attr(struct span_view *v, const char *key) {
    return attrs_find(&v->attrs, key);
}

struct json_text span_value(struct span_view *v, const char *key) {
    struct attr *a = attrs_find(&v->attrs, key);
    return a ? attr_plain(v->arena, a) : none;
}

struct json_text span_container(struct span_view *v, const char *key) {
    struct attr *a = attrs_find(&v->attrs, key);
    return a ? attr_container(v->arena, a) : none;
}

struct json_text span_string(struct span_view *v, const char *key) {
    struct json_text s = span_value(v, key);
    return s.type == JSON_TEXT_STRING && s.len > 2 ? s : none;
}

bool span_has(struct span_view *v, const char *key) {
    return attrs_find(&v->attrs, key) != NULL;
}

bool span_is(struct span_view *v, const char *key, const char *value) {
    struct json_text s = span_value(v, key);
    return json_text_equals(&s, value);
}

/* ---- events ---- */

static uint64_t time_of(const struct json_text *t) {
    int64_t ns;
    return json_text_int64(t, true, &ns) && ns > 0 ? (uint64_t)ns : 0;
}

static void event_walk(struct span_view *v, struct json_text_iter *it, bool log, struct span_event *out) {
    struct json_text key, value, inner, body = none, name = none, observed = none;
    enum json_text_type type;
    enum attr_form form;
    *out = (struct span_event){.log = log};
    while (json_text_step(it, &key, &type)) {
        if (type == JSON_TEXT_ARRAY && json_text_equals(&key, "attributes")) {
            struct json_text_iter list;
            json_text_enter(it, &list);
            out->attrs = attrs_walk(v->arena, &list);
            json_text_leave(it, &list);
            continue;
        }
        json_text_take(it, &value);
        if (key_is_either(&key, "timeUnixNano", "time_unix_nano"))
            out->time = time_of(&value);
        else if (!log && json_text_equals(&key, "name"))
            out->name = value;
        else if (log && json_text_equals(&key, "body"))
            body = value;
        else if (log && key_is_either(&key, "eventName", "event_name"))
            name = value;
        else if (log && key_is_either(&key, "observedTimeUnixNano", "observed_time_unix_nano"))
            observed = value;
    }
    if (!log) return;
    if (!out->time) out->time = time_of(&observed);
    out->name = name.type == JSON_TEXT_STRING && name.len > 2 ? name : event_value(v, out, "event.name");
    if (any_read(&body, &inner, &form)) out->body = any_plain(v->arena, &inner, form);
}

/* Log records by time; records of one instant stay in the order they came in. */
static void sort_events(struct span_event *events, size_t count, struct span_event *spare) {
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t from = 0; from < count; from += 2 * width) {
            size_t middle = from + width < count ? from + width : count;
            size_t to = from + 2 * width < count ? from + 2 * width : count;
            for (size_t i = from, j = middle, k = from; k < to; k++) {
                bool left = i < middle && (j == to || events[i].time <= events[j].time);
                spare[k] = events[left ? i++ : j++];
            }
        }
        memcpy(events, spare, count * sizeof *events);
    }
}

static void read_list(struct span_view *v, const struct json_text *list, size_t count, bool logs) {
    struct json_text_iter it, members;
    struct json_text other;
    enum json_text_type type;
    json_text_iter(&it, list);
    for (size_t i = 0; i < count && json_text_step(&it, NULL, &type); i++) {
        struct span_event *e = &v->events[v->event_count++];
        *e = (struct span_event){.log = logs};
        if (type != JSON_TEXT_OBJECT) {
            json_text_take(&it, &other);
            continue;
        }
        json_text_enter(&it, &members);
        event_walk(v, &members, logs, e);
        json_text_leave(&it, &members);
    }
}

struct span_event *span_events(struct span_view *v, size_t *count) {
    if (!v->has_events) {
        v->has_events = true;
        struct json_text events = v->event_list, logs = v->log_list;
        size_t n_events = events.type == JSON_TEXT_ARRAY ? json_text_count(&events) : 0;
        size_t n_logs = logs.type == JSON_TEXT_ARRAY ? json_text_count(&logs) : 0;
        v->events = arena_alloc(v->arena, n_events + n_logs, sizeof *v->events);
        struct span_event *spare = arena_alloc(v->arena, n_logs, sizeof *spare);
        if (v->events && spare) {
            read_list(v, &events, n_events, false);
            read_list(v, &logs, n_logs, true);
            sort_events(v->events + n_events, n_logs, spare);
        }
    }
    *count = v->event_count;
    return v->events;
}

struct json_text event_value(struct span_view *v, struct span_event *e, const char *key) {
    struct attr *a = attrs_find(&e->attrs, key);
    return a ? attr_plain(v->arena, a) : none;
}

struct json_text event_container(struct span_view *v, struct span_event *e, const char *key) {
    struct attr *a = attrs_find(&e->attrs, key);
    return a ? attr_container(v->arena, a) : none;
}

/* ---- opening ---- */

/* Hex ids as lower-case text, "" when it is none. */
static void read_id(const struct json_text *value, size_t digits, char *out) {
    out[0] = '\0';
    if (value->type != JSON_TEXT_STRING || value->len != digits + 2) return;
    char text[TRACE_ID_TEXT_SIZE];
    if (digits >= sizeof text) return;
    memcpy(text, value->text + 1, digits);
    text[digits] = '\0';
    if (!otlp_id_normalize(text, digits, out)) out[0] = '\0';
}

static int64_t count_of(const struct json_text *n) {
    int64_t value;
    return json_text_int64(n, true, &value) && value > 0 ? value : 0;
}

static void read_status(struct span_view *v, const struct json_text *status) {
    struct json_text code;
    int64_t number;
    json_text_get(status, "message", &v->status_message);
    if (!json_text_get(status, "code", &code)) return;
    if (json_text_int64(&code, false, &number))
        v->status_code = number == 2 ? 2 : number == 1 ? 1 : 0;
    else if (json_text_equals(&code, "STATUS_CODE_ERROR"))
        v->status_code = 2;
    else if (json_text_equals(&code, "STATUS_CODE_OK"))
        v->status_code = 1;
}

/* The span's members, in one walk: its attributes may be megabytes. */
static void span_walk(struct span_view *v, struct json_text_iter *it) {
    struct json_text key, value;
    enum json_text_type type;
    while (json_text_step(it, &key, &type)) {
        if (type == JSON_TEXT_ARRAY && json_text_equals(&key, "attributes")) {
            struct json_text_iter list;
            json_text_enter(it, &list);
            v->attrs = attrs_walk(v->arena, &list);
            json_text_leave(it, &list);
            continue;
        }
        json_text_take(it, &value);
        if (json_text_equals(&key, "attributes"))
            v->attrs = (struct attrs){0};
        else if (json_text_equals(&key, "events"))
            v->event_list = value;
        else if (json_text_equals(&key, "name"))
            v->name = value;
        else if (key_is_either(&key, "spanId", "span_id"))
            read_id(&value, SPAN_ID_TEXT_SIZE - 1, v->span_id);
        else if (key_is_either(&key, "parentSpanId", "parent_span_id"))
            read_id(&value, SPAN_ID_TEXT_SIZE - 1, v->parent_id);
        else if (key_is_either(&key, "startTimeUnixNano", "start_time_unix_nano"))
            v->start = time_of(&value);
        else if (key_is_either(&key, "endTimeUnixNano", "end_time_unix_nano"))
            v->end = time_of(&value);
        else if (json_text_equals(&key, "status"))
            read_status(v, &value);
        else if (key_is_either(&key, "droppedAttributesCount", "dropped_attributes_count"))
            v->dropped_attributes = count_of(&value);
        else if (key_is_either(&key, "droppedEventsCount", "dropped_events_count"))
            v->dropped_events = count_of(&value);
    }
}

enum status span_view_open(struct span_view *v, struct arena *arena, const char *span_json, size_t len,
                           struct err *err) {
    *v = (struct span_view){.arena = arena};
    struct json_text root, name, member;
    enum status status = json_text_parse(&root, span_json, len, JSON_TEXT_LENIENT, err);
    if (status != STATUS_OK) return status;
    struct json_text_iter members, span;
    enum json_text_type type;
    bool found = false;
    json_text_iter(&members, &root);
    while (json_text_step(&members, &name, &type)) {
        if (type == JSON_TEXT_OBJECT && json_text_equals(&name, "span")) {
            found = true;
            json_text_enter(&members, &span);
            span_walk(v, &span);
            json_text_leave(&members, &span);
            continue;
        }
        json_text_take(&members, &member);
        if (json_text_equals(&name, "scope"))
            json_text_get(&member, "name", &v->scope);
        else if (json_text_equals(&name, "logs"))
            v->log_list = member;
    }
    if (!found) return err_set(err, STATUS_INVALID, "span_json", "The host's span has no \"span\" object.");
    return arena->failed ? err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.") : STATUS_OK;
}
