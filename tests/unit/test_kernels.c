/* Every instruction set of the kernels against plain loops and against libm. */
#include "random.h"

#include "trade/equations.h"

#include <stdio.h>

/* Those of this machine's architecture are there only where they were built. */
extern const kernels kernels_generic;
extern const kernels kernels_haswell __attribute__((weak)), kernels_avx512 __attribute__((weak));

enum { N_SETS = 3 };

/* The sets this machine runs; NULL for the others. */
static void runnable(const kernels *set[N_SETS]) {
    set[0] = &kernels_generic;
    set[1] = set[2] = NULL;
#if defined(__x86_64__)
    if (&kernels_haswell && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2"))
        set[1] = &kernels_haswell;
    if (&kernels_avx512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd"))
        set[2] = &kernels_avx512;
#endif
}

static void each_set(void (*check)(const kernels *)) {
    const kernels *set[N_SETS];
    runnable(set);
    for (int k = 0; k < N_SETS; k++)
        if (set[k]) check(set[k]);
}

static double *zeros(size_t n) {
    double *memory = aligned_zeros(n);
    assert_non_null(memory);
    return memory;
}

/* n numbers of which the last are padding. */
static double *random_row(size_t n, size_t used, uint64_t *state) {
    double *row = zeros(n);
    for (size_t k = 0; k < used; k++) row[k] = between(state, 0.1, 2);
    return row;
}

static double ulps(double found, double exact) {
    return fabs(found - exact) / (nextafter(fabs(exact), INFINITY) - fabs(exact));
}

/* ---- exp and log ---- */

enum { N_POINTS = 1 << 16 };

static void check_exp(const kernels *k) {
    uint64_t state = 11;
    double *x = zeros(N_POINTS), *y = zeros(N_POINTS), largest = 0;
    for (size_t at = 0; at < N_POINTS; at++)
        x[at] = (at % 2 ? 1 : -1) * (at % 3 ? between(&state, 0, 690) : log_between(&state, 1e-18, 1));
    x[0] = 0;
    x[1] = -0.0;
    k->exp_scaled(N_POINTS, 1, x, y);
    assert_true(y[0] == 1 && y[1] == 1);
    for (size_t at = 0; at < N_POINTS; at++) largest = fmax(largest, ulps(y[at], exp(x[at])));
    if (!(largest <= 2)) fail_msg("exp of %s is off by %g units in the last place", k->name, largest);
    k->exp_scaled(N_POINTS, -2.5, x, y);
    assert_true(y[0] == 1 && y[1] == 1);
    for (size_t at = 0; at < N_POINTS; at++) /* 1/2 ulp in the exponent, too */
        if (fabs(x[at]) < 200 && !(fabs(y[at] / exp(-2.5 * x[at]) - 1) <= 1e-13))
            fail_msg("%s: exp(-2.5 %g)", k->name, x[at]);
    free(x);
    free(y);
}

/* Beyond the range of doubles the result stays finite and positive: a solver that strays can come back. */
static void check_exp_far(const kernels *k) {
    double *x = zeros(8), *y = zeros(8);
    const double far[] = {701, 1e4, 1e300, -701, -1e4, -1e300, 700, -700};
    memcpy(x, far, sizeof far);
    k->exp_scaled(8, 1, x, y);
    for (int at = 0; at < 8; at++) assert_true(isfinite(y[at]) && y[at] > 0);
    assert_true(y[0] == y[6] && y[3] == y[7]);
    free(x);
    free(y);
}

static void check_log(const kernels *k) {
    uint64_t state = 12;
    double *x = zeros(N_POINTS), *y = zeros(N_POINTS), worst = 0, worst_near_one = 0;
    for (size_t at = 0; at < N_POINTS; at++) x[at] = at % 2 ? log_between(&state, 1e-300, 1e300) : between(&state, 0.5, 2);
    x[0] = 1;
    x[2] = nextafter(1, 2);
    x[4] = nextafter(1, 0);
    k->log_scaled(N_POINTS, 1, x, y);
    assert_true(y[0] == 0);
    for (size_t at = 1; at < N_POINTS; at++) {
        const double off = ulps(y[at], log(x[at]));
        if (at % 2)
            worst = fmax(worst, off);
        else
            worst_near_one = fmax(worst_near_one, off);
    }
    if (!(worst <= 2)) fail_msg("log of %s is off by %g units in the last place", k->name, worst);
    if (!(worst_near_one <= 3)) fail_msg("log of %s near 1 is off by %g units in the last place", k->name, worst_near_one);
    k->log_scaled(N_POINTS, -0.125, x, y);
    assert_true(y[0] == 0);
    for (size_t at = 1; at < N_POINTS; at++) assert_true(ulps(y[at], -0.125 * log(x[at])) <= 4);
    free(x);
    free(y);
}

static void test_exp(void **context) {
    (void)context;
    each_set(check_exp);
    each_set(check_exp_far);
}

static void test_log(void **context) {
    (void)context;
    each_set(check_log);
}

/* ---- sums ---- */

static void check_vectors(const kernels *k) {
    uint64_t state = 13;
    for (size_t n = 8; n <= 200; n += 8) {
        double *x = random_row(n, n, &state), *y = random_row(n, n, &state), sum = 0;
        for (size_t at = 0; at < n; at++) sum += x[at] * y[at];
        near(n, "dot", k->dot(n, x, y), sum, 1e-14);
        double *z = zeros(n), with_y = 0, with_x = 0, squares = 0;
        k->dots2(n, x, y, x, &with_y, &with_x);
        for (size_t at = 0; at < n; at++) squares += x[at] * x[at];
        near(n, "the first of two dots", with_y, sum, 1e-14);
        near(n, "the second of two dots", with_x, squares, 1e-14);
        memcpy(z, y, n * sizeof *z);
        k->axpy(n, -0.75, x, z);
        for (size_t at = 0; at < n; at++) near(n, "axpy", z[at], y[at] - 0.75 * x[at], 1e-15);
        double most = 0;
        for (size_t at = 0; at < n; at++) most = fmax(most, fabs(x[at] - z[at]));
        assert_true(k->largest_gap(n, x, z) == most && k->largest_gap(n, z, x) == most && k->largest_gap(n, x, x) == 0);
        z[n / 3] = NAN;
        assert_true(isnan(k->largest_gap(n, x, z)));
        free(x);
        free(y);
        free(z);
    }
}

static void test_vectors(void **context) {
    (void)context;
    each_set(check_vectors);
}

/* For each number of sectors and stride: both products of the coefficients at once, which are in double or in single
 * precision. */
static void check_coefficients(const kernels *k, int single) {
    uint64_t state = 14;
    for (size_t nj = 1; nj <= 9; nj++)
        for (size_t stride = KERNEL_BLOCK; stride <= 3 * KERNEL_BLOCK; stride += KERNEL_BLOCK) {
            const size_t block = nj * stride;
            double *gamma = random_row(nj * block, nj * block, &state), *price = random_row(block, block, &state);
            double *output = random_row(block, block, &state), *cost = random_row(block, block, &state);
            double *spent = random_row(block, block, &state), *cost_plain = copied(cost, block);
            double *spent_plain = copied(spent, block);
            float *rounded = (float *)zeros(nj * block);
            for (size_t at = 0; at < nj * block && single; at++) gamma[at] = rounded[at] = (float)gamma[at];
            for (size_t j = 0; j < nj; j++)
                for (size_t q = 0; q < nj; q++)
                    for (size_t i = 0; i < stride; i++) {
                        const double g = gamma[coefficient_at(nj, j, q, i)];
                        cost_plain[j * stride + i] += g * price[q * stride + i];
                        spent_plain[q * stride + i] += g * output[j * stride + i];
                    }
            if (single)
                k->leontief(nj, stride, rounded, price, output, cost, spent);
            else
                k->intermediates(nj, stride, gamma, price, output, cost, spent);
            for (size_t at = 0; at < block; at++) {
                near(nj, "cost of inputs", cost[at], cost_plain[at], 1e-14);
                near(nj, "spending on inputs", spent[at], spent_plain[at], 1e-14);
            }
            double *memory[] = {gamma, price, output, cost, spent, cost_plain, spent_plain, (double *)rounded};
            for (size_t m = 0; m < sizeof memory / sizeof *memory; m++) free(memory[m]);
        }
}

static void check_intermediates(const kernels *k) {
    check_coefficients(k, 0);
}

static void check_leontief(const kernels *k) {
    check_coefficients(k, 1);
}

static void test_intermediates(void **context) {
    (void)context;
    each_set(check_intermediates);
    each_set(check_leontief);
}

/* ---- the fused pass ---- */

/* What both passes read and write, [n] or [n][stride] each. */
typedef struct market {
    size_t n, stride;
    double *cells[3], *v, *x, *dead, *s, *scale, *ds, *dscale, *kept, *sold, *gross;
} market;

static market random_market(size_t n, int taxes, uint64_t *state) {
    const size_t stride = (n + KERNEL_BLOCK - 1) / KERNEL_BLOCK * KERNEL_BLOCK;
    market m = {.n = n, .stride = stride};
    for (int layer = 0; layer < 3; layer++) {
        m.cells[layer] = zeros(n * stride);
        for (size_t d = 1; d < n; d++) /* the first row is empty: a buyer that buys nothing */
            for (size_t i = 0; i < n; i++) m.cells[layer][d * stride + i] = chance(state, 0.2) ? 0 : between(state, 0.1, 1);
    }
    double **rows[] = {&m.v, &m.x, &m.dead, &m.s, &m.scale, &m.ds, &m.dscale, &m.kept, &m.sold, &m.gross};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) *rows[k] = random_row(stride, k < 2 ? n : 0, state);
    m.dead[0] = 1;
    m.x[0] = 0;
    for (int layer = 2; layer > 0; layer--) /* no tariffs: c is a; no export taxes: b is c */
        if (!(taxes & layer)) {
            double *shared = layer == 2 ? m.cells[0] : m.cells[2];
            free(m.cells[layer == 2 ? 2 : 1]);
            m.cells[layer == 2 ? 2 : 1] = shared;
        }
    return m;
}

static void market_free(market *m) {
    if (m->cells[1] != m->cells[2]) free(m->cells[1]);
    if (m->cells[2] != m->cells[0]) free(m->cells[2]);
    double *memory[] = {m->cells[0], m->v, m->x, m->dead, m->s, m->scale, m->ds, m->dscale, m->kept, m->sold, m->gross};
    for (size_t k = 0; k < sizeof memory / sizeof *memory; k++) free(memory[k]);
}

static double row_times(const market *m, int layer, size_t d) {
    double sum = 0;
    for (size_t i = 0; i < m->n; i++) sum += m->cells[layer][d * m->stride + i] * m->v[i];
    return sum;
}

static double column_times(const market *m, int layer, size_t i, const double *weight) {
    double sum = 0;
    for (size_t d = 0; d < m->n; d++) sum += m->cells[layer][d * m->stride + i] * weight[d];
    return sum;
}

static sector_pass pass_of(const market *m) {
    return (sector_pass){.n_countries = m->n,
                         .stride = m->stride,
                         .a = m->cells[0],
                         .b = m->cells[1],
                         .c = m->cells[2],
                         .v = m->v,
                         .x = m->x,
                         .dead = m->dead,
                         .s = m->s,
                         .scale = m->scale,
                         .ds = m->ds,
                         .dscale = m->dscale,
                         .tariff_kept = m->kept,
                         .sold = m->sold,
                         .sold_gross = m->gross};
}

static void check_sales(const market *m, const double *weight) {
    const double EXACT = 1e-13;
    for (size_t d = 0; d < m->n && m->cells[2] != m->cells[0]; d++)
        near(m->n, "what tariffs leave", m->kept[d], row_times(m, 2, d), EXACT);
    for (size_t i = 0; i < m->stride; i++) {
        near(m->n, "sales", m->sold[i], column_times(m, 1, i, weight), EXACT);
        if (m->cells[2] != m->cells[1])
            near(m->n, "sales with the export tax", m->gross[i], column_times(m, 2, i, weight), EXACT);
    }
}

static void check_passes(const kernels *k) {
    uint64_t state = 15;
    for (size_t n = 2; n <= 27; n++)
        for (int taxes = 0; taxes < 4; taxes++) {
            market m = random_market(n, taxes, &state);
            const sector_pass pass = pass_of(&m);
            k->fused(&pass);
            for (size_t d = 0; d < n; d++) {
                near(n, "sum over suppliers", m.s[d], row_times(&m, 0, d) + m.dead[d], 1e-13);
                near(n, "scale", m.scale[d], m.x[d] / m.s[d], 1e-13);
            }
            check_sales(&m, m.scale);
            k->differential(&pass);
            for (size_t d = 0; d < n; d++) {
                near(n, "its differential", m.ds[d], row_times(&m, 0, d), 1e-13);
                near(n, "differential of scale", m.dscale[d], (m.x[d] - m.scale[d] * m.ds[d]) / m.s[d], 1e-13);
            }
            check_sales(&m, m.dscale);
            market_free(&m);
        }
}

static void test_passes(void **context) {
    (void)context;
    each_set(check_passes);
}

static void test_choice(void **context) {
    (void)context;
    const kernels *set[N_SETS], *best = NULL;
    runnable(set);
    for (int k = 0; k < N_SETS; k++)
        if (set[k]) best = set[k];
    assert_ptr_equal(kernels_choose(), best);
    print_message("kernels of this machine: %s\n", best->name);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_exp),     cmocka_unit_test(test_log),
                                       cmocka_unit_test(test_vectors), cmocka_unit_test(test_intermediates),
                                       cmocka_unit_test(test_passes),  cmocka_unit_test(test_choice)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
