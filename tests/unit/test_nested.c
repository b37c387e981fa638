/* Nested CES production: limits, a case solved by hand, identities, derivatives. */
#include "trial.h"
#include "trade/equations.h"

static thaw_model *nested_model(const thaw_world *w, thaw_horizon horizon, double energy, double materials) {
    thaw_model *model = NULL;
    const thaw_model_options o = {
        .horizon = horizon, .nested = 1, .energy_elasticity = energy, .materials_elasticity = materials};
    must(0, thaw_model_create_with(w, &o, &model, error));
    return model;
}

static const thaw_horizon HORIZONS[] = {THAW_HORIZON_ONE_FACTOR, THAW_HORIZON_SHORT, THAW_HORIZON_MEDIUM, THAW_HORIZON_LONG};

static void test_identities(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        uint64_t dice = seed * 31 + 5;
        trial t = {.world = energy_world(seed, 1)};
        const double energy = chance(&dice, 0.2) ? 0 : between(&dice, 0, 1), materials = between(&dice, 0.1, 1);
        t.model = nested_model(t.world, HORIZONS[seed % 4], energy, materials);
        t.shock = random_shock(t.world, seed);
        trial_run(&t, seed, 1e-7);
        trial_clear(&t);
    }
}

/* With elasticities of 1 it is Cobb-Douglas, and near 1 nearly so. */
static void test_cobb_douglas(void **state) {
    (void)state;
    static const double ELASTICITY[] = {1, 1 - 1e-8}, WITHIN[] = {1e-9, 1e-6};
    for (uint64_t seed = 1; seed <= 40; seed++) {
        thaw_world *w = energy_world(seed, 1);
        const thaw_horizon horizon = HORIZONS[seed % 4];
        thaw_model *plain = NULL;
        must(seed, thaw_model_create_with(w, &(thaw_model_options){.horizon = horizon}, &plain, error));
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *expected = solved(plain, &shock, seed);
        for (int k = 0; k < 2; k++) {
            thaw_model *model = nested_model(w, horizon, ELASTICITY[k], ELASTICITY[k]);
            thaw_equilibrium *found = solved(model, &shock, seed);
            for (size_t i = 0; i < w->n_countries; i++)
                near(seed, "income", found->income[i] / expected->income[i], 1, WITHIN[k]);
            for (size_t at = 0; at < w->n_countries * w->n_sectors; at++)
                near(seed, "price", found->price[at] / expected->price[at], 1, WITHIN[k]);
            thaw_equilibrium_free(found);
            thaw_model_free(model);
        }
        thaw_equilibrium_free(expected);
        thaw_shock_clear(&shock);
        thaw_model_free(plain);
        thaw_world_free(w);
    }
}

/* The derivative of the map against differences of it. */
static void test_tangent(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        thaw_world *w = energy_world(seed, 1);
        thaw_model *m = nested_model(w, HORIZONS[seed % 4], 0.1, 0.5);
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *e = solved(m, &shock, seed);
        problem *p = NULL;
        solver *s = NULL;
        must(seed, problem_create(m, NULL, &shock, 1, 0, &p, error));
        must(seed, solver_create(m, &s, error));
        s->p = p;
        double *u = aligned_zeros(5 * m->unknowns), *du = u + m->unknowns, *dg = du + m->unknowns;
        double *above = dg + m->unknowns, *below = above + m->unknowns;
        assert_non_null(u);
        unknowns_from(m, e, u);
        uint64_t dice = seed;
        for (size_t k = 0; k < m->unknowns; k++) du[k] = u[k] == 0 ? 0 : between(&dice, -1, 1);
        const double h = 1e-6;
        for (size_t k = 0; k < m->unknowns; k++) s->u[k] = u[k] + h * du[k];
        map_evaluate(p, s->u, &s->at, above);
        for (size_t k = 0; k < m->unknowns; k++) s->u[k] = u[k] - h * du[k];
        map_evaluate(p, s->u, &s->at, below);
        map_evaluate(p, u, &s->at, s->g);
        map_tangent(p, &s->at, du, &s->scratch, dg);
        for (size_t k = 0; k < m->unknowns; k++) {
            if (k % m->stride >= m->n) continue;
            near(seed, "derivative", dg[k], (above[k] - below[k]) / (2 * h), 2e-6);
        }
        free(u);
        solver_release(s);
        problem_free(p);
        thaw_equilibrium_free(e);
        thaw_shock_clear(&shock);
        thaw_model_free(m);
        thaw_world_free(w);
    }
}

/* Two countries, four sectors; only c1 of R0 uses inputs: energy c2 from R1 with part s of its cost, and labour. The price
 * of c2 rises by a barrier of known size: unit cost of c1 by the CES formula. */
static void test_by_hand(void **state) {
    (void)state;
    static const double ELASTICITY[] = {0, 0.05, 0.5, 1};
    for (size_t q = 0; q < sizeof ELASTICITY / sizeof *ELASTICITY; q++) {
        const char *country[] = {"R0", "R1"}, *sector[] = {"c1", "c2", "c8", "c17"};
        thaw_world *w = NULL;
        must(0, thaw_world_create(2, country, 4, sector, &w, error));
        const double s = 0.3;
        for (size_t i = 0; i < 2; i++) {
            w->value_added[i] = 100;
            for (size_t j = 0; j < 4; j++) {
                w->theta[j] = 4;
                w->consumption_share[i * 4 + j] = 0.25;
                w->factor_share[i * 4 + j] = i == 0 && j == 0 ? 1 - s : 1;
                for (size_t k = 0; k < 4; k++) w->intermediate_share[(i * 4 + j) * 4 + k] = k == 1;
                for (size_t o = 0; o < 2; o++)
                    w->share[(j * 2 + i) * 2 + o] = j == 1 ? o == 1 : 0.5; /* all c2 is made in R1 */
            }
        }
        thaw_model *m = nested_model(w, THAW_HORIZON_ONE_FACTOR, ELASTICITY[q], 0.5);
        thaw_shock shock = {.barrier = filled(n_cells(w), 1)};
        shock.barrier[(1 * 2 + 0) * 2 + 1] = 1.5; /* c2 to R0 from R1 */
        thaw_equilibrium *e = solved(m, &shock, 0);
        const double pe = e->price[1], wage = e->wage[0], r = 1 - ELASTICITY[q];
        near(0, "price of energy", pe, 1.5 * e->cost[4 + 1], 1e-10);
        const double cost = r == 0 ? pow(pe, s) * pow(wage, 1 - s) : pow(s * pow(pe, r) + (1 - s) * pow(wage, r), 1 / r);
        near(0, "unit cost", e->cost[0], cost, 1e-10);
        near(0, "value added", e->value_share[0], (1 - s) * pow(wage / cost, r), 1e-10);
        thaw_equilibrium_free(e);
        thaw_shock_clear(&shock);
        thaw_model_free(m);
        thaw_world_free(w);
    }
}

static void test_refused(void **state) {
    (void)state;
    thaw_world *w = energy_world(3, 0), *other = random_world(3);
    static const double BAD[] = {-0.1, 1.1, NAN, INFINITY};
    thaw_error failure = {0};
    thaw_model *model = NULL;
    for (size_t k = 0; k < 4; k++) {
        thaw_model_options o = {.nested = 1, .energy_elasticity = BAD[k]};
        assert_int_equal(thaw_model_create_with(w, &o, &model, &failure), THAW_ERR_USAGE);
        o = (thaw_model_options){.nested = 1, .materials_elasticity = BAD[k]};
        assert_int_equal(thaw_model_create_with(w, &o, &model, &failure), THAW_ERR_USAGE);
    }
    assert_int_equal(thaw_model_create_with(other, &(thaw_model_options){.nested = 1}, &model, &failure), THAW_ERR_USAGE);
    assert_non_null(strstr(failure.message, "has no sector c2"));
    thaw_world_free(w);
    thaw_world_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities), cmocka_unit_test(test_cobb_douglas), cmocka_unit_test(test_tangent),
        cmocka_unit_test(test_by_hand),    cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
