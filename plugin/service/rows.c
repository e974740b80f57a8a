/* rows.c: from DataInfo and evaluations as people send them to the columns of the narrow row. */
#include "service/internal.h"

enum status row_of_data(struct store_record *row, struct datainfo_summary *summary, const char *data,
                        size_t len, struct err *err) {
    enum status status = datainfo_summarize(summary, data, len, err);
    if (status) return status;
    row->preview_input = summary->preview_input;
    row->preview_output = summary->preview_output;
    row->preview_tool = summary->preview_tool;
    row->preview_arguments = summary->preview_arguments;
    row->model = summary->model;
    row->provider = summary->provider;
    row->finish_reason = summary->finish_reason;
    row->input_tokens = summary->input_tokens;
    row->output_tokens = summary->output_tokens;
    row->cost = summary->cost;
    row->latency_ms = summary->latency_ms;
    row->message_count = summary->message_count;
    row->tool_count = summary->tool_count;
    row->tool_call_count = summary->tool_call_count;
    row->error = summary->has_error;
    row->missing = summary->missing;
    row->bytes = (int64_t)len;
    return STATUS_OK;
}

enum status evaluation_read(const struct json_text *value, const char *pointer, struct store_fields *fields,
                            char **feedback, struct err *err) {
    static const char *const known[] = {"score", "feedback", "evaluated_at", NULL};
    char at[200];
    *feedback = NULL;
    if (value->type == JSON_TEXT_NONE) return STATUS_OK;
    if (value->type == JSON_TEXT_NULL) {
        fields->set_score = fields->set_feedback = true;
        fields->score = -1;
        fields->feedback = NULL;
        return STATUS_OK;
    }
    enum status status = members_known(value, known, pointer, err);
    if (status) return status;
    struct json_text score, text;
    if (json_text_get(value, "score", &score)) {
        snprintf(at, sizeof at, "%s/score", pointer);
        double number = -1;
        if (score.type != JSON_TEXT_NULL &&
            (!json_text_double(&score, &number) || !(number >= 0) || !(number <= 1))) {
            err_set(err, STATUS_CONTENT, "bad_score", "A score is a number from 0 to 1, or null for none.");
            err_at_pointer(err, at);
            return STATUS_CONTENT;
        }
        fields->set_score = true;
        fields->score = score.type == JSON_TEXT_NULL ? -1 : number + 0.0; /* -0 is 0 */
    }
    if (json_text_get(value, "feedback", &text)) {
        snprintf(at, sizeof at, "%s/feedback", pointer);
        status = text_member(&text, SERVICE_FEEDBACK_MAX, "feedback", at, true, feedback, err);
        if (status) return status;
        fields->set_feedback = true;
        fields->feedback = *feedback;
    }
    return STATUS_OK;
}
