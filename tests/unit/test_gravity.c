/* test_gravity.c: estimates with absorbed effects, held to estimates without, to identities and to published tables. */
#include "random.h"

#include <unistd.h>

#include "random_panel.h"

#define SHARED_DATA PROJECT_DIR "/../shared/data"
enum { N_PANELS = 60 };

/* The same regression with a dummy for each level but the first of each effect, and a constant. */
static thaw_panel *with_dummies(const thaw_panel *p) {
    size_t k = p->n_regressors, columns = k + 1;
    for (size_t q = 0; q < p->n_effects; q++) columns += p->effect[q].groups.n_levels - 1;
    thaw_panel *d = new_panel(p->n_rows, columns, 0);
    memcpy(d->outcome, p->outcome, p->n_rows * sizeof *p->outcome);
    for (size_t c = 0; c < k; c++) memcpy(d->regressor[c], p->regressor[c], p->n_rows * sizeof **p->regressor);
    for (size_t r = 0; r < p->n_rows; r++) d->regressor[k][r] = 1;
    size_t at = k + 1;
    for (size_t q = 0; q < p->n_effects; q++)
        for (size_t l = 1; l < p->effect[q].groups.n_levels; l++, at++)
            for (size_t r = 0; r < p->n_rows; r++) d->regressor[at][r] = p->effect[q].groups.id[r] == (int32_t)l;
    if (p->weight) {
        d->weight = malloc(p->n_rows * sizeof *d->weight);
        memcpy(d->weight, p->weight, p->n_rows * sizeof *d->weight);
    }
    return d;
}

static void same_coefficients(uint64_t seed, const thaw_gravity *a, const thaw_gravity *b, size_t n, double tolerance) {
    for (size_t k = 0; k < n; k++) {
        near(seed, a->name[k], a->estimate[k], b->estimate[k], tolerance);
        near(seed, a->name[k], a->std_error[k], b->std_error[k], tolerance);
    }
}

static void as_with_dummies(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        thaw_panel *p = random_panel(seed, 80 + seed, 3, 1 + seed % 3);
        uint64_t draws = seed;
        if (seed % 4 == 0) {
            p->weight = malloc(p->n_rows * sizeof *p->weight);
            for (size_t r = 0; r < p->n_rows; r++) p->weight[r] = between(&draws, 0.5, 2);
        }
        thaw_panel *d = with_dummies(p);
        /* Rows that the dummies would fit exactly stay in both. */
        for (int family = 0; family < 2; family++) {
            thaw_gravity_options o = {.family = (thaw_family)family, .keep_singletons = 1, .tolerance = 1e-12};
            thaw_gravity *a = estimate_or_fail(seed, p, &o), *b = estimate_or_fail(seed, d, &o);
            assert_int_equal(a->n, b->n);
            same_coefficients(seed, a, b, 3, family == THAW_GAUSSIAN ? 1e-10 : 1e-8);
            near(seed, "log likelihood", a->log_likelihood, b->log_likelihood, 1e-10);
            for (size_t r = 0; r < a->n; r++) near(seed, "a fitted value", a->fitted[r], b->fitted[r], 1e-7);
            thaw_gravity_free(a);
            thaw_gravity_free(b);
        }
        thaw_panel_free(d);
        thaw_panel_free(p);
    }
}

/* Fitted totals equal observed totals in every level: the aggregation property, and the first-order conditions. */
static void totals(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        thaw_panel *p = random_panel(seed, 400, 2, 3);
        thaw_gravity *fit = estimate_or_fail(seed, p, NULL);
        for (size_t q = 0; q < 3; q++) {
            const thaw_groups *g = &p->effect[q].groups;
            double *observed = calloc(2 * g->n_levels, sizeof *observed), *fitted = observed + g->n_levels;
            for (size_t r = 0; r < fit->n; r++) {
                observed[g->id[fit->data_row[r] - 1]] += p->outcome[fit->data_row[r] - 1];
                fitted[g->id[fit->data_row[r] - 1]] += fit->fitted[r];
            }
            for (size_t l = 0; l < g->n_levels; l++)
                if (fabs(observed[l] - fitted[l]) > 1e-8 * observed[l])
                    fail_msg("seed %llu: level %zu of effect %zu has %.12g, fitted %.12g", (unsigned long long)seed, l, q,
                             observed[l], fitted[l]);
            free(observed);
        }
        thaw_gravity_free(fit);
        thaw_panel_free(p);
    }
}

/* Effects and coefficients add up to the linear predictor. */
static void effects_add_up(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_panel *p = random_panel(seed, 300, 2, 2);
        p->effect[1].n_slopes = 1;
        p->effect[1].slope = calloc(1, sizeof *p->effect[1].slope);
        p->effect[1].slope_name = calloc(1, sizeof *p->effect[1].slope_name);
        p->effect[1].slope_name[0] = strdup("s");
        p->effect[1].slope[0] = calloc(p->n_rows, sizeof(double));
        uint64_t draws = seed;
        for (size_t r = 0; r < p->n_rows; r++) p->effect[1].slope[0][r] = 5 + between(&draws, 0, 1);
        thaw_gravity_options o = {.family = THAW_GAUSSIAN};
        thaw_gravity *fit = estimate_or_fail(seed, p, &o);
        for (size_t r = 0; r < fit->n; r++) {
            size_t row = fit->data_row[r] - 1, l0 = (size_t)p->effect[0].groups.id[row],
                   l1 = (size_t)p->effect[1].groups.id[row];
            double sum = fit->effect_value[0][l0] + fit->effect_value[1][2 * l1] +
                         fit->effect_value[1][2 * l1 + 1] * p->effect[1].slope[0][row];
            for (size_t k = 0; k < fit->n_coefficients; k++) sum += fit->estimate[k] * p->regressor[k][row];
            near(seed, "the linear predictor", sum, fit->linear[r], 1e-8);
        }
        /* Against dummies and dummies times the slope. */
        size_t levels = p->effect[1].groups.n_levels;
        thaw_panel *d = new_panel(p->n_rows, 2 + levels, 2);
        memcpy(d->outcome, p->outcome, p->n_rows * sizeof *p->outcome);
        for (size_t q = 0; q < 2; q++) {
            memcpy(d->effect[q].groups.id, p->effect[q].groups.id, p->n_rows * sizeof(int32_t));
            d->effect[q].groups.n_levels = p->effect[q].groups.n_levels;
        }
        for (size_t k = 0; k < 2; k++) memcpy(d->regressor[k], p->regressor[k], p->n_rows * sizeof **p->regressor);
        for (size_t r = 0; r < p->n_rows; r++)
            d->regressor[2 + (size_t)p->effect[1].groups.id[r]][r] = p->effect[1].slope[0][r];
        thaw_gravity *other = estimate_or_fail(seed, d, &o);
        same_coefficients(seed, fit, other, 1, 1e-6);
        near(seed, "deviance", fit->deviance, other->deviance, 1e-8);
        thaw_gravity_free(fit);
        thaw_gravity_free(other);
        thaw_panel_free(d);
        thaw_panel_free(p);
    }
}

/* Rows in another order, levels with other numbers, outcomes in another unit: the same coefficients. */
static void invariance(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        thaw_panel *p = random_panel(seed, 300, 3, 3), *m = new_panel(p->n_rows, 3, 3);
        uint64_t draws = seed;
        size_t n = p->n_rows, *from = malloc(n * sizeof *from);
        for (size_t r = 0; r < n; r++) from[r] = r;
        for (size_t r = n; r-- > 1;) {
            size_t other = (size_t)(random_uniform(&draws) * (double)(r + 1)), swap = from[r];
            from[r] = from[other];
            from[other] = swap;
        }
        for (size_t r = 0; r < n; r++) {
            m->outcome[r] = 1e6 * p->outcome[from[r]];
            for (size_t k = 0; k < 3; k++) m->regressor[k][r] = p->regressor[k][from[r]];
            for (size_t q = 0; q < 3; q++) m->effect[2 - q].groups.id[r] = p->effect[q].groups.id[from[r]];
        }
        for (size_t q = 0; q < 3; q++) m->effect[2 - q].groups.n_levels = p->effect[q].groups.n_levels;
        for (size_t q = 0; q < 3; q++) number_levels(&m->effect[q].groups, n);
        thaw_gravity_options o = {.n_threads = 1 + (int)(seed % 3)};
        thaw_gravity *a = estimate_or_fail(seed, p, NULL), *b = estimate_or_fail(seed, m, &o);
        assert_int_equal(a->n, b->n);
        same_coefficients(seed, a, b, a->n_coefficients, 1e-8);
        thaw_gravity_free(a);
        thaw_gravity_free(b);
        thaw_panel_free(p);
        thaw_panel_free(m);
        free(from);
    }
}

/* A chain of groups, each tied to the next by few rows, is solved as exactly as any other; and with any number of threads.
 */
static void weakly_connected(void **state) {
    (void)state;
    size_t n = 4000;
    uint64_t draws = 5;
    thaw_panel *p = new_panel(n, 5, 2);
    p->effect[0].groups.n_levels = n / 4;
    p->effect[1].groups.n_levels = n / 40 + 2;
    for (size_t r = 0; r < n; r++) {
        int32_t worker = (int32_t)(r / 4), firm = worker / 10 + (int32_t)between(&draws, 0, 3);
        p->effect[0].groups.id[r] = worker;
        p->effect[1].groups.id[r] = firm;
        for (size_t k = 0; k < 5; k++) p->regressor[k][r] = draw_normal(&draws);
        p->outcome[r] = exp(0.1 * p->regressor[0][r] + 0.01 * firm + 0.3 * draw_normal(&draws));
    }
    thaw_gravity_options one = {.n_threads = 1}, three = {.n_threads = 3};
    thaw_gravity *a = estimate_or_fail(0, p, &one), *b = estimate_or_fail(0, p, &three);
    if (a->first_order > 1e-10) fail_msg("first-order conditions hold to %g only", a->first_order);
    assert_non_null(strstr(a->method, "factorisation"));
    for (size_t k = 0; k < 5; k++) assert_true(a->estimate[k] == b->estimate[k] && a->std_error[k] == b->std_error[k]);
    thaw_gravity_free(a);
    thaw_gravity_free(b);
    thaw_panel_free(p);
}

/* One to four ways of clustering: sums of scores over the levels that rows share in every set of ways, with signs (Cameron,
 * Gelbach and Miller 2011), pair by pair of rows. */
static void clusters(void **state) {
    (void)state;
    enum { WAYS = 4 };
    for (uint64_t seed = 1; seed <= 12; seed++) {
        const size_t ways = 1 + seed % WAYS;
        thaw_panel *p = random_panel(seed, 150, 1, 2);
        uint64_t draws = seed;
        p->n_clusters = ways;
        p->cluster = calloc(ways, sizeof *p->cluster);
        for (size_t c = 0; c < ways; c++) {
            p->cluster[c] =
                (thaw_groups){.name = strdup("c"), .n_levels = 4 + 3 * c, .id = malloc(p->n_rows * sizeof(int32_t))};
            for (size_t r = 0; r < p->n_rows; r++)
                p->cluster[c].id[r] = (int32_t)between(&draws, 0, (double)p->cluster[c].n_levels);
        }
        const thaw_gravity_options o = {.small_sample = THAW_SMALL_SAMPLE_NONE, .tolerance = 1e-12};
        thaw_gravity *fit = estimate_or_fail(seed, p, &o);
        double *x = malloc(fit->n * sizeof *x), bread = 0, meat = 0;
        without_effects(seed, p, 0, fit, x);
        for (size_t a = 0; a < fit->n; a++) {
            const size_t row = fit->data_row[a] - 1;
            bread += fit->fitted[a] * x[a] * x[a];
            x[a] *= p->outcome[row] - fit->fitted[a];
        }
        /* Two rows that share s > 0 ways are in the sums of 2^s - 1 sets, with signs that add up to 1. */
        for (size_t a = 0; a < fit->n; a++)
            for (size_t b = 0; b < fit->n; b++) {
                int shared = 0;
                for (size_t c = 0; c < ways; c++)
                    shared |= p->cluster[c].id[fit->data_row[a] - 1] == p->cluster[c].id[fit->data_row[b] - 1];
                if (shared) meat += x[a] * x[b];
            }
        near(seed, "a clustered standard error", fit->std_error[0], sqrt(meat > 0 ? meat : 0) / bread, 1e-8);
        thaw_gravity_free(fit);
        thaw_panel_free(p);
        free(x);
    }
}

static void bad_input(void **state) {
    (void)state;
    thaw_panel *p = random_panel(1, 50, 2, 1);
    thaw_gravity *fit = NULL;
    thaw_error error = {0};
    p->outcome[6] = -1;
    assert_int_equal(thaw_gravity_estimate(p, NULL, &fit, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "data row 7"));
    p->outcome[6] = 1e200;
    assert_int_equal(thaw_gravity_estimate(p, NULL, &fit, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "in another unit"));
    for (size_t r = 0; r < p->n_rows; r++) p->outcome[r] = 0;
    assert_int_equal(thaw_gravity_estimate(p, NULL, &fit, &error), THAW_ERR_INPUT);
    for (size_t r = 0; r < p->n_rows; r++) {
        p->outcome[r] = r == 0;
        p->effect[0].groups.id[r] = (int32_t)r;
    }
    p->effect[0].groups.n_levels = p->n_rows;
    assert_int_equal(thaw_gravity_estimate(p, NULL, &fit, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "no row is left"));
    assert_null(fit);
    thaw_panel_free(p);
}

static thaw_gravity *published(const char *formula, const char *where, const char *cluster) {
    if (access(SHARED_DATA "/reference/agtpa/trade_1986_2006.dta.gz", R_OK)) {
        print_message("test_gravity: " SHARED_DATA " is not here\n");
        return NULL;
    }
    thaw_panels *panels = NULL;
    thaw_panel_options options = {.where = where, .cluster = cluster};
    must(0, thaw_panels_read(formula, SHARED_DATA "/reference/agtpa/trade_1986_2006.dta.gz", &options, &panels, error));
    thaw_gravity *fit = estimate_or_fail(0, panels->panel[0], NULL);
    thaw_panels_free(panels);
    return fit;
}

/* WTO and UNCTAD (2016), An Advanced Guide to Trade Policy Analysis, table 1, PPML. */
static void guide_table_1(void **state) {
    (void)state;
    thaw_gravity *fit = published(
        "trade ~ log(DIST) + CNTG + LANG + CLNY | exporter^year + importer^year",
        "exporter != importer & (year == 1986 | year == 1990 | year == 1994 | year == 1998 | year == 2002 | year == 2006)",
        "pair_id");
    if (!fit) skip();
    const double estimate[] = {-0.841, 0.437, 0.247, -0.222}, std_error[] = {0.032, 0.083, 0.077};
    assert_int_equal(fit->n, 28152);
    for (size_t k = 0; k < 4; k++) near(0, fit->name[k], round(1000 * fit->estimate[k]) / 1000, estimate[k], 1e-12);
    /* The fourth is printed as 0.117; see docs/validation.md. */
    for (size_t k = 0; k < 3; k++) near(0, fit->name[k], round(1000 * fit->std_error[k]) / 1000, std_error[k], 1e-12);
    near(0, "standard error of CLNY", fit->std_error[3], 0.117, 0.001);
    thaw_gravity_free(fit);
}

/* The same guide's estimates for 2006 with internal trade. */
static void guide_borders(void **state) {
    (void)state;
    thaw_gravity *fit =
        published("trade ~ log(DIST) + CNTG + I(exporter != importer) | exporter + importer", "year == 2006", NULL);
    if (!fit) skip();
    const double estimate[] = {-0.7912879, 0.6736456, -2.47445}, std_error[] = {0.0501494, 0.1073719, 0.1193816};
    assert_int_equal(fit->n, 4761);
    for (size_t k = 0; k < 3; k++) {
        near(0, fit->name[k], fit->estimate[k], estimate[k], 5e-7 * (k == 2 ? 10 : 1));
        near(0, fit->name[k], fit->std_error[k], std_error[k], 6e-8);
    }
    near(0, "log likelihood", round(10 * fit->log_likelihood) / 10, -2284121.5, 1e-12);
    thaw_gravity_free(fit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_with_dummies), cmocka_unit_test(totals),           cmocka_unit_test(effects_add_up),
        cmocka_unit_test(invariance),      cmocka_unit_test(weakly_connected), cmocka_unit_test(bad_input),
        cmocka_unit_test(clusters),        cmocka_unit_test(guide_table_1),    cmocka_unit_test(guide_borders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
