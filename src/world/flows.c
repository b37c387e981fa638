#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ITERATIONS_MAX = 20000, STEPS_BEFORE_MOVING = 20 };
static const double TOLERANCE = 1e-14;
static const double NOTHING = 1e-12; /* of world factor income, where a country ends up without any */

/* The system under way, [country][sector] unless stated. */
typedef struct flow_system {
    const thaw_world *world;
    double *expenditure, *output, *next; /* next: the expenditure that follows */
    double *value_added;                 /* [country] of the world, or of this system where it moves */
    int moves;                           /* value added follows from sales */
    double *income;                      /* [country] */
} flow_system;

/* Y and the revenue in income, from X. */
static void sell(flow_system *s) {
    const thaw_world *world = s->world;
    const size_t n = world->n_countries, j = world->n_sectors;
    memset(s->output, 0, n * j * sizeof *s->output);
    for (size_t c = 0; c < n; c++) s->income[c] = s->value_added[c] - world->trade_balance[c];
    for (size_t k = 0; k < j; k++)
        for (size_t d = 0; d < n; d++) {
            const double spent = s->expenditure[d * j + k];
            for (size_t i = 0; i < n; i++) {
                const size_t cell = thaw_share_cell(world, k, d, i);
                const double flow = world->share[cell] * spent;
                double net, tariff, export_tax;
                thaw_cell_taxes(world, cell, &net, &tariff, &export_tax);
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

/* Value added as what is earned in sales; the world's total stays, so that rounding cannot drift. */
static void earn(flow_system *s, double total) {
    const size_t n = s->world->n_countries, j = s->world->n_sectors;
    double sum = 0;
    for (size_t c = 0; c < n; c++) {
        s->value_added[c] = 0;
        for (size_t k = 0; k < j; k++) s->value_added[c] += s->world->factor_share[c * j + k] * s->output[c * j + k];
        sum += s->value_added[c];
    }
    for (size_t c = 0; c < n; c++) s->value_added[c] *= total / sum;
}

/* The largest change of expenditure, relative to the largest of its country. */
static double change_of(const flow_system *s) {
    const size_t n = s->world->n_countries, j = s->world->n_sectors;
    double worst = 0;
    for (size_t c = 0; c < n; c++) {
        double largest = 0, scale = 0;
        for (size_t k = c * j; k < (c + 1) * j; k++) {
            largest = fmax(largest, fabs(s->next[k] - s->expenditure[k]));
            scale = fmax(scale, fabs(s->next[k]));
        }
        if (!isfinite(scale)) return INFINITY;
        if (scale > 0) worst = fmax(worst, largest / scale);
    }
    return worst;
}

static int all_finite(const double *value, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (!isfinite(value[k])) return 0;
    return 1;
}

/* X' = F(X) contracts, since a part of every sale leaves as factor income, which is given. Where value added moves, its
 * total is given and the map is a Markov chain. */
static thaw_status iterate(flow_system *s, thaw_error *error) {
    const size_t size = s->world->n_countries * s->world->n_sectors;
    double change = INFINITY, total = 0;
    for (size_t c = 0; c < s->world->n_countries; c++) total += s->value_added[c];
    for (int step = 0; step < ITERATIONS_MAX; step++) {
        sell(s);
        buy(s, s->next);
        const double last = change;
        change = change_of(s);
        memcpy(s->expenditure, s->next, size * sizeof *s->next);
        if (!isfinite(change)) break;
        /* The first rounds have not yet reached every market; then incomes move after spending, so that nothing may change
         * in one round and more in the next. */
        const int settled = !s->moves || (step > STEPS_BEFORE_MOVING && last <= 100 * TOLERANCE);
        /* Rounding may hold the change just above the tolerance: then it no longer falls. */
        if (settled && (change <= TOLERANCE || (change < 100 * TOLERANCE && change >= last))) {
            sell(s);
            if (!all_finite(s->output, size) || !all_finite(s->income, s->world->n_countries)) break;
            return THAW_OK;
        }
        if (s->moves && step >= STEPS_BEFORE_MOVING) earn(s, total);
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

static void clear(flow_system *s) {
    free(s->expenditure);
    free(s->output);
    free(s->next);
    free(s->income);
    free(s->value_added);
}

static thaw_status solve(const thaw_world *world, int moves, flow_system *s, thaw_error *error) {
    const size_t n = world->n_countries, size = n * world->n_sectors;
    *s = (flow_system){.world = world, .moves = moves};
    s->expenditure = calloc(size, sizeof(double));
    s->output = calloc(size, sizeof(double));
    s->next = calloc(size, sizeof(double));
    s->income = calloc(n, sizeof(double));
    s->value_added = calloc(n, sizeof(double));
    if (!s->expenditure || !s->output || !s->next || !s->income || !s->value_added)
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the flows of a world");
    memcpy(s->value_added, world->value_added, n * sizeof(double));
    return iterate(s, error);
}

thaw_status thaw_world_flows(const thaw_world *world, thaw_flows flows, thaw_error *error) {
    const size_t n = world->n_countries, size = n * world->n_sectors;
    flow_system s;
    thaw_status status = solve(world, 0, &s, error);
    if (!status) {
        if (flows.expenditure) memcpy(flows.expenditure, s.expenditure, size * sizeof(double));
        if (flows.output) memcpy(flows.output, s.output, size * sizeof(double));
        if (flows.income) memcpy(flows.income, s.income, n * sizeof(double));
        at_the_border(&s, flows.exports, flows.imports);
    }
    clear(&s);
    return status;
}

/* Trade balances must sum to 0 before incomes can move; what they miss is taken off in proportion to value added. */
static void close_balances(thaw_world *world) {
    double sum = 0, total = 0;
    for (size_t c = 0; c < world->n_countries; c++) {
        sum += world->trade_balance[c];
        total += world->value_added[c];
    }
    for (size_t c = 0; c < world->n_countries; c++) world->trade_balance[c] -= sum * world->value_added[c] / total;
}

/* Rounded shares lose money: rows are made to sum to 1. */
static void normalise(double *row, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += row[k];
    for (size_t k = 0; k < n && sum != 0; k++) row[k] /= sum;
}

static void normalise_all(thaw_world *world) {
    const size_t n = world->n_countries, j = world->n_sectors;
    for (size_t row = 0; row < n * j; row++) {
        normalise(world->share + row * n, n);
        normalise(world->intermediate_share + row * j, j);
    }
    for (size_t c = 0; c < n; c++) normalise(world->consumption_share + c * j, j);
}

thaw_status thaw_world_rebalance(thaw_world *world, thaw_error *error) {
    thaw_world *moved;
    thaw_status status = thaw_world_copy(world, &moved, error);
    if (status) return status;
    normalise_all(moved);
    close_balances(moved);
    flow_system s;
    status = solve(moved, 1, &s, error);
    double total = 0;
    for (size_t c = 0; c < world->n_countries; c++) total += s.value_added ? s.value_added[c] : 0;
    for (size_t c = 0; c < world->n_countries && !status; c++) {
        moved->value_added[c] = s.value_added[c];
        if (!(s.value_added[c] > NOTHING * total))
            status =
                thaw_fail(error, THAW_ERR_BALANCE,
                          "rebalancing leaves %s without factor income: too few buy from it for the trade balances given",
                          world->country[c]);
    }
    clear(&s);
    if (!status) status = thaw_world_validate(moved, error);
    if (!status)
        status = thaw_add_assumption(
            moved,
            "Shares scaled to sum to 1; factor incomes moved to the equilibrium of the given shares and trade balances.",
            error);
    if (!status) {
        const thaw_world old = *world;
        *world = *moved;
        *moved = old;
    }
    thaw_world_free(moved);
    return status;
}
