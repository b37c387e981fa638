/* What habit makes of markets that can be solved by hand. */
#include "small_gas.h"

#include <string.h>

static void expect_flow(const thaw_gas_network *n, double flow) {
    thaw_gas_equilibrium *e = solve_with(n, NULL);
    near(e->flow[0], flow, 1e-6, "flow");
    near(e->price[1], 100 - flow, 1e-6, "price");
    thaw_gas_equilibrium_free(e);
}

/* A source at 10, a pipe of 120 at cost 2 to where p = 100 - q. With habit h the price there is 12 + h (f - u) / 120. */
static void pipe(void **state) {
    (void)state;
    thaw_gas_network *n = one_pipe(120);
    n->arc_habit.value[0] = 24;
    expect_flow(n, 88); /* nothing is usual: no habit */
    n->arc_usual.value[0] = 60;
    expect_flow(n, 100 / 1.2);
    n->arc_usual.value[0] = 0;
    expect_flow(n, 88 / 1.2);
    n->arc_usual.value[0] = 200; /* more than can flow binds as what can */
    expect_flow(n, 112 / 1.2);
    n->arc_usual.value[0] = 88; /* what flows anyway is not changed by being usual */
    expect_flow(n, 88);
    thaw_gas_network_free(n);
}

/* A source that has nothing leaves a pipe empty, whatever is usual, and no condition unmet. */
static void source_without_gas(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 3, 2, 2, 2, 0);
    set_demand(n, 1, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_supply(n, 1, 1, 2, 0, 5, 0);
    set_arc(n, 0, 0, 1, 120, 2);
    set_arc(n, 1, 2, 1, 120, 2);
    n->arc_habit.value[1] = 24;
    n->arc_usual.value[1] = 100;
    expect_flow(n, 88);
    thaw_gas_network_free(n);
}

/* What pipes earn is reckoned at what they cost: at the usual flow nothing, above it what prices differ by. */
static void nobody_is_paid(void **state) {
    (void)state;
    thaw_gas_network *n = one_pipe(120);
    n->arc_habit.value[0] = 24;
    for (int k = 0; k < 2; k++) {
        n->arc_usual.value[0] = k ? 60 : 88;
        thaw_gas_equilibrium *e = solve_with(n, NULL);
        thaw_gas_result *r;
        assert_int_equal(thaw_gas_summarise(n, e, &r, NULL), THAW_OK);
        near(r->rent[0], thaw_gas_million_eur(e->flow[0], e->price[1] - 12, n->kwh_per_m3), 1e-6, "rent");
        thaw_gas_result_free(r);
        thaw_gas_equilibrium_free(e);
    }
    thaw_gas_network_free(n);
}

/* Gas at 10 in January and none in February, where p = 100 - q: x is stored and sold. It costs 1 to put in and 1 to take
 * out; 20 of 200 are usually filled and emptied; the store takes 124 in January and gives 112 in February. */
static void store(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(2, 1, 1, 1, 0, 1);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    n->supply_capacity.value[1] = 0;
    set_storage(n, 0, 0, 200, 4, 1, 1);
    n->first_stock.value[0] = 0;
    n->typical_fill.value[0] = 0.1;
    for (int k = 0; k <= 4; k++) {
        const double h = n->storage_habit.value[0] = 10.0 * k, rise = h * (1 / 124.0 + 1 / 112.0);
        thaw_gas_equilibrium *e = solve_with(n, NULL);
        const double x = (88 + 20 * rise) / (1 + rise);
        near(e->injected[0], x, 1e-6, "put in");
        near(e->withdrawn[1], x, 1e-6, "taken out");
        near(e->price[1], 100 - x, 1e-6, "price");
        near(e->stored_price[0], 11 + h * (x - 20) / 124, 1e-6, "value of gas in store");
        thaw_gas_equilibrium_free(e);
    }
    thaw_gas_network_free(n);
}

/* What is usual at the end and cannot be reached, 90 by taking in 1 a day over January, is asked for as far as it can be. */
static void unreachable_end(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 1, 1, 1, 0, 1);
    set_demand(n, 0, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_storage(n, 0, 0, 100, 1, 1, 1);
    n->first_stock.value[0] = 0;
    n->typical_fill.value[0] = 0.9;
    thaw_gas_equilibrium *e = solve_with(n, NULL);
    near(e->stock[0], 0.95 * 31, 1e-6, "left behind");
    thaw_gas_equilibrium_free(e);
    n->typical_fill.value[0] = 0.2;
    e = solve_with(n, NULL);
    near(e->stock[0], 20, 1e-6, "what is usual");
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
}

/* Habits that are no numbers, or below 0, are refused. */
static void refused(void **state) {
    (void)state;
    thaw_gas_network *n = small_gas(1, 2, 1, 1, 1, 1);
    thaw_error error = {0};
    set_demand(n, 1, 100, 1);
    set_supply(n, 0, 0, 0, 500, 10, 0);
    set_arc(n, 0, 0, 1, 120, 2);
    double *const numbers[] = {n->arc_habit.value, n->storage_habit.value, n->arc_usual.value};
    const char *const words[] = {"arc_habit of a0", "storage_habit of z0", "arc_usual of a0, 2021-01"};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        const double was = *numbers[k];
        *numbers[k] = -1;
        assert_int_equal(thaw_gas_network_validate(n, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, words[k])) fail_msg("expected \"%s\" in: %s", words[k], error.message);
        *numbers[k] = was;
        assert_int_equal(thaw_gas_network_validate(n, &error), THAW_OK);
    }
    thaw_gas_network_free(n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipe),  cmocka_unit_test(source_without_gas), cmocka_unit_test(nobody_is_paid),
        cmocka_unit_test(store), cmocka_unit_test(unreachable_end),    cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
