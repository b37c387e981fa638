#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Derivatives of one number in every trade cost at once (docs/model.md, "Gradients"): with u = G(u, t) and an objective
 * W(u, t), dW/dt = W_t + G_t' y where (I - G_u') y = W_u. The products with G_u' and G_t' are the map's derivative read
 * backwards: `bar` of a quantity is the derivative of the sum in it. */

enum { ADJOINT_STEPS = 200 };
static const double ADJOINT_TOLERANCE = 1e-12;

/* What comes in beside y: derivatives of the objective in what the map computes, or NULL. [sector][stride] or [stride]. */
typedef struct seeds {
    const double *income, *tax, *log_price, *output;
} seeds;

/* Work of one backward pass. */
typedef struct backward {
    double *cost, *x;                                 /* [block] of what (1) and (4) give */
    double *log_price, *output, *v, *s, *expenditure; /* [block] */
    double *sold, *gross, *scale, *kept;              /* [stride] of one sector */
    double *wage, *revenue, *income, *labour;         /* [stride] */
    double *memory;
} backward;

static int backward_create(const thaw_model *m, backward *b) {
    double *next = b->memory = aligned_zeros(7 * m->block + 8 * m->stride);
    if (!next) return 0;
    double **blocks[] = {&b->cost, &b->x, &b->log_price, &b->output, &b->v, &b->s, &b->expenditure};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++, next += m->block) *blocks[k] = next;
    double **rows[] = {&b->sold, &b->gross, &b->scale, &b->kept, &b->wage, &b->revenue, &b->income, &b->labour};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++, next += m->stride) *rows[k] = next;
    return 1;
}

/* Prices of factors: their derivative read backwards, from `price` [sector][stride] to outputs and labour. */
static void factors_backward(const thaw_model *m, const point *pt, const double *price, backward *b) {
    static const double LOWEST = 1e-26;
    const factor_mix *f = m->factors;
    for (int k = 0; k < N_MOBILE; k++)
        for (size_t i = 0; i < m->n; i++) {
            double earned = 0, bar = 0;
            for (size_t j = 0; j < m->nj; j++) {
                const size_t at = j * m->stride + i;
                earned += f->mobile[k][at] * m->retained[at] * pt->earning[at];
                bar += f->mobile[k][at] * price[at];
            }
            if (!(earned > 0) || (f->sticky && k == MOBILE_LABOUR && earned < f->base[k][i])) continue;
            for (size_t j = 0; j < m->nj; j++) {
                const size_t at = j * m->stride + i;
                b->output[at] += f->mobile[k][at] * m->retained[at] * bar / earned;
            }
        }
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            if (pt->earning[at] * f->inverse_output[at] > LOWEST)
                b->output[at] += f->specific[at] * price[at] / pt->earning[at];
            b->labour[i] -= price[at] / pt->labour[i];
        }
}

/* The second half of the map: from y to prices, outputs, revenue and labour; adds to the log wages and costs that went in.
 */
static void finish_backward(const problem *p, const point *pt, const double *y, const seeds *seed, backward *b,
                            double *out) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride, block = m->block;
    memset(out, 0, m->unknowns * sizeof *out);
    memset(b->wage, 0, stride * sizeof(double));
    memset(b->income, 0, stride * sizeof(double));
    memset(b->labour, 0, stride * sizeof(double));
    memset(b->log_price, 0, block * sizeof(double));
    memset(b->output, 0, block * sizeof(double));
    for (size_t at = 0; at < block; at++) {
        b->cost[at] = y[at];
        b->x[at] = y[block + at] * m->inverse_x0[at];
    }
    if (m->factors)
        for (size_t at = 0; at < block; at++) {
            out[at] = (1 - m->factors->step[at]) * b->cost[at];
            b->cost[at] *= m->factors->step[at];
        }
    market_costs(m, b->cost);
    m->kernel->intermediates(m->nj, stride, m->gamma, b->x, b->cost, b->output, b->log_price);
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < n; i++) {
            const size_t at = j * stride + i;
            b->cost[at] *= m->beta[at];
            b->wage[i] += b->cost[at];
            b->income[i] += m->alpha[at] * b->x[at];
        }
    for (size_t at = 0; seed && seed->log_price && at < block; at++) b->log_price[at] += seed->log_price[at];
    for (size_t at = 0; seed && seed->output && at < block; at++) b->output[at] += seed->output[at];
    for (size_t i = 0; seed && seed->income && i < n; i++) b->income[i] += seed->income[i];
    if (m->factors) factors_backward(m, pt, b->cost, b);
    double total = 0, dtotal = 0; /* as in the map: balances that move with wages */
    for (size_t i = 0; i < n; i++) {
        total += p->balance_wage[i] * pt->wage[i];
        dtotal += b->income[i] * m->value_added[i] * pt->wage[i] / m->world_income;
    }
    for (size_t i = 0; i < n; i++) {
        const double earned = m->value_added[i] * pt->wage[i];
        b->wage[i] += b->income[i] * (earned - p->balance_wage[i] * pt->wage[i] + earned * total / m->world_income) +
                      dtotal * p->balance_wage[i] * pt->wage[i] + y[2 * block + i];
        b->revenue[i] = b->income[i] + (seed && seed->tax ? seed->tax[i] : 0);
    }
    for (size_t part = 0; part < p->n_components; part++) { /* the numeraire */
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            if (p->component[i] == part) sum += b->wage[i];
        for (size_t i = 0; i < n; i++)
            if (p->component[i] == part) b->wage[i] -= m->value_added[i] * pt->wage[i] / p->part_income[part] * sum;
    }
    for (size_t i = 0; i < n; i++) {
        out[2 * block + i] = (1 - m->wage_step[i]) * b->wage[i];
        b->labour[i] += m->wage_step[i] * b->wage[i] / pt->labour[i];
    }
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < n; i++) {
            const size_t at = j * stride + i;
            b->output[at] += m->retained[at] * b->labour[i];
            if (m->profit) b->output[at] += m->profit[at] * b->income[i];
        }
}

/* Derivatives in log tariff, log export tax and log barrier of a sector's cells. */
static void cells_backward(const problem *p, const point *pt, size_t j, const backward *b, thaw_gradient *g) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride, at = j * stride;
    const double theta = m->world->theta[j];
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            const size_t row = d * stride + i, cell = (j * n + d) * n + i;
            const double v = pt->v[at + i], scale = pt->scale[at + d];
            const double a = p->a[j][row] * b->s[at + d] * v;
            const double sold = p->b[j][row] * b->sold[i] * scale;
            const double gross = p->c[j][row] * (b->gross[i] * scale + b->kept[d] * v);
            if (g->tariff) g->tariff[cell] = -theta * a - (theta + 1) * (sold + gross);
            if (g->export_tax) g->export_tax[cell] = -theta * (a + gross) - (theta + 1) * sold;
            if (g->barrier) g->barrier[cell] = -theta * (a + sold + gross);
        }
}

/* A sector's markets, backwards: from outputs, prices and revenue to what went in. */
static void sector_backward(const problem *p, const point *pt, size_t j, backward *b, double *out) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride, at = j * stride;
    const double theta = m->world->theta[j];
    double *vbar = b->v + at, *sbar = b->s + at;
    for (size_t i = 0; i < n; i++) {
        const double v = pt->v[at + i], sold = pt->sold[at + i], gross = p->c[j] != p->b[j] ? pt->gross[at + i] : sold;
        b->gross[i] = b->revenue[i] * v;
        b->sold[i] = b->output[at + i] * v - b->gross[i];
        vbar[i] = b->output[at + i] * sold + b->revenue[i] * (gross - sold);
    }
    for (size_t d = 0; d < n; d++) {
        const double *rb = p->b[j] + d * stride, *rc = p->c[j] + d * stride, *ra = p->a[j] + d * stride;
        const double kept = p->c[j] != p->a[j] ? pt->kept[at + d] : pt->s[at + d];
        double scale = -b->revenue[d] * kept;
        for (size_t i = 0; i < n; i++) scale += rb[i] * b->sold[i] + rc[i] * b->gross[i];
        b->kept[d] = -b->revenue[d] * pt->scale[at + d];
        b->expenditure[at + d] = b->revenue[d] + scale / pt->s[at + d];
        sbar[d] = -scale * pt->scale[at + d] / pt->s[at + d] - b->log_price[at + d] / (theta * pt->s[at + d]);
        for (size_t i = 0; i < n; i++) vbar[i] += ra[i] * sbar[d] + rc[i] * b->kept[d];
    }
    for (size_t i = 0; i < n; i++) {
        out[at + i] -= theta * pt->v[at + i] * vbar[i];
        out[m->block + at + i] = m->x0[at + i] * b->expenditure[at + i];
    }
}

/* out = G_u' y plus what the seeds bring; where cells is given, the same in the costs of trade. */
static void map_backward(const problem *p, const point *pt, const double *y, const seeds *seed, backward *b, double *out,
                         thaw_gradient *cells) {
    finish_backward(p, pt, y, seed, b, out);
    for (size_t j = 0; j < p->model->nj; j++) {
        sector_backward(p, pt, j, b, out);
        if (cells) cells_backward(p, pt, j, b, cells);
    }
}

static void apply_transpose(const problem *p, const point *pt, const double *v, void *scratch, double *out) {
    map_backward(p, pt, v, NULL, scratch, out, NULL);
}

/* [country][sector] of the caller to [sector][stride]. */
static double *by_sector(const thaw_model *m, const double *from, double *to) {
    if (!from) return NULL;
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) to[j * m->stride + i] = from[i * m->nj + j];
    return to;
}

thaw_status thaw_trade_gradient(const thaw_model *m, const thaw_shock *shock, const thaw_equilibrium *now,
                                const thaw_objective *objective, thaw_gradient *gradient, thaw_error *error) {
    problem *p = NULL;
    solver *s = NULL;
    backward b = {0};
    double *memory = NULL;
    if (m->nested || (shock && (shock->ownership || shock->stake)))
        return thaw_fail(error, THAW_ERR_USAGE,
                         "gradients are not to be had with nested production or with capital owned abroad");
    thaw_status status = problem_create(m, NULL, shock, 1, 0, &p, error);
    if (status == THAW_OK) status = solver_create(m, &s, error);
    memory = aligned_zeros(2 * m->block + 2 * m->unknowns);
    if (status == THAW_OK && (!memory || !backward_create(m, &b)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gradient");
    if (status == THAW_OK) {
        double *rhs = memory + 2 * m->block, *y = rhs + m->unknowns;
        const seeds seed = {objective->income, objective->tax_revenue, by_sector(m, objective->log_price, memory),
                            by_sector(m, objective->output, memory + m->block)};
        s->p = p;
        unknowns_from(m, now, s->u);
        solver_residual(s);
        map_backward(p, &s->at, y, &seed, &b, rhs, NULL);
        const double reached = solve_linear_map(s, apply_transpose, &b, rhs, y, ADJOINT_TOLERANCE, ADJOINT_STEPS);
        if (reached < 0) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gradient");
        if (status == THAW_OK) map_backward(p, &s->at, y, &seed, &b, rhs, gradient);
    }
    free(b.memory);
    free(memory);
    solver_release(s);
    problem_free(p);
    return status;
}
