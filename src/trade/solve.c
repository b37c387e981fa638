#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static const double DEFAULT_TOLERANCE = 1e-10;
/* The map's own residual is asked to be this much smaller than the tolerance on the original equations. */
static const double INNER_PART = 0.1;
enum { DEFAULT_ITERATIONS = 500, DEPTH = 8, DAMPED_DEPTH = 5 };
static const double DAMPING = 0.5;

thaw_status solver_create(const thaw_model *model, solver **result, thaw_error *error) {
    thaw_model *owner = (thaw_model *)model; /* only the list of idle solvers changes, under its lock */
    pthread_mutex_lock(&owner->lock);
    solver *s = owner->idle;
    if (s) owner->idle = s->next;
    pthread_mutex_unlock(&owner->lock);
    if (!s) {
        s = calloc(1, sizeof *s);
        if (!s) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
        s->model = owner;
        s->u = aligned_zeros((2 + 2 * DEPTH_MAX + 3) * model->unknowns);
        if (!s->u || point_create(model, &s->at, error) != THAW_OK || point_create(model, &s->scratch, error) != THAW_OK) {
            solver_free(s);
            return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
        }
        s->g = s->u + model->unknowns;
        s->history = s->g + model->unknowns;
    }
    s->next = NULL;
    s->p = NULL;
    s->iterations = 0;
    s->progress = NULL;
    *result = s;
    return THAW_OK;
}

void solver_release(solver *s) {
    if (!s) return;
    pthread_mutex_lock(&s->model->lock);
    s->next = s->model->idle;
    s->model->idle = s;
    pthread_mutex_unlock(&s->model->lock);
}

void solver_free(solver *s) {
    if (!s) return;
    free(s->u);
    point_free(&s->at);
    point_free(&s->scratch);
    free(s);
}

void unknowns_base(const thaw_model *m, double *u) {
    memset(u, 0, m->unknowns * sizeof *u);
    for (size_t k = 0; k < m->block; k++) u[m->block + k] = m->inverse_x0[k] > 0 ? 1 : 0;
}

void unknowns_from(const thaw_model *m, const thaw_equilibrium *e, double *u) {
    memset(u, 0, m->unknowns * sizeof *u);
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i, cell = i * m->nj + j;
            u[at] = log(e->cost[cell]);
            u[m->block + at] = e->expenditure[cell] * m->inverse_x0[at];
        }
    for (size_t i = 0; i < m->n; i++) u[2 * m->block + i] = log(e->wage[i]);
    for (size_t j = 0; m->nested && j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++)
            u[2 * m->block + m->stride + j * m->stride + i] =
                log(e->factor_price ? e->factor_price[i * m->nj + j] : e->wage[i]);
}

thaw_status solver_at_base(const thaw_model *m, solver **result, thaw_error *error) {
    problem *p = NULL;
    solver *s = NULL;
    thaw_status status = problem_create(m, NULL, NULL, 0, 0, &p, error);
    if (status == THAW_OK) status = solver_create(m, &s, error);
    if (status == THAW_OK) {
        unknowns_base(m, s->u);
        map_evaluate(p, s->u, &s->at, s->g);
    }
    problem_free(p);
    *result = s;
    return status;
}

/* Solves one problem from s->u by ever more patient methods. */
static thaw_status solve_problem(solver *s, const thaw_solve_options *o, thaw_method *method, thaw_error *error) {
    const size_t n = s->p->model->unknowns;
    double *start = malloc(n * sizeof *start);
    if (!start) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
    memcpy(start, s->u, n * sizeof *start);
    *method = THAW_METHOD_ANDERSON;
    thaw_status status = solve_anderson(s, DEPTH, 1, error);
    if (status == THAW_ERR_CONVERGENCE && !o->no_fallback) {
        *method = THAW_METHOD_DAMPED;
        memcpy(s->u, start, n * sizeof *start);
        status = solve_anderson(s, DAMPED_DEPTH, DAMPING, error);
    }
    if (status == THAW_ERR_CONVERGENCE && !o->no_fallback) {
        *method = THAW_METHOD_NEWTON;
        memcpy(s->u, start, n * sizeof *start);
        status = solve_newton(s, error);
    }
    free(start);
    return status;
}

/* The shock in pieces, each solved from the last. */
static thaw_status solve_continuation(solver *s, const thaw_shock *shock, const thaw_solve_options *o, thaw_error *error) {
    static const double FIRST_STEP = 0.125, SMALLEST_STEP = 1e-3;
    const thaw_model *m = s->p->model;
    const problem *whole = s->p;
    double *reached = malloc(m->unknowns * sizeof *reached);
    if (!reached) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
    unknowns_base(m, s->u);
    memcpy(reached, s->u, m->unknowns * sizeof *reached);
    double position = 0, step = FIRST_STEP;
    thaw_status status = THAW_ERR_CONVERGENCE;
    while (position < 1 && step >= SMALLEST_STEP) {
        const double next = fmin(1, position + step);
        problem *p = NULL;
        thaw_method method;
        status = next < 1 ? problem_create(m, NULL, shock, next, 0, &p, error) : THAW_OK;
        if (status != THAW_OK) break;
        s->p = p ? p : whole;
        status = solve_problem(s, o, &method, error);
        s->p = whole;
        problem_free(p);
        if (status == THAW_OK) {
            position = next;
            step *= 2;
            memcpy(reached, s->u, m->unknowns * sizeof *reached);
        } else if (status == THAW_ERR_CONVERGENCE) {
            step /= 4;
            memcpy(s->u, reached, m->unknowns * sizeof *reached);
        } else {
            break;
        }
    }
    free(reached);
    return status;
}

/* Holds the solution to the original equations, and asks the map for more digits where they are not met. */
static thaw_status finish(solver *s, const thaw_shock *shock, double tolerance, thaw_equilibrium *e, thaw_error *error) {
    enum { REFINEMENTS = 3 };
    for (int round = 0;; round++) {
        const double inner = solver_residual(s);
        thaw_status status = equilibrium_fill(s->p, &s->at, s->u, shock, e, error);
        if (status != THAW_OK) return status;
        e->stats.residual = thaw_trade_residual(s->p->model, shock, e, e->stats.worst);
        if (e->stats.residual <= tolerance) return THAW_OK;
        if (round == REFINEMENTS || !isfinite(inner)) return THAW_ERR_CONVERGENCE;
        s->tolerance = fmax(s->tolerance * 0.1, 1e-15);
        status = solve_anderson(s, DEPTH, 1, error);
        if (status != THAW_OK && status != THAW_ERR_CONVERGENCE) return status;
    }
}

/* The equations know nothing of signs: where a country owes the world more than it earns they are solved by a negative
 * income, which no one can spend. */
static thaw_status check_incomes(const thaw_world *w, const thaw_equilibrium *e, thaw_error *error) {
    for (size_t i = 0; i < w->n_countries; i++)
        if (!(e->income[i] > 0))
            return thaw_fail(error, THAW_ERR_CONVERGENCE,
                             "no equilibrium: %s cannot pay its way: its factors and taxes bring %.4g and its "
                             "trade balance takes %.4g. Try a smaller shock, `closure: zero` or `closure: proportional`",
                             w->country[i], e->income[i] + e->trade_balance[i], e->trade_balance[i]);
    return THAW_OK;
}

thaw_status thaw_trade_solve(const thaw_model *model, const thaw_shock *shock, const thaw_solve_options *options,
                             const thaw_equilibrium *start, thaw_equilibrium **equilibrium, thaw_error *error) {
    const double begin = seconds_now();
    const thaw_solve_options o = options ? *options : (thaw_solve_options){0};
    const double tolerance = o.tolerance > 0 ? o.tolerance : DEFAULT_TOLERANCE;
    problem *p = NULL;
    solver *s = NULL;
    thaw_equilibrium *e = NULL;
    thaw_status status = problem_create(model, NULL, shock, 1, 0, &p, error);
    if (status == THAW_OK) status = solver_create(model, &s, error);
    if (status == THAW_OK) status = equilibrium_create(model, &e, error);
    if (status != THAW_OK) goto done;
    s->p = p;
    s->tolerance = INNER_PART * tolerance;
    s->max_iterations = o.max_iterations > 0 ? o.max_iterations : DEFAULT_ITERATIONS;
    s->progress = o.progress;
    s->progress_context = o.progress_context;
    if (start)
        unknowns_from(model, start, s->u);
    else
        unknowns_base(model, s->u);
    status = solve_problem(s, &o, &e->stats.method, error);
    if (status == THAW_OK) status = finish(s, shock, tolerance, e, error);
    if (status == THAW_ERR_CONVERGENCE && !o.no_fallback) {
        e->stats.method = THAW_METHOD_CONTINUATION;
        s->tolerance = INNER_PART * tolerance;
        status = solve_continuation(s, shock, &o, error);
        if (status == THAW_OK) status = finish(s, shock, tolerance, e, error);
    }
    if (status == THAW_ERR_CONVERGENCE) {
        char worst[sizeof e->stats.worst] = "";
        double residual = NAN;
        solver_residual(s);
        if (equilibrium_fill(p, &s->at, s->u, shock, e, NULL) == THAW_OK)
            residual = thaw_trade_residual(model, shock, e, worst);
        status =
            thaw_fail(error, THAW_ERR_CONVERGENCE,
                      "no equilibrium found after %d iterations: the %s is off by %.2g of its size. Try a smaller shock, or "
                      "`closure: zero` where trade is cut off",
                      s->iterations, worst[0] ? worst : "solution", residual);
    }
    if (status == THAW_OK) status = check_incomes(model->world, e, error);
    if (status == THAW_OK) {
        e->stats.iterations = s->iterations;
        e->stats.seconds = seconds_now() - begin;
        *equilibrium = e;
        e = NULL;
    }
done:
    thaw_equilibrium_free(e);
    solver_release(s);
    problem_free(p);
    return status;
}

thaw_status thaw_trade_base(const thaw_model *model, thaw_equilibrium **equilibrium, thaw_error *error) {
    const double begin = seconds_now();
    problem *p = NULL;
    solver *s = NULL;
    thaw_equilibrium *e = NULL;
    thaw_status status = problem_create(model, NULL, NULL, 0, 0, &p, error);
    if (status == THAW_OK) status = solver_create(model, &s, error);
    if (status == THAW_OK) status = equilibrium_create(model, &e, error);
    if (status == THAW_OK) {
        s->p = p;
        unknowns_base(model, s->u);
        solver_residual(s);
        status = equilibrium_fill(p, &s->at, s->u, NULL, e, error);
    }
    if (status == THAW_OK) {
        e->stats.residual = thaw_trade_residual(model, NULL, e, e->stats.worst);
        e->stats.iterations = s->iterations;
        e->stats.seconds = seconds_now() - begin;
        *equilibrium = e;
        e = NULL;
    }
    thaw_equilibrium_free(e);
    solver_release(s);
    problem_free(p);
    return status;
}
