/* samples.c: the spans that check shows to a plugin. OTel GenAI attributes in OTLP JSON, as an SDK sends them. */
#include "harness/spans.h"

#define TEXT(key, value)   "{\"key\":\"" key "\",\"value\":{\"stringValue\":\"" value "\"}}"
#define NUMBER(key, value) "{\"key\":\"" key "\",\"value\":{\"intValue\":\"" value "\"}}"
#define TRACE_A            "\"traceId\":\"11111111111111111111111111111111\","
#define TRACE_B            "\"traceId\":\"22222222222222222222222222222222\","
#define CALL                                                                                                   \
    TEXT("gen_ai.operation.name", "chat")                                                                      \
    "," TEXT("gen_ai.provider.name", "openai") "," TEXT("gen_ai.request.model", "sample-model")

const char spans_samples[] =
    "{\"resourceSpans\":[{\"resource\":{\"attributes\":[" TEXT(
        "service.name",
        "harness") "]},\"scopeSpans\":[{"
                   "\"scope\":{\"name\":\"harness\",\"version\":\"1\"},\"spans\":["
                   "{" TRACE_A "\"spanId\":\"1000000000000001\",\"name\":\"agent run\",\"kind\":1,"
                   "\"startTimeUnixNano\":\"1767225600000000000\",\"endTimeUnixNano\":\"1767225604000000000\","
                   "\"attributes\":[" TEXT("gen_ai.operation.name", "invoke_agent") "," TEXT(
                       "gen_ai.conversation.id",
                       "thread-1") "]},"
                                   "{" TRACE_A "\"spanId\":\"1000000000000002\",\"parentSpanId\":"
                                   "\"1000000000000001\",\"name\":\"chat sample-model\","
                                   "\"kind\":3,\"startTimeUnixNano\":"
                                   "\"1767225600100000000\",\"endTimeUnixNano\":"
                                   "\"1767225602000000000\","
                                   "\"attributes\":[" CALL "," TEXT(
                                       "gen_ai.input.messages",
                                       "[{\\\"role\\\":\\\"user\\\",\\\"parts\\\":[{"
                                       "\\\"type\\\":\\\"text\\\","
                                       "\\\"content\\\":\\\"What is the weather in "
                                       "Paris?\\\"}]}]") "," TEXT("gen_ai.output."
                                                                  "messages",
                                                                  "[{\\\"role\\\":"
                                                                  "\\\"assistant\\\","
                                                                  "\\\"parts\\\":[{"
                                                                  "\\\"type\\\":\\\"tool_"
                                                                  "call\\\","
                                                                  "\\\"id\\\":\\\"call_"
                                                                  "1\\\",\\\"name\\\":"
                                                                  "\\\"get_weather\\\","
                                                                  "\\\"arguments\\\":{"
                                                                  "\\\"city\\\":"
                                                                  "\\\"Paris\\\"}}],"
                                                                  "\\\"finish_reason\\\":"
                                                                  "\\\"tool_call\\\"}]") "," NUMBER("gen_ai."
                                                                                                    "usage."
                                                                                                    "input_"
                                                                                                    "tokens",
                                                                                                    "21") "," NUMBER("gen_ai.usage.output_tokens",
                                                                                                                     "9") "]},"
                                                                                                                          "{" TRACE_A
                                                                                                                          "\"spanId\":\"1000000000000003\",\"parentSpanId\":\"1000000000000001\","
                                                                                                                          "\"name\":\"execute_tool get_weather\",\"kind\":1,\"startTimeUnixNano\":\"1767225602100000000\","
                                                                                                                          "\"endTimeUnixNano\":\"1767225602300000000\",\"attributes\":[" TEXT(
                                                                                                                              "gen_ai.operation.name",
                                                                                                                              "execute_tool") "," TEXT("gen_ai.tool.name", "get_weather") "]},"
                                                                                                                                                                                          "{" TRACE_A
                                                                                                                                                                                          "\"spanId\":\"1000000000000004\",\"parentSpanId\":\"1000000000000001\",\"name\":\"chat sample-model\","
                                                                                                                                                                                          "\"kind\":3,\"startTimeUnixNano\":\"1767225602400000000\",\"endTimeUnixNano\":\"1767225603900000000\","
                                                                                                                                                                                          "\"status\":{\"code\":2,\"message\":\"429 rate limited\"},\"attributes\":[" CALL "," TEXT("error.type", "429") "]},"
                                                                                                                                                                                                                                                                                                         "{" TRACE_B "\"spanId\":\"2000000000000001\",\"name\":\"chat sample-model\",\"kind\":3,"
                                                                                                                                                                                                                                                                                                         "\"startTimeUnixNano\":\"1767225610000000000\",\"endTimeUnixNano\":\"1767225611000000000\",\"attributes\":[" CALL "," TEXT("gen_ai.input.messages",
                                                                                                                                                                                                                                                                                                                                                                                                                                    "[{\\\"role\\\":\\\"user\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\","
                                                                                                                                                                                                                                                                                                                                                                                                                                    "\\\"content\\\":\\\"Say hi\\\"}]}]") "," TEXT("gen_ai.output.messages",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "[{\\\"role\\\":\\\"assistant\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\","
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "\\\"content\\\":\\\"Hi.\\\"}],\\\"finish_reason\\\":\\\"stop\\\"}]") "]}"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         "]}]}]}";
