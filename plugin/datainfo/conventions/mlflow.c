/* mlflow.c: MLflow's traces. Every attribute is JSON, texts too. spanInputs are the arguments of the traced
 * function (a provider's request, LangChain messages ...), spanOutputs what it gave back. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/conventions/conventions.h"
#include "datainfo/messages/normalise.h"
#include "datainfo/value.h"

#include <string.h>

/* The chunks of a stream as they came. The response that MLflow makes of them has lost the calls, so they go
 * first; but an event limit may have taken some, and then nothing can be made of the rest. */
static void offer_chunks(struct reading *r) {
    static const char name[] = "\"mlflow.chunk.item.";
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    struct buf b = BUF_INIT;
    if (r->span.dropped_events) return;
    buf_char(&b, '[');
    for (size_t i = 0; i < count; i++) {
        struct span_event *e = &events[i];
        if (e->name.len <= sizeof name || memcmp(e->name.text, name, sizeof name - 1) != 0) continue;
        struct json_text chunk = event_container(&r->span, e, "mlflow.chunk.value");
        if (chunk.type != JSON_TEXT_OBJECT) continue;
        buf_json_comma(&b);
        buf_add(&b, chunk.text, chunk.len);
    }
    buf_char(&b, ']');
    if (b.len == 2) {
        buf_free(&b);
        return;
    }
    struct json_text list = arena_json(&r->arena, &b, JSON_TEXT_ARRAY);
    struct offer o = offer_empty("mlflow.chunk.item", RANK_RAW);
    if (body_response(r, &list, &o)) offer_put(r, &o);
}

/* LangChain's answer is put together without the word that its last tokens bring. */
static void offer_end(struct reading *r) {
    size_t count;
    struct span_event *events = span_events(&r->span, &count);
    for (size_t i = count; i-- > 0;) {
        struct json_text chunk, finish;
        if (!json_text_equals(&events[i].name, "new_token")) continue;
        chunk = event_container(&r->span, &events[i], "chunk");
        if (!json_text_at(&chunk, &finish, "kwargs", "generation_info", "finish_reason", NULL) ||
            !has_text(&finish))
            continue;
        struct offer *o = offer_add(r, "new_token", RANK_EVENTS);
        if (o) o->finish = finish;
        return;
    }
}

/* Of LangChain's the request has no more than the messages; what else was sent is in the model's own parameters. */
static void offer_invocation(struct reading *r) {
    struct json_text p = span_container(&r->span, "invocation_params"), v;
    struct offer *o = p.type == JSON_TEXT_OBJECT ? offer_add(r, "invocation_params", RANK_RAW) : NULL;
    if (!o) return;
    if (json_text_get(&p, "tools", &v)) read_tools(r, &v, o);
    if (json_text_get(&p, "tool_choice", &v)) o->tool_choice = normal_tool_choice(r, &v);
    o->tells = TELLS_TOOL_CHOICE | TELLS_TOOLS;
    o->request_model = body_string(&p, "model");
    o->parameters = body_parameters(r, &p);
}

static void offer(struct reading *r) {
    if (!span_has(&r->span, "mlflow.spanInputs") && !span_has(&r->span, "mlflow.spanOutputs") &&
        !span_has(&r->span, "mlflow.chat.messages"))
        return;
    offer_chunks(r);
    offer_end(r);
    offer_invocation(r);
    value_offer_input(r, "mlflow.spanInputs", VALUE_TEXT | VALUE_ENCODED, RANK_RAW);
    value_offer_output(r, "mlflow.spanOutputs", VALUE_TEXT | VALUE_ENCODED, RANK_RAW);
    struct json_text tools = span_container(&r->span, "mlflow.chat.tools");
    struct offer *o = offer_add(r, "mlflow.chat.tools", RANK_STRUCTURED);
    if (o) read_tools(r, &tools, o);
    if (o && o->tool_count) o->tells = TELLS_TOOLS;
    value_offer_input(r, "mlflow.chat.messages", 0, RANK_FLAT); /* with the answer at its end: a last resort */
}

const struct convention convention_mlflow = {"MLflow", offer};
