/* The backcast and the fit of costs, on the network that ships. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "gas/backcast.h"
#include "gas/events.h"
#include "gas/fit.h"
#include "place.h"

enum { FIRST_2018 = 12, FIRST_2020 = 36, YEAR = 12 };

static thaw_gas_network *net;

static int set_up(void **state) {
    thaw_error error;
    if (make_place(state)) return -1;
    return thaw_gas_network_load(PROJECT_DIR "/data/gas-europe.nc", &net, &error) ? -1 : 0;
}

static int tear_down(void **state) {
    thaw_gas_network_free(net);
    return remove_place(state);
}

static void ok(thaw_status status, const thaw_error *error) {
    if (status) fail_msg("%s", error->message);
}

static void near(double x, double expected) {
    if (!(fabs(x - expected) < 1e-12)) fail_msg("%.17g, expected %.17g", x, expected);
}

/* By hand: observed 1, 3, unknown; errors 1 and 1. */
static void scores(void **state) {
    (void)state;
    double model[] = {2, 2, 9}, observed[] = {1, 3, NAN}, naive[] = {1, 1, 1};
    const gas_pair pair = {0, 1, model, observed, naive};
    const gas_score m = gas_pair_score(&pair, 3, model), n = gas_pair_score(&pair, 3, naive);
    assert_int_equal(m.n, 2);
    near(m.absolute, 0.5);
    near(m.r2, 1 - 2.0 / 2);
    near(n.absolute, 0.5);
    near(n.r2, 1 - 4.0 / 2);
}

/* A model that says what happened has no error. */
static void perfect_forecast(void **state) {
    (void)state;
    thaw_error error;
    thaw_gas_equilibrium e = {.n_months = YEAR};
    gas_backcast *b;
    e.flow = calloc(net->n_arcs * YEAR, sizeof *e.flow);
    assert_non_null(e.flow);
    for (size_t a = 0; a < net->n_arcs; a++)
        for (size_t t = 0; t < YEAR; t++) {
            const double flow = net->arc_observed.value[a * net->n_months + FIRST_2020 + t];
            e.flow[a * YEAR + t] = isnan(flow) ? 0 : flow;
        }
    ok(gas_backcast_make(net, FIRST_2020, &e, &b, &error), &error);
    assert_true(b->model.n > 900);
    near(b->model.absolute, 0);
    near(b->model.r2, 1);
    assert_true(b->naive.absolute > 0.3);
    double sum = 0;
    for (size_t o = 0; o < b->n_origins; o++) {
        near(gas_origin_share(b, o, GAS_MODEL, 0, YEAR), gas_origin_share(b, o, GAS_OBSERVED, 0, YEAR));
        sum += gas_origin_share(b, o, GAS_OBSERVED, 0, YEAR);
    }
    assert_true(fabs(sum - 100) < 1e-9);
    gas_backcast_free(b);
    free(e.flow);
}

/* What docs/validation.md says: the flows of the model are nearer than the naive forecast's in 2020 and in 2021, its shares
 * of suppliers in 2021; consumption is the observed one. */
static void predicts(size_t first) {
    thaw_error error;
    thaw_gas_equilibrium *e;
    thaw_gas_network *window;
    gas_backcast *b;
    ok(gas_solve_at_observed_demand(net, first, YEAR, &e, &window, &error), &error);
    ok(gas_backcast_make(net, first, e, &b, &error), &error);
    if (!(b->model.absolute < 0.9 * b->naive.absolute && b->model.r2 > 0.8))
        fail_msg("error %g, naive %g, R2 %g", b->model.absolute, b->naive.absolute, b->model.r2);
    double off[2] = {0};
    for (size_t o = 0; o < b->n_origins; o++) {
        const double is = gas_origin_share(b, o, GAS_OBSERVED, 0, YEAR);
        off[0] += fabs(gas_origin_share(b, o, GAS_MODEL, 0, YEAR) - is);
        off[1] += fabs(gas_origin_share(b, o, GAS_NAIVE, 0, YEAR) - is);
    }
    if (first > FIRST_2020 && !(off[0] < off[1])) fail_msg("shares are off by %g points, naive by %g", off[0], off[1]);
    double used = 0, observed = 0;
    for (size_t n = 0; n < net->n_nodes; n++)
        for (size_t t = 0; net->node_kind[n] == THAW_GAS_MARKET && t < YEAR; t++)
            for (size_t g = 0; g < net->n_groups; g++) {
                used += e->consumption[(n * YEAR + t) * net->n_groups + g];
                observed += window->demand.value[(n * YEAR + t) * net->n_groups + g];
            }
    if (!(fabs(used / observed - 1) < 0.005)) fail_msg("consumption is %g times the observed", used / observed);
    gas_backcast_free(b);
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(window);
}

static void predicts_2020_and_2021(void **state) {
    (void)state;
    predicts(FIRST_2020);
    predicts(FIRST_2020 + YEAR);
}

/* From costs that are wrong in one place, a few rounds lead back; a supply's cost moves and nothing else is touched. */
static void fit_improves(void **state) {
    (void)state;
    thaw_error error;
    thaw_gas_network *wrong, *fitted;
    gas_score before, after;
    ok(thaw_gas_network_copy(net, &wrong, &error), &error);
    const long norway = thaw_gas_supply(net, "NOR");
    assert_true(norway >= 0);
    wrong->supply_cost.value[norway] *= 4;
    ok(gas_fit(wrong, (gas_fit_options){FIRST_2018, YEAR, 6, NULL, NULL}, &fitted, &before, &after, &error), &error);
    if (!(after.absolute < before.absolute)) fail_msg("%g before, %g after", before.absolute, after.absolute);
    assert_true(fitted->supply_cost.value[norway] < wrong->supply_cost.value[norway]);
    assert_memory_equal(fitted->arc_capacity.value, wrong->arc_capacity.value,
                        net->n_arcs * net->n_months * sizeof *net->arc_capacity.value);
    ok(gas_fit_write(wrong, fitted, in_place("factors.csv"), &error), &error);
    thaw_gas_network_free(fitted);
    thaw_gas_network_free(wrong);
}

static void events(void **state) {
    (void)state;
    static const struct {
        const char *row, *words;
    } bad[] = {{"RUS.yamaal,2022-05,0,x", "did you mean `RUS.yamal`?"},
               {"RUS.yamal,2022-13,0,x", "no month"},
               {"RUS.yamal,2022-05,-1,x", "negative"},
               {"RUS.yamal,2022-05,1000000000,x", "is it in m3"}};
    thaw_error error;
    thaw_gas_network *changed;
    ok(thaw_gas_network_copy(net, &changed, &error), &error);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char text[256];
        snprintf(text, sizeof text, "supply,since,capacity_mcm_per_month,source\n%s\n", bad[k].row);
        put_text("events.csv", text);
        assert_int_equal(gas_events_apply(in_place("events.csv"), changed, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, bad[k].words)) fail_msg("expected \"%s\" in: %s", bad[k].words, error.message);
        assert_int_equal(error.line, 2);
    }
    ok(gas_events_apply(PROJECT_DIR "/data/gas-events.csv", changed, &error), &error);
    const size_t stream = (size_t)thaw_gas_supply(net, "RUS.nordstream") * net->n_months;
    const size_t may_2022 = 64, october_2022 = 69;
    assert_true(changed->supply_capacity.value[stream + may_2022] == net->supply_capacity.value[stream + may_2022]);
    assert_true(changed->supply_capacity.value[stream + october_2022] == 0);
    assert_true(changed->supply_min.value[stream + october_2022] == 0);
    ok(thaw_gas_network_validate(changed, &error), &error);
    thaw_gas_network_free(changed);
}

static void savings(void **state) {
    (void)state;
    static const struct {
        const char *row, *words;
    } bad[] = {{"DEV,2022-08,2023-03,0.15,2017-04,2022-03,x", "did you mean `DEU`?"},
               {"DEU,2022-13,2023-03,0.15,2017-04,2022-03,x", "no month"},
               {"DEU,2022-08,2023-03,15,2017-04,2022-03,x", "expected 0 to below 1"}};
    enum { FIRST_2022 = 60, AUGUST = 7 };
    thaw_error error;
    thaw_gas_network *window, *was;
    ok(thaw_gas_network_window(net, net->first + FIRST_2022, YEAR, &window, &error), &error);
    ok(thaw_gas_network_copy(window, &was, &error), &error);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char text[256];
        snprintf(text, sizeof text, "country,since,until,share,reference_since,reference_until,source\n%s\n", bad[k].row);
        put_text("savings.csv", text);
        assert_int_equal(gas_savings_apply(in_place("savings.csv"), net, window, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, bad[k].words)) fail_msg("expected \"%s\" in: %s", bad[k].words, error.message);
        assert_int_equal(error.line, 2);
    }
    ok(gas_savings_apply(PROJECT_DIR "/data/gas-savings.csv", net, window, &error), &error);
    const size_t germany = (size_t)thaw_gas_node(net, "DEU") * YEAR, britain = (size_t)thaw_gas_node(net, "GBR") * YEAR;
    const size_t groups = net->n_groups;
    for (size_t g = 0; g < groups; g++) {
        double mean = 0; /* of August 2017 to 2021 */
        for (size_t y = 0; y < 5; y++)
            mean += net->demand.value[(germany / YEAR * net->n_months + y * YEAR + AUGUST) * groups + g] / 5;
        const double saved = window->demand.value[(germany + AUGUST) * groups + g];
        if (!(fabs(saved - 0.85 * mean) < 1e-9 * mean)) fail_msg("group %zu: %g of %g", g, saved, mean);
    }
    assert_memory_equal(&window->demand.value[germany * groups], &was->demand.value[germany * groups],
                        AUGUST * groups * sizeof *was->demand.value);
    assert_memory_equal(&window->demand.value[britain * groups], &was->demand.value[britain * groups],
                        YEAR * groups * sizeof *was->demand.value);
    thaw_gas_network_free(was);
    thaw_gas_network_free(window);
}

static void held_to_observed(void **state) {
    (void)state;
    thaw_error error;
    thaw_gas_network *held;
    ok(thaw_gas_network_copy(net, &held, &error), &error);
    gas_hold_to_observed(held, "RUS");
    const size_t at = (size_t)thaw_gas_supply(net, "RUS.yamal") * net->n_months + 60;
    assert_true(held->supply_capacity.value[at] == net->supply_observed.value[at]);
    assert_true(held->supply_min.value[at] <= held->supply_capacity.value[at]);
    const size_t norway = (size_t)thaw_gas_supply(net, "NOR") * net->n_months + 60;
    assert_true(held->supply_capacity.value[norway] == net->supply_capacity.value[norway]);
    thaw_gas_network_free(held);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores),           cmocka_unit_test(perfect_forecast), cmocka_unit_test(predicts_2020_and_2021),
        cmocka_unit_test(fit_improves),     cmocka_unit_test(events),           cmocka_unit_test(savings),
        cmocka_unit_test(held_to_observed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
