#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

thaw_status equilibrium_create(const thaw_model *model, thaw_equilibrium **equilibrium, thaw_error *error) {
    const size_t n = model->n, nj = model->nj;
    thaw_equilibrium *e = calloc(1, sizeof *e);
    if (!e) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for an equilibrium");
    e->n_countries = n;
    e->n_sectors = nj;
    double **rows[] = {&e->wage, &e->tariff_revenue, &e->export_tax_revenue, &e->trade_balance, &e->income};
    double **blocks[] = {&e->price, &e->cost, &e->expenditure, &e->output};
    int complete = 1;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) complete &= (*rows[k] = calloc(n, sizeof(double))) != NULL;
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++)
        complete &= (*blocks[k] = calloc(n * nj, sizeof(double))) != NULL;
    if (model->profit) complete &= (e->profit = calloc(n, sizeof(double))) != NULL;
    if (model->factors) complete &= (e->factor_price = calloc(n * nj, sizeof(double))) != NULL;
    if (model->nested) complete &= (e->value_share = calloc(n * nj, sizeof(double))) != NULL;
    complete &= (e->share = malloc(nj * n * n * sizeof(double))) != NULL;
    if (!complete) {
        thaw_equilibrium_free(e);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for an equilibrium");
    }
    *equilibrium = e;
    return THAW_OK;
}

void thaw_equilibrium_free(thaw_equilibrium *e) {
    if (!e) return;
    double *arrays[] = {e->wage,          e->price,  e->cost,         e->expenditure,    e->output,
                        e->share,         e->tariff, e->export_tax,   e->tariff_revenue, e->export_tax_revenue,
                        e->trade_balance, e->income, e->factor_price, e->value_share,    e->profit};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free(arrays[k]);
    free(e);
}

static thaw_status copy_tax(double **to, const double *shock, const double *world, size_t cells, thaw_error *error) {
    const double *from = shock ? shock : world;
    if (!from) return THAW_OK;
    if (!*to) *to = malloc(cells * sizeof **to);
    if (!*to) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for an equilibrium");
    memcpy(*to, from, cells * sizeof **to);
    return THAW_OK;
}

thaw_status equilibrium_fill(const problem *p, const point *pt, const double *u, const thaw_shock *shock,
                             thaw_equilibrium *e, thaw_error *error) {
    const thaw_model *m = p->model;
    const size_t n = m->n, nj = m->nj, stride = m->stride, block = m->block;
    thaw_status status = copy_tax(&e->tariff, shock ? shock->tariff : NULL, m->world->tariff, nj * n * n, error);
    if (status == THAW_OK)
        status = copy_tax(&e->export_tax, shock ? shock->export_tax : NULL, m->world->export_tax, nj * n * n, error);
    if (status != THAW_OK) return status;
    memset(e->tariff_revenue, 0, n * sizeof(double));
    memset(e->export_tax_revenue, 0, n * sizeof(double));
    for (size_t j = 0; j < nj; j++) {
        const size_t at = j * stride;
        for (size_t i = 0; i < n; i++) {
            const int traded = p->dead[at + i] == 0;
            e->cost[i * nj + j] = exp(u[at + i]);
            e->price[i * nj + j] = traded ? exp(pt->log_price[at + i]) : 1;
            e->expenditure[i * nj + j] = pt->x[at + i];
            e->output[i * nj + j] = pt->output[at + i];
            if (p->c[j] != p->a[j]) e->tariff_revenue[i] += pt->x[at + i] - pt->scale[at + i] * pt->kept[at + i];
            if (p->c[j] != p->b[j]) e->export_tax_revenue[i] += pt->v[at + i] * (pt->gross[at + i] - pt->sold[at + i]);
        }
        for (size_t d = 0; d < n; d++) {
            const double inverse = 1 / pt->s[at + d];
            double *share = e->share + (j * n + d) * n;
            const double *a = p->a[j] + d * stride, *v = pt->v + at;
            for (size_t i = 0; i < n; i++) share[i] = a[i] * v[i] * inverse;
        }
    }
    for (size_t i = 0; i < n; i++) e->wage[i] = exp(u[2 * block + i]);
    for (size_t i = 0; i < n && m->factors; i++)
        for (size_t j = 0; j < nj; j++) e->factor_price[i * nj + j] = e->wage[i] * exp(pt->factor_price[j * stride + i]);
    for (size_t i = 0; i < n && m->nested; i++)
        for (size_t j = 0; j < nj; j++)
            e->value_share[i * nj + j] = m->retained[j * stride + i] * pt->value_change[j * stride + i];
    if (m->profit) memset(e->profit, 0, n * sizeof(double));
    for (size_t j = 0; m->profit && j < nj; j++)
        for (size_t i = 0; i < n; i++) e->profit[i] += m->profit[j * stride + i] * pt->output[j * stride + i];
    problem_balance(p, e->wage, e->trade_balance);
    ownership_balance(p, pt->earning, e->trade_balance);
    for (size_t i = 0; i < n; i++)
        e->income[i] =
            e->wage[i] * m->value_added[i] + e->tariff_revenue[i] + e->export_tax_revenue[i] - e->trade_balance[i];
    for (size_t i = 0; m->profit && i < n; i++) e->income[i] += e->profit[i];
    return THAW_OK;
}
