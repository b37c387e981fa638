/* run.c: a scenario's market, seen through or month by month. */
#include "gas/market.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void thaw_gas_run_clear(thaw_gas_run *run) {
    thaw_gas_network_free(run->network);
    thaw_gas_equilibrium_free(run->outcome);
    free(run->price_cap);
    *run = (thaw_gas_run){0};
}

/* The months [first, first + n) as they are known in `known`. */
static thaw_status view(const thaw_gas_network *network, const struct thaw_scenario *scenario, thaw_gas_month first,
                        size_t n, thaw_gas_month known, thaw_gas_run *run, thaw_error *error) {
    thaw_status status = thaw_gas_network_window(network, first, n, &run->network, error);
    if (status) return status;
    run->price_cap = malloc((run->network->n_nodes * n + 1) * sizeof *run->price_cap);
    if (!run->price_cap) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
    return thaw_gas_apply(scenario, known, run->network, run->price_cap, error);
}

static int any_cap(const thaw_gas_run *run) {
    for (size_t cell = 0; cell < run->network->n_nodes * run->network->n_months; cell++)
        if (isfinite(run->price_cap[cell])) return 1;
    return 0;
}

static thaw_status solve(const thaw_gas_horizon *plan, thaw_gas_run *run, const thaw_gas_equilibrium *start,
                         thaw_error *error) {
    const thaw_gas_options options = {.price_cap = any_cap(run) ? run->price_cap : NULL,
                                      .start = start,
                                      .progress = plan->progress,
                                      .context = plan->context};
    return thaw_gas_solve(run->network, &options, &run->outcome, error);
}

/* Month 0 of one array of elements becomes month t of another. */
static void copy_month(const double *from, size_t from_months, double *to, size_t to_months, size_t t, size_t elements,
                       size_t cells) {
    for (size_t k = 0; from && k < elements; k++)
        for (size_t c = 0; c < cells; c++) to[(k * to_months + t) * cells + c] = from[k * from_months * cells + c];
}

static void keep_month(const thaw_gas_equilibrium *from, thaw_gas_equilibrium *to, size_t t) {
    const size_t a = from->n_months, b = to->n_months, nodes = to->n_nodes;
    const struct {
        const double *from;
        double *to;
        size_t elements, cells;
    } all[] = {{from->price, to->price, nodes, 1},
               {from->network_price, to->network_price, nodes, 1},
               {from->consumption, to->consumption, nodes, to->n_groups},
               {from->rationed, to->rationed, nodes, 1},
               {from->produced, to->produced, to->n_supplies, 1},
               {from->sales, to->sales, to->n_suppliers * nodes, 1},
               {from->margin, to->margin, to->n_suppliers, 1},
               {from->flow, to->flow, to->n_arcs, 1},
               {from->injected, to->injected, to->n_storages, 1},
               {from->withdrawn, to->withdrawn, to->n_storages, 1},
               {from->stock, to->stock, to->n_storages, 1},
               {from->stored_price, to->stored_price, to->n_storages, 1},
               {from->contract_value, to->contract_value, to->n_supplies, 1},
               {from->perceived, to->perceived, nodes, 1}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        copy_month(all[k].from, a, all[k].to, b, t, all[k].elements, all[k].cells);
    for (size_t s = 0; s < to->n_sellers && s < from->n_sellers; s++) {
        copy_month(from->fringe + s * nodes * a, a, to->fringe + s * nodes * b, b, t, nodes, 1);
        copy_month(from->seller_margin + s * a, a, to->seller_margin + s * b, b, t, 1, 1);
    }
    for (size_t i = 0; i < nodes; i++) to->seller[i * b + t] = from->seller[i * a];
    to->iterations += from->iterations;
    to->rounds += from->rounds;
    if (from->capped > to->capped) to->capped = from->capped;
    to->seconds += from->seconds;
    if (from->residuals.balance > to->residuals.balance || t == 0) {
        to->residuals.balance = from->residuals.balance;
        memcpy(to->residuals.balance_where, from->residuals.balance_where, sizeof to->residuals.balance_where);
    }
    if (from->residuals.price > to->residuals.price || t == 0) {
        to->residuals.price = from->residuals.price;
        memcpy(to->residuals.price_where, from->residuals.price_where, sizeof to->residuals.price_where);
    }
}

/* Month by month: what each sees ahead is solved, and its first month kept. */
static thaw_status roll(const thaw_gas_network *network, const struct thaw_scenario *scenario, const thaw_gas_horizon *plan,
                        thaw_gas_run *run, thaw_error *error) {
    thaw_status status = solve(plan, run, NULL, error);
    double *stock = malloc((network->n_storages + 1) * sizeof *stock);
    if (!status && !stock) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
    if (!status) run->outcome->iterations = run->outcome->rounds = 0, run->outcome->capped = 0, run->outcome->seconds = 0;
    for (size_t t = 0; t < plan->n_months && !status; t++) {
        thaw_gas_run ahead = {0};
        const thaw_gas_month now = plan->first + (thaw_gas_month)t;
        status = view(network, scenario, now, plan->foresight, now, &ahead, error);
        for (size_t z = 0; z < network->n_storages && !status && t; z++) ahead.network->first_stock.value[z] = stock[z];
        if (!status) status = solve(plan, &ahead, NULL, error);
        for (size_t z = 0; z < network->n_storages && !status; z++) stock[z] = ahead.outcome->stock[z * plan->foresight];
        if (!status) keep_month(ahead.outcome, run->outcome, t);
        thaw_gas_run_clear(&ahead);
    }
    free(stock);
    return status;
}

thaw_status thaw_gas_run_scenario(const thaw_gas_network *network, const struct thaw_scenario *scenario,
                                  const thaw_gas_horizon *plan, const thaw_gas_equilibrium *start, thaw_gas_run *run,
                                  thaw_error *error) {
    const thaw_gas_month last = plan->first + (thaw_gas_month)plan->n_months;
    *run = (thaw_gas_run){0};
    thaw_status status = view(network, scenario, plan->first, plan->n_months, last, run, error);
    if (!status) status = plan->foresight ? roll(network, scenario, plan, run, error) : solve(plan, run, start, error);
    if (status) thaw_gas_run_clear(run);
    return status;
}
