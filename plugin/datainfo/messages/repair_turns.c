/* repair_turns.c: what belongs to one turn of the assistant.
 *
 * SDKs that write each item of a Responses conversation as a message of its own make several messages of one turn:
 * a text, then each call. No chat model is sent a call without its result behind it, so a message of nothing but
 * calls right behind another one of the assistant is the rest of that one.
 *
 * Results of tools may be written down in two ways, one behind the other.
 *
 * A stream's pieces may be answers of their own, the last of which repeats them all or is the last piece. */
#include "datainfo/messages/repair.h"

#include <string.h>

#define MAX_CALLS 64 /* calls of an answer in which one that comes again is looked for */

/* ---- turns ---- */

static bool only_calls(const struct message *m) {
    return m->call_count && !has_text(&m->content) && m->content.type != JSON_TEXT_ARRAY &&
           !message_says(m, EXTRA_REFUSAL) && !message_says(m, EXTRA_REASONING) && !message_says(m, EXTRA_NAME);
}

void repair_turns(struct reading *r, struct messages *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct message *m = &list->items[i], *last = kept ? &list->items[kept - 1] : NULL;
        bool rest = last && json_text_equals(&m->role, "assistant") &&
                    json_text_equals(&last->role, "assistant") && only_calls(m) &&
                    !message_says(last, EXTRA_FINISH);
        if (!rest) {
            list->items[kept++] = *m;
            continue;
        }
        message_add_calls(r, last, m);
        message_put(r, last, EXTRA_FINISH, message_extra(m, EXTRA_FINISH));
    }
    list->count = kept;
}

/* ---- results that come twice ---- */

static bool same_result(const struct message *a, const struct message *b) {
    struct json_text id = message_extra(a, EXTRA_TOOL_CALL_ID), again = message_extra(b, EXTRA_TOOL_CALL_ID);
    return has_text(&id) && json_text_same(&id, &again) && json_text_same(&a->content, &b->content);
}

/* botocore: each result by itself, then the user's message that they came in. */
void repair_results(struct messages *list) {
    size_t kept = 0;
    for (size_t i = 0, end; i < list->count; i = end) {
        for (end = i; end < list->count && json_text_equals(&list->items[end].role, "tool"); end++) {
        }
        size_t half = (end - i) / 2, same = 0;
        while (same < half && same_result(&list->items[i + same], &list->items[i + half + same])) same++;
        size_t keep = half && same == half && half * 2 == end - i ? half : end - i;
        if (end == i) end = i + (keep = 1);
        memmove(&list->items[kept], &list->items[i], keep * sizeof *list->items);
        kept += keep;
    }
    list->count = kept;
}

/* ---- pieces of a stream ---- */

/* Not ended, and it says so. */
static bool is_piece(const struct message *m) {
    struct json_text finish = message_extra(m, EXTRA_FINISH);
    return finish.type == JSON_TEXT_STRING && !has_text(&finish) && m->content.type != JSON_TEXT_ARRAY;
}

static void add_piece(struct buf *text, const struct json_text *piece) {
    if (has_text(piece)) buf_add(text, piece->text + 1, piece->len - 2);
}

static struct json_text whole(struct reading *r, struct buf *pieces, const struct json_text *last) {
    bool said = has_text(last) && pieces->len == last->len - 2 &&
                memcmp(pieces->data, last->text + 1, pieces->len) == 0;
    if (said || !pieces->len) { /* the last one says it all again */
        buf_free(pieces);
        return *last;
    }
    add_piece(pieces, last);
    return arena_quoted_take(&r->arena, pieces);
}

static void put_call(struct reading *r, const struct call_tool *call, struct message *m) {
    size_t first = m->call_count > MAX_CALLS ? m->call_count - MAX_CALLS : 0;
    for (size_t i = first; has_text(&call->id) && i < m->call_count; i++) {
        if (!json_text_same(&m->calls[i].id, &call->id)) continue;
        if (call->arguments.type != JSON_TEXT_NONE) m->calls[i].arguments = call->arguments;
        return;
    }
    struct call_tool *c = message_add_call(r, m);
    if (c) *c = *call;
}

/* Answers that all but the last have an empty finish word are one answer as it came in (Google ADK). */
void repair_pieces(struct reading *r, struct messages *list) {
    struct buf text = BUF_INIT, thoughts = BUF_INIT;
    if (list->count < 2) return;
    for (size_t i = 0; i + 1 < list->count; i++)
        if (!is_piece(&list->items[i])) return;
    struct message *last = &list->items[list->count - 1], all = *last;
    if (last->content.type == JSON_TEXT_ARRAY) return;
    message_take_calls(&all, &(struct message){0});
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        for (size_t k = 0; k < m->call_count; k++) put_call(r, &m->calls[k], &all);
        if (m == last) break;
        add_piece(&text, &m->content);
        struct json_text thought = message_extra(m, EXTRA_REASONING);
        add_piece(&thoughts, &thought);
    }
    struct json_text thought = message_extra(last, EXTRA_REASONING);
    all.content = whole(r, &text, &last->content);
    message_put(r, &all, EXTRA_REASONING, whole(r, &thoughts, &thought));
    list->items[0] = all;
    list->count = 1;
}
