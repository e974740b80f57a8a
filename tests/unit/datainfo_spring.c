/* Spring AI: texts without roles in logs, tools in spans of their own. */
#include "datainfo_cases.h"

#define CALL            "'gen_ai.operation.name':'chat','gen_ai.request.model':'m'"
#define PROMPT(list)    "{'name':'','body':'Chat Model Prompt Content:\\n" list "'}"
#define ANSWER(list)    "{'name':'','body':'Chat Model Completion:\\n" list "'}"
#define CALL_WITH(logs) "{'attrs':{" CALL "},'logs':[" logs "]}"

static void texts(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"one text is the user's",
         {CALL_WITH(PROMPT("[\\'q\\']") "," ANSWER("[\\'a\\']"))},
         {"input.messages", "[{'role':'user','content':'q'}]", "output.messages",
          "[{'role':'assistant','content':'a'}]"}},
        {"turns are counted from the end",
         {CALL_WITH(PROMPT("[\\'s\\', \\'q\\', \\'a\\', \\'r\\']"))},
         {"input.messages", "[{'role':'system','content':'s'},{'role':'user','content':'q'},"
                            "{'role':'assistant','content':'a'},{'role':'user','content':'r'}]"}},
        {"a separator in a quotation is text",
         {CALL_WITH(PROMPT("[\\'s\\', \\'q {\\'a\\': \\'b\\', \\'c\\': [\\'d\\', \\'e\\']}\\']"))},
         {"input.messages.0.content", "'s'", "input.messages.1.content",
          "'q {\\'a\\': \\'b\\', \\'c\\': [\\'d\\', \\'e\\']}'"}},
        {"inches are no quotation",
         {CALL_WITH(PROMPT("[\\'5\\' wide\\', \\'q\\']"))},
         {"input.messages.0.content", "'5\\' wide'", "input.messages.1.content", "'q'"}},
        {"where a text ends cannot be known",
         {CALL_WITH(PROMPT("[\\'the \\'word\\', \\'q\\']") "," ANSWER("[\\'a\\']"))},
         {"input.messages", "[]", "input.metadata.missing.0", "'/input/messages'", "output.messages.0.content",
          "'a'"}},
        {"every choice", {CALL_WITH(ANSWER("[\\'a\\', \\'b\\']"))}, {"output.messages.1.content", "'b'"}},
        {"arrays in events",
         {"{'attrs':{" CALL
          "},'events':[{'name':'gen_ai.content.prompt','attrs':{'gen_ai.prompt':['s','q','a','']}},"
          "{'name':'gen_ai.content.completion','attrs':{'gen_ai.completion':['a']}}]}"},
         {"input.messages.0.role", "'system'", "input.messages.2.role", "'assistant'", "input.messages.3.role",
          "'tool'", "output.messages", "[{'role':'assistant','content':'a'}]"}},
        {"lists in keys, quotes not escaped",
         {"{'attrs':{" CALL ",'gen_ai.prompt':'[\\'s\\', \\'say \\'hi\\'\\']','gen_ai.completion':"
          "'[\\'a\\']'}}"},
         {"input.messages", "[{'role':'system','content':'s'},{'role':'user','content':'say \\'hi\\''}]",
          "output.messages", "[{'role':'assistant','content':'a'}]"}},
        {"a text in brackets is a text",
         {"{'attrs':{" CALL ",'gen_ai.prompt':'[now] \\'q\\'','gen_ai.completion':'[a]'}}"},
         {"input.messages.0.content", "'[now] \\'q\\''", "output.messages.0.content", "'[a]'"}},
        {"other logs say nothing",
         {"{'attrs':{" CALL "},'logs':[{'name':'','body':'Chat Model Completion: none'}]}"},
         {"code", "no_content"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

/* An advisor around each call, and around those the one that runs the tools. */
#define ADVISOR(id, parent) "{'id':'" id "','parent':'" parent "','attrs':{'spring.ai.kind':'advisor'}}"
#define LOOP                "9999999999999999"
#define STEP(id, parent, from, to, finish, logs)                                                               \
    "{'id':'" id "','parent':'" parent "','from':'" from "','to':'" to "','attrs':{" CALL                      \
    ",'spring.ai.model.request.tool.names':'[\\'f\\', \\'g\\']','gen_ai.response.finish_reasons':"             \
    "'[\\'" finish "\\']'},'logs':[" logs "]}"
#define TOOL(id, from, to, name, call, result)                                                                 \
    "{'id':'" id "','parent':'" LOOP "','from':'" from "','to':'" to "','attrs':{'spring.ai.kind':"            \
    "'tool_call','spring.ai.tool.definition.name':'" name "'," call                                            \
    "'spring.ai.tool.call.arguments':'{}','spring.ai.tool.call.result':'" result "'}}"
#define ID(id) "'spring.ai.tool.call.id':'" id "',"
#define FIRST                                                                                                  \
    STEP("1111111111111111", "7777777777777777", "100", "200", "TOOL_CALLS",                                   \
         PROMPT("[\\'q\\']") "," ANSWER("[\\'So.\\']"))
#define SECOND                                                                                                 \
    STEP("2222222222222222", "8888888888888888", "300", "400", "STOP",                                         \
         PROMPT("[\\'q\\', \\'So.\\', \\'\\']") "," ANSWER("[\\'a\\']"))
#define ADVISORS         ADVISOR("7777777777777777", LOOP), ADVISOR("8888888888888888", LOOP), ADVISOR(LOOP, "")
#define CALLED(id, name) "{" id "'type':'function','function':{'name':'" name "','arguments':'{}'}}"

static void agents(void **state) {
    (void)state;
    static const char f[] = TOOL("3333333333333333", "210", "220", "f", ID("c1"), "r1"),
                      g[] = TOOL("4444444444444444", "230", "240", "g", ID("c2"), "r2"),
                      nameless[] = TOOL("5555555555555555", "210", "220", "f", "", "r1"),
                      again[] = TOOL("6666666666666666", "230", "240", "f", "", "r2"),
                      later[] = TOOL("4444444444444444", "410", "420", "g", ID("c2"), "r2");
    static const struct sdk_case cases[] = {
        {"calls are those of the tools that ran before the next call, under the spans around",
         {FIRST, SECOND, f, g, ADVISORS},
         {"output.tool_calls", "[" CALLED("'id':'c1',", "f") "," CALLED("'id':'c2',", "g") "]"}},
        {"a tool that ran later is not its",
         {FIRST, SECOND, f, later, ADVISORS},
         {"output.tool_calls", "[" CALLED("'id':'c1',", "f") "]"}},
        {"one empty message stands for all results",
         {SECOND, FIRST, f, g, ADVISORS},
         {"input.messages",
          "[{'role':'user','content':'q'},{'role':'assistant','content':'So.','tool_calls':[" CALLED(
              "'id':'c1',", "f") "," CALLED("'id':'c2',",
                                            "g") "]},{'role':'tool','content':'r1','tool_call_id':'c1'},"
                                                 "{'role':'tool','content':'r2','tool_call_id':"
                                                 "'c2'}]"}},
        {"without ids by name and arguments",
         {SECOND, FIRST, nameless, ADVISORS},
         {"input.messages.2", "{'role':'tool','content':'r1'}"}},
        {"which of two results is whose cannot be known",
         {SECOND, FIRST, nameless, again, ADVISORS},
         {"input.messages.2", "{'role':'tool','content':null}"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(agents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
