/* poisson.c: iteratively reweighted least squares with inexact inner solves, as a Newton method in (alpha, beta).
 *
 * Each step regresses e = (y - mu) / mu on the regressors and effects with weights mu. Only e has to be small in the end:
 * it shrinks from step to step, so that solves to a fixed relative accuracy are enough, and regressors, whose coefficients
 * on the effects are kept from step to step, are solved for from near their solution.
 *
 * Separation. Let s be the fitted part of e. Then m = mu (e - s) is orthogonal to every regressor and effect, and on rows
 * with y = 0, where e = -1, it is -mu (1 + s). If s > -1 on all of these, m is of one sign there, so that no combination z
 * of regressors and effects can be 0 where y > 0, at most 0 elsewhere and negative somewhere (it would have sum m z > 0, not
 * 0): there is no separation, and the maximum exists (Correia, Guimaraes and Zylkin 2019). At a maximum s is 0; on separated
 * rows s goes to -1, step after step. So the last step proves that there was nothing to find, and steps that stay at -1 say
 * that it is time to look. */
#include "gravity/poisson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NEAR = 1e-4;    /* steps this small (root mean square) are near the maximum */
static const double SETTLED = 1e-6; /* relative change of the deviance when it has settled */
static const double INNER = 1e-3;   /* relative accuracy of the inner solves */
static const double PROOF =
    -0.1; /* steps above this on rows with y = 0 prove, to the accuracy of inner solves, that a maximum exists */
enum { EARLY = 8, LATE = 30, HALVINGS = 12, DEFAULT_ITERATIONS = 200, START_SWEEPS = 3 };

static double deviance(const regression *g, const double *eta) {
    compensated sum = {0};
    for (size_t r = 0; r < g->n; r++) {
        double y = g->outcome[r], mu = exp(eta[r]), d = y > 0 ? y * (log(y) - eta[r]) - (y - mu) : mu;
        add(&sum, g->prior ? 2 * g->prior[r] * d : 2 * d);
    }
    return total(sum);
}

void poisson_reweigh(regression *g) {
    for (size_t r = 0; r < g->n; r++) {
        double mu = exp(g->eta[r]);
        g->column[0][r] = (g->outcome[r] - mu) / mu;
        g->weight[r] = g->prior ? mu * g->prior[r] : mu;
    }
    absorber_set_weights(g->a, g->weight);
    for (size_t u = 0; u < g->a->n_unknowns; u++) g->absorbed.value[0][u][0] = 0;
}

/* eta is outside the span of regressors and effects: the first step has to fit all of it. */
static void start_from_outcome(regression *g) {
    compensated sum = {0}, weights = {0};
    for (size_t r = 0; r < g->n; r++) {
        double w = g->prior ? g->prior[r] : 1;
        add(&sum, w * g->outcome[r]);
        add(&weights, w);
    }
    double mean = total(sum) / total(weights);
    for (size_t r = 0; r < g->n; r++) g->eta[r] = log((g->outcome[r] + mean) / 2);
}

/* Constants of the effects by proportional fitting: each in turn makes fitted totals equal to the observed ones. Levels of
 * small trade start near their size, which steps of at most -1 would take long to reach. Without a constant: 0. */
static int start_from_effects(regression *g) {
    const absorber *a = g->a;
    double *observed = malloc((a->n_unknowns + 1) * sizeof *observed),
           *fitted = malloc((a->n_unknowns + 1) * sizeof *fitted);
    int constants = 0;
    for (size_t u = 0; u < a->n_unknowns; u++) g->alpha[u] = 0;
    for (size_t k = 0; k < g->k; k++) g->beta[k] = 0;
    regression_predict(g, g->alpha, g->beta, g->eta);
    for (int sweep = 0; observed && fitted && sweep < START_SWEEPS; sweep++)
        for (size_t t = 0; t < a->n_terms; t++) {
            const absorb_term *term = &a->term[t];
            if (term->slope) continue;
            constants = 1;
            memset(observed, 0, term->n_levels * sizeof *observed);
            memset(fitted, 0, term->n_levels * sizeof *fitted);
            for (size_t r = 0; r < g->n; r++) {
                double w = g->prior ? g->prior[r] : 1;
                observed[term->id[r]] += w * g->outcome[r];
                fitted[term->id[r]] += w * exp(g->eta[r]);
            }
            for (size_t l = 0; l < term->n_levels; l++) {
                observed[l] = observed[l] > 0 && fitted[l] > 0 ? log(observed[l] / fitted[l]) : 0;
                g->alpha[term->base + l] += observed[l];
            }
            for (size_t r = 0; r < g->n; r++) g->eta[r] += observed[term->id[r]];
        }
    free(observed);
    free(fitted);
    return constants;
}

/* The size of the fitted part of e, a root mean square; its least value over rows with y = 0. */
static double step_size(const regression *g, double *least) {
    double fitted[CHUNK];
    compensated squares = {0}, weights = {0};
    *least = 0;
    for (size_t first = 0; first < g->n; first += CHUNK) {
        size_t last = first + CHUNK < g->n ? first + CHUNK : g->n;
        regression_fitted(g, first, last, fitted);
        for (size_t r = first; r < last; r++) {
            double s = fitted[r - first];
            add(&squares, g->weight[r] * s * s);
            add(&weights, g->weight[r]);
            if (g->outcome[r] <= 0 && s < *least) *least = s;
        }
    }
    return sqrt(total(squares) / total(weights));
}

/* What a fit needs beside the regression itself. */
typedef struct search {
    double *alpha, *beta, *eta; /* a trial point */
} search;

/* A step that lowers the deviance: all of it, or a half, a quarter... In the first, from nothing, all of it. */
static thaw_status take_step(regression *g, search *s, int first, double *current, thaw_error *error) {
    double scale = 1, next = INFINITY;
    for (int halving = 0; halving < HALVINGS; halving++, scale /= 2) {
        regression_advance(g, scale, first ? NULL : g->alpha, first ? NULL : g->beta, s->alpha, s->beta);
        regression_predict(g, s->alpha, s->beta, s->eta);
        next = deviance(g, s->eta);
        if (isfinite(next) && (first || next <= *current + 1e-8 * (fabs(*current) + 0.1))) break;
    }
    if (!isfinite(next))
        return thaw_fail(error, THAW_ERR_CONVERGENCE, "the deviance is not finite: are outcomes on very different scales?");
    double *swap = g->alpha;
    g->alpha = s->alpha, s->alpha = swap;
    swap = g->beta, g->beta = s->beta, s->beta = swap;
    swap = g->eta, g->eta = s->eta, s->eta = swap;
    *current = next;
    return THAW_OK;
}

static thaw_status iterate(regression *g, const thaw_gravity_options *o, int look, search *s, poisson_stats *stats,
                           thaw_error *error) {
    int limit = o->max_iterations > 0 ? o->max_iterations : DEFAULT_ITERATIONS;
    double tolerance = o->tolerance > 0 ? o->tolerance : 1e-10, level_tolerance = INFINITY, size = INFINITY;
    int fresh = !start_from_effects(g);
    if (fresh) start_from_outcome(g);
    stats->deviance = fresh ? INFINITY : deviance(g, g->eta);
    stats->first_order = INFINITY;
    for (stats->iterations = 1; stats->iterations <= limit; stats->iterations++, fresh = 0) {
        if (o->progress && o->progress(1 - 1 / (1 + 0.25 * stats->iterations), o->progress_context))
            return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
        poisson_reweigh(g);
        for (size_t r = 0; fresh && r < g->n; r++) g->column[0][r] += g->eta[r] - (g->offset ? g->offset[r] : 0);
        thaw_status status = regression_absorb(g, INNER, level_tolerance, error);
        size_t lost;
        if (status == THAW_OK) status = regression_solve(g, &lost, error);
        if (status != THAW_OK) return status;
        double before = stats->deviance, least = -1;
        if (!fresh) size = step_size(g, &least);
        /* Weights that hide a regressor hide what it may separate: nothing is proven. */
        if (lost < g->k) least = -1;
        status = take_step(g, s, fresh, &stats->deviance, error);
        if (status != THAW_OK) return status;
        double change = fabs(before - stats->deviance) / (fabs(stats->deviance) + 0.1);
        int settled = change < SETTLED || stats->iterations >= LATE;
        if (look && least <= PROOF && settled && (stats->iterations >= EARLY || size <= NEAR)) {
            stats->separated = 1;
            return THAW_OK;
        }
        if (size > NEAR) continue;
        /* What is left of e counts level by level now, small levels as much as large ones. */
        double old = level_tolerance < INFINITY ? stats->first_order : INFINITY;
        level_tolerance = tolerance / 10;
        status = regression_first_order(g, THAW_POISSON, &stats->first_order, error);
        if (status != THAW_OK || stats->first_order <= tolerance) return status;
        if (size < tolerance && stats->first_order > old / 2) return THAW_OK;
    }
    if (!isfinite(stats->first_order))
        return thaw_fail(error, THAW_ERR_CONVERGENCE, "no convergence in %d reweightings (last step %.1e)", limit, size);
    return thaw_fail(error, THAW_ERR_CONVERGENCE,
                     "no convergence in %d reweightings: the first-order conditions hold to %.1e, %.1e is asked", limit,
                     stats->first_order, tolerance);
}

thaw_status poisson_fit(regression *g, const thaw_gravity_options *options, int look, poisson_stats *stats,
                        thaw_error *error) {
    *stats = (poisson_stats){0};
    search s = {.alpha = malloc((g->a->n_unknowns + 1) * sizeof(double)),
                .beta = malloc((g->k + 1) * sizeof(double)),
                .eta = malloc((g->n + 1) * sizeof(double))};
    thaw_status status = s.alpha && s.beta && s.eta ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) {
        for (size_t c = 0; c < g->absorbed.n_blocks; c++) memset(g->absorbed.value[c], 0, g->a->n_unknowns * sizeof(lanes));
        status = iterate(g, options, look, &s, stats, error);
    }
    free(s.alpha);
    free(s.beta);
    free(s.eta);
    return status;
}
