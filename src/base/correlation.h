/* correlation.h: numbers that are drawn jointly. */
#ifndef THAW_BASE_CORRELATION_H
#define THAW_BASE_CORRELATION_H

#include <stddef.h>

/* The first correlation, row by row, that those before it rule out, and the ends between which it could be. */
typedef struct correlation_fault {
    size_t row, column; /* column < row */
    double low, high;
} correlation_fault;

/* Cholesky's factor L [n][n], lower, of a symmetric matrix [n][n] with ones on its diagonal, of which only the part below
 * is read: L L' is the matrix. What those before it decide wholly has a 0 on the diagonal. Returns whether the matrix is
 * positive semi-definite, up to rounding; where it is not, *fault (may be NULL) says why. O(n^3). */
int correlation_factor(size_t n, const double *correlation, double *factor, correlation_fault *fault);

#endif
