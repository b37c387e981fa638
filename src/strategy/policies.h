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

#endif
