/* bootstrap.h: the wild bootstrap of scores. */
#ifndef THAW_GRAVITY_BOOTSTRAP_H
#define THAW_GRAVITY_BOOTSTRAP_H

#include "gravity/regression.h"

/* Kline and Santos (2012, Journal of Econometric Methods 1:23), "A score based approach to wild bootstrap inference", with
 * the hypothesis imposed: fills f->wild_p, wild_low, wild_high and wild_name from options->wild_draws and wild_seed. g is at
 * the solution, and is not there any more afterwards. Errors: THAW_ERR_USAGE where clusters are of several ways,
 * THAW_ERR_CONVERGENCE, THAW_ERR_INTERRUPTED. O(coefficients (fits + draws x clusters)), some 20 fits for each. */
thaw_status bootstrap_scores(regression *g, const thaw_gravity_options *options, thaw_gravity *f, thaw_error *error);

#endif
