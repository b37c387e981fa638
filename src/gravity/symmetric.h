/* symmetric.h: small dense symmetric matrices, [k][k]. */
#ifndef THAW_GRAVITY_SYMMETRIC_H
#define THAW_GRAVITY_SYMMETRIC_H

#include <stddef.h>

#include "thaw/status.h"

/* result = scale bread meat bread. */
thaw_status symmetric_sandwich(size_t k, const double *bread, const double *meat, double scale, double *result,
                               thaw_error *error);
/* The Moore-Penrose inverse, in place: eigenvalues below 1e-10 of the largest count as 0. */
thaw_status symmetric_pseudo_inverse(size_t k, double *matrix, thaw_error *error);
/* Negative eigenvalues become 0. */
thaw_status symmetric_make_positive(size_t k, double *matrix, thaw_error *error);

#endif
