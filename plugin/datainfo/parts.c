/* parts.c: one table from the part types of the world to what they are. A part nobody knows is kept as it is,
 * so that nothing of a conversation disappears. */
#include "datainfo/parts.h"

#include "datainfo/message.h"
#include "datainfo/normalise.h"

#include <string.h>

enum part_kind {
    PART_UNKNOWN,
    PART_TEXT,
    PART_REFUSAL,
    PART_THOUGHT,
    PART_CALL,
    PART_RESULT,
    PART_OPENAI,
    PART_IMAGE,
    PART_FILE,
    PART_BLOB,
    PART_URI,
    PART_DROP
};

static enum part_kind kind_of(const struct json_text *type) {
    static const struct {
        const char *type;
        enum part_kind kind;
    } table[] = {
        {"text", PART_TEXT},
        {"input_text", PART_TEXT},
        {"output_text", PART_TEXT},
        {"refusal", PART_REFUSAL},
        {"reasoning", PART_THOUGHT},
        {"thinking", PART_THOUGHT},
        {"redacted_thinking", PART_DROP},
        {"redacted-reasoning", PART_DROP},
        {"tool-call", PART_CALL},
        {"tool_call", PART_CALL},
        {"tool_use", PART_CALL},
        {"function_call", PART_CALL},
        {"toolUse", PART_CALL},
        {"server_tool_use", PART_DROP},
        {"tool-result", PART_RESULT},
        {"tool_result", PART_RESULT},
        {"tool_call_response", PART_RESULT},
        {"toolResult", PART_RESULT},
        {"image_url", PART_OPENAI},
        {"input_audio", PART_OPENAI},
        {"input_image", PART_IMAGE},
        {"image", PART_IMAGE},
        {"file", PART_FILE},
        {"input_file", PART_FILE},
        {"document", PART_FILE},
        {"blob", PART_BLOB},
        {"uri", PART_URI},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (json_text_equals(type, table[i].type)) return table[i].kind;
    return PART_UNKNOWN;
}

static struct json_text get(const struct json_text *object, const char *key) {
    struct json_text v;
    json_text_get(object, key, &v);
    return v.type == JSON_TEXT_NULL ? JSON_NONE : v;
}

static struct json_text first(const struct json_text *object, const char *a, const char *b, const char *c) {
    struct json_text v = get(object, a);
    if (v.type == JSON_TEXT_NONE && b) v = get(object, b);
    if (v.type == JSON_TEXT_NONE && c) v = get(object, c);
    return v;
}

bool parts_are_openai(const struct json_text *array) {
    struct json_text_iter it;
    struct json_text part, type, inner;
    json_text_iter(&it, array);
    while (json_text_next(&it, NULL, &part)) {
        json_text_get(&part, "type", &type);
        bool fine = (json_text_equals(&type, "text") && json_text_get(&part, "text", &inner)) ||
                    (json_text_equals(&type, "image_url") && json_text_get(&part, "image_url", &inner)) ||
                    (json_text_equals(&type, "input_audio") && json_text_get(&part, "input_audio", &inner)) ||
                    (json_text_equals(&type, "refusal") && json_text_get(&part, "refusal", &inner)) ||
                    (json_text_equals(&type, "file") && json_text_get(&part, "file", &inner) &&
                     inner.type == JSON_TEXT_OBJECT);
        if (!fine) return false;
    }
    return true;
}

/* ---- writing ---- */

static void part_begin(struct part_writer *w) {
    if (!w->count++) buf_char(&w->parts, '[');
    buf_json_comma(&w->parts);
}

static void add_text(struct part_writer *w, const struct json_text *text) {
    if (!has_text(text) && w->count) return;
    if (!w->count)
        w->only_text = *text;
    else
        w->only_text = JSON_NONE;
    part_begin(w);
    buf_str(&w->parts, "{\"type\":\"text\",\"text\":");
    json_text_copy_valid(text, &w->parts);
    buf_char(&w->parts, '}');
}

static void add_raw(struct part_writer *w, const struct json_text *part) {
    w->only_text = JSON_NONE;
    part_begin(w);
    json_text_copy_valid(part, &w->parts);
}

static bool begins(const struct json_text *s, const char *prefix) {
    size_t n = strlen(prefix);
    return s->type == JSON_TEXT_STRING && s->len > n + 1 && memcmp(s->text + 1, prefix, n) == 0;
}

/* Writes a string that is a URL already, or base64 of `mime` as a data URL; quotes included. */
static void write_url(struct buf *out, const struct json_text *data, const struct json_text *mime,
                      const char *fallback) {
    if (begins(data, "http://") || begins(data, "https://") || begins(data, "data:") || begins(data, "file:") ||
        begins(data, "gs://") || begins(data, "s3://") || begins(data, "@@@") || begins(data, "__REDACTED__")) {
        json_text_copy_valid(data, out);
        return;
    }
    buf_str(out, "\"data:");
    if (has_text(mime))
        buf_add(out, mime->text + 1, mime->len - 2);
    else
        buf_str(out, fallback);
    buf_str(out, ";base64,");
    buf_add(out, data->text + 1, data->len - 1); /* its closing quote closes ours */
}

static void add_image(struct part_writer *w, const struct json_text *data, const struct json_text *mime,
                      const struct json_text *detail) {
    if (!has_text(data)) return;
    w->only_text = JSON_NONE;
    part_begin(w);
    buf_str(&w->parts, "{\"type\":\"image_url\",\"image_url\":{\"url\":");
    write_url(&w->parts, data, mime, "image/png");
    if (has_text(detail)) {
        buf_str(&w->parts, ",\"detail\":");
        json_text_copy_valid(detail, &w->parts);
    }
    buf_str(&w->parts, "}}");
}

static void add_audio(struct part_writer *w, const struct json_text *data, const struct json_text *mime) {
    w->only_text = JSON_NONE;
    part_begin(w);
    buf_str(&w->parts, "{\"type\":\"input_audio\",\"input_audio\":{\"data\":");
    json_text_copy_valid(data, &w->parts);
    buf_str(&w->parts, ",\"format\":\"");
    bool mp3 = begins(mime, "audio/mpeg") || begins(mime, "audio/mp3");
    if (mp3)
        buf_str(&w->parts, "mp3");
    else if (begins(mime, "audio/"))
        buf_add(&w->parts, mime->text + 7, mime->len - 8);
    else
        buf_str(&w->parts, "wav");
    buf_str(&w->parts, "\"}}");
}

static void add_file(struct part_writer *w, const struct json_text *data, const struct json_text *mime,
                     const struct json_text *id, const struct json_text *name) {
    if (!has_text(data) && !has_text(id)) return;
    w->only_text = JSON_NONE;
    part_begin(w);
    buf_str(&w->parts, "{\"type\":\"file\",\"file\":{");
    if (has_text(id)) {
        buf_json_key(&w->parts, "file_id");
        json_text_copy_valid(id, &w->parts);
    }
    if (has_text(data)) {
        buf_json_key(&w->parts, "file_data");
        write_url(&w->parts, data, mime, "application/octet-stream");
    }
    if (has_text(name)) {
        buf_json_key(&w->parts, "filename");
        json_text_copy_valid(name, &w->parts);
    }
    buf_str(&w->parts, "}}");
}

void parts_finish(struct part_writer *w) {
    if (w->count && w->only_text.type == JSON_TEXT_STRING) {
        w->message->content = w->only_text;
        buf_free(&w->parts);
    } else if (w->count) {
        buf_char(&w->parts, ']');
        w->message->content = arena_json(&w->reading->arena, &w->parts, JSON_TEXT_ARRAY);
    }
}

/* ---- reading ---- */

/* {type: image, image | source | image_url | data} of AI SDK, Anthropic, Responses, Strands. */
static void read_image(struct part_writer *w, const struct json_text *part) {
    struct json_text mime = first(part, "mediaType", "mimeType", "media_type"), source = get(part, "source");
    struct json_text data = first(part, "image", "image_url", "data"), detail = get(part, "detail");
    if (source.type == JSON_TEXT_OBJECT) {
        mime = get(&source, "media_type");
        data = first(&source, "data", "url", "file_id");
    } else if (data.type == JSON_TEXT_OBJECT) { /* {url}, or OpenInference's {image:{image:{url}}} */
        struct json_text url = first(&data, "url", "data", NULL);
        data = url;
    }
    add_image(w, &data, &mime, &detail);
}

static void read_file(struct part_writer *w, const struct json_text *part) {
    struct json_text file = get(part, "file"), source = get(part, "source");
    if (file.type == JSON_TEXT_OBJECT) {
        add_raw(w, part);
        return;
    }
    struct json_text mime = first(part, "mediaType", "mimeType", "mime_type");
    struct json_text data = first(part, "data", "file_data", "file_url"),
                     name = first(part, "filename", "title", NULL);
    struct json_text id = get(part, "file_id"), none = JSON_NONE;
    if (source.type == JSON_TEXT_OBJECT) {
        mime = get(&source, "media_type");
        data = first(&source, "data", "url", NULL);
        id = get(&source, "file_id");
    }
    if (data.type == JSON_TEXT_OBJECT) data = first(&data, "data", "url", NULL);
    if (begins(&mime, "image/") && has_text(&data))
        add_image(w, &data, &mime, &none);
    else if (begins(&mime, "audio/") && has_text(&data) && !begins(&data, "http"))
        add_audio(w, &data, &mime);
    else if (has_text(&data) || has_text(&id))
        add_file(w, &data, &mime, &id, &name);
    else
        add_raw(w, part);
}

/* OTel GenAI: blob {modality, mime_type, content} and uri {modality, mime_type, uri}. */
static void read_blob(struct part_writer *w, const struct json_text *part) {
    struct json_text mime = get(part, "mime_type"), modality = get(part, "modality"), none = JSON_NONE;
    struct json_text data = first(part, "content", "data", "uri");
    if (json_text_equals(&modality, "image") || begins(&mime, "image/"))
        add_image(w, &data, &mime, &none);
    else if ((json_text_equals(&modality, "audio") || begins(&mime, "audio/")) && !begins(&data, "http"))
        add_audio(w, &data, &mime);
    else
        add_file(w, &data, &mime, &none, &none);
}

static void read_thought(struct part_writer *w, const struct json_text *part) {
    struct json_text text = first(part, "text", "content", "thinking"), summary = get(part, "summary");
    if (text.type == JSON_TEXT_NONE) text = get(part, "reasoning");
    struct buf b = BUF_INIT;
    if (has_text(&w->message->reasoning)) json_text_decode(&w->message->reasoning, &b);
    size_t before = b.len;
    if (text.type == JSON_TEXT_STRING) {
        if (before && has_text(&text)) buf_char(&b, '\n');
        json_text_decode(&text, &b);
    } else {
        struct json_text list = text.type == JSON_TEXT_ARRAY && text.len > 2 ? text : summary, item;
        struct json_text_iter it;
        json_text_iter(&it, &list);
        while (list.type == JSON_TEXT_ARRAY && json_text_next(&it, NULL, &item)) {
            struct json_text piece = get(&item, "text");
            if (!has_text(&piece)) continue;
            if (b.len) buf_char(&b, '\n');
            json_text_decode(&piece, &b);
        }
    }
    if (buf_failed(&b)) w->reading->arena.failed = true;
    if (b.len > before) w->message->reasoning = arena_string(&w->reading->arena, b.data, b.len);
    buf_free(&b);
}

/* The JSON text of a value as a string, also of a string: what JSON.stringify sent. */
static struct json_text encoded(struct reading *r, const struct json_text *v) {
    return v->type == JSON_TEXT_STRING ? arena_string(&r->arena, v->text, v->len) : as_string(r, v);
}

void part_result(struct reading *r, const struct json_text *value, struct message *m) {
    struct json_text v = *value, type, inner;
    /* AI SDK v5: {type: "text" | "json" | "error-text" | "error-json" | "content", value} */
    if (v.type == JSON_TEXT_OBJECT && json_text_get(&v, "type", &type) && json_text_get(&v, "value", &inner) &&
        type.type == JSON_TEXT_STRING && json_text_count(&v) <= 3) {
        bool json = json_text_equals(&type, "json") || json_text_equals(&type, "error-json");
        if (json) {
            m->content = encoded(r, &inner);
            return;
        }
        v = inner;
    }
    if (v.type == JSON_TEXT_OBJECT && json_text_get(&v, "type", &type) && json_text_equals(&type, "text") &&
        json_text_count(&v) == 2 && json_text_get(&v, "text", &inner) && inner.type == JSON_TEXT_STRING)
        v = inner; /* one text part */
    if (v.type == JSON_TEXT_ARRAY && json_text_count(&v) == 1 && json_text_index(&v, 0, &inner) &&
        json_text_count(&inner) == 1 && json_text_get(&inner, "json", &type)) {
        m->content = encoded(r, &type); /* Bedrock: [{json: value}] */
        return;
    }
    if (v.type == JSON_TEXT_ARRAY && v.len > 2) {
        /* parts, if all of them say so; an array of data otherwise */
        struct json_text_iter it;
        struct json_text item;
        bool parts = true;
        json_text_iter(&it, &v);
        while (parts && json_text_next(&it, NULL, &item)) {
            json_text_get(&item, "type", &type);
            enum part_kind kind = kind_of(&type);
            struct json_text text = first(&item, "text", "content", NULL);
            parts = kind == PART_TEXT || (kind == PART_UNKNOWN && json_text_count(&item) == 1)
                        ? text.type == JSON_TEXT_STRING
                        : kind == PART_IMAGE || kind == PART_OPENAI;
        }
        if (parts) {
            struct part_writer w = {.reading = r, .message = m};
            json_text_iter(&it, &v);
            while (json_text_next(&it, NULL, &item)) part_read(&w, &item);
            parts_finish(&w);
            return;
        }
    }
    m->content = as_string(r, &v);
}

static void read_result(struct part_writer *w, const struct json_text *part) {
    if (!w->results) return;
    struct json_text id = first(part, "toolCallId", "tool_use_id", "call_id");
    if (id.type == JSON_TEXT_NONE) id = first(part, "toolUseId", "id", "tool_call_id");
    struct json_text value = first(part, "result", "response", "output");
    if (value.type == JSON_TEXT_NONE) value = get(part, "content");
    struct message result = {.role = JSON_STRING("tool"), .tool_call_id = has_text(&id) ? id : JSON_NONE};
    struct json_text type = get(part, "type"), sdk4 = get(part, "result");
    if (json_text_equals(&type, "tool-result") && sdk4.type == JSON_TEXT_STRING)
        result.content = encoded(w->reading, &sdk4); /* AI SDK v4 sends any result through JSON.stringify */
    else
        part_result(w->reading, &value, &result);
    struct message *m = messages_add(w->reading, w->results, result.role);
    if (m) *m = result;
}

/* Bedrock's blocks have one member that says what they are: {text}, {toolUse: {...}}, {toolResult: {...}}. */
static void read_untyped(struct part_writer *w, const struct json_text *part, const struct json_text *type) {
    struct json_text text = get(part, "text"), use = get(part, "toolUse"), result = get(part, "toolResult");
    if (has_text(type))
        add_raw(w, part);
    else if (text.type == JSON_TEXT_STRING)
        add_text(w, &text);
    else if (use.type == JSON_TEXT_OBJECT)
        read_call(w->reading, &use, w->message);
    else if (result.type == JSON_TEXT_OBJECT)
        read_result(w, &result);
    else if (part->len > 2)
        add_raw(w, part);
}

void part_read(struct part_writer *w, const struct json_text *part) {
    struct json_text type, text;
    if (part->type == JSON_TEXT_STRING) {
        add_text(w, part);
        return;
    }
    if (part->type != JSON_TEXT_OBJECT) return;
    json_text_get(part, "type", &type);
    switch (kind_of(&type)) {
    case PART_TEXT:
        text = first(part, "text", "content", NULL);
        if (text.type == JSON_TEXT_STRING) add_text(w, &text);
        break;
    case PART_REFUSAL:
        text = first(part, "refusal", "content", "text");
        if (has_text(&text)) w->message->refusal = text;
        break;
    case PART_THOUGHT:
        read_thought(w, part);
        break;
    case PART_CALL:
        read_call(w->reading, part, w->message);
        break;
    case PART_RESULT:
        read_result(w, part);
        break;
    case PART_OPENAI: {
        struct json_text url = get(part, "image_url"), none = JSON_NONE;
        if (url.type == JSON_TEXT_STRING)
            add_image(w, &url, &none, &none);
        else
            add_raw(w, part);
        break;
    }
    case PART_IMAGE:
        read_image(w, part);
        break;
    case PART_FILE:
        read_file(w, part);
        break;
    case PART_BLOB:
    case PART_URI:
        read_blob(w, part);
        break;
    case PART_DROP:
        break;
    case PART_UNKNOWN:
        read_untyped(w, part, &type);
        break;
    }
}
