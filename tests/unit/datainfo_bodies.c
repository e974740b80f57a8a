/* Requests and responses of providers, and answers that were kept as their stream. */
#include "body_rows.h"

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
        {"what was not asked for", REQUEST,
         "{'prompt':'hi','max_tokens':-1,'response_format':'','stop':[],'seed':null,'n':1,'top_p':0}",
         "{'input':[{'role':'user','content':'hi'}],'parameters':{'n':1,'top_p':0}}"},
        {"no limit, and what is the client's", REQUEST,
         "{'prompt':'hi','maxTokens':'Infinity','api_key':'sk-1','base_url':'http://h','seed':7}",
         "{'input':[{'role':'user','content':'hi'}],'parameters':{'seed':7}}"},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gemini),  cmocka_unit_test(bedrock),
        cmocka_unit_test(genkit),  cmocka_unit_test(openai_and_others),
        cmocka_unit_test(streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
