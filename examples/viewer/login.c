/* With --token: a page that asks for it and sets a cookie that scripts cannot read and other sites cannot send.
 * A small page of its own, because the UI's files are not shown to strangers. The form is sent by a script, as
 * JSON with X-Tvp, so that logging in obeys the same rules as every other change. */
#include "viewer/viewer.h"

#include "base/id.h"
#include "base/json_text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char html[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"dark light\">\n<title>Log in - Trace Viewer</title>\n"
    "<link rel=\"stylesheet\" href=\"/login.css\">\n<script src=\"/login.js\" "
    "defer></script>\n</head>\n<body>\n"
    "<main>\n<h1>Trace Viewer</h1>\n<form>\n<label for=\"token\">Token</label>\n"
    "<input id=\"token\" type=\"password\" autocomplete=\"current-password\" required autofocus"
    " aria-describedby=\"message\">\n"
    "<p id=\"message\" role=\"alert\"></p>\n<button>Log in</button>\n</form>\n"
    "<p class=\"hint\">It is what the viewer was started with: --token.</p>\n"
    "<noscript>The trace viewer needs JavaScript.</noscript>\n</main>\n</body>\n</html>\n";

static const char css[] =
    ":root{color-scheme:light dark;font:14px/20px system-ui,sans-serif}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}"
    "main{width:min(320px,calc(100vw - 48px))}h1{font-size:20px;line-height:28px;margin:0 0 16px}"
    "label{display:block;margin-bottom:4px}input,button{box-sizing:border-box;width:100%;height:36px;padding:0 "
    "10px;"
    "font:inherit;border-radius:8px;border:1px solid GrayText;background:Field;color:FieldText}"
    "button{background:#047857;border-color:#047857;color:#fff;font-weight:600;cursor:pointer}"
    ":focus-visible{outline:2px solid #10b981;outline-offset:2px}"
    "#message{min-height:20px;margin:6px 0}.hint{color:GrayText;margin-top:16px}";

static const char script[] =
    "const form = document.querySelector('form'), input = document.querySelector('#token');\n"
    "const message = document.querySelector('#message');\n"
    "form.addEventListener('submit', async (e) => {\n"
    "  e.preventDefault();\n"
    "  message.textContent = '';\n"
    "  try {\n"
    "    const r = await fetch('/login', { method: 'POST', headers: { 'Content-Type': 'application/json', "
    "'X-Tvp': '1' },\n"
    "      body: JSON.stringify({ token: input.value }) });\n"
    "    if (r.ok) {\n"
    "      const next = new URL(new URLSearchParams(location.search).get('next') || '/', location.origin);\n"
    "      location.replace(next.origin === location.origin ? next.href : '/');\n"
    "      return;\n"
    "    }\n"
    "    message.textContent = (await r.json()).detail || 'That did not work.';\n"
    "  } catch {\n"
    "    message.textContent = 'The viewer does not answer.';\n"
    "  }\n"
    "  input.select();\n"
    "});\n";

static bool in_use(struct viewer *v, struct exchange *ex) {
    if (v->options->token) return true;
    struct err err = ERR_INIT;
    err_set(&err, STATUS_NOT_FOUND, "not_found", "This viewer asks for no token.");
    exchange_problem(ex, &err, NULL);
    return false;
}

void call_login_page(struct exchange *ex, void *ctx) {
    if (!in_use(ctx, ex)) return;
    exchange_add_header(ex, "Content-Security-Policy", VIEWER_CSP);
    exchange_add_header(ex, "Cache-Control", "no-store");
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
    exchange_reply(ex, 200, "text/html; charset=utf-8", html, sizeof html - 1);
}

void call_login_file(struct exchange *ex, void *ctx) {
    if (!in_use(ctx, ex)) return;
    bool style = strcmp(ex->path, "/login.css") == 0;
    exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
    exchange_reply(ex, 200, style ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
                   style ? css : script, style ? sizeof css - 1 : sizeof script - 1);
}

void call_login(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct err err = ERR_INIT;
    struct buf body = BUF_INIT, reply = BUF_INIT;
    struct json_text root, token;
    char *given = NULL;
    if (!in_use(v, ex)) return;
    enum status status = exchange_body(ex, 4096, &body, &err);
    if (status == STATUS_OK) status = json_text_parse(&root, body.data ? body.data : "", body.len, 0, &err);
    if (status == STATUS_OK && json_text_get(&root, "token", &token)) given = json_text_dup(&token);
    if (status == STATUS_OK && !given)
        status = err_set(&err, STATUS_INVALID, "token", "Send {\"token\":\"...\"}.");
    if (status == STATUS_OK && !secret_equal(given, v->options->token)) {
        usleep(300000); /* guessing is slow */
        status = err_set(&err, STATUS_DENIED, "token", "That is not the token.");
    }
    if (status == STATUS_OK) {
        char cookie[200];
        viewer_gate_cookie(&v->gate, cookie, sizeof cookie);
        exchange_add_header(ex, "Set-Cookie", cookie);
        buf_str(&reply, "{}");
    }
    viewer_answer(ex, status, &reply, &err);
    free(given);
    buf_free(&body);
    buf_free(&reply);
}

void call_logout(struct exchange *ex, void *ctx) {
    struct viewer *v = ctx;
    struct buf reply = BUF_INIT;
    if (!in_use(v, ex)) return;
    viewer_gate_renew(&v->gate);
    exchange_add_header(ex, "Set-Cookie", "spanset_viewer=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    buf_str(&reply, "{}");
    exchange_json(ex, 200, &reply);
    buf_free(&reply);
}
