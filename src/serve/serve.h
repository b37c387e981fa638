/* serve.h: the HTTP API and the page of `thaw serve`.
 *
 * serve_handle answers one request and knows nothing of sockets: http.c brings it requests from libmicrohttpd, the tests and
 * the fuzzer bring their own. All routes are in docs/api.md. */
#ifndef THAW_SERVE_H
#define THAW_SERVE_H

#include <stddef.h>

#include "thaw/thaw.h"

typedef struct serve_options {
    const char *world;   /* that the page opens with; NULL: its own choice */
    const char *listen;  /* address to bind; NULL: 127.0.0.1 */
    const char *token;   /* asked of every request; NULL: none (loopback only) */
    unsigned port;       /* 0: any that is free */
    size_t threads;      /* solvers; 0: as many as there are processors */
    double max_seconds;  /* a request that is estimated to take longer is refused; 0: 60 */
    double run_seconds;  /* a run that takes longer is given up; 0: 60 */
    double read_seconds; /* a client gets these to send a request, however it trickles; 0: 20 */
} serve_options;

typedef struct server server;

/* Everything but the socket. The options are copied. Errors: THAW_ERR_MEMORY, THAW_ERR_IO (no threads, no data). */
thaw_status server_create(const serve_options *options, server **out, thaw_error *error);
/* Requests under way end with THAW_ERR_INTERRUPTED; new ones are refused. */
void server_stop(server *s);
/* To be called now and then by the thread that made the server: what only one thread may do. */
void server_attend(server *s);
/* After server_stop, once nobody is in serve_handle. */
void server_free(server *s);
/* Which names a Host header may have: a port that was chosen by the system is known only later. */
void server_set_port(server *s, unsigned port);

typedef struct serve_pair {
    const char *name, *value;
} serve_pair;

/* All borrowed. Header names in any case; query values decoded. */
typedef struct serve_request {
    const char *method, *path;
    const serve_pair *header;
    size_t n_headers;
    const serve_pair *query;
    size_t n_query;
    const char *body;
    size_t body_size;
    int (*gone)(void *context); /* non-zero once the client has hung up; may be NULL */
    void *context;
} serve_request;

typedef struct serve_stream serve_stream;

/* Zero-initialise; serve_response_clear frees. */
typedef struct serve_response {
    unsigned status;
    const char *type;          /* of the content */
    char *body;                /* owned; or */
    const unsigned char *page; /* embedded and gzipped already */
    size_t size;
    int gzipped;
    char etag[80];      /* empty: none */
    const char *cache;  /* Cache-Control */
    const char *policy; /* Content-Security-Policy */
    const char *allow;  /* of 405 */
    char *location, *cookie, *filename;
    serve_stream *stream; /* instead of a body: server-sent events */
} serve_response;

/* Always answers: what goes wrong is an answer too. */
void serve_handle(server *s, const serve_request *request, serve_response *response);
void serve_response_clear(serve_response *response);

/* The next bytes of a stream, waiting for them; 0 at its end. */
size_t serve_stream_read(serve_stream *stream, char *buffer, size_t size, int (*gone)(void *), void *context);

enum { SERVE_BODY_MAX = 256 * 1024 };

/* http.c: serves until *stop is non-zero. ready (may be NULL) is told the address once it answers. THAW_ERR_IO: the port is
 * taken. THAW_ERR_USAGE: built without libmicrohttpd. */
thaw_status serve_http(server *s, const serve_options *options, int (*stop)(void), void (*ready)(const char *url, void *),
                       void *context, thaw_error *error);

/* check.c: `thaw serve --check`: a server, asked over real sockets. Prints a line for each thing that holds; non-zero
 * where one does not. */
int serve_check(const serve_options *options, thaw_error *error);

#endif
