/* Keys that conventions document: each is honoured. Spans are made up; what real SDKs write is in datainfo_sdks.c. */
#include "datainfo_cases.h"

#define CHAT "'gen_ai.operation.name':'chat'"
#define TALK CHAT ",'=gen_ai.input.messages':[{'role':'user','parts':[{'type':'text','content':'q'}]}]"

static void parameters(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"of a request, under whatever name",
         {"{'attrs':{" TALK
          ",'gen_ai.request.model':'m','gen_ai.request.temperature':1,'gen_ai.request.seed':7,"
          "'gen_ai.request.choice.count':2,'gen_ai.request.reasoning_effort':'low',"
          "'gen_ai.request.thinking.budget_tokens':9,'gen_ai.request.is_stream':true,"
          "'gen_ai.request.user':'u','gen_ai.request.available_tools':['f'],'gen_ai.request.base_url':'http://"
          "h'}}"},
         {"input.metadata.parameters",
          "{'temperature':1,'seed':7,'n':2,'reasoning_effort':'low','thinking.budget_tokens':9,'stream':true}",
          "input.metadata.user_id", "'u'"}},
        {"but not what was left open",
         {"{'attrs':{" TALK ",'gen_ai.request.seed':'','gen_ai.request.max_tokens':-1,"
          "'gen_ai.request.stop_sequences':[],'gen_ai.request.top_p':1}}"},
         {"input.metadata.parameters", "{'top_p':1}"}},
        {"the AI SDK's settings are the model's and its own",
         {"{'attrs':{'ai.operationId':'ai.generateText.doGenerate','=ai.prompt.messages':[{'role':'user',"
          "'content':[{'type':'text','text':'q'}]}],'ai.settings.maxRetries':2,'ai.settings.topP':1,"
          "'ai.settings.context.team':'a','ai.settings.maxOutputTokens':9,'ai.settings.custom':3}}"},
         {"input.metadata.parameters", "{'top_p':1,'max_tokens':9,'custom':3}"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

/* One attribute beside a conversation, and where it arrives. */
struct key_case {
    const char *attr, *path, *expect;
};

static void check_keys(const char *base, const struct key_case *keys, size_t count) {
    bool fine = true;
    for (size_t i = 0; i < count; i++) {
        char span[800];
        snprintf(span, sizeof span, "{'attrs':{%s,%s}}", base, keys[i].attr);
        struct sdk_case c = {keys[i].attr, {span}, {keys[i].path, keys[i].expect}};
        fine = check(&c) && fine;
    }
    assert_true(fine);
}
#define CHECK_KEYS(base, keys) check_keys(base, keys, sizeof(keys) / sizeof *(keys))

#define MODEL    "input.metadata.model"
#define PROVIDER "input.metadata.provider"
#define THREAD   "input.metadata.thread_id"
#define USER     "input.metadata.user_id"
#define TAGS     "input.metadata.tags"
#define USAGE    "output.metadata.usage"
#define COST     "output.metadata.cost"
#define FINISH   "output.finish_reason"

static void facts_beside_the_messages(void **state) {
    (void)state;
    static const struct key_case keys[] = {
        {"'ai.model.id':'m-1'", MODEL, "'m-1'"},
        {"'llm.request.model_name':'m-1'", MODEL, "'m-1'"},
        {"'llm.request.model_name':'unknown'", MODEL, "absent"},
        {"'langfuse.observation.model.name':'m-1'", MODEL, "'m-1'"},
        {"'mlflow.llm.model':'m-1'", MODEL, "'m-1'"},
        {"'ai.response.model':'m-1'", MODEL, "'m-1'"},
        {"'llm.response.model_name':'m-1'", MODEL, "'m-1'"},
        {"'llm.system':'openai'", PROVIDER, "'openai'"},
        {"'ai.model.provider':'openai.responses'", PROVIDER, "'openai'"},
        {"'gen_ai.system':'OpenAI'", PROVIDER, "'openai'"},
        {"'gen_ai.usage.prompt_tokens':5", USAGE, "{'input_tokens':5}"},
        {"'ai.usage.promptTokens':5", USAGE, "{'input_tokens':5}"},
        {"'ai.usage.outputTokens':6", USAGE, "{'output_tokens':6}"},
        {"'llm.token_count.total':9", USAGE, "{'total_tokens':9}"},
        {"'=langfuse.observation.usage_details':{'input':5,'output':6,'input_cached_tokens':3}", USAGE,
         "{'input_tokens':8,'output_tokens':6,'cached_tokens':3}"},
        {"'=langsmith.usage_metadata':{'input_tokens':5,'output_tokens':6}", USAGE,
         "{'input_tokens':5,'output_tokens':6}"},
        {"'=langwatch.metrics':{'promptTokens':5,'completionTokens':6}", USAGE,
         "{'input_tokens':5,'output_tokens':6}"},
        {"'=braintrust.metrics':{'prompt_tokens':5}", USAGE, "{'input_tokens':5}"},
        {"'=mlflow.chat.tokenUsage':{'input_tokens':5}", USAGE, "{'input_tokens':5}"},
        {"'gen_ai.usage.cache_creation.input_tokens':3", USAGE, "{'cache_write_tokens':3}"},
        {"'gen_ai.usage.reasoning_tokens':3", USAGE, "{'reasoning_tokens':3}"},
        {"'gen_ai.usage.cost':2", COST, "2"},
        {"'gen_ai.usage.cost':0", COST, "absent"},
        {"'=langfuse.observation.cost_details':{'input':1,'output':2}", COST, "3"},
        {"'operation.cost':2", COST, "2"},
        {"'=mlflow.llm.cost':{'input_cost':1,'total_cost':2}", COST, "2"},
        {"'traceloop.association.properties.thread_id':'t'", THREAD, "'t'"},
        {"'lmnr.association.properties.session_id':'t'", THREAD, "'t'"},
        {"'ai.telemetry.metadata.sessionId':'t'", THREAD, "'t'"},
        {"'langsmith.metadata.session_id':'t'", THREAD, "'t'"},
        {"'langsmith.trace.session_name':'a project'", THREAD, "absent"},
        {"'gcp.vertex.agent.session_id':'t'", THREAD, "'t'"},
        {"'mastra.metadata.sessionId':'t'", THREAD, "'t'"},
        {"'langwatch.thread.id':'t'", THREAD, "'t'"},
        {"'vllora.thread_id':'t'", THREAD, "'t'"},
        {"'=metadata':{'thread_id':'t'}", THREAD, "'t'"},
        {"'enduser.id':'u'", USER, "'u'"},
        {"'langwatch.user.id':'u'", USER, "'u'"},
        {"'ai.telemetry.metadata.userId':'u'", USER, "'u'"},
        {"'tag.tags':['a','b']", TAGS, "['a','b']"},
        {"'=langfuse.trace.tags':['a','b']", TAGS, "['a','b']"},
        {"'langsmith.span.tags':'a, b'", TAGS, "['a','b']"},
        {"'gen_ai.response.finish_reasons':'[\\'tool-calls\\']'", FINISH, "'tool_calls'"},
        {"'gen_ai.response.finish_reasons':['end_turn']", FINISH, "'stop'"},
        {"'gen_ai.response.finish_reasons':'max_output_tokens'", FINISH, "'length'"},
        {"'gen_ai.finishReason':'SAFETY'", FINISH, "'content_filter'"},
    };
    CHECK_KEYS(TALK, keys);
}

#define TOOLS "[{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}]"
#define BARE  "{'name':'f','description':'d','parameters':{'type':'object'}}"

static void tools_and_their_choice(void **state) {
    (void)state;
    static const struct key_case keys[] = {
        {"'=gen_ai.tool.definitions':[" BARE "]", "input.tools", TOOLS},
        {"'gen_ai.tool.definitions':['{\\'name\\':\\'f\\',\\'description\\':\\'d\\',\\'inputSchema\\':{"
         "\\'type\\':\\'object\\'}}']",
         "input.tools", TOOLS},
        {"'=mlflow.chat.tools':" TOOLS, "input.tools", TOOLS},
        {"'langfuse.observation.type':'generation','=langfuse.observation.metadata.tools':[" BARE "]",
         "input.tools", TOOLS},
        {"'openinference.span.kind':'LLM','=llm.tools.0.tool.json_schema':" BARE, "input.tools", TOOLS},
        {"'llm.request.functions.0.name':'f','llm.request.functions.0.description':'d',"
         "'=llm.request.functions.0.arguments':{'type':'object'}",
         "input.tools", TOOLS},
        {"'ai.operationId':'ai.generateText.doGenerate','=ai.prompt.toolChoice':{'type':'tool','toolName':'f'}",
         "input.tool_choice", "{'type':'function','function':{'name':'f'}}"},
        {"'langsmith.span.kind':'llm','langsmith.metadata.tool_choice':'any'", "input.tool_choice",
         "'required'"},
        {"'openinference.span.kind':'LLM','=llm.invocation_parameters':{'tool_choice':{'type':'auto'}}",
         "input.tool_choice", "'auto'"},
        {"'langfuse.observation.type':'generation','=langfuse.observation.model.parameters':{'tool_choice':'"
         "none'}",
         "input.tool_choice", "'none'"},
    };
    CHECK_KEYS(TALK, keys);
}

/* Anthropic's system text is no message, and flattened keys have messages alone. */
static void system_texts_beside_flattened_messages(void **state) {
    (void)state;
    static const struct key_case keys[] = {
        {"'=llm.invocation_parameters':{'system':'be','max_tokens':5}", "input.messages",
         "[{'role':'system','content':'be'},{'role':'user','content':'q'}]"},
        {"'=llm.invocation_parameters':{'system':[{'type':'text','text':'be'}]}", "input.messages.0",
         "{'role':'system','content':'be'}"},
        {"'=llm.invocation_parameters':{'kwargs':{'seed':7,'tools':[]},'stop':[]}", "input.metadata.parameters",
         "{'seed':7}"},
    };
    CHECK_KEYS("'openinference.span.kind':'LLM','llm.input_messages.0.message.role':'user',"
               "'llm.input_messages.0.message.content':'q'",
               keys);
}

static void values_with_a_type(void **state) {
    (void)state;
    static const struct key_case keys[] = {
        {"'=langwatch.output':{'type':'json','value':{'x': 1.0}}", "output.messages.0.content",
         "'{\\'x\\': 1.0}'"},
        {"'=langwatch.output':{'type':'text','value':'a'}", "output.messages.0.content", "'a'"},
        {"'=langwatch.output':{'type':'list','value':[{'type':'text','value':'a'}]}",
         "output.messages.0.content", "'a'"},
        {"'=langwatch.output':{'type':'chat_messages','value':[{'role':'assistant','content':'a'}]}",
         "output.messages.0.content", "'a'"},
    };
    CHECK_KEYS("'langwatch.span.type':'llm','=langwatch.input':{'type':'text','value':'q'}", keys);
}

static void answers_in_the_order_of_their_numbers(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"of a body",
         {"{'attrs':{" TALK ",'=response':{'choices':[{'index':1,'finish_reason':'length','message':{'role':"
          "'assistant','content':'b'}},{'index':0,'finish_reason':'stop','message':{'role':'assistant',"
          "'content':'a'}}]}}}"},
         {"output.messages.0.content", "'a'", "output.messages.1.content", "'b'", FINISH, "'stop'"}},
        {"of log records",
         {"{'attrs':{" CHAT "},'logs':[{'name':'gen_ai.choice','body':{'index':1,'finish_reason':'length',"
          "'message':{'content':'b'}}},{'name':'gen_ai.choice','body':{'index':0,'finish_reason':'stop',"
          "'message':{'content':'a'}}}]}"},
         {"output.messages.0.content", "'a'", "output.messages.1.content", "'b'", FINISH, "'stop'"}},
        {"but not where a number is missing",
         {"{'attrs':{" TALK ",'=response':{'choices':[{'index':2,'finish_reason':'length','message':{'role':"
          "'assistant','content':'b'}},{'index':0,'finish_reason':'stop','message':{'role':'assistant',"
          "'content':'a'}}]}}}"},
         {"output.messages.0.content", "'b'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void what_stands_for_nothing_is_no_system_text(void **state) {
    (void)state;
    static const struct key_case keys[] = {
        {"'gen_ai.system_instructions':'[]'", "input.messages.0.role", "'user'"},
        {"'gen_ai.system_instructions':[]", "input.messages.0.role", "'user'"},
        {"'gen_ai.system_instructions':'null'", "input.messages.0.role", "'user'"},
        {"'gen_ai.system_instructions':'be'", "input.messages.0.content", "'be'"},
    };
    CHECK_KEYS(TALK, keys);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters),
        cmocka_unit_test(facts_beside_the_messages),
        cmocka_unit_test(tools_and_their_choice),
        cmocka_unit_test(values_with_a_type),
        cmocka_unit_test(answers_in_the_order_of_their_numbers),
        cmocka_unit_test(what_stands_for_nothing_is_no_system_text),
        cmocka_unit_test(system_texts_beside_flattened_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
