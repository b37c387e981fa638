/* sweep.c: POST /api/sweep: a scenario over many values, as server-sent events: start, progress, then done or error. The
 * request ends when the client hangs up. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/locale.h"
#include "base/strings.h"
#include "report/report.h"
#include "serve/internal.h"

enum { STREAMS_MAX = 4 };

struct serve_stream {
    server *s;
    ask ask;
    thaw_axis axis;
    const char **country; /* codes in ask.body */
    size_t n_countries;
    thaw_world *world;
    thaw_model *model;
    work work;
    pthread_t thread;
    int started;
    pthread_mutex_t lock;
    pthread_cond_t news;
    char *text; /* events not yet sent */
    size_t size, sent;
    int ended;
    double told; /* fraction of the last progress event */
};

/* Takes over data. */
static void tell(serve_stream *t, const char *event, json_t *data) {
    char *json = data ? json_dumps(data, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    char *line = json ? thaw_print_string("event: %s\ndata: %s\n\n", event, json) : NULL;
    json_decref(data);
    pthread_mutex_lock(&t->lock);
    const size_t n = line ? strlen(line) : 0;
    char *more = realloc(t->text, t->size + n + 1);
    if (more && line) {
        memcpy(more + t->size, line, n + 1);
        t->size += n;
    }
    if (more) t->text = more;
    pthread_cond_broadcast(&t->news);
    pthread_mutex_unlock(&t->lock);
    free(json);
    free(line);
}

static int progress(double fraction, void *context) {
    static const double STEP = 0.01;
    serve_stream *t = context;
    if (fraction >= t->told + STEP) {
        t->told = fraction;
        tell(t, "progress", json_pack("{s:f}", "fraction", fraction));
    }
    return work_progress(fraction, &t->work);
}

static json_t *column(const double *value, size_t n_points, size_t n, size_t country) {
    json_t *list = json_array();
    for (size_t p = 0; p < n_points; p++) json_array_append_new(list, number_or_null(value[p * n + country]));
    return list;
}

static json_t *sweep_json(const thaw_sweep *w) {
    json_t *values = json_array(), *countries = json_object();
    for (size_t p = 0; p < w->n_points; p++) json_array_append_new(values, json_real(thaw_sweep_value(w, p, 0)));
    for (size_t k = 0; k < w->n_countries; k++)
        json_object_set_new(countries, w->country[k],
                            json_pack("{s:o, s:o, s:o, s:o}", "welfare_pct",
                                      column(w->welfare_pct, w->n_points, w->n_countries, k), "real_wage_pct",
                                      column(w->real_wage_pct, w->n_points, w->n_countries, k), "exports_pct",
                                      column(w->exports_pct, w->n_points, w->n_countries, k), "imports_pct",
                                      column(w->imports_pct, w->n_points, w->n_countries, k)));
    return json_pack("{s:s, s:s, s:o, s:o, s:f}", "path", w->axis[0].path, "world", w->world, "values", values, "countries",
                     countries, "seconds", w->seconds);
}

static void *run_sweep(void *context) {
    serve_stream *t = context;
    thaw_sweep *sweep = NULL;
    thaw_error error = {0};
    const c_locale locale = c_locale_enter();
    const thaw_sweep_options options = {
        .n_threads = 1, .country = t->country, .n_countries = t->n_countries, .progress = progress, .progress_context = t};
    thaw_status status = thaw_trade_fit_all(t->model, t->world, t->ask.scenario, NULL, &error);
    if (status == THAW_OK)
        status = thaw_sweep_run(t->ask.scenario, t->model, t->world, &t->axis, 1, &options, &sweep, &error);
    if (status == THAW_OK) {
        tell(t, "done", sweep_json(sweep));
    } else {
        char text[sizeof error.file + sizeof error.message + 64];
        thaw_error_format(&error, text, sizeof text);
        tell(t, "error", json_pack("{s:s, s:o}", "status", thaw_status_string(status), "text", readable(text)));
    }
    thaw_sweep_free(sweep);
    c_locale_leave(locale);
    pthread_mutex_lock(&t->lock);
    t->ended = 1;
    pthread_cond_broadcast(&t->news);
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

size_t serve_stream_read(serve_stream *t, char *buffer, size_t size, int (*gone)(void *), void *context) {
    enum { LOOK_NS = 100 * 1000 * 1000, SECOND_NS = 1000 * 1000 * 1000 };
    pthread_mutex_lock(&t->lock);
    while (t->sent == t->size && !t->ended) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += LOOK_NS;
        until.tv_sec += until.tv_nsec / SECOND_NS;
        until.tv_nsec %= SECOND_NS;
        pthread_cond_timedwait(&t->news, &t->lock, &until);
        if (gone && gone(context)) {
            atomic_store(&t->work.stop, 1);
            break;
        }
    }
    size_t n = t->size - t->sent;
    if (n > size) n = size;
    if (n) memcpy(buffer, t->text + t->sent, n);
    t->sent += n;
    if (t->sent == t->size) t->sent = t->size = 0;
    pthread_mutex_unlock(&t->lock);
    return n;
}

void serve_stream_free(serve_stream *t) {
    atomic_store(&t->work.stop, 1);
    if (t->started) {
        pthread_join(t->thread, NULL);
        atomic_fetch_sub(&t->s->streams, 1);
    }
    kept_release(t->s->models, t->model);
    thaw_axis_clear(&t->axis);
    ask_clear(&t->ask);
    free(t->country);
    free(t->text);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->news);
    free(t);
}

static thaw_status read_countries(serve_stream *t, thaw_error *error) {
    json_t *list = json_object_get(t->ask.body, "countries"), *code;
    size_t k;
    if (!list) return THAW_OK;
    t->country = calloc(json_array_size(list) + 1, sizeof *t->country);
    if (!t->country) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    json_array_foreach(list, k, code) {
        if (!json_is_string(code)) return thaw_fail(error, THAW_ERR_USAGE, "`countries` is a list of codes");
        t->country[t->n_countries++] = json_string_value(code);
    }
    return THAW_OK;
}

static thaw_status read_sweep(serve_stream *t, const serve_request *r, thaw_error *error) {
    thaw_status status = ask_read(r->body, r->body_size, &t->ask, error);
    if (status != THAW_OK) return status;
    const char *over = json_string_value(json_object_get(t->ask.body, "over"));
    if (!over) return thaw_fail(error, THAW_ERR_USAGE, "a sweep needs `over`, such as \"measures[0].factor=1:3:0.1\"");
    status = thaw_axis_parse(over, &t->axis, error);
    return status == THAW_OK ? read_countries(t, error) : status;
}

static thaw_status open_models(serve_stream *t, thaw_error *error) {
    if (!(t->world = catalog_open(t->s, t->ask.world, error))) return error->status;
    if (!(t->model = model_open(t->s, t->ask.world, t->world, &t->ask.model, error))) return error->status;
    return THAW_OK;
}

void answer_sweep(server *s, const serve_request *r, serve_response *out) {
    serve_stream *t = calloc(1, sizeof *t);
    if (!t) {
        answer_fail(out, 500, "out of memory");
        return;
    }
    t->s = s;
    t->work.server_stop = &s->stopping;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->news, NULL);
    thaw_error error = {0};
    const thaw_status status = read_sweep(t, r, &error);
    if (status != THAW_OK) {
        serve_stream_free(t);
        answer_error(out, http_status(status), &error);
        return;
    }
    const double seconds = (double)t->axis.n * solve_estimate(s);
    if (seconds > s->options.max_seconds) {
        answer_fail(out, 422, "%zu points would take about %.0f seconds; at most %.0f are allowed: take a larger step",
                    t->axis.n, seconds, s->options.max_seconds);
        serve_stream_free(t);
        return;
    }
    const thaw_status opened = open_models(t, &error);
    if (opened != THAW_OK) {
        serve_stream_free(t);
        answer_error(out, http_status(opened), &error);
        return;
    }
    if (atomic_fetch_add(&s->streams, 1) >= STREAMS_MAX) {
        atomic_fetch_sub(&s->streams, 1);
        answer_fail(out, 503, "%d sweeps run already; try again when one has ended", STREAMS_MAX);
        serve_stream_free(t);
        return;
    }
    tell(t, "start", json_pack("{s:I, s:f}", "points", (json_int_t)t->axis.n, "estimate_seconds", seconds));
    t->started = pthread_create(&t->thread, NULL, run_sweep, t) == 0;
    if (!t->started) {
        atomic_fetch_sub(&s->streams, 1);
        answer_fail(out, 500, "no thread for the sweep");
        serve_stream_free(t);
        return;
    }
    out->status = 200;
    out->type = "text/event-stream";
    out->cache = "no-store";
    out->stream = t;
}
