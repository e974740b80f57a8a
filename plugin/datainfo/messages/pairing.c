/* pairing.c: whose result is whose, where the source kept the ids of calls and lost those of their results, or the
 * other way round. */
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#define MAX_RUN 64 /* results and calls that are looked at to find whose a result is */

/* Where each call has its result and one side has ids, the other gets them in order, unless names speak against it.
 * `from` is an assistant's message. */
static void pair_run(struct reading *r, struct messages *list, size_t from) {
    struct message *calls = &list->items[from];
    size_t n = 0, at = from + 1;
    while (at + n < list->count && json_text_equals(&list->items[at + n].role, "tool")) n++;
    if (n != calls->call_count) return;
    size_t results = 0, known = 0;
    for (size_t i = 0; i < n; i++) {
        results += message_says(&list->items[at + i], EXTRA_TOOL_CALL_ID);
        known += has_text(&calls->calls[i].id);
    }
    if (results + known != n || (results && known)) return;
    bool in_order = true;
    for (size_t i = 0; i < n; i++) {
        struct json_text name = message_extra(&list->items[at + i], EXTRA_NAME);
        in_order = in_order && (!has_text(&name) || json_text_same(&name, &calls->calls[i].name));
    }
    for (size_t i = 0; in_order && i < n; i++) {
        struct message *result = &list->items[at + i];
        if (results) {
            calls->calls[i].id = message_extra(result, EXTRA_TOOL_CALL_ID);
            continue;
        }
        message_put(r, result, EXTRA_TOOL_CALL_ID, calls->calls[i].id);
        message_put(r, result, EXTRA_NAME, JSON_NONE);
    }
}

/* A role that is the name of a called tool is that tool's (Langfuse's handler for LangChain writes it so). */
static bool is_called(const struct messages *list, size_t at) {
    size_t from = at;
    while (from > 0 && at - from < MAX_RUN && !json_text_equals(&list->items[from - 1].role, "assistant"))
        from--;
    if (!from || at - from >= MAX_RUN) return false;
    const struct message *m = &list->items[from - 1];
    for (size_t i = 0; i < m->call_count && i < MAX_RUN; i++)
        if (json_text_same(&m->calls[i].name, &list->items[at].role)) return true;
    return false;
}

void pair_results(struct reading *r, struct messages *list, size_t first) {
    for (size_t i = first; i < list->count; i++) {
        struct message *m = &list->items[i];
        if (known_role(&m->role).type != JSON_TEXT_NONE || !is_called(list, i)) continue;
        message_put(r, m, EXTRA_NAME, m->role);
        m->role = JSON_STRING("tool");
    }
    for (size_t i = first; i < list->count; i++)
        if (list->items[i].call_count && json_text_equals(&list->items[i].role, "assistant"))
            pair_run(r, list, i);
}
