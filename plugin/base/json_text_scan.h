/* json_text_scan.h: how the json_text files step over text that json_text_parse has already checked. Internal
 * to base/json_text*.c. Checked means: none of these needs an end to stop at, the grammar stops them. */
#ifndef SPANSET_BASE_JSON_TEXT_SCAN_H
#define SPANSET_BASE_JSON_TEXT_SCAN_H

#include "base/json_text.h"

static inline bool json_is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* at: an opening quote. The byte after the closing one; `end` bounds the search. */
const char *json_skip_string(const char *at, const char *end);
/* at: first byte of a value. The byte after it. */
const char *json_skip_value(const char *at, const char *end);

/* One unescaped character of a string. *at is inside the quotes, before `end` (the closing quote). Advances
 * *at, writes 1-4 bytes of UTF-8 and returns how many. *replaced counts what became U+FFFD. */
size_t json_next_char(const char **at, const char *end, char out[4], size_t *replaced);

#endif
