/* gas_figures.h: the figures on the page of a run of the gas market. */
#ifndef THAW_REPORT_GAS_FIGURES_H
#define THAW_REPORT_GAS_FIGURES_H

#include "report/gas_report.h"

/* What figures need of CSS beside the style of briefs. */
extern const char gas_figure_style[];
/* Who sends gas to whom: nodes where they are, net flows by width, their change by colour. */
void gas_map(const gas_report *r, FILE *out);
/* The mean price and all gas in store by month, and the fillings of the countries that store most. */
void gas_curves(const gas_report *r, FILE *out);

#endif
