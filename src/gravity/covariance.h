/* covariance.h: covariance of the estimated coefficients. */
#ifndef THAW_GRAVITY_COVARIANCE_H
#define THAW_GRAVITY_COVARIANCE_H

#include "gravity/regression.h"

/* The sandwich, or its bread. g holds weights, absorbed columns and Cholesky factor at the solution; scores are x with the
 * effects taken out times error_term [row]: y - mu, times prior weights. dispersion multiplies the bread of the iid
 * covariance. covariance: [k][k]; description: what it is, in words. O(rows (k^2 + clusters)). */
thaw_status covariance_estimate(const regression *g, const thaw_gravity_options *options, const double *error_term,
                                double dispersion, double *covariance, char description[160], thaw_error *error);
/* The cluster of each row in use, numbered from 0 in the order of rows, id [row]; how many, 0 when out of memory. */
size_t covariance_clusters(const regression *g, const thaw_groups *cluster, int32_t *id);
/* Free parameters: coefficients and levels in use, less one for each effect with a constant but the first. With `nested`,
 * effects whose levels lie each in one cluster count for one parameter together. */
size_t covariance_rank(const regression *g, int nested);

#endif
