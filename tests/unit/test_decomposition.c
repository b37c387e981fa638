/* Welfare taken apart: the parts add up, the linear response is the slope, and the parts that must be 0 are. */
#include "random.h"

static thaw_result *compared(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                             const thaw_shock *after, const thaw_equilibrium *now, uint64_t seed) {
    thaw_result *r = NULL;
    must(seed, thaw_trade_compare(model, before, base, after, now, NULL, &r, error));
    return r;
}

static double total(const thaw_decomposition *d) {
    return d->terms_of_trade + d->volume_of_trade + d->technical + d->transfer;
}

/* Real income as the definition says it, from the two equilibria. */
static double log_welfare(const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now, size_t i) {
    return log(now->income[i] / base->income[i]) - log_price_index(w, now, i) + log_price_index(w, base, i);
}

static void check_parts(const thaw_world *w, const thaw_result *r, const thaw_equilibrium *base, const thaw_equilibrium *now,
                        uint64_t seed) {
    for (size_t i = 0; i < w->n_countries; i++) {
        const double exact = 100 * log_welfare(w, base, now, i);
        near(seed, "sum of the parts of welfare", total(&r->integrated[i]) / 100, exact / 100, 1e-8);
        near(seed, "welfare", r->welfare_pct[i], 100 * expm1(exact / 100), 1e-9);
    }
    assert_true(r->integration_error <= 1e-6); /* per cent, so 1e-8 */
}

/* From the world as it stands to a shock, and from one shock to another, over every pair of closures. */
static void test_parts_sum_to_welfare(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *model = model_of(w, seed);
        thaw_shock first = random_shock(w, seed), second = random_shock(w, seed + 1000);
        first.closure = (thaw_closure)(seed % 3);
        second.closure = (thaw_closure)(seed / 3 % 3);
        thaw_equilibrium *base = NULL, *e = solved(model, &first, seed), *f = solved(model, &second, seed);
        must(seed, thaw_trade_base(model, &base, error));
        thaw_result *r = compared(model, NULL, base, &first, e, seed);
        check_parts(w, r, base, e, seed);
        thaw_result_free(r);
        r = compared(model, &first, e, &second, f, seed);
        check_parts(w, r, e, f, seed);
        thaw_result_free(r);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(e);
        thaw_equilibrium_free(f);
        thaw_shock_clear(&first);
        thaw_shock_clear(&second);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* The parts of a way and of the way back. */
static void check_there_and_back(const thaw_world *w, const thaw_model *model, const thaw_shock *shock, uint64_t seed) {
    thaw_equilibrium *base = NULL, *now = solved(model, shock, seed);
    must(seed, thaw_trade_base(model, &base, error));
    thaw_result *r = compared(model, NULL, base, shock, now, seed);
    check_parts(w, r, base, now, seed);
    thaw_result_free(r);
    r = compared(model, shock, now, NULL, base, seed);
    check_parts(w, r, now, base, seed);
    thaw_result_free(r);
    thaw_equilibrium_free(base);
    thaw_equilibrium_free(now);
}

/* A ban is a path too: its share goes to 0 in a straight line. */
static void test_parts_of_a_ban(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *model = model_of(w, seed);
        thaw_shock shock = random_shock(w, seed);
        shock.barrier[1] = INFINITY; /* the first sector, from the second country to the first */
        check_there_and_back(w, model, &shock, seed);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* No taxes: no volume term. No barriers: no technical one. Balances fixed: no transfers. */
static void test_parts_that_are_zero(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        thaw_world *w = random_world(seed);
        free(w->tariff);
        free(w->export_tax);
        w->tariff = w->export_tax = NULL;
        must(seed, thaw_world_rebalance(w, error));
        thaw_model *model = model_of(w, seed);
        thaw_shock all = random_shock(w, seed);
        thaw_shock barriers = {.barrier = all.barrier, .productivity = all.productivity};
        thaw_shock taxes = {.tariff = all.tariff, .export_tax = all.export_tax};
        thaw_equilibrium *base = NULL, *e = solved(model, &barriers, seed), *f = solved(model, &taxes, seed);
        must(seed, thaw_trade_base(model, &base, error));
        thaw_result *r = compared(model, NULL, base, &barriers, e, seed);
        thaw_result *q = compared(model, NULL, base, &taxes, f, seed);
        for (size_t i = 0; i < w->n_countries; i++) {
            assert_true(r->integrated[i].volume_of_trade == 0 && r->first_order[i].volume_of_trade == 0);
            assert_true(q->integrated[i].technical == 0 && q->first_order[i].technical == 0);
            near(seed, "transfer", r->integrated[i].transfer, 0, 1e-12);
            near(seed, "transfer", q->integrated[i].transfer, 0, 1e-12);
        }
        thaw_result_free(r);
        thaw_result_free(q);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(e);
        thaw_equilibrium_free(f);
        thaw_shock_clear(&all);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* ---- the linear response against finite differences ---- */

static void scale_cells(double *cell, const double *from, size_t n, double power) {
    for (size_t at = 0; cell && at < n; at++)
        cell[at] = (from ? from[at] : 1) * pow(cell[at] / (from ? from[at] : 1), power);
}

/* The point `position` of the log-linear path from the world to the shock; below 0 it is the opposite shock. */
static thaw_shock part_of(const thaw_world *w, const thaw_shock *shock, double position) {
    const size_t cells = n_cells(w), goods = w->n_countries * w->n_sectors;
    thaw_shock part = {.barrier = copied(shock->barrier, cells),
                       .tariff = copied(shock->tariff, cells),
                       .export_tax = copied(shock->export_tax, cells),
                       .productivity = copied(shock->productivity, goods)};
    scale_cells(part.barrier, NULL, cells, position);
    scale_cells(part.tariff, w->tariff, cells, position);
    scale_cells(part.export_tax, w->export_tax, cells, position);
    scale_cells(part.productivity, NULL, goods, position);
    return part;
}

static void test_first_order_is_the_slope(void **context) {
    (void)context;
    static const double STEP = 0.01, POINT[] = {-2, -1, 1, 2}, WEIGHT[] = {1, -8, 8, -1}; /* error of STEP^4 / 30 */
    const thaw_solve_options tight = {.tolerance = 1e-13};
    for (uint64_t seed = 1; seed <= 100; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *model = model_of(w, seed);
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *base = NULL, *now = solved(model, &shock, seed);
        must(seed, thaw_trade_base(model, &base, error));
        thaw_result *r = compared(model, NULL, base, &shock, now, seed);
        double *slope = filled(w->n_countries, 0);
        for (int k = 0; k < 4; k++) {
            thaw_shock part = part_of(w, &shock, POINT[k] * STEP);
            thaw_equilibrium *e = NULL;
            must(seed, thaw_trade_solve(model, &part, &tight, NULL, &e, error));
            for (size_t i = 0; i < w->n_countries; i++)
                slope[i] += 100 * WEIGHT[k] * log_welfare(w, base, e, i) / (12 * STEP);
            thaw_equilibrium_free(e);
            thaw_shock_clear(&part);
        }
        for (size_t i = 0; i < w->n_countries; i++)
            near(seed, "first-order welfare", r->welfare_first_order_pct[i], slope[i], 1e-6);
        free(slope);
        thaw_result_free(r);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(now);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* The smaller the shock, the closer the first-order sum is to the exact change: both to the same slope. */
static void test_first_order_parts_of_a_small_shock(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *model = model_of(w, seed);
        thaw_shock shock = random_shock(w, seed), small = part_of(w, &shock, 1e-5);
        thaw_equilibrium *base = NULL, *now = solved(model, &small, seed);
        must(seed, thaw_trade_base(model, &base, error));
        thaw_result *r = compared(model, NULL, base, &small, now, seed);
        for (size_t i = 0; i < w->n_countries; i++) {
            const thaw_decomposition *a = &r->first_order[i], *b = &r->integrated[i];
            near(seed, "terms of trade of a small shock", 1e5 * a->terms_of_trade, 1e5 * b->terms_of_trade, 1e-2);
            near(seed, "volume of trade of a small shock", 1e5 * a->volume_of_trade, 1e5 * b->volume_of_trade, 1e-2);
            near(seed, "technical part of a small shock", 1e5 * a->technical, 1e5 * b->technical, 1e-2);
            near(seed, "transfer of a small shock", 1e5 * a->transfer, 1e5 * b->transfer, 1e-2);
            near(seed, "welfare of a small shock", 1e5 * r->welfare_first_order_pct[i], 1e5 * r->welfare_pct[i], 1e-2);
        }
        thaw_result_free(r);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(now);
        thaw_shock_clear(&shock);
        thaw_shock_clear(&small);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parts_sum_to_welfare), cmocka_unit_test(test_parts_of_a_ban),
                                       cmocka_unit_test(test_parts_that_are_zero),
                                       cmocka_unit_test(test_first_order_is_the_slope),
                                       cmocka_unit_test(test_first_order_parts_of_a_small_shock)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
