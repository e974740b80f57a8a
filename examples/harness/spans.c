/* spans.c: see spans.h. */
#include "harness/spans.h"

#include "datainfo/datainfo.h"
#include "otlp/otlp_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A log record until it is joined. */
struct pending_log {
    char trace_id[TRACE_ID_TEXT_SIZE], span_id[SPAN_ID_TEXT_SIZE];
    uint64_t time;
    char *record;
    size_t len;
};

struct spans {
    struct stored_span *list; /* by start, newest first, after spans_finish */
    size_t count, cap;
    struct pending_log *logs;
    size_t log_count, log_cap;
    const struct stored_span **by_id; /* sorted by ids, after spans_finish */
};

struct spans *spans_new(void) {
    return calloc(1, sizeof(struct spans));
}

static void span_release(struct stored_span *s) {
    char *owned[] = {s->json,      s->name, s->service,       s->model,          s->provider,
                     s->thread_id, s->user, s->preview_input, s->preview_output, s->error};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
    buf_free(&s->text);
}

void spans_free(struct spans *spans) {
    if (!spans) return;
    for (size_t i = 0; i < spans->count; i++) span_release(&spans->list[i]);
    for (size_t i = 0; i < spans->log_count; i++) free(spans->logs[i].record);
    free(spans->list);
    free(spans->logs);
    free(spans->by_id);
    free(spans);
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

/* ---- filling ---- */

static bool grow(void **list, size_t *cap, size_t count, size_t size) {
    if (count < *cap) return true;
    size_t more = *cap ? *cap * 2 : 64;
    void *bigger = realloc(*list, more * size);
    if (!bigger) return false;
    *list = bigger;
    *cap = more;
    return true;
}

/* json holds {"resource":..,"scope":..,"span":.. without its end until logs are joined. */
static enum status take_span(void *ctx, const struct otlp_span *span, struct err *err) {
    struct spans *spans = ctx;
    if (!grow((void **)&spans->list, &spans->cap, spans->count, sizeof *spans->list)) return no_memory(err);
    struct buf json = BUF_INIT;
    buf_str(&json, "{\"resource\":");
    buf_add(&json, span->resource.data, span->resource.len);
    buf_str(&json, ",\"scope\":");
    buf_add(&json, span->scope.data, span->scope.len);
    buf_str(&json, ",\"span\":");
    buf_add(&json, span->span.data, span->span.len);
    struct stored_span s = {.start = span->start, .end = span->end, .input_tokens = -1, .output_tokens = -1};
    memcpy(s.trace_id, span->trace_id, sizeof s.trace_id);
    memcpy(s.span_id, span->span_id, sizeof s.span_id);
    memcpy(s.parent_id, span->parent_id, sizeof s.parent_id);
    s.json_len = json.len;
    s.json = buf_take(&json);
    s.name = strndup(span->name, span->name_len);
    if (!s.json || !s.name) {
        span_release(&s);
        return no_memory(err);
    }
    spans->list[spans->count++] = s;
    return STATUS_OK;
}

static enum status take_log(void *ctx, const struct otlp_log *log, struct err *err) {
    struct spans *spans = ctx;
    if (!log->span_id[0]) return STATUS_OK;
    if (!grow((void **)&spans->logs, &spans->log_cap, spans->log_count, sizeof *spans->logs))
        return no_memory(err);
    struct pending_log *to = &spans->logs[spans->log_count];
    *to = (struct pending_log){.time = log->time, .len = log->record.len};
    memcpy(to->trace_id, log->trace_id, sizeof to->trace_id);
    memcpy(to->span_id, log->span_id, sizeof to->span_id);
    if (!(to->record = strndup(log->record.data, log->record.len))) return no_memory(err);
    spans->log_count++;
    return STATUS_OK;
}

enum status spans_add_file(struct spans *spans, const char *path, struct otlp_result *result, struct err *err) {
    struct otlp_sink sink = {.span = take_span, .log = take_log, .ctx = spans};
    return otlp_file_read(path, &sink, result, err);
}

enum status spans_add_bytes(struct spans *spans, const char *data, size_t len, struct otlp_result *result,
                            struct err *err) {
    struct otlp_sink sink = {.span = take_span, .log = take_log, .ctx = spans};
    return otlp_bytes_read(data, len, NULL, &sink, result, err);
}

static int compare_ids(const char *trace_a, const char *span_a, const char *trace_b, const char *span_b) {
    int order = strcmp(trace_a, trace_b);
    return order ? order : strcmp(span_a, span_b);
}

static int by_id(const void *a, const void *b) {
    const struct stored_span *x = *(const struct stored_span *const *)a,
                             *y = *(const struct stored_span *const *)b;
    return compare_ids(x->trace_id, x->span_id, y->trace_id, y->span_id);
}

static int by_id_then_arrival(const void *a, const void *b) {
    const struct stored_span *x = *(const struct stored_span *const *)a,
                             *y = *(const struct stored_span *const *)b;
    int order = by_id(a, b);
    return order ? order : (x > y) - (x < y);
}

static int newest_first(const void *a, const void *b) {
    const struct stored_span *x = a, *y = b;
    if (x->start != y->start) return x->start < y->start ? 1 : -1;
    return compare_ids(x->trace_id, x->span_id, y->trace_id, y->span_id);
}

static int logs_by_span(const void *a, const void *b) {
    const struct pending_log *x = a, *y = b;
    int order = compare_ids(x->trace_id, x->span_id, y->trace_id, y->span_id);
    if (order) return order;
    return (x->time > y->time) - (x->time < y->time);
}

/* Keeps the last of the spans with the same ids. */
static bool drop_repeats(struct spans *spans) {
    struct stored_span **sorted = malloc((spans->count + 1) * sizeof *sorted);
    if (!sorted) return false;
    for (size_t i = 0; i < spans->count; i++) sorted[i] = &spans->list[i];
    qsort(sorted, spans->count, sizeof *sorted, by_id_then_arrival);
    for (size_t i = 0; i + 1 < spans->count; i++)
        if (by_id(&sorted[i], &sorted[i + 1]) == 0) {
            span_release(sorted[i]);
            sorted[i]->json = NULL;
        }
    free(sorted);
    size_t kept = 0;
    for (size_t i = 0; i < spans->count; i++)
        if (spans->list[i].json) spans->list[kept++] = spans->list[i];
    spans->count = kept;
    return true;
}

/* Appends ,"logs":[...]} and reads what is shown and filtered by. */
static bool complete(struct spans *spans, struct stored_span *s) {
    struct buf json = BUF_INIT;
    buf_add(&json, s->json, s->json_len);
    buf_str(&json, ",\"logs\":[");
    for (size_t lo = 0, hi = spans->log_count; lo < hi;) { /* the first log of this span, then all of them */
        size_t mid = lo + (hi - lo) / 2;
        const struct pending_log *l = &spans->logs[mid];
        if (compare_ids(l->trace_id, l->span_id, s->trace_id, s->span_id) < 0)
            lo = mid + 1;
        else
            hi = mid;
        if (lo < hi) continue;
        for (; lo < spans->log_count; lo++) {
            l = &spans->logs[lo];
            if (compare_ids(l->trace_id, l->span_id, s->trace_id, s->span_id) != 0) break;
            buf_json_comma(&json);
            buf_add(&json, l->record, l->len);
        }
        break;
    }
    buf_str(&json, "]}");
    free(s->json);
    s->json_len = json.len;
    if (!(s->json = buf_take(&json))) return false;

    struct span_facts facts;
    span_facts_read(&facts, s->json, s->json_len);
    s->kind = span_kind_name(facts.kind);
    s->failed = facts.failed;
    s->input_tokens = facts.input_tokens;
    s->output_tokens = facts.output_tokens;
    char **const from[] = {&facts.model,         &facts.provider,       &facts.thread_id, &facts.user_id,
                           &facts.preview_input, &facts.preview_output, &facts.error};
    char **const to[] = {&s->model,         &s->provider,       &s->thread_id, &s->user,
                         &s->preview_input, &s->preview_output, &s->error};
    for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
        *to[i] = *from[i]; /* moved */
        *from[i] = NULL;
    }
    span_facts_free(&facts);
    span_text_write(s->json, s->json_len, &s->text);

    struct json_text root, resource, attribute, key, value;
    struct json_text_iter it;
    if (json_text_parse(&root, s->json, s->json_len, JSON_TEXT_LENIENT, NULL) == STATUS_OK &&
        json_text_at(&root, &resource, "resource", "attributes", NULL)) {
        json_text_iter(&it, &resource);
        while (json_text_next(&it, NULL, &attribute))
            if (json_text_get(&attribute, "key", &key) && json_text_equals(&key, "service.name") &&
                json_text_at(&attribute, &value, "value", "stringValue", NULL) && !s->service)
                s->service = json_text_dup(&value);
    }
    return !buf_failed(&s->text);
}

/* Session and user are said once per trace as a rule: spans without them take them from their trace. */
static bool inherit(struct spans *spans) {
    for (size_t i = 0, end; i < spans->count; i = end) {
        const char *thread = NULL, *user = NULL;
        for (end = i; end < spans->count && strcmp(spans->by_id[end]->trace_id, spans->by_id[i]->trace_id) == 0;
             end++) {
            if (!thread) thread = spans->by_id[end]->thread_id;
            if (!user) user = spans->by_id[end]->user;
        }
        for (size_t j = i; j < end; j++) {
            struct stored_span *s = &spans->list[spans->by_id[j] - spans->list];
            if (thread && !s->thread_id && !(s->thread_id = strdup(thread))) return false;
            if (user && !s->user && !(s->user = strdup(user))) return false;
        }
    }
    return true;
}

enum status spans_finish(struct spans *spans, struct err *err) {
    if (!drop_repeats(spans)) return no_memory(err);
    if (spans->log_count) qsort(spans->logs, spans->log_count, sizeof *spans->logs, logs_by_span);
    for (size_t i = 0; i < spans->count; i++)
        if (!complete(spans, &spans->list[i])) return no_memory(err);
    if (spans->count) qsort(spans->list, spans->count, sizeof *spans->list, newest_first);
    spans->by_id = malloc((spans->count + 1) * sizeof(*spans->by_id));
    if (!spans->by_id) return no_memory(err);
    for (size_t i = 0; i < spans->count; i++) spans->by_id[i] = &spans->list[i];
    if (spans->count) qsort(spans->by_id, spans->count, sizeof *spans->by_id, by_id);
    return inherit(spans) ? STATUS_OK : no_memory(err);
}

/* ---- reading ---- */

size_t spans_count(const struct spans *spans) {
    return spans->count;
}

const struct stored_span *spans_at(const struct spans *spans, size_t index) {
    return &spans->list[index];
}

/* The first place in by_id that is not below the ids. */
static size_t lower_bound(const struct spans *spans, const char *trace_id, const char *span_id) {
    size_t lo = 0, hi = spans->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct stored_span *s = spans->by_id[mid];
        if (compare_ids(s->trace_id, s->span_id, trace_id, span_id) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct stored_span *spans_find(const struct spans *spans, const char *trace_id, const char *span_id) {
    size_t at = lower_bound(spans, trace_id, span_id);
    if (at == spans->count) return NULL;
    const struct stored_span *s = spans->by_id[at];
    return compare_ids(s->trace_id, s->span_id, trace_id, span_id) == 0 ? s : NULL;
}

bool spans_fits(const struct stored_span *s, const struct span_filter *filter) {
    struct span_filter_view view = {
        .service = s->service,
        .name = s->name,
        .model = s->model,
        .provider = s->provider,
        .kind = s->kind,
        .trace_id = s->trace_id,
        .thread_id = s->thread_id,
        .user = s->user,
        .text = s->text.data,
        .text_len = s->text.len,
        .failed = s->failed,
        .start_ms = (int64_t)(s->start / 1000000u),
        .duration_ms = s->end > s->start ? (double)(s->end - s->start) / 1e6 : 0.0,
    };
    return span_filter_match(filter, &view);
}

tvp_status spans_span_json(void *ctx, const char *trace_id, const char *span_id, tvp_write_fn write,
                           void *sink) {
    const struct stored_span *s = spans_find(ctx, trace_id, span_id);
    if (!s) return TVP_ENOTFOUND;
    return write(sink, s->json, s->json_len) ? TVP_EIO : TVP_OK;
}

tvp_status spans_trace_json(void *ctx, const char *trace_id, tvp_write_fn write, void *sink) {
    const struct spans *spans = ctx;
    bool any = false;
    for (size_t at = lower_bound(spans, trace_id, ""); at < spans->count; at++) {
        const struct stored_span *s = spans->by_id[at];
        if (strcmp(s->trace_id, trace_id) != 0) break;
        any = true;
        if (write(sink, s->json, s->json_len) || write(sink, "\n", 1)) return TVP_EIO;
    }
    return any ? TVP_OK : TVP_ENOTFOUND;
}

tvp_status spans_query(void *ctx, const char *text, tvp_write_fn write, void *sink) {
    const struct spans *spans = ctx;
    struct span_filter filter;
    tvp_status status = span_filter_parse(&filter, text, strlen(text), NULL) == STATUS_OK ? TVP_OK : TVP_EINVAL;
    for (size_t i = 0; status == TVP_OK && i < spans->count; i++) {
        const struct stored_span *s = &spans->list[i];
        char line[128];
        if (!spans_fits(s, &filter)) continue;
        int n =
            snprintf(line, sizeof line, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}\n", s->trace_id, s->span_id);
        if (write(sink, line, (size_t)n)) status = TVP_EIO;
    }
    span_filter_free(&filter);
    return status;
}
