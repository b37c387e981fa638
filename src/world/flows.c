#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ITERATIONS_MAX = 100000 };
static const double TOLERANCE = 1e-14;

/* The system under way, [country][sector] unless stated. */
typedef struct flow_system {
    const thaw_world *world;
    double *expenditure, *output, *next; /* next: the expenditure that follows */
    double *income;                      /* [country] */
} flow_system;

/* 1 / (tau e) of a cell, and the two revenues per expenditure. */
static inline void cell_taxes(const thaw_world *world, size_t cell, double *net, double *tariff, double *export_tax) {
    const double tau = world->tariff ? world->tariff[cell] : 1, e = world->export_tax ? world->export_tax[cell] : 1;
    *net = 1 / (tau * e);
    *tariff = 1 - 1 / tau;
    *export_tax = (1 - 1 / e) / tau;
}

/* Y and the revenue in income, from X. */
static void sell(flow_system *s) {
    const thaw_world *world = s->world;
    const size_t n = world->n_countries, j = world->n_sectors;
    memset(s->output, 0, n * j * sizeof *s->output);
    for (size_t c = 0; c < n; c++) s->income[c] = world->value_added[c] - world->trade_balance[c];
    for (size_t k = 0; k < j; k++)
        for (size_t d = 0; d < n; d++) {
            const double spent = s->expenditure[d * j + k];
            for (size_t i = 0; i < n; i++) {
                const size_t cell = thaw_share_cell(world, k, d, i);
                const double flow = world->share[cell] * spent;
                double net, tariff, export_tax;
                cell_taxes(world, cell, &net, &tariff, &export_tax);
                s->output[i * j + k] += flow * net;
                s->income[d] += flow * tariff;
                s->income[i] += flow * export_tax;
            }
        }
}

/* X from Y and income. */
static void buy(const flow_system *s, double *expenditure) {
    const thaw_world *world = s->world;
    const size_t n = world->n_countries, j = world->n_sectors;
    for (size_t c = 0; c < n; c++) {
        double *row = expenditure + c * j;
        for (size_t k = 0; k < j; k++) row[k] = world->consumption_share[c * j + k] * s->income[c];
        for (size_t o = 0; o < j; o++) {
            const double inputs = (1 - world->factor_share[c * j + o]) * s->output[c * j + o];
            for (size_t k = 0; k < j && inputs != 0; k++)
                row[k] += world->intermediate_share[thaw_input_cell(world, c, o, k)] * inputs;
        }
    }
}

/* X' = F(X) contracts since part of every sale is factor income, which is given. */
static thaw_status iterate(flow_system *s, thaw_error *error) {
    const size_t size = s->world->n_countries * s->world->n_sectors;
    double change = INFINITY;
    for (int step = 0; step < ITERATIONS_MAX; step++) {
        sell(s);
        buy(s, s->next);
        double largest = 0, scale = 0;
        for (size_t k = 0; k < size; k++) {
            largest = fmax(largest, fabs(s->next[k] - s->expenditure[k]));
            scale = fmax(scale, fabs(s->next[k]));
        }
        memcpy(s->expenditure, s->next, size * sizeof *s->next);
        /* Rounding may hold the change just above the tolerance: then it no longer falls. */
        const double last = change;
        change = largest / scale;
        if (!isfinite(change)) break;
        if (change <= TOLERANCE || (change < 100 * TOLERANCE && change >= last)) {
            sell(s);
            return THAW_OK;
        }
    }
    return thaw_fail(
        error, THAW_ERR_CONVERGENCE,
        "the base flows of world %s do not converge (last relative change %.2g): are factor shares 0 somewhere, or trade "
        "balances larger than incomes? See thaw world check",
        s->world->name, change);
}

/* Exports and imports at border prices: export tax included, tariff not. */
static void at_the_border(const flow_system *s, double *exports, double *imports) {
    const thaw_world *world = s->world;
    const size_t n = world->n_countries, j = world->n_sectors;
    for (size_t c = 0; c < n; c++) {
        if (exports) exports[c] = 0;
        if (imports) imports[c] = 0;
    }
    for (size_t k = 0; k < j; k++)
        for (size_t d = 0; d < n; d++)
            for (size_t i = 0; i < n; i++) {
                if (i == d) continue;
                const size_t cell = thaw_share_cell(world, k, d, i);
                const double flow =
                    world->share[cell] * s->expenditure[d * j + k] / (world->tariff ? world->tariff[cell] : 1);
                if (exports) exports[i] += flow;
                if (imports) imports[d] += flow;
            }
}

thaw_status thaw_world_flows(const thaw_world *world, thaw_flows flows, thaw_error *error) {
    const size_t n = world->n_countries, size = n * world->n_sectors;
    flow_system s = {.world = world};
    s.expenditure = calloc(size, sizeof(double));
    s.output = calloc(size, sizeof(double));
    s.next = calloc(size, sizeof(double));
    s.income = calloc(n, sizeof(double));
    thaw_status status = s.expenditure && s.output && s.next && s.income
                             ? iterate(&s, error)
                             : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the flows of a world");
    if (!status) {
        if (flows.expenditure) memcpy(flows.expenditure, s.expenditure, size * sizeof(double));
        if (flows.output) memcpy(flows.output, s.output, size * sizeof(double));
        if (flows.income) memcpy(flows.income, s.income, n * sizeof(double));
        at_the_border(&s, flows.exports, flows.imports);
    }
    free(s.expenditure);
    free(s.output);
    free(s.next);
    free(s.income);
    return status;
}
