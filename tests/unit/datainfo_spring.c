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
        {"other logs say nothing",
         {"{'attrs':{" CALL "},'logs':[{'name':'','body':'Chat Model Completion: none'}]}"},
         {"code", "no_content"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
