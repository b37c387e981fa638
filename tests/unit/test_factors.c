/* Several factors of production: identities and limits. */
#include "trial.h"

static const thaw_horizon HORIZONS[] = {THAW_HORIZON_SHORT, THAW_HORIZON_MEDIUM, THAW_HORIZON_LONG};

/* No shock, no change; whatever the shock, the equations hold, claimants' incomes add up to the country's, welfare's parts
 * add up to its change (which holds the derivatives to the equilibria), and the way back leads back. */
static void test_identities(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        trial t = {.world = random_world(seed)};
        give_factors(t.world, seed);
        t.model = factor_model(t.world, HORIZONS[seed % 3], seed);
        t.shock = random_shock(t.world, seed);
        trial_run(&t, seed, 1e-8);
        const thaw_claimants *c = t.claimants;
        for (size_t i = 0; i < t.world->n_countries; i++)
            near(seed, "real wage", t.result->real_wage_pct[i],
                 100 * (c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i] / c->price_change[i] - 1), 1e-9);
        thaw_equilibrium *back = NULL;
        const thaw_shock none = {0};
        must(seed, thaw_trade_solve(t.model, &none, &(thaw_solve_options){.tolerance = TIGHT}, t.now, &back, error));
        for (size_t k = 0; k < t.world->n_countries * t.world->n_sectors; k++) {
            near(seed, "cost on the way back", back->cost[k], 1, 1e-9);
            near(seed, "factor price on the way back", back->factor_price[k], 1, 1e-9);
        }
        thaw_equilibrium_free(back);
        trial_clear(&t);
    }
}

static void same_equilibrium(const thaw_equilibrium *a, const thaw_equilibrium *b, const thaw_world *w) {
    const size_t cells = w->n_countries * w->n_sectors;
    assert_memory_equal(a->wage, b->wage, w->n_countries * sizeof(double));
    assert_memory_equal(a->income, b->income, w->n_countries * sizeof(double));
    assert_memory_equal(a->cost, b->cost, cells * sizeof(double));
    assert_memory_equal(a->price, b->price, cells * sizeof(double));
    assert_memory_equal(a->output, b->output, cells * sizeof(double));
    assert_memory_equal(a->expenditure, b->expenditure, cells * sizeof(double));
    assert_memory_equal(a->share, b->share, n_cells(w) * sizeof(double));
}

/* No options, options that are all zero, and a world that says who earns what: the model of one factor, the same bits in
 * every run. */
static void test_options_all_zero(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *plain = model_of(w, seed), *model[2] = {NULL, NULL};
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *e = solved(plain, &shock, seed), *again = solved(plain, &shock, seed);
        same_equilibrium(again, e, w);
        thaw_equilibrium_free(again);
        give_factors(w, seed);
        must(seed, thaw_model_create_with(w, NULL, &model[0], error));
        must(seed, thaw_model_create_with(w, &(thaw_model_options){0}, &model[1], error));
        for (int k = 0; k < 2; k++) {
            thaw_equilibrium *same = solved(model[k], &shock, seed);
            same_equilibrium(same, e, w);
            assert_null(same->factor_price);
            assert_null(same->profit);
            thaw_equilibrium_free(same);
            thaw_model_free(model[k]);
        }
        thaw_equilibrium_free(e);
        thaw_shock_clear(&shock);
        thaw_model_free(plain);
        thaw_world_free(w);
    }
}

/* With labour alone the model of several factors is that of one to rounding; and as the part of the specific factors goes to
 * 0, so does the difference. */
static void test_limits(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        thaw_world *w = random_world(seed);
        const size_t cells = w->n_countries * w->n_sectors;
        give_factors(w, seed);
        thaw_model *one = model_of(w, seed);
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *e = solved(one, &shock, seed);
        double distance[3];
        for (int step = 0; step < 3; step++) {
            const double other = step == 2 ? 0 : 1e-4 * pow(0.1, step);
            for (size_t k = 0; k < cells; k++) {
                w->labour_share[k] = 1 - other;
                w->resource_share[k] = other / 2;
            }
            thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
            thaw_equilibrium *f = solved(model, &shock, seed);
            distance[step] = 0;
            for (size_t k = 0; k < w->n_countries; k++)
                distance[step] = fmax(distance[step], fabs(f->wage[k] / e->wage[k] - 1));
            thaw_equilibrium_free(f);
            thaw_model_free(model);
        }
        assert_true(distance[0] < 0.01 && distance[1] < 0.2 * distance[0] + 1e-9 && distance[2] < 1e-9);
        thaw_equilibrium_free(e);
        thaw_shock_clear(&shock);
        thaw_model_free(one);
        thaw_world_free(w);
    }
}

static void test_worlds_without_factors(void **state) {
    (void)state;
    thaw_world *w = random_world(1);
    thaw_model *model = NULL;
    thaw_error failure = {0};
    assert_int_equal(thaw_model_create_with(w, &(thaw_model_options){.horizon = THAW_HORIZON_SHORT}, &model, &failure),
                     THAW_ERR_USAGE);
    assert_null(model);
    assert_non_null(strstr(failure.message, "who earns"));
    w->labour_share = filled(w->n_countries * w->n_sectors, 0.7);
    assert_int_equal(thaw_model_create(w, &model, &failure), THAW_ERR_INPUT); /* without resources */
    w->resource_share = filled(w->n_countries * w->n_sectors, 0.4);
    assert_int_equal(thaw_model_create(w, &model, &failure), THAW_ERR_INPUT); /* more than everything */
    thaw_world_free(w);
}

/* A hundredth of a shock, in logs. */
static void shrink(const thaw_world *w, thaw_shock *shock) {
    for (size_t c = 0; c < n_cells(w); c++) {
        const double tariff = w->tariff ? w->tariff[c] : 1, tax = w->export_tax ? w->export_tax[c] : 1;
        shock->barrier[c] = pow(shock->barrier[c], 0.01);
        if (shock->tariff) shock->tariff[c] = tariff * pow(shock->tariff[c] / tariff, 0.01);
        if (shock->export_tax) shock->export_tax[c] = tax * pow(shock->export_tax[c] / tax, 0.01);
    }
    for (size_t c = 0; shock->productivity && c < w->n_countries * w->n_sectors; c++)
        shock->productivity[c] = pow(shock->productivity[c], 0.01);
}

/* Wages that do not fall: where labour would earn less, its price stays and fewer work; equations, sums and parts of welfare
 * hold; where it would earn more, nothing differs. */
static void test_sticky_wages(void **state) {
    (void)state;
    int bound = 0, free = 0, exact = 0;
    double worst = 0, biggest = 0;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        trial t = {.world = random_world(seed)};
        give_factors(t.world, seed);
        const thaw_model_options o = {.horizon = HORIZONS[seed % 3], .sticky_wages = 1};
        must(seed, thaw_model_create_with(t.world, &o, &t.model, error));
        t.shock = random_shock(t.world, seed);
        trial_run(&t, seed, 1e-2); /* the path of a shock has kinks where a wage begins or ceases to bind */
        const thaw_claimants *c = t.claimants;
        for (size_t i = 0; i < t.world->n_countries; i++) {
            const double hat = c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i];
            near(seed, "employment before", c->employment_base[i], 1, 1e-9);
            near(seed, "employment", c->employment_now[i], fmin(1, hat), 1e-8);
            bound += hat < 0.99;
            free += hat > 1.01;
        }
        shrink(t.world, &t.shock); /* where there are none, parts of welfare add up exactly */
        thaw_equilibrium *now = solved(t.model, &t.shock, seed);
        thaw_result *r = NULL;
        must(seed, thaw_trade_compare(t.model, NULL, t.base, &t.shock, now, NULL, &r, error));
        exact += r->integration_error <= 1e-8;
        for (size_t i = 0; i < t.world->n_countries;
             i++) /* a small shock is nearly its linear response, on its side of the kink */
            worst = fmax(worst, fabs(r->welfare_first_order_pct[i] - r->welfare_pct[i]));
        for (size_t i = 0; i < t.world->n_countries; i++) biggest = fmax(biggest, fabs(r->welfare_pct[i]));
        thaw_result_free(r);
        thaw_equilibrium_free(now);
        trial_clear(&t);
    }
    assert_true(bound > 100 && free > 100 && exact > 0.9 * N_WORLDS);
    assert_true(worst < 0.03 * biggest);
    thaw_model *model = NULL;
    thaw_world *w = random_world(1);
    assert_int_equal(thaw_model_create_with(w, &(thaw_model_options){.sticky_wages = 1}, &model, NULL), THAW_ERR_USAGE);
    thaw_world_free(w);
}

/* A variant for another horizon, and its own for other elasticities, have the solutions, bit for bit, of a model made so. */
static void test_variant(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = random_world(seed), *other = NULL;
        give_factors(w, seed);
        must(seed, thaw_world_copy(w, &other, error));
        thaw_model *one = NULL, *borrowed = NULL, *varied = NULL;
        const thaw_horizon horizon = HORIZONS[seed % 3];
        must(seed, thaw_model_create(w, &one, error));
        must(seed, thaw_model_with_horizon(one, horizon, &borrowed, error));
        must(seed, thaw_model_vary(borrowed, other, &varied, error));
        for (size_t j = 0; j < other->n_sectors; j++) other->theta[j] *= 1.2;
        thaw_model_theta_changed(varied);
        thaw_shock shock = random_shock(w, seed);
        for (int k = 0; k < 2; k++) {
            thaw_model *fresh = factor_model(k ? other : w, horizon, seed);
            thaw_equilibrium *expected = solved(fresh, &shock, seed), *found = solved(k ? varied : borrowed, &shock, seed);
            const size_t cells = w->n_countries * w->n_sectors;
            assert_int_equal(found->stats.iterations, expected->stats.iterations);
            assert_memory_equal(found->cost, expected->cost, cells * sizeof(double));
            assert_memory_equal(found->factor_price, expected->factor_price, cells * sizeof(double));
            thaw_equilibrium_free(expected);
            thaw_equilibrium_free(found);
            thaw_model_free(fresh);
        }
        thaw_model_free(varied);
        thaw_model_free(borrowed);
        thaw_model_free(one);
        thaw_shock_clear(&shock);
        thaw_world_free(other);
        thaw_world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities),   cmocka_unit_test(test_options_all_zero),       cmocka_unit_test(test_limits),
        cmocka_unit_test(test_sticky_wages), cmocka_unit_test(test_worlds_without_factors), cmocka_unit_test(test_variant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
