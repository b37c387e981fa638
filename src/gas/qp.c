/* qp.c: Mehrotra's predictor and corrector (1992, SIAM Journal on Optimization 2:575) for separable quadratic programs.
 *
 * Since the Hessian is diagonal, x is eliminated and what is factored is M = A D^-1 A', sparse and banded in time. */
#include "gas/qp.h"

#include "gas/kink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How near to the boundary a step may go. */
#define STEP_BACK 0.995
/* What close_rows can be left with, relative. */
#define CLOSABLE 1e-8
/* Where rounding allows no better, this will do, but from a start nearby: another may allow it. Conditions are checked
 * apart. */
#define GOOD_ENOUGH 2e-6
/* Each step is also that of a proximal point (Friedlander and Orban 2012, Mathematical Programming Computation 4:71): it
 * keeps M regular where much is at its bounds, and vanishes with the step. Of the ratio of price to quantity. */
#define PROXIMAL 5e-6
/* Once the gap is this part of the tolerance, what is left of the dual equation, relative, is that of proximal steps, which
 * it takes long to lose. */
#define GAP_BEYOND 1e-3
#define DUAL_ENOUGH 1e-9
/* What slopes are found to, relative to the largest cost, and the least products of complementarity meanwhile. */
#define KINKS_FOUND 1e-9
#define PRODUCT_MIN 1e-12
/* A variable starts at least this part of its range away from its bounds. */
#define START_MARGIN 0.05
/* An iterate that begins from a solution nearby is moved this far inside. */
#define WARM_MARGIN 1e-3

struct gas_qp_solver {
    const gas_qp *qp;
    gas_normal *normal;
    const gas_kinks *kinks;
    gas_kink_work *kink; /* NULL where every curvature is known */
    double *memory;
    double *x, *s, *z, *t, *y;       /* x - lower, upper - x, multipliers of both, multipliers of the rows */
    double *dx, *ds, *dz, *dt, *dy;  /* a step */
    double *ax, *as_, *az, *at;      /* the predictor's */
    double *rd, *rp, *ru;            /* residuals: dual, primal, of the upper bounds */
    double *weight;                  /* D^-1 */
    double *rhs;                     /* [row] */
    double *side;                    /* [variable] right-hand side of the dual equation */
    int n_bounds;                    /* finite bounds */
    double scale_primal, scale_dual; /* of residuals */
    double last;                     /* length of the last step */
    int settled;                     /* iterations at the solution */
    double proximal;                 /* what every curvature is raised by */
};
typedef struct gas_qp_solver ipm;

static int is_bounded(const gas_qp *qp, int j) {
    return isfinite(qp->upper[j]);
}

/* ---- one step ---- */

static void residuals(ipm *w, double *primal, double *dual) {
    const gas_qp *qp = w->qp;
    for (int i = 0; i < qp->m; i++) w->rp[i] = qp->rhs[i];
    *primal = *dual = 0;
    for (int j = 0; j < qp->n; j++) {
        const double x = qp->lower[j] + w->x[j];
        gas_add_column(qp, j, -x, w->rp);
        w->rd[j] = qp->cost[j] + qp->curvature[j] * x - gas_column_product(qp, j, w->y) - w->z[j] +
                   (is_bounded(qp, j) ? w->t[j] : 0);
        w->ru[j] = is_bounded(qp, j) ? qp->upper[j] - qp->lower[j] - w->x[j] - w->s[j] : 0;
        *dual = fmax(*dual, fabs(w->rd[j]));
        *primal = fmax(*primal, fabs(w->ru[j]));
    }
    for (int i = 0; i < qp->m; i++) *primal = fmax(*primal, fabs(w->rp[i]));
    if (w->kink) *dual = fmax(*dual, gas_kink_residual(w->kink, w->x, w->y));
    *primal /= w->scale_primal;
    *dual /= w->scale_dual;
}

static double complementarity(const ipm *w) {
    double sum = w->kink ? gas_kink_products(w->kink) : 0;
    for (int j = 0; j < w->qp->n; j++) sum += w->x[j] * w->z[j] + (is_bounded(w->qp, j) ? w->s[j] * w->t[j] : 0);
    return sum;
}

/* The Newton step towards x z = target - (predictor's products): D dx - A' dy = side, A dx = rp. */
static void step(ipm *w, double target, int corrector) {
    const gas_qp *qp = w->qp;
    memcpy(w->rhs, w->rp, (size_t)qp->m * sizeof *w->rhs);
    for (int j = 0; j < qp->n; j++) {
        const double low = target - (corrector ? w->ax[j] * w->az[j] : 0);
        double side = -w->rd[j] + (low - w->x[j] * w->z[j]) / w->x[j];
        if (is_bounded(qp, j)) {
            const double high = target - (corrector ? w->as_[j] * w->at[j] : 0);
            side -= (high - w->s[j] * w->t[j] - w->t[j] * w->ru[j]) / w->s[j];
        }
        w->side[j] = side;
        gas_add_column(qp, j, -w->weight[j] * side, w->rhs);
    }
    gas_normal_refined(w->normal, w->weight, w->rhs, w->dy);
    if (w->kink) {
        gas_kink_step(w->kink, target, w->dy, w->weight, w->x, w->side, w->rhs);
        gas_normal_refined(w->normal, w->weight, w->rhs, w->dy);
    }
    for (int j = 0; j < qp->n; j++) {
        const double low = target - (corrector ? w->ax[j] * w->az[j] : 0);
        w->dx[j] = w->weight[j] * (w->side[j] + gas_column_product(qp, j, w->dy));
        w->dz[j] = (low - w->x[j] * w->z[j] - w->z[j] * w->dx[j]) / w->x[j];
        if (is_bounded(qp, j)) {
            const double high = target - (corrector ? w->as_[j] * w->at[j] : 0);
            w->ds[j] = w->ru[j] - w->dx[j];
            w->dt[j] = (high - w->s[j] * w->t[j] - w->t[j] * w->ds[j]) / w->s[j];
        }
    }
}

static double length_to_zero(double value, double change, double longest) {
    return change < 0 && -value / change < longest ? -value / change : longest;
}

/* How far x, s and z, t can go, at most 1. */
static void longest(const ipm *w, double *primal, double *dual) {
    double p = 1 / STEP_BACK, d = 1 / STEP_BACK;
    for (int j = 0; j < w->qp->n; j++) {
        p = length_to_zero(w->x[j], w->dx[j], p);
        d = length_to_zero(w->z[j], w->dz[j], d);
        if (!is_bounded(w->qp, j)) continue;
        p = length_to_zero(w->s[j], w->ds[j], p);
        d = length_to_zero(w->t[j], w->dt[j], d);
    }
    *primal = fmin(1, STEP_BACK * p);
    *dual = fmin(1, STEP_BACK * d);
}

static void advance(ipm *w, double length) {
    const gas_qp *qp = w->qp;
    for (int j = 0; j < qp->n; j++) {
        w->x[j] += length * w->dx[j];
        w->z[j] += length * w->dz[j];
        if (!is_bounded(qp, j)) continue;
        w->s[j] += length * w->ds[j];
        w->t[j] += length * w->dt[j];
    }
    for (int i = 0; i < qp->m; i++) w->y[i] += length * w->dy[i];
    if (!w->kink) return;
    gas_kink_advance(w->kink, length);
    gas_kink_bend(w->kink);
}

/* Complementarity after a step of these lengths. */
static double after(const ipm *w, double primal, double dual) {
    double sum = 0;
    for (int j = 0; j < w->qp->n; j++) {
        sum += (w->x[j] + primal * w->dx[j]) * (w->z[j] + dual * w->dz[j]);
        if (is_bounded(w->qp, j)) sum += (w->s[j] + primal * w->ds[j]) * (w->t[j] + dual * w->dt[j]);
    }
    return sum;
}

static void weigh(ipm *w) {
    const gas_qp *qp = w->qp;
    for (int j = 0; j < qp->n; j++)
        w->weight[j] =
            1 / (w->proximal + qp->curvature[j] + w->z[j] / w->x[j] + (is_bounded(qp, j) ? w->t[j] / w->s[j] : 0));
    gas_normal_factor(w->normal, w->weight);
    if (w->kink) gas_kink_factor(w->kink, w->normal, w->weight, w->x);
}

/* Predictor and corrector. */
static void iterate(ipm *w, double products) {
    const gas_qp *qp = w->qp;
    const double mu = products / w->n_bounds;
    weigh(w);
    double primal, dual;
    step(w, 0, 0);
    longest(w, &primal, &dual);
    const double ratio = after(w, primal, dual) / products, sigma = ratio * ratio * ratio;
    memcpy(w->ax, w->dx, (size_t)qp->n * sizeof(double));
    memcpy(w->az, w->dz, (size_t)qp->n * sizeof(double));
    memcpy(w->as_, w->ds, (size_t)qp->n * sizeof(double));
    memcpy(w->at, w->dt, (size_t)qp->n * sizeof(double));
    step(w, sigma * mu, 1);
    longest(w, &primal, &dual);
    /* In a quadratic program the dual residual falls only when both lengths are the same. */
    advance(w, fmin(primal, dual));
}

/* With slopes unknown the products are led down more slowly, the slower the shorter the last step. */
static void iterate_kinks(ipm *w, double products) {
    const double mu = products / w->n_bounds;
    const double sigma = w->last > 0.9 ? 0.1 : w->last > 0.5 ? 0.3 : 1;
    weigh(w);
    double primal, dual;
    step(w, fmax(sigma * mu, PRODUCT_MIN), 0);
    longest(w, &primal, &dual);
    w->last = fmin(primal, dual);
    advance(w, w->last);
}

/* ---- start and end ---- */

static void start(ipm *w, const gas_qp_options *options) {
    const gas_qp *qp = w->qp;
    const int warm = options->x && options->y;
    const double margin = warm ? WARM_MARGIN : START_MARGIN;
    double price = 1, quantity = 1;
    for (int i = 0; i < qp->m; i++) w->y[i] = warm ? options->y[i] : qp->dual_guess[i];
    for (int j = 0; j < qp->n; j++) {
        const double range = is_bounded(qp, j) ? qp->upper[j] - qp->lower[j] : INFINITY;
        const double usual = (warm ? options->x[j] : qp->guess[j]) - qp->lower[j];
        const double least = isfinite(range) ? margin * range : margin * fmax(1, fabs(qp->guess[j] - qp->lower[j]));
        w->x[j] = fmin(fmax(usual, least), isfinite(range) ? range - least : INFINITY);
        w->s[j] = isfinite(range) ? range - w->x[j] : 1;
        price += fabs(qp->cost[j]);
        quantity += w->x[j];
    }
    price /= qp->n;
    quantity /= qp->n;
    const double mu = price * quantity * (warm ? WARM_MARGIN : 0.1);
    if (w->kink) {
        gas_kink_begin(w->kink, w->x, w->y, mu);
        gas_kink_bend(w->kink);
    }
    for (int j = 0; j < qp->n; j++) {
        /* What the dual equation leaves goes to the multiplier of its sign. */
        const double left = qp->cost[j] + qp->curvature[j] * (qp->lower[j] + w->x[j]) - gas_column_product(qp, j, w->y);
        w->z[j] = mu / w->x[j] + fmax(left, 0);
        w->t[j] = is_bounded(qp, j) ? mu / w->s[j] + fmax(-left, 0) : 0;
    }
}

static void scales(ipm *w) {
    const gas_qp *qp = w->qp;
    w->scale_primal = w->scale_dual = 1;
    w->n_bounds = qp->n + (w->kinks ? 2 * (int)w->kinks->n : 0);
    for (int i = 0; i < qp->m; i++) w->scale_primal = fmax(w->scale_primal, fabs(qp->rhs[i]));
    for (int j = 0; j < qp->n; j++) {
        w->scale_primal = fmax(w->scale_primal, fmin(fabs(qp->guess[j]), is_bounded(qp, j) ? fabs(qp->upper[j]) : INFINITY));
        w->scale_dual = fmax(w->scale_dual, fabs(qp->cost[j]));
        w->n_bounds += is_bounded(qp, j);
    }
    w->proximal = PROXIMAL * w->scale_dual / w->scale_primal;
}

/* The last digits of A x = rhs, spread over the variables that are free to move. */
static void close_rows(ipm *w) {
    enum { ROUNDS = 3 };
    const gas_qp *qp = w->qp;
    for (int round = 0; round < ROUNDS; round++) {
        double primal, dual;
        residuals(w, &primal, &dual);
        memcpy(w->rhs, w->rp, (size_t)qp->m * sizeof *w->rhs);
        gas_normal_refined(w->normal, w->weight, w->rhs, w->dy);
        double longest_step = 1;
        for (int j = 0; j < qp->n; j++) {
            w->dx[j] = w->weight[j] * gas_column_product(qp, j, w->dy);
            longest_step = length_to_zero(w->x[j], w->dx[j], longest_step);
            if (is_bounded(qp, j)) longest_step = length_to_zero(w->s[j], -w->dx[j], longest_step);
        }
        for (int j = 0; j < qp->n; j++) {
            w->x[j] += longest_step * w->dx[j];
            if (is_bounded(qp, j)) w->s[j] -= longest_step * w->dx[j];
        }
    }
}

static void hand_over(const ipm *w, gas_qp_solution *solution) {
    const gas_qp *qp = w->qp;
    for (int j = 0; j < qp->n; j++) {
        solution->x[j] = qp->lower[j] + w->x[j];
        if (is_bounded(qp, j) && solution->x[j] > qp->upper[j]) solution->x[j] = qp->upper[j];
        solution->lower[j] = w->z[j];
        solution->upper[j] = is_bounded(qp, j) ? w->t[j] : 0;
    }
    memcpy(solution->y, w->y, (size_t)qp->m * sizeof *w->y);
    solution->fill = gas_normal_fill(w->normal);
}

void gas_qp_free(gas_qp_solver *w) {
    if (!w) return;
    gas_normal_free(w->normal);
    gas_kink_free(w->kink);
    free(w->memory);
    free(w);
}

thaw_status gas_qp_create(const gas_qp *qp, const gas_kinks *kinks, gas_qp_solver **solver, thaw_error *error) {
    const size_t n = (size_t)qp->n, m = (size_t)qp->m;
    ipm *w = *solver = calloc(1, sizeof *w);
    if (!w) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the market");
    double **const of_variable[] = {&w->x,  &w->s,   &w->z,  &w->t,  &w->dx, &w->ds, &w->dz,     &w->dt,
                                    &w->ax, &w->as_, &w->az, &w->at, &w->rd, &w->ru, &w->weight, &w->side};
    double **const of_row[] = {&w->y, &w->dy, &w->rp, &w->rhs};
    const size_t n_variable = sizeof of_variable / sizeof *of_variable, n_row = sizeof of_row / sizeof *of_row;
    w->qp = qp;
    w->normal = gas_normal_create(qp);
    w->kinks = kinks && kinks->n ? kinks : NULL;
    if (w->kinks) w->kink = gas_kink_create(qp, kinks);
    double *next = w->memory = calloc(n_variable * n + n_row * m + 1, sizeof *next);
    if (!next || !w->normal || (w->kinks && !w->kink)) {
        gas_qp_free(w);
        *solver = NULL;
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the market");
    }
    for (size_t k = 0; k < n_variable; k++, next += n) *of_variable[k] = next;
    for (size_t k = 0; k < n_row; k++, next += m) *of_row[k] = next;
    return THAW_OK;
}

/* Near the solution rounding in M keeps A x from rhs; close_rows does that better. */
static int is_solved(ipm *w, const gas_qp_options *options, const gas_qp_solution *s, double products) {
    enum { CENTRING = 4 };
    const double tolerance = options->tolerance;
    const double dual = s->gap <= GAP_BEYOND * tolerance ? fmax(tolerance, DUAL_ENOUGH) : tolerance;
    if (!w->kink) return s->gap <= tolerance && s->dual <= dual && s->primal <= fmax(tolerance, CLOSABLE);
    const int is_found = s->dual <= KINKS_FOUND && products <= 4 * PRODUCT_MIN * w->n_bounds;
    w->settled = is_found ? w->settled + 1 : 0;
    return w->settled > CENTRING;
}

static thaw_status run(ipm *w, const gas_qp_options *options, gas_qp_solution *solution, thaw_error *error) {
    /* Where nothing gets better for this long, nothing will. */
    enum { PATIENCE = 15, KINKS_PATIENCE = 20 };
    double best = INFINITY;
    int since = 0;
    for (solution->iterations = 0;; solution->iterations++) {
        residuals(w, &solution->primal, &solution->dual);
        const double products = complementarity(w);
        double objective = 1;
        for (int j = 0; j < w->qp->n; j++) {
            const double x = w->qp->lower[j] + w->x[j];
            objective += fabs(x * (w->qp->cost[j] + 0.5 * w->qp->curvature[j] * x));
        }
        solution->gap = products / objective;
        const double worst = fmax(fmax(solution->primal, solution->dual), solution->gap);
        if (is_solved(w, options, solution, products)) return THAW_OK;
        since = worst < 0.9 * best ? 0 : since + 1;
        best = fmin(best, worst);
        if (w->kink) since = 0;
        if (since > PATIENCE && worst <= GOOD_ENOUGH && !options->x) return THAW_OK;
        if (solution->iterations >= options->max_iterations * (w->kink ? KINKS_PATIENCE : 1) || since > PATIENCE ||
            !isfinite(worst))
            return thaw_fail(error, THAW_ERR_CONVERGENCE,
                             "the market did not converge in %d iterations: %.1e of quantities and %.1e of prices are left",
                             solution->iterations, solution->primal, solution->dual);
        if (options->progress && options->progress(fmin(0.99, solution->iterations / 40.0), options->context))
            return thaw_fail(error, THAW_ERR_INTERRUPTED, "stopped");
        (w->kink ? iterate_kinks : iterate)(w, products);
    }
}

thaw_status gas_qp_run(gas_qp_solver *w, const gas_qp_options *options, gas_qp_solution *solution, thaw_error *error) {
    w->last = 1;
    w->settled = 0;
    scales(w);
    start(w, options);
    const thaw_status status = run(w, options, solution, error);
    if (!status && solution->iterations > 0) close_rows(w);
    hand_over(w, solution);
    if (w->kink) gas_kink_hand_over(w->kink);
    return status;
}

thaw_status gas_qp_solve(const gas_qp *qp, const gas_qp_options *options, gas_qp_solution *solution, thaw_error *error) {
    gas_qp_solver *solver;
    thaw_status status = gas_qp_create(qp, NULL, &solver, error);
    if (!status) status = gas_qp_run(solver, options, solution, error);
    gas_qp_free(solver);
    return status;
}
