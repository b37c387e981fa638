/* The server beside clients that are foreign or slow, without sockets and over them. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/strings.h"
#include "serve/serve.h"

static const char TOKEN[] = "0123456789abcdef";

static server *make_server(const serve_options *options) {
    thaw_error error = {0};
    server *s = NULL;
    if (server_create(options, &s, &error)) fail_msg("%s", error.message);
    return s;
}

/* ---- without sockets: who may ask ---- */

typedef struct guarded {
    const char *what, *method, *path, *header, *value;
    unsigned status, with_token;
} guarded;

static unsigned status_of(server *s, const guarded *g) {
    const int has_host = g->header && strcmp(g->header, "Host") == 0;
    const serve_pair header[] = {{"Host", has_host ? g->value : "localhost:8429"}, {g->header, g->value}};
    const serve_request request = {
        .method = g->method, .path = g->path, .header = header, .n_headers = g->header ? 2 : 1, .body = "", .body_size = 0};
    serve_response response;
    serve_handle(s, &request, &response);
    const unsigned status = response.status;
    serve_response_clear(&response);
    return status;
}

static void test_guard(void **state) {
    (void)state;
    static const guarded all[] = {
        {"our own host", "GET", "/api/health", NULL, NULL, 200, 401},
        {"another host", "GET", "/api/health", "Host", "elsewhere.example:8429", 421, 421},
        {"another port", "GET", "/api/health", "Host", "localhost:80", 421, 421},
        {"our origin", "GET", "/api/health", "Origin", "http://localhost:8429", 200, 401},
        {"another origin", "GET", "/api/health", "Origin", "http://elsewhere.example", 403, 403},
        {"no origin at all", "GET", "/api/health", "Origin", "null", 403, 403},
        {"another site", "GET", "/api/health", "Sec-Fetch-Site", "cross-site", 403, 403},
        {"a link from another site to the page", "GET", "/", "Sec-Fetch-Site", "cross-site", 200, 401},
        {"a form's content", "POST", "/api/run", "Content-Type", "text/plain", 415, 401},
        {"the token", "GET", "/api/health", "Authorization", "Bearer 0123456789abcdef", 200, 200},
        {"half a token", "GET", "/api/health", "Authorization", "Bearer 01234567", 200, 401},
        {"the cookie", "GET", "/api/health", "Cookie", "a=b; thaw_token=0123456789abcdef", 200, 200},
        {"another cookie", "GET", "/api/health", "Cookie", "thaw_token=0123456789abcdeF", 200, 401},
        {"a path out of the page", "GET", "/../../etc/passwd", NULL, NULL, 404, 401},
        {"a question that there is not", "POST", "/api/no-such-question", "Content-Type", "application/json", 404, 401},
        {"a world by its path", "GET", "/api/worlds/../../etc/passwd", NULL, NULL, 404, 401},
    };
    server *open_to_all = make_server(&(serve_options){.port = 8429, .threads = 1});
    server *with_token = make_server(&(serve_options){.port = 8429, .threads = 1, .token = TOKEN});
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        const unsigned plain = status_of(open_to_all, &all[k]), token = status_of(with_token, &all[k]);
        if (plain != all[k].status || token != all[k].with_token)
            fail_msg("%s: %u, with a token %u; expected %u and %u", all[k].what, plain, token, all[k].status,
                     all[k].with_token);
    }
    server_free(open_to_all);
    server_free(with_token);
}

/* ---- over sockets ---- */

static const double READ_SECONDS = 0.5;

typedef struct running {
    server *s;
    serve_options options;
    thaw_status status;
    pthread_t thread;
    unsigned port;
} running;

static atomic_int ended, is_ready;
static atomic_uint ready_port;

static int has_ended(void) {
    return atomic_load(&ended);
}

static void note_ready(const char *url, void *context) {
    (void)context;
    const char *colon = strrchr(url, ':');
    atomic_store(&ready_port, colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0);
    atomic_store(&is_ready, 1);
}

static void *serve(void *context) {
    running *r = context;
    r->status = serve_http(r->s, &r->options, has_ended, note_ready, NULL, NULL);
    atomic_store(&is_ready, 1);
    return NULL;
}

/* Zero where this thaw has no libmicrohttpd. */
static int start(running *r) {
    *r = (running){.options = {.threads = 1, .read_seconds = READ_SECONDS}};
    r->s = make_server(&r->options);
    atomic_store(&ended, 0);
    atomic_store(&is_ready, 0);
    if (pthread_create(&r->thread, NULL, serve, r)) fail_msg("no thread");
    while (!atomic_load(&is_ready)) usleep(2000);
    r->port = atomic_load(&ready_port);
    return r->port != 0;
}

static void stop(running *r) {
    atomic_store(&ended, 1);
    pthread_join(r->thread, NULL);
    server_free(r->s);
}

static int connect_to(unsigned port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to)) fail_msg("cannot connect to port %u", port);
    return fd;
}

/* Non-zero once the other side has hung up. */
static int is_over(int fd) {
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static int gets_an_answer(unsigned port) {
    char *request = thaw_print_string("GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", port);
    char answer[16] = "";
    const int fd = connect_to(port);
    const int sent = send(fd, request, strlen(request), MSG_NOSIGNAL) > 0;
    const int good = sent && recv(fd, answer, 12, MSG_WAITALL) == 12 && strncmp(answer, "HTTP/1.1 200", 12) == 0;
    close(fd);
    free(request);
    return good;
}

/* Clients that send a byte now and then hold their connections for read_seconds, not for ever, and nobody else waits. */
static void test_slow_clients(void **state) {
    (void)state;
    enum { N = 40, STEP_US = 50 * 1000 };
    static const double PATIENCE = 10;
    running r;
    if (!start(&r)) {
        stop(&r);
        skip();
    }
    char *header = thaw_print_string("GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nX-Slow: ", r.port);
    char *body = thaw_print_string("POST /api/run HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
                                   "Content-Length: 100000\r\n\r\n",
                                   r.port);
    int fd[N], left = N;
    const double since = seconds_now();
    for (int k = 0; k < N; k++) {
        const char *first = k % 2 ? header : body;
        fd[k] = connect_to(r.port);
        if (send(fd[k], first, strlen(first), MSG_NOSIGNAL) < 0) fail_msg("the server takes nothing");
    }
    while (left && seconds_now() - since < PATIENCE) {
        usleep(STEP_US);
        if (!gets_an_answer(r.port)) fail_msg("%d slow clients keep others waiting", left);
        left = 0;
        for (int k = 0; k < N; k++) {
            if (is_over(fd[k])) continue;
            left++;
            (void)!send(fd[k], "x", 1, MSG_NOSIGNAL);
        }
        if (seconds_now() - since < 0.8 * READ_SECONDS && left < N) fail_msg("a client was given up too early");
    }
    if (left) fail_msg("%d of %d slow clients are still connected after %.0f s", left, N, PATIENCE);
    for (int k = 0; k < N; k++) close(fd[k]);
    free(header);
    free(body);
    stop(&r);
    assert_int_equal(r.status, THAW_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_guard), cmocka_unit_test(test_slow_clients)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
