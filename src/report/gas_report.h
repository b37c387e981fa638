/* gas_report.h: what a run of the gas market says, as text, JSON, tables and a page. */
#ifndef THAW_REPORT_GAS_H
#define THAW_REPORT_GAS_H

#include <stdio.h>

#include "thaw/gas.h"
#include "thaw/scenario.h"

typedef struct gas_range gas_range;
struct gas_trade;
struct json_t;

/* A scenario beside what it is compared with: what it comes after, or the network without measures. Everything is borrowed.
 */
typedef struct gas_report {
    const thaw_scenario *scenario;
    const char *base_title;
    thaw_gas_horizon plan;
    const thaw_gas_run *base, *now;
    const thaw_gas_result *base_result, *now_result;
    const gas_range *range;        /* NULL where it was not asked for */
    const struct gas_trade *trade; /* the same */
} gas_report;

/* Of a country, million EUR a year: what its users, fields, stores and terminals gain, and half of what its pipes to other
 * markets do. */
double gas_country_value(const gas_report *r, const thaw_gas_result *result, size_t node);
/* The same without users, million EUR over the months run. */
double gas_owned(const thaw_gas_network *network, const thaw_gas_result *result, size_t node);
/* Whether a node is a country that uses gas. */
int gas_is_market(const gas_report *r, size_t node);
double gas_per_year(const gas_report *r, double value);
/* The price in a month, weighted by consumption over markets; and over all months where t is n_months. */
double gas_mean_price(const thaw_gas_run *run, size_t t);

/* What the assumptions leave open: by country, the change in its value, million EUR a year, with each assumption in turn at
 * the ends of its range. [assumption][end: low, high][node]; NaN where that market had no solution. */
struct gas_range {
    size_t n, n_nodes;
    size_t *mark; /* [assumption] */
    double *value;
};
thaw_status gas_range_create(const gas_report *r, const thaw_gas_network *network, thaw_progress_fn progress, void *context,
                             gas_range *range, thaw_error *error);
void gas_range_clear(gas_range *range);
/* Lowest and highest of a node, the report's own value among them, and the assumption that moves it most (-1: none). */
long gas_range_of(const gas_range *range, size_t node, double own, double *low, double *high);

/* What a ready scenario, or one by its file, changes against what it comes after: profit (million EUR a year) or sold (mcm a
 * year) of a supplier, price (EUR/MWh) or value (million EUR a year) of a market. */
thaw_status gas_change(const char *scenario, const char *code, const char *what, double *value, thaw_error *error);

/* What kind of problem the market was, and in what it was solved: one sentence. */
void gas_solved_as(const gas_report *r, char text[320]);

void gas_report_summary(const gas_report *r, FILE *out);
/* The summary as JSON; `whole`: with the map and all results by month, in columns (docs/formats.md, "Results of the gas
 * market"). The caller owns the object. */
struct json_t *gas_report_object(const gas_report *r, int whole);
/* The same as text: on one line where it is whole. */
thaw_status gas_report_json(const gas_report *r, int whole, FILE *out, thaw_error *error);
/* Everything into a directory, whole or not at all. */
thaw_status gas_report_write(const gas_report *r, const char *directory, thaw_error *error);
/* Everything by month, labelled. */
thaw_status gas_report_netcdf(const gas_report *r, const char *path, thaw_error *error);
/* The page. */
void gas_report_html(const gas_report *r, FILE *out);

#endif
