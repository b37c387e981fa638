/* ensemble.h: many runs of one model. */
#ifndef THAW_ENSEMBLE_H
#define THAW_ENSEMBLE_H

#include <stdint.h>

#include "thaw/scenario.h"
#include "thaw/trade.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One number of a scenario and the values it is to take. */
typedef struct thaw_axis {
    char *path; /* as for thaw_scenario_set, e.g. "measures[0].factor" */
    size_t n;
    double *value; /* [n] */
} thaw_axis;

/* Reads "measures[0].factor=1:3:0.05" (from, to, step; both ends included where the step meets them) or a list,
 * "...=1,1.5,2". Errors: THAW_ERR_INPUT says what is wrong with it. */
thaw_status thaw_axis_parse(const char *text, thaw_axis *axis, thaw_error *error);
/* Frees what is inside, not the struct. */
void thaw_axis_clear(thaw_axis *axis);

typedef struct thaw_sweep_options {
    size_t n_threads;           /* 0: as many as there are processors online */
    const char *const *country; /* codes of the countries to keep results of; NULL: all */
    size_t n_countries;
    double tolerance;          /* of each solve; 0: as thaw_trade_solve */
    thaw_progress_fn progress; /* called from the calling thread only */
    void *progress_context;
    const char *resume;  /* a file that keeps what is solved as it comes, and what was solved before; NULL: none */
    struct ranks *ranks; /* internal: processes that share the work; NULL: this one alone */
} thaw_sweep_options;

/* What happens to each country at each point of a grid, against what the scenario comes after (or the world as it stands).
 * All members are owned by it. Points are in row-major order: the last axis changes fastest. */
typedef struct thaw_sweep {
    char *scenario, *title, *world, *source; /* names for people */
    size_t n_axes;
    thaw_axis *axis;
    size_t n_points;
    size_t n_countries;
    char **country;      /* codes */
    double *wage_change; /* [point][country], this and the next: hats as in thaw_result */
    double *price_change;
    double *real_wage_pct;
    double *welfare_pct; /* real income, exact */
    double *exports_pct;
    double *imports_pct;
    int *iterations;  /* [point] evaluations of the equilibrium map */
    double *residual; /* [point] largest relative residual of the original equations */
    size_t n_threads;
    double seconds;
} thaw_sweep;

/* Solves the scenario at every point of the grid of axes, each point from its neighbour's solution. The results are the same
 * bits whatever the number of threads or ranks: the grid is cut in runs of fixed length, and each run is solved in order. Of
 * several ranks the first has the result; the others return THAW_OK and none.
 * Errors: those of thaw_scenario_apply and thaw_trade_solve, with the point named (of several, the first in the grid);
 * a path given twice; too many points; a resume file of another question (THAW_ERR_INPUT). O(points) solves. */
thaw_status thaw_sweep_run(const thaw_scenario *scenario, const thaw_model *model, const thaw_world *world,
                           const thaw_axis *axis, size_t n_axes, const thaw_sweep_options *options, thaw_sweep **sweep,
                           thaw_error *error);
void thaw_sweep_free(thaw_sweep *sweep);
/* The value of an axis at a point. */
double thaw_sweep_value(const thaw_sweep *sweep, size_t point, size_t axis);

/* Writes path.csv (a row for each point and country) or path.nc (labelled arrays over the axes and countries), whole or not
 * at all. */
thaw_status thaw_sweep_write(const thaw_sweep *sweep, const char *path, thaw_error *error);

/* ---- draws of what is not known for sure (docs/uncertainty.md) ---- */

enum { THAW_SOBOL_DIMENSIONS = 128 };
/* The first points of the Sobol sequence in at most THAW_SOBOL_DIMENSIONS dimensions, u [point][dimension] in [0, 1), in the
 * order of Antonov and Saleev (1979): point 0 is the origin, every 2^m points are a (t, m, s)-net. Direction numbers of Joe
 * and Kuo (2008). At most 2^32 points. */
void thaw_sobol(size_t n_points, size_t n_dimensions, double *u);
/* The same, every dimension shifted by random bits that the seed gives (exclusive or): still a net, u in (0, 1), and each
 * point for itself uniformly distributed over seeds. */
void thaw_sobol_shifted(size_t n_points, size_t n_dimensions, uint64_t seed, double *u);

/* x with probability p below it, of a standard normal distribution; p in (0, 1). */
double thaw_normal_quantile(double p);
/* Of n > 0 numbers in ascending order: the value with the part p of them below, linear between neighbours (definition 7 of
 * Hyndman and Fan 1996). */
double thaw_quantile(const double *ascending, size_t n, double p);
/* First-order Sobol shares, Var(E(y | u_i)) / Var(y), from the draws at hand: y is projected on cosines of each input, up to
 * the eighth harmonic, with many draws to the 32nd (Plischke 2012, Journal of Hydrology). u [draw][input] in (0, 1), uniform
 * and independent; y [draw][output]; share [output][input], from 0; NaN with fewer draws than thaw_shares_need, 0 where y
 * does not vary. O(draws inputs outputs). THAW_ERR_MEMORY. */
size_t thaw_shares_need(size_t n_inputs);
thaw_status thaw_first_order_shares(size_t n_draws, size_t n_inputs, size_t n_outputs, const double *u, const double *y,
                                    double *share, thaw_error *error);
/* The same of groups of inputs: Var(E(y | all u_i of the group)) / Var(y). group [input], below n_groups; share
 * [output][group]. Within a group products of the cosines of two inputs are taken too, as many as the draws can tell from
 * noise. O(draws outputs inputs^2). */
thaw_status thaw_grouped_shares(size_t n_draws, size_t n_inputs, size_t n_outputs, const double *u, const double *y,
                                size_t n_groups, const size_t *group, double *share, thaw_error *error);

/* A range given beside the files: "measures[0].factor=1.2:1.5", of what comes after another "freeze/measures[0].factor=...";
 * uniform. */
typedef struct thaw_draw_options {
    size_t n; /* draws */
    uint64_t seed;
    const double *theta_spread; /* all trade elasticities together, log-normal, instead of what files say; NULL: as they say,
                                   and THAW_THETA_SPREAD where they say nothing */
    const char *const *range;
    size_t n_ranges;
} thaw_draw_options;
#define THAW_THETA_SPREAD 0.25 /* standard deviation of the log: 90 % of the draws are between 0.66 and 1.51 times theta */

typedef struct thaw_input {
    char *name;   /* "theta", "theta of c2", "freeze/measures[0].factor" */
    char *about;  /* the measure whose number it is, in words; NULL for theta */
    char *words;  /* how it is spread, such as "log-normal, 90 % between 1.2 and 1.5" */
    char *source; /* where the spread is from; NULL: it is an assumption */
    size_t driver;
} thaw_input;

/* What shares of variance are of: an input, or several that are drawn jointly, which no share can tell apart. */
typedef struct thaw_driver {
    char *name; /* that of the input, or "estimated/coefficients" of what scenario `estimated` calls `coefficients` */
    size_t n;
    size_t *input; /* [n] */
    double
        *correlation; /* [n][n] of the normal numbers behind the inputs, or of the logs of log-normal ones; NULL: n is 1 */
    char *source;     /* where the correlations are from; NULL: an assumption, or n is 1 */
} thaw_driver;

/* What was drawn for one or several scenarios: the same number of the same file, and theta, take the same value in all of
 * them (common random numbers). All members belong to it. */
typedef struct thaw_draws {
    size_t n, n_inputs, n_drivers;
    uint64_t seed;
    thaw_input *input;
    thaw_driver *driver; /* in the order of their first inputs; as many as inputs where none are joint */
    double *u;           /* [draw][input] in (0, 1), independent also where inputs are joint */
    double *value; /* [draw][input] the number itself; of theta its factor, or with a standard error how many of them */
    struct input_rule *rule; /* [input] private */
} thaw_draws;
/* Reads what the scenarios, and those they come after, say is uncertain; the world gives the sectors. A number that was set
 * (thaw_scenario_set) is known for sure. Errors: THAW_ERR_INPUT (unknown sectors or numbers, two scenarios that spread theta
 * differently), THAW_ERR_USAGE (no draws, more inputs than dimensions). */
thaw_status thaw_draws_create(const thaw_scenario *const *scenario, size_t n_scenarios, const thaw_world *world,
                              const thaw_draw_options *options, thaw_draws **draws, thaw_error *error);
void thaw_draws_free(thaw_draws *draws);

#ifdef __cplusplus
}
#endif
#endif
