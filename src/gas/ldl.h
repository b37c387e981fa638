/* ldl.h: sparse factors L D L^T of symmetric positive definite matrices whose pattern stays while their numbers change.
 *
 * Up-looking by the elimination tree (Davis 2005, ACM Transactions on Mathematical Software 31:587). */
#ifndef THAW_GAS_LDL_H
#define THAW_GAS_LDL_H

#include <stddef.h>

typedef struct gas_ldl gas_ldl;

/* Symbolic factorisation. The upper triangle by columns, diagonal included: column j holds rows row[start[j]] ..
 * row[start[j + 1] - 1], all <= j. NULL where memory is out. */
gas_ldl *gas_ldl_create(int n, const int *start, const int *row);
void gas_ldl_free(gas_ldl *ldl);
/* Numeric factorisation of values in the order of row. A pivot that is not positive beside its diagonal (a row that depends
 * on others) is taken out: the solution is 0 there. Returns the number of such rows. */
int gas_ldl_factor(gas_ldl *ldl, const double *value);
/* Solves in place. */
void gas_ldl_solve(const gas_ldl *ldl, double *x);
/* Nonzeros of L below the diagonal. */
size_t gas_ldl_fill(const gas_ldl *ldl);

#endif
