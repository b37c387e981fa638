#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Part of a country's factor income that each of labour, capital and resources earns: with one factor, what they earn at
 * base; where the world does not say, all of it is labour's. */
static void factor_parts(const thaw_model *m, size_t i, double part[3]) {
    const thaw_world *w = m->world;
    double labour = 0, resources = 0, all = 0;
    part[THAW_LABOUR] = 1;
    part[THAW_CAPITAL] = part[THAW_RESOURCES] = 0;
    if (!w->labour_share) return;
    for (size_t j = 0; j < m->nj; j++) {
        double sold = 0;
        for (size_t d = 0; d < m->n; d++) sold += m->net[j][d * m->stride + i] * m->x0[j * m->stride + d];
        const double earned = m->retained[j * m->stride + i] * sold;
        labour += w->labour_share[i * m->nj + j] * earned;
        resources += w->resource_share[i * m->nj + j] * earned;
        all += earned;
    }
    part[THAW_LABOUR] = labour / all;
    part[THAW_RESOURCES] = resources / all;
    part[THAW_CAPITAL] = 1 - part[THAW_LABOUR] - part[THAW_RESOURCES];
}

void thaw_objective_clear(thaw_objective *o) {
    free(o->income);
    *o = (thaw_objective){0};
}

static int objective_create(const thaw_model *m, thaw_objective *o) {
    if (o->income) return 1;
    o->income = calloc(2 * m->n + 2 * m->n * m->nj, sizeof *o->income);
    if (!o->income) return 0;
    o->tax_revenue = o->income + m->n;
    o->log_price = o->tax_revenue + m->n;
    o->output = o->log_price + m->n * m->nj;
    return 1;
}

thaw_status thaw_trade_objective(const thaw_model *m, const thaw_equilibrium *e, size_t country, double scale,
                                 const double weight[THAW_N_CLAIMANTS], double *value, thaw_objective *o,
                                 thaw_error *error) {
    const thaw_world *w = m->world;
    const size_t i = country, nj = m->nj;
    double part[3], total, log_price = 0;
    if (!objective_create(m, o)) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for an objective");
    if (m->nested) return thaw_fail(error, THAW_ERR_USAGE, "objectives are not to be had with nested production");
    factor_parts(m, i, part);
    /* Income less what is weighed differently than by the weight of income from abroad, whose balance is not a tax. */
    const double all = weight ? weight[THAW_ABROAD] : 1;
    total = all * e->income[i];
    for (size_t j = 0; j < nj && weight; j++) {
        const size_t cell = i * nj + j, at = j * m->stride + i;
        const double l = m->factors ? w->labour_share[cell] : part[THAW_LABOUR];
        const double r = m->factors ? w->resource_share[cell] : part[THAW_RESOURCES];
        const double factors = weight[THAW_LABOUR] * l + weight[THAW_RESOURCES] * r + weight[THAW_CAPITAL] * (1 - l - r);
        double each = (factors - all) * m->retained[at];
        if (m->profit) each += (weight[THAW_PROFITS] - all) * m->profit[at];
        total += each * e->output[cell];
        o->output[cell] += each; /* divided by the total below */
    }
    if (weight) total += (weight[THAW_PUBLIC] - all) * (e->tariff_revenue[i] + e->export_tax_revenue[i]);
    if (!(total > 0))
        return thaw_fail(error, THAW_ERR_USAGE, "what is to be maximised is not positive in %s: its weights leave %g",
                         w->country[i], total);
    for (size_t j = 0; j < nj; j++) {
        const size_t cell = i * nj + j;
        o->output[cell] *= scale / total;
        o->log_price[cell] -= scale * m->alpha[j * m->stride + i];
        log_price += m->alpha[j * m->stride + i] * log(e->price[cell]);
    }
    o->income[i] += scale * all / total;
    if (weight) o->tax_revenue[i] += scale * (weight[THAW_PUBLIC] - all) / total;
    *value += scale * (log(total) - log_price);
    return THAW_OK;
}
