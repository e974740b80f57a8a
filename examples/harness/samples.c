/* samples.c: samples.json, compiled in as it lies: OTel GenAI attributes in OTLP JSON, as an SDK sends them. The path is
 * relative to the root of the tree, where make runs. */
#include "harness/spans.h"

__asm__(".pushsection .rodata\n"
        ".global spans_samples\n.hidden spans_samples\n"
        "spans_samples:\n.incbin \"examples/harness/samples.json\"\n"
        ".byte 0\n"
        ".popsection\n");
