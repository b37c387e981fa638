/* check.c: `thaw serve --check`: the server, asked over real sockets. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/locale.h"
#include "base/strings.h"
#include "serve/internal.h"

typedef struct checked {
    server *s;
    serve_options options;
    thaw_status status;
    thaw_error *error;
    unsigned port;
    int failures;
} checked;

static atomic_int ended, is_ready;
static char address[256];

static int has_ended(void) {
    return atomic_load(&ended);
}

static void note_ready(const char *url, void *context) {
    (void)context;
    snprintf(address, sizeof address, "%s", url);
    atomic_store(&is_ready, 1);
}

static void *serve_in_thread(void *context) {
    checked *c = context;
    c->status = serve_http(c->s, &c->options, has_ended, note_ready, NULL, c->error);
    atomic_store(&is_ready, 1);
    return NULL;
}

/* The whole answer, head and body; the caller frees it. */
static char *ask_server(unsigned port, const char *request) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (fd >= 0 && out && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        char bytes[4096];
        size_t sent = 0;
        for (ssize_t n; sent < strlen(request); sent += (size_t)n)
            if ((n = send(fd, request + sent, strlen(request) - sent, MSG_NOSIGNAL)) <= 0) break;
        for (ssize_t n; (n = recv(fd, bytes, sizeof bytes, 0)) > 0;) fwrite(bytes, 1, (size_t)n, out);
    }
    if (fd >= 0) close(fd);
    if (out) fclose(out);
    return text ? text : strdup("");
}

static char *ask_as(unsigned port, const char *first, const char *host, const char *more, const char *body) {
    char *request = thaw_print_string("%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n%s",
                                      first, host, more, strlen(body), body);
    char *answer = request ? ask_server(port, request) : strdup("");
    free(request);
    return answer;
}

static void hold(checked *c, const char *what, int holds) {
    printf("%s %s\n", holds ? "ok    " : "FAILED", what);
    c->failures += !holds;
}

static void expect(checked *c, const char *what, const char *first, const char *more, const char *body, const char *status,
                   const char *contains) {
    char host[64];
    snprintf(host, sizeof host, "127.0.0.1:%u", c->port);
    char *answer = ask_as(c->port, first, host, more, body);
    hold(c, what, strstr(answer, status) == answer && (!contains || strstr(answer, contains)));
    free(answer);
}

#define POST_JSON "Content-Type: application/json\r\n"

/* The API's numbers are the library's, bit for bit. */
static void check_digits(checked *c) {
    char host[64];
    thaw_run *run = NULL;
    snprintf(host, sizeof host, "127.0.0.1:%u", c->port);
    char *answer =
        ask_as(c->port, "POST /api/run", host, POST_JSON, "{\"name\": \"us-russia-thaw\", \"horizon\": \"short\"}");
    const char *body = strstr(answer, "\r\n\r\n");
    const c_locale locale = c_locale_enter();
    json_t *object = body ? json_loads(body + 4, 0, NULL) : NULL;
    json_t *welfare = json_object_get(json_object_get(object, "countries"), "welfare_pct");
    const thaw_run_options options = {.model = {.horizon = THAW_HORIZON_SHORT}, .result = {.no_decomposition = 1}};
    int same = thaw_run_create("us-russia-thaw", &options, &run, c->error) == THAW_OK &&
               json_array_size(welfare) == run->world->n_countries;
    for (size_t k = 0; same && k < run->world->n_countries; k++) {
        const double there = json_real_value(json_array_get(welfare, k));
        same = !memcmp(&there, &run->result->welfare_pct[k], sizeof there);
    }
    hold(c, "a run over HTTP gives the digits of the library", same);
    json_decref(object);
    thaw_run_free(run);
    c_locale_leave(locale);
    free(answer);
}

static void check_all(checked *c) {
    expect(c, "the page is there", "GET /", "", "", "HTTP/1.1 200", "<title>");
    expect(c, "worlds are listed", "GET /api/worlds", "", "", "HTTP/1.1 200", "wiod-2011");
    expect(c, "ready scenarios are listed", "GET /api/scenarios", "", "", "HTTP/1.1 200", "us-russia-thaw");
    check_digits(c);
    expect(c, "an error in a scenario has its line and column", "POST /api/run", POST_JSON,
           "{\"scenario\": \"name: x\\nmeasures:\\n  - {kind: bam}\\n\", \"world\": \"wiod-2011\"}", "HTTP/1.1 400",
           "scenario.yaml:3:12");
    expect(c, "a scenario cannot name a file elsewhere", "POST /api/run", POST_JSON,
           "{\"scenario\": \"after: /etc/passwd\\nmeasures: []\\n\", \"world\": \"wiod-2011\"}", "HTTP/1.1 400",
           "not a path");
    expect(c, "requests of other sites are refused", "GET /api/worlds", "Origin: http://elsewhere.example\r\n", "",
           "HTTP/1.1 403", NULL);
    char *answer = ask_as(c->port, "GET /api/worlds", "elsewhere.example", "", "");
    hold(c, "names that point here from elsewhere are refused", strstr(answer, "HTTP/1.1 421") == answer);
    free(answer);
}

int serve_check(const serve_options *options, thaw_error *error) {
    enum { LOOK_US = 10 * 1000 };
    checked c = {.options = *options, .error = error};
    pthread_t thread;
    c.options.port = 0;
    c.options.listen = NULL;
    c.options.token = NULL;
    c.status = server_create(&c.options, &c.s, error);
    if (c.status == THAW_OK && pthread_create(&thread, NULL, serve_in_thread, &c) == 0) {
        while (!atomic_load(&is_ready)) usleep(LOOK_US);
        const char *colon = strrchr(address, ':');
        if (c.status == THAW_OK && colon) {
            c.port = (unsigned)strtoul(colon + 1, NULL, 10);
            check_all(&c);
        }
        atomic_store(&ended, 1);
        pthread_join(thread, NULL);
        hold(&c, "it ends when asked to", c.status == THAW_OK);
    }
    if (c.status != THAW_OK) {
        char text[sizeof error->file + sizeof error->message + 64];
        thaw_error_format(error, text, sizeof text);
        printf("FAILED %s\n", text);
        c.failures++;
    }
    server_free(c.s);
    return c.failures;
}
