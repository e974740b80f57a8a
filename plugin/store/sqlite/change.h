/* change.h: how one record is changed inside a write transaction and an operation; bulk.c,
 * adding.c and trash.c build on it (single calls are in edit.c). Each notes what was before, and forgets the note when nothing changed. */
#ifndef SPANSET_STORE_SQLITE_CHANGE_H
#define SPANSET_STORE_SQLITE_CHANGE_H

#include "store/sqlite/internal.h"

/* *changed: whether it did. */
enum status change_fields(struct store *s, struct operation *op, int64_t key, const struct store_fields *fields,
                          bool *changed, struct err *err);
enum status change_delete(struct store *s, struct operation *op, int64_t key, bool *changed, struct err *err);
enum status change_restore(struct store *s, struct operation *op, int64_t key, bool *changed, struct err *err);
enum status change_move(struct store *s, struct operation *op, int64_t key, int64_t to, bool *changed,
                        struct err *err);
enum status change_copy(struct store *s, struct operation *op, int64_t key, int64_t to, bool *changed,
                        struct err *err);

/* A change of many records: all in one transaction, or (more than one_transaction) in chunks under an operation that
 * was committed first. begin inside a transaction; then lot_next before each record: it commits, reports and begins
 * again when a chunk's time is over. lot_end commits; on failure all is taken back.
 *
 *     tx_begin .. look .. lot_begin .. { lot_next .. change_* } .. lot_end                                          */
struct lot {
    struct store *s;
    struct operation op;
    const char *kind; /* borrowed */
    const struct store_progress *progress;
    bool chunked;
    struct running running;
    int64_t done, total;
    uint64_t chunk_began;
    const char *
        into; /* set by the caller, borrowed: a dataset that has to be there still when others had their turn */
};
/* On failure the transaction is still open and nothing is registered: the caller rolls back. */
enum status lot_begin(struct lot *lot, struct store *s, const char *kind, int64_t dataset, int64_t total,
                      const struct store_progress *progress, struct err *err);
/* STATUS_NOT_FOUND: `into` is gone. On failure *in_transaction says whether one is open; call lot_end all the same. */
enum status lot_next(struct lot *lot, bool *in_transaction, struct err *err);
/* st: how it went. Ends with commit or taking back; fills change->undo. in_transaction as lot_next left it. */
enum status lot_end(struct lot *lot, enum status st, bool in_transaction, int64_t changed,
                    struct store_change *change, struct err *err);

#endif
