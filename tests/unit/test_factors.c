/* Several factors of production: identities, Jones's specific factors, closed forms, and limits. */
#include "trial.h"

static const thaw_horizon HORIZONS[] = {THAW_HORIZON_SHORT, THAW_HORIZON_MEDIUM, THAW_HORIZON_LONG};

static thaw_model *factor_model(const thaw_world *w, thaw_horizon horizon, uint64_t seed) {
    thaw_model *model = NULL;
    must(seed, thaw_model_create_with(w, &(thaw_model_options){.horizon = horizon}, &model, error));
    return model;
}

static thaw_claimants *claimants_of(const thaw_model *m, const thaw_equilibrium *base, const thaw_equilibrium *now,
                                    uint64_t seed) {
    thaw_claimants *c = NULL;
    must(seed, thaw_trade_claimants(m, base, now, &c, error));
    return c;
}

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

/* Asked for one factor, the model is the old one to the last bit; with labour alone it is the same to rounding; and as the
 * part of the specific factors goes to 0, so does the difference. */
static void test_limits(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        thaw_world *w = random_world(seed);
        const size_t cells = w->n_countries * w->n_sectors;
        give_factors(w, seed);
        thaw_model *one = model_of(w, seed), *asked = factor_model(w, THAW_HORIZON_ONE_FACTOR, seed);
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *e = solved(one, &shock, seed), *same = solved(asked, &shock, seed);
        assert_memory_equal(e->wage, same->wage, w->n_countries * sizeof(double));
        assert_memory_equal(e->cost, same->cost, cells * sizeof(double));
        assert_memory_equal(e->output, same->output, cells * sizeof(double));
        assert_null(same->factor_price);
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
        thaw_equilibrium_free(same);
        thaw_shock_clear(&shock);
        thaw_model_free(one);
        thaw_model_free(asked);
        thaw_world_free(w);
    }
}

/* Two countries, two sectors, no inputs, no taxes. */
static thaw_world *small_world(uint64_t seed) {
    thaw_world *w = NULL;
    const generate_options o = {.seed = seed, .n_countries = 2, .n_sectors = 2, .home = 2};
    must(seed, generate_world(&o, &w, error));
    for (size_t k = 0; k < 4; k++) w->factor_share[k] = 1;
    memset(w->intermediate_share, 0, 8 * sizeof(double));
    w->trade_balance[0] = w->trade_balance[1] = 0;
    must(seed, thaw_world_rebalance(w, error));
    give_factors(w, seed);
    for (size_t k = 0; k < 4; k++) w->resource_share[k] = 0;
    return w;
}

/* Goods of the first sector dearer into the first country, those of the second cheaper into the second. */
static thaw_shock cross_shock(double factor) {
    thaw_shock shock = {.barrier = filled(8, 1)};
    shock.barrier[(0 * 2 + 0) * 2 + 1] = factor;
    shock.barrier[(1 * 2 + 1) * 2 + 0] = 1 / factor;
    return shock;
}

/* Jones (1971), "A Three-Factor Model in Theory, Trade, and History": labour moves between two sectors, capital does not.
 * Given goods prices p, the wage clears the labour market: sum_j lambda_j (p^_j / w^)^(1 / (1 - l_j)) = 1, with lambda_j the
 * part of labour in sector j and l_j labour's part of its value; rents follow from zero profit. */
static void test_jones(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        thaw_shock shock = cross_shock(1.4);
        thaw_equilibrium *now = solved(model, &shock, seed);
        thaw_claimants *c = claimants_of(model, base, now, seed);
        for (size_t i = 0; i < 2; i++) {
            const double wage = c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i];
            double clears = 0;
            for (size_t j = 0; j < 2; j++) {
                const double l = w->labour_share[i * 2 + j], p = now->cost[i * 2 + j];
                const double lambda = l * base->output[i * 2 + j] / c->base[THAW_LABOUR][i];
                const double rent = now->output[i * 2 + j] / base->output[i * 2 + j];
                clears += lambda * pow(p / wage, 1 / (1 - l));
                near(seed, "zero profit", pow(wage, l) * pow(rent, 1 - l) / p, 1, 1e-9);
            }
            near(seed, "the labour market", clears, 1, 1e-9);
        }
        thaw_claimants_free(c);
        thaw_equilibrium_free(now);
        thaw_shock_clear(&shock);
        thaw_equilibrium_free(base);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* For small changes the change of the wage is the average of those of prices with weights lambda_j / (1 - l_j): Jones's
 * closed form. Derivatives by differences of the fourth order, whose error is below 1e-9 here. */
static void test_jones_average(void **state) {
    (void)state;
    const double step = 2e-3, at[] = {-2, -1, 1, 2}, weight[] = {1. / 12, -8. / 12, 8. / 12, -1. / 12};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        double wage[2] = {0}, price[4] = {0}, labour[2] = {0};
        for (size_t k = 0; k < 4; k++) {
            thaw_shock shock = cross_shock(exp(at[k] * step));
            thaw_equilibrium *now = solved(model, &shock, seed);
            thaw_claimants *c = claimants_of(model, base, now, seed);
            for (size_t i = 0; i < 2; i++) {
                labour[i] = c->base[THAW_LABOUR][i];
                wage[i] += weight[k] * log(c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i]) / step;
                for (size_t j = 0; j < 2; j++) price[i * 2 + j] += weight[k] * log(now->cost[i * 2 + j]) / step;
            }
            thaw_claimants_free(c);
            thaw_equilibrium_free(now);
            thaw_shock_clear(&shock);
        }
        for (size_t i = 0; i < 2; i++) {
            double average = 0, weights = 0;
            for (size_t j = 0; j < 2; j++) {
                const double l = w->labour_share[i * 2 + j], lambda = l * base->output[i * 2 + j] / labour[i];
                average += lambda / (1 - l) * price[i * 2 + j];
                weights += lambda / (1 - l);
            }
            near(seed, "Jones's average", wage[i], average / weights, 1e-9);
        }
        thaw_equilibrium_free(base);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* Two countries cut off from each other, two sectors, two factors: expenditure shares give outputs, outputs what each factor
 * earns, and so everything else, on paper. */
static void test_autarky_by_hand(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        thaw_shock shock = {.barrier = filled(8, 1), .closure = THAW_CLOSURE_ZERO};
        for (size_t j = 0; j < 2; j++) shock.barrier[j * 4 + 1] = shock.barrier[j * 4 + 2] = INFINITY;
        thaw_equilibrium *now = solved(model, &shock, seed);
        for (size_t i = 0; i < 2; i++) {
            double labour = 0, labour_before = 0;
            for (size_t j = 0; j < 2; j++) {
                labour += w->labour_share[i * 2 + j] * w->consumption_share[i * 2 + j] * w->value_added[i];
                labour_before += w->labour_share[i * 2 + j] * base->output[i * 2 + j];
            }
            for (size_t j = 0; j < 2; j++) {
                const size_t cell = i * 2 + j;
                const double l = w->labour_share[cell], output = w->consumption_share[cell] * w->value_added[i];
                const double rent = output / base->output[cell];
                const double cost = pow(labour / labour_before, l) * pow(rent, 1 - l);
                near(seed, "output", now->output[cell] / output, 1, 1e-9);
                near(seed, "cost", now->cost[cell] / cost, 1, 1e-9);
                near(seed, "price", now->price[cell] / (cost * pow(w->share[(j * 2 + i) * 2 + i], -1 / w->theta[j])), 1,
                     1e-9);
            }
        }
        thaw_equilibrium_free(now);
        thaw_equilibrium_free(base);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
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
        thaw_result_free(r);
        thaw_equilibrium_free(now);
        trial_clear(&t);
    }
    assert_true(bound > 100 && free > 100 && exact > 0.9 * N_WORLDS);
    thaw_model *model = NULL;
    thaw_world *w = random_world(1);
    assert_int_equal(thaw_model_create_with(w, &(thaw_model_options){.sticky_wages = 1}, &model, NULL), THAW_ERR_USAGE);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_jones),
        cmocka_unit_test(test_jones_average),
        cmocka_unit_test(test_autarky_by_hand),
        cmocka_unit_test(test_sticky_wages),
        cmocka_unit_test(test_worlds_without_factors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
