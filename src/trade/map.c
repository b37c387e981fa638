#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

thaw_status point_create(const thaw_model *model, point *pt, thaw_error *error) {
    const size_t block = model->block, stride = model->stride;
    enum { NESTED_BLOCKS = 8 };
    double *memory = aligned_zeros((10 + (model->nested ? (size_t)NESTED_BLOCKS : 0)) * block + 5 * stride);
    if (!memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
    pt->memory = memory;
    double **blocks[] = {&pt->v,     &pt->s,    &pt->scale,  &pt->log_price, &pt->sold,
                         &pt->gross, &pt->kept, &pt->output, &pt->x,         &pt->factor_price};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++, memory += block) *blocks[k] = memory;
    double **rows[] = {&pt->wage, &pt->labour, &pt->revenue, &pt->income, &pt->balance};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++, memory += stride) *rows[k] = memory;
    pt->earning = pt->output;
    double **more[NESTED_BLOCKS] = {&pt->earning, &pt->inputs,        &pt->energy,           &pt->log_cost,
                                    &pt->unused,  &pt->energy_change, &pt->materials_change, &pt->value_change};
    for (size_t k = 0; model->nested && k < NESTED_BLOCKS; k++, memory += block) *more[k] = memory;
    for (size_t k = 0; k < block; k++) pt->s[k] = 1;
    return THAW_OK;
}

void point_free(point *pt) {
    free(pt->memory);
    memset(pt, 0, sizeof *pt);
}

void problem_balance(const problem *p, const double *wage, double *balance) {
    const thaw_model *m = p->model;
    double total = 0;
    for (size_t i = 0; i < m->n; i++) total += p->balance_wage[i] * wage[i];
    for (size_t i = 0; i < m->n; i++)
        balance[i] =
            p->balance_fixed[i] + p->balance_wage[i] * wage[i] - wage[i] * m->value_added[i] / m->world_income * total;
}

/* What both the map and its derivatives set up for a sector. */
static sector_pass sector_at(const problem *p, const point *pt, size_t j) {
    const thaw_model *m = p->model;
    const size_t at = j * m->stride;
    return (sector_pass){.n_countries = m->n,
                         .stride = m->stride,
                         .a = p->a[j],
                         .b = p->b[j],
                         .c = p->c[j],
                         .v = pt->v + at,
                         .x = pt->x + at,
                         .dead = p->dead + at,
                         .s = pt->s + at,
                         .scale = pt->scale + at,
                         .tariff_kept = pt->kept + at,
                         .sold = pt->sold + at,
                         .sold_gross = pt->gross + at};
}

/* log wages such that each part of the trade network keeps its factor income (equation 9, the numeraire). */
static void normalise(const problem *p, double *log_wage) {
    const thaw_model *m = p->model;
    for (size_t part = 0; part < p->n_components; part++) {
        double income = 0;
        for (size_t i = 0; i < m->n; i++)
            if (p->component[i] == part) income += m->value_added[i] * exp(log_wage[i]);
        const double shift = log(p->part_income[part] / income);
        for (size_t i = 0; i < m->n; i++)
            if (p->component[i] == part) log_wage[i] += shift;
    }
}

/* With nested production: unit costs at the entering prices of value added, what is spent on inputs, and new prices of value
 * added, which move as slowly as costs do without. */
static void finish_nested(const thaw_model *m, const double *u, point *pt, double *g) {
    const size_t block = m->block, stride = m->stride;
    const double *g_wage = g + 2 * block, *value_price = u + 2 * block + stride;
    double *g_value = g + 2 * block + stride;
    memcpy(g, pt->log_cost, block * sizeof *g);
    nested_spend(m, pt, g + block);
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < stride; i++) g_value[j * stride + i] = g_wage[i];
    for (size_t at = 0; m->factors && at < block; at++)
        g_value[at] = value_price[at] + m->factors->step[at] * (g_value[at] + pt->factor_price[at] - value_price[at]);
}

static void finish_nested_tangent(const thaw_model *m, const point *pt, point *d, const double *du, double *dg) {
    const size_t block = m->block, stride = m->stride;
    const double *g_wage = dg + 2 * block;
    double *g_value = dg + 2 * block + stride;
    memcpy(dg, d->log_cost, block * sizeof *dg);
    nested_spend_tangent(m, pt, d, dg + block);
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < stride; i++) g_value[j * stride + i] = g_wage[i];
    for (size_t at = 0; m->factors && at < block; at++) {
        const double entering = du ? du[2 * block + stride + at] : 0;
        g_value[at] = entering + m->factors->step[at] * (g_value[at] + d->factor_price[at] - entering);
    }
}

void map_trade(const problem *p, const double *u, point *pt) {
    const thaw_model *m = p->model;
    const kernels *k = m->kernel;
    const size_t n = m->n, nj = m->nj, stride = m->stride, block = m->block;
    const double *log_cost = u, *x = u + block;
    memset(pt->labour, 0, stride * sizeof(double));
    memset(pt->revenue, 0, stride * sizeof(double));
    for (size_t at = 0; at < block; at++) pt->x[at] = x[at] * m->x0[at];
    for (size_t j = 0; j < nj; j++) {
        const size_t at = j * stride;
        const double theta = m->world->theta[j];
        k->exp_scaled(stride, -theta, log_cost + at, pt->v + at);
        const sector_pass pass = sector_at(p, pt, j);
        k->fused(&pass); /* (2), (3) and (5) */
        k->log_scaled(stride, -1 / theta, pt->s + at, pt->log_price + at);
        for (size_t i = 0; i < stride; i++) {
            pt->output[at + i] = pt->v[at + i] * pt->sold[at + i];
            pt->labour[i] += m->retained[at + i] * pt->output[at + i];
        }
        if (p->c[j] != p->a[j])
            for (size_t i = 0; i < n; i++) pt->revenue[i] += pt->x[at + i] - pt->scale[at + i] * pt->kept[at + i];
        if (p->c[j] != p->b[j])
            for (size_t i = 0; i < n; i++) pt->revenue[i] += pt->v[at + i] * (pt->gross[at + i] - pt->sold[at + i]);
        if (m->profit)
            for (size_t i = 0; i < n; i++) pt->revenue[i] += m->profit[at + i] * pt->output[at + i];
    }
}

void map_evaluate(const problem *p, const double *u, point *pt, double *g) {
    const thaw_model *m = p->model;
    const size_t n = m->n, nj = m->nj, stride = m->stride, block = m->block;
    const double *log_cost = u, *log_wage = u + 2 * block;
    double *g_cost = g, *g_x = g + block, *g_wage = g + 2 * block;
    map_trade(p, u, pt);
    if (m->nested) nested_shares(m, u + 2 * block + stride, pt);
    if (m->factors) factors_price(m, pt);
    /* (7): wages move with the excess demand for factors. */
    for (size_t i = 0; i < n; i++)
        g_wage[i] = log_wage[i] + m->wage_step[i] * (log(pt->labour[i] / m->value_added[i]) - log_wage[i]);
    for (size_t i = n; i < stride; i++) g_wage[i] = 0; /* a NaN left there would outlive the iteration that made it */
    normalise(p, g_wage);
    for (size_t i = 0; i < n; i++) pt->wage[i] = exp(g_wage[i]);
    problem_balance(p, pt->wage, pt->balance);
    ownership_balance(p, pt->earning, pt->balance);
    for (size_t i = 0; i < n; i++)
        pt->income[i] = m->value_added[i] * pt->wage[i] + pt->revenue[i] - pt->balance[i]; /* (6) */
    for (size_t j = 0; j < nj; j++)
        for (size_t i = 0; i < stride; i++) {
            const size_t at = j * stride + i;
            g_x[at] = m->alpha[at] * pt->income[i];
            g_cost[at] = m->beta[at] * g_wage[i];
        }
    if (m->nested) {
        finish_nested(m, u, pt, g);
    } else {
        if (m->factors)
            for (size_t at = 0; at < block; at++) g_cost[at] += m->beta[at] * pt->factor_price[at];
        m->kernel->intermediates(nj, stride, m->gamma, pt->log_price, pt->output, g_cost, g_x); /* (1) and (4) */
    }
    market_costs(m, g_cost);
    for (size_t at = 0; at < block; at++) g_x[at] *= m->inverse_x0[at];
    if (p->log_productivity)
        for (size_t at = 0; at < block; at++) g_cost[at] -= p->log_productivity[at];
    if (m->factors && !m->nested)
        for (size_t at = 0; at < block; at++) g_cost[at] = log_cost[at] + m->factors->step[at] * (g_cost[at] - log_cost[at]);
}

void precondition(const thaw_model *m, const double *u, const double *g, point *scratch, double *f) {
    const size_t block = m->block;
    double *cost = f, *spent = f + block, *domestic_cost = scratch->log_price, *domestic_sales = scratch->output;
    for (size_t at = 0; at < block; at++) {
        cost[at] = g[at] - u[at];
        spent[at] = (g[block + at] - u[block + at]) * m->x0[at];
        domestic_cost[at] = m->domestic[at] * cost[at];
        domestic_sales[at] = m->domestic[at] * spent[at];
    }
    m->kernel->leontief(m->nj, m->stride, m->leontief, domestic_cost, domestic_sales, cost, spent);
    for (size_t at = 0; at < block; at++) spent[at] *= m->inverse_x0[at];
    for (size_t k = 2 * block; k < m->unknowns; k++) f[k] = g[k] - u[k];
}

/* The second half of the map, differentiated: from changes in prices, output and revenue to changes in u. d holds log_price,
 * output, revenue and labour; du, NULL for 0, is the change in what went in. */
static void finish_tangent(const problem *p, const point *pt, point *d, const double *du, const double *dfixed,
                           const double *dwage, double *dg) {
    const thaw_model *m = p->model;
    const size_t n = m->n, nj = m->nj, stride = m->stride, block = m->block;
    double *g_cost = dg, *g_x = dg + block, *g_wage = dg + 2 * block;
    if (m->nested) nested_shares_tangent(m, pt, du ? du + 2 * block + stride : NULL, d);
    if (m->factors) factors_price_tangent(m, pt, d);
    for (size_t i = 0; i < n; i++) {
        const double entering = du ? du[2 * block + i] : 0;
        g_wage[i] = entering + m->wage_step[i] * (d->labour[i] / pt->labour[i] - entering);
    }
    for (size_t part = 0; part < p->n_components; part++) {
        double change = 0;
        for (size_t i = 0; i < n; i++)
            if (p->component[i] == part) change += m->value_added[i] * pt->wage[i] * g_wage[i];
        for (size_t i = 0; i < n; i++)
            if (p->component[i] == part) g_wage[i] -= change / p->part_income[part];
    }
    double total = 0, dtotal = 0; /* of the part of balances that moves with wages */
    for (size_t i = 0; i < n; i++) {
        total += p->balance_wage[i] * pt->wage[i];
        dtotal += p->balance_wage[i] * pt->wage[i] * g_wage[i] + (dwage ? dwage[i] * pt->wage[i] : 0);
    }
    for (size_t i = 0; i < n; i++) {
        const double earned = m->value_added[i] * pt->wage[i];
        double dbalance =
            p->balance_wage[i] * pt->wage[i] * g_wage[i] - earned / m->world_income * (g_wage[i] * total + dtotal);
        if (dwage) dbalance += dfixed[i] + dwage[i] * pt->wage[i];
        d->income[i] = earned * g_wage[i] + d->revenue[i] - dbalance;
        d->balance[i] = dbalance;
    }
    if (p->n_claims) {
        for (size_t i = 0; i < n; i++) d->income[i] += d->balance[i];
        ownership_tangent(p, pt, d, !du, d->balance);
        for (size_t i = 0; i < n; i++) d->income[i] -= d->balance[i];
    }
    for (size_t j = 0; j < nj; j++)
        for (size_t i = 0; i < stride; i++) {
            const size_t at = j * stride + i;
            g_x[at] = m->alpha[at] * d->income[i];
            g_cost[at] = m->beta[at] * g_wage[i];
        }
    if (m->nested) {
        finish_nested_tangent(m, pt, d, du, dg);
    } else {
        if (m->factors)
            for (size_t at = 0; at < block; at++) g_cost[at] += m->beta[at] * d->factor_price[at];
        m->kernel->intermediates(nj, stride, m->gamma, d->log_price, d->output, g_cost, g_x);
    }
    market_costs(m, g_cost);
    for (size_t at = 0; at < block; at++) g_x[at] *= m->inverse_x0[at];
    if (p->dlog_productivity && !du)
        for (size_t at = 0; at < block; at++) g_cost[at] -= p->dlog_productivity[at];
    if (m->factors && !m->nested)
        for (size_t at = 0; at < block; at++) {
            const double entering = du ? du[at] : 0;
            g_cost[at] = entering + m->factors->step[at] * (g_cost[at] - entering);
        }
}

void map_tangent(const problem *p, const point *pt, const double *du, point *d, double *dg) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride, block = m->block;
    memset(d->labour, 0, stride * sizeof(double));
    memset(d->revenue, 0, stride * sizeof(double));
    for (size_t at = 0; at < block; at++) d->x[at] = du[block + at] * m->x0[at];
    for (size_t j = 0; j < m->nj; j++) {
        const size_t at = j * stride;
        const double theta = m->world->theta[j];
        for (size_t i = 0; i < stride; i++) d->v[at + i] = -theta * pt->v[at + i] * du[at + i];
        sector_pass pass = sector_at(p, d, j);
        pass.s = pt->s + at;
        pass.scale = pt->scale + at;
        pass.ds = d->s + at;
        pass.dscale = d->scale + at;
        m->kernel->differential(&pass);
        for (size_t i = 0; i < stride; i++) {
            d->log_price[at + i] = -d->s[at + i] / (theta * pt->s[at + i]);
            d->output[at + i] = d->v[at + i] * pt->sold[at + i] + pt->v[at + i] * d->sold[at + i];
            d->labour[i] += m->retained[at + i] * d->output[at + i];
        }
        if (p->c[j] != p->a[j])
            for (size_t i = 0; i < n; i++)
                d->revenue[i] += d->x[at + i] - d->scale[at + i] * pt->kept[at + i] - pt->scale[at + i] * d->kept[at + i];
        if (p->c[j] != p->b[j])
            for (size_t i = 0; i < n; i++)
                d->revenue[i] += d->v[at + i] * (pt->gross[at + i] - pt->sold[at + i]) +
                                 pt->v[at + i] * (d->gross[at + i] - d->sold[at + i]);
        if (m->profit)
            for (size_t i = 0; i < n; i++) d->revenue[i] += m->profit[at + i] * d->output[at + i];
    }
    finish_tangent(p, pt, d, du, NULL, NULL, dg);
}

/* Sector j's sales and revenue when the cells themselves change. */
static void shock_sector(const problem *p, const point *pt, size_t j, point *d) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride, at = j * stride;
    const double *v = pt->v + at;
    memset(d->sold + at, 0, stride * sizeof(double));
    memset(d->gross + at, 0, stride * sizeof(double));
    for (size_t b = 0; b < n; b++) {
        double ds = 0, dkept = 0;
        const size_t row = b * stride;
        for (size_t i = 0; i < n; i++) ds += p->da[j][row + i] * v[i];
        for (size_t i = 0; i < n; i++) dkept += p->dc[j][row + i] * v[i];
        const double scale = pt->scale[at + b], dscale = -scale * ds / pt->s[at + b];
        d->s[at + b] = ds;
        for (size_t i = 0; i < n; i++) {
            d->sold[at + i] += p->b[j][row + i] * dscale + p->db[j][row + i] * scale;
            d->gross[at + i] += p->c[j][row + i] * dscale + p->dc[j][row + i] * scale;
        }
        double kept = 0;
        for (size_t i = 0; i < n; i++) kept += p->c[j][row + i] * v[i];
        d->revenue[b] -= dscale * kept + scale * dkept;
    }
    for (size_t i = 0; i < n; i++) {
        d->revenue[i] += v[i] * (d->gross[at + i] - d->sold[at + i]);
        d->log_price[at + i] = -d->s[at + i] / (m->world->theta[j] * pt->s[at + i]);
        d->output[at + i] = v[i] * d->sold[at + i];
        d->labour[i] += m->retained[at + i] * d->output[at + i];
        if (m->profit) d->revenue[i] += m->profit[at + i] * d->output[at + i];
    }
}

void map_shock_tangent(const problem *p, const point *pt, point *d, double *dg) {
    const thaw_model *m = p->model;
    const size_t stride = m->stride;
    memset(d->labour, 0, stride * sizeof(double));
    memset(d->revenue, 0, stride * sizeof(double));
    memset(d->log_price, 0, m->block * sizeof(double));
    memset(d->output, 0, m->block * sizeof(double));
    for (size_t j = 0; j < m->nj; j++)
        if (p->da[j]) shock_sector(p, pt, j, d);
    finish_tangent(p, pt, d, NULL, p->dbalance_fixed, p->dbalance_wage, dg);
}
