/* find.h: the files that may be plugins, in the order in which they are tried. */
#ifndef HOSTKIT_FIND_H
#define HOSTKIT_FIND_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct hostkit_file {
    char *path;    /* owned; absolute when it exists, as it was given otherwise */
    bool explicit; /* named by the user: has to work */
};

struct hostkit_files {
    struct hostkit_file *files; /* owned */
    size_t count;
};

/* Adds a file that the user named. */
enum status hostkit_files_add(struct hostkit_files *list, const char *path, struct err *err);
/* Adds the entries of a colon list: files as they are, and the *.so of directories by name. Empty entries and
 * directories that cannot be read are passed over; a file already in the list is not added again. */
enum status hostkit_files_search(struct hostkit_files *list, const char *colon_list, struct err *err);
void hostkit_files_free(struct hostkit_files *list);

#endif
