/* small_gas.h: small gas networks, written down by hand. */
#ifndef THAW_TESTS_SMALL_GAS_H
#define THAW_TESTS_SMALL_GAS_H

#include "thaw/gas.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

/* A network of one user group, all numbers 0, with one mark. Nodes and the rest are called n0, n1, ..., s0, k0, a0, z0. */
static inline thaw_gas_network *small_gas(size_t months, size_t nodes, size_t suppliers, size_t supplies, size_t arcs,
                                          size_t storages) {
    const thaw_gas_sizes sizes = {.first = thaw_gas_month_of(2021, 1),
                                  .n_months = months,
                                  .n_marks = 1,
                                  .n_groups = 1,
                                  .n_nodes = nodes,
                                  .n_suppliers = suppliers,
                                  .n_supplies = supplies,
                                  .n_arcs = arcs,
                                  .n_storages = storages};
    thaw_gas_network *n;
    assert_int_equal(thaw_gas_network_create(sizes, &n, NULL), THAW_OK);
    struct {
        char **code, **name;
        size_t n;
        char letter;
    } lists[] = {{n->group, n->group_name, 1, 'g'},
                 {n->node, n->node_name, nodes, 'n'},
                 {n->supplier, n->supplier_name, suppliers, 's'},
                 {n->supply, n->supply_name, supplies, 'k'},
                 {n->arc, n->arc_point, arcs, 'a'},
                 {n->storage, n->storage_name, storages, 'z'}};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t k = 0; k < lists[l].n; k++) {
            char text[24];
            snprintf(text, sizeof text, "%c%zu", lists[l].letter, k);
            assert_int_equal(thaw_gas_set_text(&lists[l].code[k], text, NULL), THAW_OK);
            assert_int_equal(thaw_gas_set_text(&lists[l].name[k], text, NULL), THAW_OK);
        }
    assert_int_equal(thaw_gas_set_text(&n->name, "small", NULL), THAW_OK);
    return n;
}

/* Inverse demand p = intercept - slope * quantity, in every month. */
static inline void set_demand(thaw_gas_network *n, size_t node, double intercept, double slope) {
    const double price = intercept / 2, quantity = (intercept - price) / slope;
    for (size_t t = 0; t < n->n_months; t++) {
        n->demand.value[node * n->n_months + t] = quantity;
        n->price.value[node * n->n_months + t] = price;
    }
    n->elasticity.value[node] = price / (slope * quantity);
}

/* The same in one month, with the elasticity that the node has: p = intercept - slope * quantity at that elasticity's point.
 */
static inline void set_demand_in(thaw_gas_network *n, size_t node, size_t month, double intercept, double slope) {
    const double elasticity = n->elasticity.value[node], price = intercept * elasticity / (1 + elasticity);
    n->demand.value[node * n->n_months + month] = (intercept - price) / slope;
    n->price.value[node * n->n_months + month] = price;
}

static inline void set_supply(thaw_gas_network *n, size_t supply, size_t supplier, size_t node, double capacity, double cost,
                              double slope) {
    n->supply_supplier[supply] = supplier;
    n->supply_node[supply] = node;
    for (size_t t = 0; t < n->n_months; t++) n->supply_capacity.value[supply * n->n_months + t] = capacity;
    n->supply_cost.value[supply] = cost;
    n->supply_slope.value[supply] = slope;
}

static inline void set_arc(thaw_gas_network *n, size_t arc, size_t from, size_t to, double capacity, double cost) {
    n->arc_from[arc] = from;
    n->arc_to[arc] = to;
    for (size_t t = 0; t < n->n_months; t++) n->arc_capacity.value[arc * n->n_months + t] = capacity;
    n->arc_cost.value[arc] = cost;
}

static inline void set_storage(thaw_gas_network *n, size_t storage, size_t node, double volume, double rate, double cost_in,
                               double cost_out) {
    n->storage_node[storage] = node;
    n->volume.value[storage] = volume;
    n->injection.value[storage] = n->withdrawal.value[storage] = rate;
    n->injection_cost.value[storage] = cost_in;
    n->withdrawal_cost.value[storage] = cost_out;
}

/* A source at 10, a pipe of cost 2 to where p = 100 - q. */
static inline thaw_gas_network *one_pipe(double capacity) {
    thaw_gas_network *n = small_gas(1, 2, 1, 1, 1, 0);
    set_demand(n, 1, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_arc(n, 0, 0, 1, capacity, 2);
    return n;
}

/* The equilibrium, whose balances and conditions hold. price_cap [node][month], or NULL. */
static inline thaw_gas_equilibrium *solve_with(const thaw_gas_network *n, const double *price_cap) {
    thaw_gas_equilibrium *e = NULL;
    thaw_error error = {0};
    const thaw_gas_options options = {.price_cap = price_cap};
    if (thaw_gas_solve(n, &options, &e, &error)) fail_msg("%s", error.message);
    if (!(e->residuals.balance <= 1e-8)) fail_msg("balance: %s %g", e->residuals.balance_where, e->residuals.balance);
    if (!(e->residuals.price <= 1e-5)) fail_msg("condition: %s %g", e->residuals.price_where, e->residuals.price);
    return e;
}

static inline void near(double found, double expected, double tolerance, const char *what) {
    if (!(fabs(found - expected) <= tolerance)) fail_msg("%s: %.12g instead of %.12g", what, found, expected);
}

#endif
