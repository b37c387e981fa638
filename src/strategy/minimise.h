/* minimise.h: a smooth function of many numbers between bounds, made small. Internal to src/strategy. */
#ifndef THAW_MINIMISE_H
#define THAW_MINIMISE_H

#include "thaw/status.h"

/* The value at x and its gradient. THAW_ERR_CONVERGENCE says that there is none at x: the step is made shorter. */
typedef thaw_status minimise_fn(void *context, const double *x, double *value, double *gradient, thaw_error *error);

typedef struct minimise_problem {
    size_t n;
    minimise_fn *evaluate;
    void *context;
    const double *scale;            /* [n] positive: a guess of the second derivatives */
    const double *lowest, *highest; /* [n] */
    double tolerance;               /* on the largest |gradient| / scale of what can move */
    int max_evaluations;
    double longest; /* no number moves further in one step */
} minimise_problem;

/* x: in the start, out the minimum. reached: the largest |gradient| / scale there; evaluations is added to.
 * THAW_ERR_CONVERGENCE where it is not found, with x at the best point. */
thaw_status minimise(const minimise_problem *problem, double *x, double *value, double *reached, int *evaluations,
                     thaw_error *error);

#endif
