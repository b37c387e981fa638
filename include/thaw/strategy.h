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
    const unsigned char *first;  /* [party] whose cuts are asked for; NULL: everybody's. What is not solved is NaN */
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
    double *price_pct; /* how much more the second's consumption costs, in its own wages */
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
/* ---- bargains ---- */

/* A file about a deal, as read: players, issues, where they are without a deal, threats, assumptions (docs/bargain.md). */
typedef struct thaw_bargain thaw_bargain;
/* A path, or the name of a ready one ("us-russia-deal"). Errors carry file, line and column. */
thaw_status thaw_bargain_load(const char *name_or_path, thaw_bargain **bargain, thaw_error *error);
/* From memory; directory (may be NULL) for files named inside. */
thaw_status thaw_bargain_parse(const char *text, size_t size, const char *name, const char *directory,
                               thaw_bargain **bargain, thaw_error *error);
void thaw_bargain_free(thaw_bargain *bargain);
/* `--set path=value`: a number of an issue or threat, such as "minerals[0].share=0.2" or "aid.worth.UKR=50000". */
thaw_status thaw_bargain_set(thaw_bargain *bargain, const char *assignment, thaw_error *error);
const char *thaw_bargain_name(const thaw_bargain *bargain);
const char *thaw_bargain_title(const thaw_bargain *bargain);
const char *thaw_bargain_note(const thaw_bargain *bargain);  /* may be NULL */
const char *thaw_bargain_world(const thaw_bargain *bargain); /* may be NULL */
const char *thaw_bargain_path(const thaw_bargain *bargain);
/* What happens without a deal: the scenario's title, or NULL for the world as it stands. */
const char *thaw_bargain_disagreement(const thaw_bargain *bargain);
/* The sectors that its disagreement makes monopolistic: as thaw_scenario_monopolistic. */
thaw_status thaw_bargain_monopolistic(const thaw_bargain *bargain, const thaw_world *world, unsigned char **monopolistic,
                                      thaw_error *error);

/* Something that can be agreed on. Gains are over having no deal, in the world's unit a year: real incomes at prices of the
 * world, weighed as the player's objective says, and what issues are worth to it beside income. */
typedef struct thaw_agreement {
    int found;        /* 0: there is none that all gain from; what follows is then 0 */
    double *level;    /* [issue] how much of it is done, 0 to 1 */
    double *transfer; /* [player] money received from the other players, net */
    double *gain;     /* [player] */
} thaw_agreement;

/* What can be had with or without money passing between the players. */
typedef struct thaw_settlement {
    double *ideal;            /* [player] the most it can gain while nobody loses; 0 where there is no gain */
    thaw_agreement nash;      /* the product of gains, to the power of weights, is largest (Nash 1950) */
    thaw_agreement kalai;     /* all gain the same part of their ideal, the largest (Kalai and Smorodinsky 1975) */
    size_t n_points;          /* of the Pareto frontier, where all gain; 0 where nothing was asked or found */
    thaw_agreement *frontier; /* the first player's gain falling */
} thaw_settlement;

/* No deal, but worse (or better) than before: what that does to the deal. */
typedef struct thaw_threat {
    const char *name, *title, *by; /* by NULL: nobody at the table */
    double *change;                /* [player] of what it has without a deal */
    thaw_agreement nash;           /* the deal then, with money where it may pass */
} thaw_threat;

/* An assumption and what the deal is at either end of its range. */
typedef struct thaw_supposition {
    const char *what, *number, *source;
    double value, low, high;        /* NaN where it has no number here */
    int of_threat;                  /* the number is of a threat: the deal under it then, gains over the old state */
    thaw_agreement at_low, at_high; /* Nash; level NULL where there is no number */
    double *alone; /* [2][player] of an issue's number: what the issue alone, in full, is worth at low and at
                      high, as thaw_deal.alone; NULL of others */
} thaw_supposition;

typedef struct thaw_bargain_options {
    int no_money;     /* no transfers, whatever the file says */
    size_t n_points;  /* of the frontier; 0: none */
    int only_nash;    /* Nash's solution, with money where it may pass, and issues alone: nothing else */
    size_t n_threads; /* 0: as many as processors */
    double tolerance; /* of equilibria; 0: 1e-12 */
    thaw_progress_fn progress;
    void *progress_context;
} thaw_bargain_options;

/* All arrays belong to it; texts to the bargain. */
typedef struct thaw_deal {
    size_t n_players, n_issues, n_threats, n_suppositions, n_countries;
    const char **player, **objective; /* [player] */
    const char **issue, **issue_title;
    double *weight;             /* [player] in the product of gains; sum to 1 */
    double *reservation;        /* [player] what it has without a deal, in the world's unit; its red line */
    double most_money;          /* that can pass to one player; 0: none can */
    thaw_settlement barter;     /* without money */
    thaw_settlement money;      /* with money; empty where none can pass */
    thaw_agreement *alone;      /* [issue] the issue alone, in full; the last one: everything in full */
    const thaw_agreement *deal; /* the Nash solution with money, or without where none can pass */
    double *most_paid;          /* [player] how much more it would pay for the deal's levels before it prefers none */
    double *red_line;           /* [player][issue] the level at which it would, other levels as agreed; NaN: at none */
    unsigned char *at_table;    /* [country] is, or is in, a player */
    double *welfare_pct;        /* [country] real income in the deal against none */
    double *welfare;            /* [country] the same in the world's unit */
    thaw_threat *threat;        /* [threat] */
    thaw_supposition *supposition;
    size_t evaluations; /* equilibria */
    double seconds;
} thaw_deal;

/* Everything about a deal on a model of the world. Every combination of issues that come in steps is tried; within one,
 * sequential quadratic programming on the others and on transfers, from two starts: local optima where utilities are not
 * concave. The same bits whatever the number of threads. Errors: unknown codes; players that overlap; an objective that is
 * not positive; too many combinations. No gains are no error: `found` says so. */
thaw_status thaw_bargain_run(const thaw_bargain *bargain, const thaw_model *model, const thaw_bargain_options *options,
                             thaw_deal **deal, thaw_error *error);
void thaw_deal_free(thaw_deal *deal);

/* ---- coalitions ---- */

enum {
    THAW_COALITION_PLAYERS = 20, /* at most */
    THAW_COALITION_SOLVED = 16   /* with at most so many all coalitions are solved; with more a sample */
};

/* A file that asks who would hold together against whom (docs/coalition.md): opaque. */
typedef struct thaw_coalition_file thaw_coalition_file;
/* A path, or the name of a ready one ("russia-wall"). Errors carry file, line and column. */
thaw_status thaw_coalition_load(const char *name_or_path, thaw_coalition_file **file, thaw_error *error);
/* The same from memory; name is used in messages, directory (may be NULL) for the scenario named inside. */
thaw_status thaw_coalition_parse(const char *text, size_t size, const char *name, const char *directory,
                                 thaw_coalition_file **file, thaw_error *error);
void thaw_coalition_file_free(thaw_coalition_file *file);
const char *thaw_coalition_world(const thaw_coalition_file *file); /* its own, or its action's; may be NULL */
const char *thaw_coalition_title(const thaw_coalition_file *file);
const char *thaw_coalition_note(const thaw_coalition_file *file); /* may be NULL */
size_t thaw_coalition_size(const thaw_coalition_file *file);      /* players */
const char *thaw_coalition_player(const thaw_coalition_file *file, size_t player);

typedef struct thaw_coalition_options {
    double weight;       /* of harm, for every player instead of the file's; 0: the file's */
    size_t permutations; /* orders of joining to sample, even where all coalitions could be solved; 0: the file's, where
                            there are more than THAW_COALITION_SOLVED players */
    size_t n_threads;    /* 0: as many as processors (one for each rank under MPI) */
    struct ranks *ranks; /* internal: processes that share the work; NULL: this one alone */
    const char *resume;  /* a file that keeps what is solved, or has it from before; NULL: none */
    thaw_solve_options solve;
} thaw_coalition_options;

/* A step of best replies: the player who gains most changes sides. */
typedef struct thaw_coalition_step {
    size_t player;
    int joins;
    double gain;        /* its own, money */
    unsigned coalition; /* after it */
} thaw_coalition_step;

/* What coalitions do and which of them hold. Money is in the world's unit, in prices of before; bit p of a coalition is
 * player p. All arrays belong to it. Rows that were not solved (of a sample) are not there. */
typedef struct thaw_coalitions {
    size_t n; /* players */
    char **player;
    char *target, *action; /* its scenario, in words */
    int sampled;           /* not all coalitions were solved */
    size_t permutations;   /* of the sample */
    size_t n_rows;
    unsigned *coalition;   /* [row], ascending */
    double *harm;          /* [row] to the target, against no coalition */
    double *own;           /* [row][player] change of own real income */
    double *rest;          /* [row] of everyone else's */
    double *weight;        /* [player] of harm in what it is after: weight * harm + own */
    double *income;        /* [player], then the target's, before */
    double *shapley;       /* [player] part in the harm of all together */
    double *shapley_error; /* [player] standard error; 0 where all were solved */
    /* of the coalition that unravels, all players unless the file says otherwise */
    unsigned about;
    double *cost;           /* [player] of its own real income, in it */
    double *price;          /* [member] what it loses by leaving, so what the target must pay it; 0: it leaves for nothing */
    double *relief;         /* [member] what the target gains when it leaves; joins: loses */
    double *break_even;     /* [player] weight at which it is indifferent between in and out; NaN where it adds no harm */
    double *transfer;       /* [member] transfers that make it internally stable; NaN where none do */
    double surplus;         /* over what keeps all members in; negative: no transfers stabilise it */
    int internal, external; /* stable */
    size_t n_steps;
    thaw_coalition_step *step;
    int cycle; /* best replies went in a circle: that many steps */
    size_t n_stable;
    unsigned *stable;      /* coalitions that are internally and externally stable, ascending; none enumerated of a sample */
    size_t n_transferable; /* how many are externally stable and internally with transfers */
    size_t n_scan;         /* weights, the same for every player, and what is stable then: none of a sample */
    struct thaw_coalition_scan {
        double weight;
        size_t n_stable;
        unsigned largest; /* of the stable ones that which does most harm */
    } * scan;
    size_t unowned;       /* cells that the action changes but no player's part has */
    double unowned_trade; /* trade in them, before */
    size_t solves;
    double seconds;
} thaw_coalitions;

/* From the equilibrium that the action comes after. The same bits whatever the number of threads or ranks; of several ranks
 * *result is NULL but on the first. O(2^n) solves, or permutations * n.
 * Errors: THAW_ERR_INPUT (players that overlap, a target among them, a resume file of another question), those of solves. */
thaw_status thaw_coalitions_create(const thaw_model *model, thaw_coalition_file *file, const thaw_coalition_options *options,
                                   thaw_coalitions **result, thaw_error *error);
void thaw_coalitions_free(thaw_coalitions *result);
/* The row of a coalition, or n_rows. O(log n_rows). */
size_t thaw_coalitions_row(const thaw_coalitions *result, unsigned coalition);

#ifdef __cplusplus
}
#endif
#endif
