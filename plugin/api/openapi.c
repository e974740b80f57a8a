/* openapi.c: openapi.json, compiled in as it lies. The path is relative to the root of the tree, where make
 * runs. */
#include "api/api.h"

__asm__(".pushsection .rodata\n"
        ".global spanset_openapi_start\n.hidden spanset_openapi_start\n"
        ".global spanset_openapi_end\n.hidden spanset_openapi_end\n"
        "spanset_openapi_start:\n.incbin \"plugin/api/openapi.json\"\n"
        "spanset_openapi_end:\n.byte 0\n"
        ".popsection\n");

extern const char spanset_openapi_start[], spanset_openapi_end[];

const char *api_openapi(size_t *len) {
    *len = (size_t)(spanset_openapi_end - spanset_openapi_start);
    return spanset_openapi_start;
}
