/* process.c: see process.h. */
#include "harness/process.h"

#include "base/buf.h"

#include <dirent.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned entries(const char *dir) {
    DIR *d = opendir(dir);
    unsigned n = 0;
    while (d && readdir(d)) n++;
    if (d) closedir(d);
    return n;
}

unsigned process_threads(void) { return entries("/proc/self/task"); }
unsigned process_files(void) { return entries("/proc/self/fd"); }

bool process_settles(unsigned threads, unsigned files) {
    for (int i = 0; i < 50; i++) {
        if (process_threads() <= threads && process_files() <= files) return true;
        usleep(20000);
    }
    return false;
}

char *process_state(void) {
    struct buf text = BUF_INIT;
    for (int s = 1; s < NSIG; s++) {
        struct sigaction a;
        if (sigaction(s, NULL, &a) == 0 && a.sa_handler != SIG_DFL)
            buf_printf(&text, "signal %d %p; ", s, (void *)(uintptr_t)a.sa_handler);
    }
    char cwd[4096];
    mode_t mask = umask(0);
    (void)umask(mask);
    const char *locale = setlocale(LC_ALL, NULL);
    buf_printf(&text, "directory %s; umask %o; locale %s", getcwd(cwd, sizeof cwd) ? cwd : "?", (unsigned)mask,
               locale ? locale : "?");
    return buf_take(&text);
}
