#include "strategy/quadratic.h"

#include <math.h>
#include <stdlib.h>

enum { ITERATIONS = 60 };
static const double GAP = 1e-13;  /* of complementarity, relative to where it began */
static const double BACK = 0.995; /* how near to the boundary a step may go */

/* Rows with their slack w, bounds with their multipliers, and a step in each. */
typedef struct iterate {
    const quadratic *q;
    double *memory;
    double *x, *zl, *zu, *dx, *dzl, *dzu, *dual; /* [n] */
    double *w, *y, *dw, *dy, *primal;            /* [m] */
    double *factor;                              /* [n][n] */
} iterate;

static int iterate_create(iterate *t, const quadratic *q, double *x, double *y) {
    const size_t n = q->n, m = q->m;
    *t = (iterate){.q = q, .x = x, .y = y};
    if (!(t->memory = calloc(6 * n + 4 * m + n * n + 1, sizeof *t->memory))) return 0;
    double *next = t->memory, **vectors[] = {&t->zl, &t->zu, &t->dx, &t->dzl, &t->dzu, &t->dual};
    double **rows[] = {&t->w, &t->dw, &t->dy, &t->primal};
    for (size_t k = 0; k < 6; k++, next += n) *vectors[k] = next;
    for (size_t k = 0; k < 4; k++, next += m) *rows[k] = next;
    t->factor = next;
    for (size_t j = 0; j < n; j++) {
        const double l = q->lowest[j], u = q->highest[j];
        x[j] = isfinite(l) && isfinite(u) ? (l + u) / 2 : isfinite(l) ? l + 1 : isfinite(u) ? u - 1 : 0;
        t->zl[j] = isfinite(l) ? 1 : 0;
        t->zu[j] = isfinite(u) ? 1 : 0;
    }
    for (size_t i = 0; i < m; i++) {
        double ax = 0;
        for (size_t j = 0; j < n; j++) ax += q->a[i * n + j] * x[j];
        t->w[i] = fmax(ax - q->r[i], 1);
        y[i] = 1;
    }
    return 1;
}

/* Residuals, and the mean complementarity. */
static double residuals(iterate *t) {
    const quadratic *q = t->q;
    const size_t n = q->n, m = q->m;
    double gap = 0;
    size_t pairs = m;
    for (size_t j = 0; j < n; j++) {
        double d = q->c[j] - t->zl[j] + t->zu[j];
        for (size_t k = 0; k < n; k++) d += q->h[j * n + k] * t->x[k];
        for (size_t i = 0; i < m; i++) d -= q->a[i * n + j] * t->y[i];
        t->dual[j] = d;
        if (isfinite(q->lowest[j])) gap += (t->x[j] - q->lowest[j]) * t->zl[j], pairs++;
        if (isfinite(q->highest[j])) gap += (q->highest[j] - t->x[j]) * t->zu[j], pairs++;
    }
    for (size_t i = 0; i < m; i++) {
        double ax = 0;
        for (size_t j = 0; j < n; j++) ax += q->a[i * n + j] * t->x[j];
        t->primal[i] = ax - t->w[i] - q->r[i];
        gap += t->w[i] * t->y[i];
    }
    return pairs ? gap / (double)pairs : 0;
}

/* Cholesky's factor of H + A' (y / w) A + bounds, in the lower triangle. */
static void factorise(iterate *t) {
    const quadratic *q = t->q;
    const size_t n = q->n;
    double *f = t->factor, largest = 0;
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k <= j; k++) {
            double sum = q->h[j * n + k];
            for (size_t i = 0; i < q->m; i++) sum += q->a[i * n + j] * q->a[i * n + k] * t->y[i] / t->w[i];
            if (j == k) {
                if (isfinite(q->lowest[j])) sum += t->zl[j] / (t->x[j] - q->lowest[j]);
                if (isfinite(q->highest[j])) sum += t->zu[j] / (q->highest[j] - t->x[j]);
                largest = fmax(largest, sum);
            }
            f[j * n + k] = sum;
        }
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k <= j; k++) {
            double sum = f[j * n + k];
            for (size_t i = 0; i < k; i++) sum -= f[j * n + i] * f[k * n + i];
            if (j == k)
                f[j * n + j] = sqrt(fmax(sum, 1e-16 * largest));
            else
                f[j * n + k] = sum / f[k * n + k];
        }
    }
}

static void solve(const iterate *t, double *x) {
    const size_t n = t->q->n;
    const double *f = t->factor;
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++) x[j] -= f[j * n + k] * x[k];
        x[j] /= f[j * n + j];
    }
    for (size_t j = n; j-- > 0;) {
        for (size_t k = j + 1; k < n; k++) x[j] -= f[k * n + j] * x[k];
        x[j] /= f[j * n + j];
    }
}

/* The step towards complementarity mu; corrected: by what the last step, the predictor, leaves of second order. */
static void find_step(iterate *t, double mu, int corrected) {
    const quadratic *q = t->q;
    const size_t n = q->n, m = q->m;
    for (size_t j = 0; j < n; j++) {
        const double sl = t->x[j] - q->lowest[j], su = q->highest[j] - t->x[j], dx = t->dx[j];
        /* the parts of dzl and dzu that do not depend on dx; finished below */
        t->dzl[j] = isfinite(sl) ? (mu - (corrected ? dx * t->dzl[j] : 0)) / sl - t->zl[j] : 0;
        t->dzu[j] = isfinite(su) ? (mu + (corrected ? dx * t->dzu[j] : 0)) / su - t->zu[j] : 0;
    }
    for (size_t i = 0; i < m; i++)
        t->dy[i] = (mu - (corrected ? t->dw[i] * t->dy[i] : 0)) / t->w[i] - t->y[i] - t->y[i] / t->w[i] * t->primal[i];
    for (size_t j = 0; j < n; j++) {
        t->dx[j] = -t->dual[j] + t->dzl[j] - t->dzu[j];
        for (size_t i = 0; i < m; i++) t->dx[j] += q->a[i * n + j] * t->dy[i];
    }
    solve(t, t->dx);
    for (size_t j = 0; j < n; j++) {
        if (isfinite(q->lowest[j])) t->dzl[j] -= t->zl[j] / (t->x[j] - q->lowest[j]) * t->dx[j];
        if (isfinite(q->highest[j])) t->dzu[j] += t->zu[j] / (q->highest[j] - t->x[j]) * t->dx[j];
    }
    for (size_t i = 0; i < m; i++) {
        double ax = 0;
        for (size_t j = 0; j < n; j++) ax += q->a[i * n + j] * t->dx[j];
        t->dw[i] = ax + t->primal[i];
        t->dy[i] -= t->y[i] / t->w[i] * ax;
    }
}

static double at_most(double step, double value, double change) {
    return change < 0 ? fmin(step, -value / change) : step;
}

static void longest_steps(const iterate *t, double *primal, double *dual) {
    const quadratic *q = t->q;
    *primal = *dual = 1 / BACK;
    for (size_t j = 0; j < q->n; j++) {
        if (isfinite(q->lowest[j])) {
            *primal = at_most(*primal, t->x[j] - q->lowest[j], t->dx[j]);
            *dual = at_most(*dual, t->zl[j], t->dzl[j]);
        }
        if (isfinite(q->highest[j])) {
            *primal = at_most(*primal, q->highest[j] - t->x[j], -t->dx[j]);
            *dual = at_most(*dual, t->zu[j], t->dzu[j]);
        }
    }
    for (size_t i = 0; i < q->m; i++) {
        *primal = at_most(*primal, t->w[i], t->dw[i]);
        *dual = at_most(*dual, t->y[i], t->dy[i]);
    }
    *primal = *dual = BACK * fmin(*primal, *dual); /* one length: the Hessian couples the two */
}

/* Complementarity after a step. */
static double gap_after(const iterate *t, double step) {
    const quadratic *q = t->q;
    double gap = 0;
    size_t pairs = q->m;
    for (size_t j = 0; j < q->n; j++) {
        const double x = t->x[j] + step * t->dx[j];
        if (isfinite(q->lowest[j])) gap += (x - q->lowest[j]) * (t->zl[j] + step * t->dzl[j]), pairs++;
        if (isfinite(q->highest[j])) gap += (q->highest[j] - x) * (t->zu[j] + step * t->dzu[j]), pairs++;
    }
    for (size_t i = 0; i < q->m; i++) gap += (t->w[i] + step * t->dw[i]) * (t->y[i] + step * t->dy[i]);
    return pairs ? gap / (double)pairs : 0;
}

thaw_status quadratic_solve(const quadratic *q, double *x, double *y, thaw_error *error) {
    iterate t;
    if (!iterate_create(&t, q, x, y)) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a step");
    double first = 0;
    for (int k = 0; k < ITERATIONS; k++) {
        const double mu = residuals(&t);
        double left = 0, primal, dual;
        for (size_t i = 0; i < q->m; i++) left = fmax(left, fabs(t.primal[i]));
        if (k == 0) first = fmax(mu, 1e-12);
        if (mu <= GAP * first && left <= 1e-12) break;
        factorise(&t);
        find_step(&t, 0, 0);
        longest_steps(&t, &primal, &dual);
        const double ratio = mu > 0 ? gap_after(&t, primal) / mu : 0;
        find_step(&t, mu * ratio * ratio * ratio, 1);
        longest_steps(&t, &primal, &dual);
        double length = 0;
        for (size_t j = 0; j < q->n; j++) length += fabs(t.dx[j]);
        if (!isfinite(length) || !isfinite(primal)) break; /* rounding has the last word: where it is, is good enough */
        for (size_t j = 0; j < q->n; j++) {
            x[j] += primal * t.dx[j];
            t.zl[j] += dual * t.dzl[j];
            t.zu[j] += dual * t.dzu[j];
        }
        for (size_t i = 0; i < q->m; i++) {
            t.w[i] += primal * t.dw[i];
            y[i] += dual * t.dy[i];
        }
    }
    free(t.memory);
    return THAW_OK;
}
