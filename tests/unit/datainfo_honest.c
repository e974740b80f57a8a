/* Content that tempts: texts that look like something else, neighbours whose words are not this call's, and what is
 * missing. Made up. Which spans are calls at all is in datainfo_outcomes.c. */
#include "datainfo_cases.h"

#define IN             "'=gen_ai.input.messages':[{'role':'user','content':'q'}]"
#define OUT            "'=gen_ai.output.messages':[{'role':'assistant','content':'a'}]"
#define P              "'parent':'9999999999999999',"
#define A(text)        "'=gen_ai.output.messages':[{'role':'assistant','content':'" text "'}]"
#define CHAT           "'gen_ai.operation.name':'chat'," IN
#define TIME(from, to) "'from':'1766400000" from "0000000','to':'1766400000" to "0000000',"

/* ---- words that look like something else ---- */

/* # stands for the text, in both places. */
static const char *const forms[] = {
    "{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','parts':[{'type':'text',"
    "'content':#}]}],'=gen_ai.output.messages':[{'role':'assistant','parts':[{'type':'text','content':#}],"
    "'finish_reason':'stop'}]}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':#}],"
    "'=gen_ai.output.messages':[{'role':'assistant','content':#}]}}",
    "{'attrs':{'openinference.span.kind':'LLM','llm.input_messages.0.message.role':'user',"
    "'llm.input_messages.0.message.content':#,'llm.output_messages.0.message.role':'assistant',"
    "'llm.output_messages.0.message.content':#}}",
    "{'attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':#,"
    "'gen_ai.completion.0.role':'assistant','gen_ai.completion.0.content':#}}",
    "{'attrs':{'ai.operationId':'ai.generateText.doGenerate','=ai.prompt.messages':[{'role':'user','content':"
    "[{'type':'text','text':#}]}],'ai.response.text':#,'ai.response.finishReason':'stop'}}",
    "{'attrs':{'gen_ai.operation.name':'chat'},'logs':[{'name':'gen_ai.user.message','attrs':{},'body':{'"
    "content':#}},"
    "{'name':'gen_ai.choice','attrs':{},'body':{'index':0,'finish_reason':'stop','message':{'role':'assistant',"
    "'content':#}}}]}",
    "{'attrs':{'openinference.span.kind':'LLM','=input.value':{'model':'m','messages':[{'role':'user','content'"
    ":#}]},"
    "'=output.value':{'id':'r','object':'chat.completion','choices':[{'index':0,'finish_reason':'stop','"
    "message':{"
    "'role':'assistant','content':#}}]}}}",
    "{'scope':'logfire.openai','attrs':{'=request_data':{'model':'m','messages':[{'role':'user','content':#}]},"
    "'=response_data':{'message':{'role':'assistant','content':#}}}}",
    "{'attrs':{'langfuse.observation.type':'generation','=langfuse.observation.input':[{'role':'user','content'"
    ":#}],"
    "'=langfuse.observation.output':{'role':'assistant','content':#}}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','max_tokens':9,'messages':[{'role':'user'"
    ","
    "'content':#}]},'=response':{'id':'msg_1','type':'message','role':'assistant','stop_reason':'end_turn','"
    "content':["
    "{'type':'text','text':#}]}}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=request':{'contents':[{'role':'user','parts':[{'text':#}]}]},"
    "'=response':{'candidates':[{'finishReason':'STOP','content':{'role':'model','parts':[{'text':#}]}}]}}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','input':[{'role':'user','content':#}]},"
    "'=response':{'id':'resp_1','object':'response','output':[{'type':'message','role':'assistant','content':["
    "{'type':'output_text','text':#}]}]}}}",
    "{'attrs':{'mlflow.spanType':'CHAT_MODEL','=mlflow.spanInputs':{'messages':[{'role':'user','content':#}]},"
    "'=mlflow.spanOutputs':{'choices':[{'message':{'role':'assistant','content':#}}]}}}",
    "{'attrs':{'langsmith.span.kind':'llm','=gen_ai.prompt':{'messages':[{'role':'user','content':#}]},"
    "'=gen_ai.completion':{'messages':[{'role':'assistant','content':#}]}}}",
    "{'attrs':{'my.span.kind':'llm','=my.prompt.messages':[{'role':'user','content':#}],"
    "'=my.response.message':{'role':'assistant','content':#}}}",
};

static void every_text_stays_as_it_is(void **state) {
    (void)state;
    static const char *const texts[] = {
        "None", /* "null" alone is how some write that there is none, and "[object Object]" is what is left of an object */
        "undefined",
        "{}",
        "[]",
        "true",
        "42",
        "[tool: f]",
        "\"q\"",
        "{\"content\":\"x\"}",
        "{\"text\":\"x\"}",
        "{\"output\":\"x\"}",
        "{\"message\":\"x\"}",
        "{\"role\":\"assistant\",\"content\":\"x\"}",
        "{\"role\":\"user\",\"content\":\"x\"}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"x\"}}]}",
        "{\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}"
        "\"}}]}",
        "{\"name\":\"f\",\"arguments\":{\"x\":1}}",
        "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}",
        "{\"type\":\"text\",\"text\":\"x\"}",
        "{\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"x\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]}}]}",
        "{\"generations\":[[{\"text\":\"x\"}]]}",
        "[\"a\",\"b\"]",
        "[{\"name\":\"f\"}]",
        "[{\"role\":\"admin\",\"name\":\"x\"}]",
        "[{\"id\":1,\"text\":\"x\"}]",
    };
    size_t wrong = 0;
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            struct buf notation = BUF_INIT, want = BUF_INIT;
            buf_json_string(&want, texts[i], strlen(texts[i]));
            for (const char *c = forms[f]; *c; c++)
                if (*c == '#')
                    buf_add(&notation, want.data, want.len);
                else
                    buf_char(&notation, *c);
            struct buf span = expand(notation.data);
            struct datainfo d;
            struct json_text root = {.text = "absent", .len = 6}, wanted;
            assert_int_equal(datainfo_extract(&d, span.data, span.len, NULL, NULL), STATUS_OK);
            if (d.verdict == DATAINFO_RECORD)
                assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
            struct json_text asked = look(&root, "input.messages.0.content"),
                             answered = look(&root, "output.messages.0.content"),
                             more = look(&root, "input.messages.1");
            assert_int_equal(json_text_parse(&wanted, want.data, want.len, 0, NULL), STATUS_OK);
            if (!json_text_same(&asked, &wanted) || !json_text_same(&answered, &wanted) ||
                more.text[0] != 'a') {
                print_error("form %zu: %s became %.*s\n", f, texts[i], (int)root.len, root.text);
                wrong++;
            }
            datainfo_free(&d);
            buf_free(&span);
            buf_free(&notation);
            buf_free(&want);
        }
    assert_int_equal(wrong, 0);
}

/* ---- neighbours' words ---- */

static void nobody_speaks_for_another(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"the answer of an agent is not that of its call which called tools",
         {"{" P "'attrs':{" CHAT ",'gen_ai.response.finish_reasons':['tool_calls']}}",
          "{'id':'9999999999999999','attrs':{'gen_ai.operation.name':'invoke_agent'," IN "," A("the end") "}}"},
         {"output.messages", "[]", "output.tool_calls", "[]"}},
        {"nor are the calls of an agent's other answer its own",
         {"{" P "'attrs':{'gen_ai.operation.name':'chat'," A("mine") "}}",
          "{'id':'9999999999999999','attrs':{'gen_ai.operation.name':'invoke_agent'," IN
          ",'=gen_ai.output.messages':[{'role':'assistant','content':'other','reasoning':'hm','tool_calls':[{'"
          "id':'c1',"
          "'name':'f','arguments':'{}'}]}]}}"},
         {"output.messages", "[{'role':'assistant','content':'mine'}]", "input.messages.0.content", "'q'"}},
        {"what a workflow was given is no question to a model",
         {"{" P "'attrs':{'gen_ai.operation.name':'chat','gen_ai.request.model':'m'," OUT "}}",
          "{'id':'9999999999999999','attrs':{'traceloop.span.kind':'workflow','=traceloop.entity.input':{'"
          "inputs':{"
          "'topic':'bears'}}}}"},
         {"input.messages", "[]"}},
        {"two streams of one question, whose ends tell of two answers",
         {"{" P "'scope':'logfire.openai'," TIME(
              "10", "12") "'attrs':{'logfire.span_type':'span','=request_data':{"
                          "'model':'m','messages':[{'role':'user','content':'q'}]}}}",
          "{'id':'2222222222222222'," P "'scope':'logfire.openai'," TIME(
              "11", "13") "'attrs':{'logfire.span_type':"
                          "'span','=request_data':{'model':'m','messages':[{'role':'user','content':'q'}]}}}",
          "{'id':'3333333333333333'," P
          "'scope':'logfire.openai'," TIME("20", "20") "'attrs':{'logfire.span_type':"
                                                       "'log','=request_data':{'model':'m','messages':[{'role':"
                                                       "'user','content':'q'}]},'=response_data':{"
                                                       "'combined_chunk_content':'one'}}}",
          "{'id':'4444444444444444'," P
          "'scope':'logfire.openai'," TIME("21", "21") "'attrs':{'logfire.span_type':"
                                                       "'log','=request_data':{'model':'m','messages':[{'role':"
                                                       "'user','content':'q'}]},'=response_data':{"
                                                       "'combined_chunk_content':'two'}}}"},
         {"output.messages", "[]"}},
        {"two steps whose calls gave the same text, one with calls",
         {"{" P "'attrs':{" CHAT "," A("So.") "}}",
          "{'id':'2222222222222222'," P "'attrs':{" CHAT "," A("So.") "}}",
          "{'id':'3333333333333333'," P "'attrs':{'traceloop.span.kind':'workflow','=traceloop.entity.output':"
          "{'messages':[{'role':'assistant','content':'So.','tool_calls':[{'id':'c1','type':'function','"
          "function':{"
          "'name':'f','arguments':'{}'}}]}]}}}"},
         {"output.tool_calls", "[]"}},
        {"a past turn whose result answers another call",
         {"{" P TIME("50",
                     "60") "'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user',"
                           "'content':'q'},{'role':'assistant','content':'So.'},{'role':'tool','tool_call_id':'"
                           "c7','content':'r'}]," OUT "}}",
          "{'id':'2222222222222222'," P TIME(
              "10",
              "20") "'attrs':{" CHAT ",'=gen_ai.output.messages':[{'role':"
                    "'assistant','content':'So.','tool_calls':[{'id':'c1','name':'f','arguments':'{}'}]}]}}"},
         {"input.messages.1", "{'role':'assistant','content':'So.'}", "input.messages.2.tool_call_id", "'c7'"}},
        {"other words and as many tokens at the same time are another call",
         {"{'scope':'a'," P TIME("10", "20") "'attrs':{" CHAT "," A("one") ",'gen_ai.usage.input_tokens':5,"
                                                                           "'gen_ai.usage.output_tokens':1}}",
          "{'id':'2222222222222222','scope':'b'," P TIME(
              "11", "19") "'attrs':{'gen_ai.operation.name':'chat',"
                          "'=gen_ai.input.messages':[{'role':'user','content':'p'}]," A(
                              "two") ",'gen_ai.usage.input_tokens':5,"
                                     "'gen_ai.usage.output_tokens':1}}"},
         {"output.messages.0.content", "'one'"}},
        {"an assistant that repeats itself, and a beginning put into its mouth",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'1'},{'"
          "role':"
          "'assistant','content':'ok'},{'role':'user','content':'2'},{'role':'assistant','content':'ok'}]," A(
              "ok") "}}"},
         {"input.messages.2.content", "'2'", "input.messages.3", "absent"}},
        {"a user's JSON later in a conversation",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'what "
          "is this?'},"
          "{'role':'assistant','content':'what?'},{'role':'user','content':'[{\\'role\\':\\'user\\',\\'"
          "content\\':"
          "\\'x\\'},{\\'role\\':\\'assistant\\',\\'content\\':\\'y\\'}]'}]," OUT "}}"},
         {"input.messages.3", "absent"}},
        {"a history in the place of the answer",
         {"{'attrs':{'gen_ai.operation.name':'chat'," IN
          ",'=gen_ai.output.messages':[{'role':'user','content':'q'},"
          "{'role':'assistant','content':'a'}]}}"},
         {"output.messages", "[{'role':'assistant','content':'a'}]"}},
        {"the agent's model is not the call's",
         {"{" P "'attrs':{'gen_ai.operation.name':'chat'," OUT "}}",
          "{'id':'9999999999999999','attrs':{'gen_ai.operation.name':'invoke_agent','gen_ai.request.model':'"
          "big'," IN ",'gen_ai.response.id':'agent'}}"},
         {"input.messages.0.content", "'q'", "input.metadata.model", "absent", "output.metadata.response_id",
          "absent"}},
        {"calls whose ids look like items' and have results",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'q'},{'"
          "role':"
          "'assistant','tool_calls':[{'id':'fc_1','type':'function','function':{'name':'f','arguments':'{}'}}]}"
          ",{'role':"
          "'tool','tool_call_id':'fc_1','content':'r'}]," OUT "}}"},
         {"input.messages.1.tool_calls.0.id", "'fc_1'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

/* Every turn of a long conversation has its call in the trace, as far back as it goes. */
static void a_long_past_is_filled_to_its_beginning(void **state) {
    (void)state;
    enum { STEPS = 60 };
    struct datainfo_trace *t = datainfo_trace_new();
    struct buf asked = BUF_INIT, last = BUF_INIT;
    buf_str(&asked, "{'role':'user','content':'q'}");
    for (int i = 0; i < STEPS; i++) {
        struct buf span = BUF_INIT;
        char text[400];
        snprintf(text, sizeof text,
                 "{'id':'%016x'," P "'from':'17664000000000%05d','to':'17664000000000%05d','attrs':{"
                 "'gen_ai.operation.name':'chat','=gen_ai.output.messages':[{'role':'assistant','content':'%d',"
                 "'tool_calls':[{'id':'c%d','name':'f','arguments':'{}'}]}],'=gen_ai.input.messages':[",
                 (unsigned)i + 1, i * 100, i * 100 + 50, i, i);
        buf_str(&span, text);
        buf_add(&span, asked.data, asked.len);
        buf_str(&span, "]}}");
        buf_free(&last);
        last = expand(span.data);
        assert_true(datainfo_trace_add(t, last.data, last.len));
        buf_free(&span);
        snprintf(text, sizeof text, ",{'role':'assistant','content':'%d'},{'role':'tool','content':'r'}", i);
        buf_str(&asked, text);
    }
    struct datainfo d;
    struct json_text root;
    assert_int_equal(datainfo_extract(&d, last.data, last.len, t, NULL), STATUS_OK);
    assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
    for (int i = 0; i + 1 < STEPS; i++) {
        char path[80], id[16];
        snprintf(path, sizeof path, "input.messages.%d.tool_calls.0.id", 1 + 2 * i);
        snprintf(id, sizeof id, "c%d", i);
        struct json_text got = look(&root, path);
        assert_true(json_text_equals(&got, id));
        snprintf(path, sizeof path, "input.messages.%d.tool_call_id", 2 + 2 * i);
        got = look(&root, path);
        assert_true(json_text_equals(&got, id));
    }
    datainfo_free(&d);
    buf_free(&asked);
    buf_free(&last);
    datainfo_trace_free(t);
}

/* ---- what is missing ---- */

static void what_is_missing_is_said_and_nothing_else(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"nothing, where a body as it was sent says it all",
         {"{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','messages':[{'role':'user','"
          "content':'q'}]},"
          "'=response':{'choices':[{'index':0,'finish_reason':'stop','message':{'role':'assistant','content':'"
          "a'}}]}}}"},
         {"input.metadata.missing", "absent"}},
        {"an answer of nothing but a call has no text that is missing",
         {"{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','messages':[{'role':'user','"
          "content':'q'}],"
          "'tools':[{'type':'function','function':{'name':'f'}}]},'=response':{'choices':[{'index':0,'finish_"
          "reason':"
          "'tool_calls','message':{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function',"
          "'function':{'name':'f','arguments':'{}'}}]}}]}}}"},
         {"input.metadata.missing", "absent"}},
        {"an answer in JSON that is called redacted inside is there",
         {"{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','messages':[{'role':'user','"
          "content':"
          "'is [REDACTED] a "
          "word?'}]},'=response':{'choices':[{'index':0,'finish_reason':'stop','message':{'role':"
          "'assistant','content':'{\\'tool_calls\\':null}'}}]}}}"},
         {"input.metadata.missing", "absent"}},
        {"the calls of an answer that ended in some",
         {"{'attrs':{" CHAT ",'=gen_ai.output.messages':[{'role':'assistant','content':'a','finish_reason':"
          "'tool_calls'}]}}"},
         {"input.metadata.missing", "['/input/tools','/input/tool_choice','/output/messages/0/tool_calls']"}},
        {"an answer that nobody recorded",
         {"{'attrs':{" CHAT ",'gen_ai.response.finish_reasons':['stop']}}"},
         {"input.metadata.missing", "['/output/messages']", "output.messages", "[]"}},
        {"a question that nobody recorded",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.response.finish_reasons':['stop']," OUT "}}"},
         {"input.metadata.missing.0", "'/input/messages'", "input.messages", "[]"}},
        {"the answer of a call that failed is no loss",
         {"{'status':{'code':2,'message':'429'},'attrs':{" CHAT "}}"},
         {"input.metadata.missing", "absent", "output.messages", "[]"}},
        {"a result whose call is not there, and its call",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'q'},{'"
          "role':"
          "'assistant','content':'So.'},{'role':'tool','content':'r'}],'gen_ai.response.finish_reasons':['stop'"
          "]," OUT "}}"},
         {"input.metadata.missing.0", "'/input/messages/1/tool_calls'", "input.metadata.missing.1",
          "'/input/messages/2/tool_call_id'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_stays_as_it_is),
        cmocka_unit_test(nobody_speaks_for_another),
        cmocka_unit_test(a_long_past_is_filled_to_its_beginning),
        cmocka_unit_test(what_is_missing_is_said_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
