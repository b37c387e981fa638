/* sweep.c: POST /api/sweep: a scenario over many values, as server-sent events: start, progress, then done or error. */
#include <stdlib.h>

#include "base/locale.h"
#include "report/report.h"
#include "serve/internal.h"

typedef struct sweep_ask {
    ask ask;
    thaw_axis axis;
    const char **country; /* codes in ask.body */
    size_t n_countries;
    thaw_world *world;
    thaw_model *model;
} sweep_ask;

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

static void run_sweep(serve_stream *stream, work *w, void *context) {
    sweep_ask *t = context;
    thaw_sweep *sweep = NULL;
    thaw_error error = {0};
    const thaw_sweep_options options = {.n_threads = w->threads,
                                        .country = t->country,
                                        .n_countries = t->n_countries,
                                        .progress = work_progress,
                                        .progress_context = w};
    thaw_status status = thaw_trade_fit_all(t->model, t->world, t->ask.scenario, NULL, &error);
    if (status == THAW_OK)
        status = thaw_sweep_run(t->ask.scenario, t->model, t->world, &t->axis, 1, &options, &sweep, &error);
    if (status == THAW_OK)
        stream_tell(stream, "done", sweep_json(sweep));
    else
        stream_tell_error(stream, &error);
    thaw_sweep_free(sweep);
}

static void clear(server *s, void *context) {
    sweep_ask *t = context;
    kept_release(s->models, t->model);
    thaw_axis_clear(&t->axis);
    ask_clear(&t->ask);
    free(t->country);
    free(t);
}

static thaw_status read_countries(sweep_ask *t, thaw_error *error) {
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

static thaw_status read_sweep(sweep_ask *t, const serve_request *r, thaw_error *error) {
    thaw_status status = ask_read(r->body, r->body_size, &t->ask, error);
    if (status != THAW_OK) return status;
    const char *over = json_string_value(json_object_get(t->ask.body, "over"));
    if (!over) return thaw_fail(error, THAW_ERR_USAGE, "a sweep needs `over`, such as \"measures[0].factor=1:3:0.1\"");
    status = thaw_axis_parse(over, &t->axis, error);
    return status == THAW_OK ? read_countries(t, error) : status;
}

static thaw_status open_models(server *s, sweep_ask *t, thaw_error *error) {
    if (!(t->world = catalog_open(s, t->ask.world, error))) return error->status;
    if (!(t->model = model_open(s, t->ask.world, t->world, &t->ask.model, error))) return error->status;
    return THAW_OK;
}

/* Non-zero after answering: it is wrong, or would take too long. */
static int refused(server *s, const serve_request *r, sweep_ask *t, double *seconds, serve_response *out) {
    thaw_error error = {0};
    thaw_status status = read_sweep(t, r, &error);
    *seconds = (double)t->axis.n * solve_estimate(s) / (double)pool_threads(s->solvers);
    if (status == THAW_OK && *seconds > s->options.max_seconds) {
        answer_fail(out, 422, "%zu points would take about %.0f seconds; at most %g are allowed: take a larger step",
                    t->axis.n, *seconds, s->options.max_seconds);
        return 1;
    }
    if (status == THAW_OK) status = open_models(s, t, &error);
    if (status != THAW_OK) answer_error(out, http_status(status), &error);
    return status != THAW_OK;
}

void answer_sweep(server *s, const serve_request *r, serve_response *out) {
    static const stream_task SWEEP = {run_sweep, clear};
    sweep_ask *t = calloc(1, sizeof *t);
    if (!t) {
        answer_fail(out, 500, "out of memory");
        return;
    }
    double seconds;
    const c_locale locale = c_locale_enter();
    if (refused(s, r, t, &seconds, out))
        clear(s, t);
    else
        answer_stream(s, &SWEEP, t, json_pack("{s:I, s:f}", "points", (json_int_t)t->axis.n, "estimate_seconds", seconds),
                      out);
    c_locale_leave(locale);
}
