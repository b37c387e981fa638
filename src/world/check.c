#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Takes a deviation where it is the worst so far; a and b (may be NULL) say where it is. */
static void look(thaw_check *check, double deviation, const char *a, const char *b) {
    if (!(deviation > check->worst || isnan(deviation)) && check->cell[0]) return;
    check->worst = deviation + 0.0; /* -0 prints badly */
    snprintf(check->cell, sizeof check->cell, "%.40s%s%.40s", a, b ? " in " : "", b ? b : "");
}

static thaw_check begin(const char *name, double tolerance) {
    return (thaw_check){.name = name, .tolerance = tolerance};
}

static thaw_check check_trade_shares(const thaw_world *world) {
    thaw_check check = begin("shares of expenditure sum to 1 over origins", THAW_SUM_TOLERANCE);
    for (size_t j = 0; j < world->n_sectors; j++)
        for (size_t d = 0; d < world->n_countries; d++) {
            long double sum = 0;
            for (size_t i = 0; i < world->n_countries; i++) sum += world->share[thaw_share_cell(world, j, d, i)];
            look(&check, sum == 0 ? 0 : (double)fabsl(sum - 1), world->sector[j], world->country[d]);
        }
    return check;
}

static thaw_check check_consumption(const thaw_world *world) {
    thaw_check check = begin("consumption shares sum to 1 over sectors", THAW_SUM_TOLERANCE);
    for (size_t c = 0; c < world->n_countries; c++) {
        long double sum = 0;
        for (size_t j = 0; j < world->n_sectors; j++) sum += world->consumption_share[thaw_country_cell(world, c, j)];
        look(&check, (double)fabsl(sum - 1), world->country[c], NULL);
    }
    return check;
}

static thaw_check check_inputs(const thaw_world *world) {
    thaw_check check = begin("intermediate shares sum to 1 over inputs", THAW_SUM_TOLERANCE);
    for (size_t c = 0; c < world->n_countries; c++)
        for (size_t j = 0; j < world->n_sectors; j++) {
            long double sum = 0;
            for (size_t k = 0; k < world->n_sectors; k++) sum += world->intermediate_share[thaw_input_cell(world, c, j, k)];
            const int none = world->factor_share[thaw_country_cell(world, c, j)] == 1 && sum == 0;
            look(&check, none ? 0 : (double)fabsl(sum - 1), world->sector[j], world->country[c]);
        }
    return check;
}

static double outside(double share) {
    return fmax(0, fmax(-share, share - 1));
}

static thaw_check check_signs(const thaw_world *world) {
    thaw_check check = begin("trade, factor and consumption shares lie in [0, 1]", THAW_SUM_TOLERANCE);
    for (size_t j = 0; j < world->n_sectors; j++)
        for (size_t c = 0; c < world->n_countries; c++) {
            const size_t cell = thaw_country_cell(world, c, j);
            double worst = fmax(outside(world->factor_share[cell]), outside(world->consumption_share[cell]));
            for (size_t i = 0; i < world->n_countries; i++)
                worst = fmax(worst, outside(world->share[thaw_share_cell(world, j, c, i)]));
            look(&check, worst, world->sector[j], world->country[c]);
        }
    return check;
}

static thaw_check check_input_signs(const thaw_world *world) {
    thaw_check check = begin("intermediate shares are not negative", THAW_NEGATIVE_INPUT_MAX);
    for (size_t c = 0; c < world->n_countries; c++)
        for (size_t j = 0; j < world->n_sectors; j++) {
            double worst = 0;
            for (size_t k = 0; k < world->n_sectors; k++)
                worst = fmax(worst, -world->intermediate_share[thaw_input_cell(world, c, j, k)]);
            look(&check, worst, world->sector[j], world->country[c]);
        }
    return check;
}

static thaw_check check_balances(const thaw_world *world, double tolerance) {
    thaw_check check = begin("trade balances sum to 0, relative to world value added", tolerance);
    long double sum = 0, total = 0;
    for (size_t c = 0; c < world->n_countries; c++) {
        sum += world->trade_balance[c];
        total += world->value_added[c];
    }
    look(&check, (double)fabsl(sum / total), "the world", NULL);
    return check;
}

/* The flows, and what the caller needs to look at them. */
typedef struct base {
    double *expenditure, *output, *income, *exports, *imports;
} base;

/* Purchases as final and intermediate demand, evaluated anew from the shares. */
static thaw_check check_demand(const thaw_world *world, const base *flows, double tolerance) {
    thaw_check check = begin("expenditure = final + intermediate demand, relative to income", tolerance);
    const size_t j = world->n_sectors;
    for (size_t c = 0; c < world->n_countries; c++)
        for (size_t k = 0; k < j; k++) {
            long double demand = (long double)world->consumption_share[c * j + k] * flows->income[c];
            for (size_t o = 0; o < j; o++)
                demand += (1 - (long double)world->factor_share[c * j + o]) *
                          world->intermediate_share[thaw_input_cell(world, c, o, k)] * flows->output[c * j + o];
            look(&check, (double)fabsl((demand - flows->expenditure[c * j + k]) / flows->income[c]), world->sector[k],
                 world->country[c]);
        }
    return check;
}

static thaw_check check_supply(const thaw_world *world, const base *flows, double tolerance) {
    thaw_check check = begin("output = sales to every buyer, relative to income", tolerance);
    const size_t j = world->n_sectors;
    for (size_t i = 0; i < world->n_countries; i++)
        for (size_t k = 0; k < j; k++) {
            long double sales = 0;
            for (size_t d = 0; d < world->n_countries; d++) {
                const size_t cell = thaw_share_cell(world, k, d, i);
                double net, tariff, export_tax;
                thaw_cell_taxes(world, cell, &net, &tariff, &export_tax);
                sales += (long double)world->share[cell] * flows->expenditure[d * j + k] * net;
            }
            look(&check, (double)fabsl((sales - flows->output[i * j + k]) / flows->income[i]), world->sector[k],
                 world->country[i]);
        }
    return check;
}

static thaw_check check_factors(const thaw_world *world, const base *flows, double tolerance) {
    thaw_check check = begin("factor markets: value added earned in sales = value added, relative", tolerance);
    const size_t j = world->n_sectors;
    for (size_t c = 0; c < world->n_countries; c++) {
        long double earned = 0;
        for (size_t k = 0; k < j; k++) earned += (long double)world->factor_share[c * j + k] * flows->output[c * j + k];
        look(&check, (double)fabsl(earned / world->value_added[c] - 1), world->country[c], NULL);
    }
    return check;
}

static thaw_check check_budgets(const thaw_world *world, const base *flows, double tolerance) {
    thaw_check check = begin("budgets: exports - imports = trade balance, relative to income", tolerance);
    for (size_t c = 0; c < world->n_countries; c++)
        look(&check, fabs((flows->exports[c] - flows->imports[c] - world->trade_balance[c]) / flows->income[c]),
             world->country[c], NULL);
    return check;
}

thaw_status thaw_world_check(const thaw_world *world, double tolerance, thaw_check *checks, size_t *n_checks,
                             thaw_error *error) {
    const size_t n = world->n_countries, j = world->n_sectors;
    double *memory = malloc((2 * n * j + 3 * n) * sizeof *memory);
    if (!memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the flows of a world");
    const base flows = {memory, memory + n * j, memory + 2 * n * j, memory + 2 * n * j + n, memory + 2 * n * j + 2 * n};
    thaw_status status = thaw_world_flows(
        world, (thaw_flows){flows.expenditure, flows.output, flows.income, flows.exports, flows.imports}, error);
    if (!status) {
        size_t k = 0;
        checks[k++] = check_trade_shares(world);
        checks[k++] = check_consumption(world);
        checks[k++] = check_inputs(world);
        checks[k++] = check_signs(world);
        checks[k++] = check_input_signs(world);
        checks[k++] = check_balances(world, tolerance);
        checks[k++] = check_demand(world, &flows, tolerance);
        checks[k++] = check_supply(world, &flows, tolerance);
        checks[k++] = check_factors(world, &flows, tolerance);
        checks[k++] = check_budgets(world, &flows, tolerance);
        for (size_t c = 0; c < k; c++) checks[c].passed = checks[c].worst <= checks[c].tolerance;
        *n_checks = k;
    }
    free(memory);
    return status;
}
