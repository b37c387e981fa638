/* qp.h: separable convex quadratic programs
 *
 *     min  cost' x + x' diag(curvature) x / 2   subject to  A x = rhs,  lower <= x <= upper,
 *
 * solved by a primal-dual interior point method. lower is finite, upper may be infinite; curvature >= 0. */
#ifndef THAW_GAS_QP_H
#define THAW_GAS_QP_H

#include <stddef.h>

#include "thaw/status.h"

typedef struct gas_qp {
    int n, m;                                 /* variables, rows */
    double *cost, *curvature, *lower, *upper; /* [variable] */
    double *guess;                            /* [variable] a usual value, from which to start */
    int *start;                               /* [n + 1] A by columns */
    int *row;
    double *coefficient;
    double *rhs;            /* [row] */
    double *dual_guess;     /* [row] */
    int n_blocks;           /* of rows, in time */
    int *block;             /* [row] */
    unsigned char *is_link; /* [row] ties its block to the next */
} gas_qp;

/* Of column j of A: with y, and x times it added to the rows. */
static inline double gas_column_product(const gas_qp *qp, int j, const double *y) {
    double sum = 0;
    for (int p = qp->start[j]; p < qp->start[j + 1]; p++) sum += qp->coefficient[p] * y[qp->row[p]];
    return sum;
}
static inline void gas_add_column(const gas_qp *qp, int j, double x, double *row) {
    for (int p = qp->start[j]; p < qp->start[j + 1]; p++) row[qp->row[p]] += qp->coefficient[p] * x;
}

struct gas_kinks;

typedef struct gas_qp_options {
    double tolerance; /* relative, of both residuals and of the gap */
    int max_iterations;
    const double *x, *y; /* a solution of a problem nearby to start from, or NULL */
    thaw_progress_fn progress;
    void *context;
} gas_qp_options;

/* Arrays are the caller's. */
typedef struct gas_qp_solution {
    double *x;     /* [variable] */
    double *y;     /* [row] multipliers: cost + curvature x - A' y = z_lower - z_upper */
    double *lower; /* [variable] multipliers of the bounds, >= 0 */
    double *upper;
    int iterations;
    double primal, dual, gap; /* what is left, relative */
    size_t fill;              /* nonzeros of the factor */
} gas_qp_solution;

/* A program with its memory and the pattern of its factors: bounds, rows and pattern stay, costs and curvature may change
 * from one run to the next. The program is borrowed, and so are kinks (kink.h; NULL: none). */
typedef struct gas_qp_solver gas_qp_solver;
thaw_status gas_qp_create(const gas_qp *qp, const struct gas_kinks *kinks, gas_qp_solver **solver, thaw_error *error);
void gas_qp_free(gas_qp_solver *solver); /* NULL is fine */
/* THAW_ERR_CONVERGENCE where it does not come to a solution (infeasible, or the tolerance is too small); the solution then
 * holds the last iterate. Memory O(nonzeros); per iteration one factorisation and two solutions with it. */
thaw_status gas_qp_run(gas_qp_solver *solver, const gas_qp_options *options, gas_qp_solution *solution, thaw_error *error);
/* The same of a program that is solved once. */
thaw_status gas_qp_solve(const gas_qp *qp, const gas_qp_options *options, gas_qp_solution *solution, thaw_error *error);

#endif
