/* Gas markets that can be solved by hand. */
#include "small_gas.h"

#include <stdlib.h>
#include <string.h>

static thaw_gas_equilibrium *solve(const thaw_gas_network *n) {
    return solve_with(n, NULL);
}

/* A source at cost 10, a pipe of cost 2 to where p = 100 - q: full at 60, price 40 and a rent of 28 on the pipe; at twice
 * the capacity it is not full and the price is 12. */
static void congested_pipe(void **state) {
    (void)state;
    thaw_gas_network *n = one_pipe(60);
    thaw_gas_equilibrium *e = solve(n);
    near(e->flow[0], 60, 1e-6, "flow");
    near(e->price[1], 40, 1e-6, "price");
    near(e->network_price[1] - e->network_price[0], 30, 1e-6, "rent and cost of the pipe");
    thaw_gas_equilibrium_free(e);
    n->arc_capacity.value[0] = 120;
    e = solve(n);
    near(e->flow[0], 88, 1e-6, "flow");
    near(e->price[1], 12, 1e-6, "price");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* p = 100 - q, costs 10 and 20: q1 = (100 - 2 10 + 20) / 3, q2 = (100 - 2 20 + 10) / 3. */
static void cournot_duopoly(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 1, 2, 2, 0, 0);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_supply(n, 1, 1, 0, 500, 20, 0);
    n->conduct.value[0] = n->conduct.value[1] = 1;
    thaw_gas_equilibrium *e = solve(n);
    near(e->produced[0], 100 / 3.0, 1e-6, "first");
    near(e->produced[1], 70 / 3.0, 1e-6, "second");
    near(e->price[0], 130 / 3.0, 1e-6, "price");
    assert_int_equal(e->rounds, 1);
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* One supplier at conduct d sells (100 - 10) / (1 + d); price takers beside it at 30 leave it no more than that. */
static void conduct_from_competition_to_monopoly(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 1, 1, 1, 0, 0);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    for (int k = 0; k <= 4; k++) {
        n->conduct.value[0] = k / 4.0;
        thaw_gas_equilibrium *e = solve(n);
        near(e->produced[0], 90 / (1 + k / 4.0), 1e-5, "quantity");
        near(e->price[0], 100 - 90 / (1 + k / 4.0), 1e-5, "price");
        thaw_gas_equilibrium_free(e);
    }
    thaw_gas_network_free(n);
    n = small_gas(1, 1, 2, 2, 0, 0);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_supply(n, 1, 1, 0, 500, 30, 0);
    n->conduct.value[0] = 1;
    thaw_gas_equilibrium *e = solve(n);
    near(e->price[0], 30, 1e-6, "price");
    near(e->produced[0], 20, 1e-5, "monopolist beside price takers"); /* where 30 - q = 10 */
    near(e->produced[1], 50, 1e-5, "price takers");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* Monopoly over two markets: with no trade between them but the supplier's own, each has its own price. */
static void price_discrimination(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 3, 1, 1, 2, 0);
    set_demand(n, 1, 100, 1);
    set_demand(n, 2, 60, 0.5);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_arc(n, 0, 0, 1, 500, 0);
    set_arc(n, 1, 1, 2, 500, 4);
    n->conduct.value[0] = 1;
    thaw_gas_equilibrium *e = solve(n);
    near(e->price[1], 55, 1e-6, "price");
    near(e->price[2], 37, 1e-6, "price beyond");
    near(e->network_price[2] - e->network_price[1], 4, 1e-6, "network price");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* A cheap summer and a dear winter: a store takes gas over until its cost is all that is between the prices, or it is full.
 */
static void storage_between_seasons(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(2, 1, 1, 1, 0, 1);
    set_demand(n, 0, 50, 1);
    set_demand_in(n, 0, 1, 150, 1);
    set_supply(n, 0, 0, 0, 60, 10, 0);
    set_storage(n, 0, 0, 1000, 10, 1.5, 0.5);
    thaw_gas_equilibrium *e = solve(n);
    /* Alone: summer 40 at price 10, winter 60 at 90. Now 120 in all: q1 + q2 = 120, p2 - p1 = 2. */
    near(e->price[1] - e->price[0], 2, 1e-6, "difference of prices");
    near(e->price[0], 39, 1e-6, "summer");
    near(e->stock[0], 49, 1e-5, "stored");
    near(e->stock[1], 0, 1e-5, "left");
    thaw_gas_equilibrium_free(e);
    n->volume.value[0] = 30;
    e = solve(n);
    near(e->stock[0], 30, 1e-6, "a full store");
    near(e->price[0], 20, 1e-6, "summer");
    near(e->price[1], 60, 1e-6, "winter");
    thaw_gas_equilibrium_free(e);
    /* A filling asked for at the end of the first month, whatever it costs. */
    n->volume.value[0] = 100;
    n->target_fill.value[0] = 0.55;
    e = solve(n);
    near(e->stock[0], 55, 1e-6, "as asked");
    near(e->price[0], 45, 1e-6, "summer");
    near(e->price[1], 35, 1e-6, "winter");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* A monopolist stores for a market that it alone supplies: what is equal is marginal revenue. */
static void island_and_connector(void **state) {
    (void)state;
    /* 0 an exporter with power, 1 the mainland with price takers at 20, 2 the island. */
    thaw_gas_network *n = small_gas(1, 3, 2, 2, 3, 0);
    set_demand(n, 1, 100, 0.1);
    set_demand(n, 2, 100, 2);
    set_supply(n, 0, 0, 0, 5000, 10, 0);
    set_supply(n, 1, 1, 1, 5000, 20, 0);
    set_arc(n, 0, 0, 1, 5000, 0);
    set_arc(n, 1, 0, 2, 5000, 0);
    set_arc(n, 2, 1, 2, 0, 3);
    n->conduct.value[0] = 1;
    thaw_gas_equilibrium *e = solve(n);
    near(e->price[2], 55, 1e-5, "the island alone pays the monopoly's price");
    near(e->price[1], 20, 1e-5, "the mainland does not");
    thaw_gas_equilibrium_free(e);
    n->arc_capacity.value[2] = 5000;
    e = solve(n);
    /* All gas may now come from price takers, at the network's price. */
    assert_true(e->price[2] < 24);
    near(e->price[2] - e->price[1], e->network_price[2] - e->network_price[1], 1e-5, "one price for all");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* Nobody can sell to a market that was cut off: nothing is used, and the price is what the first unit would be worth. */
static void cut_off(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(2, 2, 1, 1, 1, 0);
    set_demand(n, 1, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_arc(n, 0, 0, 1, 60, 2);
    set_demand(n, 0, 50, 1);
    n->arc_capacity.value[1] = 0;
    thaw_gas_network *copy;
    assert_int_equal(thaw_gas_network_copy(n, &copy, NULL), THAW_OK);
    thaw_gas_network_free(n);
    thaw_error error = {0};
    thaw_gas_equilibrium *e = NULL;
    assert_int_equal(thaw_gas_solve(copy, NULL, &e, &error), THAW_OK);
    near(e->price[1 * 2 + 1], 100, 1e-9, "price");
    near(e->consumption[1 * 2 + 1], 0, 0, "consumption");
    near(e->price[0], 10, 1e-6, "price of the others");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(copy);
}

/* A yearly quantity to be taken: produced at a loss where that is what it takes; a quota binds the other way. */
static void contracts(void **state) {
    (void)state;
    const thaw_gas_sizes sizes = {.first = thaw_gas_month_of(2021, 1),
                                  .n_months = 3,
                                  .n_marks = 1,
                                  .n_groups = 1,
                                  .n_nodes = 1,
                                  .n_suppliers = 1,
                                  .n_supplies = 1,
                                  .n_contracts = 1};
    thaw_gas_network *n;
    assert_int_equal(thaw_gas_network_create(sizes, &n, NULL), THAW_OK);
    thaw_gas_set_text(&n->group[0], "g", NULL);
    thaw_gas_set_text(&n->node[0], "n", NULL);
    thaw_gas_set_text(&n->supplier[0], "s", NULL);
    thaw_gas_set_text(&n->supply[0], "k", NULL);
    thaw_gas_set_text(&n->contract[0], "c", NULL);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    n->contract_to[0] = 2;
    n->contract_min.value[0] = 285; /* 95 a month instead of 90 */
    thaw_gas_equilibrium *e = solve(n);
    for (int t = 0; t < 3; t++) near(e->price[t], 5, 1e-5, "price under take-or-pay");
    near(e->contract_value[0], 5, 1e-5, "what the duty is worth");
    thaw_gas_equilibrium_free(e);
    n->contract_min.value[0] = 0;
    n->contract_max.value[0] = 240;
    e = solve(n);
    for (int t = 0; t < 3; t++) near(e->price[t], 20, 1e-5, "price under a quota");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* A cap below what clears the market: whoever takes prices rations; a monopolist sells up to the kink. */
static void capped_prices(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 1, 1, 1, 0, 0);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 50, 10, 0);
    double cap = 30;
    thaw_gas_equilibrium *e = solve_with(n, &cap);
    near(e->price[0], 30, 1e-6, "price");
    near(e->consumption[0], 50, 1e-6, "served");
    near(e->rationed[0], 20, 1e-5, "rationed");
    thaw_gas_equilibrium_free(e);
    n->supply_capacity.value[0] = 500;
    n->conduct.value[0] = 1;
    cap = 40;
    e = solve_with(n, &cap);
    near(e->price[0], 40, 1e-4, "price");
    near(e->consumption[0], 60, 1e-3, "a cap makes a monopolist sell more");
    thaw_gas_equilibrium_free(e);
    cap = 80; /* above the monopoly price of 55: no matter */
    e = solve_with(n, &cap);
    near(e->price[0], 55, 1e-5, "price");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* A store that has to hold 10 at a node whose users pay 30 at most: it takes its part of the 50 that there are, and where
 * gas costs 40, pays that while users go without. What is rationed fills no store. */
static void a_store_under_a_cap(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 1, 1, 1, 0, 1);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 50, 10, 0);
    set_storage(n, 0, 0, 20, 100, 1, 1);
    n->first_stock.value[0] = 0;
    n->target_fill.value[0] = 0.5;
    double cap = 30;
    thaw_gas_equilibrium *e = solve_with(n, &cap);
    near(e->price[0], 30, 1e-6, "price");
    near(e->injected[0], 10, 1e-6, "injected");
    near(e->consumption[0], 40, 1e-6, "served");
    near(e->rationed[0], 30, 1e-5, "rationed");
    thaw_gas_equilibrium_free(e);
    n->supply_cost.value[0] = 40;
    e = solve_with(n, &cap);
    near(e->price[0], 40, 1e-6, "what the store pays");
    near(e->produced[0], 10, 1e-6, "produced, for the store alone");
    near(e->consumption[0], 0, 1e-6, "served");
    near(e->rationed[0], 70, 1e-5, "rationed");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* p = 100 - q, costs 10 and 20, Cournot: 43.3 without a cap. At 40 both reckon with one slope b at which they sell what is
 * demanded there, (40 - 10) / b + (40 - 20) / b = 60; at 15 the second sells nothing; at 30 with 25 each they ration. */
static void duopoly_under_a_cap(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 1, 2, 2, 0, 0);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_supply(n, 1, 1, 0, 500, 20, 0);
    n->conduct.value[0] = n->conduct.value[1] = 1;
    double cap = 40;
    thaw_gas_equilibrium *e = solve_with(n, &cap);
    near(e->price[0], 40, 1e-5, "price at the cap");
    near(e->produced[0], 36, 1e-4, "first");
    near(e->produced[1], 24, 1e-4, "second");
    near(e->perceived[0], 5.0 / 6, 1e-6, "slope that both reckon with");
    near(e->rationed[0], 0, 1e-4, "rationed");
    thaw_gas_equilibrium_free(e);
    cap = 15;
    e = solve_with(n, &cap);
    near(e->produced[0], 85, 1e-4, "the cheaper one serves all");
    near(e->produced[1], 0, 1e-5, "the dearer one nothing");
    near(e->perceived[0], 1.0 / 17, 1e-6, "slope that it reckons with");
    thaw_gas_equilibrium_free(e);
    cap = 60;
    e = solve_with(n, &cap);
    near(e->price[0], 130 / 3.0, 1e-5, "a cap above the market's price does nothing");
    near(e->perceived[0], 1, 1e-6, "the slope of demand");
    thaw_gas_equilibrium_free(e);
    n->supply_capacity.value[0] = n->supply_capacity.value[1] = 25;
    cap = 30;
    e = solve_with(n, &cap);
    near(e->price[0], 30, 1e-5, "price");
    near(e->rationed[0], 20, 1e-4, "rationed where there is no more to sell");
    near(e->perceived[0], 0, 1e-6, "nobody withholds");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* A monopolist (cost 10) of two markets, p = 100 - q each, of which one is capped: that one is served to the kink, the other
 * pays the monopoly's price; price takers at 35 beside it leave less than the cap. */
static void one_capped_market_of_two(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(2, 3, 2, 2, 2, 1);
    set_demand(n, 1, 100, 1);
    set_demand(n, 2, 100, 1);
    set_supply(n, 0, 0, 0, 5000, 10, 0);
    set_supply(n, 1, 1, 1, 0, 35, 0);
    set_arc(n, 0, 0, 1, 5000, 0);
    set_arc(n, 1, 0, 2, 5000, 0);
    set_storage(n, 0, 1, 20, 100, 1, 1);
    n->conduct.value[0] = 1;
    double cap[6] = {INFINITY, INFINITY, 40, 40, INFINITY, INFINITY};
    thaw_gas_equilibrium *e = solve_with(n, cap);
    for (int t = 0; t < 2; t++) {
        near(e->price[2 + t], 40, 1e-5, "the capped market");
        near(e->consumption[2 + t], 60, 1e-4, "all that is demanded at the cap");
        near(e->price[4 + t], 55, 1e-5, "the other");
    }
    thaw_gas_equilibrium_free(e);
    for (int t = 0; t < 2; t++) n->supply_capacity.value[2 + t] = 5000;
    e = solve_with(n, cap);
    for (int t = 0; t < 2; t++) near(e->price[2 + t], 35, 1e-5, "price takers' cost");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

static void expect_infeasible(const thaw_gas_network *n, const char *part) {
    thaw_error error = {0};
    thaw_gas_equilibrium *e = NULL;
    assert_int_equal(thaw_gas_solve(n, NULL, &e, &error), THAW_ERR_INPUT);
    if (!strstr(error.message, part)) fail_msg("expected \"%s\" in \"%s\"", part, error.message);
}

static void fillings_that_cannot_be(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(2, 1, 1, 1, 0, 1);
    set_demand(n, 0, 50, 1);
    set_supply(n, 0, 0, 0, 60, 10, 0);
    set_storage(n, 0, 0, 1000, 1, 0, 0);
    n->target_fill.value[1] = 0.09; /* 90, where 31 + 28 can be injected */
    expect_infeasible(n,
                      "n0 cannot fill its storage to 9.0% (90 million m3) by the end of 2021-02: at least 31.0 million m3");
    n->target_fill.value[1] = 0;
    n->supply_min.value[0] = 60;
    n->demand.value[0] = 0;
    n->injection.value[0] = 0;
    expect_infeasible(n, "k0 must deliver at least 60.0 million m3 in 2021-01");
    thaw_gas_network_free(n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(congested_pipe),
        cmocka_unit_test(cournot_duopoly),
        cmocka_unit_test(conduct_from_competition_to_monopoly),
        cmocka_unit_test(price_discrimination),
        cmocka_unit_test(storage_between_seasons),
        cmocka_unit_test(island_and_connector),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(contracts),
        cmocka_unit_test(capped_prices),
        cmocka_unit_test(a_store_under_a_cap),
        cmocka_unit_test(duopoly_under_a_cap),
        cmocka_unit_test(one_capped_market_of_two),
        cmocka_unit_test(fillings_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
