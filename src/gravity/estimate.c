/* estimate.c: from a panel to an estimate. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "gravity/bias.h"
#include "gravity/bootstrap.h"
#include "gravity/covariance.h"
#include "gravity/poisson.h"
#include "gravity/result.h"
#include "gravity/separation.h"

static const double EXTREME = 1e100; /* outcomes beyond it, or all below its inverse, have squares that overflow */
static const double LOOK = 1e-9;     /* accuracy of absorption when collinear regressors are looked for */

/* All that an estimation holds. */
typedef struct estimation {
    const thaw_panel *panel;
    thaw_gravity_options options;
    sample sample;
    regression *regression;
    unsigned char *explained; /* [panel regressor] by others */
    unsigned char *mark;      /* [row] */
    poisson_stats stats;
    long inner; /* steps of regressions that are gone */
} estimation;

static thaw_status check_panel(const thaw_panel *p, const thaw_gravity_options *o, thaw_error *error) {
    if (p->n_rows == 0)
        return thaw_fail_at(error, THAW_ERR_INPUT, p->file, 0, 0,
                            "no row is left: all are excluded or have a missing value");
    if (p->n_rows > UINT32_MAX / 2)
        return thaw_fail(error, THAW_ERR_INPUT, "%zu rows are more than can be worked on (2^31)", p->n_rows);
    if (p->n_regressors + p->n_effects == 0)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "the formula has neither regressors nor fixed effects: there is nothing to estimate");
    if (o->bias_correction && o->wild_draws)
        return thaw_fail(error, THAW_ERR_USAGE, "the wild bootstrap is of estimates without correction of bias");
    double largest = 0;
    for (size_t r = 0; r < p->n_rows; r++) {
        double y = p->outcome[r];
        if (o->family == THAW_POISSON && y < 0)
            return thaw_fail_at(error, THAW_ERR_INPUT, p->file, 0, 0,
                                "data row %zu: %s is %g, but Poisson needs outcomes of at least 0", p->data_row[r],
                                p->outcome_name, y);
        if (fabs(y) > largest) largest = fabs(y);
    }
    if (o->family == THAW_POISSON && !(largest > 0))
        return thaw_fail_at(error, THAW_ERR_INPUT, p->file, 0, 0, "%s is 0 in every row: nothing can be estimated",
                            p->outcome_name);
    if (largest > 0 && (largest < 1 / EXTREME || largest > EXTREME))
        return thaw_fail_at(error, THAW_ERR_INPUT, p->file, 0, 0,
                            "%s goes up to %g, and its square is no number any more: give it in another unit",
                            p->outcome_name, largest);
    return THAW_OK;
}

/* The regression on the sample as it is now, without the regressors that others explain. */
static thaw_status set_up(estimation *e, thaw_error *error) {
    if (e->regression) e->inner += e->regression->a->iterations;
    regression_free(e->regression);
    e->regression = NULL;
    memset(e->explained, 0, e->panel->n_regressors);
    if (e->sample.n == 0)
        return thaw_fail_at(error, THAW_ERR_INPUT, e->panel->file, 0, 0,
                            "no row is left: all %zu are separated or alone in a level of a fixed effect", e->panel->n_rows);
    thaw_status status = regression_create(&e->sample, e->options.n_threads, &e->regression, error);
    if (status == THAW_OK) status = regression_absorb(e->regression, LOOK, INFINITY, error);
    if (status == THAW_OK) status = regression_prune(e->regression, e->explained, error);
    return status;
}

static thaw_status trim(estimation *e, thaw_error *error) {
    int zeros = e->options.family == THAW_POISSON && !e->options.no_separation;
    return sample_trim(&e->sample, zeros, !e->options.keep_singletons, error);
}

/* Takes out separated rows until it is proven that there are no more; the number taken out. */
static thaw_status drop_separated(estimation *e, size_t *dropped, thaw_error *error) {
    size_t found = 0;
    *dropped = 0;
    do {
        thaw_status status = separation_find(&e->sample, &e->options, e->mark, NULL, &found, error);
        if (status != THAW_OK) return status;
        *dropped += found;
        if (found) sample_drop(&e->sample, e->mark, THAW_DROP_REGRESSOR);
        if (found && (status = trim(e, error)) != THAW_OK) return status;
    } while (found > 0 && e->sample.n > 0);
    return THAW_OK;
}

static thaw_status fit_poisson(estimation *e, thaw_error *error) {
    int look = !e->options.no_separation;
    for (;;) {
        thaw_status status = poisson_fit(e->regression, &e->options, look, &e->stats, error);
        /* A fit that fails before it is proven that a maximum exists may fail because there is none. */
        if (status != THAW_OK && !(look && status == THAW_ERR_CONVERGENCE)) return status;
        if (status == THAW_OK && !e->stats.separated) break;
        size_t dropped;
        look = 0;
        status = drop_separated(e, &dropped, error);
        if (status == THAW_OK && dropped) status = set_up(e, error);
        if (status != THAW_OK) return status;
    }
    poisson_reweigh(e->regression);
    return regression_settle(e->regression, FINAL_ACCURACY, error);
}

static thaw_status fit_gaussian(estimation *e, thaw_error *error) {
    e->stats.iterations = 1;
    thaw_status status = regression_least_squares(e->regression, error);
    if (status != THAW_OK) return status;
    return regression_first_order(e->regression, THAW_GAUSSIAN, &e->stats.first_order, error);
}

/* Sums over rows that the likelihoods need. */
static void add_likelihood(const estimation *e, thaw_gravity *f, double *residual_squares, double *total_weight) {
    const regression *g = e->regression;
    compensated weights = {0}, sum = {0}, ll = {0}, null = {0}, squares = {0}, about = {0};
    for (size_t r = 0; r < g->n; r++) {
        double w = g->prior ? g->prior[r] : 1;
        add(&weights, w);
        add(&sum, w * g->outcome[r]);
    }
    double mean = total(sum) / total(weights), n = (double)g->n;
    for (size_t r = 0; r < g->n; r++) {
        double w = g->prior ? g->prior[r] : 1, y = g->outcome[r];
        if (f->family == THAW_POISSON) {
            double constant = lgamma(y + 1);
            add(&ll, w * (y * g->eta[r] - exp(g->eta[r]) - constant));
            add(&null, w * (y * log(mean) - mean - constant));
        }
        double d = y - (f->family == THAW_POISSON ? exp(g->eta[r]) : g->eta[r]);
        add(&squares, w * d * d);
        add(&about, w * (y - mean) * (y - mean));
    }
    *residual_squares = total(squares);
    *total_weight = total(weights);
    if (f->family == THAW_POISSON) {
        f->log_likelihood = total(ll);
        f->null_log_likelihood = total(null);
        f->deviance = e->stats.deviance;
        f->pseudo_r2 = 1 - f->log_likelihood / f->null_log_likelihood;
        f->r2_within = NAN;
        return;
    }
    f->log_likelihood = -n / 2 * (log(2 * M_PI * total(squares) / n) + 1);
    f->null_log_likelihood = -n / 2 * (log(2 * M_PI * total(about) / n) + 1);
    f->deviance = total(squares);
    f->pseudo_r2 = 1 - total(squares) / total(about);
    f->r2_within = 1 - total(squares) / g->gram[0];
}

static thaw_status report(estimation *e, thaw_gravity *f, thaw_error *error) {
    regression *g = e->regression;
    double squares, weights;
    f->family = e->options.family;
    thaw_status status = result_create(&e->sample, g, e->explained, f, error);
    if (status != THAW_OK) return status;
    add_likelihood(e, f, &squares, &weights);
    f->rank = covariance_rank(g, 0);
    f->iterations = e->stats.iterations;
    f->inner_iterations += e->inner;
    f->first_order = e->stats.first_order;
    /* The error terms take the place of the working residual, which is not needed any more. */
    double *error_term = g->column[0];
    for (size_t r = 0; r < g->n; r++) {
        double mu = f->family == THAW_POISSON ? exp(g->eta[r]) : g->eta[r];
        error_term[r] = (g->outcome[r] - mu) * (g->prior ? g->prior[r] : 1);
    }
    double dispersion = f->family == THAW_POISSON ? 1 : squares / ((double)g->n - (double)f->rank);
    if (f->family == THAW_GAUSSIAN && e->options.small_sample == THAW_SMALL_SAMPLE_FIXEST)
        dispersion = squares / ((double)g->n - 1);
    status = covariance_estimate(g, &e->options, error_term, dispersion, f->covariance, f->covariance_name, error);
    for (size_t k = 0; k < f->n_coefficients; k++) f->std_error[k] = sqrt(f->covariance[k * f->n_coefficients + k]);
    if (status == THAW_OK && e->options.bias_correction) status = bias_correct(g, &e->options, f, error);
    return status == THAW_OK && e->options.wild_draws ? bootstrap_scores(g, &e->options, f, error) : status;
}

static thaw_status run(estimation *e, thaw_gravity *f, thaw_error *error) {
    thaw_status status = check_panel(e->panel, &e->options, error);
    if (status == THAW_OK) status = sample_create(e->panel, &e->sample, error);
    if (status == THAW_OK) status = trim(e, error);
    if (status == THAW_OK) status = set_up(e, error);
    if (status == THAW_OK) status = e->options.family == THAW_POISSON ? fit_poisson(e, error) : fit_gaussian(e, error);
    return status == THAW_OK ? report(e, f, error) : status;
}

thaw_status thaw_gravity_estimate(const thaw_panel *panel, const thaw_gravity_options *options, thaw_gravity **fit,
                                  thaw_error *error) {
    const double start = seconds_now();
    estimation e = {.panel = panel, .options = options ? *options : (thaw_gravity_options){0}};
    e.explained = calloc(panel->n_regressors + 1, 1);
    e.mark = malloc(panel->n_rows + 1);
    thaw_gravity *f = calloc(1, sizeof *f);
    thaw_status status = e.explained && e.mark && f ? run(&e, f, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    regression_free(e.regression);
    sample_free(&e.sample);
    free(e.explained);
    free(e.mark);
    if (status != THAW_OK) {
        thaw_gravity_free(f);
        return status;
    }
    f->seconds = seconds_now() - start;
    *fit = f;
    return THAW_OK;
}
