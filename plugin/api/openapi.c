/* openapi.c: openapi.json, compiled in as it lies. The path is relative to the root of the tree, where make runs. */
#include "api/api.h"

#include <stdint.h>

__asm__(".pushsection .rodata\n"
        ".global spanset_openapi_text\n.hidden spanset_openapi_text\n"
        ".global spanset_openapi_len\n.hidden spanset_openapi_len\n"
        "spanset_openapi_text:\n.incbin \"plugin/api/openapi.json\"\n"
        ".Lspanset_openapi_end:\n.byte 0\n"
        ".balign 8\n"
        "spanset_openapi_len:\n.quad .Lspanset_openapi_end - spanset_openapi_text\n"
        ".popsection\n");

extern const char spanset_openapi_text[];
extern const uint64_t spanset_openapi_len;

const char *api_openapi(size_t *len) {
    *len = (size_t)spanset_openapi_len;
    return spanset_openapi_text;
}
