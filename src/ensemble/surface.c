#include "ensemble/surface.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TERMS = 66, MOST_DEGREE = 10 };

struct surface {
    const thaw_draws *draws;
    const thaw_equilibrium *center;
    size_t n_training, length; /* length: unknowns of an equilibrium: wages, costs, expenditures */
    double *low, *high;        /* [input] of the coordinates over all draws */
    double *known;             /* [draw of training][unknown] logs relative to the centre */
    size_t n_terms;            /* 0: nothing learnt yet */
    unsigned char *power;      /* [term][input] */
    float *coefficient;        /* [term][unknown]: a start needs no more digits, and half the memory is half the time */
};

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
}

/* What is positive acts by factors. */
static double coordinate(const thaw_draws *d, size_t draw, size_t input) {
    const double value = d->value[draw * d->n_inputs + input];
    return value > 0 ? log(value) : value - 1;
}

thaw_status surface_create(const thaw_draws *draws, size_t n_training, const thaw_equilibrium *center, surface **out,
                           thaw_error *error) {
    const size_t n_inputs = draws->n_inputs, cells = center->n_countries * center->n_sectors;
    surface *s = calloc(1, sizeof *s);
    if (!s) return no_memory(error);
    *s = (surface){.draws = draws, .center = center, .n_training = n_training, .length = center->n_countries + 2 * cells};
    s->low = malloc((2 * n_inputs + 1) * sizeof *s->low);
    s->known = malloc(n_training * s->length * sizeof *s->known);
    s->power = malloc(MOST_TERMS * n_inputs + 1);
    s->coefficient = malloc(MOST_TERMS * s->length * sizeof *s->coefficient);
    if (!s->low || !s->known || !s->power || !s->coefficient) {
        surface_free(s);
        return no_memory(error);
    }
    s->high = s->low + n_inputs;
    for (size_t i = 0; i < n_inputs; i++) {
        s->low[i] = INFINITY;
        s->high[i] = -INFINITY;
        for (size_t k = 0; k < draws->n; k++) {
            s->low[i] = fmin(s->low[i], coordinate(draws, k, i));
            s->high[i] = fmax(s->high[i], coordinate(draws, k, i));
        }
    }
    *out = s;
    return THAW_OK;
}

void surface_free(surface *s) {
    if (!s) return;
    free(s->low);
    free(s->known);
    free(s->power);
    free(s->coefficient);
    free(s);
}

/* The unknown at an index: of a solution, and of the centre. */
static double unknown_of(const thaw_equilibrium *e, size_t at) {
    const size_t n = e->n_countries, cells = n * e->n_sectors;
    return at < n ? e->wage[at] : at < n + cells ? e->cost[at - n] : e->expenditure[at - n - cells];
}

void surface_keep(surface *s, size_t draw, const thaw_equilibrium *e) {
    if (draw >= s->n_training) return;
    double *row = s->known + draw * s->length;
    for (size_t u = 0; u < s->length; u++) {
        const double own = unknown_of(e, u), center = unknown_of(s->center, u);
        row[u] = own > 0 && center > 0 ? log(own / center) : 0;
    }
}

/* All powers of the inputs of at most this degree together, or only so many as there is room for. */
static size_t list_terms(surface *s, size_t room) {
    const size_t d = s->draws->n_inputs;
    size_t n = 1, from = 0;
    memset(s->power, 0, MOST_TERMS * d);
    for (int degree = 1; degree <= MOST_DEGREE; degree++) {
        const size_t before = n; /* those of one degree less start at `from` */
        for (size_t t = from; t < before; t++) {
            size_t last = 0; /* multiplied only by its last input or later ones, so that each term comes once */
            for (size_t i = 0; i < d; i++)
                if (s->power[t * d + i]) last = i;
            for (size_t i = last; i < d; i++) {
                if (n == room) return degree > 1 ? before : n; /* a degree is there whole, or not at all */
                memcpy(s->power + n * d, s->power + t * d, d);
                s->power[n++ * d + i]++;
            }
        }
        from = before;
    }
    return n;
}

/* Products of Chebyshev polynomials of the inputs, each scaled to [-1, 1]. */
static void evaluate_terms(const surface *s, size_t draw, size_t n_terms, double *term) {
    const size_t d = s->draws->n_inputs;
    for (size_t t = 0; t < n_terms; t++) term[t] = 1;
    for (size_t i = 0; i < d; i++) {
        const double range = s->high[i] - s->low[i];
        const double x = range > 0 ? 2 * (coordinate(s->draws, draw, i) - s->low[i]) / range - 1 : 0;
        double polynomial[MOST_DEGREE + 1] = {1, x};
        for (int k = 2; k <= MOST_DEGREE; k++) polynomial[k] = 2 * x * polynomial[k - 1] - polynomial[k - 2];
        for (size_t t = 0; t < n_terms; t++) term[t] *= polynomial[s->power[t * d + i]];
    }
}

/* Least squares by orthogonal terms: q (n x terms) = basis r^-1 by modified Gram-Schmidt; a term that says nothing new is
 * left at 0. */
static void orthogonalise(double *q, double *r, size_t n, size_t n_terms) {
    const double nothing_new = 1e-10;
    for (size_t t = 0; t < n_terms; t++) {
        double before = 0, after = 0;
        for (size_t k = 0; k < n; k++) before += q[k * n_terms + t] * q[k * n_terms + t];
        for (size_t p = 0; p < t; p++) {
            double along = 0;
            for (size_t k = 0; k < n; k++) along += q[k * n_terms + p] * q[k * n_terms + t];
            r[p * n_terms + t] = along;
            for (size_t k = 0; k < n; k++) q[k * n_terms + t] -= along * q[k * n_terms + p];
        }
        for (size_t k = 0; k < n; k++) after += q[k * n_terms + t] * q[k * n_terms + t];
        const double scale = after > nothing_new * before ? sqrt(after) : 0;
        r[t * n_terms + t] = scale;
        for (size_t k = 0; k < n; k++) q[k * n_terms + t] = scale > 0 ? q[k * n_terms + t] / scale : 0;
    }
}

/* coefficient = r^-1 q' known, for some unknowns at a time: what is summed stays in the first-level cache. */
static void fit(surface *s, const double *q, const double *r, size_t n, size_t n_terms) {
    enum { TOGETHER = 64 };
    for (size_t first = 0; first < s->length; first += TOGETHER) {
        const size_t width = s->length - first < TOGETHER ? s->length - first : TOGETHER;
        double sum[MOST_TERMS][TOGETHER] = {{0}};
        for (size_t k = 0; k < n; k++)
            for (size_t t = 0; t < n_terms; t++) {
                const double weight = q[k * n_terms + t], *known = s->known + k * s->length + first;
                for (size_t u = 0; u < width; u++) sum[t][u] += weight * known[u];
            }
        for (size_t t = n_terms; t-- > 0;) {
            for (size_t p = t + 1; p < n_terms; p++)
                for (size_t u = 0; u < width; u++) sum[t][u] -= r[t * n_terms + p] * sum[p][u];
            const double scale = r[t * n_terms + t];
            for (size_t u = 0; u < width; u++) sum[t][u] = scale > 0 ? sum[t][u] / scale : 0;
            for (size_t u = 0; u < width; u++) s->coefficient[t * s->length + first + u] = (float)sum[t][u];
        }
    }
}

thaw_status surface_learn(surface *s, size_t n, thaw_error *error) {
    if (n > s->n_training) n = s->n_training;
    const size_t room = n / 2 < MOST_TERMS ? n / 2 : MOST_TERMS; /* two draws for each term: it is not to follow every one */
    if (room < 2 || !s->draws->n_inputs) return THAW_OK;
    const size_t n_terms = list_terms(s, room);
    double *q = malloc((n + n_terms) * n_terms * sizeof *q);
    if (!q) return no_memory(error);
    double *r = q + n * n_terms;
    for (size_t k = 0; k < n; k++) evaluate_terms(s, k, n_terms, q + k * n_terms);
    orthogonalise(q, r, n, n_terms);
    fit(s, q, r, n, n_terms);
    s->n_terms = n_terms;
    free(q);
    return THAW_OK;
}

size_t surface_size(const surface *s) {
    return s->length;
}

thaw_equilibrium surface_start(const surface *s, size_t draw, double *memory) {
    double term[MOST_TERMS];
    thaw_equilibrium start = *s->center;
    if (!s->n_terms) return start;
    evaluate_terms(s, draw, s->n_terms, term);
    memset(memory, 0, s->length * sizeof *memory);
    for (size_t t = 0; t < s->n_terms; t++) {
        const double weight = term[t];
        const float *coefficient = s->coefficient + t * s->length;
        for (size_t u = 0; u < s->length; u++) memory[u] += weight * (double)coefficient[u];
    }
    for (size_t u = 0; u < s->length; u++) memory[u] = unknown_of(s->center, u) * exp(memory[u]);
    start.wage = memory;
    start.cost = memory + start.n_countries;
    start.expenditure = start.cost + start.n_countries * start.n_sectors;
    start.factor_price = NULL;
    return start;
}
