/* gas_report.h: what a run of the gas market says, as text, JSON, tables and a page. */
#ifndef THAW_REPORT_GAS_H
#define THAW_REPORT_GAS_H

#include <stdio.h>

#include "thaw/gas.h"
#include "thaw/scenario.h"

/* A scenario beside what it is compared with: what it comes after, or the network without measures. Everything is borrowed.
 */
typedef struct gas_report {
    const thaw_scenario *scenario;
    const char *base_title;
    thaw_gas_horizon plan;
    const thaw_gas_run *base, *now;
    const thaw_gas_result *base_result, *now_result;
} gas_report;

/* Of a country, million EUR a year: what its users, fields and stores gain, and half of what the pipes at its borders do. */
double gas_country_value(const gas_report *r, const thaw_gas_result *result, size_t node);
double gas_per_year(const gas_report *r, double value);
/* The price in a month, weighted by consumption over markets; and over all months where t is n_months. */
double gas_mean_price(const thaw_gas_run *run, size_t t);

void gas_report_summary(const gas_report *r, FILE *out);
thaw_status gas_report_json(const gas_report *r, FILE *out, thaw_error *error);
/* Everything into a directory, whole or not at all. */
thaw_status gas_report_write(const gas_report *r, const char *directory, thaw_error *error);
/* The page. */
void gas_report_html(const gas_report *r, FILE *out);

#endif
