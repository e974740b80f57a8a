/* completion.c: text in, text out: {prompt} of OpenAI's completions, Llama and AI SDK, {inputText} of Titan,
 * {inputs} of Hugging Face; {generation}, {completion}, {results: [{outputText}]}, {outputs: [{text}]},
 * {generated_text}. One table each for where the text and the finish word are. */
#include "datainfo/bodies/bodies.h"
#include "datainfo/messages/fields.h"
#include "datainfo/messages/message.h"

static bool request(struct reading *r, const struct body *b, struct offer *o) {
    static const enum body_member prompts[] = {BODY_PROMPT, BODY_INPUT_TEXT, BODY_INPUTS};
    /* What a caller of a model says, and somebody who fills in a template does not. */
    static const char *const signs[] = {"model",
                                        "modelid",
                                        "maxtokens",
                                        "maxgenlen",
                                        "maxtokenstosample",
                                        "maxlength",
                                        "maxnewtokens",
                                        "temperature",
                                        "topp",
                                        "textgenerationconfig",
                                        "parameters",
                                        NULL};
    const struct json_text *prompt = NULL;
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts && !prompt; i++)
        if (b->m[prompts[i]].type == JSON_TEXT_STRING || b->m[prompts[i]].type == JSON_TEXT_ARRAY)
            prompt = &b->m[prompts[i]];
    if (!prompt || field_of(&b->self, signs).type == JSON_TEXT_NONE) return false;
    read_messages(r, prompt, JSON_STRING("user"), 0, &o->input);
    body_request_facts(r, b, o);
    return true;
}

static bool add_text(struct reading *r, const struct json_text *text, const struct json_text *word,
                     struct offer *o) {
    if (text->type != JSON_TEXT_STRING) return false;
    size_t before = o->output.count;
    struct json_text finish = body_finish(word);
    read_messages(r, text, JSON_STRING("assistant"), 0, &o->output);
    messages_end(r, &o->output, before, &finish);
    if (!has_text(&o->finish)) o->finish = finish;
    return true;
}

static bool response(struct reading *r, const struct body *b, struct offer *o) {
    static const enum body_member single[] = {BODY_GENERATION, BODY_COMPLETION, BODY_GENERATED_TEXT};
    static const struct {
        enum body_member list;
        const char *text;
    } lists[] = {{BODY_RESULTS, "outputtext"}, {BODY_OUTPUTS, "text"}, {BODY_RESULTS, "generatedtext"}};
    struct json_text item, list = b->self;
    bool found = false;
    for (size_t i = 0; i < sizeof single / sizeof *single && !found; i++)
        found = add_text(r, &b->m[single[i]], &b->m[BODY_FINISH], o);
    if (!found && field(&b->self, "done").type != JSON_TEXT_NONE) { /* Ollama's generate */
        struct json_text text = field(&b->self, "response"), word = field(&b->self, "donereason");
        found = add_text(r, &text, &word, o);
    }
    for (size_t i = 0; i <= sizeof lists / sizeof *lists && !found; i++) {
        bool own = i == sizeof lists / sizeof *lists; /* [{generated_text}] */
        if (own ? list.type != JSON_TEXT_ARRAY : b->m[lists[i].list].type != JSON_TEXT_ARRAY) continue;
        struct json_text_iter it;
        json_text_iter(&it, own ? &list : &b->m[lists[i].list]);
        while (json_text_next(&it, NULL, &item)) {
            struct json_text text = field(&item, own ? "generatedtext" : lists[i].text);
            struct json_text word = field_any(&item, "completionreason", "stopreason", "finishreason");
            if (!add_text(r, &text, &word, o)) break;
            found = true;
        }
    }
    if (found && b->self.type == JSON_TEXT_OBJECT) body_response_facts(b, o);
    return found;
}

const struct body_shape body_completion = {"text completion", request, response};
