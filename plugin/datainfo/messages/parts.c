/* parts.c: tables from the part types of the world to what they are. A part says it by a type word or, where it
 * has none, by the one member that it consists of. A part nobody knows is kept as it is, so that nothing of a
 * conversation disappears. */
#include "datainfo/messages/parts.h"

#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <string.h>

enum part_kind {
    PART_UNKNOWN,
    PART_TEXT,
    PART_REFUSAL,
    PART_THOUGHT,
    PART_CALL,
    PART_RESULT,
    PART_IMAGE,
    PART_AUDIO,
    PART_FILE,
    PART_UI_TOOL, /* a call, its state and perhaps its result */
    PART_STEP,
    PART_DROP
};

struct part_word {
    const char *word;
    enum part_kind kind;
};

/* Type words, squeezed. */
static const struct part_word types[] = {
    {"text", PART_TEXT},
    {"inputtext", PART_TEXT},
    {"outputtext", PART_TEXT},
    {"textcontent", PART_TEXT},
    {"refusal", PART_REFUSAL},
    {"reasoning", PART_THOUGHT},
    {"thinking", PART_THOUGHT},
    {"textreasoning", PART_THOUGHT},
    {"reasoningcontent", PART_THOUGHT},
    {"textreasoningcontent", PART_THOUGHT},
    {"redactedthinking", PART_DROP},
    {"redactedreasoning", PART_DROP},
    {"toolcall", PART_CALL},
    {"tooluse", PART_CALL},
    {"functioncall", PART_CALL},
    {"functioncallcontent", PART_CALL},
    {"toolrequest", PART_CALL},
    {"servertooluse", PART_DROP},
    {"toolresult", PART_RESULT},
    {"toolcallresponse", PART_RESULT},
    {"toolcallresult", PART_RESULT},
    {"toolreturn", PART_RESULT},
    {"toolerror", PART_RESULT},
    {"functionresult", PART_RESULT},
    {"functionresultcontent", PART_RESULT},
    {"functionresponse", PART_RESULT},
    {"functioncalloutput", PART_RESULT},
    {"functioncallresult", PART_RESULT},
    {"imageurl", PART_IMAGE},
    {"inputimage", PART_IMAGE},
    {"image", PART_IMAGE},
    {"imagecontent", PART_IMAGE},
    {"inputaudio", PART_AUDIO},
    {"audio", PART_AUDIO},
    {"audiourl", PART_AUDIO},
    {"audiocontent", PART_AUDIO},
    {"file", PART_FILE},
    {"inputfile", PART_FILE},
    {"document", PART_FILE},
    {"documenturl", PART_FILE},
    {"videourl", PART_FILE},
    {"video", PART_FILE},
    {"media", PART_FILE},
    {"binary", PART_FILE},
    {"binarycontent", PART_FILE},
    {"data", PART_FILE},
    {"datacontent", PART_FILE},
    {"hostedfile", PART_FILE},
    {"blob", PART_FILE},
    {"uri", PART_FILE},
    {"uricontent", PART_FILE},
    {"toolinvocation", PART_UI_TOOL},
    {"dynamictool", PART_UI_TOOL},
    {"stepstart", PART_STEP},
    {"source", PART_DROP},
    {"sourceurl", PART_DROP},
    {"sourcedocument", PART_DROP},
};

/* The member that a part without a type consists of: Bedrock, Gemini, Genkit, Haystack. In order of precedence. */
static const struct part_word members[] = {
    {"text", PART_TEXT},
    {"tooluse", PART_CALL},
    {"functioncall", PART_CALL},
    {"toolrequest", PART_CALL},
    {"toolcall", PART_CALL},
    {"toolresult", PART_RESULT},
    {"functionresponse", PART_RESULT},
    {"toolresponse", PART_RESULT},
    {"toolcallresult", PART_RESULT},
    {"reasoning", PART_THOUGHT},
    {"reasoningcontent", PART_THOUGHT},
    {"thinking", PART_THOUGHT},
    {"inlinedata", PART_FILE},
    {"filedata", PART_FILE},
    {"media", PART_FILE},
    {"image", PART_IMAGE},
    {"imageurl", PART_IMAGE},
    {"audio", PART_AUDIO},
    {"document", PART_FILE},
    {"video", PART_FILE},
    {"guardcontent", PART_TEXT},
    {"cachepoint", PART_DROP},
};
#define MEMBERS (sizeof members / sizeof *members)
_Static_assert(MEMBERS <= FIELDS_MAX, "one walk reads them all");

static enum part_kind kind_of(const struct json_text *type) {
    char word[FIELD_NAME_MAX];
    squeeze(type, word);
    const char *dot = strrchr(word, '.'), *bare = dot ? dot + 1 : word;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(bare, types[i].word) == 0) return types[i].kind;
    /* AI SDK UI messages: "tool-getWeather", and "data-..." of the application's own */
    if (type->type == JSON_TEXT_STRING && type->len > 7 && memcmp(type->text + 1, "tool-", 5) == 0)
        return PART_UI_TOOL;
    if (type->type == JSON_TEXT_STRING && type->len > 7 && memcmp(type->text + 1, "data-", 5) == 0)
        return PART_DROP;
    return PART_UNKNOWN;
}

static struct json_text type_of(const struct json_text *part) {
    struct json_text type = field_any(part, "type", "partkind", "blocktype", "kind"), content;
    if (type.type != JSON_TEXT_NONE) return type;
    content = field(part, "contenttype"); /* Semantic Kernel in Python; a MIME type elsewhere */
    return kind_of(&content) != PART_UNKNOWN ? content : type;
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

/* Items of the Responses API are no parts: other items may stand between them. */
static bool is_block_of_answer(const struct json_text *type, enum part_kind kind) {
    return kind == PART_THOUGHT || (kind == PART_CALL && !json_text_equals(type, "function_call"));
}

bool parts_alone(const struct json_text *array, bool answer) {
    static const char *const untyped[] = {"inlinedata", "filedata", "image", NULL};
    struct json_text_iter it;
    struct json_text part, type;
    bool proof = false;
    json_text_iter(&it, array);
    while (json_text_next(&it, NULL, &part)) {
        if (part.type == JSON_TEXT_STRING) continue;
        if (part.type != JSON_TEXT_OBJECT || field(&part, "role").type != JSON_TEXT_NONE) return false;
        type = type_of(&part);
        enum part_kind kind = kind_of(&type);
        bool known = kind == PART_IMAGE || kind == PART_AUDIO || kind == PART_FILE ||
                     (answer && is_block_of_answer(&type, kind)) ||
                     (!has_text(&type) && field_of(&part, untyped).type == JSON_TEXT_OBJECT);
        bool text =
            kind == PART_TEXT || (!has_text(&type) && text_field(&part, "text").type == JSON_TEXT_STRING &&
                                  json_text_count(&part) == 1);
        if (!known && !text) return false;
        proof = proof || known;
    }
    return proof;
}

/* ---- texts and thoughts ---- */

/* OpenLIT: a text that is the list of Anthropic's texts. */
static void add_texts(struct part_writer *w, const struct json_text *list) {
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &item)) {
        struct json_text text = item.type == JSON_TEXT_STRING ? item : text_field(&item, "text", "content");
        if (has_text(&text)) part_text(w, &text);
    }
}

/* The list of summaries that a text is (OpenLLMetry's of the Responses API); NONE: it is a thought. */
static struct json_text summaries_inside(struct part_writer *w, const struct json_text *text) {
    struct json_text head, type, list = JSON_NONE;
    if (text->len > 4 && text->text[1] == '[') list = string_container(&w->reading->arena, text);
    if (!json_text_index(&list, 0, &head) || !json_text_get(&head, "type", &type)) return JSON_NONE;
    bool known = json_text_equals(&type, "summary_text") || json_text_equals(&type, "reasoning_text");
    return known && text_field(&head, "text").type == JSON_TEXT_STRING ? list : JSON_NONE;
}

static void read_thought(struct part_writer *w, const struct json_text *part) {
    static const char *const texts[] = {"text",      "content",          "thinking", "reasoningtext",
                                        "reasoning", "reasoningcontent", NULL};
    struct json_text text = field_of(part, texts), summary = field(part, "summary"), item;
    for (int i = 0; i < 3 && text.type == JSON_TEXT_OBJECT; i++) text = field_of(&text, texts);
    parts_flush(w);
    if (text.type == JSON_TEXT_STRING) {
        struct json_text inside = summaries_inside(w, &text);
        if (inside.type == JSON_TEXT_NONE) {
            part_thought(w, &text);
            return;
        }
        text = inside;
    }
    struct json_text list = text.type == JSON_TEXT_ARRAY && text.len > 2 ? text : summary;
    struct json_text_iter it;
    json_text_iter(&it, &list);
    while (list.type == JSON_TEXT_ARRAY && json_text_next(&it, NULL, &item)) {
        struct json_text piece = field(&item, "text");
        part_thought(w, &piece);
    }
}

/* ---- results of tools ---- */

/* The JSON text of a value as a string, also of a string: what JSON.stringify sent. */
static struct json_text encoded(struct reading *r, const struct json_text *v) {
    return v->type == JSON_TEXT_STRING ? arena_string(&r->arena, v->text, v->len) : as_string(r, v);
}

/* Whether a list is content parts; an array of data otherwise. */
static bool is_content(const struct json_text *list) {
    struct json_text_iter it;
    struct json_text item;
    json_text_iter(&it, list);
    while (json_text_next(&it, NULL, &item)) {
        struct json_text type = type_of(&item), text = text_field(&item, "text", "content"), inner;
        enum part_kind kind = kind_of(&type);
        if (kind == PART_UNKNOWN && json_text_count(&item) == 1) { /* Bedrock: {image: {format, source}} */
            inner = field_any(&item, "image", "document");
            if (field(&inner, "source").type == JSON_TEXT_OBJECT) continue;
        }
        if (kind == PART_TEXT || (kind == PART_UNKNOWN && json_text_count(&item) == 1)) {
            if (text.type != JSON_TEXT_STRING) return false;
        } else if (kind != PART_IMAGE) {
            return false;
        }
    }
    return true;
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
    if (v.type == JSON_TEXT_ARRAY && v.len > 2 && is_content(&v)) {
        struct part_writer w = {.reading = r, .message = m};
        struct json_text_iter it;
        struct json_text item;
        json_text_iter(&it, &v);
        while (json_text_next(&it, NULL, &item)) part_read(&w, &item);
        parts_finish(&w);
        return;
    }
    m->content = as_string(r, &v);
}

bool parts_hold_results(const struct json_text *content) {
    struct json_text head = *content, type;
    if (content->type == JSON_TEXT_ARRAY && !json_text_index(content, 0, &head)) return false;
    type = type_of(&head);
    if (kind_of(&type) == PART_RESULT) return true;
    if (has_text(&type)) return false;
    if (text_field(&head, "callid", "tooluseid", "toolcallid").type == JSON_TEXT_STRING)
        return true; /* AutoGen */
    struct json_text inner =
                         field_any(&head, "toolresult", "functionresponse", "toolresponse", "toolcallresult"),
                     origin = field(&head, "origin");
    return inner.type == JSON_TEXT_OBJECT || origin.type == JSON_TEXT_OBJECT;
}

static void add_result(struct part_writer *w, const struct message *result) {
    bool own_call = w->message->call_count && json_text_equals(&w->message->role, "assistant");
    if (own_call && !w->place && messages_add(w->reading, w->results, w->message->role))
        w->place = w->results->count;
    messages_push(w->reading, w->results, result);
}

static void read_result(struct part_writer *w, const struct json_text *part) {
    static const char *const ids[] = {"toolcallid", "tooluseid", "callid", "id", "ref", NULL};
    static const char *const values[] = {"result", "response", "output", "content", "error", "errortext", NULL};
    if (!w->results) return;
    struct json_text id = text_field_of(part, ids), value = field_of(part, values), type = field(part, "type");
    struct json_text sdk4 = field(part, "result"), origin = field(part, "origin");
    if (!has_text(&id)) id = text_field(&origin, "id"); /* Haystack */
    struct message result = {.role = JSON_STRING("tool")};
    if (has_text(&id)) {
        message_put(w->reading, &result, EXTRA_TOOL_CALL_ID, id);
    } else { /* the tool's name tells which call it answers */
        struct json_text name = text_field(part, "name", "toolname", "functionname");
        if (!has_text(&name)) name = text_field(&origin, "toolname");
        message_put(w->reading, &result, EXTRA_NAME, name);
    }
    if (json_text_equals(&type, "tool-result") && sdk4.type == JSON_TEXT_STRING)
        result.content = encoded(w->reading, &sdk4); /* AI SDK v4 sends any result through JSON.stringify */
    else
        part_result(w->reading, &value, &result);
    add_result(w, &result);
}

/* {type: "tool-NAME" | "dynamic-tool", toolName?, toolCallId, state, input, output | errorText} of AI SDK 5, and
 * {type: "tool-invocation", toolInvocation: {state, toolCallId, toolName, args, result}} of 4. */
static void read_ui_tool(struct part_writer *w, const struct json_text *part, const struct json_text *type) {
    struct json_text inner = field(part, "toolinvocation");
    if (inner.type != JSON_TEXT_OBJECT) inner = *part;
    struct json_text id = text_field(&inner, "toolcallid"),
                     input = field_any(&inner, "input", "args", "rawinput");
    struct json_text name = text_field(&inner, "toolname"),
                     value = field_any(&inner, "output", "result", "errortext");
    if (!has_text(&name) && type->len > 7 && memcmp(type->text, "\"tool-", 6) == 0 && inner.text == part->text)
        name = arena_string(&w->reading->arena, type->text + 6, type->len - 7);
    if (!has_text(&id) || !has_text(&name)) {
        part_raw(w, part);
        return;
    }
    struct call_tool *c = message_add_call(w->reading, w->message);
    if (c) *c = (struct call_tool){.id = id, .name = name, .arguments = normal_arguments(w->reading, &input)};
    if (value.type == JSON_TEXT_NONE || !w->results) return;
    struct message result = {.role = JSON_STRING("tool")};
    message_put(w->reading, &result, EXTRA_TOOL_CALL_ID, id);
    part_result(w->reading, &value, &result);
    add_result(w, &result);
}

/* ---- any part ---- */

/* What a part of that kind says. part holds its members; whole is what is kept when it says nothing. */
static void read_kind(struct part_writer *w, enum part_kind kind, const struct json_text *part,
                      const struct json_text *whole) {
    struct json_text text, inner;
    switch (kind) {
    case PART_TEXT:
        text = *part;
        for (int i = 0; i < 3 && text.type == JSON_TEXT_OBJECT; i++)
            text = field_any(&text, "text", "content", "value", "inputtext", "outputtext");
        if (text_begins(&text, "{\\\"reasoningContent\\\":")) { /* OpenLLMetry: Bedrock's block as a text */
            inner = string_container(&w->reading->arena, &text);
            if (json_text_count(&inner) == 1) {
                part_read(w, &inner);
                break;
            }
        }
        if (text.type == JSON_TEXT_STRING) part_text(w, &text);
        if (text.type == JSON_TEXT_ARRAY) add_texts(w, &text);
        break;
    case PART_REFUSAL:
        text = text_field(part, "refusal", "content", "text");
        if (has_text(&text)) message_put(w->reading, w->message, EXTRA_REFUSAL, text);
        break;
    case PART_THOUGHT:
        read_thought(w, whole);
        break;
    case PART_CALL:
        read_call(w->reading, part, w->message);
        break;
    case PART_RESULT:
        read_result(w, part);
        break;
    case PART_IMAGE:
        if (!part_media(w, part, "image")) part_raw(w, whole);
        break;
    case PART_AUDIO:
        inner = field(whole, "inputaudio");
        if (inner.type == JSON_TEXT_OBJECT || !part_media(w, part, "audio")) part_raw(w, whole);
        break;
    case PART_FILE:
        inner = field(whole, "file");
        if (inner.type == JSON_TEXT_OBJECT || !part_media(w, part, "file")) part_raw(w, whole);
        break;
    case PART_STEP:
        parts_flush(w);
        break;
    case PART_UI_TOOL:
    case PART_DROP:
    case PART_UNKNOWN:
        break;
    }
}

static void read_untyped(struct part_writer *w, const struct json_text *part) {
    struct json_text found[MEMBERS];
    const char *wanted[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++) wanted[i] = members[i].word;
    fields_read(part, wanted, MEMBERS, found);
    struct json_text thought = field(part, "thought"), arguments = field_any(part, "arguments", "args");
    if (thought.type == JSON_TEXT_TRUE && found[0].type == JSON_TEXT_STRING) { /* Gemini */
        read_thought(w, part);
        return;
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if (found[i].type == JSON_TEXT_NONE) continue;
        bool object = found[i].type == JSON_TEXT_OBJECT;
        bool fits =
            members[i].kind == PART_CALL || members[i].kind == PART_RESULT ? object
            : members[i].kind == PART_IMAGE || members[i].kind == PART_FILE || members[i].kind == PART_AUDIO
                ? object || found[i].type == JSON_TEXT_STRING
                : true;
        if (!fits) continue;
        read_kind(w, members[i].kind, object || members[i].kind == PART_TEXT ? &found[i] : part, part);
        return;
    }
    struct json_text name = text_field(part, "name", "toolname"), origin = field(part, "origin");
    if (origin.type == JSON_TEXT_OBJECT && w->results && field(part, "result").type != JSON_TEXT_NONE)
        read_result(w, part);                                     /* Haystack's, in Python's text */
    else if (has_text(&name) && arguments.type != JSON_TEXT_NONE) /* AutoGen's calls and results have no type */
        read_call(w->reading, part, w->message);
    else if (has_text(&name) && text_field(part, "callid").type == JSON_TEXT_STRING && w->results)
        read_result(w, part);
    else if (part->len > 2)
        part_raw(w, part);
}

/* {"id": "", "type": ""}: fields that were copied from nothing. */
static bool is_blank(const struct json_text *part) {
    struct json_text_iter it;
    struct json_text value;
    json_text_iter(&it, part);
    while (json_text_next(&it, NULL, &value))
        if (value.type != JSON_TEXT_NULL && (value.type != JSON_TEXT_STRING || value.len > 2)) return false;
    return true;
}

void part_read(struct part_writer *w, const struct json_text *part) {
    if (part->type == JSON_TEXT_STRING) {
        part_text(w, part);
        return;
    }
    if (part->type != JSON_TEXT_OBJECT) return;
    struct json_text type = type_of(part);
    enum part_kind kind = kind_of(&type);
    struct json_text function = field(part, "function");
    bool call = json_text_equals(&type, "function") || !has_text(&type);
    if (call && field(&function, "arguments").type != JSON_TEXT_NONE)
        read_call(w->reading, part, w->message); /* Langtrace, Rig: the calls are content */
    else if (kind == PART_UNKNOWN && (is_blank(part) || (has_text(&type) && json_text_count(part) == 1)))
        return; /* a name of nothing */
    else if (kind == PART_UNKNOWN && has_text(&type))
        part_raw(w, part);
    else if (kind == PART_UNKNOWN)
        read_untyped(w, part);
    else if (kind == PART_UI_TOOL)
        read_ui_tool(w, part, &type);
    else
        read_kind(w, kind, part, part);
}
