/* test_bootstrap.c: the wild bootstrap, held to the same test put together from estimates of other equations. */
#include "random.h"

#include "random_panel.h"

enum { N_PANELS = 30, GROUPS = 9, PATTERNS = 1 << GROUPS, K = 3 };

static void add_cluster(thaw_panel *p, const int32_t *id, size_t n_levels) {
    p->n_clusters = 1;
    p->cluster = calloc(1, sizeof *p->cluster);
    p->cluster[0].name = strdup("place");
    p->cluster[0].n_levels = n_levels;
    p->cluster[0].id = malloc(p->n_rows * sizeof(int32_t));
    memcpy(p->cluster[0].id, id, p->n_rows * sizeof(int32_t));
}

static thaw_panel *clustered_panel(uint64_t seed) {
    thaw_panel *p = random_panel(seed, 160, K, 2);
    int32_t id[160];
    for (size_t r = 0; r < p->n_rows; r++) id[r] = (int32_t)(r * 7 % GROUPS);
    add_cluster(p, id, GROUPS);
    if (seed % 3 == 0) {
        uint64_t draws = seed;
        p->weight = malloc(p->n_rows * sizeof *p->weight);
        for (size_t r = 0; r < p->n_rows; r++) p->weight[r] = between(&draws, 0.5, 2);
    }
    return p;
}

/* The panel without regressor j, on the rows that `rows` was estimated on. */
static thaw_panel *without(const thaw_panel *p, size_t j, const thaw_gravity *rows) {
    thaw_panel *m = new_panel(rows->n, K - 1, p->n_effects);
    m->weight = malloc(m->n_rows * sizeof *m->weight);
    m->offset = calloc(m->n_rows, sizeof *m->offset);
    for (size_t r = 0; r < rows->n; r++) {
        const size_t row = rows->data_row[r] - 1;
        m->outcome[r] = p->outcome[row];
        m->weight[r] = p->weight ? p->weight[row] : 1;
        for (size_t k = 0; k < K; k++)
            if (k != j) m->regressor[k - (k > j)][r] = p->regressor[k][row];
        for (size_t q = 0; q < p->n_effects; q++) m->effect[q].groups.id[r] = p->effect[q].groups.id[row];
    }
    for (size_t q = 0; q < p->n_effects; q++) {
        m->effect[q].groups.n_levels = p->effect[q].groups.n_levels;
        number_levels(&m->effect[q].groups, m->n_rows);
    }
    return m;
}

/* p of the hypothesis that coefficient j is b: the equation without j, with b x in the offset; x with the other regressors
 * and the effects taken out by least squares with weights mu; sums of x (y - mu) by cluster; all patterns of signs. */
static double p_of(uint64_t seed, const thaw_panel *p, thaw_family family, size_t j, double b, const thaw_gravity *rows) {
    thaw_panel *m = without(p, j, rows);
    const thaw_gravity_options o = {.family = family, .keep_singletons = 1, .no_separation = 1, .tolerance = 1e-12},
                               least_squares = {.family = THAW_GAUSSIAN, .keep_singletons = 1};
    for (size_t r = 0; r < rows->n; r++) m->offset[r] = b * p->regressor[j][rows->data_row[r] - 1];
    thaw_gravity *held = estimate_or_fail(seed, m, &o);
    double score[GROUPS] = {0};
    for (size_t r = 0; r < rows->n; r++) {
        const double e = (m->outcome[r] - held->fitted[r]) * m->weight[r];
        m->offset[r] = e; /* kept for below */
    }
    double *error_term = m->offset;
    m->offset = NULL;
    for (size_t r = 0; r < rows->n; r++) {
        m->outcome[r] = p->regressor[j][rows->data_row[r] - 1];
        if (family == THAW_POISSON) m->weight[r] *= held->fitted[r];
    }
    thaw_gravity *x = estimate_or_fail(seed, m, &least_squares);
    for (size_t r = 0; r < rows->n; r++)
        score[p->cluster[0].id[rows->data_row[r] - 1]] += (m->outcome[r] - x->fitted[r]) * error_term[r];
    double sum = 0;
    for (size_t c = 0; c < GROUPS; c++) sum += score[c];
    int as_large = 0;
    for (unsigned signs = 0; signs < PATTERNS; signs++) {
        double other = 0;
        for (size_t c = 0; c < GROUPS; c++) other += signs >> c & 1 ? score[c] : -score[c];
        as_large += fabs(other) >= fabs(sum) * (1 - 1e-9);
    }
    free(error_term);
    thaw_gravity_free(held);
    thaw_gravity_free(x);
    thaw_panel_free(m);
    return (double)as_large / PATTERNS;
}

static void as_by_hand(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        thaw_panel *p = clustered_panel(seed);
        const thaw_family family = (thaw_family)(seed % 2);
        const thaw_gravity_options o = {.family = family, .wild_draws = 10000, .tolerance = 1e-12};
        thaw_gravity *fit = estimate_or_fail(seed, p, &o);
        assert_int_equal(fit->n_coefficients, K);
        assert_non_null(strstr(fit->wild_name, "all 512 patterns of signs, by place"));
        for (size_t j = 0; j < K; j++) {
            near(seed, "p of 0", fit->wild_p[j], p_of(seed, p, family, j, 0, fit), 1e-12);
            const double inward = 1e-3 * fit->std_error[j], low = fit->wild_low[j], high = fit->wild_high[j];
            if (!(low < fit->estimate[j] && fit->estimate[j] < high)) fail_msg("seed %d: [%g, %g]", (int)seed, low, high);
            if (isfinite(low)) {
                assert_true(p_of(seed, p, family, j, low + inward, fit) > 0.05);
                assert_true(p_of(seed, p, family, j, low - inward, fit) <= 0.05);
            }
            if (isfinite(high)) {
                assert_true(p_of(seed, p, family, j, high - inward, fit) > 0.05);
                assert_true(p_of(seed, p, family, j, high + inward, fit) <= 0.05);
            }
        }
        thaw_gravity_free(fit);
        thaw_panel_free(p);
    }
}

/* A policy in some places, none of it true: rejected about as often as announced, where z rejects far too often. */
static void size_of_the_test(void **state) {
    (void)state;
    enum { TRIALS = 400, PLACES = 10, ROWS = 20 };
    uint64_t draws = 11;
    int rejected = 0, by_z = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        thaw_panel *p = new_panel(PLACES * ROWS, 1, 1);
        int32_t id[PLACES * ROWS];
        p->effect[0].groups.n_levels = ROWS;
        for (size_t c = 0; c < PLACES; c++) {
            const double common = draw_normal(&draws), policy = draw_normal(&draws);
            for (size_t r = c * ROWS; r < (c + 1) * ROWS; r++) {
                id[r] = (int32_t)c;
                p->effect[0].groups.id[r] = (int32_t)(r % ROWS);
                p->regressor[0][r] = policy;
                p->outcome[r] = exp(0.5 * common + 0.5 * draw_normal(&draws));
            }
        }
        add_cluster(p, id, PLACES);
        const thaw_gravity_options o = {
            .wild_draws = 399, .wild_seed = 1 + (uint64_t)trial, .covariance = THAW_COVARIANCE_CLUSTERED};
        thaw_gravity *fit = estimate_or_fail((uint64_t)trial, p, &o);
        rejected += fit->wild_p[0] <= 0.05;
        by_z += fabs(fit->estimate[0]) > 1.96 * fit->std_error[0];
        thaw_gravity_free(fit);
        thaw_panel_free(p);
    }
    if (rejected < TRIALS * 2 / 100 || rejected > TRIALS * 8 / 100) fail_msg("%d of %d rejected at 5 %%", rejected, TRIALS);
    if (by_z <= rejected) fail_msg("z rejects %d, the bootstrap %d", by_z, rejected);
}

static void seeds(void **state) {
    (void)state;
    thaw_panel *p = random_panel(3, 300, 2, 2);
    thaw_gravity_options o = {.wild_draws = 199, .wild_seed = 1, .n_threads = 1};
    thaw_gravity *a = estimate_or_fail(3, p, &o);
    o.n_threads = 3;
    thaw_gravity *b = estimate_or_fail(3, p, &o);
    o.wild_seed = 2;
    thaw_gravity *c = estimate_or_fail(3, p, &o);
    assert_true(a->wild_p[0] == b->wild_p[0] && a->wild_low[0] == b->wild_low[0] && a->wild_high[1] == b->wild_high[1]);
    assert_true(a->wild_low[0] != c->wild_low[0]);
    near(3, "another seed's interval", c->wild_low[0], a->wild_low[0], a->std_error[0]);
    assert_non_null(strstr(c->wild_name, "199 draws of signs from seed 2, by row"));
    thaw_gravity_free(a);
    thaw_gravity_free(b);
    thaw_gravity_free(c);
    thaw_panel_free(p);
}

/* With four clusters no pattern is rarer than 1 in 8: nothing is rejected, and the interval has no ends. */
static void few_clusters(void **state) {
    (void)state;
    thaw_panel *p = random_panel(5, 100, 1, 1);
    int32_t id[100];
    for (size_t r = 0; r < 100; r++) id[r] = (int32_t)(r % 4);
    add_cluster(p, id, 4);
    thaw_gravity_options o = {.wild_draws = 99};
    thaw_gravity *fit = estimate_or_fail(5, p, &o);
    assert_true(fit->wild_p[0] >= 0.125);
    assert_true(isinf(fit->wild_low[0]) && isinf(fit->wild_high[0]));
    thaw_gravity_free(fit);
    thaw_error error = {0};
    o.bias_correction = 1;
    assert_int_equal(thaw_gravity_estimate(p, &o, &fit, &error), THAW_ERR_USAGE);
    thaw_panel_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_by_hand), cmocka_unit_test(size_of_the_test),
                                       cmocka_unit_test(seeds), cmocka_unit_test(few_clusters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
