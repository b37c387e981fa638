/* poisson.h: Poisson pseudo-maximum likelihood by iteratively reweighted least squares. */
#ifndef THAW_GRAVITY_POISSON_H
#define THAW_GRAVITY_POISSON_H

#include "gravity/regression.h"

typedef struct poisson_stats {
    int iterations;
    int separated; /* stopped because rows seem to be separated; no estimate */
    double deviance;
    double first_order; /* the largest first-order condition, relative to the sum of absolute terms in it */
} poisson_stats;

/* Fills alpha, beta and eta; leaves in weight the fitted means (times prior weights), in gram what belongs to them.
 * look_for_separation: stop where the outcomes do not bound the linear predictor of some rows (see poisson.c); then the
 * caller looks for them and starts again. Errors: THAW_ERR_CONVERGENCE, THAW_ERR_INTERRUPTED. */
thaw_status poisson_fit(regression *g, const thaw_gravity_options *options, int look_for_separation, poisson_stats *stats,
                        thaw_error *error);
/* Weights mu and first column (y - mu) / mu at g->eta. */
void poisson_reweigh(regression *g);

#endif
