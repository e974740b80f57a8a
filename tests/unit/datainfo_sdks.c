/* Spans as certain SDKs send them, each made up from the form that was seen: what the general mechanisms have to bear.
 * A case is a trace in a short notation and what has to come of one of its spans; its name says what it prevents. */
#include "datainfo_cases.h"

#define TOOL "{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}"

static void langtrace(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"tools in a list of one text, a choice in quotes, calls as content",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.request.tool_choice':'\\'required\\'',"
          "'gen_ai.request.tools':'[\\'[{\\\\\\'type\\\\\\':\\\\\\'function\\\\\\',\\\\\\'function\\\\\\':{"
          "\\\\\\'name\\\\\\':\\\\\\'f\\\\\\'}}]\\']'},"
          "'events':[{'name':'gen_ai.content.prompt','attrs':{'gen_ai.prompt':"
          "'[{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]'}},"
          "{'name':'gen_ai.content.completion','attrs':{'gen_ai.completion':'[{\\'role\\':\\'assistant\\',"
          "\\'content\\':[{\\'id\\':\\'c1\\',\\'type\\':\\'function\\',\\'function\\':{\\'name\\':\\'f\\',"
          "\\'arguments\\':\\'{}\\'}}]}]'}}]}"},
         {"input.tools", "[{'type':'function','function':{'name':'f'}}]", "input.tool_choice", "'required'",
          "output.messages",
          "[{'role':'assistant','content':null,'tool_calls':[{'id':'c1','type':'function',"
          "'function':{'name':'f','arguments':'{}'}}]}]"}},
        {"blank messages behind an answer are calls that were not recorded",
         {"{'attrs':{'gen_ai.operation.name':'chat'},'events':[{'name':'gen_ai.content.completion','attrs':{"
          "'gen_ai.completion':'[{\\'content\\':\\'look\\',\\'role\\':\\'assistant\\'},{\\'role\\':"
          "\\'assistant\\'},{\\'role\\':\\'assistant\\'}]'}}]}"},
         {"output.messages", "[{'role':'assistant','content':'look'}]", "input.metadata.missing",
          "['/input/messages','/input/tools','/input/tool_choice','/output/messages/0/tool_calls',"
          "'/output/finish_reason']"}},
        {"blank calls in the place of an answer do not end the conversation",
         {"{'attrs':{'gen_ai.operation.name':'chat','instructions':'be brief'},"
          "'events':[{'name':'gen_ai.content.prompt','attrs':{'gen_ai.prompt':'[{\\'role\\':\\'user\\',\\'"
          "content\\'"
          ":\\'q\\'},[{\\'id\\':\\'\\',\\'type\\':\\'\\'}],{\\'role\\':\\'tool\\',\\'tool_call_id\\':\\'c1\\',"
          "\\'content\\':\\'r\\'}]'}}]}"},
         {"input.messages.0", "{'role':'system','content':'be brief'}", "input.messages.2.content", "null",
          "input.messages.3", "{'role':'tool','content':'r','tool_call_id':'c1'}"}},
        {"a request as it was sent has its instructions",
         {"{'attrs':{'openinference.span.kind':'LLM','app.system_prompt':'not "
          "sent','input.value':'{\\'model\\':\\'m\\',"
          "\\'messages\\':[{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]}','input.mime_type':'application/"
          "json'}}"},
         {"input.messages", "[{'role':'user','content':'q'}]"}},
        {"vectors are no conversation",
         {"{'attrs':{'gen_ai.operation.name':'embed','gen_ai.request.model':'m'},'events':[{'name':"
          "'gen_ai.content.prompt','attrs':{'gen_ai.prompt':'[{\\'role\\':\\'user\\',\\'content\\':[\\'a\\']}]'"
          "}}]}"},
         {"code", "not_a_call"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define HAYSTACK_IO                                                                                            \
    "'x.llm.input':'{\\'messages\\':[{\\'role\\':\\'user\\',\\'content\\':[{\\'text\\':\\'q\\'}]}],\\'"        \
    "tools\\':["                                                                                               \
    "{\\'type\\':\\'haystack.tools.tool.Tool\\',\\'data\\':{\\'name\\':\\'f\\',\\'description\\':\\'d\\',"     \
    "\\'parameters\\':{\\'type\\':\\'object\\'}}}]}',"                                                         \
    "'x.llm.output':'{\\'replies\\':[{\\'role\\':\\'assistant\\',\\'meta\\':{\\'finish_reason\\':\\'stop\\'}," \
    "\\'content\\':[{\\'text\\':\\'a\\'}]}]}'"

static void guesses(void **state) {
    (void)state;
    static const char outer[] = "{'id':'2222222222222222','attrs':{" HAYSTACK_IO "}}";
    static const char inner[] = "{'parent':'2222222222222222','attrs':{" HAYSTACK_IO "}}";
    static const struct sdk_case cases[] = {
        {"of two spans that look like a call the inner one is taken",
         {inner, outer},
         {"input.tools", "[" TOOL "]", "output.messages.0.content", "'a'", "output.finish_reason", "'stop'"}},
        {"and the outer one is not", {outer, inner}, {"code", "wrapper"}},
        {"a finish word alone is nothing to learn from",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.request.model':'m','anthropic.message.stop_reason':"
          "'end_turn'}}"},
         {"code", "no_content"}},
        {"an SDK that calls everything LLM, vectors too",
         {"{'attrs':{'lmnr.span.type':'LLM','gen_ai.request.model':'text-embedding-3',"
          "'gen_ai.input.messages':'[{\\'content\\':\\'a\\'}]'}}"},
         {"code", "not_a_call"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define CHAT     "'gen_ai.operation.name':'chat'"
#define CALL(id) "{'id':'" id "','type':'function','function':{'name':'f','arguments':'{}'}}"

static void openinference(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"what prepares a call is none, texts of a completion are a question",
         {"{'attrs':{'openinference.span.kind':'LLM','output.value':'{\\'messages\\':[\\'m\\'],\\'tools\\':[]}'"
          "}}"},
         {"code", "not_a_call"}},
        {"prompts in one list",
         {"{'attrs':{'openinference.span.kind':'LLM','llm.prompts':['q'],'output.value':'a'}}"},
         {"input.messages", "[{'role':'user','content':'q'}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void sentry(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"the texts of all choices, and the calls apart from them",
         {"{'attrs':{" CHAT ",'gen_ai.input.messages':[{'role':'user','content':'hi'}],"
          "'gen_ai.response.text':'[\\'one\\',\\'two\\']','gen_ai.response.tool_calls':[" CALL("c1") "]}}"},
         {"output.messages", "[{'role':'assistant','content':'one','tool_calls':[" CALL(
                                 "c1") "]},"
                                       "{'role':'assistant','content':'two'}]"}},
        {"a bare input, an empty text beside Anthropic's calls",
         {"{'attrs':{" CHAT ",'gen_ai.input.messages':'Use it.','gen_ai.response.text':'',"
          "'gen_ai.response.tool_calls':[{'type':'tool_use','id':'t1','name':'f','input':{}}]}}"},
         {"input.messages", "[{'role':'user','content':'Use it.'}]", "output.messages",
          "[{'role':'assistant','content':null,'tool_calls':[" CALL("t1") "]}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define COMPLETION(text)                                                                                       \
    "{'name':'gen_ai.content.completion','attrs':{'gen_ai.completion':[{'role':'assistant','content':'" text   \
    "'}]}}"

static void streams_in_events(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"an answer that is recorded again and again while it grows is one",
         {"{'attrs':{" CHAT "},'events':[" COMPLETION("") "," COMPLETION("I wil") "," COMPLETION(
             "I will.") "," COMPLETION("I will.") "]}"},
         {"output.messages", "[{'role':'assistant','content':'I will.'}]"}},
        {"choices with texts of their own stay choices",
         {"{'attrs':{" CHAT "},'events':[" COMPLETION("a") "," COMPLETION("b") "]}"},
         {"output.messages", "[{'role':'assistant','content':'a'},{'role':'assistant','content':'b'}]"}},
        {"an assistant's text that is the list of its calls",
         {"{'attrs':{" CHAT
          "},'events':[" COMPLETION("[{\\'id\\':\\'c1\\',\\'type\\':\\'function\\',"
                                    "\\'function\\':{\\'name\\':\\'f\\',\\'arguments\\':\\'{}\\'}}]") "]}"},
         {"output.messages", "[{'role':'assistant','content':null,'tool_calls':[" CALL("c1") "]}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void mastra(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"the bridge's step is the call",
         {"{'attrs':{'gen_ai.operation.name':'model_step','mastra.span.type':'model_step','mastra.model_step."
          "input':"
          "[{'role':'user','content':'hi'},{'role':'assistant','content':'So.[tool: f][tool: g]'}],"
          "'mastra.model_step.output':{'text':'','toolCalls':[{'toolCallId':'c1','toolName':'f','args':{}}]},"
          "'mastra.metadata.modelMetadata':{'modelId':'m-1','modelProvider':'openai.chat'}}}"},
         {"input.metadata.model", "'m-1'", "input.messages.1.content", "'So.'",
          "input.messages.1.tool_calls.1.function.name", "'g'", "output.tool_calls", "[" CALL("c1") "]"}},
        {"and the inference inside it a part of it",
         {"{'attrs':{'gen_ai.operation.name':'model_inference','mastra.model_inference.output':{'text':'hi'}}"
          "}"},
         {"code", "not_a_call"}},
        {"through Laminar past calls lie in the text, too",
         {"{'scope':'@mastra/"
          "laminar','attrs':{'lmnr.span.type':'LLM','lmnr.span.input':[{'role':'user','content':'hi'},"
          "{'role':'assistant','content':'So.[tool: f]'}],'lmnr.span.output':{'text':'ho','toolCalls':[]},"
          "'lmnr.association.properties.metadata.body':{'choices':[{'index':0,'finish_reason':'stop',"
          "'message':{'role':'assistant','content':'ho'}}]}}}"},
         {"input.messages.1.content", "'So.'", "output.messages.0.content", "'ho'", "output.finish_reason",
          "'stop'"}},
        {"a Responses body repeats the tools that it was asked with",
         {"{'attrs':{'gen_ai.operation.name':'model_step','mastra.span.type':'model_step','mastra.metadata."
          "body':"
          "{'object':'response','output':[{'type':'message','role':'assistant','content':[{'type':'output_text'"
          ","
          "'text':'ho'}]}],'tool_choice':'required','tools':[{'type':'function','name':'f','description':'d',"
          "'parameters':{'type':'object'}}]}}}"},
         {"input.tools", "[" TOOL "]", "input.tool_choice", "'required'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define ADK       "'gen_ai.operation.name':'generate_content'"
#define ADK_SCOPE "'scope':'gcp.vertex.agent',"

static void google_adk(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"pieces of a stream, the last of which has it all",
         {"{" ADK_SCOPE "'attrs':{" ADK
          "},'logs':[{'name':'gen_ai.client.inference.operation.details','attrs':{"
          "'gen_ai.output.messages':[{'role':'assistant','parts':[{'type':'text','content':'on'}],'finish_"
          "reason':''},"
          "{'role':'assistant','parts':[{'type':'text','content':'e'}],'finish_reason':''},"
          "{'role':'assistant','parts':[{'type':'tool_call','id':'c','name':'f','arguments':null}],'finish_"
          "reason':''},"
          "{'role':'assistant','parts':[{'type':'text','content':'one'},{'type':'tool_call','id':'c','name':'f'"
          ","
          "'arguments':{'x':1}}],'finish_reason':'stop'}]}}]}"},
         {"output.messages",
          "[{'role':'assistant','content':'one','tool_calls':[{'id':'c','type':'function','function':{'name':'"
          "f',"
          "'arguments':'{\\'x\\':1}'}}]}]",
          "output.finish_reason", "'tool_calls'"}},
        {"pieces of a stream, the last of which is the rest",
         {"{" ADK_SCOPE "'attrs':{" ADK
          "},'logs':[{'name':'gen_ai.choice','body':{'index':0,'content':{'role':'model','parts':["
          "{'text':'on'}]}}},{'name':'gen_ai.choice','body':{'index':0,'finish_reason':'STOP','content':{'role'"
          ":"
          "'model','parts':[{'text':'e'}]}}}]}"},
         {"output.messages", "[{'role':'assistant','content':'one'}]", "output.finish_reason", "'stop'"}},
        {"what an event says is said by the role inside it",
         {"{" ADK_SCOPE "'attrs':{" ADK
          "},'logs':[{'name':'gen_ai.user.message','body':{'content':{'role':'user','parts':["
          "{'text':'q'}]}}},{'name':'gen_ai.user.message','body':{'content':{'role':'model','parts':[{'text':'"
          "a'}]"
          "}}}]}"},
         {"input.messages.1", "{'role':'assistant','content':'a'}", "output.messages.0", "absent"}},
        {"definitions without schemas take those of the other source",
         {"{" ADK_SCOPE "'attrs':{" ADK
          ",'gen_ai.tool.definitions':'[{\\'name\\':\\'f\\',\\'type\\':\\'function\\',"
          "\\'parameters\\':null}]','gen_ai.input.messages':'[{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]'},"
          "'logs':[{'name':'gen_ai.client.inference.operation.details','attrs':{'gen_ai.tool.definitions':["
          "{'name':'f','description':'d','type':'function','parameters':{'type':'object'}}]}}]}"},
         {"input.tools", "[" TOOL "]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define FUNCTION(name) "{'type':'function','function':{'name':'" name "','parameters':{'type':'object'}}}"

static void beside_the_messages(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"tools, choice and end in metadata",
         {"{'attrs':{'braintrust.span_attributes':{'type':'llm'},'braintrust.input_json':[{'role':'user','"
          "content':'q'}],"
          "'braintrust.output_json':{'role':'assistant','content':'a'},'braintrust.metadata':{'model':'m-1',"
          "'finish_reason':'length','tool_choice':'required','tools':[" TOOL "]}}}"},
         {"input.tools", "[" TOOL "]", "input.tool_choice", "'required'", "output.finish_reason", "'length'"}},
        {"and in a library's parameters; a bare name is the choice of that tool",
         {"{'attrs':{'langwatch.span.type':'llm','langwatch.input':{'type':'chat_messages','value':[{'role':'"
          "user',"
          "'content':'q'}]},'x.options':{'tools':[" TOOL "],'tool_choice':'f'},"
          "'x.invocation_params':{'tools':[" TOOL
          "],'tool_choice':{'type':'function','function':{'name':'f'}}}}}"},
         {"input.tools", "[" TOOL "]", "input.tool_choice", "{'type':'function','function':{'name':'f'}}"}},
        {"an exception that says why the answer broke off",
         {"{'status':{'code':2},'attrs':{" CHAT ",'gen_ai.input.messages':[{'role':'user','content':'q'}]},'"
                                                "events':[{'name':'exception','attrs':{'exception.type':"
          "'x.types.MaxTokensReachedException','exception.message':'no more'}}]}"},
         {"output.finish_reason", "'length'", "output.metadata.error.message", "'no more'"}},
        {"a model in the metadata",
         {"{'attrs':{'braintrust.span_attributes':'{\\'type\\':\\'llm\\'}','braintrust.input':'q',"
          "'session.id':'s','user.id':'u',"
          "'braintrust.metadata':'{\\'model\\':\\'gpt-4o\\',\\'finish_reason\\':\\'length\\'}'}}"},
         {"input.metadata.model", "'gpt-4o'", "output.finish_reason", "'length'"}},
        {"Genkit: a model that only the response knows",
         {"{'attrs':{'genkit:type':'action','genkit:metadata:subtype':'model','genkit:name':'googleai/m',"
          "'genkit:output':'{\\'candidates\\':[{\\'message\\':{\\'role\\':\\'model\\',\\'content\\':[{"
          "\\'text\\':\\'a\\'}]}}],\\'custom\\':{\\'modelVersion\\':\\'m-1\\'}}'}}"},
         {"output.messages", "[{'role':'assistant','content':'a'}]", "input.metadata.model", "'m-1'"}},
        {"a choice beside messages that were written as texts",
         {"{'attrs':{'openinference.span.kind':'LLM','llm.input_messages.0.message.role':'user',"
          "'llm.input_messages.0.message.content':'q','input.value':{'messages':['Message(role=<Role.USER>)'],"
          "'kwargs':{'tools':[" FUNCTION("f") "],'tool_choice':'auto'}}}}"},
         {"input.tools.0.function.name", "'f'", "input.tool_choice", "'auto'"}},
        {"a system text and a prompt",
         {"{'attrs':{'langfuse.observation.type':'generation','langfuse.observation.input':"
          "'{\\'prompt\\':\\'q\\',\\'system\\':\\'s\\'}'}}"},
         {"input.messages", "[{'role':'system','content':'s'},{'role':'user','content':'q'}]"}},
        {"two calls in one, under the name of the last",
         {"{'attrs':{'langfuse.observation.type':'generation','langfuse.observation.input':{'messages':[{'role'"
          ":'user',"
          "'content':'q'}],'tools':[" FUNCTION("f") "," FUNCTION(
              "g") "]},'langfuse.observation.output':{'tool_calls':["
                   "{'function':{'name':'g','arguments':'{\\'x\\':1}{\\'y\\':2}'}}]}}}"},
         {"output.tool_calls.0.function.name", "''", "output.tool_calls.0.function.arguments", "'{\\'x\\':1}'",
          "output.tool_calls.1.function.name", "'g'", "output.tool_calls.1.function.arguments",
          "'{\\'y\\':2}'"}},
        {"a system text that only the flattened keys have, before a question in parts",
         {"{'attrs':{'openinference.span.kind':'LLM','input.value':[{'role':'user','content':[{'type':'input_"
          "text',"
          "'text':'q'},{'type':'input_image','image':'http://x/"
          "'}]}],'llm.input_messages.0.message.role':'system',"
          "'llm.input_messages.0.message.content':'s','llm.input_messages.1.message.role':'user',"
          "'llm.input_messages.1.message.contents.0.message_content.type':'text',"
          "'llm.input_messages.1.message.contents.0.message_content.text':'q'}}"},
         {"input.messages.0", "{'role':'system','content':'s'}", "input.messages.1.content.1.type",
          "'image_url'"}},
        {"a question in parts, which only the span above recorded",
         {"{'parent':'2222222222222222','attrs':{'openinference.span.kind':'LLM','input.value':'{\\'messages\\'"
          ":["
          "{\\'role\\':\\'system\\',\\'content\\':\\'s\\'},{\\'role\\':\\'user\\'}]}','llm.output_messages.0."
          "message."
          "content':'a','llm.output_messages.0.message.role':'assistant'}}",
          "{'id':'2222222222222222','attrs':{'openinference.span.kind':'AGENT','input.value':'{\\'messages\\':["
          "{\\'role\\':\\'user\\',\\'content\\':[{\\'type\\':\\'text\\',\\'content\\':\\'q\\'},"
          "{\\'type\\':\\'image\\',\\'source\\':{\\'type\\':\\'url\\',\\'value\\':\\'http://x/\\'}}]}],"
          "\\'systemPrompts\\':[\\'s\\']}'}}"},
         {"input.messages",
          "[{'role':'system','content':'s'},{'role':'user','content':[{'type':'text','text':'q'},"
          "{'type':'image_url','image_url':{'url':'http://x/'}}]}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define LC(class, kwargs)                                                                                      \
    "{'lc':1,'type':'constructor','id':['langchain_core','messages','" class "'],'kwargs':{" kwargs "}}"

static void langgraph(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"calls that the model's span lost, of this answer and of past ones, from the node above, which knows "
         "no system text",
         {"{'parent':'2222222222222222','attrs':{'langwatch.span.type':'llm','langwatch.input':{'type':'chat_"
          "messages',"
          "'value':[{'role':'system','content':'s'},{'role':'user','content':'q'},{'role':'assistant','content'"
          ":'So.'},"
          "{'role':'tool','content':'r'}]},'langwatch.output':{'type':'list','value':[{'type':'chat_messages','"
          "value':["
          "{'role':'assistant','content':'Again.','function_call':{}}]}]},'x.invocation_params':{'tools':[" TOOL
          "]}}}",
          "{'id':'2222222222222222','attrs':{'langwatch.span.type':'chain','langwatch.input':{'type':'json','"
          "value':{"
          "'messages':[" LC("HumanMessage", "'content':'q'") "," LC("AIMessage", "'content':'So.','tool_calls':"
                                                                                 "[{'name':'f','args':{},'id':'"
                                                                                 "c1'}]") "," LC(
              "ToolMessage",
              "'content':'r','tool_call_id':'c1'") "]}},'langwatch.output':{'type':'json','value':{"
                                                   "'output':[{'lg_name':'Command','update':{'messages':[" LC(
                                                       "AIMessage",
                                                       "'content':'Again.','tool_calls':[{'name':'f','args':{},"
                                                       "'id':'c2'}]") "]},'goto':[]}]}}}}"},
         {"input.messages",
          "[{'role':'system','content':'s'},{'role':'user','content':'q'},"
          "{'role':'assistant','content':'So.','tool_calls':[" CALL(
              "c1") "]},"
                    "{'role':'tool','content':'r','tool_call_id':'c1'}]",
          "output.messages", "[{'role':'assistant','content':'Again.','tool_calls':[" CALL("c2") "]}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define CHUNK(delta, finish)                                                                                   \
    "{'name':'mlflow.chunk.item.0','attrs':{'mlflow.chunk.value':'{\\'object\\':\\'chat.completion.chunk\\',"  \
    "\\'choices\\':[{\\'index\\':0,\\'delta\\':" delta ",\\'finish_reason\\':" finish "}]}'}}"

static void bodies_of_relatives(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"LiteLLM: the body below the call knows the choice and the ids",
         {"{'attrs':{'llm.request.type':'chat','gen_ai.response.id':'r1','gen_ai.prompt.0.role':'user',"
          "'gen_ai.prompt.0.content':'q','gen_ai.completion.0.role':'assistant',"
          "'gen_ai.completion.0.function_call.name':'f','gen_ai.completion.0.function_call.arguments':'{}'}}",
          "{'id':'2222222222222222','parent':'1111111111111111','name':'raw','attrs':{'llm.openai.id':'r1',"
          "'llm.openai.model':'m','llm.openai.tool_choice':'required','llm.openai.messages':'[{\\'role\\':\\'"
          "user\\',"
          "\\'content\\':\\'q\\'}]','llm.openai.choices':'[{\\'index\\':0,\\'finish_reason\\':\\'tool_calls\\',"
          "\\'message\\':{\\'role\\':\\'assistant\\',\\'tool_calls\\':[{\\'id\\':\\'c1\\',\\'type\\':"
          "\\'function\\',\\'function\\':{\\'name\\':\\'f\\',\\'arguments\\':\\'{}\\'}}]}}]'}}"},
         {"output.tool_calls", "[" CALL("c1") "]", "input.tool_choice", "'required'"}},
        {"Logfire: the end of a stream has the answer and its counts",
         {"{'parent':'9999999999999999','scope':'logfire.openai','attrs':{'logfire.span_type':'span','request_"
          "data':"
          "'{\\'model\\':\\'m\\',\\'messages\\':[{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]}'}}",
          "{'id':'2222222222222222','parent':'9999999999999999','scope':'logfire.openai','from':'"
          "1766400000250000001',"
          "'to':'1766400000250000001','attrs':{'logfire.span_type':'log','gen_ai.usage.input_tokens':7,'"
          "request_data':"
          "'{\\'model\\':\\'m\\',\\'messages\\':[{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]}',"
          "'response_data':'{\\'combined_chunk_content\\':\\'a\\'}'}}"},
         {"output.messages.0.content", "'a'", "output.metadata.usage.input_tokens", "7"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void mlflow(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"LangChain's last tokens know how the answer ended",
         {"{'attrs':{'mlflow.spanType':'\\'CHAT_MODEL\\'','=mlflow.spanOutputs':{'choices':[{'message':{'role':"
          "'assistant','content':'a'},'finish_reason':null}]}},"
          "'events':[{'name':'new_token','attrs':{'=chunk':{'kwargs':{'generation_info':{'finish_reason':'"
          "length'}}}}},"
          "{'name':'new_token','attrs':{'=chunk':{'kwargs':{}}}}]}"},
         {"output.messages.0.content", "'a'", "output.finish_reason", "'length'"}},
        {"chunks know the calls that the rebuilt response has lost",
         {"{'attrs':{'mlflow.spanType':'\\'CHAT_MODEL\\'','mlflow.spanOutputs':'{\\'choices\\':[{\\'finish_"
          "reason\\':"
          "\\'stop\\',\\'index\\':0,\\'message\\':{\\'role\\':\\'assistant\\',\\'content\\':\\'t\\'}}]}'},"
          "'events':[" CHUNK("{\\'content\\':\\'t\\'}", "null") "," CHUNK(
              "{\\'tool_calls\\':[{\\'index\\':0,\\'id\\':\\'c1\\',\\'function\\':{\\'name\\':\\'f\\',"
              "\\'arguments\\':\\'{}\\'}}]}",
              "\\'tool_calls\\'") "]}"},
         {"output.messages", "[{'role':'assistant','content':'t','tool_calls':[" CALL("c1") "]}]",
          "output.finish_reason", "'tool_calls'"}},
        {"what LangChain sent beside the messages",
         {"{'attrs':{'mlflow.spanType':'\\'CHAT_MODEL\\'','mlflow.spanInputs':'{\\'messages\\':[{\\'role\\':\\'"
          "user\\',"
          "\\'content\\':\\'q\\'}]}','invocation_params':'{\\'model\\':\\'m\\',\\'tool_choice\\':\\'any\\'}'}"
          "}"},
         {"input.tool_choice", "'required'", "input.metadata.model", "'m'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define OPENLIT              "'scope':'openlit.otel.tracing'"
#define OPENLIT_PROMPT(text) "'events':[{'name':'gen_ai.content.prompt','attrs':{'gen_ai.prompt':'" text "'}}]"

static void openlit(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"a conversation as one text; text that only looks like a role stays text",
         {"{" OPENLIT ",'attrs':{" CHAT
          "}," OPENLIT_PROMPT("system: s\\nuser: a\\\\nuser: b\\n\\nthe user: c\\nassistant: d") "}"},
         {"input.messages",
          "[{'role':'system','content':'s'},{'role':'user','content':'a\\\\nuser: b\\n\\nthe user: c'},"
          "{'role':'assistant','content':'d'}]"}},
        {"Python's text of the whole request is the whole request",
         {"{" OPENLIT ",'attrs':{" CHAT
          "}," OPENLIT_PROMPT("user: a\\nuser: [{\\'role\\': \\'user\\', \\'content\\': "
                              "\\'a\\'}]\\ntool: r") "}"},
         {"input.messages", "[{'role':'user','content':'a'}]"}},
        {"calls in lists beside the answer",
         {"{" OPENLIT ",'attrs':{" CHAT
          ",'gen_ai.tool.name':'f, f','gen_ai.tool.call.id':'c1, c2','gen_ai.tool.args':"
          "'{}, {}'}}"},
         {"output.messages",
          "[{'role':'assistant','content':null,'tool_calls':[" CALL("c1") "," CALL("c2") "]}]"}},
        {"None is no text, a text may be a list of texts, a thought lies beside the answer",
         {"{" OPENLIT ",'attrs':{" CHAT ",'gen_ai.content.reasoning':'t','gen_ai.request.reasoning':'high',"
          "'gen_ai.input.messages':[{'role':'user','parts':[{'type':'text','content':[{'type':'text','text':'q'"
          "}]}]}],"
          "'gen_ai.output.messages':[{'role':'assistant','parts':[{'type':'text','content':'None'},"
          "{'type':'tool_call','id':'c1','name':'f','arguments':{}}]}]}}"},
         {"input.messages.0.content", "'q'", "output.messages",
          "[{'role':'assistant','content':null,'reasoning_content':'t','tool_calls':[" CALL("c1") "]}]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void small_things(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"Langfuse: a finish word in quotes",
         {"{'attrs':{'langfuse.observation.type':'generation','langfuse.observation.input':'q',"
          "'langfuse.observation.metadata.finish_reason':'\\'tool_calls\\''}}"},
         {"output.finish_reason", "'tool_calls'"}},
        {"Pydantic AI: instructions go behind the system prompts",
         {"{'scope':'pydantic-ai','attrs':{'gen_ai.operation.name':'chat','gen_ai.system_instructions':'[{\\'"
          "type\\':"
          "\\'text\\',\\'content\\':\\'two\\'}]','gen_ai.input.messages':'[{\\'role\\':\\'system\\',\\'parts\\'"
          ":["
          "{\\'type\\':\\'text\\',\\'content\\':\\'one\\'}]},{\\'role\\':\\'user\\',\\'parts\\':[{\\'type\\':"
          "\\'text\\',\\'content\\':\\'q\\'}]}]'}}"},
         {"input.messages.0.content", "'one'", "input.messages.1.content", "'two'", "input.messages.2.content",
          "'q'"}},
        {"and where they are events, too",
         {"{'scope':'pydantic-ai','attrs':{'gen_ai.operation.name':'chat','events':'[{\\'event.name\\':"
          "\\'gen_ai.system.message\\',\\'content\\':\\'two\\'},{\\'event.name\\':\\'gen_ai.system.message\\',"
          "\\'content\\':\\'one\\',\\'gen_ai.message.index\\':0},{\\'event.name\\':\\'gen_ai.user.message\\',"
          "\\'content\\':\\'q\\',\\'gen_ai.message.index\\':0}]'}}"},
         {"input.messages.0.content", "'one'", "input.messages.1.content", "'two'", "input.messages.2.content",
          "'q'"}},
        {"the messages of a failed call are no answer, though the system speaks first",
         {"{'parent':'2222222222222222','attrs':{'gen_ai.operation.name':'chat','error.type':'e'}}",
          "{'id':'2222222222222222','attrs':{'gen_ai.operation.name':'invoke_agent','x.all_messages':'[{\\'"
          "role\\':"
          "\\'system\\',\\'content\\':\\'s\\'},{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]'}}"},
         {"input.messages.1.content", "'q'", "output.messages", "[]"}},
        {"images of Pydantic AI and images that Strands took out",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.input.messages':'[{\\'role\\':\\'user\\',\\'"
          "content\\':["
          "{\\'kind\\':\\'binary\\',\\'media_type\\':\\'image/png\\',\\'binary_content\\':\\'iVBO\\'},"
          "{\\'type\\':\\'image\\',\\'content\\':{\\'format\\':\\'png\\',\\'source\\':{\\'bytes\\':"
          "\\'<replaced>\\'}}}]}]'}}"},
         {"input.messages.0.content.0.image_url.url", "'data:image/png;base64,iVBO'",
          "input.messages.0.content.1.image_url.url", "'<replaced>'", "input.metadata.missing.0",
          "'/input/messages/0/content/1'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(langtrace),
        cmocka_unit_test(guesses),
        cmocka_unit_test(google_adk),
        cmocka_unit_test(bodies_of_relatives),
        cmocka_unit_test(mlflow),
        cmocka_unit_test(small_things),
        cmocka_unit_test(openlit),
        cmocka_unit_test(openinference),
        cmocka_unit_test(sentry),
        cmocka_unit_test(streams_in_events),
        cmocka_unit_test(mastra),
        cmocka_unit_test(beside_the_messages),
        cmocka_unit_test(langgraph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
