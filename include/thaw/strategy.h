/* strategy.h: what countries can threaten, choose and agree on: optimal and Nash policy, leverage, coalitions, bargains. */
#ifndef THAW_STRATEGY_H
#define THAW_STRATEGY_H

#include "thaw/scenario.h"
#include "thaw/trade.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- a government's choice of taxes on trade ---- */

enum { THAW_TARIFFS = 1, THAW_EXPORT_TAXES = 2 }; /* instruments, as bits */
typedef enum thaw_detail {
    THAW_BY_BOTH = 0, /* a rate for every partner and sector */
    THAW_BY_SECTOR,   /* one for each sector, whoever the partner */
    THAW_BY_PARTNER,  /* one for each partner, whatever the sector */
    THAW_UNIFORM      /* one rate */
} thaw_detail;

typedef struct thaw_policy_options {
    unsigned instruments; /* 0: tariffs */
    thaw_detail detail;
    const double *weight;   /* [THAW_N_CLAIMANTS] of the claimants' real incomes in the objective; NULL: real income */
    double lowest, highest; /* rates that are allowed; both 0: -0.5 to 20 */
    double tolerance;       /* of log(1 + rate); 0: 1e-8 */
    int max_evaluations;    /* of equilibrium and gradient for one country; 0: 2000 */
    thaw_solve_options solve;
} thaw_policy_options;

/* What governments choose, and what it does to every country. All arrays belong to it. */
typedef struct thaw_policy {
    size_t n_countries, n_players;
    size_t *player;         /* country indices */
    thaw_shock shock;       /* the taxes chosen, on top of those given */
    thaw_equilibrium *base; /* before: with the taxes given */
    thaw_equilibrium *now;
    double *welfare_pct;   /* [country] real income against base */
    double *objective_pct; /* [player] of what each maximises, against base */
    double *median_tariff; /* [player] over all its cells with trade at base or at a rate; NaN without tariffs */
    double *median_tax;    /* [player] the same of export taxes */
    int rounds;            /* of best replies; 1 for one player */
    int converged;         /* rounds ended in a fixed point; 0: `change` is how far the last round still moved */
    int cycle;             /* 0, or the length of the cycle that best replies went round */
    double change;         /* the largest change of a log(1 + rate) in the last round */
    double gradient;       /* the largest step that a player would still take, in log(1 + rate) */
    int at_bounds;         /* rates that ended at a bound */
    int evaluations;
    double seconds;
} thaw_policy;

/* The best taxes of one country while all others keep theirs: those of `given` (NULL: the world's). The gradient is exact
 * (thaw_trade_gradient); the search is a projected L-BFGS in log(1 + rate), scaled by what is traded.
 * Errors: those of thaw_trade_solve, THAW_ERR_CONVERGENCE where no best taxes are found, THAW_ERR_USAGE for an objective
 * without bounds (a best rate would be beyond `highest`: reported as at_bounds, not as an error). */
thaw_status thaw_policy_optimal(const thaw_model *model, const thaw_shock *given, size_t country,
                                const thaw_policy_options *options, thaw_policy **policy, thaw_error *error);
/* Mutual best replies of several countries, one after the other, round after round, until no rate moves by more than the
 * tolerance. Existence is not promised: `converged` and `cycle` tell. */
thaw_status thaw_policy_nash(const thaw_model *model, const thaw_shock *given, const size_t *player, size_t n_players,
                             const thaw_policy_options *options, thaw_policy **policy, thaw_error *error);
typedef enum thaw_split {
    THAW_SPLIT_NASH = 0, /* the product of gains, to the power of weights, is largest */
    THAW_SPLIT_EQUAL     /* all gain the same part, and no larger one is to be had (Ossa 2014) */
} thaw_split;
/* Efficient taxes of all players together, without side payments, where disagreement is the equilibrium `threat`: the split
 * is over gains objective_p / objective_p at the threat - 1. weight (Nash only): NULL, equal.
 * objective_pct is then against the threat. THAW_ERR_CONVERGENCE where no taxes give every player more than that. */
thaw_status thaw_policy_cooperative(const thaw_model *model, const thaw_shock *given, const thaw_equilibrium *threat,
                                    const size_t *player, size_t n_players, thaw_split split, const double *weight,
                                    const thaw_policy_options *options, thaw_policy **policy, thaw_error *error);
void thaw_policy_free(thaw_policy *policy);

#ifdef __cplusplus
}
#endif
#endif
