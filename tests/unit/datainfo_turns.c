/* Turns of a conversation whose calls were not recorded, filled from the calls and the tools of the trace. */
#include "datainfo_cases.h"

#define CALL(id) "{'id':'" id "','type':'function','function':{'name':'f','arguments':'{}'}}"

#define STEP(id, from, to, input, output)                                                                      \
    "{'id':'" id "','parent':'9999999999999999','from':'" from "','to':'" to                                   \
    "','attrs':{'gen_ai.operation.name':"                                                                      \
    "'model_step','mastra.span.type':'model_step','mastra.model_step.input':" input                            \
    ",'mastra.model_step.output':" output "}}"
#define QUESTION     "{'role':'user','content':'q'}"
#define ANSWER(call) "{'text':'So.','toolCalls':[{'toolCallId':'" call "','toolName':'f','args':{}}]}"
#define LATER_STEP                                                                                             \
    STEP("3333333333333333", "300", "400",                                                                     \
         "[" QUESTION                                                                                          \
         ",{'role':'assistant','content':'So.[tool: f]'},{'role':'tool','content':'[tool-result: f]'}]",       \
         "{'text':'Done.','toolCalls':[]}")
#define RESULT_SPAN                                                                                            \
    "{'id':'2222222222222222','parent':'1111111111111111','from':'150','to':'160','attrs':{'gen_ai.operation." \
    "name':"                                                                                                   \
    "'execute_tool','gen_ai.tool.call.id':'c1','gen_ai.tool.call.result':'r'}}"

/* Two instrumentations of one call, as OpenLLMetry's make them: the client's and LangChain's. */
#define OPENLLMETRY(digit, scope, from, to, asked, answered)                                                   \
    "{'id':'" digit "111111111111111','parent':'9999999999999999','scope':'" scope "','from':'" from           \
    "','to':'" to                                                                                              \
    "','attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':'q'," asked  \
    "'gen_ai.completion.0.role':'assistant'," answered "}}"
#define CLIENTS(digit, from, to, asked, answered)    OPENLLMETRY(digit, "client", from, to, asked, answered)
#define LANGCHAINS(digit, from, to, asked, answered) OPENLLMETRY(digit, "langchain", from, to, asked, answered)
#define PROMPT(text)                                                                                           \
    "'gen_ai.prompt.1.role':'assistant','gen_ai.prompt.1.content':" text                                       \
    ",'gen_ai.prompt.2.role':'tool','gen_ai.prompt.2.content':'r',"
#define ASKED ""
#define ANSWERED                                                                                               \
    "'gen_ai.completion.0.content':'So.','gen_ai.completion.0.tool_calls.0.name':'f','gen_ai.completion.0."    \
    "tool_calls.0.arguments':'{}'"

#define RUN(digit, from, result)                                                                               \
    "{'id':'" digit "222222222222222','parent':'1111111111111111','from':'" from "','to':'" from               \
    "','attrs':{'gen_ai.operation.name':'execute_tool','gen_ai.tool.name':'f','gen_ai.tool.call.arguments':"   \
    "'{}','gen_ai.tool.call.result':'" result "'}}"
#define CHAT_STEP "'gen_ai.operation.name':'chat','mastra.span.type':'model_step'"

static void past_turns(void **state) {
    (void)state;
    static const char unknown[] =
        "[" QUESTION ",{'role':'assistant','content':'So.','tool_calls':[{'type':'function',"
        "'function':{'name':'f','arguments':''}}]},"
        "{'role':'tool','content':null,'name':'f'}]";
    static const struct sdk_case cases[] = {
        {"take their calls from the answer and their results from the tool",
         {LATER_STEP, STEP("1111111111111111", "100", "140", "[" QUESTION "]", ANSWER("c1")), RESULT_SPAN},
         {"input.messages", "[" QUESTION ",{'role':'assistant','content':'So.','tool_calls':[" CALL(
                                "c1") "]},"
                                      "{'role':'tool','content':'r','tool_call_id':'c1'}]"}},
        {"or from a tool that says no id, but is the only one of that name and these arguments",
         {LATER_STEP, STEP("1111111111111111", "100", "140", "[" QUESTION "]", ANSWER("c1")),
          RUN("2", "150", "r")},
         {"input.messages.2", "{'role':'tool','content':'r','tool_call_id':'c1'}"}},
        {"of which no other gave back something else",
         {LATER_STEP, STEP("1111111111111111", "100", "140", "[" QUESTION "]", ANSWER("c1")),
          RUN("2", "150", "r"), RUN("3", "170", "s")},
         {"input.messages.2", "{'role':'tool','content':null,'tool_call_id':'c1'}"}},
        {"are told by their renderings in the keys of any exporter",
         {"{'scope':'@mastra/langfuse','attrs':{" CHAT_STEP ",'=langfuse.observation.input':[" QUESTION
          ",{'role':'assistant','content':'So.[tool: f]'},{'role':'tool','content':'[tool-result: f]'}]}}"},
         {"input.messages", unknown}},
        {"not from an answer to another question",
         {LATER_STEP, STEP("1111111111111111", "100", "140", "[{'role':'user','content':'p'}]", ANSWER("c1")),
          RESULT_SPAN},
         {"input.messages", unknown}},
        {"nor from two that disagree",
         {LATER_STEP, STEP("1111111111111111", "100", "140", "[" QUESTION "]", ANSWER("c1")),
          STEP("4444444444444444", "200", "240", "[" QUESTION "]", ANSWER("c2"))},
         {"input.messages", unknown}},
        {"nor from one that came later",
         {LATER_STEP, STEP("1111111111111111", "500", "540", "[" QUESTION "]", ANSWER("c1"))},
         {"input.messages", unknown}},
        {"without the text that stood beside the calls, where nothing was sent of it and only LangChain has it",
         {CLIENTS("5", "300", "400", PROMPT("''"), "'gen_ai.completion.0.content':'Done.'"),
          LANGCHAINS("6", "299", "401", PROMPT("'So.'"), "'gen_ai.completion.0.content':'Done.'"),
          CLIENTS("7", "100", "140", ASKED, ANSWERED),
          LANGCHAINS("8", "99", "141", ASKED, "'gen_ai.completion.0.content':'So.'")},
         {"input.messages.1",
          "{'role':'assistant','content':'','tool_calls':[{'type':'function','function':{'name':'f','arguments'"
          ":'{}'}}]}",
          "output.messages.0.content", "'Done.'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

/* A call of the Responses API, whose word for the end says nothing of calls, and what ran around it. */
#define ENDED(id, from, to, word)                                                                              \
    "{'id':'" id "','parent':'9999999999999999','from':'" from "','to':'" to                                   \
    "','attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[" QUESTION                            \
    "],'gen_ai.response.id':'" word "','=gen_ai.output.messages':[{'role':'assistant','content':'So.',"        \
    "'finish_reason':'stop'}],'=gen_ai.tool.definitions':[{'type':'function','name':'f'}]}}"
#define CALLED ENDED("1111111111111111", "100", "140", "resp_1")
#define RAN(id, from, to, name)                                                                                \
    "{'id':'" id "','parent':'9999999999999999','from':'" from "','to':'" to                                   \
    "','attrs':{'gen_ai.operation.name':'execute_tool','gen_ai.tool.name':'" name                              \
    "','gen_ai.tool.call.arguments':'{}'}}"
#define TOOL_F RAN("2222222222222222", "150", "160", "f")

/* TanStack writes neither calls nor their ids; its tools run below the call. */
#define TURN(digit, from, to, asked, said, finish)                                                             \
    "{'id':'" digit "111111111111111','parent':'9999999999999999','from':'" from "','to':'" to                 \
    "','attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[" QUESTION asked                      \
    "],'gen_ai.response.finish_reasons':['" finish "'],'=gen_ai.output.messages':[{'role':'assistant',"        \
    "'content':'" said "'}]}}"
#define BACK ",{'role':'assistant','content':'So.'},{'role':'tool','content':'r'}"
#define BELOW(digit, id, from, to)                                                                             \
    "{'id':'" digit "222222222222222','parent':'1111111111111111','from':'" from "','to':'" to                 \
    "','attrs':{'gen_ai.tool.name':'f','gen_ai.tool.call.id':'" id "','gen_ai.tool.call.arguments':'{}'}}"

static void tools_below_a_call(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"were called by it, whose calls are then no longer missing",
         {TURN("1", "100", "180", "", "So.", "tool_calls"), BELOW("2", "c1", "150", "160"),
          TURN("3", "200", "240", BACK, "Done.", "stop")},
         {"output.tool_calls", "[" CALL("c1") "]", "input.metadata.missing",
          "['/input/tools','/input/tool_choice']"}},
        {"and are in the turn that the next call sends back",
         {TURN("3", "200", "240", BACK, "Done.", "stop"), TURN("1", "100", "180", "", "So.", "tool_calls"),
          BELOW("2", "c1", "150", "160")},
         {"input.messages.1.tool_calls", "[" CALL("c1") "]", "input.messages.2.tool_call_id", "'c1'"}},
        {"by clocks that cut starts to milliseconds, which lets the next call begin before this one ended",
         {TURN("3", "3000000", "4000500", BACK, "Done.", "stop"),
          TURN("1", "1000000", "3000400", "", "So.", "tool_calls"), BELOW("2", "c1", "2000000", "2000100")},
         {"input.messages.1.tool_calls", "[" CALL("c1") "]"}},
        {"and by other clocks what overlaps is no earlier call",
         {TURN("3", "3000001", "4000500", BACK, "Done.", "stop"),
          TURN("1", "1000000", "3000400", "", "So.", "tool_calls"), BELOW("2", "c1", "2000000", "2000100")},
         {"input.messages.1.tool_calls", "absent"}},
        {"but not where two began at once, for whose result is whose depends on their order",
         {TURN("3", "200", "240", BACK ",{'role':'tool','content':'r'}", "Done.", "stop"),
          TURN("1", "100", "180", "", "So.", "tool_calls"), BELOW("2", "c1", "150", "160"),
          BELOW("4", "c2", "150", "155")},
         {"input.messages.1.tool_calls", "absent", "input.messages.2.tool_call_id", "absent"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void tools_that_ran_after_a_call(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"were called by it",
         {CALLED, TOOL_F, ENDED("3333333333333333", "170", "180", "resp_2"),
          RAN("4444444444444444", "190", "195", "f")},
         {"output.messages",
          "[{'role':'assistant','content':'So.','tool_calls':[{'type':'function','function':{'name':'f','"
          "arguments':'{}'}}]}]",
          "output.finish_reason", "'tool_calls'", "input.metadata.missing",
          "['/input/tool_choice','/output/messages/0/tool_calls/0/id']"}},
        {"not if it was not offered them",
         {CALLED, RAN("2222222222222222", "150", "160", "g")},
         {"output.tool_calls", "[]", "output.finish_reason", "'stop'"}},
        {"nor if they ran after the next call, or before it",
         {CALLED, RAN("2222222222222222", "185", "190", "f"), ENDED("3333333333333333", "170", "180", "resp_2"),
          RAN("4444444444444444", "50", "60", "f")},
         {"output.tool_calls", "[]"}},
        {"nor if another call was open with it",
         {CALLED, TOOL_F, ENDED("3333333333333333", "110", "145", "resp_2")},
         {"output.tool_calls", "[]"}},
        {"nor if the answer says that it called none",
         {ENDED("1111111111111111", "100", "140", "chatcmpl-1"), TOOL_F},
         {"output.tool_calls", "[]"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void a_turn_that_nobody_recorded(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"is missing where a tool answers it",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[" QUESTION
          ",{'role':'tool','tool_call_id':'c1','content':'r'}]}}"},
         {"input.messages.1", "{'role':'tool','content':'r','tool_call_id':'c1'}", "input.metadata.missing.0",
          "'/input/messages'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

#define ASKED_FOR(text)                                                                                        \
    "{'attrs':{'gen_ai.operation.name':'chat','tanstack.ai.iteration':0,'=gen_ai.input.messages':[{'role':"    \
    "'user','content':'" text "'}]},'events':[{'name':'gen_ai.user.message','attrs':{'content':'" text "'}}]}"

static void words_for_images(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"are no text of the user",
         {ASKED_FOR("[audio] What is this? [image] [image]")},
         {"input.messages", "[{'role':'user','content':'What is this?'}]", "input.metadata.missing.0",
          "'/input/messages/0/content'"}},
        {"nor if there is nothing else",
         {ASKED_FOR("[image]")},
         {"input.messages", "[{'role':'user','content':null}]", "input.metadata.missing.0",
          "'/input/messages/0/content'"}},
        {"inside a text they stay, and so do others",
         {ASKED_FOR("An [image] of what? [x]")},
         {"input.messages.0.content", "'An [image] of what? [x]'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(past_turns),
        cmocka_unit_test(tools_below_a_call),
        cmocka_unit_test(a_turn_that_nobody_recorded),
        cmocka_unit_test(words_for_images),
        cmocka_unit_test(tools_that_ran_after_a_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
