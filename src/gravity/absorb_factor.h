/* absorb_factor.h: a sparse factorisation of D'WD for effects that are weakly connected. */
#ifndef THAW_GRAVITY_ABSORB_FACTOR_H
#define THAW_GRAVITY_ABSORB_FACTOR_H

#include "gravity/absorb.h"

typedef struct absorb_factor absorb_factor;

/* The pattern, or where a factor would fill in too much an approximate one of two effects; *factor is NULL where these have
 * slopes. */
thaw_status absorb_factor_create(const absorber *a, absorb_factor **factor, thaw_error *error);
void absorb_factor_free(absorb_factor *factor); /* NULL is fine */
/* The weights have changed: the next refresh computes the numbers again. */
void absorb_factor_stale(absorb_factor *factor);
thaw_status absorb_factor_refresh(absorb_factor *factor, const absorber *a, thaw_error *error);
int absorb_factor_is_exact(const absorb_factor *factor);
/* Lanes of scratch memory that solving needs. */
size_t absorb_factor_scratch(const absorb_factor *factor, const absorber *a);
/* x = S^-1 x, or about that, S the Schur complement of the first term: [unknown beside its own] four columns at once. */
void absorb_factor_solve(const absorb_factor *factor, const absorber *a, lanes *x, lanes *scratch);

#endif
