/* find.c: see find.h. */
#include "hostkit/find.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum status no_memory(struct err *err) {
    return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory while looking for plugins.");
}

static enum status add(struct hostkit_files *list, const char *path, bool explicit, struct err *err) {
    char *full = realpath(path, NULL);
    if (!full) full = strdup(path); /* the loader will say what is wrong with it */
    if (!full) return no_memory(err);
    for (size_t i = 0; i < list->count && !explicit; i++)
        if (strcmp(list->files[i].path, full) == 0) {
            free(full);
            return STATUS_OK;
        }
    struct hostkit_file *files = realloc(list->files, (list->count + 1) * sizeof *files);
    if (!files) {
        free(full);
        return no_memory(err);
    }
    files[list->count++] = (struct hostkit_file){.path = full, .explicit = explicit};
    list->files = files;
    return STATUS_OK;
}

enum status hostkit_files_add(struct hostkit_files *list, const char *path, struct err *err) {
    return add(list, path, true, err);
}

static int is_so(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 3 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 3, ".so") == 0;
}

static enum status add_directory(struct hostkit_files *list, const char *dir, struct err *err) {
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_so, alphasort);
    enum status status = STATUS_OK;
    for (int i = 0; i < n; i++) {
        if (status == STATUS_OK) {
            size_t size = strlen(dir) + strlen(names[i]->d_name) + 2;
            char *path = malloc(size);
            if (path) {
                strcpy(path, dir);
                strcat(path, "/");
                strcat(path, names[i]->d_name);
                status = add(list, path, false, err);
            } else {
                status = no_memory(err);
            }
            free(path);
        }
        free(names[i]);
    }
    free(names);
    return status;
}

enum status hostkit_files_search(struct hostkit_files *list, const char *colon_list, struct err *err) {
    char *copy = strdup(colon_list);
    if (!copy) return no_memory(err);
    enum status status = STATUS_OK;
    char *save = NULL;
    for (char *item = strtok_r(copy, ":", &save); item && status == STATUS_OK;
         item = strtok_r(NULL, ":", &save)) {
        struct stat st;
        if (stat(item, &st) == 0 && S_ISDIR(st.st_mode))
            status = add_directory(list, item, err);
        else
            status = add(list, item, false, err);
    }
    free(copy);
    return status;
}

void hostkit_files_free(struct hostkit_files *list) {
    for (size_t i = 0; i < list->count; i++) free(list->files[i].path);
    free(list->files);
    *list = (struct hostkit_files){0};
}
