/* ldl.h: sparse LDL' factorisation of a symmetric positive semidefinite matrix, for problems that are mostly trees.
 *
 * Ordering by approximate minimum degree (Amestoy, Davis and Duff 1996); up-looking factorisation along the elimination tree
 * (Davis 2006, Direct Methods for Sparse Linear Systems, chapter 4). A pivot that is 0 to rounding fixes its unknown at 0,
 * so that singular but consistent systems, such as those of graph Laplacians, are solved too. */
#ifndef THAW_BASE_LDL_H
#define THAW_BASE_LDL_H

#include <stddef.h>
#include <stdint.h>

#include "thaw/status.h"

typedef struct thaw_ldl {
    size_t n;
    double flops;      /* of one factorisation */
    size_t n_entries;  /* below the diagonal of L */
    int32_t *order;    /* [n] order[k] is the unknown eliminated k-th */
    int32_t *position; /* [n] its inverse */
    int32_t *parent;   /* [n] elimination tree, -1 at roots */
    size_t *column;    /* [n + 1] starts of the columns of L */
    int32_t *row;      /* [entry] */
    double *value;     /* [entry] */
    double *pivot;     /* [n] 0 where the unknown is fixed at 0 */
} thaw_ldl;

/* Symbolic analysis of a pattern of n unknowns: off the diagonal, the pairs (a[e], b[e]), a[e] != b[e], each once in either
 * order. Where L would have more than max_entries entries, *ldl is NULL and the status is THAW_OK. */
thaw_status thaw_ldl_create(size_t n, size_t n_pairs, const int32_t *a, const int32_t *b, size_t max_entries, thaw_ldl **ldl,
                            thaw_error *error);
void thaw_ldl_free(thaw_ldl *ldl); /* NULL is fine */
/* Numbers for the same pattern: value [pair], diagonal [n]. */
void thaw_ldl_factor(thaw_ldl *ldl, const double *value, const double *diagonal);
/* Solves for `width` right-hand sides side by side: x [n][width] in place; work [n][width]. */
void thaw_ldl_solve(const thaw_ldl *ldl, size_t width, double *x, double *work);

#endif
