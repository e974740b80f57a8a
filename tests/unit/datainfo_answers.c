/* Spans of SDKs that lose some of an answer, or have one where there was none: made up from the forms that were seen. */
#include "datainfo_cases.h"

/* Collectors of streams that add all arguments up: whose they are, the tools tell. */
static void glued_calls(void **state) {
    (void)state;
#define TAKES(name, properties, required)                                                                      \
    "{'type':'function','function':{'name':'" name "','parameters':{'type':'object','properties':{" properties \
    "},'required':[" required "]}}}"
#define ASKED(tools)                                                                                           \
    "{'attrs':{'langfuse.observation.type':'generation','langfuse.observation.input':{'messages':[{'role':"    \
    "'user','content':'q'}],'tools':[" tools "]},'langfuse.observation.output':"
    static const struct sdk_case cases[] = {
        {"under the last one's name, each with arguments that one tool takes",
         {ASKED(TAKES("f", "'x':{},'z':{}", "'x'") "," TAKES("g", "'y':{}", "'y'") "," TAKES(
             "h", "'x':{}",
             "'w'")) "{'tool_calls':[{'function':{'name':'g','arguments':'{\\'x\\':1}{\\'y\\':2}'}}]}}}"},
         {"output.tool_calls.0.function.name", "'f'", "output.tool_calls.1.function.name", "'g'"}},
        {"in the place of a text",
         {ASKED(TAKES("f", "'x':{}", "'x'") "," TAKES("g", "",
                                                      "")) "{'role':'assistant','content':'{\\'x\\':1}{}'}}}"},
         {"output.messages.0.content", "null", "output.tool_calls.0.function.name", "'f'",
          "output.tool_calls.1.function", "{'name':'g','arguments':'{}'}"}},
        {"two objects in a text that more than one tool would take",
         {ASKED(TAKES("f", "'x':{}", "'x'") "," TAKES("g", "'x':{}",
                                                      "")) "{'role':'assistant','content':'{\\'x\\':1}{}'}}}"},
         {"output.messages.0.content", "'{\\'x\\':1}{}'", "output.tool_calls", "[]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

/* What is no answer, though it looks like one. */
static void no_answers(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"a blank answer of a call that failed",
         {"{'status':{'code':2,'message':'broken'},'attrs':{'gen_ai.operation.name':'chat',"
          "'gen_ai.input.messages':[{'role':'user','content':'q'}],"
          "'gen_ai.output.messages':[{'role':'assistant','content':''}]}}"},
         {"output.messages", "[]", "output.metadata.error.message", "'broken'"}},
        {"an error that the agent around the call gave back",
         {"{'parent':'2222222222222222','status':{'code':2,'message':'Failed: broken'},'attrs':{"
          "'openinference.span.kind':'LLM','llm.input_messages.0.message.role':'user',"
          "'llm.input_messages.0.message.content':'q'}}",
          "{'id':'2222222222222222','attrs':{'openinference.span.kind':'AGENT','input.value':'q',"
          "'output.value':'broken'}}"},
         {"output.messages", "[]", "output.metadata.error.message", "'Failed: broken'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void calls_of_tools(void **state) {
    (void)state;
#define RAN(name, id, arguments)                                                                               \
    "'gen_ai.operation.name':'execute_tool','gen_ai.tool.name':'" name "','gen_ai.tool.call.id':'" id          \
    "','=gcp.vertex.agent.tool_call_args':" arguments
    static const struct sdk_case cases[] = {
        {"a call that only the tool below has, beside the last one of a stream",
         {"{'parent':'9999999999999999','scope':'gcp.vertex.agent','attrs':{'gen_ai.operation.name':'chat','"
          "gcp.vertex.agent.llm_request':"
          "'{\\'contents\\':[{\\'role\\':\\'user\\',\\'parts\\':[{\\'text\\':\\'q\\'}]}]}',"
          "'gcp.vertex.agent.llm_response':'{\\'content\\':{\\'role\\':\\'model\\',\\'parts\\':[{"
          "\\'function_call\\':{\\'id\\':\\'c2\\',\\'name\\':\\'g\\',\\'args\\':{\\'y\\':2}}}]}}'}}",
          "{'id':'3333333333333333','parent':'1111111111111111','from':3,'attrs':{" RAN("g", "c2",
                                                                                        "{'y':3}") "}}",
          "{'id':'2222222222222222','parent':'1111111111111111','from':2,'attrs':{" RAN("f", "c1",
                                                                                        "{'x':1}") "}}"},
         {"output.tool_calls.0",
          "{'id':'c1','type':'function','function':{'name':'f','arguments':'{\\'x\\':1}'}}",
          "output.tool_calls.1",
          "{'id':'c2','type':'function','function':{'name':'g','arguments':'{\\'y\\':2}'}}"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glued_calls),
        cmocka_unit_test(no_answers),
        cmocka_unit_test(calls_of_tools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
