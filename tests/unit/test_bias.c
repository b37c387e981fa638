/* test_bias.c: the bias of three-way estimates, taken out where it is known to be. */
#include "random.h"

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
    const struct CMUnitTest tests[] = {cmocka_unit_test(bias_and_coverage), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
