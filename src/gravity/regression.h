/* regression.h: a weighted regression with absorbed effects, on the rows of a sample. */
#ifndef THAW_GRAVITY_REGRESSION_H
#define THAW_GRAVITY_REGRESSION_H

#include "gravity/absorb.h"
#include "gravity/sample.h"

/* Everything by row is in the absorber's order. The first column is a working residual e, the others the regressors. */
typedef struct regression {
    const thaw_panel *panel;
    size_t n, k;
    absorber *a;
    size_t *regressor; /* [k] of the panel's; those that others explain are left out */
    double *outcome;   /* [row] */
    double *prior;     /* [row] the panel's weights; NULL where all are 1 */
    double *offset;    /* [row] or NULL */
    double *weight;    /* [row] of least squares */
    double **column;   /* [1 + k][row] */
    absorbed absorbed; /* coefficients of the 1 + k columns on the effects */
    double *alpha;     /* [unknown] */
    double *beta;      /* [k] */
    double *eta;       /* [row] linear predictor: offset + D alpha + X beta */
    double *gram;      /* [1 + k][1 + k] products of the columns with the effects taken out, weighted */
    double *factor;    /* [k][k] Cholesky factor of the regressors' part, lower */
    double *step;      /* [k] of beta */
    size_t held;       /* a coefficient that steps leave at 0, or NONE_HELD */
} regression;
#define NONE_HELD SIZE_MAX

/* Takes every regressor of the panel; weights are the prior ones. */
thaw_status regression_create(const sample *s, int n_threads, regression **result, thaw_error *error);
void regression_free(regression *g); /* NULL is fine */

/* Absorbs the effects in the columns, with the weights as they stand, and forms gram. The tolerances are absorber_solve's.
 */
thaw_status regression_absorb(regression *g, double tolerance, double level_tolerance, thaw_error *error);
/* Leaves out regressors of which the effects, or the regressors before them, leave less than 1e-14 of the sum of squares.
 * After regression_absorb; explained [panel regressor] is set to 1 for them. */
thaw_status regression_prune(regression *g, unsigned char *explained, thaw_error *error);
/* step = (X'WX)^-1 X'W e with the effects taken out. A regressor that the weights leave indistinguishable from others gets
 * 0; *lost is the first such, or k. */
thaw_status regression_solve(regression *g, size_t *lost, thaw_error *error);
/* Both of these, to an accuracy; THAW_ERR_CONVERGENCE where a regressor cannot be told from others. */
thaw_status regression_settle(regression *g, double accuracy, thaw_error *error);
#define FINAL_ACCURACY 1e-10 /* of absorption for a covariance */
/* Least squares with the weights as they stand: fills alpha, beta and eta. */
thaw_status regression_least_squares(regression *g, thaw_error *error);
/* The fitted part of e, [row]: D v_e + (X - D v_X) step, for rows first to last. */
void regression_fitted(const regression *g, size_t first, size_t last, double *fitted);
/* Adds `scale` times the fitted part to alpha and beta, from the given starting values (NULL: 0). */
void regression_advance(const regression *g, double scale, const double *alpha, const double *beta, double *new_alpha,
                        double *new_beta);
/* eta = offset + D alpha + X beta. */
void regression_predict(const regression *g, const double *alpha, const double *beta, double *eta);

/* The largest first-order condition at eta: for each level and each regressor that is not held, |sum of y - mu| beside the
 * sum of |y| + |mu|, both times the size of what the coefficient multiplies. */
thaw_status regression_first_order(const regression *g, thaw_family family, double *worst, thaw_error *error);

/* Rows are worked on in chunks: residuals of all columns for rows first to last (at most CHUNK), out [1 + k][CHUNK]. */
enum { CHUNK = 256 };
void regression_residuals(const regression *g, size_t first, size_t last, double *out);
/* As it says; of the k x k matrix whose Cholesky factor is in g->factor. */
void regression_invert(const regression *g, double *inverse);

/* A sum that does not lose what is small. */
typedef struct compensated {
    double sum, lost;
} compensated;
static inline void add(compensated *s, double x) {
    double t = s->sum + x, big = s->sum < 0 ? -s->sum : s->sum, size = x < 0 ? -x : x;
    s->lost += big >= size ? (s->sum - t) + x : (x - t) + s->sum;
    s->sum = t;
}
static inline double total(compensated s) {
    return s.sum + s.lost;
}

#endif
