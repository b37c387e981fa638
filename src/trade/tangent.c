#include "trade/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TANGENT_STEPS = 120 };

void tangent_free(tangent *t) {
    problem_free(t->p);
    solver_release(t->s);
    free(t->du);
    *t = (tangent){0};
}

thaw_status tangent_at(const thaw_model *m, const thaw_shock *before, const thaw_shock *after, double position,
                       const thaw_solve_options *o, double tolerance, double *u, tangent *t, thaw_error *error) {
    *t = (tangent){0};
    thaw_status status = problem_create(m, before, after, position, 1, &t->p, error);
    if (status == THAW_OK) status = solver_create(m, &t->s, error);
    if (status == THAW_OK && !(t->du = aligned_zeros(2 * m->unknowns)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status != THAW_OK) goto fail;
    t->rhs = t->du + m->unknowns;
    t->s->p = t->p;
    t->s->tolerance = fmax(1e-12, 1e-3 * tolerance);
    t->s->max_iterations = 500;
    t->s->progress = o->progress;
    t->s->progress_context = o->progress_context;
    memcpy(t->s->u, u, m->unknowns * sizeof *u);
    status = solve_anderson(t->s, 10, 1, error);
    if (status == THAW_ERR_CONVERGENCE) {
        memcpy(t->s->u, u, m->unknowns * sizeof *u);
        status = solve_newton(t->s, error);
    }
    if (status == THAW_ERR_CONVERGENCE)
        status = thaw_fail(error, status, "no equilibrium found at %.3g of the shock", position);
    if (status != THAW_OK) goto fail;
    memcpy(u, t->s->u, m->unknowns * sizeof *u);
    solver_residual(t->s);
    map_shock_tangent(t->p, &t->s->at, &t->s->scratch, t->rhs);
    if (solve_linear(t->s, t->rhs, t->du, tolerance, TANGENT_STEPS) < 0) {
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a tangent");
        goto fail;
    }
    return THAW_OK;
fail:
    tangent_free(t);
    return status;
}

double tangent_price(const tangent *t, size_t sector, size_t buyer) {
    const thaw_model *m = t->p->model;
    const size_t at = sector * m->stride, row = buyer * m->stride;
    const double theta = m->world->theta[sector];
    const double *a = t->p->a[sector] + row, *v = t->s->at.v + at, *dcost = t->du + at;
    double ds = 0;
    for (size_t i = 0; i < m->n; i++) ds -= theta * a[i] * v[i] * dcost[i];
    if (t->p->da[sector])
        for (size_t i = 0; i < m->n; i++) ds += t->p->da[sector][row + i] * v[i];
    return -ds / (theta * t->s->at.s[at + buyer]);
}

void tangent_income(tangent *t, double *dincome, double *dbalance, double *demployed) {
    const size_t n = t->p->model->n;
    point *d = &t->s->scratch;
    map_shock_tangent(t->p, &t->s->at, d, t->rhs);
    for (size_t i = 0; i < n; i++) {
        dincome[i] = d->income[i];
        dbalance[i] = d->balance[i];
        demployed[i] = 0;
    }
    factors_employment_tangent(t->p->model, &t->s->at, d, demployed);
    map_tangent(t->p, &t->s->at, t->du, d, t->rhs);
    for (size_t i = 0; i < n; i++) {
        dincome[i] += d->income[i];
        dbalance[i] += d->balance[i];
    }
    factors_employment_tangent(t->p->model, &t->s->at, d, demployed);
}

void tangent_profit(tangent *t, double *change) {
    point *d = &t->s->scratch;
    map_shock_tangent(t->p, &t->s->at, d, t->rhs);
    market_volume(t->p->model, &t->s->at, d, NULL, change);
    map_tangent(t->p, &t->s->at, t->du, d, t->rhs);
    market_volume(t->p->model, &t->s->at, d, t->du, change);
}
