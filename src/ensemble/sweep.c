#include "base/clock.h"
#include "ensemble/ensemble.h"
#include "base/strings.h"
#include "scenario/scenario.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Points solved one after the other from each other. The number depends on the grid alone, so that results do not depend on
 * the number of threads; long enough for the first few, which start from nothing, to matter little, and short enough to
 * share out. */
static size_t run_length(size_t n_points) {
    enum { SHORTEST = 16, LONGEST = 64, RUNS = 16 };
    const size_t length = n_points / RUNS;
    return length < SHORTEST ? SHORTEST : length > LONGEST ? LONGEST : length;
}

/* What all threads share. */
typedef struct job {
    const thaw_scenario *scenario;
    const thaw_model *model;
    const thaw_world *world;
    double tolerance;
    thaw_sweep *sweep;
    const size_t *country; /* [country of the sweep] its index in the world */
    const thaw_equilibrium *base;
    outcome base_outcome;
    size_t n_runs, run_length;
    atomic_size_t next_run, done; /* done: points */
    atomic_size_t failed_run;     /* the first run in the grid that failed; those before it still go on */
    atomic_int stop;
    pthread_mutex_t lock;
    pthread_cond_t finished; /* a thread ended */
    size_t n_running;
    thaw_error error; /* of failed_run */
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

static thaw_status store(const sweep_job *job, const thaw_equilibrium *e, size_t point, thaw_error *error) {
    thaw_sweep *s = job->sweep;
    const outcome *base = &job->base_outcome;
    outcome now;
    thaw_status status = outcome_create(job->world, e, &now, error);
    if (status) return status;
    for (size_t k = 0; k < s->n_countries; k++) {
        const size_t n = job->country[k], at = point * s->n_countries + k;
        s->wage_change[at] = e->wage[n] / job->base->wage[n];
        s->price_change[at] = now.price[n] / base->price[n];
        s->real_wage_pct[at] = pct(s->wage_change[at] / s->price_change[at], 1);
        s->welfare_pct[at] = pct(e->income[n] / job->base->income[n] / s->price_change[at], 1);
        s->exports_pct[at] = pct(now.exports[n], base->exports[n]);
        s->imports_pct[at] = pct(now.imports[n], base->imports[n]);
    }
    s->iterations[point] = e->stats.iterations;
    s->residual[point] = e->stats.residual;
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

static int should_stop(double fraction, void *context) {
    (void)fraction;
    return atomic_load(&((sweep_job *)context)->stop);
}

static thaw_status solve_point(sweep_job *job, thaw_scenario *scenario, size_t point, guess *g, thaw_error *error) {
    const thaw_solve_options options = {.tolerance = job->tolerance, .progress = should_stop, .progress_context = job};
    const double x = thaw_sweep_value(job->sweep, point, job->sweep->n_axes - 1);
    thaw_shock shock = {0};
    thaw_equilibrium *e = NULL;
    thaw_status status = set_point(scenario, job->sweep, point, error);
    if (!status) status = thaw_scenario_apply(scenario, job->world, NULL, &shock, error);
    if (!status) status = thaw_trade_solve(job->model, &shock, &options, guess_at(g, x), &e, error);
    thaw_shock_clear(&shock);
    if (!status) status = store(job, e, point, error);
    if (status)
        thaw_equilibrium_free(e);
    else
        guess_add(g, x, e);
    return status;
}

static void record_failure(sweep_job *job, size_t run, const thaw_error *error) {
    pthread_mutex_lock(&job->lock);
    if (run < atomic_load(&job->failed_run)) {
        atomic_store(&job->failed_run, run);
        job->error = *error;
    }
    pthread_mutex_unlock(&job->lock);
}

static void solve_run(sweep_job *job, size_t run, thaw_scenario *scenario, guess *g) {
    const size_t row = job->sweep->axis[job->sweep->n_axes - 1].n, end = (run + 1) * job->run_length;
    thaw_error error = {0};
    guess_reset(g);
    for (size_t point = run * job->run_length; point < end && point < job->sweep->n_points; point++) {
        if (atomic_load(&job->stop) || atomic_load(&job->failed_run) < run) return;
        if (point % row == 0) guess_new_row(g);
        if (solve_point(job, scenario, point, g, &error)) {
            if (atomic_load(&job->stop)) return;
            name_point(job->sweep, point, &error);
            record_failure(job, run, &error);
            return;
        }
        atomic_fetch_add(&job->done, 1);
    }
}

/* A scenario whose numbers can be changed while everything else stays the original's. */
static int borrow_scenario(const thaw_scenario *original, thaw_scenario *copy) {
    *copy = *original;
    copy->measure = malloc((original->n_measures + 1) * sizeof *copy->measure);
    if (!copy->measure) return 0;
    memcpy(copy->measure, original->measure, original->n_measures * sizeof *copy->measure);
    return 1;
}

static void *work(void *context) {
    sweep_job *job = context;
    thaw_scenario own;
    guess *g = NULL;
    thaw_error error = {0};
    if (!borrow_scenario(job->scenario, &own) || guess_create(job->world->n_countries, job->world->n_sectors, &g, &error)) {
        thaw_fail(&error, THAW_ERR_MEMORY, "out of memory for a sweep");
        record_failure(job, 0, &error);
    } else {
        for (size_t run; (run = atomic_fetch_add(&job->next_run, 1)) < job->n_runs && run < atomic_load(&job->failed_run);)
            solve_run(job, run, &own, g);
    }
    guess_free(g);
    free(own.measure);
    pthread_mutex_lock(&job->lock);
    job->n_running--;
    pthread_cond_signal(&job->finished);
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* Waits for all threads, telling the caller how far they are and stopping them when it says so. */
static void watch(sweep_job *job, const thaw_sweep_options *o) {
    enum { TICK_NS = 50000000, SECOND_NS = 1000000000 };
    pthread_mutex_lock(&job->lock);
    while (job->n_running) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_NS;
        until.tv_sec += until.tv_nsec / SECOND_NS;
        until.tv_nsec %= SECOND_NS;
        pthread_cond_timedwait(&job->finished, &job->lock, &until);
        pthread_mutex_unlock(&job->lock);
        const double fraction = (double)atomic_load(&job->done) / (double)job->sweep->n_points;
        if (o->progress && o->progress(fraction, o->progress_context)) atomic_store(&job->stop, 1);
        pthread_mutex_lock(&job->lock);
    }
    pthread_mutex_unlock(&job->lock);
}

static thaw_status run_threads(sweep_job *job, const thaw_sweep_options *o, thaw_error *error) {
    const size_t wanted = job->sweep->n_threads;
    pthread_t *thread = malloc(wanted * sizeof *thread);
    if (!thread) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    atomic_init(&job->failed_run, job->n_runs);
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->finished, NULL);
    size_t n = 0;
    int refused = 0;
    pthread_mutex_lock(&job->lock);
    while (n < wanted && !(refused = pthread_create(&thread[n], NULL, work, job))) n++;
    job->n_running = n;
    pthread_mutex_unlock(&job->lock);
    if (n) watch(job, o);
    for (size_t t = 0; t < n; t++) pthread_join(thread[t], NULL);
    pthread_cond_destroy(&job->finished);
    pthread_mutex_destroy(&job->lock);
    free(thread);
    if (!n) return thaw_fail(error, THAW_ERR_MEMORY, "cannot start a thread: %s", strerror(refused));
    job->sweep->n_threads = n;
    if (atomic_load(&job->stop))
        return thaw_fail(error, THAW_ERR_INTERRUPTED, "the sweep was interrupted; nothing was written");
    if (atomic_load(&job->failed_run) == job->n_runs) return THAW_OK;
    if (error) *error = job->error;
    return job->error.status;
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

static size_t count_threads(const thaw_sweep_options *o, size_t n_runs) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = o->n_threads ? o->n_threads : online > 0 ? (size_t)online : 1;
    return n < n_runs ? n : n_runs;
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
        job.run_length = run_length(s->n_points);
        job.n_runs = (s->n_points + job.run_length - 1) / job.run_length;
        s->n_threads = count_threads(&o, job.n_runs);
        status = run_threads(&job, &o, error);
    }
    outcome_clear(&job.base_outcome);
    thaw_equilibrium_free(base);
    free(country);
    if (status) {
        thaw_sweep_free(s);
        return status;
    }
    s->seconds = seconds_now() - begin;
    *sweep = s;
    return THAW_OK;
}
