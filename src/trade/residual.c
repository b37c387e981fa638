#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The original equations, written out plainly over the world's own arrays: nothing here is shared with the map, so that a
 * mistake there cannot hide. Every deviation is relative to the larger side. */

typedef struct worst_cell {
    double value;
    const char *equation;
    long sector, country;
} worst_cell;

static void hold(worst_cell *worst, double left, double right, const char *equation, long sector, long country) {
    const double a = fabs(left), b = fabs(right), size = a > b ? a : b, gap = fabs(left - right);
    if (gap == 0 || gap <= worst->value * size) return; /* a NaN gets through */
    *worst = (worst_cell){isfinite(gap) ? gap / size : INFINITY, equation, sector, country};
}

/* With several factors (10): the price of each sector's value added from what its factors earn. */
static void hold_factor_prices(const thaw_model *m, const thaw_equilibrium *e, worst_cell *worst) {
    static const double STAYS[] = {[THAW_HORIZON_SHORT] = 1, [THAW_HORIZON_MEDIUM] = 0.5, [THAW_HORIZON_LONG] = 0};
    const thaw_world *w = m->world;
    const size_t nj = w->n_sectors;
    const double stays = STAYS[m->factors->horizon];
    for (size_t i = 0; i < w->n_countries; i++) {
        double labour = 0, labour0 = 0, capital = 0, capital0 = 0, all = 0, all0 = 0;
        for (size_t j = 0; j < nj; j++) {
            const size_t cell = i * nj + j, at = j * m->stride + i;
            const double inverse = m->factors->inverse_output[at], old = inverse > 0 ? 1 / inverse : 0;
            const double l = w->labour_share[cell], k = 1 - l - w->resource_share[cell];
            const double now = (e->value_share ? e->value_share[cell] : m->retained[at]) * e->output[cell];
            labour += l * now;
            labour0 += l * m->retained[at] * old;
            capital += k * now;
            capital0 += k * m->retained[at] * old;
            all += now;
            all0 += m->retained[at] * old;
        }
        for (size_t j = 0; j < nj; j++) {
            const size_t cell = i * nj + j;
            const double inverse = m->factors->inverse_output[j * m->stride + i];
            if (!(inverse > 0) || !(e->output[cell] * inverse > 1e-20)) continue;
            const double l = w->labour_share[cell], k = 1 - l - w->resource_share[cell];
            const double volume =
                e->output[cell] * inverse * (e->value_share ? e->value_share[cell] / m->retained[j * m->stride + i] : 1);
            double price = e->wage[i] * pow(volume, stays * k + w->resource_share[cell]) * all0 / all;
            const double wage = labour0 > 0 ? labour / labour0 : 1;
            price *= pow(m->factors->sticky && wage < 1 ? 1 : wage, l);
            if (capital0 > 0) price *= pow(capital / capital0, (1 - stays) * k);
            hold(worst, e->factor_price[cell], price, "factor prices in", (long)j, (long)i);
        }
    }
}

/* With nested production: a sector's unit cost, and the hats of the shares of energy, materials and value added in it. */
typedef struct technique {
    double cost, energy, materials, value;
} technique;

static double ces(double share, double a, double b, double elasticity) {
    const double r = 1 - elasticity;
    if (r == 0) return pow(a, share) * pow(b, 1 - share);
    return exp(log1p(share * expm1(r * log(a)) + (1 - share) * expm1(r * log(b))) / r);
}

static int is_energy(const thaw_world *w, size_t k) {
    return strcmp(w->sector[k], "c2") == 0 || strcmp(w->sector[k], "c8") == 0 || strcmp(w->sector[k], "c17") == 0;
}

static technique technique_of(const thaw_model *m, const thaw_equilibrium *e, size_t i, size_t j) {
    const thaw_world *w = m->world;
    const size_t nj = w->n_sectors;
    const double sigma_e = 1 - m->nested->energy_power, sigma_m = 1 - m->nested->materials_power;
    double share[2] = {0}, log_price[2] = {0};
    for (size_t k = 0; k < nj; k++) {
        const double gamma = (1 - w->factor_share[i * nj + j]) * w->intermediate_share[(i * nj + j) * nj + k];
        const int bundle = is_energy(w, k);
        share[bundle] += gamma;
        log_price[bundle] += gamma * log(e->price[i * nj + k]);
    }
    const double pm = share[0] > 0 ? exp(log_price[0] / share[0]) : 1, pe = share[1] > 0 ? exp(log_price[1] / share[1]) : 1;
    const double pv = e->factor_price ? e->factor_price[i * nj + j] : e->wage[i], value = 1 - share[0] - share[1];
    const double part = share[1] < 1 ? value / (1 - share[1]) : 1;
    const double pz = ces(part, pv, pm, sigma_m), cost = ces(share[1], pe, pz, sigma_e);
    const double rest = pow(pz / cost, 1 - sigma_e);
    return (technique){cost, pow(pe / cost, 1 - sigma_e), rest * pow(pm / pz, 1 - sigma_m),
                       rest * pow(pv / pz, 1 - sigma_m)};
}

static void hold_techniques(const thaw_model *m, const thaw_shock *shock, const thaw_equilibrium *e, worst_cell *worst) {
    const size_t nj = m->nj;
    for (size_t i = 0; i < m->n; i++)
        for (size_t j = 0; j < nj; j++) {
            const technique t = technique_of(m, e, i, j);
            const double cost = t.cost / (shock && shock->productivity ? shock->productivity[i * nj + j] : 1);
            hold(worst, e->cost[i * nj + j], cost, "unit cost of", (long)j, (long)i);
            hold(worst, e->value_share[i * nj + j], m->retained[j * m->stride + i] * t.value, "value added in", (long)j,
                 (long)i);
        }
}

/* Unit costs (1). */
static void hold_costs(const thaw_model *m, const thaw_shock *shock, const thaw_equilibrium *e, double *log_price,
                       worst_cell *worst) {
    const thaw_world *w = m->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    for (size_t at = 0; at < n * nj; at++) log_price[at] = log(e->price[at]);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < nj; j++) {
            const double beta = w->factor_share[i * nj + j];
            double inputs = 0;
            for (size_t k = 0; k < nj; k++) inputs += w->intermediate_share[(i * nj + j) * nj + k] * log_price[i * nj + k];
            const double factor_price = e->factor_price ? e->factor_price[i * nj + j] : e->wage[i];
            double cost;
            if (m->profit && m->profit[j * m->stride + i] > 0) { /* a constant mark-up on a cost with 1 - 1/sigma of sales */
                const double sigma = w->theta[j] + 1;
                cost = exp(((beta - 1 / sigma) * log(factor_price) + (1 - beta) * inputs) * sigma / (sigma - 1));
            } else {
                cost = exp(beta * log(factor_price) + (1 - beta) * inputs);
            }
            if (shock && shock->productivity) cost /= shock->productivity[i * nj + j];
            hold(worst, e->cost[i * nj + j], cost, "unit cost of", (long)j, (long)i);
        }
}

/* The factor on pi of one cell, kappa^^-theta: powers are taken only where a cost changes. */
static double cost_weight(const thaw_world *w, const thaw_shock *shock, size_t cell, double theta) {
    double cost = 1;
    if (!shock) return 1;
    if (shock->barrier) cost *= shock->barrier[cell];
    if (shock->tariff) cost *= shock->tariff[cell] / (w->tariff ? w->tariff[cell] : 1);
    if (shock->export_tax) cost *= shock->export_tax[cell] / (w->export_tax ? w->export_tax[cell] : 1);
    return cost == 1 ? 1 : pow(cost, -theta);
}

/* Prices (2), shares (3) and the clearing of goods markets (5), sector by sector. */
static void hold_trade(const thaw_world *w, const thaw_shock *shock, const thaw_equilibrium *e, double *sales,
                       double *exports, double *imports, worst_cell *worst) {
    const size_t n = w->n_countries, nj = w->n_sectors;
    double *power = sales + n * nj;
    for (size_t j = 0; j < nj; j++) {
        const double theta = w->theta[j];
        double last_barrier = 1, last_weight = 1;
        for (size_t i = 0; i < n; i++) power[i] = pow(e->cost[i * nj + j], -theta);
        for (size_t d = 0; d < n; d++) {
            double total = 0, shares = 0;
            const double x = e->expenditure[d * nj + j];
            const double price_power = pow(e->price[d * nj + j], theta);
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (j * n + d) * n + i;
                if (w->share[cell] == 0) continue;
                double weight;
                if (shock && shock->barrier && !shock->tariff && !shock->export_tax) {
                    if (shock->barrier[cell] != 1 && shock->barrier[cell] != last_barrier) {
                        last_barrier = shock->barrier[cell];
                        last_weight = pow(last_barrier, -theta);
                    }
                    weight = shock->barrier[cell] == 1 ? 1 : last_weight;
                } else {
                    weight = cost_weight(w, shock, cell, theta);
                }
                const double part = w->share[cell] * weight * power[i];
                total += part;
                shares += e->share[cell];
                if (part > 1e-290)
                    hold(worst, e->share[cell], part * price_power, "share in the market for", (long)j, (long)d);
                const double border = e->share[cell] * x / (e->tariff ? e->tariff[cell] : 1);
                sales[i * nj + j] += border / (e->export_tax ? e->export_tax[cell] : 1);
                exports[i] += border;
                imports[d] += border;
            }
            if (total > 0) {
                hold(worst, e->price[d * nj + j], pow(total, -1 / theta), "price index of", (long)j, (long)d);
                if (x > 0) hold(worst, shares, 1, "shares in the market for", (long)j, (long)d);
            }
        }
        for (size_t i = 0; i < n; i++) hold(worst, e->output[i * nj + j], sales[i * nj + j], "market for", (long)j, (long)i);
    }
}

/* Expenditures (4), incomes (6), factor markets (7) and trade balances (8). */
static void hold_incomes(const thaw_model *m, const thaw_equilibrium *e, const double *exports, const double *imports,
                         double *hats, worst_cell *worst) {
    const thaw_world *w = m->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    for (size_t i = 0; i < n; i++) {
        const double earned = e->wage[i] * (m->profit ? m->value_added[i] : w->value_added[i]);
        double income = earned + e->tariff_revenue[i] + e->export_tax_revenue[i] - e->trade_balance[i], profit = 0;
        for (size_t j = 0; m->profit && j < nj; j++)
            if (m->profit[j * m->stride + i] > 0) profit += e->output[i * nj + j] / (w->theta[j] + 1);
        income += profit;
        hold(worst, e->income[i], income, "income of", -1, (long)i);
        for (size_t j = 0; m->nested && j < nj; j++) {
            const technique t = technique_of(m, e, i, j);
            hats[2 * j] = t.materials;
            hats[2 * j + 1] = t.energy;
        }
        double paid = 0, consumed = 0; /* what producers do not pay for inputs; shares that sum to 1 but for rounding */
        for (size_t j = 0; j < nj; j++) {
            double inputs = 0;
            for (size_t k = 0; k < nj; k++) inputs += w->intermediate_share[(i * nj + j) * nj + k];
            if (m->nested)
                paid += e->value_share[i * nj + j] * e->output[i * nj + j];
            else
                paid += (1 - (1 - w->factor_share[i * nj + j]) * inputs) * e->output[i * nj + j];
            consumed += w->consumption_share[i * nj + j];
        }
        hold(worst, earned, m->profit ? paid - profit : paid, "factor market of", -1, (long)i);
        hold(worst, income + exports[i] - imports[i], income + e->trade_balance[i], "trade balance of", -1, (long)i);
        for (size_t k = 0; k < nj; k++) {
            double spent = w->consumption_share[i * nj + k] / consumed * e->income[i];
            for (size_t j = 0; j < nj; j++) {
                double part = (1 - w->factor_share[i * nj + j]) * w->intermediate_share[(i * nj + j) * nj + k];
                if (m->nested) part *= hats[2 * j + (size_t)is_energy(w, k)];
                spent += part * e->output[i * nj + j];
            }
            hold(worst, e->expenditure[i * nj + k], spent, "expenditure on", (long)k, (long)i);
        }
    }
}

double thaw_trade_residual(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *e,
                           char worst_name[96]) {
    const thaw_world *w = model->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    double *memory = calloc(2 * n * nj + 3 * n + 2 * nj, sizeof *memory);
    worst_cell worst = {0, "nothing", -1, -1};
    if (!memory) {
        if (worst_name) snprintf(worst_name, 96, "(out of memory)");
        return INFINITY;
    }
    double *log_price = memory, *sales = memory + n * nj, *exports = sales + n * nj + n, *imports = exports + n;
    if (model->factors) hold_factor_prices(model, e, &worst);
    if (model->nested)
        hold_techniques(model, shock, e, &worst);
    else
        hold_costs(model, shock, e, log_price, &worst);
    hold_trade(w, shock, e, sales, exports, imports, &worst);
    hold_incomes(model, e, exports, imports, imports + n, &worst);
    free(memory);
    if (worst_name) {
        if (worst.country < 0)
            snprintf(worst_name, 96, "%s", worst.equation);
        else if (worst.sector < 0)
            snprintf(worst_name, 96, "%s %s", worst.equation, w->country[worst.country]);
        else
            snprintf(worst_name, 96, "%s %s of %s", worst.equation, w->sector[worst.sector], w->country[worst.country]);
    }
    return worst.value;
}
