/* normalise.h: the many spellings of roles, arguments, finish words, tools and tool choices, made one. */
#ifndef SPANSET_DATAINFO_NORMALISE_H
#define SPANSET_DATAINFO_NORMALISE_H

#include "datainfo/model.h"

/* system, developer, user, assistant, tool; a role nobody knows stays as it is. NONE gives NONE. */
struct json_text normal_role(const struct json_text *role);
/* The same for a word that may be a role or anything else ("ai", "MessageRole.USER", "gen_ai.user.message",
 * "TextMessage"): NONE when it is none that is known. */
struct json_text known_role(const struct json_text *word);

/* Tool arguments as OpenAI has them, a JSON string that holds JSON: an object is written as text, a string that
 * was encoded twice is unwrapped once, what is no JSON stays as it is. NONE and null give NONE. */
struct json_text normal_arguments(struct reading *r, const struct json_text *v);

/* stop, tool_calls, length, content_filter, error, or the word as it is (lower case, _). Writes at most size
 * bytes with NUL. */
void normal_finish(const struct json_text *word, char *out, size_t size);
/* The words of a finish_reasons attribute: array, JSON array in a string, "stop,length", or one word. Gives the
 * index-th (the last one when there are fewer), NONE when there is none. */
struct json_text finish_word(struct reading *r, const struct json_text *v, size_t index);

/* {type:"function",function:{name,description?,parameters?,strict?}} of any known definition, or of the JSON
 * string that holds one. Tools of a provider's own (web_search ...) stay as they are. NONE: no definition. */
struct json_text normal_tool(struct reading *r, const struct json_text *v);
/* All tools of an array (or of the JSON string that holds one) into the offer. */
void read_tools(struct reading *r, const struct json_text *v, struct offer *o);

/* "auto", "none", "required" or {type:"function",function:{name}}. NONE: nothing was said. */
struct json_text normal_tool_choice(struct reading *r, const struct json_text *v);
/* The latter, of a tool's name. */
struct json_text choose_function(struct reading *r, const struct json_text *name);

/* What was encoded twice (a JSON string in a string), unwrapped once; any other value as it is. */
struct json_text string_in_string(struct reading *r, const struct json_text *v);

/* A string's text, or any other value's JSON text, as a JSON string. */
struct json_text as_string(struct reading *r, const struct json_text *v);

#endif
