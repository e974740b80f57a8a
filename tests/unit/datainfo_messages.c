/* Messages in the forms that libraries have for them, and the words and tools in them. */
#include "body_rows.h"

/* ---- messages ---- */

static void messages_of_libraries(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"LlamaIndex", MESSAGES,
         "[{'role':'MessageRole.USER','additional_kwargs':{},'blocks':[{'block_type':'text','text':'hi'}]},{'"
         "role':"
         "'assistant','blocks':[],'additional_kwargs':{'tool_calls':[{'id':'c','type':'function','function':{'"
         "name':'f',"
         "'arguments':'{}'}}]}},{'role':'tool','blocks':[{'block_type':'text','text':'ok'}],'additional_kwargs'"
         ":{"
         "'tool_call_id':'c'}}]",
         "[{'role':'user','content':'hi'},{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'}]}"
         ",{"
         "'role':'tool','content':'ok','tool_call_id':'c'}]"},
        {"Haystack", MESSAGES,
         "[{'_role':'user','_content':[{'text':'hi'}],'_name':null,'_meta':{}},{'role':'assistant','content':[{"
         "'tool_call':{'tool_name':'f','arguments':{'x':1},'id':'c'}}],'meta':{}},{'role':'tool','content':[{"
         "'tool_call_result':{'result':'ok','origin':{'tool_name':'f','arguments':{},'id':'c'},'error':false}}]"
         "}]",
         "[{'role':'user','content':'hi'},{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{\\'"
         "x\\':1}'}]},"
         "{'role':'tool','content':'ok','tool_call_id':'c'}]"},
        {"Semantic Kernel", MESSAGES,
         "[{'Role':{'Label':'system'},'Items':[{'$type':'TextContent','Text':'be'}]},{'Role':{'Label':'"
         "Assistant'},"
         "'Items':[{'$type':'FunctionCallContent','Id':'c','PluginName':'p','FunctionName':'f','Arguments':{'x'"
         ":'1'}}]},{"
         "'Role':{'Label':'tool'},'Items':[{'$type':'FunctionResultContent','CallId':'c','PluginName':'p',"
         "'FunctionName':'f','Result':'ok'}]}]",
         "[{'role':'system','content':'be'},{'role':'assistant','calls':[{'id':'c','name':'p-f','arguments':"
         "'{\\'x\\':\\'1\\'}'}]},{'role':'tool','content':'ok','tool_call_id':'c'}]"},
        {"Semantic Kernel in Python", MESSAGES,
         "[{'content_type':'message','role':'assistant','items':[{'content_type':'function_call','id':'c','"
         "name':'p-f',"
         "'function_name':'f','plugin_name':'p','arguments':'{}'}]}]",
         "[{'role':'assistant','calls':[{'id':'c','name':'p-f','arguments':'{}'}]}]"},
        {"data of a tool is no content part", MESSAGES,
         "[{'role':'tool','tool_call_id':'c','content':[{'id':'d','text':'x'}]},{'role':'tool','tool_call_id':'"
         "d','content':{"
         "'text':'x','n':1}},{'role':'tool','tool_call_id':'e','content':[{'type':'text','text':'x'}]}]",
         "[{'role':'tool','content':'[{\\'id\\':\\'d\\',\\'text\\':\\'x\\'}]','tool_call_id':'c'},{'role':'"
         "tool','content':"
         "'{\\'text\\':\\'x\\',\\'n\\':1}','tool_call_id':'d'},{'role':'tool','content':'x','tool_call_id':'e'}"
         "]"},
        {"a tool's image", MESSAGES,
         "[{'role':'user','content':[{'toolResult':{'toolUseId':'c','content':[{'text':'see'},{'image':{'"
         "format':'jpeg',"
         "'source':{'bytes':'/9j/'}}}]}}]}]",
         "[{'role':'tool','content':[{'type':'text','text':'see'},{'type':'image_url','image_url':{'url':"
         "'data:image/jpeg;base64,/9j/'}}],'tool_call_id':'c'}]"},
        {"Microsoft.Extensions.AI", MESSAGES,
         "[{'role':'user','contents':[{'$type':'text','text':'hi'},{'$type':'data','uri':'data:image/"
         "png;base64,aa'}]},{"
         "'role':'assistant','contents':[{'$type':'functionCall','callId':'c','name':'f','arguments':{}}]},{'"
         "role':'tool',"
         "'contents':[{'$type':'functionResult','callId':'c','result':'ok'}]}]",
         "[{'role':'user','content':[{'type':'text','text':'hi'},{'type':'image_url','image_url':{'url':"
         "'data:image/"
         "png;base64,aa'}}]},{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'}]},{'role':"
         "'tool','content':'ok','tool_call_id':'c'}]"},
        {"AutoGen", MESSAGES,
         "[{'content':'be','type':'SystemMessage'},{'content':'hi','source':'user','type':'UserMessage'},{'"
         "content':[{"
         "'id':'c','arguments':'{}','name':'f'}],'thought':'hm','source':'a','type':'AssistantMessage'},{'"
         "content':[{"
         "'content':'ok','name':'f','call_id':'c','is_error':false}],'type':'FunctionExecutionResultMessage'},{"
         "'source':"
         "'planner','content':'x','type':'TextMessage'}]",
         "[{'role':'system','content':'be'},{'role':'user','content':'hi'},{'role':'assistant','content':'hm'"
         ",'calls':["
         "{'id':'c','name':'f','arguments':'{}'}]},{'role':'tool','content':'ok','tool_call_id':'c'},{'role':'"
         "assistant',"
         "'content':'x'}]"},
        {"Pydantic AI", MESSAGES,
         "[{'kind':'request','instructions':'be','parts':[{'part_kind':'system-prompt','content':'s'},{'part_"
         "kind':"
         "'user-prompt','content':['hi',{'kind':'image-url','url':'https://x/"
         "i.png'}]}]},{'kind':'response','parts':[{"
         "'part_kind':'thinking','content':'hm'},{'part_kind':'text','content':'let "
         "me'},{'part_kind':'tool-call',"
         "'tool_name':'f','args':'{}','tool_call_id':'c'}],'finish_reason':'tool_call'},{'kind':'request','"
         "parts':[{"
         "'part_kind':'tool-return','tool_name':'f','content':{'a':1},'tool_call_id':'c'},{'part_kind':'retry-"
         "prompt',"
         "'content':'again'}]}]",
         "[{'role':'system','content':'be'},{'role':'system','content':'s'},{'role':'user','content':[{'type':'"
         "text',"
         "'text':'hi'},{'type':'image_url','image_url':{'url':'https://x/"
         "i.png'}}]},{'role':'assistant','content':"
         "'let "
         "me','reasoning':'hm','calls':[{'id':'c','name':'f','arguments':'{}'}],'finish':'tool_call'},{'role':'"
         "tool',"
         "'content':'{\\'a\\':1}','tool_call_id':'c'},{'role':'user','content':'again'}]"},
        {"LangChain's three forms", MESSAGES,
         "[{'lc':1,'type':'constructor','id':['x','HumanMessage'],'kwargs':{'content':'a'}},{'type':'ai','data'"
         ":{"
         "'content':'b'}},{'type':'human','content':'c'},['system','d'],{'type':'tool','content':'e','tool_"
         "call_id':'t'}]",
         "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'user','content':'c'},{'"
         "role':"
         "'system','content':'d'},{'role':'tool','content':'e','tool_call_id':'t'}]"},
        {"a batch of conversations: the first", MESSAGES, "[[['human','a'],['ai','b']],[['human','c']]]",
         "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]"},
        {"ShareGPT", MESSAGES, "[{'from':'human','value':'a'},{'from':'gpt','value':'b'}]",
         "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]"},
        {"OpenInference's nested keys", MESSAGES,
         "[{'message.role':'user','message.content':'a'},{'message':{'role':'assistant','content':'b'}},{'"
         "message.role':"
         "'assistant','message.tool_calls':[{'tool_call.id':'c','tool_call.function.name':'f',"
         "'tool_call.function.arguments':'{}'}]}]",
         "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'assistant','calls':[{'id':"
         "'c','name'"
         ":'f','arguments':'{}'}]}]"},
        {"events", MESSAGES,
         "[{'event.name':'gen_ai.system.message','content':'a'},{'event.name':'gen_ai.tool.message','id':'c','"
         "content':"
         "'b'},{'event.name':'gen_ai.choice','index':0,'message':{'role':'assistant','content':'d'}}]",
         "[{'role':'system','content':'a'},{'role':'tool','content':'b','tool_call_id':'c'},{'role':'assistant'"
         ",'content'"
         ":'d'}]"},
        {"Responses items", MESSAGES,
         "[{'role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_image','image_url':'https:"
         "//x'}]},{"
         "'type':'reasoning','summary':[{'type':'summary_text','text':'hm'}]},{'type':'function_call','call_id'"
         ":'c','id':"
         "'fc','name':'f','arguments':'{}'},{'type':'function_call_output','call_id':'c','output':'ok'},{'type'"
         ":"
         "'web_search_call','id':'w'}]",
         "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'image_url','image_url':{'url':'https:/"
         "/x'}}]},{"
         "'role':'assistant','reasoning':'hm','calls':[{'id':'c','name':'f','arguments':'{}'}]},{'role':'tool',"
         "'content':'ok','tool_call_id':'c'}]"},
        {"results without ids take those of their calls, in order", MESSAGES,
         "[{'role':'assistant','tool_calls':[{'id':'c','name':'f','args':{}},{'id':'d','name':'g','args':{}}]},"
         "{'role':"
         "'f','content':'x'},{'role':'tool','content':'y'}]",
         "[{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'},{'id':'d','name':'g','arguments'"
         ":'{}'}]},{"
         "'role':'tool','content':'x','tool_call_id':'c'},{'role':'tool','content':'y','tool_call_id':'d'}]"},
        {"but not when there are fewer results than calls", MESSAGES,
         "[{'role':'assistant','tool_calls':[{'id':'c','name':'f','args':{}},{'id':'d','name':'f','args':{}}]},"
         "{'role':"
         "'tool','content':'x'}]",
         "[{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'},{'id':'d','name':'f','arguments'"
         ":'{}'}]},{"
         "'role':'tool','content':'x'}]"},
        {"arguments that were no JSON", MESSAGES,
         "[{'role':'assistant','tool_calls':[{'id':'c','name':'f','args':{'raw':'{\\'x\\':'}},{'id':'d','name':"
         "'f','args':{"
         "'raw':'hi'}}]}]",
         "[{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{\\'x\\':'},{'id':'d','name':'f','"
         "arguments':"
         "'{\\'raw\\':\\'hi\\'}'}]}]"},
        {"a message as text in its list, and a text that is JSON", MESSAGES,
         "['{\\'role\\':\\'system\\',\\'content\\':\\'a\\'}','{\\'b\\':1}']",
         "[{'role':'system','content':'a'},{'role':'user','content':'{\\'b\\':1}'}]"},
        {"Gemini's users write the parts of one message in the place of messages", MESSAGES,
         "[{'text':'what?'},{'inlineData':{'mimeType':'image/png','data':'iVBORw0K'}}]",
         "[{'role':'user','content':[{'type':'text','text':'what?'},{'type':'image_url','image_url':{'url':"
         "'data:image/png;base64,iVBORw0K'}}]}]"},
        {"texts alone are prompts, each its own", MESSAGES, "[{'text':'a'},{'text':'b'}]",
         "[{'role':'user','content':'a'},{'role':'user','content':'b'}]"},
        {"a part that is but a name says nothing", MESSAGES,
         "[{'role':'user','content':[{'type':'custom'},{'type':'text','text':'a'}]}]",
         "[{'role':'user','content':'a'}]"},
        {"LangChain's Anthropic stream has the finish word beside the message", RESPONSE,
         "{'generations':[[{'text':'a','message':{'lc':1,'type':'constructor','id':['AIMessageChunk'],'kwargs':"
         "{"
         "'content':'a','additional_kwargs':{'stop_reason':'end_turn'},'response_metadata':{}}}}]]}",
         "{'output':[{'role':'assistant','content':'a','finish':'end_turn'}],'finish':'end_turn'}"},
    };
    RUN(rows);
}

/* Messages that were written with Python's str(). */
static void python_text(void **state) {
    (void)state;
    static const struct {
        const char *in, *out; /* out "": it is a text */
    } rows[] = {
        {"ChatMessage(role=<MessageRole.SYSTEM: 'system'>, additional_kwargs={}, "
         "blocks=[TextBlock(block_type='text', "
         "text='a \\n \u00e4 \\U0001f600 it\\'s')])",
         "[{\"role\":\"system\",\"content\":\"a \\n \u00e4 \U0001f600 it's\"}]"},
        {"ChatMessage(_role=<ChatRole.ASSISTANT: 'assistant'>, _content=[ToolCall(tool_name='f', "
         "arguments={'x': 1, 'y': "
         "None}, id='c', extra=None)], _name=None, _meta={'finish_reason': 'tool_calls'})",
         "[{\"role\":\"assistant\",\"calls\":[{\"id\":\"c\",\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1,"
         "\\\"y\\\":null}\"}],\"finish\":\"tool_calls\"}]"},
        {"HumanMessage(content='hi', additional_kwargs={}, response_metadata={})",
         "[{\"role\":\"user\",\"content\":\"hi\"}]"},
        {"{'role': 'user', 'content': 'hi'}", "[{\"role\":\"user\",\"content\":\"hi\"}]"},
        {"Print('hi') is what I typed", ""},
        {"Tool(name='f')", ""},
        {"{'role': 'user', 'content': 'cut o", ""},
        {"{prose in braces}", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading r = {.arena = ARENA_INIT};
        struct messages list = {0};
        struct json_text text = arena_string(&r.arena, rows[i].in, strlen(rows[i].in));
        struct json_text v = message_in_string(&r, &text);
        if (v.type == JSON_TEXT_OBJECT) read_messages(&r, &v, JSON_NONE, 0, &list);
        struct buf got = BUF_INIT;
        if (list.count) write_list(&got, &list);
        assert_string_equal(got.data ? got.data : "", rows[i].out);
        buf_free(&got);
        arena_free(&r.arena);
    }
    /* Whole responses come so, too. */
    static const char response[] =
        "ChatCompletion(id='i', choices=[Choice(finish_reason='stop', index=0, logprobs=None, message="
        "ChatCompletionMessage(content='hi', role='assistant', tool_calls=None))], model='m', usage="
        "CompletionUsage(completion_tokens=2, prompt_tokens=3))";
    struct reading r = {.arena = ARENA_INIT};
    struct offer o = {.usage = {-1, -1, -1, -1, -1, -1}, .cost = -1};
    struct json_text text = arena_string(&r.arena, response, strlen(response));
    assert_true(body_response(&r, &text, &o));
    struct buf got = write_offer(&o);
    assert_string_equal(got.data,
                        "{\"output\":[{\"role\":\"assistant\",\"content\":\"hi\",\"finish\":\"stop\"}],"
                        "\"finish\":\"stop\",\"model\":\"m\",\"id\":\"i\",\"in\":3,\"out\":2}");
    buf_free(&got);
    arena_free(&r.arena);
}

static void ai_sdk(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"UI messages: a turn's results stand behind its calls", MESSAGES,
         "[{'id':'m','role':'assistant','parts':[{'type':'step-start'},{'type':'text','text':'look'},{'type':'"
         "tool-f',"
         "'toolCallId':'c','state':'output-available','input':{'x':1},'output':'ok'},{'type':'dynamic-tool','"
         "toolName':"
         "'g','toolCallId':'d','state':'output-error','input':{},'errorText':'bad'},{'type':'step-start'},{'"
         "type':'text',"
         "'text':'done'},{'type':'source-url','url':'u'}]}]",
         "[{'role':'assistant','content':'look','calls':[{'id':'c','name':'f','arguments':'{\\'x\\':1}'},{'id':"
         "'d',"
         "'name':'g','arguments':'{}'}]},{'role':'tool','content':'ok','tool_call_id':'c'},{'role':'tool','"
         "content':"
         "'bad','tool_call_id':'d'},{'role':'assistant','content':'done'}]"},
        {"UI messages of version 4", MESSAGES,
         "[{'role':'assistant','content':'done','toolInvocations':[{'state':'result','toolCallId':'c','"
         "toolName':'f',"
         "'args':{},'result':'ok'}],'parts':[{'type':'tool-invocation','toolInvocation':{'state':'result','"
         "toolCallId':"
         "'c','toolName':'f','args':{},'result':'ok'}},{'type':'text','text':'done'}]}]",
         "[{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'}]},{'role':'tool','content':'ok',"
         "'tool_call_id':'c'},{'role':'assistant','content':'done'}]"},
        {"model messages", MESSAGES,
         "[{'role':'user','content':[{'type':'text','text':'a','providerOptions':{'x':{}}},{'type':'file','"
         "mediaType':"
         "'application/"
         "pdf','data':'JVBE','filename':'a.pdf'},{'type':'image','image':'iVBORw0=','mediaType':'image/png'}"
         "]},{'role':'assistant','content':[{'type':'tool-call','toolCallId':'c','toolName':'f','input':{}}]},{"
         "'role':"
         "'tool','content':[{'type':'tool-result','toolCallId':'c','toolName':'f','output':{'type':'json','"
         "value':{'a':1}"
         "}}]}]",
         "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'file','file':{'file_data':"
         "'data:application/pdf;base64,JVBE','filename':'a.pdf'}},{'type':'image_url','image_url':{'url':"
         "'data:image/"
         "png;base64,iVBORw0='}}]},{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'}]},{"
         "'role':'tool','content':'{\\'a\\':1}','tool_call_id':'c'}]"},
    };
    RUN(rows);
}

/* ---- words ---- */

static void words(void **state) {
    (void)state;
    static const char *const finishes[][2] = {
        {"STOP", "stop"},
        {"FINISH_REASON_STOP", "stop"},
        {"FinishReason.STOP", "stop"},
        {"MAX_TOKENS", "length"},
        {"SAFETY", "content_filter"},
        {"content-filter", "content_filter"},
        {"tool_use", "tool_calls"},
        {"TOOL_EXECUTION", "tool_calls"},
        {"TOOL_CALL", "tool_calls"},
        {"tool-calls", "tool_calls"},
        {"COMPLETE", "stop"},
        {"eos_token", "stop"},
        {"ERROR", "error"},
        {"pause-turn", "pause_turn"},
    };
    static const char *const roles[][2] = {
        {"USER", "user"},
        {"CHATBOT", "assistant"},
        {"MessageRole.USER", "user"},
        {"ChatRole.USER", "user"},
        {"AuthorRole.user", "user"},
        {"role_user", "user"},
        {"ROLE_TOOL", "tool"},
        {"AIMessageChunk", "assistant"},
        {"critic", "critic"},
        {"FunctionMessage", "tool"},
    };
    static const char *const choices[][2] = {
        {"'AUTO'", "'auto'"},
        {"'any'", "'required'"},
        {"{'type':'tool','toolName':'f'}", "{'type':'function','function':{'name':'f'}}"},
        {"{'tool':{'name':'f'}}", "{'type':'function','function':{'name':'f'}}"},
        {"{'auto':{}}", "'auto'"},
        {"{'function_calling_config':{'mode':'NONE'}}", "'none'"},
        {"{'functionCallingConfig':{'mode':'ANY','allowedFunctionNames':['f','g']}}", "'required'"},
        {"{'functionCallingConfig':{'mode':'MODE_UNSPECIFIED'}}", ""},
    };
    struct reading r = {.arena = ARENA_INIT};
    for (size_t i = 0; i < sizeof finishes / sizeof *finishes; i++) {
        char word[32];
        struct json_text v = arena_string(&r.arena, finishes[i][0], strlen(finishes[i][0]));
        normal_finish(&v, word, sizeof word);
        assert_string_equal(word, finishes[i][1]);
    }
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        struct json_text v = arena_string(&r.arena, roles[i][0], strlen(roles[i][0]));
        v = normal_role(&v);
        if (!json_text_equals(&v, roles[i][1])) fail_msg("%s: %.*s", roles[i][0], (int)v.len, v.text);
    }
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        char *in = unquote(choices[i][0]), *out = unquote(choices[i][1]);
        struct json_text v;
        assert_int_equal(json_text_parse(&v, in, strlen(in), 0, NULL), STATUS_OK);
        v = normal_tool_choice(&r, &v);
        if (v.len != strlen(out) || memcmp(v.text ? v.text : "", out, v.len) != 0)
            fail_msg("%s: %.*s", in, (int)v.len, v.text);
        free(in);
        free(out);
    }
    static const char *const lists[][2] = {
        {"stop,length", "length"}, {"\"stop\"", "stop"}, {"[\"stop\"]", "stop"}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct json_text v = arena_string(&r.arena, lists[i][0], strlen(lists[i][0]));
        v = finish_word(&r, &v, 1);
        if (!json_text_equals(&v, lists[i][1])) fail_msg("%s: %.*s", lists[i][0], (int)v.len, v.text);
    }
    arena_free(&r.arena);
}

static void tools_of_all_forms(void **state) {
    (void)state;
    static const char want[] =
        "{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}";
    static const char *const forms[] = {
        "[{'type':'function','name':'f','description':'d','parameters':{'type':'object'}}]",
        "[{'name':'f','description':'d','input_schema':{'type':'object'}}]",
        "[{'toolSpec':{'name':'f','description':'d','inputSchema':{'json':{'type':'object'}}}}]",
        "[{'functionDeclarations':[{'name':'f','description':'d','parameters':{'type':'OBJECT'}}]}]",
        "[{'function_declarations':[{'name':'f','description':'d','parameters':{'type':'Type.OBJECT','title':"
        "null}}]}]",
        "{'f':{'description':'d','inputSchema':{'jsonSchema':{'type':'object'}}}}",
        "{'tools':[{'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object'}}}"
        "]}",
        "['{\\'name\\':\\'f\\',\\'description\\':\\'d\\',\\'parameters\\':{\\'type\\':\\'object\\'}}']",
    };
    char *expected = unquote(want);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct reading r = {.arena = ARENA_INIT};
        struct offer o = {.cost = -1};
        char *in = unquote(forms[i]);
        struct json_text v;
        assert_int_equal(json_text_parse(&v, in, strlen(in), 0, NULL), STATUS_OK);
        read_tools(&r, &v, &o);
        if (o.tool_count != 1 || o.tools[0].len != strlen(expected) ||
            memcmp(o.tools[0].text, expected, o.tools[0].len) != 0)
            fail_msg("%s: %zu tools, %.*s", in, o.tool_count, o.tool_count ? (int)o.tools[0].len : 0,
                     o.tool_count ? o.tools[0].text : "");
        free(in);
        arena_free(&r.arena);
    }
    free(expected);
}

/* A schema as deep as the parser allows, and content inside content. */
static void depth_is_bounded(void **state) {
    (void)state;
    struct buf b = BUF_INIT;
    buf_str(&b, "[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"items\":");
    for (int i = 0; i < 480; i++) buf_str(&b, "{\"type\":\"ARRAY\",\"items\":");
    buf_str(&b, "{}");
    for (int i = 0; i < 480; i++) buf_char(&b, '}');
    buf_str(&b, "}}]}]");
    struct reading r = {.arena = ARENA_INIT};
    struct offer o = {.cost = -1};
    struct json_text v;
    assert_int_equal(json_text_parse(&v, b.data, b.len, 0, NULL), STATUS_OK);
    read_tools(&r, &v, &o);
    assert_int_equal(o.tool_count, 1);
    assert_null(memmem(o.tools[0].text, o.tools[0].len, "ARRAY", 5));
    buf_clear(&b);
    for (int i = 0; i < 400; i++) buf_str(&b, "{\"message\":");
    buf_str(&b, "1");
    for (int i = 0; i < 400; i++) buf_char(&b, '}');
    assert_int_equal(json_text_parse(&v, b.data, b.len, 0, NULL), STATUS_OK);
    read_messages(&r, &v, JSON_NONE, 0, &o.input);
    buf_free(&b);
    arena_free(&r.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_libraries),
        cmocka_unit_test(python_text),
        cmocka_unit_test(ai_sdk),
        cmocka_unit_test(words),
        cmocka_unit_test(tools_of_all_forms),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
