/* part_writer.c: the content of one message as it grows. One text alone is the content as it lies in the span, and may
 * be megabytes: it waits in only_text, and only a second part makes an array of it. Pieces of one text and several
 * thoughts are joined between their quotes, so that their escapes stay as they are. */
#include "datainfo/messages/parts.h"

static void write_text_part(struct part_writer *w, const struct json_text *text) {
    buf_char(&w->parts, w->parts.len ? ',' : '[');
    buf_str(&w->parts, "{\"type\":\"text\",\"text\":");
    json_text_copy_valid(text, &w->parts);
    buf_char(&w->parts, '}');
}

/* The first text waits in only_text: alone it is the content as it lies, and may be megabytes. */
static void write_only_text(struct part_writer *w) {
    if (w->only_text.type != JSON_TEXT_NONE) write_text_part(w, &w->only_text);
    w->only_text = JSON_NONE;
}

static void write_text(struct part_writer *w, const struct json_text *text) {
    if (!w->count++) {
        w->only_text = *text;
        return;
    }
    write_only_text(w);
    write_text_part(w, text);
}

static void close_joined(struct part_writer *w) {
    if (!w->joined.len) return;
    struct json_text text = arena_quoted_take(&w->reading->arena, &w->joined);
    write_text(w, &text);
}

void part_begin(struct part_writer *w) {
    close_joined(w);
    write_only_text(w);
    w->count++;
    buf_char(&w->parts, w->parts.len ? ',' : '[');
}

static void close_content(struct part_writer *w) {
    close_joined(w);
    if (w->thoughts.len)
        message_put(w->reading, w->message, EXTRA_REASONING,
                    arena_quoted_take(&w->reading->arena, &w->thoughts));
    if (w->count && w->only_text.type == JSON_TEXT_STRING) {
        w->message->content = w->only_text;
    } else if (w->count) {
        buf_char(&w->parts, ']');
        w->message->content = arena_json(&w->reading->arena, &w->parts, JSON_TEXT_ARRAY);
    }
    w->count = 0;
    w->only_text = JSON_NONE;
}

void parts_flush(struct part_writer *w) {
    if (!w->place) return;
    close_content(w);
    w->results->items[w->place - 1] = *w->message;
    w->place = 0;
    *w->message = (struct message){.role = w->message->role};
}

void parts_finish(struct part_writer *w) {
    parts_flush(w);
    close_content(w);
}

void part_text(struct part_writer *w, const struct json_text *text) {
    parts_flush(w);
    if (!has_text(text) && (w->count || w->joined.len)) return;
    if (w->join && has_text(text))
        buf_add(&w->joined, text->text + 1, text->len - 2);
    else
        write_text(w, text);
}

void part_raw(struct part_writer *w, const struct json_text *part) {
    part_begin(w);
    json_text_copy_valid(part, &w->parts);
}

void part_thought(struct part_writer *w, const struct json_text *text) {
    struct message *m = w->message;
    if (!has_text(text)) return;
    struct json_text first = w->thoughts.len ? JSON_NONE : message_extra(m, EXTRA_REASONING);
    if (!w->thoughts.len && !has_text(&first)) {
        message_put(w->reading, m, EXTRA_REASONING, *text);
        return;
    }
    if (!w->thoughts.len) buf_add(&w->thoughts, first.text + 1, first.len - 2);
    buf_str(&w->thoughts, "\\n");
    buf_add(&w->thoughts, text->text + 1, text->len - 2);
}
