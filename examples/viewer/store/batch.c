/* A batch: spans and records copied into one arena, with what takes time to find out about a span found out. */
#include "viewer/store/internal.h"

#include "base/json_text.h"

#include <stdlib.h>
#include <string.h>

uint64_t text_hash(const char *text, size_t len) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a; equal hashes are compared by text */
    for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

void span_json_open(struct buf *out, const char *resource, size_t resource_len, const char *scope,
                    size_t scope_len, const char *span, size_t span_len) {
    buf_reserve(out, resource_len + scope_len + span_len + 64);
    buf_str(out, "{\"resource\":");
    buf_add(out, resource, resource_len);
    buf_str(out, ",\"scope\":");
    buf_add(out, scope, scope_len);
    buf_str(out, ",\"span\":");
    buf_add(out, span, span_len);
    buf_str(out, ",\"logs\":[");
}

void span_json_close(struct buf *out) {
    buf_str(out, "]}");
}

struct ingest_batch *ingest_batch_new(void) {
    return calloc(1, sizeof(struct ingest_batch));
}

void ingest_batch_free(struct ingest_batch *batch) {
    if (!batch) return;
    for (size_t i = 0; i < batch->span_count; i++) {
        free(batch->spans[i].service);
        free(batch->spans[i].scope_name);
        span_facts_free(&batch->spans[i].facts);
        buf_free(&batch->spans[i].text);
    }
    free(batch->spans);
    free(batch->logs);
    buf_free(&batch->arena);
    free(batch);
}

size_t ingest_batch_count(const struct ingest_batch *batch) {
    return batch->span_count + batch->log_count;
}
size_t ingest_batch_bytes(const struct ingest_batch *batch) {
    return batch->arena.len;
}

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
}

/* Makes room for one more element. */
static bool grow(void **array, size_t *cap, size_t count, size_t size) {
    if (count < *cap) return true;
    size_t next = *cap ? *cap * 2 : 16;
    void *grown = realloc(*array, next * size);
    if (!grown) return false;
    *array = grown;
    *cap = next;
    return true;
}

static size_t keep(struct buf *arena, const char *text, size_t len) {
    size_t at = arena->len;
    buf_add(arena, text, len);
    return at;
}

/* The value of a string attribute of a resource; NULL when it has none. */
static char *attribute(const char *json, size_t len, const char *key) {
    struct json_text root, list, element, name, value;
    struct json_text_iter it;
    if (json_text_parse(&root, json, len, JSON_TEXT_LENIENT, NULL) != STATUS_OK) return NULL;
    if (!json_text_get(&root, "attributes", &list)) return NULL;
    json_text_iter(&it, &list);
    while (json_text_next(&it, NULL, &element))
        if (json_text_get(&element, "key", &name) && json_text_equals(&name, key) &&
            json_text_at(&element, &value, "value", "stringValue", NULL) && value.len > 2)
            return json_text_dup(&value);
    return NULL;
}

static char *member(const char *json, size_t len, const char *key) {
    struct json_text root, value;
    if (json_text_parse(&root, json, len, JSON_TEXT_LENIENT, NULL) != STATUS_OK) return NULL;
    return json_text_get(&root, key, &value) && value.len > 2 ? json_text_dup(&value) : NULL;
}

/* OTLP's unsigned nanoseconds in SQLite's signed 64 bits: good until 2262. */
static int64_t nanoseconds(uint64_t ns) {
    return ns > INT64_MAX ? INT64_MAX : (int64_t)ns;
}

static char *dup_or_null(const char *s) {
    return s ? strdup(s) : NULL;
}

static enum status add_span(void *ctx, const struct otlp_span *in, struct err *err) {
    struct ingest_batch *batch = ctx;
    if (!grow((void **)&batch->spans, &batch->span_cap, batch->span_count, sizeof *batch->spans))
        return no_memory(err);
    struct batch_span *span = &batch->spans[batch->span_count];
    const struct batch_span *last = batch->span_count ? span - 1 : NULL;
    *span = (struct batch_span){.start_ns = nanoseconds(in->start ? in->start : in->end),
                                .end_ns = nanoseconds(in->end)};
    memcpy(span->trace_id, in->trace_id, sizeof span->trace_id);
    memcpy(span->span_id, in->span_id, sizeof span->span_id);
    memcpy(span->parent_id, in->parent_id, sizeof span->parent_id);
    /* resource and scope repeat from span to span */
    const char *base = batch->arena.data;
    if (last && last->resource_len == in->resource.len &&
        memcmp(base + last->resource, in->resource.data, in->resource.len) == 0) {
        span->resource = last->resource;
        span->service = dup_or_null(last->service);
    } else {
        span->resource = keep(&batch->arena, in->resource.data, in->resource.len);
        span->service = attribute(in->resource.data, in->resource.len, "service.name");
    }
    span->resource_len = in->resource.len;
    base = batch->arena.data;
    if (last && last->scope_len == in->scope.len &&
        memcmp(base + last->scope, in->scope.data, in->scope.len) == 0) {
        span->scope = last->scope;
        span->scope_name = dup_or_null(last->scope_name);
    } else {
        span->scope = keep(&batch->arena, in->scope.data, in->scope.len);
        span->scope_name = member(in->scope.data, in->scope.len, "name");
    }
    span->scope_len = in->scope.len;
    span->body = keep(&batch->arena, in->span.data, in->span.len);
    span->body_len = in->span.len;
    span->name_len = in->name_len;
    span->name = batch->arena.len;
    for (size_t i = 0; i < in->name_len;) { /* the column is text: UTF-8 without NUL */
        size_t run = i;
        while (run < in->name_len && in->name[run]) run++;
        buf_add(&batch->arena, in->name + i, run - i);
        if (run < in->name_len) buf_char(&batch->arena, ' ');
        i = run + (run < in->name_len);
    }

    struct buf json = BUF_INIT;
    span_json_open(&json, in->resource.data, in->resource.len, in->scope.data, in->scope.len, in->span.data,
                   in->span.len);
    span_json_close(&json);
    bool ok = !buf_failed(&json) && !buf_failed(&batch->arena);
    if (ok) {
        span_facts_read(&span->facts, json.data, json.len);
        span_text_write(json.data, json.len, &span->text);
        ok = !buf_failed(&span->text);
    }
    buf_free(&json);
    batch->span_count++;
    return ok ? STATUS_OK : no_memory(err);
}

static enum status add_log(void *ctx, const struct otlp_log *in, struct err *err) {
    struct ingest_batch *batch = ctx;
    if (!in->trace_id[0] || !in->span_id[0]) return STATUS_OK;
    if (!grow((void **)&batch->logs, &batch->log_cap, batch->log_count, sizeof *batch->logs))
        return no_memory(err);
    struct batch_log *log = &batch->logs[batch->log_count];
    *log = (struct batch_log){.time_ns = nanoseconds(in->time), .body_len = in->record.len};
    memcpy(log->trace_id, in->trace_id, sizeof log->trace_id);
    memcpy(log->span_id, in->span_id, sizeof log->span_id);
    log->hash = text_hash(in->record.data, in->record.len);
    log->body = keep(&batch->arena, in->record.data, in->record.len);
    if (buf_failed(&batch->arena)) return no_memory(err);
    /* records of one span come close together; a long look back is not worth it */
    for (size_t i = batch->log_count, looked = 0; i-- > 0 && looked < 256; looked++)
        if (batch->logs[i].hash == log->hash && strcmp(batch->logs[i].span_id, log->span_id) == 0) {
            log->nth = batch->logs[i].nth + 1;
            break;
        }
    batch->log_count++;
    return STATUS_OK;
}

struct otlp_sink ingest_batch_sink(struct ingest_batch *batch) {
    return (struct otlp_sink){.span = add_span, .log = add_log, .ctx = batch};
}
