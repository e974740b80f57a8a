/* parts.h: content parts of any shape (parts.c), written as OpenAI's (part_writer.c). */
#ifndef SPANSET_DATAINFO_PARTS_H
#define SPANSET_DATAINFO_PARTS_H

#include "datainfo/model.h"

/* Collects the parts of one message: text, images, audio and files go to its content, calls and thoughts to
 * their places, results of tools to messages of their own. Results of calls that this very message makes (an AI
 * SDK UI message holds a whole turn) come after it, and what follows them is a further message. */
struct part_writer {
    struct reading *reading;
    struct message *message;
    struct messages *results; /* NULL: results have no place here */
    size_t place;             /* kept free for the message in front of its own results: + 1, 0 = none */
    struct buf parts;
    size_t count;
    struct json_text only_text; /* while there is nothing but one text part */
    bool join;                  /* texts that follow one another are pieces of one */
    struct buf joined;          /* them, as they lie between their quotes */
    struct buf thoughts;        /* of several thoughts, likewise */
};

void part_read(struct part_writer *w, const struct json_text *part);
/* Gives the message its content: a string for one text, an array for more, nothing for nothing. A message with
 * results of its own is in `results` already and left empty. */
void parts_finish(struct part_writer *w);

/* What a tool gave back, as content: text, or the JSON text of anything else. */
void part_result(struct reading *r, const struct json_text *value, struct message *m);

/* Whether a tool message's content is results with ids of their own, rather than what one tool gave back. */
bool parts_hold_results(const struct json_text *content);

/* Whether a list that stands in the place of messages is the parts of one message (Gemini takes both; an answer of
 * Anthropic's is its blocks): at least one is an image or a file, or in an answer a call or a thought, the others
 * texts, and none says who speaks. */
bool parts_alone(const struct json_text *array, bool answer);

/* Whether every part is one that OpenAI chat has. */
bool parts_are_openai(const struct json_text *array);

/* media.c: an image, audio or file of any shape; `part` has the data, its source or its address. hint says what
 * it is called ("image", "audio", "file"); a MIME type knows better. false: nothing that can be written. */
bool part_media(struct part_writer *w, const struct json_text *part, const char *hint);

/* part_writer.c, for those who read parts. A text; of an empty one only the first counts. */
void part_text(struct part_writer *w, const struct json_text *text);
/* One thought keeps its bytes where they lie; several are lines of one text. */
void part_thought(struct part_writer *w, const struct json_text *text);
/* A part as it is. */
void part_raw(struct part_writer *w, const struct json_text *part);
/* Opens the next element of the content array; the caller appends it to w->parts. */
void part_begin(struct part_writer *w);
/* The message so far takes its place in front of its results; what follows begins anew. */
void parts_flush(struct part_writer *w);

#endif
