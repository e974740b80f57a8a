/* model.h: a model call while it is being read, and what a convention offers of it.
 *
 *     span ---> conventions ---> offers: [raw request] [flattened keys] [log events] ...
 *                                   |  merge.c: per field the best one, gaps filled from the others
 *                                   v
 *                                 call ---> write.c ---> DataInfo JSON
 *
 * Every value is a json_text slice: of the span where possible (so bytes stay as they were), of the arena where
 * something had to be made. Strings are JSON strings with their quotes. NONE means: this source says nothing.
 * Messages are already in OpenAI form; the readers in message.h see to that. */
#ifndef SPANSET_DATAINFO_MODEL_H
#define SPANSET_DATAINFO_MODEL_H

#include "datainfo/arena.h"
#include "datainfo/datainfo.h"
#include "datainfo/span_view.h"

#define JSON_NONE ((struct json_text){.type = JSON_TEXT_NONE})
/* A JSON string of a C string literal that needs no escapes; _INIT is the form for initialisers of static
 * tables. */
#define JSON_STRING_INIT(s)                                                                                    \
    { .text = "\"" s "\"", .len = sizeof(s) + 1, .type = JSON_TEXT_STRING }
#define JSON_STRING(s) ((struct json_text)JSON_STRING_INIT(s))

struct call_tool {
    struct json_text id, name, arguments; /* strings or NONE; arguments is the model's own JSON text */
};

/* What few messages have; see message_extra. */
enum extra_kind {
    EXTRA_NAME,
    EXTRA_REFUSAL,
    EXTRA_REASONING,
    EXTRA_TOOL_CALL_ID,
    EXTRA_AUDIO,  /* object: an assistant's spoken answer */
    EXTRA_FINISH, /* string, native word: of an answer whose source says it per message */
};
struct extra;

/* There may be a hundred thousand of them in a span of some megabytes: what most do not have lies elsewhere. A copy
 * by value is a message of its own, but for the calls that it had then. */
struct message {
    struct json_text role;     /* string */
    struct json_text content;  /* string, array of OpenAI parts, or NONE */
    const struct extra *extra; /* one of a kind; never changed, so copies may share them */
    struct call_tool *calls;
    uint32_t call_count, call_cap : 30;
    bool cut : 1;        /* its content was longer, or was redacted */
    bool lost_calls : 1; /* tools answered it whose calls were not recorded */
};

struct messages {
    struct message *items;
    size_t count, cap;
};

/* Where an offer stands when several have a field. Higher is nearer to what went over the wire. */
enum offer_rank {
    RANK_RELATIVE = 5,    /* of a span around the call or below it */
    RANK_HINT = 10,       /* a rendering for people: the answer's text alone */
    RANK_GENERAL = 15,    /* recognised by its shape under a key that nobody documents */
    RANK_FLAT = 20,       /* one key per value: parts get lost */
    RANK_EVENTS = 30,     /* one event or log record per message */
    RANK_STRUCTURED = 40, /* JSON in the convention's own shape */
    RANK_RAW = 50,        /* the provider's request or response body */
};

/* What a source writes down whenever it exists: where it says nothing of these, there was nothing. Where no source
 * of a call tells, absence means "not recorded", and input.metadata.missing says so. */
enum offer_tells {
    TELLS_TOOLS = 1,
    TELLS_TOOL_CHOICE = 2,
};

struct usage {
    int64_t input, output, total, cached, cache_write, reasoning; /* -1 = unknown */
};

struct offer {
    struct offer *next;
    const char *from; /* what it was read from, for people who debug */
    enum offer_rank rank;
    struct messages input, output;
    struct json_text *tools; /* normalised definitions */
    size_t tool_count, tool_cap;
    struct json_text tool_choice; /* normalised */
    struct json_text finish;      /* string, native word of the first answer */
    bool finish_ignores_calls;    /* this source says "stop" for an answer that calls tools */
    struct json_text request_model, response_model, provider, response_id;
    struct json_text parameters; /* object: what else was asked for */
    struct usage usage;
    double cost;                         /* US dollars; < 0 unknown */
    struct json_text thread, user, tags; /* string, string, array of strings */
    struct json_text error_type, error_message;
    bool cut_input, cut_output, cut_tools; /* there was more, and it was cut off, dropped or redacted */
    unsigned tells;                        /* enum offer_tells */
};

/* One extraction at work. */
struct reading {
    struct arena arena;
    struct span_view span;
    struct datainfo_trace *trace; /* may be NULL: the span is judged alone */
    struct offer *offers;         /* in the order they were made */
};

/* An offer that says nothing yet. */
struct offer offer_empty(const char *from, enum offer_rank rank);
/* A copy of it at the end of the list; NULL when memory is out. */
struct offer *offer_put(struct reading *r, const struct offer *offer);
/* A new, empty offer at the end of the list; NULL when memory is out. */
struct offer *offer_add(struct reading *r, const char *from, enum offer_rank rank);

/* Makes room for so many more, where that is known: a list that doubles leaves its old places behind. Those who count
 * add SPARE_MESSAGES, for what comes to a list from elsewhere: a system message, the latest question. */
#define SPARE_MESSAGES 2
void messages_reserve(struct reading *r, struct messages *list, size_t more);
/* Appends an empty element; NULL when memory is out. */
struct message *messages_add(struct reading *r, struct messages *list, struct json_text role);
/* Appends a copy of the message (its calls stay where they are). */
void messages_push(struct reading *r, struct messages *list, const struct message *m);
struct call_tool *message_add_call(struct reading *r, struct message *m);
/* Makes room for so many more calls. */
void message_reserve_calls(struct reading *r, struct message *m, size_t more);
/* Gives a message the calls of another in the place of its own; or copies of them behind its own. */
void message_take_calls(struct message *m, const struct message *from);
void message_add_calls(struct reading *r, struct message *m, const struct message *from);
/* NONE where the message has none. */
struct json_text message_extra(const struct message *m, enum extra_kind kind);
/* Whether it is a string with something in it. */
bool message_says(const struct message *m, enum extra_kind kind);
/* In the place of what it had; NONE takes it away. */
void message_put(struct reading *r, struct message *m, enum extra_kind kind, struct json_text value);
/* What it does not say, another one may. */
void message_fill(struct reading *r, struct message *m, enum extra_kind kind, const struct message *from);
/* The word with which an answer ended, where there is one: of the last message, if that came after the first `before`.
 */
void messages_end(struct reading *r, struct messages *list, size_t before, const struct json_text *finish);
bool offer_add_tool(struct reading *r, struct offer *o, struct json_text tool);

/* A string with something in it. */
static inline bool has_text(const struct json_text *s) {
    return s->type == JSON_TEXT_STRING && s->len > 2;
}
/* Whether a string is one of a list of words that ends with NULL. */
bool text_among(const struct json_text *s, const char *const *words);
/* Whether a string begins with these bytes, as it lies: what its escapes mean does not count. */
bool text_begins(const struct json_text *s, const char *prefix);
/* Whether the message says anything besides its role. */
bool message_has_content(const struct message *m);
bool messages_have_content(const struct messages *list);
/* Whether anybody but the system says something. */
bool messages_have_talk(const struct messages *list);
/* Whether something of a message that is there was cut off or redacted. */
bool has_cut_messages(const struct messages *list);
/* What an SDK writes where it was told not to record a value, "__REDACTED__", "[Filtered]" ..., and what JavaScript
 * makes of a value that it cannot write. */
bool is_redacted(const struct json_text *s);
/* A reference in the place of an image's bytes (Langfuse), or a redaction of them. */
bool is_media_stub(const struct json_text *url);
/* The same role, system and developer being one. */
bool same_role(const struct json_text *a, const struct json_text *b);

#endif
