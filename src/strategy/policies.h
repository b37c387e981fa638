/* policies.h: what choices of one country and of several share. Internal to src/strategy. */
#ifndef THAW_POLICIES_H
#define THAW_POLICIES_H

#include "strategy/chooser.h"

thaw_status policy_create(const thaw_world *world, const size_t *player, size_t n_players, thaw_policy **policy,
                          thaw_error *error);
/* Takes over what a policy keeps from a chooser whose shock has every player's taxes. */
thaw_status policy_finish(chooser *c, thaw_policy *policy, thaw_error *error);
/* How many of its rates are at a bound. */
int policy_at_bounds(const chooser *c);
/* Rates that come back: the length of the circle that the latest of `last` [n_rounds][n] closes, 2 or more; 0 where it
 * closes none. Rates that differ by less than `same` are the same; those that stand still are no circle. */
int policies_cycle(const double *last, size_t n, int n_rounds, double same);

#endif
