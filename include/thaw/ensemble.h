/* ensemble.h: many runs of one model. */
#ifndef THAW_ENSEMBLE_H
#define THAW_ENSEMBLE_H

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
 * bits whatever the number of threads: the grid is cut in runs of fixed length, and each run is solved in order.
 * Errors: those of thaw_scenario_apply and thaw_trade_solve, with the point named (of several, the first in the grid);
 * a path given twice; too many points. O(points) solves. */
thaw_status thaw_sweep_run(const thaw_scenario *scenario, const thaw_model *model, const thaw_world *world,
                           const thaw_axis *axis, size_t n_axes, const thaw_sweep_options *options, thaw_sweep **sweep,
                           thaw_error *error);
void thaw_sweep_free(thaw_sweep *sweep);
/* The value of an axis at a point. */
double thaw_sweep_value(const thaw_sweep *sweep, size_t point, size_t axis);

/* Writes path.csv (a row for each point and country) or path.nc (labelled arrays over the axes and countries), whole or not
 * at all. */
thaw_status thaw_sweep_write(const thaw_sweep *sweep, const char *path, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
