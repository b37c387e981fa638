/* membership.h: who joins a coalition against a target, once it is known what every coalition does. Internal to
 * src/strategy.
 *
 * A coalition is a set of bits: bit p is player p. Its row says what it changes: [player] own real income, then the
 * target's, then everyone else's, all in money at base prices; losses are negative. */
#ifndef THAW_MEMBERSHIP_H
#define THAW_MEMBERSHIP_H

#include "thaw/strategy.h"

typedef struct membership {
    size_t n; /* players */
    const double *(*row)(void *context, unsigned coalition);
    void *context;
    const double *weight; /* [player] money of own income that money of harm is worth to it */
    const double *slack;  /* [player] gains that are too small to act on: what the solver cannot tell from 0 */
} membership;

/* What the target loses. */
double membership_harm(const membership *g, unsigned coalition);
/* weight times harm plus the change of own income, member or not: harm done by others counts too. */
double membership_payoff(const membership *g, unsigned coalition, size_t player);
/* What the player gains by leaving, or by joining where it is outside; 0 within its slack. */
double membership_switch(const membership *g, unsigned coalition, size_t player);

enum { MEMBERSHIP_INTERNAL = 1, MEMBERSHIP_EXTERNAL = 2, MEMBERSHIP_STABLE = 3 };
/* d'Aspremont, Jacquemin, Gabszewicz and Weymark (1983): internally stable where no member gains by leaving, externally
 * where no outsider gains by joining. */
int membership_stability(const membership *g, unsigned coalition);
/* What members gain over leaving one by one, all together: where it is not negative, transfers within the coalition make it
 * internally stable (Eyckmans and Finus 2004). */
double membership_surplus(const membership *g, unsigned coalition);

/* Shapley (1953) values of harm: the mean of what each adds to it over all orders of joining. O(2^n n), all rows. */
void membership_shapley(const membership *g, double *shapley);

#endif
