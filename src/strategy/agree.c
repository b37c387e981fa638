#include "strategy/agree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/quadratic.h"

/* Both problems are maximised by the same steps: utilities to first order, a quasi-Newton approximation (BFGS) of the second
 * derivatives of what the players' weights make of them, within a trust region that is a box. Reaching far, the weights are
 * the multipliers of the players' rows; in a product of gains they are weight / gain. */

enum { MOST_STEPS = 60 };
static const double DIFFERENCE = 1e-4; /* of a number, for derivatives: equilibria are known to twelve digits */
static const double RIDGE = 1e-7;      /* that second derivatives begin with; it decides between equals */
static const double NO_GAIN = 1e-9;    /* predicted, of t or of a log: then it is reached */
static const double SMALLEST = 1e-9;   /* trust region */
static const double AT_BOUND = 1e-8;
static const double LITTLE = 0.01; /* cosine between a step and the change of the gradient */
static const double NEAR = 1e-4;   /* steps that short leave derivatives as they are */

typedef struct climb {
    const agree_problem *p;
    const double *from, *along, *weight; /* along NULL: a product of gains over `from` */
    double *z, *u, *memory;
    double *jacobian, *jacobian_new;   /* [player][n] */
    double *hessian, *model;           /* [n][n]; what the step uses, [n + 1][n + 1] */
    double *step, *z_new, *y, *linear; /* [n + 1] */
    double *low, *high;                /* [n + 1] */
    double *rows, *rhs;                /* [player][n + 1], [player] */
    double *u_new, *multiplier;        /* [player] */
    double *left;                      /* [player] of utilities, what first order missed in a step that failed */
} climb;

static thaw_status climb_create(climb *c, const agree_problem *p, double *z, double *u, thaw_error *error) {
    const size_t n = p->n, m = n + 1, q = p->n_players;
    *c = (climb){.p = p, .z = z, .u = u};
    c->memory = calloc(2 * q * n + n * n + m * m + 6 * m + q * m + 4 * q + 1, sizeof *c->memory);
    if (!c->memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
    double *next = c->memory, **arrays[] = {&c->jacobian, &c->jacobian_new, &c->hessian, &c->model, &c->step, &c->z_new,
                                            &c->y,        &c->linear,       &c->low,     &c->high,  &c->rows, &c->rhs,
                                            &c->u_new,    &c->multiplier,   &c->left,    NULL};
    const size_t size[] = {q * n, q * n, n * n, m * m, m, m, m, m, m, m, q * m, q, q, q, q};
    for (size_t k = 0; arrays[k]; next += size[k++]) *arrays[k] = next;
    for (size_t j = 0; j < n; j++) {
        c->hessian[j * n + j] = RIDGE;
        z[j] = fmin(fmax(z[j], p->lowest[j]), p->highest[j]);
    }
    return THAW_OK;
}

/* What is maximised, from utilities. -INFINITY: a gain of a product that is none. */
static double value_of(const climb *c, const double *u) {
    double value = c->along ? INFINITY : 0;
    for (size_t q = 0; q < c->p->n_players; q++) {
        const double gain = u[q] - c->from[q];
        if (c->along)
            value = gain >= value * c->along[q] ? value : gain / c->along[q];
        else
            value += gain > 0 ? c->weight[q] * log(gain) : -INFINITY;
    }
    return isnan(value) ? -INFINITY : value;
}

static thaw_status differentiate(climb *c, const double *z, const double *u, double *jacobian, thaw_error *error) {
    const size_t n = c->p->n, q = c->p->n_players;
    thaw_status status = THAW_OK;
    double *moved = c->y, *there = c->rhs; /* not in use between steps */
    memcpy(moved, z, n * sizeof *z);
    for (size_t j = 0; j < n && status == THAW_OK; j++) {
        const double room = c->p->highest[j] - c->p->lowest[j];
        double h = DIFFERENCE * fmin(room, 1);
        if (z[j] + h > c->p->highest[j]) h = -h;
        moved[j] = z[j] + h;
        status = c->p->evaluate(c->p->context, moved, there, error);
        for (size_t k = 0; k < q; k++) jacobian[k * n + j] = (there[k] - u[k]) / h;
        moved[j] = z[j];
    }
    return status;
}

/* The step to the best point of the model in the trust region; returns what it promises. */
static thaw_status find_step(climb *c, double radius, double value, double *promised, thaw_error *error) {
    const agree_problem *p = c->p;
    const size_t n = p->n, m = c->along ? n + 1 : n, q = p->n_players;
    for (size_t j = 0; j < m; j++)
        for (size_t k = 0; k < m; k++) c->model[j * m + k] = j < n && k < n ? c->hessian[j * n + k] : 0;
    for (size_t j = 0; j < n; j++) {
        c->low[j] = fmax(p->lowest[j] - c->z[j], -radius);
        c->high[j] = fmin(p->highest[j] - c->z[j], radius);
        c->linear[j] = 0;
    }
    for (size_t k = 0; k < q; k++) {
        const double *row = c->jacobian + k * n, gain = c->u[k] - c->from[k];
        if (c->along) {
            memcpy(c->rows + k * m, row, n * sizeof *row);
            c->rows[k * m + n] = -c->along[k];
            c->rhs[k] = value * c->along[k] - gain - c->left[k];
            continue;
        }
        c->multiplier[k] = c->weight[k] / gain;
        for (size_t i = 0; i < n; i++) {
            c->linear[i] -= c->multiplier[k] * row[i];
            for (size_t j = 0; j < n; j++) c->model[i * m + j] += c->multiplier[k] / gain * row[i] * row[j];
        }
    }
    if (c->along) { /* the last number is how much further */
        c->linear[n] = -1;
        c->low[n] = -INFINITY;
        c->high[n] = INFINITY;
    }
    const quadratic model = {m, c->along ? q : 0, c->model, c->linear, c->rows, c->rhs, c->low, c->high};
    thaw_status status = quadratic_solve(&model, c->step, c->multiplier, error);
    if (!c->along)
        for (size_t k = 0; k < q; k++) c->multiplier[k] = c->weight[k] / (c->u[k] - c->from[k]);
    *promised = 0;
    for (size_t i = 0; i < m; i++) {
        *promised -= c->linear[i] * c->step[i];
        for (size_t j = 0; j < m; j++) *promised -= 0.5 * c->step[i] * c->model[i * m + j] * c->step[j];
    }
    return status;
}

/* BFGS: the change of the weighted gradient along the step. Where it says little of curvature along the step itself, since
 * the step was in one number and the change is in another, nothing is learnt. */
static void learn(climb *c) {
    const size_t n = c->p->n, q = c->p->n_players;
    double *hs = c->linear, *y = c->y, sy = 0, shs = 0, ss = 0, yy = 0;
    for (size_t i = 0; i < n; i++) {
        y[i] = hs[i] = 0;
        for (size_t k = 0; k < q; k++) y[i] -= c->multiplier[k] * (c->jacobian_new[k * n + i] - c->jacobian[k * n + i]);
        for (size_t j = 0; j < n; j++) hs[i] += c->hessian[i * n + j] * c->step[j];
    }
    for (size_t i = 0; i < n; i++) {
        sy += c->step[i] * y[i];
        shs += c->step[i] * hs[i];
        ss += c->step[i] * c->step[i];
        yy += y[i] * y[i];
    }
    if (!(sy > LITTLE * sqrt(ss * yy)) || !(shs > 0)) return;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) c->hessian[i * n + j] += y[i] * y[j] / sy - hs[i] * hs[j] / shs;
}

/* An interior point method ends a little inside: what is at a bound is put there. */
static double within(const agree_problem *p, size_t j, double z) {
    if (z - p->lowest[j] < AT_BOUND) return p->lowest[j];
    return p->highest[j] - z < AT_BOUND ? p->highest[j] : z;
}

/* Goes to the end of the step: utilities and value there. */
static thaw_status try_step(climb *c, double *value, double *moved, thaw_error *error) {
    *moved = 0;
    *value = -INFINITY;
    for (size_t j = 0; j < c->p->n; j++) {
        c->z_new[j] = within(c->p, j, c->z[j] + c->step[j]);
        *moved = fabs(c->step[j]) <= *moved ? *moved : fabs(c->step[j]); /* a NaN stays */
    }
    if (!isfinite(*moved)) return THAW_OK; /* the model was too nearly singular for a step */
    const thaw_status status = c->p->evaluate(c->p->context, c->z_new, c->u_new, error);
    if (status == THAW_OK) *value = value_of(c, c->u_new);
    return status == THAW_ERR_CONVERGENCE ? THAW_OK : status; /* a shorter step then */
}

/* The same step once more, with what first order missed taken into account (a second-order correction). */
static thaw_status correct_step(climb *c, double radius, double value, double *now, double *moved, thaw_error *error) {
    const size_t n = c->p->n;
    double unused;
    for (size_t k = 0; k < c->p->n_players; k++) {
        double linear = c->u[k];
        for (size_t j = 0; j < n; j++) linear += c->jacobian[k * n + j] * (c->z_new[j] - c->z[j]);
        c->left[k] = c->u_new[k] - linear;
    }
    thaw_status status = find_step(c, radius, value, &unused, error);
    if (status == THAW_OK) status = try_step(c, now, moved, error);
    memset(c->left, 0, c->p->n_players * sizeof *c->left);
    return status;
}

static thaw_status accept(climb *c, double moved, thaw_error *error) {
    const size_t n = c->p->n, q = c->p->n_players;
    if (moved > NEAR) {
        const thaw_status status = differentiate(c, c->z_new, c->u_new, c->jacobian_new, error);
        if (status != THAW_OK) return status;
        learn(c);
        memcpy(c->jacobian, c->jacobian_new, q * n * sizeof *c->jacobian);
    }
    memcpy(c->z, c->z_new, n * sizeof *c->z);
    memcpy(c->u, c->u_new, q * sizeof *c->u);
    return THAW_OK;
}

static thaw_status run(climb *c, double *value, thaw_error *error) {
    const size_t n = c->p->n;
    double radius = 1;
    thaw_status status = c->p->evaluate(c->p->context, c->z, c->u, error);
    if (status == THAW_OK) *value = value_of(c, c->u);
    if (status == THAW_OK && !isfinite(*value))
        return thaw_fail(error, THAW_ERR_USAGE, "a product of gains needs a start where all gain");
    if (status == THAW_OK && n) status = differentiate(c, c->z, c->u, c->jacobian, error);
    for (int k = 0; k < MOST_STEPS && n && status == THAW_OK && radius > SMALLEST; k++) {
        double promised, now, moved;
        status = find_step(c, radius, *value, &promised, error);
        if (status != THAW_OK) break;
        const int last = promised <= NO_GAIN * fmax(1, fabs(*value));
        if (last && c->along) break;
        status = try_step(c, &now, &moved, error);
        if (last) { /* a product is flat at its top: the last step moves what the value no longer shows */
            if (status == THAW_OK && now >= *value - NO_GAIN) status = accept(c, 0, error);
            break;
        }
        if (status == THAW_OK && c->along && isfinite(now) && now - *value < 0.25 * promised)
            status = correct_step(c, radius, *value, &now, &moved, error);
        if (status != THAW_OK) break;
        const double kept = (now - *value) / promised;
        if (kept > 0.01) {
            status = accept(c, moved, error);
            *value = now;
        }
        if (!(kept >= 0.25))
            radius = (isfinite(moved) ? fmin(radius, moved) : radius) / 3;
        else if (kept > 0.75)
            radius = fmax(radius, fmin(2 * moved, 1e3));
    }
    return status;
}

thaw_status agree_reach(const agree_problem *p, const double *from, const double *along, double *z, double *u, double *t,
                        double *multiplier, thaw_error *error) {
    climb c;
    thaw_status status = climb_create(&c, p, z, u, error);
    if (status != THAW_OK) return status;
    c.from = from;
    c.along = along;
    status = run(&c, t, error);
    if (multiplier) memcpy(multiplier, c.multiplier, p->n_players * sizeof *multiplier);
    free(c.memory);
    return status;
}

thaw_status agree_product(const agree_problem *p, const double *threat, const double *weight, double *z, double *u,
                          thaw_error *error) {
    climb c;
    double value;
    thaw_status status = climb_create(&c, p, z, u, error);
    if (status != THAW_OK) return status;
    c.from = threat;
    c.weight = weight;
    status = run(&c, &value, error);
    free(c.memory);
    return status;
}
