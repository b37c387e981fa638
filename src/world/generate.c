#include "world/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

double random_uniform(uint64_t *state) {
    return ((double)(random_bits(state) >> 11) + 0.5) * 0x1p-53;
}

static int unused(const generate_options *o, size_t country, size_t sector) {
    return o->dead_sectors && sector + 1 == o->n_sectors && country % 2 == 1;
}

static void normalise_row(double *row, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += row[k];
    for (size_t k = 0; k < n && sum > 0; k++) row[k] /= sum;
}

/* Shares, technologies and tastes; sizes of countries spread over two orders of magnitude. */
static void draw_parameters(const generate_options *o, thaw_world *w, double *size, uint64_t *state) {
    const size_t n = o->n_countries, nj = o->n_sectors;
    const double home = o->home > 0 ? o->home : 20;
    for (size_t i = 0; i < n; i++) size[i] = exp(4.6 * (random_uniform(state) - 0.5));
    for (size_t j = 0; j < nj; j++) w->theta[j] = thaw_theta_exact(2 + 8 * random_uniform(state));
    for (size_t j = 0; j < nj; j++)
        for (size_t d = 0; d < n; d++) {
            double *row = w->share + (j * n + d) * n;
            if (unused(o, d, j)) continue;
            for (size_t i = 0; i < n; i++) {
                const double draw = exp(2 * (random_uniform(state) - 0.5)) * size[i];
                const int missing = random_uniform(state) < o->empty;
                row[i] = i == d ? home * draw : missing || unused(o, i, j) ? 0 : draw;
            }
            normalise_row(row, n);
        }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < nj; j++) {
            w->factor_share[i * nj + j] = 0.25 + 0.5 * random_uniform(state);
            double *row = w->intermediate_share + (i * nj + j) * nj;
            for (size_t k = 0; k < nj; k++) row[k] = unused(o, i, k) ? 0 : exp(2 * random_uniform(state));
            normalise_row(row, nj);
        }
        for (size_t j = 0; j < nj; j++)
            w->consumption_share[i * nj + j] = unused(o, i, j) ? 0 : exp(2 * random_uniform(state));
        normalise_row(w->consumption_share + i * nj, nj);
        if (unused(o, i, nj - 1)) {
            w->factor_share[i * nj + nj - 1] = 1;
            memset(w->intermediate_share + (i * nj + nj - 1) * nj, 0, nj * sizeof(double));
        }
    }
}

static double *draw_taxes(const generate_options *o, double largest, uint64_t *state) {
    const size_t n = o->n_countries, cells = o->n_sectors * n * n;
    double *tax = malloc(cells * sizeof *tax);
    for (size_t at = 0; tax && at < cells; at++)
        tax[at] = at % n == at / n % n || random_uniform(state) < 0.3 ? 1 : 1 + largest * random_uniform(state);
    return tax;
}

/* Given final demand, output follows; value added and balances are then what make the world balance. */
static thaw_status settle(thaw_world *w, const double *demand, thaw_error *error) {
    enum { ROUNDS = 400 }; /* a contraction by at least 0.75 a round */
    const size_t n = w->n_countries, nj = w->n_sectors;
    double *memory = calloc(3 * n * nj + n, sizeof *memory);
    if (!memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a generated world");
    double *x = memory, *y = x + n * nj, *next = y + n * nj, *revenue = next + n * nj;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < nj; k++) {
                double spent = w->consumption_share[i * nj + k] * demand[i];
                for (size_t j = 0; j < nj; j++)
                    spent +=
                        (1 - w->factor_share[i * nj + j]) * w->intermediate_share[(i * nj + j) * nj + k] * y[i * nj + j];
                x[i * nj + k] = spent;
            }
        memset(next, 0, n * nj * sizeof *next);
        memset(revenue, 0, n * sizeof *revenue);
        for (size_t j = 0; j < nj; j++)
            for (size_t d = 0; d < n; d++)
                for (size_t i = 0; i < n; i++) {
                    const size_t cell = (j * n + d) * n + i;
                    const double tariff = w->tariff ? w->tariff[cell] : 1, tax = w->export_tax ? w->export_tax[cell] : 1;
                    const double paid = w->share[cell] * x[d * nj + j];
                    next[i * nj + j] += paid / (tariff * tax);
                    revenue[d] += paid - paid / tariff;
                    revenue[i] += paid / tariff - paid / (tariff * tax);
                }
        double change = 0;
        for (size_t at = 0; at < n * nj; at++) change = fmax(change, fabs(next[at] - y[at]) / (next[at] + 1e-300));
        memcpy(y, next, n * nj * sizeof *y);
        if (change < 1e-15) break;
    }
    for (size_t i = 0; i < n; i++) {
        w->value_added[i] = 0;
        for (size_t j = 0; j < nj; j++) w->value_added[i] += w->factor_share[i * nj + j] * y[i * nj + j];
        w->trade_balance[i] = w->value_added[i] + revenue[i] - demand[i];
    }
    free(memory);
    return THAW_OK;
}

static thaw_status labelled(const generate_options *o, thaw_world **world, thaw_error *error) {
    const size_t n = o->n_countries, nj = o->n_sectors;
    char(*code)[8] = calloc(n + nj, sizeof *code);
    const char **name = calloc(n + nj, sizeof *name);
    thaw_status status = THAW_ERR_MEMORY;
    if (code && name) {
        for (size_t k = 0; k < n + nj; k++) {
            snprintf(code[k], sizeof *code, k < n ? "R%03d" : "s%03d", (int)((k < n ? k : k - n) % 1000));
            name[k] = code[k];
        }
        status = thaw_world_create(n, name, nj, name + n, world, error);
    } else {
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a generated world");
    }
    free(code);
    free(name);
    return status;
}

thaw_status generate_world(const generate_options *o, thaw_world **world, thaw_error *error) {
    const size_t n = o->n_countries;
    uint64_t state = o->seed;
    thaw_world *w = NULL;
    thaw_status status = labelled(o, &w, error);
    if (status != THAW_OK) return status;
    double *size = calloc(2 * n, sizeof *size);
    if (size) {
        double *demand = size + n;
        draw_parameters(o, w, size, &state);
        for (size_t i = 0; i < n; i++) demand[i] = 1000 * size[i] * (1 + o->imbalance * (random_uniform(&state) - 0.5));
        if (o->tariffs > 0) w->tariff = draw_taxes(o, o->tariffs, &state);
        if (o->taxes > 0) w->export_tax = draw_taxes(o, o->taxes, &state);
        if ((o->tariffs > 0 && !w->tariff) || (o->taxes > 0 && !w->export_tax))
            status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a generated world");
        if (status == THAW_OK) status = settle(w, demand, error);
    } else {
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a generated world");
    }
    free(size);
    if (status != THAW_OK) {
        thaw_world_free(w);
        return status;
    }
    *world = w;
    return THAW_OK;
}
