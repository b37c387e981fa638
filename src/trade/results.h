/* results.h: the parts of a comparison, each in its own file. Internal to src/trade. */
#ifndef THAW_RESULTS_H
#define THAW_RESULTS_H

#include "trade/equations.h"

/* decomposition.c: fills first_order; base weights and changes hat - 1, as the programs of Caliendo and Parro (2015,
 * equation 17) print them. Parts that would need the relative change of an infinite barrier (a ban) are NaN. */
void decompose_first_order(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                           const thaw_shock *after, const thaw_equilibrium *now, thaw_result *result);

/* path.c: fills integrated, integration_error and welfare_first_order_pct. */
thaw_status decompose_path(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                           const thaw_shock *after, const thaw_solve_options *options, thaw_result *result,
                           thaw_error *error);

/* tangent.c: the equilibrium at one position of the path between two shocks, and its derivative in the position by the
 * implicit function theorem: (I - G') du = dG/ds. */
typedef struct tangent {
    problem *p;
    solver *s;
    double *du, *rhs; /* [unknown] */
} tangent;
/* u: in a guess, out the equilibrium at the position. tolerance: relative, of the derivative. */
thaw_status tangent_at(const thaw_model *model, const thaw_shock *before, const thaw_shock *after, double position,
                       const thaw_solve_options *options, double tolerance, double *u, tangent *t, thaw_error *error);
void tangent_free(tangent *t);
/* d log P of one market: through the costs of its suppliers and through the cells themselves. */
double tangent_price(const tangent *t, size_t sector, size_t buyer);
/* [country]: dI, dD, and what a change in employment is worth. Overwrites the scratch point and rhs. */
void tangent_income(tangent *t, double *dincome, double *dbalance, double *demployed);
/* With profits: adds to change [country] sum_j profit (dY - Y d log c). Uses up the scratch point. */
void tangent_profit(tangent *t, double *change);

/* diversion.c: fills lost, diverted, created and, where it is allocated, replaced. */
void divert_trade(thaw_result *result);

#endif
