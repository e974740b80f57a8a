/* What JSON can say and few programs keep: integers over 64 bits, 1e400, 0.1, lone surrogates, NUL, escapes that need
 * none, the same key twice. In every convention it is extracted, saved and read back byte for byte. */
#include "temp_service.h"

/* Stand for these in the values below: a string, an object, and that object as the text of a string. */
#define ODD_STRING "\"0.1 \\ud83d \\u0000 \\/ \\u00e9 \\uDE00\\ud83d \xC3\xA9\""
#define ODD_OBJECT                                                                                             \
    "{\"i\":123456789012345678901234567890,\"h\":1e400,\"f\":0.1,\"m\":-0.0,\"e\":1E+2,\"s\":"                 \
    "\"\\ud83d\\u0000\\/\","                                                                                   \
    "\"k\":1,\"k\":2,\"\\ud83d\":[9007199254740993]}"

static const struct {
    const char *name, *also, *key, *value;
} spans[] = {
    {"OpenAI body", "openinference.span.kind=LLM", "input.value",
     "{'model':'m','messages':[{'role':'user','content':$S},{'role':'assistant','content':null,'tool_calls':[{'"
     "id':'c',"
     "'type':'function','function':{'name':'f','arguments':$Q}}]}],'tools':[{'type':'function','function':{'"
     "name':'f',"
     "'parameters':$P}}]}"},
    {"Langfuse", "langfuse.observation.type=generation", "langfuse.observation.input",
     "{'messages':[{'role':'user','content':$S},{'role':'assistant','content':null,'tool_calls':[{'id':'c',"
     "'type':'function','function':{'name':'f','arguments':$Q}}]}],'tools':[{'type':'function','function':{'"
     "name':'f',"
     "'parameters':$P}}]}"},
    {"a key nobody knows", "gen_ai.operation.name=chat", "acme.request",
     "{'messages':[{'role':'user','content':$S},{'role':'assistant','content':null,'tool_calls':[{'id':'c',"
     "'type':'function','function':{'name':'f','arguments':$Q}}]}],'tools':[{'type':'function','function':{'"
     "name':'f',"
     "'parameters':$P}}]}"},
    {"Responses", "openinference.span.kind=LLM", "input.value",
     "{'model':'m','input':[{'role':'user','content':$S},{'type':'function_call','call_id':'c','name':'f','"
     "arguments':$Q}],"
     "'tools':[{'type':'function','name':'f','parameters':$P}]}"},
    {"Anthropic", "openinference.span.kind=LLM", "input.value",
     "{'model':'claude-1','messages':[{'role':'user','content':$S},{'role':'assistant','content':[{'type':'"
     "tool_use',"
     "'id':'c','name':'f','input':$P}]}],'tools':[{'name':'f','input_schema':$P}]}"},
    {"Gemini", "gen_ai.operation.name=chat", "gcp.vertex.agent.llm_request",
     "{'model':'m','contents':[{'role':'user','parts':[{'text':$S}]},{'role':'model','parts':[{'functionCall':{"
     "'id':'c',"
     "'name':'f','args':$P}}]}],'config':{'tools':[{'functionDeclarations':[{'name':'f','parameters':$P}]}]}}"},
    {"Bedrock", "openinference.span.kind=LLM", "input.value",
     "{'modelId':'m','messages':[{'role':'user','content':[{'text':$S}]},{'role':'assistant','content':[{'"
     "toolUse':{"
     "'toolUseId':'c','name':'f','input':$P}}]}],'toolConfig':{'tools':[{'toolSpec':{'name':'f','inputSchema':{"
     "'json':$P}}}]}}"},
    {"Genkit", "genkit:metadata:subtype=model", "genkit:input",
     "{'messages':[{'role':'user','content':[{'text':$S}]},{'role':'model','content':[{'toolRequest':{'ref':'c'"
     ",'name':'f',"
     "'input':$P}}]}],'tools':[{'name':'f','inputSchema':$P}]}"},
    {"AI SDK", "ai.operationId=ai.generateText.doGenerate", "ai.prompt.messages",
     "[{'role':'user','content':[{'type':'text','text':$S}]},{'role':'assistant','content':[{'type':"
     "'tool-call','toolCallId':'c','toolName':'f','input':$P}]}]"},
    {"AI SDK's tools", "ai.operationId=ai.generateText.doGenerate", "ai.prompt.tools",
     "[{'type':'function','name':'f','inputSchema':$P}]"},
    {"LangSmith", "langsmith.span.kind=llm", "gen_ai.prompt",
     "{'messages':[{'role':'user','content':$S},{'role':'assistant','content':null,'tool_calls':[{'id':'c',"
     "'type':'function','function':{'name':'f','arguments':$Q}}]}],'tools':[{'type':'function','function':{'"
     "name':'f',"
     "'parameters':$P}}]}"},
    {"MLflow", "mlflow.spanType=\"CHAT_MODEL\"", "mlflow.spanInputs",
     "{'messages':[{'role':'user','content':$S},{'role':'assistant','content':null,'tool_calls':[{'id':'c',"
     "'type':'function','function':{'name':'f','arguments':$Q}}]}],'tools':[{'type':'function','function':{'"
     "name':'f',"
     "'parameters':$P}}]}"},
    {"GenAI messages", "gen_ai.operation.name=chat", "gen_ai.input.messages",
     "[{'role':'user','parts':[{'type':'text','content':$S}]},{'role':'assistant','parts':[{'type':'tool_call',"
     "'id':'c',"
     "'name':'f','arguments':$P}]}]"},
};

static void add_value(struct buf *b, const char *value) {
    for (; *value; value++) {
        if (*value == '\'') {
            buf_char(b, '"');
        } else if (*value == '$') {
            value++;
            if (*value == 'S') buf_str(b, ODD_STRING);
            if (*value == 'P') buf_str(b, ODD_OBJECT);
            if (*value == 'Q') buf_json_cstr(b, ODD_OBJECT);
        } else {
            buf_char(b, *value);
        }
    }
}

/* An attribute; a value in front of which stands '\1' is an AnyValue as it lies. */
static void add_attribute(struct buf *b, const char *key, size_t key_len, const char *value, size_t len) {
    buf_json_comma(b);
    buf_str(b, "{\"key\":");
    buf_json_string(b, key, key_len);
    buf_str(b, ",\"value\":");
    if (len && value[0] == '\1') {
        buf_add(b, value + 1, len - 1);
    } else {
        buf_str(b, "{\"stringValue\":");
        buf_json_string(b, value, len);
        buf_char(b, '}');
    }
    buf_char(b, '}');
}

static struct buf begin_span(const struct span_ref *ref, const char *also) {
    struct buf b = BUF_INIT;
    buf_printf(
        &b,
        "{\"resource\":{\"attributes\":[]},\"scope\":{\"name\":\"t\"},\"span\":{\"traceId\":\"%s\",\"spanId\":"
        "\"%s\",\"name\":\"chat\",\"startTimeUnixNano\":\"1\",\"endTimeUnixNano\":\"2\",\"attributes\":[",
        ref->trace_id, ref->span_id);
    const char *equals = strchr(also, '=');
    add_attribute(&b, also, (size_t)(equals - also), equals + 1, strlen(equals + 1));
    return b;
}

/* The stored text of the one record that the span becomes; asks for it twice, the second time after it was put back
 * as it was. */
static struct answer *save_and_read(struct temp_service *t, const struct span_ref *ref, struct buf *span,
                                    const char *name) {
    buf_str(span, "]},\"logs\":[]}");
    source_add(t, ref, span);
    struct answer *a = add_spans(t, t->dataset, ref, 1, NULL);
    assert_ok(a);
    if (number_at(a, "added") != 1) fail_msg("%s: %s", name, a->out.data);
    struct answer *list = list_records(t, t->dataset, NULL);
    char id[64];
    snprintf(id, sizeof id, "%s", text_at(list, "records.0.id"));
    a = ASK_ETAG(service_record_data, id);
    assert_ok(a);
    assert_ok(ASK_ETAG(service_record_data_put, id, a->out.data, strlen(a->out.data), NULL));
    struct answer *again = ASK_ETAG(service_record_data, id);
    assert_string_equal(again->out.data, a->out.data);
    assert_ok(ASK(service_record_delete, id, NULL));
    return a;
}

static void expect(const struct answer *a, const char *name, const char *key, const char *text) {
    struct buf want = BUF_INIT;
    buf_printf(&want, "\"%s\":%s", key, text);
    if (!strstr(a->out.data, want.data)) fail_msg("%s: no %s in %s", name, want.data, a->out.data);
    buf_free(&want);
}

static void odd_values_keep_their_bytes(void **state) {
    struct temp_service *t = *state;
    struct buf arguments = BUF_INIT;
    buf_json_cstr(&arguments, ODD_OBJECT);
    for (unsigned i = 0; i < sizeof spans / sizeof *spans; i++) {
        struct span_ref ref = ref_of(i + 1, i + 1);
        struct buf span = begin_span(&ref, spans[i].also), value = BUF_INIT;
        add_value(&value, spans[i].value);
        add_attribute(&span, spans[i].key, strlen(spans[i].key), value.data, value.len);
        if (!strstr(spans[i].value, "$S")) /* there is no call without a question */
            add_attribute(&span, "ai.prompt.messages", 18, "[{\"role\":\"user\",\"content\":\"Hi\"}]", 32);
        struct answer *a = save_and_read(t, &ref, &span, spans[i].name);
        if (strstr(spans[i].value, "$S")) expect(a, spans[i].name, "content", ODD_STRING);
        if (strstr(spans[i].value, "'c'")) expect(a, spans[i].name, "arguments", arguments.data);
        if (strstr(spans[i].value, "chema'") || strstr(spans[i].value, "parameters"))
            expect(a, spans[i].name, "parameters", ODD_OBJECT);
        buf_free(&value);
    }
    buf_free(&arguments);
}

/* The same in attributes that are no JSON themselves: flattened keys, kvlists, what a foreign exporter's own JSON
 * has. */
static void odd_attributes_keep_their_bytes(void **state) {
    struct temp_service *t = *state;
    static const struct {
        const char *name, *key, *value, *want;
    } cases[] = {
        {"flattened", "llm.input_messages.0.message.content", "\1{\"stringValue\":" ODD_STRING "}", ODD_STRING},
        {"OpenLLMetry", "gen_ai.prompt.0.content", "\1{\"stringValue\":" ODD_STRING "}", ODD_STRING},
        {"kvlist", "gen_ai.input.messages",
         "\1{\"arrayValue\":{\"values\":[{\"kvlistValue\":{\"values\":[{\"key\":\"role\",\"value\":{"
         "\"stringValue\":\"user\"}},"
         "{\"key\":\"parts\",\"value\":{\"arrayValue\":{\"values\":[{\"kvlistValue\":{\"values\":[{\"key\":"
         "\"type\",\"value\":{"
         "\"stringValue\":\"text\"}},{\"key\":\"content\",\"value\":{\"stringValue\":" ODD_STRING
         "}}]}}]}}}]}}]}}",
         ODD_STRING},
        {"a text", "input.value", "\1{\"stringValue\":" ODD_STRING "}", ODD_STRING},
        {"bytes that are no UTF-8", "llm.input_messages.0.message.content",
         "\1{\"stringValue\":\"a\xFF\xC3z\"}", "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\""},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span_ref ref = ref_of(100 + i, 100 + i);
        struct buf span = begin_span(&ref, "openinference.span.kind=LLM");
        add_attribute(&span, cases[i].key, strlen(cases[i].key), cases[i].value, strlen(cases[i].value));
        struct answer *a = save_and_read(t, &ref, &span, cases[i].name);
        expect(a, cases[i].name, "content", cases[i].want);
        if (strstr(cases[i].name, "UTF-8"))
            assert_non_null(strstr(a->out.data, "\"/input/messages/0/content\""));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(odd_values_keep_their_bytes),
        SERVICE_TEST(odd_attributes_keep_their_bytes),
    };
    return cmocka_run_group_tests_name("service lossless", tests, NULL, NULL);
}
