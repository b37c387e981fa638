#include "base/clock.h"
#include "base/sha256.h"
#include "base/strings.h"
#include "ensemble/ensemble.h"
#include "ensemble/farm.h"
#include "ensemble/ranks.h"
#include "scenario/scenario.h"
#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points solved one after the other from each other. The number depends on the grid alone, so that results do not depend on
 * the number of threads; long enough for the first few, which start from nothing, to matter little, and short enough to
 * share out. */
static size_t run_length(size_t n_points) {
    enum { SHORTEST = 16, LONGEST = 64, RUNS = 16 };
    const size_t length = n_points / RUNS;
    return length < SHORTEST ? SHORTEST : length > LONGEST ? LONGEST : length;
}

/* What all runs share. Of each point they give COLUMNS numbers for each country of the sweep, in the order of `columns`,
 * then iterations and residual. */
enum { COLUMNS = 6 };

typedef struct sweep_job {
    const thaw_scenario *scenario;
    const thaw_model *model;
    const thaw_world *world;
    double tolerance;
    const thaw_sweep *sweep;
    const size_t *country; /* [country of the sweep] its index in the world */
    const thaw_equilibrium *base;
    outcome base_outcome;
    size_t n_runs, run_length, width; /* width: of a point */
} sweep_job;

double thaw_sweep_value(const thaw_sweep *sweep, size_t point, size_t axis) {
    for (size_t a = sweep->n_axes - 1; a > axis; a--) point /= sweep->axis[a].n;
    return sweep->axis[axis].value[point % sweep->axis[axis].n];
}

static thaw_status set_point(thaw_scenario *scenario, const thaw_sweep *sweep, size_t point, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t a = 0; a < sweep->n_axes && !status; a++)
        status = thaw_scenario_set_number(scenario, sweep->axis[a].path, thaw_sweep_value(sweep, point, a), error);
    return status;
}

static double pct(double now, double base) {
    return now == base ? 0 : 100 * (now / base - 1);
}

static thaw_status store(const sweep_job *job, const thaw_equilibrium *e, double *out, thaw_error *error) {
    const size_t n_countries = job->sweep->n_countries;
    const outcome *base = &job->base_outcome;
    outcome now;
    thaw_status status = outcome_create(job->world, e, &now, error);
    if (status) return status;
    for (size_t k = 0; k < n_countries; k++) {
        const size_t n = job->country[k];
        const double wage = e->wage[n] / job->base->wage[n], price = now.price[n] / base->price[n];
        const double column[COLUMNS] = {wage,
                                        price,
                                        pct(wage / price, 1),
                                        pct(e->income[n] / job->base->income[n] / price, 1),
                                        pct(now.exports[n], base->exports[n]),
                                        pct(now.imports[n], base->imports[n])};
        for (size_t c = 0; c < COLUMNS; c++) out[c * n_countries + k] = column[c];
    }
    out[COLUMNS * n_countries] = e->stats.iterations;
    out[COLUMNS * n_countries + 1] = e->stats.residual;
    outcome_clear(&now);
    return THAW_OK;
}

/* Prefixes an error with the point where it happened. */
static void name_point(const thaw_sweep *s, size_t point, thaw_error *error) {
    char where[400] = "", reason[sizeof error->message];
    for (size_t a = 0, used = 0; a < s->n_axes && used < sizeof where; a++)
        used += (size_t)snprintf(where + used, sizeof where - used, "%s%.100s=%.10g", a ? ", " : "", s->axis[a].path,
                                 thaw_sweep_value(s, point, a));
    memcpy(reason, error->message, sizeof reason);
    snprintf(error->message, sizeof error->message, "at %s: %.600s", where, reason);
}

static thaw_status solve_point(const sweep_job *job, thaw_scenario *scenario, size_t point, guess *g, parallel_job *threads,
                               double *out, thaw_error *error) {
    const thaw_solve_options options = {
        .tolerance = job->tolerance, .progress = threads ? parallel_stopped : NULL, .progress_context = threads};
    const double x = thaw_sweep_value(job->sweep, point, job->sweep->n_axes - 1);
    thaw_shock shock = {0};
    thaw_equilibrium *e = NULL;
    thaw_status status = set_point(scenario, job->sweep, point, error);
    if (!status) status = thaw_scenario_apply(scenario, job->world, NULL, &shock, error);
    if (!status) status = thaw_trade_solve(job->model, &shock, &options, guess_at(g, x), &e, error);
    thaw_shock_clear(&shock);
    if (!status) status = store(job, e, out, error);
    if (status)
        thaw_equilibrium_free(e);
    else
        guess_add(g, x, e);
    return status;
}

/* A scenario whose numbers can be changed while everything else stays the original's. */
static int borrow_scenario(const thaw_scenario *original, thaw_scenario *copy) {
    *copy = *original;
    copy->measure = malloc((original->n_measures + 1) * sizeof *copy->measure);
    if (!copy->measure) return 0;
    memcpy(copy->measure, original->measure, original->n_measures * sizeof *copy->measure);
    return 1;
}

/* Points from the first to before the end, into out [point][width]. */
static thaw_status solve_points(const sweep_job *job, size_t first, size_t end, parallel_job *threads, double *out,
                                thaw_error *error) {
    const size_t row = job->sweep->axis[job->sweep->n_axes - 1].n;
    thaw_scenario own;
    guess *g = NULL;
    if (!borrow_scenario(job->scenario, &own)) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    thaw_status status = guess_create(job->world->n_countries, job->world->n_sectors, &g, error);
    for (size_t point = first; point < end && !status; point++) {
        if (point % row == 0) guess_new_row(g);
        status = solve_point(job, &own, point, g, threads, out + (point - first) * job->width, error);
        if (status && error) name_point(job->sweep, point, error);
    }
    guess_free(g);
    free(own.measure);
    return status;
}

static thaw_status solve_run(void *context, size_t run, double *out, parallel_job *threads, thaw_error *error) {
    const sweep_job *job = context;
    const size_t first = run * job->run_length, left = job->sweep->n_points - first;
    const size_t n = left < job->run_length ? left : job->run_length;
    memset(out + n * job->width, 0, (job->run_length - n) * job->width * sizeof *out);
    return solve_points(job, first, first + n, threads, out, error);
}

/* What the results depend on. */
static thaw_status question(const sweep_job *job, char **text, thaw_error *error) {
    const thaw_sweep *s = job->sweep;
    char hex[65];
    size_t size = 0;
    double *first = malloc(job->width * sizeof *first);
    FILE *out = first ? open_memstream(text, &size) : NULL;
    thaw_status status =
        out ? solve_points(job, 0, 1, NULL, first, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    if (!status) {
        thaw_world_checksum(job->world, hex);
        fprintf(out, "thaw %s sweep\nworld %s\ntolerance %.17g\n", thaw_version(), hex, job->tolerance);
        thaw_scenario_normal_form(job->scenario, out);
        for (size_t a = 0; a < s->n_axes; a++) {
            fprintf(out, "\n%s", s->axis[a].path);
            for (size_t k = 0; k < s->axis[a].n; k++) fprintf(out, " %a", s->axis[a].value[k]);
        }
        for (size_t k = 0; k < s->n_countries; k++) fprintf(out, "\n%s", s->country[k]);
        /* the model, by what it answers first: to the digits that all machines agree on */
        for (size_t k = 0; k < COLUMNS * s->n_countries; k++) fprintf(out, "\n%.3e", first[k]);
    }
    if (out && fclose(out) && !status) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    free(first);
    return status;
}

/* From the runs into arrays of the sweep's own. */
static thaw_status take_runs(const sweep_job *job, const double *runs, thaw_sweep *s, thaw_error *error) {
    thaw_status status = sweep_make_arrays(s, error);
    if (status) return status;
    double *const column[COLUMNS] = {s->wage_change, s->price_change, s->real_wage_pct,
                                     s->welfare_pct, s->exports_pct,  s->imports_pct};
    for (size_t point = 0; point < s->n_points; point++) {
        const double *from = runs + point * job->width;
        for (size_t c = 0; c < COLUMNS; c++)
            memcpy(column[c] + point * s->n_countries, from + c * s->n_countries, s->n_countries * sizeof *from);
        s->iterations[point] = (int)from[COLUMNS * s->n_countries];
        s->residual[point] = from[COLUMNS * s->n_countries + 1];
    }
    return THAW_OK;
}

static thaw_status run_all(sweep_job *job, const thaw_sweep_options *o, thaw_sweep *s, thaw_error *error) {
    const int first = !o->ranks || o->ranks->index == 0;
    const size_t size = job->run_length * job->width;
    double *runs = first ? malloc(job->n_runs * size * sizeof *runs) : NULL;
    char *text = NULL;
    thaw_status status = runs || !first ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    if (!status && o->resume && first) status = question(job, &text, error);
    const farm f = {.n_chunks = job->n_runs,
                    .size = size,
                    .run = solve_run,
                    .context = job,
                    .resume = o->resume,
                    .question = text,
                    .threads = {o->n_threads, o->progress, o->progress_context},
                    .ranks = o->ranks};
    if (!status)
        status = farm_run(&f, runs, error);
    else if (first && o->ranks)
        ranks_dismiss(o->ranks);
    if (status == THAW_ERR_INTERRUPTED)
        thaw_fail(error, status, "the sweep was interrupted; no result was written%s",
                  o->resume ? "; the same command goes on from what is solved" : "");
    if (!status && first) status = take_runs(job, runs, s, error);
    free(text);
    free(runs);
    return status;
}

/* The scenario's start: what it comes after, or the world as it stands. */
static thaw_status solve_base(const thaw_scenario *scenario, const thaw_model *model, const thaw_world *world,
                              double tolerance, thaw_equilibrium **base, thaw_error *error) {
    const thaw_solve_options options = {.tolerance = tolerance};
    thaw_shock before = {0}, shock = {0};
    if (!scenario->after) return thaw_trade_base(model, base, error);
    thaw_status status = thaw_scenario_apply(scenario, world, &before, &shock, error);
    if (!status) status = thaw_trade_solve(model, &before, &options, NULL, base, error);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    return status;
}

thaw_status thaw_sweep_run(const thaw_scenario *scenario, const thaw_model *model, const thaw_world *world,
                           const thaw_axis *axis, size_t n_axes, const thaw_sweep_options *options, thaw_sweep **sweep,
                           thaw_error *error) {
    const thaw_sweep_options o = options ? *options : (thaw_sweep_options){0};
    const double begin = seconds_now();
    thaw_sweep *s = NULL;
    thaw_equilibrium *base = NULL;
    size_t *country = NULL;
    sweep_job job = {.scenario = scenario, .model = model, .world = world, .tolerance = o.tolerance};
    thaw_status status = sweep_create(scenario, world, axis, n_axes, &o, &s, &country, error);
    if (!status) status = solve_base(scenario, model, world, o.tolerance, &base, error);
    if (!status) status = outcome_create(world, base, &job.base_outcome, error);
    if (!status) {
        job.sweep = s;
        job.country = country;
        job.base = base;
        job.width = COLUMNS * s->n_countries + 2;
        job.run_length = run_length(s->n_points);
        job.n_runs = (s->n_points + job.run_length - 1) / job.run_length;
        s->n_threads = parallel_count(o.n_threads, job.n_runs);
        status = run_all(&job, &o, s, error);
    }
    outcome_clear(&job.base_outcome);
    thaw_equilibrium_free(base);
    free(country);
    if (status || (o.ranks && o.ranks->index > 0)) {
        thaw_sweep_free(s);
        return status;
    }
    s->seconds = seconds_now() - begin;
    *sweep = s;
    return THAW_OK;
}
