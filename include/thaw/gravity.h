/* gravity.h: gravity equations estimated from panels of bilateral trade by Poisson pseudo-maximum likelihood (Santos Silva
 * and Tenreyro 2006) with any number of high-dimensional fixed effects, as in Correia, Guimaraes and Zylkin (2020).
 *
 * A panel is read by a formula, estimated, and printed:
 *
 *     thaw_panels *panels;
 *     thaw_gravity *fit;
 *     status = thaw_panels_read("trade ~ RTA | exporter^year + importer^year", "panel.csv", NULL, &panels, error);
 *     if (!status) status = thaw_gravity_estimate(panels->panel[0], NULL, &fit, error);
 *
 * Index names: r row, k regressor. Arrays are flat. */
#ifndef THAW_GRAVITY_H
#define THAW_GRAVITY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "thaw/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One set of groups of rows: levels of a fixed effect or clusters. */
typedef struct thaw_groups {
    char *name; /* as in the formula, e.g. "exporter^year" */
    size_t n_levels;
    int32_t *id;  /* [row] level, 0 <= id < n_levels; every level occurs */
    char **label; /* [level] e.g. "DEU_2006"; NULL where not kept */
} thaw_groups;

/* A fixed effect: a constant for each level, or coefficients on slope variables for each level, or both. */
typedef struct thaw_effect {
    thaw_groups groups;
    int constant; /* has a constant for each level: not for fe[[x]] */
    size_t n_slopes;
    char **slope_name; /* [slope] */
    double **slope;    /* [slope][row] */
    size_t n_factors;  /* variables that ^ joins in it */
    size_t *factor;    /* [factor] index into the panel's factors; NULL where those are not kept */
} thaw_effect;

/* The rows and columns that one regression is run on. All arrays belong to it. */
typedef struct thaw_panel {
    char *file, *formula; /* where it came from; the formula of this one regression */
    char *outcome_name;
    size_t n_rows;      /* rows in use */
    size_t n_data_rows; /* rows of the file */
    size_t n_missing;   /* rows left out because a value is missing */
    size_t n_excluded;  /* rows left out by a condition (--where) */
    size_t *data_row;   /* [row] its row in the file, from 1; ascending */
    double *outcome;    /* [row] y */
    size_t n_regressors;
    char **regressor_name;
    double **regressor;      /* [regressor][row] */
    double **counterfactual; /* [regressor][row] what it becomes, NULL where it stays; NULL where nothing was asked for */
    size_t n_effects;
    thaw_effect *effect;
    size_t n_factors; /* the variables that ^ joins in fixed effects, each once; kept on request only */
    thaw_groups *factor;
    size_t n_clusters; /* cluster variables, 0 to 4 */
    thaw_groups *cluster;
    double *weight; /* [row] positive; NULL where all are 1 */
    double *offset; /* [row] NULL where none */
} thaw_panel;

/* A formula can ask for several regressions: c(y1, y2), sw(), csw(). */
typedef struct thaw_panels {
    size_t n;
    thaw_panel **panel;
} thaw_panels;

typedef enum thaw_missing {
    THAW_MISSING_DROP = 0, /* rows with a missing value are left out and counted */
    THAW_MISSING_REFUSE    /* a missing value is an error that names its row and column */
} thaw_missing;

typedef struct thaw_panel_options {
    const char *cluster;        /* up to four cluster variables, "exporter + importer" or "exporter^importer"; NULL: none */
    const char *weights;        /* a column of positive weights, or NULL */
    const char *offset;         /* a column added to the linear predictor with coefficient 1, or NULL; log(column) too */
    const char *where;          /* a condition on rows, e.g. "exporter != importer & year >= 1990", or NULL */
    const char *counterfactual; /* what regressors become, "RTA = 0; log(DIST) = log(DIST / 2)", or NULL */
    thaw_missing missing;
    int keep_factors;  /* fill the panel's factors: bias correction needs to know who exports, who imports, and when */
    size_t max_memory; /* refuse a panel that needs more bytes; 0: 8 GiB */
} thaw_panel_options;

/* Reads the columns that the formula names from a CSV (.csv, .csv.gz), Stata (.dta, .dta.gz) or netCDF (.nc) file and makes
 * the panels. options may be NULL. Errors: THAW_ERR_INPUT with file, line (or row) and column, or with the formula and the
 * column in it at fault. */
thaw_status thaw_panels_read(const char *formula, const char *path, const thaw_panel_options *options, thaw_panels **panels,
                             thaw_error *error);
void thaw_panels_free(thaw_panels *panels);
void thaw_panel_free(thaw_panel *panel);

typedef enum thaw_family { THAW_POISSON = 0, THAW_GAUSSIAN } thaw_family;

typedef enum thaw_covariance {
    THAW_COVARIANCE_DEFAULT = 0, /* clustered where the panel has clusters, else heteroskedastic */
    THAW_COVARIANCE_IID,
    THAW_COVARIANCE_HETEROSKEDASTIC,
    THAW_COVARIANCE_CLUSTERED
} thaw_covariance;

/* Small-sample corrections of the covariance, docs/gravity.md. */
typedef enum thaw_small_sample {
    THAW_SMALL_SAMPLE_STATA = 0, /* as ppmlhdfe: heteroskedastic n/(n-1), clustered G/(G-1) */
    THAW_SMALL_SAMPLE_FIXEST,    /* as fixest: (n-1)/(n-K), fixed effects nested in a cluster not counted in K, and smallest
                                    G/(G-1) */
    THAW_SMALL_SAMPLE_NONE
} thaw_small_sample;

typedef struct thaw_gravity_options {
    thaw_family family;
    thaw_covariance covariance;
    thaw_small_sample small_sample;
    int bias_correction; /* Weidner and Zylkin (2021), for two- and three-way gravity: needs the panel's factors */
    size_t wild_draws;   /* of the wild bootstrap (Kline and Santos 2012), with clusters of one way or none; 0: without it.
                            Where there are fewer patterns of signs than this, all of them are taken */
    uint64_t wild_seed;
    double tolerance;    /* on the first-order conditions, relative; 0: 1e-10 */
    int max_iterations;  /* of iteratively reweighted least squares; 0: 200 */
    int keep_singletons; /* groups of one row stay */
    int no_separation;   /* do not look for separated rows */
    int n_threads;       /* 0: all processors. The result has the same bits whatever their number */
    thaw_progress_fn progress;
    void *progress_context;
} thaw_gravity_options;

typedef enum thaw_drop_reason { THAW_DROP_FIXED_EFFECT = 0, THAW_DROP_REGRESSOR, THAW_DROP_SINGLETON } thaw_drop_reason;

/* A row left out of the estimation. */
typedef struct thaw_dropped {
    size_t data_row; /* in the file, from 1 */
    thaw_drop_reason reason;
} thaw_dropped;

/* An estimate. All arrays belong to it. */
typedef struct thaw_gravity {
    thaw_family family;
    char *formula, *outcome_name;
    size_t n;                     /* rows used */
    size_t n_missing;             /* rows left out for a missing value, by the panel */
    size_t n_dropped;             /* separated rows and singletons */
    thaw_dropped *dropped;        /* ascending data_row */
    size_t n_coefficients;        /* regressors that are kept */
    char **name;                  /* [coefficient] */
    double *estimate, *std_error; /* [coefficient] */
    double *covariance;           /* [coefficient][coefficient] */
    size_t n_collinear;           /* regressors left out because others and the fixed effects explain them */
    char **collinear;             /* their names */
    char covariance_name[160];    /* in words, with the small-sample correction */
    size_t n_effects;
    char **effect_name;                       /* [effect] */
    size_t *n_levels;                         /* [effect] levels in use */
    size_t n_components;                      /* connected components of the fixed effects' levels (of the first two) */
    size_t n_cluster_sets, *n_cluster_levels; /* cluster variables and the number of clusters in each */
    size_t rank; /* free parameters, fixed effects included (redundant ones not counted where known) */
    double log_likelihood, null_log_likelihood, deviance, pseudo_r2, r2_within;
    double *fitted;        /* [row of n] mu */
    double *linear;        /* [row of n] linear predictor, fixed effects and offset included */
    size_t *data_row;      /* [row of n] */
    double **effect_value; /* [effect][level of the panel][1 + slopes]; NaN where a level is not in use; normalised:
                              each fixed effect but the first has mean 0 over rows in each component */
    double first_order;    /* the largest first-order condition left, relative to the sum of absolute terms */
    int bias_corrected;
    double *uncorrected, *uncorrected_std_error; /* [coefficient], before bias correction; NULL without */
    double *wild_p; /* [coefficient] of the wild bootstrap: that the coefficient is 0; NULL without */
    double *wild_low,
        *wild_high;        /* [coefficient] its 95 % interval: what it does not reject; infinite where it has no end */
    char wild_name[160];   /* its draws, in words */
    int iterations;        /* reweightings */
    long inner_iterations; /* of absorbing the fixed effects, all together */
    const char *method;    /* how the fixed effects were absorbed, in words */
    double seconds;
} thaw_gravity;

/* Estimates. The panel is borrowed and left as it is. options may be NULL. Errors: THAW_ERR_INPUT (a negative outcome under
 * Poisson, no row left, no regressor left), THAW_ERR_CONVERGENCE. */
thaw_status thaw_gravity_estimate(const thaw_panel *panel, const thaw_gravity_options *options, thaw_gravity **fit,
                                  thaw_error *error);
void thaw_gravity_free(thaw_gravity *fit);

/* The trade of one period as an equation with exporter-time and importer-time effects fits it, sales at home among it, and
 * what the panel's counterfactual changes. Index names: i origin (seller), n destination (buyer). All arrays belong to it.
 */
typedef struct thaw_gravity_flows {
    size_t n;       /* countries */
    char **country; /* [country] codes, ascending */
    char *seller;   /* the variable whose levels sell */
    char *buyer;    /* and buy; with the same levels */
    char *period;   /* the level of time, such as "2006"; empty where the effects have no time */
    double *flow; /* [destination][origin] fitted. By the aggregation property of PPML a country's sum is what is observed */
    size_t n_absent; /* pairs without a row, taken for 0 */
    double
        *outward;   /* [country] Pi^(1-sigma), up to a factor that P^(1-sigma) has inverted; both NULL where other effects */
    double *inward; /* [country] P^(1-sigma)              than these two take up part of the costs of trade */
    size_t n_switched;
    size_t *coefficient; /* [switched] index of the estimate */
    double **difference; /* [switched][destination][origin] what the regressor becomes less what it is */
} thaw_gravity_flows;

/* The panel must have its factors. period NULL: the last. THAW_ERR_INPUT where the equation is not one of structural gravity
 * (Anderson and van Wincoop 2003): no such effects, no sales at home, two rows for a pair in the period. O(rows + n^2). */
thaw_status thaw_gravity_flows_create(const thaw_panel *panel, const thaw_gravity *fit, const char *period,
                                      thaw_gravity_flows **flows, thaw_error *error);
void thaw_gravity_flows_free(thaw_gravity_flows *flows);

/* Trade after a change of its costs with the output and the expenditure of every country as they were: multilateral
 * resistances answer, prices at the factory do not ("conditional general equilibrium", Anderson, Larch and Yotov 2018).
 * flow, change and result are [n][n]; change is in logs of trade. outward and inward, [country], are the hats of
 * Pi^(1-sigma) and P^(1-sigma), up to a factor of one and its inverse of the other. THAW_ERR_CONVERGENCE. O(n^2) a step. */
thaw_status thaw_gravity_conditional(size_t n, const double *flow, const double *change, double *result, double *outward,
                                     double *inward, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
