#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "report/uncertainty.h"

#define PART(set, field) (const double *)(const void *)((const char *)r->set + offsetof(thaw_decomposition, field))

size_t country_columns(const thaw_run *run, country_column column[N_COUNTRY_COLUMNS]) {
    const thaw_result *r = run->result;
    const size_t four = sizeof(thaw_decomposition) / sizeof(double);
    const country_column all[] = {
        {"wage_change", "wage, new over base", "1", r->wage_change, 1, 0},
        {"price_change", "consumption price index, new over base", "1", r->price_change, 1, 0},
        {"real_wage_pct", "change in the real wage", "percent", r->real_wage_pct, 1, 0},
        {"welfare_pct", "change in real income, exact", "percent", r->welfare_pct, 1, 0},
        {"exports_pct", "change in exports at border prices", "percent", r->exports_pct, 1, 0},
        {"imports_pct", "change in imports at border prices", "percent", r->imports_pct, 1, 0},
        {"welfare_first_order_pct", "linear response of real income to the shock", "percent", r->welfare_first_order_pct, 1,
         1},
        {"terms_of_trade_pct", "part of log real income: terms of trade, along the path", "percent",
         PART(integrated, terms_of_trade), four, 1},
        {"volume_of_trade_pct", "part of log real income: volume of trade, along the path", "percent",
         PART(integrated, volume_of_trade), four, 1},
        {"technical_pct", "part of log real income: barriers and productivity, along the path", "percent",
         PART(integrated, technical), four, 1},
        {"transfer_pct", "part of log real income: trade balance, along the path", "percent", PART(integrated, transfer),
         four, 1},
        {"terms_of_trade_first_order_pct", "terms of trade at first order, base weights", "percent",
         PART(first_order, terms_of_trade), four, 0},
        {"volume_of_trade_first_order_pct", "volume of trade at first order, base weights", "percent",
         PART(first_order, volume_of_trade), four, 0},
        {"technical_first_order_pct", "barriers and productivity at first order, base weights", "percent",
         PART(first_order, technical), four, 0},
        {"transfer_first_order_pct", "trade balance at first order", "percent", PART(first_order, transfer), four, 0},
        {"income_base", "income before", NULL, r->income_base, 1, 0},
        {"income_new", "income after", NULL, r->income_new, 1, 0},
        {"exports_base", "exports at border prices before", NULL, r->exports_base, 1, 0},
        {"exports_new", "exports at border prices after", NULL, r->exports_new, 1, 0},
        {"imports_base", "imports at border prices before", NULL, r->imports_base, 1, 0},
        {"imports_new", "imports at border prices after", NULL, r->imports_new, 1, 0},
        {"tariff_revenue_base", "tariff revenue before", NULL, r->tariff_revenue_base, 1, 0},
        {"tariff_revenue_new", "tariff revenue after", NULL, r->tariff_revenue_new, 1, 0},
        {"export_tax_revenue_base", "export-tax revenue before", NULL, r->export_tax_revenue_base, 1, 0},
        {"export_tax_revenue_new", "export-tax revenue after", NULL, r->export_tax_revenue_new, 1, 0},
        {"domestic_share_base", "share of own goods in expenditure before", "1", r->domestic_share_base, 1, 0},
        {"domestic_share_new", "share of own goods in expenditure after", "1", r->domestic_share_new, 1, 0},
        {"export_concentration_base", "Herfindahl index of export destinations before", "1", r->export_concentration_base, 1,
         0},
        {"export_concentration_new", "Herfindahl index of export destinations after", "1", r->export_concentration_new, 1,
         0},
        {"import_concentration_base", "Herfindahl index of import origins before", "1", r->import_concentration_base, 1, 0},
        {"import_concentration_new", "Herfindahl index of import origins after", "1", r->import_concentration_new, 1, 0},
        {"profit_shifting_pct", "part of log real income: volume of what is sold at a mark-up, along the path", "percent",
         PART(integrated, profit_shifting), four, 1},
        {"profit_shifting_first_order_pct", "volume of what is sold at a mark-up at first order", "percent",
         PART(first_order, profit_shifting), four, 0},
    };
    enum { OF_MARKETS = 2 }; /* the last ones, where there is market power */
    _Static_assert(sizeof all / sizeof *all <= N_PLAIN_COLUMNS, "room for every column");
    memcpy(column, all, sizeof all);
    return uncertain_columns(run, column, sizeof all / sizeof *all - (run->model_options.monopolistic ? 0 : OF_MARKETS));
}

const country_column *country_column_named(const country_column *column, size_t n, const char *name) {
    for (size_t k = 0; k < n; k++)
        if (strcmp(column[k].name, name) == 0) return &column[k];
    return NULL;
}

double column_value(const country_column *column, size_t country) {
    return column->value[country * column->step];
}

void put_number(FILE *out, double value) {
    char text[40];
    if (isnan(value)) return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    fputs(text, out);
}

typedef struct ranked {
    double value;
    size_t country;
} ranked;

static int by_value(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (isnan(x->value) || isnan(y->value)) return isnan(x->value) - isnan(y->value);
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    return x->country < y->country ? -1 : x->country > y->country;
}

void rank_countries(const thaw_run *run, const double *value, size_t *order) {
    const size_t n = run->world->n_countries;
    for (size_t k = 0; k < n; k++) order[k] = k;
    ranked *list = malloc(n * sizeof *list);
    if (!list) return; /* unsorted is still complete */
    for (size_t k = 0; k < n; k++) list[k] = (ranked){value[k], k};
    qsort(list, n, sizeof *list, by_value);
    for (size_t k = 0; k < n; k++) order[k] = list[k].country;
    free(list);
}
