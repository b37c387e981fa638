/* Monopolistic competition, and gradients of an objective in every trade cost. */
#include "trial.h"

/* theta so high that the profit 1 / (1 + theta) fits in every sector's value added. */
static void make_room(thaw_world *w) {
    const size_t n = w->n_countries, nj = w->n_sectors;
    for (size_t j = 0; j < nj; j++)
        for (size_t i = 0; i < n; i++)
            while (1.2 / (1 + w->theta[j]) > w->factor_share[i * nj + j]) w->theta[j] *= 1.5;
}

static unsigned char *some_sectors(const thaw_world *w, uint64_t seed) {
    unsigned char *flag = calloc(w->n_sectors, 1);
    assert_non_null(flag);
    for (size_t j = 0; j < w->n_sectors; j++) flag[j] = seed % 2 || j % 2 == 0;
    return flag;
}

static thaw_model *market_model(const thaw_world *w, thaw_horizon horizon, uint64_t seed) {
    unsigned char *flag = some_sectors(w, seed);
    thaw_model *model = NULL;
    must(seed, thaw_model_create_with(w, &(thaw_model_options){.monopolistic = flag, .horizon = horizon}, &model, error));
    free(flag);
    return model;
}

/* The equations hold, also where written out anew; incomes of claimants add up; so do the parts of welfare. */
static void test_identities(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 80; seed++) {
        trial t = {.world = random_world(seed)};
        make_room(t.world);
        give_factors(t.world, seed);
        t.model = market_model(t.world, seed % 3 ? THAW_HORIZON_ONE_FACTOR : THAW_HORIZON_SHORT, seed);
        t.shock = random_shock(t.world, seed);
        trial_run(&t, seed, 1e-8);
        assert_non_null(t.now->profit);
        trial_clear(&t);
    }
}

/* Profits are 1 / sigma of sales, and a sector without room for them is named. */
static void test_profits(void **state) {
    (void)state;
    thaw_world *w = random_world(3);
    make_room(w);
    unsigned char *all = malloc(w->n_sectors);
    memset(all, 1, w->n_sectors);
    thaw_model *model = NULL;
    must(3, thaw_model_create_with(w, &(thaw_model_options){.monopolistic = all}, &model, error));
    thaw_equilibrium *base = NULL;
    must(3, thaw_trade_base(model, &base, error));
    for (size_t i = 0; i < w->n_countries; i++) {
        double profit = 0;
        for (size_t j = 0; j < w->n_sectors; j++) profit += base->output[i * w->n_sectors + j] / (1 + w->theta[j]);
        near(3, "profit", base->profit[i] / profit, 1, 1e-12);
    }
    thaw_equilibrium_free(base);
    thaw_model_free(model);
    w->theta[0] = 0.01;
    thaw_error error = {0};
    assert_int_equal(thaw_model_create_with(w, &(thaw_model_options){.monopolistic = all}, &model, &error), THAW_ERR_USAGE);
    assert_non_null(strstr(error.message, "cannot be monopolistic"));
    free(all);
    thaw_world_free(w);
}

static double objective_at(const thaw_model *m, const thaw_shock *shock, const double *weight, uint64_t seed) {
    thaw_equilibrium *e = NULL;
    thaw_objective unused = {0};
    double value = 0;
    must(seed, thaw_trade_solve(m, shock, &(thaw_solve_options){.tolerance = 1e-13}, NULL, &e, error));
    must(seed, thaw_trade_objective(m, e, 1, 1, weight, &value, &unused, error));
    must(seed, thaw_trade_objective(m, e, 0, 0.5, NULL, &value, &unused, error));
    thaw_objective_clear(&unused);
    thaw_equilibrium_free(e);
    return value;
}

/* Central differences, once extrapolated, of the solved objective in one cell. */
static double difference(const thaw_model *m, thaw_shock *shock, double *cell, const double *weight, uint64_t seed) {
    double slope[2];
    const double at = *cell;
    for (int k = 0; k < 2; k++) {
        const double step = 2e-3 / (k + 1);
        *cell = at * exp(step);
        const double up = objective_at(m, shock, weight, seed);
        *cell = at * exp(-step);
        slope[k] = (up - objective_at(m, shock, weight, seed)) / (2 * step);
        *cell = at;
    }
    return (4 * slope[1] - slope[0]) / 3;
}

/* The adjoint's gradient is that of finite differences, to 1e-6: worlds with and without taxes, one factor and several, with
 * and without profits, all closures, objectives of all kinds. */
static void test_gradient(void **state) {
    (void)state;
    static const double CLAIMS[THAW_N_CLAIMANTS] = {1, 0.3, 0.5, 2, 1, 0.7};
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t dice = seed * 31 + 7;
        thaw_world *w = random_world(seed);
        make_room(w);
        give_factors(w, seed);
        const thaw_horizon horizon = (thaw_horizon)(seed % 4);
        thaw_model *model = NULL;
        if (seed % 5 < 2)
            model = market_model(w, horizon, seed);
        else
            must(seed, thaw_model_create_with(w, &(thaw_model_options){.horizon = horizon}, &model, error));
        thaw_shock shock = random_shock(w, seed);
        shock.closure = (thaw_closure)(seed / 4 % 3);
        const size_t cells = n_cells(w);
        for (double **tax = &shock.tariff; tax; tax = tax == &shock.tariff ? &shock.export_tax : NULL)
            if (!*tax) {
                const double *world = tax == &shock.tariff ? w->tariff : w->export_tax;
                *tax = world ? copied(world, cells) : filled(cells, 1);
            }
        const double *weight = seed % 3 ? CLAIMS : NULL;
        thaw_equilibrium *e = solved(model, &shock, seed);
        thaw_objective objective = {0};
        double value = 0, *memory = filled(3 * cells, 0);
        must(seed, thaw_trade_objective(model, e, 1, 1, weight, &value, &objective, error));
        must(seed, thaw_trade_objective(model, e, 0, 0.5, NULL, &value, &objective, error));
        thaw_gradient g = {memory, memory + cells, memory + 2 * cells};
        must(seed, thaw_trade_gradient(model, &shock, e, &objective, &g, error));
        double *const array[] = {shock.tariff, shock.export_tax, shock.barrier};
        for (int k = 0; k < 9; k++) {
            const size_t cell = (size_t)between(&dice, 0, (double)cells);
            const double found = memory[(size_t)(k % 3) * cells + cell];
            const double slope = difference(model, &shock, &array[k % 3][cell], weight, seed);
            near(seed,
                 k % 3 == 0   ? "slope in a tariff"
                 : k % 3 == 1 ? "slope in an export tax"
                              : "slope in a barrier",
                 found, slope, 2e-9);
        }
        free(memory);
        thaw_objective_clear(&objective);
        thaw_equilibrium_free(e);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_identities), cmocka_unit_test(test_profits),
                                       cmocka_unit_test(test_gradient)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
