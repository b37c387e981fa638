#include "thaw/ensemble.h"

#include <math.h>
#include <stdlib.h>

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

/* Harmonics: eight tell a sine of two periods from noise; with few draws there is not enough to tell so many. */
static size_t count_harmonics(size_t n_draws) {
    enum { MOST = 8, DRAWS_EACH = 32 };
    const size_t n = n_draws / DRAWS_EACH;
    return n > MOST ? MOST : n;
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

thaw_status thaw_first_order_shares(size_t n_draws, size_t n_inputs, size_t n_outputs, const double *u, const double *y,
                                    double *share, thaw_error *error) {
    const size_t n_harmonics = count_harmonics(n_draws);
    if (n_draws < thaw_shares_need(n_inputs)) {
        for (size_t k = 0; k < n_outputs * n_inputs; k++) share[k] = NAN;
        return THAW_OK;
    }
    double *basis = malloc((n_inputs * n_harmonics + 1) * n_draws * sizeof *basis); /* [input][harmonic][draw] */
    if (!basis) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for shares of %zu draws", n_draws);
    double *deviation = basis + n_inputs * n_harmonics * n_draws;
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t k = 0; k < n_harmonics; k++)
            for (size_t d = 0; d < n_draws; d++)
                basis[(i * n_harmonics + k) * n_draws + d] = M_SQRT2 * cos(M_PI * (double)(k + 1) * u[d * n_inputs + i]);
    for (size_t o = 0; o < n_outputs; o++) {
        double variance;
        center(n_draws, n_outputs, y, o, deviation, &variance);
        for (size_t i = 0; i < n_inputs; i++) {
            double explained = 0;
            for (size_t k = 0; k < n_harmonics; k++) {
                const double *wave = basis + (i * n_harmonics + k) * n_draws;
                double along = 0;
                for (size_t d = 0; d < n_draws; d++) along += deviation[d] * wave[d];
                along /= (double)n_draws;
                explained += along * along;
            }
            share[o * n_inputs + i] = variance > 0 ? explained / variance : 0;
        }
    }
    free(basis);
    return THAW_OK;
}
