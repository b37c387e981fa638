#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/uncertainty.h"
#include "thaw/ensemble.h"
#include "thaw/report.h"
#include "world/generate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define assert_near(found, expected, tolerance)                                                                             \
    do {                                                                                                                    \
        const double f_ = (found), e_ = (expected);                                                                         \
        if (!(fabs(f_ - e_) <= (tolerance))) fail_msg(#found " is %.17g, not %.17g", f_, e_);                               \
    } while (0)

/* Points 1, 2, 4 and 118 in 27 dimensions, as the program that S. Joe and F. Y. Kuo publish with their direction numbers
 * prints them. */
static void test_first_points(void **state) {
    static const size_t which[4] = {1, 2, 4, 118};
    static const double expected[4][27] = {
        {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
         0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
        {0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75, 0.75, 0.75, 0.25, 0.25,
         0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25, 0.75, 0.25},
        {0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625, 0.875, 0.375, 0.375, 0.625,
         0.375, 0.875, 0.375, 0.875, 0.875, 0.125, 0.125, 0.125, 0.375, 0.875, 0.875, 0.875, 0.375},
        {0.6953125, 0.4765625, 0.9921875, 0.3203125, 0.4140625, 0.5234375, 0.8046875, 0.3828125, 0.1015625,
         0.3515625, 0.6796875, 0.0234375, 0.5703125, 0.1953125, 0.7890625, 0.2109375, 0.6484375, 0.3984375,
         0.8671875, 0.1171875, 0.2265625, 0.3046875, 0.8515625, 0.6484375, 0.8046875, 0.9140625, 0.6015625},
    };
    static double u[120 * 27];
    (void)state;
    thaw_sobol(120, 27, u);
    for (size_t d = 0; d < 27; d++) assert_near(u[d], 0, 0);
    for (size_t p = 0; p < 4; p++)
        for (size_t d = 0; d < 27; d++) assert_near(u[which[p] * 27 + d], expected[p][d], 0);
}

/* In every dimension one of 2^m points in each of 2^m equal parts, shifted or not; of the first two dimensions, which are a
 * (0, m, 2)-net, one in each box of that size. */
static void test_nets(void **state) {
    enum { M = 8, N = 1 << M };
    static double u[N * THAW_SOBOL_DIMENSIONS];
    (void)state;
    for (int shifted = 0; shifted < 3; shifted++) {
        if (shifted)
            thaw_sobol_shifted(N, THAW_SOBOL_DIMENSIONS, (uint64_t)shifted, u);
        else
            thaw_sobol(N, THAW_SOBOL_DIMENSIONS, u);
        for (size_t d = 0; d < THAW_SOBOL_DIMENSIONS; d++) {
            unsigned char seen[N] = {0};
            for (size_t p = 0; p < N; p++) seen[(size_t)(u[p * THAW_SOBOL_DIMENSIONS + d] * N)]++;
            for (size_t k = 0; k < N; k++)
                if (seen[k] != 1) fail_msg("dimension %zu has %d points in part %zu of %d", d + 1, seen[k], k, N);
        }
        for (int wide = 0; wide <= M; wide++) {
            unsigned char seen[N] = {0};
            for (size_t p = 0; p < N; p++) {
                const double *at = u + p * THAW_SOBOL_DIMENSIONS;
                const size_t row = (size_t)(at[0] * (1 << wide)), column = (size_t)(at[1] * (1 << (M - wide)));
                seen[row << (M - wide) | column]++;
            }
            for (size_t k = 0; k < N; k++) assert_int_equal(seen[k], 1);
        }
    }
}

static void test_quantiles(void **state) {
    const double five[] = {1, 2, 3, 4, 10}, equal[] = {0.1, 0.1, 0.1};
    (void)state;
    assert_near(thaw_quantile(five, 5, 0.5), 3, 0);
    assert_near(thaw_quantile(five, 5, 0.95), 4 + 0.8 * 6, 1e-14);
    assert_near(thaw_quantile(five, 5, 0), 1, 0);
    assert_near(thaw_quantile(five, 5, 1), 10, 0);
    assert_near(thaw_quantile(five, 1, 0.3), 1, 0);
    assert_near(thaw_quantile(equal, 3, 0.3), 0.1, 0);
    assert_near(thaw_normal_quantile(0.975), 1.959963984540054, 1e-14);
    assert_near(thaw_normal_quantile(0.025), -1.959963984540054, 1e-14);
    assert_near(thaw_normal_quantile(1e-9), -5.997807015007686, 1e-12);
    assert_near(thaw_normal_quantile(0.5), 0, 0);
}

/* Ishigami and Homma (1990), a = 7, b = 0.1: shares in closed form. */
static void test_ishigami(void **state) {
    enum { N = 1024 };
    const double a = 7, b = 0.1, pi = M_PI;
    const double variance = a * a / 8 + b * pow(pi, 4) / 5 + b * b * pow(pi, 8) / 18 + 0.5;
    const double expected[3] = {0.5 * pow(1 + b * pow(pi, 4) / 5, 2) / variance, a * a / 8 / variance, 0};
    static double u[N * 3], y[N];
    double share[3];
    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++) {
        thaw_sobol_shifted(N, 3, seed, u);
        for (size_t d = 0; d < N; d++) {
            const double x1 = pi * (2 * u[3 * d] - 1), x2 = pi * (2 * u[3 * d + 1] - 1), x3 = pi * (2 * u[3 * d + 2] - 1);
            y[d] = sin(x1) + a * pow(sin(x2), 2) + b * pow(x3, 4) * sin(x1);
        }
        assert_int_equal(thaw_first_order_shares(N, 3, 1, u, y, share, NULL), THAW_OK);
        for (size_t i = 0; i < 3; i++) assert_near(share[i], expected[i], 0.005);
    }
}

/* y = sum_i w_i u_i: the shares are w_i^2 / sum w^2. A second output is constant, a third has too few draws. */
static void test_linear(void **state) {
    enum { N = 1000, D = 4 };
    const double w[D] = {4, 2, 1, 0}, total = 21;
    static double u[N * D], y[N * 2];
    double share[2 * D];
    (void)state;
    thaw_sobol_shifted(N, D, 3, u);
    for (size_t d = 0; d < N; d++) {
        y[2 * d] = 0;
        y[2 * d + 1] = 0.1;
        for (size_t i = 0; i < D; i++) y[2 * d] += w[i] * u[d * D + i];
    }
    assert_int_equal(thaw_first_order_shares(N, D, 2, u, y, share, NULL), THAW_OK);
    for (size_t i = 0; i < D; i++) {
        assert_near(share[i], w[i] * w[i] / total, 0.003);
        assert_near(share[D + i], 0, 0);
    }
    assert_int_equal(thaw_first_order_shares(thaw_shares_need(D) - 1, D, 1, u, y, share, NULL), THAW_OK);
    for (size_t i = 0; i < D; i++) assert_true(isnan(share[i]));
}

/* The same of normal inputs, much of whose variance is in the tails. */
static void test_tails(void **state) {
    enum { N = 1024, D = 2 };
    static double u[N * D], y[N];
    double share[D];
    (void)state;
    thaw_sobol_shifted(N, D, 5, u);
    for (size_t d = 0; d < N; d++) y[d] = 2 * thaw_normal_quantile(u[d * D]) + thaw_normal_quantile(u[d * D + 1]);
    assert_int_equal(thaw_first_order_shares(N, D, 1, u, y, share, NULL), THAW_OK);
    assert_near(share[0], 0.8, 0.01);
    assert_near(share[1], 0.2, 0.01);
}

/* A variant of a model for other elasticities has the solutions, bit for bit, of a model made for them. */
static void test_variant(void **state) {
    const generate_options options = {.n_countries = 6, .n_sectors = 4, .seed = 11, .tariffs = 0.1, .imbalance = 0.1};
    thaw_world *world = NULL, *other = NULL;
    thaw_model *model = NULL, *fresh = NULL, *variant = NULL;
    (void)state;
    assert_int_equal(generate_world(&options, &world, NULL), THAW_OK);
    assert_int_equal(thaw_world_copy(world, &other, NULL), THAW_OK);
    assert_int_equal(thaw_model_create(world, &model, NULL), THAW_OK);
    assert_int_equal(thaw_model_vary(model, other, &variant, NULL), THAW_OK);
    for (size_t j = 0; j < 4; j++) other->theta[j] *= 1.1 + 0.1 * (double)j;
    thaw_model_theta_changed(variant);
    assert_int_equal(thaw_model_create(other, &fresh, NULL), THAW_OK);
    double *barrier = malloc(4 * 36 * sizeof *barrier);
    assert_non_null(barrier);
    for (size_t c = 0; c < 4 * 36; c++) barrier[c] = c % 7 == 1 ? 1.5 : 1;
    const thaw_shock shock = {.barrier = barrier};
    thaw_equilibrium *a = NULL, *b = NULL;
    assert_int_equal(thaw_trade_solve(fresh, &shock, NULL, NULL, &a, NULL), THAW_OK);
    assert_int_equal(thaw_trade_solve(variant, &shock, NULL, NULL, &b, NULL), THAW_OK);
    assert_memory_equal(a->wage, b->wage, 6 * sizeof *a->wage);
    assert_memory_equal(a->cost, b->cost, 24 * sizeof *a->cost);
    thaw_equilibrium_free(a);
    thaw_equilibrium_free(b);
    thaw_model_free(variant);
    thaw_model_free(fresh);
    thaw_model_free(model);
    thaw_world_free(world);
    thaw_world_free(other);
    free(barrier);
}

/* ---- whole runs ---- */

static thaw_run *make_run(const char *text, const thaw_run_options *options) {
    thaw_run_options o = *options;
    thaw_run *run = NULL;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "trial.yaml", NULL, &o.given, &error) ||
        thaw_run_create(NULL, &o, &run, &error))
        fail_msg("%s", error.message);
    return run;
}

static void draw(thaw_run *run, const thaw_run_options *options, size_t n, uint64_t seed, size_t threads) {
    const thaw_draw_options draws = {.n = n, .seed = seed};
    thaw_error error = {0};
    if (thaw_run_draw(&run, 1, options, &draws, threads, &error)) fail_msg("%s", error.message);
}

#define WALL                                                                                                                \
    "world: wiod-2011\nfocus: RUS\nmeasures:\n  - {kind: barrier, from: EU27, to: RUS, sectors: all, factor: 1.5}\n"        \
    "uncertainty:\n"

/* Nothing uncertain: one draw is the run itself, bit for bit, in every number of every country. */
static void test_no_spread(void **state) {
    const thaw_run_options options = {.result = {.no_decomposition = 1}};
    thaw_run *run = make_run(WALL "  - {theta: all, spread: 0}\n"
                                  "  - {number: \"measures[0].factor\", low: 1.5, high: 1.5}\n",
                             &options);
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n_columns = country_columns(run, column), n = run->world->n_countries;
    (void)state;
    draw(run, &options, 1, 1, 1);
    const thaw_uncertainty *u = run->uncertainty;
    for (size_t c = 0; c < n_columns; c++)
        for (size_t k = 0; k < n; k++) {
            const double found = u->value[c * n + k], expected = column_value(&column[c], k);
            if (memcmp(&found, &expected, sizeof found) && !column[c].of_path)
                fail_msg("%s of %s: %.17g in the draw, %.17g in the run", column[c].name, run->world->country[k], found,
                         expected);
        }
    assert_near(spread_of_column(run, "welfare_pct", run->focus).high, run->result->welfare_pct[run->focus], 0);
    thaw_run_free(run);
}

/* The same bits by one, two and eight threads; others with another seed. */
static void test_threads(void **state) {
    const thaw_run_options options = {.result = {.no_decomposition = 1}, .no_claimants = 1};
    enum { N = 24 };
    double *first = NULL;
    size_t bytes = 0;
    (void)state;
    for (size_t threads = 1; threads <= 8; threads = threads == 1 ? 2 : threads * 4) {
        thaw_run *run = make_run(WALL "  - {number: \"measures[0].factor\", low: 1.2, high: 2}\n", &options);
        draw(run, &options, N, 5, threads);
        bytes = N * run->uncertainty->n * sizeof *first;
        if (first)
            assert_memory_equal(first, run->uncertainty->value, bytes);
        else if ((first = malloc(bytes)))
            memcpy(first, run->uncertainty->value, bytes);
        thaw_run_free(run);
    }
    free(first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_points), cmocka_unit_test(test_nets),      cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_ishigami),     cmocka_unit_test(test_linear),    cmocka_unit_test(test_tails),
        cmocka_unit_test(test_variant),      cmocka_unit_test(test_no_spread), cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
