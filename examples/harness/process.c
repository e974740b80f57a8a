/* process.c: see process.h. */
#include "harness/process.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <locale.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned entries(const char *dir) {
    DIR *d = opendir(dir);
    unsigned n = 0;
    while (d && readdir(d)) n++;
    if (d) closedir(d);
    return n;
}

unsigned process_threads(void) {
    return entries("/proc/self/task");
}
unsigned process_files(void) {
    return entries("/proc/self/fd");
}

bool process_settles(unsigned threads, unsigned files) {
    for (int i = 0; i < 50; i++) {
        if (process_threads() <= threads && process_files() <= files) return true;
        usleep(20000);
    }
    return false;
}

const char *process_last_file(void) {
    static char text[200]; /* checks are one thread when they ask */
    char name[40], target[128] = "";
    for (int fd = 255; fd > 2; fd--) {
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(name, target, sizeof target - 1);
        if (n < 0) continue;
        target[n] = '\0';
        struct sockaddr_in local = {0};
        struct tcp_info info = {0};
        socklen_t len = sizeof local, info_len = sizeof info;
        if (getsockname(fd, (struct sockaddr *)&local, &len) == 0 && local.sin_family == AF_INET &&
            getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &info_len) == 0)
            snprintf(text, sizeof text, "a socket of port %u in state %u", (unsigned)ntohs(local.sin_port),
                     (unsigned)info.tcpi_state);
        else
            snprintf(text, sizeof text, "%s", target);
        return text;
    }
    return "none";
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
