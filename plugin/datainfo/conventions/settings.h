/* settings.h: what else was asked for, spread over keys with one prefix: gen_ai.request.top_p, ai.settings.topP. */
#ifndef SPANSET_DATAINFO_SETTINGS_H
#define SPANSET_DATAINFO_SETTINGS_H

#include "datainfo/model.h"

struct setting {
    const char *key;  /* behind the prefix; what lies below it ("context.user") is meant, too */
    const char *name; /* in a request; NULL: of the SDK, not of the model */
};

/* The attributes with that prefix as an object, renamed by the table; those that are not in it keep their names. What
 * is no parameter in a request's body (bodies.h) is none here. NONE when there are none. */
struct json_text settings_read(struct reading *r, const char *prefix, const struct setting *table,
                               size_t count);

#endif
