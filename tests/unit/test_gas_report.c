/* What a run of the gas market says as JSON, held to docs/formats.md; and the market together with trade. */
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

/* ---- together with trade ---- */

static void solve_with_trade(const char *text, thaw_scenario **scenario, gas_case *c) {
    thaw_gas_horizon plan;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "test", NULL, scenario, &error)) fail_msg("%s", error.message);
    assert_int_equal(thaw_gas_horizon_of(*scenario, &plan, &error), THAW_OK);
    if (gas_case_solve(*scenario, &plan, NULL, "wiod-2011", c, &error)) fail_msg("%s", error.message);
}

static size_t country_of(const gas_trade *t, const char *code) {
    const long c = thaw_world_country(t->world, code);
    assert_true(c >= 0);
    return (size_t)c;
}

static void nothing_happens_without_measures(void **state) {
    (void)state;
    thaw_scenario *scenario;
    gas_case c;
    solve_with_trade("name: none\ngas: {from: 2022-01, months: 2}\nmeasures: []\n", &scenario, &c);
    assert_true(c.trade.converged);
    assert_int_equal(c.trade.rounds, 1);
    for (size_t k = 0; k < c.trade.world->n_countries; k++) {
        const char *name = c.trade.world->country[k];
        if (fabs(c.trade.levy[k] - 1) > 1e-6 || fabs(c.trade.received[k]) > 1 || fabs(c.trade.activity[k] - 1) > 1e-6)
            fail_msg("%s: levy %g, received %g, activity %g", name, c.trade.levy[k], c.trade.received[k],
                     c.trade.activity[k]);
        if (fabs(c.trade.welfare_pct[k]) > 1e-4) fail_msg("%s: real income %g%%", name, c.trade.welfare_pct[k]);
    }
    gas_case_clear(&c);
    thaw_scenario_free(scenario);
}

/* What is paid is received by somebody; the market of the last round has the demand that activity makes. */
static void payments_and_demand_agree(void **state) {
    (void)state;
    thaw_scenario *scenario;
    gas_case c;
    solve_with_trade("name: cut\ngas: {from: 2022-05, months: 3}\nmeasures: [{kind: cut, supply: [RUS.nordstream, "
                     "RUS.yamal, RUS.ukraine]}]\n",
                     &scenario, &c);
    const gas_trade *t = &c.trade;
    assert_true(t->converged);
    double sum = 0, size = 0;
    for (size_t k = 0; k < t->world->n_countries; k++) {
        sum += t->received[k];
        size += fabs(t->received[k]);
        if (strcmp(t->world->country[k], "ROW") && fabs(t->received[k] - (t->earned[k] - t->paid[k])) > 1e-9 * size)
            fail_msg("%s receives %g, not %g less %g", t->world->country[k], t->received[k], t->earned[k], t->paid[k]);
    }
    assert_true(size > 1000 && fabs(sum) < 1e-9 * size);
    const size_t germany = country_of(t, "DEU"), america = country_of(t, "USA"), russia = country_of(t, "RUS");
    assert_true(t->levy[germany] > 1.01 && t->welfare_pct[germany] < -0.01);
    assert_true(t->received[america] > 0 && t->welfare_pct[america] > 0);
    assert_true(t->received[russia] < 0 && t->welfare_pct[russia] < 0);
    assert_true(t->productivity[germany] == 1); /* nothing is rationed */
    const thaw_gas_network *before = c.base.network, *now = c.now.network;
    static const char *const pairs[][2] = {{"DEU", "DEU"}, {"ROM", "ROU"}};
    for (size_t p = 0; p < 2; p++) {
        const size_t at = (size_t)thaw_gas_node(now, pairs[p][1]) * now->n_months * now->n_groups;
        const double factor = now->demand.value[at] / before->demand.value[at];
        if (fabs(factor - t->activity[country_of(t, pairs[p][0])]) > 2e-6)
            fail_msg("demand of %s moved by %g, activity is %g", pairs[p][1], factor,
                     t->activity[country_of(t, pairs[p][0])]);
    }
    char text[160];
    gas_trade_verdict(&(gas_trade){.rounds = 30}, text);
    assert_string_equal(text, "NO joint equilibrium in 30 rounds; the last one is shown");
    gas_case_clear(&c);
    thaw_scenario_free(scenario);
}

/* At a cap below what users would pay nobody earns what they lose. */
static void rationing_is_a_loss(void **state) {
    (void)state;
    thaw_scenario *scenario;
    gas_case c;
    solve_with_trade(
        "name: cap\ngas: {from: 2022-05, months: 3}\nmeasures:\n"
        "  - {kind: conduct, supplier: [RUS, NOR, DZA, QAT], value: 0}\n"
        "  - {kind: cut, supply: [RUS.nordstream, RUS.yamal, RUS.ukraine]}\n  - {kind: price_cap, country: DEU, cap: 15}\n",
        &scenario, &c);
    const size_t germany = country_of(&c.trade, "DEU"), node = (size_t)thaw_gas_node(c.now.network, "DEU");
    double rationed = 0;
    for (size_t t = 0; t < 3; t++) rationed += c.now.outcome->rationed[node * 3 + t];
    assert_true(rationed > 100);
    assert_true(c.trade.converged);
    if (!(c.trade.productivity[germany] < 0.999))
        fail_msg("productivity %g with %g rationed", c.trade.productivity[germany], rationed);
    assert_true(c.trade.productivity[country_of(&c.trade, "FRA")] == 1);
    gas_case_clear(&c);
    thaw_scenario_free(scenario);
}

/* What kind of problem the market was is said: one program, or one of complementarity. */
static void solved_as(void **state) {
    (void)state;
    static const struct {
        const char *text, *kind;
    } cases[] = {
        {"name: one\ngas: {from: 2022-01, months: 2}\nmeasures: []\n", "1 convex quadratic program"},
        {"name: power\ngas: {from: 2022-01, months: 1}\nmeasures: [{kind: price_cap, country: DEU, cap: 20}]\n",
         "a mixed complementarity problem, since suppliers with market power meet 1 capped prices"},
        {"name: ahead\ngas: {from: 2022-01, months: 2, foresight: 2}\nmeasures: []\n", "month by month, 2 ahead: 2 convex"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        thaw_scenario *scenario;
        thaw_gas_horizon plan;
        gas_case c;
        char text[320];
        thaw_error error = {0};
        assert_int_equal(thaw_scenario_parse(cases[k].text, strlen(cases[k].text), "test", NULL, &scenario, &error),
                         THAW_OK);
        assert_int_equal(thaw_gas_horizon_of(scenario, &plan, &error), THAW_OK);
        if (gas_case_solve(scenario, &plan, NULL, NULL, &c, &error)) fail_msg("%s", error.message);
        gas_solved_as(&c.report, text);
        if (!strstr(text, cases[k].kind)) fail_msg("solved as '%s', not '%s'", text, cases[k].kind);
        gas_case_clear(&c);
        thaw_scenario_free(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_by_month),
        cmocka_unit_test(nothing_happens_without_measures),
        cmocka_unit_test(payments_and_demand_agree),
        cmocka_unit_test(rationing_is_a_loss),
        cmocka_unit_test(solved_as),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
