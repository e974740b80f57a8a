/* proxy_client.c: see proxy_client.h. */
#include "hostkit/proxy_client.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int port_of(const union address *a) {
    return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

static bool is_peer(int fd, const struct mg_request_info *info) {
    union address peer = {0}, local = {0};
    socklen_t peer_len = sizeof peer, local_len = sizeof local;
    char text[INET6_ADDRSTRLEN];
    if (getpeername(fd, &peer.any, &peer_len) != 0 || getsockname(fd, &local.any, &local_len) != 0)
        return false;
    if (peer.any.sa_family != AF_INET && peer.any.sa_family != AF_INET6) return false;
    if (port_of(&peer) != info->remote_port || port_of(&local) != info->server_port) return false;
    const void *bytes =
        peer.any.sa_family == AF_INET6 ? (const void *)&peer.v6.sin6_addr : (const void *)&peer.v4.sin_addr;
    return inet_ntop(peer.any.sa_family, bytes, text, sizeof text) && strcmp(text, info->remote_addr) == 0;
}

int proxy_client_socket(const struct mg_connection *conn) {
    const struct mg_request_info *info = mg_get_request_info(conn);
    DIR *dir = opendir("/proc/self/fd");
    int found = -1;
    if (!dir) return -1;
    for (struct dirent *e; found < 0 && (e = readdir(dir));) {
        char *end;
        long fd = strtol(e->d_name, &end, 10);
        if (end != e->d_name && *end == '\0' && is_peer((int)fd, info)) found = (int)fd;
    }
    closedir(dir);
    return found;
}

bool proxy_client_gone(int socket) {
    struct pollfd p = {.fd = socket, .events = POLLRDHUP};
    if (socket < 0 || poll(&p, 1, 0) <= 0) return false;
    return (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}
