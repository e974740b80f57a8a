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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
