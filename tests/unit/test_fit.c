/* Numbers of a scenario fitted to targets: what was put in is found again, derivatives are those of finite differences, and
 * what cannot be fitted is said. */
#include "random.h"

#include <pthread.h>

static thaw_world *world;
static thaw_model *model;

static int open_world(void **state) {
    (void)state;
    thaw_error error = {0};
    if (thaw_world_open("wiod-2011", &world, &error) || thaw_model_create(world, &model, &error)) return -1;
    return 0;
}

static int close_world(void **state) {
    (void)state;
    thaw_model_free(model);
    thaw_world_free(world);
    return 0;
}

static thaw_scenario *parsed(const char *text) {
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "fit.yaml", NULL, &s, &error)) fail_msg("%s", error.message);
    return s;
}

static thaw_fit *fitted(thaw_scenario *s) {
    thaw_fit *fit = NULL;
    const thaw_solve_options tight = {.tolerance = TIGHT};
    must(0, thaw_trade_fit(model, world, s, &tight, &fit, error));
    assert_non_null(fit);
    return fit;
}

/* The message with which reading or fitting the text fails. */
static const char *refused(const char *text, thaw_status expected) {
    static thaw_error error;
    thaw_scenario *s = NULL;
    thaw_fit *fit = NULL;
    error = (thaw_error){0};
    thaw_status status = thaw_scenario_parse(text, strlen(text), "fit.yaml", NULL, &s, &error);
    if (!status) {
        const double before = thaw_scenario_free_value(s, 0);
        status = thaw_trade_fit(model, world, s, NULL, &fit, &error);
        assert_true(thaw_scenario_free_value(s, 0) == before);
        assert_non_null(thaw_scenario_unfitted(s));
    }
    assert_null(fit);
    thaw_scenario_free(s);
    if (status != expected) fail_msg("%s\ngives %d: %s", text, (int)status, error.message);
    return error.message;
}

static void says(const char *text, thaw_status expected, const char *part) {
    const char *message = refused(text, expected);
    if (!strstr(message, part)) fail_msg("'%s' does not say '%s'", message, part);
}

#define MEASURES                                                                                                            \
    "measures:\n"                                                                                                           \
    "  - {kind: barrier, from: RUS, to: EU27, factor: %s}\n"                                                                \
    "  - {kind: tariff, from: CHN, to: USA, sectors: [c14], rate: %s}\n"                                                    \
    "  - {kind: productivity, country: DEU, factor: %s}\n"
#define FREE                                                                                                                \
    "fit:\n"                                                                                                                \
    "  free:\n"                                                                                                             \
    "    - measures[0].factor\n"                                                                                            \
    "    - measures[1].rate\n"                                                                                              \
    "    - measures[2].factor\n"                                                                                            \
    "  targets:\n"                                                                                                          \
    "    - {share: {of: exports, origin: RUS, destination: EU27}, value: %.17g}\n"                                          \
    "    - {flow: {origin: CHN, destination: USA, sectors: [c14]}, value: %.17g}\n"                                         \
    "    - {real_income: {country: DEU}, value: %.17g}\n"                                                                   \
    "    - {share: {of: imports, origin: [RUS, CHN], destination: DEU}, value: %.17g}\n"                                    \
    "    - {price: {country: USA, sectors: [c14, c15]}, value: %.17g}\n"

/* What the five targets of FREE are at given numbers, by the results that everybody reads. */
static void observe(const char *barrier, const char *rate, const char *productivity, double value[5]) {
    char text[600];
    snprintf(text, sizeof text, MEASURES, barrier, rate, productivity);
    thaw_scenario *s = parsed(text);
    thaw_shock shock = {0};
    thaw_equilibrium *base = NULL;
    thaw_result *r = NULL;
    must(0, thaw_scenario_apply(s, world, NULL, &shock, error));
    must(0, thaw_trade_base(model, &base, error));
    thaw_equilibrium *now = solved(model, &shock, 0);
    must(0, thaw_trade_compare(model, NULL, base, &shock, now, &(thaw_result_options){.no_decomposition = 1}, &r, error));
    const size_t n = world->n_countries, rus = (size_t)thaw_world_country(world, "RUS");
    const size_t chn = (size_t)thaw_world_country(world, "CHN"), usa = (size_t)thaw_world_country(world, "USA");
    const size_t deu = (size_t)thaw_world_country(world, "DEU"), c14 = (size_t)thaw_world_sector(world, "c14");
    const size_t c15 = (size_t)thaw_world_sector(world, "c15"), nj = world->n_sectors;
    const thaw_group *eu = thaw_world_group(world, "EU27");
    double to_eu = 0, to_germany = 0, alpha[2], price = 0;
    for (size_t j = 0; j < nj; j++) {
        for (size_t k = 0; k < eu->n_members; k++) to_eu += r->flow_new[(j * n + eu->member[k]) * n + rus];
        to_germany += r->flow_new[(j * n + deu) * n + rus] + r->flow_new[(j * n + deu) * n + chn];
    }
    alpha[0] = world->consumption_share[usa * nj + c14];
    alpha[1] = world->consumption_share[usa * nj + c15];
    price =
        (alpha[0] * log(now->price[usa * nj + c14]) + alpha[1] * log(now->price[usa * nj + c15])) / (alpha[0] + alpha[1]);
    value[0] = to_eu / r->exports_new[rus];
    value[1] = r->flow_new[(c14 * n + usa) * n + chn];
    value[2] = r->welfare_pct[deu];
    value[3] = to_germany / r->imports_new[deu];
    value[4] = exp(price);
    thaw_result_free(r);
    thaw_equilibrium_free(now);
    thaw_equilibrium_free(base);
    thaw_shock_clear(&shock);
    thaw_scenario_free(s);
}

/* The text of a problem that has an answer: five targets, three numbers. */
static void put_problem(char text[1800]) {
    double value[5];
    observe("1.7", "0.25", "0.97", value);
    const int used = snprintf(text, 1800, MEASURES, "1", "0", "1");
    snprintf(text + used, 1800 - (size_t)used, FREE, value[0], value[1], value[2], value[3], value[4]);
}

/* Numbers put in are found from what they brought about. */
static void test_found_again(void **state) {
    (void)state;
    char text[1800];
    put_problem(text);
    thaw_scenario *s = parsed(text);
    thaw_shock shock = {0};
    assert_int_equal(thaw_scenario_apply(s, world, NULL, &shock, NULL), THAW_ERR_USAGE);
    thaw_fit *fit = fitted(s);
    near(0, "barrier", fit->fitted[0], 1.7, 1e-8);
    near(0, "rate", fit->fitted[1], 0.25, 1e-8);
    near(0, "productivity", fit->fitted[2], 0.97, 1e-8);
    for (size_t t = 0; t < 5; t++) near(t, "target", fit->reached[t] / fit->wanted[t], 1, 1e-8);
    assert_null(thaw_scenario_unfitted(s));
    assert_true(thaw_scenario_free_value(s, 0) == fit->fitted[0]);
    must(0, thaw_scenario_apply(s, world, NULL, &shock, error));
    thaw_shock_clear(&shock);
    thaw_fit_free(fit);
    thaw_scenario_free(s);
}

/* The jacobian against central differences of the published results; the sensitivity as its inverse. */
static void test_derivatives(void **state) {
    (void)state;
    static const char *const BELOW[3] = {"1.6998", "0.2499", "0.9699"}, *const ABOVE[3] = {"1.7002", "0.2501", "0.9701"};
    static const double WIDTH[3] = {4e-4, 2e-4, 2e-4};
    char text[1800];
    double value[5], below[5], above[5];
    observe("1.7", "0.25", "0.97", value);
    const int used = snprintf(text, sizeof text, MEASURES, "1.5", "0.2", "1");
    snprintf(text + used, sizeof text - (size_t)used, FREE, value[0], value[1], value[2], value[3], value[4]);
    thaw_scenario *s = parsed(text);
    thaw_fit *fit = fitted(s);
    for (size_t k = 0; k < 3; k++) {
        observe(k == 0 ? BELOW[0] : "1.7", k == 1 ? BELOW[1] : "0.25", k == 2 ? BELOW[2] : "0.97", below);
        observe(k == 0 ? ABOVE[0] : "1.7", k == 1 ? ABOVE[1] : "0.25", k == 2 ? ABOVE[2] : "0.97", above);
        for (size_t t = 0; t < 5; t++) {
            const double slope = (above[t] - below[t]) / WIDTH[k], found = fit->jacobian[t * 3 + k];
            if (!(fabs(found - slope) <= 1e-5 * fabs(slope) + 1e-7 * (fabs(value[t]) + 1)))
                fail_msg("d target %zu / d number %zu is %.10g; differences give %.10g", t, k, found, slope);
        }
        for (size_t q = 0; q < 3; q++) { /* sensitivity jacobian = 1 */
            double product = 0;
            for (size_t t = 0; t < 5; t++) product += fit->sensitivity[q * 5 + t] * fit->jacobian[t * 3 + k];
            near(k, "inverse", product, q == k, 1e-8);
        }
    }
    thaw_fit_free(fit);
    thaw_scenario_free(s);
}

/* More targets than numbers: where the compromise is, no step is left. */
static void test_compromise(void **state) {
    (void)state;
    thaw_scenario *s = parsed("measures:\n"
                              "  - {kind: barrier, from: RUS, to: EU27, factor: 1}\n"
                              "fit:\n"
                              "  free: measures[0].factor\n"
                              "  targets:\n"
                              "    - {share: {of: exports, origin: RUS, destination: EU27}, value: 0.2}\n"
                              "    - {share: {of: exports, origin: RUS, destination: EU27}, value: 0.3, weight: 2}\n");
    thaw_fit *fit = fitted(s);
    double gradient = 0;
    const double weight[] = {1, 4};
    for (size_t t = 0; t < 2; t++)
        gradient += weight[t] * log(fit->reached[t] / fit->wanted[t]) * fit->jacobian[t] / fit->reached[t];
    near(0, "gradient", gradient, 0, 1e-6);
    near(0, "compromise", log(fit->reached[0]), (log(0.2) + 4 * log(0.3)) / 5, 1e-6);
    thaw_fit_free(fit);
    thaw_scenario_free(s);
}

#define ONE(target)                                                                                                         \
    "measures:\n  - {kind: barrier, from: RUS, to: EU27, factor: 1}\nfit:\n  free: measures[0].factor\n  targets:\n    "    \
    "- " target "\n"
#define TWO(first, second)                                                                                                  \
    "measures:\n  - " first "\n  - " second                                                                                 \
    "\nfit:\n  free:\n    - measures[0].factor\n    - measures[1].factor\n  targets:\n"                                     \
    "    - {share: {of: exports, origin: RUS, destination: EU27}, value: 0.2}\n"                                            \
    "    - {share: {of: exports, origin: RUS, destination: CHN}, value: 0.2}\n"

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        thaw_status status;
        const char *part;
    } all[] = {
        {ONE("{share: {of: exports, origin: RUS, destination: EU27}, value: 14.4}"), THAW_ERR_INPUT,
         "14.4% is written 0.144"},
        {ONE("{share: {of: sales, origin: RUS, destination: EU27}, value: 0.1}"), THAW_ERR_INPUT, "exports or imports"},
        {ONE("{share: {of: exports, origin: RUS}, value: 0.1}"), THAW_ERR_INPUT, "needs the key destination"},
        {ONE("{share: {of: exports, origin: RUS, destination: EU28X}, value: 0.1}"), THAW_ERR_INPUT, "did you mean"},
        {ONE("{flow: {origin: RUS, destination: EU27}}"), THAW_ERR_INPUT, "needs the key value"},
        {ONE("{flow: {origin: RUS, destination: EU27}, value: -1}"), THAW_ERR_INPUT, "must be positive"},
        {ONE("{value: 1}"), THAW_ERR_INPUT, "share, flow, real_income, price"},
        {ONE("{real_income: {country: all}, value: 1}"), THAW_ERR_INPUT, "about one country"},
        {ONE("{price: {country: RUS}, real_income: {country: RUS}, value: 1}"), THAW_ERR_INPUT, "about one thing"},
        {ONE("{prize: {country: RUS}, value: 1}"), THAW_ERR_INPUT, "did you mean `price`"},
        {"measures: []\nfit: {free: x}\n", THAW_ERR_INPUT, "needs the keys free and targets"},
        {"measures: []\nfit: {free: x, targets: [{price: {country: RUS}, value: 1}]}\n", THAW_ERR_INPUT, "`x` is no number"},
        {"measures:\n  - {kind: tariff, from: RUS, to: USA, add: 0.1}\nfit:\n  free: measures[0].add\n  targets:\n    - "
         "{price: "
         "{country: RUS}, value: 1}\n",
         THAW_ERR_INPUT, "cannot be fitted"},
        {"measures:\n  - {kind: barrier, from: RUS, to: USA, factor: 2}\n  - {kind: barrier, from: RUS, to: EU27, factor: "
         "2}\n"
         "fit:\n  free:\n    - measures[0].factor\n    - measures[1].factor\n  targets:\n    - {price: {country: RUS}, "
         "value: 1}\n",
         THAW_ERR_INPUT, "2 numbers are free, but there is only 1 target"},
        {TWO("{kind: barrier, from: RUS, to: EU27, factor: 1}", "{kind: barrier, from: RUS, to: EU27, factor: 1}"),
         THAW_ERR_INPUT, "cannot tell measures[0].factor, measures[1].factor apart"},
        {TWO("{kind: barrier, from: RUS, to: EU27, factor: 1}",
             "{kind: barrier, from: RUS, to: CHN, factor: 1}\n  - {kind: ban, from: RUS, to: CHN}"),
         THAW_ERR_INPUT, "no target moves with measures[1].factor"},
        {ONE("{share: {of: exports, origin: RUS, destination: CHN}, value: 0.99}"), THAW_ERR_CONVERGENCE,
         "the nearest that these numbers reach is"},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) says(all[k].text, all[k].status, all[k].part);
}

typedef struct job {
    const char *text;
    thaw_fit *fit;
    thaw_status status;
} job;

static void *fit_job(void *argument) {
    job *j = argument;
    thaw_scenario *s = NULL;
    j->status = thaw_scenario_parse(j->text, strlen(j->text), "fit.yaml", NULL, &s, NULL);
    if (!j->status) j->status = thaw_trade_fit(model, world, s, NULL, &j->fit, NULL);
    thaw_scenario_free(s);
    return NULL;
}

static void same_bits(const thaw_fit *a, const thaw_fit *b) {
    assert_int_equal(a->n_free, b->n_free);
    assert_int_equal(a->n_targets, b->n_targets);
    const size_t n = a->n_free, t = a->n_targets;
    assert_memory_equal(a->fitted, b->fitted, n * sizeof(double));
    assert_memory_equal(a->reached, b->reached, t * sizeof(double));
    assert_memory_equal(a->jacobian, b->jacobian, n * t * sizeof(double));
    assert_memory_equal(a->sensitivity, b->sensitivity, n * t * sizeof(double));
}

/* Fitted again, or by several threads on one model: the same bits. */
static void test_same_bits(void **state) {
    (void)state;
    enum { THREADS = 3 };
    char text[1800];
    put_problem(text);
    job alone = {.text = text}, again = {.text = text}, together[THREADS];
    pthread_t thread[THREADS];
    fit_job(&alone);
    fit_job(&again);
    assert_int_equal(alone.status, THAW_OK);
    assert_int_equal(again.status, THAW_OK);
    same_bits(again.fit, alone.fit);
    for (int k = 0; k < THREADS; k++) {
        together[k] = (job){.text = text};
        assert_int_equal(pthread_create(&thread[k], NULL, fit_job, &together[k]), 0);
    }
    for (int k = 0; k < THREADS; k++) assert_int_equal(pthread_join(thread[k], NULL), 0);
    for (int k = 0; k < THREADS; k++) {
        assert_int_equal(together[k].status, THAW_OK);
        same_bits(together[k].fit, alone.fit);
        thaw_fit_free(together[k].fit);
    }
    thaw_fit_free(alone.fit);
    thaw_fit_free(again.fit);
}

/* What a scenario comes after is fitted first, and a share of a lift can be fitted. */
static void test_ready_scenarios(void **state) {
    (void)state;
    thaw_scenario *s = NULL;
    must(0, thaw_scenario_load("europe-returns", &s, error));
    thaw_fit *fit = fitted(s);
    assert_string_equal(fit->scenario, "russia-2023");
    assert_true(fit->fitted[0] > 1); /* Europe's barrier */
    for (size_t t = 0; t < fit->n_targets; t++) near(t, "target", fit->reached[t], fit->wanted[t], 1e-8);
    thaw_fit_free(fit);
    fit = NULL;
    must(0, thaw_trade_fit(model, world, s, NULL, &fit, error));
    assert_null(fit);
    thaw_scenario_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_again), cmocka_unit_test(test_derivatives), cmocka_unit_test(test_compromise),
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_same_bits),   cmocka_unit_test(test_ready_scenarios),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
