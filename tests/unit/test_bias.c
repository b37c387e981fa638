/* test_bias.c: the bias of three-way estimates, taken out where it is known to be. */
#include "random.h"

#include "gravity/symmetric.h"
#include "random_panel.h"

enum { COUNTRIES = 15, YEARS = 4, DRAWS = 150 };

/* Trade with a true coefficient of 1, a regressor that reacts to the effects, and errors whose variance falls with the mean:
 * the design in which the bias is largest among those of Weidner and Zylkin (2021, section 4) with a correct mean. */
static thaw_panel *draw_three_way(uint64_t seed) {
    uint64_t state = seed * 7919;
    size_t n = COUNTRIES * COUNTRIES * YEARS, r = 0;
    thaw_panel *p = new_panel(n, 1, 3);
    const size_t levels[] = {COUNTRIES, COUNTRIES, YEARS}, joined[3][2] = {{0, 2}, {1, 2}, {0, 1}};
    p->n_factors = 3;
    p->factor = calloc(3, sizeof *p->factor);
    for (size_t f = 0; f < 3; f++)
        p->factor[f] = (thaw_groups){.n_levels = levels[f], .id = calloc(n, sizeof(int32_t)), .name = strdup("factor")};
    p->n_clusters = 1;
    p->cluster = calloc(1, sizeof *p->cluster);
    p->cluster[0] =
        (thaw_groups){.n_levels = COUNTRIES * COUNTRIES, .id = calloc(n, sizeof(int32_t)), .name = strdup("pair")};
    for (size_t q = 0; q < 3; q++) {
        p->effect[q].groups.n_levels = levels[joined[q][0]] * levels[joined[q][1]];
        p->effect[q].n_factors = 2;
        p->effect[q].factor = malloc(sizeof joined[q]);
        memcpy(p->effect[q].factor, joined[q], sizeof joined[q]);
    }
    double side[2][COUNTRIES][YEARS];
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < COUNTRIES; i++)
            for (size_t t = 0; t < YEARS; t++) side[s][i][t] = draw_normal(&state) / 4;
    for (size_t i = 0; i < COUNTRIES; i++)
        for (size_t j = 0; j < COUNTRIES; j++) {
            double pair = draw_normal(&state) / 4, x = pair, shock = draw_normal(&state);
            for (size_t t = 0; t < YEARS; t++, r++) {
                x = x / 2 + side[0][i][t] + side[1][j][t] + 0.5 * draw_normal(&state);
                double mean = exp(side[0][i][t] + side[1][j][t] + pair + x), spread = sqrt(log(1 + 1 / mean));
                shock = 0.3 * shock + 0.954 * draw_normal(&state);
                p->regressor[0][r] = x;
                p->outcome[r] = mean * exp(spread * shock - spread * spread / 2);
                const size_t of[] = {i, j, t};
                for (size_t f = 0; f < 3; f++) p->factor[f].id[r] = (int32_t)of[f];
                for (size_t q = 0; q < 3; q++)
                    p->effect[q].groups.id[r] = (int32_t)(of[joined[q][0]] * levels[joined[q][1]] + of[joined[q][1]]);
                p->cluster[0].id[r] = p->effect[2].groups.id[r];
            }
        }
    return p;
}

static void bias_and_coverage(void **state) {
    (void)state;
    double before = 0, after = 0, squares = 0, error_before = 0, error_after = 0;
    thaw_gravity_options o = {.bias_correction = 1};
    for (uint64_t seed = 1; seed <= DRAWS; seed++) {
        thaw_panel *p = draw_three_way(seed);
        thaw_gravity *fit = estimate_or_fail(seed, p, &o);
        assert_true(fit->bias_corrected);
        before += (fit->uncorrected[0] - 1) / DRAWS;
        after += (fit->estimate[0] - 1) / DRAWS;
        squares += (fit->estimate[0] - 1) * (fit->estimate[0] - 1) / DRAWS;
        error_before += fit->uncorrected_std_error[0] / DRAWS;
        error_after += fit->std_error[0] / DRAWS;
        thaw_gravity_free(fit);
        thaw_panel_free(p);
    }
    double noise = sqrt(squares / DRAWS);
    if (before < 2 * noise) fail_msg("there is no bias to take out: %g (noise %g)", before, noise);
    if (fabs(after) > before / 2) fail_msg("bias %g became %g", before, after);
    /* Standard errors are too small without the correction, and nearer to the spread of estimates with it. */
    if (!(error_before < error_after && error_after < 1.1 * sqrt(squares)))
        fail_msg("standard errors %g became %g; estimates spread by %g", error_before, error_after, sqrt(squares));
}

/* The standard error from the whole matrix of information on all countries' effects, inverted at once; rows of a pair follow
 * each other. */
static void error_by_hand(void **state) {
    (void)state;
    enum { EFFECTS = 2 * COUNTRIES * YEARS };
    for (uint64_t seed = 1; seed <= 3; seed++) {
        thaw_panel *p = draw_three_way(seed);
        const thaw_gravity_options o = {.bias_correction = 1, .tolerance = 1e-12};
        thaw_gravity *fit = estimate_or_fail(seed, p, &o), *plain = estimate_or_fail(seed, p, &(thaw_gravity_options){0});
        assert_int_equal(fit->n, p->n_rows);
        near(seed, "the standard error before", fit->uncorrected_std_error[0], plain->std_error[0], 1e-9);
        double *x = calloc(p->n_rows, sizeof *x), *v = calloc((size_t)EFFECTS * EFFECTS, sizeof *v), w = 0, meat = 0;
        without_effects(seed, p, 0, fit, x);
        for (int inverted = 0; inverted < 2; inverted++) {
            for (size_t first = 0; first < p->n_rows; first += YEARS) {
                const double *mu = fit->fitted + first;
                double h[YEARS][YEARS], a[YEARS][2 * YEARS], score[YEARS], total = 0, outcome = 0;
                size_t effect[YEARS][2];
                for (size_t t = 0; t < YEARS; t++) {
                    total += mu[t];
                    outcome += p->outcome[first + t];
                    for (size_t s = 0; s < 2; s++)
                        effect[t][s] = (s * COUNTRIES + (size_t)p->factor[s].id[first]) * YEARS + t;
                }
                for (size_t t = 0; t < YEARS; t++) {
                    score[t] = p->outcome[first + t] - outcome * mu[t] / total;
                    for (size_t u = 0; u < YEARS; u++) h[t][u] = (t == u ? mu[t] : 0) - mu[t] * mu[u] / total;
                    if (!inverted) w += mu[t] * x[first + t] * x[first + t];
                }
                for (size_t t = 0; t < YEARS && !inverted; t++)
                    for (size_t u = 0; u < YEARS; u++)
                        for (size_t k = 0; k < 4; k++) v[effect[t][k / 2] * EFFECTS + effect[u][k % 2]] += h[t][u];
                if (!inverted) continue;
                /* (I - H K) solved = score by elimination, K = x W^-1 x' + D V D'. */
                for (size_t t = 0; t < YEARS; t++)
                    for (size_t u = 0; u < YEARS; u++) {
                        a[t][u] = t == u;
                        for (size_t q = 0; q < YEARS; q++) {
                            double k = x[first + q] * x[first + u] / w;
                            for (size_t e = 0; e < 4; e++) k += v[effect[q][e / 2] * EFFECTS + effect[u][e % 2]];
                            a[t][u] -= h[t][q] * k;
                        }
                    }
                double solved[YEARS], left = 0, right = 0;
                memcpy(solved, score, sizeof solved);
                for (size_t c = 0; c < YEARS; c++)
                    for (size_t t = 0; t < YEARS; t++) {
                        if (t == c) continue;
                        const double ratio = a[t][c] / a[c][c];
                        for (size_t u = c; u < YEARS; u++) a[t][u] -= ratio * a[c][u];
                        solved[t] -= ratio * solved[c];
                    }
                for (size_t t = 0; t < YEARS; t++) {
                    left += x[first + t] * solved[t] / a[t][t];
                    right += x[first + t] * score[t];
                }
                meat += left * right;
            }
            if (!inverted) must(seed, symmetric_pseudo_inverse(EFFECTS, v, error));
        }
        const double pairs = COUNTRIES * COUNTRIES;
        near(seed, "the standard error", fit->std_error[0], sqrt(meat * pairs / (pairs - 1)) / w, 1e-8);
        thaw_gravity_free(fit);
        thaw_gravity_free(plain);
        thaw_panel_free(p);
        free(x);
        free(v);
    }
}

/* Without effects of pairs, and one period: the variance of scores divided by 1 - h, h the part of its row that an
 * observation takes up. */
static void two_way_by_hand(void **state) {
    (void)state;
    enum { EFFECTS = 2 * COUNTRIES };
    for (uint64_t seed = 1; seed <= 5; seed++) {
        thaw_panel *p = draw_three_way(seed);
        for (size_t q = 0; q < 2; q++) {
            p->effect[q].n_factors = 1;
            p->effect[q].factor[0] = q;
            p->effect[q].groups.n_levels = COUNTRIES;
            for (size_t r = 0; r < p->n_rows; r++) p->effect[q].groups.id[r] = p->factor[q].id[r];
        }
        /* The first period alone. */
        for (size_t r = 0; r < p->n_rows / YEARS; r++) {
            p->outcome[r] = p->outcome[r * YEARS];
            p->regressor[0][r] = p->regressor[0][r * YEARS];
            for (size_t q = 0; q < 2; q++) p->effect[q].groups.id[r] = p->factor[q].id[r] = p->factor[q].id[r * YEARS];
        }
        const size_t all = p->n_rows;
        p->n_rows /= YEARS;
        p->n_effects = 2;
        const thaw_gravity_options o = {.bias_correction = 1, .tolerance = 1e-12, .small_sample = THAW_SMALL_SAMPLE_NONE};
        thaw_gravity *fit = estimate_or_fail(seed, p, &o);
        double *x = calloc(p->n_rows, sizeof *x), *v = calloc((size_t)EFFECTS * EFFECTS, sizeof *v), w = 0, meat = 0;
        assert_int_equal(fit->n, p->n_rows);
        assert_true(fit->estimate[0] == fit->uncorrected[0]);
        without_effects(seed, p, 0, fit, x);
        for (size_t r = 0; r < p->n_rows; r++) {
            const size_t e[] = {(size_t)p->factor[0].id[r], COUNTRIES + (size_t)p->factor[1].id[r]};
            w += fit->fitted[r] * x[r] * x[r];
            for (size_t k = 0; k < 4; k++) v[e[k / 2] * EFFECTS + e[k % 2]] += fit->fitted[r];
        }
        must(seed, symmetric_pseudo_inverse(EFFECTS, v, error));
        for (size_t r = 0; r < p->n_rows; r++) {
            const size_t e[] = {(size_t)p->factor[0].id[r], COUNTRIES + (size_t)p->factor[1].id[r]};
            double h = x[r] * x[r] / w;
            for (size_t k = 0; k < 4; k++) h += v[e[k / 2] * EFFECTS + e[k % 2]];
            meat += pow(x[r] * (p->outcome[r] - fit->fitted[r]), 2) / (1 - h * fit->fitted[r]);
        }
        near(seed, "the standard error", fit->std_error[0], sqrt(meat) / w, 1e-9);
        thaw_gravity_free(fit);
        free(x);
        free(v);
        p->n_rows = all;
        p->n_effects = 3;
        thaw_panel_free(p);
    }
}

/* Rows of a pair that share a period. */
static void twice_in_a_period(void **state) {
    (void)state;
    thaw_panel *p = draw_three_way(1);
    for (size_t r = 0; r < p->n_rows; r++) {
        p->factor[2].id[r] /= 2;
        for (size_t q = 0; q < 2; q++) p->effect[q].groups.id[r] = p->factor[q].id[r] * (YEARS / 2) + p->factor[2].id[r];
    }
    p->factor[2].n_levels = YEARS / 2;
    for (size_t q = 0; q < 2; q++) p->effect[q].groups.n_levels = COUNTRIES * YEARS / 2;
    const thaw_gravity_options o = {.bias_correction = 1};
    thaw_gravity *fit = estimate_or_fail(1, p, &o);
    assert_true(fit->std_error[0] > fit->uncorrected_std_error[0] && fit->std_error[0] < 2 * fit->uncorrected_std_error[0]);
    thaw_gravity_free(fit);
    thaw_panel_free(p);
}

static void refused(void **state) {
    (void)state;
    thaw_panel *p = draw_three_way(1);
    thaw_gravity *fit = NULL;
    thaw_gravity_options o = {.bias_correction = 1};
    thaw_error error = {0};
    p->effect[1].factor[0] = 2;
    p->effect[1].factor[1] = 0;
    assert_int_equal(thaw_gravity_estimate(p, &o, &fit, &error), THAW_ERR_USAGE);
    assert_non_null(strstr(error.message, "exporter^time"));
    assert_null(fit);
    thaw_panel_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bias_and_coverage), cmocka_unit_test(error_by_hand),
                                       cmocka_unit_test(two_way_by_hand), cmocka_unit_test(twice_in_a_period),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
