/* Taking operations back: undo, cancelling, and what a crash interrupted.
 *
 * Changes are taken back newest first, and each note is deleted in the transaction that took its change back. So an
 * interrupted revert goes on where it stopped: `reverting` in the operation's row says that it has to, and in which
 * state it ends. A row that somebody changed in between (its version is not the one noted) is left as it is; undo
 * asks for that beforehand and refuses.
 *
 * Versions only grow, or an old ETag would fit again. So a record that change 2 took from version 5 to 6 is at 7 when
 * change 2 is undone, though it is what change 1 left at 5: the note of change 1 follows to 7, and can be undone next. */
#include "store/sqlite/internal.h"

#define BATCH_LOOK 64 /* changes between two looks at the clock */

struct revert {
    struct store *s;
    int64_t op, now;
    bool to_trash;     /* added records go to the trash */
    bool with_dataset; /* ... with the dataset that was made with them, as its records */
    struct revert_counts counts;
};

/* One noted change; strings are lent by the row it was read from. */
struct change {
    char what;
    int64_t seq, record, dataset, version, before, deleted_at;
    const char *name, *description;
};

static enum status revert_record(struct revert *r, const struct change *n, struct err *err) {
    struct conn *c = &r->s->writer;
    enum status st;
    if (n->what == 'a') {
        if (r->with_dataset) {
            r->counts.records++;
            return STATUS_OK;
        }
        if (r->to_trash) {
            st = db_run(c, SQL_REVERT_ADDED,
                        ARGS(arg_int(n->record), arg_int(n->version), arg_int(r->now), arg_int(r->op)), err);
        } else {
            st = db_run(c, SQL_RECORD_DELETE, ARGS(arg_int(n->record)), err);
        }
        if (!st && sqlite3_changes(c->db)) r->counts.records++;
        return st;
    }
    st = db_run(c, SQL_REVERT_RECORD, ARGS(arg_int(r->op), arg_int(n->seq)), err);
    bool done = !st && sqlite3_changes(c->db) > 0;
    if (done) {
        r->counts.records++;
    } else if (!st) {
        r->counts.already_there++; /* its span is live again, or it was changed meanwhile */
    }
    if (done && n->what == 'd') {
        st = db_run(c, SQL_REVERT_COLUMNS, ARGS(arg_int(r->op), arg_int(n->seq), arg_int(n->record)), err);
        if (!st)
            st = db_run(c, SQL_REVERT_DATA, ARGS(arg_int(r->op), arg_int(n->seq), arg_int(n->record)), err);
    }
    if (done && !st) {
        st = db_run(c, SQL_FOLLOW_RECORD, ARGS(arg_int(n->record), arg_int(n->before), arg_int(n->version + 1)),
                    err);
    }
    if (!st && n->what == 'd') st = db_run(c, SQL_CHANGE_DATA_DROP, ARGS(arg_int(r->op), arg_int(n->seq)), err);
    return st;
}

static enum status revert_dataset(struct revert *r, const struct change *n, struct err *err) {
    struct conn *c = &r->s->writer;
    enum status st;
    if (n->what == 'n') {
        st = r->to_trash ? db_run(c, SQL_DATASET_TRASH, ARGS(arg_int(n->dataset), arg_int(r->now)), err)
                         : db_run(c, SQL_PURGE_DATASET, ARGS(arg_int(n->dataset)), err);
    } else {
        char *free_name = NULL;
        int64_t holder = 0;
        st = n->deleted_at >= 0 ? STATUS_OK
                                : db_int(c, SQL_DATASET_FIND_NAME, ARGS(arg_text(n->name)), 0, &holder, err);
        if (!st && holder && holder != n->dataset) {
            st = dataset_free_name(c, n->name, " (restored)", false, &free_name, err);
        }
        if (!st) {
            st = db_run(c, SQL_REVERT_DATASET,
                        ARGS(arg_int(n->dataset), arg_text(free_name ? free_name : n->name),
                             arg_text(n->description), arg_known(n->deleted_at), arg_int(r->now)),
                        err);
        }
        free(free_name);
        if (!st) {
            st = db_run(c, SQL_FOLLOW_DATASET,
                        ARGS(arg_int(n->dataset), arg_int(n->before), arg_int(n->version + 1)), err);
        }
    }
    if (!st) r->counts.datasets++;
    return st;
}

/* Takes the newest change back. *none: there was none left. */
static enum status revert_last(struct revert *r, bool *none, struct err *err) {
    struct conn *c = &r->s->writer;
    sqlite3_stmt *q = db_query(c, SQL_CHANGE_LAST, ARGS(arg_int(r->op)), err);
    enum status st = STATUS_OK;
    *none = !db_next(q);
    if (*none) return db_end(q, err);
    const struct change n = {.what = db_text(q, 1)[0],
                             .seq = sqlite3_column_int64(q, 0),
                             .record = db_known(q, 2),
                             .dataset = db_known(q, 3),
                             .version = sqlite3_column_int64(q, 4),
                             .before = db_known(q, 5),
                             .name = db_text(q, 6),
                             .description = db_text(q, 7),
                             .deleted_at = db_known(q, 8)};
    st = n.what == 'n' || n.what == 'e' ? revert_dataset(r, &n, err) : revert_record(r, &n, err);
    enum status ended = db_end(q, err);
    if (!st) st = ended;
    if (!st) st = db_run(c, SQL_CHANGE_DROP, ARGS(arg_int(r->op), arg_int(n.seq)), err);
    return st;
}

enum status revert_operation(struct store *s, int64_t op, const char *id, const char *kind, const char *end,
                             const struct store_progress *progress, struct revert_counts *counts,
                             struct err *err) {
    struct revert r = {.s = s, .op = op, .now = now_ms(), .to_trash = strcmp(end, "undone") == 0};
    int64_t total = 0, done = 0;
    bool none = false;
    enum status st = tx_begin(s, err);
    if (st) return st;
    st = db_int(&s->writer, SQL_CHANGE_COUNT, ARGS(arg_int(op)), 0, &total, err);
    if (!st && r.to_trash) {
        int64_t made = 0;
        st = db_int(&s->writer, SQL_CHANGE_MADE_DATASET, ARGS(arg_int(op)), 0, &made, err);
        r.with_dataset = made != 0;
    }
    bool chunked = total > s->options.one_transaction;
    if (!st) st = db_run(&s->writer, SQL_OPERATION_REVERTING, ARGS(arg_int(op), arg_text(end)), err);
    if (chunked) {
        st = tx_end(s, st, err);
        if (!st) st = tx_begin(s, err);
        if (st) return st;
    }
    while (!st && !none) {
        uint64_t started = clock_monotonic_ms();
        do {
            for (int i = 0; i < BATCH_LOOK && !st && !none; i++) st = revert_last(&r, &none, err);
            done += BATCH_LOOK;
        } while (!st && !none && (!chunked || clock_monotonic_ms() - started < (uint64_t)s->options.chunk_ms));
        if (st || none) break;
        if ((st = tx_commit(s, err)) != STATUS_OK) return st;
        if (progress && progress->report)
            progress->report(progress->ctx, id, kind, done < total ? done : total, total);
        if ((st = tx_begin(s, err)) != STATUS_OK) return st;
    }
    if (!st) {
        st = db_run(&s->writer, SQL_OPERATION_END,
                    ARGS(arg_int(op), arg_text(end), arg_null(), arg_int(r.counts.records)), err);
    }
    st = tx_end(s, st, err);
    if (counts) *counts = r.counts;
    return st;
}

enum status revert_interrupted(struct store *s, struct err *err) {
    for (;;) {
        struct conn *c = &s->writer;
        sqlite3_stmt *q = db_query(c, SQL_OPERATION_INTERRUPTED, NULL, 0, err);
        bool found = db_next(q);
        int64_t op = found ? sqlite3_column_int64(q, 0) : 0;
        char end[16], id[UUID_TEXT_SIZE], kind[32];
        snprintf(end, sizeof end, "%s", found && db_text(q, 1) ? db_text(q, 1) : "failed");
        snprintf(id, sizeof id, "%s", found ? db_text(q, 2) : "");
        snprintf(kind, sizeof kind, "%s", found ? db_text(q, 3) : "");
        enum status st = db_end(q, err);
        if (st || !found) return st;
        log_line(&s->options.log, LOG_LEVEL_WARN, "taking back %s, which was interrupted", kind);
        st = revert_operation(s, op, id, kind, end, NULL, NULL, err);
        if (st) return st;
    }
}

enum status store_undo(struct store *s, const char *token, const struct store_progress *progress,
                       struct store_undone *out, struct err *err) {
    *out = (struct store_undone){.records = 0};
    struct conn *c = &s->writer;
    enum status st = tx_begin(s, err);
    if (st) return st;
    int64_t op = 0, dataset = -1, stale = 0, created_at = 0;
    char state[16] = "";
    sqlite3_stmt *q = db_query(c, SQL_OPERATION_GET, ARGS(arg_text(token)), err);
    if (db_next(q)) {
        op = sqlite3_column_int64(q, 0);
        snprintf(out->kind, sizeof out->kind, "%s", db_text(q, 1));
        snprintf(state, sizeof state, "%s", db_text(q, 7) ? db_text(q, 7) : db_text(q, 2));
        created_at = sqlite3_column_int64(q, 5);
        dataset = db_known(q, 6);
    }
    st = db_end(q, err);
    if (!st && (!op || created_at < now_ms() - s->options.undo_ms)) {
        st = err_set(err, STATUS_NOT_FOUND, "no_undo",
                     "There is nothing to undo: the change is unknown or too old.");
    }
    if (!st && strcmp(state, "undone") == 0) {
        st = err_set(err, STATUS_CONFLICT, "already_undone", "This change has already been undone.");
    }
    if (!st && strcmp(state, "done") != 0) {
        st = err_set(err, STATUS_CONFLICT, "not_done", "This change is %s; there is nothing to undo.", state);
    }
    const enum sql_id checks[] = {SQL_STALE_OPERATION, SQL_STALE_RECORD, SQL_STALE_DATASET};
    for (size_t i = 0; i < 3 && !st && !stale; i++)
        st = db_int(c, (int)checks[i], ARGS(arg_int(op)), 0, &stale, err);
    if (!st && stale) {
        st = err_set(
            err, STATUS_CONFLICT, "changed_since",
            "Something that this change touched has been changed since, so it cannot be undone as a whole.");
    }
    /* Claimed while the lock is held: of two undos at once, one finds "undone". A crash finishes it at the next start. */
    if (!st) st = db_run(c, SQL_OPERATION_REVERTING, ARGS(arg_int(op), arg_text("undone")), err);
    if (!st && dataset > 0) st = dataset_touch(s, dataset, err);
    if (!st && dataset > 0) {
        q = db_query(c, SQL_DATASET_ID, ARGS(arg_int(dataset)), err);
        if (db_next(q)) snprintf(out->dataset_id, sizeof out->dataset_id, "%s", db_text(q, 0));
        st = db_end(q, err);
    }
    st = tx_end(s, st, err);
    if (st) return st;
    struct revert_counts counts = {0};
    st = revert_operation(s, op, token, out->kind, "undone", progress, &counts, err);
    out->records = counts.records;
    out->datasets = counts.datasets;
    out->already_there = counts.already_there;
    return st;
}
