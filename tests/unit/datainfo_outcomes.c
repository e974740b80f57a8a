/* Traces that tempt: spans which look like model calls and are none, calls that could be counted twice or lost. Made up;
 * what becomes of every span of the trace is told. What calls then hold is in datainfo_honest.c. */
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_without_models),
        cmocka_unit_test(plumbing),
        cmocka_unit_test(each_call_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
