/* uncertainty.h: what draws say of a run, by quantity. */
#ifndef THAW_REPORT_UNCERTAINTY_H
#define THAW_REPORT_UNCERTAINTY_H

#include "report/report.h"

/* Quantities in their order: the columns of countries.csv [column][country]; of claimants.csv [claimant][country]
 * real_change, then real_change_pct, and [country] labour_share_new; [partner] export_share_new and import_share_new of the
 * country in focus. */
typedef struct spread {
    double median, low, high;
} spread;

/* Of n numbers, which it sorts; NaN where one is none. */
spread spread_of(double *value, size_t n);
/* NaN where the run has no draws, or none of that. */
spread spread_of_column(const thaw_run *run, const char *column, size_t country);
spread spread_of_claimant(const thaw_run *run, int claimant, size_t country, int percent);
spread spread_of_labour_share(const thaw_run *run, size_t country);
spread spread_of_partner(const thaw_run *run, size_t partner, int imports);
/* Where a column that is there has its quantity. */
size_t quantity_of_column(const thaw_run *run, const char *column, size_t country);
/* First-order shares [driver] of a column of a country; NULL without draws. */
const double *shares_of_column(const thaw_run *run, const char *column, size_t country);

/* What is to be said where draws are so few that not two of them lie beyond each end of an interval; NULL elsewhere. */
const char *note_on_few_draws(size_t n_draws);

void uncertainty_free(thaw_uncertainty *u); /* NULL is fine */

/* The columns of medians and ends that follow the columns of countries.csv; returns how many in all. */
size_t uncertain_columns(const thaw_run *run, country_column *column, size_t n);

/* Each says nothing without draws. */
void summarise_uncertainty(const thaw_run *run, FILE *out, int color, int columns);
struct json_t *uncertainty_json(const thaw_run *run); /* NULL without draws */
struct json_t *draws_json(const thaw_draws *draws);   /* how many, and of what */
/* Files of a run with draws: which input drives which number; the draws with the real income of each country. */
thaw_status write_drivers(const thaw_run *run, FILE *out, thaw_error *error);
thaw_status write_draws(const thaw_run *run, FILE *out, thaw_error *error);
/* Fields of a table: ",welfare_pct_median,welfare_pct_p05,welfare_pct_p95", and the numbers. */
void put_spread_names(FILE *out, const char *column);
void put_spread(FILE *out, spread s);

#endif
