/* check_browser.c: hands the rules that need a browser to a script: `node SCRIPT http://127.0.0.1:PORT`, with the
 * harness serving the plugin. The script prints "<rule word> ok", "... skip WHY" or "... FAIL WHY" for the words
 * alone, defines and marks. */
#include "harness/app.h"
#include "harness/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void take_line(struct check *c, char *line) {
    static const struct {
        const char *word;
        enum rule rule;
    } words[] = {{"alone ", RULE_ALONE}, {"defines ", RULE_DEFINES}, {"marks ", RULE_MARKS}};
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (strncmp(line, words[i].word, n) != 0) continue;
        const char *verdict = line + n;
        if (strcmp(verdict, "ok") == 0)
            check_result(c, words[i].rule, true, "");
        else if (strncmp(verdict, "skip ", 5) == 0)
            check_skip(c, words[i].rule, verdict + 5);
        else
            check_result(c, words[i].rule, false, strncmp(verdict, "FAIL ", 5) == 0 ? verdict + 5 : verdict);
    }
}

void check_stage_browser(struct check *c) {
    if (!c->browser) {
        for (enum rule r = RULE_ALONE; r <= RULE_MARKS; r++) check_skip(c, r, "needs --browser");
        return;
    }
    struct err err = ERR_INIT;
    struct app_options options = {
        .plugin = c->file, .listen = "127.0.0.1:0", .data_dir = check_dir(c, "host", true)};
    struct app *app = app_start(&options, c->spans, &err);
    if (!app) {
        for (enum rule r = RULE_ALONE; r <= RULE_MARKS; r++) check_result(c, r, false, err.detail);
        return;
    }
    int fds[2];
    char url[64], line[800];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", app_port(app));
    if (pipe(fds) == 0) {
        pid_t child = fork();
        if (child == 0) {
            dup2(fds[1], STDOUT_FILENO);
            close(fds[0]);
            close(fds[1]);
            close(c->pipe);
            const char *node = getenv("NODE");
            execlp(node && *node ? node : "node", "node", c->browser, url, (char *)NULL);
            _exit(127);
        }
        close(fds[1]);
        FILE *in = fdopen(fds[0], "r");
        while (in && fgets(line, sizeof line, in)) take_line(c, line);
        if (in) fclose(in);
        int status = 0;
        if (child > 0) (void)waitpid(child, &status, 0);
    }
    app_stop(app);
}
