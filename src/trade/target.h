/* target.h: what a fit aims at: its value in an equilibrium, how far it is missed, how it changes along a tangent. */
#ifndef THAW_TARGET_H
#define THAW_TARGET_H

#include "trade/results.h"

/* In the unit of the target: a share, a flow, a price against base, or per cent of real income. */
double target_value(const thaw_target *t, const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now);
/* d value / ds at a tangent along the path between two shocks; dincome [country]. */
double target_change(const thaw_target *t, double value, const thaw_world *w, const tangent *at, const thaw_shock *from,
                     const thaw_shock *to, const double *dincome);
/* The weighted miss, in logs, and its derivative in the value. */
double target_residual(const thaw_target *t, double value);
double target_residual_slope(const thaw_target *t, double value);

#endif
