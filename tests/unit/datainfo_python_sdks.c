/* Spans as Python SDKs send them, each made up from the form that was seen (datainfo_sdks.c has others): what an SDK does
 * to a conversation in a way of its own. */
#include "datainfo_cases.h"

#define CALL(id, arguments)                                                                                    \
    "{'id':'" id "','type':'function','function':{'name':'f','arguments':'" arguments "'}}"

static void netra(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"each call is a text of its own, the end a row of its own",
         {"{'attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':'q',"
          "'gen_ai.completion.0.role':'assistant','gen_ai.completion.0.content':'text',"
          "'gen_ai.completion.1.role':'assistant','gen_ai.completion.1.tool_call_id':'c1',"
          "'=gen_ai.completion.1.content':{'name':'f','arguments':'{}'},'gen_ai.completion.2.tool_call_id':'c2'"
          ","
          "'=gen_ai.completion.2.content':{'name':'f','arguments':'1'},'gen_ai.completion.2.role':'assistant',"
          "'gen_ai.completion.3.finish_reason':'tool_calls'}}"},
         {"output.messages",
          "[{'role':'assistant','content':'text','tool_calls':[" CALL("c1", "{}") "," CALL("c2", "1") "]}]",
          "output.finish_reason", "'tool_calls'"}},
        {"and in what was asked",
         {"{'attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'assistant','gen_ai.prompt.0.tool_call_"
          "id':"
          "'c1','=gen_ai.prompt.0.content':{'name':'f','arguments':'{}'},'gen_ai.prompt.1.role':'tool',"
          "'gen_ai.prompt.1.content':'r','gen_ai.prompt.1.tool_call_id':'c1'}}"},
         {"input.messages.0", "{'role':'assistant','content':null,'tool_calls':[" CALL("c1", "{}") "]}",
          "input.messages.1", "{'role':'tool','content':'r','tool_call_id':'c1'}"}},
        {"without an id it is a call where Netra says so",
         {"{'attrs':{'llm.request.type':'chat','netra.instrumentation.name':'openai','gen_ai.completion.0.role'"
          ":"
          "'assistant','=gen_ai.completion.0.content':{'name':'f','arguments':'{}'}}}"},
         {"output.messages.0.content", "null", "output.tool_calls.0.function.name", "'f'",
          "output.tool_calls.0.id", "absent"}},
        {"and an answer in JSON where it does not",
         {"{'attrs':{'llm.request.type':'chat','gen_ai.completion.0.role':'assistant',"
          "'=gen_ai.completion.0.content':{'name':'f','arguments':'{}'}}}"},
         {"output.messages.0.content", "'{\\'name\\':\\'f\\',\\'arguments\\':\\'{}\\'}'", "output.tool_calls",
          "[]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define BEDROCK "'attrs':{'gen_ai.operation.name':'chat','gen_ai.system':'aws.bedrock'},'logs':"

static void botocore(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"results come by themselves and again in the user's message",
         {"{" BEDROCK
          "[{'name':'gen_ai.assistant.message','body':{'content':[{'toolUse':{'toolUseId':'c1','name':"
          "'f','input':{}}},{'toolUse':{'toolUseId':'c2','name':'f','input':{'x':1}}}],'tool_calls':["
          "{'type':'function','id':'c1','function':{'name':'f'}},{'type':'function','id':'c2','function':{'"
          "name':"
          "'f','arguments':{'x':1}}}]}},"
          "{'name':'gen_ai.tool.message','body':{'id':'c1','content':[{'text':'r1'}]}},"
          "{'name':'gen_ai.tool.message','body':{'id':'c2','content':[{'text':'r2'}]}},"
          "{'name':'gen_ai.user.message','body':{'content':[{'toolResult':{'toolUseId':'c1','content':[{'text':"
          "'r1'}]}},{'toolResult':{'toolUseId':'c2','content':[{'text':'r2'}]}},{'text':'and?'}]}}]}"},
         {"input.messages", "[{'role':'assistant','content':null,'tool_calls':[" CALL("c1", "{}") "," CALL(
                                "c2", "{\\'x\\':1}") "]},"
                                                     "{'role':'tool','content':'r1','tool_call_id':'c1'},{'"
                                                     "role':'tool','content':'r2','tool_call_id':'c2'},"
                                                     "{'role':'user','content':'and?'}]"}},
        {"two results of other texts stay",
         {"{" BEDROCK "[{'name':'gen_ai.tool.message','body':{'id':'c1','content':[{'text':'r1'}]}},"
          "{'name':'gen_ai.tool.message','body':{'id':'c1','content':[{'text':'r2'}]}}]}"},
         {"input.messages.1.content", "'r2'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define MONOCLE                                                                                                \
    "'monocle_apptrace.version':'0.8','span.type':'inference','entity.1.type':'inference.openai',"             \
    "'entity.2.type':'model.llm.gpt-4o'"

static void monocle(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"a message is a text whose role is its key",
         {"{'attrs':{" MONOCLE "},'events':[{'name':'data.input','attrs':{'input':['{\\'system\\':\\'s\\'}',"
          "'{\\'user\\':\\'q\\'}','{\\'ai\\':[\\'{\\\\\\'tool_function\\\\\\':\\\\\\'f\\\\\\',\\\\\\'tool_"
          "arguments"
          "\\\\\\':\\\\\\'{}\\\\\\'}\\']}','{\\'tool\\':\\'r\\'}']}},{'name':'data.output','attrs':{'=response'"
          ":"
          "{'assistant':[{'tool_id':'c1','tool_name':'f','tool_arguments':'{}'}]}}},{'name':'metadata','attrs':"
          "{"
          "'prompt_tokens':5,'finish_reason':'tool_calls'}}]}"},
         {"input.messages.0", "{'role':'system','content':'s'}", "input.messages.2.tool_calls.0.function",
          "{'name':'f','arguments':'{}'}", "input.messages.3.role", "'tool'", "output.tool_calls",
          "[" CALL("c1", "{}") "]", "output.metadata.usage.input_tokens", "5", "input.metadata.model",
          "'gpt-4o'"}},
        {"items of the Responses API",
         {"{'attrs':{" MONOCLE "},'events':[{'name':'data.input','attrs':{'input':['q',"
          "'{\\'tool_function\\':\\'f\\',\\'tool_arguments\\':\\'{}\\',\\'call_id\\':\\'c1\\'}',"
          "'{\\'call_id\\':\\'c1\\',\\'output\\':\\'r\\'}']}},{'name':'data.output','attrs':{'=response':"
          "{'assistant':'a'}}}]}"},
         {"input.messages",
          "[{'role':'user','content':'q'},{'role':'assistant','content':null,'tool_calls':[" CALL(
              "c1", "{}") "]},{'role':'tool','content':'r','tool_call_id':'c1'}]",
          "output.messages.0.content", "'a'"}},
        {"an error in the place of the answer",
         {"{'status':{'code':2,'message':'Error code: 500'},'attrs':{" MONOCLE
          "},'events':[{'name':'data.input',"
          "'attrs':{'input':['{\\'user\\':\\'q\\'}']}},{'name':'data.output','attrs':{'response':'Error code: "
          "500'}}]}"},
         {"output.messages", "[]", "output.metadata.error.message", "'Error code: 500'"}},
        {"the span of a workflow is no call",
         {"{'attrs':{'monocle_apptrace.version':'0.8','span.type':'workflow'}}"},
         {"code", "not_a_call"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define AGENTOPS                                                                                               \
    "'gen_ai.request.model':'m','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':'q','gen_ai.response." \
    "id':'r1','gen_ai.completion.0.content':'a','gen_ai.completion.0.role':'assistant'"

static void agentops(void **state) {
    (void)state;
    static const char outer[] = "{'scope':'x','id':'2222222222222222','attrs':{" AGENTOPS "}}";
    static const char inner[] = "{'parent':'2222222222222222','attrs':{'gen_ai.operation.name':'chat',"
                                "'gen_ai.request.model':'m','gen_ai.response.id':'r1'}}";
    static const struct sdk_case cases[] = {
        {"a client's own span without content, told by the answer's id", {inner, outer}, {"code", "same_call"}},
        {"leaves the call to the one around it", {outer, inner}, {"output.messages.0.content", "'a'"}},
        {"what a tool was called with is no schema",
         {"{'attrs':{" AGENTOPS ",'gen_ai.request.type':'chat','gen_ai.request.tools.0.id':'c1',"
          "'gen_ai.request.tools.0.name':'f','gen_ai.request.tools.0.arguments':'{\\'x\\':1}'}}"},
         {"input.tools", "absent"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void future_agi(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"the answer as it came has the ids that its keys lost, the parameters have the instructions",
         {"{'attrs':{'gen_ai.span.kind':'LLM','gen_ai.input.messages.0.message.role':'user',"
          "'gen_ai.input.messages.0.message.content':'q','=gen_ai.request.parameters':{'model':'m','system':'s'"
          ","
          "'max_tokens':5},'gen_ai.output.messages.0.message.role':'assistant',"
          "'gen_ai.output.messages.0.message.tool_calls.0.tool_call.function.name':'f',"
          "'gen_ai.output.messages.0.message.tool_calls.0.tool_call.function.arguments':'{}',"
          "'output.mime_type':'application/"
          "json','=output.value':{'id':'r1','type':'message','role':'assistant',"
          "'content':[{'type':'tool_use','id':'c1','name':'f','input':{}}],'stop_reason':'tool_use'}}}"},
         {"input.messages", "[{'role':'system','content':'s'},{'role':'user','content':'q'}]",
          "output.tool_calls", "[" CALL("c1", "{}") "]", "output.metadata.native_finish_reason", "'tool_use'",
          "input.metadata.parameters", "{'max_tokens':5}"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void openllmetry_of_old(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"Bedrock: texts are JSON of texts",
         {"{'scope':'opentelemetry.instrumentation.bedrock','attrs':{'llm.request.type':'completion',"
          "'gen_ai.prompt.0.role':'user','=gen_ai.prompt.0.content':'q'}}"},
         {"input.messages.0.content", "'q'"}},
        {"others may quote what they say",
         {"{'attrs':{'llm.request.type':'completion','gen_ai.prompt.0.role':'user',"
          "'=gen_ai.prompt.0.content':'q'}}"},
         {"input.messages.0.content", "'\\'q\\''"}},
        {"Bedrock: a thought as a text",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.output.messages':[{'role':'assistant','parts':[{'"
          "type':"
          "'text','content':'{\\'reasoningContent\\': {\\'reasoningText\\': {\\'text\\': \\'t\\'}}}'},"
          "{'type':'text','content':'a'}]}]}}"},
         {"output.messages", "[{'role':'assistant','content':'a','reasoning_content':'t'}]"}},
        {"bytes that were not recorded are no part",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','parts':[{'type':"
          "'text','content':'q'},{'type':'blob','modality':'image','mime_type':'image/png','content':''}]}]}}"},
         {"input.messages", "[{'role':'user','content':'q'}]", "input.metadata.missing.0",
          "'/input/messages/0/content'"}},
        {"roles that LangChain's instrumentation does not know are not the user's",
         {"{'attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':'q',"
          "'gen_ai.prompt.1.role':'unknown','gen_ai.prompt.1.content':'a','gen_ai.prompt.2.role':'unknown',"
          "'gen_ai.prompt.2.content':'r'}}"},
         {"input.messages.1.role", "'assistant'", "input.messages.2.role", "'tool'"}},
        {"an answer of which only its end is known",
         {"{'attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':'q',"
          "'gen_ai.completion.0.finish_reason':'tool_use'}}"},
         {"output.finish_reason", "'tool_calls'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void further_keys(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"Portkey: the tools are in kwargs, what was not asked for is an object without a text",
         {"{'attrs':{'openinference.span.kind':'LLM','input.mime_type':'application/"
          "json','=input.value':{'model':"
          "'m','messages':[{'role':'user','content':'q'}],'top_p':'<openai.Omit object at 0x7f51>','seed':1,"
          "'kwargs':{'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':'auto'}}}}"},
         {"input.tools.0.function.name", "'f'", "input.tool_choice", "'auto'", "input.metadata.parameters",
          "{'seed':1}"}},
        {"HoneyHive: the text beside calls that lie in keys of their own",
         {"{'attrs':{'=x_inputs.messages':[{'role':'user','content':'q'}],'x_inputs.model':'m',"
          "'x_outputs.result.content':'a','x_outputs.result.role':'assistant','x_outputs.result.tool_calls.0."
          "id':"
          "'c1','x_outputs.result.tool_calls.0.function.name':'f',"
          "'x_outputs.result.tool_calls.0.function.arguments':'{}'}}"},
         {"output.messages", "[{'role':'assistant','content':'a','tool_calls':[" CALL("c1", "{}") "]}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void logfire(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"an image that was written behind the question, and a thought without an event",
         {"{'scope':'logfire.openai','attrs':{'gen_ai.operation.name':'chat','events':'["
          "{\\'event.name\\':\\'gen_ai.user.message\\',\\'content\\':\\'q\\',\\'role\\':\\'user\\'},"
          "{\\'event.name\\':\\'gen_ai.user.message\\',\\'content\\':\\'data:image/png;base64,AA==\\',"
          "\\'role\\':\\'user\\'},{\\'event.name\\':\\'gen_ai.unknown\\',\\'role\\':\\'assistant\\',"
          "\\'content\\':\\'reasoning\\',\\'data\\':{\\'type\\':\\'reasoning\\',\\'summary\\':[{\\'type\\':"
          "\\'summary_text\\',\\'text\\':\\'hm\\'}]}},{\\'event.name\\':\\'gen_ai.assistant.message\\',"
          "\\'content\\':\\'a\\',\\'role\\':\\'assistant\\'}]'}}"},
         {"input.messages",
          "[{'role':'user','content':[{'type':'text','text':'q'},{'type':'image_url','image_url':{'url':"
          "'data:image/png;base64,AA=='}}]}]",
          "output.messages", "[{'role':'assistant','content':'a','reasoning_content':'hm'}]"}},
        {"items of a Responses answer are one answer",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.input.messages':'[{\\'role\\':\\'user\\',\\'"
          "parts\\':["
          "{\\'type\\':\\'text\\',\\'content\\':\\'q\\'}]}]','gen_ai.output.messages':'["
          "{\\'role\\':\\'assistant\\',\\'parts\\':[{\\'type\\':\\'text\\',\\'content\\':\\'t\\'}]},"
          "{\\'role\\':\\'assistant\\',\\'parts\\':[{\\'type\\':\\'tool_call\\',\\'id\\':\\'c1\\',"
          "\\'name\\':\\'f\\',\\'arguments\\':{}}]},"
          "{\\'role\\':\\'assistant\\',\\'parts\\':[{\\'type\\':\\'tool_call\\',\\'id\\':\\'c2\\',"
          "\\'name\\':\\'g\\',\\'arguments\\':{}}]}]'}}"},
         {"output.messages.0.content", "'t'", "output.messages.1", "absent", "output.tool_calls.1.id", "'c2'"}},
        {"choices that ended are several, calls or not",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.output.messages':'["
          "{\\'role\\':\\'assistant\\',\\'finish_reason\\':\\'tool_calls\\',\\'parts\\':[{\\'type\\':"
          "\\'tool_call\\',\\'id\\':\\'c1\\',\\'name\\':\\'f\\',\\'arguments\\':{}}]},"
          "{\\'role\\':\\'assistant\\',\\'finish_reason\\':\\'tool_calls\\',\\'parts\\':[{\\'type\\':"
          "\\'tool_call\\',\\'id\\':\\'c2\\',\\'name\\':\\'g\\',\\'arguments\\':{}}]}]'}}"},
         {"output.messages.1.tool_calls.0.id", "'c2'"}},
        {"an answer at the end of a list of events, which has no choice",
         {"{'scope':'logfire.openai','attrs':{'gen_ai.operation.name':'chat','request_data':'{}','events':'["
          "{\\'event.name\\':\\'gen_ai.user.message\\',\\'role\\':\\'user\\',\\'content\\':\\'q\\'},"
          "{\\'event.name\\':\\'gen_ai.assistant.message\\',\\'role\\':\\'assistant\\',\\'content\\':\\'a\\'}"
          "]'}}"},
         {"input.messages.1", "absent", "output.messages.0.content", "'a'"}},
        {"arguments one level too deep",
         {"{'scope':'logfire.anthropic','attrs':{'request_data':'{\\'model\\':\\'m\\',\\'messages\\':[{\\'"
          "role\\':"
          "\\'user\\',\\'content\\':\\'q\\'}]}','response_data':{'message':{'role':'assistant','tool_calls':["
          "{'id':'c1','function':{'name':'f','arguments':'{\\'input\\':{\\'x\\':1.0}}'}}]}}}}"},
         {"output.tool_calls.0.function.arguments", "'{\\'x\\':1.0}'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void pipecat(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"instructions that are known are not the question",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.system_instructions':'s','=input':[{'role':'system'"
          ","
          "'content':'s'},{'role':'user','content':'q'}],'output':'a','=tools':[{'type':'function','function':{"
          "'name':'f'}}]}}"},
         {"input.messages", "[{'role':'system','content':'s'},{'role':'user','content':'q'}]",
          "output.messages", "[{'role':'assistant','content':'a'}]", "input.tools.0.function.name", "'f'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void several_messages(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"AutoGen: the text beside calls is their thought, results are beside a message",
         {"{'attrs':{'openinference.span.kind':'LLM','llm.input_messages.0.message.role':'assistant',"
          "'llm.input_messages.0.thought':'look','llm.input_messages.0.message.tool_calls.0.tool_call.id':'c1',"
          "'llm.input_messages.0.message.tool_calls.0.tool_call.function.name':'f',"
          "'llm.input_messages.0.message.tool_calls.0.tool_call.function.arguments':'{}',"
          "'llm.input_messages.1.message.role':'function','=llm.input_messages.1.function.0':{'name':'f',"
          "'content':'r','call_id':'c1','is_error':false},'output.mime_type':'application/"
          "json','=output.value':{"
          "'finish_reason':'function_calls','content':[{'id':'c2','name':'f','arguments':'{}'}],'thought':'now'"
          "}}}"},
         {"input.messages",
          "[{'role':'assistant','content':'look','tool_calls':[" CALL(
              "c1", "{}") "]},"
                          "{'role':'tool','content':'r','tool_call_id':'c1'}]",
          "output.messages", "[{'role':'assistant','content':'now','tool_calls':[" CALL("c2", "{}") "]}]"}},
        {"an answer of the Responses API has no choices",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.response.id':'resp_1','=gen_ai.output.messages':[{'"
          "role':"
          "'assistant','parts':[{'type':'text','content':'a'}],'finish_reason':'stop'},{'role':'assistant','"
          "parts':["
          "{'type':'tool_call','id':'c1','name':'f','arguments':{}}],'finish_reason':'tool_call'}]}}"},
         {"output.messages", "[{'role':'assistant','content':'a','tool_calls':[" CALL("c1", "{}") "]}]",
          "output.finish_reason", "'tool_calls'"}},
        {"others have",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.response.id':'r1','=gen_ai.output.messages':[{'"
          "role':"
          "'assistant','parts':[{'type':'text','content':'a'}],'finish_reason':'stop'},{'role':'assistant','"
          "parts':["
          "{'type':'tool_call','id':'c1','name':'f','arguments':{}}],'finish_reason':'tool_call'}]}}"},
         {"output.messages.1.tool_calls", "[" CALL("c1", "{}") "]", "output.finish_reason", "'stop'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(netra),        cmocka_unit_test(botocore),   cmocka_unit_test(monocle),
        cmocka_unit_test(agentops),     cmocka_unit_test(future_agi), cmocka_unit_test(openllmetry_of_old),
        cmocka_unit_test(further_keys), cmocka_unit_test(logfire),    cmocka_unit_test(several_messages),
        cmocka_unit_test(pipecat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
