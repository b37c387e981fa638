#include "thaw/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double thaw_normal_quantile(double p) {
    if (p == 0.5) return 0;
    const int upper = p > 0.5;
    const double tail = upper ? 1 - p : p, t = sqrt(-2 * log(tail));
    /* A rational start, right to 3e-3 (Hastings 1955), then Halley's steps, each with three times the digits of the last. */
    double x = (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t)) - t;
    for (int k = 0; k < 3; k++) {
        const double off = (0.5 * erfc(-x * M_SQRT1_2) - tail) * sqrt(2 * M_PI) * exp(x * x / 2);
        x -= off / (1 + x * off / 2);
    }
    return upper ? -x : x;
}

double thaw_quantile(const double *ascending, size_t n, double p) {
    const double at = p * (double)(n - 1);
    const size_t below = (size_t)at;
    if (below + 1 >= n) return ascending[n - 1];
    const double part = at - (double)below, low = ascending[below], high = ascending[below + 1];
    return low == high || part == 0 ? low : low + part * (high - low);
}

enum { DRAWS_EACH = 32 }; /* of a term that y is projected on */

/* Harmonics: eight tell a sine of two periods from noise; with few draws there is not enough to tell so many, with many
 * there is enough to follow an effect into the tails of its input. */
static size_t count_harmonics(size_t n_draws) {
    enum { ENOUGH = 8, MOST = 32 };
    const size_t few = n_draws / DRAWS_EACH, many = few / 2;
    return many > MOST ? MOST : many > ENOUGH ? many : few > ENOUGH ? ENOUGH : few;
}

size_t thaw_shares_need(size_t n_inputs) {
    enum { LEAST = 64, EACH = 16 }; /* below, what one input does is taken for what another does */
    return EACH * n_inputs > LEAST ? EACH * n_inputs : LEAST;
}

static void center(size_t n_draws, size_t n_outputs, const double *y, size_t output, double *deviation, double *variance) {
    double mean = 0, sum = 0;
    for (size_t d = 0; d < n_draws; d++) mean += y[d * n_outputs + output];
    mean /= (double)n_draws;
    for (size_t d = 0; d < n_draws; d++) {
        deviation[d] = y[d * n_outputs + output] - mean;
        sum += deviation[d] * deviation[d];
    }
    const double rounding = 1e-24; /* of the mean, squared */
    *variance = sum / (double)n_draws;
    if (!(*variance > rounding * mean * mean)) *variance = 0;
}

/* A cosine of an input, or the product of those of two inputs of a group. */
typedef struct term {
    size_t group, input[2], harmonic[2]; /* harmonic[1] is 0 of one input */
} term;

static size_t count_pairs(size_t n_inputs, const size_t *group) {
    size_t n = 0;
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t j = 0; j < i; j++) n += group[i] == group[j];
    return n;
}

/* What the harmonics of a product add up to at most, so that all products have draws enough. */
static size_t order_of_products(size_t n_pairs, size_t n_draws, size_t n_harmonics) {
    enum { MOST = 8 };
    size_t order = 1;
    while (order < n_harmonics && order < MOST && n_pairs * (order + 1) * order / 2 * DRAWS_EACH <= n_draws) order++;
    return order;
}

static size_t list_terms(size_t n_inputs, const size_t *group, size_t n_harmonics, size_t order, term *out) {
    size_t n = 0;
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t k = 1; k <= n_harmonics; k++) out[n++] = (term){group[i], {i, i}, {k, 0}};
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t j = 0; j < i; j++)
            for (size_t k = 1; group[i] == group[j] && k < order; k++)
                for (size_t l = 1; k + l <= order; l++) out[n++] = (term){group[i], {i, j}, {k, l}};
    return n;
}

static double wave(size_t harmonic, double u) {
    return harmonic ? M_SQRT2 * cos(M_PI * (double)harmonic * u) : 1;
}

/* share [group] of one output: sums of squares along the terms of each group. basis [term][draw] */
static void project(size_t n_draws, size_t n_terms, const term *terms, const double *basis, const double *deviation,
                    double variance, size_t n_groups, double *share) {
    memset(share, 0, n_groups * sizeof *share);
    for (size_t t = 0; t < n_terms; t++) {
        double along = 0;
        for (size_t d = 0; d < n_draws; d++) along += deviation[d] * basis[t * n_draws + d];
        along /= (double)n_draws;
        share[terms[t].group] += along * along;
    }
    for (size_t g = 0; g < n_groups; g++) share[g] = variance > 0 ? share[g] / variance : 0;
}

thaw_status thaw_grouped_shares(size_t n_draws, size_t n_inputs, size_t n_outputs, const double *u, const double *y,
                                size_t n_groups, const size_t *group, double *share, thaw_error *error) {
    if (n_draws < thaw_shares_need(n_inputs)) {
        for (size_t k = 0; k < n_outputs * n_groups; k++) share[k] = NAN;
        return THAW_OK;
    }
    const size_t n_harmonics = count_harmonics(n_draws), n_pairs = count_pairs(n_inputs, group);
    const size_t order = order_of_products(n_pairs, n_draws, n_harmonics);
    const size_t room = n_inputs * n_harmonics + n_pairs * order * (order - 1) / 2;
    term *terms = malloc((room + 1) * sizeof *terms);
    double *basis = malloc((room + 1) * n_draws * sizeof *basis); /* [term][draw], and the deviations of an output */
    thaw_status status = THAW_OK;
    if (terms && basis) {
        double *deviation = basis + room * n_draws, variance;
        const size_t n_terms = list_terms(n_inputs, group, n_harmonics, order, terms);
        for (size_t t = 0; t < n_terms; t++)
            for (size_t d = 0; d < n_draws; d++)
                basis[t * n_draws + d] = wave(terms[t].harmonic[0], u[d * n_inputs + terms[t].input[0]]) *
                                         wave(terms[t].harmonic[1], u[d * n_inputs + terms[t].input[1]]);
        for (size_t o = 0; o < n_outputs; o++) {
            center(n_draws, n_outputs, y, o, deviation, &variance);
            project(n_draws, n_terms, terms, basis, deviation, variance, n_groups, share + o * n_groups);
        }
    } else {
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for shares of %zu draws", n_draws);
    }
    free(terms);
    free(basis);
    return status;
}

thaw_status thaw_first_order_shares(size_t n_draws, size_t n_inputs, size_t n_outputs, const double *u, const double *y,
                                    double *share, thaw_error *error) {
    size_t *group = malloc((n_inputs + 1) * sizeof *group);
    if (!group) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for shares of %zu draws", n_draws);
    for (size_t i = 0; i < n_inputs; i++) group[i] = i;
    const thaw_status status = thaw_grouped_shares(n_draws, n_inputs, n_outputs, u, y, n_inputs, group, share, error);
    free(group);
    return status;
}
