/* test_separation.c: rows that no finite estimate fits, found and proven. */
#include "random.h"

#include "gravity/separation.h"
#include "random_panel.h"

enum { N_CASES = 10000 };

/* Small integers: regressors that may separate, some made to; effects that may, too. Returns 0 where no outcome is above 0.
 */
static thaw_panel *draw_case(uint64_t seed) {
    uint64_t state = seed * 104729 + 3;
    size_t n = 5 + (size_t)between(&state, 0, 40), k = (size_t)between(&state, 0, 4), q = (size_t)between(&state, 0, 4);
    if (q == 0) k++; /* the constant */
    thaw_panel *p = new_panel(n, k, q);
    double positive = between(&state, 0.15, 0.8), sum = 0;
    for (size_t r = 0; r < n; r++) sum += p->outcome[r] = chance(&state, positive) ? 1 + floor(between(&state, 0, 8)) : 0;
    if (!(sum > 0)) p->outcome[0] = 1;
    for (size_t c = 0; c < k; c++) {
        int planted = chance(&state, 0.3);
        for (size_t r = 0; r < n; r++) {
            double x = q == 0 && c == 0 ? 1 : floor(between(&state, -1, 2));
            p->regressor[c][r] = planted && !(q == 0 && c == 0) ? (p->outcome[r] > 0 ? 0 : fabs(x)) : x;
        }
    }
    for (size_t e = 0; e < q; e++) draw_levels(p, e, 2 + n / (size_t)between(&state, 2, 8), &state);
    return p;
}

static int has_reason(const thaw_gravity *fit, size_t data_row, int *singleton) {
    for (size_t d = 0; d < fit->n_dropped; d++)
        if (fit->dropped[d].data_row == data_row) {
            *singleton = fit->dropped[d].reason == THAW_DROP_SINGLETON;
            return 1;
        }
    return 0;
}

/* What is left has a maximum: the weights mu - y are positive where y = 0 and orthogonal to regressors and effects, so that
 * no combination of these can separate a row (Stiemke's lemma). */
static void check_rest(uint64_t seed, const thaw_panel *p, const thaw_gravity *fit) {
    for (size_t k = 0; k < p->n_regressors; k++) {
        double sum = 0, size = 0;
        for (size_t r = 0; r < fit->n; r++) {
            size_t row = fit->data_row[r] - 1;
            double m = fit->fitted[r] - p->outcome[row];
            sum += m * p->regressor[k][row];
            size += (fit->fitted[r] + p->outcome[row]) * fabs(p->regressor[k][row]);
            if (p->outcome[row] <= 0 && !(fit->fitted[r] > 0))
                fail_msg("seed %llu: row %zu fits at %g", (unsigned long long)seed, row + 1, fit->fitted[r]);
        }
        if (fabs(sum) > 1e-7 * size + 1e-12)
            fail_msg("seed %llu: regressor %zu is off by %g of %g", (unsigned long long)seed, k, sum, size);
    }
    if (fit->first_order > 1e-8)
        fail_msg("seed %llu: first-order conditions hold to %g only", (unsigned long long)seed, fit->first_order);
}

/* What was dropped is separated: rows are taken out of a sample by certificates, each checked here against its definition.
 */
static void check_dropped(uint64_t seed, const thaw_panel *p, const thaw_gravity *fit) {
    sample s;
    size_t found = 0;
    must(seed, sample_create(p, &s, error));
    unsigned char *mark = malloc(p->n_rows);
    double *z = malloc(p->n_rows * sizeof *z);
    do {
        must(seed, separation_find(&s, NULL, mark, z, &found, error));
        for (size_t k = 0; found && k < s.n; k++) {
            double y = p->outcome[s.row[k]];
            if (y > 0 ? fabs(z[k]) > 1e-6 : z[k] < -1e-6)
                fail_msg("seed %llu: row %u has z = %g", (unsigned long long)seed, s.row[k] + 1, z[k]);
            if (mark[k] && (y > 0 || !(z[k] > 1e-6)))
                fail_msg("seed %llu: row %u is marked", (unsigned long long)seed, s.row[k] + 1);
        }
        sample_drop(&s, mark, THAW_DROP_REGRESSOR);
    } while (found > 0 && s.n > 0);
    for (size_t r = 0; r < p->n_rows; r++) {
        int singleton = 0, dropped = has_reason(fit, r + 1, &singleton), separated = s.why[r] >= 0;
        if (separated != (dropped && !singleton))
            fail_msg("seed %llu: row %zu is %s by certificates, and %s", (unsigned long long)seed, r + 1,
                     separated ? "separated" : "not separated", dropped ? "dropped" : "kept");
    }
    free(mark);
    free(z);
    sample_free(&s);
}

static void generated_cases(void **state) {
    (void)state;
    size_t with = 0, estimated = 0;
    for (uint64_t seed = 1; seed <= N_CASES; seed++) {
        thaw_panel *p = draw_case(seed);
        thaw_gravity *fit = NULL;
        thaw_error error = {0};
        thaw_status status = thaw_gravity_estimate(p, NULL, &fit, &error);
        if (status != THAW_OK && !strstr(error.message, "no row is left"))
            fail_msg("seed %llu: %s", (unsigned long long)seed, error.message);
        if (status == THAW_OK) {
            check_rest(seed, p, fit);
            check_dropped(seed, p, fit);
            estimated++;
            with += fit->n_dropped > 0;
        }
        thaw_gravity_free(fit);
        thaw_panel_free(p);
    }
    if (with < N_CASES / 4 || estimated < N_CASES / 2)
        fail_msg("the cases are too easy: %zu estimated, %zu with rows dropped", estimated, with);
}

/* Correia, Guimaraes and Zylkin's first example of regressors that separate together though none does alone. */
static void together(void **state) {
    (void)state;
    const double y[] = {0, 0, 0, 1, 2, 3}, x1[] = {2, -1, 0, 0, 5, 6}, x2[] = {-1, 2, 0, 0, -5, -6};
    thaw_panel *p = new_panel(6, 3, 0);
    for (size_t r = 0; r < 6; r++) {
        p->outcome[r] = y[r];
        p->regressor[0][r] = 1;
        p->regressor[1][r] = x1[r];
        p->regressor[2][r] = x2[r];
    }
    thaw_gravity *fit = estimate_or_fail(0, p, NULL);
    assert_int_equal(fit->n_dropped, 2);
    assert_int_equal(fit->dropped[0].data_row, 1);
    assert_int_equal(fit->dropped[1].data_row, 2);
    assert_int_equal(fit->dropped[0].reason, THAW_DROP_REGRESSOR);
    assert_int_equal(fit->n_collinear, 1);
    assert_string_equal(fit->collinear[0], "x3");
    thaw_gravity_free(fit);
    thaw_panel_free(p);
}

/* A level without trade is a fixed effect of minus infinity; a row alone in its level fits itself. */
static void zeros_and_singletons(void **state) {
    (void)state;
    const double y[] = {0, 0, 1, 2, 3, 4, 5};
    const int32_t level[] = {0, 0, 1, 2, 2, 2, 2};
    thaw_panel *p = new_panel(7, 1, 1);
    p->effect[0].groups.n_levels = 3;
    for (size_t r = 0; r < 7; r++) {
        p->outcome[r] = y[r];
        p->regressor[0][r] = (double)(r * r);
        p->effect[0].groups.id[r] = level[r];
    }
    thaw_gravity *fit = estimate_or_fail(0, p, NULL);
    const thaw_drop_reason reason[] = {THAW_DROP_FIXED_EFFECT, THAW_DROP_FIXED_EFFECT, THAW_DROP_SINGLETON};
    assert_int_equal(fit->n_dropped, 3);
    for (size_t d = 0; d < 3; d++) {
        assert_int_equal(fit->dropped[d].data_row, d + 1);
        assert_int_equal(fit->dropped[d].reason, reason[d]);
    }
    assert_int_equal(fit->n, 4);
    thaw_gravity_free(fit);
    thaw_gravity_options keep = {.keep_singletons = 1};
    fit = estimate_or_fail(0, p, &keep);
    assert_int_equal(fit->n, 5);
    thaw_gravity_free(fit);
    thaw_panel_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(generated_cases), cmocka_unit_test(together),
                                       cmocka_unit_test(zeros_and_singletons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
