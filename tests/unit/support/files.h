/* files.h: reading fixtures in tests. Header-only; a failure ends the test program with a sentence. */
#ifndef SPANSET_TESTS_SUPPORT_FILES_H
#define SPANSET_TESTS_SUPPORT_FILES_H

#include "base/buf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file. Release with buf_free. */
static inline struct buf test_read_file(const char *path) {
    struct buf b = BUF_INIT;
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    char piece[65536];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;) buf_add(&b, piece, n);
    fclose(f);
    if (!b.data) buf_reserve(&b, 0);
    return b;
}

static inline int test_file_filter_suffix_(const char *name, const char *suffix) {
    size_t n = strlen(name), s = strlen(suffix);
    return n >= s && strcmp(name + n - s, suffix) == 0;
}

/* The names in `dir` that end in `suffix`, sorted, as an owned NULL-terminated array of owned strings. */
static inline char **test_list_files(const char *dir, const char *suffix) {
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, NULL, alphasort), kept = 0;
    if (n < 0) {
        fprintf(stderr, "cannot list %s\n", dir);
        exit(1);
    }
    char **names = calloc((size_t)n + 1, sizeof *names);
    for (int i = 0; i < n; i++) {
        if (names && entries[i]->d_name[0] != '.' && test_file_filter_suffix_(entries[i]->d_name, suffix))
            names[kept++] = strdup(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return names;
}

static inline void test_free_files(char **names) {
    for (char **n = names; names && *n; n++) free(*n);
    free(names);
}

#endif
