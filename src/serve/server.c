/* server.c: what a server has, and which route answers what. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "serve/internal.h"

enum { MODELS_MAX = 8, BASES_MAX = 24, RUNS_MAX = 12, ANSWERS_MAX = 600, LONG_ANSWERS_MAX = 16 };

void solved_free(void *value);

static void free_model(void *value) {
    thaw_model_free(value);
}
static void free_base(void *value) {
    thaw_equilibrium_free(value);
}

static int copy(char **to, const char *from) {
    return !from || (*to = strdup(from));
}

thaw_status server_create(const serve_options *options, server **out, thaw_error *error) {
    static const double LONGEST_SECONDS = 60, RUN_SECONDS = 60;
    server *s = calloc(1, sizeof *s);
    if (!s) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the server");
    s->options = *options;
    pthread_mutex_init(&s->claims_lock, NULL);
    pthread_cond_init(&s->claims_known, NULL);
    s->port = options->port;
    if (!(s->options.max_seconds > 0)) s->options.max_seconds = LONGEST_SECONDS;
    if (!(s->options.run_seconds > 0)) s->options.run_seconds = RUN_SECONDS;
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    s->solvers = pool_create(options->threads ? options->threads : processors > 0 ? (size_t)processors : 1);
    s->models = kept_create(MODELS_MAX, free_model);
    s->bases = kept_create(BASES_MAX, free_base);
    s->runs = kept_create(RUNS_MAX, solved_free);
    s->answers = kept_create(ANSWERS_MAX, free);
    s->long_answers = kept_create(LONG_ANSWERS_MAX, free);
    if (!s->solvers || !s->models || !s->bases || !s->runs || !s->answers || !s->long_answers ||
        !copy(&s->world, options->world) || !copy(&s->token, options->token) || !copy(&s->listen, options->listen)) {
        server_free(s);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the server");
    }
    const thaw_status status = catalog_load(s, error);
    if (status != THAW_OK) {
        server_free(s);
        return status;
    }
    *out = s;
    return THAW_OK;
}

void server_stop(server *s) {
    atomic_store(&s->stopping, 1);
    claims_give_up(s);
}

void server_set_port(server *s, unsigned port) {
    s->port = port;
}

void server_free(server *s) {
    if (!s) return;
    pool_free(s->solvers);
    kept_free(s->answers);
    kept_free(s->long_answers);
    kept_free(s->runs);
    kept_free(s->bases);
    kept_free(s->models);
    catalog_unload(s);
    pthread_mutex_destroy(&s->claims_lock);
    pthread_cond_destroy(&s->claims_known);
    free(s->claims);
    free(s->world);
    free(s->token);
    free(s->listen);
    free(s);
}

static void get_worlds(server *s, const serve_request *r, serve_response *out) {
    (void)r;
    answer_json(out, catalog_worlds(s));
    out->cache = "no-cache";
}

static void get_scenarios(server *s, const serve_request *r, serve_response *out) {
    (void)s;
    (void)r;
    answer_json(out, catalog_scenarios());
    out->cache = "no-cache";
}

static void get_coalitions(server *s, const serve_request *r, serve_response *out) {
    (void)s;
    (void)r;
    answer_json(out, catalog_coalitions());
    out->cache = "no-cache";
}

static void get_health(server *s, const serve_request *r, serve_response *out) {
    (void)r;
    answer_json(out, json_pack("{s:s, s:i, s:f}", "version", thaw_version(), "solvers", (int)pool_threads(s->solvers),
                               "seconds_per_solve", solve_estimate(s)));
    out->cache = "no-store";
}

static const struct {
    const char *method, *path;
    void (*answer)(server *s, const serve_request *r, serve_response *out);
} ROUTES[] = {{"GET", "/api/health", get_health},         {"GET", "/api/worlds", get_worlds},
              {"GET", "/api/scenarios", get_scenarios},   {"GET", "/api/claims", answer_claims},
              {"POST", "/api/run", answer_run},           {"POST", "/api/gas/run", answer_gas},
              {"POST", "/api/leverage", answer_leverage}, {"POST", "/api/coalition", answer_coalition},
              {"GET", "/api/coalitions", get_coalitions}, {"POST", "/api/sweep", answer_sweep}};

static void get_named(serve_response *out, json_t *object, const thaw_error *error) {
    if (object)
        answer_json(out, object);
    else
        answer_error(out, error->status == THAW_ERR_INPUT ? 404 : http_status(error->status), error);
}

static const char WORLD[] = "/api/worlds/", SCENARIO[] = "/api/scenarios/", RUN[] = "/api/runs/";

/* Under /api/, and nothing that could be asked for by GET. */
static int is_unknown_question(const char *path) {
    return strncmp(path, "/api/", strlen("/api/")) == 0 && strncmp(path, WORLD, sizeof WORLD - 1) != 0 &&
           strncmp(path, SCENARIO, sizeof SCENARIO - 1) != 0 && strncmp(path, RUN, sizeof RUN - 1) != 0;
}

/* /api/worlds/NAME, /api/scenarios/NAME, /api/runs/ID... */
static int answer_below(server *s, const serve_request *r, serve_response *out) {
    thaw_error error = {0};
    if (strncmp(r->path, WORLD, sizeof WORLD - 1) == 0) {
        get_named(out, catalog_world(s, r->path + sizeof WORLD - 1, &error), &error);
    } else if (strncmp(r->path, SCENARIO, sizeof SCENARIO - 1) == 0) {
        get_named(out, catalog_scenario(r->path + sizeof SCENARIO - 1, &error), &error);
    } else if (strncmp(r->path, RUN, sizeof RUN - 1) == 0) {
        const char *id = r->path + sizeof RUN - 1;
        answer_of_run(s, r, id, id + strcspn(id, "/"), out);
    } else {
        return 0;
    }
    return 1;
}

static void route(server *s, const serve_request *r, serve_response *out) {
    const int get = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
    for (size_t k = 0; k < sizeof ROUTES / sizeof *ROUTES; k++) {
        if (strcmp(ROUTES[k].path, r->path) != 0) continue;
        if (strcmp(ROUTES[k].method, "GET") == 0 ? get : strcmp(r->method, ROUTES[k].method) == 0) {
            ROUTES[k].answer(s, r, out);
            return;
        }
        answer_fail(out, 405, "%s takes %s", r->path, ROUTES[k].method);
        out->allow = ROUTES[k].method;
        return;
    }
    if (!get && !is_unknown_question(r->path)) {
        answer_fail(out, 405, "only GET here");
        out->allow = "GET";
        return;
    }
    if (get && (answer_below(s, r, out) || answer_asset(s, r, out))) return;
    answer_fail(out, 404, "there is nothing at %.200s", r->path);
}

void serve_handle(server *s, const serve_request *request, serve_response *response) {
    *response = (serve_response){0};
    if (atomic_load(&s->stopping))
        answer_fail(response, 503, "the server is stopping");
    else if (request->body_size > SERVE_BODY_MAX)
        answer_fail(response, 413, "a request has at most %d bytes", SERVE_BODY_MAX);
    else if (!guard(s, request, response))
        route(s, request, response);
    answer_finish(request, response);
}
