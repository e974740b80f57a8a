/* Any bytes at json_text: what is accepted can be walked, written, read again, and is the same. */
#include "base/json_text.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(x)                                                                                               \
    do {                                                                                                       \
        if (!(x)) abort();                                                                                     \
    } while (0)

/* Touches everything below a value, level by level, with a stack of its own. */
static void walk(const struct json_text *root) {
    static struct json_text stack[4096];
    size_t depth = 0;
    stack[depth++] = *root;
    while (depth) {
        struct json_text v = stack[--depth], key, child;
        struct buf b = BUF_INIT;
        int64_t n;
        double d;
        json_text_decode(&v, &b);
        if (v.type == JSON_TEXT_STRING) {
            CHECK(utf8_valid(b.data, b.len));
            if (!memchr(b.data, 0, b.len)) CHECK(json_text_equals(&v, b.data) || !utf8_valid(v.text, v.len));
        }
        json_text_int64(&v, true, &n);
        json_text_double(&v, &d);
        buf_free(&b);
        struct json_text_iter it;
        json_text_iter(&it, &v);
        while (json_text_next(&it, &key, &child)) {
            CHECK(child.text >= v.text && child.text + child.len <= v.text + v.len && child.len);
            CHECK((key.type == JSON_TEXT_STRING) == (v.type == JSON_TEXT_OBJECT));
            if (depth < sizeof stack / sizeof *stack) stack[depth++] = child;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    struct json_text strict, lenient, prefix, again;
    struct err err = ERR_INIT;
    enum status status = json_text_parse(&strict, text, size, 0, &err);
    if (status != STATUS_OK) CHECK(err.position >= 0 && (size_t)err.position <= size && err.detail[0]);
    if (json_text_parse(&prefix, text, size, JSON_TEXT_PREFIX, NULL) == STATUS_OK) walk(&prefix);
    if (json_text_parse(&lenient, text, size, JSON_TEXT_LENIENT, NULL) != STATUS_OK) {
        CHECK(status != STATUS_OK);
        return 0;
    }
    walk(&lenient);
    struct buf valid = BUF_INIT, compact = BUF_INIT, pretty = BUF_INIT;
    json_text_copy_valid(&lenient, &valid);
    CHECK(json_text_parse(&again, valid.data, valid.len, 0, NULL) == STATUS_OK);
    if (status == STATUS_OK) {
        CHECK(json_text_same(&strict, &again));
        json_text_compact(&strict, &compact);
        CHECK(compact.len == valid.len && memcmp(compact.data, valid.data, compact.len) == 0);
        json_text_pretty(&strict, 2, &pretty);
        CHECK(json_text_parse(&again, pretty.data, pretty.len, 0, NULL) == STATUS_OK);
        CHECK(json_text_same(&again, &strict) && json_text_same(&strict, &again));
        buf_clear(&valid);
        json_text_compact(&again, &valid);
        CHECK(compact.len == valid.len && memcmp(compact.data, valid.data, compact.len) == 0);
    }
    buf_free(&valid);
    buf_free(&compact);
    buf_free(&pretty);
    return 0;
}
