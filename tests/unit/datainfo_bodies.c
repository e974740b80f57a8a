/* Provider bodies and message shapes, one JSON text in, the messages that come of it out. A case is a row; what it
 * prevents is its name. The notation of the expected text is DataInfo's own, with what is absent left out. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/message.h"
#include "datainfo/messages/normalise.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- writing what was read ---- */

static void member(struct buf *b, const char *key, const struct json_text *v) {
    if (v->type == JSON_TEXT_NONE) return;
    buf_json_key(b, key);
    json_text_compact(v, b);
}

static void write_list(struct buf *b, const struct messages *list) {
    buf_char(b, '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct message *m = &list->items[i];
        buf_json_comma(b);
        buf_char(b, '{');
        member(b, "role", &m->role);
        member(b, "content", &m->content);
        member(b, "name", &m->name);
        member(b, "refusal", &m->refusal);
        member(b, "reasoning", &m->reasoning);
        if (m->call_count) {
            buf_json_key(b, "calls");
            buf_char(b, '[');
            for (size_t k = 0; k < m->call_count; k++) {
                buf_json_comma(b);
                buf_char(b, '{');
                if (has_text(&m->calls[k].id)) member(b, "id", &m->calls[k].id);
                member(b, "name", &m->calls[k].name);
                member(b, "arguments", &m->calls[k].arguments);
                buf_char(b, '}');
            }
            buf_char(b, ']');
        }
        if (has_text(&m->tool_call_id)) member(b, "tool_call_id", &m->tool_call_id);
        if (has_text(&m->finish)) member(b, "finish", &m->finish);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void count(struct buf *b, const char *key, int64_t n) {
    if (n < 0) return;
    buf_json_key(b, key);
    buf_printf(b, "%" PRId64, n);
}

static struct buf write_offer(const struct offer *o) {
    struct buf b = BUF_INIT;
    buf_char(&b, '{');
    if (o->input.count) {
        buf_json_key(&b, "input");
        write_list(&b, &o->input);
    }
    if (o->output.count) {
        buf_json_key(&b, "output");
        write_list(&b, &o->output);
    }
    if (o->tool_count) {
        buf_json_key(&b, "tools");
        buf_char(&b, '[');
        for (size_t i = 0; i < o->tool_count; i++) {
            buf_json_comma(&b);
            json_text_compact(&o->tools[i], &b);
        }
        buf_char(&b, ']');
    }
    member(&b, "choice", &o->tool_choice);
    member(&b, "finish", &o->finish);
    member(&b, "model", has_text(&o->response_model) ? &o->response_model : &o->request_model);
    member(&b, "id", &o->response_id);
    member(&b, "parameters", &o->parameters);
    count(&b, "in", o->usage.input);
    count(&b, "out", o->usage.output);
    count(&b, "cached", o->usage.cached);
    count(&b, "reasoned", o->usage.reasoning);
    buf_char(&b, '}');
    return b;
}

enum what { REQUEST, RESPONSE, MESSAGES };
struct row {
    const char *name;
    enum what what;
    const char *in, *out; /* out "no": not recognised. ' stands for " in both */
};

static char *unquote(const char *s) {
    char *copy = strdup(s);
    for (char *c = copy; *c; c++)
        if (*c == '\'') *c = '"';
    return copy;
}

static void run(const struct row *rows, size_t n) {
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct reading r = {.arena = ARENA_INIT};
        struct offer o = {.usage = {-1, -1, -1, -1, -1, -1}, .cost = -1};
        char *in = unquote(rows[i].in), *out = unquote(rows[i].out);
        struct json_text v;
        if (json_text_parse(&v, in, strlen(in), JSON_TEXT_LENIENT, NULL) != STATUS_OK)
            fail_msg("%s: the case itself is no JSON", rows[i].name);
        bool known = true;
        if (rows[i].what == REQUEST)
            known = body_request(&r, &v, &o);
        else if (rows[i].what == RESPONSE)
            known = body_response(&r, &v, &o);
        else
            read_messages(&r, &v, JSON_NONE, 0, &o.input);
        struct buf got = write_offer(&o);
        if (rows[i].what == MESSAGES) { /* the list alone */
            buf_clear(&got);
            write_list(&got, &o.input);
        }
        assert_false(r.arena.failed);
        const char *text = known ? got.data : "no";
        if (strcmp(text, out) != 0) {
            print_error("%s\n  expected %s\n  got      %s\n", rows[i].name, out, text);
            wrong++;
        }
        buf_free(&got);
        arena_free(&r.arena);
        free(in);
        free(out);
    }
    assert_int_equal(wrong, 0);
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof *(rows))

/* ---- providers ---- */

static void gemini(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"REST request", REQUEST,
         "{'contents':[{'role':'user','parts':[{'text':'hi'}]},{'role':'model','parts':[{'functionCall':{'name'"
         ":'f',"
         "'args':{'x':1.0}}}]},{'role':'user','parts':[{'functionResponse':{'name':'f','response':{'ok':true}}}"
         "]}],"
         "'systemInstruction':{'parts':[{'text':'be'}]},'tools':[{'functionDeclarations':[{'name':'f','"
         "description':"
         "'d','parameters':{'type':'OBJECT','properties':{'type':{'type':'STRING','enum':['STRING']}}}}]}],"
         "'toolConfig':{'functionCallingConfig':{'mode':'ANY','allowedFunctionNames':['f']}},"
         "'generationConfig':{'temperature':0.20}}",
         "{'input':[{'role':'system','content':'be'},{'role':'user','content':'hi'},{'role':'assistant','calls'"
         ":[{"
         "'name':'f','arguments':'{\\'x\\':1.0}'}]},{'role':'tool','content':'{\\'ok\\':true}','name':'f'}],'"
         "tools':[{"
         "'type':'function','function':{'name':'f','description':'d','parameters':{'type':'object','properties'"
         ":{"
         "'type':{'type':'string','enum':['STRING']}}}}}],'choice':{'type':'function','function':{'name':'f'}},"
         "'parameters':{'temperature':0.20}}"},
        {"ADK request", REQUEST,
         "{'model':'m','contents':[{'role':'user','parts':[{'text':'a'},{'inlineData':{'mimeType':'image/"
         "png','data':"
         "'iVBORw0='}}]}],'config':{'systemInstruction':'be','tools':[{'function_declarations':[{'name':'f',"
         "'parameters_json_schema':{'type':'object'}}]}],'temperature':1}}",
         "{'input':[{'role':'system','content':'be'},{'role':'user','content':[{'type':'text','text':'a'},{'"
         "type':"
         "'image_url','image_url':{'url':'data:image/"
         "png;base64,iVBORw0='}}]}],'tools':[{'type':'function','function':{"
         "'name':'f','parameters':{'type':'object'}}}],'model':'m','parameters':{'temperature':1}}"},
        {"contents as text, Python's nulls", REQUEST,
         "{'model':'m','contents':'hi','config':{'system_instruction':null,'tools':null}}",
         "{'input':[{'role':'user','content':'hi'}],'model':'m'}"},
        {"response with a thought", RESPONSE,
         "{'candidates':[{'content':{'role':'model','parts':[{'text':'hm','thought':true},{'text':'yes'}]},"
         "'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2,'"
         "thoughtsTokenCount':9,"
         "'cachedContentTokenCount':1},'modelVersion':'g-1','responseId':'r'}",
         "{'output':[{'role':'assistant','content':'yes','reasoning':'hm','finish':'STOP'}],'finish':'STOP','"
         "model':"
         "'g-1','id':'r','in':3,'out':2,'cached':1,'reasoned':9}"},
        {"a stream that was collected is one text", RESPONSE,
         "{'candidates':[{'content':{'role':'model','parts':[{'text':'a'},{'text':'b'},{'functionCall':{'name':"
         "'f','args':"
         "{}}}]}}]}",
         "{'output':[{'role':'assistant','content':'ab','calls':[{'name':'f','arguments':'{}'}]}]}"},
        {"a blocked candidate has no parts", RESPONSE, "{'candidates':[{'finishReason':'SAFETY'}]}",
         "{'output':[{'role':'assistant','finish':'SAFETY'}],'finish':'SAFETY'}"},
        {"ADK response with a call", RESPONSE,
         "{'content':{'role':'model','parts':[{'functionCall':{'id':'adk-1','name':'f','args':{}}}]},'"
         "finishReason':"
         "'STOP'}",
         "{'output':[{'role':'assistant','calls':[{'id':'adk-1','name':'f','arguments':'{}'}],'finish':'STOP'}]"
         ","
         "'finish':'STOP'}"},
    };
    RUN(rows);
}

static void bedrock(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"Converse request", REQUEST,
         "{'modelId':'m','system':[{'text':'be'}],'messages':[{'role':'user','content':[{'text':'hi'},{'image':"
         "{"
         "'format':'png','source':{'bytes':'iVBORw0='}}},{'cachePoint':{'type':'default'}}]},{'role':'"
         "assistant',"
         "'content':[{'reasoningContent':{'reasoningText':{'text':'hm','signature':'s'}}},{'toolUse':{'"
         "toolUseId':'t1',"
         "'name':'f','input':{'x':1}}}]},{'role':'user','content':[{'toolResult':{'toolUseId':'t1','content':[{"
         "'json':{"
         "'a':1}}],'status':'success'}}]}],'toolConfig':{'tools':[{'toolSpec':{'name':'f','description':'d',"
         "'inputSchema':{'json':{'type':'object'}}}}],'toolChoice':{'any':{}}},'inferenceConfig':{'maxTokens':"
         "5}}",
         "{'input':[{'role':'system','content':'be'},{'role':'user','content':[{'type':'text','text':'hi'},{'"
         "type':"
         "'image_url','image_url':{'url':'data:image/"
         "png;base64,iVBORw0='}}]},{'role':'assistant','reasoning':'hm',"
         "'calls':[{'id':'t1','name':'f','arguments':'{\\'x\\':1}'}]},{'role':'tool','content':'{\\'a\\':1}',"
         "'tool_call_id':'t1'}],'tools':[{'type':'function','function':{'name':'f','description':'d','"
         "parameters':{"
         "'type':'object'}}}],'choice':'required','model':'m','parameters':{'maxTokens':5}}"},
        {"Converse response", RESPONSE,
         "{'output':{'message':{'role':'assistant','content':[{'text':'hi'}]}},'stopReason':'end_turn','usage':"
         "{"
         "'inputTokens':3,'outputTokens':2,'totalTokens':5}}",
         "{'output':[{'role':'assistant','content':'hi'}],'finish':'end_turn','in':3,'out':2}"},
        {"Claude through InvokeModel", REQUEST,
         "{'anthropic_version':'b','max_tokens':9,'system':'be','messages':[{'role':'user','content':'hi'}]}",
         "{'input':[{'role':'system','content':'be'},{'role':'user','content':'hi'}],'parameters':{"
         "'anthropic_version':'b','max_tokens':9}}"},
        {"Titan", REQUEST, "{'inputText':'hi','textGenerationConfig':{'topP':1}}",
         "{'input':[{'role':'user','content':'hi'}],'parameters':{'topP':1}}"},
        {"Titan's answer", RESPONSE,
         "{'inputTextTokenCount':3,'results':[{'tokenCount':2,'outputText':'yo','completionReason':'FINISH'}]}",
         "{'output':[{'role':'assistant','content':'yo','finish':'FINISH'}],'finish':'FINISH','in':3}"},
        {"Llama", REQUEST, "{'prompt':'hi','max_gen_len':9}",
         "{'input':[{'role':'user','content':'hi'}],'parameters':{'max_gen_len':9}}"},
        {"Llama's answer", RESPONSE,
         "{'generation':'yo','prompt_token_count':3,'generation_token_count':2,'stop_reason':'stop'}",
         "{'output':[{'role':'assistant','content':'yo'}],'finish':'stop','in':3,'out':2}"},
        {"a template is no call", REQUEST, "{'prompt':'hi','name':'x'}", "no"},
    };
    RUN(rows);
}

static void genkit(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"request", REQUEST,
         "{'messages':[{'role':'user','content':[{'text':'a'},{'media':{'url':'data:image/"
         "png;base64,aa','contentType':"
         "'image/"
         "png'}}]},{'role':'model','content':[{'toolRequest':{'name':'f','ref':'c1','input':{'x':1}}}]},{'role'"
         ":"
         "'tool','content':[{'toolResponse':{'name':'f','ref':'c1','output':'ok'}}]}],'config':{'temperature':"
         "0},"
         "'tools':[{'name':'f','description':'d','inputSchema':{'type':'object'},'outputSchema':{}}],'"
         "toolChoice':"
         "'required','output':{}}",
         "{'input':[{'role':'user','content':[{'type':'text','text':'a'},{'type':'image_url','image_url':{'url'"
         ":"
         "'data:image/"
         "png;base64,aa'}}]},{'role':'assistant','calls':[{'id':'c1','name':'f','arguments':'{\\'x\\':1}'}]},"
         "{'role':'tool','content':'ok','tool_call_id':'c1'}],'tools':[{'type':'function','function':{'name':'"
         "f',"
         "'description':'d','parameters':{'type':'object'}}}],'choice':'required','parameters':{'temperature':"
         "0}}"},
        {"the text beside calls is in raw", RESPONSE,
         "{'finishReason':'stop','message':{'role':'model','content':[{'toolRequest':{'name':'f','ref':'c1','"
         "input':{}}}"
         "]},'usage':{'inputTokens':3,'outputTokens':2},'raw':{'choices':[{'message':{'role':'assistant','"
         "content':"
         "'let me'}}]}}",
         "{'output':[{'role':'assistant','content':'let "
         "me','calls':[{'id':'c1','name':'f','arguments':'{}'}]}],"
         "'finish':'stop','in':3,'out':2}"},
        {"an answer in JSON is in raw as it came", RESPONSE,
         "{'message':{'role':'model','content':[{'data':{'a':1.0}}]},'finishReason':'stop','raw':{'choices':[{'"
         "message':{"
         "'role':'assistant','content':'{\\'a\\': 1.0}'}}]}}",
         "{'output':[{'role':'assistant','content':'{\\'a\\': 1.0}'}],'finish':'stop'}"},
        {"a thought", RESPONSE,
         "{'message':{'role':'model','content':[{'reasoning':'hm'},{'text':'yes'}]},'finishReason':'stop'}",
         "{'output':[{'role':'assistant','content':'yes','reasoning':'hm'}],'finish':'stop'}"},
    };
    RUN(rows);
}

static void openai_and_others(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"chat keeps part arrays", REQUEST,
         "{'model':'m','messages':[{'role':'user','content':[{'type':'text','text':'a'}]}],'function_call':{'"
         "name':'f'},"
         "'functions':[{'name':'f','parameters':{}}]}",
         "{'input':[{'role':'user','content':[{'type':'text','text':'a'}]}],'tools':[{'type':'function','"
         "function':{"
         "'name':'f','parameters':{}}}],'choice':{'type':'function','function':{'name':'f'}},'model':'m'}"},
        {"tools among the messages", REQUEST,
         "[{'role':'user','content':'a'},{'role':'tool','content':{'type':'function','function':{'name':'f','"
         "description':'d',"
         "'parameters':{}}}}]",
         "{'input':[{'role':'user','content':'a'}],'tools':[{'type':'function','function':{'name':'f','"
         "description':'d',"
         "'parameters':{}}}]}"},
        {"Cohere v1", REQUEST,
         "{'model':'c','message':'now','chat_history':[{'role':'USER','message':'a'},{'role':'CHATBOT','"
         "message':'b'}],"
         "'preamble':'be'}",
         "{'input':[{'role':'system','content':'be'},{'role':'user','content':'a'},{'role':'assistant','"
         "content':'b'},{"
         "'role':'user','content':'now'}],'model':'c'}"},
        {"Cohere v1's answer", RESPONSE,
         "{'text':'','generation_id':'g','finish_reason':'COMPLETE','tool_calls':[{'name':'f','parameters':{'x'"
         ":1}}],"
         "'meta':{'tokens':{'input_tokens':3,'output_tokens':2}}}",
         "{'output':[{'role':'assistant','content':'','calls':[{'name':'f','arguments':'{\\'x\\':1}'}],'finish'"
         ":"
         "'COMPLETE'}],'finish':'COMPLETE','id':'g','in':3,'out':2}"},
        {"Cohere v2's answer", RESPONSE,
         "{'id':'i','finish_reason':'TOOL_CALL','message':{'role':'assistant','tool_plan':'p','tool_calls':[{'"
         "id':'t',"
         "'type':'function','function':{'name':'f','arguments':'{}'}}]},'usage':{'tokens':{'input_tokens':3,"
         "'output_tokens':2}}}",
         "{'output':[{'role':'assistant','calls':[{'id':'t','name':'f','arguments':'{}'}]}],'finish':'TOOL_"
         "CALL','id':"
         "'i','in':3,'out':2}"},
        {"Ollama's answer", RESPONSE,
         "{'model':'q','message':{'role':'assistant','content':'yo','thinking':'hm'},'done':true,'done_reason':"
         "'stop',"
         "'prompt_eval_count':3,'eval_count':2}",
         "{'output':[{'role':'assistant','content':'yo','reasoning':'hm'}],'finish':'stop','model':'q','in':3,'"
         "out':2}"},
        {"Ollama's generate", RESPONSE,
         "{'model':'q','response':'yo','done':true,'done_reason':'stop','eval_count':2}",
         "{'output':[{'role':'assistant','content':'yo','finish':'stop'}],'finish':'stop','model':'q','out':"
         "2}"},
        {"LlamaIndex's answer", RESPONSE,
         "{'message':{'role':'assistant','blocks':[{'block_type':'text','text':'yo'}],'additional_kwargs':{}},'"
         "raw':{'id':"
         "'i','model':'m','choices':[{'finish_reason':'stop','message':{'role':'assistant','content':'yo'}}],'"
         "usage':{"
         "'prompt_tokens':3}},'delta':null}",
         "{'output':[{'role':'assistant','content':'yo'}],'finish':'stop','model':'m','id':'i','in':3}"},
        {"Haystack's answer", RESPONSE,
         "{'replies':[{'role':'assistant','content':[{'text':'yo'}],'meta':{'model':'m','finish_reason':'stop',"
         "'usage':{"
         "'prompt_tokens':3}}}]}",
         "{'output':[{'role':'assistant','content':'yo','finish':'stop'}],'finish':'stop','model':'m','in':3}"},
        {"Ollama's images", MESSAGES, "[{'role':'user','content':'see','images':['/9j/4AA=']}]",
         "[{'role':'user','content':[{'type':'text','text':'see'},{'type':'image_url','image_url':{'url':"
         "'data:image/jpeg;base64,/9j/4AA='}}]}]"},
        {"Hugging Face", REQUEST, "{'inputs':'hi','parameters':{'max_new_tokens':5}}",
         "{'input':[{'role':'user','content':'hi'}],'parameters':{'max_new_tokens':5}}"},
        {"Hugging Face's answer", RESPONSE, "[{'generated_text':'yo'}]",
         "{'output':[{'role':'assistant','content':'yo'}]}"},
        {"AI SDK's result", RESPONSE,
         "{'text':'yo','reasoningText':'hm','toolCalls':[{'type':'tool-call','toolCallId':'c','toolName':'f','"
         "input':{"
         "'x':1}}],'finishReason':'tool-calls','usage':{'inputTokens':3,'outputTokens':2,'cachedInputTokens':1}"
         ","
         "'response':{'id':'r','modelId':'m'}}",
         "{'output':[{'role':'assistant','content':'yo','reasoning':'hm','calls':[{'id':'c','name':'f','"
         "arguments':"
         "'{\\'x\\':1}'}],'finish':'tool-calls'}],'finish':'tool-calls','model':'m','id':'r','in':3,'out':2,'"
         "cached':1}"},
        {"AI SDK's model result", RESPONSE,
         "{'content':[{'type':'text','text':'yo'}],'finishReason':{'unified':'stop','raw':'end_turn'},'usage':{"
         "'inputTokens':{'total':3,'cacheRead':1},'outputTokens':{'total':2,'reasoning':1}}}",
         "{'output':[{'role':'assistant','content':'yo'}],'finish':'stop','in':3,'out':2,'cached':1,'reasoned':"
         "1}"},
        {"thoughts in a row are one", RESPONSE,
         "{'output':[{'type':'reasoning','summary':[{'type':'summary_text','text':'a'},{'type':'summary_text','"
         "text':'b'}]},{"
         "'type':'reasoning','content':[{'type':'reasoning_text','text':'c'}],'summary':[]},{'type':'message','"
         "role':"
         "'assistant','content':[{'type':'output_text','text':'d'}]}],'status':'completed'}",
         "{'output':[{'role':'assistant','content':'d','reasoning':'a\\nb\\nc'}],'finish':'completed'}"},
        {"a call alone", RESPONSE,
         "{'type':'function_call','call_id':'c','id':'fc','name':'f','arguments':'{}'}",
         "{'output':[{'role':'assistant','calls':[{'id':'c','name':'f','arguments':'{}'}]}]}"},
        {"a request that failed is no answer", RESPONSE, "{'error':{'message':'no'}}", "no"},
        {"any object is no answer", RESPONSE, "{'text':'yo'}", "no"},
        {"any list is no conversation", REQUEST, "[{'role':'admin','id':7}]", "no"},
        {"a conversation is no answer", RESPONSE,
         "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]", "no"},
    };
    RUN(rows);
}

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
         "[{'role':'system','content':'be'},{'role':'user','content':'hi'},{'role':'assistant','reasoning':'hm'"
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

/* ---- streams ---- */

static void streams(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"chat chunks", RESPONSE,
         "[{'id':'i','model':'m','choices':[{'index':0,'delta':{'role':'assistant','content':'a\\ud83d'}}]},{'"
         "choices':[{"
         "'index':0,'delta':{'content':'\\ude00'}}]},{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'"
         "id':'c',"
         "'type':'function','function':{'name':'f','arguments':''}}]}}]},{'choices':[{'index':0,'delta':{'tool_"
         "calls':[{"
         "'index':0,'function':{'arguments':'{\\'x\\':'}},{'index':1,'id':'d','function':{'name':'g','"
         "arguments':'{}'}}]}}"
         "]},{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0,'function':{'arguments':'1}'}}]}}]},{'"
         "choices':[{"
         "'index':0,'delta':{},'finish_reason':'tool_calls'}]},{'choices':[],'usage':{'prompt_tokens':3,"
         "'completion_tokens':2}}]",
         "{'output':[{'role':'assistant','content':'a\\ud83d\\ude00','calls':[{'id':'c','name':'f','arguments':"
         "'{\\'x\\':1}'},{'id':'d','name':'g','arguments':'{}'}],'finish':'tool_calls'}],'finish':'tool_calls',"
         "'model':"
         "'m','id':'i','in':3,'out':2}"},
        {"server-sent events of Anthropic", RESPONSE,
         "'event: message_start\\ndata: "
         "{\\'type\\':\\'message_start\\',\\'message\\':{\\'id\\':\\'i\\',\\'model\\':"
         "\\'m\\',\\'usage\\':{\\'input_tokens\\':3,\\'output_tokens\\':1}}}\\n\\nevent: "
         "content_block_start\\ndata: {"
         "\\'type\\':\\'content_block_start\\',\\'index\\':0,\\'content_block\\':{\\'type\\':\\'text\\',\\'"
         "text\\':\\'\\'"
         "}}\\n\\ndata: "
         "{\\'type\\':\\'content_block_delta\\',\\'index\\':0,\\'delta\\':{\\'type\\':\\'text_delta\\',"
         "\\'text\\':\\'hi\\'}}\\n\\ndata: "
         "{\\'type\\':\\'content_block_start\\',\\'index\\':1,\\'content_block\\':{"
         "\\'type\\':\\'tool_use\\',\\'id\\':\\'t\\',\\'name\\':\\'f\\',\\'input\\':{}}}\\n\\ndata: "
         "{\\'type\\':"
         "\\'content_block_delta\\',\\'index\\':1,\\'delta\\':{\\'type\\':\\'input_json_delta\\',\\'partial_"
         "json\\':"
         "\\'{}\\'}}\\n\\ndata: {\\'type\\':\\'message_delta\\',\\'delta\\':{\\'stop_reason\\':\\'tool_use\\'},"
         "\\'usage\\':{\\'output_tokens\\':7}}\\n\\n'",
         "{'output':[{'role':'assistant','content':'hi','calls':[{'id':'t','name':'f','arguments':'{}'}],'"
         "finish':"
         "'tool_use'}],'finish':'tool_use','model':'m','id':'i','in':3,'out':7}"},
        {"Responses events end with the whole", RESPONSE,
         "[{'type':'response.created','response':{'id':'r'}},{'type':'response.output_text.delta','delta':'h'},"
         "{'type':"
         "'response.completed','response':{'id':'r','model':'m','status':'completed','output':[{'type':'"
         "message','role':"
         "'assistant','content':[{'type':'output_text','text':'hi'}]}]}}]",
         "{'output':[{'role':'assistant','content':'hi'}],'finish':'completed','model':'m','id':'r'}"},
        {"Gemini chunks", RESPONSE,
         "[{'candidates':[{'content':{'role':'model','parts':[{'text':'h'}]}}]},{'candidates':[{'content':{'"
         "role':'model'"
         ",'parts':[{'text':'i'}]},'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':3,'"
         "candidatesTokenCount':2"
         "}}]",
         "{'output':[{'role':'assistant','content':'hi','finish':'STOP'}],'finish':'STOP','in':3,'out':2}"},
        {"Bedrock events", RESPONSE,
         "[{'messageStart':{'role':'assistant'}},{'contentBlockDelta':{'contentBlockIndex':0,'delta':{'text':'"
         "hi'}}},{"
         "'contentBlockStart':{'contentBlockIndex':1,'start':{'toolUse':{'toolUseId':'t','name':'f'}}}},{"
         "'contentBlockDelta':{'contentBlockIndex':1,'delta':{'toolUse':{'input':'{}'}}}},{'messageStop':{'"
         "stopReason':"
         "'tool_use'}},{'metadata':{'usage':{'inputTokens':3,'outputTokens':2}}}]",
         "{'output':[{'role':'assistant','content':'hi','calls':[{'id':'t','name':'f','arguments':'{}'}],'"
         "finish':"
         "'tool_use'}],'finish':'tool_use','in':3,'out':2}"},
        {"Ollama's JSON lines", RESPONSE,
         "'{\\'model\\':\\'q\\',\\'message\\':{\\'role\\':\\'assistant\\',\\'content\\':\\'h\\'},\\'done\\':"
         "false}\\n{"
         "\\'model\\':\\'q\\',\\'message\\':{\\'role\\':\\'assistant\\',\\'content\\':\\'i\\'},\\'done\\':true,"
         "\\'done_reason\\':\\'stop\\',\\'eval_count\\':2}'",
         "{'output':[{'role':'assistant','content':'hi','finish':'stop'}],'finish':'stop','model':'q','out':"
         "2}"},
        {"a text about data is a text", RESPONSE, "'data: is plural'", "no"},
        {"an index out of this world allocates nothing", RESPONSE,
         "[{'choices':[{'index':999999999,'delta':{'content':'a'}},{'index':0,'delta':{'content':'b'}}]}]",
         "{'output':[{'role':'assistant','content':'b'}]}"},
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
        cmocka_unit_test(gemini),
        cmocka_unit_test(bedrock),
        cmocka_unit_test(genkit),
        cmocka_unit_test(openai_and_others),
        cmocka_unit_test(messages_of_libraries),
        cmocka_unit_test(python_text),
        cmocka_unit_test(ai_sdk),
        cmocka_unit_test(streams),
        cmocka_unit_test(words),
        cmocka_unit_test(tools_of_all_forms),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
