/* What a run of the gas market says as JSON, held to docs/formats.md. */
#include "report/gas_trade.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

static const char SCENARIO[] = "name: short\n"
                               "gas: {network: gas-europe, from: 2022-05, months: 3}\n"
                               "measures:\n"
                               "  - {kind: cut, supply: RUS.nordstream}\n";

static double sum_of(const json_t *row) {
    double sum = 0;
    for (size_t t = 0; t < json_array_size(row); t++) sum += json_number_value(json_array_get(row, t));
    return sum;
}

/* Rows as long as the calendar, as many as codes. */
static void rows(const json_t *o, const char *table, const char *measure, size_t months) {
    const json_t *columns = json_object_get(o, table);
    const size_t n = json_array_size(json_object_get(columns, "code"));
    const char *const endings[] = {"", "_before"};
    for (int k = 0; k < 2; k++) {
        char key[40];
        snprintf(key, sizeof key, "%s%s", measure, endings[k]);
        const json_t *found = json_object_get(columns, key);
        if (json_array_size(found) != n) fail_msg("%s.%s: %zu rows of %zu", table, key, json_array_size(found), n);
        for (size_t i = 0; i < n; i++) assert_int_equal(json_array_size(json_array_get(found, i)), months);
    }
}

static void everything_by_month(void **state) {
    (void)state;
    thaw_scenario *scenario;
    thaw_gas_horizon plan;
    gas_case c;
    thaw_error error = {0};
    if (thaw_scenario_parse(SCENARIO, sizeof SCENARIO - 1, "short", NULL, &scenario, &error)) fail_msg("%s", error.message);
    assert_int_equal(thaw_gas_horizon_of(scenario, &plan, &error), THAW_OK);
    if (gas_case_solve(scenario, &plan, NULL, NULL, &c, &error)) fail_msg("%s", error.message);
    json_t *o = gas_report_object(&c.report, 1);
    static const char *const measures[][2] = {{"nodes", "price"},   {"nodes", "consumption"}, {"nodes", "rationed"},
                                              {"arcs", "flow"},     {"arcs", "capacity"},     {"supplies", "produced"},
                                              {"storages", "stock"}};
    for (size_t k = 0; k < sizeof measures / sizeof *measures; k++) rows(o, measures[k][0], measures[k][1], 3);
    assert_string_equal(json_string_value(json_array_get(json_object_get(o, "calendar"), 2)), "2022-07");
    /* Nord Stream is shut, and was not before: by its code in supplies, through its arc, to the market at its end. */
    const size_t k = (size_t)thaw_gas_supply(c.network, "RUS.nordstream");
    const json_t *supplies = json_object_get(o, "supplies");
    assert_string_equal(json_string_value(json_array_get(json_object_get(supplies, "code"), k)), "RUS.nordstream");
    assert_true(sum_of(json_array_get(json_object_get(supplies, "produced"), k)) < 1e-3);
    assert_true(sum_of(json_array_get(json_object_get(supplies, "produced_before"), k)) > 1000);
    const json_t *arcs = json_object_get(o, "arcs"), *nodes = json_object_get(o, "nodes");
    for (size_t a = 0; a < json_array_size(json_object_get(arcs, "code")); a++) {
        const size_t from = (size_t)json_integer_value(json_array_get(json_object_get(arcs, "from"), a));
        const char *code = json_string_value(json_array_get(json_object_get(arcs, "code"), a));
        const char *node = json_string_value(json_array_get(json_object_get(nodes, "code"), from));
        if (strncmp(code, node, strlen(node)) != 0 || code[strlen(node)] != '>') fail_msg("%s begins at %s", code, node);
    }
    json_decref(o);
    gas_case_clear(&c);
    thaw_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(everything_by_month)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
