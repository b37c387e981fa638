/* ldl.h: sparse factors L D L' of symmetric positive semidefinite matrices whose pattern stays while their numbers change.
 *
 * Up-looking along the elimination tree (Davis 2005, ACM Transactions on Mathematical Software 31:587), in the order in
 * which the unknowns come: the caller chooses one that fills in little. */
#ifndef THAW_BASE_LDL_H
#define THAW_BASE_LDL_H

#include <stddef.h>

#include "thaw/status.h"

typedef struct thaw_ldl thaw_ldl;

/* Symbolic factorisation. The upper triangle by columns, diagonal included, is borrowed: column j holds rows row[start[j]]
 * .. row[start[j + 1] - 1], all <= j. Where L would have more than max_entries entries below its diagonal (0: no limit),
 * *ldl is NULL and the status THAW_OK. */
thaw_status thaw_ldl_create(int n, const int *start, const int *row, size_t max_entries, thaw_ldl **ldl, thaw_error *error);
void thaw_ldl_free(thaw_ldl *ldl); /* NULL is fine */
/* Numeric factorisation of values in the order of row. A pivot that is not above `dependent` times its diagonal (a row that
 * depends on others) is taken out: the solution is 0 there, so that singular but consistent systems, such as those of graph
 * Laplacians, are solved too. Returns the number of such rows. */
int thaw_ldl_factor(thaw_ldl *ldl, const double *value, double dependent);
/* Solves in place for `width` right-hand sides side by side: x [n][width]. */
void thaw_ldl_solve(const thaw_ldl *ldl, size_t width, double *x);
/* Nonzeros of L below the diagonal. */
size_t thaw_ldl_fill(const thaw_ldl *ldl);
/* Multiplications of one factorisation. */
double thaw_ldl_flops(const thaw_ldl *ldl);

#endif
