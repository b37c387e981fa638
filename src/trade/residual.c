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

/* A power that was taken: neighbours mostly have the same barriers. */
typedef struct memo {
    double base, power;
} memo;

/* The factors on pi of a row of cells, kappa^^-theta: powers are taken only where a cost changes. */
static void cost_weights(const thaw_world *w, const thaw_shock *shock, size_t first, double theta, memo *last,
                         double *weight) {
    const size_t n = w->n_countries;
    memo taken = *last;
    for (size_t i = 0; i < n; i++) weight[i] = shock->barrier ? shock->barrier[first + i] : 1;
    for (size_t i = 0; shock->tariff && i < n; i++)
        weight[i] *= shock->tariff[first + i] / (w->tariff ? w->tariff[first + i] : 1);
    for (size_t i = 0; shock->export_tax && i < n; i++)
        weight[i] *= shock->export_tax[first + i] / (w->export_tax ? w->export_tax[first + i] : 1);
    for (size_t i = 0; i < n; i++) {
        if (weight[i] == 1) continue;
        if (weight[i] != taken.base) taken = (memo){weight[i], pow(weight[i], -theta)};
        weight[i] = taken.power;
    }
    *last = taken;
}

/* Shares (3) of a row. The loop that looks for a worse one has no branches, since there hardly ever is one. */
static void hold_shares(const double *share, const double *part, double price_power, size_t n, long sector, long buyer,
                        worst_cell *worst) {
    const double smallest = 1e-290, limit = worst->value;
    size_t worse = 0;
    for (size_t i = 0; i < n; i++) {
        const double now = fabs(share[i]), due = part[i] * price_power, size = now > due ? now : due;
        worse += fabs(share[i] - due) <= limit * size ? 0u : 1u;
    }
    for (size_t i = 0; worse && i < n; i++)
        if (part[i] > smallest) hold(worst, share[i], part[i] * price_power, "share in the market for", sector, buyer);
}

/* Prices (2), shares (3) and the clearing of goods markets (5), sector by sector. sold: a number a country, and room for
 * four more. */
static void hold_trade(const thaw_world *w, const thaw_shock *shock, const thaw_equilibrium *e, double *sold,
                       double *exports, double *imports, worst_cell *worst) {
    const size_t n = w->n_countries, nj = w->n_sectors;
    double *power = sold + n, *weight = power + n, *part = weight + n, *border = part + n;
    for (size_t i = 0; i < n; i++) weight[i] = 1;
    for (size_t j = 0; j < nj; j++) {
        const double theta = w->theta[j];
        memo last = {1, 1};
        for (size_t i = 0; i < n; i++) power[i] = pow(e->cost[i * nj + j], -theta);
        for (size_t i = 0; i < n; i++) sold[i] = 0;
        for (size_t d = 0; d < n; d++) {
            const size_t first = (j * n + d) * n;
            const double x = e->expenditure[d * nj + j], *pi = w->share + first, *share = e->share + first;
            if (shock) cost_weights(w, shock, first, theta, &last, weight);
            for (size_t i = 0; i < n; i++) {
                part[i] = pi[i] * weight[i] * power[i];
                border[i] = share[i] * x;
            }
            for (size_t i = 0; e->tariff && i < n; i++) border[i] /= e->tariff[first + i];
            double total = 0, shares = 0, bought = imports[d];
            for (size_t i = 0; i < n; i++) {
                total += part[i];
                shares += share[i];
                bought += border[i];
            }
            imports[d] = bought;
            for (size_t i = 0; i < n; i++) exports[i] += border[i];
            for (size_t i = 0; e->export_tax && i < n; i++) border[i] /= e->export_tax[first + i];
            for (size_t i = 0; i < n; i++) sold[i] += border[i];
            hold_shares(share, part, pow(e->price[d * nj + j], theta), n, (long)j, (long)d, worst);
            if (total > 0) {
                hold(worst, e->price[d * nj + j], pow(total, -1 / theta), "price index of", (long)j, (long)d);
                if (x > 0) hold(worst, shares, 1, "shares in the market for", (long)j, (long)d);
            }
        }
        for (size_t i = 0; i < n; i++) hold(worst, e->output[i * nj + j], sold[i], "market for", (long)j, (long)i);
    }
}

/* Expenditures (4), incomes (6), factor markets (7) and trade balances (8). */
static void hold_incomes(const thaw_model *m, const thaw_equilibrium *e, const double *exports, const double *imports,
                         double *spent, worst_cell *worst) {
    const thaw_world *w = m->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    for (size_t i = 0; i < n; i++) {
        const double earned = e->wage[i] * (m->profit ? m->value_added[i] : w->value_added[i]);
        double income = earned + e->tariff_revenue[i] + e->export_tax_revenue[i] - e->trade_balance[i], profit = 0;
        for (size_t j = 0; m->profit && j < nj; j++)
            if (m->profit[j * m->stride + i] > 0) profit += e->output[i * nj + j] / (w->theta[j] + 1);
        income += profit;
        hold(worst, e->income[i], income, "income of", -1, (long)i);
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
        for (size_t k = 0; k < nj; k++) spent[k] = w->consumption_share[i * nj + k] / consumed * e->income[i];
        for (size_t j = 0; j < nj; j++) {
            const double inputs = 1 - w->factor_share[i * nj + j], output = e->output[i * nj + j];
            const double *share = w->intermediate_share + (i * nj + j) * nj;
            if (m->nested) {
                const technique t = technique_of(m, e, i, j);
                for (size_t k = 0; k < nj; k++)
                    spent[k] += inputs * share[k] * (is_energy(w, k) ? t.energy : t.materials) * output;
            } else {
                for (size_t k = 0; k < nj; k++) spent[k] += inputs * share[k] * output;
            }
        }
        for (size_t k = 0; k < nj; k++)
            hold(worst, e->expenditure[i * nj + k], spent[k], "expenditure on", (long)k, (long)i);
    }
}

double thaw_trade_residual(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *e,
                           char worst_name[96]) {
    const thaw_world *w = model->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    double *memory = calloc(n * nj + 7 * n + nj, sizeof *memory);
    worst_cell worst = {0, "nothing", -1, -1};
    if (!memory) {
        if (worst_name) snprintf(worst_name, 96, "(out of memory)");
        return INFINITY;
    }
    double *log_price = memory, *exports = memory + n * nj, *imports = exports + n, *rows = imports + n;
    if (model->factors) hold_factor_prices(model, e, &worst);
    if (model->nested)
        hold_techniques(model, shock, e, &worst);
    else
        hold_costs(model, shock, e, log_price, &worst);
    hold_trade(w, shock, e, rows, exports, imports, &worst);
    hold_incomes(model, e, exports, imports, rows + 5 * n, &worst);
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
