/* bulk.c: one change to many records of a dataset: those named, or all that fit a filter. */
#include "service/internal.h"

enum { MAX_IDS = 1000000 };

struct id_list {
    const char **ids; /* each owned */
    size_t count;
};

static void id_list_free(struct id_list *list) {
    for (size_t i = 0; i < list->count; i++) free((char *)(uintptr_t)list->ids[i]);
    free(list->ids);
    *list = (struct id_list){0};
}

static enum status id_list_read(const struct json_text *array, const char *pointer, struct id_list *out,
                                struct err *err) {
    enum status status = STATUS_OK;
    if (array->type != JSON_TEXT_ARRAY) {
        status = err_set(err, STATUS_CONTENT, "wrong_type", "This must be an array of record ids.");
        err_at_pointer(err, pointer);
        return status;
    }
    size_t count = json_text_count(array);
    if (count > MAX_IDS) {
        status = err_set(err, STATUS_CONTENT, "too_many",
                         "At most %d ids in one call; use {\"all\":true} instead.", MAX_IDS);
        err_at_pointer(err, pointer);
        return status;
    }
    out->ids = calloc(count ? count : 1, sizeof *out->ids);
    if (!out->ids) return err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.");
    struct json_text_iter it;
    struct json_text value;
    json_text_iter(&it, array);
    while (json_text_next(&it, NULL, &value)) {
        char *id = json_text_dup(&value);
        if (!id) {
            status = value.type == JSON_TEXT_STRING
                         ? err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.")
                         : err_set(err, STATUS_CONTENT, "wrong_type", "A record id is a string.");
            err_at_pointer(err, pointer);
            return status;
        }
        out->ids[out->count++] = id;
    }
    return STATUS_OK;
}

/* ---- the body ---- */

struct request {
    struct store_selection selection;
    struct id_list ids, except;
    char *q, *filter_topic, *model, *provider;
    struct store_fields fields;
    char *topic, *feedback, *to;
};

static void request_free(struct request *r) {
    id_list_free(&r->ids);
    id_list_free(&r->except);
    free(r->q);
    free(r->filter_topic);
    free(r->model);
    free(r->provider);
    free(r->topic);
    free(r->feedback);
    free(r->to);
}

static enum status flag(const struct json_text *object, const char *name, int *out, struct err *err) {
    struct json_text value;
    if (!json_text_get(object, name, &value) || value.type == JSON_TEXT_NULL) return STATUS_OK;
    if (value.type == JSON_TEXT_TRUE || value.type == JSON_TEXT_FALSE) {
        *out = value.type == JSON_TEXT_TRUE;
        return STATUS_OK;
    }
    err_set(err, STATUS_CONTENT, "wrong_type", "\"%s\" must be true or false.", name);
    err_at_pointer(err, "/select");
    return STATUS_CONTENT;
}

static enum status number(const struct json_text *object, const char *name, double *out, struct err *err) {
    struct json_text value;
    if (!json_text_get(object, name, &value) || value.type == JSON_TEXT_NULL) return STATUS_OK;
    if (json_text_double(&value, out) && *out >= 0) return STATUS_OK;
    err_set(err, STATUS_CONTENT, "wrong_type", "\"%s\" must be a number, 0 or more.", name);
    err_at_pointer(err, "/select");
    return STATUS_CONTENT;
}

static enum status word(const struct json_text *object, const char *name, char **out, const char **into,
                        struct err *err) {
    struct json_text value;
    json_text_get(object, name, &value);
    enum status status =
        text_member(&value, 10000, name, "/select", true, out, err); /* any white space parts words */
    *into = *out;
    return status;
}

static enum status read_all(struct request *r, const struct json_text *select, struct err *err) {
    static const char *const known[] = {"all",   "q",        "topic",     "topic_empty", "has_tools",
                                        "model", "provider", "score_min", "score_max",   "edited",
                                        "error", "missing",  "except",    "expect",      NULL};
    struct store_filter *f = &r->selection.filter;
    struct json_text value;
    int empty = 0;
    enum status status = members_known(select, known, "/select", err);
    if (!status) status = word(select, "q", &r->q, &f->q, err);
    if (!status) status = word(select, "topic", &r->filter_topic, &f->topic, err);
    if (!status) status = word(select, "model", &r->model, &f->model, err);
    if (!status) status = word(select, "provider", &r->provider, &f->provider, err);
    if (!status) status = flag(select, "topic_empty", &empty, err);
    if (!status) status = flag(select, "has_tools", &f->has_tools, err);
    if (!status) status = flag(select, "edited", &f->edited, err);
    if (!status) status = flag(select, "error", &f->error, err);
    if (!status) status = flag(select, "missing", &f->missing, err);
    if (!status) status = number(select, "score_min", &f->score_min, err);
    if (!status) status = number(select, "score_max", &f->score_max, err);
    if (status) return status;
    /* "topic": null, which "" is too, says the same as topic_empty: never "all of them" */
    f->topic_empty = empty == 1 || (json_text_get(select, "topic", &value) && !f->topic);
    if (f->topic && f->topic_empty) {
        err_set(err, STATUS_CONTENT, "bad_selection", "Give topic or topic_empty, not both.");
        err_at_pointer(err, "/select");
        return STATUS_CONTENT;
    }
    if (json_text_get(select, "except", &value)) {
        status = id_list_read(&value, "/select/except", &r->except, err);
        r->selection.except = r->except.ids;
        r->selection.except_count = r->except.count;
    }
    return status;
}

static enum status read_expect(struct request *r, const struct json_text *select, struct err *err) {
    struct json_text value;
    if (!json_text_get(select, "expect", &value) ||
        (json_text_int64(&value, false, &r->selection.expect) && r->selection.expect >= 0))
        return STATUS_OK;
    err_set(err, STATUS_CONTENT, "wrong_type", "\"expect\" is the number of records you expect to change.");
    err_at_pointer(err, "/select/expect");
    return STATUS_CONTENT;
}

static enum status read_select(struct request *r, const struct json_text *select, bool must_expect,
                               struct err *err) {
    static const char *const known_ids[] = {"ids", "expect", NULL};
    struct json_text value;
    r->selection = (struct store_selection){.filter = STORE_FILTER_INIT, .expect = -1};
    if (json_text_get(select, "all", &value)) {
        if (value.type != JSON_TEXT_TRUE) {
            err_set(err, STATUS_CONTENT, "wrong_type", "\"all\" can only be true; name \"ids\" otherwise.");
            err_at_pointer(err, "/select/all");
            return STATUS_CONTENT;
        }
        enum status status = read_all(r, select, err);
        if (!status) status = read_expect(r, select, err);
        if (!status && must_expect && r->selection.expect < 0) {
            status = err_set(err, STATUS_CONTENT, "expect_missing",
                             "Say in \"expect\" how many records this is about; nothing was changed.");
            err_at_pointer(err, "/select/expect");
        }
        return status;
    }
    if (!json_text_get(select, "ids", &value)) {
        err_set(err, STATUS_CONTENT, "no_selection",
                "Say which records: {\"ids\":[...]} or {\"all\":true, ...}.");
        err_at_pointer(err, "/select");
        return STATUS_CONTENT;
    }
    enum status status = members_known(select, known_ids, "/select", err);
    if (!status) status = read_expect(r, select, err);
    if (!status) status = id_list_read(&value, "/select/ids", &r->ids, err);
    r->selection.ids = r->ids.ids;
    r->selection.id_count = r->ids.count;
    return status;
}

enum op { OP_TOPIC, OP_SCORE, OP_DELETE, OP_RESTORE, OP_MOVE, OP_COPY, OPS };
static const struct {
    const char *name;
    enum store_bulk_op op;
    bool must_expect;
    const char *change; /* told on the feed */
} ops[OPS] = {
    [OP_TOPIC] = {"topic", STORE_BULK_FIELDS, false, "records.updated"},
    [OP_SCORE] = {"score", STORE_BULK_FIELDS, false, "records.updated"},
    [OP_DELETE] = {"delete", STORE_BULK_DELETE, true, "records.deleted"},
    [OP_RESTORE] = {"restore", STORE_BULK_RESTORE, false, "records.added"},
    [OP_MOVE] = {"move", STORE_BULK_MOVE, true, "records.deleted"},
    [OP_COPY] = {"copy", STORE_BULK_COPY, false, "records.added"},
};

static enum status refuse(struct err *err, const char *pointer, const char *sentence) {
    err_set(err, STATUS_CONTENT, "bad_operation", "%s", sentence);
    err_at_pointer(err, pointer);
    return STATUS_CONTENT;
}

static enum status read_op(struct request *r, const struct json_text *body, int *op, struct err *err) {
    static const char *const known[OPS][6] = {
        [OP_TOPIC] = {"op", "select", "topic"}, [OP_SCORE] = {"op", "select", "score", "feedback"},
        [OP_DELETE] = {"op", "select"},         [OP_RESTORE] = {"op", "select"},
        [OP_MOVE] = {"op", "select", "to"},     [OP_COPY] = {"op", "select", "to"},
    };
    struct json_text value, select;
    *op = OPS;
    if (json_text_get(body, "op", &value) && value.type == JSON_TEXT_STRING)
        for (*op = 0; *op < OPS && !json_text_equals(&value, ops[*op].name);) ++*op;
    if (*op == OPS) return refuse(err, "/op", "\"op\" is one of topic, score, delete, restore, move, copy.");
    enum status status = members_known(body, known[*op], "", err);
    if (status) return status;
    if (!json_text_get(body, "select", &select))
        return refuse(err, "/select", "Say in \"select\" which records.");
    status = read_select(r, &select, ops[*op].must_expect, err);
    if (status) return status;
    r->fields.score = -1;
    if (*op == OP_TOPIC) {
        if (!json_text_get(body, "topic", &value))
            return refuse(err, "/topic", "Give a topic, or null for none.");
        status = text_member(&value, SERVICE_TOPIC_MAX, "topic", "/topic", false, &r->topic, err);
        r->fields.set_topic = true;
        r->fields.topic = r->topic;
    } else if (*op == OP_SCORE) {
        struct buf evaluation = BUF_INIT; /* {score, feedback} in one place, checked by one function */
        struct json_text score, feedback, both;
        if (!json_text_get(body, "score", &score))
            return refuse(err, "/score", "Give a score from 0 to 1, or null for none.");
        buf_str(&evaluation, "{\"score\":");
        json_text_copy(&score, &evaluation);
        if (json_text_get(body, "feedback", &feedback)) {
            buf_str(&evaluation, ",\"feedback\":");
            json_text_copy(&feedback, &evaluation);
        }
        buf_char(&evaluation, '}');
        status = buf_failed(&evaluation) ? err_set(err, STATUS_NO_MEMORY, NULL, "Out of memory.")
                                         : json_text_parse(&both, evaluation.data, evaluation.len, 0, err);
        if (!status) status = evaluation_read(&both, "", &r->fields, &r->feedback, err);
        buf_free(&evaluation);
    } else if (*op == OP_MOVE || *op == OP_COPY) {
        if (json_text_get(body, "to", &value)) r->to = json_text_dup(&value);
        if (!r->to || !uuid_valid(r->to))
            return refuse(err, "/to", "Give in \"to\" the id of the other dataset.");
    }
    return status;
}

enum status service_bulk(struct service *s, const char *dataset_id, const struct json_text *body,
                         struct buf *out, struct err *err) {
    size_t from = out->len;
    struct request r = {.selection = {.expect = -1}};
    struct store_change change = {.undo = ""};
    struct store_progress progress = progress_reporter(s);
    int op = OPS;
    enum status status = read_op(&r, body, &op, err);
    if (!status)
        status = store_bulk(s->store, dataset_id, ops[op].op, &r.selection, &r.fields, r.to, &progress, &change,
                            err);
    if (!status) {
        if (change.changed)
            publish_change(s, ops[op].change, op == OP_COPY ? r.to : dataset_id, change.changed, NULL, 0);
        if (change.changed && op == OP_MOVE) publish_change(s, "records.added", r.to, change.changed, NULL, 0);
        buf_char(out, '{');
        buf_json_int(out, "changed", change.changed);
        buf_json_int(out, "already_there", change.already_there);
        buf_json_int(out, "not_found", change.not_found);
        wire_undo(out, &change);
        buf_char(out, '}');
        status = wire_done(out, from, err);
    }
    request_free(&r);
    return status;
}
