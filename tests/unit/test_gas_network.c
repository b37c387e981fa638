/* Gas networks in memory and on disk. */
#include "small_gas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static thaw_gas_network *example(void) {
    thaw_gas_network *n = small_gas(14, 3, 2, 2, 2, 1);
    n->node_kind[0] = THAW_GAS_SOURCE;
    set_demand(n, 1, 100, 0.5);
    set_demand(n, 2, 60, 1);
    set_supply(n, 0, 0, 0, 80, 10, 5);
    set_supply(n, 1, 1, 2, 20, 15, 0);
    set_arc(n, 0, 0, 1, 200, 2);
    set_arc(n, 1, 1, 2, 30, 1);
    set_storage(n, 0, 1, 100, 2, 0.5, 0.5);
    n->conduct.value[0] = 0.5;
    n->mark[0].kind = THAW_GAS_ASSUMPTION;
    n->mark[0].high = 2;
    assert_int_equal(thaw_gas_set_text(&n->mark[0].name, "by-hand", NULL), THAW_OK);
    for (size_t t = 0; t < 14; t++) n->stock_observed.value[t] = (double)t;
    return n;
}

static void expect_input_error(thaw_gas_network *n, const char *part) {
    thaw_error error = {0};
    assert_int_equal(thaw_gas_network_validate(n, &error), THAW_ERR_INPUT);
    if (!strstr(error.message, part)) fail_msg("expected \"%s\" in \"%s\"", part, error.message);
    thaw_gas_network_free(n);
}

static void saved_and_loaded(void **state) {
    (void)state;
    thaw_gas_network *n = example(), *again;
    thaw_error error = {0};
    char path[] = "/tmp/thaw-gas-XXXXXX";
    close(mkstemp(path));
    if (thaw_gas_network_save(n, path, &error)) fail_msg("%s", error.message);
    if (thaw_gas_network_load(path, &again, &error)) fail_msg("%s", error.message);
    assert_int_equal(again->n_months, 14);
    assert_int_equal(again->n_contracts, 0);
    assert_string_equal(again->arc[1], "a1");
    assert_string_equal(again->mark[0].name, "by-hand");
    assert_int_equal(again->mark[0].kind, THAW_GAS_ASSUMPTION);
    assert_true(again->mark[0].high == 2 && again->conduct.value[0] == 0.5);
    assert_int_equal(again->node_kind[0], THAW_GAS_SOURCE);
    assert_int_equal(again->arc_from[1], 1);
    assert_memory_equal(again->demand.value, n->demand.value, 3 * 14 * sizeof(double));
    assert_true(isnan(again->arc_observed.value[0]) && again->stock_observed.value[13] == 13);
    /* One byte elsewhere, and it is not read at all. */
    FILE *file = fopen(path, "r+b");
    fseek(file, 2000, SEEK_SET);
    const int byte = fgetc(file);
    fseek(file, 2000, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
    thaw_gas_network *none = NULL;
    assert_int_equal(thaw_gas_network_load(path, &none, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "checksum"));
    unlink(path);
    thaw_gas_network_free(n);
    thaw_gas_network_free(again);
}

static void windows_repeat_the_nearest_year(void **state) {
    (void)state;
    thaw_gas_network *n = example(), *w;
    for (size_t t = 0; t < 14; t++) n->arc_capacity.value[t] = 100 + (double)t;
    assert_int_equal(thaw_gas_network_window(n, thaw_gas_month_of(2021, 12), 6, &w, NULL), THAW_OK);
    const double expected[] = {111, 112, 113, 102, 103, 104}; /* December, then 2022-01, 02 and again March 2021 */
    for (size_t t = 0; t < 6; t++) assert_true(w->arc_capacity.value[t] == expected[t]);
    assert_true(w->stock_observed.value[2] == 13 && isnan(w->stock_observed.value[3]));
    assert_non_null(strstr(w->assumption, "2021-01 to 2022-02"));
    thaw_gas_network_free(w);
    assert_int_equal(thaw_gas_network_window(n, thaw_gas_month_of(2020, 12), 2, &w, NULL), THAW_OK);
    assert_true(w->arc_capacity.value[0] == 111 && w->arc_capacity.value[1] == 100);
    thaw_gas_network_free(w);
    thaw_gas_network_free(n);
}

static void months_as_text(void **state) {
    (void)state;
    thaw_gas_month month;
    char text[16];
    assert_true(thaw_gas_month_parse("2024-02", &month));
    assert_int_equal(thaw_gas_days_in(month), 29);
    thaw_gas_month_format(month + 11, text);
    assert_string_equal(text, "2025-01");
    const char *wrong[] = {"", "2024", "2024-13", "2024-00", "2024-1", "2024-011", "x024-01", "2024/01"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) assert_false(thaw_gas_month_parse(wrong[k], &month));
}

static void bad_numbers_are_named(void **state) {
    (void)state;
    thaw_gas_network *n = example();
    n->arc_capacity.value[14 + 2] = -1;
    expect_input_error(n, "arc_capacity of a1, 2021-03 is -1");
    n = example();
    n->supply_capacity.value[0] = 80e6;
    expect_input_error(n, "is it in m3");
    n = example();
    n->price.value[14] = 0;
    expect_input_error(n, "price of n1, 2021-01");
    n = example();
    n->arc_to[1] = 1;
    expect_input_error(n, "node that it leaves");
    n = example();
    for (size_t t = 0; t < 14; t++) n->supply_capacity.value[14 + t] = 0;
    n->arc_capacity.value[14 + 4] = 0;
    expect_input_error(n, "n2, 2021-05 cannot be met");
    n = example();
    n->supply_node[1] = 3;
    expect_input_error(n, "supply_node of k1 is 3: expected 0 to 2");
    n = example();
    assert_int_equal(thaw_gas_set_text(&n->node[2], "n1", NULL), THAW_OK);
    expect_input_error(n, "`n1` is there twice");
    n = example();
    n->conduct.value[1] = NAN;
    expect_input_error(n, "conduct of s1");
    n = example();
    n->demand.mark[3] = 1;
    expect_input_error(n, "has the mark 1");
}

static void prices_in_other_units(void **state) {
    (void)state;
    assert_true(fabs(thaw_gas_usd_per_mmbtu(34.12141633, 1) - 10) < 1e-12);
    assert_true(fabs(thaw_gas_eur_per_mwh(thaw_gas_usd_per_mmbtu(50, 1.1), 1.1) - 50) < 1e-12);
    assert_true(fabs(thaw_gas_million_eur(1000, 20, 10) - 200) < 1e-12);
    assert_true(fabs(thaw_gas_mcm(thaw_gas_twh(123, 10.5), 10.5) - 123) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_and_loaded),      cmocka_unit_test(windows_repeat_the_nearest_year),
        cmocka_unit_test(months_as_text),        cmocka_unit_test(bad_numbers_are_named),
        cmocka_unit_test(prices_in_other_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
