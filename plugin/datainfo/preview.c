/* preview.c: no more of a value is decoded than a preview can show; a long text costs no more than a short one. */
#include "datainfo/preview.h"

#include "base/utf8.h"

/* Appends bytes with white space folded while out->len is below limit. */
static void fold(const char *s, size_t len, size_t limit, struct buf *out) {
    size_t i = 0;
    while (i < len && out->len < limit) {
        unsigned char c = (unsigned char)s[i];
        if (c <= 0x20 || c == 0x7F) {
            if (out->len && out->data[out->len - 1] != ' ') buf_char(out, ' ');
            i++;
            continue;
        }
        size_t n = utf8_length(s + i, len - i);
        if (!n) n = 1;
        if (out->len + n > limit) return;
        buf_add(out, s + i, n);
        i += n;
    }
}

/* Decodes no more of a long string than a preview can need: an escape takes at most six bytes for one, and
 * folded white space is given some room. */
static void fold_string(const struct json_text *s, size_t limit, struct buf *out) {
    struct json_text part = *s;
    struct buf text = BUF_INIT;
    size_t need = limit * 12 + 64;
    if (part.len > need) {
        const char *cut = part.text + need;
        while (cut > part.text + 1 && ((unsigned char)*cut & 0xC0) == 0x80) cut--; /* not inside a character */
        /* Nor inside an escape: in front of the backslashes, when there are some in the last 12 bytes (a pair
         * of surrogates). */
        for (int i = 1; i <= 12; i++) {
            const char *slash = cut - i;
            if (*slash != '\\') continue;
            while (slash[-1] == '\\') slash--;
            cut = slash;
            break;
        }
        part.len =
            JSON_TEXT_LEN((size_t)(cut - part.text) + 1); /* the byte at the cut stands for the closing quote */
    }
    json_text_decode(&part, &text);
    fold(text.data ? text.data : "", text.len, limit, out);
    buf_free(&text);
}

void preview_value(const struct json_text *v, size_t limit, struct buf *out) {
    if (v->type == JSON_TEXT_NONE || v->type == JSON_TEXT_NULL) return;
    if (v->type == JSON_TEXT_STRING)
        fold_string(v, limit, out);
    else
        fold(v->text, v->len < limit * 4 ? v->len : limit * 4, limit, out);
}

void preview_content(const struct json_text *content, size_t limit, struct buf *out) {
    if (content->type != JSON_TEXT_ARRAY) {
        preview_value(content, limit, out);
        return;
    }
    struct json_text_iter it;
    struct json_text part, type, text;
    json_text_iter(&it, content);
    while (out->len < limit && json_text_next(&it, NULL, &part)) {
        if (out->len && out->data[out->len - 1] != ' ') buf_char(out, ' ');
        json_text_get(&part, "type", &type);
        if (json_text_get(&part, "text", &text) || json_text_get(&part, "refusal", &text))
            preview_value(&text, limit, out);
        else if (json_text_equals(&type, "image_url"))
            buf_str(out, "[image]");
        else if (json_text_equals(&type, "input_audio"))
            buf_str(out, "[audio]");
        else if (json_text_equals(&type, "file"))
            buf_str(out, "[file]");
    }
}

char *preview_take(struct buf *b) {
    while (b->len && b->data[b->len - 1] == ' ') b->data[--b->len] = '\0';
    if (!b->len) {
        buf_free(b);
        return NULL;
    }
    return buf_take(b);
}
