/* request.h: what every handler does: check parameters, read a JSON body, answer. Threads: no state. */
#ifndef SPANSET_API_REQUEST_H
#define SPANSET_API_REQUEST_H

#include "base/exchange.h"
#include "base/json_text.h"
#include "service/service.h"

#define API_SMALL_BODY (1u << 20) /* calls whose body is a few members */

/* ---- parameters ---- */

/* Whether the path variable `index` is a UUID; otherwise answers 404 ("There is no such <what>."). */
bool api_id(struct exchange *ex, int index, const char *what);
/* true, false, 1, 0; *out stays as it is when absent. */
enum status api_param_bool(struct exchange *ex, const char *name, int *out, struct err *err);
/* A number that is not negative; *out stays as it is when absent. */
enum status api_param_number(struct exchange *ex, const char *name, double *out, struct err *err);
/* One of `words` (NULL-terminated); *out is its index and stays as it is when absent. */
enum status api_param_word(struct exchange *ex, const char *name, const char *const *words, int *out,
                           struct err *err);
/* limit, cursor and offset. *cursor is owned by the caller and page->cursor points to it. */
enum status api_param_page(struct exchange *ex, struct service_page *page, char **cursor, struct err *err);

/* ---- bodies ---- */

struct api_body {
    struct buf text;
    struct json_text root; /* an object; borrows text */
};

/* Reads and checks a body that is one JSON object with no members but those in `known` (NULL-terminated). No
 * body at all counts as {}. Free with api_body_free in any case. */
enum status api_body_read(struct exchange *ex, size_t cap, const char *const *known, struct api_body *body,
                          struct err *err);
void api_body_free(struct api_body *body);
/* A string member, owned; NULL when it is null or absent, *present tells which. STATUS_INVALID when it is
 * something else, STATUS_CONTENT when it holds NUL. */
enum status api_body_string(const struct api_body *body, const char *name, char **out, bool *present,
                            struct err *err);
/* The strings trace_id and span_id of an object. where: JSON pointer to the object, for the error. */
enum status api_span_ref(const struct json_text *object, const char *where, struct span_ref *out,
                         struct err *err);

/* ---- answers ---- */

/* Sends out with `http` when status is OK, else the problem in err. Frees out. */
void api_answer(struct exchange *ex, int http, enum status status, struct buf *out, const struct err *err);
/* The value of a string member of an answer, owned, NULL when there is none: for Location. */
char *api_answer_member(const struct buf *out, const char *name);

#endif
