/* Values and how often they occur, for the filter's menus. One pass over the combinations of the four columns
 * (an index covers them), summed up per column here: there are far fewer combinations than spans. */
#include "viewer/store/internal.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACETS     4
#define FACET_MAX  100  /* values listed per column */
#define FACET_KEEP 5000 /* values told apart per column; later ones are not listed */
#define FACET_MS   2000 /* after that the menus show what was counted */

struct facet {
    struct {
        char *value;
        int64_t count;
    } * values;
    size_t count, cap;
};

static bool add(struct facet *f, const char *value, int64_t n) {
    /* rows come grouped, so an equal value is mostly the last one or near */
    for (size_t i = f->count; i-- > 0;) {
        if (strcmp(f->values[i].value, value) == 0) {
            f->values[i].count += n;
            return true;
        }
    }
    if (f->count == FACET_KEEP) return true;
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 16;
        void *grown = realloc(f->values, cap * sizeof *f->values);
        if (!grown) return false;
        f->values = grown;
        f->cap = cap;
    }
    char *copy = strdup(value);
    if (!copy) return false;
    f->values[f->count].value = copy;
    f->values[f->count++].count = n;
    return true;
}

static void write(struct facet *f, const char *key, struct buf *out) {
    buf_json_key(out, key);
    buf_char(out, '[');
    for (size_t n = 0; n < FACET_MAX && n < f->count; n++) { /* selection sort: only the top hundred matter */
        size_t best = n;
        for (size_t i = n + 1; i < f->count; i++) {
            int64_t a = f->values[i].count, b = f->values[best].count;
            if (a > b || (a == b && strcmp(f->values[i].value, f->values[best].value) < 0)) best = i;
        }
        char *value = f->values[best].value;
        int64_t count = f->values[best].count;
        f->values[best] = f->values[n];
        f->values[n].value = value;
        f->values[n].count = count;
        buf_json_comma(out);
        buf_str(out, "{\"value\":");
        buf_json_cstr(out, value);
        buf_printf(out, ",\"count\":%lld}", (long long)count);
    }
    buf_char(out, ']');
}

enum status viewer_store_facets(struct viewer_store *store, const struct span_filter *filter, struct buf *out,
                                struct err *err) {
    struct facet facets[FACETS] = {0};
    static const char *const keys[FACETS] = {"services", "models", "providers", "kinds"};
    struct where where;
    char sql[WHERE_SIZE + 200];
    struct db *db = store_reader(store, err);
    if (!db) return STATUS_IO;
    enum status status = where_init(&where, filter, err);
    if (status != STATUS_OK) goto out;
    snprintf(sql, sizeof sql,
             "SELECT s.service, s.model, s.provider, s.kind, count(*) FROM span s WHERE %s GROUP BY 1, 2, 3, 4",
             where.sql);
    sqlite3_stmt *stmt = db_stmt(db, sql, err);
    if (!stmt) {
        status = STATUS_IO;
        goto out;
    }
    where_bind(&where, stmt);
    db->deadline_ms = clock_monotonic_ms() + FACET_MS;
    while (sqlite3_step(stmt) == SQLITE_ROW && status == STATUS_OK) {
        int64_t n = sqlite3_column_int64(stmt, 4);
        for (int i = 0; i < FACETS; i++) {
            const char *value = i < 3 ? (const char *)sqlite3_column_text(stmt, i)
                                      : span_kind_name((enum span_kind)sqlite3_column_int(stmt, i));
            if (value && !add(&facets[i], value, n))
                status = err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
        }
    }
    sqlite3_reset(stmt);
    buf_char(out, '{');
    for (int i = 0; i < FACETS; i++) write(&facets[i], keys[i], out);
    buf_char(out, '}');
out:
    for (int i = 0; i < FACETS; i++) {
        for (size_t k = 0; k < facets[i].count; k++) free(facets[i].values[k].value);
        free(facets[i].values);
    }
    store_reader_done(store, db);
    return status;
}
