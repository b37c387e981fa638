#include "gas/kink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far inside of 0 and 1 shares begin. */
#define MARGIN 0.05
/* How much the market resists a change of share in each step, of the cap: without, the central path can turn back before its
 * end (the problem is not monotone). It does not change the solution, only the way there. */
#define DAMPING 0.15
/* Near the solution it goes, EUR/MWh. */
#define NEAR 0.01
/* How far to their bounds shares and multipliers go at most in a step, each by itself. */
#define STEP_BACK 0.9
enum { TOGETHER = GAS_NORMAL_WIDTH };

/* LAPACK: factors of a general matrix, and solutions with them. */
void dgetrf_(const int *m, const int *n, double *a, const int *lda, int *pivot, int *info);
void dgetrs_(const char *transposed, const int *n, const int *nrhs, const double *a, const int *lda, const int *pivot,
             double *b, const int *ldb, int *info);

struct gas_kink_work {
    const gas_qp *qp;
    const gas_kinks *k;
    double *u, *v, *z, *t;          /* [kink] shares, 1 less them, multipliers of 0 and of 1 */
    double *du, *dz, *dt;           /* a step */
    double *left;                   /* of the conditions */
    double *scale, *matrix, *right; /* [kink][kink], [kink] */
    double *costs, *moves;          /* [row][TOGETHER] */
    double worst;                   /* of what is left, EUR/MWh */
    int *pivot, failed;
};

void gas_kink_free(gas_kink_work *w) {
    if (!w) return;
    free(w->u);
    free(w->matrix);
    free(w->costs);
    free(w->pivot);
    free(w);
}

gas_kink_work *gas_kink_create(const gas_qp *qp, const gas_kinks *k) {
    gas_kink_work *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->qp = qp;
    w->k = k;
    const size_t n = k->n, m = (size_t)qp->m;
    double **const all[] = {&w->u, &w->v, &w->z, &w->t, &w->du, &w->dz, &w->dt, &w->left, &w->scale};
    double *next = calloc(sizeof all / sizeof *all * n + 1, sizeof *next);
    for (size_t a = 0; a < sizeof all / sizeof *all; a++) *all[a] = next ? next + a * n : NULL;
    w->matrix = malloc((n * n + 1) * sizeof *w->matrix);
    w->costs = malloc((2 * TOGETHER * m + 1) * sizeof *w->costs);
    w->moves = w->costs ? w->costs + TOGETHER * m : NULL;
    w->pivot = malloc((n + 1) * sizeof *w->pivot);
    if (next && w->matrix && w->costs && w->pivot) return w;
    gas_kink_free(w);
    return NULL;
}

void gas_kink_bend(const gas_kink_work *w) {
    const gas_kinks *k = w->k;
    for (size_t c = 0; c < k->n; c++)
        for (int p = k->start[c]; p < k->start[c + 1]; p++)
            w->qp->curvature[k->sale[p]] = k->conduct[p] * k->full[c] * w->u[c];
}

double gas_kink_residual(gas_kink_work *w, const double *x, const double *y) {
    const gas_kinks *k = w->k;
    double worst = 0;
    for (size_t c = 0; c < k->n; c++) {
        const double over = y[k->row[c]] - k->cap[c] + k->full[c] * x[k->rationed[c]];
        w->left[c] = k->size[c] * over - w->z[c] + w->t[c];
        worst = fmax(worst, fabs(w->left[c]) / k->size[c]);
    }
    w->worst = worst;
    return worst;
}

void gas_kink_begin(gas_kink_work *w, const double *x, const double *y, double mu) {
    for (size_t c = 0; c < w->k->n; c++) {
        w->u[c] = fmin(fmax(w->k->share[c], MARGIN), 1 - MARGIN);
        w->v[c] = 1 - w->u[c];
        w->z[c] = w->t[c] = 0;
    }
    gas_kink_residual(w, x, y);
    for (size_t c = 0; c < w->k->n; c++) {
        w->z[c] = mu / w->u[c] + fmax(w->left[c], 0);
        w->t[c] = mu / w->v[c] + fmax(-w->left[c], 0);
    }
}

/* How much the condition of c moves with the price there: users are rationed the more. */
static double gain(const gas_kink_work *w, size_t c, const double *weight) {
    return w->k->size[c] * (1 + w->k->full[c] * weight[w->k->rationed[c]]);
}

void gas_kink_factor(gas_kink_work *w, gas_normal *normal, const double *weight, const double *x) {
    const gas_kinks *k = w->k;
    const gas_qp *qp = w->qp;
    const size_t n = k->n;
    for (size_t first = 0; first < n; first += TOGETHER) {
        const size_t wide = n - first < TOGETHER ? n - first : TOGETHER;
        memset(w->costs, 0, wide * (size_t)qp->m * sizeof *w->costs);
        for (size_t b = 0; b < wide; b++)
            for (int p = k->start[first + b]; p < k->start[first + b + 1]; p++) {
                const int j = k->sale[p];
                const double pushed = weight[j] * k->conduct[p] * x[j] * k->full[first + b];
                for (int e = qp->start[j]; e < qp->start[j + 1]; e++)
                    w->costs[(size_t)qp->row[e] * wide + b] += pushed * qp->coefficient[e];
            }
        gas_normal_solve(normal, wide, w->costs, w->moves);
        for (size_t b = 0; b < wide; b++)
            for (size_t c = 0; c < n; c++)
                w->matrix[(first + b) * n + c] = gain(w, c, weight) * w->moves[(size_t)k->row[c] * wide + b];
    }
    const double damping = DAMPING * fmin(1, w->worst / NEAR);
    for (size_t c = 0; c < n; c++)
        w->matrix[c * n + c] += w->z[c] / w->u[c] + w->t[c] / w->v[c] + damping * k->size[c] * k->cap[c];
    for (size_t c = 0; c < n; c++) w->scale[c] = 1 / sqrt(fabs(w->matrix[c * n + c]));
    for (size_t c = 0; c < n; c++)
        for (size_t r = 0; r < n; r++) w->matrix[c * n + r] *= w->scale[c] * w->scale[r];
    const int size = (int)n;
    dgetrf_(&size, &size, w->matrix, &size, w->pivot, &w->failed);
}

/* A cost that sale j has from what the slopes do. */
static void push(const gas_kink_work *w, int j, double cost, const double *weight, double *side, double *rhs) {
    side[j] -= cost;
    gas_add_column(w->qp, j, weight[j] * cost, rhs);
}

void gas_kink_step(gas_kink_work *w, double target, const double *dy, const double *weight, const double *x, double *side,
                   double *rhs) {
    const gas_kinks *k = w->k;
    const int n = (int)k->n, one = 1;
    int info = 0;
    for (size_t c = 0; c < k->n; c++) {
        const int r = k->rationed[c];
        w->du[c] = -w->left[c] + (target / w->u[c] - w->z[c]) - (target / w->v[c] - w->t[c]) -
                   gain(w, c, weight) * dy[k->row[c]] - k->size[c] * k->full[c] * weight[r] * side[r];
        w->du[c] *= w->scale[c];
    }
    if (w->failed == 0) dgetrs_("N", &n, &one, w->matrix, &n, w->pivot, w->du, &n, &info);
    for (size_t c = 0; c < k->n; c++) {
        w->du[c] = w->failed ? 0 : w->scale[c] * w->du[c];
        w->dz[c] = (target - w->u[c] * w->z[c] - w->z[c] * w->du[c]) / w->u[c];
        w->dt[c] = (target - w->v[c] * w->t[c] + w->t[c] * w->du[c]) / w->v[c];
        for (int p = k->start[c]; p < k->start[c + 1]; p++)
            push(w, k->sale[p], k->conduct[p] * x[k->sale[p]] * k->full[c] * w->du[c], weight, side, rhs);
    }
}

static double shorter(double value, double change, double length) {
    return change < 0 && -value / change < length ? -value / change : length;
}

void gas_kink_advance(gas_kink_work *w, double length) {
    for (size_t c = 0; c < w->k->n; c++) {
        double share = INFINITY, multiplier = INFINITY;
        share = shorter(w->u[c], w->du[c], share);
        share = shorter(w->v[c], -w->du[c], share);
        multiplier = shorter(w->z[c], w->dz[c], multiplier);
        multiplier = shorter(w->t[c], w->dt[c], multiplier);
        share = fmin(length, STEP_BACK * share);
        multiplier = fmin(length, STEP_BACK * multiplier);
        w->u[c] += share * w->du[c];
        w->v[c] -= share * w->du[c];
        w->z[c] += multiplier * w->dz[c];
        w->t[c] += multiplier * w->dt[c];
    }
}

double gas_kink_products(const gas_kink_work *w) {
    double sum = 0;
    for (size_t c = 0; c < w->k->n; c++) sum += w->u[c] * w->z[c] + w->v[c] * w->t[c];
    return sum;
}

void gas_kink_hand_over(const gas_kink_work *w) {
    memcpy(w->k->share, w->u, w->k->n * sizeof *w->u);
}
