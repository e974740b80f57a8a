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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice),
        cmocka_unit_test(parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
