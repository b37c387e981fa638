/* gravity_equilibrium.h: what a policy does to trade, prices and real income, from the estimated equation alone: structural
 * gravity with one sector and sales at home (docs/gravity.md, "General equilibrium"). */
#ifndef THAW_REPORT_GRAVITY_EQUILIBRIUM_H
#define THAW_REPORT_GRAVITY_EQUILIBRIUM_H

#include "report/gravity_scenario.h"
#include "thaw/trade.h"

typedef struct gravity_counterfactual {
    const char *text; /* as the user wrote it: what regressors become */
    gravity_theta theta;
    const char *period;    /* NULL: the last */
    const char *reference; /* the country whose consumer prices money is measured in; NULL: world output */
    thaw_closure closure;
} gravity_counterfactual;

/* All arrays are [country] and belong to it; hats are new/base. */
typedef struct gravity_equilibrium {
    const gravity_counterfactual *request; /* borrowed */
    thaw_gravity_flows *flows;
    double theta;
    char theta_source[GRAVITY_THETA_SOURCE];
    double *barrier;                           /* [destination][origin] d^ = exp(-change / theta) */
    double *output, *expenditure, *exports;    /* fitted, sales at home not in exports */
    double *home_share;                        /* sales at home in expenditure */
    double *outward_level, *inward_level;      /* Pi and P before; NULL where other effects hold part of trade costs */
    double *exports_conditional, *exports_hat; /* hats, with incomes as they were and in full */
    double *outward_conditional, *inward_conditional; /* hats of Pi and P, incomes as they were */
    double *outward_hat, *inward_hat;                 /* and in full */
    double *price_hat;                                /* at the factory */
    double *output_hat;                               /* real GDP: price at the factory over inward resistance */
    double *income_hat;                               /* real income: expenditure over inward resistance */
    double *income_error; /* its standard error in points of per cent, from the coefficients' covariance */
    thaw_solve_stats stats;
} gravity_equilibrium;

/* Errors: those of thaw_gravity_flows_create and of the trade model; an unknown reference; no theta. */
thaw_status gravity_equilibrium_create(const gravity_counterfactual *request, const gravity_model *model,
                                       gravity_equilibrium **equilibrium, thaw_error *error);
void gravity_equilibrium_free(gravity_equilibrium *equilibrium);

/* The one-sector world whose flows are the fitted ones; its sector is called all. */
thaw_status gravity_equilibrium_world(const gravity_equilibrium *equilibrium, const char *name, thaw_world **world,
                                      thaw_error *error);

/* A column of the table of countries. */
typedef struct gravity_country_column {
    const char *name;
    const double *value; /* [country]; NULL: left empty */
    int per_cent;        /* written as 100 (value - 1) */
} gravity_country_column;
enum { GRAVITY_COUNTRY_COLUMNS = 16 };
void gravity_country_columns(const gravity_equilibrium *e, gravity_country_column column[GRAVITY_COUNTRY_COLUMNS]);

/* The table on a terminal; all columns as CSV. */
void gravity_write_equilibrium(FILE *out, const gravity_equilibrium *e);
void gravity_write_countries(FILE *out, const gravity_equilibrium *e);

/* Writes NAME.nc and NAME.yaml, the same counterfactual for `thaw run`, and says on `say` what to run. */
thaw_status gravity_write_one_sector(const char *path, const gravity_equilibrium *e, FILE *say, thaw_error *error);

#endif
