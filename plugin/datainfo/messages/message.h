/* message.h: reads messages in whatever shape an SDK or provider has for them. Shapes describe themselves (a
 * part says "tool-call", "tool_use" or "function_call"), so one reader serves all conventions: OpenAI chat,
 * OpenAI Responses items, Anthropic blocks, AI SDK parts, OTel GenAI parts and LangChain's serialised messages.
 */
#ifndef SPANSET_DATAINFO_MESSAGE_H
#define SPANSET_DATAINFO_MESSAGE_H

#include "datainfo/model.h"

enum message_flags {
    /* Content arrays already are OpenAI's: keep their bytes as they are. */
    MESSAGE_VERBATIM = 1,
    /* These are answers: consecutive items (a text, then its calls) that are no choices of their own are one.
     */
    MESSAGE_ONE_ANSWER = 2,
    /* Text parts that follow one another are pieces of one text, as streams of Gemini and Genkit are collected. */
    MESSAGE_JOIN_TEXTS = 4,
};

/* Makes room for the messages of an array that is about to be read. */
void messages_make_room(struct reading *r, const struct json_text *array, struct messages *out);

/* Reads an array of messages, one message object, or a bare string (a message of `role`), appending to out.
 * `role` (NONE: user) is for messages that do not say theirs. */
void read_messages(struct reading *r, const struct json_text *v, struct json_text role, unsigned flags,
                   struct messages *out);

/* Whether a value is one message by its looks: it says who speaks and what, or it is an item or an envelope of a
 * known form, or a [role, text] pair. */
bool is_message(const struct json_text *v);

/* The definition in {role: "tool", content: {type: "function", function: {name, parameters}}}, as Langfuse's handler
 * appends tools to the messages; NONE: it is none. read_messages passes over these. */
struct json_text tool_in_message(const struct json_text *v);

/* The message that a string of a list holds as JSON or as Python's text; NONE: it is a text. */
struct json_text message_in_string(struct reading *r, const struct json_text *v);

/* Gives results of tools that have no id the ids of the calls before them, or calls those of their results, where
 * there is no doubt which call is whose. Messages from `first` on; read_messages does it for the lists that it reads. */
void pair_results(struct reading *r, struct messages *list, size_t first);

/* Reads content parts (array, one part, or string) into a message; results of tools become messages of their
 * own in front of it. *m must not be in `out` yet. */
void read_content(struct reading *r, const struct json_text *content, unsigned flags, struct message *m,
                  struct messages *out);

/* Reads one tool call object of any shape into the message. */
void read_call(struct reading *r, const struct json_text *call, struct message *m);
/* The same of each element of an array. */
void read_call_list(struct reading *r, const struct json_text *list, struct message *m);

/* message_items.c: an item of the Responses API that is no message, or a call that stands alone. true: it was one;
 * what it says is in the last message, when that is an assistant's from `first` on, or in a new one. */
bool read_item(struct reading *r, const struct json_text *v, size_t first, struct messages *out);
/* Pydantic AI: {kind: "request" | "response", parts: [{part_kind, content ...}]}; each part of a request is a
 * message, those of a response are one. true: it was one. */
bool read_pydantic(struct reading *r, const struct json_text *v, struct messages *out);
/* Cohere's [{call: {name, parameters}, outputs: [...]}]: a message of a tool for each. */
void read_tool_results(struct reading *r, const struct json_text *list, struct messages *out);

/* A system message in front, unless the list begins with that text already. text: string or parts. */
void prepend_system(struct reading *r, const struct json_text *text, struct messages *list);
/* The same behind the system messages that the list begins with. */
void add_instructions(struct reading *r, const struct json_text *text, struct messages *list);

#endif
