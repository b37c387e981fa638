#include "gas/slopes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A group that uses less than this part of its reference consumption has dropped out. */
#define DROPPED_OUT 1e-6

/* Slope of the sum of the demands of the groups that buy; consumption NULL: of all groups. */
static double slope_of(const thaw_gas_network *n, size_t cell, const double *consumption) {
    double sum = 0;
    for (size_t g = 0; g < n->n_groups; g++) {
        double intercept, slope;
        const size_t k = cell * n->n_groups + g;
        if (!gas_inverse_demand(n, cell / n->n_months, cell % n->n_months, g, &intercept, &slope)) continue;
        if (!consumption || consumption[k] > DROPPED_OUT * n->demand.value[k]) sum += 1 / slope;
    }
    return sum > 0 ? 1 / sum : 0;
}

void gas_slopes_clear(gas_slopes *s) {
    gas_kinks *k = &s->kinks;
    void *const all[] = {s->perceived, s->cell, k->row, k->rationed, k->cap, k->start, k->sale, k->conduct};
    for (size_t a = 0; a < sizeof all / sizeof *all; a++) free(all[a]);
    *s = (gas_slopes){0};
}

/* Cells with a capped price, and who sells there with power. */
static int find_kinks(const gas_market *m, gas_slopes *s) {
    const thaw_gas_network *n = m->network;
    const size_t cells = n->n_nodes * n->n_months;
    gas_kinks *k = &s->kinks;
    s->cell = malloc((cells + 1) * sizeof *s->cell);
    k->row = malloc((cells + 1) * sizeof *k->row);
    k->rationed = malloc((cells + 1) * sizeof *k->rationed);
    k->cap = malloc((4 * cells + 1) * sizeof *k->cap);
    k->start = calloc(cells + 2, sizeof *k->start);
    k->sale = malloc((cells * n->n_suppliers + 1) * sizeof *k->sale);
    k->conduct = malloc((cells * n->n_suppliers + 1) * sizeof *k->conduct);
    if (!s->cell || !k->row || !k->rationed || !k->cap || !k->start || !k->sale || !k->conduct) return 0;
    k->full = k->cap + cells;
    k->size = k->full + cells;
    k->share = k->size + cells;
    for (size_t cell = 0; cell < cells; cell++) {
        int used = k->start[k->n];
        if (m->rationed[cell] < 0 || !(s->full[cell] > 0)) continue;
        for (size_t e = 0; e < n->n_suppliers; e++) {
            const long sale = m->sales[e * cells + cell];
            if (sale < 0) continue;
            k->sale[used] = (int)sale;
            k->conduct[used++] = n->conduct.value[e];
        }
        if (used == k->start[k->n]) continue;
        s->cell[k->n] = cell;
        k->row[k->n] = (int)m->users[cell];
        k->rationed[k->n] = (int)m->rationed[cell];
        k->cap[k->n] = m->price_cap[cell];
        k->full[k->n] = s->full[cell];
        k->size[k->n] = gas_reference_demand(n, cell);
        k->share[k->n] = 0.5;
        k->start[++k->n] = used;
    }
    return 1;
}

thaw_status gas_slopes_create(gas_market *m, gas_slopes *s, thaw_error *error) {
    const thaw_gas_network *n = m->network;
    const size_t cells = n->n_nodes * n->n_months;
    *s = (gas_slopes){.perceived = malloc((2 * cells + 1) * sizeof *s->perceived)};
    s->full = s->perceived ? s->perceived + cells : NULL;
    for (size_t cell = 0; s->full && cell < cells; cell++) s->perceived[cell] = s->full[cell] = slope_of(n, cell, NULL);
    if (!s->full || !find_kinks(m, s)) {
        gas_slopes_clear(s);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
    }
    gas_market_set_perceived(m, s->perceived);
    return THAW_OK;
}

int gas_slopes_update(gas_slopes *s, gas_market *m, const thaw_gas_equilibrium *e) {
    const thaw_gas_network *n = m->network;
    int changed = 0;
    for (size_t cell = 0; cell < n->n_nodes * n->n_months; cell++) {
        const double slope = slope_of(n, cell, e->consumption);
        changed |= fabs(slope - s->full[cell]) > 1e-12 * slope;
        s->perceived[cell] = s->full[cell] = slope;
    }
    for (size_t c = 0; c < s->kinks.n; c++) {
        s->kinks.full[c] = s->full[s->cell[c]];
        s->perceived[s->cell[c]] = s->kinks.full[c] * s->kinks.share[c];
    }
    if (changed) gas_market_set_perceived(m, s->perceived);
    return changed;
}
