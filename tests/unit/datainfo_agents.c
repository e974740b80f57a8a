/* Spans of frameworks for agents that have forms of their own (Ax, VoltAgent ...), made up from what was seen: a case
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ax),
        cmocka_unit_test(voltagent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
