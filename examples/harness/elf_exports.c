/* elf_exports.c: see elf_exports.h. Every offset is checked against the file's length before it is used. */
#include "harness/elf_exports.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
    const unsigned char *data;
    size_t len;
};

static bool inside(const struct image *i, uint64_t offset, uint64_t len) {
    return offset <= i->len && len <= i->len - offset;
}

/* The section header number n; false when there is none. Copied, because files need not be aligned. */
static bool section(const struct image *i, const Elf64_Ehdr *head, unsigned n, Elf64_Shdr *out) {
    uint64_t offset = head->e_shoff + (uint64_t)n * sizeof *out;
    if (n >= head->e_shnum || !inside(i, head->e_shoff, 0) || !inside(i, offset, sizeof *out)) return false;
    memcpy(out, i->data + offset, sizeof *out);
    return out->sh_type == SHT_NOBITS || inside(i, out->sh_offset, out->sh_size);
}

static void symbols(const struct image *i, const Elf64_Shdr *table, const Elf64_Shdr *names,
                    void (*each)(void *, const char *), void *ctx) {
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym s;
        memcpy(&s, i->data + table->sh_offset + at, sizeof s);
        unsigned bind = ELF64_ST_BIND(s.st_info), visibility = ELF64_ST_VISIBILITY(s.st_other);
        if (s.st_shndx == SHN_UNDEF || s.st_shndx == SHN_ABS) continue; /* SHN_ABS: the name of a version */
        if ((bind != STB_GLOBAL && bind != STB_WEAK && bind != STB_GNU_UNIQUE) || visibility != STV_DEFAULT)
            continue;
        if (s.st_name >= names->sh_size) continue;
        const char *name = (const char *)i->data + names->sh_offset + s.st_name;
        if (memchr(name, 0, names->sh_size - s.st_name)) each(ctx, name);
    }
}

enum status elf_exports(const char *file, void (*each)(void *, const char *), void *ctx, struct err *err) {
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof(Elf64_Ehdr)) {
        if (fd >= 0) close(fd);
        return err_set(err, STATUS_INVALID, "elf", "%s cannot be read as a shared object.", file);
    }
    struct image i = {.len = (size_t)st.st_size};
    void *map = mmap(NULL, i.len, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED) return err_set(err, STATUS_IO, "elf", "%s cannot be read.", file);
    i.data = map;
    Elf64_Ehdr head;
    memcpy(&head, i.data, sizeof head);
    enum status status = STATUS_OK;
    bool found = false;
    if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 ||
        head.e_type != ET_DYN || head.e_shentsize != sizeof(Elf64_Shdr)) {
        status = err_set(err, STATUS_INVALID, "elf", "%s is no 64-bit ELF shared object.", file);
    } else {
        for (unsigned n = 0; n < head.e_shnum; n++) {
            Elf64_Shdr table, names;
            if (!section(&i, &head, n, &table) || table.sh_type != SHT_DYNSYM) continue;
            if (!section(&i, &head, table.sh_link, &names) || names.sh_type != SHT_STRTAB) continue;
            found = true;
            symbols(&i, &table, &names, each, ctx);
        }
        if (!found) status = err_set(err, STATUS_INVALID, "elf", "%s has no dynamic symbols.", file);
    }
    munmap(map, i.len);
    return status;
}
