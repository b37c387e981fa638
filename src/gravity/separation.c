/* separation.c: the iterative rectifier of Correia, Guimaraes and Zylkin (2019, "Verifying the existence of maximum
 * likelihood estimates for generalized linear models").
 *
 * u starts at 1 where y = 0 and at 0 elsewhere. Again and again u is regressed on regressors and effects, with a large
 * weight on rows where y > 0, and replaced by the positive part of the fit where y = 0, by 0 elsewhere. These are
 * projections in turn on a subspace and a cone, so that u comes closer to every point c of their intersection, which are the
 * certificates: the distance to t c shrinks for every t > 0, hence u'c never falls below sum c >= |c|, and |u| never below 1
 * where there is one. So |u| < 1 proves that there is none, and a fit that is 0 where y > 0 and nowhere below 0 is one. */
#include "gravity/separation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/regression.h"

static const double HEAVY = 1e3; /* weight of rows with y > 0, and of those held at 0 in a trial */
static const double TRIAL_HEAVY = 1e6;
static const double INNER = 1e-12;  /* accuracy of the projections */
static const double CERTAIN = 1e-7; /* a certificate's deviations from 0, beside its largest value */
static const double SUPPORT = 1e-4; /* a row is in the support of a certificate above this part of its largest value */
enum { MAX_ROUNDS = 20000, TRIAL_EVERY = 10, TRIAL_ROUNDS = 200 };

/* The fit of u, in the absorber's order, with weights as they stand and regressors absorbed. */
static thaw_status project(regression *g, const double *u, double *fit, thaw_error *error) {
    memcpy(g->column[0], u, g->n * sizeof *u);
    thaw_status status = regression_absorb(g, INNER, INFINITY, error);
    size_t lost;
    if (status == THAW_OK) status = regression_solve(g, &lost, error);
    if (status == THAW_OK) regression_fitted(g, 0, g->n, fit);
    return status;
}

static double rectify(const regression *g, const double *fit, double *u) {
    compensated squares = {0};
    for (size_t r = 0; r < g->n; r++) {
        u[r] = g->outcome[r] > 0 || fit[r] < 0 ? 0 : fit[r];
        add(&squares, u[r] * u[r]);
    }
    return sqrt(total(squares));
}

/* The deviation of a fit from a certificate beside its largest value; infinity where it has no positive value. */
static double deviation(const regression *g, const double *fit) {
    double largest = 0, off = 0;
    for (size_t r = 0; r < g->n; r++) {
        double z = fit[r];
        if (g->outcome[r] > 0 ? fabs(z) > off : -z > off) off = fabs(z);
        if (g->outcome[r] <= 0 && z > largest) largest = z;
    }
    return largest > 0 ? off / largest : INFINITY;
}

/* Supposes that the rows where u is clearly above 0 are the separated ones, and looks for a fit that is 0 on all others. */
static thaw_status try_support(regression *g, const double *u, double *fit, double *trial, double *best, thaw_error *error) {
    double largest = 0;
    thaw_status status = THAW_OK;
    for (size_t r = 0; r < g->n; r++)
        if (u[r] > largest) largest = u[r];
    for (size_t r = 0; r < g->n; r++) {
        trial[r] = u[r] > SUPPORT * largest ? u[r] / largest : 0;
        g->weight[r] = trial[r] > 0 ? 1 : TRIAL_HEAVY;
    }
    absorber_set_weights(g->a, g->weight);
    *best = INFINITY;
    for (int round = 0; round < TRIAL_ROUNDS && status == THAW_OK && *best > CERTAIN; round++) {
        status = project(g, trial, fit, error);
        if (status != THAW_OK) break;
        double norm = 0, old = *best;
        *best = deviation(g, fit);
        for (size_t r = 0; r < g->n; r++) {
            trial[r] = g->weight[r] > 1 || fit[r] < 0 ? 0 : fit[r];
            norm = trial[r] > norm ? trial[r] : norm;
        }
        if (norm < 1e-3 || (round > 5 && *best > 0.9 * old)) break;
    }
    return status;
}

static void base_weights(regression *g) {
    for (size_t r = 0; r < g->n; r++) g->weight[r] = g->outcome[r] > 0 ? HEAVY : 1;
    absorber_set_weights(g->a, g->weight);
}

/* Rounds of the rectifier until a certificate stands in fit (*found = 1) or it is proven that there is none. */
static thaw_status rounds(regression *g, const thaw_gravity_options *o, double *u, double *fit, double *trial, int *found,
                          thaw_error *error) {
    double norm = INFINITY;
    *found = 0;
    for (size_t r = 0; r < g->n; r++) u[r] = g->outcome[r] > 0 ? 0 : 1;
    for (int round = 1; round <= MAX_ROUNDS; round++) {
        if (o && o->progress && o->progress(0.5, o->progress_context))
            return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
        thaw_status status = project(g, u, fit, error);
        if (status != THAW_OK) return status;
        if (deviation(g, fit) <= CERTAIN) {
            *found = 1;
            return THAW_OK;
        }
        norm = rectify(g, fit, u);
        if (norm < 1 - 1e-6) return THAW_OK;
        if (round % TRIAL_EVERY) continue;
        double best;
        status = try_support(g, u, fit, trial, &best, error);
        if (status != THAW_OK) return status;
        if (best <= CERTAIN) {
            *found = 1;
            return THAW_OK;
        }
        base_weights(g);
    }
    return thaw_fail(error, THAW_ERR_CONVERGENCE, "cannot tell in %d rounds whether regressors separate rows (|u| = %.3g)",
                     MAX_ROUNDS, norm);
}

/* Marks the support of the certificate in fit: from rows of the regression to rows of the sample. */
static thaw_status mark_support(const sample *s, const regression *g, const double *fit, unsigned char *mark,
                                double *certificate, size_t *n_found, thaw_error *error) {
    uint32_t *place = sample_places(s);
    double largest = 0;
    if (!place) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t r = 0; r < g->n; r++)
        if (g->outcome[r] <= 0 && fit[r] > largest) largest = fit[r];
    for (size_t r = 0; r < g->n; r++) {
        size_t k = place[g->a->order[r]];
        if (certificate) certificate[k] = fit[r] / largest;
        if (g->outcome[r] > 0 || fit[r] <= 0.5 * SUPPORT * largest) continue;
        mark[k] = 1;
        ++*n_found;
    }
    free(place);
    return THAW_OK;
}

thaw_status separation_find(const sample *s, const thaw_gravity_options *options, unsigned char *mark, double *certificate,
                            size_t *n_found, thaw_error *error) {
    regression *g = NULL;
    unsigned char *explained = calloc(s->panel->n_regressors + 1, 1);
    double *u = malloc((3 * s->n + 1) * sizeof *u), *fit = u + s->n, *trial = u + 2 * s->n;
    int found = 0;
    *n_found = 0;
    memset(mark, 0, s->n);
    thaw_status status = u && explained ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) status = regression_create(s, options ? options->n_threads : 1, &g, error);
    if (status == THAW_OK) {
        base_weights(g);
        status = regression_absorb(g, INNER, INFINITY, error);
    }
    if (status == THAW_OK) status = regression_prune(g, explained, error);
    if (status == THAW_OK) status = rounds(g, options, u, fit, trial, &found, error);
    if (status == THAW_OK && found) status = mark_support(s, g, fit, mark, certificate, n_found, error);
    regression_free(g);
    free(explained);
    free(u);
    return status;
}
