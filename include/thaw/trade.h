/* trade.h: the trade equilibrium of Caliendo and Parro (2015, REStud 82:1) in exact hat algebra; equations in docs/model.md.
 *
 * A model is made once from a world and holds its base flows; any number of shocks can be solved on it, from several threads
 * at once (a model is read-only after it is made). An equilibrium is in levels relative to the world: hats are new/base. */
#ifndef THAW_TRADE_H
#define THAW_TRADE_H

#include "thaw/scenario.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct thaw_model thaw_model;

/* How far factors of production can move between the sectors of a country after a shock. */
typedef enum thaw_horizon {
    THAW_HORIZON_ONE_FACTOR = 0, /* all value added is earned by one factor, which moves freely: the model as published */
    THAW_HORIZON_SHORT,          /* labour moves; capital and resources stay in their sectors */
    THAW_HORIZON_MEDIUM,         /* half of capital moves too */
    THAW_HORIZON_LONG            /* labour and capital move; resources stay */
} thaw_horizon;

/* The world is borrowed and must outlive the model. O(J N^2 + N J^2) memory. */
thaw_status thaw_model_create(const thaw_world *world, thaw_model **model, thaw_error *error);
/* What a model of the same world can be beside the one of the paper. All zero is that one, bit for bit. */
typedef struct thaw_model_options {
    thaw_horizon
        horizon;      /* other than one factor, the world must have labour_share and resource_share; value added of a
                         sector is a Cobb-Douglas product of its factors (Jones 1971; docs/model.md, "Several factors") */
    int sticky_wages; /* nominal wages (in units of world factor income) do not fall below those of the world: where less is
                         paid for labour, fewer work. Needs a horizon with factors */
    int nested; /* production is nested CES with the two elasticities below instead of Cobb-Douglas; needs the sectors c2, c8
                   and c17 (docs/model.md, "Energy and materials"; the nests of Bachmann et al. 2022) */
    double energy_elasticity;          /* between energy and the rest, 0 to 1 */
    double materials_elasticity;       /* between value added and other inputs, 0 to 1 */
    const unsigned char *monopolistic; /* [sector] non-zero where competition is monopolistic: CES varieties, a constant
                                          mark-up sigma / (sigma - 1) with sigma = theta + 1, entry fixed; 1 / sigma of
                                          sales is profit (Ossa 2014). NULL: perfect competition. Borrowed by the call */
} thaw_model_options;
/* Sectors from codes such as "c14,c15": [sector] non-zero where named, the caller's to free. THAW_ERR_INPUT names an unknown
 * code. */
thaw_status thaw_sectors_parse(const thaw_world *world, const char *text, unsigned char **sector, thaw_error *error);
/* Sectors from text: "monopolistic" (all), "competitive" (none: *monopolistic is NULL), or codes such as "c14,c15".
 * [sector], the caller's to free. THAW_ERR_INPUT names an unknown code. */
thaw_status thaw_market_parse(const thaw_world *world, const char *text, unsigned char **monopolistic, thaw_error *error);
/* options may be NULL. */
thaw_status thaw_model_create_with(const thaw_world *world, const thaw_model_options *options, thaw_model **model,
                                   thaw_error *error);
/* A variant of a model for other trade elasticities, which shares everything else with it: world is the model's own but for
 * theta (a copy of the struct will do). Model and world are borrowed and must outlive it. After a change of theta in that
 * world say so with thaw_model_theta_changed, while nobody solves on the variant. Its solutions are those, bit for bit, of a
 * model made of that world, whose making takes longer than a solve: O(J N^2) instead of O(N J^3). THAW_ERR_USAGE for a model
 * with monopolistic sectors. */
thaw_status thaw_model_vary(const thaw_model *model, const thaw_world *world, thaw_model **variant, thaw_error *error);
void thaw_model_theta_changed(thaw_model *variant);
/* A variant of a model of one factor for another horizon, which shares everything else with it: model is borrowed and must
 * outlive it. Its solutions are those, bit for bit, of a model made with that horizon and the model's other options. Errors:
 * as for thaw_model_create_with. */
thaw_status thaw_model_with_horizon(const thaw_model *model, thaw_horizon horizon, thaw_model **variant, thaw_error *error);
void thaw_model_free(thaw_model *model);
const thaw_world *thaw_model_world(const thaw_model *model); /* the one it was made from */

typedef enum thaw_method {
    THAW_METHOD_ANDERSON = 0, /* accelerated fixed point */
    THAW_METHOD_DAMPED,       /* the same, shorter steps, shorter memory */
    THAW_METHOD_NEWTON,       /* Newton-Krylov */
    THAW_METHOD_CONTINUATION  /* the shock in pieces, Newton on each */
} thaw_method;

typedef struct thaw_solve_options {
    double tolerance;   /* on the relative residual of every equation; 0 means 1e-10 */
    int max_iterations; /* of the fixed point; 0 means 500 */
    int no_fallback;    /* stop after the first method */
    thaw_progress_fn progress;
    void *progress_context;
} thaw_solve_options;

typedef struct thaw_solve_stats {
    thaw_method method; /* that found the solution */
    int iterations;     /* evaluations of the equilibrium map, all methods together */
    double residual;    /* the largest relative residual of the original equations */
    char worst[96];     /* the equation where it is, e.g. "market for c14 of DEU" */
    double seconds;
} thaw_solve_stats;

/* One equilibrium. All arrays belong to it. */
typedef struct thaw_equilibrium {
    size_t n_countries, n_sectors;
    double *wage;           /* [country] w^: factor income, all factors together */
    double *factor_price;   /* [country][sector] price of a unit of the sector's value added; NULL with one factor */
    double *value_share;    /* [country][sector] value added in the value of output; NULL where it is that of the world */
    double *price;          /* [country n][sector j] P^ of the sector's composite good; 1 where n buys none */
    double *cost;           /* [country i][sector j] c^ unit cost at the factory */
    double *expenditure;    /* [country n][sector j] X' at buyers' prices */
    double *output;         /* [country i][sector j] Y' at producers' prices */
    double *share;          /* [sector][destination][origin] pi' */
    double *tariff;         /* [sector][destination][origin] tau', or NULL */
    double *export_tax;     /* [sector][destination][origin] e', or NULL */
    double *tariff_revenue; /* [country] */
    double *export_tax_revenue; /* [country] */
    double *trade_balance;      /* [country] D as exports minus imports */
    double *income;             /* [country] I' */
    double *profit;             /* [country] of monopolistic sectors; NULL where competition is perfect */
    thaw_solve_stats stats;
} thaw_equilibrium;

/* Solves for the equilibrium after a shock. `start` (may be NULL) is a guess, such as the solution of a neighbouring shock.
 * Errors: THAW_ERR_INPUT (a buyer without supplier, a shock that is not positive, named), THAW_ERR_CONVERGENCE (names the
 * market that fails), THAW_ERR_INTERRUPTED. O(J N^2 + N J^2) per iteration. */
thaw_status thaw_trade_solve(const thaw_model *model, const thaw_shock *shock, const thaw_solve_options *options,
                             const thaw_equilibrium *start, thaw_equilibrium **equilibrium, thaw_error *error);
/* The world as it stands, without solving: hats of 1 and the base flows. */
thaw_status thaw_trade_base(const thaw_model *model, thaw_equilibrium **equilibrium, thaw_error *error);
void thaw_equilibrium_free(thaw_equilibrium *equilibrium);
/* Evaluates the original equations at an equilibrium, sharing no code with the solver: the largest relative residual. */
double thaw_trade_residual(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *equilibrium,
                           char worst[96]);

/* Parts of a change in real income, in per cent: 100 times log points where integrated, 100 (hat - 1) at first order. */
typedef struct thaw_decomposition {
    double terms_of_trade;  /* prices of exports less prices of imports, at the border */
    double volume_of_trade; /* changes in taxed volumes times the taxes on them */
    double technical;       /* changes in barriers, productivity and, with sticky wages, employment */
    double transfer;        /* changes in the trade balance */
    double profit_shifting; /* changes in the volume of what is sold at a mark-up, times the profit in it */
} thaw_decomposition;

/* What changed for each country from one equilibrium to another. All arrays belong to it; [country] unless stated. */
typedef struct thaw_result {
    size_t n_countries, n_sectors;
    double *wage_change;  /* hat */
    double *price_change; /* hat of the consumption price index prod_j P^alpha */
    double *real_wage_pct;
    double *welfare_pct;                /* real income, exact */
    double *welfare_first_order_pct;    /* the linear response to the shock at the starting point */
    double *exports_base, *exports_new; /* at border prices, world unit */
    double *imports_base, *imports_new;
    double *exports_pct, *imports_pct;
    double *income_base, *income_new;
    double *tariff_revenue_base, *tariff_revenue_new;
    double *export_tax_revenue_base, *export_tax_revenue_new;
    double *domestic_share_base, *domestic_share_new;             /* share of own goods in expenditure */
    double *export_concentration_base, *export_concentration_new; /* Herfindahl index of destinations, 0..1 */
    double *import_concentration_base, *import_concentration_new; /* Herfindahl index of origins */
    thaw_decomposition *first_order; /* base weights and changes hat - 1, as Caliendo and Parro print it; NaN where a ban has
                                        no finite change */
    thaw_decomposition *integrated;  /* along the path of the shock; parts sum to 100 log(welfare hat) */
    double integration_error;        /* the largest |sum of parts - exact| over countries, per cent */
    double *output_base, *output_new;  /* [country][sector] */
    double *output_volume_pct;         /* [country][sector] output at constant factory prices */
    double *sector_price_change;       /* [country][sector] hat */
    double *flow_base, *flow_new;      /* [sector][destination][origin] at border prices (export tax in, tariff not) */
    double *lost, *diverted, *created; /* [destination][origin], imports: lost by an origin; of it, taken over by other
                                          suppliers; gained by an origin beyond what replaces others */
    double *replaced;                  /* [destination][origin losing][origin gaining] or NULL, see thaw_result_options */
    thaw_solve_stats stats;
} thaw_result;

typedef struct thaw_result_options {
    int no_decomposition; /* skip the integrated decomposition and the first-order response */
    int replaced;         /* fill replaced (N^3) */
    thaw_solve_options solve;
} thaw_result_options;

/* Compares two equilibria of one model, reached by shocks `before` and `after`. options may be NULL. */
thaw_status thaw_trade_compare(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                               const thaw_shock *after, const thaw_equilibrium *now, const thaw_result_options *options,
                               thaw_result **result, thaw_error *error);
void thaw_result_free(thaw_result *result);

/* Who earns a country's income. What is real is in prices of before: now / price_change. */
typedef enum thaw_claimant {
    THAW_LABOUR = 0,
    THAW_CAPITAL,
    THAW_RESOURCES,
    THAW_PUBLIC,  /* tariffs and export taxes */
    THAW_ABROAD,  /* what is spent beyond what is earned: minus the trade balance */
    THAW_PROFITS, /* of monopolistic sectors, to their owners at home; 0 where competition is perfect */
    THAW_N_CLAIMANTS
} thaw_claimant;
typedef struct thaw_claimants {
    thaw_horizon horizon; /* of the model; with one factor all factors of a country gain or lose alike */
    size_t n_countries;
    double *base[THAW_N_CLAIMANTS], *now[THAW_N_CLAIMANTS]; /* [country] in the world's unit; they add up to income */
    double *income_base, *income_now;                       /* [country] */
    double *price_change;                                   /* [country] hat of the price of consumption */
    double *employment_base,
        *employment_now; /* [country] part of the world's labour that works; 1 unless wages are sticky */
} thaw_claimants;
/* THAW_ERR_USAGE where the world does not say who earns value added. */
thaw_status thaw_trade_claimants(const thaw_model *model, const thaw_equilibrium *base, const thaw_equilibrium *now,
                                 thaw_claimants **claimants, thaw_error *error);
void thaw_claimants_free(thaw_claimants *claimants);

/* Capital of one country in a sector of another, and what it earns, in the world's unit a year. */
typedef struct thaw_affiliate {
    size_t owner, host, sector;
    double profit_base, profit_now;
} thaw_affiliate;
/* All that is owned abroad at base; *list is NULL where shocks say nothing of ownership. The caller frees it. */
thaw_status thaw_trade_affiliates(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                                  const thaw_shock *after, const thaw_equilibrium *now, thaw_affiliate **list, size_t *n,
                                  thaw_error *error);

/* The numbers of a scenario fitted to its targets, and what they rest on. All arrays belong to it. */
typedef struct thaw_fit {
    char *scenario; /* whose fit it is */
    size_t n_free, n_targets;
    char **number;            /* [free] path, such as measures[0].factor */
    char **measure;           /* [free] the measure in words, as fitted */
    double *start, *fitted;   /* [free] as in the file, and as found */
    char **target;            /* [target] in words */
    double *wanted, *reached; /* [target] */
    double *jacobian;         /* [target][free] d target / d number */
    double *sensitivity;      /* [free][target] d number / d wanted: the pseudo-inverse of the jacobian (weighted) */
    int iterations;           /* Gauss-Newton steps tried */
    double seconds;
} thaw_fit;

/* Fits the free numbers of thaw_scenario_unfitted(scenario) by damped Gauss-Newton, with exact derivatives by the implicit
 * function theorem, and leaves them in the scenario. To be repeated until nothing is unfitted; *fit is NULL where nothing
 * was. With more targets than free numbers it is a weighted least-squares compromise, whose misses `reached` shows.
 * Errors: THAW_ERR_INPUT where the targets cannot tell the numbers apart (named), THAW_ERR_CONVERGENCE where a target is out
 * of reach (says the nearest reachable value). On error the numbers are as they were. */
thaw_status thaw_trade_fit(const thaw_model *model, const thaw_world *world, thaw_scenario *scenario,
                           const thaw_solve_options *options, thaw_fit **fit, thaw_error *error);
void thaw_fit_free(thaw_fit *fit);
/* Fits all that is unfitted, for callers who do not ask how. */
thaw_status thaw_trade_fit_all(const thaw_model *model, const thaw_world *world, thaw_scenario *scenario,
                               const thaw_solve_options *options, thaw_error *error);

/* A function of an equilibrium, by its derivatives there; NULL counts as 0. */
typedef struct thaw_objective {
    double *income;      /* [country] in I' */
    double *tax_revenue; /* [country] in the revenue of tariffs and export taxes, beside its part of income */
    double *log_price;   /* [country][sector] in log P^ */
    double *output;      /* [country][sector] in Y' */
} thaw_objective;
void thaw_objective_clear(thaw_objective *objective);
/* Adds scale log(sum_k weight_k R_k) to *value and its derivatives to *objective, whose arrays are made where there are
 * none: R_k the real incomes of a country's claimants in units of its consumption at base prices. weight NULL: all 1, real
 * income. Each country once for each objective. With one factor, labour, capital and resources share factor income as at
 * base, and labour has all of it where the world does not say. THAW_ERR_USAGE where the sum is not positive. */
thaw_status thaw_trade_objective(const thaw_model *model, const thaw_equilibrium *now, size_t country, double scale,
                                 const double weight[THAW_N_CLAIMANTS], double *value, thaw_objective *objective,
                                 thaw_error *error);
/* Its derivatives in the costs of trade, [sector][destination][origin]; NULL where not wanted. The caller's arrays. */
typedef struct thaw_gradient {
    double *tariff, *export_tax; /* in log(1 + rate) */
    double *barrier;             /* in log d */
} thaw_gradient;
/* The gradient of an objective in every cell at the equilibrium `now`, reached by `shock`, by the adjoint of the implicit
 * function theorem: one linear solve however many cells. THAW_ERR_USAGE with nested production or ownership. */
thaw_status thaw_trade_gradient(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now,
                                const thaw_objective *objective, thaw_gradient *gradient, thaw_error *error);

/* What it costs both sides when countries a and b stop trading with each other, from the equilibrium `now` reached by
 * `shock`: per cent of real income. Solved with the same closure as the shock. */
thaw_status thaw_trade_losing(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now, size_t a,
                              size_t b, double *cost_a_pct, double *cost_b_pct, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
