/* fitting.h: the numbers of a fit at one position: how far targets are, and how they move with the numbers; private. */
#ifndef THAW_TRADE_FITTING_H
#define THAW_TRADE_FITTING_H

#include "trade/target.h"

typedef struct fitting {
    const thaw_model *model;
    const thaw_world *world;
    thaw_scenario *scenario; /* the one that is fitted */
    thaw_solve_options options;
    size_t n, t;                        /* free numbers, targets */
    thaw_target *target;                /* [t] */
    thaw_equilibrium *base, *now;       /* base: before the scenario */
    double *value, *residual;           /* [t] */
    double *jacobian;                   /* [n][t]: d residual / dz, column-major for LAPACK */
    double *trial_residual, *step;      /* [t], [n] */
    double *svd, *left, *right, *sigma; /* copies that LAPACK works on */
    double *kept;                       /* [n] numbers to go back to */
    double *u;                          /* [unknown] */
} fitting;

/* The targets and what the scenario starts from. model, world, scenario, options, n and t are given; clear it in any case.
 */
thaw_status fitting_create(fitting *f, thaw_error *error);
void fitting_clear(fitting *f);
/* Solves at the scenario's numbers, to this tolerance where the options do not ask less: fills now, value and the residuals
 * given [t]. */
thaw_status fitting_evaluate(fitting *f, double *residual, double tolerance, thaw_error *error);
/* The jacobian at the solution `now`, each tangent to this tolerance. */
thaw_status fitting_differentiate(fitting *f, double tolerance, thaw_error *error);
/* jacobian = left diag(sigma) right, where the columns of fixed numbers [n] (may be NULL) count as 0. */
thaw_status fitting_decompose(fitting *f, const unsigned char *fixed, thaw_error *error);
/* Refuses what the targets cannot tell apart, by name. */
thaw_status fitting_check_rank(fitting *f, thaw_error *error);

#endif
