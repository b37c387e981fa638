#include "strategy/minimise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Limited-memory BFGS (Nocedal 1980) on the numbers that are free to move (Bertsekas 1982), with a line search along the
 * projected direction. The inverse of `scale` is the first guess of the inverse second derivatives. */

enum { DEPTH = 20, HALVINGS = 25 };
static const double SUFFICIENT = 1e-4; /* of the predicted descent */
static const double NOISE = 4e-14;     /* of the value: what solving leaves in it */

typedef struct search {
    const minimise_problem *p;
    double *gradient, *x_new, *gradient_new, *direction;
    double *s[DEPTH], *y[DEPTH], rho[DEPTH];
    int used, next;
    unsigned char *held; /* at a bound, and wants beyond it */
    double *memory;
} search;

static double dot(size_t n, const double *a, const double *b) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += a[k] * b[k];
    return sum;
}

static double clamp(const minimise_problem *p, size_t k, double x) {
    return fmin(fmax(x, p->lowest[k]), p->highest[k]);
}

/* Which numbers are held, and the largest scaled gradient of the others. */
static double hold(search *q, const double *x, const double *gradient) {
    const minimise_problem *p = q->p;
    double most = 0;
    for (size_t k = 0; k < p->n; k++) {
        q->held[k] = (x[k] <= p->lowest[k] && gradient[k] > 0) || (x[k] >= p->highest[k] && gradient[k] < 0);
        if (!q->held[k]) most = fmax(most, fabs(gradient[k]) / p->scale[k]);
    }
    return most;
}

/* direction = -H gradient on the free numbers, by the two loops. */
static void find_direction(search *q) {
    const minimise_problem *p = q->p;
    const size_t n = p->n;
    double *d = q->direction, along[DEPTH], gamma = 1;
    for (size_t k = 0; k < n; k++) d[k] = q->held[k] ? 0 : -q->gradient[k];
    for (int r = 1; r <= q->used; r++) {
        const int at = (q->next - r + DEPTH) % DEPTH;
        along[at] = q->rho[at] * dot(n, q->s[at], d);
        for (size_t k = 0; k < n; k++) d[k] -= along[at] * q->y[at][k];
    }
    if (q->used) {
        const int at = (q->next - 1 + DEPTH) % DEPTH;
        double yy = 0;
        for (size_t k = 0; k < n; k++) yy += q->y[at][k] * q->y[at][k] / p->scale[k];
        gamma = 1 / (q->rho[at] * yy);
    }
    for (size_t k = 0; k < n; k++) d[k] *= gamma / p->scale[k];
    for (int r = q->used; r >= 1; r--) {
        const int at = (q->next - r + DEPTH) % DEPTH;
        const double back = q->rho[at] * dot(n, q->y[at], d);
        for (size_t k = 0; k < n; k++) d[k] += (along[at] - back) * q->s[at][k];
    }
    double longest = 0;
    for (size_t k = 0; k < n; k++) {
        if (q->held[k]) d[k] = 0;
        longest = fmax(longest, fabs(d[k]));
    }
    for (size_t k = 0; longest > p->longest && k < n; k++) d[k] *= p->longest / longest;
}

static void remember(search *q, const double *x) {
    const size_t n = q->p->n;
    double *s = q->s[q->next], *y = q->y[q->next];
    for (size_t k = 0; k < n; k++) {
        s[k] = q->x_new[k] - x[k];
        y[k] = q->gradient_new[k] - q->gradient[k];
    }
    const double curvature = dot(n, s, y);
    if (!(curvature > 1e-10 * sqrt(dot(n, s, s) * dot(n, y, y)))) return;
    q->rho[q->next] = 1 / curvature;
    q->next = (q->next + 1) % DEPTH;
    if (q->used < DEPTH) q->used++;
}

/* A point along the direction that is lower: in x_new, with value and gradient_new there. 0 where there is none. */
static int descend(search *q, const double *x, double value, double *value_new, int *evaluations, thaw_status *status,
                   thaw_error *error) {
    const minimise_problem *p = q->p;
    double step = 1;
    for (int halving = 0; halving < HALVINGS && *evaluations<p->max_evaluations; halving++, step /= halving> 3 ? 4 : 2) {
        double predicted = 0;
        for (size_t k = 0; k < p->n; k++) {
            q->x_new[k] = clamp(p, k, x[k] + step * q->direction[k]);
            predicted += q->gradient[k] * (q->x_new[k] - x[k]);
        }
        if (!(predicted < 0)) return 0;
        ++*evaluations;
        *status = p->evaluate(p->context, q->x_new, value_new, q->gradient_new, error);
        if (*status == THAW_ERR_CONVERGENCE) {
            *status = THAW_OK;
            continue;
        }
        if (*status != THAW_OK) return 0;
        const double allowed = value + SUFFICIENT * predicted;
        if (*value_new <= allowed || (*value_new <= value + NOISE * fmax(1, fabs(value)) && -predicted < 1e-11)) return 1;
    }
    return 0;
}

static thaw_status search_create(search *q, const minimise_problem *p, thaw_error *error) {
    const size_t n = p->n;
    *q = (search){.p = p};
    q->memory = calloc((4 + 2 * DEPTH) * n + 1, sizeof *q->memory);
    q->held = calloc(n + 1, 1);
    if (!q->memory || !q->held) {
        free(q->memory);
        free(q->held);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a search over %zu numbers", n);
    }
    double *next = q->memory, **arrays[] = {&q->gradient, &q->x_new, &q->gradient_new, &q->direction};
    for (size_t k = 0; k < 4; k++, next += n) *arrays[k] = next;
    for (int k = 0; k < DEPTH; k++, next += 2 * n) {
        q->s[k] = next;
        q->y[k] = next + n;
    }
    return THAW_OK;
}

thaw_status minimise(const minimise_problem *p, double *x, double *value, double *reached, int *evaluations,
                     thaw_error *error) {
    search q;
    int own = 0;
    thaw_status status = search_create(&q, p, error);
    if (status != THAW_OK) return status;
    for (size_t k = 0; k < p->n; k++) x[k] = clamp(p, k, x[k]);
    status = p->evaluate(p->context, x, value, q.gradient, error);
    own++;
    while (status == THAW_OK) {
        *reached = hold(&q, x, q.gradient);
        if (*reached <= p->tolerance) break;
        find_direction(&q);
        double next;
        int lower = descend(&q, x, *value, &next, &own, &status, error);
        if (!lower && status == THAW_OK && q.used) { /* once more without what was remembered */
            q.used = q.next = 0;
            find_direction(&q);
            lower = descend(&q, x, *value, &next, &own, &status, error);
        }
        if (status != THAW_OK) break;
        if (!lower) {
            status =
                thaw_fail(error, THAW_ERR_CONVERGENCE,
                          "the search for the best rates stopped after %d equilibria: the rates would still move by %.2g",
                          own, *reached);
            break;
        }
        remember(&q, x);
        memcpy(x, q.x_new, p->n * sizeof *x);
        double *swap = q.gradient;
        q.gradient = q.gradient_new;
        q.gradient_new = swap;
        *value = next;
    }
    *evaluations += own;
    free(q.memory);
    free(q.held);
    return status;
}
