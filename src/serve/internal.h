/* internal.h: what the files of src/serve share. */
#ifndef THAW_SERVE_INTERNAL_H
#define THAW_SERVE_INTERNAL_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

#include "report/report.h"
#include "serve/serve.h"

/* ---- kept.c: things made once and used by several, the least recently used given up ---- */

typedef struct kept kept;
/* At most `most` are kept beside those in use. */
kept *kept_create(size_t most, void (*destroy)(void *value));
void kept_free(kept *k);
/* The value of a key, in use until kept_release; NULL where there is none. */
void *kept_take(kept *k, const char *key);
/* Takes over a value and gives it back in use; where another was faster, that one. NULL (and the value destroyed) where
 * memory is out. */
void *kept_add(kept *k, const char *key, void *value);
void kept_release(kept *k, void *value);

/* ---- pool.c: the solver threads ---- */

/* Why long work stops: the client is gone, the server ends, time is up. */
typedef struct work {
    atomic_int stop;
    const atomic_int *server_stop;
    double deadline;      /* seconds of the monotonic clock; 0: none */
    serve_stream *stream; /* that is told the progress; NULL: nobody is */
    size_t threads;       /* that it may use */
} work;
int work_progress(double fraction, void *context); /* a thaw_progress_fn on a work */

typedef struct pool pool;
pool *pool_create(size_t threads);
void pool_free(pool *p);
size_t pool_threads(const pool *p);
/* Has a solver thread call run(context) and waits. Non-zero where too many wait already. */
int pool_do(pool *p, void (*run)(void *context), void *context, work *w, int (*gone)(void *), void *gone_context);

/* ---- what a server has ---- */

struct server {
    serve_options options;
    char *world, *token, *listen;
    unsigned port;
    atomic_int stopping, streams;
    pool *solvers;
    size_t n_worlds;
    char **world_name;
    thaw_world **worlds;   /* all that ship, read at the start: netCDF wants one thread */
    thaw_gas_network *gas; /* gas-europe; NULL where it does not ship */
    kept *models, *bases, *runs, *answers;
    kept *long_answers; /* of questions: large, so few are kept */
    pthread_mutex_t claims_lock;
    pthread_cond_t claims_known;
    int attended, claims_wanted, claims_done;
    char *claims; /* the answer, or the error, as JSON */
    unsigned claims_status;
    atomic_long solve_microseconds;  /* of one solve, a running mean: what estimates are made of */
    atomic_long series_microseconds; /* the same of one of many alike */
    atomic_long gas_microseconds;    /* the same of one month of a gas market */
};

/* ---- answer.c ---- */

const char *request_header(const serve_request *r, const char *name);
const char *request_query(const serve_request *r, const char *name);
/* A text that may hold what a client sent, cut anywhere: what is not UTF-8 becomes `?`. */
json_t *readable(const char *text);
/* {"error": {...}}; the message of the command. */
void answer_error(serve_response *out, unsigned http, const thaw_error *error);
void answer_fail(serve_response *out, unsigned http, const char *format, ...) __attribute__((format(printf, 3, 4)));
unsigned http_status(thaw_status status);
/* Takes over the object. */
void answer_json(serve_response *out, json_t *object);
/* Takes over text. */
void answer_text(serve_response *out, const char *type, char *text, size_t size);
/* An ETag from the content, and 304 where the client has it; gzip where it takes that. */
void answer_finish(const serve_request *r, serve_response *out);

/* ---- guard.c: who may ask. 0, or non-zero after answering ---- */

int guard(const server *s, const serve_request *r, serve_response *out);

/* ---- assets.c: the files of the page ---- */

int answer_asset(const server *s, const serve_request *r, serve_response *out);

/* ---- catalog.c: worlds and scenarios that have names ---- */

json_t *catalog_worlds(const server *s);
json_t *catalog_world(const server *s, const char *name, thaw_error *error);
json_t *catalog_scenarios(void);
json_t *catalog_scenario(const char *name, thaw_error *error);
json_t *catalog_coalitions(void);
/* Non-zero where one of that name ships: what is "worlds", "scenarios" or "coalitions". */
int catalog_has(const char *what, const char *name);
/* The server's own. */
thaw_world *catalog_open(const server *s, const char *name, thaw_error *error);
/* Reads all worlds that ship. */
thaw_status catalog_load(server *s, thaw_error *error);
void catalog_unload(server *s);

/* ---- ask.c: what a run is asked to be ---- */

/* The JSON object of a request with these keys only. The caller gives it up. */
thaw_status body_read(const char *text, size_t size, const char *const *keys, size_t n, json_t **body, thaw_error *error);
/* The text of a key, NULL where it is not there. */
thaw_status body_text(json_t *body, const char *key, const char **text, thaw_error *error);
/* Which of some words the text of a key is; -1 where it is not there. */
thaw_status body_word(json_t *body, const char *key, const char *const *words, size_t n, int *found, thaw_error *error);
/* `horizon`; stays as it is where that is not there. */
thaw_status body_horizon(json_t *body, thaw_horizon *horizon, thaw_error *error);
/* `scenario` or `name`, with the numbers of `set`. The caller frees it, also where this fails. */
thaw_status body_scenario(json_t *body, thaw_scenario **scenario, thaw_error *error);
enum { ID_SIZE = 33 };
/* The id of what was written into a stream of open_memstream, both of which it closes and frees. */
thaw_status id_of(FILE *stream, char **text, const size_t *size, char id[ID_SIZE], thaw_error *error);

typedef struct ask {
    thaw_scenario *scenario; /* NULL once given to a run */
    json_t *body;            /* as asked */
    char world[128];
    const char *focus, *market; /* in body */
    thaw_model_options model;
    thaw_closure closure;
    int override_closure;
    char id[ID_SIZE]; /* of its normal form */
} ask;
thaw_status ask_read(const char *text, size_t size, ask *out, thaw_error *error);
void ask_clear(ask *a);

/* ---- solve.c ---- */

/* A run with what it borrows. */
typedef struct solved {
    server *server;
    thaw_run *run;
    thaw_world *world;
    thaw_model *model, *short_run;
    thaw_equilibrium *base, *short_base;
    char id[33];
    json_t *asked; /* the body it came from */
} solved;
/* Solves, or finds it solved; in use until kept_release(s->runs, ...). Called by a solver thread. `whole`: for the brief,
 * with partners and decomposition. */
solved *solve_ask(server *s, ask *a, int whole, work *w, thaw_error *error);
double solve_estimate(const server *s);
double series_estimate(const server *s); /* of one of many alike, each from those before it */
/* Takes a series of solves into that estimate; few say nothing of many. */
void learn_series(server *s, double seconds, size_t threads, size_t solves);
/* Takes another duration into a running mean. */
void learn(atomic_long *microseconds, double seconds);
/* The model of a world, in use until kept_release(s->models, ...). */
thaw_model *model_open(server *s, const char *world_name, const thaw_world *world, const thaw_model_options *options,
                       thaw_error *error);

/* ---- result.c, country.c, trace.c: what is said of a run ---- */

json_t *result_json(const solved *v);
json_t *country_json(const solved *v, const char *code, thaw_error *error);
json_t *trace_json(const solved *v, const serve_request *r, thaw_error *error);
json_t *sentences(const char *text); /* separated by newline */

/* ---- work.c: routes whose answers solver threads make ---- */

/* Has a solver thread call run(context), which may take run_seconds and answers; answers 503 where too many wait. */
void work_in_pool(server *s, const serve_request *r, work *w, void (*run)(void *), void *context, serve_response *out);
void answer_run(server *s, const serve_request *r, serve_response *out);
void answer_of_run(server *s, const serve_request *r, const char *id, const char *what, serve_response *out);
/* ---- gas.c, leverage.c, coalition.c ---- */

void answer_gas(server *s, const serve_request *r, serve_response *out);
void answer_leverage(server *s, const serve_request *r, serve_response *out);
void answer_coalition(server *s, const serve_request *r, serve_response *out);

/* ---- claims.c ---- */

void answer_claims(server *s, const serve_request *r, serve_response *out);
void claims_give_up(server *s); /* wakes those who wait */

/* ---- stream.c: long work, told as server-sent events ---- */

typedef struct stream_task {
    void (*run)(serve_stream *stream, work *w, void *context); /* tells `done` or `error` last */
    void (*clear)(server *s, void *context);                   /* frees it */
} stream_task;
/* Answers with the events of a task that a thread of its own runs: first `start`. Takes over context and start, also where
 * it answers that it cannot. */
void answer_stream(server *s, const stream_task *task, void *context, json_t *start, serve_response *out);
/* Takes over data. */
void stream_tell(serve_stream *t, const char *event, json_t *data);
void stream_tell_text(serve_stream *t, const char *event, const char *json);
void stream_tell_error(serve_stream *t, const thaw_error *error);
/* Tells a fraction where it is a hundredth more than the last one. */
void stream_tell_progress(serve_stream *t, double fraction);
void serve_stream_free(serve_stream *stream);

/* ---- sweep.c ---- */

void answer_sweep(server *s, const serve_request *r, serve_response *out);

#endif
