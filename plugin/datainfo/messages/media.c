/* media.c: images, audio and files of the world's content parts. Where the bytes are and what they are is found
 * by name (data, source.data, inlineData.data, image_url.url, uri ...); base64 becomes a data URL. */
#include "datainfo/messages/fields.h"
#include "datainfo/messages/parts.h"

#include <string.h>

#define MAX_NESTING 3 /* {image: {image: {url}}} */

static bool is_address(const struct json_text *s) {
    static const char *const schemes[] = {"http://", "https://", "data:", "file:", "gs://",
                                          "s3://",   "azure://", "blob:", "@@@",   "__REDACTED__"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (text_begins(s, schemes[i])) return true;
    return false;
}

/* What base64 of an image begins with. */
static const char *sniff_image(const struct json_text *data) {
    static const char *const table[][2] = {
        {"iVBOR", "image/png"}, {"/9j/", "image/jpeg"}, {"R0lG", "image/gif"}, {"UklGR", "image/webp"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (text_begins(data, table[i][0])) return table[i][1];
    return "image/png";
}

/* Bedrock says "png" or "pdf", others "image/png": MIME type by hint; fallback when nobody said. */
static void write_mime(struct buf *out, const struct json_text *mime, const struct json_text *format,
                       const char *hint, const char *fallback) {
    static const char *const documents[][2] = {{"pdf", "application/pdf"},
                                               {"csv", "text/csv"},
                                               {"html", "text/html"},
                                               {"txt", "text/plain"},
                                               {"md", "text/markdown"}};
    if (has_text(mime)) {
        buf_add(out, mime->text + 1, mime->len - 2);
        return;
    }
    if (has_text(format) && strcmp(hint, "file") != 0) {
        buf_printf(out, "%s/", hint);
        buf_add(out, format->text + 1, format->len - 2);
        return;
    }
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        if (json_text_equals(format, documents[i][0])) fallback = documents[i][1];
    buf_str(out, fallback);
}

static void write_text(struct buf *out, const char *key, const struct json_text *v) {
    if (!has_text(v)) return;
    buf_json_key(out, key);
    json_text_copy_valid(v, out);
}

struct media {
    struct json_text mime, format, data, id, name, detail;
    bool image, audio;
};

static void write_url(struct buf *out, const struct media *m, const char *fallback) {
    if (is_address(&m->data) || is_redacted(&m->data)) {
        json_text_copy_valid(&m->data, out);
        return;
    }
    buf_str(out, "\"data:");
    write_mime(out, &m->mime, &m->format, m->image ? "image" : m->audio ? "audio" : "file", fallback);
    buf_str(out, ";base64,");
    buf_add(out, m->data.text + 1, m->data.len - 1); /* its closing quote closes ours */
}

static void write_image(struct buf *out, const struct media *m) {
    buf_str(out, "{\"type\":\"image_url\",\"image_url\":{\"url\":");
    write_url(out, m, sniff_image(&m->data));
    write_text(out, "detail", &m->detail);
    buf_str(out, "}}");
}

static void write_audio(struct buf *out, const struct media *m) {
    buf_str(out, "{\"type\":\"input_audio\",\"input_audio\":{\"data\":");
    json_text_copy_valid(&m->data, out);
    buf_str(out, ",\"format\":\"");
    if (has_text(&m->format))
        buf_add(out, m->format.text + 1, m->format.len - 2);
    else if (text_begins(&m->mime, "audio/mpeg") || text_begins(&m->mime, "audio/mp3"))
        buf_str(out, "mp3");
    else if (text_begins(&m->mime, "audio/"))
        buf_add(out, m->mime.text + 7, m->mime.len - 8);
    else
        buf_str(out, "wav");
    buf_str(out, "\"}}");
}

static void write_file(struct buf *out, const struct media *m) {
    buf_str(out, "{\"type\":\"file\",\"file\":{");
    write_text(out, "file_id", &m->id);
    if (has_text(&m->data)) {
        buf_json_key(out, "file_data");
        write_url(out, m, "application/octet-stream");
    }
    write_text(out, "filename", &m->name);
    buf_str(out, "}}");
}

static void read_media(struct media *m, const struct json_text *part) {
    enum { MIME, MIME2, MIME3, MIME4, FORMAT, ID, NAME, TITLE, SHOWN, OWN, DETAIL, MODALITY, COUNT };
    static const char *const names[COUNT] = {"mediatype",   "mimetype", "contenttype", "imagemimetype",
                                             "format",      "fileid",   "filename",    "title",
                                             "displayname", "name",     "detail",      "modality"};
    static const char *const data[] = {"data",  "base64",        "base64image", "bytes",       "url",
                                       "uri",   "imageurl",      "fileuri",     "fileurl",     "filedata",
                                       "image", "audio",         "video",       "documenturl", "content",
                                       "value", "binarycontent", NULL};
    static const char *const inner[] = {"url",   "uri",        "data",   "base64", "bytes",
                                        "image", "s3location", "source", "value",  NULL};
    struct json_text found[COUNT];
    if (part->type == JSON_TEXT_STRING) {
        m->data = *part;
        return;
    }
    fields_read(part, names, COUNT, found);
    for (int i = MIME; i <= MIME4 && !has_text(&m->mime); i++) m->mime = found[i];
    if (!has_text(&m->format)) m->format = found[FORMAT];
    if (has_text(&m->mime) && !memchr(m->mime.text, '/', m->mime.len)) { /* Rig: "png" */
        m->format = m->mime;
        m->mime = JSON_NONE;
    }
    if (!has_text(&m->id)) m->id = found[ID];
    for (int i = NAME; i <= OWN && !has_text(&m->name); i++) m->name = found[i];
    if (!has_text(&m->detail)) m->detail = found[DETAIL];
    if (json_text_equals(&found[MODALITY], "image")) m->image = true;
    if (json_text_equals(&found[MODALITY], "audio")) m->audio = true;
    if (!has_text(&m->data)) m->data = field_of(part, data);
    for (int i = 0; i < MAX_NESTING && m->data.type == JSON_TEXT_OBJECT; i++)
        m->data = field_of(&m->data, inner);
}

bool part_media(struct part_writer *w, const struct json_text *part, const char *hint) {
    struct media m = {.image = strcmp(hint, "image") == 0, .audio = strcmp(hint, "audio") == 0};
    struct json_text source = field(part, "source"), type;
    if (source.type == JSON_TEXT_OBJECT) {
        json_text_get(&source, "type", &type);
        if (json_text_equals(&type, "text") || json_text_equals(&type, "content")) return false; /* no bytes */
        read_media(&m, &source);
    }
    read_media(&m, part);
    if (has_text(&m.mime)) {
        m.image = text_begins(&m.mime, "image/");
        m.audio = text_begins(&m.mime, "audio/");
    }
    if (text_begins(&m.data, "data:image/")) m.image = true;
    if (!has_text(&m.data) && !has_text(&m.id)) {
        if (m.data.type != JSON_TEXT_STRING) return false;
        w->message->cut = true; /* OpenLLMetry: {type: "blob", content: ""}, it was not recorded */
        return true;
    }
    part_begin(w);
    if (m.image && has_text(&m.data))
        write_image(&w->parts, &m);
    else if (m.audio && has_text(&m.data) && !is_address(&m.data))
        write_audio(&w->parts, &m);
    else
        write_file(&w->parts, &m);
    return true;
}
