#include "report/drawn.h"

#include <stdlib.h>
#include <string.h>

/* Of every equation of a draw: its digits are far beyond what draws can tell. A fit needs them all. */
static const double DRAW_TOLERANCE = 1e-8;
enum { FIRST_BATCH = 16, BATCH_GROWTH = 2, MOST_TRAINING = 256, MOST_TRAINING_BYTES = 256 << 20 };

static void drawer_free(drawer *w) {
    if (!w) return;
    thaw_model_free(w->model);
    thaw_model_free(w->short_run);
    chain_copy_clear(&w->scenario);
    free(w->world.theta);
    free(w->start);
    free(w);
}

/* A model with market power is made anew for every draw, since profits rest on theta. */
static thaw_status drawer_create(const drawn_run *d, drawer **out, thaw_error *error) {
    const thaw_run *run = d->run;
    drawer *w = calloc(1, sizeof *w);
    if (!w) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    w->world = *run->world;
    w->world.theta = malloc((run->world->n_sectors + 1) * sizeof *w->world.theta);
    thaw_status status = w->world.theta ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    if (!status) memcpy(w->world.theta, run->world->theta, run->world->n_sectors * sizeof *w->world.theta);
    if (!status) status = chain_copy_create(run->scenario, &w->scenario, error);
    if (!status && !run->market) status = thaw_model_vary(run->model, &w->world, &w->model, error);
    if (!status && d->short_run) status = thaw_model_vary(d->short_run, &w->world, &w->short_run, error);
    if (status)
        drawer_free(w);
    else
        *out = w;
    return status;
}

static thaw_status take(drawn_run *d, drawer **out, thaw_error *error) {
    pthread_mutex_lock(&d->lock);
    drawer *w = d->idle;
    if (w) d->idle = w->next;
    pthread_mutex_unlock(&d->lock);
    if (!w) return drawer_create(d, out, error);
    *out = w;
    return THAW_OK;
}

static thaw_status check_draws(drawn_run *d, thaw_error *error) {
    drawer *w = NULL;
    int changed;
    thaw_status status = drawer_create(d, &w, error);
    for (size_t k = 0; k < d->draws->n && !status; k++) {
        chain_copy_restore(&w->scenario, d->run->scenario);
        status = draws_apply(d->draws, k, d->run->world, w->scenario.link, w->world.theta, &changed, error);
    }
    if (!status) d->idle = w;
    if (status) drawer_free(w);
    return status;
}

/* How many draws are learnt from: none where there are few in all. */
static size_t count_training(const drawn_run *d) {
    const thaw_world *w = d->run->world;
    const size_t bytes = N_SOLVED * (w->n_countries + 2 * w->n_countries * w->n_sectors) * sizeof(double);
    size_t n = 0;
    for (size_t next = FIRST_BATCH; next <= MOST_TRAINING && 2 * next <= d->draws->n && next * bytes <= MOST_TRAINING_BYTES;
         next *= BATCH_GROWTH)
        n = next;
    return n;
}

static const thaw_equilibrium *solved(const thaw_run *run, int which) {
    const thaw_equilibrium *const all[N_SOLVED] = {run->base, run->now, run->short_base, run->short_now};
    /* What is the world as it stands is not solved. */
    return which % 2 == 0 && !thaw_scenario_after(run->scenario) ? NULL : all[which];
}

static thaw_run_options options_of(const drawn_run *d, drawer *w) {
    thaw_run_options o = d->options;
    o.shared =
        (thaw_run_shared){.scenario = w->scenario.link, .world = &w->world, .model = w->model, .short_run = w->short_run};
    return o;
}

/* The run without any draw, whose solutions are the first starts. */
static thaw_status find_center(drawn_run *d, thaw_error *error) {
    drawer *w = d->idle;
    chain_copy_restore(&w->scenario, d->run->scenario);
    memcpy(w->world.theta, d->run->world->theta, w->world.n_sectors * sizeof *w->world.theta);
    if (w->model) thaw_model_theta_changed(w->model);
    if (w->short_run) thaw_model_theta_changed(w->short_run);
    thaw_run_options o = options_of(d, w);
    o.shared.keep_short_run = 1;
    thaw_status status = thaw_run_create(NULL, &o, &d->center, error);
    for (int k = 0; k < N_SOLVED && !status; k++)
        if (solved(d->center, k))
            status = surface_create(d->draws, d->n_training, solved(d->center, k), &d->surface[k], error);
    return status;
}

thaw_status drawn_run_create(const thaw_run *run, const thaw_run_options *options, const thaw_draws *draws, drawn_run **out,
                             thaw_error *error) {
    drawn_run *d = calloc(1, sizeof *d);
    if (!d) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    *d = (drawn_run){.run = run, .draws = draws, .options = *options};
    pthread_mutex_init(&d->lock, NULL);
    /* What was set is in the run's scenario and world already; what rests on no draw is not computed again. */
    d->options.n_set = d->options.n_theta = d->options.n_partners = 0;
    d->options.given = NULL;
    d->options.focus = run->world->country[run->focus];
    d->options.result.no_decomposition = 1;
    d->options.no_claimants |= !run->claimants;
    thaw_status status = THAW_OK;
    if (!d->options.no_claimants && run->model_options.horizon == THAW_HORIZON_ONE_FACTOR && !run->market)
        status = thaw_model_with_horizon(run->model, THAW_HORIZON_SHORT, &d->short_run, error);
    if (!status) status = check_draws(d, error);
    d->n_training = count_training(d);
    if (!status && d->n_training) status = find_center(d, error);
    if (status)
        drawn_run_free(d);
    else
        *out = d;
    return status;
}

void drawn_run_free(drawn_run *d) {
    if (!d) return;
    for (int k = 0; k < N_SOLVED; k++) surface_free(d->surface[k]);
    thaw_run_free(d->center); /* borrows from a drawer */
    while (d->idle) {
        drawer *w = d->idle;
        d->idle = w->next;
        drawer_free(w);
    }
    thaw_model_free(d->short_run);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

/* "in draw 12 (theta 0.83, freeze/measures[0].factor 2.4): ..." */
static void name_draw(const thaw_draws *d, size_t draw, thaw_error *error) {
    enum { SHOWN = 6 };
    char where[400] = "", reason[sizeof error->message];
    for (size_t i = 0, used = 0; i < d->n_inputs && i < SHOWN && used < sizeof where; i++)
        used += (size_t)snprintf(where + used, sizeof where - used, "%s%.80s %.6g", i ? ", " : "", d->input[i].name,
                                 d->value[draw * d->n_inputs + i]);
    memcpy(reason, error->message, sizeof reason);
    snprintf(error->message, sizeof error->message, "in draw %zu (%s%s): %.500s", draw + 1, where,
             d->n_inputs > SHOWN ? ", ..." : "", reason);
}

/* Starts of a draw's solves, in the drawer's memory; 0 where there is none left. */
static int find_starts(const drawn_run *d, size_t draw, drawer *w, thaw_equilibrium start[N_SOLVED],
                       thaw_run_starts *starts) {
    const thaw_equilibrium **const out[N_SOLVED] = {&starts->base, &starts->now, &starts->short_base, &starts->short_now};
    const size_t size = surface_size(d->surface[SOLVED_NOW]);
    if (!w->start && !(w->start = malloc(N_SOLVED * size * sizeof *w->start))) return 0;
    *starts = (thaw_run_starts){0};
    for (int k = 0; k < N_SOLVED; k++) {
        if (!d->surface[k]) continue;
        start[k] = surface_start(d->surface[k], draw, w->start + (size_t)k * size);
        *out[k] = &start[k];
    }
    return 1;
}

static thaw_status make_run(drawn_run *d, size_t draw, drawer *w, thaw_progress_fn stop, void *stop_context, thaw_run **run,
                            thaw_error *error) {
    thaw_equilibrium start[N_SOLVED];
    thaw_run_starts starts;
    int changed;
    chain_copy_restore(&w->scenario, d->run->scenario);
    thaw_status status = draws_apply(d->draws, draw, d->run->world, w->scenario.link, w->world.theta, &changed, error);
    if (status) return status;
    if (w->model) thaw_model_theta_changed(w->model);
    if (w->short_run) thaw_model_theta_changed(w->short_run);
    thaw_run_options o = options_of(d, w);
    o.result.solve.progress = stop;
    o.result.solve.progress_context = stop_context;
    o.shared.keep_short_run = draw < d->n_training;
    if (changed) { /* else it is the run itself, to the last bit */
        if (!d->run->n_fits && !(o.result.solve.tolerance > DRAW_TOLERANCE)) o.result.solve.tolerance = DRAW_TOLERANCE;
        if (d->n_training && find_starts(d, draw, w, start, &starts)) o.shared.starts = &starts;
    }
    status = thaw_run_create(NULL, &o, run, error);
    for (int k = 0; k < N_SOLVED && !status && draw < d->n_training; k++)
        if (d->surface[k] && solved(*run, k)) surface_keep(d->surface[k], draw, solved(*run, k));
    return status;
}

thaw_status drawn_run_at(drawn_run *d, size_t draw, thaw_progress_fn stop, void *stop_context, drawer **out, thaw_run **run,
                         thaw_error *error) {
    drawer *w = NULL;
    thaw_error why = {0};
    thaw_status status = take(d, &w, error);
    if (status) return status;
    status = make_run(d, draw, w, stop, stop_context, run, &why);
    if (status) {
        if (status != THAW_ERR_INTERRUPTED) name_draw(d->draws, draw, &why);
        if (error) *error = why;
        drawn_run_release(d, w, NULL);
        return status;
    }
    *out = w;
    return THAW_OK;
}

void drawn_run_release(drawn_run *d, drawer *w, thaw_run *run) {
    thaw_run_free(run);
    pthread_mutex_lock(&d->lock);
    w->next = d->idle;
    d->idle = w;
    pthread_mutex_unlock(&d->lock);
}

/* ---- all draws ---- */

typedef struct batch {
    parallel_fn *work;
    void *context;
    size_t from, to, n;
    const parallel_options *options;
} batch;

static thaw_status work_in_batch(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const batch *b = context;
    return b->work(b->context, b->from + piece, job, error);
}

static int progress_of_batch(double fraction, void *context) {
    const batch *b = context;
    const double done = (double)b->from + fraction * (double)(b->to - b->from);
    return b->options->progress(done / (double)b->n, b->options->progress_context);
}

typedef struct lesson {
    drawn_run *const *d;
    size_t n; /* draws that are known */
} lesson;

static thaw_status learn(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const lesson *l = context;
    surface *s = l->d[piece / N_SOLVED]->surface[piece % N_SOLVED];
    (void)job;
    return s ? surface_learn(s, l->n, error) : THAW_OK;
}

thaw_status drawn_runs_all(drawn_run *const *d, size_t n_runs, parallel_fn *work, void *context,
                           const parallel_options *options, thaw_error *error) {
    batch b = {.work = work, .context = context, .n = d[0]->draws->n, .options = options};
    const parallel_options within = {
        .n_threads = options->n_threads, .progress = options->progress ? progress_of_batch : NULL, .progress_context = &b};
    size_t training = 0;
    for (size_t r = 0; r < n_runs; r++) training = d[r]->n_training > training ? d[r]->n_training : training;
    for (size_t next = FIRST_BATCH; b.from < b.n; b.from = b.to, next *= BATCH_GROWTH) {
        b.to = next <= training ? next : b.n;
        thaw_status status = parallel_run(b.to - b.from, work_in_batch, &b, &within, error);
        if (status) return status;
        lesson known = {d, b.to};
        const parallel_options silent = {.n_threads = options->n_threads};
        if (b.to < b.n) status = parallel_run(n_runs * N_SOLVED, learn, &known, &silent, error);
        if (status) return status;
    }
    return THAW_OK;
}
