#include "trade/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void thaw_result_free(thaw_result *r) {
    if (!r) return;
    double *arrays[] = {r->wage_change,
                        r->price_change,
                        r->real_wage_pct,
                        r->welfare_pct,
                        r->welfare_first_order_pct,
                        r->exports_base,
                        r->exports_new,
                        r->imports_base,
                        r->imports_new,
                        r->exports_pct,
                        r->imports_pct,
                        r->income_base,
                        r->income_new,
                        r->tariff_revenue_base,
                        r->tariff_revenue_new,
                        r->export_tax_revenue_base,
                        r->export_tax_revenue_new,
                        r->domestic_share_base,
                        r->domestic_share_new,
                        r->export_concentration_base,
                        r->export_concentration_new,
                        r->import_concentration_base,
                        r->import_concentration_new,
                        r->output_base,
                        r->output_new,
                        r->output_volume_pct,
                        r->sector_price_change,
                        r->flow_base,
                        r->flow_new,
                        r->lost,
                        r->diverted,
                        r->created,
                        r->replaced};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free(arrays[k]);
    free(r->first_order);
    free(r->integrated);
    free(r);
}

static thaw_status allocate(size_t n, size_t nj, int replaced, thaw_result **result, thaw_error *error) {
    thaw_result *r = calloc(1, sizeof *r);
    if (!r) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for results");
    r->n_countries = n;
    r->n_sectors = nj;
    double **rows[] = {&r->wage_change,
                       &r->price_change,
                       &r->real_wage_pct,
                       &r->welfare_pct,
                       &r->welfare_first_order_pct,
                       &r->exports_base,
                       &r->exports_new,
                       &r->imports_base,
                       &r->imports_new,
                       &r->exports_pct,
                       &r->imports_pct,
                       &r->income_base,
                       &r->income_new,
                       &r->tariff_revenue_base,
                       &r->tariff_revenue_new,
                       &r->export_tax_revenue_base,
                       &r->export_tax_revenue_new,
                       &r->domestic_share_base,
                       &r->domestic_share_new,
                       &r->export_concentration_base,
                       &r->export_concentration_new,
                       &r->import_concentration_base,
                       &r->import_concentration_new};
    double **blocks[] = {&r->output_base, &r->output_new, &r->output_volume_pct, &r->sector_price_change};
    double **pairs[] = {&r->lost, &r->diverted, &r->created};
    int complete = 1;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) complete &= (*rows[k] = calloc(n, sizeof(double))) != NULL;
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++)
        complete &= (*blocks[k] = calloc(n * nj, sizeof(double))) != NULL;
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        complete &= (*pairs[k] = calloc(n * n, sizeof(double))) != NULL;
    complete &= (r->flow_base = calloc(nj * n * n, sizeof(double))) != NULL;
    complete &= (r->flow_new = calloc(nj * n * n, sizeof(double))) != NULL;
    complete &= (r->first_order = calloc(n, sizeof *r->first_order)) != NULL;
    complete &= (r->integrated = calloc(n, sizeof *r->integrated)) != NULL;
    if (replaced) complete &= (r->replaced = calloc(n * n * n, sizeof(double))) != NULL;
    if (!complete) {
        thaw_result_free(r);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for results");
    }
    *result = r;
    return THAW_OK;
}

/* Flows at border prices, what they add up to by country, and their concentration. */
static void trade_of(const thaw_equilibrium *e, double *flow, double *exports, double *imports, double *domestic_share,
                     double *export_concentration, double *import_concentration, double *pair) {
    const size_t n = e->n_countries, nj = e->n_sectors;
    memset(pair, 0, n * n * sizeof *pair);
    for (size_t j = 0; j < nj; j++)
        for (size_t d = 0; d < n; d++) {
            const double x = e->expenditure[d * nj + j];
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (j * n + d) * n + i;
                flow[cell] = e->share[cell] * x / (e->tariff ? e->tariff[cell] : 1);
                pair[d * n + i] += flow[cell];
            }
        }
    for (size_t i = 0; i < n; i++) exports[i] = imports[i] = export_concentration[i] = import_concentration[i] = 0;
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            if (i == d) continue;
            exports[i] += pair[d * n + i];
            imports[d] += pair[d * n + i];
        }
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            if (i == d) continue;
            if (exports[i] > 0) export_concentration[i] += pair[d * n + i] * pair[d * n + i] / (exports[i] * exports[i]);
            if (imports[d] > 0) import_concentration[d] += pair[d * n + i] * pair[d * n + i] / (imports[d] * imports[d]);
        }
    for (size_t d = 0; d < n; d++) {
        double spent = 0;
        for (size_t j = 0; j < nj; j++) spent += e->expenditure[d * nj + j];
        domestic_share[d] = spent > 0 ? pair[d * n + d] / spent : 0;
    }
}

/* Exactly 0 where nothing changed, also where both are 0. */
static double per_cent(double base, double now) {
    return base == now ? 0 : 100 * (now / base - 1);
}

/* What labour earns, new over base: with one factor what it earns. */
static double labour_change(const thaw_model *m, const thaw_equilibrium *base, const thaw_equilibrium *now, size_t i) {
    const double all = now->wage[i] / base->wage[i];
    double labour[2] = {0}, earned[2] = {0};
    if (!m->factors) return all;
    for (size_t j = 0; j < m->nj; j++) {
        const size_t cell = i * m->nj + j;
        const double part = m->world->labour_share[cell];
        const double value_added[] = {value_added_of(m, base, i, j), value_added_of(m, now, i, j)};
        for (int k = 0; k < 2; k++) {
            earned[k] += value_added[k];
            labour[k] += part * value_added[k];
        }
    }
    return all * (labour[1] / labour[0]) / (earned[1] / earned[0]);
}

static void fill_countries(const thaw_model *m, const thaw_equilibrium *base, const thaw_equilibrium *now, thaw_result *r) {
    const thaw_world *w = m->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    for (size_t i = 0; i < n; i++) {
        double log_price = 0;
        for (size_t j = 0; j < nj; j++) {
            const size_t cell = i * nj + j;
            const double change = now->price[cell] / base->price[cell];
            r->sector_price_change[cell] = change;
            log_price += w->consumption_share[cell] * log(change);
            r->output_base[cell] = base->output[cell];
            r->output_new[cell] = now->output[cell];
            r->output_volume_pct[cell] =
                per_cent(base->output[cell], now->output[cell] * base->cost[cell] / now->cost[cell]);
        }
        r->wage_change[i] = now->wage[i] / base->wage[i];
        r->price_change[i] = exp(log_price);
        r->real_wage_pct[i] = 100 * (labour_change(m, base, now, i) / r->price_change[i] - 1);
        r->welfare_pct[i] = 100 * (now->income[i] / base->income[i] / r->price_change[i] - 1);
        r->exports_pct[i] = per_cent(r->exports_base[i], r->exports_new[i]);
        r->imports_pct[i] = per_cent(r->imports_base[i], r->imports_new[i]);
        r->income_base[i] = base->income[i];
        r->income_new[i] = now->income[i];
        r->tariff_revenue_base[i] = base->tariff_revenue[i];
        r->tariff_revenue_new[i] = now->tariff_revenue[i];
        r->export_tax_revenue_base[i] = base->export_tax_revenue[i];
        r->export_tax_revenue_new[i] = now->export_tax_revenue[i];
    }
}

thaw_status thaw_trade_compare(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                               const thaw_shock *after, const thaw_equilibrium *now, const thaw_result_options *options,
                               thaw_result **result, thaw_error *error) {
    const thaw_result_options o = options ? *options : (thaw_result_options){0};
    const size_t n = model->n, nj = model->nj;
    thaw_result *r = NULL;
    thaw_status status = allocate(n, nj, o.replaced, &r, error);
    if (status != THAW_OK) return status;
    /* lost serves as scratch until divert_trade fills it */
    trade_of(base, r->flow_base, r->exports_base, r->imports_base, r->domestic_share_base, r->export_concentration_base,
             r->import_concentration_base, r->lost);
    trade_of(now, r->flow_new, r->exports_new, r->imports_new, r->domestic_share_new, r->export_concentration_new,
             r->import_concentration_new, r->lost);
    fill_countries(model, base, now, r);
    decompose_first_order(model, before, base, after, now, r);
    divert_trade(r);
    r->stats = now->stats;
    if (!o.no_decomposition) status = decompose_path(model, before, base, after, &o.solve, r, error);
    if (status != THAW_OK) {
        thaw_result_free(r);
        return status;
    }
    *result = r;
    return THAW_OK;
}
