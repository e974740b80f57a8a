/* usage.h: token counts and costs inside JSON, whatever their names: {"prompt_tokens": 5}, {"inputTokens":
 * {"total": 9, "cacheRead": 4}}, {"usageMetadata": {"promptTokenCount": 5}}. */
#ifndef SPANSET_DATAINFO_USAGE_H
#define SPANSET_DATAINFO_USAGE_H

#include "datainfo/model.h"

struct counts {
    struct usage usage;                   /* -1 = unknown */
    double cost, input_cost, output_cost; /* < 0 = unknown */
};
#define COUNTS_NONE ((struct counts){{-1, -1, -1, -1, -1, -1}, -1, -1, -1})

/* Reads the numbers of an object into c where it has none yet. `about` is what the object is known to hold: "usage"
 * ("input" is enough for a name then), "cost", or "" when names have to say it all. Bounded in depth and length. */
void counts_read(const struct json_text *object, const char *about, struct counts *c);

/* Langfuse's usage_details: "input" is what is left when the counts of "input_..." have been taken out of it. */
void counts_read_langfuse(const struct json_text *object, struct counts *c);

/* A plausible number: tokens are whole, costs above 0 (0 is what SDKs write that know no price). */
bool count_of(const struct json_text *v, int64_t *out);
bool amount_of(const struct json_text *v, double *out);

#endif
