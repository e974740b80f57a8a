/* check.c: the runner of check.h. */
#include "harness/check.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STAGE_SECONDS 90

static const struct stage {
    void (*run)(struct check *);
    enum rule first, last;
    bool alone; /* measures time: nothing else runs beside it */
} stages[] = {
    {check_stage_file, RULE_EXPORTS, RULE_SIDE_EFFECTS, false},
    {check_stage_start, RULE_ACTIVATE, RULE_PANEL, false},
    {check_stage_short_host, RULE_SHORT_HOST, RULE_SHORT_HOST, false},
    {check_stage_long_host, RULE_LONG_HOST, RULE_LONG_HOST, false},
    {check_stage_null_optional, RULE_NULL_OPTIONAL, RULE_NULL_OPTIONAL, false},
    {check_stage_mandatory, RULE_MANDATORY, RULE_MANDATORY, false},
    {check_stage_host_major, RULE_HOST_MAJOR, RULE_HOST_MAJOR, false},
    {check_stage_route_taken, RULE_ROUTE_TAKEN, RULE_ROUTE_TAKEN, false},
    {check_stage_again, RULE_AGAIN, RULE_AGAIN, false},
    {check_stage_two, RULE_TWO, RULE_TWO, false},
    {check_stage_data_dir, RULE_SAME_DIR, RULE_BAD_DIR, false},
    {check_stage_quiet, RULE_QUIET, RULE_QUIET, true},
    {check_stage_load, RULE_UNDER_LOAD, RULE_GONE, true},
    {check_stage_http, RULE_ENDPOINT, RULE_NOT_FOUND, false},
    {check_stage_views, RULE_HOSTKIT, RULE_HEAD, false},
    {check_stage_actions, RULE_REPLY, RULE_OBSERVER, false},
    {check_stage_browser, RULE_ALONE, RULE_MARKS, false},
};

/* ---- in a stage ---- */

/* One line to the parent: a letter, the rule, a text without newline. A line fits PIPE_BUF. */
static void report(struct check *c, char what, enum rule rule, const char *text) {
    char line[800];
    int n = snprintf(line, sizeof line, "%c %d %.700s", what, (int)rule, text);
    for (int i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20) line[i] = ' ';
    line[n] = '\n';
    for (ssize_t got = -1; got < 0;) {
        got = write(c->pipe, line, (size_t)n + 1);
        if (got < 0 && errno != EINTR) _exit(3);
    }
}

void check_begin(struct check *c, enum rule rule) {
    c->current = rule;
    c->why[0] = '\0';
    report(c, 'B', rule, "");
}

bool check_expect(struct check *c, bool good, const char *format, ...) {
    if (good || c->why[0]) return good;
    va_list args;
    va_start(args, format);
    vsnprintf(c->why, sizeof c->why, format, args);
    va_end(args);
    return good;
}

void check_end(struct check *c) {
    report(c, c->why[0] ? 'F' : 'P', c->current, c->why);
    c->current = RULE_NONE;
}

void check_skip(struct check *c, enum rule rule, const char *why) {
    report(c, 'S', rule, why);
    c->current = RULE_NONE;
}

void check_result(struct check *c, enum rule rule, bool good, const char *why) {
    report(c, good ? 'P' : 'F', rule, why);
}

bool check_load(struct check *c, enum rule first, enum rule last) {
    struct hostkit_library library;
    struct err err = ERR_INIT;
    if (hostkit_load(&library, c->file, false, &err) == STATUS_OK) {
        c->table = library.table;
        c->entry = library.entry;
        return true;
    }
    for (enum rule r = first; r <= last; r++) check_result(c, r, false, err.detail);
    return false;
}

const char *check_dir(struct check *c, const char *name, bool make) {
    static char ring[4][4096]; /* a stage is one thread when it asks */
    static unsigned at;
    char *path = ring[at++ % 4];
    snprintf(path, sizeof ring[0], "%s/%s", c->work_dir, name);
    if (make) (void)mkdir(path, 0700);
    return path;
}

/* ---- in the parent ---- */

struct outcome {
    char state; /* 0 not tried, 'B' begun, 'P', 'F', 'S' */
    char text[720];
};

struct tally {
    unsigned passed, failed, skipped;
};

static void take_line(struct outcome *outcomes, char *line) {
    int rule = 0, at = 0;
    char what = line[0];
    if (sscanf(line + 1, "%d %n", &rule, &at) < 1 || rule <= RULE_NONE || rule >= RULE_COUNT) return;
    struct outcome *o = &outcomes[rule];
    if (o->state == 'F') return; /* the first verdict stays */
    o->state = what;
    snprintf(o->text, sizeof o->text, "%s", line + 1 + at);
}

/* Reads the stage's lines until it ends. false: it had to be killed. */
static bool follow(pid_t child, int fd, struct outcome *outcomes) {
    char text[8192];
    size_t have = 0;
    uint64_t until = clock_monotonic_ms() + STAGE_SECONDS * 1000u;
    for (;;) {
        uint64_t now = clock_monotonic_ms();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (now >= until || poll(&p, 1, (int)(until - now)) == 0) {
            kill(child, SIGKILL);
            return false;
        }
        ssize_t n = read(fd, text + have, sizeof text - 1 - have);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return true;
        have += (size_t)n;
        text[have] = '\0';
        char *line = text;
        for (char *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            take_line(outcomes, line);
        }
        have = strlen(line);
        memmove(text, line, have + 1);
    }
}

/* What ended the stage's process, as a sentence; NULL when it ended well. */
static const char *cause(bool killed, int status, char *text, size_t size) {
    if (killed) {
        snprintf(text, size, "the plugin did not return within %d s", STAGE_SECONDS);
    } else if (WIFSIGNALED(status)) {
        snprintf(text, size, "the process was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
        snprintf(text, size, "the process ended with code %d, see above", WEXITSTATUS(status));
    } else {
        return NULL;
    }
    return text;
}

/* A stage under way. */
struct running {
    pid_t child; /* < 0: it could not be started */
    int fd;
};

static struct running start(const struct stage *stage, struct check *c) {
    struct running r = {.child = -1, .fd = -1};
    int fds[2];
    char name[64];
    snprintf(name, sizeof name, "stage-%d", (int)stage->first);
    const char *dir = check_dir(c, name, true);
    fflush(NULL);
    if (pipe2(fds, O_CLOEXEC) != 0) return r;
    r.child = fork();
    if (r.child == 0) {
        close(fds[0]);
        struct check mine = *c;
        mine.work_dir = strdup(dir);
        mine.pipe = fds[1];
        (void)setpgid(0, 0); /* so that what a stage starts ends with it */
        if (mine.work_dir) stage->run(&mine);
        free((char *)(uintptr_t)mine.work_dir);
        spans_free(mine.spans);
        exit(0); /* and not _exit: leak checkers look here */
    }
    close(fds[1]);
    r.fd = fds[0];
    return r;
}

static void collect(const struct stage *stage, struct running *r, struct outcome *outcomes) {
    char text[160];
    const char *why = "its process could not be started";
    if (r->child > 0) {
        bool killed = !follow(r->child, r->fd, outcomes);
        int status = 0;
        while (waitpid(r->child, &status, 0) < 0 && errno == EINTR) {
        }
        kill(-r->child, SIGKILL);
        why = cause(killed, status, text, sizeof text);
    }
    if (r->fd >= 0) close(r->fd);
    bool told = false;
    for (enum rule n = stage->first; n <= stage->last; n++) {
        struct outcome *o = &outcomes[n];
        if (o->state != 0 && o->state != 'B') continue;
        snprintf(o->text, sizeof o->text, "%s%s", told ? "not reached: " : "",
                 why ? why : "the check ended early");
        o->state = 'F';
        told = true;
    }
    if (why && !told) { /* all rules had their verdict: a leak, or a crash at the end */
        struct outcome *o = &outcomes[stage->last];
        o->state = 'F';
        snprintf(o->text, sizeof o->text, "afterwards %s", why);
    }
}

static void print(const struct stage *stage, const struct outcome *outcomes, struct tally *tally) {
    for (enum rule r = stage->first; r <= stage->last; r++) {
        const struct outcome *o = &outcomes[r];
        const struct rule_name *n = &rule_names[r];
        if (o->state == 'P') {
            printf("ok %d %s: %s\n", (int)r, n->area, n->text);
            tally->passed++;
        } else if (o->state == 'S') {
            printf("skip %d %s: %s (%s)\n", (int)r, n->area, n->text, o->text);
            tally->skipped++;
        } else {
            printf("FAIL %d %s: %s: %s\n", (int)r, n->area, n->text, o->text);
            tally->failed++;
        }
    }
    fflush(stdout);
}

/* The stages that measure run one after another, then all others at once: they mostly wait. Printed in order. */
static void run_stages(struct check *c, struct outcome *outcomes, struct tally *tally) {
    enum { COUNT = sizeof stages / sizeof *stages };
    struct running running[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        if (!stages[i].alone) continue;
        running[i] = start(&stages[i], c);
        collect(&stages[i], &running[i], outcomes);
    }
    for (size_t i = 0; i < COUNT; i++)
        if (!stages[i].alone) running[i] = start(&stages[i], c);
    for (size_t i = 0; i < COUNT; i++) {
        if (!stages[i].alone) collect(&stages[i], &running[i], outcomes);
        print(&stages[i], outcomes, tally);
    }
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    (void)remove(path);
    return 0;
}

int check_run(const char *file, const char *browser) {
    struct tally tally = {0};
    struct err err = ERR_INIT;
    struct otlp_result result = {0};
    char work[] = "/tmp/harness-check-XXXXXX";
    char *full = realpath(file, NULL);
    struct spans *spans = spans_new();
    if (!full || !spans || !mkdtemp(work)) {
        fprintf(stderr, "harness: %s: %s\n", file, strerror(errno));
        free(full);
        spans_free(spans);
        return 2;
    }
    (void)spans_add_bytes(spans, spans_samples, strlen(spans_samples), &result, &err);
    if (err.status != STATUS_OK || spans_finish(spans, &err) != STATUS_OK || spans_count(spans) < 5) {
        fprintf(stderr, "harness: the sample spans cannot be read: %s\n", err.detail);
        free(full);
        spans_free(spans);
        return 2;
    }
    setenv("XDG_DATA_HOME", work, 1); /* where a plugin without a data_dir goes */
    signal(SIGPIPE, SIG_IGN);
    struct check c = {.file = full, .work_dir = work, .browser = browser, .spans = spans};
    static struct outcome outcomes[RULE_COUNT];
    run_stages(&c, outcomes, &tally);
    (void)nftw(work, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(full);
    spans_free(spans);
    if (tally.skipped) printf("%u skipped\n", tally.skipped);
    printf("%u passed, %u failed\n", tally.passed, tally.failed);
    return tally.failed ? 1 : 0;
}
