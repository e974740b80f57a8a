/* SDKs that nobody has seen: keys of made-up names, read by their words and by the shape of their values; and what is
 * kept of values that a limit has cut. ' stands for " in the values below. */
#include "datainfo/datainfo.h"
#include "spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *quoted(const char *s) {
    char *copy = strdup(s);
    for (char *c = copy; *c; c++)
        if (*c == '\'') *c = '"';
    return copy;
}

struct unknown_case {
    const char *name;
    const char *attrs[6][2];
    const char *expect[6][2]; /* path, JSON; "code" is that of a skip */
};

static struct buf span_of(const struct unknown_case *c) {
    char *v[6][2] = {{NULL}};
    for (size_t i = 0; i < 6 && c->attrs[i][0]; i++) {
        v[i][0] = strdup(c->attrs[i][0]);
        v[i][1] = quoted(c->attrs[i][1]);
    }
    struct buf b = test_span("00f067aa0ba902b7", "", "step", v[0][0], v[0][1], v[1][0], v[1][1], v[2][0],
                             v[2][1], v[3][0], v[3][1], v[4][0], v[4][1], v[5][0], v[5][1], NULL);
    for (size_t i = 0; i < 6; i++) {
        free(v[i][0]);
        free(v[i][1]);
    }
    return b;
}

static bool at(const struct json_text *root, const char *path, struct json_text *out) {
    char copy[128];
    struct json_text v = *root, next;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *save = NULL, *step = strtok_r(copy, "/", &save); step; step = strtok_r(NULL, "/", &save)) {
        bool found = v.type == JSON_TEXT_ARRAY ? json_text_index(&v, (size_t)atoi(step), &next)
                                               : json_text_get(&v, step, &next);
        if (!found) return false;
        v = next;
    }
    *out = v;
    return true;
}

static void check(const struct unknown_case *c) {
    struct buf span = span_of(c);
    struct datainfo d;
    assert_int_equal(datainfo_extract(&d, span.data, span.len, NULL, NULL), STATUS_OK);
    for (size_t i = 0; i < 6 && c->expect[i][0]; i++) {
        const char *path = c->expect[i][0];
        char *want = quoted(c->expect[i][1]);
        struct json_text root, got, wanted;
        if (strcmp(path, "code") == 0) {
            const char *code = d.verdict == DATAINFO_SKIPPED ? d.code : "record";
            if (strcmp(code, want) != 0) fail_msg("%s: expected %s, got %s", c->name, want, code);
        } else {
            if (d.verdict != DATAINFO_RECORD) fail_msg("%s: skipped: %s", c->name, d.reason);
            assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
            bool there = at(&root, path, &got);
            bool right = strcmp(want, "absent") == 0
                             ? !there
                             : there && json_text_parse(&wanted, want, strlen(want), 0, NULL) == STATUS_OK &&
                                   json_text_same(&got, &wanted);
            if (!right) fail_msg("%s: %s: expected %s in %s", c->name, path, want, d.data.data);
        }
        free(want);
    }
    datainfo_free(&d);
    buf_free(&span);
}

static void check_all(const struct unknown_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) check(&cases[i]);
}

static void conversations_are_known_by_words_and_shape(void **state) {
    (void)state;
    static const struct unknown_case cases[] = {
        {"plain texts beside a model and what it counted",
         {{"acme.llm.prompt", "q"},
          {"acme.llm.completion", "a"},
          {"acme.llm.model", "m-1"},
          {"acme.llm.usage.input_tokens", "5"}},
         {{"input/messages", "[{'role':'user','content':'q'}]"},
          {"output/messages", "[{'role':'assistant','content':'a'}]"}}},
        {"camelCase keys, an answer as text",
         {{"acme.llm.promptMessages", "[{'role':'user','content':'q'}]"},
          {"acme.llm.completion", "the answer"},
          {"acme.llm.model", "m-1"}},
         {{"input/messages", "[{'role':'user','content':'q'}]"},
          {"output/messages", "[{'role':'assistant','content':'the answer'}]"},
          {"input/metadata/model", "'m-1'"}}},
        {"whole bodies under keys of their own",
         {{"wire/request_body", "{'model':'m','messages':[{'role':'user','content':'q'}],'tool_choice':'none','"
                                "tools':[{'type':'function',"
                                "'function':{'name':'f','parameters':{}}}]}"},
          {"wire/response_body",
           "{'choices':[{'finish_reason':'length','message':{'role':'assistant','content':'a'}}]}"}},
         {{"input/tool_choice", "'none'"},
          {"input/tools/0/function/name", "'f'"},
          {"output/finish_reason", "'length'"},
          {"output/messages/0/content", "'a'"}}},
        {"a body that says nothing of direction",
         {{"payload", "{'request':{'model':'m','messages':[{'role':'user','content':'q'}]},"
                      "'response':{'choices':[{'message':{'role':'assistant','content':'a'}}]}}"},
          {"x.model_name", "m"},
          {"x.prompt", "[{'role':'user','content':'q'}]"}},
         {{"input/messages/0/content", "'q'"}, {"output/messages/0/content", "'a'"}}},
        {"definitions, a choice and instructions beside the messages",
         {{"my_sdk.input.messages", "[{'role':'user','content':'q'}]"},
          {"my_sdk.available_tools", "[{'name':'f','input_schema':{'type':'object'}}]"},
          {"my_sdk.toolChoice", "any"},
          {"my_sdk.system_prompt", "Be brief."},
          {"my_sdk.output.messages", "[{'role':'assistant','content':'a'}]"}},
         {{"input/messages", "[{'role':'system','content':'Be brief.'},{'role':'user','content':'q'}]"},
          {"input/tools/0", "{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}"},
          {"input/tool_choice", "'required'"}}},
        {"Gemini's contents under a key of its own",
         {{"vendor.request", "{'contents':[{'role':'user','parts':[{'text':'q'}]}]}"},
          {"vendor.response",
           "{'candidates':[{'content':{'role':'model','parts':[{'text':'a'}]},'finishReason':'STOP'}]}"},
          {"vendor.model", "g"}},
         {{"input/messages/0", "{'role':'user','content':'q'}"}, {"output/finish_reason", "'stop'"}}},
        {"structured values",
         {{"a.prompt",
           "\1{'arrayValue':{'values':[{'kvlistValue':{'values':[{'key':'role','value':{'stringValue':"
           "'user'}},{'key':'content','value':{'stringValue':'q'}}]}}]}}"},
          {"a.usage.input_tokens", "\1{'intValue':'7'}"},
          {"a.answer", "yes"}},
         {{"input/messages", "[{'role':'user','content':'q'}]"},
          {"output/messages/0/content", "'yes'"},
          {"output/metadata/usage/input_tokens", "7"}}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void other_work_is_no_call(void **state) {
    (void)state;
    static const struct unknown_case cases[] = {
        {"plain texts beside a model that counted nothing", /* a template store, a form */
         {{"acme.prompt", "q"}, {"acme.response", "a"}, {"acme.model", "m-1"}},
         {{"code", "not_a_call"}}},
        {"an HTTP body of messages that are no conversation",
         {{"http.method", "POST"}, {"http.request.body", "{'messages':['a','b']}"}},
         {{"code", "not_a_call"}}},
        {"a queue",
         {{"messaging.operation.name", "publish"}, {"message", "{'role':'x'}"}},
         {{"code", "not_a_call"}}},
        {"a tool by the word of its kind",
         {{"acme.span.type", "Tool"}, {"acme.input", "[{'role':'user','content':'q'}]"}, {"acme.model", "m"}},
         {{"code", "not_a_call"}}},
        {"an agent by the word of its kind",
         {{"acme.spanKind", "AGENT"}, {"acme.input", "[{'role':'user','content':'q'}]"}, {"acme.model", "m"}},
         {{"code", "not_a_call"}}},
        {"an embedding",
         {{"acme.embedding.input", "[{'role':'user','content':'q'}]"}, {"acme.model", "m"}},
         {{"code", "not_a_call"}}},
        {"JSON of no known shape is nobody's words",
         {{"acme.span.type", "llm"}, {"acme.input", "{'rows':[1,2]}"}, {"acme.output", "done"}},
         {{"input/messages", "[]"}, {"output/messages/0/content", "'done'"}}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

static void what_was_whole_before_the_cut_is_kept(void **state) {
    (void)state;
#define CUT(value)                                                                                             \
    {                                                                                                          \
        {"gen_ai.operation.name", "chat"}, {                                                                   \
            "gen_ai.input.messages", value                                                                     \
        }                                                                                                      \
    }
    static const struct unknown_case cases[] = {
        {"inside a text",
         CUT("[{'role':'system','parts':[{'type':'text','content':'s'}]},{'role':'user','parts':[{'type':'text'"
             ","
             "'content':'the first half of"),
         {{"input/messages", "[{'role':'system','content':'s'},{'role':'user','content':'the first half of'}]"},
          {"input/metadata/missing/0", "'/input/messages'"}}},
        {"inside an id: half of one would be a wrong one",
         CUT("[{'role':'user','parts':[{'type':'text','content':'q'}]},{'role':'assistant','parts':[{'type':"
             "'tool_call','name':'f','arguments':{},'id':'call_12"),
         {{"input/messages/1/tool_calls/0/function/name", "'f'"},
          {"input/messages/1/tool_calls/0/id", "absent"}}},
        {"inside a name: nothing of the call was whole",
         CUT("[{'role':'user','parts':[{'type':'text','content':'q'}]},{'role':'assi"),
         {{"input/messages", "[{'role':'user','content':'q'}]"}}},
        {"inside an escape and a pair of surrogates",
         CUT("[{'role':'user','parts':[{'type':'text','content':'a\\ud83d"),
         {{"input/messages/0/content", "'a'"}}},
        {"behind a comma",
         CUT("[{'role':'user','parts':[{'type':'text','content':'q'}]},"),
         {{"input/messages", "[{'role':'user','content':'q'}]"}}},
        {"a text that only begins with a bracket",
         {{"langfuse.observation.type", "generation"},
          {"langfuse.observation.input", "[sic] what is this?"},
          {"langfuse.observation.output", "{curly} answer"}},
         {{"input/messages/0/content", "'[sic] what is this?'"},
          {"output/messages/0/content", "'{curly} answer'"}}},
    };
#undef CUT
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_are_known_by_words_and_shape),
        cmocka_unit_test(other_work_is_no_call),
        cmocka_unit_test(what_was_whole_before_the_cut_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
