#include "ensemble/sobol.h"

#include <string.h>

#include "base/random.h"

enum { BITS = 32 };

/* v_k of a dimension (from 0) as binary fractions, the first bit the highest: from the recurrence of its polynomial. */
static void direction_numbers(size_t dimension, uint32_t v[BITS]) {
    size_t from = 0, degree = 0;
    if (dimension == 0) {
        for (int k = 0; k < BITS; k++) v[k] = (uint32_t)1 << (BITS - 1 - k);
        return;
    }
    for (size_t d = 0; d < dimension; d++) {
        from += degree;
        degree = 0;
        while (sobol_polynomial[d] >> (degree + 1)) degree++;
    }
    const unsigned polynomial = sobol_polynomial[dimension - 1];
    for (size_t k = 0; k < BITS; k++) {
        if (k < degree) {
            v[k] = (uint32_t)sobol_initial[from + k] << (BITS - 1 - k);
            continue;
        }
        v[k] = v[k - degree] ^ (v[k - degree] >> degree);
        for (size_t i = 1; i < degree; i++)
            if (polynomial >> (degree - i) & 1) v[k] ^= v[k - i];
    }
}

/* A well mixed number from any two: what the stream of the seed gives after so many others. */
static uint64_t mix(uint64_t seed, uint64_t stream) {
    uint64_t state = seed + stream * RANDOM_STEP;
    return random_bits(&state);
}

static void fill(size_t n_points, size_t n_dimensions, int shifted, uint64_t seed, double *u) {
    for (size_t d = 0; d < n_dimensions; d++) {
        uint32_t v[BITS], x = shifted ? (uint32_t)(mix(mix(seed, 0), d) >> 32) : 0;
        direction_numbers(d, v);
        for (size_t p = 0; p < n_points; p++) {
            u[p * n_dimensions + d] = ((double)x + (shifted ? 0.5 : 0)) * 0x1p-32;
            int lowest = 0; /* Gray code: the lowest bit of p that is 0 says what changes */
            while (p >> lowest & 1) lowest++;
            x ^= v[lowest % BITS];
        }
    }
}

void thaw_sobol(size_t n_points, size_t n_dimensions, double *u) {
    fill(n_points, n_dimensions, 0, 0, u);
}

void thaw_sobol_shifted(size_t n_points, size_t n_dimensions, uint64_t seed, double *u) {
    fill(n_points, n_dimensions, 1, seed, u);
}
