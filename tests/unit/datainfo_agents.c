/* Spans of JavaScript's frameworks that have forms of their own (Ax, VoltAgent, OpenLIT ...), made up from what was seen: a case
 * is a trace in a short notation and what has to come of one of its spans; its name says what it prevents. */
#include "datainfo_cases.h"

#define AX              "'gen_ai.operation.name':'chat','gen_ai.request.llm_is_streaming':false"
#define SAID(who, text) "{'name':'gen_ai." who ".message','attrs':{'content':'" text "'}}"
#define AX_CALLS                                                                                               \
    "{'name':'gen_ai.assistant.message','attrs':{'function_calls':'[{\\'id\\':\\'c1\\',\\'type\\':"            \
    "\\'function\\',\\'function\\':\\'f\\',\\'arguments\\':\\'{}\\'}]'}}"
#define AX_RESULT "{'name':'gen_ai.tool.message','attrs':{'id':'c1','content':'r'}}"

static void ax(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"calls under another name; what the user asked is told last",
         {"{'attrs':{" AX "},'events':[" SAID("system", "s") "," AX_CALLS "," AX_RESULT
                                                             "," SAID("user", "q") "]}"},
         {"input.messages", "[{'role':'system','content':'s'},{'role':'user','content':'q'},"
                            "{'role':'assistant','content':null,'tool_calls':[{'id':'c1','type':'function','"
                            "function':{'name':'f',"
                            "'arguments':'{}'}}]},{'role':'tool','content':'r','tool_call_id':'c1'}]"}},
        {"who answered in words was asked before and after",
         {"{'attrs':{" AX "},'events':[" SAID("assistant", "a") "," SAID("user", "p\\nq") "]}"},
         {"input.messages.0.role", "'assistant'"}},
        {"other libraries tell in order",
         {"{'attrs':{'gen_ai.operation.name':'chat'},'events':[" AX_CALLS "," AX_RESULT
          "," SAID("user", "q") "]}"},
         {"input.messages.2.role", "'user'"}},
        {"counts in an event, parameters that were not set",
         {"{'attrs':{" AX ",'gen_ai.request.max_tokens':'Not set','gen_ai.request.top_k':4},'events':[" SAID(
             "user", "q") ",{'name':'gen_ai.usage','attrs':{'gen_ai.usage.input_tokens':7,"
                          "'gen_ai.usage.output_tokens':3}}]}"},
         {"input.metadata.parameters", "{'stream':false,'top_k':4}", "output.metadata.usage",
          "{'input_tokens':7,'output_tokens':3}"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define VOLT_CALL                                                                                              \
    "{'parent':'2222222222222222','name':'llm:generateText','attrs':{'span.type':'llm','llm.model':'m-1','"    \
    "llm."                                                                                                     \
    "finish_reason':'stop','llm.messages':'[{\\'role\\':\\'assistant\\',\\'content\\':\\'old\\'},{\\'role\\':" \
    "\\'user\\',\\'content\\':\\'q\\'}]'}}"

static void voltagent(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"an earlier answer in the agent's question is not this answer",
         {VOLT_CALL,
          "{'id':'2222222222222222','attrs':{'entity.type':'agent','input':'[{\\'role\\':\\'assistant\\',\\'"
          "content"
          "\\':[{\\'type\\':\\'text\\',\\'text\\':\\'old\\'}]},{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]',"
          "'output':'new','ai.model.name':'m-1'}}"},
         {"output.messages", "[{'role':'assistant','content':'new'}]"}},
        {"Zod's own objects are no schema",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.input.messages':[{'role':'user','content':'q'}],"
          "'gen_ai.tool.definitions':'[{\\'name\\':\\'f\\',\\'parameters\\':{\\'def\\':{\\'type\\':\\'object\\'"
          ","
          "\\'shape\\':{}},\\'type\\':\\'object\\'}}]'}}"},
         {"input.tools", "[{'type':'function','function':{'name':'f'}}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define MS_CALL(id)                                                                                            \
    "{\\'type\\':\\'tool_call\\',\\'id\\':\\'" id "\\',\\'name\\':\\'f\\',\\'arguments\\':{\\'n\\':" id "}}"
#define MS_UNSAID "{\\'role\\':\\'user\\',\\'parts\\':[{\\'type\\':\\'text\\'}]}"
#define MS_PARENT "'parent':'2222222222222222'"
#define MS_ASKED  "{\\'role\\':\\'user\\',\\'parts\\':[{\\'type\\':\\'text\\',\\'content\\':\\'q\\'}]}"
#define MS_RUN(n, result)                                                                                      \
    "{'id':'444444444444444" n "'," MS_PARENT                                                                  \
    ",'from':'1766400000300000000','to':'1766400000350000000','attrs':{"                                       \
    "'gen_ai.operation.name':'execute_tool','gen_ai.tool.name':'f','gen_ai.tool.call.arguments':'{\\'n\\':" n  \
    "}',"                                                                                                      \
    "'gen_ai.tool.call.result':'" result "'}}"

static void microsoft(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"calls and results that say nothing come from the call before and from the tools' spans",
         {"{" MS_PARENT
          ",'from':'1766400000500000000','to':'1766400000600000000','attrs':{'gen_ai.operation.name':'chat',"
          "'gen_ai.input.messages':'[" MS_ASKED
          ",{\\'role\\':\\'assistant\\',\\'parts\\':[{\\'type\\':\\'output_text\\',"
          "\\'content\\':\\'{\\\\\\'type\\\\\\':\\\\\\'output_text\\\\\\',\\\\\\'text\\\\\\':\\\\\\'So.\\\\\\'}"
          "\\'}]}," MS_UNSAID "," MS_UNSAID "," MS_UNSAID "," MS_UNSAID "]'}}",
          "{'id':'3333333333333333'," MS_PARENT
          ",'attrs':{'gen_ai.operation.name':'chat','gen_ai.input.messages':'[" MS_ASKED "]',"
          "'gen_ai.output.messages':'[{\\'role\\':\\'assistant\\',\\'parts\\':[{\\'type\\':\\'text\\',\\'"
          "content\\':\\'So.\\'}]},"
          "{\\'role\\':\\'assistant\\',\\'parts\\':[" MS_CALL(
              "1") "]},{\\'role\\':\\'assistant\\',\\'parts\\':[" MS_CALL("2") "]}]'}}",
          MS_RUN("2", "two"), MS_RUN("1", "one")},
         {"input.messages.1.content", "'So.'", "input.messages.1.tool_calls.1.id", "'2'", "input.messages.2",
          "{'role':'tool','content':'one','tool_call_id':'1'}", "input.messages.3",
          "{'role':'tool','content':'two','tool_call_id':'2'}", "input.messages.4", "absent"}},
        {"an answer whose text is the whole response",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.output.messages':[{'role':'assistant','parts':[{'"
          "type':'text',"
          "'content':'[{\\'object\\':\\'chat.completion\\',\\'choices\\':[{\\'index\\':0,\\'message\\':{\\'"
          "role\\':"
          "\\'assistant\\',\\'content\\':\\'a\\'},\\'finish_reason\\':\\'length\\'}]}]'}],'finish_reason':'"
          "stop'}]}}"},
         {"output.messages", "[{'role':'assistant','content':'a'}]", "output.finish_reason", "'length'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define OPENLIT_JS(prompt, more)                                                                               \
    "{'scope':'@openlit/"                                                                                      \
    "instrumentation-openai','attrs':{'gen_ai.operation.name':'chat','gen_ai.content.prompt':'" prompt         \
    "'" more "}}"

static void openlit(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"a conversation as one text, in an attribute; words for an answer that nobody said",
         {OPENLIT_JS(
             "system: s\\nuser: q\\nassistant: null\\ntool: r",
             ",'gen_ai.completion':'Function called with tools','gen_ai.response.finish_reason':'stop'")},
         {"input.messages",
          "[{'role':'system','content':'s'},{'role':'user','content':'q'},{'role':'assistant','content':null},"
          "{'role':'tool','content':'r'}]",
          "output.messages", "[]", "output.finish_reason", "'stop'"}},
        {"parts that were no text are no text",
         {OPENLIT_JS("user: text: a, b?, image: undefined\\nassistant: text: So., tool_use: undefined\\n"
                     "user: tool_result: undefined",
                     "")},
         {"input.messages", "[{'role':'user','content':'a, "
                            "b?'},{'role':'assistant','content':'So.'},{'role':'tool','content':null}]"}},
        {"and a text without such parts is what was typed",
         {OPENLIT_JS("user: text: undefined behaviour", "")},
         {"input.messages.0.content", "'text: undefined behaviour'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void mastra(void **state) {
    (void)state;
    static const char step[] =
        "{'id':'1111111111111111','parent':'2222222222222222','attrs':{'gen_ai.operation.name':'model.step',"
        "'mastra.span.type':'model_step','=input':{'body':{'model':'m-1','messages':[{'role':'user','content':'"
        "q'},"
        "{'role':'assistant','content':'So.','tool_calls':[{'id':'c1','type':'function','function':{'name':"
        "'[MaxDepth]','arguments':'[MaxDepth]'}}]}],'tools':[{'type':'function','function':{'name':'f','"
        "parameters':"
        "{'type':'object','properties':{'n':'[MaxDepth]'}}}}]}},'=output':{'text':'a','toolCalls':[]}}}";
    static const char chat[] = "{'id':'2222222222222222','attrs':{'gen_ai.operation.name':'chat','mastra.span."
                               "type':'model_generation',"
                               "'=gen_ai.prompt':{'messages':[{'role':'user','content':'q'}]},'=gen_ai."
                               "completion':{'text':'a','files':[]}}}";
    static const struct sdk_case cases[] = {
        {"a step is the call; what was cut off at some depth is not there",
         {step, chat},
         {"input.messages.1.tool_calls.0.id", "'c1'", "input.messages.1.tool_calls.0.function",
          "{'name':'','arguments':''}", "input.tools", "[{'type':'function','function':{'name':'f'}}]",
          "output.messages.0.content", "'a'"}},
        {"and the chat of older versions is the loop around it", {chat, step}, {"code", "wrapper"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ax),      cmocka_unit_test(voltagent), cmocka_unit_test(microsoft),
        cmocka_unit_test(openlit), cmocka_unit_test(mastra),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
