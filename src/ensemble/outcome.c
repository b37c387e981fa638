#include "ensemble/ensemble.h"

#include <math.h>
#include <stdlib.h>

/* Sales across borders with export taxes, before tariffs. */
static void add_trade(const thaw_equilibrium *e, size_t j, size_t n, outcome *out) {
    const size_t N = e->n_countries, row = (j * N + n) * N;
    const double spent = e->expenditure[n * e->n_sectors + j];
    double total = 0;
    for (size_t i = 0; i < N; i++) {
        const double value = i == n ? 0 : spent * e->share[row + i] / (e->tariff ? e->tariff[row + i] : 1);
        out->exports[i] += value;
        total += value;
    }
    out->imports[n] += total;
}

thaw_status outcome_create(const thaw_world *world, const thaw_equilibrium *e, outcome *out, thaw_error *error) {
    const size_t N = e->n_countries, J = e->n_sectors;
    double *memory = calloc(3 * N, sizeof *memory);
    if (!memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    *out = (outcome){memory, memory + N, memory + 2 * N};
    for (size_t j = 0; j < J; j++)
        for (size_t n = 0; n < N; n++) add_trade(e, j, n, out);
    for (size_t n = 0; n < N; n++) {
        double logs = 0;
        for (size_t j = 0; j < J; j++) {
            const double alpha = world->consumption_share[n * J + j];
            if (alpha > 0) logs += alpha * log(e->price[n * J + j]);
        }
        out->price[n] = exp(logs);
    }
    return THAW_OK;
}

void outcome_clear(outcome *o) {
    free(o->exports);
    *o = (outcome){0};
}
