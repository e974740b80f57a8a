/* exchange.c: parameters, bodies and replies over the four functions a server provides. Every reply gets
 * nosniff and no-referrer here, so that no handler can forget them. */
#include "base/exchange.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READ_PIECE (64u << 10)

const char *exchange_header(struct exchange *ex, const char *name) {
    return ex->ops->header(ex, name);
}

/* ---- query parameters ---- */

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Appends the form-decoded bytes. false: a broken escape, a NUL, or bytes that are not UTF-8. */
static bool decode(const char *s, size_t len, struct buf *out) {
    size_t start = out->len;
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < len ? hex_value(s[i + 1]) : -1;
            int low = i + 2 < len ? hex_value(s[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return false;
        buf_char(out, c);
    }
    return out->failed || utf8_valid(out->data ? out->data + start : "", out->len - start);
}

struct pair {
    const char *name, *value;
    size_t name_len, value_len;
};

/* The next name=value of a query; false at its end. */
static bool next_pair(const char **at, struct pair *pair) {
    while (**at == '&') (*at)++;
    if (!**at) return false;
    size_t len = strcspn(*at, "&");
    const char *equals = memchr(*at, '=', len);
    pair->name = *at;
    pair->name_len = equals ? (size_t)(equals - *at) : len;
    pair->value = equals ? equals + 1 : *at + len;
    pair->value_len = len - pair->name_len - (equals ? 1 : 0);
    *at += len;
    return true;
}

static bool decodes_to(const char *s, size_t len, const char *want) {
    struct buf b = BUF_INIT;
    bool same = decode(s, len, &b) && !b.failed && !strcmp(b.data ? b.data : "", want);
    buf_free(&b);
    return same;
}

/* The decoded value of a pair, owned, NULL with *err set. */
static char *pair_value(const struct pair *pair, const char *name, struct err *err) {
    struct buf b = BUF_INIT;
    if (!decode(pair->value, pair->value_len, &b)) {
        buf_free(&b);
        err_set(err, STATUS_INVALID, "bad_parameter", "The parameter \"%s\" is not percent-encoded UTF-8 text.",
                name);
        return NULL;
    }
    char *value = buf_take(&b);
    if (!value) err_set(err, STATUS_NO_MEMORY, NULL, "There was not enough memory for this request.");
    return value;
}

char *exchange_param(struct exchange *ex, const char *name, struct err *err) {
    const char *at = ex->query;
    for (struct pair pair; next_pair(&at, &pair);)
        if (decodes_to(pair.name, pair.name_len, name))
            return pair.value_len ? pair_value(&pair, name, err) : NULL;
    return NULL;
}

enum status exchange_param_each(struct exchange *ex, const char *name,
                                enum status (*each)(void *sink, const char *value, struct err *err), void *sink,
                                struct err *err) {
    const char *at = ex->query;
    for (struct pair pair; next_pair(&at, &pair);) {
        if (!pair.value_len || !decodes_to(pair.name, pair.name_len, name)) continue;
        struct err mine = ERR_INIT;
        char *value = pair_value(&pair, name, &mine);
        enum status status = value ? each(sink, value, &mine) : mine.status;
        free(value);
        if (status) {
            if (err && !err->status) *err = mine;
            return status;
        }
    }
    return STATUS_OK;
}

enum status exchange_param_int(struct exchange *ex, const char *name, int64_t min, int64_t max,
                               int64_t fallback, int64_t *out, struct err *err) {
    struct err mine = ERR_INIT;
    *out = fallback;
    char *text = exchange_param(ex, name, &mine);
    if (mine.status) {
        if (err && !err->status) *err = mine;
        return mine.status;
    }
    if (!text) return STATUS_OK;
    size_t sign = text[0] == '-';
    bool digits = text[sign] && strspn(text + sign, "0123456789") == strlen(text + sign);
    long long value = digits ? strtoll(text, NULL, 10) : 0; /* saturates, then is clamped */
    free(text);
    if (!digits)
        return err_set(err, STATUS_INVALID, "bad_parameter", "The parameter \"%s\" has to be a whole number.",
                       name);
    *out = value < min ? min : value > max ? max : value;
    return STATUS_OK;
}

enum status exchange_params_known(struct exchange *ex, const char *const *known, struct err *err) {
    const char *at = ex->query;
    for (struct pair pair; next_pair(&at, &pair);) {
        bool found = false;
        for (const char *const *k = known; *k && !found; k++) found = decodes_to(pair.name, pair.name_len, *k);
        if (found) continue;
        struct buf shown = BUF_INIT;
        if (!decode(pair.name, pair.name_len, &shown)) buf_clear(&shown);
        enum status status =
            err_set(err, STATUS_INVALID, "unknown_parameter", "There is no parameter \"%.*s\" here.",
                    (int)utf8_clip(shown.data ? shown.data : "", shown.len, 60), shown.data ? shown.data : "");
        buf_free(&shown);
        return status;
    }
    return STATUS_OK;
}

bool exchange_tag_listed(const char *list, const char *tag, bool weak) {
    size_t n = strlen(tag);
    while (list && *list) {
        list += strspn(list, ", \t");
        if (*list == '*') return true;
        if (weak && !strncmp(list, "W/", 2)) list += 2;
        if (!strncmp(list, tag, n) && (!list[n] || strchr(", \t", list[n]))) return true;
        list += strcspn(list, ",");
    }
    return false;
}

/* ---- the body ---- */

static enum status too_large(size_t cap, struct err *err) {
    if (cap >= 1u << 20)
        return err_set(err, STATUS_TOO_LARGE, "too_large",
                       "The body is larger than %zu MiB, the most this call takes.", cap >> 20);
    return err_set(err, STATUS_TOO_LARGE, "too_large",
                   "The body is larger than %zu KiB, the most this call takes.", cap >> 10);
}

enum status exchange_body(struct exchange *ex, size_t cap, struct buf *out, struct err *err) {
    if (ex->content_length > 0 && (uint64_t)ex->content_length > cap) return too_large(cap, err);
    size_t start = out->len;
    /* A declared length is only a promise: memory grows with what arrives. */
    for (;;) {
        size_t have = out->len - start;
        size_t piece = READ_PIECE < cap + 1 - have ? READ_PIECE : cap + 1 - have;
        if (!buf_reserve(out, piece))
            return err_set(err, STATUS_NO_MEMORY, NULL,
                           "There is not enough memory for a body of this size now.");
        int64_t n = ex->ops->read(ex, out->data + out->len, piece);
        if (n < 0)
            return err_set(err, STATUS_IO, "body_cut",
                           "The connection ended before the whole body had arrived.");
        if (n == 0) break;
        out->len += (size_t)n;
        if (out->len - start > cap) return too_large(cap, err);
    }
    if (out->data) out->data[out->len] = '\0';
    return STATUS_OK;
}

/* ---- answers ---- */

void exchange_add_header(struct exchange *ex, const char *name, const char *value) {
    if (ex->header_count == EXCHANGE_MAX_HEADERS) return;
    size_t n = strlen(name), v = strlen(value);
    if (!n || n >= sizeof ex->headers[0].name || v >= sizeof ex->headers[0].value) return;
    if (name[strcspn(name, "\r\n")] || value[strcspn(value, "\r\n")]) return;
    memcpy(ex->headers[ex->header_count].name, name, n + 1);
    memcpy(ex->headers[ex->header_count].value, value, v + 1);
    ex->header_count++;
}

static bool has_header(const struct exchange *ex, const char *name) {
    for (int i = 0; i < ex->header_count; i++)
        if (!strcmp(ex->headers[i].name, name)) return true;
    return false;
}

int exchange_begin(struct exchange *ex, int status, const char *content_type, int64_t length) {
    if (ex->status) return -1; /* a second answer would corrupt the first */
    ex->status = status;
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
    exchange_add_header(ex, "Referrer-Policy", "no-referrer");
    return ex->ops->begin(ex, status, content_type, length);
}

int exchange_write(struct exchange *ex, const void *data, size_t len) {
    if (!len) return 0;
    return ex->head_only ? 0 : ex->ops->write(ex, data, len);
}

void exchange_reply(struct exchange *ex, int status, const char *content_type, const void *data, size_t len) {
    if (exchange_begin(ex, status, content_type, (int64_t)len) == 0) exchange_write(ex, data, len);
}

void exchange_json(struct exchange *ex, int status, const struct buf *json) {
    if (buf_failed(json)) {
        struct err err = ERR_INIT;
        err_set(&err, STATUS_NO_MEMORY, NULL, "There was not enough memory to write the answer; try again.");
        exchange_problem(ex, &err, NULL);
        return;
    }
    if (!has_header(ex, "Cache-Control")) exchange_add_header(ex, "Cache-Control", "no-store");
    exchange_reply(ex, status, "application/json", json->data ? json->data : "", json->len);
}

int exchange_http_status(enum status status) {
    switch (status) {
    case STATUS_OK:
        return 200;
    case STATUS_INVALID:
        return 400;
    case STATUS_DENIED:
        return 401;
    case STATUS_FORBIDDEN:
        return 403;
    case STATUS_NOT_FOUND:
        return 404;
    case STATUS_METHOD:
        return 405;
    case STATUS_CONFLICT:
        return 409;
    case STATUS_STALE:
        return 412;
    case STATUS_TOO_LARGE:
        return 413;
    case STATUS_MEDIA_TYPE:
        return 415;
    case STATUS_CONTENT:
        return 422;
    case STATUS_UNSUPPORTED:
        return 501;
    case STATUS_BUSY:
    case STATUS_CANCELLED:
    case STATUS_NO_MEMORY:
        return 503;
    case STATUS_IO:
    case STATUS_INTERNAL:
        return 500;
    }
    return 500;
}

void exchange_problem(struct exchange *ex, const struct err *err, const char *extra) {
    int status = exchange_http_status(err->status ? err->status : STATUS_INTERNAL);
    struct buf b = BUF_INIT;
    buf_str(&b, "{\"type\":\"about:blank\"");
    buf_json_key(&b, "title");
    buf_json_cstr(&b, status_name(err->status ? err->status : STATUS_INTERNAL));
    buf_json_key(&b, "status");
    buf_printf(&b, "%d", status);
    buf_json_key(&b, "detail");
    buf_json_cstr(&b, err->detail);
    buf_json_key(&b, "code");
    if (err->code[0]) {
        buf_json_cstr(&b, err->code);
    } else { /* "storage error" -> "storage_error": programs always get a word */
        char code[32] = "";
        strncpy(code, status_name(err->status ? err->status : STATUS_INTERNAL), sizeof code - 1);
        for (char *p = code; *p; p++)
            if (*p == ' ') *p = '_';
        buf_json_cstr(&b, code);
    }
    if (err->pointer[0]) {
        buf_json_key(&b, "pointer");
        buf_json_cstr(&b, err->pointer);
    }
    if (err->position >= 0) {
        buf_json_key(&b, "position");
        buf_printf(&b, "%lld", (long long)err->position);
    }
    if (extra && *extra) {
        buf_char(&b, ',');
        buf_str(&b, extra);
    }
    buf_char(&b, '}');
    if (status == 503) exchange_add_header(ex, "Retry-After", "1");
    if (!has_header(ex, "Cache-Control")) exchange_add_header(ex, "Cache-Control", "no-store");
    static const char spare[] =
        "{\"type\":\"about:blank\",\"title\":\"out of memory\",\"status\":503,"
        "\"detail\":\"There was not enough memory; try again.\",\"code\":\"out_of_memory\"}";
    if (buf_failed(&b))
        exchange_reply(ex, 503, "application/problem+json", spare, sizeof spare - 1);
    else
        exchange_reply(ex, status, "application/problem+json", b.data, b.len);
    buf_free(&b);
}
