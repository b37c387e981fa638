/* income.h: real incomes of countries and blocs. Internal to src/strategy. */
#ifndef THAW_INCOME_H
#define THAW_INCOME_H

#include "thaw/strategy.h"

/* [country] new over base in real terms. */
void real_income_hats(const thaw_world *world, const thaw_equilibrium *base, const thaw_equilibrium *now, double *hat);
/* [country] what consumption costs over what it did, both in the country's own wages. */
void price_hats(const thaw_world *world, const thaw_equilibrium *base, const thaw_equilibrium *now, double *hat);
/* Per cent: members' real incomes now, in prices of base, over what they were. */
double party_change_pct(const thaw_party *party, const thaw_equilibrium *base, const double *hat);
double party_income(const thaw_party *party, const thaw_equilibrium *e);

#endif
