/* normalise.c: tables where a table will do. Lower-case comparison is ASCII: these are protocol words. */
#include "datainfo/messages/normalise.h"

#include "datainfo/messages/fields.h"

#include <string.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Copies a short protocol word in lower case with '-' as '_'; "" when it is none. */
static void word_of(const struct json_text *s, char *out, size_t size) {
    size_t n = 0;
    if (s->type == JSON_TEXT_STRING)
        for (size_t i = 1; i + 1 < s->len && n + 1 < size; i++)
            out[n++] = s->text[i] == '-' ? '_' : lower(s->text[i]);
    out[n] = '\0';
}

/* What a role is called where, squeezed, without what languages and classes put around the word. */
static const struct {
    const char *from;
    struct json_text to;
} roles[] = {
    {"user", JSON_STRING_INIT("user")},
    {"human", JSON_STRING_INIT("user")},
    {"chat", JSON_STRING_INIT("user")}, /* LangChain's ChatMessage, whose own role wins */
    {"assistant", JSON_STRING_INIT("assistant")},
    {"ai", JSON_STRING_INIT("assistant")},
    {"model", JSON_STRING_INIT("assistant")},
    {"chatbot", JSON_STRING_INIT("assistant")},
    {"bot", JSON_STRING_INIT("assistant")},
    {"gpt", JSON_STRING_INIT("assistant")},
    {"toolcallrequestevent", JSON_STRING_INIT("assistant")},
    {"toolcall", JSON_STRING_INIT("assistant")},
    {"system", JSON_STRING_INIT("system")},
    {"developer", JSON_STRING_INIT("developer")},
    {"tool", JSON_STRING_INIT("tool")},
    {"function", JSON_STRING_INIT("tool")},
    {"toolresult", JSON_STRING_INIT("tool")},
    {"toolresponse", JSON_STRING_INIT("tool")},
    {"ipython", JSON_STRING_INIT("tool")},
    {"functionexecutionresult", JSON_STRING_INIT("tool")},
    {"toolcallexecutionevent", JSON_STRING_INIT("tool")},
};

static bool cut_suffix(char *word, const char *suffix) {
    size_t n = strlen(word), m = strlen(suffix);
    if (n <= m || memcmp(word + n - m, suffix, m) != 0) return false;
    word[n - m] = '\0';
    return true;
}

struct json_text known_role(const struct json_text *role) {
    char word[FIELD_NAME_MAX];
    squeeze(role, word);
    if (!cut_suffix(word, ".message") && !cut_suffix(word, "messagechunk")) cut_suffix(word, "message");
    const char *dot = strrchr(word, '.'), *bare = dot ? dot + 1 : word; /* MessageRole.USER */
    if (strncmp(bare, "role", 4) == 0 && bare[4]) bare += 4;            /* ROLE_USER */
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(bare, roles[i].from) == 0) return roles[i].to;
    return JSON_NONE;
}

struct json_text normal_role(const struct json_text *role) {
    if (role->type == JSON_TEXT_OBJECT) { /* an enumeration's dump */
        struct json_text inner = text_field(role, "value", "label");
        return normal_role(&inner);
    }
    if (!has_text(role)) return JSON_NONE;
    struct json_text known = known_role(role);
    return known.type == JSON_TEXT_STRING ? known : *role;
}

struct json_text as_string(struct reading *r, const struct json_text *v) {
    if (v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_STRING) return *v;
    struct buf text = BUF_INIT;
    json_text_copy_valid(v, &text);
    if (buf_failed(&text)) r->arena.failed = true;
    struct json_text s = arena_string(&r->arena, text.data ? text.data : "", text.len);
    buf_free(&text);
    return s;
}

struct json_text string_in_string(struct reading *r, const struct json_text *v) {
    if (v->len <= 5 || v->text[1] != '\\' || v->text[2] != '"') return *v;
    struct buf b = BUF_INIT;
    json_text_decode(v, &b);
    struct json_text inner = arena_parse(&r->arena, &b);
    return inner.type == JSON_TEXT_STRING ? inner : *v;
}

/* {"raw": text}: what SDKs make of a model's arguments that are no JSON. A tool that has a parameter of that name
 * gets no broken JSON in it. */
static struct json_text unparsed_arguments(struct reading *r, const struct json_text *v) {
    struct json_text raw, inner;
    if (v->type != JSON_TEXT_OBJECT || !json_text_get(v, "raw", &raw) || json_text_count(v) != 1)
        return JSON_NONE;
    if (!has_text(&raw) || raw.text[1] != '{') return JSON_NONE;
    inner = string_container(&r->arena, &raw);
    return inner.type == JSON_TEXT_NONE ? raw : JSON_NONE;
}

struct json_text normal_arguments(struct reading *r, const struct json_text *v) {
    if (v->type == JSON_TEXT_NULL || v->type == JSON_TEXT_NONE) return JSON_NONE;
    struct json_text raw = unparsed_arguments(r, v);
    if (raw.type == JSON_TEXT_STRING) return raw;
    if (v->type != JSON_TEXT_STRING) return as_string(r, v);
    return string_in_string(r, v);
}

void normal_finish(const struct json_text *word, char *out, size_t size) {
    static const char *const table[][2] = {
        {"toolcall", "tool_calls"},
        {"toolcalls", "tool_calls"},
        {"tooluse", "tool_calls"},
        {"toolexecution", "tool_calls"}, /* LangChain4j */
        {"functioncall", "tool_calls"},
        {"functioncalls", "tool_calls"},
        {"stop", "stop"},
        {"endturn", "stop"},
        {"stopsequence", "stop"},
        {"completed", "stop"},
        {"complete", "stop"},
        {"eos", "stop"},
        {"eostoken", "stop"},
        {"endoftext", "stop"},
        {"finish", "stop"},
        {"finished", "stop"},
        {"length", "length"},
        {"maxtokens", "length"},
        {"maxoutputtokens", "length"},
        {"maxlength", "length"},
        {"modellength", "length"},
        {"modelcontextwindowexceeded", "length"},
        {"incomplete", "length"},
        {"contentfilter", "content_filter"},
        {"contentfiltered", "content_filter"},
        {"safety", "content_filter"},
        {"imagesafety", "content_filter"},
        {"recitation", "content_filter"},
        {"blocklist", "content_filter"},
        {"prohibitedcontent", "content_filter"},
        {"spii", "content_filter"},
        {"blocked", "content_filter"},
        {"refusal", "content_filter"},
        {"guardrailintervened", "content_filter"},
        {"errortoxic", "content_filter"},
        {"error", "error"},
        {"failed", "error"},
        {"malformedfunctioncall", "error"},
        {"unexpectedtoolcall", "error"},
    };
    char squeezed[FIELD_NAME_MAX];
    squeeze(word, squeezed);
    const char *dot = strrchr(squeezed, '.'), *bare = dot ? dot + 1 : squeezed; /* FinishReason.STOP */
    if (strncmp(bare, "finishreason", 12) == 0) bare += 12;                     /* FINISH_REASON_STOP */
    word_of(word, out, size);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(bare, table[i][0]) != 0) continue;
        size_t n = strlen(table[i][1]);
        if (n < size) memcpy(out, table[i][1], n + 1);
        return;
    }
}

struct json_text finish_word(struct reading *r, const struct json_text *v, size_t index) {
    struct json_text list = *v, item, last = JSON_NONE;
    if (v->type == JSON_TEXT_STRING) {
        list = string_container(&r->arena, v);
        if (list.type == JSON_TEXT_NONE) { /* "stop,length,stop" of Azure, or one word */
            struct json_text words = string_in_string(r, v);
            const char *at = words.text + 1, *end = words.text + words.len - 1;
            for (size_t i = 0; i < index; i++) {
                const char *comma = memchr(at, ',', (size_t)(end - at));
                if (!comma) break;
                at = comma + 1;
            }
            const char *comma = memchr(at, ',', (size_t)(end - at));
            if (comma) end = comma;
            return at < end ? arena_string(&r->arena, at, (size_t)(end - at)) : JSON_NONE;
        }
    }
    if (list.type != JSON_TEXT_ARRAY) return JSON_NONE;
    struct json_text_iter it;
    json_text_iter(&it, &list);
    for (size_t i = 0; json_text_next(&it, NULL, &item); i++) {
        if (has_text(&item)) last = item;
        if (i == index) break;
    }
    return last;
}
