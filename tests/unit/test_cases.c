/* Published results, each in tests/cases/NAME with its SOURCE.md. */
#include "random.h"

#include "base/csv.h"

#include <stdio.h>

#define CASES PROJECT_DIR "/tests/cases/"

/* A printed number is right where what was found rounds to it. */
static void rounds_to(const char *country, const char *what, double found, double printed, double digit) {
    print_message("  %s %-16s %9.4f  printed %g\n", country, what, found, printed);
    if (!(fabs(found - printed) <= digit / 2 * (1 + 1e-9)))
        fail_msg("%s of %s is %.6f, printed %g", what, country, found, printed);
}

/* A row of table2.csv. */
static void check_printed(thaw_csv *csv, const thaw_world *w, const thaw_result *r) {
    const char *country = thaw_csv_text(csv, 0);
    const long i = thaw_world_country(w, country);
    assert_true(i >= 0);
    double printed[6];
    for (size_t k = 1; k < 6; k++) must(0, thaw_csv_number(csv, k, &printed[k], error));
    const thaw_decomposition *d = &r->first_order[i];
    rounds_to(country, "welfare", d->terms_of_trade + d->volume_of_trade, printed[1], 0.01);
    rounds_to(country, "terms of trade", d->terms_of_trade, printed[2], 0.01);
    rounds_to(country, "volume of trade", d->volume_of_trade, printed[3], 0.01);
    rounds_to(country, "real wage", r->real_wage_pct[i], printed[4], 0.01);
    rounds_to(country, "real wage", r->real_wage_pct[i], printed[5], 0.0001);
    print_message("  %s exact real income %9.4f\n", country, r->welfare_pct[i]);
}

static void test_caliendo_parro_2015(void **context) {
    (void)context;
    thaw_world *w = NULL;
    thaw_scenario *scenario = NULL;
    thaw_shock before = {0}, shock = {0};
    must(0, thaw_world_load(CASES "cp2015/world.nc", &w, error));
    must(0, thaw_scenario_load(CASES "cp2015/nafta.yaml", &scenario, error));
    must(0, thaw_scenario_apply(scenario, w, &before, &shock, error));
    thaw_model *model = model_of(w, 0);
    thaw_equilibrium *none = NULL, *now = NULL;
    /* The paper's hats are between two equilibria: that of its 1993 parameters, and the one with the tariffs of 2005. */
    must(0, thaw_trade_solve(model, &before, NULL, NULL, &none, error));
    must(0, thaw_trade_solve(model, &shock, NULL, none, &now, error));
    assert_true(thaw_trade_residual(model, &shock, now, NULL) <= 1e-10);
    thaw_result *r = NULL;
    must(0, thaw_trade_compare(model, &before, none, &shock, now, NULL, &r, error));
    assert_true(r->integration_error <= 1e-6);
    thaw_csv *csv = NULL;
    must(0, thaw_csv_open(CASES "cp2015/table2.csv", &csv, error));
    int more = 0, rows = 0;
    for (;; rows++) {
        must(0, thaw_csv_next(csv, &more, error));
        if (!more) break;
        check_printed(csv, w, r);
    }
    assert_int_equal(rows, 3);
    thaw_csv_close(csv);
    thaw_result_free(r);
    thaw_equilibrium_free(none);
    thaw_equilibrium_free(now);
    thaw_model_free(model);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(scenario);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_caliendo_parro_2015)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
