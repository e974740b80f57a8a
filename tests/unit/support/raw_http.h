/* raw_http.h: sends bytes to a port on 127.0.0.1 and keeps what comes back, for requests no HTTP client would
 * send. */
#ifndef TESTS_RAW_HTTP_H
#define TESTS_RAW_HTTP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static inline long raw_now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline int raw_connect(unsigned port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void raw_send(int fd, const char *data, size_t len) {
    while (len) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n <= 0) return;
        data += n;
        len -= (size_t)n;
    }
}

/* Reads until `until` (may be NULL) has come, the peer closes (*closed = 1) or ms have passed. Owned. */
static inline char *raw_read(int fd, const char *until, int ms, int *closed) {
    size_t cap = 1 << 16, len = 0;
    char *b = malloc(cap);
    long end = raw_now_ms() + ms;
    if (closed) *closed = 0;
    b[0] = 0;
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        long left = end - raw_now_ms();
        if (left <= 0 || poll(&p, 1, (int)left) <= 0) break;
        if (cap - len < 4096) b = realloc(b, cap *= 2);
        ssize_t n = recv(fd, b + len, cap - len - 1, 0);
        if (n <= 0) {
            if (closed) *closed = 1;
            break;
        }
        len += (size_t)n;
        b[len] = 0;
        if (until && strstr(b, until)) break;
    }
    return b;
}

/* One request on a connection of its own; what came until the server closed or 1.5 s of silence. Owned. */
static inline char *raw_once(unsigned port, const char *request) {
    int fd = raw_connect(port);
    raw_send(fd, request, strlen(request));
    char *answer = raw_read(fd, NULL, 1500, NULL);
    close(fd);
    return answer;
}

static inline int raw_status(const char *answer) {
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

#endif
