/* conventions.c: the table of conventions. */
#include "datainfo/conventions/conventions.h"

/* Among offers of one rank the earlier row wins. */
static const struct convention *const table[] = {
    &convention_openinference, &convention_vercel_ai, &convention_otel_genai, &convention_langfuse,
    &convention_langsmith,     &convention_mlflow,    &convention_logfire,    &convention_genkit,
    &convention_google_adk,    &convention_mastra,    &convention_langwatch,  &convention_vllora,
    &convention_openllmetry,   &convention_sentry,    &convention_openlit,    &convention_spring_ai,
    &convention_monocle,       &convention_general, /* by shape, for what the rows above left open */
    &convention_common, /* scalars by the keys that all of them share; fills gaps, so it stands last */
};

void conventions_offer(struct reading *r) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) table[i]->offer(r);
}

void conventions_offer_scalars(struct reading *r) {
    convention_common.offer(r);
}
