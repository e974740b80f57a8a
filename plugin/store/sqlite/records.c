/* Reading records: pages, counts, one. A page of a sort whose value may be absent is read in two parts: rows with a
 * value, then rows without. Only store_record_data touches record_data. */
#include "store/sqlite/internal.h"

#include <math.h>

void record_read(sqlite3_stmt *q, struct store_record *r) {
    *r = (struct store_record){
        .id = db_text(q, COL_ID),
        .trace_id = db_text(q, COL_TRACE),
        .span_id = db_text(q, COL_SPAN),
        .topic = db_text(q, COL_TOPIC),
        .score = db_real(q, COL_SCORE),
        .feedback = db_text(q, COL_FEEDBACK),
        .evaluated_at = db_known(q, COL_EVALUATED_AT),
        .created_at = sqlite3_column_int64(q, COL_CREATED_AT),
        .updated_at = sqlite3_column_int64(q, COL_UPDATED_AT),
        .version = sqlite3_column_int64(q, COL_VERSION),
        .edited = sqlite3_column_int(q, COL_EDITED) != 0,
        .error = sqlite3_column_int(q, COL_ERROR) != 0,
        .missing = (unsigned)sqlite3_column_int(q, COL_MISSING),
        .preview_input = db_text(q, COL_PREVIEW_INPUT),
        .preview_output = db_text(q, COL_PREVIEW_OUTPUT),
        .preview_tool = db_text(q, COL_PREVIEW_TOOL),
        .preview_arguments = db_text(q, COL_PREVIEW_ARGUMENTS),
        .model = db_text(q, COL_MODEL),
        .provider = db_text(q, COL_PROVIDER),
        .finish_reason = db_text(q, COL_FINISH_REASON),
        .input_tokens = db_known(q, COL_INPUT_TOKENS),
        .output_tokens = db_known(q, COL_OUTPUT_TOKENS),
        .cost = db_real(q, COL_COST),
        .latency_ms = db_known(q, COL_LATENCY_MS),
        .message_count = sqlite3_column_int64(q, COL_MESSAGE_COUNT),
        .tool_count = sqlite3_column_int64(q, COL_TOOL_COUNT),
        .tool_call_count = sqlite3_column_int64(q, COL_TOOL_CALL_COUNT),
        .bytes = sqlite3_column_int64(q, COL_BYTES),
        .sort_text = db_text(q, COL_TOPIC_SORT),
    };
}

/* The sort keys of one topic: lower(topic) 01 ... to lower(topic) 02. Without a filter: everything. */
static bool topic_bounds(const struct store_filter *f, struct buf *low, struct buf *high) {
    const char *topic = f ? f->topic : NULL;
    for (const char *p = topic ? topic : ""; *p; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        buf_char(low, c);
        buf_char(high, c);
    }
    buf_str(low, topic ? "\x01" : "");
    buf_str(high, topic ? "\x02" : "\xF4\x8F\xBF\xBF"); /* U+10FFFF */
    return !low->failed && !high->failed;
}

/* The values of the sort that are walked, ?6 and ?7. */
static void sort_bounds(enum store_sort sort, const struct store_filter *f, const struct buf *low,
                        const struct buf *high, struct arg out[2]) {
    out[0] = out[1] = arg_null();
    if (sort == STORE_SORT_TOPIC) {
        out[0] = arg_bytes(low->data ? low->data : "", low->len);
        out[1] = arg_bytes(high->data, high->len);
    } else if (sort == STORE_SORT_SCORE) {
        out[0] = arg_real(f && f->score_min > 0 ? f->score_min : 0);
        out[1] = arg_real(f && f->score_max >= 0 ? f->score_max : HUGE_VAL);
    }
}

/* Whether rows without a sort value can fit, and whether only they can. */
static bool may_be_empty(enum store_sort sort, const struct store_filter *f) {
    if (sort == STORE_SORT_TOPIC) return !f || !f->topic;
    return sort == STORE_SORT_SCORE && (!f || (f->score_min < 0 && f->score_max < 0));
}

static bool must_be_empty(enum store_sort sort, const struct store_filter *f) {
    return sort == STORE_SORT_TOPIC && f && f->topic_empty;
}

struct page_walk {
    struct conn *c;
    const char *dataset_id;
    int64_t dataset;
    const struct store_filter *filter;
    const struct search_words *words;
    enum store_sort sort;
    bool descending;
    const struct buf *low, *high; /* of topics */
    store_record_fn each;
    void *ctx;
};

/* One part of a page. *rows grows by what was handed out. */
static enum status walk_part(const struct page_walk *w, bool empty, const struct store_position *after,
                             int64_t limit, int64_t offset, int64_t *rows, struct err *err) {
    static const struct store_position none = {.id = NULL};
    const struct store_position *p = after ? after : &none;
    struct arg value = !after                             ? arg_null()
                       : w->sort == STORE_SORT_CREATED_AT ? arg_int(p->number)
                       : w->sort == STORE_SORT_TOPIC      ? arg_text(p->text)
                                                          : arg_real(p->real);
    struct arg bounds[2];
    sort_bounds(w->sort, w->filter, w->low, w->high, bounds);
    sqlite3_stmt *q = db_query(w->c, SQL_PAGE_VARIANT(w->sort, w->descending, empty, after != NULL),
                               ARGS(arg_int(w->dataset), arg_int(limit), arg_int(offset), value,
                                    arg_text(p->id), bounds[0], bounds[1]),
                               err);
    filter_bind(q, w->filter, w->words);
    while (db_next(q)) {
        struct store_record r;
        record_read(q, &r);
        r.dataset_id = w->dataset_id;
        w->each(w->ctx, &r);
        ++*rows;
    }
    return db_end(q, err);
}

static enum status count_rows(struct conn *c, int64_t dataset, const struct store_filter *f,
                              const struct search_words *w, int with_value, int64_t *count, struct err *err) {
    sqlite3_stmt *q = db_query(c, w->count ? SQL_COUNT_SEARCH : SQL_COUNT_FILTER, ARGS(arg_int(dataset)), err);
    if (q) db_bind(q, 8, arg_int(with_value));
    filter_bind(q, f, w);
    *count = db_next(q) ? sqlite3_column_int64(q, 0) : 0;
    return db_end(q, err);
}

static enum status walk_page(const struct page_walk *w, const struct store_page *page, struct err *err) {
    enum status st = STATUS_OK;
    int64_t rows = 0, offset = page->offset;
    bool tail = may_be_empty(w->sort, w->filter), in_tail = page->after && page->after->empty_value;
    if (!in_tail && !must_be_empty(w->sort, w->filter)) {
        st = walk_part(w, false, page->after, page->limit, offset, &rows, err);
        if (st || !tail || rows == page->limit) return st;
        if (rows == 0 && offset > 0) { /* the page begins in the tail: so many rows stand before it */
            int64_t before = 0;
            st = count_rows(w->c, w->dataset, w->filter, w->words, w->sort == STORE_SORT_TOPIC ? 1 : 2, &before,
                            err);
            offset = offset > before ? offset - before : 0;
        } else {
            offset = 0;
        }
    }
    if (!st && tail)
        st = walk_part(w, true, in_tail ? page->after : NULL, page->limit - rows, offset, &rows, err);
    return st;
}

enum status store_record_page(struct store *s, const char *dataset_id, const struct store_filter *filter,
                              enum store_sort sort, bool descending, const struct store_page *page,
                              store_record_fn each, void *ctx, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    struct search_words words;
    struct buf low = BUF_INIT, high = BUF_INIT;
    struct page_walk w = {.c = c,
                          .dataset_id = dataset_id,
                          .filter = filter,
                          .words = &words,
                          .sort = sort,
                          .descending = descending,
                          .low = &low,
                          .high = &high,
                          .each = each,
                          .ctx = ctx};
    bool memory = search_split(&words, filter ? filter->q : NULL) && topic_bounds(filter, &low, &high);
    enum status st = memory ? dataset_key(c, dataset_id, &w.dataset, NULL, err)
                            : err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    if (!st) st = walk_page(&w, page, err);
    search_free(&words);
    buf_free(&low);
    buf_free(&high);
    reader_give(s, c);
    return st;
}

/* Whether nothing but the topic is asked for: then the counters know. */
static bool topic_alone(const struct store_filter *f) {
    return f->has_tools < 0 && f->edited < 0 && f->error < 0 && f->missing < 0 && !f->model && !f->provider &&
           f->score_min < 0 && f->score_max < 0;
}

enum status store_record_count(struct store *s, const char *dataset_id, const struct store_filter *filter,
                               int64_t *count, struct err *err) {
    static const struct store_filter nothing = STORE_FILTER_INIT;
    const struct store_filter *f = filter ? filter : &nothing;
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    struct search_words words;
    int64_t key = 0, counts[3] = {0};
    enum status st = search_split(&words, f->q) ? dataset_key(c, dataset_id, &key, counts, err)
                                                : err_set(err, STATUS_NO_MEMORY, NULL, "Memory ran out.");
    if (!st && !words.count && topic_alone(f) && !(f->topic && f->topic_empty)) {
        if (f->topic) {
            st = db_int(c, SQL_TOPIC_COUNT, ARGS(arg_int(key), arg_text(f->topic)), 0, count, err);
        } else {
            *count = f->topic_empty ? counts[0] - counts[1] : counts[0];
        }
    } else if (!st) {
        st = count_rows(c, key, f, &words, 0, count, err);
    }
    search_free(&words);
    reader_give(s, c);
    return st;
}

static enum status no_record(struct err *err) {
    return err_set(err, STATUS_NOT_FOUND, "no_record", "There is no such record; it may have been deleted.");
}

enum status store_record_get(struct store *s, const char *id, store_record_fn each, void *ctx,
                             struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    sqlite3_stmt *q = db_query(c, SQL_RECORD_GET, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    if (found) {
        struct store_record r;
        record_read(q, &r);
        r.dataset_id = db_text(q, COL_DATASET_ID);
        each(ctx, &r);
    }
    enum status st = db_end(q, err);
    reader_give(s, c);
    return st || found ? st : no_record(err);
}

enum status store_record_data(struct store *s, const char *id, store_data_fn each, void *ctx, struct err *err) {
    struct conn *c = reader_take(s, err);
    if (!c) return err ? err->status : STATUS_IO;
    sqlite3_stmt *q = db_query(c, SQL_RECORD_DATA, ARGS(arg_text(id)), err);
    bool found = db_next(q);
    if (found) {
        struct store_record r;
        record_read(q, &r);
        r.dataset_id = db_text(q, COL_DATASET_ID);
        const char *data = db_text(q, COL_DATA);
        if (data) {
            each(ctx, &r, data, (size_t)sqlite3_column_bytes(q, COL_DATA));
        } else {
            found = false; /* memory ran out: the step after says so */
        }
    }
    enum status st = db_end(q, err);
    reader_give(s, c);
    return st || found ? st : no_record(err);
}
