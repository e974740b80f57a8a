/* names.c: the strings that a plugin gives end up in addresses, HTML attributes and import() calls of the host. So
 * they are checked when they come in, once, and the host need not think of them again. */
#include "base/utf8.h"
#include "hostkit/internal.h"

#include <ctype.h>
#include <string.h>

#define NAME_TEXT_MAX 200
#define NAME_PATH_MAX 1000
#define NAME_ICON_MAX 2000

static bool segment_char(char c) {
    return isalnum((unsigned char)c) || (c != '\0' && strchr("-._~", c) != NULL);
}

/* No empty segment, none that is "." or "..": `text` is "a/b/c". */
static bool segments_valid(const char *text, size_t len) {
    size_t start = 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && text[i] != '/') {
            if (!segment_char(text[i])) return false;
            continue;
        }
        size_t n = i - start;
        if (n == 0 || (n == 1 && text[start] == '.') ||
            (n == 2 && text[start] == '.' && text[start + 1] == '.'))
            return false;
        start = i + 1;
    }
    return true;
}

bool hostkit_name_route(const char *route) {
    if (!route || route[0] != '/' || strlen(route) > NAME_PATH_MAX) return false;
    return route[1] == '\0' || segments_valid(route + 1, strlen(route) - 1);
}

bool hostkit_name_path(const char *path, bool query) {
    if (!path || !*path || strlen(path) > NAME_PATH_MAX) return false;
    size_t n = strcspn(path, "?");
    if (!segments_valid(path, n)) return false;
    if (path[n] == '\0') return true;
    if (!query) return false;
    for (const char *p = path + n; *p; p++)
        if (*p <= ' ' || *p == 0x7f || strchr("\"'<>\\^`{|}#", *p)) return false;
    return true;
}

bool hostkit_name_element(const char *element, const char *plugin_id) {
    if (!element || element[0] < 'a' || element[0] > 'z' || strlen(element) > NAME_TEXT_MAX) return false;
    if (element[strspn(element, "abcdefghijklmnopqrstuvwxyz0123456789-._")] != '\0') return false;
    return strchr(element, '-') && strstr(element, plugin_id);
}

bool hostkit_name_id(const char *id) {
    if (!id || !*id || strlen(id) > 64) return false;
    return id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")] == '\0' &&
           strcmp(id, ".") != 0 && strcmp(id, "..") != 0;
}

bool hostkit_name_icon(const char *icon) {
    if (strlen(icon) > NAME_ICON_MAX) return false;
    for (const char *p = icon; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr(" .,-+", *p)) return false;
    return true;
}

bool hostkit_name_text(const char *text) {
    if (!text || !*text || strlen(text) > NAME_TEXT_MAX || !utf8_valid(text, strlen(text))) return false;
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) return false;
    return true;
}

bool hostkit_route_covers(const char *route, const char *path) {
    size_t n = strlen(route);
    if (n == 1) return true; /* "/" is above everything */
    return strncmp(route, path, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

bool hostkit_route_overlaps(const char *a, const char *b) {
    return hostkit_route_covers(a, b) || hostkit_route_covers(b, a);
}
