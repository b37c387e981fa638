/* chooser.h: governments that choose taxes on trade, as a function to be minimised. Internal to src/strategy. */
#ifndef THAW_CHOOSER_H
#define THAW_CHOOSER_H

#include "thaw/strategy.h"

/* Whose taxes, for whom. One player maximises its own objective; several together the Nash product of their gains over
 * `threat`. */
typedef struct chooser {
    const thaw_model *model;
    const thaw_world *world;
    thaw_policy_options options;
    thaw_shock shock;             /* as it stands: its taxes are owned, the rest is borrowed */
    thaw_equilibrium *base, *now; /* before anything is chosen; the last one solved */
    size_t n_players;
    const size_t *player;
    size_t n;                         /* rates */
    int *tariff_of, *tax_of;          /* [cell] the rate that it follows, or -1 */
    double *scale, *lowest, *highest; /* [rate], in log(1 + rate) */
    double *memory;
    const double *bargaining_weight; /* NULL: one player */
    double *threat;                  /* [player] objective where there is no agreement */
    double steepness;                /* above 0: what is maximised is the smallest gain, smooth at that scale */
    thaw_objective objective;
    thaw_gradient gradient;
    int evaluations;
} chooser;

/* The taxes of `shock` are copied; players whose rates are not `moving` keep theirs. */
thaw_status chooser_create(const thaw_model *model, const thaw_world *world, const thaw_shock *given, const size_t *player,
                           size_t n_players, const thaw_policy_options *options, chooser *c, thaw_error *error);
void chooser_clear(chooser *c);
/* The rates in the shock as log(1 + rate). */
void chooser_read(const chooser *c, double *x);
/* First guesses: what demand elasticities alone would say. */
void chooser_guess(const chooser *c, double *x);
/* Puts the rates in the shock. */
void chooser_write(chooser *c, const double *x);
/* From now on what is maximised is sum_p weight_p log(gain of p over its threat). */
void chooser_bargain(chooser *c, const double *weight);
/* Chooses: x in and out. reached as in minimise. */
thaw_status chooser_choose(chooser *c, double *x, double *value, double *reached, thaw_error *error);
/* log of what a player maximises, in an equilibrium. */
thaw_status chooser_objective(const chooser *c, const thaw_equilibrium *e, size_t player, double *value, thaw_error *error);

#endif
