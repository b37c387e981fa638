#include "report/drawn.h"

#include <stdlib.h>
#include <string.h>

static void drawer_free(drawer *w) {
    if (!w) return;
    thaw_model_free(w->model);
    thaw_model_free(w->short_run);
    chain_copy_clear(&w->scenario);
    free(w->world.theta);
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
    thaw_model_options short_run = run->model_options;
    short_run.horizon = THAW_HORIZON_SHORT;
    thaw_status status = THAW_OK;
    if (!d->options.no_claimants && run->model_options.horizon == THAW_HORIZON_ONE_FACTOR && !run->market)
        status = thaw_model_create_with(run->world, &short_run, &d->short_run, error);
    if (!status) status = check_draws(d, error);
    if (status)
        drawn_run_free(d);
    else
        *out = d;
    return status;
}

void drawn_run_free(drawn_run *d) {
    if (!d) return;
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

thaw_status drawn_run_at(drawn_run *d, size_t draw, thaw_progress_fn stop, void *stop_context, drawer **out, thaw_run **run,
                         thaw_error *error) {
    drawer *w = NULL;
    int changed;
    thaw_error why = {0};
    thaw_status status = take(d, &w, error);
    if (status) return status;
    chain_copy_restore(&w->scenario, d->run->scenario);
    status = draws_apply(d->draws, draw, d->run->world, w->scenario.link, w->world.theta, &changed, &why);
    if (w->model) thaw_model_theta_changed(w->model);
    if (w->short_run) thaw_model_theta_changed(w->short_run);
    thaw_run_options o = d->options;
    o.result.solve.progress = stop;
    o.result.solve.progress_context = stop_context;
    o.shared =
        (thaw_run_shared){.scenario = w->scenario.link, .world = &w->world, .model = w->model, .short_run = w->short_run};
    if (!status) status = thaw_run_create(NULL, &o, run, &why);
    if (status) {
        name_draw(d->draws, draw, &why);
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
