#include "trade/equations.h"

#include <math.h>
#include <string.h>

/* Anderson acceleration, type II (Walker and Ni 2011, SIAM J. Numer. Anal. 49:1715): the next u combines the last images of
 * the map so that the combined residual is smallest. The normal equations are regularised; that only slows convergence, it
 * cannot move the fixed point. */

enum { STALL_ROUNDS = 80, PROGRESS_ROUNDS = 8 };
static const double REGULARISATION = 1e-14; /* of the largest diagonal entry */
static const double LONGEST_STEP = 3;       /* in log units: beyond it the acceleration is not to be believed */

typedef struct history {
    int depth, used, next;
    size_t n;
    double *df[DEPTH_MAX], *dg[DEPTH_MAX]; /* changes of the residual and of the image */
    double *f, *f_last, *g_last;
    double gram[DEPTH_MAX][DEPTH_MAX];
} history;

static void history_start(history *h, const solver *s, int depth) {
    const size_t n = s->p->model->unknowns;
    double *next = s->history;
    h->depth = depth;
    h->used = h->next = 0;
    h->n = n;
    for (int k = 0; k < depth; k++, next += 2 * n) {
        h->df[k] = next;
        h->dg[k] = next + n;
    }
    h->f = next;
    h->f_last = next + n;
    h->g_last = next + 2 * n;
}

/* Solves the k x k system (gram + regularisation) weight = right by Cholesky; 0 where it is not positive definite. */
static int combine(const history *h, int k, double *weight) {
    double l[DEPTH_MAX][DEPTH_MAX], largest = 0;
    for (int r = 0; r < k; r++) largest = fmax(largest, h->gram[r][r]);
    for (int r = 0; r < k; r++)
        for (int c = 0; c <= r; c++) {
            double sum = h->gram[r][c] + (r == c ? REGULARISATION * largest : 0);
            for (int q = 0; q < c; q++) sum -= l[r][q] * l[c][q];
            if (r == c) {
                if (!(sum > 0)) return 0;
                l[r][r] = sqrt(sum);
            } else {
                l[r][c] = sum / l[c][c];
            }
        }
    for (int r = 0; r < k; r++) {
        for (int q = 0; q < r; q++) weight[r] -= l[r][q] * weight[q];
        weight[r] /= l[r][r];
    }
    for (int r = k - 1; r >= 0; r--) {
        for (int q = r + 1; q < k; q++) weight[r] -= l[q][r] * weight[q];
        weight[r] /= l[r][r];
    }
    return 1;
}

/* Stores the newest changes, keeps the Gram matrix up to date and sets weight to the products of all changes with the
 * residual. */
static void remember(history *h, const kernels *kernel, const double *g, double *weight) {
    const int slot = h->next;
    double *df = h->df[slot], *dg = h->dg[slot];
    for (size_t k = 0; k < h->n; k++) {
        df[k] = h->f[k] - h->f_last[k];
        dg[k] = g[k] - h->g_last[k];
    }
    h->next = (slot + 1) % h->depth;
    if (h->used < h->depth) h->used++;
    for (int k = 0; k < h->used; k++) {
        double product;
        kernel->dots2(h->n, h->df[k], df, h->f, &product, &weight[k]);
        h->gram[slot][k] = h->gram[k][slot] = product;
    }
}

/* u becomes the accelerated step from (f, g), or the plain one where that is not to be believed. */
static void step(history *h, const thaw_model *m, const double *g, double relaxation, double *weight, double *u) {
    const size_t block = m->block;
    int accelerated = h->used > 0;
    if (accelerated) accelerated = combine(h, h->used, weight);
    memcpy(h->f_last, u, h->n * sizeof *u); /* where the step starts, should it have to be taken back */
    for (size_t k = 0; k < h->n; k++) u[k] = g[k] - (1 - relaxation) * h->f[k];
    if (!accelerated) return;
    for (int k = 0; k < h->used; k++) {
        m->kernel->axpy(h->n, -weight[k], h->dg[k], u);
        if (relaxation != 1) m->kernel->axpy(h->n, (1 - relaxation) * weight[k], h->df[k], u);
    }
    size_t bad = 0; /* counted without a branch, since nearly always there is none */
    for (size_t k = 0; k < block; k++) bad += fabs(u[k] - h->f_last[k]) < LONGEST_STEP ? 0u : 1u;
    for (size_t k = block; k < 2 * block; k++) bad += !((u[k] > 0) | (m->inverse_x0[k - block] == 0));
    for (size_t k = 2 * block; k < h->n; k++) bad += fabs(u[k] - h->f_last[k]) < LONGEST_STEP ? 0u : 1u;
    if (!bad) return;
    h->used = h->next = 0;
    for (size_t k = 0; k < h->n; k++) u[k] = g[k] - (1 - relaxation) * h->f[k];
}

double solver_residual(solver *s) {
    const size_t n = s->p->model->unknowns;
    map_evaluate(s->p, s->u, &s->at, s->g);
    s->iterations++;
    return s->p->model->kernel->largest_gap(n, s->g, s->u);
}

thaw_status solve_anderson(solver *s, int depth, double relaxation, thaw_error *error) {
    const thaw_model *m = s->p->model;
    const size_t n = m->unknowns;
    history h;
    history_start(&h, s, depth);
    thaw_status status = THAW_ERR_CONVERGENCE;
    double best = INFINITY;
    int best_round = 0;
    for (int round = 0; round < s->max_iterations; round++) {
        const double residual = solver_residual(s);
        if (!isfinite(residual)) break;
        if (residual <= s->tolerance) {
            memcpy(s->u, s->g, n * sizeof *s->u);
            status = THAW_OK;
            break;
        }
        if (residual < 0.9 * best) {
            best = residual;
            best_round = round;
        } else if (round - best_round > STALL_ROUNDS) {
            break;
        }
        if (s->progress && round % PROGRESS_ROUNDS == 0 && s->progress(0, s->progress_context)) {
            status = thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
            break;
        }
        precondition(m, s->u, s->g, &s->scratch, h.f);
        for (size_t k = 0; k < n; k++) s->g[k] = s->u[k] + h.f[k];
        double weight[DEPTH_MAX];
        if (round > 0) remember(&h, m->kernel, s->g, weight);
        step(&h, m, s->g, relaxation, weight, s->u);
        memcpy(h.f_last, h.f, n * sizeof *h.f);
        memcpy(h.g_last, s->g, n * sizeof *s->g);
    }
    return status;
}
