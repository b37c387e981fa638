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

/* ---- who acts ---- */

/* A country or a bloc of countries that act together. */
typedef struct thaw_party {
    char *name;
    size_t n_members;
    size_t *member; /* country indices, ascending */
} thaw_party;
/* A code, a group of the world, or NAME=A+B+C of codes and groups. THAW_ERR_INPUT says what is unknown. */
thaw_status thaw_party_parse(const thaw_world *world, const char *text, thaw_party *party, thaw_error *error);
void thaw_party_clear(thaw_party *party); /* frees what is inside */
/* THAW_ERR_INPUT where two parties have a country in common: it names it. */
thaw_status thaw_parties_check(const thaw_world *world, const thaw_party *party, size_t n, thaw_error *error);

/* ---- leverage ---- */

typedef enum thaw_cut {
    THAW_CUT_ALL = 0, /* all trade between the two ends */
    THAW_CUT_EXPORTS, /* the first stops selling to the second */
    THAW_CUT_IMPORTS  /* the first stops buying from the second */
} thaw_cut;

typedef struct thaw_leverage_options {
    const thaw_party *party; /* NULL: every country by itself */
    size_t n_parties;
    thaw_cut cut;
    const unsigned char *sector; /* [sector] that are cut; NULL: all */
    size_t n_threads;            /* 0: as many as processors */
    thaw_solve_options solve;    /* progress is called from the calling thread only */
} thaw_leverage_options;

/* What each party can do to each other one by cutting it off. Matrices are [first][second], NaN on the diagonal and where a
 * buyer would be left without supplier. */
typedef struct thaw_leverage {
    size_t n; /* parties */
    char **name;
    thaw_cut cut;
    double *loss_pct;  /* of the second's real income when the first cuts it off; positive is a loss */
    double *cost_pct;  /* of the first's own real income */
    double *share;     /* of the second's spending that goes to what the first would stop selling; 0 with imports cut */
    double *statistic; /* 100 times -sum_j s_j log(1 - share_j) / theta_j with s_j sectors' shares in spending: the
                          sufficient statistic of Clayton, Maggiori and Schreger (2024) for the second's loss */
    double *trade;     /* what is cut, at border prices, in the world's unit */
    double *power;     /* [party] the mean loss it can inflict, weighted by the others' incomes, per cent */
    double *exposure;  /* [party] the mean loss the others can inflict on it, unweighted, per cent */
    size_t solves;
    double seconds;
} thaw_leverage;

/* From the equilibrium `now` reached by `shock` (both NULL: the world as it stands). The same bits whatever the number of
 * threads. O(parties^2) solves. */
thaw_status thaw_leverage_create(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now,
                                 const thaw_leverage_options *options, thaw_leverage **leverage, thaw_error *error);
void thaw_leverage_free(thaw_leverage *leverage);

/* A sector alone cut between two parties. */
typedef struct thaw_chokepoint {
    size_t sector;
    double loss_pct, cost_pct; /* of the second's, of the first's real income */
    double trade;              /* cut, in the world's unit */
    double loss_per_trade;     /* of the second, money of real income for money of trade cut */
} thaw_chokepoint;
/* Every sector in which the two trade, cut alone: the largest loss for what is cut first. The caller frees *list. */
thaw_status thaw_chokepoints(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now,
                             const thaw_party *first, const thaw_party *second, const thaw_leverage_options *options,
                             thaw_chokepoint **list, size_t *n, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
