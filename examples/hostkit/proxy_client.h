/* proxy_client.h: whether the browser behind a CivetWeb connection is still there.
 *
 * CivetWeb 1.15 does not tell, and a transfer in which nothing is written (an event stream between events, a slow
 * query) would go on for nobody. So the connection's socket is looked up among the process's own, by both ports and
 * the peer's address; while the request is being served that socket cannot change. */
#ifndef HOSTKIT_PROXY_CLIENT_H
#define HOSTKIT_PROXY_CLIENT_H

#include <stdbool.h>

struct mg_connection;

/* The socket, -1 when it cannot be found. */
int proxy_client_socket(const struct mg_connection *conn);
/* Whether the peer has closed or reset. false for -1. */
bool proxy_client_gone(int socket);

#endif
