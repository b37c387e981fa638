#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>

void thaw_claimants_free(thaw_claimants *c) {
    if (c) free(c->base[0]);
    free(c);
}

/* What each factor earns of a country's factor income: its parts of all sectors' value added, scaled so that they add up to
 * it also where a world is no exact equilibrium. With one factor its parts are those of the base. */
static void split(const thaw_model *m, const thaw_equilibrium *e, const thaw_equilibrium *parts_of, size_t i,
                  double *const earned[THAW_N_CLAIMANTS]) {
    const thaw_world *w = m->world;
    double labour = 0, resources = 0, all = 0;
    for (size_t j = 0; j < m->nj; j++) {
        const size_t cell = i * m->nj + j;
        const double value_added = value_added_of(m, parts_of, i, j);
        labour += w->labour_share[cell] * value_added;
        resources += w->resource_share[cell] * value_added;
        all += value_added;
    }
    const double income = e->wage[i] * m->value_added[i];
    earned[THAW_LABOUR][i] = income * labour / all;
    earned[THAW_RESOURCES][i] = income * resources / all;
    earned[THAW_CAPITAL][i] = income * (all - labour - resources) / all;
    earned[THAW_PUBLIC][i] = e->tariff_revenue[i] + e->export_tax_revenue[i];
    earned[THAW_ABROAD][i] = -e->trade_balance[i];
    earned[THAW_PROFITS][i] = e->profit ? e->profit[i] : 0;
}

thaw_status thaw_trade_claimants(const thaw_model *m, const thaw_equilibrium *base, const thaw_equilibrium *now,
                                 thaw_claimants **result, thaw_error *error) {
    const thaw_world *w = m->world;
    const size_t n = m->n;
    if (!w->labour_share)
        return thaw_fail(error, THAW_ERR_USAGE, "%s does not say who earns value added (thaw world factors)", w->name);
    thaw_claimants *c = calloc(1, sizeof *c);
    double *memory = calloc((2 * THAW_N_CLAIMANTS + 5) * n, sizeof *memory);
    if (!c || !memory) {
        free(c);
        free(memory);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for incomes by claimant");
    }
    c->horizon = m->factors ? m->factors->horizon : THAW_HORIZON_ONE_FACTOR;
    c->n_countries = n;
    for (int k = 0; k < THAW_N_CLAIMANTS; k++, memory += 2 * n) {
        c->base[k] = memory;
        c->now[k] = memory + n;
    }
    c->income_base = memory;
    c->income_now = memory + n;
    c->price_change = memory + 2 * n;
    c->employment_base = memory + 3 * n;
    c->employment_now = memory + 4 * n;
    for (size_t i = 0; i < n; i++) {
        split(m, base, base, i, c->base);
        split(m, now, m->factors ? now : base, i, c->now);
        c->employment_base[i] = factors_employment(m, i, c->base[THAW_LABOUR][i]);
        c->employment_now[i] = factors_employment(m, i, c->now[THAW_LABOUR][i]);
        c->income_base[i] = base->income[i];
        c->income_now[i] = now->income[i];
        double log_price = 0;
        for (size_t j = 0; j < m->nj; j++)
            log_price += w->consumption_share[i * m->nj + j] * log(now->price[i * m->nj + j] / base->price[i * m->nj + j]);
        c->price_change[i] = exp(log_price);
    }
    *result = c;
    return THAW_OK;
}
