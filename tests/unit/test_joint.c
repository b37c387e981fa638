#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/correlation.h"
#include "ensemble/draws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define assert_near(found, expected, tolerance)                                                                             \
    do {                                                                                                                    \
        const double f_ = (found), e_ = (expected);                                                                         \
        if (!(fabs(f_ - e_) <= (tolerance))) fail_msg(#found " is %.17g, not %.17g", f_, e_);                               \
    } while (0)

#define MEASURES                                                                                                            \
    "name: trial\nworld: w\nmeasures:\n"                                                                                    \
    "  - {kind: barrier, from: RUS, to: USA, factor: 5}\n"                                                                  \
    "  - {kind: barrier, from: USA, to: RUS, factor: 7}\n"                                                                  \
    "  - {kind: barrier, from: DEU, to: RUS, factor: 2}\n"                                                                  \
    "  - {kind: barrier, from: DEU, to: USA, factor: 1.5}\n"                                                                \
    "uncertainty:\n"
#define FIRST "  - {number: \"measures[0].factor\", std_error: 0.2}\n"
#define SECOND "  - {number: \"measures[1].factor\", std_error: 0.5}\n"
#define THIRD "  - {number: \"measures[2].factor\", spread: 0.1}\n"
#define FOURTH "  - {number: \"measures[3].factor\", low: 1.2, high: 1.9}\n"
#define KNOWN_THETA "  - {theta: all, spread: 0}\n"
#define JOINT "  - {joint: estimate, of: "
#define TWO JOINT "[\"measures[0].factor\", \"measures[1].factor\"], correlation: "
#define THREE JOINT "[\"measures[0].factor\", \"measures[1].factor\", \"measures[2].factor\"], correlation: "

static thaw_scenario *parse(const char *text) {
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "trial.yaml", NULL, &s, &error)) fail_msg("%s", error.message);
    return s;
}

/* Of several scenarios, which it frees. */
static thaw_draws *draw(thaw_scenario **scenario, size_t n_scenarios, const thaw_draw_options *options) {
    static const char *const country[] = {"RUS", "USA", "DEU", "CHN"}, *const sector[] = {"c1", "c2"};
    thaw_world *world = NULL;
    thaw_draws *draws = NULL;
    thaw_error error = {0};
    assert_int_equal(thaw_world_create(4, country, 2, sector, &world, NULL), THAW_OK);
    world->theta[0] = world->theta[1] = 5;
    const thaw_scenario *const *list = (const thaw_scenario *const *)scenario;
    if (thaw_draws_create(list, n_scenarios, world, options, &draws, &error)) fail_msg("%s", error.message);
    thaw_world_free(world);
    for (size_t s = 0; s < n_scenarios; s++) thaw_scenario_free(scenario[s]);
    return draws;
}

static thaw_draws *draw_one(const char *text, size_t n, uint64_t seed) {
    thaw_scenario *s = parse(text);
    return draw(&s, 1, &(thaw_draw_options){.n = n, .seed = seed});
}

static double mean_of(const double *x, const double *y, size_t n, size_t stride) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += x[k * stride] * (y ? y[k * stride] : 1);
    return sum / (double)n;
}

static double covariance_of(const double *x, const double *y, size_t n, size_t stride) {
    return mean_of(x, y, n, stride) - mean_of(x, NULL, n, stride) * mean_of(y, NULL, n, stride);
}

/* ---- the factor ---- */

/* Matrices L L' of random L, rows of length 1, some of a rank below their size: the factor gives the matrix again. */
static void test_factor(void **state) {
    enum { N = 6 };
    uint64_t bits = 42;
    (void)state;
    for (int trial = 0; trial < 200; trial++) {
        const size_t rank = 1 + (size_t)trial % N;
        double l[N * N] = {0}, matrix[N * N], factor[N * N];
        for (size_t i = 0; i < N; i++) {
            double length = 0;
            for (size_t c = 0; c < rank; c++) {
                bits = bits * 6364136223846793005u + 1442695040888963407u;
                l[i * N + c] = (double)(bits >> 33) * 0x1p-30 - 1;
                length += l[i * N + c] * l[i * N + c];
            }
            for (size_t c = 0; c < rank; c++) l[i * N + c] /= sqrt(length);
        }
        for (size_t k = 0; k < N * N; k++) {
            matrix[k] = 0;
            for (size_t c = 0; c < rank; c++) matrix[k] += l[k / N * N + c] * l[k % N * N + c];
        }
        assert_true(correlation_factor(N, matrix, factor, NULL));
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                double product = 0;
                for (size_t c = 0; c < N; c++) product += factor[i * N + c] * factor[j * N + c];
                if (!(fabs(product - matrix[i * N + j]) <= 1e-9))
                    fail_msg("trial %d: correlation %zu, %zu is %.17g, not %.17g", trial, i, j, product, matrix[i * N + j]);
            }
    }
}

/* r12 = r13 = 0.8: r23 is between 0.8^2 - 0.6^2 and 0.8^2 + 0.6^2 (Kendall and Stuart 1973), ends included. */
static void test_impossible(void **state) {
    double matrix[9] = {1, 0.8, 0.8, 0.8, 1, 0, 0.8, 0.28, 1}, factor[9];
    correlation_fault fault = {0};
    (void)state;
    assert_true(correlation_factor(3, matrix, factor, &fault));
    assert_near(factor[8], 0, 1e-6);
    matrix[7] = 0.27;
    assert_false(correlation_factor(3, matrix, factor, &fault));
    assert_int_equal(fault.row, 2);
    assert_int_equal(fault.column, 1);
    assert_near(fault.low, 0.28, 1e-15);
    assert_near(fault.high, 1, 1e-15);
    matrix[3] = 1; /* one number: the third has the same correlation with both */
    matrix[7] = 0.8;
    assert_true(correlation_factor(3, matrix, factor, &fault));
    matrix[7] = 0.81;
    assert_false(correlation_factor(3, matrix, factor, &fault));
    assert_near(fault.low, 0.8, 1e-15);
    assert_near(fault.high, 0.8, 1e-15);
}

/* ---- what a file says ---- */

static void test_faults(void **state) {
    static const char *const BEFORE = MEASURES FIRST SECOND THIRD FOURTH;
    static const struct {
        const char *text, *at, *says; /* at: what stands at the place of the error */
    } CASE[] = {
        {TWO "0.5}\n" JOINT "[\"measures[2].factor\"], correlation: 0}\n", "{joint: estimate, of: [\"measures[2]",
         "name of two"},
        {TWO "1.5}\n", "1.5}", "is 1.5; it must be between -1 and 1"},
        {TWO "[[1, 0.5], [0.4, 1]]}\n", "0.4,",
         "measures[1].factor and measures[0].factor is 0.4 here and 0.5 in row 1: it must be the same"},
        {TWO "[[0.9, 0.5], [0.5, 1]]}\n", "0.9,", "measures[0].factor with itself is 0.9; it must be 1"},
        {TWO "[[1, 0.5]]}\n", "[[1,", "found 1 row of correlations, expected 2"},
        {TWO "[[1, 0.5], [0.7]]}\n", "[0.7]", "row 2 of the correlations must be a list of 2 numbers"},
        {TWO "[1, 0.5]}\n", "1, 0.5", "row 1 of the correlations must be a list of 2 numbers"},
        {TWO "[[1, much], [0.5, 1]]}\n", "much", "must be a number, not `much`"},
        {TWO "{a: 1}}\n", "{a: 1}", "must be a number, not a map"},
        {THREE "[[1, 0.8, 0.8], [0.8, 1, 0.2], [0.8, 0.2, 1]]}\n", "0.2, 1]]",
         "measures[2].factor and measures[1].factor is 0.2; with those above it must be between 0.28 and 1"},
        {THREE "-0.9}\n", "-0.9", "positive semi-definite"},
        {JOINT "[\"measures[0].factor\", \"measures[4].factor\"], correlation: 0.5}\n", "measures[4]",
         "unknown number `measures[4].factor` in what is joint: an entry of uncertainty must say how it is spread"},
        {JOINT "[\"measures[0].factor\", theta], correlation: 0.5}\n", "theta]",
         "theta cannot be joint: no entry of uncertainty says how it is spread"},
        {"  - {theta: c1, spread: 0.1}\n  - {theta: c2, spread: 0.1}\n" JOINT
         "[theta, \"measures[0].factor\"], correlation: 0.5}\n",
         "theta, ", "expected one entry of theta"},
        {"  - {theta: all, spread: 0.1, by: sector}\n" JOINT "[theta, \"measures[0].factor\"], correlation: 0.5}\n",
         "theta, ", "expected one entry of theta, without by: sector"},
        {JOINT "[\"measures[0].factor\", \"measures[0].factor\"], correlation: 0.5}\n", "measures[0].factor\"]",
         "measures[0].factor is in `estimate` already, as measures[0].factor"},
        {TWO "0.5}\n  - {joint: more, of: [\"measures[2].factor\", \"measures[1].factor\"], correlation: 0.5}\n",
         "measures[1].factor\"]", "measures[1].factor is in `estimate` already"},
        {JOINT "[\"measures[0].factor\", \"measures[3].factor\"], correlation: 0.5}\n", "measures[3]",
         "measures[3].factor is spread uniform; what is joint must be normal or log-normal"},
        {JOINT "[\"measures[0].factor\"]}\n", "{joint", "needs the keys of (a list of numbers) and correlation"},
        {TWO "0.5, spread: 1}\n", "spread: 1", "unknown key `spread` in what is joint"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof CASE / sizeof *CASE; k++) {
        char text[2000];
        thaw_scenario *s = NULL;
        thaw_error error = {0};
        snprintf(text, sizeof text, "%s%s", BEFORE, CASE[k].text);
        assert_int_equal(thaw_scenario_parse(text, strlen(text), "trial.yaml", NULL, &s, &error), THAW_ERR_INPUT);
        assert_null(s);
        const char *place = text;
        for (long line = 1; line < error.line; line++) place = strchr(place, '\n') + 1;
        place += error.column - 1;
        if (!strstr(error.message, CASE[k].says) || strncmp(place, CASE[k].at, strlen(CASE[k].at)) != 0)
            fail_msg("%sat %ld:%ld, said: %s", CASE[k].text, error.line, error.column, error.message);
    }
}

/* ---- what is drawn ---- */

/* The covariance of the draws is that stated, of logs for what is log-normal. Random draws would be off by sqrt((1 + r^2) /
 * n) of the two standard deviations; the points of a Sobol sequence are by less than a third of that. */
static void test_covariance(void **state) {
    enum { N = 4096, D = 3 };
    static const double R[D][D] = {{1, -0.6, 0.3}, {-0.6, 1, 0.2}, {0.3, 0.2, 1}}, SIZE[D] = {0.2, 0.5, 0.1};
    static const double CENTER[D] = {5, 7, 0.69314718055994531};
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        thaw_draws *d = draw_one(
            MEASURES KNOWN_THETA FIRST SECOND THIRD THREE "[[1, -0.6, 0.3], [-0.6, 1, 0.2], [0.3, 0.2, 1]]}\n", N, seed);
        assert_int_equal(d->n_inputs, D + 1);
        double *value = malloc(N * D * sizeof *value);
        assert_non_null(value);
        for (size_t k = 0; k < N; k++)
            for (size_t i = 0; i < D; i++) {
                const double x = d->value[k * (D + 1) + i + 1];
                value[k * D + i] = i == 2 ? log(x) : x;
            }
        for (size_t i = 0; i < D; i++) {
            assert_near(mean_of(value + i, NULL, N, D), CENTER[i], SIZE[i] / sqrt(N) / 3);
            for (size_t j = 0; j < D; j++)
                assert_near(covariance_of(value + i, value + j, N, D), R[i][j] * SIZE[i] * SIZE[j],
                            sqrt((1 + R[i][j] * R[i][j]) / N) / 3 * SIZE[i] * SIZE[j]);
        }
        free(value);
        thaw_draws_free(d);
    }
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* y = 2 x1 - x2 of normal numbers with standard errors 0.2 and 0.5: normal, its variance 0.16 + 0.25 - 0.4 r; the ends of
 * its interval, and what the two share with a third that is added. */
static void test_linear_output(void **state) {
    enum { N = 4096, D = 3 };
    static const char *const JOINED[] = {TWO "-0.8}\n", "", TWO "0.8}\n"};
    static const double r[] = {-0.8, 0, 0.8};
    (void)state;
    for (int k = 0; k < 3; k++) {
        char text[2000];
        snprintf(text, sizeof text, "%s%s", MEASURES KNOWN_THETA FIRST SECOND FOURTH, JOINED[k]);
        thaw_draws *d = draw_one(text, N, 7);
        const double size = sqrt(0.16 + 0.25 - 0.4 * r[k]), third = (1.9 - 1.2) / sqrt(12);
        static double y[N], with_third[N], share[D + 1];
        size_t driver[D + 1];
        for (size_t n = 0; n < N; n++) {
            const double *x = d->value + n * (D + 1) + 1;
            y[n] = 2 * x[0] - x[1];
            with_third[n] = y[n] + x[2];
        }
        qsort(y, N, sizeof *y, ascending);
        assert_near(thaw_quantile(y, N, 0.05), 3 - 1.6448536269514722 * size, 0.01 * size);
        assert_near(thaw_quantile(y, N, 0.95), 3 + 1.6448536269514722 * size, 0.01 * size);
        const size_t n_drivers = r[k] == 0 ? D + 1 : D; /* theta, which is known, among them */
        assert_int_equal(d->n_drivers, n_drivers);
        for (size_t i = 0; i <= D; i++) driver[i] = d->input[i].driver;
        assert_int_equal(thaw_grouped_shares(N, D + 1, 1, d->u, with_third, n_drivers, driver, share, NULL), THAW_OK);
        const double variance = size * size + third * third;
        if (r[k] == 0) {
            assert_near(share[1], 0.16 / variance, 0.02);
            assert_near(share[2], 0.25 / variance, 0.02);
        } else {
            assert_string_equal(d->driver[1].name, "trial/estimate");
            assert_near(share[1], size * size / variance, 0.02);
        }
        assert_near(share[n_drivers - 1], third * third / variance, 0.01);
        thaw_draws_free(d);
    }
}

/* cos(pi u1) cos(pi u2) does nothing by either input, and all by both: as a group they have the whole share. */
static void test_share_of_product(void **state) {
    enum { N = 1024, D = 3 };
    static const size_t driver[D] = {1, 0, 1};
    static double u[N * D], y[N];
    double share[2], alone[D];
    (void)state;
    thaw_sobol_shifted(N, D, 3, u);
    for (size_t k = 0; k < N; k++) y[k] = cos(M_PI * u[k * D]) * cos(M_PI * u[k * D + 2]);
    assert_int_equal(thaw_grouped_shares(N, D, 1, u, y, 2, driver, share, NULL), THAW_OK);
    assert_near(share[0], 0, 0.01);
    assert_near(share[1], 1, 0.01);
    assert_int_equal(thaw_first_order_shares(N, D, 1, u, y, alone, NULL), THAW_OK);
    assert_near(alone[0] + alone[1] + alone[2], 0, 0.02);
}

/* A group of one, or of what is left of one, is an input as any other; numbers outside a group do not change with it. */
static void test_same_bits(void **state) {
    enum { N = 64 };
    thaw_draws *plain = draw_one(MEASURES FIRST SECOND THIRD FOURTH, N, 5);
    thaw_draws *one =
        draw_one(MEASURES FIRST SECOND THIRD FOURTH JOINT "\"measures[1].factor\", correlation: [[1]]}\n", N, 5);
    thaw_draws *two = draw_one(MEASURES FIRST SECOND THIRD FOURTH TWO "0.5}\n", N, 5);
    static const char *const range = "measures[1].factor=6:8";
    thaw_scenario *s = parse(MEASURES FIRST SECOND THIRD FOURTH TWO "0.5}\n");
    thaw_draws *left = draw(&s, 1, &(thaw_draw_options){.n = N, .seed = 5, .range = &range, .n_ranges = 1});
    (void)state;
    assert_int_equal(plain->n_inputs, 5);
    assert_int_equal(one->n_drivers, 5);
    assert_memory_equal(plain->value, one->value, N * 5 * sizeof *plain->value);
    for (size_t k = 0; k < 5; k++) {
        assert_string_equal(one->driver[k].name, one->input[k].name);
        assert_null(one->driver[k].correlation);
    }
    assert_int_equal(two->n_drivers, 4);
    int differs = 0;
    for (size_t k = 0; k < N; k++)
        for (size_t i = 0; i < 5; i++) { /* the first of a group has its own numbers, the second has others */
            const int same = plain->value[k * 5 + i] == two->value[k * 5 + i];
            if (i == 2)
                differs |= !same;
            else
                assert_true(same);
        }
    assert_true(differs);
    assert_int_equal(left->n_drivers, left->n_inputs);
    thaw_draws_free(plain);
    thaw_draws_free(one);
    thaw_draws_free(two);
    thaw_draws_free(left);
}

/* Wholly correlated numbers move by as many standard errors, and the other way where it is -1. */
static void test_whole_correlation(void **state) {
    enum { N = 32, D = 2 };
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        thaw_draws *d = draw_one(
            sign < 0 ? MEASURES KNOWN_THETA FIRST SECOND TWO "-1}\n" : MEASURES KNOWN_THETA FIRST SECOND TWO "1}\n", N, 2);
        for (size_t k = 0; k < N; k++) {
            const double *x = d->value + k * (D + 1) + 1;
            assert_near((x[1] - 7) / 0.5, sign * (x[0] - 5) / 0.2, 1e-12);
        }
        thaw_draws_free(d);
    }
}

/* Theta and a number that one regression estimated: the correlation of their logs; independent again with another spread of
 * theta. */
static void test_theta(void **state) {
    enum { N = 4096 };
    static const double r = 0.7, other_spread = 0.3;
    static const char *const TEXT =
        MEASURES "  - {theta: all, spread: 0.2}\n" THIRD JOINT "[\"measures[2].factor\", theta], correlation: 0.7}\n";
    thaw_scenario *s = parse(TEXT);
    thaw_draws *draws[2] = {draw_one(TEXT, N, 4),
                            draw(&s, 1, &(thaw_draw_options){.n = N, .seed = 4, .theta_spread = &other_spread})};
    (void)state;
    assert_int_equal(draws[0]->n_drivers, 1);
    assert_int_equal(draws[1]->n_drivers, 2);
    for (int k = 0; k < 2; k++) {
        double *value = malloc(2 * N * sizeof *value);
        assert_non_null(value);
        for (size_t n = 0; n < 2 * N; n++) value[n] = log(draws[k]->value[n]);
        const double size[2] = {k ? other_spread : 0.2, 0.1};
        for (int i = 0; i < 2; i++)
            assert_near(covariance_of(value + i, value + i, N, 2), size[i] * size[i], sqrt(2. / N) / 3 * size[i] * size[i]);
        assert_near(covariance_of(value, value + 1, N, 2), k ? 0 : r * size[0] * size[1],
                    sqrt((1 + r * r) / N) / 3 * size[0] * size[1]);
        free(value);
        thaw_draws_free(draws[k]);
    }
}

/* Two scenarios of one file share what is joint; a set number leaves the others of its group as they are. */
static void test_common_numbers(void **state) {
    enum { N = 16 };
    static const char *const TEXT = MEASURES FIRST SECOND THIRD THREE "0.5}\n";
    thaw_scenario *pair[2] = {parse(TEXT), parse(TEXT)}, *set = parse(TEXT);
    const thaw_draw_options options = {.n = N, .seed = 1};
    (void)state;
    assert_int_equal(thaw_scenario_set(set, "measures[1].factor=8", NULL), THAW_OK);
    thaw_draws *single = draw_one(TEXT, N, 1), *both = draw(pair, 2, &options), *rest = draw(&set, 1, &options);
    assert_int_equal(both->n_inputs, 4);
    assert_int_equal(both->n_drivers, 2);
    assert_memory_equal(single->value, both->value, N * 4 * sizeof *single->value);
    assert_int_equal(rest->n_inputs, 3);
    assert_int_equal(rest->n_drivers, 2);
    assert_int_equal(rest->driver[1].n, 2);
    assert_near(rest->driver[1].correlation[1], 0.5, 0);
    thaw_draws_free(single);
    thaw_draws_free(both);
    thaw_draws_free(rest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_factor),     cmocka_unit_test(test_impossible),        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_covariance), cmocka_unit_test(test_linear_output),     cmocka_unit_test(test_share_of_product),
        cmocka_unit_test(test_same_bits),  cmocka_unit_test(test_whole_correlation), cmocka_unit_test(test_common_numbers),
        cmocka_unit_test(test_theta),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
