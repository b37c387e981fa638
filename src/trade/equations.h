/* equations.h: the equilibrium as a fixed point u = G(u), its derivative, and the path of a shock. Internal to src/trade.
 *
 * Unknowns u = (log c^ [sector][country], X'/X [sector][country], log w^ [country]), rows padded to `stride`. Given u the
 * map computes prices, shares, sales and incomes once (equations 1-6 of docs/model.md) and returns what those imply for u.
 * Working arrays are [sector][country], sector first, so that loops over countries are contiguous. */
#ifndef THAW_EQUATIONS_H
#define THAW_EQUATIONS_H

#include <pthread.h>

#include "thaw/trade.h"
#include "trade/kernels.h"

struct thaw_model {
    const thaw_world *world;
    const kernels *kernel;
    size_t n, nj, stride;
    size_t block;         /* nj * stride */
    size_t unknowns;      /* 2 * block + stride; one block more where production is nested */
    double *share;        /* [sector][destination][stride] pi */
    double **kept, **net; /* [sector] -> pi / tau and pi / (tau e), the same memory as share where there is no tax */
    double *gamma;        /* by coefficient_at */
    double *beta, *alpha; /* [sector][stride] */
    double *retained; /* [sector][stride] 1 - sum_k gamma: beta, but for rounding in published tables. Factor markets clear
                         with this, so that Walras' law holds exactly and trade balances are met to the last digit */
    double *profit;   /* [sector][stride] the part of sales that is profit; NULL: competition is perfect. Then retained and
                         beta are what is left of value added, and value_added what factors earn */
    double *value_added;        /* [stride] */
    double *balance;            /* [stride] trade balance, made to sum to 0 exactly */
    double world_income;        /* sum of value_added */
    double *x0, *inverse_x0;    /* [sector][stride] base expenditure, and its inverse (0 where nothing is bought) */
    double *wage_step;          /* [stride] how far a wage moves with excess demand for its factor */
    float *leontief;            /* by coefficient_at: H = (I - gamma diag(pi_nn))^-1 gamma, see precondition */
    double *domestic;           /* [sector][stride] pi_nn */
    struct factor_mix *factors; /* NULL: one factor that moves freely */
    struct nest *nested;        /* NULL: production is Cobb-Douglas */
    const thaw_model *original; /* of a variant: whose arrays these are; all but world, wage_step and factors' step */
    struct solver *idle;        /* solvers whose memory the next solve takes over, guarded by lock */
    pthread_mutex_t lock;
};

/* Several factors: the price of value added in a sector, phi^ = prod_m w^_m^mobile_m r^^specific, where a mobile factor
 * earns its part of all sectors' value added and a specific one its part of the sector's own. */
enum { MOBILE_LABOUR, MOBILE_CAPITAL, N_MOBILE };
typedef struct factor_mix {
    thaw_horizon horizon;
    int sticky; /* wages do not fall */
    double *memory;
    double *specific;         /* [sector][stride] part of the factors that stay */
    double *mobile[N_MOBILE]; /* [sector][stride] part of each that moves */
    double *inverse_output;   /* [sector][stride] 1 / base output, 0 where there is none */
    double *base[N_MOBILE];   /* [stride] base income of the mobile factor */
    double *value_added;      /* [stride] base sum of retained output */
    double *step;             /* [sector][stride] how far a unit cost moves with its equation, since its own sales move it */
} factor_mix;
/* factors.c */
thaw_status factors_create(thaw_model *model, const thaw_model_options *options, thaw_error *error);
void factors_free(factor_mix *f); /* NULL is fine */
/* From the theta of the model's world. */
void factors_set_steps(const thaw_model *m, factor_mix *f);

/* Nested CES production: shares at base of energy and of the rest in cost, and 1 - elasticity of each nest. */
enum { N_ENERGY = 3 };
typedef struct nest {
    double energy_power, materials_power;
    size_t sector[N_ENERGY]; /* those of energy */
    double *memory;
    double *energy, *rest; /* [sector][stride] */
} nest;

/* Capital that is owned abroad: the part of the sector's sales that goes to the owner, and its derivative in the position.
 */
typedef struct owned_cell {
    size_t host, owner, at; /* at: [sector][stride] of the host's sector */
    double part, dpart;
} owned_cell;

/* A shock at a position of the path between two shocks, ready to be solved. */
typedef struct problem {
    const thaw_model *model;
    const double **a, **b, **c;           /* [sector] see sector_pass */
    double *dead;                         /* [sector][stride] */
    double *log_productivity;             /* [sector][stride] or NULL */
    double *balance_fixed, *balance_wage; /* [stride] D_n = fixed_n + wage_n w_n - w_n VA_n / sum(VA) * sum_m wage_m w_m */
    size_t *component;                    /* [country] which connected part of the trade network */
    size_t n_components;
    double *part_income; /* [component] factor income of the part */
    /* Derivatives with respect to the position, NULL unless asked for. */
    double **da, **db, **dc; /* [sector], NULL entries where a sector does not change */
    double *dlog_productivity;
    double *dbalance_fixed, *dbalance_wage;
    owned_cell *claim; /* empty without ownership */
    size_t n_claims;
    double *owned_base; /* [country] net income from capital abroad at base, or NULL */
    void **owned;       /* what problem_free frees */
    size_t n_owned, owned_room;
} problem;

/* What the map computed on the way, at one u. [sector][stride] unless stated. */
typedef struct point {
    double *v, *s, *scale, *log_price, *sold, *gross, *kept, *output, *x;
    double *factor_price;                        /* log phi^ - log w^, with several factors */
    double *earning;                             /* output whose retained part is value added: output itself, unless
                                                    production is nested */
    double *inputs, *energy, *log_cost, *unused; /* with nested production: sums of gamma log P; unit costs; scratch */
    double *energy_change, *materials_change, *value_change; /* hats of shares in cost */
    double *wage, *labour, *revenue, *income, *balance;      /* [stride]; wage and balance are those after the wage step */
    double *memory;
} point;

/* One cell of trade at a position of the path. */
typedef struct path_cell {
    double weight, dweight;     /* kappa^^-theta relative to the world, and its derivative */
    double tariff, dlog_tariff; /* tau and d log tau */
    double tax, dlog_tax;       /* e and d log e */
    double dweight_barrier;     /* weight's derivative through the barrier alone; d log d = -that / (theta weight) */
} path_cell;

path_cell path_at(const thaw_world *world, const thaw_shock *before, const thaw_shock *after, double position, size_t sector,
                  size_t cell);

/* shock.c: what a shock, NULL for none, asks for: the cells of a sector, which are read only where they change it; all else.
 */
thaw_status shock_check_sector(const thaw_world *world, const thaw_shock *shock, size_t sector, thaw_error *error);
thaw_status shock_check(const thaw_world *world, const thaw_shock *shock, thaw_error *error);
/* before may be NULL (no shock). position 0 is before, 1 after. Errors: impossible shocks, buyers without supplier. */
thaw_status problem_create(const thaw_model *model, const thaw_shock *before, const thaw_shock *after, double position,
                           int derivatives, problem **result, thaw_error *error);
void problem_free(problem *p);
/* The trade balances at wages w. */
void problem_balance(const problem *p, const double *wage, double *balance);

thaw_status point_create(const thaw_model *model, point *pt, thaw_error *error);
void point_free(point *pt);
/* factors.c: pt->factor_price from pt->output and pt->labour; its derivative in d. */
void factors_price(const thaw_model *model, point *pt);
void factors_price_tangent(const thaw_model *model, const point *pt, point *d);
/* Adds to change [country] what employment of labour changes by, in income: 0 unless wages are sticky and bind. */
void factors_employment_tangent(const thaw_model *model, const point *pt, const point *d, double *change);
/* Part of a country's labour that works when it earns `earned`. */
double factors_employment(const thaw_model *model, size_t country, double earned);

/* ownership.c */
thaw_status ownership_build(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                            thaw_error *error);
/* Takes from the trade balances what is received from abroad beyond what was at base; earning [sector][stride]. */
void ownership_balance(const problem *p, const double *earning, double *balance);
/* Adds the change; shock: the shares change too. */
void ownership_tangent(const problem *p, const point *pt, const point *d, int shock, double *dbalance);

/* market.c */
thaw_status market_create(thaw_model *model, const unsigned char *monopolistic, thaw_error *error);
/* Unit costs are a mark-up below prices: from logs of what (1) gives with shares in sales to shares in cost. */
void market_costs(const thaw_model *model, double *log_cost);
/* Adds to change [country] what the parts of profit in output volumes bring: sum_j profit (dY - Y d log c). */
void market_volume(const thaw_model *model, const point *pt, const point *d, const double *dlog_cost, double *change);

/* nested.c */
thaw_status nested_create(thaw_model *model, const thaw_model_options *options, thaw_error *error);
void nested_free(nest *t); /* NULL is fine */
/* From prices and outputs of the pass and the entering prices of value added: unit costs, shares in cost, and labour, the
 * value added of each country. Its derivative in d; dvalue_price may be NULL. */
void nested_shares(const thaw_model *model, const double *log_value_price, point *pt);
void nested_shares_tangent(const thaw_model *model, const point *pt, const double *dvalue_price, point *d);
/* Adds what producers spend on inputs; log_cost, inputs and energy are used up. */
void nested_spend(const thaw_model *model, point *pt, double *spent);
void nested_spend_tangent(const thaw_model *model, const point *pt, point *d, double *spent);

/* The first part of the map: prices, sales and what they earn at the costs and expenditures of u. */
void map_trade(const problem *p, const double *u, point *pt);
/* g = G(u). */
void map_evaluate(const problem *p, const double *u, point *pt, double *g);
/* dg = G'(u) du at the point of the last map_evaluate. scratch is a second point. */
void map_tangent(const problem *p, const point *pt, const double *du, point *scratch, double *dg);
/* dg = the derivative of G with respect to the position. */
void map_shock_tangent(const problem *p, const point *pt, point *scratch, double *dg);

/* f = M (G(u) - u), where M inverts what happens inside each country at base shares: costs that feed on domestic goods made
 * with the same costs, sales that feed on domestic purchases. What is left for the iteration is what crosses borders.
 * scratch is a second point. */
void precondition(const thaw_model *model, const double *u, const double *g, point *scratch, double *f);

/* fmax(a, b) where b may be NaN and a is not: in line, and vectors of it. */
static inline double larger_of(double a, double b) {
    return b > a ? b : a;
}

/* memory that kernels can use; zeroed; NULL when out of memory. Freed by free(). */
double *aligned_zeros(size_t n);

/* The work of one solve. */
enum { DEPTH_MAX = 16 };
typedef struct solver {
    struct solver *next; /* in the list of idle ones */
    thaw_model *model;
    const problem *p;
    point at, scratch;
    double *u, *g;
    double *history; /* (2 DEPTH_MAX + 3) vectors for the acceleration */
    double tolerance;
    int max_iterations, iterations;
    thaw_progress_fn progress;
    void *progress_context;
} solver;

/* Taken from the model's idle solvers, where there is one, and given back: memory that is warm is half of a fast solve. */
thaw_status solver_create(const thaw_model *model, solver **result, thaw_error *error);
/* A solver at the world as it stands: s->at has what the map computes there. */
thaw_status solver_at_base(const thaw_model *model, solver **s, thaw_error *error);
void solver_release(solver *s); /* NULL is fine */
void solver_free(solver *s);
/* The largest |G(u) - u|; leaves g and the point at u. */
double solver_residual(solver *s);
/* Each starts at s->u and leaves its best there. THAW_ERR_CONVERGENCE without a message where it does not converge. */
thaw_status solve_anderson(solver *s, int depth, double relaxation, thaw_error *error);
thaw_status solve_newton(solver *s, thaw_error *error);
/* out = G'(u) v, or its transpose. */
typedef void linear_map(const problem *p, const point *pt, const double *v, void *scratch, double *out);
/* (I - map) x = rhs at the point of s; x is overwritten. Returns the relative residual reached, or -1 out of memory. */
double solve_linear_map(solver *s, linear_map *map, void *scratch, const double *rhs, double *x, double tolerance,
                        int max_steps);
/* The same of G'(u), preconditioned; rhs is overwritten too. */
double solve_linear(solver *s, double *rhs, double *x, double tolerance, int max_steps);

/* Value added of a sector in an equilibrium. */
static inline double value_added_of(const thaw_model *m, const thaw_equilibrium *e, size_t i, size_t j) {
    const size_t cell = i * m->nj + j;
    return (e->value_share ? e->value_share[cell] : m->retained[j * m->stride + i]) * e->output[cell];
}

/* The unknowns without a shock, or those of an equilibrium. */
void unknowns_base(const thaw_model *model, double *u);
void unknowns_from(const thaw_model *model, const thaw_equilibrium *e, double *u);
thaw_status equilibrium_create(const thaw_model *model, thaw_equilibrium **equilibrium, thaw_error *error);
/* Fills e from a solved problem. */
thaw_status equilibrium_fill(const problem *p, const point *pt, const double *u, const thaw_shock *shock,
                             thaw_equilibrium *e, thaw_error *error);

#endif
