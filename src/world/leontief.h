/* leontief.h: the linear system (I - A) x = b of an input-output table, solved with the same bits on every processor. */
#ifndef THAW_WORLD_LEONTIEF_H
#define THAW_WORLD_LEONTIEF_H

#include <stddef.h>

/* Factors I - A in place: m is [column][row]. No entry of A is negative and none of its columns sums to more than 1, so that
 * elimination needs no pivots to be stable. Returns 0, or -1 where I - A is singular. Takes 2/3 n^3 operations. */
int thaw_leontief_factor(size_t n, double *m);
/* Overwrites the right side by the solution. */
void thaw_leontief_solve(size_t n, const double *factors, double *x);

#endif
