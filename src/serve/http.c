/* http.c: the server's sockets, by libmicrohttpd: a thread for each connection, which waits while a solver works. */
#ifdef THAW_HAVE_MICROHTTPD
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/strings.h"
#include "serve/internal.h"

enum {
    CONNECTIONS_MAX = 256,
    IDLE_SECONDS = 15,  /* without a byte either way */
    WRITE_SECONDS = 60, /* for taking an answer */
    HEADER_BYTES = 24 * 1024,
    STACK_BYTES = 512 * 1024,
    PAIRS_MAX = 64
};

static const double READ_SECONDS = 20;

typedef enum phase { READING, WORKING, WRITING, STREAMING } phase;

/* One open connection, in the list that the watch goes through. */
typedef struct connection {
    int socket;
    phase phase;
    double since;
    struct connection *next, *previous;
} connection;

typedef struct front {
    server *s;
    double read_seconds; /* from the end of one request to the end of the next, however it trickles */
    pthread_mutex_t lock;
    connection *first;
} front;

/* One request under way. */
typedef struct incoming {
    char *body;
    size_t size, room;
    int too_large;
    serve_stream *stream;
    int socket; /* of stream */
} incoming;

static connection *connection_of(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void enter(front *f, struct MHD_Connection *c, phase p) {
    connection *k = connection_of(c);
    if (!k) return;
    pthread_mutex_lock(&f->lock);
    k->phase = p;
    k->since = seconds_now();
    pthread_mutex_unlock(&f->lock);
}

static void on_connection(void *context, struct MHD_Connection *c, void **own, enum MHD_ConnectionNotificationCode code) {
    front *f = context;
    pthread_mutex_lock(&f->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        connection *k = calloc(1, sizeof *k);
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (k) {
            *k = (connection){.socket = info ? info->connect_fd : -1, .since = seconds_now(), .next = f->first};
            if (k->next) k->next->previous = k;
            f->first = k;
        }
        *own = k;
    } else if (*own) {
        connection *k = *own;
        if (k->next) k->next->previous = k->previous;
        if (k->previous)
            k->previous->next = k->next;
        else
            f->first = k->next;
        free(k);
        *own = NULL;
    }
    pthread_mutex_unlock(&f->lock);
}

/* Hangs up on clients that take too long over a request or an answer: the inactivity timeout alone would let a byte every
 * few seconds hold a thread for ever. */
static void hang_up_on_slow(front *f) {
    const double now = seconds_now();
    pthread_mutex_lock(&f->lock);
    for (connection *k = f->first; k; k = k->next) {
        const double allowed = k->phase == READING ? f->read_seconds : k->phase == WRITING ? WRITE_SECONDS : 0;
        if (allowed > 0 && now - k->since > allowed) shutdown(k->socket, SHUT_RDWR);
    }
    pthread_mutex_unlock(&f->lock);
}

/* libmicrohttpd closes the socket of a connection only after on_connection was told. */
static int has_hung_up(void *context) {
    const int *socket = context;
    struct pollfd look = {.fd = *socket, .events = POLLRDHUP};
    return poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL));
}

static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t size) {
    (void)position;
    incoming *in = context;
    const size_t n = serve_stream_read(in->stream, buffer, size, has_hung_up, &in->socket);
    return n ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void free_stream(void *context) {
    incoming *in = context;
    serve_stream_free(in->stream);
    free(in);
}

static struct MHD_Response *make_response(struct MHD_Connection *c, serve_response *out) {
    struct MHD_Response *response;
    if (out->stream) {
        incoming *in = calloc(1, sizeof *in);
        if (!in) return NULL;
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        in->socket = info ? info->connect_fd : -1;
        in->stream = out->stream;
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, in, free_stream);
        if (response)
            out->stream = NULL;
        else
            free(in);
        return response;
    }
    if (out->page) return MHD_create_response_from_buffer(out->size, (void *)(size_t)out->page, MHD_RESPMEM_PERSISTENT);
    response =
        MHD_create_response_from_buffer(out->size, out->body, out->body ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (response) out->body = NULL;
    return response;
}

static void add(struct MHD_Response *response, const char *name, const char *value) {
    if (value && *value) MHD_add_response_header(response, name, value);
}

static enum MHD_Result send_response(struct MHD_Connection *c, serve_response *out) {
    struct MHD_Response *response = make_response(c, out);
    if (!response) return MHD_NO;
    add(response, "Content-Type", out->type);
    add(response, "Cache-Control", out->cache ? out->cache : "no-cache");
    add(response, "Content-Security-Policy", out->policy ? out->policy : "default-src 'none'; frame-ancestors 'none'");
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    add(response, "Vary", "Accept-Encoding");
    add(response, "ETag", out->etag);
    add(response, "Allow", out->allow);
    add(response, "Location", out->location);
    add(response, "Set-Cookie", out->cookie);
    if (out->gzipped) add(response, "Content-Encoding", "gzip");
    if (out->status == 503) add(response, "Retry-After", "1");
    const enum MHD_Result queued = MHD_queue_response(c, out->status, response);
    MHD_destroy_response(response);
    return queued;
}

typedef struct pairs {
    serve_pair list[PAIRS_MAX];
    size_t n;
} pairs;

static enum MHD_Result add_pair(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
    (void)kind;
    pairs *p = context;
    if (p->n < PAIRS_MAX) p->list[p->n++] = (serve_pair){name, value};
    return MHD_YES;
}

static enum MHD_Result answer(front *f, struct MHD_Connection *c, const char *method, const char *path, incoming *in) {
    pairs headers = {.n = 0}, query = {.n = 0};
    MHD_get_connection_values(c, MHD_HEADER_KIND, add_pair, &headers);
    MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, add_pair, &query);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    int socket = info ? info->connect_fd : -1;
    const serve_request request = {.method = method,
                                   .path = path,
                                   .header = headers.list,
                                   .n_headers = headers.n,
                                   .query = query.list,
                                   .n_query = query.n,
                                   .body = in->body ? in->body : "",
                                   .body_size = in->too_large ? SERVE_BODY_MAX + 1 : in->size,
                                   .gone = has_hung_up,
                                   .context = &socket};
    serve_response response;
    enter(f, c, WORKING);
    serve_handle(f->s, &request, &response);
    enter(f, c, response.stream ? STREAMING : WRITING);
    const enum MHD_Result sent = send_response(c, &response);
    serve_response_clear(&response);
    return sent;
}

static int append(incoming *in, const char *bytes, size_t n) {
    if (in->size + n > SERVE_BODY_MAX) {
        in->too_large = 1;
        return 1;
    }
    if (in->size + n > in->room) {
        const size_t room = 2 * (in->size + n);
        char *more = realloc(in->body, room);
        if (!more) return 0;
        in->body = more;
        in->room = room;
    }
    memcpy(in->body + in->size, bytes, n);
    in->size += n;
    return 1;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *c, const char *path, const char *method,
                                  const char *version, const char *bytes, size_t *size, void **own) {
    (void)version;
    front *f = context;
    incoming *in = *own;
    if (!in) {
        const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
        if (!(in = *own = calloc(1, sizeof *in))) return MHD_NO;
        if (!length || strtoull(length, NULL, 10) <= SERVE_BODY_MAX) return MHD_YES;
        in->too_large = 1;
        return answer(f, c, method, path, in);
    }
    if (*size) {
        const int taken = append(in, bytes, *size);
        *size = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return answer(f, c, method, path, in);
}

static void on_completed(void *context, struct MHD_Connection *c, void **own, enum MHD_RequestTerminationCode code) {
    (void)code;
    incoming *in = *own;
    enter(context, c, READING);
    if (!in) return;
    free(in->body);
    free(in);
    *own = NULL;
}

static int address_of(const char *text, unsigned port, struct sockaddr_storage *out) {
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)port);
        return 1;
    }
    if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1) return 0;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    return 1;
}

static struct MHD_Daemon *start(front *f, struct sockaddr_storage *address) {
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
    if (address->ss_family == AF_INET6) flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, f, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)address,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
                            MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES, MHD_OPTION_NOTIFY_COMPLETED, on_completed, f,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, f, MHD_OPTION_END);
}

static void wait_for(front *f, int (*stop)(void)) {
    const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    while (!stop()) {
        server_attend(f->s);
        nanosleep(&pause, NULL);
        hang_up_on_slow(f);
    }
}

static int any_busy(front *f) {
    int busy = 0;
    pthread_mutex_lock(&f->lock);
    for (const connection *k = f->first; k; k = k->next) busy |= k->phase != READING;
    pthread_mutex_unlock(&f->lock);
    return busy;
}

/* Work under way ends by itself once the server stops, and those who wait are told so before their connections close. */
static void let_end(front *f) {
    static const double PATIENCE_SECONDS = 3;
    const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
    const double since = seconds_now();
    while (any_busy(f) && seconds_now() - since < PATIENCE_SECONDS) nanosleep(&pause, NULL);
}

thaw_status serve_http(server *s, const serve_options *options, int (*stop)(void), void (*ready)(const char *url, void *),
                       void *context, thaw_error *error) {
    const char *text = options->listen ? options->listen : "127.0.0.1";
    struct sockaddr_storage address;
    front f = {.s = s, .read_seconds = options->read_seconds > 0 ? options->read_seconds : READ_SECONDS};
    if (!address_of(text, options->port, &address))
        return thaw_fail(error, THAW_ERR_USAGE, "`%.60s` is no address; write one such as 127.0.0.1 or ::1", text);
    pthread_mutex_init(&f.lock, NULL);
    errno = 0;
    struct MHD_Daemon *daemon = start(&f, &address);
    if (!daemon) {
        pthread_mutex_destroy(&f.lock);
        return thaw_fail(error, THAW_ERR_IO, "cannot listen at %s port %u%s%s; --port 0 takes any that is free", text,
                         options->port, errno ? ": " : "", errno ? strerror(errno) : "");
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    const unsigned port = info ? info->port : options->port;
    server_set_port(s, port);
    char *url = thaw_print_string(strchr(text, ':') ? "http://[%s]:%u/%s%s" : "http://%s:%u/%s%s", text, port,
                                  options->token ? "?token=" : "", options->token ? options->token : "");
    if (ready && url) ready(url, context);
    free(url);
    wait_for(&f, stop);
    server_stop(s);
    let_end(&f);
    MHD_stop_daemon(daemon);
    pthread_mutex_destroy(&f.lock);
    return THAW_OK;
}

#else
#include "serve/serve.h"

thaw_status serve_http(server *s, const serve_options *options, int (*stop)(void), void (*ready)(const char *url, void *),
                       void *context, thaw_error *error) {
    (void)s;
    (void)options;
    (void)stop;
    (void)ready;
    (void)context;
    return thaw_fail(error, THAW_ERR_USAGE,
                     "this thaw was built without libmicrohttpd: install libmicrohttpd-dev and build it again");
}
#endif
