#include "http/fragments.h"

#include <string.h>

const struct fragment fragments[] = {
    {"ui/page", "spanset-page", "page.js", "Datasets"},
    {"ui/add", "spanset-add", "add.js", "Add to Dataset"},
    {"ui/footer", "spanset-footer", "footer.js", "Datasets of this span"},
};
const size_t fragment_count = sizeof fragments / sizeof *fragments;

bool fragment_serve(const char *path, struct exchange *ex) {
    for (size_t i = 0; i < fragment_count; i++) {
        const struct fragment *f = &fragments[i];
        if (strcmp(f->path, path) != 0) continue;
        struct buf b = BUF_INIT; /* the table's words need no escaping */
        buf_printf(&b,
                   "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>%s</title>\n"
                   "<script type=\"module\" src=\"fragment.js\"></script>\n</head>\n"
                   "<body data-element=\"%s\" data-module=\"%s\"></body>\n</html>\n",
                   f->title, f->element, f->module);
        exchange_add_header(ex, "Content-Security-Policy", FRAGMENT_CSP);
        exchange_add_header(ex, "Cache-Control", "no-cache");
        if (buf_failed(&b)) {
            struct err err = ERR_INIT;
            err_set(&err, STATUS_NO_MEMORY, NULL, "There was not enough memory for this page; try again.");
            exchange_problem(ex, &err, NULL);
        } else {
            exchange_reply(ex, 200, "text/html; charset=utf-8", b.data, b.len);
        }
        buf_free(&b);
        return true;
    }
    return false;
}
