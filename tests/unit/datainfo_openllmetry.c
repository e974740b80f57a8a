/* Spans of OpenLLMetry and of SDKs that write its keys. */
#include "datainfo_cases.h"

#define CHAT     "'gen_ai.operation.name':'chat'"
#define CALL(id) "{'id':'" id "','type':'function','function':{'name':'f','arguments':'{}'}}"

static void events(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"calls beside the message of a choice, and past answers that are none",
         {
             "{'attrs':{" CHAT "},'logs':[{'name':'gen_ai.assistant.message','body':{'content':'past'}},"
             "{'name':'gen_ai.choice','body':{'index':0,'message':{'content':null},'finish_reason':'tool_calls'"
             ","
             "'tool_calls':[" CALL("c1") "]}}]}",
         },
         {"output.messages", "[{'role':'assistant','content':null,'tool_calls':[" CALL("c1") "]}]"}},
        {"a past answer alone is no answer",
         {"{'attrs':{" CHAT "},'logs':[{'name':'gen_ai.assistant.message','body':{'content':'past'}}]}"},
         {"input.messages.0.content", "'past'", "output.messages", "[]"}},
        {"calls without ids have those of their results, items' ids are none",
         {"{'attrs':{" CHAT
          ",'gen_ai.input.messages':[{'role':'assistant','parts':[{'type':'tool_call','id':'fc_1',"
          "'name':'f','arguments':{}}]},{'role':'assistant','parts':[{'type':'tool_call','id':'fc_2','name':'f'"
          ","
          "'arguments':{}}]},{'role':'tool','parts':[{'type':'tool_call_response','id':'c1','response':'r'}]},"
          "{'role':'tool','parts':[{'type':'tool_call_response','id':'c2','response':'r'}]}]}}"},
         {"input.messages.0.tool_calls", "[" CALL("c1") "," CALL("c2") "]"}},
        {"a thought that is the text of its summaries",
         {"{'attrs':{" CHAT
          ",'gen_ai.output.messages':[{'role':'assistant','parts':[{'type':'reasoning','content':"
          "'[{\\'text\\':\\'t\\',\\'type\\':\\'summary_text\\'}]'},{'type':'text','content':'a'}]}]}}"},
         {"output.messages", "[{'role':'assistant','content':'a','reasoning_content':'t'}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define ANTHROPIC                                                                                              \
    "'scope':'@traceloop/"                                                                                     \
    "instrumentation-anthropic','attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai."     \
    "prompt.0.content':'q','gen_ai.completion.0.role':'assistant',"
#define USE                                                                                                    \
    "'gen_ai.completion.0.content':'[{\\'type\\':\\'tool_use\\',\\'id\\':\\'c1\\',\\'name\\':\\'f\\',\\'"      \
    "input\\':{}}]'"

static void anthropic(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"the input that a streamed call begins with is none that the model gave",
         {"{" ANTHROPIC USE "}}"},
         {"output.tool_calls.0", "{'id':'c1','type':'function','function':{'name':'f','arguments':''}}",
          "input.metadata.missing.2", "'/output/messages/0/tool_calls/0/function/arguments'"}},
        {"nor is it in the later form",
         {"{'scope':'@traceloop/instrumentation-anthropic','attrs':{" CHAT
          ",'=gen_ai.input.messages':[{'role':'user','content':'q'}],'=gen_ai.output.messages':[{'role':'"
          "assistant','finish_reason':'','parts':[{'type':'tool_call','id':'c1','name':'f','arguments':{}}]}]}"
          "}"},
         {"output.tool_calls.0.function.arguments", "''"}},
        {"a call without arguments in an answer that came whole",
         {"{" ANTHROPIC "'gen_ai.completion.0.finish_reason':'tool_use'," USE "}}"},
         {"output.tool_calls", "[" CALL("c1") "]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events),
        cmocka_unit_test(anthropic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
