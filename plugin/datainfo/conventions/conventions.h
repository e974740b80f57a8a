/* conventions.h: how the makers of spans write a model call down, one file each.
 *
 * A convention looks at a span and adds offers for what it recognises; it decides nothing. A span that is not
 * its own gets no offer. Several conventions on one span are normal (an SDK's keys and a processor's
 * translation of them): the merger takes the best source of each field. To add one: a file with a `struct
 * convention`, and its row in conventions.c. What kind of span it is at all is decided in classify.c. */
#ifndef SPANSET_DATAINFO_CONVENTIONS_H
#define SPANSET_DATAINFO_CONVENTIONS_H

#include "datainfo/model.h"

struct convention {
    const char *name;
    void (*offer)(struct reading *r);
};

extern const struct convention convention_openinference, convention_openllmetry, convention_vercel_ai,
    convention_otel_genai, convention_langfuse, convention_langsmith, convention_mlflow, convention_logfire,
    convention_genkit, convention_google_adk, convention_mastra, convention_langwatch, convention_vllora,
    convention_sentry, convention_openlit, convention_spring_ai, convention_monocle, convention_general,
    convention_common;

/* One of OpenTelemetry's message events ("gen_ai.user.message" ... "gen_ai.choice") with its body, wherever an SDK
 * keeps them. */
void otel_genai_message_event(struct reading *r, const struct json_text *name, const struct json_text *body,
                              struct offer *o);

/* Asks every convention of the table. */
void conventions_offer(struct reading *r);
/* Only what needs no messages: models, tokens, cost, ids, finish words. */
void conventions_offer_scalars(struct reading *r);

#endif
