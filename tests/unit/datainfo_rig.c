/* Rig (Rust): an answer under the request's key, parts as its own types are written. */
#include "datainfo_cases.h"

#define INPUT(list) "'gen_ai.input.messages':'" list "'"
#define CALL(...)   "{'attrs':{'gen_ai.operation.name':'chat'," __VA_ARGS__ "}}"
#define QUESTION    "[{\\'role\\':\\'user\\',\\'content\\':\\'q\\'}]"

static void twice(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"choices",
         {CALL(INPUT(QUESTION) "," INPUT(
             "[{\\'index\\':0,\\'message\\':{\\'role\\':\\'assistant\\',\\'content\\':"
             "\\'a\\'},\\'finish_reason\\':\\'length\\'}]"))},
         {"input.messages", "[{'role':'user','content':'q'}]", "output.messages",
          "[{'role':'assistant','content':'a'}]", "output.finish_reason", "'length'"}},
        {"blocks",
         {CALL(
             INPUT(QUESTION) "," INPUT("[{\\'type\\':\\'text\\',\\'text\\':\\'a\\'},{\\'type\\':\\'tool_use\\',"
                                       "\\'id\\':\\'c1\\',\\'name\\':\\'f\\',\\'input\\':{\\'x\\':1}}]"))},
         {"output.messages", "[{'role':'assistant','content':'a','tool_calls':[{'id':'c1','type':'function',"
                             "'function':{'name':'f','arguments':'{\\'x\\':1}'}}]}]"}},
        {"one message",
         {CALL(INPUT(QUESTION) "," INPUT("{\\'role\\':\\'assistant\\',\\'content\\':[{\\'type\\':\\'text\\',"
                                         "\\'text\\':\\'a\\'}]}"))},
         {"output.messages.0.content", "'a'"}},
        {"a longer request is no answer",
         {CALL(INPUT(QUESTION) "," INPUT(QUESTION))},
         {"output.messages", "[]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void parts(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"calls without a type, results of one word, an image in a value",
         {CALL(INPUT("[{\\'role\\':\\'user\\',\\'content\\':[{\\'type\\':\\'image\\',\\'data\\':{\\'type\\':"
                     "\\'base64\\',\\'value\\':\\'iVBO\\'},\\'media_type\\':\\'png\\'}]},{\\'role\\':"
                     "\\'assistant\\',\\'id\\':null,\\'content\\':[{\\'text\\':\\'a\\'},{\\'id\\':\\'c1\\',"
                     "\\'call_id\\':null,\\'function\\':{\\'name\\':\\'f\\',\\'arguments\\':{\\'x\\':1}}}]},{"
                     "\\'role\\':\\'user\\',\\'content\\':[{\\'type\\':\\'toolresult\\',\\'id\\':\\'c1\\',"
                     "\\'content\\':[{\\'type\\':\\'text\\',\\'text\\':\\'r\\'}]}]}]"))},
         {"input.messages.0.content.0.image_url.url", "'data:image/png;base64,iVBO'", "input.messages.1",
          "{'role':'assistant','content':'a','tool_calls':[{'id':'c1','type':'function','function':{'name':'f',"
          "'arguments':'{\\'x\\':1}'}}]}",
          "input.messages.2", "{'role':'tool','content':'r','tool_call_id':'c1'}"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define BARE(id, from, to)                                                                                     \
    "{'id':'" id "','parent':'9999999999999999','from':'" from "','to':'" to                                   \
    "','attrs':{'gen_ai.operation.name':'chat','gen_ai.system_instructions':'s'}}"
#define TOOL(call)                                                                                             \
    "{'id':'3333333333333333','parent':'9999999999999999','from':'210','to':'220','attrs':{"                   \
    "'gen_ai.operation.name':'execute_tool','gen_ai.tool.name':'f'," call                                      \
    "'gen_ai.tool.call.arguments':'{}'}}"
#define ROOT "{'id':'9999999999999999','name':'run','from':'50','to':'500','attrs':{}}"

static void answers_that_were_not_recorded(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"a tool with the id of a call was called by the answer before it",
         {BARE("1111111111111111", "100", "200"), BARE("2222222222222222", "300", "400"),
          TOOL("'gen_ai.tool_call.id':'c1',"), ROOT},
         {"output.tool_calls", "[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}]"}},
        {"not by the one behind it",
         {BARE("2222222222222222", "300", "400"), BARE("1111111111111111", "100", "200"),
          TOOL("'gen_ai.tool_call.id':'c1',"), ROOT},
         {"output.tool_calls", "[]"}},
        {"a tool without one may be the application's own",
         {BARE("1111111111111111", "100", "200"), BARE("2222222222222222", "300", "400"), TOOL(""), ROOT},
         {"output.tool_calls", "[]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice),
        cmocka_unit_test(parts),
        cmocka_unit_test(answers_that_were_not_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
