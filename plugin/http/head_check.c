#include "http/head_check.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static enum status bad(struct err *err, const char *code, const char *sentence) {
    return err_set(err, STATUS_INVALID, code, "%s", sentence);
}

/* Decodes target to out. Escapes that would make a different path of it (a dot, a slash, a backslash, NUL) have
 * no honest use here and are refused, as are dot segments. */
static enum status decode_path(const char *target, char out[HEAD_MAX_PATH], struct err *err) {
    size_t n = 0;
    if (target[0] != '/')
        return bad(err, "bad_path", "The request target has to be a path that begins with '/'.");
    for (const char *p = target; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '%') {
            int high = hex_value(p[1]), low = high < 0 ? -1 : hex_value(p[2]);
            if (low < 0) return bad(err, "bad_path", "The path holds a broken percent escape.");
            c = (unsigned char)(high * 16 + low);
            if (c == '.' || c == '/' || c == '\\' || c == '\0')
                return bad(err, "bad_path", "The path may not hold %2e, %2f, %5c or %00.");
            p += 2;
        } else if (c == '\\' || c == '#') {
            return bad(err, "bad_path", "The path may not hold '\\' or '#'.");
        }
        if (c < 0x20 || c == 0x7F) return bad(err, "bad_path", "The path may not hold control bytes.");
        if (n == HEAD_MAX_PATH - 1) return bad(err, "bad_path", "The path is too long.");
        out[n++] = (char)c;
    }
    out[n] = '\0';
    for (const char *segment = out; segment; segment = strchr(segment, '/')) {
        segment++;
        size_t len = strcspn(segment, "/");
        if ((len == 1 && segment[0] == '.') || (len == 2 && !memcmp(segment, "..", 2)))
            return bad(err, "bad_path", "The path may not hold the segments '.' and '..'.");
    }
    if (!utf8_valid(out, n)) return bad(err, "bad_path", "The path is not UTF-8.");
    return STATUS_OK;
}

static bool has_control(const char *s) {
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7F) return true;
    return false;
}

/* Whether a comma separated list holds `word`, case-insensitively. */
static bool lists(const char *list, const char *word) {
    size_t n = strlen(word);
    while (*list) {
        list += strspn(list, ", \t");
        size_t len = strcspn(list, ", \t;");
        if (len == n && !strncasecmp(list, word, n)) return true;
        list += strcspn(list, ",");
    }
    return false;
}

enum status head_check(const char *target, const char *query, const char *version,
                       const struct head_line *lines, size_t count, struct head_facts *facts, struct err *err) {
    const char *host = NULL, *length = NULL, *coding = NULL, *connection = NULL;
    *facts = (struct head_facts){.content_length = 0};
    enum status status = decode_path(target, facts->path, err);
    if (status) return status;
    if (query && has_control(query)) return bad(err, "bad_query", "The query may not hold control bytes.");
    for (size_t i = 0; i < count; i++) {
        const char *name = lines[i].name, *value = lines[i].value ? lines[i].value : "";
        if (has_control(name) || has_control(value))
            return bad(err, "bad_header", "Headers may not hold control bytes.");
        if (!strcasecmp(name, "Host")) {
            if (host) return bad(err, "bad_header", "There may be only one Host header.");
            host = value;
        } else if (!strcasecmp(name, "Content-Length")) {
            if (length) return bad(err, "bad_header", "There may be only one Content-Length header.");
            length = value;
        } else if (!strcasecmp(name, "Transfer-Encoding")) {
            if (coding) return bad(err, "bad_header", "There may be only one Transfer-Encoding header.");
            coding = value;
        } else if (!strcasecmp(name, "Connection")) {
            connection = value;
        } else if (!strcasecmp(name, "Expect")) {
            if (strcasecmp(value, "100-continue"))
                return bad(err, "bad_header", "Expect can only be 100-continue.");
            facts->expects_continue = true;
        }
    }
    if (!host || !*host) return bad(err, "no_host", "The request has no Host header.");
    if (length && coding)
        return bad(err, "bad_header", "Content-Length and Transfer-Encoding exclude each other.");
    if (coding) {
        if (strcasecmp(coding, "chunked"))
            return bad(err, "bad_header", "The only Transfer-Encoding is chunked.");
        facts->content_length = -1;
    } else if (length) {
        errno = 0;
        facts->content_length = strtoll(length, NULL, 10);
        if (!*length || length[strspn(length, "0123456789")] || errno)
            return bad(err, "bad_header", "Content-Length is not a number.");
    }
    /* As CivetWeb decides: any Connection header without keep-alive in it closes. */
    facts->keep_alive = connection ? lists(connection, "keep-alive") : !strcmp(version, "1.1");
    if (facts->content_length == 0) facts->expects_continue = false;
    return STATUS_OK;
}
