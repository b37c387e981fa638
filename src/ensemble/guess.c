#include "ensemble/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 4 }; /* solutions kept: a cubic; more digits than that are lost to the tolerance of each solve */

struct guess {
    size_t n_countries, n_sectors, n;
    int other_row;    /* what is known is of another row of the grid: a start, but nothing to extrapolate from */
    double x[MEMORY]; /* the newest first */
    thaw_equilibrium *known[MEMORY]; /* owned */
    thaw_equilibrium at;             /* what guess_at gives: everything but its own arrays is that of the newest */
};

thaw_status guess_create(size_t n_countries, size_t n_sectors, guess **out, thaw_error *error) {
    guess *g = calloc(1, sizeof *g);
    if (g) {
        const size_t cells = n_countries * n_sectors;
        g->n_countries = n_countries;
        g->n_sectors = n_sectors;
        g->at.wage = malloc((n_countries + 2 * cells) * sizeof(double));
        g->at.cost = g->at.wage ? g->at.wage + n_countries : NULL;
        g->at.expenditure = g->at.wage ? g->at.cost + cells : NULL;
    }
    if (!g || !g->at.wage) {
        free(g);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
    }
    *out = g;
    return THAW_OK;
}

void guess_reset(guess *g) {
    for (size_t k = 0; k < g->n; k++) thaw_equilibrium_free(g->known[k]);
    g->n = 0;
}

void guess_new_row(guess *g) {
    while (g->n > 1) thaw_equilibrium_free(g->known[--g->n]);
    g->other_row = 1;
}

void guess_free(guess *g) {
    if (!g) return;
    guess_reset(g);
    free(g->at.wage);
    free(g);
}

/* Drops what only the newest solution needs to have: of a large world these arrays are nearly everything. */
static void shrink(thaw_equilibrium *e) {
    free(e->share);
    free(e->tariff);
    free(e->export_tax);
    e->share = e->tariff = e->export_tax = NULL;
}

void guess_add(guess *g, double x, thaw_equilibrium *solution) {
    if (g->other_row) guess_reset(g);
    g->other_row = 0;
    if (g->n) shrink(g->known[0]);
    if (g->n == MEMORY) thaw_equilibrium_free(g->known[--g->n]);
    for (size_t k = g->n; k-- > 0;) {
        g->x[k + 1] = g->x[k];
        g->known[k + 1] = g->known[k];
    }
    g->x[0] = x;
    g->known[0] = solution;
    g->n++;
}

/* Lagrange's weights at x; a value that comes twice leaves only the newest. */
static size_t weights(const guess *g, double x, double weight[MEMORY]) {
    for (size_t k = 0; k < g->n; k++) {
        weight[k] = 1;
        for (size_t l = 0; l < g->n; l++)
            if (l != k) weight[k] *= (x - g->x[l]) / (g->x[k] - g->x[l]);
        if (!isfinite(weight[k])) {
            weight[0] = 1;
            return 1;
        }
    }
    return g->n;
}

/* Everything here is positive (or exactly 0 where nothing is bought) and moves by factors: extrapolated in logs. */
static double extrapolate(const double *const *values, const double *weight, size_t n, size_t at) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        if (!(values[k][at] > 0)) return values[0][at];
        sum += weight[k] * log(values[k][at]);
    }
    return exp(sum);
}

const thaw_equilibrium *guess_at(guess *g, double x) {
    double weight[MEMORY], *const own[] = {g->at.wage, g->at.cost, g->at.expenditure};
    const size_t cells = g->n_countries * g->n_sectors, length[] = {g->n_countries, cells, cells};
    if (!g->n) return NULL;
    const size_t n = weights(g, x, weight);
    if (n == 1) return g->known[0];
    for (int a = 0; a < 3; a++) {
        const double *values[MEMORY];
        for (size_t k = 0; k < n; k++)
            values[k] = a == 0 ? g->known[k]->wage : a == 1 ? g->known[k]->cost : g->known[k]->expenditure;
        for (size_t c = 0; c < length[a]; c++) own[a][c] = extrapolate(values, weight, n, c);
    }
    g->at = *g->known[0];
    g->at.wage = own[0];
    g->at.cost = own[1];
    g->at.expenditure = own[2];
    return &g->at;
}
