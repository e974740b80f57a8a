/* server_internal.h: what server.c (start, stop) and server_request.c (a request and its answer) share. */
#ifndef SPANSET_HTTP_SERVER_INTERNAL_H
#define SPANSET_HTTP_SERVER_INTERNAL_H

#include "base/route.h"
#include "http/server.h"

#include <civetweb.h>
#include <pthread.h>
#include <stdatomic.h>

#define SERVER_MAX_LISTENERS 8

struct http_server {
    struct http_server_options options; /* listen and routes are ours */
    struct route *routes;
    char *raw_prefix;
    struct mg_context *mg;
    atomic_bool stopping, stopped;
    unsigned ports[SERVER_MAX_LISTENERS];
    unsigned port_count;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t started;
    unsigned threads_started;
    bool starting;       /* log lines are kept for the error sentence, requests wait */
    char first_cry[300]; /* what CivetWeb said first while starting */
};

/* Answers the request that conn holds; returns the status for CivetWeb's begin_request. */
int server_request(struct http_server *server, struct mg_connection *conn);
/* CivetWeb refused the head itself (unparsable, too large, unknown method): says so in our form and closes. */
int server_refuse(struct mg_connection *conn, int status, const char *message);

#endif
