/* quadratic.h: small dense convex quadratic programs. Internal to src/strategy. */
#ifndef THAW_QUADRATIC_H
#define THAW_QUADRATIC_H

#include "thaw/status.h"

/* min x' H x / 2 + c' x  subject to  A x >= r  and  lowest <= x <= highest (which may be infinite). H is positive
 * semi-definite, and no direction is free of H, the rows and the bounds. */
typedef struct quadratic {
    size_t n, m;
    const double *h;                /* [n][n] */
    const double *c;                /* [n] */
    const double *a, *r;            /* [m][n], [m] */
    const double *lowest, *highest; /* [n], lowest below highest */
} quadratic;

/* By a primal-dual interior point method (Mehrotra 1992). x [n] and the multipliers y [m] of the rows. O(n^3 + n^2 m) for
 * each of some 15 iterations. THAW_ERR_MEMORY only. */
thaw_status quadratic_solve(const quadratic *q, double *x, double *y, thaw_error *error);

#endif
