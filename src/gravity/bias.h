/* bias.h: the bias of three-way gravity estimates. */
#ifndef THAW_GRAVITY_BIAS_H
#define THAW_GRAVITY_BIAS_H

#include "gravity/regression.h"

/* Weidner and Zylkin (2021, Journal of International Economics 132), "Bias and consistency in three-way gravity models":
 * takes the estimated bias of order 1/countries out of f->estimate, and the downward bias out of standard errors clustered
 * by pair; what was before goes to uncorrected and uncorrected_std_error. g is at the solution, with its Cholesky factor.
 * The panel must have its factors and the effects exporter^time and importer^time, and exporter^importer or not, in any
 * order; or exporter and importer alone. Where it has not, THAW_ERR_USAGE. Without exporter^importer estimates have no bias.
 * O(rows T + (countries T)^3), T the periods. */
thaw_status bias_correct(const regression *g, const thaw_gravity_options *options, thaw_gravity *f, thaw_error *error);

#endif
