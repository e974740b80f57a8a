/* elf_exports.h: what a shared object exports, read from its .dynsym without loading it. Threads: any. */
#ifndef HARNESS_ELF_EXPORTS_H
#define HARNESS_ELF_EXPORTS_H

#include "base/err.h"

/* Calls `each` for every defined, global or weak dynamic symbol of default visibility, version names left out.
 * STATUS_INVALID: no 64-bit ELF shared object of this machine's byte order, or a damaged one. */
enum status elf_exports(const char *file, void (*each)(void *ctx, const char *name), void *ctx,
                        struct err *err);

#endif
