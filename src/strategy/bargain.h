/* bargain.h: what a file about a deal holds, as read, and the game that it is on a model. Internal to src/strategy. */
#ifndef THAW_BARGAIN_H
#define THAW_BARGAIN_H

#include "ensemble/parallel.h"
#include "scenario/scenario.h"
#include "thaw/strategy.h"

enum { BARGAIN_MAX_PLAYERS = 6, BARGAIN_MAX_ISSUES = 16, BARGAIN_MAX_COMBINATIONS = 256 };

/* A player, as written. */
typedef struct bargain_player {
    named name;
    code_list members;
    int weighs; /* claimants by `claimant`; else real income */
    double claimant[THAW_N_CLAIMANTS];
    char *objective;   /* in words */
    long line, column; /* of it, or of the player */
    double weight;     /* in the product of gains */
} bargain_player;

/* What an issue in full is worth to a player beside income, in the world's unit a year. */
typedef struct bargain_worth {
    size_t player;
    number value;
} bargain_worth;

typedef struct bargain_issue {
    named name;
    char *title;
    size_t n_levels; /* 0: any from 0 to 1 */
    double *level;
    size_t first, n_measures; /* of the scenario's */
    size_t n_worths;
    bargain_worth *worth;
} bargain_issue;

typedef struct bargain_threat {
    named name;
    char *title;
    long by;                 /* player, or -1 */
    thaw_scenario *scenario; /* what there is without a deal, once it is carried out */
} bargain_threat;

/* Where a number of the file stands. */
typedef enum bargain_place { IN_NOTHING = 0, IN_ISSUE, IN_THREAT, IN_WORTH, IN_DISAGREEMENT } bargain_place;
typedef struct bargain_number {
    bargain_place place;
    size_t owner, index; /* issue or threat; its measure, or its worth */
    number_key key;
} bargain_number;

typedef struct bargain_supposition {
    char *what, *path, *source;
    double low, high;
    bargain_number number;
} bargain_supposition;

struct thaw_bargain {
    char *text; /* as read, so that there can be another like it */
    size_t size, n_set;
    char **set; /* what was set since */
    char *path, *directory, *name, *title, *note, *world;
    named disagreement; /* text NULL: the world as it stands */
    size_t n_players, n_issues, n_threats, n_suppositions;
    bargain_player *player;
    bargain_issue *issue;
    bargain_threat *threat;
    bargain_supposition *supposition;
    int money;         /* may pass between players */
    double most_money; /* to one of them */
    long money_line, money_column;
    thaw_scenario *scenario; /* measures of all issues, after what there is without a deal */
};

/* The game on a model: read-only once it is made, so that several threads can play it. Utilities are per cent of what a
 * player has without a deal. */
typedef struct game {
    const thaw_bargain *b;
    const thaw_model *model;
    const thaw_world *world;
    thaw_solve_options solve;
    parallel_options parallel;
    thaw_party *party;      /* [player] */
    thaw_shock before;      /* without a deal */
    thaw_equilibrium *none; /* what it reaches */
    double *reservation;    /* [player] in the world's unit */
    double *weight;         /* [player], sum to 1 */
    double most_money;
    size_t n_combinations;
    double *combination; /* [combination][issue] levels of issues in steps; NaN for the others */
} game;

/* game.c. Errors: those of thaw_bargain_run. */
thaw_status game_create(const thaw_bargain *b, const thaw_model *model, const thaw_bargain_options *options,
                        const parallel_options *parallel, game *g, thaw_error *error);
void game_clear(game *g);
/* The equilibrium at levels [issue] and transfers [player] (NULL: none), started from `near`. */
thaw_status game_solve(const game *g, const double *level, const double *transfer, const thaw_solve_options *options,
                       const thaw_equilibrium *near, thaw_equilibrium **equilibrium, thaw_error *error);
/* What each player has in an equilibrium, with what issues are worth to it, per cent above having no deal. level NULL: no
 * issue counts. */
thaw_status game_utilities(const game *g, const thaw_equilibrium *e, const double *level, double *u, thaw_error *error);
/* What each player gains from one issue in full, or (issue n_issues) from all of them; level [issue]: what is done. */
thaw_status game_alone(const game *g, size_t issue, double *level, double *gain, thaw_error *error);
/* Both at once. */
thaw_status game_value(const game *g, const double *level, const double *transfer, double *u, thaw_error *error);

/* settle.c: what can be agreed on. Adds to *evaluations. */
thaw_status game_settle(const game *g, int money, size_t n_points, thaw_settlement *settlement, size_t *evaluations,
                        thaw_error *error);
/* Nash's solution alone, with d [player] for utilities without a deal. `near`: where it may lie, as the deal of a
 * neighbouring question; or NULL. */
thaw_status game_nash(const game *g, const double *d, int money, const thaw_agreement *near, thaw_agreement *nash,
                      size_t *evaluations, thaw_error *error);
thaw_status agreement_create(const game *g, thaw_agreement *a, thaw_error *error);
void agreement_clear(thaw_agreement *a);
void settlement_clear(thaw_settlement *s);

/* sideline.c: threats, then both ends of every range, of a deal that is found. */
thaw_status bargain_ask_sidelines(const game *g, const thaw_bargain_options *options, thaw_deal *deal, thaw_error *error);

/* Another that varies by itself. */
thaw_status bargain_copy(const thaw_bargain *b, thaw_bargain **copy, thaw_error *error);

/* bargain_number.c: "minerals[0].share", "aid.worth.UKR", "disagreement[0].factor". */
thaw_status bargain_find_number(const thaw_bargain *b, const char *path, bargain_number *out, thaw_error *error);
double bargain_get(const thaw_bargain *b, const bargain_number *n);
/* THAW_ERR_INPUT where the value cannot be. */
thaw_status bargain_put(thaw_bargain *b, const bargain_number *n, const char *path, double value, thaw_error *error);

#endif
