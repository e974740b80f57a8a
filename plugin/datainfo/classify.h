/* classify.h: what kind of span this is, by what it says it did - not by whether it has a model's attributes,
 * for wrappers and agents have those, too. */
#ifndef SPANSET_DATAINFO_CLASSIFY_H
#define SPANSET_DATAINFO_CLASSIFY_H

#include "datainfo/datainfo.h"
#include "datainfo/span_view.h"

enum span_kind classify_span(struct span_view *v);

#endif
