/* absorb_factor.h: a sparse factorisation of D'WD for effects that are weakly connected. */
#ifndef THAW_GRAVITY_ABSORB_FACTOR_H
#define THAW_GRAVITY_ABSORB_FACTOR_H

#include "gravity/absorb.h"

typedef struct absorb_factor absorb_factor;

/* The pattern; *factor is NULL where it would fill in too much. */
thaw_status absorb_factor_create(const absorber *a, absorb_factor **factor, thaw_error *error);
void absorb_factor_free(absorb_factor *factor); /* NULL is fine */
/* The weights have changed: the next refresh computes the numbers again. */
void absorb_factor_stale(absorb_factor *factor);
void absorb_factor_refresh(absorb_factor *factor, const absorber *a);
/* x = (D'WD)^-1 x, [unknown] four columns at once; work [unknown]. */
void absorb_factor_solve(const absorb_factor *factor, size_t n_unknowns, lanes *x, lanes *work);

#endif
