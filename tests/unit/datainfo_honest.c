/* Traces that tempt: spans which look like model calls and are none, calls that could be counted twice or lost, and
 * neighbours whose words are not this call's. Made up; what comes of every span of the trace is told. */
#include "datainfo_cases.h"

/* ---- what becomes of every span ---- */

#define MAX_SPANS 8

/* outcomes: a word for each span: "record", the code of a skip with the first letter of the span to take
 * ("wrapper>2"), or for what is no call its kind. */
struct trace_case {
    const char *name;
    const char *spans[MAX_SPANS];
    const char *outcomes;
};

static void outcome(struct datainfo_trace *t, const struct buf *span, struct buf *words) {
    struct datainfo d;
    struct span_facts f;
    assert_int_equal(datainfo_extract(&d, span->data, span->len, t, NULL), STATUS_OK);
    span_facts_read(&f, span->data, span->len);
    if (words->len) buf_char(words, ' ');
    bool no_call = d.verdict == DATAINFO_SKIPPED && strcmp(d.code, "not_a_call") == 0;
    buf_str(words, d.verdict == DATAINFO_RECORD ? "record" : no_call ? span_kind_name(f.kind) : d.code);
    if (d.verdict == DATAINFO_SKIPPED && d.take_span_id[0]) {
        buf_char(words, '>');
        buf_char(words, d.take_span_id[0]);
    }
    span_facts_free(&f);
    datainfo_free(&d);
}

static bool check_trace(const struct trace_case *c) {
    struct buf spans[MAX_SPANS] = {BUF_INIT}, words = BUF_INIT;
    struct datainfo_trace *t = datainfo_trace_new();
    for (size_t i = 0; i < MAX_SPANS && c->spans[i]; i++) {
        spans[i] = expand(c->spans[i]);
        assert_true(datainfo_trace_add(t, spans[i].data, spans[i].len));
    }
    for (size_t i = 0; i < MAX_SPANS && c->spans[i]; i++) outcome(t, &spans[i], &words);
    bool fine = strcmp(words.data, c->outcomes) == 0;
    if (!fine) print_error("%s: expected \"%s\", got \"%s\"\n", c->name, c->outcomes, words.data);
    for (size_t i = 0; i < MAX_SPANS; i++) buf_free(&spans[i]);
    buf_free(&words);
    datainfo_trace_free(t);
    return fine;
}

static void check_traces(const struct trace_case *cases, size_t count) {
    bool fine = true;
    for (size_t i = 0; i < count; i++) fine = check_trace(&cases[i]) && fine;
    assert_true(fine);
}

/* ---- no models here ---- */

static void traces_without_models(void **state) {
    (void)state;
    static const struct trace_case cases[] = {
        {"a server whose bodies are called request and response",
         {"{'name':'POST "
          "/orders','attrs':{'http.request.method':'POST','=request':{'order':1,'items':[{'id':1}]},"
          "'=response':{'id':7,'status':'ok','message':'created'}}}",
          "{'id':'2222222222222222','name':'openai','attrs':{'url.full':'https://api.example.com/v1/orders'}}",
          "{'id':'3333333333333333','name':'POST','attrs':{'=http.request.body':{'messages':['a','b']},"
          "'=http.response.body':{'choices':['x','y']}}}"},
         "other other other"},
        {"a chat application whose users have roles",
         {"{'name':'ChatService.post','attrs':{'=messages':[{'role':'admin','content':'hello all','user':'u1'},"
          "{'role':'member','content':'hi','user':'u2'}],'user.role':'admin'}}",
          "{'id':'2222222222222222','name':'history','attrs':{'=chat.history':[{'from':'ann','text':'hi'}],"
          "'=chat.response':{'ok':true},'device.model':'iPhone'}}",
          "{'id':'3333333333333333','name':'tickets','attrs':{'=conversation.messages':[{'role':'user','"
          "content':"
          "'my order is late'},{'role':'agent','content':'sorry'}],'ticket.id':'7'}}",
          "{'id':'4444444444444444','name':'support','attrs':{'=request.messages':[{'role':'user','content':'"
          "hi'}],"
          "'=response':{'message':{'role':'support','content':'hello'}}}}",
          "{'id':'5555555555555555','name':'slack','attrs':{'=messages':[{'type':'message','user':'U1','text':'"
          "hi'}],"
          "'auth.tokens':3}}"},
         "other other other other other"},
        {"queues, databases, GraphQL",
         {"{'name':'orders publish','attrs':{'messaging.system':'kafka','messaging.operation.name':'publish',"
          "'=messaging.message.body':{'role':'admin','content':'x'},'messaging.batch.message_count':2}}",
          "{'id':'2222222222222222','name':'SELECT','attrs':{'db.system':'postgresql','db.operation.name':'"
          "SELECT',"
          "'db.statement':'select role, content from "
          "messages','=db.response':[{'role':'user','content':'q'}]}}",
          "{'id':'3333333333333333','name':'query Chat','attrs':{'graphql.operation.type':'query',"
          "'graphql.document':'query { messages { role content } }','=graphql.response':{'data':{'messages':"
          "[{'role':'USER','content':'hi'}]}}}}",
          "{'id':'4444444444444444','name':'sqs','attrs':{'operation.name':'ReceiveMessage','=messages':[{'"
          "MessageId':"
          "'1','Body':'b'}],'=response':{'messages':[{'Body':'x'}]}}}"},
         "other other other other"},
        {"CI, feature stores, cars, payments",
         {"{'name':'build','attrs':{'step.type':'task','step.name':'compile','job.kind':'build'}}",
          "{'id':'2222222222222222','name':'deploy','attrs':{'step.type':'function','run.type':'tool'}}",
          "{'id':'3333333333333333','name':'get','attrs':{'feature.type':'embedding','column.type':'embedding',"
          "'=output':[0.1,0.2]}}",
          "{'id':'4444444444444444','name':'car','attrs':{'vehicle.model':'T','model':'T','=input':{'parts':[{'"
          "id':1},"
          "{'id':2}]},'=output':{'parts':[{'id':3}]}}}",
          "{'id':'5555555555555555','name':'auth','attrs':{'oauth.tokens':2,'=request':{'role':'admin','"
          "contents':[1]},"
          "'=response':{'roles':['admin']}}}",
          "{'id':'6666666666666666','name':'survey','attrs':{'=input':{'question':'q','choices':['a','b'],"
          "'messages':[]},'=output':{'choices':[{'text':'a'}]},'data.model.name':'Survey'}}",
          "{'id':'7777777777777777','name':'render','attrs':{'=view.input':{'role':'button','content':'Send'},"
          "'view.model':'Toolbar'}}",
          "{'id':'8888888888888888','name':'page','attrs':{'=prompt':[{'role':'dialog','content':'Leave?'}],"
          "'=output':{'role':'button'},'agent.type':'browser','user_agent.name':'Chrome'}}"},
         "other other other other other other other other"},
    };
    check_traces(cases, sizeof cases / sizeof *cases);
}

/* ---- what SDKs do around their calls ---- */

#define IN  "'=gen_ai.input.messages':[{'role':'user','content':'q'}]"
#define OUT "'=gen_ai.output.messages':[{'role':'assistant','content':'a'}]"

static void plumbing(void **state) {
    (void)state;
    static const struct trace_case cases[] = {
        {"templates, parsers, memory, without a word of their kind",
         {"{'name':'ChatPromptTemplate','attrs':{'=input':{'topic':'bears'},'=output':{'messages':[{'role':'"
          "user',"
          "'content':'a joke about bears'}]}}}",
          "{'id':'2222222222222222','name':'StrOutputParser','attrs':{'=input':{'role':'assistant','content':'"
          "a'},"
          "'output':'a'}}",
          "{'id':'3333333333333333','name':'load_memory','attrs':{'=input':{'session':'s'},'=output':{'history'"
          ":"
          "[{'role':'user','content':'q'},{'role':'assistant','content':'a'}]}}}",
          "{'id':'4444444444444444','name':'save_memory','attrs':{'=memory.messages':[{'role':'user','content':"
          "'q'},"
          "{'role':'assistant','content':'a'}],'memory.tokens':12}}",
          "{'id':'5555555555555555','name':'count_tokens','attrs':{'=messages':[{'role':'user','content':'q'}],"
          "'tokens':7}}",
          "{'id':'6666666666666666','name':'trim','attrs':{'=input.messages':[{'role':'user','content':'q'},{'"
          "role':"
          "'user','content':'r'}],'=output.messages':[{'role':'user','content':'r'}]}}"},
         "other other other other other other"},
        {"judges, guardrails, rerankers, embeddings",
         {"{'name':'judge','attrs':{'openinference.span.kind':'EVALUATOR'," IN "," OUT "}}",
          "{'id':'2222222222222222','name':'moderate','attrs':{'openinference.span.kind':'GUARDRAIL'," IN
          "," OUT ",'gen_ai.request.model':'m'}}",
          "{'id':'3333333333333333','name':'embed','attrs':{'langfuse.observation.type':'generation',"
          "'langfuse.observation.model.name':'text-embedding-3-small','langfuse.observation.input':'q'}}",
          "{'id':'4444444444444444','name':'rerank','attrs':{'openinference.span.kind':'RERANKER',"
          "'reranker.query':'q','reranker.model_name':'r','reranker.input_documents.0.document.content':'d'}}",
          "{'id':'5555555555555555','name':'embeddings "
          "text','attrs':{'gen_ai.request.model':'text-embedding-3-small',"
          "'gen_ai.usage.input_tokens':4}}",
          "{'id':'6666666666666666','name':'retrieve','attrs':{'gen_ai.operation.name':'retrieval','gen_ai."
          "request"
          ".model':'m'," IN "}}"},
         "evaluator guardrail embedding reranker embedding retriever"},
        {"operations that are no calls",
         {"{'name':'count_tokens "
          "m','attrs':{'gen_ai.operation.name':'count_tokens','gen_ai.request.model':'m'," IN "}}",
          "{'id':'2222222222222222','name':'evaluate m','attrs':{'gen_ai.operation.name':'evaluate'," IN "," OUT
          "}}",
          "{'id':'3333333333333333','name':'search_memory','attrs':{'gen_ai.operation.name':'search_memory'"
          "," OUT ",'gen_ai.request.model':'m'}}",
          "{'id':'4444444444444444','name':'mcp','attrs':{'mcp.method.name':'tools/"
          "call','gen_ai.tool.name':'f'," IN "}}",
          "{'id':'5555555555555555','name':'mcp','attrs':{'mcp.method.name':'prompts/"
          "get','=mcp.response.messages':"
          "[{'role':'user','content':'q'}],'=mcp.request.messages':[{'role':'user','content':'q'}]}}"},
         "other evaluator other tool other"},
    };
    check_traces(cases, sizeof cases / sizeof *cases);
}

/* ---- one call once ---- */

#define P              "'parent':'9999999999999999',"
#define A(text)        "'=gen_ai.output.messages':[{'role':'assistant','content':'" text "'}]"
#define CHAT           "'gen_ai.operation.name':'chat'," IN
#define TIME(from, to) "'from':'1766400000" from "0000000','to':'1766400000" to "0000000',"

static void each_call_once(void **state) {
    (void)state;
    static const struct trace_case cases[] = {
        {"agent, step, call",
         {"{'attrs':{'gen_ai.operation.name':'invoke_agent'," IN "," OUT "}}",
          "{'id':'2222222222222222','parent':'1111111111111111','attrs':{'traceloop.span.kind':'task'}}",
          "{'id':'3333333333333333','parent':'2222222222222222','attrs':{" CHAT "," OUT "}}",
          "{'id':'4444444444444444','parent':'2222222222222222','attrs':{" CHAT "," A("b") "}}"},
         "agent chain record record"},
        {"a wrapper of one call, and one of several",
         {"{'attrs':{'ai.operationId':'ai.generateText'," OUT "}}",
          "{'id':'2222222222222222','parent':'1111111111111111','attrs':{'ai.operationId':"
          "'ai.generateText.doGenerate'," IN "," OUT "}}",
          "{'id':'3333333333333333'," TIME("10", "50") "'attrs':{'ai.operationId':'ai.generateText'," OUT "}}",
          "{'id':'4444444444444444','parent':'3333333333333333'," TIME("11", "20") "'attrs':{" CHAT "," OUT
                                                                                   "}}",
          "{'id':'5555555555555555','parent':'3333333333333333'," TIME("30", "40") "'attrs':{" CHAT "," OUT
                                                                                   "}}"},
         "wrapper>2 record wrapper>5 record record"},
        {"a failed attempt and the one that came through",
         {"{" TIME("10", "50") "'attrs':{'openinference.span.kind':'LLM'," IN "," OUT "}}",
          "{'id':'2222222222222222','parent':'1111111111111111'," TIME(
              "11", "20") "'status':{'code':2,'message':'429'},"
                          "'attrs':{" CHAT "}}",
          "{'id':'3333333333333333','parent':'1111111111111111'," TIME("30", "40") "'attrs':{" CHAT "," OUT
                                                                                   "}}"},
         "wrapper>3 record record"},
        {"the same question twice at the same time",
         {"{" P "'attrs':{" CHAT "," OUT ",'gen_ai.usage.input_tokens':5,'gen_ai.usage.output_tokens':6}}",
          "{'id':'2222222222222222'," P "'attrs':{" CHAT "," OUT
          ",'gen_ai.usage.input_tokens':5,'gen_ai.usage.output_tokens':6}}"},
         "record record"},
        {"and answered out of a cache, with one id",
         {"{" P "'attrs':{" CHAT "," OUT ",'gen_ai.response.id':'r'}}",
          "{'id':'2222222222222222'," P "'attrs':{" CHAT "," OUT ",'gen_ai.response.id':'r'}}"},
         "record record"},
        {"two instrumentations of two calls that overlap",
         {"{'scope':'a'," P TIME("10", "30") "'attrs':{" CHAT "," OUT "}}",
          "{'id':'2222222222222222','scope':'b'," P TIME("11", "29") "'attrs':{" CHAT "," OUT "}}",
          "{'id':'3333333333333333','scope':'a'," P TIME("20", "40") "'attrs':{" CHAT "," OUT "}}",
          "{'id':'4444444444444444','scope':'b'," P TIME("21", "39") "'attrs':{" CHAT "," OUT "}}"},
         "same_call>2 record same_call>4 record"},
        {"two instrumentations in one another, one without content",
         {"{'scope':'a','attrs':{" CHAT "," OUT "}}",
          "{'id':'2222222222222222','scope':'b','parent':'1111111111111111','attrs':{'gen_ai.operation.name':'"
          "chat',"
          "'gen_ai.request.model':'m'}}"},
         "record same_call>1"},
        {"two instrumentations without a parent, and with another one each, told by the answer's id",
         {"{'scope':'a'," TIME("10", "30") "'attrs':{" CHAT "," OUT ",'gen_ai.response.id':'r'}}",
          "{'id':'2222222222222222','scope':'b'," TIME("11", "29") "'attrs':{" CHAT "," OUT
                                                                   ",'gen_ai.response.id':'r'}}",
          "{'id':'3333333333333333','scope':'a','parent':'8888888888888888'," TIME(
              "40", "60") "'attrs':{" CHAT "," OUT ",'gen_ai.response.id':'s'}}",
          "{'id':'4444444444444444','scope':'b','parent':'9999999999999999'," TIME(
              "41", "59") "'attrs':{" CHAT "," OUT ",'gen_ai.response.id':'s'}}"},
         "same_call>2 record same_call>4 record"},
        {"a call inside a tool of a call, wrapped itself",
         {"{'attrs':{'ai.operationId':'ai.streamText'," OUT "}}",
          "{'id':'2222222222222222','parent':'1111111111111111','attrs':{'ai.operationId':'ai.streamText."
          "doStream'," IN "," OUT "}}",
          "{'id':'3333333333333333','parent':'1111111111111111','attrs':{'ai.operationId':'ai.toolCall',"
          "'ai.toolCall.name':'f'}}",
          "{'id':'4444444444444444','parent':'3333333333333333','attrs':{'ai.operationId':'ai.generateText'"
          "," OUT "}}",
          "{'id':'5555555555555555','parent':'4444444444444444','attrs':{'ai.operationId':"
          "'ai.generateText.doGenerate'," IN "," OUT "}}"},
         "wrapper>2 record tool wrapper>5 record"},
        {"a call that hands over to another agent",
         {"{'attrs':{" CHAT "," OUT "}}",
          "{'id':'2222222222222222','parent':'1111111111111111','attrs':{'gen_ai.operation.name':'invoke_agent'"
          "}}",
          "{'id':'3333333333333333','parent':'2222222222222222','attrs':{" CHAT "," OUT "}}"},
         "record agent record"},
        {"wrappers in one another, whose call has no span",
         {"{'name':'api_invoke','attrs':{'=request':{'messages':[{'role':'user','content':'q'}]},'output':'a'}"
          "}",
          "{'id':'2222222222222222','parent':'1111111111111111','name':'cloud_api_invoke','attrs':{'=request':{"
          "'messages':[{'role':'user','content':'q'}]},'output':'a'}}",
          "{'id':'3333333333333333','parent':'2222222222222222','name':'model_call','attrs':{'=input':{'"
          "messages':["
          "{'role':'user','content':'q'}]},'output':'a'}}"},
         "wrapper>3 wrapper>3 record"},
        {"parents that never came, a loop of two, and itself",
         {"{" P "'attrs':{" CHAT "," OUT "}}",
          "{'id':'2222222222222222','parent':'3333333333333333','attrs':{" CHAT
          "," A("b") ",'gen_ai.response.id':'x'}}",
          "{'id':'3333333333333333','parent':'2222222222222222','attrs':{" CHAT
          "," A("c") ",'gen_ai.response.id':'y'}}",
          "{'id':'4444444444444444','parent':'4444444444444444','attrs':{" CHAT "," A("d") "}}",
          "{'id':'5555555555555555','parent':'xyz','attrs':{" CHAT "," A("e") "}}"},
         "record record record record record"},
        {"an embedding and a guardrail below a call are no calls",
         {"{'attrs':{" CHAT "," OUT "}}",
          "{'id':'2222222222222222','parent':'1111111111111111','attrs':{'gen_ai.operation.name':'embeddings'}"
          "}",
          "{'id':'3333333333333333','parent':'1111111111111111','attrs':{'openinference.span.kind':'GUARDRAIL'"
          "," IN "," OUT "}}"},
         "record embedding guardrail"},
    };
    check_traces(cases, sizeof cases / sizeof *cases);
}

/* ---- words that look like something else ---- */

/* # stands for the text, in both places. */
static const char *const forms[] = {
    "{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','parts':[{'type':'text',"
    "'content':#}]}],'=gen_ai.output.messages':[{'role':'assistant','parts':[{'type':'text','content':#}],"
    "'finish_reason':'stop'}]}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':#}],"
    "'=gen_ai.output.messages':[{'role':'assistant','content':#}]}}",
    "{'attrs':{'openinference.span.kind':'LLM','llm.input_messages.0.message.role':'user',"
    "'llm.input_messages.0.message.content':#,'llm.output_messages.0.message.role':'assistant',"
    "'llm.output_messages.0.message.content':#}}",
    "{'attrs':{'llm.request.type':'chat','gen_ai.prompt.0.role':'user','gen_ai.prompt.0.content':#,"
    "'gen_ai.completion.0.role':'assistant','gen_ai.completion.0.content':#}}",
    "{'attrs':{'ai.operationId':'ai.generateText.doGenerate','=ai.prompt.messages':[{'role':'user','content':"
    "[{'type':'text','text':#}]}],'ai.response.text':#,'ai.response.finishReason':'stop'}}",
    "{'attrs':{'gen_ai.operation.name':'chat'},'logs':[{'name':'gen_ai.user.message','attrs':{},'body':{'"
    "content':#}},"
    "{'name':'gen_ai.choice','attrs':{},'body':{'index':0,'finish_reason':'stop','message':{'role':'assistant',"
    "'content':#}}}]}",
    "{'attrs':{'openinference.span.kind':'LLM','=input.value':{'model':'m','messages':[{'role':'user','content'"
    ":#}]},"
    "'=output.value':{'id':'r','object':'chat.completion','choices':[{'index':0,'finish_reason':'stop','"
    "message':{"
    "'role':'assistant','content':#}}]}}}",
    "{'scope':'logfire.openai','attrs':{'=request_data':{'model':'m','messages':[{'role':'user','content':#}]},"
    "'=response_data':{'message':{'role':'assistant','content':#}}}}",
    "{'attrs':{'langfuse.observation.type':'generation','=langfuse.observation.input':[{'role':'user','content'"
    ":#}],"
    "'=langfuse.observation.output':{'role':'assistant','content':#}}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','max_tokens':9,'messages':[{'role':'user'"
    ","
    "'content':#}]},'=response':{'id':'msg_1','type':'message','role':'assistant','stop_reason':'end_turn','"
    "content':["
    "{'type':'text','text':#}]}}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=request':{'contents':[{'role':'user','parts':[{'text':#}]}]},"
    "'=response':{'candidates':[{'finishReason':'STOP','content':{'role':'model','parts':[{'text':#}]}}]}}}",
    "{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','input':[{'role':'user','content':#}]},"
    "'=response':{'id':'resp_1','object':'response','output':[{'type':'message','role':'assistant','content':["
    "{'type':'output_text','text':#}]}]}}}",
    "{'attrs':{'mlflow.spanType':'CHAT_MODEL','=mlflow.spanInputs':{'messages':[{'role':'user','content':#}]},"
    "'=mlflow.spanOutputs':{'choices':[{'message':{'role':'assistant','content':#}}]}}}",
    "{'attrs':{'langsmith.span.kind':'llm','=gen_ai.prompt':{'messages':[{'role':'user','content':#}]},"
    "'=gen_ai.completion':{'messages':[{'role':'assistant','content':#}]}}}",
    "{'attrs':{'my.span.kind':'llm','=my.prompt.messages':[{'role':'user','content':#}],"
    "'=my.response.message':{'role':'assistant','content':#}}}",
};

static void every_text_stays_as_it_is(void **state) {
    (void)state;
    static const char *const texts[] = {
        "None", /* "null" alone is how some write that there is none, and "[object Object]" is what is left of an object */
        "undefined",
        "{}",
        "[]",
        "true",
        "42",
        "[tool: f]",
        "\"q\"",
        "{\"content\":\"x\"}",
        "{\"text\":\"x\"}",
        "{\"output\":\"x\"}",
        "{\"message\":\"x\"}",
        "{\"role\":\"assistant\",\"content\":\"x\"}",
        "{\"role\":\"user\",\"content\":\"x\"}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"x\"}}]}",
        "{\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}"
        "\"}}]}",
        "{\"name\":\"f\",\"arguments\":{\"x\":1}}",
        "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}",
        "{\"type\":\"text\",\"text\":\"x\"}",
        "{\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"x\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]}}]}",
        "{\"generations\":[[{\"text\":\"x\"}]]}",
        "[\"a\",\"b\"]",
        "[{\"name\":\"f\"}]",
        "[{\"role\":\"admin\",\"name\":\"x\"}]",
        "[{\"id\":1,\"text\":\"x\"}]",
    };
    size_t wrong = 0;
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            struct buf notation = BUF_INIT, want = BUF_INIT;
            buf_json_string(&want, texts[i], strlen(texts[i]));
            for (const char *c = forms[f]; *c; c++)
                if (*c == '#')
                    buf_add(&notation, want.data, want.len);
                else
                    buf_char(&notation, *c);
            struct buf span = expand(notation.data);
            struct datainfo d;
            struct json_text root = {.text = "absent", .len = 6}, wanted;
            assert_int_equal(datainfo_extract(&d, span.data, span.len, NULL, NULL), STATUS_OK);
            if (d.verdict == DATAINFO_RECORD)
                assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
            struct json_text asked = look(&root, "input.messages.0.content"),
                             answered = look(&root, "output.messages.0.content"),
                             more = look(&root, "input.messages.1");
            assert_int_equal(json_text_parse(&wanted, want.data, want.len, 0, NULL), STATUS_OK);
            if (!json_text_same(&asked, &wanted) || !json_text_same(&answered, &wanted) ||
                more.text[0] != 'a') {
                print_error("form %zu: %s became %.*s\n", f, texts[i], (int)root.len, root.text);
                wrong++;
            }
            datainfo_free(&d);
            buf_free(&span);
            buf_free(&notation);
            buf_free(&want);
        }
    assert_int_equal(wrong, 0);
}

/* ---- neighbours' words ---- */

static void nobody_speaks_for_another(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"the answer of an agent is not that of its call which called tools",
         {"{" P "'attrs':{" CHAT ",'gen_ai.response.finish_reasons':['tool_calls']}}",
          "{'id':'9999999999999999','attrs':{'gen_ai.operation.name':'invoke_agent'," IN "," A("the end") "}}"},
         {"output.messages", "[]", "output.tool_calls", "[]"}},
        {"nor are the calls of an agent's other answer its own",
         {"{" P "'attrs':{'gen_ai.operation.name':'chat'," A("mine") "}}",
          "{'id':'9999999999999999','attrs':{'gen_ai.operation.name':'invoke_agent'," IN
          ",'=gen_ai.output.messages':[{'role':'assistant','content':'other','reasoning':'hm','tool_calls':[{'"
          "id':'c1',"
          "'name':'f','arguments':'{}'}]}]}}"},
         {"output.messages", "[{'role':'assistant','content':'mine'}]", "input.messages.0.content", "'q'"}},
        {"what a workflow was given is no question to a model",
         {"{" P "'attrs':{'gen_ai.operation.name':'chat','gen_ai.request.model':'m'," OUT "}}",
          "{'id':'9999999999999999','attrs':{'traceloop.span.kind':'workflow','=traceloop.entity.input':{'"
          "inputs':{"
          "'topic':'bears'}}}}"},
         {"input.messages", "[]"}},
        {"two streams of one question, whose ends tell of two answers",
         {"{" P "'scope':'logfire.openai'," TIME(
              "10", "12") "'attrs':{'logfire.span_type':'span','=request_data':{"
                          "'model':'m','messages':[{'role':'user','content':'q'}]}}}",
          "{'id':'2222222222222222'," P "'scope':'logfire.openai'," TIME(
              "11", "13") "'attrs':{'logfire.span_type':"
                          "'span','=request_data':{'model':'m','messages':[{'role':'user','content':'q'}]}}}",
          "{'id':'3333333333333333'," P
          "'scope':'logfire.openai'," TIME("20", "20") "'attrs':{'logfire.span_type':"
                                                       "'log','=request_data':{'model':'m','messages':[{'role':"
                                                       "'user','content':'q'}]},'=response_data':{"
                                                       "'combined_chunk_content':'one'}}}",
          "{'id':'4444444444444444'," P
          "'scope':'logfire.openai'," TIME("21", "21") "'attrs':{'logfire.span_type':"
                                                       "'log','=request_data':{'model':'m','messages':[{'role':"
                                                       "'user','content':'q'}]},'=response_data':{"
                                                       "'combined_chunk_content':'two'}}}"},
         {"output.messages", "[]"}},
        {"two steps whose calls gave the same text, one with calls",
         {"{" P "'attrs':{" CHAT "," A("So.") "}}",
          "{'id':'2222222222222222'," P "'attrs':{" CHAT "," A("So.") "}}",
          "{'id':'3333333333333333'," P "'attrs':{'traceloop.span.kind':'workflow','=traceloop.entity.output':"
          "{'messages':[{'role':'assistant','content':'So.','tool_calls':[{'id':'c1','type':'function','"
          "function':{"
          "'name':'f','arguments':'{}'}}]}]}}}"},
         {"output.tool_calls", "[]"}},
        {"a past turn whose result answers another call",
         {"{" P TIME("50",
                     "60") "'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user',"
                           "'content':'q'},{'role':'assistant','content':'So.'},{'role':'tool','tool_call_id':'"
                           "c7','content':'r'}]," OUT "}}",
          "{'id':'2222222222222222'," P TIME(
              "10",
              "20") "'attrs':{" CHAT ",'=gen_ai.output.messages':[{'role':"
                    "'assistant','content':'So.','tool_calls':[{'id':'c1','name':'f','arguments':'{}'}]}]}}"},
         {"input.messages.1", "{'role':'assistant','content':'So.'}", "input.messages.2.tool_call_id", "'c7'"}},
        {"other words and as many tokens at the same time are another call",
         {"{'scope':'a'," P TIME("10", "20") "'attrs':{" CHAT "," A("one") ",'gen_ai.usage.input_tokens':5,"
                                                                           "'gen_ai.usage.output_tokens':1}}",
          "{'id':'2222222222222222','scope':'b'," P TIME(
              "11", "19") "'attrs':{'gen_ai.operation.name':'chat',"
                          "'=gen_ai.input.messages':[{'role':'user','content':'p'}]," A(
                              "two") ",'gen_ai.usage.input_tokens':5,"
                                     "'gen_ai.usage.output_tokens':1}}"},
         {"output.messages.0.content", "'one'"}},
        {"an assistant that repeats itself, and a beginning put into its mouth",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'1'},{'"
          "role':"
          "'assistant','content':'ok'},{'role':'user','content':'2'},{'role':'assistant','content':'ok'}]," A(
              "ok") "}}"},
         {"input.messages.2.content", "'2'", "input.messages.3", "absent"}},
        {"a user's JSON later in a conversation",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'what "
          "is this?'},"
          "{'role':'assistant','content':'what?'},{'role':'user','content':'[{\\'role\\':\\'user\\',\\'"
          "content\\':"
          "\\'x\\'},{\\'role\\':\\'assistant\\',\\'content\\':\\'y\\'}]'}]," OUT "}}"},
         {"input.messages.3", "absent"}},
        {"a history in the place of the answer",
         {"{'attrs':{'gen_ai.operation.name':'chat'," IN
          ",'=gen_ai.output.messages':[{'role':'user','content':'q'},"
          "{'role':'assistant','content':'a'}]}}"},
         {"output.messages", "[{'role':'assistant','content':'a'}]"}},
        {"the agent's model is not the call's",
         {"{" P "'attrs':{'gen_ai.operation.name':'chat'," OUT "}}",
          "{'id':'9999999999999999','attrs':{'gen_ai.operation.name':'invoke_agent','gen_ai.request.model':'"
          "big'," IN ",'gen_ai.response.id':'agent'}}"},
         {"input.messages.0.content", "'q'", "input.metadata.model", "absent", "output.metadata.response_id",
          "absent"}},
        {"calls whose ids look like items' and have results",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'q'},{'"
          "role':"
          "'assistant','tool_calls':[{'id':'fc_1','type':'function','function':{'name':'f','arguments':'{}'}}]}"
          ",{'role':"
          "'tool','tool_call_id':'fc_1','content':'r'}]," OUT "}}"},
         {"input.messages.1.tool_calls.0.id", "'fc_1'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

/* Every turn of a long conversation has its call in the trace, as far back as it goes. */
static void a_long_past_is_filled_to_its_beginning(void **state) {
    (void)state;
    enum { STEPS = 60 };
    struct datainfo_trace *t = datainfo_trace_new();
    struct buf asked = BUF_INIT, last = BUF_INIT;
    buf_str(&asked, "{'role':'user','content':'q'}");
    for (int i = 0; i < STEPS; i++) {
        struct buf span = BUF_INIT;
        char text[400];
        snprintf(text, sizeof text,
                 "{'id':'%016x'," P "'from':'17664000000000%05d','to':'17664000000000%05d','attrs':{"
                 "'gen_ai.operation.name':'chat','=gen_ai.output.messages':[{'role':'assistant','content':'%d',"
                 "'tool_calls':[{'id':'c%d','name':'f','arguments':'{}'}]}],'=gen_ai.input.messages':[",
                 (unsigned)i + 1, i * 100, i * 100 + 50, i, i);
        buf_str(&span, text);
        buf_add(&span, asked.data, asked.len);
        buf_str(&span, "]}}");
        buf_free(&last);
        last = expand(span.data);
        assert_true(datainfo_trace_add(t, last.data, last.len));
        buf_free(&span);
        snprintf(text, sizeof text, ",{'role':'assistant','content':'%d'},{'role':'tool','content':'r'}", i);
        buf_str(&asked, text);
    }
    struct datainfo d;
    struct json_text root;
    assert_int_equal(datainfo_extract(&d, last.data, last.len, t, NULL), STATUS_OK);
    assert_int_equal(json_text_parse(&root, d.data.data, d.data.len, 0, NULL), STATUS_OK);
    for (int i = 0; i + 1 < STEPS; i++) {
        char path[80], id[16];
        snprintf(path, sizeof path, "input.messages.%d.tool_calls.0.id", 1 + 2 * i);
        snprintf(id, sizeof id, "c%d", i);
        struct json_text got = look(&root, path);
        assert_true(json_text_equals(&got, id));
        snprintf(path, sizeof path, "input.messages.%d.tool_call_id", 2 + 2 * i);
        got = look(&root, path);
        assert_true(json_text_equals(&got, id));
    }
    datainfo_free(&d);
    buf_free(&asked);
    buf_free(&last);
    datainfo_trace_free(t);
}

/* ---- what is missing ---- */

static void what_is_missing_is_said_and_nothing_else(void **state) {
    (void)state;
    static const struct sdk_case cases[] = {
        {"nothing, where a body as it was sent says it all",
         {"{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','messages':[{'role':'user','"
          "content':'q'}]},"
          "'=response':{'choices':[{'index':0,'finish_reason':'stop','message':{'role':'assistant','content':'"
          "a'}}]}}}"},
         {"input.metadata.missing", "absent"}},
        {"an answer of nothing but a call has no text that is missing",
         {"{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','messages':[{'role':'user','"
          "content':'q'}],"
          "'tools':[{'type':'function','function':{'name':'f'}}]},'=response':{'choices':[{'index':0,'finish_"
          "reason':"
          "'tool_calls','message':{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'function',"
          "'function':{'name':'f','arguments':'{}'}}]}}]}}}"},
         {"input.metadata.missing", "absent"}},
        {"an answer in JSON that is called redacted inside is there",
         {"{'attrs':{'gen_ai.operation.name':'chat','=request':{'model':'m','messages':[{'role':'user','"
          "content':"
          "'is [REDACTED] a "
          "word?'}]},'=response':{'choices':[{'index':0,'finish_reason':'stop','message':{'role':"
          "'assistant','content':'{\\'tool_calls\\':null}'}}]}}}"},
         {"input.metadata.missing", "absent"}},
        {"the calls of an answer that ended in some",
         {"{'attrs':{" CHAT ",'=gen_ai.output.messages':[{'role':'assistant','content':'a','finish_reason':"
          "'tool_calls'}]}}"},
         {"input.metadata.missing", "['/input/tools','/input/tool_choice','/output/messages/0/tool_calls']"}},
        {"an answer that nobody recorded",
         {"{'attrs':{" CHAT ",'gen_ai.response.finish_reasons':['stop']}}"},
         {"input.metadata.missing", "['/output/messages']", "output.messages", "[]"}},
        {"a question that nobody recorded",
         {"{'attrs':{'gen_ai.operation.name':'chat','gen_ai.response.finish_reasons':['stop']," OUT "}}"},
         {"input.metadata.missing.0", "'/input/messages'", "input.messages", "[]"}},
        {"the answer of a call that failed is no loss",
         {"{'status':{'code':2,'message':'429'},'attrs':{" CHAT "}}"},
         {"input.metadata.missing", "absent", "output.messages", "[]"}},
        {"a result whose call is not there, and its call",
         {"{'attrs':{'gen_ai.operation.name':'chat','=gen_ai.input.messages':[{'role':'user','content':'q'},{'"
          "role':"
          "'assistant','content':'So.'},{'role':'tool','content':'r'}],'gen_ai.response.finish_reasons':['stop'"
          "]," OUT "}}"},
         {"input.metadata.missing.0", "'/input/messages/1/tool_calls'", "input.metadata.missing.1",
          "'/input/messages/2/tool_call_id'"}},
    };
    check_all(cases, sizeof cases / sizeof *cases);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_without_models),
        cmocka_unit_test(plumbing),
        cmocka_unit_test(each_call_once),
        cmocka_unit_test(every_text_stays_as_it_is),
        cmocka_unit_test(nobody_speaks_for_another),
        cmocka_unit_test(a_long_past_is_filled_to_its_beginning),
        cmocka_unit_test(what_is_missing_is_said_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
