/* Any bytes as a request to `thaw serve`, written as HTTP writes it: method and target, headers, an empty line, the body.
 * Where the method begins with `T`, the server is one that wants a token. */
#include "serve/serve.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAIRS_MAX = 32 };
static const double RUN_SECONDS = 0.3, SWEEP_SECONDS = 0.3;

/* As in fuzz_scenario.c. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libfyaml.so\n";
}

static server *make_server(const char *token) {
    const serve_options options = {
        .token = token, .port = 8429, .threads = 1, .max_seconds = SWEEP_SECONDS, .run_seconds = RUN_SECONDS};
    server *s = NULL;
    if (server_create(&options, &s, NULL)) abort();
    return s;
}

/* Cuts a text at the first of some characters: what is before it; the text goes on behind it. */
static char *cut(char **text, const char *at) {
    char *start = *text, *end = start + strcspn(start, at);
    *text = *end ? end + 1 : end;
    *end = 0;
    return start;
}

static size_t read_query(char *text, serve_pair pair[PAIRS_MAX]) {
    size_t n = 0;
    while (*text && n < PAIRS_MAX) {
        char *one = cut(&text, "&"), *value = one;
        const char *name = cut(&value, "=");
        pair[n++] = (serve_pair){name, value};
    }
    return n;
}

/* The header lines; text goes on behind the empty one. */
static size_t read_headers(char **text, serve_pair pair[PAIRS_MAX]) {
    size_t n = 0;
    while (**text && n < PAIRS_MAX) {
        char *line = cut(text, "\n"), *value = line;
        if (!*line || *line == '\r') break;
        const char *name = cut(&value, ":");
        pair[n++] = (serve_pair){name, value + strspn(value, " ")};
    }
    return n;
}

static void check_json(const serve_response *r) {
    json_t *object = json_loadb(r->body, r->size, 0, NULL);
    if (!object) abort();
    if (r->status >= 400 && !json_string_value(json_object_get(json_object_get(object, "error"), "text"))) abort();
    json_decref(object);
}

static void check_answer(serve_response *r) {
    if (r->status < 200 || r->status > 599) abort();
    if (r->stream) {
        char bytes[4096];
        while (serve_stream_read(r->stream, bytes, sizeof bytes, NULL, NULL) > 0) continue;
    } else if (r->status >= 400 && (!r->body || !r->type || strcmp(r->type, "application/json") != 0)) {
        abort();
    } else if (r->body && !r->gzipped && r->type && strcmp(r->type, "application/json") == 0) {
        check_json(r);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static server *open_to_all, *with_token;
    if (!open_to_all) {
        open_to_all = make_server(NULL);
        with_token = make_server("0123456789abcdef");
    }
    char *copy = malloc(size + 1), *text = copy;
    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    copy[size] = 0;
    char *line = cut(&text, "\n"), *method = cut(&line, " "), *path = cut(&line, "?");
    serve_pair query[PAIRS_MAX], header[PAIRS_MAX];
    const size_t n_query = read_query(line, query), n_headers = read_headers(&text, header);
    const int wants_token = *method == 'T';
    const serve_request request = {.method = method + wants_token,
                                   .path = path,
                                   .header = header,
                                   .n_headers = n_headers,
                                   .query = query,
                                   .n_query = n_query,
                                   .body = text,
                                   .body_size = size - (size_t)(text - copy)};
    serve_response response;
    /* The claims take no input, and seconds. */
    if (strcmp(path, "/api/claims") != 0) {
        serve_handle(wants_token ? with_token : open_to_all, &request, &response);
        check_answer(&response);
        serve_response_clear(&response);
    }
    free(copy);
    return 0;
}
