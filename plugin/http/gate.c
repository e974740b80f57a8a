#include "http/gate.h"

#include "base/id.h"
#include "http/gate_rules.h"

#include <string.h>
#include <strings.h>

bool gate_init(struct gate *gate) {
    unsigned char bytes[(GATE_TOKEN_SIZE - 1) / 2];
    *gate = (struct gate){.token = ""};
    if (!random_bytes(bytes, sizeof bytes)) return false;
    hex_encode(bytes, sizeof bytes, gate->token);
    return true;
}

static bool has_token(const struct gate *gate, struct exchange *ex) {
    const char *sent = exchange_header(ex, "Authorization");
    static const char scheme[] = "Bearer ";
    if (!sent || strncasecmp(sent, scheme, sizeof scheme - 1) != 0) return false;
    return gate->token[0] && secret_equal(sent + sizeof scheme - 1, gate->token);
}

/* Imports take more than JSON; which of these a call takes is its own affair. */
static bool is_import(const char *path) {
    static const char end[] = "/import";
    size_t n = strlen(path);
    return n > sizeof end - 1 && !strcmp(path + n - (sizeof end - 1), end);
}

bool gate_check(const struct gate *gate, unsigned port, struct exchange *ex) {
    static const char *const import_types[] = {"application/x-ndjson", "text/csv", "application/octet-stream",
                                               NULL};
    struct err err = ERR_INIT;
    if (!has_token(gate, ex)) {
        exchange_add_header(ex, "WWW-Authenticate", "Bearer");
        exchange_reply(ex, 401, NULL, "", 0);
        return false;
    }
    if (!gate_host_fits(exchange_header(ex, "Host"), &port, 1, NULL))
        err_set(&err, STATUS_FORBIDDEN, "foreign_host", "This address answers only to its own loopback names.");
    if (!err.status && !gate_check_mutation(ex, &err))
        gate_check_type(ex, is_import(ex->path) ? import_types : NULL, &err);
    if (!err.status) return true;
    exchange_problem(ex, &err, NULL);
    return false;
}
